//! `/api/cases`: the queue, one case, and what is done to it.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk, WorkCases};
use crate::desk::error::DeskError;
use crate::desk::rules::second;
use crate::desk::{claim, decide, quality, view, work};
use crate::error::Error;
use crate::extract::{Answered, Bytes, File, Json, Key, Path, Query};
use crate::store::{extras, queue};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::id::{CaseId, EvidenceId, IntentId, MediaId};
use shared::wire::case::{CaseFilter, CaseList, CaseRow, CaseView, EvidenceView, SearchRequest};
use shared::wire::claim::ClaimRequest;
use shared::wire::decision::{
    AssignRequest, DecisionRequest, Draft, MotionRecorded, NoteRequest, ReplyRequest, SettleDebtRequest,
};

/// Characters that are searched for; more is a paste by mistake.
const SEARCH_CHARS: usize = 200;

fn listed(
    desk: &Desk,
    allowed: &Allowed<ViewDesk>,
    filter: &CaseFilter,
    text: Option<&str>,
) -> Result<CaseList, Error> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let shops = allowed.agent().shops_of_queue(tx, filter.shop.as_ref())?;
        queue::list(tx, &shops, filter, text, now)
    })?)
}

/// `GET /api/cases`: one page of the queue, with counts and headline. Answers 304 to an `ETag` that still holds.
pub async fn list(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Query(filter): Query<CaseFilter>,
    headers: HeaderMap,
) -> Result<Answered<Json<CaseList>>, Error> {
    let found = listed(&desk, &allowed, &filter, None)?;
    let body = serde_json::to_vec(&found).map_err(Error::Encode)?;
    let digest = ring::digest::digest(&ring::digest::SHA256, &body);
    let short = digest.as_ref().get(..12).map(hex::encode).unwrap_or_default();
    let etag = HeaderValue::from_str(&format!("\"{short}\"")).map_err(|_| DeskError::NotFound { what: "page" })?;
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        return Ok(Answered::new((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)])));
    }
    let json = HeaderValue::from_static("application/json");
    Ok(Answered::new(([(header::ETAG, etag), (header::CONTENT_TYPE, json)], body)))
}

/// `POST /api/cases/search`: the text stands in the body, never in an address.
pub async fn search(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Json(body): Json<SearchRequest>,
) -> Result<Json<CaseList>, Error> {
    let text: String = body.text.trim().chars().take(SEARCH_CHARS).collect();
    Ok(Json(listed(&desk, &allowed, &body.filter, Some(&text))?))
}

/// `GET /api/cases/{id}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(case): Path<CaseId>,
) -> Result<Json<CaseView>, Error> {
    let agent = allowed.agent();
    let found = desk.store.read(|tx| {
        let found = view::read(tx, &case, Some(&agent.id))?;
        let needs_second = second::is_needed(tx, agent, &case)?;
        Ok(found.map(|view| CaseView { needs_second, ..view }))
    })?;
    let found = found.filter(|view| agent.sees(&view.row.shop));
    let mut view = found.ok_or(DeskError::NotFound { what: "case" })?;
    view.checks = quality::views(&desk, &view)?;
    Ok(Json(view))
}

/// `POST /api/cases/{id}/photos/{media}`: this person has opened one of the buyer's photos.
pub async fn open_photo(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path((case, photo)): Path<(CaseId, MediaId)>,
) -> Result<StatusCode, Error> {
    quality::open_photo(&desk, allowed.agent(), &case, &photo)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/cases/{id}/opened`: marks the case as read and asks TikTok for everything about it again.
pub async fn opened(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(case): Path<CaseId>,
) -> Result<StatusCode, Error> {
    work::opened(&desk, allowed.agent(), &case)?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /api/cases/{id}/decision`.
pub async fn create_decision(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Key(key): Key,
    Json(body): Json<DecisionRequest>,
) -> Result<Json<MotionRecorded>, Error> {
    Ok(Json(decide::decide(&desk, allowed.agent(), &case, &key, &body)?))
}

/// `POST /api/cases/{id}/claim`.
pub async fn take_claim(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<ClaimRequest>,
) -> Result<Json<CaseRow>, Error> {
    Ok(Json(claim::take(&desk, allowed.agent(), &case, body)?))
}

/// `DELETE /api/cases/{id}/claim`.
pub async fn give_claim_back(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
) -> Result<StatusCode, Error> {
    claim::give_back(&desk, allowed.agent(), &case)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/cases/{id}/reply`.
pub async fn create_reply(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Key(key): Key,
    Json(body): Json<ReplyRequest>,
) -> Result<Json<MotionRecorded>, Error> {
    Ok(Json(decide::reply(&desk, allowed.agent(), &case, &key, &body)?))
}

/// `DELETE /api/intents/{id}`: stops an intent before anything has left.
pub async fn undo(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(intent): Path<IntentId>,
) -> Result<Json<MotionRecorded>, Error> {
    Ok(Json(decide::undo(&desk, allowed.agent(), &intent)?))
}

/// `PUT /api/cases/{id}/draft`.
pub async fn update_draft(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<Draft>,
) -> Result<Json<Draft>, Error> {
    Ok(Json(work::save_draft(&desk, allowed.agent(), &case, body)?))
}

/// `PUT /api/cases/{id}/assignee`.
pub async fn update_assignee(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<AssignRequest>,
) -> Result<StatusCode, Error> {
    work::assign(&desk, allowed.agent(), &case, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/cases/{id}/notes`.
pub async fn create_note(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<NoteRequest>,
) -> Result<StatusCode, Error> {
    work::note(&desk, allowed.agent(), &case, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/cases/{id}/told`.
pub async fn settle_debt(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Json(body): Json<SettleDebtRequest>,
) -> Result<StatusCode, Error> {
    work::settle_debt(&desk, allowed.agent(), &case, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Query of an upload.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// As named on the agent's device.
    #[serde(default)]
    name: String,
}

/// `POST /api/cases/{id}/evidence`: the picture itself is the body.
pub async fn create_evidence(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(case): Path<CaseId>,
    Query(query): Query<UploadQuery>,
    Bytes(bytes): Bytes,
) -> Result<Json<EvidenceView>, Error> {
    Ok(Json(work::add_evidence(&desk, allowed.agent(), &case, &query.name, &bytes)?))
}

/// `GET /api/evidence/{id}`.
pub async fn read_evidence(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(evidence): Path<EvidenceId>,
) -> Result<Answered<File>, Error> {
    let found = desk.store.read(|tx| {
        let Some(file) = extras::evidence(tx, &evidence)? else { return Ok(None) };
        let shop = crate::store::cases::find(tx, &file.case)?.map(|case| case.shop);
        Ok(shop.filter(|shop| allowed.agent().sees(shop)).map(|_| file))
    })?;
    let file = found.ok_or(DeskError::NotFound { what: "proof" })?;
    let mime = HeaderValue::from_str(&file.mime).map_err(|_| DeskError::NotFound { what: "proof" })?;
    let cache = HeaderValue::from_static("no-store");
    Ok(Answered::new(([(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, cache)], file.bytes)))
}
