//! `/api/intents`: what the desk has promised to carry out, and how far it has got.

use crate::domain::case::{Claim, DecisionKind};
use crate::id::{AgentId, CaseId, EvidenceId, IntentId, MotionId, RuleId};
use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an intent has got. Terminal states never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntentState {
    /// Nothing has left the desk; undo means that no call is made.
    Held {
        /// When the hold ends, by the server's clock.
        until: Timestamp,
    },
    /// A reply that waits until its claim is true (or until the decision before it is out).
    Waiting {
        /// What must become true.
        claim: Option<Claim>,
    },
    /// A call is being made or will be made next.
    Sending,
    /// The answer was lost; the desk is reading what happened. Nobody decides meanwhile.
    Settling,
    /// It took effect.
    Done {
        /// Known by reading, not by an answer.
        by_reading: bool,
        /// When.
        at: Timestamp,
    },
    /// Stopped before anything left.
    Undone {
        /// When.
        at: Timestamp,
    },
    /// TikTok said no; nothing changed.
    Refused {
        /// TikTok's code.
        platform_code: i64,
        /// TikTok's words.
        text: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody acted elsewhere, time ran out, or what it said is no longer true.
    Superseded {
        /// What happened.
        why: Superseded,
        /// When.
        at: Timestamp,
    },
    /// It cannot be known whether the message arrived; a person looks.
    Unsure {
        /// When.
        at: Timestamp,
    },
    /// It cannot be carried out without a person.
    NeedsPerson {
        /// What stands in the way.
        why: NeedsPerson,
        /// When.
        at: Timestamp,
    },
}

impl IntentState {
    /// Nothing more will happen by itself.
    pub const fn is_over(&self) -> bool {
        !matches!(self, Self::Held { .. } | Self::Waiting { .. } | Self::Sending | Self::Settling)
    }
}

/// Why an intent was superseded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Superseded {
    /// Decided in Seller Center, by a rule or by another app.
    DecidedElsewhere,
    /// The platform's deadline passed first.
    TimeRanOut,
    /// The decision that this reply belongs to did not take effect.
    DecisionFailed,
    /// The claim is not true, or no longer.
    NoLongerTrue,
    /// The amount in the text is not the platform's.
    AmountChanged,
    /// Another reply already says it.
    AlreadyTold,
}

/// Why a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedsPerson {
    /// No trustworthy answer after all tries.
    NoAnswer,
    /// TikTok does not let the desk write to this buyer: the text is ready to copy.
    CannotMessage,
    /// The shop is not connected any more.
    ShopDisconnected,
    /// The proof could not be uploaded.
    UploadFailed,
}

/// What an intent does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntentWhat {
    /// Decides the case.
    Decision {
        /// Which decision.
        kind: DecisionKind,
        /// The sum that the agent saw.
        amount: Option<Money>,
        /// The platform's reason, in its words.
        reason_text: Option<String>,
        /// The same by its machine name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What was written to TikTok with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        /// The proof that goes with it; none: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Vec<EvidenceId>>,
    },
    /// Tells the buyer.
    Reply {
        /// What it tells; none: a chat line.
        claim: Option<Claim>,
        /// The exact text.
        text: String,
        /// Language tag of the text.
        language: String,
        /// Where the text came from, for example `damaged.refunded.en@1`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<String>,
    },
}

/// One intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IntentView {
    /// Opaque id.
    pub id: IntentId,
    /// Which motion it is part of.
    pub motion: MotionId,
    /// Its case.
    pub case: CaseId,
    /// What it does.
    pub what: IntentWhat,
    /// How far it has got.
    pub state: IntentState,
    /// Who pressed.
    pub by: AgentId,
    /// When it was pressed.
    pub at: Timestamp,
    /// The rule that pressed in a person's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<ByRule>,
    /// Who agreed to it as the second person: what two have decided either of them can undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<AgentId>,
    /// Calls made so far.
    pub attempts: u32,
    /// While it is settling: what is known of the lost answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<Unanswered>,
}

/// A version of a rule that acted, as it was called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByRule {
    /// Which.
    pub id: RuleId,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

impl ByRule {
    /// "rule Small breakages v2", as it stands in the middle of a sentence.
    pub fn words(&self) -> String {
        ["rule ", &self.name, " v", &self.version.to_string()].concat()
    }
}

/// An answer that did not come, or cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unanswered {
    /// How long the desk waited for it, in whole seconds.
    pub waited_s: u32,
    /// When the desk reads next what happened.
    pub reads_at: Option<Timestamp>,
}
