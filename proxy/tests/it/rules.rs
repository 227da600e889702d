//! Rules: what a dry run says is what they do; once, within their cap, only while on, and never over a person's head.

use super::outbox::agent;
use super::support::{TestDesk, database};
use super::sync::{Opened, Room};
use proxy::app::Desk;
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::rules::act::{Waiting, act_all};
use proxy::desk::{claim, decide, rules, tags, ticks, view, work};
use proxy::outbox;
use proxy::store::cases::CaseFile;
use proxy::store::intents::{self, Intent, Payload};
use proxy::store::people::{self, Account};
use proxy::store::shops::{self, AppKind};
use proxy::store::{Param, Tx, cases, queue, rules as store};
use proxy::sync::{self, read};
use serde_json::{Value, json};
use shared::domain::case::{DecisionKind, Kind, Stage};
use shared::domain::facts::Object;
use shared::domain::quality::Check;
use shared::domain::rule::{Barred, Bound, Cap, Count, DAY_MS, DRY_DAYS, History, Prepared, Rule, Then, When, Would};
use shared::domain::tick::Tick;
use shared::id::{CaseId, RuleId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::{CaseFilter, Happened, Who};
use shared::wire::claim::ClaimRequest;
use shared::wire::decision::{AssignRequest, DecisionRequest, Draft};
use shared::wire::intent::{IntentState, IntentWhat};
use shared::wire::rule::{
    Act, Kept, RulePage, RuleVersion, RunDry, SaveRule, SecondAnswer, StopRules, Stopped, SwitchRule, Switched,
    TagRequest, Undone,
};
use shared::wire::session::{Role, ShopScope};
use shared::wire::shop::ImportView;
use shared::wire::tick::TickRules;
use std::collections::BTreeMap;

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

fn usd(amount: &str) -> Money {
    Money::parse(amount, "USD").unwrap()
}

fn lead(room: &Room, name: &str) -> Agent {
    let account = Account {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        role: Role::Lead,
        shops: ShopScope::All,
        password_hash: None,
        is_practice: true,
        seen: None,
    };
    room.desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1))).unwrap();
    Agent::new(account, "session".to_owned())
}

/// Approves refund-only requests of at most so much.
pub(super) fn small(most: &str) -> Rule {
    Rule {
        name: "Small breakages".to_owned(),
        when: When { kinds: vec![Kind::RefundOnly], most: Some(usd(most)), ..When::default() },
        then: Then { approve: true, ..Then::default() },
        cap: Cap { acts: 50, money: None },
    }
}

/// A desk with two leads and an agent, before a quiet platform.
pub(super) struct Scene {
    room: Room,
    pub(super) mara: Agent,
    pub(super) noor: Agent,
    ines: Agent,
}

impl Scene {
    pub(super) async fn new() -> Self {
        Self::of(Room::imported(10).await)
    }

    /// One where what agents press goes out at once.
    async fn without_hold() -> Self {
        let none = ("AMENDS_HOLD_SECONDS".to_owned(), "0".to_owned());
        let settings = database::settings().into_iter().chain([none]).collect();
        Self::of(Room::imported_on(10, settings).await)
    }

    fn of(room: Room) -> Self {
        let (mara, noor, ines) = (lead(&room, "mara"), lead(&room, "noor"), agent(&room, "ines"));
        Self { room, mara, noor, ines }
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.room.desk
    }

    pub(super) fn save(&self, id: &str, read: u32, rule: &Rule) -> RulePage {
        let request = SaveRule { read, rule: rule.clone() };
        rules::save(self.desk(), &self.mara, &id.parse().unwrap(), &request).unwrap()
    }

    pub(super) fn switch(&self, id: &str, version: u32, is_on: bool) -> Result<RulePage, DeskError> {
        let request = SwitchRule { version, is_on, knows_all: false };
        rules::switch(self.desk(), &self.noor, &id.parse().unwrap(), &request)
    }

    /// Written by one lead, run dry and switched on by another.
    pub(super) fn turn_on(&self, id: &str, rule: &Rule) {
        let version = self.save(id, 0, rule).rule.newest.number;
        rules::dry::run(self.desk(), &self.noor, &id.parse().unwrap(), version).unwrap();
        self.switch(id, version, true).unwrap();
    }

    /// A buyer asks, and the desk has read all of it.
    async fn asked(&self, kind: &str, more: Value) -> (Opened, CaseId) {
        let case = self.room.open(kind, more).await;
        read::read_key(self.desk(), &self.room.shop, case.object, &case.id).await.unwrap();
        let id = self.room.file(&case).unwrap().id;
        (case, id)
    }

    pub(super) async fn mug(&self) -> (Opened, CaseId) {
        let more = json!({ "seller_sku": "HH-MUG-12-BL", "reason": "damaged", "deadline_s": DAY });
        self.asked("REFUND", more).await
    }

    /// The rules' turn, with what they ask to be read.
    async fn rules_on(&self, desk: &Desk) {
        let mut waiting = Waiting::default();
        while act_all(desk, &mut waiting).unwrap() {
            let asks = desk.sync.take();
            assert!(!asks.is_empty(), "something is waited for that nobody reads");
            for ask in asks {
                sync::answer(desk, ask).await.unwrap();
            }
        }
    }

    pub(super) async fn turn(&self) {
        self.rules_on(self.desk()).await;
    }

    async fn live(&self, id: &CaseId, seconds: u64) {
        self.room.pass(seconds).await;
        outbox::settle_due(self.desk()).await.unwrap();
        read::read_case(self.desk(), id).await.unwrap();
    }

    pub(super) fn intents(&self, case: &CaseId) -> Vec<Intent> {
        self.desk().store.read(|tx| intents::of_case(tx, case)).unwrap()
    }

    fn view(&self, case: &CaseId) -> shared::wire::case::CaseView {
        self.desk().store.read(|tx| view::read(tx, case, Some(&self.ines.id))).unwrap().unwrap()
    }

    fn kept(&self, rule: &str) -> Vec<Option<Kept>> {
        let shops = [self.room.shop.clone()];
        let acts = self.desk().store.read(|tx| store::acts(tx, &rule.parse().unwrap(), &shops, 100)).unwrap();
        acts.into_iter().map(|act| act.kept).collect()
    }

    /// What rules say in the timeline of a case.
    pub(super) fn said(&self, case: &CaseId) -> Vec<(Who, Happened)> {
        let all = self.view(case).timeline.into_iter().rev().map(|entry| (entry.who, entry.what));
        all.filter(|(who, _)| matches!(who, Who::Rule(_))).collect()
    }

    fn decide(&self, by: &Agent, case: &CaseId, key: &str, kind: DecisionKind) -> Result<(), DeskError> {
        self.press(by, case, key, kind, "5.00")
    }

    /// A decision; of an offer, with this sum.
    fn request(&self, case: &CaseId, kind: DecisionKind, offer: &str) -> DecisionRequest {
        let reason = self.desk().store.read(|tx| cases::find(tx, case)).unwrap().unwrap().options.and_then(|options| {
            let chosen = options.into_iter().find(|option| option.kind == kind)?;
            Some(chosen.reasons.first()?.name.clone())
        });
        DecisionRequest {
            kind,
            shown: None,
            reason: reason.filter(|_| kind.needs_reason()),
            comment: None,
            evidence: Vec::new(),
            amount: kind.needs_amount().then(|| usd(offer)),
            reply: None,
            without_hold: false,
            take_over: false,
            expects_second: false,
        }
    }

    fn press(&self, by: &Agent, case: &CaseId, key: &str, kind: DecisionKind, offer: &str) -> Result<(), DeskError> {
        let request = self.request(case, kind, offer);
        decide::decide(self.desk(), by, case, &key.parse().unwrap(), &request).map(drop)
    }

    async fn paid(&self, case: &Opened) -> usize {
        let url = format!("{}/_sandbox/ledger", self.room.sandbox.url());
        let ledger: Value = self.room.http.get(url).send().await.unwrap().json().await.unwrap();
        ledger["money"].as_array().unwrap().iter().filter(|row| row["id"] == case.id.as_str()).count()
    }
}

const SKUS: [&str; 5] = ["HH-MUG-12-BL", "HH-POT-18-TC", "HH-CNDL-CF", "HH-POUR-600", "HH-TRAIL-8-RD"];
const BUYERS: [&str; 6] = ["Dana", "Cole", "Jae", "Marisol", "Tyler", "Grace"];
const REASONS: [&str; 4] = ["damaged", "wrong_item", "not_as_described", "missing_parts"];

/// The same ninety days for every desk: who asks for what does not depend on what the desk does.
fn wish(place: usize) -> (&'static str, Value) {
    let of = |step: usize, all: usize| (place * step + place / all) % all;
    if place % 9 == 4 {
        // Cancelled at once: nobody waits for the shop.
        let status = ["UNPAID", "ON_HOLD"][place / 9 % 2];
        return ("CANCEL", json!({ "seller_sku": SKUS[of(7, 5)], "order_status": status, "buyer": "Hannah" }));
    }
    let kind = ["REFUND", "REFUND", "RETURN_AND_REFUND", "CANCEL"][of(3, 4)];
    let mut more = json!({
        "seller_sku": SKUS[of(7, 5)], "quantity": 1 + of(5, 2), "deadline_s": 2 * DAY,
        "buyer": BUYERS[of(1, 6)],
    });
    if kind == "CANCEL" {
        more["order_status"] = json!("AWAITING_SHIPMENT");
    } else {
        more["reason"] = json!(REASONS[of(3, 4)]);
        more["photos"] = json!(of(2, 3));
        more["order_status"] = json!("DELIVERED");
    }
    (kind, more)
}

