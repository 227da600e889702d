//! Deadline alarms: on time, once, through restarts and jumps of the clock, and to whom they belong.

use super::events::Live;
use super::outbox::Scene;
use super::support::{Browser, TestDesk, database};
use super::sync::Room;
use proxy::app::Desk;
use proxy::desk::{alarms, decide};
use proxy::store::shops::AppKind;
use proxy::store::{cases, events, timeline};
use proxy::sync::read;
use serde_json::{Value, json};
use shared::domain::facts::{Action, Object, PlatformCase, Refund};
use shared::id::{CaseId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::case::Happened;
use shared::wire::event::Event;
use std::time::Duration;

const MINUTE: u64 = 60;
const NONE: [u32; 0] = [];

/// Fires what is due, and returns the marks that have fired for a case so far.
fn fire(desk: &Desk, case: &CaseId) -> Vec<u32> {
    alarms::fire_due(desk).unwrap();
    let all = desk.store.read(|tx| events::after(tx, 0, 10_000)).unwrap();
    let of_case = all.into_iter().filter_map(|placed| match placed.event {
        Event::Alarm { alarm } if alarm.row.id == *case => Some(alarm.minutes),
        _ => None,
    });
    let heard: Vec<u32> = of_case.collect();
    let entries = desk
        .store
        .read(|tx| timeline::of_cases(tx, std::slice::from_ref(case)))
        .unwrap()
        .remove(case)
        .unwrap_or_default();
    let noted = entries.into_iter().rev().filter_map(|entry| match entry.what {
        Happened::Alarmed { minutes } => Some(minutes),
        _ => None,
    });
    assert_eq!(noted.collect::<Vec<_>>(), heard, "what is called out stands in the timeline too");
    heard
}

/// A case to decide that ends in two hours.
async fn two_hours() -> Scene {
    Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": 2 * 60 * MINUTE })).await
}

#[tokio::test]
async fn an_alarm_fires_once_at_each_mark() {
    let scene = two_hours().await;
    let (desk, case) = (&scene.room.desk, &scene.id);
    assert_eq!(fire(desk, case), NONE);
    scene.room.pass(60 * MINUTE - 1).await;
    assert_eq!(fire(desk, case), NONE);
    let next = alarms::fire_due(desk).unwrap().unwrap();
    assert!(next.since(desk.clock.now()) <= 1_000, "the desk knows when to look again");
    scene.room.pass(1).await;
    assert_eq!(fire(desk, case), [60]);
    assert_eq!(fire(desk, case), [60]);
    scene.room.pass(45 * MINUTE).await;
    assert_eq!(fire(desk, case), [60, 15]);
    scene.room.pass(10 * MINUTE).await;
    assert_eq!(fire(desk, case), [60, 15]);
    scene.room.pass(10 * MINUTE).await;
    assert_eq!(fire(desk, case), [60, 15]);
}

#[tokio::test]
async fn a_desk_that_starts_again_fires_what_it_slept_through_and_nothing_twice() {
    let scene = two_hours().await;
    let case = &scene.id;
    scene.room.pass(61 * MINUTE).await;
    assert_eq!(fire(&scene.room.another(), case), [60]);
    assert_eq!(fire(&scene.room.another(), case), [60]);
    scene.room.pass(58 * MINUTE).await;
    assert_eq!(fire(&scene.room.another(), case), [60, 15], "a minute is left");
    assert_eq!(fire(&scene.room.desk, case), [60, 15]);
}

#[tokio::test]
async fn of_what_a_jump_of_the_clock_skips_the_most_urgent_fires_and_a_jump_back_repeats_nothing() {
    let scene = two_hours().await;
    let (desk, case) = (&scene.room.desk, &scene.id);
    let start = desk.clock.now();
    let at = |minutes: i64| scene.room.clock.set(start.plus_millis(minutes * 60_000));
    at(110);
    assert_eq!(fire(desk, case), [15]);
    for minutes in [70, 0, 50, 61, 106, 119] {
        at(minutes);
        assert_eq!(fire(desk, case), [15], "at {minutes} min");
    }
    at(130);
    assert_eq!(fire(desk, case), [15], "after the deadline there is nothing to warn of");
}

#[tokio::test]
async fn a_decision_in_its_hold_is_not_called_out_and_one_that_was_undone_is() {
    let scene = two_hours().await;
    let (desk, case) = (&scene.room.desk, &scene.id);
    scene.room.pass(60 * MINUTE - 3).await;
    let motion = scene.approve_and_tell();
    scene.room.clock.pass(Duration::from_secs(4));
    assert_eq!(fire(desk, case), NONE);
    decide::undo(desk, &scene.agent, &motion.intents[0].id).unwrap();
    assert_eq!(fire(desk, case), [60]);
}

#[tokio::test]
async fn a_case_that_was_decided_or_withdrawn_in_time_is_quiet() {
    let decided = two_hours().await;
    decided.approve_and_tell();
    decided.live(30).await;
    decided.room.pass(110 * MINUTE).await;
    assert_eq!(fire(&decided.room.desk, &decided.id), NONE);

    let withdrawn = two_hours().await;
    withdrawn.room.act(&withdrawn.case, "withdraw").await;
    read::read_case(&withdrawn.room.desk, &withdrawn.id).await.unwrap();
    withdrawn.room.pass(110 * MINUTE).await;
    assert_eq!(fire(&withdrawn.room.desk, &withdrawn.id), NONE);
}

#[tokio::test]
async fn a_deadline_that_the_platform_moves_arms_anew() {
    let scene = two_hours().await;
    let (desk, case) = (&scene.room.desk, &scene.id);
    scene.room.pass(61 * MINUTE).await;
    assert_eq!(fire(desk, case), [60]);
    let move_by = |minutes: i64| {
        let now = desk.clock.now();
        let mut read = scene.room.file(&scene.case).unwrap().platform;
        read.updated = now;
        for action in &mut read.actions {
            action.deadline = action.deadline.map(|deadline| deadline.plus_millis(minutes * 60_000));
        }
        let stored = desk.store.write(|tx| {
            desk.book.apply(tx, &proxy::store::shops::find(tx, &scene.room.shop)?.unwrap(), &read, now)?;
            desk.book.refresh(tx, case, now)
        });
        stored.unwrap().unwrap();
    };
    move_by(120);
    assert_eq!(fire(desk, case), [60], "three hours are left");
    scene.room.pass(120 * MINUTE).await;
    assert_eq!(fire(desk, case), [60, 60]);
    move_by(-50);
    assert_eq!(fire(desk, case), [60, 60, 15], "nine minutes are left");
}

/// A case of a shop as TikTok would show it, `left_min` before its deadline, taken by somebody or nobody.
fn appear(desk: &TestDesk, shop: &ShopId, number: &str, left_min: i64, taken_by: Option<&str>) -> CaseId {
    let now = desk.desk.clock.now();
    let read = PlatformCase {
        object: Object::Return,
        platform_id: number.to_owned(),
        order_id: format!("5{number}"),
        type_word: "REFUND".to_owned(),
        status: "RETURN_OR_REFUND_REQUEST_PENDING".to_owned(),
        arbitration: None,
        role: "BUYER".to_owned(),
        reason: "ecom_order_delivered_refund_reason_damaged".to_owned(),
        reason_text: "Damaged item".to_owned(),
        created: now,
        updated: now,
        actions: vec![Action {
            name: "SELLER_RESPOND_REFUND".to_owned(),
            deadline: Some(now.plus_millis(left_min * 60_000)),
        }],
        refund: Some(Refund { total: Money::parse("24.69", "USD").unwrap(), parts: Vec::new() }),
        partial: None,
        buyer_rejected_partial: false,
        lines: Vec::new(),
        is_quick_refund: false,
        can_buyer_keep_item: false,
        pre_id: None,
        next_id: None,
        group_id: None,
        rma_id: None,
        tracking_number: None,
        carrier: None,
        aside: Vec::new(),
    };
    let book = &desk.desk.book;
    let stored = desk.desk.store.write(|tx| {
        let applied = book.apply(tx, &proxy::store::shops::find(tx, shop)?.unwrap(), &read, now)?;
        let mut file = cases::find(tx, &applied.case)?.unwrap();
        file.assignee = taken_by.map(|agent| agent.parse().unwrap());
        cases::save(tx, &file)?;
        book.refresh(tx, &applied.case, now)?;
        Ok(applied.case)
    });
    stored.unwrap()
}

async fn id_of(browser: &mut Browser) -> String {
    browser.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned()
}

/// Who is told of which cases, by name.
async fn told(browser: &mut Browser, names: &[(&CaseId, &'static str)]) -> Vec<&'static str> {
    let listed = browser.get("/api/alarms").await.expect(200).json();
    let name = |alarm: &Value| {
        let id = alarm["row"]["id"].as_str().unwrap();
        names.iter().find(|(case, _)| case.as_str() == id).unwrap().1
    };
    listed.as_array().unwrap().iter().map(name).collect()
}

/// The next alarm of a stream: its minutes, whether it is the last one, and its case.
async fn next_alarm(live: &mut Live) -> (u64, bool, String) {
    loop {
        let (_, event) = live.next().await;
        if event["event"] == "alarm" {
            let alarm = &event["alarm"];
            let case = alarm["row"]["id"].as_str().unwrap().to_owned();
            return (alarm["minutes"].as_u64().unwrap(), alarm["is_last"].as_bool().unwrap(), case);
        }
        assert_eq!(event["event"], "case_changed");
    }
}

#[tokio::test]
async fn an_alarm_is_for_who_has_the_case_at_the_last_mark_for_leads_and_else_for_all_who_see_the_shop() {
    let desk = TestDesk::start().await;
    let (shop, other) = (desk.shop(AppKind::Real, "1"), desk.shop(AppKind::Real, "2"));
    let mut admin = desk.admin().await;
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!({ "only": [shop] })).await;
    let mut cy = desk.member(&mut admin, "Cy", "agent", json!({ "only": [shop] })).await;
    let mut eve = desk.member(&mut admin, "Eve", "agent", json!({ "only": [other] })).await;
    let bo_id = id_of(&mut bo).await;
    let mut live_bo = Live::open(&bo, None).await;
    let mut live_cy = Live::open(&cy, None).await;
    let cases = [
        (appear(&desk, &shop, "1", 14, Some(&bo_id)), "taken, last mark"),
        (appear(&desk, &shop, "2", 50, Some(&bo_id)), "taken"),
        (appear(&desk, &shop, "3", 55, None), "free"),
        (appear(&desk, &other, "4", 58, None), "elsewhere"),
    ];
    let names: Vec<_> = cases.iter().map(|(case, name)| (case, *name)).collect();
    alarms::fire_due(&desk.desk).unwrap();
    assert_eq!(told(&mut bo, &names).await, ["taken, last mark", "taken", "free"]);
    assert_eq!(told(&mut cy, &names).await, ["free"]);
    assert_eq!(told(&mut eve, &names).await, ["elsewhere"]);
    assert_eq!(told(&mut admin, &names).await, ["taken, last mark", "free", "elsewhere"]);
    // The streams carry the same, and the row as the queue has it.
    assert_eq!(next_alarm(&mut live_cy).await, (60, false, cases[2].0.to_string()));
    for (minutes, is_last, place) in [(15, true, 0), (60, false, 1), (60, false, 2)] {
        assert_eq!(next_alarm(&mut live_bo).await, (minutes, is_last, cases[place].0.to_string()));
    }

    // What one has pressed away comes back on none of their devices, and stays for the others.
    let alarm = bo.get("/api/alarms").await.json()[2].clone();
    let seen = json!({ "case": alarm["row"]["id"], "deadline": alarm["row"]["deadline"], "minutes": alarm["minutes"] });
    bo.post("/api/alarms/seen", &json!({ "seen": [seen] })).await.expect(204);
    bo.post("/api/alarms/seen", &json!({ "seen": [seen] })).await.expect(204);
    let (_, event) = live_bo.next().await;
    assert_eq!((&event["event"], &event["seen"]), (&json!("alarm_seen"), &seen));
    assert_eq!(told(&mut bo, &names).await, ["taken, last mark", "taken"]);
    assert_eq!(told(&mut cy, &names).await, ["free"]);
    // A mark that has not fired cannot be pressed away, nor one of a shop that is not seen.
    let early = json!({ "case": alarm["row"]["id"], "deadline": alarm["row"]["deadline"], "minutes": 15 });
    bo.post("/api/alarms/seen", &json!({ "seen": [early] })).await.expect(204);
    let unseen = json!({ "case": cases[3].0, "deadline": 1, "minutes": 60 });
    cy.post("/api/alarms/seen", &json!({ "seen": [unseen] })).await.expect(204);

    // By itself, when the clock jumps; nobody has used the desk for long, so all are told of what Bo has.
    desk.pass(Duration::from_secs(41 * MINUTE));
    for place in [1, 2] {
        assert_eq!(next_alarm(&mut live_cy).await, (15, true, cases[place].0.to_string()));
    }
    assert_eq!(told(&mut bo, &names).await, ["taken", "free"], "the last mark of what was pressed away is new");
    assert_eq!(told(&mut eve, &names).await, ["elsewhere"]);
}

#[tokio::test]
async fn other_marks_can_be_set() {
    let desk = TestDesk::start_with(&[("AMENDS_ALARM_MINUTES", "30")]).await;
    let shop = desk.shop(AppKind::Real, "1");
    let case = appear(&desk, &shop, "1", 60, None);
    assert_eq!(fire(&desk.desk, &case), NONE);
    desk.pass(Duration::from_secs(30 * MINUTE));
    assert_eq!(fire(&desk.desk, &case), [30]);
    desk.pass(Duration::from_secs(20 * MINUTE));
    assert_eq!(fire(&desk.desk, &case), [30]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_desks_on_one_database_call_each_case_out_once() {
    let room = Room::imported_on(0, database::on_postgres()).await;
    let mut cases = Vec::new();
    for _ in 0..30 {
        let opened = room.open("REFUND", json!({ "deadline_s": 30 * MINUTE })).await;
        read::read_key(&room.desk, &room.shop, opened.object, &opened.id).await.unwrap();
        cases.push(room.file(&opened).unwrap().id);
    }
    let desks = [room.desk.clone(), room.another()];
    std::thread::scope(|scope| {
        for desk in &desks {
            scope.spawn(move || alarms::fire_due(desk).unwrap());
        }
    });
    for case in &cases {
        assert_eq!(fire(&desks[0], case), [60]);
        assert_eq!(fire(&desks[1], case), [60]);
    }
    assert_eq!(alarms::fire_due(&desks[0]).unwrap(), Some(next_of(&room, &cases[0])));
}

/// Fifteen minutes before the deadline of a case.
fn next_of(room: &Room, case: &CaseId) -> Timestamp {
    let row = room.desk.store.read(|tx| cases::row(tx, case)).unwrap().unwrap();
    row.deadline.unwrap().plus_millis(-15 * 60_000)
}
