//! A hint that the desk can be installed, where the browser offers it.

use super::storage::Setting;
use crate::web;
use leptos::prelude::*;
use std::cell::RefCell;

thread_local! {
    /// The browser's own offer, kept until the person takes it.
    static OFFER: RefCell<Option<web_sys::Event>> = const { RefCell::new(None) };
}

/// Keeps the browser's offer instead of letting it interrupt.
pub fn watch() {
    let _ = web::listen("beforeinstallprompt", |event| {
        event.prevent_default();
        OFFER.with_borrow_mut(|offer| *offer = Some(event));
    });
}

/// One card in the settings, where it disturbs nobody; gone once closed or installed.
#[component]
pub fn InstallHint() -> impl IntoView {
    let is_shown = RwSignal::new(OFFER.with_borrow(Option::is_some) && Setting::InstallHint.read().is_none());
    let close = move || {
        Setting::InstallHint.write(Some("closed"));
        is_shown.set(false);
    };
    let install = move |_| {
        if let Some(offer) = OFFER.with_borrow_mut(Option::take) {
            let _ = web::call(&offer, "prompt");
        }
        close();
    };
    move || {
        is_shown.get().then(|| {
            view! {
                <section class="card">
                    <header><h2>"On this device"</h2></header>
                    <p class="muted">"Installed, the desk has its own window and opens without a network."</p>
                    <div class="line">
                        <button class="btn" type="button" on:click=install>"Install"</button>
                        <button class="btn btn--quiet" type="button" on:click=move |_| close()>"Not now"</button>
                    </div>
                </section>
            }
        })
    }
}
