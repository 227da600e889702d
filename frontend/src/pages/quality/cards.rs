//! The sheet of scorecards: every change makes a new version.

use super::leaving::{self, Base, Theirs, as_left, ways_out};
use super::loading::Loading;
use crate::api::{self, Failure};
use crate::components::{Choice, FailureBanner, Icon, Pick, Sheet};
use crate::pages::kept::Kept;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::review::{ITEMS, Item, Scorecard, scorecard_problem};
use shared::error::ErrorCode;
use shared::id::ItemId;
use shared::wire::review::ScorecardRequest;

thread_local! {
    /// Scorecards that were changed and not saved.
    static LEFT: Kept<Editing> = const { Kept::new() };
}

/// Under what a scorecard that is not there yet is kept.
const NEW: &str = "new";

/// One item as typed, under a number that is its own while the sheet is open.
#[derive(Debug, Clone, Copy)]
struct Row {
    number: u32,
    id: StoredValue<ItemId>,
    title: RwSignal<String>,
    explanation: RwSignal<String>,
    weight: RwSignal<String>,
    points: RwSignal<String>,
    is_critical: RwSignal<bool>,
}

/// The scorecard as typed.
#[derive(Clone, Copy)]
struct Editing {
    /// As it was when the change began.
    from: StoredValue<Scorecard>,
    base: Base,
    name: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
    last: StoredValue<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

fn fresh<T: TryFrom<String>>() -> Option<T> {
    T::try_from(web::fresh_key().as_str().to_owned()).ok()
}

fn scale(points: u8) -> String {
    if points == 2 { "Yes or no".to_owned() } else { ["1 to ", &points.to_string()].concat() }
}

/// A scorecard, line by line.
fn theirs(card: &Scorecard) -> Theirs {
    let item = |item: &Item| {
        let fails = if item.is_critical { ", the lowest fails all" } else { "" };
        let weight = item.weight.to_string();
        [&item.title, ": ", &item.explanation, " ", &scale(item.points), ", weight ", &weight, fails].concat()
    };
    let lines = [card.name.clone()].into_iter().chain(card.items.iter().map(item)).collect();
    Theirs { version: card.version, lines }
}

impl leaving::Sheet for Editing {
    fn base(self) -> Base {
        self.base
    }

    fn is_changed(self) -> bool {
        let request = self.request();
        self.from.with_value(|from| from.name != request.name || from.items != request.items)
    }
}

impl Editing {
    /// The form as it was left, else a new one.
    fn open(card: &Scorecard) -> Self {
        let key = if card.version == 0 { NEW } else { card.id.as_str() };
        let editing = leaving::open(&LEFT, key, theirs(card), || Self::of(card));
        editing.failure.set(None);
        editing
    }

    fn key(self) -> String {
        self.from.with_value(|from| if from.version == 0 { NEW.to_owned() } else { from.id.to_string() })
    }

    /// What was typed is saved, or thrown away.
    fn end(self) {
        LEFT.with(|left| left.end(&self.key()));
    }

