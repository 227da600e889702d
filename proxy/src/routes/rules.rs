//! `/api/rules`: what the desk does by itself. And the tags and second persons of a case.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, WorkCases};
use crate::desk::{rules, tags};
use crate::error::Error;
use crate::extract::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::{CaseId, RuleId};
use shared::wire::decision::MotionRecorded;
use shared::wire::rule::{
    DryRun, PutAway, RulePage, Rules, RunDry, SaveRule, SecondAnswer, StopRules, Stopped, SwitchRule, TagRequest,
};

/// `GET /api/rules`.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Rules>, Error> {
    Ok(Json(rules::list(&desk, allowed.agent())?))
}

/// `GET /api/rules/currencies`: what the amounts of a new rule may be in, first that of the shop with the most cases.
pub async fn currencies(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Vec<String>>, Error> {
    Ok(Json(rules::currencies(&desk, allowed.agent())?))
}

/// `GET /api/rules/{rule}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(rule): Path<RuleId>,
) -> Result<Json<RulePage>, Error> {
    Ok(Json(rules::page(&desk, allowed.agent(), &rule)?))
}

/// `PUT /api/rules/{rule}`: adds the next version.
pub async fn update(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(rule): Path<RuleId>,
    Json(body): Json<SaveRule>,
) -> Result<Json<RulePage>, Error> {
    Ok(Json(rules::save(&desk, allowed.agent(), &rule, &body)?))
}

/// `POST /api/rules/{rule}/dry-run`: looks at many requests, so it stands in nobody's way.
pub async fn run_dry(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(rule): Path<RuleId>,
    Json(body): Json<RunDry>,
) -> Result<Json<DryRun>, Error> {
    let agent = allowed.agent().clone();
    let run = tokio::task::spawn_blocking(move || rules::dry::run(&desk, &agent, &rule, body.version)).await;
    Ok(Json(run.map_err(|_| Error::Panicked)??))
}

/// `POST /api/rules/{rule}/switch`.
pub async fn switch(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(rule): Path<RuleId>,
    Json(body): Json<SwitchRule>,
) -> Result<Json<RulePage>, Error> {
    Ok(Json(rules::switch(&desk, allowed.agent(), &rule, &body)?))
}

/// `POST /api/rules/{rule}/away`.
pub async fn put_away(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(rule): Path<RuleId>,
    Json(body): Json<PutAway>,
) -> Result<Json<RulePage>, Error> {
    Ok(Json(rules::away::put(&desk, allowed.agent(), &rule, body.is_away)?))
}

/// `POST /api/rules/stop`: one switch for all.
pub async fn stop(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<StopRules>,
) -> Result<Json<Stopped>, Error> {
    Ok(Json(rules::stop(&desk, allowed.agent(), body.is_stopped)?))
}

/// `POST /api/cases/{case}/tags`.
pub async fn tag(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<TagRequest>,
) -> Result<StatusCode, Error> {
    tags::tag(&desk, allowed.agent(), &case, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/cases/{case}/second`.
pub async fn answer_second(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<SecondAnswer>,
) -> Result<Json<MotionRecorded>, Error> {
    Ok(Json(rules::second::answer(&desk, allowed.agent(), &case, &body)?))
}
