//! What stands around every screen: rail, numbers, banners, palette, keys and toasts.

pub mod alarms;
pub mod banners;
pub mod headline;
pub mod keyboard;
pub mod keysheet;
pub mod palette;
pub mod rail;
pub mod toasts;

pub(crate) use keyboard::row_id;

use crate::pages::desk::DeskPage;
use crate::routes::Route;
use crate::state::cases::Load;
use crate::state::use_desk;
use crate::tasks;
use leptos::prelude::*;

/// Which screen, without what it shows: another case is no other screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    Desk,
    Inspect,
    Replies,
    Quality,
    Handbook,
    Reports,
    Settings,
}

/// A page that is being fetched.
fn waiting() -> AnyView {
    view! { <main class="page" id="main" tabindex="-1" aria-busy="true"><p class="vh" role="status">"Loading"</p></main> }
        .into_any()
}

fn nothing() -> AnyView {
    ().into_any()
}

/// The signed-in app.
#[component]
pub fn Shell() -> impl IntoView {
    let desk = use_desk();
    let screen = Memo::new(move |_| match desk.nav.route() {
        Route::Desk { .. } | Route::SignIn | Route::Welcome => Screen::Desk,
        Route::Inspect { .. } => Screen::Inspect,
        Route::Replies(_) => Screen::Replies,
        Route::Quality(_) => Screen::Quality,
        Route::Handbook { .. } => Screen::Handbook,
        Route::Reports => Screen::Reports,
        Route::Settings(_) | Route::Rule(_) => Screen::Settings,
    });
    let case = desk.nav.case();
    let view = move || if case.with(Option::is_some) { "case" } else { "list" };
    let skip = move || if case.with(Option::is_some) { "#case-h" } else { "#main" };
    keyboard::listen(desk);
    // The queue first; what may be opened from it next is fetched while it is read.
    let is_read = Memo::new(move |_| desk.cases.with(|book| !matches!(book.queue.load, Load::Loading)));
    Effect::new(move |_| {
        if is_read.get() {
            untrack(|| desk.parts.ask_ahead());
            tasks::news::read(desk);
        }
    });
    view! {
        <div class="app" data-view=view>
            <a class="skip" href=skip rel="external">"Skip to the content"</a>
            <rail::Rail/>
            <div class="offline">
                <banners::Banners with_alarms=is_read/>
                {move || (screen.get() == Screen::Desk).then(|| view! { <headline::HeadlineBar/> })}
            </div>
            {move || match screen.get() {
                Screen::Desk => view! { <DeskPage/> }.into_any(),
                Screen::Inspect => desk.parts.inspect.draw(|page| page(), waiting),
                Screen::Replies => desk.parts.replies.draw(|page| page(), waiting),
                Screen::Quality => desk.parts.quality.draw(|page| page(), waiting),
                Screen::Handbook => desk.parts.handbook.draw(|page| page(), waiting),
                Screen::Reports => desk.parts.reports.draw(|page| page(), waiting),
                Screen::Settings => desk.parts.settings.draw(|page| page(), waiting),
            }}
            {move || desk.keys.palette().get().then(|| desk.parts.palette.draw(|palette| palette(), nothing))}
            {move || desk.keys.sheet().get().then(|| desk.parts.key_sheet.draw(|sheet| sheet(), nothing))}
            <toasts::ToastRegion/>
        </div>
    }
}
