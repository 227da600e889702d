//! What buyers are told: the map of all replies, and one reply being written.

mod checks;
pub mod editor;
mod english;
pub mod lines;
pub mod map;
mod typing;
pub mod versions;

use crate::routes::Route;
use crate::state::use_desk;
use editor::Editor;
use leptos::prelude::*;
use map::Map;

/// The map, or the reply that the address names.
#[component]
pub fn RepliesPage() -> impl IntoView {
    let desk = use_desk();
    let place = Memo::new(move |_| match desk.nav.route() {
        Route::Replies(place) => place,
        _ => None,
    });
    let refocus = StoredValue::new("");
    view! {
        <main class="page" id="main" tabindex="-1">
            {move || match place.get() {
                Some(place) => view! { <Editor place refocus/> }.into_any(),
                None => {
                    refocus.set_value("");
                    view! { <Map/> }.into_any()
                }
            }}
        </main>
    }
}
