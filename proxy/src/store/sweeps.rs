//! How far each search of a shop has been read.

use super::sql::{Tx, params};
use super::{StoreError, from_json, to_json};
use serde::{Deserialize, Serialize};
use shared::id::ShopId;
use shared::time::Timestamp;

/// One resumable walk of the first import through one search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportWalk {
    /// What is being walked now.
    pub pass: ImportPass,
    /// Where the next page starts; none: at the first.
    pub page_token: Option<String>,
    /// Cases stored by the walk so far.
    pub done: u64,
    /// What TikTok counts in all, once known.
    pub total: Option<u64>,
}

/// The passes of the first import, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pass", rename_all = "snake_case")]
pub enum ImportPass {
    /// Everything that is still open, so that work can begin.
    Open,
    /// A slice of time, newest first.
    Slice {
        /// Exclusive end.
        until: Timestamp,
    },
    /// Everything is here.
    Over,
}

/// How far one search has been read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Everything updated before it has been read; none: never swept.
    pub watermark: Option<Timestamp>,
    /// The first import's place; none: not begun.
    pub import: Option<ImportWalk>,
}

/// How far a search of a shop has been read.
pub fn progress(tx: &Tx<'_>, shop: &ShopId, search: &str) -> Result<Progress, StoreError> {
    let found = tx.first(
        "SELECT watermark, import FROM sweep WHERE shop_id = ?1 AND search = ?2",
        params![shop.as_str(), search],
        |row| Ok((row.get::<Option<i64>>(0)?, row.get::<Option<String>>(1)?)),
    )?;
    let Some((watermark, import)) = found else { return Ok(Progress::default()) };
    Ok(Progress {
        watermark: watermark.map(Timestamp::from_millis),
        import: import.map(|text| from_json("import", &text)).transpose()?,
    })
}

/// Moves the place of a search.
pub fn save(tx: &Tx<'_>, shop: &ShopId, search: &str, progress: &Progress) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sweep (shop_id, search, watermark, import) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (shop_id, search) DO UPDATE SET watermark = excluded.watermark, import = excluded.import",
        params![
            shop.as_str(),
            search,
            progress.watermark.map(Timestamp::millis),
            progress.import.as_ref().map(|walk| to_json("import", walk)).transpose()?
        ],
    )?;
    Ok(())
}
