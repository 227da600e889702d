//! From facts to a case: stage, decisions, claims, debts (case model 1 to 4, 7, 8). One pure function.

use super::case::{By, Claim, DecisionKind, Derived, End, Flag, Kind, Owed, Sayable, Stage, Voice, WaitingOn};
use super::facts::{Evidence, Facts, PlatformCase, Record, Seen, Told, ToldHow};
use super::status::{Asked, Status, has_event, is_event, says_time_ran_out, time_ran_out};
use crate::money::Money;
use crate::time::Timestamp;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Between a stamp of the platform's and one of ours (case model 6).
const CLOCKS_DIFFER_MS: i64 = 300_000;
/// Approved money is late after this many business days (case model 2; one source).
const PAY_DAYS: u32 = 5;

/// The platform has ended the case, or the buyer replaced it by another.
pub fn is_over(case: &PlatformCase) -> bool {
    case.status_read().is_terminal() || case.next_id.is_some()
}

/// All that follows from the facts.
pub fn derive(facts: &Facts) -> Derived {
    let case = &facts.case;
    let by = decided_by(facts);
    let sayable = sayable(facts);
    let owed = owed(facts, &sayable);
    let (asked_stage, decisions, only_eligible) = asked(facts);
    let is_disputed = case.arbitration_is("IN_PROGRESS");
    let stage = match asked_stage {
        _ if is_disputed => Stage::Disputed,
        Some(stage) => stage,
        None if owed.is_some() => Stage::ToTell,
        None if is_over(case) => Stage::Done,
        None => Stage::Waiting,
    };
    Derived {
        kind: case.kind(),
        stage,
        waiting_on: (stage == Stage::Waiting).then(|| waiting_on(case)),
        decisions: if is_disputed { Vec::new() } else { decisions },
        only_eligible: only_eligible && !is_disputed,
        owed,
        deadline: case.asked().next().and_then(|_| case.actions.iter().filter_map(|action| action.deadline).min()),
        end: is_over(case).then(|| end(facts, &sayable)),
        voice: voice(case, by),
        late_at: late_at(facts),
        flags: flags(facts, by),
        by,
        sayable,
    }
}

/// What the open action asks for: the action rules, not the status.
fn asked(facts: &Facts) -> (Option<Stage>, Vec<DecisionKind>, bool) {
    use DecisionKind as D;
    let case = &facts.case;
    let all: Vec<Asked> = case.asked().collect();
    let is_us = facts.shop.region == "US";
    let decide = |kinds: &[D]| (Some(Stage::ToDecide), kinds.to_vec(), false);
    if all.is_empty() {
        (None, Vec::new(), false)
    } else if all.contains(&Asked::Parcel) && case.kind() != Kind::Other {
        let kinds: &[D] = if case.is_quick_refund {
            &[D::AcceptParcel]
        } else {
            &[D::AcceptParcel, D::RefuseParcel, D::PartialAfterParcel]
        };
        (Some(Stage::ToInspect), kinds.to_vec(), false)
    } else if case.kind() == Kind::Other || all.iter().all(|asked| *asked == Asked::Unknown) {
        let stage = if all.contains(&Asked::Parcel) { Stage::ToInspect } else { Stage::ToDecide };
        (Some(stage), D::ALL.to_vec(), true)
    } else if all.contains(&Asked::Cancel) {
        // US sellers are told not to use Reject Cancellation: shipping refuses (case model 5).
        decide(if is_us { &[D::ApproveCancel] } else { &[D::ApproveCancel, D::RejectCancel] })
    } else if all.contains(&Asked::Refund) {
        decide(&[D::ApproveRefund, D::OfferPartial, D::RejectRefund])
    } else if all.contains(&Asked::Return) {
        decide(&[D::AgreeReturn, D::AgreeKeep, D::DirectRefund, D::OfferPartial, D::RejectReturn])
    } else {
        decide(&[D::AgreeReplacement, D::RefundInstead, D::OfferPartial, D::DirectRefund, D::RejectReplacement])
    }
}

