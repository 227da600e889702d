//! The control plane under `/_sandbox`: what a test or a teacher does to the world.

use crate::faults::Fault;
use crate::pictures;
use crate::seed::Answer;
use crate::server::{Shared, bad};
use crate::world::{Dials, Manner, NewCase, Object, Split, Verdict, World, open_case, parse_amount};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type World_ = State<Arc<Shared>>;

/// What there is.
pub(crate) async fn index() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=en><title>Sandbox</title><h1>An imitation TikTok Shop</h1><ul>\
         <li>GET /_sandbox/journal?since=&amp;path=<li>GET /_sandbox/ledger<li>GET, POST, DELETE /_sandbox/faults\
         <li>GET, POST /_sandbox/clock {now | advance_s | speed | freeze}<li>POST /_sandbox/cases {shop, kind, reason, reason_text, ...}<li>POST /_sandbox/cases/ID/act {act, text}\
         <li>POST /_sandbox/shops {region}<li>POST /_sandbox/shops/ID/nearer {seconds | to_next, without_deadlines}\
         <li>POST /_sandbox/conversations/ID {text}<li>POST /_sandbox/app {redirect_url, webhook_url}\
         <li>GET, POST /_sandbox/dials<li>POST /_sandbox/grants {withdraw | expire | consent | scopes}</ul></html>",
    )
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JournalQuery {
    #[serde(default)]
    since: u64,
    #[serde(default)]
    path: String,
}

/// Every request.
pub(crate) async fn journal(State(shared): World_, Query(query): Query<JournalQuery>) -> Response {
    let world = shared.world();
    Json(json!({ "requests": world.journal.since(query.since, &query.path) })).into_response()
}

/// Every money effect and every message of a shop.
pub(crate) async fn ledger(State(shared): World_) -> Response {
    let world = shared.world();
    Json(json!({ "money": world.ledger.money, "messages": world.ledger.messages })).into_response()
}

fn read<T: serde::de::DeserializeOwned>(body: &Value) -> Result<T, Box<Response>> {
    serde_json::from_value(body.clone()).map_err(|fault| Box::new(bad(fault.to_string())))
}

