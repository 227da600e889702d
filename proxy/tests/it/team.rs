//! People: invited, changed, reset, removed.

use crate::support::{PASSWORD, TestDesk, token_of};
use proxy::store::shops::AppKind;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

fn invitation(name: &str, role: &str) -> serde_json::Value {
    let email = format!("{}@example.com", name.to_lowercase());
    json!({ "name": name, "email": email, "role": role, "shops": "all" })
}

#[tokio::test]
async fn an_invited_person_comes_in_by_their_link() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let made = admin.post("/api/team", &invitation("Bo", "lead")).await.expect(200).json();
    assert!(made["url"].as_str().unwrap().starts_with(&format!("{}/welcome#", desk.url)));
    assert_eq!(made["member"]["is_invited"], true);
    let mut bo = desk.visitor();
    let token = token_of(&made["url"]);
    let link = bo.post("/api/session/link/read", &json!({ "token": token })).await.expect(200).json();
    assert_eq!(link, json!({ "purpose": "invite", "email": "bo@example.com", "name": "Bo" }));
    let take = json!({ "token": token, "name": "Bo B", "email": "eve@example.com", "password": PASSWORD });
    bo.post("/api/session/link", &take).await.expect(204);
    let session = bo.get("/api/session").await.json();
    assert_eq!((session["me"]["name"].as_str(), session["me"]["role"].as_str()), (Some("Bo B"), Some("lead")));
    desk.visitor().post("/api/session/link", &take).await.refused(410, "link_expired");
    admin.post("/api/team", &invitation("Bo", "agent")).await.refused(409, "email_taken");
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn whoever_leaves_or_does_not_see_a_shop_any_more_holds_none_of_its_cases() {
    use crate::outbox::{Scene, agent};
    use crate::sync::Room;
    use proxy::desk::work;
    use proxy::store::cases;
    use shared::wire::decision::AssignRequest;
    use shared::wire::session::{Role, ShopScope};
    use shared::wire::team::ChangeMemberRequest;

    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": 86_400 })).await;
    let desk = &scene.room.desk;
    let tom = agent(&scene.room, "tom");
    desk.store.write(|tx| tx.execute("UPDATE person SET is_practice = 0", &[])).unwrap();
    let holder = || desk.store.read(|tx| cases::row(tx, &scene.id)).unwrap().unwrap().assignee;
    let hold = || {
        work::assign(desk, &tom, &scene.id, &AssignRequest { assignee: Some(tom.id.clone()) }).unwrap();
        assert_eq!(holder().as_ref(), Some(&tom.id));
    };
    hold();
    let shops = |shops| ChangeMemberRequest { role: Role::Agent, shops };
    proxy::auth::change(desk, &scene.agent, &tom.id, &shops(ShopScope::Only(vec![scene.room.shop.clone()]))).unwrap();
    assert!(holder().is_some(), "still theirs to see");
    proxy::auth::change(desk, &scene.agent, &tom.id, &shops(ShopScope::Only(Vec::new()))).unwrap();
    assert_eq!(holder(), None);
    proxy::auth::change(desk, &scene.agent, &tom.id, &shops(ShopScope::All)).unwrap();
    hold();
    proxy::auth::remove(desk, &scene.agent, &tom.id).unwrap();
    assert_eq!(holder(), None);
}

#[tokio::test]
async fn who_was_removed_keeps_their_name() {
    let desk = TestDesk::start().await;
    desk.shop(AppKind::Practice, "1");
    let mut admin = desk.admin().await;
    let mut ben = desk.member(&mut admin, "Ben", "agent", json!("all")).await;
    let id = ben.get("/api/session").await.json()["me"]["id"].clone();
    let known = |session: serde_json::Value| {
        let people = session["people"].as_array().unwrap().clone();
        let ben = people.into_iter().find(|person| person["id"] == id).unwrap();
        (ben["name"].clone(), ben["has_left"].clone())
    };
    assert_eq!(known(admin.get("/api/session").await.json()), (json!("Ben"), json!(false)));
    admin.delete(&format!("/api/team/{}", id.as_str().unwrap())).await.expect(204);
    assert_eq!(known(admin.get("/api/session").await.json()), (json!("Ben"), json!(true)));
}

#[tokio::test]
async fn an_invitation_that_is_repeated_is_one_invitation() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut invite = async |body: serde_json::Value| {
        let request = admin.ours(Method::POST, "/api/team").header("Idempotency-Key", "same").json(&body);
        admin.send(request).await
    };
    let first = invite(invitation("Bo", "lead")).await.expect(200).json();
    let second = invite(invitation("Bo", "lead")).await.expect(200).json();
    assert_eq!(first, second);
    invite(invitation("Cy", "lead")).await.refused(409, "key_reused");
}

