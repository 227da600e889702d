//! Webhooks a second: signature checked, deduplicated and durable before the 200.

use crate::room::{Platform, connect, folder};
use crate::say::{millis, say};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use proxy::app::{Desk, Parts};
use proxy::router::{around_all, router};
use proxy::routes::webhooks::admit;
use proxy::secret::Secret;
use proxy::store::shops::ShopRow;
use proxy::store::webhooks::is_known;
use proxy::sync;
use proxy::webhooks::inbox::Inbox;
use proxy::webhooks::verify::is_authentic;
use ring::hmac;
use sandbox::{Dials, Options};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 256;
const RUN: Duration = Duration::from_secs(4);
/// More than are sent in one run.
const PREPARED: usize = 250_000;
/// One of so many is forged, and one is a repeat.
const ONE_OF: usize = 20;

/// One request, ready to be sent.
struct Message {
    bytes: Vec<u8>,
    id: String,
    is_forged: bool,
}

/// What a run brought.
struct Sent {
    /// Ids that were answered 200.
    kept: Vec<String>,
    forged_refused: usize,
    wrong: usize,
    took: Duration,
}

impl Sent {
    fn a_second(&self) -> f64 {
        u32::try_from(self.kept.len()).map_or(0.0, f64::from) / self.took.as_secs_f64()
    }
}

/// What TikTok sends for this shop. No two runs have an id in common.
fn prepare(run: usize, shop: &ShopRow, key: &str, secret: &str) -> Vec<Message> {
    let signer = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let message = |place: usize| {
        let is_forged = place % ONE_OF == 7;
        // A repeat of one that was sent a little before.
        let number = if place % ONE_OF == 13 && place > 600 { place - 600 } else { place };
        let id = format!("73{run:02}{number:015}");
        let data =
            json!({ "order_id": format!("57{number:017}"), "order_status": "CANCEL", "update_time": 1_790_000_000 });
        let body = json!({
            "type": 1, "tts_notification_id": id, "shop_id": shop.platform_id, "timestamp": 1_790_000_000, "data": data,
        })
        .to_string();
        let signed = if is_forged { "forged" } else { key };
        let signature = hex::encode(hmac::sign(&signer, format!("{signed}{body}").as_bytes()));
        let head = format!(
            "POST /webhooks/tiktok/{} HTTP/1.1\r\nHost: desk\r\nAuthorization: {signature}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            shop.webhook_path,
            body.len()
        );
        Message { bytes: [head.as_bytes(), body.as_bytes()].concat(), id, is_forged }
    };
    (0..PREPARED).map(message).collect()
}

/// Sends the next message again and again, each once the one before is answered.
async fn send(to: SocketAddr, all: Arc<Vec<Message>>, next: Arc<AtomicUsize>, until: Instant) -> Result<Sent> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let mut sent = Sent { kept: Vec::new(), forged_refused: 0, wrong: 0, took: RUN };
    let mut answer = Vec::with_capacity(1_024);
    while Instant::now() < until {
        let Some(message) = all.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
        stream.write_all(&message.bytes).await?;
        answer.clear();
        // All answers are without a body.
        while !answer.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut answer).await? == 0 {
                anyhow::bail!("the connection was closed");
            }
        }
        match (answer.get(9..12), message.is_forged) {
            (Some(b"200"), false) => sent.kept.push(message.id.clone()),
            (Some(b"401"), true) => sent.forged_refused += 1,
            _ => sent.wrong += 1,
        }
    }
    Ok(sent)
}

/// All connections at once, on a thread of their own.
fn flood(to: SocketAddr, all: Vec<Message>) -> Result<Sent> {
    let work = move || -> Result<Sent> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let (all, next, begun) = (Arc::new(all), Arc::<AtomicUsize>::default(), Instant::now());
            let senders = (0..CONNECTIONS)
                .map(|_| tokio::spawn(send(to, all.clone(), next.clone(), begun + RUN)))
                .collect::<Vec<_>>();
            let mut whole = Sent { kept: Vec::new(), forged_refused: 0, wrong: 0, took: RUN };
            for sender in senders {
                let sent = sender.await??;
                whole.kept.extend(sent.kept);
                whole.forged_refused += sent.forged_refused;
                whole.wrong += sent.wrong;
            }
            Ok(Sent { took: begun.elapsed(), ..whole })
        })
    };
    std::thread::spawn(work).join().map_err(|_| anyhow::anyhow!("the sender panicked"))?
}

