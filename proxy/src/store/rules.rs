//! Rules: their versions, switches and dry runs, and what they did.

use super::cases::{self, id};
use super::intents::{self, Intent};
use super::sql::{Param, Row, Tx, among, params};
use super::{StoreError, from_json, timeline, to_json};
use serde::{Deserialize, Serialize};
use shared::domain::rule::{Became, CaseFacts, Rule, Then, Used};
use shared::id::{AgentId, CaseId, IntentId, RuleId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::intent::{ByRule, IntentState};
use shared::wire::rule::{Act, Away, DryRow, DryRun, Kept, RuleVersion, Switched, Undone};
use std::collections::BTreeMap;

/// A rule that is on.
#[derive(Debug, Clone, PartialEq)]
pub struct OnRule {
    /// Its name and version, as what it does is signed.
    pub by: ByRule,
    /// What that version says.
    pub rule: Rule,
    /// Since when.
    pub since: Timestamp,
}

/// Fills in when requests were made, of cases that are older than that column.
pub fn fill_asked(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let created = tx.dialect("json_extract(platform, '$.created')", "(platform::json ->> 'created')::bigint");
    tx.execute(&format!("UPDATE case_file SET asked_at = {created} WHERE asked_at IS NULL"), params![])
}

/// Adds a rule at the end of the list; `false`: it is there.
pub fn insert(tx: &Tx<'_>, rule: &RuleId) -> Result<bool, StoreError> {
    let place: i64 = tx.only("SELECT COALESCE(MAX(place), 0) + 1 FROM rule", params![], |row| row.get(0))?;
    let added = tx.execute(
        "INSERT INTO rule (id, place) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![rule.as_str(), place],
    )?;
    Ok(added == 1)
}

/// Adds a version; `false`: somebody was first.
pub fn insert_version(tx: &Tx<'_>, rule: &RuleId, version: &RuleVersion) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO rule_version (rule_id, number, body, author_id, at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO NOTHING",
        params![
            rule.as_str(),
            version.number,
            to_json("rule", &version.rule)?,
            version.author.as_str(),
            version.at.millis()
        ],
    )?;
    Ok(added == 1)
}

fn version(row: &Row<'_>, from: usize) -> Result<RuleVersion, StoreError> {
    Ok(RuleVersion {
        number: row.get(from)?,
        rule: row.json("rule", from + 1)?,
        author: id("agent id", row.get(from + 2)?)?,
        at: Timestamp::from_millis(row.get(from + 3)?),
    })
}

/// The versions of a rule, newest first; none: no such rule.
pub fn versions(tx: &Tx<'_>, rule: &RuleId) -> Result<Vec<RuleVersion>, StoreError> {
    let sql = "SELECT number, body, author_id, at FROM rule_version WHERE rule_id = ?1 ORDER BY number DESC";
    tx.all(sql, params![rule.as_str()], |row| version(row, 0))
}

/// The newest version of every rule, in the order in which they are asked.
pub fn newest(tx: &Tx<'_>) -> Result<Vec<(RuleId, RuleVersion)>, StoreError> {
    let sql = "SELECT r.id, v.number, v.body, v.author_id, v.at FROM rule r JOIN rule_version v ON v.rule_id = r.id \
         WHERE v.number = (SELECT MAX(number) FROM rule_version w WHERE w.rule_id = r.id) ORDER BY r.place, r.id";
    tx.all(sql, params![], |row| Ok((id("rule id", row.get(0)?)?, version(row, 1)?)))
}

/// Turns a switch: of one rule, or the one that stops all.
pub fn switch(tx: &Tx<'_>, rule: Option<&RuleId>, to: &Switched) -> Result<(), StoreError> {
    let place: i64 = tx.only("SELECT COALESCE(MAX(place), 0) + 1 FROM rule_switch", params![], |row| row.get(0))?;
    tx.execute(
        "INSERT INTO rule_switch (place, rule_id, number, is_on, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            place,
            rule.map(RuleId::as_str),
            to.version,
            to.is_on,
            to.by.as_ref().map_or(NOBODY, AgentId::as_str),
            to.at.millis()
        ],
    )?;
    match rule {
        Some(rule) => end_off_ask(tx, rule),
        None => Ok(()),
    }
}

