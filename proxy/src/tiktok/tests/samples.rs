//! Every sample of an operation that the desk uses is read.

use crate::tiktok::convert;
use crate::tiktok::transport::Answer;
use crate::tiktok::wire::after_sales::{
    AftersalesPage, Calculated, CancellationPage, Decisions, Reasons, Records, ReturnPage, RmaPage,
};
use crate::tiktok::wire::chat::{Conversations, Messages, Opened, Performances, Sent};
use crate::tiktok::wire::order::{Orders, TrackingSteps};
use crate::tiktok::wire::{Head, Shops, TokenPair, Uploaded, Webhooks};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::domain::facts::{Object, PlatformCase};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../tests/samples/", $name, ".json"))
    };
}

/// The data of every good answer in a sample file.
#[track_caller]
fn read<T: DeserializeOwned + Default>(sample: &str) -> Vec<T> {
    let file: Value = serde_json::from_str(sample).unwrap();
    let mut all = Vec::new();
    for example in file["examples"].as_array().unwrap() {
        let body = example["response_body"].to_string();
        let head: Head = serde_json::from_str(&body).unwrap();
        assert_eq!(head.code.known(), example["response_body"]["code"].as_i64());
        if head.code.known() == Some(0) {
            all.push(Answer::decode("sample", body.as_bytes()).unwrap());
        }
    }
    assert!(!all.is_empty());
    all
}

fn returns() -> Vec<PlatformCase> {
    let pages = read::<ReturnPage>(sample!("return_refund_search_returns"));
    pages.into_iter().flat_map(|page| page.return_orders).map(|read| convert::return_order(read).unwrap()).collect()
}

#[test]
fn cancellations_become_cases() {
    let pages = read::<CancellationPage>(sample!("return_refund_search_cancellations"));
    assert_eq!(pages[1].next_page_token.as_str(), "c2FtcGxlLXBhZ2UtMg+/A==");
    let cases: Vec<PlatformCase> = pages
        .into_iter()
        .flat_map(|page| page.cancellations)
        .map(|read| convert::cancellation(read).unwrap())
        .collect();
    let first = &cases[0];
    assert_eq!((first.object, first.platform_id.as_str()), (Object::Cancellation, "4037820011223344001"));
    assert_eq!((first.status.as_str(), first.type_word.as_str()), ("CANCELLATION_REQUEST_PENDING", "BUYER_CANCEL"));
    assert_eq!(first.actions[0].name, "SELLER_RESPOND_BUYER_CANCEL");
    assert_eq!(first.actions[0].deadline.unwrap().seconds(), 1_764_824_400);
    let refund = first.refund.as_ref().unwrap();
    assert_eq!((refund.total.amount(), refund.total.currency()), ("24.69", "USD"));
    assert_eq!(refund.parts.len(), 3);
    assert_eq!(first.lines[0].amount.as_ref().unwrap().amount(), "24.69");
    assert_eq!(cases[1].actions, [], "an absent list is empty");
}

#[test]
fn returns_become_cases() {
    let cases = returns();
    let first = &cases[0];
    assert_eq!((first.object, first.type_word.as_str()), (Object::Return, "RETURN_AND_REFUND"));
    assert_eq!(first.group_id, None, "a combined id of 0 is none");
    assert!(first.aside.iter().any(|(name, fee)| name == "seller_paid_return_shipping_fee" && fee.amount() == "5.20"));
    let offered = cases.iter().find(|case| case.status == "AWAITING_BUYER_RESPONSE").unwrap();
    assert!(offered.partial.as_ref().is_some_and(shared::money::Money::is_positive));
    assert!(cases.iter().any(|case| case.arbitration.as_deref() == Some("IN_PROGRESS")));
    assert!(cases.iter().any(|case| case.type_word == "REPLACEMENT"));
}

