//! The app itself: from a folder or from inside the program, compressed beforehand.

use crate::app::Desk;
use crate::error::Error;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use ring::digest;
use std::path::{Path, PathBuf};

/// Where the app's files are.
#[derive(Debug, Clone)]
pub enum Assets {
    /// In a folder, read anew for each request.
    Folder(PathBuf),
    /// Inside the program, or nowhere if it was built without the app.
    Embedded,
}

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../dist"]
struct App;

#[cfg(feature = "embed")]
fn embedded(path: &str) -> Option<Bytes> {
    let file = App::get(path)?;
    Some(match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    })
}

#[cfg(not(feature = "embed"))]
const fn embedded(_path: &str) -> Option<Bytes> {
    None
}

impl Assets {
    async fn read(&self, path: &str) -> Option<Bytes> {
        match self {
            Self::Folder(folder) => tokio::fs::read(folder.join(path)).await.ok().map(Bytes::from),
            Self::Embedded => embedded(path),
        }
    }
}

/// Names of our own files need no other letters, so nothing is decoded and nothing leads out of the folder.
fn is_plain(path: &str) -> bool {
    let segments_fit = path.split('/').all(|segment| !segment.is_empty() && !segment.starts_with('.'));
    segments_fit && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// The build puts a hash of the content into the name of a file or of its folder: such a file never changes.
fn is_hashed(path: &str) -> bool {
    path.split(['/', '-', '_', '.'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let wanted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    wanted.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !words.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(path: &str) -> HeaderValue {
    let guessed = mime_guess::from_path(path).first_or_octet_stream();
    let text = if guessed.type_() == "text" { format!("{guessed}; charset=utf-8") } else { guessed.to_string() };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// One file, in the smallest coding that the browser takes; 304 when it has it already.
async fn file(assets: &Assets, path: &str, headers: &HeaderMap) -> Option<Response> {
    let mut found = None;
    for (coding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(headers, coding)
            && let Some(bytes) = assets.read(&format!("{path}{ending}")).await
        {
            found = Some((bytes, Some(coding)));
            break;
        }
    }
    let (bytes, coding) = match found {
        Some(found) => found,
        None => (assets.read(path).await?, None),
    };
    let digest = digest::digest(&digest::SHA256, &bytes);
    let short = digest.as_ref().get(..16).map(hex::encode).unwrap_or_default();
    let etag = HeaderValue::from_str(&format!("\"{short}\"")).ok()?;
    let lasting = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_known = headers.get(header::IF_NONE_MATCH) == Some(&etag);
    let body = if is_known { Body::empty() } else { Body::from(bytes) };
    let mut answer = Response::new(body);
    *answer.status_mut() = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let answer_headers = answer.headers_mut();
    answer_headers.insert(header::ETAG, etag);
    answer_headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    answer_headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !is_known {
        answer_headers.insert(header::CONTENT_TYPE, content_type(path));
        if let Some(coding) = coding {
            answer_headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
    }
    Some(answer)
}

fn plain(status: StatusCode, words: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], words).into_response()
}

/// Everything that no route names: files of the app, and its own pages, which are all `index.html`.
pub async fn read(State(desk): State<Desk>, uri: Uri, request: Request) -> Response {
    let path = uri.path();
    if crate::middleware::is_api(path) {
        return Error::NotFound { what: "address" }.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "This address is only read.\n");
    }
    if path == "/config.json" {
        // The app is served from here, so its proxy is here too.
        let json = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
        return (json, "{\"proxy\":\"\"}").into_response();
    }
    let wanted = path.trim_start_matches('/');
    if wanted.rsplit('/').next().unwrap_or_default().contains('.') {
        let found = match is_plain(wanted) {
            true => file(&desk.assets, wanted, request.headers()).await,
            false => None,
        };
        // A page may have a point in its address, "/replies/damaged.refunded.en": a browser that goes there says so.
        let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let is_page = accepts.is_some_and(|accept| accept.contains("text/html"));
        match found {
            Some(found) => return found,
            None if is_page => {}
            None => return plain(StatusCode::NOT_FOUND, "There is no such file.\n"),
        }
    }
    let index = file(&desk.assets, "index.html", request.headers()).await;
    index.unwrap_or_else(|| {
        plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "This program was built without the app. Build it with `cargo xtask run`, or name its folder in AMENDS_STATIC_DIR.\n",
        )
    })
}

/// Whether a folder holds the app.
pub fn holds_app(folder: &Path) -> bool {
    folder.join("index.html").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_looked_up() {
        for (path, expected) in [
            ("index.html", true),
            ("icons/icon-192.png", true),
            ("../secret.key", false),
            ("a/../../b", false),
            (".env", false),
            ("a//b", false),
            ("a%2fb", false),
            ("a\\b", false),
            ("", false),
        ] {
            assert_eq!(is_plain(path), expected, "{path:?}");
        }
    }

    #[test]
    fn files_with_a_hash_in_the_name_never_change() {
        for (path, expected) in [
            ("app-9a1b2c3d4e5f6a7b/frontend_bg.wasm", true),
            ("frontend-9a1b2c3d4e5f6a7b_bg.wasm", true),
            ("style-9a1b2c3d4e5f6a7b.css", true),
            ("index.html", false),
            ("sw.js", false),
            ("icons/icon-192.png", false),
        ] {
            assert_eq!(is_hashed(path), expected, "{path}");
        }
    }

    #[test]
    fn a_coding_with_no_weight_is_refused() {
        let headers = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            headers
        };
        for (text, expected) in
            [("gzip, deflate, br", true), ("br;q=0.5", true), ("br;q=0", false), ("gzip", false), ("brx", false)]
        {
            assert_eq!(accepts(&headers(text), "br"), expected, "{text}");
        }
    }
}
