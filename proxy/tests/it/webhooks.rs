//! What TikTok sends: kept when it is genuine, refused when it is not.

use crate::support::TestDesk;
use futures_util::future::join_all;
use proxy::store::shops::AppKind;
use proxy::store::webhooks;
use proxy::tiktok::transport::http_client;
use reqwest::Method;
use ring::hmac;

const BODY: &str = r#"{"type":12,"tts_notification_id":"77","shop_id":"1","timestamp":1,"data":{"return_id":"5"}}"#;

fn signature(body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"test-secret");
    hex::encode(hmac::sign(&key, format!("test-key{body}").as_bytes()))
}

#[tokio::test]
async fn only_what_tiktok_signed_for_this_shop_is_kept_and_once() {
    let desk = TestDesk::start().await;
    let shop = desk.shop(AppKind::Practice, "1");
    let mut sender = desk.visitor();
    let other_shop = BODY.replace("\"shop_id\":\"1\"", "\"shop_id\":\"2\"");
    for (path, body, signed, status) in [
        ("path1", BODY, signature(BODY), 200),
        ("path1", BODY, signature(BODY), 200),
        ("path1", BODY, signature("{}"), 401),
        ("path1", BODY, String::new(), 401),
        ("path2", BODY, signature(BODY), 401),
        ("path1", "not json", signature("not json"), 200),
        ("path1", &other_shop, signature(&other_shop), 200),
    ] {
        let request = sender.bare(Method::POST, &format!("/webhooks/tiktok/{path}"));
        let answer = sender.send(request.header("Authorization", signed).body(body.to_owned())).await;
        assert_eq!((answer.status, answer.bytes.len()), (status, 0), "{path} {body}");
    }
    // The sync may have handled it already: it is known by being a repeat.
    let at = desk.desk.clock.now();
    let arrived = webhooks::Arrived { shop, id: "77".to_owned(), kind: 12, body: BODY.to_owned(), at };
    let news = desk.desk.store.write(|tx| webhooks::receive(tx, &[arrived]));
    assert_eq!(news.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_flood_each_is_kept_once_and_what_is_forged_never() {
    let desk = TestDesk::start().await;
    let shop = desk.shop(AppKind::Practice, "1");
    let (http, url) = (http_client(true).unwrap(), format!("{}/webhooks/tiktok/path1", desk.url));
    let sent = join_all((0..300).map(|place| {
        // Of four one repeats the one before, and one is forged.
        let number = if place % 4 == 1 { place - 1 } else { place };
        let body = BODY.replace("77", &format!("flood-{number}"));
        let signed = signature(if place % 4 == 2 { BODY } else { &body });
        let request = http.post(&url).header("Authorization", signed).body(body);
        async move { (number, place % 4 == 2, request.send().await.unwrap().status().as_u16()) }
    }))
    .await;
    let known = |number| desk.desk.store.read(|tx| webhooks::is_known(tx, &shop, &format!("flood-{number}"))).unwrap();
    for (number, is_forged, status) in sent {
        assert_eq!((status, known(number)), if is_forged { (401, false) } else { (200, true) }, "{number}");
    }
}
