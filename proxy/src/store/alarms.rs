//! Deadline alarms: which have fired, and who has seen them.

use super::StoreError;
use super::cases::id;
use super::sql::{Row, Tx, params};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::alarm::SeenAlarm;
use shared::wire::case::CaseRow;

/// Cases that wait for us between ?1 and ?2, without a decision that is held or under way; nobody is called to a case of a
/// run. Stages are named, so that the queue's index serves.
const OPEN: &str = "c.stage IN ('to_decide', 'to_inspect') AND c.deadline > ?1 AND c.deadline <= ?2 AND c.shop_id NOT LIKE 'run-%' AND NOT EXISTS \
     (SELECT 1 FROM intent i WHERE i.case_id = c.id AND i.what = 'decision' AND i.state IN ('held', 'sending', 'settling'))";

/// An open case whose deadline is near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Which.
    pub case: CaseId,
    /// The platform's stamp.
    pub deadline: Timestamp,
    /// The most urgent mark of this deadline that has fired.
    pub fired: Option<u32>,
}

fn near_sql(rest: &str) -> String {
    format!(
        "SELECT c.id, c.deadline, (SELECT MIN(a.mark) FROM alarm a WHERE a.case_id = c.id AND a.deadline = c.deadline) \
         FROM case_file c JOIN shop s ON s.id = c.shop_id WHERE {OPEN} AND s.link <> 'disconnected' {rest}"
    )
}

fn near_of(row: &Row<'_>) -> Result<Near, StoreError> {
    Ok(Near { case: id("case id", row.get(0)?)?, deadline: Timestamp::from_millis(row.get(1)?), fired: row.get(2)? })
}

const IN_ORDER: &str = "ORDER BY c.deadline, c.id";

/// Open cases whose deadline is after `now` and not after `until`, the next one first.
pub fn near(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<Vec<Near>, StoreError> {
    tx.all(&near_sql(IN_ORDER), params![now.millis(), until.millis()], near_of)
}

/// One case, if it is one of these.
pub fn near_one(tx: &Tx<'_>, case: &CaseId, now: Timestamp, until: Timestamp) -> Result<Option<Near>, StoreError> {
    tx.first(&near_sql("AND c.id = ?3"), params![now.millis(), until.millis(), case.as_str()], near_of)
}

/// The first deadline after an instant.
pub fn first_deadline(tx: &Tx<'_>, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    // One look into the index per stage.
    let sql = "SELECT MIN(first) FROM \
         (SELECT MIN(deadline) AS first FROM case_file WHERE stage = 'to_decide' AND deadline > ?1 UNION ALL \
          SELECT MIN(deadline) AS first FROM case_file WHERE stage = 'to_inspect' AND deadline > ?1) AS both_stages";
    let first: Option<i64> = tx.only(sql, params![after.millis()], |row| row.get(0))?;
    Ok(first.map(Timestamp::from_millis))
}

/// Notes that an alarm fires; `false`: it has fired before.
pub fn fire(
    tx: &Tx<'_>,
    case: &CaseId,
    deadline: Timestamp,
    mark: u32,
    told: Option<&AgentId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let fired = tx.execute(
        "INSERT INTO alarm (case_id, deadline, mark, told, fired_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![case.as_str(), deadline.millis(), mark, told.map(AgentId::as_str), now.millis()],
    )?;
    Ok(fired == 1)
}

/// An alarm that is still true.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// Its case as it is now.
    pub row: CaseRow,
    /// At how many minutes before the deadline.
    pub mark: u32,
    /// Who was told; none: everybody.
    pub told: Option<AgentId>,
}

/// Alarms of open cases that an agent has not seen, the next deadline first, of one case the most urgent first.
pub fn unseen(tx: &Tx<'_>, agent: &AgentId, now: Timestamp, until: Timestamp) -> Result<Vec<Fired>, StoreError> {
    let sql = format!(
        "SELECT c.row_json, a.mark, a.told FROM case_file c JOIN alarm a ON a.case_id = c.id AND a.deadline = c.deadline \
         WHERE {OPEN} AND NOT EXISTS (SELECT 1 FROM alarm_seen s WHERE s.agent_id = ?3 AND s.case_id = c.id \
         AND s.deadline = c.deadline AND s.mark <= a.mark) ORDER BY c.deadline, c.id, a.mark"
    );
    tx.all(&sql, params![now.millis(), until.millis(), agent.as_str()], |row| {
        Ok(Fired {
            row: row.json("row", 0)?,
            mark: row.get(1)?,
            told: row.get::<Option<String>>(2)?.map(|text| id("agent id", text)).transpose()?,
        })
    })
}

/// Notes that an agent has seen an alarm; `false`: that is known, or none has fired.
pub fn see(tx: &Tx<'_>, agent: &AgentId, seen: &SeenAlarm) -> Result<bool, StoreError> {
    let noted = tx.execute(
        "INSERT INTO alarm_seen (agent_id, case_id, deadline, mark) \
         SELECT ?1, case_id, deadline, mark FROM alarm WHERE case_id = ?2 AND deadline = ?3 AND mark = ?4 \
         ON CONFLICT (agent_id, case_id, deadline) DO UPDATE SET mark = excluded.mark WHERE excluded.mark < alarm_seen.mark",
        params![agent.as_str(), seen.case.as_str(), seen.deadline.millis(), seen.minutes],
    )?;
    Ok(noted == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn no_case_is_looked_at_whose_deadline_is_far() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("amends.db")).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", near_sql(IN_ORDER));
        let plan = store.read(|tx| tx.all(&sql, params![1, 2], |row| row.get::<String>(3))).unwrap();
        let of_cases = plan.iter().find(|step| step.contains(" c ")).unwrap();
        assert!(of_cases.contains("case_file_queue (stage=? AND deadline>? AND deadline<?)"), "{plan:?}");
    }
}
