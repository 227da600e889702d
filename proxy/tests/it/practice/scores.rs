//! A perfect agent is worth 100 %, and each mistake costs exactly its own check.

use super::gym::{Gym, Handling, Mistake, Trainee, failed, is_here, reason, reply};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind, Kind};
use shared::domain::practice::{Mark, REGIONS, first_decisions, reasons_for};
use shared::domain::quality::Check;
use shared::reasons::{Ground, group_of};
use shared::wire::practice::RunView;
use std::collections::BTreeSet;

/// A case each that a mistake can be made in: damaged with photos, a question that must be asked, one that must be answered,
/// a cancellation, a rejection, a return with its parcel.
fn exercise() -> Value {
    let manner = |more: Value| {
        let mut manner = json!({ "thanks": "Thank you so much!" });
        manner.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        manner
    };
    let task = |kind: &str, reason: &str, words: &str, photos: u8, more: Value, right: Value| {
        json!({
            "kind": kind, "reason": reason, "words": words, "photos": photos, "deadline_minutes": 600,
            "manner": manner(more), "right": right,
        })
    };
    let asks = json!({ "to_question": "Here is the box as it came.", "shows_photo": true });
    let wants = json!({
        "opens_with": "Do I get the postage back too?", "wants": ["postage"], "writes_again": "And what about the postage?",
    });
    json!({
        "title": "The whole job", "about": "All of it.", "region": "GB", "pass_percent": 90, "minutes": 20,
        "tasks": [
            task("refund_only", "damaged", "It arrived broken.", 2, json!({}), json!({ "decisions": [["approve_refund"]] })),
            task("refund_only", "damaged", "It is damaged.", 0, asks,
                 json!({ "decisions": [["approve_refund"]], "asks_first": true })),
            task("refund_only", "not_received", "My parcel never arrived.", 0, wants, json!({ "decisions": [["approve_refund"]] })),
            task("cancellation", "mistake", "I ordered it twice by mistake.", 0, json!({}), json!({ "decisions": [["approve_cancel"]] })),
            task("return_and_refund", "changed_mind", "I changed my mind after the party.", 1, json!({}),
                 json!({ "decisions": [["reject_return"]] })),
            task("return_and_refund", "fit", "It is too small.", 0, json!({}),
                 json!({ "decisions": [["agree_return"], ["accept_parcel"]] })),
        ],
    })
}

const DAMAGED: &str =
    "I am sorry that your item arrived damaged. Your refund has been processed and goes back the way you paid.";
const LOST: &str =
    "I am sorry that your parcel never arrived. Your refund has been processed, and it covers the postage too.";
const CANCELLED: &str = "You ordered it twice by mistake, so your order is cancelled. Your refund has been processed.";
const REFUSED: &str = "We have looked at your return. As you changed your mind after using it, we cannot take it back.";
const AGREED: &str = "It does not fit, so you can send it back. TikTok shows you the label in your order.";
const ACCEPTED: &str = "Your return is here. It did not fit, and your refund has been processed.";

const HANDLINGS: [Handling; 5] = [
    Handling { kind: DecisionKind::ApproveRefund, claim: Claim::Refunded, text: DAMAGED },
    Handling { kind: DecisionKind::ApproveRefund, claim: Claim::Refunded, text: DAMAGED },
    Handling { kind: DecisionKind::ApproveRefund, claim: Claim::Refunded, text: LOST },
    Handling { kind: DecisionKind::ApproveCancel, claim: Claim::Refunded, text: CANCELLED },
    Handling { kind: DecisionKind::RejectReturn, claim: Claim::Rejected, text: REFUSED },
];

/// Where a mistake is made, and what it costs.
fn cost(mistake: Mistake) -> (usize, Mark) {
    match mistake {
        Mistake::Late => (0, Mark::Check(Check::DecidedInTime)),
        Mistake::WrongDecision => (4, Mark::RightDecision),
        Mistake::PhotosClosed => (0, Mark::Check(Check::PhotosOpened)),
        Mistake::OtherGround => (4, Mark::Check(Check::GroundAnswers)),
        Mistake::NoProof => (4, Mark::Check(Check::ProofGiven)),
        Mistake::NoReply => (0, Mark::Check(Check::BuyerTold)),
        Mistake::OtherLanguage => (0, Mark::Check(Check::BuyersLanguage)),
        Mistake::OtherReason => (0, Mark::Check(Check::ReplyFits)),
        Mistake::GreetingAlone => (0, Mark::Check(Check::MoreThanGreeting)),
        Mistake::QuestionForgotten => (2, Mark::Check(Check::NotAgain)),
        Mistake::NotAsked => (1, Mark::AskedFirst),
    }
}

