//! Reading everything that has changed, again and again: what no webhook told is found here (P7).

use super::pages::{Pages, Turn};
use super::read::{Depth, gather, reach, read_ids, search};
use super::{stops, tell};
use crate::app::Desk;
use crate::mutants::{Mutant, is_on};
use crate::store::Tx;
use crate::store::{StoreError, cases, shops, sweeps};
use crate::telemetry::Chain;
use crate::tiktok::client::Upstream;
use crate::tiktok::error::TiktokError;
use crate::tiktok::search::Filter;
use futures_util::future::join;
use shared::domain::facts::Object;
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;

/// A sweep begins this long before the end of the one before: the platform may show an update late.
const OVERLAP_MS: i64 = 600_000;
/// Where nothing is updated, a sweep still goes back no further: what was updated last would be read for ever.
const QUIET_MS: i64 = 3_600_000;
/// How often the pages of one second are read anew because cases moved meanwhile; then the next sweep tries.
const RESTARTS: u32 = 5;
/// Open cases are read by id at least this often.
const OLD_MS: i64 = 6 * 60 * 60 * 1000;
/// So long the payment of a refund instead of a replacement may take to show in the records.
const PROOF_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// When a deadline passed, the case is read after these times.
const AFTER_DEADLINE_MS: [i64; 3] = [5_000, 30_000, 120_000];
/// Then the sweeps have to find what became of it.
const DEADLINE_FORGOTTEN_MS: i64 = 10 * 60 * 1000;
const REFUND_INSTEAD: [&str; 2] = ["REPLACEMENT_REQUEST_REFUND_SUCCESS", "EXCHANGE_REQUEST_REFUND_SUCCESS"];

/// The window of a sweep that starts now: none if there is nothing in it. A watermark in the future is a clock that
/// was set back.
fn window(watermark: Timestamp, started: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let from = watermark.min(started).plus_millis(-OVERLAP_MS);
    (from.seconds() < started.seconds()).then_some((from, started))
}

/// The watermark after all updates until then have been read. It follows the newest update that was seen, for the
/// platform stamps those itself; what we take for its clock may be wrong, and must not lead past what is still to come.
pub(super) fn reached(newest: Option<Timestamp>, until: Timestamp) -> Timestamp {
    let quiet = until.plus_millis(-QUIET_MS);
    newest.map_or(quiet, |newest| newest.clamp(quiet, until))
}

/// One search: `false` if it could not be brought to its end.
async fn sweep(
    desk: &Desk,
    upstream: &Upstream,
    shop: &ShopId,
    object: Object,
    started: Timestamp,
) -> Result<bool, TiktokError> {
    let word = cases::object_word(object);
    if object == Object::Cancellation && is_on(Mutant::CancellationsForgotten) {
        return Ok(true);
    }
    // The first import sets the first watermark.
    let known = desk.store.read(|tx| sweeps::progress(tx, shop, word))?.watermark;
    let Some((mut from, until)) = known.and_then(|watermark| window(watermark, started)) else { return Ok(false) };
    let read_until = |newest| {
        let watermark = reached(newest, until);
        desk.store.write(|tx| {
            let progress = sweeps::progress(tx, shop, word)?;
            sweeps::save(tx, shop, word, &sweeps::Progress { watermark: Some(watermark), ..progress })
        })
    };
    if is_on(Mutant::SweepForgets) {
        read_until(Some(until))?;
    }
    let (mut newest, mut failed) = (None, None);
    let (mut pages, mut token, mut restarts) = (Pages::default(), None, 0);
    loop {
        if stops(desk) {
            return Ok(false);
        }
        let filter = Filter { updated_from: Some(from), updated_before: Some(until), ..Filter::default() };
        let page = search(upstream, object, &filter, token.as_deref()).await?;
        let last = page.items.iter().map(|case| case.updated).max();
        newest = newest.max(last);
        let mut gathered = gather(desk, upstream, shop, page.items, Depth::News).await?;
        failed = gathered.take_passing_fault().or(failed);
        gathered.keep(desk, shop, |_, _| Ok(()))?;
        let turn = pages.turn(page.next, page.total)?;
        let is_tied = token.is_some() && !is_on(Mutant::TokensTrusted);
        if is_tied && pages.moved() {
            restarts += 1;
            if restarts > RESTARTS {
                return Ok(false);
            }
            (pages, token) = (Pages::default(), None);
            continue;
        }
        let Turn::Next(next) = turn else { break };
        // Goes on from the last update seen, not behind the page's token: a case that is updated meanwhile leaves its
        // place, those behind it move up, and one of them would be on no page.
        match last.filter(|last| last.seconds() > from.seconds() && !is_on(Mutant::TokensTrusted)) {
            // A whole page of one second.
            None => {
                token = Some(next);
                continue;
            }
            Some(_) if is_tied => from = from.plus_millis(1_000),
            Some(last) => from = last,
        }
        (pages, token) = (Pages::default(), None);
    }
    if let Some(fault) = failed {
        return Err(fault);
    }
    read_until(newest)?;
    Ok(true)
}

/// Stores how a sweep ended: whether TikTok answers, and what its clock shows.
fn note_end(
    tx: &Tx<'_>,
    row: &shops::ShopRow,
    end: &Result<bool, TiktokError>,
    offset_ms: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    match end {
        Ok(is_whole) => {
            shops::set_reachable(tx, &row.id, true)?;
            if *is_whole {
                shops::set_swept(tx, &row.id, now)?;
            }
        }
        Err(fault) if fault.is_unreachable() => {
            shops::set_reachable(tx, &row.id, false)?;
        }
        Err(_) => {}
    }
    if offset_ms != row.clock_offset_ms {
        shops::set_clock_offset(tx, &row.id, offset_ms)?;
    }
    Ok(())
}

