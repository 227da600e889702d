//! What a seller begins, and what may be begun: Cancel Order, Create Return, Calculate Refund, Aftersale Eligibility.

use super::lines::{check_free, chosen, own_order};
use super::wanted;
use crate::gateway::{Outcome, Refusal, Request, business};
use crate::reasons;
use crate::world::{Cancellation, Order, SellerReturn, Split, Taken, World, parse_amount, share, shown};
use serde_json::{Map, Value, json};

const OVER: (i64, &str) = (25_001_051, "Not allowed to return or cancel since order is completed or cancelled");

fn check_open(order: &Order) -> Result<(), Refusal> {
    if matches!(order.status, "COMPLETED" | "CANCELLED") { Err(business(OVER)) } else { Ok(()) }
}

pub(super) fn cancel_order(world: &mut World, request: &Request<'_>) -> Outcome {
    let (id, name) = (request.text("order_id").unwrap_or_default(), request.text("cancel_reason").unwrap_or_default());
    let (now, place) = (request.call.now, own_order(world, request, id)?);
    let Some(order) = world.orders.get(place) else { return Ok(json!({})) };
    check_open(order)?;
    let lines = chosen(world, request, order)?;
    check_free(world, order, &lines)?;
    if order.shipped.is_some() {
        let text = "The order has already been shipped and we are unable to cancel shipment with the courier.";
        return Err(business((25_001_045, text)));
    }
    let region = world.region(order.shop);
    let row = reasons::of_seller(region, "CANCEL", order.status, name).map_err(business)?;
    let is_whole =
        order.lines.iter().enumerate().all(|(place, line)| lines.contains(&place) || line.cancelled.is_some());
    let may_be_part = matches!(region, "US" | "GB") && name.contains("out_of_stock");
    if !is_whole && !may_be_part {
        return Err(business((25_005_010, "Unable to cancel individual line items within this request.")));
    }
    let split = if order.status == "UNPAID" { Split::default() } else { share(order, &lines) };
    let (reason, reason_text) = (row.name.to_owned(), row.text.to_owned());
    let id = world.number("4037");
    world.add_cancellation(Cancellation {
        id: id.clone(),
        order: place,
        lines,
        kind: "CANCEL",
        status: "PENDING",
        role: "SELLER",
        reason,
        reason_text,
        created: now,
        updated: now,
        deadline: None,
        split,
    });
    world.grant_cancellation(&id, "SELLER", now);
    let status =
        world.cancel_by_id.get(&id).and_then(|place| world.cancellations.get(*place)).map_or("", |case| case.status);
    Ok(json!({ "cancel_id": id, "cancel_status": format!("CANCELLATION_REQUEST_{status}") }))
}

/// The part that a seller wants to pay; all of it, if nothing is said.
fn part(world: &World, request: &Request<'_>, split: Split) -> Result<Split, Refusal> {
    let currency = world.currency(request.shop);
    let (total, named) = (request.text("refund_total"), request.text("currency"));
    let Some(total) = total else {
        return if named.is_none() {
            Ok(split)
        } else {
            Err(request.wrong("refund_total", "required with a currency"))
        };
    };
    if named != Some(currency) {
        return Err(request.wrong("currency", "not that of the order"));
    }
    let amount = parse_amount(total, currency).filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| request.wrong("refund_total", "not an amount"))?;
    match amount.cmp(&split.total()) {
        std::cmp::Ordering::Equal => Ok(split),
        std::cmp::Ordering::Less => Ok(Split { goods: amount, shipping: 0, tax: 0 }),
        std::cmp::Ordering::Greater => {
            Err(business((25_005_005, "Refund total amount is larger than the refundable amount.")))
        }
    }
}

pub(super) fn create_return(world: &mut World, request: &Request<'_>) -> Outcome {
    let text = |name: &str| request.text(name).unwrap_or_default();
    let kind = if text("return_type") == "REFUND" { "REFUND" } else { "RETURN_AND_REFUND" };
    let place = own_order(world, request, text("order_id"))?;
    let Some(order) = world.orders.get(place) else { return Ok(json!({})) };
    check_open(order)?;
    if !matches!(order.status, "AWAITING_COLLECTION" | "IN_TRANSIT" | "DELIVERED") {
        return Err(business((25_001_003, "Invalid order status.")));
    }
    let lines = chosen(world, request, order)?;
    check_free(world, order, &lines)?;
    let row =
        reasons::of_seller(world.region(order.shop), kind, order.status, text("return_reason")).map_err(business)?;
    let split = part(world, request, share(order, &lines))?;
    let is_buyer_arranged = request.text("shipment_type") == Some("BUYER_ARRANGE");
    let new = SellerReturn { order: place, lines, kind, reason: row, split, is_buyer_arranged };
    let id = world.seller_returns(new, request.call.now).map_err(business)?;
    let status = world.find_return(&id).map_or("", |known| known.status);
    Ok(json!({ "return_id": id, "return_status": status }))
}