/// Lets something go wrong.
pub(crate) async fn add_fault(State(shared): World_, Json(body): Json<Value>) -> Response {
    let many = if let Value::Array(many) = body { many } else { vec![body] };
    for one in &many {
        match read::<Fault>(one) {
            Ok(fault) => shared.world().faults.push(fault),
            Err(answer) => return *answer,
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Lets nothing go wrong any more.
pub(crate) async fn clear_faults(State(shared): World_) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

/// What will go wrong.
pub(crate) async fn list_faults(State(shared): World_) -> Response {
    Json(json!({ "faults": shared.world().faults })).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    #[serde(default)]
    now: Option<i64>,
    #[serde(default)]
    advance_s: Option<i64>,
    #[serde(default)]
    speed: Option<f64>,
    #[serde(default)]
    freeze: Option<bool>,
}

/// Moves the clock; everything due happens, in order.
pub(crate) async fn set_clock(State(shared): World_, Json(body): Json<Value>) -> Response {
    let change: ClockChange = match read(&body) {
        Ok(change) => change,
        Err(answer) => return *answer,
    };
    {
        let mut clock = shared.clock();
        if let Some(now) = change.now {
            clock.set(now);
        }
        if let Some(seconds) = change.advance_s {
            clock.advance(seconds);
        }
        if let Some(speed) = change.speed {
            clock.set_speed(speed.clamp(0.0, 10_000.0));
        }
        if let Some(is_frozen) = change.freeze {
            clock.freeze(is_frozen);
        }
    }
    drop(shared.world());
    read_clock(State(shared)).await
}

/// What time it is.
pub(crate) async fn read_clock(State(shared): World_) -> Response {
    Json(json!({ "now": shared.now(), "now_ms": shared.now_ms() })).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    /// Region, name or platform number.
    #[serde(default)]
    shop: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    /// With it, `reason` is a name that nobody knows.
    #[serde(default)]
    reason_text: Option<String>,
    #[serde(default)]
    words: Option<String>,
    #[serde(default)]
    photos: Option<usize>,
    #[serde(default)]
    seller_sku: Option<String>,
    #[serde(default)]
    quantity: Option<u32>,
    #[serde(default)]
    buyer: Option<String>,
    #[serde(default)]
    order_status: Option<String>,
    #[serde(default)]
    order_age_s: Option<i64>,
    #[serde(default)]
    deadline_s: Option<i64>,
    #[serde(default)]
    is_cod: bool,
    #[serde(default)]
    is_quick: bool,
    /// How many other articles the same request is about.
    #[serde(default)]
    also: usize,
    #[serde(default)]
    is_buyer_arranged: bool,
    /// What is asked back in all; the article's price if not given.
    #[serde(default)]
    amount: Option<String>,
    /// The part that a buyer plays who was never here before.
    #[serde(default)]
    manner: Option<Manner>,
}

const KINDS: [&str; 5] = ["CANCEL", "REFUND", "RETURN_AND_REFUND", "REPLACEMENT", "EXCHANGE"];
const STATUSES: [&str; 7] =
    ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"];

fn one_of(
    all: &'static [&'static str],
    given: Option<&String>,
    name: &str,
) -> Result<Option<&'static str>, Box<Response>> {
    let Some(given) = given else { return Ok(None) };
    match all.iter().find(|one| *one == given) {
        Some(one) => Ok(Some(*one)),
        None => Err(Box::new(bad(format!("{name} is one of {all:?}")))),
    }
}

/// Lets a buyer open a case.
pub(crate) async fn open(State(shared): World_, Json(body): Json<Value>) -> Response {
    match opened(&shared, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err(answer) => *answer,
    }
}

fn opened(shared: &Shared, body: &Value) -> Result<Value, Box<Response>> {
    let request: OpenRequest = read(body)?;
    let now = shared.now();
    let mut world = shared.world();
    let shop = match &request.shop {
        None => None,
        Some(name) => {
            let is = |shop: &crate::world::Shop| shop.seed.region == name || shop.seed.name == name || shop.id == *name;
            let place = world.shops.iter().position(is);
            Some(place.ok_or_else(|| Box::new(bad("no such shop")))?)
        }
    };
    let split = match (&request.amount, shop) {
        (None, _) => None,
        (Some(amount), Some(shop)) => {
            let goods = parse_amount(amount, world.currency(shop));
            Some(Split { goods: goods.ok_or_else(|| Box::new(bad("not an amount")))?, ..Split::default() })
        }
        (Some(_), None) => return Err(Box::new(bad("an amount is in the currency of a shop"))),
    };
    let buyer = request.buyer.map(|name| {
        let (first, last) = name.split_once(' ').unwrap_or((name.as_str(), ""));
        (first.to_owned(), last.to_owned())
    });
    let case = NewCase {
        shop,
        kind: one_of(&KINDS, request.kind.as_ref(), "kind")?,
        reason: request.reason,
        reason_text: request.reason_text,
        words: request.words,
        photos: request.photos,
        seller_sku: request.seller_sku,
        quantity: request.quantity,
        buyer,
        order_status: one_of(&STATUSES, request.order_status.as_ref(), "order_status")?,
        order_age_s: request.order_age_s,
        deadline_s: request.deadline_s,
        is_cod: request.is_cod,
        is_quick: request.is_quick,
        also: request.also,
        is_buyer_arranged: request.is_buyer_arranged,
        split,
        manner: request.manner,
        ..NewCase::default()
    };
    let opened =
        open_case(&mut world, &case, now).ok_or_else(|| Box::new(bad("the shop sells nothing of the kind")))?;
    Ok(json!({
        "id": opened.id, "object": opened.object, "order_id": opened.order_id,
        "buyer_user_id": opened.buyer_user_id, "shop_id": opened.shop_id, "also": opened.also,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopRequest {
    region: String,
}

/// Opens a shop where nothing happens but what is asked for: `{ shop_id, auth_code }`.
pub(crate) async fn open_shop(State(shared): World_, Json(body): Json<Value>) -> Response {
    let request: ShopRequest = match read(&body) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let now = shared.now();
    match shared.world().open_quiet_shop(&request.region, now) {
        Some((shop_id, auth_code)) => Json(json!({ "shop_id": shop_id, "auth_code": auth_code })).into_response(),
        None => bad("no shop is known in this region"),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NearerRequest {
    #[serde(default)]
    seconds: i64,
    /// As many seconds as to what happens next, deadlines aside.
    #[serde(default)]
    to_next: bool,
    #[serde(default)]
    without_deadlines: bool,
}

/// Brings what is still to come of a shop's cases nearer: `{ left, seconds }`, how much is still to come and by how much it
/// came nearer. What happens next is not brought past a deadline of the seller's: `past_deadline`, how far away it is.
/// `is_gone`: there is no such shop, perhaps because this world has begun anew.
pub(crate) async fn bring_nearer(State(shared): World_, Path(id): Path<String>, Json(body): Json<Value>) -> Response {
    let request: NearerRequest = match read(&body) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let now = shared.now();
    let mut world = shared.world();
    let Some(shop) = world.shops.iter().position(|shop| shop.id == id) else {
        return Json(json!({ "left": 0, "seconds": 0, "is_gone": true })).into_response();
    };
    let seconds = if request.to_next { world.next_in(shop, now).unwrap_or_default() } else { request.seconds };
    let past_deadline = (request.to_next && world.runs_out(shop, seconds, now)).then_some(seconds);
    let seconds = if past_deadline.is_some() { 0 } else { seconds };
    let left = world.bring_nearer(shop, seconds.max(0), !request.without_deadlines, now);
    Json(json!({ "left": left, "seconds": seconds, "past_deadline": past_deadline })).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActRequest {
    act: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    for_buyer: bool,
}

/// Lets somebody act on a case.
pub(crate) async fn act(State(shared): World_, Path(id): Path<String>, Json(body): Json<Value>) -> Response {
    let request: ActRequest = match read(&body) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let now = shared.now();
    let mut world = shared.world();
    let is_cancel = world.cancel_by_id.contains_key(&id);
    let object = if is_cancel { Object::Cancellation } else { Object::Return };
    let order = world.order_of(object, &id);
    let Some((order, buyer)) = order.and_then(|place| Some((place, world.orders.get(place)?.buyer))) else {
        return bad("no such case");
    };
    let text = request.text.clone().unwrap_or_default();
    match request.act.as_str() {
        "message" if text.is_empty() => world.buyer_says(buyer, Answer::Question, now),
        "message" => {
            let content = json!({ "content": text }).to_string();
            if let Some(place) = world.conversation_with(buyer, now) {
                world.say(place, "BUYER", "TEXT", &content, now);
            }
        }
        "add_photo" => world.add_photo(&id, &text, vec!["photo-box".to_owned()], now),
        "withdraw" if is_cancel => world.withdraw_cancellation(&id, now),
        "withdraw" => world.withdraw_return(&id, now),
        "ship" => world.shipped_back(&id, now),
        "arrive" => world.arrived(&id, now),
        "edit" => {
            let kind = KINDS.iter().find(|kind| **kind == text && **kind != "CANCEL").copied();
            return match world.edit_return(&id, kind, now) {
                Some(id) => Json(json!({ "id": id })).into_response(),
                None => bad("only a request that nobody has decided can be edited"),
            };
        }
        "ship_order" => {
            if let Err((code, why)) = world.ship_order(order, now) {
                return bad(format!("{code}: {why}"));
            }
        }
        "change_address" if !world.change_address(order, now) => return bad("the order is on its way"),
        "change_address" => {}
        "dispute" => world.dispute(&id, now),
        "rule" => world.rule(&id, request.for_buyer, now),
        "accept_offer" => world.offer_answered(&id, now, true),
        "decline_offer" => world.offer_answered(&id, now, false),
        "show_status" if text.is_empty() => return bad("text is the status to show"),
        "show_status" => world.show_status(&id, text, now),
        "block_chat" => {
            if let Some(place) = world.conversation_with(buyer, now)
                && let Some(chat) = world.conversations.get_mut(place)
            {
                chat.is_blocked = true;
            }
        }
        "complete_refund" => world.complete(&id, now),
        "seller_center_approve" | "seller_center_reject" => {
            let approves = request.act.ends_with("approve");
            if let Err((code, why)) = seller_center(&mut world, &id, is_cancel, approves, now) {
                return bad(format!("{code}: {why}"));
            }
        }
        other => return bad(format!("nobody can {other:?}")),
    }
    StatusCode::NO_CONTENT.into_response()
}

fn seller_center(
    world: &mut World,
    id: &str,
    is_cancel: bool,
    approves: bool,
    now: i64,
) -> Result<(), (i64, &'static str)> {
    if is_cancel {
        return if approves {
            world.approve_cancellation(id, "SELLER_CENTER", now)
        } else {
            world.reject_cancellation(id, now)
        };
    }
    let asked = world.find_return(id).and_then(|case| case.asked).map_or("", |(action, _)| action);
    let decision = match (asked, approves) {
        ("SELLER_RESPOND_REFUND", true) => "APPROVE_REFUND",
        ("SELLER_RESPOND_REFUND", false) => "REJECT_REFUND",
        ("SELLER_RESPOND_RECEIVE_PACKAGE", true) => "APPROVE_RECEIVED_PACKAGE",
        ("SELLER_RESPOND_RECEIVE_PACKAGE", false) => "REJECT_RECEIVED_PACKAGE",
        ("SELLER_RESPOND_REPLACEMENT", true) => "APPROVE_REPLACEMENT",
        ("SELLER_RESPOND_REPLACEMENT", false) => "REJECT_REPLACEMENT",
        ("EXCHANGE", true) => "APPROVE_EXCHANGE",
        ("EXCHANGE", false) => "REJECT_EXCHANGE",
        (_, true) => "APPROVE_RETURN",
        (_, false) => "REJECT_RETURN",
    };
    world.decide_return(id, &Verdict::of(decision), "SELLER_CENTER", now)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SayRequest {
    text: String,
}

/// Lets a buyer write.
pub(crate) async fn buyer_message(State(shared): World_, Path(id): Path<String>, Json(body): Json<Value>) -> Response {
    let request: SayRequest = match read(&body) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let now = shared.now();
    let mut world = shared.world();
    let Some(place) = world.conversations.iter().position(|known| known.id == id) else {
        return bad("no such conversation");
    };
    let content = json!({ "content": request.text }).to_string();
    let said = world.say(place, "BUYER", "TEXT", &content, now);
    Json(json!({ "message_id": said })).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppChange {
    #[serde(default)]
    redirect_url: Option<String>,
    #[serde(default)]
    webhook_url: Option<String>,
}

/// What the app has registered in Partner Center.
pub(crate) async fn set_app(State(shared): World_, Json(body): Json<Value>) -> Response {
    let change: AppChange = match read(&body) {
        Ok(change) => change,
        Err(answer) => return *answer,
    };
    let mut world = shared.world();
    if let Some(url) = change.redirect_url {
        world.redirect_url = url;
    }
    if change.webhook_url.is_some() {
        world.webhook_url = change.webhook_url;
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Turns dials; those that are not named stay.
pub(crate) async fn set_dials(State(shared): World_, Json(body): Json<Value>) -> Response {
    let mut world = shared.world();
    let mut all = serde_json::to_value(&world.dials).unwrap_or_default();
    if let (Some(all), Some(given)) = (all.as_object_mut(), body.as_object()) {
        all.extend(given.clone());
    }
    match read::<Dials>(&all) {
        Ok(dials) => {
            let begins = dials.activity && !world.dials.activity;
            world.dials = dials;
            if begins {
                let now = shared.now();
                world.enliven(now);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(answer) => *answer,
    }
}

/// How the dials stand.
pub(crate) async fn read_dials(State(shared): World_) -> Response {
    Json(&shared.world().dials).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantChange {
    #[serde(default)]
    withdraw: bool,
    #[serde(default)]
    expire: bool,
    #[serde(default)]
    consent: bool,
    /// What the consents grant from now on.
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// Takes consents back, lets access tokens run out, changes what they grant, or gives a consent for all shops:
/// `{ auth_code }`.
pub(crate) async fn change_grants(State(shared): World_, Json(body): Json<Value>) -> Response {
    let change: GrantChange = match read(&body) {
        Ok(change) => change,
        Err(answer) => return *answer,
    };
    let now = shared.now();
    let mut world = shared.world();
    for grant in &mut world.grants {
        grant.is_withdrawn |= change.withdraw;
        if change.expire {
            grant.access_until = now;
        }
        if let Some(scopes) = &change.scopes {
            grant.scopes.clone_from(scopes);
        }
    }
    if change.withdraw {
        for shop in 0..world.shops.len() {
            let data = json!({ "message": "The seller withdrew the authorization." });
            world.announce(shop, 6, "SELLER_DEAUTHORIZATION", &data, now);
        }
    }
    if change.consent {
        let shops = (0..world.shops.len()).collect();
        return Json(json!({ "auth_code": world.consent(shops, now) })).into_response();
    }
    StatusCode::NO_CONTENT.into_response()
}

const PICTURE_WIDTH: u32 = 720;

/// A drawn picture.
pub(crate) async fn media(Path(name): Path<String>) -> Response {
    let name = name.trim_end_matches(".png").to_owned();
    let drawn = tokio::task::spawn_blocking(move || pictures::png(&name, PICTURE_WIDTH)).await;
    match drawn {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A picture that somebody uploaded.
pub(crate) async fn uploaded(State(shared): World_, Path(name): Path<String>) -> Response {
    let world = shared.world();
    match world.uploads.iter().find(|upload| upload.uri == name) {
        Some(upload) => ([(header::CONTENT_TYPE, upload.mime)], upload.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
