//! Customer service.

use super::{DAY, Stage, code, data, id};
use crate::Dials;
use serde_json::{Value, json};

const CHAT: &str = "/customer_service/202309/conversations";

/// A case, its order, and the chat with its buyer, who has written.
fn scene(stage: &Stage) -> (Value, String) {
    let opened = stage.open(json!({ "kind": "REFUND", "buyer": "Tom" }));
    stage.act(id(&opened), "message");
    let body = json!({ "buyer_user_id": opened["buyer_user_id"] });
    let chat = data(&stage.post(CHAT, &body))["conversation_id"].as_str().unwrap().to_owned();
    (opened, chat)
}

fn send(stage: &Stage, chat: &str, kind: &str, content: &Value) -> Value {
    let body = json!({ "type": kind, "content": content.to_string() });
    stage.post(&format!("{CHAT}/{chat}/messages"), &body)
}

fn one(stage: &Stage, chat: &str, query: &[(&str, &str)]) -> Value {
    data(&stage.get(&format!("/customer_service/202601/conversations/{chat}"), query))["conversation"].clone()
}

const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 8, 0, 0, 0, 9, 8, 2,
    0, 0, 0, 0, 0, 0, 0,
];

#[test]
fn a_session_begins_is_attended_and_ends() {
    let stage = Stage::of("US");
    stage.listen();
    let (_, chat) = scene(&stage);
    let known = one(&stage, &chat, &[]);
    assert!(known["cur_session_id"].is_null() && known["latest_message"].is_null());
    let known = one(&stage, &chat, &[("need_session_info", "true")]);
    assert_eq!(
        (known["cur_session"]["phase"].as_str(), known["participant_count"].as_u64()),
        (Some("QUEUED"), Some(2))
    );
    stage.advance(120);
    data(&send(&stage, &chat, "TEXT", &json!({ "content": "Hello" })));
    let known = one(&stage, &chat, &[("need_session_info", "true")]);
    assert_eq!(
        (known["cur_session"]["phase"].as_str(), known["participant_count"].as_u64()),
        (Some("ASSIGNED"), Some(3))
    );
    let session = known["cur_session_id"].as_str().unwrap().to_owned();
    let end = |session: &str| {
        stage.post(&format!("/customer_service/202605/conversations/{chat}/sessions/{session}/end"), &json!({}))
    };
    assert_eq!(code(&end("77")), 45_101_003);
    data(&end(&session));
    assert_eq!(code(&end(&session)), 45_101_001);
    assert!(one(&stage, &chat, &[("need_session_id", "true")])["cur_session_id"].is_null());
    // An agent has joined, and left.
    assert_eq!(stage.heard().iter().filter(|(kind, _)| *kind == 13).count(), 2);
    let window = json!({ "begin_time_ge": super::START - DAY, "begin_time_lt": super::START + DAY });
    let search =
        |body: &Value| stage.post_with("/customer_service/202602/sessions/search", &[("page_size", "20")], body);
    let found = data(&search(&window));
    let row = found["sessions"].as_array().unwrap().iter().find(|row| row["id"] == session).unwrap();
    assert_eq!((row["first_response_time"].clone(), row["first_response_late"].clone()), (json!(120), json!(false)));
    assert!(row["end_time"].is_i64());
    assert_eq!(code(&search(&json!({ "begin_time_ge": 1, "begin_time_lt": 2 }))), 45_101_001);
    let day = |from: &str, until: &str| {
        let query = [("support_date_ge", from), ("support_date_lt", until)];
        stage.get("/customer_service/202407/performance", &query)
    };
    let (from, until) = ("2026-09-21", "2026-09-22");
    let found = data(&day(from, until))["performance"].clone();
    assert!(found["support_session_count"].as_u64().unwrap() > 0, "{found}");
    assert_eq!(data(&day("2020-01-01", "2020-01-02"))["performance"]["support_session_count"], 0);
    assert_eq!(code(&day("yesterday", until)), 45_101_001);
}

#[test]
fn silence_ends_a_session() {
    let stage = Stage::of("US");
    let (_, chat) = scene(&stage);
    data(&send(&stage, &chat, "TEXT", &json!({ "content": "Hello" })));
    stage.advance(6 * 3_600 - 1);
    assert!(one(&stage, &chat, &[("need_session_id", "true")])["cur_session_id"].is_string());
    stage.advance(1);
    assert!(one(&stage, &chat, &[("need_session_id", "true")])["cur_session_id"].is_null());
}

