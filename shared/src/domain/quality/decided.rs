//! Checks of what was decided.

use super::before::kind_fits;
use super::fact::Facts;
use super::{Check, CheckState, Checkpoint, Label, Value, point, state};
use crate::domain::case::{By, Claim, DecisionKind, Flag};
use crate::domain::status::says_time_ran_out;
use crate::id::{AgentId, EvidenceId, MotionId};
use crate::money::Money;
use crate::reasons::{Ground, ReasonGroup, ground_of, group_of};
use crate::time::Timestamp;
use crate::wire::case::{CaseView, Happened};
use crate::wire::intent::{IntentState, IntentWhat, Superseded};
use std::collections::BTreeSet;

/// A decision of ours that took effect.
pub(super) struct Decided<'a> {
    pub(super) kind: DecisionKind,
    pub(super) amount: Option<&'a Money>,
    pub(super) motion: &'a MotionId,
    pub(super) at: Timestamp,
    reason: Option<&'a str>,
    reason_text: Option<&'a str>,
    evidence: Option<&'a [EvidenceId]>,
    by: &'a AgentId,
    /// A rule decided: nobody was to look.
    is_rules: bool,
    pressed: Timestamp,
}

/// All of them, newest first.
pub(super) fn decided(view: &CaseView) -> Vec<Decided<'_>> {
    let all = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Decision { kind, amount, reason_text, reason, evidence, .. }, IntentState::Done { at, .. }) => {
            Some(Decided {
                kind: *kind,
                amount: amount.as_ref(),
                motion: &intent.motion,
                at: *at,
                reason: reason.as_deref(),
                reason_text: reason_text.as_deref(),
                evidence: evidence.as_deref(),
                by: &intent.by,
                is_rules: intent.rule.is_some(),
                pressed: intent.at,
            })
        }
        _ => None,
    });
    all.collect()
}

/// The checks of the decision, in the order in which the work was done.
pub(super) fn checks(view: &CaseView, by: By, decided: &[Decided<'_>], now: Timestamp) -> Vec<Checkpoint> {
    let all = [
        in_time(view, by, decided),
        right_kind(view, decided),
        photos_opened(view, decided),
        allowed(view, decided),
        ground_answers(view, decided),
        proof_given(decided),
        once(decided),
        amount_stands(view, decided),
        money_came(view, now),
    ];
    all.into_iter().flatten().collect()
}

fn in_time(view: &CaseView, by: By, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    // Also where another decision came after it: of a return the first answer may have been missed.
    let was_overtaken = view.intents.iter().any(|intent| {
        let ran_out = matches!(intent.state, IntentState::Superseded { why: Superseded::TimeRanOut, .. });
        ran_out && matches!(intent.what, IntentWhat::Decision { .. })
    });
    let is_on_record = view.timeline.iter().any(|entry| match &entry.what {
        Happened::Record { event, .. } => says_time_ran_out(event),
        _ => false,
    });
    let stands = if by == By::TimeRanOut || was_overtaken || is_on_record {
        CheckState::Failed
    } else if by == By::Direct {
        return None;
    } else if view.row.flags.contains(&Flag::ProbablyRanOut) {
        CheckState::Unknown
    } else {
        CheckState::Passed
    };
    let facts = Facts::default()
        .at(Label::Asked, Some(view.created))
        .at(Label::Deadline, view.last_deadline.or(view.row.deadline))
        .at(Label::Pressed, decided.iter().map(|one| one.pressed).min());
    Some(point(Check::DecidedInTime, stands, facts))
}

/// A request that cannot be made for its reason was rightly refused; granting any of it was not right.
fn right_kind(view: &CaseView, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let last = decided.iter().max_by_key(|one| one.at)?;
    let granted = decided.iter().any(|one| one.kind.is_approval() || one.kind.needs_amount());
    let (fits, facts) = kind_fits(view);
    let stands = if fits == CheckState::Failed && !granted { CheckState::Passed } else { fits };
    Some(point(Check::KindFitsReason, stands, facts.with(Label::Decision, Some(Value::Decision(last.kind)))))
}

/// Of the first decision: a later one is about the parcel, which somebody else looks at.
fn photos_opened(view: &CaseView, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let first = decided.iter().min_by_key(|one| one.pressed).filter(|first| !first.is_rules)?;
    let before = view.words.iter().filter(|words| words.at <= first.pressed);
    let photos: BTreeSet<_> = before.flat_map(|words| words.photos.iter().map(|photo| photo.as_str())).collect();
    if photos.is_empty() {
        return None;
    }
    let facts = Facts::default().count(Label::Photos, photos.len()).at(Label::Pressed, Some(first.pressed));
    let seen = photos.iter().filter(|photo| {
        view.opened.iter().any(|one| one.photo.as_str() == **photo && one.by == *first.by && one.at <= first.pressed)
    });
    let seen = seen.count();
    Some(point(Check::PhotosOpened, state(seen == photos.len()), facts.count(Label::Opened, seen)))
}

/// TikTok is the judge: what it took was allowed, and what it refused was not.
fn allowed(view: &CaseView, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let refused = view.intents.iter().find_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Decision { kind, .. }, IntentState::Refused { text, at, .. }) => Some((*kind, *at, text)),
        _ => None,
    });
    let facts = |kind: DecisionKind, at| {
        let facts = Facts::default().with(Label::Decision, Some(Value::Decision(kind)));
        facts.at(Label::TookEffect, at)
    };
    if let Some((kind, at, answer)) = refused {
        let facts = facts(kind, None).at(Label::Pressed, Some(at)).text(Label::Answer, answer);
        return Some(point(Check::DecisionAllowed, CheckState::Failed, facts));
    }
    let last = decided.iter().max_by_key(|one| one.at)?;
    Some(point(Check::DecisionAllowed, CheckState::Passed, facts(last.kind, Some(last.at))))
}

