//! One run: some hours of a shop, as its seed will have them, and then peace, so that everything can come to its end.

mod agents;
mod host;
mod setup;
mod world;

pub(crate) use setup::Ground;

use crate::check;
use crate::net::Network;
use anyhow::{Result, bail};
use host::Host;
use proxy::app::Desk;
use proxy::auth::Agent;
use proxy::entropy::Entropy;
use proxy::secret::Secret;
use proxy::store::intents::{self, Intent};
use proxy::store::shops::{self, AppKind};
use proxy::store::{Store, cases};
use proxy::sync::Ask;
use proxy::tiktok::client::App;
use proxy::tiktok::net::Net;
use proxy::tiktok::pause::Pause;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use sandbox::{Quiet, Webhook};
use shared::domain::facts::Object;
use shared::id::{CaseId, IntentId, ShopId};
use shared::time::Timestamp;
use shared::wire::intent::IntentState;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A Tuesday morning in 2026.
const START: i64 = 1_790_000_000;
/// Choices of a run of the usual length.
const TICKS: u32 = 850;
const HOUR_MS: i64 = 3_600_000;
/// How long a process takes to start.
const START_MS: i64 = 1_000;
/// Of 1,000 steps, after so many there is time for the pace of calls; at least so much.
const PACE_PER_MILLE: u32 = 100;
const PACE_MS: i64 = 250;

/// How a run went.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) intents: usize,
    pub(crate) faults: usize,
    pub(crate) crashes: usize,
}

/// Whose message has just been sent and will not be answered, by a line of the network.
fn message_unheard(line: &str) -> Option<usize> {
    let (host, call) = line.trim_start().split_once('#')?;
    (call.contains(" POST ") && call.contains("/messages: AnswerLost")).then(|| host.parse().ok())?
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.intents += other.intents;
        self.faults += other.faults;
        self.crashes += other.crashes;
    }
}

