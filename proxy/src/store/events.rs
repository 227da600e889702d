//! The append-only sequence behind the live stream.

use super::{StoreError, from_json, to_json};
use rusqlite::{Transaction, params};
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

/// Appends an event; streams see it after [`crate::app::Desk::publish`].
pub fn append(tx: &Transaction<'_>, shop: &ShopId, event: &Event, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO event (shop_id, at, payload) VALUES (?1, ?2, ?3)")?.execute(params![
        shop.as_str(),
        now.millis(),
        to_json("event", event)?
    ])?;
    Ok(())
}

/// Events after a place, in order, at most `most`.
pub fn after(tx: &Transaction<'_>, id: i64, most: u32) -> Result<Vec<Placed>, StoreError> {
    let mut query = tx.prepare_cached("SELECT id, shop_id, payload FROM event WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = query.query_map(params![id, most], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    let mut placed = Vec::new();
    for row in rows {
        let (id, shop, payload) = row?;
        let shop = ShopId::try_from(shop)
            .map_err(|source| StoreError::Corrupt { what: "shop id", source: Box::new(source) })?;
        placed.push(Placed { id, shop, event: from_json("event", &payload)? });
    }
    Ok(placed)
}

/// The first and the last place that are still there; none before the first event.
pub fn span(tx: &Transaction<'_>) -> Result<Option<(i64, i64)>, StoreError> {
    let span: (Option<i64>, Option<i64>) =
        tx.prepare_cached("SELECT MIN(id), MAX(id) FROM event")?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(span.0.zip(span.1))
}

/// Forgets what is too old to be resumed from.
pub fn prune(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM event WHERE id <= (SELECT MAX(id) FROM event) - ?1")?.execute([KEPT])?;
    Ok(())
}
