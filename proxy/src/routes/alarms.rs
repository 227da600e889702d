//! `/api/alarms`: deadlines that are near.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk};
use crate::desk::alarms;
use crate::error::Error;
use crate::extract::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shared::wire::alarm::{AlarmView, SeenRequest};

/// `GET /api/alarms`: those that have fired for this person, are still true and were not pressed away.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Vec<AlarmView>>, Error> {
    Ok(Json(alarms::unseen(&desk, allowed.agent())?))
}

/// `POST /api/alarms/seen`: this person need not see these any more.
pub async fn create_seen(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Json(body): Json<SeenRequest>,
) -> Result<StatusCode, Error> {
    alarms::see(&desk, allowed.agent(), &body)?;
    Ok(StatusCode::NO_CONTENT)
}
