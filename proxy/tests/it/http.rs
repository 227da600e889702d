//! What every answer has, and what becomes of requests that fit nothing.

use crate::support::{Browser, TestDesk};
use proxy::store::shops::AppKind;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn answers_carry_the_security_headers_and_stay_out_of_caches() {
    let desk = TestDesk::start().await;
    let answer = desk.visitor().get("/api/session").await.expect(200);
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert!(!answer.header("content-security-policy").contains("unsafe-inline"));
    for (name, expected) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("strict-transport-security", ""),
    ] {
        assert_eq!(answer.header(name), expected, "{name}");
    }
    let named = TestDesk::start_with(&[("AMENDS_PUBLIC_URL", "https://desk.example.com")]).await;
    let answer = named.visitor().get("/healthz").await.expect(200);
    assert_eq!(answer.header("strict-transport-security"), "max-age=15552000");
}

#[tokio::test]
async fn a_request_has_one_id_in_its_answer_and_in_its_error() {
    let desk = TestDesk::start().await;
    let mut visitor = desk.visitor();
    for (given, kept) in [("abcdef-123456", true), ("short", false), ("not a plain word", false)] {
        let request = visitor.bare(Method::GET, "/api/cases").header("X-Request-Id", given);
        let answer = visitor.send(request).await;
        let id = answer.header("x-request-id").to_owned();
        assert_eq!(id == given, kept, "{id}");
        assert_eq!(answer.refused(401, "signed_out")["request_id"], id.as_str());
    }
}

#[tokio::test]
async fn what_fits_nothing_is_answered_in_the_same_shape() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    admin.get("/api/nothing").await.refused(404, "not_found");
    admin.get("/api/cases/no%20id").await.refused(404, "not_found");
    admin.get("/api/cases/c_nothing").await.refused(404, "not_found");
    admin.write(Method::PUT, "/api/session", &json!({})).await.refused(405, "not_found");
    admin.get("/api/cases?limit=many").await.refused(422, "invalid");
}

#[tokio::test]
async fn a_wrong_body_names_its_field_and_repeats_nothing() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    for (kind, body, status, field) in [
        ("application/json", "{".to_owned(), 422, "body"),
        ("text/plain", "{}".to_owned(), 422, "Content-Type"),
        ("application/json", r#"{"name":"Bo"}"#.to_owned(), 422, "email"),
        ("application/json", r#"{"name":"Bo","secret":"hush"}"#.to_owned(), 422, "secret"),
    ] {
        let request = admin.ours(Method::POST, "/api/team").header("Idempotency-Key", "k").header("Content-Type", kind);
        let answer = admin.send(request.body(body)).await;
        assert!(!answer.text().contains("hush"));
        assert_eq!(answer.refused(status, "invalid")["details"]["field"], field);
    }
    let long = admin
        .ours(Method::POST, "/api/team")
        .header("Idempotency-Key", "k")
        .json(&json!({ "name": "x".repeat(70_000) }));
    assert_eq!(admin.send(long).await.refused(413, "too_large")["details"]["limit_bytes"], 65_536);
}

#[tokio::test]
async fn a_write_that_needs_a_key_says_so() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    for key in [None, Some("no key"), Some("")] {
        let mut request = admin.ours(Method::POST, "/api/team/p_1/reset");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        assert_eq!(admin.send(request).await.refused(422, "invalid")["details"]["field"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn health_is_told_to_everybody_and_counters_to_this_machine() {
    let desk = TestDesk::start().await;
    let mut visitor = desk.visitor();
    visitor.get("/healthz").await.expect(200);
    visitor.get("/readyz").await.expect(200);
    assert!(visitor.get("/metrics").await.expect(200).text().contains("amends_http_answers_total{class=\"2xx\"} "));
    let passed_on = visitor.bare(Method::GET, "/metrics").header("X-Forwarded-For", "203.0.113.7");
    visitor.send(passed_on).await.expect(404);
}

#[tokio::test]
async fn a_full_store_says_so_can_still_be_read_and_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", folder.path().join("full.db").display());
    let desk = TestDesk::start_with(&[("AMENDS_DATABASE_URL", &file)]).await;
    let shop = desk.shop(AppKind::Real, "1");
    let case = format!("/api/cases/{}", desk.refund(&shop, "7"));
    let mut admin = desk.admin().await;
    let limit = |pages: &str| {
        let set = format!("PRAGMA max_page_count = {pages}");
        desk.desk.store.write(|tx| tx.batch(&set)).unwrap();
    };
    let decision = format!("{case}/decision");
    let press = |admin: &Browser| {
        let press = admin.ours(Method::POST, &decision).header("Idempotency-Key", "one-press");
        press.json(&json!({ "kind": "approve_refund" }))
    };
    // No page is added any more: what is left on those that are there is soon used up.
    limit("1");
    let mut kept = 0;
    while admin.post(&format!("{case}/notes"), &json!({ "text": "x" })).await.status == 204 {
        kept += 1;
        assert!(kept < 100, "it is never full");
    }
    desk.pass(Duration::from_secs(61));
    let full = press(&admin);
    // Nothing was kept, and it is said.
    admin.send(full).await.refused(503, "store_full");
    admin.get("/readyz").await.expect(503);
    assert_eq!(admin.get(&case).await.expect(200).json()["intents"], json!([]));
    limit("1000000");
    let again = press(&admin);
    admin.send(again).await.expect(200);
    admin.get("/readyz").await.expect(200);
}