/// As a team works without rules: yes, no, a part, too late, and buyers who give up.
async fn work(scene: &Scene, place: usize, case: &Opened, id: &CaseId) {
    if scene.view(id).row.stage != Stage::ToDecide {
        return;
    }
    read::read_options(scene.desk(), id).await.unwrap();
    let kind = scene.view(id).row.kind;
    let key = format!("k{place}");
    let (yes, no) = match kind {
        Kind::Cancellation => (DecisionKind::ApproveCancel, None),
        Kind::ReturnAndRefund => (DecisionKind::AgreeReturn, Some(DecisionKind::RejectReturn)),
        _ => (DecisionKind::ApproveRefund, Some(DecisionKind::RejectRefund)),
    };
    match (place % 5, no) {
        (0 | 1, _) | (2, None) => scene.decide(&scene.ines, id, &key, yes).unwrap(),
        (2, Some(no)) => scene.decide(&scene.ines, id, &key, no).unwrap(),
        (3, _) => scene.room.act(case, "withdraw").await,
        (4, Some(DecisionKind::RejectRefund)) => {
            scene.decide(&scene.ines, id, &key, DecisionKind::OfferPartial).unwrap();
        }
        _ => {}
    }
}

const CASES: usize = 100;

/// Lives through the days; answers the cases in order.
async fn ninety_days(scene: &Scene, is_worked: bool) -> Vec<(Opened, CaseId)> {
    let mut all: Vec<(Opened, CaseId)> = Vec::new();
    for place in 0..CASES {
        let (kind, more) = wish(place);
        let (case, id) = scene.asked(kind, more).await;
        scene.turn().await;
        if is_worked {
            work(scene, place, &case, &id).await;
        }
        // A second one on the same day, now and then, so that the caps of a day are reached.
        let hours = if place % 3 == 0 { 2 } else { 30 };
        scene.room.pass(60).await;
        outbox::settle_due(scene.desk()).await.unwrap();
        if is_worked && place % 5 == 4 && case.object == Object::Return {
            // What was asked for is not on the platform any more: it shows what was agreed.
            scene.room.act(&case, "accept_offer").await;
        }
        scene.room.pass(hours * HOUR).await;
        all.push((case, id));
    }
    for (_, id) in &all {
        read::read_case(scene.desk(), id).await.unwrap();
    }
    all
}

/// Every condition at once, with a cap that is reached on some days.
fn demanding() -> Rule {
    Rule {
        name: "Small and shown".to_owned(),
        when: When {
            kinds: vec![Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Cancellation],
            most: Some(usd("45.00")),
            products: vec!["mug".to_owned(), "pot".to_owned(), "candle".to_owned(), "pour-over".to_owned()],
            history: Some(History { days: 90, count: Count { bound: Bound::AtMost, number: 9 } }),
            ..When::default()
        },
        then: Then { approve: true, tag: Some("by rule".to_owned()), ..Then::default() },
        cap: Cap { acts: 1, money: Some(usd("40.00")) },
    }
}

#[tokio::test]
async fn a_dry_run_on_ninety_days_equals_case_by_case_what_the_rule_does_when_they_are_replayed_with_it_on() {
    // The days without a rule, worked by people; then the dry run.
    let without = Scene::new().await;
    let lived = ninety_days(&without, true).await;
    let shops = [without.room.shop.clone()];
    let now = without.desk().clock.now();
    let dry = rules::dry::through(without.desk(), &demanding(), &shops, now).unwrap();
    let mut said: BTreeMap<CaseId, Would> = dry.cases.into_iter().map(|case| (case.past.case, case.would)).collect();

    // The same days with the rule on from the first.
    let with = Scene::new().await;
    with.turn_on("r_1", &demanding());
    let replayed = ninety_days(&with, false).await;
    let (mut approved, mut capped, mut not, mut direct) = (0, 0, 0, 0);
    for (place, ((_, before), (case, after))) in lived.iter().zip(&replayed).enumerate() {
        if without.desk().store.read(|tx| cases::find(tx, before)).unwrap().unwrap().platform.type_word == "CANCEL" {
            direct += 1;
            assert_eq!(said.remove(before), None, "case {place}: nobody was asked");
            assert_eq!((with.intents(after), with.said(after)), (Vec::new(), Vec::new()), "case {place}");
            continue;
        }
        let would = said.remove(before).unwrap_or_else(|| panic!("case {place} is missing in the dry run"));
        let facts = |scene: &Scene, id: &CaseId| scene.desk().store.read(|tx| store::facts(tx, id)).unwrap().unwrap();
        let (then, now) = (facts(&without, before), facts(&with, after));
        assert_eq!((then.amount, then.products, then.photos), (now.amount, now.products, now.photos), "case {place}");
        assert_eq!(then.earlier.map(|all| all.len()), now.earlier.map(|all| all.len()), "case {place}");
        let intents = with.intents(after);
        let did = rules::page(with.desk(), &with.mara, &"r_1".parse().unwrap()).unwrap();
        let act = did.acts.iter().find(|act| act.row.id == *after);
        match &would {
            Would::Approve => {
                approved += 1;
                let act = act.unwrap_or_else(|| panic!("case {place} should have been approved"));
                assert_eq!(act.acts, [Act::Approved, Act::Tagged], "case {place}");
                assert!(matches!(intents[0].state, IntentState::Done { .. }), "case {place}: {:?}", intents[0].state);
                if with.view(after).row.kind == Kind::RefundOnly {
                    assert_eq!(with.paid(case).await, 1, "case {place}");
                }
            }
            Would::Nothing(Some(Barred::CapReached)) => {
                capped += 1;
                let kept = act.unwrap_or_else(|| panic!("case {place} should have been kept")).kept.clone();
                assert_eq!(kept.as_deref(), Some(Barred::CapReached.text()), "case {place}");
                assert_eq!(intents, [], "case {place}");
            }
            Would::Not(_) => {
                not += 1;
                assert!(act.is_none() && intents.is_empty(), "case {place}: nothing was to be done");
            }
            other => panic!("case {place}: {other:?}"),
        }
    }
    let moved = lived.iter().filter(|(case, id)| {
        let present = without.room.file(case).unwrap().platform.refund.map(|refund| refund.total);
        without.desk().store.read(|tx| store::facts(tx, id)).unwrap().is_some_and(|stood| present != stood.amount)
    });
    assert!(moved.count() >= 5, "some sums are others by now: the dry run looked at what was asked for");
    // It says something: all three happen, and often.
    let counts = format!("{approved} approved, {capped} capped, {not} not meant, {direct} asked of nobody");
    assert!(approved >= 20 && capped >= 5 && not >= 20 && direct >= 9, "{counts}");
}

/// As after the first import.
fn imported(desk: &TestDesk) {
    let done = |tx: &Tx<'_>| {
        shops::all(tx)?.iter().try_for_each(|shop| shops::set_import(tx, &shop.id, ImportView::Done { cases: 0 }))
    };
    desk.desk.store.write(done).unwrap();
}

/// A past request of the sandbox's own, as it is asked again.
fn again(file: &CaseFile) -> (&'static str, Value) {
    let case = &file.platform;
    let kind = match (case.object, case.type_word.as_str()) {
        (Object::Cancellation, _) => "CANCEL",
        (_, "REFUND") => "REFUND",
        (_, "REPLACEMENT") => "REPLACEMENT",
        (_, "EXCHANGE") => "EXCHANGE",
        _ => "RETURN_AND_REFUND",
    };
    let mut more = json!({
        "reason": case.reason, "seller_sku": case.lines[0].seller_sku, "deadline_s": 2 * DAY, "order_age_s": HOUR,
    });
    if let Some(total) = case.refund.as_ref().map(|refund| &refund.total).filter(|total| total.is_positive()) {
        more["amount"] = json!(total.amount());
    }
    if case.type_word == "CANCEL" {
        more["order_status"] = json!("ON_HOLD");
    }
    (kind, more)
}

#[tokio::test]
async fn a_dry_run_on_the_sandboxs_own_days_equals_case_by_case_what_the_rule_does_when_they_are_asked_again() {
    // What was over before the desk came: all kinds, ends and roles.
    let room = Room::imported(400).await;
    let rule = Rule {
        name: "Dear pots".to_owned(),
        when: When { least: Some(usd("8.00")), most: Some(usd("60.00")), ..When::default() },
        then: Then { approve: true, tag: Some("by rule".to_owned()), ..Then::default() },
        cap: Cap { acts: 3, money: None },
    };
    let now = room.desk.clock.now();
    let dry = rules::dry::through(&room.desk, &rule, std::slice::from_ref(&room.shop), now).unwrap();
    let said: BTreeMap<CaseId, Would> = dry.cases.into_iter().map(|case| (case.past.case, case.would)).collect();
    let mut past = room.desk.store.read(|tx| {
        let all = store::since(tx, std::slice::from_ref(&room.shop), Timestamp::default())?;
        let files = all.iter().map(|case| Ok(cases::find(tx, case)?.unwrap()));
        files.collect::<Result<Vec<CaseFile>, proxy::store::StoreError>>()
    });
    let past = past.as_mut().unwrap();
    // What was asked before those days, no dry run looks at.
    let begin = now.plus_millis(-DRY_DAYS * DAY_MS);
    past.retain(|file| file.platform.created >= begin);
    past.sort_by_key(|file| (file.platform.created, file.platform.platform_id.clone()));

    let scene = Scene::new().await;
    scene.turn_on("r_1", &rule);
    // On the same weekdays, at the same times of the day.
    let week = 7 * i64::try_from(DAY).unwrap() * 1000;
    let first = past[0].platform.created;
    let later = (scene.desk().clock.now().since(first) / week + 1) * week;
    let (mut approved, mut capped, mut not, mut nobody) = (0, 0, 0, 0);
    for file in past.iter() {
        let at = file.platform.created.plus_millis(later);
        let wait = u64::try_from(at.since(scene.desk().clock.now()).max(0) / 1000).unwrap();
        scene.room.pass(wait).await;
        outbox::settle_due(scene.desk()).await.unwrap();
        let name = format!("{} {}", file.platform.type_word, file.platform.status);
        let is_direct = file.platform.type_word == "CANCEL";
        let Some(would) = said.get(&file.id) else {
            nobody += 1;
            assert!(!file.platform.was_asked(), "{name} is missing in the dry run");
            if is_direct {
                let (kind, more) = again(file);
                let (_, id) = scene.asked(kind, more).await;
                scene.turn().await;
                assert_eq!((scene.intents(&id), scene.said(&id)), (Vec::new(), Vec::new()), "{name}");
            }
            continue;
        };
        assert!(!is_direct, "{name}: nobody was asked");
        let (kind, more) = again(file);
        let (_, id) = scene.asked(kind, more).await;
        scene.turn().await;
        let stood = scene.desk().store.read(|tx| store::facts(tx, &id)).unwrap();
        let amount = file.platform.refund.as_ref().map(|refund| refund.total.clone());
        let stood = stood.unwrap_or_else(|| panic!("{name} was not looked at"));
        let (kept, presses) = (scene.said(&id), scene.intents(&id).len());
        match would {
            Would::Approve => {
                approved += 1;
                assert_eq!(stood.amount, amount, "{name}");
                assert_eq!(presses, 1, "{name}: {kept:?}");
            }
            Would::Rest(_) | Would::Nothing(Some(_)) => {
                capped += 1;
                assert_eq!((presses, kept.is_empty()), (0, false), "{name}: {would:?}");
            }
            Would::Not(_) | Would::Nothing(None) => {
                not += 1;
                assert_eq!((presses, kept), (0, Vec::new()), "{name}: {would:?}");
            }
        }
    }
    let counts = format!("{approved} approved, {capped} kept away, {not} not meant, {nobody} asked of nobody");
    assert!(approved >= 15 && capped >= 3 && not >= 5 && nobody >= 5, "{counts}");
}

