//! Results of the checks, and which photos were opened.

use super::cases::id;
use super::sql::{Bind, ByCase, Param, Row, Tx, among, by_case, filled, params, pieces, rows};
use super::{StoreError, from_json, reports, to_json};
use shared::domain::quality::{Check, CheckState, Checkpoint, QUALITY_VERSION};
use shared::domain::report::FACT_VERSION;
use shared::id::{AgentId, CaseId, MediaId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::reply::Place;
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, Opened};
use shared::wire::quality::Tally;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A set of checks, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checks(i64);

fn bit(check: Check) -> i64 {
    let place = Check::ALL.iter().position(|one| *one == check).unwrap_or_default();
    1 << place
}

impl Checks {
    /// Those that stand so.
    pub fn of(points: &[Checkpoint], state: CheckState) -> Self {
        Self(points.iter().filter(|point| point.state == state).fold(0, |all, point| all | bit(point.check)))
    }

    /// Whether it is one of them.
    pub fn has(self, check: Check) -> bool {
        self.0 & bit(check) != 0
    }

    /// In the order of the work.
    pub fn iter(self) -> impl Iterator<Item = Check> {
        Check::ALL.into_iter().filter(move |check| self.has(*check))
    }
}

/// How one case stands under the present rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Which.
    pub case: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// Who decided it last at this desk.
    pub agent: Option<AgentId>,
    /// When it was decided.
    pub decided: Timestamp,
    /// What holds.
    pub passed: Checks,
    /// What does not.
    pub failed: Checks,
    /// What is not known yet.
    pub unknown: Checks,
    /// What TikTok approved because time ran out.
    pub ran_out: Option<Money>,
    /// When time alone may change it.
    pub due: Option<Timestamp>,
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

const UNCHECKED: &str = "SELECT case_id FROM unchecked WHERE can_wait = ?1 ORDER BY case_id LIMIT ?2";

/// Cases that have changed since they were last checked.
pub fn unchecked(tx: &Tx<'_>, most: u32) -> Result<Vec<CaseId>, StoreError> {
    tx.all(UNCHECKED, params![false, most], |row| id("case id", row.get(0)?))
}

const DUE: &str = "SELECT case_id FROM quality WHERE due_at <= ?1 AND version = ?2 ORDER BY due_at LIMIT ?3";

/// Cases whose result time alone may have changed.
pub fn due(tx: &Tx<'_>, now: Timestamp, most: u32) -> Result<Vec<CaseId>, StoreError> {
    tx.all(DUE, params![now.millis(), QUALITY_VERSION, most], |row| id("case id", row.get(0)?))
}

/// Cases that were never counted for the reports, or by older rules. Where cases are still to be checked anyhow, those come
/// first.
pub fn uncounted(tx: &Tx<'_>, most: u32) -> Result<Vec<CaseId>, StoreError> {
    tx.all(UNCHECKED, params![true, most], |row| id("case id", row.get(0)?))
}

/// Leaves a version of a case out until it changes: it is practised, or what is stored of it cannot be read, and then it is
/// of no known version.
pub fn leave_out(tx: &Tx<'_>, case: &CaseId, version: Option<u64>) -> Result<(), StoreError> {
    match version {
        Some(version) => {
            let sql = "DELETE FROM unchecked WHERE case_id = ?1 AND version = ?2";
            tx.execute(sql, params![case, number(version)])?
        }
        None => tx.execute("DELETE FROM unchecked WHERE case_id = ?1", params![case])?,
    };
    tx.execute("UPDATE quality SET due_at = NULL WHERE case_id = ?1", params![case.as_str()])?;
    Ok(())
}

/// Asks for every case anew that was checked or counted by older rules. What those found stays. The number of cases that
/// were checked by older rules.
pub fn ask_anew(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let ask = |can_wait: u8, cases: &str| {
        format!(
            "INSERT INTO unchecked (case_id, shop_id, version, can_wait) \
             SELECT id, shop_id, version, {can_wait} FROM case_file WHERE id IN ({cases}) ON CONFLICT (case_id) DO "
        )
    };
    let checked = "SELECT old.case_id FROM quality old WHERE NOT EXISTS \
         (SELECT 1 FROM quality present WHERE present.case_id = old.case_id AND present.version = ?1)";
    let asked = tx.execute(&(ask(0, checked) + "UPDATE SET can_wait = 0"), params![QUALITY_VERSION])?;
    let counted = "SELECT case_id FROM case_fact WHERE version < ?1";
    tx.execute(&(ask(1, counted) + "NOTHING"), params![FACT_VERSION])?;
    Ok(asked)
}

