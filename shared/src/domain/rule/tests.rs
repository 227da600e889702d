use super::*;
use crate::domain::fixtures::usd;

/// A refund request about damage, of US$ 18.00, with two photos, from a buyer who asked once 20 days ago.
pub(in crate::domain) fn facts() -> CaseFacts {
    let asked = Timestamp::from_millis(100 * DAY_MS);
    CaseFacts {
        kind: Kind::RefundOnly,
        group: ReasonGroup::Damaged,
        amount: Some(usd("18.00")),
        products: vec!["Stoneware mug".to_owned(), "Blue".to_owned(), "MUG-BLU".to_owned()],
        shop: "s_1".parse().unwrap(),
        asked,
        earlier: Some(vec![asked.plus_millis(-20 * DAY_MS)]),
        photos: Some(2),
        is_disputed: false,
        is_unclear: false,
        needs_tick: false,
    }
}

/// Approves what fits.
pub(in crate::domain) fn rule(when: When) -> Rule {
    let then = Then { approve: true, ..Then::default() };
    Rule { name: "Small breakages".to_owned(), when, then, cap: Cap { acts: 10, money: None } }
}

fn count(bound: Bound, number: u32) -> Count {
    Count { bound, number }
}

fn history(days: u32, bound: Bound, number: u32) -> Option<History> {
    Some(History { days, count: count(bound, number) })
}

#[test]
fn each_condition_is_asked_and_says_what_does_not_hold() {
    let eur = |amount: &str| Money::parse(amount, "EUR").ok();
    let when = When::default;
    let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
    for (when, not) in [
        (when(), None),
        (When { kinds: vec![Kind::Cancellation], ..when() }, Some(Not::Kind)),
        (When { kinds: vec![Kind::RefundOnly, Kind::Cancellation], ..when() }, None),
        (When { groups: vec![ReasonGroup::Late], ..when() }, Some(Not::Reason)),
        (When { most: Some(usd("18")), ..when() }, None),
        (When { most: Some(usd("17.99")), ..when() }, Some(Not::TooMuch)),
        (When { least: Some(usd("18.01")), ..when() }, Some(Not::TooLittle)),
        (When { least: Some(usd("18.000")), ..when() }, None),
        (When { most: eur("100"), ..when() }, Some(Not::OtherCurrency)),
        (When { products: words(&["mug-b"]), ..when() }, None),
        (When { products: words(&["lamp", "stoneware"]), ..when() }, None),
        (When { products: words(&["lamp"]), ..when() }, Some(Not::Product)),
        (When { shops: vec!["s_2".parse().unwrap()], ..when() }, Some(Not::Shop)),
        (When { history: history(30, Bound::AtMost, 0), ..when() }, Some(Not::History)),
        (When { history: history(19, Bound::AtMost, 0), ..when() }, None),
        (When { history: history(20, Bound::AtLeast, 1), ..when() }, None),
        (When { photos: Some(count(Bound::AtLeast, 3)), ..when() }, Some(Not::Photos)),
        (When { photos: Some(count(Bound::AtMost, 2)), ..when() }, None),
    ] {
        assert_eq!(judge(&rule(when.clone()), &facts()).not, not.into_iter().collect::<Vec<_>>(), "{when:?}");
    }
}

#[test]
fn what_is_not_known_never_fits() {
    let unknown = CaseFacts { amount: None, earlier: None, photos: None, ..facts() };
    let when = When {
        most: Some(usd("20")),
        history: history(30, Bound::AtMost, 9),
        photos: Some(count(Bound::AtLeast, 0)),
        ..When::default()
    };
    let verdict = judge(&rule(when), &unknown);
    assert_eq!(verdict.not, [Not::AmountUnknown, Not::BuyerUnknown, Not::PhotosUnknown]);
    assert_eq!(
        judge(&rule(When::default()), &unknown).barred,
        Some(Barred::SumUnknown),
        "money of no sum is not given"
    );
}

