//! Weeks, the same for everybody.
//!
//! A week begins on Monday at midnight in universal time. Shops of one desk lie in time zones 15 hours apart, and the
//! people who read the figures elsewhere again: only one clock for all makes the sums of the shops the sum of the desk,
//! and a figure that one person prints the figure that another one sees.

use crate::time::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Milliseconds of a week.
pub const WEEK_MS: i64 = 7 * DAY_MS;

/// Weeks one after the other; the last is the one that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weeks {
    first: Timestamp,
    now: Timestamp,
    count: usize,
}

/// The Monday at or before an instant.
fn monday(at: Timestamp) -> Timestamp {
    let day = at.millis().div_euclid(DAY_MS);
    // The epoch was a Thursday.
    Timestamp::from_millis((day - (day + 3).rem_euclid(7)) * DAY_MS)
}

impl Weeks {
    /// The week that runs at `now`, and those before it: `count` in all, at least one.
    pub fn until(now: Timestamp, count: u32) -> Self {
        let count = count.max(1);
        let before = i64::from(count - 1) * WEEK_MS;
        Self { first: monday(now).plus_millis(-before), now, count: usize::try_from(count).unwrap_or(1) }
    }

    /// When the oldest begins.
    pub const fn first(&self) -> Timestamp {
        self.first
    }

    /// How many.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// When each begins, oldest first.
    pub fn starts(&self) -> Vec<Timestamp> {
        let weeks = (0_i64..).take(self.count);
        weeks.map(|week| self.first.plus_millis(week * WEEK_MS)).collect()
    }

    /// In which an instant lies, counted from the oldest; none outside, and in what is still to come.
    pub fn place(&self, at: Timestamp) -> Option<usize> {
        if at > self.now {
            return None;
        }
        usize::try_from(at.since(self.first).div_euclid(WEEK_MS)).ok().filter(|place| *place < self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 21 September 2026, 00:00 UTC.
    const MONDAY: i64 = 1_789_948_800_000;

    #[test]
    fn a_week_begins_on_monday_in_universal_time() {
        for (at, expected) in [
            (MONDAY, MONDAY),
            (MONDAY + WEEK_MS - 1, MONDAY),
            (MONDAY - 1, MONDAY - WEEK_MS),
            // Thursday of the epoch; before it.
            (0, -3 * DAY_MS),
            (-4 * DAY_MS, -10 * DAY_MS),
        ] {
            assert_eq!(monday(Timestamp::from_millis(at)).millis(), expected, "at {at}");
        }
    }

    #[test]
    fn the_last_week_is_the_one_that_runs() {
        let now = Timestamp::from_millis(MONDAY + DAY_MS);
        let weeks = Weeks::until(now, 4);
        let starts: Vec<_> = weeks.starts().iter().map(|start| (start.millis() - MONDAY) / WEEK_MS).collect();
        assert_eq!(starts, [-3, -2, -1, 0]);
        for (at, place) in [
            (now.millis(), Some(3)),
            (now.millis() + 1, None),
            (MONDAY, Some(3)),
            (MONDAY - 1, Some(2)),
            (MONDAY - 3 * WEEK_MS, Some(0)),
            (MONDAY - 3 * WEEK_MS - 1, None),
        ] {
            assert_eq!(weeks.place(Timestamp::from_millis(at)), place, "at {at}");
        }
        assert_eq!(Weeks::until(now, 0).count(), 1, "there is always one");
    }
}
