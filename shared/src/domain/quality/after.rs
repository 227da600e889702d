//! What shows, once a case was decided, that the work was done properly.

use super::{CheckState, Checkpoint, state};
use crate::domain::case::{By, Claim, DecisionKind};
use crate::money::Money;
use crate::reply::{Language, LintInput, Rule, lint};
use crate::time::Timestamp;
use crate::wire::case::{CaseView, MessageView, Speaker};
use crate::wire::intent::{IntentState, IntentWhat};
use std::collections::BTreeSet;

/// A buyer who writes again within this time was not helped by the reply.
const AGAIN_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A decision of ours that took effect.
struct Decided<'a> {
    kind: DecisionKind,
    amount: Option<&'a Money>,
    at: Timestamp,
}

/// A reply of ours that is at the buyer's and tells an outcome.
struct Said<'a> {
    claim: Claim,
    text: &'a str,
    language: &'a str,
    at: Timestamp,
}

fn decided(view: &CaseView) -> Vec<Decided<'_>> {
    let all = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Decision { kind, amount, .. }, IntentState::Done { at, .. }) => {
            Some(Decided { kind: *kind, amount: amount.as_ref(), at: *at })
        }
        _ => None,
    });
    all.collect()
}

fn said(view: &CaseView) -> Vec<Said<'_>> {
    let all = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Reply { claim: Some(claim), text, language }, IntentState::Done { at, .. }) => {
            Some(Said { claim: *claim, text, language, at: *at })
        }
        _ => None,
    });
    all.collect()
}

