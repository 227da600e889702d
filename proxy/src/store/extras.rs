//! What agents add to a case: drafts, notes, proof.

use super::cases::id;
use super::sql::{Tx, params};
use super::{StoreError, from_json, to_json};
use shared::id::{AgentId, CaseId, EvidenceId};
use shared::time::Timestamp;
use shared::wire::case::{EvidenceView, NoteView};
use shared::wire::decision::Draft;

/// An agent's unsent words.
pub fn draft(tx: &Tx<'_>, case: &CaseId, agent: &AgentId) -> Result<Option<Draft>, StoreError> {
    tx.first(
        "SELECT words FROM draft WHERE case_id = ?1 AND agent_id = ?2",
        params![case.as_str(), agent.as_str()],
        |row| row.get::<String>(0),
    )?
    .map(|text| from_json("draft", &text))
    .transpose()
}

/// Keeps an agent's unsent words; where all of them are empty they are removed.
pub fn save_draft(tx: &Tx<'_>, case: &CaseId, agent: &AgentId, draft: &Draft) -> Result<(), StoreError> {
    let nobodys = "DELETE FROM draft WHERE case_id = ?1 AND agent_id = ?2";
    tx.execute(nobodys, params![case.as_str(), PREPARED])?;
    if draft.is_empty() {
        tx.execute("DELETE FROM draft WHERE case_id = ?1 AND agent_id = ?2", params![case.as_str(), agent.as_str()])?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO draft (case_id, agent_id, words, saved_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (case_id, agent_id) DO UPDATE SET words = excluded.words, saved_at = excluded.saved_at",
        params![case.as_str(), agent.as_str(), to_json("draft", draft)?, draft.saved.millis()],
    )?;
    Ok(())
}

/// Under this name lies what a rule has prepared: nobody has it.
const PREPARED: &str = "rule-prepared";

/// Whether somebody has typed a reply, or one is prepared.
pub fn is_typed(tx: &Tx<'_>, case: &CaseId) -> Result<bool, StoreError> {
    let all = tx.all("SELECT words FROM draft WHERE case_id = ?1", params![case.as_str()], |row| {
        row.json::<Draft>("draft", 0)
    })?;
    Ok(all.iter().any(|draft| !draft.text.is_empty()))
}

/// Keeps a prepared reply, until somebody types.
pub fn prepare(tx: &Tx<'_>, case: &CaseId, draft: &Draft) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO draft (case_id, agent_id, words, saved_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![case.as_str(), PREPARED, to_json("draft", draft)?, draft.saved.millis()],
    )?;
    Ok(())
}

/// Drops what a rule prepared at an instant.
pub fn unprepare(tx: &Tx<'_>, case: &CaseId, at: Timestamp) -> Result<(), StoreError> {
    let sql = "DELETE FROM draft WHERE case_id = ?1 AND agent_id = ?2 AND saved_at = ?3";
    tx.execute(sql, params![case.as_str(), PREPARED, at.millis()])?;
    Ok(())
}

/// What a rule has prepared, as long as nobody has typed; nobody has saved it.
pub fn prepared(tx: &Tx<'_>, case: &CaseId) -> Result<Option<Draft>, StoreError> {
    let sql = "SELECT words FROM draft WHERE case_id = ?1 AND agent_id = ?2";
    let found = tx.first(sql, params![case.as_str(), PREPARED], |row| row.get::<String>(0))?;
    let draft = found.map(|text| from_json::<Draft>("draft", &text)).transpose()?;
    Ok(draft.map(|draft| Draft { is_prepared: true, saved: Timestamp::default(), ..draft }))
}

