//! Saved lines: kept by leads, put into replies by everybody.

use super::error::DeskError;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::{StoreError, Tx, ticks};
use shared::reply::{SavedLine, lines_problem};
use shared::wire::template::SavedLines;

const SETTING: &str = "saved_lines";

/// All of them, in the order that leads gave them.
pub fn read(tx: &Tx<'_>) -> Result<SavedLines, StoreError> {
    let found = ticks::setting(tx, SETTING)?;
    Ok(found.map_or_else(SavedLines::default, |(version, lines)| SavedLines { version, lines }))
}

/// Keeps the whole list in place of the version that was read. The same again changes nothing.
pub fn save(desk: &Desk, agent: &Agent, lines: &SavedLines) -> Result<SavedLines, DeskError> {
    if let Some((field, problem)) = lines_problem(&lines.lines) {
        return Err(DeskError::Invalid { field, problem });
    }
    let trimmed = |line: &SavedLine| SavedLine {
        name: line.name.trim().to_owned(),
        text: line.text.trim().to_owned(),
        ..line.clone()
    };
    let wanted: Vec<SavedLine> = lines.lines.iter().map(trimmed).collect();
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let known = read(tx)?;
        if known.lines == wanted {
            return Ok(known);
        }
        if !ticks::save_setting(tx, SETTING, lines.version, &wanted, &agent.id, now)? {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        Ok(SavedLines { version: lines.version + 1, lines: wanted })
    })
}
