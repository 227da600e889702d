//! `/api/handbook`: pages, their versions, drafts, and who has read what.

use crate::domain::case::Stage;
use crate::domain::files::FileId;
use crate::domain::handbook::{Change, PageContent, PageKind, StepChange, StepTick, VersionName, Video, step_changes};
use crate::domain::quality::Check;
use crate::id::{AgentId, PageId};
use crate::reasons::ReasonGroup;
use crate::reply::{Language, Moment, Place};
use crate::time::Timestamp;
use crate::wire::session::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a draft has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It is being written.
    Writing {
        /// Why it came back from review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<Returned>,
    },
    /// Somebody else looks at it.
    Review {
        /// Who sent it.
        by: Person,
        /// When.
        at: Timestamp,
        /// How much it changes.
        change: Change,
        /// What changes for who works by it.
        description: String,
    },
}

/// A draft that came back from review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Returned {
    /// Who sent it back.
    pub by: Person,
    /// Why.
    pub note: String,
}

/// One page in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageRow {
    /// Which.
    pub id: PageId,
    /// What it is for.
    pub kind: PageKind,
    /// Its title in force; of a page that was never published, the draft's.
    pub title: String,
    /// In force; none: it was never published.
    pub version: Option<VersionName>,
    /// The asker has still to read and sign it.
    pub asks: bool,
    /// For leads: it has a draft.
    pub has_draft: bool,
    /// For leads: its draft waits for approval.
    pub in_review: bool,
    /// For leads: it is kept, and nobody else is shown it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_retired: bool,
}

/// Answer of `GET /api/handbook`: what is in force, and for leads what is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Handbook {
    /// Procedures first, each kind in its order.
    pub pages: Vec<PageRow>,
}

/// Answer of `GET /api/handbook/news`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct News {
    /// Pages that the asker has still to read and sign.
    pub unsigned: u32,
    /// Which of them has changed last.
    #[serde(default)]
    pub newest: Option<PageId>,
    /// For leads: drafts of pages that wait for their approval. Nobody approves their own words while another could.
    pub reviews: u32,
    /// For leads: replies that do.
    pub replies: u32,
}

/// One line of the revision history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revision {
    /// Its place in the history of the page, from 1.
    pub number: u32,
    /// Its name.
    pub version: VersionName,
    /// When it came into force.
    pub at: Timestamp,
    /// What changed.
    pub description: String,
    /// Who wrote it; none: it came with the desk.
    pub author: Option<String>,
    /// Who approved it.
    pub approved_by: String,
    /// The author approved it, because there was nobody else who could.
    pub alone: bool,
}

/// A check, as a step names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckName {
    /// What is checked.
    pub text: String,
    /// What is asked and why.
    pub explanation: String,
}

/// A step as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepView {
    /// What is done.
    pub title: String,
    /// How: safe HTML, which the desk made from Markdown.
    pub html: String,
    /// The stage beside which it is shown.
    pub stage: Option<Stage>,
    /// The checks that it is about.
    pub checks: Vec<CheckName>,
    /// The checkpoints of the team's own that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<String>,
    /// Its video, if the link leads to one.
    pub video: Option<Video>,
    /// Its video, if it is one of the handbook's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_video: Option<OwnVideo>,
}

/// A video that lies in the handbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnVideo {
    /// Which file.
    pub file: FileId,
    /// The picture in front of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<FileId>,
    /// What is said in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<FileId>,
}

/// What somebody who cannot see or hear would miss. It holds nothing up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// In which step, counted from 0.
    pub step: usize,
    /// The field: `text`, or `video`.
    pub field: String,
    /// What is missing, as a sentence.
    pub words: String,
}

/// A page as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// What it is good for.
    pub purpose: String,
    /// In the order of the work.
    pub steps: Vec<StepView>,
    /// About so long it takes to read.
    pub minutes: u32,
    /// While it is being written: what is missing for somebody who cannot see or hear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
}

/// The replies of one moment that a change touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TouchedReplies {
    /// When a buyer is told.
    pub moment: Moment,
    /// For people.
    pub label: String,
    /// For which reasons; at least one.
    pub reasons: Vec<ReasonGroup>,
    /// Where the team has words of its own, in use or being written.
    pub own: Vec<Place>,
}

