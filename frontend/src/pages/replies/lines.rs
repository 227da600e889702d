//! The sheet of saved lines: leads write them, everybody puts them into replies.

use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, FailureBanner, Icon, RowSkeletons, Sheet};
use crate::i18n::words;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::error::ErrorCode;
use shared::id::LineId;
use shared::reply::{LINES, Language, SavedLine, lines_problem};
use shared::wire::template::SavedLines;

/// The element that adds a line.
const ADD: &str = "ln-add";

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
    /// As the desk had them.
    known: StoredValue<SavedLines>,
    rows: RwSignal<Vec<Row>>,
    last: StoredValue<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Somebody else saved meanwhile: as they have the lines that were changed here too.
    theirs: RwSignal<Option<Vec<SavedLine>>>,
}

/// The lines of both sides, after somebody else saved: a line is as that side has it that changed it, else it is gone.
/// Second: as they have those that both changed.
fn merged(before: &[SavedLine], mine: &[SavedLine], theirs: &[SavedLine]) -> (Vec<SavedLine>, Vec<SavedLine>) {
    let of = |all: &[SavedLine], line: &SavedLine| all.iter().find(|other| other.id == line.id).cloned();
    let (mut lines, mut both) = (Vec::new(), Vec::new());
    for line in mine {
        let (was, other) = (of(before, line), of(theirs, line));
        if was.as_ref() == Some(line) {
            lines.extend(other);
        } else {
            both.extend(other.filter(|other| Some(other) != was.as_ref() && other != line));
            lines.push(line.clone());
        }
    }
    let is_news = |line: &&SavedLine| of(mine, line).is_none() && of(before, line).as_ref() != Some(*line);
    lines.extend(theirs.iter().filter(is_news).cloned());
    (lines, both)
}

impl Editing {
    fn of(known: &SavedLines) -> Self {
        let editing = Self {
            known: StoredValue::new(known.clone()),
            rows: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            theirs: RwSignal::new(None),
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
        let version = self.known.with_value(|known| known.version);
        SavedLines { version, lines: self.rows.with(|rows| rows.iter().map(line).collect()) }
    }

    fn is_changed(self) -> bool {
        untrack(|| self.lines()) != self.known.get_value()
    }

    /// Takes a row out; the focus goes on to the one after it.
    fn remove(self, number: u32) {
        let next = self.rows.try_update(|rows| {
            let at = rows.iter().position(|row| row.number == number)?;
            rows.remove(at);
            rows.get(at).or(rows.last()).map(|row| row.number)
        });
        let id = next.flatten().map_or_else(|| ADD.to_owned(), |next| ["ln-", &next.to_string()].concat());
        web::after_drawing(move || {
            web::focus(&id);
        });
    }

    /// Puts what somebody else saved among what stands here.
    async fn take_in(self) {
        match api::templates::lines().await {
            Ok(theirs) if self.known.try_get_value().is_some() => {
                let mine = untrack(|| self.lines());
                let (lines, both) = self.known.with_value(|known| merged(&known.lines, &mine.lines, &theirs.lines));
                self.known.set_value(theirs);
                self.rows.set(Vec::new());
                lines.iter().for_each(|line| self.add(line));
                self.theirs.set(Some(both));
            }
            Ok(_) => {}
            Err(failure) => drop(self.failure.try_set(Some(failure))),
        }
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
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => self.take_in().await,
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
                    <button class="btn btn--quiet btn--icon" type="button" aria-label=remove on:click=move |_| self.remove(row.number)><Icon name="x" class="icon--s"/></button>
                </div>
                <div class="field"><label for=text.clone()>"Text"</label><textarea class="area" id=text rows="2" maxlength="300" placeholder="One moment, {name|there}, we are looking at your photos." prop:value=row.text on:input=move |event| row.text.set(web::value_of(&event))></textarea></div>
            </li>
        }
        .into_any()
    }

