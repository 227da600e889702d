//! The packing table: scans, answers, photos, the lead who is asked, and what of it the timeline keeps.

use crate::support::{Browser, TestDesk};
use proxy::store::shops::AppKind;
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::facts::PlatformCase;
use shared::domain::fixtures::{CaseBuilder, a_case};
use shared::id::ShopId;

const ASKED: &str = "SELLER_RESPOND_RECEIVE_PACKAGE";

/// A return whose verdict is asked for, with its number in every code.
fn parcel(number: u32) -> CaseBuilder {
    a_case("RETURN_AND_REFUND", "BUYER_SHIPPED_ITEM").asks(ASKED).with(|case| {
        case.platform_id = format!("4037-{number}");
        case.order_id = format!("5771-{number}");
        case.tracking_number = Some(format!("RT 99-{number}"));
    })
}

struct Table {
    desk: TestDesk,
    shop: ShopId,
    tom: Browser,
}

impl Table {
    async fn start() -> Self {
        let desk = TestDesk::start().await;
        let shop = desk.shop(AppKind::Practice, "1");
        let mut admin = desk.admin().await;
        let tom = desk.member(&mut admin, "Tom", "agent", json!("all")).await;
        Self { desk, shop, tom }
    }

    /// The case as the desk knows it from now on.
    fn read(&self, case: CaseBuilder) -> String {
        self.read_of(&self.shop, &case.build())
    }

    fn read_of(&self, shop: &ShopId, case: &PlatformCase) -> String {
        let desk = &self.desk.desk;
        let now = desk.clock.now();
        let id = desk.store.write(|tx| {
            let applied = desk.book.apply(tx, &proxy::store::shops::find(tx, shop)?.unwrap(), case, now)?;
            desk.book.refresh(tx, &applied.case, now)?;
            Ok::<_, proxy::store::StoreError>(applied.case)
        });
        desk.publish();
        id.unwrap().to_string()
    }

    async fn scan(&mut self, code: &str) -> Value {
        self.tom.post("/api/inspect/scan", &json!({ "code": code })).await.expect(200).json()
    }

    async fn view(&mut self, case: &str) -> Value {
        self.tom.get(&format!("/api/cases/{case}")).await.expect(200).json()
    }

    async fn answer(&mut self, case: &str, question: &str, is_yes: bool) -> Value {
        let body = json!({ "question": question, "is_yes": is_yes });
        self.tom.write(Method::PUT, &format!("/api/cases/{case}/answer"), &body).await.expect(200).json()
    }

    async fn photo(&mut self, case: &str) -> String {
        let path = format!("/api/cases/{case}/evidence?name=label.png");
        let upload = self.tom.ours(Method::POST, &path).header("Idempotency-Key", "p").body(PIXEL);
        self.tom.send(upload).await.expect(200).json()["id"].as_str().unwrap().to_owned()
    }
}

/// The smallest picture there is.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

fn happened<'a>(view: &'a Value, what: &str) -> Vec<&'a Value> {
    let entries = view["timeline"].as_array().unwrap().iter();
    entries.filter(|entry| entry["what"] == what || entry["what"].get(what).is_some()).collect()
}

#[tokio::test]
async fn a_parcel_is_found_by_every_code_on_it_and_marked_once() {
    let mut table = Table::start().await;
    let case = table.read(parcel(1).with(|case| {
        case.rma_id = Some("rma-7".to_owned());
        case.group_id = Some("combined-8".to_owned());
    }));
    table.read(parcel(12));
    assert_eq!(table.view(&case).await["inspection"]["scan"], Value::Null);
    for code in ["rt99-1", " RT 99-1\r", "4037-1", "5771-1", "RMA-7", "combined-8"] {
        let answer = table.scan(code).await;
        assert_eq!((&answer["scanned"], answer["found"].as_array().unwrap().len()), (&json!(case), 1), "{code:?}");
    }
    let view = table.view(&case).await;
    assert_eq!(view["row"]["flags"], json!(["arrived", "grouped"]));
    assert_eq!(view["inspection"]["scan"]["at"], 1_790_000_000_000_i64);
    let scans = happened(&view, "scanned");
    assert_eq!(scans.len(), 1, "scanning again changes nothing");
    assert_eq!(scans[0]["who"]["agent"], view["inspection"]["scan"]["by"]);
}

