//! Reports over a small world made by hand, whose figures are counted by hand; who may see them; what a file holds.

mod cases;
mod product;

use super::outbox::Scene;
use super::support::{Browser, PASSWORD, TestDesk};
use super::sync::Room;
use proxy::auth::Agent;
use proxy::desk::error::DeskError;
use proxy::desk::{quality, report};
use proxy::store::intents::{self, Intent, Payload};
use proxy::store::people::{self, Account};
use proxy::store::shops::{self, AppKind};
use proxy::store::{self, StoreError, Tx};
use serde_json::{Value, json};
use shared::domain::case::{Claim, DecisionKind, Kind};
use shared::domain::facts::{Action, Line, Object, PlatformCase, Record, Refund};
use shared::domain::report::Drift;
use shared::id::{AgentId, CaseId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::intent::IntentState;
use shared::wire::quality::Tally;
use shared::wire::report::{
    Care, CareRequest, ChatWeek, Counted, OwedReplies, ReasonRow, Report, ReportCasesFilter, ReportFilter, Reports,
    Times,
};
use shared::wire::session::{Role, ShopScope};
use std::time::Duration;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Monday, 21 September 2026, 00:00 UTC: the shops are connected at 14:13:20 of that day.
const MONDAY: i64 = 1_789_948_800_000;

const DAMAGED: &str = "ecom_order_delivered_refund_reason_damaged";
const FIT: &str = "ecom_order_delivered_refund_reason_doesn't_fit";
const PENDING: &str = "RETURN_OR_REFUND_REQUEST_PENDING";
const COMPLETE: &str = "RETURN_OR_REFUND_REQUEST_COMPLETE";
const REJECTED: &str = "REFUND_OR_RETURN_REQUEST_REJECT";

/// So many days and hours after the first Monday.
fn on(day: i64, hour: i64) -> Timestamp {
    Timestamp::from_millis(MONDAY + day * DAY + hour * HOUR)
}

fn gbp(amount: &str) -> Money {
    Money::parse(amount, "GBP").unwrap()
}

fn usd(amount: &str) -> Money {
    Money::parse(amount, "USD").unwrap()
}

/// A request as TikTok shows it; changed and applied as its story goes on.
struct Story<'a> {
    world: &'a World,
    shop: ShopId,
    case: CaseId,
    read: PlatformCase,
}

impl Story<'_> {
    /// TikTok shows it so at some time.
    fn becomes(mut self, status: &str, at: Timestamp) -> Self {
        self.read.status = status.to_owned();
        self.read.updated = at;
        if status != PENDING {
            self.read.actions.clear();
        }
        self.case = self.world.apply(&self.shop, &self.read, at);
        self
    }

    /// The buyer asks to send it back.
    fn sends_back(mut self, at: Timestamp) -> Self {
        self.read.type_word = "RETURN_AND_REFUND".to_owned();
        self.becomes(PENDING, at)
    }

    fn ruled(mut self, word: &str, status: &str, at: Timestamp) -> Self {
        self.read.arbitration = Some(word.to_owned());
        self.becomes(status, at)
    }

    fn intent(&self, who: &str, payload: Payload, place: u32, at: Timestamp) {
        let number = format!("{}{place}", self.read.platform_id);
        let intent = Intent {
            id: format!("i_{number}").parse().unwrap(),
            motion: format!("m_{}", self.read.platform_id).parse().unwrap(),
            place,
            case: self.case.clone(),
            shop: self.shop.clone(),
            payload,
            state: IntentState::Done { by_reading: false, at },
            agent: who.parse().unwrap(),
            rule: None,
            second: None,
            pressed: at,
            held_until: at,
            attempts: 1,
            settle_reads: 0,
            conversation: None,
            fence: 0,
        };
        self.world.write(|tx| intents::insert(tx, &intent, None).map(drop));
    }

    fn decided(self, who: &str, kind: DecisionKind, at: Timestamp) -> Self {
        let payload = Payload::Decision {
            kind,
            amount: None,
            reason: None,
            reason_text: None,
            comment: None,
            evidence: Vec::new(),
        };
        self.intent(who, payload, 0, at);
        self
    }

    fn told(self, who: &str, claim: Claim, at: Timestamp) -> Self {
        let (text, language) = ("Your refund is on its way.".to_owned(), "en".to_owned());
        self.intent(who, Payload::Reply { claim: Some(claim), text, language, template: None }, 1, at);
        self
    }

    fn ran_out(self, taken_by: &str, deadline: Timestamp) -> Self {
        let record = Record {
            event: "SELLER_REVIEW_TIMEOUT".to_owned(),
            role: "SYSTEM".to_owned(),
            description: String::new(),
            reason_text: None,
            note: None,
            image_urls: Vec::new(),
            video_urls: Vec::new(),
            at: deadline,
        };
        let book = &self.world.desk.desk.book;
        self.world.write(|tx| {
            book.apply_records(tx, &self.case, vec![record.clone()], deadline)?;
            let mut file = proxy::store::cases::find(tx, &self.case)?.unwrap();
            file.assignee = taken_by.parse().ok();
            proxy::store::cases::save(tx, &file)?;
            book.refresh(tx, &self.case, deadline).map(drop)
        });
        self
    }
}