pub(super) fn calculate(world: &mut World, request: &Request<'_>) -> Outcome {
    let text = |name: &str| request.text(name).unwrap_or_default();
    let place = own_order(world, request, text("order_id"))?;
    let Some(order) = world.orders.get(place) else { return Ok(json!({})) };
    let market = reasons::market(world.region(order.shop));
    let begins = |row: &&reasons::Reason| row.usage.ends_with("_INITIATES") && row.name == text("reason_name");
    let is_known =
        reasons::all().iter().filter(begins).any(|row| row.market == market && row.request == text("request_type"));
    if !is_known {
        return Err(request.wrong("reason_name", "not a reason of this kind of request"));
    }
    let split = share(order, &chosen(world, request, order)?);
    let currency = world.currency(order.shop);
    Ok(json!({ "order_refund_amount": {
        "currency": currency, "refund_total": shown(split.total(), currency), "refund_subtotal": shown(split.goods, currency),
        "refund_shipping_fee": shown(split.shipping, currency), "refund_tax": shown(split.tax, currency),
    } }))
}

/// Why a line cannot be asked about: the code, and the text.
type Ineligible = Option<(i64, &'static str)>;

/// Whether a line may be asked about by somebody, in the way of a kind.
pub(super) fn ineligible(world: &World, order: &Order, line: usize, kind: &str, user: &str) -> Ineligible {
    if matches!(order.status, "COMPLETED" | "CANCELLED") {
        return Some(OVER);
    }
    match world.line_taken(order, line) {
        Some(Taken::InProcess) => return Some((25_001_011, "there are processing reverse order exists")),
        Some(Taken::Done) => {
            return Some((
                25_001_010,
                "A return request has already been completed, or the order has already been cancelled.",
            ));
        }
        None => {}
    }
    let rows = reasons::of_use(world.region(order.shop), kind, &format!("{user}_INITIATES"), order.status);
    rows.is_empty().then_some((25_001_003, "Invalid order status."))
}

pub(super) fn eligibility(world: &mut World, request: &Request<'_>) -> Outcome {
    let place = own_order(world, request, request.id())?;
    let Some(order) = world.orders.get(place) else { return Ok(json!({})) };
    let user = request.query("initiate_aftersale_user").unwrap_or("SELLER");
    let kinds = request.query_list("request_types");
    let is_newer = request.version >= "202602";
    let mut skus: Vec<&str> = order.lines.iter().map(|line| line.sku_id.as_str()).collect();
    skus.dedup();
    let of_sku = |sku: &str| {
        let mut rows = Vec::new();
        for kind in ["CANCEL", "REFUND", "RETURN_AND_REFUND"].into_iter().filter(|kind| wanted(&kinds, kind)) {
            // Lines that stand alike make one row.
            let mut groups: Vec<(Ineligible, Vec<&str>)> = Vec::new();
            for (place, line) in order.lines.iter().enumerate().filter(|(_, line)| line.sku_id == sku) {
                let why = ineligible(world, order, place, kind, user);
                match groups.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, ids)) => ids.push(&line.id),
                    None => groups.push((why, vec![&line.id])),
                }
            }
            rows.extend(
                groups.into_iter().map(|(why, ids)| eligible_row(world, order, kind, user, why, &ids, is_newer)),
            );
        }
        json!({ "sku_id": sku, "line_item_eligibility": rows })
    };
    Ok(json!({ "sku_eligibility": skus.into_iter().map(of_sku).collect::<Vec<_>>() }))
}

fn eligible_row(
    world: &World,
    order: &Order,
    kind: &str,
    user: &str,
    why: Ineligible,
    ids: &[&str],
    is_newer: bool,
) -> Value {
    let mut map = Map::new();
    map.insert("request_type".to_owned(), json!(kind));
    map.insert("order_line_items_ids".to_owned(), json!(ids));
    map.insert("eligible".to_owned(), json!(why.is_none()));
    if is_newer {
        let list: Vec<Value> = ids.iter().map(|id| json!({ "order_line_item_id": id })).collect();
        map.insert("order_line_list".to_owned(), json!(list));
    }
    if let Some((code, text)) = why {
        map.insert("ineligible_code".to_owned(), json!(code));
        map.insert("ineligible_reason".to_owned(), json!(text));
    } else if is_newer {
        let rows = reasons::of_use(world.region(order.shop), kind, &format!("{user}_INITIATES"), order.status);
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        map.insert("available_reason_names".to_owned(), json!(names));
    }
    Value::Object(map)
}
