//! The team's own replies with their versions, and which reply was started from which text.

use super::StoreError;
use super::cases::id;
use super::sql::{Param, Row, Tx, among, filled, params};
use shared::domain::quality::{Check, QUALITY_VERSION};
use shared::id::{AgentId, CaseId, IntentId, ShopId};
use shared::reasons::{ReasonGroup, group_named, group_word};
use shared::reply::{Moment, Own, Place};
use shared::time::Timestamp;
use shared::wire::template::{Cell, Earlier, ShopCell, TemplateVersion, Usage, VersionState, Waiting};
use std::collections::BTreeMap;

const fn word(state: VersionState) -> &'static str {
    match state {
        VersionState::Writing => "writing",
        VersionState::Review => "review",
        VersionState::InUse => "in_use",
        VersionState::Replaced => "replaced",
    }
}

fn state(text: &str) -> Result<VersionState, StoreError> {
    let all = [VersionState::Writing, VersionState::Review, VersionState::InUse, VersionState::Replaced];
    let known = all.into_iter().find(|state| word(*state) == text);
    known.ok_or_else(|| StoreError::Corrupt { what: "template state", source: format!("unknown: {text:?}").into() })
}

fn place(text: &str) -> Result<Place, StoreError> {
    text.parse().map_err(|fault: shared::reply::NoPlace| StoreError::Corrupt { what: "place", source: Box::new(fault) })
}

const COLUMNS: &str =
    "number, state, words, note, author_id, written_at, revision, approver_id, approved_at, sent_back";

fn version(row: &Row<'_>) -> Result<TemplateVersion, StoreError> {
    Ok(TemplateVersion {
        number: row.get(0)?,
        state: state(&row.get::<String>(1)?)?,
        text: row.get(2)?,
        note: row.get(3)?,
        author: id("agent id", row.get(4)?)?,
        written: Timestamp::from_millis(row.get(5)?),
        revision: row.get(6)?,
        approver: row.get::<Option<String>>(7)?.map(|text| id("agent id", text)).transpose()?,
        approved: row.get::<Option<i64>>(8)?.map(Timestamp::from_millis),
        sent_back: row.get(9)?,
        usage: Usage::default(),
    })
}

/// All versions of a template but those that were dropped, newest first, without what became of them.
pub fn versions(tx: &Tx<'_>, at: &Place) -> Result<Vec<TemplateVersion>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM template_version WHERE place = ?1 AND state <> 'dropped' ORDER BY number DESC");
    tx.all(&sql, params![at.to_string()], version)
}

/// Keeps a version as it stands now.
pub fn save(tx: &Tx<'_>, at: &Place, version: &TemplateVersion) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO template_version (place, number, state, words, note, author_id, written_at, revision, approver_id, \
         approved_at, sent_back) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         ON CONFLICT (place, number) DO UPDATE SET state = excluded.state, words = excluded.words, \
         note = excluded.note, author_id = excluded.author_id, written_at = excluded.written_at, \
         revision = excluded.revision, approver_id = excluded.approver_id, approved_at = excluded.approved_at, \
         sent_back = excluded.sent_back",
        params![
            at.to_string(),
            version.number,
            word(version.state),
            version.text,
            version.note,
            version.author.as_str(),
            version.written.millis(),
            version.revision,
            version.approver.as_ref().map(AgentId::as_str),
            version.approved.map(Timestamp::millis),
            version.sent_back,
        ],
    )?;
    Ok(())
}

/// Forgets the words of a version that was never in use. Its number and its revisions are not used again: who has seen
/// them has seen nothing else.
pub fn drop_words(tx: &Tx<'_>, at: &Place, number: u32) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE template_version SET state = 'dropped', words = '', note = '', sent_back = NULL \
         WHERE place = ?1 AND number = ?2 AND state IN ('writing', 'review')",
        params![at.to_string(), number],
    )?;
    Ok(())
}

