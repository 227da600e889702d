//! Reviews by people: who may judge, see and answer; what is picked; calibrations; ticks before a decision.

use super::outbox::{Scene, agent};
use super::support::TestDesk;
use super::sync::Room;
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::{decide, quality, reviews, ticks, view};
use proxy::store::Param;
use proxy::store::people::{self, Account};
use proxy::store::reviews::{Session, save_calibration};
use proxy::sync::{self, read};
use serde_json::{Value, json};
use shared::domain::case::{DecisionKind, Kind};
use shared::domain::quality::{Check, QUALITY_VERSION};
use shared::domain::review::{Judged, Judgement, OfAgent, Sampling, Scorecard, Standing, Watch, Why};
use shared::domain::tick::Tick;
use shared::id::{CaseId, ReviewId};
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::Happened;
use shared::wire::review::{
    AnswerRequest, AwayRequest, CalibrateRequest, CloseRequest, Handled, ReviewRules, ReviewView, ScorecardRequest,
    Verdict, VerdictRequest,
};
use shared::wire::session::{Role, ShopScope};
use shared::wire::tick::TickRules;

const DAY: u64 = 24 * 60 * 60;

fn lead_of(room: &Room, name: &str, shops: ShopScope) -> Agent {
    let account = Account {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        role: Role::Lead,
        shops,
        password_hash: None,
        is_practice: true,
        seen: None,
    };
    room.desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1))).unwrap();
    Agent::new(account, "session".to_owned())
}

fn lead(room: &Room, name: &str) -> Agent {
    lead_of(room, name, ShopScope::All)
}

/// Who works the case, as a lead.
fn leading(scene: &Scene) -> Agent {
    Agent::new(
        Account {
            id: scene.agent.id.clone(),
            name: "Ines".to_owned(),
            email: "ines@example.com".to_owned(),
            role: Role::Lead,
            shops: ShopScope::All,
            password_hash: None,
            is_practice: true,
            seen: None,
        },
        "session".to_owned(),
    )
}

/// A case that an agent has approved and told, and that was checked.
async fn decided() -> Scene {
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await;
    scene.approve_and_tell();
    scene.live(200).await;
    while quality::check_some(&scene.room.desk).unwrap() {}
    scene
}

fn judgement(points: &[(&str, u8)]) -> Judgement {
    let card = Scorecard::built_in().unwrap();
    let judged = |(item, points): &(&str, u8)| {
        (item.parse().unwrap(), Judged { points: *points, causes: vec!["Hurry".to_owned()] })
    };
    Judgement {
        scorecard: card.id,
        version: card.version,
        items: points.iter().map(judged).collect(),
        note: "Well done".to_owned(),
        comments: Vec::new(),
    }
}

const GOOD: [(&str, u8); 5] = [("decision", 2), ("reason", 4), ("tone", 4), ("fault", 3), ("next", 4)];

fn save(scene: &Scene, by: &Agent) -> ReviewView {
    reviews::save(&scene.room.desk, by, &scene.id, &judgement(&GOOD), None).unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, DeskError>, field: &str) {
    match result.unwrap_err() {
        DeskError::Invalid { field: found, .. } => assert_eq!(found, field),
        other => panic!("{other:?}"),
    }
}

/// Somebody else was first, and is named.
#[track_caller]
fn ruled_meanwhile<T: std::fmt::Debug>(result: Result<T, DeskError>, who: &str) {
    match result.unwrap_err() {
        DeskError::EditedMeanwhile { by, at } => assert_eq!((by.as_deref(), at.is_some()), (Some(who), true)),
        other => panic!("{other:?}"),
    }
}

fn appeal(text: &str) -> AnswerRequest {
    AnswerRequest { is_appeal: true, text: text.to_owned() }
}

/// Read, with nothing to say.
fn seen() -> AnswerRequest {
    AnswerRequest { is_appeal: false, text: String::new() }
}

fn verdict(verdict: Verdict) -> VerdictRequest {
    VerdictRequest { verdict, text: "Looked at it again".to_owned() }
}

#[tokio::test]
async fn a_draft_waits_and_a_saved_review_is_saved_once() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let begun = judgement(&GOOD[..2]);
    reviews::save_draft(desk, &lena, &scene.id, &begun).unwrap();
    let page = reviews::page(desk, &lena, &scene.id).unwrap();
    assert_eq!((page.draft, page.own), (Some(begun.clone()), None));
    assert_eq!(page.agent, Some(scene.agent.id.clone()));
    let other = reviews::page(desk, &lead(&scene.room, "marek"), &scene.id).unwrap();
    assert_eq!((other.draft, other.others.len()), (None, 0), "a draft is its writer's own");
    refused(reviews::save(desk, &lena, &scene.id, &begun, None), "items");

    let saved = save(&scene, &lena);
    assert_eq!(saved.score.percent, 92);
    scene.room.pass(DAY).await;
    assert_eq!(save(&scene, &lena), saved, "the same again changes nothing");
    assert_eq!(reviews::page(desk, &lena, &scene.id).unwrap().draft, None);
    let worse = judgement(&[("decision", 1), ("reason", 4), ("tone", 4), ("fault", 3), ("next", 4)]);
    let changed = reviews::save(desk, &lena, &scene.id, &worse, None).unwrap();
    assert_eq!((changed.id, changed.score.percent), (saved.id, 0));
    assert_eq!(changed.score.failed_by.as_deref(), Some("Decision makes sense"));
    assert!(changed.saved > saved.saved);
}