/// Keeps who wants a rule off that goes on until somebody else does, too.
pub fn ask_off(tx: &Tx<'_>, rule: &RuleId, ask: &Switched) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule_off_ask (rule_id, number, agent_id, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (rule_id) \
         DO UPDATE SET number = excluded.number, agent_id = excluded.agent_id, at = excluded.at",
        params![rule.as_str(), ask.version, ask.by.as_ref().map_or(NOBODY, AgentId::as_str), ask.at.millis()],
    )?;
    Ok(())
}

/// Who wants a rule off; none: nobody has asked.
pub fn off_ask(tx: &Tx<'_>, rule: &RuleId) -> Result<Option<Switched>, StoreError> {
    let sql = "SELECT number, 0, agent_id, at FROM rule_off_ask WHERE rule_id = ?1";
    tx.first(sql, params![rule.as_str()], switched)
}

/// Nobody wants a rule off any more, or it is.
pub fn end_off_ask(tx: &Tx<'_>, rule: &RuleId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM rule_off_ask WHERE rule_id = ?1", params![rule.as_str()])?;
    Ok(())
}

/// Puts a rule away, or brings it back.
pub fn put_away(tx: &Tx<'_>, rule: &RuleId, to: &Away) -> Result<(), StoreError> {
    let place: i64 = tx.only("SELECT COALESCE(MAX(place), 0) + 1 FROM rule_away", params![], |row| row.get(0))?;
    tx.execute(
        "INSERT INTO rule_away (place, rule_id, is_away, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![place, rule.as_str(), to.is_away, to.by.as_str(), to.at.millis()],
    )?;
    Ok(())
}

fn away_of(row: &Row<'_>) -> Result<Away, StoreError> {
    Ok(Away { is_away: row.get(0)?, by: id("agent id", row.get(1)?)?, at: Timestamp::from_millis(row.get(2)?) })
}

/// When a rule was put away or brought back, newest first.
pub fn aways(tx: &Tx<'_>, rule: &RuleId) -> Result<Vec<Away>, StoreError> {
    let sql = "SELECT is_away, agent_id, at FROM rule_away WHERE rule_id = ?1 ORDER BY place DESC";
    tx.all(sql, params![rule.as_str()], away_of)
}

/// The rules that are away.
pub fn away(tx: &Tx<'_>) -> Result<BTreeMap<RuleId, Away>, StoreError> {
    let sql = "SELECT a.is_away, a.agent_id, a.at, a.rule_id FROM rule_away a WHERE a.is_away = 1 \
         AND a.place = (SELECT MAX(place) FROM rule_away b WHERE b.rule_id = a.rule_id)";
    let all = tx.all(sql, params![], |row| Ok((id("rule id", row.get(3)?)?, away_of(row)?)))?;
    Ok(all.into_iter().collect())
}

/// In the place of a person's id: the desk itself.
const NOBODY: &str = "";

/// Stops all rules of a database that was copied from an older one or elsewhere: what was switched off since the copy was
/// made would act again. `false`: none is on, or they are stopped already.
pub fn stop_copied(tx: &Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let on = "SELECT COUNT(*) FROM rule_switch s WHERE s.rule_id IS NOT NULL AND s.is_on = 1 \
         AND s.place = (SELECT MAX(place) FROM rule_switch t WHERE t.rule_id = s.rule_id)";
    let on: i64 = tx.only(on, params![], |row| row.get(0))?;
    if on == 0 || stopped(tx)?.is_some() {
        return Ok(false);
    }
    switch(tx, None, &Switched { version: 0, is_on: false, by: None, at: now })?;
    Ok(true)
}

