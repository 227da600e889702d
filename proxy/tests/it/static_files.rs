//! The app itself, served from a folder.

use crate::support::TestDesk;
use reqwest::Method;

const SCRIPT: &str = "/app-0123456789abcdef.js";

async fn desk() -> (TestDesk, tempfile::TempDir) {
    let app = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html><title>Amends</title>"),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("sw.js", "worker"),
        (".env", "hush"),
    ] {
        std::fs::write(app.path().join(name), text).unwrap();
    }
    let desk = TestDesk::start_with(&[("AMENDS_STATIC_DIR", app.path().to_str().unwrap())]).await;
    (desk, app)
}

#[tokio::test]
async fn every_page_of_the_app_is_the_index() {
    let (desk, _app) = desk().await;
    let mut visitor = desk.visitor();
    for path in ["/", "/welcome", "/settings/shops?connected=1", "/desk/to-decide/c_1"] {
        let answer = visitor.get(path).await.expect(200);
        assert!(answer.text().contains("<title>Amends</title>"), "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(answer.header("content-security-policy").contains("trusted-types default"));
    }
    assert_eq!(visitor.get("/config.json").await.expect(200).text(), "{\"proxy\":\"\"}");
    for path in ["/nothing.js", "/.env", "/a/%2e%2e/.env", "/..%2fsecret.key", "/data/secret.key"] {
        visitor.get(path).await.expect(404);
    }
    // A reply's address has points in it; only who wants a page gets one.
    let page = visitor.bare(Method::GET, "/replies/damaged.refunded.en");
    visitor.send(page.header("Accept", "text/html,*/*;q=0.8")).await.expect(200);
    visitor.get("/replies/damaged.refunded.en").await.expect(404);
}

#[tokio::test]
async fn files_come_compressed_and_hashed_names_are_kept() {
    let (desk, _app) = desk().await;
    let mut visitor = desk.visitor();
    for (accepted, text, coding) in [("br, gzip", "brotli", "br"), ("gzip", "plain", ""), ("br;q=0", "plain", "")] {
        let request = visitor.bare(Method::GET, SCRIPT).header("Accept-Encoding", accepted);
        let answer = visitor.send(request).await.expect(200);
        assert_eq!((answer.text().as_str(), answer.header("content-encoding")), (text, coding), "{accepted}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        let again = visitor.bare(Method::GET, SCRIPT).header("Accept-Encoding", accepted);
        let again = again.header("If-None-Match", answer.header("etag"));
        assert_eq!(visitor.send(again).await.expect(304).bytes.len(), 0);
    }
    assert_eq!(visitor.get("/sw.js").await.expect(200).header("cache-control"), "no-cache");
    visitor.send(visitor.bare(Method::POST, "/sw.js")).await.expect(405);
}
