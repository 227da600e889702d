//! The checks of decided cases: kept, counted, made anew, and shown to who leads.

use super::outbox::{Scene, agent};
use super::support::TestDesk;
use super::sync::{Opened, Room};
use proxy::auth::Agent;
use proxy::desk::{handbook, quality, report, view};
use proxy::store::intents::{self, Intent, Payload};
use proxy::store::people::Account;
use proxy::store::quality::Span;
use proxy::store::{Param, StoreError, cases, chat};
use proxy::sync;
use proxy::tiktok::chat::ChatMessage;
use serde_json::json;
use shared::domain::facts::PlatformCase;
use shared::domain::quality::{Check, CheckState, QUALITY_VERSION, Value, after_deciding};
use shared::domain::report::fact;
use shared::domain::status::Asked;
use shared::id::MediaId;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::intent::IntentState;
use shared::wire::quality::{CheckView, Quality, QualityCases, QualityFilter, Tally, WEEKS};
use shared::wire::report::{Report, ReportFilter};
use shared::wire::session::{Role, ShopScope};

const DAY: u64 = 24 * 60 * 60;

async fn scene() -> Scene {
    Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await
}

/// Checks all that is to be checked.
fn check(scene: &Scene) {
    while quality::check_some(&scene.room.desk).unwrap() {}
}

fn read(scene: &Scene, filter: &QualityFilter) -> Quality {
    quality::read(&scene.room.desk, &scene.agent, filter).unwrap()
}

fn failed(scene: &Scene, filter: &QualityFilter) -> QualityCases {
    quality::cases(&scene.room.desk, &scene.agent, filter).unwrap()
}

fn whole(quality: &Quality, check: Check) -> Option<Tally> {
    quality.checks.iter().find(|rate| rate.text == check.text()).map(|rate| rate.whole)
}

const GOOD: Tally = Tally { passed: 1, failed: 0 };
const BAD: Tally = Tally { passed: 0, failed: 1 };

