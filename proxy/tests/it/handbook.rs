//! The handbook: begins filled, is written by leads, approved by somebody else, read and signed by everybody.

use super::support::{Answer, Browser, TestDesk};
#[cfg(feature = "sandbox")]
use super::{outbox::Scene, sync::Room};
use proxy::clock::Clock;
use proxy::desk::handbook;
use proxy::store::handbook as store;
use reqwest::Method;
use serde_json::{Value, json};
#[cfg(feature = "sandbox")]
use shared::domain::case::DecisionKind;
#[cfg(feature = "sandbox")]
use std::collections::BTreeSet;

const MAIN: &str = "/api/handbook/pages/refunds-returns-cancellations";
const STATES: [&str; 6] = ["to_decide", "to_inspect", "to_tell", "waiting", "disputed", "done"];

async fn read(browser: &mut Browser, path: &str) -> Value {
    browser.get(path).await.expect(200).json()
}

/// Saves another text of the first step, and answers the new revision.
async fn rewrite(browser: &mut Browser, page: &str, text: &str) -> Value {
    let mut draft = browser.post(&format!("{page}/draft"), &json!({})).await.expect(200).json();
    draft["content"]["steps"][0]["text"] = json!(text);
    let save = json!({ "revision": draft["revision"], "content": draft["content"] });
    browser.write(Method::PUT, &format!("{page}/draft"), &save).await.expect(200).json()["revision"].clone()
}

async fn send(browser: &mut Browser, page: &str, revision: &Value, change: &str) {
    let review = json!({ "revision": revision, "change": change, "description": format!("Other {change}.") });
    browser.post(&format!("{page}/draft/review"), &review).await.expect(204);
}

async fn publish(browser: &mut Browser, page: &str, revision: &Value) -> Answer {
    browser.post(&format!("{page}/draft/publish"), &json!({ "revision": revision })).await
}

async fn unsigned(browser: &mut Browser) -> u64 {
    read(browser, "/api/handbook/news").await["unsigned"].as_u64().unwrap()
}

async fn reviews(browser: &mut Browser) -> u64 {
    read(browser, "/api/handbook/news").await["reviews"].as_u64().unwrap()
}

#[tokio::test]
async fn it_begins_with_the_old_procedure_and_the_one_that_fills_it() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let pages = read(&mut admin, "/api/handbook").await["pages"].clone();
    assert_eq!(pages[0]["id"], "refunds-returns-cancellations");
    assert_eq!((&pages[0]["version"], &pages[0]["asks"]), (&json!("2.0.0"), &json!(true)));
    let page = read(&mut admin, MAIN).await;
    let history: Vec<_> = page["history"].as_array().unwrap().iter().map(|line| line["version"].clone()).collect();
    assert_eq!(history, ["2.0.0", "1.0.0"]);
    let first = &page["history"][1];
    assert_eq!((&first["approved_by"], &first["at"]), (&json!("P.R."), &json!(1_729_512_000_000_i64)));
    let old = read(&mut admin, &format!("{MAIN}?version=1")).await;
    assert!(old["shown"]["title"].as_str().unwrap().starts_with("Processing refunds"));
    assert_eq!((&old["changed"], &old["readers"]), (&Value::Null, &json!([])), "nobody is asked to read it");
    assert_ne!(page["readers"], json!([]));
    let told: Vec<_> = page["shown"]["steps"].as_array().unwrap().iter().map(|step| step["stage"].clone()).collect();
    for stage in STATES {
        assert!(told.contains(&json!(stage)), "{stage}");
    }
    assert!(page["changed"]["steps"].as_array().unwrap().len() > 3, "the old procedure is what one knows");
    admin.get(&format!("{MAIN}?version=9")).await.expect(404);
    admin.get("/api/handbook/pages/nothing").await.expect(404);

    // A second start, or a second desk on the database, adds nothing; and what was removed is not ours to bring back.
    let count = || desk.desk.store.read(store::pages).unwrap().len();
    let before = count();
    handbook::begin(&desk.desk).unwrap();
    assert_eq!(count(), before);
}

