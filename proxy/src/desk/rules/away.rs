//! Rules that are put away: nobody's list is full of what nobody uses, and nothing that a rule did loses its rule.

use super::{MOST_RULES, OffBy, off_by, on_rule, page_in, switch_off, theirs};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::store::{StoreError, Tx, rules};
use shared::id::RuleId;
use shared::time::Timestamp;
use shared::wire::rule::{Away, RulePage, SwitchRule};

/// Since when a rule is away, while it is.
pub(super) fn of(tx: &Tx<'_>, rule: &RuleId) -> Result<Option<Away>, StoreError> {
    Ok(rules::aways(tx, rule)?.into_iter().next().filter(|away| away.is_away))
}

/// Whether there is room for one more rule; that there is none is the inner fault.
pub(super) fn room(tx: &Tx<'_>) -> Result<Result<(), DeskError>, StoreError> {
    let away = rules::away(tx)?;
    let kept = rules::newest(tx)?.into_iter().filter(|(id, _)| !away.contains_key(id)).count();
    Ok(match kept < MOST_RULES {
        true => Ok(()),
        false => Err(DeskError::Invalid { field: "rules", problem: "must be at most 100" }),
    })
}

/// Switches off what is on, as one lead may. What two must want off is not ended in passing.
fn end(desk: &Desk, tx: &Tx<'_>, agent: &Agent, id: &RuleId, now: Timestamp) -> Result<(), DeskError> {
    let Some(on) = on_rule(tx, id)? else { return Ok(()) };
    if off_by(tx, agent, &on)? != OffBy::One {
        let problem = "asks for second persons: two leads switch it off first";
        return Err(DeskError::Invalid { field: "rule", problem });
    }
    let off = SwitchRule { version: on.by.version, is_on: false, knows_all: false };
    switch_off(desk, tx, agent, id, &off, now)
}

/// Puts a rule away, or brings it back as it was, switched off. What it did stays where it is told.
pub fn put(desk: &Desk, agent: &Agent, id: &RuleId, is_away: bool) -> Result<RulePage, DeskError> {
    let now = desk.clock.now();
    let page = desk.store.write_or(|tx| {
        theirs(tx, agent, id)??;
        if of(tx, id)?.is_some() != is_away {
            match is_away {
                true => end(desk, tx, agent, id, now)?,
                false => room(tx)??,
            }
            rules::put_away(tx, id, &Away { is_away, by: agent.id.clone(), at: now })?;
        }
        page_in(tx, agent, id, now)?.ok_or(DeskError::NotFound { what: "rule" })
    })?;
    desk.publish();
    Ok(page)
}
