//! Every route is tried signed out, with too small a role, and from another site.

use crate::support::{Browser, TestDesk};
use proxy::router::{Access, routes};
use reqwest::Method;
use serde_json::json;
use shared::wire::session::Role;

/// Something where a variable stands.
fn concrete(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect();
    parts.join("/")
}

async fn status_and_code(browser: &mut Browser, method: &Method, path: &str) -> (u16, String) {
    let request = browser.ours(method.clone(), &concrete(path)).header("Idempotency-Key", "k").json(&json!({}));
    let answer = browser.send(request).await;
    let code = serde_json::from_slice::<serde_json::Value>(&answer.bytes).ok();
    (answer.status, code.and_then(|body| body["code"].as_str().map(str::to_owned)).unwrap_or_default())
}

#[tokio::test]
async fn nothing_but_open_routes_answers_somebody_who_is_signed_out() {
    let desk = TestDesk::start().await;
    let mut visitor = desk.visitor();
    for route in routes() {
        let (status, code) = status_and_code(&mut visitor, &route.method, route.path).await;
        let is_refused = (status, code.as_str()) == (401, "signed_out");
        assert_eq!(is_refused, route.access != Access::Open, "{} {}: {status} {code}", route.method, route.path);
    }
}

#[tokio::test]
async fn a_role_reaches_what_the_table_gives_it_and_nothing_more() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    for (role, word) in [(Role::Agent, "agent"), (Role::Lead, "lead")] {
        let mut member = desk.member(&mut admin, word, word, json!("all")).await;
        for route in routes() {
            let Access::Needs(least) = route.access else { continue };
            // A live stream does not end: that it begins is tried elsewhere.
            if route.path == "/api/events" {
                continue;
            }
            let (status, code) = status_and_code(&mut member, &route.method, route.path).await;
            let is_refused = (status, code.as_str()) == (403, "forbidden");
            assert_eq!(is_refused, role < least, "{role:?} {} {}: {status} {code}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn no_write_of_the_interface_comes_from_another_site() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    for route in routes() {
        if matches!(route.method, Method::GET | Method::OPTIONS) || !route.path.starts_with("/api/") {
            continue;
        }
        let request = admin
            .bare(route.method.clone(), &concrete(route.path))
            .header("Origin", "https://evil.example")
            .header("Sec-Fetch-Site", "cross-site")
            .header("X-Amends", "1");
        admin.send(request).await.refused(403, "cross_site");
    }
}
