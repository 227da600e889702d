//! Reading cases by id, and storing what was read: the only way by which the platform's facts come in.
//!
//! A read either stores what TikTok said or fails; a stale answer is never taken for a fresh one.

pub use super::chat::{find_conversations, open_conversation, read_conversation};
pub use super::options::read_options;

use super::asks::Ask;
use super::pages::{Pages, Turn};
use crate::app::Desk;
use crate::desk::book::Applied;
use crate::store::Tx;
use crate::store::cases::CaseFile;
use crate::store::shops::{self, ShopRow};
use crate::store::{StoreError, cases, in_line, media};
use crate::telemetry::Chain;
use crate::tiktok::client::Upstream;
use crate::tiktok::error::TiktokError;
use crate::tiktok::search::{Filter, FoundPage};
use futures_util::StreamExt;
use futures_util::future::join;
use shared::domain::derive::is_over;
use shared::domain::facts::{Object, Order, PlatformCase, Record};
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;
use std::collections::BTreeSet;

/// Ids in one search (assumed to be taken).
pub(super) const IDS_A_CALL: usize = 20;
/// Records of returns that are read side by side; the client keeps the pace.
const RECORDS_AT_ONCE: usize = 6;
/// Options that were asked for so recently are probably on a screen.
const ON_SCREEN_MS: i64 = 30 * 60 * 1000;

/// How much is read beside the cases themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// First import: records of open returns, orders that are missing or old.
    Import,
    /// Sweep: records of returns whose status is news, orders that are missing or old.
    News,
    /// By id: all records and orders.
    Whole,
}

/// A shop for which the desk may act, and the way to its platform.
pub(super) fn reach(desk: &Desk, shop: &ShopId) -> Result<(ShopRow, Upstream), TiktokError> {
    let row = desk.store.read(|tx| shops::find(tx, shop))?.filter(ShopRow::may_act);
    let row = row.ok_or(TiktokError::NotAuthorized)?;
    let upstream = desk.upstream(&row)?;
    Ok((row, upstream))
}

/// One page of either search.
pub(super) async fn search(
    upstream: &Upstream,
    object: Object,
    filter: &Filter,
    page: Option<&str>,
) -> Result<FoundPage<PlatformCase>, TiktokError> {
    match object {
        Object::Cancellation => upstream.search_cancellations(filter, page).await,
        Object::Return => upstream.search_returns(filter, page).await,
    }
}

/// Worth another try: TikTok could not answer, or the shop must be connected again first.
pub(super) fn is_passing(fault: &TiktokError) -> bool {
    !fault.is_final() || fault.is_expired()
}

/// Whether the records of a known return lack what has happened since: a new status, or a photo that the buyer added.
fn records_are_old(known: Option<&CaseFile>, case: &PlatformCase, offset_ms: i64) -> bool {
    let Some(file) = known else { return true };
    if case.updated < file.platform.updated {
        return false;
    }
    let since = file.seen.last().map_or(case.updated, |seen| seen.at).max(case.updated);
    case.status != file.platform.status || file.records_read.is_none_or(|read| read.plus_millis(offset_ms) < since)
}

/// Whether its records may be wanted, whatever is known of it.
fn may_want_records(depth: Depth, case: &PlatformCase) -> bool {
    case.object == Object::Return && (depth != Depth::Import || !is_over(case))
}

fn wants_records(depth: Depth, known: Option<&CaseFile>, case: &PlatformCase, offset_ms: i64) -> bool {
    may_want_records(depth, case) && (depth == Depth::Whole || records_are_old(known, case, offset_ms))
}

/// Cases with what belongs to them, read but not stored yet.
pub(super) struct Gathered {
    /// When it was begun to be read: what happens later is not in it, however late it is stored.
    begun: Timestamp,
    cases: Vec<PlatformCase>,
    orders: Vec<Order>,
    /// By `return_id`.
    records: Vec<(String, Vec<Record>)>,
    /// Why orders are missing.
    pub(super) orders_fault: Option<TiktokError>,
    /// Which records are missing, and why.
    pub(super) records_faults: Vec<(String, TiktokError)>,
}

