//! After-sales requests and parcels.

use super::{Stage, code, data, id};
use serde_json::{Value, json};

const SEARCH: &str = "/return_refund/202603/aftersales/search";
const PARCELS: &str = "/return_refund/202604/rma/search";
const REVIEW: &str = "/return_refund/202609/aftersales/review";

/// Two articles of one order, asked for at once.
fn two(stage: &Stage) -> (String, String, Value) {
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND", "also": 1 }));
    let other = opened["also"][0].as_str().unwrap().to_owned();
    (id(&opened).to_owned(), other, opened)
}

fn request_of(stage: &Stage, order: &Value) -> Value {
    let found = data(&stage.post(SEARCH, &json!({ "filters": { "main_order_ids": [order] } })));
    assert_eq!(found["total_count"], 1);
    found["aftersales_requests"][0].clone()
}

fn parcels_of(stage: &Stage, order: &Value) -> Vec<Value> {
    let found = data(&stage.post(PARCELS, &json!({ "filters": { "main_order_ids": [order] } })));
    found["return_merchandise_authorizations"].as_array().cloned().unwrap_or_default()
}

/// Reviews the lines of a group that belong to a return.
fn review(stage: &Stage, group: &Value, kind: &str, of: &str, action: &str, reason: Option<&str>) -> Value {
    let lines = group["line_items"].as_array().unwrap().iter().filter(|line| line["sku_return_request_id"] == of);
    let lines: Vec<Value> = lines.map(|line| json!({ "return_line_item_id": line["return_line_item_id"] })).collect();
    let mut item = json!({ "action": action, "line_items": lines });
    if let Some(reason) = reason {
        item["reason"] = json!({ "reason_id": reason, "text": "See the photo" });
    }
    let decision = json!({ "request_id": group["id"], "request_id_type": kind, "line_item_decisions": [item] });
    data(&stage.post(REVIEW, &json!({ "aftersales_request_decisions": [decision] })))["errors"].clone()
}

#[test]
fn a_request_holds_a_return_for_each_article() {
    let stage = Stage::of("US");
    let (first, other, opened) = two(&stage);
    let request = request_of(&stage, &opened["order_id"]);
    assert_eq!(request["status"], "PENDING_REQUEST_REVIEW");
    let members: Vec<&Value> = request["sku_return_requests"].as_array().unwrap().iter().collect();
    assert_eq!(members.iter().map(|one| one["return_id"].as_str().unwrap()).collect::<Vec<_>>(), [&first, &other]);
    assert_eq!(members[0]["seller_next_action_response"][0]["action"], "SELLER_RESPOND_RETURN");
    assert!(members[0]["discount"].is_object() && members[0]["shipping_fee"].is_object());
    assert_eq!(request["line_items"].as_array().unwrap().len(), 2);
    assert_eq!(request["return_merchandise_authorizations"], json!([]));
    // What the desk asks for.
    let body = json!({
        "whitelisted_data_fields": ["LINE_ITEMS", "SKU_RETURN_REQUESTS"],
        "filters": { "aftersales_request_ids": [request["id"]] }, "pagination": { "page_size": 100 },
    });
    let found = data(&stage.post(SEARCH, &body));
    assert_eq!(found["aftersales_requests"][0]["id"], request["id"]);
    assert!(found["aftersales_requests"][0]["return_merchandise_authorizations"].is_null());
}

#[test]
fn what_is_agreed_together_travels_together() {
    let stage = Stage::of("US");
    let (first, other, opened) = two(&stage);
    let request = request_of(&stage, &opened["order_id"]);
    assert_eq!(review(&stage, &request, "AFTERSALES", &first, "APPROVE_REQUEST", None), json!([]));
    assert_eq!(stage.status(&first), "AWAITING_BUYER_SHIP");
    assert_eq!(stage.return_of(&first)["is_combined_return"], false);
    assert_eq!(review(&stage, &request, "AFTERSALES", &other, "APPROVE_REQUEST", None), json!([]));
    assert_eq!(request_of(&stage, &opened["order_id"])["status"], "REQUEST_REVIEW_COMPLETED");
    let parcels = parcels_of(&stage, &opened["order_id"]);
    assert_eq!(parcels.len(), 1);
    assert_eq!(parcels[0]["status"], "AWAITING_BUYER_RETURN");
    assert_eq!(stage.return_of(&first)["combined_return_id"], parcels[0]["id"]);
    stage.act(&first, "ship");
    assert_eq!(stage.status(&other), "BUYER_SHIPPED_ITEM");
    assert_eq!(stage.return_of(&first)["return_tracking_number"], stage.return_of(&other)["return_tracking_number"]);
    assert_eq!(parcels_of(&stage, &opened["order_id"])[0]["status"], "RETURN_IN_TRANSIT");
    stage.act(&other, "arrive");
    let parcel = parcels_of(&stage, &opened["order_id"])[0].clone();
    assert_eq!(parcel["status"], "PENDING_PACKAGE_REVIEW");
    assert_eq!(review(&stage, &parcel, "RMA", &first, "APPROVE_RETURN_PACKAGE", None), json!([]));
    assert_eq!(stage.status(&first), "RETURN_OR_REFUND_REQUEST_SUCCESS");
    let reason = "reverse_reject_return_parcel_reason_1";
    assert_eq!(review(&stage, &parcel, "RMA", &other, "REJECT_RETURN_PACKAGE", Some(reason)), json!([]));
    assert_eq!(stage.status(&other), "REJECT_RECEIVE_PACKAGE");
    assert_eq!(parcels_of(&stage, &opened["order_id"])[0]["status"], "PACKAGE_REVIEW_COMPLETED");
    assert_eq!(stage.quiet.ledger()["money"].as_array().unwrap().iter().filter(|row| row["id"] == *first).count(), 1);
}