#[test]
fn some_requests_are_left_to_people_although_they_are_meant() {
    let all = rule(When::default());
    for (facts, barred) in [
        (facts(), None),
        (CaseFacts { kind: Kind::Other, ..facts() }, Some(Barred::NotDecidable)),
        (CaseFacts { is_disputed: true, ..facts() }, Some(Barred::Disputed)),
        (CaseFacts { is_unclear: true, ..facts() }, Some(Barred::Unclear)),
        (CaseFacts { needs_tick: true, ..facts() }, Some(Barred::NeedsTick)),
    ] {
        let verdict = judge(&all, &facts);
        assert_eq!((verdict.matches(), verdict.barred), (true, barred), "{facts:?}");
    }
    let above = |amount: &str| {
        let then = Then { second_above: Some(usd(amount)), ..all.then.clone() };
        judge(&Rule { then, ..all.clone() }, &facts()).barred
    };
    assert_eq!((above("18"), above("17.99")), (None, Some(Barred::NeedsSecond)));
    let tags = Then { tag: Some("look".to_owned()), ..Then::default() };
    let tags = Rule { then: tags, ..all };
    assert_eq!(judge(&tags, &CaseFacts { is_disputed: true, ..facts() }).barred, None, "a tag decides nothing");
}

#[test]
fn a_second_person_is_asked_above_the_amount_and_where_it_is_not_known() {
    let then = Then { second_above: Some(usd("18")), ..Then::default() };
    let two = Rule { then, ..rule(When::default()) };
    let with = |amount: Option<Money>| asks_second(&two, &[&two], &facts(), amount.as_ref());
    assert!(!with(Some(usd("18.00"))));
    assert!(with(Some(usd("18.01"))));
    assert!(with(None));
    let fit = Rule { when: When { groups: vec![ReasonGroup::Fit], ..When::default() }, ..two.clone() };
    assert!(!asks_second(&fit, &[&fit], &facts(), None));
}

#[test]
fn a_second_person_is_asked_while_it_is_not_known_whether_the_rule_means_the_request() {
    let then = Then { second_above: Some(usd("10")), ..Then::default() };
    let photos = When { photos: Some(count(Bound::AtMost, 0)), ..When::default() };
    let regular = When { history: history(30, Bound::AtLeast, 1), ..When::default() };
    let large = When { least: Some(usd("18.01")), ..When::default() };
    let unread = CaseFacts { amount: None, earlier: None, photos: None, ..facts() };
    for (when, facts, asks) in [
        (photos.clone(), facts(), false),
        (photos.clone(), unread.clone(), true),
        (photos, CaseFacts { photos: Some(0), ..facts() }, true),
        (regular.clone(), unread.clone(), true),
        (regular, CaseFacts { earlier: Some(Vec::new()), ..facts() }, false),
        (large.clone(), unread.clone(), true),
        (large, facts(), false),
        // What is known not to hold is no less known because something else is not.
        (
            When { kinds: vec![Kind::Cancellation], photos: Some(count(Bound::AtMost, 0)), ..When::default() },
            unread,
            false,
        ),
    ] {
        let two = Rule { then: then.clone(), ..rule(when.clone()) };
        assert_eq!(asks_second(&two, &[&two], &facts, Some(&usd("18.00"))), asks, "{when:?}");
    }
}

#[test]
fn a_sum_in_another_currency_is_judged_by_the_rule_that_names_it_and_asks_where_there_is_none() {
    let gbp = |amount: &str| Money::parse(amount, "GBP").unwrap();
    let two = |above: Money, when: When| {
        let then = Then { second_above: Some(above), ..Then::default() };
        Rule { then, ..rule(when) }
    };
    let dollars = two(usd("100"), When::default());
    let pounds = two(gbp("80"), When::default());
    let british = CaseFacts { amount: Some(gbp("20")), ..facts() };
    let asks = |all: &[&Rule], amount: &str| all.iter().any(|one| asks_second(one, all, &british, Some(&gbp(amount))));
    assert!(asks(&[&dollars], "20"), "nobody can tell how much that is in dollars");
    assert!(!asks(&[&dollars, &pounds], "80"));
    assert!(asks(&[&dollars, &pounds], "80.01"));
    // One that does not mean the request, or is not known to, says nothing about it.
    let fit = two(gbp("80"), When { groups: vec![ReasonGroup::Fit], ..When::default() });
    let shown = two(gbp("80"), When { photos: Some(count(Bound::AtLeast, 1)), ..When::default() });
    assert!(asks(&[&dollars, &fit], "20"));
    assert!(!asks(&[&dollars, &shown], "20"));
    let unread = CaseFacts { photos: None, ..british.clone() };
    assert!(asks_second(&dollars, &[&dollars, &shown], &unread, Some(&gbp("20"))));
    // A rule of other shops does not reach it.
    let american = two(usd("100"), When { shops: vec!["s_2".parse().unwrap()], ..When::default() });
    assert!(!asks(&[&american], "20"));
    let dear = two(usd("100"), When { least: Some(usd("5")), ..When::default() });
    assert!(asks(&[&dear], "20"));
}

