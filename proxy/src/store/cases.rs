//! Cases, their orders, and what the desk adds to them.

use super::sql::{ByCase, Param, Row, Tx, among, by_case, params};
use super::{StoreError, from_json, to_json};
use shared::domain::case::{Claim, Flag, RULES_VERSION, Stage};
use shared::domain::facts::{Object, Order, PlatformCase, Record, Seen, Told, ToldHow};
use shared::id::{AgentId, CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, DecisionOption};
use std::collections::BTreeMap;

/// A case as stored: the platform's facts as last read, and what the desk added.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Ours.
    pub id: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// Rises with every change.
    pub version: u64,
    /// The object as last read.
    pub platform: PlatformCase,
    /// Its records as last read.
    pub records: Vec<Record>,
    /// When the records were last read.
    pub records_read: Option<Timestamp>,
    /// Statuses seen so far.
    pub seen: Vec<Seen>,
    /// When a proof of payment was first read; never taken back.
    pub payment_proved: Option<Timestamp>,
    /// When the parcel was scanned at our table.
    pub scanned: Option<Timestamp>,
    /// Who scanned it.
    pub scanned_by: Option<AgentId>,
    /// What TikTok said may be decided.
    pub options: Option<Vec<DecisionOption>>,
    /// When it said so.
    pub options_read: Option<Timestamp>,
    /// The last try to ask failed.
    pub options_failed: bool,
    /// When the object was last read.
    pub read: Timestamp,
    /// Who has taken it.
    pub assignee: Option<AgentId>,
    /// Changed since it was last opened.
    pub is_unread: bool,
}

const COLUMNS: &str = "id, shop_id, version, platform, records, records_read, seen, payment_proved, scanned, options, \
     options_read, options_failed, read_at, assignee, is_unread, scanned_by";

/// The word under which an object is stored.
pub fn object_word(object: Object) -> &'static str {
    match object {
        Object::Cancellation => "cancellation",
        Object::Return => "return",
    }
}

/// The word under which a stage is stored; the same as on the wire.
pub fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::ToDecide => "to_decide",
        Stage::ToInspect => "to_inspect",
        Stage::ToTell => "to_tell",
        Stage::Waiting => "waiting",
        Stage::Disputed => "disputed",
        Stage::Done => "done",
    }
}

fn at(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

pub(super) fn id<T: TryFrom<String>>(what: &'static str, raw: String) -> Result<T, StoreError>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    T::try_from(raw).map_err(|source| StoreError::Corrupt { what, source: Box::new(source) })
}

fn file(row: &Row<'_>) -> Result<CaseFile, StoreError> {
    Ok(CaseFile {
        id: id("case id", row.get(0)?)?,
        shop: id("shop id", row.get(1)?)?,
        version: u64::try_from(row.get::<i64>(2)?).unwrap_or_default(),
        platform: row.json("case", 3)?,
        records: row.json("records", 4)?,
        records_read: at(row.get(5)?),
        seen: row.json("seen statuses", 6)?,
        payment_proved: at(row.get(7)?),
        scanned: at(row.get(8)?),
        options: row.json_or_none("options", 9)?,
        options_read: at(row.get(10)?),
        options_failed: row.get(11)?,
        read: Timestamp::from_millis(row.get(12)?),
        assignee: row.get::<Option<String>>(13)?.map(|text| id("agent id", text)).transpose()?,
        is_unread: row.get(14)?,
        scanned_by: row.get::<Option<String>>(15)?.map(|text| id("agent id", text)).transpose()?,
    })
}

/// One case by our id.
pub fn find(tx: &Tx<'_>, case: &CaseId) -> Result<Option<CaseFile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_file WHERE id = ?1");
    tx.first(&sql, params![case.as_str()], file)
}

/// Many cases, each with the queue's row of it; what is not known, or has no row yet, is left out.
pub fn find_all(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<(CaseFile, CaseRow)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, row_json FROM case_file WHERE id IN (?) AND row_json <> ''");
    by_case(tx, cases, &sql, 1, |row| Ok((file(row)?, row.json("row", 16)?)))
}

/// One case by the platform's key.
pub fn find_by_key(
    tx: &Tx<'_>,
    shop: &ShopId,
    object: Object,
    platform_id: &str,
) -> Result<Option<CaseFile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_file WHERE shop_id = ?1 AND object = ?2 AND platform_id = ?3");
    tx.first(&sql, params![shop.as_str(), object_word(object), platform_id], file)
}

fn ids(tx: &Tx<'_>, sql: &str, values: &[Param<'_>]) -> Result<Vec<CaseId>, StoreError> {
    tx.all(sql, values, |row| id("case id", row.get(0)?))
}