#[tokio::test]
async fn a_dry_run_during_the_first_import_says_so_and_does_not_count() {
    let room = Room::start_with(40).await;
    let (mara, noor) = (lead(&room, "mara"), lead(&room, "noor"));
    let id: RuleId = "r_1".parse().unwrap();
    rules::save(&room.desk, &mara, &id, &SaveRule { read: 0, rule: small("30.00") }).unwrap();
    assert!(!sync::import_step(&room.desk, &room.shop).await.unwrap());
    let run = || rules::dry::run(&room.desk, &noor, &id, 1).unwrap();
    let on = SwitchRule { version: 1, is_on: true, knows_all: false };
    assert!(run().is_partial);
    assert_eq!(rules::list(&room.desk, &noor).unwrap().rules[0].dry, None);
    assert!(matches!(rules::switch(&room.desk, &noor, &id, &on), Err(DeskError::NotDryRun)));
    while !sync::import_step(&room.desk, &room.shop).await.unwrap() {}
    assert!(!run().is_partial);
    rules::switch(&room.desk, &noor, &id, &on).unwrap();
}

#[tokio::test]
async fn a_dry_run_counts_each_act_and_names_the_requests_also_of_a_rule_that_approves_nothing() {
    let scene = Scene::new().await;
    ninety_days(&scene, true).await;
    let then = Then {
        assign: Some(scene.ines.id.clone()),
        tag: Some("look".to_owned()),
        reply: Some(Prepared::MoreInformation),
        ..Then::default()
    };
    scene.save("r_1", 0, &Rule { then, ..small("60.00") });
    let run = |id: &str| rules::dry::run(scene.desk(), &scene.noor, &id.parse().unwrap(), 1).unwrap();
    let marks = run("r_1");
    assert!(marks.meant >= 20 && marks.approved == 0 && marks.became.is_empty(), "{marks:?}");
    let each = [Act::Assigned, Act::Tagged, Act::Prepared].map(|act| (act, marks.meant));
    assert_eq!((marks.acts, marks.others_count), (each.to_vec(), marks.meant));
    assert_eq!(u64::try_from(marks.others.len()), Ok(marks.others_count.min(100)));
    assert!(marks.others.iter().all(|other| !other.is_approved) && !marks.approves_all);
    // Of a rule that approves, those that went right beside those that went wrong.
    scene.save("r_2", 0, &small("60.00"));
    let pays = run("r_2");
    assert_eq!(pays.others_count + pays.wrong_count, pays.approved);
    assert!(pays.others.iter().all(|other| other.is_approved && !other.became.is_wrong()) && pays.acts.is_empty());
    // And of one that asks for second persons, how often.
    scene.save("r_3", 0, &second_above("40.00"));
    let asks = run("r_3");
    assert!(asks.seconds > 0 && asks.seconds < asks.requests && asks.others.is_empty(), "{asks:?}");
    let kept = rules::list(scene.desk(), &scene.noor).unwrap().rules;
    assert_eq!(kept[1].dry.as_ref(), Some(&pays), "who has run it finds its rows again");
}

#[tokio::test]
async fn a_dry_run_says_how_much_money_and_what_went_wrong() {
    let scene = Scene::new().await;
    ninety_days(&scene, true).await;
    scene.save("r_1", 0, &small("60.00"));
    let id: RuleId = "r_1".parse().unwrap();
    let run = rules::dry::run(scene.desk(), &scene.noor, &id, 1).unwrap();
    assert!(run.approved >= 20, "{run:?}");
    assert_eq!(run.money.len(), 1, "one currency");
    assert!(run.wrong_count > 0 && u64::try_from(run.wrong.len()) == Ok(run.wrong_count));
    assert!(run.wrong.iter().all(|wrong| wrong.became.is_wrong()));
    let became: u64 = run.became.iter().map(|(_, count)| count).sum();
    assert_eq!(became, run.approved, "each has come to something");
    let grouped: u64 = run.groups.iter().map(|group| group.right + group.wrong).sum();
    assert_eq!(grouped, run.approved);
    assert!(!run.approves_all);
    let kept = rules::list(scene.desk(), &scene.noor).unwrap().rules.remove(0).dry;
    assert_eq!(kept, Some(run.clone()), "who has run it finds it again");
    assert_eq!(rules::list(scene.desk(), &scene.mara).unwrap().rules[0].dry, None, "and nobody else");
    // Of the cases it keeps which they are, and nothing of their buyers; and all of it for a day.
    let stored = || {
        let all = "SELECT result FROM rule_dry_run";
        scene.desk().store.read(|tx| tx.all(all, &[], |row| row.get::<String>(0))).unwrap()
    };
    let (row, texts) = (&run.wrong[0].row, stored());
    assert!(texts[0].contains(row.id.as_str()) && !row.buyer.is_empty() && !row.item.is_empty());
    assert!(!texts[0].contains(&row.buyer) && !texts[0].contains(&row.item), "{}", texts[0]);
    let prune = || scene.desk().store.write(|tx| rules::prune(tx, scene.desk().clock.now())).unwrap();
    prune();
    assert_eq!(stored().len(), 1);
    scene.room.pass(DAY).await;
    prune();
    assert_eq!(stored().len(), 0);
}

#[tokio::test]
async fn a_rule_approves_through_the_outbox_under_its_own_name() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (case, id) = scene.mug().await;
    scene.turn().await;
    let view = scene.view(&id);
    assert!(matches!(view.row.intent, Some(IntentState::Held { .. })), "{:?}", view.row.intent);
    assert_eq!(view.row.by_rule.as_deref(), Some("rule Small breakages v1"));
    let rule = view.intents[0].rule.clone().unwrap();
    assert_eq!((rule.name.as_str(), rule.version), ("Small breakages", 1));
    let IntentWhat::Decision { kind, amount, .. } = &view.intents[0].what else { panic!() };
    assert_eq!((*kind, amount.clone()), (DecisionKind::ApproveRefund, Some(usd("23.76"))));
    assert_eq!(scene.paid(&case).await, 0, "nothing leaves in the hold");
    let said = scene.said(&id);
    assert!(matches!(&said[..], [(Who::Rule(by), Happened::DecisionPressed { .. })] if *by == rule), "{said:?}");
    scene.live(&id, 31).await;
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Done { .. }));
    scene.live(&id, HOUR).await;
    assert_eq!(scene.paid(&case).await, 1);
    let page = rules::page(scene.desk(), &scene.mara, &rule.id).unwrap();
    assert_eq!((page.rule.today.acts, page.rule.today.money.clone()), (1, vec![usd("23.76")]));
    assert_eq!((page.rule.acted, page.rule.wrong, page.acts[0].acts.clone()), (1, 0, vec![Act::Approved]));
}

#[tokio::test]
async fn a_request_is_acted_on_once_also_after_a_restart_and_after_an_undo() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (case, id) = scene.mug().await;
    scene.turn().await;
    // Any agent may stop what a rule pressed.
    let intent = scene.intents(&id)[0].id.clone();
    decide::undo(scene.desk(), &scene.ines, &intent).unwrap();
    let after = scene.room.another();
    scene.rules_on(&after).await;
    scene.turn().await;
    // The request has changed since: it is a person's all the same.
    scene.room.act(&case, "message").await;
    read::read_case(scene.desk(), &id).await.unwrap();
    scene.rules_on(&after).await;
    assert_eq!(scene.intents(&id).len(), 1, "{:?}", scene.said(&id));
    scene.live(&id, 60).await;
    assert_eq!(scene.paid(&case).await, 0);
    let rule = rules::list(scene.desk(), &scene.mara).unwrap().rules.remove(0);
    assert_eq!((rule.acted, rule.wrong, rule.today.acts), (1, 1, 1), "what was undone counts, and as wrong");
    let today = rule.today;
    assert_eq!((today.money, today.undone), (Vec::new(), 1), "no money was paid");
    let sum = vec![usd("23.76")];
    assert_eq!((&today.undone_money, &today.capped), (&sum, &sum), "the cap is used all the same");
}

#[tokio::test]
async fn an_approval_of_a_rule_is_held_also_where_agents_have_no_hold() {
    let scene = Scene::without_hold().await;
    scene.turn_on("r_1", &small("30.00"));
    let (case, id) = scene.mug().await;
    scene.turn().await;
    scene.live(&id, 29).await;
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Held { .. }));
    let intent = scene.intents(&id)[0].id.clone();
    decide::undo(scene.desk(), &scene.ines, &intent).unwrap();
    scene.live(&id, HOUR).await;
    assert_eq!(scene.paid(&case).await, 0);
    // Without an undo it goes out after that.
    let (_, other) = scene.mug().await;
    scene.turn().await;
    scene.live(&other, 31).await;
    assert!(matches!(scene.intents(&other)[0].state, IntentState::Done { .. }));
}

