//! Our extractors: what does not fit becomes an [`ApiError`](shared::error::ApiError) that names the field.

use crate::error::Error;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::id::IdempotencyKey;
use std::marker::PhantomData;

/// The largest JSON body.
pub const JSON_BYTES: usize = 64 * 1024;
/// The largest upload: TikTok takes pictures of at most 10 MB.
pub const UPLOAD_BYTES: usize = 10 * 1024 * 1024;

/// A JSON body in, or an answer out.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

/// The variable parts of the path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// The query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// The body as it came, at most [`UPLOAD_BYTES`].
#[derive(Debug, Clone)]
pub struct Bytes(pub bytes::Bytes);

/// The header `Idempotency-Key`: the same on every try of one write.
#[derive(Debug, Clone)]
pub struct Key(pub IdempotencyKey);

/// An answer made by hand, for its headers; `T` says what a caller gets.
#[derive(Debug)]
pub struct Answered<T>(Response, PhantomData<fn() -> T>);

impl<T> Answered<T> {
    /// Takes what was made.
    pub fn new(answer: impl IntoResponse) -> Self {
        Self(answer.into_response(), PhantomData)
    }
}

impl<T> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        self.0
    }
}

/// A file, of the kind that its header names.
#[derive(Debug, Clone, Copy)]
pub struct File;

/// Events as they come.
#[derive(Debug, Clone, Copy)]
pub struct Stream;

/// Reads a body up to a limit.
pub(crate) async fn collect(body: Body, limit: usize) -> Result<bytes::Bytes, Error> {
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(fault) if fault.is::<LengthLimitError>() => {
            Err(Error::TooLarge { limit_bytes: u64::try_from(limit).unwrap_or(u64::MAX) })
        }
        Err(_) => Err(Error::invalid("body", "did not arrive whole")),
    }
}

/// What serde says names the field at most; the value that stood there may be a buyer's.
fn json_problem(fault: &serde_json::Error) -> (String, &'static str) {
    match fault.classify() {
        serde_json::error::Category::Data => {
            let text = fault.to_string();
            let named = text.split('`').nth(1).filter(|_| text.contains("field `"));
            let problem = if text.starts_with("missing") { "is missing" } else { "does not fit" };
            (named.unwrap_or("body").to_owned(), problem)
        }
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            ("body".to_owned(), "is not JSON")
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Error::invalid("Content-Type", "must be application/json"));
        }
        let body = collect(request.into_body(), JSON_BYTES).await?;
        serde_json::from_slice(&body).map(Self).map_err(|fault| {
            let (field, problem) = json_problem(&fault);
            Error::Invalid { field, problem: problem.to_owned() }
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(fault) => Error::Encode(fault).into_response(),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        // An id that cannot be one names nothing: the same answer as for one that is not there.
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Error::NotFound { what: "address" })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|axum::extract::Query(value)| Self(value)).map_err(|_| Error::invalid("query", "does not fit"))
    }
}

impl<S: Send + Sync> FromRequest<S> for Bytes {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        collect(request.into_body(), UPLOAD_BYTES).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let header = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let key = header.ok_or_else(|| Error::invalid("Idempotency-Key", "is missing"))?;
        key.parse().map(Self).map_err(|_| Error::invalid("Idempotency-Key", "must be 1 to 64 letters, digits, - or _"))
    }
}
