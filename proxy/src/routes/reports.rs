//! `/api/reports`: figures of the work, for who leads.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk};
use crate::desk::{export, report};
use crate::error::Error;
use crate::extract::{Answered, File, Json, Path, Query};
use axum::extract::State;
use axum::http::{StatusCode, header};
use shared::wire::report::{CareRequest, Report, ReportCases, ReportCasesFilter, ReportFilter, Reports};

/// `GET /api/reports`: all of them, for the page.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Query(filter): Query<ReportFilter>,
) -> Result<Json<Reports>, Error> {
    Ok(Json(report::read(&desk, allowed.agent(), &filter, &Report::ALL, report::COLUMNS)?))
}

/// `GET /api/reports/cases`: the cases that a figure counts.
pub async fn list(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Query(filter): Query<ReportCasesFilter>,
) -> Result<Json<ReportCases>, Error> {
    Ok(Json(report::cases(&desk, allowed.agent(), &filter)?))
}

/// `PUT /api/reports/drift/care`: who looks after a reason of a product, and until when.
pub async fn update_care(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Json(body): Json<CareRequest>,
) -> Result<StatusCode, Error> {
    report::care(&desk, allowed.agent(), &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/reports/{report}`: one of them, as a file.
pub async fn download(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(report): Path<Report>,
    Query(filter): Query<ReportFilter>,
) -> Result<Answered<File>, Error> {
    let file = export::file(&desk, allowed.agent(), report, &filter)?;
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(Answered::new((
        [(header::CONTENT_TYPE, file.kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)],
        file.bytes,
    )))
}
