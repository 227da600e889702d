//! Everything that works without being asked: started here, and nowhere else.

use super::Desk;
use crate::desk::{alarms, handbook, practice, quality, rules, uploads};
use crate::store::{StoreError, Tx, events, idempotency, leases, webhooks};
use crate::telemetry::Chain;
use crate::{auth, media, outbox, sync};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

const ATTENDS_EVERY: Duration = Duration::from_secs(5);
/// A desk that was not seen for so long is gone.
const ATTENDS_MS: i64 = 15_000;
const UPKEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// A clock that jumps and a machine that slept are noticed within this time; what changes in a case, at once.
const LONGEST_REST: Duration = Duration::from_secs(5);
/// An import changes cases by the hundred: they are looked at together.
const GATHERS: Duration = Duration::from_millis(250);

/// Nobody waits for the checks: other work goes first.
const BREATHES: Duration = Duration::from_millis(20);
/// A case changes several times while it is worked on.
const SETTLES: Duration = Duration::from_secs(2);
/// Time makes known what was not.
const LOOKS_AGAIN: Duration = Duration::from_secs(60);

/// Settles what a crash cut off, then starts the outbox, the sync and the upkeep. They end when the desk stops.
pub(super) fn start(desk: &Desk) -> Result<JoinSet<()>, StoreError> {
    if desk.store.is_shared() {
        say_there(desk)?;
    }
    rules::begin(desk)?;
    outbox::recover(desk)?;
    handbook::begin(desk)?;
    let mut tasks = JoinSet::new();
    if let Some(heard) = desk.store.heard() {
        tasks.spawn(hear(desk.clone(), heard));
        tasks.spawn(attend(desk.clone()));
    }
    tasks.spawn(outbox::run(desk.clone()));
    tasks.spawn(sync::run(desk.clone()));
    tasks.spawn(alarm(desk.clone()));
    quality::begin(desk)?;
    tasks.spawn(check(desk.clone()));
    tasks.spawn(practice::look_after(desk.clone()));
    tasks.spawn(act(desk.clone()));
    tasks.spawn(upkeep(desk.clone()));
    Ok(tasks)
}

/// What another desk on the same database has written is news here too.
async fn hear(desk: Desk, mut heard: watch::Receiver<u64>) {
    loop {
        tokio::select! {
            change = heard.changed() => {
                if change.is_err() {
                    return;
                }
            }
            () = desk.stopping() => return,
        }
        desk.publish();
        desk.wake_outbox();
        desk.wake_sync();
    }
}

/// Says that this desk is there, and learns how many there are: they share the platform's limits.
pub fn say_there(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let attend = |tx: &Tx<'_>| leases::attend(tx, desk.store.name(), now, now.plus_millis(ATTENDS_MS));
    // However much is to be written: a desk that says so too late is given up by the others.
    desk.platforms.set_desks(desk.store.write_beside(attend)?);
    Ok(())
}

/// Says that this desk is there for as long as it is.
async fn attend(desk: Desk) {
    loop {
        if let Err(fault) = say_there(&desk) {
            tracing::warn!(error = %Chain(&fault), "The other desks do not see this one");
        }
        tokio::select! {
            () = tokio::time::sleep(ATTENDS_EVERY) => {}
            () = desk.stopping() => break,
        }
    }
    if let Err(fault) = desk.store.write(|tx| leases::give_up(tx, desk.store.name())) {
        tracing::warn!(error = %Chain(&fault), "The other desks wait until they miss this one");
    }
}

/// Fires the deadline alarms, each when its mark is reached.
async fn alarm(desk: Desk) {
    let mut news = desk.hub.listen();
    loop {
        news.mark_unchanged();
        let next = alarms::fire_due(&desk).unwrap_or_else(|fault| {
            tracing::error!(error = %Chain(&fault), "Deadline alarms cannot be fired; it is tried again");
            None
        });
        let left = next.map(|next| next.since(desk.clock.now()));
        let rest = left.and_then(|left| u64::try_from(left).ok()).map_or(LONGEST_REST, Duration::from_millis);
        tokio::select! {
            () = tokio::time::sleep(rest.min(LONGEST_REST)) => {}
            rung = news.changed() => {
                if rung.is_err() {
                    return;
                }
                tokio::time::sleep(GATHERS).await;
            }
            () = desk.stopping() => return,
        }
    }
}

/// Checks decided cases, soon after they have changed and when time alone makes something known.
async fn check(desk: Desk) {
    let mut news = desk.hub.listen();
    loop {
        news.mark_unchanged();
        match quality::check_some(&desk) {
            Ok(true) => {
                tokio::select! {
                    () = tokio::time::sleep(BREATHES) => continue,
                    () = desk.stopping() => return,
                }
            }
            Ok(false) => {}
            Err(fault) => tracing::error!(error = %Chain(&fault), "Decided cases cannot be checked; it is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOKS_AGAIN) => {}
            rung = news.changed() => {
                if rung.is_err() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(SETTLES) => {}
                    () = desk.stopping() => return,
                }
            }
            () = desk.stopping() => return,
        }
    }
}

/// Lets rules act on requests, soon after they have come in.
async fn act(desk: Desk) {
    let mut news = desk.hub.listen();
    let mut waiting = rules::act::Waiting::default();
    loop {
        news.mark_unchanged();
        if let Err(fault) = rules::act::act_all(&desk, &mut waiting) {
            tracing::error!(error = %Chain(&fault), "Rules cannot look at requests; it is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(LONGEST_REST) => {}
            rung = news.changed() => {
                if rung.is_err() {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(GATHERS) => {}
                    () = desk.stopping() => return,
                }
            }
            () = desk.stopping() => return,
        }
    }
}

/// Forgets what nobody needs any more, once an hour.
async fn upkeep(desk: Desk) {
    loop {
        let now = desk.clock.now();
        let pruned = desk.store.write(|tx| {
            events::prune(tx)?;
            idempotency::prune(tx, now)?;
            webhooks::prune(tx, now)?;
            rules::prune(tx, now)?;
            auth::prune(tx, now)
        });
        if let Err(fault) = pruned {
            tracing::error!(error = %Chain(&fault), "Old rows could not be removed");
        }
        // Another desk on the database may have checked by older rules since.
        if let Err(fault) = quality::begin(&desk) {
            tracing::error!(error = %Chain(&fault), "Decided cases cannot be checked anew");
        }
        if let Err(fault) = desk.connector.register_missing().await {
            tracing::warn!(error = %Chain(&fault), "Webhooks could not be asked for; it is tried again");
        }
        if let Err(fault) = uploads::sweep(&desk).await {
            tracing::warn!(error = %Chain(&fault), "Files that nobody needs could not be removed; it is tried again");
        }
        let folder = desk.config.data_dir.join("pictures");
        match tokio::task::spawn_blocking(move || media::trim(&folder)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(error = %fault, "The picture cache could not be trimmed"),
            Err(fault) => tracing::error!(error = %fault, "Trimming the picture cache was cut off"),
        }
        tokio::select! {
            () = tokio::time::sleep(UPKEEP_EVERY) => {}
            () = desk.stopping() => return,
        }
    }
}
