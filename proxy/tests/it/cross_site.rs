//! Which pages may write, and which origin may read.

use crate::support::TestDesk;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_write_needs_our_header_and_our_origin() {
    let desk = TestDesk::start().await;
    let own = desk.url.clone();
    let visitor = &mut desk.visitor();
    for (headers, allowed) in [
        (vec![("X-Amends", "1"), ("Origin", own.as_str())], true),
        (vec![("X-Amends", "1"), ("Sec-Fetch-Site", "same-origin")], true),
        (vec![("Origin", own.as_str())], false),
        (vec![("X-Amends", "1")], false),
        (vec![("X-Amends", "1"), ("Origin", "null")], false),
        (vec![("X-Amends", "1"), ("Origin", own.as_str()), ("Sec-Fetch-Site", "same-site")], false),
        (vec![("X-Amends", "1"), ("Origin", "http://desk.evil.example")], false),
    ] {
        let mut request =
            visitor.bare(Method::POST, "/api/session").json(&json!({ "email": "a@b.c", "password": "x" }));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = visitor.send(request).await;
        assert_eq!(answer.status != 403, allowed, "{headers:?}");
    }
}

#[tokio::test]
async fn a_named_desk_does_not_take_a_bare_address_for_itself() {
    let desk = TestDesk::start_with(&[("AMENDS_PUBLIC_URL", "https://desk.example.com")]).await;
    let own = desk.url.clone();
    let visitor = &mut desk.visitor();
    for (origin, status) in [(own.as_str(), 403), ("https://desk.example.com", 401)] {
        let request = visitor.bare(Method::POST, "/api/session").header("X-Amends", "1").header("Origin", origin);
        let request = request.json(&json!({ "email": "a@b.c", "password": "long enough to try" }));
        visitor.send(request).await.expect(status);
    }
}

#[tokio::test]
async fn one_other_origin_can_be_admitted() {
    let desk = TestDesk::start_with(&[("AMENDS_ALLOWED_ORIGIN", "http://app.example.com")]).await;
    let visitor = &mut desk.visitor();
    for (origin, admitted) in [("http://app.example.com", true), ("http://evil.example.com", false)] {
        let asking = visitor
            .bare(Method::OPTIONS, "/api/session")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST");
        let asked = visitor.send(asking).await;
        assert_eq!(asked.status == 204, admitted);
        let read = visitor.send(visitor.bare(Method::GET, "/api/session").header("Origin", origin)).await;
        let expected = if admitted { origin } else { "" };
        assert_eq!(read.header("access-control-allow-origin"), expected);
        assert!(read.headers.get_all("vary").iter().any(|value| value == "Origin"));
        let write = visitor.bare(Method::DELETE, "/api/session").header("Origin", origin).header("X-Amends", "1");
        assert_eq!(visitor.send(write).await.status == 204, admitted);
    }
}
