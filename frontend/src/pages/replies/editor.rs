//! One reply being written: the text, what the rules say of it, and how a buyer will read it.

use super::versions::{self, Compared};
use crate::api::{self, Answer, Failure};
use crate::components::{Banner, BannerTone, Choice, Confirm, FailureBanner, Icon, Pick, RowSkeletons, Sheet};
use crate::i18n::words;
use crate::routes::Route;
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::{Claim, Kind, Voice};
use shared::error::ErrorCode;
use shared::id::ShopId;
use shared::reasons::fault_of;
use shared::reply::{
    Condition, Holding, Language, LintInput, Place, Rendered, Rule, Severity, Variable, count, lint, lint_template,
    made_up, render, resolve, rule_text, template_problems,
};
use shared::wire::session::Role;
use shared::wire::template::{
    Example, StepTemplate, TemplateStep, TemplateVersion, TemplateView, VersionState, WriteTemplate,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Typing rests this long before it is saved.
const SAVE_AFTER_MS: u32 = 1_000;
/// How often it is seen whether somebody else writes here too.
const LOOK_EVERY_MS: u32 = 15_000;

thread_local! {
    /// What could not be saved yet, by place: it is there again when the page is opened again.
    static UNSAVED: RefCell<BTreeMap<Place, (String, String)>> = const { RefCell::new(BTreeMap::new()) };
}

/// How saving stands.
#[derive(Debug, Clone, PartialEq)]
enum Saving {
    Rests,
    Coming,
    Saved,
    /// Somebody else was faster: their version.
    Conflict(Box<TemplateVersion>),
    Failed(Failure),
}

#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    place: StoredValue<Place>,
    found: RwSignal<Option<Answer<TemplateView>>>,
    text: RwSignal<String>,
    note: RwSignal<String>,
    /// Of the open version as this page knows it; 0: none.
    revision: StoredValue<u32>,
    saving: RwSignal<Saving>,
    typed: StoredValue<u32>,
    example: RwSignal<usize>,
    asks: RwSignal<Asking>,
    compared: Compared,
    area: NodeRef<html::Textarea>,
}

/// What stands over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Drop,
    Withdraw,
    SendBack,
}

impl Page {
    fn place(self) -> Place {
        self.place.get_value()
    }

    fn known(self) -> Option<TemplateView> {
        self.found.with(|found| found.as_ref()?.as_ref().ok().cloned())
    }

    fn known_now(self) -> Option<TemplateView> {
        self.found.with_untracked(|found| found.as_ref()?.as_ref().ok().cloned())
    }

    fn read(self) {
        let place = self.place();
        spawn_local(async move {
            let answer = api::templates::read(&place).await;
            if let Ok(view) = &answer {
                self.begin(view);
            }
            self.found.try_set(Some(answer));
        });
    }

    /// Starts from what is open, else from what is in use, else from the built-in words.
    fn begin(self, view: &TemplateView) {
        let open = view.open();
        self.revision.try_set_value(open.map_or(0, |version| version.revision));
        let unsaved = UNSAVED.with_borrow(|all| all.get(&view.place).cloned());
        let stands = open.or(view.in_use());
        let text = stands.map_or_else(|| view.built_in.clone(), |version| version.text.clone());
        let note = open.map(|version| version.note.clone()).unwrap_or_default();
        let (text, note) = unsaved.unwrap_or((text, note));
        self.text.try_set(text);
        self.note.try_set(note);
    }

    /// Whether the page says something else than what is kept.
    fn is_changed(self) -> bool {
        let Some(view) = self.known_now() else { return false };
        let (text, note) = (self.text.get_untracked(), self.note.get_untracked());
        match view.open() {
            Some(open) => open.text != text || open.note != note,
            None => view.in_use().map_or(&view.built_in, |version| &version.text) != &text,
        }
    }

    fn type_in(self) {
        let unsaved = (self.text.get_untracked(), self.note.get_untracked());
        UNSAVED.with_borrow_mut(|all| all.insert(self.place(), unsaved));
        self.typed.update_value(|count| *count += 1);
        let ours = self.typed.get_value();
        spawn_local(async move {
            web::pause(SAVE_AFTER_MS).await;
            if self.typed.try_get_value() == Some(ours) {
                self.save().await;
            }
        });
    }

