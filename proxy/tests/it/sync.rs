//! Keeping up with the platform: import, sweeps, hints and reads by id, against the sandbox. No timer runs here: each
//! test takes the steps itself.

use super::support::database;
use proxy::app::{Desk, Parts};
use proxy::clock::Clock;
use proxy::config::{Config, Origin, Vars};
use proxy::secret::Secret;
use proxy::store::cases::{self, CaseFile};
use proxy::store::shops::{self, AppKind, ShopRow};
use proxy::store::{chat, events, webhooks};
use proxy::sync::{self, Ask, read};
use proxy::tiktok::client::App;
use proxy::tiktok::pause::Pause;
use sandbox::{Dials, Options, Sandbox};
use serde_json::{Value, json};
use shared::domain::case::Stage;
use shared::domain::facts::Object;
use shared::id::ShopId;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::event::Event;
use shared::wire::shop::{ImportView, ShopLink};
use std::collections::BTreeSet;
use std::time::Duration;
use tempfile::TempDir;

const START: i64 = 1_790_000_000;

/// A desk that does nothing by itself, before a sandbox whose clock stands still.
pub(super) struct Room {
    pub(super) desk: Desk,
    open: Box<dyn Fn() -> Desk + Send + Sync>,
    pub(super) sandbox: Sandbox,
    pub(super) http: reqwest::Client,
    pub(super) clock: Clock,
    pub(super) shop: ShopId,
    _folder: TempDir,
}

/// A case that a buyer has opened.
pub(super) struct Opened {
    pub(super) object: Object,
    pub(super) id: String,
    pub(super) order: String,
}

impl Room {
    pub(super) async fn start_with(cases: usize) -> Self {
        Self::start_on(cases, database::settings()).await
    }