#[tokio::test]
async fn what_does_not_belong_to_the_case_or_the_card_is_refused() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let with = |change: fn(&mut Judgement)| {
        let mut judgement = judgement(&GOOD);
        change(&mut judgement);
        reviews::save(desk, &lena, &scene.id, &judgement, None)
    };
    refused(with(|judgement| judgement.version = 7), "scorecard");
    refused(with(|judgement| judgement.note = "x".repeat(2_001)), "note");
    refused(
        with(|judgement| {
            judgement.comments.push(shared::domain::review::Comment {
                message: "of-another-case".to_owned(),
                text: "Kind".to_owned(),
                quote: String::new(),
            });
        }),
        "comments",
    );
    let open = scene.room.stored("REFUND").await;
    let open = scene.room.file(&open).unwrap().id;
    refused(reviews::save(desk, &lena, &open, &judgement(&GOOD), None), "case");
    // A comment on a message of the case keeps how it begins, whatever the browser says.
    let shown = desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
    let message = shown.chat.messages.iter().find(|message| message.by.is_some()).expect("what was sent").clone();
    let mut commented = judgement(&GOOD);
    commented.comments.push(shared::domain::review::Comment {
        message: message.id,
        text: "Kind".to_owned(),
        quote: "made up".to_owned(),
    });
    let saved = reviews::save(desk, &lena, &scene.id, &commented, None).unwrap();
    assert!(message.text.unwrap().starts_with(&saved.judgement.comments[0].quote));
    assert_eq!(reviews::save(desk, &lena, &scene.id, &commented, None).unwrap(), saved);
}

#[tokio::test]
async fn nobody_judges_their_own_work_and_nobody_a_shop_they_do_not_see() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let own = leading(&scene);
    refused(reviews::save(desk, &own, &scene.id, &judgement(&GOOD), None), "case");
    assert!(reviews::page(desk, &own, &scene.id).unwrap().barred.is_some());
    let guest = lead_of(&scene.room, "guest", ShopScope::Only(Vec::new()));
    for result in [
        reviews::page(desk, &guest, &scene.id).map(drop),
        reviews::save(desk, &guest, &scene.id, &judgement(&GOOD), None).map(drop),
        reviews::skip(desk, &guest, &scene.id),
    ] {
        assert!(matches!(result, Err(DeskError::NotFound { .. })), "{result:?}");
    }
    let review = save(&scene, &lead(&scene.room, "lena"));
    assert_eq!(reviews::list(desk, &guest).unwrap().recent, []);
    let result = reviews::judge_appeal(desk, &guest, &review.id, &verdict(Verdict::Redo));
    assert!(matches!(result, Err(DeskError::NotFound { .. })));
}

#[tokio::test]
async fn the_agent_sees_their_own_reviews_and_appeals_within_five_days() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let (lena, marek, tom) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"), agent(&scene.room, "tom"));
    let review = save(&scene, &lena);
    assert_eq!(reviews::mine(desk, &scene.agent).unwrap(), std::slice::from_ref(&review));
    assert_eq!(reviews::mine(desk, &tom).unwrap(), []);
    assert_eq!(reviews::count(desk, &scene.agent).unwrap().count, 1);
    let foreign = reviews::answer(desk, &tom, &review.id, &appeal("No"));
    assert!(matches!(foreign, Err(DeskError::NotFound { .. })), "it is not even there for others");
    refused(reviews::answer(desk, &scene.agent, &review.id, &appeal(" ")), "text");
    refused(reviews::answer(desk, &scene.agent, &review.id, &seen()), "text");

    scene.room.pass(5 * DAY).await;
    let appealed = reviews::answer(desk, &scene.agent, &review.id, &appeal("The carrier broke it")).unwrap();
    assert_eq!((appealed.standing, appealed.words.len()), (Standing::Appealed, 1));
    let again = reviews::answer(desk, &scene.agent, &review.id, &appeal("The carrier broke it")).unwrap();
    assert_eq!(again, appealed, "pressed twice");
    refused(reviews::answer(desk, &scene.agent, &review.id, &appeal("Another")), "review");
    assert_eq!(reviews::alerts(desk, &marek).unwrap().appeals, 1);
    assert_eq!(reviews::count(desk, &scene.agent).unwrap().count, 0);
    scene.room.pass(1).await;
    let late = AnswerRequest { is_appeal: false, text: "And another thing".to_owned() };
    refused(reviews::answer(desk, &scene.agent, &review.id, &late), "review");
    // The reviewer cannot change it behind the appeal.
    refused(reviews::save(desk, &lena, &scene.id, &judgement(&[("decision", 1)]), None), "items");
    let worse = judgement(&[("decision", 1), ("reason", 1), ("tone", 1), ("fault", 1), ("next", 1)]);
    refused(reviews::save(desk, &lena, &scene.id, &worse, None), "review");

    let again = reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Redo)).unwrap();
    assert_eq!(again.standing, Standing::Redo);
    assert_eq!(reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Redo)).unwrap(), again);
    let waits = |by: &Agent| reviews::count(desk, by).unwrap().count;
    assert_eq!([&lena, &marek, &scene.agent].map(waits), [1, 0, 0], "who is to do it again is told");
    assert_eq!(reviews::alerts(desk, &lena).unwrap().again, 1);
    ruled_meanwhile(reviews::judge_appeal(desk, &lena, &review.id, &verdict(Verdict::TakeBack)), "marek");
    assert_eq!(reviews::page(desk, &lena, &scene.id).unwrap().draft, Some(judgement(&GOOD)), "where it stood");
    let redone = save(&scene, &lena);
    assert_eq!((redone.standing, save(&scene, &lena)), (Standing::Open, redone.clone()));
    assert_eq!([&lena, &scene.agent].map(waits), [0, 1], "the old appeal does not hide the new score");
    // The days run anew.
    let second = reviews::answer(desk, &scene.agent, &review.id, &appeal("Still not so")).unwrap();
    assert_eq!(second.standing, Standing::Appealed);
    let explained = reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Explain)).unwrap();
    assert_eq!(explained.standing, Standing::Explained);
    refused(reviews::answer(desk, &scene.agent, &review.id, &appeal("But")), "review");
    assert_eq!(waits(&scene.agent), 1, "the lead has had the last word");
    let read = reviews::answer(desk, &scene.agent, &review.id, &seen()).unwrap();
    assert_eq!((read.standing, waits(&scene.agent)), (Standing::Explained, 0));
    assert_eq!(reviews::answer(desk, &scene.agent, &review.id, &seen()).unwrap(), read, "pressed twice");
}

