//! The reply: chosen by reason, outcome and language, filled with platform facts, checked as it is typed.

use super::finding::GoneTo;
use super::kit::{icon, small_icon};
use super::lines::Lines;
use super::templates::Templates;
use super::{motion, wording};
use crate::components::pick::{Choice, Pick};
use crate::i18n::errors::Told;
use crate::state::drafts::Kept;
use crate::web;
use leptos::html;
use leptos::prelude::*;
use shared::domain::case::{Claim, DecisionKind, Kind, Voice};
use shared::domain::decide::claims_of;
use shared::money::Money;
use shared::reasons::{ReasonGroup, group_named, group_of};
use shared::reply::{
    Ask, Catalogue, Composed, Finding, Language, LintInput, ReplyFacts, Severity, compose, lint, render, rule_text,
};
use shared::time::Timestamp;
use shared::wire::case::{CaseView, MayWrite};
use shared::wire::decision::{Draft, ReplyOrder};
use shared::wire::intent::{IntentState, IntentWhat};

/// Longest reply, in characters.
const LONGEST: usize = 2_000;

/// What is being written. Made once per opened case, so that a new read of the case never costs a word.
#[derive(Clone, Copy)]
pub struct Writing {
    /// The text as it would go out.
    pub text: RwSignal<String>,
    /// Its language.
    pub language: RwSignal<Language>,
    /// What it tells.
    pub claim: RwSignal<Option<Claim>>,
    /// The template it came from, with its title.
    pub template: RwSignal<Option<(String, String)>>,
    /// What the template made of the case.
    filled: RwSignal<String>,
    /// A person has changed the text since it was filled.
    pub is_typed: RwSignal<bool>,
    /// Words that a person typed and gave up for others, with their language; the next to be put back is the last.
    pub replaced: RwSignal<Vec<(String, Language)>>,
    /// A line of chat that was being written when a sheet was opened.
    aside: RwSignal<Option<String>>,
    /// When the draft was saved.
    pub saved: RwSignal<Option<Timestamp>>,
    /// The decision that the reply goes with; none: it stands alone.
    pub decision: RwSignal<Option<DecisionKind>>,
    /// The part that is being offered, as typed.
    pub offer: RwSignal<Option<Money>>,
    /// The reason whose words were chosen; none: that of the case.
    group: RwSignal<Option<ReasonGroup>>,
}

/// What was offered, where the last that was decided is an offer that was undone: it may be meant to be made again.
pub fn last_offer(view: &CaseView) -> Option<&Money> {
    let decisions = view.intents.iter().filter_map(|intent| match &intent.what {
        IntentWhat::Decision { kind, amount, .. } => Some((intent, kind, amount)),
        IntentWhat::Reply { .. } => None,
    });
    let (intent, kind, amount) = decisions.max_by_key(|(intent, ..)| intent.at)?;
    let is_undone = matches!(intent.state, IntentState::Undone { .. });
    amount.as_ref().filter(|_| is_undone && kind.needs_amount())
}

/// The amount that a claim may name: what is proved, else what TikTok plans to pay.
fn amount_for(view: &CaseView, claim: Option<Claim>, offer: Option<&Money>) -> Option<Money> {
    if claim == Some(Claim::OfferMade) {
        return offer.or(view.partial.as_ref()).cloned();
    }
    match view.sayable.iter().find(|sayable| Some(sayable.claim) == claim) {
        Some(sayable) => sayable.amount.clone(),
        None => view.refund.as_ref().map(|refund| refund.total.clone()),
    }
}

fn facts_of(view: &CaseView, claim: Option<Claim>, offer: Option<Money>, shop: &str) -> ReplyFacts {
    ReplyFacts {
        name: view.greeting_name.clone(),
        amount: amount_for(view, claim, offer.as_ref()),
        offer: offer.or_else(|| view.partial.clone()),
        item: view.row.item.clone(),
        item_count: view.row.item_count,
        shop: shop.to_owned(),
        order_id: view.order_id.clone(),
        reason_text: view.row.reason_text.clone(),
    }
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            language: RwSignal::new(Language::En),
            claim: RwSignal::new(None),
            template: RwSignal::new(None),
            filled: RwSignal::new(String::new()),
            is_typed: RwSignal::new(false),
            replaced: RwSignal::new(Vec::new()),
            aside: RwSignal::new(None),
            saved: RwSignal::new(None),
            decision: RwSignal::new(None),
            offer: RwSignal::new(None),
            group: RwSignal::new(None),
        }
    }
}

