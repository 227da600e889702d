//! Cases made by hand, with what is known to be right and wrong about each. They are data, so that who knows the work
//! and not the code can read and add to them: `cases.json` beside this file. What a case does not say is as in
//! [`sample`]; every check that it does not list is expected to pass.

use super::sample::{done, view};
use super::{Check, CheckState, Checkpoint, after_deciding, before_deciding};
use crate::domain::case::{By, Claim, DecisionKind, Flag, Kind, Owed, Sayable};
use crate::domain::facts::Refund;
use crate::money::Money;
use crate::reply::Language;
use crate::time::Timestamp;
use crate::wire::case::{CaseView, Happened, MessageView, Opened, Speaker, TimelineEntry, Who, Words};
use crate::wire::intent::{IntentState, IntentView, IntentWhat, Superseded};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const CASES: &str = include_str!("cases.json");

/// Time since the buyer asked: `40m`, `5h` or `3d`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct After(Timestamp);

impl TryFrom<String> for After {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time");
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
        let minutes = match unit {
            "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            _ => return Err(wrong()),
        };
        let number: i64 = number.parse().map_err(|_| wrong())?;
        Ok(Self(Timestamp::from_millis(number * minutes * 60_000)))
    }
}

fn month() -> After {
    After(Timestamp::from_millis(30 * 24 * 60 * 60_000))
}

fn desk() -> Option<By> {
    Some(By::Desk)
}

fn some_money() -> Option<String> {
    Some("24.69".to_owned())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Region of the shop: its currency and its language.
    shop: String,
    kind: Kind,
    reason: String,
    reason_text: String,
    #[serde(default)]
    item: String,
    /// The name that the buyer is greeted with.
    #[serde(default)]
    buyer: Option<String>,
    /// TikTok's amount; null: none.
    #[serde(default = "some_money")]
    refund: Option<String>,
    #[serde(default)]
    partial: Option<String>,
    #[serde(default = "desk")]
    by: Option<By>,
    #[serde(default)]
    flags: Vec<Flag>,
    /// What the buyer wrote and showed with the request.
    #[serde(default)]
    wrote: Vec<Wrote>,
    /// Photos that were opened.
    #[serde(default)]
    opened: Vec<Seen>,
    #[serde(default)]
    did: Vec<Did>,
    /// What may be said, and since when it is proved.
    #[serde(default)]
    shows: BTreeMap<Claim, After>,
    /// What an offer says, where it is not the whole refund.
    #[serde(default)]
    offer_said: Option<String>,
    #[serde(default)]
    late_at: Option<After>,
    #[serde(default)]
    owed: Option<Debt>,
    /// The debt was ended without a message: `elsewhere` or `waived`.
    #[serde(default)]
    settled: Option<String>,
    #[serde(default)]
    records: Vec<String>,
    #[serde(default)]
    chat: Vec<Line>,
    /// Something is still to be decided, until then.
    #[serde(default)]
    asks_until: Option<After>,
    /// What TikTok said when asked for it: `confirmed`, `none` is open, or it `failed` to answer.
    #[serde(default)]
    options: Option<String>,
    #[serde(default = "month")]
    now: After,
    #[serde(default)]
    failed: BTreeSet<Check>,
    #[serde(default)]
    unknown: BTreeSet<Check>,
    #[serde(default)]
    left_out: LeftOut,
    #[serde(default)]
    before: Option<Before>,
}

