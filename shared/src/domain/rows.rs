//! The rows of the case model's section 10, and the sentences around them.

use super::case::{By, Claim, DecisionKind, Derived, End, Flag, Stage, Voice, WaitingOn};
use super::derive::{answered, derive};
use super::facts::{Evidence, Facts, OurDecision, Record, Seen, Told, ToldHow};
use super::fixtures::{CaseBuilder, a_case, record, usd};
use crate::time::Timestamp;

const C: &str = "CANCELLATION_REQUEST_";
const R: &str = "RETURN_OR_REFUND_REQUEST_";
const REJECT: &str = "REFUND_OR_RETURN_REQUEST_REJECT";

fn cancel(type_word: &str, status: &str) -> CaseBuilder {
    a_case(type_word, &[C, status].concat())
}

fn refund(type_word: &str, status: &str) -> CaseBuilder {
    a_case(type_word, &[R, status].concat())
}

fn told(facts: Facts, claim: Claim) -> Facts {
    let how = ToldHow::Delivered { intent: "i_1".parse().unwrap() };
    with(facts, |facts| facts.ours.told.push(Told { claim, how, at: Timestamp::from_millis(1_500) }))
}

fn decided(facts: Facts, kind: DecisionKind, evidence: Evidence) -> Facts {
    with(facts, |facts| facts.ours.decisions.push(OurDecision { kind, evidence, at: Timestamp::from_millis(900) }))
}

/// Statuses that were seen before the present one, oldest first.
fn after(facts: Facts, statuses: &[&str]) -> Facts {
    with(facts, |facts| {
        let earlier = statuses.iter().zip(1_i64..).map(|(status, place)| Seen {
            status: (*status).to_owned(),
            at: Timestamp::from_millis(place * 10),
            deadline: None,
        });
        facts.seen.splice(0..0, earlier);
    })
}

fn recorded(facts: Facts, event: &str) -> Facts {
    with(facts, |facts| facts.records.push(record(event, 800)))
}

fn with(mut facts: Facts, change: impl FnOnce(&mut Facts)) -> Facts {
    change(&mut facts);
    facts
}

fn claims(derived: &Derived) -> Vec<Claim> {
    derived.sayable.iter().map(|sayable| sayable.claim).collect()
}

#[track_caller]
fn check(facts: &Facts, stage: Stage, sayable: &[Claim], owed: Option<Claim>) -> Derived {
    let derived = derive(facts);
    assert_eq!(derived.stage, stage, "stage");
    assert_eq!(claims(&derived), sayable, "sayable");
    assert_eq!(derived.owed.as_ref().map(|owed| owed.claim), owed, "owed");
    derived
}

#[test]
fn cancellations() {
    use Claim::{Approved, Cancelled, Refunded, Rejected};
    let row = check(
        &cancel("BUYER_CANCEL", "PENDING").asks("SELLER_RESPOND_BUYER_CANCEL").facts("GB"),
        Stage::ToDecide,
        &[],
        None,
    );
    assert_eq!(row.decisions, [DecisionKind::ApproveCancel, DecisionKind::RejectCancel]);
    assert_eq!(row.deadline, Some(Timestamp::from_millis(100_000)));
    let row =
        check(&cancel("BUYER_CANCEL", "PENDING").asks("SELLER_RESPOND_CANCEL").facts("US"), Stage::ToDecide, &[], None);
    assert_eq!((row.decisions, row.flags), (vec![DecisionKind::ApproveCancel], vec![Flag::ShipInstead]));
    let row = check(&cancel("BUYER_CANCEL", "PENDING").facts("GB"), Stage::Waiting, &[], None);
    assert_eq!(row.waiting_on, Some(WaitingOn::TikTok));
    let ours = decided(cancel("BUYER_CANCEL", "SUCCESS").facts("GB"), DecisionKind::ApproveCancel, Evidence::Answered);
    assert_eq!(check(&ours, Stage::Waiting, &[Approved], None).by, Some(By::Desk));

    let ran_out = with(cancel("BUYER_CANCEL", "COMPLETE").facts("GB"), |facts| {
        facts.seen[0].deadline = Some(Timestamp::from_millis(700));
    });
    let row = check(&ran_out, Stage::ToTell, &[Approved, Cancelled, Refunded], Some(Refunded));
    assert_eq!((row.voice, row.flags), (Voice::Nobody, vec![Flag::ProbablyRanOut]));
    let row = check(&told(ran_out, Refunded), Stage::Done, &[Approved, Cancelled, Refunded], None);
    assert_eq!(row.end, Some(End::Refunded));

    let row = check(&cancel("BUYER_CANCEL", "CANCELLED").facts("GB"), Stage::Done, &[], None);
    assert_eq!((row.end, row.by), (Some(End::Closed), None));
    let refused =
        |evidence| decided(cancel("BUYER_CANCEL", "CANCEL").facts("GB"), DecisionKind::RejectCancel, evidence);
    assert_eq!(check(&refused(Evidence::Answered), Stage::ToTell, &[Rejected], Some(Rejected)).by, Some(By::Desk));
    assert_eq!(check(&refused(Evidence::Read), Stage::Done, &[], None).end, Some(End::Closed));

    let by_seller =
        with(cancel("CANCEL", "SUCCESS").with(|case| case.role = "SELLER".to_owned()).facts("TH"), |facts| {
            facts.order.as_mut().unwrap().status = "CANCELLED".to_owned();
        });
    check(&by_seller, Stage::ToTell, &[Approved, Cancelled], Some(Cancelled));
    let unpaid = cancel("CANCEL", "COMPLETE").refunds(Some("0")).facts("US");
    assert_eq!(check(&unpaid, Stage::Done, &[Approved, Cancelled], None).end, Some(End::Cancelled));
}