    /// Saves what can be saved; what cannot stays on the page.
    async fn save(self) {
        if !self.is_changed() {
            UNSAVED.with_borrow_mut(|all| all.remove(&self.place()));
            return;
        }
        let (text, note) = (self.text.get_untracked(), self.note.get_untracked());
        if !template_problems(&text).is_empty() {
            return;
        }
        self.saving.set(Saving::Coming);
        let request = WriteTemplate { text, note, revision: self.revision.get_value() };
        let place = self.place();
        match api::templates::write(&place, &request).await {
            Ok(view) => {
                UNSAVED.with_borrow_mut(|all| all.remove(&place));
                self.revision.try_set_value(view.open().map_or(0, |version| version.revision));
                self.found.try_set(Some(Ok(view)));
                self.saving.try_set(Saving::Saved);
            }
            Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                let theirs = api::templates::read(&place).await;
                let theirs = theirs.ok().and_then(|view| view.open().cloned());
                self.saving
                    .try_set(theirs.map_or(Saving::Failed(failure), |version| Saving::Conflict(Box::new(version))));
            }
            Err(failure) => {
                self.saving.try_set(Saving::Failed(failure));
            }
        }
    }

    /// Sees now and then whether somebody else writes here too; what they saved is taken where nothing was typed here.
    fn look_again(self) {
        spawn_local(async move {
            loop {
                web::pause(LOOK_EVERY_MS).await;
                let Some(place) = self.place.try_get_value() else { return };
                let Ok(view) = api::templates::read(&place).await else { continue };
                let Some(revision) = self.revision.try_get_value() else { return };
                let open = view.open().cloned();
                if open.as_ref().map_or(0, |version| version.revision) == revision {
                    continue;
                }
                if !self.is_changed() {
                    self.begin(&view);
                    self.found.try_set(Some(Ok(view)));
                } else if let Some(version) = open {
                    self.saving.try_set(Saving::Conflict(Box::new(version)));
                }
            }
        });
    }

    fn step(self, version: &TemplateVersion, step: TemplateStep, told: &'static str) {
        let request = StepTemplate { number: version.number, revision: version.revision, step };
        let place = self.place();
        self.asks.set(Asking::Nothing);
        spawn_local(async move {
            // What was typed last goes with it.
            if matches!(request.step, TemplateStep::AskApproval) && self.is_changed() {
                self.save().await;
            }
            let revision = self.revision.try_get_value().unwrap_or(request.revision);
            let is_open = !matches!(request.step, TemplateStep::Withdraw);
            let request = StepTemplate { revision: if is_open { revision } else { request.revision }, ..request };
            match api::templates::step(&place, &request).await {
                Ok(view) => {
                    UNSAVED.with_borrow_mut(|all| all.remove(&place));
                    self.begin(&view);
                    self.found.try_set(Some(Ok(view)));
                    self.saving.try_set(Saving::Rests);
                    self.desk.toasts.show(Tone::Good, told, "", None);
                }
                Err(failure) => self.desk.toasts.failed(&failure),
            }
        });
    }

    /// Writes into the text where the cursor is.
    fn insert(self, words: &str) {
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
            let _ = area.set_range_text(words);
            self.text.set(area.value());
            self.type_in();
        }
    }

    /// The cases to try it on: made up first.
    fn examples(self) -> Vec<Example> {
        let place = self.place();
        let shop = self.desk.session.shops();
        let of_shop = place.shop.as_ref().and_then(|id| shop.iter().find(|one| one.id == *id)).or(shop.first());
        let shop = of_shop.map_or_else(|| "Your shop".to_owned(), |shop| shop.name.clone());
        let facts = made_up(&place, &shop);
        let made = |kind, keeps_item, name: bool| Example {
            case: None,
            kind,
            voice: Voice::We,
            keeps_item,
            facts: shared::reply::ReplyFacts { name: facts.name.clone().filter(|_| name), ..facts.clone() },
        };
        let mut all = vec![
            made(Kind::RefundOnly, true, true),
            made(Kind::ReturnAndRefund, false, true),
            made(Kind::RefundOnly, true, false),
        ];
        all.extend(self.known().map(|view| view.examples).unwrap_or_default());
        all
    }

    fn chosen(self) -> Option<Example> {
        self.examples().into_iter().nth(self.example.get())
    }

    fn filled(self) -> Option<Rendered> {
        let place = self.place();
        let example = self.chosen()?;
        let holding = Holding {
            keeps: example.keeps_item,
            returns: example.kind == Kind::ReturnAndRefund && !example.keeps_item,
            fault: fault_of(place.group),
        };
        Some(self.text.with(|text| render(&resolve(text, holding), &example.facts, place.language)))
    }
}

