//! How a practice world begins.

use super::{DAY, START, Stage, data};
use crate::seed::reason_group;
use crate::server::{Options, make};
use crate::{Dials, reasons};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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

/// Reason, product and age in days of every request of a world, by its shop's region.
fn asked(cases: usize) -> Vec<(&'static str, (&'static str, &'static str), i64)> {
    let options = Options { cases: Some(cases), start: Some(START), ..Options::default() };
    let (_, shared, _) = make(&options, "http://platform.invalid".to_owned());
    let world = shared.world();
    let returns = world.returns.iter().filter(|one| one.pre.is_none()).map(|one| (one.order, &one.reason, one.created));
    let cancellations = world.cancellations.iter().map(|one| (one.order, &one.reason, one.created));
    let all = returns.chain(cancellations).map(|(order, reason, created)| {
        let order = &world.orders[order];
        let what = (reason_group(reason), order.lines[0].product.seller_sku);
        (world.region(order.shop), what, (START - created) / DAY)
    });
    assert_eq!(world.cancellations.len() + world.requests.len(), cases);
    all.collect()
}

#[test]
fn shops_have_a_past_in_which_two_things_have_changed() {
    let all = asked(350);
    for region in ["US", "GB", "ID", "TH", "ES"] {
        let oldest = all.iter().filter(|(of, ..)| *of == region).map(|(.., days)| *days).max();
        assert!(oldest > Some(70), "{region}: {oldest:?} days");
    }
    let mut spans: BTreeMap<_, (u32, u32)> = BTreeMap::new();
    for (_, what, days) in &all {
        let (before, lately) = spans.entry(*what).or_default();
        match days {
            ..14 => *lately += 1,
            14..70 => *before += 1,
            _ => {}
        }
    }
    // A handful is chance.
    spans.retain(|_, (before, lately)| *before >= 20 || *lately >= 5);
    let (puzzle, glass) = (("missing_parts", "SG-PUZZ-1000"), ("damaged", "HH-POUR-600"));
    assert_eq!(spans.keys().collect::<Vec<_>>(), [&glass, &puzzle]);
    let (before, lately) = spans[&puzzle];
    assert!(lately * 4 >= before * 2, "{before} and then {lately} puzzles");
    let (before, lately) = spans[&glass];
    assert!(lately * 4 * 2 <= before, "{before} and then {lately} of glass");
}

#[test]
fn a_small_world_has_just_begun() {
    assert_eq!(asked(349).iter().filter(|(.., days)| *days > 21).count(), 0);
}