/// Checks that do not apply.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum LeftOut {
    #[default]
    Nothing,
    All(All),
    Some(BTreeSet<Check>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum All {
    All,
}

/// The checks before deciding, of which none is ever left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    #[serde(default)]
    failed: BTreeSet<Check>,
    #[serde(default)]
    unknown: BTreeSet<Check>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrote {
    at: After,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    photos: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    photo: String,
    by: String,
    at: After,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Debt {
    claim: Claim,
    since: After,
    late_at: After,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: After,
    buyer: String,
}

/// Something that Ines did: `decides` something, `tells` an outcome, or `chats`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Did {
    at: After,
    #[serde(default)]
    motion: Option<String>,
    /// Other than done: `refused`, `time_ran_out` or `waiting`.
    #[serde(default)]
    ended: Option<String>,
    #[serde(default)]
    decides: Option<DecisionKind>,
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    reason_text: Option<String>,
    /// How many; left out: not known.
    #[serde(default)]
    proofs: Option<usize>,
    #[serde(default)]
    tells: Option<Claim>,
    #[serde(default)]
    chats: bool,
    #[serde(default)]
    says: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    template: Option<String>,
}

fn currency(shop: &str) -> &'static str {
    match shop {
        "US" => "USD",
        "GB" => "GBP",
        "ID" => "IDR",
        "TH" => "THB",
        "VN" => "VND",
        "ES" | "DE" => "EUR",
        other => panic!("no currency for {other}"),
    }
}

impl Did {
    fn intent(&self, money: &impl Fn(&str) -> Money) -> IntentView {
        let at = self.at.0;
        let what = match self.decides {
            Some(kind) => IntentWhat::Decision {
                kind,
                amount: self.amount.as_deref().map(money),
                reason_text: self.reason_text.clone(),
                reason: self.reason.clone(),
                comment: None,
                evidence: self
                    .proofs
                    .map(|count| (0..count).map(|place| format!("e{place}").parse().unwrap()).collect()),
            },
            None => {
                assert!(self.tells.is_some() || self.chats, "{self:?} does nothing");
                IntentWhat::Reply {
                    claim: self.tells,
                    text: self.says.clone().unwrap(),
                    language: self.language.clone().unwrap_or_else(|| "en".to_owned()),
                    template: self.template.clone(),
                }
            }
        };
        let state = match self.ended.as_deref() {
            None => IntentState::Done { by_reading: false, at },
            Some("refused") => IntentState::Refused { platform_code: 25_011_025, text: "Not allowed".to_owned(), at },
            Some("time_ran_out") => IntentState::Superseded { why: Superseded::TimeRanOut, at },
            Some("waiting") => IntentState::Waiting { claim: self.tells },
            Some(other) => panic!("{other} is no end"),
        };
        let motion = self.motion.clone().unwrap_or_else(|| "m_1".to_owned()).parse().unwrap();
        let by = "ines".parse().unwrap();
        IntentView { what, state, at, motion, by, ..done(DecisionKind::ApproveRefund) }
    }
}

impl Case {
    fn view(&self) -> CaseView {
        let money = |amount: &str| Money::parse(amount, currency(&self.shop)).unwrap();
        let start = Timestamp::from_millis(0);
        let mut view = view();
        let row = &mut view.row;
        row.kind = self.kind;
        row.reason.clone_from(&self.reason);
        row.reason_text.clone_from(&self.reason_text);
        row.item.clone_from(&self.item);
        row.language = Language::of_region(&self.shop).tag().to_owned();
        row.flags.clone_from(&self.flags);
        row.deadline = self.asks_until.map(|until| until.0);
        row.owed =
            self.owed.as_ref().map(|owed| Owed { claim: owed.claim, since: owed.since.0, late_at: owed.late_at.0 });
        view.greeting_name.clone_from(&self.buyer);
        view.created = start;
        view.by = self.by;
        view.last_deadline = Some(Timestamp::from_millis(2 * 24 * 60 * 60_000));
        view.late_at = self.late_at.map(|late| late.0);
        view.refund = self.refund.as_deref().map(|total| Refund { total: money(total), parts: Vec::new() });
        view.partial = self.partial.as_deref().map(money);
        let said = |claim| match (claim, &self.offer_said) {
            (Claim::OfferMade, Some(part)) => Some(money(part)),
            (Claim::Rejected | Claim::ParcelRefused | Claim::ReplacementAgreed, _) => None,
            _ => self.refund.as_deref().map(money),
        };
        let shows = self.shows.iter();
        view.sayable =
            shows.map(|(claim, since)| Sayable { claim: *claim, amount: said(*claim), since: since.0 }).collect();
        view.words = self.wrote.iter().map(Wrote::view).collect();
        view.opened = self.opened.iter().map(Seen::view).collect();
        view.intents = self.did.iter().rev().map(|did| did.intent(&money)).collect();
        view.chat.read = Some(self.now.0);
        view.chat.messages = self.chat.iter().map(Line::view).collect();
        view.timeline = self.timeline();
        match self.options.as_deref() {
            None | Some("confirmed") => {}
            Some("none") => view.options.offered.clear(),
            Some("failed") => view.options.check_failed = true,
            Some(other) => panic!("{other} is no answer"),
        }
        view
    }