/// What was found of a version of a case.
pub struct CheckedVersion<'a> {
    /// Which.
    pub case: &'a CaseId,
    /// The version that was looked at: a newer one is still to be checked.
    pub version: u64,
    /// What came of the checks; none: nobody here has anything to answer for.
    pub outcome: Option<&'a Outcome>,
}

/// Notes that these were checked and counted, and what came of it. Each case stands there once.
pub fn save(tx: &Tx<'_>, looked: &[CheckedVersion<'_>], now: Timestamp) -> Result<(), StoreError> {
    for piece in pieces(looked) {
        save_piece(tx, piece, now)?;
    }
    Ok(())
}

fn is_one_of(columns: &str, count: usize) -> String {
    let looked = vec!["(CAST(? AS TEXT), CAST(? AS BIGINT))"; count].join(", ");
    format!("{columns} IN (VALUES {looked})")
}

fn looked_sql(count: usize) -> String {
    ["DELETE FROM unchecked WHERE ", &is_one_of("(case_id, version)", count)].concat()
}

/// Those of the cases that still have the version that was looked at. What was found of an older one is not to be kept:
/// another desk may have found something of the newer one since.
pub fn still_so(tx: &Tx<'_>, looked: &[(&CaseId, u64)]) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut all = BTreeSet::new();
    for piece in pieces(looked) {
        let values: Vec<_> =
            piece.iter().flat_map(|(case, version)| [case.bind(), Param::Integer(number(*version))]).collect();
        let sql = ["SELECT id FROM case_file WHERE ", &is_one_of("(id, version)", piece.len())].concat();
        all.extend(tx.all(&sql, &values, |row| id("case id", row.get(0)?))?);
    }
    Ok(all)
}

fn save_piece(tx: &Tx<'_>, looked: &[CheckedVersion<'_>], now: Timestamp) -> Result<(), StoreError> {
    let values: Vec<_> = looked.iter().flat_map(|one| [one.case.bind(), Param::Integer(number(one.version))]).collect();
    tx.execute(&looked_sql(looked.len()), &values)?;
    let clear = filled(looked.iter().filter(|one| one.outcome.is_none()).map(|one| one.case.bind()));
    if !clear.is_empty() {
        let sql = format!("DELETE FROM quality WHERE {} AND version = ?", among("case_id", clear.len()));
        let version = [Param::Integer(i64::from(QUALITY_VERSION))];
        tx.execute(&sql, &[clear, version.to_vec()].concat())?;
    }
    let outcomes: Vec<(&Outcome, u64)> = looked.iter().filter_map(|one| Some((one.outcome?, one.version))).collect();
    pieces(&outcomes).into_iter().try_for_each(|piece| save_outcomes(tx, piece, now))
}

fn save_outcomes(tx: &Tx<'_>, outcomes: &[(&Outcome, u64)], now: Timestamp) -> Result<(), StoreError> {
    let ran_out =
        outcomes.iter().map(|(one, _)| one.ran_out.as_ref().map(|amount| to_json("amount", amount)).transpose());
    let ran_out: Vec<Option<String>> = ran_out.collect::<Result<_, _>>()?;
    let (version, now) = (QUALITY_VERSION, now.millis());
    let mut values = Vec::with_capacity(outcomes.len() * 12);
    for ((outcome, of_version), ran_out) in outcomes.iter().zip(&ran_out) {
        values.extend([
            outcome.case.bind(),
            Param::Integer(i64::from(version)),
            Param::Text(outcome.shop.as_str()),
            outcome.agent.as_ref().map_or(Param::Null, |agent| Param::Text(agent.as_str())),
            Param::Integer(outcome.decided.millis()),
            Param::Integer(now),
            Param::Integer(outcome.passed.0),
            Param::Integer(outcome.failed.0),
            Param::Integer(outcome.unknown.0),
            ran_out.bind(),
            outcome.due.map_or(Param::Null, |due| Param::Integer(due.millis())),
            Param::Integer(number(*of_version)),
        ]);
    }
    tx.execute(
        &format!(
            "INSERT INTO quality (case_id, version, shop_id, agent_id, decided_at, computed_at, passed, failed, \
             unknown, ran_out, due_at, case_version) VALUES {} \
             ON CONFLICT (case_id, version) DO UPDATE SET agent_id = excluded.agent_id, \
             decided_at = excluded.decided_at, computed_at = excluded.computed_at, passed = excluded.passed, \
             failed = excluded.failed, unknown = excluded.unknown, ran_out = excluded.ran_out, \
             due_at = excluded.due_at, case_version = excluded.case_version",
            rows(12, outcomes.len())
        ),
        &values,
    )?;
    Ok(())
}