#[test]
fn a_rule_that_means_everything_is_known_by_its_words() {
    let shops: [ShopId; 2] = ["s_1".parse().unwrap(), "s_2".parse().unwrap()];
    let everything = |when: When| means_everything(&when, &shops);
    assert!(everything(When::default()));
    assert!(everything(When {
        kinds: vec![Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement],
        groups: ReasonGroup::ALL.to_vec(),
        least: Some(usd("0")),
        photos: Some(count(Bound::AtLeast, 0)),
        history: history(30, Bound::AtLeast, 0),
        ..When::default()
    }));
    // No buyer has so many.
    let most = Some(count(Bound::AtMost, 99));
    assert!(everything(When { photos: most, history: history(365, Bound::AtMost, 20), ..When::default() }));
    let above = |amount: Option<Money>| {
        let then = Then { approve: true, second_above: amount, ..Then::default() };
        approves_everything(&Rule { then, ..rule(When::default()) }, &shops)
    };
    assert!(everything(When { shops: shops.to_vec(), ..When::default() }), "all shops by name");
    assert!(!everything(When { shops: shops[..1].to_vec(), ..When::default() }));
    assert!(!means_everything(&When { shops: shops.to_vec(), ..When::default() }, &[]), "no shop is known");
    assert!(above(None));
    assert!(!above(Some(usd("0.01"))), "what is above is not approved by it");
    for when in [
        When { kinds: vec![Kind::RefundOnly], ..When::default() },
        When { most: Some(usd("100000")), ..When::default() },
        When { history: history(30, Bound::AtMost, 9), ..When::default() },
        When { photos: Some(count(Bound::AtLeast, 1)), ..When::default() },
    ] {
        assert!(!everything(when.clone()), "{when:?}");
    }
}

#[test]
fn what_cannot_be_is_not_saved() {
    let good = rule(When::default());
    assert_eq!(rule_problem(&good), None);
    let then = |then: Then| Rule { then, ..good.clone() };
    let cap = |acts: u32, money: Option<Money>| Rule { cap: Cap { acts, money }, ..good.clone() };
    let when = |when: When| rule(when);
    let (eur, tag) = (Money::parse("1", "EUR").ok(), |tag: &str| Then { tag: Some(tag.to_owned()), ..Then::default() });
    let asks_for_more = Then { reply: Some(Prepared::MoreInformation), ..good.then.clone() };
    for (bad, field) in [
        (Rule { name: " ".to_owned(), ..good.clone() }, "name"),
        (then(Then::default()), "then"),
        (then(tag("a/b")), "tag"),
        (then(tag(" look")), "tag"),
        (then(asks_for_more.clone()), "reply"),
        (when(When { least: Some(usd("2")), most: Some(usd("1")), ..When::default() }), "amount"),
        (when(When { least: Some(usd("2")), most: eur.clone(), ..When::default() }), "amount"),
        (Rule { cap: Cap { acts: 1, money: eur }, ..when(When { most: Some(usd("1")), ..When::default() }) }, "amount"),
        (when(When { products: vec!["a".to_owned()], ..When::default() }), "products"),
        (when(When { history: history(0, Bound::AtMost, 1), ..When::default() }), "history"),
        (cap(0, None), "cap"),
        (cap(501, None), "cap"),
    ] {
        assert_eq!(rule_problem(&bad).map(|(field, _)| field), Some(field), "{bad:?}");
    }
}

#[test]
fn what_approves_does_not_ask_for_more_also_where_it_was_saved_before_that_was_refused() {
    let old = Then { reply: Some(Prepared::MoreInformation), ..rule(When::default()).then };
    let old = Rule { then: old, ..rule(When::default()) };
    let kept: Rule = serde_json::from_str(&serde_json::to_string(&old).unwrap()).unwrap();
    assert_eq!((kept.then.prepares(), kept.then.does_more()), (None, false));
    assert_eq!(would(&kept, &facts(), &Used::default()), Would::Approve);
    let disputed = CaseFacts { is_disputed: true, ..facts() };
    assert_eq!(would(&kept, &disputed, &Used::default()), Would::Nothing(Some(Barred::Disputed)));
    let said = sentence(&kept, ToString::to_string, ToString::to_string);
    assert_eq!(said, "When any request comes in, then approve it. At most 10 requests a day (UTC).");
    // Alone it is what such a reply is for, and beside an approval there are others.
    let asks = |approve: bool, reply: Prepared| Then { approve, reply: Some(reply), ..Then::default() };
    for then in [asks(false, Prepared::MoreInformation), asks(true, Prepared::Refunded)] {
        assert_eq!((then.prepares(), rule_problem(&Rule { then: then.clone(), ..kept.clone() })), (then.reply, None));
    }
}

