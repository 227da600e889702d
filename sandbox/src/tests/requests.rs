//! What a seller begins.

use super::{Stage, code, data, id};
use serde_json::{Value, json};

const CREATE: &str = "/return_refund/202602/returns";
const CANCEL: &str = "/return_refund/202602/cancellations";
const CALCULATE: &str = "/return_refund/202602/refunds/calculate";
const MISSING: &str = "ecom_order_delivered_refund_reason_missing_product_seller";
const STOCK: &str = "seller_cancel_reason_out_of_stock";

/// A delivered order of two units and another article that nothing is asked about.
fn delivered(stage: &Stage) -> Value {
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND", "quantity": 2, "also": 1 }));
    stage.act(id(&opened), "withdraw");
    stage.act(opened["also"][0].as_str().unwrap(), "withdraw");
    stage.order(opened["order_id"].as_str().unwrap())
}

/// An order of two units that is to be shipped.
fn to_ship(stage: &Stage) -> Value {
    let opened = stage.open(json!({ "kind": "CANCEL", "quantity": 2 }));
    stage.act(id(&opened), "withdraw");
    stage.order(opened["order_id"].as_str().unwrap())
}

#[test]
fn a_return_is_of_the_named_order_lines_and_amount() {
    let stage = Stage::of("US");
    let order = delivered(&stage);
    let line = &order["line_items"][1];
    let body = json!({
        "order_id": order["id"], "return_type": "REFUND", "return_reason": MISSING,
        "order_line_item_ids": [line["id"]], "refund_total": "1.50", "currency": "USD",
    });
    let made = data(&stage.post(CREATE, &body));
    assert_eq!(made["return_status"], "RETURN_OR_REFUND_REQUEST_SUCCESS");
    let case = stage.return_of(made["return_id"].as_str().unwrap());
    assert_eq!(case["order_id"], order["id"]);
    assert_eq!((case["role"].as_str(), case["return_reason"].as_str()), (Some("SELLER"), Some(MISSING)));
    assert_eq!(case["refund_amount"]["refund_total"], "1.50");
    assert_eq!(case["return_line_items"].as_array().unwrap().len(), 1);
    assert_eq!(case["return_line_items"][0]["order_line_item_id"], line["id"]);
    // The line is taken, the others are not.
    assert_eq!(code(&stage.post(CREATE, &body)), 25_001_010);
    let rest = json!({
        "order_id": order["id"], "return_type": "REFUND", "return_reason": MISSING,
        "skus": [{ "sku_id": line["sku_id"], "quantity": 1 }],
    });
    data(&stage.post(CREATE, &rest));
    assert_eq!(code(&stage.post(CREATE, &rest)), 25_001_010);
}

#[test]
fn a_return_that_does_not_fit_is_refused() {
    let stage = Stage::of("US");
    let order = delivered(&stage);
    let refused = |change: Value, expected: i64| {
        let mut body = json!({ "order_id": order["id"], "return_type": "REFUND", "return_reason": MISSING });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(code(&stage.post(CREATE, &body)), expected, "{body}");
    };
    refused(json!({ "order_id": "577" }), 25_007_006);
    refused(json!({ "return_reason": "nobody_knows" }), 25_001_014);
    refused(json!({ "return_reason": "ecom_order_delivered_refund_reason_damaged" }), 25_001_015);
    refused(json!({ "return_reason": "seller_ecom_delivered_return_refund_reason1" }), 25_001_016);
    refused(json!({ "return_reason": "seller_shipped_refund_package_lost" }), 25_001_021);
    refused(json!({ "refund_total": "9000.00", "currency": "USD" }), 25_005_005);
    refused(json!({ "refund_total": "1.00", "currency": "GBP" }), 25_001_001);
    refused(json!({ "refund_total": "-1", "currency": "USD" }), 25_001_001);
    refused(json!({ "order_line_item_ids": ["1"] }), 25_001_001);
    let sku = order["line_items"][0]["sku_id"].clone();
    refused(json!({ "skus": [{ "sku_id": sku, "quantity": 3 }] }), 25_005_011);
    refused(json!({ "skus": [{ "sku_id": sku, "quantity": 0 }] }), 25_001_001);
    let line = order["line_items"][0]["id"].clone();
    refused(json!({ "order_line_item_ids": [line], "order_line_list": [{ "order_line_item_id": line }] }), 25_001_001);
    let waiting = to_ship(&stage);
    refused(json!({ "order_id": waiting["id"] }), 25_001_003);
    let elsewhere = Stage { shop: stage.shop + 1, quiet: stage.quiet, now: stage.now };
    let body = json!({ "order_id": order["id"], "return_type": "REFUND", "return_reason": MISSING });
    assert_eq!(code(&elsewhere.post(CREATE, &body)), 25_020_005);
}