/// What held and what did not by the rules before the present ones, as far as they checked this version of a case. Where
/// it has changed since, that another result follows says nothing of the rules.
pub fn before(tx: &Tx<'_>, case: &CaseId, version: u64) -> Result<Option<(Checks, Checks)>, StoreError> {
    let sql = "SELECT passed, failed, case_version FROM quality WHERE case_id = ?1 AND version < ?2 \
         ORDER BY version DESC LIMIT 1";
    let found = tx.first(sql, params![case, QUALITY_VERSION], |row| {
        Ok((Checks(row.get(0)?), Checks(row.get(1)?), row.get::<Option<i64>>(2)?))
    })?;
    Ok(found.filter(|(.., of)| *of == Some(number(version))).map(|(passed, failed, _)| (passed, failed)))
}

/// Which results are meant.
pub struct Span<'a> {
    /// Of these shops.
    pub shops: &'a [ShopId],
    /// Decided after this.
    pub after: Timestamp,
    /// Decided until then.
    pub until: Timestamp,
    /// Decided by this person alone; none: by whomever.
    pub agent: Option<&'a AgentId>,
}

impl Span<'_> {
    fn condition(&self) -> String {
        let shops = among("q.shop_id", self.shops.len());
        let agent = if self.agent.is_some() { " AND q.agent_id = ?" } else { "" };
        format!("q.version = ? AND q.decided_at > ? AND q.decided_at <= ? AND {shops}{agent}")
    }

    fn values(&self) -> Vec<Param<'_>> {
        let mut values = vec![
            Param::Integer(i64::from(QUALITY_VERSION)),
            Param::Integer(self.after.millis()),
            Param::Integer(self.until.millis()),
        ];
        values.extend(self.shops.iter().map(|shop| Param::Text(shop.as_str())));
        values.extend(self.agent.map(|agent| Param::Text(agent.as_str())));
        values
    }
}

/// The results of one shop, person and week, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Whose.
    pub shop: ShopId,
    /// Who decided.
    pub agent: Option<AgentId>,
    /// Whole weeks before the end of the span.
    pub weeks_ago: usize,
    /// Cases without a failed check, and with one.
    pub cases: Tally,
    /// How each check stands, in the order of [`Check::ALL`].
    pub checks: Vec<Tally>,
}

fn count(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or_default())
}

/// Adds up by shop, person and week.
pub fn groups(tx: &Tx<'_>, span: &Span<'_>, week_ms: i64) -> Result<Vec<Group>, StoreError> {
    let sums: String = (0..Check::ALL.len())
        .map(|place| {
            let sum = |column| format!(", CAST(SUM((q.{column} >> {place}) & 1) AS BIGINT)");
            [sum("passed"), sum("failed")].concat()
        })
        .collect();
    let sql = format!(
        "SELECT q.shop_id, q.agent_id, (? - q.decided_at) / {week_ms}, CAST(SUM(CASE WHEN q.failed = 0 THEN 1 ELSE 0 END) AS BIGINT), COUNT(*){sums} \
         FROM quality q WHERE {} GROUP BY 1, 2, 3",
        span.condition()
    );
    let mut values = vec![Param::Integer(span.until.millis())];
    values.extend(span.values());
    tx.all(&sql, &values, |row| {
        let passed = count(row, 3)?;
        let checks = (0..Check::ALL.len())
            .map(|place| Ok(Tally { passed: count(row, 5 + 2 * place)?, failed: count(row, 6 + 2 * place)? }));
        Ok(Group {
            shop: id("shop id", row.get(0)?)?,
            agent: row.get::<Option<String>>(1)?.map(|text| id("agent id", text)).transpose()?,
            weeks_ago: usize::try_from(row.get::<i64>(2)?).unwrap_or_default(),
            cases: Tally { passed, failed: count(row, 4)?.saturating_sub(passed) },
            checks: checks.collect::<Result<_, StoreError>>()?,
        })
    })
}

