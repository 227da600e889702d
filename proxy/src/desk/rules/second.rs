//! A second person: above an amount that a rule names, one person's approval is not carried out until another agrees.

use super::facts::{self, When};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::decide::{self, Opened, find_seen, open, open_unseen};
use crate::desk::error::DeskError;
use crate::desk::handbook;
use crate::store::intents::{self, Intent};
use crate::store::rules::OnRule;
use crate::store::{StoreError, Tx, people, rules, tags};
use shared::domain::rule::{CaseFacts, Rule, asks_second};
use shared::id::{CaseId, IdempotencyKey};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::case::{Happened, Who};
use shared::wire::decision::{DecisionRequest, MotionRecorded};
use shared::wire::intent::ByRule;
use shared::wire::rule::{SecondAnswer, SecondAsk};

/// The rule that asks for a second person before this decision; none: one is enough, or there is no second one. What gives
/// nothing to the buyer needs none.
pub(in crate::desk) fn wanted(
    tx: &Tx<'_>,
    agent: &Agent,
    opened: &Opened,
    request: &DecisionRequest,
) -> Result<Option<ByRule>, StoreError> {
    if request.kind.needs_amount() {
        // An offer gives what it says, not what was asked for.
        return asked_by(tx, agent, opened, |_| request.amount.clone());
    }
    if request.kind.is_approval() { whole(tx, agent, opened) } else { Ok(None) }
}

/// The same before an approval of the whole.
fn whole(tx: &Tx<'_>, agent: &Agent, opened: &Opened) -> Result<Option<ByRule>, StoreError> {
    asked_by(tx, agent, opened, |facts| facts.amount.clone())
}

/// Whether an approval of this case by this person waits for a second one.
pub fn is_needed(tx: &Tx<'_>, agent: &Agent, case: &CaseId) -> Result<bool, StoreError> {
    if rules::switched_on(tx)?.iter().all(|on| on.rule.then.second_above.is_none()) {
        return Ok(false);
    }
    let Some(opened) = open_unseen(tx, case)? else { return Ok(false) };
    Ok(whole(tx, agent, &opened)?.is_some())
}

fn asked_by(
    tx: &Tx<'_>,
    agent: &Agent,
    opened: &Opened,
    given: impl Fn(&CaseFacts) -> Option<Money>,
) -> Result<Option<ByRule>, StoreError> {
    let on = rules::switched_on(tx)?;
    if on.iter().all(|on| on.rule.then.second_above.is_none()) || opened.file.shop.trainee().is_some() {
        return Ok(None);
    }
    let facts = facts::of(tx, &opened.file, &opened.facts, &opened.derived, When::Now)?;
    let amount = given(&facts);
    let Some(asks) = asks(&on, &facts, amount.as_ref()) else { return Ok(None) };
    let is_second = |person: &people::Account| person.id != agent.id && person.sees(&opened.file.shop);
    Ok(handbook::team(tx)?.iter().any(is_second).then(|| asks.by.clone()))
}

/// The first of the rules that asks for a second person before so much is given.
pub(super) fn asks<'a>(on: &'a [OnRule], facts: &CaseFacts, amount: Option<&Money>) -> Option<&'a OnRule> {
    let all: Vec<&Rule> = on.iter().map(|on| &on.rule).collect();
    on.iter().find(|on| asks_second(&on.rule, &all, facts, amount))
}

/// What was pressed, without what comes and goes between two presses of the same.
fn pressed(request: &DecisionRequest) -> DecisionRequest {
    DecisionRequest { take_over: false, expects_second: false, without_hold: false, ..request.clone() }
}

