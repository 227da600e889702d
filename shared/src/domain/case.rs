//! The words of the case model: stages, decisions, claims and ends.

use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Cancel before shipping.
    Cancellation,
    /// Money back, nothing is sent back.
    RefundOnly,
    /// Money back for goods sent back.
    ReturnAndRefund,
    /// The same goods again.
    Replacement,
    /// Exchange, and whatever is new: read, told, decided in Seller Center.
    Other,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 5] =
        [Self::Cancellation, Self::RefundOnly, Self::ReturnAndRefund, Self::Replacement, Self::Other];

    /// Its word in an address and in the store; the same as on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cancellation => "cancellation",
            Self::RefundOnly => "refund_only",
            Self::ReturnAndRefund => "return_and_refund",
            Self::Replacement => "replacement",
            Self::Other => "other",
        }
    }

    /// The kind of a word that [`Kind::word`] makes.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Who moves next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// An agent decides.
    ToDecide,
    /// The packing table gives its verdict.
    ToInspect,
    /// The buyer must be told.
    ToTell,
    /// Somebody else moves.
    Waiting,
    /// Arbitration or appeal.
    Disputed,
    /// Settled and told.
    Done,
}

impl Stage {
    /// All, in the order in which the desk shows them.
    pub const ALL: [Stage; 6] =
        [Stage::ToDecide, Stage::ToInspect, Stage::ToTell, Stage::Waiting, Stage::Disputed, Stage::Done];
}

/// Whom a waiting case waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    /// The buyer must ship, answer or may dispute.
    Buyer,
    /// The parcel is on its way.
    Carrier,
    /// TikTok reviews or pays.
    TikTok,
    /// The status is new to us.
    Unknown,
}

/// What the seller may answer. The name upstream is `proxy::tiktok`'s to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Cancellation: yes.
    ApproveCancel,
    /// Cancellation: no.
    RejectCancel,
    /// Refund only: yes.
    ApproveRefund,
    /// Refund only: no.
    RejectRefund,
    /// Return: let them send it back.
    AgreeReturn,
    /// Return: refund, the buyer keeps the goods.
    AgreeKeep,
    /// Return or replacement: full refund at once, the buyer keeps the goods.
    DirectRefund,
    /// Return: no.
    RejectReturn,
    /// Part of the money, the buyer keeps the goods.
    OfferPartial,
    /// Replacement: yes.
    AgreeReplacement,
    /// Replacement: the money instead.
    RefundInstead,
    /// Replacement: no.
    RejectReplacement,
    /// Returned parcel: accepted.
    AcceptParcel,
    /// Returned parcel: refused.
    RefuseParcel,
    /// Returned parcel: part of the money.
    PartialAfterParcel,
}

impl DecisionKind {
    /// The buyer's wish is granted in full.
    pub const fn is_approval(self) -> bool {
        matches!(
            self,
            Self::ApproveCancel
                | Self::ApproveRefund
                | Self::AgreeReturn
                | Self::AgreeKeep
                | Self::DirectRefund
                | Self::AgreeReplacement
                | Self::RefundInstead
                | Self::AcceptParcel
        )
    }

    /// Needs one of the platform's reasons.
    pub const fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::RejectCancel
                | Self::RejectRefund
                | Self::RejectReturn
                | Self::RejectReplacement
                | Self::RefuseParcel
                | Self::PartialAfterParcel
        )
    }

    /// Needs an amount.
    pub const fn needs_amount(self) -> bool {
        matches!(self, Self::OfferPartial | Self::PartialAfterParcel)
    }
}

/// Something that may be said to a buyer once it is proved (case model 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Will be refunded.
    Approved,
    /// May send it back.
    ReturnAgreed,
    /// The parcel was accepted.
    ParcelAccepted,
    /// The parcel was refused.
    ParcelRefused,
    /// These lines are cancelled.
    Cancelled,
    /// The money is paid.
    Refunded,
    /// The request was rejected.
    Rejected,
    /// A part was offered.
    OfferMade,
    /// A replacement is on its way.
    ReplacementAgreed,
}

/// Who decided, none while undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Our call was answered with code 0.
    Desk,
    /// Nobody answered in time.
    TimeRanOut,
    /// TikTok ruled on a dispute.
    Dispute,
    /// Nobody was asked.
    Direct,
    /// Seller Center, a rule, another app, or TikTok.
    Outside,
}

/// Which words a reply may use for who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// "We": the desk decided.
    We,
    /// "TikTok": time ran out or a dispute was ruled.
    TikTok,
    /// Passive.
    Nobody,
}

/// How a Done case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Money returned.
    Refunded,
    /// Cancelled without money.
    Cancelled,
    /// A new order was made.
    Replaced,
    /// A refund instead of goods.
    RefundInstead,
    /// The buyer changed the request; a new case follows.
    Edited,
    /// The rejection was not overturned.
    RejectionStands,
    /// The buyer never sent it back.
    NotSentBack,
    /// Our refusal to cancel stood.
    CancelRefused,
    /// Withdrawn, or ended elsewhere: not knowable, so not said.
    Closed,
}

/// A debt to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owed {
    /// What must be said.
    pub claim: Claim,
    /// When it became provable.
    pub since: Timestamp,
    /// When it is late.
    pub late_at: Timestamp,
}

/// A claim that may be made now, with what may be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sayable {
    /// Which claim.
    pub claim: Claim,
    /// The amount that may be named; none: no amount is said.
    pub amount: Option<Money>,
    /// When it became provable.
    pub since: Timestamp,
}

/// What an agent should notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The parcel is here.
    Arrived,
    /// TikTok pays; the parcel cannot be refused.
    QuickRefund,
    /// Approved more than five business days ago and not paid (the instant is in `Derived::late_at`).
    RefundPending,
    /// Parts or lines do not sum to the total.
    SplitDiffers,
    /// The platform's word for status, action or type is new to us.
    UnknownWord,
    /// A US cancellation: not rejected here but by shipping (case model 5).
    ShipInstead,
    /// Part of a group of returns of one request.
    Grouped,
    /// Probably ran out, without proof (cancellations have no records).
    ProbablyRanOut,
}

/// All that follows from the facts. Never stored by hand; a stored copy is a cache keyed by [`RULES_VERSION`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Derived {
    /// What is being asked for.
    pub kind: Kind,
    /// Who moves next.
    pub stage: Stage,
    /// In stage Waiting.
    pub waiting_on: Option<WaitingOn>,
    /// Decisions of the row, before eligibility cuts them down.
    pub decisions: Vec<DecisionKind>,
    /// The row is "only what Decision Eligibility answers eligible".
    pub only_eligible: bool,
    /// What may be said now.
    pub sayable: Vec<Sayable>,
    /// What must be said.
    pub owed: Option<Owed>,
    /// Earliest deadline of the open actions.
    pub deadline: Option<Timestamp>,
    /// In stage Done, or when the platform has ended it.
    pub end: Option<End>,
    /// Who decided.
    pub by: Option<By>,
    /// Whose voice a reply uses.
    pub voice: Voice,
    /// When an approved refund is late.
    pub late_at: Option<Timestamp>,
    /// What an agent should notice.
    pub flags: Vec<Flag>,
}

/// Raise when `derive`, or what is stored beside its answer, may come out differently for the same facts: stored stages
/// are then computed anew.
pub const RULES_VERSION: u32 = 3;