    fn timeline(&self) -> Vec<TimelineEntry> {
        let at = Timestamp::from_millis(3 * 24 * 60 * 60_000);
        let records = self.records.iter().map(|event| TimelineEntry {
            at,
            who: Who::Platform,
            what: Happened::Record { event: event.clone(), text: String::new() },
        });
        let reason = |how: &String| match how.as_str() {
            "elsewhere" => None,
            "waived" => Some("Regular of ours, thanked in person".to_owned()),
            other => panic!("{other} settles nothing"),
        };
        let settled = self.settled.iter().map(|how| TimelineEntry {
            at,
            who: Who::Agent("ines".parse().unwrap()),
            what: Happened::DebtSettled { reason: reason(how) },
        });
        records.chain(settled).collect()
    }

    /// What is expected after deciding, check by check.
    fn expected(&self) -> BTreeMap<Check, CheckState> {
        let none = BTreeSet::new();
        let left_out = match &self.left_out {
            LeftOut::Nothing => &none,
            LeftOut::All(All::All) => return BTreeMap::new(),
            LeftOut::Some(checks) => checks,
        };
        let all: BTreeSet<Check> = AFTER.into_iter().collect();
        let named: Vec<Check> = self.failed.iter().chain(&self.unknown).chain(left_out).copied().collect();
        let once: BTreeSet<Check> = named.iter().copied().collect();
        assert!(
            once.len() == named.len() && once.is_subset(&all),
            "{} names a check twice, or one of before",
            self.name
        );
        let applies = all.difference(left_out);
        applies.map(|check| (*check, expected(*check, &self.failed, &self.unknown))).collect()
    }
}

fn expected(check: Check, failed: &BTreeSet<Check>, unknown: &BTreeSet<Check>) -> CheckState {
    match (failed.contains(&check), unknown.contains(&check)) {
        (true, _) => CheckState::Failed,
        (_, true) => CheckState::Unknown,
        (false, false) => CheckState::Passed,
    }
}

impl Wrote {
    fn view(&self) -> Words {
        let photos = self.photos.iter().map(|photo| photo.parse().unwrap()).collect();
        Words { at: self.at.0, text: self.text.clone(), photos, videos: 0 }
    }
}

impl Seen {
    fn view(&self) -> Opened {
        Opened { photo: self.photo.parse().unwrap(), by: self.by.parse().unwrap(), at: self.at.0 }
    }
}

impl Line {
    fn view(&self) -> MessageView {
        MessageView {
            id: "1".to_owned(),
            speaker: Speaker::Buyer,
            at: self.at.0,
            text: Some(self.buyer.clone()),
            picture: None,
            card: None,
            by: None,
        }
    }
}

/// The checks before deciding; the others are made after it, and the first of these again.
const BEFORE: [Check; 5] =
    [Check::KindFitsReason, Check::StillInTime, Check::PartsAddUp, Check::NotDecidedYet, Check::OptionsConfirmed];

