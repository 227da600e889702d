//! What TikTok sent: kept before it is answered, gone through later (P10).

use super::StoreError;
use super::sql::{Param, Row, Tx, params, pieces, rows};
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

/// What has arrived and is to be stored.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Our shop.
    pub shop: ShopId,
    /// TikTok's own id of it: the same for a repeat.
    pub id: String,
    /// TikTok's type number.
    pub kind: i64,
    /// The body as it came.
    pub body: String,
    /// When it came.
    pub at: Timestamp,
}

/// Stores notifications; how many of them were not here yet.
pub fn receive(tx: &Tx<'_>, arrived: &[Arrived]) -> Result<usize, StoreError> {
    tx.tell();
    pieces(arrived).into_iter().try_fold(0, |news, piece| {
        let values: Vec<_> = piece
            .iter()
            .flat_map(|one| {
                let (kind, at) = (Param::Integer(one.kind), Param::Integer(one.at.millis()));
                [Param::Text(one.shop.as_str()), Param::Text(&one.id), kind, Param::Text(&one.body), at]
            })
            .collect();
        let stored = tx.execute(
            &format!(
                "INSERT INTO webhook (shop_id, notification_id, type, body, received_at) VALUES {} \
                 ON CONFLICT DO NOTHING",
                rows(5, piece.len())
            ),
            &values,
        )?;
        Ok(news + stored)
    })
}

/// Whether a notification is here, handled or not.
pub fn is_known(tx: &Tx<'_>, shop: &ShopId, notification_id: &str) -> Result<bool, StoreError> {
    let known = "SELECT EXISTS (SELECT 1 FROM webhook WHERE shop_id = ?1 AND notification_id = ?2)";
    tx.only(known, params![shop.as_str(), notification_id], |row| row.get(0))
}

fn notification(row: &Row<'_>) -> Result<Notification, StoreError> {
    Ok(Notification {
        id: row.get(0)?,
        shop: super::cases::id("shop id", row.get(1)?)?,
        kind: row.get(2)?,
        body: row.get(3)?,
        received: Timestamp::from_millis(row.get(4)?),
    })
}

/// Those that have not been handled, oldest first.
pub fn open(tx: &Tx<'_>, most: u32) -> Result<Vec<Notification>, StoreError> {
    tx.all(
        "SELECT id, shop_id, type, body, received_at FROM webhook WHERE handled_at IS NULL ORDER BY id LIMIT ?1",
        params![most],
        notification,
    )
}

/// Those of a shop that have not been handled, oldest first: one shop's do not wait for another's.
pub fn open_of(tx: &Tx<'_>, shop: &ShopId, most: u32) -> Result<Vec<Notification>, StoreError> {
    tx.all(
        "SELECT id, shop_id, type, body, received_at FROM webhook WHERE shop_id = ?1 AND handled_at IS NULL \
         ORDER BY id LIMIT ?2",
        params![shop.as_str(), most],
        notification,
    )
}

/// How many have not been handled.
pub fn count_open(tx: &Tx<'_>) -> Result<i64, StoreError> {
    tx.only("SELECT COUNT(*) FROM webhook WHERE handled_at IS NULL", params![], |row| row.get(0))
}

/// Marks a notification as handled: what it hinted at has been read.
pub fn handled(tx: &Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE webhook SET handled_at = ?2 WHERE id = ?1", params![id, now.millis()])?;
    Ok(())
}

/// Forgets what was handled long ago.
pub fn prune(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM webhook WHERE handled_at < ?1", params![now.plus_millis(-KEPT_MS).millis()])?;
    Ok(())
}