/// In how many cases each check failed, in the order of [`Check::ALL`], by something that cases have in common.
pub type FailedBy<T> = Vec<(T, Vec<u64>)>;

/// By the buyer's reason.
pub fn failed_by_reason(tx: &Tx<'_>, span: &Span<'_>) -> Result<FailedBy<ReasonGroup>, StoreError> {
    let sums: String =
        (0..Check::ALL.len()).map(|place| format!(", CAST(SUM((q.failed >> {place}) & 1) AS BIGINT)")).collect();
    let sql = format!(
        "SELECT f.reason{sums} FROM quality q JOIN case_fact f ON f.case_id = q.case_id \
         WHERE q.failed <> 0 AND {} GROUP BY 1 ORDER BY 1",
        span.condition()
    );
    tx.all(&sql, &span.values(), |row| {
        let counts = (0..Check::ALL.len()).map(|place| count(row, 1 + place));
        Ok((reports::group(&row.get::<String>(0)?), counts.collect::<Result<_, _>>()?))
    })
}

/// By the reply from which a person started what was sent; however many versions it had, and however many replies of the
/// case began from it.
pub fn failed_by_reply(tx: &Tx<'_>, span: &Span<'_>) -> Result<FailedBy<Place>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT q.case_id, q.failed, u.template FROM quality q JOIN reply_use u ON u.case_id = q.case_id \
         JOIN intent i ON i.id = u.intent_id AND i.state = 'done' \
         WHERE u.template IS NOT NULL AND q.failed <> 0 AND {} ORDER BY 1, 3",
        span.condition()
    );
    let mut all: BTreeMap<Place, (String, Vec<u64>)> = BTreeMap::new();
    for (case, failed, template) in
        tx.all(&sql, &span.values(), |row| Ok((row.get::<String>(0)?, Checks(row.get(1)?), row.get::<String>(2)?)))?
    {
        let Some(place) = template.split('@').next().and_then(|place| place.parse::<Place>().ok()) else { continue };
        let (last, counts) = all.entry(place).or_insert_with(|| (String::new(), vec![0; Check::ALL.len()]));
        if *last == case {
            continue;
        }
        for (count, check) in counts.iter_mut().zip(Check::ALL) {
            *count += u64::from(failed.has(check));
        }
        *last = case;
    }
    Ok(all.into_iter().map(|(place, (_, counts))| (place, counts)).collect())
}

