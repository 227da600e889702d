//! What the app does across api, state and snapshot: each answer and each live event goes one way into the state.
//!
//! Everything here belongs to the app, not to a page: an answer that comes late finds its state still there.

pub mod alarms;
pub mod news;

use crate::api::events::{Stream, StreamNews};
use crate::api::{self, Answer, Failure, decode};
use crate::pwa::snapshot;
use crate::pwa::storage::Setting;
use crate::routes::{Narrow, Route};
use crate::state::Desk;
use crate::state::alarms::AlarmBook;
use crate::state::cases::{CaseBook, Load};
use crate::state::connection::LinkNews;
use crate::state::drafts::Kept;
use crate::state::session::SessionState;
use crate::state::toasts::Tone;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::reply::Catalogue;
use shared::wire::case::CaseFilter;
use shared::wire::decision::Draft;
use shared::wire::event::Event;
use shared::wire::shop::{ImportView, ShopView};
use std::cell::{Cell, RefCell};

/// Rows of a page.
const PAGE: u32 = 60;
/// The numbers are read again this long after an event, and not more often.
const NUMBERS_PAUSE_MS: u32 = 1_500;
/// Between two tries to reach the server.
const RETRY_MS: u32 = 5_000;

/// Events that come within this time of each other are taken together.
const TOGETHER_MS: u32 = 400;

thread_local! {
    /// Events that wait to be taken together; none: the next one is taken at once.
    static EVENTS: RefCell<Option<Vec<Event>>> = const { RefCell::new(None) };
    static STREAM: RefCell<Option<Stream>> = const { RefCell::new(None) };
    static NUMBERS_COMING: Cell<bool> = const { Cell::new(false) };
    static RETRY_COMING: Cell<bool> = const { Cell::new(false) };
}

/// Notes what the end of a call says about the connection and the session.
fn heard(desk: Desk, failure: Option<&Failure>) {
    match failure {
        Some(failure) if failure.is_network() => lost(desk),
        Some(failure) if failure.is_signed_out() => ended(desk),
        Some(_) | None => desk.connection.apply(LinkNews::Answered(desk.clock.now())),
    }
}

/// Nothing can be reached: says so, and tries until something can.
fn lost(desk: Desk) {
    desk.connection.apply(LinkNews::Lost(desk.clock.now()));
    try_again(desk);
}

/// Asks again after a while, as long as the desk cannot be reached or does not answer as it should.
fn try_again(desk: Desk) {
    if RETRY_COMING.replace(true) {
        return;
    }
    spawn_local(async move {
        web::pause(RETRY_MS).await;
        RETRY_COMING.set(false);
        if snapshot::expire().await && desk.session.peek(|state| state.signed_in().is_some()) {
            forget(desk);
        }
        let is_shut = desk.session.peek(|state| matches!(state, SessionState::Unreachable(_)));
        if desk.connection.is_lost_now() || is_shut {
            reconnect(desk).await;
        }
    });
}

/// The session was found ended: nothing of a buyer stays.
fn ended(desk: Desk) {
    if desk.session.peek(|state| state.signed_in().is_none()) {
        return;
    }
    forget(desk);
    desk.toasts.clear();
    desk.toasts.show(
        Tone::Info,
        "Your session has ended.",
        "Sign in again: what was saved is kept, and words for the handbook and replies wait on this device.",
        None,
    );
    spawn_local(async move {
        snapshot::wipe().await;
        // Asked only for whether the practice sign-in is on.
        if let Ok(view) = api::session::read().await {
            desk.session.set(view.into());
        }
    });
}

/// Takes everything out of memory.
fn forget(desk: Desk) {
    for count in [desk.unsigned, desk.book_waits, desk.replies_wait] {
        count.set(None);
    }
    crate::pages::kept::forget();
    STREAM.with_borrow_mut(Option::take);
    desk.cases.apply(&Event::SignedOut);
    desk.alarms.update(AlarmBook::clear);
    desk.drafts.update(|book| *book = Default::default());
    desk.session.apply(&Event::SignedOut);
}

