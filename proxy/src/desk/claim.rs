//! Claims: who is deciding a case. A claim is a lease on the decision, so that two people do not work on one case without
//! knowing. It ends by itself, can be taken over, and guards nothing: of two decisions one wins all the same (P4).

use super::decide::{Opened, find_seen, not_offered, open};
use super::error::DeskError;
use super::view;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::intents::{self, Payload};
use crate::store::{Tx, claims, people};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::claim::{ClaimRequest, Lease};

/// How long a claim holds unless it is renewed. An open sheet renews it three times in this.
pub const LEASE_MS: i64 = 120_000;

/// Takes or renews the claim on a case that can be decided now.
pub fn take(desk: &Desk, agent: &Agent, case: &CaseId, request: ClaimRequest) -> Result<CaseRow, DeskError> {
    let now = desk.clock.now();
    let row = desk.store.write_or(|tx| {
        let Opened { file, facts, derived } = open(tx, agent, case)?;
        if view::options(&file, &facts, &derived).offered.is_empty() {
            return Err(not_offered(tx, case)?);
        }
        let is_decision = |intent: &intents::Intent| matches!(intent.payload, Payload::Decision { .. });
        if intents::of_case(tx, case)?.iter().any(|intent| is_decision(intent) && !intent.state.is_over()) {
            return Err(DeskError::DecisionUnderWay);
        }
        let lease = Lease { by: agent.id.clone(), until: now.plus_millis(LEASE_MS) };
        if !claims::take(tx, case, &lease, request.take_over, now)?
            && let Some(other) = claims::live(tx, case, now)?
        {
            return Err(being_decided(tx, other.lease)?);
        }
        desk.book.refresh(tx, case, now)?.ok_or(DeskError::NotFound { what: "case" })
    })?;
    desk.publish();
    Ok(row)
}

/// Gives back what the agent has; having nothing is no fault.
pub fn give_back(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        find_seen(tx, agent, case)?;
        if claims::give_back(tx, case, &agent.id)? {
            desk.book.refresh(tx, case, now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    desk.publish();
    Ok(())
}

/// A decision is made: the claim on the case ends, unless it is somebody else's and not taken over; where two decide it is
/// nobody else's if either has it. Says who was deciding when the decider stepped in.
pub(super) fn end_with_decision(
    tx: &Tx<'_>,
    agent: &Agent,
    second: Option<&Agent>,
    case: &CaseId,
    take_over: bool,
    now: Timestamp,
) -> Result<Option<AgentId>, DeskError> {
    let Some(claim) = claims::live(tx, case, now)? else { return Ok(None) };
    let is_others = [Some(agent), second].into_iter().flatten().all(|decider| claim.lease.bars(&decider.id, now));
    if is_others && !take_over {
        return Err(being_decided(tx, claim.lease)?);
    }
    claims::end(tx, case)?;
    Ok(if is_others { Some(claim.lease.by) } else { claim.taken_from })
}

fn being_decided(tx: &Tx<'_>, lease: Lease) -> Result<DeskError, DeskError> {
    Ok(DeskError::BeingDecided { by: people::name_of(tx, &lease.by)?, until: lease.until })
}
