//! Keeping the database itself: probing, emptying the practice shops, copies.

use super::sql::{Tx, params};
use super::{Store, StoreError, practice, shops};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use shared::id::ShopId;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Pages per step of a copy; between the steps writers go on.
const PAGES: std::ffi::c_int = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Tables whose rows belong to a shop, those that point at others first.
const OF_SHOP: [&str; 11] = [
    "DELETE FROM attempt WHERE intent_id IN (SELECT id FROM intent WHERE shop_id = ?1)",
    "DELETE FROM intent WHERE shop_id = ?1",
    "DELETE FROM message WHERE shop_id = ?1",
    "DELETE FROM conversation WHERE shop_id = ?1",
    "DELETE FROM order_file WHERE shop_id = ?1",
    "DELETE FROM timeline WHERE shop_id = ?1",
    "DELETE FROM sweep WHERE shop_id = ?1",
    "DELETE FROM chat_week WHERE shop_id = ?1",
    "DELETE FROM event WHERE shop_id = ?1",
    "DELETE FROM media WHERE shop_id = ?1",
    "DELETE FROM webhook WHERE shop_id = ?1",
];

/// Tables whose rows belong to a case.
const OF_CASE: [&str; 23] = [
    "told",
    "draft",
    "note",
    "evidence",
    "alarm",
    "alarm_seen",
    "claim",
    "inspection_answer",
    "inspection_shot",
    "quality",
    "unchecked",
    "photo_opened",
    "reply_use",
    "handbook_use",
    "review",
    "review_skip",
    "calibration",
    "tick",
    "case_fact",
    "rule_act",
    "rule_facts",
    "case_tag",
    "second_ask",
];

/// Forgets every practice shop: the embedded sandbox lives in memory, and after a restart nothing of it is true any
/// more; but those of runs, where their platform is not in the program. Live streams are told to read everything again,
/// because their place is gone.
pub fn forget_practice(tx: &Tx<'_>, keeps_runs: bool) -> Result<(), StoreError> {
    let is_gone = |shop: &shops::ShopRow| shop.is_practice() && !(keeps_runs && shop.id.trainee().is_some());
    let practice: Vec<ShopId> = shops::all(tx)?.into_iter().filter(is_gone).map(|shop| shop.id).collect();
    if practice.is_empty() {
        return Ok(());
    }
    for shop in &practice {
        forget(tx, shop)?;
    }
    if !keeps_runs {
        practice::forget_shops(tx)?;
    }
    let jump = tx.dialect(
        "UPDATE sqlite_sequence SET seq = seq + 1000 WHERE name = 'event'",
        "SELECT setval(pg_get_serial_sequence('event', 'id'), nextval(pg_get_serial_sequence('event', 'id')) + 1000)",
    );
    tx.execute(jump, params![])?;
    Ok(())
}

/// Forgets the shop of a run, because the run is over or the platform has begun anew.
pub fn forget_run_shop(tx: &Tx<'_>, shop: &ShopId) -> Result<(), StoreError> {
    let is_of_run = shop.trainee().is_some() && shops::find(tx, shop)?.is_some_and(|row| row.is_practice());
    if is_of_run {
        forget(tx, shop)?;
    }
    practice::forget_shop(tx, shop)
}

/// Removes a shop with everything that belongs to it.
fn forget(tx: &Tx<'_>, shop: &ShopId) -> Result<(), StoreError> {
    let words = "DELETE FROM review_word WHERE review_id IN (SELECT id FROM review WHERE shop_id = ?1)";
    tx.execute(words, params![shop.as_str()])?;
    for table in OF_CASE {
        let sql = format!("DELETE FROM {table} WHERE case_id IN (SELECT id FROM case_file WHERE shop_id = ?1)");
        tx.execute(&sql, params![shop.as_str()])?;
    }
    for sql in OF_SHOP {
        tx.execute(sql, params![shop.as_str()])?;
    }
    tx.execute("DELETE FROM case_file WHERE shop_id = ?1", params![shop.as_str()])?;
    tx.execute("DELETE FROM shop WHERE id = ?1", params![shop.as_str()])?;
    tx.execute("DELETE FROM grant_ WHERE id NOT IN (SELECT grant_id FROM shop)", params![])?;
    Ok(())
}