/// Keeps a decision that waits for a second person. The same pressed again is asked once; another of the same person takes
/// its place. Where another person's waits nothing is kept: agreeing to that, with its words and proof, is not what was
/// pressed, and not for the desk to guess.
pub(in crate::desk) fn ask(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    request: &DecisionRequest,
    rule: &ByRule,
) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let opened = open(tx, agent, case)?;
        let total = opened.file.platform.refund.as_ref().map(|refund| refund.total.clone());
        let amount = request.amount.clone().or(total);
        match tags::second(tx, case)? {
            Some((known, _)) if known.by != agent.id => {
                return Err(DeskError::SecondWaits { by: people::name_of(tx, &known.by)?, at: Some(known.at) });
            }
            Some((known, kept)) if pressed(&kept) == pressed(request) && known.amount == amount => return Ok(()),
            Some(_) => end(desk, tx, agent, &opened, now)?,
            None => {}
        }
        let (by, kind) = (agent.id.clone(), request.kind);
        let ask = SecondAsk::of(request, by.clone(), now, amount.clone(), rule.clone());
        if tags::ask_second(tx, case, &ask, request)? {
            let what = Happened::SecondAsked { kind, amount, rule: rule.clone() };
            desk.book.note(tx, &opened.file.shop, case, now, Who::Agent(by), what, None)?;
            desk.book.refresh(tx, case, now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    desk.publish();
    Ok(())
}

/// Another decision was made, or nothing is to be decided any more: what waited ends, and the timeline says so.
pub(in crate::desk) fn end(
    desk: &Desk,
    tx: &Tx<'_>,
    agent: &Agent,
    opened: &Opened,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (case, shop) = (&opened.file.id, &opened.file.shop);
    let Some((ask, _)) = tags::second(tx, case)? else { return Ok(()) };
    tags::end_second(tx, case)?;
    let what = Happened::SecondRefused { asker: ask.by };
    desk.book.note(tx, shop, case, now, Who::Agent(agent.id.clone()), what, None)
}

/// What came of the same agreement when its answer was lost, or it was pressed twice.
fn agreed_before(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    answer: &SecondAnswer,
) -> Result<MotionRecorded, DeskError> {
    let intents = desk.store.write_or(|tx| {
        find_seen(tx, agent, case)?;
        Ok::<_, DeskError>(intents::of_case(tx, case)?)
    })?;
    let is_theirs = |intent: &&Intent| intent.second.as_ref() == Some(&agent.id) && intent.pressed >= answer.asked;
    let motion = intents.iter().find(is_theirs).filter(|_| answer.agrees).map(|intent| &intent.motion);
    let motion = motion.ok_or(DeskError::NotFound { what: "question" })?;
    let intents = intents.iter().filter(|intent| intent.motion == *motion).map(Intent::view).collect();
    Ok(MotionRecorded { intents })
}

/// Answers as the second person, or takes one's own decision back. An agreement records the decision under both names.
pub fn answer(desk: &Desk, agent: &Agent, case: &CaseId, answer: &SecondAnswer) -> Result<MotionRecorded, DeskError> {
    let now = desk.clock.now();
    let found = desk.store.read(|tx| tags::second(tx, case))?;
    let Some((ask, request)) = found.filter(|(ask, _)| ask.at == answer.asked) else {
        return agreed_before(desk, agent, case, answer);
    };
    if !answer.agrees {
        desk.store.write_or(|tx| {
            let opened = open(tx, agent, case)?;
            // Another question may stand there by now.
            if tags::second(tx, case)?.is_none_or(|(ask, _)| ask.at != answer.asked) {
                return Err(DeskError::NotFound { what: "question" });
            }
            end(desk, tx, agent, &opened, now)?;
            desk.book.refresh(tx, case, now)?;
            Ok::<_, DeskError>(())
        })?;
        desk.publish();
        return Ok(MotionRecorded { intents: Vec::new() });
    }
    if ask.by == agent.id {
        return Err(DeskError::NeedsAnother);
    }
    let asker = desk.store.read(|tx| {
        find_seen(tx, agent, case).map_err(|_| StoreError::NoRow)?;
        people::find(tx, &ask.by)
    });
    let asker = match asker {
        Ok(Some(account)) => Agent::new(account, String::new()),
        Ok(None) | Err(StoreError::NoRow) => return Err(DeskError::NotFound { what: "question" }),
        Err(fault) => return Err(fault.into()),
    };
    let key = IdempotencyKey::try_from(format!("second-{case}-{}", ask.at.millis()))?;
    let request = DecisionRequest { take_over: answer.take_over, without_hold: false, ..request };
    decide::decide_agreed(desk, &asker, agent, case, &key, &request)
}
