//! A connected shop before its sandbox, ready to be played.

use super::host::Host;
use super::{Run, START, Tally};
use crate::net::{MOST_APART_MS, Network};
use crate::task::finish;
use anyhow::{Context, Result};
use proxy::app::{Desk, Parts};
use proxy::auth::Agent;
use proxy::clock::Clock;
use proxy::config::{Config, Origin, Vars};
use proxy::entropy::Entropy;
use proxy::secret::Secret;
use proxy::store::people::{self, Account};
use proxy::store::shops::AppKind;
use proxy::store::{Fuse, Store};
use proxy::sync;
use proxy::tiktok::client::App;
use proxy::tiktok::net::Net;
use proxy::tiktok::pause::Pause;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sandbox::{Dials, Options, Quiet};
use shared::time::Timestamp;
use shared::wire::session::{Role, ShopScope};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;

/// One run of so many is so many times as long as the others.
const LONG_OF: u32 = 40;
const LONG: u32 = 3;

/// What is the same in all runs, and takes time to make.
pub(crate) struct Ground {
    net: Net,
    /// An empty database.
    store: Store,
}

impl Ground {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { net: Net::http(true)?, store: Store::in_memory()? })
    }
}

impl Run {
    /// A connected shop with its cases imported, and two agents; nothing has gone wrong yet.
    pub(crate) fn new(seed: u64, ground: &Ground) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let key_memory_s = *[86_400, 86_400, 50_000, 0].get(random.random_range(0..4)).unwrap_or(&86_400);
        let dials = Dials {
            calls_per_second: 1_000_000,
            most_per_page: random.random_range(2..8),
            offer_answer_s: 100_000_000,
            ship_back_s: 100_000_000,
            refund_delay_s: random.random_range(5..900),
            doubles_webhooks: random.random_range(0..4) == 0,
            key_memory_s,
            ..Dials::default()
        };
        let options = Options { seed, cases: Some(1), start: Some(START), dials, ..Options::default() };
        let platform = Arc::new(Quiet::new(&options));
        let about = platform.description().clone();
        let network = Network::new(seed, Arc::clone(&platform));
        let pause = Pause::moved();
        let entropy = Entropy::seeded(seed);
        let app = App {
            key: about.app_key.clone(),
            secret: Secret::new(about.app_secret.clone()),
            service_id: about.service_id.clone(),
            api_url: about.url.clone(),
            auth_url: about.auth_url.clone(),
            consent_url: format!("{}/open/authorize", about.auth_url),
        };
        let folder = TempDir::new()?;
        let net = &ground.net;
        let store = Arc::new(ground.store.copy()?.context("a store in memory")?);
        let length = if random.random_range(0..LONG_OF) == 0 { LONG } else { 1 };
        // More often than not two desks work side by side.
        let desks = if random.random_range(0..3) > 0 { 2 } else { 1 };
        // Every second time as if by one clock.
        let most = if random.random_range(0..2) == 0 { 0 } else { MOST_APART_MS };
        let apart_ms: Vec<i64> =
            (0..desks).map(|_| if desks > 1 { random.random_range(-most..=most) } else { 0 }).collect();
        let start = Start { folder: &folder, store: &store, pause: &pause, entropy: &entropy, app: &app, net, desks };
        let mut hosts = Vec::new();
        for (place, ahead_ms) in apart_ms.iter().enumerate() {
            hosts.push(start.host(&network, place, *ahead_ms)?);
        }
        hosts.iter().for_each(|host| host.set_clock(START * 1000));
        let desk = hosts.first().context("a desk")?.desk.clone();
        let first = about.shops.first().context("a shop")?;
        let code = Secret::new(first.auth_code.clone());
        let connected = finish(desk.connector.take_code(AppKind::Practice, code))?;
        let shop = connected.first().cloned().context("a shop")?;
        while !finish(sync::import_step(&desk, &shop))? {}
        let second = about.shops.get(1).context("another shop")?;
        let other = finish(desk.connector.take_code(AppKind::Practice, Secret::new(second.auth_code.clone())))?;
        let other = other.first().cloned().context("another shop")?;
        let mut agents = Vec::new();
        let mut guest = None;
        for name in ["ines", "marek", "guest"] {
            let is_guest = name == "guest";
            let account = Account {
                id: name.parse().ok().context("an id")?,
                name: name.to_owned(),
                email: format!("{name}@example.com"),
                role: Role::Agent,
                shops: if is_guest { ShopScope::Only(Vec::new()) } else { ShopScope::All },
                password_hash: None,
                is_practice: true,
                seen: None,
            };
            desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1)))?;
            let agent = Agent::new(account, "session".to_owned());
            if is_guest {
                guest = Some(agent);
            } else {
                agents.push(agent);
            }
        }
        drop(network.told());
        drop(desk.sync.take());
        drop(platform.webhooks());
        let mut run = Self {
            random,
            platform,
            network,
            net: net.clone(),
            folder,
            store,
            hosts,
            pause,
            apart_ms,
            app,
            entropy,
            shop,
            other,
            agents,
            guest: guest.context("a guest")?,
            taken: Vec::new(),
            undone: Vec::new(),
            offers: BTreeMap::new(),
            now_ms: START * 1000,
            behind_ms: 0,
            skew_ms: 0,
            length,
            opened: Vec::new(),
            webhooks: Vec::new(),
            presses: 0,
            trace: Vec::new(),
            tally: Tally::default(),
            checked: (0, 0),
            touched: false,
            is_withdrawn: false,
            forgotten: None,
            newest: BTreeMap::new(),
        };
        run.pass(0);
        Ok(run)
    }

    /// A new process in a place.
    pub(super) fn start_desk(&self, place: usize) -> Result<Host> {
        let desks = self.hosts.len();
        let (folder, store, app, net) = (&self.folder, &self.store, &self.app, &self.net);
        let start = Start { folder, store, pause: &self.pause, entropy: &self.entropy, app, net, desks };
        let host = start.host(&self.network, place, self.apart_ms.get(place).copied().unwrap_or_default())?;
        host.set_clock(self.desk_ms());
        Ok(host)
    }
}

/// What every process is started with.
struct Start<'a> {
    folder: &'a TempDir,
    store: &'a Store,
    pause: &'a Pause,
    entropy: &'a Entropy,
    app: &'a App,
    net: &'a Net,
    desks: usize,
}

impl Start<'_> {
    fn host(&self, network: &Network, place: usize, ahead_ms: i64) -> Result<Host> {
        let vars = Vars::of([
            ("AMENDS_DATA_DIR".to_owned(), self.folder.path().to_string_lossy().into_owned()),
            ("AMENDS_SECRET_KEY".to_owned(), "5".repeat(64)),
        ]);
        let config = Config::read(&vars).map_err(|faults| anyhow::anyhow!("{faults}"))?;
        let origin = Origin::parse("http://127.0.0.1:9").context("an origin")?;
        let fuse = Fuse::after(i64::MAX);
        // A name that no other process has had, as in production.
        let name = if self.desks > 1 { Some(self.entropy.id("d_")?) } else { None };
        let store = self.store.beside(name, fuse.clone()).context("a store in memory")?;
        let parts = Parts {
            clock: Clock::settable(Timestamp::from_millis(START * 1000)),
            entropy: self.entropy.clone(),
            pause: self.pause.clone(),
            net: Some(self.net.carried_by(Arc::new(network.of_host(place)))),
            store: Some(Arc::new(store)),
            ..Parts::default()
        };
        Ok(Host::new(Desk::open(config, parts, origin, Some(self.app.clone()))?, fuse, ahead_ms))
    }
}