/// The peer: our own handler, with a commit for each.
async fn one_by_one(
    State((desk, inbox)): State<(Desk, Arc<Inbox>)>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> StatusCode {
    match admit(&desk, &path, &headers, body).await {
        Ok(arrived) => match inbox.keep(&desk.store, arrived).await {
            Ok(_) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(answer) => answer,
    }
}

/// What a handler without a store knows.
struct Checks {
    key: String,
    secret: Secret,
    shop: String,
}

/// The other peer: the same checks, and nothing is looked up or kept.
async fn without_a_store(State(checks): State<Arc<Checks>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_authentic(&checks.key, &checks.secret, &body, signature) {
        return StatusCode::UNAUTHORIZED;
    }
    let read: Option<Value> = serde_json::from_slice(&body).ok();
    match read.as_ref().and_then(|body| body.get("shop_id")).and_then(Value::as_str) == Some(checks.shop.as_str()) {
        true => StatusCode::OK,
        false => StatusCode::BAD_REQUEST,
    }
}

async fn listen(service: Router) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        // It ends with the runtime.
        let _ = axum::serve(listener, service).await;
    });
    Ok(address)
}

/// One of them, alone on the machine.
struct Measured {
    name: &'static str,
    keeps: bool,
    rates: Vec<f64>,
}

impl Measured {
    fn new(name: &'static str, keeps: bool) -> Self {
        Self { name, keeps, rates: Vec::new() }
    }

    fn measure(&mut self, to: SocketAddr, all: Vec<Message>, desk: &Desk, shop: &ShopRow) -> Result<()> {
        let sent = flood(to, all)?;
        let rate = sent.a_second();
        let lost = desk.store.read(|tx| {
            let mut lost = 0;
            for id in sent.kept.iter().filter(|_| self.keeps) {
                lost += usize::from(!is_known(tx, &shop.id, id)?);
            }
            Ok(lost)
        })?;
        let Sent { kept, forged_refused, wrong, .. } = sent;
        let (name, kept) = (self.name, kept.len());
        say(&format!(
            "  {name:<38} {rate:>7.0} a second: {kept} answered 200, of them lost {lost}; {forged_refused} forged refused, {wrong} answered wrongly"
        ));
        self.rates.push(rate);
        Ok(())
    }

    fn best(&self) -> f64 {
        self.rates.iter().copied().fold(0.0, f64::max)
    }
}

pub(crate) fn run(sync: Duration) -> Result<()> {
    let dials = Dials { drops_webhooks: true, ..Dials::default() };
    let platform = Platform::start(Options { cases: Some(10), dials, ..Options::default() })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = folder()?;
    let desk = platform.desk(&folder, &platform.about.url, Parts::default(), &[])?;
    let shop = runtime.block_on(connect(&desk, &platform))?.into_iter().next().context("no shop")?;
    let (key, secret) = (platform.about.app_key.clone(), platform.about.app_secret.clone());
    let checks = Checks { key: key.clone(), secret: Secret::new(secret.clone()), shop: shop.platform_id.clone() };
    let path = "/webhooks/tiktok/{secret}";
    let one = post(one_by_one).with_state((desk.clone(), Arc::new(Inbox::of(1))));
    let none = post(without_a_store).with_state(Arc::new(checks));
    let around = |handler| around_all(Router::new().route(path, handler), desk.clone());
    let places = [around(one), around(none), router(desk.clone())];
    let places = places.map(|service| runtime.block_on(listen(service)));
    let mut all = [
        Measured::new("peer, a commit for each", true),
        Measured::new("peer, the same without a store", false),
        Measured::new("the desk", true),
    ];
    say(&format!(
        "webhooks: {CONNECTIONS} connections, {} s each; one of {ONE_OF} is forged, one a repeat",
        RUN.as_secs()
    ));
    let mut runs = 0..;
    for _ in 0..2 {
        for (one, to) in all.iter_mut().zip(&places) {
            let to = to.as_ref().map_err(|fault| anyhow::anyhow!("{fault}"))?;
            let messages = prepare(runs.next().unwrap_or_default(), &shop, &key, &secret);
            one.measure(*to, messages, &desk, &shop)?;
        }
    }
    let [one, none, whole] = all;
    say(&format!(
        "  ratio to a commit for each: {:.1} (at least 10 where a sync takes 1 ms or more; here {})",
        whole.best() / one.best(),
        millis(sync)
    ));
    say(&format!(
        "  ratio to the same without a store: {:.2} (at least 0.70 where a sync takes less)",
        whole.best() / none.best()
    ));
    // For information: as it runs, what they hint at is read meanwhile.
    let reading = runtime.spawn(sync::run(desk.clone()));
    let messages = prepare(runs.next().unwrap_or_default(), &shop, &key, &secret);
    let [.., to] = places;
    Measured::new("the desk, reading what is hinted at", true).measure(to?, messages, &desk, &shop)?;
    desk.stop();
    runtime.block_on(reading)?;
    Ok(())
}
