//! The HTTP server around the world.

use crate::clock::Clock;
use crate::faults::{self, Fault, FaultKind};
use crate::gateway::{self, Call, Outcome, Refusal, refuse};
use crate::journal::Entry;
use crate::world::{Dials, World};
use crate::{control, oauth, webhooks};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How a sandbox starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The same seed makes the same world.
    pub seed: u64,
    /// How many cases the world begins with; 350 if not given.
    pub cases: Option<usize>,
    /// The clock's start in unix seconds; now if not given.
    pub start: Option<i64>,
    /// What the documents leave open.
    pub dials: Dials,
    /// What it is called by others; its address if not given.
    pub url: Option<String>,
    /// Key, secret and service of the app; those of the seed if not given.
    pub app: Option<[String; 3]>,
    /// Its numbers begin after this.
    pub first_number: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 7,
            cases: None,
            start: None,
            dials: Dials::default(),
            url: None,
            app: None,
            first_number: 0,
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox cannot listen on {address}")]
pub struct StartError {
    address: SocketAddr,
    source: std::io::Error,
}

/// What a sandbox says of itself, in one line of JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// Where the interface is.
    pub url: String,
    /// Where tokens and the consent page are.
    pub auth_url: String,
    /// The app's key.
    pub app_key: String,
    /// The app's secret.
    pub app_secret: String,
    /// The app's service.
    pub service_id: String,
    /// Its shops.
    pub shops: Vec<ShopDescription>,
}

/// One shop of a sandbox.
#[derive(Debug, Clone, Serialize)]
pub struct ShopDescription {
    /// The platform's number.
    pub shop_id: String,
    /// Its name.
    pub name: String,
    /// Two letters.
    pub region: String,
    /// `shop_cipher`.
    pub cipher: String,
    /// A token that works at once.
    pub access_token: String,
    /// Its refresh token.
    pub refresh_token: String,
    /// A one-time code, as a consent would give it.
    pub auth_code: String,
}

/// World and clock, shared by all calls.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) world: Mutex<World>,
    pub(crate) clock: Mutex<Clock>,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves the world as it was: a test that panicked wants to see it.
    lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Shared {
    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        held(&self.clock).now()
    }

    pub(crate) fn now_ms(&self) -> i64 {
        held(&self.clock).now_ms()
    }

    pub(crate) fn clock(&self) -> MutexGuard<'_, Clock> {
        held(&self.clock)
    }

    /// The world, with everything happened whose time has come.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let now = self.now();
        let mut world = held(&self.world);
        world.run(now);
        world
    }
}

/// A running imitation. It ends with this value.
pub struct Sandbox {
    description: Description,
    tasks: Vec<JoinHandle<()>>,
}

const CASES: usize = 350;
const LARGEST_BODY: usize = 12 * 1024 * 1024;

impl Sandbox {
    /// Makes the world and starts listening.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let failed = |source| StartError { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let url = options.url.clone().unwrap_or_else(|| format!("http://{address}"));
        let (description, shared, router) = make(&options, url);
        let serving = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, router).await;
        });
        let living = tokio::spawn(webhooks::run(shared));
        Ok(Self { description, tasks: vec![serving, living] })
    }

    /// What it says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.description.url
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The world, what it says of itself, and what answers.
pub(crate) fn make(options: &Options, url: String) -> (Description, Arc<Shared>, Router) {
    let clock = Clock::starting_at(options.start);
    let cases = options.cases.unwrap_or(CASES);
    let mut world = World::new(options.seed, cases, clock.now(), url.clone(), options.dials.clone());
    world.count_from(options.first_number);
    if let Some(app) = options.app.clone() {
        [world.app_key, world.app_secret, world.service_id] = app;
    }
    let description = describe(&world, &url);
    let shared = Arc::new(Shared { world: Mutex::new(world), clock: Mutex::new(clock) });
    let router = router(Arc::clone(&shared));
    (description, shared, router)
}

