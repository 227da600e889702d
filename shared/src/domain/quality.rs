//! What the desk itself can check before an agent decides.

use super::case::{Flag, Kind};
use crate::time::Timestamp;
use crate::wire::case::CaseView;
use crate::wire::intent::{IntentState, IntentWhat};

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// Not known yet.
    Unknown,
}

/// One computed check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// What is checked, in plain words.
    pub text: &'static str,
    /// How it stands.
    pub state: CheckState,
}

/// The checks that need no person, in the order in which the desk shows them.
pub fn before_deciding(view: &CaseView, now: Timestamp) -> Vec<Checkpoint> {
    let state = |holds: bool| if holds { CheckState::Passed } else { CheckState::Failed };
    let row = &view.row;
    let decided = view.intents.iter().any(|intent| {
        matches!(intent.what, IntentWhat::Decision { .. }) && matches!(intent.state, IntentState::Done { .. })
    });
    let confirmed = match (view.options.checked, view.options.check_failed) {
        (Some(_), false) => state(!view.options.offered.is_empty()),
        (Some(_) | None, true) | (None, false) => CheckState::Unknown,
    };
    vec![
        Checkpoint { text: "Request type is known", state: state(row.kind != Kind::Other) },
        Checkpoint {
            text: "In time",
            state: row.deadline.map_or(CheckState::Unknown, |deadline| state(deadline > now)),
        },
        Checkpoint {
            text: "Amounts add up to TikTok’s total",
            state: match &view.refund {
                Some(_) => state(!row.flags.contains(&Flag::SplitDiffers)),
                None => CheckState::Unknown,
            },
        },
        Checkpoint { text: "No earlier decision from here", state: state(!decided) },
        Checkpoint { text: "TikTok confirms what is open", state: confirmed },
    ]
}
