//! Runs are kept: through a restart, repeated, left, forgotten and asked for.

use super::gym::{Gym, Trainee, first_admin, reply, start};
use crate::support::{Browser, database};
use proxy::app::Parts;
use proxy::desk::practice;
use proxy::store::leases;
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind, Stage};
use shared::domain::practice::Deed;
use shared::wire::practice::{Practice, RunState, RunView, TeamPractice};

const REFUNDED: &str =
    "I am sorry that your item arrived damaged. Your refund has been processed and goes back the way you paid.";

async fn list(browser: &mut Browser) -> Practice {
    serde_json::from_value(browser.get("/api/practice").await.expect(200).json()).unwrap()
}

fn case(run: &RunView, place: usize) -> String {
    run.cases[place].case.as_ref().unwrap().to_string()
}

/// Handles the first case of the first day, until it is done.
async fn do_first(trainee: &mut Trainee, run: &RunView) {
    let id = case(run, 0);
    let view = trainee.open(&id).await;
    trainee.look(&view).await;
    let order = json!({ "kind": DecisionKind::ApproveRefund, "reply": reply(REFUNDED, "en", Claim::Refunded) });
    trainee.decide(&view, order).await;
    trainee.skip(run, json!({ "to": "next" })).await;
    trainee.case_when(&id, "the end of the case", |view| view.row.stage == Stage::Done).await;
    super::gym::until("the case as done", async || {
        let now = trainee_run(&mut trainee.browser, run).await;
        (now.run.done == 1).then_some(())
    })
    .await;
}

async fn trainee_run(browser: &mut Browser, run: &RunView) -> RunView {
    serde_json::from_value(browser.get(&format!("/api/practice/runs/{}", run.run.id)).await.expect(200).json()).unwrap()
}

#[tokio::test]
async fn a_restart_in_mid_run_changes_nothing_while_the_platform_lives() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let before = trainee.begin("first-day").await;
    gym.restart().await;
    trainee.browser.moved(&gym.url());
    let after = trainee.run(&before).await;
    assert_eq!((after.run.state, &after.cases), (RunState::Running, &before.cases));
    assert_eq!(trainee.begin("first-day").await.run.id, before.run.id, "to begin again is to go on");
    let scored = trainee.finish(&after).await;
    assert_eq!(scored.run.percent, Some(0), "nobody has decided anything");
}

#[tokio::test]
async fn the_clock_of_a_run_can_run_faster_and_its_deadlines_with_it() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let before = trainee.begin("first-day").await;
    assert_eq!((before.speed, before.cases[0].stage), (1, Some(Stage::ToDecide)));
    let path = format!("/api/practice/runs/{}/skip", before.run.id);
    trainee.browser.post(&path, &json!({ "to": "speed", "times": 7 })).await.refused(422, "invalid");
    trainee.skip(&before, json!({ "to": "speed", "times": 60 })).await;
    let deadline = before.cases[0].deadline.unwrap();
    let after = super::gym::until("a nearer deadline", async || {
        let now = trainee.run(&before).await;
        now.cases[0].deadline.is_some_and(|at| deadline.since(at) > 60_000).then_some(now)
    })
    .await;
    assert_eq!((after.speed, after.cases[0].ran_out), (60, false));
    gym.restart().await;
    trainee.browser.moved(&gym.url());
    assert_eq!(trainee.run(&before).await.speed, 60, "it is the run's, not the program's");
}

