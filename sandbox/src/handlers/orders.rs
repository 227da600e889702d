//! Orders and their parcels.

use super::{Window, answer, needed_size, page, wanted};
use crate::gateway::{Outcome, Request, business};
use crate::seed::tracking_lines;
use crate::world::{Order, World, order_json, shipping_type, shown};
use serde_json::{Value, json};

const NOT_YOURS: (i64, &str) = (21_008_111, "The order or package does not belong to the current seller.");

pub(super) fn search(world: &mut World, request: &Request<'_>) -> Outcome {
    let size = needed_size(request, 100)?.min(world.dials.most_per_page.max(1));
    let (buyer, shipping) = (request.text("buyer_user_id"), request.text("shipping_type"));
    let wish = request.body.get("is_buyer_request_cancel").and_then(Value::as_bool);
    let warehouses = request.list("warehouse_ids");
    if warehouses.len() > 100 {
        return Err(request.wrong("warehouse_ids", "more than 100"));
    }
    let [created, updated] = ["create_time", "update_time"].map(|name| Window::of(request, name));
    let fits = |order: &&Order| {
        order.shop == request.shop
            && request.text("order_status").is_none_or(|status| status == order.status)
            && created.holds(order.created)
            && updated.holds(order.updated)
            && shipping.is_none_or(|word| word == shipping_type(order))
            && wanted(&warehouses, world.warehouse(order))
            && wish.is_none_or(|wish| wish == world.wish_to_cancel(order).is_some())
            && buyer.is_none_or(|id| world.buyers.get(order.buyer).is_some_and(|buyer| buyer.user_id == id))
    };
    let mut rows: Vec<&Order> = world.orders.iter().filter(fits).collect();
    let by_update = request.query("sort_field") == Some("update_time");
    rows.sort_by_key(|order| if by_update { order.updated } else { order.created });
    if request.query("sort_order") != Some("ASC") {
        rows.reverse();
    }
    let total = rows.len();
    let found = page(request, rows, request.query("page_token"), size)?;
    answer(world, "orders", total, found, |order| order_json(world, order))
}

pub(super) fn detail(world: &mut World, request: &Request<'_>) -> Outcome {
    let ids = request.query_list("ids");
    if ids.is_empty() || ids.len() > 50 {
        return Err(request.wrong("ids", "1 to 50 order ids"));
    }
    let mut found = Vec::new();
    for id in &ids {
        let order = world.order_by_id.get(id).and_then(|place| world.orders.get(*place));
        match order.filter(|order| order.shop == request.shop) {
            Some(order) => found.push(order_json(world, order)),
            None => return Err(business(NOT_YOURS)),
        }
    }
    Ok(json!({ "orders": found }))
}

fn own<'a>(world: &'a World, request: &Request<'_>) -> Result<&'a Order, crate::gateway::Refusal> {
    let order = world.order_by_id.get(request.id()).and_then(|place| world.orders.get(*place));
    order.filter(|order| order.shop == request.shop).ok_or_else(|| business(NOT_YOURS))
}

pub(super) fn price(world: &mut World, request: &Request<'_>) -> Outcome {
    let order = own(world, request)?;
    let currency = world.currency(order.shop);
    let goods: i64 = order.lines.iter().map(|line| line.price).sum();
    let total = shown(goods + order.shipping + order.tax, currency);
    Ok(json!({
        "currency": currency, "total": total, "payment": total, "subtotal": shown(goods, currency),
        "shipping_sale_price": shown(order.shipping, currency), "tax_amount": shown(order.tax, currency),
    }))
}

pub(super) fn tracking(world: &mut World, request: &Request<'_>) -> Outcome {
    let order = own(world, request)?;
    let language = world.shops.get(order.shop).map_or("en", |shop| shop.seed.language);
    let Some(shipped) = order.shipped else { return Ok(json!({ "tracking": [] })) };
    let lines = tracking_lines(language);
    let shown = if order.delivered.is_some() { lines.len() } else { lines.len().saturating_sub(2) };
    let steps = lines.iter().take(shown).zip(0_i64..).map(|(line, step)| {
        json!({ "description": line, "update_time_millis": (shipped + step * 14 * 3_600) * 1000, "action_code": 30_101 + step })
    });
    let mut steps: Vec<Value> = steps.collect();
    steps.reverse();
    Ok(json!({ "tracking": steps }))
}