fn switched(row: &Row<'_>) -> Result<Switched, StoreError> {
    let by: String = row.get(2)?;
    Ok(Switched {
        version: row.get(0)?,
        is_on: row.get(1)?,
        by: if by == NOBODY { None } else { Some(id("agent id", by)?) },
        at: Timestamp::from_millis(row.get(3)?),
    })
}

/// How the switch of a rule was turned, newest first.
pub fn switches(tx: &Tx<'_>, rule: &RuleId) -> Result<Vec<Switched>, StoreError> {
    let sql = "SELECT number, is_on, agent_id, at FROM rule_switch WHERE rule_id = ?1 ORDER BY place DESC";
    tx.all(sql, params![rule.as_str()], switched)
}

/// Who has stopped all rules, while they are stopped.
pub fn stopped(tx: &Tx<'_>) -> Result<Option<Switched>, StoreError> {
    let sql = "SELECT number, is_on, agent_id, at FROM rule_switch WHERE rule_id IS NULL ORDER BY place DESC LIMIT 1";
    Ok(tx.first(sql, params![], switched)?.filter(|switch| !switch.is_on))
}

/// The rules that are on, not stopped and not asked off, in their order. What came in while all were stopped is not theirs.
pub fn on(tx: &Tx<'_>) -> Result<Vec<OnRule>, StoreError> {
    let sql = "SELECT is_on, at FROM rule_switch WHERE rule_id IS NULL ORDER BY place DESC LIMIT 1";
    let last: Option<(bool, i64)> = tx.first(sql, params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let resumed = match last {
        Some((false, _)) => return Ok(Vec::new()),
        Some((true, at)) => Timestamp::from_millis(at),
        None => Timestamp::default(),
    };
    let asked_off: Vec<RuleId> =
        tx.all("SELECT rule_id FROM rule_off_ask", params![], |row| id("rule id", row.get(0)?))?;
    let mut all = switched_on(tx)?;
    all.retain(|on| !asked_off.contains(&on.by.id));
    all.iter_mut().for_each(|on| on.since = on.since.max(resumed));
    Ok(all)
}

/// The same, also while all are stopped: what a rule asks of people stands.
pub fn switched_on(tx: &Tx<'_>) -> Result<Vec<OnRule>, StoreError> {
    let sql = "SELECT r.id, s.number, v.body, s.at FROM rule r JOIN rule_switch s ON s.rule_id = r.id \
         JOIN rule_version v ON v.rule_id = r.id AND v.number = s.number \
         WHERE s.is_on = 1 AND s.place = (SELECT MAX(place) FROM rule_switch t WHERE t.rule_id = r.id) \
         ORDER BY r.place, r.id";
    tx.all(sql, params![], |row| {
        let rule: Rule = row.json("rule", 2)?;
        let by = ByRule { id: id("rule id", row.get(0)?)?, name: rule.name.clone(), version: row.get(1)? };
        Ok(OnRule { by, rule, since: Timestamp::from_millis(row.get(3)?) })
    })
}

/// A dry run as it is kept: of its rows the cases alone, so that nothing of a buyer lies here when it is forgotten elsewhere.
#[derive(Serialize, Deserialize)]
struct KeptRun {
    run: DryRun,
    wrong: Vec<(CaseId, Became)>,
    #[serde(default)]
    others: Vec<(CaseId, Became, bool)>,
}

/// Keeps the last dry run that somebody has made of a version.
pub fn save_dry(tx: &Tx<'_>, rule: &RuleId, agent: &AgentId, dry: &DryRun) -> Result<(), StoreError> {
    let wrong = dry.wrong.iter().map(|wrong| (wrong.row.id.clone(), wrong.became)).collect();
    let others = dry.others.iter().map(|other| (other.row.id.clone(), other.became, other.is_approved)).collect();
    let run = DryRun { wrong: Vec::new(), others: Vec::new(), ..dry.clone() };
    tx.execute(
        "INSERT INTO rule_dry_run (rule_id, number, agent_id, at, result) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (rule_id, number, agent_id) DO UPDATE SET at = excluded.at, result = excluded.result",
        params![
            rule.as_str(),
            dry.version,
            agent.as_str(),
            dry.at.millis(),
            to_json("dry run", &KeptRun { run, wrong, others })?
        ],
    )?;
    Ok(())
}

/// The last dry run that somebody has made of a version, with its cases as they stand by now.
pub fn dry(tx: &Tx<'_>, rule: &RuleId, number: u32, agent: &AgentId) -> Result<Option<DryRun>, StoreError> {
    let sql = "SELECT result FROM rule_dry_run WHERE rule_id = ?1 AND number = ?2 AND agent_id = ?3";
    let found = tx.first(sql, params![rule.as_str(), number, agent.as_str()], |row| row.get::<String>(0))?;
    let Some(text) = found else { return Ok(None) };
    let KeptRun { mut run, wrong, others } = from_json("dry run", &text)?;
    for (case, became) in wrong {
        run.wrong.extend(cases::row(tx, &case)?.map(|row| DryRow { row, became, is_approved: true }));
    }
    for (case, became, is_approved) in others {
        run.others.extend(cases::row(tx, &case)?.map(|row| DryRow { row, became, is_approved }));
    }
    Ok(Some(run))
}

/// Forgets dry runs that were made before an instant.
pub fn forget_dry(tx: &Tx<'_>, before: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM rule_dry_run WHERE at <= ?1", params![before.millis()])?;
    Ok(())
}

/// Requests that no rule has looked at yet, oldest first, after one of them.
pub fn unjudged(tx: &Tx<'_>, after: Option<&(i64, CaseId)>, most: u32) -> Result<Vec<(i64, CaseId)>, StoreError> {
    let sql = "SELECT COALESCE(asked_at, 0), id FROM case_file WHERE is_judged = 0 AND stage = 'to_decide' \
         AND (COALESCE(asked_at, 0), id) > (?1, ?2) ORDER BY 1, 2 LIMIT ?3";
    let (at, last) = after.map_or((-1, ""), |(at, last)| (*at, last.as_str()));
    tx.all(sql, params![at, last, most], |row| Ok((row.get(0)?, id("case id", row.get(1)?)?)))
}

/// Notes that a request was judged, as it stood; `false`: it was judged before.
pub fn judged(tx: &Tx<'_>, case: &CaseId, facts: &CaseFacts) -> Result<bool, StoreError> {
    let first =
        tx.execute("UPDATE case_file SET is_judged = 1 WHERE id = ?1 AND is_judged = 0", params![case.as_str()])?;
    if first == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO rule_facts (case_id, facts) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![case.as_str(), to_json("facts", facts)?],
    )?;
    Ok(true)
}