/// Mirrors what was read into the snapshot: opened cases, and the first page of each view.
fn keep_read(path: &str, text: &str) {
    let is_list = path.starts_with("cases?") && path.ends_with(&format!("limit={PAGE}")) && !path.contains("cursor=");
    let is_case = path.strip_prefix("cases/").is_some_and(|rest| !rest.contains('/'));
    if is_list || is_case || path == api::templates::PATH {
        let (path, text) = (path.to_owned(), text.to_owned());
        spawn_local(async move { snapshot::keep(&path, &text).await });
    }
}

/// Starts the app: configuration, session, stream.
pub async fn start(desk: Desk) {
    api::watch(move |failure| heard(desk, failure));
    api::watch_reads(keep_read);
    reconnect(desk).await;
}

/// What replies start from; without a network, as it was read last.
pub async fn reply_texts() -> Answer<Catalogue> {
    match api::templates::list().await {
        Err(failure) if failure.is_network() => {
            let kept = snapshot::text(api::templates::PATH).await;
            kept.and_then(|text| decode::json(&text).ok()).ok_or(failure)
        }
        answer => answer,
    }
}

/// A sign-out that the desk has not heard of yet is made up for first: its session still stands there.
async fn make_up_for_sign_out() -> Answer<()> {
    if Setting::SignOutOwed.read().is_none() {
        return Ok(());
    }
    match api::session::sign_out().await {
        Err(failure) if !failure.is_signed_out() => Err(failure),
        Ok(()) | Err(_) => {
            Setting::SignOutOwed.write(None);
            Ok(())
        }
    }
}

/// Asks who is signed in, and goes on from there. Without a server it opens the snapshot.
pub async fn reconnect(desk: Desk) {
    api::load_config().await;
    if let Err(failure) = make_up_for_sign_out().await {
        desk.session.set(SessionState::Unreachable(failure));
        try_again(desk);
        return;
    }
    match api::session::read_text().await {
        Ok((view, text)) => arrive(desk, view.into(), &text).await,
        Err(failure) => {
            if desk.session.peek(|state| state.signed_in().is_some()) {
                return;
            }
            let kept = if failure.is_network() { snapshot::session().await } else { None };
            match kept {
                Some(signed_in) => {
                    desk.session.set(SessionState::SignedIn(Box::new(signed_in)));
                    for (case, draft) in snapshot::drafts().await {
                        desk.drafts.update(|book| {
                            book.type_in(case.clone(), draft.clone());
                            book.kept(&case, &draft, Kept::OnDevice);
                        });
                    }
                }
                None => {
                    desk.session.set(SessionState::Unreachable(failure));
                    try_again(desk);
                }
            }
        }
    }
}

async fn arrive(desk: Desk, state: SessionState, text: &str) {
    let Some(signed_in) = state.signed_in().cloned() else {
        if desk.session.peek(|known| known.signed_in().is_some()) {
            forget(desk);
        }
        snapshot::wipe().await;
        desk.session.set(state);
        return;
    };
    if desk.session.peek(|known| known.signed_in().is_none()) {
        // An answer for whoever was here before may have come late.
        desk.cases.apply(&Event::SignedOut);
        desk.alarms.update(AlarmBook::clear);
        desk.drafts.update(|book| *book = Default::default());
    }
    desk.clock.learn(signed_in.now);
    snapshot::confirm(&signed_in, text).await;
    desk.session.set(state);
    let kept = snapshot::drafts().await;
    let unknown = kept.into_iter().filter(|(case, _)| desk.drafts.peek(|book| book.get(case).is_none()));
    let on_device = desk.drafts.peek(|book| book.on_device());
    for (case, draft) in unknown.chain(on_device).collect::<Vec<_>>() {
        save_draft(desk, case, draft);
    }
    listen(desk);
    read_again(desk);
}