#[tokio::test]
async fn agents_read_and_leads_write() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut agent = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let revision = rewrite(&mut admin, MAIN, "Take a case.").await;
    agent.post(&format!("{MAIN}/draft"), &json!({})).await.refused(403, "forbidden");
    let seen = read(&mut agent, MAIN).await;
    assert_eq!((&seen["draft"], &seen["readers"]), (&Value::Null, &json!([])));
    assert!(!seen.to_string().contains("Take a case."), "a draft is not in force");
    assert_eq!(read(&mut agent, "/api/handbook").await["pages"][0]["has_draft"], false);
    agent.get(&format!("{MAIN}/difference?from=2")).await.expect(404);
    assert!(agent.get(&format!("{MAIN}/difference?from=1&to=2")).await.expect(200).json()["lines"].is_array());
    let new = json!({ "kind": "reference", "title": "Packing" });
    agent.post("/api/handbook/pages", &new).await.refused(403, "forbidden");

    // A page that was never published is nobody's but the leads'.
    let made = admin.post("/api/handbook/pages", &new).await.expect(200).json();
    let page = format!("/api/handbook/pages/{}", made["id"].as_str().unwrap());
    agent.get(&page).await.expect(404);
    assert_eq!(read(&mut admin, &page).await["revision"], Value::Null);
    admin.delete(&format!("{page}/draft?revision=1")).await.expect(204);
    admin.get(&page).await.expect(404);
    admin.delete(&format!("{MAIN}/draft?revision={revision}")).await.expect(204);
    read(&mut admin, MAIN).await;
}

#[tokio::test]
async fn two_who_write_see_each_other_and_lose_nothing() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut bo = desk.member(&mut ada, "Bo", "lead", json!("all")).await;
    let draft = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    let same = bo.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    assert_eq!((&draft["revision"], &draft["content"]), (&same["revision"], &same["content"]), "one draft a page");
    assert_eq!(same["editors"][0]["name"], "Ada");
    let here = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    assert_eq!(here["editors"][0]["name"], "Bo");

    let save = |title: &str| {
        let mut content = draft["content"].clone();
        content["title"] = json!(title);
        json!({ "revision": draft["revision"], "content": content })
    };
    let path = format!("{MAIN}/draft");
    let saved = bo.write(Method::PUT, &path, &save("By Bo")).await.expect(200).json();
    let refused = ada.write(Method::PUT, &path, &save("By Ada")).await.refused(409, "edited_meanwhile");
    assert_eq!(refused["details"]["by"], "Bo");
    let theirs = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    assert_eq!((&theirs["content"]["title"], &theirs["revision"]), (&json!("By Bo"), &saved["revision"]));
    // The answer to a save was lost: the same again is no conflict.
    assert_eq!(bo.write(Method::PUT, &path, &save("By Bo")).await.expect(200).json(), saved);
    let mut mine = save("By Ada");
    mine["revision"] = saved["revision"].clone();
    let saved = ada.write(Method::PUT, &path, &mine).await.expect(200).json();
    ada.delete(&format!("{path}?revision=1")).await.refused(409, "edited_meanwhile");

    // Every state can be gone back to.
    let all = read(&mut ada, &format!("{path}/revisions")).await;
    assert_eq!(all.as_array().unwrap().len(), 3);
    let before = read(&mut ada, &format!("{path}/revisions/{}", all[1]["revision"])).await;
    assert_eq!(before["title"], "By Bo");
    assert_eq!(all[2]["revision"], draft["revision"]);
    let changed = |at: usize| all[at]["changed"].clone();
    assert_eq!(changed(1), json!({ "title": true, "purpose": false, "steps": [] }), "two of one minute are told apart");
    assert_eq!(changed(2), Value::Null, "what it began with");
    desk.pass(std::time::Duration::from_secs(60));
    let alone = ada.post(&format!("{path}/here"), &json!({})).await.expect(200).json();
    assert_eq!(alone["editors"], json!([]), "Bo is gone");

    // A later draft never has a revision that an older one had.
    ada.delete(&format!("{path}?revision={}", saved["revision"])).await.expect(204);
    let next = ada.post(&path, &json!({})).await.expect(200).json();
    assert!(next["revision"].as_u64() > saved["revision"].as_u64());
    bo.write(Method::PUT, &path, &save("Of the old one")).await.refused(409, "edited_meanwhile");
    let mut huge = save("Huge");
    huge["content"]["steps"][0]["text"] = json!("x".repeat(41_000));
    assert_eq!(ada.write(Method::PUT, &path, &huge).await.refused(422, "invalid")["details"]["field"], "page");
    huge["content"]["steps"][0]["text"] = json!("x".repeat(100_000));
    ada.write(Method::PUT, &path, &huge).await.refused(413, "too_large");
}

#[tokio::test]
async fn what_one_person_types_in_a_minute_is_one_state_to_go_back_to() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    for text in ["a", "ab", "abc"] {
        rewrite(&mut ada, MAIN, text).await;
    }
    let count = async |ada: &mut Browser| read(ada, &format!("{MAIN}/draft/revisions")).await.as_array().unwrap().len();
    assert_eq!(count(&mut ada).await, 2, "what it began with, and what was typed");
    let first = read(&mut ada, &format!("{MAIN}/draft/revisions")).await[1]["revision"].clone();
    let content = read(&mut ada, &format!("{MAIN}/draft/revisions/{first}")).await;
    let draft = read(&mut ada, MAIN).await["draft"]["revision"].clone();
    ada.write(Method::PUT, &format!("{MAIN}/draft"), &json!({ "revision": draft, "content": content }))
        .await
        .expect(200);
    assert_eq!(count(&mut ada).await, 3, "what somebody went back from stays, however soon that was");
    rewrite(&mut ada, MAIN, &format!("{} And on.", content["steps"][0]["text"].as_str().unwrap())).await;
    assert_eq!(count(&mut ada).await, 3);
    desk.pass(std::time::Duration::from_secs(61));
    rewrite(&mut ada, MAIN, "abcde").await;
    assert_eq!(count(&mut ada).await, 4);
}

