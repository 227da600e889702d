//! `/api/reviews`: what people say of decided cases.

use crate::domain::quality::Check;
use crate::domain::review::{
    Comment, Item, Judged, Judgement, Sampling, Saying, Score, Scorecard, Standing, Watch, Why,
};
use crate::id::{AgentId, ItemId, ReviewId};
use crate::time::Timestamp;
use crate::wire::case::CaseRow;
use crate::wire::quality::Tally;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who decided a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Handled {
    /// One person.
    Person,
    /// Several people.
    Several,
    /// A rule alone.
    Rule,
    /// A rule and people.
    RuleAndPeople,
    /// Nobody until the deadline went by.
    RanOut,
    /// Somebody outside this desk.
    Elsewhere,
}

/// A case that waits to be looked at, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waiting {
    /// The case.
    pub row: CaseRow,
    /// When it was decided.
    pub decided: Timestamp,
    /// Who decided it, if one person did.
    pub agent: Option<AgentId>,
    /// Who that was otherwise.
    pub handled: Handled,
    /// Why it was picked.
    pub why: Vec<WhyView>,
    /// The asker has begun.
    pub is_begun: bool,
    /// Who else has begun.
    #[serde(default)]
    pub begun_by: Vec<AgentId>,
}

/// Why a case was picked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhyView {
    /// By which rule.
    pub why: Why,
    /// In words.
    pub text: String,
}

/// Something that was said about a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What for.
    pub saying: Saying,
    /// The words.
    pub text: String,
}

/// A review that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewView {
    /// Opaque id.
    pub id: ReviewId,
    /// Of this case.
    pub row: CaseRow,
    /// Who judges.
    pub reviewer: AgentId,
    /// Whose work it is; none: nobody's alone.
    pub agent: Option<AgentId>,
    /// The scorecard as it was then.
    pub card: Scorecard,
    /// What the reviewer says.
    pub judgement: Judgement,
    /// What comes of it.
    pub score: Score,
    /// When it was saved last.
    pub saved: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// What was said since, oldest first.
    pub words: Vec<Word>,
    /// Until when the agent can answer.
    pub answer_until: Timestamp,
    /// Who judges left, leads no more or does not see the shop: nobody can be asked to do it again.
    #[serde(default)]
    pub is_orphaned: bool,
}

/// Answer of `GET /api/reviews`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reviews {
    /// Newest first, at most 100.
    pub waiting: Vec<Waiting>,
    /// How many wait.
    pub total: u64,
    /// Reviews against which an agent appeals, and those that are to be done again.
    pub appeals: Vec<ReviewView>,
    /// The newest saved ones, at most 50.
    pub recent: Vec<ReviewView>,
}

/// Answer of `GET /api/reviews/cases/{case}`: what a reviewer needs beside the case itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewPage {
    /// When it was decided.
    pub decided: Timestamp,
    /// Who decided it, if one person did.
    pub agent: Option<AgentId>,
    /// Who that was otherwise.
    pub handled: Handled,
    /// Messages of the chat that were sent for another case of this buyer, by their ids.
    pub others_messages: Vec<String>,
    /// Why it was picked; none: somebody opened it.
    pub why: Vec<WhyView>,
    /// The scorecards that can be taken, newest versions, and the one of what was begun.
    pub cards: Vec<Scorecard>,
    /// Root causes that others have named.
    pub causes: Vec<String>,
    /// What the asker has written and not saved.
    pub draft: Option<Judgement>,
    /// What the asker has saved.
    pub own: Option<ReviewView>,
    /// What others have saved, unless it is hidden.
    pub others: Vec<ReviewView>,
    /// Several judge it, without seeing each other.
    pub calibration: Option<Calibration>,
    /// Why the asker cannot judge it, as a sentence.
    pub barred: Option<String>,
}

/// `POST /api/reviews/items/{review}/answer`, by the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Asks a lead to look at it again.
    pub is_appeal: bool,
    /// The words; empty after a lead's last word: it was read, and there is nothing to say.
    pub text: String,
}

/// What a lead does with an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stays, and why.
    Explain,
    /// It is done again.
    Redo,
    /// It does not count any more.
    TakeBack,
}

/// `POST /api/reviews/items/{review}/verdict`, by a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictRequest {
    /// What is done.
    pub verdict: Verdict,
    /// The words for the agent.
    pub text: String,
}

/// `GET` and `PUT /api/reviews/rules`. A write names the version that was read: of two leads who write at once the second
/// is told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRules {
    /// Rises with every change.
    pub version: u32,
    /// Which cases are looked at.
    pub sampling: Sampling,
    /// When leads are told of a fall.
    pub watch: Watch,
}

/// Answer of `GET /api/reviews/rules`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRulesView {
    /// As they are.
    pub rules: ReviewRules,
    /// Checks that can be chosen: name and words.
    pub checks: Vec<(crate::domain::quality::Check, String)>,
    /// Currencies of the shops' cases.
    pub currencies: Vec<String>,
}