impl Writing {
    /// Starts from a saved draft, or from the template that fits.
    pub fn start(self, view: &CaseView, catalogue: &Catalogue, shop: &str) {
        self.group.set(None);
        self.language.set(Language::of_tag(&view.row.language));
        let decision = view.options.offered.first().map(|option| option.kind);
        self.decision.set(decision);
        let owed = view.row.owed.as_ref().map(|owed| owed.claim);
        let claim = match decision {
            Some(kind) => claims_of(kind).first().copied(),
            // Nothing owed: a line of chat, which the agent writes.
            None => owed,
        };
        self.claim.set(claim);
        match view.draft.as_ref().filter(|draft| !draft.text.is_empty()) {
            Some(draft) => {
                self.text.set(draft.text.clone());
                self.language.set(Language::of_tag(&draft.language));
                self.claim.set(draft.claim);
                self.offer.set(last_offer(view).filter(|_| draft.claim == Some(Claim::OfferMade)).cloned());
                let is_ours = !draft.is_prepared;
                let title = if is_ours { "Your draft" } else { "Prepared by a rule" };
                self.template.set(draft.template.clone().map(|id| (id, title.to_owned())));
                self.filled.set(if is_ours { self.made(view, catalogue, shop).1 } else { draft.text.clone() });
                self.saved.set(Some(draft.saved).filter(|saved| *saved != Timestamp::default()));
                self.is_typed.set(is_ours);
            }
            None => {
                if let Some(draft) = view.draft.as_ref().filter(|draft| draft.template.is_some()) {
                    self.chosen(draft, view);
                }
                match self.claim.get_untracked() {
                    None => self.clear(),
                    Some(_) => self.fill(view, catalogue, shop),
                }
            }
        }
    }

    /// What somebody chose and did not write in: the language, and whose reason's words.
    fn chosen(self, draft: &Draft, view: &CaseView) {
        self.language.set(Language::of_tag(&draft.language));
        let word = draft.template.as_deref().and_then(|id| id.split('.').next()).unwrap_or_default();
        self.group.set(group_named(word).filter(|group| *group != group_of(&view.row.reason)));
    }

    /// An empty line of chat.
    pub fn clear(self) {
        self.text.set(String::new());
        self.template.set(None);
        self.filled.set(String::new());
        self.is_typed.set(false);
    }

    /// Fills in the template that fits what is chosen now; where nothing is told, the question that fits the reason.
    /// Typed words can be put back.
    pub fn fill(self, view: &CaseView, catalogue: &Catalogue, shop: &str) {
        self.give_up(true);
        let (Composed { id, title, .. }, filled) = self.made(view, catalogue, shop);
        self.text.set(filled.clone());
        self.filled.set(filled);
        self.template.set(Some((id, title)));
    }

    /// What a person typed makes room, and comes back before all others or after them.
    fn give_up(self, is_next: bool) {
        let words = (self.text.get_untracked(), self.language.get_untracked());
        if self.is_typed.get_untracked() && !words.0.trim().is_empty() {
            self.replaced.update(|all| {
                all.retain(|known| *known != words);
                all.insert(if is_next { all.len() } else { 0 }, words);
            });
        }
        self.is_typed.set(false);
    }

    /// A reply was stopped: its words stand there again. Where a person has typed others since, they come after those,
    /// when they are asked for. `made` is what its template makes of the case. Whether they stand there.
    fn returned(self, stopped: &IntentWhat, made: impl FnOnce() -> String) -> bool {
        let IntentWhat::Reply { claim, text, language, template } = stopped else { return true };
        let language = Language::of_tag(language);
        if self.is_typed.get_untracked() && self.text.with_untracked(|text| !text.trim().is_empty()) {
            self.replaced.update(|all| all.push((text.clone(), language)));
            return false;
        }
        self.language.set(language);
        self.claim.set(*claim);
        self.template.set(template.clone().map(|id| (id, "Your draft".to_owned())));
        self.filled.set(made());
        self.text.set(text.clone());
        self.is_typed.set(true);
        true
    }

