//! What may be decided, what a decision brings about, and what may be told with it (case model 5).

use super::case::{Claim, DecisionKind, Derived, Kind};
use super::facts::{PlatformCase, Record};
use super::status::{Asked, Status, is_event, time_ran_out as any_timeout};
use crate::money::Money;
use crate::time::Timestamp;

pub use super::status::time_ran_out;

/// The sheet offers to send without a hold when less than the hold and this are left.
const NEAR_MS: i64 = 30_000;

impl DecisionKind {
    /// All, the obvious ones first.
    pub const ALL: [DecisionKind; 15] = [
        Self::ApproveCancel,
        Self::RejectCancel,
        Self::ApproveRefund,
        Self::AgreeReturn,
        Self::AgreeKeep,
        Self::DirectRefund,
        Self::AgreeReplacement,
        Self::RefundInstead,
        Self::AcceptParcel,
        Self::OfferPartial,
        Self::PartialAfterParcel,
        Self::RejectRefund,
        Self::RejectReturn,
        Self::RejectReplacement,
        Self::RefuseParcel,
    ];
}

/// The decisions that are open, the obvious one first: the case's row, cut down to what TikTok answers eligible.
/// `eligibility` holds what it answered; an absent name is closed, but for offers of a part, which older answers do
/// not cover. `None`: not asked yet, the row stands and the call is the judge.
pub fn offered(
    derived: &Derived,
    case: &PlatformCase,
    eligibility: Option<&[(DecisionKind, bool)]>,
    region: &str,
) -> Vec<DecisionKind> {
    let said = |kind: DecisionKind| {
        eligibility.and_then(|all| all.iter().find(|(other, _)| *other == kind).map(|(_, open)| *open))
    };
    let is_open = |kind: DecisionKind| {
        // Letting the buyer keep the goods is asked for under the same name as agreeing to the return.
        let answer =
            said(kind).or_else(|| if kind == DecisionKind::AgreeKeep { said(DecisionKind::AgreeReturn) } else { None });
        let unchecked = matches!(kind, DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel);
        // In place of a replacement money is offered only where TikTok says so (case model 2).
        let in_place = derived.kind == Kind::Replacement
            && matches!(kind, DecisionKind::OfferPartial | DecisionKind::DirectRefund);
        match (eligibility, answer) {
            (_, Some(open)) => open,
            (Some(_), None) => unchecked && !derived.only_eligible && !in_place,
            (None, None) => !derived.only_eligible && !in_place,
        }
    };
    let by_shipping = |kind: DecisionKind| kind == DecisionKind::RejectCancel && region == "US";
    let refusable = |kind: DecisionKind| {
        !(case.is_quick_refund && matches!(kind, DecisionKind::RefuseParcel | DecisionKind::PartialAfterParcel))
    };
    derived.decisions.iter().copied().filter(|kind| is_open(*kind) && !by_shipping(*kind) && refusable(*kind)).collect()
}

/// What a read shows of a decision whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It took effect.
    Done,
    /// The state moved because the seller's time ran out.
    TimeRanOut,
    /// The state moved, but not by this decision.
    Contradicted,
    /// Nothing has happened.
    Unchanged,
}

/// Whether the state is the one that a decision brings about.
fn shows(kind: DecisionKind, amount: Option<&Money>, before: &PlatformCase, now: &PlatformCase) -> bool {
    use DecisionKind as D;
    use Status as S;
    let status = now.status_read();
    let paid = matches!(status, S::ReturnSuccess | S::ReturnComplete);
    let disputed = now.arbitration_is("IN_PROGRESS") && !before.arbitration_is("IN_PROGRESS");
    let offers_ours = matches!((&now.partial, amount), (Some(part), Some(ours)) if part.same_as(ours));
    let offered_before = matches!((&before.partial, amount), (Some(part), Some(ours)) if part.same_as(ours));
    let awaits = |case: &PlatformCase| case.status_read() == S::AwaitingBuyerResponse;
    // A declined offer of the same sum stays on the object: then only that it waits again is a change.
    let offer_is_new = offers_ours && (!offered_before || (awaits(now) && !awaits(before)));
    match kind {
        D::ApproveCancel => matches!(status, S::CancelSuccess | S::CancelComplete),
        D::RejectCancel => status == S::CancelClosed,
        D::ApproveRefund | D::AcceptParcel | D::AgreeKeep | D::DirectRefund => paid,
        D::AgreeReturn => matches!(status, S::AwaitingBuyerShip | S::BuyerShipped | S::ParcelRefused),
        D::OfferPartial => offer_is_new,
        D::PartialAfterParcel => offer_is_new || awaits(now),
        D::AgreeReplacement => status == S::ReplacementComplete,
        D::RefundInstead => status == S::ReplacementRefunded,
        D::RejectRefund | D::RejectReturn | D::RejectReplacement => {
            matches!(status, S::Rejected | S::ReplacementRejected) || disputed
        }
        D::RefuseParcel => status == S::ParcelRefused || disputed,
    }
}

