//! Who is deciding which case. A row that has ended means nothing; it lies there until the next claim takes its place.

use super::StoreError;
use super::cases::id;
use super::sql::{Tx, params};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::claim::Lease;

/// A claim that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Who is deciding, and until when.
    pub lease: Lease,
    /// From whom it was taken over.
    pub taken_from: Option<AgentId>,
}

/// The claim on a case, unless it has ended.
pub fn live(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<Option<Taken>, StoreError> {
    let sql = "SELECT agent_id, ends_at, taken_from FROM claim WHERE case_id = ?1 AND ends_at > ?2";
    tx.first(sql, params![case.as_str(), now.millis()], |row| {
        let lease = Lease { by: id("agent id", row.get(0)?)?, until: Timestamp::from_millis(row.get(1)?) };
        let taken_from = row.get::<Option<String>>(2)?.map(|from| id("agent id", from)).transpose()?;
        Ok(Taken { lease, taken_from })
    })
}

/// Takes or renews a claim; `false`: somebody else has it, and it is not to be taken over.
pub fn take(tx: &Tx<'_>, case: &CaseId, lease: &Lease, take_over: bool, now: Timestamp) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "INSERT INTO claim (case_id, agent_id, ends_at) VALUES (?1, ?2, ?3) ON CONFLICT (case_id) DO UPDATE SET \
         taken_from = CASE WHEN claim.ends_at <= ?4 THEN NULL \
         WHEN claim.agent_id = excluded.agent_id THEN claim.taken_from ELSE claim.agent_id END, \
         agent_id = excluded.agent_id, ends_at = excluded.ends_at \
         WHERE claim.agent_id = excluded.agent_id OR claim.ends_at <= ?4 OR ?5 = 1",
        params![case.as_str(), lease.by.as_str(), lease.until.millis(), now.millis(), i64::from(take_over)],
    )?;
    Ok(taken == 1)
}

/// Ends the claim that an agent has on a case; `false`: there is none.
pub fn give_back(tx: &Tx<'_>, case: &CaseId, agent: &AgentId) -> Result<bool, StoreError> {
    let given =
        tx.execute("DELETE FROM claim WHERE case_id = ?1 AND agent_id = ?2", params![case.as_str(), agent.as_str()])?;
    Ok(given == 1)
}

/// Ends the claim on a case, whoever has it.
pub fn end(tx: &Tx<'_>, case: &CaseId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM claim WHERE case_id = ?1", params![case.as_str()])?;
    Ok(())
}