#[test]
fn an_order_is_cancelled_line_by_line() {
    let stage = Stage::of("US");
    let order = to_ship(&stage);
    let lines = order["line_items"].as_array().unwrap();
    let cancel = |line: &Value, reason: &str| {
        let list = json!([{ "order_line_item_id": line["id"] }]);
        stage.post(CANCEL, &json!({ "order_id": order["id"], "cancel_reason": reason, "order_line_list": list }))
    };
    assert_eq!(code(&cancel(&lines[0], "seller_cancel_reason_wrong_price")), 25_005_010);
    assert_eq!(code(&cancel(&lines[0], "seller_cancel_unpaid_reason_out_of_stock")), 25_001_021);
    assert_eq!(data(&cancel(&lines[0], STOCK))["cancel_status"], "CANCELLATION_REQUEST_SUCCESS");
    let now = stage.order(order["id"].as_str().unwrap());
    assert_eq!(now["status"], "AWAITING_SHIPMENT");
    assert_eq!(now["line_items"][0]["display_status"], "CANCELLED");
    assert_eq!(now["line_items"][0]["cancel_user"], "SELLER");
    assert_eq!(code(&cancel(&lines[0], STOCK)), 25_001_010);
    data(&cancel(&lines[1], STOCK));
    assert_eq!(stage.order(order["id"].as_str().unwrap())["status"], "CANCELLED");
    assert_eq!(code(&cancel(&lines[1], STOCK)), 25_001_051);
    // A key is not offered here.
    let body = json!({ "order_id": order["id"], "cancel_reason": STOCK });
    assert_eq!(code(&stage.post_with(CANCEL, &[("idempotency_key", "k")], &body)), 98_001_004);
}

#[test]
fn what_is_open_or_on_its_way_is_not_cancelled() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "CANCEL" }));
    let body = json!({ "order_id": opened["order_id"], "cancel_reason": STOCK });
    assert_eq!(code(&stage.post(CANCEL, &body)), 25_001_011);
    stage.act(id(&opened), "ship_order");
    assert_eq!(code(&stage.post(CANCEL, &body)), 25_001_045);
    let spain = Stage::of("ES");
    let order = to_ship(&spain);
    let list = json!([{ "order_line_item_id": order["line_items"][0]["id"] }]);
    let body = json!({ "order_id": order["id"], "cancel_reason": STOCK, "order_line_list": list });
    assert!(matches!(code(&spain.post(CANCEL, &body)), 25_005_010 | 25_001_014 | 25_001_015));
}

