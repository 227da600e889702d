//! The server's clock, counted from here.

use crate::web;
use leptos::prelude::*;
use shared::time::Timestamp;
use std::time::Duration;

/// What "coarse" means: deadlines are drawn in minutes, so ten seconds are near enough.
const COARSE_MS: i64 = 10_000;

/// Handle to the clock. Reading it in a view makes the view move with it.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    offset_ms: RwSignal<i64>,
    second: RwSignal<Timestamp>,
    coarse: Memo<Timestamp>,
}

impl Clock {
    /// Starts ticking, in a browser.
    pub fn new() -> Self {
        let second = RwSignal::new(web::device_now());
        let coarse = Memo::new(move |_| {
            let now = second.get();
            now.plus_millis(-now.millis().rem_euclid(COARSE_MS))
        });
        let clock = Self { offset_ms: RwSignal::new(0), second, coarse };
        set_interval(move || clock.second.set(clock.now()), Duration::from_secs(1));
        clock
    }

    /// Learns the server's time from an answer.
    pub fn learn(self, server_now: Timestamp) {
        self.offset_ms.set(server_now.since(web::device_now()));
        self.second.set(self.now());
    }

    /// Now, by the server's clock; for events. Not tracked.
    pub fn now(self) -> Timestamp {
        web::device_now().plus_millis(self.offset_ms.get_untracked())
    }

    /// Now, to the second; tracked. Only for what counts seconds.
    pub fn second(self) -> Timestamp {
        self.second.get()
    }

    /// Now, to ten seconds; tracked. For deadlines.
    pub fn coarse(self) -> Timestamp {
        self.coarse.get()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