/// Notes that no rule looks at a request: it is nobody's but people's, and is in no dry run as it stood.
pub fn passed_over(tx: &Tx<'_>, case: &CaseId) -> Result<(), StoreError> {
    tx.execute("UPDATE case_file SET is_judged = 1 WHERE id = ?1", params![case.as_str()])?;
    Ok(())
}

/// A request as it stood when it was judged; none: it was not.
pub fn facts(tx: &Tx<'_>, case: &CaseId) -> Result<Option<CaseFacts>, StoreError> {
    let found = tx
        .first("SELECT facts FROM rule_facts WHERE case_id = ?1", params![case.as_str()], |row| row.get::<String>(0))?;
    found.map(|text| from_json("facts", &text)).transpose()
}

/// Requests of some shops made since then, oldest first.
pub fn since(tx: &Tx<'_>, shops: &[ShopId], since: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    let sql = format!(
        "SELECT id FROM case_file WHERE asked_at >= ? AND {} ORDER BY asked_at, id",
        among("shop_id", shops.len())
    );
    let mut values = vec![Param::Integer(since.millis())];
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    tx.all(&sql, &values, |row| id("case id", row.get(0)?))
}

/// When a buyer of a shop asked before an instant, from another one on; the request that an edited one followed is the same
/// request.
pub fn earlier(
    tx: &Tx<'_>,
    shop: &ShopId,
    buyer: &str,
    edited: Option<&str>,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let sql = "SELECT asked_at FROM case_file WHERE shop_id = ?1 AND order_id IN \
         (SELECT order_id FROM order_file WHERE shop_id = ?1 AND buyer_id = ?2) \
         AND asked_at >= ?3 AND asked_at < ?4 AND platform_id <> ?5 ORDER BY asked_at";
    let edited = edited.unwrap_or_default();
    tx.all(sql, params![shop.as_str(), buyer, from.millis(), before.millis(), edited], |row| {
        row.get(0).map(Timestamp::from_millis)
    })
}