/// Two shops, 20 days after they were connected: Sunday, 11 October, in the fourth week.
struct World {
    desk: TestDesk,
    admin: Browser,
    one: ShopId,
    two: ShopId,
}

impl World {
    async fn new() -> Self {
        let desk = TestDesk::start().await;
        let (one, two) = (desk.shop(AppKind::Real, "1"), desk.shop(AppKind::Real, "2"));
        desk.admin().await;
        desk.pass(Duration::from_secs(20 * 24 * 60 * 60));
        let mut admin = desk.visitor();
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        admin.post("/api/session", &body).await.expect(204);
        Self { desk, admin, one, two }
    }

    fn write(&self, work: impl Fn(&Tx<'_>) -> Result<(), StoreError>) {
        self.desk.desk.store.write(|tx| work(tx)).unwrap();
    }

    fn apply(&self, shop: &ShopId, read: &PlatformCase, at: Timestamp) -> CaseId {
        let book = &self.desk.desk.book;
        let applied = self.desk.desk.store.write(|tx| {
            let case = book.apply(tx, &shops::find(tx, shop)?.unwrap(), read, at)?.case;
            book.refresh(tx, &case, at)?;
            Ok(case)
        });
        applied.unwrap()
    }

    /// A buyer asks for a refund.
    fn asks(
        &self,
        shop: &ShopId,
        number: &str,
        reason: &str,
        product: &str,
        amount: Money,
        at: Timestamp,
    ) -> Story<'_> {
        let line = Line {
            order_line_id: "1".to_owned(),
            sku_id: "1".to_owned(),
            product: product.to_owned(),
            variant: String::new(),
            seller_sku: String::new(),
            picture_url: None,
            amount: None,
        };
        let read = PlatformCase {
            object: Object::Return,
            platform_id: number.to_owned(),
            order_id: format!("5{number}"),
            type_word: "REFUND".to_owned(),
            status: PENDING.to_owned(),
            arbitration: None,
            role: "BUYER".to_owned(),
            reason: reason.to_owned(),
            reason_text: String::new(),
            created: at,
            updated: at,
            actions: vec![Action { name: "SELLER_RESPOND_REFUND".to_owned(), deadline: Some(at.plus_millis(2 * DAY)) }],
            refund: Some(Refund { total: amount, parts: Vec::new() }),
            partial: None,
            buyer_rejected_partial: false,
            lines: vec![line],
            is_quick_refund: false,
            can_buyer_keep_item: false,
            pre_id: None,
            next_id: None,
            group_id: None,
            rma_id: None,
            tracking_number: None,
            carrier: None,
            aside: Vec::new(),
        };
        let case = self.apply(shop, &read, at);
        Story { world: self, shop: shop.clone(), case, read }
    }

    /// What happened, case by case.
    fn tell(&self) {
        use DecisionKind::{ApproveRefund, RejectRefund};
        let (one, two) = (&self.one, &self.two);
        self.asks(one, "11", DAMAGED, "Lamp", gbp("10.00"), on(1, 8))
            .decided("ann", ApproveRefund, on(1, 10))
            .told("ann", Claim::Refunded, on(1, 10).plus_millis(6 * MINUTE))
            .becomes(COMPLETE, on(2, 12));
        self.asks(one, "12", DAMAGED, "Lamp", gbp("20.50"), on(9, 8))
            .decided("ann", ApproveRefund, on(9, 12))
            .told("ann", Claim::Refunded, on(9, 12).plus_millis(30 * MINUTE))
            .becomes(COMPLETE, on(10, 0));
        self.asks(one, "13", FIT, "Shirt", gbp("5.00"), on(9, 9))
            .decided("bo", ApproveRefund, on(9, 10))
            .told("bo", Claim::Refunded, on(9, 10).plus_millis(MINUTE))
            .becomes(COMPLETE, on(15, 0));
        self.asks(two, "21", DAMAGED, "Lamp", usd("7.25"), on(8, 0))
            .becomes(COMPLETE, on(11, 0))
            .ran_out("bo", on(10, 0));
        self.asks(two, "22", "something_new", "=1+1 Mug", usd("3.00"), on(19, 10));
        self.asks(two, "23", DAMAGED, "Lamp", usd("9.00"), on(3, 8))
            .decided("ann", RejectRefund, on(4, 8))
            .becomes(REJECTED, on(4, 8))
            .ruled("IN_PROGRESS", REJECTED, on(5, 0))
            .ruled("SUPPORT_SELLER", REJECTED, on(16, 0));
        // Over before the shop was connected.
        self.asks(one, "14", FIT, "Shirt", gbp("8.00"), on(-6, 0)).becomes(COMPLETE, on(-5, 0));
        self.count();
    }

