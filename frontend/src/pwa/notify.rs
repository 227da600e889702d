//! The system's own notifications of deadline alarms, for while the app is open but not in view: on this device, once
//! somebody has switched them on here. They name the shop, never a buyer.

use super::storage::Setting;
use crate::i18n::format::span;
use crate::pages::shell::alarms::fold_words;
use crate::routes::Route;
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::wire::alarm::SeenAlarm;

const HALF_A_MINUTE_MS: i64 = 30_000;

/// Opens the case of a notification that was pressed; `boot.js` says `amends:open` with its address.
pub fn watch(desk: Desk) {
    let _ = web::listen("amends:open", move |event| {
        if let Some(path) = web::detail(&event) {
            desk.nav.go(&Route::parse(&path));
        }
    });
}

/// Whether they are switched on here.
pub fn is_on() -> bool {
    Setting::Alarms.read().is_some()
}

/// Says what has just fired; the service worker shows it unless the app is in view.
pub fn call_out(desk: Desk, fired: &[SeenAlarm]) {
    let Some(first) = fired.first() else { return };
    let known = desk.cases.peek(|book| book.row(&first.case).map(|row| (row.stage, row.shop.clone())));
    let Some((stage, shop)) = known else { return };
    let is_one = fired.len() == 1;
    // To the nearest minute: it stands there as it was written.
    let left = first.deadline.since(desk.clock.now()) + HALF_A_MINUTE_MS;
    let shop = untrack(|| desk.session.shop(&shop)).map(|shop| shop.name).filter(|_| is_one);
    let mut title = if is_one { format!("{} left on a case", span(left)) } else { fold_words(fired) };
    if let Some(shop) = shop {
        title.push_str(" · ");
        title.push_str(&shop);
    }
    let path = Route::Desk { stage, case: is_one.then(|| first.case.clone()) }.path();
    let tag = format!("{} {} {}", first.case, first.minutes, fired.len());
    leptos::task::spawn_local(async move {
        let _ = web::tell_worker(&[("type", "ALARM"), ("title", &title), ("path", &path), ("tag", &tag)]).await;
    });
}

/// The switch.
#[component]
pub fn NotifySwitch() -> impl IntoView {
    let is_on = RwSignal::new(is_on() && web::may_notify().as_deref() == Some("granted"));
    let is_refused = RwSignal::new(false);
    let switch = move |event: web_sys::Event| {
        let wanted = web::is_checked(&event);
        leptos::task::spawn_local(async move {
            // Asked only now: a browser that is asked unasked refuses for ever.
            let is_allowed = !wanted || web::ask_to_notify().await;
            Setting::Alarms.write((wanted && is_allowed).then_some("on"));
            is_refused.set(!is_allowed);
            is_on.set(wanted && is_allowed);
        });
    };
    web::may_notify().map(|_| {
        view! {
            <label class="tick">
                <input type="checkbox" prop:checked=move || is_on.get() on:change=switch/>
                <span>
                    "Also while the app is out of view"<br/>
                    <span class="muted small">"As this device's own notification, without a buyer's name. The app must be open."</span>
                </span>
            </label>
            {move || is_refused.get().then(|| view! {
                <p class="small" role="alert">"This browser does not allow it. Allow notifications for this address in its settings, then switch it on again."</p>
            })}
        }
    })
}
