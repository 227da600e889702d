//! Pictures, videos and captions of the handbook: how they come in, also after a cut, and how they are served.

use super::program::{amends, failed};
use super::support::{Answer, Browser, TestDesk};
use async_room::Room;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use proxy::desk::uploads;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const UPLOADS: &str = "/api/handbook/uploads";
const MAIN: &str = "/api/handbook/pages/refunds-returns-cancellations";
const THIRD_OF_A_DAY: Duration = Duration::from_secs(8 * 60 * 60 + 1);
const CAPTIONS: &[u8] = b"WEBVTT\n\n00:00.000 --> 00:01.500\nRead the reason, then look.\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";

/// A WebM head, and bytes behind it that differ everywhere.
fn film(length: usize) -> Vec<u8> {
    let head = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm";
    let mut state = 7_u32;
    let mut noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let mut all = head.to_vec();
    all.extend(noise.by_ref().take(length - head.len()));
    all
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

async fn begin(browser: &mut Browser, name: &str, size: usize) -> String {
    let begun = browser.post(UPLOADS, &json!({ "name": name, "size": size })).await.expect(201);
    assert!(begun.header("location").starts_with("/api/handbook/uploads/u_"));
    begun.json()["id"].as_str().unwrap().to_owned()
}

fn piece(browser: &Browser, id: &str, offset: usize, bytes: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    let request = browser.ours(Method::PATCH, &format!("{UPLOADS}/{id}")).header("Tus-Resumable", "1.0.0");
    let request = request.header("Content-Type", "application/offset+octet-stream");
    request.header("Upload-Offset", offset.to_string()).body(bytes)
}

async fn send(browser: &mut Browser, id: &str, offset: usize, bytes: &[u8]) -> Answer {
    browser.send(piece(browser, id, offset, bytes.to_vec())).await
}

async fn finish(browser: &mut Browser, id: &str) -> Answer {
    browser.post(&format!("{UPLOADS}/{id}/file"), &json!({})).await
}

async fn received(browser: &mut Browser, id: &str) -> u64 {
    browser.get(&format!("{UPLOADS}/{id}")).await.expect(200).json()["received"].as_u64().unwrap()
}

/// Brings a whole file in, and answers its id.
async fn bring(browser: &mut Browser, name: &str, bytes: &[u8]) -> String {
    let id = begin(browser, name, bytes.len()).await;
    send(browser, &id, 0, bytes).await.expect(204);
    let file = finish(browser, &id).await.expect(200).json();
    assert_eq!(file["id"], sha256(bytes));
    sha256(bytes)
}

async fn served(browser: &mut Browser, file: &str) -> Answer {
    browser.get(&format!("/api/handbook/media/{file}")).await
}

/// What lies on the shelf of a desk.
async fn lying(desk: &TestDesk, folder: &str) -> usize {
    desk.desk.shelf.names(folder).await.unwrap().len()
}

#[tokio::test]
async fn a_part_of_a_file_is_answered_by_the_byte() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    // More than a part on the shelf holds, so that a range lies across two of them while it comes in.
    let whole = film(9_000_000);
    let id = bring(&mut ada, "Prüfung \"2\".webm", &whole).await;
    let path = format!("/api/handbook/media/{id}");
    let etag = format!("\"{id}\"");
    let last = whole.len() - 1;
    let all = format!("bytes 0-{last}/{}", whole.len());
    for (range, condition, status, said, expected) in [
        ("", "", 200, "", Some(0..whole.len())),
        ("bytes=0-", "", 206, all.as_str(), Some(0..whole.len())),
        ("bytes=0-0", "", 206, "bytes 0-0/9000000", Some(0..1)),
        ("bytes=10-19", "", 206, "bytes 10-19/9000000", Some(10..20)),
        ("bytes=4194300-4194309", "", 206, "bytes 4194300-4194309/9000000", Some(4_194_300..4_194_310)),
        ("bytes=8999999-", "", 206, "bytes 8999999-8999999/9000000", Some(8_999_999..9_000_000)),
        ("bytes=8999990-9999999", "", 206, "bytes 8999990-8999999/9000000", Some(8_999_990..9_000_000)),
        ("bytes=-5", "", 206, "bytes 8999995-8999999/9000000", Some(8_999_995..9_000_000)),
        ("bytes=-99999999", "", 206, all.as_str(), Some(0..whole.len())),
        ("bytes=0-9", etag.as_str(), 206, "bytes 0-9/9000000", Some(0..10)),
        ("bytes=0-9", "\"of another\"", 200, "", Some(0..whole.len())),
        ("bytes=9000000-", "", 416, "bytes */9000000", None),
        ("bytes=-0", "", 416, "bytes */9000000", None),
        ("bytes=5-1", "", 200, "", Some(0..whole.len())),
        ("bytes=0-1,3-4", "", 200, "", Some(0..whole.len())),
        ("pages=1-2", "", 200, "", Some(0..whole.len())),
    ] {
        let mut request = ada.bare(Method::GET, &path).header("Accept-Encoding", "gzip, br");
        if !range.is_empty() {
            request = request.header("Range", range);
        }
        if !condition.is_empty() {
            request = request.header("If-Range", condition);
        }
        let answer = ada.send(request).await;
        assert_eq!((answer.status, answer.header("content-range")), (status, said), "{range} {condition}");
        assert_eq!(answer.header("accept-ranges"), "bytes", "{range}");
        if let Some(expected) = expected {
            assert_eq!(answer.header("content-length"), expected.len().to_string(), "{range}");
            assert!(answer.bytes == whole[expected], "{range}: other bytes");
        }
    }
    let answer = served(&mut ada, &id).await;
    for (name, value) in [
        ("content-type", "video/webm"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=86400"),
        ("etag", &etag),
        ("content-encoding", ""),
        ("content-disposition", "inline; filename=\"Pr_fung _2_.webm\"; filename*=UTF-8''Pr%C3%BCfung%20%222%22.webm"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let known = ada.bare(Method::GET, &path).header("If-None-Match", &etag);
    assert_eq!(ada.send(known).await.expect(304).bytes, b"");
    let head = ada.bare(Method::HEAD, &path);
    assert_eq!(ada.send(head).await.expect(200).header("content-length"), "9000000");
    served(&mut ada, &"0".repeat(64)).await.refused(404, "not_found");
    served(&mut ada, "..%2Fparts").await.refused(404, "not_found");
}

#[tokio::test]
async fn an_upload_goes_on_from_wherever_it_broke_off_and_from_nowhere_else() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    for cut in [1, 17, 255, 256, 257, 1_024, 1_999] {
        let mut whole = film(2_000);
        // Another file each time.
        whole[1_500] = u8::try_from(cut % 251).unwrap();
        let id = begin(&mut ada, "step.webm", whole.len()).await;
        send(&mut ada, &id, 0, &whole[..cut]).await.expect(204);
        for wrong in [0, cut - 1, cut + 1, whole.len()] {
            let rest = whole.get(wrong..).unwrap_or_default();
            if wrong != cut {
                send(&mut ada, &id, wrong, rest).await.refused(409, "edited_meanwhile");
            }
        }
        let head = ada.bare(Method::HEAD, &format!("{UPLOADS}/{id}"));
        let head = ada.send(head).await.expect(200);
        assert_eq!((head.header("upload-offset"), head.header("upload-length")), (cut.to_string().as_str(), "2000"));
        assert_eq!((head.header("tus-resumable"), head.header("cache-control")), ("1.0.0", "no-store"));
        finish(&mut ada, &id).await.refused(422, "invalid");
        let answer = send(&mut ada, &id, cut, &whole[cut..]).await.expect(204);
        assert_eq!(answer.header("upload-offset"), "2000");
        let file = finish(&mut ada, &id).await.expect(200).json();
        assert_eq!(finish(&mut ada, &id).await.expect(200).json(), file, "its answer was lost");
        assert_eq!((&file["id"], &file["kind"]), (&json!(sha256(&whole)), &json!("webm")));
        assert!(served(&mut ada, &sha256(&whole)).await.expect(200).bytes == whole, "cut at {cut}");
        send(&mut ada, &id, 2_000, b"").await.refused(409, "edited_meanwhile");
    }
    assert_eq!(lying(&desk, "parts").await, 0, "what has become a file is not kept twice");
}

#[tokio::test]
async fn what_came_before_the_cut_is_kept() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let whole = film(10_000_000);
    let id = begin(&mut ada, "step.webm", whole.len()).await;
    // One long request, as other clients send, that is cut off behind nine of ten million bytes.
    let pieces: Vec<Result<Bytes, std::io::Error>> =
        whole[..9_000_000].chunks(250_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let cut = stream::iter(pieces).chain(stream::once(async { Err(std::io::Error::other("cut")) }));
    let request = piece(&ada, &id, 0, reqwest::Body::wrap_stream(cut)).header("Content-Length", whole.len());
    assert!(request.send().await.is_err());
    let open = ada.get(UPLOADS).await.expect(200).json();
    assert_eq!((&open["open"][0]["id"], &open["open"][0]["name"]), (&json!(id), &json!("step.webm")));
    // The desk may still be putting away what it has: as a client does, it is asked anew where the upload stands.
    let given_up = std::time::Instant::now() + Duration::from_secs(20);
    let stands = loop {
        assert!(std::time::Instant::now() < given_up, "the whole parts are not counted");
        let stands = received(&mut ada, &id).await;
        let rest = usize::try_from(stands).unwrap();
        if stands >= 8_388_608 && send(&mut ada, &id, rest, &whole[rest..]).await.status == 204 {
            break stands;
        }
        tokio::task::yield_now().await;
    };
    assert!(stands <= 9_000_000, "{stands}");
    finish(&mut ada, &id).await.expect(200);
    assert!(served(&mut ada, &sha256(&whole)).await.bytes == whole);
    assert_eq!(ada.get(UPLOADS).await.expect(200).json()["open"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_bring_the_same_part_one_counts_and_the_same_file_is_kept_once() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut bo = desk.member(&mut ada, "Bo", "lead", json!("all")).await;
    let whole = film(300_000);
    let id = begin(&mut ada, "step.webm", whole.len()).await;
    let mut other = film(300_000);
    other[299_999] ^= 1;
    let (one, two) = (piece(&ada, &id, 0, whole.clone()), piece(&ada, &id, 0, other.clone()));
    let (one, two) = tokio::join!(one.send(), two.send());
    let mut statuses = [one.unwrap().status().as_u16(), two.unwrap().status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    let file = finish(&mut ada, &id).await.expect(200).json();
    let kept = served(&mut ada, file["id"].as_str().unwrap()).await.expect(200).bytes;
    assert_eq!(sha256(&kept), file["id"].as_str().unwrap());
    assert!(kept == whole || kept == other);

    let (mine, theirs) = (begin(&mut ada, "a.webm", 5_000).await, begin(&mut bo, "b.webm", 5_000).await);
    let same = film(5_000);
    send(&mut ada, &mine, 0, &same).await.expect(204);
    send(&mut bo, &theirs, 0, &same).await.expect(204);
    let (one, two) = tokio::join!(finish(&mut ada, &mine), finish(&mut bo, &theirs));
    assert_eq!(one.expect(200).json(), two.expect(200).json(), "the same content is the same file");
    assert_eq!((lying(&desk, "files").await, lying(&desk, "parts").await), (2, 0));
    assert!(served(&mut bo, &sha256(&same)).await.expect(200).bytes == same);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_comes() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let body = ada.post(UPLOADS, &json!({ "name": "long.mp4", "size": 500_000_001 })).await.refused(413, "too_large");
    assert_eq!(body["details"]["limit_bytes"], 500_000_000);
    for (name, size, head, limit) in
        [("big.png", 10_000_001, PNG, 10_000_000), ("all.vtt", 1_000_001, CAPTIONS, 1_000_000)]
    {
        let id = begin(&mut ada, name, size).await;
        let mut bytes = head.to_vec();
        bytes.resize(400, b' ');
        let body = send(&mut ada, &id, 0, &bytes).await.refused(413, "too_large");
        assert_eq!(body["details"]["limit_bytes"], limit, "{name}");
        ada.get(&format!("{UPLOADS}/{id}")).await.refused(404, "not_found");
    }
    let id = begin(&mut ada, "step.webm", 1_000).await;
    send(&mut ada, &id, 0, &film(1_001)).await.refused(422, "invalid");
    assert_eq!(received(&mut ada, &id).await, 0);
    for size in [json!(0), json!(-1), json!("7"), Value::Null] {
        ada.post(UPLOADS, &json!({ "name": "a.png", "size": size })).await.expect(422);
    }
    for name in ["", " ", "a\nb", "x".repeat(201).as_str()] {
        ada.post(UPLOADS, &json!({ "name": name, "size": 7 })).await.refused(422, "invalid");
    }
    for _ in 0..19 {
        begin(&mut ada, "a.png", 7).await;
    }
    ada.post(UPLOADS, &json!({ "name": "a.png", "size": 7 })).await.refused(422, "invalid");
}

#[tokio::test]
async fn what_a_file_is_follows_from_its_bytes() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let captions = |text: &str| text.as_bytes().to_vec();
    // Refused with the first bytes, or once the whole is looked at.
    for (name, bytes, first, code, problem) in [
        ("photo.png", b"MZ\x90\0 a program".to_vec(), 415, "wrong_type", ""),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), 415, "wrong_type", ""),
        ("page.mp4", b"<!doctype html><script>alert(1)</script>".to_vec(), 415, "wrong_type", ""),
        ("clip.mov", b"\0\0\0\x14ftypqt  \0\0\x02\0qt  more".to_vec(), 415, "wrong_type", ""),
        ("photo.png", b"\x89PNG\r\n\x1a\n".to_vec(), 204, "wrong_type", ""),
        ("huge.png", [&PNG[..16], &[0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0]].concat(), 204, "wrong_type", ""),
        ("a.vtt", captions("WEBVTT\n\n00:01,000 --> 00:02,000\nHi"), 204, "invalid", "line 3 has a time"),
        ("a.vtt", captions("WEBVTT\n\n"), 204, "invalid", "has no caption"),
    ] {
        let id = begin(&mut ada, name, bytes.len()).await;
        let answer = send(&mut ada, &id, 0, &bytes).await.expect(first);
        let refused = if first == 204 { finish(&mut ada, &id).await } else { answer };
        let body = refused.refused(if code == "invalid" { 422 } else { 415 }, code);
        assert!(body["details"]["problem"].as_str().unwrap_or_default().starts_with(problem), "{name}: {body}");
        ada.get(&format!("{UPLOADS}/{id}")).await.refused(404, "not_found");
    }
    assert_eq!((lying(&desk, "files").await, lying(&desk, "parts").await), (0, 0), "nothing of it is kept");
    // Whatever it is called.
    let id = bring(&mut ada, "evil.html", PNG).await;
    assert_eq!(served(&mut ada, &id).await.expect(200).header("content-type"), "image/png");
    let id = bring(&mut ada, "words.exe", CAPTIONS).await;
    assert_eq!(served(&mut ada, &id).await.expect(200).header("content-type"), "text/vtt; charset=utf-8");
    let request = json!({ "name": "a.png", "size": PNG.len(), "sha256": "a".repeat(64) });
    let id = ada.post(UPLOADS, &request).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    send(&mut ada, &id, 0, PNG).await.expect(204);
    assert_eq!(finish(&mut ada, &id).await.refused(422, "invalid")["details"]["field"], "sha256");
}

#[tokio::test]
async fn leads_bring_files_and_everybody_who_is_signed_in_sees_them() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut bo = desk.member(&mut ada, "Bo", "lead", json!("all")).await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let id = begin(&mut bo, "step.webm", 1_000).await;
    ann.post(UPLOADS, &json!({ "name": "a.png", "size": 7 })).await.refused(403, "forbidden");
    send(&mut ann, &id, 0, &film(1_000)).await.refused(403, "forbidden");
    finish(&mut ann, &id).await.refused(403, "forbidden");
    // Of another lead nobody goes on with it, or sees that there is one.
    send(&mut ada, &id, 0, &film(1_000)).await.refused(404, "not_found");
    finish(&mut ada, &id).await.refused(404, "not_found");
    ada.delete(&format!("{UPLOADS}/{id}")).await.refused(404, "not_found");
    assert_eq!(ada.get(UPLOADS).await.json()["open"], json!([]));
    assert_eq!(received(&mut bo, &id).await, 0);
    let file = bring(&mut bo, "step.webm", &film(2_000)).await;
    served(&mut ann, &file).await.expect(200);
    served(&mut desk.visitor(), &file).await.refused(401, "signed_out");
    send(&mut bo, &id, 0, &film(1_000)[..500]).await.expect(204);
    bo.delete(&format!("{UPLOADS}/{id}")).await.expect(204);
    assert_eq!(lying(&desk, "parts").await, 0);
    let request = || bo.ours(Method::POST, UPLOADS).header("Idempotency-Key", "once");
    let (one, two) =
        (request().json(&json!({ "name": "a", "size": 7 })), request().json(&json!({ "name": "a", "size": 7 })));
    assert_eq!(bo.send(one).await.expect(201).json(), bo.send(two).await.expect(201).json(), "its answer was lost");
}

#[tokio::test]
async fn another_protocol_is_told_what_is_spoken() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let id = begin(&mut ada, "step.webm", 1_000).await;
    let path = format!("{UPLOADS}/{id}");
    let bare = || ada.ours(Method::PATCH, &path).body(film(1_000));
    let kind = "application/offset+octet-stream";
    let (none, older) = (bare(), bare().header("Tus-Resumable", "0.2.2").header("Content-Type", kind));
    for request in [none, older] {
        let answer = ada.send(request).await.expect(412);
        assert_eq!(answer.header("tus-version"), "1.0.0");
    }
    let spoken = || ada.ours(Method::PATCH, &path).header("Tus-Resumable", "1.0.0").body(film(1_000));
    let (form, nowhere) = (spoken().header("Upload-Offset", "0"), spoken().header("Content-Type", kind));
    let negative = spoken().header("Content-Type", kind).header("Upload-Offset", "-1");
    ada.send(form).await.refused(415, "wrong_type");
    ada.send(nowhere).await.refused(422, "invalid");
    ada.send(negative).await.refused(422, "invalid");
    assert_eq!(received(&mut ada, &id).await, 0);
    let asked = ada.send(ada.bare(Method::OPTIONS, UPLOADS)).await.expect(204);
    for (name, value) in [("tus-version", "1.0.0"), ("tus-max-size", "500000000"), ("tus-extension", "termination")] {
        assert_eq!(asked.header(name), value);
    }
}