    /// On a database of its own, which `settings` name.
    pub(super) async fn start_on(cases: usize, settings: Vec<(String, String)>) -> Self {
        let dials = Dials { drops_webhooks: true, calls_per_second: 100_000, ..Dials::default() };
        let options = Options { cases: Some(cases), start: Some(START), dials, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let about = sandbox.description().clone();
        let folder = tempfile::tempdir().unwrap();
        let data = ("AMENDS_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned());
        let vars = Vars::of(settings.into_iter().chain([data]));
        let clock = Clock::settable(Timestamp::from_millis(START * 1000));
        let app = App {
            key: about.app_key.clone(),
            secret: Secret::new(about.app_secret.clone()),
            service_id: about.service_id.clone(),
            api_url: about.url.clone(),
            auth_url: about.auth_url.clone(),
            consent_url: format!("{}/open/authorize", about.auth_url),
        };
        let (config, opened_at) = (Config::read(&vars).unwrap(), clock.clone());
        let open = move || {
            let parts = Parts { clock: opened_at.clone(), pause: Pause::skipping(), ..Parts::default() };
            let origin = Origin::parse("http://127.0.0.1:9").unwrap();
            Desk::open(config.clone(), parts, origin, Some(app.clone())).unwrap()
        };
        let desk = open();
        let http = reqwest::Client::new();
        let answer = http.post(format!("{}/_sandbox/clock", about.url)).json(&json!({ "freeze": true, "now": START }));
        answer.send().await.unwrap().error_for_status().unwrap();
        let code = Secret::new(about.shops[0].auth_code.clone());
        let shop = desk.connector.take_code(AppKind::Practice, code).await.unwrap().remove(0);
        Self { desk, open: Box::new(open), sandbox, http, clock, shop, _folder: folder }
    }

    /// Another desk on the same database, before the same sandbox.
    pub(super) fn another(&self) -> Desk {
        (self.open)()
    }

    /// With everything imported.
    pub(super) async fn imported(cases: usize) -> Self {
        Self::imported_on(cases, database::settings()).await
    }

    /// The same, on a database of its own, which `settings` name.
    pub(super) async fn imported_on(cases: usize, settings: Vec<(String, String)>) -> Self {
        let room = Self::start_on(cases, settings).await;
        while !sync::import_step(&room.desk, &room.shop).await.unwrap() {}
        room
    }

    pub(super) async fn control(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/_sandbox/{path}", self.sandbox.url())).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    pub(super) async fn pass(&self, seconds: u64) {
        self.clock.pass(Duration::from_secs(seconds));
        self.control("clock", json!({ "advance_s": seconds })).await;
    }

    pub(super) async fn fail(&self, path: &str, times: u32, more: Value) {
        let mut fault = json!({ "path": path, "times": times });
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.control("faults", fault).await;
    }

    pub(super) async fn heal(&self) {
        self.http.delete(format!("{}/_sandbox/faults", self.sandbox.url())).send().await.unwrap();
    }

    /// Calls so far whose path holds a word.
    pub(super) async fn calls(&self, word: &str) -> usize {
        let url = format!("{}/_sandbox/journal?path={word}", self.sandbox.url());
        let journal: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        journal["requests"].as_array().unwrap().len()
    }

    /// The pages that came of a search, each by what it was asked for with, sorted.
    async fn pages(&self, word: &str) -> Vec<String> {
        let url = format!("{}/_sandbox/journal?path={word}", self.sandbox.url());
        let journal: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        // Without a filter all is counted.
        let is_page = |one: &&Value| one["code"] == 0 && one["body"].as_str().unwrap().contains("_");
        let came = journal["requests"].as_array().unwrap().iter().filter(is_page);
        let mut pages: Vec<_> = came.map(|one| format!("{} {}", one["body"], one["query"])).collect();
        pages.sort();
        pages
    }

    pub(super) async fn open(&self, kind: &str, more: Value) -> Opened {
        let mut body = json!({ "kind": kind, "shop": self.row().platform_id });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let opened = self.control("cases", body).await;
        let text = |name: &str| opened[name].as_str().unwrap().to_owned();
        let object = if kind == "CANCEL" { Object::Cancellation } else { Object::Return };
        Opened { object, id: text("id"), order: text("order_id") }
    }

    pub(super) async fn act(&self, case: &Opened, act: &str) {
        self.control(&format!("cases/{}/act", case.id), json!({ "act": act })).await;
    }

    pub(super) fn row(&self) -> ShopRow {
        self.desk.store.read(|tx| shops::find(tx, &self.shop)).unwrap().unwrap()
    }

    pub(super) fn file(&self, case: &Opened) -> Option<CaseFile> {
        self.desk.store.read(|tx| cases::find_by_key(tx, &self.shop, case.object, &case.id)).unwrap()
    }

    pub(super) fn status(&self, case: &Opened) -> String {
        self.file(case).unwrap().platform.status
    }

    pub(super) fn count(&self) -> u64 {
        self.desk.store.read(|tx| cases::count(tx, &self.shop)).unwrap()
    }

    /// A case that is here already.
    pub(super) async fn stored(&self, kind: &str) -> Opened {
        let case = self.open(kind, json!({})).await;
        read::read_key(&self.desk, &self.shop, case.object, &case.id).await.unwrap();
        case
    }

    pub(super) fn receive(&self, number: &str, kind: i64, data: Value) {
        let body = json!({ "type": kind, "tts_notification_id": number, "data": data }).to_string();
        let (shop, id, at) = (self.shop.clone(), number.to_owned(), self.desk.clock.now());
        let arrived = webhooks::Arrived { shop, id, kind, body, at };
        assert_eq!(self.desk.store.write(|tx| webhooks::receive(tx, &[arrived])).unwrap(), 1);
    }

    pub(super) fn hints_left(&self) -> i64 {
        self.desk.store.read(webhooks::count_open).unwrap()
    }

    /// What the browsers were told of the shop.
    pub(super) fn told(&self) -> Vec<(ShopLink, ImportView)> {
        let all = self.desk.store.read(|tx| events::after(tx, 0, 10_000)).unwrap();
        let of_shop = all.into_iter().filter_map(|placed| match placed.event {
            Event::ShopChanged { shop } => Some((shop.link, shop.import)),
            _ => None,
        });
        of_shop.collect()
    }
}

#[tokio::test]
async fn the_first_import_brings_every_case_with_its_order_and_open_returns_with_their_records() {
    let room = Room::imported(300).await;
    let ImportView::Done { cases } = room.row().import else { panic!("{:?}", room.row().import) };
    assert_eq!(cases, room.count());
    assert!(cases > 20, "{cases}");
    let (rows, stale) = room
        .desk
        .store
        .read(|tx| {
            let all = cases::open_ones(tx, &room.shop, Timestamp::from_millis(i64::MAX))?;
            let mut files = Vec::new();
            for id in &all {
                let file = cases::find(tx, id)?.unwrap();
                let order = cases::order(tx, &room.shop, &file.platform.order_id)?;
                assert!(order.is_some_and(|order| order.buyer_id.is_some()), "{}", file.platform.order_id);
                files.push(file);
            }
            Ok((files, cases::stale_ones(tx)?))
        })
        .unwrap();
    assert!(stale.is_empty());
    let open_returns = rows.iter().filter(|file| file.platform.object == Object::Return);
    assert!(open_returns.clone().count() > 0);
    assert!(open_returns.into_iter().all(|file| file.records_read.is_some() && !file.records.is_empty()));
    assert!(sync::import_step(&room.desk, &room.shop).await.unwrap());
    let told = room.told();
    assert!(matches!(told.last(), Some((_, ImportView::Done { .. }))), "{told:?}");
    assert!(told.len() < 6, "the clock stands still: progress is told once");
}

#[tokio::test]
async fn an_import_tells_of_each_case_that_is_somebodys_work_and_of_no_other() {
    let room = Room::imported(300).await;
    let connected = room.row().connected_at;
    let (rows, told) = room
        .desk
        .store
        .read(|tx| {
            let mut rows = Vec::new();
            for row in tx.all("SELECT id FROM case_file", &[], |row| row.get::<String>(0))? {
                rows.extend(cases::row(tx, &row.parse().unwrap())?);
            }
            let told = events::after(tx, 0, 10_000)?.into_iter().filter_map(|placed| match placed.event {
                Event::CaseChanged { row } => Some(row.id),
                _ => None,
            });
            Ok((rows, told.collect::<BTreeSet<_>>()))
        })
        .unwrap();
    let is_work = |row: &CaseRow| row.stage != Stage::Done || row.updated >= connected;
    let work: BTreeSet<_> = rows.iter().filter(|row| is_work(row)).map(|row| row.id.clone()).collect();
    assert!(!work.is_empty() && work.len() < rows.len(), "{} of {}", work.len(), rows.len());
    assert_eq!(told, work);
}

#[tokio::test]
async fn an_import_that_is_cut_off_goes_on_at_its_page() {
    let whole = Room::imported(700).await.count();
    let room = Room::start_with(700).await;
    // The count and the first page pass, then the platform is away.
    room.fail("returns/search", 40, json!({ "kind": "reset_before", "after": 2 })).await;
    let mut faults = 0;
    loop {
        match sync::import_step(&room.desk, &room.shop).await {
            Ok(true) => break,
            Ok(false) => {}
            Err(_) => {
                faults += 1;
                assert!(matches!(room.row().import, ImportView::Running { .. }));
                room.heal().await;
            }
        }
    }
    assert_eq!((faults, room.count()), (1, whole));
    assert_eq!(room.row().import, ImportView::Done { cases: whole });
    // No page that came was asked for again, least of all the first.
    let pages = room.pages("returns/search").await;
    let mut once = pages.clone();
    once.dedup();
    assert_eq!(pages, once);
}

#[tokio::test]
async fn a_page_of_the_import_that_cannot_be_stored_is_asked_for_again_and_none_after_it_is_kept() {
    let whole = Room::imported(700).await;
    let oldest =
        "SELECT platform_id FROM case_file WHERE object = 'return' AND is_over = 0 ORDER BY platform_at LIMIT 9";
    let oldest: Vec<String> = whole.desk.store.read(|tx| tx.all(oldest, &[], |row| row.get(0))).unwrap();
    let room = Room::start_with(700).await;
    let write = |sql: &str| room.desk.store.write(|tx| tx.execute(sql, &[]).map(drop)).unwrap();
    // Of these only one can be stored: they are on the first page of what is open.
    let oldest = oldest.join("', '");
    write(&format!("CREATE UNIQUE INDEX only_one ON case_file (shop_id) WHERE platform_id IN ('{oldest}')"));
    assert!(sync::import_step(&room.desk, &room.shop).await.is_err());
    let returns = || room.desk.store.read(|tx| cases::count_of(tx, &room.shop, Object::Return)).unwrap();
    assert_eq!(returns(), 0);
    write("DROP INDEX only_one");
    while !sync::import_step(&room.desk, &room.shop).await.unwrap() {}
    assert_eq!((room.count(), room.row().import), (whole.count(), ImportView::Done { cases: whole.count() }));
}

#[tokio::test]
async fn what_is_opened_and_decided_elsewhere_is_found_by_the_next_sweep() {
    let room = Room::imported(40).await;
    let before = room.count();
    room.pass(60).await;
    let case = room.open("REFUND", json!({})).await;
    room.pass(60).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.count(), before + 1);
    assert_eq!(room.status(&case), "RETURN_OR_REFUND_REQUEST_PENDING");
    let records = room.file(&case).unwrap().records.len();
    room.act(&case, "seller_center_approve").await;
    room.pass(600).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    let file = room.file(&case).unwrap();
    assert_eq!(file.platform.status, "RETURN_OR_REFUND_REQUEST_COMPLETE");
    assert!(file.records.len() > records);
    assert_eq!(room.row().swept, Some(room.desk.clock.now()));
    // Nothing has changed: one call for each search, none for records or orders.
    let (records, orders) = (room.calls("/records").await, room.calls("/orders").await);
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    assert_eq!((room.calls("/records").await, room.calls("/orders").await), (records, orders));
}

#[tokio::test]
async fn a_sweep_that_fails_moves_nothing_and_says_that_tiktok_is_away() {
    let room = Room::imported(40).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    let swept = room.row().swept;
    room.pass(3_600).await;
    let case = room.open("CANCEL", json!({})).await;
    room.fail("returns/search", 100, json!({ "kind": "status", "status": 503 })).await;
    room.fail("cancellations/search", 100, json!({ "kind": "status", "status": 503 })).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap_err();
    assert_eq!((room.row().link, room.row().swept), (ShopLink::Unreachable, swept));
    assert_eq!(room.told().last().map(|(link, _)| *link), Some(ShopLink::Unreachable));
    room.heal().await;
    // Much later than the overlap of two sweeps.
    room.pass(7_200).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.row().link, ShopLink::Connected);
    assert!(room.file(&case).is_some());
}

