//! When each shop's work is due. Pure: every instant comes in.

use shared::id::ShopId;
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is done for every connected shop, again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Work {
    /// One step of the first import of cancellations; nothing once that is over.
    ImportCancellations,
    /// The same of returns. What is open of them takes long to read; the others do not wait for it.
    ImportReturns,
    /// Everything that was updated since the last sweep.
    Sweep,
    /// What stored webhooks hint at.
    Hints,
    /// Cases whose deadline has just passed.
    Deadlines,
    /// The first page of the conversations.
    Conversations,
    /// Open cases that nobody has read for hours.
    OldOnes,
    /// How TikTok counts the chats.
    ChatWeeks,
}

/// After a failure, unless it would be due sooner.
const RETRY_MS: i64 = 15_000;

impl Work {
    pub(super) const ALL: [Self; 8] = [
        Self::ImportCancellations,
        Self::ImportReturns,
        Self::Sweep,
        Self::Hints,
        Self::Deadlines,
        Self::Conversations,
        Self::OldOnes,
        Self::ChatWeeks,
    ];

    /// From one start to the next.
    const fn every_ms(self) -> i64 {
        match self {
            Self::ImportCancellations | Self::ImportReturns | Self::Sweep => 60_000,
            // Webhooks wake it; this finds what a crash or a failure left.
            Self::Hints => 30_000,
            Self::Deadlines => 5_000,
            Self::Conversations => 120_000,
            Self::OldOnes => 600_000,
            Self::ChatWeeks => 6 * 3_600_000,
        }
    }

    /// For the log.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ImportCancellations => "import of cancellations",
            Self::ImportReturns => "import of returns",
            Self::Sweep => "sweep",
            Self::Hints => "hints",
            Self::Deadlines => "deadlines",
            Self::Conversations => "conversations",
            Self::OldOnes => "old ones",
            Self::ChatWeeks => "chat weeks",
        }
    }
}

/// How a piece of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nothing more to do for now.
    Done,
    /// It goes on at once.
    More,
    /// TikTok or the store failed.
    Failed,
}

type Key = (ShopId, Work);

/// What is due when, and what is under way. One piece of each kind of work at a time per shop.
#[derive(Debug, Default)]
pub(super) struct Plan {
    due: BTreeMap<Key, Timestamp>,
    busy: BTreeMap<Key, Timestamp>,
    /// Was hurried while it was under way.
    again: BTreeSet<Key>,
}

impl Plan {
    /// What is to be begun now. Each must be followed by [`Plan::end`]. A shop that is not listed is forgotten, a new
    /// one starts with everything.
    pub(super) fn start(&mut self, shops: &[ShopId], now: Timestamp) -> Vec<Key> {
        self.due.retain(|(shop, _), _| shops.contains(shop));
        let mut begun = Vec::new();
        for key in shops.iter().flat_map(|shop| Work::ALL.map(|work| (shop.clone(), work))) {
            if self.busy.contains_key(&key) {
                continue;
            }
            // Further away than one round: the clock was set back.
            let waits = self.due.get(&key).is_some_and(|due| now < *due && due.since(now) <= key.1.every_ms());
            if !waits {
                self.due.remove(&key);
                self.busy.insert(key.clone(), now);
                begun.push(key);
            }
        }
        begun
    }

    /// A piece of work has ended.
    pub(super) fn end(&mut self, key: &Key, how: Ended, now: Timestamp) {
        let Some(begun) = self.busy.remove(key) else { return };
        let every = key.1.every_ms();
        let hurried = self.again.remove(key);
        let due = match how {
            Ended::More => now,
            Ended::Failed => now.plus_millis(every.min(RETRY_MS)),
            Ended::Done if hurried => now,
            Ended::Done => begun.plus_millis(every).max(now),
        };
        self.due.insert(key.clone(), due);
    }

    /// Makes one kind of work due at once for all shops; what is under way is done once more.
    pub(super) fn hurry(&mut self, work: Work, now: Timestamp) {
        self.again.extend(self.busy.keys().filter(|key| key.1 == work).cloned());
        self.due.iter_mut().filter(|(key, _)| key.1 == work).for_each(|(_, due)| *due = now);
    }

    /// Makes everything due at once for one shop.
    pub(super) fn hurry_shop(&mut self, shop: &ShopId) {
        self.due.retain(|key, _| key.0 != *shop);
    }

    /// When the next work is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn shop(name: &str) -> ShopId {
        name.parse().unwrap()
    }

    fn sweep() -> Key {
        (shop("a"), Work::Sweep)
    }

    /// A plan whose every work was done once at 0.
    fn settled() -> Plan {
        let mut plan = Plan::default();
        for key in plan.start(&[shop("a")], at(0)) {
            plan.end(&key, Ended::Done, at(1));
        }
        plan
    }

    #[test]
    fn a_new_shop_starts_with_everything_and_an_idle_one_with_nothing() {
        let mut plan = Plan::default();
        assert_eq!(plan.start(&[shop("a")], at(0)).len(), Work::ALL.len());
        assert!(plan.start(&[shop("a")], at(999)).is_empty(), "all of it is under way");
        assert_eq!(plan.start(&[shop("a"), shop("b")], at(999)).len(), Work::ALL.len());
    }

    #[test]
    fn a_sweep_begins_each_minute_from_start_to_start() {
        let mut plan = settled();
        assert!(!plan.start(&[shop("a")], at(59)).contains(&sweep()));
        assert!(plan.start(&[shop("a")], at(60)).contains(&sweep()));
        plan.end(&sweep(), Ended::Done, at(150));
        assert!(plan.start(&[shop("a")], at(150)).contains(&sweep()), "late ones follow each other");
    }

    #[test]
    fn what_failed_is_tried_again_soon_and_what_has_more_at_once() {
        for (how, due) in [(Ended::Failed, at(25)), (Ended::More, at(10)), (Ended::Done, at(60))] {
            let mut plan = Plan::default();
            plan.start(&[shop("a")], at(0));
            plan.end(&sweep(), how, at(10));
            assert_eq!(plan.next_due(), Some(due), "{how:?}");
        }
    }

    #[test]
    fn a_hint_that_comes_while_hints_are_read_is_read_next() {
        let mut plan = Plan::default();
        plan.start(&[shop("a")], at(0));
        plan.hurry(Work::Hints, at(1));
        let hints = (shop("a"), Work::Hints);
        plan.end(&hints, Ended::Done, at(2));
        assert_eq!(plan.start(&[shop("a")], at(2)), std::slice::from_ref(&hints));
        plan.end(&hints, Ended::Done, at(3));
        assert!(plan.start(&[shop("a")], at(4)).is_empty());
        plan.hurry(Work::Hints, at(5));
        assert_eq!(plan.start(&[shop("a")], at(5)), [hints]);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut plan = settled();
        assert!(plan.start(&[shop("a")], at(-7_200)).contains(&sweep()));
    }

    #[test]
    fn a_shop_that_was_away_starts_anew() {
        let mut plan = settled();
        assert!(plan.start(&[], at(2)).is_empty());
        assert_eq!(plan.start(&[shop("a")], at(3)).len(), Work::ALL.len());
    }
}
