//! Returns: searched, approved, rejected, and their records.

use super::{Window, answer_page, wanted};
use crate::gateway::{INVALID_RETURN, Outcome, Refusal, Request, business};
use crate::reasons;
use crate::world::{Return, Verdict, World, parse_amount, return_json};
use serde_json::{Map, Value, json};

pub(super) fn search(world: &mut World, request: &Request<'_>) -> Outcome {
    let [ids, orders, buyers, kinds, statuses, proposed, arbitration] = [
        "return_ids",
        "order_ids",
        "buyer_user_ids",
        "return_types",
        "return_status",
        "seller_proposed_return_type",
        "arbitration_status",
    ]
    .map(|name| request.list(name));
    let [created, updated] = ["create_time", "update_time"].map(|name| Window::of(request, name));
    let fits = |case: &&Return| {
        created.holds(case.created)
            && updated.holds(case.updated)
            && wanted(&ids, &case.id)
            && wanted(&kinds, case.kind)
            && wanted(&statuses, case.status)
            && (proposed.is_empty() || case.partial.is_some())
            && (arbitration.is_empty() || case.arbitration.is_some_and(|word| wanted(&arbitration, word)))
            && world.orders.get(case.order).is_some_and(|order| {
                let buyer = world.buyers.get(order.buyer).map_or("", |buyer| buyer.user_id.as_str());
                order.shop == request.shop && wanted(&orders, &order.id) && wanted(&buyers, buyer)
            })
    };
    let mut rows: Vec<&Return> = world.returns.iter().filter(fits).collect();
    let by_update = request.query("sort_field") == Some("update_time");
    rows.sort_by_key(|case| if by_update { case.updated } else { case.created });
    if request.query("sort_order") == Some("DESC") {
        rows.reverse();
    }
    answer_page(world, "return_orders", rows, request, |case| return_json(world, case))
}

fn own(world: &World, id: &str, shop: usize) -> Result<(), Refusal> {
    match world.shop_of_return(id) {
        Some(found) if found == shop => Ok(()),
        Some(_) => Err(business((25_020_005, "No permission to process this order"))),
        None => Err(business((25_007_006, "Order not found."))),
    }
}

/// An offer with its currency; whether it is too much the return itself says.
pub(super) fn check_amount(
    world: &World,
    request: &Request<'_>,
    part: Option<&Map<String, Value>>,
    name: &str,
) -> Result<i64, Refusal> {
    let part = part.ok_or_else(|| business(INVALID_RETURN))?;
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let currency = world.currency(request.shop);
    if text("currency") != Some(currency) {
        return Err(request.wrong("currency", "not that of the order"));
    }
    text(name).and_then(|amount| parse_amount(amount, currency)).ok_or_else(|| request.wrong(name, "not an amount"))
}

pub(super) fn approve(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let decision = request.text("decision").unwrap_or_default().to_owned();
    let keep = request.body.get("buyer_keep_item").and_then(Value::as_bool).unwrap_or(false);
    let amount = if decision == "OFFER_PARTIAL_REFUND" {
        let part = request.body.get("partial_refund").and_then(Value::as_object);
        Some(check_amount(world, request, part, "amount")?)
    } else {
        None
    };
    let verdict = Verdict { decision, keep, amount, ..Verdict::default() };
    world.decide_return(request.id(), &verdict, "SELLER", request.call.now).map_err(business)?;
    Ok(json!({}))
}

/// Proof must have been uploaded before; at most six pictures and 500 characters.
pub(super) fn check_proof(world: &World, request: &Request<'_>) -> Result<Vec<String>, Refusal> {
    if request.text("comment").is_some_and(|comment| comment.chars().count() > 500) {
        return Err(request.wrong("comment", "longer than 500 characters"));
    }
    let images = request.body.get("images").and_then(Value::as_array).cloned().unwrap_or_default();
    if images.len() > 6 {
        return Err(request.wrong("images", "more than 6"));
    }
    let mut names = Vec::new();
    for image in &images {
        let id = image.get("image_id").and_then(Value::as_str).unwrap_or_default();
        if !world.uploads.iter().any(|upload| upload.uri == id) {
            return Err(request.wrong("images[].image_id", "not an uploaded picture"));
        }
        names.push(id.to_owned());
    }
    Ok(names)
}

pub(super) fn reject(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let decision = request.text("decision").unwrap_or_default().to_owned();
    let name = request.text("reject_reason").unwrap_or_default();
    let kind = world.find_return(request.id()).map_or("", |known| known.kind);
    let row = reasons::rejecting(world.region(request.shop), kind, &decision, name).map_err(business)?;
    let images = check_proof(world, request)?;
    let offer = if decision == "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" {
        let part = request.body.get("partial_refund_amount").and_then(Value::as_object);
        Some(check_amount(world, request, part, "partial_refund_total")?)
    } else {
        None
    };
    let verdict = Verdict {
        decision,
        keep: false,
        amount: offer,
        reason_text: Some(row.text.to_owned()),
        comment: request.text("comment").map(str::to_owned),
        images,
    };
    world.decide_return(request.id(), &verdict, "SELLER", request.call.now).map_err(business)?;
    Ok(json!({}))
}

pub(super) fn records(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let Some(case) = world.return_by_id.get(request.id()).and_then(|place| world.returns.get(*place)) else {
        return Ok(json!({}));
    };
    let rows = case.records.iter().map(|record| {
        let mut map = Map::new();
        map.insert("event".to_owned(), json!(record.event));
        map.insert("role".to_owned(), json!(record.role));
        map.insert("description".to_owned(), json!(record.description));
        map.insert("create_time".to_owned(), json!(record.at));
        if let Some(text) = &record.reason_text {
            map.insert("reason_text".to_owned(), json!(text));
        }
        if let Some(note) = &record.note {
            map.insert("note".to_owned(), json!(note));
        }
        if !record.images.is_empty() {
            let images =
                record.images.iter().map(|name| json!({ "url": world.picture_url(name), "width": 720, "height": 720 }));
            map.insert("images".to_owned(), json!(images.collect::<Vec<_>>()));
        }
        Value::Object(map)
    });
    Ok(json!({ "records": rows.collect::<Vec<_>>() }))
}