/// Everything of one run.
pub(crate) struct Run {
    random: ChaCha8Rng,
    pub(crate) platform: Arc<Quiet>,
    pub(crate) network: Network,
    net: Net,
    folder: TempDir,
    /// The database as nobody's trouble touches it.
    pub(crate) store: Arc<Store>,
    /// The desks that work on it: one, or several.
    hosts: Vec<Host>,
    /// What waits for the pace of calls, and before a call is made again.
    pause: Pause,
    /// How far the clock of each desk's machine is ahead.
    apart_ms: Vec<i64>,
    app: App,
    entropy: Entropy,
    shop: ShopId,
    /// Another shop, to which nothing of the first may come.
    other: ShopId,
    agents: Vec<Agent>,
    /// Somebody who does not see the shop.
    guest: Agent,
    /// What agents were told is taken.
    pub(crate) taken: Vec<IntentId>,
    /// What agents were told is undone.
    pub(crate) undone: Vec<IntentId>,
    /// The amounts that agents offered, by the intent.
    pub(crate) offers: BTreeMap<IntentId, String>,
    now_ms: i64,
    /// How far the clocks of all desks were set back.
    behind_ms: i64,
    /// How far the platform's clock is ahead.
    skew_ms: i64,
    /// How many times as long as others this run is.
    length: u32,
    /// The platform's numbers of the cases that buyers opened.
    opened: Vec<String>,
    webhooks: Vec<Webhook>,
    presses: u32,
    pub(crate) trace: Vec<String>,
    tally: Tally,
    checked: (usize, usize),
    /// Something was written since the last look.
    touched: bool,
    /// The seller has taken the consent back.
    is_withdrawn: bool,
    /// A case whose time was running out, and nobody was told.
    forgotten: Option<String>,
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
        for _ in 0..TICKS * self.length {
            // Trouble comes in spells.
            if self.chance(20) {
                let is_bad = self.chance(300);
                let faults = if is_bad { self.random.random_range(100..400) } else { usual };
                self.network.set_faults(faults);
            }
            self.tick()?;
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
        let unheard = told.iter().find_map(|line| message_unheard(line));
        self.trace.extend(told);
        if let Some(place) = unheard.filter(|_| self.hosts.len() > 1)
            && self.chance(500)
        {
            // Both at once is rare, and where a message is sent twice.
            self.trouble(place, 1);
        }
        for place in 0..self.hosts.len() {
            if self.hosts.get(place).is_some_and(|host| host.fuse.is_blown()) {
                self.tell(format!("desk {place} dies in the middle of a write"));
                self.crash(place)?;
            }
        }
        // A commit that failed once is trouble too, and over by now.
        let is_troubled = |host: &Host| host.fuse.has_failed() || host.fuse.is_troubled();
        for (place, _) in self.hosts.iter().enumerate().filter(|(_, host)| is_troubled(host)) {
            self.network.forget_answers(place);
        }
        if let Some(case) = &self.forgotten {
            bail!("P14: the time of {case} is running out, and nobody was told");
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
            0..45 => self.buyer_opens(),
            45..85 => self.agent_decides(),
            85..100 => self.agent_undoes(),
            100..120 => self.agent_replies(),
            120..150 => self.somebody_acts(),
            150..153 => {
                let place = self.some_place();
                self.tell(format!("desk {place} dies"));
                self.crash(place)
            }
            153..156 => {
                let commits = self.random.random_range(1..6);
                self.some_host().fuse.arm(commits);
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
            301..305 | 340..370 => self.reconnect(),
            305..309 => self.gateway_lies(),
            309..314 => self.buyer_echoes(),
            314..324 => self.agent_presses_wrongly(),
            324..329 => self.store_troubles(),
            329..330 => self.consent_is_withdrawn(),
            330..338 => self.orphan_arrives(),
            338..340 => self.clock_steps(),
            _ => self.work(),
        }
    }

    /// What the desks take the time for.
    fn desk_ms(&self) -> i64 {
        self.now_ms - self.behind_ms
    }

    /// Time passes on both sides.
    fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        self.pause.pass(Duration::from_millis(ms.unsigned_abs()));
        let desk_ms = self.desk_ms();
        self.hosts.iter().for_each(|host| host.set_clock(desk_ms));
        self.network.set_now(self.now_ms, self.hosts.iter().map(|host| desk_ms + host.ahead_ms));
        self.platform.set_clock((self.now_ms + self.skew_ms).div_euclid(1000));
        self.webhooks.extend(self.platform.webhooks());
        for place in 0..self.hosts.len() {
            // Now and then a desk is too slow to say in time that it is there.
            let is_slow = self.chance(100);
            let Some(host) = self.hosts.get_mut(place).filter(|_| !is_slow) else { continue };
            if host.attend(self.now_ms) {
                self.network.attends(place);
            }
            if host.alarm() && self.forgotten.is_none() {
                self.forgotten = check::not_called_out(&self.store, desk_ms + host.ahead_ms).unwrap_or_default();
            }
        }
    }

    /// To when the outbox wants to go on, or some hours on.
    fn jump(&mut self) -> Result<()> {
        let now = Timestamp::from_millis(self.desk_ms());
        let next = self.store.read(|tx| intents::next_due(tx, now))?;
        let next = next.map(|due| due.millis() - self.desk_ms());
        let ms = match next {
            Some(left) if left > 0 && !self.chance(100) => left,
            _ if self.chance(100) => self.random.random_range(3 * HOUR_MS..14 * HOUR_MS),
            _ => self.random.random_range(60_000..3 * HOUR_MS),
        };
        self.pass(ms);
        Ok(())
    }

    pub(crate) fn intents(&self) -> Result<Vec<Intent>> {
        Ok(self.store.read(|tx| intents::of_shop(tx, &self.shop))?)
    }

    fn some_place(&mut self) -> usize {
        self.random.random_range(0..self.hosts.len())
    }

    /// Any of the desks. There is always one.
    #[expect(clippy::indexing_slicing, reason = "the place was drawn among those that are there")]
    fn some_host(&mut self) -> &mut Host {
        let place = self.some_place();
        &mut self.hosts[place]
    }

    fn some_desk(&mut self) -> Desk {
        self.some_host().desk.clone()
    }

