//! A request's id, its line in the log, and what becomes of a panic.

use crate::app::Desk;
use crate::error::Error;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

const HEADER: &str = "x-request-id";

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that is being served; empty outside of one.
pub fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// A proxy in front may have named the request already; anything but a plain short word is replaced.
fn given_id(request: &Request) -> Option<String> {
    let text = request.headers().get(HEADER)?.to_str().ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    (is_plain && (8..=64).contains(&text.len())).then(|| text.to_owned())
}

/// Names the request, logs its end, and turns a panic into an answer. The log has the route's pattern, never the
/// path or the query: they can hold a secret or a name.
pub(crate) async fn trace(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let id = match given_id(&request) {
        Some(id) => id,
        None => desk.entropy.id("r_").unwrap_or_default(),
    };
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let begun = Instant::now();
    let work = async {
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(answer) => answer,
            Err(_) => {
                desk.metrics.panicked();
                Error::Panicked.into_response()
            }
        }
    };
    let mut answer = REQUEST_ID.scope(id.clone(), work).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(HEADER, value);
    }
    let status = answer.status().as_u16();
    desk.metrics.answered(status);
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    match route {
        Some(route) if route != "/healthz" => tracing::info!(
            request.id = %id, http.method = %method, http.route = %route, http.status = status, duration_ms, "Answered"
        ),
        route => tracing::debug!(
            request.id = %id, http.method = %method, http.route = ?route, http.status = status, duration_ms, "Answered"
        ),
    }
    answer
}