#[tokio::test]
async fn of_two_texts_of_one_person_neither_is_lost() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let revision = rewrite(&mut ada, MAIN, "Here").await;
    let draft = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    let mut other = json!({ "revision": revision, "content": draft["content"] });
    other["content"]["steps"][0]["text"] = json!("There");
    let met = rewrite(&mut ada, MAIN, "Here, and on").await;
    let path = format!("{MAIN}/draft");
    ada.write(Method::PUT, &path, &other).await.refused(409, "edited_meanwhile");
    other["revision"] = met.clone();
    other["is_apart"] = json!(true);
    ada.write(Method::PUT, &path, &other).await.expect(200);
    let kept = read(&mut ada, &format!("{path}/revisions/{met}")).await;
    assert_eq!(kept["steps"][0]["text"], "Here, and on");
    rewrite(&mut ada, MAIN, "There, and on").await;
    read(&mut ada, &format!("{path}/revisions/{met}")).await;
    assert_eq!(read(&mut ada, &format!("{path}/revisions")).await.as_array().unwrap().len(), 3, "one typed on");
}

#[tokio::test]
async fn what_was_emptied_can_be_gone_back_to_however_soon_that_was() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let long = "a word ".repeat(40);
    // A field that is emptied; a few sentences that are gone; the rest of them; a step that is removed.
    for (before, after) in [("One.", ""), (long.as_str(), "a word"), ("Two.", " ")] {
        let kept = rewrite(&mut ada, MAIN, before).await;
        rewrite(&mut ada, MAIN, after).await;
        let kept = read(&mut ada, &format!("{MAIN}/draft/revisions/{kept}")).await;
        assert_eq!(kept["steps"][0]["text"], before);
    }
    let kept = rewrite(&mut ada, MAIN, "Three.").await;
    let mut draft = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    draft["content"]["steps"].as_array_mut().unwrap().remove(0);
    let save = json!({ "revision": kept, "content": draft["content"] });
    ada.write(Method::PUT, &format!("{MAIN}/draft"), &save).await.expect(200);
    let kept = read(&mut ada, &format!("{MAIN}/draft/revisions/{kept}")).await;
    assert_eq!(kept["steps"][0]["text"], "Three.");
}

#[tokio::test]
async fn a_draft_can_begin_with_what_an_older_version_said() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let from = |number: u32| format!("{MAIN}/draft?from={number}");
    let draft = ada.post(&from(1), &json!({})).await.expect(200).json();
    let old = read(&mut ada, &format!("{MAIN}?version=1")).await;
    assert_eq!(draft["content"]["title"], old["shown"]["title"]);
    let again = ada.post(&from(1), &json!({})).await.expect(200).json();
    assert_eq!(again["revision"], draft["revision"], "it says so already");
    ada.post(&from(9), &json!({})).await.expect(404);
    // What somebody has not seen is not written over.
    ada.post(&from(2), &json!({})).await.refused(409, "edited_meanwhile");
    let seen = |number: u32, draft: &Value| format!("{}&revision={draft}", from(number));

    // What an open draft said stays among its revisions, and it is taken back from review.
    let mine = rewrite(&mut ada, MAIN, "Mine").await;
    send(&mut ada, MAIN, &mine, "work").await;
    ada.post(&seen(2, &draft["revision"]), &json!({})).await.refused(409, "edited_meanwhile");
    let draft = ada.post(&seen(2, &mine), &json!({})).await.expect(200).json();
    assert_eq!(draft["state"], json!({ "writing": {} }));
    assert_ne!(draft["content"]["title"], old["shown"]["title"]);
    let kept = read(&mut ada, &format!("{MAIN}/draft/revisions/{mine}")).await;
    assert_eq!(kept["steps"][0]["text"], "Mine");
}