fn waiting_on(case: &PlatformCase) -> WaitingOn {
    let ruled = case.arbitration_is("SUPPORT_BUYER") || case.arbitration_is("SUPPORT_SELLER");
    match case.status_read() {
        Status::Unknown => WaitingOn::Unknown,
        Status::BuyerShipped => WaitingOn::Carrier,
        status if status.is_rejection() && ruled => WaitingOn::TikTok,
        status if status.is_rejection() => WaitingOn::Buyer,
        Status::AwaitingBuyerShip | Status::AwaitingBuyerResponse => WaitingOn::Buyer,
        _ => WaitingOn::TikTok,
    }
}

/// The shop's first answer since it was connected, as far as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenAnswer {
    /// When it was given, else when it was first seen.
    pub at: Timestamp,
    /// It was given then, and not at some time before.
    pub is_exact: bool,
}

/// When the shop first answered since it was connected, whoever did: of what was answered before, the rest may come later
/// (the parcel, the payment), and nobody here has answered for that. None: it was not.
pub fn answered(facts: &Facts) -> Option<SeenAnswer> {
    let read = |seen: &Seen| Status::of(&seen.status);
    let at_first = facts.seen.first().filter(|first| Status::ReturnPending.is_answered_by(read(first)));
    let later = facts.seen.iter().zip(facts.seen.iter().skip(1));
    let mut later = later.filter(|(before, now)| read(before).is_answered_by(read(now)));
    at_first.and_then(|first| answered_unseen(facts, first)).or_else(|| {
        let (before, now) = later.find(|(_, now)| now.at >= facts.shop.connected)?;
        let seen = SeenAnswer { at: now.at, is_exact: !read(now).is_after_answer() };
        Some(dated(facts, before.at, now.at).unwrap_or(seen))
    })
}

/// The answer of what was answered already when it was first seen: a record dates it, or it was given by then.
fn answered_unseen(facts: &Facts, first: &Seen) -> Option<SeenAnswer> {
    let connected = facts.shop.connected;
    let is_of_before = answers(facts).any(|at| at < connected);
    // What is shipped or paid by now may have been agreed to long ago.
    let is_surely_new = facts.case.created >= connected || !Status::of(&first.status).is_after_answer();
    let by_then = (first.at >= connected && is_surely_new && !is_of_before)
        .then_some(SeenAnswer { at: first.at, is_exact: false });
    dated(facts, connected, first.at).or(by_then)
}

/// When the shop answered, or its time ran out, by the records.
fn answers(facts: &Facts) -> impl Iterator<Item = Timestamp> {
    let ours = |record: &&Record| record.role.eq_ignore_ascii_case("seller") || says_time_ran_out(&record.event);
    facts.records.iter().filter(ours).map(|record| record.at)
}

/// The first answer on record within some time, since the shop was connected.
fn dated(facts: &Facts, since: Timestamp, until: Timestamp) -> Option<SeenAnswer> {
    let since = since.max(facts.shop.connected);
    let at = answers(facts).filter(|at| (since..=until).contains(at)).min()?;
    Some(SeenAnswer { at, is_exact: true })
}

/// When a state became visible: the first of the reads up to now that all show it.
fn since(facts: &Facts, holds: impl Fn(Status) -> bool) -> Timestamp {
    let run = facts.seen.iter().rev().take_while(|seen| holds(Status::of(&seen.status)));
    run.last().map_or(facts.case.updated, |seen| seen.at)
}

fn was_seen(facts: &Facts, wanted: impl Fn(Status) -> bool) -> bool {
    facts.seen.iter().any(|seen| wanted(Status::of(&seen.status)))
}

/// Cash on delivery that was never paid cannot be refunded.
fn was_paid(facts: &Facts) -> bool {
    facts.order.as_ref().is_none_or(|order| !order.is_cod || order.paid.is_some())
}