/// What a read shows, against what was read before the call: an effect counts as ours only as a change.
pub fn effect_shown(
    kind: DecisionKind,
    amount: Option<&Money>,
    before: &PlatformCase,
    now: &PlatformCase,
    records: &[Record],
) -> Effect {
    // An older record of the same case says nothing of this decision.
    let later: Vec<Record> = records.iter().filter(|record| record.at >= before.updated).cloned().collect();
    // A return that has been shipped was agreed, however far the case has got since.
    let shipped = kind == DecisionKind::AgreeReturn && later.iter().any(|record| is_event(record, "BUYER_SHIPPED"));
    let shown = (shows(kind, amount, before, now) || shipped) && !shows(kind, amount, before, before);
    if shown {
        // A sum that stands on the object was offered, also where the buyer declined it and our time ran out after that.
        if any_timeout(&later) && !kind.needs_amount() { Effect::TimeRanOut } else { Effect::Done }
    } else if still_open(kind, now) {
        Effect::Unchanged
    } else if any_timeout(&later) {
        Effect::TimeRanOut
    } else {
        Effect::Contradicted
    }
}

/// Whether the platform still asks for this decision.
pub fn still_open(kind: DecisionKind, now: &PlatformCase) -> bool {
    use DecisionKind as D;
    if now.arbitration_is("IN_PROGRESS") {
        return false;
    }
    if now.kind() == Kind::Other {
        return now.asked().next().is_some();
    }
    // An action that is new to us may ask for anything, but not beside one that we know.
    let all_new = now.asked().all(|asked| asked == Asked::Unknown);
    now.asked().any(|asked| match asked {
        Asked::Cancel => matches!(kind, D::ApproveCancel | D::RejectCancel),
        Asked::Refund => matches!(kind, D::ApproveRefund | D::RejectRefund | D::OfferPartial),
        Asked::Return => {
            matches!(kind, D::AgreeReturn | D::AgreeKeep | D::DirectRefund | D::RejectReturn | D::OfferPartial)
        }
        Asked::Parcel => matches!(kind, D::AcceptParcel | D::RefuseParcel | D::PartialAfterParcel),
        Asked::Replacement => matches!(
            kind,
            D::AgreeReplacement | D::RefundInstead | D::RejectReplacement | D::OfferPartial | D::DirectRefund
        ),
        Asked::Unknown => all_new,
    })
}

/// What an agent may choose to tell with a decision, the default first.
pub const fn claims_of(kind: DecisionKind) -> &'static [Claim] {
    use DecisionKind as D;
    match kind {
        D::ApproveCancel => &[Claim::Refunded, Claim::Approved, Claim::Cancelled],
        D::ApproveRefund | D::AgreeKeep | D::DirectRefund => &[Claim::Refunded, Claim::Approved],
        D::AcceptParcel => &[Claim::Refunded, Claim::ParcelAccepted, Claim::Approved],
        D::RefundInstead => &[Claim::Approved, Claim::Refunded],
        D::AgreeReturn => &[Claim::ReturnAgreed],
        D::AgreeReplacement => &[Claim::ReplacementAgreed],
        D::OfferPartial | D::PartialAfterParcel => &[Claim::OfferMade],
        D::RejectCancel | D::RejectRefund | D::RejectReturn | D::RejectReplacement => &[Claim::Rejected],
        D::RefuseParcel => &[Claim::ParcelRefused],
    }
}

