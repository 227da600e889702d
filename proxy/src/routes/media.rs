//! `GET /api/media/{id}`: a platform picture, through the proxy.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk};
use crate::error::Error;
use crate::extract::Path;
use crate::store::{media, shops};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::id::MediaId;

/// `GET /api/media/{id}`. The id follows from the address: what it names never changes.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(id): Path<MediaId>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let found = desk.store.read(|tx| {
        let Some((shop, url)) = media::find(tx, &id)? else { return Ok(None) };
        Ok(shops::find(tx, &shop)?.map(|shop| (shop, url)))
    })?;
    let (shop, url) = found.filter(|(shop, _)| allowed.sees(&shop.id)).ok_or(Error::NotFound { what: "picture" })?;
    let etag = HeaderValue::from_str(&format!("\"{id}\"")).map_err(|_| Error::NotFound { what: "picture" })?;
    let cache = HeaderValue::from_static("private, max-age=3600");
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag), (header::CACHE_CONTROL, cache)]).into_response());
    }
    let picture = desk.media.picture(&id, &url, shop.is_practice()).await.map_err(Error::Fetch)?;
    let kind = HeaderValue::from_static(picture.kind);
    let head = [(header::CONTENT_TYPE, kind), (header::ETAG, etag), (header::CACHE_CONTROL, cache)];
    Ok((head, picture.bytes).into_response())
}
