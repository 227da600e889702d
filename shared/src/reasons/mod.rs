//! The platform's reasons in our groups. Names are opaque to everything else; an unknown one falls back to the
//! platform's text and the general reply.

mod grounds;

pub use grounds::{Ground, ground_of};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a buyer asks, as far as it matters for what they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonGroup {
    /// Broken on the way.
    Damaged,
    /// Does not work.
    Defective,
    /// Something else was in the parcel.
    WrongItem,
    /// Not everything was in the parcel.
    MissingParts,
    /// Never came.
    NotReceived,
    /// Came too late, or was not sent in time.
    Late,
    /// The carrier could not hand it over.
    DeliveryFailed,
    /// Not what the page promised.
    NotAsDescribed,
    /// Does not fit the body.
    Fit,
    /// Not wanted any more.
    ChangedMind,
    /// Seen cheaper, or a coupon forgotten.
    BetterPrice,
    /// Delivery costs too much.
    DeliveryCost,
    /// Ordered by mistake.
    Mistake,
    /// The address was wrong or cannot be reached.
    Address,
    /// Another way to pay.
    Payment,
    /// The order was not paid in time.
    Unpaid,
    /// Suspected to be a fake.
    Counterfeit,
    /// Too old, spoilt or of poor quality.
    Quality,
    /// The shop cannot deliver it.
    OutOfStock,
    /// The shop named a wrong price.
    WrongPrice,
    /// Agreed in the chat.
    Agreed,
    /// TikTok's own checks ended the order.
    Platform,
    /// Everything else.
    Other,
}

impl ReasonGroup {
    /// All.
    pub const ALL: [Self; 23] = [
        Self::Damaged,
        Self::Defective,
        Self::WrongItem,
        Self::MissingParts,
        Self::NotReceived,
        Self::Late,
        Self::DeliveryFailed,
        Self::NotAsDescribed,
        Self::Fit,
        Self::ChangedMind,
        Self::BetterPrice,
        Self::DeliveryCost,
        Self::Mistake,
        Self::Address,
        Self::Payment,
        Self::Unpaid,
        Self::Counterfeit,
        Self::Quality,
        Self::OutOfStock,
        Self::WrongPrice,
        Self::Agreed,
        Self::Platform,
        Self::Other,
    ];
}

/// The group of a word that [`group_word`] makes.
pub fn group_named(word: &str) -> Option<ReasonGroup> {
    ReasonGroup::ALL.into_iter().find(|group| group_word(*group) == word)
}

/// The word of a group in ids.
pub const fn group_word(group: ReasonGroup) -> &'static str {
    match group {
        ReasonGroup::Damaged => "damaged",
        ReasonGroup::Defective => "defective",
        ReasonGroup::WrongItem => "wrong_item",
        ReasonGroup::MissingParts => "missing_parts",
        ReasonGroup::NotReceived => "not_received",
        ReasonGroup::Late => "late",
        ReasonGroup::DeliveryFailed => "delivery_failed",
        ReasonGroup::NotAsDescribed => "not_as_described",
        ReasonGroup::Fit => "fit",
        ReasonGroup::ChangedMind => "changed_mind",
        ReasonGroup::BetterPrice => "better_price",
        ReasonGroup::DeliveryCost => "delivery_cost",
        ReasonGroup::Mistake => "mistake",
        ReasonGroup::Address => "address",
        ReasonGroup::Payment => "payment",
        ReasonGroup::Unpaid => "unpaid",
        ReasonGroup::Counterfeit => "counterfeit",
        ReasonGroup::Quality => "quality",
        ReasonGroup::OutOfStock => "out_of_stock",
        ReasonGroup::WrongPrice => "wrong_price",
        ReasonGroup::Agreed => "agreed",
        ReasonGroup::Platform => "platform",
        ReasonGroup::Other => "other",
    }
}

/// Who is at fault for why a buyer asks, as far as the reason tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The shop.
    Ours,
    /// The carrier.
    Carrier,
    /// Neither, or it cannot be told.
    Open,
}

/// Who is at fault, as far as a reason tells: a reply owns it or does not.
pub const fn fault_of(group: ReasonGroup) -> Fault {
    use ReasonGroup as G;
    match group {
        G::Damaged | G::Defective | G::WrongItem | G::MissingParts | G::NotAsDescribed | G::Quality => Fault::Ours,
        G::OutOfStock | G::WrongPrice | G::Late => Fault::Ours,
        G::NotReceived | G::DeliveryFailed => Fault::Carrier,
        G::Fit | G::ChangedMind | G::BetterPrice | G::DeliveryCost | G::Mistake | G::Address => Fault::Open,
        G::Payment | G::Unpaid | G::Counterfeit | G::Agreed | G::Platform | G::Other => Fault::Open,
    }
}

