//! Platform pictures: fetched from the platform's own hosts only, kept for a while, told apart by their bytes.

use imagesize::ImageType;
use reqwest::redirect;
use shared::id::MediaId;
use std::path::{Path, PathBuf};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use url::Url;

const LARGEST_BYTES: usize = 12 * 1024 * 1024;
const CACHE_BYTES: u64 = 512 * 1024 * 1024;
const AT_ONCE: usize = 8;
const TIMEOUT: Duration = Duration::from_secs(15);

/// Whose pictures TikTok Shop shows: its own storage and delivery hosts.
const HOSTS: [&str; 10] = [
    "tiktokcdn.com",
    "tiktokcdn-us.com",
    "tiktokcdn-eu.com",
    "ibyteimg.com",
    "byteimg.com",
    "tiktokv.com",
    "tiktokv.us",
    "tiktokv.eu",
    "ttwstatic.com",
    "tiktok-shops.com",
];

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not one of the platform's picture hosts.
    #[error("not a picture host of the platform")]
    ForeignHost,
    /// No answer, or a broken one.
    #[error("the picture's host does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// No client could be made.
    #[error("no client for pictures")]
    NoClient,
    /// The host has no such picture (any more).
    #[error("the picture's host answered {status}")]
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// Larger than any picture that is shown.
    #[error("the picture is too large")]
    TooLarge,
    /// Not a JPEG, PNG, WebP or GIF.
    #[error("not a picture")]
    NotAPicture,
    /// The program is stopping.
    #[error("no more pictures are fetched")]
    Closed(#[from] tokio::sync::AcquireError),
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its bytes.
    pub bytes: bytes::Bytes,
    /// Its kind by its bytes, never by what the host says.
    pub kind: &'static str,
}

/// Fetches and keeps pictures.
#[derive(Debug)]
pub struct Media {
    folder: PathBuf,
    practice_origin: RwLock<Option<String>>,
    client: OnceLock<Option<reqwest::Client>>,
    turns: Semaphore,
}

fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match imagesize::image_type(bytes).ok()? {
        ImageType::Jpeg => Some("image/jpeg"),
        ImageType::Png => Some("image/png"),
        ImageType::Webp => Some("image/webp"),
        ImageType::Gif => Some("image/gif"),
        _ => None,
    }
}

/// A real shop's picture comes by https from the platform; a practice shop's from its sandbox.
fn is_allowed(url: &Url, practice_origin: Option<&str>) -> bool {
    if let Some(origin) = practice_origin {
        return url.origin().ascii_serialization() == origin;
    }
    let host = url.host_str().unwrap_or_default();
    let is_known = HOSTS
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    url.scheme() == "https" && url.port().is_none() && is_known
}

impl Media {
    /// Keeps its pictures in a folder, which is made when the first one comes.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, practice_origin: RwLock::new(None), client: OnceLock::new(), turns: Semaphore::new(AT_ONCE) }
    }

    /// Names the sandbox whose pictures practice shops show.
    pub fn set_practice_origin(&self, url: &Url) {
        let mut origin = self.practice_origin.write().unwrap_or_else(PoisonError::into_inner);
        *origin = Some(url.origin().ascii_serialization());
    }

    fn client(&self) -> Result<reqwest::Client, FetchError> {
        let made = self.client.get_or_init(|| {
            // No redirect: it could lead away from the hosts that are allowed.
            reqwest::Client::builder().redirect(redirect::Policy::none()).timeout(TIMEOUT).no_proxy().build().ok()
        });
        made.clone().ok_or(FetchError::NoClient)
    }

    /// A picture, from the folder or from its host.
    pub async fn picture(&self, id: &MediaId, url: &str, is_practice: bool) -> Result<Picture, FetchError> {
        let path = self.folder.join(id.as_str());
        if let Ok(bytes) = tokio::fs::read(&path).await
            && let Some(kind) = kind_of(&bytes)
        {
            return Ok(Picture { bytes: bytes.into(), kind });
        }
        let url = Url::parse(url).map_err(|_| FetchError::ForeignHost)?;
        let origin = self.practice_origin.read().unwrap_or_else(PoisonError::into_inner).clone();
        let practice = is_practice.then(|| origin.unwrap_or_default());
        if !is_allowed(&url, practice.as_deref()) {
            return Err(FetchError::ForeignHost);
        }
        let _turn = self.turns.acquire().await?;
        let bytes = self.fetch(url).await?;
        let kind = kind_of(&bytes).ok_or(FetchError::NotAPicture)?;
        keep(&self.folder, &path, &bytes);
        Ok(Picture { bytes, kind })
    }

    async fn fetch(&self, url: Url) -> Result<bytes::Bytes, FetchError> {
        // The address can hold a signature: it must not reach a log.
        let lost = |fault: reqwest::Error| FetchError::Unreachable(fault.without_url());
        let mut answer = self.client()?.get(url).send().await.map_err(lost)?;
        if !answer.status().is_success() {
            return Err(FetchError::Refused { status: answer.status().as_u16() });
        }
        let mut whole = bytes::BytesMut::new();
        while let Some(part) = answer.chunk().await.map_err(lost)? {
            if whole.len() + part.len() > LARGEST_BYTES {
                return Err(FetchError::TooLarge);
            }
            whole.extend_from_slice(&part);
        }
        Ok(whole.freeze())
    }
}

/// A cache that cannot be written costs only time.
fn keep(folder: &Path, path: &Path, bytes: &[u8]) {
    let part = path.with_extension("part");
    let kept = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&part, bytes))
        .and_then(|()| std::fs::rename(&part, path));
    if let Err(fault) = kept {
        tracing::warn!(error = %fault, "A picture could not be kept");
    }
}

/// Removes the oldest pictures until the folder is small enough.
pub fn trim(folder: &Path) -> std::io::Result<()> {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(fault),
    };
    for entry in entries {
        let entry = entry?;
        let about = entry.metadata()?;
        files.push((about.modified()?, about.len(), entry.path()));
    }
    files.sort();
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    for (_, size, path) in files {
        if total <= CACHE_BYTES {
            break;
        }
        std::fs::remove_file(path)?;
        total -= size;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_from_the_platform_or_from_the_sandbox_of_a_practice_shop() {
        let sandbox = Some("http://127.0.0.1:4010");
        for (url, practice, expected) in [
            ("https://p16-oec-sg.ibyteimg.com/a.jpeg", None, true),
            ("https://ibyteimg.com/a.jpeg", None, true),
            ("https://p16.tiktokcdn-us.com/a?x=1", None, true),
            ("http://p16-oec-sg.ibyteimg.com/a.jpeg", None, false),
            ("https://evilibyteimg.com/a.jpeg", None, false),
            ("https://ibyteimg.com.evil.example/a.jpeg", None, false),
            ("https://ibyteimg.com:8443/a.jpeg", None, false),
            ("https://169.254.169.254/latest", None, false),
            ("http://127.0.0.1:4010/a.png", None, false),
            ("http://127.0.0.1:4010/a.png", sandbox, true),
            ("http://127.0.0.1:4011/a.png", sandbox, false),
            ("https://ibyteimg.com/a.jpeg", sandbox, false),
            ("http://127.0.0.1/a.png", Some(""), false),
        ] {
            assert_eq!(is_allowed(&Url::parse(url).unwrap(), practice), expected, "{url} {practice:?}");
        }
    }

    #[test]
    fn a_kind_is_known_by_the_bytes() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n0000"), Some("image/png"));
        assert_eq!(kind_of(b"<svg onload=alert(1)>"), None);
        assert_eq!(kind_of(b"<html>"), None);
    }
}
