//! What the packing table found: one answer per question, one photo per slot, the latest of each.

use super::cases::{self, CaseFile, id};
use super::sql::{Param, Tx, among, params};
use super::{StoreError, to_json};
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::inspect::{Answered, Inspection, Scan, Shot};

/// Returns that a code can name; one parcel holds few.
const MOST: u32 = 20;

/// Everything that is known of a parcel.
pub fn read(tx: &Tx<'_>, file: &CaseFile) -> Result<Inspection, StoreError> {
    let mut answers = tx.all(
        "SELECT question, is_yes, agent_id, at FROM inspection_answer WHERE case_id = ?1",
        params![file.id.as_str()],
        |row| {
            Ok(Answered {
                question: row.json("question", 0)?,
                is_yes: row.get(1)?,
                by: id("agent id", row.get(2)?)?,
                at: Timestamp::from_millis(row.get(3)?),
            })
        },
    )?;
    let mut shots = tx.all(
        "SELECT slot, evidence_id, agent_id, at FROM inspection_shot WHERE case_id = ?1",
        params![file.id.as_str()],
        |row| {
            Ok(Shot {
                slot: row.json("slot", 0)?,
                evidence: id("evidence id", row.get(1)?)?,
                by: id("agent id", row.get(2)?)?,
                at: Timestamp::from_millis(row.get(3)?),
            })
        },
    )?;
    answers.sort_by_key(|answer| answer.question);
    shots.sort_by_key(|shot| shot.slot);
    let scan = file.scanned.map(|at| Scan { at, by: file.scanned_by.clone() });
    Ok(Inspection { scan, answers, shots })
}

/// Keeps an answer in place of the one before.
pub fn save_answer(tx: &Tx<'_>, case: &CaseId, answer: &Answered) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO inspection_answer (case_id, question, is_yes, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (case_id, question) DO UPDATE SET is_yes = excluded.is_yes, agent_id = excluded.agent_id, \
         at = excluded.at",
        params![
            case.as_str(),
            to_json("question", &answer.question)?,
            answer.is_yes,
            answer.by.as_str(),
            answer.at.millis()
        ],
    )?;
    Ok(())
}

/// Keeps a photo in place of the one before, which stays a proof of the case.
pub fn save_shot(tx: &Tx<'_>, case: &CaseId, shot: &Shot) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO inspection_shot (case_id, slot, evidence_id, agent_id, at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (case_id, slot) DO UPDATE SET evidence_id = excluded.evidence_id, agent_id = excluded.agent_id, \
         at = excluded.at",
        params![
            case.as_str(),
            to_json("slot", &shot.slot)?,
            shot.evidence.as_str(),
            shot.by.as_str(),
            shot.at.millis()
        ],
    )?;
    Ok(())
}

/// Returns of these shops that have a line of their searched words in common with a code, those that go on first.
pub fn candidates(tx: &Tx<'_>, shops: &[ShopId], plain: &str) -> Result<Vec<CaseFile>, StoreError> {
    let sql = format!(
        "SELECT id FROM case_file WHERE object = 'return' AND row_json <> '' AND {} AND search LIKE ? ESCAPE '\\' \
         ORDER BY is_over, is_here DESC, COALESCE(deadline, 9000000000000000), id LIMIT {MOST}",
        among("shop_id", shops.len())
    );
    let pattern = super::queue::anywhere(&format!("\n{plain}\n"));
    let mut values: Vec<Param<'_>> = shops.iter().map(|shop| Param::Text(shop.as_str())).collect();
    values.push(Param::Text(&pattern));
    let ids = tx.all(&sql, &values, |row| id("case id", row.get(0)?))?;
    let mut files = Vec::new();
    for case in ids {
        files.extend(cases::find(tx, &case)?);
    }
    Ok(files)
}