    fn count(&self) {
        while quality::check_some(&self.desk.desk).unwrap() {}
    }

    fn lead(&self, shops: ShopScope) -> Agent {
        let account = Account {
            id: "lead".parse().unwrap(),
            name: "Lena".to_owned(),
            email: "lena@example.com".to_owned(),
            role: Role::Lead,
            shops,
            password_hash: None,
            is_practice: false,
            seen: None,
        };
        Agent::new(account, "session".to_owned())
    }

    fn read(&self, filter: &ReportFilter) -> Reports {
        self.count();
        report::read(&self.desk.desk, &self.lead(ShopScope::All), filter, &Report::ALL, report::COLUMNS).unwrap()
    }
}

fn four_weeks() -> ReportFilter {
    ReportFilter { weeks: Some(4), ..ReportFilter::default() }
}

fn times(known: u64, half: i64, nine: i64) -> Times {
    Times { known, half: Some(half), nine: Some(nine) }
}

fn held(passed: u64, failed: u64) -> Tally {
    Tally { passed, failed }
}

#[tokio::test]
async fn every_figure_is_what_one_counts_by_hand() {
    let world = World::new().await;
    world.tell();
    let all = world.read(&four_weeks());
    assert_eq!(all.weeks, [on(-7, 0), on(0, 0), on(7, 0), on(14, 0)]);
    assert_eq!(all.waiting, 0);

    let by_week: Vec<_> = all.by_week.iter().map(|week| (week.answered, week.in_time)).collect();
    assert_eq!(by_week, [(0, held(0, 0)), (2, held(2, 0)), (3, held(2, 1)), (0, held(0, 0))]);
    assert_eq!((all.whole.answered, all.whole.in_time), (5, held(4, 1)));
    assert_eq!(all.ran_out, [vec![], vec![], vec![usd("7.25")], vec![]]);

    // 2 h and 24 h; 1 h and 4 h: time that ran out is no decision.
    assert_eq!(all.by_week[1].deciding, times(2, 2 * HOUR, 24 * HOUR));
    assert_eq!(all.by_week[2].deciding, times(2, HOUR, 4 * HOUR));
    assert_eq!(all.whole.deciding, times(4, 2 * HOUR, 24 * HOUR));
    assert_eq!(all.by_week[3].deciding, Times::default());
    assert_eq!(all.by_week[1].telling, times(1, 6 * MINUTE, 6 * MINUTE));
    assert_eq!(all.whole.telling, times(3, 6 * MINUTE, 30 * MINUTE));

    let refunds: Vec<_> =
        all.refunds.iter().map(|cost| (&cost.shop, cost.whole.clone(), cost.counts.clone())).collect();
    assert_eq!(refunds, [(&world.one, gbp("43.50"), vec![1, 1, 1, 1]), (&world.two, usd("7.25"), vec![0, 0, 1, 0])]);
    let weeks: Vec<_> = all.refunds[0].weeks.iter().map(Money::amount).collect();
    assert_eq!(weeks, ["8.00", "10.00", "20.50", "5.00"]);
    assert_eq!(all.unpriced, 0);

    assert_eq!(all.reasons.products, ["Lamp", "Shirt", "=1+1 Mug"]);
    let row = |reason, cells: [u64; 3], all| ReasonRow { reason, cells: cells.to_vec(), all };
    let rows = [
        row(ReasonGroup::Damaged, [4, 0, 0], 4),
        row(ReasonGroup::Fit, [0, 2, 0], 2),
        row(ReasonGroup::Other, [0, 0, 1], 1),
    ];
    assert_eq!((all.reasons.rows.as_slice(), all.reasons.more), (rows.as_slice(), 0));
    assert_eq!(all.drift, None, "nobody asked ten weeks ago");

    let agents: Vec<_> = all.agents.iter().map(|one| (one.agent.as_str(), one.work.in_time)).collect();
    assert_eq!(agents, [("ann", held(3, 0)), ("bo", held(1, 1))]);
    let weeks = |weeks: [(u64, u64); 4]| weeks.map(|(passed, failed)| held(passed, failed));
    assert_eq!(all.agents[0].by_week, weeks([(0, 0), (2, 0), (1, 0), (0, 0)]));
    assert_eq!(all.agents[1].by_week, weeks([(0, 0), (0, 0), (1, 1), (0, 0)]));
    assert_eq!(all.shops[1].by_week, weeks([(0, 0), (1, 0), (0, 1), (0, 0)]));
    assert_eq!(all.agents[0].work.deciding, times(3, 4 * HOUR, 24 * HOUR));
    let shops: Vec<_> = all.shops.iter().map(|one| (&one.shop, one.work.answered)).collect();
    assert_eq!(shops, [(&world.one, 3), (&world.two, 2)]);

    assert_eq!(all.rulings, [held(0, 0), held(0, 0), held(0, 0), held(1, 0)]);
    assert_eq!(all.disputed, 0);
    // That the refund came, and that the answer is no: nobody has told either.
    assert_eq!(all.owed, [OwedReplies { shop: world.two.clone(), count: 2, late: 2, since: on(4, 8) }]);
}

