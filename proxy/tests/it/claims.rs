//! Who is deciding a case: a lease that ends by itself, can be taken over, and stands in nobody else's way for long.

use crate::support::{Browser, TestDesk};
use proxy::desk::claim::LEASE_MS;
use proxy::store::shops::AppKind;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const ALMOST: Duration = Duration::from_millis(LEASE_MS.unsigned_abs() - 1);

/// A desk with a case, and two people before it.
struct Scene {
    desk: TestDesk,
    admin: Browser,
    marek: Browser,
    ines: Browser,
    case: String,
}

impl Scene {
    async fn new() -> Self {
        let desk = TestDesk::start().await;
        let shop = desk.shop(AppKind::Real, "1");
        let case = format!("/api/cases/{}", desk.refund(&shop, "7"));
        let mut admin = desk.admin().await;
        let marek = desk.member(&mut admin, "Marek", "agent", json!("all")).await;
        let ines = desk.member(&mut admin, "Ines", "agent", json!("all")).await;
        Self { desk, admin, marek, ines, case }
    }

    fn claim(&self) -> String {
        format!("{}/claim", self.case)
    }

    fn decision(&self) -> String {
        format!("{}/decision", self.case)
    }

    /// Who is deciding, as the desk's list has it.
    async fn lease(&mut self) -> Option<Value> {
        let list = self.admin.get("/api/cases").await.expect(200).json();
        list["rows"][0].get("lease").cloned()
    }

    async fn timeline(&mut self) -> String {
        let view = self.admin.get(&self.case).await.expect(200).json();
        view["timeline"].to_string()
    }
}

async fn id_of(browser: &mut Browser) -> Value {
    browser.get("/api/session").await.json()["me"]["id"].clone()
}

fn approve() -> Value {
    json!({ "kind": "approve_refund" })
}

#[tokio::test]
async fn who_decides_holds_the_case_until_it_ends_by_itself() {
    let mut scene = Scene::new().await;
    let claim = scene.claim();
    let marek = id_of(&mut scene.marek).await;
    let row = scene.marek.post(&claim, &json!({})).await.expect(200).json();
    let until = scene.desk.desk.clock.now().plus_millis(LEASE_MS).millis();
    assert_eq!(row["lease"], json!({ "by": marek, "until": until }));
    assert_eq!(scene.lease().await, Some(row["lease"].clone()));
    scene.desk.pass(ALMOST);
    let refused = scene.ines.post(&claim, &json!({})).await.refused(409, "being_decided");
    assert_eq!(refused["details"], json!({ "by": "Marek", "until": until }));
    scene.desk.pass(Duration::from_millis(1));
    scene.ines.post(&claim, &json!({})).await.expect(200);
    assert_eq!(scene.lease().await.unwrap()["by"], id_of(&mut scene.ines).await);
}

#[tokio::test]
async fn taking_it_again_renews_it_and_giving_it_back_ends_it() {
    let mut scene = Scene::new().await;
    let claim = scene.claim();
    scene.marek.post(&claim, &json!({})).await.expect(200);
    scene.desk.pass(ALMOST);
    scene.marek.post(&claim, &json!({})).await.expect(200);
    scene.desk.pass(ALMOST);
    scene.ines.delete(&claim).await.expect(204);
    scene.ines.post(&claim, &json!({})).await.refused(409, "being_decided");
    for _ in 0..2 {
        scene.marek.delete(&claim).await.expect(204);
        assert_eq!(scene.lease().await, None);
    }
    scene.ines.post(&claim, &json!({})).await.expect(200);
}

#[tokio::test]
async fn a_decision_of_another_is_refused_unless_it_takes_over() {
    let mut scene = Scene::new().await;
    let (claim, decision) = (scene.claim(), scene.decision());
    scene.marek.post(&claim, &json!({})).await.expect(200);
    let refused = scene.ines.post(&decision, &approve()).await.refused(409, "being_decided");
    assert_eq!(refused["details"]["by"], "Marek");
    assert!(!scene.timeline().await.contains("decision_pressed"));
    scene.ines.post(&format!("{}/notes", scene.case), &json!({ "text": "Call me" })).await.expect(204);
    // The same press, told to take over.
    let press = |body: Value| scene.ines.ours(Method::POST, &decision).header("Idempotency-Key", "one").json(&body);
    let (plain, over) = (press(approve()), press(json!({ "kind": "approve_refund", "take_over": true })));
    let again = press(approve());
    scene.ines.send(plain).await.refused(409, "being_decided");
    let first = scene.ines.send(over).await.expect(200).json();
    assert_eq!(scene.ines.send(again).await.expect(200).json(), first);
    assert_eq!(scene.lease().await, None, "what is decided is nobody's to decide");
    let marek = id_of(&mut scene.marek).await;
    assert!(scene.timeline().await.contains(&format!("\"took_over_from\":{marek}")));
    scene.marek.post(&claim, &json!({ "take_over": true })).await.refused(409, "decision_under_way");
}

#[tokio::test]
async fn a_case_that_was_taken_over_is_decided_under_that_name() {
    let mut scene = Scene::new().await;
    let (claim, decision) = (scene.claim(), scene.decision());
    scene.marek.post(&claim, &json!({})).await.expect(200);
    for take_over in [true, false] {
        scene.ines.post(&claim, &json!({ "take_over": take_over })).await.expect(200);
    }
    scene.marek.post(&claim, &json!({})).await.refused(409, "being_decided");
    scene.marek.post(&decision, &approve()).await.refused(409, "being_decided");
    assert!(!scene.timeline().await.contains("took_over_from"), "only a decision is written down");
    scene.ines.post(&decision, &approve()).await.expect(200);
    let marek = id_of(&mut scene.marek).await;
    assert!(scene.timeline().await.contains(&format!("\"took_over_from\":{marek}")));
}

#[tokio::test]
async fn nobody_needs_a_lease_to_decide_and_an_ended_one_bars_nobody() {
    for claimed in [false, true] {
        let mut scene = Scene::new().await;
        if claimed {
            scene.marek.post(&scene.claim(), &json!({})).await.expect(200);
            scene.desk.pass(ALMOST + Duration::from_millis(1));
        }
        let decision = scene.decision();
        scene.ines.post(&decision, &approve()).await.expect(200);
        assert!(!scene.timeline().await.contains("took_over_from"));
    }
}

#[tokio::test]
async fn a_case_of_an_unseen_shop_is_not_there_to_be_claimed() {
    let mut scene = Scene::new().await;
    let other = scene.desk.shop(AppKind::Real, "2");
    let mut tom = scene.desk.member(&mut scene.admin, "Tom", "agent", json!({ "only": [other] })).await;
    let claim = scene.claim();
    tom.post(&claim, &json!({ "take_over": true })).await.refused(404, "not_found");
    tom.delete(&claim).await.refused(404, "not_found");
    assert_eq!(scene.lease().await, None);
}