fn total(case: &PlatformCase) -> Option<&Money> {
    case.refund.as_ref().map(|refund| &refund.total)
}

/// After an offer it is unknown whether the total becomes the part: then no amount is said.
fn amount_said(case: &PlatformCase) -> Option<Money> {
    let total = total(case)?;
    match &case.partial {
        Some(partial) if !case.buyer_rejected_partial && !partial.same_as(total) => None,
        _ => Some(total.clone()),
    }
}

/// When the payment was proved, if it was (case model 3).
fn paid_since(facts: &Facts) -> Option<Timestamp> {
    let case = &facts.case;
    // The whole word: the name of a status that ends in it proves no payment.
    let record = facts.records.iter().find(|record| is_event(record, "REFUND_SUCCESS"));
    let complete = |wanted: Status| (case.status_read() == wanted).then(|| since(facts, |status| status == wanted));
    if !was_paid(facts) {
        return None;
    }
    // A proof once read is kept.
    facts
        .ours
        .payment_proved
        .or_else(|| record.map(|record| record.at))
        .or_else(|| complete(Status::CancelComplete).filter(|_| total(case).is_some_and(Money::is_positive)))
        .or_else(|| complete(Status::ReturnComplete).filter(|_| total(case).is_none_or(Money::is_positive)))
}

fn sayable(facts: &Facts) -> Vec<Sayable> {
    let case = &facts.case;
    let status = case.status_read();
    let mut all = Vec::new();
    let mut say = |claim, amount: Option<Money>, since: Timestamp| all.push(Sayable { claim, amount, since });
    let while_ = |wanted: fn(Status) -> bool| wanted(status).then(|| since(facts, wanted));

    let approved: fn(Status) -> bool = |status| {
        matches!(
            status,
            Status::CancelSuccess
                | Status::CancelComplete
                | Status::ReturnSuccess
                | Status::ReturnComplete
                | Status::ReplacementRefunded
                | Status::ExchangeRefunded
        )
    };
    if let Some(at) = while_(approved) {
        say(Claim::Approved, amount_said(case), at);
    }
    if let Some(at) = while_(|status| status == Status::AwaitingBuyerShip) {
        say(Claim::ReturnAgreed, amount_said(case), at);
    }
    let accepted: fn(Status) -> bool = |status| matches!(status, Status::ReturnSuccess | Status::ReturnComplete);
    let shipped = was_seen(facts, |status| status == Status::BuyerShipped);
    let refused = was_seen(facts, |status| status == Status::ParcelRefused);
    if let Some(at) = while_(accepted).filter(|_| case.kind() == Kind::ReturnAndRefund && shipped && !refused) {
        say(Claim::ParcelAccepted, amount_said(case), at);
    }
    let stands = is_over(case) && end_of_closed(facts) == Some(End::RejectionStands);
    if let Some(at) = while_(|status| status == Status::ParcelRefused) {
        say(Claim::ParcelRefused, None, at);
    } else if stands && refused {
        say(Claim::ParcelRefused, None, last_rejection(facts));
    }
    let order_cancelled = facts.order.as_ref().is_some_and(|order| order.status.starts_with("CANCEL"));
    let cancelled = status == Status::CancelComplete || (status == Status::CancelSuccess && order_cancelled);
    if cancelled {
        let at = since(facts, |status| matches!(status, Status::CancelSuccess | Status::CancelComplete));
        say(Claim::Cancelled, amount_said(case), at);
    }
    let told_no: fn(Status) -> bool = |status| matches!(status, Status::Rejected | Status::ReplacementRejected);
    let our_no = facts
        .ours
        .decisions
        .iter()
        .find(|decision| decision.kind == DecisionKind::RejectCancel && decision.evidence == Evidence::Answered);
    if let Some(at) = while_(told_no) {
        say(Claim::Rejected, None, at);
    } else if let (Some(no), Status::CancelClosed) = (our_no, status) {
        say(Claim::Rejected, None, no.at);
    } else if stands && !refused {
        say(Claim::Rejected, None, last_rejection(facts));
    }
    if let Some(offer) = &case.partial
        && let Some(at) = while_(|status| status == Status::AwaitingBuyerResponse)
    {
        say(Claim::OfferMade, Some(offer.clone()), at);
    }
    if let Some(at) = while_(|status| matches!(status, Status::ReplacementComplete | Status::ExchangeComplete)) {
        say(Claim::ReplacementAgreed, None, at);
    }
    if let Some(at) = paid_since(facts) {
        say(Claim::Refunded, amount_said(case), at);
    }
    all
}