    /// What all desks have in common.
    pub(crate) fn any_desk(&self) -> Option<&Desk> {
        self.hosts.first().map(|host| &host.desk)
    }

    fn sync_begins(&mut self) -> Result<()> {
        let shop = self.shop.clone();
        let choice = self.random.random_range(0..10);
        let case = if choice < 7 { None } else { self.some_case()? };
        let host = self.some_host();
        match (choice, case) {
            (0..4, _) => host.begin_ask("sweep".to_owned(), Host::sweep(&host.desk, &shop)),
            (4..6, _) => host.begin_ask("deadlines".to_owned(), Host::deadlines(&host.desk, &shop)),
            (6, _) => host.begin_ask("hints".to_owned(), Host::hints(&host.desk)),
            (_, Some(case)) => {
                let name = format!("opened {case}");
                host.begin_ask(name, Host::answer(&host.desk, Ask::Opened { shop, case }));
            }
            _ => {}
        }
        Ok(())
    }

    /// Begins what is due, then lets one thing go on.
    fn work(&mut self) -> Result<()> {
        let place = self.some_place();
        self.begin_due(place)?;
        let tasks = self.hosts.get(place).map_or(0, |host| host.tasks.len());
        if tasks == 0 {
            if self.hosts.iter().all(|host| host.tasks.is_empty()) {
                let ms = self.random.random_range(100..5_000);
                self.pass(ms);
            }
            return Ok(());
        }
        let task = self.random.random_range(0..tasks);
        self.poll(place, task);
        if self.chance(PACE_PER_MILLE) {
            self.let_wait();
        }
        Ok(())
    }

    /// Time for whoever waits for the pace, or before a call is made again.
    fn let_wait(&mut self) {
        if let Some(next) = self.pause.next() {
            let ms = i64::try_from(next.as_millis()).unwrap_or(i64::MAX);
            self.pass(ms.saturating_add(1).clamp(PACE_MS, HOUR_MS));
        }
    }

    /// Writes to the database so far, whoever made them.
    fn writes(&self) -> i64 {
        self.hosts.iter().map(|host| host.fuse.left()).fold(0, i64::wrapping_add)
    }

    fn begin_due(&mut self, place: usize) -> Result<()> {
        let looked = (self.now_ms, self.writes());
        let Some(host) = self.hosts.get_mut(place) else { return Ok(()) };
        host.begin_due(looked)
    }

    fn poll(&mut self, place: usize, task: usize) {
        let Some(host) = self.hosts.get_mut(place) else { return };
        if let Some(name) = host.poll(task) {
            self.touched = true;
            self.tell(if self.hosts.len() > 1 { format!("{place} done: {name}") } else { format!("done: {name}") });
        }
    }

    /// A process dies wherever it is, and starts again.
    fn crash(&mut self, place: usize) -> Result<()> {
        self.tally.crashes += 1;
        self.network.kill(place);
        // Until then what the one before has sent is a second old: a new process knows nothing of it.
        self.pass(START_MS);
        let desk = self.start_desk(place)?;
        self.network.revive(place);
        if let Some(host) = self.hosts.get_mut(place) {
            *host = desk;
            host.recover(self.now_ms)?;
        }
        Ok(())
    }

    /// Lets everything that was begun come to its end.
    fn settle(&mut self) -> Result<()> {
        for round in 0..20_000 {
            for place in 0..self.hosts.len() {
                self.begin_due(place)?;
                let tasks = self.hosts.get(place).map_or(0, |host| host.tasks.len());
                if tasks > 0 {
                    // In turn: one may wait for another.
                    self.poll(place, round % tasks);
                    self.after()?;
                }
            }
            if self.hosts.iter().all(|host| host.tasks.is_empty()) {
                return Ok(());
            }
            if round % 8 == 7 {
                self.let_wait();
            }
            if round % 500 == 499 {
                // One may wait for a desk that is no more.
                self.pass(5_000);
            }
        }
        bail!("the desk does not come to rest");
    }

