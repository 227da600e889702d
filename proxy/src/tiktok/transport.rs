//! The one function that sends a signed request, and how its answer is judged.
//!
//! Success is code 0, not HTTP 200. An answer that did not arrive whole, or that does not come from the platform's own
//! envelope, proves nothing. No URL, token or body gets into an error or a log (P12).

use super::client::Client;
use super::endpoint::Call;
use super::error::TiktokError;
use super::outcome::{Refusal, RefusalKind, leaves_open};
use super::sign::{Signable, sign};
use super::wire::{Envelope, Head};
use crate::mutants::{Mutant, is_on};
use crate::secret::Secret;
use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use shared::time::Timestamp;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WHOLE_TIMEOUT: Duration = Duration::from_secs(20);
/// A page of 50 returns is well below one megabyte.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// A write gives way to the pace for so long; then it is put off instead.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// The HTTP client for every call upstream: no redirects, no retries of its own. `is_local`: the sandbox, which no
/// proxy of the machine may come between.
pub fn http_client(is_local: bool) -> Result<reqwest::Client, reqwest::Error> {
    // Only the first call installs it; that it is there is all that matters.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(WHOLE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never());
    if is_local { builder.no_proxy().build() } else { builder.build() }
}

/// Percent-encodes a query; only what is unreserved stays as it is.
pub(super) fn encode(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut put = |text: &str| {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
        std::mem::take(&mut out)
    };
    let parts: Vec<String> = pairs.iter().map(|(key, value)| format!("{}={}", put(key), put(value))).collect();
    parts.join("&")
}

/// In whose name a call is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Credentials<'a> {
    pub(super) access_token: &'a Secret,
    /// Sent where the endpoint wants it.
    pub(super) cipher: Option<&'a Secret>,
    /// Whose pace and clock; never sent.
    pub(super) whose: &'a str,
    /// The clock's offset until the shop has answered once.
    pub(super) known_offset_ms: i64,
    /// By our clock: after this the call does not leave, and counts as without effect.
    pub(super) not_after: Option<Timestamp>,
}

/// An answer, judged.
#[derive(Debug)]
pub(super) enum Answer {
    /// Code 0, whole.
    Yes { body: Bytes, request_id: String },
    /// The platform's no: nothing changed.
    No(Refusal),
    /// Nothing changed; call more slowly.
    Throttled { retry_after_ms: Option<i64> },
    /// Nothing trustworthy; only [`TiktokError::NotSent`] certainly had no effect.
    Nothing(TiktokError),
}

impl Answer {
    /// The data of a yes.
    pub(super) fn decode<T: DeserializeOwned + Default>(endpoint: &'static str, body: &[u8]) -> Result<T, TiktokError> {
        let envelope: Envelope<T> =
            serde_json::from_slice(body).map_err(|source| TiktokError::Shape { endpoint, source })?;
        Ok(envelope.data.unwrap_or_default())
    }

    fn is_wrong_time(&self) -> bool {
        match self {
            Self::No(refusal) => refusal.code == 36_009_004 && refusal.message.contains("timestamp"),
            Self::Yes { .. } | Self::Throttled { .. } | Self::Nothing(_) => false,
        }
    }

    /// A definite refusal that a fresh token may cure.
    pub(super) fn wants_new_token(&self) -> bool {
        match self {
            Self::No(refusal) => match refusal.code {
                105_002 => true,
                36_009_004 => refusal.message.contains("access-token") || refusal.message.contains("access_token"),
                _ => false,
            },
            Self::Yes { .. } | Self::Throttled { .. } | Self::Nothing(_) => false,
        }
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        matches!(self, Self::No(refusal) if refusal.code == 105_001)
    }

    pub(super) fn is_unknown_path(&self) -> bool {
        matches!(self, Self::No(refusal) if refusal.kind == RefusalKind::NoSuchEndpoint)
    }
}

fn date_of(headers: &HeaderMap) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Seconds or an HTTP date.
fn retry_after_ms(headers: &HeaderMap, now_ms: i64) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse::<i64>() {
        return Some(seconds.max(0).saturating_mul(1000));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let date_ms = i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()?;
    Some(date_ms.saturating_sub(now_ms).max(0))
}

