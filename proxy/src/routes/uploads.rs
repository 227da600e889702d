//! `/api/handbook/uploads`: files on their way into the handbook, and `/api/handbook/media`: those that are there.
//!
//! Bytes come by the core protocol of tus 1.0: `HEAD` says where an upload stands, `PATCH` goes on from there.

use super::range::{Part, part};
use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, ViewDesk};
use crate::desk::uploads::{self, Broken};
use crate::error::Error;
use crate::extract::{Json, Key, Path};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use shared::domain::files::{FileId, MOST_BYTES};
use shared::id::UploadId;
use shared::wire::upload::{FileView, UploadRequest, UploadView, Uploads};

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const PIECE: &str = "application/offset+octet-stream";

/// `POST /api/handbook/uploads`.
pub async fn create(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Key(key): Key,
    Json(body): Json<UploadRequest>,
) -> Result<Response, Error> {
    let begun = uploads::begin(&desk, allowed.agent(), &key, &body)?;
    let place = HeaderValue::from_str(&format!("/api/handbook/uploads/{}", begun.id))
        .map_err(|_| Error::NotFound { what: "upload" })?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place), (RESUMABLE, VERSION)], Json(begun)).into_response())
}

/// `GET /api/handbook/uploads`.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<Uploads>, Error> {
    Ok(Json(uploads::list(&desk, allowed.agent())?))
}

/// `OPTIONS /api/handbook/uploads`: what is spoken here.
pub async fn options(_allowed: Allowed<LeadDesk>) -> Response {
    let head = [
        (RESUMABLE, VERSION),
        (HeaderName::from_static("tus-version"), VERSION),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(MOST_BYTES)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("termination")),
    ];
    (StatusCode::NO_CONTENT, head).into_response()
}

/// `GET` and `HEAD /api/handbook/uploads/{upload}`: how far it has come.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(upload): Path<UploadId>,
) -> Result<Response, Error> {
    let found: UploadView = uploads::read(&desk, allowed.agent(), &upload)?;
    let head = [
        (RESUMABLE, VERSION),
        (OFFSET, HeaderValue::from(found.received)),
        (LENGTH, HeaderValue::from(found.size)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((head, Json(found)).into_response())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whoever speaks another protocol is told so before anything is done.
fn speaks(headers: &HeaderMap) -> Result<(), Error> {
    if headers.get(&RESUMABLE) == Some(&VERSION) { Ok(()) } else { Err(Error::OtherProtocol) }
}

/// `PATCH /api/handbook/uploads/{upload}`: the next bytes.
pub async fn update(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(upload): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    speaks(&headers)?;
    if text(&headers, &header::CONTENT_TYPE) != Some(PIECE) {
        return Err(Error::from(crate::desk::error::DeskError::WrongType));
    }
    let offset = text(&headers, &OFFSET).and_then(|offset| offset.parse().ok());
    let offset = offset.ok_or_else(|| Error::invalid("Upload-Offset", "must be a number of bytes"))?;
    let pieces = body.into_data_stream().map_err(|_| Broken);
    let received = uploads::append(&desk, allowed.agent(), &upload, offset, pieces).await?;
    let head = [(RESUMABLE, VERSION), (OFFSET, HeaderValue::from(received))];
    Ok((StatusCode::NO_CONTENT, head).into_response())
}

/// `DELETE /api/handbook/uploads/{upload}`.
pub async fn remove(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(upload): Path<UploadId>,
) -> Result<Response, Error> {
    uploads::drop_it(&desk, allowed.agent(), &upload).await?;
    Ok((StatusCode::NO_CONTENT, [(RESUMABLE, VERSION)]).into_response())
}

/// `POST /api/handbook/uploads/{upload}/file`: makes the file of what has arrived.
pub async fn finish(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(upload): Path<UploadId>,
) -> Result<Json<FileView>, Error> {
    Ok(Json(uploads::finish(&desk, allowed.agent(), &upload).await?))
}

/// A name as a header takes it: plain letters for old programs, and the whole of it for the others (RFC 6266).
fn disposition(name: &str) -> HeaderValue {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_. ".contains(&byte);
    let plain: String = name
        .chars()
        .map(|letter| if letter.is_ascii() && u8::try_from(letter).is_ok_and(is_plain) { letter } else { '_' })
        .collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
    }
    let value = format!("inline; filename=\"{plain}\"; filename*=UTF-8''{whole}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("inline"))
}

/// `GET /api/handbook/media/{file}`: a file, or the part of it that is asked for. The browser may keep it for this person:
/// under one id it is always the same.
pub async fn read_file(
    State(desk): State<Desk>,
    _allowed: Allowed<ViewDesk>,
    Path(id): Path<FileId>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let file = uploads::file(&desk, &id)?;
    let etag = format!("\"{id}\"");
    let about = [
        (header::ETAG, HeaderValue::from_str(&etag).map_err(|_| Error::NotFound { what: "file" })?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
        (header::VARY, HeaderValue::from_static("Cookie")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    let known = text(&headers, &header::IF_NONE_MATCH).unwrap_or_default();
    if known.split(',').any(|known| matches!(known.trim().trim_start_matches("W/"), all if all == "*" || all == etag)) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    // A part of another version fits to nothing: then all of this one.
    let fits = text(&headers, &header::IF_RANGE).is_none_or(|condition| condition == etag);
    let wanted = match text(&headers, &header::RANGE) {
        Some(range) if fits => part(range, file.size),
        Some(_) | None => Part::Whole,
    };
    let (status, range, length) = match wanted {
        Part::Whole => (StatusCode::OK, None, file.size),
        Part::Bytes(range) => {
            let length = range.end - range.start;
            (StatusCode::PARTIAL_CONTENT, Some(range), length)
        }
        Part::Nothing => {
            let all = [(header::CONTENT_RANGE, format!("bytes */{}", file.size))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, about, all).into_response());
        }
    };
    let bytes = uploads::bytes(&desk, &file, range.clone()).await?;
    let kind = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind.content_type())),
        (header::CONTENT_DISPOSITION, disposition(&file.name)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
    ];
    let mut answer = (status, about, kind, Body::from_stream(bytes)).into_response();
    if let Some(range) = range {
        let named = format!("bytes {}-{}/{}", range.start, range.end - 1, file.size);
        if let Ok(named) = HeaderValue::from_str(&named) {
            answer.headers_mut().insert(header::CONTENT_RANGE, named);
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        for (name, header) in [
            ("step 2.mp4", "inline; filename=\"step 2.mp4\"; filename*=UTF-8''step%202.mp4"),
            ("Prüfung.mp4", "inline; filename=\"Pr_fung.mp4\"; filename*=UTF-8''Pr%C3%BCfung.mp4"),
            ("a\"; x=\"b\r\nc", "inline; filename=\"a__ x__b__c\"; filename*=UTF-8''a%22%3B%20x%3D%22b%0D%0Ac"),
        ] {
            assert_eq!(disposition(name), header);
        }
    }
}