#[tokio::test]
async fn undoing_what_a_rule_approved_takes_back_what_it_did_beside_it_unless_somebody_changed_that() {
    let scene = Scene::new().await;
    let then = Then {
        approve: true,
        assign: Some(scene.noor.id.clone()),
        tag: Some("look".to_owned()),
        reply: Some(Prepared::Refunded),
        ..Then::default()
    };
    scene.turn_on("r_1", &Rule { then, ..small("30.00") });
    let tag = |by: &Agent, case: &CaseId, is_on: bool| {
        tags::tag(scene.desk(), by, case, &TagRequest { tag: "look".to_owned(), is_on }).unwrap();
    };
    let assign = |case: &CaseId, to: &Agent| {
        let request = AssignRequest { assignee: Some(to.id.clone()) };
        work::assign(scene.desk(), &scene.mara, case, &request).unwrap();
    };
    let stands = |case: &CaseId| {
        let view = scene.view(case);
        (view.row.assignee, view.row.tags, view.draft.map(|draft| draft.text))
    };
    let all = [scene.mug().await.1, scene.mug().await.1, scene.mug().await.1];
    let [plain, changed, stopped] = &all;
    scene.turn().await;
    for case in &all {
        let (assignee, tags, draft) = stands(case);
        assert_eq!((assignee, tags), (Some(scene.noor.id.clone()), vec!["look".to_owned()]));
        assert!(draft.is_some());
    }
    scene.room.pass(2).await;
    // Somebody has taken the second case on, put the tag on by hand and typed.
    assign(changed, &scene.mara);
    tag(&scene.ines, changed, false);
    tag(&scene.ines, changed, true);
    let words = Draft { text: "Hello".to_owned(), language: "en".to_owned(), ..Draft::default() };
    work::save_draft(scene.desk(), &scene.ines, changed, words).unwrap();
    for case in [plain, changed] {
        decide::undo(scene.desk(), &scene.ines, &scene.intents(case)[0].id).unwrap();
    }
    assert_eq!(stands(plain), (None, Vec::new(), None));
    let kept = (Some(scene.mara.id.clone()), vec!["look".to_owned()], Some("Hello".to_owned()));
    assert_eq!(stands(changed), kept);
    let said: Vec<Happened> = scene.view(plain).timeline.into_iter().map(|entry| entry.what).collect();
    let off = Happened::Tagged { tag: "look".to_owned(), is_on: false };
    assert!(said.contains(&off) && said.contains(&Happened::Assigned { to: None }), "{said:?}");
    // And by the switch that stops all, which is no fault of the rule's.
    scene.room.pass(2).await;
    rules::stop(scene.desk(), &scene.mara, true).unwrap();
    assert_eq!(stands(stopped), (None, Vec::new(), None));
    let rule = rules::list(scene.desk(), &scene.mara).unwrap().rules.remove(0);
    assert_eq!((rule.acted, rule.wrong), (3, 2), "what was undone by hand went wrong, what was stopped did not");
    assert_eq!((rule.by_hand, rule.stopped), (2, 1), "and both are said");
    assert_eq!((rule.today.money, rule.today.undone), (Vec::new(), 3), "nothing stands");
    let page = rules::page(scene.desk(), &scene.mara, &rule.id).unwrap();
    assert_eq!(page.stopped, rules::list(scene.desk(), &scene.mara).unwrap().stopped);
    assert!(page.stopped.is_some(), "a page of one rule says that all are stopped");
    let undone: BTreeMap<CaseId, Undone> =
        page.acts.into_iter().filter_map(|act| Some((act.row.id, act.undone?))).collect();
    let by = |who: &Agent, is_stop: bool| Undone { by: Some(who.id.clone()), is_stop };
    let expected =
        [(plain, by(&scene.ines, false)), (changed, by(&scene.ines, false)), (stopped, by(&scene.mara, true))];
    assert_eq!(undone, expected.map(|(case, undone)| (case.clone(), undone)).into(), "each act says the same");
}

#[tokio::test]
async fn what_a_rule_does_and_that_it_did_are_written_together_or_not_at_all() {
    let scene = Scene::new().await;
    scene.turn_on(
        "r_1",
        &Rule { then: Then { approve: true, tag: Some("x".into()), ..Then::default() }, ..small("30") },
    );
    let (_, id) = scene.mug().await;
    // The last statement of the transaction fails: as if the desk had died before its end.
    let by = shared::wire::intent::ByRule { id: "r_1".parse().unwrap(), name: String::new(), version: 1 };
    let done = store::Done {
        case: &id,
        by: &by,
        at: scene.desk().clock.now(),
        asked_day: 0,
        acted_day: 0,
        acts: &[],
        kept: None,
        intent: None,
        amount: None,
    };
    assert!(scene.desk().store.write(|tx| store::keep(tx, &done)).unwrap());
    scene.turn().await;
    let view = scene.view(&id);
    assert_eq!((view.intents.len(), view.row.tags.len(), scene.said(&id).len()), (0, 0, 0));
}

#[tokio::test]
async fn a_request_that_cannot_be_read_keeps_no_other_from_its_rules() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (_, broken) = scene.mug().await;
    let (_, whole) = scene.mug().await;
    let spoil = "UPDATE case_file SET platform = 'no case' WHERE id = ?1";
    scene.desk().store.write(|tx| tx.execute(spoil, &[Param::Text(broken.as_str())])).unwrap();
    scene.turn().await;
    assert!(matches!(scene.intents(&whole)[0].state, IntentState::Held { .. }));
    assert_eq!(scene.intents(&broken), []);
    let left = scene.desk().store.read(|tx| store::unjudged(tx, None, 9)).unwrap();
    assert_eq!(left, [], "it is left to people, and said once");
}

#[tokio::test]
async fn what_is_practised_is_passed_over_once() {
    let desk = TestDesk::start().await;
    let trainee = "practice-ines".parse().unwrap();
    let shop = desk.shop_as(AppKind::Practice, "1", ShopId::of_trainee(&trainee, 7).unwrap());
    let case = desk.refund(&shop, "7001");
    let left = || desk.desk.store.read(|tx| store::unjudged(tx, None, 9)).unwrap();
    assert_eq!(left().len(), 1);
    assert!(!act_all(&desk.desk, &mut Waiting::default()).unwrap());
    assert_eq!(left(), []);
    assert_eq!(desk.desk.store.read(|tx| store::facts(tx, &case)).unwrap(), None, "and is in no dry run");
}

#[tokio::test]
async fn a_rule_keeps_away_from_what_somebody_is_deciding_or_has_decided_and_says_so() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (_, claimed) = scene.mug().await;
    read::read_options(scene.desk(), &claimed).await.unwrap();
    claim::take(scene.desk(), &scene.ines, &claimed, ClaimRequest { take_over: false }).unwrap();
    let (_, decided) = scene.mug().await;
    read::read_options(scene.desk(), &decided).await.unwrap();
    scene.decide(&scene.ines, &decided, "k1", DecisionKind::RejectRefund).unwrap();
    scene.turn().await;
    assert_eq!(scene.intents(&claimed), []);
    assert_eq!(scene.intents(&decided).len(), 1);
    let why = |case: &CaseId| match scene.said(case).pop() {
        Some((_, Happened::KeptAway { why })) => Some(why),
        _ => None,
    };
    assert_eq!(why(&claimed), Some(Kept::Claimed { by: scene.ines.id.clone() }));
    assert_eq!(why(&decided), Some(Kept::Decided));
    // Also once the claim has ended: the case is a person's.
    scene.room.pass(10 * 60).await;
    read::read_case(scene.desk(), &claimed).await.unwrap();
    scene.turn().await;
    assert_eq!(scene.intents(&claimed), []);
}

#[tokio::test]
async fn some_requests_are_left_to_people_and_the_timeline_says_why() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let near = json!({ "seller_sku": "HH-MUG-12-BL", "reason": "damaged", "deadline_s": 20 });
    scene.asked("REFUND", near).await;
    scene.turn().await;
    assert_eq!(scene.kept("r_1"), [Some(Kept::NearDeadline)]);
    let tick = Tick {
        id: "t_1".parse().unwrap(),
        text: "Label read".to_owned(),
        kinds: Vec::new(),
        groups: Vec::new(),
        is_needed: true,
    };
    ticks::save_rules(scene.desk(), &scene.mara, &TickRules { version: 0, ticks: vec![tick] }).unwrap();
    let (_, id) = scene.mug().await;
    scene.turn().await;
    assert!(scene.kept("r_1").contains(&Some(Kept::Barred(Barred::NeedsTick))));
    assert_eq!(scene.intents(&id), []);
}

#[tokio::test]
async fn the_cap_of_a_day_holds_and_the_next_day_begins_anew() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &Rule { cap: Cap { acts: 2, money: None }, ..small("30.00") });
    scene.turn_on("r_2", &Rule { cap: Cap { acts: 9, money: Some(usd("30")) }, ..small("30.00") });
    let mut held = 0;
    for _ in 0..4 {
        let (_, id) = scene.mug().await;
        scene.turn().await;
        held += scene.intents(&id).len();
    }
    // Two by the first rule, one by the second before its purse is empty.
    assert_eq!(held, 3);
    assert_eq!(scene.kept("r_1").iter().filter(|kept| **kept == Some(Kept::Barred(Barred::CapReached))).count(), 2);
    scene.room.pass(DAY).await;
    let (_, id) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&id).len(), 1);
}

#[tokio::test]
async fn what_came_in_while_the_desk_was_away_is_not_done_in_one_go() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &Rule { cap: Cap { acts: 2, money: None }, ..small("30.00") });
    let mut all = Vec::new();
    for _ in 0..4 {
        let more = json!({ "seller_sku": "HH-MUG-12-BL", "reason": "damaged", "deadline_s": 9 * DAY });
        all.push(scene.asked("REFUND", more).await.1);
        scene.room.pass(DAY).await;
    }
    scene.turn().await;
    let held: usize = all.iter().map(|id| scene.intents(id).len()).sum();
    assert_eq!(held, 2, "of four days, two at once are the most of one");
}