/// Works the whole exercise rightly, but for one mistake.
async fn work(trainee: &mut Trainee, mistake: Option<Mistake>) -> RunView {
    let run = trainee.begin("whole-job").await;
    let cases: Vec<String> = run.cases.iter().map(|case| case.case.as_ref().unwrap().to_string()).collect();
    let late = mistake == Some(Mistake::Late);
    for (place, handling) in HANDLINGS.iter().enumerate() {
        let makes = |wrong: Mistake| mistake == Some(wrong) && cost(wrong).0 == place;
        if makes(Mistake::Late) {
            continue;
        }
        handle(trainee, &cases[place], place, *handling, mistake.filter(|wrong| makes(*wrong))).await;
    }
    let back = trainee.open(&cases[5]).await;
    let agreed = json!({ "kind": DecisionKind::AgreeReturn, "reply": reply(AGREED, "en", Claim::ReturnAgreed) });
    trainee.decide(&back, agreed).await;
    trainee.case_when(&cases[5], "the way back", |view| view.row.waiting_on.is_some()).await;
    let is_awaited = |now: &RunView| now.cases.iter().map(|case| case.to_come).eq([0, 0, 0, 0, 0, 1]);
    trainee.run_when(&run, "the verdict on the parcel alone that is still to come", is_awaited).await;
    trainee.skip(&run, json!({ "to": "minutes", "minutes": 10 })).await;
    trainee.case_when(&cases[5], "the parcel", |view| view.row.deadline.is_some()).await;
    trainee.open(&cases[5]).await;
    let parcel = trainee.case_when(&cases[5], "the question about the parcel", is_here).await;
    let accepted = json!({ "kind": DecisionKind::AcceptParcel, "reply": reply(ACCEPTED, "en", Claim::Refunded) });
    trainee.decide(&parcel, accepted).await;
    if late {
        // Ten hours later TikTok has approved; the buyer is told all the same.
        trainee.skip(&run, json!({ "to": "minutes", "minutes": 601 })).await;
        let told = |view: &shared::wire::case::CaseView| view.sayable.iter().any(|one| one.claim == Claim::Refunded);
        trainee.case_when(&cases[0], "the money", told).await;
        let told = json!({ "reply": reply(DAMAGED, "en", Claim::Refunded) });
        trainee.browser.post(&format!("/api/cases/{}/reply", cases[0]), &told).await.expect(200);
    }
    trainee.finish(&run).await
}

async fn handle(trainee: &mut Trainee, id: &str, place: usize, right: Handling, mistake: Option<Mistake>) {
    let mut view = trainee.open(id).await;
    if place == 1 && mistake != Some(Mistake::NotAsked) {
        view = trainee.ask(id, "Could you add a photo of the box that it came in?").await;
    }
    if mistake != Some(Mistake::PhotosClosed) {
        trainee.look(&view).await;
    }
    let mut order = json!({ "kind": right.kind, "reply": reply(right.text, "en", right.claim) });
    if place == 4 {
        let ground = if mistake == Some(Mistake::OtherGround) { Ground::SeveralParcels } else { Ground::Used };
        order["reason"] = json!(reason(&view, right.kind, ground));
        if !matches!(mistake, Some(Mistake::NoProof | Mistake::OtherGround)) {
            order["evidence"] = json!([trainee.prove(id).await]);
        }
        if mistake == Some(Mistake::NoProof) {
            order["comment"] = json!("We have looked at it.");
        }
    }
    match mistake {
        Some(Mistake::WrongDecision) => {
            let text = "You changed your mind, and that is fine. Your refund has been processed, please keep it.";
            order = json!({ "kind": DecisionKind::DirectRefund, "reply": reply(text, "en", Claim::Refunded) });
        }
        Some(Mistake::NoReply) => order["reply"] = Value::Null,
        Some(Mistake::OtherLanguage) => {
            let text = "Es tut uns leid, dass die Ware beschädigt angekommen ist. Die Erstattung ist ausgezahlt.";
            order["reply"] = reply(text, "de", right.claim);
        }
        Some(Mistake::OtherReason) => {
            let text = "I am sorry that it was the wrong size and does not fit. Your refund has been processed.";
            order["reply"] = reply(text, "en", right.claim);
        }
        Some(Mistake::GreetingAlone) => order["reply"] = reply("Hello!", "en", right.claim),
        Some(Mistake::QuestionForgotten) => {
            let text = "I am sorry that your parcel never arrived. Your refund has been processed.";
            order["reply"] = reply(text, "en", right.claim);
        }
        _ => {}
    }
    trainee.decide(&view, order).await;
}