#[test]
fn refunds_without_return() {
    use Claim::{Approved, OfferMade, Refunded};
    let row = check(&refund("REFUND", "PENDING").asks("SELLER_RESPOND_REFUND").facts("US"), Stage::ToDecide, &[], None);
    assert_eq!(row.decisions, [DecisionKind::ApproveRefund, DecisionKind::OfferPartial, DecisionKind::RejectRefund]);
    let row = check(&refund("REFUND", "SUCCESS").facts("US"), Stage::Waiting, &[Approved], None);
    assert_eq!(row.waiting_on, Some(WaitingOn::TikTok));
    let ran_out = recorded(refund("REFUND", "COMPLETE").facts("US"), "SELLER_RESPOND_REFUND_TIMEOUT");
    let row = check(&ran_out, Stage::ToTell, &[Approved, Refunded], Some(Refunded));
    assert_eq!((row.by, row.voice), (Some(By::TimeRanOut), Voice::TikTok));
    let before_us =
        with(refund("REFUND", "COMPLETE").facts("US"), |facts| facts.shop.connected = Timestamp::from_millis(5_000));
    assert_eq!(check(&before_us, Stage::Done, &[Approved, Refunded], None).end, Some(End::Refunded));

    let offer = a_case("REFUND", "AWAITING_BUYER_RESPONSE").offers("8.00").facts("US");
    let row = check(&offer, Stage::ToTell, &[OfferMade], Some(OfferMade));
    assert_eq!(row.sayable[0].amount, Some(usd("8.00")));
    assert_eq!(check(&told(offer, OfferMade), Stage::Waiting, &[OfferMade], None).waiting_on, Some(WaitingOn::Buyer));
    // Declined and offered again: what told the first does not tell the second, whoever made it.
    let again =
        with(told(a_case("REFUND", "AWAITING_BUYER_RESPONSE").offers("9.00").facts("US"), OfferMade), |facts| {
            facts.ours.decisions = [900, 3_000]
                .map(Timestamp::from_millis)
                .map(|at| OurDecision { kind: DecisionKind::OfferPartial, evidence: Evidence::Answered, at })
                .into();
        });
    check(&again, Stage::ToTell, &[OfferMade], Some(OfferMade));
    let elsewhere =
        with(told(a_case("REFUND", "AWAITING_BUYER_RESPONSE").offers("9.00").facts("US"), OfferMade), |facts| {
            facts.seen.last_mut().unwrap().at = Timestamp::from_millis(3_600_000);
        });
    check(&elsewhere, Stage::ToTell, &[OfferMade], Some(OfferMade));
    let declined = refund("REFUND", "PENDING").offers("8.00").asks("SELLER_RESPOND_REFUND");
    check(&declined.with(|case| case.buyer_rejected_partial = true).facts("US"), Stage::ToDecide, &[], None);
    let accepted = refund("REFUND", "COMPLETE").offers("8.00").refunds(Some("22.55")).facts("US");
    let row = check(&accepted, Stage::ToTell, &[Approved, Refunded], Some(Refunded));
    assert!(row.sayable.iter().all(|sayable| sayable.amount.is_none()), "no amount is said");
}