#[tokio::test]
async fn only_the_version_that_is_on_acts_and_only_on_what_came_after() {
    let scene = Scene::new().await;
    let (_, before) = scene.mug().await;
    scene.room.pass(60).await;
    scene.turn_on("r_1", &small("30.00"));
    scene.turn().await;
    assert_eq!(scene.intents(&before), [], "it was asked before the rule was on");
    // A new version is off; the one that is on goes on.
    let page = scene.save("r_1", 1, &small("1.00"));
    assert_eq!((page.rule.newest.number, page.rule.on.as_ref().map(|on| on.version)), (2, Some(1)));
    let (stands, approves_all) = page.rule.stands();
    assert_eq!((stands.number, &stands.rule, approves_all), (1, &small("30.00"), false), "what is on is what is said");
    let (_, id) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&id)[0].rule.as_ref().unwrap().version, 1);
    // Switched off: what it holds is undone, and it acts no more.
    scene.switch("r_1", 1, false).unwrap();
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Undone { .. }));
    let (_, later) = scene.mug().await;
    scene.turn().await;
    assert_eq!((scene.intents(&later), scene.said(&later)), (Vec::new(), Vec::new()));
    // The second version is not switched on by the dry run of the first.
    assert!(matches!(scene.switch("r_1", 2, true), Err(DeskError::NotDryRun)));
    assert!(matches!(scene.switch("r_1", 1, true), Err(DeskError::NotDryRun)), "an older one neither");
    rules::dry::run(scene.desk(), &scene.noor, &"r_1".parse().unwrap(), 2).unwrap();
    assert_eq!(scene.switch("r_1", 2, true).unwrap().rule.stands().0.number, 2);
}

#[tokio::test]
async fn what_is_on_is_warned_of_by_its_own_words_and_not_by_those_of_a_newer_version() {
    let scene = Scene::new().await;
    let all = Rule { when: When::default(), ..small("30.00") };
    let tags = Rule { then: Then { tag: Some("look".to_owned()), ..Then::default() }, ..all.clone() };
    let approves_all = |id: &str| {
        let rules = rules::list(scene.desk(), &scene.mara).unwrap().rules;
        let rule = rules.into_iter().find(|rule| rule.id.as_str() == id).unwrap();
        (rule.stands().0.number, rule.stands().1, rule.approves_all)
    };
    scene.turn_on("r_1", &tags);
    scene.save("r_1", 1, &all);
    assert_eq!(approves_all("r_1"), (1, false, true));
    scene.save("r_2", 0, &all);
    rules::dry::run(scene.desk(), &scene.noor, &"r_2".parse().unwrap(), 1).unwrap();
    let on = SwitchRule { version: 1, is_on: true, knows_all: true };
    rules::switch(scene.desk(), &scene.noor, &"r_2".parse().unwrap(), &on).unwrap();
    scene.save("r_2", 1, &tags);
    assert_eq!(approves_all("r_2"), (1, true, false));
}

#[tokio::test]
async fn a_rule_that_approves_and_asks_for_more_is_refused_and_one_of_before_prepares_nothing() {
    let scene = Scene::new().await;
    let then = Then { reply: Some(Prepared::MoreInformation), ..small("30.00").then };
    let rule = Rule { then, ..small("30.00") };
    let (id, request): (RuleId, _) = ("r_1".parse().unwrap(), SaveRule { read: 0, rule: rule.clone() });
    let refused = rules::save(scene.desk(), &scene.mara, &id, &request);
    assert!(matches!(refused, Err(DeskError::Invalid { field: "reply", .. })), "{refused:?}");
    let now = scene.desk().clock.now();
    let version = RuleVersion { number: 1, rule, author: scene.mara.id.clone(), at: now };
    let on = Switched { version: 1, is_on: true, by: Some(scene.noor.id.clone()), at: now };
    let kept = scene.desk().store.write(|tx| {
        store::insert(tx, &id)?;
        store::insert_version(tx, &id, &version)?;
        store::switch(tx, Some(&id), &on)
    });
    kept.unwrap();
    let (_, case) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&case).len(), 1);
    assert_eq!(scene.view(&case).draft, None);
    let page = rules::page(scene.desk(), &scene.mara, &id).unwrap();
    assert_eq!(page.acts[0].acts, [Act::Approved]);
}

#[tokio::test]
async fn a_new_rule_begins_with_the_currency_of_the_shop_with_the_most_cases() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    desk.shop(AppKind::Practice, "1");
    let most = desk.shop(AppKind::Practice, "2");
    let moved = desk.desk.store.write(|tx| tx.execute("UPDATE shop SET region = 'DE' WHERE id = 's_1'", &[]));
    assert_eq!(moved.unwrap(), 1);
    let first = admin.get("/api/rules/currencies").await.expect(200).json();
    assert_eq!(first, json!(["EUR", "GBP"]), "the first shop's");
    desk.refund(&most, "900");
    assert_eq!(admin.get("/api/rules/currencies").await.expect(200).json(), json!(["GBP", "EUR"]));
}

#[tokio::test]
async fn a_rule_is_switched_off_also_by_who_has_not_seen_its_newest_version() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    scene.save("r_1", 1, &small("29.00"));
    rules::dry::run(scene.desk(), &scene.noor, &"r_1".parse().unwrap(), 2).unwrap();
    scene.switch("r_1", 2, true).unwrap();
    let (_, id) = scene.mug().await;
    scene.turn().await;
    let page = scene.switch("r_1", 1, false).unwrap();
    assert_eq!((page.rule.on, page.switches[0].version, page.switches[0].is_on), (None, 2, false));
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Undone { .. }));
    assert_eq!(scene.switch("r_1", 2, false).unwrap().switches.len(), 3, "off is off");
}

#[tokio::test]
async fn one_switch_stops_all_rules_and_what_they_hold() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (sent, first) = scene.mug().await;
    scene.turn().await;
    scene.live(&first, 31).await;
    let (held, second) = scene.mug().await;
    scene.turn().await;
    let done = rules::stop(scene.desk(), &scene.mara, true).unwrap();
    assert_eq!(done, Stopped { undone: 1, left: 0 });
    assert!(matches!(scene.intents(&second)[0].state, IntentState::Undone { .. }));
    let (_, third) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&third), []);
    scene.live(&second, HOUR).await;
    read::read_case(scene.desk(), &first).await.unwrap();
    assert_eq!((scene.paid(&sent).await, scene.paid(&held).await), (1, 0));
    let known = rules::list(scene.desk(), &scene.noor).unwrap();
    let today = &known.rules[0].today;
    assert_eq!((&today.money, &today.undone_money), (&vec![usd("23.76")], &vec![usd("23.76")]));
    assert_eq!(known.stopped.unwrap().by, Some(scene.mara.id.clone()));
    assert!(known.rules[0].on.is_some(), "it is stopped, not switched off");
    // Let go again: what came in meanwhile is a person's.
    rules::stop(scene.desk(), &scene.noor, false).unwrap();
    scene.turn().await;
    assert_eq!(scene.intents(&third), []);
    let (_, fourth) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&fourth).len(), 1);
}

#[tokio::test]
async fn a_database_that_was_brought_back_holds_nothing_of_its_rules_and_they_stand_stopped() {
    let scene = Scene::new().await;
    let stop = |scene: &Scene| scene.desk().store.write(|tx| store::stop_copied(tx, scene.desk().clock.now())).unwrap();
    assert!(!stop(&scene), "there is no rule");
    scene.turn_on("r_1", &small("30.00"));
    let (case, id) = scene.mug().await;
    scene.turn().await;
    assert!(stop(&scene));
    assert!(!stop(&scene), "once");
    rules::begin(scene.desk()).unwrap();
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Undone { .. }));
    let undone = scene.view(&id).timeline.into_iter().find(|entry| entry.what == Happened::Undone);
    assert_eq!(undone.map(|entry| entry.who), Some(Who::Desk));
    let known = rules::list(scene.desk(), &scene.mara).unwrap().stopped.unwrap();
    assert_eq!((known.is_on, known.by), (false, None));
    scene.live(&id, HOUR).await;
    assert_eq!(scene.paid(&case).await, 0);
}

#[tokio::test]
async fn a_rule_assigns_tags_and_prepares_without_touching_what_people_did() {
    let scene = Scene::new().await;
    let then = Then {
        assign: Some(scene.ines.id.clone()),
        tag: Some("Look twice".to_owned()),
        reply: Some(Prepared::MoreInformation),
        ..Then::default()
    };
    let rule = Rule { when: When { groups: vec![ReasonGroup::Damaged], ..When::default() }, then, ..small("30.00") };
    // Who wrote what moves no money may switch it on.
    scene.save("r_1", 0, &rule);
    rules::dry::run(scene.desk(), &scene.mara, &"r_1".parse().unwrap(), 1).unwrap();
    let on = SwitchRule { version: 1, is_on: true, knows_all: false };
    rules::switch(scene.desk(), &scene.mara, &"r_1".parse().unwrap(), &on).unwrap();
    let (_, typed) = scene.mug().await;
    let words = Draft { text: "Hello".to_owned(), language: "en".to_owned(), ..Draft::default() };
    proxy::desk::work::save_draft(scene.desk(), &scene.noor, &typed, words).unwrap();
    let (_, id) = scene.mug().await;
    scene.turn().await;
    let view = scene.view(&id);
    assert_eq!(
        (view.row.assignee.clone(), view.row.tags.clone()),
        (Some(scene.ines.id.clone()), vec!["Look twice".into()])
    );
    let draft = view.draft.clone().unwrap();
    assert!(draft.is_prepared, "nobody's words yet");
    assert!(draft.template.unwrap().starts_with("damaged.more_information.en"), "{}", draft.text);
    assert!(!draft.text.contains('{'), "{}", draft.text);
    assert_eq!(view.intents, []);
    assert_eq!(scene.said(&id).len(), 3, "each is in the timeline");
    assert_eq!(scene.view(&typed).draft, None, "somebody was writing");
    // It goes when somebody types.
    let empty = Draft::default();
    proxy::desk::work::save_draft(scene.desk(), &scene.ines, &id, empty).unwrap();
    assert_eq!(scene.view(&id).draft, None);
    // Found again by its tag, alone and among others.
    let found = |tag: &str| {
        let filter = CaseFilter { tag: Some(tag.to_owned()), ..CaseFilter::default() };
        let shops = [scene.room.shop.clone()];
        let list = scene.desk().store.read(|tx| queue::list(tx, &shops, &filter, None, scene.desk().clock.now()));
        let list = list.unwrap();
        (list.page.rows.len(), list.counts[&Stage::ToDecide])
    };
    assert_eq!((found("Look twice"), found("look"), found("%")), ((2, 2), (0, 0), (0, 0)));
    let off = TagRequest { tag: "Look twice".to_owned(), is_on: false };
    tags::tag(scene.desk(), &scene.ines, &id, &off).unwrap();
    assert_eq!(found("look twice"), (1, 1), "however it is written");
    let wrong = TagRequest { tag: "a/b".to_owned(), is_on: true };
    assert!(matches!(tags::tag(scene.desk(), &scene.ines, &id, &wrong), Err(DeskError::Invalid { .. })));
}