/// What a change touches beside the page itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Touches {
    /// Computed checks, in the order of the work.
    pub checks: Vec<(Check, String)>,
    /// Checkpoints that people tick, in the order of the case.
    pub ticks: Vec<StepTick>,
    /// Replies, in the order of a case.
    pub replies: Vec<TouchedReplies>,
    /// The languages in which each of them is told.
    pub languages: Vec<Language>,
}

impl Touches {
    /// It touches no reply and no check.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.ticks.is_empty() && self.replies.is_empty()
    }
}

/// What is new to somebody who knows an older version, and nothing that is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WhatChanged {
    /// The version that they know: what came after it is new to them. None: they have signed no version, and all is new.
    pub since: Option<VersionName>,
    /// The steps that are others now.
    pub steps: Vec<StepChange>,
    /// The checks that the page is about now and was not.
    pub new_checks: Vec<String>,
    /// The checks that it is not about any more.
    pub gone_checks: Vec<String>,
    /// What that touches.
    pub touches: Touches,
}

/// Who has read a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reader {
    /// Who.
    pub person: Person,
    /// When they opened the version that is to be read.
    pub shown: Option<Timestamp>,
    /// When they signed it; none: not yet.
    pub signed: Option<Timestamp>,
}

/// What is asked of `GET /api/handbook/pages/{page}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PageQuery {
    /// An older version by its number; none: the one in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Answer of `GET /api/handbook/pages/{page}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageView {
    /// Which.
    pub id: PageId,
    /// What it is for.
    pub kind: PageKind,
    /// Which version is shown; none: it was never published.
    pub revision: Option<Revision>,
    /// What that version says.
    pub shown: Option<Shown>,
    /// All versions, the newest first.
    pub history: Vec<Revision>,
    /// What each of them touched, in the same order.
    pub touched: Vec<Touches>,
    /// The number of the version that everybody is asked to sign.
    pub asked: Option<u32>,
    /// When the reader signed that or a later one.
    pub signed: Option<Timestamp>,
    /// What is new to the reader, until they sign.
    pub changed: Option<WhatChanged>,
    /// For leads: who has read it and who has not.
    pub readers: Vec<Reader>,
    /// Cases that were decided under the version that is shown.
    pub cases: u64,
    /// For leads: the draft.
    pub draft: Option<DraftNote>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Person>,
    /// Until when somebody is to look whether it still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_by: Option<Timestamp>,
    /// Since when it is not shown any more; its versions stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Timestamp>,
    /// For leads: who can look after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_own: Vec<Person>,
}

/// Body of `PUT /api/handbook/pages/{page}/keeping`: who looks after a page, until when they look at it, and whether it is
/// shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeepingRequest {
    /// Somebody of the team; none: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<AgentId>,
    /// Until when somebody is to look whether it still holds; null: nobody is asked to; left out: as it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    pub look_by: Option<Option<Timestamp>>,
    /// It is kept for what was done by it, and not shown any more.
    pub is_retired: bool,
}

/// What is said, be it null.
fn said<'de, D: serde::Deserializer<'de>>(read: D) -> Result<Option<Option<Timestamp>>, D::Error> {
    Option::deserialize(read).map(Some)
}

/// Body of `PUT /api/handbook/order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRequest {
    /// All pages, in the order in which they are to stand; procedures stand before reference in any case.
    pub pages: Vec<PageId>,
}

/// How the draft of a page stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftNote {
    /// What an approval names.
    pub revision: u32,
    /// How far it has got.
    pub state: DraftState,
    /// Under review: somebody else than the sender can approve it.
    pub needs_another: bool,
    /// The steps that are others in it than in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepChange>,
    /// What that touches.
    pub touches: Touches,
}

/// Body of `POST /api/handbook/pages/{page}/signature`: "I have read it and can work by it".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignRequest {
    /// Which version was read.
    pub number: u32,
}

/// Body of `POST /api/handbook/pages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewPageRequest {
    /// What it is for.
    pub kind: PageKind,
    /// Its title.
    pub title: String,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageMade {
    /// The new page, with an open draft.
    pub id: PageId,
}

