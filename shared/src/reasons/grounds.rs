//! The seller's grounds for refusing: what each answers, and whether it wants to be shown.

use super::ReasonGroup;

/// Why a seller refuses, as far as it matters for checking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// What was sent is what was ordered.
    ItemIsCorrect,
    /// It works, or was used wrongly.
    Works,
    /// It was used or broken by the buyer.
    Used,
    /// Something else came back.
    OtherItemCameBack,
    /// Not all of it came back.
    PartsAreMissing,
    /// Nothing came back.
    NothingCameBack,
    /// A change of mind is no ground for a return.
    ChangeOfMind,
    /// It is on its way, or was delivered as promised.
    OnSchedule,
    /// It comes in several parcels.
    SeveralParcels,
    /// Anything else: agreed in the chat, not valid, unclear, an address that cannot be changed.
    General,
}

/// Parts of names, most telling first: the first that is found decides.
const RULES: [(&str, Ground); 28] = {
    use Ground as G;
    [
        ("agree", G::General),
        ("request_reason_5", G::General),
        ("item_is_correct", G::ItemIsCorrect),
        ("functions_well", G::Works),
        ("request_reason_3", G::Used),
        ("parcel_reason_2", G::Used),
        ("parcel_reason_5", G::Used),
        ("parcel_reason_1", G::OtherItemCameBack),
        ("parcel_reason_3", G::PartsAreMissing),
        ("parcel_reason_4", G::NothingCameBack),
        ("request_reason_2", G::ChangeOfMind),
        ("request_reason_4", G::OnSchedule),
        ("reject_reason_delivered", G::OnSchedule),
        ("reason_delivered", G::OnSchedule),
        ("estimated_deliver", G::OnSchedule),
        ("packed", G::OnSchedule),
        ("separately", G::SeveralParcels),
        ("multiple_boxes", G::SeveralParcels),
        ("request_reason_1", G::General),
        ("unclear", G::General),
        ("invalid_cancel", G::General),
        ("cancel_unacceptable", G::General),
        ("incorrect_address", G::General),
        ("change_address", G::General),
        ("need_to_apply", G::General),
        ("failed_delivery", G::General),
        ("replacement_shipped", G::General),
        ("due_to_tts", G::General),
    ]
};

/// The ground behind the machine name of a reject reason; none for a name that does not read as one.
pub fn ground_of(name: &str) -> Option<Ground> {
    let name = name.to_ascii_lowercase();
    RULES.iter().find(|(part, _)| name.contains(part)).map(|(_, ground)| *ground)
}

impl Ground {
    /// Whether it is about something that a photo shows, so that it convinces nobody without one.
    pub const fn wants_photo(self) -> bool {
        match self {
            Self::ItemIsCorrect | Self::Works | Self::Used | Self::OtherItemCameBack | Self::PartsAreMissing => true,
            Self::NothingCameBack | Self::ChangeOfMind | Self::OnSchedule | Self::SeveralParcels | Self::General => {
                false
            }
        }
    }