fn describe(world: &World, url: &str) -> Description {
    let shops = world.shops.iter().zip(&world.grants).enumerate().map(|(place, (shop, grant))| ShopDescription {
        shop_id: shop.id.clone(),
        name: shop.seed.name.to_owned(),
        region: shop.seed.region.to_owned(),
        cipher: shop.cipher.clone(),
        access_token: grant.access.clone(),
        refresh_token: grant.refresh.clone(),
        auth_code: world
            .codes
            .iter()
            .find(|(_, (shops, _))| *shops == [place])
            .map(|(code, _)| code.clone())
            .unwrap_or_default(),
    });
    Description {
        url: url.to_owned(),
        auth_url: url.to_owned(),
        app_key: world.app_key.clone(),
        app_secret: world.app_secret.clone(),
        service_id: world.service_id.clone(),
        shops: shops.collect(),
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/open/authorize", get(oauth::consent))
        .route("/oauth/authorize", get(oauth::consent))
        .route("/open/decided", get(oauth::decided))
        .route("/api/v2/token/get", get(oauth::token_get))
        .route("/api/v2/token/refresh", get(oauth::token_refresh))
        .route("/_sandbox", get(control::index))
        .route("/_sandbox/journal", get(control::journal))
        .route("/_sandbox/ledger", get(control::ledger))
        .route("/_sandbox/faults", post(control::add_fault).delete(control::clear_faults).get(control::list_faults))
        .route("/_sandbox/clock", post(control::set_clock).get(control::read_clock))
        .route("/_sandbox/shops", post(control::open_shop))
        .route("/_sandbox/shops/{id}/nearer", post(control::bring_nearer))
        .route("/_sandbox/cases", post(control::open))
        .route("/_sandbox/cases/{id}/act", post(control::act))
        .route("/_sandbox/conversations/{id}", post(control::buyer_message))
        .route("/_sandbox/app", post(control::set_app))
        .route("/_sandbox/dials", post(control::set_dials).get(control::read_dials))
        .route("/_sandbox/grants", post(control::change_grants))
        .route("/_sandbox/media/{name}", get(control::media))
        .route("/_sandbox/upload/{name}", get(control::uploaded))
        .fallback(call)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shared)
}

/// The `Date` header of the sandbox's own clock.
pub(crate) fn date(now: i64) -> HeaderValue {
    let text = jiff::Timestamp::from_second(now).map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    text.ok().and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or_else(|| HeaderValue::from_static(""))
}

/// 14 digits of the time and 20 capital hexadecimal letters.
pub(crate) fn request_id(shared: &Shared, now: i64) -> String {
    let stamp = jiff::Timestamp::from_second(now).map(|at| at.strftime("%Y%m%d%H%M%S").to_string()).unwrap_or_default();
    let letters = held(&shared.world).token("");
    let hex: String = letters.bytes().take(20).map(|byte| format!("{:X}", byte % 16)).collect();
    [stamp, hex].concat()
}

/// Any call of the interface.
async fn call(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "").into_response();
    };
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: query.map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
        content_type: header("content-type"),
        token: header("x-tts-access-token"),
        body: body.to_vec(),
        now: shared.now(),
    };
    let fault = struck(&shared, &call.method, &call.path).await;
    let outcome = match fault.as_ref().and_then(refusal) {
        Some(refusal) => Err(refusal),
        None => gateway::pass(&mut shared.world(), &call),
    };
    let id = request_id(&shared, call.now);
    let http = gateway::http_status(&outcome);
    write_down(&shared, &call, &outcome, http, fault.as_ref());
    carry(&shared, call.now, fault.as_ref(), http, &gateway::envelope(outcome, id)).await
}

/// Takes the fault that hits a call, and waits as long as it says.
pub(crate) async fn struck(shared: &Shared, method: &str, path: &str) -> Option<Fault> {
    let fault = faults::take(&mut shared.world().faults, method, path)?;
    if let Some(delay) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    Some(fault)
}

