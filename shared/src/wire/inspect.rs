//! The packing table: what was scanned, answered and photographed of a returned parcel.

use crate::id::{AgentId, CaseId, EvidenceId};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::CaseRow;

/// What is asked about every parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What was sold is what came back.
    RightItem,
    /// Not used; on clothes, the tag is still on.
    Unused,
    /// No stain, scent or tear.
    CleanAndWhole,
    /// Nothing that belongs to it is missing.
    AllParts,
}

impl Question {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 4] = [Self::RightItem, Self::Unused, Self::CleanAndWhole, Self::AllParts];
}

/// What a photo of the packing table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The label on the parcel.
    Label,
    /// The item from the front.
    Front,
    /// What the verdict hangs on, close up.
    Detail,
}

impl Slot {
    /// All, in the order in which they are taken.
    pub const ALL: [Self; 3] = [Self::Label, Self::Front, Self::Detail];
}

/// One answer. A later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answered {
    /// To what.
    pub question: Question,
    /// Yes or no.
    pub is_yes: bool,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// One photo, which is a proof of the case as well. A later one takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shot {
    /// What it shows.
    pub slot: Slot,
    /// The picture.
    pub evidence: EvidenceId,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// A parcel that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scan {
    /// When, for the first time.
    pub at: Timestamp,
    /// By whom; none: not known any more.
    pub by: Option<AgentId>,
}

/// How far a parcel has got on the packing table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Inspection {
    /// It was scanned.
    pub scan: Option<Scan>,
    /// In the order of the questions.
    pub answers: Vec<Answered>,
    /// In the order of the slots.
    pub shots: Vec<Shot>,
}

impl Inspection {
    /// The later of two readings, answer by answer and photo by photo.
    pub fn later(self, other: Self) -> Self {
        let mut all = Self { scan: self.scan.or(other.scan), ..Self::default() };
        for question in Question::ALL {
            let both = self.answers.iter().chain(&other.answers).filter(|answer| answer.question == question);
            all.answers.extend(both.max_by_key(|answer| answer.at).cloned());
        }
        for slot in Slot::ALL {
            let both = self.shots.iter().chain(&other.shots).filter(|shot| shot.slot == slot);
            all.shots.extend(both.max_by_key(|shot| shot.at).cloned());
        }
        all
    }

    /// What was answered to a question.
    pub fn answer(&self, question: Question) -> Option<&Answered> {
        self.answers.iter().find(|answer| answer.question == question)
    }

    /// The photo of a slot.
    pub fn shot(&self, slot: Slot) -> Option<&Shot> {
        self.shots.iter().find(|shot| shot.slot == slot)
    }
}

/// `POST /api/inspect/scan`: what the scanner read stands in the body, never in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// Return tracking number, RMA or combined return, return, or order.
    pub code: String,
}

/// What a code leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScanAnswer {
    /// The one parcel that it names; it is marked as scanned.
    pub scanned: Option<CaseId>,
    /// All returns under this code, those that wait for a verdict first.
    pub found: Vec<CaseRow>,
}

/// `PUT /api/cases/{id}/answer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// To what.
    pub question: Question,
    /// Yes or no.
    pub is_yes: bool,
}

/// `PUT /api/cases/{id}/shot`: a proof of the case becomes the photo of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShotRequest {
    /// Which slot.
    pub slot: Slot,
    /// The proof.
    pub evidence: EvidenceId,
}

/// `POST /api/cases/{id}/lead`, with `Idempotency-Key`: hands the case to a lead, with a note. Its clock keeps running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskLeadRequest {
    /// Whom; none: whoever of the leads was here last.
    pub lead: Option<AgentId>,
    /// For the team, never sent; 1 to 2,000 characters.
    pub text: String,
}

/// Who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeadAsked {
    /// The case is theirs now.
    pub lead: AgentId,
}
