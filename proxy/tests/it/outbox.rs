//! Exactly once, against the sandbox's own ledger: the outbox is stepped by hand, the clock is moved, answers are lost.

use super::sync::{Opened, Room};
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::{decide, view, work};
use proxy::outbox;
use proxy::store::intents::{self, Before, Intent};
use proxy::store::people::{self, Account};
use proxy::store::{Tx, cases, timeline};
use proxy::sync::{self, Ask, read};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind};
use shared::id::CaseId;
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::decision::{AssignRequest, DecisionRequest, MotionRecorded, ReplyOrder, ReplyRequest};
use shared::wire::intent::{IntentState, IntentWhat, Superseded};
use shared::wire::session::{Role, ShopScope};

const TEXT: &str = "Thank you for your message. Your refund has been processed and goes back the way you paid.";

/// A desk with one open refund request, and an agent before it.
pub(super) struct Scene {
    pub(super) room: Room,
    pub(super) agent: Agent,
    pub(super) case: Opened,
    pub(super) id: CaseId,
}

pub(super) fn agent(room: &Room, name: &str) -> Agent {
    let account = Account {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        role: Role::Agent,
        shops: ShopScope::All,
        password_hash: None,
        is_practice: true,
        seen: None,
    };
    room.desk.store.write(|tx| people::insert(tx, &account, Timestamp::from_millis(1))).unwrap();
    Agent::new(account, "session".to_owned())
}

impl Scene {
    async fn of(kind: &str, more: Value) -> Self {
        Self::in_room(Room::imported(10).await, kind, more).await
    }

    pub(super) async fn in_room(room: Room, kind: &str, more: Value) -> Self {
        let agent = agent(&room, "ines");
        let case = room.open(kind, more).await;
        read::read_key(&room.desk, &room.shop, case.object, &case.id).await.unwrap();
        let id = room.file(&case).unwrap().id;
        Self { room, agent, case, id }
    }

    /// Another case before the same agent.
    async fn beside(other: Self, kind: &str) -> Self {
        let case = other.room.open(kind, json!({ "deadline_s": 86_400 })).await;
        read::read_key(&other.room.desk, &other.room.shop, case.object, &case.id).await.unwrap();
        let id = other.room.file(&case).unwrap().id;
        Self { case, id, ..other }
    }

    async fn refund() -> Self {
        Self::of("REFUND", json!({ "deadline_s": 86_400 })).await
    }

    pub(super) fn request(&self, kind: DecisionKind, claim: Option<Claim>) -> DecisionRequest {
        let reply = claim.map(|claim| ReplyOrder {
            text: TEXT.to_owned(),
            language: "en".to_owned(),
            claim: Some(claim),
            template: None,
            is_edited: false,
        });
        DecisionRequest {
            kind,
            shown: None,
            reason: None,
            comment: None,
            evidence: Vec::new(),
            amount: None,
            reply,
            without_hold: false,
            take_over: false,
            expects_second: false,
        }
    }

    fn press(&self, key: &str, request: &DecisionRequest) -> Result<MotionRecorded, DeskError> {
        decide::decide(&self.room.desk, &self.agent, &self.id, &key.parse().unwrap(), request)
    }

    pub(super) fn press_approval(&self, key: &str) -> Result<MotionRecorded, DeskError> {
        self.press(key, &self.request(DecisionKind::ApproveRefund, Some(Claim::Refunded)))
    }

    pub(super) fn approve_and_tell(&self) -> MotionRecorded {
        self.press_approval("k1").unwrap()
    }

    /// Everything that is due is taken up.
    async fn step(&self) {
        outbox::settle_due(&self.room.desk).await.unwrap();
    }

    /// Time passes on both sides, in steps, with the case read and the outbox taken up at each.
    pub(super) async fn live(&self, seconds: u64) {
        let mut left = seconds;
        while left > 0 {
            let part = left.min(10);
            self.room.pass(part).await;
            // A read that is made to fail is a fault of the test's own wish.
            let _ = read::read_case(&self.room.desk, &self.id).await;
            self.step().await;
            left -= part;
        }
    }

