//! How a practice world begins.

use super::{Stage, data};
use crate::server::{Options, make};
use crate::{Dials, reasons};
use serde_json::Value;
use std::collections::BTreeSet;

fn all(stage: &Stage, path: &str, name: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut token = String::new();
    loop {
        let query = [("page_size", "50"), ("page_token", token.as_str())];
        let page = data(&stage.post_with(path, &query, &serde_json::json!({})));
        rows.extend(page[name].as_array().cloned().unwrap_or_default());
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            return rows;
        }
    }
}

fn stages() -> [Stage; 5] {
    ["US", "GB", "ID", "TH", "ES"].map(|region| Stage::filled(region, 350, Dials::default()))
}

#[test]
fn every_stage_is_filled_at_the_beginning() {
    let mut seen = BTreeSet::new();
    for stage in stages() {
        for case in all(&stage, "/return_refund/202602/returns/search", "return_orders") {
            seen.insert(case["return_status"].as_str().unwrap().to_owned());
            seen.insert(format!("arbitration {}", case["arbitration_status"].as_str().unwrap_or("none")));
            seen.insert(format!("role {}", case["role"].as_str().unwrap()));
            seen.insert(format!(
                "asked {}",
                case["seller_next_action_response"][0]["action"].as_str().unwrap_or("none")
            ));
            if case["next_return_id"] != "0" {
                seen.insert("edited".to_owned());
            }
            if case["is_combined_return"] == true {
                seen.insert("combined".to_owned());
            }
        }
        for case in all(&stage, "/return_refund/202602/cancellations/search", "cancellations") {
            seen.insert(case["cancel_status"].as_str().unwrap().to_owned());
            seen.insert(format!("role {}", case["role"].as_str().unwrap()));
            seen.insert(format!(
                "asked {}",
                case["seller_next_action_response"][0]["action"].as_str().unwrap_or("none")
            ));
        }
    }
    for wanted in [
        "RETURN_OR_REFUND_REQUEST_PENDING",
        "REFUND_OR_RETURN_REQUEST_REJECT",
        "AWAITING_BUYER_SHIP",
        "BUYER_SHIPPED_ITEM",
        "REJECT_RECEIVE_PACKAGE",
        "RETURN_OR_REFUND_REQUEST_SUCCESS",
        "RETURN_OR_REFUND_REQUEST_CANCEL",
        "RETURN_OR_REFUND_REQUEST_COMPLETE",
        "AWAITING_BUYER_RESPONSE",
        "REPLACEMENT_REQUEST_PENDING",
        "REPLACEMENT_REQUEST_COMPLETE",
        "REPLACEMENT_REQUEST_REJECT",
        "REPLACEMENT_REQUEST_REFUND_SUCCESS",
        "EXCHANGE_REQUEST_PENDING",
        "EXCHANGE_REQUEST_COMPLETE",
        "CANCELLATION_REQUEST_PENDING",
        "CANCELLATION_REQUEST_SUCCESS",
        "CANCELLATION_REQUEST_CANCEL",
        "CANCELLATION_REQUEST_COMPLETE",
        "arbitration IN_PROGRESS",
        "arbitration SUPPORT_SELLER",
        "role BUYER",
        "role SELLER",
        "role SYSTEM",
        "role OPERATOR",
        "asked SELLER_RESPOND_REFUND",
        "asked SELLER_RESPOND_RETURN",
        "asked SELLER_RESPOND_RECEIVE_PACKAGE",
        "asked SELLER_RESPOND_REPLACEMENT",
        "asked SELLER_RESPOND_BUYER_CANCEL",
        "edited",
        "combined",
    ] {
        assert!(seen.contains(wanted), "{wanted} is not among {seen:?}");
    }
}

#[test]
fn every_reason_with_which_something_begins_is_given() {
    let options = Options { cases: Some(350), start: Some(super::START), ..Options::default() };
    let (_, shared, _) = make(&options, "http://platform.invalid".to_owned());
    let world = shared.world();
    let returns = world.returns.iter().map(|case| case.reason.as_str());
    let given: BTreeSet<&str> = returns.chain(world.cancellations.iter().map(|case| case.reason.as_str())).collect();
    let rows = reasons::all().iter().filter(|row| row.usage != "SELLER_REJECTS");
    let missing: BTreeSet<&str> = rows.map(|row| row.name).filter(|name| !given.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
