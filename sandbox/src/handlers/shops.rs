//! Shops of a consent, and where their webhooks go.

use crate::gateway::{Outcome, Request, bad_parameter};
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn authorized(world: &mut World, request: &Request<'_>) -> Outcome {
    let shops: Vec<Value> = request
        .shops
        .iter()
        .filter_map(|shop| world.shops.get(*shop))
        .map(|shop| {
            json!({
                "id": shop.id, "name": shop.seed.name, "region": shop.seed.region, "seller_type": "LOCAL",
                "cipher": shop.cipher, "code": shop.code,
            })
        })
        .collect();
    Ok(json!({ "shops": shops }))
}

pub(super) fn active(world: &mut World, request: &Request<'_>) -> Outcome {
    let shops = request.shops.iter().filter_map(|shop| world.shops.get(*shop));
    let shops: Vec<Value> = shops.map(|shop| json!({ "id": shop.id, "region": shop.seed.region })).collect();
    Ok(json!({ "shops": shops }))
}

pub(super) fn webhooks(world: &mut World, request: &Request<'_>) -> Outcome {
    let Some(shop) = world.shops.get(request.shop) else { return Ok(json!({})) };
    let rows = shop.webhooks.iter().map(|(event, (address, at))| {
        json!({ "event_type": event, "address": address, "create_time": at * 1000, "update_time": at * 1000 })
    });
    let rows: Vec<Value> = rows.collect();
    Ok(json!({ "total_count": rows.len(), "webhooks": rows }))
}

const EVENTS: [&str; 13] = [
    "ORDER_STATUS_CHANGE",
    "REVERSE_STATUS_UPDATE",
    "RECIPIENT_ADDRESS_UPDATE",
    "PACKAGE_UPDATE",
    "SELLER_DEAUTHORIZATION",
    "UPCOMING_AUTHORIZATION_EXPIRATION",
    "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE",
    "NEW_CONVERSATION",
    "NEW_MESSAGE",
    "AFTERSALES_REQUEST_STATUS_UPDATE",
    "RMA_STATUS_UPDATE",
    "REFUND_SUCCESS",
];

pub(super) fn set_webhook(world: &mut World, request: &Request<'_>) -> Outcome {
    let (Some(event), Some(address)) = (request.text("event_type"), request.text("address")) else {
        return Err(bad_parameter("address", "address and event_type are required"));
    };
    if !EVENTS.contains(&event) {
        return Err(bad_parameter("event_type", "unknown event type"));
    }
    if address.len() > 255 || !address.starts_with("http") {
        return Err(bad_parameter("address", "not an address of at most 255 characters"));
    }
    let now = request.call.now;
    if let Some(shop) = world.shops.get_mut(request.shop) {
        shop.webhooks.insert(event.to_owned(), (address.to_owned(), now));
    }
    Ok(json!({}))
}

pub(super) fn delete_webhook(world: &mut World, request: &Request<'_>) -> Outcome {
    let event = request.text("event_type").or_else(|| request.query("event_type"));
    let Some(event) = event.map(str::to_owned) else { return Err(bad_parameter("event_type", "required")) };
    if let Some(shop) = world.shops.get_mut(request.shop) {
        shop.webhooks.remove(&event);
    }
    Ok(json!({}))
}
