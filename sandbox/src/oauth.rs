//! Consent page and tokens (api 3).

use crate::gateway::business;
use crate::journal::Entry;
use crate::server::{self, Shared};
use crate::world::{Grant, World};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

type Parameters = Query<HashMap<String, String>>;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Asks a seller whether the app may work for their shop.
pub(crate) async fn consent(State(shared): State<Arc<Shared>>, Query(given): Parameters) -> Response {
    let world = shared.world();
    let ours = given.get("service_id").is_some_and(|id| *id == world.service_id)
        || given.get("app_key").is_some_and(|key| *key == world.app_key);
    if !ours {
        return (
            StatusCode::BAD_REQUEST,
            Html("<!doctype html><title>Unknown app</title><h1>This app is not known</h1>"),
        )
            .into_response();
    }
    let state = given.get("state").map(String::as_str).unwrap_or_default();
    let mut rows = String::new();
    for (place, shop) in world.shops.iter().enumerate() {
        let checked = if place == 0 { " checked" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            rows,
            "<p><label><input type=radio name=shop value={place}{checked}> {} ({})</label></p>",
            escape(shop.seed.name),
            shop.seed.region
        );
    }
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Authorize Amends</title><style>body{{font:16px system-ui;max-width:34rem;margin:4rem auto;padding:0 1rem}}\
         button{{font:inherit;padding:.6rem 1rem;margin-inline-end:1rem}}</style>\
         <h1>Authorize Amends</h1><p>This is the practice platform. The app asks to work for one of your shops: \
         orders, returns and refunds, customer service.</p>\
         <form action=/open/decided><input type=hidden name=state value=\"{}\">{rows}\
         <button name=answer value=yes>Authorize</button><button name=answer value=no>Refuse</button></form></html>",
        escape(state)
    );
    Html(page).into_response()
}

/// Sends the seller back to the app.
pub(crate) async fn decided(State(shared): State<Arc<Shared>>, Query(given): Parameters) -> Response {
    let now = shared.now();
    let mut world = shared.world();
    let state = given.get("state").cloned().unwrap_or_default();
    let Ok(mut target) = url::Url::parse(&world.redirect_url) else {
        return (
            StatusCode::CONFLICT,
            Html("<!doctype html><title>No address</title><h1>The app has registered no redirect address</h1>"),
        )
            .into_response();
    };
    if given.get("answer").map(String::as_str) == Some("yes") {
        let place = given.get("shop").and_then(|shop| shop.parse::<usize>().ok()).unwrap_or(0);
        let code = world.consent(vec![place], now);
        let region = world.region(place);
        target.query_pairs_mut().append_pair("code", &code).append_pair("shop_region", region);
    } else {
        target.query_pairs_mut().append_pair("code", "null").append_pair("error", "auth_denied");
    }
    if !state.is_empty() {
        target.query_pairs_mut().append_pair("state", &state);
    }
    Redirect::to(target.as_str()).into_response()
}

fn known_app(world: &World, given: &HashMap<String, String>) -> bool {
    given.get("app_key") == Some(&world.app_key) && given.get("app_secret") == Some(&world.app_secret)
}

/// The tokens of a grant, as the token host answers them.
fn granted(world: &World, place: usize) -> Option<Value> {
    let grant = world.grants.get(place)?;
    let shop = grant.shops.first().and_then(|shop| world.shops.get(*shop));
    Some(json!({
        "access_token": grant.access, "access_token_expire_in": grant.access_until,
        "refresh_token": grant.refresh, "refresh_token_expire_in": grant.refresh_until,
        "open_id": shop.map(|shop| format!("open{}", shop.id)), "seller_name": shop.map(|shop| shop.seed.name),
        "seller_base_region": shop.map(|shop| shop.seed.region), "user_type": 0, "granted_scopes": grant.scopes,
    }))
}

type Done = Result<usize, (i64, &'static str)>;

/// Answers a call of the token host, as its fault lets it, and notes it.
async fn token_host(
    shared: &Shared,
    path: &str,
    given: HashMap<String, String>,
    act: fn(&mut World, &HashMap<String, String>, i64) -> Done,
) -> Response {
    let now = shared.now();
    let fault = server::struck(shared, "GET", path).await;
    let request_id = server::request_id(shared, now);
    let outcome = match fault.as_ref().and_then(server::refusal) {
        Some(refusal) => Err(refusal),
        None => {
            let mut world = shared.world();
            let done = act(&mut world, &given, now).map_err(business);
            let missing = || business((36_004_005, "can not find related auth record"));
            done.and_then(|place| granted(&world, place).ok_or_else(missing))
        }
    };
    // Errors of this host carry no data at all.
    let (http, code, message, value) = match outcome {
        Ok(data) => {
            let value = json!({ "code": 0, "message": "success", "data": data, "request_id": request_id });
            (200, 0, "success".to_owned(), value)
        }
        Err(refusal) => {
            let value = json!({ "code": refusal.code, "message": refusal.message, "request_id": request_id });
            (refusal.http, refusal.code, refusal.message, value)
        }
    };
    shared.world().journal.write(Entry {
        number: 0,
        at_ms: now * 1000,
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: given.into_iter().collect(),
        body: String::new(),
        http,
        code: Some(code),
        message,
        fault: fault.as_ref().map(|fault| format!("{:?}", fault.kind)),
    });
    server::carry(shared, now, fault.as_ref(), http, &value).await
}

/// A code for tokens; it serves once.
pub(crate) async fn token_get(State(shared): State<Arc<Shared>>, Query(given): Parameters) -> Response {
    token_host(&shared, "/api/v2/token/get", given, take_code).await
}

fn take_code(world: &mut World, given: &HashMap<String, String>, now: i64) -> Done {
    if !known_app(world, given) || given.get("grant_type").map(String::as_str) != Some("authorized_code") {
        return Err((36_004_003, "app_key, app_secret or grant_type is invalid"));
    }
    match given.get("auth_code").and_then(|code| world.codes.remove(code)) {
        Some((shops, until)) if now < until => {
            let until = now + world.dials.consent_s;
            let grant = world.grant(shops, until, now);
            world.grants.push(grant);
            Ok(world.grants.len() - 1)
        }
        _ => Err((36_004_004, "auth code is invalid, used or expired")),
    }
}

/// A refresh token for new ones; the old one dies.
pub(crate) async fn token_refresh(State(shared): State<Arc<Shared>>, Query(given): Parameters) -> Response {
    token_host(&shared, "/api/v2/token/refresh", given, turn).await
}

fn turn(world: &mut World, given: &HashMap<String, String>, now: i64) -> Done {
    if !known_app(world, given) || given.get("grant_type").map(String::as_str) != Some("refresh_token") {
        return Err((36_004_003, "app_key, app_secret or grant_type is invalid"));
    }
    let token = given.get("refresh_token").map(String::as_str).unwrap_or_default();
    let Some(place) = world.grants.iter().position(|grant| grant.refresh == token && !grant.is_withdrawn) else {
        return Err((36_004_005, "can not find related auth record"));
    };
    let Some(old) = world.grants.get(place).cloned() else {
        return Err((36_004_005, "can not find related auth record"));
    };
    if now >= old.refresh_until {
        return Err((36_004_001, "rt has expired"));
    }
    let fresh = world.grant(old.shops, old.refresh_until, now);
    let fresh = Grant { scopes: old.scopes, ..fresh };
    if let Some(grant) = world.grants.get_mut(place) {
        *grant = fresh;
    }
    Ok(place)
}
