//! A new version: `boot.js` says `amends:update` when a service worker waits; the person chooses when it takes over.

use crate::components::icon::Icon;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Notices a waiting version; called once, before anybody has signed in.
pub fn watch(desk: Desk) {
    let _ = web::listen("amends:update", move |_| desk.update_waits.set(true));
}

/// Offers to load the new version. Nothing reloads by itself: words may be half typed.
#[component]
pub fn UpdatePrompt() -> impl IntoView {
    let is_there = use_desk().update_waits;
    let take_over = move |_| {
        spawn_local(async {
            // `boot.js` reloads when the new worker has taken over; without a worker that waits, do it here.
            if web::skip_waiting().await.is_none() {
                web::reload();
            }
        });
    };
    move || {
        is_there.get().then(|| {
            view! {
                <div class="banner banner--info" role="status">
                    <Icon name="info"/>
                    <p>"New version. Drafts are kept."</p>
                    <button class="btn btn--sm" type="button" on:click=take_over>"Reload"</button>
                    <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| is_there.set(false)>"Not yet"</button>
                </div>
            }
        })
    }
}
