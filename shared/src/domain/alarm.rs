//! The marks before a deadline at which an alarm fires.

use crate::time::Timestamp;

const MINUTE_MS: i64 = 60_000;
/// A mark further away than a day warns of nothing.
const LONGEST_MINUTES: u32 = 24 * 60;
const MOST: usize = 4;

/// Minutes before a deadline, the last mark first. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks(Vec<u32>);

impl Default for Marks {
    fn default() -> Self {
        Self(vec![15, 60])
    }
}

impl Marks {
    /// Reads `"60,15"`: one to four different whole numbers of minutes from 1 to 1440.
    pub fn parse(text: &str) -> Option<Self> {
        let minutes: Option<Vec<u32>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let mut minutes = minutes?;
        let named = minutes.len();
        minutes.sort_unstable();
        minutes.dedup();
        let fits = minutes.iter().all(|mark| (1..=LONGEST_MINUTES).contains(mark));
        (fits && minutes.len() == named && named <= MOST).then_some(Self(minutes))
    }

    /// The most urgent mark that has been reached; none: it is too early, or the deadline has passed and nothing is left
    /// to be warned of.
    pub fn reached(&self, deadline: Timestamp, now: Timestamp) -> Option<u32> {
        let left = deadline.since(now);
        self.0.iter().copied().find(|mark| left > 0 && left <= i64::from(*mark) * MINUTE_MS)
    }

    /// When the next mark before a deadline is reached, after `now`.
    pub fn next(&self, deadline: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let at = |mark: &u32| deadline.plus_millis(-i64::from(*mark) * MINUTE_MS);
        self.0.iter().map(at).filter(|at| *at > now).min()
    }

    /// Deadlines after this instant have not reached any mark.
    pub fn horizon(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(i64::from(self.0.last().copied().unwrap_or_default()) * MINUTE_MS)
    }

    /// Whether no mark follows: a lead is told as well.
    pub fn is_last(&self, mark: u32) -> bool {
        self.0.first().is_none_or(|last| mark <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * MINUTE_MS)
    }

    #[test]
    fn marks_are_whole_minutes_and_each_stands_once() {
        for (text, expected) in [
            ("60,15", Some(vec![15, 60])),
            (" 15 , 60 ", Some(vec![15, 60])),
            ("5", Some(vec![5])),
            ("240,60,30,10", Some(vec![10, 30, 60, 240])),
            ("", None),
            ("0", None),
            ("1441", None),
            ("60,60", None),
            ("60,,15", None),
            ("1.5", None),
            ("1,2,3,4,5", None),
        ] {
            assert_eq!(Marks::parse(text), expected.map(Marks), "{text:?}");
        }
        assert_eq!(Marks::parse("60,15"), Some(Marks::default()));
    }

    #[test]
    fn of_several_marks_the_most_urgent_counts_and_none_after_the_deadline() {
        let marks = Marks::default();
        for (left, reached, next) in [
            (61, None, Some(60)),
            (60, Some(60), Some(15)),
            (16, Some(60), Some(15)),
            (15, Some(15), None),
            (1, Some(15), None),
            (0, None, None),
            (-5, None, None),
        ] {
            let (deadline, now) = (at(1_000), at(1_000 - left));
            assert_eq!(marks.reached(deadline, now), reached, "{left} min left");
            assert_eq!(marks.next(deadline, now), next.map(|mark| at(1_000 - mark)), "{left} min left");
        }
        assert!(marks.is_last(15) && !marks.is_last(60));
        assert_eq!(marks.horizon(at(0)), at(60));
    }
}