#[test]
fn returns() {
    use Claim::{Approved, ParcelRefused, Refunded, Rejected, ReturnAgreed};
    const KIND: &str = "RETURN_AND_REFUND";
    let agreed = a_case(KIND, "AWAITING_BUYER_SHIP").facts("ES");
    check(&agreed, Stage::ToTell, &[ReturnAgreed], Some(ReturnAgreed));
    let row = check(&told(agreed, ReturnAgreed), Stage::Waiting, &[ReturnAgreed], None);
    assert_eq!(row.waiting_on, Some(WaitingOn::Buyer));
    let shipped = a_case(KIND, "BUYER_SHIPPED_ITEM");
    // The debt of telling that the return was agreed has lapsed.
    let row = check(&after(shipped.clone().facts("ES"), &["AWAITING_BUYER_SHIP"]), Stage::Waiting, &[], None);
    assert_eq!(row.waiting_on, Some(WaitingOn::Carrier));

    let inspect = shipped.asks("SELLER_RESPOND_RECEIVE_PACKAGE");
    let row = check(&inspect.clone().facts("US"), Stage::ToInspect, &[], None);
    assert_eq!(
        row.decisions,
        [DecisionKind::AcceptParcel, DecisionKind::RefuseParcel, DecisionKind::PartialAfterParcel]
    );
    assert!(!row.flags.contains(&Flag::Arrived));
    assert!(derive(&recorded(inspect.clone().facts("US"), "RETURN_DELIVERED")).flags.contains(&Flag::Arrived));
    let quick = inspect.with(|case| case.is_quick_refund = true).facts("US");
    assert_eq!(check(&quick, Stage::ToInspect, &[], None).decisions, [DecisionKind::AcceptParcel]);
    let row = check(&recorded(quick, "Refund_Success"), Stage::ToInspect, &[Refunded], Some(Refunded));
    assert_ne!(row.voice, Voice::We);

    let disputed =
        a_case(KIND, "REJECT_RECEIVE_PACKAGE").with(|case| case.arbitration = Some("IN_PROGRESS".to_owned()));
    let row = check(&told(disputed.facts("US"), ParcelRefused), Stage::Disputed, &[ParcelRefused], None);
    assert_eq!(row.decisions, []);
    let ruled = refund(KIND, "COMPLETE").with(|case| case.arbitration = Some("SUPPORT_BUYER".to_owned())).facts("US");
    let ruled = after(ruled, &["BUYER_SHIPPED_ITEM", "REJECT_RECEIVE_PACKAGE"]);
    let row = check(&ruled, Stage::ToTell, &[Approved, Refunded], Some(Refunded));
    assert_eq!((row.by, row.voice), (Some(By::Dispute), Voice::TikTok));

    let stands = refund(KIND, "CANCEL").with(|case| case.arbitration = Some("SUPPORT_SELLER".to_owned())).facts("US");
    let row = check(&told(after(stands, &[REJECT]), Rejected), Stage::Done, &[Rejected], None);
    assert_eq!(row.end, Some(End::RejectionStands));
    let never_sent = after(refund(KIND, "CANCEL").facts("US"), &["AWAITING_BUYER_SHIP"]);
    assert_eq!(check(&never_sent, Stage::Done, &[], None).end, Some(End::Closed));
    let row = check(&recorded(never_sent, "BUYER_RETURN_SHIPPED_TIMEOUT"), Stage::Done, &[], None);
    assert_eq!(row.end, Some(End::NotSentBack));
    let edited = refund(KIND, "CANCEL").with(|case| case.next_id = Some("4037".to_owned())).facts("US");
    assert_eq!(check(&edited, Stage::Done, &[], None).end, Some(End::Edited));
}