pub(super) fn second_above(amount: &str) -> Rule {
    let then = Then { second_above: Some(usd(amount)), ..Then::default() };
    Rule { name: "Two pairs of eyes".to_owned(), then, when: When::default(), cap: Cap { acts: 1, money: None } }
}

#[tokio::test]
async fn that_an_approval_waits_for_a_second_person_is_known_before_it_is_pressed() {
    let scene = Scene::new().await;
    let (_, id) = scene.mug().await;
    let needs = || scene.desk().store.read(|tx| rules::second::is_needed(tx, &scene.ines, &id)).unwrap();
    assert!(!needs());
    scene.turn_on("r_1", &second_above("23.76"));
    assert!(!needs(), "just so much is not above");
    scene.turn_on("r_2", &second_above("23.75"));
    assert!(needs());
}

#[tokio::test]
async fn above_an_amount_nothing_is_carried_out_until_a_second_person_agrees() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("23.75"));
    // A rule that would approve it by itself keeps away.
    scene.turn_on("r_2", &small("30.00"));
    let (case, id) = scene.mug().await;
    scene.turn().await;
    assert_eq!((scene.intents(&id), scene.kept("r_2")), (Vec::new(), vec![Some(Kept::Second)]));

    let refused = scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund);
    assert!(matches!(refused, Err(DeskError::NeedsSecond { .. })), "{refused:?}");
    let again = scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund);
    assert!(matches!(again, Err(DeskError::NeedsSecond { .. })), "a second press asks nobody twice");
    let view = scene.view(&id);
    let ask = view.second.unwrap();
    assert_eq!(
        (&ask.by, ask.kind, ask.amount.clone()),
        (&scene.ines.id, DecisionKind::ApproveRefund, Some(usd("23.76")))
    );
    assert!(view.row.needs_second);
    assert_eq!(scene.intents(&id), []);
    let asked = view.timeline.iter().filter(|entry| matches!(entry.what, Happened::SecondAsked { .. })).count();
    assert_eq!(asked, 1);

    let agree = SecondAnswer { agrees: true, asked: ask.at, take_over: false };
    let own = rules::second::answer(scene.desk(), &scene.ines, &id, &agree);
    assert!(matches!(own, Err(DeskError::NeedsAnother)));
    let stale = SecondAnswer { agrees: true, asked: Timestamp::from_millis(1), take_over: false };
    assert!(matches!(rules::second::answer(scene.desk(), &scene.noor, &id, &stale), Err(DeskError::NotFound { .. })));
    rules::second::answer(scene.desk(), &scene.noor, &id, &agree).unwrap();
    let view = scene.view(&id);
    assert_eq!((view.second, view.intents[0].by.clone()), (None, scene.ines.id.clone()));
    let agreed = |entry: &&shared::wire::case::TimelineEntry| {
        entry.who == Who::Agent(scene.noor.id.clone())
            && entry.what == Happened::SecondAgreed { asker: scene.ines.id.clone() }
    };
    assert_eq!(view.timeline.iter().filter(agreed).count(), 1);
    scene.live(&id, 6).await;
    scene.live(&id, HOUR).await;
    assert_eq!(scene.paid(&case).await, 1);
}

#[tokio::test]
async fn what_was_to_wait_for_a_second_person_does_not_go_out_once_none_is_asked() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    let [(_, asked), (_, id)] = [scene.mug().await, scene.mug().await];
    for case in [&asked, &id] {
        read::read_options(scene.desk(), case).await.unwrap();
    }
    let expects = |case: &CaseId, expects_second: bool| {
        let request = scene.request(case, DecisionKind::ApproveRefund, "");
        DecisionRequest { expects_second, ..request }
    };
    let press = |case: &CaseId, key: &str, expects_second: bool| {
        let request = expects(case, expects_second);
        decide::decide(scene.desk(), &scene.ines, case, &key.parse().unwrap(), &request)
    };
    // While one is asked, what was expected makes no other decision of it.
    for (key, expects_second) in [("k1", true), ("k2", false)] {
        let told = press(&asked, key, expects_second);
        assert!(matches!(told, Err(DeskError::NeedsSecond { .. })), "{told:?}");
    }
    let view = scene.view(&asked);
    let entries = view.timeline.iter().filter(|entry| matches!(entry.what, Happened::SecondAsked { .. }));
    assert_eq!(entries.count(), 1);
    let agree = SecondAnswer { agrees: true, asked: view.second.unwrap().at, take_over: false };
    rules::second::answer(scene.desk(), &scene.noor, &asked, &agree).unwrap();

    let off = SwitchRule { version: 1, is_on: false, knows_all: false };
    for lead in [&scene.mara, &scene.noor] {
        rules::switch(scene.desk(), lead, &"r_1".parse().unwrap(), &off).unwrap();
    }
    let told = press(&id, "k3", true);
    assert!(matches!(told, Err(DeskError::Invalid { field: "decision", .. })), "{told:?}");
    assert_eq!((scene.intents(&id), scene.view(&id).second), (Vec::new(), None));
    // Read anew it says what it does. The same press again is the same, whatever it says by then.
    let done = press(&id, "k3", false).unwrap();
    assert_eq!(press(&id, "k3", true).unwrap(), done);
    assert_eq!(scene.intents(&id).len(), 1);
}

#[tokio::test]
async fn who_presses_while_anothers_decision_waits_is_told_so_and_nothing_is_dropped() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    let (_, id) = scene.mug().await;
    read::read_options(scene.desk(), &id).await.unwrap();
    let words = Draft { text: "Sorry for that.".to_owned(), language: "en".to_owned(), ..Draft::default() };
    proxy::desk::work::save_draft(scene.desk(), &scene.noor, &id, words).unwrap();
    scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund).unwrap_err();
    let (ask, before) = (scene.view(&id).second.unwrap(), scene.view(&id).timeline.len());
    for (key, kind, offer) in [("k2", DecisionKind::ApproveRefund, ""), ("k3", DecisionKind::OfferPartial, "6.00")] {
        let told = scene.press(&scene.noor, &id, key, kind, if offer.is_empty() { "5.00" } else { offer });
        let is_told =
            matches!(&told, Err(DeskError::SecondWaits { by: Some(by), at }) if by == "ines" && *at == Some(ask.at));
        assert!(is_told, "{told:?}");
    }
    assert_eq!((scene.view(&id).second.as_ref(), scene.view(&id).timeline.len()), (Some(&ask), before));
    let draft = scene.desk().store.read(|tx| view::read(tx, &id, Some(&scene.noor.id))).unwrap().unwrap().draft;
    let draft = draft.unwrap();
    assert_eq!((draft.text.as_str(), draft.is_prepared), ("Sorry for that.", false));
    // The asker's own other decision takes the place of the first, and the timeline has both.
    scene.room.pass(60).await;
    let other = scene.press(&scene.ines, &id, "k4", DecisionKind::OfferPartial, "6.00");
    assert!(matches!(other, Err(DeskError::NeedsSecond { .. })), "{other:?}");
    let now = scene.view(&id).second.unwrap();
    assert_eq!((now.kind, now.amount), (DecisionKind::OfferPartial, Some(usd("6.00"))));
    let asked = |what: &Happened| matches!(what, Happened::SecondAsked { .. } | Happened::SecondRefused { .. });
    assert_eq!(scene.view(&id).timeline.iter().filter(|entry| asked(&entry.what)).count(), 3);
    // What asks for nobody is the second person's to press: it ends what waits.
    scene.press(&scene.noor, &id, "k5", DecisionKind::OfferPartial, "5.00").unwrap();
    assert_eq!(scene.view(&id).second, None);
}

#[tokio::test]
async fn nobody_is_waited_for_once_the_request_is_over() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    for act in ["time", "withdraw", "edit"] {
        let (case, id) = scene.mug().await;
        read::read_options(scene.desk(), &id).await.unwrap();
        scene.decide(&scene.ines, &id, act, DecisionKind::ApproveRefund).unwrap_err();
        let ask = scene.view(&id).second.unwrap();
        match act {
            "time" => scene.room.pass(2 * DAY).await,
            act => scene.room.act(&case, act).await,
        }
        read::read_case(scene.desk(), &id).await.unwrap();
        let view = scene.view(&id);
        assert_eq!((view.second, view.row.needs_second), (None, false), "{act}: {:?}", view.status);
        let lapsed = Happened::SecondLapsed { asker: scene.ines.id.clone() };
        let entries = view.timeline.iter().filter(|entry| entry.what == lapsed && entry.who == Who::Desk);
        assert_eq!(entries.count(), 1, "{act}");
        let late = rules::second::answer(
            scene.desk(),
            &scene.noor,
            &id,
            &SecondAnswer { agrees: true, asked: ask.at, take_over: false },
        );
        assert!(matches!(late, Err(DeskError::NotFound { .. })), "{act}: {late:?}");
        assert_eq!(scene.intents(&id), []);
    }
}