/// Keeps the words of a version that somebody else is about to write over.
pub fn keep_words(tx: &Tx<'_>, at: &Place, version: &TemplateVersion) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO template_words (place, revision, number, words, note, author_id, written_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (place, revision) DO NOTHING",
        params![
            at.to_string(),
            version.revision,
            version.number,
            version.text,
            version.note,
            version.author.as_str(),
            version.written.millis(),
        ],
    )?;
    Ok(())
}

/// What was written over in a version, newest first.
pub fn kept_words(tx: &Tx<'_>, at: &Place, number: u32) -> Result<Vec<Earlier>, StoreError> {
    let sql = "SELECT words, note, author_id, written_at FROM template_words \
         WHERE place = ?1 AND number = ?2 ORDER BY revision DESC";
    tx.all(sql, params![at.to_string(), number], |row| {
        Ok(Earlier {
            text: row.get(0)?,
            note: row.get(1)?,
            author: id("agent id", row.get(2)?)?,
            written: Timestamp::from_millis(row.get(3)?),
        })
    })
}

/// Somebody has a reply open.
pub fn edit(tx: &Tx<'_>, at: &Place, agent: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO template_editor (place, agent_id, seen_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (place, agent_id) DO UPDATE SET seen_at = excluded.seen_at";
    tx.execute(sql, params![at.to_string(), agent.as_str(), now.millis()])?;
    Ok(())
}

/// Who has had a reply open since.
pub fn editors(tx: &Tx<'_>, at: &Place, since: Timestamp) -> Result<Vec<AgentId>, StoreError> {
    let sql = "SELECT agent_id FROM template_editor WHERE place = ?1 AND seen_at >= ?2 ORDER BY agent_id";
    tx.all(sql, params![at.to_string(), since.millis()], |row| id("agent id", row.get(0)?))
}