#[tokio::test]
async fn records_that_could_not_be_read_keep_the_place_of_the_sweep() {
    let room = Room::imported(20).await;
    let case = room.open("RETURN_AND_REFUND", json!({})).await;
    room.pass(60).await;
    room.fail("/records", 100, json!({ "kind": "status", "status": 500 })).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap_err();
    assert_eq!(room.file(&case).unwrap().records_read, None, "the case itself is here");
    room.heal().await;
    room.pass(3_600).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    assert!(room.file(&case).unwrap().records_read.is_some());
}

#[tokio::test]
async fn a_withdrawn_consent_shows_as_expired() {
    let room = Room::imported(20).await;
    room.fail("/search", 100, json!({ "kind": "code", "code": 105_001 })).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap_err();
    assert_eq!(room.row().link, ShopLink::Expired);
    assert_eq!(room.told().last().map(|(link, _)| *link), Some(ShopLink::Expired));
    let calls = room.calls("").await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap_err();
    assert_eq!(room.calls("").await, calls, "nothing is asked in the name of a shop that has gone");
}

#[tokio::test]
async fn a_webhook_is_read_after_and_never_believed() {
    let room = Room::imported(20).await;
    let cancel = room.open("CANCEL", json!({})).await;
    let refund = room.open("REFUND", json!({})).await;
    let of_order = room.open("REFUND", json!({})).await;
    // All three lie about the status; none is read from the body.
    room.receive("1", 11, json!({ "cancel_id": cancel.id, "cancel_status": "CANCELLATION_REQUEST_COMPLETE" }));
    room.receive("2", 12, json!({ "return_id": refund.id, "return_status": "RETURN_OR_REFUND_REQUEST_COMPLETE" }));
    room.receive("3", 1, json!({ "order_id": of_order.order, "order_status": "CANCEL" }));
    room.receive("4", 36, json!({ "order_ids": ["5"] }));
    room.receive("5", 7, json!({ "expiration_time": "1790000000" }));
    room.receive("6", 12, json!({ "return_id": "999999999" }));
    sync::handle_hints(&room.desk).await.unwrap();
    assert_eq!(room.status(&cancel), "CANCELLATION_REQUEST_PENDING");
    assert_eq!(room.status(&refund), "RETURN_OR_REFUND_REQUEST_PENDING");
    assert!(room.file(&refund).unwrap().records_read.is_some());
    assert_eq!(room.status(&of_order), "RETURN_OR_REFUND_REQUEST_PENDING");
    assert_eq!(room.hints_left(), 0);
}

