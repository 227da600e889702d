//! One request: where it goes, what it carries, and what its answer means.

use crate::web;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use leptos::wasm_split::SplitLoaderError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::error::{ApiError, ErrorCode};
use shared::id::{IdempotencyKey, MediaId};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

use super::{Answer, decode};

/// How long an answer may take.
const TIMEOUT_MS: u32 = 20_000;
/// Pictures are large and lines are slow.
const UPLOAD_TIMEOUT_MS: u32 = 120_000;

/// Why a call has no answer, or not the one that was hoped for.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Nothing could be reached: a read changed nothing, a write may or may not have arrived.
    Unreachable,
    /// No answer in time; a write may have worked.
    TimedOut,
    /// An answer that this page does not understand.
    Unreadable,
    /// The desk said no.
    Refused(Box<ApiError>),
}

impl Failure {
    /// The desk's code, if it answered.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(error) => Some(error.code),
            Self::Unreachable | Self::TimedOut | Self::Unreadable => None,
        }
    }

    /// The network, not the desk.
    pub const fn is_network(&self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut)
    }

    /// The session has ended.
    pub fn is_signed_out(&self) -> bool {
        self.code() == Some(ErrorCode::SignedOut)
    }
}

/// A part of the app that could not be loaded.
impl From<SplitLoaderError> for Failure {
    fn from(_: SplitLoaderError) -> Self {
        Self::Unreachable
    }
}

thread_local! {
    /// Where the proxy is: empty for this page's own origin.
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
    /// It is known where the proxy is.
    static IS_CONFIGURED: Cell<bool> = const { Cell::new(false) };
}

type Watcher = Box<dyn Fn(Option<&Failure>)>;
type Reader = Box<dyn Fn(&str, &str)>;

thread_local! {
    static WATCHER: RefCell<Option<Watcher>> = const { RefCell::new(None) };
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// Hears how every call ended, whoever made it: so the connection and the end of the session are noticed in one place.
pub fn watch(on_end: impl Fn(Option<&Failure>) + 'static) {
    WATCHER.with_borrow_mut(|watcher| *watcher = Some(Box::new(on_end)));
}

/// Hears every answer to a read, by its path, as text: so that a snapshot need not write it again.
pub fn watch_reads(on_read: impl Fn(&str, &str) + 'static) {
    READER.with_borrow_mut(|reader| *reader = Some(Box::new(on_read)));
}

/// Reads `config.json` beside the page: `{"proxy": "https://desk.example"}`, or nothing for the same origin. Without a
/// network nothing is known: the next call reads it.
pub async fn load_config() {
    if IS_CONFIGURED.get() {
        return;
    }
    #[derive(serde::Deserialize)]
    struct Config {
        #[serde(default)]
        proxy: String,
    }
    let Ok(answer) = Request::get("/config.json").send().await else { return };
    let Ok(text) = answer.text().await else { return };
    IS_CONFIGURED.set(true);
    if let Ok(config) = decode::json::<Config>(&text) {
        let proxy = config.proxy.trim_end_matches('/').to_owned();
        let is_own = proxy == web::origin();
        BASE.with_borrow_mut(|base| *base = if is_own { String::new() } else { proxy });
    }
}

/// The full address of a path of the interface.
pub(super) fn address(path: &str) -> String {
    BASE.with_borrow(|base| format!("{base}/api/{path}"))
}

/// Whether the proxy is another origin, so that cookies must be asked for.
pub(super) fn is_elsewhere() -> bool {
    BASE.with_borrow(|base| !base.is_empty())
}

/// Where a platform picture is.
pub fn media_url(id: &MediaId) -> String {
    address(&format!("media/{id}"))
}

/// What a request carries.
pub(super) enum Carries<'a> {
    Nothing,
    /// Nothing, and the answer is long work.
    Patience,
    Json(String),
    File(&'a web_sys::File),
    /// Part of a file, from this byte on.
    Piece(&'a web_sys::Blob, u64),
}

/// A body as JSON.
pub(super) fn json(body: &impl Serialize) -> Carries<'static> {
    Carries::Json(decode::text(body))
}

/// Makes a request; `key` for writes. The answer is text.
pub(super) async fn send(
    method: Method,
    path: &str,
    carries: Carries<'_>,
    key: Option<&IdempotencyKey>,
) -> Answer<String> {
    let answer = ask(method, path, carries, key).await;
    WATCHER.with_borrow(|watcher| {
        if let Some(watcher) = watcher {
            watcher(answer.as_ref().err());
        }
    });
    answer
}

async fn ask(method: Method, path: &str, carries: Carries<'_>, key: Option<&IdempotencyKey>) -> Answer<String> {
    let is_upload = matches!(carries, Carries::Patience | Carries::File(_) | Carries::Piece(..));
    let timeout = web_sys::AbortSignal::timeout_with_u32(if is_upload { UPLOAD_TIMEOUT_MS } else { TIMEOUT_MS });
    let mut request =
        RequestBuilder::new(&address(path)).method(method).header("X-Amends", "1").abort_signal(Some(&timeout));
    request = request.credentials(if is_elsewhere() {
        web_sys::RequestCredentials::Include
    } else {
        web_sys::RequestCredentials::SameOrigin
    });
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key.as_str());
    }
    let ready = match carries {
        Carries::Nothing | Carries::Patience => request.build(),
        Carries::Json(text) => request.header("Content-Type", "application/json").body(text),
        Carries::File(file) => {
            let kind = file.type_();
            request.header("Content-Type", &kind).body(JsValue::from(file))
        }
        Carries::Piece(blob, offset) => request
            .header("Content-Type", "application/offset+octet-stream")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", &offset.to_string())
            .body(JsValue::from(blob)),
    };
    let lost = |_| if timeout.aborted() { Failure::TimedOut } else { Failure::Unreachable };
    let answer = ready.map_err(|_| Failure::Unreadable)?.send().await.map_err(lost)?;
    let text = answer.text().await.map_err(lost)?;
    if answer.ok() { Ok(text) } else { Err(refusal(&answer, &text)) }
}

/// What a failed answer says. A gateway that is not ours speaks another language: the desk was not reached.
fn refusal(answer: &Response, text: &str) -> Failure {
    match decode::json::<ApiError>(text) {
        Ok(error) => Failure::Refused(Box::new(error)),
        Err(_) if matches!(answer.status(), 502..=504) => Failure::Unreachable,
        Err(_) => Failure::Unreadable,
    }
}

/// Reads text.
pub(super) async fn get_text(path: &str) -> Answer<String> {
    let text = send(Method::GET, path, Carries::Nothing, None).await?;
    READER.with_borrow(|reader| {
        if let Some(reader) = reader {
            reader(path, &text);
        }
    });
    Ok(text)
}

/// Reads.
pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    decode::json(&get_text(path).await?)
}

/// Writes, under a key that is the same on every try of the same write.
pub(super) async fn write<T: DeserializeOwned>(
    method: Method,
    path: &str,
    body: &impl Serialize,
    key: &IdempotencyKey,
) -> Answer<T> {
    decode::json(&send(method, path, json(body), Some(key)).await?)
}

/// Writes; the answer's body does not matter.
pub(super) async fn tell(method: Method, path: &str, body: Carries<'_>) -> Answer<()> {
    send(method, path, body, Some(&web::fresh_key())).await.map(|_| ())
}