/// Opens the live stream, once.
fn listen(desk: Desk) {
    let is_open = STREAM.with_borrow(Option::is_some);
    if is_open {
        return;
    }
    let stream = Stream::open(move |news| match news {
        StreamNews::Opened => {
            desk.connection.apply(LinkNews::StreamOpened(desk.clock.now()));
            // What changed between the last read and this moment is in no event: read it.
            read_shops(desk);
            read_again(desk);
        }
        StreamNews::Broken => {
            desk.connection.apply(LinkNews::StreamLost);
            // Whether the desk is away or only the stream broke, a read tells.
            if !desk.connection.is_lost_now() {
                read_again(desk);
            }
        }
        StreamNews::Ended => {
            desk.connection.apply(LinkNews::StreamLost);
            // Out of its own callback: dropping the stream here would free the closure that runs.
            spawn_local(async move {
                STREAM.with_borrow_mut(Option::take);
                web::pause(RETRY_MS).await;
                if desk.session.peek(|state| state.signed_in().is_some()) {
                    reconnect(desk).await;
                }
            });
        }
        StreamNews::Event(event) => take_soon(desk, *event),
        StreamNews::Alarm(text) => alarms::and_go_on(alarms::heard(desk, text)),
    });
    STREAM.with_borrow_mut(|slot| *slot = stream);
}

/// Takes a live event into the state.
fn take_events(desk: Desk, events: &[Event]) {
    // One change of the book, however many events: each makes every row look at itself.
    let of_cases = || events.iter().filter(|event| matches!(event, Event::CaseChanged { .. } | Event::CaseGone { .. }));
    if of_cases().next().is_some() {
        desk.cases.update(|book| of_cases().for_each(|event| book.apply(event)));
        numbers_later(desk);
        if desk.cases.peek(|book| book.queue.is_overgrown()) {
            read_list(desk);
        }
    }
    let open = desk.nav.route_now().case().cloned();
    for event in events {
        match event {
            Event::CaseChanged { row } => {
                let is_opened = desk.cases.peek(|book| book.opened(&row.id).is_some());
                if is_opened && open.as_ref() == Some(&row.id) {
                    read_case(desk, row.id.clone());
                }
            }
            // Alarms go their own way: `alarms::heard`.
            Event::CaseGone { .. } | Event::Alarm { .. } | Event::AlarmSeen { .. } => {}
            Event::ShopChanged { shop } => {
                follow_import(desk, shop);
                desk.session.apply(event);
            }
            Event::HandbookChanged => news::read(desk),
            Event::Resync => {
                read_shops(desk);
                read_again(desk);
                news::read(desk);
            }
            Event::SignedOut => {
                desk.session.apply(event);
                forget(desk);
                spawn_local(async move {
                    snapshot::wipe().await;
                    reconnect(desk).await;
                });
            }
        }
    }
}

/// What was over before its shop came makes no events of its own: the import's progress stands for it.
fn follow_import(desk: Desk, shop: &ShopView) {
    let is_it = |known: &ShopView| known.id == shop.id && matches!(known.import, ImportView::Running { .. });
    if !desk.session.peek(|state| state.signed_in().is_some_and(|known| known.shops.iter().any(is_it))) {
        return;
    }
    numbers_later(desk);
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let may_lack = |book: &CaseBook| book.queue.filter().stage == Some(Stage::Done) && book.queue.ids().len() < page;
    if desk.cases.peek(may_lack) {
        read_list(desk);
    }
}

/// The first event is taken at once; what follows shortly after, an import for example, is taken together.
fn take_soon(desk: Desk, event: Event) {
    let is_first = EVENTS.with_borrow_mut(|waiting| match waiting {
        Some(waiting) => {
            waiting.push(event.clone());
            false
        }
        None => {
            *waiting = Some(Vec::new());
            true
        }
    });
    if !is_first {
        return;
    }
    take_events(desk, &[event]);
    spawn_local(async move {
        loop {
            web::pause(TOGETHER_MS).await;
            let taken = EVENTS.with_borrow_mut(|waiting| match waiting.take() {
                Some(events) if !events.is_empty() => {
                    *waiting = Some(Vec::new());
                    events
                }
                _ => Vec::new(),
            });
            if taken.is_empty() {
                return;
            }
            take_events(desk, &taken);
        }
    });
}

