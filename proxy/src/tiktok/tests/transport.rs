use super::*;
use crate::tiktok::error::TiktokError;
use crate::tiktok::outcome::{Outcome, RefusalKind};
use crate::tiktok::returns::DecisionCommand;
use crate::tiktok::search::Filter;
use crate::tiktok::sign::{Signable, sign};
use shared::domain::case::DecisionKind;
use shared::domain::facts::Object;
use tokio::io::AsyncReadExt;

fn approval() -> DecisionCommand {
    DecisionCommand { kind: DecisionKind::ApproveRefund, reason: None, comment: None, images: Vec::new(), amount: None }
}

async fn decide(desk: &Desk) -> Outcome<()> {
    desk.upstream().decide(Object::Return, "4035318504086604055", &approval(), "i_1").await
}

/// How a write that got this answer must end, and that it was made once.
async fn check(reply: impl Fn() -> Reply + Send + Sync + 'static, ends_well: impl Fn(&Outcome<()>) -> bool) {
    let server = Server::start(move |_, _| reply()).await;
    let desk = Desk::new(&server.url);
    let outcome = decide(&desk).await;
    assert!(ends_well(&outcome), "{outcome:?}");
    assert_eq!(server.count("/approve"), 1, "{outcome:?}");
    assert_eq!(desk.pause.waits(), [], "a write waits for nothing");
}

#[tokio::test]
async fn a_write_is_made_once_and_its_answer_judged_by_code_not_by_status() {
    check(|| ok(json!({})), |outcome| matches!(outcome, Outcome::Confirmed(receipt) if receipt.request_id == "R1"))
        .await;
    check(|| ok(Value::Null), |outcome| matches!(outcome, Outcome::Confirmed(_))).await;
    for (status, code, kind) in [
        (200, 25_011_012, RefusalKind::StateMoved),
        (400, 25_011_010, RefusalKind::AtTikTok),
        (200, 25_001_028, RefusalKind::Retry),
        (401, 105_005, RefusalKind::ShopFault),
    ] {
        check(
            move || no(status, code, "no"),
            |outcome| matches!(outcome, Outcome::Refused(no) if no.code == code && no.kind == kind && no.request_id == "R2"),
        )
        .await;
    }
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_a_write_unknown() {
    let is_unknown = |outcome: &Outcome<()>| matches!(outcome, Outcome::Unknown(_));
    check(|| Reply::CutOff, is_unknown).await;
    check(|| Reply::Json(200, json!("proxy says hello")), is_unknown).await;
    check(|| Reply::Json(404, json!({ "error": "not ours" })), is_unknown).await;
    check(|| no(500, 36_009_003, "Internal error."), is_unknown).await;
    check(|| no(200, 36_009_003, "Internal error."), is_unknown).await;
    check(|| no(504, 36_009_007, "Request timeout."), is_unknown).await;
    check(|| Reply::Json(503, json!({ "code": 0, "message": "Success" })), is_unknown).await;
}

#[tokio::test]
async fn a_throttled_write_had_no_effect() {
    let throttled = |outcome: &Outcome<()>| matches!(outcome, Outcome::NoEffect { retry_after_ms: None });
    check(|| no(429, 36_009_002, "Too many requests."), throttled).await;
    check(|| no(200, 36_009_002, "Too many requests."), throttled).await;
    check(
        || Reply::WithHeader(429, json!({ "code": 36_009_002 }), "retry-after", "3".to_owned()),
        |outcome| matches!(outcome, Outcome::NoEffect { retry_after_ms: Some(3_000) }),
    )
    .await;
}

#[tokio::test]
async fn a_connection_cut_after_the_request_is_unknown_and_a_refused_one_had_no_effect() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0_u8; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        // Dropping both cuts this connection and refuses the next.
        read
    });
    let desk = Desk::new(&url);
    let outcome = decide(&desk).await;
    assert!(matches!(&outcome, Outcome::Unknown(TiktokError::Lost(_))), "{outcome:?}");
    assert!(requests.await.unwrap() > 0);
    let outcome = decide(&desk).await;
    assert!(matches!(outcome, Outcome::NoEffect { retry_after_ms: None }), "{outcome:?}");
}

