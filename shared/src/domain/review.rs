//! Reviews by people: how a scorecard becomes a score, which cases are looked at, how long an agent may answer, and when
//! a rate has fallen. Pure, so that the same cases and rules always lead to the same list.

use super::quality::Check;
use crate::id::{AgentId, CaseId, ItemId, ScorecardId};
use crate::money::Money;
use crate::time::Timestamp;
use crate::wire::quality::per_mille;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const WEEK_MS: i64 = 7 * DAY_MS;
/// Weeks that end before the present one, and are looked through for cases to review.
const WEEKS_BACK: i64 = 4;
/// Days in which the agent can answer or appeal.
pub const ANSWER_DAYS: i64 = 5;
/// Items of a scorecard.
pub const ITEMS: usize = 20;
/// Weight of an item.
pub const WEIGHT: u32 = 100;
/// Characters of a note, an answer, an explanation.
pub const NOTE_CHARS: usize = 2_000;
/// Characters of a comment on a message.
pub const COMMENT_CHARS: usize = 1_000;
/// Comments of a review.
pub const COMMENTS: usize = 20;
/// Root causes of one item.
pub const CAUSES: usize = 5;
/// Characters of a root cause.
pub const CAUSE_CHARS: usize = 40;
/// The root causes that are offered always.
pub const USUAL_CAUSES: [&str; 3] = ["Reply text", "Hurry", "Not trained"];
/// The id of the scorecard that the desk brings along.
pub const BUILT_IN: &str = "standard";

/// One question of a scorecard. Points go from 1, the worst, to `points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The same through all versions.
    pub id: ItemId,
    /// In a few words.
    pub title: String,
    /// What is asked.
    #[serde(default)]
    pub explanation: String,
    /// Its part in the score against the others'; 0: it does not raise the score.
    pub weight: u32,
    /// 2 (yes or no) to 5.
    pub points: u8,
    /// The lowest point fails the whole review.
    pub is_critical: bool,
}

impl Item {
    /// Whether two of its points mean nearly the same: one lies between them, and that is neither the whole scale nor,
    /// where the lowest fails the review, whether it fails.
    pub const fn is_near(&self, one: u8, other: u8) -> bool {
        let fails_once = self.is_critical && (one == 1) != (other == 1);
        one == other || (one.abs_diff(other) == 1 && self.points > 2 && !fails_once)
    }
}

/// What reviewers go by. Every change makes a new version; a review keeps the one that it was done under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    /// The same through all versions.
    pub id: ScorecardId,
    /// From 1.
    pub version: u32,
    /// As leads call it.
    pub name: String,
    /// In the order of the form.
    pub items: Vec<Item>,
}

impl Scorecard {
    /// The one that the desk brings along.
    pub fn built_in() -> Option<Self> {
        let item = |id: &str, title: &str, explanation: &str, weight, points, is_critical| {
            Some(Item {
                id: id.parse().ok()?,
                title: title.to_owned(),
                explanation: explanation.to_owned(),
                weight,
                points,
                is_critical,
            })
        };
        let items = [
            item("decision", "Decision makes sense", "Would you have decided the same?", 0, 2, true),
            item("reason", "Fits the buyer’s reason", "Uses their words, not only the label.", 1, 4, false),
            item("tone", "Tone", "Warm, short, no blame.", 1, 4, false),
            item("fault", "Owns the fault", "Says it is ours when it is ours.", 1, 4, false),
            item("next", "Next step is clear", "The buyer knows what to do, or that nothing is left.", 1, 4, false),
        ];
        Some(Self {
            id: BUILT_IN.parse().ok()?,
            version: 1,
            name: "Standard".to_owned(),
            items: items.into_iter().collect::<Option<_>>()?,
        })
    }
}

/// What one item was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// From 1 to the item's points.
    pub points: u8,
    /// Why it is not all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
}

