//! Rules that are put away: off, out of the list and of the limit, and nothing that they did is lost.

use super::rules::{Scene, second_above, small};
use super::support::TestDesk;
use proxy::desk::error::DeskError;
use proxy::desk::rules;
use proxy::store::people;
use proxy::store::shops::AppKind;
use serde_json::{Value, json};
use shared::id::RuleId;
use shared::time::Timestamp;
use shared::wire::case::Who;
use shared::wire::intent::IntentState;
use shared::wire::rule::SaveRule;

fn id(rule: &str) -> RuleId {
    rule.parse().unwrap()
}

fn listed(scene: &Scene) -> (Vec<String>, Vec<String>) {
    let all = rules::list(scene.desk(), &scene.mara).unwrap();
    let names = |ids: Vec<&RuleId>| ids.into_iter().map(ToString::to_string).collect();
    (names(all.rules.iter().map(|rule| &rule.id).collect()), names(all.away.iter().map(|rule| &rule.id).collect()))
}

#[tokio::test]
async fn a_rule_that_is_put_away_is_off_at_once_and_what_it_did_keeps_its_name() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &small("30.00"));
    scene.save("r_2", 0, &small("20.00"));
    let (_, held) = scene.mug().await;
    scene.turn().await;
    assert!(matches!(scene.intents(&held)[0].state, IntentState::Held { .. }));
    for _ in 0..2 {
        let page = rules::away::put(scene.desk(), &scene.mara, &id("r_1"), true).unwrap();
        assert_eq!(page.rule.on, None);
        assert_eq!(page.rule.away.as_ref().map(|away| &away.by), Some(&scene.mara.id));
        assert_eq!((page.aways.len(), page.switches.len()), (1, 2), "the same again changes nothing");
        assert_eq!(page.acts.len(), 1, "what it did stays");
    }
    assert!(matches!(scene.intents(&held)[0].state, IntentState::Undone { .. }), "what it held is undone");
    let is_its = |who: &Who| matches!(who, Who::Rule(by) if by.name == "Small breakages" && by.version == 1);
    let said = scene.said(&held);
    assert!(!said.is_empty() && said.iter().all(|(who, _)| is_its(who)), "{said:?}");
    assert_eq!(listed(&scene), (vec!["r_2".to_owned()], vec!["r_1".to_owned()]));
    let (_, later) = scene.mug().await;
    scene.turn().await;
    assert_eq!(scene.intents(&later), []);

    // It is neither changed, run dry nor switched on.
    let request = SaveRule { read: 1, rule: small("40.00") };
    let changed = rules::save(scene.desk(), &scene.mara, &id("r_1"), &request).map(drop);
    let run = rules::dry::run(scene.desk(), &scene.noor, &id("r_1"), 1).map(drop);
    for refused in [changed, run, scene.switch("r_1", 1, true).map(drop)] {
        assert!(matches!(refused, Err(DeskError::Invalid { field: "rule", .. })), "{refused:?}");
    }

    // Back it is off, in its old place, and is switched on as any other.
    let page = rules::away::put(scene.desk(), &scene.noor, &id("r_1"), false).unwrap();
    assert_eq!((page.rule.on, page.rule.away, page.aways.len()), (None, None, 2));
    assert_eq!(listed(&scene), (vec!["r_1".to_owned(), "r_2".to_owned()], Vec::new()));
    scene.switch("r_1", 1, true).unwrap();
}

#[tokio::test]
async fn what_is_put_away_makes_room_for_another_rule() {
    let scene = Scene::new().await;
    for number in 0..100 {
        scene.save(&format!("r_{number}"), 0, &small("30.00"));
    }
    let one_more = || {
        let request = SaveRule { read: 0, rule: small("30.00") };
        rules::save(scene.desk(), &scene.mara, &id("r_more"), &request)
    };
    assert!(matches!(one_more(), Err(DeskError::Invalid { field: "rules", .. })));
    rules::away::put(scene.desk(), &scene.mara, &id("r_0"), true).unwrap();
    one_more().unwrap();
    // There is no room to bring it back until another makes it.
    let back = || rules::away::put(scene.desk(), &scene.mara, &id("r_0"), false);
    assert!(matches!(back(), Err(DeskError::Invalid { field: "rules", .. })));
    rules::away::put(scene.desk(), &scene.mara, &id("r_more"), true).unwrap();
    back().unwrap();
}

#[tokio::test]
async fn what_two_leads_must_want_off_is_not_put_away_by_one() {
    let scene = Scene::new().await;
    scene.turn_on("r_1", &second_above("10.00"));
    let put = || rules::away::put(scene.desk(), &scene.noor, &id("r_1"), true);
    assert!(matches!(put(), Err(DeskError::Invalid { field: "rule", .. })));
    let page = rules::page(scene.desk(), &scene.noor, &id("r_1")).unwrap();
    assert!(page.rule.on.is_some() && page.rule.away.is_none() && page.rule.off_asked.is_none());
    // Where no other lead can sign in, one is enough.
    scene.desk().store.write(|tx| people::remove(tx, &scene.mara.id, Timestamp::from_millis(1))).unwrap();
    assert_eq!(put().unwrap().rule.on, None);
}

#[tokio::test]
async fn only_a_lead_who_sees_all_its_shops_puts_a_rule_away() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    desk.shop(AppKind::Practice, "1");
    desk.shop(AppKind::Practice, "2");
    let mut mara = desk.member(&mut admin, "Mara", "lead", json!("all")).await;
    let mut gus = desk.member(&mut admin, "Gus", "lead", json!({ "only": ["s_1"] })).await;
    let mut ann = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let save = serde_json::to_value(SaveRule { read: 0, rule: small("9") }).unwrap();
    mara.put("/api/rules/r_all", &save).await.expect(200);
    let (away, back) = (json!({ "is_away": true }), json!({ "is_away": false }));
    ann.post("/api/rules/r_all/away", &away).await.refused(403, "forbidden");
    gus.post("/api/rules/r_all/away", &away).await.refused(422, "invalid");
    mara.post("/api/rules/r_none/away", &away).await.refused(404, "not_found");
    mara.post("/api/rules/r_all/away", &away).await.expect(200);
    let seen = gus.get("/api/rules").await.expect(200).json();
    assert_eq!((&seen["rules"], &seen["away"][0]["may_change"]), (&json!([]), &Value::Bool(false)));
    gus.post("/api/rules/r_all/away", &back).await.refused(422, "invalid");
    mara.post("/api/rules/r_all/away", &back).await.expect(200);
    assert_eq!(gus.get("/api/rules").await.expect(200).json()["away"], json!([]));
}