    pub(super) async fn ledger(&self) -> (usize, Vec<String>) {
        let url = format!("{}/_sandbox/ledger", self.room.sandbox.url());
        let ledger: Value = self.room.http.get(url).send().await.unwrap().json().await.unwrap();
        let money = ledger["money"].as_array().unwrap().iter().filter(|row| row["id"] == self.case.id.as_str()).count();
        let messages = ledger["messages"].as_array().unwrap();
        let told = messages.iter().map(|row| row["content"].as_str().unwrap().to_owned()).collect();
        (money, told)
    }

    pub(super) fn intents(&self) -> Vec<Intent> {
        self.room.desk.store.read(|tx| intents::of_case(tx, &self.id)).unwrap()
    }

    pub(super) fn state(&self, place: usize) -> IntentState {
        self.intents()[place].state.clone()
    }

    /// One refund and one message, whatever happened on the way.
    pub(super) async fn check_once(&self) {
        let (money, messages) = self.ledger().await;
        assert_eq!((money, messages.len()), (1, 1), "{:?}", self.intents());
        assert!(matches!(self.state(0), IntentState::Done { .. }), "{:?}", self.state(0));
        assert!(matches!(self.state(1), IntentState::Done { .. }), "{:?}", self.state(1));
        let breaks = self.room.desk.store.read(|tx| self.room.desk.book.chain.verify(tx, &[])).unwrap();
        assert_eq!(breaks, []);
    }
}

#[tokio::test]
async fn nothing_leaves_the_desk_before_the_hold_has_ended() {
    let scene = Scene::refund().await;
    scene.approve_and_tell();
    scene.step().await;
    assert_eq!(scene.room.calls("/approve").await, 0);
    scene.live(200).await;
    scene.check_once().await;
}

#[tokio::test]
async fn undo_within_the_hold_means_that_no_call_is_made() {
    let scene = Scene::refund().await;
    let motion = scene.approve_and_tell();
    decide::undo(&scene.room.desk, &scene.agent, &motion.intents[0].id).unwrap();
    scene.live(60).await;
    assert_eq!(scene.room.calls("/approve").await, 0);
    assert_eq!(scene.ledger().await, (0, Vec::new()));
    assert!(scene.intents().iter().all(|intent| matches!(intent.state, IntentState::Undone { .. })));
    let too_late = decide::undo(&scene.room.desk, &scene.agent, &motion.intents[0].id);
    assert!(too_late.is_ok(), "undoing again changes nothing");
}

#[tokio::test]
async fn a_reply_that_tells_something_else_than_is_decided_is_refused() {
    let scene = Scene::refund().await;
    for (claim, is_taken) in [(Claim::Rejected, false), (Claim::OfferMade, false), (Claim::Refunded, true)] {
        let pressed = scene.press(&format!("{claim:?}"), &scene.request(DecisionKind::ApproveRefund, Some(claim)));
        assert_eq!(pressed.is_ok(), is_taken, "{claim:?}: {pressed:?}");
        let refused = |answer| matches!(answer, Err(DeskError::Invalid { field: "reply", .. }));
        assert!(is_taken || refused(pressed), "{claim:?}");
    }
}

#[tokio::test]
async fn undo_gives_back_what_a_person_wrote_and_lets_go_of_a_case_that_nobody_had() {
    let scene = Scene::refund().await;
    let seen = || {
        let read = |tx: &Tx<'_>| view::read(tx, &scene.id, Some(&scene.agent.id));
        let view = scene.room.desk.store.read(read).unwrap().unwrap();
        (view.row.assignee, view.draft.map(|draft| draft.text).filter(|text| !text.is_empty()))
    };
    let me = Some(scene.agent.id.clone());
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    for (key, is_edited, words) in [("k1", false, None), ("k2", true, Some(TEXT.to_owned()))] {
        request.reply = request.reply.map(|reply| ReplyOrder {
            template: Some("damaged.refunded.en@1".to_owned()),
            is_edited,
            ..reply
        });
        let motion = scene.press(key, &request).unwrap();
        assert_eq!(seen(), (me.clone(), None), "who decides has the case");
        decide::undo(&scene.room.desk, &scene.agent, &motion.intents[0].id).unwrap();
        assert_eq!(seen(), (None, words), "edited: {is_edited}");
    }
    // Who had it before still has it.
    let takes = AssignRequest { assignee: me.clone() };
    work::assign(&scene.room.desk, &scene.agent, &scene.id, &takes).unwrap();
    scene.room.pass(1).await;
    let motion = scene.press_approval("k3").unwrap();
    decide::undo(&scene.room.desk, &scene.agent, &motion.intents[0].id).unwrap();
    assert_eq!(seen().0, me);
}