/// A word on one message of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comment {
    /// The platform's message id.
    pub message: String,
    /// The word.
    pub text: String,
    /// How the message begins, so that the word is understood beside it; the desk fills it in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quote: String,
}

/// What a reviewer says of a case, whole or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// By which scorecard.
    pub scorecard: ScorecardId,
    /// And which version of it.
    pub version: u32,
    /// By item.
    #[serde(default)]
    pub items: BTreeMap<ItemId, Judged>,
    /// For the agent.
    #[serde(default)]
    pub note: String,
    /// On messages.
    #[serde(default)]
    pub comments: Vec<Comment>,
}

/// What comes of a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// 0 to 100.
    pub percent: u32,
    /// The title of the critical item that fails the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_by: Option<String>,
}

/// The score: nothing as soon as a critical item has its lowest point, else the weighted share, in percent, of the way
/// from the lowest to the highest point. 100 means that nothing is missing. None while an item is not judged.
pub fn score(items: &[Item], judged: &BTreeMap<ItemId, Judged>) -> Option<Score> {
    let points = |item: &Item| judged.get(&item.id).map(|judged| judged.points);
    if let Some(item) = items.iter().find(|item| item.is_critical && points(item) == Some(1)) {
        return Some(Score { percent: 0, failed_by: Some(item.title.clone()) });
    }
    // Twelfths: the steps of every scale are whole numbers of them.
    let (mut got, mut whole) = (0_u64, 0_u64);
    for item in items {
        let steps = u64::from(item.points.saturating_sub(1)).max(1);
        let taken = u64::from(points(item)?.saturating_sub(1)).min(steps);
        got += u64::from(item.weight) * taken * 12 / steps;
        whole += u64::from(item.weight) * 12;
    }
    let percent = match (got * 200 + whole).checked_div(whole * 2) {
        None => 100,
        Some(percent) if got < whole => percent.min(99),
        Some(percent) => percent,
    };
    Some(Score { percent: u32::try_from(percent).unwrap_or(100), failed_by: None })
}

type Problem = Option<(&'static str, &'static str)>;

fn is_long(text: &str, most: usize) -> bool {
    text.chars().count() > most
}

/// What is wrong with a scorecard, as (field, clause); none: it may be kept.
pub fn scorecard_problem(name: &str, items: &[Item]) -> Problem {
    if name.trim().is_empty() || is_long(name, 60) {
        return Some(("name", "must have 1 to 60 characters"));
    }
    if items.is_empty() || items.len() > ITEMS {
        return Some(("items", "must be 1 to 20"));
    }
    for (place, item) in items.iter().enumerate() {
        if items.iter().skip(place + 1).any(|other| other.id == item.id) {
            return Some(("items", "name one item twice"));
        }
        if item.title.trim().is_empty() || is_long(&item.title, 80) {
            return Some(("title", "of every item must have 1 to 80 characters"));
        }
        if is_long(&item.explanation, 300) {
            return Some(("explanation", "of an item has more than 300 characters"));
        }
        if !(2..=5).contains(&item.points) {
            return Some(("points", "must be 2, 3, 4 or 5"));
        }
        if item.weight > WEIGHT {
            return Some(("weight", "must be 0 to 100"));
        }
    }
    let counts = items.iter().any(|item| item.weight > 0) || items.iter().all(|item| item.is_critical);
    (!counts).then_some(("weight", "of at least one item must be more than 0"))
}

