//! Settings: shops, people, and this person on this device.

pub mod me;
pub mod member;
pub mod shops;
pub mod team;

use crate::components::RowSkeletons;
use crate::routes::{Route, Tab};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::wire::session::Role;

const fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::Shops => "Shops",
        Tab::Team => "Team",
        Tab::Rules => "Rules",
        Tab::Me => "You",
    }
}

fn tab_link(desk: Desk, tab: Tab, chosen: Memo<Tab>) -> impl IntoView {
    let is_for_me = Memo::new(move |_| match tab {
        Tab::Team => desk.session.is_at_least(Role::Admin),
        Tab::Rules => desk.session.is_at_least(Role::Lead),
        Tab::Shops | Tab::Me => true,
    });
    move || {
        is_for_me.get().then(|| {
            view! {
                <a href=Route::Settings(tab).path() aria-current=move || (chosen.get() == tab).then_some("page")>{title(tab)}</a>
            }
        })
    }
}

/// The settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let desk = use_desk();
    let tab = Memo::new(move |_| match desk.nav.route() {
        Route::Settings(tab) => tab,
        Route::Rule(_) => Tab::Rules,
        Route::Desk { .. }
        | Route::Inspect { .. }
        | Route::Replies(_)
        | Route::Quality(_)
        | Route::Handbook { .. }
        | Route::Reports
        | Route::SignIn
        | Route::Welcome => Tab::Me,
    });
    let rule = Memo::new(move |_| match desk.nav.route() {
        Route::Rule(rule) => Some(rule),
        _ => None,
    });
    Effect::new(move |_| web::set_title(&format!("{} · Settings · Amends", title(tab.get()))));
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page__head"><div><h1>"Settings"</h1></div></header>
            <nav class="subnav" aria-label="Settings">{Tab::ALL.map(|each| tab_link(desk, each, tab)).collect_view()}</nav>
            {move || match tab.get() {
                Tab::Shops => view! { <shops::Shops/> }.into_any(),
                Tab::Team => view! { <team::Team/> }.into_any(),
                Tab::Rules => desk.parts.rules.draw(|page| page(rule), || view! { <RowSkeletons count=3/> }.into_any()),
                Tab::Me => view! { <me::Me/> }.into_any(),
            }}
        </main>
    }
}
