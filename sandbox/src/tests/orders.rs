//! Orders and their filters.

use super::{DAY, Stage, code, data, id};
use crate::Dials;
use serde_json::{Value, json};

fn search(stage: &Stage, body: &Value) -> Vec<Value> {
    let found = stage.post_with("/order/202309/orders/search", &[("page_size", "100")], body);
    data(&found)["orders"].as_array().cloned().unwrap_or_default()
}

#[test]
fn every_filter_filters() {
    let stage = Stage::filled("US", 120, Dials::default());
    let all = search(&stage, &json!({}));
    for (name, value, member, expected) in [
        ("shipping_type", json!("TIKTOK"), "shipping_type", json!("TIKTOK")),
        ("is_buyer_request_cancel", json!(true), "is_buyer_request_cancel", json!(true)),
        ("warehouse_ids", json!([all[0]["warehouse_id"]]), "warehouse_id", all[0]["warehouse_id"].clone()),
    ] {
        let found = search(&stage, &json!({ name: value }));
        assert!(!found.is_empty() && found.len() < all.len(), "{name}: {} of {}", found.len(), all.len());
        assert!(found.iter().all(|order| order[member] == expected), "{name}");
    }
    let refused =
        stage.post_with("/order/202309/orders/search", &[("page_size", "5")], &json!({ "order_status": "SOLD" }));
    assert_eq!(code(&refused), 98_001_004);
}

#[test]
fn the_platform_hides_the_buyers_of_what_it_ships() {
    let stage = Stage::filled("US", 120, Dials::default());
    let shipped = search(&stage, &json!({ "shipping_type": "TIKTOK", "order_status": "DELIVERED" }));
    assert!(shipped.iter().all(|order| order["recipient_address"]["name"].as_str().unwrap().contains("***")));
}

#[test]
fn a_new_address_is_told() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "CANCEL" }));
    stage.listen();
    stage.act(id(&opened), "change_address");
    let heard = stage.heard();
    assert_eq!((heard[0].0, &heard[0].1["order_id"]), (3, &opened["order_id"]));
    assert_eq!(stage.order(opened["order_id"].as_str().unwrap())["has_updated_recipient_address"], true);
}

#[test]
fn a_cancellation_is_granted_at_once_where_the_seller_should_have_shipped() {
    // The clock stands on a Monday: what was paid on Friday is in time, what was paid on Wednesday is not.
    for (region, days, expected) in [
        ("US", 3, "CANCELLATION_REQUEST_PENDING"),
        ("US", 5, "CANCELLATION_REQUEST_SUCCESS"),
        ("GB", 5, "CANCELLATION_REQUEST_PENDING"),
    ] {
        let stage = Stage::of(region);
        let opened = stage.open(json!({ "kind": "CANCEL", "order_age_s": days * DAY }));
        let found = stage.post("/return_refund/202602/cancellations/search", &json!({ "cancel_ids": [opened["id"]] }));
        let found = &data(&found)["cancellations"][0];
        assert_eq!(found["cancel_status"], expected, "{region}, {days} days");
        assert_eq!(found["cancel_type"], "BUYER_CANCEL");
        let asked = found["seller_next_action_response"].as_array().is_some_and(|asked| !asked.is_empty());
        assert_eq!(asked, expected.ends_with("PENDING"));
    }
}
