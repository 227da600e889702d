//! Returns, refunds and what may be decided about them.

use super::{Window, answer_page, wanted};
use crate::gateway::{Outcome, Refusal, Request, bad_parameter, business};
use crate::reasons;
use crate::world::{NewCase, Return, Split, Verdict, World, open_case, parse_amount, return_json, shown};
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

const BAD: (i64, &str) = (
    25_001_001,
    "An invalid request parameter was passed. Please check that you have the correct parameter type(s) and format.",
);

fn amount(world: &World, request: &Request<'_>, field: &str, name: &str) -> Result<i64, Refusal> {
    let part = request.body.get(field).and_then(Value::as_object).ok_or_else(|| business(BAD))?;
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let currency = world.currency(request.shop);
    if text("currency") != Some(currency) {
        return Err(business(BAD));
    }
    text(name).and_then(|amount| parse_amount(amount, currency)).ok_or_else(|| business(BAD))
}

pub(super) fn approve(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let Some(decision) = request.text("decision").map(str::to_owned) else {
        return Err(bad_parameter("decision", "required"));
    };
    let known = [
        "APPROVE_REFUND",
        "APPROVE_RETURN",
        "APPROVE_RECEIVED_PACKAGE",
        "APPROVE_REPLACEMENT",
        "ISSUE_REPLACEMENT_REFUND",
        "OFFER_PARTIAL_REFUND",
        "DIRECT_REFUND",
    ];
    if !known.contains(&decision.as_str()) {
        return Err(bad_parameter("decision", "unknown decision"));
    }
    let keep = request.body.get("buyer_keep_item").and_then(Value::as_bool).unwrap_or(false);
    let offer = if decision == "OFFER_PARTIAL_REFUND" {
        Some(amount(world, request, "partial_refund", "amount")?)
    } else {
        None
    };
    let verdict = Verdict { decision, keep, amount: offer, ..Verdict::default() };
    world.decide_return(request.id(), &verdict, "SELLER", request.call.now).map_err(business)?;
    Ok(json!({}))
}

/// Proof must have been uploaded before; at most six pictures and 500 characters.
pub(super) fn check_proof(world: &World, request: &Request<'_>) -> Result<Vec<String>, Refusal> {
    if request.text("comment").is_some_and(|comment| comment.chars().count() > 500) {
        return Err(bad_parameter("comment", "longer than 500 characters"));
    }
    let images = request.body.get("images").and_then(Value::as_array).cloned().unwrap_or_default();
    if images.len() > 6 {
        return Err(bad_parameter("images", "more than 6"));
    }
    let mut names = Vec::new();
    for image in &images {
        let id = image.get("image_id").and_then(Value::as_str).unwrap_or_default();
        if !world.uploads.iter().any(|upload| upload.uri == id) {
            return Err(bad_parameter("image_id", "not an uploaded picture"));
        }
        names.push(id.to_owned());
    }
    Ok(names)
}