#[tokio::test]
async fn a_span_and_a_shop_narrow_every_figure() {
    let world = World::new().await;
    world.tell();
    let one = ReportFilter { shop: Some(world.one.clone()), ..four_weeks() };
    let found = world.read(&one);
    assert_eq!((found.whole.in_time, found.refunds.len(), found.owed.len()), (held(3, 0), 1, 0));
    assert_eq!(found.rulings, [Tally::default(); 4]);
    let two_weeks = world.read(&ReportFilter { weeks: Some(2), ..ReportFilter::default() });
    assert_eq!(two_weeks.whole.in_time, held(2, 1));
    assert_eq!(two_weeks.refunds[0].whole, gbp("25.50"));
    for (asked, shown) in [(None, 10), (Some(0), 1), (Some(400), 26)] {
        let found = world.read(&ReportFilter { weeks: asked, ..ReportFilter::default() });
        assert_eq!((found.weeks.len(), found.by_week.len(), found.rulings.len()), (shown, shown, shown));
    }
}

#[tokio::test]
async fn a_person_narrows_what_is_told_of_people() {
    let world = World::new().await;
    world.tell();
    let all = world.read(&four_weeks());
    let bo = all.agents.iter().find(|one| one.agent.as_str() == "bo").unwrap();
    let only = world.read(&ReportFilter { agent: Some(bo.agent.clone()), ..four_weeks() });
    assert_eq!((&only.whole, only.agents.as_slice()), (&bo.work, std::slice::from_ref(bo)));
    let shops: u64 = only.shops.iter().map(|one| one.work.answered).sum();
    assert_eq!(shops, bo.work.answered);
    assert_eq!((only.refunds.len(), only.reasons.rows.len(), only.owed.len()), (0, 0, 0), "they name nobody");
}

/// All that a report counts of requests, in one line.
fn counts(all: &Reports) -> [u64; 12] {
    let mut rulings = Tally::default();
    all.rulings.iter().for_each(|week| rulings += *week);
    let lost = Money::sums(all.ran_out.iter().flatten().cloned());
    let units = |sums: &[Money]| sums.iter().map(|sum| sum.in_ten_thousandths().unwrap().0.unsigned_abs()).sum();
    let paid: Vec<_> = all.refunds.iter().map(|cost| cost.whole.clone()).collect();
    [
        all.whole.answered,
        all.whole.in_time.passed,
        all.whole.in_time.failed,
        all.whole.telling.known,
        units(&lost),
        units(&paid),
        all.reasons.rows.iter().map(|row| row.all).sum(),
        all.agents.iter().map(|one| one.work.answered).sum(),
        all.shops.iter().flat_map(|one| &one.by_week).map(|week| week.known()).sum(),
        rulings.known(),
        all.disputed,
        all.owed.iter().map(|owed| owed.count).sum(),
    ]
}

fn added<'a>(parts: impl Iterator<Item = &'a Reports>) -> [u64; 12] {
    parts.map(counts).fold([0; 12], |all, part| std::array::from_fn(|place| all[place] + part[place]))
}