/// Reads how the shops stand; the import may have ended between two streams.
fn read_shops(desk: Desk) {
    let known = move || desk.session.peek(|state| state.signed_in().map(|known| known.shops.clone()));
    spawn_local(async move {
        loop {
            let before = known();
            // If this fails, the connection's own banner says so; they are read again with the next stream.
            let Ok(shops) = api::shops::list().await else { return };
            // What a live event has said meanwhile may be newer.
            if known() == before {
                for shop in shops {
                    desk.session.apply(&Event::ShopChanged { shop: Box::new(shop) });
                }
                return;
            }
        }
    });
}

/// Reads everything on screen again.
pub fn read_again(desk: Desk) {
    // On a page without a list its numbers and alarms are wanted all the same.
    if desk.nav.route_now().stage().is_none() {
        open_queue(desk, Stage::ToDecide, Narrow::default());
    }
    read_list(desk);
    alarms::and_go_on(alarms::read(desk));
    if let Some(case) = desk.nav.route_now().case().cloned() {
        read_case(desk, case);
    }
}

/// Turns the queue to a view and reads it if it is another one.
pub fn open_queue(desk: Desk, stage: Stage, narrow: Narrow) {
    let is_other = desk.cases.peek(|book| book.queue.stage() != Some(stage) || book.queue.narrow() != &narrow);
    if !is_other {
        return;
    }
    desk.cases.update(|book| {
        book.queue.open(stage, narrow);
    });
    read_list(desk);
}

/// Reads the first page of the present view.
pub fn read_list(desk: Desk) {
    let filter = desk.cases.peek(|book| book.queue.filter());
    if filter.stage.is_none() {
        return;
    }
    spawn_local(async move {
        let wanted = CaseFilter { limit: Some(PAGE), ..filter.clone() };
        let answer = api::cases::list(&wanted).await;
        let is_wanted = move |desk: Desk, filter: &CaseFilter| desk.cases.peek(|book| book.queue.filter() == *filter);
        if !is_wanted(desk, &filter) {
            return;
        }
        match answer {
            Ok(list) => {
                desk.cases.update(|book| {
                    book.take_rows(list.page.rows.clone());
                    book.queue.take(&list, None);
                });
            }
            Err(failure) => {
                let text =
                    if failure.is_network() { snapshot::text(&api::cases::list_path(&wanted)).await } else { None };
                let kept = text.and_then(|text| decode::case_list(&text).ok());
                desk.cases.update(|book| {
                    if book.queue.filter() != filter {
                        return;
                    }
                    let is_unread = matches!(book.queue.load, Load::Loading | Load::Failed(_));
                    if let (Some(list), true) = (kept, is_unread) {
                        book.take_rows(list.page.rows.clone());
                        book.queue.take(&list, None);
                        book.queue.load = Load::Stale(failure);
                    } else {
                        book.queue.failed(failure);
                    }
                });
            }
        }
    });
}

/// Reads the next page of the present view, once at a time.
pub fn read_more(desk: Desk) {
    let (filter, next, is_growing) =
        desk.cases.peek(|book| (book.queue.filter(), book.queue.next.clone(), book.queue.is_growing));
    let Some(cursor) = next else { return };
    if is_growing {
        return;
    }
    desk.cases.update(|book| book.queue.is_growing = true);
    spawn_local(async move {
        let wanted = CaseFilter { limit: Some(PAGE), cursor: Some(cursor.clone()), ..filter.clone() };
        let answer = api::cases::list(&wanted).await;
        desk.cases.update(|book| {
            if book.queue.filter() != filter {
                return;
            }
            match answer {
                Ok(list) => {
                    book.take_rows(list.page.rows.clone());
                    book.queue.take(&list, Some(&cursor));
                }
                Err(failure) => book.queue.failed(failure),
            }
        });
    });
}

/// Reads counts and headline again, soon: an import brings events by the hundred.
fn numbers_later(desk: Desk) {
    if NUMBERS_COMING.replace(true) {
        return;
    }
    spawn_local(async move {
        web::pause(NUMBERS_PAUSE_MS).await;
        NUMBERS_COMING.set(false);
        let filter = desk.cases.peek(|book| book.queue.filter());
        if desk.connection.is_lost_now() || filter.stage.is_none() {
            return;
        }
        let wanted = CaseFilter { limit: Some(1), ..filter.clone() };
        if let Ok(list) = api::cases::list(&wanted).await {
            desk.cases.update(|book| {
                if book.queue.filter() == filter {
                    book.queue.take_numbers(&list);
                }
            });
        }
    });
}