/// Whether a fault lets the call have its effect.
fn has_effect(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::StatusAfter
            | FaultKind::TimeoutAfter
            | FaultKind::ResetAfter
            | FaultKind::Truncate
            | FaultKind::NotJson
            | FaultKind::Slow
    )
}

/// What a fault answers in place of the call; none: the call has its effect.
pub(crate) fn refusal(fault: &Fault) -> Option<Refusal> {
    if has_effect(&fault.kind) {
        return None;
    }
    Some(match fault.kind {
        FaultKind::RateLimit => {
            refuse(429, 36_009_002, "Too many requests. You've made too many requests in a short period of time.")
        }
        FaultKind::TokenExpired => {
            refuse(401, 105_002, "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.")
        }
        FaultKind::Code => refuse(
            fault.status.unwrap_or(200),
            fault.code.unwrap_or(36_009_003),
            fault.message.clone().unwrap_or_else(|| "Internal error. Please try again.".to_owned()),
        ),
        _ => refuse(fault.status.unwrap_or(500), 36_009_003, "Internal error. Please try again."),
    })
}

/// Carries an answer to whoever called, as the fault lets it.
pub(crate) async fn carry(shared: &Shared, now: i64, fault: Option<&Fault>, http: u16, value: &Value) -> Response {
    let retry_after = fault.and_then(|fault| fault.retry_after).or_else(|| {
        let sends = held(&shared.world).dials.sends_retry_after;
        (http == 429 && sends).then_some(1)
    });
    let mut text = value.to_string();
    let mut status = http;
    match fault.map(|fault| (&fault.kind, fault.status)) {
        Some((FaultKind::TimeoutBefore | FaultKind::TimeoutAfter, _)) => {
            // Longer than any client waits.
            tokio::time::sleep(Duration::from_secs(300)).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
        Some((FaultKind::ResetBefore | FaultKind::ResetAfter, _)) => return cut_off(),
        Some((FaultKind::Truncate, _)) => text.truncate(text.floor_char_boundary(text.len() / 2)),
        Some((FaultKind::NotJson, _)) => "<html><body>Bad gateway</body></html>".clone_into(&mut text),
        Some((FaultKind::StatusAfter, wanted)) => status = wanted.unwrap_or(500),
        _ => {}
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::DATE, date(now));
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, text).into_response()
}

/// An answer whose body breaks off at once, so that the connection is closed in the middle of it.
fn cut_off() -> Response {
    let broken =
        futures_util::stream::once(async { Err::<bytes::Bytes, _>(std::io::Error::other("cut off on purpose")) });
    let mut response = Response::new(Body::from_stream(broken));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("1000"));
    response
}

fn write_down(shared: &Shared, call: &Call, outcome: &Outcome, http: u16, fault: Option<&Fault>) {
    let (code, message) = match outcome {
        Ok(_) => (0, "Success".to_owned()),
        Err(refusal) => {
            let why = refusal.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            (refusal.code, format!("{}{why}", refusal.message))
        }
    };
    let is_text = !crate::auth::is_multipart(call.content_type.as_deref());
    let entry = Entry {
        number: 0,
        at_ms: shared.now_ms(),
        method: call.method.clone(),
        path: call.path.clone(),
        query: call.query.clone(),
        body: if is_text { String::from_utf8_lossy(&call.body).into_owned() } else { String::new() },
        http,
        code: Some(code),
        message,
        fault: fault.map(|fault| format!("{:?}", fault.kind)),
    };
    held(&shared.world).journal.write(entry);
}

/// A control answer that says what is wrong.
pub(crate) fn bad(text: impl Into<String>) -> Response {
    (StatusCode::BAD_REQUEST, Json(serde_json::json!({ "error": text.into() }))).into_response()
}