/// Cases of one order, oldest first.
pub fn of_order(tx: &Tx<'_>, shop: &ShopId, order_id: &str) -> Result<Vec<CaseId>, StoreError> {
    ids(
        tx,
        "SELECT id FROM case_file WHERE shop_id = ?1 AND order_id = ?2 ORDER BY id",
        params![shop.as_str(), order_id],
    )
}

/// Cases that somebody has taken and that are not done, of all shops.
pub fn of_holder(tx: &Tx<'_>, holder: &AgentId) -> Result<Vec<CaseId>, StoreError> {
    ids(tx, "SELECT id FROM case_file WHERE assignee = ?1 AND stage <> 'done' ORDER BY id", params![holder.as_str()])
}

/// The buyer's orders first: as a join SQLite goes through every case of the shop.
const OF_BUYER: &str = "SELECT id FROM case_file WHERE shop_id = ?1 AND order_id IN \
     (SELECT order_id FROM order_file WHERE shop_id = ?1 AND buyer_id = ?2) ORDER BY id";

/// Cases of one buyer of a shop.
pub fn of_buyer(tx: &Tx<'_>, shop: &ShopId, buyer_id: &str) -> Result<Vec<CaseId>, StoreError> {
    ids(tx, OF_BUYER, params![shop.as_str(), buyer_id])
}

/// Cases that the platform has not ended, least recently read first.
pub fn open_ones(tx: &Tx<'_>, shop: &ShopId, read_before: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    ids(
        tx,
        "SELECT id FROM case_file WHERE shop_id = ?1 AND is_over = 0 AND read_at < ?2 ORDER BY read_at LIMIT 200",
        params![shop.as_str(), read_before.millis()],
    )
}

/// A case whose deadline has just passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDeadline {
    /// Which.
    pub case: CaseId,
    /// The platform's stamp.
    pub deadline: Timestamp,
    /// When the case was last read.
    pub read: Timestamp,
}

/// All stages are named so that the queue's index serves, and the shop is compared in such a way that no index by shop
/// does: SQLite would go through every case of the shop.
const PAST_DEADLINES: &str = "SELECT id, deadline, read_at FROM case_file \
     WHERE stage IN ('to_decide', 'to_inspect', 'to_tell', 'waiting', 'disputed', 'done') \
     AND deadline >= ?2 AND deadline < ?3 AND shop_id || '' = ?1 ORDER BY deadline, id";