/// What is wrong with a judgement, as (field, clause); `is_whole`: every item must be judged.
pub fn judgement_problem(card: &Scorecard, judgement: &Judgement, is_whole: bool) -> Problem {
    if is_whole && card.items.iter().any(|item| !judgement.items.contains_key(&item.id)) {
        return Some(("items", "must all be judged"));
    }
    for (id, judged) in &judgement.items {
        let Some(item) = card.items.iter().find(|item| item.id == *id) else {
            return Some(("items", "name an item that this version of the scorecard has not"));
        };
        if !(1..=item.points).contains(&judged.points) {
            return Some(("points", "are not on the item’s scale"));
        }
        let is_cause = |cause: &String| !cause.trim().is_empty() && !is_long(cause, CAUSE_CHARS);
        if judged.causes.len() > CAUSES || !judged.causes.iter().all(is_cause) {
            return Some(("causes", "must be at most 5 of 1 to 40 characters"));
        }
    }
    if is_long(&judgement.note, NOTE_CHARS) {
        return Some(("note", "has more than 2,000 characters"));
    }
    let is_comment =
        |comment: &Comment| (!is_whole || !comment.text.trim().is_empty()) && !is_long(&comment.text, COMMENT_CHARS);
    if judgement.comments.len() > COMMENTS || !judgement.comments.iter().all(is_comment) {
        return Some(("comments", "must be at most 20 of 1 to 1,000 characters"));
    }
    None
}

/// What is said about a review once it was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Saying {
    /// By the agent: an answer.
    Answer,
    /// By the agent: not so.
    Appeal,
    /// By a lead, to an appeal: it stays, and why.
    Explained,
    /// By a lead, to an appeal: it is done again.
    Redo,
    /// By a lead, to an appeal: it does not count any more.
    TakenBack,
    /// By the reviewer: it was done again.
    Redone,
}

impl Saying {
    /// What a lead says last.
    pub const LAST_WORDS: [Self; 3] = [Self::Explained, Self::TakenBack, Self::Redone];

    /// A lead's last word for now: whose work it is has something to read.
    pub fn is_last_word(self) -> bool {
        Self::LAST_WORDS.contains(&self)
    }
}

/// How a saved review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It counts.
    Open,
    /// It counts, and a lead is asked.
    Appealed,
    /// It counts, and that is the last word.
    Explained,
    /// It does not count until it was done again.
    Redo,
    /// It does not count.
    TakenBack,
}

impl Standing {
    /// Whether it is part of anybody's score.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Open | Self::Appealed | Self::Explained)
    }

    /// After all that was said, in order.
    pub fn after(said: impl IntoIterator<Item = Saying>) -> Self {
        said.into_iter().fold(Self::Open, |before, saying| match saying {
            Saying::Answer => before,
            Saying::Appeal => Self::Appealed,
            Saying::Explained => Self::Explained,
            Saying::Redo => Self::Redo,
            Saying::TakenBack => Self::TakenBack,
            Saying::Redone => Self::Open,
        })
    }
}

/// Until when the agent can answer or appeal.
pub const fn answer_until(saved: Timestamp) -> Timestamp {
    saved.plus_millis(ANSWER_DAYS * DAY_MS)
}

/// So much of one person's cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfAgent {
    /// Whose.
    pub agent: AgentId,
    /// Percent of their cases, by chance.
    pub share: u32,
}

/// Which cases people look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sampling {
    /// Percent of all cases, by chance.
    pub share: u32,
    /// Cases of every agent in a week, at least.
    pub per_agent: u32,
    /// The first cases of a new agent.
    pub first: u32,
    /// Cases of more than one of these amounts, one for each currency.
    pub above: Vec<Money>,
    /// Cases in which one of these failed.
    pub failed: Vec<Check>,
    /// More of some people's cases than of everybody's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<OfAgent>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            share: 5,
            per_agent: 2,
            first: 10,
            above: Vec::new(),
            failed: vec![Check::OneDecision, Check::NothingForbidden],
            of: Vec::new(),
        }
    }
}

