//! The live stream: what is sent, to whom, and from where on.

use crate::support::{Browser, TestDesk};
use proxy::store::events;
use proxy::store::shops::AppKind;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use shared::id::ShopId;
use shared::wire::event::Event;
use std::time::Duration;

/// A stream, read event by event.
pub(super) struct Live {
    answer: Response,
    text: String,
}

impl Live {
    pub(super) async fn open(browser: &Browser, last: Option<&str>) -> Self {
        let mut request = browser.bare(Method::GET, "/api/events");
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut live = Self { answer, text: String::new() };
        // The first bytes say that it is live.
        assert!(live.block().await.unwrap().starts_with(": live"));
        live
    }

    /// One block of lines; none at the end of the stream.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let part = tokio::time::timeout(Duration::from_secs(10), self.answer.chunk()).await.unwrap().unwrap()?;
            self.text.push_str(std::str::from_utf8(&part).unwrap());
        }
    }

    pub(super) async fn next(&mut self) -> (String, Value) {
        let block = self.block().await.unwrap();
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
        (field("id: "), serde_json::from_str(&field("data: ")).unwrap())
    }
}

fn gone(case: &str) -> Event {
    Event::CaseGone { case: case.parse().unwrap() }
}

fn append(desk: &TestDesk, shop: &ShopId, case: &str) {
    let now = desk.desk.clock.now();
    desk.desk.store.write(|tx| events::append(tx, shop, &gone(case), now)).unwrap();
    desk.desk.publish();
}

#[tokio::test]
async fn news_of_seen_shops_arrives_in_order_and_nothing_else() {
    let desk = TestDesk::start().await;
    let (seen, hidden) = (desk.shop(AppKind::Real, "1"), desk.shop(AppKind::Real, "2"));
    let mut admin = desk.admin().await;
    let bo = desk.member(&mut admin, "Bo", "agent", json!({ "only": [seen] })).await;
    append(&desk, &seen, "before");
    let mut live = Live::open(&bo, None).await;
    append(&desk, &hidden, "hidden");
    append(&desk, &seen, "one");
    append(&desk, &seen, "two");
    assert_eq!(live.next().await.1, json!({ "event": "case_gone", "case": "one" }));
    let (id, event) = live.next().await;
    assert_eq!(event["case"], "two");
    append(&desk, &seen, "three");
    let mut resumed = Live::open(&bo, Some(&id)).await;
    assert_eq!(resumed.next().await.1["case"], "three");
}

#[tokio::test]
async fn a_place_that_is_lost_is_answered_with_resync() {
    let desk = TestDesk::start().await;
    let shop = desk.shop(AppKind::Real, "1");
    let admin = desk.admin().await;
    append(&desk, &shop, "one");
    let mut live = Live::open(&admin, Some("99999")).await;
    assert_eq!(live.next().await.1["event"], "resync");
    append(&desk, &shop, "two");
    assert_eq!(live.next().await.1["case"], "two");
}

#[tokio::test]
async fn who_is_deciding_is_told_as_it_changes() {
    let desk = TestDesk::start().await;
    let shop = desk.shop(AppKind::Real, "1");
    let case = desk.refund(&shop, "7");
    let mut admin = desk.admin().await;
    let mut marek = desk.member(&mut admin, "Marek", "agent", json!("all")).await;
    let id = marek.get("/api/session").await.json()["me"]["id"].clone();
    let path = format!("/api/cases/{case}/claim");
    let mut live = Live::open(&admin, None).await;
    let taken = marek.post(&path, &json!({})).await.expect(200).json();
    assert_eq!(live.next().await.1["row"], taken);
    assert_eq!(taken["lease"]["by"], id);
    marek.delete(&path).await.expect(204);
    let free = live.next().await.1;
    assert_eq!((&free["row"]["id"], free["row"].get("lease")), (&json!(case), None));
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut bo = desk.member(&mut admin, "Bo", "agent", json!("all")).await;
    let id = bo.get("/api/session").await.json()["me"]["id"].as_str().unwrap().to_owned();
    let mut live = Live::open(&bo, None).await;
    admin.delete(&format!("/api/team/{id}")).await.expect(204);
    assert_eq!(live.next().await.1["event"], "signed_out");
    assert_eq!(live.block().await, None);
}
