//! `/api/quality`: how the work stands up to what TikTok shows, for who leads.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk};
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

/// `GET /api/quality/cases`.
pub async fn list(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Query(filter): Query<QualityFilter>,
) -> Result<Json<QualityCases>, Error> {
    Ok(Json(quality::cases(&desk, allowed.agent(), &filter)?))
}
