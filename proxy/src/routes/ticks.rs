//! `/api/checkpoints`: what people tick before deciding.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, WorkCases};
use crate::desk::ticks;
use crate::error::Error;
use crate::extract::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::{CaseId, TickId};
use shared::wire::tick::TickRules;

/// `GET /api/checkpoints`.
pub async fn list(State(desk): State<Desk>, _allowed: Allowed<LeadDesk>) -> Result<Json<TickRules>, Error> {
    Ok(Json(desk.store.read(ticks::rules)?))
}

/// `PUT /api/checkpoints`.
pub async fn update(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<TickRules>,
) -> Result<Json<TickRules>, Error> {
    Ok(Json(ticks::save_rules(&desk, allowed.agent(), &body)?))
}

/// `PUT /api/checkpoints/{tick}/{case}`: ticks it.
pub async fn create(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path((tick, case)): Path<(TickId, CaseId)>,
) -> Result<StatusCode, Error> {
    ticks::tick(&desk, allowed.agent(), &case, &tick, true)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/checkpoints/{tick}/{case}`: takes the tick away.
pub async fn remove(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path((tick, case)): Path<(TickId, CaseId)>,
) -> Result<StatusCode, Error> {
    ticks::tick(&desk, allowed.agent(), &case, &tick, false)?;
    Ok(StatusCode::NO_CONTENT)
}