#[tokio::test]
async fn somebody_else_approves_if_there_is_somebody() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let revision = rewrite(&mut ada, MAIN, "Take a case.").await;
    publish(&mut ada, MAIN, &revision).await.refused(422, "invalid");
    send(&mut ada, MAIN, &revision, "work").await;
    let here = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    assert_eq!((&here["needs_another"], &here["state"]["review"]["change"]), (&json!(false), &json!("work")));

    // Somebody who was invited and never came can approve nothing; an agent neither.
    desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let invitation = json!({ "name": "Cy", "email": "cy@example.com", "role": "lead", "shops": "all" });
    ada.post("/api/team", &invitation).await.expect(200);
    let here = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    assert_eq!(here["needs_another"], false);
    let mut bo = desk.member(&mut ada, "Bo", "lead", json!("all")).await;
    let touched = read(&mut bo, MAIN).await["draft"].clone();
    assert_eq!((&touched["steps"][0]["number"], touched["steps"].as_array().unwrap().len()), (&json!(1), 1));
    let decided = json!(["decided_in_time", "Decided in time"]);
    assert!(touched["touches"]["checks"].as_array().unwrap().contains(&decided), "{touched}");
    publish(&mut ada, MAIN, &revision).await.refused(409, "needs_another");
    publish(&mut bo, MAIN, &json!(1)).await.refused(409, "edited_meanwhile");

    // Back, written anew, and a change takes it out of review.
    let back = json!({ "revision": revision, "note": "Say which one." });
    bo.post(&format!("{MAIN}/draft/return"), &back).await.expect(204);
    let here = ada.post(&format!("{MAIN}/draft/here"), &json!({})).await.expect(200).json();
    assert_eq!(here["state"]["writing"]["returned"]["note"], "Say which one.");
    let revision = rewrite(&mut ada, MAIN, "Take the first case.").await;
    send(&mut ada, MAIN, &revision, "work").await;
    let newer = rewrite(&mut ada, MAIN, "Take the top case.").await;
    publish(&mut bo, MAIN, &newer).await.refused(422, "invalid");
    send(&mut ada, MAIN, &newer, "work").await;

    let request = || bo.ours(Method::POST, &format!("{MAIN}/draft/publish")).header("Idempotency-Key", "once");
    let (first, again) = (request().json(&json!({ "revision": newer })), request().json(&json!({ "revision": newer })));
    let made = bo.send(first).await.expect(200).json();
    assert_eq!(bo.send(again).await.expect(200).json(), made, "its answer was lost");
    assert_eq!(
        (&made["version"], &made["author"], &made["approved_by"], &made["alone"]),
        (&json!("2.1.0"), &json!("Ada"), &json!("Bo"), &json!(false))
    );
    let page = read(&mut bo, MAIN).await;
    assert_eq!((page["history"].as_array().unwrap().len(), &page["draft"]), (3, &Value::Null));
    assert!(page["shown"]["steps"][0]["html"].as_str().unwrap().contains("Take the top case."));
    let lines = read(&mut bo, &format!("{MAIN}/difference?from=2&to=3")).await["lines"].clone();
    assert!(lines.as_array().unwrap().iter().any(|line| line["kind"] == "gone"));
}

#[tokio::test]
async fn who_is_alone_approves_their_own_and_the_history_says_so() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut same = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    let review = json!({ "revision": same["revision"], "change": "work", "description": "x" });
    let refused = ada.post(&format!("{MAIN}/draft/review"), &review).await.refused(422, "invalid");
    assert_eq!(refused["details"]["field"], "page", "nothing has changed");
    same["content"]["steps"][0]["title"] = json!(" ");
    let save = json!({ "revision": same["revision"], "content": same["content"] });
    let saved = ada.write(Method::PUT, &format!("{MAIN}/draft"), &save).await.expect(200).json();
    let review = json!({ "revision": saved["revision"], "change": "work", "description": "x" });
    let refused = ada.post(&format!("{MAIN}/draft/review"), &review).await.refused(422, "invalid");
    assert_eq!(refused["details"]["field"], "title", "a draft may be unfinished, a version not");
    same["content"]["steps"][0]["title"] = json!("  Open the list ");
    let save = json!({ "revision": saved["revision"], "content": same["content"] });
    let saved = ada.write(Method::PUT, &format!("{MAIN}/draft"), &save).await.expect(200).json();
    let kept = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    assert_eq!(kept["content"]["steps"][0]["title"], "Open the list", "space around a title tells nothing");
    send(&mut ada, MAIN, &saved["revision"], "wording").await;
    let made = publish(&mut ada, MAIN, &saved["revision"]).await.expect(200).json();
    assert_eq!((&made["version"], &made["alone"]), (&json!("2.0.1"), &json!(true)));
}