#[tokio::test]
async fn a_read_is_tried_four_times_and_slows_down() {
    let server = Server::start(|_, _| no(500, 36_009_003, "Internal error.")).await;
    let desk = Desk::new(&server.url);
    let fault = desk.upstream().search_returns(&Filter::default(), None).await.unwrap_err();
    assert!(matches!(fault, TiktokError::Unclear { status: 500, code: Some(36_009_003) }), "{fault:?}");
    assert_eq!(server.count("/search"), 4);
    let waits = desk.pause.waits();
    assert_eq!(waits.len(), 3);
    for (wait, at_least) in waits.iter().zip([1, 2, 4]) {
        let range = Duration::from_secs(at_least)..=Duration::from_millis(at_least * 1000 + 500);
        assert!(range.contains(wait), "{waits:?}");
    }
}

#[tokio::test]
async fn a_read_waits_as_long_as_the_platform_asks_and_then_succeeds() {
    let server = Server::start(|_, before| match before {
        0 => Reply::WithHeader(429, json!({ "code": 36_009_002 }), "retry-after", "7".to_owned()),
        1 => Reply::CutOff,
        2 => no(200, 25_001_028, "reverse lock failed"),
        _ => ok(json!({ "total_count": "3", "next_page_token": "a+/=" })),
    })
    .await;
    let desk = Desk::new(&server.url);
    let page = desk.upstream().search_returns(&Filter::default(), None).await.unwrap();
    assert_eq!((page.items.len(), page.total, page.next.as_deref()), (0, Some(3), Some("a+/=")));
    assert!(desk.pause.waits().iter().any(|wait| *wait >= Duration::from_secs(7)));
}

