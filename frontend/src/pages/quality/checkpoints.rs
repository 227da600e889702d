//! The sheet of checkpoints that people tick before deciding.

use super::leaving::{self, Base, Theirs, as_left, ways_out};
use super::loading::Loading;
use crate::api::{self, Failure};
use crate::components::{FailureBanner, Icon, Sheet};
use crate::i18n::words;
use crate::pages::kept::Kept;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Kind;
use shared::domain::tick::{TICKS, Tick, ticks_problem};
use shared::error::ErrorCode;
use shared::id::TickId;
use shared::reasons::{ReasonGroup, label};
use shared::wire::tick::TickRules;

thread_local! {
    /// The list that was changed and not saved.
    static LEFT: Kept<Editing> = const { Kept::new() };
}

/// Under what the list is kept: there is one.
const ALL: &str = "";

/// Kinds that are decided at the desk.
const KINDS: [Kind; 4] = [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement];

/// One checkpoint as typed, under a number that is its own while the sheet is open.
#[derive(Debug, Clone, Copy)]
struct Row {
    number: u32,
    id: StoredValue<TickId>,
    text: RwSignal<String>,
    kinds: RwSignal<Vec<Kind>>,
    groups: RwSignal<Vec<ReasonGroup>>,
    is_needed: RwSignal<bool>,
}

/// A choice of some of many; none chosen: all.
fn some_of<T: Copy + PartialEq + Send + Sync + 'static>(
    all: &[T],
    text: impl Fn(T) -> &'static str,
    chosen: RwSignal<Vec<T>>,
) -> AnyView {
    let tick = |one: T| {
        let is_on = move || chosen.with(|chosen| chosen.contains(&one));
        let switch = move |event: web_sys::Event| {
            let is_on = web::is_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != one);
                if is_on {
                    chosen.push(one);
                }
            });
        };
        view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{text(one)}</span></label> }
    };
    let ticks: Vec<_> = all.iter().map(|one| tick(*one)).collect();
    view! { <div class="ticks">{ticks}</div> }.into_any()
}

fn summary(name: &'static str, count: usize) -> String {
    match count {
        0 => [name, ": all"].concat(),
        count => [name, ": ", &count.to_string()].concat(),
    }
}

/// The list as typed.
#[derive(Clone, Copy)]
struct Editing {
    /// As it was when the change began.
    from: StoredValue<TickRules>,
    base: Base,
    rows: RwSignal<Vec<Row>>,
    last: StoredValue<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

/// What is asked for, line by line.
fn theirs(known: &TickRules) -> Theirs {
    let some = |names: Vec<&'static str>| if names.is_empty() { "all".to_owned() } else { names.join(", ") };
    let tick = |tick: &Tick| {
        let kinds = some(tick.kinds.iter().map(|kind| words::kind(*kind)).collect());
        let groups = some(tick.groups.iter().map(|group| label(*group)).collect());
        let needed = if tick.is_needed { ". Nobody decides without it" } else { "" };
        [&tick.text, ". Kinds: ", &kinds, ". Reasons: ", &groups, needed].concat()
    };
    Theirs { version: known.version, lines: known.ticks.iter().map(tick).collect() }
}

impl leaving::Sheet for Editing {
    fn base(self) -> Base {
        self.base
    }

    fn is_changed(self) -> bool {
        let rules = self.rules();
        self.from.with_value(|from| from.ticks != rules.ticks)
    }
}

impl Editing {
    /// The form as it was left, else a new one.
    fn open(known: &TickRules) -> Self {
        let editing = leaving::open(&LEFT, ALL, theirs(known), || Self::of(known));
        editing.failure.set(None);
        editing
    }

    /// What was typed is saved, or thrown away.
    fn end() {
        LEFT.with(|left| left.end(ALL));
    }

