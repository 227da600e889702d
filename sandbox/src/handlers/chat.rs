//! Customer service (api 5).

use super::page;
use crate::gateway::{Outcome, Refusal, Request, bad_parameter, business};
use crate::world::{Conversation, World, conversation_json, message_json};
use serde_json::{Value, json};

fn size(request: &Request<'_>, most: usize) -> Result<usize, Refusal> {
    let size = request.query("page_size").and_then(|size| size.parse::<usize>().ok());
    size.filter(|size| (1..=most).contains(size)).ok_or_else(|| bad_parameter("page_size", "required and limited"))
}

pub(super) fn conversations(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = size(request, 20)?;
    let mut own: Vec<&Conversation> = world.conversations.iter().filter(|known| known.shop == request.shop).collect();
    own.sort_by_key(|known| std::cmp::Reverse(known.messages.last().map_or(known.created, |last| last.at)));
    let rows: Vec<Value> = own.into_iter().map(|known| conversation_json(world, known, true)).collect();
    let (some, next) = page(rows, request.query("page_token"), size);
    Ok(json!({ "conversations": some, "next_page_token": next }))
}

fn own(world: &World, request: &Request<'_>) -> Result<usize, Refusal> {
    let place = world.conversations.iter().position(|known| known.id == request.id());
    let place = place.ok_or_else(|| business((45_101_003, "record not found")))?;
    let is_ours = world.conversations.get(place).is_some_and(|known| known.shop == request.shop);
    if is_ours { Ok(place) } else { Err(business((45_102_007, "no permission for this conversation"))) }
}

pub(super) fn conversation(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    Ok(conversation_json(world, known, false))
}

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Outcome {
    let Some(buyer) = request.text("buyer_user_id") else { return Err(bad_parameter("buyer_user_id", "required")) };
    let found = world.buyers.iter().position(|known| known.user_id == buyer && known.shop == request.shop);
    let Some(buyer) = found else {
        return Err(business((45_109_003, "The conversation can not be created for this buyer.")));
    };
    let place = world.conversation_with(buyer, request.call.now);
    let known = place.and_then(|place| world.conversations.get(place));
    match known {
        Some(known) if known.can_send => Ok(json!({ "conversation_id": known.id })),
        _ => Err(business((45_109_003, "The conversation can not be created for this buyer."))),
    }
}

pub(super) fn messages(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = size(request, 10)?;
    let place = own(world, request)?;
    let Some(known) = world.conversations.get(place) else { return Ok(json!({})) };
    let mut rows: Vec<Value> = known.messages.iter().map(|message| message_json(world, known, message)).collect();
    if request.query("sort_order") != Some("ASC") {
        rows.reverse();
    }
    let (some, next) = page(rows, request.query("page_token"), size);
    let tips = "Please check this message in Seller Center.";
    Ok(json!({ "messages": some, "next_page_token": next, "unsupported_msg_tips": tips }))
}

const SENDABLE: [&str; 8] =
    ["TEXT", "IMAGE", "VIDEO", "PRODUCT_CARD", "ORDER_CARD", "RETURN_REFUND_CARD", "LOGISTICS_CARD", "COUPON_CARD"];

pub(super) fn send(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    let (Some(kind), Some(content)) = (request.text("type"), request.text("content")) else {
        return Err(business((45_101_001, "invalid parameter")));
    };
    let role = match (request.version, request.text("sender_role")) {
        ("202309", Some(_)) => return Err(bad_parameter("sender_role", "unknown field")),
        (_, Some("ROBOT")) => "ROBOT",
        (_, Some("CUSTOMER_SERVICE") | None) => "CUSTOMER_SERVICE",
        _ => return Err(business((45_101_001, "invalid parameter"))),
    };
    let parsed: Option<Value> = serde_json::from_str(content).ok().filter(Value::is_object);
    let Some(parsed) = parsed.filter(|_| SENDABLE.contains(&kind)) else {
        return Err(business((45_101_001, "invalid parameter")));
    };
    if kind == "TEXT" {
        let text = parsed.get("content").and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() || text.chars().count() > 2_000 {
            return Err(business((45_101_001, "invalid parameter")));
        }
        let lower = text.to_lowercase();
        if world.dials.refused_words.iter().any(|word| lower.contains(word.as_str())) {
            return Err(business((45_101_006, "The message contains sensitive content.")));
        }
    }
    if !world.conversations.get(place).is_some_and(|known| known.can_send) {
        return Err(business((45_109_001, "The message can not be sent in this conversation.")));
    }
    let (kind, content) = (kind.to_owned(), content.to_owned());
    let id = world.shop_says(place, role, &kind, &content, request.call.now);
    Ok(json!({ "message_id": id }))
}

pub(super) fn read(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own(world, request)?;
    if let Some(known) = world.conversations.get_mut(place) {
        known.unread = 0;
    }
    Ok(json!({}))
}

pub(super) fn settings(_: &mut World, _: &Request<'_>) -> Outcome {
    Ok(json!({ "can_accept_chat": true }))
}

pub(super) fn set_settings(_: &mut World, request: &Request<'_>) -> Outcome {
    match request.body.get("can_accept_chat").and_then(Value::as_bool) {
        Some(true) => Ok(json!({})),
        Some(false) => Err(business((45_101_001, "The only agent of a shop must accept chats."))),
        None => Err(bad_parameter("can_accept_chat", "required")),
    }
}

pub(super) fn performance(_: &mut World, request: &Request<'_>) -> Outcome {
    if request.query("support_date_ge").is_none() || request.query("support_date_lt").is_none() {
        return Err(bad_parameter("support_date_ge", "support_date_ge and support_date_lt are required"));
    }
    Ok(json!({ "performance": {
        "support_session_count": 42, "response_percentage": "96.5", "satisfaction_percentage": "91.0",
        "response_time_mins": "12.4",
    } }))
}

pub(super) fn sessions(_: &mut World, request: &Request<'_>) -> Outcome {
    size(request, 100)?;
    if request.number("begin_time_ge").is_none() || request.number("begin_time_lt").is_none() {
        return Err(bad_parameter("begin_time_ge", "begin_time_ge and begin_time_lt are required"));
    }
    Ok(json!({ "sessions": [], "next_page_token": "" }))
}

pub(super) fn end_session(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request)?;
    Ok(json!({}))
}
