//! One way to speak SQL: statements, what is bound to them, and the rows that they bring.
//!
//! Every statement of the store is written once, with `?1` marks; where engines differ it names both texts
//! ([`Tx::dialect`]). Integers have 64 bits, a truth is 0 or 1, instants are milliseconds.

use super::cases::id;
use super::postgres::Session;
use super::{StoreError, from_json};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ToSql, params_from_iter};
use serde::de::DeserializeOwned;
use shared::id::CaseId;
use std::collections::BTreeMap;

/// A value on its way into a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param<'a> {
    /// No value.
    Null,
    /// A number, a truth, an instant.
    Integer(i64),
    /// Words or JSON.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What can be bound to a statement.
pub(super) trait Bind {
    /// As a value of the store.
    fn bind(&self) -> Param<'_>;
}

macro_rules! bind_numbers {
    ($($number:ty),*) => {$(
        impl Bind for $number {
            fn bind(&self) -> Param<'_> {
                Param::Integer(i64::from(*self))
            }
        }
    )*};
}
bind_numbers!(i64, i32, u32, bool);

impl Bind for str {
    fn bind(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl Bind for String {
    fn bind(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl Bind for CaseId {
    fn bind(&self) -> Param<'_> {
        Param::Text(self.as_str())
    }
}

impl Bind for [u8] {
    fn bind(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl Bind for Vec<u8> {
    fn bind(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn bind(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Param<'_> {
        (**self).bind()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, Bind::bind)
    }
}

/// Values for the marks of a statement, in order.
macro_rules! params {
    () => { &[] };
    ($($value:expr),+ $(,)?) => { &[$($crate::store::sql::Bind::bind(&$value)),+] };
}
pub(crate) use params;

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// How many values a list in a statement has: each length is another text, which the engine reads and keeps anew.
const SIZES: [usize; 5] = [1, 10, 50, 200, 500];

/// The values of a list, the last one again and again until the list has one of few sizes.
pub(super) fn filled<'a>(values: impl Iterator<Item = Param<'a>>) -> Vec<Param<'a>> {
    let mut all: Vec<_> = values.collect();
    let size = SIZES.into_iter().find(|size| all.len() <= *size).unwrap_or(all.len());
    if let Some(last) = all.last().copied() {
        all.resize(size, last);
    }
    all
}

/// Rows that are written with one statement each time: as many as one of few sizes.
pub(super) fn pieces<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut all = Vec::new();
    while let Some(size) = [100, 10, 1].into_iter().find(|size| *size <= rows.len()) {
        let (piece, rest) = rows.split_at(size);
        all.push(piece);
        rows = rest;
    }
    all
}

/// The marks of so many rows of a statement that writes several at once.
pub(super) fn rows(columns: usize, count: usize) -> String {
    vec![["(", &marks(columns), ")"].concat(); count].join(", ")
}

/// "It is one of these": so many marks. Of nothing nothing is one, which PostgreSQL does not take as an empty list.
pub(super) fn among(column: &str, count: usize) -> String {
    match count {
        0 => "FALSE".to_owned(),
        _ => format!("{column} IN ({})", marks(count)),
    }
}

/// Rows of many cases, by the case they belong to.
pub type ByCase<T> = BTreeMap<CaseId, Vec<T>>;

/// Reads for many cases at once what `sql` asks of one, `IN (?)`; the first column names the case. Of each case so many
/// rows, in the order that ends the statement.
pub(super) fn by_case<T>(
    tx: &Tx<'_>,
    cases: &[CaseId],
    sql: &str,
    most: usize,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<ByCase<T>, StoreError> {
    let mut all = ByCase::new();
    if cases.is_empty() {
        return Ok(all);
    }
    let values = filled(cases.iter().map(Bind::bind));
    let mut sql = sql.replace("IN (?)", &format!("IN ({})", marks(values.len())));
    // A long chat is not read to its beginning to show its end.
    if cases.len() == 1 && most < usize::MAX {
        sql.push_str(&format!(" LIMIT {most}"));
    }
    // The rows of a case mostly come together: they are gathered before they are put to it.
    let mut last: Option<(CaseId, Vec<T>)> = None;
    tx.each(&sql, &values, |row| {
        let Cell::Text(name) = row.cell(0)? else { return Err(StoreError::Column { column: 0 }) };
        if last.as_ref().is_none_or(|(case, _)| case.as_str() != name) {
            all.extend(last.take());
            let case = id("case id", name.to_owned())?;
            let known = all.remove(&case).unwrap_or_default();
            last = Some((case, known));
        }
        if let Some((_, known)) = last.as_mut().filter(|(_, known)| known.len() < most) {
            known.push(read(row)?);
        }
        Ok(true)
    })?;
    all.extend(last);
    Ok(all)
}

/// A value as it lies in a row.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A number.
    Integer(i64),
    /// Words.
    Text(&'a str),
    /// Bytes, or words that are not UTF-8.
    Blob(&'a [u8]),
}

/// What a column can be read as.
pub trait FromCell: Sized {
    /// `None`: the cell holds something else.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

impl FromCell for i64 {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl FromCell for u32 {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).and_then(|number| Self::try_from(number).ok())
    }
}

impl FromCell for bool {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).map(|number| number != 0)
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

/// One row of an answer.
pub struct Row<'a>(RowOf<'a>);

enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// What lies in a column, counted from 0.
    pub fn cell(&self, column: usize) -> Result<Cell<'_>, StoreError> {
        match &self.0 {
            RowOf::Sqlite(row) => Ok(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(_) => return Err(StoreError::Column { column }),
                ValueRef::Text(text) => std::str::from_utf8(text).map_or(Cell::Blob(text), Cell::Text),
                ValueRef::Blob(bytes) => Cell::Blob(bytes),
            }),
            RowOf::Postgres(row) => super::postgres::cell(row, column),
        }
    }

