//! The loop that takes up what is due, and what is done after a crash.

use super::{StepError, decision, message};
use crate::app::Desk;
use crate::store::StoreError;
use crate::store::intents::{self, CallOutcome, Intent, Payload};
use shared::id::IntentId;
use shared::wire::intent::IntentState;
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

/// Intents carried out side by side.
const AT_ONCE: usize = 8;
/// Looked at this often even when nothing is due: a wake that was lost costs no more.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
const SHORTEST_SLEEP_MS: i64 = 20;
/// After a step that failed for our own reasons.
const FAULT_RETRY_MS: i64 = 5_000;

/// Intents whose call was cut off by a crash are unknown: they are settled by reading, never sent at once.
pub fn recover(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    desk.store.write(|tx| {
        for intent in intents::cut_off(tx)? {
            let open = intents::attempts(tx, &intent.id)?.into_iter().filter(|attempt| attempt.outcome.is_none());
            let mut begun = now;
            for attempt in open {
                begun = attempt.started;
                intents::end_attempt(tx, &intent.id, attempt.number, CallOutcome::Unknown, None, now)?;
            }
            let wait = match intent.payload {
                Payload::Decision { .. } => 0,
                Payload::Reply { .. } => desk.dials.message_settle_ms,
            };
            let due = begun.plus_millis(wait).max(now);
            intents::advance(tx, &intent, &IntentState::Settling, Some(due))?;
            desk.book.refresh(tx, &intent.case, now)?;
        }
        Ok(())
    })
}

/// Takes one step of one intent. What it leaves is durable.
async fn step(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    match intent.payload {
        Payload::Decision { .. } => decision::step(desk, intent).await,
        Payload::Reply { .. } => message::step(desk, intent).await,
    }
}

async fn step_or_postpone(desk: Desk, intent: Intent) -> IntentId {
    if let Err(fault) = step(&desk, &intent).await {
        tracing::warn!(intent.id = %intent.id, case.id = %intent.case, error = %crate::telemetry::Chain(&fault), "An intent could not be carried on and is tried again");
        let later = desk.clock.now().plus_millis(FAULT_RETRY_MS);
        if let Err(fault) = desk.store.write(|tx| intents::postpone(tx, &intent, later)) {
            tracing::error!(intent.id = %intent.id, error = %crate::telemetry::Chain(&fault), "An intent could not be postponed");
        }
    }
    intent.id
}

/// Takes up everything that is due until nothing is. For tests and for a last pass before stopping.
pub async fn settle_due(desk: &Desk) -> Result<(), StoreError> {
    loop {
        let now = desk.clock.now();
        let due = desk.store.read(|tx| intents::due(tx, now, 100))?;
        if due.is_empty() {
            return Ok(());
        }
        for intent in due {
            step_or_postpone(desk.clone(), intent).await;
        }
    }
}

/// Carries intents out until the desk stops.
pub async fn run(desk: Desk) {
    let mut under_way: HashSet<IntentId> = HashSet::new();
    let mut steps: JoinSet<IntentId> = JoinSet::new();
    loop {
        let now = desk.clock.now();
        let due = desk.store.read(|tx| intents::due(tx, now, 100)).unwrap_or_else(|fault| {
            tracing::error!(error = %crate::telemetry::Chain(&fault), "The outbox cannot be read");
            Vec::new()
        });
        let mut cases: HashSet<_> = HashSet::new();
        let mut is_full = false;
        for intent in due {
            // One step of a case at a time, in the order pressed.
            if under_way.contains(&intent.id) || !cases.insert(intent.case.clone()) {
                continue;
            }
            if steps.len() >= AT_ONCE {
                is_full = true;
                break;
            }
            under_way.insert(intent.id.clone());
            steps.spawn(step_or_postpone(desk.clone(), intent));
        }
        let next = desk.store.read(intents::next_due).ok().flatten();
        let sleep = match next {
            Some(due) if !is_full => {
                let left = due.since(desk.clock.now()).max(SHORTEST_SLEEP_MS);
                Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX)).min(LONGEST_SLEEP)
            }
            _ => LONGEST_SLEEP,
        };
        tokio::select! {
            Some(done) = steps.join_next(), if !steps.is_empty() => {
                match done {
                    Ok(id) => { under_way.remove(&id); }
                    Err(fault) => {
                        tracing::error!(error = %fault, "A step of the outbox panicked");
                        under_way.clear();
                    }
                }
            }
            () = desk.outbox_woken() => {}
            () = tokio::time::sleep(sleep) => {}
            () = desk.stopping() => break,
        }
    }
    // What is under way may finish; what does not is settled by reading at the next start.
    while steps.join_next().await.is_some() {}
}
