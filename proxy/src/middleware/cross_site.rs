//! Writes come from our own pages only; one other origin can be admitted.

use super::is_api;
use crate::app::Desk;
use crate::error::Error;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The request names the other origin that is admitted.
fn comes_from_admitted(desk: &Desk, headers: &HeaderMap) -> bool {
    let admitted = desk.config.network.allowed_origin.as_ref().map(crate::config::Origin::as_str);
    admitted.is_some() && text(headers, "origin") == admitted
}

/// A tablet reaches a desk without a name by a bare address: such an origin is its own when it is also the host
/// that was asked. A host name does not count, since an attacker can point theirs here.
fn is_bare_own_address(origin: &str, headers: &HeaderMap) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    let is_address = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    is_address && text(headers, "host").is_some_and(|host| origin == format!("http://{host}"))
}

fn is_own_page(desk: &Desk, headers: &HeaderMap) -> bool {
    if text(headers, "x-amends") != Some("1") {
        return false;
    }
    if comes_from_admitted(desk, headers) {
        return true;
    }
    match (text(headers, "sec-fetch-site"), text(headers, "origin")) {
        (Some("same-origin"), _) => true,
        (Some(_), _) | (None, None) => false,
        (None, Some(origin)) => {
            let is_default = desk.config.network.public_url.is_none();
            origin == desk.public_url().as_str() || (is_default && is_bare_own_address(origin, headers))
        }
    }
}

/// Refuses writes that another site could have caused: beside the origin they need a header that no form can send.
pub(crate) async fn refuse_cross_site(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_write && is_api(request.uri().path()) && !is_own_page(&desk, request.headers()) {
        return Error::CrossSite.into_response();
    }
    next.run(request).await
}

/// Answers the browser's questions about the other origin, if one is admitted; nobody else gets an answer.
pub(crate) async fn admit_other_origin(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    if desk.config.network.allowed_origin.is_none() || !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let is_admitted = comes_from_admitted(&desk, request.headers());
    let asks_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = match (asks_first, is_admitted) {
        (true, true) => preflight(),
        _ => next.run(request).await,
    };
    let headers = answer.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin.filter(|_| is_admitted) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers
            .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Retry-After, X-Request-Id"));
    }
    answer
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Content-Type, Idempotency-Key, If-None-Match, Tus-Resumable, Upload-Offset, X-Amends",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