/// What a rule did with a request.
pub struct Done<'a> {
    /// Which request.
    pub case: &'a CaseId,
    /// By which version of which rule.
    pub by: &'a ByRule,
    /// When.
    pub at: Timestamp,
    /// The days by which it counts.
    pub asked_day: i64,
    /// The day of the act itself.
    pub acted_day: i64,
    /// What it did; nothing: it left it to people.
    pub acts: &'a [Act],
    /// Why it did not approve.
    pub kept: Option<&'a Kept>,
    /// Its decision.
    pub intent: Option<&'a IntentId>,
    /// How much it approves.
    pub amount: Option<&'a Money>,
}

/// Keeps what a rule did; `false`: it has acted on this request before, and nothing was kept.
pub fn keep(tx: &Tx<'_>, done: &Done<'_>) -> Result<bool, StoreError> {
    let amount = done.amount.and_then(|amount| Some((amount.currency(), amount.in_ten_thousandths()?)));
    let kept = tx.execute(
        "INSERT INTO rule_act (case_id, rule_id, number, at, asked_day, acted_day, acts, kept, intent_id, currency, \
         amount, digits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING",
        params![
            done.case.as_str(),
            done.by.id.as_str(),
            done.by.version,
            done.at.millis(),
            done.asked_day,
            done.acted_day,
            to_json("acts", &done.acts)?,
            done.kept.map(|kept| to_json("why", kept)).transpose()?,
            done.intent.map(IntentId::as_str),
            amount.map(|(currency, _)| currency),
            amount.map(|(_, (units, _))| units),
            amount.map(|(_, (_, digits))| digits),
        ],
    )?;
    Ok(kept == 1)
}

/// Which day is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// That of the request.
    Asked(i64),
    /// That of the act.
    Acted(i64),
}

const STANDS: &str = " AND EXISTS (SELECT 1 FROM intent i WHERE i.id = a.intent_id \
     AND i.state NOT IN ('undone', 'refused', 'superseded'))";
const UNDONE: &str = " AND EXISTS (SELECT 1 FROM intent i WHERE i.id = a.intent_id AND i.state = 'undone')";

/// How the approvals of a rule have come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// In any way, and what is no approval: so much counts for a cap.
    Any,
    /// It stands, or is on its way.
    Stands,
    /// It was undone.
    Undone,
}

/// What is counted of a rule's acts: all of them, or those of some shops.
pub type Counted<'a> = Option<&'a [ShopId]>;

/// The clause that counts only acts of some shops, with its values.
fn counted<'a>(shops: Counted<'a>) -> (String, impl Iterator<Item = Param<'a>>) {
    let clause = shops.map(|shops| {
        let among = among("shop_id", shops.len());
        format!(" AND a.case_id IN (SELECT id FROM case_file WHERE {among})")
    });
    (clause.unwrap_or_default(), shops.unwrap_or_default().iter().map(|shop| Param::Text(shop.as_str())))
}

