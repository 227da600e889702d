//! What each case contributes to the reports, and what they read of it. Every statement is answered from an index that
//! holds all it reads; a test walks their plans.

mod cases;

pub use cases::{Which, cases};

use super::StoreError;
use super::cases::id;
use super::sql::{Cell, Param, Row, Tx, among, params, pieces, rows};
use shared::domain::case::Kind;
use shared::domain::report::{CaseFact, FACT_VERSION, WEEK_MS};
use shared::id::ShopId;
use shared::money::{Money, MoneyError};
use shared::reasons::{ReasonGroup, group_named, group_word};
use shared::time::Timestamp;
use shared::wire::report::{Care, ChatWeek};

/// Notes what cases contribute; each stands there once. Who had it when its time ran out stays, whoever takes it later. A
/// ruling keeps the instant at which it was first seen: TikTok does not say when it was. What is known already is not
/// written again: of all that is counted anew, little has changed, and six indexes hold it.
pub fn save(tx: &Tx<'_>, facts: &[&CaseFact]) -> Result<(), StoreError> {
    pieces(facts).into_iter().try_for_each(|piece| save_piece(tx, piece))
}

fn save_piece(tx: &Tx<'_>, facts: &[&CaseFact]) -> Result<(), StoreError> {
    let whole = |truth: bool| i64::from(truth);
    let integer = |number: Option<i64>| number.map_or(Param::Null, Param::Integer);
    let mut values = Vec::with_capacity(facts.len() * 19);
    for fact in facts {
        let answered = fact.answered.as_ref();
        let units = fact.amount.as_ref().and_then(|amount| Some((amount, amount.in_ten_thousandths()?)));
        values.extend([
            Param::Text(fact.case.as_str()),
            Param::Text(fact.shop.as_str()),
            Param::Text(fact.kind.word()),
            Param::Text(group_word(fact.reason)),
            Param::Text(&fact.product),
            Param::Integer(fact.asked.millis()),
            integer(answered.map(|answered| answered.at.millis())),
            integer(answered.and_then(|answered| answered.in_time).map(whole)),
            answered.and_then(|answered| answered.agent.as_ref()).map_or(Param::Null, |id| Param::Text(id.as_str())),
            integer(answered.and_then(|answered| answered.took_ms)),
            integer(answered.and_then(|answered| answered.told_ms)),
            integer(answered.and_then(|answered| answered.wrote_again).map(whole)),
            integer(fact.refunded.map(Timestamp::millis)),
            units.map_or(Param::Null, |(amount, _)| Param::Text(amount.currency())),
            integer(units.map(|(_, (units, _))| units)),
            integer(units.map(|(_, (_, digits))| i64::from(digits))),
            integer(fact.ruled.map(|(at, _)| at.millis())),
            integer(fact.ruled.map(|(_, won)| whole(won))),
            Param::Integer(i64::from(FACT_VERSION)),
        ]);
    }
    tx.execute(
        &format!(
            "INSERT INTO case_fact (case_id, shop_id, kind, reason, product, asked_at, answered_at, in_time, \
             agent_id, took_ms, told_ms, wrote_again, refunded_at, currency, amount, digits, ruled_at, won, version) VALUES {} \
             ON CONFLICT (case_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, \
             product = excluded.product, asked_at = excluded.asked_at, answered_at = excluded.answered_at, in_time = excluded.in_time, \
             agent_id = CASE WHEN case_fact.in_time = 0 AND excluded.in_time = 0 THEN case_fact.agent_id \
             ELSE excluded.agent_id END, took_ms = excluded.took_ms, told_ms = excluded.told_ms, \
             wrote_again = excluded.wrote_again, refunded_at = excluded.refunded_at, currency = excluded.currency, \
             amount = excluded.amount, digits = excluded.digits, ruled_at = CASE WHEN case_fact.won = excluded.won \
             THEN case_fact.ruled_at ELSE excluded.ruled_at END, won = excluded.won, \
             version = excluded.version WHERE {}",
            rows(19, facts.len()),
            differs(),
        ),
        &values,
    )?;
    Ok(())
}

