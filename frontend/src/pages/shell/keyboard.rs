//! Carries out what keys ask for.

use crate::pages::case::in_list;
use crate::routes::Route;
use crate::state::Desk;
use crate::state::keys::{CaseKey, Command, Meaning, Press, read};
use crate::tasks::alarms::and_go_on;
use crate::{tasks, web};
use leptos::prelude::*;
use shared::id::CaseId;

/// The panes that F6 goes through.
const PANES: [&str; 11] = [
    ".rail",
    ".queue__list",
    ".case__sheet",
    ".facts",
    ".bench__see",
    ".bench__do",
    ".bench__act",
    ".book > nav",
    ".edit__form",
    ".sop",
    ".side",
];
/// A chord's second key must follow within this.
const CHORD_MS: i64 = 1_500;

/// The element id of a row.
pub(crate) fn row_id(case: &CaseId) -> String {
    format!("row-{case}")
}

/// Listens for as long as the shell is shown.
pub(super) fn listen(desk: Desk) {
    let chord_at = StoredValue::new(None::<shared::time::Timestamp>);
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let now = web::device_now();
        let after_g = chord_at.get_value().is_some_and(|at| now.since(at) < CHORD_MS);
        chord_at.set_value(None);
        let key = event.key();
        let meaning = read(Press {
            key: &key,
            with_ctrl: event.ctrl_key() || event.meta_key(),
            with_alt: event.alt_key(),
            with_shift: event.shift_key(),
            is_typing: web::is_typing(&event),
            in_dialog: web::is_dialog_open(),
            is_resting: event.repeat() || event.is_composing() || event.default_prevented(),
            after_g,
            // At the packing table letters come from the scanner.
            letters_on: untrack(|| desk.keys.letters_on()) && !matches!(desk.nav.route_now(), Route::Inspect { .. }),
        });
        match meaning {
            Meaning::None => {}
            Meaning::Chord => chord_at.set_value(Some(now)),
            Meaning::Command(command) => {
                if run(desk, command) {
                    event.prevent_default();
                }
            }
        }
    });
    on_cleanup(move || handle.remove());
}

/// Runs a command; false leaves the key to the browser.
pub(super) fn run(desk: Desk, command: Command) -> bool {
    match command {
        Command::Next => step(desk, 1),
        Command::Previous => step(desk, -1),
        Command::Open => return false,
        Command::Back => return back(desk),
        Command::LeaveField => return desk.nav.route_now().case().is_some() && web::focus("case-h").is_some(),
        Command::NextPane => return web::next_pane(&PANES, false).is_some(),
        Command::PreviousPane => return web::next_pane(&PANES, true).is_some(),
        Command::View(stage) => desk.nav.go(&Route::Desk { stage, case: None }),
        Command::Go(screen) => desk.nav.go(&screen.route()),
        Command::Slash if web::is_shown("reply") => desk.keys.press(CaseKey::SavedLine),
        Command::Palette | Command::Slash => desk.keys.palette().set(true),
        Command::KeySheet => desk.keys.sheet().set(true),
        Command::Case(key) if is_case_open(&desk.nav.route_now()) => desk.keys.press(key),
        Command::Case(key) if key == CaseKey::Undo || desk.nav.route_now().stage().is_some() => {
            and_go_on(in_list::press(desk, key, focused_row()));
        }
        Command::Case(_) => return false,
    }
    true
}

/// The case whose row has the focus.
fn focused_row() -> Option<CaseId> {
    web::focused_id()?.strip_prefix("row-")?.parse().ok()
}

/// With a case open the next one opens; in the list the focus moves.
fn step(desk: Desk, by: i8) {
    let route = desk.nav.route_now();
    if route.stage().is_none() {
        return;
    }
    let focused = focused_row();
    let (is_open, is_in_list) = (route.case().is_some(), focused.is_some());
    let from = route.case().cloned().or(focused);
    let Some(next) = desk.cases.peek(|book| book.neighbour(from.as_ref(), by)) else { return };
    let row = row_id(&next);
    let _ = web::reveal(&row);
    if is_open {
        desk.nav.replace(&route.with_case(Some(next)));
    }
    // From the list the focus goes along: Enter opens the row that has it.
    if !is_open || is_in_list {
        let _ = web::focus(&row);
    }
    let is_near_the_end = desk.cases.peek(|book| {
        let ids = book.queue.ids();
        ids.iter().rev().take(5).any(|id| row_id(id) == row)
    });
    if is_near_the_end {
        tasks::read_more(desk);
    }
}

/// A case of the desk is open: at the packing table none listens.
pub(super) const fn is_case_open(route: &Route) -> bool {
    matches!(route, Route::Desk { case: Some(_), .. })
}

fn back(desk: Desk) -> bool {
    if desk.nav.route_now().case().is_none() {
        return false;
    }
    desk.nav.open(None);
    true
}