/// Whether the time to say something has gone by although the case is open: who has shipped need not be told any more
/// that they may. Only of what is not [`Sayable`] now.
pub fn is_past(facts: &Facts, claim: Claim) -> bool {
    claim == Claim::ReturnAgreed && was_seen(facts, |status| status == Status::BuyerShipped)
}

fn last_rejection(facts: &Facts) -> Timestamp {
    let seen = facts.seen.iter().rfind(|seen| Status::of(&seen.status).is_rejection());
    seen.map_or(facts.case.updated, |seen| seen.at)
}

/// The state that the present one followed.
fn was_rejected_before(facts: &Facts) -> bool {
    let now = facts.case.status_read();
    let status = |seen: &Seen| Status::of(&seen.status);
    facts.seen.iter().rev().map(status).find(|status| *status != now).is_some_and(Status::is_rejection)
}

/// The newest claim that must be told, unless it has been or will be (case model 4).
fn owed(facts: &Facts, sayable: &[Sayable]) -> Option<Owed> {
    let case = &facts.case;
    let status = case.status_read();
    let ended_before_us = status.is_terminal() && since(facts, Status::is_terminal) < facts.shop.connected;
    if ended_before_us {
        return None;
    }
    // The remorse hour and automatic cancellations owe nothing by default (design 9).
    let nobody_asked = case.type_word == "CANCEL" && matches!(case.role.as_str(), "BUYER" | "SYSTEM");
    // Nobody waits for an order that was never paid, unless it was to be paid at the door.
    let unpaid = facts.order.as_ref().is_some_and(|order| order.paid.is_none() && !order.is_cod);
    let by_seller = case.kind() == Kind::Cancellation && case.role == "SELLER" && !unpaid;
    let paid = sayable.iter().any(|sayable| sayable.claim == Claim::Refunded);
    let must = |claim: Claim| match claim {
        Claim::Refunded => !nobody_asked,
        Claim::ReturnAgreed | Claim::ParcelRefused | Claim::Rejected | Claim::OfferMade | Claim::ReplacementAgreed => {
            true
        }
        // No later status will come; its payment says more, and its record may be older than our read of the status.
        Claim::Approved => matches!(status, Status::ReplacementRefunded | Status::ExchangeRefunded) && !paid,
        Claim::Cancelled => by_seller,
        Claim::ParcelAccepted => false,
    };
    // Later ones of the same instant are newer: they stand later in the list.
    let newest = sayable.iter().filter(|sayable| must(sayable.claim)).max_by_key(|sayable| sayable.since)?;
    if told(facts, sayable, newest.claim).next().is_some() {
        return None;
    }
    let late_at = newest.since.plus_millis(i64::from(facts.shop.reply_hours) * HOUR_MS);
    Some(Owed { claim: newest.claim, since: newest.since, late_at })
}

/// What has told, or will tell, what `claim` says now. An offer can be made again after a declined one: what told the
/// one before does not tell it.
pub fn told<'a>(facts: &'a Facts, sayable: &[Sayable], claim: Claim) -> impl Iterator<Item = &'a Told> + use<'a> {
    let ours = facts.ours.decisions.iter().filter(|decision| decision.kind.needs_amount()).map(|decision| decision.at);
    // Our own offers are stamped by our clock, others by the platform's.
    let shown = sayable.iter().find(|sayable| sayable.claim == claim);
    let shown = shown.map(|sayable| sayable.since.plus_millis(-CLOCKS_DIFFER_MS));
    let begun = ours.chain(shown).max().filter(|_| claim == Claim::OfferMade);
    facts.ours.told.iter().filter(move |told| {
        let is_of_this = begun.is_none_or(|begun| told.at >= begun) || matches!(told.how, ToldHow::Queued { .. });
        told.claim == claim && is_of_this
    })
}