async fn whole_body(mut response: Response) -> Result<Bytes, TiktokError> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|fault| TiktokError::Lost(fault.without_url().into()))? {
        if body.len().saturating_add(part.len()) > MOST_BYTES {
            return Err(TiktokError::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(body.into())
}

fn judge(status: StatusCode, retry_after_ms: Option<i64>, body: Bytes) -> Answer {
    let head = serde_json::from_slice::<Head>(&body).ok();
    let code = head.as_ref().and_then(|head| head.code.known());
    if status == StatusCode::TOO_MANY_REQUESTS || code == Some(36_009_002) {
        return Answer::Throttled { retry_after_ms };
    }
    let unclear = Answer::Nothing(TiktokError::Unclear { status: status.as_u16(), code });
    let (Some(head), Some(code)) = (head, code) else { return unclear };
    let request_id = head.request_id.into_string();
    if code == 0 {
        return if status.is_success() { Answer::Yes { body, request_id } } else { unclear };
    }
    if status.is_server_error() || leaves_open(code) {
        return unclear;
    }
    Answer::No(Refusal { code, message: head.message.into_string(), request_id, kind: RefusalKind::of(code) })
}

impl Client {
    /// Makes a call once. A refused timestamp corrects the clock and is made once more: it was refused before effect.
    pub(super) async fn exchange(&self, call: &Call, version: usize, credentials: Credentials<'_>) -> Answer {
        let first = self.send(call, version, credentials).await;
        if first.is_wrong_time() { self.send(call, version, credentials).await } else { first }
    }

    /// Waits for the turn of a call; an answer if that takes too long.
    async fn turn(&self, whose: &str, name: &'static str) -> Option<Answer> {
        if is_on(Mutant::PaceIgnored) {
            return None;
        }
        let mut wait = self.limiter().book(whose, name, self.pause().elapsed());
        loop {
            if wait > LONGEST_WAIT {
                return Some(Answer::Throttled { retry_after_ms: i64::try_from(wait.as_millis()).ok() });
            }
            self.pause().wait(wait).await;
            wait = self.limiter().leave(whose, name, self.pause().elapsed());
            if wait.is_zero() {
                return None;
            }
        }
    }

    async fn send(&self, call: &Call, version: usize, credentials: Credentials<'_>) -> Answer {
        let name = call.endpoint.name;
        if let Some(throttled) = self.turn(credentials.whose, name).await {
            return throttled;
        }
        let sent = self.clock().now();
        if credentials.not_after.is_some_and(|not_after| not_after < sent) {
            return Answer::Throttled { retry_after_ms: None };
        }
        let offset = self.offset_ms(credentials.whose, credentials.known_offset_ms);
        let request = match self.request(call, version, credentials, sent.plus_millis(offset)) {
            Ok(request) => request,
            Err(fault) => return Answer::Nothing(fault),
        };
        let started = self.pause().elapsed();
        let (status, headers, body) = match self.net().send(request).await {
            Err(fault) => return Answer::Nothing(fault),
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                (status, headers, whole_body(response).await)
            }
        };
        let now_ms = self.clock().now().millis();
        let asked = retry_after_ms(&headers, now_ms.saturating_add(offset));
        let answer = match body {
            Ok(body) => judge(status, asked, body),
            Err(fault) => Answer::Nothing(fault),
        };
        if let Some(date_ms) = date_of(&headers) {
            // The header is cut to whole seconds, and was written between sending and now.
            let middle = sent.millis().midpoint(now_ms);
            self.learn_offset(credentials.whose, date_ms + 500 - middle, answer.is_wrong_time());
        }
        match &answer {
            Answer::Throttled { .. } => {
                let asked = asked.and_then(|asked| u64::try_from(asked).ok()).map(Duration::from_millis);
                self.limiter().slow_down(credentials.whose, name, self.pause().elapsed(), asked);
            }
            Answer::Yes { .. } | Answer::No(_) => self.limiter().answered(credentials.whose, name),
            Answer::Nothing(_) => {}
        }
        let duration_ms = self.pause().elapsed().saturating_sub(started).as_millis();
        tracing::debug!(endpoint = name, http.status = status.as_u16(), duration_ms, "TikTok answered");
        answer
    }

    fn request(
        &self,
        call: &Call,
        version: usize,
        credentials: Credentials<'_>,
        now: Timestamp,
    ) -> Result<reqwest::Request, TiktokError> {
        let path = call.endpoint.path(version, call.id.as_ref())?;
        let body = call.body_of(version);
        let content_type = body.content_type();
        let mut query = call.query.clone();
        query.push(("app_key".to_owned(), self.app().key.clone()));
        query.push(("timestamp".to_owned(), now.seconds().to_string()));
        if let Some(cipher) = credentials.cipher.filter(|_| call.endpoint.is_for_shop) {
            query.push(("shop_cipher".to_owned(), cipher.expose().to_owned()));
        }
        let signable = Signable { path: &path, query: &query, content_type: Some(content_type), body: body.bytes() };
        let signature = sign(&self.app().secret, &signable);
        query.push(("sign".to_owned(), signature));
        let url = format!("{}{path}?{}", self.app().api_url.trim_end_matches('/'), encode(&query));
        let mut token =
            HeaderValue::from_str(credentials.access_token.expose()).map_err(|_| TiktokError::BadAddress)?;
        token.set_sensitive(true);
        let request = self
            .net()
            .client()
            .request(call.endpoint.method.clone(), url)
            .header(CONTENT_TYPE, content_type)
            .header("x-tts-access-token", token)
            .body(body.bytes().to_vec());
        request.build().map_err(|_| TiktokError::BadAddress)
    }

    /// An unsigned call to the token host. Its query holds secrets: nothing of it is kept.
    pub(super) async fn ask_token_host(&self, path: &str, query: &[(String, String)]) -> Answer {
        let url = format!("{}{path}?{}", self.app().auth_url.trim_end_matches('/'), encode(query));
        let Ok(request) = self.net().client().get(url).build() else { return Answer::Nothing(TiktokError::BadAddress) };
        let response = match self.net().send(request).await {
            Ok(response) => response,
            Err(fault) => return Answer::Nothing(fault),
        };
        let status = response.status();
        let asked = retry_after_ms(response.headers(), self.clock().now().millis());
        match whole_body(response).await {
            Ok(body) => judge(status, asked, body),
            Err(fault) => Answer::Nothing(fault),
        }
    }
}
