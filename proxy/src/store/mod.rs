//! The only SQL. One file per table group; migrations are append-only.
//!
//! SQLite in WAL mode with full sync: what was written before a function returned is on the disk. One writer,
//! a few readers, all answering in line, so that a simulated run does not depend on threads. Or PostgreSQL, for
//! several desks on one database, with the same statements. Nothing here calls the platform or reads the clock:
//! instants come in as arguments.

pub mod alarms;
pub mod cases;
pub mod chat;
pub mod claims;
pub mod events;
pub mod extras;
mod fuse;
pub mod handbook;
pub mod idempotency;
pub mod inspection;
pub mod intents;
pub mod leases;
pub mod media;
mod migrate;
pub mod people;
mod postgres;
pub mod practice;
pub mod quality;
pub mod queue;
pub mod reports;
pub mod reviews;
pub mod rules;
pub mod sessions;
pub mod shops;
mod sql;
pub mod sweeps;
pub mod tags;
pub mod templates;
pub mod testing;
pub mod ticks;
pub mod timeline;
pub mod transfer;
pub mod upkeep;
pub mod uploads;
pub mod webhooks;

pub use fuse::Fuse;
pub use sql::{ByCase, Param, Row, Tx};

use crate::secret::Secret;
use postgres::Turn;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::watch;

/// What went wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be used.
    #[error("cannot open the database {path}")]
    Open {
        /// Where.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was written by a later program.
    #[error("the database {path} has version {found}, this program knows {known}: run the newer program")]
    Newer {
        /// Where.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A statement failed.
    #[error("the database refused a statement")]
    Sql(#[source] rusqlite::Error),
    /// The file is broken.
    #[error(
        "the database is damaged: stop the desk, keep the file, and bring a backup back with `amends restore FILE`"
    )]
    Damaged(#[source] rusqlite::Error),
    /// A stored value cannot be read back.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// Which kind of value.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// PostgreSQL cannot be reached, or does not let us in.
    #[error("cannot use the PostgreSQL server of AMENDS_DATABASE_URL")]
    Connect {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// PostgreSQL refused a statement, or the connection to it was lost: what was being written may be durable or not.
    #[error("PostgreSQL refused a statement or was lost")]
    Server(#[from] tokio_postgres::Error),
    /// PostgreSQL said nothing for a long time: what was being written may be durable or not.
    #[error("the PostgreSQL server of AMENDS_DATABASE_URL does not answer")]
    Silent,
    /// A column holds something else than was written there.
    #[error("column {column} of an answer holds something else than the desk writes")]
    Column {
        /// Counted from 0.
        column: usize,
    },
    /// A statement that always brings a row brought none.
    #[error("a row that must be there is missing")]
    NoRow,
    /// The connection broke: what was being written may be durable or not.
    #[error("the connection to the database was lost")]
    Gone,
    /// An earlier panic left a connection in an unknown state.
    #[error("the database connection is unusable after a panic")]
    Poisoned,
}

impl From<rusqlite::Error> for StoreError {
    fn from(fault: rusqlite::Error) -> Self {
        match fault.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(fault),
            _ => Self::Sql(fault),
        }
    }
}

/// Classes of SQLSTATE, and two codes, that say: not now. Connection, resources, somebody stops the server; waited in
/// vain for the others' writes, hung in a transaction.
const NOT_NOW: [&str; 5] = ["08", "53", "57", "55P03", "25P03"];

impl StoreError {
    /// Whether the store is away or full: what was asked for is right, and can be asked for again.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Silent => true,
            Self::Server(fault) => match fault.as_db_error() {
                Some(fault) => NOT_NOW.iter().any(|code| fault.code().code().starts_with(code)),
                None => fault.is_closed() || fault.source().is_some_and(|source| source.is::<std::io::Error>()),
            },
            Self::Sql(fault) => matches!(
                fault.sqlite_error_code(),
                Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::SystemIoFailure)
            ),
            _ => false,
        }
    }

    /// Whether there is no room: nothing was kept, and nothing will be before somebody makes some.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Server(fault) => fault.code() == Some(&tokio_postgres::error::SqlState::DISK_FULL),
            Self::Sql(fault) => fault.sqlite_error_code() == Some(ErrorCode::DiskFull),
            _ => false,
        }
    }

    /// Whether one row is to blame, and others could be written.
    pub fn is_of_a_row(&self) -> bool {
        match self {
            Self::Sql(fault) => matches!(
                fault.sqlite_error_code(),
                Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
            ),
            // Data exceptions, broken constraints, values that are too large for an index.
            Self::Server(fault) => {
                fault.code().is_some_and(|state| ["22", "23", "54"].iter().any(|class| state.code().starts_with(class)))
            }
            _ => false,
        }
    }

    /// Whether what one row holds cannot be read, and others can.
    pub fn is_unreadable_row(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::Column { .. })
    }

    fn opening(path: &Path, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(source),
            _ => Self::Open { path: path.to_owned(), source: Box::new(source) },
        }
    }
}

