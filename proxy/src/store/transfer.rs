//! Everything from one database into another, whole or not at all.

use super::sql::{Cell, Param, Tx, params};
use super::{Store, StoreError};
use ring::digest::{Context, SHA256};

/// All tables but `lease` and `claim`, whose rows end by themselves; those that are pointed at first.
const TABLES: [&str; 69] = [
    "person",
    "session",
    "link",
    "event",
    "idempotency",
    "media",
    "webhook",
    "grant_",
    "shop",
    "connect_state",
    "case_file",
    "unchecked",
    "order_file",
    "conversation",
    "message",
    "intent",
    "attempt",
    "told",
    "draft",
    "note",
    "evidence",
    "alarm",
    "alarm_seen",
    "inspection_answer",
    "inspection_shot",
    "quality",
    "photo_opened",
    "template_version",
    "template_words",
    "template_editor",
    "reply_use",
    "handbook_page",
    "handbook_version",
    "handbook_draft",
    "handbook_revision",
    "handbook_editor",
    "handbook_reading",
    "handbook_use",
    "handbook_file",
    "handbook_upload",
    "handbook_upload_part",
    "quality_setting",
    "scorecard",
    "review",
    "review_word",
    "review_skip",
    "calibration",
    "fall_away",
    "tick",
    "case_fact",
    "chat_week",
    "drift_care",
    "exercise",
    "exercise_assigned",
    "practice_run",
    "practice_case",
    "rule",
    "rule_version",
    "rule_dry_run",
    "rule_switch",
    "rule_off_ask",
    "rule_away",
    "rule_act",
    "rule_facts",
    "case_tag",
    "second_ask",
    "timeline",
    "sweep",
    "key_mark",
];

/// Tables whose ids are counted, and never used twice.
const COUNTED: [&str; 3] = ["event", "webhook", "note"];

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of the databases.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something in the other database.
    #[error("the new database already holds rows of {table}: name an empty one")]
    NotEmpty {
        /// Where.
        table: &'static str,
    },
    /// What was written is not what was read.
    #[error("{table} is not the same in the new database: nothing was moved")]
    Differs {
        /// Where.
        table: &'static str,
    },
}

/// What was moved of one table: the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub table: &'static str,
    /// How many.
    pub rows: u64,
    /// SHA-256 of all values in the order of their keys, in hexadecimal.
    pub hash: String,
}

/// A value that outlives its row.
enum Kept {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<Cell<'_>> for Kept {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Integer(number) => Self::Integer(number),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

impl Kept {
    fn param(&self) -> Param<'_> {
        match self {
            Self::Null => Param::Null,
            Self::Integer(number) => Param::Integer(*number),
            Self::Text(text) => Param::Text(text),
            Self::Blob(bytes) => Param::Blob(bytes),
        }
    }
}

/// The columns of a table, and those of its key, as SQLite has them.
struct Shape {
    columns: Vec<String>,
    key: String,
}

fn shape(tx: &Tx<'_>, table: &str) -> Result<Shape, StoreError> {
    let sql = "SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid";
    let found: Vec<(String, i64)> = tx.all(sql, params![table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut key: Vec<&(String, i64)> = found.iter().filter(|(_, place)| *place > 0).collect();
    key.sort_by_key(|(_, place)| *place);
    let key = key.into_iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    Ok(Shape { key, columns: found.into_iter().map(|(name, _)| name).collect() })
}

/// How many rows a table has, and one hash of all their values.
fn summed(tx: &Tx<'_>, table: &'static str, shape: &Shape) -> Result<Moved, StoreError> {
    let mut sum = Context::new(&SHA256);
    let mut rows = 0;
    let sql = format!("SELECT {} FROM {table} ORDER BY {}", shape.columns.join(", "), shape.key);
    tx.each(&sql, params![], |row| {
        rows += 1;
        for column in 0..shape.columns.len() {
            // Kind and length in front, so that no two rows are summed from the same bytes.
            let (kind, number, bytes): (u8, i64, &[u8]) = match row.cell(column)? {
                Cell::Null => (0, 0, &[]),
                Cell::Integer(number) => (1, number, &[]),
                Cell::Text(text) => (2, 0, text.as_bytes()),
                Cell::Blob(bytes) => (3, 0, bytes),
            };
            sum.update(&[kind]);
            sum.update(&number.to_be_bytes());
            sum.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            sum.update(bytes);
        }
        Ok(true)
    })?;
    Ok(Moved { table, rows, hash: hex::encode(sum.finish()) })
}

fn copy(from: &Tx<'_>, to: &Tx<'_>, table: &str, shape: &Shape) -> Result<(), StoreError> {
    let columns = shape.columns.join(", ");
    let marks: Vec<String> = (1..=shape.columns.len()).map(|place| format!("?{place}")).collect();
    let insert = format!("INSERT INTO {table} ({columns}) VALUES ({})", marks.join(", "));
    from.each(&format!("SELECT {columns} FROM {table}"), params![], |row| {
        let values = (0..shape.columns.len()).map(|column| Ok(Kept::from(row.cell(column)?)));
        let values: Vec<Kept> = values.collect::<Result<_, StoreError>>()?;
        let values: Vec<Param<'_>> = values.iter().map(Kept::param).collect();
        to.execute(&insert, &values)?;
        Ok(true)
    })
}

/// Copies all of a SQLite database into an empty PostgreSQL one, and compares counts and hashes before it is kept.
/// `done` hears of each table. Nobody else may work with either.
pub fn transfer(from: &Store, to: &Store, mut done: impl FnMut(&Moved)) -> Result<Vec<Moved>, TransferError> {
    let mut all = Vec::new();
    let mut fault = None;
    let moved = from.read(|from| {
        let moved: Result<(), TransferError> = to.write_or(|to| {
            for table in TABLES {
                if to.only(&format!("SELECT COUNT(*) FROM {table}"), params![], |row| row.get::<i64>(0))? > 0 {
                    return Err(TransferError::NotEmpty { table });
                }
            }
            for table in TABLES {
                let shape = shape(from, table)?;
                copy(from, to, table, &shape)?;
                let read = summed(from, table, &shape)?;
                if summed(to, table, &shape)? != read {
                    return Err(TransferError::Differs { table });
                }
                done(&read);
                all.push(read);
            }
            for table in COUNTED {
                let last = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
                let last: i64 = from.first(last, params![table], |row| row.get(0))?.unwrap_or_default();
                let go_on = format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), ?1)");
                to.execute(&go_on, params![last.max(1)])?;
            }
            Ok(())
        });
        fault = moved.err();
        Ok(())
    });
    moved?;
    fault.map_or(Ok(all), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_moved() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT IN ('lease', 'claim')";
        let mut known: Vec<String> = store.read(|tx| tx.all(sql, params![], |row| row.get(0))).unwrap();
        let mut moved = TABLES.map(str::to_owned).to_vec();
        known.sort();
        moved.sort();
        assert_eq!(moved, known);
    }
}
