//! Tags on cases, and decisions that wait for a second person.

use super::cases::id;
use super::sql::{Tx, params};
use super::{StoreError, to_json};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::decision::DecisionRequest;
use shared::wire::rule::SecondAsk;

/// The tags of a case, in order.
pub fn of_case(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<String>, StoreError> {
    tx.all("SELECT tag FROM case_tag WHERE case_id = ?1 ORDER BY tag", params![case.as_str()], |row| row.get(0))
}

/// Puts a tag on, or takes it off; `false`: it is so already.
pub fn set(tx: &Tx<'_>, case: &CaseId, tag: &str, is_on: bool, now: Timestamp) -> Result<bool, StoreError> {
    let changed = match is_on {
        true => tx.execute(
            "INSERT INTO case_tag (case_id, tag, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![case.as_str(), tag, now.millis()],
        )?,
        false => tx.execute("DELETE FROM case_tag WHERE case_id = ?1 AND tag = ?2", params![case.as_str(), tag])?,
    };
    Ok(changed > 0)
}

/// Takes off a tag that was put on at an instant; `false`: it is not there any more, or was put on anew.
pub fn take_off(tx: &Tx<'_>, case: &CaseId, tag: &str, put_on: Timestamp) -> Result<bool, StoreError> {
    let sql = "DELETE FROM case_tag WHERE case_id = ?1 AND tag = ?2 AND at = ?3";
    Ok(tx.execute(sql, params![case.as_str(), tag, put_on.millis()])? > 0)
}

/// Keeps a decision that waits for a second person; `false`: another one waits.
pub fn ask_second(tx: &Tx<'_>, case: &CaseId, ask: &SecondAsk, request: &DecisionRequest) -> Result<bool, StoreError> {
    let kept = tx.execute(
        "INSERT INTO second_ask (case_id, agent_id, request, rule, amount, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT DO NOTHING",
        params![
            case.as_str(),
            ask.by.as_str(),
            to_json("request", request)?,
            to_json("rule", &ask.rule)?,
            ask.amount.as_ref().map(|amount| to_json("amount", amount)).transpose()?,
            ask.at.millis(),
        ],
    )?;
    Ok(kept == 1)
}

/// The decision of a case that waits for a second person, with the whole request.
pub fn second(tx: &Tx<'_>, case: &CaseId) -> Result<Option<(SecondAsk, DecisionRequest)>, StoreError> {
    let sql = "SELECT agent_id, request, rule, amount, at FROM second_ask WHERE case_id = ?1";
    tx.first(sql, params![case.as_str()], |row| {
        let request: DecisionRequest = row.json("request", 1)?;
        let amount = row.json_or_none("amount", 3)?;
        let rule = row.json("rule", 2)?;
        let by = id("agent id", row.get(0)?)?;
        let ask = SecondAsk::of(&request, by, Timestamp::from_millis(row.get(4)?), amount, rule);
        Ok((ask, request))
    })
}

/// The cases whose decision waits for a second person.
pub fn waiting_for_second(tx: &Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    tx.all("SELECT case_id FROM second_ask ORDER BY at, case_id", params![], |row| id("case id", row.get(0)?))
}

/// The cases whose decision by this person waits for a second one.
pub fn seconds_of(tx: &Tx<'_>, asker: &AgentId) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT case_id FROM second_ask WHERE agent_id = ?1 ORDER BY at, case_id";
    tx.all(sql, params![asker.as_str()], |row| id("case id", row.get(0)?))
}

/// Nothing waits for a second person any more; `false`: nothing did.
pub fn end_second(tx: &Tx<'_>, case: &CaseId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM second_ask WHERE case_id = ?1", params![case.as_str()])? > 0)
}