#[tokio::test]
async fn a_hint_stays_until_what_it_hints_at_has_been_read() {
    let room = Room::imported(20).await;
    let cancel = room.open("CANCEL", json!({})).await;
    let refund = room.open("REFUND", json!({})).await;
    room.receive("1", 11, json!({ "cancel_id": cancel.id }));
    room.receive("2", 12, json!({ "return_id": refund.id }));
    room.fail("returns/search", 100, json!({ "kind": "status", "status": 502 })).await;
    sync::handle_hints(&room.desk).await.unwrap();
    assert_eq!((room.file(&cancel).is_some(), room.file(&refund).is_some()), (true, false));
    assert_eq!(room.hints_left(), 1);
    room.heal().await;
    sync::handle_hints(&room.desk).await.unwrap();
    assert!(room.file(&refund).is_some());
    assert_eq!(room.hints_left(), 0);
}

#[tokio::test]
async fn a_withdrawal_is_checked_before_it_is_shown() {
    let room = Room::imported(20).await;
    room.receive("1", 6, json!({ "message": "deauthorized" }));
    sync::handle_hints(&room.desk).await.unwrap();
    assert_eq!((room.row().link, room.hints_left()), (ShopLink::Connected, 0), "anybody may say so");
    room.receive("2", 6, json!({ "message": "deauthorized" }));
    room.fail("webhooks", 10, json!({ "kind": "code", "code": 105_001 })).await;
    sync::handle_hints(&room.desk).await.unwrap();
    assert_eq!(room.row().link, ShopLink::Expired);
}