/// What is wrong with the rules, as (field, clause).
pub fn sampling_problem(sampling: &Sampling) -> Problem {
    let twice = |place: usize, amount: &Money| {
        sampling.above.iter().skip(place + 1).any(|other| other.currency() == amount.currency())
    };
    let named_again =
        |place: usize, of: &OfAgent| sampling.of.iter().skip(place + 1).any(|other| other.agent == of.agent);
    if sampling.share > 100 {
        Some(("share", "must be 0 to 100"))
    } else if sampling.per_agent > 50 {
        Some(("per_agent", "must be 0 to 50"))
    } else if sampling.first > 500 {
        Some(("first", "must be 0 to 500"))
    } else if sampling.above.iter().enumerate().any(|(place, amount)| twice(place, amount)) {
        Some(("above", "must name every currency once"))
    } else if sampling.above.iter().any(|amount| !amount.is_positive()) {
        Some(("above", "must be more than 0"))
    } else if sampling.of.iter().any(|of| of.share > 100) {
        Some(("of", "must be 0 to 100"))
    } else if sampling.of.iter().enumerate().any(|(place, of)| named_again(place, of)) {
        Some(("of", "must name everybody once"))
    } else {
        None
    }
}

/// A decided case that may be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which.
    pub case: CaseId,
    /// Who decided it.
    pub agent: Option<AgentId>,
    /// When.
    pub decided: Timestamp,
    /// The money.
    pub amount: Option<Money>,
    /// What failed.
    pub failed: Vec<Check>,
    /// It is among the first of its agent.
    pub is_first: bool,
}

/// Why a case is to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Part of the share of all cases.
    Share,
    /// One of so many a week of its agent.
    PerAgent,
    /// Part of the share of its agent's cases.
    OfAgent,
    /// Its agent is new.
    First,
    /// Much money.
    Above,
    /// A chosen check failed.
    Failed(Check),
    /// The asker is asked to judge it without seeing the others.
    Asked,
}

/// A number of a case's own, evenly spread: the same on every desk and every day.
fn lot(case: &CaseId) -> u64 {
    let sum = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = case.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, sum);
    // The last bytes of an id reach every bit.
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Weeks since the beginning of 1970, from Monday to Sunday by universal time.
const fn week(at: Timestamp) -> i64 {
    at.plus_millis(3 * DAY_MS).millis().div_euclid(WEEK_MS)
}

/// From when on cases are looked through: whole weeks, so that a week's picks do not change while it grows old.
pub const fn looks_back_to(now: Timestamp) -> Timestamp {
    Timestamp::from_millis((week(now) - WEEKS_BACK) * WEEK_MS - 3 * DAY_MS)
}

/// Which of the candidates people look at and why, in their order. A case is picked by what it is, never by when it is
/// asked for. The least number of an agent's week is filled up, by lot, once that week is over: a case that comes later
/// in the week would else push out one that was picked.
pub fn pick(candidates: &[Candidate], sampling: &Sampling, now: Timestamp) -> Vec<(usize, Vec<Why>)> {
    let own = |one: &Candidate| {
        let mut why: Vec<Why> = Vec::new();
        why.extend(one.failed.iter().filter(|check| sampling.failed.contains(check)).map(|check| Why::Failed(*check)));
        let is_above = |most: &Money| one.amount.as_ref().and_then(|own| own.compare(most)) == Some(Ordering::Greater);
        why.extend(sampling.above.iter().any(is_above).then_some(Why::Above));
        why.extend((one.is_first && sampling.first > 0).then_some(Why::First));
        let is_drawn = |share: u32| lot(&one.case) % 10_000 < u64::from(share) * 100;
        why.extend(is_drawn(sampling.share).then_some(Why::Share));
        let is_of = |of: &OfAgent| one.agent.as_ref() == Some(&of.agent) && is_drawn(of.share);
        // The same lot: who is drawn among everybody is drawn among their own.
        why.extend((!why.contains(&Why::Share) && sampling.of.iter().any(is_of)).then_some(Why::OfAgent));
        why
    };
    let mut picked: Vec<Vec<Why>> = candidates.iter().map(own).collect();
    let mut weeks: BTreeMap<(&AgentId, i64), Vec<(u64, usize)>> = BTreeMap::new();
    for (place, one) in candidates.iter().enumerate() {
        if let Some(agent) = one.agent.as_ref().filter(|_| week(one.decided) < week(now)) {
            weeks.entry((agent, week(one.decided))).or_default().push((lot(&one.case), place));
        }
    }
    for (_, mut cases) in weeks {
        cases.sort_unstable();
        let is_picked = |place: usize, picked: &[Vec<Why>]| picked.get(place).is_some_and(|why| !why.is_empty());
        let known = cases.iter().filter(|(_, place)| is_picked(*place, &picked)).count();
        let lack = usize::try_from(sampling.per_agent).unwrap_or(usize::MAX).saturating_sub(known);
        let more: Vec<usize> =
            cases.iter().map(|(_, place)| *place).filter(|place| !is_picked(*place, &picked)).take(lack).collect();
        for place in more {
            picked.get_mut(place).into_iter().for_each(|why| why.push(Why::PerAgent));
        }
    }
    picked.into_iter().enumerate().filter(|(_, why)| !why.is_empty()).collect()
}

