//! What TikTok sent: kept before it is answered, gone through later (P10).

use super::StoreError;
use rusqlite::{Transaction, params};
use shared::id::ShopId;
use shared::time::Timestamp;

/// Handled ones are kept for a while, so that a late repeat is known.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A stored notification: a hint to read again, never a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its place in the order of arrival.
    pub id: i64,
    /// Our shop.
    pub shop: ShopId,
    /// TikTok's type number.
    pub kind: i64,
    /// The body as it came.
    pub body: String,
    /// When it came.
    pub received: Timestamp,
}

/// Stores a notification; `false` for one that is already here.
pub fn receive(
    tx: &Transaction<'_>,
    shop: &ShopId,
    notification_id: &str,
    kind: i64,
    body: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let stored = tx.prepare_cached("INSERT OR IGNORE INTO webhook (shop_id, notification_id, type, body, received_at) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
        params![shop.as_str(), notification_id, kind, body, now.millis()],
    )?;
    Ok(stored > 0)
}

/// Whether a notification is here, handled or not.
pub fn is_known(tx: &Transaction<'_>, shop: &ShopId, notification_id: &str) -> Result<bool, StoreError> {
    let known = "SELECT EXISTS (SELECT 1 FROM webhook WHERE shop_id = ?1 AND notification_id = ?2)";
    Ok(tx.prepare_cached(known)?.query_row([shop.as_str(), notification_id], |row| row.get(0))?)
}

/// Those that have not been handled, oldest first.
pub fn open(tx: &Transaction<'_>, most: u32) -> Result<Vec<Notification>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT id, shop_id, type, body, received_at FROM webhook WHERE handled_at IS NULL ORDER BY id LIMIT ?1",
    )?;
    let rows = query.query_map([most], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get::<_, i64>(4)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (id, shop, kind, body, received) = row?;
        let shop = ShopId::try_from(shop)
            .map_err(|source| StoreError::Corrupt { what: "shop id", source: Box::new(source) })?;
        found.push(Notification { id, shop, kind, body, received: Timestamp::from_millis(received) });
    }
    Ok(found)
}

/// Those of a shop that have not been handled, oldest first: one shop's do not wait for another's.
pub fn open_of(tx: &Transaction<'_>, shop: &ShopId, most: u32) -> Result<Vec<Notification>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT id, type, body, received_at FROM webhook WHERE shop_id = ?1 AND handled_at IS NULL ORDER BY id LIMIT ?2",
    )?;
    let rows = query.query_map(params![shop.as_str(), most], |row| {
        Ok(Notification {
            id: row.get(0)?,
            shop: shop.clone(),
            kind: row.get(1)?,
            body: row.get(2)?,
            received: Timestamp::from_millis(row.get(3)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many have not been handled.
pub fn count_open(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    Ok(tx.prepare_cached("SELECT COUNT(*) FROM webhook WHERE handled_at IS NULL")?.query_row([], |row| row.get(0))?)
}

/// Marks a notification as handled: what it hinted at has been read.
pub fn handled(tx: &Transaction<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE webhook SET handled_at = ?2 WHERE id = ?1")?.execute(params![id, now.millis()])?;
    Ok(())
}

/// Forgets what was handled long ago.
pub fn prune(tx: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM webhook WHERE handled_at < ?1")?.execute([now.plus_millis(-KEPT_MS).millis()])?;
    Ok(())
}