/// Cases of a shop with a deadline from `from` on, before `until`.
pub fn past_deadlines(
    tx: &Tx<'_>,
    shop: &ShopId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<PastDeadline>, StoreError> {
    tx.all(PAST_DEADLINES, params![shop.as_str(), from.millis(), until.millis()], |row| {
        Ok(PastDeadline {
            case: id("case id", row.get(0)?)?,
            deadline: Timestamp::from_millis(row.get(1)?),
            read: Timestamp::from_millis(row.get(2)?),
        })
    })
}

/// Ended cases in one of two statuses, ended since `since` and without a proof of payment, whose records are old.
pub fn unproved_ones(
    tx: &Tx<'_>,
    shop: &ShopId,
    statuses: [&str; 2],
    since: Timestamp,
    records_before: Timestamp,
) -> Result<Vec<CaseId>, StoreError> {
    let [one, other] = statuses;
    let status = tx.dialect("json_extract(platform, '$.status')", "(platform::json ->> 'status')");
    let sql = format!(
        "SELECT id FROM case_file WHERE shop_id = ?1 AND is_over = 1 AND platform_at >= ?4 AND payment_proved IS NULL \
         AND (records_read IS NULL OR records_read < ?5) AND {status} IN (?2, ?3) ORDER BY platform_at LIMIT 200"
    );
    ids(tx, &sql, params![shop.as_str(), one, other, since.millis(), records_before.millis()])
}

/// Cases whose cached stage was made by other rules.
pub fn stale_ones(tx: &Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    ids(tx, "SELECT id FROM case_file WHERE rules_version <> ?1 LIMIT 500", params![RULES_VERSION])
}

/// Stores a case that was never seen, with what follows from its facts. `is_past`: it was over before its shop was
/// connected, so nobody's work on it is to be checked, and it is counted when nothing else is to be looked at.
pub fn insert(
    tx: &Tx<'_>,
    file: &CaseFile,
    row: &CaseRow,
    is_over: bool,
    is_past: bool,
    search: &str,
) -> Result<(), StoreError> {
    let version = i64::try_from(row.version).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO case_file (id, shop_id, object, platform_id, order_id, version, platform, platform_at, records, \
         seen, payment_proved, read_at, rules_version, stage, deadline, owed_since, is_over, search, row_json, asked_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        params![
            file.id.as_str(),
            file.shop.as_str(),
            object_word(file.platform.object),
            file.platform.platform_id,
            file.platform.order_id,
            version,
            to_json("case", &file.platform)?,
            file.platform.updated.millis(),
            to_json("records", &file.records)?,
            to_json("seen statuses", &file.seen)?,
            file.payment_proved.map(Timestamp::millis),
            file.read.millis(),
            RULES_VERSION,
            stage_word(row.stage),
            row.deadline.map(Timestamp::millis),
            row.owed.as_ref().map(|owed| owed.since.millis()),
            is_over,
            search,
            to_json("row", row)?,
            file.platform.created.millis(),
        ],
    )?;
    tx.execute(
        "INSERT INTO unchecked (case_id, shop_id, version, can_wait) VALUES (?1, ?2, ?3, ?4)",
        params![file.id, file.shop.as_str(), version, is_past],
    )?;
    Ok(())
}

/// Stores everything of a case but its cache columns.
pub fn save(tx: &Tx<'_>, file: &CaseFile) -> Result<(), StoreError> {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::millis);
    tx.execute(
        "UPDATE case_file SET platform = ?2, platform_at = ?3, records = ?4, records_read = ?5, seen = ?6, \
         payment_proved = ?7, scanned = ?8, options = ?9, options_read = ?10, options_failed = ?11, read_at = ?12, \
         assignee = ?13, is_unread = ?14, order_id = ?15, scanned_by = ?16 WHERE id = ?1",
        params![
            file.id.as_str(),
            to_json("case", &file.platform)?,
            file.platform.updated.millis(),
            to_json("records", &file.records)?,
            millis(file.records_read),
            to_json("seen statuses", &file.seen)?,
            millis(file.payment_proved),
            millis(file.scanned),
            file.options.as_ref().map(|options| to_json("options", options)).transpose()?,
            millis(file.options_read),
            file.options_failed,
            file.read.millis(),
            file.assignee.as_ref().map(AgentId::as_str),
            file.is_unread,
            file.platform.order_id,
            file.scanned_by.as_ref().map(AgentId::as_str),
        ],
    )?;
    Ok(())
}

/// Hands a case to somebody or to nobody.
pub fn set_assignee(tx: &Tx<'_>, case: &CaseId, to: Option<&AgentId>) -> Result<(), StoreError> {
    tx.execute("UPDATE case_file SET assignee = ?2 WHERE id = ?1", params![case.as_str(), to.map(AgentId::as_str)])?;
    Ok(())
}

/// Remembers that a case was read and nothing had changed.
pub fn set_read(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE case_file SET read_at = ?2 WHERE id = ?1", params![case.as_str(), now.millis()])?;
    Ok(())
}

/// Stores what follows from the facts. The row carries the new version, which is to be checked where it has risen.
pub fn save_row(tx: &Tx<'_>, row: &CaseRow, is_over: bool, search: &str) -> Result<(), StoreError> {
    let version = i64::try_from(row.version).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO unchecked (case_id, shop_id, version, can_wait) \
         SELECT id, shop_id, ?2, 0 FROM case_file WHERE id = ?1 AND version <> ?2 \
         ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, can_wait = 0",
        params![row.id, version],
    )?;
    tx.execute(
        "UPDATE case_file SET version = ?2, rules_version = ?3, stage = ?4, deadline = ?5, owed_since = ?6, \
         is_over = ?7, search = ?8, row_json = ?9, is_here = ?10 WHERE id = ?1",
        params![
            row.id.as_str(),
            version,
            RULES_VERSION,
            stage_word(row.stage),
            row.deadline.map(Timestamp::millis),
            row.owed.as_ref().map(|owed| owed.since.millis()),
            is_over,
            search,
            to_json("row", row)?,
            row.flags.contains(&Flag::Arrived),
        ],
    )?;
    Ok(())
}

/// The queue's row of a case, as last computed.
pub fn row(tx: &Tx<'_>, case: &CaseId) -> Result<Option<CaseRow>, StoreError> {
    tx.first("SELECT row_json FROM case_file WHERE id = ?1 AND row_json <> ''", params![case.as_str()], |row| {
        row.get::<String>(0)
    })?
    .map(|text| from_json("row", &text))
    .transpose()
}

/// How many cases of a shop are stored.
pub fn count(tx: &Tx<'_>, shop: &ShopId) -> Result<u64, StoreError> {
    let cases: i64 =
        tx.only("SELECT COUNT(*) FROM case_file WHERE shop_id = ?1", params![shop.as_str()], |row| row.get(0))?;
    Ok(u64::try_from(cases).unwrap_or_default())
}