fn past(number: u32, day: i64, facts: CaseFacts) -> Past {
    let asked = Timestamp::from_millis(day * DAY_MS + i64::from(number));
    Past {
        case: format!("c_{number}").parse().unwrap(),
        number: number.to_string(),
        facts: CaseFacts { asked, ..facts },
    }
}

#[test]
fn a_dry_run_keeps_to_the_cap_of_each_day_in_the_order_of_the_requests() {
    let capped = Rule { cap: Cap { acts: 2, money: None }, ..rule(When::default()) };
    let days = [past(4, 1, facts()), past(3, 1, facts()), past(1, 1, facts()), past(5, 2, facts())];
    let dry = dry_run(&capped, days.to_vec());
    let would: Vec<_> = dry.cases.iter().map(|case| (case.past.number.as_str(), case.would.clone())).collect();
    let capped = Would::Nothing(Some(Barred::CapReached));
    assert_eq!(would, [("1", Would::Approve), ("3", Would::Approve), ("4", capped.clone()), ("5", Would::Approve)]);
    assert_eq!(dry.money(), [usd("54.00")]);
    assert!(dry.takes_all(), "the cap is no condition");
    // Of money: the third does not fit any more, a smaller one still does.
    let purse = Rule { cap: Cap { acts: 9, money: Some(usd("40")) }, ..rule(When::default()) };
    let small = CaseFacts { amount: Some(usd("4.00")), ..facts() };
    let dry = dry_run(&purse, vec![past(1, 1, facts()), past(2, 1, facts()), past(3, 1, facts()), past(4, 1, small)]);
    let would: Vec<_> = dry.cases.into_iter().map(|case| case.would).collect();
    assert_eq!(would, [Would::Approve, Would::Approve, capped, Would::Approve]);
}

#[test]
fn a_rule_takes_all_where_only_what_is_not_known_or_not_to_be_decided_is_left_out() {
    let photos = |number: u32| When { photos: Some(count(Bound::AtMost, number)), ..When::default() };
    let unread = CaseFacts { photos: None, ..facts() };
    let disputed = CaseFacts { is_disputed: true, ..facts() };
    let nameless = CaseFacts { amount: None, ..facts() };
    let takes_all = |rule: &Rule, others: &[&CaseFacts]| {
        let all = [facts()].into_iter().chain(others.iter().copied().cloned());
        dry_run(rule, (1..).zip(all).map(|(number, facts)| past(number, 1, facts)).collect()).takes_all()
    };
    assert!(takes_all(&rule(photos(3)), &[&unread, &disputed, &nameless]));
    assert!(!takes_all(&rule(photos(3)), &[&CaseFacts { photos: Some(4), ..facts() }]));
    assert!(!takes_all(&rule(photos(1)), &[&unread]), "it approves nothing");
    let pounds = CaseFacts { amount: Money::parse("9", "GBP").ok(), ..facts() };
    let most = When { most: Some(usd("1000")), ..When::default() };
    assert!(!takes_all(&rule(most), &[&pounds]), "a currency is a condition");
    let then = Then { approve: true, second_above: Some(usd("20")), ..Then::default() };
    let two = Rule { then, ..rule(When::default()) };
    let dear = CaseFacts { amount: Some(usd("20.01")), ..facts() };
    assert!(!takes_all(&two, &[&dear]));
    assert!(takes_all(&two, &[]));
    assert_eq!(dry_run(&two, vec![past(1, 1, facts()), past(2, 1, dear)]).seconds(&two), 1);
}

#[test]
fn a_cap_in_another_currency_lets_no_money_through() {
    let purse = Cap { acts: 9, money: Money::parse("40", "EUR").ok() };
    assert!(!Used::default().leaves_room(&purse, Some(&usd("1"))));
    assert!(Used::default().leaves_room(&purse, None), "what moves no money is counted alone");
}

#[test]
fn a_dry_run_does_the_rest_where_the_approval_is_barred() {
    let then = Then { approve: true, tag: Some("look".to_owned()), ..Then::default() };
    let both = Rule { then, ..rule(When::default()) };
    let used = Used::default();
    assert_eq!(would(&both, &facts(), &used), Would::Approve);
    let disputed = CaseFacts { is_disputed: true, ..facts() };
    assert_eq!(would(&both, &disputed, &used), Would::Rest(Some(Barred::Disputed)));
    let late = Rule { when: When { groups: vec![ReasonGroup::Late], ..When::default() }, ..both };
    assert_eq!(would(&late, &facts(), &used), Would::Not(vec![Not::Reason]));
}