/// The worst of several answers, with the facts of the decision that it is about.
fn worst(check: Check, all: impl Iterator<Item = (CheckState, Facts)>) -> Option<Checkpoint> {
    let worst = all.max_by_key(|(state, _)| *state);
    worst.map(|(state, facts)| point(check, state, facts))
}

fn ground_answers(view: &CaseView, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let reason = group_of(&view.row.reason);
    let all = decided.iter().filter(|one| one.kind.needs_reason()).map(|one| {
        let stands = match one.reason.and_then(ground_of) {
            Some(Ground::General) => CheckState::Passed,
            Some(ground) if reason != ReasonGroup::Other => state(ground.answers(reason)),
            Some(_) | None => CheckState::Unknown,
        };
        let facts = Facts::default().text(Label::RejectReason, one.reason_text.unwrap_or_default());
        (stands, facts.text(Label::Reason, &view.row.reason_text))
    });
    worst(Check::GroundAnswers, all)
}

fn proof_given(decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let all = decided.iter().filter(|one| one.kind.needs_reason()).filter_map(|one| {
        let wants = match one.reason.and_then(ground_of) {
            // Nobody believes a refused parcel without seeing it, whatever the reason.
            _ if one.kind == DecisionKind::RefuseParcel => Some(true),
            ground => ground.map(Ground::wants_photo),
        };
        let stands = match (wants, one.evidence) {
            (Some(false), _) => return None,
            (Some(true), Some(proofs)) => state(!proofs.is_empty()),
            (None, Some(proofs)) if !proofs.is_empty() => CheckState::Passed,
            (Some(true) | None, _) => CheckState::Unknown,
        };
        let facts = Facts::default().text(Label::RejectReason, one.reason_text.unwrap_or_default());
        let proofs = one.evidence.map(|proofs| Value::Text(proofs.len().to_string()));
        Some((stands, facts.with(Label::Proofs, proofs)))
    });
    worst(Check::ProofGiven, all)
}

/// Offers can be made again; any other decision of a kind is made once.
fn once(decided: &[Decided<'_>]) -> Option<Checkpoint> {
    decided.first()?;
    let mut kinds = BTreeSet::new();
    let holds = decided.iter().filter(|one| !one.kind.needs_amount()).all(|one| kinds.insert(one.kind));
    let facts = decided.iter().rev().fold(Facts::default(), |facts, one| {
        facts.with(Label::Decision, Some(Value::Decision(one.kind))).at(Label::TookEffect, Some(one.at))
    });
    Some(point(Check::OneDecision, state(holds), facts))
}

/// Whether what the agent saw on the button is what TikTok names now.
fn amount_stands(view: &CaseView, decided: &[Decided<'_>]) -> Option<Checkpoint> {
    // Of a return the last word counts: of what was agreed at first a part may have been offered after the parcel.
    let last = decided.iter().filter(|one| one.kind.is_approval() && one.amount.is_some()).max_by_key(|one| one.at)?;
    if decided.iter().any(|one| one.kind.needs_amount() && one.at > last.at) {
        return None;
    }
    let total = view.refund.as_ref().map(|refund| &refund.total);
    let stands = match (last.amount, total) {
        (Some(shown), Some(total)) => state(shown.same_as(total)),
        _ => CheckState::Unknown,
    };
    let facts = Facts::default().money(Label::Shown, last.amount).money(Label::Total, total);
    Some(point(Check::AmountShown, stands, facts))
}

fn money_came(view: &CaseView, now: Timestamp) -> Option<Checkpoint> {
    let since = |claim| view.sayable.iter().find(|sayable| sayable.claim == claim).map(|sayable| sayable.since);
    let (approved, paid) = (since(Claim::Approved), since(Claim::Refunded));
    let stands = match (paid, approved, view.late_at) {
        (Some(_), _, _) => CheckState::Passed,
        (None, None, _) => return None,
        (None, Some(_), Some(late)) if late <= now => CheckState::Failed,
        (None, Some(_), _) => CheckState::Unknown,
    };
    let late = view.late_at.filter(|_| paid.is_none());
    let facts = Facts::default().at(Label::Approved, approved).at(Label::Paid, paid).at(Label::LateAt, late);
    let total = view.refund.as_ref().map(|refund| &refund.total);
    Some(point(Check::MoneyCame, stands, facts.money(Label::Total, total)))
}