/// Opens a case: reads it, and says to the server that it was opened.
pub fn open_case(desk: Desk, case: CaseId) {
    read_case(desk, case.clone());
    alarms::and_go_on(alarms::opened(desk, case.clone()));
    spawn_local(async move {
        // If this fails the case is only a little older; the connection's own banner says so.
        let _ = api::cases::opened(&case).await;
    });
}

/// Reads a case; after every live event about it and after every write on it.
pub fn read_case(desk: Desk, case: CaseId) {
    spawn_local(async move {
        match api::cases::one(&case).await {
            Ok(view) => desk.cases.update(|book| book.take_view(view)),
            Err(failure) => desk.cases.update(|book| book.view_failed(&case, failure)),
        }
    });
}

/// Keeps unsent words: at once in memory and so on this device, then at the server.
pub fn save_draft(desk: Desk, case: CaseId, draft: Draft) {
    desk.drafts.update(|book| book.type_in(case.clone(), draft.clone()));
    spawn_local(async move {
        let place = match api::cases::draft(&case, &draft).await {
            Ok(()) => Kept::Saved,
            Err(_) => Kept::OnDevice,
        };
        desk.drafts.update(|book| book.kept(&case, &draft, place));
    });
}

/// Keeps unsent words in the snapshot, whoever typed them, and takes the open case from it when it cannot be read.
pub fn mirror(desk: Desk) {
    Effect::new(move |before: Option<Vec<(CaseId, Draft)>>| {
        let now = desk.drafts.with(|book| book.unsaved());
        let before = before.unwrap_or_default();
        let fresh: Vec<_> = now.iter().filter(|draft| !before.contains(draft)).cloned().collect();
        let gone: Vec<_> = before
            .into_iter()
            .map(|(case, _)| case)
            .filter(|case| now.iter().all(|(other, _)| other != case))
            .collect();
        if !(fresh.is_empty() && gone.is_empty()) {
            spawn_local(async move {
                for (case, draft) in fresh {
                    snapshot::keep_draft(&case, &draft).await;
                }
                for case in gone {
                    snapshot::forget_draft(&case).await;
                }
            });
        }
        now
    });
    let case = desk.nav.case();
    let open = Memo::new(move |_| {
        let id = case.get()?;
        let opened = desk.cases.with(|book| book.opened(&id).cloned()).unwrap_or_default();
        Some((id, opened))
    });
    Effect::new(move |_| {
        let Some((id, opened)) = open.get() else { return };
        let (None, Load::Failed(failure)) = (opened.view, opened.load) else { return };
        if !failure.is_network() {
            return;
        }
        spawn_local(async move {
            let text = snapshot::text(&api::cases::one_path(&id)).await;
            let Some(text) = text else { return };
            if let Ok(view) = decode::case_view(text).await {
                desk.cases.update(|book| {
                    book.take_view(view);
                    book.view_failed(&id, failure);
                });
            }
        });
    });
}

/// Signs out: the server first, then this device, whatever the server said.
pub fn sign_out(desk: Desk) {
    spawn_local(async move {
        Setting::SignOutOwed.write(Some("yes"));
        let answer = make_up_for_sign_out().await;
        forget(desk);
        desk.toasts.clear();
        snapshot::wipe().await;
        if answer.is_err() {
            desk.toasts.show(
                Tone::Stop,
                "Signed out on this device.",
                "The desk did not answer. This page tells it as soon as it can be reached.",
                None,
            );
        }
        desk.nav.replace(&Route::SignIn);
        reconnect(desk).await;
    });
}

/// Follows the browser's own news about the network.
pub fn watch_network(desk: Desk) {
    let _ = web::listen("offline", move |_| lost(desk));
    let _ = web::listen("online", move |_| {
        spawn_local(reconnect(desk));
    });
}

/// What a person reads where a write failed; the session's end is shown by the sign-in page alone.
pub fn worth_showing(failure: &Failure) -> bool {
    !failure.is_signed_out()
}