/// What a rule has done on a day.
pub fn used(tx: &Tx<'_>, rule: &RuleId, day: Day, came: Came, shops: Counted<'_>) -> Result<Used, StoreError> {
    let (column, day) = match day {
        Day::Asked(day) => ("asked_day", day),
        Day::Acted(day) => ("acted_day", day),
    };
    let mut used = Used::default();
    let (of_shops, shops) = counted(shops);
    let came = match came {
        Came::Any => "",
        Came::Stands => STANDS,
        Came::Undone => UNDONE,
    };
    let sql = format!(
        "SELECT COUNT(*), a.currency, CAST(SUM(a.amount) AS BIGINT), MAX(a.digits) FROM rule_act a \
         WHERE a.rule_id = ? AND a.{column} = ? AND a.acts <> '[]'{came}{of_shops} GROUP BY a.currency ORDER BY a.currency"
    );
    let mut values = vec![Param::Text(rule.as_str()), Param::Integer(day)];
    values.extend(shops);
    tx.each(&sql, &values, |row| {
        used.acts = used.acts.saturating_add(row.get::<u32>(0)?);
        if let (Some(currency), Some(units)) = (row.get::<Option<String>>(1)?, row.get::<Option<i64>>(2)?) {
            let digits = row.get::<Option<u32>>(3)?.unwrap_or_default();
            let sum = Money::of_ten_thousandths(units, digits, &currency);
            used.money.push(sum.map_err(|source| StoreError::Corrupt { what: "amount", source: Box::new(source) })?);
        }
        Ok(true)
    })?;
    Ok(used)
}

/// What a rule did in one act, as far as it can be taken back.
pub struct Doing {
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub acts: Vec<Act>,
    /// What its version says.
    pub then: Then,
}

/// The act that a decision is of.
pub fn doing(tx: &Tx<'_>, intent: &Intent) -> Result<Option<Doing>, StoreError> {
    let sql = "SELECT a.at, a.acts, v.body FROM rule_act a \
         JOIN rule_version v ON v.rule_id = a.rule_id AND v.number = a.number \
         WHERE a.case_id = ?1 AND a.intent_id = ?2";
    tx.first(sql, params![intent.case.as_str(), intent.id.as_str()], |row| {
        let rule: Rule = row.json("rule", 2)?;
        Ok(Doing { at: Timestamp::from_millis(row.get(0)?), acts: row.json("acts", 1)?, then: rule.then })
    })
}

/// What a rule has ever done, and how it came out.
pub struct Tally {
    /// Requests that it acted on.
    pub acted: u64,
    /// Undone by somebody at the case.
    pub by_hand: u64,
    /// Refused, overtaken, or left to a person.
    pub failed: u64,
    /// Undone because somebody stopped the rule: that says nothing of the request.
    pub stopped: u64,
    /// When it acted last.
    pub last: Option<Timestamp>,
}

/// Whether the rule of an act was stopped or switched off before its decision was undone: a stop undoes all that is held.
fn by_stop(tx: &Tx<'_>) -> String {
    let undone_at =
        tx.dialect("json_extract(i.state_json, '$.undone.at')", "(i.state_json::json -> 'undone' ->> 'at')::bigint");
    format!(
        "EXISTS (SELECT 1 FROM rule_switch s WHERE s.is_on = 0 AND (s.rule_id IS NULL OR s.rule_id = a.rule_id) \
         AND s.at BETWEEN a.at AND {undone_at})"
    )
}