#[tokio::test]
async fn a_read_that_is_refused_is_not_repeated() {
    let server = Server::start(|_, _| no(200, 25_001_001, "invalid")).await;
    let desk = Desk::new(&server.url);
    let fault = desk.upstream().search_cancellations(&Filter::default(), None).await.unwrap_err();
    assert!(fault.is_final() && fault.refusal() == Some(RefusalKind::Input));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_sent_is_what_is_signed() {
    let server = Server::start(|_, _| ok(json!({}))).await;
    let desk = Desk::new(&server.url);
    let filter = Filter { order_ids: vec!["577123450011223344".to_owned()], ..Filter::default() };
    desk.upstream().search_returns(&filter, Some("aDU2dDIvK2ZvZz09+Zm9vL2Jhcg==")).await.unwrap();
    desk.upstream().upload_chat_image(vec![1, 2, 3], "image/png").await.unwrap_err();
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    for seen in &seen {
        let query: Vec<(String, String)> = seen.query.clone().into_iter().collect();
        let content_type = seen.headers["content-type"].to_str().unwrap();
        let signable = Signable { path: &seen.path, query: &query, content_type: Some(content_type), body: &seen.body };
        assert_eq!(seen.query["sign"], sign(&Secret::new("app-secret".to_owned()), &signable));
        assert_eq!(seen.query["timestamp"], NOW.seconds().to_string());
        assert_eq!(seen.query["shop_cipher"], "TTP_cipher");
        assert_eq!(seen.token(), "TTP_0");
    }
    let first = &seen[0];
    assert_eq!((&first.method, first.path.as_str()), (&Method::POST, "/return_refund/202602/returns/search"));
    assert_eq!(first.query["page_token"], "aDU2dDIvK2ZvZz09+Zm9vL2Jhcg==");
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(body, json!({ "order_ids": ["577123450011223344"], "locale": "en-US" }));
}

#[tokio::test]
async fn a_cipher_is_left_out_where_it_is_refused() {
    let server = Server::start(|_, _| ok(json!({ "uri": "tos/1" }))).await;
    let desk = Desk::new(&server.url);
    assert_eq!(desk.upstream().upload_product_image(vec![1], "image/jpeg").await.unwrap().uri, "tos/1");
    let seen = server.seen().remove(0);
    assert!(!seen.query.contains_key("shop_cipher"));
    assert!(seen.body.starts_with(b"--amends") && seen.body.windows(4).any(|part| part == b"\r\n\r\n"));
}

#[tokio::test]
async fn a_decision_carries_the_intents_key() {
    let server = Server::start(|_, _| ok(json!({}))).await;
    decide(&Desk::new(&server.url)).await;
    let seen = server.seen().remove(0);
    assert_eq!(seen.path, "/return_refund/202309/returns/4035318504086604055/approve");
    assert_eq!(seen.query["idempotency_key"], "i_1");
    assert_eq!(seen.body, r#"{"decision":"APPROVE_REFUND"}"#);
}

#[tokio::test]
async fn an_unknown_version_goes_on_to_the_older_path_and_is_remembered() {
    let server = Server::start(|seen, _| {
        if seen.path.contains("202606") {
            no(404, 36_009_009, "Invalid path.")
        } else {
            ok(json!({ "message_id": "9" }))
        }
    })
    .await;
    let desk = Desk::new(&server.url);
    for _ in 0..2 {
        let outcome = desk.upstream().send_text("7578812300456789001", "Hola").await;
        assert!(matches!(outcome, Outcome::Confirmed(receipt) if receipt.data.message_id == "9"));
    }
    let paths: Vec<String> = server.seen().iter().map(|seen| seen.path[18..24].to_owned()).collect();
    assert_eq!(paths, ["202606", "202309", "202309"]);
    assert!(!String::from_utf8_lossy(&server.seen()[1].body).contains("sender_role"));
}

#[tokio::test]
async fn a_message_without_a_number_is_unknown_not_sent() {
    let server = Server::start(|_, _| ok(json!({}))).await;
    let outcome = Desk::new(&server.url).upstream().send_text("42", "Hola").await;
    assert!(matches!(outcome, Outcome::Unknown(TiktokError::Missing { what: "message_id" })));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_time_corrects_the_clock_and_is_made_once_more() {
    let date = "Wed, 03 Dec 2025 08:00:00 GMT".to_owned();
    let theirs = 1_764_748_800;
    let server = Server::start(move |seen, _| {
        let sent: i64 = seen.query["timestamp"].parse().unwrap();
        let text = "Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes";
        if sent < theirs - 300 {
            Reply::WithHeader(400, json!({ "code": 36_009_004, "message": text }), "date", date.clone())
        } else {
            Reply::WithHeader(200, json!({ "code": 0, "request_id": "R" }), "date", date.clone())
        }
    })
    .await;
    let desk = Desk::new(&server.url);
    let upstream = desk.upstream();
    for sent in [2, 3] {
        let outcome = upstream.decide(Object::Return, "42", &approval(), "i_1").await;
        assert!(matches!(outcome, Outcome::Confirmed(_)), "{outcome:?}");
        assert_eq!(server.seen().len(), sent);
    }
    assert_eq!(upstream.clock_offset_ms(), 3_600_500);
}

#[tokio::test]
async fn a_real_shop_never_reaches_the_sandbox() {
    let desk = Desk::new("http://127.0.0.1:1");
    let real = shops::ShopRow { app: AppKind::Real, ..desk.row() };
    assert!(matches!(desk.platforms.for_shop(&real), Err(TiktokError::NoClient)));
    let practice = desk.platforms.client(AppKind::Practice).unwrap().clone();
    let tokens = desk.platforms.tokens().clone();
    assert!(Platforms::new(Some(practice.clone()), None, tokens.clone()).is_err());
    let app = practice.app().clone();
    let real = Client::new(
        AppKind::Real,
        app,
        Net::http(true).unwrap(),
        desk.clock.clone(),
        Entropy::seeded(1),
        Pause::skipping(),
    );
    assert!(Platforms::new(Some(real), Some(practice), tokens).is_err());
}