/// Where all is kept.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file, for one program.
    Sqlite(PathBuf),
    /// The address of a database for several programs, with its password.
    Postgres(Secret),
}

impl std::fmt::Display for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(out),
            Self::Postgres(_) => out.write_str("the PostgreSQL database"),
        }
    }
}

/// All that the desk remembers.
pub struct Store {
    engine: Engine,
    fuse: Fuse,
}

#[expect(clippy::large_enum_variant, reason = "a desk has one")]
enum Engine {
    /// `desk`: what this desk is called where a simulation lets several share the database.
    Sqlite {
        connections: Arc<Connections>,
        desk: Option<String>,
    },
    Postgres(postgres::Pool),
}

/// The open connections to one file. Without readers the writer reads too.
struct Connections {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
}

const READERS: usize = 4;
/// More than we have.
const STATEMENTS: usize = 256;
/// Readers never block in WAL mode; another process (a backup) may hold the write lock for a moment.
const BUSY: Duration = Duration::from_secs(10);

/// A statement is read once per connection, and its plan does not depend on what is bound to it: SQLite would otherwise
/// read some of ours anew for each value.
fn keep_plans(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Bytes of changed pages that are collected in a log beside the database before they are written back in one go: an import
/// changes the same pages again and again.
const LOG_MOST: u64 = 16 * 1024 * 1024;
const LOG_LEAST: u64 = 1024 * 1024;
/// The log takes so small a part of what is free: on a small disk it must not be what fills it.
const LOG_PART: u64 = 16;
const PAGE: u64 = 4_096;
/// Pages that the writer keeps in memory, 64 MiB: an import of 100,000 cases does not read its indexes again.
const CACHE_PAGES: i64 = 16_384;

/// After how many pages the log is written back, by what is free on its disk when the desk starts.
fn log_pages(free: u64) -> i64 {
    let log = (free / LOG_PART).clamp(LOG_LEAST, LOG_MOST);
    i64::try_from(log / PAGE).unwrap_or(i64::MAX)
}

impl Store {
    /// Opens or makes the database and brings it to the present version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opening = |source| StoreError::opening(path, source);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|source| StoreError::Open { path: path.to_owned(), source: Box::new(source) })?;
        }
        let mut writer = Connection::open(path).map_err(opening)?;
        writer.busy_timeout(BUSY).map_err(opening)?;
        writer.pragma_update(None, "journal_mode", "WAL").map_err(opening)?;
        writer.pragma_update(None, "synchronous", "FULL").map_err(opening)?;
        writer.pragma_update(None, "foreign_keys", true).map_err(opening)?;
        // A disk that does not say what is free is taken for a large one.
        let free = fs4::available_space(path).unwrap_or(u64::MAX);
        writer.pragma_update(None, "wal_autocheckpoint", log_pages(free)).map_err(opening)?;
        writer.pragma_update(None, "cache_size", CACHE_PAGES).map_err(opening)?;
        migrate::run(&mut writer, path)?;
        // What a statement that writes many rows may have to take back, until it has ended.
        writer.pragma_update(None, "temp_store", "MEMORY").map_err(opening)?;
        keep_plans(&writer).map_err(opening)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let reader = Connection::open_with_flags(path, flags).map_err(opening)?;
            reader.busy_timeout(BUSY).map_err(opening)?;
            keep_plans(&reader).map_err(opening)?;
            readers.push(Mutex::new(reader));
        }
        Ok(Self::sqlite(writer, readers, Fuse::never()))
    }

    /// Opens either engine. `own`: a name that no other desk on the database has.
    pub fn open_with(database: &Database, own: String) -> Result<Self, StoreError> {
        match database {
            Database::Sqlite(path) => Self::open(path),
            Database::Postgres(url) => {
                let pool = postgres::Pool::open(url.expose(), own)?;
                Ok(Self { engine: Engine::Postgres(pool), fuse: Fuse::never() })
            }
        }
    }

    fn sqlite(writer: Connection, readers: Vec<Mutex<Connection>>, fuse: Fuse) -> Self {
        let connections = Arc::new(Connections { writer: Mutex::new(writer), readers });
        Self { engine: Engine::Sqlite { connections, desk: None }, fuse }
    }

    /// A new store that is kept in memory alone: for simulations.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = Path::new(":memory:");
        let mut writer = Connection::open_in_memory()?;
        writer.pragma_update(None, "foreign_keys", true)?;
        migrate::run(&mut writer, path)?;
        keep_plans(&writer)?;
        Ok(Self::sqlite(writer, Vec::new(), Fuse::never()))
    }

    /// A new store in memory that begins with what this one, of SQLite too, holds: for simulations.
    pub fn copy(&self) -> Result<Option<Self>, StoreError> {
        let Engine::Sqlite { connections, .. } = &self.engine else { return Ok(None) };
        let writer = connections.writer.lock().map_err(|_| StoreError::Poisoned)?;
        let mut copy = Connection::open_in_memory()?;
        Backup::new(&writer, &mut copy)?.run_to_completion(100, Duration::ZERO, None)?;
        copy.pragma_update(None, "foreign_keys", true)?;
        keep_plans(&copy)?;
        Ok(Some(Self::sqlite(copy, Vec::new(), Fuse::never())))
    }

    /// The same SQLite database as another process sees it, which may break apart from this one: for simulations.
    /// `desk`: its name, where several desks share the database.
    pub fn beside(&self, desk: Option<String>, fuse: Fuse) -> Option<Self> {
        let Engine::Sqlite { connections, .. } = &self.engine else { return None };
        Some(Self { engine: Engine::Sqlite { connections: Arc::clone(connections), desk }, fuse })
    }

    /// Reads from one consistent snapshot.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.fuse.open()?;
        let Connections { writer, readers } = match &self.engine {
            Engine::Sqlite { connections, .. } => connections.as_ref(),
            Engine::Postgres(pool) => return pool.with(Turn::Reads, |session| work(&Tx::postgres(session))),
        };
        let free = readers.iter().find_map(|reader| reader.try_lock().ok());
        let mut reader = match free {
            Some(reader) => reader,
            None => readers.first().unwrap_or(writer).lock().map_err(|_| StoreError::Poisoned)?,
        };
        work(&Tx::sqlite(reader.transaction_with_behavior(TransactionBehavior::Deferred)?))
    }

    /// Writes all of it or nothing; on return it is durable. An error rolls back.
    pub fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.write_or(work)
    }

    /// Like [`Store::write`], for work that can also be refused for reasons of its own: a refusal rolls back too.
    pub fn write_or<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.fuse.open()?;
        let whole = |transaction: Tx<'_>| {
            let done = work(&transaction)?;
            self.fuse.may_commit()?;
            transaction.commit()?;
            Ok::<T, E>(done)
        };
        let done = match &self.engine {
            Engine::Sqlite { connections, .. } => {
                let mut writer = connections.writer.lock().map_err(|_| StoreError::Poisoned)?;
                let begun = writer.transaction_with_behavior(TransactionBehavior::Immediate);
                whole(Tx::sqlite(begun.map_err(StoreError::from)?))?
            }
            Engine::Postgres(pool) => pool.with(Turn::Writes, |session| whole(Tx::postgres(session)))?,
        };
        self.fuse.burn()?;
        Ok(done)
    }

    /// Writes without waiting for other writes, where several desks share a database: for rows of one's own.
    pub fn write_beside<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let Engine::Postgres(pool) = &self.engine else { return self.write(work) };
        self.fuse.open()?;
        pool.with(Turn::Beside, |session| {
            let transaction = Tx::postgres(session);
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    /// Changes whenever another desk on the same database has written something that is news; none: there is no other.
    pub fn heard(&self) -> Option<watch::Receiver<u64>> {
        match &self.engine {
            Engine::Sqlite { .. } => None,
            Engine::Postgres(pool) => Some(pool.heard()),
        }
    }

    /// Whether other desks may work on the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_) | Engine::Sqlite { desk: Some(_), .. })
    }

    /// What this desk is called among those on the same database; empty where there is only one.
    pub fn name(&self) -> &str {
        match &self.engine {
            Engine::Sqlite { desk, .. } => desk.as_deref().unwrap_or_default(),
            Engine::Postgres(pool) => pool.name(),
        }
    }
}

/// Waits in line; where other tasks share the thread, they go on elsewhere.
pub(crate) fn in_line<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Works on a thread that may wait, while whoever asked goes on with something else. It comes to its end even if nobody
/// asks any more.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    // Without a runtime everything is stepped by hand.
    let Ok(runtime) = Handle::try_current() else { return work() };
    match runtime.spawn_blocking(work).await {
        Ok(done) => done,
        Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
        // The program ends, and this task with it.
        Err(_) => std::future::pending().await,
    }
}

/// Stored JSON of ours that cannot be read is corruption, not a missing value.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Corrupt { what, source: Box::new(source) })
}

/// Our own types always have a JSON form; if one ever has not, nothing is written.
pub(crate) fn to_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Corrupt { what, source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_leaves_room_on_a_small_disk() {
        const MIB: u64 = 1024 * 1024;
        assert_eq!([0, 24 * MIB, 128 * MIB, 1024 * MIB, u64::MAX].map(log_pages), [256, 384, 2_048, 4_096, 4_096]);
    }
}
