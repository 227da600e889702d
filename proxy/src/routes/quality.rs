//! `/api/quality`: how the work stands up to what TikTok shows: everybody's for who leads, and for each their own.

use crate::app::Desk;
use crate::auth::{Agent, Allowed, LeadDesk, ViewDesk};
use crate::desk::quality;
use crate::error::Error;
use crate::extract::{Json, Query};
use axum::extract::State;
use shared::wire::quality::{Quality, QualityCases, QualityFilter};

/// `GET /api/quality`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Query(filter): Query<QualityFilter>,
) -> Result<Json<Quality>, Error> {
    Ok(Json(quality::read(&desk, allowed.agent(), &filter)?))
}

fn own(agent: &Agent, filter: QualityFilter) -> QualityFilter {
    QualityFilter { agent: Some(agent.id.clone()), ..filter }
}

/// `GET /api/quality/mine`: what the asker has decided.
pub async fn mine(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Query(filter): Query<QualityFilter>,
) -> Result<Json<Quality>, Error> {
    let agent = allowed.agent();
    Ok(Json(quality::read(&desk, agent, &own(agent, filter))?))
}

/// `GET /api/quality/mine/cases`.
pub async fn list_mine(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Query(filter): Query<QualityFilter>,
) -> Result<Json<QualityCases>, Error> {
    let agent = allowed.agent();
    Ok(Json(quality::cases(&desk, agent, &own(agent, filter))?))
}

/// `GET /api/quality/cases`.
pub async fn list(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Query(filter): Query<QualityFilter>,
) -> Result<Json<QualityCases>, Error> {
    Ok(Json(quality::cases(&desk, allowed.agent(), &filter)?))
}
