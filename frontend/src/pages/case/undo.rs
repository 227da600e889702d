//! What this person has pressed and may still take back, wherever they have gone since.

use super::kit::sum;
use super::wording;
use crate::api;
use crate::state::Desk;
use crate::state::toasts::Tone;
use crate::tasks;
use leptos::task::spawn_local;
use shared::error::ErrorCode;
use shared::id::{AgentId, CaseId, IntentId, MotionId};
use shared::time::Timestamp;
use shared::wire::decision::MotionRecorded;
use shared::wire::intent::{IntentState, IntentView, IntentWhat};
use std::cell::RefCell;

/// Something that may still be taken back: nothing of a buyer is in it, for it outlives who pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    intent: IntentId,
    motion: MotionId,
    case: CaseId,
    /// Who pressed, and who agreed.
    by: Vec<AgentId>,
    until: Timestamp,
    /// "Approve US$ 34.18".
    what: String,
}

impl Held {
    fn of(intent: &IntentView) -> Option<Self> {
        let IntentState::Held { until } = intent.state else { return None };
        let what = match &intent.what {
            IntentWhat::Decision { kind, amount, .. } => {
                let amount =
                    amount.as_ref().filter(|_| wording::pays(*kind)).map(|amount| [" ", &sum(amount)].concat());
                [wording::act(*kind).trim_end_matches('…'), &amount.unwrap_or_default()].concat()
            }
            IntentWhat::Reply { .. } => "Reply".to_owned(),
        };
        let by = [Some(&intent.by), intent.second.as_ref()].into_iter().flatten().cloned().collect();
        let (id, motion, case) = (intent.id.clone(), intent.motion.clone(), intent.case.clone());
        Some(Self { intent: id, motion, case, by, until, what })
    }
}

/// What was pressed on this page, the newest last.
#[derive(Debug, Default)]
struct Pressed {
    held: Vec<Held>,
    /// One is being taken back: a second press of the key means the same.
    is_busy: bool,
}

impl Pressed {
    fn add(&mut self, recorded: &MotionRecorded) {
        // What leads the motion takes the rest with it.
        self.held.extend(recorded.intents.first().and_then(Held::of));
    }

    fn forget(&mut self, motion: &MotionId) {
        self.held.retain(|held| held.motion != *motion);
    }

    /// Takes out the newest that this person may still undo; another may have signed in since.
    fn take_newest(&mut self, me: &AgentId, now: Timestamp) -> Option<Held> {
        self.held.retain(|held| now < held.until);
        let at = self.held.iter().rposition(|held| held.by.contains(me))?;
        Some(self.held.remove(at))
    }
}

thread_local! {
    static PRESSED: RefCell<Pressed> = const { RefCell::new(Pressed { held: Vec::new(), is_busy: false }) };
}

/// Remembers what the desk has recorded.
pub(super) fn pressed(recorded: &MotionRecorded) {
    PRESSED.with_borrow_mut(|pressed| pressed.add(recorded));
}

/// It was undone otherwise, or cannot be any more.
pub(super) fn forget(motion: &MotionId) {
    PRESSED.with_borrow_mut(|pressed| pressed.forget(motion));
}

/// Undoes what this person pressed last, in whichever case, and leads there.
pub(super) fn take_back(desk: Desk) {
    if PRESSED.with_borrow(|pressed| pressed.is_busy) {
        return;
    }
    let me = desk.session.peek(|state| state.signed_in().map(|known| known.me.id.clone()));
    let now = desk.clock.now();
    let newest = me.and_then(|me| PRESSED.with_borrow_mut(|pressed| pressed.take_newest(&me, now)));
    let Some(held) = newest else {
        desk.toasts.show(Tone::Info, "Nothing to undo", "Nothing that was pressed on this page is held.", None);
        return;
    };
    PRESSED.with_borrow_mut(|pressed| pressed.is_busy = true);
    spawn_local(async move {
        let answer = api::intents::undo(&held.intent).await;
        PRESSED.with_borrow_mut(|pressed| pressed.is_busy = false);
        match answer {
            Ok(()) => {
                let title = ["Undone: ", &held.what].concat();
                let row = desk.cases.peek(|book| book.row(&held.case).cloned());
                let whose =
                    row.map(|row| [&wording::reason(&row.reason, &row.reason_text), ", ", &row.buyer, ". "].concat());
                let text = [&whose.unwrap_or_default(), "Nothing had left the desk."].concat();
                desk.toasts.show(Tone::Good, title, text, Some(held.case.clone()));
            }
            Err(failure) => {
                if failure.code() != Some(ErrorCode::TooLate) {
                    // It may be tried again for as long as it is held.
                    PRESSED.with_borrow_mut(|pressed| pressed.held.push(held.clone()));
                }
                desk.toasts.failed(&failure);
            }
        }
        tasks::read_case(desk, held.case);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(id: &str, by: &str, until: i64) -> MotionRecorded {
        let intent = IntentView {
            id: id.parse().unwrap(),
            motion: id.parse().unwrap(),
            case: "c1".parse().unwrap(),
            what: IntentWhat::Reply {
                claim: None,
                text: "Hello".to_owned(),
                language: "en".to_owned(),
                template: None,
            },
            state: IntentState::Held { until: Timestamp::from_millis(until) },
            by: by.parse().unwrap(),
            at: Timestamp::from_millis(0),
            rule: None,
            second: None,
            attempts: 0,
            unanswered: None,
        };
        MotionRecorded { intents: vec![intent] }
    }

    #[test]
    fn own_presses_come_back_newest_first_for_as_long_as_they_are_held() {
        let mut pressed = Pressed::default();
        for (id, by, until) in [("a", "ines", 40), ("b", "ines", 10), ("c", "ines", 30), ("d", "marek", 50)] {
            pressed.add(&reply(id, by, until));
        }
        let ines = "ines".parse().unwrap();
        let mut next = |now| {
            let taken = pressed.take_newest(&ines, Timestamp::from_millis(now));
            taken.map(|held| held.intent.to_string())
        };
        assert_eq!(next(20).as_deref(), Some("c"));
        assert_eq!(next(20).as_deref(), Some("a"));
        assert_eq!(next(20), None);
        pressed.add(&reply("e", "ines", 40));
        pressed.forget(&"e".parse().unwrap());
        assert!(pressed.take_newest(&ines, Timestamp::from_millis(20)).is_none());
    }
}
