//! A connected shop before its sandbox, ready to be played.

use super::{Run, START, Tally};
use crate::net::Network;
use crate::task::finish;
use anyhow::{Context, Result};
use proxy::app::{Desk, Parts};
use proxy::auth::Agent;
use proxy::clock::Clock;
use proxy::config::{Config, Origin, Vars};
use proxy::entropy::Entropy;
use proxy::outbox::UnderWay;
use proxy::secret::Secret;
use proxy::store::Fuse;
use proxy::store::people::{self, Account};
use proxy::store::shops::AppKind;
use proxy::sync;
use proxy::tiktok::client::App;
use proxy::tiktok::net::Net;
use proxy::tiktok::pause::Pause;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sandbox::{Dials, Options, Quiet};
use shared::time::Timestamp;
use shared::wire::session::{Role, ShopScope};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;

impl Run {
    /// A connected shop with its cases imported, and two agents; nothing has gone wrong yet.
    pub(crate) fn new(seed: u64, net_of: impl FnOnce(Network) -> Result<Net>) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let key_memory_s = *[86_400, 86_400, 50_000].get(random.random_range(0..3)).unwrap_or(&86_400);
        let dials = Dials {
            calls_per_second: 1_000_000,
            offer_answer_s: 100_000_000,
            ship_back_s: 100_000_000,
            refund_delay_s: random.random_range(5..900),
            doubles_webhooks: random.random_range(0..4) == 0,
            key_memory_s,
            ..Dials::default()
        };
        let options = Options { seed, cases: Some(5), start: Some(START), dials, ..Options::default() };
        let platform = Arc::new(Quiet::new(&options));
        let about = platform.description().clone();
        let network = Network::new(seed, Arc::clone(&platform));
        let net = net_of(network.clone())?;
        let clock = Clock::settable(Timestamp::from_millis(START * 1000));
        let entropy = Entropy::seeded(seed);
        let app = App {
            key: about.app_key.clone(),
            secret: Secret::new(about.app_secret.clone()),
            service_id: about.service_id.clone(),
            api_url: about.url.clone(),
            auth_url: about.auth_url.clone(),
            consent_url: format!("{}/open/authorize", about.auth_url),
        };
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory)? } else { TempDir::new()? };
        let fuse = Fuse::after(i64::MAX);
        let parts = parts(&clock, &entropy, &net, &fuse);
        let desk = open_desk(folder.path(), parts, app.clone())?;
        let first = about.shops.first().context("a shop")?;
        let code = Secret::new(first.auth_code.clone());
        let connected = finish(desk.connector.take_code(AppKind::Practice, code))?;
        let shop = connected.first().cloned().context("a shop")?;
        while !finish(sync::import_step(&desk, &shop))? {}
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
            net,
            folder,
            desk,
            clock,
            fuse,
            app,
            entropy,
            shop,
            agents,
            guest: guest.context("a guest")?,
            undone: Vec::new(),
            offers: BTreeMap::new(),
            tasks: Vec::new(),
            under_way: UnderWay::default(),
            looked: (0, 0),
            now_ms: START * 1000,
            skew_ms: 0,
            opened: Vec::new(),
            webhooks: Vec::new(),
            presses: 0,
            trace: Vec::new(),
            tally: Tally::default(),
            checked: (0, 0),
            touched: false,
            newest: BTreeMap::new(),
        };
        run.pass(0);
        Ok(run)
    }
}

pub(super) fn open_desk(folder: &std::path::Path, parts: Parts, app: App) -> Result<Desk> {
    let vars = Vars::of([
        ("AMENDS_DATA_DIR".to_owned(), folder.to_string_lossy().into_owned()),
        ("AMENDS_SECRET_KEY".to_owned(), "5".repeat(64)),
    ]);
    let config = Config::read(&vars).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let origin = Origin::parse("http://127.0.0.1:9").context("an origin")?;
    Ok(Desk::open(config, parts, origin, Some(app))?)
}

pub(super) fn parts(clock: &Clock, entropy: &Entropy, net: &Net, fuse: &Fuse) -> Parts {
    Parts {
        clock: clock.clone(),
        entropy: entropy.clone(),
        pause: Pause::skipping(),
        net: Some(net.clone()),
        fuse: fuse.clone(),
        ..Parts::default()
    }
}
