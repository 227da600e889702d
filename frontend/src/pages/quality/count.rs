//! How much waits in quality, at the corner of its item in the rail.

use crate::api;
use crate::routes::Route;
use crate::state::use_desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;

/// What is counted changes by the hour at most.
const AGAIN_MS: u32 = 5 * 60 * 1_000;

thread_local! {
    static READ: Cell<Option<Callback<()>>> = const { Cell::new(None) };
}

/// Something was done that changes the count.
pub(super) fn look_again() {
    if let Some(read) = READ.get() {
        let _ = read.try_run(());
    }
}

/// The count; nothing where nothing waits, and as long as it is not known.
#[component]
pub fn Count() -> impl IntoView {
    let desk = use_desk();
    let count = RwSignal::new(0_u32);
    let read = move || {
        spawn_local(async move {
            if let Ok(found) = api::reviews::count().await {
                count.try_set(found.count);
            }
        });
    };
    READ.set(Some(Callback::new(move |()| read())));
    // Also after every step in Quality and out of it: what was done there may have changed it.
    Effect::new(move |was: Option<bool>| {
        let is_here = matches!(desk.nav.route(), Route::Quality(_));
        if is_here || was != Some(false) {
            read();
        }
        is_here
    });
    spawn_local(async move {
        loop {
            web::pause(AGAIN_MS).await;
            if count.try_get_untracked().is_none() {
                return;
            }
            read();
        }
    });
    move || {
        let count = count.get();
        (count > 0).then(|| view! { <span class="count">{count}<span class="vh">" to look at"</span></span> })
    }
}
