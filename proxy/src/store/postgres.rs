//! PostgreSQL as the engine: for several desks on one database.
//!
//! Writes are taken one at a time, across all desks, by an advisory lock that each transaction holds until its end: what
//! a write reads cannot change before it is committed, as with SQLite's one writer. Reads see one snapshot.
//!
//! Calls answer in line, as SQLite's do: the connections live on a thread of their own, and the caller waits, but not
//! for ever. A server that is away, or that takes words and says nothing, is found out; the next call tries it anew.

use super::sql::{Cell, Param};
use super::{StoreError, in_line, migrate};
use futures_executor::block_on;
use futures_util::future::{Either, select};
use futures_util::{StreamExt, TryStreamExt, pin_mut, stream};
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, IsolationLevel, Statement, Transaction};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connections of one desk beside the one that listens and the one for what cannot wait ([`Turn::Beside`]). Who finds
/// none free waits: a server has few for all.
const MOST: usize = 8;
/// A server that lets nobody in for so long is away.
const CONNECTS: Duration = Duration::from_secs(5);
/// A connection on which nothing is answered for so long is lost.
const SILENCE: Duration = Duration::from_secs(12);
/// A write waits for those of the others; longer than the server lets it (`SETTINGS`).
const OTHERS: Duration = Duration::from_secs(35);
/// Changing the tables of a large database takes its time.
const MIGRATES: Duration = Duration::from_secs(60 * 60);
/// After the connection that hears of the others' writes was lost.
const RETRY: Duration = Duration::from_secs(1);
/// How often that connection, on which there may be no news for hours, is tried.
const TRIES: Duration = Duration::from_secs(10);
/// A desk that hangs, or is cut off from the server, must not hold the others' writes up.
const SETTINGS: &str =
    "SET idle_in_transaction_session_timeout = '6s'; SET lock_timeout = '30s'; SET client_encoding = 'UTF8'";

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Integer(number) if *kind == Type::BOOL => (*number != 0).to_sql(kind, out),
            Self::Integer(number) => number.to_sql(kind, out),
            // PostgreSQL cannot keep a zero in words; nobody writes one who means well.
            Self::Text(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::TEXT, Type::VARCHAR, Type::BYTEA].contains(kind)
    }

    tokio_postgres::types::to_sql_checked!();
}

/// What lies in a column.
pub(super) fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell<'_>, StoreError> {
    let kind = row.columns().get(column).ok_or(StoreError::Column { column })?.type_();
    let cell = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.map(Cell::Integer),
        Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(|number| Cell::Integer(number.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(column)?.map(|truth| Cell::Integer(truth.into())),
        Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<&str>>(column)?.map(Cell::Text),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(column)?.map(Cell::Blob),
        _ => return Err(StoreError::Column { column }),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// `?1` and `?` become `$1`, `$2`, ...; nothing in quotes is touched.
fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 8);
    let mut next = 0_u32;
    let mut is_quoted = false;
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        is_quoted ^= letter == '\'';
        if letter != '?' || is_quoted {
            out.push(letter);
            continue;
        }
        out.push('$');
        if !letters.peek().is_some_and(char::is_ascii_digit) {
            next += 1;
            out.push_str(&next.to_string());
        }
    }
    out
}

/// A migration in PostgreSQL's words. Words sort by their bytes, as they do in SQLite.
pub(super) fn migration(sql: &str) -> String {
    sql.replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
        .replace("INTEGER", "BIGINT")
        .replace("BLOB", "BYTEA")
        .replace(" TEXT", " TEXT COLLATE \"C\"")
        .replace(") STRICT;", ");")
}

/// What a transaction waits for before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// For a connection.
    Reads,
    /// For all writes before it, of all desks.
    Writes,
    /// For nothing: it writes, and what it writes needs no order among the others.
    Beside,
}

/// One connection, the statements that it has read, and what carries its words.
struct Connection {
    client: Client,
    statements: HashMap<String, Statement>,
    carrier: AbortHandle,
}

/// What may be taken.
#[derive(Default)]
struct Free {
    connections: Vec<Connection>,
    /// Connections that are in use.
    taken: usize,
    /// How often the server was silent: who has waited through one such time waits through no second.
    silences: u64,
}

/// The connections of one desk.
pub(super) struct Pool {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    free: Mutex<Free>,
    given_back: Condvar,
    /// One write of this desk at a time asks for the lock that it shares with the others, in the order in which they came:
    /// what writes over and over must not keep the rest from it.
    writes: tokio::sync::Mutex<()>,
    heard: Arc<watch::Sender<u64>>,
    /// Which notices are our own.
    own: String,
    /// Taken at the end: a runtime must not be waited for where nothing may wait.
    runtime: Option<Runtime>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A connection in use; it goes back however its use ends.
struct Taken<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Ok(mut free) = self.pool.free.lock() {
            free.taken -= 1;
            free.connections.extend(self.connection.take());
        }
        self.pool.given_back.notify_all();
    }
}

fn refused(source: impl Into<Box<dyn StdError + Send + Sync>>) -> StoreError {
    StoreError::Connect { source: source.into() }
}