fn example_name(example: &Example) -> String {
    let who = example.facts.name.as_deref().unwrap_or("no name known");
    let what = words::kind(example.kind).to_lowercase();
    let amount = example.facts.amount.as_ref().map(crate::i18n::format::money);
    let parts = [Some(who.to_owned()), Some(what), amount].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if example.case.is_some() { parts } else { ["Made up: ", &parts].concat() }
}

/// The filled text with its facts marked.
fn marked(filled: &Rendered) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut from = 0;
    for span in &filled.spans {
        parts.push(filled.text.get(from..span.start).unwrap_or_default().to_owned().into_any());
        let fact = filled.text.get(span.start..span.end).unwrap_or_default().to_owned();
        parts.push(view! { <span class="var">{fact}</span> }.into_any());
        from = span.end;
    }
    parts.push(filled.text.get(from..).unwrap_or_default().to_owned().into_any());
    parts
}

fn preview(page: Page) -> AnyView {
    let choices = Signal::derive(move || {
        let all = page.examples();
        all.iter().enumerate().map(|(place, one)| Choice::new(place.to_string(), example_name(one))).collect::<Vec<_>>()
    });
    let language = page.place().language;
    let shop = move || page.chosen().map(|example| example.facts.shop).unwrap_or_default();
    view! {
        <section class="stack" aria-label="As the buyer sees it">
            <header class="line">
                <h2 class="small strong">"As the buyer sees it"</h2>
                <span class="push"></span>
                <Pick
                    label="Case to try it on" icon="user" choices=choices
                    value=Signal::derive(move || page.example.get().to_string())
                    on_pick=move |place: String| page.example.set(place.parse().unwrap_or_default())
                />
            </header>
            <div class="phone-prev">
                <div class="bar"><b class="strong">{shop}</b><span class="push muted">"TikTok chat"</span></div>
                <div class="bubble bubble--us preline" lang=language.tag() aria-live="polite">
                    {move || page.filled().map(|filled| marked(&filled))}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn check(is_good: bool, words: String) -> AnyView {
    let (class, icon) = if is_good { ("auto", "check") } else { ("auto auto--fail", "x") };
    view! { <li><span class=class><Icon name=icon/></span><span>{words}</span></li> }.into_any()
}

/// What the rules say: of the template as it reads in every case, and of the case that is shown.
fn checks(page: Page) -> AnyView {
    let place = page.place();
    let rows = move || {
        let text = page.text.get();
        let problems = template_problems(&text);
        if !problems.is_empty() {
            return problems.iter().map(|problem| check(false, problem.text())).collect::<Vec<_>>();
        }
        let mut rows: Vec<AnyView> = lint_template(&place, &text)
            .into_iter()
            .map(|(rule, severity)| {
                let words = rule_text(rule).to_owned();
                if severity == Severity::Block {
                    check(false, words)
                } else {
                    view! { <li><span class="auto auto--open"><Icon name="warn"/></span><span>{words}</span></li> }
                        .into_any()
                }
            })
            .collect();
        let is_blocked = rows.iter().len() > 0;
        if let (Some(filled), Some(example)) = (page.filled(), page.chosen()) {
            let claim = place.moment.claim();
            let amount = if claim == Some(Claim::OfferMade) { &example.facts.offer } else { &example.facts.amount };
            let input = LintInput {
                text: &filled.text,
                language: place.language,
                claim,
                sayable: &[],
                pending: true,
                amount: amount.as_ref(),
                buyer_language: None,
            };
            let gap = lint(&input).into_iter().any(|finding| finding.rule == Rule::Gap);
            if gap {
                let missing: Vec<&str> = filled.missing.iter().map(|variable| variable.word()).collect();
                rows.push(check(
                    false,
                    format!(
                        "In the case that is shown {{{}}} is not known. Write {{{}|other words}} for such cases.",
                        missing.join("}, {"),
                        missing.first().copied().unwrap_or("name")
                    ),
                ));
            }
        }
        let has_fallback = text.contains("{name|") || !text.contains("{name}");
        if !has_fallback {
            rows.push(view! { <li><span class="auto auto--open"><Icon name="info"/></span><span>"TikTok masks some names: {name|there} says “there” to those buyers."</span></li> }.into_any());
        }
        if !is_blocked {
            rows.insert(0, check(true, "It keeps every rule of a reply: words, amount, links, language.".to_owned()));
        }
        rows
    };
    view! { <section class="card stack"><h2>"Checks"</h2><ul class="checks" aria-live="polite">{rows}</ul></section> }
        .into_any()
}

fn insert_bar(page: Page) -> AnyView {
    const NAMES: [(Variable, &str); 8] = [
        (Variable::Name, "Buyer’s name"),
        (Variable::Amount, "Refund amount"),
        (Variable::Covers, "What it covers"),
        (Variable::Offer, "Amount offered"),
        (Variable::Item, "Item"),
        (Variable::Shop, "Shop"),
        (Variable::Order, "Order number"),
        (Variable::Reason, "Reason in TikTok’s words"),
    ];
    const CASES: [(Condition, &str); 4] = [
        (Condition::Keeps, "Only if they keep it"),
        (Condition::Returns, "Only if they send it back"),
        (Condition::Ours, "Only if it is our fault"),
        (Condition::Carrier, "Only if it is the carrier’s"),
    ];
    let variables = NAMES.map(|(variable, name)| {
        let word =
            if variable == Variable::Name { "{name|there}".to_owned() } else { ["{", variable.word(), "}"].concat() };
        view! { <button class="btn btn--sm" type="button" on:click=move |_| page.insert(&word)>{name}</button> }
    });
    let conditions = CASES.map(|(condition, name)| {
        let words = ["{if ", condition.word(), "}…{end}"].concat();
        view! { <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| page.insert(&words)>{name}</button> }
    });
    view! { <div class="varbar" role="group" aria-label="Insert"><span class="muted">"Insert"</span>{variables.into_iter().collect_view()}{conditions.into_iter().collect_view()}</div> }
        .into_any()
}

fn saved_line(page: Page) -> AnyView {
    let line = move || {
        let is_template = page.text.with(|text| template_problems(text).is_empty());
        match page.saving.get() {
            _ if !is_template => "Not saved: mend what is marked below".to_owned(),
            Saving::Rests => String::new(),
            Saving::Coming => "Saving".to_owned(),
            Saving::Saved => "Saved".to_owned(),
            Saving::Conflict(_) | Saving::Failed(_) => "Not saved".to_owned(),
        }
    };
    view! { <span class="small muted" role="status">{line}</span> }.into_any()
}

fn trouble(page: Page) -> impl IntoView {
    move || match page.saving.get() {
        Saving::Conflict(theirs) => {
            let who = page.desk.session.name_of(&theirs.author);
            let fact =
                [&who, " saved this page ", &web::when_inside(theirs.written, page.desk.clock.now()), "."].concat();
            let (take, keep) = (theirs.clone(), theirs.clone());
            Some(
                view! {
                    <Banner tone=BannerTone::Soon fact=fact text="Nothing of yours is lost. Below is what they wrote; take it, or save yours over it.">
                        <button class="btn btn--sm" type="button" on:click=move |_| {
                            UNSAVED.with_borrow_mut(|all| all.remove(&page.place()));
                            page.revision.set_value(take.revision);
                            page.text.set(take.text.clone());
                            page.note.set(take.note.clone());
                            page.saving.set(Saving::Rests);
                            page.read();
                        }>"Take theirs"</button>
                        <button class="btn btn--sm" type="button" on:click=move |_| {
                            page.revision.set_value(keep.revision);
                            spawn_local(page.save());
                        }>"Save mine"</button>
                    </Banner>
                    <blockquote class="card preline small">{theirs.text.clone()}</blockquote>
                }
                .into_any(),
            )
        }
        Saving::Failed(failure) => {
            let again = Callback::new(move |()| spawn_local(page.save()));
            Some(view! { <FailureBanner failure on_retry=again/> }.into_any())
        }
        Saving::Rests | Saving::Coming | Saving::Saved => None,
    }
}

/// The steps that this person may take now.
fn steps(page: Page, view: &TemplateView) -> AnyView {
    let me = page.desk.session.me().map(|me| me.id);
    let is_lead = page.desk.session.is_at_least(Role::Lead);
    let open = view.open().cloned();
    let in_use = view.in_use().cloned();
    let leads_alone = view.leads_alone;
    let ask = open.clone().filter(|version| version.state == VersionState::Writing).map(|version| {
        let place = page.place();
        let is_blocked = move || {
            page.text.with(|text| {
                !template_problems(text).is_empty()
                    || lint_template(&place, text).iter().any(|(_, severity)| *severity == Severity::Block)
            })
        };
        view! { <button class="btn btn--primary" type="button" disabled=is_blocked on:click=move |_| page.step(&version, TemplateStep::AskApproval, "A lead is asked to approve it.")>"Ask for approval"</button> }
    });
    let review = open.clone().filter(|version| version.state == VersionState::Review).map(|version| {
        let is_own = Some(&version.author) == me.as_ref();
        if !is_lead {
            return view! { <span class="small muted">"Waits for a lead"</span> }.into_any();
        }
        if is_own && !leads_alone {
            return view! { <span class="small muted">"Waits for another lead: nobody approves their own words"</span> }.into_any();
        }
        view! {
            <button class="btn" type="button" on:click=move |_| page.asks.set(Asking::SendBack)>"Send back…"</button>
            <button class="btn btn--primary" type="button" on:click=move |_| page.step(&version, TemplateStep::Approve, "Replies start from it now.")>
                {if is_own { "Approve my own" } else { "Approve" }}
            </button>
        }
        .into_any()
    });
    let drop = open.map(|_| view! { <button class="btn btn--quiet" type="button" on:click=move |_| page.asks.set(Asking::Drop)>"Drop…"</button> });
    let withdraw = in_use.filter(|_| is_lead && drop.is_none()).map(|_| {
        view! { <button class="btn btn--quiet" type="button" on:click=move |_| page.asks.set(Asking::Withdraw)>"Use the built-in text…"</button> }
    });
    view! { {drop}{withdraw}{review}{ask} }.into_any()
}

#[component]
fn SendBack(page: Page, version: TemplateVersion) -> impl IntoView {
    let why = RwSignal::new(String::new());
    let send = {
        let version = version.clone();
        move |_| {
            let words = why.get_untracked();
            if !words.trim().is_empty() {
                page.step(&version, TemplateStep::SendBack(words), "It is being written again.");
            }
        }
    };
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" on:click=move |_| page.asks.set(Asking::Nothing)>"Not yet"</button>
                <button class="btn btn--primary push" type="button" disabled=move || why.with(|words| words.trim().is_empty()) on:click=send.clone()>"Send back"</button>
            </footer>
        }
    };
    view! {
        <Sheet title="Send it back" lede="Say what is missing; the words of the reply stay." width="480px" on_close=move |()| page.asks.set(Asking::Nothing) footer=footer>
            <textarea class="area" rows="3" maxlength="300" aria-label="What is missing" autofocus prop:value=move || why.get() on:input=move |event| why.set(web::value_of(&event))></textarea>
        </Sheet>
    }
}

