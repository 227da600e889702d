//! What shows, once a case was decided, that the work was done properly.

use super::{CheckState, Checkpoint, Label, Value, decided, told};
use crate::time::Timestamp;
use crate::wire::case::CaseView;

/// The checks of a case that was decided, in the order in which the work was done; empty while nobody has decided. What
/// does not apply is left out: a rejection pays nothing, and of what was told elsewhere no words are known.
pub fn after_deciding(view: &CaseView, now: Timestamp) -> Vec<Checkpoint> {
    let Some(by) = view.by else { return Vec::new() };
    let ours = decided::decided(view);
    let mut all = decided::checks(view, by, &ours, now);
    all.extend(told::checks(view, &ours, now));
    all
}

/// The checks of a case as they count in a rate. That a buyer wrote again is known at once, that one did not only when the
/// time for it is over: until then neither counts, or a rate would begin with its failures alone.
pub fn counting(mut points: Vec<Checkpoint>, now: Timestamp) -> Vec<Checkpoint> {
    for point in &mut points {
        let still_runs = |value: &Value| matches!(value, Value::At(until) if now <= *until);
        if point.facts.iter().any(|fact| fact.label == Label::Until && still_runs(&fact.value)) {
            point.state = CheckState::Unknown;
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::super::Check;
    use super::super::sample::{NOW, done, view};
    use super::super::told::AGAIN_MS;
    use super::*;
    use crate::domain::case::{By, Claim, DecisionKind, Owed, Sayable};
    use crate::domain::fixtures::usd;
    use crate::wire::case::{MessageView, Speaker};
    use crate::wire::intent::{IntentState, IntentView, IntentWhat};

    /// Long after everything.
    const LATER: Timestamp = Timestamp::from_millis(1_000 + 2 * AGAIN_MS);

    fn told(text: &str) -> IntentView {
        let what = IntentWhat::Reply {
            claim: Some(Claim::Refunded),
            text: text.to_owned(),
            language: "en".to_owned(),
            template: None,
        };
        IntentView { what, state: IntentState::Done { by_reading: false, at: NOW.plus_millis(5) }, ..approved() }
    }

    fn decides(kind: DecisionKind, amount: &str) -> IntentWhat {
        IntentWhat::Decision {
            kind,
            amount: Some(usd(amount)),
            reason_text: None,
            reason: None,
            comment: None,
            evidence: None,
        }
    }

    fn approved() -> IntentView {
        let mut intent = done(DecisionKind::ApproveRefund);
        intent.what = decides(DecisionKind::ApproveRefund, "24.69");
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
        view.intents =
            vec![told("It arrived broken, we are sorry. Your refund of US$ 24.69 has been processed."), approved()];
        view.chat.messages = vec![wrote(Speaker::Buyer, NOW), wrote(Speaker::Shop, NOW.plus_millis(5))];
        view
    }

    /// The checks that do not hold after a change, and what is left out.
    fn found(now: Timestamp, change: impl FnOnce(&mut CaseView)) -> (Vec<(Check, CheckState)>, Vec<Check>) {
        let every: Vec<_> = after_deciding(&good(), LATER).iter().map(|point| point.check).collect();
        let mut view = good();
        change(&mut view);
        let checks = after_deciding(&view, now);
        let left_out = every.into_iter().filter(|check| checks.iter().all(|point| point.check != *check)).collect();
        let open = checks.into_iter().filter(|point| point.state != CheckState::Passed);
        (open.map(|point| (point.check, point.state)).collect(), left_out)
    }

    #[track_caller]
    fn fails(check: Check, change: impl FnOnce(&mut CaseView)) {
        assert_eq!(found(LATER, change), (vec![(check, CheckState::Failed)], Vec::new()));
    }

    #[test]
    fn good_work_passes_every_check() {
        assert_eq!(found(LATER, |_| ()), (Vec::new(), Vec::new()));
        assert_eq!(after_deciding(&good(), LATER).len(), 16);
        assert_eq!(after_deciding(&view(), LATER), [], "nobody has decided");
    }

    #[test]
    fn each_check_fails_for_its_own_cause() {
        fails(Check::DecidedInTime, |view| view.by = Some(By::TimeRanOut));
        fails(Check::OneDecision, |view| view.intents.push(approved()));
        fails(Check::AmountShown, |view| {
            view.intents[1].what = decides(DecisionKind::ApproveRefund, "25.00");
        });
        let unpaid = found(LATER, |view| {
            view.sayable.truncate(1);
            view.late_at = Some(NOW);
        });
        let both = vec![(Check::MoneyCame, CheckState::Failed), (Check::RefundedWhenPaid, CheckState::Failed)];
        assert_eq!(unpaid, (both, Vec::new()), "and the reply says that it came");
        fails(Check::BuyerTold, |view| {
            view.row.owed = Some(Owed { claim: Claim::Refunded, since: NOW, late_at: NOW });
        });
        fails(Check::ToldAfter, |view| {
            view.intents[0].state = IntentState::Done { by_reading: false, at: NOW.plus_millis(-1) };
            view.chat.messages.retain(|message| message.speaker == Speaker::Shop);
        });
        fails(Check::AmountSaid, |view| {
            view.intents[0] = told("It arrived broken, we are sorry. Your refund of US$ 24.96 has been processed.");
        });
        fails(Check::BuyersLanguage, |view| view.row.language = "th".to_owned());
        fails(Check::NothingForbidden, |view| {
            view.intents[0] =
                told("It arrived broken, we are sorry. Your refund has been processed. See www.harbor.test now.");
        });
        fails(Check::NotAgain, |view| {
            view.chat.messages.push(wrote(Speaker::Buyer, NOW.plus_millis(AGAIN_MS)));
        });
    }

    #[test]
    fn who_writes_again_counts_as_late_as_who_does_not() {
        let until = NOW.plus_millis(5 + AGAIN_MS);
        let (content, mut again) = (good(), good());
        again.chat.messages.push(wrote(Speaker::Buyer, NOW.plus_millis(9)));
        let counted = |view: &CaseView, now: Timestamp| {
            let points = counting(after_deciding(view, now), now);
            points.into_iter().find(|point| point.check == Check::NotAgain).map(|point| point.state)
        };
        assert_eq!([&content, &again].map(|view| counted(view, until)), [Some(CheckState::Unknown); 2]);
        let later = [CheckState::Passed, CheckState::Failed].map(Some);
        assert_eq!([&content, &again].map(|view| counted(view, until.plus_millis(1))), later);
        let shown = after_deciding(&again, NOW.plus_millis(10));
        assert!(shown.iter().any(|point| (point.check, point.state) == (Check::NotAgain, CheckState::Failed)));
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
            "Brilliant, cheers for your help.",
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
        let unknown = |check| (vec![(check, CheckState::Unknown)], Vec::new());
        assert_eq!(found(NOW.plus_millis(AGAIN_MS), |_| ()), unknown(Check::NotAgain));
        let untold = found(LATER, |view| {
            view.sayable.truncate(1);
            view.intents.remove(0);
        });
        assert_eq!(untold.0, [(Check::MoneyCame, CheckState::Unknown)]);
        let owed = Owed { claim: Claim::Refunded, since: NOW, late_at: LATER.plus_millis(1) };
        assert_eq!(found(LATER, |view| view.row.owed = Some(owed)), unknown(Check::BuyerTold));
        assert_eq!(found(LATER, |view| view.refund = None), unknown(Check::AmountShown));
    }

    #[test]
    fn what_does_not_apply_is_left_out() {
        let words = [
            Check::ToldAfter,
            Check::AmountSaid,
            Check::RefundedWhenPaid,
            Check::ReplyFits,
            Check::MoreThanGreeting,
            Check::NoGap,
            Check::BuyersLanguage,
            Check::NothingForbidden,
            Check::NotAgain,
        ];
        let (_, without_reply) = found(LATER, |view| drop(view.intents.remove(0)));
        assert_eq!(without_reply, [Check::BuyerTold].iter().chain(&words).copied().collect::<Vec<_>>());
        let (open, elsewhere) = found(LATER, |view| {
            view.by = Some(By::Outside);
            view.intents.truncate(1);
        });
        assert_eq!(open, []);
        let ours =
            [Check::KindFitsReason, Check::DecisionAllowed, Check::OneDecision, Check::AmountShown, Check::ToldAfter];
        assert_eq!(elsewhere, ours);
        let (_, rejected) = found(LATER, |view| view.sayable.clear());
        assert_eq!(rejected, [Check::MoneyCame]);
    }

    #[test]
    fn what_somebody_else_decided_may_be_told_before_we_decide_anything() {
        let early = |claim, decision| {
            found(LATER, |view| {
                view.intents[0] = told("It does not fit. You can send it back.");
                view.intents[0].state = IntentState::Done { by_reading: false, at: NOW.plus_millis(-9) };
                if let IntentWhat::Reply { claim: told, .. } = &mut view.intents[0].what {
                    *told = Some(claim);
                }
                view.intents[1].what = decides(decision, "24.69");
            })
            .0
        };
        let fails = |found: Vec<(Check, CheckState)>| found.contains(&(Check::ToldAfter, CheckState::Failed));
        assert!(!fails(early(Claim::ReturnAgreed, DecisionKind::AcceptParcel)), "the return was agreed elsewhere");
        assert!(fails(early(Claim::ReturnAgreed, DecisionKind::AgreeReturn)));
        assert!(fails(early(Claim::Approved, DecisionKind::ApproveRefund)));
    }

    #[test]
    fn an_offer_may_be_made_again() {
        let offer = || IntentView { what: decides(DecisionKind::OfferPartial, "5.00"), ..approved() };
        assert_eq!(found(LATER, |view| view.intents.extend([offer(), offer()])), (Vec::new(), Vec::new()));
        let after = IntentView { state: IntentState::Done { by_reading: false, at: NOW.plus_millis(1) }, ..offer() };
        let (open, left_out) = found(LATER, |view| view.intents.push(after));
        assert_eq!((open, left_out), (Vec::new(), vec![Check::AmountShown]));
    }
}