/// What TikTok approved because time ran out.
pub fn ran_out(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<Money>, StoreError> {
    let sql = format!("SELECT q.ran_out FROM quality q WHERE {} AND q.ran_out IS NOT NULL", span.condition());
    tx.all(&sql, &span.values(), |row| row.json("amount", 0))
}

/// A case with a failed check.
pub struct Found {
    /// The queue's row.
    pub row: CaseRow,
    /// When it was decided.
    pub decided: Timestamp,
    /// Who decided it here.
    pub agent: Option<AgentId>,
    /// What failed.
    pub failed: Checks,
}

/// Cases with a failed check, newest first, and how many there are.
pub fn failed(tx: &Tx<'_>, span: &Span<'_>, check: Option<Check>, most: u32) -> Result<(Vec<Found>, u64), StoreError> {
    let mut condition = span.condition();
    let values = span.values();
    // Of any check: all bits.
    let bits = check.map_or(i64::MAX, bit);
    condition.push_str(&format!(" AND (q.failed & {bits}) <> 0"));
    let total = tx.only(&format!("SELECT COUNT(*) FROM quality q WHERE {condition}"), &values, |row| count(row, 0))?;
    let sql = format!(
        "SELECT c.row_json, q.decided_at, q.agent_id, q.failed FROM quality q JOIN case_file c ON c.id = q.case_id \
         WHERE {condition} ORDER BY q.decided_at DESC, q.case_id LIMIT {most}"
    );
    let found = tx.all(&sql, &values, |row| {
        Ok(Found {
            row: row.json("row", 0)?,
            decided: Timestamp::from_millis(row.get(1)?),
            agent: row.get::<Option<String>>(2)?.map(|text| id("agent id", text)).transpose()?,
            failed: Checks(row.get(3)?),
        })
    })?;
    Ok((found, total))
}

/// A decided case as a candidate for a review.
pub struct Decided {
    /// The case.
    pub case: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// Who decided it here.
    pub agent: Option<AgentId>,
    /// When.
    pub decided: Timestamp,
    /// What failed.
    pub failed: Checks,
    /// The money, where it is asked for.
    pub amount: Option<Money>,
}

/// The cases of a span that were decided at this desk, newest first.
pub fn decided_here(tx: &Tx<'_>, span: &Span<'_>, with_amount: bool) -> Result<Vec<Decided>, StoreError> {
    // A row is read for its amount alone: left out where nobody asks.
    let (row_json, join) = match with_amount {
        true => ("c.row_json", " JOIN case_file c ON c.id = q.case_id"),
        false => ("''", ""),
    };
    let sql = format!(
        "SELECT q.case_id, q.agent_id, q.decided_at, q.failed, q.shop_id, {row_json} FROM quality q{join} WHERE {} \
         AND ((q.passed | q.failed | q.unknown) & {}) <> 0 ORDER BY q.decided_at DESC, q.case_id",
        span.condition(),
        // It stands wherever this desk has decided, and nowhere else.
        bit(Check::OneDecision)
    );
    tx.all(&sql, &span.values(), |row| {
        let json: String = row.get(5)?;
        let row_of = |json: &str| from_json::<CaseRow>("row", json);
        Ok(Decided {
            case: id("case id", row.get(0)?)?,
            shop: id("shop id", row.get(4)?)?,
            agent: row.get::<Option<String>>(1)?.map(|text| id("agent id", text)).transpose()?,
            decided: Timestamp::from_millis(row.get(2)?),
            failed: Checks(row.get(3)?),
            amount: if json.is_empty() { None } else { row_of(&json)?.amount },
        })
    })
}

/// The first cases that an agent decided.
pub fn first_of(tx: &Tx<'_>, agent: &AgentId, most: u32) -> Result<Vec<CaseId>, StoreError> {
    let sql = format!(
        "SELECT case_id FROM quality WHERE agent_id = ?1 AND version = ?2 ORDER BY decided_at, case_id LIMIT {most}"
    );
    tx.all(&sql, params![agent.as_str(), QUALITY_VERSION], |row| id("case id", row.get(0)?))
}

/// How many cases of some shops are still to be checked.
pub fn waiting(tx: &Tx<'_>, shops: &[ShopId]) -> Result<u64, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM unchecked WHERE can_wait = 0 AND {}", among("shop_id", shops.len()));
    let values: Vec<_> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    tx.only(&sql, &values, |row| count(row, 0))
}

/// Notes that an agent has opened a photo; only the first time counts.
pub fn open_photo(
    tx: &Tx<'_>,
    case: &CaseId,
    photo: &MediaId,
    agent: &AgentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO photo_opened (case_id, media_id, agent_id, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![case.as_str(), photo.as_str(), agent.as_str(), now.millis()],
    )?;
    Ok(())
}

/// Who opened which photo of these cases.
pub fn opened_photos(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<Opened>, StoreError> {
    let sql = "SELECT case_id, media_id, agent_id, at FROM photo_opened WHERE case_id IN (?) \
         ORDER BY at, media_id, agent_id";
    by_case(tx, cases, sql, usize::MAX, |row| {
        Ok(Opened {
            photo: id("media id", row.get(1)?)?,
            by: id("agent id", row.get(2)?)?,
            at: Timestamp::from_millis(row.get(3)?),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn what_is_due_is_found_without_going_through_every_result() {
        let store = Store::in_memory().unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {DUE}");
        let plan = store.read(|tx| tx.all(&plan, params![1, 2, 3], |row| row.get::<String>(3))).unwrap();
        assert_eq!(plan, ["SEARCH quality USING INDEX quality_due (version=? AND due_at<?)"]);
    }

    #[test]
    fn what_was_looked_at_is_found_case_by_case() {
        let store = Store::in_memory().unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {}", looked_sql(2));
        let values = params!["a", 1, "b", 2];
        let plan = store.read(|tx| tx.all(&plan, values, |row| row.get::<String>(3))).unwrap();
        assert_eq!(
            plan.first().map(String::as_str),
            Some("SEARCH unchecked USING INDEX sqlite_autoindex_unchecked_1 (case_id=?)")
        );
    }
}
