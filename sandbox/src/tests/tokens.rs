//! Consents, their scopes, their end, and faults of the token host.

use super::{DAY, START, Stage, code, data};
use crate::Dials;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

fn token(stage: &Stage, tail: &str) -> (u16, Vec<u8>) {
    let about = stage.quiet.description();
    let uri = format!("/api/v2/token/{tail}&app_key={}&app_secret={}", about.app_key, about.app_secret);
    stage.raw(Request::builder().uri(uri).body(Body::empty()).unwrap())
}

fn get(stage: &Stage) -> (u16, Vec<u8>) {
    let code = stage.quiet.consent();
    token(stage, &format!("get?grant_type=authorized_code&auth_code={code}"))
}

#[test]
fn a_call_needs_the_scopes_of_its_grant() {
    let stage = Stage::of("US");
    let orders = || stage.post_with("/order/202309/orders/search", &[("page_size", "5")], &json!({}));
    let returns = || stage.post("/return_refund/202602/returns/search", &json!({}));
    data(&returns());
    stage.control("grants", &json!({ "scopes": ["seller.order.info"] }));
    data(&orders());
    assert_eq!(code(&returns()), 105_005);
}

#[test]
fn create_return_needs_two_scopes() {
    let granted_scopes = vec!["seller.return_refund.basic".to_owned()];
    let stage = Stage::with("US", Dials { granted_scopes, ..Dials::default() });
    let body = json!({ "order_id": "1", "return_reason": "x", "return_type": "REFUND" });
    assert_eq!(code(&stage.post("/return_refund/202602/returns", &body)), 105_005);
}

#[test]
fn the_token_host_says_what_was_granted() {
    let granted_scopes = vec!["seller.order.info".to_owned()];
    let stage = Stage::with("US", Dials { granted_scopes, ..Dials::default() });
    let answer: Value = serde_json::from_slice(&get(&stage).1).unwrap();
    assert_eq!(data(&answer)["granted_scopes"], json!(["seller.order.info"]));
    let refresh = data(&answer)["refresh_token"].as_str().unwrap().to_owned();
    let answer = token(&stage, &format!("refresh?grant_type=refresh_token&refresh_token={refresh}")).1;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(data(&answer)["granted_scopes"], json!(["seller.order.info"]));
}

#[test]
fn faults_hit_the_token_host_too() {
    let stage = Stage::of("US");
    let fault = |body: Value| stage.control("faults", &body);
    fault(json!({ "path": "/token/get", "kind": "status", "status": 503 }));
    assert_eq!(get(&stage).0, 503);
    fault(json!({ "path": "/token/get", "kind": "not_json" }));
    let answer = get(&stage);
    assert!(answer.1.starts_with(b"<html>"));
    fault(json!({ "path": "/token/refresh", "kind": "rate_limit" }));
    assert_eq!(token(&stage, "refresh?grant_type=refresh_token&refresh_token=x").0, 429);
    assert_eq!(get(&stage).0, 200);
}

#[test]
fn a_consent_that_nears_its_end_is_warned_of_daily() {
    let stage = Stage::with("US", Dials { consent_s: 40 * DAY, ..Dials::default() });
    stage.listen();
    stage.advance(9 * DAY);
    assert!(stage.heard().iter().all(|(kind, _)| *kind != 7));
    stage.advance(2 * DAY);
    let warnings: Vec<_> = stage.heard().into_iter().filter(|(kind, _)| *kind == 7).collect();
    assert!(!warnings.is_empty());
    // A string, by the documents.
    assert_eq!(warnings[0].1["expiration_time"], (START + 40 * DAY).to_string());
    stage.advance(DAY);
    assert!(stage.heard().iter().any(|(kind, _)| *kind == 7));
    stage.advance(40 * DAY);
    stage.quiet.webhooks();
    stage.advance(2 * DAY);
    assert!(stage.heard().iter().all(|(kind, _)| *kind != 7), "what has ended is not warned of");
}
