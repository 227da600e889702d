//! Looks after runs: opens again what a restart has closed, brings finished ones to their end and judges them, gives up
//! what nobody goes on with, and puts away what is over.

use super::Held;
use super::run::{ground, hurry, judged, no_answer, open, put_away};
use crate::app::Desk;
use crate::desk::error::DeskError;
use crate::desk::view;
use crate::store::practice::{self as store, Run};
use crate::store::{StoreError, intents, shops, upkeep};
use crate::sync::{self, Ask};
use crate::telemetry::Chain;
use crate::tiktok::ground::{Ground, Nearer};
use futures_util::FutureExt;
use shared::domain::practice::{Judged, is_passed, percent};
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::intent::IntentState;
use shared::wire::practice::RunState;
use std::time::Duration;

const LOOKS_EVERY: Duration = Duration::from_secs(5);
/// Between two looks at what a finished run still waits for.
const BREATHES: Duration = Duration::from_millis(250);
/// Looks at most: the hold, a call and its answer take a few of them.
const MOST_LOOKS: usize = 160;
/// A reply that still waits after so many looks, with nothing left to come, waits for what never comes.
const WAITS_IN_VAIN: usize = 6;
/// Somebody is opening it, unless that was so long ago.
const OPENS_MS: i64 = 30_000;
/// A practice platform that does not answer for so long keeps nobody from their score.
const GIVES_UP_MS: i64 = 2 * 60 * 1000;
/// Nobody goes on with it.
const EXPIRES_MS: i64 = 24 * 60 * 60 * 1000;
/// So long the cases of a run that is over can be looked at.
const KEPT_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// Looks after all runs until the desk stops.
pub async fn look_after(desk: Desk) {
    // What was not open when the desk began was closed by the restart; later ones are being opened.
    let mut before = desk.clock.now();
    loop {
        if let Err(fault) = tick(&desk, before).await {
            tracing::error!(error = %Chain(&fault), "The runs of practice cannot be looked after; it is tried again");
        }
        before = desk.clock.now().plus_millis(-OPENS_MS);
        tokio::select! {
            () = tokio::time::sleep(LOOKS_EVERY) => {}
            () = desk.practice.bell.notified() => {}
            () = desk.stopping() => return,
        }
    }
}

/// Looks after all runs once, unless other desks do. A run that somebody began to open after `before` is left to them.
pub async fn tick(desk: &Desk, before: Timestamp) -> Result<(), DeskError> {
    if !desk.serves_runs() {
        return Ok(());
    }
    let now = desk.clock.now();
    let mut live = desk.store.read(store::live)?;
    // Clocks first: bringing a run to its end takes a while.
    live.sort_by_key(|run| run.state == RunState::Ending);
    for run in live {
        // A finished one is judged, however late.
        if run.state != RunState::Ending && now.since(run.touched) > EXPIRES_MS {
            if desk.store.write(|tx| store::advance(tx, &run.id, run.state, RunState::Expired, now))? {
                put_away(desk, &run).await;
            }
            continue;
        }
        let tended = match run.state {
            RunState::Opening if run.touched < before => open(desk, &run).await,
            RunState::Ending => end(desk, &run).await,
            RunState::Running => hurry(desk, &run).await,
            _ => Ok(()),
        };
        if let Err(fault) = tended {
            // One run keeps no other waiting.
            tracing::warn!(run.id = %run.id, error = %Chain(&fault), "A run could not go on; it is tried again");
        }
    }
    let over = now.plus_millis(-KEPT_MS);
    for run in desk.store.read(|tx| store::with_old_shop(tx, over))? {
        if let Some(shop) = &run.shop {
            desk.store.write(|tx| upkeep::forget_run_shop(tx, shop))?;
        }
    }
    Ok(())
}

/// Everything about the cases is read now.
async fn read_all(desk: &Desk, shop: &ShopId, cases: &[CaseId]) {
    for case in cases {
        let ask = Ask::Opened { shop: shop.clone(), case: case.clone() };
        if let Err(fault) = sync::answer(desk, ask).await {
            tracing::warn!(case.id = %case, error = %Chain(&fault), "A case of a run could not be read");
        }
    }
}

