//! One step of a decision.

use super::schedule::retry_at;
use super::{Call, FRESH_MS, LEASE_MS, StepError, finish};
use crate::app::Desk;
use crate::mutants::{Mutant, is_on};
use crate::store::intents::{self, Attempt, Before, CallOutcome, Intent, Payload};
use crate::store::timeline::Trace;
use crate::store::{StoreError, Tx, cases, extras, rules, shops};
use crate::sync::read::read_case;
use crate::tiktok::outcome::{Outcome, RefusalKind};
use crate::tiktok::returns::{DecisionCommand, ProofImage};
use shared::domain::case::DecisionKind;
use shared::domain::decide::{Effect, effect_shown, still_open, time_ran_out};
use shared::domain::facts::{PlatformCase, Record};
use shared::money::Money;
use shared::wire::intent::{IntentState, NeedsPerson, Superseded};

/// The case as just read.
struct Reading {
    case: PlatformCase,
    records: Vec<Record>,
}

pub(super) async fn step(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    match &intent.state {
        IntentState::Held { until } if desk.clock.now() >= *until || is_on(Mutant::NoHold) => {
            // From here undo comes too late: this compare-and-set and the one of undo have one winner.
            let now = desk.clock.now();
            let is_ours = desk.store.write(|tx| {
                let is_ours = intents::advance(tx, intent, &IntentState::Sending, Some(now))?;
                desk.book.refresh(tx, &intent.case, now)?;
                Ok(is_ours)
            })?;
            desk.publish();
            if is_ours { send(desk, &Intent { state: IntentState::Sending, ..intent.clone() }).await } else { Ok(()) }
        }
        IntentState::Sending => send(desk, intent).await,
        IntentState::Settling => settle(desk, intent).await,
        _ => Ok(()),
    }
}

fn trace(intent: &Intent, before: Option<&PlatformCase>, after: &PlatformCase, request_id: Option<String>) -> Trace {
    Trace {
        intent: intent.id.to_string(),
        request_id,
        before: before.map(|case| case.status.clone()),
        after: Some(after.status.clone()),
    }
}

/// Ends the intent if the reading shows how. `before`: what was read before the first call that may have worked.
fn ended_by(
    desk: &Desk,
    intent: &Intent,
    kind: DecisionKind,
    amount: Option<&Money>,
    before: Option<&PlatformCase>,
    reading: &Reading,
) -> Result<bool, StoreError> {
    let now = desk.clock.now();
    let superseded = |why| IntentState::Superseded { why, at: now };
    let end = match before {
        Some(before) => match effect_shown(kind, amount, before, &reading.case, &reading.records) {
            Effect::Done => Some(IntentState::Done { by_reading: true, at: now }),
            Effect::TimeRanOut => Some(superseded(Superseded::TimeRanOut)),
            Effect::Contradicted => Some(superseded(Superseded::DecidedElsewhere)),
            Effect::Unchanged if is_on(Mutant::UnchangedIsElsewhere) => Some(superseded(Superseded::DecidedElsewhere)),
            Effect::Unchanged => None,
        },
        None if still_open(kind, &reading.case) => None,
        None if time_ran_out(&reading.records) => Some(superseded(Superseded::TimeRanOut)),
        None => Some(superseded(Superseded::DecidedElsewhere)),
    };
    let Some(end) = end else { return Ok(false) };
    finish(desk, intent, &end, trace(intent, before, &reading.case, None))?;
    Ok(true)
}

/// What was read before the first call whose effect is not known.
fn before_first_unknown(attempts: &[Attempt]) -> Option<&PlatformCase> {
    let unknown = attempts.iter().find(|attempt| matches!(attempt.outcome, None | Some(CallOutcome::Unknown)))?;
    match &unknown.before {
        Before::Case(case) => Some(case),
        Before::Conversation { .. } => None,
    }
}

async fn read(desk: &Desk, intent: &Intent) -> Result<Reading, StepError> {
    read_case(desk, &intent.case).await?;
    let file = desk.store.read(|tx| cases::find(tx, &intent.case))?;
    let file = file.ok_or(crate::desk::error::DeskError::NotFound { what: "case" })?;
    Ok(Reading { case: file.platform, records: file.records })
}

