use super::*;
use crate::tiktok::error::TiktokError;
use crate::tiktok::outcome::{Outcome, RefusalKind};
use crate::tiktok::returns::DecisionCommand;
use shared::domain::case::DecisionKind;
use shared::domain::facts::Object;
use shared::wire::shop::ShopLink;

const EXPIRED: &str = "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.";

/// Takes only the token of the last refresh.
async fn server_with_stale_token() -> Server {
    Server::start(|seen, before| match seen.path.as_str() {
        "/api/v2/token/refresh" => fresh_tokens(before + 1),
        _ if seen.token() == "TTP_0" => no(401, 105_002, EXPIRED),
        _ => ok(json!({})),
    })
    .await
}

#[tokio::test]
async fn twenty_calls_with_a_stale_token_make_exactly_one_refresh() {
    let server = server_with_stale_token().await;
    let desk = Desk::new(&server.url);
    let upstream = desk.upstream();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let upstream = upstream.clone();
        calls.spawn(async move { upstream.records("4037820011223355003").await });
    }
    while let Some(answer) = calls.join_next().await {
        assert_eq!(answer.unwrap().unwrap(), []);
    }
    assert_eq!(server.count("/token/refresh"), 1);
    let grant = desk.store.read(|tx| shops::grant(tx, "g_1")).unwrap().unwrap();
    assert_eq!(grant.version, 2);
}

#[tokio::test]
async fn an_expired_token_is_a_no_before_any_effect_so_that_a_write_goes_out_again_once() {
    let server = server_with_stale_token().await;
    let desk = Desk::new(&server.url);
    let command = DecisionCommand {
        kind: DecisionKind::ApproveRefund,
        reason: None,
        comment: None,
        images: vec![],
        amount: None,
    };
    let outcome = desk.upstream().decide(Object::Return, "42", &command, "i_1").await;
    assert!(matches!(outcome, Outcome::Confirmed(_)), "{outcome:?}");
    assert_eq!((server.count("/approve"), server.count("/token/refresh")), (2, 1));

    let server = Server::start(|seen, before| match seen.path.as_str() {
        "/api/v2/token/refresh" => fresh_tokens(before + 1),
        _ => no(401, 105_002, EXPIRED),
    })
    .await;
    let outcome = Desk::new(&server.url).upstream().decide(Object::Return, "42", &command, "i_1").await;
    assert!(matches!(outcome, Outcome::Refused(no) if no.kind == RefusalKind::ShopFault));
    assert_eq!((server.count("/approve"), server.count("/token/refresh")), (2, 1));
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_stops_working() {
    let server = server_with_stale_token().await;
    let desk = Desk::with_token_until(&server.url, NOW.seconds() + 9 * 60);
    desk.upstream().records("42").await.unwrap();
    assert_eq!(server.seen()[0].path, "/api/v2/token/refresh");
    assert_eq!(server.seen()[1].token(), "TTP_1");
    assert_eq!(server.seen()[0].query["refresh_token"], "TTP_0_refresh");
}

#[tokio::test]
async fn while_the_token_host_fails_a_token_that_still_works_is_used() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/api/v2/token/refresh" => no(500, 36_009_003, "Internal error."),
        _ => ok(json!({})),
    })
    .await;
    Desk::with_token_until(&server.url, NOW.seconds() + 60).upstream().records("42").await.unwrap();
    let late = Desk::with_token_until(&server.url, NOW.seconds() - 60);
    let fault = late.upstream().records("42").await.unwrap_err();
    assert!(!fault.is_final(), "{fault:?}");
    assert_eq!(late.row().link, ShopLink::Connected);
}

#[tokio::test]
async fn a_consent_that_is_gone_marks_the_shop_expired() {
    let gone = |code: i64| {
        move |seen: &Seen, _: usize| match seen.path.as_str() {
            "/api/v2/token/refresh" => no(200, code, "rt has expired"),
            _ => no(401, 105_002, EXPIRED),
        }
    };
    for code in [36_004_001, 36_004_005] {
        let server = Server::start(gone(code)).await;
        let desk = Desk::new(&server.url);
        assert!(matches!(desk.upstream().records("42").await, Err(TiktokError::NotAuthorized)));
        assert_eq!(desk.row().link, ShopLink::Expired);
        assert!(matches!(desk.upstream().records("42").await, Err(TiktokError::NotAuthorized)));
        assert_eq!(server.count("/token/refresh"), 1);
    }
    let late = Server::start(|seen, before| match seen.path.as_str() {
        "/api/v2/token/refresh" => fresh_tokens(before + 1),
        _ if seen.token() == "TTP_0" => no(401, 105_002, EXPIRED),
        _ => no(401, 105_001, "your token has been deauthorized"),
    })
    .await;
    let desk = Desk::new(&late.url);
    assert!(matches!(desk.upstream().records("42").await, Err(TiktokError::NotAuthorized)));
    assert_eq!(desk.row().link, ShopLink::Expired, "the token that was withdrawn is the refreshed one");
    let withdrawn = Server::start(|_, _| no(401, 105_001, "your token has been deauthorized")).await;
    let desk = Desk::new(&withdrawn.url);
    assert!(matches!(desk.upstream().records("42").await, Err(TiktokError::NotAuthorized)));
    assert_eq!(desk.row().link, ShopLink::Expired);
}

#[tokio::test]
async fn errors_name_no_address_and_no_secret() {
    let desk = Desk::with_token_until("http://127.0.0.1:1", NOW.seconds() - 60);
    let fault = desk.upstream().records("42").await.unwrap_err();
    let mut text = format!("{fault:?} {fault}");
    let mut source = std::error::Error::source(&fault);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause:?} {cause}"));
        source = cause.source();
    }
    for secret in ["app-secret", "TTP_0", "refresh_token=", "app_secret"] {
        assert!(!text.contains(secret), "{text}");
    }
}
