//! One made-up case, as it is written.

use crate::i18n::words;
use crate::web;
use leptos::prelude::*;
use shared::domain::case::{DecisionKind, Kind};
use shared::domain::practice::{Manner, PARCEL_DECISIONS, Right, Task, first_decisions, reasons_for};
use shared::reasons::{ReasonGroup, group_named, group_word, label};

/// Kinds that are decided at the desk.
const KINDS: [Kind; 4] = [Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Cancellation, Kind::Replacement];

/// A case as typed, under a number that is its own while the form is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) number: u32,
    kind: RwSignal<Kind>,
    reason: RwSignal<ReasonGroup>,
    words: RwSignal<String>,
    photos: RwSignal<String>,
    /// What came with it and nobody types: the article, and the kind, reason and region that it was chosen for.
    article: StoredValue<(String, Kind, ReasonGroup, String)>,
    amount: RwSignal<String>,
    deadline: RwSignal<String>,
    first: RwSignal<Vec<DecisionKind>>,
    parcel: RwSignal<Vec<DecisionKind>>,
    asks_first: RwSignal<bool>,
    why: RwSignal<String>,
    opens_with: RwSignal<String>,
    to_question: RwSignal<String>,
    shows_photo: RwSignal<bool>,
    thanks: RwSignal<String>,
    wants: RwSignal<String>,
    writes_again: RwSignal<String>,
    declines_offer: RwSignal<bool>,
}

/// What a new case begins as.
fn plain() -> Task {
    Task {
        kind: Kind::RefundOnly,
        reason: ReasonGroup::Damaged,
        words: String::new(),
        photos: 0,
        article: String::new(),
        amount: String::new(),
        deadline_minutes: 120,
        manner: Manner { thanks: "Thank you!".to_owned(), ..Manner::default() },
        right: Right { decisions: vec![vec![DecisionKind::ApproveRefund]], ..Right::default() },
    }
}

impl Form {
    pub(super) fn new(number: u32) -> Self {
        Self::of(number, plain(), "")
    }

    pub(super) fn of(number: u32, task: Task, region: &str) -> Self {
        let Task { kind, reason, words, photos, article, amount, deadline_minutes, manner, right } = task;
        let mut decisions = right.decisions.into_iter();
        Self {
            number,
            kind: RwSignal::new(kind),
            reason: RwSignal::new(reason),
            words: RwSignal::new(words),
            photos: RwSignal::new(photos.to_string()),
            article: StoredValue::new((article, kind, reason, region.to_owned())),
            amount: RwSignal::new(amount),
            deadline: RwSignal::new(deadline_minutes.to_string()),
            first: RwSignal::new(decisions.next().unwrap_or_default()),
            parcel: RwSignal::new(decisions.next().unwrap_or_default()),
            asks_first: RwSignal::new(right.asks_first),
            why: RwSignal::new(right.why),
            opens_with: RwSignal::new(manner.opens_with),
            to_question: RwSignal::new(manner.to_question),
            shows_photo: RwSignal::new(manner.shows_photo),
            thanks: RwSignal::new(manner.thanks),
            wants: RwSignal::new(manner.wants.join(", ")),
            writes_again: RwSignal::new(manner.writes_again),
            declines_offer: RwSignal::new(manner.declines_offer),
        }
    }

    /// The article, while the case is still the one that it was chosen for: of another its pictures would show what
    /// nobody asks about.
    fn article(self, region: &str) -> String {
        let (kind, reason) = (self.kind.get_untracked(), self.reason.get_untracked());
        self.article.with_value(|(article, for_kind, for_reason, for_region)| {
            let is_same = (*for_kind, *for_reason, for_region.as_str()) == (kind, reason, region);
            if is_same { article.clone() } else { String::new() }
        })
    }

