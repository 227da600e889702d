//! Shops of a consent, and where their webhooks go.

use crate::gateway::{Outcome, Request};
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

pub(super) fn set_webhook(world: &mut World, request: &Request<'_>) -> Outcome {
    let (event, address) =
        (request.text("event_type").unwrap_or_default(), request.text("address").unwrap_or_default());
    // The platform wants https; a sandbox posts to this machine.
    if address.len() > 255 || !address.starts_with("http") {
        return Err(request.wrong("address", "not an address of at most 255 characters"));
    }
    let now = request.call.now;
    if let Some(shop) = world.shops.get_mut(request.shop) {
        shop.webhooks.insert(event.to_owned(), (address.to_owned(), now));
    }
    Ok(json!({}))
}

pub(super) fn delete_webhook(world: &mut World, request: &Request<'_>) -> Outcome {
    let event = request.text("event_type").unwrap_or_default().to_owned();
    if let Some(shop) = world.shops.get_mut(request.shop) {
        shop.webhooks.remove(&event);
    }
    Ok(json!({}))
}
