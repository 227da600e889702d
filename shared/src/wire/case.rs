//! `/api/cases`: the queue and one case.

use crate::domain::case::{By, DecisionKind, End, Flag, Kind, Owed, Sayable, Stage, Voice, WaitingOn};
use crate::domain::facts::Refund;
use crate::id::{AgentId, CaseId, EvidenceId, MediaId, ShopId};
use crate::money::Money;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::Page;
use super::claim::Lease;
use super::decision::Draft;
use super::inspect::{Answered, Inspection, Shot};
use super::intent::{ByRule, IntentState, IntentView};
use super::quality::CheckView;
use super::rule::{Kept, SecondAsk};
use super::tick::TickView;

/// Filters of `GET /api/cases`, as its query string.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CaseFilter {
    /// Only this stage; with `ToTell`, every case that owes a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Only this shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopId>,
    /// Only this person's; [`NOBODY`] for cases that nobody has taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Only with this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Rows, 1 to 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// In [`CaseFilter::assignee`]: cases that nobody has taken.
pub const NOBODY: &str = "nobody";

/// `POST /api/cases/search`: the text never stands in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// Buyer's name, order or case number, product, or words of the reason.
    pub text: String,
    /// Narrows.
    #[serde(default)]
    pub filter: CaseFilter,
}

/// Answer of the list and of the search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseList {
    /// Least time left first.
    #[serde(flatten)]
    pub page: Page<CaseRow>,
    /// Cases per stage under the same shop and assignee; `ToTell` counts every debt.
    pub counts: BTreeMap<Stage, u64>,
    /// The numbers over the desk.
    pub headline: Headline,
}

/// The numbers over the desk, for the shops in view.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Headline {
    /// Sum per currency of cases to decide that end within 24 h; never converted.
    pub at_risk: Vec<Money>,
    /// How many cases that is.
    pub at_risk_cases: u64,
    /// The next deadline, and the reason it belongs to.
    pub next: Option<NextDeadline>,
    /// Replies owed.
    pub owed: u64,
    /// Since when the oldest is owed.
    pub owed_since: Option<Timestamp>,
    /// Deadlines in each of the seven 24-hour spans from now.
    pub days: [u64; 7],
}

/// The case that ends next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextDeadline {
    /// Which.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// The reason's machine name.
    pub reason: String,
    /// The reason's text.
    pub reason_text: String,
}

/// One row of the queue; also what a live event carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseRow {
    /// Opaque id.
    pub id: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// Rises with every change; an older one never replaces a newer one.
    pub version: u64,
    /// What is being asked for.
    pub kind: Kind,
    /// Who moves next.
    pub stage: Stage,
    /// In stage Waiting.
    pub waiting_on: Option<WaitingOn>,
    /// The reason's machine name; its group and label follow from it.
    pub reason: String,
    /// The reason in the platform's words.
    pub reason_text: String,
    /// First product.
    pub item: String,
    /// Units of it.
    pub item_count: u32,
    /// Picture of it.
    pub picture: Option<MediaId>,
    /// What the buyer gets back, as last read.
    pub amount: Option<Money>,
    /// Earliest deadline of the open actions.
    pub deadline: Option<Timestamp>,
    /// Name to show, as sent (may be masked).
    pub buyer: String,
    /// The buyer's own words, shortened.
    pub say: Option<String>,
    /// Language tag of the words.
    pub language: String,
    /// Changed by somebody else since it was last opened.
    pub is_unread: bool,
    /// Buyer's messages since ours.
    pub new_messages: u32,
    /// When the buyer was asked something that they have not answered, while it is to be decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// Who has taken it.
    pub assignee: Option<AgentId>,
    /// Who is deciding it, as last known; an ended one may still stand here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// What must be said.
    pub owed: Option<Owed>,
    /// How it ended.
    pub end: Option<End>,
    /// What an agent should notice.
    pub flags: Vec<Flag>,
    /// The motion that is under way or ended last, drawn on top of the stage.
    pub intent: Option<IntentState>,
    /// A rule began it: its name and version, while it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_rule: Option<String>,
    /// Put on it by people and rules, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// A decision waits for a second person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_second: bool,
    /// The platform's update stamp.
    pub updated: Timestamp,
}

