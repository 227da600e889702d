use super::*;
use crate::desk::connect::ConnectError;
use crate::tiktok::events::EVENTS;
use shared::wire::shop::ShopLink;

async fn platform() -> Server {
    Server::start(|seen, before| match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/api/v2/token/get") if seen.query["auth_code"] == "good" => fresh_tokens(before + 10),
        ("GET", "/api/v2/token/get") => no(200, 36_004_004, "invalid auth code"),
        ("GET", "/authorization/202309/shops") => ok(json!({ "shops": [
            { "id": "7495831200456789012", "name": "Lantern Lane", "region": "US", "cipher": "TTP_new" },
            { "id": "7495831200456789013", "name": "Lantern Lane UK", "region": "GB", "cipher": "ROW_new" },
        ] })),
        ("PUT", "/event/202309/webhooks") if seen.body.windows(3).any(|part| part == b"RMA") => {
            no(200, 11_050_001, "invalid param")
        }
        _ => ok(json!({})),
    })
    .await
}

fn code(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[tokio::test]
async fn a_consent_brings_its_shops_and_asks_for_every_webhook() {
    let server = platform().await;
    let desk = Desk::new(&server.url);
    let connector = desk.connector("https://desk.example.com/");
    let link = connector.consent_link(AppKind::Practice, "session").unwrap();
    let link = url::Url::parse(&link).unwrap();
    let state = link.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
    assert!(link.query_pairs().any(|(key, value)| key == "service_id" && value == "7171"));

    let connected = connector.take_callback(&state, "session", code("good")).await.unwrap();
    assert_eq!(connected.len(), 2);
    assert_eq!(connected[0], desk.shop, "a known shop keeps its id");
    let again = connector.take_callback(&state, "session", code("good")).await;
    assert!(matches!(again, Err(ConnectError::StateInvalid)));

    let puts: Vec<Seen> = server.seen().into_iter().filter(|seen| seen.method == Method::PUT).collect();
    assert_eq!(puts.len(), 2 * EVENTS.len(), "an unknown event does not stop the others");
    let first: Value = serde_json::from_slice(&puts[0].body).unwrap();
    assert_eq!(first["address"], "https://desk.example.com/webhooks/tiktok/path-secret");
    assert_eq!((puts[0].query["shop_cipher"].as_str(), puts[0].token()), ("TTP_new", "TTP_10"));
    assert_eq!(desk.row().link, ShopLink::Connected);

    // Once for an address; the desk that moves tells its new one.
    let asked = || server.seen().iter().filter(|seen| seen.method == Method::PUT).count();
    connector.register_missing().await.unwrap();
    assert_eq!(asked(), 2 * EVENTS.len());
    desk.connector("https://moved.example.com").register_missing().await.unwrap();
    assert_eq!(asked(), 4 * EVENTS.len());
    assert_eq!(
        desk.row().webhooks.as_deref(),
        Some("https://moved.example.com/webhooks/tiktok/path-secret"),
        "as it was told"
    );
}

#[tokio::test]
async fn a_state_of_another_session_or_too_old_connects_nothing() {
    let server = platform().await;
    let desk = Desk::new(&server.url);
    let connector = desk.connector("https://desk.example.com");
    let state = |link: String| link.rsplit_once("state=").unwrap().1.to_owned();
    let theirs = state(connector.consent_link(AppKind::Practice, "theirs").unwrap());
    let old = state(connector.consent_link(AppKind::Practice, "mine").unwrap());
    assert!(matches!(connector.take_callback(&theirs, "mine", code("good")).await, Err(ConnectError::StateInvalid)));
    desk.clock.pass(std::time::Duration::from_secs(601));
    assert!(matches!(connector.take_callback(&old, "mine", code("good")).await, Err(ConnectError::StateInvalid)));
    assert!(matches!(connector.consent_link(AppKind::Real, "mine"), Err(ConnectError::NoApp(AppKind::Real))));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_used_code_says_so() {
    let server = platform().await;
    let connector = Desk::new(&server.url).connector("http://127.0.0.1:8080");
    assert!(matches!(connector.take_code(AppKind::Practice, code("old")).await, Err(ConnectError::CodeInvalid)));
}

#[tokio::test]
async fn disconnecting_deletes_webhooks_and_wipes_tokens_but_keeps_the_shop() {
    let server = platform().await;
    let desk = Desk::new(&server.url);
    let connector = desk.connector("https://desk.example.com");
    connector.disconnect(&desk.shop).await.unwrap();
    let deleted = server.seen().iter().filter(|seen| seen.method == Method::DELETE).count();
    assert_eq!(deleted, EVENTS.len());
    assert_eq!((desk.row().link, desk.row().name.as_str()), (ShopLink::Disconnected, "Lantern Lane"));
    let grant = desk.store.read(|tx| shops::grant(tx, "g_1")).unwrap().unwrap();
    assert_eq!((grant.access, grant.refresh), (None, None));
}

#[tokio::test]
async fn a_shop_can_be_let_go_while_tiktok_is_away() {
    let desk = Desk::new("http://127.0.0.1:1");
    desk.connector("https://desk.example.com").disconnect(&desk.shop).await.unwrap();
    assert_eq!(desk.row().link, ShopLink::Disconnected);
}