/// From which texts the replies of a case were started that were sent, oldest first: the text, and whether it was changed.
pub fn told_with(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<(Place, String, bool)>, StoreError> {
    let sql = "SELECT u.place, u.template, u.is_edited FROM reply_use u JOIN intent i ON i.id = u.intent_id \
         WHERE u.case_id = ?1 AND u.template IS NOT NULL AND i.state = 'done' ORDER BY u.at, u.intent_id";
    tx.all(sql, params![case.as_str()], |row| {
        Ok((place(&row.get::<String>(0)?)?, row.get(1)?, row.get::<i64>(2)? != 0))
    })
}

/// The highest number and the highest revision that a place has ever had.
pub fn highest(tx: &Tx<'_>, at: &Place) -> Result<(u32, u32), StoreError> {
    let sql = "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(revision), 0) FROM template_version WHERE place = ?1";
    tx.only(sql, params![at.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Everything from which replies start.
pub fn in_use(tx: &Tx<'_>) -> Result<Vec<Own>, StoreError> {
    tx.all("SELECT place, number, words FROM template_version WHERE state = 'in_use' ORDER BY place", &[], |row| {
        Ok(Own { place: place(&row.get::<String>(0)?)?, number: row.get(1)?, text: row.get(2)? })
    })
}

/// What waits for a lead, oldest first.
pub fn waiting(tx: &Tx<'_>) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT place, author_id, written_at, note FROM template_version WHERE state = 'review' \
         ORDER BY written_at, place";
    tx.all(sql, &[], |row| {
        Ok(Waiting {
            place: place(&row.get::<String>(0)?)?,
            author: id("agent id", row.get(1)?)?,
            since: Timestamp::from_millis(row.get(2)?),
            note: row.get(3)?,
        })
    })
}

/// Places with a version that is in use or open, with its state.
pub fn standing(tx: &Tx<'_>) -> Result<Vec<(Place, VersionState)>, StoreError> {
    let sql = "SELECT place, state FROM template_version WHERE state IN ('in_use', 'writing', 'review') ORDER BY place";
    tx.all(sql, &[], |row| Ok((place(&row.get::<String>(0)?)?, state(&row.get::<String>(1)?)?)))
}

/// Shops with words of their own beside a place, in use or under way.
pub fn shops_with_words(tx: &Tx<'_>, at: &Place) -> Result<Vec<ShopId>, StoreError> {
    let all = at.of_all_shops();
    let mut shops: Vec<ShopId> =
        standing(tx)?.into_iter().filter(|(at, _)| at.of_all_shops() == all).filter_map(|(at, _)| at.shop).collect();
    shops.dedup();
    Ok(shops)
}

/// A reply as it was pressed.
pub struct Used<'a> {
    /// Which reply.
    pub intent: &'a IntentId,
    /// Its case.
    pub case: &'a CaseId,
    /// Its shop.
    pub shop: &'a ShopId,
    /// What the buyer needed, without a shop.
    pub place: &'a Place,
    /// From which version it was started; none: written by hand.
    pub template: Option<&'a str>,
    /// It was changed since.
    pub is_edited: bool,
}

/// Notes from what a reply was started.
pub fn note_use(tx: &Tx<'_>, used: &Used<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO reply_use (intent_id, case_id, shop_id, place, template, is_edited, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            used.intent.as_str(),
            used.case.as_str(),
            used.shop.as_str(),
            used.place.to_string(),
            used.template,
            used.is_edited,
            now.millis(),
        ],
    )?;
    Ok(())
}

/// Whether a reply went out as its template made it, without a word of a person's.
pub fn is_as_made(tx: &Tx<'_>, intent: &IntentId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM reply_use WHERE intent_id = ?1 AND template IS NOT NULL AND is_edited = 0";
    Ok(tx.first(sql, params![intent.as_str()], |row| row.get::<i64>(0))?.is_some())
}

/// The checks that a text can fail: no text is blamed for photos that nobody opened.
pub const OF_WORDS: [Check; 7] = [
    Check::AmountSaid,
    Check::RefundedWhenPaid,
    Check::ReplyFits,
    Check::MoreThanGreeting,
    Check::NoGap,
    Check::BuyersLanguage,
    Check::NothingForbidden,
];

/// Checks as they lie in a column of `quality`, one bit for each.
fn bits(checks: &[Check]) -> i64 {
    (0..).zip(Check::ALL).filter(|(_, check)| checks.contains(check)).map(|(place, _): (u32, _)| 1 << place).sum()
}

/// The reason for which a text was written; none: a reply was written by hand.
fn reason_of(template: &str) -> Option<ReasonGroup> {
    template.split('.').next().and_then(group_named)
}

/// What became of replies that have something in common.
struct Became {
    /// By some text.
    key: String,
    /// From which version they were started; empty: written by hand.
    template: String,
    /// Whether something holds.
    holds: bool,
    usage: Usage,
}

/// What became of replies, of rows of `reply_use u` and what is joined to them.
///
/// The checks of the words judge all that was said in a case, and so one reply only where it was the only one. Whether
/// the buyer had to write again is asked of the last reply that told something: a question tells nothing.
fn usage_sql([key, holds]: [&str; 2], joined: &str, condition: &str) -> String {
    let again = bits(&[Check::NotAgain]);
    let of_words = bits(&OF_WORDS);
    let count = |what: &str| format!("CAST(SUM(CASE WHEN {what} THEN 1 ELSE 0 END) AS BIGINT)");
    let tells = |place: &str| format!("{place} NOT LIKE '%.{}.%'", Moment::MoreInformation.word());
    format!(
        "SELECT {key}, COALESCE(u.template, ''), CAST(CASE WHEN {holds} THEN 1 ELSE 0 END AS BIGINT), COUNT(*), {}, {}, {} \
         FROM reply_use u JOIN intent i ON i.id = u.intent_id AND i.state = 'done' \
         LEFT JOIN quality q ON q.case_id = u.case_id AND q.version = {QUALITY_VERSION} {joined} \
         WHERE {condition} GROUP BY 1, 2, 3",
        count("u.template IS NOT NULL AND u.is_edited = 1"),
        count(&format!(
            "q.failed & {again} <> 0 AND {} AND NOT EXISTS (SELECT 1 FROM reply_use later \
             JOIN intent it ON it.id = later.intent_id \
             WHERE later.case_id = u.case_id AND later.at > u.at AND {} AND it.state = 'done')",
            tells("u.place"),
            tells("later.place"),
        )),
        count(&format!(
            "q.failed & {of_words} <> 0 AND NOT EXISTS (SELECT 1 FROM intent other WHERE other.case_id = u.case_id \
             AND other.id <> u.intent_id AND other.what = 'reply' AND other.state = 'done')"
        )),
    )
}

fn usage_by(tx: &Tx<'_>, sql: &str, values: &[Param<'_>]) -> Result<Vec<Became>, StoreError> {
    tx.all(sql, values, |row| {
        let number = |column| Ok::<_, StoreError>(u64::try_from(row.get::<i64>(column)?).unwrap_or_default());
        let usage =
            Usage { sent: number(3)?, edited: number(4)?, by_hand: 0, wrote_again: number(5)?, failed: number(6)? };
        Ok(Became { key: row.get(0)?, template: row.get(1)?, holds: row.get::<i64>(2)? != 0, usage })
    })
}

