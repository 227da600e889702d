//! What the desk itself can check before an agent decides.

use super::fact::Facts;
use super::{Check, CheckState, Checkpoint, Label, Value, point, state};
use crate::domain::case::{DecisionKind, Flag, Kind, Stage};
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

/// Whether the kind of request fits the buyer's reason, with both.
pub(super) fn kind_fits(view: &CaseView) -> (CheckState, Facts) {
    let row = &view.row;
    let facts = Facts::default().with(Label::Request, Some(Value::Kind(row.kind)));
    (fits(row.kind, group_of(&row.reason)), facts.text(Label::Reason, &row.reason_text))
}

/// The checks that need no person, in the order in which the desk shows them.
pub fn before_deciding(view: &CaseView, now: Timestamp) -> Vec<Checkpoint> {
    let row = &view.row;
    // An offer can be made again, and of a parcel that is back the return was agreed before.
    let is_step = |kind: DecisionKind| {
        kind.needs_amount() || (row.stage == Stage::ToInspect && kind == DecisionKind::AgreeReturn)
    };
    let earlier = view.intents.iter().find_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Decision { kind, .. }, IntentState::Done { at, .. }) if !is_step(*kind) => Some((*kind, *at)),
        _ => None,
    });
    let confirmed = match (view.options.checked, view.options.check_failed) {
        (Some(_), false) => state(!view.options.offered.is_empty()),
        (Some(_) | None, true) | (None, false) => CheckState::Unknown,
    };
    let in_time = row.deadline.map_or(CheckState::Unknown, |deadline| state(deadline > now));
    let adds_up = match &view.refund {
        Some(_) => state(!row.flags.contains(&Flag::SplitDiffers)),
        None => CheckState::Unknown,
    };
    let total = view.refund.as_ref().map(|refund| &refund.total);
    let (fits, kind_and_reason) = kind_fits(view);
    let none = Facts::default;
    let decision = none().with(Label::Decision, earlier.map(|(kind, _)| Value::Decision(kind)));
    vec![
        point(Check::KindFitsReason, fits, kind_and_reason),
        point(Check::StillInTime, in_time, none().at(Label::Deadline, row.deadline)),
        point(Check::PartsAddUp, adds_up, none().money(Label::Total, total)),
        point(
            Check::NotDecidedYet,
            state(earlier.is_none()),
            decision.at(Label::TookEffect, earlier.map(|(_, at)| at)),
        ),
        point(Check::OptionsConfirmed, confirmed, none().at(Label::Checked, view.options.checked)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOW, done, view};
    use super::*;

    /// After `change` the check at `place` stands so, and all others hold.
    #[track_caller]
    fn check(place: usize, expected: CheckState, change: impl FnOnce(&mut CaseView)) {
        let mut view = view();
        change(&mut view);
        for (found, checkpoint) in before_deciding(&view, NOW).iter().enumerate() {
            let wanted = if found == place { expected } else { CheckState::Passed };
            assert_eq!(checkpoint.state, wanted, "{:?}", checkpoint.check);
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
        check(3, Passed, |view| view.intents.push(done(DecisionKind::OfferPartial)));
        check(3, Failed, |view| view.intents.push(done(DecisionKind::AgreeReturn)));
        check(3, Passed, |view| {
            view.row.stage = Stage::ToInspect;
            view.intents.push(done(DecisionKind::AgreeReturn));
        });
        check(4, Failed, |view| view.options.offered.clear());
        check(4, Unknown, |view| view.options.checked = None);
        check(4, Unknown, |view| view.options.check_failed = true);
    }
}