/// The open draft of a page, as a lead sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftView {
    /// Rises with every save, and over all drafts of the page: a save names the one that it changes.
    pub revision: u32,
    /// What it says.
    pub content: PageContent,
    /// How far it has got.
    pub state: DraftState,
    /// Who saved last.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// What is in force.
    pub version: Option<VersionName>,
    /// Somebody else than the sender can approve it.
    pub needs_another: bool,
    /// Who else has it open now.
    pub editors: Vec<Person>,
    /// All checks that a step can be about, in the order of the work.
    pub checks: Vec<(Check, String)>,
    /// All checkpoints of the team's own.
    pub ticks: Vec<StepTick>,
    /// All moments whose replies can follow from a step, in the order of a case.
    pub moments: Vec<(Moment, String)>,
    /// What it touches, against what is in force.
    pub touches: Touches,
}

/// Body of `PUT /api/handbook/pages/{page}/draft`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaveRequest {
    /// What was changed: another one in the desk means that somebody else has saved.
    pub revision: u32,
    /// The whole page.
    pub content: PageContent,
    /// Somebody has chosen it instead of what the desk has: that stays among the revisions, however soon this follows.
    #[serde(default)]
    pub is_apart: bool,
}

/// Query of `POST /api/handbook/pages/{page}/draft`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftQuery {
    /// The draft is to say what this version said; none: it is opened as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// The draft that may be written over by that, as it was seen; none: there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
}

/// Answer to a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Saved {
    /// What the next save changes.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
    /// What the draft touches now, against what is in force.
    pub touches: Touches,
}

/// Body of `POST /api/handbook/pages/{page}/draft/review`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRequest {
    /// What is sent.
    pub revision: u32,
    /// How much it changes.
    pub change: Change,
    /// What changes for who works by it.
    pub description: String,
}

/// Body of `POST /api/handbook/pages/{page}/draft/publish`, and query of `DELETE /api/handbook/pages/{page}/draft`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublishRequest {
    /// What was looked at.
    pub revision: u32,
}

/// Body of `POST /api/handbook/pages/{page}/draft/return`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReturnRequest {
    /// What was looked at.
    pub revision: u32,
    /// What is to be done.
    pub note: String,
}

/// An earlier state of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftRevision {
    /// Its number.
    pub revision: u32,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What is another in it than in the one before; none: no older one is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<DraftChange>,
}

/// What a state of a draft changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DraftChange {
    /// The title is another.
    pub title: bool,
    /// The purpose is another.
    pub purpose: bool,
    /// The steps that are others, and what became of each.
    pub steps: Vec<StepChange>,
}

impl DraftChange {
    /// From one state to a later one.
    pub fn of(before: &PageContent, after: &PageContent) -> Self {
        Self {
            title: before.title != after.title,
            purpose: before.purpose != after.purpose,
            steps: step_changes(before, after),
        }
    }
}

/// What is asked of `GET /api/handbook/pages/{page}/difference`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiffQuery {
    /// The older version's number.
    pub from: u32,
    /// The newer one's; none: the draft, for leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// It stands in both.
    Same,
    /// Only in the older one.
    Gone,
    /// Only in the newer one.
    New,
    /// Lines that stand in both are left out here.
    Gap,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiffLine {
    /// What became of it.
    pub kind: LineKind,
    /// Its words, each part with whether it is one that changed.
    pub parts: Vec<(bool, String)>,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// The older one's name.
    pub from: String,
    /// The newer one's.
    pub to: String,
    /// None: they are the same.
    pub lines: Vec<DiffLine>,
}

/// A step beside a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepHint {
    /// Its page.
    pub page: PageId,
    /// The page's title.
    pub of: String,
    /// Its number on the page, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Its first lines, without marks.
    pub lines: String,
    /// A video shows it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_video: bool,
}

/// The version under which something was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// When it was pressed.
    pub at: Timestamp,
    /// The page.
    pub page: PageId,
    /// Its title then.
    pub title: String,
    /// The version's number.
    pub number: u32,
    /// Its name.
    pub version: VersionName,
}

/// Answer of `GET /api/cases/{case}/handbook`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Beside {
    /// The steps of procedures for the present stage, in the order of the handbook.
    pub steps: Vec<StepHint>,
    /// Under which versions it was decided, the newest first.
    pub kept: Vec<Kept>,
    /// From which texts its replies were started, in the order in which they were sent.
    pub told: Vec<ToldWith>,
}

/// A reply that was sent, and from which text it was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToldWith {
    /// Where the text stands.
    pub place: Place,
    /// Its version; none: the built-in words.
    pub version: Option<u32>,
    /// An agent changed it before it was sent.
    pub is_edited: bool,
}
