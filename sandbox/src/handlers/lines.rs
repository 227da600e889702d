//! Which lines of an order a body means (api 4.2, 4.6).

use super::strings;
use crate::gateway::{Refusal, Request, business};
use crate::world::{Order, Taken, World};
use serde_json::Value;

const TOO_MANY: (i64, &str) =
    (25_005_011, "The requested line item(s) for return or refund exceeds the allowable limit.");

/// An order of the shop that calls.
pub(super) fn own_order(world: &World, request: &Request<'_>, id: &str) -> Result<usize, Refusal> {
    let place = world.order_by_id.get(id).copied();
    match place.and_then(|place| world.orders.get(place)) {
        Some(order) if order.shop == request.shop => Ok(place.unwrap_or_default()),
        Some(_) => Err(business((25_020_005, "No permission to process this order"))),
        None => Err(business((25_007_006, "Order not found."))),
    }
}

fn of_ids(request: &Request<'_>, order: &Order, name: &str, ids: &[String]) -> Result<Vec<usize>, Refusal> {
    let mut lines = Vec::new();
    for id in ids {
        let line = order.lines.iter().position(|line| line.id == *id);
        match line.filter(|line| !lines.contains(line)) {
            Some(line) => lines.push(line),
            None => return Err(request.wrong(name, "not a line of the order, or named twice")),
        }
    }
    Ok(lines)
}

/// So many units of each article, those first that nothing is asked about.
fn of_skus(world: &World, request: &Request<'_>, order: &Order, skus: &[Value]) -> Result<Vec<usize>, Refusal> {
    let mut lines = Vec::new();
    for sku in skus {
        let id = sku.get("sku_id").and_then(Value::as_str).unwrap_or_default();
        let quantity = sku.get("quantity").and_then(Value::as_i64).and_then(|quantity| usize::try_from(quantity).ok());
        let quantity = quantity.filter(|quantity| *quantity > 0);
        let quantity = quantity.ok_or_else(|| request.wrong("skus[].quantity", "at least 1"))?;
        let mut units: Vec<usize> = (0..order.lines.len())
            .filter(|place| order.lines.get(*place).is_some_and(|line| line.sku_id == id))
            .collect();
        if units.is_empty() || units.iter().any(|unit| lines.contains(unit)) {
            return Err(request.wrong("skus[].sku_id", "not an article of the order, or named twice"));
        }
        units.sort_by_key(|unit| world.line_taken(order, *unit).is_some());
        if units.len() < quantity {
            return Err(business(TOO_MANY));
        }
        lines.extend(units.into_iter().take(quantity));
    }
    lines.sort_unstable();
    Ok(lines)
}

/// Places of the lines that a body names; without a name the whole order, as far as nothing of it is cancelled.
pub(super) fn chosen(world: &World, request: &Request<'_>, order: &Order) -> Result<Vec<usize>, Refusal> {
    let items = |name: &str| request.body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (skus, listed) = (items("skus"), items("order_line_list"));
    let ids = strings(request.body.get("order_line_item_ids"));
    let ways = [!skus.is_empty(), !ids.is_empty(), !listed.is_empty()];
    if ways.iter().filter(|is_given| **is_given).count() > 1 {
        return Err(request.wrong("order_line_list", "only one way of naming lines"));
    }
    if !skus.is_empty() {
        return of_skus(world, request, order, skus);
    }
    if !ids.is_empty() {
        return of_ids(request, order, "order_line_item_ids", &ids);
    }
    if !listed.is_empty() {
        let id = |line: &Value| line.get("order_line_item_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if listed.iter().any(|line| line.get("sub_order_line_item_id").is_some_and(|id| id.as_str() != Some(""))) {
            return Err(request.wrong("order_line_list[].sub_order_line_item_id", "no line is a bundle"));
        }
        return of_ids(request, order, "order_line_list", &listed.iter().map(id).collect::<Vec<_>>());
    }
    let is_left = |place: &usize| order.lines.get(*place).is_some_and(|line| line.cancelled.is_none());
    Ok(order.all_lines().into_iter().filter(is_left).collect())
}

/// Refuses lines that something is asked about, or that are cancelled or refunded.
pub(super) fn check_free(world: &World, order: &Order, lines: &[usize]) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Err(business(TOO_MANY));
    }
    let taken =
        lines.iter().filter_map(|line| world.line_taken(order, *line)).max_by_key(|taken| *taken == Taken::Done);
    match taken {
        None => Ok(()),
        Some(Taken::InProcess) => Err(business((
            25_001_011,
            "A return request is already in process, or the order has already been cancelled.",
        ))),
        Some(Taken::Done) => Err(business((
            25_001_010,
            "A return request has already been completed, or the order has already been cancelled.",
        ))),
    }
}
