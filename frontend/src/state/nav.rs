//! Where the app is, and the way elsewhere. The router fills it; pages only read it and ask to go.

use crate::routes::{Figures, Narrow, Route};
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::CaseId;

/// A wish to go somewhere; the shell carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Path and query.
    pub to: String,
    /// Leaves no step to go back to.
    pub replace: bool,
}

/// Handle to the address.
#[derive(Debug, Clone, Copy)]
pub struct Nav {
    route: RwSignal<Route>,
    narrow: RwSignal<Narrow>,
    wish: RwSignal<Option<Wish>>,
}

impl Nav {
    /// At the desk, until the router has read the address.
    pub fn new() -> Self {
        Self {
            route: RwSignal::new(Route::Desk { stage: Stage::ToDecide, case: None }),
            narrow: RwSignal::new(Narrow::default()),
            wish: RwSignal::new(None),
        }
    }

    /// Takes the address; for the router only.
    pub fn arrive(self, route: Route, narrow: Narrow) {
        if self.narrow.with_untracked(|known| *known != narrow) {
            self.narrow.set(narrow);
        }
        if self.route.with_untracked(|known| *known != route) {
            self.route.set(route);
        }
    }

    /// The screen; tracked.
    pub fn route(self) -> Route {
        self.route.get()
    }

    /// The screen, in an event or a task; not tracked.
    pub fn route_now(self) -> Route {
        self.route.get_untracked()
    }

    /// The open case; tracked, and moves only when it is another one.
    pub fn case(self) -> Memo<Option<CaseId>> {
        Memo::new(move |_| self.route.with(|route| route.case().cloned()))
    }

    /// What narrows the queue; tracked.
    pub fn narrow(self) -> Narrow {
        self.narrow.get()
    }

    /// The address of a screen; the queue's filters travel along. Tracked.
    pub fn href(self, route: &Route) -> String {
        let mut path = route.path();
        if route.stage().is_some() {
            path.push_str(&self.narrow.with(Narrow::query));
        }
        path
    }

    /// Goes to a screen.
    pub fn go(self, route: &Route) {
        self.travel(route, &self.narrow.get_untracked(), false);
    }

    /// Goes to a screen in place of this one.
    pub fn replace(self, route: &Route) {
        self.travel(route, &self.narrow.get_untracked(), true);
    }

    /// Opens a case beside the queue of this screen, or closes it.
    pub fn open(self, case: Option<CaseId>) {
        let route = self.route.get_untracked().with_case(case);
        self.go(&route);
    }

    /// Narrows the queue.
    pub fn narrow_to(self, narrow: &Narrow) {
        let route = self.route.get_untracked();
        self.travel(&route, narrow, true);
    }

    /// Keeps what narrows the figures of a page in the address.
    pub fn keep(self, route: &Route, figures: &Figures) {
        self.wish.set(Some(Wish { to: [route.path(), figures.query()].concat(), replace: true }));
    }

    fn travel(self, route: &Route, narrow: &Narrow, replace: bool) {
        let mut to = route.path();
        if route.stage().is_some() {
            to.push_str(&narrow.query());
        }
        self.wish.set(Some(Wish { to, replace }));
    }

    /// The newest wish; for the router only. Tracked.
    pub fn wish(self) -> Option<Wish> {
        self.wish.get()
    }
}

impl Default for Nav {
    fn default() -> Self {
        Self::new()
    }
}
