//! Customer service (api 5).

use super::requests::ineligible;
use super::{needed_size, page};
use crate::gateway::{INVALID_CHAT, Outcome, Refusal, Request, business};
use crate::world::{Conversation, Order, Session, Told, World, conversation_json, message_json, number_of, shown};
use serde_json::{Map, Value, json};

const DAY: i64 = 86_400;

const NOT_FOUND: (i64, &str) = (45_101_003, "Record not found. Please check the parameters.");
const NO_PERMISSION: (i64, &str) = (
    45_102_007,
    "No permission to access this conversation. There may be data corruption. Please try again later or contact the technical support team for help.",
);
const MAY_NOT_BEGIN: (i64, &str) = (
    45_109_003,
    "Unable to create a conversation as you did not meet the criteria for initiating conversations. For details, please refer to the Customer Service API overview.",
);
const MAY_NOT_SEND: (i64, &str) = (
    45_109_001,
    "Unable to send messages due to conversation rules. For details, please refer to the Customer Service API overview.",
);

fn told(request: &Request<'_>) -> Told {
    Told {
        data: request.flag("need_data"),
        plaintext: request.flag("need_plaintext"),
        session_id: request.flag("need_session_id"),
        session_info: request.flag("need_session_info"),
        is_listed: false,
        now: request.call.now,
    }
}

pub(super) fn conversations(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = needed_size(request, 20)?;
    let mut own: Vec<&Conversation> = world.conversations.iter().filter(|known| known.shop == request.shop).collect();
    own.sort_by_key(|known| std::cmp::Reverse(known.messages.last().map_or(known.created, |last| last.at)));
    let (some, next) = page(request, own, request.query("page_token"), size)?;
    let told = Told { is_listed: true, ..told(request) };
    let rows: Vec<Value> = some.into_iter().map(|known| conversation_json(world, known, told)).collect();
    Ok(json!({ "conversations": rows, "next_page_token": next }))
}

fn own(world: &World, request: &Request<'_>) -> Result<usize, Refusal> {
    let place = world.conversations.iter().position(|known| known.id == request.id());
    let place = place.ok_or_else(|| business(NOT_FOUND))?;
    let is_ours = world.conversations.get(place).is_some_and(|known| known.shop == request.shop);
    if is_ours { Ok(place) } else { Err(business(NO_PERMISSION)) }
}

pub(super) fn conversation(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    Ok(json!({ "conversation": conversation_json(world, known, told(request)) }))
}

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Outcome {
    let buyer = request.text("buyer_user_id").unwrap_or_default();
    let found = world.buyers.iter().position(|known| known.user_id == buyer && known.shop == request.shop);
    let buyer = found.ok_or_else(|| business(MAY_NOT_BEGIN))?;
    if !world.may_begin(buyer, request.call.now) {
        return Err(business(MAY_NOT_BEGIN));
    }
    let place = world.conversation_with(buyer, request.call.now);
    let known = place.and_then(|place| world.conversations.get(place));
    Ok(json!({ "conversation_id": known.map(|known| &known.id) }))
}

/// Whether a word looks like a time zone: `Area/City`.
fn is_zone(word: &str) -> bool {
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte));
    word == "UTC" || word.split_once('/').is_some_and(|(area, city)| !area.is_empty() && city.split('/').all(is_part))
}

pub(super) fn messages(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = needed_size(request, 10)?;
    let place = own(world, request)?;
    if request.query("time_zone").is_some_and(|zone| !is_zone(zone)) {
        return Err(request.wrong("time_zone", "not a time zone"));
    }
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    let mut rows: Vec<_> = known.messages.iter().collect();
    if request.query("sort_order") != Some("ASC") {
        rows.reverse();
    }
    let (some, next) = page(request, rows, request.query("page_token"), size)?;
    let told = told(request);
    let some: Vec<Value> = some.into_iter().map(|message| message_json(world, known, message, told)).collect();
    let tips = "Please check this message in Seller Center.";
    Ok(json!({ "messages": some, "next_page_token": next, "unsupported_msg_tips": tips }))
}

