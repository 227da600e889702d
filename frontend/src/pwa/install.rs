//! A hint that the desk can be installed. `boot.js` keeps the browser's offer and says `amends:installable`.

use super::storage::Setting;
use crate::web;
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Makes the browser's own offer, which `boot.js` keeps as `amendsInstall`.
fn offer() -> Option<()> {
    let window = JsValue::from(web::window()?);
    let prompt = Reflect::get(&window, &JsValue::from_str("amendsInstall")).ok()?.dyn_into::<Function>().ok()?;
    prompt.call0(&window).ok().map(|_| ())
}

/// One card in the settings, where it disturbs nobody; gone once closed or installed.
#[component]
pub fn InstallHint() -> impl IntoView {
    let is_kept = web::window().and_then(|window| Reflect::get(&window, &JsValue::from_str("amendsInstall")).ok());
    let is_offered = RwSignal::new(is_kept.is_some_and(|kept| kept.is_function()));
    let is_closed = RwSignal::new(Setting::InstallHint.read().is_some());
    let close = move || {
        Setting::InstallHint.write(Some("closed"));
        is_closed.set(true);
    };
    move || {
        (is_offered.get() && !is_closed.get()).then(|| {
            view! {
                <section class="card">
                    <header><h2>"On this device"</h2></header>
                    <p class="muted">"Installed, the desk has its own window and opens without a network."</p>
                    <div class="line">
                        <button class="btn" type="button" on:click=move |_| { let _ = offer(); close(); }>"Install"</button>
                        <button class="btn btn--quiet" type="button" on:click=move |_| close()>"Not now"</button>
                    </div>
                </section>
            }
        })
    }
}