#[tokio::test]
async fn a_reply_that_is_stopped_comes_back_word_for_word_and_can_wait_again() {
    let scene = Scene::refund().await;
    let mut request = scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded));
    request.reply.as_mut().unwrap().template = Some("damaged.refunded.en@1".to_owned());
    let motion = scene.press("k1", &request).unwrap();
    scene.live(30).await;
    assert!(matches!(scene.state(1), IntentState::Waiting { .. }), "{:?}", scene.state(1));
    decide::undo(&scene.room.desk, &scene.agent, &motion.intents[1].id).unwrap();
    let read = |tx: &Tx<'_>| view::read(tx, &scene.id, Some(&scene.agent.id));
    let draft = scene.room.desk.store.read(read).unwrap().unwrap().draft.unwrap();
    assert_eq!((draft.text.as_str(), draft.claim), (TEXT, Some(Claim::Refunded)));
    // Mended, it waits as it did before.
    let reply = request.reply.unwrap();
    decide::reply(&scene.room.desk, &scene.agent, &scene.id, &"k2".parse().unwrap(), &ReplyRequest { reply }).unwrap();
    scene.live(10).await;
    assert_eq!(scene.ledger().await, (1, Vec::new()), "it is not true yet");
    scene.live(60).await;
    assert_eq!(scene.ledger().await, (1, vec![json!({ "content": TEXT }).to_string()]));
}

#[tokio::test]
async fn a_case_says_that_its_buyer_was_asked_until_they_answer() {
    let scene = Scene::refund().await;
    let seen = |id: &CaseId| scene.room.desk.store.read(|tx| view::read(tx, id, None)).unwrap().unwrap();
    let reply = ReplyOrder {
        text: "Could you send us a photo of the parcel?".to_owned(),
        language: "en".to_owned(),
        claim: None,
        template: None,
        is_edited: true,
    };
    decide::reply(&scene.room.desk, &scene.agent, &scene.id, &"k1".parse().unwrap(), &ReplyRequest { reply }).unwrap();
    assert_eq!(seen(&scene.id).row.asked, None, "it has not left");
    scene.live(20).await;
    assert!(seen(&scene.id).row.asked.is_some());
    scene.room.act(&scene.case, "message").await;
    let opened = Ask::Opened { shop: scene.room.shop.clone(), case: scene.id.clone() };
    sync::answer(&scene.room.desk, opened).await.unwrap();
    let row = seen(&scene.id).row;
    assert_eq!((row.asked, row.new_messages), (None, 1));
}

