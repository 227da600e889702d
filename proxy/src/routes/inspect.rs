//! The packing table: `/api/inspect`, and what it writes on a case.

use crate::app::Desk;
use crate::auth::{Allowed, WorkCases};
use crate::desk::inspect;
use crate::error::Error;
use crate::extract::{Json, Key, Path};
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::CaseId;
use shared::wire::inspect::{
    AnswerRequest, AskLeadRequest, Inspection, LeadAsked, ScanAnswer, ScanRequest, ShotRequest,
};

/// `POST /api/inspect/scan`: the code stands in the body, never in an address.
pub async fn scan(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Json(body): Json<ScanRequest>,
) -> Result<Json<ScanAnswer>, Error> {
    Ok(Json(inspect::scan(&desk, allowed.agent(), &body.code)?))
}

/// `POST /api/cases/{id}/scanned`: one of several parcels under a code was chosen.
pub async fn scanned(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
) -> Result<StatusCode, Error> {
    inspect::scanned(&desk, allowed.agent(), &case)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/cases/{id}/answer`.
pub async fn update_answer(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<AnswerRequest>,
) -> Result<Json<Inspection>, Error> {
    Ok(Json(inspect::answer(&desk, allowed.agent(), &case, &body)?))
}

/// `PUT /api/cases/{id}/shot`.
pub async fn update_shot(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<ShotRequest>,
) -> Result<Json<Inspection>, Error> {
    Ok(Json(inspect::shoot(&desk, allowed.agent(), &case, &body)?))
}

/// `POST /api/cases/{id}/lead`.
pub async fn ask_lead(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Key(key): Key,
    Json(body): Json<AskLeadRequest>,
) -> Result<Json<LeadAsked>, Error> {
    Ok(Json(inspect::ask_lead(&desk, allowed.agent(), &case, &key, &body)?))
}