/// Parts of names, most telling first: the first that is found decides. The seller's grounds for refusing stand with
/// the buyer's reason that they answer.
const RULES: [(&str, ReasonGroup); 84] = {
    use ReasonGroup as G;
    [
        ("out_of_stock", G::OutOfStock),
        ("create_valid_order", G::OutOfStock),
        ("wrong_price", G::WrongPrice),
        ("agree", G::Agreed),
        ("replacement_shipped", G::Agreed),
        ("request_reason_5", G::Agreed),
        ("counterfeit", G::Counterfeit),
        ("address", G::Address),
        ("delivery_info", G::Address),
        ("missing", G::MissingParts),
        ("separately", G::MissingParts),
        ("multiple_boxes", G::MissingParts),
        ("parcel_reason_3", G::MissingParts),
        ("variation", G::Mistake),
        ("mistake", G::Mistake),
        ("unauthori", G::Mistake),
        ("wrong_product", G::WrongItem),
        ("wrong_item", G::WrongItem),
        ("item_is_correct", G::WrongItem),
        ("parcel_reason_1", G::WrongItem),
        ("package_scrap", G::Damaged),
        ("damag", G::Damaged),
        ("parcel_reason_2", G::Damaged),
        ("parcel_reason_5", G::Damaged),
        ("request_reason_3", G::Damaged),
        ("defective", G::Defective),
        ("functions_well", G::Defective),
        ("expired", G::Quality),
        ("frozen", G::Quality),
        ("quality", G::Quality),
        ("not_match", G::NotAsDescribed),
        ("not_as_expected", G::NotAsDescribed),
        ("incorrect_size", G::Fit),
        ("multiple_sizes", G::Fit),
        ("too_small", G::Fit),
        ("too_big", G::Fit),
        ("doesn't_fit", G::Fit),
        ("not_received", G::NotReceived),
        ("package_lost", G::NotReceived),
        ("return_proxy_app", G::NotReceived),
        ("exceed_edt", G::NotReceived),
        ("parcel_reason_4", G::NotReceived),
        ("returned_to_shipper", G::DeliveryFailed),
        ("delivery_failed", G::DeliveryFailed),
        ("failed_delivery", G::DeliveryFailed),
        ("postage", G::DeliveryFailed),
        ("late_", G::Late),
        ("_late", G::Late),
        ("on_time", G::Late),
        ("estimated_deliver", G::Late),
        ("missed_deliver", G::Late),
        ("shipping_timeout", G::Late),
        ("threepl_breach", G::Late),
        ("reason_delivered", G::Late),
        ("request_reason_4", G::Late),
        ("packed", G::Late),
        ("better_price", G::BetterPrice),
        ("coupon", G::BetterPrice),
        ("discount", G::BetterPrice),
        ("delivery_cost", G::DeliveryCost),
        ("payment_method", G::Payment),
        ("not_want_pay", G::Unpaid),
        ("hasnt_paid", G::Unpaid),
        ("unpaid_time_out", G::Unpaid),
        ("payment_capture", G::Unpaid),
        ("platform_cancel", G::Platform),
        ("package_cancel", G::Platform),
        ("out_return", G::Platform),
        ("risk", G::Platform),
        ("anti_span", G::Platform),
        ("reason_coa", G::Platform),
        ("virtual", G::Platform),
        ("cross_border", G::Platform),
        ("_related", G::Platform),
        ("due_to_tts", G::Platform),
        ("untracked", G::Platform),
        ("system_cancel_order_reason_potential", G::Platform),
        ("no_need", G::ChangedMind),
        ("no_longer_need", G::ChangedMind),
        ("requested_cancel", G::ChangedMind),
        ("does_not_suit", G::ChangedMind),
        ("refund_reason1", G::ChangedMind),
        ("reason_none", G::ChangedMind),
        ("request_reason_2", G::ChangedMind),
    ]
};

/// The group of a reason's machine name.
pub fn group_of(name: &str) -> ReasonGroup {
    let name = name.to_ascii_lowercase();
    RULES.iter().find(|(part, _)| name.contains(part)).map_or(ReasonGroup::Other, |(_, group)| *group)
}

/// All names that the platform's documents list, with their texts.
const NAMES: &str = include_str!("names.tsv");

/// Whether the platform's documents list this name.
pub fn is_listed(name: &str) -> bool {
    NAMES.lines().filter_map(|line| line.split('\t').next()).any(|listed| listed == name)
}

/// A short title in the buyer's terms, in the language of the screen.
pub const fn label(group: ReasonGroup) -> &'static str {
    match group {
        ReasonGroup::Damaged => "Arrived damaged",
        ReasonGroup::Defective => "Does not work",
        ReasonGroup::WrongItem => "Wrong item sent",
        ReasonGroup::MissingParts => "Something is missing",
        ReasonGroup::NotReceived => "Parcel never arrived",
        ReasonGroup::Late => "Not shipped on time",
        ReasonGroup::DeliveryFailed => "Delivery failed",
        ReasonGroup::NotAsDescribed => "Not as described",
        ReasonGroup::Fit => "Does not fit",
        ReasonGroup::ChangedMind => "Changed their mind",
        ReasonGroup::BetterPrice => "Found a better price",
        ReasonGroup::DeliveryCost => "Delivery costs too much",
        ReasonGroup::Mistake => "Ordered by mistake",
        ReasonGroup::Address => "Wrong delivery details",
        ReasonGroup::Payment => "Another way to pay",
        ReasonGroup::Unpaid => "Not paid in time",
        ReasonGroup::Counterfeit => "Looks counterfeit",
        ReasonGroup::Quality => "Poor quality",
        ReasonGroup::OutOfStock => "Out of stock",
        ReasonGroup::WrongPrice => "Wrong price",
        ReasonGroup::Agreed => "Agreed with the buyer",
        ReasonGroup::Platform => "Cancelled by TikTok",
        ReasonGroup::Other => "Other reason",
    }
}
