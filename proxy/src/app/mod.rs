//! The application's state, and how it starts and stops.

mod background;
mod keys;
#[cfg(feature = "sandbox")]
mod practice;
mod serve;

#[cfg(feature = "sandbox")]
pub use practice::of_its_own;

pub use background::say_there;
pub use keys::{KeyError, Lock};
pub(crate) use serve::listen;
pub use serve::{Running, serve};

use crate::auth::{Limiter, Passwords};
use crate::clock::Clock;
use crate::config::{API_URL, AUTH_URL, CONSENT_URL, Config, Origin};
use crate::crypto::{CryptoError, MasterKey, Vault};
use crate::desk::book::Book;
use crate::desk::connect::{ConnectError, Connector};
use crate::entropy::Entropy;
use crate::events::Hub;
use crate::media::Media;
use crate::outbox::Dials;
use crate::routes::static_files::{self, Assets};
use crate::secret::Secret;
use crate::shelf::{Shelf, ShelfError};
use crate::store::shops::{AppKind, ShopRow};
use crate::store::timeline::Chain;
use crate::store::{Database, Store, StoreError, upkeep};
use crate::telemetry::metrics::Metrics;
use crate::tiktok::access::Platforms;
use crate::tiktok::client::{App, Client, Upstream};
use crate::tiktok::error::TiktokError;
use crate::tiktok::ground::shared_app;
use crate::tiktok::net::Net;
use crate::tiktok::pause::Pause;
use crate::tiktok::token::Tokens;
use crate::webhooks::inbox::Inbox;
use object_store::ObjectStore;
use ring::hmac;
use shared::domain::rule::LEAST_HOLD_SECONDS;
use shared::reply::Catalogue;
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use url::Url;