/// How a closed return or cancellation ended, as far as it is knowable.
fn end_of_closed(facts: &Facts) -> Option<End> {
    let case = &facts.case;
    if !case.status_read().is_closed() {
        return None;
    }
    let records = &facts.records;
    let our_no = facts
        .ours
        .decisions
        .iter()
        .any(|decision| decision.kind == DecisionKind::RejectCancel && decision.evidence == Evidence::Answered);
    Some(if case.next_id.is_some() {
        End::Edited
    } else if case.kind() == Kind::Cancellation {
        if our_no { End::CancelRefused } else { End::Closed }
    } else if case.arbitration_is("SUPPORT_SELLER")
        || has_event(records, "BUYER_APPLY_ARBITRATION_TIMEOUT")
        || (was_rejected_before(facts) && !case.arbitration_is("SUPPORT_BUYER"))
    {
        // A rejection that the buyer got overturned is no rejection, whatever came of the return after it.
        End::RejectionStands
    } else if has_event(records, "BUYER_RETURN_SHIPPED_TIMEOUT") {
        End::NotSentBack
    } else {
        End::Closed
    })
}

fn end(facts: &Facts, sayable: &[Sayable]) -> End {
    let paid = sayable.iter().any(|sayable| sayable.claim == Claim::Refunded);
    match facts.case.status_read() {
        Status::CancelComplete | Status::ReturnComplete if paid => End::Refunded,
        Status::CancelComplete => End::Cancelled,
        Status::ReplacementComplete | Status::ExchangeComplete => End::Replaced,
        Status::ReplacementRefunded | Status::ExchangeRefunded => End::RefundInstead,
        _ => end_of_closed(facts).unwrap_or(if facts.case.next_id.is_some() { End::Edited } else { End::Closed }),
    }
}

/// Whether the present state is what a decision brings about; a closed one is a rejection's only while that `stands`.
fn brings_about(kind: DecisionKind, status: Status, stands: bool) -> bool {
    use DecisionKind as D;
    use Status as S;
    match kind {
        D::ApproveCancel => matches!(status, S::CancelSuccess | S::CancelComplete),
        D::RejectCancel => status == S::CancelClosed,
        D::ApproveRefund | D::AcceptParcel | D::AgreeKeep => matches!(status, S::ReturnSuccess | S::ReturnComplete),
        D::DirectRefund | D::RefundInstead => {
            matches!(status, S::ReturnSuccess | S::ReturnComplete | S::ReplacementRefunded | S::ExchangeRefunded)
        }
        D::AgreeReturn => matches!(status, S::AwaitingBuyerShip | S::BuyerShipped),
        D::OfferPartial | D::PartialAfterParcel => {
            matches!(status, S::AwaitingBuyerResponse | S::ReturnSuccess | S::ReturnComplete)
        }
        D::AgreeReplacement => matches!(status, S::ReplacementComplete | S::ExchangeComplete),
        D::RejectRefund | D::RejectReturn | D::RejectReplacement => {
            matches!(status, S::Rejected | S::ReplacementRejected) || stands
        }
        D::RefuseParcel => status == S::ParcelRefused || stands,
    }
}