/// Something of a case is not as it is kept.
fn differs() -> String {
    let columns = [
        "kind",
        "reason",
        "product",
        "asked_at",
        "answered_at",
        "in_time",
        "agent_id",
        "took_ms",
        "told_ms",
        "wrote_again",
        "refunded_at",
        "currency",
        "amount",
        "digits",
        "won",
        "version",
    ];
    let differs = columns.map(|column| format!("case_fact.{column} IS DISTINCT FROM excluded.{column}"));
    differs.join(" OR ")
}

/// Notes how TikTok counts a week of chats now.
pub fn keep_chat_week(tx: &Tx<'_>, week: &ChatWeek, now: Timestamp) -> Result<(), StoreError> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO chat_week (shop_id, week, sessions, answered, satisfied, first_ms, read_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (shop_id, week) DO UPDATE SET sessions = excluded.sessions, \
         answered = excluded.answered, satisfied = excluded.satisfied, first_ms = excluded.first_ms, \
         read_at = excluded.read_at",
        params![
            week.shop.as_str(),
            week.week.millis(),
            whole(week.sessions),
            week.answered.map(whole),
            week.satisfied.map(whole),
            week.first_ms,
            now.millis(),
        ],
    )?;
    Ok(())
}

fn chat_weeks_sql(shops: usize) -> String {
    format!(
        "SELECT shop_id, week, sessions, answered, satisfied, first_ms FROM chat_week WHERE {} AND week >= ? \
         ORDER BY shop_id, week",
        among("shop_id", shops)
    )
}

/// How TikTok counts the chats of these shops, by shop, oldest week first.
pub fn chat_weeks(tx: &Tx<'_>, shops: &[ShopId], from: Timestamp) -> Result<Vec<ChatWeek>, StoreError> {
    let mut values = of_shops(shops);
    values.push(Param::Integer(from.millis()));
    tx.all(&chat_weeks_sql(shops.len()), &values, |row| {
        let sessions = count(row, 2)?;
        // Of no chats nothing is known; what an older version has kept says 0 %.
        let known = |column| Ok::<_, StoreError>(row.get::<Option<i64>>(column)?.filter(|_| sessions > 0));
        let share = |column| Ok::<_, StoreError>(known(column)?.and_then(|share| share.try_into().ok()));
        Ok(ChatWeek {
            shop: id("shop id", row.get(0)?)?,
            week: Timestamp::from_millis(row.get(1)?),
            sessions,
            answered: share(3)?,
            satisfied: share(4)?,
            first_ms: known(5)?,
        })
    })
}

/// Which requests: all, or those of one kind, for one group of reasons, of one product, or what of these is asked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut<'a> {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only for this.
    pub reason: Option<ReasonGroup>,
    /// Only of this product; an empty name is of requests that name none.
    pub product: Option<&'a str>,
}

impl<'a> Cut<'a> {
    fn parts(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let kind = self.kind.map(|kind| (" AND kind = ?", kind.word()));
        let reason = self.reason.map(|reason| (" AND reason = ?", group_word(reason)));
        let product = self.product.map(|product| (" AND product = ?", product));
        [kind, reason, product].into_iter().flatten()
    }

    /// After what else is asked of a row of `case_fact`.
    fn sql(self) -> String {
        self.parts().map(|(sql, _)| sql).collect()
    }

    fn values(self) -> impl Iterator<Item = Param<'a>> {
        self.parts().map(|(_, value)| Param::Text(value))
    }
}

/// Of which shops, when, and which requests.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// These shops.
    pub shops: &'a [ShopId],
    /// From this instant on.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// Only these.
    pub cut: Cut<'a>,
}

impl<'a> Span<'a> {
    fn values(&self) -> Vec<Param<'a>> {
        let mut values = of_shops(self.shops);
        values.extend([Param::Integer(self.from.millis()), Param::Integer(self.until.millis())]);
        values.extend(self.cut.values());
        values
    }

    /// With other values before them.
    fn values_after(&self, first: &[i64]) -> Vec<Param<'a>> {
        let mut values: Vec<_> = first.iter().copied().map(Param::Integer).collect();
        values.extend(self.values());
        values
    }
}

