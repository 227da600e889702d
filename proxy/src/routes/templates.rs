//! `/api/templates`: the texts that replies start from.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, ViewDesk, WorkCases};
use crate::desk::{lines, templates};
use crate::error::Error;
use crate::extract::{Answered, Bytes, File, Json, Path, Query};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::reply::{Catalogue, Place};
use shared::wire::template::{
    Coverage, Imported, Piece, Rewritten, SavedLines, StepTemplate, TemplateView, WriteTemplate,
};

/// `GET /api/templates`: everything that replies start from now.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Catalogue>, Error> {
    Ok(Json(templates::catalogue(&desk, allowed.agent())?))
}

/// `GET /api/templates/coverage`: where the team's own words stand, and where they were missed.
pub async fn coverage(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Coverage>, Error> {
    Ok(Json(templates::coverage(&desk, allowed.agent())?))
}

/// `GET /api/templates/{place}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(place): Path<Place>,
) -> Result<Json<TemplateView>, Error> {
    Ok(Json(templates::read(&desk, allowed.agent(), &place)?))
}

/// `PUT /api/templates/{place}/open`. The same save again changes nothing.
pub async fn write(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(place): Path<Place>,
    Json(body): Json<WriteTemplate>,
) -> Result<Json<TemplateView>, Error> {
    Ok(Json(templates::write(&desk, allowed.agent(), &place, &body)?))
}

/// `POST /api/templates/{place}/step`. The same step again does nothing; some steps are a lead's.
pub async fn step(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(place): Path<Place>,
    Json(body): Json<StepTemplate>,
) -> Result<Json<TemplateView>, Error> {
    Ok(Json(templates::step(&desk, allowed.agent(), &place, &body)?))
}

/// `POST /api/templates/{place}/here`: somebody has it open.
pub async fn attend(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(place): Path<Place>,
) -> Result<Json<TemplateView>, Error> {
    Ok(Json(templates::attend(&desk, allowed.agent(), &place)?))
}

/// `GET /api/templates/{place}/rewritten`: what agents told lately at this place in words of their own, newest first.
pub async fn rewritten(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(place): Path<Place>,
) -> Result<Json<Vec<Rewritten>>, Error> {
    Ok(Json(templates::rewritten(&desk, allowed.agent(), &place)?))
}

/// Two versions.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Between {
    from: u32,
    to: u32,
}

/// `GET /api/templates/{place}/difference?from=1&to=2`; 0 is the built-in text.
pub async fn difference(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(place): Path<Place>,
    Query(between): Query<Between>,
) -> Result<Json<Vec<Piece>>, Error> {
    Ok(Json(templates::difference(&desk, allowed.agent(), &place, between.from, between.to)?))
}

/// `GET /api/templates/file`: the team's own replies as a TOML file that people can edit.
pub async fn export(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Answered<File>, Error> {
    let file = templates::export(&desk, allowed.agent())?;
    let kind = HeaderValue::from_static("application/toml; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"replies.toml\"");
    Ok(Answered::new(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], file)))
}

/// `POST /api/templates/file`: what differs waits to be approved.
pub async fn import(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Bytes(body): Bytes,
) -> Result<Json<Imported>, Error> {
    let file = std::str::from_utf8(&body).map_err(|_| Error::invalid("file", "is not text"))?;
    Ok(Json(templates::import(&desk, allowed.agent(), file)?))
}

/// `GET /api/templates/lines`.
pub async fn lines(State(desk): State<Desk>, _allowed: Allowed<ViewDesk>) -> Result<Json<SavedLines>, Error> {
    Ok(Json(desk.store.read(lines::read)?))
}

/// `PUT /api/templates/lines`.
pub async fn save_lines(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<SavedLines>,
) -> Result<Json<SavedLines>, Error> {
    Ok(Json(lines::save(&desk, allowed.agent(), &body)?))
}
