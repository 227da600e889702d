//! Deadline alarms that this person has not pressed away.

use super::cases::Cases;
use super::clock::Clock;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::alarm::{AlarmView, SeenAlarm};
use shared::wire::case::CaseRow;

/// Of each case the most urgent alarm that fired.
#[derive(Debug, Default)]
pub struct AlarmBook {
    all: Vec<SeenAlarm>,
    changes: u64,
}

impl AlarmBook {
    /// Takes an alarm that fired.
    pub fn take(&mut self, alarm: &AlarmView) {
        let Some(deadline) = alarm.row.deadline else { return };
        self.changes += 1;
        self.all.retain(|known| known.case != alarm.row.id);
        self.all.push(SeenAlarm { case: alarm.row.id.clone(), deadline, minutes: alarm.minutes });
    }

    /// Takes all as the server has them: what it does not name was pressed away, or is no longer true.
    pub fn replace(&mut self, all: &[AlarmView]) {
        self.all.clear();
        all.iter().for_each(|alarm| self.take(alarm));
    }

    /// Drops what was pressed away, here or on another device; a later mark of the same deadline stays.
    pub fn see(&mut self, seen: &SeenAlarm) {
        let stands_for = |known: &SeenAlarm| {
            (&known.case, known.deadline) == (&seen.case, seen.deadline) && known.minutes >= seen.minutes
        };
        self.changes += 1;
        self.all.retain(|known| !stands_for(known));
    }

    /// Forgets all: somebody else may sit here next. A reading that is under way is too old then.
    pub fn clear(&mut self) {
        self.changes += 1;
        self.all.clear();
    }

    /// Rises with each change: a reading that began before it is too old.
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// The alarm of a case, to be pressed away with it.
    pub fn of_case(&self, case: &CaseId) -> Option<&SeenAlarm> {
        self.all.iter().find(|known| known.case == *case)
    }

    /// What is still true: the case waits for us, and its deadline is the one that was called out. Least time left first.
    pub fn ringing<'a>(&self, row_of: impl Fn(&CaseId) -> Option<&'a CaseRow>, now: Timestamp) -> Vec<SeenAlarm> {
        let is_true = |alarm: &&SeenAlarm| {
            row_of(&alarm.case).is_some_and(|row| {
                matches!(row.stage, Stage::ToDecide | Stage::ToInspect) && row.deadline == Some(alarm.deadline)
            }) && alarm.deadline > now
        };
        let mut all: Vec<SeenAlarm> = self.all.iter().filter(is_true).cloned().collect();
        all.sort_by(|one, other| (one.deadline, &one.case).cmp(&(other.deadline, &other.case)));
        all
    }
}

/// Handle to the alarms.
#[derive(Debug, Clone, Copy)]
pub struct Alarms(RwSignal<AlarmBook>);

impl Alarms {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(AlarmBook::default()))
    }

    /// Changes them.
    pub fn update(self, change: impl FnOnce(&mut AlarmBook)) {
        self.0.update(change);
    }

    /// What is true now, the nearest deadline first; tracked.
    pub fn ringing(self, cases: Cases, clock: Clock) -> Vec<SeenAlarm> {
        let now = clock.coarse();
        cases.with(|book| self.0.with(|alarms| alarms.ringing(|case| book.row(case), now)))
    }

    /// Reads them in an event or a task; not tracked.
    pub fn peek<T>(self, read: impl FnOnce(&AlarmBook) -> T) -> T {
        self.0.with_untracked(read)
    }
}

impl Default for Alarms {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cases::tests::due;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn alarm(case: &str, deadline: i64, minutes: u32) -> AlarmView {
        AlarmView { row: due(case, 1, deadline), minutes, is_last: minutes == 15, to: None }
    }

    /// The cases that ring, where the rows are these.
    fn ringing(book: &AlarmBook, rows: &[CaseRow], now: Timestamp) -> Vec<(String, u32)> {
        let all = book.ringing(|case| rows.iter().find(|row| row.id == *case), now);
        all.into_iter().map(|alarm| (alarm.case.to_string(), alarm.minutes)).collect()
    }

    #[test]
    fn of_a_case_the_last_alarm_counts_and_the_nearest_deadline_stands_first() {
        let mut book = AlarmBook::default();
        for fired in [alarm("a", 9_000, 60), alarm("b", 5_000, 60), alarm("a", 9_000, 15)] {
            book.take(&fired);
        }
        let rows = [due("a", 1, 9_000), due("b", 1, 5_000)];
        assert_eq!(ringing(&book, &rows, NOW), [("b".to_owned(), 60), ("a".to_owned(), 15)]);
        book.replace(&[alarm("a", 9_000, 15)]);
        assert_eq!(ringing(&book, &rows, NOW), [("a".to_owned(), 15)]);
    }

    #[test]
    fn what_is_not_true_any_more_is_quiet() {
        let mut book = AlarmBook::default();
        book.take(&alarm("a", 9_000, 60));
        let is_quiet = |row: CaseRow, now: i64| ringing(&book, &[row], Timestamp::from_millis(now)).is_empty();
        assert!(!is_quiet(due("a", 1, 9_000), 8_999));
        assert!(is_quiet(due("a", 1, 9_000), 9_000), "the deadline has passed");
        assert!(is_quiet(due("a", 2, 99_000), 1_000), "the deadline was moved");
        assert!(is_quiet(CaseRow { stage: Stage::Waiting, ..due("a", 2, 9_000) }, 1_000), "it was decided");
        assert!(is_quiet(due("other", 1, 9_000), 1_000), "it is gone");
    }

    #[test]
    fn what_was_pressed_away_stays_away_until_the_next_mark() {
        let mut book = AlarmBook::default();
        let rows = [due("a", 1, 9_000)];
        let seen = |minutes| SeenAlarm { case: "a".parse().unwrap(), deadline: Timestamp::from_millis(9_000), minutes };
        book.take(&alarm("a", 9_000, 15));
        book.see(&seen(60));
        assert_eq!(ringing(&book, &rows, NOW), [("a".to_owned(), 15)], "another device has seen the earlier one");
        book.see(&seen(15));
        assert!(ringing(&book, &rows, NOW).is_empty());
        assert_eq!(book.of_case(&"a".parse().unwrap()), None);
        let before = book.changes();
        book.clear();
        assert!(book.changes() > before, "an answer for who was here before comes too late");
    }
}