    /// The same in a case.
    pub fn stopped(self, stopped: &IntentWhat, view: &CaseView, catalogue: &Catalogue, shop: &str) -> bool {
        self.returned(stopped, || self.made(view, catalogue, shop).1)
    }

    /// What a person typed and gave up stands there again, the last first; what stood there comes after all the others.
    fn put_back(self) {
        self.give_up(false);
        if let Some((words, language)) = self.replaced.try_update(Vec::pop).flatten() {
            self.text.set(words);
            self.language.set(language);
            self.is_typed.set(true);
        }
    }

    /// Fills in the words for a reason, which need not be the one that the buyer chose.
    pub fn fill_for(self, group: ReasonGroup, view: &CaseView, catalogue: &Catalogue, shop: &str) {
        self.group.set(Some(group).filter(|group| *group != group_of(&view.row.reason)));
        self.fill(view, catalogue, shop);
    }

    /// The template that fits what is chosen now, and what it makes of the case.
    fn made(self, view: &CaseView, catalogue: &Catalogue, shop: &str) -> (Composed, String) {
        let group = self.group.get_untracked().unwrap_or_else(|| group_of(&view.row.reason));
        self.made_for(group, view, catalogue, shop)
    }

    /// The same for a reason.
    pub fn made_for(
        self,
        group: ReasonGroup,
        view: &CaseView,
        catalogue: &Catalogue,
        shop: &str,
    ) -> (Composed, String) {
        let claim = self.claim.get_untracked();
        let language = self.language.get_untracked();
        let decision = self.decision.get_untracked();
        let offer = self.offer.get_untracked();
        let proved = view.sayable.iter().any(|sayable| Some(sayable.claim) == claim);
        let keeps_item = view.row.kind == Kind::RefundOnly
            || matches!(
                decision,
                Some(DecisionKind::AgreeKeep | DecisionKind::DirectRefund | DecisionKind::OfferPartial)
            );
        let composed = compose(
            catalogue,
            &Ask {
                group,
                claim,
                kind: view.row.kind,
                voice: if proved { view.voice } else { Voice::We },
                keeps_item,
                has_name: view.greeting_name.is_some(),
                has_amount: amount_for(view, claim, offer.as_ref()).is_some(),
                language,
                shop: Some(&view.row.shop),
            },
        );
        let filled = render(&composed.text, &facts_of(view, claim, offer, shop), language).text;
        (composed, filled)
    }

    /// A saved line as it reads in this case.
    fn resolved(self, line: &str, view: &CaseView, shop: &str) -> String {
        let (claim, offer) = (self.claim.get_untracked(), self.offer.get_untracked());
        render(line, &facts_of(view, claim, offer, shop), self.language.get_untracked()).text
    }

    /// Puts a line of chat aside that was being written, for as long as a sheet is open. It is not given up for the words
    /// of the decision: it comes back by itself.
    pub fn put_aside(self) {
        let is_chat = self.claim.get_untracked().is_none();
        let line = Some(self.text.get_untracked()).filter(|text| is_chat && !text.trim().is_empty());
        if line.is_some() {
            self.is_typed.set(false);
        }
        self.aside.set(line);
    }

    /// The sheet was closed without a press: the line of chat stands there again. `false`: none was put aside.
    pub fn take_back(self) -> bool {
        let Some(text) = self.aside.get_untracked() else { return false };
        self.aside.set(None);
        self.give_up(true);
        self.replaced.update(|all| all.retain(|(words, _)| *words != text));
        self.claim.set(None);
        self.text.set(text);
        self.template.set(None);
        self.filled.set(String::new());
        self.is_typed.set(true);
        true
    }

    /// Chooses the decision that the reply goes with, and with it what the reply tells.
    pub fn choose(self, kind: DecisionKind, view: &CaseView, catalogue: &Catalogue, shop: &str) {
        self.decision.set(Some(kind));
        let claims = claims_of(kind);
        if !self.claim.get_untracked().is_some_and(|claim| claims.contains(&claim)) {
            self.claim.set(claims.first().copied());
            self.fill(view, catalogue, shop);
        }
    }