/// The order of a card: one of this shop's and this buyer's.
fn card_order<'a>(world: &'a World, known: &Conversation, content: &Map<String, Value>) -> Option<&'a Order> {
    let id = content.get("order_id").and_then(Value::as_str)?;
    let order = world.order_by_id.get(id).and_then(|place| world.orders.get(*place))?;
    (order.shop == known.shop && order.buyer == known.buyer).then_some(order)
}

/// Refuses a content that does not fit its type: unknown members, pictures that were not uploaded, others' orders.
fn check_content(
    world: &World,
    request: &Request<'_>,
    known: &Conversation,
    kind: &str,
    content: &Map<String, Value>,
) -> Result<(), Refusal> {
    let text = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or_default();
    let members: &[&str] = match kind {
        "TEXT" => &["content"],
        "IMAGE" => &["url", "width", "height"],
        "VIDEO" => &["vid"],
        "PRODUCT_CARD" => &["product_id"],
        "ORDER_CARD" => &["order_id"],
        "RETURN_REFUND_CARD" => &["order_id", "sku_id"],
        "LOGISTICS_CARD" => &["order_id", "package_id"],
        _ => &["coupon_id"],
    };
    if let Some(stranger) = content.keys().find(|name| !members.contains(&name.as_str())) {
        return Err(request.wrong(&format!("content.{stranger}"), "unknown member"));
    }
    let invalid = |why: &str| request.wrong("content", why);
    match kind {
        "TEXT" => {
            let text = text("content");
            if text.is_empty() || text.chars().count() > 2_000 {
                return Err(invalid("1 to 2000 characters"));
            }
            let lower = text.to_lowercase();
            if world.dials.refused_words.iter().any(|word| lower.contains(word.as_str())) {
                return Err(business((
                    45_101_006,
                    "You cannot send the message containing sensitive content. Please check the message.",
                )));
            }
        }
        "IMAGE" => {
            let side =
                |name: &str| content.get(name).and_then(Value::as_u64).and_then(|side| usize::try_from(side).ok());
            let upload = world.uploads.iter().find(|upload| world.upload_url(&upload.uri) == text("url"));
            let upload = upload.filter(|upload| upload.uri.starts_with("chat-"));
            let upload = upload.ok_or_else(|| invalid("not a picture that was uploaded for the chat"))?;
            if side("width").zip(side("height")) != Some(upload.size) {
                return Err(invalid("not the size of the picture"));
            }
        }
        "PRODUCT_CARD" => {
            let products = world.shops.get(known.shop).map(|shop| shop.seed.products).unwrap_or_default();
            if !products.iter().any(|product| number_of(product.name) == text("product_id")) {
                return Err(invalid("not a product of the shop"));
            }
        }
        "ORDER_CARD" | "LOGISTICS_CARD" => {
            card_order(world, known, content).ok_or_else(|| invalid("not an order of the shop and the buyer"))?;
        }
        "RETURN_REFUND_CARD" => {
            let order = card_order(world, known, content);
            let order = order.ok_or_else(|| invalid("not an order of the shop and the buyer"))?;
            let is_open = |(place, line): (usize, &crate::world::Line)| {
                let kinds = ["REFUND", "RETURN_AND_REFUND"];
                line.sku_id == text("sku_id")
                    && kinds.iter().any(|kind| ineligible(world, order, place, kind, "BUYER").is_none())
            };
            if !order.lines.iter().enumerate().any(is_open) {
                return Err(business((
                    45_101_002,
                    "Invalid params. The RETURN_REFUND_CARD must meet the conditions listed above.",
                )));
            }
        }
        // Videos and coupons are made in Seller Center; here nobody has made one.
        "VIDEO" => return Err(business((45_111_001, "not support"))),
        _ => {
            return Err(business((
                45_111_017,
                "Invalid params. The COUPON_CARD must meet the conditions listed above.",
            )));
        }
    }
    Ok(())
}

