//! A deadline as a shape, and the group of the queue that it belongs to.

use crate::i18n::format::span;
use shared::domain::case::{Flag, Stage};
use shared::time::Timestamp;
use shared::wire::case::CaseRow;

const HOUR_MS: i64 = 3_600_000;
/// What ends within this belongs to the shift.
const SHIFT_MS: i64 = 8 * HOUR_MS;
/// A calm ring is full at three days.
const CALM_MS: i64 = 72 * HOUR_MS;

/// The four shapes of a deadline: form and words first, colour last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Open ring with plain text.
    Calm,
    /// Ring in a pill: this shift.
    Soon,
    /// Solid flag with a point: less than an hour.
    Now,
    /// Outlined tag with an octagon.
    Past,
}

/// How a deadline is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its form.
    pub shape: Shape,
    /// "38 min"; for the past, how long ago.
    pub text: String,
    /// How much of the ring is left, in percent.
    pub left: i64,
}

impl Due {
    /// How this deadline looks now.
    pub fn at(deadline: Timestamp, now: Timestamp) -> Self {
        let left = deadline.since(now);
        let (shape, whole) = match left {
            ..=0 => (Shape::Past, 1),
            1..HOUR_MS => (Shape::Now, HOUR_MS),
            HOUR_MS..SHIFT_MS => (Shape::Soon, SHIFT_MS),
            SHIFT_MS.. => (Shape::Calm, CALM_MS),
        };
        let percent = (left.clamp(0, whole)).saturating_mul(100) / whole;
        Self { shape, text: span(left.abs()), left: percent }
    }
}

/// A heading of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The parcel is here.
    Here,
    /// The parcel is not here yet.
    Coming,
    /// The clock has run out.
    Past,
    /// Within the shift.
    Shift,
    /// Later today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// After tomorrow.
    Later,
    /// No clock.
    Never,
    /// Changed today.
    ChangedToday,
    /// Changed before.
    ChangedBefore,
}

impl Group {
    /// The heading, in the words of the view.
    pub const fn title(self, stage: Stage) -> &'static str {
        let telling = matches!(stage, Stage::ToTell);
        match self {
            Self::Here => "Arrived",
            Self::Coming => "Not here yet",
            Self::Past if telling => "Late",
            Self::Past => "Ran out",
            Self::Shift if telling => "Owed this shift",
            Self::Shift => "Ends this shift",
            Self::Today if telling => "Owed today",
            Self::Today => "Ends today",
            Self::Tomorrow if telling => "Owed tomorrow",
            Self::Tomorrow => "Ends tomorrow",
            Self::Later => "Later",
            Self::Never => "No deadline",
            Self::ChangedToday => "Changed today",
            Self::ChangedBefore => "Before today",
        }
    }
}

/// The clock that a row is worked by in this view.
pub fn deadline_in(row: &CaseRow, stage: Stage) -> Option<Timestamp> {
    match stage {
        Stage::ToTell => row.owed.as_ref().map(|owed| owed.late_at),
        Stage::Done => None,
        Stage::ToDecide | Stage::ToInspect | Stage::Waiting | Stage::Disputed => row.deadline,
    }
}

/// Midnights of the device's time zone, so that grouping itself needs no browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// Now.
    pub now: Timestamp,
    /// The midnight before.
    pub today: Timestamp,
    /// The midnight after.
    pub tomorrow: Timestamp,
    /// The midnight after that.
    pub after: Timestamp,
}

/// The heading under which a row stands.
pub fn group_of(row: &CaseRow, stage: Stage, days: Days) -> Group {
    if stage == Stage::ToInspect {
        return if row.flags.contains(&Flag::Arrived) { Group::Here } else { Group::Coming };
    }
    if matches!(stage, Stage::Waiting | Stage::Disputed | Stage::Done) {
        return if row.updated >= days.today { Group::ChangedToday } else { Group::ChangedBefore };
    }
    match deadline_in(row, stage) {
        None => Group::Never,
        Some(at) if at <= days.now => Group::Past,
        Some(at) if at.since(days.now) < SHIFT_MS => Group::Shift,
        Some(at) if at < days.tomorrow => Group::Today,
        Some(at) if at < days.after => Group::Tomorrow,
        Some(_) => Group::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cases::tests::row;

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_deadline_has_four_shapes() {
        let now = Timestamp::from_millis(1_000_000_000_000);
        for (left, shape, text, percent) in [
            (38 * MINUTE, Shape::Now, "38 min", 63),
            (HOUR_MS, Shape::Soon, "1 h 00", 12),
            (160 * MINUTE, Shape::Soon, "2 h 40", 33),
            (29 * HOUR_MS, Shape::Calm, "1 d 5 h", 40),
            (400 * HOUR_MS, Shape::Calm, "16 d 16 h", 100),
            (0, Shape::Past, "under 1 min", 0),
            (-90 * MINUTE, Shape::Past, "1 h 30", 0),
        ] {
            let due = Due::at(now.plus_millis(left), now);
            assert_eq!(due, Due { shape, text: text.to_owned(), left: percent }, "{left} ms left");
        }
    }

    #[test]
    fn rows_are_grouped_by_the_clock_of_the_view() {
        let at = |hours: i64| Timestamp::from_millis(hours * HOUR_MS);
        let days = Days { now: at(10), today: at(0), tomorrow: at(24), after: at(48) };
        for (deadline, group) in [
            (Some(9), Group::Past),
            (Some(12), Group::Shift),
            (Some(20), Group::Today),
            (Some(30), Group::Tomorrow),
            (Some(50), Group::Later),
            (None, Group::Never),
        ] {
            let mut case = row("a", 1);
            case.deadline = deadline.map(at);
            assert_eq!(group_of(&case, Stage::ToDecide, days), group);
        }
        let mut parcel = row("a", 1);
        assert_eq!(group_of(&parcel, Stage::ToInspect, days), Group::Coming);
        parcel.flags.push(Flag::Arrived);
        assert_eq!(group_of(&parcel, Stage::ToInspect, days), Group::Here);
        let mut done = row("a", 1);
        done.updated = at(5);
        assert_eq!(group_of(&done, Stage::Done, days), Group::ChangedToday);
        assert_eq!(group_of(&row("b", 1), Stage::ToTell, days), Group::Never);
    }
}
