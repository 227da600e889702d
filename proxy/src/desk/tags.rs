//! Tags: short words on a case by which a team finds its cases again.

use super::decide::find_seen;
use super::error::DeskError;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::tags;
use shared::domain::rule::tag_problem;
use shared::id::CaseId;
use shared::wire::case::{Happened, Who};
use shared::wire::rule::TagRequest;

/// Tags that one case can carry.
const MOST_TAGS: usize = 8;

/// Puts a tag on, or takes it off. One that is so already stays as it is.
pub fn tag(desk: &Desk, agent: &Agent, case: &CaseId, request: &TagRequest) -> Result<(), DeskError> {
    let tag = request.tag.trim();
    if let Some(problem) = tag_problem(tag) {
        return Err(DeskError::Invalid { field: "tag", problem });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        if request.is_on && tags::of_case(tx, case)?.len() >= MOST_TAGS {
            return Err(DeskError::Invalid { field: "tag", problem: "is one too many: a case carries at most 8" });
        }
        if tags::set(tx, case, tag, request.is_on, now)? {
            let what = Happened::Tagged { tag: tag.to_owned(), is_on: request.is_on };
            desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), what, None)?;
            desk.book.refresh(tx, case, now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    desk.publish();
    Ok(())
}
