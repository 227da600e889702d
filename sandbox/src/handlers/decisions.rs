//! What a seller may decide now, and with which reasons.

use super::table::{CHECKED, REVIEWED};
use super::wanted;
use crate::gateway::{Outcome, Refusal, Request, business};
use crate::reasons;
use crate::world::{Cancellation, Return, World, refunded_lines, shown};
use serde_json::{Map, Value, json};

/// What is asked about.
enum Case<'a> {
    Cancel(&'a Cancellation),
    Return(&'a Return),
}

/// A case of the shop that calls.
fn own<'a>(world: &'a World, request: &Request<'_>) -> Result<Case<'a>, Refusal> {
    let id = request.query("return_or_cancel_id").unwrap_or_default();
    let shop = world.shop_of_cancellation(id).or_else(|| world.shop_of_return(id));
    match shop {
        Some(shop) if shop == request.shop => {}
        Some(_) => return Err(business((25_020_005, "No permission to process this order"))),
        None => return Err(business((25_007_006, "Order not found."))),
    }
    let cancel = world.cancel_by_id.get(id).and_then(|place| world.cancellations.get(*place)).map(Case::Cancel);
    let found = cancel.or_else(|| {
        let place = world.return_by_id.get(id)?;
        world.returns.get(*place).map(Case::Return)
    });
    found.ok_or_else(|| business((25_007_006, "Order not found.")))
}

impl Case<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Cancel(_) => "CANCEL",
            Self::Return(case) => case.kind,
        }
    }

    fn allows(&self, decision: &str) -> Result<(), (i64, &'static str)> {
        match self {
            Self::Cancel(case) if decision.ends_with("REQUEST_CANCEL") => case.allows(decision),
            Self::Return(case) if !decision.ends_with("REQUEST_CANCEL") => case.allows(decision),
            _ => Err((25_020_004, "decision not match reverse type")),
        }
    }
}

fn reason_rows(region: &str, kind: &str, decision: &str) -> Value {
    let rows = reasons::of_rejection(region, kind, decision);
    rows.iter().map(|row| json!({ "name": row.name, "text": row.text })).collect()
}

pub(super) fn reject_reasons(world: &mut World, request: &Request<'_>) -> Outcome {
    let case = own(world, request)?;
    let decision = match &case {
        Case::Cancel(_) => "REJECT_REQUEST_CANCEL",
        Case::Return(case) => match case.asked.map_or("", |(action, _)| action) {
            "SELLER_RESPOND_REFUND" => "REJECT_REFUND",
            "SELLER_RESPOND_RETURN" => "REJECT_RETURN",
            "SELLER_RESPOND_RECEIVE_PACKAGE" => "REJECT_RECEIVED_PACKAGE",
            "SELLER_RESPOND_REPLACEMENT" => "REJECT_REPLACEMENT",
            _ => return Ok(json!({ "reasons": [] })),
        },
    };
    Ok(json!({ "reasons": reason_rows(world.region(request.shop), case.kind(), decision) }))
}

fn decisions(world: &World, request: &Request<'_>, case: &Case<'_>, names: &[&'static str], has_range: bool) -> Value {
    let asked = request.query_list("check_decisions");
    let region = world.region(request.shop);
    let rows = names.iter().filter(|name| wanted(&asked, name)).map(|name| {
        let verdict = case.allows(name);
        let mut map = Map::new();
        map.insert("decision".to_owned(), json!(name));
        map.insert("eligible".to_owned(), json!(verdict.is_ok()));
        match verdict {
            Ok(()) if name.starts_with("REJECT") || name.ends_with("RECEIVING_PKG") => {
                map.insert("available_reject_reasons".to_owned(), reason_rows(region, case.kind(), name));
            }
            Ok(()) => {}
            Err((code, text)) => {
                map.insert("ineligible_code".to_owned(), json!(code));
                map.insert("ineligible_reason".to_owned(), json!(text));
            }
        }
        if let (true, true, Case::Return(case)) = (has_range && verdict.is_ok(), name.starts_with("OFFER"), case) {
            let currency = world.currency(request.shop);
            let (from, to) = (shown(1, currency), shown(case.split.total() - 1, currency));
            let range = json!({ "min_amount": from, "max_amount": to, "currency": currency });
            map.insert("partial_refund_amount_range".to_owned(), range);
        }
        Value::Object(map)
    });
    rows.collect()
}

pub(super) fn eligibility(world: &mut World, request: &Request<'_>) -> Outcome {
    let case = own(world, request)?;
    Ok(json!({ "decisions": decisions(world, request, &case, CHECKED, false) }))
}

/// The same line by line, with the range of an offer.
pub(super) fn review(world: &mut World, request: &Request<'_>) -> Outcome {
    let case = own(world, request)?;
    let decisions = decisions(world, request, &case, REVIEWED, true);
    let ids: Vec<Value> = match &case {
        Case::Cancel(case) => case.line_ids().into_iter().map(Value::from).collect(),
        Case::Return(case) => {
            let lines = world.orders.get(case.order).map(|order| refunded_lines(order, case)).unwrap_or_default();
            lines.iter().filter_map(|line| line.get("return_line_item_id").cloned()).collect()
        }
    };
    let lines = ids.into_iter().map(|id| json!({ "return_line_item_id": id, "decisions": decisions }));
    let log = format!("{}", request.call.now);
    Ok(json!({ "line_items": lines.collect::<Vec<_>>(), "request_log_id": log, "errors": [] }))
}
