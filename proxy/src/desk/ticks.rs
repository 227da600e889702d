//! Checkpoints that people tick before a decision: laid down by leads, asked for by the desk.

use super::decide::{find_seen, open};
use super::error::DeskError;
use super::view;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::intents::{self, Payload};
use crate::store::{StoreError, Tx, cases, ticks};
use shared::domain::case::DecisionKind;
use shared::domain::tick::{Tick, is_asked_before, ticks_problem};
use shared::id::{CaseId, TickId};
use shared::reasons::group_of;
use shared::wire::case::{CaseRow, Happened, Who};
use shared::wire::tick::{TickRules, TickView, lacking};

const SETTING: &str = "checkpoints";

/// What leads ask for.
pub fn rules(tx: &Tx<'_>) -> Result<TickRules, StoreError> {
    let found = ticks::setting(tx, SETTING)?;
    Ok(found.map_or_else(TickRules::default, |(version, ticks)| TickRules { version, ticks }))
}

/// Lays down what is asked for from now on. What was ticked stays with its case.
pub fn save_rules(desk: &Desk, agent: &Agent, rules: &TickRules) -> Result<TickRules, DeskError> {
    if let Some((field, problem)) = ticks_problem(&rules.ticks) {
        return Err(DeskError::Invalid { field, problem });
    }
    let trimmed = |tick: &Tick| Tick { text: tick.text.trim().to_owned(), ..tick.clone() };
    let asked: Vec<Tick> = rules.ticks.iter().map(trimmed).collect();
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let known = self::rules(tx)?;
        if known.ticks == asked {
            return Ok(known);
        }
        if !ticks::save_setting(tx, SETTING, rules.version, &asked, &agent.id, now)? {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        Ok(TickRules { version: rules.version + 1, ticks: asked })
    })
}

fn asked_of(tx: &Tx<'_>, row: &CaseRow) -> Result<Vec<Tick>, StoreError> {
    let group = group_of(&row.reason);
    Ok(rules(tx)?.ticks.into_iter().filter(|tick| tick.applies(row.kind, group)).collect())
}

/// What is asked of a case in its order, then what was ticked and is not asked any more.
pub fn of_case(tx: &Tx<'_>, row: &CaseRow) -> Result<Vec<TickView>, StoreError> {
    let mut known = ticks::of_case(tx, &row.id)?;
    let mut all: Vec<TickView> = Vec::new();
    for Tick { id, text, is_needed, .. } in asked_of(tx, row)? {
        let place = known.iter().position(|tick| tick.id == id);
        let done = place.map(|place| known.remove(place));
        let text = done.as_ref().map_or(text, |done| done.text.clone());
        all.push(TickView { id, text, is_needed, ticked: done.and_then(|done| done.ticked) });
    }
    all.append(&mut known);
    Ok(all)
}

/// Refuses a decision as long as a needed tick is lacking.
pub(super) fn check(tx: &Tx<'_>, case: &CaseId, kind: DecisionKind) -> Result<(), DeskError> {
    let Some(row) = cases::row(tx, case)?.filter(|_| is_asked_before(kind)) else { return Ok(()) };
    let lacking: Vec<String> = lacking(&of_case(tx, &row)?).map(str::to_owned).collect();
    if lacking.is_empty() { Ok(()) } else { Err(DeskError::NotTicked { lacking }) }
}

/// Ticks, or takes the tick away, as long as nobody has decided. A tick that is so already stays as it is.
pub fn tick(desk: &Desk, agent: &Agent, case: &CaseId, tick: &TickId, is_on: bool) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        let row = cases::row(tx, case)?.ok_or(DeskError::NotFound { what: "case" })?;
        let known = of_case(tx, &row)?.into_iter().find(|known| known.id == *tick);
        let known = known.ok_or(DeskError::NotFound { what: "checkpoint" })?;
        if known.ticked.is_some() == is_on {
            return Ok(());
        }
        let opened = open(tx, agent, case)?;
        let is_under_way =
            |intent: &intents::Intent| matches!(intent.payload, Payload::Decision { .. }) && !intent.state.is_over();
        if intents::of_case(tx, case)?.iter().any(is_under_way) {
            return Err(DeskError::DecisionUnderWay);
        }
        if view::options(&opened.file, &opened.facts, &opened.derived).offered.is_empty() {
            return Err(DeskError::Invalid { field: "checkpoint", problem: "is ticked before the decision only" });
        }
        let asked = asked_of(tx, &row)?.into_iter().find(|asked| asked.id == *tick);
        if ticks::save(tx, case, tick, asked.as_ref().filter(|_| is_on), &agent.id, now)? {
            let what = Happened::Ticked { text: known.text, is_on };
            desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), what, None)?;
            desk.book.touch(tx, case, now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    desk.publish();
    Ok(())
}
