//! How much of the handbook is still to be read, and how much of it and of the replies waits for approval. It comes after
//! the queue: nobody reads the handbook first.

use super::alarms::and_go_on;
use crate::api;
use crate::parts::part;
use crate::routes::{Face, Route};
use crate::state::Desk;
use crate::state::toasts::{Tone, Way};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use shared::wire::handbook::News;

part! {
    /// Reads how many pages this person has still to sign and what waits for them, and says so where there is one more to
    /// sign than before.
    fn reading(desk: Desk) -> Result<(), SplitLoaderError> in more {
        spawn_local(async move {
            // If this fails, it is read again with the next page that is signed or published.
            let Ok(News { unsigned, newest, reviews, replies }) = api::handbook::news().await else { return };
            let before = desk.unsigned.get_untracked();
            desk.unsigned.set(Some(unsigned));
            desk.book_waits.set(Some(unsigned + reviews));
            desk.replies_wait.set(Some(replies));
            if before.is_some_and(|before| unsigned > before) {
                let has_case = desk.nav.route_now().case().is_some();
                let text = if has_case { "Read what is new when this case is done." } else { "Read what is new, and sign it." };
                let way = Way::Page(Route::Handbook { page: newest, face: Face::InForce });
                desk.toasts.show_way(Tone::Info, "The handbook has changed".to_owned(), text.to_owned(), Some(way));
            }
        });
        Ok(())
    }
}

/// Reads it, as soon as what reads it has come.
pub fn read(desk: Desk) {
    and_go_on(reading(desk));
}
