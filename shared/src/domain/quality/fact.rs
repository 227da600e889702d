//! The plain facts behind the answer of a check, for who wants to see why.

use crate::domain::case::{DecisionKind, Kind};
use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// When the buyer asked.
    Asked,
    /// TikTok's deadline.
    Deadline,
    /// When a decision was pressed.
    Pressed,
    /// When a decision took effect.
    TookEffect,
    /// Which decision.
    Decision,
    /// Kind of the request.
    Request,
    /// The buyer's reason, in TikTok's words.
    Reason,
    /// What a rejection names as its reason.
    RejectReason,
    /// TikTok's answer to a refused decision.
    Answer,
    /// Photos of the buyer.
    Photos,
    /// How many of them were opened in time.
    Opened,
    /// Proofs sent along.
    Proofs,
    /// The amount that the agent saw.
    Shown,
    /// TikTok's amount.
    Total,
    /// When the refund was approved.
    Approved,
    /// When the money was shown as paid.
    Paid,
    /// When something is late.
    LateAt,
    /// When the buyer was told.
    Told,
    /// When the reply was written that is still to go out.
    WaitsSince,
    /// Since when the buyer must be told.
    OwedSince,
    /// The words that were found.
    Found,
    /// Where the reply came from.
    Template,
    /// Language of the reply.
    ReplyLanguage,
    /// A language of the buyer.
    BuyerLanguage,
    /// When the buyer wrote again.
    WroteAgain,
    /// What the buyer wrote then.
    AgainWords,
    /// Until when that counts.
    Until,
    /// When TikTok was asked.
    Checked,
    /// The decision that an exercise expects.
    Expected,
}

impl Label {
    /// For the screen.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Asked => "Buyer asked",
            Self::Deadline => "Deadline",
            Self::Pressed => "Decided",
            Self::TookEffect => "Took effect",
            Self::Decision => "Decision",
            Self::Request => "Request",
            Self::Reason => "Buyer’s reason",
            Self::RejectReason => "Reject reason",
            Self::Answer => "TikTok’s answer",
            Self::Photos => "Photos",
            Self::Opened => "Opened in time",
            Self::Proofs => "Proofs",
            Self::Shown => "Agent saw",
            Self::Total => "TikTok’s amount",
            Self::Approved => "Approved",
            Self::Paid => "Paid",
            Self::LateAt => "Late from",
            Self::Told => "Told",
            Self::WaitsSince => "Reply waits since",
            Self::OwedSince => "Owed since",
            Self::Found => "Found in the reply",
            Self::Template => "Template",
            Self::ReplyLanguage => "Reply in",
            Self::BuyerLanguage => "Buyer’s language",
            Self::WroteAgain => "Wrote again",
            Self::AgainWords => "The buyer wrote",
            Self::Until => "Watched until",
            Self::Checked => "TikTok asked",
            Self::Expected => "Right would be",
        }
    }
}

/// A value as it is; the screen knows how each is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words, or a number of things.
    Text(String),
    /// An amount.
    Money(Money),
    /// An instant.
    At(Timestamp),
    /// A decision.
    Decision(DecisionKind),
    /// A kind of request.
    Kind(Kind),
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// What it is.
    pub label: Label,
    /// The fact.
    pub value: Value,
}

/// Facts of one check, being gathered.
#[derive(Debug, Default)]
pub(super) struct Facts(pub(super) Vec<Fact>);

impl Facts {
    pub(super) fn with(mut self, label: Label, value: Option<Value>) -> Self {
        self.0.extend(value.map(|value| Fact { label, value }));
        self
    }

    pub(super) fn at(self, label: Label, at: Option<Timestamp>) -> Self {
        self.with(label, at.map(Value::At))
    }

    pub(super) fn money(self, label: Label, money: Option<&Money>) -> Self {
        self.with(label, money.cloned().map(Value::Money))
    }

    /// Nothing where there are no words.
    pub(super) fn text(self, label: Label, text: &str) -> Self {
        self.with(label, (!text.is_empty()).then(|| Value::Text(text.to_owned())))
    }

    pub(super) fn count(self, label: Label, count: usize) -> Self {
        self.text(label, &count.to_string())
    }
}