#[tokio::test]
async fn what_changes_the_work_is_signed_by_everybody_and_wording_by_nobody() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let all = unsigned(&mut ann).await;
    let page = read(&mut ann, MAIN).await;
    assert_eq!((&page["asked"], &page["signed"]), (&json!(2), &Value::Null));
    let sign = |number: u32| json!({ "number": number });
    let path = format!("{MAIN}/signature");
    ann.post(&path, &sign(1)).await.refused(422, "invalid");
    ann.post(&path, &sign(9)).await.refused(422, "invalid");
    desk.pass(std::time::Duration::from_secs(5));
    ann.post(&path, &sign(2)).await.expect(204);
    ann.post(&path, &sign(2)).await.expect(204);
    assert_eq!(unsigned(&mut ann).await, all - 1);
    let page = read(&mut ann, MAIN).await;
    assert_eq!(page["changed"], Value::Null, "shown once");
    let readers = read(&mut ada, MAIN).await["readers"].clone();
    let of = |name: &str| readers.as_array().unwrap().iter().find(|one| one["person"]["name"] == name).unwrap().clone();
    assert!(of("Ann")["signed"].as_i64() > of("Ann")["shown"].as_i64());
    assert_eq!(of("Ada")["signed"], Value::Null);
    assert!(of("Ada")["shown"].is_number(), "she has it open");

    let revision = rewrite(&mut ada, MAIN, "Take a case.").await;
    send(&mut ada, MAIN, &revision, "wording").await;
    publish(&mut ada, MAIN, &revision).await.expect(200);
    assert_eq!(unsigned(&mut ann).await, all - 1, "nobody reads other words for the same work");

    let revision = rewrite(&mut ada, MAIN, "Take the top case, and say so.").await;
    send(&mut ada, MAIN, &revision, "work").await;
    publish(&mut ada, MAIN, &revision).await.expect(200);
    assert_eq!(unsigned(&mut ann).await, all);
    let news = read(&mut ann, "/api/handbook/news").await;
    assert_eq!(news["newest"], "refunds-returns-cancellations", "of all that is to be signed, what has changed last");
    let changed = read(&mut ann, MAIN).await["changed"].clone();
    assert_eq!(changed["since"], "2.0.0", "all since what Ann has signed");
    assert_eq!(changed["steps"][0]["became"], "changed");
    assert_eq!((&changed["new_checks"], &changed["gone_checks"]), (&json!([]), &json!([])), "it asks for the same");
    assert_eq!(changed["touches"]["checks"].as_array().unwrap().len(), 3, "which others can look at anew");
    ann.post(&path, &sign(2)).await.refused(422, "invalid");
    ann.post(&path, &sign(4)).await.expect(204);
    assert_eq!(unsigned(&mut ann).await, all - 1);
}

/// What a change touches, as one line: checks, checkpoints, moments with how many reasons, replies of the team's own.
fn touched(touches: &Value) -> String {
    let all = |name: &str| touches[name].as_array().unwrap().clone();
    let mut parts: Vec<String> = all("checks").iter().map(|check| check[0].as_str().unwrap().to_owned()).collect();
    parts.extend(all("ticks").iter().map(|tick| tick["text"].as_str().unwrap().to_owned()));
    for one in all("replies") {
        parts.push(format!("{} {}", one["label"].as_str().unwrap(), one["reasons"].as_array().unwrap().len()));
        parts.extend(one["own"].as_array().unwrap().iter().map(|place| place.as_str().unwrap().to_owned()));
    }
    parts.join("; ")
}

/// Changes the content of the draft, sends it, and puts it into force.
async fn put_into_force(browser: &mut Browser, page: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut draft = browser.post(&format!("{page}/draft"), &json!({})).await.expect(200).json();
    change(&mut draft["content"]);
    let save = json!({ "revision": draft["revision"], "content": draft["content"] });
    let saved = browser.write(Method::PUT, &format!("{page}/draft"), &save).await.expect(200).json();
    send(browser, page, &saved["revision"], "work").await;
    publish(browser, page, &saved["revision"]).await.expect(200).json()
}

