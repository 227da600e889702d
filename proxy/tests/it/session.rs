//! Signing in and out.

use crate::support::{PASSWORD, TestDesk};
use proxy::store::shops::AppKind;
use serde_json::json;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn the_set_up_link_makes_one_admin_and_works_once() {
    let desk = TestDesk::start().await;
    let mut visitor = desk.visitor();
    let token = json!({ "token": desk.setup_token() });
    let link = visitor.post("/api/session/link/read", &token).await.expect(200).json();
    assert_eq!(link["purpose"], "setup");
    let take = |password: &str, email: &str| json!({ "token": desk.setup_token(), "name": "Ada", "email": email, "password": password });
    let short = visitor.post("/api/session/link", &take("too short", "ada@example.com")).await;
    assert_eq!(short.refused(422, "invalid")["details"]["field"], "password");
    let nameless = visitor.post("/api/session/link", &take(PASSWORD, "ada")).await;
    assert_eq!(nameless.refused(422, "invalid")["details"]["field"], "email");
    visitor.post("/api/session/link", &take(PASSWORD, "Ada@Example.com")).await.expect(204);
    let session = visitor.get("/api/session").await.expect(200).json();
    assert_eq!((session["state"].as_str(), session["me"]["role"].as_str()), (Some("signed_in"), Some("admin")));
    assert_eq!(session["hold_seconds"], 5);
    desk.visitor().post("/api/session/link", &take(PASSWORD, "eve@example.com")).await.refused(410, "link_expired");
    desk.visitor().post("/api/session/link/read", &token).await.refused(410, "link_expired");
}

#[tokio::test]
async fn e_mail_and_password_sign_in_and_nothing_else_does() {
    let desk = TestDesk::start().await;
    desk.admin().await;
    let mut visitor = desk.visitor();
    for (email, password) in
        [("ada@example.com", "wrong horse battery"), ("ada@example.com", "short"), ("nobody@example.com", PASSWORD)]
    {
        let body = json!({ "email": email, "password": password });
        visitor.post("/api/session", &body).await.refused(401, "wrong_password");
    }
    let body = json!({ "email": " ADA@example.com ", "password": PASSWORD });
    let answer = visitor.post("/api/session", &body).await.expect(204);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("amends_session=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    visitor.get("/api/shops").await.expect(200);
    visitor.cookie = visitor.cookie.map(|cookie| format!("{cookie}x"));
    visitor.get("/api/shops").await.refused(401, "signed_out");
}

#[tokio::test]
async fn on_https_the_cookie_is_tied_to_the_host() {
    let desk = TestDesk::start_with(&[("AMENDS_PUBLIC_URL", "https://desk.example.com")]).await;
    let mut visitor = desk.visitor();
    let body = json!({ "token": desk.setup_token(), "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let request = visitor
        .bare(reqwest::Method::POST, "/api/session/link")
        .header("X-Amends", "1")
        .header("Origin", "https://desk.example.com")
        .json(&body);
    let answer = visitor.send(request).await.expect(204);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-amends_session=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/;") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn tries_run_out_and_come_back() {
    let desk = TestDesk::start().await;
    desk.admin().await;
    let mut visitor = desk.visitor();
    let wrong = json!({ "email": "ada@example.com", "password": "short" });
    for _ in 0..10 {
        visitor.post("/api/session", &wrong).await.refused(401, "wrong_password");
    }
    let right = json!({ "email": "ada@example.com", "password": PASSWORD });
    let refused = visitor.post("/api/session", &right).await;
    assert_eq!(refused.header("retry-after"), "901");
    assert_eq!(refused.refused(429, "too_many_tries")["details"]["retry_after_s"], 901);
    desk.pass(Duration::from_secs(15 * 60));
    visitor.post("/api/session", &right).await.expect(204);
}

#[tokio::test]
async fn a_session_ends_unused_after_twelve_hours_and_used_after_seven_days() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    for _ in 0..15 {
        desk.pass(HOUR * 11);
        admin.get("/api/shops").await.expect(200);
    }
    desk.pass(HOUR * 11);
    admin.get("/api/shops").await.refused(401, "signed_out");
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    admin.post("/api/session", &body).await.expect(204);
    desk.pass(HOUR * 12);
    admin.get("/api/shops").await.refused(401, "signed_out");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_device() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let cookie = admin.cookie.clone();
    let answer = admin.delete("/api/session").await.expect(204);
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    assert_eq!(admin.cookie, None);
    admin.cookie = cookie;
    admin.get("/api/shops").await.refused(401, "signed_out");
    admin.delete("/api/session").await.expect(204);
}

#[tokio::test]
async fn one_click_signs_in_to_practice_until_a_real_shop_is_there() {
    let desk = TestDesk::start().await;
    let mut visitor = desk.visitor();
    assert_eq!(visitor.get("/api/session").await.json(), json!({ "state": "signed_out", "can_practice": false }));
    visitor.post("/api/session/practice", &json!(null)).await.refused(403, "forbidden");
    desk.shop(AppKind::Practice, "1");
    assert_eq!(visitor.get("/api/session").await.json()["can_practice"], true);
    for (query, role) in [("", "lead"), ("?role=lead", "lead"), ("?role=agent", "agent")] {
        visitor.post(&format!("/api/session/practice{query}"), &json!(null)).await.expect(204);
        let session = visitor.get("/api/session").await.json();
        assert_eq!((&session["me"]["role"], &session["shops"][0]["is_practice"]), (&json!(role), &json!(true)));
        assert_eq!(session["people"].as_array().unwrap().len(), 3);
    }
    visitor.post("/api/session/practice?role=admin", &json!(null)).await.refused(403, "forbidden");
    desk.shop(AppKind::Real, "2");
    visitor.get("/api/shops").await.refused(401, "signed_out");
    visitor.post("/api/session/practice", &json!(null)).await.refused(403, "forbidden");
    assert_eq!(visitor.get("/api/session").await.json()["can_practice"], false);
}