#[tokio::test]
async fn a_case_knows_the_other_cases_of_its_buyer() {
    let room = Room::imported(120).await;
    let same = "SELECT a.id, b.id FROM case_file a JOIN order_file x ON x.order_id = a.order_id \
         JOIN order_file y ON y.buyer_id = x.buyer_id AND y.order_id <> x.order_id \
         JOIN case_file b ON b.order_id = y.order_id ORDER BY 1, 2";
    let pairs: Vec<(String, String)> =
        room.desk.store.read(|tx| tx.all(same, &[], |row| Ok((row.get(0)?, row.get(1)?)))).unwrap();
    assert!(!pairs.is_empty());
    for (one, other) in pairs {
        let view = room.desk.store.read(|tx| view::read(tx, &one.parse().unwrap(), None)).unwrap().unwrap();
        assert!(view.of_buyer.iter().any(|row| row.id.as_str() == other), "{one} and {other}");
        assert!(view.of_buyer.iter().all(|row| row.id.as_str() != one && !view.related.contains(row)));
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_gives_nobody_a_hold_back_over_what_has_left() {
    let scene = Scene::refund().await;
    scene.room.fail("/approve", 1, json!({ "kind": "reset_after" })).await;
    let (desk, pressed) = (&scene.room.desk, scene.room.desk.clock.now());
    let motion = scene.approve_and_tell();
    scene.room.pass(6).await;
    // The decision leaves first, and its answer is lost; its reply has not been looked at yet.
    outbox::carry_on(desk.clone(), scene.intents()[0].clone()).await;
    assert!(matches!(scene.state(0), IntentState::Settling), "{:?}", scene.state(0));
    scene.room.clock.set(pressed);
    let answer = decide::undo(desk, &scene.agent, &motion.intents[0].id);
    assert!(matches!(answer, Err(DeskError::TooLate)), "{answer:?}");
    decide::undo(desk, &scene.agent, &motion.intents[1].id).unwrap();
    assert!(matches!(scene.state(1), IntentState::Undone { .. }), "{:?}", scene.state(1));
    assert!(matches!(scene.state(0), IntentState::Settling), "it is on its way: {:?}", scene.state(0));
    scene.live(120).await;
    assert!(matches!(scene.state(0), IntentState::Done { .. }), "{:?}", scene.state(0));
    assert_eq!(scene.ledger().await, (1, Vec::new()));
}

#[tokio::test]
async fn undo_after_the_hold_comes_too_late() {
    let scene = Scene::refund().await;
    let motion = scene.approve_and_tell();
    scene.live(10).await;
    let answer = decide::undo(&scene.room.desk, &scene.agent, &motion.intents[0].id);
    assert!(matches!(answer, Err(DeskError::TooLate)), "{answer:?}");
}

#[tokio::test]
async fn a_hold_is_slept_until_also_while_something_else_is_overdue() {
    let first = Scene::refund().await;
    first.approve_and_tell();
    first.room.pass(20).await;
    let second = Scene::beside(first, "REFUND").await;
    let held = second.press("k2", &second.request(DecisionKind::ApproveRefund, None)).unwrap();
    let next = second.room.desk.store.read(|tx| intents::next_due(tx, second.room.desk.clock.now())).unwrap();
    let IntentState::Held { until } = held.intents[0].state else { panic!("{held:?}") };
    assert_eq!(next, Some(until));
}

#[tokio::test]
async fn refunded_is_told_only_when_the_platform_shows_it() {
    let scene = Scene::refund().await;
    scene.approve_and_tell();
    scene.live(30).await;
    let (money, messages) = scene.ledger().await;
    assert_eq!((money, messages.len()), (1, 0));
    assert!(matches!(scene.state(1), IntentState::Waiting { .. }), "{:?}", scene.state(1));
    scene.live(60).await;
    scene.check_once().await;
}

#[tokio::test]
async fn an_offer_that_is_made_again_is_told_again_and_each_one_once() {
    let scene = Scene::refund().await;
    for (key, part) in [("k1", "3.00"), ("k2", "3.00"), ("k3", "4.00")] {
        let mut request = scene.request(DecisionKind::OfferPartial, Some(Claim::OfferMade));
        request.amount = Money::parse(part, "USD").ok();
        request.reply.as_mut().unwrap().text = format!("Thank you for your message. We can offer you US$ {part} back.");
        scene.press(key, &request).unwrap();
        scene.live(60).await;
        scene.room.act(&scene.case, "decline_offer").await;
        scene.live(10).await;
    }
    let (money, messages) = scene.ledger().await;
    let offered = messages.iter().map(|text| text.contains("US$ 3.00")).collect::<Vec<_>>();
    assert_eq!((money, offered), (0, vec![true, true, false]), "{:?}", scene.intents());
}

#[tokio::test]
async fn who_has_shipped_is_not_told_that_they_may() {
    let scene = Scene::of("RETURN_AND_REFUND", json!({ "deadline_s": 86_400 })).await;
    scene.room.fail("/approve", 1, json!({ "kind": "reset_after" })).await;
    let mut request = scene.request(DecisionKind::AgreeReturn, Some(Claim::ReturnAgreed));
    request.reply.as_mut().unwrap().text = "Thank you for your message. Please send it back.".to_owned();
    scene.press("k1", &request).unwrap();
    scene.room.pass(6).await;
    scene.step().await;
    scene.room.act(&scene.case, "ship").await;
    scene.live(200).await;
    assert!(matches!(scene.state(0), IntentState::Done { by_reading: true, .. }), "{:?}", scene.state(0));
    let told = scene.state(1);
    assert!(matches!(told, IntentState::Superseded { why: Superseded::NoLongerTrue, .. }), "{told:?}");
    assert_eq!(scene.ledger().await.1, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_lost_after_the_effect_is_settled_by_reading() {
    let scene = Scene::refund().await;
    scene.room.fail("/approve", 1, json!({ "kind": "reset_after" })).await;
    scene.approve_and_tell();
    scene.live(200).await;
    scene.check_once().await;
    assert!(matches!(scene.state(0), IntentState::Done { by_reading: true, .. }), "{:?}", scene.state(0));
    assert_eq!(scene.room.calls("/approve").await, 1, "it was not sent again");
}

#[tokio::test]
async fn while_an_answer_is_missing_the_case_says_when_it_is_read_next() {
    let scene = Scene::refund().await;
    scene.room.fail("/approve", 1, json!({ "kind": "reset_before" })).await;
    scene.approve_and_tell();
    scene.room.pass(6).await;
    let desk = &scene.room.desk;
    let seen = || {
        let view = desk.store.read(|tx| view::read(tx, &scene.id, Some(&scene.agent.id))).unwrap().unwrap();
        let decision = view.intents.into_iter().find(|intent| matches!(intent.what, IntentWhat::Decision { .. }));
        (view.row.version, decision.unwrap().unanswered)
    };
    assert_eq!(seen().1, None);
    scene.step().await;
    let called = desk.clock.now();
    let mut shown = seen();
    for (passes, next) in [(2, 10_000), (8, 60_000)] {
        assert_eq!(shown.1.unwrap().waited_s, 0);
        scene.room.pass(passes).await;
        scene.step().await;
        let after = seen();
        assert_eq!(after.1.unwrap().reads_at, Some(called.plus_millis(next)));
        assert!(after.0 > shown.0, "open screens read it again");
        shown = after;
    }
    scene.live(300).await;
    scene.check_once().await;
    assert_eq!(seen().1, None);
}

#[tokio::test]
async fn an_answer_lost_before_the_effect_is_sent_again_with_the_same_key() {
    let scene = Scene::refund().await;
    scene.room.fail("/approve", 1, json!({ "kind": "reset_before" })).await;
    scene.approve_and_tell();
    scene.live(300).await;
    scene.check_once().await;
    assert_eq!(scene.room.calls("/approve").await, 2);
    assert_eq!(scene.intents()[0].attempts, 2);
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_stands_only_when_the_lost_call_has_shown_no_effect() {
    for arrives_late in [true, false] {
        let scene = Scene::refund().await;
        scene.room.fail("/approve", 1, json!({ "kind": "reset_before" })).await;
        scene.room.fail("/approve", 1, json!({ "kind": "code", "code": 25_001_021 })).await;
        scene.approve_and_tell();
        scene.live(80).await;
        assert_eq!(scene.room.calls("/approve").await, 2);
        assert!(matches!(scene.state(0), IntentState::Settling), "{:?}", scene.state(0));
        if arrives_late {
            // The first call was on its way all the time.
            scene.room.act(&scene.case, "seller_center_approve").await;
        }
        scene.live(300).await;
        assert_eq!(scene.room.calls("/approve").await, 2, "what was refused is not asked again");
        match scene.state(0) {
            IntentState::Done { by_reading: true, .. } if arrives_late => {}
            IntentState::Refused { platform_code: 25_001_021, .. } if !arrives_late => {}
            other => panic!("{arrives_late}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_refusal_that_could_not_be_kept_is_not_taken_for_a_call_that_may_be_made() {
    // A trigger of SQLite's: the end of the intent cannot be written.
    let room = Room::imported_on(10, Vec::new()).await;
    let scene = Scene::in_room(room, "REFUND", json!({ "deadline_s": 86_400 })).await;
    let meddle = |sql: &str| scene.room.desk.store.write(|tx| tx.batch(sql)).unwrap();
    meddle(
        "CREATE TRIGGER broken BEFORE UPDATE ON intent WHEN NEW.state = 'refused' \
         BEGIN SELECT RAISE(ABORT, 'broken'); END",
    );
    scene.room.fail("/approve", 1, json!({ "kind": "code", "code": 25_001_021 })).await;
    scene.approve_and_tell();
    scene.room.pass(6).await;
    scene.step().await;
    meddle("DROP TRIGGER broken");
    scene.room.pass(10).await;
    scene.step().await;
    assert!(matches!(scene.state(0), IntentState::Settling), "{:?}", scene.state(0));
    assert_eq!(scene.room.calls("/approve").await, 1, "what became of it is read first");
}

#[tokio::test]
async fn broken_answers_never_refund_twice() {
    for kind in ["truncate", "not_json", "status_after"] {
        let scene = Scene::refund().await;
        scene.room.fail("/approve", 1, json!({ "kind": kind })).await;
        scene.approve_and_tell();
        scene.live(300).await;
        scene.check_once().await;
    }
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_looked_for_before_it_is_sent_again() {
    for (kind, sent) in [("reset_after", 1), ("reset_before", 2)] {
        let scene = Scene::refund().await;
        scene.room.fail("/messages", 1, json!({ "kind": kind, "method": "POST" })).await;
        scene.approve_and_tell();
        scene.live(600).await;
        scene.check_once().await;
        assert_eq!(scene.intents()[1].attempts, sent, "{kind}");
    }
}

#[tokio::test]
async fn a_message_that_is_lost_twice_is_unsure_and_never_sent_a_third_time() {
    let scene = Scene::refund().await;
    scene.room.fail("/messages", 9, json!({ "kind": "reset_before", "method": "POST" })).await;
    scene.approve_and_tell();
    scene.live(900).await;
    assert!(matches!(scene.state(1), IntentState::Unsure { .. }), "{:?}", scene.state(1));
    assert_eq!(scene.intents()[1].attempts, 2);
}

#[tokio::test]
async fn somebody_who_decided_in_seller_center_meanwhile_wins() {
    let scene = Scene::refund().await;
    scene.approve_and_tell();
    scene.room.act(&scene.case, "seller_center_reject").await;
    scene.live(60).await;
    assert_eq!(scene.room.calls("/approve").await, 0);
    assert_eq!(scene.ledger().await, (0, Vec::new()));
    let why = Superseded::DecidedElsewhere;
    assert!(
        matches!(scene.state(0), IntentState::Superseded { why: found, .. } if found == why),
        "{:?}",
        scene.state(0)
    );
    assert!(matches!(scene.state(1), IntentState::Superseded { .. }), "{:?}", scene.state(1));
}

#[tokio::test]
async fn of_two_decisions_one_wins_and_a_repeated_press_is_one_press() {
    let scene = Scene::refund().await;
    let request = scene.request(DecisionKind::ApproveRefund, None);
    let first = scene.press("k1", &request).unwrap();
    assert_eq!(scene.press("k1", &request).unwrap(), first, "the same press");
    let other = scene.press("k2", &scene.request(DecisionKind::ApproveRefund, None));
    assert!(matches!(other, Err(DeskError::DecisionUnderWay)), "{other:?}");
    let reused = scene.press("k1", &scene.request(DecisionKind::ApproveRefund, Some(Claim::Refunded)));
    assert!(matches!(reused, Err(DeskError::KeyReused)), "{reused:?}");
    scene.live(30).await;
    assert_eq!(scene.ledger().await.0, 1);
    let late = scene.press("k3", &request);
    assert!(matches!(late, Err(DeskError::AlreadyDecided { .. })), "{late:?}");
}

#[tokio::test]
async fn a_throttled_call_had_no_effect_and_is_made_again() {
    let scene = Scene::refund().await;
    scene.room.fail("/approve", 2, json!({ "kind": "rate_limit", "retry_after": 3 })).await;
    scene.approve_and_tell();
    scene.live(300).await;
    scene.check_once().await;
}

#[tokio::test]
async fn a_crash_between_attempt_and_outcome_is_settled_by_reading() {
    for took_effect in [true, false] {
        let scene = Scene::refund().await;
        scene.approve_and_tell();
        scene.room.pass(6).await;
        let desk = &scene.room.desk;
        let file = desk.store.read(|tx| cases::find(tx, &scene.id)).unwrap().unwrap();
        let held = scene.intents().remove(0);
        desk.store
            .write(|tx| {
                intents::advance(tx, &held, &IntentState::Sending, None)?;
                let before = Before::Case(Box::new(file.platform.clone()));
                let sending = intents::find(tx, &held.id)?.unwrap();
                let now = desk.clock.now();
                intents::begin_attempt(tx, &sending, &before, now, now.plus_millis(120_000))
            })
            .unwrap();
        if took_effect {
            scene.room.act(&scene.case, "seller_center_approve").await;
        }
        // The desk is away for a while: nobody waits for TikTok meanwhile, and it is not said that somebody did.
        scene.room.pass(90).await;
        outbox::recover(desk).unwrap();
        assert!(matches!(scene.state(0), IntentState::Settling), "{:?}", scene.state(0));
        let doubt = desk.store.read(|tx| intents::unanswered(tx, &held.id)).unwrap();
        assert_eq!(doubt.map(|doubt| doubt.waited_s), Some(0));
        scene.live(400).await;
        scene.check_once().await;
    }
}

#[tokio::test]
async fn a_message_whose_end_could_not_be_kept_is_looked_for_before_it_is_sent_again() {
    let scene = Scene::refund().await;
    scene.approve_and_tell();
    scene.live(30).await;
    // The call was begun, and the store failed before its end was kept; the process lives on.
    let desk = &scene.room.desk;
    let waiting = scene.intents().remove(1);
    desk.store
        .write(|tx| {
            let now = desk.clock.now();
            intents::set_conversation(tx, &waiting.id, "7")?;
            intents::advance(tx, &waiting, &IntentState::Sending, Some(now))?;
            let sending = intents::find(tx, &waiting.id)?.unwrap();
            let before = Before::Conversation { last_place: 0 };
            intents::begin_attempt(tx, &sending, &before, now, now.plus_millis(120_000))
        })
        .unwrap();
    scene.step().await;
    assert!(matches!(scene.state(1), IntentState::Settling), "{:?}", scene.state(1));
    assert_eq!(scene.ledger().await.1, Vec::<String>::new(), "it was not sent again");
}

#[tokio::test]
async fn a_decision_after_the_platforms_own_is_not_made() {
    let scene = Scene::of("REFUND", json!({ "deadline_s": 60 })).await;
    scene.approve_and_tell();
    // The clock runs past the deadline before the hold's end is noticed.
    scene.room.pass(120).await;
    scene.step().await;
    assert_eq!(scene.room.calls("/approve").await, 0);
    assert!(
        matches!(scene.state(0), IntentState::Superseded { why: Superseded::TimeRanOut, .. }),
        "{:?}",
        scene.state(0)
    );
}

#[tokio::test]
async fn an_exported_head_shows_a_cut_timeline() {
    let scene = Scene::refund().await;
    scene.approve_and_tell();
    scene.live(200).await;
    let desk = &scene.room.desk;
    let heads = desk.store.read(timeline::heads).unwrap();
    assert_eq!(desk.store.read(|tx| desk.book.chain.verify(tx, &heads)).unwrap(), []);
}
