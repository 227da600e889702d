//! What the app knows: plain types that are tested on the host, and thin handles that outlive every page.

pub mod alarms;
pub mod cases;
pub mod clock;
pub mod connection;
pub mod drafts;
pub mod due;
pub mod keys;
pub mod lease;
pub mod nav;
pub mod queue;
pub mod session;
pub mod toasts;

use crate::parts::Parts;
use alarms::Alarms;
use cases::Cases;
use clock::Clock;
use connection::Connection;
use drafts::Drafts;
use keys::Keys;
use leptos::prelude::*;
use nav::Nav;
use session::Session;
use toasts::Toasts;

/// All handles. Made once in `App`; copied anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// Who is signed in, shops and people.
    pub session: Session,
    /// Rows, list and opened cases.
    pub cases: Cases,
    /// Deadlines that are near.
    pub alarms: Alarms,
    /// Words not sent yet.
    pub drafts: Drafts,
    /// The server's clock.
    pub clock: Clock,
    /// Short news.
    pub toasts: Toasts,
    /// Whether the server can be reached.
    pub connection: Connection,
    /// What was pressed on the keyboard.
    pub keys: Keys,
    /// Where the app is, and the way elsewhere.
    pub nav: Nav,
    /// What comes when it is first needed.
    pub parts: Parts,
    /// Pages of the handbook that this person has still to read and sign, once known.
    pub unsigned: RwSignal<Option<u32>>,
    /// These, and drafts of pages that wait for this person's approval.
    pub book_waits: RwSignal<Option<u32>>,
    /// Replies that do.
    pub replies_wait: RwSignal<Option<u32>>,
    /// A new version of the app waits to take over.
    pub update_waits: RwSignal<bool>,
}

/// Makes the handles and gives them to everything below.
pub fn provide_desk() -> Desk {
    let clock = Clock::new();
    let desk = Desk {
        session: Session::new(),
        cases: Cases::new(),
        alarms: Alarms::new(),
        drafts: Drafts::new(),
        clock,
        toasts: Toasts::new(),
        connection: Connection::new(),
        keys: Keys::new(),
        nav: Nav::new(),
        parts: Parts::new(),
        unsigned: RwSignal::new(None),
        book_waits: RwSignal::new(None),
        replies_wait: RwSignal::new(None),
        update_waits: RwSignal::new(false),
    };
    provide_context(desk);
    desk
}

/// The handles. Call it while a component is being built, not in an event or after an await.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}