#[test]
fn a_rule_reads_as_a_sentence() {
    let shop = |_: &ShopId| "Kiln & Co".to_owned();
    let person = |_: &AgentId| "Ines".to_owned();
    let said = |rule: &Rule| sentence(rule, shop, person);
    assert_eq!(
        said(&rule(When::default())),
        "When any request comes in, then approve it. At most 10 requests a day (UTC)."
    );
    let when = When {
        kinds: vec![Kind::RefundOnly],
        groups: vec![ReasonGroup::Damaged, ReasonGroup::MissingParts],
        most: Some(usd("20.00")),
        products: vec!["mug".to_owned()],
        shops: vec!["s_1".parse().unwrap()],
        history: history(90, Bound::AtMost, 1),
        photos: Some(count(Bound::AtLeast, 1)),
        ..When::default()
    };
    let then = Then { approve: true, tag: Some("small".to_owned()), ..Then::default() };
    let whole = Rule { then, cap: Cap { acts: 5, money: Some(usd("80")) }, ..rule(when) };
    assert_eq!(
        said(&whole),
        "When a refund-only request about “Arrived damaged” or “Something is missing” for a product with “mug” in its name in \
         Kiln & Co is at most US$ 20.00, shows at least 1 photo and comes from a buyer with at most 1 earlier request \
         in 90 days, then approve it and tag it “small”. At most 5 requests and US$ 80 a day (UTC)."
    );
    let purse = Rule { cap: Cap { acts: 5, money: Some(usd("80")) }, ..rule(When::default()) };
    assert_eq!(
        said(&purse),
        "When any request comes in, then approve it. At most 5 requests and US$ 80 a day (UTC), and nothing in another currency."
    );
    let two = Rule { then: Then { second_above: Some(usd("100")), ..Then::default() }, ..rule(When::default()) };
    assert_eq!(
        said(&two),
        "When any request comes in, then ask for a second person before an approval or an offer above US$ 100."
    );
}

#[test]
fn what_a_request_came_to_is_read_from_its_end() {
    use crate::domain::case::{By, DecisionKind, End};
    use crate::domain::quality::sample::{done, view};
    let open = || {
        let mut view = view();
        (view.row.end, view.by, view.intents, view.arbitration) = (None, None, Vec::new(), None);
        view
    };
    let decided = |kinds: &[DecisionKind]| {
        let mut view = open();
        // As on the wire: newest first.
        view.intents = kinds.iter().rev().map(|kind| done(*kind)).collect();
        view.by = Some(By::Desk);
        view
    };
    let ended = |end: Option<End>, by: Option<By>| {
        let mut view = open();
        (view.row.end, view.by) = (end, by);
        view
    };
    let ruled = |word: &str| {
        let mut view = decided(&[DecisionKind::RejectRefund]);
        view.arbitration = Some(word.to_owned());
        view
    };
    for (view, became) in [
        (open(), Became::Open),
        (decided(&[DecisionKind::ApproveRefund]), Became::Same),
        (decided(&[DecisionKind::AgreeReturn, DecisionKind::RefuseParcel]), Became::Same),
        (decided(&[DecisionKind::RejectRefund]), Became::Otherwise),
        (decided(&[DecisionKind::OfferPartial]), Became::Otherwise),
        (ruled("SUPPORT_SELLER"), Became::RuledForShop),
        (ruled("SUPPORT_BUYER"), Became::Otherwise),
        (ended(Some(End::Refunded), Some(By::TimeRanOut)), Became::RanOut),
        (ended(Some(End::Refunded), Some(By::Outside)), Became::Same),
        (ended(Some(End::Cancelled), Some(By::Direct)), Became::NotAsked),
        (ended(Some(End::Closed), Some(By::Outside)), Became::GivenUp),
        (ended(Some(End::Edited), None), Became::GivenUp),
        (ended(Some(End::RejectionStands), Some(By::Outside)), Became::Otherwise),
    ] {
        assert_eq!(Became::of(&view), became, "{:?} {:?}", view.row.end, view.by);
    }
    assert!([Became::Otherwise, Became::GivenUp, Became::RuledForShop].into_iter().all(Became::is_wrong));
    assert!(![Became::Open, Became::Same, Became::RanOut, Became::NotAsked].into_iter().any(Became::is_wrong));
}
