//! One check of a decision's fields, under the field and behind the endpoint.

use super::case::DecisionKind;
use crate::money::{Money, has_cents};
use crate::wire::case::DecisionOption;
use crate::wire::decision::DecisionRequest;
use std::cmp::Ordering;

/// Characters of a comment (api 4.5, from 202606).
pub const COMMENT_CHARS: usize = 500;
/// Pictures of a rejection (api 4.5, from 202606).
pub const PROOFS: usize = 6;

/// What is wrong with a request, as (field, clause); none: it may go.
pub fn decision_problem(
    request: &DecisionRequest,
    offered: &[DecisionOption],
    total: Option<&Money>,
) -> Option<(&'static str, &'static str)> {
    let kind = request.kind;
    let reasons = offered.iter().filter(|option| option.kind == kind).flat_map(|option| &option.reasons);
    if kind.needs_reason() {
        let Some(chosen) = &request.reason else { return Some(("reason", "must be chosen")) };
        if !reasons.clone().any(|reason| reason.name == *chosen) {
            return Some(("reason", "is not one that TikTok offers for this case"));
        }
    } else if request.reason.is_some() {
        return Some(("reason", "does not belong to this decision"));
    }
    if request.comment.as_ref().is_some_and(|comment| comment.chars().count() > COMMENT_CHARS) {
        return Some(("comment", "has more than 500 characters"));
    }
    if request.evidence.len() > PROOFS {
        return Some(("evidence", "holds more than six pictures"));
    }
    if kind == DecisionKind::RefuseParcel && request.evidence.is_empty() {
        return Some(("evidence", "needs at least one photo of the parcel"));
    }
    let wants_photo = reasons.clone().any(|reason| reason.wants_photo && Some(&reason.name) == request.reason.as_ref());
    let says_nothing = request.comment.as_ref().is_none_or(|comment| comment.trim().is_empty());
    if wants_photo && request.evidence.is_empty() && says_nothing {
        return Some(("evidence", "is missing: add a photo, or comment why there is none"));
    }
    match (&request.amount, kind.needs_amount()) {
        (None, true) => Some(("amount", "must be given")),
        (Some(_), false) => Some(("amount", "does not belong to this decision")),
        (Some(amount), true) => amount_problem(amount, total).map(|problem| ("amount", problem)),
        (None, false) => None,
    }
}

/// Why a part cannot be offered, if so: it is more than nothing and less than all, with cents where there are any.
pub fn amount_problem(amount: &Money, total: Option<&Money>) -> Option<&'static str> {
    let digits = |money: &Money| money.amount().split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let usual = if has_cents(amount.currency()) { 2 } else { 0 };
    match total.map(|total| (amount.compare(total), digits(total))) {
        _ if !amount.is_positive() => Some("must be more than 0"),
        Some((None, _)) => Some("is in another currency than the refund"),
        Some((Some(Ordering::Less), most)) if digits(amount) > most.max(usual) => {
            Some("has too many digits after the point")
        }
        Some((Some(Ordering::Less), _)) => None,
        None => Some("cannot be checked: TikTok names no amount for this request"),
        Some((Some(_), _)) => Some("must be less than the whole refund"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::case::RejectReason;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, "USD").unwrap()
    }

    fn request(kind: DecisionKind) -> DecisionRequest {
        DecisionRequest {
            kind,
            shown: None,
            reason: None,
            comment: None,
            evidence: Vec::new(),
            amount: None,
            reply: None,
            without_hold: false,
            take_over: false,
            expects_second: false,
        }
    }

    #[track_caller]
    fn check(request: &DecisionRequest, expected: Option<&str>) {
        let reason = |name: &str, wants_photo| RejectReason { name: name.to_owned(), text: String::new(), wants_photo };
        let reasons = vec![reason("used", false), reason("damaged", true)];
        let offered = vec![DecisionOption { kind: request.kind, reasons }];
        let found = decision_problem(request, &offered, Some(&usd("34.18")));
        assert_eq!(found.map(|(field, _)| field), expected, "{request:?}");
    }

    #[test]
    fn each_field_is_checked_where_it_belongs() {
        check(&request(DecisionKind::ApproveRefund), None);
        check(&request(DecisionKind::RejectRefund), Some("reason"));
        let with =
            |name: &str| DecisionRequest { reason: Some(name.to_owned()), ..request(DecisionKind::RejectRefund) };
        check(&with("used"), None);
        check(&with("other"), Some("reason"));
        check(&DecisionRequest { comment: Some("x".repeat(501)), ..with("used") }, Some("comment"));
        let seven = (0..7).map(|place| format!("e{place}").parse().unwrap()).collect();
        check(&DecisionRequest { evidence: seven, ..with("used") }, Some("evidence"));
        let refuse = DecisionRequest { kind: DecisionKind::RefuseParcel, ..with("used") };
        check(&refuse, Some("evidence"));
        let photo = || vec!["e1".parse().unwrap()];
        check(&DecisionRequest { evidence: photo(), ..refuse }, None);
        check(&with("damaged"), Some("evidence"));
        check(&DecisionRequest { comment: Some(" ".to_owned()), ..with("damaged") }, Some("evidence"));
        check(&DecisionRequest { comment: Some("It came back empty.".to_owned()), ..with("damaged") }, None);
        check(&DecisionRequest { evidence: photo(), ..with("damaged") }, None);
    }

    #[test]
    fn a_part_is_more_than_nothing_and_less_than_all() {
        let offer = |amount: Money| DecisionRequest { amount: Some(amount), ..request(DecisionKind::OfferPartial) };
        for (amount, expected) in [
            (usd("8.00"), None),
            (usd("34.17"), None),
            (usd("0"), Some("amount")),
            (usd("-1"), Some("amount")),
            (usd("34.18"), Some("amount")),
            (usd("8.001"), Some("amount")),
            (Money::parse("8", "EUR").unwrap(), Some("amount")),
        ] {
            check(&offer(amount), expected);
        }
        check(&request(DecisionKind::OfferPartial), Some("amount"));
        let dong = |amount: &str| Money::parse(amount, "VND").unwrap();
        for (amount, is_wrong) in [("432000", false), ("432000.50", true)] {
            let problem = amount_problem(&dong(amount), Some(&dong("864000")));
            assert_eq!(problem.is_some(), is_wrong, "{amount} dong");
        }
        // A whole total does not forbid cents.
        assert_eq!(amount_problem(&usd("8.50"), Some(&usd("25"))), None);
        check(&DecisionRequest { amount: Some(usd("8")), ..request(DecisionKind::ApproveRefund) }, Some("amount"));
    }
}
