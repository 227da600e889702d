//! Where a reply stands: for which reason, at which moment, in which language, and whether it is one shop's own.

use super::language::Language;
use crate::domain::case::{Claim, Voice};
use crate::id::ShopId;
use crate::reasons::{ReasonGroup, group_word, label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The moment at which a buyer is written to. On the wire its word: `refunded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub enum Moment {
    /// This has become true, by the shop's own decision.
    Told(Claim),
    /// TikTok, or time, decided in the buyer's favour.
    PlatformDecided,
    /// Something must be known before anything is decided.
    MoreInformation,
}

impl Moment {
    /// All, in the order of a case.
    pub const ALL: [Self; 11] = [
        Self::MoreInformation,
        Self::Told(Claim::Approved),
        Self::Told(Claim::Refunded),
        Self::Told(Claim::OfferMade),
        Self::Told(Claim::Rejected),
        Self::Told(Claim::ReturnAgreed),
        Self::Told(Claim::ParcelAccepted),
        Self::Told(Claim::ParcelRefused),
        Self::Told(Claim::ReplacementAgreed),
        Self::Told(Claim::Cancelled),
        Self::PlatformDecided,
    ];

    /// The moment of telling something in somebody's voice; none: no team's own words fit there.
    pub const fn of(claim: Claim, voice: Voice) -> Option<Self> {
        match (voice, claim) {
            (Voice::We, claim) => Some(Self::Told(claim)),
            (_, Claim::Approved | Claim::Refunded | Claim::Cancelled) => Some(Self::PlatformDecided),
            _ => None,
        }
    }

    /// What is certainly true at that moment, as far as a text may rest on it.
    pub const fn claim(self) -> Option<Claim> {
        match self {
            Self::Told(claim) => Some(claim),
            // Approved, refunded or cancelled: the least of them.
            Self::PlatformDecided => Some(Claim::Approved),
            Self::MoreInformation => None,
        }
    }

    /// The word in ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Told(claim) => claim_word(claim),
            Self::PlatformDecided => "platform_decided",
            Self::MoreInformation => "more_information",
        }
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Told(Claim::Approved) => "Approved",
            Self::Told(Claim::ReturnAgreed) => "Return agreed",
            Self::Told(Claim::ParcelAccepted) => "Parcel accepted",
            Self::Told(Claim::ParcelRefused) => "Parcel refused",
            Self::Told(Claim::Cancelled) => "Cancelled",
            Self::Told(Claim::Refunded) => "Refunded",
            Self::Told(Claim::Rejected) => "Rejected",
            Self::Told(Claim::OfferMade) => "Part offered",
            Self::Told(Claim::ReplacementAgreed) => "Replacement agreed",
            Self::PlatformDecided => "TikTok decided",
            Self::MoreInformation => "More asked",
        }
    }
}

/// A text that names no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a moment at which a buyer is written to, for example refunded")]
pub struct NoMoment;

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        Self::ALL.into_iter().find(|known| known.word() == text).ok_or(NoMoment)
    }
}

impl TryFrom<String> for Moment {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Self, NoMoment> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.word().to_owned()
    }
}

/// The word of a claim in keys and ids.
pub(super) const fn claim_word(claim: Claim) -> &'static str {
    match claim {
        Claim::Approved => "approved",
        Claim::ReturnAgreed => "return_agreed",
        Claim::ParcelAccepted => "parcel_accepted",
        Claim::ParcelRefused => "parcel_refused",
        Claim::Cancelled => "cancelled",
        Claim::Refunded => "refunded",
        Claim::Rejected => "rejected",
        Claim::OfferMade => "offer_made",
        Claim::ReplacementAgreed => "replacement_agreed",
    }
}

/// Whether a reason comes up before the order is sent, and whether it comes up after the parcel arrived (or did not),
/// as far as the platform's lists of reasons tell.
pub(super) const fn comes_up(group: ReasonGroup) -> (bool, bool) {
    use ReasonGroup as G;
    match group {
        G::Damaged | G::Defective | G::WrongItem | G::MissingParts | G::NotReceived => (false, true),
        G::NotAsDescribed | G::Fit | G::Counterfeit | G::Quality => (false, true),
        G::BetterPrice | G::DeliveryCost | G::Address | G::Payment => (true, false),
        G::Unpaid | G::OutOfStock | G::WrongPrice | G::Platform => (true, false),
        G::Late | G::DeliveryFailed | G::ChangedMind | G::Mistake | G::Agreed | G::Other => (true, true),
    }
}

/// Whether a buyer who asks for this reason can ever be written to at that moment.
pub const fn happens(group: ReasonGroup, moment: Moment) -> bool {
    use ReasonGroup as G;
    let (before, after) = comes_up(group);
    // Nobody asks: the order ends by itself, or the shop ends it.
    let is_asked = !matches!(group, G::Unpaid | G::OutOfStock | G::WrongPrice | G::Platform);
    let has_goods = after && !matches!(group, G::NotReceived | G::DeliveryFailed);
    match moment {
        Moment::MoreInformation | Moment::Told(Claim::Approved | Claim::Rejected) => is_asked,
        Moment::Told(Claim::Refunded) | Moment::PlatformDecided => true,
        Moment::Told(Claim::Cancelled) => before,
        Moment::Told(Claim::OfferMade | Claim::ReplacementAgreed) => after,
        Moment::Told(Claim::ReturnAgreed | Claim::ParcelAccepted | Claim::ParcelRefused) => has_goods,
    }
}

/// Where a reply stands. On the wire and in ids: `damaged.refunded.en`, and `damaged.refunded.en.SHOP` for one shop's
/// own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    /// Why the buyer asked.
    pub group: ReasonGroup,
    /// When they are written to.
    pub moment: Moment,
    /// In which language.
    pub language: Language,
    /// Only for this shop; none: for every shop that has none of its own.
    pub shop: Option<ShopId>,
}

impl Place {
    /// The same for every shop.
    pub fn of_all_shops(&self) -> Self {
        Self { shop: None, ..self.clone() }
    }

    /// "Arrived damaged, refunded".
    pub fn title(&self) -> String {
        [label(self.group), ", ", &self.moment.label().to_lowercase().replace("tiktok", "TikTok")].concat()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", group_word(self.group), self.moment.word(), self.language.tag())?;
        self.shop.as_ref().map_or(Ok(()), |shop| write!(out, ".{shop}"))
    }
}

/// A text that names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace;

impl fmt::Display for NoPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("is not a reason, a moment and a language, for example damaged.refunded.en")
    }
}

impl std::error::Error for NoPlace {}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let mut words = text.split('.');
        let mut next = || words.next().ok_or(NoPlace);
        let (group, moment, language) = (next()?, next()?, next()?);
        let shop = words.next().map(|shop| shop.parse().map_err(|_| NoPlace)).transpose()?;
        if words.next().is_some() {
            return Err(NoPlace);
        }
        Ok(Self {
            group: ReasonGroup::ALL.into_iter().find(|known| group_word(*known) == group).ok_or(NoPlace)?,
            moment: moment.parse().map_err(|NoMoment| NoPlace)?,
            language: Language::ALL.into_iter().find(|known| known.tag() == language).ok_or(NoPlace)?,
            shop,
        })
    }
}

impl TryFrom<String> for Place {
    type Error = NoPlace;

    fn try_from(text: String) -> Result<Self, NoPlace> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_again_by_its_word() {
        for group in ReasonGroup::ALL {
            for moment in Moment::ALL {
                for shop in [None, "s-1".parse().ok()] {
                    let place = Place { group, moment, language: Language::Th, shop };
                    assert_eq!(place.to_string().parse(), Ok(place));
                }
            }
        }
        for text in ["", "damaged", "damaged.refunded", "damaged.refunded.xx", "damaged.refunded.en.a b", "a.b.en.s.t"]
        {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn every_reason_can_end_in_a_refund_and_none_in_what_cannot_be() {
        for group in ReasonGroup::ALL {
            assert!(happens(group, Moment::Told(Claim::Refunded)), "{group:?}");
        }
        for (group, moment, expected) in [
            (ReasonGroup::Damaged, Moment::Told(Claim::Cancelled), false),
            (ReasonGroup::Payment, Moment::Told(Claim::ReturnAgreed), false),
            (ReasonGroup::NotReceived, Moment::Told(Claim::ParcelAccepted), false),
            (ReasonGroup::Unpaid, Moment::MoreInformation, false),
            (ReasonGroup::Fit, Moment::Told(Claim::ReturnAgreed), true),
        ] {
            assert_eq!(happens(group, moment), expected, "{group:?} {moment:?}");
        }
    }

    #[test]
    fn what_somebody_else_decided_is_not_told_in_our_voice() {
        for (claim, voice, expected) in [
            (Claim::Refunded, Voice::We, Some(Moment::Told(Claim::Refunded))),
            (Claim::Refunded, Voice::TikTok, Some(Moment::PlatformDecided)),
            (Claim::Cancelled, Voice::Nobody, Some(Moment::PlatformDecided)),
            (Claim::Rejected, Voice::TikTok, None),
        ] {
            assert_eq!(Moment::of(claim, voice), expected);
        }
    }
}