/// Moves drafts, notes, proof and what the packing table found of an edited request to the one that follows it.
pub fn move_to_successor(tx: &Tx<'_>, from: &CaseId, to: &CaseId) -> Result<(), StoreError> {
    for sql in [
        "UPDATE draft SET case_id = ?2 WHERE case_id = ?1 AND NOT EXISTS \
         (SELECT 1 FROM draft kept WHERE kept.case_id = ?2 AND kept.agent_id = draft.agent_id)",
        "UPDATE note SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE evidence SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE inspection_answer SET case_id = ?2 WHERE case_id = ?1 AND NOT EXISTS \
         (SELECT 1 FROM inspection_answer kept WHERE kept.case_id = ?2 AND kept.question = inspection_answer.question)",
        "UPDATE inspection_shot SET case_id = ?2 WHERE case_id = ?1 AND NOT EXISTS \
         (SELECT 1 FROM inspection_shot kept WHERE kept.case_id = ?2 AND kept.slot = inspection_shot.slot)",
    ] {
        tx.execute(sql, params![from.as_str(), to.as_str()])?;
    }
    Ok(())
}

/// Adds a note for the team.
pub fn add_note(tx: &Tx<'_>, case: &CaseId, agent: &AgentId, words: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO note (case_id, agent_id, at, words) VALUES (?1, ?2, ?3, ?4)",
        params![case.as_str(), agent.as_str(), now.millis(), words],
    )?;
    Ok(())
}

/// The notes of a case, oldest first.
pub fn notes(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<NoteView>, StoreError> {
    tx.all("SELECT agent_id, at, words FROM note WHERE case_id = ?1 ORDER BY id", params![case.as_str()], |row| {
        let by = id("agent id", row.get(0)?)?;
        Ok(NoteView { by, at: Timestamp::from_millis(row.get(1)?), text: row.get(2)? })
    })
}

/// A proof with its bytes.
#[derive(Debug, Clone)]
pub struct EvidenceFile {
    /// As shown.
    pub view: EvidenceView,
    /// Its case.
    pub case: CaseId,
    /// Sniffed from the bytes, not taken from the browser.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// TikTok's name for it, once uploaded.
    pub uri: Option<String>,
}

/// Stores a proof.
pub fn add_evidence(tx: &Tx<'_>, file: &EvidenceFile) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO evidence (id, case_id, agent_id, at, name, mime, width, height, bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            file.view.id.as_str(),
            file.case.as_str(),
            file.view.by.as_str(),
            file.view.at.millis(),
            file.view.name,
            file.mime,
            file.view.width,
            file.view.height,
            file.bytes
        ],
    )?;
    Ok(())
}

/// The proofs of a case, oldest first, without their bytes.
pub fn evidence_of(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<EvidenceView>, StoreError> {
    tx.all(
        "SELECT id, agent_id, at, name, width, height FROM evidence WHERE case_id = ?1 ORDER BY at, id",
        params![case.as_str()],
        |row| {
            Ok(EvidenceView {
                id: id("evidence id", row.get(0)?)?,
                name: row.get(3)?,
                width: row.get(4)?,
                height: row.get(5)?,
                by: id("agent id", row.get(1)?)?,
                at: Timestamp::from_millis(row.get(2)?),
            })
        },
    )
}

/// One proof with its bytes.
pub fn evidence(tx: &Tx<'_>, wanted: &EvidenceId) -> Result<Option<EvidenceFile>, StoreError> {
    tx.first(
        "SELECT case_id, agent_id, at, name, mime, width, height, bytes, uri FROM evidence WHERE id = ?1",
        params![wanted.as_str()],
        |row| {
            let view = EvidenceView {
                id: wanted.clone(),
                name: row.get(3)?,
                width: row.get(5)?,
                height: row.get(6)?,
                by: id("agent id", row.get(1)?)?,
                at: Timestamp::from_millis(row.get(2)?),
            };
            let case = id("case id", row.get(0)?)?;
            Ok(EvidenceFile { view, case, mime: row.get(4)?, bytes: row.get(7)?, uri: row.get(8)? })
        },
    )
}

/// Remembers TikTok's name of an uploaded proof.
pub fn set_evidence_uri(tx: &Tx<'_>, evidence: &EvidenceId, uri: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE evidence SET uri = ?2 WHERE id = ?1", params![evidence.as_str(), uri])?;
    Ok(())
}
