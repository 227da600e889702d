//! The words of a case on screen: plain verbs, the fact first, never ahead of TikTok.

use super::kit::sum;
use crate::i18n::{format, words};
use shared::domain::case::{Claim, DecisionKind};
use shared::reasons::{ReasonGroup, group_of, label};
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, Happened, Who};
use shared::wire::inspect::{Answered, Question, Slot};
use shared::wire::intent::{IntentState, NeedsPerson, Superseded};

/// The words on a decision's button; the sum follows where money moves.
pub fn act(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "Approve cancellation",
        DecisionKind::ApproveRefund => "Approve",
        DecisionKind::AgreeReturn => "Agree to the return",
        DecisionKind::AgreeKeep => "Refund, buyer keeps it",
        DecisionKind::DirectRefund => "Refund at once",
        DecisionKind::AgreeReplacement => "Send a replacement",
        DecisionKind::RefundInstead => "Refund instead",
        DecisionKind::AcceptParcel => "Accept and refund",
        DecisionKind::RejectCancel
        | DecisionKind::RejectRefund
        | DecisionKind::RejectReturn
        | DecisionKind::RejectReplacement => "Reject…",
        DecisionKind::RefuseParcel => "Refuse…",
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "Offer partial…",
    }
}

/// On the button of a second person: what they agree to, and how much.
pub fn agreement(kind: DecisionKind, amount: Option<&str>) -> String {
    let act = match kind {
        DecisionKind::ApproveCancel => "cancel and refund",
        DecisionKind::ApproveRefund | DecisionKind::DirectRefund => "refund",
        DecisionKind::AgreeReturn => "return and refund",
        DecisionKind::AgreeKeep => "refund, buyer keeps it",
        DecisionKind::AgreeReplacement => "send a replacement",
        DecisionKind::RefundInstead => "refund instead",
        DecisionKind::AcceptParcel => "accept the parcel and refund",
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "offer a part,",
        DecisionKind::RejectCancel
        | DecisionKind::RejectRefund
        | DecisionKind::RejectReturn
        | DecisionKind::RejectReplacement => "reject",
        DecisionKind::RefuseParcel => "refuse the parcel",
    };
    // A replacement moves no money.
    match amount.filter(|_| kind != DecisionKind::AgreeReplacement) {
        Some(amount) => ["Agree: ", act, " ", amount].concat(),
        None => ["Agree: ", act.trim_end_matches(',')].concat(),
    }
}

/// The title of the sheet that asks once more.
pub fn ask_once_more(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "Approve this cancellation?",
        DecisionKind::AgreeReturn => "Agree to this return?",
        DecisionKind::AgreeReplacement => "Send a replacement?",
        DecisionKind::AcceptParcel => "Accept this parcel?",
        DecisionKind::RefuseParcel => "Refuse this parcel",
        DecisionKind::RejectCancel => "Reject this cancellation",
        DecisionKind::RejectRefund | DecisionKind::RejectReturn | DecisionKind::RejectReplacement => {
            "Reject with proof"
        }
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "Offer a part",
        DecisionKind::ApproveRefund
        | DecisionKind::AgreeKeep
        | DecisionKind::DirectRefund
        | DecisionKind::RefundInstead => "Approve this refund?",
    }
}

/// The same while it is under way, for the head of a case.
pub fn under_way(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::AgreeReturn | DecisionKind::AgreeReplacement => "Agreeing",
        DecisionKind::AcceptParcel => "Accepting",
        DecisionKind::RejectCancel
        | DecisionKind::RejectRefund
        | DecisionKind::RejectReturn
        | DecisionKind::RejectReplacement => "Rejecting",
        DecisionKind::RefuseParcel => "Refusing",
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "Offering a part",
        DecisionKind::ApproveCancel
        | DecisionKind::ApproveRefund
        | DecisionKind::AgreeKeep
        | DecisionKind::DirectRefund
        | DecisionKind::RefundInstead => "Approving",
    }
}