impl Pool {
    /// Connects, and brings the database to the present version. `own`: a name that no other desk has.
    pub(super) fn open(url: &str, own: String) -> Result<Self, StoreError> {
        let pool = Self::new(url, own)?;
        pool.migrate()?;
        if let Some(runtime) = &pool.runtime {
            runtime.spawn(listen(pool.config.clone(), pool.tls.clone(), pool.heard.clone(), pool.own.clone()));
        }
        Ok(pool)
    }

    fn new(url: &str, own: String) -> Result<Self, StoreError> {
        let mut config: tokio_postgres::Config = url.parse().map_err(|fault: tokio_postgres::Error| refused(fault))?;
        config.application_name("amends").tcp_user_timeout(SILENCE).connect_timeout(CONNECTS);
        let trust = <rustls::ClientConfig as rustls_platform_verifier::ConfigVerifierExt>::with_platform_verifier();
        let tls = MakeRustlsConnect::new(trust.map_err(refused)?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(refused)?;
        let heard = Arc::new(watch::Sender::new(0));
        Ok(Self {
            config,
            tls,
            free: Mutex::default(),
            given_back: Condvar::new(),
            writes: tokio::sync::Mutex::new(()),
            heard,
            own,
            runtime: Some(runtime),
        })
    }

    /// Changes whenever another desk has written something that is news.
    pub(super) fn heard(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// What this desk is called.
    pub(super) fn name(&self) -> &str {
        &self.own
    }

    /// Waits for an answer, but not for ever: then its connection is given up, and so is all that waits for one.
    fn answered<T>(
        &self,
        carrier: &AbortHandle,
        patience: Duration,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        let Some(runtime) = &self.runtime else { return Err(StoreError::Gone) };
        let tired = {
            let _its_timers = runtime.enter();
            sleep(patience)
        };
        pin_mut!(answer, tired);
        match block_on(select(answer, tired)) {
            Either::Left((answer, _)) => Ok(answer?),
            Either::Right(((), answer)) => {
                carrier.abort();
                // With its connection it ends, and nobody is given that one again.
                drop(block_on(answer));
                self.was_silent();
                Err(StoreError::Silent)
            }
        }
    }

    fn was_silent(&self) {
        if let Ok(mut free) = self.free.lock() {
            free.silences += 1;
            free.connections.clear();
        }
        self.given_back.notify_all();
    }

    fn silences(&self) -> Result<u64, StoreError> {
        Ok(self.free.lock().map_err(|_| StoreError::Poisoned)?.silences)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let Some(runtime) = &self.runtime else { return Err(StoreError::Gone) };
        let (config, tls) = (self.config.clone(), self.tls.clone());
        let (done, client) = std::sync::mpsc::channel();
        // Made where it lives: sockets and timers belong to a runtime.
        let carrier = runtime.spawn(async move {
            match timeout(CONNECTS, config.connect(tls)).await {
                Ok(Ok((client, connection))) => {
                    // Whoever waits for an answer hears that the connection was lost.
                    let is_wanted = done.send(Ok(client)).is_ok();
                    if is_wanted && let Err(fault) = connection.await {
                        tracing::warn!(error = %crate::telemetry::Chain(&fault), "A connection to PostgreSQL was lost");
                    }
                }
                Ok(Err(fault)) => drop(done.send(Err(refused(fault)))),
                Err(_) => drop(done.send(Err(StoreError::Silent))),
            }
        });
        let client = client.recv().map_err(|_| StoreError::Gone)?.inspect_err(|fault| {
            if matches!(fault, StoreError::Silent) {
                self.was_silent();
            }
        })?;
        let carrier = carrier.abort_handle();
        self.answered(&carrier, SILENCE, client.batch_execute(SETTINGS))?;
        Ok(Connection { client, statements: HashMap::new(), carrier })
    }

    /// A connection, when one is free. `silences`: how many there were when the caller began to wait.
    fn take(&self, silences: u64, turn: Turn) -> Result<Taken<'_>, StoreError> {
        let most = if turn == Turn::Beside { MOST + 1 } else { MOST };
        let free = self.free.lock().map_err(|_| StoreError::Poisoned)?;
        let waits = |free: &mut Free| free.taken >= most && free.silences == silences;
        let mut free = self.given_back.wait_while(free, waits).map_err(|_| StoreError::Poisoned)?;
        if free.silences != silences {
            return Err(StoreError::Silent);
        }
        free.taken += 1;
        free.connections.retain(|connection| !connection.client.is_closed());
        let known = free.connections.pop();
        drop(free);
        let mut taken = Taken { pool: self, connection: known };
        if taken.connection.is_none() {
            taken.connection = Some(self.connect()?);
        }
        Ok(taken)
    }

    /// Hands a transaction to `work`, which must end it; left open, it is rolled back.
    pub(super) fn with<T, E: From<StoreError>>(
        &self,
        turn: Turn,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.patiently(SILENCE, turn, work)
    }

    fn patiently<T, E: From<StoreError>>(
        &self,
        patience: Duration,
        turn: Turn,
        work: impl FnOnce(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        in_line(|| {
            let silences = self.silences()?;
            let _first = match turn {
                Turn::Writes => Some(block_on(self.writes.lock())),
                Turn::Reads | Turn::Beside => None,
            };
            let mut taken = self.take(silences, turn)?;
            let Some(Connection { client, statements, carrier }) = &mut taken.connection else {
                return Err(StoreError::Gone.into());
            };
            let begin = client.build_transaction();
            let begin = match turn {
                Turn::Writes | Turn::Beside => begin.isolation_level(IsolationLevel::ReadCommitted),
                Turn::Reads => begin.isolation_level(IsolationLevel::RepeatableRead).read_only(true),
            };
            let transaction = self.answered(carrier, patience, begin.start())?;
            let mut session =
                Session { transaction, statements: RefCell::new(statements), pool: self, carrier, patience: OTHERS };
            if turn == Turn::Writes {
                session.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()))", &[])?;
            }
            session.patience = patience;
            work(session)
        })
    }

