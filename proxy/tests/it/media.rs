//! Platform pictures through the desk.

use crate::support::TestDesk;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use proxy::store::media;
use proxy::store::shops::AppKind;
use serde_json::json;
use shared::id::{MediaId, ShopId};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

/// A host of pictures that counts how often it was asked.
async fn pictures() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = |State(asked): State<Arc<AtomicUsize>>| async move {
        asked.fetch_add(1, Ordering::SeqCst);
        PNG
    };
    let service = Router::new()
        .route("/good.png", get(count))
        .route("/page.png", get(|| async { "<script>" }))
        .route("/gone.png", get(|| async { StatusCode::NOT_FOUND }))
        .with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    (url, asked)
}

fn register(desk: &TestDesk, shop: &ShopId, url: &str) -> MediaId {
    desk.desk.store.write(|tx| media::register(tx, shop, url)).unwrap()
}

#[tokio::test]
async fn a_picture_is_fetched_once_and_shown_to_those_who_see_its_shop() {
    let (host, asked) = pictures().await;
    let settings = [("AMENDS_TIKTOK_API_URL", host.as_str()), ("AMENDS_TIKTOK_AUTH_URL", &host)];
    let desk = TestDesk::start_with(&settings).await;
    let (shop, other) = (desk.shop(AppKind::Practice, "1"), desk.shop(AppKind::Practice, "2"));
    let id = register(&desk, &shop, &format!("{host}/good.png"));
    let mut admin = desk.admin().await;
    for _ in 0..2 {
        let answer = admin.get(&format!("/api/media/{id}")).await.expect(200);
        assert_eq!((answer.bytes.as_slice(), answer.header("content-type")), (PNG, "image/png"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!({ "only": [other] })).await;
    bo.get(&format!("/api/media/{id}")).await.refused(404, "not_found");
    desk.visitor().get(&format!("/api/media/{id}")).await.refused(401, "signed_out");
}

#[tokio::test]
async fn what_is_no_picture_or_lies_elsewhere_is_not_shown() {
    let (host, asked) = pictures().await;
    let settings = [("AMENDS_TIKTOK_API_URL", host.as_str()), ("AMENDS_TIKTOK_AUTH_URL", &host)];
    let desk = TestDesk::start_with(&settings).await;
    let (practice, real) = (desk.shop(AppKind::Practice, "1"), desk.shop(AppKind::Real, "2"));
    let mut admin = desk.admin().await;
    for (shop, url) in [
        (&practice, format!("{host}/page.png")),
        (&practice, format!("{host}/gone.png")),
        (&practice, "http://127.0.0.1:9/good.png".to_owned()),
        (&real, format!("{host}/good.png")),
    ] {
        let id = register(&desk, shop, &url);
        admin.get(&format!("/api/media/{id}")).await.refused(502, "platform_unavailable");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    admin.get("/api/media/nothing").await.refused(404, "not_found");
}