/// `PUT /api/reviews/scorecards/{scorecard}`: a new version of it, or a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScorecardRequest {
    /// The version that was changed; 0: it is new.
    pub version: u32,
    /// As leads call it.
    pub name: String,
    /// The items.
    pub items: Vec<Item>,
}

/// Several reviewers on one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calibration {
    /// The case.
    pub row: CaseRow,
    /// By which scorecard.
    pub card: Scorecard,
    /// Who asked for it.
    pub by: AgentId,
    /// When.
    pub opened: Timestamp,
    /// Who judges.
    pub reviewers: Vec<AgentId>,
    /// How many of them have saved.
    pub saved: u32,
    /// Who has not, and can no longer: nobody waits for them.
    pub gone: Vec<AgentId>,
    /// The asker has.
    pub is_mine_saved: bool,
    /// What each said; none: hidden until each has saved or a lead has closed it.
    pub judged: Option<Vec<JudgedBy>>,
    /// What was agreed.
    pub closed: Option<Agreed>,
}

/// What one reviewer said in a calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedBy {
    /// Who.
    pub who: AgentId,
    /// By item.
    pub items: BTreeMap<ItemId, Judged>,
    /// Their note.
    pub note: String,
    /// On messages.
    pub comments: Vec<Comment>,
}

/// The end of a calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreed {
    /// Who closed it.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// Points by item.
    pub points: BTreeMap<ItemId, u8>,
    /// How it is worded from now on.
    pub wording: String,
}

/// `PUT /api/reviews/calibrations/{case}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrateRequest {
    /// By which scorecard, in its newest version.
    pub scorecard: crate::id::ScorecardId,
    /// Who judges: two or more.
    pub reviewers: Vec<AgentId>,
}

/// `POST /api/reviews/calibrations/{case}/close`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRequest {
    /// When what is changed was closed; none: it was open. Of two leads who write at once the second is told.
    #[serde(default)]
    pub closed: Option<Timestamp>,
    /// Points by item.
    pub points: BTreeMap<ItemId, u8>,
    /// How it is worded from now on.
    #[serde(default)]
    pub wording: String,
}

/// How far somebody is from what was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Leaning {
    /// Who.
    pub who: AgentId,
    /// Hundredths of a point above what was agreed; below 0: stricter.
    pub hundredths: i64,
    /// Over so many cases.
    pub cases: u32,
}

/// Answer of `GET /api/reviews/calibrations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calibrations {
    /// Open ones first, then the newest, at most 50.
    pub sessions: Vec<Calibration>,
    /// By who is furthest.
    pub leanings: Vec<Leaning>,
    /// Of each closed session, oldest first: how many scores of a hundred mean nearly what was agreed.
    pub near: Vec<u32>,
}

/// Something that falls short, with its cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Short {
    /// A check's or an item's words.
    pub text: String,
    /// How often it held; of an item: full points, and fewer.
    pub held: Tally,
    /// Of an item: the mean, in percent of its points.
    pub mean: Option<u32>,
    /// Of an item: the root causes that reviewers named, most often first, at most three.
    #[serde(default)]
    pub causes: Vec<(String, u64)>,
    /// The newest of its cases, at most twenty.
    pub cases: Vec<CaseRow>,
}

/// What to talk about with one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coaching {
    /// Who.
    pub agent: AgentId,
    /// Mean of their reviews.
    pub score: Option<u32>,
    /// Of so many.
    pub reviews: u32,
    /// Checks that failed most often, at most three.
    pub checks: Vec<Short>,
    /// Items with the fewest points, at most three.
    pub items: Vec<Short>,
}

/// Something has fallen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fall {
    /// A check; none: the score of an agent.
    pub check: Option<Check>,
    /// Whose score.
    pub agent: Option<AgentId>,
    /// In the four weeks before, in tenths of a percent.
    pub from: u64,
    /// In the last four weeks.
    pub to: u64,
    /// The asker has put it away: for four weeks, unless it falls on.
    pub is_away: bool,
}

/// Body of `PUT /api/reviews/alerts/away`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwayRequest {
    /// As of the fall.
    pub check: Option<Check>,
    /// As of the fall.
    pub agent: Option<AgentId>,
    /// Away, or back.
    pub is_away: bool,
}

/// Answer of `GET /api/reviews/alerts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Alerts {
    /// What has fallen.
    pub falls: Vec<Fall>,
    /// Appeals that wait for a lead.
    pub appeals: u32,
    /// Calibrations in which the asker has not judged yet.
    #[serde(default)]
    pub asked: u32,
    /// The asker's reviews that are to be done again.
    #[serde(default)]
    pub again: u32,
    /// Reviews of the asker's own work that are new to them.
    #[serde(default)]
    pub own: u32,
}

/// Answer of `GET /api/reviews/count`: what waits for the asker in Quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ReviewCount {
    /// Reviews of one's own work that are new: they can still be answered and were not, or a lead has had the last word on
    /// them. Of a lead also falls, appeals, what is to be judged and what is to be done again.
    pub count: u32,
}
