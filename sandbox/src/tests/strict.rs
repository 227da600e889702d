//! What the gateway refuses.

use super::{Stage, code, data};
use crate::Dials;
use serde_json::json;

const RETURNS: &str = "/return_refund/202602/returns/search";

#[test]
fn members_are_checked_all_the_way_down() {
    let stage = Stage::of("US");
    let groups = "/return_refund/202603/aftersales/search";
    for (body, expected) in [
        (json!({ "filters": { "aftersales_request_ids": ["1"] } }), 0),
        (json!({ "filters": { "request_ids": ["1"] } }), 98_001_004),
        (json!({ "filters": { "time": { "create_time": { "from": 1 } } } }), 98_001_004),
        (json!({ "filters": { "aftersales_request_ids": "1" } }), 25_001_001),
        (json!({ "filters": { "aftersales_request_statuses": ["DONE"] } }), 25_001_001),
        (json!({ "pagination": { "page_size": 101 } }), 25_001_001),
        (json!({ "pagination": { "page_size": "10" } }), 25_001_001),
        (json!({ "sort": { "sort_field": "create_time" } }), 25_001_001),
        (json!({ "whitelisted_data_fields": ["EVERYTHING"] }), 25_001_001),
    ] {
        assert_eq!(stage.post(groups, &body)["code"], expected, "{body}");
    }
}

#[test]
fn an_empty_filter_comes_in_three_ways() {
    let stage = Stage::of("US");
    for body in ["", "{}", "[]"] {
        data(&stage.send("POST", RETURNS, &[], "application/json", body.as_bytes()));
    }
    assert_eq!(code(&stage.send("POST", RETURNS, &[], "application/json", b"[1]")), 36_009_022);
}

#[test]
fn filters_sorting_and_pages_are_what_the_documents_say() {
    let stage = Stage::of("US");
    let filter = |body| stage.post(RETURNS, &body)["code"].clone();
    assert_eq!(filter(json!({ "return_status": ["RETURN_OR_REFUND_REQUEST_PENDING"] })), 0);
    assert_eq!(filter(json!({ "return_status": ["PENDING"] })), 25_001_001);
    assert_eq!(filter(json!({ "return_ids": [7] })), 25_001_001);
    assert_eq!(filter(json!({ "update_time_ge": "1" })), 25_001_001);
    for (name, value, expected) in [
        ("page_size", "50", 0),
        ("page_size", "51", 25_001_001),
        ("page_size", "0", 25_001_001),
        ("page_size", "ten", 25_001_001),
        ("sort_field", "price", 25_001_001),
        ("sort_order", "asc", 25_001_001),
        ("page_token", "abc", 25_001_001),
        ("page_token", "p+/=x", 25_001_001),
        ("colour", "red", 98_001_004),
    ] {
        assert_eq!(stage.post_with(RETURNS, &[(name, value)], &json!({}))["code"], expected, "{name}={value}");
    }
}

#[test]
fn a_page_goes_on_where_the_last_one_ended() {
    let stage = Stage::filled("US", 60, Dials::default());
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = data(&stage.post_with(RETURNS, &[("page_size", "3"), ("page_token", &token)], &json!({})));
        seen.extend(page["return_orders"].as_array().unwrap().iter().map(|case| case["return_id"].to_string()));
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            assert_eq!(page["total_count"], seen.len());
            break;
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

#[test]
fn older_versions_do_not_know_newer_members() {
    let stage = Stage::of("US");
    let opened = stage.open(json!({ "kind": "RETURN_AND_REFUND" }));
    let order = opened["order_id"].as_str().unwrap();
    for (version, expected) in [("202602", 0), ("202309", 98_001_004)] {
        let path = format!("/return_refund/{version}/orders/{order}/aftersale_eligibility");
        assert_eq!(stage.get(&path, &[("request_types", "REFUND")])["code"], expected);
    }
    for (version, expected) in [("202602", 0), ("202309", 25_001_001)] {
        let path = format!("/return_refund/{version}/returns/search");
        for body in [json!({ "return_types": ["EXCHANGE"] }), json!({ "return_status": ["EXCHANGE_REQUEST_PENDING"] })]
        {
            assert_eq!(stage.post(&path, &body)["code"], expected, "{version} {body}");
        }
    }
    let id = super::id(&opened);
    let offer = json!({
        "decision": "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG", "reject_reason": "x",
        "partial_refund_amount": { "partial_refund_total": "1.00", "currency": "USD" },
    });
    let older = stage.post(&format!("/return_refund/202309/returns/{id}/reject"), &offer);
    assert!(matches!(code(&older), 98_001_004 | 25_001_001), "{older}");
    let newer = stage.post(&format!("/return_refund/202606/returns/{id}/reject"), &offer);
    assert_eq!(code(&newer), 25_001_014);
    assert_eq!(code(&stage.post("/return_refund/202602/returns/1/approve", &json!({}))), 36_009_014);
}

#[test]
fn a_dial_names_the_wrong_parameter() {
    let stage = Stage::with("US", Dials { names_parameters: true, ..Dials::default() });
    let answer = stage.post(RETURNS, &json!({ "return_ids": "1" }));
    assert_eq!(code(&answer), 98_001_004);
    assert!(answer["message"].as_str().unwrap().contains("return_ids"), "{answer}");
}

#[test]
fn customer_service_has_a_daily_quota() {
    let stage = Stage::with("US", Dials { chat_calls_per_day: 2, ..Dials::default() });
    let settings = || stage.get("/customer_service/202309/agents/settings", &[]);
    data(&settings());
    data(&settings());
    assert_eq!(code(&settings()), 45_101_004);
    stage.advance(super::DAY);
    // The token has not run out, and a new day has begun.
    data(&settings());
}

#[test]
fn forms_are_checked_part_by_part() {
    let stage = Stage::of("US");
    let path = "/product/202309/images/upload";
    assert_eq!(code(&stage.form(path, &[], &[("use_case", b"MAIN_IMAGE")])), 98_001_004);
    assert_eq!(code(&stage.form(path, &[], &[("data", b"no picture")])), 98_001_004);
    assert_eq!(code(&stage.form(path, &[], &[("data", b"x"), ("colour", b"red")])), 98_001_004);
    assert_eq!(code(&stage.send("POST", path, &[], "application/json", b"{}")), 36_009_023);
}