#[tokio::test]
async fn a_change_says_which_replies_and_checks_it_touches() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let tick = json!({ "id": "t1", "text": "Damage is visible", "kinds": [], "groups": [], "is_needed": true });
    ada.put("/api/checkpoints", &json!({ "version": 0, "ticks": [tick] })).await.expect(200);
    let words = json!({ "text": "Hi {name}, it is back with you.", "note": "", "revision": 0 });
    ada.put("/api/templates/damaged.refunded.en/open", &words).await.expect(200);

    let mut draft = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    assert_eq!(touched(&draft["touches"]), "", "nothing is written yet");
    assert_eq!(draft["ticks"], json!([{ "id": "t1", "text": "Damage is visible" }]));
    assert_eq!(draft["moments"].as_array().unwrap().len(), 11);
    let ticks = draft["ticks"].clone();
    let step = &mut draft["content"]["steps"][1];
    step["text"] = json!("Look twice.");
    step["ticks"] = ticks;
    step["replies"] = json!(["refunded"]);
    step["reasons"] = json!(["damaged", "late"]);
    let save = json!({ "revision": draft["revision"], "content": draft["content"] });
    let saved = ada.write(Method::PUT, &format!("{MAIN}/draft"), &save).await.expect(200).json();
    let expected = "kind_fits_reason; parts_add_up; photos_opened; Damage is visible; More asked 19; Refunded 2; \
                    damaged.refunded.en";
    assert_eq!(touched(&saved["touches"]), expected, "while it is written");
    send(&mut ada, MAIN, &saved["revision"], "work").await;
    assert_eq!(touched(&read(&mut ada, MAIN).await["draft"]["touches"]), expected, "before it is approved");
    publish(&mut ada, MAIN, &saved["revision"]).await.expect(200);

    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let page = read(&mut ann, MAIN).await;
    assert_eq!(page["touched"].as_array().unwrap().len(), page["history"].as_array().unwrap().len());
    assert_eq!(touched(&page["touched"][0]), expected, "in the history, for good");
    assert_eq!(touched(&page["touched"][2]), "", "the old procedure names no reply and no check");
    assert!(touched(&page["changed"]["touches"]).contains("damaged.refunded.en"), "and in what is new to Ann");
    assert_eq!(page["shown"]["steps"][1]["ticks"], json!(["Damage is visible"]));

    // A checkpoint that is not asked for any more is touched by nothing; what the version said of it stays.
    ada.put("/api/checkpoints", &json!({ "version": 1, "ticks": [] })).await.expect(200);
    let page = read(&mut ann, MAIN).await;
    assert!(!touched(&page["touched"][0]).contains("Damage is visible"));
    assert_eq!(page["shown"]["steps"][1]["ticks"], json!(["Damage is visible"]));
    for wrong in
        [json!({ "replies": ["tomorrow"] }), json!({ "reasons": ["none"] }), json!({ "ticks": [{ "id": "t 1" }] })]
    {
        let step = json!({ "title": "T", "steps": [wrong] });
        ada.post("/api/handbook/preview", &step).await.expect(422);
    }
}