/// `GET /api/cases/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseView {
    /// As in the queue.
    pub row: CaseRow,
    /// `cancel_id` or `return_id`, to find it in Seller Center.
    pub platform_id: String,
    /// The order's number.
    pub order_id: String,
    /// The platform's status word.
    pub status: String,
    /// When the buyer asked.
    pub created: Timestamp,
    /// The platform's word for a dispute, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbitration: Option<String>,
    /// Who decided.
    pub by: Option<By>,
    /// Whose voice a reply uses.
    pub voice: Voice,
    /// When an approved refund is late.
    pub late_at: Option<Timestamp>,
    /// The last deadline that was seen open, also once nothing is to be decided any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_deadline: Option<Timestamp>,
    /// What may be said now.
    pub sayable: Vec<Sayable>,
    /// What may be decided.
    pub options: DecisionOptions,
    /// What the buyer wrote and showed, oldest first.
    pub words: Vec<Words>,
    /// Which of the buyer's photos were opened, once by each person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Opened>,
    /// What a person ticks before deciding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<TickView>,
    /// How the work on it stands up to what TikTok shows, once it was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckView>,
    /// The order, once read.
    pub order: Option<OrderView>,
    /// The platform's split of the refund.
    pub refund: Option<Refund>,
    /// What was offered.
    pub partial: Option<Money>,
    /// Discounts and shipping fees, for the agent only.
    pub aside: Vec<(String, Money)>,
    /// What the request is about.
    pub lines: Vec<LineView>,
    /// Parcel of the return.
    pub tracking: Option<Tracking>,
    /// All that happened, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The chat with the buyer.
    pub chat: ChatView,
    /// Intents, newest first.
    pub intents: Vec<IntentView>,
    /// This agent's unsent words, else what a rule has prepared.
    pub draft: Option<Draft>,
    /// A decision that waits for a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondAsk>,
    /// An approval by the asker waits for a second person.
    #[serde(default)]
    pub needs_second: bool,
    /// For the team.
    pub notes: Vec<NoteView>,
    /// Proof added by the desk.
    pub evidence: Vec<EvidenceView>,
    /// What the packing table found.
    #[serde(default)]
    pub inspection: Inspection,
    /// The buyer's name as a greeting may use it: never masked.
    pub greeting_name: Option<String>,
    /// Other cases of the same order, group or edited request.
    pub related: Vec<CaseRow>,
    /// Other cases of the same buyer at the same shop, newest first; not all, where there are many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of_buyer: Vec<CaseRow>,
    /// When the facts were last read from TikTok.
    pub read: Timestamp,
}

/// What may be decided now.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DecisionOptions {
    /// Offered decisions, the obvious one first.
    pub offered: Vec<DecisionOption>,
    /// When TikTok confirmed them; none: not checked yet, the call is the judge.
    pub checked: Option<Timestamp>,
    /// TikTok could not be asked.
    pub check_failed: bool,
    /// Must be answered in Seller Center.
    pub seller_center_only: bool,
}

/// One offered decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionOption {
    /// Which.
    pub kind: DecisionKind,
    /// The platform's reasons for it, of this case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RejectReason>,
}

/// A reason that TikTok takes for this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectReason {
    /// Opaque.
    pub name: String,
    /// In the agent's language, by the platform.
    pub text: String,
    /// Without a photo nobody will believe it.
    #[serde(default)]
    pub wants_photo: bool,
}

/// Something the buyer wrote or showed with the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Words {
    /// When.
    pub at: Timestamp,
    /// Their note, if any.
    pub text: Option<String>,
    /// Photos.
    pub photos: Vec<MediaId>,
    /// Videos that can be watched in Seller Center only.
    pub videos: u32,
}

/// Somebody opened one of the buyer's photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Opened {
    /// Which.
    pub photo: MediaId,
    /// Who.
    pub by: AgentId,
    /// When, for the first time.
    pub at: Timestamp,
}

/// What the desk shows of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderView {
    /// As written, for example `DELIVERED`.
    pub status: String,
    /// When it was placed.
    pub created: Timestamp,
    /// When it was paid.
    pub paid: Option<Timestamp>,
    /// When it was shipped.
    pub shipped: Option<Timestamp>,
    /// When it was delivered.
    pub delivered: Option<Timestamp>,
    /// Cash on delivery.
    pub is_cod: bool,
    /// `payment.total_amount`.
    pub total: Option<Money>,
    /// Everything that was bought.
    pub lines: Vec<LineView>,
    /// Outbound parcel.
    pub tracking: Option<Tracking>,
}

/// Units of one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineView {
    /// Product name.
    pub product: String,
    /// Variant.
    pub variant: String,
    /// The shop's own article number.
    pub seller_sku: String,
    /// How many units.
    pub count: u32,
    /// Refund, or price, of one.
    pub amount: Option<Money>,
    /// Picture.
    pub picture: Option<MediaId>,
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tracking {
    /// Carrier.
    pub carrier: Option<String>,
    /// Number.
    pub number: String,
}

/// The chat with the buyer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ChatView {
    /// Oldest first; hidden ones are left out.
    pub messages: Vec<MessageView>,
    /// Whether the desk may write.
    pub may_write: MayWrite,
    /// When the chat was last read from TikTok; none: never.
    pub read: Option<Timestamp>,
}