#[test]
fn replacements_and_words_that_are_new_to_us() {
    use Claim::{Approved, ReplacementAgreed};
    let refunded = a_case("REPLACEMENT", "REPLACEMENT_REQUEST_REFUND_SUCCESS").facts("US");
    check(&refunded, Stage::ToTell, &[Approved], Some(Approved));
    assert_eq!(check(&told(refunded, Approved), Stage::Done, &[Approved], None).end, Some(End::RefundInstead));
    let replaced = a_case("REPLACEMENT", "REPLACEMENT_REQUEST_COMPLETE").facts("US");
    check(&replaced, Stage::ToTell, &[ReplacementAgreed], Some(ReplacementAgreed));

    let strange = a_case("REFUND", "NEW_THING").facts("US");
    let row = check(&strange, Stage::Waiting, &[], None);
    assert_eq!((row.waiting_on, row.flags), (Some(WaitingOn::Unknown), vec![Flag::UnknownWord]));
    let asked = a_case("REFUND", "NEW_THING").asks("SELLER_RESPOND_NEW").facts("US");
    assert!(check(&asked, Stage::ToDecide, &[], None).only_eligible);
}

#[test]
fn a_queued_reply_covers_its_claim() {
    let queued = with(refund("REFUND", "COMPLETE").facts("US"), |facts| {
        let how = ToldHow::Queued { intent: "i_1".parse().unwrap() };
        facts.ours.told.push(Told { claim: Claim::Refunded, how, at: Timestamp::from_millis(1) });
    });
    assert_eq!(derive(&queued).owed, None);
}

#[test]
fn a_proof_of_payment_once_read_is_kept() {
    let proved = with(a_case("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM").facts("US"), |facts| {
        facts.ours.payment_proved = Some(Timestamp::from_millis(900));
    });
    assert_eq!(claims(&derive(&proved)), [Claim::Refunded]);
}

#[test]
fn cash_on_delivery_that_was_never_paid_is_never_refunded() {
    let unpaid = with(refund("REFUND", "COMPLETE").facts("ID"), |facts| {
        let order = facts.order.as_mut().unwrap();
        order.is_cod = true;
        order.paid = None;
    });
    assert_eq!(claims(&derive(&unpaid)), [Claim::Approved]);
}

#[test]
fn the_remorse_hour_and_automatic_cancellations_owe_nothing() {
    for (role, owed) in [("BUYER", false), ("SYSTEM", false), ("SELLER", true), ("OPERATOR", true)] {
        let facts = cancel("CANCEL", "COMPLETE").with(|case| case.role = role.to_owned()).facts("US");
        assert_eq!(derive(&facts).owed.is_some(), owed, "{role}");
    }
}

#[test]
fn the_reply_clock_is_the_shops() {
    let owed = derive(&refund("REFUND", "COMPLETE").facts("US")).owed.unwrap();
    assert_eq!(owed.late_at.since(owed.since), 24 * 3_600_000);
}

#[test]
fn approved_money_is_late_after_five_business_days() {
    // Thursday 1 January 1970 and the next Thursday but a weekend between.
    let late = derive(&refund("REFUND", "SUCCESS").facts("US")).late_at.unwrap();
    assert_eq!(late.since(Timestamp::from_millis(1_000)), 7 * 86_400_000);
}

#[test]
fn the_reply_clock_is_shorter_where_the_shop_says_so() {
    let south_east_asia = with(refund("REFUND", "COMPLETE").facts("TH"), |facts| facts.shop.reply_hours = 12);
    let owed = derive(&south_east_asia).owed.unwrap();
    assert_eq!(owed.late_at.since(owed.since), 12 * 3_600_000);
}

#[test]
fn only_the_payments_own_record_proves_a_payment() {
    for (event, proves) in [
        ("REFUND_SUCCESS", true),
        ("refund_success", true),
        ("REPLACEMENT_REQUEST_REFUND_SUCCESS", false),
        ("REFUND_SUCCESS_PENDING", false),
    ] {
        let facts = recorded(a_case("REPLACEMENT", "REPLACEMENT_REQUEST_REFUND_SUCCESS").facts("US"), event);
        assert_eq!(claims(&derive(&facts)).contains(&Claim::Refunded), proves, "{event}");
    }
}

#[test]
fn an_approval_is_not_owed_once_its_payment_is_provable() {
    // The record is older than the first read of the status, as after an import.
    let paid = recorded(a_case("REPLACEMENT", "REPLACEMENT_REQUEST_REFUND_SUCCESS").facts("US"), "REFUND_SUCCESS");
    assert_eq!(derive(&paid).owed.map(|owed| owed.claim), Some(Claim::Refunded));
    assert_eq!(derive(&told(paid, Claim::Refunded)).stage, Stage::Done);
}