fn over(page: Page) -> impl IntoView {
    move || {
        let view = page.known()?;
        let close = move |()| page.asks.set(Asking::Nothing);
        match (page.asks.get(), view.open().cloned(), view.in_use().cloned()) {
            (Asking::Drop, Some(version), _) => Some(
                view! {
                    <Confirm
                        title="Drop what is being written?" text="The words of this version are gone. What is in use stays in use." act="Drop it" on_no=close
                        on_yes=move |()| page.step(&version, TemplateStep::Drop, "Dropped.")
                    />
                }
                .into_any(),
            ),
            (Asking::Withdraw, _, Some(version)) => Some(
                view! {
                    <Confirm
                        title="Use the built-in text again?" text="New replies start from it. This version stays readable, and cases keep its name." act="Use the built-in text" on_no=close
                        on_yes=move |()| page.step(&version, TemplateStep::Withdraw, "The built-in text is used again.")
                    />
                }
                .into_any(),
            ),
            (Asking::SendBack, Some(version), _) => Some(view! { <SendBack page version/> }.into_any()),
            _ => None,
        }
    }
}

fn places(page: Page) -> AnyView {
    let place = page.place();
    let tabs: Vec<AnyView> = Language::ALL
        .into_iter()
        .map(|language| {
            let other = Place { language, ..place.clone() };
            let is_here = language == place.language;
            let path = Route::Replies(Some(other)).path();
            view! { <a href=path aria-current=is_here.then_some("page")>{words::language(language.tag()).to_owned()}</a> }.into_any()
        })
        .collect();
    let shops = page.desk.session.shops();
    let choices: Vec<Choice> = [Choice::new("", "Every shop")]
        .into_iter()
        .chain(shops.into_iter().map(|shop| Choice::new(shop.id, ["Only ", &shop.name].concat())))
        .collect();
    let here = place.shop.as_ref().map(ToString::to_string).unwrap_or_default();
    let desk = page.desk;
    view! {
        <nav class="seg langs" aria-label="Language">{tabs}</nav>
        <span class="push"></span>
        <Pick
            label="For which shop" icon="home" choices=Signal::stored(choices) value=Signal::stored(here)
            on_pick=move |shop: String| {
                let shop: Option<ShopId> = shop.parse().ok();
                desk.nav.go(&Route::Replies(Some(Place { shop, ..place.clone() })));
            }
        />
    }
    .into_any()
}