    /// What somebody else saved, for who has to choose.
    fn news(self) -> Option<AnyView> {
        let both = self.theirs.get()?;
        let text = if both.is_empty() {
            "What they changed stands among your lines. Read it, then save."
        } else {
            "What they changed stands among your lines. You both changed what follows: this is what they wrote."
        };
        let row = |line: SavedLine| view! { <li><b>{line.name}</b>": "{line.text}</li> };
        Some(
            view! {
                <Banner tone=BannerTone::Soon fact="Another lead saved lines meanwhile. Yours are not saved yet." text=text/>
                <ul class="gaps small">{both.into_iter().map(row).collect_view()}</ul>
            }
            .into_any(),
        )
    }

    fn draw(self, on_close: Callback<()>, on_leave: Callback<()>, asks: RwSignal<bool>) -> AnyView {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if untrack(|| self.problem()).is_none() && !self.is_busy.get_untracked() {
                self.save(on_close);
            }
        };
        let is_off = move || self.is_busy.get() || self.problem().is_some();
        view! {
            <form class="stack" on:submit=submit on:input=move |_| asks.set(false) novalidate>
                <ol class="stack"><For each=move || self.rows.get() key=|row| row.number children=move |row| self.row(row)/></ol>
                <div><button class="btn btn--sm" type="button" id=ADD disabled=move || self.rows.with(|rows| rows.len() >= LINES) on:click=move |_| self.add_blank()><Icon name="plus" class="icon--s"/>"Add a line"</button></div>
                {move || self.news()}
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    <button class="btn" type="button" on:click=move |_| on_leave.run(())>"Not yet"</button>
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
    let editing = StoredValue::new(None::<Editing>);
    let asks = RwSignal::new(false);
    // A browser closes a dialog at a second Escape whatever the page says: the first alone can ask.
    let leave = Callback::new(move |()| {
        if !asks.get_untracked() && editing.get_value().is_some_and(Editing::is_changed) {
            asks.set(true);
        } else {
            on_close.run(());
        }
    });
    let asked = move || {
        asks.get().then(|| view! { <Banner tone=BannerTone::Soon fact="What you typed is not saved." text="Close again to drop it, or go on writing and save."/> })
    };
    let body = move || match known.get() {
        None => view! { <RowSkeletons count=3/> }.into_any(),
        Some(Err(failure)) => view! { <FailureBanner failure on_retry=again/> }.into_any(),
        Some(Ok(lines)) => {
            let one = Editing::of(&lines);
            editing.set_value(Some(one));
            one.draw(on_close, leave, asks)
        }
    };
    view! {
        <Sheet title="Saved lines" lede="Put into a reply at the cursor with /. Variables such as {name} and {amount} are filled in." width="720px" on_close=leave footer=asked>
            {body}
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[(&str, &str)]) -> Vec<SavedLine> {
        let line = |(id, text): &(&str, &str)| SavedLine {
            id: id.parse().unwrap(),
            name: (*id).to_owned(),
            text: (*text).to_owned(),
            language: None,
        };
        all.iter().map(line).collect()
    }

    #[test]
    fn of_two_who_save_saved_lines_neither_loses_a_word() {
        let before = lines(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("e", "1")]);
        // Here "b" and "c" are written anew, "d" is taken out, and "f" is new.
        let mine = lines(&[("a", "1"), ("b", "mine"), ("c", "mine"), ("e", "1"), ("f", "mine")]);
        // There "a" and "c" are written anew, "e" is taken out, and "g" is new.
        let theirs = lines(&[("a", "theirs"), ("b", "1"), ("c", "theirs"), ("d", "1"), ("g", "theirs")]);
        let (all, both) = merged(&before, &mine, &theirs);
        assert_eq!(all, lines(&[("a", "theirs"), ("b", "mine"), ("c", "mine"), ("f", "mine"), ("g", "theirs")]));
        assert_eq!(both, lines(&[("c", "theirs")]));
    }
}