fn of_shops(shops: &[ShopId]) -> Vec<Param<'_>> {
    shops.iter().map(|shop| Param::Text(shop.as_str())).collect()
}

/// How many shops, and which requests: what the text of a statement depends on.
#[derive(Debug, Clone, Copy)]
struct Scope<'a>(usize, Cut<'a>);

impl<'a> From<&Span<'a>> for Scope<'a> {
    fn from(span: &Span<'a>) -> Self {
        Self(span.shops.len(), span.cut)
    }
}

/// An instant; of one product's requests it is named in such a way that no index by it serves. They lie together in an index of
/// their own, and SQLite, which does not know how few they are, would rather go through all that happened then.
fn unsought(column: &str, cut: Cut<'_>) -> String {
    if cut.product.is_some() { ["+", column].concat() } else { column.to_owned() }
}

/// The cases of some shops in which something happened in a span.
fn within(column: &str, Scope(shops, cut): Scope<'_>) -> String {
    let at = unsought(column, cut);
    format!("{} AND {at} >= ? AND {at} <= ?{}", among("shop_id", shops), cut.sql())
}

fn count(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or_default())
}

fn place(row: &Row<'_>, column: usize) -> Result<usize, StoreError> {
    Ok(usize::try_from(row.get::<i64>(column)?).unwrap_or(usize::MAX))
}

fn money(currency: &str, units: i64, digits: u32) -> Result<Money, StoreError> {
    let corrupt = |source: MoneyError| StoreError::Corrupt { what: "amount", source: Box::new(source) };
    Money::of_ten_thousandths(units, digits, currency).map_err(corrupt)
}

pub(super) fn group(word: &str) -> ReasonGroup {
    group_named(word).unwrap_or(ReasonGroup::Other)
}

/// One request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredRow<'a> {
    /// Its shop.
    pub shop: &'a str,
    /// When.
    pub at: Timestamp,
    /// Whether in time.
    pub in_time: Option<bool>,
    /// From the request to the decision.
    pub took_ms: Option<i64>,
    /// From there until the buyer was told.
    pub told_ms: Option<i64>,
    /// Whether the buyer wrote again.
    pub wrote_again: Option<bool>,
    /// Who has to answer for it.
    pub agent: Option<&'a str>,
}

fn answered_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT shop_id, answered_at, in_time, took_ms, told_ms, wrote_again, agent_id FROM case_fact WHERE {}",
        within("answered_at", scope)
    )
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a str>, StoreError> {
    match row.cell(column)? {
        Cell::Text(text) => Ok(Some(text)),
        Cell::Null => Ok(None),
        Cell::Integer(_) | Cell::Blob(_) => Err(StoreError::Column { column }),
    }
}

/// Hands over each request that was answered in a span: quantiles need every one.
pub fn answered(tx: &Tx<'_>, span: &Span<'_>, mut take: impl FnMut(AnsweredRow<'_>)) -> Result<(), StoreError> {
    tx.each(&answered_sql(span.into()), &span.values(), |row| {
        take(AnsweredRow {
            shop: text(row, 0)?.unwrap_or_default(),
            at: Timestamp::from_millis(row.get(1)?),
            in_time: row.get(2)?,
            took_ms: row.get(3)?,
            told_ms: row.get(4)?,
            wrote_again: row.get(5)?,
            agent: text(row, 6)?,
        });
        Ok(true)
    })
}

fn ran_out_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT (answered_at - ?) / {WEEK_MS}, currency, CAST(SUM(amount) AS BIGINT), MAX(digits) FROM case_fact \
         WHERE in_time = 0 AND {} AND currency IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        within("answered_at", scope)
    )
}