#[tokio::test]
async fn nobody_is_waited_for_who_may_not_decide_any_more() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    let asker = scene.desk().store.read(|tx| people::find(tx, &scene.ines.id)).unwrap().unwrap();
    let nothing = ShopScope::Only(Vec::new());
    for act in ["moved", "left"] {
        let (_, id) = scene.mug().await;
        read::read_options(scene.desk(), &id).await.unwrap();
        scene.decide(&scene.ines, &id, act, DecisionKind::ApproveRefund).unwrap_err();
        assert!(scene.view(&id).row.needs_second, "{act}");
        let change = |tx: &Tx<'_>| {
            match act {
                "left" => people::remove(tx, &asker.id, Timestamp::from_millis(1))?,
                _ => people::save(tx, &Account { shops: nothing.clone(), ..asker.clone() })?,
            }
            work::free_cases(scene.desk(), tx, &scene.noor, &asker.id, &nothing)?;
            people::save(tx, &asker)
        };
        scene.desk().store.write(change).unwrap();
        let view = scene.view(&id);
        assert_eq!((view.second, view.row.needs_second), (None, false), "{act}");
        let lapsed = Happened::SecondLapsed { asker: asker.id.clone() };
        assert!(view.timeline.iter().any(|entry| entry.what == lapsed), "{act}");
    }
}

#[tokio::test]
async fn only_the_sum_that_was_named_is_agreed_to_and_an_agreement_whose_answer_was_lost_is_the_same_one() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    let (_, id) = scene.mug().await;
    read::read_options(scene.desk(), &id).await.unwrap();
    scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund).unwrap_err();
    let agree = || {
        let asked = scene.view(&id).second.map_or(Timestamp::from_millis(0), |ask| ask.at);
        let answer = SecondAnswer { agrees: true, asked, take_over: false };
        (answer, rules::second::answer(scene.desk(), &scene.noor, &id, &answer))
    };
    let amount = |from: &str, to: &str| {
        let sql = format!("UPDATE case_file SET platform = replace(platform, '\"{from}\"', '\"{to}\"')");
        scene.desk().store.write(|tx| tx.execute(&sql, &[])).unwrap();
    };
    // Whoever pressed did not say what they saw, as another client may.
    amount("23.76", "5000.00");
    let (_, more) = agree();
    assert!(matches!(more, Err(DeskError::Invalid { field: "shown", .. })), "{more:?}");
    assert_eq!(scene.intents(&id), []);
    amount("5000.00", "23.76");
    let (answer, agreed) = agree();
    let again = rules::second::answer(scene.desk(), &scene.noor, &id, &answer).unwrap();
    assert_eq!(again.intents.iter().map(|one| &one.id).collect::<Vec<_>>(), [&agreed.unwrap().intents[0].id]);
    let other = rules::second::answer(scene.desk(), &scene.ines, &id, &answer);
    assert!(matches!(other, Err(DeskError::NotFound { .. })), "nobody else agreed: {other:?}");
}

#[tokio::test]
async fn agreeing_overtakes_nobody_unasked_keeps_what_was_typed_since_and_can_be_undone_by_both() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("5.00"));
    let (cole, ann) = (agent(&scene.room, "cole"), agent(&scene.room, "ann"));
    let (_, id) = scene.mug().await;
    read::read_options(scene.desk(), &id).await.unwrap();
    scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund).unwrap_err();
    let words = Draft { text: "One more thing".to_owned(), language: "en".to_owned(), ..Draft::default() };
    proxy::desk::work::save_draft(scene.desk(), &scene.ines, &id, words).unwrap();
    let claim = |by: &Agent, take_over: bool| claim::take(scene.desk(), by, &id, ClaimRequest { take_over }).unwrap();
    claim(&ann, false);
    let asked = scene.view(&id).second.unwrap().at;
    let agree = |take_over: bool| {
        let answer = SecondAnswer { agrees: true, asked, take_over };
        rules::second::answer(scene.desk(), &cole, &id, &answer)
    };
    let barred = agree(false);
    assert!(matches!(&barred, Err(DeskError::BeingDecided { by: Some(by), .. }) if by == "ann"), "{barred:?}");
    assert!(scene.view(&id).second.is_some());
    let decided = agree(true).unwrap().intents.remove(0);
    assert_eq!((&decided.by, decided.second.as_ref()), (&scene.ines.id, Some(&cole.id)));
    let over = |what: &Happened| match what {
        Happened::DecisionPressed { took_over_from, .. } => took_over_from.clone(),
        _ => None,
    };
    assert_eq!(scene.view(&id).timeline.iter().find_map(|entry| over(&entry.what)), Some(ann.id.clone()));
    assert_eq!(scene.view(&id).draft.unwrap().text, "One more thing");
    // In the hold it is undone by who agreed, and by nobody who had no part in it.
    assert!(matches!(decide::undo(scene.desk(), &ann, &decided.id), Err(DeskError::Forbidden)));
    decide::undo(scene.desk(), &cole, &decided.id).unwrap();
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Undone { .. }));
    // The second person's own claim, or the asker's, stands in nobody's way.
    scene.room.pass(60).await;
    scene.decide(&scene.ines, &id, "k2", DecisionKind::ApproveRefund).unwrap_err();
    claim(&cole, false);
    let answer = SecondAnswer { agrees: true, asked: scene.view(&id).second.unwrap().at, take_over: false };
    rules::second::answer(scene.desk(), &cole, &id, &answer).unwrap();
}

#[tokio::test]
async fn what_asks_for_a_second_person_is_switched_off_by_two_leads() {
    let scene = Scene::new().await;
    let then = Then { second_above: Some(usd("25.00")), ..small("60.00").then };
    scene.turn_on("r_1", &Rule { then, ..small("60.00") });
    let (_, id) = scene.mug().await;
    scene.turn().await;
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Held { .. }));
    let r_1: RuleId = "r_1".parse().unwrap();
    let switch = |by: &Agent, version: u32, is_on: bool| {
        let request = SwitchRule { version, is_on, knows_all: false };
        rules::switch(scene.desk(), by, &r_1, &request)
    };
    for _ in 0..2 {
        let page = switch(&scene.noor, 1, false).unwrap();
        assert_eq!(page.rule.off_asked.as_ref().unwrap().by, Some(scene.noor.id.clone()));
        assert!(page.rule.on.is_some() && page.rule.off_needs_another, "one lead is not enough, however often");
    }
    // What it does by itself has ended; what it asks of people stands.
    assert!(matches!(scene.intents(&id)[0].state, IntentState::Undone { .. }));
    let (_, other) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&other), []);
    let two = json!({ "seller_sku": "HH-MUG-12-BL", "reason": "damaged", "quantity": 2, "deadline_s": DAY });
    let (_, large) = scene.asked("REFUND", two).await;
    let refused = scene.decide(&scene.ines, &large, "k1", DecisionKind::ApproveRefund);
    assert!(matches!(refused, Err(DeskError::NeedsSecond { .. })), "{refused:?}");
    // Left on by anybody, then asked again and agreed to.
    let page = switch(&scene.mara, 1, true).unwrap();
    assert!(page.rule.on.is_some() && page.rule.off_asked.is_none());
    switch(&scene.noor, 1, false).unwrap();
    let seen = rules::page(scene.desk(), &scene.mara, &r_1).unwrap();
    assert!(!seen.rule.off_needs_another);
    let page = switch(&scene.mara, 1, false).unwrap();
    assert_eq!((page.rule.on, page.rule.off_asked), (None, None));
}

#[tokio::test]
async fn a_weaker_version_of_what_asks_for_a_second_person_needs_another_lead_too() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("10.00"));
    let r_1: RuleId = "r_1".parse().unwrap();
    let narrow = When { groups: vec![ReasonGroup::Fit], ..When::default() };
    let tag = Then { tag: Some("look".to_owned()), ..Then::default() };
    let weaker = [
        second_above("100.00"),
        Rule { when: narrow, ..second_above("10.00") },
        Rule { then: tag, ..second_above("10.00") },
    ];
    for (read, rule) in (1..).zip(&weaker) {
        scene.save("r_1", read, rule);
        rules::dry::run(scene.desk(), &scene.mara, &r_1, read + 1).unwrap();
        let request = SwitchRule { version: read + 1, is_on: true, knows_all: true };
        let alone = rules::switch(scene.desk(), &scene.mara, &r_1, &request);
        assert!(matches!(alone, Err(DeskError::NeedsAnother)), "{rule:?}: {alone:?}");
    }
    // Wanting the older one off is not wanting this one off.
    rules::dry::run(scene.desk(), &scene.noor, &r_1, 4).unwrap();
    scene.switch("r_1", 4, true).unwrap();
    let page = scene.switch("r_1", 1, false).unwrap();
    assert!(page.rule.on.is_none(), "it asks for nobody any more");
    scene.save("r_1", 4, &second_above("20.00"));
    rules::dry::run(scene.desk(), &scene.noor, &r_1, 5).unwrap();
    scene.switch("r_1", 5, true).unwrap();
    assert!(matches!(scene.switch("r_1", 4, false), Err(DeskError::EditedMeanwhile { .. })));
    // Where no other lead can sign in, one is enough.
    scene.desk().store.write(|tx| people::remove(tx, &scene.mara.id, Timestamp::from_millis(1))).unwrap();
    assert!(scene.switch("r_1", 5, false).unwrap().rule.on.is_none());
}

