//! Deadline alarms (P14): each fires once, when its mark before the deadline is reached, for a case that is still open.
//!
//! Nothing is kept in memory and no timer belongs to a case: what is due follows from the stored deadlines, what has fired
//! from a row with a unique key. So a restart, a sleep, a clock that jumps and a second desk change nothing.

use crate::app::Desk;
use crate::auth::Agent;
use crate::mutants::{Mutant, is_on};
use crate::store::alarms::{self, Near};
use crate::store::{StoreError, Tx, cases, events, people, sessions};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::alarm::{AlarmView, SeenRequest};
use shared::wire::case::{CaseRow, Happened, Who};
use shared::wire::event::Event;

/// Alarms of one transaction; between two others may write.
const BATCH: usize = 100;
/// Who has used the desk within this time is believed to be there.
const THERE_MS: i64 = 30 * 60_000;

/// The mark that is to be called out for a case now.
fn due(desk: &Desk, near: &Near, now: Timestamp) -> Option<u32> {
    let mark = desk.config.alarm_marks.reached(near.deadline, now)?;
    let reached = near.deadline.plus_millis(-i64::from(mark) * 60_000);
    if is_on(Mutant::AlarmMissedIfLate) && now.since(reached) > 60_000 {
        return None;
    }
    if is_on(Mutant::AlarmFiresAgain) {
        return Some(mark);
    }
    // An earlier mark of the same deadline is stale once a later one has fired, also after the clock was set back.
    near.fired.is_none_or(|fired| mark < fired).then_some(mark)
}

/// Fires all alarms that are due and have not fired, of each case only the most urgent. Returns when the next mark is
/// reached; a case that changes meanwhile can bring it forward.
pub fn fire_due(desk: &Desk) -> Result<Option<Timestamp>, StoreError> {
    let now = desk.clock.now();
    let horizon = desk.config.alarm_marks.horizon(now);
    let is_due = |near: &Near| due(desk, near, now).is_some();
    let (near, later) = desk.store.read(|tx| {
        let later = alarms::first_deadline(tx, horizon)?;
        Ok((alarms::near(tx, now, horizon)?, later))
    })?;
    let waiting: Vec<&Near> = near.iter().filter(|near| is_due(near)).collect();
    for some in waiting.chunks(BATCH) {
        desk.store.write(|tx| some.iter().try_for_each(|near| fire(desk, tx, &near.case, now)))?;
        desk.publish();
    }
    let deadlines = near.iter().map(|near| near.deadline).chain(later);
    Ok(deadlines.filter_map(|deadline| desk.config.alarm_marks.next(deadline, now)).min())
}

/// Fires for one case if that is still due: meanwhile somebody may have decided, or another desk have fired.
fn fire(desk: &Desk, tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<(), StoreError> {
    let Some(near) = alarms::near_one(tx, case, now, desk.config.alarm_marks.horizon(now))? else { return Ok(()) };
    let (Some(minutes), Some(row)) = (due(desk, &near, now), cases::row(tx, case)?) else { return Ok(()) };
    let to = told(tx, &row, now)?;
    if !alarms::fire(tx, case, near.deadline, minutes, to.as_ref(), now)? && !is_on(Mutant::AlarmFiresAgain) {
        return Ok(());
    }
    let what = Happened::Alarmed { minutes };
    desk.book.note(tx, &row.shop, case, now, Who::Desk, what, None)?;
    tracing::info!(case.id = %case, shop.id = %row.shop, minutes, "A deadline is near");
    let shop = row.shop.clone();
    let alarm = Box::new(view(desk, row, minutes, to));
    events::append(tx, &shop, &Event::Alarm { alarm }, now)
}

/// Who has taken the case, if they are there to see it; else everybody is told.
fn told(tx: &Tx<'_>, row: &CaseRow, now: Timestamp) -> Result<Option<AgentId>, StoreError> {
    let Some(assignee) = &row.assignee else { return Ok(None) };
    let is_there =
        people::sees(tx, assignee, &row.shop)? && sessions::is_in_use(tx, assignee, now.plus_millis(-THERE_MS))?;
    Ok(is_there.then(|| assignee.clone()))
}

fn view(desk: &Desk, row: CaseRow, minutes: u32, to: Option<AgentId>) -> AlarmView {
    AlarmView { row, minutes, is_last: desk.config.alarm_marks.is_last(minutes), to }
}

/// The alarms that are for an agent, still true and not seen; of each case the most urgent.
pub fn unseen(desk: &Desk, agent: &Agent) -> Result<Vec<AlarmView>, StoreError> {
    let now = desk.clock.now();
    let horizon = desk.config.alarm_marks.horizon(now);
    let fired = desk.store.read(|tx| alarms::unseen(tx, &agent.id, now, horizon))?;
    let mut all: Vec<AlarmView> = Vec::new();
    for fired in fired.into_iter().filter(|fired| agent.sees(&fired.row.shop)) {
        let alarm = view(desk, fired.row, fired.mark, fired.told);
        let is_known = all.last().is_some_and(|last| last.row.id == alarm.row.id);
        if !is_known && alarm.is_for(&agent.id, agent.role) {
            all.push(alarm);
        }
    }
    Ok(all)
}

/// An agent has pressed alarms away; their other devices hear of it.
pub fn see(desk: &Desk, agent: &Agent, request: &SeenRequest) -> Result<(), StoreError> {
    let now = desk.clock.now();
    desk.store.write(|tx| {
        for seen in &request.seen {
            let shop = cases::row(tx, &seen.case)?.map(|row| row.shop).filter(|shop| agent.sees(shop));
            let Some(shop) = shop else { continue };
            if alarms::see(tx, &agent.id, seen)? {
                let news = Event::AlarmSeen { by: agent.id.clone(), seen: seen.clone() };
                events::append(tx, &shop, &news, now)?;
            }
        }
        Ok(())
    })?;
    desk.publish();
    Ok(())
}