/// Whether a hold of so many seconds no longer fits before the deadline.
pub fn is_near_deadline(deadline: Option<Timestamp>, now: Timestamp, hold_seconds: i64) -> bool {
    deadline.is_some_and(|deadline| deadline.since(now) < hold_seconds.saturating_mul(1000).saturating_add(NEAR_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::derive::derive;
    use crate::domain::fixtures::{CaseBuilder, a_case, record};
    use DecisionKind as D;

    const RETURN: &str = "RETURN_OR_REFUND_REQUEST_";

    /// `before` asks for a verdict with `action`; `now` shows `status` and asks for nothing.
    #[track_caller]
    fn check(kind: D, type_word: &str, action: &str, status: &str, expected: Effect) {
        let before = a_case(type_word, &[RETURN, "PENDING"].concat()).asks(action).build();
        let now = a_case(type_word, status).at(2_000).build();
        assert_eq!(effect_shown(kind, None, &before, &now, &[]), expected, "{kind:?} {status}");
        let timed_out = effect_shown(kind, None, &before, &now, &[record("SELLER_RESPOND_TIMEOUT", 2_000)]);
        assert_eq!(timed_out, Effect::TimeRanOut, "{kind:?} {status} with a time-out");
        assert_eq!(effect_shown(kind, None, &before, &before, &[]), Effect::Unchanged, "{kind:?} unchanged");
    }

    #[test]
    fn each_decision_is_known_by_its_effect_and_by_nothing_else() {
        let success = [RETURN, "SUCCESS"].concat();
        let closed = [RETURN, "CANCEL"].concat();
        let rejected = "REFUND_OR_RETURN_REQUEST_REJECT";
        check(D::ApproveRefund, "REFUND", "SELLER_RESPOND_REFUND", &success, Effect::Done);
        check(D::ApproveRefund, "REFUND", "SELLER_RESPOND_REFUND", &closed, Effect::Contradicted);
        check(D::ApproveRefund, "REFUND", "SELLER_RESPOND_REFUND", rejected, Effect::Contradicted);
        check(D::RejectRefund, "REFUND", "SELLER_RESPOND_REFUND", rejected, Effect::Done);
        check(D::RejectRefund, "REFUND", "SELLER_RESPOND_REFUND", &success, Effect::Contradicted);
        let back = "RETURN_AND_REFUND";
        check(D::AgreeReturn, back, "SELLER_RESPOND_RETURN", "AWAITING_BUYER_SHIP", Effect::Done);
        check(D::AgreeReturn, back, "SELLER_RESPOND_RETURN", "BUYER_SHIPPED_ITEM", Effect::Done);
        check(D::AgreeKeep, back, "SELLER_RESPOND_RETURN", "AWAITING_BUYER_SHIP", Effect::Contradicted);
        check(D::AgreeKeep, back, "SELLER_RESPOND_RETURN", &success, Effect::Done);
        check(D::AcceptParcel, back, "SELLER_RESPOND_RECEIVE_PACKAGE", &success, Effect::Done);
        check(D::RefuseParcel, back, "SELLER_RESPOND_RECEIVE_PACKAGE", "REJECT_RECEIVE_PACKAGE", Effect::Done);
        let again = "REPLACEMENT";
        check(D::AgreeReplacement, again, "SELLER_RESPOND_REPLACEMENT", "REPLACEMENT_REQUEST_COMPLETE", Effect::Done);
        check(
            D::RefundInstead,
            again,
            "SELLER_RESPOND_REPLACEMENT",
            "REPLACEMENT_REQUEST_REFUND_SUCCESS",
            Effect::Done,
        );
        let cancel = "BUYER_CANCEL";
        check(D::ApproveCancel, cancel, "SELLER_RESPOND_BUYER_CANCEL", "CANCELLATION_REQUEST_SUCCESS", Effect::Done);
        check(D::RejectCancel, cancel, "SELLER_RESPOND_CANCEL", "CANCELLATION_REQUEST_CANCELLED", Effect::Done);
    }

    #[test]
    fn an_offer_is_ours_only_with_our_amount_and_as_a_change() {
        let eight = Money::parse("8.00", "USD").unwrap();
        let pending = || a_case("REFUND", &[RETURN, "PENDING"].concat()).asks("SELLER_RESPOND_REFUND");
        let offered = |amount: &str| a_case("REFUND", "AWAITING_BUYER_RESPONSE").offers(amount).at(2_000).build();
        let effect =
            |before: &PlatformCase, now: &PlatformCase| effect_shown(D::OfferPartial, Some(&eight), before, now, &[]);
        assert_eq!(effect(&pending().build(), &offered("8")), Effect::Done);
        assert_eq!(effect(&pending().build(), &offered("9.00")), Effect::Contradicted);
        // A declined offer of the same sum stands on the object before the new one.
        let again = pending().offers("8.00").build();
        assert_eq!(effect(&again, &again), Effect::Unchanged);
        assert_eq!(effect(&again, &offered("8.00")), Effect::Done);
        assert_eq!(effect(&offered("8.00"), &offered("8.00")), Effect::Contradicted);
        // Declined, and then our time ran out: the offer was made all the same.
        let ran_out = |sum: &str| a_case("REFUND", &[RETURN, "SUCCESS"].concat()).offers(sum).at(9_000).build();
        let late = |now: &PlatformCase| {
            let records = [record("SELLER_RESPOND_TIMEOUT", 9_000)];
            effect_shown(D::OfferPartial, Some(&eight), &pending().build(), now, &records)
        };
        assert_eq!(late(&ran_out("8.00")), Effect::Done);
        assert_eq!(late(&ran_out("9.00")), Effect::TimeRanOut);
    }

    #[test]
    fn an_agreed_return_is_also_known_by_the_record_that_it_was_shipped() {
        let before = a_case("RETURN_AND_REFUND", &[RETURN, "PENDING"].concat()).asks("SELLER_RESPOND_RETURN").build();
        let now = a_case("RETURN_AND_REFUND", &[RETURN, "COMPLETE"].concat()).at(9_000).build();
        let effect = |event: &str, at: i64| effect_shown(D::AgreeReturn, None, &before, &now, &[record(event, at)]);
        assert_eq!(effect("Buyer_Shipped", 2_000), Effect::Done);
        assert_eq!(effect("BUYER_SHIPPED", 900), Effect::Contradicted);
        assert_eq!(effect("AWAITING_BUYER_SHIPPED", 2_000), Effect::Contradicted);
    }

    #[test]
    fn an_effect_that_was_there_before_is_not_ours() {
        let refused = a_case("RETURN_AND_REFUND", "REJECT_RECEIVE_PACKAGE");
        let disputed = |case: CaseBuilder| case.with(|case| case.arbitration = Some("IN_PROGRESS".to_owned())).build();
        let asked = a_case("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM").asks("SELLER_RESPOND_RECEIVE_PACKAGE");
        let effect = |before: &PlatformCase, now: &PlatformCase| effect_shown(D::RefuseParcel, None, before, now, &[]);
        assert_eq!(effect(&asked.clone().build(), &disputed(refused.clone())), Effect::Done);
        assert_eq!(effect(&asked.clone().build(), &disputed(asked.clone())), Effect::Done);
        assert_eq!(effect(&disputed(asked.clone()), &disputed(asked)), Effect::Contradicted);
        assert_eq!(effect(&refused.clone().build(), &refused.build()), Effect::Contradicted);
    }

    /// What is offered for a case that asks for `action`, first unchecked and then with only `eligible` open.
    #[track_caller]
    fn check_offered(case: CaseBuilder, region: &str, unchecked: &[D], eligible: &[D], checked: &[D]) {
        let facts = case.facts(region);
        let derived = derive(&facts);
        assert_eq!(offered(&derived, &facts.case, None, region), unchecked, "not checked");
        let answers: Vec<_> = eligible.iter().map(|kind| (*kind, true)).collect();
        assert_eq!(offered(&derived, &facts.case, Some(&answers), region), checked, "checked");
        for kind in checked {
            assert!(still_open(*kind, &facts.case), "{kind:?} is asked for");
        }
    }

    #[test]
    fn the_row_is_cut_down_to_what_is_eligible() {
        let pending = |type_word: &str, action: &str| a_case(type_word, &[RETURN, "PENDING"].concat()).asks(action);
        let cancel = || a_case("BUYER_CANCEL", "CANCELLATION_REQUEST_PENDING").asks("SELLER_RESPOND_BUYER_CANCEL");
        let both = [D::ApproveCancel, D::RejectCancel];
        check_offered(cancel(), "GB", &both, &both, &both);
        check_offered(cancel(), "US", &both[..1], &both, &both[..1]);
        // Letting the buyer keep it is asked about under the name of the return; parts cannot be asked about.
        check_offered(
            pending("RETURN_AND_REFUND", "SELLER_RESPOND_RETURN"),
            "ES",
            &[D::AgreeReturn, D::AgreeKeep, D::DirectRefund, D::OfferPartial, D::RejectReturn],
            &[D::AgreeReturn, D::RejectReturn],
            &[D::AgreeReturn, D::AgreeKeep, D::OfferPartial, D::RejectReturn],
        );
        let parcel = || a_case("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM").asks("SELLER_RESPOND_RECEIVE_PACKAGE");
        let verdicts = [D::AcceptParcel, D::RefuseParcel, D::PartialAfterParcel];
        check_offered(parcel(), "US", &verdicts, &verdicts, &verdicts);
        let quick = parcel().with(|case| case.is_quick_refund = true);
        check_offered(quick, "US", &verdicts[..1], &verdicts, &verdicts[..1]);
        check_offered(
            a_case("REPLACEMENT", "REPLACEMENT_REQUEST_PENDING").asks("SELLER_RESPOND_REPLACEMENT"),
            "US",
            &[D::AgreeReplacement, D::RefundInstead, D::RejectReplacement],
            &[D::AgreeReplacement, D::DirectRefund],
            &[D::AgreeReplacement, D::DirectRefund],
        );
        // What is new to us is decided only where TikTok names the decision.
        check_offered(pending("REFUND", "SELLER_RESPOND_NEW"), "US", &[], &[D::ApproveRefund], &[D::ApproveRefund]);
        check_offered(pending("EXCHANGE", "SELLER_RESPOND_NEW"), "US", &[], &[], &[]);
    }

    #[test]
    fn a_decision_is_open_only_while_its_own_action_is() {
        let asked = |action: &str| a_case("REFUND", &[RETURN, "PENDING"].concat()).asks(action);
        assert!(still_open(D::ApproveRefund, &asked("SELLER_RESPOND_REFUND").build()));
        assert!(!still_open(D::AcceptParcel, &asked("SELLER_RESPOND_REFUND").build()));
        assert!(!still_open(D::AcceptParcel, &asked("SELLER_RESPOND_REFUND").asks("SELLER_RESPOND_NEW").build()));
        let over = a_case("REFUND", &[RETURN, "COMPLETE"].concat()).asks("SELLER_RESPOND_REFUND").build();
        assert!(!still_open(D::ApproveRefund, &over), "the platform has ended it");
        let disputed = asked("SELLER_RESPOND_REFUND").with(|case| case.arbitration = Some("IN_PROGRESS".to_owned()));
        assert!(!still_open(D::ApproveRefund, &disputed.build()), "TikTok has it");
    }

    #[test]
    fn what_is_told_by_default_fits_the_decision() {
        for kind in D::ALL {
            let default = claims_of(kind).first().copied();
            let expected = match kind {
                D::AgreeReturn => Claim::ReturnAgreed,
                D::AgreeReplacement => Claim::ReplacementAgreed,
                D::RefuseParcel => Claim::ParcelRefused,
                // Its status proves the approval; the payment may never show.
                D::RefundInstead => Claim::Approved,
                _ if kind.needs_amount() => Claim::OfferMade,
                _ if kind.is_approval() => Claim::Refunded,
                _ => Claim::Rejected,
            };
            assert_eq!(default, Some(expected), "{kind:?}");
        }
    }

    #[test]
    fn a_hold_must_fit_before_the_deadline() {
        let at = Timestamp::from_millis;
        for (left_ms, near) in [(60_000, false), (35_000, false), (34_999, true), (-1, true)] {
            assert_eq!(is_near_deadline(Some(at(left_ms)), at(0), 5), near, "{left_ms}");
        }
        assert!(!is_near_deadline(None, at(0), 5));
    }
}
