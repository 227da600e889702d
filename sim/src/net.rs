//! The simulated network: it delays, loses and spoils what it carries, as its seed will have it.

use crate::task::polls;
use crate::wire::{Whole, arriving, body_of, code_of, is_decision, key_of, pace_key, read_key, response, whole};
use axum::body::Body;
use axum::http;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use proxy::tiktok::net::{Carry, Cut};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reqwest::{Request, Response};
use sandbox::Quiet;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    /// No connection: nothing leaves.
    NotSent,
    /// It leaves and never arrives.
    LostOnTheWay,
    /// It takes effect, and its answer never comes.
    AnswerLost,
    /// An HTTP error before the platform has looked at it.
    BrokenBefore,
    /// It takes effect, and a gateway answers with an error.
    BrokenAfter,
    /// It takes effect, and half of its answer comes.
    Truncated,
    /// It takes effect, and the connection breaks in the middle of the answer.
    Reset,
    /// It takes effect, and what comes is not JSON.
    NotJson,
    /// 429, with or without `Retry-After`.
    Throttled,
    /// 200 with the platform's "try again".
    InternalError,
    /// The same, though it took effect.
    InternalAfter,
    /// A gateway asks for new tokens twice, and one of both answers comes.
    Repeated,
    /// TikTok says no, and means it.
    Refused,
    /// The token has just run out.
    TokenExpired,
    /// A read shows what was some seconds ago.
    Stale,
    /// The token of a page has run out in mid-walk.
    PageGone,
}

const FAULTS: [Fate; 15] = [
    Fate::NotSent,
    Fate::LostOnTheWay,
    Fate::AnswerLost,
    Fate::BrokenBefore,
    Fate::BrokenAfter,
    Fate::Truncated,
    Fate::Reset,
    Fate::NotJson,
    Fate::Throttled,
    Fate::InternalError,
    Fate::InternalAfter,
    Fate::Refused,
    Fate::TokenExpired,
    Fate::Stale,
    Fate::PageGone,
];

/// The oldest that a stale read may be. Below the settling delay of messages: P5 is promised for that (design 9).
const STALE_MS: i64 = 60_000;

/// Whoever asked waits no longer, as the HTTP client does.
const PATIENCE_MS: i64 = 20_000;
/// So long before it leaves a call may have been begun: it waits for its turn.
const TURN_MS: i64 = 20_000;
/// What is on its way for longer never arrives.
const LATEST_MS: i64 = 60_000;
/// A decision may come even later: its key makes that harmless, and a refusal of it waits longer (`refused_read_ms`).
const LATEST_DECISION_MS: i64 = 85_000;

/// So long the platform surely remembers a key (taken as half of a day), and some minutes of reading before the call and of
/// a clock that was set back.
const KEY_MEMORY_MS: i64 = 12 * 3_600_000 + 660_000;

/// The platform's "try again".
const INTERNAL: &[u8] = br#"{"code":36009003,"message":"Internal error. Please try again.","request_id":"r"}"#;

/// So long a desk counts as being there after it has said so, for others whose clock is ahead.
const ATTENDS_MS: i64 = 15_000 - 2 * MOST_APART_MS;
/// How far the clock of each desk is ahead or behind at most, where time services set them.
pub(crate) const MOST_APART_MS: i64 = 1_000;

/// Calls of one shop and endpoint that the platform takes in a second.
const MOST_A_SECOND: usize = 50;

/// What kind of request it is.
#[derive(Clone, Copy)]
struct What {
    is_read: bool,
    is_token: bool,
    is_refresh: bool,
    is_message: bool,
    is_decision: bool,
    /// This decision has left before, and what became of it was not heard.
    is_again: bool,
    is_paged: bool,
}

