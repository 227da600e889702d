//! The first import: what is open first, then slices of time, newest first. It goes on after a crash where it stopped.

use super::pages::{Pages, Turn};
use super::read::{Depth, Gathered, gather, reach, search};
use super::{stops, sweep, tell};
use crate::app::Desk;
use crate::store::Tx;
use crate::store::sweeps::{self, ImportPass, ImportWalk, Progress};
use crate::store::{StoreError, aside, cases, shops};
use crate::sync::Ask;
use crate::telemetry::Chain;
use crate::tiktok::client::Upstream;
use crate::tiktok::error::TiktokError;
use crate::tiktok::search::{Filter, FoundPage};
use futures_util::future::join;
use shared::domain::facts::Object;
use shared::id::ShopId;
use shared::time::Timestamp;
use shared::wire::shop::ImportView;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SLICE_MS: i64 = 7 * DAY_MS;
/// How far the import goes back.
const HORIZON_MS: i64 = 2 * 365 * DAY_MS;
/// A slice whose hits changed between its pages is walked again so often.
const WALKS: u32 = 2;

const OBJECTS: [Object; 2] = [Object::Cancellation, Object::Return];

/// States in which something is still to happen, as the platform writes them.
const fn open_statuses(object: Object) -> &'static [&'static str] {
    match object {
        Object::Cancellation => &["CANCELLATION_REQUEST_PENDING"],
        Object::Return => &[
            "RETURN_OR_REFUND_REQUEST_PENDING",
            "REPLACEMENT_REQUEST_PENDING",
            "AWAITING_BUYER_SHIP",
            "AWAITING_BUYER_RESPONSE",
            "BUYER_SHIPPED_ITEM",
            "REFUND_OR_RETURN_REQUEST_REJECT",
            "REJECT_RECEIVE_PACKAGE",
            "REPLACEMENT_REQUEST_REJECT",
        ],
    }
}

/// What a pass searches for; none once all is over.
fn filter_of(object: Object, pass: ImportPass) -> Option<Filter> {
    match pass {
        ImportPass::Open => {
            let statuses = open_statuses(object).iter().map(|word| (*word).to_owned()).collect();
            Some(Filter { statuses, ..Filter::default() })
        }
        ImportPass::Slice { until } => Some(Filter {
            updated_from: Some(until.plus_millis(-SLICE_MS)),
            updated_before: Some(until),
            ..Filter::default()
        }),
        ImportPass::Over => None,
    }
}

/// The pass after one that has been walked to its end. `there`: the platform's time.
fn next_pass(pass: ImportPass, is_complete: bool, there: Timestamp) -> ImportPass {
    match pass {
        _ if is_complete => ImportPass::Over,
        // What is updated from now on is found by the sweeps.
        ImportPass::Open => ImportPass::Slice { until: there },
        ImportPass::Slice { until } => {
            let until = until.plus_millis(-SLICE_MS);
            if until <= there.plus_millis(-HORIZON_MS) { ImportPass::Over } else { ImportPass::Slice { until } }
        }
        ImportPass::Over => ImportPass::Over,
    }
}

/// How the import of a shop stands, by the places of its two walks. While it runs their own count has to do: it is
/// looked at with every page.
fn view(tx: &Tx<'_>, shop: &ShopId) -> Result<ImportView, StoreError> {
    let (mut is_over, mut done, mut total) = (true, 0_u64, Some(0_u64));
    for object in OBJECTS {
        let walk = sweeps::progress(tx, shop, cases::object_word(object))?.import;
        is_over &= walk.as_ref().is_some_and(|walk| walk.pass == ImportPass::Over);
        done = done.saturating_add(walk.as_ref().map_or(0, |walk| walk.done));
        total = total.zip(walk.and_then(|walk| walk.total)).map(|(sum, more)| sum.saturating_add(more));
    }
    if is_over {
        return Ok(ImportView::Done { cases: cases::count(tx, shop)? });
    }
    // More may come in while it runs.
    Ok(ImportView::Running { done, total: total.map(|total| total.max(done)) })
}

/// One search of a shop that is being imported. Cheap to clone.
#[derive(Clone)]
struct Walker {
    desk: Desk,
    upstream: Upstream,
    shop: ShopId,
    object: Object,
}

/// A page with what belongs to its cases.
struct Read {
    gathered: Gathered,
    next: Option<String>,
    total: Option<u64>,
}

impl Walker {
    fn there(&self) -> Timestamp {
        self.desk.clock.now().plus_millis(self.upstream.clock_offset_ms())
    }

    fn known(&self) -> Result<Progress, StoreError> {
        self.desk.store.read(|tx| sweeps::progress(tx, &self.shop, cases::object_word(self.object)))
    }