#[tokio::test]
async fn reports_cut_by_kind_and_by_reason_add_up_to_the_whole() {
    use DecisionKind::{AgreeReturn, RejectRefund};
    let world = World::new().await;
    world.tell();
    let (one, two) = (&world.one, &world.two);
    world
        .asks(one, "15", FIT, "Shirt", gbp("6.00"), on(9, 8))
        .sends_back(on(9, 9))
        .decided("bo", AgreeReturn, on(9, 11))
        .told("bo", Claim::Refunded, on(11, 0))
        .becomes(COMPLETE, on(10, 0));
    world
        .asks(two, "24", FIT, "Shirt", usd("4.00"), on(15, 8))
        .sends_back(on(15, 9))
        .decided("ann", RejectRefund, on(16, 8))
        .becomes(REJECTED, on(16, 8))
        .ruled("IN_PROGRESS", REJECTED, on(17, 0));
    let chats = ChatWeek {
        shop: one.clone(),
        week: on(0, 0),
        sessions: 3,
        answered: Some(1_000),
        satisfied: None,
        first_ms: None,
    };
    world.write(|tx| store::reports::keep_chat_week(tx, &chats, on(7, 0)));

    let whole = world.read(&four_weeks());
    assert_eq!((whole.whole.answered, whole.disputed, whole.chat.as_slice()), (7, 1, [chats].as_slice()));
    let by_kind = Kind::ALL.map(|kind| world.read(&ReportFilter { kind: Some(kind), ..four_weeks() }));
    assert_eq!(added(by_kind.iter()), counts(&whole));
    let by_reason = ReasonGroup::ALL.map(|reason| world.read(&ReportFilter { reason: Some(reason), ..four_weeks() }));
    assert_eq!(added(by_reason.iter()), counts(&whole));
    // TikTok does not say what chats are about.
    assert!(by_kind.iter().chain(&by_reason).all(|part| part.chat.is_empty()));

    let filter = ReportFilter { kind: Some(Kind::ReturnAndRefund), ..four_weeks() };
    let returns = world.read(&filter);
    assert_eq!((returns.whole.answered, returns.disputed, returns.waiting), (2, 1, 0));
    assert_eq!(returns.refunds.iter().map(|cost| cost.whole.clone()).collect::<Vec<_>>(), [gbp("6.00")]);
    // With a shop, a person and a reason as well.
    let narrow = ReportFilter { shop: Some(one.clone()), reason: Some(ReasonGroup::Fit), ..filter.clone() };
    assert_eq!(world.read(&narrow).whole.in_time, held(1, 0));
    let who = |who: &str| ReportFilter { agent: who.parse().ok(), ..narrow.clone() };
    assert_eq!((world.read(&who("bo")).whole.answered, world.read(&who("ann")).whole.answered), (1, 0));
    let damaged = ReportFilter { reason: Some(ReasonGroup::Damaged), ..filter };
    assert_eq!(counts(&world.read(&damaged)), [0; 12]);
}

#[tokio::test]
async fn a_lead_counts_only_shops_that_they_see() {
    let world = World::new().await;
    world.tell();
    let seen = |scope| {
        let lead = world.lead(scope);
        report::read(&world.desk.desk, &lead, &four_weeks(), &Report::ALL, report::COLUMNS).unwrap()
    };
    assert_eq!(seen(ShopScope::Only(vec![world.one.clone()])).whole.in_time, held(3, 0));
    let nothing = seen(ShopScope::Only(Vec::new()));
    assert_eq!((nothing.whole.answered, nothing.refunds.len(), nothing.owed.len()), (0, 0, 0));
    assert_eq!((nothing.reasons.rows.len(), nothing.drift, nothing.waiting), (0, None, 0));
}

#[tokio::test]
async fn counting_anew_gives_the_same_also_for_what_was_counted_by_older_rules() {
    let world = World::new().await;
    world.tell();
    let before = world.read(&four_weeks());
    let refunds = ReportFilter { kind: Some(Kind::RefundOnly), ..four_weeks() };
    world.write(|tx| {
        let changed =
            tx.execute("UPDATE case_fact SET version = 0, kind = '', in_time = NULL, amount = 1, took_ms = 7", &[])?;
        store::quality::ask_anew(tx)?;
        // Before the desk counts by itself.
        let asked = tx.only("SELECT COUNT(*) FROM unchecked", &[], |row| row.get::<i64>(0))?;
        assert_eq!((asked, changed), (7, 7));
        Ok(())
    });
    assert_eq!((world.read(&four_weeks()), world.read(&refunds)), (before.clone(), before.clone()));
    world.write(|tx| {
        tx.execute("DELETE FROM case_fact", &[])?;
        tx.execute(
            "INSERT INTO unchecked (case_id, shop_id, version, can_wait) SELECT id, shop_id, version, 1 FROM case_file \
             WHERE TRUE ON CONFLICT DO NOTHING",
            &[],
        )
        .map(drop)
    });
    assert_eq!(world.read(&four_weeks()), before);
}