#[tokio::test]
async fn what_cannot_be_one_parcel_is_chosen_by_the_packer_or_told() {
    let mut table = Table::start().await;
    let one = table.read(parcel(1).with(|case| case.rma_id = Some("together".to_owned())));
    let other = table.read(parcel(2).with(|case| case.rma_id = Some("together".to_owned())));
    let done = a_case("RETURN_AND_REFUND", "RETURN_OR_REFUND_REQUEST_COMPLETE");
    let done = table.read(done.with(|case| case.platform_id = "done-3".to_owned()));
    let answer = table.scan("together").await;
    assert_eq!((&answer["scanned"], answer["found"].as_array().unwrap().len()), (&Value::Null, 2));
    table.tom.post(&format!("/api/cases/{other}/scanned"), &json!({})).await.expect(204);
    assert_eq!(table.view(&one).await["inspection"]["scan"], Value::Null);
    assert!(table.view(&other).await["inspection"]["scan"]["at"].is_i64());
    for (code, found) in [("done-3", 1), ("nothing", 0), ("4037", 0), ("%", 0), ("_", 0)] {
        let answer = table.scan(code).await;
        assert_eq!((&answer["scanned"], answer["found"].as_array().unwrap().len()), (&Value::Null, found), "{code}");
    }
    table.tom.post(&format!("/api/cases/{done}/scanned"), &json!({})).await.refused(422, "invalid");
    for code in [String::new(), "  ".to_owned(), "7".repeat(101)] {
        table.tom.post("/api/inspect/scan", &json!({ "code": code })).await.refused(422, "invalid");
    }
}

#[tokio::test]
async fn a_parcel_that_comes_before_it_is_asked_about_has_arrived_once_it_is() {
    let mut table = Table::start().await;
    let on_its_way = || parcel(1).with(|case| case.actions.clear());
    let case = table.read(on_its_way());
    assert_eq!(table.scan("RT99-1").await["scanned"], json!(case));
    assert_eq!(table.view(&case).await["row"]["flags"], json!([]));
    table.read(on_its_way().at(2_000).asks(ASKED));
    assert_eq!(table.view(&case).await["row"]["flags"], json!(["arrived"]));
}

#[tokio::test]
async fn parcels_that_are_here_come_first_each_by_its_deadline() {
    let mut table = Table::start().await;
    let due = |number, at| {
        parcel(number).with(move |case| case.actions[0].deadline = Some(shared::time::Timestamp::from_millis(at)))
    };
    let ids: Vec<String> =
        [(1, 100), (2, 400), (3, 300), (4, 200)].map(|(number, at)| table.read(due(number, at))).into();
    for code in ["RT99-2", "RT99-3"] {
        table.scan(code).await;
    }
    let mut listed: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = table.tom.get(&format!("/api/cases?stage=to_inspect&limit=1{cursor}")).await.expect(200).json();
        listed.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed, [2, 1, 0, 3].map(|place: usize| json!(ids[place])));
}

#[tokio::test]
async fn the_last_answer_and_the_last_photo_count_and_everybody_sees_them() {
    let mut table = Table::start().await;
    let (case, other) = (table.read(parcel(1)), table.read(parcel(2)));
    let version = table.view(&case).await["row"]["version"].as_u64().unwrap();
    table.answer(&case, "unused", true).await;
    table.answer(&case, "right_item", true).await;
    let mut admin = table.desk.visitor();
    let sign_in = json!({ "email": "ada@example.com", "password": crate::support::PASSWORD });
    admin.post("/api/session", &sign_in).await.expect(204);
    let no = json!({ "question": "unused", "is_yes": false });
    admin.write(Method::PUT, &format!("/api/cases/{case}/answer"), &no).await.expect(200);
    let (first, second) = (table.photo(&case).await, table.photo(&case).await);
    let foreign = table.photo(&other).await;
    let path = format!("/api/cases/{case}/shot");
    for evidence in [&first, &second] {
        let body = json!({ "slot": "label", "evidence": evidence });
        table.tom.write(Method::PUT, &path, &body).await.expect(200);
    }
    for evidence in [foreign.as_str(), "e_nothing"] {
        let body = json!({ "slot": "label", "evidence": evidence });
        table.tom.write(Method::PUT, &path, &body).await.refused(422, "invalid");
    }
    let view = table.view(&case).await;
    let answers: Vec<_> = view["inspection"]["answers"].as_array().unwrap().iter().collect();
    assert_eq!(answers.iter().map(|answer| &answer["question"]).collect::<Vec<_>>(), ["right_item", "unused"]);
    assert_eq!((&answers[0]["is_yes"], &answers[1]["is_yes"]), (&json!(true), &json!(false)));
    assert_ne!(answers[0]["by"], answers[1]["by"]);
    assert_eq!(view["inspection"]["shots"].as_array().unwrap().len(), 1);
    assert_eq!(view["inspection"]["shots"][0]["evidence"], json!(second));
    assert_eq!(view["evidence"].as_array().unwrap().len(), 2, "the photo that was taken again stays a proof");
    // Each is news to whoever has the parcel open.
    assert_eq!(view["row"]["version"].as_u64().unwrap(), version + 7);
}