fn usage_of_sql(versions: usize, shops: usize) -> String {
    let condition = format!("{} AND {} AND u.place LIKE ?", among("u.template", versions), among("u.shop_id", shops));
    usage_sql(["COALESCE(u.template, '')", "1 = 1"], "", &condition)
}

/// What became of the replies that were started from versions of a place for some shops, whatever the reasons of their
/// cases.
pub fn usage_of(
    tx: &Tx<'_>,
    at: &Place,
    versions: &[String],
    shops: &[ShopId],
) -> Result<BTreeMap<String, Usage>, StoreError> {
    // Words for another reason are told at the same moment and in the same language. What is built in has one name
    // whoever decided, and only some of that was told here.
    let here = ["%.", at.moment.word(), ".", at.language.tag()].concat();
    let mut values = filled(versions.iter().map(|version| Param::Text(version)));
    let sql = usage_of_sql(values.len(), shops.len());
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    values.push(Param::Text(&here));
    Ok(usage_by(tx, &sql, &values)?.into_iter().map(|one| (one.template, one.usage)).collect())
}

fn rewritten_sql(shops: usize) -> String {
    format!(
        "SELECT u.intent_id FROM reply_use u JOIN intent i ON i.id = u.intent_id AND i.state = 'done' \
         WHERE u.place = ? AND u.at > ? AND {} \
         AND (u.is_edited = 1 OR u.template IS NULL OR u.template NOT LIKE ?) ORDER BY u.at DESC, u.intent_id LIMIT ?",
        among("u.shop_id", shops)
    )
}

/// What was told at a place in other words than those that stood there since, of some shops: the newest first, so many.
pub fn rewritten(
    tx: &Tx<'_>,
    at: &Place,
    shops: &[ShopId],
    since: Timestamp,
    most: u32,
) -> Result<Vec<IntentId>, StoreError> {
    let place = at.of_all_shops().to_string();
    // Words for another reason were no words for this one.
    let ours = [group_word(at.group), ".%"].concat();
    let mut values = vec![Param::Text(&place), Param::Integer(since.millis())];
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    values.extend([Param::Text(&ours), Param::Integer(i64::from(most))]);
    tx.all(&rewritten_sql(shops.len()), &values, |row| id("intent id", row.get(0)?))
}