struct State {
    random: ChaCha8Rng,
    /// Of 1,000 requests so many go wrong.
    faults_per_mille: u32,
    now_ms: i64,
    /// The latest that each desk has taken the time for: a clock that is set back takes nothing back.
    desks_ms: Vec<i64>,
    /// Older answers to the same read.
    seen: HashMap<String, Vec<(i64, Whole)>>,
    /// What went wrong, for the trace.
    told: Vec<String>,
    count: u64,
    /// When a decision first left the desk, and what it said, by its idempotency key.
    first_sent: BTreeMap<String, FirstSent>,
    /// Decisions that TikTok has refused for good, by their key, where the answer came to a desk that was there.
    refused: BTreeSet<String>,
    /// Decisions that TikTok has taken, by their key, where the answer came to a desk that was there all the time.
    answered: BTreeSet<String>,
    /// When each desk last said that it is there.
    attended: BTreeMap<usize, i64>,
    /// Since when each desk has said so without a gap in which others give it up.
    there_since: BTreeMap<usize, i64>,
    /// When each desk last had the answer to a refresh.
    refreshed: BTreeMap<usize, i64>,
    /// Requests that are between a desk and its answer, by what may be under way once only: whose, and since when.
    in_flight: BTreeMap<String, Vec<(usize, i64)>>,
    /// Writes and refreshes that have left their desk and not arrived, by number.
    travelling: BTreeMap<u64, Travelling>,
    /// Those of processes that died meanwhile: they arrive all the same.
    orphans: Vec<Travelling>,
    /// How often a message left without an answer that says what became of it, by its body.
    unclear: BTreeMap<String, u32>,
    /// When an answer was last lost.
    lost_ms: i64,
    /// A refresh of the token may not have come back: only then may its consent be lost.
    is_refresh_lost: bool,
    /// What must not have happened on the way.
    broken: Option<String>,
    /// When calls left within the last second, by shop and endpoint.
    paced: HashMap<String, VecDeque<i64>>,
    /// Processes that are dead: nothing leaves them any more.
    dead: BTreeSet<usize>,
    /// How far the `Date` of answers is from the platform's clock.
    lie_s: i64,
}

/// A decision as it first left a desk: when, by the true time and by that desk's, and what it said.
struct FirstSent {
    at_ms: i64,
    desk_ms: i64,
    body: String,
}

/// A write or a refresh on its way.
struct Travelling {
    host: usize,
    sent_ms: i64,
    request: http::Request<Body>,
}

