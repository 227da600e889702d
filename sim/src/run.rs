//! One run: some hours of a shop, as its seed will have them, and then peace, so that everything can come to its end.

use crate::check;
use crate::net::Network;
use crate::task::{Task, finish};
use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Request, header};
use proxy::app::{Desk, Parts};
use proxy::auth::Agent;
use proxy::clock::Clock;
use proxy::config::{Config, Origin, Vars};
use proxy::desk::{book, decide, view};
use proxy::entropy::Entropy;
use proxy::outbox::{self, UnderWay};
use proxy::routes;
use proxy::secret::Secret;
use proxy::store::intents::{self, Intent, Payload};
use proxy::store::people::{self, Account};
use proxy::store::shops::{self, AppKind};
use proxy::store::{Fuse, cases};
use proxy::sync::{self, Ask};
use proxy::tiktok::client::App;
use proxy::tiktok::net::Net;
use proxy::tiktok::pause::Pause;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sandbox::{Dials, Options, Quiet, Webhook};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind};
use shared::domain::decide::claims_of;
use shared::domain::derive::derive;
use shared::id::{CaseId, IntentId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::decision::{DecisionRequest, ReplyOrder, ReplyRequest};
use shared::wire::session::{Role, ShopScope};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A Tuesday morning in 2026.
const START: i64 = 1_790_000_000;
/// Choices of a run.
const TICKS: u32 = 1_000;
const HOUR_MS: i64 = 3_600_000;
/// Cases beyond which no buyer opens another.
const MOST_CASES: usize = 20;

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

fn open_desk(folder: &std::path::Path, parts: Parts, app: App) -> Result<Desk> {
    let vars = Vars::of([
        ("AMENDS_DATA_DIR".to_owned(), folder.to_string_lossy().into_owned()),
        ("AMENDS_SECRET_KEY".to_owned(), "5".repeat(64)),
    ]);
    let config = Config::read(&vars).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let origin = Origin::parse("http://127.0.0.1:9").context("an origin")?;
    Ok(Desk::open(config, parts, origin, Some(app))?)
}

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
        for name in ["ines", "marek"] {
            let account = Account {
                id: name.parse().ok().context("an id")?,
                name: name.to_owned(),
                email: format!("{name}@example.com"),
                role: Role::Agent,
                shops: ShopScope::All,
                password_hash: None,
                is_practice: true,
                seen: None,
            };
            desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1)))?;
            agents.push(Agent::new(account, "session".to_owned()));
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
            85..95 => self.agent_undoes(),
            95..120 => self.agent_replies(),
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
        let next = self.desk.store.read(intents::next_due)?.map(|due| due.millis() - self.now_ms);
        let ms = match next {
            Some(left) if left > 0 && !self.chance(100) => left,
            _ => self.random.random_range(60_000..3 * HOUR_MS),
        };
        self.pass(ms);
        Ok(())
    }

    fn control(&self, path: &str, body: &Value) -> Result<Value> {
        let mut request = Request::new(Body::from(body.to_string()));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = format!("/_sandbox/{path}").parse()?;
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = finish(self.platform.answer(request));
        let bytes = finish(axum::body::to_bytes(answer.into_body(), usize::MAX))?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn buyer_opens(&mut self) -> Result<()> {
        if self.opened.len() >= MOST_CASES {
            return Ok(());
        }
        let kinds = ["REFUND", "REFUND", "RETURN_AND_REFUND", "CANCEL", "REPLACEMENT"];
        let kind = self.pick(&kinds).copied().unwrap_or("REFUND");
        let deadline_s = self.random.random_range(600..200_000);
        let shop = self.platform.description().shops.first().map(|shop| shop.shop_id.clone());
        // A few buyers with many cases: their messages share a conversation.
        let buyers = ["Dana Reyes", "Tom Vale", "Ana Ruiz"];
        let buyer = self.pick(&buyers).copied();
        let body = json!({ "kind": kind, "shop": shop, "deadline_s": deadline_s, "buyer": buyer });
        let opened = self.control("cases", &body)?;
        if let Some(id) = opened.get("id").and_then(Value::as_str) {
            self.tell(format!("a buyer opens {kind} {id}, to be answered in {deadline_s} s"));
            self.opened.push(id.to_owned());
        }
        Ok(())
    }

    fn somebody_acts(&mut self) -> Result<()> {
        let acts = [
            "withdraw",
            "ship",
            "arrive",
            "arrive",
            "dispute",
            "rule",
            "accept_offer",
            "decline_offer",
            "seller_center_approve",
            "seller_center_reject",
            "message",
        ];
        let opened = self.opened.clone();
        let (Some(id), Some(act)) = (self.pick(&opened).cloned(), self.pick(&acts).copied()) else { return Ok(()) };
        let answer = self.control(&format!("cases/{id}/act"), &json!({ "act": act }))?;
        if answer.get("error").is_none() {
            self.tell(format!("{act} on {id}"));
        }
        Ok(())
    }

    fn tokens_run_out(&mut self) -> Result<()> {
        self.tell("access tokens run out");
        self.control("grants", &json!({ "expire": true })).map(drop)
    }

    /// A gateway's clock goes wrong for a while.
    fn gateway_lies(&mut self) -> Result<()> {
        let lie_s = if self.chance(300) { self.random.random_range(-3_300..3_300) } else { 0 };
        self.network.set_lie(lie_s);
        self.tell(format!("answers are stamped {lie_s} s off"));
        Ok(())
    }

    fn some_case(&mut self) -> Result<Option<CaseId>> {
        let opened = self.opened.clone();
        let Some(number) = self.pick(&opened).cloned() else { return Ok(None) };
        let shop = self.shop.clone();
        Ok(self.desk.store.read(|tx| {
            for object in [shared::domain::facts::Object::Return, shared::domain::facts::Object::Cancellation] {
                if let Some(file) = cases::find_by_key(tx, &shop, object, &number)? {
                    return Ok(Some(file.id));
                }
            }
            Ok(None)
        })?)
    }

    /// Words that no other press has.
    fn words(&mut self, what: &str) -> String {
        self.presses += 1;
        format!("Thank you for your message. {what} Your request is number {}.", self.presses)
    }

    fn order(&mut self, claim: Claim, part: Option<&Money>) -> ReplyOrder {
        let what = match (claim, part) {
            (Claim::Refunded, _) => "Your refund has been processed and goes back the way you paid.".to_owned(),
            (Claim::Approved, _) => "We have approved your request.".to_owned(),
            (Claim::OfferMade, Some(part)) => {
                format!("We can offer you {} {} back, and you keep the item.", part.currency(), part.amount())
            }
            (Claim::Rejected | Claim::ParcelRefused, _) => "We cannot accept this request.".to_owned(),
            (Claim::ReturnAgreed, _) => "Please send the item back with the label in the app.".to_owned(),
            _ => "We have taken care of it.".to_owned(),
        };
        let text = self.words(&what);
        ReplyOrder { text, language: "en".to_owned(), claim: Some(claim), template: None, overrule: false }
    }

    fn agent_decides(&mut self) -> Result<()> {
        let Some(case) = self.some_case()? else { return Ok(()) };
        let known = self.desk.store.read(|tx| {
            let Some(file) = cases::find(tx, &case)? else { return Ok(None) };
            let facts = book::facts(tx, &file)?;
            Ok(facts.map(|facts| (file, facts)))
        })?;
        let Some((file, facts)) = known else { return Ok(()) };
        let derived = derive(&facts);
        let offered = view::options(&file, &facts, &derived).offered;
        let Some(option) = self.pick(&offered).cloned() else { return Ok(()) };
        let kind = option.kind;
        let total = file.platform.refund.as_ref().map(|refund| refund.total.clone());
        let amount = if kind.needs_amount() {
            total.as_ref().and_then(|total| Money::parse("1", total.currency()).ok())
        } else {
            None
        };
        let reason = self.pick(&option.reasons).map(|reason| reason.name.clone()).filter(|_| kind.needs_reason());
        let claims = claims_of(kind);
        let claim = if self.chance(850) { self.pick(claims).copied() } else { None };
        let reply = claim.map(|claim| self.order(claim, amount.as_ref()));
        let request = DecisionRequest {
            kind,
            shown: None,
            reason,
            comment: None,
            evidence: Vec::new(),
            amount,
            reply,
            without_hold: false,
        };
        // Now and then another agent, or the same one in another tab, presses in the same millisecond.
        let pressers = if self.chance(150) { 2 } else { 1 };
        for _ in 0..pressers {
            self.press(&case, &request)?;
        }
        Ok(())
    }

    fn press(&mut self, case: &CaseId, request: &DecisionRequest) -> Result<()> {
        self.touched = true;
        let agents = self.agents.clone();
        let Some(agent) = self.pick(&agents) else { return Ok(()) };
        self.presses += 1;
        let key = format!("key-{}", self.presses).parse().ok().context("a key")?;
        match decide::decide(&self.desk, agent, case, &key, request) {
            Ok(recorded) => {
                let ids: Vec<_> = recorded.intents.iter().map(|intent| intent.id.to_string()).collect();
                self.tell(format!("{} presses {:?} on {case}: {}", agent.id, request.kind, ids.join(", ")));
            }
            Err(fault) => self.tell(format!("{} presses {:?} on {case}: {fault}", agent.id, request.kind)),
        }
        Ok(())
    }

    fn agent_replies(&mut self) -> Result<()> {
        let Some(case) = self.some_case()? else { return Ok(()) };
        let row = self.desk.store.read(|tx| cases::row(tx, &case))?;
        let Some(owed) = row.and_then(|row| row.owed) else { return Ok(()) };
        if owed.claim == Claim::OfferMade {
            return Ok(());
        }
        let reply = self.order(owed.claim, None);
        let agents = self.agents.clone();
        let Some(agent) = self.pick(&agents) else { return Ok(()) };
        let key = format!("key-{}", self.presses).parse().ok().context("a key")?;
        let said = match decide::reply(&self.desk, agent, &case, &key, &ReplyRequest { reply }) {
            Ok(recorded) => {
                let ids: Vec<_> = recorded.intents.iter().map(|intent| intent.id.to_string()).collect();
                format!("{} tells {case} {:?}: {}", agent.id, owed.claim, ids.join(", "))
            }
            Err(fault) => format!("{} tells {case} {:?}: {fault}", agent.id, owed.claim),
        };
        self.tell(said);
        Ok(())
    }

    pub(crate) fn intents(&self) -> Result<Vec<Intent>> {
        let shop = self.shop.clone();
        Ok(self.desk.store.read(|tx| intents::of_shop(tx, &shop))?)
    }

    fn agent_undoes(&mut self) -> Result<()> {
        let live: Vec<Intent> = self.intents()?.into_iter().filter(|intent| !intent.state.is_over()).collect();
        let Some(intent) = self.pick(&live) else { return Ok(()) };
        let Some(agent) = self.agents.iter().find(|agent| agent.id == intent.agent) else { return Ok(()) };
        let said = match decide::undo(&self.desk, agent, &intent.id) {
            Ok(_) => format!("{} undoes {}", agent.id, intent.id),
            Err(fault) => format!("{} undoes {}: {fault}", agent.id, intent.id),
        };
        self.tell(said);
        Ok(())
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

    /// A webhook arrives: in any order, late, twice, forged, or never.
    fn webhook_comes(&mut self) -> Result<()> {
        if self.webhooks.is_empty() {
            return Ok(());
        }
        let place = self.random.random_range(0..self.webhooks.len());
        let Some(webhook) = self.webhooks.get(place).cloned() else { return Ok(()) };
        if !self.chance(200) {
            self.webhooks.remove(place);
        }
        if self.chance(150) {
            return Ok(());
        }
        let is_forged = self.chance(100);
        let path = webhook.url.rsplit('/').next().unwrap_or_default().to_owned();
        let signature = if is_forged { "0".repeat(64) } else { webhook.authorization };
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&signature)?);
        let receive =
            routes::webhooks::receive(State(self.desk.clone()), Path(path), headers, Body::from(webhook.body));
        let status = finish(receive);
        self.tell(format!("a webhook comes: {status}"));
        if is_forged && status != axum::http::StatusCode::UNAUTHORIZED && !self.fuse.is_blown() {
            bail!("a forged webhook was answered with {status}");
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
            for object in [shared::domain::facts::Object::Return, shared::domain::facts::Object::Cancellation] {
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

fn parts(clock: &Clock, entropy: &Entropy, net: &Net, fuse: &Fuse) -> Parts {
    Parts {
        clock: clock.clone(),
        entropy: entropy.clone(),
        pause: Pause::skipping(),
        net: Some(net.clone()),
        fuse: fuse.clone(),
        ..Parts::default()
    }
}

/// The words of a reply.
pub(crate) fn text_of(intent: &Intent) -> Option<(&str, Option<Claim>)> {
    match &intent.payload {
        Payload::Reply { text, claim, .. } => Some((text, *claim)),
        Payload::Decision { .. } => None,
    }
}

/// The kind of a decision.
pub(crate) fn kind_of(intent: &Intent) -> Option<DecisionKind> {
    match &intent.payload {
        Payload::Decision { kind, .. } => Some(*kind),
        Payload::Reply { .. } => None,
    }
}