/// The map: each place at which something of the team's own stands or that was needed since, of some shops.
pub fn cells(tx: &Tx<'_>, shops: &[ShopId], since: Timestamp) -> Result<Vec<Cell>, StoreError> {
    let mut cells: BTreeMap<Place, Cell> = BTreeMap::new();
    for (at, state) in standing(tx)? {
        if at.shop.as_ref().is_some_and(|shop| !shops.contains(shop)) {
            continue;
        }
        let cell = cell_at(&mut cells, &at);
        match (at.shop, state) {
            (Some(shop), VersionState::InUse) => change_own(cell, shop, |own| own.is_own = true),
            (Some(shop), state) => change_own(cell, shop, |own| own.open = Some(state)),
            (None, VersionState::InUse) => cell.is_own = true,
            (None, state) => cell.open = Some(state),
        }
    }
    let mut values = vec![Param::Integer(since.millis())];
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    let condition = format!("u.at > ? AND {}", among("u.shop_id", shops.len()));
    // How the words that are there now do, a shop's own apart: what was rewritten before them is mended. By the days, and
    // not by the place: a span is short, and what was ever told is long.
    let joined = "LEFT JOIN template_version own ON own.place = u.place || '.' || u.shop_id AND own.state = 'in_use' \
         LEFT JOIN template_version every ON every.place = u.place AND every.state = 'in_use'";
    let keys = ["COALESCE(own.place, u.place || '')", "u.at > COALESCE(own.approved_at, every.approved_at, 0)"];
    let sql = usage_sql(keys, joined, &condition);
    for Became { key, template, holds: is_lately, mut usage } in usage_by(tx, &sql, &values)? {
        let at = place(&key)?;
        // What is written for another reason did as little for this one as what nobody had written.
        if reason_of(&template) != Some(at.group) {
            (usage.edited, usage.by_hand) = (0, usage.sent);
        }
        let cell = cell_at(&mut cells, &at);
        cell.usage += usage;
        match at.shop {
            _ if !is_lately => {}
            Some(shop) => change_own(cell, shop, |own| own.lately += usage),
            None => cell.lately += usage,
        }
    }
    Ok(cells.into_values().collect())
}

fn cell_at<'a>(cells: &'a mut BTreeMap<Place, Cell>, at: &Place) -> &'a mut Cell {
    let of_all = at.of_all_shops();
    cells.entry(of_all.clone()).or_insert_with(|| Cell {
        place: of_all,
        is_own: false,
        open: None,
        usage: Usage::default(),
        lately: Usage::default(),
        shops: Vec::new(),
    })
}

/// Changes what is known of one shop's own words, of which nothing may be known yet.
fn change_own(cell: &mut Cell, shop: ShopId, change: impl FnOnce(&mut ShopCell)) {
    if let Some(own) = cell.shops.iter_mut().find(|own| own.shop == shop) {
        return change(own);
    }
    let mut own = ShopCell { shop, is_own: false, open: None, lately: Usage::default() };
    change(&mut own);
    cell.shops.push(own);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn what_became_of_a_version_is_found_by_its_name() {
        let store = Store::in_memory().unwrap();
        let plan = ["EXPLAIN QUERY PLAN ", &usage_of_sql(1, 1)].concat();
        let values = params!["damaged.refunded.en@v1", "shop", "%.refunded.en"];
        let plan = store.read(|tx| tx.all(&plan, values, |row| row.get::<String>(3))).unwrap();
        let is_found = |step: &String| step == "SEARCH u USING INDEX reply_use_template (template=?)";
        assert!(plan.iter().any(is_found), "{plan:?}");
    }

    #[test]
    fn what_was_told_in_other_words_is_found_by_its_place_newest_first() {
        let store = Store::in_memory().unwrap();
        let plan = ["EXPLAIN QUERY PLAN ", &rewritten_sql(1)].concat();
        let values = params!["damaged.refunded.en", 1, "shop", "damaged.%", 5];
        let plan = store.read(|tx| tx.all(&plan, values, |row| row.get::<String>(3))).unwrap();
        let is_found = |step: &String| step == "SEARCH u USING INDEX reply_use_place_at (place=? AND at>?)";
        assert!(plan.iter().any(is_found), "{plan:?}");
    }
}
