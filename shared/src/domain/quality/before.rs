//! What the desk itself can check before an agent decides.

use super::{CheckState, Checkpoint, state};
use crate::domain::case::{Flag, Kind};
use crate::reasons::{ReasonGroup, group_of};
use crate::time::Timestamp;
use crate::wire::case::CaseView;
use crate::wire::intent::{IntentState, IntentWhat};

/// Whether a request of this kind can be made for this reason. Goods that never came cannot be sent back, and what is
/// wrong with goods cannot be known before they are shipped.
fn fits(kind: Kind, reason: ReasonGroup) -> CheckState {
    use ReasonGroup as G;
    match (kind, reason) {
        (Kind::Other, _) | (_, G::Other) => CheckState::Unknown,
        (Kind::ReturnAndRefund, G::NotReceived | G::DeliveryFailed)
        | (
            Kind::Cancellation,
            G::Damaged | G::Defective | G::MissingParts | G::NotAsDescribed | G::Counterfeit | G::Quality,
        ) => CheckState::Failed,
        _ => CheckState::Passed,
    }
}

/// The checks that need no person, in the order in which the desk shows them.
pub fn before_deciding(view: &CaseView, now: Timestamp) -> Vec<Checkpoint> {
    let row = &view.row;
    let decided = view.intents.iter().any(|intent| {
        matches!(intent.what, IntentWhat::Decision { .. }) && matches!(intent.state, IntentState::Done { .. })
    });
    let confirmed = match (view.options.checked, view.options.check_failed) {
        (Some(_), false) => state(!view.options.offered.is_empty()),
        (Some(_) | None, true) | (None, false) => CheckState::Unknown,
    };
    vec![
        Checkpoint { text: "Request type fits the reason", state: fits(row.kind, group_of(&row.reason)) },
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

#[cfg(test)]
mod tests {
    use super::super::sample::{NOW, done, view};
    use super::*;
    use crate::domain::case::DecisionKind;

    /// After `change` the check at `place` stands so, and all others hold.
    #[track_caller]
    fn check(place: usize, expected: CheckState, change: impl FnOnce(&mut CaseView)) {
        let mut view = view();
        change(&mut view);
        for (found, checkpoint) in before_deciding(&view, NOW).iter().enumerate() {
            let wanted = if found == place { expected } else { CheckState::Passed };
            assert_eq!(checkpoint.state, wanted, "{}", checkpoint.text);
        }
    }

    #[test]
    fn each_check_fails_for_its_own_cause_and_says_when_it_does_not_know() {
        use CheckState::{Failed, Passed, Unknown};
        let lost = "ecom_order_shipped_refund_reason_not_received";
        assert_eq!(group_of(lost), ReasonGroup::NotReceived);
        check(0, Passed, |view| view.row.reason = lost.to_owned());
        check(0, Failed, |view| {
            view.row.kind = Kind::ReturnAndRefund;
            view.row.reason = lost.to_owned();
        });
        check(0, Failed, |view| view.row.kind = Kind::Cancellation);
        check(0, Unknown, |view| view.row.kind = Kind::Other);
        check(0, Unknown, |view| view.row.reason = "new_word".to_owned());
        check(1, Failed, |view| view.row.deadline = Some(NOW));
        check(1, Unknown, |view| view.row.deadline = None);
        check(2, Failed, |view| view.row.flags.push(Flag::SplitDiffers));
        check(2, Unknown, |view| view.refund = None);
        check(3, Failed, |view| view.intents.push(done(DecisionKind::ApproveRefund)));
        check(4, Failed, |view| view.options.offered.clear());
        check(4, Unknown, |view| view.options.checked = None);
        check(4, Unknown, |view| view.options.check_failed = true);
    }
}
