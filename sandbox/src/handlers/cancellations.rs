//! Cancellations.

use super::{Window, answer_page, wanted};
use crate::gateway::{Outcome, Refusal, Request, bad_parameter, business};
use crate::reasons;
use crate::world::{Cancellation, Split, World, cancellation_json};
use serde_json::json;

pub(super) fn search(world: &mut World, request: &Request<'_>) -> Outcome {
    let [ids, orders, buyers, kinds, statuses] =
        ["cancel_ids", "order_ids", "buyer_user_ids", "cancel_types", "cancel_status"].map(|name| request.list(name));
    let [created, updated] = ["create_time", "update_time"].map(|name| Window::of(request, name));
    let has_status = |case: &Cancellation| {
        let status = format!("CANCELLATION_REQUEST_{}", case.status);
        wanted(&statuses, &status) || wanted(&statuses, &format!("{status}LED"))
    };
    let fits = |case: &&Cancellation| {
        created.holds(case.created)
            && updated.holds(case.updated)
            && wanted(&ids, &case.id)
            && wanted(&kinds, case.kind)
            && (statuses.is_empty() || has_status(case))
            && world.orders.get(case.order).is_some_and(|order| {
                let buyer = world.buyers.get(order.buyer).map_or("", |buyer| buyer.user_id.as_str());
                order.shop == request.shop && wanted(&orders, &order.id) && wanted(&buyers, buyer)
            })
    };
    let mut rows: Vec<&Cancellation> = world.cancellations.iter().filter(fits).collect();
    let by_update = request.query("sort_field") == Some("update_time");
    rows.sort_by_key(|case| if by_update { case.updated } else { case.created });
    if request.query("sort_order") == Some("DESC") {
        rows.reverse();
    }
    let older = request.version == "202309";
    answer_page(world, "cancellations", rows, request, |case| cancellation_json(world, case, older))
}

fn own(world: &World, request: &Request<'_>) -> Result<(), Refusal> {
    match world.shop_of_cancellation(request.id()) {
        Some(shop) if shop == request.shop => Ok(()),
        Some(_) => Err(business((25_020_005, "No permission to process this order"))),
        None => Err(business((25_007_006, "Order not found."))),
    }
}

pub(super) fn approve(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request)?;
    world.approve_cancellation(request.id(), "SELLER", request.call.now).map_err(business)?;
    Ok(json!({}))
}

pub(super) fn reject(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request)?;
    let Some(reason) = request.text("reject_reason") else { return Err(bad_parameter("reject_reason", "required")) };
    let region = world.region(request.shop);
    if !reasons::of_rejection(region, "CANCEL", "REJECT_REQUEST_CANCEL").iter().any(|row| row.name == reason) {
        return Err(business((
            25_001_014,
            "Unknown return reason. Please ensure you are passing a valid return reason.",
        )));
    }
    super::returns::check_proof(world, request)?;
    world.reject_cancellation(request.id(), request.call.now).map_err(business)?;
    Ok(json!({}))
}

pub(super) fn cancel_order(world: &mut World, request: &Request<'_>) -> Outcome {
    let (Some(order_id), Some(reason)) = (request.text("order_id"), request.text("cancel_reason")) else {
        return Err(bad_parameter("order_id", "order_id and cancel_reason are required"));
    };
    let (now, place) = (request.call.now, world.order_by_id.get(order_id).copied());
    let Some((place, order)) = place.and_then(|place| world.orders.get(place).map(|order| (place, order))) else {
        return Err(business((25_007_006, "Order not found.")));
    };
    if order.shop != request.shop {
        return Err(business((25_020_005, "No permission to process this order")));
    }
    if !matches!(order.status, "ON_HOLD" | "AWAITING_SHIPMENT" | "UNPAID") {
        return Err(business((25_001_003, "Invalid order status.")));
    }
    let split =
        Split { goods: order.lines.iter().map(|line| line.price).sum(), shipping: order.shipping, tax: order.tax };
    let reason = reason.to_owned();
    let text = reasons::all().iter().find(|row| row.name == reason).map_or(reason.clone(), |row| row.text.to_owned());
    let id = world.number("4037");
    let case = Cancellation {
        id: id.clone(),
        order: place,
        kind: "CANCEL",
        status: "PENDING",
        role: "SELLER",
        reason,
        reason_text: text,
        created: now,
        updated: now,
        deadline: Some(now),
        split,
    };
    world.cancel_by_id.insert(id.clone(), world.cancellations.len());
    world.cancellations.push(case);
    world.approve_cancellation(&id, "SELLER", now).map_err(business)?;
    Ok(json!({ "cancel_id": id, "cancel_status": "CANCELLATION_REQUEST_SUCCESS" }))
}