#[tokio::test]
async fn a_case_that_cannot_be_read_is_said_to_be_unread() {
    let room = Room::imported(20).await;
    let case = room.stored("REFUND").await;
    let id = room.file(&case).unwrap().id;
    for path in ["returns/search", "/records"] {
        room.fail(path, 100, json!({ "kind": "status", "status": 500 })).await;
        assert!(read::read_case(&room.desk, &id).await.is_err(), "{path}");
        room.heal().await;
    }
    // The order says nothing about the decision.
    room.fail("/orders", 100, json!({ "kind": "status", "status": 500 })).await;
    read::read_case(&room.desk, &id).await.unwrap();
    assert!(read::read_key(&room.desk, &room.shop, Object::Return, "999999999").await.is_err());
}

#[tokio::test]
async fn an_opened_case_has_its_options_and_its_conversation() {
    let room = Room::imported(20).await;
    let case = room.stored("REFUND").await;
    let id = room.file(&case).unwrap().id;
    room.control(&format!("cases/{}/act", case.id), json!({ "act": "message", "text": "Hello?" })).await;
    read::find_conversations(&room.desk, &room.shop).await.unwrap();
    let reads = room.calls("/messages/read").await;
    sync::answer(&room.desk, Ask::Opened { shop: room.shop.clone(), case: id.clone() }).await.unwrap();
    let options = room.file(&case).unwrap().options.unwrap();
    let rejection = options.iter().find(|option| option.kind == shared::domain::case::DecisionKind::RejectRefund);
    assert!(!rejection.unwrap().reasons.is_empty(), "{options:?}");
    let words = room
        .desk
        .store
        .read(|tx| {
            let order = cases::order(tx, &room.shop, &case.order)?.unwrap();
            let known = chat::with_buyer(tx, &room.shop, &order.buyer_id.unwrap())?.unwrap();
            chat::messages(tx, &room.shop, &known.id, 10)
        })
        .unwrap();
    assert_eq!(words.last().unwrap().message.text.as_deref(), Some("Hello?"));
    assert_eq!(room.calls("/messages/read").await, reads + 1);
}