/// Keeps the mark of the secret key with the first start; `false`: the database was written under another key.
pub fn keep_mark(tx: &Tx<'_>, mark: &str) -> Result<bool, StoreError> {
    tx.execute("INSERT INTO key_mark (one, mark) VALUES (1, ?1) ON CONFLICT (one) DO NOTHING", params![mark])?;
    let kept: String = tx.only("SELECT mark FROM key_mark", params![], |row| row.get(0))?;
    Ok(kept == mark)
}

/// Intents that are not over.
pub fn open_intents(tx: &Tx<'_>) -> Result<i64, StoreError> {
    tx.only("SELECT COUNT(*) FROM intent WHERE due_at IS NOT NULL", params![], |row| row.get(0))
}

/// More than a page of either engine: a full disk may still take what fits on those that are there.
const PROBE_BYTES: usize = 10_000;

/// Text that no engine makes smaller before it is written.
fn noise() -> String {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        char::from(b'!' + u8::try_from(state % 90).unwrap_or_default())
    };
    std::iter::repeat_with(&mut next).take(PROBE_BYTES).collect()
}

impl Store {
    /// Whether it can be read and written now: something is written that needs room, and taken away in the same commit.
    pub fn probe(&self) -> Result<(), StoreError> {
        // A lease of nobody that has run out: of each desk its own, so that none waits for another's.
        let name = format!("probe {}", self.name());
        self.write(|tx| {
            let sql = "INSERT INTO lease (name, holder, ends_at) VALUES (?1, ?2, 0)";
            tx.execute(sql, params![name, noise()])?;
            tx.execute("DELETE FROM lease WHERE name = ?1", params![name])?;
            Ok(())
        })
    }
}

/// Brings a database file to the present version and puts all of it into that one file. Nobody may work with it.
pub fn fold(path: &Path) -> Result<(), StoreError> {
    drop(Store::open(path)?);
    let opening = |source: rusqlite::Error| StoreError::Open { path: path.to_owned(), source: Box::new(source) };
    let connection = Connection::open(path).map_err(opening)?;
    connection.pragma_update(None, "journal_mode", "DELETE").map_err(opening)
}

/// Copies a database file into another, whole, also while a desk works with it.
pub fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let opening = |path: &Path| {
        let path = path.to_owned();
        move |source: rusqlite::Error| StoreError::Open { path, source: Box::new(source) }
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(opening(from))?;
    // A file that is not a database is found out before the other one is touched.
    source.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(())).map_err(opening(from))?;
    let mut target = Connection::open(to).map_err(opening(to))?;
    let backup = Backup::new(&source, &mut target).map_err(opening(to))?;
    backup.run_to_completion(PAGES, PAUSE, None).map_err(opening(to))
}

/// Where the handbook's own files lie and how large they are, as a copy of a database says; none in one of an older program.
pub fn files_in(path: &Path) -> Result<Vec<(String, u64)>, StoreError> {
    let opening = |source: rusqlite::Error| StoreError::Open { path: path.to_owned(), source: Box::new(source) };
    let place = std::fs::canonicalize(path).ok().and_then(|path| Url::from_file_path(path).ok());
    let place = place.map(|url| format!("{url}?immutable=1")).unwrap_or_default();
    // Nobody writes to a copy: so said, SQLite leaves no file of its own beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(place, flags).map_err(opening)?;
    let known = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'handbook_file'";
    let is_known: i64 = connection.query_row(known, [], |row| row.get(0)).map_err(opening)?;
    if is_known == 0 {
        return Ok(Vec::new());
    }
    let sql = "SELECT object, size FROM handbook_file ORDER BY object";
    let mut statement = connection.prepare(sql).map_err(opening)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?))).map_err(opening)?;
    let mut files = Vec::new();
    for row in rows {
        let (object, size) = row.map_err(opening)?;
        files.push((object, u64::try_from(size).map_err(|_| StoreError::Column { column: 1 })?));
    }
    Ok(files)
}