pub(super) fn send(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    let (kind, content) = (request.text("type").unwrap_or_default(), request.text("content").unwrap_or_default());
    let role = if request.text("sender_role") == Some("ROBOT") { "ROBOT" } else { "CUSTOMER_SERVICE" };
    let Ok(Value::Object(parsed)) = serde_json::from_str(content) else { return Err(business(INVALID_CHAT)) };
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    check_content(world, request, known, kind, &parsed)?;
    if !world.can_send(known, request.call.now) {
        return Err(business(MAY_NOT_SEND));
    }
    let id = world.shop_says(place, role, kind, content, request.call.now);
    Ok(json!({ "message_id": id }))
}

pub(super) fn read(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    if let Some(known) = world.conversations.get_mut(place) {
        known.unread = 0;
    }
    Ok(json!({}))
}

pub(super) fn settings(world: &mut World, request: &Request<'_>) -> Outcome {
    Ok(json!({ "can_accept_chat": world.shops.get(request.shop).is_some_and(|shop| shop.accepts_chat) }))
}

pub(super) fn set_settings(world: &mut World, request: &Request<'_>) -> Outcome {
    let accepts = request.body.get("can_accept_chat").and_then(Value::as_bool).unwrap_or(true);
    if !accepts && world.dials.agents_of_shop < 2 {
        return Err(request.wrong("can_accept_chat", "the only agent of a shop must accept chats"));
    }
    if let Some(shop) = world.shops.get_mut(request.shop) {
        shop.accepts_chat = accepts;
    }
    Ok(json!({}))
}

/// Sessions of a shop that began in a window, with their conversations.
fn sessions_between(
    world: &World,
    shop: usize,
    from: i64,
    until: i64,
) -> impl Iterator<Item = (&Conversation, &Session)> {
    let own = world.conversations.iter().filter(move |known| known.shop == shop);
    own.flat_map(|known| known.sessions.iter().map(move |session| (known, session)))
        .filter(move |(_, session)| (from..until).contains(&session.begin))
}

/// A day as unix seconds, at midnight.
fn day(request: &Request<'_>, name: &str) -> Result<i64, Refusal> {
    let given = request.query(name).unwrap_or_default();
    let date = given.parse::<jiff::civil::Date>().ok().filter(|_| given.len() == 10);
    let zoned = date.and_then(|date| date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok());
    zoned.map(|at| at.timestamp().as_second()).ok_or_else(|| request.wrong(name, "YYYY-MM-DD"))
}