#[tokio::test]
async fn a_ruling_stays_in_the_week_in_which_it_was_seen() {
    let world = World::new().await;
    let story = world
        .asks(&world.two, "23", DAMAGED, "Lamp", usd("9.00"), on(3, 8))
        .decided("ann", DecisionKind::RejectRefund, on(4, 8))
        .becomes(REJECTED, on(4, 8))
        .ruled("SUPPORT_SELLER", REJECTED, on(8, 0));
    assert_eq!(world.read(&four_weeks()).rulings[2], held(1, 0));
    // TikTok touches the case once more, and then changes its mind.
    let story = story.becomes("RETURN_OR_REFUND_REQUEST_CANCEL", on(15, 0));
    assert_eq!(world.read(&four_weeks()).rulings[2], held(1, 0));
    story.ruled("SUPPORT_BUYER", COMPLETE, on(16, 0));
    assert_eq!(world.read(&four_weeks()).rulings[2..], [held(0, 0), held(0, 1)]);
}

#[tokio::test]
async fn a_reason_that_becomes_more_frequent_is_named_with_what_it_cost() {
    let mut world = World::new().await;
    world.desk.member(&mut world.admin, "Ann", "agent", json!("all")).await;
    // The oldest reaches back far enough; then five a week over eight weeks, and 17 in the last two.
    world.asks(&world.one, "1", FIT, "Shirt", gbp("1.00"), on(-200, 0));
    for number in 0..40 {
        // So many writes in one go: a runtime of one thread lets go of a lock of its own only in between.
        tokio::task::yield_now().await;
        let at = on(20, 0).plus_millis(-2 * 7 * DAY - number * 7 * DAY / 5);
        world.asks(&world.one, &format!("2{number}"), DAMAGED, "Lamp", gbp("1.00"), at);
        // As often as ever.
        world.asks(&world.one, &format!("4{number}"), FIT, "Shirt", gbp("1.00"), at);
    }
    for number in 0..17 {
        let story = world.asks(&world.one, &format!("3{number}"), DAMAGED, "Lamp", gbp("2.50"), on(19, -number));
        if number < 2 {
            story.decided("ann", DecisionKind::ApproveRefund, on(19, 1)).becomes(COMPLETE, on(20, 0));
        }
    }
    for number in 0..10 {
        world.asks(&world.one, &format!("5{number}"), FIT, "Shirt", gbp("1.00"), on(19, -number));
    }
    let found = world.read(&four_weeks()).drift.unwrap();
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((only.reason, only.product.as_str(), only.now, only.before), (ReasonGroup::Damaged, "Lamp", 17, 40));
    assert_eq!((only.drift, only.refunded.as_slice()), (Drift::More(Some(17)), [gbp("5.00")].as_slice()));
    let of = |product: &str| ReportFilter { product: Some(product.to_owned()), ..four_weeks() };
    assert_eq!(
        (world.read(&of("Lamp")).drift, world.read(&of("Shirt")).drift),
        (Some(found.clone()), Some(Vec::new()))
    );
    // The way to its cases is to just those, whatever the weeks of the page.
    let its = |shop: &ShopId, agent: Option<AgentId>| {
        let filter = ReportCasesFilter {
            what: Counted::Drifting,
            shop: Some(shop.clone()),
            weeks: Some(1),
            agent,
            kind: None,
            reason: Some(ReasonGroup::Damaged),
            product: Some("Lamp".to_owned()),
        };
        report::cases(&world.desk.desk, &world.lead(ShopScope::All), &filter).unwrap().total
    };
    assert_eq!([its(&world.one, None), its(&world.one, "ann".parse().ok())], [17, 0]);
    // A lead looks after it, until some day.
    let team = world.desk.desk.store.read(people::all).unwrap();
    let [ada, ann] =
        [Role::Admin, Role::Agent].map(|role| team.iter().find(|one| one.role == role).unwrap().id.clone());
    let (lead, guest) = (world.lead(ShopScope::All), world.lead(ShopScope::Only(vec![world.two.clone()])));
    let care = |owner: AgentId| Some(Care { owner, look_by: on(27, 0) });
    let put = |by: &Agent, product: &str, care: Option<Care>| {
        let request = CareRequest { reason: ReasonGroup::Damaged, product: product.to_owned(), care };
        report::care(&world.desk.desk, by, &request)
    };
    assert_eq!(only.care, None);
    put(&lead, "Lamp", care(ada.clone())).unwrap();
    assert_eq!(world.read(&four_weeks()).drift.unwrap()[0].care, care(ada.clone()));
    for owner in ["gone".parse().unwrap(), ann] {
        assert!(matches!(put(&lead, "Lamp", care(owner)), Err(DeskError::Invalid { field: "owner", .. })));
    }
    for (by, product) in [(&lead, "Nothing"), (&guest, "Lamp")] {
        assert!(matches!(put(by, product, None), Err(DeskError::NotFound { .. })), "{product}");
    }
    for look_by in [on(-40, 0), on(4_000, 0)] {
        let slip = Some(Care { owner: ada.clone(), look_by });
        assert!(matches!(put(&lead, "Lamp", slip), Err(DeskError::Invalid { field: "look_by", .. })));
    }
    // Another shop is asked for the same: who does not see both neither sees nor changes who looks after it.
    let one_alone = world.lead(ShopScope::Only(vec![world.one.clone()]));
    put(&one_alone, "Lamp", care(ada.clone())).unwrap();
    world.asks(&world.two, "70", DAMAGED, "Lamp", usd("1.00"), on(18, 0));
    world.count();
    for by in [&one_alone, &guest] {
        assert!(matches!(put(by, "Lamp", None), Err(DeskError::Invalid { field: "product", .. })));
    }
    let shown = report::read(&world.desk.desk, &one_alone, &four_weeks(), &[Report::Drift], 1).unwrap().drift.unwrap();
    assert_eq!((shown[0].may_care, shown[0].care.as_ref()), (false, None));
    put(&lead, "Lamp", None).unwrap();
    assert_eq!(world.read(&four_weeks()).drift.unwrap()[0].care, None);
    // A shop that has just begun does not seem to drift.
    for number in 0..20 {
        world.asks(&world.two, &format!("6{number}"), FIT, "Cup", usd("1.00"), on(18, 0));
    }
    assert_eq!(world.read(&four_weeks()).drift.unwrap().len(), 1);
}