#[tokio::test]
async fn nothing_waits_for_a_reviewer_who_is_gone() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
    let review = save(&scene, &lena);
    assert!(!review.is_orphaned);
    reviews::answer(desk, &scene.agent, &review.id, &appeal("No")).unwrap();
    reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Redo)).unwrap();
    let listed = || reviews::list(desk, &marek).unwrap().appeals.remove(0);
    let stands = || (listed().standing, listed().is_orphaned, reviews::alerts(desk, &marek).unwrap().appeals);
    let coached = || reviews::coaching(desk, &marek).unwrap().first().map_or(0, |one| one.reviews);
    assert_eq!((stands(), coached()), ((Standing::Redo, false, 0), 0));

    // Leads no more, does not see the shop, is off the team: it is the leads' to end, and counts until they do.
    let change = |sql: &str| {
        let sql = format!("UPDATE person SET {sql} WHERE id = 'lena'");
        desk.store.write(|tx| tx.execute(&sql, &[]).map(|_| ())).unwrap();
    };
    for (gone, back) in [
        ("role = '\"agent\"'", "role = '\"lead\"'"),
        ("shops = '{\"only\":[]}'", "shops = '\"all\"'"),
        ("removed_at = 1", "removed_at = NULL"),
    ] {
        change(gone);
        assert_eq!((stands(), coached()), ((Standing::Appealed, true, 1), 1), "{gone}");
        change(back);
        assert_eq!(stands(), (Standing::Redo, false, 0), "{back}");
    }
    change("removed_at = 1");
    refused(reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Redo)), "review");
    let ended = reviews::judge_appeal(desk, &marek, &review.id, &verdict(Verdict::Explain)).unwrap();
    assert_eq!(ended.standing, Standing::Explained);
    assert_eq!(reviews::list(desk, &marek).unwrap().appeals, []);
}

#[tokio::test]
async fn a_second_review_of_a_case_is_saved_by_who_knows_that_it_is_one() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
    reviews::save_draft(desk, &lena, &scene.id, &judgement(&GOOD[..1])).unwrap();
    let begun = |by: &Agent| {
        let waiting = reviews::list(desk, by).unwrap().waiting.remove(0);
        (waiting.is_begun, waiting.begun_by)
    };
    assert_eq!(begun(&marek), (false, vec![lena.id.clone()]), "who has begun is told");
    assert_eq!(begun(&lena), (true, Vec::new()));
    let save = |by: &Agent, known| reviews::save(desk, by, &scene.id, &judgement(&GOOD), known);
    let first = save(&lena, Some(0)).unwrap();
    ruled_meanwhile(save(&marek, Some(0)), "lena");
    assert_eq!(reviews::page(desk, &marek, &scene.id).unwrap().others, std::slice::from_ref(&first));
    let second = save(&marek, Some(1)).unwrap();
    assert_eq!(save(&marek, Some(0)).unwrap(), second, "what is saved already is no second one");
    assert_eq!(save(&lena, Some(0)).unwrap(), first);
}

#[tokio::test]
async fn a_review_that_is_taken_back_counts_for_nothing() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let review = save(&scene, &lena);
    let of_ines = |desk| reviews::coaching(desk, &lena).unwrap().into_iter().find(|one| one.agent == scene.agent.id);
    let coached = of_ines(desk).unwrap();
    assert_eq!((coached.score, coached.reviews), (Some(92), 1));
    assert_eq!((coached.items[0].text.as_str(), coached.items[0].mean), ("Owns the fault", Some(66)));
    assert_eq!(coached.items[0].cases[0].id, scene.id);
    assert_eq!(coached.items[0].causes, [("Hurry".to_owned(), 1)], "why, as the reviewer named it");
    reviews::answer(desk, &scene.agent, &review.id, &appeal("No")).unwrap();
    reviews::judge_appeal(desk, &lena, &review.id, &verdict(Verdict::TakeBack)).unwrap();
    assert_eq!(of_ines(desk).map_or(0, |one| one.reviews), 0);
    refused(reviews::save(desk, &lena, &scene.id, &judgement(&[("decision", 2)]), None), "items");
    assert!(reviews::mine(desk, &scene.agent).unwrap()[0].standing == Standing::TakenBack, "and the agent sees that");
    assert_eq!(reviews::count(desk, &scene.agent).unwrap().count, 1, "and is told");
    scene.room.pass(6 * DAY).await;
    reviews::answer(desk, &scene.agent, &review.id, &seen()).unwrap();
    assert_eq!(reviews::count(desk, &scene.agent).unwrap().count, 0);
}

#[tokio::test]
async fn a_ruling_is_told_however_old_the_review_is_as_long_as_it_is_fresh_itself() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let review = save(&scene, &lena);
    let waits = || reviews::count(desk, &scene.agent).unwrap().count;
    reviews::answer(desk, &scene.agent, &review.id, &appeal("No")).unwrap();
    scene.room.pass(9 * 7 * DAY).await;
    assert_eq!(waits(), 0);
    reviews::judge_appeal(desk, &lena, &review.id, &verdict(Verdict::Explain)).unwrap();
    assert_eq!(waits(), 1);
    scene.room.pass(4 * 7 * DAY).await;
    assert_eq!(waits(), 0, "it is nothing new any more");
}