pub(super) fn reject(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let Some(decision) = request.text("decision").map(str::to_owned) else {
        return Err(bad_parameter("decision", "required"));
    };
    let after_parcel = decision == "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG";
    let known = ["REJECT_REFUND", "REJECT_RETURN", "REJECT_RECEIVED_PACKAGE", "REJECT_REPLACEMENT"];
    let is_known = known.contains(&decision.as_str()) || (after_parcel && request.version == "202606");
    if !is_known {
        return Err(bad_parameter("decision", "unknown decision"));
    }
    let Some(reason) = request.text("reject_reason") else { return Err(bad_parameter("reject_reason", "required")) };
    let kind = world.find_return(request.id()).map_or("", |known| known.kind);
    let rows = reasons::of_rejection(world.region(request.shop), kind, &decision);
    let Some(row) = rows.iter().find(|row| row.name == reason) else {
        let exists = reasons::all().iter().any(|row| row.name == reason);
        return Err(business(if exists {
            (25_001_016, "reverse reason not match action type")
        } else {
            (25_001_014, "Unknown return reason. Please ensure you are passing a valid return reason.")
        }));
    };
    let images = check_proof(world, request)?;
    let offer = if after_parcel {
        Some(amount(world, request, "partial_refund_amount", "partial_refund_total")?)
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

pub(super) fn create(world: &mut World, request: &Request<'_>) -> Outcome {
    let (Some(order_id), Some(reason), Some(kind)) =
        (request.text("order_id"), request.text("return_reason"), request.text("return_type"))
    else {
        return Err(bad_parameter("order_id", "order_id, return_reason and return_type are required"));
    };
    if !matches!(kind, "REFUND" | "RETURN_AND_REFUND") {
        return Err(bad_parameter("return_type", "REFUND or RETURN_AND_REFUND"));
    }
    let Some(order) = world.order_by_id.get(order_id).and_then(|place| world.orders.get(*place)) else {
        return Err(business((25_007_006, "Order not found.")));
    };
    if order.shop != request.shop {
        return Err(business((25_020_005, "No permission to process this order")));
    }
    let case = NewCase {
        shop: Some(request.shop),
        kind: Some(if kind == "REFUND" { "REFUND" } else { "RETURN_AND_REFUND" }),
        reason: Some(reason.to_owned()),
        words: Some(String::new()),
        photos: Some(0),
        ..NewCase::default()
    };
    let Some(opened) = open_case(world, &case, request.call.now) else { return Err(business(BAD)) };
    let decision = if kind == "REFUND" { "APPROVE_REFUND" } else { "APPROVE_RETURN" };
    if let Some(known) = world.find_return(&opened.id) {
        known.role = "SELLER";
    }
    let verdict = Verdict { decision: decision.to_owned(), ..Verdict::default() };
    world.decide_return(&opened.id, &verdict, "SELLER", request.call.now).map_err(business)?;
    let status = world.find_return(&opened.id).map_or("", |known| known.status);
    Ok(json!({ "return_id": opened.id, "return_status": status }))
}

pub(super) fn calculate(world: &mut World, request: &Request<'_>) -> Outcome {
    let Some(order) =
        request.text("order_id").and_then(|id| world.order_by_id.get(id)).and_then(|place| world.orders.get(*place))
    else {
        return Err(business((25_007_006, "Order not found.")));
    };
    if request.text("request_type").is_none() || request.text("reason_name").is_none() {
        return Err(bad_parameter("request_type", "request_type and reason_name are required"));
    }
    let currency = world.currency(order.shop);
    let split =
        Split { goods: order.lines.iter().map(|line| line.price).sum(), shipping: order.shipping, tax: order.tax };
    Ok(json!({ "order_refund_amount": {
        "currency": currency, "refund_total": shown(split.total(), currency), "refund_subtotal": shown(split.goods, currency),
        "refund_shipping_fee": shown(split.shipping, currency), "refund_tax": shown(split.tax, currency),
    } }))
}

pub(super) fn eligibility(world: &mut World, request: &Request<'_>) -> Outcome {
    let Some(order) = world.order_by_id.get(request.id()).and_then(|place| world.orders.get(*place)) else {
        return Err(business((25_007_006, "Order not found.")));
    };
    let ids: Vec<&str> = order.lines.iter().map(|line| line.id.as_str()).collect();
    let kinds = [
        ("CANCEL", order.shipped.is_none()),
        ("REFUND", order.shipped.is_some()),
        ("RETURN_AND_REFUND", order.delivered.is_some()),
    ];
    let rows = kinds.map(|(kind, eligible)| {
        let mut row = json!({ "request_type": kind, "order_line_items_ids": ids, "eligible": eligible });
        if let (Some(map), false) = (row.as_object_mut(), eligible) {
            map.insert("ineligible_code".to_owned(), json!(25_001_003));
            map.insert("ineligible_reason".to_owned(), json!("Invalid order status."));
        }
        row
    });
    let sku = order.lines.first().map(|line| line.sku_id.clone());
    Ok(json!({ "sku_eligibility": [{ "sku_id": sku, "line_item_eligibility": rows }] }))
}

/// Which rejection belongs to what a case is asked now.
fn rejection_of(world: &mut World, id: &str) -> Option<(&'static str, &'static str)> {
    if world.cancel_by_id.contains_key(id) {
        return Some(("CANCEL", "REJECT_REQUEST_CANCEL"));
    }
    let known = world.find_return(id)?;
    let decision = match known.asked?.0 {
        "SELLER_RESPOND_REFUND" => "REJECT_REFUND",
        "SELLER_RESPOND_RETURN" => "REJECT_RETURN",
        "SELLER_RESPOND_RECEIVE_PACKAGE" => "REJECT_RECEIVED_PACKAGE",
        _ => "REJECT_REPLACEMENT",
    };
    Some((known.kind, decision))
}

pub(super) fn reject_reasons(world: &mut World, request: &Request<'_>) -> Outcome {
    let Some(id) = request.query("return_or_cancel_id").map(str::to_owned) else {
        return Err(bad_parameter("return_or_cancel_id", "required"));
    };
    let Some((kind, decision)) = rejection_of(world, &id) else { return Ok(json!({ "reasons": [] })) };
    let rows = reasons::of_rejection(world.region(request.shop), kind, decision);
    let rows: Vec<Value> = rows.iter().map(|row| json!({ "name": row.name, "text": row.text })).collect();
    Ok(json!({ "reasons": rows }))
}

pub(super) fn records(world: &mut World, request: &Request<'_>) -> Outcome {
    own(world, request.id(), request.shop)?;
    let Some(case) = world.find_return(request.id()).cloned() else { return Ok(json!({})) };
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

const CHECKED: [&str; 13] = [
    "APPROVE_REQUEST_CANCEL",
    "REJECT_REQUEST_CANCEL",
    "APPROVE_REFUND",
    "REJECT_REFUND",
    "APPROVE_RETURN",
    "REJECT_RETURN",
    "APPROVE_RECEIVED_PACKAGE",
    "REJECT_RECEIVED_PACKAGE",
    "APPROVE_REPLACEMENT",
    "REJECT_REPLACEMENT",
    "ISSUE_REPLACEMENT_REFUND",
    "ISSUE_EXCHANGE_REFUND",
    "DIRECT_REFUND",
];

fn decisions(world: &mut World, request: &Request<'_>, also: &[&str]) -> Outcome {
    let Some(id) = request.query("return_or_cancel_id").map(str::to_owned) else {
        return Err(bad_parameter("return_or_cancel_id", "required"));
    };
    let asked = request.query_list("check_decisions");
    let names = CHECKED.iter().chain(also).filter(|name| wanted(&asked, name));
    let cancel = world.cancel_by_id.get(&id).and_then(|place| world.cancellations.get(*place)).cloned();
    let case = world.find_return(&id).cloned();
    let (region, shop) =
        (world.region(request.shop), world.shop_of_cancellation(&id).or_else(|| world.shop_of_return(&id)));
    match shop {
        Some(shop) if shop == request.shop => {}
        Some(_) => return Err(business((25_020_005, "No permission to process this order"))),
        None => return Err(business((25_007_006, "Order not found."))),
    }
    let rows = names.map(|name| {
        let verdict = match (&cancel, &case) {
            (Some(cancel), _) if name.ends_with("REQUEST_CANCEL") && cancel.deadline.is_some() => Ok(()),
            (_, Some(case)) if !name.ends_with("REQUEST_CANCEL") => case.allows(name),
            _ => Err((25_020_004, "decision not match reverse type")),
        };
        let mut map = Map::new();
        map.insert("decision".to_owned(), json!(name));
        map.insert("eligible".to_owned(), json!(verdict.is_ok()));
        match verdict {
            Ok(()) if name.starts_with("REJECT") || name.ends_with("RECEIVING_PKG") => {
                let kind = case.as_ref().map_or("CANCEL", |case| case.kind);
                let rows = reasons::of_rejection(region, kind, name);
                let rows: Vec<Value> = rows.iter().map(|row| json!({ "name": row.name, "text": row.text })).collect();
                map.insert("available_reject_reasons".to_owned(), json!(rows));
            }
            Ok(()) => {}
            Err((code, text)) => {
                map.insert("ineligible_code".to_owned(), json!(code));
                map.insert("ineligible_reason".to_owned(), json!(text));
            }
        }
        Value::Object(map)
    });
    Ok(json!({ "decisions": rows.collect::<Vec<_>>() }))
}

pub(super) fn decision_eligibility(world: &mut World, request: &Request<'_>) -> Outcome {
    decisions(world, request, &[])
}

pub(super) fn review_decision(world: &mut World, request: &Request<'_>) -> Outcome {
    decisions(world, request, &["OFFER_PARTIAL_REFUND", "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG"])
}

fn grouped(world: &World, request: &Request<'_>, ids: &[String]) -> Vec<Value> {
    let own = |case: &&Return| world.orders.get(case.order).is_some_and(|order| order.shop == request.shop);
    let in_group = |case: &&Return| case.group.as_ref().is_some_and(|group| wanted(ids, group));
    let rows = world.returns.iter().filter(own).filter(in_group);
    rows.map(
        |case| json!({ "group": case.group, "return_id": case.id, "updated": case.updated, "created": case.created }),
    )
    .collect()
}

pub(super) fn group_search(world: &mut World, request: &Request<'_>) -> Outcome {
    let rows = grouped(world, request, &request.list("aftersales_request_ids"));
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "aftersales_request_id": row["group"], "aftersales_request_status": "PENDING_REQUEST_REVIEW",
                "sku_return_requests": [{ "sku_return_request_id": row["return_id"] }],
                "create_time": row["created"], "update_time": row["updated"],
            })
        })
        .collect();
    Ok(json!({ "aftersales_requests": rows, "next_page_token": "", "total_count": rows.len() }))
}

pub(super) fn rma_search(world: &mut World, request: &Request<'_>) -> Outcome {
    let rows = grouped(world, request, &request.list("rma_ids"));
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "rma_id": row["group"], "rma_status": "AWAITING_BUYER_RETURN",
                "sku_return_requests": [{ "sku_return_request_id": row["return_id"] }],
            })
        })
        .collect();
    Ok(json!({ "rmas": rows, "next_page_token": "", "total_count": rows.len() }))
}

pub(super) fn review(_: &mut World, _: &Request<'_>) -> Outcome {
    Ok(json!({ "errors": [] }))
}