async fn send(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    let Payload::Decision { kind, amount, reason, comment, evidence, .. } = &intent.payload else { return Ok(()) };
    let now = desk.clock.now();
    let shop = desk.store.read(|tx| shops::find(tx, &intent.shop))?;
    let Some(shop) = shop.filter(shops::ShopRow::may_act) else {
        let end = IntentState::NeedsPerson { why: NeedsPerson::ShopDisconnected, at: now };
        return Ok(finish(desk, intent, &end, Trace { intent: intent.id.to_string(), ..Trace::default() })?);
    };
    let attempts = desk.store.read(|tx| intents::attempts(tx, &intent.id))?;
    let is_late = || {
        let Some(first) = attempts.first() else { return Ok::<_, StoreError>(false) };
        let deadline = desk.store.read(|tx| cases::row(tx, &intent.case))?.and_then(|row| row.deadline);
        Ok(desk.dials.gives_up(first.started, deadline, desk.clock.now()))
    };
    let ask_person = || {
        let end = IntentState::NeedsPerson { why: NeedsPerson::NoAnswer, at: desk.clock.now() };
        finish(desk, intent, &end, Trace { intent: intent.id.to_string(), ..Trace::default() })
    };
    if is_late()? {
        return Ok(ask_person()?);
    }
    // Look before every call: nothing is sent for a case that no longer asks for it.
    let reading = read(desk, intent).await?;
    if ended_by(desk, intent, *kind, amount.as_ref(), before_first_unknown(&attempts), &reading)? {
        return Ok(());
    }
    let upstream = desk.upstream(&shop)?;
    let mut images = Vec::with_capacity(evidence.len());
    for wanted in evidence {
        let Some(file) = desk.store.read(|tx| extras::evidence(tx, wanted))? else { continue };
        let uri = match file.uri {
            Some(uri) => uri,
            None => match upstream.upload_product_image(file.bytes, &file.mime).await {
                Ok(image) => {
                    desk.store.write(|tx| extras::set_evidence_uri(tx, wanted, &image.uri))?;
                    image.uri
                }
                Err(fault) if fault.is_final() => {
                    let end = IntentState::NeedsPerson { why: NeedsPerson::UploadFailed, at: desk.clock.now() };
                    return Ok(finish(desk, intent, &end, trace(intent, None, &reading.case, None))?);
                }
                Err(fault) => return Err(fault.into()),
            },
        };
        images.push(ProofImage { uri, width: file.view.width, height: file.view.height, mime: file.mime });
    }
    // Again: reading may have taken hours, if this machine slept meanwhile.
    if is_late()? {
        return Ok(ask_person()?);
    }
    let command = DecisionCommand {
        kind: *kind,
        reason: reason.clone(),
        comment: comment.clone(),
        images,
        amount: match kind.needs_amount() {
            true if is_on(Mutant::WholeOffered) => reading.case.refund.as_ref().map(|refund| refund.total.clone()),
            true => amount.clone(),
            false => None,
        },
    };
    let before = Before::Case(Box::new(reading.case.clone()));
    // Nothing was called yet: a rule that was stopped meanwhile, or another sum, takes the decision back.
    let is_first = attempts.is_empty() && intent.rule.is_some();
    if is_first && !desk.store.read(|tx| speaks(tx, intent, amount.as_ref(), &reading.case))? {
        let end = IntentState::Undone { at: desk.clock.now() };
        return Ok(finish(desk, intent, &end, trace(intent, None, &reading.case, None))?);
    }
    let begin = || {
        let now = desk.clock.now();
        let begun = |tx: &Tx<'_>| {
            // Stopped in this very moment: the next look takes it back.
            if is_first && !speaks(tx, intent, amount.as_ref(), &reading.case)? {
                return Ok(None);
            }
            intents::begin_attempt(tx, intent, &before, now, now.plus_millis(LEASE_MS))
        };
        desk.store.write(begun)?.ok_or(StepError::Lost)
    };
    let noted = if is_on(Mutant::DecisionNotedLate) { None } else { Some(begin()?) };
    let key = match () {
        () if is_on(Mutant::KeyPerTry) => format!("{}-{}", intent.id, attempts.len()),
        () if is_on(Mutant::NoKey) => String::new(),
        () => intent.id.to_string(),
    };
    let upstream = upstream.before(desk.clock.now().plus_millis(FRESH_MS));
    let outcome = upstream.decide(reading.case.object, &reading.case.platform_id, &command, &key).await;
    let number = noted.map_or_else(begin, Ok)?;
    close(desk, intent, number, outcome, &reading.case, &attempts).await
}