#[tokio::test]
async fn what_was_over_before_the_shop_was_connected_is_nobodys_work() {
    let scene = Scene::in_room(Room::imported(120).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let (over, waiting) = scene
        .room
        .desk
        .store
        .read(|tx| {
            let count = |sql: &str| tx.only(sql, &[], |row| row.get::<i64>(0));
            let over = count("SELECT COUNT(*) FROM case_file WHERE is_over = 1")?;
            Ok((over, count("SELECT COUNT(*) FROM case_file c JOIN unchecked u ON u.case_id = c.id WHERE c.is_over = 1 AND u.can_wait = 0")?))
        })
        .unwrap();
    assert!(over > 0);
    assert_eq!(waiting, 0, "an import of many brings nothing to check");
    check(&scene);
    let all = read(&scene, &QualityFilter::default());
    assert_eq!((all.cases, all.waiting), (Tally::default(), 0));
    assert_eq!(all.checks, []);
}

#[tokio::test]
async fn what_was_answered_before_the_shop_was_connected_stays_nobodys_work_when_it_is_paid() {
    let scene = Scene::in_room(Room::imported(120).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let (room, store) = (&scene.room, &scene.room.desk.store);
    let files = store.read(|tx| {
        let ids = tx.all("SELECT id FROM case_file", &[], |row| Ok(row.get::<String>(0)?.parse().unwrap()))?;
        cases::find_all(tx, &ids).map(|found| found.into_values().flatten().map(|(file, _)| file).collect::<Vec<_>>())
    });
    let files = files.unwrap();
    let imported = |is_it: fn(&PlatformCase) -> bool| {
        let file = files.iter().find(|file| file.id != scene.id && is_it(&file.platform)).unwrap();
        let PlatformCase { object, platform_id, order_id, .. } = file.platform.clone();
        (file.id.clone(), Opened { object, id: platform_id, order: order_id })
    };
    let (agreed, paid) = imported(|case| case.status == "RETURN_OR_REFUND_REQUEST_SUCCESS");
    let (_, open) = imported(|case| case.asked().any(|asked| asked == Asked::Refund));
    room.pass(60).await;
    room.act(&paid, "complete_refund").await;
    // It was not ours to begin with, and is decided since: that counts.
    room.act(&open, "seller_center_approve").await;
    room.pass(60).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    assert_eq!(room.status(&paid), "RETURN_OR_REFUND_REQUEST_COMPLETE");
    assert_eq!(room.status(&open), "RETURN_OR_REFUND_REQUEST_COMPLETE");
    check(&scene);
    let all = read(&scene, &QualityFilter::default());
    assert_eq!((all.cases, whole(&all, Check::DecidedInTime)), (GOOD, Some(GOOD)));
    let counted = || {
        let (filter, wanted) = (ReportFilter::default(), [Report::InTime, Report::Refunds]);
        let all = report::read(&room.desk, &scene.agent, &filter, &wanted, 1).unwrap();
        (all.whole.answered, all.whole.in_time, all.refunds.iter().flat_map(|cost| &cost.counts).sum::<u64>())
    };
    let (answered, in_time, refunds) = counted();
    assert_eq!((answered, in_time), (1, GOOD));
    assert!(refunds > 1, "what was paid is still counted");

    scene.approve_and_tell();
    let reply = scene.intents().remove(1);
    let now = room.desk.clock.now();
    let say = |id: &str, payload: Payload, state: IntentState| {
        let said = Intent {
            id: format!("i_{id}").parse().unwrap(),
            motion: format!("m_{id}").parse().unwrap(),
            case: agreed.clone(),
            payload,
            state,
            ..reply.clone()
        };
        store.write(|tx| intents::insert(tx, &said, None)).unwrap();
        quality::check_these(&room.desk, std::slice::from_ref(&agreed)).unwrap();
        assert_eq!((counted().0, counted().1), (1, GOOD));
        read(&scene, &QualityFilter::default())
    };
    let done = IntentState::Done { by_reading: false, at: now };
    let mut question = reply.payload.clone();
    if let Payload::Reply { claim, .. } = &mut question {
        *claim = None;
    }
    for (id, payload, state) in
        [("undone", &reply.payload, IntentState::Undone { at: now }), ("asked", &question, done.clone())]
    {
        assert_eq!(say(id, payload.clone(), state).cases.known(), 1, "{id}");
    }
    // That the buyer is told since is our work; the decision before it and its payment are not.
    let money = || whole(&read(&scene, &QualityFilter::default()), Check::MoneyCame);
    let paid_before = money();
    let all = say("told", reply.payload.clone(), done);
    assert_eq!((all.cases.known(), whole(&all, Check::DecidedInTime)), (2, Some(GOOD)));
    assert_eq!((money(), paid_before), (Some(GOOD), Some(GOOD)));
}

#[tokio::test]
async fn a_case_that_was_decided_paid_and_told_is_counted_for_who_decided() {
    let scene = scene().await;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let all = read(&scene, &QualityFilter::default());
    assert_eq!(all.cases.known(), 1);
    assert_eq!(all.agents, std::slice::from_ref(&scene.agent.id));
    assert_eq!(whole(&all, Check::MoneyCame), Some(GOOD));
    assert_eq!(whole(&all, Check::NotAgain), None, "nobody knows yet");
    let rate = all.checks.iter().find(|rate| rate.name == "money_came").unwrap();
    assert_eq!((rate.agents.as_slice(), rate.weeks.len()), ([GOOD].as_slice(), WEEKS));
    assert_eq!(rate.weeks.last(), Some(&GOOD), "this week");
    assert_eq!(all.shops.len(), 1);

    // Time alone makes known that the buyer was content.
    scene.room.pass(8 * DAY).await;
    check(&scene);
    let later = read(&scene, &QualityFilter::default());
    assert_eq!(whole(&later, Check::NotAgain), Some(GOOD));
    let rate = later.checks.iter().find(|rate| rate.name == "money_came").unwrap();
    assert_eq!(rate.weeks.get(WEEKS - 2), Some(&GOOD), "the week before");
    let this_week = QualityFilter { weeks: Some(1), ..QualityFilter::default() };
    assert_eq!((read(&scene, &this_week).cases, read(&scene, &this_week).before.known()), (Tally::default(), 1));
}

#[tokio::test]
async fn a_buyer_who_writes_again_counts_when_their_week_is_over() {
    let scene = scene().await;
    let desk = &scene.room.desk;
    scene.approve_and_tell();
    scene.live(200).await;
    let now = desk.clock.now();
    let again = ChatMessage {
        id: "again".to_owned(),
        index: 1_000_000,
        type_word: "TEXT".to_owned(),
        role: "BUYER".to_owned(),
        text: Some("It is still broken".to_owned()),
        image: None,
        at: now,
        is_visible: true,
        unsupported_tip: None,
    };
    let written = desk.store.write_or(|tx| {
        let talks = chat::of_cases(tx, std::slice::from_ref(&scene.id))?;
        let talk = &talks[&scene.id][0].id;
        chat::save_messages(tx, &scene.room.shop, talk, std::slice::from_ref(&again), now)?;
        desk.book.touch(tx, &scene.id, now)
    });
    written.unwrap();
    let shown = || {
        let view = desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
        let checks = quality::views(desk, &view).unwrap();
        checks.into_iter().find(|check| check.text == Check::NotAgain.text()).map(|check| check.state)
    };
    check(&scene);
    assert_eq!(shown(), Some(CheckState::Failed), "the case says so at once");
    assert_eq!(whole(&read(&scene, &QualityFilter::default()), Check::NotAgain), None);
    scene.room.pass(8 * DAY).await;
    check(&scene);
    assert_eq!(whole(&read(&scene, &QualityFilter::default()), Check::NotAgain), Some(BAD));
}

#[tokio::test]
async fn everybody_sees_how_their_own_cases_stand() {
    let scene = scene().await;
    let other = agent(&scene.room, "olga");
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let of = |who: &Agent| QualityFilter { agent: Some(who.id.clone()), ..QualityFilter::default() };
    let own = read(&scene, &of(&scene.agent));
    assert_eq!((own.cases.known(), whole(&own, Check::MoneyCame)), (1, Some(GOOD)));
    let others = read(&scene, &of(&other));
    assert_eq!((others.cases.known(), others.checks.len()), (0, 0));
}

#[tokio::test]
async fn a_check_leads_to_the_handbook_that_is_in_force() {
    let scene = scene().await;
    let desk = &scene.room.desk;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let guide = || {
        let all = read(&scene, &QualityFilter::default());
        all.checks.into_iter().find(|rate| rate.name == "money_came").unwrap().guide
    };
    let view = desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
    handbook::begin(desk).unwrap();
    let (page, step) =
        guide().unwrap().split_once("#step-").map(|(page, step)| (page.to_owned(), step.to_owned())).unwrap();
    let shown = handbook::read(desk, &scene.agent, &page.parse().unwrap(), None).unwrap().shown.unwrap();
    let step = &shown.steps[step.parse::<usize>().unwrap() - 1];
    assert!(step.checks.iter().any(|check| check.text == Check::MoneyCame.text()), "{step:?}");
    assert!(quality::views(desk, &view).unwrap().iter().any(|check| check.guide == guide()));
    desk.store.write(|tx| tx.execute("UPDATE handbook_page SET retired_at = 1", &[])).unwrap();
    assert_eq!(guide(), None);
}

#[tokio::test]
async fn many_cases_are_checked_as_each_by_itself() {
    let scene = Scene::in_room(Room::imported(120).await, "REFUND", json!({ "deadline_s": DAY })).await;
    scene.approve_and_tell();
    scene.live(200).await;
    let store = &scene.room.desk.store;
    let (together, alone) = store
        .read(|tx| {
            let cases = tx.all("SELECT id FROM case_file", &[], |row| Ok(row.get::<String>(0)?.parse().unwrap()))?;
            let together = view::for_checks(tx, &cases)?;
            assert_eq!(together.len(), cases.len());
            let alone = together.iter().map(|one| Ok(view::read(tx, &one.view.row.id, None)?.unwrap()));
            let alone = alone.collect::<Result<Vec<_>, StoreError>>()?;
            Ok::<_, StoreError>((together, alone))
        })
        .unwrap();
    assert!(together.iter().filter(|one| !one.view.intents.is_empty()).count() == 1);
    assert!(together.iter().filter(|one| !one.view.chat.messages.is_empty()).count() > 1);
    assert!(together.iter().filter(|one| one.view.order.is_some()).count() > 1);
    let later = scene.room.desk.clock.now().plus_millis(30 * 24 * 60 * 60 * 1000);
    for (view::ForChecks { view: one, answered }, whole) in together.into_iter().zip(alone) {
        assert_eq!(after_deciding(&one, later), after_deciding(&whole, later));
        assert_eq!(fact(&one, &[], answered), fact(&whole, &[], answered));
        let CaseView { ticks, draft, second, notes, evidence, inspection, related, of_buyer, .. } = whole.clone();
        let one = CaseView { ticks, draft, second, notes, evidence, inspection, related, of_buyer, ..one };
        assert_eq!(one, whole, "nothing else is left out");
    }
}

#[tokio::test]
async fn a_failed_check_leads_to_its_cases() {
    let scene = scene().await;
    // TikTok decides when nobody does.
    scene.room.pass(DAY).await;
    scene.live(60).await;
    check(&scene);
    let all = read(&scene, &QualityFilter::default());
    assert_eq!(whole(&all, Check::DecidedInTime), Some(BAD));
    assert_eq!((all.ran_out.len(), all.agents.len()), (1, 0));
    let late = QualityFilter { failed: Some(Check::DecidedInTime), ..QualityFilter::default() };
    let found = failed(&scene, &late);
    assert_eq!((found.total, found.cases.len()), (1, 1));
    assert_eq!(found.cases[0].row.id, scene.id);
    assert!(found.cases[0].failed.contains(&Check::DecidedInTime.text().to_owned()));
    let other = QualityFilter { failed: Some(Check::OneDecision), ..QualityFilter::default() };
    assert_eq!(failed(&scene, &other).total, 0);
    let of_agent = QualityFilter { agent: Some(scene.agent.id.clone()), ..late };
    assert_eq!(failed(&scene, &of_agent).total, 0, "nobody here decided it");
}

#[tokio::test]
async fn photos_count_as_looked_at_by_who_opened_them_before_deciding() {
    let scene = scene().await;
    let desk = &scene.room.desk;
    let shown = || {
        let view = desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
        let photos: Vec<_> = view.words.iter().flat_map(|words| words.photos.clone()).collect();
        let checks = quality::views(desk, &view).unwrap();
        let text = Check::PhotosOpened.text();
        (photos, checks.into_iter().find(|check| check.text == text).map(|check| check.state))
    };
    let (photos, before) = shown();
    assert!(!photos.is_empty(), "the buyer of this request shows what is broken");
    assert_eq!(before, None, "nobody has decided");
    for photo in &photos {
        quality::open_photo(desk, &scene.agent, &scene.id, photo).unwrap();
        quality::open_photo(desk, &scene.agent, &scene.id, photo).unwrap();
    }
    let strange = MediaId::of_bits(1);
    assert!(quality::open_photo(desk, &scene.agent, &scene.id, &strange).is_err(), "it is none of this case");
    scene.approve_and_tell();
    scene.live(200).await;
    assert_eq!(shown().1, Some(CheckState::Passed));
}

#[tokio::test]
async fn who_decides_without_a_look_at_the_photos_is_told() {
    let scene = scene().await;
    let desk = &scene.room.desk;
    let view = desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
    // That somebody else has looked is no excuse.
    let photo = view.words.iter().find_map(|words| words.photos.first()).unwrap();
    quality::open_photo(desk, &agent(&scene.room, "tom"), &scene.id, photo).unwrap();
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    assert_eq!(whole(&read(&scene, &QualityFilter::default()), Check::PhotosOpened), Some(BAD));
}

#[tokio::test]
async fn the_first_photo_of_a_desk_that_nobody_looks_at_is_missed() {
    let scene = scene().await;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    assert_eq!(whole(&read(&scene, &QualityFilter::default()), Check::PhotosOpened), Some(BAD));
}

#[tokio::test]
async fn what_most_cases_in_which_a_check_failed_have_in_common_is_said() {
    let scene = scene().await;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let (store, now) = (&scene.room.desk.store, scene.room.desk.clock.now());
    let place = Check::ALL.iter().position(|check| *check == Check::ReplyFits).unwrap();
    // As if three replies had missed the reason, two of them to buyers of whom it was the same.
    let others = store.write(|tx| {
        let others = "SELECT id FROM case_file WHERE id <> ?1 ORDER BY id LIMIT 3";
        let others = tx.all(others, &[Param::Text(scene.id.as_str())], |row| row.get::<String>(0))?;
        for (id, reason) in others.iter().zip(["damaged", "damaged", "fit"]) {
            let id = Param::Text(id);
            let sql = format!(
                "INSERT INTO quality (case_id, version, shop_id, decided_at, computed_at, passed, failed, unknown) \
                 VALUES (?1, {QUALITY_VERSION}, '{}', {now}, {now}, 0, {}, 0)",
                scene.room.shop,
                1_i64 << place,
                now = now.millis(),
            );
            tx.execute(&sql, std::slice::from_ref(&id))?;
            tx.execute(&format!("UPDATE case_fact SET reason = '{reason}' WHERE case_id = ?1"), &[id])?;
        }
        let own = format!("UPDATE quality SET failed = {} WHERE case_id = ?1", 1_i64 << place);
        tx.execute(&own, &[Param::Text(scene.id.as_str())])?;
        tx.execute("UPDATE case_fact SET reason = 'late' WHERE case_id = ?1", &[Param::Text(scene.id.as_str())])?;
        // It began from what is written for another reason.
        let began = "UPDATE reply_use SET template = 'fit.refunded.en@v2' WHERE case_id = ?1";
        tx.execute(began, &[Param::Text(scene.id.as_str())])?;
        Ok::<_, StoreError>(others)
    });
    assert_eq!(others.unwrap().len(), 3);
    let all = read(&scene, &QualityFilter::default());
    let rate = all.checks.iter().find(|rate| rate.text == Check::ReplyFits.text()).unwrap();
    assert_eq!(rate.whole.failed, 4);
    assert_eq!(rate.common.reason, Some((ReasonGroup::Damaged, 2)));
    assert_eq!(rate.common.reply, None, "one reply of one case has nothing in common");
    let shops = [scene.room.shop.clone()];
    let span = Span { shops: &shops, after: Timestamp::default(), until: now, agent: None };
    let replies = store.read(|tx| proxy::store::quality::failed_by_reply(tx, &span)).unwrap();
    let [(began, failed)] = replies.as_slice() else { panic!("{replies:?}") };
    assert_eq!((began.to_string().as_str(), failed[place]), ("fit.refunded.en", 1));
    let undone = "UPDATE intent SET state = 'undone' WHERE what = 'reply' AND case_id = ?1";
    store.write(|tx| tx.execute(undone, &[Param::Text(scene.id.as_str())])).unwrap();
    let replies = store.read(|tx| proxy::store::quality::failed_by_reply(tx, &span)).unwrap();
    assert!(replies.is_empty(), "what was not sent is no reply: {replies:?}");
}

#[tokio::test]
async fn other_rules_make_a_new_result_and_keep_the_old_one() {
    let scene = scene().await;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let store = &scene.room.desk.store;
    // As if these results had been made by the rules before.
    store.write(|tx| tx.execute("UPDATE quality SET version = 0, failed = 1", &[])).unwrap();
    assert_eq!(read(&scene, &QualityFilter::default()).cases, Tally::default());
    quality::begin(&scene.room.desk).unwrap();
    assert_eq!(read(&scene, &QualityFilter::default()).waiting, 1);
    check(&scene);
    assert_eq!(read(&scene, &QualityFilter::default()).cases.known(), 1);
    let kept = "SELECT COUNT(*) FROM quality WHERE version = 0 AND failed = 1";
    assert_eq!(store.read(|tx| tx.only(kept, &[], |row| row.get::<i64>(0))).unwrap(), 1);
    quality::begin(&scene.room.desk).unwrap();
    assert_eq!(read(&scene, &QualityFilter::default()).waiting, 0, "once");
    let told = || -> Vec<(String, Value)> {
        let view = store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
        let otherwise = |check: CheckView| {
            Some((check.text, check.facts.into_iter().find(|(name, _)| name.contains("rules before"))?.1))
        };
        quality::views(&scene.room.desk, &view).unwrap().into_iter().filter_map(otherwise).collect()
    };
    assert_eq!(told(), [(Check::KindFitsReason.text().to_owned(), Value::Text("Failed".to_owned()))]);
    // What another result follows from is not known once the case has changed, too.
    let desk = &scene.room.desk;
    store.write_or(|tx| desk.book.touch(tx, &scene.id, desk.clock.now())).unwrap();
    assert_eq!(told(), []);
    check(&scene);
    assert_eq!(told(), [], "nor when it is checked anew");
}

#[tokio::test]
async fn what_was_found_of_an_older_version_is_not_kept_and_the_newer_one_is_still_to_be_checked() {
    let scene = Scene::in_room(Room::imported(20).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let desk = &scene.room.desk;
    let waits = || {
        let sql = "SELECT COUNT(*) FROM unchecked WHERE case_id = ?1";
        let id = Param::Text(scene.id.as_str());
        desk.store.read(|tx| tx.only(sql, &[id], |row| row.get::<i64>(0))).unwrap()
    };
    let version = || desk.store.read(|tx| cases::find(tx, &scene.id)).unwrap().unwrap().version;
    let still_so = |version| {
        let looked = [(&scene.id, version)];
        desk.store.write(|tx| proxy::store::quality::still_so(tx, &looked)).unwrap().contains(&scene.id)
    };
    check(&scene);
    let looked_at = version();
    assert_eq!((waits(), still_so(looked_at)), (0, true));
    let now = desk.clock.now();
    desk.store.write_or(|tx| desk.book.touch(tx, &scene.id, now)).unwrap();
    assert_eq!((waits(), still_so(looked_at), still_so(version())), (1, false, true));
    check(&scene);
    assert_eq!(waits(), 0);
}

#[tokio::test]
async fn only_shops_that_one_sees_are_counted() {
    let scene = scene().await;
    scene.approve_and_tell();
    scene.live(200).await;
    check(&scene);
    let mut guest = agent(&scene.room, "guest");
    guest = proxy::auth::Agent::new(
        Account {
            id: guest.id.clone(),
            name: "Guest".to_owned(),
            email: "guest@example.com".to_owned(),
            role: Role::Lead,
            shops: ShopScope::Only(Vec::new()),
            password_hash: None,
            is_practice: false,
            seen: None,
        },
        "session".to_owned(),
    );
    let seen = quality::read(&scene.room.desk, &guest, &QualityFilter::default()).unwrap();
    assert_eq!((seen.cases, seen.shops.len()), (Tally::default(), 0));
    assert_eq!(quality::cases(&scene.room.desk, &guest, &QualityFilter::default()).unwrap().total, 0);
}

#[tokio::test]
async fn leads_see_it_and_agents_do_not() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut lead = desk.member(&mut admin, "Lena", "lead", json!("all")).await;
    let mut agent = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let seen: serde_json::Value = lead.get("/api/quality?weeks=4").await.expect(200).json();
    assert_eq!(seen["cases"], json!({ "passed": 0, "failed": 0 }));
    lead.get("/api/quality/cases?failed=money_came").await.expect(200);
    lead.get("/api/quality/cases?failed=nonsense").await.expect(422);
    agent.get("/api/quality").await.expect(403);
    let own: serde_json::Value = agent.get("/api/quality/mine?weeks=4").await.expect(200).json();
    assert_eq!(own["cases"], json!({ "passed": 0, "failed": 0 }));
    agent.get("/api/quality/mine/cases?failed=money_came").await.expect(200);
}