/// What TikTok approved because time ran out: by week of the span, one sum per currency.
pub fn ran_out(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<(usize, Money)>, StoreError> {
    tx.all(&ran_out_sql(span.into()), &span.values_after(&[span.from.millis()]), |row| {
        Ok((place(row, 0)?, money(&row.get::<String>(1)?, row.get(2)?, row.get(3)?)?))
    })
}

/// What a shop paid back in one week and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// Which shop.
    pub shop: ShopId,
    /// Week of the span.
    pub week: usize,
    /// How many refunds.
    pub count: u64,
    /// Their sum; none: TikTok does not say how much.
    pub sum: Option<Money>,
}

fn refunded_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT shop_id, (refunded_at - ?) / {WEEK_MS}, currency, CAST(SUM(amount) AS BIGINT), MAX(digits), COUNT(*) \
         FROM case_fact WHERE {} GROUP BY 1, 2, 3 ORDER BY 1, 3, 2",
        within("refunded_at", scope)
    )
}

/// What was paid back in a span, by shop, week and currency.
pub fn refunded(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<Refunded>, StoreError> {
    tx.all(&refunded_sql(span.into()), &span.values_after(&[span.from.millis()]), |row| {
        let currency: Option<String> = row.get(2)?;
        let sum = currency.map(|currency| money(&currency, row.get(3)?, row.get(4)?)).transpose()?;
        Ok(Refunded { shop: id("shop id", row.get(0)?)?, week: place(row, 1)?, count: count(row, 5)?, sum })
    })
}

fn reasons_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT reason, product, COUNT(*) FROM case_fact WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        within("asked_at", scope)
    )
}

/// How many requests were made in a span, by reason and product.
pub fn reasons(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<(ReasonGroup, String, u64)>, StoreError> {
    tx.all(&reasons_sql(span.into()), &span.values(), |row| {
        Ok((group(&row.get::<String>(0)?), row.get(1)?, count(row, 2)?))
    })
}

fn asked_sql(scope: Scope<'_>) -> String {
    format!("SELECT reason, COUNT(*) FROM case_fact WHERE {} GROUP BY 1 ORDER BY 1", within("asked_at", scope))
}

/// How many requests were made in a span, by reason.
pub fn asked(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<(ReasonGroup, u64)>, StoreError> {
    tx.all(&asked_sql(span.into()), &span.values(), |row| Ok((group(&row.get::<String>(0)?), count(row, 1)?)))
}

/// How many requests of one reason and product were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which reason.
    pub reason: ReasonGroup,
    /// Which product.
    pub product: String,
    /// From some instant on.
    pub now: u64,
    /// Before it.
    pub before: u64,
}

fn changes_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT reason, product, CAST(SUM(CASE WHEN asked_at >= ? THEN 1 ELSE 0 END) AS BIGINT), COUNT(*) \
         FROM case_fact WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        within("asked_at", scope)
    )
}

/// How many requests were made in a span, before an instant and from it on, by reason and product.
pub fn changes(tx: &Tx<'_>, span: &Span<'_>, parts: Timestamp) -> Result<Vec<Change>, StoreError> {
    tx.all(&changes_sql(span.into()), &span.values_after(&[parts.millis()]), |row| {
        let now = count(row, 2)?;
        let before = count(row, 3)?.saturating_sub(now);
        Ok(Change { reason: group(&row.get::<String>(0)?), product: row.get(1)?, now, before })
    })
}

fn paid_for_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT currency, CAST(SUM(amount) AS BIGINT), MAX(digits) FROM case_fact WHERE {} \
         AND refunded_at IS NOT NULL AND currency IS NOT NULL GROUP BY 1 ORDER BY 1",
        within("asked_at", scope)
    )
}

/// What was paid back for requests of one reason and product that were made in a span, one sum per currency.
pub fn paid_for(tx: &Tx<'_>, span: &Span<'_>, reason: ReasonGroup, product: &str) -> Result<Vec<Money>, StoreError> {
    let span = Span { cut: Cut { reason: Some(reason), product: Some(product), ..span.cut }, ..*span };
    tx.all(&paid_for_sql((&span).into()), &span.values(), |row| money(&row.get::<String>(0)?, row.get(1)?, row.get(2)?))
}