/// When leads are told that something has fallen: the last four weeks against the four before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Watch {
    /// By more than so many points of a hundred.
    pub points: u32,
    /// Of a check: with at least so many cases in both spans.
    pub cases: u32,
    /// Of a score: with at least so many reviews in both spans.
    pub reviews: u32,
}

impl Default for Watch {
    fn default() -> Self {
        Self { points: 5, cases: 20, reviews: 3 }
    }
}

/// What is wrong with a watch, as (field, clause).
pub const fn watch_problem(watch: &Watch) -> Problem {
    if watch.points == 0 || watch.points > 100 {
        Some(("points", "must be 1 to 100"))
    } else if watch.cases == 0 || watch.reviews == 0 {
        Some(("cases", "and reviews must be at least 1"))
    } else {
        None
    }
}

/// Part and whole of something, in a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// What was reached.
    pub got: u64,
    /// What could be.
    pub whole: u64,
    /// Of how many.
    pub count: u64,
}

impl Span {
    /// In tenths of a percent, as [`per_mille`] rounds.
    pub const fn per_mille(self) -> Option<u64> {
        per_mille(self.got, self.whole)
    }
}

/// Whether a rate has fallen by more than so many points, with enough in both spans to mean something: from, to, in
/// tenths of a percent.
pub fn fall(before: Span, now: Span, points: u32, enough: u32) -> Option<(u64, u64)> {
    let is_enough = before.count.min(now.count) >= u64::from(enough);
    let (from, to) = before.per_mille().zip(now.per_mille()).filter(|_| is_enough)?;
    (from.saturating_sub(to) > u64::from(points) * 10).then_some((from, to))
}

/// How far apart reviewers are on one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// All the same.
    Together,
    /// The ends mean nearly the same.
    Close,
    /// They do not.
    Apart,
}

/// How far apart the points are that one item was given.
pub fn spread(item: &Item, points: &[u8]) -> Spread {
    let (least, most) = (points.iter().min(), points.iter().max());
    match least.zip(most) {
        Some((least, most)) if least != most && item.is_near(*least, *most) => Spread::Close,
        Some((least, most)) if least != most => Spread::Apart,
        _ => Spread::Together,
    }
}