/// Why the desk does not start. Each says what a person can do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: stop the program that uses it, or choose another in {setting}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What names it.
        setting: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The secret key or the lock of the data folder.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The place of the handbook's files.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The folder has no app.
    #[error("AMENDS_STATIC_DIR: there is no index.html in {path}")]
    NoApp {
        /// Which folder.
        path: PathBuf,
    },
    /// Neither credentials nor a practice platform.
    #[error(
        "this program was built without the practice shop: set AMENDS_TIKTOK_APP_KEY, AMENDS_TIKTOK_APP_SECRET and AMENDS_TIKTOK_SERVICE_ID"
    )]
    NoPlatform,
    /// The HTTP client.
    #[error("no HTTP client can be made")]
    Client(#[from] reqwest::Error),
    /// The platform's clients contradict each other.
    #[error("the platform's addresses cannot be used")]
    Platform(#[from] TiktokError),
    /// Keys could not be derived.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The embedded practice platform.
    #[error("the practice shop does not start")]
    Practice(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its shops.
    #[error("the practice shops cannot be connected")]
    Connect(#[from] ConnectError),
    /// The built-in replies.
    #[error("the built-in replies cannot be read")]
    Replies(#[from] serde_json::Error),
    /// The set-up link.
    #[error("no set-up link could be made")]
    Setup(#[source] crate::error::Error),
}

/// What a test or a simulation replaces.
#[derive(Clone)]
pub struct Parts {
    /// Tells the time.
    pub clock: Clock,
    /// Makes ids and tokens.
    pub entropy: Entropy,
    /// The waits of the outbox.
    pub dials: Dials,
    /// Waits between calls upstream.
    pub pause: Pause,
    /// The way upstream; none: HTTP.
    pub net: Option<Net>,
    /// Where all is kept; none: where the settings say.
    pub store: Option<Arc<Store>>,
    /// Where the handbook's own files lie; none: where the settings say.
    pub files: Option<Arc<dyn ObjectStore>>,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            entropy: Entropy::system(),
            dials: Dials::default(),
            pause: Pause::real(),
            net: None,
            store: None,
            files: None,
        }
    }
}

/// The application. Cheap to clone; everything that a request or a background task needs.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

impl Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What a [`Desk`] shares.
pub struct Inner {
    /// The settings.
    pub config: Config,
    /// All that the desk remembers.
    pub store: Arc<Store>,
    /// Tells the time.
    pub clock: Clock,
    /// Makes ids and tokens.
    pub entropy: Entropy,
    /// Turns facts into cases.
    pub book: Book,
    /// The waits of the outbox.
    pub dials: Dials,
    /// The parts from which replies are composed.
    pub replies: Arc<Catalogue>,
    /// The clients of TikTok.
    pub platforms: Platforms,
    /// Connects shops.
    pub connector: Connector,
    /// Runs that are being opened or ended.
    pub practice: crate::desk::practice::Busy,
    /// What the sync has been asked for.
    pub sync: crate::sync::Asks,
    /// Where webhooks wait for their commit.
    pub inbox: Arc<Inbox>,
    /// Wakes live streams.
    pub hub: Hub,
    /// Tries of passwords.
    pub limiter: Limiter,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Platform pictures.
    pub media: Media,
    /// The handbook's own files.
    pub shelf: Shelf,
    /// Counters.
    pub metrics: Metrics,
    /// The app's files.
    pub assets: Assets,
    /// From which the tokens of keyed links follow.
    pub(crate) link_key: hmac::Key,
    public_url: Origin,
    outbox: Notify,
    stop: watch::Sender<bool>,
}

/// The app of the settings, as a client wants it.
fn configured_app(config: &Config) -> Option<(AppKind, App)> {
    let keys = config.tiktok.app.as_ref()?;
    let kind = if config.tiktok.is_practice() { AppKind::Practice } else { AppKind::Real };
    let origin = |url: &Option<Url>, default: &str| {
        url.as_ref().map_or_else(|| default.to_owned(), |url| url.origin().ascii_serialization())
    };
    let consent_url = match (&config.tiktok.consent_url, &config.tiktok.auth_url) {
        (Some(url), _) => url.to_string(),
        (None, Some(url)) => format!("{}/open/authorize", url.origin().ascii_serialization()),
        (None, None) => CONSENT_URL.to_owned(),
    };
    let app = App {
        key: keys.key.clone(),
        secret: keys.secret.clone(),
        service_id: keys.service_id.clone(),
        api_url: origin(&config.tiktok.api_url, API_URL),
        auth_url: origin(&config.tiktok.auth_url, AUTH_URL),
        consent_url,
    };
    Some((kind, app))
}

/// The app of the practice platform that the settings name.
fn practice_app(config: &Config) -> Option<App> {
    config.tiktok.practice_url.as_ref().map(|url| shared_app(&url.origin().ascii_serialization()))
}

impl Desk {
    /// Opens the store and builds everything, but starts nothing. `embedded` is the app of a sandbox inside the
    /// program.
    pub fn open(config: Config, parts: Parts, public_url: Origin, embedded: Option<App>) -> Result<Self, StartError> {
        let master = MasterKey::new(keys::secret_key(&config, &parts.entropy)?);
        let own = match &config.database {
            Database::Sqlite(_) => String::new(),
            Database::Postgres(_) => parts.entropy.id("d_").map_err(KeyError::from)?,
        };
        let opened = || Store::open_with(&config.database, own).map(Arc::new);
        let store = parts.store.map_or_else(opened, Ok)?;
        let mark = hex::encode(*master.derive("mark of the key")?);
        if !store.write(|tx| upkeep::keep_mark(tx, &mark))? {
            return Err(KeyError::Other { database: config.database }.into());
        }
        let assets = match &config.static_dir {
            Some(path) if !static_files::holds_app(path) => return Err(StartError::NoApp { path: path.clone() }),
            Some(path) => Assets::Folder(path.clone()),
            None => Assets::Embedded,
        };
        let tokens = Tokens::new(store.clone(), Vault::new(&master, parts.entropy.clone())?);
        let media = Media::new(config.data_dir.join("pictures"));
        let shelf = Shelf::new(config.media.clone(), parts.files.clone());
        let (mut real, mut practice_client) = (None, None);
        let practice = practice_app(&config).or(embedded);
        let apps = configured_app(&config).into_iter().chain(practice.map(|app| (AppKind::Practice, app)));
        for (kind, app) in apps {
            let is_local = kind == AppKind::Practice;
            if let (true, Ok(url)) = (is_local, Url::parse(&app.api_url)) {
                media.set_practice_origin(&url);
            }
            let net = parts.net.clone().map_or_else(|| Net::http(is_local), Ok)?;
            let (clock, entropy) = (parts.clock.clone(), parts.entropy.clone());
            let client = Client::new(kind, app, net, clock, entropy, parts.pause.clone());
            match kind {
                AppKind::Real => real = Some(client),
                AppKind::Practice => practice_client = Some(client),
            }
        }
        let platforms = Platforms::new(real, practice_client, tokens)?;
        let connector = Connector {
            store: store.clone(),
            platforms: platforms.clone(),
            public_url: public_url.as_str().to_owned(),
            local_url: Arc::default(),
            clock: parts.clock.clone(),
            entropy: parts.entropy.clone(),
        };
        let mut dials = parts.dials;
        if let Some(seconds) = config.settle_seconds {
            dials.message_settle_ms = i64::from(seconds) * 1000;
        }
        let chain = Chain::new(&*master.derive("audit chain")?, parts.entropy.clone());
        Ok(Self(Arc::new(Inner {
            link_key: hmac::Key::new(hmac::HMAC_SHA256, &*master.derive("links")?),
            config,
            store,
            book: Book { chain, entropy: parts.entropy.clone() },
            clock: parts.clock,
            entropy: parts.entropy,
            dials,
            replies: Arc::new(crate::replies::built_in()?),
            platforms,
            connector,
            practice: crate::desk::practice::Busy::default(),
            sync: crate::sync::Asks::default(),
            inbox: Arc::default(),
            hub: Hub::default(),
            limiter: Limiter::default(),
            passwords: Passwords::default(),
            media,
            shelf,
            metrics: Metrics::default(),
            assets,
            public_url,
            outbox: Notify::new(),
            stop: watch::Sender::new(false),
        })))
    }

    /// What browsers call the desk.
    pub fn public_url(&self) -> &Origin {
        &self.public_url
    }

    /// Where the app is that people use: the other origin, if one is admitted.
    pub fn app_origin(&self) -> &Origin {
        self.config.network.allowed_origin.as_ref().unwrap_or(&self.public_url)
    }

    /// Which app a shop is connected to when an admin says *connect*.
    pub fn app_kind(&self) -> AppKind {
        if self.config.tiktok.is_practice() { AppKind::Practice } else { AppKind::Real }
    }

    /// Milliseconds in which an intent can still be undone.
    pub fn hold_ms(&self) -> i64 {
        i64::from(self.config.hold_seconds) * 1000
    }

    /// The same, of what a rule has approved.
    pub fn rule_hold_ms(&self) -> i64 {
        self.hold_ms().max(i64::from(LEAST_HOLD_SECONDS) * 1000)
    }

    /// The way upstream for a shop.
    pub fn upstream(&self, shop: &ShopRow) -> Result<Upstream, TiktokError> {
        self.platforms.for_shop(shop)
    }

    /// Wakes the live streams: call it after a write that appended an event or ended a session has been committed.
    pub fn publish(&self) {
        self.hub.ring();
    }

    /// Whether runs of practice are looked after here. Of several desks, those without a practice platform leave them to the
    /// others; a desk alone brings to an end what it can.
    pub fn serves_runs(&self) -> bool {
        !self.store.is_shared() || self.platforms.client(AppKind::Practice).is_some()
    }

    /// Wakes the outbox: something may be due.
    pub fn wake_outbox(&self) {
        self.outbox.notify_one();
    }

    /// Ends when the outbox was woken.
    pub async fn outbox_woken(&self) {
        self.outbox.notified().await;
    }

    /// Wakes the sync: a webhook came in.
    pub fn wake_sync(&self) {
        self.sync.wake();
    }

    /// Ends when the program is stopping.
    pub async fn stopping(&self) {
        // The sender lives as long as the desk: waiting ends with `true` only.
        let _ = self.stop.subscribe().wait_for(|stops| *stops).await;
    }

    /// Tells everything to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The key and secret of an app, by which its webhooks are signed.
    pub fn webhook_secret(&self, app: AppKind) -> Option<(&str, &Secret)> {
        let app = self.platforms.client(app)?.app();
        Some((&app.key, &app.secret))
    }
}