    /// What the rules say of the text as it stands.
    pub fn findings(self, view: &CaseView) -> Vec<Finding> {
        let claim = self.claim.get();
        let amount = self.offer.with(|offer| amount_for(view, claim, offer.as_ref()));
        let buyer_language = Language::of_tag(&view.row.language);
        self.text.with(|text| {
            lint(&LintInput {
                text,
                language: self.language.get(),
                claim,
                sayable: &view.sayable,
                pending: true,
                amount: amount.as_ref(),
                buyer_language: Some(buyer_language),
                name: view.greeting_name.as_deref(),
            })
        })
    }

    /// The order that goes to the desk; none when there is nothing to say, or the desk may not write to this buyer.
    pub fn order(self, view: &CaseView) -> Option<ReplyOrder> {
        let text = self.text.get_untracked();
        let is_edited = self.filled.with_untracked(|filled| filled.trim() != text.trim());
        (!text.trim().is_empty() && cannot_write(view).is_none()).then(|| ReplyOrder {
            text,
            language: self.language.get_untracked().tag().to_owned(),
            claim: self.claim.get_untracked(),
            template: self.template.get_untracked().map(|(id, _)| id),
            is_edited,
        })
    }

    /// The draft as it is saved; a text that nobody has touched is made anew the next time.
    pub fn draft(self) -> Draft {
        let is_typed = self.is_typed.get_untracked();
        Draft {
            text: if is_typed { self.text.get_untracked() } else { String::new() },
            language: self.language.get_untracked().tag().to_owned(),
            claim: self.claim.get_untracked(),
            template: self.template.get_untracked().map(|(id, _)| id),
            saved: Timestamp::default(),
            ..Draft::default()
        }
    }
}

/// Whether a rule blocks the text.
pub fn is_blocked(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Block)
}

/// What a language is called.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Id => "Indonesian",
        Language::Th => "Thai",
        Language::Vi => "Vietnamese",
        Language::Es => "Spanish",
        Language::De => "German",
    }
}

/// Why the desk may not write to the buyer, if so.
pub fn cannot_write(view: &CaseView) -> Option<&'static str> {
    match view.chat.may_write {
        MayWrite::Yes | MayWrite::Unknown => None,
        MayWrite::No => Some("TikTok does not let the desk write to this buyer now."),
        MayWrite::NoScope => Some("This shop’s authorization does not cover chat."),
        MayWrite::NoBuyer => Some("TikTok gives no way to this buyer."),
    }
}