    /// The case as typed, in a shop of a region; numbers that are none are left to the check.
    pub(super) fn task(self, region: &str) -> Task {
        let text = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let wants = text(self.wants);
        let kind = self.kind.get_untracked();
        let mut decisions = vec![self.first.get_untracked()];
        let parcel = self.parcel.get_untracked();
        if kind == Kind::ReturnAndRefund && !parcel.is_empty() {
            decisions.push(parcel);
        }
        Task {
            kind,
            reason: self.reason.get_untracked(),
            words: text(self.words),
            photos: text(self.photos).parse().unwrap_or(u8::MAX),
            article: self.article(region),
            amount: text(self.amount),
            deadline_minutes: text(self.deadline).parse().unwrap_or_default(),
            manner: Manner {
                opens_with: text(self.opens_with),
                to_question: text(self.to_question),
                shows_photo: self.shows_photo.get_untracked(),
                declines_offer: self.declines_offer.get_untracked(),
                thanks: text(self.thanks),
                wants: wants.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
                writes_again: text(self.writes_again),
            },
            right: Right { decisions, asks_first: self.asks_first.get_untracked(), why: text(self.why) },
        }
    }

    fn id(self, name: &str) -> String {
        ["task-", &self.number.to_string(), "-", name].concat()
    }

    fn line(self, name: &str, label: &'static str, hint: &'static str, value: RwSignal<String>) -> AnyView {
        let id = self.id(name);
        let hint = (!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> });
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input class="input" id=id autocomplete="off" prop:value=value on:input=move |event| value.set(web::value_of(&event))/>
                {hint}
            </div>
        }
        .into_any()
    }

    fn area(self, name: &str, label: &'static str, value: RwSignal<String>) -> AnyView {
        let id = self.id(name);
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <textarea class="area" id=id maxlength="500" prop:value=value on:input=move |event| value.set(web::value_of(&event))></textarea>
            </div>
        }
        .into_any()
    }

    /// Ticks of decisions, any of which is right.
    fn decisions(self, legend: &'static str, all: &[DecisionKind], chosen: RwSignal<Vec<DecisionKind>>) -> AnyView {
        let tick = |kind: &DecisionKind| {
            let kind = *kind;
            let is_on = move || chosen.with(|chosen| chosen.contains(&kind));
            let switch = move |event: web_sys::Event| {
                let is_on = web::is_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|known| *known != kind);
                    if is_on {
                        chosen.push(kind);
                    }
                });
            };
            let text = words::decision(kind).trim_end_matches('…');
            view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{text}</span></label> }
        };
        let ticks: Vec<_> = all.iter().map(tick).collect();
        view! { <fieldset class="field"><legend class="strong">{legend}</legend><div class="ticks">{ticks}</div></fieldset> }.into_any()
    }

    fn switch(label: &'static str, value: RwSignal<bool>) -> AnyView {
        view! {
            <label class="tick"><input type="checkbox" prop:checked=value on:change=move |event| value.set(web::is_checked(&event))/><span>{label}</span></label>
        }
        .into_any()
    }

    fn kinds(self, region: Signal<String>) -> AnyView {
        let id = self.id("kind");
        let choices: Vec<_> = KINDS
            .into_iter()
            .map(|kind| {
                let is_chosen = move || self.kind.get() == kind;
                view! { <option value=word(kind) selected=is_chosen>{words::kind(kind)}</option> }
            })
            .collect();
        let pick = move |event: web_sys::Event| {
            let value = web::value_of(&event);
            let Some(kind) = KINDS.into_iter().find(|kind| word(*kind) == value) else { return };
            self.kind.set(kind);
            let reasons = reasons_for(&region.get_untracked(), kind);
            if let Some(first) = reasons.first().filter(|_| !reasons.contains(&self.reason.get_untracked())) {
                self.reason.set(*first);
            }
            self.first.set(first_decisions(kind).first().copied().into_iter().collect());
            self.parcel.set(if kind == Kind::ReturnAndRefund { vec![DecisionKind::AcceptParcel] } else { Vec::new() });
        };
        view! { <div class="field"><label for=id.clone()>"The buyer asks for"</label><select class="input" id=id on:change=pick>{choices}</select></div> }
            .into_any()
    }

    fn reasons(self, region: Signal<String>) -> AnyView {
        let id = self.id("reason");
        let choices = move || {
            let (kind, chosen) = (self.kind.get(), self.reason.get());
            let option = |reason: &ReasonGroup| {
                let is_chosen = *reason == chosen;
                view! { <option value=group_word(*reason) selected=is_chosen>{label(*reason)}</option> }
            };
            region.with(|region| reasons_for(region, kind).iter().map(option).collect::<Vec<_>>())
        };
        let pick = move |event: web_sys::Event| {
            if let Some(reason) = group_named(&web::value_of(&event)) {
                self.reason.set(reason);
            }
        };
        view! { <div class="field"><label for=id.clone()>"Because"</label><select class="input" id=id on:change=pick>{choices}</select></div> }
            .into_any()
    }

    /// The fields of the case.
    pub(super) fn draw(self, place: usize, region: Signal<String>, on_remove: Callback<u32>) -> AnyView {
        let title = ["Case ", &(place + 1).to_string()].concat();
        let remove = ["Remove case ", &(place + 1).to_string()].concat();
        let right = move || self.decisions("Right is any of these", first_decisions(self.kind.get()), self.first);
        let parcel = move || {
            (self.kind.get() == Kind::ReturnAndRefund)
                .then(|| self.decisions("And of its parcel, if it comes, any of these", &PARCEL_DECISIONS, self.parcel))
        };
        view! {
            <fieldset class="card stack drill__task">
                <legend class="vh">{title.clone()}</legend>
                <div class="line"><h2>{title.clone()}</h2>
                    <button class="btn btn--quiet btn--sm push" type="button" aria-label=remove on:click=move |_| on_remove.run(self.number)>"Remove"</button>
                </div>
                <div class="numbers">
                    {self.kinds(region)}{self.reasons(region)}
                    {self.line("photos", "Photos", "0 to 3", self.photos)}
                    {self.line("deadline", "Minutes to the deadline", "5 to 14,400", self.deadline)}
                    {self.line("amount", "Amount", "Empty: the price of the article", self.amount)}
                </div>
                {self.area("words", "What the buyer writes with it", self.words)}
                {right}{parcel}
                {Self::switch("The buyer must be asked before anybody decides", self.asks_first)}
                {self.area("why", "Why that is right, shown with the score", self.why)}
                <details class="drill__held">
                    <summary>"How the buyer answers"</summary>
                    <div class="stack">
                        {self.line("opens", "Writes in the chat at the beginning", "", self.opens_with)}
                        {self.line("answer", "Answers a question", "The first message before the decision", self.to_question)}
                        {Self::switch("And adds a photo", self.shows_photo)}
                        {self.line("thanks", "Answers the reply", "The first message after the decision", self.thanks)}
                        {self.line("wants", "Wants to hear one of these words", "Apart by commas; empty: anything will do", self.wants)}
                        {self.line("again", "Else writes again", "", self.writes_again)}
                        {Self::switch("Says no to an offer", self.declines_offer)}
                    </div>
                </details>
            </fieldset>
        }
        .into_any()
    }
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Cancellation => "cancellation",
        Kind::RefundOnly => "refund_only",
        Kind::ReturnAndRefund => "return_and_refund",
        Kind::Replacement => "replacement",
        Kind::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_stays_with_the_case_that_it_was_chosen_for() {
        Owner::new().with(|| {
            let form = Form::of(0, Task { article: "HH-MUG-12-BL".to_owned(), ..plain() }, "US");
            let kept = |region| !form.task(region).article.is_empty();
            form.words.set("It came in pieces.".to_owned());
            assert_eq!([kept("US"), kept("GB")], [true, false]);
            form.reason.set(ReasonGroup::Fit);
            assert!(!kept("US"), "of another reason");
            form.reason.set(ReasonGroup::Damaged);
            form.kind.set(Kind::Replacement);
            assert!(!kept("US"), "of another request");
        });
    }
}