#[tokio::test]
async fn a_perfect_agent_is_worth_100_and_each_mistake_costs_its_own_check_and_no_other() {
    let mut gym = Gym::open().await;
    gym.write("whole-job", &exercise()).await;
    let mut workers = Vec::new();
    for (number, mistake) in [None].into_iter().chain(Mistake::ALL.map(Some)).enumerate() {
        let mut trainee = gym.member(&format!("Trainee{number}"), "agent").await;
        // Side by side: runs of several people share the platform, and no more than that.
        workers.push(tokio::spawn(async move { (mistake, work(&mut trainee, mistake).await) }));
    }
    for worker in workers {
        let (mistake, run) = worker.await.unwrap();
        let expected: BTreeSet<(usize, Mark)> = mistake.map(cost).into_iter().collect();
        assert_eq!(failed(&run), expected, "{mistake:?}");
        let percent = run.run.percent.unwrap();
        assert_eq!(percent == 100, mistake.is_none(), "{mistake:?}: {percent} %");
        assert!(run.cases.iter().all(|case| case.points.len() > 2), "{mistake:?}: everything was judged");
        let placeless: Vec<_> =
            run.cases.iter().flat_map(|case| &case.points).filter(|point| point.place.is_none()).collect();
        assert!(placeless.is_empty(), "no page of the handbook has {placeless:?}");
        let is_critical = mistake.is_some_and(|mistake| cost(mistake).1.is_critical());
        assert_eq!(run.run.is_passed, percent >= 90 && !is_critical, "{mistake:?}: {percent} %");
        if mistake.is_none() {
            let marks: BTreeSet<Mark> =
                run.cases.iter().flat_map(|case| &case.points).map(|point| point.mark).collect();
            let costs: BTreeSet<Mark> = Mistake::ALL.map(|mistake| cost(mistake).1).into();
            assert!(marks.is_superset(&costs), "what a mistake costs was held without one: {marks:?}");
        }
    }
}

#[tokio::test]
async fn a_perfect_agent_passes_the_first_day_that_comes_with_the_desk() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let run = trainee.begin("first-day").await;
    for (case, handling) in run.cases.iter().zip([HANDLINGS[0], HANDLINGS[3], HANDLINGS[2]]) {
        let id = case.case.as_ref().unwrap().to_string();
        let view = trainee.open(&id).await;
        assert_eq!(group_of(&view.row.reason), case.reason);
        trainee.look(&view).await;
        let text = if handling.kind == DecisionKind::ApproveCancel { CANCELLED } else { handling.text };
        trainee.decide(&view, json!({ "kind": handling.kind, "reply": reply(text, "en", handling.claim) })).await;
    }
    let scored = trainee.finish(&run).await;
    assert_eq!((failed(&scored), scored.run.percent, scored.run.is_passed), (BTreeSet::new(), Some(100), true));
}

#[tokio::test]
async fn every_reason_that_an_exercise_may_name_is_one_that_buyers_there_can_give() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    for (region, _) in REGIONS {
        for kind in [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement] {
            let right = json!({ "decisions": [[first_decisions(kind)[0]]] });
            let task = |reason| json!({ "kind": kind, "reason": reason, "deadline_minutes": 60, "right": right });
            let tasks: Vec<Value> = reasons_for(region, kind).iter().map(task).collect();
            let id = format!("all-{region}-{}", serde_json::to_value(kind).unwrap().as_str().unwrap());
            gym.write(
                &id,
                &json!({
                    "title": "All", "about": "", "region": region, "pass_percent": 1, "minutes": 1, "tasks": tasks,
                }),
            )
            .await;
            let run = trainee.begin(&id).await;
            for case in &run.cases {
                let view = trainee.case(case.case.as_ref().unwrap().as_str()).await;
                assert_eq!((group_of(&view.row.reason), view.row.kind), (case.reason, kind), "{id}");
            }
            trainee.browser.post(&format!("/api/practice/runs/{}/leave", run.run.id), &Value::Null).await.expect(204);
        }
    }
}

#[tokio::test]
async fn every_exercise_that_comes_with_the_desk_opens_as_it_is_written() {
    let mut gym = Gym::open().await;
    let mut trainee = gym.member("Nia", "agent").await;
    let all = trainee.browser.get("/api/practice").await.expect(200).json();
    let exercises = all["exercises"].as_array().unwrap();
    assert_eq!((exercises.len(), &all["is_open"]), (6, &json!(true)));
    for exercise in exercises {
        let id = exercise["id"].as_str().unwrap();
        let file = gym.admin.get(&format!("/api/practice/exercises/{id}")).await.expect(200).json();
        let run = trainee.begin(id).await;
        for (case, task) in run.cases.iter().zip(file["exercise"]["tasks"].as_array().unwrap()) {
            let view = trainee.open(case.case.as_ref().unwrap().as_str()).await;
            assert_eq!(json!(group_of(&view.row.reason)), task["reason"], "{id}");
            assert_eq!(json!(view.row.kind), task["kind"], "{id}");
            if let Some(article) = task["article"].as_str() {
                assert_eq!(view.lines[0].seller_sku, article, "{id}");
            }
            let said = view.words.first().and_then(|words| words.text.clone());
            if view.row.kind != Kind::Cancellation {
                assert_eq!(said.as_deref(), task["words"].as_str(), "{id}");
            }
            let photos: usize = view.words.iter().map(|words| words.photos.len()).sum();
            assert_eq!(json!(photos), task.get("photos").cloned().unwrap_or(json!(0)), "{id}: {:?}", view.row.reason);
            let first: Vec<DecisionKind> = serde_json::from_value(task["right"]["decisions"][0].clone()).unwrap();
            let offered = |kind: &DecisionKind| view.options.offered.iter().any(|option| option.kind == *kind);
            assert!(first.iter().all(offered), "{id}: {first:?} of {:?}", view.options.offered);
        }
        trainee.browser.post(&format!("/api/practice/runs/{}/leave", run.run.id), &Value::Null).await.expect(204);
    }
}
