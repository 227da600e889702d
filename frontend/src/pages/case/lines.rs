//! Saved lines over the reply: found by typing, put in at the cursor.

use super::composer::Writing;
use crate::api::{self, Failure};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::reply::SavedLine;

/// Rows that are shown; the rest is found by typing.
const SHOWN: usize = 8;

fn row_id(place: usize) -> String {
    ["line-", &place.to_string()].concat()
}

/// The list, open for as long as it is mounted.
#[component]
pub fn Lines(
    writing: Writing,
    open: RwSignal<bool>,
    /// Takes the text of what was chosen.
    on_line: Callback<String>,
) -> impl IntoView {
    let known = RwSignal::new(None::<Result<Vec<SavedLine>, Failure>>);
    spawn_local(async move {
        let answer = api::templates::lines().await;
        known.try_set(Some(answer.map(|saved| saved.lines)));
    });
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let found = Memo::new(move |_| {
        let language = writing.language.get();
        let fits = |line: &&SavedLine| typed.with(|typed| line.fits(typed, language));
        known.with(|known| match known {
            Some(Ok(lines)) => lines.iter().filter(fits).take(SHOWN).cloned().collect(),
            Some(Err(_)) | None => Vec::new(),
        })
    });
    // They open from anywhere in the case: who wants none goes on there.
    let before = StoredValue::new_local(web::focused());
    let close = move || {
        open.set(false);
        before.with_value(|before| before.as_ref().map(|before| before.focus()));
    };
    let take = move |text: String| {
        open.set(false);
        on_line.run(text);
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Escape" => close(),
            // Who wanted the sign itself presses it again.
            "/" if typed.with_untracked(String::is_empty) => take("/".to_owned()),
            "Enter" if !event.is_composing() => {
                if let Some(line) = found.with_untracked(|found| found.get(at.get_untracked()).cloned()) {
                    take(line.text);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    Effect::new(move |_| {
        request_animation_frame(|| {
            web::focus("lines-find");
        });
    });
    let none = move || {
        known.with(|known| match known {
            None => Some("Loading the saved lines".to_owned()),
            Some(Err(failure)) => Some(["The saved lines did not load. ", &failure.told().fact].concat()),
            Some(Ok(lines)) if lines.is_empty() => {
                Some("No saved line yet. A lead writes them under Replies, Saved lines.".to_owned())
            }
            Some(Ok(_)) => found.with(Vec::is_empty).then(|| "No saved line fits.".to_owned()),
        })
    };
    let option = move |(place, line): (usize, SavedLine)| {
        let text = line.text.clone();
        view! {
            <li
                role="option" id=row_id(place) aria-selected=move || (at.get() == place).to_string()
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| take(text.clone())
            >
                <b class="strong">{line.name}</b><span class="muted clip">{line.text}</span>
            </li>
        }
    };
    let options = move || found.get().into_iter().enumerate().map(option).collect_view();
    view! {
        <div class="lines" on:keydown=on_key>
            <input
                class="input" id="lines-find" role="combobox" aria-expanded="true" aria-controls="lines-list"
                aria-label="Find a saved line" aria-activedescendant=move || row_id(at.get()) autocomplete="off"
                placeholder="Find a saved line" prop:value=typed
                on:input=move |event| {
                    typed.set(web::value_of(&event));
                    at.set(0);
                }
                on:blur=move |_| open.set(false)
            />
            {move || none().map(|text| view! { <p class="small muted" role="status">{text}</p> })}
            <ul id="lines-list" role="listbox" aria-label="Saved lines">{options}</ul>
        </div>
    }
}