/// The composer. It talks to nobody: `on_typed` saves, `on_send` sends, `on_decide` opens a sheet.
#[component]
pub fn Composer(
    writing: Writing,
    view: Signal<Option<CaseView>>,
    catalogue: Signal<Option<std::sync::Arc<Catalogue>>>,
    shop: Signal<String>,
    on_typed: Callback<()>,
    on_send: Callback<()>,
    /// Asks for the decision that the reply goes with.
    on_decide: Callback<DecisionKind>,
    on_note: Callback<()>,
    on_copy: Callback<()>,
    /// Rises when the next finding is asked for by key.
    next: Signal<u32>,
    /// The saved lines stand open.
    lines: RwSignal<bool>,
    /// The templates stand open.
    templates: RwSignal<bool>,
    /// Where what was typed is safe.
    kept: Signal<Option<Kept>>,
    /// Why there are no reply texts.
    no_texts: Signal<Option<Told>>,
    /// Asks for them again.
    on_texts: Callback<()>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let fill = move || {
        view.with_untracked(|view| {
            if let (Some(view), Some(catalogue)) = (view, catalogue.get_untracked()) {
                writing.fill(view, &catalogue, &shop.get_untracked());
            }
        });
        on_typed.run(());
    };
    let choose = Callback::new(move |group: ReasonGroup| {
        view.with_untracked(|view| {
            if let (Some(view), Some(catalogue)) = (view, catalogue.get_untracked()) {
                writing.fill_for(group, view, &catalogue, &shop.get_untracked());
            }
        });
        on_typed.run(());
        let _ = web::focus("reply");
    });
    let put_in = Callback::new(move |text: String| {
        let Some(area) = area.get_untracked() else { return };
        let filled = view.with_untracked(|view| {
            view.as_ref().map_or_else(|| text.clone(), |view| writing.resolved(&text, view, &shop.get_untracked()))
        });
        let _ = web::type_in(&area, &filled);
    });
    let findings =
        Memo::new(move |_| view.with(|view| view.as_ref().map(|view| writing.findings(view)).unwrap_or_default()));
    let gone_to = GoneTo::default();
    let told = Memo::new(move |_| {
        let all = findings.get();
        writing.text.with(|text| gone_to.shown(&all, text)).cloned()
    });
    let next_finding = move || {
        let Some(area) = area.get_untracked() else { return };
        let side = |side: Result<Option<u32>, _>| side.ok().flatten().unwrap_or_default();
        let mark = (side(area.selection_start()), side(area.selection_end()));
        let all = findings.get_untracked();
        let next = writing.text.with_untracked(|text| gone_to.go_on(&all, text, mark));
        if let Some((start, end)) = next {
            web::select_range(&area, start, end);
        }
    };
    Effect::new(move |before: Option<u32>| {
        let asked = next.get();
        if before.is_some_and(|before| before != asked) {
            next_finding();
        }
        asked
    });
    // The text keeps the focus, and with it, on a phone, its height: what is pressed above it stays under the finger.
    let stay = |event: web_sys::MouseEvent| event.prevent_default();
    let claims = move || -> Vec<Option<Claim>> {
        match writing.decision.get() {
            Some(kind) => claims_of(kind).iter().copied().map(Some).chain([None]).collect(),
            None => {
                let known = view.with(|view| {
                    let view = view.as_ref()?;
                    let owed = view.row.owed.as_ref().map(|owed| owed.claim);
                    let stopped = motion::stopped(&view.intents).filter(|stopped| Some(*stopped) != owed);
                    Some([owed, stopped])
                });
                known.into_iter().flatten().flatten().map(Some).chain([None]).collect()
            }
        }
    };
    let claim_choice = move || {
        let chips: Vec<AnyView> = claims()
            .into_iter()
            .map(|claim| {
                let choose = move |_| {
                    writing.claim.set(claim);
                    if claim.is_some() {
                        fill();
                    } else if !writing.is_typed.get_untracked() {
                        writing.clear();
                    }
                };
                view! {
                    <label>
                        <input type="radio" name="when" prop:checked=move || writing.claim.get() == claim on:change=choose/>
                        {match claim {
                            Some(_) => wording::moment(claim),
                            None if writing.decision.get_untracked().is_some() => "now, a question",
                            None => "a line of chat",
                        }}
                    </label>
                }
                .into_any()
            })
            .collect();
        view! { <fieldset class="seg"><legend class="vh">"What the reply tells, and so when it goes"</legend>{chips}</fieldset> }
    };
    let lint_line = move || {
        let all = findings.get();
        if let Some(told) = no_texts.get() {
            return view! {
                <div class="lint" role="alert">
                    {icon("warn")}
                    <p><b>"The reply texts did not load. "</b>{told.fact}</p>
                    <button class="btn btn--sm" type="button" on:click=move |_| on_texts.run(())>"Try again"</button>
                </div>
            }
            .into_any();
        }
        if writing.claim.get().is_none() && writing.text.with(String::is_empty) {
            let asks = writing.decision.get().is_some();
            let help = if asks {
                "Ask the buyer before you decide. It goes out after the hold."
            } else {
                "Write to the buyer. It goes out after the hold."
            };
            return view! {
                <div class="lint lint--clear" role="status">
                    {icon("replies")}
                    <p>{help}</p>
                    <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| fill()>"Fill in a question " <kbd>"Q"</kbd></button>
                </div>
            }
            .into_any();
        }
        let Some(first) = told.get() else {
            return view! {
                <div class="lint lint--clear" role="status">{icon("check-circle")}<p>"All checks pass"<span class="opt">": amount, language, wording, no links."</span></p></div>
            }
            .into_any();
        };
        let class = if is_blocked(&all) { "lint lint--stop" } else { "lint" };
        let more = all.len().saturating_sub(1);
        let rest = (more > 0).then(|| [" ", &more.to_string(), " more."].concat());
        let rule = first.rule;
        let fix = first.fix.is_some().then(|| {
            let label = if first.fix.as_deref() == Some("") { "Take it out" } else { "Mend it" };
            view! {
                <button class="btn btn--sm" type="button" on:click=move |_| {
                    if let Some(mended) = writing.text.with_untracked(|text| first.mended(text)) {
                        writing.text.set(mended);
                        writing.is_typed.set(true);
                        on_typed.run(());
                        // This button goes with its finding.
                        let _ = web::focus("reply");
                    }
                }>{label}</button>
            }
        });
        view! {
            <div class=class role="status">
                {icon("warn")}
                <p><b>{rule_text(rule)}</b>{rest}</p>
                {fix}
                <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| next_finding()>"Show " <kbd>"F8"</kbd></button>
            </div>
        }
        .into_any()
    };
    let count = move || writing.text.with(|text| text.chars().count());
    let blocked_by = move || view.with(|view| view.as_ref().and_then(cannot_write));
    let stands_alone = move || writing.decision.get().is_none() || writing.claim.get().is_none();
    // Nothing is owed and nothing is written: one line is enough, and what was said stays in sight.
    let rests = move || {
        no_texts.with(Option::is_none)
            && writing.decision.get().is_none()
            && writing.claim.get().is_none()
            && blocked_by().is_none()
            && writing.text.with(String::is_empty)
    };
    view! {
        <section class="composer" class:composer--rest=rests aria-label="Reply to the buyer">
            <header>
                <button
                    class="tmpl" type="button" aria-haspopup="listbox" title="Choose a template"
                    on:mousedown=stay on:click=move |_| templates.update(|open| *open = !*open)
                >
                    {icon("replies")}
                    <span class="clip">
                        {move || writing.template.get().map_or_else(|| "Template".to_owned(), |(_, title)| title)}
                    </span>
                </button>
                <Show when=move || writing.replaced.with(|all| !all.is_empty())>
                    <button class="btn btn--quiet btn--sm" type="button" on:mousedown=stay on:click=move |_| {
                        writing.put_back();
                        on_typed.run(());
                        let _ = web::focus("reply");
                    }>"Put my words back"</button>
                </Show>
                <Pick
                    label="Language of the reply"
                    icon="globe"
                    choices=Signal::derive(|| Language::ALL.map(|language| Choice::new(language.tag(), language_name(language))).to_vec())
                    value=Signal::derive(move || writing.language.get().tag().to_owned())
                    on_pick=Callback::new(move |tag: String| {
                        // With no texts there is nothing to give them up for.
                        if catalogue.with_untracked(Option::is_some) {
                            writing.give_up(true);
                        }
                        writing.language.set(Language::of_tag(&tag));
                        fill();
                    })
                />
                <button class="btn btn--quiet btn--sm" type="button" aria-haspopup="listbox" on:mousedown=stay on:click=move |_| lines.set(true)>"Line " <kbd>"/"</kbd></button>
                <button class="btn btn--quiet btn--sm" type="button" on:mousedown=stay on:click=move |_| on_note.run(())>{small_icon("note")}"Note"</button>
            </header>
            <Show when=move || lines.get()><Lines writing open=lines on_line=put_in/></Show>
            <Show when=move || templates.get()><Templates writing view catalogue shop open=templates on_group=choose/></Show>
            <textarea
                node_ref=area
                class="text"
                id="reply"
                aria-label="Reply"
                placeholder=move || if rests() { "Write to the buyer" } else { "" }
                maxlength="4000"
                lang=move || writing.language.get().tag()
                prop:value=move || writing.text.get()
                on:input=move |event| {
                    writing.text.set(event_target_value(&event));
                    writing.is_typed.set(true);
                    on_typed.run(());
                }
                on:keydown=move |event| {
                    if event.key() == "/" && !event.is_composing() && area.get_untracked().is_some_and(|area| web::is_at_word(&area)) {
                        event.prevent_default();
                        lines.set(true);
                    }
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat() {
                        event.prevent_default();
                        match writing.decision.get_untracked().filter(|_| !untrack(stands_alone)) {
                            // It goes out with its decision alone, and that asks once more.
                            Some(kind) => on_decide.run(kind),
                            None => on_send.run(()),
                        }
                    }
                }
            ></textarea>
            {move || match blocked_by() {
                Some(why) => view! {
                    <div class="lint" role="status">
                        {icon("warn")}
                        <p><b>{why}</b>" Copy the text and tell them in Seller Center."</p>
                        <button class="btn btn--sm" type="button" on:click=move |_| on_copy.run(())>"Copy"</button>
                    </div>
                }
                .into_any(),
                None => lint_line(),
            }}
            <footer>
                <span>{move || if writing.decision.get().is_none() { "Tells" } else { "Send when" }}</span>
                {claim_choice}
                <span class="push faint opt">
                    {move || match kept.get() {
                        Some(Kept::OnDevice) => Some("Kept on this device only".to_owned()),
                        Some(Kept::Saving) => Some("Saving".to_owned()),
                        Some(Kept::Saved) | None => writing.saved.get().map(|at| ["Saved ", &web::clock_time(at)].concat()),
                    }}
                </span>
                <span class="count" class:over=move || LONGEST < count()>{count}<span class="opt">" / 2,000"</span></span>
                <Show when=move || stands_alone() && blocked_by().is_none()>
                    <button
                        class="btn btn--sm"
                        // One filled button on the screen: where something is to be decided, that is it.
                        class:btn--primary=move || writing.decision.get().is_none()
                        type="button"
                        disabled=move || findings.with(|all| is_blocked(all))
                        on:click=move |_| on_send.run(())
                    >"Send " <kbd>"Ctrl ↵"</kbd></button>
                </Show>
            </footer>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(writing: Writing, words: &str) {
        writing.text.set(words.to_owned());
        writing.is_typed.set(true);
    }

    fn given_up(writing: Writing) -> Vec<String> {
        writing.replaced.get_untracked().into_iter().map(|(words, _)| words).collect()
    }

    /// A sheet opens with its words and is closed again.
    fn sheet(writing: Writing, meanwhile: impl FnOnce()) {
        writing.put_aside();
        writing.give_up(true);
        writing.claim.set(Some(Claim::Refunded));
        writing.text.set("Your refund has been processed.".to_owned());
        meanwhile();
        assert!(writing.take_back());
    }

    #[test]
    fn a_line_that_comes_back_by_itself_was_never_given_up() {
        Owner::new().with(|| {
            let writing = Writing::default();
            typed(writing, "It leaves tomorrow.");
            sheet(writing, || ());
            sheet(writing, || ());
            assert_eq!((writing.text.get_untracked().as_str(), given_up(writing).len()), ("It leaves tomorrow.", 0));
            sheet(writing, || typed(writing, "Your money is back."));
            assert_eq!(given_up(writing), ["Your money is back."], "what was typed into the sheet's words");
            // A new reading of the case has begun with the saved line.
            sheet(writing, || {
                typed(writing, "It leaves tomorrow.");
                writing.give_up(true);
            });
            assert_eq!(given_up(writing), ["Your money is back."]);
        });
    }

    #[test]
    fn the_words_of_a_stopped_reply_displace_nothing_that_was_typed() {
        Owner::new().with(|| {
            let reply = IntentWhat::Reply {
                claim: Some(Claim::Refunded),
                text: "Your money is back.".to_owned(),
                language: "id".to_owned(),
                template: None,
            };
            let writing = Writing::default();
            assert!(writing.returned(&reply, || "Your money is back.".to_owned()), "nothing was typed");
            let stands = |writing: Writing| (writing.text.get_untracked(), writing.claim.get_untracked());
            assert_eq!(stands(writing), ("Your money is back.".to_owned(), Some(Claim::Refunded)));
            assert_eq!(writing.language.get_untracked(), Language::Id);
            assert!(writing.is_typed.get_untracked(), "a draft keeps it");

            let writing = Writing::default();
            typed(writing, "One more thing.");
            assert!(!writing.returned(&reply, String::new));
            assert_eq!(stands(writing), ("One more thing.".to_owned(), None));
            assert_eq!(given_up(writing), ["Your money is back."]);
        });
    }

    #[test]
    fn the_same_words_are_put_back_once() {
        Owner::new().with(|| {
            let writing = Writing::default();
            for words in ["First.", "Second.", "First.", " "] {
                typed(writing, words);
                writing.give_up(true);
            }
            assert_eq!(given_up(writing), ["Second.", "First."]);
            typed(writing, "First.");
            writing.put_back();
            assert_eq!(
                (writing.text.get_untracked().as_str(), given_up(writing)),
                ("Second.", vec!["First.".to_owned()])
            );
        });
    }
}