/// What reviewers are likely to agree on: the one in the middle. None where they are apart, and where two stand in the
/// middle: who is chosen of them would lean on the other.
pub fn likely(item: &Item, points: &[u8]) -> Option<u8> {
    let mut sorted = points.to_vec();
    sorted.sort_unstable();
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2)?;
    let upper = sorted.get(sorted.len() / 2)?;
    (lower == upper && spread(item, points) != Spread::Apart).then_some(*lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, weight: u32, points: u8, is_critical: bool) -> Item {
        Item { id: id.parse().unwrap(), title: id.to_owned(), explanation: String::new(), weight, points, is_critical }
    }

    fn judged(points: &[(&str, u8)]) -> BTreeMap<ItemId, Judged> {
        let one = |(id, points): &(&str, u8)| (id.parse().unwrap(), Judged { points: *points, causes: Vec::new() });
        points.iter().map(one).collect()
    }

    #[track_caller]
    fn check(items: &[Item], points: &[(&str, u8)], expected: Option<u32>) {
        assert_eq!(score(items, &judged(points)).map(|score| score.percent), expected, "{points:?}");
    }

    #[test]
    fn the_built_in_card_scores_as_people_expect() {
        let card = Scorecard::built_in().unwrap();
        assert_eq!(scorecard_problem(&card.name, &card.items), None);
        let of = |decision, fault| [("decision", decision), ("reason", 4), ("tone", 4), ("fault", fault), ("next", 4)];
        check(&card.items, &of(2, 3), Some(92));
        check(&card.items, &of(2, 4), Some(100));
        let failed = score(&card.items, &judged(&of(1, 4))).unwrap();
        assert_eq!(failed, Score { percent: 0, failed_by: Some("Decision makes sense".to_owned()) });
        check(&card.items, &[("decision", 2)], None);
    }

    #[test]
    fn a_score_is_the_weighted_share_of_the_way_up() {
        let two = [item("a", 3, 5, false), item("b", 1, 2, false)];
        check(&two, &[("a", 1), ("b", 1)], Some(0));
        check(&two, &[("a", 3), ("b", 1)], Some(38));
        check(&two, &[("a", 5), ("b", 1)], Some(75));
        check(&two, &[("a", 1), ("b", 2)], Some(25));
        // All but one of very many is not all.
        let many = [item("a", 100, 2, false), item("b", 100, 2, false), item("c", 0, 3, false), item("d", 1, 5, false)];
        check(&many, &[("a", 2), ("b", 2), ("c", 1), ("d", 4)], Some(99));
        check(&many, &[("a", 2), ("b", 2), ("c", 1), ("d", 5)], Some(100));
        let gates = [item("a", 0, 2, true)];
        check(&gates, &[("a", 2)], Some(100));
        check(&gates, &[("a", 1)], Some(0));
    }

    #[test]
    fn what_does_not_fit_a_scorecard_is_named() {
        let field = |items: &[Item]| scorecard_problem("Card", items).map(|(field, _)| field);
        for (items, expected) in [
            (vec![], Some("items")),
            (vec![item("a", 1, 4, false), item("a", 1, 4, false)], Some("items")),
            (vec![item("a", 1, 6, false)], Some("points")),
            (vec![item("a", 1, 1, false)], Some("points")),
            (vec![item("a", 101, 4, false)], Some("weight")),
            (vec![item("a", 0, 4, false)], Some("weight")),
            (vec![item("a", 0, 2, true)], None),
            (vec![Item { title: " ".to_owned(), ..item("a", 1, 4, false) }], Some("title")),
        ] {
            assert_eq!(field(&items), expected, "{items:?}");
        }
        assert!(scorecard_problem(" ", &[item("a", 1, 4, false)]).is_some());
        let card = Scorecard::built_in().unwrap();
        let mut judgement = Judgement {
            scorecard: card.id.clone(),
            version: 1,
            items: judged(&[("tone", 5)]),
            note: String::new(),
            comments: Vec::new(),
        };
        assert_eq!(judgement_problem(&card, &judgement, false).map(|(field, _)| field), Some("points"));
        judgement.items = judged(&[("tone", 4)]);
        assert_eq!(judgement_problem(&card, &judgement, false), None);
        assert_eq!(judgement_problem(&card, &judgement, true).map(|(field, _)| field), Some("items"));
        let begun = Comment { message: "m1".to_owned(), text: String::new(), quote: String::new() };
        let full = [("decision", 2), ("reason", 4), ("tone", 4), ("fault", 4), ("next", 4)];
        let commented = Judgement { items: judged(&full), comments: vec![begun], ..judgement.clone() };
        assert_eq!(judgement_problem(&card, &commented, false), None, "a draft may be begun");
        assert_eq!(judgement_problem(&card, &commented, true).map(|(field, _)| field), Some("comments"));
        judgement.items = judged(&[("other", 1)]);
        assert_eq!(judgement_problem(&card, &judgement, false).map(|(field, _)| field), Some("items"));
    }

    #[test]
    fn the_last_word_of_a_lead_stands() {
        use Saying::*;
        for (said, expected) in [
            (vec![], Standing::Open),
            (vec![Answer], Standing::Open),
            (vec![Appeal, Answer], Standing::Appealed),
            (vec![Appeal, Explained, Answer], Standing::Explained),
            (vec![Appeal, Redo], Standing::Redo),
            (vec![Appeal, Redo, Redone], Standing::Open),
            (vec![Appeal, TakenBack], Standing::TakenBack),
        ] {
            assert_eq!(Standing::after(said.clone()), expected, "{said:?}");
        }
        assert!(!Standing::Redo.counts() && Standing::Appealed.counts());
    }

    const MONDAY: i64 = 1_790_553_600_000;
    const NOW: Timestamp = Timestamp::from_millis(MONDAY + 2 * DAY_MS);

    fn candidate(id: u128, agent: &str, days_ago: i64) -> Candidate {
        Candidate {
            case: CaseId::of_bits(id),
            agent: agent.parse().ok(),
            decided: NOW.plus_millis(-days_ago * DAY_MS),
            amount: Money::parse("10.00", "USD").ok(),
            failed: Vec::new(),
            is_first: false,
        }
    }

    fn none() -> Sampling {
        Sampling { share: 0, per_agent: 0, first: 0, above: Vec::new(), failed: Vec::new(), of: Vec::new() }
    }

    #[test]
    fn more_of_one_person_leaves_the_others_as_they_are() {
        let all: Vec<Candidate> =
            (0..2_000).map(|id| candidate(id, if id % 2 == 0 { "ann" } else { "tom" }, 1)).collect();
        let of = |agent: &str, share| OfAgent { agent: agent.parse().unwrap(), share };
        let rules = Sampling { share: 10, of: vec![of("ann", 50)], ..none() };
        let picked = pick(&all, &rules, NOW);
        let count = |agent: &str, why| {
            let is_meant =
                |(place, all_why): &&(usize, Vec<Why>)| all[*place].agent == agent.parse().ok() && *all_why == [why];
            picked.iter().filter(is_meant).count()
        };
        assert!((450..550).contains(&(count("ann", Why::Share) + count("ann", Why::OfAgent))));
        assert!((60..140).contains(&count("tom", Why::Share)));
        assert_eq!(count("tom", Why::OfAgent), 0);
        let twice = Sampling { of: vec![of("ann", 1), of("ann", 2)], ..none() };
        assert_eq!(sampling_problem(&twice).map(|(field, _)| field), Some("of"));
        let much = Sampling { of: vec![of("ann", 101)], ..none() };
        assert_eq!(sampling_problem(&much).map(|(field, _)| field), Some("of"));
    }

    #[test]
    fn a_week_begins_on_monday() {
        let monday = Timestamp::from_millis(MONDAY);
        assert_eq!(week(monday), week(monday.plus_millis(WEEK_MS - 1)));
        assert_eq!(week(monday), week(monday.plus_millis(-1)) + 1);
        assert_eq!(looks_back_to(NOW), monday.plus_millis(-4 * WEEK_MS));
    }

    #[test]
    fn a_share_is_near_its_percent_and_does_not_hang_on_the_others() {
        let all: Vec<Candidate> = (0..10_000).map(|id| candidate(id, "ann", 1)).collect();
        let rules = Sampling { share: 5, ..none() };
        let picked = pick(&all, &rules, NOW);
        assert!((400..600).contains(&picked.len()), "{}", picked.len());
        let few: Vec<Candidate> = all.iter().filter(|one| one.case.as_str().ends_with('7')).cloned().collect();
        for (place, why) in pick(&few, &rules, NOW.plus_millis(DAY_MS)) {
            let same = all.iter().position(|one| one.case == few[place].case).unwrap();
            assert!(picked.contains(&(same, why)));
        }
        assert_eq!(pick(&all, &none(), NOW), []);
        assert_eq!(pick(&all, &Sampling { share: 100, ..none() }, NOW).len(), all.len());
    }

    #[test]
    fn every_agent_has_so_many_of_each_week_that_is_over() {
        let mut all: Vec<Candidate> = (0..30).map(|id| candidate(id, "ann", 3)).collect();
        all.extend((30..33).map(|id| candidate(id, "tom", 3)));
        all.extend((33..60).map(|id| candidate(id, "tom", 1)));
        all[31].failed = vec![Check::MoneyCame];
        let rules = Sampling { per_agent: 2, failed: vec![Check::MoneyCame], ..none() };
        let picked = pick(&all, &rules, NOW);
        let of = |agent: &str| {
            let agent = agent.parse().ok();
            picked.iter().filter(|(place, _)| all[*place].agent == agent).cloned().collect::<Vec<_>>()
        };
        assert_eq!(of("ann").len(), 2);
        assert_eq!(of("tom").len(), 2, "the one that failed is one of them, and this week is not over");
        assert!(of("tom").contains(&(31, vec![Why::Failed(Check::MoneyCame)])));
        // Cases of this week change nothing of the last.
        all.extend((60..90).map(|id| candidate(id, "ann", 0)));
        assert_eq!(pick(&all, &rules, NOW), picked);
    }

    #[test]
    fn each_rule_says_why() {
        let mut one = candidate(1, "ann", 1);
        one.failed = vec![Check::MoneyCame, Check::NoGap];
        one.is_first = true;
        let rules = Sampling {
            share: 100,
            first: 3,
            above: vec![Money::parse("9.99", "USD").unwrap(), Money::parse("1", "EUR").unwrap()],
            failed: vec![Check::NoGap],
            ..none()
        };
        let why = vec![Why::Failed(Check::NoGap), Why::Above, Why::First, Why::Share];
        assert_eq!(pick(&[one.clone()], &rules, NOW), [(0, why)]);
        let more = Sampling { above: vec![Money::parse("10", "USD").unwrap()], ..none() };
        assert_eq!(pick(&[one], &more, NOW), [], "just as much is not more");
    }

    #[test]
    fn a_fall_needs_points_and_enough_cases() {
        let span = |got, count| Span { got, whole: count, count };
        for (before, now, expected) in [
            (span(95, 100), span(90, 100), None),
            (span(95, 100), span(89, 100), Some((950, 890))),
            (span(95, 100), span(10, 19), None),
            (span(19, 19), span(10, 100), None),
            (span(50, 100), span(99, 100), None),
            (span(0, 0), span(0, 100), None),
        ] {
            assert_eq!(fall(before, now, 5, 20), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn reviewers_are_together_close_or_apart_by_the_scale_of_the_item() {
        let (scale, gate) = (item("a", 1, 4, false), item("b", 1, 4, true));
        let (question, three) = (item("c", 0, 2, true), item("d", 1, 3, false));
        for (item, points, far, preset) in [
            (&scale, vec![4, 4, 4], Spread::Together, Some(4)),
            (&scale, vec![3, 4, 4], Spread::Close, Some(4)),
            (&scale, vec![2, 4, 3], Spread::Apart, None),
            (&scale, vec![2, 3], Spread::Close, None),
            (&scale, vec![], Spread::Together, None),
            (&three, vec![2, 3, 3], Spread::Close, Some(3)),
            (&question, vec![2, 2], Spread::Together, Some(2)),
            (&question, vec![1, 2, 2], Spread::Apart, None),
            // Of one the whole review fails.
            (&gate, vec![1, 2, 2], Spread::Apart, None),
            (&gate, vec![2, 3, 3], Spread::Close, Some(3)),
        ] {
            assert_eq!((spread(item, &points), likely(item, &points)), (far, preset), "{points:?} of {}", item.points);
        }
    }
}
