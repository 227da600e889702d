//! Shops for exercises: parts that buyers play, and a future that comes nearer.

use super::START;
use crate::server::{Options, Shared, make};
use crate::world::{Manner, NewCase, Opened, Verdict, open_case};
use crate::{Dials, control};
use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use std::sync::Arc;

const HOUR: i64 = 3_600;

struct Lesson {
    shared: Arc<Shared>,
    shop: usize,
}

impl Lesson {
    fn new(activity: bool) -> Self {
        let dials = Dials { activity, ..Dials::default() };
        let options = Options { cases: Some(60), start: Some(START), dials, ..Options::default() };
        let (_, shared, _) = make(&options, "http://platform.invalid".to_owned());
        shared.clock().freeze(true);
        let (id, code) = shared.world().open_quiet_shop("US", START).unwrap();
        let mut world = shared.world();
        let shop = world.shops.iter().position(|shop| shop.id == id).unwrap();
        assert!(world.codes.remove(&code).is_some_and(|(shops, _)| shops == [shop]));
        drop(world);
        Self { shared, shop }
    }

    fn opens(&self, kind: &'static str, manner: serde_json::Value) -> Opened {
        let manner: Manner = serde_json::from_value(manner).unwrap();
        let case = NewCase { shop: Some(self.shop), kind: Some(kind), manner: Some(manner), ..NewCase::default() };
        open_case(&mut self.shared.world(), &case, START).unwrap()
    }

    fn says(&self, case: &Opened, text: &str, at: i64) {
        let mut world = self.shared.world();
        let buyer = world.buyers.iter().position(|buyer| buyer.user_id == case.buyer_user_id).unwrap();
        let place = world.conversation_with(buyer, at).unwrap();
        world.shop_says(place, "CUSTOMER_SERVICE", "TEXT", &json!({ "content": text }).to_string(), at);
    }