/// The same words in English, for who does not read the language.
fn in_english(page: Page) -> Option<AnyView> {
    let place = page.place();
    if place.language == Language::En {
        return None;
    }
    let english = Place { language: Language::En, ..place };
    let found = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(view) = api::templates::read(&english).await {
            let text = view.in_use().map_or(view.built_in.clone(), |version| version.text.clone());
            found.try_set(Some(text));
        }
    });
    Some(
        view! {
            <section class="card stack">
                <header><h2>"The English reply"</h2><span class="push small muted">"for you, never sent"</span></header>
                <p class="small muted preline">{move || found.get().unwrap_or_else(|| "Being read".to_owned())}</p>
            </section>
        }
        .into_any(),
    )
}

fn body(page: Page, view: &TemplateView) -> AnyView {
    let place = page.place();
    let sent_back = view.open().and_then(|version| version.sent_back.clone());
    let length = move || page.text.with(|text| count(text));
    view! {
        <div class="editor">
            <div class="stack">
                {sent_back.map(|why| view! { <Banner tone=BannerTone::Soon fact="A lead sent it back." text=why/> })}
                {trouble(page)}
                <section class="card card--flush" aria-label="The text">
                    <header class="line bar">{places(page)}</header>
                    <textarea
                        node_ref=page.area class="writing area--bare" aria-label="Text of the reply" lang=place.language.tag() spellcheck="true"
                        rows="9" prop:value=move || page.text.get()
                        on:input=move |event| {
                            page.text.set(web::value_of(&event));
                            page.type_in();
                        }
                    ></textarea>
                    <div class="line foot"><span class="count" class:over=move || { length() > shared::reply::LONGEST }>{length}" / 2,000"</span><span class="push"></span>{saved_line(page)}</div>
                    {insert_bar(page)}
                </section>
                <div class="field">
                    <label for="tnote">"What is new, and why"</label>
                    <input
                        class="input" id="tnote" maxlength="300" prop:value=move || page.note.get()
                        on:input=move |event| {
                            page.note.set(web::value_of(&event));
                            page.type_in();
                        }
                    />
                </div>
                {checks(page)}
                {move || page.known().map(|view| versions::draw(page.desk, &view, page.compared))}
            </div>
            <div class="stack">{preview(page)}{in_english(page)}</div>
        </div>
    }
    .into_any()
}

