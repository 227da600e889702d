//! The client against a small server that answers as each test says, and against every sample of the platform.

mod connect;
mod samples;
mod tokens;
mod transport;

use crate::clock::Clock;
use crate::crypto::{MasterKey, Vault};
use crate::desk::connect::Connector;
use crate::entropy::Entropy;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::shops::{self, AppKind, NewShop};
use crate::tiktok::access::{Platforms, seal_cipher};
use crate::tiktok::client::{App, Client, Upstream};
use crate::tiktok::net::Net;
use crate::tiktok::pause::Pause;
use crate::tiktok::token::{Tokens, Tokenset};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use shared::id::ShopId;
use shared::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

const NOW: Timestamp = Timestamp::from_millis(1_764_745_200_000);

/// A request as the server got it.
#[derive(Debug, Clone)]
struct Seen {
    method: Method,
    path: String,
    query: HashMap<String, String>,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    fn token(&self) -> &str {
        self.headers["x-tts-access-token"].to_str().unwrap()
    }
}

/// What the server does.
enum Reply {
    Json(u16, Value),
    WithHeader(u16, Value, &'static str, String),
    /// Headers and the first half of a good answer.
    CutOff,
}

fn ok(data: Value) -> Reply {
    Reply::Json(200, json!({ "code": 0, "data": data, "message": "Success", "request_id": "R1" }))
}

fn no(status: u16, code: i64, message: &str) -> Reply {
    Reply::Json(status, json!({ "code": code, "data": null, "message": message, "request_id": "R2" }))
}

fn fresh_tokens(number: usize) -> Reply {
    ok(token_pair(&format!("TTP_{number}"), NOW.seconds() + 7 * 86_400))
}

fn token_pair(access: &str, expires: i64) -> Value {
    json!({
        "access_token": access, "access_token_expire_in": expires,
        "refresh_token": format!("{access}_refresh"), "refresh_token_expire_in": NOW.seconds() + 365 * 86_400,
        "open_id": "open-1", "seller_name": "Lantern Lane", "user_type": 0,
        "granted_scopes": ["seller.order.info", "seller.customer_service"],
    })
}

struct Server {
    url: String,
    journal: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// `answer` gets the request and how many came before it on the same path.
    async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let journal: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let seen_here = Arc::clone(&journal);
        let answer = Arc::new(answer);
        let app = axum::Router::new().fallback(move |request: Request| {
            let (journal, answer) = (Arc::clone(&seen_here), Arc::clone(&answer));
            async move {
                let seen = seen(request).await;
                let before = {
                    let mut journal = journal.lock().unwrap();
                    let before = journal.iter().filter(|other| other.path == seen.path).count();
                    journal.push(seen.clone());
                    before
                };
                respond(answer(&seen, before))
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, journal }
    }

    fn seen(&self) -> Vec<Seen> {
        self.journal.lock().unwrap().clone()
    }

    fn count(&self, path_end: &str) -> usize {
        self.seen().iter().filter(|seen| seen.path.ends_with(path_end)).count()
    }
}

async fn seen(request: Request) -> Seen {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let query = url::form_urlencoded::parse(query.as_bytes()).map(|(key, value)| (key.into(), value.into()));
    Seen {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: query.collect(),
        headers: head.headers,
        body: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
    }
}

fn respond(reply: Reply) -> Response {
    // Else the server would tell the machine's time.
    let now = UNIX_EPOCH + Duration::from_secs(NOW.seconds().unsigned_abs());
    let response = |status: u16| Response::builder().status(StatusCode::from_u16(status).unwrap());
    let dated = |status: u16| response(status).header("date", httpdate::fmt_http_date(now));
    match reply {
        Reply::Json(status, body) => dated(status).body(body.to_string().into()).unwrap(),
        Reply::WithHeader(status, body, "date", value) => {
            response(status).header("date", value).body(body.to_string().into()).unwrap()
        }
        Reply::WithHeader(status, body, name, value) => {
            dated(status).header(name, value).body(body.to_string().into()).unwrap()
        }
        Reply::CutOff => {
            let parts: [Result<&str, std::io::Error>; 2] =
                [Ok(r#"{"code":0,"data":{"#), Err(std::io::Error::other("cut off"))];
            dated(200).body(Body::from_stream(futures_util::stream::iter(parts))).unwrap()
        }
    }
}

/// A connected practice shop, whose upstream is `url`.
struct Desk {
    store: Arc<Store>,
    clock: Clock,
    pause: Pause,
    platforms: Platforms,
    shop: ShopId,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new(url: &str) -> Self {
        Self::with_token_until(url, NOW.seconds() + 7 * 86_400)
    }

    fn with_token_until(url: &str, expires: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(&folder.path().join("amends.db")).unwrap());
        let (clock, entropy, pause) = (Clock::settable(NOW), Entropy::seeded(7), Pause::skipping());
        let app = App {
            key: "6h0fakeapp01".to_owned(),
            secret: Secret::new("app-secret".to_owned()),
            service_id: "7171".to_owned(),
            api_url: url.to_owned(),
            auth_url: url.to_owned(),
            consent_url: "https://services.example.com/open/authorize".to_owned(),
        };
        let net = Net::http(true).unwrap();
        let client = Client::new(AppKind::Practice, app, net, clock.clone(), entropy.clone(), pause.clone());
        let vault = Vault::new(&MasterKey::new(Secret::new("key".to_owned())), entropy).unwrap();
        let tokens = Tokens::new(Arc::clone(&store), vault.clone());
        let shop = NewShop {
            id: "s_1".parse().unwrap(),
            platform_id: "7495831200456789012".to_owned(),
            name: "Lantern Lane".to_owned(),
            region: "US".to_owned(),
            webhook_path: "path-secret".to_owned(),
        };
        let pair = Tokenset::from_wire(serde_json::from_value(token_pair("TTP_0", expires)).unwrap()).unwrap();
        let sealed = pair.sealed(&vault, "g_1").unwrap();
        let cipher = Secret::new("TTP_cipher".to_owned());
        let shop = store
            .write(|tx| {
                shops::save_grant(tx, "g_1", AppKind::Practice, "open-1", "Lantern Lane", &sealed)?;
                shops::save_shop(
                    tx,
                    AppKind::Practice,
                    &shop,
                    "g_1",
                    |id| Ok(seal_cipher(&vault, id, &cipher).unwrap()),
                    NOW,
                )
            })
            .unwrap();
        let platforms = Platforms::new(None, Some(client), tokens).unwrap();
        Self { store, clock, pause, platforms, shop, _folder: folder }
    }

    fn row(&self) -> shops::ShopRow {
        self.store.read(|tx| shops::find(tx, &self.shop)).unwrap().unwrap()
    }

    fn upstream(&self) -> Upstream {
        self.platforms.for_shop(&self.row()).unwrap()
    }

    fn connector(&self, public_url: &str) -> Connector {
        Connector {
            store: Arc::clone(&self.store),
            platforms: self.platforms.clone(),
            local_url: std::sync::Arc::default(),
            public_url: public_url.to_owned(),
            clock: self.clock.clone(),
            entropy: Entropy::seeded(8),
        }
    }
}