/// Reads the orders and records that some cases lack.
pub(super) async fn gather(
    desk: &Desk,
    upstream: &Upstream,
    shop: &ShopId,
    cases: Vec<PlatformCase>,
    depth: Depth,
) -> Result<Gathered, TiktokError> {
    let (begun, offset_ms) = (desk.clock.now(), upstream.clock_offset_ms());
    let (returns, orders) = desk.store.read(|tx| {
        let mut returns = Vec::new();
        let mut orders = BTreeSet::new();
        for case in &cases {
            let is_whole = depth == Depth::Whole;
            // Of most cases of an import nothing is to be known: they are over.
            let known = match may_want_records(depth, case) && !is_whole {
                true => cases::find_by_key(tx, shop, case.object, &case.platform_id)?,
                false => None,
            };
            if wants_records(depth, known.as_ref(), case, offset_ms) {
                returns.push(case.platform_id.clone());
            }
            let is_old = |read: Option<Timestamp>| read.is_none_or(|read| read.plus_millis(offset_ms) < case.updated);
            if is_whole || is_old(cases::order_read(tx, shop, &case.order_id)?) {
                orders.insert(case.order_id.clone());
            }
        }
        Ok((returns, orders.into_iter().collect::<Vec<_>>()))
    })?;
    let reads = returns.into_iter().map(|id| {
        let upstream = upstream.clone();
        async move {
            let read = upstream.records(&id).await;
            (id, read)
        }
    });
    let reads = futures_util::stream::iter(reads).buffer_unordered(RECORDS_AT_ONCE).collect::<Vec<_>>();
    let (reads, orders) = join(reads, upstream.orders(&orders)).await;
    let (orders, orders_fault) = match orders {
        Ok(orders) => (orders, None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let mut gathered = Gathered { begun, cases, orders, records: Vec::new(), orders_fault, records_faults: Vec::new() };
    for (id, read) in reads {
        match read {
            Ok(records) => gathered.records.push((id, records)),
            Err(fault) => gathered.records_faults.push((id, fault)),
        }
    }
    Ok(gathered)
}

impl Gathered {
    /// Why this must be read once more, if it must: a refusal that stays does not count.
    pub(super) fn take_passing_fault(&mut self) -> Option<TiktokError> {
        let orders = self.orders_fault.take_if(|fault| is_passing(fault));
        orders.or_else(|| {
            let place = self.records_faults.iter().position(|(_, fault)| is_passing(fault))?;
            Some(self.records_faults.swap_remove(place).1)
        })
    }

    /// Stores all of it, with what follows from it and with `also`, in one transaction.
    pub(super) fn keep(
        &self,
        desk: &Desk,
        shop: &ShopId,
        also: impl FnOnce(&Tx<'_>, &[Applied]) -> Result<(), StoreError>,
    ) -> Result<Vec<Applied>, StoreError> {
        let now = desk.clock.now();
        for (return_id, fault) in &self.records_faults {
            tracing::warn!(shop.id = %shop, case.platform_id = %return_id, error = %Chain(fault), "The records of a return could not be read");
        }
        if let Some(fault) = &self.orders_fault {
            tracing::warn!(shop.id = %shop, error = %Chain(fault), "Orders could not be read");
        }
        let mut on_screen = Vec::new();
        // A page takes long enough for others to go on meanwhile.
        let applied = in_line(|| {
            desk.store.write(|tx| {
                let Some(shop) = shops::find(tx, shop)? else { return Ok(Vec::new()) };
                let applied = self.keep_in(tx, desk, &shop, now, &mut on_screen)?;
                also(tx, &applied)?;
                Ok(applied)
            })
        })?;
        desk.publish();
        if !applied.is_empty() {
            desk.wake_outbox();
        }
        for case in on_screen {
            desk.sync.ask(Ask::Options { shop: shop.clone(), case });
        }
        Ok(applied)
    }

    fn keep_in(
        &self,
        tx: &Tx<'_>,
        desk: &Desk,
        shop: &ShopRow,
        now: Timestamp,
        on_screen: &mut Vec<CaseId>,
    ) -> Result<Vec<Applied>, StoreError> {
        let lines = self.cases.iter().map(|case| &case.lines).chain(self.orders.iter().map(|order| &order.lines));
        // The browser may ask the proxy for these pictures; many lines share one.
        for url in lines.flatten().filter_map(|line| line.picture_url.as_deref()).collect::<BTreeSet<_>>() {
            media::register(tx, &shop.id, url)?;
        }
        for order in &self.orders {
            cases::save_order(tx, &shop.id, order, self.begun)?;
        }
        let mut applied = Vec::with_capacity(self.cases.len());
        let mut to_refresh = BTreeSet::new();
        for case in &self.cases {
            let one = desk.book.apply(tx, shop, case, now)?;
            if one.changed && !one.is_new && forget_options(tx, &one.case, now)? {
                on_screen.push(one.case.clone());
            }
            let records = self.records.iter().find(|(id, _)| case.object == Object::Return && *id == case.platform_id);
            if let Some((_, records)) = records {
                desk.book.apply_records(tx, &one.case, records.clone(), self.begun)?;
            }
            if records.is_some() || (one.changed && !one.is_new) {
                to_refresh.insert(one.case.clone());
            }
            applied.push(one);
        }
        let is_new = |case: &CaseId| applied.iter().any(|one| one.is_new && one.case == *case);
        for order in &self.orders {
            // A new case was computed with its order.
            let others = cases::of_order(tx, &shop.id, &order.order_id)?;
            to_refresh.extend(others.into_iter().filter(|case| !is_new(case)));
        }
        for case in &to_refresh {
            desk.book.refresh(tx, case, now)?;
        }
        Ok(applied)
    }
}

/// What TikTok let decide before a change is worth nothing after it. `true`: somebody probably looks at the case.
fn forget_options(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<bool, StoreError> {
    let known = cases::find(tx, case)?.filter(|file| file.options.is_some() || file.options_failed);
    let Some(mut file) = known else { return Ok(false) };
    let read = file.options_read.take();
    file.options = None;
    file.options_failed = false;
    cases::save(tx, &file)?;
    Ok(read.is_some_and(|read| now.since(read) < ON_SCREEN_MS))
}

/// What a read by a filter brought.
pub(super) struct ReadCases {
    /// What it did to each case.
    pub(super) applied: Vec<Applied>,
    /// The platform's ids of the cases that it brought.
    pub(super) found: Vec<String>,
    /// The first fault among the records.
    pub(super) records_fault: Option<TiktokError>,
}

/// Reads and stores all cases that a filter finds, whole.
pub(super) async fn read_found(
    desk: &Desk,
    upstream: &Upstream,
    shop: &ShopId,
    object: Object,
    filter: &Filter,
) -> Result<ReadCases, TiktokError> {
    let mut read = ReadCases { applied: Vec::new(), found: Vec::new(), records_fault: None };
    let mut pages = Pages::default();
    let mut token: Option<String> = None;
    loop {
        let page = search(upstream, object, filter, token.as_deref()).await?;
        read.found.extend(page.items.iter().map(|case| case.platform_id.clone()));
        let mut gathered = gather(desk, upstream, shop, page.items, Depth::Whole).await?;
        read.applied.extend(gathered.keep(desk, shop, |_, _| Ok(()))?);
        if read.records_fault.is_none() {
            read.records_fault = gathered.records_faults.pop().map(|(_, fault)| fault);
        }
        match pages.turn(page.next, page.total)? {
            Turn::Next(next) => token = Some(next),
            Turn::Last => return Ok(read),
        }
    }
}

/// Reads cases of one kind by the platform's ids. What TikTok does not know is left out.
pub(super) async fn read_ids(
    desk: &Desk,
    shop: &ShopId,
    object: Object,
    ids: &[String],
) -> Result<ReadCases, TiktokError> {
    let (_, upstream) = reach(desk, shop)?;
    let mut all = ReadCases { applied: Vec::new(), found: Vec::new(), records_fault: None };
    for some in ids.chunks(IDS_A_CALL) {
        let filter = Filter { ids: some.to_vec(), ..Filter::default() };
        let read = read_found(desk, &upstream, shop, object, &filter).await?;
        all.applied.extend(read.applied);
        all.found.extend(read.found);
        all.records_fault = all.records_fault.or(read.records_fault);
    }
    Ok(all)
}

/// Reads a case by the platform's key, with its records and order. Fails if any of the case or its records could not
/// be read, also if TikTok does not show it.
pub async fn read_key(desk: &Desk, shop: &ShopId, object: Object, platform_id: &str) -> Result<(), TiktokError> {
    let read = read_ids(desk, shop, object, &[platform_id.to_owned()]).await?;
    if let Some(fault) = read.records_fault {
        return Err(fault);
    }
    if read.found.iter().any(|found| found == platform_id) {
        Ok(())
    } else {
        Err(TiktokError::Missing { what: "the case that was asked for" })
    }
}

/// Reads a case by our id, with its records and order. `Ok`: what is stored is what TikTok showed after the call, or
/// newer. An error: it could not be read, and what is stored may be old.
pub async fn read_case(desk: &Desk, case: &CaseId) -> Result<(), TiktokError> {
    let file =
        desk.store.read(|tx| cases::find(tx, case))?.ok_or(TiktokError::Missing { what: "a case that is known" })?;
    read_key(desk, &file.shop, file.platform.object, &file.platform.platform_id).await
}

/// Reads all cases of these orders, and the orders of those that have any.
pub async fn read_orders(desk: &Desk, shop: &ShopId, order_ids: &[String]) -> Result<(), TiktokError> {
    let (_, upstream) = reach(desk, shop)?;
    for some in order_ids.chunks(IDS_A_CALL) {
        let filter = Filter { order_ids: some.to_vec(), ..Filter::default() };
        for object in [Object::Cancellation, Object::Return] {
            if let Some(fault) = read_found(desk, &upstream, shop, object, &filter).await?.records_fault {
                return Err(fault);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::facts::Seen;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn case(status: &str, updated: Timestamp) -> PlatformCase {
        PlatformCase {
            object: Object::Return,
            platform_id: "1".to_owned(),
            order_id: "2".to_owned(),
            type_word: "REFUND".to_owned(),
            status: status.to_owned(),
            arbitration: None,
            role: "BUYER".to_owned(),
            reason: String::new(),
            reason_text: String::new(),
            created: at(0),
            updated,
            actions: Vec::new(),
            refund: None,
            partial: None,
            buyer_rejected_partial: false,
            lines: Vec::new(),
            is_quick_refund: false,
            can_buyer_keep_item: false,
            pre_id: None,
            next_id: None,
            group_id: None,
            rma_id: None,
            tracking_number: None,
            carrier: None,
            aside: Vec::new(),
        }
    }

    fn known(status: &str, records_read: Option<Timestamp>) -> CaseFile {
        let platform = case(status, at(100));
        CaseFile {
            id: "c_1".parse().unwrap(),
            shop: "s_1".parse().unwrap(),
            version: 1,
            seen: vec![Seen { status: status.to_owned(), at: at(100), deadline: None }],
            platform,
            records: Vec::new(),
            records_read,
            payment_proved: None,
            scanned: None,
            scanned_by: None,
            options: None,
            options_read: None,
            options_failed: false,
            read: at(100),
            assignee: None,
            is_unread: false,
        }
    }

    #[test]
    fn records_are_read_at_each_change_of_status_and_once_more_if_that_failed() {
        let pending = "RETURN_OR_REFUND_REQUEST_PENDING";
        let over = "RETURN_OR_REFUND_REQUEST_COMPLETE";
        let same = case(pending, at(100));
        let fresh = known(pending, Some(at(101)));
        for (depth, known, case, expected) in [
            (Depth::News, None, same.clone(), true),
            (Depth::News, Some(fresh.clone()), same.clone(), false),
            (Depth::News, Some(fresh.clone()), case(over, at(200)), true),
            (Depth::News, Some(fresh.clone()), case(over, at(50)), false),
            (Depth::News, Some(known(pending, None)), same.clone(), true),
            (Depth::News, Some(known(pending, Some(at(99)))), same.clone(), true),
            (Depth::Import, None, case(over, at(200)), false),
            (Depth::Import, None, same.clone(), true),
            (Depth::Whole, Some(fresh), same.clone(), true),
        ] {
            let wanted = wants_records(depth, known.as_ref(), &case, 0);
            assert_eq!(wanted, expected, "{depth:?} {} at {:?}", case.status, case.updated);
        }
        let cancellation = PlatformCase { object: Object::Cancellation, ..same };
        assert!(!wants_records(Depth::Whole, None, &cancellation, 0));
    }
}