    fn save_in(&self, tx: &Tx<'_>, walk: &ImportWalk) -> Result<(), StoreError> {
        let word = cases::object_word(self.object);
        let known = sweeps::progress(tx, &self.shop, word)?;
        sweeps::save(tx, &self.shop, word, &Progress { import: Some(walk.clone()), ..known })?;
        let view = view(tx, &self.shop)?;
        // A page has come: TikTok answers.
        shops::set_reachable(tx, &self.shop, true)?;
        if matches!(view, ImportView::Done { .. }) {
            // All was read: the next sweep may be a minute away.
            shops::set_swept(tx, &self.shop, self.desk.clock.now())?;
        }
        shops::set_import(tx, &self.shop, view)
    }

    fn save(&self, walk: &ImportWalk) -> Result<(), TiktokError> {
        self.desk.store.write(|tx| self.save_in(tx, walk))?;
        Ok(tell::announce(&self.desk)?)
    }

    /// What TikTok counts in all, if it says so.
    async fn count(&self) -> Result<Option<u64>, TiktokError> {
        Ok(search(&self.upstream, self.object, &Filter::default(), None).await?.total)
    }

    /// The walk's place. At the very beginning the watermark is set: the sweeps find what is updated from then on.
    async fn begin(&self) -> Result<ImportWalk, TiktokError> {
        if let Some(walk) = self.known()?.import {
            return Ok(walk);
        }
        let started = self.there();
        let walk = ImportWalk { pass: ImportPass::Open, page_token: None, done: 0, total: self.count().await? };
        self.desk.store.write(|tx| {
            let word = cases::object_word(self.object);
            let known = sweeps::progress(tx, &self.shop, word)?;
            let watermark = known.watermark.or(Some(sweep::reached(None, started)));
            sweeps::save(tx, &self.shop, word, &Progress { watermark, ..known })?;
            self.save_in(tx, &walk)
        })?;
        tell::announce(&self.desk)?;
        Ok(walk)
    }

    async fn read(&self, filter: &Filter, token: Option<&str>) -> Result<Read, TiktokError> {
        let FoundPage { items, next, total } = search(&self.upstream, self.object, filter, token).await?;
        // Whoever stops does not wait for what will not be stored.
        let items = if stops(&self.desk) { Vec::new() } else { items };
        let gathered = gather(&self.desk, &self.upstream, &self.shop, items, Depth::Import).await?;
        Ok(Read { gathered, next, total })
    }

    /// Stores what a page brought, and the walk's place behind it.
    async fn keep(&self, gathered: Gathered, walk: ImportWalk) -> Result<ImportWalk, TiktokError> {
        let walker = self.clone();
        aside(move || walker.keep_now(&gathered, walk)).await
    }

    fn keep_now(&self, gathered: &Gathered, mut walk: ImportWalk) -> Result<ImportWalk, TiktokError> {
        gathered.keep(&self.desk, &self.shop, |tx, applied| {
            let fresh = applied.iter().filter(|one| one.is_new).count();
            walk.done = walk.done.saturating_add(u64::try_from(fresh).unwrap_or_default());
            self.save_in(tx, &walk)
        })?;
        tell::announce(&self.desk)?;
        for (return_id, _) in &gathered.records_faults {
            let (shop, platform_id) = (self.shop.clone(), return_id.clone());
            self.desk.sync.ask(Ask::Key { shop, object: self.object, platform_id });
        }
        Ok(walk)
    }

    /// Walks the present pass to its end, storing its place after each page.
    async fn walk_pass(&self, mut walk: ImportWalk, filter: &Filter) -> Result<Walked, TiktokError> {
        let mut pages = Pages::default();
        let mut walks = 1;
        let mut found = self.read(filter, walk.page_token.as_deref()).await;
        loop {
            if stops(&self.desk) {
                return Ok(Walked::Stopped);
            }
            let Read { mut gathered, next, total } = match found {
                Err(TiktokError::Refused(refusal)) if walk.page_token.is_some() && walks < WALKS => {
                    // A token does not live for ever: after a restart it may be gone.
                    tracing::info!(shop.id = %self.shop, code = refusal.code, "A page of the import was refused; its slice starts again");
                    walk.page_token = None;
                    walks += 1;
                    self.save(&walk)?;
                    pages = Pages::default();
                    found = self.read(filter, None).await;
                    continue;
                }
                answer => answer?,
            };
            if let Some(fault) = gathered.orders_fault.take_if(|fault| super::read::is_passing(fault)) {
                gathered.keep(&self.desk, &self.shop, |_, _| Ok(()))?;
                return Err(fault);
            }
            let turn = pages.turn(next, total);
            walk.page_token = match &turn {
                Ok(Turn::Next(token)) => Some(token.clone()),
                Ok(Turn::Last) | Err(_) => None,
            };
            let is_last = !matches!(turn, Ok(Turn::Next(_)));
            if turn.is_err() || (is_last && (!pages.moved() || walks >= WALKS)) {
                let walk = self.keep(gathered, walk).await?;
                return turn.map(|_| Walked::Whole(walk));
            }
            if is_last {
                walks += 1;
                pages = Pages::default();
            }
            // The next page, and what belongs to it, is on its way while this one is stored.
            let token = walk.page_token.clone();
            let (next, kept) = join(self.read(filter, token.as_deref()), self.keep(gathered, walk)).await;
            walk = kept?;
            found = next;
        }
    }

