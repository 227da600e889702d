//! One run: some hours of a shop, as its seed will have them, and then peace, so that everything can come to its end.

mod agents;
mod setup;
mod world;

use crate::check;
use crate::net::Network;
use crate::task::Task;
use anyhow::{Result, bail};
use proxy::app::Desk;
use proxy::auth::Agent;
use proxy::clock::Clock;
use proxy::entropy::Entropy;
use proxy::outbox::{self, UnderWay};
use proxy::secret::Secret;
use proxy::store::intents::{self, Intent};
use proxy::store::shops::{self, AppKind};
use proxy::store::{Fuse, cases};
use proxy::sync::{self, Ask};
use proxy::tiktok::client::App;
use proxy::tiktok::net::Net;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sandbox::{Quiet, Webhook};
use setup::{open_desk, parts};
use shared::domain::facts::Object;
use shared::id::{CaseId, IntentId, ShopId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A Tuesday morning in 2026.
const START: i64 = 1_790_000_000;
/// Choices of a run.
const TICKS: u32 = 1_000;
const HOUR_MS: i64 = 3_600_000;

/// How a run went.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) intents: usize,
    pub(crate) faults: usize,
    pub(crate) crashes: usize,
}

/// Everything of one run.
pub(crate) struct Run {
    random: ChaCha8Rng,
    pub(crate) platform: Arc<Quiet>,
    pub(crate) network: Network,
    net: Net,
    folder: TempDir,
    pub(crate) desk: Desk,
    clock: Clock,
    fuse: Fuse,
    app: App,
    entropy: Entropy,
    shop: ShopId,
    agents: Vec<Agent>,
    /// Somebody who does not see the shop.
    guest: Agent,
    /// What agents were told is undone.
    pub(crate) undone: Vec<IntentId>,
    /// The amounts that agents offered, by the intent.
    pub(crate) offers: BTreeMap<IntentId, String>,
    tasks: Vec<Task<Option<IntentId>>>,
    under_way: UnderWay,
    /// When the outbox last looked for work: the time, and the commits until the store breaks.
    looked: (i64, i64),
    now_ms: i64,
    /// How far the platform's clock is ahead.
    skew_ms: i64,
    /// The platform's numbers of the cases that buyers opened.
    opened: Vec<String>,
    webhooks: Vec<Webhook>,
    presses: u32,
    pub(crate) trace: Vec<String>,
    tally: Tally,
    checked: (usize, usize),
    /// Something was written since the last look.
    touched: bool,
    /// The newest stamp of each case that the desk has shown.
    pub(crate) newest: BTreeMap<String, i64>,
}

impl Run {
    fn tell(&mut self, what: impl AsRef<str>) {
        let at = self.now_ms - START * 1000;
        self.trace.push(format!("{:>9}.{:03} {}", at / 1000, at.rem_euclid(1000), what.as_ref()));
    }

    /// The whole run. An error is a violation.
    pub(crate) fn play(&mut self) -> Result<Tally> {
        let usual = self.random.random_range(10..80);
        for _ in 0..TICKS {
            // Trouble comes in spells.
            if self.chance(20) {
                let is_bad = self.chance(300);
                let faults = if is_bad { self.random.random_range(100..400) } else { usual };
                self.network.set_faults(faults);
            }
            let ticked = self.tick();
            // What fails because the store breaks fails as it should.
            if !self.fuse.is_blown() {
                ticked?;
            }
            self.after()?;
        }
        self.peace()?;
        check::at_the_end(self)?;
        self.tally.intents = self.intents()?.len();
        Ok(self.tally)
    }

    /// What must hold after every step.
    fn after(&mut self) -> Result<()> {
        let told = self.network.told();
        self.tally.faults += told.iter().filter(|line| !line.contains(": code ")).count();
        self.trace.extend(told);
        if self.fuse.is_blown() {
            self.tell("the store breaks in the middle of a write");
            self.crash()?;
        }
        if let Some(broken) = self.network.broken() {
            bail!(broken);
        }
        // Only where something may have changed: looking costs more than living.
        if std::mem::take(&mut self.touched) {
            check::live(self)?;
        }
        let effects = self.platform.effects();
        if effects != self.checked {
            self.checked = effects;
            check::now(self)?;
        }
        Ok(())
    }

