//! What is known of a case: the platform's facts in our words, and our own timeline.
//!
//! Everything optional on the platform is optional here. Unknown words of the platform are kept as they came.

use crate::id::IntentId;
use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::{Claim, DecisionKind};

/// Which of the platform's two objects a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// From Search Cancellations.
    Cancellation,
    /// From Search Returns.
    Return,
}

/// All that `derive` looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Facts {
    /// The object as last read.
    pub case: PlatformCase,
    /// Get Return Records; empty when never read or when the object is a cancellation.
    pub records: Vec<Record>,
    /// Get Order Detail, when read.
    pub order: Option<Order>,
    /// Statuses seen so far, oldest first, the present one included.
    pub seen: Vec<Seen>,
    /// Our own timeline, as far as it bears on the case.
    pub ours: Ours,
    /// The shop's own facts.
    pub shop: ShopFacts,
}

/// A cancellation or return as last read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlatformCase {
    /// Which object it is.
    pub object: Object,
    /// `cancel_id` or `return_id`.
    pub platform_id: String,
    /// The order it belongs to.
    pub order_id: String,
    /// `cancel_type` or `return_type` as written by the platform.
    pub type_word: String,
    /// `cancel_status` or `return_status` as written by the platform.
    pub status: String,
    /// `arbitration_status` as written, if any.
    pub arbitration: Option<String>,
    /// Who started the request, never who decided it.
    pub role: String,
    /// The reason's machine name; opaque.
    pub reason: String,
    /// The reason in the platform's words.
    pub reason_text: String,
    /// When the buyer asked.
    pub created: Timestamp,
    /// The platform's own update stamp: orders two reads of one case.
    pub updated: Timestamp,
    /// `seller_next_action_response`.
    pub actions: Vec<Action>,
    /// `refund_amount`, if sent.
    pub refund: Option<Refund>,
    /// `partial_refund`, if one was offered.
    pub partial: Option<Money>,
    /// `buyer_rejected_partial_refund`: false means accepted *or* pending.
    pub buyer_rejected_partial: bool,
    /// What it is about.
    pub lines: Vec<Line>,
    /// `is_quick_refund`: TikTok pays, the parcel cannot be refused.
    pub is_quick_refund: bool,
    /// `can_buyer_keep_item`.
    pub can_buyer_keep_item: bool,
    /// The edited request's predecessor; ids "0" and "" are none.
    pub pre_id: Option<String>,
    /// The edited request's successor; ids "0" and "" are none.
    pub next_id: Option<String>,
    /// Combined return, RMA or after-sales request it is grouped under.
    pub group_id: Option<String>,
    /// The one parcel of several returns.
    #[serde(default)]
    pub rma_id: Option<String>,
    /// Parcel of the return.
    pub tracking_number: Option<String>,
    /// Carrier of the return.
    pub carrier: Option<String>,
    /// `discount_amount` and `shipping_fee_amount` as (platform's name, amount): for the agent only.
    pub aside: Vec<(String, Money)>,
}

/// Something the platform asks the seller to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// For example `SELLER_RESPOND_REFUND`.
    pub name: String,
    /// The platform's own stamp; none is shown as none.
    pub deadline: Option<Timestamp>,
}

/// `refund_amount`: the parts are shown as sent, only the total is ever said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// `refund_total`.
    pub total: Money,
    /// The other members, by the platform's name (`refund_subtotal`, `refund_tax`, ...), in its order.
    pub parts: Vec<(String, Money)>,
}

/// One unit of a request or an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// `order_line_item_id`.
    pub order_line_id: String,
    /// `sku_id`: equal ones are one product bought several times.
    pub sku_id: String,
    /// Product name.
    pub product: String,
    /// Variant.
    pub variant: String,
    /// The shop's own article number.
    pub seller_sku: String,
    /// Picture of the product on the platform's host.
    pub picture_url: Option<String>,
    /// What is refunded for it, or its price in an order.
    pub amount: Option<Money>,
}

