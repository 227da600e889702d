//! One app's client, and its use in the name of one shop.

use super::endpoint::Call;
use super::error::TiktokError;
use super::limit::Limiter;
use super::net::Net;
use super::outcome::{Outcome, Receipt, Refusal, RefusalKind};
use super::pause::Pause;
use super::token::{AccessToken, Tokens};
use super::transport::{Answer, Credentials};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::mutants::{Mutant, is_on};
use crate::secret::Secret;
use crate::store::shops::{AppKind, ShopRow};
use serde::de::DeserializeOwned;
use shared::time::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Tries of a read, the first included.
const TRIES: u32 = 4;
const FIRST_BACK_OFF_MS: u64 = 1_000;
const JITTER_MS: u64 = 500;
/// Whoever asks waits no longer for one read.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60);
/// Samples of the platform's clock per shop.
const SAMPLES: usize = 9;

/// A developer app with its addresses.
#[derive(Debug, Clone)]
pub struct App {
    /// `app_key`.
    pub key: String,
    /// Signs requests and webhooks.
    pub secret: Secret,
    /// Names the app on the consent page.
    pub service_id: String,
    /// Origin of all calls.
    pub api_url: String,
    /// Origin of the token calls.
    pub auth_url: String,
    /// Whole address of the consent page, without query.
    pub consent_url: String,
}

struct Inner {
    kind: AppKind,
    app: App,
    net: Net,
    clock: Clock,
    entropy: Entropy,
    pause: Pause,
    limiter: Limiter,
    offsets: Mutex<HashMap<String, VecDeque<i64>>>,
    /// Endpoints whose newest versions the platform does not know.
    versions: Mutex<HashMap<&'static str, usize>>,
}

/// Talks to the platform for one app. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Client").field("kind", &self.0.kind).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that goes that way.
    pub fn new(kind: AppKind, app: App, net: Net, clock: Clock, entropy: Entropy, pause: Pause) -> Self {
        Self(Arc::new(Inner {
            kind,
            app,
            net,
            clock,
            entropy,
            pause,
            limiter: Limiter::default(),
            offsets: Mutex::default(),
            versions: Mutex::default(),
        }))
    }

    /// Practice or real.
    pub fn kind(&self) -> AppKind {
        self.0.kind
    }

    /// Keys and addresses.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    pub(super) fn net(&self) -> &Net {
        &self.0.net
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }

    pub(super) fn pause(&self) -> &Pause {
        &self.0.pause
    }

    /// How many desks share the platform's limit.
    pub fn set_desks(&self, desks: u32) {
        self.0.limiter.set_desks(desks, self.0.pause.elapsed());
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// What to add to our clock to get the platform's: the median of what its answers showed.
    pub(super) fn offset_ms(&self, whose: &str, known: i64) -> i64 {
        let Ok(offsets) = self.0.offsets.lock() else { return known };
        let mut samples: Vec<i64> = offsets.get(whose).into_iter().flatten().copied().collect();
        samples.sort_unstable();
        samples.get(samples.len() / 2).copied().unwrap_or(known)
    }

    /// `jumped`: the platform refused our time, what was learnt before is worth nothing.
    pub(super) fn learn_offset(&self, whose: &str, sample: i64, jumped: bool) {
        let Ok(mut offsets) = self.0.offsets.lock() else { return };
        let samples = offsets.entry(whose.to_owned()).or_default();
        if jumped {
            samples.clear();
        }
        samples.push_back(sample);
        if samples.len() > SAMPLES {
            samples.pop_front();
        }
    }

    fn version(&self, endpoint: &'static str) -> usize {
        self.0.versions.lock().ok().and_then(|versions| versions.get(endpoint).copied()).unwrap_or_default()
    }

    fn remember_version(&self, endpoint: &'static str, version: usize) {
        if let Ok(mut versions) = self.0.versions.lock() {
            versions.insert(endpoint, version);
        }
    }

    fn back_off(&self, tries: u32, asked_ms: Option<i64>) -> Option<Duration> {
        let mut byte = [0_u8; 1];
        // Without jitter two readers may meet again: harmless.
        let jitter = self.entropy().fill(&mut byte).map_or(0, |()| u64::from(byte[0]) * JITTER_MS / 255);
        let doubled = FIRST_BACK_OFF_MS.saturating_mul(1_u64.checked_shl(tries).unwrap_or(u64::MAX));
        let asked = asked_ms.and_then(|asked| u64::try_from(asked).ok()).unwrap_or_default();
        let wait = Duration::from_millis(doubled.max(asked).saturating_add(jitter));
        (wait <= LONGEST_BACK_OFF).then_some(wait)
    }

    /// One call, on the newest path that the platform knows. Going on to an older one repeats nothing: a path that
    /// does not exist has no effect.
    pub(super) async fn on_known_path(&self, call: &Call, credentials: Credentials<'_>) -> Answer {
        let name = call.endpoint.name;
        let mut version = self.version(name);
        loop {
            let answer = self.exchange(call, version, credentials).await;
            let older = version + 1;
            if !answer.is_unknown_path() || older >= call.endpoint.versions.len() {
                return answer;
            }
            version = older;
            self.remember_version(name, version);
        }
    }
}

/// A client in the name of one shop.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client,
    tokens: Tokens,
    shop: ShopRow,
    cipher: Secret,
    not_after: Option<Timestamp>,
}

