//! `GET /api/media/{id}`: a platform picture, through the proxy.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk};
use crate::error::Error;
use crate::extract::{Answered, File, Path};
use crate::store::{media, shops};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use shared::id::MediaId;

/// `GET /api/media/{id}`. The browser does not keep it: it may be a buyer's, and after signing out nothing stays.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(id): Path<MediaId>,
) -> Result<Answered<File>, Error> {
    let found = desk.store.read(|tx| {
        let Some((shop, url)) = media::find(tx, &id)? else { return Ok(None) };
        Ok(shops::find(tx, &shop)?.map(|shop| (shop, url)))
    })?;
    let (shop, url) = found.filter(|(shop, _)| allowed.sees(&shop.id)).ok_or(Error::NotFound { what: "picture" })?;
    let picture = desk.media.picture(&id, &url, shop.is_practice()).await.map_err(Error::Fetch)?;
    let kind = HeaderValue::from_static(picture.kind);
    let head = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok(Answered::new((head, picture.bytes)))
}