#[test]
fn a_review_that_does_not_fit_is_listed_and_changes_nothing() {
    let stage = Stage::of("US");
    let (first, _, opened) = two(&stage);
    let request = request_of(&stage, &opened["order_id"]);
    let refused = |errors: Value, code: &str| assert_eq!(errors[0]["code"], code, "{errors}");
    refused(review(&stage, &request, "AFTERSALES", &first, "APPROVE_RETURN_PACKAGE", None), "25020004");
    refused(review(&stage, &request, "AFTERSALES", &first, "REJECT_REQUEST", Some("nobody_knows")), "25001014");
    refused(review(&stage, &request, "AFTERSALES", "77", "APPROVE_REQUEST", None), "25001001");
    refused(review(&stage, &request, "RMA", &first, "APPROVE_REQUEST", None), "25007006");
    refused(review(&stage, &request, "AFTERSALES", &first, "OFFER_PARTIAL_REFUND", None), "25001001");
    let elsewhere = Stage { shop: stage.shop + 1, quiet: stage.quiet, now: stage.now };
    refused(review(&elsewhere, &request, "AFTERSALES", &first, "APPROVE_REQUEST", None), "25020005");
    assert_eq!(elsewhere.status(&first), "RETURN_OR_REFUND_REQUEST_PENDING");
    assert_eq!(code(&elsewhere.post(REVIEW, &json!({ "decisions": [] }))), 98_001_004);
}

#[test]
fn a_review_with_a_key_happens_once() {
    let stage = Stage::of("US");
    let (first, _, opened) = two(&stage);
    let request = request_of(&stage, &opened["order_id"]);
    let line = request["line_items"][0]["return_line_item_id"].clone();
    let decision = json!({
        "request_id": request["id"], "request_id_type": "AFTERSALES", "idempotency_key": "k1",
        "line_item_decisions": [{ "action": "APPROVE_REQUEST", "line_items": [{ "return_line_item_id": line }] }],
    });
    let body = json!({ "aftersales_request_decisions": [decision] });
    for _ in 0..2 {
        assert_eq!(data(&stage.post(REVIEW, &body))["errors"], json!([]));
    }
    assert_eq!(stage.status(&first), "AWAITING_BUYER_SHIP");
}

#[test]
fn an_exchange_is_decided_in_a_review() {
    let stage = Stage::of("US");
    let decide = |action: &str| {
        let opened = stage.open(json!({ "kind": "EXCHANGE" }));
        let request = request_of(&stage, &opened["order_id"]);
        let returned = stage.return_of(id(&opened));
        assert_eq!(returned["return_status"], "EXCHANGE_REQUEST_PENDING");
        assert_eq!(returned["seller_next_action_response"][0]["action"], "SELLER_RESPOND_EXCHANGE");
        let reason = action.starts_with("REJECT").then_some("reverse_reject_request_reason_4");
        assert_eq!(review(&stage, &request, "AFTERSALES", id(&opened), action, reason), json!([]));
        (id(&opened).to_owned(), opened["order_id"].clone())
    };
    let (done, order) = decide("APPROVE_REQUEST");
    assert_eq!(stage.status(&done), "EXCHANGE_REQUEST_COMPLETE");
    let request = request_of(&stage, &order);
    let new = request["sku_return_requests"][0]["reshipment_order_id"].as_str().unwrap();
    let new = stage.order(new);
    assert_eq!((new["is_exchange_order"].clone(), new["exchange_source_order_id"].clone()), (json!(true), order));
    assert_eq!(stage.status(&decide("REFUND_INSTEAD").0), "EXCHANGE_REQUEST_REFUND_SUCCESS");
    assert_eq!(stage.status(&decide("REJECT_REQUEST").0), "EXCHANGE_REQUEST_CANCEL");
}

#[test]
fn webhooks_tell_of_request_parcel_and_refund() {
    let stage = Stage::of("US");
    stage.listen();
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    let first = id(&opened);
    stage.approve(first, "APPROVE_RETURN");
    stage.act(first, "ship");
    stage.act(first, "arrive");
    stage.approve(first, "APPROVE_RECEIVED_PACKAGE");
    stage.act(first, "complete_refund");
    let heard = stage.heard();
    let of = |kind: i64, name: &str| {
        heard.iter().filter(|(one, _)| *one == kind).map(|(_, data)| data[name].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of(64, "aftersales_request_status"), ["PENDING_REQUEST_REVIEW", "REQUEST_REVIEW_COMPLETED"]);
    let parcel = ["AWAITING_BUYER_SHIPPED", "RETURN_IN_TRANSIT", "PENDING_PACKAGE_REVIEW", "PACKAGE_REVIEW_COMPLETED"];
    assert_eq!(of(65, "rma_status"), parcel);
    let refunds: Vec<&Value> = heard.iter().filter(|(kind, _)| *kind == 67).map(|(_, data)| data).collect();
    assert_eq!(refunds.len(), 1);
    assert_eq!(refunds[0]["refund_total"], stage.return_of(first)["refund_amount"]["refund_total"]);
    assert_eq!(refunds[0]["line_items"][0]["sku_return_request_id"], first);
}
