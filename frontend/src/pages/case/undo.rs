//! What this person has pressed and may still take back, wherever they have gone since.

use super::kit::sum;
use super::wording;
use crate::api;
use crate::parts::part;
use crate::state::Desk;
use crate::state::toasts::{Offer, Tone};
use crate::tasks;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use shared::id::{AgentId, MotionId};
use shared::time::Timestamp;
use shared::wire::decision::MotionRecorded;
use shared::wire::intent::{IntentState, IntentView, IntentWhat};
use std::cell::RefCell;

/// What was pressed on this page, the newest last; of each motion what leads it.
#[derive(Debug)]
struct Pressed(Vec<IntentView>);

impl Pressed {
    fn add(&mut self, recorded: MotionRecorded) {
        self.0.extend(recorded.intents.into_iter().next());
    }

    fn forget(&mut self, motion: &MotionId) {
        self.0.retain(|intent| intent.motion != *motion);
    }

    /// Takes out the newest that this person may still undo; another may have signed in since.
    fn take_newest(&mut self, me: &AgentId, now: Timestamp) -> Option<IntentView> {
        self.0.retain(|intent| matches!(intent.state, IntentState::Held { until } if now < until));
        let at = self.0.iter().rposition(|intent| intent.by == *me)?;
        Some(self.0.remove(at))
    }
}

thread_local! {
    static PRESSED: RefCell<Pressed> = const { RefCell::new(Pressed(Vec::new())) };
}

/// Remembers what the desk has recorded.
pub(super) fn pressed(recorded: MotionRecorded) {
    PRESSED.with_borrow_mut(|pressed| pressed.add(recorded));
}

/// It was undone otherwise.
pub(super) fn forget(motion: &MotionId) {
    PRESSED.with_borrow_mut(|pressed| pressed.forget(motion));
}

/// "Approve US$ 34.18".
fn what(intent: &IntentView) -> String {
    match &intent.what {
        IntentWhat::Decision { kind, amount, .. } => {
            let amount = amount.as_ref().filter(|_| wording::pays(*kind)).map(|amount| [" ", &sum(amount)].concat());
            [wording::act(*kind).trim_end_matches('…'), &amount.unwrap_or_default()].concat()
        }
        IntentWhat::Reply { .. } => "Reply".to_owned(),
    }
}

/// Undoes what this person pressed last, in whichever case, and leads there.
pub(super) fn take_back(desk: Desk) {
    let me = desk.session.peek(|state| state.signed_in().map(|known| known.me.id.clone()));
    let now = desk.clock.now();
    let newest = me.and_then(|me| PRESSED.with_borrow_mut(|pressed| pressed.take_newest(&me, now)));
    let Some(intent) = newest else {
        desk.toasts.show(Tone::Info, "Nothing to undo", "Nothing that you pressed is held.", None);
        return;
    };
    spawn_local(async move {
        match api::intents::undo(&intent.id).await {
            Ok(()) => {
                let title = ["Undone: ", &what(&intent)].concat();
                let row = desk.cases.peek(|book| book.row(&intent.case).cloned());
                let whose =
                    row.map(|row| [&wording::reason(&row.reason, &row.reason_text), ", ", &row.buyer, ". "].concat());
                let text = [&whose.unwrap_or_default(), "Nothing had left the desk."].concat();
                desk.toasts.show(Tone::Good, title, text, Some(Offer::Open(intent.case.clone())));
            }
            Err(failure) => {
                if failure.is_network() {
                    // It may be tried again for as long as it is held.
                    PRESSED.with_borrow_mut(|pressed| pressed.0.push(intent.clone()));
                }
                desk.toasts.failed(&failure);
            }
        }
        tasks::read_case(desk, intent.case);
    });
}

part! {
    /// The same, where no case is open.
    pub fn newest(desk: Desk) -> Result<(), SplitLoaderError> in case {
        take_back(desk);
        Ok(())
    }
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
        let mut pressed = Pressed(Vec::new());
        for (id, by, until) in [("a", "ines", 40), ("b", "ines", 10), ("c", "ines", 30), ("d", "marek", 50)] {
            pressed.add(reply(id, by, until));
        }
        let ines = "ines".parse().unwrap();
        let mut next = |now| {
            let taken = pressed.take_newest(&ines, Timestamp::from_millis(now));
            taken.map(|intent| intent.id.to_string())
        };
        assert_eq!(next(20).as_deref(), Some("c"));
        assert_eq!(next(20).as_deref(), Some("a"));
        assert_eq!(next(20), None);
        pressed.add(reply("e", "ines", 40));
        pressed.forget(&"e".parse().unwrap());
        assert!(pressed.take_newest(&ines, Timestamp::from_millis(20)).is_none());
    }
}