    fn heard(&self, case: &Opened) -> Vec<String> {
        let world = self.shared.world();
        let buyer = world.buyers.iter().position(|buyer| buyer.user_id == case.buyer_user_id).unwrap();
        let chats = world.conversations.iter().filter(|chat| chat.buyer == buyer);
        let lines = chats.flat_map(|chat| &chat.messages).filter(|line| line.role == "BUYER");
        lines
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(&line.content).unwrap()["content"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    fn approve(&self, case: &Opened) {
        let verdict = Verdict::of("APPROVE_REFUND");
        self.shared.world().decide_return(&case.id, &verdict, "SELLER", self.shared.now()).unwrap();
    }

    fn nearer(&self, seconds: i64, with_deadlines: bool) -> usize {
        self.shared.world().bring_nearer(self.shop, seconds, with_deadlines, self.shared.now())
    }

    /// What a teacher asks for, and is told.
    async fn asks_for(&self, how: Value) -> Value {
        let id = self.shared.world().shops[self.shop].id.clone();
        let answer = control::bring_nearer(State(Arc::clone(&self.shared)), Path(id), Json(how)).await;
        let bytes = axum::body::to_bytes(answer.into_body(), 1024).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn status(&self, case: &Opened) -> &'static str {
        self.shared.world().find_return(&case.id).unwrap().status
    }
}

#[test]
fn a_buyer_in_a_part_answers_a_question_then_the_outcome() {
    let lesson = Lesson::new(false);
    let manner = json!({
        "opens_with": "Hello?", "to_question": "Here is the box.", "shows_photo": true, "wants": ["Postage"],
        "writes_again": "And the postage?", "thanks": "Thank you!",
    });
    let (first, second) = (lesson.opens("REFUND", manner.clone()), lesson.opens("REFUND", manner));
    assert_ne!(first.buyer_user_id, second.buyer_user_id, "nobody is in two cases");
    let photos = |case: &Opened| {
        lesson
            .shared
            .world()
            .find_return(&case.id)
            .unwrap()
            .records
            .iter()
            .map(|record| record.images.len())
            .sum::<usize>()
    };
    let before = photos(&first);
    lesson.says(&first, "Could you show the box?", START);
    assert_eq!(lesson.heard(&first), ["Hello?"], "nobody answers at once");
    lesson.shared.clock().set(START + 2);
    assert_eq!(lesson.heard(&first), ["Hello?", "Here is the box."]);
    assert_eq!(photos(&first), before + 1);
    for (case, text) in [(&first, "Refunded, and the postage too."), (&second, "Refunded.")] {
        lesson.approve(case);
        lesson.says(case, text, START + 2);
    }
    lesson.shared.clock().set(START + 4);
    assert_eq!(lesson.heard(&first).last().unwrap(), "Thank you!");
    assert_eq!(lesson.heard(&second), ["Hello?", "And the postage?"]);
}

#[test]
fn what_is_to_come_comes_nearer_in_one_shop_and_stays_in_the_others() {
    let lesson = Lesson::new(false);
    let (mine, open) = (lesson.opens("REFUND", json!({})), lesson.opens("REFUND", json!({})));
    let elsewhere = open_case(
        &mut lesson.shared.world(),
        &NewCase { shop: Some(0), kind: Some("REFUND"), ..NewCase::default() },
        START,
    )
    .unwrap();
    let deadline = |case: &Opened| lesson.shared.world().find_return(&case.id).unwrap().asked.unwrap().1;
    let (before, others) = (deadline(&open), deadline(&elsewhere));
    lesson.approve(&mine);
    lesson.nearer(HOUR, true);
    assert_eq!(lesson.status(&mine), "RETURN_OR_REFUND_REQUEST_COMPLETE", "the money has come");
    assert_eq!((deadline(&open), deadline(&elsewhere)), (before - HOUR, others));
    assert_eq!(lesson.shared.now(), START, "and the clock stands");
    assert_eq!(lesson.nearer(60 * 24 * HOUR, false), 0, "nothing is left but the deadline");
    assert_eq!(deadline(&open), before - HOUR);
    assert_eq!(lesson.nearer(60 * 24 * HOUR, true), 0);
    assert_eq!(lesson.status(&open), "RETURN_OR_REFUND_REQUEST_COMPLETE", "time ran out");
    assert_eq!(deadline(&elsewhere), others);
}

#[test]
fn a_return_comes_all_the_way_in_a_day() {
    let lesson = Lesson::new(false);
    let case = lesson.opens("RETURN_AND_REFUND", json!({}));
    let now = lesson.shared.now();
    lesson.shared.world().decide_return(&case.id, &Verdict::of("APPROVE_RETURN"), "SELLER", now).unwrap();
    assert_eq!(lesson.shared.world().next_in(lesson.shop, now), Some(120), "the buyer goes to the post");
    lesson.nearer(24 * HOUR, true);
    let asked = lesson.shared.world().find_return(&case.id).unwrap().asked.unwrap();
    assert_eq!(asked.0, "SELLER_RESPOND_RECEIVE_PACKAGE");
    assert!(asked.1 > now && asked.1 < now + 2 * 24 * HOUR, "most of the day was left of its deadline");
}

#[tokio::test]
async fn what_happens_next_is_not_brought_past_a_deadline_of_the_sellers() {
    let lesson = Lesson::new(false);
    let case = NewCase {
        shop: Some(lesson.shop),
        kind: Some("REFUND"),
        deadline_s: Some(240),
        manner: Some(Manner::default()),
        ..NewCase::default()
    };
    let open = open_case(&mut lesson.shared.world(), &case, START).unwrap();
    let back = lesson.opens("RETURN_AND_REFUND", json!({}));
    let now = lesson.shared.now();
    lesson.shared.world().decide_return(&back.id, &Verdict::of("APPROVE_RETURN"), "SELLER", now).unwrap();
    let shipped = lesson.asks_for(json!({ "to_next": true })).await;
    assert_eq!(
        (&shipped["seconds"], &shipped["past_deadline"]),
        (&json!(120), &Value::Null),
        "the buyer goes to the post"
    );
    let refused = lesson.asks_for(json!({ "to_next": true })).await;
    assert_eq!(refused["seconds"], 0, "the parcel takes longer than the other case has time");
    assert_eq!(refused["past_deadline"], 180);
    assert_eq!(lesson.status(&open), "RETURN_OR_REFUND_REQUEST_PENDING");
    // Who decides it has nothing to lose any more.
    lesson.approve(&open);
    let paid = lesson.asks_for(json!({ "to_next": true })).await;
    assert!(paid["seconds"].as_i64().unwrap() > 0 && paid["past_deadline"].is_null(), "{paid}");
}

#[test]
fn nothing_happens_by_itself_in_a_quiet_shop_of_a_lively_world() {
    let lesson = Lesson::new(true);
    let case = lesson.opens("REFUND", json!({}));
    for hour in 0..40 {
        lesson.shared.clock().set(START + hour * HOUR);
        drop(lesson.shared.world());
    }
    let world = lesson.shared.world();
    let orders = world.orders.iter().filter(|order| order.shop == lesson.shop).count();
    assert_eq!(orders, 1);
    drop(world);
    assert_eq!(lesson.heard(&case), Vec::<String>::new());
}