#[tokio::test]
async fn who_missed_versions_is_told_once_of_all_that_is_new_to_them() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let mut bea = desk.member(&mut ada, "Bea", "agent", json!("all")).await;
    ann.post(&format!("{MAIN}/signature"), &json!({ "number": 2 })).await.expect(204);
    let text = |step: usize, text: &'static str| move |page: &mut Value| page["steps"][step]["text"] = json!(text);
    put_into_force(&mut ada, MAIN, text(0, "Take a case.")).await;
    // Opened and not signed is not known.
    assert_eq!(read(&mut ann, MAIN).await["changed"]["since"], "2.0.0");
    put_into_force(&mut ada, MAIN, text(2, "Decide at once.")).await;
    put_into_force(&mut ada, MAIN, |page| page["steps"][3]["checks"] = json!(["buyer_told", "photos_opened"])).await;

    let steps = |changed: &Value| -> Vec<u64> {
        let steps = changed["steps"].as_array().unwrap();
        steps.iter().map(|step| step["number"].as_u64().unwrap()).collect()
    };
    let changed = read(&mut ann, MAIN).await["changed"].clone();
    assert_eq!((&changed["since"], steps(&changed)), (&json!("2.0.0"), vec![1, 3, 4]), "of three versions");
    assert_eq!(changed["new_checks"], json!([]), "another step is about it already");
    assert!(changed["gone_checks"].as_array().unwrap().contains(&json!("No variable left empty")));
    // Bea has signed none: she knows what was in force before anybody was asked.
    assert_eq!(read(&mut bea, MAIN).await["changed"]["since"], "1.0.0");

    ann.post(&format!("{MAIN}/signature"), &json!({ "number": 5 })).await.expect(204);
    assert_eq!(read(&mut ann, MAIN).await["changed"], Value::Null, "once");
    put_into_force(&mut ada, MAIN, text(0, "Take two.")).await;
    let changed = read(&mut ann, MAIN).await["changed"].clone();
    assert_eq!((&changed["since"], steps(&changed)), (&json!("2.3.0"), vec![1]));

    // A page of which every version was asked for is new as a whole to who has signed none.
    let page = "/api/handbook/pages/disputes";
    assert_eq!(read(&mut bea, page).await["changed"], Value::Null, "it has one version");
    put_into_force(&mut ada, page, text(0, "Read it.")).await;
    let changed = read(&mut bea, page).await["changed"].clone();
    assert_eq!((&changed["since"], &changed["steps"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn what_a_lead_types_cannot_run_in_anybodys_browser() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let attack = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![p](https://evil.example/p.png)";
    let video =
        |link: &str| json!({ "title": "T", "steps": [{ "title": "<b>One</b>", "text": attack, "video": link }] });
    for (link, frame) in [
        ("https://youtu.be/dQw4w9WgXcQ", json!("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ")),
        ("https://evil.example/embed/dQw4w9WgXcQ", Value::Null),
    ] {
        let shown = ada.post("/api/handbook/preview", &video(link)).await.expect(200).json();
        let step = &shown["steps"][0];
        let html = step["html"].as_str().unwrap();
        assert!(!html.contains("<img") && !html.contains("javascript:"), "{html}");
        assert!(html.contains("&lt;img"), "{html}");
        assert_eq!((&step["video"]["frame"], &step["title"]), (&frame, &json!("<b>One</b>")));
    }
    let answer = ada.get("/api/handbook").await.expect(200);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-src https://www.youtube-nocookie.com https://www.loom.com;"), "{policy}");
    let revision = rewrite(&mut ada, MAIN, attack).await;
    send(&mut ada, MAIN, &revision, "work").await;
    publish(&mut ada, MAIN, &revision).await.expect(200);
    let html = read(&mut ada, MAIN).await["shown"]["steps"][0]["html"].as_str().unwrap().to_owned();
    assert!(html.contains("&lt;img") && !html.contains("<img"), "{html}");
}

#[tokio::test]
async fn a_lead_gives_a_page_an_owner_and_a_place_and_retires_it() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let page = read(&mut ada, MAIN).await;
    let owner = page["may_own"].as_array().unwrap().iter().find(|one| one["name"] == "Ann").unwrap()["id"].clone();
    let keeping = |owner: &Value, is_retired: bool| json!({ "owner": owner, "is_retired": is_retired });
    let path = format!("{MAIN}/keeping");
    ann.put(&path, &keeping(&owner, false)).await.refused(403, "forbidden");
    ada.put(&path, &keeping(&json!("nobody"), false)).await.refused(422, "invalid");
    ada.put(&path, &keeping(&owner, false)).await.expect(204);
    assert_eq!(read(&mut ann, MAIN).await["owner"]["name"], "Ann");
    assert_eq!(read(&mut ann, MAIN).await["may_own"], Value::Null, "agents choose nobody");
    let looks = |by: Value| json!({ "owner": owner, "look_by": by, "is_retired": false });
    let day = json!(Clock::system().now().millis() + 30 * 24 * 60 * 60 * 1000);
    ada.put(&path, &looks(day.clone())).await.expect(204);
    assert_eq!(read(&mut ann, MAIN).await["look_by"], day, "everybody sees until when");
    for slip in [0_i64, 9_000_000_000_000] {
        ada.put(&path, &looks(json!(slip))).await.refused(422, "invalid");
    }
    ada.put(&path, &keeping(&owner, false)).await.expect(204);
    assert_eq!(read(&mut ann, MAIN).await["look_by"], day, "who does not know of it leaves it alone");
    ada.put(&path, &looks(Value::Null)).await.expect(204);
    assert_eq!(read(&mut ann, MAIN).await["look_by"], Value::Null);

    let ids = async |browser: &mut Browser| {
        let pages = read(browser, "/api/handbook").await["pages"].clone();
        pages.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = ids(&mut ann).await;
    let mut wanted = before.clone();
    wanted.swap(0, 1);
    ann.put("/api/handbook/order", &json!({ "pages": wanted })).await.refused(403, "forbidden");
    for wrong in [&wanted[1..], &[wanted.as_slice(), &wanted[..1]].concat()] {
        ada.put("/api/handbook/order", &json!({ "pages": wrong })).await.refused(409, "edited_meanwhile");
    }
    ada.put("/api/handbook/order", &json!({ "pages": wanted })).await.expect(204);
    assert_eq!(ids(&mut ann).await, wanted);

    let all = unsigned(&mut ann).await;
    ada.put(&path, &keeping(&owner, true)).await.expect(204);
    assert_eq!((unsigned(&mut ann).await, ids(&mut ann).await.len()), (all - 1, before.len() - 1));
    assert_eq!(ids(&mut ada).await.len(), before.len(), "a lead finds it again");
    let kept = read(&mut ann, MAIN).await;
    assert!(kept["retired"].is_i64() && kept["shown"].is_object(), "what was decided under it leads here");
    assert_eq!(kept["asked"], Value::Null);
    ada.post(&format!("{MAIN}/draft"), &json!({})).await.refused(422, "invalid");
    ada.put(&path, &keeping(&Value::Null, false)).await.expect(204);
    assert_eq!((unsigned(&mut ann).await, ids(&mut ann).await), (all, wanted));
}

#[tokio::test]
async fn browsers_hear_of_a_new_version() {
    let desk = TestDesk::start().await;
    let shop = desk.shop(proxy::store::shops::AppKind::Real, "1");
    let mut ada = desk.admin().await;
    let before = desk.desk.store.read(proxy::store::events::span).unwrap().map_or(0, |(_, last)| last);
    let revision = rewrite(&mut ada, MAIN, "Take a case.").await;
    send(&mut ada, MAIN, &revision, "work").await;
    publish(&mut ada, MAIN, &revision).await.expect(200);
    let news = desk.desk.store.read(|tx| proxy::store::events::after(tx, before, 10)).unwrap();
    let told: Vec<_> = news.iter().map(|placed| (&placed.shop, &placed.event)).collect();
    let heard = (&shop, &shared::wire::event::Event::HandbookChanged);
    assert_eq!(told, [heard, heard], "that it waits, and that it is in force");
}

#[tokio::test]
async fn a_lead_hears_how_much_waits_for_their_approval() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let revision = rewrite(&mut ada, MAIN, "Take a case.").await;
    assert_eq!(reviews(&mut ada).await, 0, "it is being written");
    send(&mut ada, MAIN, &revision, "work").await;
    assert_eq!(reviews(&mut ada).await, 1, "nobody else can");
    let mut bo = desk.member(&mut ada, "Bo", "lead", json!("all")).await;
    assert_eq!((reviews(&mut ada).await, reviews(&mut bo).await, reviews(&mut ann).await), (0, 1, 0));
    let back = json!({ "revision": revision, "note": "Shorter, please." });
    bo.post(&format!("{MAIN}/draft/return"), &back).await.expect(204);
    assert_eq!(reviews(&mut bo).await, 0);
}

#[cfg(feature = "sandbox")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_desks_that_start_together_fill_it_once() {
    let room = Room::start_with(1).await;
    let other = room.another();
    std::thread::scope(|scope| {
        for desk in [&room.desk, &other] {
            scope.spawn(|| handbook::begin(desk).unwrap());
        }
    });
    let pages = room.desk.store.read(store::pages).unwrap();
    assert_eq!(pages.len(), proxy::handbook::built_in().len());
    let versions = other.store.read(|tx| store::versions(tx, &pages[0].id)).unwrap();
    assert_eq!(versions.len(), 2);
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn a_decision_keeps_the_version_that_it_was_made_under() {
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": 86_400 })).await;
    let desk = &scene.room.desk;
    let beside = || handbook::beside(desk, &scene.agent, &scene.id).unwrap();
    assert_eq!((beside().steps, beside().kept), (Vec::new(), Vec::new()), "there is no handbook yet");
    handbook::begin(desk).unwrap();
    let steps = beside().steps;
    assert_eq!((steps[0].title.as_str(), steps[0].number), ("Decide", 3), "it is open and can be decided");
    assert!(steps[0].lines.starts_with("The desk shows only what TikTok lets us decide"), "{}", steps[0].lines);
    assert_eq!((steps[1].title.as_str(), steps[1].number), ("Open the list, least time first", 1));
    scene.approve_and_tell();
    scene.live(200).await;
    let after = beside();
    assert_eq!(after.kept.len(), 1, "what is approved in full is decided under no page about offers");
    let main = after.kept.iter().find(|kept| kept.page.as_str() == "refunds-returns-cancellations").unwrap();
    assert_eq!((main.version.to_string().as_str(), main.number), ("2.0.0", 2));
    assert_eq!(after.steps[0].title, "Check what came of it", "the case is done");
    let page = handbook::read(desk, &scene.agent, &main.page, None).unwrap();
    assert_eq!(page.cases, 1);
    assert_eq!(handbook::read(desk, &scene.agent, &main.page, Some(1)).unwrap().cases, 0);
    // The practice shops are forgotten with a restart of their platform, and what was kept of their cases too.
    desk.store.write(|tx| proxy::store::upkeep::forget_practice(tx, false)).unwrap();
    assert_eq!(handbook::read(desk, &scene.agent, &main.page, None).unwrap().cases, 0);
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn beside_a_cancellation_stands_nothing_of_offers_and_parcels() {
    let more = json!({ "deadline_s": 86_400, "order_status": "AWAITING_SHIPMENT" });
    let scene = Scene::in_room(Room::imported(10).await, "CANCEL", more).await;
    let desk = &scene.room.desk;
    handbook::begin(desk).unwrap();
    let beside = || handbook::beside(desk, &scene.agent, &scene.id).unwrap();
    let pages: BTreeSet<String> = beside().steps.into_iter().map(|step| step.page.to_string()).collect();
    assert_eq!(pages, BTreeSet::from(["refunds-returns-cancellations".to_owned()]));
    let request = scene.request(DecisionKind::ApproveCancel, None);
    proxy::desk::decide::decide(desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &request).unwrap();
    let kept: Vec<String> = beside().kept.into_iter().map(|kept| kept.page.to_string()).collect();
    assert_eq!(kept, ["refunds-returns-cancellations"]);
}