/// What a rule has ever done.
pub fn tally(tx: &Tx<'_>, rule: &RuleId, shops: Counted<'_>) -> Result<Tally, StoreError> {
    let (of_shops, shops) = counted(shops);
    let by_stop = by_stop(tx);
    let count = |which: &str| format!("CAST(COALESCE(SUM(CASE WHEN {which} THEN 1 ELSE 0 END), 0) AS BIGINT)");
    let sql = format!(
        "SELECT COUNT(*), {}, {}, {}, MAX(a.at) FROM rule_act a \
         LEFT JOIN intent i ON i.id = a.intent_id WHERE a.rule_id = ? AND a.acts <> '[]'{of_shops}",
        count(&format!("i.state = 'undone' AND NOT {by_stop}")),
        count("i.state IN ('refused', 'superseded', 'needs_person')"),
        count(&format!("i.state = 'undone' AND {by_stop}")),
    );
    let mut values = vec![Param::Text(rule.as_str())];
    values.extend(shops);
    tx.only(&sql, &values, |row| {
        let count = |column| Ok::<_, StoreError>(u64::try_from(row.get::<i64>(column)?).unwrap_or_default());
        Ok(Tally {
            acted: count(0)?,
            by_hand: count(1)?,
            failed: count(2)?,
            stopped: count(3)?,
            last: row.get::<Option<i64>>(4)?.map(Timestamp::from_millis),
        })
    })
}

/// An act with what became of it.
pub struct ActRow {
    /// The case as it stands.
    pub row: CaseRow,
    /// The version.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub acts: Vec<Act>,
    /// Why it was not approved.
    pub kept: Option<Kept>,
    /// How far its decision has got.
    pub state: Option<IntentState>,
    /// How that was undone, where it was.
    pub undone: Option<Undone>,
}

/// What a rule did, newest first.
pub fn acts(tx: &Tx<'_>, rule: &RuleId, shops: &[ShopId], most: u32) -> Result<Vec<ActRow>, StoreError> {
    let by_stop = by_stop(tx);
    let sql = format!(
        "SELECT c.row_json, a.number, a.at, a.acts, a.kept, i.state_json, \
         CASE WHEN i.state = 'undone' AND {by_stop} THEN 1 ELSE 0 END FROM rule_act a \
         JOIN case_file c ON c.id = a.case_id LEFT JOIN intent i ON i.id = a.intent_id \
         WHERE a.rule_id = ? AND {} ORDER BY a.at DESC, a.case_id LIMIT {most}",
        among("c.shop_id", shops.len())
    );
    let mut values = vec![Param::Text(rule.as_str())];
    values.extend(shops.iter().map(|shop| Param::Text(shop.as_str())));
    let mut all = tx.all(&sql, &values, |row| {
        let state = row.json_or_none("intent state", 5)?;
        let is_undone = matches!(state, Some(IntentState::Undone { .. }));
        Ok(ActRow {
            undone: is_undone.then_some(Undone { by: None, is_stop: row.get(6)? }),
            row: row.json("row", 0)?,
            version: row.get(1)?,
            at: Timestamp::from_millis(row.get(2)?),
            acts: row.json("acts", 3)?,
            kept: row.json_or_none("why", 4)?,
            state,
        })
    })?;
    let cases: Vec<CaseId> = all.iter().filter(|act| act.undone.is_some()).map(|act| act.row.id.clone()).collect();
    let mut by = timeline::undone_by(tx, &cases)?;
    for act in &mut all {
        if let (Some(undone), Some(IntentState::Undone { at })) = (&mut act.undone, &act.state) {
            undone.by = by.remove(&(act.row.id.clone(), *at));
        }
    }
    Ok(all)
}

/// Decisions of rules that are not over: of one rule, or of all.
pub fn live_intents(tx: &Tx<'_>, rule: Option<&RuleId>) -> Result<Vec<Intent>, StoreError> {
    let all = intents::of_rules(tx)?;
    let is_meant = |by: &ByRule| rule.is_none_or(|rule| by.id == *rule);
    Ok(all.into_iter().filter(|intent| intent.rule.as_ref().is_some_and(is_meant)).collect())
}