#[tokio::test]
async fn an_invitation_runs_out_after_three_days_and_can_be_made_again() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let made = admin.post("/api/team", &invitation("Bo", "agent")).await.expect(200).json();
    let read = json!({ "token": token_of(&made["url"]) });
    desk.pass(Duration::from_secs(72 * 60 * 60));
    desk.visitor().post("/api/session/link/read", &read).await.refused(410, "link_expired");
    let sign_in = json!({ "email": "ada@example.com", "password": PASSWORD });
    admin.post("/api/session", &sign_in).await.expect(204);
    let reset = format!("/api/team/{}/reset", made["member"]["id"].as_str().unwrap());
    let again = admin.post(&reset, &json!(null)).await.expect(200).json();
    let read = json!({ "token": token_of(&again["url"]) });
    assert_eq!(desk.visitor().post("/api/session/link/read", &read).await.expect(200).json()["purpose"], "invite");
}

#[tokio::test]
async fn a_new_password_ends_what_was_open_under_the_old_one() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!("all")).await;
    let id = bo.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned();
    let first = admin.post(&format!("/api/team/{id}/reset"), &json!(null)).await.expect(200).json();
    let made = admin.post(&format!("/api/team/{id}/reset"), &json!(null)).await.expect(200).json();
    let take = |made: &serde_json::Value| json!({ "token": token_of(&made["url"]), "name": "", "email": "", "password": "another horse battery" });
    desk.visitor().post("/api/session/link", &take(&first)).await.refused(410, "link_expired");
    bo.get("/api/shops").await.expect(200);
    desk.visitor().post("/api/session/link", &take(&made)).await.expect(204);
    bo.get("/api/shops").await.refused(401, "signed_out");
    let sign_in = |password: &str| json!({ "email": "bo@example.com", "password": password });
    bo.post("/api/session", &sign_in(PASSWORD)).await.refused(401, "wrong_password");
    bo.post("/api/session", &sign_in("another horse battery")).await.expect(204);
}

#[tokio::test]
async fn another_role_or_other_shops_end_the_sessions() {
    let desk = TestDesk::start().await;
    let (one, two) = (desk.shop(AppKind::Real, "1"), desk.shop(AppKind::Real, "2"));
    let mut admin = desk.admin().await;
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!("all")).await;
    let shops = bo.get("/api/shops").await.json();
    assert_eq!(shops.as_array().unwrap().len(), 2);
    let id = bo.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned();
    let change = json!({ "role": "agent", "shops": { "only": [one] } });
    admin.write(Method::PATCH, &format!("/api/team/{id}"), &change).await.expect(200);
    bo.get("/api/shops").await.refused(401, "signed_out");
    bo.post("/api/session", &json!({ "email": "bo@example.com", "password": PASSWORD })).await.expect(204);
    let shops = bo.get("/api/shops").await.json();
    assert_eq!(shops.as_array().unwrap().len(), 1);
    let unknown = json!({ "role": "agent", "shops": { "only": [two, "s_3"] } });
    let refused = admin.write(Method::PATCH, &format!("/api/team/{id}"), &unknown).await;
    assert_eq!(refused.refused(422, "invalid")["details"]["field"], "shops");
}

#[tokio::test]
async fn a_removed_person_is_out_at_once_and_their_address_is_free() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!("all")).await;
    let id = bo.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/api/team/{id}")).await.expect(204);
    bo.get("/api/shops").await.refused(401, "signed_out");
    bo.post("/api/session", &json!({ "email": "bo@example.com", "password": PASSWORD }))
        .await
        .refused(401, "wrong_password");
    admin.delete(&format!("/api/team/{id}")).await.refused(404, "not_found");
    admin.post("/api/team", &invitation("Bo", "agent")).await.expect(200);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let id = admin.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned();
    let demoted = json!({ "role": "lead", "shops": "all" });
    admin.write(Method::PATCH, &format!("/api/team/{id}"), &demoted).await.refused(409, "last_admin");
    // Somebody who was invited and never came cannot let anybody in.
    admin.post("/api/team", &invitation("Cy", "admin")).await.expect(200);
    admin.delete(&format!("/api/team/{id}")).await.refused(409, "last_admin");
    desk.member(&mut admin, "Bo", "admin", json!("all")).await;
    admin.delete(&format!("/api/team/{id}")).await.expect(204);
}