/// Whether the desk may write to this buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MayWrite {
    /// TikTok says yes.
    Yes,
    /// Not known: trying is allowed.
    #[default]
    Unknown,
    /// TikTok says no: copy the text instead.
    No,
    /// The shop's authorization has no customer service scope.
    NoScope,
    /// The platform gives no way to the buyer.
    NoBuyer,
}

/// Who speaks in the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The buyer.
    Buyer,
    /// The shop, whoever typed.
    Shop,
    /// TikTok.
    System,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageView {
    /// The platform's message id.
    pub id: String,
    /// Who speaks.
    pub speaker: Speaker,
    /// When.
    pub at: Timestamp,
    /// Text, or what the platform says instead of it.
    pub text: Option<String>,
    /// A picture.
    pub picture: Option<MediaId>,
    /// A card or another type, by the platform's word.
    pub card: Option<String>,
    /// Sent by this desk, by whom.
    pub by: Option<AgentId>,
}

/// A note for the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoteView {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceView {
    /// Opaque id; its picture is `/api/evidence/{id}`.
    pub id: EvidenceId,
    /// As named on the agent's device.
    pub name: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// One entry of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineEntry {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub who: Who,
    /// What happened.
    pub what: Happened,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A person at the desk.
    Agent(AgentId),
    /// The buyer.
    Buyer,
    /// TikTok or somebody outside the desk.
    Platform,
    /// The desk itself.
    Desk,
    /// A rule that a lead wrote and switched on.
    Rule(ByRule),
}

/// What happened; text is made by the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// The platform's status changed.
    Status {
        /// Word before; none: first seen.
        before: Option<String>,
        /// Word now.
        now: String,
    },
    /// An entry of the platform's own records.
    Record {
        /// The platform's event word.
        event: String,
        /// The platform's text.
        text: String,
    },
    /// A decision was pressed.
    DecisionPressed {
        /// Which.
        kind: DecisionKind,
        /// The sum on the button.
        amount: Option<Money>,
        /// Who was deciding at that time, and was overtaken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took_over_from: Option<AgentId>,
    },
    /// A reply was pressed.
    ReplyPressed,
    /// An intent was stopped before anything left.
    Undone,
    /// A decision took effect.
    DecisionDone {
        /// Which.
        kind: DecisionKind,
        /// Known by reading, not by an answer.
        by_reading: bool,
    },
    /// A message reached TikTok.
    ReplyDone {
        /// Known by reading, not by an answer.
        by_reading: bool,
    },
    /// An intent ended otherwise.
    Ended {
        /// How.
        state: IntentState,
    },
    /// Somebody took or released the case.
    Assigned {
        /// To whom; none: nobody.
        to: Option<AgentId>,
    },
    /// A note was written.
    Noted,
    /// A proof was added.
    EvidenceAdded,
    /// The deadline came near, and nobody had decided.
    Alarmed {
        /// At how many minutes before it.
        minutes: u32,
    },
    /// The parcel was scanned at the packing table.
    Scanned,
    /// What the packing table had found when its verdict was pressed.
    Inspected {
        /// Who answered what.
        answers: Vec<Answered>,
        /// Which photos stood for what.
        shots: Vec<Shot>,
    },
    /// A checkpoint was ticked, or the tick was taken away.
    Ticked {
        /// Its words.
        text: String,
        /// It was ticked.
        is_on: bool,
    },
    /// A lead was asked what to do with the parcel.
    LeadAsked {
        /// Whom.
        lead: AgentId,
    },
    /// A tag was put on, or taken off.
    Tagged {
        /// Which.
        tag: String,
        /// It was put on.
        is_on: bool,
    },
    /// A reply was prepared as a draft.
    ReplyPrepared,
    /// A rule meant this request, and left it to people.
    KeptAway {
        /// Why.
        why: Kept,
    },
    /// A decision waits for a second person.
    SecondAsked {
        /// Which.
        kind: DecisionKind,
        /// How much.
        amount: Option<Money>,
        /// The rule that asks for it.
        rule: ByRule,
    },
    /// A second person agreed to somebody's decision.
    SecondAgreed {
        /// Whose.
        asker: AgentId,
    },
    /// A decision that waited for a second person was withdrawn or not agreed to.
    SecondRefused {
        /// Whose.
        asker: AgentId,
    },
    /// A decision waited for a second person until it could not be made any more: time ran out, or the request was closed,
    /// edited or decided elsewhere.
    SecondLapsed {
        /// Whose.
        asker: AgentId,
    },
    /// A debt was ended without a message.
    DebtSettled {
        /// Elsewhere or waived.
        reason: Option<String>,
    },
}