    /// Faults stop, time goes on, and the desk keeps up: then everything must have ended well.
    fn peace(&mut self) -> Result<()> {
        self.tell("faults stop");
        self.network.set_faults(0);
        self.network.set_lie(0);
        for host in &mut self.hosts {
            host.heal();
        }
        if self.hosts.len() > 1 && self.chance(300) {
            self.tell("desk 1 dies and does not come back");
            self.network.kill(1);
            self.hosts.truncate(1);
        }
        let waits = [5, 130, 600, 3_600, 43_200, 86_400, 86_400];
        for seconds in waits {
            self.pass(seconds * 1000);
            while self.orphan_comes()? {}
            self.clock_comes_right()?;
            self.late_webhooks_come()?;
            let shop = self.shop.clone();
            let host = self.some_host();
            host.begin_ask("sweep".to_owned(), Host::sweep(&host.desk, &shop));
            // As rarely as the program does: what is open is read one by one.
            if seconds > 3_600 {
                host.begin_ask("old ones".to_owned(), Host::old_ones(&host.desk, &shop));
            }
            self.settle()?;
            self.reconnect()?;
        }
        // A buyer with many cases is told one thing after the other: as long as that goes on, it is waited for.
        let mut left = self.calls_left()?;
        while left > 0 {
            self.pass(600_000);
            self.settle()?;
            let before = std::mem::replace(&mut left, self.calls_left()?);
            if left >= before {
                break;
            }
        }
        Ok(())
    }

    /// Now and then comes what reached nobody for hours or days.
    fn late_webhooks_come(&mut self) -> Result<()> {
        if !self.chance(300) {
            return Ok(());
        }
        for _ in 0..3 {
            self.webhook_comes()?;
        }
        let host = self.some_host();
        host.begin_ask("hints".to_owned(), Host::hints(&host.desk));
        Ok(())
    }

    /// Intents of which a call is still to be made or to be settled.
    fn calls_left(&self) -> Result<usize> {
        let is_left = |intent: &Intent| matches!(intent.state, IntentState::Sending | IntentState::Settling);
        Ok(self.intents()?.iter().filter(|intent| is_left(intent)).count())
    }

    /// When the answer to a token refresh was lost for good, or the seller has taken the consent back, the desk asks for
    /// a new one: an admin gives it.
    fn reconnect(&mut self) -> Result<()> {
        let is_expired = self.store.read(|tx| shops::find(tx, &self.shop))?.is_some_and(|row| !row.may_act());
        if !is_expired {
            return Ok(());
        }
        if !self.network.is_refresh_lost() && !self.is_withdrawn {
            bail!("P8: the consent is lost, and no refresh went astray");
        }
        self.tell("an admin connects the shop again");
        let code = Secret::new(self.platform.consent());
        let host = self.some_host();
        let desk = host.desk.clone();
        host.begin_ask("connect again".to_owned(), async move {
            let _ = desk.connector.take_code(AppKind::Practice, code).await;
        });
        Ok(())
    }

    /// The platform's numbers of all cases that buyers opened here.
    pub(crate) fn opened(&self) -> &[String] {
        &self.opened
    }

    /// The desk's status of a case.
    pub(crate) fn stored_status(&self, number: &str) -> Result<Option<String>> {
        Ok(self.store.read(|tx| {
            for object in [Object::Return, Object::Cancellation] {
                if let Some(file) = cases::find_by_key(tx, &self.shop, object, number)? {
                    return Ok(Some(file.platform.status));
                }
            }
            Ok(None)
        })?)
    }

    /// The platform's number of a case of the desk's.
    pub(crate) fn number_of(&self, case: &CaseId) -> Result<Option<String>> {
        Ok(self.store.read(|tx| cases::find(tx, case))?.map(|file| file.platform.platform_id))
    }

    /// Whether the platform has ended a case of the desk's.
    pub(crate) fn is_over(&self, case: &CaseId) -> Result<bool> {
        let file = self.store.read(|tx| cases::find(tx, case))?;
        Ok(file.is_some_and(|file| shared::domain::derive::is_over(&file.platform)))
    }
}