fn was_asked_sql(shops: usize) -> String {
    format!("SELECT 1 FROM case_fact WHERE {} AND reason = ? AND product = ? LIMIT 1", among("shop_id", shops))
}

/// Whether somebody asked some shops for this reason about this product.
pub fn was_asked(tx: &Tx<'_>, shops: &[ShopId], reason: ReasonGroup, product: &str) -> Result<bool, StoreError> {
    let mut values = of_shops(shops);
    values.extend([Param::Text(group_word(reason)), Param::Text(product)]);
    Ok(tx.first(&was_asked_sql(shops.len()), &values, |row| row.get::<i64>(0))?.is_some())
}

/// Who looks after a reason of a product; none: nobody.
pub fn care(tx: &Tx<'_>, reason: ReasonGroup, product: &str) -> Result<Option<Care>, StoreError> {
    let sql = "SELECT owner_id, look_by FROM drift_care WHERE reason = ?1 AND product = ?2";
    tx.first(sql, params![group_word(reason), product], |row| {
        Ok(Care { owner: id("agent id", row.get(0)?)?, look_by: Timestamp::from_millis(row.get(1)?) })
    })
}

/// Says who looks after a reason of a product from now on.
pub fn set_care(tx: &Tx<'_>, reason: ReasonGroup, product: &str, care: Option<&Care>) -> Result<(), StoreError> {
    let sql = "DELETE FROM drift_care WHERE reason = ?1 AND product = ?2";
    tx.execute(sql, params![group_word(reason), product])?;
    if let Some(care) = care {
        tx.execute(
            "INSERT INTO drift_care (reason, product, owner_id, look_by) VALUES (?1, ?2, ?3, ?4)",
            params![group_word(reason), product, care.owner.as_str(), care.look_by.millis()],
        )?;
    }
    Ok(())
}

const FIRST_ASKED: &str = "SELECT MIN(asked_at) FROM case_fact WHERE shop_id = ?1";

/// When the oldest request of a shop was made.
pub fn first_asked(tx: &Tx<'_>, shop: &ShopId) -> Result<Option<Timestamp>, StoreError> {
    tx.only(FIRST_ASKED, params![shop.as_str()], |row| Ok(row.get::<Option<i64>>(0)?.map(Timestamp::from_millis)))
}

fn rulings_sql(scope: Scope<'_>) -> String {
    format!(
        "SELECT (ruled_at - ?) / {WEEK_MS}, won, COUNT(*) FROM case_fact WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        within("ruled_at", scope)
    )
}

/// Rulings that were seen in a span: week, whether for the shop, how many.
pub fn rulings(tx: &Tx<'_>, span: &Span<'_>) -> Result<Vec<(usize, bool, u64)>, StoreError> {
    tx.all(&rulings_sql(span.into()), &span.values_after(&[span.from.millis()]), |row| {
        Ok((place(row, 0)?, row.get(1)?, count(row, 2)?))
    })
}

/// The shop is compared in such a way that no index by shop serves: SQLite would go through every case of the shop.
fn of_these_shops(shops: usize) -> String {
    among("shop_id || ''", shops)
}

/// What an open case asks for is known once it has been counted.
fn counted_as(cut: Cut<'_>) -> String {
    let sql = cut.sql();
    if sql.is_empty() {
        sql
    } else {
        format!(" AND EXISTS (SELECT 1 FROM case_fact WHERE case_id = case_file.id{sql})")
    }
}

fn open_values<'a>(shops: &'a [ShopId], cut: Cut<'a>) -> Vec<Param<'a>> {
    of_shops(shops).into_iter().chain(cut.values()).collect()
}

fn disputed_sql(Scope(shops, cut): Scope<'_>) -> String {
    let (these, cut) = (of_these_shops(shops), counted_as(cut));
    format!("SELECT COUNT(*) FROM case_file WHERE stage = 'disputed' AND {these}{cut}")
}

/// Disputes that are open now.
pub fn disputed(tx: &Tx<'_>, shops: &[ShopId], cut: Cut<'_>) -> Result<u64, StoreError> {
    tx.only(&disputed_sql(Scope(shops.len(), cut)), &open_values(shops, cut), |row| count(row, 0))
}