const AFTER: [Check; 19] = [
    Check::DecidedInTime,
    Check::KindFitsReason,
    Check::PhotosOpened,
    Check::DecisionAllowed,
    Check::GroundAnswers,
    Check::ProofGiven,
    Check::OneDecision,
    Check::AmountShown,
    Check::MoneyCame,
    Check::BuyerTold,
    Check::ToldAfter,
    Check::AmountSaid,
    Check::RefundedWhenPaid,
    Check::ReplyFits,
    Check::MoreThanGreeting,
    Check::NoGap,
    Check::BuyersLanguage,
    Check::NothingForbidden,
    Check::NotAgain,
];

fn cases() -> Vec<Case> {
    serde_json::from_str(CASES).unwrap()
}

/// The states by check; each check is there at most once.
fn by_check(found: &[Checkpoint]) -> BTreeMap<Check, CheckState> {
    let states: BTreeMap<_, _> = found.iter().map(|point| (point.check, point.state)).collect();
    assert_eq!(states.len(), found.len(), "a check is made twice");
    states
}

#[test]
fn every_case_gives_exactly_the_checks_that_are_known_of_it() {
    let cases = cases();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let found = after_deciding(&case.view(), case.now.0);
            let (found, expected) = (by_check(&found), case.expected());
            let differs = AFTER.into_iter().filter(|check| found.get(check) != expected.get(check));
            let differs =
                differs.map(|check| format!("  {check:?}: {:?}, not {:?}", found.get(&check), expected.get(&check)));
            let differs: Vec<String> = differs.collect();
            (!differs.is_empty()).then(|| format!("{}\n{}", case.name, differs.join("\n")))
        })
        .collect();
    assert!(wrong.is_empty(), "found, not expected:\n{}", wrong.join("\n"));
}

#[test]
fn every_case_that_is_still_to_be_decided_gives_exactly_its_checks() {
    for case in cases() {
        let Some(before) = &case.before else { continue };
        let expected = BEFORE.map(|check| (check, expected(check, &before.failed, &before.unknown)));
        let found = by_check(&before_deciding(&case.view(), case.now.0));
        assert_eq!(found, expected.into_iter().collect(), "{}", case.name);
    }
}

#[test]
fn every_check_holds_in_one_case_fails_in_another_and_where_it_can_is_open_or_left_out() {
    let mut seen = BTreeSet::new();
    let mut left_out = BTreeSet::new();
    for case in cases() {
        let expected = case.expected();
        left_out.extend(AFTER.into_iter().filter(|check| case.by.is_some() && !expected.contains_key(check)));
        seen.extend(expected);
        if case.before.is_some() {
            seen.extend(before_deciding(&case.view(), case.now.0).iter().map(|point| (point.check, point.state)));
        }
    }
    for check in Check::ALL {
        for state in [CheckState::Passed, CheckState::Failed] {
            assert!(seen.contains(&(check, state)), "{check:?} is never {state:?}");
        }
    }
    let open: BTreeSet<Check> =
        seen.iter().filter(|(_, state)| *state == CheckState::Unknown).map(|(check, _)| *check).collect();
    let can_be_open = [
        Check::KindFitsReason,
        Check::OptionsConfirmed,
        Check::DecidedInTime,
        Check::GroundAnswers,
        Check::ProofGiven,
        Check::AmountShown,
        Check::MoneyCame,
        Check::BuyerTold,
        Check::ReplyFits,
        Check::NotAgain,
    ];
    assert_eq!(open, can_be_open.into_iter().collect());
    assert_eq!(left_out, AFTER.into_iter().collect(), "each can be left out");
}

#[test]
fn checks_come_in_the_order_of_the_work_and_with_their_facts() {
    let place = |check: Check| AFTER.iter().position(|other| *other == check);
    for case in cases() {
        let found = after_deciding(&case.view(), case.now.0);
        assert!(found.iter().map(|point| place(point.check)).is_sorted(), "{}", case.name);
        for point in &found {
            assert!(!point.facts.is_empty(), "{}: {:?} rests on nothing", case.name, point.check);
            let json = serde_json::to_string(point).unwrap();
            assert_eq!(serde_json::from_str::<Checkpoint>(&json).unwrap(), *point, "kept as it was");
        }
    }
}