/// Lets all that is under way and still to come happen, as far as nobody lets a deadline pass.
async fn settle(held: &Held<'_>, ground: &Ground, shop: &shops::ShopRow, cases: &[CaseId]) -> Result<(), DeskError> {
    let desk = held.desk;
    let mut in_vain = 0;
    for _ in 0..MOST_LOOKS {
        held.go_on()?;
        let come = ground.bring_nearer(&shop.platform_id, Nearer::AllButDeadlines).await;
        let come = come.map_err(|fault| no_answer(&fault))?;
        // Nothing comes of what it does not know.
        if come.is_gone {
            return Ok(());
        }
        read_all(desk, &shop.id, cases).await;
        desk.wake_outbox();
        let mut open = desk.store.read(|tx| {
            let of_each = cases.iter().map(|case| intents::of_case(tx, case));
            Ok(of_each.collect::<Result<Vec<_>, _>>()?.concat())
        })?;
        open.retain(|intent| !intent.state.is_over());
        if open.is_empty() && come.left == 0 {
            return Ok(());
        }
        let only_waits = open.iter().all(|intent| matches!(intent.state, IntentState::Waiting { .. }));
        in_vain = if only_waits && come.left == 0 { in_vain + 1 } else { 0 };
        if in_vain > WAITS_IN_VAIN {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(BREATHES) => {}
            () = desk.stopping() => return Err(DeskError::NoPractice),
        }
    }
    Ok(())
}

/// Everything that is still to come of a run comes.
async fn arrive(held: &Held<'_>, shop: &shops::ShopRow, cases: &[CaseId]) -> Result<(), DeskError> {
    let desk = held.desk;
    let ground = ground(desk)?;
    settle(held, &ground, shop, cases).await?;
    held.go_on()?;
    // What nobody has decided by now runs out of time.
    ground.bring_nearer(&shop.platform_id, Nearer::All).await.map_err(|fault| no_answer(&fault))?;
    read_all(desk, &shop.id, cases).await;
    Ok(())
}

/// Brings a finished run to its end and judges it. Where its cases are gone, by a restart, what was known of them counts.
async fn end(desk: &Desk, run: &Run) -> Result<(), DeskError> {
    let Some(held) = Held::take(desk, &run.id)? else { return Ok(()) };
    let found = desk.store.read(|tx| store::find(tx, &run.id))?;
    let Some(run) = &found.filter(|run| run.state == RunState::Ending) else { return Ok(()) };
    let shop = run.shop.as_ref().map(|shop| desk.store.read(|tx| shops::find(tx, shop))).transpose()?.flatten();
    if let Some(shop) = &shop {
        let cases: Vec<CaseId> =
            desk.store.read(|tx| store::cases(tx, &run.id))?.into_iter().filter_map(|case| case.case).collect();
        match arrive(&held, shop, &cases).await {
            // Another desk ends it, or this one does when it is there again.
            Err(_) if desk.stopping().now_or_never().is_some() || !held.renew()? => return Ok(()),
            Err(fault) if desk.clock.now().since(run.touched) < GIVES_UP_MS => return Err(fault),
            Err(fault) => {
                tracing::warn!(run.id = %run.id, error = %Chain(&fault), "A run is judged by what is known of it");
            }
            Ok(()) => {}
        }
    }
    let now = desk.clock.now();
    desk.store.write(|tx| {
        if !store::advance(tx, &run.id, RunState::Ending, RunState::Scored, now)? {
            return Ok(());
        }
        let mut all = Vec::new();
        for case in store::cases(tx, &run.id)? {
            let there = case.case.as_ref().map(|id| view::read(tx, id, None)).transpose()?.flatten();
            let judged = there.map(|view| judged(run, case.place, &view, now));
            let judged = judged.or(case.judged).unwrap_or_else(Judged::default);
            store::judged(tx, &run.id, case.place, &judged, case.done)?;
            all.push(judged);
        }
        let percent = percent(&all);
        store::score(tx, &run.id, percent, is_passed(&all, run.body.pass_percent))?;
        tracing::info!(run.id = %run.id, percent, "A run was judged");
        Ok::<_, StoreError>(())
    })?;
    put_away(desk, run).await;
    Ok(())
}
