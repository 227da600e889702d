//! The state machines of returns, and what may be decided.

use super::{DAY, Stage, code, data, id};
use crate::Dials;
use serde_json::{Value, json};

#[test]
fn an_agreed_replacement_is_a_new_order() {
    let stage = Stage::of("US");
    stage.listen();
    let opened = stage.open(json!({ "kind": "REPLACEMENT" }));
    data(&stage.approve(id(&opened), "APPROVE_REPLACEMENT"));
    assert_eq!(stage.status(id(&opened)), "REPLACEMENT_REQUEST_COMPLETE");
    let body = json!({ "order_status": "AWAITING_SHIPMENT" });
    let found = data(&stage.post_with("/order/202309/orders/search", &[("page_size", "100")], &body));
    let new: Vec<&Value> =
        found["orders"].as_array().unwrap().iter().filter(|order| order["is_replacement_order"] == true).collect();
    assert_eq!(new.len(), 1);
    assert_eq!(new[0]["replaced_order_id"], opened["order_id"]);
    assert_eq!(new[0]["payment"]["total_amount"], "0.00");
}

#[test]
fn who_does_not_send_in_time_gets_nothing() {
    let stage = Stage::with("US", Dials { ship_back_s: 100 * DAY, must_ship_s: 5 * DAY, ..Dials::default() });
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    stage.approve(id(&opened), "APPROVE_RETURN");
    stage.advance(5 * DAY - 1);
    assert_eq!(stage.status(id(&opened)), "AWAITING_BUYER_SHIP");
    stage.advance(1);
    assert_eq!(stage.status(id(&opened)), "RETURN_OR_REFUND_REQUEST_CANCEL");
    let records = data(&stage.get(&format!("/return_refund/202309/returns/{}/records", id(&opened)), &[]));
    let events: Vec<&Value> = records["records"].as_array().unwrap().iter().map(|record| &record["event"]).collect();
    assert!(events.contains(&&json!("BUYER_RETURN_SHIPPED_TIMEOUT")), "{events:?}");
}

#[test]
fn a_rejection_stands_unless_it_is_disputed() {
    let stage = Stage::of("US");
    let rejected = || {
        let opened = stage.open(json!({ "kind": "REFUND" }));
        data(&stage.reject(id(&opened), "REJECT_REFUND"));
        id(&opened).to_owned()
    };
    let (quiet, disputed) = (rejected(), rejected());
    stage.act(&disputed, "dispute");
    stage.advance(2 * DAY);
    assert_eq!(stage.status(&quiet), "RETURN_OR_REFUND_REQUEST_CANCEL");
    assert_eq!(stage.status(&disputed), "REFUND_OR_RETURN_REQUEST_REJECT");
    assert_eq!(stage.return_of(&disputed)["arbitration_status"], "IN_PROGRESS");
}

fn ruled(stage: &Stage, kind: &str, decision: &str, for_buyer: bool) -> String {
    let opened = stage.open(json!({ "kind": kind }));
    data(&stage.reject(id(&opened), decision));
    stage.act(id(&opened), "dispute");
    stage.control(&format!("cases/{}/act", id(&opened)), &json!({ "act": "rule", "for_buyer": for_buyer }));
    stage.status(id(&opened))
}

#[test]
fn the_platform_rules_as_the_documents_say() {
    let stage = Stage::of("US");
    for (kind, decision, for_buyer, status) in [
        ("REFUND", "REJECT_REFUND", true, "RETURN_OR_REFUND_REQUEST_SUCCESS"),
        ("REFUND", "REJECT_REFUND", false, "RETURN_OR_REFUND_REQUEST_CANCEL"),
        ("RETURN_AND_REFUND", "REJECT_RETURN", true, "AWAITING_BUYER_SHIP"),
        ("REPLACEMENT", "REJECT_REPLACEMENT", true, "REPLACEMENT_REQUEST_COMPLETE"),
        ("REPLACEMENT", "REJECT_REPLACEMENT", false, "REPLACEMENT_REQUEST_CANCEL"),
    ] {
        assert_eq!(ruled(&stage, kind, decision, for_buyer), status, "{kind} {for_buyer}");
    }
}

#[test]
fn an_edited_request_ends_and_another_begins() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    let edit = json!({ "act": "edit", "text": "REFUND" });
    let new = stage.control(&format!("cases/{}/act", id(&opened)), &edit);
    let (old, new) = (stage.return_of(id(&opened)), stage.return_of(id(&new)));
    assert_eq!(
        (old["next_return_id"].clone(), new["pre_return_id"].clone()),
        (new["return_id"].clone(), old["return_id"].clone())
    );
    assert_eq!(old["return_status"], "RETURN_OR_REFUND_REQUEST_CANCEL");
    assert_eq!(new["return_type"], "REFUND");
    assert_eq!(new["seller_next_action_response"][0]["action"], "SELLER_RESPOND_REFUND");
    assert_eq!(new["order_id"], old["order_id"]);
}

