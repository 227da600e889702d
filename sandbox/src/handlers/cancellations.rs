//! Cancellations.

use super::{Window, answer_page, wanted};
use crate::gateway::{Outcome, Refusal, Request, business};
use crate::reasons;
use crate::world::{Cancellation, World, cancellation_json};
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
    let name = request.text("reject_reason").unwrap_or_default();
    reasons::rejecting(world.region(request.shop), "CANCEL", "REJECT_REQUEST_CANCEL", name).map_err(business)?;
    super::returns::check_proof(world, request)?;
    world.reject_cancellation(request.id(), request.call.now).map_err(business)?;
    Ok(json!({}))
}