    fn of(known: &TickRules) -> Self {
        let editing = Self {
            from: StoredValue::new(known.clone()),
            base: Base::of(known.version),
            rows: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        known.ticks.iter().for_each(|tick| editing.add(tick));
        editing
    }

    fn add(self, tick: &Tick) {
        self.last.update_value(|last| *last += 1);
        let row = Row {
            number: self.last.get_value(),
            id: StoredValue::new(tick.id.clone()),
            text: RwSignal::new(tick.text.clone()),
            kinds: RwSignal::new(tick.kinds.clone()),
            groups: RwSignal::new(tick.groups.clone()),
            is_needed: RwSignal::new(tick.is_needed),
        };
        self.rows.update(|rows| rows.push(row));
    }

    fn add_blank(self) {
        let Ok(id) = web::fresh_key().as_str().parse() else { return };
        let blank = Tick { id, text: String::new(), kinds: Vec::new(), groups: Vec::new(), is_needed: false };
        LEFT.with(|left| left.within(ALL, || self.add(&blank)));
        let id = ["tk-", &self.last.get_value().to_string()].concat();
        request_animation_frame(move || {
            web::focus(&id);
        });
    }

    fn rules(self) -> TickRules {
        let tick = |row: &Row| Tick {
            id: row.id.get_value(),
            text: row.text.get().trim().to_owned(),
            kinds: row.kinds.get(),
            groups: row.groups.get(),
            is_needed: row.is_needed.get(),
        };
        TickRules { version: self.base.version(), ticks: self.rows.with(|rows| rows.iter().map(tick).collect()) }
    }

    fn problem(self) -> Option<String> {
        ticks_problem(&self.rules().ticks).map(|(field, problem)| ["The ", field, " ", problem, "."].concat())
    }

    fn save(self, on_close: Callback<bool>) {
        self.is_busy.set(true);
        self.failure.set(None);
        let rules = untrack(|| self.rules());
        spawn_local(async move {
            let answer = match api::ticks::save_rules(&rules).await {
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                    api::ticks::rules().await.map(Some)
                }
                answer => answer.map(|_| None),
            };
            self.is_busy.try_set(false);
            match answer {
                Ok(None) => {
                    Self::end();
                    let _ = on_close.try_run(true);
                }
                Ok(Some(known)) => self.base.meet(theirs(&known)),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn row(self, row: Row) -> AnyView {
        let id = ["tk-", &row.number.to_string()].concat();
        let remove = move || {
            let text = row.text.get();
            ["Remove “", if text.is_empty() { "the new checkpoint" } else { &text }, "”"].concat()
        };
        view! {
            <li class="stack tickrow">
                <div class="line">
                    <div class="field wide-field"><label for=id.clone()>"What must be seen"</label><input class="input" id=id maxlength="80" placeholder="Damage is visible in a photo" prop:value=row.text on:input=move |event| row.text.set(web::value_of(&event))/></div>
                    <button class="btn btn--quiet btn--icon" type="button" aria-label=remove on:click=move |_| leaving::remove(self.rows, |row| row.number, row.number, "tk-", "tick-add")><Icon name="x" class="icon--s"/></button>
                </div>
                <label class="tick"><input type="checkbox" prop:checked=row.is_needed on:change=move |event| row.is_needed.set(web::is_checked(&event))/><span>"Nobody decides without it"</span></label>
                <details><summary>{move || summary("Kinds", row.kinds.with(Vec::len))}</summary>{some_of(&KINDS, words::kind, row.kinds)}</details>
                <details><summary>{move || summary("Reasons", row.groups.with(Vec::len))}</summary>{some_of(&ReasonGroup::ALL, label, row.groups)}</details>
            </li>
        }
        .into_any()
    }

    fn draw(self, on_close: Callback<bool>, again: Callback<()>) -> AnyView {
        let take = move || {
            Self::end();
            again.run(());
        };
        let is_off = move || self.is_busy.get() || self.base.is_open() || self.problem().is_some();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !untrack(is_off) {
                self.save(on_close);
            }
        };
        view! {
            <form class="stack" on:submit=submit novalidate>
                {as_left(self)}
                {self.base.draw(take, "tick-add")}
                <ol class="stack"><For each=move || self.rows.get() key=|row| row.number children=move |row| self.row(row)/></ol>
                <div><button class="btn btn--sm" type="button" id="tick-add" disabled=move || self.rows.with(|rows| rows.len() >= TICKS) on:click=move |_| self.add_blank()><Icon name="plus" class="icon--s"/>"Add a checkpoint"</button></div>
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    {ways_out(self, on_close, Self::end)}
                    <span class="small muted push" id="ticks-why" role="status">{move || self.problem()}</span>
                    <button class="btn btn--primary" type="submit" aria-describedby="ticks-why" disabled=is_off>"Save"</button>
                </div>
            </form>
        }
        .into_any()
    }
}

/// What people tick.
#[component]
pub fn Checkpoints(on_close: Callback<bool>) -> impl IntoView {
    let known = Loading::new(api::ticks::rules);
    let again = Callback::new(move |()| known.anew());
    let body = move || known.draw(|known| Editing::open(&known).draw(on_close, again));
    view! {
        <Sheet title="Checkpoints" lede="What people tick before they decide, up to 8. “Photos opened” is noted by the desk itself." width="720px" on_close=move |()| on_close.run(false)>
            {body}
        </Sheet>
    }
}