fn rules(version: u32, sampling: Sampling) -> ReviewRules {
    ReviewRules { version, sampling, watch: Watch::default() }
}

fn none() -> Sampling {
    Sampling { share: 0, per_agent: 0, first: 0, above: Vec::new(), failed: Vec::new(), of: Vec::new() }
}

#[tokio::test]
async fn the_list_follows_the_rules_and_does_not_change_by_itself() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
    assert_eq!(reviews::rules(desk).unwrap().rules, ReviewRules::default());
    assert!(reviews::rules(desk).unwrap().currencies.contains(&"USD".to_owned()));
    let waiting = |by: &Agent| reviews::list(desk, by).unwrap();
    let first = waiting(&lena);
    assert_eq!((first.total, first.waiting[0].row.id.clone()), (1, scene.id.clone()), "a new agent's first");
    assert!(first.waiting[0].why.iter().any(|why| why.why == Why::First));
    reviews::save_rules(desk, &lena, &rules(0, none())).unwrap();
    assert_eq!(waiting(&lena).total, 0);
    let late = reviews::save_rules(desk, &marek, &rules(0, Sampling { share: 7, ..none() }));
    assert!(matches!(late, Err(DeskError::EditedMeanwhile { .. })), "{late:?}");
    refused(reviews::save_rules(desk, &marek, &rules(1, Sampling { share: 101, ..none() })), "share");
    let hers = OfAgent { agent: scene.agent.id.clone(), share: 100 };
    let of_one = Sampling { of: vec![hers.clone(), hers.clone()], ..none() };
    refused(reviews::save_rules(desk, &marek, &rules(1, of_one)), "of");
    let of_one = reviews::save_rules(desk, &marek, &rules(1, Sampling { of: vec![hers], ..none() })).unwrap();
    assert_eq!(waiting(&lena).waiting[0].why.last().map(|why| why.why), Some(Why::OfAgent));
    let all = Sampling { share: 100, failed: vec![Check::PhotosOpened], ..none() };
    let kept = reviews::save_rules(desk, &marek, &rules(of_one.version, all.clone())).unwrap();
    assert_eq!(reviews::save_rules(desk, &marek, &rules(1, all)).unwrap(), kept, "the same again");
    assert_eq!(waiting(&lena).waiting[0].why.last().map(|why| why.why), Some(Why::Share));
    assert_eq!(waiting(&lena).waiting, waiting(&marek).waiting, "who asks changes nothing");
    reviews::save_draft(desk, &lena, &scene.id, &judgement(&GOOD[..1])).unwrap();
    assert!(waiting(&lena).waiting[0].is_begun && !waiting(&marek).waiting[0].is_begun);
    save(&scene, &lena);
    assert_eq!((waiting(&marek).total, waiting(&marek).recent.len()), (0, 1));
}

#[tokio::test]
async fn what_nobody_here_decided_is_not_picked_and_is_nobodys_work() {
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    reviews::save_rules(desk, &lena, &rules(0, Sampling { share: 100, ..none() })).unwrap();
    // TikTok decides when nobody does.
    scene.room.pass(DAY).await;
    scene.live(60).await;
    while quality::check_some(desk).unwrap() {}
    assert_eq!(reviews::list(desk, &lena).unwrap().total, 0);
    let page = reviews::page(desk, &lena, &scene.id).unwrap();
    assert_eq!((page.handled, page.agent), (Handled::RanOut, None));
}

#[tokio::test]
async fn a_message_for_another_case_of_the_buyer_is_told_apart() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let page = || reviews::page(desk, &lena, &scene.id).unwrap();
    assert_eq!((page().handled, page().others_messages.len()), (Handled::Person, 0));
    let other = scene.room.stored("REFUND").await;
    let other = scene.room.file(&other).unwrap().id;
    let sent = desk.store.write(|tx| {
        let moved = "UPDATE intent SET case_id = ?1 WHERE id IN (SELECT intent_id FROM message)";
        tx.execute(moved, &[Param::Text(other.as_str())])?;
        tx.only("SELECT message_id FROM message WHERE intent_id IS NOT NULL", &[], |row| row.get::<String>(0))
    });
    assert_eq!(page().others_messages, [sent.unwrap()]);
}

#[tokio::test]
async fn a_case_that_is_left_out_does_not_come_back() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    reviews::skip(desk, &lena, &scene.id).unwrap();
    reviews::skip(desk, &lena, &scene.id).unwrap();
    assert_eq!(reviews::list(desk, &lena).unwrap().total, 0);
    save(&scene, &lena);
}

#[tokio::test]
async fn a_changed_scorecard_leaves_old_reviews_as_they_were() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
    let review = save(&scene, &lena);
    let old = Scorecard::built_in().unwrap();
    let request = ScorecardRequest { version: 1, name: "Standard".to_owned(), items: old.items[..2].to_vec() };
    let new = reviews::save_scorecard(desk, &lena, &old.id, &request).unwrap();
    assert_eq!((new.version, new.items.len()), (2, 2));
    assert_eq!(reviews::save_scorecard(desk, &lena, &old.id, &request).unwrap(), new, "the same again");
    let late = ScorecardRequest { items: old.items[..3].to_vec(), ..request };
    assert!(matches!(reviews::save_scorecard(desk, &marek, &old.id, &late), Err(DeskError::EditedMeanwhile { .. })));
    assert_eq!(desk.store.read(reviews::scorecards).unwrap(), [new]);
    assert_eq!(reviews::mine(desk, &scene.agent).unwrap(), [review]);
    // What was begun under the old version can be ended under it.
    reviews::save_draft(desk, &marek, &scene.id, &judgement(&GOOD)).unwrap();
    let page = reviews::page(desk, &marek, &scene.id).unwrap();
    assert_eq!(page.cards.iter().map(|card| card.version).collect::<Vec<_>>(), [2, 1]);
    let twin = ScorecardRequest { version: 0, name: "Standard".to_owned(), items: old.items };
    refused(reviews::save_scorecard(desk, &lena, &"other".parse().unwrap(), &twin), "name");
}

