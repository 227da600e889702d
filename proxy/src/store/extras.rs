//! What agents add to a case: drafts, notes, proof.

use super::cases::id;
use super::{StoreError, from_json, to_json};
use rusqlite::{OptionalExtension, Transaction, params};
use shared::id::{AgentId, CaseId, EvidenceId};
use shared::time::Timestamp;
use shared::wire::case::{EvidenceView, NoteView};
use shared::wire::decision::Draft;

/// An agent's unsent words.
pub fn draft(tx: &Transaction<'_>, case: &CaseId, agent: &AgentId) -> Result<Option<Draft>, StoreError> {
    tx.prepare_cached("SELECT words FROM draft WHERE case_id = ?1 AND agent_id = ?2")?
        .query_row(params![case.as_str(), agent.as_str()], |row| row.get::<_, String>(0))
        .optional()?
        .map(|text| from_json("draft", &text))
        .transpose()
}

/// Keeps an agent's unsent words; an empty text removes them.
pub fn save_draft(tx: &Transaction<'_>, case: &CaseId, agent: &AgentId, draft: &Draft) -> Result<(), StoreError> {
    if draft.text.is_empty() {
        tx.prepare_cached("DELETE FROM draft WHERE case_id = ?1 AND agent_id = ?2")?
            .execute(params![case.as_str(), agent.as_str()])?;
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO draft (case_id, agent_id, words, saved_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (case_id, agent_id) DO UPDATE SET words = excluded.words, saved_at = excluded.saved_at",
    )?
    .execute(params![case.as_str(), agent.as_str(), to_json("draft", draft)?, draft.saved.millis()])?;
    Ok(())
}

/// Moves drafts, notes and proof of an edited request to the one that follows it.
pub fn move_to_successor(tx: &Transaction<'_>, from: &CaseId, to: &CaseId) -> Result<(), StoreError> {
    for sql in [
        "UPDATE OR IGNORE draft SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE note SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE evidence SET case_id = ?2 WHERE case_id = ?1",
    ] {
        tx.prepare_cached(sql)?.execute(params![from.as_str(), to.as_str()])?;
    }
    Ok(())
}

/// Adds a note for the team.
pub fn add_note(
    tx: &Transaction<'_>,
    case: &CaseId,
    agent: &AgentId,
    words: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO note (case_id, agent_id, at, words) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        case.as_str(),
        agent.as_str(),
        now.millis(),
        words
    ])?;
    Ok(())
}

/// The notes of a case, oldest first.
pub fn notes(tx: &Transaction<'_>, case: &CaseId) -> Result<Vec<NoteView>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT agent_id, at, words FROM note WHERE case_id = ?1 ORDER BY id")?;
    let rows = statement.query_map([case.as_str()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    rows.map(|entry| {
        let (by, at, text) = entry?;
        Ok(NoteView { by: id("agent id", by)?, at: Timestamp::from_millis(at), text })
    })
    .collect()
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
pub fn add_evidence(tx: &Transaction<'_>, file: &EvidenceFile) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO evidence (id, case_id, agent_id, at, name, mime, width, height, bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        file.view.id.as_str(),
        file.case.as_str(),
        file.view.by.as_str(),
        file.view.at.millis(),
        file.view.name,
        file.mime,
        file.view.width,
        file.view.height,
        file.bytes
    ])?;
    Ok(())
}

/// The proofs of a case, oldest first, without their bytes.
pub fn evidence_of(tx: &Transaction<'_>, case: &CaseId) -> Result<Vec<EvidenceView>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, agent_id, at, name, width, height FROM evidence WHERE case_id = ?1 ORDER BY at, id",
    )?;
    let rows = statement.query_map([case.as_str()], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, String>(3)?,
            row.get::<_, u32>(4)?,
            row.get::<_, u32>(5)?,
        ))
    })?;
    rows.map(|entry| {
        let (own, by, at, name, width, height) = entry?;
        Ok(EvidenceView {
            id: id("evidence id", own)?,
            name,
            width,
            height,
            by: id("agent id", by)?,
            at: Timestamp::from_millis(at),
        })
    })
    .collect()
}

/// One proof with its bytes.
pub fn evidence(tx: &Transaction<'_>, wanted: &EvidenceId) -> Result<Option<EvidenceFile>, StoreError> {
    let found = tx
        .query_row(
            "SELECT case_id, agent_id, at, name, mime, width, height, bytes, uri FROM evidence WHERE id = ?1",
            [wanted.as_str()],
            |row| {
                Ok((
                    [row.get::<_, String>(0)?, row.get(1)?, row.get(3)?, row.get(4)?],
                    row.get::<_, i64>(2)?,
                    [row.get::<_, u32>(5)?, row.get(6)?],
                    row.get::<_, Vec<u8>>(7)?,
                    row.get::<_, Option<String>>(8)?,
                ))
            },
        )
        .optional()?;
    let Some(([case, by, name, mime], at, [width, height], bytes, uri)) = found else { return Ok(None) };
    let view = EvidenceView {
        id: wanted.clone(),
        name,
        width,
        height,
        by: id("agent id", by)?,
        at: Timestamp::from_millis(at),
    };
    Ok(Some(EvidenceFile { view, case: id("case id", case)?, mime, bytes, uri }))
}

/// Remembers TikTok's name of an uploaded proof.
pub fn set_evidence_uri(tx: &Transaction<'_>, evidence: &EvidenceId, uri: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE evidence SET uri = ?2 WHERE id = ?1")?.execute(params![evidence.as_str(), uri])?;
    Ok(())
}
