//! What one case contributes to the reports.

use crate::domain::case::{By, Claim, Kind};
use crate::domain::derive::SeenAnswer;
use crate::domain::quality::{Check, CheckState, Checkpoint};
use crate::id::{AgentId, CaseId, ShopId};
use crate::money::Money;
use crate::reasons::{ReasonGroup, group_of};
use crate::time::Timestamp;
use crate::wire::case::CaseView;
use crate::wire::intent::{IntentState, IntentView, IntentWhat};

/// Raise when [`fact`] may come out differently for the same case: every case is then counted anew.
pub const FACT_VERSION: u32 = 5;

/// One case, as it is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFact {
    /// Which.
    pub case: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// What the buyer asks for.
    pub kind: Kind,
    /// Why the buyer asks.
    pub reason: ReasonGroup,
    /// Name of its first product; empty where TikTok names none.
    pub product: String,
    /// When the buyer asked.
    pub asked: Timestamp,
    /// How the request was answered; none while it is not, where nobody was asked, and of what was answered before the shop
    /// was connected: that is nobody's work.
    pub answered: Option<Answered>,
    /// When the money was shown as paid.
    pub refunded: Option<Timestamp>,
    /// What was paid, else what is asked for; none where TikTok does not say.
    pub amount: Option<Money>,
    /// When a ruling was seen, and whether it was for the shop.
    pub ruled: Option<(Timestamp, bool)>,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// When: our first decision took effect, it was seen to be answered elsewhere, or the deadline went by.
    pub at: Timestamp,
    /// Whether that was in time, if it is known.
    pub in_time: Option<bool>,
    /// Who decided, if one person did; of what ran out, who had taken it.
    pub agent: Option<AgentId>,
    /// Milliseconds from the request to the first decision; none where time decided, and where nobody saw when it was made.
    pub took_ms: Option<i64>,
    /// Milliseconds from there until the buyer was told an outcome by the desk.
    pub told_ms: Option<i64>,
    /// Whether the buyer wrote again within a week of the last word, once that is known.
    pub wrote_again: Option<bool>,
}

fn stands(points: &[Checkpoint], check: Check) -> Option<bool> {
    match points.iter().find(|point| point.check == check)?.state {
        CheckState::Passed => Some(true),
        CheckState::Failed => Some(false),
        CheckState::Unknown => None,
    }
}

/// When an intent took effect.
const fn done(intent: &IntentView) -> Option<Timestamp> {
    match intent.state {
        IntentState::Done { at, .. } => Some(at),
        _ => None,
    }
}

/// Who decided, none where a rule did, and when.
fn decisions(view: &CaseView) -> impl Iterator<Item = (Option<&AgentId>, Timestamp)> {
    let all = view.intents.iter().filter(|intent| matches!(intent.what, IntentWhat::Decision { .. }));
    all.filter_map(|intent| Some((Some(&intent.by).filter(|_| intent.rule.is_none()), done(intent)?)))
}

fn answered(view: &CaseView, points: &[Checkpoint], seen: Option<SeenAnswer>) -> Option<Answered> {
    // Of what nobody was asked nobody has to answer.
    view.by.filter(|by| *by != By::Direct)?;
    let in_time = stands(points, Check::DecidedInTime);
    let has_run_out = in_time == Some(false);
    let ours = decisions(view).map(|(_, at)| SeenAnswer { at, is_exact: true }).min_by_key(|ours| ours.at);
    let seen = ours.or(seen)?;
    let at = view.last_deadline.filter(|_| has_run_out).unwrap_or(seen.at);
    let last = decisions(view).max_by_key(|(_, at)| *at).and_then(|(by, _)| by);
    let is_ones = |agent: &&AgentId| decisions(view).all(|(by, _)| by == Some(*agent));
    let agent = if has_run_out { view.row.assignee.as_ref() } else { last.filter(is_ones) };
    let told = view.intents.iter().filter(|intent| matches!(intent.what, IntentWhat::Reply { claim: Some(_), .. }));
    let told = told.filter_map(done).filter(|told| *told >= at).min();
    Some(Answered {
        at,
        in_time,
        agent: agent.cloned(),
        took_ms: (seen.is_exact && !has_run_out).then(|| seen.at.since(view.created).max(0)),
        told_ms: told.map(|told| told.since(at)),
        wrote_again: stands(points, Check::NotAgain).map(|not_again| !not_again),
    })
}

