//! From the moment at which a decision may go to the first byte of the call that is made for it.

use crate::room::{Platform, connect, folder};
use crate::say::{Times, millis, say};
use anyhow::{Context, Result};
use proxy::app::{Desk, Parts};
use proxy::auth::Agent;
use proxy::desk::decide;
use proxy::outbox;
use proxy::store::people::{self, Account};
use proxy::store::webhooks;
use proxy::sync::{self, Ask};
use sandbox::{Dials, Options};
use serde_json::{Value, json};
use shared::domain::case::DecisionKind;
use shared::domain::facts::Object;
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::decision::DecisionRequest;
use shared::wire::intent::IntentState;
use shared::wire::session::{Role, ShopScope};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const DECISIONS: usize = 150;
/// From one press to the next: the pace of the client must not be what is measured.
const APART: Duration = Duration::from_millis(150);

/// Bytes on their way to the platform.
struct Came {
    at: Instant,
    date: SystemTime,
    bytes: Vec<u8>,
}

/// All that came by.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Came>>>);

impl Heard {
    fn note(&self, bytes: &[u8]) {
        let (at, date) = (Instant::now(), SystemTime::now());
        if let Ok(mut heard) = self.0.lock() {
            heard.push(Came { at, date, bytes: bytes.to_vec() });
        }
    }

    /// When a call first spoke of something, after an instant.
    fn first(&self, word: &str, after: Instant) -> Option<(Instant, SystemTime)> {
        let heard = self.0.lock().ok()?;
        let speaks = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        let found = heard.iter().find(|came| came.at >= after && speaks(&came.bytes))?;
        Some((found.at, found.date))
    }

    fn forget(&self) {
        if let Ok(mut heard) = self.0.lock() {
            heard.clear();
        }
    }
}

/// Stands before the platform, and notes when bytes come.
async fn relay(listener: TcpListener, to: String, heard: Heard) {
    while let Ok((near, _)) = listener.accept().await {
        let Ok(far) = TcpStream::connect(&to).await else { return };
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let (mut from_desk, mut to_desk) = near.into_split();
        let (mut from_platform, mut to_platform) = far.into_split();
        let heard = heard.clone();
        tokio::spawn(async move {
            let mut bytes = vec![0; 64 * 1024];
            while let Ok(count) = from_desk.read(&mut bytes).await {
                let came = bytes.get(..count).unwrap_or_default();
                heard.note(came);
                if came.is_empty() || to_platform.write_all(came).await.is_err() {
                    return;
                }
            }
        });
        tokio::spawn(async move { tokio::io::copy(&mut from_platform, &mut to_desk).await });
    }
}

/// A case that waits for a decision: TikTok's number and ours.
struct Open {
    number: String,
    case: CaseId,
}

async fn open(platform: &Platform, desk: &Desk, shop: &ShopId, number_of_shop: &str) -> Result<Open> {
    let body = json!({ "kind": "REFUND", "shop": number_of_shop, "deadline_s": 86_400 });
    let opened = platform.control("cases", &body).await?;
    let number = opened.get("id").and_then(Value::as_str).context("no id")?.to_owned();
    let ask = Ask::Key { shop: shop.clone(), object: Object::Return, platform_id: number.clone() };
    sync::answer(desk, ask).await?;
    let file = desk.store.read(|tx| proxy::store::cases::find_by_key(tx, shop, Object::Return, &number))?;
    Ok(Open { case: file.context("the case is not there")?.id, number })
}

fn agent(desk: &Desk) -> Result<Agent> {
    let account = Account {
        id: "a_ines".parse()?,
        name: "Ines".to_owned(),
        email: "ines@example.com".to_owned(),
        role: Role::Agent,
        shops: ShopScope::All,
        password_hash: None,
        is_practice: true,
        seen: None,
    };
    desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1)))?;
    Ok(Agent::new(account, "session".to_owned()))
}

fn approve() -> DecisionRequest {
    DecisionRequest {
        kind: DecisionKind::ApproveRefund,
        shown: None,
        reason: None,
        comment: None,
        evidence: Vec::new(),
        amount: None,
        reply: None,
        without_hold: false,
        take_over: false,
        expects_second: false,
    }
}