#[tokio::test]
async fn a_buyer_who_was_content_is_counted_once_the_week_is_over() {
    const A_DAY: u64 = 24 * 60 * 60;
    let scene = Scene::in_room(Room::imported(10).await, "REFUND", json!({ "deadline_s": A_DAY })).await;
    scene.approve_and_tell();
    scene.live(200).await;
    let read = || {
        while quality::check_some(&scene.room.desk).unwrap() {}
        let filter = four_weeks();
        report::read(&scene.room.desk, &scene.agent, &filter, &Report::ALL, report::COLUMNS).unwrap()
    };
    let at_once = read();
    assert_eq!((at_once.whole.in_time, at_once.whole.again), (held(1, 0), Tally::default()));
    assert_eq!(at_once.agents[0].agent, scene.agent.id);
    assert!(at_once.whole.deciding.half.is_some() && at_once.whole.telling.half.is_some());
    let known: u64 = at_once.reasons.rows.iter().map(|row| row.all).sum();
    assert!(known > 0);
    scene.room.pass(8 * A_DAY).await;
    assert_eq!(read().whole.again, held(1, 0));
}

#[tokio::test]
async fn what_was_imported_as_done_is_counted_but_is_nobodys_work() {
    let room = Room::imported(120).await;
    let scene = Scene::in_room(room, "REFUND", json!({ "deadline_s": 86_400 })).await;
    while quality::check_some(&scene.room.desk).unwrap() {}
    let counts = |sql: &str| scene.room.desk.store.read(|tx| tx.only(sql, &[], |row| row.get::<i64>(0))).unwrap();
    assert_eq!(counts("SELECT COUNT(*) FROM case_fact"), counts("SELECT COUNT(*) FROM case_file"));
    let half_a_year = ReportFilter { weeks: Some(26), ..ReportFilter::default() };
    let all = report::read(&scene.room.desk, &scene.agent, &half_a_year, &Report::ALL, report::COLUMNS).unwrap();
    assert_eq!((all.whole.answered, all.agents.len()), (0, 0));
    assert!(!all.refunds.is_empty() && !all.reasons.rows.is_empty());
}