#[tokio::test]
async fn a_full_store_loses_nothing_and_goes_on_when_there_is_room() {
    let room = Arc::new(Room::of(1_500));
    let desk = TestDesk::start_on(&[], Some(room.clone())).await;
    let mut ada = desk.admin().await;
    let whole = film(2_000);
    let id = begin(&mut ada, "step.webm", whole.len()).await;
    send(&mut ada, &id, 0, &whole[..1_000]).await.expect(204);
    send(&mut ada, &id, 1_000, &whole[1_000..]).await.refused(503, "store_unavailable");
    assert_eq!(received(&mut ada, &id).await, 1_000);
    room.give(500);
    send(&mut ada, &id, 1_000, &whole[1_000..]).await.expect(204);
    finish(&mut ada, &id).await.refused(503, "store_unavailable");
    assert_eq!(received(&mut ada, &id).await, 2_000, "all of it is there still");
    room.give(2_000);
    finish(&mut ada, &id).await.expect(200);
    assert!(served(&mut ada, &sha256(&whole)).await.expect(200).bytes == whole);
}

#[tokio::test]
async fn what_nobody_needs_is_swept_away_and_nothing_else() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let (used, unused, before) = (
        bring(&mut ada, "used.png", PNG).await,
        bring(&mut ada, "unused.webm", &film(700)).await,
        bring(&mut ada, "before.webm", &film(900)).await,
    );
    let mut draft = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    let mut say = async |text: String, video: Option<String>, ada: &mut Browser| {
        draft["content"]["steps"][0]["text"] = json!(text);
        draft["content"]["steps"][0]["video"] = json!(video);
        let save = json!({ "revision": draft["revision"], "content": draft["content"] });
        draft["revision"] = ada.put(&format!("{MAIN}/draft"), &save).await.expect(200).json()["revision"].clone();
        draft["revision"].clone()
    };
    say("First.".to_owned(), Some(format!("media:{before}")), &mut ada).await;
    desk.pass(Duration::from_secs(61));
    let revision = say(format!("![The label](media:{used})"), None, &mut ada).await;
    let late = begin(&mut ada, "late.webm", 1_000).await;
    send(&mut ada, &late, 0, &film(1_000)[..600]).await.expect(204);
    uploads::sweep(&desk.desk).await.unwrap();
    assert_eq!(lying(&desk, "files").await, 3, "nothing is a day old");
    for _ in 0..3 {
        desk.pass(THIRD_OF_A_DAY);
        // Who works stays signed in.
        ada.get("/api/handbook").await.expect(200);
    }
    uploads::sweep(&desk.desk).await.unwrap();
    served(&mut ada, &unused).await.refused(404, "not_found");
    served(&mut ada, &used).await.expect(200);
    served(&mut ada, &before).await.expect(200);
    ada.get(&format!("{UPLOADS}/{late}")).await.refused(404, "not_found");
    assert_eq!((lying(&desk, "files").await, lying(&desk, "parts").await), (2, 0));
    // Published, the draft and what it was are gone; what a version says stays for ever.
    let review = json!({ "revision": revision, "change": "wording", "description": "A picture." });
    ada.post(&format!("{MAIN}/draft/review"), &review).await.expect(204);
    ada.post(&format!("{MAIN}/draft/publish"), &json!({ "revision": revision })).await.expect(200);
    uploads::sweep(&desk.desk).await.unwrap();
    served(&mut ada, &before).await.refused(404, "not_found");
    served(&mut ada, &used).await.expect(200);
    // Brought again, it is there again.
    bring(&mut ada, "before.webm", &film(900)).await;
    served(&mut ada, &before).await.expect(200);
}