/// Whether the decision pays the refund's total.
pub fn pays(kind: DecisionKind) -> bool {
    kind.is_approval() && !matches!(kind, DecisionKind::AgreeReturn | DecisionKind::AgreeReplacement)
}

/// What becomes of the goods.
pub fn goods(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "the order is not sent",
        DecisionKind::AgreeReturn => "paid after the parcel is back and accepted",
        DecisionKind::AcceptParcel => "the parcel is back",
        DecisionKind::AgreeReplacement => "a new parcel goes out, no money moves",
        DecisionKind::ApproveRefund
        | DecisionKind::AgreeKeep
        | DecisionKind::DirectRefund
        | DecisionKind::RefundInstead
        | DecisionKind::OfferPartial => "the buyer keeps the goods",
        _ => "",
    }
}

/// The moment at which a reply goes out, after "Send when".
pub fn moment(claim: Option<Claim>) -> &'static str {
    claim.map_or("now", words::claim)
}

/// What a decision did, for the timeline.
fn decided(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::ApproveCancel => "the cancellation",
        DecisionKind::ApproveRefund | DecisionKind::RefundInstead | DecisionKind::DirectRefund => "the refund",
        DecisionKind::AgreeReturn => "the return",
        DecisionKind::AgreeKeep => "the refund without return",
        DecisionKind::AgreeReplacement => "the replacement",
        DecisionKind::AcceptParcel => "the parcel",
        DecisionKind::RefuseParcel => "refusing the parcel",
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => "the offer of a part",
        DecisionKind::RejectCancel
        | DecisionKind::RejectRefund
        | DecisionKind::RejectReturn
        | DecisionKind::RejectReplacement => "the rejection",
    }
}

/// Why an intent was superseded.
pub fn superseded(why: Superseded) -> &'static str {
    match why {
        Superseded::DecidedElsewhere => {
            "It was decided in Seller Center or by TikTok first. Nothing was sent from here."
        }
        Superseded::TimeRanOut => "Time ran out first, so TikTok decided. Nothing was sent from here.",
        Superseded::DecisionFailed => {
            "The decision did not take effect, so the reply stayed here. Your words are kept as a draft."
        }
        Superseded::NoLongerTrue => {
            "What the reply says is not true any more. It was not sent; your words are kept as a draft."
        }
        Superseded::AmountChanged => {
            "TikTok's amount differs from the one in the reply. It was not sent; look at the draft again."
        }
        Superseded::AlreadyTold => "Another reply has told the buyer already. This one was not sent.",
    }
}

/// Why a person is needed, and what to do.
pub fn needs_person(why: NeedsPerson) -> &'static str {
    match why {
        NeedsPerson::NoAnswer => {
            "TikTok gave no answer that can be trusted. Look in Seller Center before you decide again."
        }
        NeedsPerson::CannotMessage => {
            "TikTok does not let the desk write to this buyer. Copy the text and tell them in Seller Center."
        }
        NeedsPerson::ShopDisconnected => {
            "The shop is not connected. Ask an admin to connect it again; nothing was sent."
        }
        NeedsPerson::UploadFailed => {
            "TikTok did not take a proof. Replace the picture and decide again; nothing was sent."
        }
    }
}