#[tokio::test]
async fn a_run_that_another_desk_brings_to_its_end_is_left_to_it_until_it_is_missed() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let run = trainee.begin("first-day").await;
    let desk = gym.running.as_ref().unwrap().desk.clone();
    let (lease, now) = (format!("run {}", run.run.id), desk.clock.now());
    let until = now.plus_millis(3_600_000);
    assert!(desk.store.write(|tx| leases::take(tx, &lease, "another", now, until)).unwrap());
    // Finished at the other desk: nobody rings here, and the look is this one.
    let ending = "UPDATE practice_run SET state = 'ending'";
    desk.store.write(|tx| tx.execute(ending, &[])).unwrap();
    practice::tick(&desk, now).await.unwrap();
    assert_eq!(trainee.run(&run).await.run.state, RunState::Ending);
    desk.store.write(|tx| leases::give_up(tx, "another")).unwrap();
    assert_eq!(trainee.finish(&run).await.run.percent, Some(0));
    let held = "SELECT COUNT(*) FROM lease WHERE name LIKE 'run %'";
    super::gym::until("that nobody holds it", async || {
        let held = desk.store.read(|tx| tx.only(held, &[], |row| row.get::<i64>(0))).unwrap();
        (held == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_restart_that_ends_the_practice_platform_loses_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let settings = database::settings();
    let running = start(&settings, folder.path(), Parts::default()).await;
    let mut browser = Browser::new(&format!("http://{}", running.address));
    browser.post("/api/session/practice?role=agent", &Value::Null).await.expect(204);
    let mut trainee = Trainee { browser };
    let before = trainee.begin("first-day").await;
    do_first(&mut trainee, &before).await;
    running.stop().await;

    let running = start(&settings, folder.path(), Parts::default()).await;
    trainee.browser.moved(&format!("http://{}", running.address));
    let after = super::gym::until("the run, opened again", async || {
        let now = trainee_run(&mut trainee.browser, &before).await;
        (now.run.state == RunState::Running).then_some(now)
    })
    .await;
    assert_eq!((after.run.done, after.run.cases), (1, 3), "what was done stays done");
    assert_eq!(after.cases[0].case, None, "and its case is not opened again");
    for place in [1, 2] {
        assert_ne!(after.cases[place].case, before.cases[place].case);
        trainee.open(&case(&after, place)).await;
    }
    let scored = trainee.finish(&after).await;
    let percents: Vec<_> = scored.cases.iter().map(|case| case.percent.unwrap()).collect();
    assert_eq!((percents, scored.run.percent), (vec![100, 0, 0], Some(33)));
    running.stop().await;
}

#[tokio::test]
async fn runs_are_repeated_and_left_and_the_best_and_the_last_are_kept() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let first = trainee.begin("first-day").await;
    let refused = trainee.browser.post("/api/practice/exercises/returns/run", &Value::Null).await;
    assert_eq!(refused.refused(422, "invalid")["details"]["field"], "exercise");
    do_first(&mut trainee, &first).await;
    assert_eq!(trainee.finish(&first).await.run.percent, Some(33));
    let over =
        trainee.browser.post(&format!("/api/practice/runs/{}/skip", first.run.id), &json!({ "to": "next" })).await;
    over.refused(422, "invalid");

    let second = trainee.begin("first-day").await;
    assert_ne!(second.run.id, first.run.id);
    let leave = format!("/api/practice/runs/{}/leave", second.run.id);
    trainee.browser.post(&leave, &Value::Null).await.expect(204);
    assert_eq!(trainee.run(&second).await.run.state, RunState::Left);
    let third = trainee.begin("first-day").await;
    assert_eq!(trainee.finish(&third).await.run.percent, Some(0));
    assert_eq!(trainee.run(&third).await.earlier, [33]);

    let all = list(&mut trainee.browser).await;
    let day = all.exercises.iter().find(|exercise| exercise.id.as_str() == "first-day").unwrap();
    assert_eq!((day.best.as_ref().unwrap().percent, &day.percents), (Some(33), &vec![33, 0]));
    assert_eq!(all.live, None);
    let team: TeamPractice =
        serde_json::from_value(gym.admin.get("/api/practice/team").await.expect(200).json()).unwrap();
    let theirs = team.people.iter().find(|one| one.person.name == "Nia").unwrap();
    let standing = &theirs.standings[0];
    assert_eq!((standing.best.as_ref().unwrap().percent, standing.last.as_ref().unwrap().percent), (Some(33), Some(0)));
    // Who leads sees what came of it and what was done, and not the cases themselves.
    let seen: RunView = trainee_run(&mut gym.admin, &first).await;
    assert!(seen.cases.iter().all(|case| case.case.is_none()) && !seen.cases[0].points.is_empty());
    let [Deed::Decided { kind: DecisionKind::ApproveRefund, .. }, Deed::Said { text }] = seen.cases[0].deeds.as_slice()
    else {
        panic!("{:?}", seen.cases[0].deeds)
    };
    assert_eq!((text.as_str(), seen.cases[1].deeds.as_slice()), (REFUNDED, [].as_slice()));
    let mut other = gym.member("Omar", "agent").await;
    other.browser.get(&format!("/api/practice/runs/{}", first.run.id)).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_given_up_and_its_cases_are_forgotten() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let run = trainee.begin("first-day").await;
    let desk = gym.running.as_ref().unwrap().desk.clone();
    let set = |sql: &'static str| desk.store.write(|tx| tx.execute(sql, &[])).unwrap();
    set("UPDATE practice_run SET touched_at = touched_at - 90000000");
    practice::tick(&desk, desk.clock.now()).await.unwrap();
    assert_eq!(trainee.run(&run).await.run.state, RunState::Expired);
    assert!(trainee.run(&run).await.cases[0].case.is_some(), "for a while it can be looked at");
    set("UPDATE practice_run SET ended_at = ended_at - 200000000");
    practice::tick(&desk, desk.clock.now()).await.unwrap();
    let gone = trainee.run(&run).await;
    assert_eq!((gone.cases[0].case.as_ref(), gone.run.shop), (None, None));
    let left = desk.store.read(|tx| tx.only("SELECT COUNT(*) FROM case_file", &[], |row| row.get::<i64>(0))).unwrap();
    assert_eq!(left, 0);
    trainee.begin("first-day").await;
}

#[tokio::test]
async fn a_lead_writes_an_exercise_asks_for_it_and_sees_who_has_passed() {
    let mut gym = Gym::open().await;
    let mut lead = gym.member("Lea", "lead").await;
    let mut trainee = gym.member("Nia", "agent").await;
    let task = json!({
        "kind": "cancellation", "reason": "mistake", "words": "Twice by mistake.", "deadline_minutes": 60,
        "right": { "decisions": [["approve_cancel"]], "why": "It has not left yet." },
    });
    let mut exercise = json!({
        "title": "One cancellation", "about": "", "region": "US", "pass_percent": 90, "minutes": 3, "tasks": [task],
    });
    let path = "/api/practice/exercises/own-1";
    let write = |version: u32, exercise: &Value| json!({ "version": version, "exercise": exercise });
    trainee.browser.put(path, &write(0, &exercise)).await.refused(403, "forbidden");
    let saved = lead.browser.put(path, &write(0, &exercise)).await.expect(200).json();
    assert_eq!(saved["version"], 1);
    assert_eq!(lead.browser.put(path, &write(0, &exercise)).await.expect(200).json()["version"], 1, "the same again");
    exercise["title"] = json!("One plain cancellation");
    lead.browser.put(path, &write(0, &exercise)).await.refused(409, "edited_meanwhile");
    lead.browser.put(path, &write(1, &exercise)).await.expect(200);
    exercise["tasks"][0]["right"]["decisions"] = json!([["agree_return"]]);
    let wrong = lead.browser.put(path, &write(2, &exercise)).await.refused(422, "invalid");
    assert_eq!(wrong["details"]["field"], "right");
    let built_in = "/api/practice/exercises/first-day";
    lead.browser.put(built_in, &write(0, &exercise)).await.refused(422, "invalid");

    let nia = list_people(&mut lead.browser, "Nia").await;
    let ask = "/api/practice/assignments/own-1";
    lead.browser.put(ask, &json!({ "people": ["nobody"] })).await.refused(422, "invalid");
    lead.browser.put(ask, &json!({ "people": [nia], "due": 1_900_000_000_000_i64 })).await.expect(204);
    let mine = list(&mut trainee.browser).await;
    assert!(mine.exercises[0].id.as_str() == "own-1" && mine.exercises[0].is_owed(), "what is asked for comes first");

    let run = trainee.begin("own-1").await;
    let view = trainee.open(&case(&run, 0)).await;
    let text = "You ordered it twice by mistake, so your order is cancelled. Your refund has been processed.";
    trainee.decide(&view, json!({ "kind": "approve_cancel", "reply": reply(text, "en", Claim::Refunded) })).await;
    assert_eq!(trainee.finish(&run).await.run.percent, Some(100));
    assert!(!list(&mut trainee.browser).await.exercises.iter().any(|exercise| exercise.is_owed()));
    let team: TeamPractice =
        serde_json::from_value(lead.browser.get("/api/practice/team").await.expect(200).json()).unwrap();
    let theirs = team.people.iter().find(|one| one.person.name == "Nia").unwrap();
    assert!(theirs.standings[0].best.as_ref().unwrap().is_passed && theirs.standings[0].assigned.is_some());

    lead.browser.delete(path).await.expect(204);
    assert!(!list(&mut trainee.browser).await.exercises.iter().any(|exercise| exercise.id.as_str() == "own-1"));
    assert_eq!(trainee.run(&run).await.run.percent, Some(100), "what came of it stays");
}

async fn list_people(browser: &mut Browser, name: &str) -> Value {
    let team = browser.get("/api/practice/team").await.expect(200).json();
    let people = team["people"].as_array().unwrap();
    people.iter().find(|one| one["person"]["name"] == name).unwrap()["person"]["id"].clone()
}

#[tokio::test]
async fn a_desk_without_a_practice_platform_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut settings = database::settings();
    settings.extend([
        pair("AMENDS_TIKTOK_APP_KEY", "key"),
        pair("AMENDS_TIKTOK_APP_SECRET", "secret"),
        pair("AMENDS_TIKTOK_SERVICE_ID", "7"),
        // Nothing listens there.
        pair("AMENDS_TIKTOK_API_URL", "http://127.0.0.1:9"),
        pair("AMENDS_TIKTOK_AUTH_URL", "http://127.0.0.1:9"),
    ]);
    let running = start(&settings, folder.path(), Parts::default()).await;
    let mut admin = first_admin(&running).await;
    let refused = admin.post("/api/practice/exercises/first-day/run", &Value::Null).await;
    refused.refused(502, "practice_unavailable");
    assert_eq!(list(&mut admin).await.live, None, "and nothing is left half begun");
}