#[tokio::test]
async fn options_that_could_not_be_read_are_said_and_a_change_forgets_those_of_before() {
    let room = Room::imported(20).await;
    let case = room.stored("RETURN_AND_REFUND").await;
    let id = room.file(&case).unwrap().id;
    read::read_options(&room.desk, &id).await.unwrap();
    assert!(room.file(&case).unwrap().options.is_some());
    room.fail("decision_eligibility", 100, json!({ "kind": "status", "status": 500 })).await;
    read::read_options(&room.desk, &id).await.unwrap();
    let file = room.file(&case).unwrap();
    assert_eq!((file.options.is_some(), file.options_failed), (true, true));
    room.pass(5).await;
    room.act(&case, "seller_center_approve").await;
    read::read_case(&room.desk, &id).await.unwrap();
    let file = room.file(&case).unwrap();
    assert_eq!((file.options, file.options_failed), (None, false));
}

#[tokio::test]
async fn a_case_is_read_again_when_its_time_is_up() {
    let room = Room::imported(20).await;
    let case = room.open("REFUND", json!({ "deadline_s": 100 })).await;
    read::read_key(&room.desk, &room.shop, case.object, &case.id).await.unwrap();
    let before = room.calls("returns/search").await;
    room.pass(90).await;
    sync::read_past_deadlines(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.calls("returns/search").await, before);
    room.pass(16).await;
    sync::read_past_deadlines(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.calls("returns/search").await, before + 1);
    assert_ne!(room.status(&case), "RETURN_OR_REFUND_REQUEST_PENDING");
}

#[tokio::test]
async fn open_cases_are_read_by_id_every_six_hours() {
    let room = Room::imported(60).await;
    let calls = room.calls("/search").await;
    sync::read_old_ones(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.calls("/search").await, calls);
    room.pass(6 * 3_600 + 1).await;
    sync::read_old_ones(&room.desk, &room.shop).await.unwrap();
    let now = room.desk.clock.now();
    let old = room.desk.store.read(|tx| cases::open_ones(tx, &room.shop, now)).unwrap();
    assert!(old.is_empty(), "{old:?}");
}
