//! Carries intents out, each exactly once (P1 to P6).
//!
//! An intent is stored before anything leaves; an attempt is stored before each call and its outcome after it. After
//! anything ambiguous the platform is read first. Only this room retries a write, and only under the same key.

mod decision;
mod message;
mod schedule;
mod worker;

pub use schedule::Dials;
pub use worker::{LOOKED_AT, UnderWay, carry_on, recover, run, settle_due, take_over};

use crate::app::Desk;
use crate::desk::decide;
use crate::desk::error::DeskError;
use crate::desk::rules::act;
use crate::mutants::{Mutant, is_on};
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::intents::{self, CallOutcome, Intent, Payload};
use crate::store::timeline::Trace;
use shared::time::Timestamp;
use shared::wire::case::{Happened, Who};
use shared::wire::intent::{IntentState, Superseded};

/// A desk that has not ended a step of an intent by then has lost it to the others. Longer than any call takes, and than
/// a call may wait before it leaves ([`FRESH_MS`]).
const LEASE_MS: i64 = 120_000;
/// A call leaves within this time after what it rests on was read, or it is read again.
const FRESH_MS: i64 = 60_000;

/// Why a step could not be taken now. The intent stays as it is and is looked at again.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The store failed.
    #[error("the store failed while an intent was carried out")]
    Store(#[from] StoreError),
    /// A rule of the desk failed.
    #[error("the desk failed while an intent was carried out")]
    Desk(#[from] DeskError),
    /// Another desk has taken the intent, or somebody has ended it: it is not ours to send any more.
    #[error("the intent was taken over while it was carried out")]
    Lost,
    /// The platform could not be read.
    #[error("TikTok could not be read while an intent was carried out")]
    Read(#[from] crate::tiktok::error::TiktokError),
}

/// Ends an intent, in one transaction with all that follows from its end.
fn finish(desk: &Desk, intent: &Intent, end: &IntentState, trace: Trace) -> Result<(), StoreError> {
    let now = desk.clock.now();
    desk.store.write(|tx| finish_in(tx, desk, intent, end, trace, now))?;
    desk.publish();
    desk.wake_outbox();
    Ok(())
}

/// How a call ended, as its attempt keeps it. It is kept with all that follows from it in one transaction: between two, a
/// refused call would look as if it could be made again.
struct Call<'a> {
    intent: &'a Intent,
    number: u32,
    outcome: CallOutcome,
    request_id: Option<&'a str>,
}

impl Call<'_> {
    fn end_in(&self, tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        intents::end_attempt(tx, &self.intent.id, self.number, &self.outcome, self.request_id, Some(now))
    }

    /// The intent has ended with it.
    fn finish(&self, desk: &Desk, end: &IntentState, trace: Trace) -> Result<(), StoreError> {
        let now = desk.clock.now();
        desk.store.write(|tx| {
            self.end_in(tx, now)?;
            finish_in(tx, desk, self.intent, end, trace, now)
        })?;
        desk.publish();
        desk.wake_outbox();
        Ok(())
    }

    /// It is made again later.
    fn put_off(&self, desk: &Desk, due: Timestamp) -> Result<(), StoreError> {
        desk.store.write(|tx| {
            self.end_in(tx, desk.clock.now())?;
            intents::postpone(tx, self.intent, due)
        })
    }
}

fn finish_in(
    tx: &Tx<'_>,
    desk: &Desk,
    intent: &Intent,
    end: &IntentState,
    trace: Trace,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !intents::advance(tx, intent, end, None)? {
        return Ok(());
    }
    let happened = match (&intent.payload, end) {
        (Payload::Decision { kind, .. }, IntentState::Done { by_reading, .. }) => {
            Happened::DecisionDone { kind: *kind, by_reading: *by_reading }
        }
        (Payload::Reply { .. }, IntentState::Done { by_reading, .. }) => {
            Happened::ReplyDone { by_reading: *by_reading }
        }
        _ => Happened::Ended { state: end.clone() },
    };
    desk.book.note(tx, &intent.shop, &intent.case, now, Who::Desk, happened, Some(trace))?;
    if intent.rule.is_some() && matches!(end, IntentState::Undone { .. }) {
        act::take_back(desk, tx, &Who::Desk, intent, now)?;
    }
    let took_effect = matches!(end, IntentState::Done { .. });
    if !took_effect {
        decide::put_back(tx, intent, now)?;
    }
    match &intent.payload {
        Payload::Decision { .. } if !took_effect && !is_on(Mutant::RepliesOfFailureKept) => {
            // What it says cannot become true by this decision; a person chooses what to tell instead.
            let failed = IntentState::Superseded { why: Superseded::DecisionFailed, at: now };
            for reply in intents::of_motion(tx, &intent.motion)?.iter().filter(|part| !part.state.is_over()) {
                finish_in(tx, desk, reply, &failed, Trace { intent: reply.id.to_string(), ..Trace::default() }, now)?;
            }
        }
        Payload::Decision { .. } | Payload::Reply { .. } => {}
    }
    desk.book.refresh(tx, &intent.case, now)?;
    Ok(())
}
