//! The form of a scorecard: points, root causes, the note.

use crate::web;
use leptos::prelude::*;
use shared::domain::review::{CAUSE_CHARS, CAUSES, Item, Judged, Judgement, Scorecard, USUAL_CAUSES};
use shared::id::ItemId;

/// What is being written. `on_change` hears of every change by hand.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// As it stands.
    pub(super) judgement: RwSignal<Judgement>,
    /// Root causes that are offered.
    pub(super) causes: RwSignal<Vec<String>>,
    /// It can be looked at only.
    pub(super) is_shut: bool,
    /// Something was changed.
    pub(super) on_change: Callback<()>,
}

impl Form {
    /// Root causes: the usual ones, then those that others have named.
    pub(super) fn offered(named: Vec<String>) -> Vec<String> {
        let mut all: Vec<String> = USUAL_CAUSES.map(str::to_owned).to_vec();
        for cause in named {
            if !all.contains(&cause) {
                all.push(cause);
            }
        }
        all
    }

    /// Changes what is written.
    pub(super) fn change(self, change: impl FnOnce(&mut Judgement)) {
        self.judgement.update(change);
        self.on_change.run(());
    }

    fn points(self, item: &ItemId) -> Option<u8> {
        self.judgement.with(|judgement| judgement.items.get(item).map(|judged| judged.points))
    }

    fn give(self, item: &Item, points: u8) {
        self.change(|judgement| {
            let judged = judgement.items.entry(item.id.clone()).or_insert(Judged { points, causes: Vec::new() });
            judged.points = points;
            if points >= item.points {
                judged.causes.clear();
            }
        });
    }

    fn switch(self, item: &ItemId, cause: &str) {
        self.change(|judgement| {
            let Some(judged) = judgement.items.get_mut(item) else { return };
            match judged.causes.iter().position(|known| known == cause) {
                Some(place) => drop(judged.causes.remove(place)),
                None if judged.causes.len() < CAUSES => judged.causes.push(cause.to_owned()),
                None => {}
            }
        });
    }

    fn has(self, item: &ItemId, cause: &str) -> bool {
        self.judgement.with(|judgement| {
            judgement.items.get(item).is_some_and(|judged| judged.causes.iter().any(|known| known == cause))
        })
    }

    fn causes_of(self, item: &Item) -> AnyView {
        let id = StoredValue::new(item.id.clone());
        let chip = move |cause: String| {
            let (for_look, for_press) = (cause.clone(), cause.clone());
            let is_on = Memo::new(move |_| self.has(&id.get_value(), &for_look));
            let class = move || if is_on.get() { "chip chip--accent" } else { "chip chip--line" };
            view! {
                <button
                    class=class type="button" disabled=self.is_shut aria-pressed=move || is_on.get().to_string()
                    on:click=move |_| self.switch(&id.get_value(), &for_press)
                >{cause}</button>
            }
        };
        let chips = move || self.causes.get().into_iter().map(chip).collect_view();
        let (is_adding, own) = (RwSignal::new(false), RwSignal::new(String::new()));
        let add = move || {
            let cause = own.get_untracked().trim().to_owned();
            is_adding.set(false);
            own.set(String::new());
            if cause.is_empty() {
                return;
            }
            if !self.causes.with_untracked(|all| all.contains(&cause)) {
                self.causes.update(|all| all.push(cause.clone()));
            }
            if !untrack(|| self.has(&id.get_value(), &cause)) {
                self.switch(&id.get_value(), &cause);
            }
        };
        let label = ["Add a root cause of “", &item.title, "”"].concat();
        let field = move || {
            let label = label.clone();
            if is_adding.get() {
                view! {
                    <input
                        class="input cause__own" aria-label=label maxlength=CAUSE_CHARS.to_string() autofocus
                        prop:value=own on:input=move |event| own.set(web::value_of(&event))
                        on:keydown=move |event: web_sys::KeyboardEvent| {
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                add();
                            }
                        }
                        on:blur=move |_| add()
                    />
                }
                .into_any()
            } else {
                view! { <button class="chip chip--dash" type="button" disabled=self.is_shut aria-label=label on:click=move |_| is_adding.set(true)>"Add"</button> }
                    .into_any()
            }
        };
        view! { <div class="cause" role="group" aria-label="Root cause"><span class="muted">"Root cause"</span>{chips}{field}</div> }
            .into_any()
    }

    fn item(self, item: &Item) -> AnyView {
        let most = item.points;
        let id = StoredValue::new(item.id.clone());
        let all = StoredValue::new(item.clone());
        let choice = |points: u8| {
            let text = match (most, points) {
                (2, 1) => "No".to_owned(),
                (2, _) => "Yes".to_owned(),
                (_, points) => points.to_string(),
            };
            view! {
                <label>
                    <input
                        type="radio" name=["item-", item.id.as_str()].concat() disabled=self.is_shut
                        prop:checked=move || self.points(&id.get_value()) == Some(points)
                        on:change=move |_| self.give(&all.get_value(), points)
                    />{text}
                </label>
            }
        };
        // Yes stands before no, as people say it.
        let choices: Vec<_> = if most == 2 { vec![choice(2), choice(1)] } else { (1..=most).map(choice).collect() };
        let fails = item.is_critical.then_some(" Fails the whole review.");
        let is_short = Memo::new(move |_| self.points(&id.get_value()).is_some_and(|points| points < most));
        view! {
            <li>
                <div><b class="strong">{item.title.clone()}</b><p>{item.explanation.clone()}{fails}</p></div>
                <fieldset class="seg"><legend class="vh">{item.title.clone()}</legend>{choices}</fieldset>
                {move || is_short.get().then(|| untrack(|| self.causes_of(&all.get_value())))}
            </li>
        }
        .into_any()
    }

    /// The items, then the note.
    pub(super) fn draw(self, card: &Scorecard, note_for: &str, hint: String) -> AnyView {
        let items: Vec<_> = card.items.iter().map(|item| self.item(item)).collect();
        let note = move || self.judgement.with(|judgement| judgement.note.clone());
        view! {
            <ol class="score">{items}</ol>
            <div class="field">
                <label for="review-note">{["Note for ", note_for].concat()}</label>
                <textarea
                    class="area" id="review-note" maxlength="2000" disabled=self.is_shut prop:value=note
                    on:input=move |event| {
                        let text = web::value_of(&event);
                        self.change(|judgement| judgement.note = text);
                    }
                ></textarea>
                <span class="hint">{hint}</span>
            </div>
        }
        .into_any()
    }
}