/// A timeline entry after the name of who did it, as a plain sentence.
pub fn happened(what: &Happened, by: &Who, who: &str) -> String {
    match what {
        Happened::Status { before: None, now } => ["First seen as ", &status(now)].concat(),
        Happened::Status { now, .. } => ["TikTok shows ", &status(now)].concat(),
        Happened::Record { text, .. } => text.clone(),
        Happened::DecisionPressed { kind, amount, .. } => {
            let given = amount.as_ref().filter(|_| kind.is_approval() || kind.needs_amount());
            let given = given.map(|amount| [", ", &sum(amount)].concat()).unwrap_or_default();
            [who, " pressed: ", decided(*kind), &given].concat()
        }
        Happened::ReplyPressed => [who, " wrote the reply"].concat(),
        Happened::Undone => [who, " undid it: nothing had left"].concat(),
        Happened::DecisionDone { kind, by_reading: false } => ["TikTok accepted ", decided(*kind)].concat(),
        Happened::DecisionDone { kind, by_reading: true } => {
            ["TikTok shows ", decided(*kind), ", seen by reading"].concat()
        }
        Happened::ReplyDone { by_reading: false } => "Reply sent".to_owned(),
        Happened::ReplyDone { by_reading: true } => "Reply arrived, seen by reading".to_owned(),
        Happened::Ended { state } => ended(state).to_owned(),
        Happened::Assigned { to: Some(to) } if *by == Who::Agent(to.clone()) => [who, " took the case"].concat(),
        Happened::Assigned { to: Some(_) } => [who, " handed the case on"].concat(),
        Happened::Assigned { to: None } => [who, " released the case"].concat(),
        Happened::Noted => [who, " left a note"].concat(),
        Happened::Scanned => [who, " scanned the parcel"].concat(),
        Happened::Inspected { .. } => [who, " inspected the parcel"].concat(),
        Happened::LeadAsked { .. } => [who, " asked a lead"].concat(),
        Happened::Ticked { text, is_on: true } => [who, " ticked: ", text].concat(),
        Happened::Ticked { text, is_on: false } => [who, " took the tick away: ", text].concat(),
        Happened::EvidenceAdded => [who, " added a proof"].concat(),
        Happened::Alarmed { minutes } => format!("Alarm: {minutes} min left to decide"),
        Happened::Tagged { tag, is_on: true } => [who, " tagged it “", tag, "”"].concat(),
        Happened::Tagged { tag, is_on: false } => [who, " took the tag “", tag, "” off"].concat(),
        Happened::ReplyPrepared => [who, " prepared the reply"].concat(),
        Happened::KeptAway { why } => [who, " left it to people: ", why.text()].concat(),
        Happened::SecondAsked { kind, rule, .. } => {
            [who, " pressed: ", decided(*kind), ". A second person is needed, says ", &rule.words()].concat()
        }
        Happened::SecondAgreed { .. } => [who, " agreed as the second person"].concat(),
        Happened::SecondRefused { .. } => [who, " ended the wait for a second person"].concat(),
        Happened::SecondLapsed { .. } => "Nobody agreed while it could be decided so; nothing was sent".to_owned(),
        Happened::DebtSettled { reason: None } => [who, " says the buyer was told elsewhere"].concat(),
        Happened::DebtSettled { reason: Some(reason) } => [who, " waived the reply: ", reason].concat(),
    }
}

fn ended(state: &IntentState) -> &'static str {
    match state {
        IntentState::Refused { .. } => "TikTok said no",
        IntentState::Superseded { why, .. } => superseded(*why),
        IntentState::Unsure { .. } => "Not known whether the reply arrived",
        IntentState::NeedsPerson { why, .. } => needs_person(*why),
        IntentState::Undone { .. } => "Undone",
        _ => "Ended",
    }
}

/// A platform word without its shouting: `AWAITING_BUYER_SHIP` as "awaiting buyer ship".
pub fn status(word: &str) -> String {
    let known = match word {
        "RETURN_OR_REFUND_REQUEST_PENDING" | "CANCELLATION_REQUEST_PENDING" => "the request, waiting for an answer",
        "RETURN_OR_REFUND_REQUEST_SUCCESS" | "CANCELLATION_REQUEST_SUCCESS" => {
            "the request approved, the money on its way"
        }
        "RETURN_OR_REFUND_REQUEST_COMPLETE" | "CANCELLATION_REQUEST_COMPLETE" => "the money returned",
        "RETURN_OR_REFUND_REQUEST_CANCEL" | "CANCELLATION_REQUEST_CANCEL" | "CANCELLATION_REQUEST_CANCELLED" => {
            "the request closed"
        }
        "REFUND_OR_RETURN_REQUEST_REJECT" => "the request rejected",
        "AWAITING_BUYER_SHIP" => "the return agreed, the buyer must send it",
        "BUYER_SHIPPED_ITEM" => "the parcel on its way back",
        "REJECT_RECEIVE_PACKAGE" => "the parcel refused",
        "AWAITING_BUYER_RESPONSE" => "the offer, waiting for the buyer",
        _ => "",
    };
    if known.is_empty() { word.replace('_', " ").to_lowercase() } else { known.to_owned() }
}