#[test]
fn an_offer_after_the_parcel_goes_back_to_the_parcel() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    stage.approve(id(&opened), "APPROVE_RETURN");
    stage.act(id(&opened), "ship");
    stage.act(id(&opened), "arrive");
    let offer = json!({
        "decision": "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG", "reject_reason": "reverse_reject_return_parcel_reason_5",
        "partial_refund_amount": { "partial_refund_total": "1.00", "currency": "USD" },
    });
    data(&stage.post(&format!("/return_refund/202606/returns/{}/reject", id(&opened)), &offer));
    assert_eq!(stage.status(id(&opened)), "AWAITING_BUYER_RESPONSE");
    stage.act(id(&opened), "decline_offer");
    let case = stage.return_of(id(&opened));
    assert_eq!(case["return_status"], "BUYER_SHIPPED_ITEM");
    assert_eq!(case["seller_next_action_response"][0]["action"], "SELLER_RESPOND_RECEIVE_PACKAGE");
}

#[test]
fn review_decision_answers_line_by_line_with_a_range() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "REFUND", "quantity": 2 }));
    let query = [
        ("seller_id", "7495"),
        ("return_or_cancel_id", id(&opened)),
        ("check_decisions", "APPROVE_REFUND,REJECT_REFUND,OFFER_PARTIAL_REFUND,APPROVE_RETURN"),
    ];
    let found = data(&stage.get("/return_refund/202606/review_decision", &query));
    let case = stage.return_of(id(&opened));
    assert_eq!(found["line_items"].as_array().unwrap().len(), 2);
    let line = &found["line_items"][1];
    assert_eq!(line["return_line_item_id"], case["return_line_items"][1]["return_line_item_id"]);
    let of = |name: &str| {
        let all = line["decisions"].as_array().unwrap();
        all.iter().find(|one| one["decision"] == name).unwrap().clone()
    };
    assert_eq!(of("APPROVE_REFUND")["eligible"], true);
    assert!(of("REJECT_REFUND")["available_reject_reasons"][0]["name"].is_string());
    let range = &of("OFFER_PARTIAL_REFUND")["partial_refund_amount_range"];
    assert_eq!((range["min_amount"].clone(), range["currency"].clone()), (json!("0.01"), json!("USD")));
    assert_eq!(of("APPROVE_RETURN")["ineligible_code"], 25_011_012);
    let unknown = [("seller_id", "7495"), ("return_or_cancel_id", id(&opened)), ("check_decisions", "MAYBE")];
    assert_eq!(code(&stage.get("/return_refund/202606/review_decision", &unknown)), 25_001_001);
}

#[test]
fn shipping_refuses_a_wish_to_cancel_in_the_us_only() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "CANCEL" }));
    assert_eq!(stage.order(opened["order_id"].as_str().unwrap())["is_buyer_request_cancel"], true);
    stage.act(id(&opened), "ship_order");
    assert_eq!(stage.status(id(&opened)), "CANCELLATION_REQUEST_CANCEL");
    assert_eq!(stage.order(opened["order_id"].as_str().unwrap())["status"], "IN_TRANSIT");
    let spain = Stage::of("ES");
    let opened = spain.open(json!({ "kind": "CANCEL" }));
    assert!(spain.act(id(&opened), "ship_order")["error"].as_str().unwrap().starts_with("21011007"));
    assert_eq!(spain.status(id(&opened)), "CANCELLATION_REQUEST_PENDING");
}

#[test]
fn an_order_that_is_not_to_be_shipped_yet_is_cancelled_at_once() {
    let stage = Stage::of("US");
    let held = stage.open(json!({ "kind": "CANCEL", "order_status": "ON_HOLD" }));
    assert_eq!(stage.status(id(&held)), "CANCELLATION_REQUEST_SUCCESS");
    let unpaid = stage.open(json!({ "kind": "CANCEL", "order_status": "UNPAID" }));
    assert_eq!(stage.status(id(&unpaid)), "CANCELLATION_REQUEST_COMPLETE");
    let money = stage.quiet.ledger()["money"].as_array().unwrap().clone();
    assert!(money.iter().any(|row| row["id"] == held["id"]) && money.iter().all(|row| row["id"] != unpaid["id"]));
}

#[test]
fn what_was_paid_before_its_time_is_not_paid_again() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "REFUND" }));
    data(&stage.approve(id(&opened), "APPROVE_REFUND"));
    stage.act(id(&opened), "complete_refund");
    stage.advance(DAY);
    let records = data(&stage.get(&format!("/return_refund/202309/returns/{}/records", id(&opened)), &[]));
    let paid = records["records"].as_array().unwrap().iter().filter(|record| record["event"] == "REFUND_SUCCESS");
    assert_eq!(paid.count(), 1);
}