    fn migrate(&self) -> Result<(), StoreError> {
        self.patiently(MIGRATES, Turn::Writes, |session| {
            session.batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
            let mut found = 0;
            session.each("SELECT version FROM schema_version", &[], |row| {
                found = row.try_get(0)?;
                Ok(false)
            })?;
            let known = migrate::known();
            if found > known {
                return Err(StoreError::Newer { path: "on PostgreSQL".into(), found, known });
            }
            for sql in migrate::after(found) {
                session.batch(&migration(sql))?;
            }
            session
                .batch(&format!("DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES ({known})"))?;
            session.commit(false)
        })
    }
}

/// Carries statements out on a connection of their own.
pub(super) fn alone(url: &str, sql: &str) -> Result<(), StoreError> {
    let pool = Pool::new(url, String::new())?;
    in_line(|| Ok(block_on(pool.connect()?.client.batch_execute(sql))?))
}

/// Ends when the server no longer answers. A connection without news would not show that it is cut.
async fn stay(client: &Client, heard: &watch::Sender<u64>) {
    if !matches!(timeout(SILENCE, client.batch_execute("LISTEN amends")).await, Ok(Ok(()))) {
        return;
    }
    // What was written before we listened has not been heard.
    heard.send_modify(|count| *count = count.wrapping_add(1));
    loop {
        sleep(TRIES).await;
        if !matches!(timeout(SILENCE, client.batch_execute("")).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Hears of the others' writes for as long as the runtime lives.
async fn listen(config: tokio_postgres::Config, tls: MakeRustlsConnect, heard: Arc<watch::Sender<u64>>, own: String) {
    loop {
        if let Ok(Ok((client, mut connection))) = timeout(CONNECTS, config.connect(tls.clone())).await {
            let messages = stream::poll_fn(move |context| connection.poll_message(context));
            let stays = stay(&client, &heard);
            pin_mut!(messages, stays);
            loop {
                tokio::select! {
                    () = &mut stays => break,
                    message = messages.next() => match message {
                        Some(Ok(AsyncMessage::Notification(notice))) if notice.payload() != own => {
                            heard.send_modify(|count| *count = count.wrapping_add(1));
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => break,
                    },
                }
            }
        }
        sleep(RETRY).await;
    }
}

/// One transaction on PostgreSQL.
pub(super) struct Session<'a> {
    transaction: Transaction<'a>,
    statements: RefCell<&'a mut HashMap<String, Statement>>,
    pool: &'a Pool,
    carrier: &'a AbortHandle,
    /// For each answer.
    patience: Duration,
}

impl Session<'_> {
    fn answered<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, StoreError> {
        self.pool.answered(self.carrier, self.patience, answer)
    }

    fn prepared(&self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return Ok(known.clone());
        }
        let read = self.answered(self.transaction.prepare(&numbered(sql)))?;
        self.statements.borrow_mut().insert(sql.to_owned(), read.clone());
        Ok(read)
    }

    pub(super) fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<usize, StoreError> {
        let statement = self.prepared(sql)?;
        let changed = self.answered(self.transaction.execute_raw(&statement, params))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    pub(super) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.answered(self.transaction.batch_execute(sql))
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut take: impl FnMut(&tokio_postgres::Row) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        let rows = self.answered(self.transaction.query_raw(&statement, params))?;
        pin_mut!(rows);
        while let Some(row) = self.answered(rows.try_next())? {
            if !take(&row)? {
                break;
            }
        }
        Ok(())
    }

    /// A connection that breaks now leaves open whether it was written: who asks again finds out.
    pub(super) fn commit(self, is_news: bool) -> Result<(), StoreError> {
        if is_news {
            self.execute("SELECT pg_notify('amends', ?1)", &[Param::Text(&self.pool.own)])?;
        }
        self.pool.answered(self.carrier, self.patience, self.transaction.commit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_numbered_outside_of_quotes() {
        assert_eq!(numbered("a = ?2 AND b = ?1 AND c = '?'"), "a = $2 AND b = $1 AND c = '?'");
        assert_eq!(numbered("a IN (?, ?) AND b LIKE ? ESCAPE '\\'"), "a IN ($1, $2) AND b LIKE $3 ESCAPE '\\'");
    }
}