/// What is asked about a parcel, and what to look for.
pub fn question(question: Question, reason: &str) -> (&'static str, &'static str) {
    match (question, group_of(reason)) {
        (Question::RightItem, _) => ("Right item", "What was sold, not something else"),
        (Question::Unused, ReasonGroup::Fit) => ("Tag still on", "Shop tag with its string"),
        (Question::Unused, _) => ("Unused", "No more than tried once"),
        (Question::CleanAndWhole, _) => ("Clean and whole", "No stain, scent, tear or pet hair"),
        (Question::AllParts, _) => ("All parts there", "Accessories, spare parts, papers"),
    }
}

/// What a photo of a parcel shows.
pub fn slot(slot: Slot, reason: &str) -> &'static str {
    match (slot, group_of(reason)) {
        (Slot::Label, _) => "Label",
        (Slot::Front, _) => "Front",
        (Slot::Detail, ReasonGroup::Fit) => "Tag and collar",
        (Slot::Detail, _) => "Close-up",
    }
}

/// "right item yes, unused no": the answers of a verdict, in one line.
pub fn answers<'a>(answers: impl Iterator<Item = &'a Answered>) -> String {
    let one = |answer: &Answered| {
        let name = question(answer.question, "").0.to_lowercase();
        [name.as_str(), if answer.is_yes { " yes" } else { " no" }].concat()
    };
    answers.map(one).collect::<Vec<_>>().join(", ")
}

/// A request's field, as the sheet names it.
pub fn field(name: &str) -> &'static str {
    match name {
        "reason" => "The reason",
        "comment" => "The comment",
        "evidence" => "Proof",
        "amount" => "The amount",
        _ => "This",
    }
}

/// The reason as a case's title: in the buyer's terms, or in the platform's words when the reason is new to us.
pub fn reason(name: &str, text: &str) -> String {
    match group_of(name) {
        ReasonGroup::Other if !text.trim().is_empty() => text.to_owned(),
        group => label(group).to_owned(),
    }
}

/// What follows, on the button that leads there: the time that is left for it first, which a narrow button still shows.
pub fn next(row: &CaseRow, now: Timestamp) -> String {
    let left = row.deadline.map(|deadline| deadline.since(now)).filter(|left| 0 < *left);
    let left = left.map(|left| [&format::span(left), ", "].concat());
    ["Next: ", left.as_deref().unwrap_or_default(), &reason(&row.reason, &row.reason_text)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_person_reads_what_they_agree_to_and_how_much() {
        for (kind, amount, said) in [
            (DecisionKind::ApproveRefund, Some("£12.50"), "Agree: refund £12.50"),
            (DecisionKind::ApproveCancel, Some("£12.50"), "Agree: cancel and refund £12.50"),
            (DecisionKind::OfferPartial, Some("£5.00"), "Agree: offer a part, £5.00"),
            (DecisionKind::ApproveRefund, None, "Agree: refund"),
            (DecisionKind::OfferPartial, None, "Agree: offer a part"),
            (DecisionKind::AgreeReplacement, Some("£12.50"), "Agree: send a replacement"),
        ] {
            assert_eq!(agreement(kind, amount), said);
        }
    }

    #[test]
    fn what_follows_is_named_with_the_time_that_is_left() {
        let row = crate::state::cases::tests::due("a", 1, 51 * 60_000);
        for (now, words) in [(0, "Next: 51 min, X"), (60 * 60_000, "Next: X")] {
            assert_eq!(next(&row, Timestamp::from_millis(now)), words);
        }
    }
}
