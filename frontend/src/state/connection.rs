//! Whether the server can be reached, and since when not.

use leptos::prelude::*;
use shared::time::Timestamp;

/// What is known about the way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// When it was lost; none: it is there.
    pub lost_since: Option<Timestamp>,
    /// The live stream is open.
    pub is_live: bool,
    /// The last trustworthy answer.
    pub fresh: Option<Timestamp>,
}

/// News about the way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkNews {
    /// A request or the browser says that nothing can be reached.
    Lost(Timestamp),
    /// A request was answered.
    Answered(Timestamp),
    /// The live stream opened.
    StreamOpened(Timestamp),
    /// The live stream broke; requests may still work.
    StreamLost,
}

impl Link {
    /// Takes news; the first loss stays the time that is shown.
    pub fn apply(&mut self, news: LinkNews) {
        match news {
            LinkNews::Lost(at) => {
                self.lost_since = self.lost_since.or(Some(at));
                self.is_live = false;
            }
            LinkNews::Answered(at) => {
                self.lost_since = None;
                self.fresh = Some(at);
            }
            LinkNews::StreamOpened(at) => *self = Self { lost_since: None, is_live: true, fresh: Some(at) },
            LinkNews::StreamLost => self.is_live = false,
        }
    }
}

/// Handle to the connection.
#[derive(Debug, Clone, Copy)]
pub struct Connection(RwSignal<Link>);

impl Connection {
    /// Believed to be there until something fails.
    pub fn new() -> Self {
        Self(RwSignal::new(Link::default()))
    }

    /// Takes news; views move only if it changes something they show.
    pub fn apply(self, news: LinkNews) {
        let mut link = self.0.get_untracked();
        link.apply(news);
        let before = self.0.get_untracked();
        if (before.lost_since, before.is_live) != (link.lost_since, link.is_live) {
            self.0.set(link);
        } else {
            self.0.update_untracked(|known| *known = link);
        }
    }

    /// What is known; tracked.
    pub fn link(self) -> Link {
        self.0.get()
    }

    /// Whether nothing can be decided or sent now; tracked.
    pub fn is_lost(self) -> bool {
        self.0.with(|link| link.lost_since.is_some())
    }

    /// The same in an event or a task; not tracked.
    pub fn is_lost_now(self) -> bool {
        self.0.with_untracked(|link| link.lost_since.is_some())
    }
}

impl Default for Connection {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_loss_is_the_one_that_is_shown() {
        let at = Timestamp::from_millis;
        let mut link = Link::default();
        for (news, lost, live) in [
            (LinkNews::StreamOpened(at(1)), None, true),
            (LinkNews::StreamLost, None, false),
            (LinkNews::Lost(at(5)), Some(at(5)), false),
            (LinkNews::Lost(at(9)), Some(at(5)), false),
            (LinkNews::Answered(at(10)), None, false),
            (LinkNews::StreamOpened(at(11)), None, true),
        ] {
            link.apply(news);
            assert_eq!((link.lost_since, link.is_live), (lost, live), "after {news:?}");
        }
    }
}
