//! What the rest of the desk asks the sync to read.

use shared::domain::facts::Object;
use shared::id::{CaseId, ShopId};
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use tokio::sync::Notify;

/// Asks that wait at most; one more is dropped, because the sweeps find what it would have read.
const MOST_ASKS: usize = 1_024;
/// Asks of one shop that wait at most.
const MOST_OF_SHOP: usize = 256;
/// Asks of one shop that are answered side by side.
const AT_ONCE: usize = 4;

/// Something to read soon.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ask {
    /// An agent has opened a case: everything about it.
    Opened {
        /// Its shop.
        shop: ShopId,
        /// Which.
        case: CaseId,
    },
    /// A case by our id.
    Case {
        /// Which.
        case: CaseId,
    },
    /// What may be decided, because a case that somebody looks at has changed.
    Options {
        /// Its shop.
        shop: ShopId,
        /// Which.
        case: CaseId,
    },
    /// A case by the platform's key.
    Key {
        /// Its shop.
        shop: ShopId,
        /// Which kind of object.
        object: Object,
        /// `cancel_id` or `return_id`.
        platform_id: String,
    },
    /// The newest messages of a conversation.
    Conversation {
        /// Its shop.
        shop: ShopId,
        /// The platform's id.
        conversation: String,
    },
    /// An order and its cases.
    Order {
        /// Its shop.
        shop: ShopId,
        /// The platform's number.
        order_id: String,
    },
    /// Stored webhooks wait, or the list of shops changed.
    Webhooks,
    /// A shop was connected or connected again.
    Shop {
        /// Which.
        shop: ShopId,
    },
}

/// `false`: it waits already, or there is no room.
fn push_once(queue: &mut VecDeque<Ask>, ask: Ask, most: usize) -> bool {
    let fits = queue.len() < most && !queue.contains(&ask);
    if fits {
        queue.push_back(ask);
    }
    fits
}

/// The inbox of the sync. Asking never waits; the same ask is kept once.
#[derive(Debug, Default)]
pub struct Asks {
    inbox: Mutex<VecDeque<Ask>>,
    bell: Notify,
    pub(super) told: super::tell::Told,
}

impl Asks {
    /// Asks for something to be read soon. Nobody waits for the answer: it shows as a change of the case.
    pub fn ask(&self, ask: Ask) {
        if let Ok(mut inbox) = self.inbox.lock() {
            push_once(&mut inbox, ask, MOST_ASKS);
        }
        self.bell.notify_one();
    }

    /// A webhook was stored, or a shop was connected.
    pub fn wake(&self) {
        self.ask(Ask::Webhooks);
    }

    /// Takes what was asked, oldest first.
    pub fn take(&self) -> VecDeque<Ask> {
        self.inbox.lock().map(|mut inbox| std::mem::take(&mut *inbox)).unwrap_or_default()
    }

    /// Ends when something was asked.
    pub(super) async fn woken(&self) {
        self.bell.notified().await;
    }
}

/// Asks by shop, so that one whose platform does not answer holds up no other.
#[derive(Debug, Default)]
pub(super) struct Lanes(HashMap<ShopId, Lane>);

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Ask>,
    running: usize,
}

impl Lanes {
    /// Puts an ask into the lane of its shop.
    pub(super) fn push(&mut self, shop: ShopId, ask: Ask) {
        push_once(&mut self.0.entry(shop).or_default().waiting, ask, MOST_OF_SHOP);
    }

    /// What may be begun now. Each must be followed by [`Lanes::done`].
    pub(super) fn start(&mut self) -> Vec<(ShopId, Ask)> {
        let mut begun = Vec::new();
        for (shop, lane) in &mut self.0 {
            while lane.running < AT_ONCE
                && let Some(ask) = lane.waiting.pop_front()
            {
                lane.running += 1;
                begun.push((shop.clone(), ask));
            }
        }
        begun
    }

    /// One ask of a shop has ended.
    pub(super) fn done(&mut self, shop: &ShopId) {
        if let Some(lane) = self.0.get_mut(shop) {
            lane.running = lane.running.saturating_sub(1);
            if lane.running == 0 && lane.waiting.is_empty() {
                self.0.remove(shop);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(name: &str) -> ShopId {
        name.parse().unwrap()
    }

    fn order(of: &str, number: usize) -> Ask {
        Ask::Order { shop: shop(of), order_id: number.to_string() }
    }

    #[test]
    fn the_same_ask_waits_once_and_may_be_asked_again_when_it_is_under_way() {
        let asks = Asks::default();
        asks.wake();
        asks.ask(order("a", 1));
        asks.wake();
        asks.ask(order("a", 1));
        assert_eq!(asks.take(), [Ask::Webhooks, order("a", 1)]);
        asks.wake();
        assert_eq!(asks.take(), [Ask::Webhooks]);
    }

    #[test]
    fn too_many_asks_are_dropped_not_queued_for_ever() {
        let asks = Asks::default();
        for number in 0..MOST_ASKS + 10 {
            asks.ask(order("a", number));
        }
        assert_eq!(asks.take().len(), MOST_ASKS);
    }

    #[test]
    fn a_shop_that_does_not_answer_holds_up_no_other() {
        let mut lanes = Lanes::default();
        for number in 0..10 {
            lanes.push(shop("slow"), order("slow", number));
        }
        assert_eq!(lanes.start().len(), AT_ONCE);
        assert!(lanes.start().is_empty());
        lanes.push(shop("quick"), order("quick", 1));
        assert_eq!(lanes.start(), [(shop("quick"), order("quick", 1))]);
        lanes.done(&shop("slow"));
        assert_eq!(lanes.start(), [(shop("slow"), order("slow", AT_ONCE))]);
    }
}