#[tokio::test]
async fn reviewers_of_a_calibration_do_not_see_each_other_until_all_have_saved() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let [lena, marek, ines2] = ["lena", "marek", "olga"].map(|name| lead(&scene.room, name));
    let request = |reviewers: &[&Agent]| CalibrateRequest {
        scorecard: Scorecard::built_in().unwrap().id,
        reviewers: reviewers.iter().map(|agent| agent.id.clone()).collect(),
    };
    refused(reviews::calibrate(desk, &lena, &scene.id, &request(&[&lena])), "reviewers");
    refused(reviews::calibrate(desk, &lena, &scene.id, &request(&[&lena, &scene.agent])), "reviewers");
    reviews::calibrate(desk, &lena, &scene.id, &request(&[&lena, &marek])).unwrap();
    let waits = |by: &Agent| (reviews::count(desk, by).unwrap().count, reviews::list(desk, by).unwrap().total);
    assert_eq!([&lena, &marek, &ines2].map(waits), [(1, 1), (1, 1), (0, 0)], "who is asked is told");
    let asked = reviews::list(desk, &marek).unwrap().waiting.remove(0);
    assert_eq!(
        (asked.row.id, asked.agent, asked.why[0].why),
        (scene.id.clone(), Some(scene.agent.id.clone()), Why::Asked)
    );
    save(&scene, &lena);
    assert_eq!([&lena, &marek].map(waits), [(0, 0), (1, 1)]);
    for other in [&marek, &ines2] {
        let page = reviews::page(desk, other, &scene.id).unwrap();
        let session = page.calibration.unwrap();
        assert_eq!((session.judged, session.saved, page.others.len()), (None, 1, 0));
        assert_eq!(reviews::calibrations(desk, other).unwrap().sessions[0].judged, None);
        assert_eq!(reviews::list(desk, other).unwrap().recent, []);
    }
    refused(reviews::save(desk, &ines2, &scene.id, &judgement(&GOOD), None), "case");
    refused(reviews::calibrate(desk, &lena, &scene.id, &request(&[&lena, &ines2])), "case");
    let stricter = judgement(&[("decision", 1), ("reason", 2), ("tone", 4), ("fault", 1), ("next", 4)]);
    reviews::save(desk, &marek, &scene.id, &stricter, None).unwrap();
    assert_eq!(waits(&marek), (0, 0));
    let seen = reviews::calibrations(desk, &ines2).unwrap();
    assert_eq!(seen.sessions[0].judged.as_ref().map(Vec::len), Some(2));
    refused(reviews::save(desk, &lena, &scene.id, &stricter, None), "case");
    // It is no review of the agent.
    assert_eq!(reviews::mine(desk, &scene.agent).unwrap(), []);
    assert_eq!(reviews::count(desk, &scene.agent).unwrap().count, 0);

    let agreed = CloseRequest {
        closed: None,
        points: [("reason", 4), ("fault", 3)].map(|(item, points)| (item.parse().unwrap(), points)).into(),
        wording: "3 needs the cause".to_owned(),
    };
    let wrong = CloseRequest { points: [("reason".parse().unwrap(), 9)].into(), ..agreed.clone() };
    refused(reviews::close(desk, &lena, &scene.id, &wrong), "points");
    let closed = reviews::close(desk, &lena, &scene.id, &agreed).unwrap();
    assert_eq!(reviews::close(desk, &marek, &scene.id, &agreed).unwrap().closed, closed.closed, "the same again");
    let seen = reviews::calibrations(desk, &ines2).unwrap();
    assert_eq!(seen.near, [50]);
    let leans: Vec<_> = seen.leanings.iter().map(|lean| (lean.who.as_str(), lean.hundredths)).collect();
    assert_eq!(leans, [("marek", -200), ("lena", 0)]);
    let gate = CloseRequest { points: [("decision".parse().unwrap(), 2)].into(), ..agreed };
    match reviews::close(desk, &lena, &scene.id, &gate).unwrap_err() {
        DeskError::EditedMeanwhile { by, at } => {
            assert_eq!((by.as_deref(), at), (Some("lena"), closed.closed.as_ref().map(|closed| closed.at)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(reviews::calibrations(desk, &lena).unwrap().near, [50], "what was agreed stays");
    let seen = CloseRequest { closed: closed.closed.map(|closed| closed.at), ..gate };
    let closed = reviews::close(desk, &lena, &scene.id, &seen).unwrap();
    assert_eq!(reviews::close(desk, &lena, &scene.id, &seen).unwrap(), closed, "pressed twice");
    assert!(closed.closed.map(|closed| closed.at) > seen.closed);
    assert_eq!(reviews::calibrations(desk, &lena).unwrap().near, [50], "no is not nearly yes");
}

#[tokio::test]
async fn a_calibration_in_which_somebody_cannot_judge_does_not_wait_for_them() {
    let scene = decided().await;
    let open = scene.room.stored("REFUND").await;
    let open = scene.room.file(&open).unwrap().id;
    let desk = &scene.room.desk;
    let (ines, lena) = (leading(&scene), lead(&scene.room, "lena"));
    // They were asked before they decided a part of it, or nobody here decided it after all.
    let ask = |case: &CaseId| Session {
        case: case.clone(),
        shop: scene.room.shop.clone(),
        card: Scorecard::built_in().unwrap(),
        reviewers: vec![ines.id.clone(), lena.id.clone()],
        by: lena.id.clone(),
        at: desk.clock.now(),
        closed: None,
    };
    for case in [&scene.id, &open] {
        desk.store.write(|tx| save_calibration(tx, &ask(case))).unwrap();
    }
    for (who, expected) in [(&ines, 0), (&lena, 1)] {
        let told = reviews::alerts(desk, who).unwrap().asked;
        let listed =
            reviews::list(desk, who).unwrap().waiting.iter().filter(|one| one.why[0].why == Why::Asked).count();
        assert_eq!((told, listed), (expected, usize::try_from(expected).unwrap()), "{}", who.id);
    }
    let session = || {
        let seen = reviews::calibrations(desk, &lena).unwrap();
        seen.sessions.into_iter().find(|session| session.row.id == scene.id).unwrap()
    };
    assert_eq!((session().gone, session().judged), (vec![ines.id.clone()], None), "nobody has judged it");
    // Whose part it was is not waited for; nor is a lead who leaves.
    save(&scene, &lena);
    assert_eq!((session().saved, session().judged.map(|judged| judged.len())), (1, Some(1)));
    let marek = lead(&scene.room, "marek");
    let three = [&ines, &lena, &marek].map(|lead| lead.id.clone()).to_vec();
    let ask =
        |reviewers| desk.store.write(|tx| save_calibration(tx, &Session { reviewers, ..ask(&scene.id) })).unwrap();
    ask(three);
    assert_eq!((session().gone, session().judged), (vec![ines.id.clone()], None), "one can still judge it");
    desk.store.write(|tx| proxy::store::people::remove(tx, &marek.id, desk.clock.now())).unwrap();
    assert_eq!((session().gone.len(), session().judged.map(|judged| judged.len())), (2, Some(1)));
}

#[tokio::test]
async fn a_lead_may_close_a_calibration_early_and_a_reviewed_case_is_none() {
    let scene = decided().await;
    let desk = &scene.room.desk;
    let [lena, marek, olga] = ["lena", "marek", "olga"].map(|name| lead(&scene.room, name));
    let request = CalibrateRequest {
        scorecard: Scorecard::built_in().unwrap().id,
        reviewers: vec![lena.id.clone(), marek.id.clone()],
    };
    reviews::calibrate(desk, &lena, &scene.id, &request).unwrap();
    let nothing = CloseRequest { closed: None, points: [].into(), wording: String::new() };
    refused(reviews::close(desk, &olga, &scene.id, &nothing), "case");
    save(&scene, &lena);
    let closed = reviews::close(desk, &olga, &scene.id, &nothing).unwrap();
    assert_eq!(closed.judged.map(|judged| judged.len()), Some(1));
    refused(reviews::save(desk, &marek, &scene.id, &judgement(&GOOD), None), "case");

    let other = decided().await;
    let lena = lead(&other.room, "lena");
    lead(&other.room, "marek");
    save(&other, &lena);
    refused(reviews::calibrate(&other.room.desk, &lena, &other.id, &request), "case");
}

#[tokio::test]
async fn a_rate_that_falls_is_told_when_there_is_enough_of_it() {
    let scene = Scene::in_room(Room::imported(600).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let now = desk.clock.now().millis();
    let week = 7 * i64::try_from(DAY).unwrap() * 1_000;
    let place = Check::ALL.iter().position(|check| *check == Check::MoneyCame).unwrap();
    // Half of the cases lie five weeks back and hold; of the later ones a fifth does not.
    desk.store
        .write(|tx| {
            let ids: Vec<String> = tx.all("SELECT id FROM case_file ORDER BY id LIMIT 100", &[], |row| row.get(0))?;
            assert_eq!(ids.len(), 100);
            for (number, id) in ids.iter().enumerate() {
                let is_late = number >= 50;
                let is_bad = is_late && number % 5 == 0;
                let at = now - if is_late { week } else { 5 * week };
                let (good, bad) = if is_bad { (0, 1_i64 << place) } else { (1_i64 << place, 0) };
                tx.execute(
                    &format!(
                        "INSERT INTO quality (case_id, version, shop_id, agent_id, decided_at, computed_at, passed, \
                         failed, unknown) VALUES ('{id}', {QUALITY_VERSION}, '{}', 'ines', {at}, {at}, {good}, {bad}, 0)",
                        scene.room.shop
                    ),
                    &[],
                )?;
            }
            Ok(())
        })
        .unwrap();
    let falls = reviews::alerts(desk, &lena).unwrap().falls;
    assert_eq!(falls.len(), 1, "{falls:?}");
    assert_eq!((falls[0].check, falls[0].from, falls[0].to), (Some(Check::MoneyCame), 1_000, 800));
    let counts = |who: &Agent| reviews::count(desk, who).unwrap().count;
    assert_eq!(counts(&lena), 1);
    // Put away it is in nobody else's way, either way, and comes back by hand or once it falls on.
    let marek = lead(&scene.room, "marek");
    let away = |is_away| AwayRequest { check: Some(Check::MoneyCame), agent: None, is_away };
    let told = reviews::put_away(desk, &lena, &away(true)).unwrap();
    assert_eq!((told.falls[0].is_away, &told), (true, &reviews::alerts(desk, &lena).unwrap()));
    assert_eq!((counts(&lena), counts(&marek)), (0, 1));
    assert!(!reviews::put_away(desk, &lena, &away(false)).unwrap().falls[0].is_away);
    assert_eq!(counts(&lena), 1);
    reviews::put_away(desk, &lena, &away(true)).unwrap();
    let rate = |rate: i64| {
        let stood = format!("UPDATE fall_away SET rate = {rate} WHERE person_id = 'lena'");
        desk.store.write(|tx| tx.execute(&stood, &[]).map(|_| ())).unwrap();
        counts(&lena)
    };
    assert_eq!([rate(850), rate(851)], [0, 1], "five points lower than when it was put away is by just so much");
    let watch = |points, cases, version| ReviewRules {
        watch: Watch { points, cases, ..Watch::default() },
        ..rules(version, none())
    };
    reviews::save_rules(desk, &lena, &watch(20, 20, 0)).unwrap();
    assert_eq!(reviews::alerts(desk, &lena).unwrap().falls, [], "by just so much is not by more");
    reviews::save_rules(desk, &lena, &watch(5, 51, 1)).unwrap();
    assert_eq!(reviews::alerts(desk, &lena).unwrap().falls, [], "too few to mean something");
    let coached = reviews::coaching(desk, &lena).unwrap();
    assert_eq!((coached[0].checks[0].text.as_str(), coached[0].checks[0].held.failed), (Check::MoneyCame.text(), 10));
    assert_eq!(coached[0].checks[0].cases.len(), 10, "the way to each");
}

/// A week's work, as it is done: so many requests are decided and paid, of so many without a look at the photos.
async fn works_a_week(scene: &Scene, week: usize, hasty: usize) {
    let room = &scene.room;
    room.pass(7 * DAY - 100).await;
    for number in 0..6 {
        let wish = json!({ "reason": "damaged", "seller_sku": "HH-POUR-600", "photos": 2, "deadline_s": DAY });
        let case = room.open("REFUND", wish).await;
        read::read_key(&room.desk, &room.shop, case.object, &case.id).await.unwrap();
        let id = room.file(&case).unwrap().id;
        let view = room.desk.store.read(|tx| view::read(tx, &id, None)).unwrap().unwrap();
        let photos: Vec<_> = view.words.into_iter().flat_map(|words| words.photos).collect();
        assert_eq!(photos.len(), 2);
        for photo in photos.iter().filter(|_| number >= hasty) {
            quality::open_photo(&room.desk, &scene.agent, &id, photo).unwrap();
        }
        let request = scene.request(DecisionKind::ApproveRefund, None);
        let key = format!("k{week}-{number}").parse().unwrap();
        decide::decide(&room.desk, &scene.agent, &id, &key, &request).unwrap();
    }
    scene.live(100).await;
    sync::sweep_once(&room.desk, &room.shop).await.unwrap();
    while quality::check_some(&room.desk).unwrap() {}
}

#[tokio::test]
async fn work_that_gets_hasty_week_by_week_is_told_and_told_again_as_it_gets_worse() {
    // What was decided before the shop was connected is nobody's work: it can neither fall nor hide a fall.
    let scene = Scene::in_room(Room::imported(350).await, "REFUND", json!({ "deadline_s": 100 * DAY })).await;
    let desk = &scene.room.desk;
    let (lena, marek) = (lead(&scene.room, "lena"), lead(&scene.room, "marek"));
    let told = || {
        let falls = reviews::alerts(desk, &lena).unwrap().falls;
        falls.into_iter().map(|fall| (fall.check.unwrap(), fall.from, fall.to, fall.is_away)).collect::<Vec<_>>()
    };
    let counts = |who: &Agent| reviews::count(desk, who).unwrap().count;
    let photos = Check::PhotosOpened;
    for (week, (hasty, expected)) in [
        (0, vec![]),
        (0, vec![]),
        (0, vec![]),
        (0, vec![]),
        // Fewer than twenty in the four weeks before are too few.
        (2, vec![]),
        (2, vec![]),
        (2, vec![]),
        (2, vec![(photos, 1_000, 667, false)]),
    ]
    .into_iter()
    .enumerate()
    {
        works_a_week(&scene, week, hasty).await;
        assert_eq!(told(), expected, "week {week}");
    }
    assert_eq!(counts(&lena), 1);
    let away = AwayRequest { check: Some(photos), agent: None, is_away: true };
    reviews::put_away(desk, &lena, &away).unwrap();
    assert_eq!((told(), counts(&lena), counts(&marek)), (vec![(photos, 1_000, 667, true)], 0, 1));
    // Hardly worse: it stays away. Then much worse.
    works_a_week(&scene, 8, 2).await;
    assert_eq!((told(), counts(&lena)), (vec![(photos, 917, 667, true)], 0));
    works_a_week(&scene, 9, 6).await;
    assert_eq!((told(), counts(&lena)), (vec![(photos, 833, 500, false)], 1));
    // And better again.
    for week in 10..14 {
        works_a_week(&scene, week, 0).await;
    }
    assert_eq!((told(), counts(&lena)), (vec![], 0));
}

fn asked(id: &str, text: &str, is_needed: bool) -> Tick {
    Tick { id: id.parse().unwrap(), text: text.to_owned(), kinds: Vec::new(), groups: Vec::new(), is_needed }
}

#[tokio::test]
async fn a_needed_tick_stands_before_the_decision() {
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let desk = &scene.room.desk;
    let lena = lead(&scene.room, "lena");
    let elsewhere = Tick { kinds: vec![Kind::Cancellation], ..asked("t3", "Not shipped yet", true) };
    let group =
        shared::reasons::group_of(&desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap().row.reason);
    let here = Tick { groups: vec![group, ReasonGroup::Fit], ..asked("t1", "Damage is visible in a photo", true) };
    let list = vec![here, asked("t2", "Packing fault noted for the shop", false), elsewhere];
    let rules = TickRules { version: 0, ticks: list };
    let kept = ticks::save_rules(desk, &lena, &rules).unwrap();
    assert_eq!(kept.version, 1);
    assert_eq!(ticks::save_rules(desk, &lena, &rules).unwrap(), kept, "the same again");
    let late = TickRules { version: 0, ticks: vec![asked("t9", "Else", false)] };
    assert!(matches!(ticks::save_rules(desk, &lena, &late), Err(DeskError::EditedMeanwhile { .. })));

    let shown = || desk.store.read(|tx| view::read(tx, &scene.id, None)).unwrap().unwrap();
    assert_eq!(shown().ticks.iter().map(|tick| tick.id.as_str()).collect::<Vec<_>>(), ["t1", "t2"]);
    match scene.press_approval("k1") {
        Err(DeskError::NotTicked { lacking }) => assert_eq!(lacking, ["Damage is visible in a photo"]),
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.intents().len(), 0, "nothing is recorded");
    let tick = |id: &str, is_on| ticks::tick(desk, &scene.agent, &scene.id, &id.parse().unwrap(), is_on);
    assert!(matches!(tick("t3", true), Err(DeskError::NotFound { .. })), "it is not asked of this case");
    let version = shown().row.version;
    tick("t1", true).unwrap();
    tick("t1", true).unwrap();
    tick("t2", true).unwrap();
    tick("t2", false).unwrap();
    assert!(shown().row.version > version, "other screens hear of it");
    let ticked = shown().ticks[0].ticked.clone().unwrap();
    assert_eq!((ticked.by, ticked.at), (scene.agent.id.clone(), desk.clock.now()));
    let noted = shown().timeline.iter().filter(|entry| matches!(entry.what, Happened::Ticked { .. })).count();
    assert_eq!(noted, 3, "what was pressed twice happened once");
    let guest = lead_of(&scene.room, "guest", ShopScope::Only(Vec::new()));
    let foreign = ticks::tick(desk, &guest, &scene.id, &"t2".parse().unwrap(), true);
    assert!(matches!(foreign, Err(DeskError::NotFound { .. })));

    // The same key goes through once the tick is there.
    scene.press_approval("k1").unwrap();
    assert!(matches!(tick("t1", false), Err(DeskError::DecisionUnderWay)));
    scene.live(200).await;
    refused(tick("t2", true), "checkpoint");
    // What is asked later, or not any more, changes nothing of what was ticked.
    let none = TickRules { version: 1, ticks: vec![asked("t4", "Later", true)] };
    ticks::save_rules(desk, &lena, &none).unwrap();
    let kept = shown().ticks;
    assert!(kept.iter().any(|tick| tick.text == "Damage is visible in a photo" && tick.ticked.is_some()), "{kept:?}");
    let breaks = desk.store.read(|tx| desk.book.chain.verify(tx, &[])).unwrap();
    assert_eq!(breaks, []);
}

#[tokio::test]
async fn the_packing_table_is_not_asked_for_ticks() {
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": DAY })).await;
    let desk = &scene.room.desk;
    let rules = TickRules { version: 0, ticks: vec![asked("t1", "Seen", true)] };
    ticks::save_rules(desk, &lead(&scene.room, "lena"), &rules).unwrap();
    let request = scene.request(DecisionKind::AcceptParcel, None);
    let result = decide::decide(desk, &scene.agent, &scene.id, &"k".parse().unwrap(), &request);
    assert!(matches!(result, Err(DeskError::NotOffered)), "not the tick stands in its way: {result:?}");
}

#[tokio::test]
async fn leads_judge_and_agents_answer() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut lead = desk.member(&mut admin, "Lena", "lead", json!("all")).await;
    let mut agent = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let seen: Value = lead.get("/api/reviews").await.expect(200).json();
    assert_eq!(seen["total"], 0);
    lead.get("/api/reviews/alerts").await.expect(200);
    lead.get("/api/reviews/coaching").await.expect(200);
    lead.get("/api/reviews/calibrations").await.expect(200);
    let cards: Value = lead.get("/api/reviews/scorecards").await.expect(200).json();
    assert_eq!(cards[0]["items"][0]["is_critical"], true);
    for path in ["/api/reviews", "/api/reviews/rules", "/api/reviews/cases/c_1", "/api/checkpoints"] {
        agent.get(path).await.expect(403);
    }
    assert_eq!(agent.get("/api/reviews/mine").await.expect(200).json(), json!([]));
    assert_eq!(agent.get("/api/reviews/count").await.expect(200).json(), json!({ "count": 0 }));
    let shop = desk.shop(proxy::store::shops::AppKind::Practice, "71");
    let case = desk.refund(&shop, "1001");
    let ticks = json!({ "version": 0, "ticks": [{ "id": "t1", "text": "Damage is visible", "is_needed": true }] });
    lead.write(reqwest::Method::PUT, "/api/checkpoints", &ticks).await.expect(200);
    let decision = json!({ "kind": "approve_refund" });
    let said = agent.post(&format!("/api/cases/{case}/decision"), &decision).await.refused(409, "not_ticked");
    assert_eq!(said["details"]["findings"], json!(["Damage is visible"]));
    agent.write(reqwest::Method::PUT, &format!("/api/checkpoints/t1/{case}"), &json!({})).await.expect(204);
    let view: Value = agent.get(&format!("/api/cases/{case}")).await.expect(200).json();
    assert_eq!(view["ticks"][0]["text"], "Damage is visible");
    assert!(view["ticks"][0]["ticked"]["by"].is_string());
    agent.post(&format!("/api/cases/{case}/decision"), &decision).await.expect(200);
    let nothing: ReviewId = "r_1".parse().unwrap();
    let answer = json!({ "is_appeal": true, "text": "No" });
    agent.post(&format!("/api/reviews/items/{nothing}/answer"), &answer).await.expect(404);
}
