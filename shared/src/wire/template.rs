//! `/api/templates`: the texts that replies start from, their versions, and where they are missing.

use crate::domain::case::{Kind, Voice};
use crate::id::{AgentId, CaseId, ShopId};
use crate::reasons::ReasonGroup;
use crate::reply::{Place, ReplyFacts, SavedLine};
use crate::time::Timestamp;
use crate::wire::session::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days that are looked back to see what buyers need.
pub const DAYS: u32 = 30;

/// How a version of a template stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// Being written.
    Writing,
    /// A lead is asked to approve it.
    Review,
    /// Replies start from it.
    InUse,
    /// It was in use; cases that were told with it keep its name.
    Replaced,
}

/// What became of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Sent to buyers.
    pub sent: u64,
    /// Of them, changed by an agent before it was sent.
    pub edited: u64,
    /// Of them, written by hand, or started from words for another reason than the buyer’s.
    pub by_hand: u64,
    /// Of them, those after which the buyer had to write again within a week.
    pub wrote_again: u64,
    /// Of them, those that were the only reply of a case that failed a check of the words.
    pub failed: u64,
}

impl Usage {
    /// How often the text that was there did not do.
    pub const fn hurt(self) -> u64 {
        self.edited + self.by_hand
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.edited += more.edited;
        self.by_hand += more.by_hand;
        self.wrote_again += more.wrote_again;
        self.failed += more.failed;
    }
}

/// One version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateVersion {
    /// From 1, in the order in which they were begun.
    pub number: u32,
    /// How it stands.
    pub state: VersionState,
    /// The template.
    pub text: String,
    /// What is new in it and why.
    pub note: String,
    /// Who wrote it last.
    pub author: AgentId,
    /// When.
    pub written: Timestamp,
    /// Rises with every save.
    pub revision: u32,
    /// Who approved it.
    pub approver: Option<AgentId>,
    /// When.
    pub approved: Option<Timestamp>,
    /// Why a lead did not approve it as it was.
    pub sent_back: Option<String>,
    /// What became of replies that started from it.
    pub usage: Usage,
}

/// A case to try a template on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Example {
    /// Which; none: made up.
    pub case: Option<CaseId>,
    /// What is asked for.
    pub kind: Kind,
    /// Whose voice a reply uses there.
    pub voice: Voice,
    /// The buyer keeps the goods.
    pub keeps_item: bool,
    /// What fills it.
    pub facts: ReplyFacts,
}

/// Answer of `GET /api/templates/{place}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateView {
    /// Where it stands.
    pub place: Place,
    /// What is said there while nothing of the team's own is in use.
    pub built_in: String,
    /// What became of replies that started from the built-in text, since it is counted.
    pub built_in_usage: Usage,
    /// For one shop: the version in use for every shop, from which its replies start while it has none of its own.
    pub of_all: Option<TemplateVersion>,
    /// Shops with words of their own in use, or under way.
    pub shops: Vec<ShopId>,
    /// Newest first.
    pub versions: Vec<TemplateVersion>,
    /// Recent cases of that reason, newest first.
    pub examples: Vec<Example>,
    /// No other lead could approve: who leads alone approves their own.
    pub leads_alone: bool,
    /// Who else has it open.
    pub editors: Vec<Person>,
    /// What was written over in the version that is open, newest first.
    pub earlier: Vec<Earlier>,
}

/// Words that somebody else wrote over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Earlier {
    /// The template.
    pub text: String,
    /// What was new in it and why.
    pub note: String,
    /// Whose they were.
    pub author: AgentId,
    /// When they were saved.
    pub written: Timestamp,
}

impl TemplateView {
    /// The version that is being written or waits for approval.
    pub fn open(&self) -> Option<&TemplateVersion> {
        self.versions.iter().find(|version| matches!(version.state, VersionState::Writing | VersionState::Review))
    }

    /// The version from which replies start.
    pub fn in_use(&self) -> Option<&TemplateVersion> {
        self.versions.iter().find(|version| version.state == VersionState::InUse)
    }

    /// The words from which replies start now.
    pub fn stands(&self) -> &str {
        self.in_use().or(self.of_all.as_ref()).map_or(&self.built_in, |version| &version.text)
    }
}

/// `PUT /api/templates/{place}/open`: what is being written. Begins a version where none is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteTemplate {
    /// The template, at most 2,000 characters.
    pub text: String,
    /// What is new and why, at most 300 characters.
    pub note: String,
    /// Of the version as it was read; 0: none was open.
    pub revision: u32,
}

/// `POST /api/templates/{place}/step`: what happens with a version. Doing it again does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepTemplate {
    /// Which version.
    pub number: u32,
    /// Of the version as it was read: nobody approves what they have not seen.
    pub revision: u32,
    /// What.
    pub step: TemplateStep,
}

/// A step of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateStep {
    /// A lead is asked.
    AskApproval,
    /// Replies start from it from now on (leads; somebody else than the author, where there is somebody).
    Approve,
    /// Not like that (leads), and why.
    SendBack(String),
    /// What is being written is dropped.
    Drop,
    /// It is no longer used (leads): the text of every shop is back, else the built-in one.
    Withdraw,
}

/// A place of the map with something to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// Where, without a shop.
    pub place: Place,
    /// A version is in use for all shops.
    pub is_own: bool,
    /// A version for all shops is being written or waits.
    pub open: Option<VersionState>,
    /// Of the last [`DAYS`].
    pub usage: Usage,
    /// Of these, since the words that are there now were approved, in shops without words of their own.
    pub lately: Usage,
    /// Shops with words of their own in use, or under way.
    pub shops: Vec<ShopCell>,
}

/// One shop's own words at a place of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopCell {
    /// Which shop.
    pub shop: ShopId,
    /// A version is in use.
    pub is_own: bool,
    /// A version is being written or waits.
    pub open: Option<VersionState>,
    /// Of the last [`DAYS`], since the words that are there now were approved.
    pub lately: Usage,
}

/// One of `GET /api/templates/{place}/rewritten`: what an agent told a buyer in other words than those that stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rewritten {
    /// In which case.
    pub case: CaseId,
    /// The words.
    pub text: String,
    /// Who sent them.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// How many requests came in for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Why buyers asked.
    pub reason: ReasonGroup,
    /// How often.
    pub count: u64,
}

/// A version that waits for a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiting {
    /// Where.
    pub place: Place,
    /// Who asks.
    pub author: AgentId,
    /// Since when.
    pub since: Timestamp,
    /// What is new and why.
    pub note: String,
}

/// Answer of `GET /api/templates/coverage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Only places that are not merely built in and never used.
    pub cells: Vec<Cell>,
    /// Oldest first.
    pub waiting: Vec<Waiting>,
    /// Requests of the last [`DAYS`], answered from this desk or not.
    pub asked: Vec<Asked>,
}

/// Answer of `GET /api/templates/{place}/difference?from=1&to=2`: from one version to another, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// What became of it.
    pub is: Change,
    /// The words.
    pub text: String,
}

/// What became of words from one version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// They stayed.
    Same,
    /// They are new.
    New,
    /// They are gone.
    Gone,
}

/// Answer of `POST /api/templates/import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// Places for which a version now waits to be approved.
    pub asked: Vec<Place>,
    /// How many texts of the file are in use already, word for word.
    pub same: u64,
}

/// `GET` and `PUT /api/templates/lines`. A write names the version that was read: of two leads who write at once the second is
/// told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedLines {
    /// Rises with every change.
    pub version: u32,
    /// In the order in which they are offered.
    pub lines: Vec<SavedLine>,
}