#[tokio::test]
async fn what_was_answered_stands_in_the_timeline_with_the_verdict() {
    let mut table = Table::start().await;
    let case = table.read(parcel(1));
    table.answer(&case, "right_item", true).await;
    table.answer(&case, "clean_and_whole", false).await;
    let evidence = table.photo(&case).await;
    let shot = json!({ "slot": "front", "evidence": evidence });
    table.tom.write(Method::PUT, &format!("/api/cases/{case}/shot"), &shot).await.expect(200);
    let accept = json!({ "kind": "accept_parcel" });
    table.tom.post(&format!("/api/cases/{case}/decision"), &accept).await.expect(200);
    table.answer(&case, "right_item", false).await;
    let view = table.view(&case).await;
    let found = happened(&view, "inspected");
    assert_eq!(found.len(), 1);
    let kept = &found[0]["what"]["inspected"];
    assert_eq!((&kept["answers"][0]["is_yes"], &kept["answers"][1]["is_yes"]), (&json!(true), &json!(false)));
    assert_eq!(kept["answers"][0]["by"], found[0]["who"]["agent"]);
    assert_eq!(kept["shots"][0]["evidence"], json!(evidence));
    let desk = &table.desk.desk;
    assert_eq!(desk.store.read(|tx| desk.book.chain.verify(tx, &[])).unwrap(), []);
}

#[tokio::test]
async fn a_lead_is_asked_once_and_holds_the_case() {
    let mut table = Table::start().await;
    let case = table.read(parcel(1));
    let deadline = table.view(&case).await["row"]["deadline"].clone();
    let path = format!("/api/cases/{case}/lead");
    let mut admin = table.desk.visitor();
    let sign_in = json!({ "email": "ada@example.com", "password": crate::support::PASSWORD });
    admin.post("/api/session", &sign_in).await.expect(204);
    let lea = table.desk.member(&mut admin, "Lea", "lead", json!({ "only": [table.shop] })).await;
    let members = admin.get("/api/team").await.expect(200).json();
    let id_of = |name: &str| {
        let found = members.as_array().unwrap().iter().find(|member| member["name"] == name).unwrap();
        found["id"].clone()
    };
    drop(lea);
    for _ in 0..2 {
        let body = json!({ "lead": null, "text": "A stain, or the weave?" });
        let ask = table.tom.ours(Method::POST, &path).header("Idempotency-Key", "same").json(&body);
        let asked = table.tom.send(ask).await.expect(200).json();
        assert_eq!(asked["lead"], id_of("Lea"), "a lead before an admin");
    }
    let view = table.view(&case).await;
    assert_eq!((&view["row"]["assignee"], &view["row"]["deadline"]), (&id_of("Lea"), &deadline));
    assert_eq!((&view["row"]["is_unread"], &view["row"]["stage"]), (&json!(true), &json!("to_inspect")));
    assert_eq!(view["notes"].as_array().unwrap().len(), 1);
    assert_eq!(happened(&view, "lead_asked").len(), 1);
    for (lead, text) in [(id_of("Tom"), "me?"), (json!("a_nobody"), "who?"), (Value::Null, " ")] {
        table.tom.post(&path, &json!({ "lead": lead, "text": text })).await.refused(422, "invalid");
    }
    let chosen = table.tom.post(&path, &json!({ "lead": id_of("Ada"), "text": "And you?" })).await.expect(200).json();
    assert_eq!(chosen["lead"], id_of("Ada"));
}

#[tokio::test]
async fn a_parcel_of_another_shop_is_not_there() {
    let mut table = Table::start().await;
    let elsewhere = table.desk.shop(AppKind::Practice, "2");
    let case = table.read_of(&elsewhere, &parcel(1).build());
    let mut admin = table.desk.visitor();
    let sign_in = json!({ "email": "ada@example.com", "password": crate::support::PASSWORD });
    admin.post("/api/session", &sign_in).await.expect(204);
    let mut pia = table.desk.member(&mut admin, "Pia", "agent", json!({ "only": [table.shop] })).await;
    let answer = pia.post("/api/inspect/scan", &json!({ "code": "RT99-1" })).await.expect(200).json();
    assert_eq!(answer, json!({ "scanned": null, "found": [] }));
    for (method, path, body) in [
        (Method::POST, "scanned", json!({})),
        (Method::PUT, "answer", json!({ "question": "unused", "is_yes": true })),
        (Method::PUT, "shot", json!({ "slot": "label", "evidence": "e_1" })),
        (Method::POST, "lead", json!({ "lead": null, "text": "Look" })),
    ] {
        pia.write(method, &format!("/api/cases/{case}/{path}"), &body).await.refused(404, "not_found");
    }
    assert_eq!(table.view(&case).await["inspection"], json!({ "scan": null, "answers": [], "shots": [] }));
}
