//! Writes on a case: decide, reply, draft, note, assign.

use crate::domain::case::{Claim, DecisionKind};
use crate::id::{AgentId, EvidenceId};
use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::intent::IntentView;

/// A reply that goes out with a decision, or alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyOrder {
    /// The exact text, at most 2,000 characters.
    pub text: String,
    /// Language tag, for example `th`.
    pub language: String,
    /// What it tells, and so when it may go: it waits until this is proved. None: a chat line, sent after the hold.
    pub claim: Option<Claim>,
    /// Where the text came from, for example `damaged.refunded.en@1`.
    pub template: Option<String>,
    /// It is not word for word what the template made of the case.
    #[serde(default)]
    pub is_edited: bool,
}

/// `POST /api/cases/{id}/decision`, with `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// What is decided.
    pub kind: DecisionKind,
    /// The refund's total that stood on the agent's screen; refused if the platform's has changed since.
    #[serde(default)]
    pub shown: Option<Money>,
    /// One of the offered reject reasons, by name.
    #[serde(default)]
    pub reason: Option<String>,
    /// For TikTok; at most 500 characters.
    #[serde(default)]
    pub comment: Option<String>,
    /// Proof, at most 6.
    #[serde(default)]
    pub evidence: Vec<EvidenceId>,
    /// For an offer of a part.
    #[serde(default)]
    pub amount: Option<Money>,
    /// Goes out when what it says has become true.
    #[serde(default)]
    pub reply: Option<ReplyOrder>,
    /// Near a deadline: no hold.
    #[serde(default)]
    pub without_hold: bool,
    /// Also while somebody else is deciding.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub take_over: bool,
    /// The agent's screen said that a second person is asked before; refused if nobody is any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expects_second: bool,
}

/// Answer to a decision or reply: recorded, nothing has left yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MotionRecorded {
    /// The intents of the motion, decision first.
    pub intents: Vec<IntentView>,
}

/// `POST /api/cases/{id}/reply`, with `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyRequest {
    /// The reply.
    pub reply: ReplyOrder,
}

/// `PUT /api/cases/{id}/draft`: the words an agent has not sent; where all of them are empty it is removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The text as typed.
    pub text: String,
    /// Language tag.
    pub language: String,
    /// What it tells.
    pub claim: Option<Claim>,
    /// Where the text came from.
    pub template: Option<String>,
    /// A comment for TikTok.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// A note for the team.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it was saved; set by the server.
    #[serde(default)]
    pub saved: Timestamp,
    /// A rule has prepared it and nobody has typed: it goes with what the rule did. Set by the server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_prepared: bool,
}

impl Draft {
    /// There is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.comment.is_empty() && self.note.is_empty()
    }
}

/// `PUT /api/cases/{id}/assignee`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// Who takes it; none: nobody.
    pub assignee: Option<AgentId>,
}

/// `POST /api/cases/{id}/notes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// For the team, never sent; 1 to 2,000 characters.
    pub text: String,
}

/// `POST /api/cases/{id}/told`: ends a debt without a message of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "how", rename_all = "snake_case", deny_unknown_fields)]
pub enum SettleDebtRequest {
    /// The buyer was told by another way (any agent).
    Elsewhere {
        /// What the buyer was told.
        claim: Claim,
    },
    /// No reply is owed (leads), with the reason.
    Waive {
        /// What is not told.
        claim: Claim,
        /// Why.
        reason: String,
    },
}