#[test]
fn a_refund_is_calculated_for_the_named_lines() {
    let stage = Stage::of("US");
    let order = delivered(&stage);
    let body = |more: Value| {
        let mut body = json!({ "order_id": order["id"], "request_type": "REFUND", "reason_name": MISSING });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let whole = data(&stage.post(CALCULATE, &body(json!({}))))["order_refund_amount"].clone();
    assert_eq!(whole["refund_total"], order["payment"]["total_amount"]);
    let part = json!({ "order_line_item_ids": [order["line_items"][0]["id"]] });
    let part = data(&stage.post(CALCULATE, &body(part)))["order_refund_amount"].clone();
    assert_eq!(part["refund_subtotal"], order["line_items"][0]["sale_price"]);
    assert_eq!(part["refund_shipping_fee"], "0.00");
    assert_eq!(code(&stage.post(CALCULATE, &body(json!({ "reason_name": "nobody_knows" })))), 25_001_001);
    assert_eq!(code(&stage.post(CALCULATE, &body(json!({ "request_type": "RETURN" })))), 25_001_001);
    let elsewhere = Stage { shop: stage.shop + 1, quiet: stage.quiet, now: stage.now };
    assert_eq!(code(&elsewhere.post(CALCULATE, &body(json!({})))), 25_020_005);
}

#[test]
fn eligibility_is_of_lines_users_and_kinds() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND", "also": 1 }));
    stage.act(opened["also"][0].as_str().unwrap(), "withdraw");
    let path = format!("/return_refund/202602/orders/{}/aftersale_eligibility", opened["order_id"].as_str().unwrap());
    let rows = |query: &[(&str, &str)]| {
        let found = data(&stage.get(&path, query));
        found["sku_eligibility"].as_array().unwrap().clone()
    };
    let asked = rows(&[("request_types", "REFUND")]);
    assert_eq!(asked.len(), 2);
    let taken = &asked[0]["line_item_eligibility"];
    assert_eq!(taken.as_array().unwrap().len(), 1);
    assert_eq!((taken[0]["eligible"].clone(), taken[0]["ineligible_code"].clone()), (json!(false), json!(25_001_011)));
    let free = &asked[1]["line_item_eligibility"][0];
    assert_eq!(free["eligible"], true);
    assert!(free["available_reason_names"].as_array().unwrap().contains(&json!(MISSING)));
    assert!(free["order_line_list"][0]["order_line_item_id"].is_string());
    let buyers = rows(&[("request_types", "REFUND"), ("initiate_aftersale_user", "BUYER")]);
    let names = &buyers[1]["line_item_eligibility"][0]["available_reason_names"];
    assert!(names.as_array().unwrap().contains(&json!("ecom_order_delivered_refund_reason_damaged")));
    let cancel = &rows(&[("request_types", "CANCEL")])[1]["line_item_eligibility"][0];
    assert_eq!(cancel["ineligible_code"], 25_001_003);
    // Sellers in Thailand cannot begin a refund.
    let thailand = Stage::of("TH");
    let opened = thailand.open(json!({ "kind": "REFUND" }));
    thailand.act(id(&opened), "withdraw");
    let path = format!("/return_refund/202309/orders/{}/aftersale_eligibility", opened["order_id"].as_str().unwrap());
    let found = data(&thailand.get(&path, &[]));
    let rows = found["sku_eligibility"][0]["line_item_eligibility"].as_array().unwrap().clone();
    assert!(rows.iter().all(|row| row["eligible"] == false && row["order_line_list"].is_null()));
    let elsewhere = Stage { shop: 0, quiet: thailand.quiet, now: thailand.now };
    assert_eq!(code(&elsewhere.get(&path, &[])), 25_020_005);
}

#[test]
fn a_label_is_for_what_has_not_been_sent() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    let path = "/return_refund/202405/returns/shipping_documents";
    let upload = |parts: &[(&str, &[u8])]| {
        stage.form(path, &[("return_ids", id(&opened)), ("return_id_type", "SKU_RETURN_ORDER")], parts)
    };
    let words: [(&str, &[u8]); 2] = [("tracking_number", b"TRACK1"), ("return_provider_id", b"711")];
    assert_eq!(code(&upload(&words)), 25_020_003);
    stage.approve(id(&opened), "APPROVE_RETURN");
    assert_eq!(code(&upload(&words[..1])), 25_001_001);
    assert_eq!(code(&upload(&[words[0], words[1], ("return_shipping_label", b"GIF89a")])), 25_001_001);
    data(&upload(&[words[0], words[1], ("return_shipping_label", b"%PDF-1.7")]));
    assert_eq!(stage.return_of(id(&opened))["return_tracking_number"], "TRACK1");
    stage.act(id(&opened), "ship");
    assert_eq!(stage.return_of(id(&opened))["return_tracking_number"], "TRACK1");
    assert_eq!(code(&stage.form(path, &[("return_ids", "5")], &words)), 25_007_006);
}