/// What a case contributes, with its checks as they count. `seen`: its first answer since its shop was connected,
/// whoever gave it.
pub fn fact(view: &CaseView, points: &[Checkpoint], seen: Option<SeenAnswer>) -> CaseFact {
    let row = &view.row;
    let paid = view.sayable.iter().find(|sayable| sayable.claim == Claim::Refunded);
    let total = view.refund.as_ref().map(|refund| &refund.total);
    let won = match view.arbitration.as_deref() {
        Some("SUPPORT_SELLER") => Some(true),
        Some("SUPPORT_BUYER") => Some(false),
        _ => None,
    };
    CaseFact {
        case: row.id.clone(),
        shop: row.shop.clone(),
        kind: row.kind,
        reason: group_of(&row.reason),
        product: row.item.clone(),
        asked: view.created,
        answered: answered(view, points, seen),
        refunded: paid.map(|paid| paid.since),
        amount: paid.map_or(total, |paid| paid.amount.as_ref()).cloned(),
        ruled: won.map(|won| (row.updated, won)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{DecisionKind, Sayable};
    use crate::domain::fixtures::usd;
    use crate::domain::quality::after_deciding;
    use crate::domain::quality::sample::{NOW, done as decision, view};

    fn at(millis: i64) -> Timestamp {
        NOW.plus_millis(millis)
    }

    fn seen(millis: i64, is_exact: bool) -> Option<SeenAnswer> {
        Some(SeenAnswer { at: at(millis), is_exact })
    }

    fn decided_by(who: &str, millis: i64) -> IntentView {
        let mut intent = decision(DecisionKind::ApproveRefund);
        intent.by = who.parse().unwrap();
        intent.state = IntentState::Done { by_reading: false, at: at(millis) };
        intent
    }

    fn told(millis: i64, claim: Option<Claim>) -> IntentView {
        let what =
            IntentWhat::Reply { claim, text: "It is done.".to_owned(), language: "en".to_owned(), template: None };
        IntentView { what, ..decided_by("a_1", millis) }
    }

    /// What counts of a case after a change; each was asked at [`NOW`], decided by the desk 60 ms later, and seen to be so
    /// after 80.
    fn counted(change: impl FnOnce(&mut CaseView)) -> CaseFact {
        let mut view = view();
        view.by = Some(By::Desk);
        view.intents = vec![decided_by("a_1", 60)];
        change(&mut view);
        let points = after_deciding(&view, at(1_000));
        fact(&view, &points, seen(80, true))
    }

    fn answer(change: impl FnOnce(&mut CaseView)) -> Answered {
        counted(change).answered.unwrap()
    }

    #[test]
    fn a_case_counts_for_its_kind_and_its_group_of_reasons() {
        for kind in Kind::ALL {
            let found = counted(|view| {
                view.row.kind = kind;
                view.row.reason = "ecom_order_delivered_refund_reason_damaged".to_owned();
            });
            assert_eq!((found.kind, found.reason), (kind, ReasonGroup::Damaged));
        }
    }

    #[test]
    fn a_request_is_answered_by_the_first_decision_and_told_by_the_first_word_after_it() {
        let found = answer(|view| {
            view.intents.extend([
                decided_by("a_1", 90),
                told(70, Some(Claim::Approved)),
                told(95, Some(Claim::Refunded)),
            ]);
            // Neither is an outcome told after the decision.
            view.intents.extend([told(65, None), told(50, Some(Claim::OfferMade))]);
        });
        let wrote_again = found.wrote_again;
        let expected = Answered {
            at: at(60),
            in_time: Some(true),
            agent: "a_1".parse().ok(),
            took_ms: Some(60),
            told_ms: Some(10),
            wrote_again,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_several_decided_is_in_nobodys_column() {
        assert_eq!(answer(|view| view.intents.push(decided_by("a_2", 90))).agent, None);
    }

    #[test]
    fn what_ran_out_counts_at_its_deadline_for_who_had_taken_it() {
        let found = answer(|view| {
            view.by = Some(By::TimeRanOut);
            view.intents.clear();
            view.last_deadline = Some(at(500));
            view.row.assignee = "a_3".parse().ok();
        });
        assert_eq!((found.at, found.in_time, found.took_ms), (at(500), Some(false), None));
        assert_eq!(found.agent, "a_3".parse().ok());
    }

    #[test]
    fn what_was_answered_elsewhere_counts_when_that_was_seen() {
        let found = answer(|view| {
            view.by = Some(By::Outside);
            view.intents.clear();
            // Its payment.
            view.row.updated = at(700);
        });
        assert_eq!((found.at, found.took_ms, found.agent), (at(80), Some(80), None));
    }

    #[test]
    fn what_nobody_saw_being_answered_took_no_known_time() {
        let mut view = view();
        view.by = Some(By::Outside);
        let counted = |view: &CaseView| fact(view, &[], seen(700, false)).answered.unwrap();
        assert_eq!((counted(&view).at, counted(&view).took_ms), (at(700), None), "paid by then");
        view.intents = vec![decided_by("a_1", 60)];
        assert_eq!((counted(&view).at, counted(&view).took_ms), (at(60), Some(60)), "our own is known");
    }

    #[test]
    fn nobodys_answer_is_counted_for_nobody() {
        assert_eq!(counted(|view| view.by = None).answered, None, "withdrawn");
        assert_eq!(counted(|view| view.by = Some(By::Direct)).answered, None, "nobody was asked");
        let mut view = view();
        view.by = Some(By::Outside);
        view.intents = vec![told(90, Some(Claim::Refunded))];
        assert_eq!(fact(&view, &[], None).answered, None, "answered before the shop was connected, and told since");
    }

    #[test]
    fn a_refund_costs_what_was_paid_and_nothing_where_that_is_not_said() {
        let paid = |amount: Option<Money>| {
            counted(|view| view.sayable = vec![Sayable { claim: Claim::Refunded, amount, since: at(300) }])
        };
        let whole = paid(Some(usd("12.00")));
        assert_eq!((whole.refunded, whole.amount), (Some(at(300)), Some(usd("12.00"))));
        assert_eq!(paid(None).amount, None, "after an offer TikTok does not say which");
        let open = counted(|_| ());
        assert_eq!((open.refunded, open.amount), (None, Some(usd("24.69"))));
    }

    #[test]
    fn a_ruling_is_won_or_lost_or_neither() {
        for (word, expected) in [
            (Some("SUPPORT_SELLER"), Some((NOW, true))),
            (Some("SUPPORT_BUYER"), Some((NOW, false))),
            (Some("IN_PROGRESS"), None),
            (Some("CLOSED"), None),
            (None, None),
        ] {
            assert_eq!(counted(|view| view.arbitration = word.map(str::to_owned)).ruled, expected, "{word:?}");
        }
    }

    #[test]
    fn whether_the_buyer_wrote_again_is_what_the_check_knows() {
        for (state, expected) in
            [(CheckState::Passed, Some(false)), (CheckState::Failed, Some(true)), (CheckState::Unknown, None)]
        {
            let mut view = view();
            view.by = Some(By::Desk);
            let point = Checkpoint { check: Check::NotAgain, state, facts: Vec::new() };
            assert_eq!(fact(&view, &[point], seen(0, true)).answered.unwrap().wrote_again, expected);
        }
    }
}