#[test]
fn cards_and_pictures_must_be_ones_own() {
    let stage = Stage::of("US");
    let (opened, chat) = scene(&stage);
    let stranger = stage.open(json!({ "kind": "REFUND", "buyer": "Ana" }));
    data(&send(&stage, &chat, "ORDER_CARD", &json!({ "order_id": opened["order_id"] })));
    assert_eq!(code(&send(&stage, &chat, "ORDER_CARD", &json!({ "order_id": stranger["order_id"] }))), 45_101_001);
    assert_eq!(code(&send(&stage, &chat, "TEXT", &json!({ "content": "Hi", "colour": 1 }))), 45_101_001);
    assert_eq!(code(&send(&stage, &chat, "COUPON_CARD", &json!({ "coupon_id": "1" }))), 45_111_017);
    let order = stage.order(opened["order_id"].as_str().unwrap());
    let item = &order["line_items"][0];
    data(&send(&stage, &chat, "PRODUCT_CARD", &json!({ "product_id": item["product_id"] })));
    // Something is asked about the line already.
    let card = json!({ "order_id": order["id"], "sku_id": item["sku_id"] });
    assert_eq!(code(&send(&stage, &chat, "RETURN_REFUND_CARD", &card)), 45_101_002);
    stage.act(id(&opened), "withdraw");
    data(&send(&stage, &chat, "RETURN_REFUND_CARD", &card));
    let picture = data(&stage.form("/customer_service/202309/images/upload", &[], &[("data", PNG)]));
    assert_eq!((picture["width"].clone(), picture["height"].clone()), (json!(8), json!(9)));
    data(&send(&stage, &chat, "IMAGE", &picture));
    let mut other = picture.clone();
    other["width"] = json!("8");
    assert_eq!(code(&send(&stage, &chat, "IMAGE", &other)), 45_101_001);
    let elsewhere = json!({ "url": "https://example.com/a.png", "width": 8, "height": 9 });
    assert_eq!(code(&send(&stage, &chat, "IMAGE", &elsewhere)), 45_101_001);
}

#[test]
fn what_a_card_is_about_is_told_on_demand() {
    let stage = Stage::of("US");
    let (opened, chat) = scene(&stage);
    data(&send(&stage, &chat, "ORDER_CARD", &json!({ "order_id": opened["order_id"] })));
    let newest = |query: &[(&str, &str)]| {
        let query = [&[("page_size", "1")], query].concat();
        data(&stage.get(&format!("{CHAT}/{chat}/messages"), &query))["messages"][0].clone()
    };
    let plain = newest(&[]);
    assert!(plain["data"].is_null() && plain["plaintext"].is_null());
    let told = newest(&[("need_data", "true"), ("need_plaintext", "true"), ("time_zone", "America/Chicago")]);
    let about: Value = serde_json::from_str(told["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        (about["order_id"].clone(), about["order_status"].clone()),
        (opened["order_id"].clone(), json!("DELIVERED"))
    );
    assert!(told["plaintext"].as_str().unwrap().contains("DELIVERED"));
    let wrong = [("page_size", "1"), ("time_zone", "Moon")];
    assert_eq!(code(&stage.get(&format!("{CHAT}/{chat}/messages"), &wrong)), 45_101_001);
}

#[test]
fn a_shop_may_write_to_whom_it_knows() {
    let stage = Stage::of("US");
    let cancelled = stage.open(json!({ "kind": "CANCEL", "buyer": "Tom" }));
    stage.act(id(&cancelled), "message");
    let body = json!({ "buyer_user_id": cancelled["buyer_user_id"] });
    let chat = data(&stage.post(CHAT, &body))["conversation_id"].as_str().unwrap().to_owned();
    let text = json!({ "content": "Hello" });
    stage.advance(31 * DAY);
    assert!(stage.quiet.can_send(&chat), "an order of the last 60 days");
    stage.advance(30 * DAY);
    assert!(!stage.quiet.can_send(&chat), "neither wrote nor ordered lately");
    let fresh = Stage::of("US");
    let (opened, chat) = scene(&fresh);
    fresh.act(id(&opened), "block_chat");
    assert_eq!(code(&send(&fresh, &chat, "TEXT", &text)), 45_109_001);
    assert_eq!(code(&fresh.post(CHAT, &json!({ "buyer_user_id": "1" }))), 45_109_003);
}

#[test]
fn the_only_agent_must_accept_chats() {
    let path = "/customer_service/202309/agents/settings";
    let put = |stage: &Stage, accepts: bool| {
        let body = json!({ "can_accept_chat": accepts }).to_string();
        stage.send("PUT", path, &[], "application/json", body.as_bytes())
    };
    assert_eq!(code(&put(&Stage::of("US"), false)), 45_101_001);
    let stage = Stage::with("US", Dials { agents_of_shop: 2, ..Dials::default() });
    data(&put(&stage, false));
    assert_eq!(data(&stage.get(path, &[]))["can_accept_chat"], false);
}
