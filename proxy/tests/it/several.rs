//! Several desks on one PostgreSQL database: who takes what over, and what happens once all the same.

use super::outbox::{Scene, agent};
use super::support::database;
use super::sync::Room;
use proxy::app::Desk;
use proxy::desk::error::DeskError;
use proxy::desk::{claim, decide};
use proxy::outbox;
use proxy::secret::Secret;
use proxy::store::intents::{self, Before, Intent};
use proxy::store::transfer::{TransferError, transfer};
use proxy::store::{Database, Store, cases, events, leases, queue, timeline};
use proxy::sync::read;
use serde_json::json;
use shared::domain::case::DecisionKind;
use shared::wire::case::CaseFilter;
use shared::wire::claim::ClaimRequest;
use shared::wire::event::Event;
use shared::wire::intent::IntentState;
use std::time::Duration;

/// A lease that is not renewed has run out after it.
const LEASE_S: u64 = 121;

async fn scene() -> Scene {
    let room = Room::imported_on(10, database::on_postgres()).await;
    Scene::in_room(room, "REFUND", json!({ "deadline_s": 86_400 })).await
}

/// The decision of a scene, approved, its hold over, by the first desk found to be due.
async fn due(scene: &Scene) -> Intent {
    scene.approve_and_tell();
    scene.room.pass(6).await;
    let now = scene.room.desk.clock.now();
    let mut due = scene.room.desk.store.read(|tx| intents::due(tx, now, 10)).unwrap();
    due.remove(0)
}

/// What should come soon, or the test fails.
async fn in_time<T>(soon: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), soon).await.unwrap()
}

/// Says that a desk is there for the next hour; what it takes is its own.
fn attend(desk: &Desk) {
    let now = desk.clock.now();
    desk.store.write(|tx| leases::attend(tx, desk.store.name(), now, now.plus_millis(3_600_000))).unwrap();
}

