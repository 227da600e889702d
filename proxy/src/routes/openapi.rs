//! `/api/openapi.json`: what this interface takes and answers.

use crate::openapi::document;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document(&crate::router::routes()).to_string());

/// `GET /api/openapi.json`.
pub async fn read() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], DOCUMENT.as_str()).into_response()
}