    fn of(card: &Scorecard) -> Self {
        let editing = Self {
            from: StoredValue::new(card.clone()),
            base: Base::of(card.version),
            name: RwSignal::new(card.name.clone()),
            rows: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        card.items.iter().for_each(|item| editing.add(item));
        editing
    }

    fn add(self, item: &Item) {
        self.last.update_value(|last| *last += 1);
        let row = Row {
            number: self.last.get_value(),
            id: StoredValue::new(item.id.clone()),
            title: RwSignal::new(item.title.clone()),
            explanation: RwSignal::new(item.explanation.clone()),
            weight: RwSignal::new(item.weight.to_string()),
            points: RwSignal::new(item.points.to_string()),
            is_critical: RwSignal::new(item.is_critical),
        };
        self.rows.update(|rows| rows.push(row));
    }

    fn add_blank(self) {
        let Some(id) = fresh() else { return };
        let item =
            Item { id, title: String::new(), explanation: String::new(), weight: 1, points: 4, is_critical: false };
        LEFT.with(|left| left.within(&self.key(), || self.add(&item)));
        let id = ["it-", &self.last.get_value().to_string()].concat();
        request_animation_frame(move || {
            web::focus(&id);
        });
    }

    fn shift(self, number: u32, is_up: bool) {
        self.rows.update(|rows| {
            let Some(place) = rows.iter().position(|row| row.number == number) else { return };
            let other = if is_up { place.checked_sub(1) } else { Some(place + 1).filter(|other| *other < rows.len()) };
            if let Some(other) = other {
                rows.swap(place, other);
            }
        });
    }

    /// As typed; what is no number is one that does not fit.
    fn request(self) -> ScorecardRequest {
        let item = |row: &Row| Item {
            id: row.id.get_value(),
            title: row.title.get().trim().to_owned(),
            explanation: row.explanation.get().trim().to_owned(),
            weight: row.weight.with(|text| text.trim().parse().unwrap_or(u32::MAX)),
            points: row.points.with(|text| text.parse().unwrap_or_default()),
            is_critical: row.is_critical.get(),
        };
        let items = self.rows.with(|rows| rows.iter().map(item).collect());
        ScorecardRequest { version: self.base.version(), name: self.name.get().trim().to_owned(), items }
    }

    fn problem(self) -> Option<String> {
        let request = self.request();
        scorecard_problem(&request.name, &request.items)
            .map(|(field, problem)| ["The ", field, " ", problem, "."].concat())
    }

    fn save(self, on_close: Callback<bool>) {
        self.is_busy.set(true);
        self.failure.set(None);
        let (id, request) = (self.from.with_value(|from| from.id.clone()), untrack(|| self.request()));
        spawn_local(async move {
            let answer = match api::reviews::save_scorecard(&id, &request).await {
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                    api::reviews::scorecards().await.map(|all| all.into_iter().find(|card| card.id == id))
                }
                answer => answer.map(|_| None),
            };
            self.is_busy.try_set(false);
            match answer {
                Ok(None) => {
                    self.end();
                    let _ = on_close.try_run(true);
                }
                Ok(Some(card)) => self.base.meet(theirs(&card)),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn row(self, row: Row) -> AnyView {
        let id = |part: &str| [part, "-", &row.number.to_string()].concat();
        let named = move |act: &str| {
            let title = row.title.get();
            [act, " “", if title.is_empty() { "the new item" } else { &title }, "”"].concat()
        };
        let scales: Vec<_> = (2..=5_u8)
            .map(|points| {
                let text = scale(points);
                let value = points.to_string();
                let chosen = value.clone();
                view! { <option value=value selected=move || row.points.with(|points| *points == chosen)>{text}</option> }
            })
            .collect();
        view! {
            <li class="itemrow">
                <div class="field"><label for=id("it")>"Title"</label><input class="input" id=id("it") maxlength="80" prop:value=row.title on:input=move |event| row.title.set(web::value_of(&event))/></div>
                <div class="field"><label for=id("ie")>"What is asked"</label><input class="input" id=id("ie") maxlength="300" prop:value=row.explanation on:input=move |event| row.explanation.set(web::value_of(&event))/></div>
                <div class="field"><label for=id("ip")>"Scale"</label><select class="input" id=id("ip") prop:value=row.points on:change=move |event| row.points.set(web::value_of(&event))>{scales}</select></div>
                <div class="field"><label for=id("iw")>"Weight"</label><input class="input" id=id("iw") inputmode="numeric" prop:value=row.weight on:input=move |event| row.weight.set(web::value_of(&event))/></div>
                <label class="tick"><input type="checkbox" prop:checked=row.is_critical on:change=move |event| row.is_critical.set(web::is_checked(&event))/><span>"The lowest fails all"</span></label>
                <div class="line">
                    <button class="btn btn--quiet btn--sm btn--icon" type="button" aria-label=move || named("Move up") on:click=move |_| self.shift(row.number, true)><Icon name="up" class="icon--s"/></button>
                    <button class="btn btn--quiet btn--sm btn--icon" type="button" aria-label=move || named("Move down") on:click=move |_| self.shift(row.number, false)><Icon name="down" class="icon--s"/></button>
                    <button class="btn btn--quiet btn--sm btn--icon" type="button" aria-label=move || named("Remove") on:click=move |_| leaving::remove(self.rows, |row| row.number, row.number, "it-", "card-add")><Icon name="x" class="icon--s"/></button>
                </div>
            </li>
        }
        .into_any()
    }

    fn draw(self, on_close: Callback<bool>, again: Callback<()>) -> AnyView {
        let take = move || {
            self.end();
            again.run(());
        };
        let is_off = move || self.is_busy.get() || self.base.is_open() || self.problem().is_some();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !untrack(is_off) {
                self.save(on_close);
            }
        };
        let version = move || match self.base.version() {
            0 => "A new scorecard.".to_owned(),
            version => [
                "Saving makes version ",
                &(version + 1).to_string(),
                ". Reviews keep the version they were done under.",
            ]
            .concat(),
        };
        view! {
            <form class="stack" on:submit=submit novalidate>
                {as_left(self)}
                {self.base.draw(take, "card-name")}
                <div class="field"><label for="card-name">"Name"</label><input class="input" id="card-name" maxlength="60" prop:value=self.name on:input=move |event| self.name.set(web::value_of(&event))/><span class="hint">{version}</span></div>
                <ol class="stack"><For each=move || self.rows.get() key=|row| row.number children=move |row| self.row(row)/></ol>
                <div><button class="btn btn--sm" type="button" id="card-add" disabled=move || self.rows.with(|rows| rows.len() >= ITEMS) on:click=move |_| self.add_blank()><Icon name="plus" class="icon--s"/>"Add an item"</button></div>
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    {ways_out(self, on_close, move || self.end())}
                    <span class="small muted push" id="card-why" role="status">{move || self.problem()}</span>
                    <button class="btn btn--primary" type="submit" aria-describedby="card-why" disabled=is_off>"Save"</button>
                </div>
            </form>
        }
        .into_any()
    }
}

/// The scorecards.
#[component]
pub fn Scorecards(on_close: Callback<bool>) -> impl IntoView {
    let known = Loading::new(api::reviews::scorecards);
    let chosen = RwSignal::new(String::new());
    let again = Callback::new(move |()| known.anew());
    let body = move || {
        known.draw(|cards| {
            let choices: Vec<Choice> = cards
                .iter()
                .map(|card| Choice::new(card.id.to_string(), [&card.name, ", version ", &card.version.to_string()].concat()))
                .chain([Choice::new("new", "A new scorecard")])
                .collect();
            let first = cards.first().map(|card| card.id.to_string()).unwrap_or_default();
            let value = Signal::derive(move || chosen.with(|chosen| if chosen.is_empty() { first.clone() } else { chosen.clone() }));
            let edited = move || {
                let value = value.get();
                let known = cards.iter().find(|card| card.id.as_str() == value).cloned();
                let blank = || {
                    Some(Scorecard { id: fresh()?, version: 0, name: String::new(), items: Vec::new() })
                };
                let card = known.or_else(blank);
                untrack(|| card.map(|card| Editing::open(&card).draw(on_close, again)))
            };
            view! { <Pick label="Scorecard" icon="scale" choices=choices value=value on_pick=move |value| chosen.set(value)/>{edited} }
                .into_any()
        })
    };
    view! {
        <Sheet title="Scorecards" lede="What reviewers go by." width="860px" on_close=move |()| on_close.run(false)>
            <div class="stack">{body}</div>
        </Sheet>
    }
}