#[test]
fn odd_values_of_a_return_are_read_too() {
    let odd = r#"{"return_id": 4035318504086604055, "order_id": "577", "create_time": "1764658800",
        "is_combined_return": "true ", "combined_return_id": "88", "is_quick_refund": 1, "pre_return_id": "0",
        "next_return_id": "99", "return_line_items": null, "return_status": "NEW_THING",
        "refund_amount": {"currency": "VND", "refund_total": "864000", "new_part": "1"},
        "seller_next_action_response": [{"action": "SELLER_RESPOND_NEW", "deadline": 0}]}"#;
    let case = convert::return_order(serde_json::from_str(odd).unwrap()).unwrap();
    assert_eq!(case.platform_id, "4035318504086604055");
    assert_eq!((case.group_id.as_deref(), case.pre_id, case.next_id.as_deref()), (Some("88"), None, Some("99")));
    assert!(case.is_quick_refund);
    assert_eq!(case.updated, case.created);
    assert_eq!(case.actions[0].deadline, None);
    assert_eq!(case.refund.unwrap().parts[0].0, "new_part");
    assert!(convert::return_order(serde_json::from_str(r#"{"order_id": "577"}"#).unwrap()).is_err());
}

#[test]
fn records_keep_words_and_pictures() {
    let all = read::<Records>(sample!("return_refund_get_return_records"));
    let records: Vec<_> = all.into_iter().flat_map(|page| page.records).map(convert::record).collect();
    assert_eq!(records[0].note.as_deref(), Some("The rim is cracked."));
    assert_eq!((records[0].image_urls.len(), records[0].video_urls.len()), (1, 1));
    assert_eq!(records[1].note, None);
}

#[test]
fn orders_become_orders() {
    let all = read::<Orders>(sample!("orders_get_order_detail"));
    let orders: Vec<_> =
        all.into_iter().flat_map(|page| page.orders).map(|read| convert::order(read).unwrap()).collect();
    let first = &orders[0];
    assert_eq!(first.buyer_id.as_deref(), Some("7218460093312345678"));
    assert_eq!(first.lines.len(), 2, "one line is one unit");
    assert_eq!(first.lines[0].amount.as_ref().unwrap().amount(), "21.00");
    assert_eq!(first.total.as_ref().unwrap().amount(), "50.45");
    assert_eq!(first.shipped.unwrap().seconds(), 1_764_399_600);
    assert_eq!(first.tracking_number.as_deref(), Some("9400100000000000000011"));
    assert!(orders.iter().any(|order| order.first_name.as_deref() == Some("R***")));
}

#[test]
fn messages_are_read_whatever_their_type() {
    let pages = read::<Messages>(sample!("customer_service_get_messages"));
    let messages: Vec<_> = pages
        .into_iter()
        .flat_map(|page| page.messages)
        .map(|read| convert::message(read, Some("Look in Seller Center.")).unwrap())
        .collect();
    let of_type = |word: &str| messages.iter().find(|message| message.type_word == word).unwrap();
    assert_eq!(of_type("OTHER").unsupported_tip.as_deref(), Some("Look in Seller Center."));
    assert_eq!(of_type("TEXT").unsupported_tip, None);
    assert!(of_type("TEXT").text.as_deref().unwrap().starts_with("So sorry!"));
    let image = of_type("IMAGE").image.as_ref().unwrap();
    assert_eq!((image.width, image.height), (1080, 1440), "strings where it was received");
    assert!(!of_type("NOTIFICATION").is_visible);
    assert!(messages.windows(2).take(5).all(|pair| pair[0].index > pair[1].index));
}

#[test]
fn conversations_tell_whether_the_desk_may_write() {
    let pages = read::<Conversations>(sample!("customer_service_get_conversations"));
    let all: Vec<_> = pages
        .into_iter()
        .flat_map(|page| page.conversations)
        .map(|read| convert::conversation(read).unwrap())
        .collect();
    assert_eq!(all[0].buyer_id.as_deref(), Some("7218460093312345678"));
    assert_eq!((all[0].can_send, all[0].unread), (Some(true), 1));
    assert_eq!(all[0].latest.as_ref().unwrap().index, 1_764_738_000_000_007);
    assert!(all.iter().any(|conversation| conversation.can_send == Some(false)));
}

#[test]
fn every_other_sample_is_read() {
    let token = read::<TokenPair>(sample!("auth_token_get")).remove(0);
    assert_eq!(token.access_token.as_str(), "TTP_sampleAccessTokenNotReal");
    assert!(!read::<TokenPair>(sample!("auth_token_refresh")).is_empty());
    let shops = read::<Shops>(sample!("authorization_get_authorized_shops")).remove(0);
    assert_eq!(shops.shops.0[0].cipher.as_str(), "TTP_sampleCipherAAAAAG9kZGx5");
    assert_eq!(read::<Opened>(sample!("customer_service_create_conversation"))[0].conversation_id.as_str().len(), 19);
    assert_eq!(read::<Sent>(sample!("customer_service_send_message_202606"))[0].message_id.as_str().len(), 19);
    assert_eq!(read::<Uploaded>(sample!("customer_service_upload_image"))[0].width.known(), Some(1280));
    let chats = read::<Performances>(sample!("customer_service_performance")).remove(0).performance.unwrap();
    assert_eq!(
        (chats.support_session_count.unsigned(), chats.response_percentage.as_str(), chats.response_time_mins.as_str()),
        (Some(15), "93.4", "3.4")
    );
    assert!(read::<Uploaded>(sample!("products_upload_image"))[0].uri.as_str().starts_with("tos-"));
    assert_eq!(read::<Webhooks>(sample!("event_get_webhooks"))[0].webhooks.0.len(), 1);
    assert_eq!(read::<TrackingSteps>(sample!("fulfillment_get_tracking"))[0].tracking.0.len(), 3);
    let calculated = read::<Calculated>(sample!("return_refund_calculate_refund"));
    assert_eq!(convert::refund(&calculated[0].order_refund_amount).unwrap().total.amount(), "22.55");
    let decisions = read::<Decisions>(sample!("return_refund_get_decision_eligibility"));
    assert!(decisions[0].decisions.0.iter().any(|decision| decision.eligible.is_set()));
    assert_eq!(read::<Reasons>(sample!("return_refund_get_reject_reasons"))[0].reasons.0.len(), 2);
    let groups = read::<AftersalesPage>(sample!("return_refund_search_aftersales"));
    assert_eq!(groups[0].aftersales_requests.0[0].sku_return_requests.0.len(), 1);
    let parcels = read::<RmaPage>(sample!("return_refund_search_rma"));
    assert_eq!(parcels[0].return_merchandise_authorizations.0[0].line_items.0.len(), 1);
}

#[test]
fn every_common_error_has_a_code_that_can_be_read() {
    let errors: Vec<Value> = serde_json::from_str(sample!("errors")).unwrap();
    for error in errors {
        let head: Head = serde_json::from_str(&error["body"].to_string()).unwrap();
        assert_eq!(head.code.known(), error["body"]["code"].as_i64(), "{}", error["name"]);
    }
}