#[tokio::test]
async fn a_file_holds_the_same_figures_and_no_formula() {
    let mut world = World::new().await;
    world.tell();
    let mut lead = world.desk.member(&mut world.admin, "Lena", "lead", json!("all")).await;
    let answer = lead.get("/api/reports/in_time?weeks=4").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"amends-in-time-2026-10-11.csv\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = "\u{feff}Week,In time,Ran out,Share in time (%),Paid because time ran out (USD)\r\n\
                    2026-09-14,0,0,,\r\n2026-09-21,2,0,100.0,\r\n2026-09-28,2,1,66.7,7.25\r\n2026-10-05,0,0,,\r\n";
    assert_eq!(answer.text(), expected);
    let reasons = lead.get("/api/reports/reasons?weeks=4&format=csv").await.expect(200).text();
    assert!(reasons.contains("Other reason,'=1+1 Mug,1\r\n"), "{reasons}");
    let file = lead.get(&format!("/api/reports/refunds?weeks=4&format=json&shop={}", world.two)).await.expect(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"amends-refunds-2026-10-11.json\"");
    let body: Value = file.json();
    let row = json!({
        "Week": "2026-09-28", "Shop": "Shop 2", "Currency": "USD", "Refunds": 1,
        "Cost": { "amount": "7.25", "currency": "USD" },
    });
    assert_eq!((&body["report"], &body["rows"][2]), (&json!("refunds"), &row));
    // Of some requests alone; TikTok counts chats whatever they are about.
    let fit = lead.get("/api/reports/in_time?weeks=4&kind=refund_only&reason=fit").await.expect(200).text();
    assert!(fit.ends_with("2026-09-21,0,0,\r\n2026-09-28,1,0,100.0\r\n2026-10-05,0,0,\r\n"), "{fit}");
    let chats = lead.get("/api/reports/chat?kind=refund_only").await.expect(200).text();
    assert_eq!(chats.lines().count(), 1);
    let agents = lead.get("/api/reports/agents?format=json").await.expect(200).json();
    assert_eq!(agents["rows"][0]["Half decided within (minutes)"], json!(240.0));
    for report in Report::ALL {
        for format in ["csv", "json"] {
            lead.get(&format!("/api/reports/{}?format={format}", report.word())).await.expect(200);
        }
    }
}

#[tokio::test]
async fn people_are_called_by_their_names() {
    let mut world = World::new().await;
    let name = |id: &str, name: &str| {
        let account = Account {
            id: id.parse::<AgentId>().unwrap(),
            name: name.to_owned(),
            email: format!("{id}@example.com"),
            role: Role::Agent,
            shops: ShopScope::All,
            password_hash: None,
            is_practice: false,
            seen: None,
        };
        world.write(|tx| people::insert(tx, &account, on(0, 0)).map(drop));
    };
    name("ann", "Ann Lee");
    name("bo", "-Bo");
    world.tell();
    let agents = world.admin.get("/api/reports/agents?weeks=4").await.expect(200).text();
    let weeks = "In time 2026-09-14 (%),In time 2026-09-21 (%),In time 2026-09-28 (%),In time 2026-10-05 (%)";
    assert!(agents.lines().next().unwrap().ends_with(weeks), "{agents}");
    let rows: Vec<_> = agents.lines().skip(1).collect();
    assert_eq!(rows, ["Ann Lee,3,3,0,100.0,240.0,6.0,0,,,100.0,100.0,", "'-Bo,2,1,1,50.0,60.0,1.0,0,,,,50.0,"]);
}

#[tokio::test]
async fn leads_see_reports_and_agents_do_not() {
    let desk = TestDesk::start().await;
    let mut admin = desk.admin().await;
    let mut lead = desk.member(&mut admin, "Lena", "lead", json!("all")).await;
    let mut agent = desk.member(&mut admin, "Ann", "agent", json!("all")).await;
    let empty: Reports = serde_json::from_value(lead.get("/api/reports").await.expect(200).json()).unwrap();
    assert_eq!((empty.weeks.len(), empty.whole.answered, empty.drift), (10, 0, None));
    lead.get("/api/reports/owed").await.expect(200);
    lead.get("/api/reports/nonsense").await.refused(404, "not_found");
    lead.get("/api/reports?weeks=many").await.refused(422, "invalid");
    lead.get("/api/reports/owed?format=xls").await.refused(422, "invalid");
    lead.get("/api/reports?kind=gift").await.refused(422, "invalid");
    lead.get("/api/reports/owed?reason=").await.refused(422, "invalid");
    lead.get("/api/reports/owed?kind=replacement&reason=wrong_item").await.expect(200);
    agent.get("/api/reports").await.refused(403, "forbidden");
    agent.get("/api/reports/owed").await.refused(403, "forbidden");
}