fn owed_sql(Scope(shops, cut): Scope<'_>) -> String {
    let (these, cut) = (of_these_shops(shops), counted_as(cut));
    format!(
        "SELECT shop_id, owed_since FROM case_file WHERE owed_since IS NOT NULL AND {these}{cut} ORDER BY owed_since"
    )
}

/// Since when replies are owed now, oldest first.
pub fn owed(tx: &Tx<'_>, shops: &[ShopId], cut: Cut<'_>) -> Result<Vec<(ShopId, Timestamp)>, StoreError> {
    tx.all(&owed_sql(Scope(shops.len(), cut)), &open_values(shops, cut), |row| {
        Ok((id("shop id", row.get(0)?)?, Timestamp::from_millis(row.get(1)?)))
    })
}

fn waiting_sql(shops: usize) -> String {
    format!("SELECT COUNT(*) FROM unchecked WHERE {}", among("shop_id", shops))
}

/// How many cases are still to be counted, for the first time or anew.
pub fn waiting(tx: &Tx<'_>, shops: &[ShopId]) -> Result<u64, StoreError> {
    tx.only(&waiting_sql(shops.len()), &of_shops(shops), |row| count(row, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use shared::domain::report::Answered;

    fn plan(tx: &Tx<'_>, sql: &str) -> Vec<String> {
        let marks = sql.matches('?').count();
        let values: Vec<_> = (0..marks).map(|_| Param::Null).collect();
        tx.all(&format!("EXPLAIN QUERY PLAN {sql}"), &values, |row| row.get(3)).unwrap()
    }

    /// How its plan looks things up, report by report.
    fn expected(scope: Scope<'_>) -> Vec<(String, String)> {
        let ann = "ann".parse().unwrap();
        let (by_all, by_ann, asked) = (Which::RanOut(None), Which::RanOut(Some(&ann)), Which::Asked);
        let is_of_product = scope.1.product.is_some();
        // Of one product all is read from one index.
        let found = |covers: &str, index: &str, at: &str| {
            let of_all = format!("{index} (shop_id=? AND {at}>? AND {at}<?)");
            let looks = if is_of_product { "product (shop_id=? AND product=?)" } else { &of_all };
            format!("case_fact USING {covers}INDEX case_fact_{looks}")
        };
        let covered = |index: &str, at: &str| found("COVERING ", index, at);
        let rows = |index: &str, at: &str| found("", index, at);
        let one = Cut { reason: Some(ReasonGroup::Fit), product: Some("Lamp"), ..scope.1 };
        let of_one = "case_fact USING COVERING INDEX case_fact_product (shop_id=? AND product=?)";
        let exact = |plan: &str| plan.to_owned();
        vec![
            (cases::count_sql(by_all, scope), covered("ran_out", "answered_at")),
            (cases::count_sql(by_ann, scope), covered("answered", "answered_at")),
            (cases::list_sql(by_all, scope, 9), rows("ran_out", "answered_at")),
            (cases::list_sql(by_ann, scope, 9), rows("ran_out", "answered_at")),
            (cases::count_sql(asked, scope), covered("asked", "asked_at")),
            (cases::list_sql(asked, scope, 9), rows("asked", "asked_at")),
            (answered_sql(scope), covered("answered", "answered_at")),
            (ran_out_sql(scope), covered("ran_out", "answered_at")),
            (refunded_sql(scope), covered("refunded", "refunded_at")),
            (reasons_sql(scope), covered("asked", "asked_at")),
            (asked_sql(scope), covered("asked", "asked_at")),
            (changes_sql(scope), covered("asked", "asked_at")),
            (rulings_sql(scope), covered("ruled", "ruled_at")),
            (paid_for_sql(Scope(scope.0, one)), exact(of_one)),
            (was_asked_sql(scope.0), exact(of_one)),
            (FIRST_ASKED.to_owned(), exact("case_fact USING COVERING INDEX case_fact_asked (shop_id=?)")),
            (disputed_sql(scope), exact("case_file USING INDEX case_file_queue (stage=?)")),
            (owed_sql(scope), exact("case_file USING INDEX case_file_owed")),
            (waiting_sql(scope.0), exact("unchecked USING COVERING INDEX unchecked_next")),
        ]
    }

    /// With all that a statement or a pattern could take for its own.
    const LONG: &str = "ไฟ 100% \"o'Lamp\" 灯?";

    fn fact(number: i64, kind: Kind, reason: ReasonGroup, product: &str) -> CaseFact {
        let at = Timestamp::from_millis(number);
        let answered =
            Answered { at, in_time: Some(false), agent: None, took_ms: None, told_ms: None, wrote_again: None };
        CaseFact {
            case: format!("c_{number}").parse().unwrap(),
            shop: "s_1".parse().unwrap(),
            kind,
            reason,
            product: product.to_owned(),
            asked: at,
            answered: Some(answered),
            refunded: Some(at),
            amount: Money::parse("1.00", "USD").ok(),
            ruled: Some((at, true)),
        }
    }

    /// Each case is an open dispute, and its buyer waits for a reply.
    fn keep(tx: &Tx<'_>, facts: &[CaseFact]) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO grant_ (id, app, open_id, seller_name, access_expires, refresh_expires, scopes, version, state) \
             VALUES ('g_1', 'real', '1', '', 0, 0, '[]', 1, 'live')",
            &[],
        )?;
        tx.execute(
            "INSERT INTO shop (id, app, platform_id, name, region, cipher, grant_id, connected_at, link, webhook_path, \
             import) VALUES ('s_1', 'real', '1', 'One', 'GB', x'', 'g_1', 0, 'connected', 'p', '')",
            &[],
        )?;
        for fact in facts {
            let sql = "INSERT INTO case_file (id, shop_id, object, platform_id, order_id, version, platform, platform_at, \
                 seen, read_at, stage, owed_since) \
                 VALUES (?1, 's_1', 'return', ?1, '1', 1, '', 0, '', 0, 'disputed', ?2)";
            tx.execute(sql, params![fact.case, fact.asked.millis()])?;
        }
        save(tx, &facts.iter().collect::<Vec<_>>())
    }

    /// How many cases each statement counts: all the same.
    fn counts(tx: &Tx<'_>, cut: Cut<'_>) -> u64 {
        let shops = ["s_1".parse().unwrap()];
        let (from, until) = (Timestamp::from_millis(0), Timestamp::from_millis(9));
        let span = Span { shops: &shops, from, until, cut };
        let mut answers = 0;
        answered(tx, &span, |_| answers += 1).unwrap();
        let dollars =
            |all: Vec<Money>| all.iter().map(|sum| sum.in_ten_thousandths().unwrap().0.unsigned_abs() / 10_000).sum();
        let reason = cut.reason.unwrap_or(ReasonGroup::Fit);
        let product = cut.product.unwrap_or("Lamp");
        let (of_reason, paid) = (
            reasons(tx, &span)
                .unwrap()
                .iter()
                .filter(|(found, of, _)| *found == reason && of == product)
                .map(|(.., count)| count)
                .sum::<u64>(),
            dollars(paid_for(tx, &span, reason, product).unwrap()),
        );
        assert_eq!(of_reason, paid, "of one reason and product");
        let listed = |which| super::cases(tx, &span, which, 9).unwrap().1;
        let all: [u64; 9] = [
            listed(Which::RanOut(None)),
            listed(Which::Asked),
            dollars(ran_out(tx, &span).unwrap().into_iter().map(|(_, sum)| sum).collect()),
            refunded(tx, &span).unwrap().iter().map(|one| one.count).sum(),
            reasons(tx, &span).unwrap().iter().map(|(.., count)| count).sum(),
            changes(tx, &span, until).unwrap().iter().map(|change| change.now + change.before).sum(),
            rulings(tx, &span).unwrap().iter().map(|(.., count)| count).sum(),
            disputed(tx, &shops, cut).unwrap(),
            u64::try_from(owed(tx, &shops, cut).unwrap().len()).unwrap(),
        ];
        assert_eq!(all, [answers; 9], "{cut:?}");
        answers
    }

    #[test]
    fn every_statement_counts_the_same_requests() {
        use ReasonGroup::{Damaged, Fit};
        let long = LONG.repeat(16);
        assert!(long.chars().count() > 300);
        let facts = [
            fact(1, Kind::RefundOnly, Damaged, "Lamp"),
            fact(2, Kind::RefundOnly, Fit, "Lamp"),
            fact(3, Kind::ReturnAndRefund, Fit, "Lamp"),
            fact(4, Kind::RefundOnly, Fit, "Lamp"),
            fact(5, Kind::RefundOnly, Fit, ""),
            fact(6, Kind::Cancellation, Damaged, &long),
        ];
        let store = Store::in_memory().unwrap();
        store.write(|tx| keep(tx, &facts)).unwrap();
        for (kind, reason, product, expected) in [
            (None, None, None, 6),
            (Some(Kind::RefundOnly), None, None, 4),
            (None, Some(Fit), None, 4),
            (Some(Kind::RefundOnly), Some(Fit), None, 3),
            (Some(Kind::ReturnAndRefund), Some(Damaged), None, 0),
            (Some(Kind::Replacement), None, None, 0),
            (None, None, Some("Lamp"), 4),
            (Some(Kind::RefundOnly), None, Some("Lamp"), 3),
            (None, Some(Fit), Some("Lamp"), 3),
            (Some(Kind::RefundOnly), Some(Fit), Some("Lamp"), 2),
            (None, None, Some(""), 1),
            (None, None, Some(long.as_str()), 1),
            (Some(Kind::RefundOnly), None, Some(long.as_str()), 0),
            (None, None, Some("lamp"), 0),
            (None, None, Some("L%"), 0),
        ] {
            let found = store.read(|tx| Ok(counts(tx, Cut { kind, reason, product }))).unwrap();
            assert_eq!(found, expected, "{kind:?} {reason:?} {product:?}");
        }
        // What is counted anew is kept as it is found.
        let other = fact(1, Kind::Replacement, Damaged, "Shade");
        store.write(|tx| save(tx, &[&other])).unwrap();
        let of_kind = Cut { kind: Some(Kind::Replacement), ..Cut::default() };
        let of_product = Cut { product: Some("Shade"), ..Cut::default() };
        for cut in [of_kind, of_product] {
            assert_eq!(store.read(|tx| Ok(counts(tx, cut))).unwrap(), 1, "{cut:?}");
        }
    }

    #[test]
    fn every_report_is_answered_from_an_index_that_holds_all_it_reads() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let some = [
            (None, None),
            (Some(Kind::Cancellation), None),
            (None, Some(ReasonGroup::Damaged)),
            (Some(Kind::RefundOnly), Some(ReasonGroup::Fit)),
        ];
        let scopes = some.into_iter().flat_map(|(kind, reason)| {
            let cut = move |product| Cut { kind, reason, product };
            [1, 3].into_iter().flat_map(move |shops| [None, Some("Lamp")].map(|product| Scope(shops, cut(product))))
        });
        for scope in scopes {
            for (sql, expected) in expected(scope) {
                let plan = store.read(|tx| Ok(plan(tx, &sql))).unwrap();
                let looks: Vec<_> =
                    plan.iter().filter(|step| step.contains("case_f") || step.contains("unchecked")).collect();
                // Of the few open cases each is looked up by its key.
                let is_open = sql.contains("FROM case_file");
                // And of the cases that are listed.
                let is_listed = sql.contains("row_json");
                let by_key = |step: &str| {
                    is_open && step.contains("sqlite_autoindex_case_fact_1 (case_id=?)")
                        || is_listed && step.contains("sqlite_autoindex_case_file_1 (id=?)")
                };
                assert!(looks.first().is_some_and(|step| step.contains(&expected)), "{sql}\n{plan:?}");
                assert!(looks.iter().all(|step| step.contains(&expected) || by_key(step)), "{sql}\n{plan:?}");
            }
        }
    }
}