    fn chance(&mut self, per_mille: u32) -> bool {
        self.random.random_range(0..1_000) < per_mille
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.random.random_range(0..all.len())) }
    }

    fn tick(&mut self) -> Result<()> {
        match self.random.random_range(0..1_000) {
            0..35 => self.buyer_opens(),
            35..85 => self.agent_decides(),
            85..100 => self.agent_undoes(),
            100..120 => self.agent_replies(),
            120..150 => self.somebody_acts(),
            150..153 => {
                self.tell("the desk dies");
                self.crash()
            }
            153..156 => {
                let commits = self.random.random_range(1..6);
                self.fuse.arm(commits);
                Ok(())
            }
            156..190 => self.sync_begins(),
            190..210 => self.webhook_comes(),
            210..280 => {
                let ms = self.random.random_range(1..8_000);
                self.pass(ms);
                Ok(())
            }
            280..298 => self.jump(),
            298..300 => {
                self.skew_ms += self.random.random_range(-40_000..40_000);
                self.tell("the platform's clock moves");
                Ok(())
            }
            300..301 => self.tokens_run_out(),
            301..305 => self.reconnect(),
            305..309 => self.gateway_lies(),
            309..314 => self.buyer_echoes(),
            314..324 => self.agent_presses_wrongly(),
            _ => self.work(),
        }
    }

    /// Time passes on both sides.
    fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        self.clock.pass(Duration::from_millis(u64::try_from(ms).unwrap_or_default()));
        self.network.set_now(self.now_ms);
        self.platform.set_clock((self.now_ms + self.skew_ms).div_euclid(1000));
        self.webhooks.extend(self.platform.webhooks());
    }

    /// To when the outbox wants to go on, or some hours on.
    fn jump(&mut self) -> Result<()> {
        let next = self
            .desk
            .store
            .read(|tx| intents::next_due(tx, self.desk.clock.now()))?
            .map(|due| due.millis() - self.now_ms);
        let ms = match next {
            Some(left) if left > 0 && !self.chance(100) => left,
            _ if self.chance(100) => self.random.random_range(3 * HOUR_MS..14 * HOUR_MS),
            _ => self.random.random_range(60_000..3 * HOUR_MS),
        };
        self.pass(ms);
        Ok(())
    }

    pub(crate) fn intents(&self) -> Result<Vec<Intent>> {
        let shop = self.shop.clone();
        Ok(self.desk.store.read(|tx| intents::of_shop(tx, &shop))?)
    }

    fn begin(&mut self, name: String, work: impl Future<Output = Option<IntentId>> + 'static) {
        self.tasks.push(Task::new(name, work));
    }

    fn sync_begins(&mut self) -> Result<()> {
        let (desk, shop) = (self.desk.clone(), self.shop.clone());
        let choice = self.random.random_range(0..10);
        if choice < 4 {
            self.begin("sweep".to_owned(), async move {
                let _ = sync::sweep_once(&desk, &shop).await;
                None
            });
        } else if choice < 6 {
            self.begin("deadlines".to_owned(), async move {
                let _ = sync::read_past_deadlines(&desk, &shop).await;
                None
            });
        } else if choice < 7 {
            self.begin("hints".to_owned(), async move {
                let _ = sync::handle_hints(&desk).await;
                None
            });
        } else if let Some(case) = self.some_case()? {
            self.begin(format!("opened {case}"), async move {
                let _ = sync::answer(&desk, Ask::Opened { shop, case }).await;
                None
            });
        }
        Ok(())
    }

    /// Begins what is due, then lets one thing go on.
    fn work(&mut self) -> Result<()> {
        self.begin_due()?;
        if self.tasks.is_empty() {
            let ms = self.random.random_range(100..5_000);
            self.pass(ms);
            return Ok(());
        }
        let place = self.random.random_range(0..self.tasks.len());
        self.poll(place);
        Ok(())
    }

    fn begin_due(&mut self) -> Result<()> {
        for ask in self.desk.sync.take() {
            let desk = self.desk.clone();
            let name = format!("{ask:?}");
            self.begin(name, async move {
                let _ = sync::answer(&desk, ask).await;
                None
            });
        }
        // Nothing was written, no time passed and no step ended: nothing more is due.
        let looked = (self.now_ms, self.fuse.left());
        if self.looked == looked {
            return Ok(());
        }
        let now = self.clock.now();
        let due = match self.desk.store.read(|tx| intents::due(tx, now, 100)) {
            Ok(due) => due,
            Err(_) if self.fuse.is_blown() => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        self.looked = looked;
        for intent in self.under_way.begin(due) {
            let desk = self.desk.clone();
            let name = format!("step of {} ({})", intent.id, intents::state_word(&intent.state));
            self.begin(name, async move { Some(outbox::carry_on(desk, intent).await) });
        }
        Ok(())
    }

    fn poll(&mut self, place: usize) {
        let Some(task) = self.tasks.get_mut(place) else { return };
        if let Some(done) = task.poll() {
            self.touched = true;
            let task = self.tasks.swap_remove(place);
            self.tell(format!("done: {}", task.name));
            if let Some(intent) = done {
                self.under_way.end(&intent);
                self.looked = (0, 0);
            }
        }
    }

    /// The process dies wherever it is, and starts again.
    fn crash(&mut self) -> Result<()> {
        self.tally.crashes += 1;
        self.network.set_dead(true);
        self.tasks.clear();
        self.network.forget_flights();
        self.under_way = UnderWay::default();
        self.fuse = Fuse::after(i64::MAX);
        let parts = parts(&self.clock, &self.entropy, &self.net, &self.fuse);
        self.desk = open_desk(self.folder.path(), parts, self.app.clone())?;
        self.network.set_dead(false);
        outbox::recover(&self.desk)?;
        Ok(())
    }

    /// Lets everything that was begun come to its end.
    fn settle(&mut self) -> Result<()> {
        for round in 0..20_000 {
            self.begin_due()?;
            if self.tasks.is_empty() {
                return Ok(());
            }
            // In turn: one may wait for another.
            self.poll(round % self.tasks.len());
            self.after()?;
        }
        bail!("the desk does not come to rest");
    }

    /// Faults stop, time goes on, and the desk keeps up: then everything must have ended well.
    fn peace(&mut self) -> Result<()> {
        self.tell("faults stop");
        self.network.set_faults(0);
        self.network.set_lie(0);
        self.fuse.arm(i64::MAX);
        let waits = [5, 130, 130, 600, 3_600, 43_200, 86_400, 86_400];
        for seconds in waits {
            self.pass(seconds * 1000);
            let (desk, shop) = (self.desk.clone(), self.shop.clone());
            self.begin("sweep".to_owned(), async move {
                let _ = sync::sweep_once(&desk, &shop).await;
                None
            });
            let (desk, shop) = (self.desk.clone(), self.shop.clone());
            self.begin("old ones".to_owned(), async move {
                let _ = sync::read_old_ones(&desk, &shop).await;
                let _ = sync::read_past_deadlines(&desk, &shop).await;
                None
            });
            self.settle()?;
            self.reconnect()?;
        }
        Ok(())
    }

    /// When the answer to a token refresh was lost for good, the desk asks for a new consent: an admin gives it.
    fn reconnect(&mut self) -> Result<()> {
        let shop = self.shop.clone();
        let is_expired = self.desk.store.read(|tx| shops::find(tx, &shop))?.is_some_and(|row| !row.may_act());
        if !is_expired {
            return Ok(());
        }
        if !self.network.is_refresh_lost() {
            bail!("P8: the consent is lost, and no refresh went astray");
        }
        self.tell("an admin connects the shop again");
        let code = Secret::new(self.platform.consent());
        let desk = self.desk.clone();
        self.begin("connect again".to_owned(), async move {
            let _ = desk.connector.take_code(AppKind::Practice, code).await;
            None
        });
        Ok(())
    }

    /// The platform's numbers of all cases that buyers opened here.
    pub(crate) fn opened(&self) -> &[String] {
        &self.opened
    }

    /// The desk's status of a case.
    pub(crate) fn stored_status(&self, number: &str) -> Result<Option<String>> {
        let shop = self.shop.clone();
        Ok(self.desk.store.read(|tx| {
            for object in [Object::Return, Object::Cancellation] {
                if let Some(file) = cases::find_by_key(tx, &shop, object, number)? {
                    return Ok(Some(file.platform.status));
                }
            }
            Ok(None)
        })?)
    }

    /// The platform's number of a case of the desk's.
    pub(crate) fn number_of(&self, case: &CaseId) -> Result<Option<String>> {
        Ok(self.desk.store.read(|tx| cases::find(tx, case))?.map(|file| file.platform.platform_id))
    }

    /// Whether the platform has ended a case of the desk's.
    pub(crate) fn is_over(&self, case: &CaseId) -> Result<bool> {
        let file = self.desk.store.read(|tx| cases::find(tx, case))?;
        Ok(file.is_some_and(|file| shared::domain::derive::is_over(&file.platform)))
    }
}
