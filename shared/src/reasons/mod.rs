//! The platform's reasons in our groups. Names are opaque to everything else; an unknown one falls back to the
//! platform's text and the general reply.

use serde::{Deserialize, Serialize};

/// Why a buyer asks, as far as it matters for what they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// Not what the page promised.
    NotAsDescribed,
    /// Does not fit the body.
    Fit,
    /// Not wanted any more.
    ChangedMind,
    /// Seen cheaper, or a coupon forgotten.
    BetterPrice,
    /// Ordered by mistake.
    Mistake,
    /// The address was wrong or cannot be reached.
    Address,
    /// Another way to pay.
    Payment,
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
    /// Everything else.
    Other,
}

impl ReasonGroup {
    /// All.
    pub const ALL: [Self; 19] = [
        Self::Damaged,
        Self::Defective,
        Self::WrongItem,
        Self::MissingParts,
        Self::NotReceived,
        Self::Late,
        Self::NotAsDescribed,
        Self::Fit,
        Self::ChangedMind,
        Self::BetterPrice,
        Self::Mistake,
        Self::Address,
        Self::Payment,
        Self::Counterfeit,
        Self::Quality,
        Self::OutOfStock,
        Self::WrongPrice,
        Self::Agreed,
        Self::Other,
    ];
}

/// Parts of names, most telling first: the first that is found decides.
const RULES: [(&str, ReasonGroup); 68] = {
    use ReasonGroup as G;
    [
        ("out_of_stock", G::OutOfStock),
        ("wrong_price", G::WrongPrice),
        ("pricing_error", G::WrongPrice),
        ("agree", G::Agreed),
        ("counterfeit", G::Counterfeit),
        ("authentic", G::Counterfeit),
        ("fake", G::Counterfeit),
        ("missing", G::MissingParts),
        ("incomplete", G::MissingParts),
        ("parts", G::MissingParts),
        ("quantity", G::MissingParts),
        ("empty", G::MissingParts),
        ("wrong_product", G::WrongItem),
        ("wrong_item", G::WrongItem),
        ("wrong_size_or_color", G::WrongItem),
        ("incorrect_item", G::WrongItem),
        ("damage", G::Damaged),
        ("broken", G::Damaged),
        ("leak", G::Damaged),
        ("spilled", G::Damaged),
        ("defect", G::Defective),
        ("not_work", G::Defective),
        ("doesn't_work", G::Defective),
        ("malfunction", G::Defective),
        ("function", G::Defective),
        ("expire", G::Quality),
        ("expiration", G::Quality),
        ("spoil", G::Quality),
        ("quality", G::Quality),
        ("frozen", G::Quality),
        ("allerg", G::Quality),
        ("not_match", G::NotAsDescribed),
        ("not_as_describe", G::NotAsDescribed),
        ("description", G::NotAsDescribed),
        ("different_from", G::NotAsDescribed),
        ("size", G::Fit),
        ("fit", G::Fit),
        ("too_small", G::Fit),
        ("too_large", G::Fit),
        ("not_received", G::NotReceived),
        ("never_arrived", G::NotReceived),
        ("not_deliver", G::NotReceived),
        ("lost", G::NotReceived),
        ("delivery_failed", G::NotReceived),
        ("non_receipt", G::NotReceived),
        ("late", G::Late),
        ("on_time", G::Late),
        ("delay", G::Late),
        ("estimated_delivery", G::Late),
        ("missed_delivery", G::Late),
        ("delivery_date", G::Late),
        ("too_long", G::Late),
        ("address", G::Address),
        ("delivery_info", G::Address),
        ("better_price", G::BetterPrice),
        ("coupon", G::BetterPrice),
        ("discount", G::BetterPrice),
        ("delivery_cost", G::BetterPrice),
        ("mistake", G::Mistake),
        ("accident", G::Mistake),
        ("unauthor", G::Mistake),
        ("duplicate", G::Mistake),
        ("payment", G::Payment),
        ("no_need", G::ChangedMind),
        ("no_longer_need", G::ChangedMind),
        ("change_of_mind", G::ChangedMind),
        ("changed_mind", G::ChangedMind),
        ("requested_cancel", G::ChangedMind),
    ]
};

/// The group of a reason's machine name.
pub fn group_of(name: &str) -> ReasonGroup {
    let name = name.to_ascii_lowercase();
    RULES.iter().find(|(part, _)| name.contains(part)).map_or(ReasonGroup::Other, |(_, group)| *group)
}

/// A short title in the buyer's terms.
pub const fn label(group: ReasonGroup) -> &'static str {
    match group {
        ReasonGroup::Damaged => "Arrived damaged",
        ReasonGroup::Defective => "Does not work",
        ReasonGroup::WrongItem => "Wrong item sent",
        ReasonGroup::MissingParts => "Something is missing",
        ReasonGroup::NotReceived => "Parcel never arrived",
        ReasonGroup::Late => "Not shipped on time",
        ReasonGroup::NotAsDescribed => "Not as described",
        ReasonGroup::Fit => "Does not fit",
        ReasonGroup::ChangedMind => "Changed their mind",
        ReasonGroup::BetterPrice => "Found a better price",
        ReasonGroup::Mistake => "Ordered by mistake",
        ReasonGroup::Address => "Wrong delivery details",
        ReasonGroup::Payment => "Another way to pay",
        ReasonGroup::Counterfeit => "Looks counterfeit",
        ReasonGroup::Quality => "Poor quality",
        ReasonGroup::OutOfStock => "Out of stock",
        ReasonGroup::WrongPrice => "Wrong price",
        ReasonGroup::Agreed => "Agreed with the buyer",
        ReasonGroup::Other => "Other reason",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_reasons_are_grouped_and_unknown_ones_are_not() {
        use ReasonGroup as G;
        for (name, group) in [
            ("ecom_order_delivered_refund_reason_damaged", G::Damaged),
            ("ecom_order_delivered_refund_reason_not_received", G::NotReceived),
            ("ecom_order_delivered_refund_and_return_reason_missing_product", G::MissingParts),
            ("ecom_order_delivered_refund_and_return_reason_wrong_product", G::WrongItem),
            ("ecom_order_delivered_refund_and_return_reason_not_match_description", G::NotAsDescribed),
            ("ecom_order_delivered_refund_and_return_reason_no_need", G::ChangedMind),
            ("buyer_return_and_refund_item_doesn't_fit", G::Fit),
            ("buyer_return_and_refund_item_arrived_too_late", G::Late),
            ("ecom_order_to_ship_canceled_reason_created_by_mistakes", G::Mistake),
            ("ecom_order_to_ship_canceled_reason_not_shipped_on_time", G::Late),
            ("ecom_order_to_ship_canceled_reason_better_price", G::BetterPrice),
            ("ecom_order_to_ship_canceled_reason_wrong_delivery_info", G::Address),
            ("ecom_order_to_ship_canceled_reason_no_longer_needed", G::ChangedMind),
            ("ecom_order_to_ship_canceled_reason_change_payment_method", G::Payment),
            ("seller_cancel_reason_out_of_stock", G::OutOfStock),
            ("something_new", G::Other),
            ("", G::Other),
        ] {
            assert_eq!(group_of(name), group, "{name}");
        }
    }
}