#[tokio::test]
async fn an_offer_of_a_part_needs_a_second_person_by_the_sum_that_is_offered() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("10.00"));
    let (_, id) = scene.mug().await;
    read::read_options(scene.desk(), &id).await.unwrap();
    let above = scene.press(&scene.ines, &id, "k1", DecisionKind::OfferPartial, "10.01");
    assert!(matches!(above, Err(DeskError::NeedsSecond { .. })), "{above:?}");
    let ask = scene.view(&id).second.unwrap();
    assert_eq!((ask.kind, ask.amount), (DecisionKind::OfferPartial, Some(usd("10.01"))));
    assert_eq!(scene.intents(&id), []);
    rules::second::answer(
        scene.desk(),
        &scene.noor,
        &id,
        &SecondAnswer { agrees: true, asked: ask.at, take_over: false },
    )
    .unwrap();
    let Payload::Decision { amount, .. } = &scene.intents(&id)[0].payload else { panic!() };
    assert_eq!(*amount, Some(usd("10.01")));
    let (_, other) = scene.mug().await;
    read::read_options(scene.desk(), &other).await.unwrap();
    scene.press(&scene.ines, &other, "k2", DecisionKind::OfferPartial, "10.00").unwrap();
}

#[tokio::test]
async fn a_decision_that_waits_for_a_second_person_can_be_taken_back_and_never_vanishes() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("23.75"));
    let (_, id) = scene.mug().await;
    read::read_options(scene.desk(), &id).await.unwrap();
    scene.decide(&scene.ines, &id, "k1", DecisionKind::ApproveRefund).unwrap_err();
    let ask = scene.view(&id).second.unwrap();
    let no = SecondAnswer { agrees: false, asked: ask.at, take_over: false };
    assert_eq!(rules::second::answer(scene.desk(), &scene.ines, &id, &no).unwrap().intents, []);
    assert_eq!(scene.view(&id).second, None);
    // Asked again, then decided otherwise: what waited ends with it, and the timeline tells.
    scene.decide(&scene.ines, &id, "k2", DecisionKind::ApproveRefund).unwrap_err();
    scene.decide(&scene.noor, &id, "k3", DecisionKind::RejectRefund).unwrap();
    let view = scene.view(&id);
    assert_eq!((view.second, view.row.needs_second, view.intents.len()), (None, false, 1));
    let refused = view.timeline.iter().filter(|entry| matches!(entry.what, Happened::SecondRefused { .. })).count();
    assert_eq!(refused, 2);
    // Where nobody else can sign in, one person is enough.
    let small = json!({ "seller_sku": "HH-MUG-12-BL", "reason": "damaged", "deadline_s": DAY });
    let (_, alone) = scene.asked("REFUND", small).await;
    scene
        .desk()
        .store
        .write(|tx| {
            people::remove(tx, &scene.mara.id, Timestamp::from_millis(1))?;
            people::remove(tx, &scene.noor.id, Timestamp::from_millis(1))
        })
        .unwrap();
    scene.decide(&scene.ines, &alone, "k4", DecisionKind::ApproveRefund).unwrap();
}

#[tokio::test]
async fn a_rule_is_switched_on_by_somebody_else_with_open_eyes_or_not_at_all() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut mara = desk.member(&mut admin, "Mara", "lead", json!("all")).await;
    let mut noor = desk.member(&mut admin, "Noor", "lead", json!("all")).await;
    let mut ann = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let mut guest = desk.member(&mut admin, "Gus", "lead", json!({ "only": [] })).await;
    desk.shop(AppKind::Practice, "1");
    imported(&desk);
    let everything = Rule { when: When::default(), ..small("1") };
    let save = |read: u32, rule: &Rule| serde_json::to_value(SaveRule { read, rule: rule.clone() }).unwrap();
    ann.get("/api/rules").await.refused(403, "forbidden");
    guest.put("/api/rules/r_1", &save(0, &everything)).await.refused(422, "invalid");
    let page = mara.put("/api/rules/r_1", &save(0, &everything)).await.expect(200).json();
    assert_eq!((&page["rule"]["approves_all"], &page["rule"]["on"]), (&json!(true), &json!(null)));
    guest.get("/api/rules/r_1").await.refused(404, "not_found");
    assert_eq!(guest.get("/api/rules").await.expect(200).json()["rules"], json!([]));
    let switch =
        |version: u32, knows_all: bool| serde_json::to_value(SwitchRule { version, is_on: true, knows_all }).unwrap();
    let dry = |version: u32| serde_json::to_value(RunDry { version }).unwrap();
    noor.post("/api/rules/r_1/switch", &switch(1, true)).await.refused(409, "not_dry_run");
    noor.post("/api/rules/r_1/dry-run", &dry(2)).await.refused(409, "not_dry_run");
    mara.post("/api/rules/r_1/dry-run", &dry(1)).await.expect(200);
    mara.post("/api/rules/r_1/switch", &switch(1, true)).await.refused(409, "needs_another");
    noor.post("/api/rules/r_1/switch", &switch(1, true)).await.refused(409, "not_dry_run");
    let run = noor.post("/api/rules/r_1/dry-run", &dry(1)).await.expect(200).json();
    assert_eq!(run["approves_all"], json!(true));
    let body = noor.post("/api/rules/r_1/switch", &switch(1, false)).await.refused(422, "invalid");
    assert_eq!(body["details"]["problem"], "would approve everything");
    noor.post("/api/rules/r_1/switch", &switch(1, true)).await.expect(200);
    // A save over a newer version is refused; the same words again change nothing.
    mara.put("/api/rules/r_1", &save(1, &everything)).await.expect(200);
    mara.put("/api/rules/r_1", &save(1, &small("9"))).await.expect(200);
    noor.put("/api/rules/r_1", &save(1, &small("8"))).await.refused(409, "edited_meanwhile");
    let stop = serde_json::to_value(StopRules { is_stopped: true }).unwrap();
    assert_eq!(mara.post("/api/rules/stop", &stop).await.expect(200).json(), json!({ "undone": 0, "left": 0 }));
    ann.post("/api/rules/stop", &stop).await.refused(403, "forbidden");
    // A day later the dry run does not count any more.
    noor.post("/api/rules/r_1/dry-run", &dry(2)).await.expect(200);
    desk.pass(std::time::Duration::from_secs(DAY));
    let who = json!({ "email": "noor@example.com", "password": super::support::PASSWORD });
    noor.post("/api/session", &who).await.expect(204);
    noor.post("/api/rules/r_1/switch", &switch(2, true)).await.refused(409, "not_dry_run");
}

#[tokio::test]
async fn who_sees_some_of_the_shops_reads_a_rule_and_can_stop_all_but_not_let_them_go() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    desk.shop(AppKind::Practice, "1");
    desk.shop(AppKind::Practice, "2");
    imported(&desk);
    let mut mara = desk.member(&mut admin, "Mara", "lead", json!("all")).await;
    let mut noor = desk.member(&mut admin, "Noor", "lead", json!("all")).await;
    let mut gus = desk.member(&mut admin, "Gus", "lead", json!({ "only": ["s_1"] })).await;
    let save = |read: u32, rule: &Rule| serde_json::to_value(SaveRule { read, rule: rule.clone() }).unwrap();
    let of = |shops: &[&str]| {
        let shops = shops.iter().map(|shop| shop.parse().unwrap()).collect();
        Rule { when: When { shops, ..small("9").when }, ..small("9") }
    };
    let (dry, on) = (json!({ "version": 1 }), json!({ "version": 1, "is_on": true }));
    for (path, rule) in [("/api/rules/r_all", of(&[])), ("/api/rules/r_other", of(&["s_2"]))] {
        mara.put(path, &save(0, &rule)).await.expect(200);
        noor.post(&format!("{path}/dry-run"), &dry).await.expect(200);
        noor.post(&format!("{path}/switch"), &on).await.expect(200);
    }
    let seen = gus.get("/api/rules").await.expect(200).json();
    let named: Vec<&Value> = seen["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert_eq!((named, &seen["rules"][0]["may_change"]), (vec![&json!("r_all")], &json!(false)));
    assert_eq!(mara.get("/api/rules/r_all").await.expect(200).json()["rule"]["may_change"], json!(true));
    gus.get("/api/rules/r_all").await.expect(200);
    gus.get("/api/rules/r_other").await.refused(404, "not_found");
    gus.put("/api/rules/r_all", &save(1, &of(&["s_1"]))).await.refused(422, "invalid");
    gus.post("/api/rules/r_all/dry-run", &dry).await.refused(422, "invalid");
    let off = json!({ "version": 1, "is_on": false });
    gus.post("/api/rules/r_all/switch", &off).await.refused(422, "invalid");
    gus.post("/api/rules/r_other/switch", &off).await.refused(404, "not_found");
    // A version for his shop alone does not make the one that is on his.
    mara.put("/api/rules/r_all", &save(1, &of(&["s_1"]))).await.expect(200);
    gus.post("/api/rules/r_all/dry-run", &json!({ "version": 2 })).await.refused(422, "invalid");
    gus.post("/api/rules/r_all/switch", &off).await.refused(422, "invalid");

    gus.post("/api/rules/stop", &json!({ "is_stopped": true })).await.expect(200);
    assert_eq!(gus.get("/api/rules").await.expect(200).json()["may_resume"], json!(false));
    gus.post("/api/rules/stop", &json!({ "is_stopped": false })).await.refused(422, "invalid");
    assert!(mara.get("/api/rules").await.expect(200).json()["stopped"].is_object(), "they are stopped still");
    mara.post("/api/rules/stop", &json!({ "is_stopped": false })).await.expect(200);
    assert_eq!(gus.get("/api/rules").await.expect(200).json()["stopped"], json!(null));
}

#[tokio::test]
async fn what_a_rule_decides_is_in_nobodys_figures() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    let (_, id) = scene.mug().await;
    scene.turn().await;
    scene.live(&id, 31).await;
    scene.live(&id, HOUR).await;
    while proxy::desk::quality::check_some(scene.desk()).unwrap() {}
    let quality = proxy::desk::quality::read(scene.desk(), &scene.mara, &Default::default()).unwrap();
    assert_eq!((quality.cases.known(), quality.agents), (1, Vec::new()));
    let photos = quality.checks.iter().find(|rate| rate.text == Check::PhotosOpened.text());
    assert_eq!(photos.map(|rate| rate.whole.known()), None, "a rule opens no photo, and nobody has to answer for that");
    let is_decision = |intent: &Intent| matches!(intent.payload, Payload::Decision { .. });
    assert_eq!(scene.intents(&id).iter().filter(|intent| is_decision(intent)).count(), 1);
}