/// How many cases of one kind of object are stored.
pub fn count_of(tx: &Tx<'_>, shop: &ShopId, object: Object) -> Result<u64, StoreError> {
    let cases: i64 = tx.only(
        "SELECT COUNT(*) FROM case_file WHERE shop_id = ?1 AND object = ?2",
        params![shop.as_str(), object_word(object)],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(cases).unwrap_or_default())
}

/// When an order was last read.
pub fn order_read(tx: &Tx<'_>, shop: &ShopId, order_id: &str) -> Result<Option<Timestamp>, StoreError> {
    tx.first(
        "SELECT read_at FROM order_file WHERE shop_id = ?1 AND order_id = ?2",
        params![shop.as_str(), order_id],
        |row| row.get(0).map(Timestamp::from_millis),
    )
}

/// The order of a case, once read.
pub fn order(tx: &Tx<'_>, shop: &ShopId, order_id: &str) -> Result<Option<Order>, StoreError> {
    tx.first(
        "SELECT platform FROM order_file WHERE shop_id = ?1 AND order_id = ?2",
        params![shop.as_str(), order_id],
        |row| row.get::<String>(0),
    )?
    .map(|text| from_json("order", &text))
    .transpose()
}

/// The order of each of many cases, once read.
pub fn orders(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<Order>, StoreError> {
    let sql = "SELECT c.id, o.platform FROM case_file c \
         JOIN order_file o ON o.shop_id = c.shop_id AND o.order_id = c.order_id WHERE c.id IN (?)";
    by_case(tx, cases, sql, 1, |row| row.json("order", 1))
}

/// Stores an order unless a later one is known.
pub fn save_order(tx: &Tx<'_>, shop: &ShopId, order: &Order, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO order_file (shop_id, order_id, buyer_id, platform, platform_at, read_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (shop_id, order_id) DO UPDATE SET buyer_id = excluded.buyer_id, \
         platform = excluded.platform, platform_at = excluded.platform_at, read_at = excluded.read_at \
         WHERE excluded.platform_at >= order_file.platform_at",
        params![
            shop.as_str(),
            order.order_id,
            order.buyer_id,
            to_json("order", order)?,
            order.updated.millis(),
            now.millis(),
        ],
    )?;
    Ok(())
}

fn settled(row: &Row<'_>) -> Result<Told, StoreError> {
    Ok(Told { claim: row.json("claim", 1)?, how: row.json("debt", 2)?, at: Timestamp::from_millis(row.get(3)?) })
}

/// Debts that were ended without a message of ours.
pub fn settled_debts(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<Told>, StoreError> {
    let sql = "SELECT case_id, claim, how, at FROM told WHERE case_id = ?1 ORDER BY at";
    tx.all(sql, params![case.as_str()], settled)
}

/// The same of many cases.
pub fn settled_debts_of(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<Told>, StoreError> {
    let sql = "SELECT case_id, claim, how, at FROM told WHERE case_id IN (?) ORDER BY at";
    by_case(tx, cases, sql, usize::MAX, settled)
}

/// Ends a debt without a message of ours.
pub fn settle_debt(tx: &Tx<'_>, case: &CaseId, claim: Claim, how: &ToldHow, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO told (case_id, claim, how, at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (case_id, claim) DO UPDATE SET how = excluded.how, at = excluded.at",
        params![case.as_str(), to_json("claim", &claim)?, to_json("debt", how)?, now.millis()],
    )?;
    Ok(())
}

/// How many cases each of some shops has; none: not one.
pub fn count_by_shop(tx: &Tx<'_>, shops: &[ShopId]) -> Result<BTreeMap<ShopId, i64>, StoreError> {
    let among = among("shop_id", shops.len());
    let sql = format!("SELECT shop_id, COUNT(*) FROM case_file WHERE {among} GROUP BY shop_id");
    let values: Vec<Param<'_>> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    let all = tx.all(&sql, &values, |row| Ok((id("shop id", row.get(0)?)?, row.get(1)?)))?;
    Ok(all.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[track_caller]
    fn check(sql: &str, values: &[Param<'_>], search: &str) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let plan = store.read(|tx| tx.all(&format!("EXPLAIN QUERY PLAN {sql}"), values, |row| row.get::<String>(3)));
        let plan = plan.unwrap();
        assert!(plan.iter().any(|step| step.contains(search)), "{plan:?}");
    }

    #[test]
    fn what_is_asked_again_and_again_does_not_go_through_every_case_of_a_shop() {
        check(OF_BUYER, params!["s", "b"], "case_file_order (shop_id=? AND order_id=?)");
        check(OF_BUYER, params!["s", "b"], "order_file_buyer (shop_id=? AND buyer_id=?)");
        check(PAST_DEADLINES, params!["s", 1, 2], "case_file_queue (stage=? AND deadline>? AND deadline<?)");
    }
}