    /// Walks one pass. `true`: all is over.
    async fn step(&self) -> Result<bool, TiktokError> {
        let walk = self.begin().await?;
        let Some(filter) = filter_of(self.object, walk.pass) else { return Ok(true) };
        let mut walk = match self.walk_pass(walk.clone(), &filter).await {
            Ok(Walked::Whole(walk)) => walk,
            Ok(Walked::Stopped) => return Ok(false),
            // What is open is found by the slices as well, only later.
            Err(TiktokError::Refused(refusal)) if walk.pass == ImportPass::Open => {
                tracing::warn!(shop.id = %self.shop, code = refusal.code, "Open cases cannot be searched for by their state");
                ImportWalk { page_token: None, ..walk }
            }
            Err(fault) => return Err(fault),
        };
        let stored = self.desk.store.read(|tx| cases::count_of(tx, &self.shop, self.object))?;
        if walk.total.is_some_and(|total| stored >= total) {
            // What was counted at the beginning is here; there may be more by now.
            walk.total = self.count().await?.or(walk.total);
        }
        let is_complete = walk.total.is_some_and(|total| stored >= total);
        walk.pass = next_pass(walk.pass, is_complete, self.there());
        self.save(&walk)?;
        let is_over = walk.pass == ImportPass::Over;
        if is_over {
            tracing::info!(shop.id = %self.shop, search = cases::object_word(self.object), cases = stored, "The first import of a search is complete");
        }
        Ok(is_over)
    }
}

enum Walked {
    Whole(ImportWalk),
    Stopped,
}

/// Takes the first import of one search a pass further: what is open, or one slice of time. `true`: it is over.
pub(super) async fn take_further(desk: &Desk, shop: &ShopId, object: Object) -> Result<bool, TiktokError> {
    let (_, upstream) = reach(desk, shop)?;
    Walker { desk: desk.clone(), upstream, shop: shop.clone(), object }.step().await
}

/// The same of both searches. `true`: all is over.
pub async fn import_step(desk: &Desk, shop: &ShopId) -> Result<bool, TiktokError> {
    let [cancellations, returns] = OBJECTS.map(|object| take_further(desk, shop, object));
    match join(cancellations, returns).await {
        (Ok(one), Ok(other)) => Ok(one && other),
        (Err(fault), Err(second)) => {
            tracing::debug!(shop.id = %shop, error = %Chain(&second), "The other search of the import failed too");
            Err(fault)
        }
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(number: i64) -> Timestamp {
        Timestamp::from_millis(number * DAY_MS)
    }

    /// The passes from the beginning, each walked to its end on one day.
    fn passes(complete_after: usize) -> Vec<ImportPass> {
        let mut all = vec![ImportPass::Open];
        while let Some(last) = all.last().copied()
            && last != ImportPass::Over
        {
            all.push(next_pass(last, all.len() > complete_after, day(2_000)));
        }
        all
    }

    #[test]
    fn slices_go_back_by_weeks_until_all_is_there() {
        let slice = |number| ImportPass::Slice { until: day(number) };
        assert_eq!(passes(0), [ImportPass::Open, ImportPass::Over]);
        assert_eq!(passes(2), [ImportPass::Open, slice(2_000), slice(1_993), ImportPass::Over]);
    }

    #[test]
    fn slices_end_two_years_back_without_a_gap() {
        let all = passes(usize::MAX);
        // The opening pass, 105 weeks that cover 730 days, the end.
        assert_eq!(all.len(), 1 + 105 + 1);
        let mut from = day(2_000);
        for pass in all.iter().filter(|pass| matches!(pass, ImportPass::Slice { .. })) {
            let filter = filter_of(Object::Return, *pass).unwrap();
            assert_eq!(filter.updated_before, Some(from));
            from = filter.updated_from.unwrap();
        }
        assert!(from <= day(2_000 - 730));
    }

    #[test]
    fn the_first_pass_asks_for_states_and_never_for_a_time() {
        for object in OBJECTS {
            let filter = filter_of(object, ImportPass::Open).unwrap();
            assert!(!filter.statuses.is_empty());
            assert_eq!((filter.updated_from, filter.updated_before), (None, None));
        }
        assert_eq!(filter_of(Object::Return, ImportPass::Over), None);
    }
}