#[test]
fn a_rejection_that_was_overturned_does_not_stand() {
    const KIND: &str = "RETURN_AND_REFUND";
    let closed = |ruling: Option<&str>, seen: &[&str]| {
        let case = refund(KIND, "CANCEL").with(|case| case.arbitration = ruling.map(str::to_owned));
        decided(after(case.facts("US"), seen), DecisionKind::RejectReturn, Evidence::Answered)
    };
    // The buyer won the dispute and then did not send it back (api 4.4), seen whole or in part.
    for seen in [&[REJECT, "AWAITING_BUYER_SHIP"][..], &[REJECT][..]] {
        let row = check(&closed(Some("SUPPORT_BUYER"), seen), Stage::Done, &[], None);
        assert_eq!(row.end, Some(End::Closed), "{seen:?}");
        assert_ne!(row.by, Some(By::Desk), "{seen:?}");
    }
    let lapsed =
        recorded(closed(Some("SUPPORT_BUYER"), &[REJECT, "AWAITING_BUYER_SHIP"]), "BUYER_RETURN_SHIPPED_TIMEOUT");
    assert_eq!(derive(&lapsed).end, Some(End::NotSentBack));
    // Nobody disputed it.
    let row = check(&closed(None, &[REJECT]), Stage::ToTell, &[Claim::Rejected], Some(Claim::Rejected));
    assert_eq!((row.end, row.by), (Some(End::RejectionStands), Some(By::Desk)));
    // An earlier rejection does not date the refusal of the parcel.
    let refused = closed(None, &[REJECT, "AWAITING_BUYER_SHIP", "BUYER_SHIPPED_ITEM", "REJECT_RECEIVE_PACKAGE"]);
    let row = check(&refused, Stage::ToTell, &[Claim::ParcelRefused], Some(Claim::ParcelRefused));
    assert_eq!(row.sayable[0].since, Timestamp::from_millis(40));
}

#[test]
fn a_seller_who_cancels_owes_word_unless_nobody_had_paid() {
    for (paid, is_cod, owed) in [(true, false, true), (false, false, false), (false, true, true)] {
        let case = cancel("CANCEL", "SUCCESS").with(|case| case.role = "SELLER".to_owned());
        let facts = with(case.facts("TH"), |facts| {
            let order = facts.order.as_mut().unwrap();
            order.status = "CANCELLED".to_owned();
            order.is_cod = is_cod;
            order.paid = order.paid.filter(|_| paid);
        });
        assert_eq!(derive(&facts).owed.is_some(), owed, "paid {paid}, cash on delivery {is_cod}");
    }
}

#[test]
fn an_offer_that_was_declined_did_not_decide_the_case() {
    let offered = |declined: bool| {
        let case = refund("REFUND", "SUCCESS").offers("8.00").with(|case| case.buyer_rejected_partial = declined);
        let facts = decided(case.facts("US"), DecisionKind::OfferPartial, Evidence::Answered);
        derive(&recorded(facts, "SELLER_RESPOND_REFUND_TIMEOUT"))
    };
    assert_eq!((offered(true).by, offered(true).voice), (Some(By::TimeRanOut), Voice::TikTok));
    assert_eq!(offered(false).by, Some(By::Desk));
}

#[test]
fn an_action_we_know_is_not_hidden_by_one_we_do_not() {
    let both = refund("REFUND", "PENDING").asks("SELLER_RESPOND_NEW").asks("SELLER_RESPOND_REFUND").facts("US");
    let row = check(&both, Stage::ToDecide, &[], None);
    assert_eq!(row.decisions, [DecisionKind::ApproveRefund, DecisionKind::OfferPartial, DecisionKind::RejectRefund]);
    assert!(!row.only_eligible && row.flags.contains(&Flag::UnknownWord));
}

#[test]
fn a_request_was_asked_of_the_shop_unless_nobody_waited_for_it() {
    let asked = |case: CaseBuilder| case.build().was_asked();
    let by = |case: CaseBuilder, role: &str| asked(case.with(|case| case.role = role.to_owned()));
    assert!(asked(cancel("BUYER_CANCEL", "PENDING").asks("SELLER_RESPOND_BUYER_CANCEL")));
    assert!(asked(cancel("BUYER_CANCEL", "COMPLETE")));
    assert!(asked(refund("REFUND", "CANCEL")));
    assert!(!asked(cancel("CANCEL", "COMPLETE")), "cancelled at once");
    assert!(!asked(refund("REFUND", "PENDING")), "TikTok looks at it first");
    for role in ["SELLER", "SYSTEM", "OPERATOR"] {
        assert!(!by(refund("REFUND", "COMPLETE"), role), "{role}");
    }
}

