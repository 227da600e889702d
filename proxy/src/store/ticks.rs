//! Checkpoints that people tick: who has ticked what of a case.

use super::cases::id;
use super::sql::{Tx, params};
use super::{StoreError, from_json, to_json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::domain::tick::Tick;
use shared::id::{AgentId, CaseId, TickId};
use shared::time::Timestamp;
use shared::wire::tick::{TickView, Ticked};

/// What leads have laid down under a name, with its version.
pub fn setting<T: DeserializeOwned>(tx: &Tx<'_>, name: &str) -> Result<Option<(u32, T)>, StoreError> {
    let sql = "SELECT version, body FROM quality_setting WHERE name = ?1";
    let found: Option<(u32, String)> = tx.first(sql, params![name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.map(|(version, body)| Ok((version, from_json("setting", &body)?))).transpose()
}

/// Lays something down in place of the version that was read; `false`: somebody else has changed it since.
pub fn save_setting<T: Serialize>(
    tx: &Tx<'_>,
    name: &str,
    read: u32,
    body: &T,
    agent: &AgentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = to_json("setting", body)?;
    let saved = match read {
        0 => tx.execute(
            "INSERT INTO quality_setting (name, version, body, agent_id, at) VALUES (?1, 1, ?2, ?3, ?4) \
             ON CONFLICT DO NOTHING",
            params![name, body, agent.as_str(), now.millis()],
        )?,
        read => tx.execute(
            "UPDATE quality_setting SET version = version + 1, body = ?3, agent_id = ?4, at = ?5 \
             WHERE name = ?1 AND version = ?2",
            params![name, read, body, agent.as_str(), now.millis()],
        )?,
    };
    Ok(saved > 0)
}

/// What was ticked of a case, oldest first.
pub fn of_case(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<TickView>, StoreError> {
    let sql = "SELECT tick_id, text, agent_id, at FROM tick WHERE case_id = ?1 ORDER BY at, tick_id";
    tx.all(sql, params![case.as_str()], |row| {
        Ok(TickView {
            id: id("tick id", row.get(0)?)?,
            text: row.get(1)?,
            is_needed: false,
            ticked: Some(Ticked { by: id("agent id", row.get(2)?)?, at: Timestamp::from_millis(row.get(3)?) }),
        })
    })
}

/// Ticks, or takes the tick away; `false`: it is so already.
pub fn save(
    tx: &Tx<'_>,
    case: &CaseId,
    tick: &TickId,
    asked: Option<&Tick>,
    agent: &AgentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = match asked {
        Some(asked) => tx.execute(
            "INSERT INTO tick (case_id, tick_id, text, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![case.as_str(), tick.as_str(), asked.text, agent.as_str(), now.millis()],
        )?,
        None => {
            tx.execute("DELETE FROM tick WHERE case_id = ?1 AND tick_id = ?2", params![case.as_str(), tick.as_str()])?
        }
    };
    Ok(changed > 0)
}
