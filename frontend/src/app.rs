//! The root: handles, router, and which of the four faces the app shows.

use crate::components::{Art, Empty, FailureBanner, Mark};
use crate::pages::door::SignInPage;
use crate::pages::shell::Shell;
use crate::pages::shell::toasts::ToastRegion;
use crate::pwa;
use crate::routes::{Narrow, Query, Route};
use crate::state::nav::Nav;
use crate::state::session::SessionState;
use crate::state::{Desk, provide_desk, use_desk};
use crate::tasks;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Router;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::{BrowserUrl, LocationProvider};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    let desk = provide_desk();
    tasks::watch_network(desk);
    tasks::mirror(desk);
    pwa::update::watch(desk);
    pwa::install::watch();
    pwa::notify::watch(desk);
    pwa::storage::apply_theme();
    spawn_local(tasks::start(desk));
    view! { <Router><Follow nav=desk.nav/><Face/></Router> }
}

/// Joins the router and the handle that the rest of the app knows.
#[component]
fn Follow(nav: Nav) -> impl IntoView {
    let location = use_location();
    let navigate = use_navigate();
    let read = move || {
        let query = location.query.get();
        (Route::parse(&location.pathname.get()), Narrow::read(|key: Query| query.get(key.key())))
    };
    let (route, narrow) = untrack(read);
    nav.arrive(route, narrow);
    // The router writes the address only once somebody says that the page behind a link is ready. Its own `Routes` would;
    // here every page is, at once.
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        let (route, narrow) = read();
        nav.arrive(route, narrow);
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
    });
    Effect::new(move |_| {
        if let Some(wish) = nav.wish() {
            let options = NavigateOptions { replace: wish.replace, scroll: false, ..NavigateOptions::default() };
            navigate(&wish.to, options);
        }
    });
}

/// Which face the app shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Showing {
    Nothing,
    Welcome,
    Unreachable,
    Door,
    Desk,
}

fn showing(desk: Desk) -> Showing {
    if matches!(desk.nav.route(), Route::Welcome) {
        return Showing::Welcome;
    }
    desk.session.with(|state| match state {
        SessionState::Starting => Showing::Nothing,
        SessionState::Unreachable(_) => Showing::Unreachable,
        SessionState::SignedOut { .. } => Showing::Door,
        SessionState::SignedIn(_) => Showing::Desk,
    })
}

#[component]
fn Face() -> impl IntoView {
    let desk = use_desk();
    let face = Memo::new(move |_| showing(desk));
    move || match face.get() {
        Showing::Nothing => waiting(),
        Showing::Welcome => desk.parts.welcome.draw(|page| page(), waiting),
        Showing::Unreachable => view! { {unreachable_page(desk)}<ToastRegion/> }.into_any(),
        Showing::Door => view! { <SignInPage/><ToastRegion/> }.into_any(),
        Showing::Desk => view! { <Shell/> }.into_any(),
    }
}

fn waiting() -> AnyView {
    view! {
        <main class="door" aria-busy="true"><section class="door__in"><Mark size="44"/><p class="vh" role="status">"Loading"</p></section></main>
    }
    .into_any()
}

/// The server cannot be asked, and nothing is kept on this device.
fn unreachable_page(desk: Desk) -> impl IntoView {
    let failure = move || {
        desk.session.with(|state| match state {
            SessionState::Unreachable(failure) => Some(failure.clone()),
            SessionState::Starting | SessionState::SignedOut { .. } | SessionState::SignedIn(_) => None,
        })
    };
    let retry = Callback::new(move |()| spawn_local(tasks::reconnect(desk)));
    view! {
        <main class="door">
            <section class="door__in">
                <Empty art=Art::Lens title="No desk here yet" text="This page tries again by itself every few seconds.">
                    {move || failure().map(|failure| view! { <FailureBanner failure on_retry=retry/> })}
                </Empty>
            </section>
        </main>
    }
}