    /// A column as what it was stored as.
    pub fn get<T: FromCell>(&self, column: usize) -> Result<T, StoreError> {
        T::from_cell(self.cell(column)?).ok_or(StoreError::Column { column })
    }

    /// A column as what its JSON says, read where it lies; `what` names it where it cannot be read.
    pub fn json<T: DeserializeOwned>(&self, what: &'static str, column: usize) -> Result<T, StoreError> {
        self.json_or_none(what, column)?.ok_or(StoreError::Column { column })
    }

    /// The same of a column that may hold nothing.
    pub fn json_or_none<T: DeserializeOwned>(
        &self,
        what: &'static str,
        column: usize,
    ) -> Result<Option<T>, StoreError> {
        match self.cell(column)? {
            Cell::Text(text) => from_json(what, text).map(Some),
            Cell::Null => Ok(None),
            Cell::Integer(_) | Cell::Blob(_) => Err(StoreError::Column { column }),
        }
    }
}

/// A transaction: one consistent snapshot, or one piece of work that is written whole or not at all.
pub struct Tx<'a> {
    of: TxOf<'a>,
    is_news: std::cell::Cell<bool>,
}

enum TxOf<'a> {
    Sqlite(rusqlite::Transaction<'a>),
    Postgres(Box<Session<'a>>),
}

impl<'a> Tx<'a> {
    pub(super) fn sqlite(transaction: rusqlite::Transaction<'a>) -> Self {
        Self { of: TxOf::Sqlite(transaction), is_news: std::cell::Cell::new(false) }
    }

    pub(super) fn postgres(session: Session<'a>) -> Self {
        Self { of: TxOf::Postgres(Box::new(session)), is_news: std::cell::Cell::new(false) }
    }

    pub(super) fn commit(self) -> Result<(), StoreError> {
        match self.of {
            TxOf::Sqlite(transaction) => Ok(transaction.commit()?),
            TxOf::Postgres(session) => session.commit(self.is_news.get()),
        }
    }

    /// The other desks on the same database hear of what is written here, once it is.
    pub fn tell(&self) {
        self.is_news.set(true);
    }

    /// Of two texts for the same thing the one that this engine understands.
    pub fn dialect<T>(&self, sqlite: T, postgres: T) -> T {
        match self.of {
            TxOf::Sqlite(_) => sqlite,
            TxOf::Postgres(_) => postgres,
        }
    }

    /// Carries a statement out; returns how many rows it changed.
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<usize, StoreError> {
        match &self.of {
            TxOf::Sqlite(transaction) => Ok(transaction.prepare_cached(sql)?.execute(params_from_iter(params))?),
            TxOf::Postgres(session) => session.execute(sql, params),
        }
    }

    /// Several statements without values, for set-up.
    pub fn batch(&self, sql: &str) -> Result<(), StoreError> {
        match &self.of {
            TxOf::Sqlite(transaction) => Ok(transaction.execute_batch(sql)?),
            TxOf::Postgres(session) => session.batch(sql),
        }
    }

    /// Hands over each row as it comes; `false` ends it.
    pub fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut take: impl FnMut(&Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        match &self.of {
            TxOf::Sqlite(transaction) => {
                let mut statement = transaction.prepare_cached(sql)?;
                let mut rows = statement.query(params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    if !take(&Row(RowOf::Sqlite(row)))? {
                        break;
                    }
                }
                Ok(())
            }
            TxOf::Postgres(session) => session.each(sql, params, |row| take(&Row(RowOf::Postgres(row)))),
        }
    }

    /// All rows.
    pub fn all<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.each(sql, params, |row| {
            all.push(read(row)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// The first row, if there is one.
    pub fn first<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.each(sql, params, |row| {
            first = Some(read(row)?);
            Ok(false)
        })?;
        Ok(first)
    }

    /// The row of a statement that always brings one.
    pub fn only<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.first(sql, params, read)?.ok_or(StoreError::NoRow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_few_lengths_and_nothing_in_them_is_lost_or_new() {
        let list = |count: i64| filled((0..count).map(Param::Integer));
        for (count, length) in [(0, 0), (1, 1), (2, 10), (10, 10), (11, 50), (200, 200), (201, 500), (501, 501)] {
            let all = list(count);
            assert_eq!(all.len(), length, "{count}");
            let (known, rest) = all.split_at(usize::try_from(count).unwrap());
            assert!(known.iter().zip(0..).all(|(value, number)| *value == Param::Integer(number)));
            assert!(rest.iter().all(|value| *value == Param::Integer(count - 1)));
        }
    }

    #[test]
    fn rows_are_written_in_pieces_of_three_sizes() {
        for (count, sizes) in [(0, vec![]), (1, vec![1]), (12, vec![10, 1, 1]), (211, vec![100, 100, 10, 1])] {
            let all: Vec<u32> = (0..count).collect();
            let pieces = pieces(&all);
            assert_eq!(pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>(), sizes);
            assert_eq!(pieces.concat(), all);
        }
    }
}