fn take(desk: &Desk, intent: &Intent) -> Option<Intent> {
    attend(desk);
    let now = desk.clock.now();
    desk.store.write(|tx| intents::take(tx, intent, desk.store.name(), now, now.plus_millis(120_000))).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_desks_that_see_the_same_decision_send_it_once() {
    let scene = scene().await;
    let other = scene.room.another();
    let held = due(&scene).await;
    attend(&scene.room.desk);
    attend(&other);
    for _ in 0..4 {
        let ours = outbox::carry_on(scene.room.desk.clone(), held.clone());
        let theirs = outbox::carry_on(other.clone(), held.clone());
        tokio::join!(ours, theirs);
        let both = (outbox::settle_due(&scene.room.desk), outbox::settle_due(&other));
        let (ours, theirs) = tokio::join!(both.0, both.1);
        ours.unwrap();
        theirs.unwrap();
    }
    assert_eq!(scene.room.calls("/approve").await, 1);
    scene.live(200).await;
    scene.check_once().await;
    assert_eq!(scene.room.calls("/approve").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_deciding_at_one_desk_is_known_at_the_other() {
    let scene = scene().await;
    let (marek, tom) = (agent(&scene.room, "marek"), agent(&scene.room, "tom"));
    let other = scene.room.another();
    let row = claim::take(&scene.room.desk, &marek, &scene.id, ClaimRequest::default()).unwrap();
    let there = other.store.read(|tx| cases::row(tx, &scene.id)).unwrap().unwrap();
    assert_eq!(there, row);
    let late = claim::take(&other, &tom, &scene.id, ClaimRequest::default());
    assert!(matches!(late, Err(DeskError::BeingDecided { .. })), "{late:?}");
    let request = scene.request(DecisionKind::ApproveRefund, None);
    let press = |desk: &Desk| decide::decide(desk, &tom, &scene.id, &"k1".parse().unwrap(), &request);
    assert!(matches!(press(&other), Err(DeskError::BeingDecided { .. })));
    scene.room.pass(LEASE_S).await;
    press(&other).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_desk_holds_no_other_takes_until_the_lease_has_run_out() {
    let scene = scene().await;
    let other = scene.room.another();
    let held = due(&scene).await;
    let ours = take(&scene.room.desk, &held).unwrap();
    assert!(take(&other, &held).is_none());
    let now = other.clock.now();
    assert!(other.store.read(|tx| intents::due(tx, now, 10)).unwrap().is_empty(), "nothing else of its case either");
    scene.room.pass(LEASE_S).await;
    let theirs = take(&other, &ours).unwrap();
    let moved = |desk: &Desk, intent: &Intent| {
        let now = desk.clock.now();
        desk.store.write(|tx| intents::advance(tx, intent, &IntentState::Sending, Some(now))).unwrap()
    };
    assert!(!moved(&scene.room.desk, &ours), "a desk that has lost it cannot move it");
    assert!(moved(&other, &theirs));
    let before = scene.room.desk.store.read(|tx| cases::find(tx, &scene.id)).unwrap().unwrap().platform;
    let late = Intent { state: IntentState::Sending, ..ours };
    let begun = scene.room.desk.store.write(|tx| {
        let before = Before::Case(Box::new(before.clone()));
        intents::begin_attempt(tx, &late, &before, now, now.plus_millis(120_000))
    });
    assert_eq!(begun.unwrap(), None, "nor send it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_that_ends_in_its_call_is_taken_over_and_nothing_happens_twice() {
    for took_effect in [true, false] {
        let scene = scene().await;
        let other = scene.room.another();
        let held = due(&scene).await;
        let ours = take(&scene.room.desk, &held).unwrap();
        let file = other.store.read(|tx| cases::find(tx, &scene.id)).unwrap().unwrap();
        let now = other.clock.now();
        let begun = other.store.write(|tx| {
            intents::advance(tx, &ours, &IntentState::Sending, Some(now))?;
            let sending = Intent { state: IntentState::Sending, ..ours.clone() };
            let before = Before::Case(Box::new(file.platform.clone()));
            intents::begin_attempt(tx, &sending, &before, now, now.plus_millis(120_000))
        });
        assert_eq!(begun.unwrap(), Some(1));
        // The first desk is gone now, between its note and the answer.
        if took_effect {
            scene.room.act(&scene.case, "seller_center_approve").await;
        }
        outbox::take_over(&other).unwrap();
        assert!(matches!(scene.state(0), IntentState::Sending), "it may still answer");
        if took_effect {
            scene.room.pass(LEASE_S).await;
        } else {
            // It stopped in good order, or was missed: nobody waits for its lease.
            other.store.write(|tx| leases::give_up(tx, scene.room.desk.store.name())).unwrap();
        }
        outbox::take_over(&other).unwrap();
        assert!(matches!(scene.state(0), IntentState::Settling), "{:?}", scene.state(0));
        for _ in 0..40 {
            scene.room.pass(10).await;
            read::read_case(&other, &scene.id).await.unwrap();
            outbox::settle_due(&other).await.unwrap();
        }
        scene.check_once().await;
        assert_eq!(scene.room.calls("/approve").await, usize::from(!took_effect));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_desks_one_refreshes_a_token_and_both_use_it() {
    let expiries = std::env::var("AMENDS_TEST_EXPIRIES").map_or(100, |number| number.parse().unwrap());
    let scene = scene().await;
    let other = scene.room.another();
    let before = scene.room.calls("/token/refresh").await;
    for _ in 0..expiries {
        scene.room.control("grants", json!({ "expire": true })).await;
        scene.room.pass(1).await;
        let (ours, theirs) =
            tokio::join!(read::read_case(&scene.room.desk, &scene.id), read::read_case(&other, &scene.id));
        ours.unwrap();
        theirs.unwrap();
    }
    let refreshes = scene.room.calls("/token/refresh").await - before;
    println!("{expiries} tokens ran out before two desks, {refreshes} were refreshed");
    assert_eq!(refreshes, expiries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_desk_writes_the_others_hear_of() {
    let scene = scene().await;
    let other = scene.room.another();
    let (mut ours, mut theirs) = (scene.room.desk.store.heard().unwrap(), other.store.heard().unwrap());
    // Each counts once when it begins to listen.
    for heard in [&mut ours, &mut theirs] {
        in_time(heard.wait_for(|count| *count > 0)).await.unwrap();
        heard.mark_unchanged();
    }
    scene.approve_and_tell();
    in_time(theirs.changed()).await.unwrap();
    let gone = Event::CaseGone { case: scene.id.clone() };
    other.store.write(|tx| events::append(tx, &scene.room.shop, &gone, other.clock.now())).unwrap();
    in_time(ours.changed()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_desk_leads_until_it_is_missed_and_all_are_counted() {
    let room = Room::start_on(1, database::on_postgres()).await;
    let other = room.another();
    let lead = |desk: &Desk| {
        let now = desk.clock.now();
        desk.store.write(|tx| leases::take(tx, "sync", desk.store.name(), now, now.plus_millis(15_000))).unwrap()
    };
    let attend = |desk: &Desk| {
        let now = desk.clock.now();
        desk.store.write(|tx| leases::attend(tx, desk.store.name(), now, now.plus_millis(15_000))).unwrap()
    };
    assert!(lead(&room.desk) && lead(&room.desk) && !lead(&other));
    assert_eq!((attend(&room.desk), attend(&other), attend(&room.desk)), (1, 2, 2));
    room.pass(16).await;
    assert!(lead(&other) && !lead(&room.desk));
    assert_eq!(attend(&other), 1, "a desk that was not seen is gone");
    other.store.write(|tx| leases::give_up(tx, other.store.name())).unwrap();
    assert!(lead(&room.desk), "one that stops makes way at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_says_that_it_is_there_however_long_a_write_takes() {
    let room = Room::start_on(1, database::on_postgres()).await;
    let other = room.another();
    let said = room.desk.store.write(|_| {
        [&room.desk, &other]
            .into_iter()
            .map(|desk| {
                let now = desk.clock.now();
                desk.store.write_beside(|tx| leases::attend(tx, desk.store.name(), now, now.plus_millis(15_000)))
            })
            .collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(said.unwrap(), [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_moves_from_sqlite_to_postgres_with_all_that_it_knows() {
    let room = Room::imported_on(30, Vec::new()).await;
    let scene = Scene::in_room(room, "REFUND", json!({ "deadline_s": 86_400 })).await;
    scene.approve_and_tell();
    scene.live(200).await;
    let from = &scene.room.desk;
    let mut settings = database::on_postgres();
    let address = Secret::new(settings.remove(0).1);
    let to = Store::open_with(&Database::Postgres(address), "new".to_owned()).unwrap();
    let moved = transfer(&from.store, &to, |_| {}).unwrap();
    let rows = |table: &str| moved.iter().find(|moved| moved.table == table).unwrap().rows;
    assert!(
        rows("case_file") > 5
            && rows("timeline") > 5
            && rows("message") > 0
            && rows("intent") == 2
            && rows("attempt") == 2,
        "{moved:?}"
    );
    // The chain, and what is asked of the cases, are the same.
    let heads = from.store.read(timeline::heads).unwrap();
    assert_eq!(to.read(|tx| from.book.chain.verify(tx, &heads)).unwrap(), []);
    let now = from.clock.now();
    let listed = |store: &Store| {
        let filter = CaseFilter { limit: Some(200), ..CaseFilter::default() };
        let shops = [scene.room.shop.clone()];
        store.read(|tx| queue::list(tx, &shops, &filter, None, now)).unwrap()
    };
    assert_eq!(listed(&from.store), listed(&to));
    // Numbers go on where they were.
    let last = |store: &Store| store.read(events::span).unwrap().unwrap().1;
    let gone = Event::CaseGone { case: scene.id.clone() };
    let before = last(&from.store);
    to.write(|tx| events::append(tx, &scene.room.shop, &gone, now)).unwrap();
    assert_eq!(last(&to), before + 1);
    let again = transfer(&from.store, &to, |_| {});
    assert!(matches!(again, Err(TransferError::NotEmpty { .. })), "{again:?}");
}
