//! How much a rule may do in a day.

use super::{Cap, DAY_MS};
use crate::money::Money;
use crate::time::Timestamp;

/// The day of an instant, counted from 1970 in UTC: the same for every shop and on every machine.
pub const fn day_of(at: Timestamp) -> i64 {
    at.millis().div_euclid(DAY_MS)
}

/// What a rule has done on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Used {
    /// Requests that it acted on.
    pub acts: u32,
    /// Money that it approved, one sum for each currency.
    pub money: Vec<Money>,
}

impl Used {
    /// Whether one more fits, with the money that it approves.
    pub fn leaves_room(&self, cap: &Cap, approves: Option<&Money>) -> bool {
        if self.acts >= cap.acts {
            return false;
        }
        let (Some(most), Some(amount)) = (&cap.money, approves) else { return true };
        let spent = self.money.iter().find(|sum| sum.currency() == amount.currency());
        let sum = spent.map_or_else(|| Some(amount.clone()), |spent| spent.plus(amount));
        // What cannot be compared is not let through.
        sum.and_then(|sum| sum.compare(most)).is_some_and(std::cmp::Ordering::is_le)
    }

    /// Counts one more.
    pub fn add(&mut self, approves: Option<&Money>) {
        self.acts = self.acts.saturating_add(1);
        self.money = Money::sums(std::mem::take(&mut self.money).into_iter().chain(approves.cloned()));
    }
}