/// Who decided; none while undecided, and where nobody did (a withdrawn request).
fn decided_by(facts: &Facts) -> Option<By> {
    let case = &facts.case;
    let status = case.status_read();
    let stands = end_of_closed(facts) == Some(End::RejectionStands);
    // Whatever followed a declined offer was decided after it.
    let declined = case.buyer_rejected_partial && status != Status::AwaitingBuyerResponse;
    let ours = facts
        .ours
        .decisions
        .iter()
        .filter(|decision| decision.evidence == Evidence::Answered)
        .any(|decision| brings_about(decision.kind, status, stands) && !(decision.kind.needs_amount() && declined));
    let ruled = case.arbitration_is("SUPPORT_BUYER") || case.arbitration_is("SUPPORT_SELLER");
    if status.is_pending() {
        None
    } else if ruled && was_rejected_before(facts) {
        // Before "desk": our rejection is not what brought about the state after a ruling.
        Some(By::Dispute)
    } else if ours {
        Some(By::Desk)
    } else if time_ran_out(&facts.records) {
        Some(By::TimeRanOut)
    } else if case.type_word == "CANCEL" {
        Some(By::Direct)
    } else if status.is_closed() && !stands {
        None
    } else {
        Some(By::Outside)
    }
}

/// "We" for our own decision, "TikTok" where it ruled or time ran out; a quick refund is paid by TikTok.
fn voice(case: &PlatformCase, by: Option<By>) -> Voice {
    match by {
        Some(By::Desk) if !case.is_quick_refund => Voice::We,
        Some(By::TimeRanOut | By::Dispute) => Voice::TikTok,
        _ => Voice::Nobody,
    }
}

fn late_at(facts: &Facts) -> Option<Timestamp> {
    let approved = |status: Status| matches!(status, Status::CancelSuccess | Status::ReturnSuccess);
    approved(facts.case.status_read()).then(|| business_days_after(since(facts, approved), PAY_DAYS))
}

/// The same clock time so many working days later; weekends in UTC.
fn business_days_after(start: Timestamp, days: u32) -> Timestamp {
    let mut at = start;
    let mut left = days;
    while left > 0 {
        at = at.plus_millis(DAY_MS);
        // The epoch was a Thursday.
        let weekday = (at.millis().div_euclid(DAY_MS) + 4).rem_euclid(7);
        if weekday != 0 && weekday != 6 {
            left -= 1;
        }
    }
    at
}

fn flags(facts: &Facts, by: Option<By>) -> Vec<Flag> {
    let case = &facts.case;
    let status = case.status_read();
    let asks = |wanted: Asked| case.asked().any(|asked| asked == wanted);
    let arrived = facts.ours.scanned.is_some()
        || facts.records.iter().any(|record| {
            let event = record.event.to_ascii_uppercase();
            event.contains("DELIVERED") && !event.contains("TIMEOUT")
        });
    let split_differs = case.refund.as_ref().is_some_and(|refund| {
        let mut parts = refund.parts.iter().map(|(_, amount)| amount.clone());
        let first = parts.next();
        let sum = first.and_then(|first| parts.try_fold(first, |sum, part| sum.plus(&part)));
        !refund.parts.is_empty() && !sum.is_some_and(|sum| sum.same_as(&refund.total))
    });
    let unknown_type = case.kind() == Kind::Other && case.type_word != "EXCHANGE";
    let last_deadline = facts.seen.iter().rev().find_map(|seen| seen.deadline);
    let probably_ran_out = case.kind() == Kind::Cancellation
        && by == Some(By::Outside)
        && last_deadline.is_some_and(|deadline| deadline <= case.updated);
    let all = [
        (Flag::Arrived, arrived && asks(Asked::Parcel)),
        (Flag::QuickRefund, case.is_quick_refund),
        (Flag::SplitDiffers, split_differs),
        (Flag::UnknownWord, status == Status::Unknown || asks(Asked::Unknown) || unknown_type),
        (Flag::ShipInstead, asks(Asked::Cancel) && facts.shop.region == "US"),
        (Flag::Grouped, case.group_id.is_some()),
        (Flag::ProbablyRanOut, probably_ran_out),
    ];
    all.into_iter().filter_map(|(flag, holds)| holds.then_some(flag)).collect()
}
