//! The queue: lists, counts and the numbers over the desk.

use super::StoreError;
use super::cases::stage_word;
use super::sql::{Bind, Param, Tx, among};
use shared::domain::case::Stage;
use shared::id::ShopId;
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::Page;
use shared::wire::case::{CaseFilter, CaseList, CaseRow, Headline, NOBODY, NextDeadline};
use std::collections::BTreeMap;

/// Rows of a page when the browser names no number.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
const DAY_MS: i64 = 86_400_000;
/// Sorts cases without a deadline last.
const NEVER: i64 = 9_000_000_000_000_000;
/// Sorts parcels that are not here after all that are.
const NOT_HERE: i64 = 10_000_000_000_000_000;

/// A value of a condition.
#[derive(Clone)]
enum Value {
    Number(i64),
    Words(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl Bind for Value {
    fn bind(&self) -> Param<'_> {
        match self {
            Self::Number(number) => number.bind(),
            Self::Words(words) => words.bind(),
        }
    }
}

fn bound(values: &[Value]) -> Vec<Param<'_>> {
    values.iter().map(Bind::bind).collect()
}

/// Conditions and their values, joined by AND.
struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    /// Only shops that the agent sees: no answer ever leaves this out.
    fn shops(shops: &[ShopId], filter: &CaseFilter) -> Self {
        let seen = shops.iter().filter(|shop| filter.shop.as_ref().is_none_or(|only| only == *shop));
        let values: Vec<Value> = seen.map(|shop| Value::from(shop.as_str().to_owned())).collect();
        let mut all = Self { sql: format!("row_json <> '' AND {}", among("shop_id", values.len())), values };
        match filter.assignee.as_deref() {
            Some(NOBODY) => all.and("assignee IS NULL", []),
            Some(agent) => all.and("assignee = ?", [agent.to_owned().into()]),
            None => {}
        }
        if let Some(tag) = &filter.tag {
            let line = ["\n", &crate::desk::book::tag_line(tag), "\n"].concat();
            all.and("search LIKE ? ESCAPE '\\'", [anywhere(&line).into()]);
        }
        all
    }

    fn stage(&mut self, stage: Option<Stage>) {
        match stage {
            Some(Stage::ToTell) => self.and("owed_since IS NOT NULL", []),
            Some(stage) => self.and("stage = ?", [stage_word(stage).to_owned().into()]),
            None => {}
        }
    }

    fn and<const N: usize>(&mut self, sql: &str, values: [Value; N]) {
        self.sql = format!("{} AND {sql}", self.sql);
        self.values.extend(values);
    }
}

/// The order of a stage's list, least time first: always ascending by this expression, then by id.
fn sort_key(stage: Option<Stage>) -> String {
    match stage {
        Some(Stage::ToTell) => "owed_since".to_owned(),
        Some(Stage::Waiting | Stage::Disputed | Stage::Done) => "-platform_at".to_owned(),
        // Parcels that are here first; each of the two by its deadline.
        Some(Stage::ToInspect) => format!("COALESCE(deadline, {NEVER}) + (1 - is_here) * {NOT_HERE}"),
        Some(Stage::ToDecide) | None => format!("COALESCE(deadline, {NEVER})"),
    }
}

