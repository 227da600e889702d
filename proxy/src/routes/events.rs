//! `GET /api/events`: the live stream.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk};
use crate::error::Error;
use crate::extract::{Answered, Query, Stream};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Sse};
use schemars::JsonSchema;
use serde::Deserialize;

/// From where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// The last place that the browser has seen; `Last-Event-ID` of a broken stream goes before it.
    after: Option<i64>,
}

/// `GET /api/events`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Answered<Stream>, Error> {
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let after = seen.and_then(|value| value.parse().ok()).or(query.after);
    let mut answer = Sse::new(crate::events::stream(&desk, allowed.agent(), after)?).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies such as nginx hold answers back otherwise.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(Answered::new(answer))
}