/// Reads everything of a shop that was updated since the last sweep. The place moves only after the last page.
/// Does nothing before the first import has begun.
pub async fn sweep_once(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    let (row, upstream) = reach(desk, shop)?;
    let started = desk.clock.now().plus_millis(upstream.clock_offset_ms());
    let (cancellations, returns) = join(
        sweep(desk, &upstream, shop, Object::Cancellation, started),
        sweep(desk, &upstream, shop, Object::Return, started),
    )
    .await;
    let end = match (cancellations, returns) {
        (Ok(one), Ok(other)) => Ok(one && other),
        (Err(fault), other) => {
            if let Err(second) = other {
                tracing::debug!(shop.id = %shop, error = %Chain(&second), "The other search of a sweep failed too");
            }
            Err(fault)
        }
        (Ok(_), Err(fault)) => Err(fault),
    };
    let now = desk.clock.now();
    desk.store.write(|tx| note_end(tx, &row, &end, upstream.clock_offset_ms(), now))?;
    tell::announce(desk)?;
    end.map(|_| ())
}

/// Reads cases of a shop by our ids. One that fails does not keep the others from being read.
async fn read_cases(desk: &Desk, shop: &ShopId, wanted: &[CaseId]) -> Result<(), TiktokError> {
    let keys = desk.store.read(|tx| {
        let mut keys = Vec::with_capacity(wanted.len());
        for case in wanted {
            keys.extend(cases::find(tx, case)?.map(|file| (file.platform.object, file.platform.platform_id)));
        }
        Ok(keys)
    })?;
    let mut failed = None;
    for object in [Object::Cancellation, Object::Return] {
        let ids: Vec<String> = keys.iter().filter(|(kind, _)| *kind == object).map(|(_, id)| id.clone()).collect();
        if !ids.is_empty() {
            match read_ids(desk, shop, object, &ids).await {
                Ok(read) => failed = failed.or(read.records_fault),
                Err(fault) => failed = Some(fault),
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Reads open cases that have not been read for hours, and refunds that may show as paid by now.
pub async fn read_old_ones(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    let now = desk.clock.now();
    let old = now.plus_millis(-OLD_MS);
    let wanted = desk.store.read(|tx| {
        let mut wanted = cases::open_ones(tx, shop, old)?;
        wanted.extend(cases::unproved_ones(tx, shop, REFUND_INSTEAD, now.plus_millis(-PROOF_MS), old)?);
        Ok(wanted)
    })?;
    read_cases(desk, shop, &wanted).await
}

/// Whether a case is to be read because time ran out: all instants by our clock.
fn is_due(deadline: Timestamp, read: Timestamp, now: Timestamp) -> bool {
    let due = AFTER_DEADLINE_MS.iter().rev().map(|wait| deadline.plus_millis(*wait)).find(|due| *due <= now);
    due.is_some_and(|due| read < due)
}

/// Reads cases whose deadline has just passed: TikTok has decided by now.
pub async fn read_past_deadlines(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    let (_, upstream) = reach(desk, shop)?;
    let (now, offset_ms) = (desk.clock.now(), upstream.clock_offset_ms());
    let there = now.plus_millis(offset_ms);
    let past =
        desk.store.read(|tx| cases::past_deadlines(tx, shop, there.plus_millis(-DEADLINE_FORGOTTEN_MS), there))?;
    let wanted: Vec<CaseId> = past
        .into_iter()
        .filter(|past| is_due(past.deadline.plus_millis(-offset_ms), past.read, now))
        .map(|past| past.case)
        .collect();
    if wanted.is_empty() { Ok(()) } else { read_cases(desk, shop, &wanted).await }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_sweep_overlaps_the_one_before_and_survives_a_clock_that_is_set_back() {
        for (watermark, started, expected) in [
            (at(5_000), at(5_060), Some((at(4_400), at(5_060)))),
            (at(5_000), at(5_000), Some((at(4_400), at(5_000)))),
            (at(90_000), at(5_000), Some((at(4_400), at(5_000)))),
        ] {
            assert_eq!(window(watermark, started), expected);
        }
    }

    #[test]
    fn the_watermark_follows_what_was_seen_and_not_the_clock() {
        for (newest, until, expected) in [
            (Some(at(9_000)), at(9_050), at(9_000)),
            (Some(at(9_000)), at(10_800), at(9_000)),
            (Some(at(1_000)), at(10_800), at(7_200)),
            (Some(at(99_000)), at(10_800), at(10_800)),
            (None, at(10_800), at(7_200)),
        ] {
            assert_eq!(reached(newest, until), expected, "newest {newest:?}, until {until:?}");
        }
    }

    #[test]
    fn a_case_is_read_three_times_after_its_deadline() {
        let deadline = at(1_000);
        for (now, read, expected) in [
            (at(999), at(500), false),
            (at(1_004), at(500), false),
            (at(1_005), at(500), true),
            (at(1_005), at(1_004), true),
            (at(1_020), at(1_006), false),
            (at(1_030), at(1_006), true),
            (at(1_120), at(1_031), true),
            (at(1_500), at(1_121), false),
        ] {
            assert_eq!(is_due(deadline, read, now), expected, "now {now:?}, read {read:?}");
        }
    }
}
