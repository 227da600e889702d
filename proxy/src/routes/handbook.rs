//! `/api/handbook`: read by everybody, written by leads.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, ViewDesk};
use crate::desk::handbook;
use crate::error::Error;
use crate::extract::{Json, Key, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use shared::domain::handbook::PageContent;
use shared::id::{CaseId, PageId};
use shared::wire::handbook::{
    Beside, Diff, DiffQuery, DraftQuery, DraftRevision, DraftView, Handbook, KeepingRequest, NewPageRequest, News,
    OrderRequest, PageMade, PageQuery, PageView, PublishRequest, ReturnRequest, ReviewRequest, Revision, SaveRequest,
    Saved, Shown, SignRequest,
};

/// `GET /api/handbook`.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Handbook>, Error> {
    Ok(Json(handbook::list(&desk, allowed.agent())?))
}

/// `GET /api/handbook/news`.
pub async fn news(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<News>, Error> {
    Ok(Json(handbook::news(&desk, allowed.agent())?))
}

/// `GET /api/handbook/pages/{page}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(page): Path<PageId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<PageView>, Error> {
    Ok(Json(handbook::read(&desk, allowed.agent(), &page, query.version)?))
}

/// `POST /api/handbook/pages/{page}/signature`.
pub async fn sign(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(page): Path<PageId>,
    Json(body): Json<SignRequest>,
) -> Result<StatusCode, Error> {
    handbook::sign(&desk, allowed.agent(), &page, body.number)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/handbook/pages/{page}/difference`.
pub async fn difference(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(page): Path<PageId>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<Diff>, Error> {
    Ok(Json(handbook::difference(&desk, allowed.agent(), &page, query)?))
}

/// `GET /api/cases/{case}/handbook`.
pub async fn beside(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(case): Path<CaseId>,
) -> Result<Json<Beside>, Error> {
    Ok(Json(handbook::beside(&desk, allowed.agent(), &case)?))
}

/// `POST /api/handbook/pages`.
pub async fn create(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Key(key): Key,
    Json(body): Json<NewPageRequest>,
) -> Result<Json<PageMade>, Error> {
    Ok(Json(handbook::create(&desk, allowed.agent(), &key, &body)?))
}

/// `PUT /api/handbook/pages/{page}/keeping`.
pub async fn update_keeping(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Json(body): Json<KeepingRequest>,
) -> Result<StatusCode, Error> {
    handbook::keep_page(&desk, &page, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/handbook/order`.
pub async fn update_order(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Json(body): Json<OrderRequest>,
) -> Result<StatusCode, Error> {
    handbook::order(&desk, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/handbook/preview`.
pub async fn preview(_allowed: Allowed<LeadDesk>, Json(body): Json<PageContent>) -> Result<Json<Shown>, Error> {
    Ok(Json(handbook::preview(&body)?))
}

/// `POST /api/handbook/pages/{page}/draft`.
pub async fn open_draft(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Query(query): Query<DraftQuery>,
) -> Result<Json<DraftView>, Error> {
    Ok(Json(handbook::open_draft(&desk, allowed.agent(), &page, query)?))
}

/// `POST /api/handbook/pages/{page}/draft/here`.
pub async fn attend_draft(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
) -> Result<Json<DraftView>, Error> {
    Ok(Json(handbook::attend_draft(&desk, allowed.agent(), &page)?))
}

/// `PUT /api/handbook/pages/{page}/draft`.
pub async fn save_draft(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Json(body): Json<SaveRequest>,
) -> Result<Json<Saved>, Error> {
    Ok(Json(handbook::save_draft(&desk, allowed.agent(), &page, &body)?))
}

/// `DELETE /api/handbook/pages/{page}/draft`.
pub async fn discard_draft(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Query(query): Query<PublishRequest>,
) -> Result<StatusCode, Error> {
    handbook::discard_draft(&desk, &page, query.revision)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/handbook/pages/{page}/draft/revisions`.
pub async fn revisions(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
) -> Result<Json<Vec<DraftRevision>>, Error> {
    Ok(Json(handbook::revisions(&desk, &page)?))
}

/// `GET /api/handbook/pages/{page}/draft/revisions/{revision}`.
pub async fn revision(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path((page, number)): Path<(PageId, u32)>,
) -> Result<Json<PageContent>, Error> {
    Ok(Json(handbook::revision(&desk, &page, number)?))
}

/// `POST /api/handbook/pages/{page}/draft/review`.
pub async fn send_for_review(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Json(body): Json<ReviewRequest>,
) -> Result<StatusCode, Error> {
    handbook::send_for_review(&desk, allowed.agent(), &page, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/handbook/pages/{page}/draft/return`.
pub async fn send_back(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Json(body): Json<ReturnRequest>,
) -> Result<StatusCode, Error> {
    handbook::send_back(&desk, allowed.agent(), &page, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/handbook/pages/{page}/draft/publish`.
pub async fn publish(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(page): Path<PageId>,
    Key(key): Key,
    Json(body): Json<PublishRequest>,
) -> Result<Json<Revision>, Error> {
    Ok(Json(handbook::publish(&desk, allowed.agent(), &page, &key, body.revision)?))
}
