//! `/api/handbook/uploads`: files on their way into the handbook.

use super::transport::{Carries, address, get, is_elsewhere, send, tell, write};
use super::{Answer, decode};
use gloo_net::http::Method;
use shared::domain::files::FileId;
use shared::id::{IdempotencyKey, UploadId};
use shared::wire::upload::{FileView, UploadRequest, UploadView, Uploads};

fn path(upload: &UploadId, rest: &str) -> String {
    ["handbook/uploads/", upload.as_str(), rest].concat()
}

/// One's own that are not finished.
pub async fn list() -> Answer<Uploads> {
    get("handbook/uploads").await
}

/// Begins one, under a key that is the same on every try.
pub async fn begin(request: &UploadRequest, key: &IdempotencyKey) -> Answer<UploadView> {
    write(Method::POST, "handbook/uploads", request, key).await
}

/// How far one has come.
pub async fn stands(upload: &UploadId) -> Answer<UploadView> {
    get(&path(upload, "")).await
}

/// Goes on with one from where it stands.
pub async fn piece(upload: &UploadId, offset: u64, piece: &web_sys::Blob) -> Answer<()> {
    send(Method::PATCH, &path(upload, ""), Carries::Piece(piece, offset), None).await.map(|_| ())
}

/// Makes the file; asked for again it is the same one.
pub async fn finish(upload: &UploadId) -> Answer<FileView> {
    decode::json(&send(Method::POST, &path(upload, "/file"), Carries::Patience, None).await?)
}

/// Drops one.
pub async fn drop_it(upload: &UploadId) -> Answer<()> {
    tell(Method::DELETE, &path(upload, ""), Carries::Nothing).await
}

/// Where a file of the handbook is.
pub fn file_url(file: &FileId) -> String {
    address(&["handbook/media/", file.as_str()].concat())
}

/// How a video or its captions are asked for where the desk is another origin.
pub fn with_session() -> Option<&'static str> {
    is_elsewhere().then_some("use-credentials")
}

/// A text of the handbook with its pictures where they are: the desk writes addresses of its own origin.
pub fn placed(html: &str) -> String {
    const OWN: &str = "src=\"/api/";
    match with_session() {
        None => html.to_owned(),
        Some(how) => html.replace(OWN, &["crossorigin=\"", how, "\" src=\"", &address("")].concat()),
    }
}
