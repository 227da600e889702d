//! The sheet of saved lines: leads write them, everybody puts them into replies.

use crate::api::{self, Failure};
use crate::components::{FailureBanner, Icon, RowSkeletons, Sheet};
use crate::i18n::words;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::LineId;
use shared::reply::{LINES, Language, SavedLine, lines_problem};
use shared::wire::template::SavedLines;

/// One line as typed, under a number that is its own while the sheet is open.
#[derive(Clone, Copy)]
struct Row {
    number: u32,
    id: StoredValue<LineId>,
    name: RwSignal<String>,
    text: RwSignal<String>,
    language: RwSignal<Option<Language>>,
}

/// The list as typed.
#[derive(Clone, Copy)]
struct Editing {
    version: u32,
    rows: RwSignal<Vec<Row>>,
    last: StoredValue<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Editing {
    fn of(known: &SavedLines) -> Self {
        let editing = Self {
            version: known.version,
            rows: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        known.lines.iter().for_each(|line| editing.add(line));
        editing
    }

    fn add(self, line: &SavedLine) {
        self.last.update_value(|last| *last += 1);
        let row = Row {
            number: self.last.get_value(),
            id: StoredValue::new(line.id.clone()),
            name: RwSignal::new(line.name.clone()),
            text: RwSignal::new(line.text.clone()),
            language: RwSignal::new(line.language),
        };
        self.rows.update(|rows| rows.push(row));
    }

    fn add_blank(self) {
        let Ok(id) = web::fresh_key().as_str().parse() else { return };
        self.add(&SavedLine { id, name: String::new(), text: String::new(), language: None });
        let id = ["ln-", &self.last.get_value().to_string()].concat();
        request_animation_frame(move || {
            web::focus(&id);
        });
    }

    fn lines(self) -> SavedLines {
        let line = |row: &Row| SavedLine {
            id: row.id.get_value(),
            name: row.name.get().trim().to_owned(),
            text: row.text.get().trim().to_owned(),
            language: row.language.get(),
        };
        SavedLines { version: self.version, lines: self.rows.with(|rows| rows.iter().map(line).collect()) }
    }

    fn problem(self) -> Option<String> {
        lines_problem(&self.lines().lines).map(|(field, problem)| ["The ", field, " ", problem, "."].concat())
    }

    fn save(self, on_close: Callback<()>) {
        self.is_busy.set(true);
        self.failure.set(None);
        let lines = untrack(|| self.lines());
        spawn_local(async move {
            let answer = api::templates::save_lines(&lines).await;
            self.is_busy.try_set(false);
            match answer {
                Ok(_) => on_close.run(()),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn row(self, row: Row) -> AnyView {
        let number = row.number.to_string();
        let (name, text, language) = (["ln-", &number].concat(), ["lt-", &number].concat(), ["ll-", &number].concat());
        let remove = move || {
            let name = row.name.get();
            ["Remove “", if name.is_empty() { "the new line" } else { &name }, "”"].concat()
        };
        let option = |one: Language| {
            let is_chosen = move || row.language.get() == Some(one);
            view! { <option value=one.tag() selected=is_chosen>{words::language(one.tag())}</option> }
        };
        let pick = move |event: web_sys::Event| {
            let tag = web::value_of(&event);
            row.language.set(Language::ALL.into_iter().find(|one| one.tag() == tag));
        };
        view! {
            <li class="stack tickrow">
                <div class="line">
                    <div class="field wide-field"><label for=name.clone()>"Name"</label><input class="input" id=name maxlength="40" placeholder="One moment" prop:value=row.name on:input=move |event| row.name.set(web::value_of(&event))/></div>
                    <div class="field"><label for=language.clone()>"Offered in"</label><select class="input" id=language on:change=pick><option value="">"Every language"</option>{Language::ALL.map(option).collect_view()}</select></div>
                    <button class="btn btn--quiet btn--icon" type="button" aria-label=remove on:click=move |_| self.rows.update(|rows| rows.retain(|other| other.number != row.number))><Icon name="x" class="icon--s"/></button>
                </div>
                <div class="field"><label for=text.clone()>"Text"</label><textarea class="area" id=text rows="2" maxlength="300" placeholder="One moment, {name|there}, we are looking at your photos." prop:value=row.text on:input=move |event| row.text.set(web::value_of(&event))></textarea></div>
            </li>
        }
        .into_any()
    }

    fn draw(self, on_close: Callback<()>) -> AnyView {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if untrack(|| self.problem()).is_none() && !self.is_busy.get_untracked() {
                self.save(on_close);
            }
        };
        let is_off = move || self.is_busy.get() || self.problem().is_some();
        view! {
            <form class="stack" on:submit=submit novalidate>
                <ol class="stack"><For each=move || self.rows.get() key=|row| row.number children=move |row| self.row(row)/></ol>
                <div><button class="btn btn--sm" type="button" disabled=move || self.rows.with(|rows| rows.len() >= LINES) on:click=move |_| self.add_blank()><Icon name="plus" class="icon--s"/>"Add a line"</button></div>
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    <button class="btn" type="button" on:click=move |_| on_close.run(())>"Not yet"</button>
                    <span class="small muted push" id="lines-why" role="status">{move || self.problem()}</span>
                    <button class="btn btn--primary" type="submit" aria-describedby="lines-why" disabled=is_off>"Save"</button>
                </div>
            </form>
        }
        .into_any()
    }
}

/// All saved lines.
#[component]
pub fn SavedLinesSheet(on_close: Callback<()>) -> impl IntoView {
    let known = RwSignal::new(None::<Result<SavedLines, Failure>>);
    let read = move || {
        known.set(None);
        spawn_local(async move {
            let answer = api::templates::lines().await;
            known.try_set(Some(answer));
        });
    };
    read();
    let again = Callback::new(move |()| read());
    let body = move || match known.get() {
        None => view! { <RowSkeletons count=3/> }.into_any(),
        Some(Err(failure)) => view! { <FailureBanner failure on_retry=again/> }.into_any(),
        Some(Ok(lines)) => Editing::of(&lines).draw(on_close),
    };
    view! {
        <Sheet title="Saved lines" lede="Put into a reply at the cursor with /. Variables such as {name} and {amount} are filled in." width="720px" on_close=move |()| on_close.run(())>
            {body}
        </Sheet>
    }
}