/// A part of a whole in per cent, with one decimal.
fn per_cent(part: usize, whole: usize) -> String {
    let tenths = (part * 1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What the sessions of the days come to: answered within a day, four or five stars, minutes to the first answer.
pub(super) fn performance(world: &mut World, request: &Request<'_>) -> Outcome {
    let (from, until) = (day(request, "support_date_ge")?, day(request, "support_date_lt")?);
    if until <= from {
        return Err(request.wrong("support_date_lt", "not after support_date_ge"));
    }
    let now = request.call.now;
    let all: Vec<_> = sessions_between(world, request.shop, from, until).collect();
    let answers = || all.iter().filter_map(|(_, session)| session.first_answer.map(|at| at - session.begin));
    let in_time = answers().filter(|wait| *wait <= DAY).count();
    let scores = || all.iter().filter_map(|(known, session)| session.score(known.session_end(now), now));
    let count = i64::try_from(answers().count()).unwrap_or(1).max(1);
    let tenths = answers().sum::<i64>() * 10 / 60 / count;
    let mut buyers: Vec<usize> = all.iter().map(|(known, _)| known.buyer).collect();
    buyers.sort_unstable();
    buyers.dedup();
    // Orders of the days by buyers who were helped before.
    let guided = |order: &&Order| {
        let helped = |(known, session): &(&Conversation, &Session)| {
            known.buyer == order.buyer && (session.begin..until).contains(&order.created)
        };
        order.shop == request.shop && all.iter().any(helped)
    };
    let guided: Vec<&Order> = world.orders.iter().filter(guided).collect();
    let mut converted: Vec<usize> = guided.iter().map(|order| order.buyer).collect();
    converted.sort_unstable();
    converted.dedup();
    let value: i64 = guided.iter().map(|order| order.goods(&order.all_lines())).sum();
    let currency = world.currency(request.shop);
    Ok(json!({ "performance": {
        "support_session_count": all.len(), "response_percentage": per_cent(in_time, all.len()),
        "satisfaction_percentage": per_cent(scores().filter(|score| *score >= 4).count(), scores().count()),
        "response_time_mins": format!("{}.{}", tenths / 10, tenths % 10),
        "conversion_rate": per_cent(converted.len(), buyers.len()), "cs_guided_gmv": shown(value, currency),
        "currency": currency,
    } }))
}

/// Sessions of the last 90 days.
pub(super) fn sessions(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = needed_size(request, 100)?;
    let bound = |name: &str| request.number(name).unwrap_or_default();
    let (from, until, now) = (bound("begin_time_ge"), bound("begin_time_lt"), request.call.now);
    if until <= from || from < now - 90 * DAY {
        return Err(request.wrong("begin_time_ge", "a window within the last 90 days"));
    }
    let nickname = |known: &Conversation| world.buyers.get(known.buyer).map_or("", |buyer| buyer.person.nickname);
    let wanted = request.text("buyer_nickname").filter(|name| !name.is_empty());
    let mut rows: Vec<_> = sessions_between(world, request.shop, from, until)
        .filter(|(known, _)| wanted.is_none_or(|name| nickname(known) == name))
        .collect();
    rows.sort_by_key(|(_, session)| std::cmp::Reverse(session.begin));
    let (some, next) = page(request, rows, request.query("page_token"), size)?;
    let show = |(known, session): (&Conversation, &Session)| {
        let is_last = known.sessions.last().is_some_and(|last| last.id == session.id);
        let end = session.end.or_else(|| known.session_end(now).filter(|_| is_last));
        let orders = world.buyers.get(known.buyer).map(|buyer| buyer.orders.as_slice()).unwrap_or_default();
        let has_case =
            orders.iter().filter_map(|place| world.orders.get(*place)).any(|order| !order.returns.is_empty());
        let tags: &[&str] = if has_case { &["AfterSale"] } else { &[] };
        let score = session.score(end, now);
        let mut map = Map::new();
        for (name, value) in [
            ("id", json!(session.id)),
            ("conversation_id", json!(known.id)),
            ("begin_time", json!(session.begin)),
            ("buyer_nickname", json!(nickname(known))),
            ("chat_tags", json!(tags)),
            ("first_response_late", json!(session.is_late(now))),
        ] {
            map.insert(name.to_owned(), value);
        }
        if let Some(end) = end {
            map.insert("end_time".to_owned(), json!(end));
        }
        if let Some(score) = score {
            let why = if score < 4 { "Slow response" } else { "" };
            map.insert("satisfaction_score".to_owned(), json!(score));
            map.insert("dissatisfaction_reason".to_owned(), json!(why));
        }
        if let Some(at) = session.first_answer {
            map.insert("first_response_time".to_owned(), json!(at - session.begin));
        }
        Value::Object(map)
    };
    Ok(json!({ "sessions": some.into_iter().map(show).collect::<Vec<_>>(), "next_page_token": next }))
}

pub(super) fn end_session(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    let wanted = request.ids.get(1).map(String::as_str);
    let now = request.call.now;
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    let session = known.sessions.iter().find(|session| Some(session.id.as_str()) == wanted);
    let is_open = session.is_some_and(|session| {
        session.end.is_none() && known.sessions.last().is_some_and(|last| last.id == session.id)
    });
    if session.is_none() {
        return Err(business(NOT_FOUND));
    }
    if !is_open || known.session_end(now).is_some() {
        return Err(request.wrong("session_id", "the session has ended"));
    }
    world.end_session(place, now, now);
    Ok(json!({}))
}