/// One reply.
#[component]
pub fn Editor(
    /// Which.
    place: Place,
) -> impl IntoView {
    let desk = use_desk();
    web::set_title(&[&place.title(), " · Amends"].concat());
    let title = place.title();
    let page = Page {
        desk,
        place: StoredValue::new(place),
        found: RwSignal::new(None),
        text: RwSignal::new(String::new()),
        note: RwSignal::new(String::new()),
        revision: StoredValue::new(0),
        saving: RwSignal::new(Saving::Rests),
        typed: StoredValue::new(0),
        example: RwSignal::new(0),
        asks: RwSignal::new(Asking::Nothing),
        compared: Compared::default(),
        area: NodeRef::new(),
    };
    page.read();
    page.look_again();
    let again = Callback::new(move |()| page.read());
    // Drawn once; what changes in it are its own parts.
    let state = Memo::new(move |_| page.found.with(|found| found.as_ref().map(Result::is_ok)));
    view! {
        <header class="page__head">
            <div>
                <p class="crumbs"><a href=Route::Replies(None).path()>"Replies"</a></p>
                <h1>{title}</h1>
            </div>
            <div class="acts">{move || page.known().map(|view| steps(page, &view))}</div>
        </header>
        {move || match state.get() {
            None => view! { <RowSkeletons count=5/> }.into_any(),
            Some(true) => untrack(|| page.known_now()).map(|view| body(page, &view)).into_any(),
            Some(false) => match page.found.get_untracked() {
                Some(Err(failure)) => view! { <FailureBanner failure on_retry=again/> }.into_any(),
                _ => ().into_any(),
            },
        }}
        {over(page)}
    }
}