impl Upstream {
    pub(super) fn new(client: Client, tokens: Tokens, shop: ShopRow, cipher: Secret) -> Self {
        Self { client, tokens, shop, cipher, not_after: None }
    }

    /// For calls that rest on what was just read: one that would leave later than this, by our clock, does not leave. A
    /// machine may sleep while a token or the limiter is waited for.
    pub fn before(self, not_after: Timestamp) -> Self {
        Self { not_after: Some(not_after), ..self }
    }

    /// What the client has learnt of the platform's clock: store it now and then.
    pub fn clock_offset_ms(&self) -> i64 {
        self.client.offset_ms(&self.shop.platform_id, self.shop.clock_offset_ms)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    async fn with_token(&self, call: &Call, token: &AccessToken) -> Answer {
        let credentials = Credentials {
            access_token: &token.secret,
            cipher: Some(&self.cipher),
            whose: &self.shop.platform_id,
            known_offset_ms: self.shop.clock_offset_ms,
            not_after: self.not_after,
        };
        self.client.on_known_path(call, credentials).await
    }

    /// One call, with one fresh token if the platform asks for it. An error means that the call had no effect.
    async fn ask(&self, call: &Call) -> Result<Answer, TiktokError> {
        let mut token = self.tokens.valid(&self.client, &self.shop.grant).await?;
        let mut answer = self.with_token(call, &token).await;
        if answer.wants_new_token() && !is_on(Mutant::TokenNotRenewed) {
            token = self.tokens.newer(&self.client, &self.shop.grant, token.version).await?;
            answer = self.with_token(call, &token).await;
        }
        if answer.is_withdrawn() {
            self.tokens.expire(&self.shop.grant, token.version)?;
        }
        Ok(answer)
    }

    /// Reads; tries again, more slowly each time, whatever may pass by itself.
    pub(super) async fn read<T: DeserializeOwned + Default>(&self, call: Call) -> Result<T, TiktokError> {
        let mut tries = 0;
        loop {
            let (fault, asked_ms) = match self.ask(&call).await? {
                Answer::Yes { body, .. } => return Answer::decode(call.endpoint.name, &body),
                Answer::No(refusal) if refusal.kind == RefusalKind::Retry => (TiktokError::Refused(refusal), None),
                Answer::No(refusal) if refusal.code == 105_001 => return Err(TiktokError::NotAuthorized),
                Answer::No(refusal) => return Err(TiktokError::Refused(refusal)),
                Answer::Throttled { retry_after_ms } => (TiktokError::Throttled { retry_after_ms }, retry_after_ms),
                Answer::Nothing(fault) if fault.is_final() => return Err(fault),
                Answer::Nothing(fault) => (fault, None),
            };
            let wait = self.client.back_off(tries, asked_ms);
            tries += 1;
            match wait {
                Some(wait) if tries < TRIES => self.client.pause().wait(wait).await,
                _ => return Err(fault),
            }
        }
    }

    /// Changes something: one call, never repeated here.
    pub(super) async fn write<T: DeserializeOwned + Default>(&self, call: Result<Call, TiktokError>) -> Outcome<T> {
        let call = match call {
            Ok(call) => call,
            Err(fault) => return refused_here(&fault),
        };
        match self.ask(&call).await {
            Ok(Answer::Yes { body, request_id }) => match Answer::decode(call.endpoint.name, &body) {
                Ok(data) => Outcome::Confirmed(Receipt { request_id, data }),
                Err(fault) => Outcome::Unknown(fault),
            },
            Ok(Answer::No(refusal)) => Outcome::Refused(refusal),
            Ok(Answer::Throttled { retry_after_ms }) => Outcome::NoEffect { retry_after_ms },
            Ok(Answer::Nothing(fault)) => match fault {
                TiktokError::NotSent(_) => {
                    let endpoint = call.endpoint.name;
                    tracing::warn!(endpoint, error = %fault, "A call did not leave this machine");
                    Outcome::NoEffect { retry_after_ms: None }
                }
                TiktokError::BadAddress => refused_here(&fault),
                other => Outcome::Unknown(other),
            },
            Err(fault) if fault.is_final() => refused_here(&fault),
            Err(fault) => {
                let endpoint = call.endpoint.name;
                tracing::warn!(endpoint, error = %fault, "No token could be had: the call was not made");
                Outcome::NoEffect { retry_after_ms: None }
            }
        }
    }

    /// A change that is harmless to repeat and that only its data is wanted of.
    pub(super) async fn write_for<T: DeserializeOwned + Default>(&self, call: Call) -> Result<T, TiktokError> {
        match self.write(Ok(call)).await {
            Outcome::Confirmed(receipt) => Ok(receipt.data),
            Outcome::Refused(refusal) => Err(TiktokError::Refused(refusal)),
            Outcome::NoEffect { retry_after_ms } => Err(TiktokError::Throttled { retry_after_ms }),
            Outcome::Unknown(fault) => Err(fault),
        }
    }
}

/// The desk itself will not make this call: nothing left, and trying again cannot help.
fn refused_here<T>(fault: &TiktokError) -> Outcome<T> {
    let kind = fault.refusal().unwrap_or(RefusalKind::Input);
    Outcome::Refused(Refusal { code: 0, message: fault.to_string(), request_id: String::new(), kind })
}