/// Whether the rule that pressed is still on, and TikTok still pays the sum that it was asked about.
fn speaks(tx: &Tx<'_>, intent: &Intent, amount: Option<&Money>, case: &PlatformCase) -> Result<bool, StoreError> {
    let Some(by) = &intent.rule else { return Ok(true) };
    let is_on = rules::on(tx)?.iter().any(|on| on.by.id == by.id && on.by.version == by.version);
    let total = case.refund.as_ref().map(|refund| &refund.total);
    Ok(is_on && amount.is_none_or(|amount| total.is_some_and(|total| total.same_as(amount))))
}

/// Stores how the call ended, and what follows.
async fn close(
    desk: &Desk,
    intent: &Intent,
    number: u32,
    outcome: Outcome<()>,
    before: &PlatformCase,
    earlier: &[Attempt],
) -> Result<(), StepError> {
    let now = desk.clock.now();
    match outcome {
        Outcome::Confirmed(receipt) => {
            let done = IntentState::Done { by_reading: false, at: now };
            let trace = Trace {
                intent: intent.id.to_string(),
                request_id: Some(receipt.request_id.clone()).filter(|_| !is_on(Mutant::RequestIdForgotten)),
                before: Some(before.status.clone()),
                after: None,
            };
            desk.store.write(|tx| {
                intents::end_attempt(
                    tx,
                    &intent.id,
                    number,
                    &CallOutcome::Confirmed,
                    Some(&receipt.request_id),
                    Some(now),
                )?;
                super::finish_in(tx, desk, intent, &done, trace, now)
            })?;
            desk.publish();
            desk.wake_outbox();
            // What it brought about is said only once it is read.
            desk.sync.ask(crate::sync::Ask::Case { case: intent.case.clone() });
        }
        Outcome::Refused(refusal) => {
            let request_id = Some(refusal.request_id.as_str());
            let call = Call { intent, number, outcome: CallOutcome::Refused, request_id };
            let trace = || trace(intent, Some(before), before, Some(refusal.request_id.clone()));
            match refusal.kind {
                RefusalKind::StateMoved => {
                    desk.store.write(|tx| call.end_in(tx, now))?;
                    let reading = read(desk, intent).await?;
                    let unknown = before_first_unknown(earlier);
                    // Nothing of ours was lost before: the effect, if any, is somebody else's.
                    if !ended_by(desk, intent, kind_of(intent), amount_of(intent), unknown, &reading)? {
                        // TikTok says that the state moved, but does not show it yet: look again.
                        desk.store.write(|tx| intents::postpone(tx, intent, retry_at(now, number, None)))?;
                    }
                }
                RefusalKind::Retry => call.put_off(desk, retry_at(now, number, None))?,
                RefusalKind::ShopFault => {
                    let end = IntentState::NeedsPerson { why: NeedsPerson::ShopDisconnected, at: now };
                    call.finish(desk, &end, trace())?;
                }
                _ if is_on(Mutant::RefusedIsRetried) => call.put_off(desk, retry_at(now, number, None))?,
                _ if is_on(Mutant::RefusedIsDone) => {
                    call.finish(desk, &IntentState::Done { by_reading: false, at: now }, trace())?;
                }
                // This call did nothing. An earlier one whose answer was lost may still arrive: that is read first.
                _ if before_first_unknown(earlier).is_some() => {
                    let (platform_code, text) = (refusal.code, refusal.message.clone());
                    let request_id = refusal.request_id.clone();
                    let outcome = CallOutcome::RefusedAfterUnknown { platform_code, text, request_id };
                    let call = Call { outcome, ..call };
                    desk.store.write(|tx| {
                        call.end_in(tx, now)?;
                        intents::advance(tx, intent, &IntentState::Settling, desk.dials.next_read(now, 0))?;
                        desk.book.refresh(tx, &intent.case, now)
                    })?;
                    desk.publish();
                }
                _ => {
                    let text = refusal.message.clone();
                    call.finish(desk, &IntentState::Refused { platform_code: refusal.code, text, at: now }, trace())?;
                    desk.sync.ask(crate::sync::Ask::Case { case: intent.case.clone() });
                }
            }
        }
        Outcome::NoEffect { .. } if is_on(Mutant::ThrottledIsDone) => {
            let end = IntentState::Done { by_reading: false, at: now };
            finish(desk, intent, &end, trace(intent, Some(before), before, Some("none".to_owned())))?;
        }
        Outcome::NoEffect { retry_after_ms } => {
            let call = Call { intent, number, outcome: CallOutcome::NoEffect, request_id: None };
            call.put_off(desk, retry_at(now, number, retry_after_ms))?;
        }
        Outcome::Unknown(fault) => {
            tracing::warn!(intent.id = %intent.id, case.id = %intent.case, error = %crate::telemetry::Chain(&fault), "No trustworthy answer to a decision: reading what happened");
            let first_read = desk.dials.next_read(now, 0);
            if is_on(Mutant::LostIsDone) || is_on(Mutant::LostIsRefused) {
                let done = IntentState::Done { by_reading: true, at: now };
                let refused = IntentState::Refused { platform_code: 0, text: String::new(), at: now };
                let end = if is_on(Mutant::LostIsDone) { done } else { refused };
                return Ok(finish(desk, intent, &end, trace(intent, Some(before), before, None))?);
            }
            desk.store.write(|tx| {
                intents::end_attempt(tx, &intent.id, number, &CallOutcome::Unknown, None, Some(now))?;
                intents::advance(tx, intent, &IntentState::Settling, first_read)?;
                desk.book.refresh(tx, &intent.case, now)
            })?;
            desk.publish();
        }
    }
    Ok(())
}