#[tokio::test]
async fn a_page_shows_its_own_files_and_loads_nothing_from_elsewhere() {
    let desk = TestDesk::start().await;
    let mut ada = desk.admin().await;
    let mut ann = desk.member(&mut ada, "Ann", "agent", json!("all")).await;
    let (picture, video) = (bring(&mut ada, "a.png", PNG).await, bring(&mut ada, "b.webm", &film(900)).await);
    let captions = bring(&mut ada, "b.vtt", CAPTIONS).await;
    let text = format!("![The label](media:{picture}) ![](media:{picture}) ![p](https://evil.example/p.png)");
    let step = json!({
        "title": "Look", "text": text, "video": format!("media:{video}"), "poster": picture, "captions": captions
    });
    let page = json!({ "title": "T", "steps": [step] });
    let shown = ada.post("/api/handbook/preview", &page).await.expect(200).json();
    let html = shown["steps"][0]["html"].as_str().unwrap();
    assert_eq!(html.matches("<img").count(), 2, "{html}");
    assert!(html.contains(&format!("<img src=\"/api/handbook/media/{picture}\" alt=\"The label\" loading=\"lazy\">")));
    assert_eq!(shown["steps"][0]["own_video"], json!({ "file": video, "poster": picture, "captions": captions }));
    assert_eq!(shown["missing"].as_array().unwrap().len(), 1, "one picture has no words: {shown}");

    let mut draft = ada.post(&format!("{MAIN}/draft"), &json!({})).await.expect(200).json();
    let mut save = async |step: &Value, ada: &mut Browser| {
        draft["content"]["steps"][0] = step.clone();
        let save = json!({ "revision": draft["revision"], "content": draft["content"] });
        draft["revision"] = ada.put(&format!("{MAIN}/draft"), &save).await.expect(200).json()["revision"].clone();
        json!({ "revision": draft["revision"], "change": "wording", "description": "Pictures." })
    };
    let review = format!("{MAIN}/draft/review");
    for (field, value) in [
        ("video", json!(format!("media:{picture}"))),
        ("video", json!(format!("media:{}", "0".repeat(64)))),
        ("video", json!("media:nothing")),
        ("poster", json!(video)),
        ("captions", json!(picture)),
        ("text", json!(format!("![x](media:{video})"))),
    ] {
        let mut wrong = step.clone();
        wrong[field] = value;
        let request = save(&wrong, &mut ada).await;
        assert_eq!(ada.post(&review, &request).await.refused(422, "invalid")["details"]["field"], field);
    }
    let request = save(&step, &mut ada).await;
    ada.post(&review, &request).await.expect(204);
    ada.post(&format!("{MAIN}/draft/publish"), &json!({ "revision": request["revision"] })).await.expect(200);
    let seen = ann.get(MAIN).await.expect(200);
    assert_eq!(seen.json()["shown"]["steps"][0]["own_video"]["file"], video);
    assert!(seen.header("content-security-policy").contains("media-src 'self';"));
    assert!(seen.header("content-security-policy").contains("img-src 'self' blob: data:;"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_the_desk_has_its_pictures_and_videos_too() {
    let data = tempfile::tempdir().unwrap();
    let path = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    let database = format!("sqlite://{}", path("amends.db"));
    let settings = [("AMENDS_DATABASE_URL", database.as_str()), ("AMENDS_MEDIA_URL", &path("media"))];
    let desk = TestDesk::start_with(&settings).await;
    let mut ada = desk.admin().await;
    let copy = path("copy.db");
    let none = amends(data.path(), &["backup", &copy], &settings, "");
    assert!(none.status.success() && !std::fs::exists(path("copy.db.media")).unwrap());
    std::fs::remove_file(&copy).unwrap();
    let whole = film(6_000_000);
    bring(&mut ada, "step.webm", &whole).await;
    let made = amends(data.path(), &["backup", &copy], &settings, "");
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success() && said.contains("1 picture or video of the handbook: copied to"), "{said}");
    let lie =
        |folder: &str| std::fs::read_dir(path(folder)).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    let (original, copied) = (lie("media/files").remove(0), lie("copy.db.media/files").remove(0));
    assert!(std::fs::read(&copied).unwrap() == whole);
    assert!(!std::fs::exists(path("copy.db-shm")).unwrap(), "a copy is one file");

    // The folder is lost, and what a copy then lacks is said.
    std::fs::remove_file(&original).unwrap();
    let gap = amends(data.path(), &["backup", &path("gap.db")], &settings, "");
    failed(&gap, &["not found whole", "and so not copied: files/u_"]);
    drop(desk);
    let elsewhere = [("AMENDS_DATABASE_URL", "sqlite://new.db"), ("AMENDS_MEDIA_URL", "new-media")]
        .map(|(name, place)| (name, place.replace("new", &path("new"))));
    let elsewhere = [(elsewhere[0].0, elsewhere[0].1.as_str()), (elsewhere[1].0, elsewhere[1].1.as_str())];
    let back = amends(data.path(), &["restore", &copy], &elsewhere, "");
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
    assert!(std::fs::read(lie("new-media/files").remove(0)).unwrap() == whole);
    std::fs::remove_dir_all(path("copy.db.media")).unwrap();
    std::fs::remove_dir_all(path("new-media")).unwrap();
    failed(&amends(data.path(), &["restore", &copy], &elsewhere, ""), &["not found whole", "copy.db.media"]);
}

/// A place in memory with so much room.
mod async_room {
    use futures_util::stream::BoxStream;
    use object_store::memory::InMemory;
    use object_store::path::Path;
    use object_store::{
        CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
        PutOptions, PutPayload, PutResult, Result, UploadPart,
    };
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Debug)]
    pub(crate) struct Room {
        held: InMemory,
        left: Arc<AtomicUsize>,
    }

    fn take(left: &AtomicUsize, bytes: usize) -> Result<()> {
        let taken = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(bytes));
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        taken.map(drop).map_err(|_| object_store::Error::Generic { store: "room", source: Box::new(full()) })
    }

    impl Room {
        pub(crate) fn of(bytes: usize) -> Self {
            Self { held: InMemory::new(), left: Arc::new(AtomicUsize::new(bytes)) }
        }

        pub(crate) fn give(&self, bytes: usize) {
            self.left.fetch_add(bytes, Ordering::SeqCst);
        }
    }

    impl std::fmt::Display for Room {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a room")
        }
    }

    #[derive(Debug)]
    struct Pieces {
        inner: Box<dyn MultipartUpload>,
        left: Arc<AtomicUsize>,
    }

    #[async_trait::async_trait]
    impl MultipartUpload for Pieces {
        fn put_part(&mut self, data: PutPayload) -> UploadPart {
            let fits = take(&self.left, data.content_length());
            let put = self.inner.put_part(data);
            Box::pin(async move {
                fits?;
                put.await
            })
        }

        async fn complete(&mut self) -> Result<PutResult> {
            self.inner.complete().await
        }

        async fn abort(&mut self) -> Result<()> {
            self.inner.abort().await
        }
    }

    #[async_trait::async_trait]
    impl ObjectStore for Room {
        async fn put_opts(&self, place: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
            take(&self.left, payload.content_length())?;
            self.held.put_opts(place, payload, options).await
        }

        async fn put_multipart_opts(
            &self,
            place: &Path,
            options: PutMultipartOptions,
        ) -> Result<Box<dyn MultipartUpload>> {
            let inner = self.held.put_multipart_opts(place, options).await?;
            Ok(Box::new(Pieces { inner, left: self.left.clone() }))
        }

        async fn get_opts(&self, place: &Path, options: GetOptions) -> Result<GetResult> {
            self.held.get_opts(place, options).await
        }

        fn delete_stream(&self, places: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
            self.held.delete_stream(places)
        }

        fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
            self.held.list(prefix)
        }

        async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
            self.held.list_with_delimiter(prefix).await
        }

        async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
            self.held.copy_opts(from, to, options).await
        }
    }
}
