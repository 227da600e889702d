//! The append-only sequence behind the live stream.

use super::sql::{Tx, params};
use super::{StoreError, to_json};
use shared::id::ShopId;
use shared::time::Timestamp;
use shared::wire::event::Event;

/// Rows that are kept: a browser that was away for longer reads everything again.
const KEPT: i64 = 50_000;

/// One event in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its place in the sequence.
    pub id: i64,
    /// Whose it is.
    pub shop: ShopId,
    /// What happened.
    pub event: Event,
}

/// Appends an event; streams see it after [`crate::app::Desk::publish`], those of other desks at once.
pub fn append(tx: &Tx<'_>, shop: &ShopId, event: &Event, now: Timestamp) -> Result<(), StoreError> {
    tx.tell();
    tx.execute(
        "INSERT INTO event (shop_id, at, payload) VALUES (?1, ?2, ?3)",
        params![shop.as_str(), now.millis(), to_json("event", event)?],
    )?;
    Ok(())
}

/// Events after a place, in order, at most `most`.
pub fn after(tx: &Tx<'_>, id: i64, most: u32) -> Result<Vec<Placed>, StoreError> {
    tx.all("SELECT id, shop_id, payload FROM event WHERE id > ?1 ORDER BY id LIMIT ?2", params![id, most], |row| {
        Ok(Placed { id: row.get(0)?, shop: super::cases::id("shop id", row.get(1)?)?, event: row.json("event", 2)? })
    })
}

/// The first and the last place that are still there; none before the first event.
pub fn span(tx: &Tx<'_>) -> Result<Option<(i64, i64)>, StoreError> {
    let span: (Option<i64>, Option<i64>) =
        tx.only("SELECT MIN(id), MAX(id) FROM event", params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(span.0.zip(span.1))
}

/// Forgets what is too old to be resumed from.
pub fn prune(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM event WHERE id <= (SELECT MAX(id) FROM event) - ?1", params![KEPT])?;
    Ok(())
}