    /// Whether it can be an answer to what the buyer says. What is wrong with the goods is not answered by where the
    /// parcel is, and goods that never came not by what the goods are like.
    pub const fn answers(self, reason: ReasonGroup) -> bool {
        use ReasonGroup as R;
        let never_came = matches!(reason, R::NotReceived | R::DeliveryFailed | R::Late);
        let goods_are_wrong = matches!(
            reason,
            R::Damaged
                | R::Defective
                | R::WrongItem
                | R::MissingParts
                | R::NotAsDescribed
                | R::Counterfeit
                | R::Quality
        );
        match self {
            Self::ItemIsCorrect => !never_came && !matches!(reason, R::Damaged | R::Defective | R::ChangedMind),
            Self::Works => !never_came && !matches!(reason, R::WrongItem | R::MissingParts | R::ChangedMind | R::Fit),
            Self::Used => !never_came,
            Self::ChangeOfMind => !never_came && !goods_are_wrong,
            Self::OnSchedule => !goods_are_wrong,
            Self::SeveralParcels => never_came || matches!(reason, R::MissingParts | R::WrongItem),
            Self::OtherItemCameBack | Self::PartsAreMissing | Self::NothingCameBack | Self::General => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::NAMES;
    use super::*;

    #[test]
    fn the_platforms_reject_reasons_are_known_by_what_they_say() {
        use Ground as G;
        for (name, ground) in [
            ("seller_reject_apply_item_is_correct", G::ItemIsCorrect),
            ("seller_reject_apply_product_functions_well/buyer_use_in_wrong_way", G::Works),
            ("reverse_reject_request_reason_1_uk", G::General),
            ("reverse_reject_request_reason_2", G::ChangeOfMind),
            ("reverse_reject_request_reason_3_uk", G::Used),
            ("reverse_reject_request_reason_4", G::OnSchedule),
            ("reverse_reject_request_reason_5", G::General),
            ("reverse_reject_return_parcel_reason_1_uk", G::OtherItemCameBack),
            ("reverse_reject_return_parcel_reason_2", G::Used),
            ("reverse_reject_return_parcel_reason_3", G::PartsAreMissing),
            ("reverse_reject_return_parcel_reason_4", G::NothingCameBack),
            ("reverse_reject_return_parcel_reason_5", G::Used),
            ("seller_reject_apply_product_has_been_packed", G::OnSchedule),
            ("seller_reject_apply_package_has_not_exceeded_estimated_delivery_time", G::OnSchedule),
            ("order_manage_list_action_respond_popup_reject_reason_delivered_uk", G::OnSchedule),
            ("order_manage_list_action_respond_popup_reject_reason_buyer_agree", G::General),
            ("ecom_reverse_reject_refund_request_package_delivery_multiple_boxes", G::SeveralParcels),
            ("seller_reject_apply_products_will_be_sent_separately", G::SeveralParcels),
            ("seller_reject_apply_reason_is_unclear_/_lack_of_evidence", G::General),
        ] {
            assert!(NAMES.lines().any(|line| line.split('\t').next() == Some(name)), "{name} is listed");
            assert_eq!(ground_of(name), Some(ground), "{name}");
        }
        assert_eq!(ground_of("seller_reject_apply_a_new_word"), None);
        let rejects = NAMES.lines().filter_map(|line| line.split('\t').next()).filter(|name| {
            (name.contains("seller_reject_apply") || name.contains("reverse_reject")) && !name.contains("coa_")
        });
        for name in rejects {
            assert!(ground_of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_ground_answers_what_it_is_about() {
        use ReasonGroup as R;
        for (ground, reason, answers) in [
            (Ground::ItemIsCorrect, R::WrongItem, true),
            (Ground::ItemIsCorrect, R::NotReceived, false),
            (Ground::ItemIsCorrect, R::Damaged, false),
            (Ground::Works, R::Damaged, true),
            (Ground::Works, R::Fit, false),
            (Ground::Works, R::Late, false),
            (Ground::Used, R::ChangedMind, true),
            (Ground::Used, R::NotReceived, false),
            (Ground::ChangeOfMind, R::Fit, true),
            (Ground::ChangeOfMind, R::Defective, false),
            (Ground::ChangeOfMind, R::NotReceived, false),
            (Ground::OnSchedule, R::NotReceived, true),
            (Ground::OnSchedule, R::ChangedMind, true),
            (Ground::OnSchedule, R::Counterfeit, false),
            (Ground::SeveralParcels, R::MissingParts, true),
            (Ground::SeveralParcels, R::Fit, false),
            (Ground::NothingCameBack, R::Fit, true),
            (Ground::General, R::Damaged, true),
        ] {
            assert_eq!(ground.answers(reason), answers, "{ground:?} {reason:?}");
        }
    }
}