fn kind_of(intent: &Intent) -> DecisionKind {
    match &intent.payload {
        Payload::Decision { kind, .. } => *kind,
        // Only decisions come here.
        Payload::Reply { .. } => DecisionKind::ApproveRefund,
    }
}

fn amount_of(intent: &Intent) -> Option<&Money> {
    match &intent.payload {
        Payload::Decision { amount, .. } => amount.as_ref(),
        Payload::Reply { .. } => None,
    }
}

/// Reads what a call with a lost answer did. Until that is known the case takes no other decision.
async fn settle(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    let attempts = desk.store.read(|tx| intents::attempts(tx, &intent.id))?;
    let reading = read(desk, intent).await?;
    let unknown = before_first_unknown(&attempts);
    if ended_by(desk, intent, kind_of(intent), amount_of(intent), unknown, &reading)? {
        return Ok(());
    }
    let now = desk.clock.now();
    let called = attempts.last().map_or(now, |attempt| attempt.started);
    let mut next = desk.dials.next_read(called, intent.settle_reads + 1);
    let said = attempts.last().and_then(|attempt| attempt.outcome.as_ref());
    if let (None, Some(CallOutcome::RefusedAfterUnknown { platform_code, text, request_id })) = (next, said) {
        let last = called.plus_millis(desk.dials.refused_read_ms);
        if last <= now {
            // Nothing of an earlier call has shown itself: what TikTok said last stands, and is never asked again.
            let end = IntentState::Refused { platform_code: *platform_code, text: text.clone(), at: now };
            return Ok(finish(desk, intent, &end, trace(intent, unknown, &reading.case, Some(request_id.clone())))?);
        }
        next = Some(last);
    }
    desk.store.write_or(|tx| match next {
        Some(next) => {
            intents::count_settle_read(tx, intent, next.max(now))?;
            // When it reads next stands on the screen.
            Ok::<_, StepError>(desk.book.touch(tx, &intent.case, now)?)
        }
        None => {
            intents::advance(tx, intent, &IntentState::Sending, Some(now))?;
            desk.book.refresh(tx, &intent.case, now)?;
            Ok(())
        }
    })?;
    desk.publish();
    Ok(())
}