/// The answer of a return that was asked at some instant, seen in these states, with the seller's entries on record; its
/// shop was connected at 100.
fn answer(created: i64, seen: &[(&str, i64)], records: &[i64]) -> Option<(i64, bool)> {
    let (last, _) = seen.last().unwrap();
    let facts = with(a_case("RETURN_AND_REFUND", last).facts("US"), |facts| {
        let seen = seen.iter().map(|(status, at)| Seen {
            status: (*status).to_owned(),
            at: Timestamp::from_millis(*at),
            deadline: None,
        });
        facts.seen = seen.collect();
        facts.case.created = Timestamp::from_millis(created);
        facts.shop.connected = Timestamp::from_millis(100);
        let by_seller = |at: &i64| Record { role: "Seller".to_owned(), ..record("ORDER_RETURN", *at) };
        facts.records = records.iter().map(by_seller).chain([record("BUYER_SHIPPED", 140)]).collect();
    });
    answered(&facts).map(|answer| (answer.at.millis(), answer.is_exact))
}

const PENDING: &str = "RETURN_OR_REFUND_REQUEST_PENDING";
const SUCCESS: &str = "RETURN_OR_REFUND_REQUEST_SUCCESS";
const COMPLETE: &str = "RETURN_OR_REFUND_REQUEST_COMPLETE";
const CLOSED: &str = "RETURN_OR_REFUND_REQUEST_CANCEL";
const SHIP: &str = "AWAITING_BUYER_SHIP";
const SHIPPED: &str = "BUYER_SHIPPED_ITEM";

#[test]
fn what_was_answered_before_the_shop_was_connected_is_answered_no_more() {
    for (seen, expected) in [
        (vec![(SUCCESS, 90), (COMPLETE, 200)], None),
        (vec![(COMPLETE, 90)], None),
        // Agreed to at any time before, and sent back or paid between the connection and the first read.
        (vec![(COMPLETE, 150)], None),
        (vec![(SHIPPED, 150)], None),
        (vec![(CLOSED, 150)], None),
        // Answered meanwhile, or before it was ever read.
        (vec![(PENDING, 90), (SUCCESS, 150), (COMPLETE, 200)], Some((150, true))),
        (vec![(SUCCESS, 150), (COMPLETE, 200)], Some((150, false))),
        (vec![(PENDING, 150)], None),
        // The return was agreed to before; the verdict on the parcel comes after.
        (vec![(SHIP, 80), (SHIPPED, 150)], None),
        (vec![(SHIP, 80), (SHIPPED, 150), (SUCCESS, 180), (COMPLETE, 200)], Some((180, true))),
        (vec![(SHIPPED, 150), (SUCCESS, 180)], Some((180, true))),
        (vec![(SHIPPED, 80), ("REJECT_RECEIVE_PACKAGE", 180)], Some((180, true))),
        // The buyer never sent it.
        (vec![(SHIP, 80), (CLOSED, 180)], None),
    ] {
        assert_eq!(answer(50, &seen, &[]), expected, "{seen:?}");
    }
}

#[test]
fn when_a_request_was_answered_is_known_where_it_was_seen_or_is_on_record() {
    // The desk was down: of what was asked since the connection, somebody answered by then.
    for late in [COMPLETE, SHIPPED] {
        assert_eq!(answer(120, &[(late, 900)], &[]), Some((900, false)), "{late}");
        assert_eq!(answer(120, &[(PENDING, 120), (late, 900)], &[]), Some((900, false)), "{late} after a gap");
        assert_eq!(answer(120, &[(late, 900)], &[130]), Some((130, true)), "{late} on record");
        assert_eq!(answer(120, &[(PENDING, 120), (late, 900)], &[130]), Some((130, true)), "{late} in the gap");
        assert_eq!(answer(50, &[(late, 900)], &[130]), Some((130, true)), "asked before, {late} on record");
    }
    assert_eq!(
        answer(50, &[(COMPLETE, 900)], &[60, 130]),
        Some((130, true)),
        "agreed to before, its parcel judged after"
    );
    assert_eq!(answer(50, &[(SUCCESS, 150)], &[60]), None, "answered before, and changed since");
    assert_eq!(answer(120, &[(COMPLETE, 900)], &[950]), Some((900, false)), "what came later did not answer it");
}