/// One small durable commit.
fn commit(desk: &Desk, shop: &ShopId, number: usize) -> Result<Duration> {
    let begun = Instant::now();
    let now = desk.clock.now();
    let (shop, id, body) = (shop.clone(), format!("commit {number}"), "{}".to_owned());
    let arrived = webhooks::Arrived { shop, id, kind: 2, body, at: now };
    desk.store.write(|tx| webhooks::receive(tx, &[arrived]))?;
    Ok(begun.elapsed())
}

/// What was measured with one hold.
struct Measured {
    /// From when the decision may go to the first byte.
    calls: Times,
    /// The peer, before and after.
    commits: [Times; 2],
}

async fn measure(platform: &Platform, hold_seconds: &str, heard: &Heard, url: &str) -> Result<Measured> {
    let folder = folder()?;
    let desk = platform.desk(&folder, url, Parts::default(), &[("AMENDS_HOLD_SECONDS", hold_seconds)])?;
    let shop = connect(&desk, platform).await?.into_iter().next().context("no shop")?;
    let agent = agent(&desk)?;
    let mut cases = Vec::new();
    for _ in 0..DECISIONS {
        cases.push(open(platform, &desk, &shop.id, &shop.platform_id).await?);
    }
    let running = tokio::spawn(outbox::run(desk.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    heard.forget();
    let mut commits = [Vec::new(), Vec::new()];
    let mut pressed = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        // While nothing else is written, in either half of the run.
        if let Some(half) = commits.get_mut(usize::from(place >= DECISIONS / 2)) {
            half.push(commit(&desk, &shop.id, place)?);
        }
        let key = format!("key-{place}").parse()?;
        let before = Instant::now();
        let motion = decide::decide(&desk, &agent, &case.case, &key, &approve())?;
        let recorded = Instant::now();
        let state = motion.intents.first().map(|intent| intent.state.clone());
        let Some(IntentState::Held { until }) = state else { anyhow::bail!("{state:?}") };
        pressed.push((case, before, recorded, until));
        tokio::time::sleep(APART).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    desk.stop();
    running.await?;
    let mut calls = Vec::new();
    for (case, before, recorded, until) in pressed {
        let (at, date) = heard.first(&case.number, before).context("a decision did not leave")?;
        let since_hold =
            date.duration_since(UNIX_EPOCH)?.saturating_sub(Duration::from_millis(until.millis().try_into()?));
        calls.push(if hold_seconds == "0" { at.saturating_duration_since(recorded) } else { since_hold });
    }
    let [before, after] = commits;
    Ok(Measured { calls: Times::of(calls), commits: [Times::of(before), Times::of(after)] })
}

pub(crate) fn run() -> Result<()> {
    let options =
        Options { cases: Some(10), dials: Dials { drops_webhooks: true, ..Dials::default() }, ..Options::default() };
    let platform = Platform::start(options)?;
    let heard = Heard::default();
    let listener = platform.runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("http://{}", listener.local_addr()?);
    let to = platform.about.url.trim_start_matches("http://").to_owned();
    platform.runtime.spawn(relay(listener, to, heard.clone()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    say(&format!("outbox: {DECISIONS} decisions, from when each may go to the first byte of its first call"));
    for (hold, from) in [("0", "the commit is acknowledged"), ("1", "the hold has ended")] {
        let Measured { calls, commits } = runtime.block_on(measure(&platform, hold, &heard, &url))?;
        let [first, second] = commits.map(|times| times.median());
        let limit = first.min(second) * 2 + Duration::from_millis(2);
        let share = |time: Duration| format!("{:.2}", time.as_secs_f64() / limit.as_secs_f64());
        let (median, late) = (calls.median(), calls.percentile(95));
        say(&format!("  hold {hold} s, from when {from}"));
        say(&format!("    first byte: median {}, 95 of 100 within {}", millis(median), millis(late)));
        say(&format!(
            "    peer, one commit: median {} and {}; limit, two commits and 2 ms: {}",
            millis(first),
            millis(second),
            millis(limit)
        ));
        say(&format!("    ratio to the limit: median {}, 95 of 100 within {} (at most 1)", share(median), share(late)));
    }
    Ok(())
}
