//! Requests and answers, as the simulated network takes them apart and puts them together.

use axum::body::{Body, Bytes};
use axum::http;
use futures_util::stream;
use reqwest::{Request, Response};
use std::io;

/// A whole answer.
#[derive(Clone)]
pub(crate) struct Whole {
    pub(crate) status: http::StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

/// What makes two reads the same: everything but stamp and signature.
pub(crate) fn read_key(request: &Request) -> String {
    let mut key = format!("{} {}", request.method(), request.url().path());
    for (name, value) in request.url().query_pairs() {
        if !matches!(&*name, "timestamp" | "sign") {
            key.push_str(&format!(" {name}={value}"));
        }
    }
    key.push_str(&body_of(request));
    key
}

/// What shares a limit of the platform: the shop and the endpoint.
pub(crate) fn pace_key(request: &Request) -> String {
    let url = request.url();
    let mut key = request.method().to_string();
    for part in url.path().split('/') {
        let is_number = part.len() > 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        key.push_str(if is_number { "/#" } else { "/" });
        key.push_str(if is_number { "" } else { part });
    }
    let shop = url.query_pairs().find(|(name, _)| name == "shop_cipher");
    shop.into_iter().for_each(|(_, cipher)| key.push_str(&cipher));
    key
}

/// The platform's code in an answer: what it begins with. Reading all of it takes longer than what is simulated.
pub(crate) fn code_of(body: &[u8]) -> Option<i64> {
    let rest = body.strip_prefix(br#"{"code":"#)?;
    let number = rest.split(|byte| *byte == b',').next()?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

pub(crate) fn is_decision(path: &str) -> bool {
    path.ends_with("/approve") || path.ends_with("/reject")
}

pub(crate) fn key_of(request: &Request) -> String {
    let key = request.url().query_pairs().find(|(name, _)| name == "idempotency_key");
    key.map(|(_, key)| key.into_owned()).unwrap_or_default()
}

pub(crate) fn body_of(request: &Request) -> String {
    String::from_utf8_lossy(request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default()).into_owned()
}

pub(crate) fn arriving(request: &Request) -> http::Request<Body> {
    let url = request.url();
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
    let mut made = http::Request::new(Body::from(body));
    *made.method_mut() = request.method().clone();
    *made.headers_mut() = request.headers().clone();
    if let Ok(uri) = target.parse() {
        *made.uri_mut() = uri;
    }
    made
}

pub(crate) async fn whole(response: axum::response::Response) -> Whole {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    Whole { status: parts.status, headers: parts.headers, body }
}

impl Whole {
    pub(crate) fn into_response(self) -> Response {
        let body = self.body.clone();
        self.with(body.into())
    }

    /// Half of it comes, then the connection breaks.
    pub(crate) fn broken_off(self) -> Response {
        let half = self.body.slice(..self.body.len() / 2);
        let parts = [Ok(half), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        self.with(reqwest::Body::wrap_stream(stream::iter(parts)))
    }

    fn with(self, body: reqwest::Body) -> Response {
        let mut made = http::Response::new(body);
        *made.status_mut() = self.status;
        *made.headers_mut() = self.headers;
        Response::from(made)
    }
}

pub(crate) fn response(status: u16, kind: &'static str, body: Vec<u8>, retry_after: Option<&'static str>) -> Response {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    if let Some(after) = retry_after {
        headers.insert(http::header::RETRY_AFTER, http::HeaderValue::from_static(after));
    }
    let status = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    Whole { status, headers, body: body.into() }.into_response()
}