/// Offers can be made again; any other decision of a kind is made once.
fn is_once(decided: &[Decided<'_>]) -> bool {
    let mut kinds = BTreeSet::new();
    decided.iter().filter(|one| !one.kind.needs_amount()).all(|one| kinds.insert(one.kind))
}

/// Whether what the agent saw on the button is what TikTok names now.
fn amount_stands(view: &CaseView, decided: &[Decided<'_>]) -> Option<CheckState> {
    // Of a return the last word counts: of what was agreed at first a part may have been offered after the parcel.
    let last = decided.iter().filter(|one| one.kind.is_approval() && one.amount.is_some()).max_by_key(|one| one.at)?;
    if decided.iter().any(|one| one.kind.needs_amount() && one.at > last.at) {
        return None;
    }
    let total = view.refund.as_ref().map(|refund| &refund.total);
    Some(match (last.amount, total) {
        (Some(shown), Some(total)) => state(shown.same_as(total)),
        _ => CheckState::Unknown,
    })
}

fn money_came(view: &CaseView, now: Timestamp) -> Option<CheckState> {
    let may_say = |claim| view.sayable.iter().any(|sayable| sayable.claim == claim);
    if may_say(Claim::Refunded) {
        return Some(CheckState::Passed);
    }
    may_say(Claim::Approved).then(|| match view.late_at {
        Some(late) if late <= now => CheckState::Failed,
        Some(_) | None => CheckState::Unknown,
    })
}

fn was_told(view: &CaseView, said: &[Said<'_>], now: Timestamp) -> Option<CheckState> {
    match &view.row.owed {
        Some(owed) if owed.late_at <= now => Some(CheckState::Failed),
        Some(_) => Some(CheckState::Unknown),
        None => (!said.is_empty()).then_some(CheckState::Passed),
    }
}

/// What may be said of an outcome, as far as TikTok still shows it.
fn amount_of(view: &CaseView, claim: Claim) -> Option<&Money> {
    match view.sayable.iter().find(|sayable| sayable.claim == claim) {
        Some(sayable) => sayable.amount.as_ref(),
        None if claim == Claim::OfferMade => view.partial.as_ref(),
        None => view.refund.as_ref().map(|refund| &refund.total),
    }
}

fn broken(view: &CaseView, said: &Said<'_>) -> Vec<Rule> {
    let found = lint(&LintInput {
        text: said.text,
        language: Language::of_tag(said.language),
        claim: Some(said.claim),
        sayable: &view.sayable,
        pending: true,
        amount: amount_of(view, said.claim),
        buyer_language: None,
    });
    found.into_iter().map(|finding| finding.rule).collect()
}

const fn leads_away(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Link
            | Rule::Phone
            | Rule::Email
            | Rule::OtherApp
            | Rule::Handle
            | Rule::AsksToCancel
            | Rule::AsksForReview
    )
}

/// Whose last word is a thank-you asks for nothing.
const THANKS: [&str; 9] = ["thank", "thx", "terima kasih", "makasih", "ขอบคุณ", "cảm ơn", "cám ơn", "gracias", "danke"];
/// Longer than this it says more.
const THANKS_CHARS: usize = 80;

fn is_thanks(message: &MessageView) -> bool {
    message.text.as_ref().is_some_and(|text| {
        let lower = text.to_lowercase();
        text.chars().count() <= THANKS_CHARS && !text.contains('?') && THANKS.iter().any(|word| lower.contains(word))
    })
}

fn wrote_again(view: &CaseView, last: Timestamp, now: Timestamp) -> CheckState {
    let until = last.plus_millis(AGAIN_MS);
    let is_again = |message: &MessageView| {
        message.speaker == Speaker::Buyer && message.at > last && message.at <= until && !is_thanks(message)
    };
    let again = view.chat.messages.iter().any(is_again);
    match (again, now > until) {
        (true, _) => CheckState::Failed,
        (false, true) => CheckState::Passed,
        (false, false) => CheckState::Unknown,
    }
}

/// The checks of a case that was decided, in the order in which the work was done; empty while nobody has decided. What
/// does not apply is left out: a rejection pays nothing, and of what was told elsewhere no words are known.
pub fn after_deciding(view: &CaseView, now: Timestamp) -> Vec<Checkpoint> {
    let Some(by) = view.by else { return Vec::new() };
    let (decided, said) = (decided(view), said(view));
    let mut all = vec![Checkpoint { text: "Decided in time", state: state(by != By::TimeRanOut) }];
    let mut add = |text, state: Option<CheckState>| all.extend(state.map(|state| Checkpoint { text, state }));
    add("One decision only", (!decided.is_empty()).then(|| state(is_once(&decided))));
    add("Refund is what the agent saw", amount_stands(view, &decided));
    add("Money reached the buyer", money_came(view, now));
    add("Buyer was told", was_told(view, &said, now));
    let Some(last) = said.iter().max_by_key(|reply| reply.at) else { return all };
    let first_decision = decided.iter().map(|one| one.at).min();
    add("Told after it was decided", first_decision.map(|decided| state(said.iter().all(|reply| reply.at >= decided))));
    let rules: Vec<Rule> = said.iter().flat_map(|reply| broken(view, reply)).collect();
    add("Amounts in the reply are TikTok’s", Some(state(!rules.contains(&Rule::WrongAmount))));
    add("In the buyer’s language", Some(state(said.iter().all(|reply| reply.language == view.row.language))));
    add("Nothing that TikTok forbids", Some(state(!rules.iter().any(|rule| leads_away(*rule)))));
    add("Buyer did not write again within 7 days", Some(wrote_again(view, last.at, now)));
    all
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOW, done, view};
    use super::*;
    use crate::domain::case::{Owed, Sayable};
    use crate::domain::fixtures::usd;
    use crate::wire::intent::IntentView;

    /// Long after everything.
    const LATER: Timestamp = Timestamp::from_millis(1_000 + 2 * AGAIN_MS);

    fn told(text: &str) -> IntentView {
        let what = IntentWhat::Reply { claim: Some(Claim::Refunded), text: text.to_owned(), language: "en".to_owned() };
        IntentView { what, state: IntentState::Done { by_reading: false, at: NOW.plus_millis(5) }, ..approved() }
    }

    fn approved() -> IntentView {
        let mut intent = done(DecisionKind::ApproveRefund);
        intent.what =
            IntentWhat::Decision { kind: DecisionKind::ApproveRefund, amount: Some(usd("24.69")), reason_text: None };
        intent
    }

    fn wrote(speaker: Speaker, at: Timestamp) -> MessageView {
        MessageView { id: "1".to_owned(), speaker, at, text: Some("?".to_owned()), picture: None, card: None, by: None }
    }

    /// A case that was decided, paid and told, and every check holds.
    fn good() -> CaseView {
        let mut view = view();
        view.by = Some(By::Desk);
        view.sayable = vec![
            Sayable { claim: Claim::Approved, amount: Some(usd("24.69")), since: NOW },
            Sayable { claim: Claim::Refunded, amount: Some(usd("24.69")), since: NOW },
        ];
        view.intents = vec![told("Your refund of US$ 24.69 has been processed."), approved()];
        view.chat.messages = vec![wrote(Speaker::Buyer, NOW), wrote(Speaker::Shop, NOW.plus_millis(5))];
        view
    }

    /// The checks that do not hold after a change, and what is left out.
    fn found(
        now: Timestamp,
        change: impl FnOnce(&mut CaseView),
    ) -> (Vec<(&'static str, CheckState)>, Vec<&'static str>) {
        let every: Vec<_> = after_deciding(&good(), LATER).iter().map(|check| check.text).collect();
        let mut view = good();
        change(&mut view);
        let checks = after_deciding(&view, now);
        let left_out = every.into_iter().filter(|text| checks.iter().all(|check| check.text != *text)).collect();
        let open = checks.into_iter().filter(|check| check.state != CheckState::Passed);
        (open.map(|check| (check.text, check.state)).collect(), left_out)
    }

    #[track_caller]
    fn fails(text: &'static str, change: impl FnOnce(&mut CaseView)) {
        assert_eq!(found(LATER, change), (vec![(text, CheckState::Failed)], Vec::new()));
    }

    #[test]
    fn good_work_passes_every_check() {
        assert_eq!(found(LATER, |_| ()), (Vec::new(), Vec::new()));
        assert_eq!(after_deciding(&good(), LATER).len(), 10);
        assert_eq!(after_deciding(&view(), LATER), [], "nobody has decided");
    }

    #[test]
    fn each_check_fails_for_its_own_cause() {
        fails("Decided in time", |view| view.by = Some(By::TimeRanOut));
        fails("One decision only", |view| view.intents.push(approved()));
        fails("Refund is what the agent saw", |view| {
            view.intents[1].what = IntentWhat::Decision {
                kind: DecisionKind::ApproveRefund,
                amount: Some(usd("25.00")),
                reason_text: None,
            };
        });
        fails("Money reached the buyer", |view| {
            view.sayable.truncate(1);
            view.late_at = Some(NOW);
        });
        fails("Buyer was told", |view| {
            view.row.owed = Some(Owed { claim: Claim::Refunded, since: NOW, late_at: NOW });
        });
        fails("Told after it was decided", |view| {
            view.intents[0].state = IntentState::Done { by_reading: false, at: NOW.plus_millis(-1) };
            view.chat.messages.clear();
        });
        fails("Amounts in the reply are TikTok’s", |view| {
            view.intents[0] = told("Your refund of US$ 24.96 has been processed.");
        });
        fails("In the buyer’s language", |view| view.row.language = "th".to_owned());
        fails("Nothing that TikTok forbids", |view| {
            view.intents[0] = told("Your refund has been processed. See www.harbor.test now.");
        });
        fails("Buyer did not write again within 7 days", |view| {
            view.chat.messages.push(wrote(Speaker::Buyer, NOW.plus_millis(AGAIN_MS)));
        });
    }

    #[test]
    fn a_thank_you_asks_for_nothing() {
        let again = |text: &str| {
            found(LATER, |view| {
                let at = NOW.plus_millis(9);
                view.chat.messages.push(MessageView { text: Some(text.to_owned()), ..wrote(Speaker::Buyer, at) });
            })
            .0
        };
        for text in [
            "Thank you so much!",
            "Terima kasih ya",
            "ขอบคุณค่ะ",
            "Cảm ơn shop",
            "¡Muchas gracias!",
            "Vielen Dank, danke!",
        ] {
            assert_eq!(again(text), [], "{text}");
        }
        for text in ["Thanks, but where is it?", "ok"] {
            assert_eq!(again(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_time_has_not_shown_is_not_known() {
        let unknown = |text| (vec![(text, CheckState::Unknown)], Vec::new());
        assert_eq!(found(NOW.plus_millis(AGAIN_MS), |_| ()), unknown("Buyer did not write again within 7 days"));
        assert_eq!(found(LATER, |view| view.sayable.truncate(1)), unknown("Money reached the buyer"));
        let owed = Owed { claim: Claim::Refunded, since: NOW, late_at: LATER.plus_millis(1) };
        assert_eq!(found(LATER, |view| view.row.owed = Some(owed)), unknown("Buyer was told"));
        assert_eq!(found(LATER, |view| view.refund = None), unknown("Refund is what the agent saw"));
    }

    #[test]
    fn what_does_not_apply_is_left_out() {
        let words = [
            "Told after it was decided",
            "Amounts in the reply are TikTok’s",
            "In the buyer’s language",
            "Nothing that TikTok forbids",
            "Buyer did not write again within 7 days",
        ];
        let (_, without_reply) = found(LATER, |view| drop(view.intents.remove(0)));
        assert_eq!(without_reply, ["Buyer was told"].iter().chain(&words).copied().collect::<Vec<_>>());
        let (open, elsewhere) = found(LATER, |view| {
            view.by = Some(By::Outside);
            view.intents.truncate(1);
        });
        assert_eq!(open, []);
        assert_eq!(elsewhere, ["One decision only", "Refund is what the agent saw", "Told after it was decided"]);
        let (_, rejected) = found(LATER, |view| view.sayable.clear());
        assert_eq!(rejected, ["Money reached the buyer"]);
    }

    #[test]
    fn an_offer_may_be_made_again() {
        let offer = || IntentView {
            what: IntentWhat::Decision {
                kind: DecisionKind::OfferPartial,
                amount: Some(usd("5.00")),
                reason_text: None,
            },
            ..approved()
        };
        assert_eq!(found(LATER, |view| view.intents.extend([offer(), offer()])), (Vec::new(), Vec::new()));
        let after = IntentView { state: IntentState::Done { by_reading: false, at: NOW.plus_millis(1) }, ..offer() };
        let (open, left_out) = found(LATER, |view| view.intents.push(after));
        assert_eq!((open, left_out), (Vec::new(), vec!["Refund is what the agent saw"]));
    }
}