impl Travelling {
    fn may_arrive(&self, now_ms: i64) -> bool {
        let latest = if is_decision(self.request.uri().path()) { LATEST_DECISION_MS } else { LATEST_MS };
        now_ms - self.sent_ms <= latest
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Network {
    platform: Arc<Quiet>,
    state: Arc<Mutex<State>>,
    /// Which desk it carries for.
    host: usize,
}

impl Network {
    pub(crate) fn new(seed: u64, platform: Arc<Quiet>) -> Self {
        let state = State {
            random: ChaCha8Rng::seed_from_u64(seed ^ 0x006e_6574),
            faults_per_mille: 0,
            now_ms: 0,
            desks_ms: Vec::new(),
            seen: HashMap::new(),
            told: Vec::new(),
            count: 0,
            first_sent: BTreeMap::new(),
            refused: BTreeSet::new(),
            answered: BTreeSet::new(),
            attended: BTreeMap::new(),
            there_since: BTreeMap::new(),
            refreshed: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            travelling: BTreeMap::new(),
            orphans: Vec::new(),
            unclear: BTreeMap::new(),
            lost_ms: 0,
            is_refresh_lost: false,
            broken: None,
            paced: HashMap::new(),
            dead: BTreeSet::new(),
            lie_s: 0,
        };
        Self { platform, state: Arc::new(Mutex::new(state)), host: 0 }
    }

    /// The same network, as another desk uses it.
    pub(crate) fn of_host(&self, host: usize) -> Self {
        Self { host, ..self.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_faults(&self, per_mille: u32) {
        self.state().faults_per_mille = per_mille;
    }

    /// What time it is, and what each desk takes it for.
    pub(crate) fn set_now(&self, now_ms: i64, desks_ms: impl Iterator<Item = i64>) {
        let mut state = self.state();
        state.now_ms = now_ms;
        for (place, ms) in desks_ms.enumerate() {
            match state.desks_ms.get_mut(place) {
                Some(latest) => *latest = ms.max(*latest),
                None => state.desks_ms.push(ms),
            }
        }
    }

    /// Whether a message or a refresh, or anything of a dead process, is on its way.
    pub(crate) fn is_busy(&self) -> bool {
        let mut state = self.state();
        let now = state.now_ms;
        state.orphans.retain(|one| one.may_arrive(now));
        !state.orphans.is_empty() || state.in_flight.values().any(|flights| !flights.is_empty())
    }

    /// The desks' clock was set forward: each may have given the others up.
    pub(crate) fn clock_jumped(&self) {
        let mut state = self.state();
        let now = state.now_ms;
        state.there_since.values_mut().for_each(|since| *since = now + 1);
        // What they said by the clock of before does not last until now.
        state.attended.values_mut().for_each(|at| *at = now - ATTENDS_MS);
    }

    /// The process of a desk dies: it has nothing under way any more, and what it was told and did not keep is lost.
    /// What has left it goes on.
    pub(crate) fn kill(&self, host: usize) {
        let mut state = self.state();
        state.dead.insert(host);
        for flights in state.in_flight.values_mut() {
            flights.retain(|(whose, _)| *whose != host);
        }
        let gone: Vec<u64> =
            state.travelling.iter().filter(|(_, one)| one.host == host).map(|(number, _)| *number).collect();
        for number in gone {
            let one = state.travelling.remove(&number);
            state.orphans.extend(one);
        }
        state.refused.clear();
        state.answered.clear();
        state.is_refresh_lost = true;
    }

    /// What desks were told may not have been kept: the store of one is in trouble.
    pub(crate) fn forget_answers(&self, host: usize) {
        let mut state = self.state();
        state.refused.clear();
        state.answered.clear();
        let now = state.now_ms;
        state.is_refresh_lost |= state.refreshed.get(&host).is_some_and(|at| now - at <= PATIENCE_MS);
    }

    /// A desk has said that it is there.
    pub(crate) fn attends(&self, host: usize) {
        let mut state = self.state();
        let now = state.now_ms;
        if state.attended.insert(host, now).is_none_or(|before| now - before >= ATTENDS_MS) {
            state.there_since.insert(host, now);
        }
    }

    /// Whether the answer that TikTok has taken a decision came to a desk that was there, and was there to be kept.
    pub(crate) fn was_answered(&self, key: &str) -> bool {
        self.state().answered.contains(key)
    }

    /// A process lives again.
    pub(crate) fn revive(&self, host: usize) {
        self.state().dead.remove(&host);
    }

    /// Takes what arrives of processes that have died: in any order, within the time that anything may be on its way.
    pub(crate) fn take_orphan(&self) -> Option<http::Request<Body>> {
        let mut state = self.state();
        let now = state.now_ms;
        state.orphans.retain(|one| one.may_arrive(now));
        if state.orphans.is_empty() {
            return None;
        }
        let most = state.orphans.len();
        let place = state.random.random_range(0..most);
        Some(state.orphans.swap_remove(place).request)
    }

    /// A gateway in between stamps answers with a clock of its own, so far off.
    pub(crate) fn set_lie(&self, seconds: i64) {
        self.state().lie_s = seconds;
    }

    /// Takes what is to be said of the calls since the last time.
    pub(crate) fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.state().told)
    }

    /// How late it was by the clock of the desk that sent it, when a decision first left.
    pub(crate) fn first_sent(&self, key: &str) -> Option<i64> {
        self.state().first_sent.get(key).map(|first| first.desk_ms)
    }

    /// Whether this decision has left before.
    fn has_left(&self, request: &Request) -> bool {
        let state = self.state();
        state.first_sent.get(&key_of(request)).is_some_and(|first| first.at_ms < state.now_ms)
    }

    /// What it said, as it first left.
    pub(crate) fn body_sent(&self, key: &str) -> Option<String> {
        self.state().first_sent.get(key).map(|first| first.body.clone())
    }

    /// What must not have happened on the way, if anything has.
    pub(crate) fn broken(&self) -> Option<String> {
        self.state().broken.take()
    }

    /// Whether a refresh of the token may ever have gone astray.
    pub(crate) fn is_refresh_lost(&self) -> bool {
        self.state().is_refresh_lost
    }

    /// P5: a message with a lost answer is sent again once, and never a third time.
    fn note_message(&self, request: &Request, fate: Fate) {
        let body = body_of(request);
        let is_clear =
            matches!(fate, Fate::Arrives | Fate::NotSent | Fate::Throttled | Fate::TokenExpired | Fate::Stale);
        let mut state = self.state();
        let unclear = state.unclear.entry(body).or_default();
        if *unclear > 1 && fate != Fate::NotSent {
            state.broken = Some("P5: a message is sent a third time".to_owned());
        } else if !is_clear {
            *unclear += 1;
        }
    }

    /// P9: no more calls within a second than the platform takes, whichever desks make them.
    fn note_pace(&self, request: &Request) {
        let mut state = self.state();
        let now = state.now_ms;
        let calls = state.paced.entry(pace_key(request)).or_default();
        calls.retain(|at| now - at < 1_000);
        calls.push_back(now);
        if calls.len() > MOST_A_SECOND {
            state.broken = Some(format!("P9: more calls within a second than are allowed: {}", request.url().path()));
        }
    }

    fn takes_off(&self, request: &Request) -> Option<String> {
        let path = request.url().path();
        if self.state().dead.contains(&self.host) {
            return None;
        }
        self.note_pace(request);
        let mut state = self.state();
        if is_decision(path) {
            let now = state.now_ms;
            let desk_ms = state.desks_ms.get(self.host).copied().unwrap_or(now);
            let key = key_of(request);
            let left = || FirstSent { at_ms: now, desk_ms, body: body_of(request) };
            let is_forgotten = now - state.first_sent.entry(key.clone()).or_insert_with(left).at_ms > KEY_MEMORY_MS;
            let is_refused = state.refused.contains(&key);
            if is_forgotten {
                state.broken = Some(format!("P1: a decision is sent when its key may be forgotten: {path}"));
            }
            if is_refused {
                state.broken = Some(format!("P2: a decision is sent again after TikTok has refused it: {path}"));
            }
        }
        let is_message = *request.method() == http::Method::POST && path.ends_with("/messages");
        if !is_message && !path.ends_with("/token/refresh") {
            return None;
        }
        let now = state.now_ms;
        // Each consent has tokens of its own.
        let what = if is_message { path.to_owned() } else { request.url().to_string() };
        let flights = state.in_flight.entry(what.clone()).or_default();
        // It has arrived by now or never will; only its answer may be missing, to a desk that slept. Others may go on.
        // And nobody waits for it any more, though that desk may not have noticed yet.
        let is_given_up = flights.iter().any(|(_, since)| now - since > PATIENCE_MS);
        flights.retain(|(_, since)| now - since <= LATEST_MS);
        flights.push((self.host, now));
        let whose: Vec<usize> = flights.iter().map(|(whose, _)| *whose).collect();
        if flights.len() > 1 {
            let promise = if is_message {
                "P5: two messages are in flight in one conversation"
            } else {
                "P8: two refreshes are in flight"
            };
            state.broken = Some(format!("{promise}: {path}, of desks {whose:?}"));
        }
        state.is_refresh_lost |= !is_message && is_given_up;
        Some(what)
    }

    fn lands(&self, flight: Option<String>) {
        let Some(what) = flight else { return };
        if let Some(flights) = self.state().in_flight.get_mut(&what)
            && let Some(place) = flights.iter().position(|(whose, _)| *whose == self.host)
        {
            flights.remove(place);
        }
    }

    /// Draws what becomes of a request, and how long it takes there and back.
    fn draw(&self, what: What) -> (u64, Fate, u32, u32) {
        let What { is_read, is_token, is_refresh, is_message, is_decision, is_again, is_paged } = what;
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        let (there, back) = (state.random.random_range(0..3), state.random.random_range(0..3));
        let mut fate = Fate::Arrives;
        // What changes something is where it hurts; messages have no key.
        let weight = if is_message {
            6
        } else if is_read {
            1
        } else {
            3
        };
        if state.random.random_range(0..1_000) < state.faults_per_mille * weight {
            let place = state.random.random_range(0..FAULTS.len());
            fate = FAULTS.get(place).copied().unwrap_or(Fate::Arrives);
        }
        // Right after an answer was lost, the platform may well show what was before.
        let is_troubled = state.faults_per_mille > 0 && state.now_ms - state.lost_ms < STALE_MS / 2;
        if fate == Fate::Arrives && is_read && is_troubled && state.random.random_range(0..3) == 0 {
            fate = Fate::Stale;
        }
        // A message has no key: what becomes of one whose answer is lost is the hardest of all.
        if fate == Fate::Arrives && is_message && state.faults_per_mille > 0 && state.random.random_range(0..10) == 0 {
            fate = Fate::AnswerLost;
        }
        if fate == Fate::Arrives && is_refresh && state.faults_per_mille > 0 && state.random.random_range(0..20) == 0 {
            fate = Fate::Repeated;
        }
        // What is refused while an earlier call of it may still do something is hard in another way.
        if fate == Fate::Arrives && is_again && state.faults_per_mille > 0 && state.random.random_range(0..4) == 0 {
            fate = Fate::Refused;
        }
        if fate == Fate::AnswerLost {
            state.lost_ms = state.now_ms;
        }
        if (fate == Fate::Refused && !is_decision)
            || (fate == Fate::Stale && (!is_read || is_token))
            || (fate == Fate::InternalAfter && is_read)
            || (fate == Fate::TokenExpired && is_token)
            || (fate == Fate::PageGone && !is_paged)
        {
            fate = Fate::Arrives;
        }
        if state.dead.contains(&self.host) {
            fate = Fate::NotSent;
        }
        // Half an answer is no answer.
        state.is_refresh_lost |= is_token && !matches!(fate, Fate::Arrives | Fate::Repeated);
        (number, fate, there, back)
    }

    async fn go(self, request: Request) -> Result<Response, Cut> {
        let path = request.url().path().to_owned();
        let is_read = request.method() == http::Method::GET || path.ends_with("/search");
        let is_message = !is_read && path.ends_with("/messages");
        let is_refresh = path.ends_with("/token/refresh");
        let (number, fate, there, back) = self.draw(What {
            is_read,
            is_token: path.starts_with("/api/"),
            is_refresh,
            is_message,
            is_decision: is_decision(&path),
            is_again: is_decision(&path) && self.has_left(&request),
            is_paged: request.url().query_pairs().any(|(name, token)| name == "page_token" && !token.is_empty()),
        });
        if is_message {
            self.note_message(&request, fate);
        }
        let from = self.host;
        let tell =
            |what: &str| self.state().told.push(format!("  {from}#{number} {} {path}: {what}", request.method()));
        let sent_ms = self.state().now_ms;
        let attended_ms = self.state().attended.get(&self.host).copied();
        let waited = || self.state().now_ms - sent_ms;
        // Whom others have given up since it first sent this may learn what it will: what followed stays. A desk alone never
        // says that it is there.
        let key = key_of(&request);
        let was_there = || {
            let state = self.state();
            let began_ms = state.first_sent.get(&key).map_or(sent_ms, |first| first.at_ms) - TURN_MS;
            let is_unbroken = state.there_since.get(&self.host).is_none_or(|since| *since <= began_ms);
            is_unbroken && attended_ms.is_none_or(|at| state.now_ms - at < ATTENDS_MS)
        };
        let may_arrive = (!is_read || is_refresh)
            && !matches!(fate, Fate::NotSent | Fate::LostOnTheWay | Fate::Throttled | Fate::BrokenBefore);
        if may_arrive {
            let one = Travelling { host: self.host, sent_ms, request: arriving(&request) };
            self.state().travelling.insert(number, one);
        }
        polls(there).await;
        self.state().travelling.remove(&number);
        if waited() > LATEST_MS {
            tell("never arrived");
            return Err(Cut::Lost);
        }
        match fate {
            Fate::NotSent => {
                tell("not sent");
                return Err(Cut::NotSent);
            }
            Fate::LostOnTheWay => {
                tell("lost on the way");
                polls(back).await;
                return Err(Cut::Lost);
            }
            Fate::BrokenBefore => {
                tell("502 before it arrived");
                return Ok(response(502, "text/html", b"<html>Bad gateway</html>".to_vec(), None));
            }
            Fate::Throttled => {
                let after = (number % 2 == 0).then_some("7");
                tell("429");
                let body = br#"{"code":36009002,"message":"Too many requests.","request_id":"r","data":{}}"#;
                return Ok(response(429, "application/json", body.to_vec(), after));
            }
            Fate::InternalError => {
                tell("200 with an error code");
                return Ok(response(200, "application/json", INTERNAL.to_vec(), None));
            }
            Fate::Refused => {
                tell("refused");
                let body = br#"{"code":25001021,"message":"Invalid parameter.","request_id":"r"}"#;
                let answer = response(200, "application/json", body.to_vec(), None);
                polls(back).await;
                if waited() > PATIENCE_MS {
                    return Err(Cut::Lost);
                }
                if was_there() {
                    self.state().refused.insert(key.clone());
                }
                return Ok(answer);
            }
            Fate::PageGone => {
                tell("the page's token has run out");
                let body = br#"{"code":98001004,"message":"Parameter page_token is invalid.","request_id":"r"}"#;
                return Ok(response(200, "application/json", body.to_vec(), None));
            }
            Fate::TokenExpired => {
                tell("token expired");
                let body = br#"{"code":105002,"message":"Expired credentials.","request_id":"r"}"#;
                return Ok(response(401, "application/json", body.to_vec(), None));
            }
            _ => {}
        }
        let read = read_key(&request);
        if fate == Fate::Stale
            && let Some(old) = self.old(&read)
        {
            tell("shows the past");
            polls(back).await;
            return Ok(old.into_response());
        }
        let mut answer = whole(self.platform.answer(arriving(&request)).await).await;
        if fate == Fate::Repeated {
            // TikTok turns the token for the first of both, and knows the old one no longer when the second comes.
            let second = whole(self.platform.answer(arriving(&request)).await).await;
            if number % 2 == 0 {
                answer = second;
                self.state().is_refresh_lost = true;
            }
        }
        self.stamp(&mut answer);
        let code = code_of(&answer.body);
        tell(&match (fate, code) {
            (Fate::Arrives | Fate::Stale, Some(code)) => format!("code {code}"),
            (Fate::Arrives | Fate::Stale, None) => format!("HTTP {}", answer.status),
            (fate, code) => format!("{fate:?} after code {code:?}"),
        });
        if is_read {
            self.keep(read, answer.clone());
        }
        polls(back).await;
        if waited() > PATIENCE_MS {
            self.state().is_refresh_lost |= path.starts_with("/api/");
            return Err(Cut::Lost);
        }
        if fate == Fate::Arrives && code == Some(0) && is_decision(&path) && was_there() {
            self.state().answered.insert(key.clone());
        }
        match fate {
            Fate::AnswerLost => Err(Cut::Lost),
            Fate::BrokenAfter => Ok(response(500, "text/html", b"<html>Error</html>".to_vec(), None)),
            Fate::InternalAfter => Ok(response(200, "application/json", INTERNAL.to_vec(), None)),
            Fate::Reset => Ok(answer.broken_off()),
            Fate::NotJson => Ok(response(200, "text/html", b"<html>OK</html>".to_vec(), None)),
            Fate::Truncated => {
                let mut half = answer;
                half.body.truncate(half.body.len() / 2);
                Ok(half.into_response())
            }
            _ => Ok(answer.into_response()),
        }
    }

    fn stamp(&self, answer: &mut Whole) {
        let lie_s = self.state().lie_s;
        let date = answer.headers.get(http::header::DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let Some(date) = date.filter(|_| lie_s != 0) else { return };
        let moved = Duration::from_secs(lie_s.unsigned_abs());
        let date = if lie_s < 0 { date.checked_sub(moved) } else { date.checked_add(moved) };
        let date = date.and_then(|date| http::HeaderValue::from_str(&httpdate::fmt_http_date(date)).ok());
        if let Some(date) = date {
            answer.headers.insert(http::header::DATE, date);
        }
    }

    fn keep(&self, key: String, answer: Whole) {
        let mut state = self.state();
        let now = state.now_ms;
        let kept = state.seen.entry(key).or_default();
        kept.retain(|(at, _)| now - at <= STALE_MS);
        kept.push((now, answer));
    }

    /// The oldest answer to the same read that is not too old.
    fn old(&self, key: &str) -> Option<Whole> {
        let state = self.state();
        let kept = state.seen.get(key)?;
        kept.iter().find(|(at, _)| state.now_ms - at <= STALE_MS).map(|(_, whole)| whole.clone())
    }
}

impl Carry for Network {
    fn carry(&self, request: Request) -> BoxFuture<'static, Result<Response, Cut>> {
        let network = self.clone();
        async move {
            let flight = network.takes_off(&request);
            let ended = network.clone().go(request).await;
            if flight.as_ref().is_some_and(|what| what.contains("/token/refresh")) {
                let is_whole = ended.as_ref().is_ok_and(|response| response.status().is_success());
                let mut state = network.state();
                state.is_refresh_lost |= !is_whole;
                let now = state.now_ms;
                state.refreshed.insert(network.host, now);
            }
            network.lands(flight);
            ended
        }
        .boxed()
    }
}