/// A pattern that finds a text anywhere in a case's searched words.
pub(super) fn anywhere(text: &str) -> String {
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// One page of the queue for an agent who sees `shops`.
pub fn list(
    tx: &Tx<'_>,
    shops: &[ShopId],
    filter: &CaseFilter,
    search: Option<&str>,
    now: Timestamp,
) -> Result<CaseList, StoreError> {
    let base = Where::shops(shops, filter);
    let counts = counts(tx, &base)?;
    let headline = headline(tx, &Where::shops(shops, &CaseFilter::default()), now)?;
    let mut wanted = base;
    wanted.stage(filter.stage);
    if let Some(text) = search {
        wanted.and("search LIKE ? ESCAPE '\\'", [anywhere(text).into()]);
    }
    let key = sort_key(filter.stage);
    if let Some((place, id)) = filter.cursor.as_deref().and_then(|cursor| cursor.split_once('.'))
        && let Ok(place) = place.parse::<i64>()
    {
        wanted.and(&format!("({key}, id) > (?, ?)"), [place.into(), id.to_owned().into()]);
    }
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let sql = format!(
        "SELECT row_json, {key}, id FROM case_file WHERE {} ORDER BY {key}, id LIMIT {}",
        wanted.sql,
        limit + 1
    );
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows: Vec<CaseRow> = Vec::new();
    let mut last = None;
    let mut next = None;
    tx.each(&sql, &bound(&wanted.values), |row| {
        if rows.len() >= most {
            next = last.take();
            return Ok(false);
        }
        rows.push(row.json("row", 0)?);
        last = Some(format!("{}.{}", row.get::<i64>(1)?, row.get::<String>(2)?));
        Ok(true)
    })?;
    Ok(CaseList { page: Page { rows, next }, counts, headline })
}

/// So many rows of a queue are gone through for some that fit.
const GONE_THROUGH: u32 = 3_000;

/// The first rows of a queue that fit, among its first 3,000.
pub fn first_fitting(
    tx: &Tx<'_>,
    shops: &[ShopId],
    filter: &CaseFilter,
    most: usize,
    fits: impl Fn(&CaseRow) -> bool,
) -> Result<Vec<CaseRow>, StoreError> {
    let mut found = Vec::new();
    if most == 0 {
        return Ok(found);
    }
    let mut wanted = Where::shops(shops, filter);
    wanted.stage(filter.stage);
    let sql = format!(
        "SELECT row_json FROM case_file WHERE {} ORDER BY {}, id LIMIT {GONE_THROUGH}",
        wanted.sql,
        sort_key(filter.stage)
    );
    tx.each(&sql, &bound(&wanted.values), |row| {
        found.extend(Some(row.json("row", 0)?).filter(&fits));
        Ok(found.len() < most)
    })?;
    Ok(found)
}

fn counts(tx: &Tx<'_>, base: &Where) -> Result<BTreeMap<Stage, u64>, StoreError> {
    let mut counts: BTreeMap<Stage, u64> = Stage::ALL.into_iter().map(|stage| (stage, 0)).collect();
    let sql = format!("SELECT stage, COUNT(*), COUNT(owed_since) FROM case_file WHERE {} GROUP BY stage", base.sql);
    tx.each(&sql, &bound(&base.values), |row| {
        let word: String = row.get(0)?;
        for (stage, count) in &mut counts {
            if *stage == Stage::ToTell {
                *count += u64::from(row.get::<u32>(2)?);
            } else if stage_word(*stage) == word {
                *count = u64::from(row.get::<u32>(1)?);
            }
        }
        Ok(true)
    })?;
    Ok(counts)
}

fn headline(tx: &Tx<'_>, base: &Where, now: Timestamp) -> Result<Headline, StoreError> {
    let mut headline = Headline::default();
    let mut at_risk = Vec::new();
    let sql = format!(
        "SELECT deadline, row_json FROM case_file WHERE {} AND deadline >= ? AND deadline < ? AND stage IN \
         ('to_decide', 'to_inspect') ORDER BY deadline, id",
        base.sql
    );
    let mut values = base.values.clone();
    values.extend([Value::from(now.millis()), Value::from(now.plus_millis(7 * DAY_MS).millis())]);
    tx.each(&sql, &bound(&values), |entry| {
        let left = entry.get::<i64>(0)? - now.millis();
        if let Some(day) = usize::try_from(left / DAY_MS).ok().and_then(|day| headline.days.get_mut(day)) {
            *day += 1;
        }
        if left >= DAY_MS {
            return Ok(true);
        }
        let row: CaseRow = entry.json("row", 1)?;
        if headline.next.is_none() {
            headline.next = Some(NextDeadline {
                case: row.id.clone(),
                at: now.plus_millis(left),
                reason: row.reason.clone(),
                reason_text: row.reason_text.clone(),
            });
        }
        if row.stage == Stage::ToDecide {
            headline.at_risk_cases += 1;
            at_risk.extend(row.amount);
        }
        Ok(true)
    })?;
    headline.at_risk = Money::sums(at_risk);
    let sql = format!("SELECT COUNT(owed_since), MIN(owed_since) FROM case_file WHERE {}", base.sql);
    let (owed, since): (u32, Option<i64>) =
        tx.only(&sql, &bound(&base.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    headline.owed = u64::from(owed);
    headline.owed_since = since.map(Timestamp::from_millis);
    Ok(headline)
}
