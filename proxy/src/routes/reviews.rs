//! `/api/reviews`: what people say of decided cases. Leads judge; agents see and answer what is said of their own work.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, ViewDesk, WorkCases};
use crate::desk::reviews;
use crate::error::Error;
use crate::extract::{Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::domain::review::{Judgement, Scorecard};
use shared::id::{CaseId, ReviewId, ScorecardId};
use shared::wire::review::{
    Alerts, AnswerRequest, AwayRequest, CalibrateRequest, Calibration, Calibrations, CloseRequest, Coaching,
    ReviewCount, ReviewPage, ReviewRules, ReviewRulesView, ReviewView, Reviews, ScorecardRequest, VerdictRequest,
};

/// `GET /api/reviews`.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Reviews>, Error> {
    Ok(Json(reviews::list(&desk, allowed.agent())?))
}

/// `GET /api/reviews/mine`: of the asker's own work.
pub async fn mine(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Vec<ReviewView>>, Error> {
    Ok(Json(reviews::mine(&desk, allowed.agent())?))
}

/// `GET /api/reviews/count`.
pub async fn count(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<ReviewCount>, Error> {
    Ok(Json(reviews::count(&desk, allowed.agent())?))
}

/// `GET /api/reviews/alerts`.
pub async fn alerts(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Alerts>, Error> {
    Ok(Json(reviews::alerts(&desk, allowed.agent())?))
}

/// `PUT /api/reviews/alerts/away`: of what has fallen, for the asker alone.
pub async fn put_away(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<AwayRequest>,
) -> Result<Json<Alerts>, Error> {
    Ok(Json(reviews::put_away(&desk, allowed.agent(), &body)?))
}

/// `GET /api/reviews/coaching`.
pub async fn coaching(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Vec<Coaching>>, Error> {
    Ok(Json(reviews::coaching(&desk, allowed.agent())?))
}

/// `GET /api/reviews/rules`.
pub async fn read_rules(State(desk): State<Desk>, _allowed: Allowed<LeadDesk>) -> Result<Json<ReviewRulesView>, Error> {
    Ok(Json(reviews::rules(&desk)?))
}

/// `PUT /api/reviews/rules`.
pub async fn update_rules(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<ReviewRules>,
) -> Result<Json<ReviewRules>, Error> {
    Ok(Json(reviews::save_rules(&desk, allowed.agent(), &body)?))
}

/// `GET /api/reviews/scorecards`.
pub async fn list_scorecards(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
) -> Result<Json<Vec<Scorecard>>, Error> {
    Ok(Json(desk.store.read(reviews::scorecards)?))
}

/// `PUT /api/reviews/scorecards/{scorecard}`.
pub async fn update_scorecard(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(scorecard): Path<ScorecardId>,
    Json(body): Json<ScorecardRequest>,
) -> Result<Json<Scorecard>, Error> {
    Ok(Json(reviews::save_scorecard(&desk, allowed.agent(), &scorecard, &body)?))
}

/// `GET /api/reviews/cases/{case}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
) -> Result<Json<ReviewPage>, Error> {
    Ok(Json(reviews::page(&desk, allowed.agent(), &case)?))
}

/// `PUT /api/reviews/cases/{case}`: of how many others' reviews the asker knows; where there are more, the first save is
/// refused. None: it is saved beside whatever there is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveQuery {
    others: Option<usize>,
}

/// `PUT /api/reviews/cases/{case}`: saves the asker's review.
pub async fn update(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
    Query(query): Query<SaveQuery>,
    Json(body): Json<Judgement>,
) -> Result<Json<ReviewView>, Error> {
    Ok(Json(reviews::save(&desk, allowed.agent(), &case, &body, query.others)?))
}

/// `PUT /api/reviews/cases/{case}/draft`.
pub async fn update_draft(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
    Json(body): Json<Judgement>,
) -> Result<StatusCode, Error> {
    reviews::save_draft(&desk, allowed.agent(), &case, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/reviews/cases/{case}/skip`.
pub async fn skip(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
) -> Result<StatusCode, Error> {
    reviews::skip(&desk, allowed.agent(), &case)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/reviews/items/{review}/answer`.
pub async fn answer(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(review): Path<ReviewId>,
    Json(body): Json<AnswerRequest>,
) -> Result<Json<ReviewView>, Error> {
    Ok(Json(reviews::answer(&desk, allowed.agent(), &review, &body)?))
}

/// `POST /api/reviews/items/{review}/verdict`.
pub async fn judge_appeal(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(review): Path<ReviewId>,
    Json(body): Json<VerdictRequest>,
) -> Result<Json<ReviewView>, Error> {
    Ok(Json(reviews::judge_appeal(&desk, allowed.agent(), &review, &body)?))
}

/// `GET /api/reviews/calibrations`.
pub async fn calibrations(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Calibrations>, Error> {
    Ok(Json(reviews::calibrations(&desk, allowed.agent())?))
}

/// `PUT /api/reviews/calibrations/{case}`.
pub async fn calibrate(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
    Json(body): Json<CalibrateRequest>,
) -> Result<Json<Calibration>, Error> {
    Ok(Json(reviews::calibrate(&desk, allowed.agent(), &case, &body)?))
}

/// `POST /api/reviews/calibrations/{case}/close`.
pub async fn close(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(case): Path<CaseId>,
    Json(body): Json<CloseRequest>,
) -> Result<Json<Calibration>, Error> {
    Ok(Json(reviews::close(&desk, allowed.agent(), &case, &body)?))
}