/// One entry of Get Return Records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// For example `ORDER_RETURN`; compared without regard to case.
    pub event: String,
    /// Who did it, as written.
    pub role: String,
    /// The platform's text.
    pub description: String,
    /// The reason's text, if any.
    pub reason_text: Option<String>,
    /// What the person wrote.
    pub note: Option<String>,
    /// Pictures on the platform's host.
    pub image_urls: Vec<String>,
    /// Videos on the platform's host.
    pub video_urls: Vec<String>,
    /// When it happened.
    pub at: Timestamp,
}

/// An order as last read; only what the desk needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The platform's order number.
    pub order_id: String,
    /// As written, for example `DELIVERED`.
    pub status: String,
    /// The buyer's `user_id`: the way to the conversation.
    pub buyer_id: Option<String>,
    /// Masked or not, as sent.
    pub buyer_nickname: Option<String>,
    /// First name of the recipient, as sent (may hold stars).
    pub first_name: Option<String>,
    /// Last name of the recipient, as sent (may hold stars).
    pub last_name: Option<String>,
    /// When it was placed.
    pub created: Timestamp,
    /// When it was paid; cash on delivery may never be.
    pub paid: Option<Timestamp>,
    /// When it was shipped.
    pub shipped: Option<Timestamp>,
    /// When it was delivered.
    pub delivered: Option<Timestamp>,
    /// Cash on delivery.
    pub is_cod: bool,
    /// Everything that was bought.
    pub lines: Vec<Line>,
    /// `payment.total_amount`.
    pub total: Option<Money>,
    /// Outbound parcel.
    pub tracking_number: Option<String>,
    /// Outbound carrier.
    pub carrier: Option<String>,
    /// The order's update stamp.
    pub updated: Timestamp,
}

/// A status that was read at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// As written by the platform.
    pub status: String,
    /// The platform's update stamp of the first read that showed it.
    pub at: Timestamp,
    /// The last deadline that was open then.
    pub deadline: Option<Timestamp>,
}

/// What we did about the case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Ours {
    /// Decisions that reached an outcome, oldest first.
    pub decisions: Vec<OurDecision>,
    /// What the buyer has been told, or will be by a reply that is on its way.
    pub told: Vec<Told>,
    /// Kept once read: records that prove the payment, and when (case model 3).
    pub payment_proved: Option<Timestamp>,
    /// The parcel was scanned at our own table.
    pub scanned: Option<Timestamp>,
}

/// How a decision of ours ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// TikTok answered code 0.
    Answered,
    /// The answer was lost; a read showed the effect.
    Read,
}

/// A decision of ours that took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OurDecision {
    /// Which decision.
    pub kind: DecisionKind,
    /// How we know.
    pub evidence: Evidence,
    /// When it was settled.
    pub at: Timestamp,
}

/// Why a claim needs no further reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum ToldHow {
    /// A message of ours was delivered to TikTok.
    Delivered {
        /// The reply's intent.
        intent: IntentId,
    },
    /// A live reply intent covers it (waiting, held or on its way).
    Queued {
        /// The reply's intent.
        intent: IntentId,
    },
    /// An agent says the buyer was told by another way.
    Elsewhere,
    /// A lead decided that no reply is owed.
    Waived {
        /// The lead's reason.
        reason: String,
    },
    /// TikTok does not let the desk write to this buyer.
    Impossible,
}

/// A claim, and how it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// Which claim.
    pub claim: Claim,
    /// How.
    #[serde(flatten)]
    pub how: ToldHow,
    /// When.
    pub at: Timestamp,
}

/// What the shop contributes to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopFacts {
    /// Two letters, for example `US`.
    pub region: String,
    /// When the shop was connected: older ends owe nothing.
    pub connected: Timestamp,
    /// Hours from "became provable" to "late": 24, or 12 in South-East Asia.
    pub reply_hours: u32,
}
