//! Saved lines over the reply: found by typing, put in at the cursor.

use super::composer::Writing;
use super::finder::Finder;
use crate::api::{self, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::reply::SavedLine;

/// Rows that are shown; the rest is found by typing.
const SHOWN: usize = 8;

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
    let typed = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let language = writing.language.get();
        let fits = |line: &&SavedLine| typed.with(|typed| line.fits(typed, language));
        known.with(|known| match known {
            Some(Ok(lines)) => {
                lines.iter().filter(fits).take(SHOWN).map(|line| (line.name.clone(), line.text.clone())).collect()
            }
            Some(Err(_)) | None => Vec::new(),
        })
    });
    let none = Signal::derive(move || {
        known.with(|known| match known {
            None => Some("Loading the saved lines".to_owned()),
            Some(Err(failure)) => Some(["The saved lines did not load. ", &failure.told().fact].concat()),
            Some(Ok(lines)) if lines.is_empty() => {
                Some("No saved line yet. A lead writes them under Replies, Saved lines.".to_owned())
            }
            Some(Ok(_)) => found.with(Vec::is_empty).then(|| "No saved line fits.".to_owned()),
        })
    });
    let take = move |place: usize| {
        if let Some((_, text)) = found.with_untracked(|found| found.get(place).cloned()) {
            on_line.run(text);
        }
    };
    view! {
        <Finder
            label="Find a saved line" list="Saved lines" open typed found=found.into() none
            on_take=Callback::new(take)
            // Who wanted the sign itself presses it again.
            on_slash=Callback::new(move |()| on_line.run("/".to_owned()))
        />
    }
}
