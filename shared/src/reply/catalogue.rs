//! Replies are composed from parts: an opener by reason, a body by outcome, a line for the cause, an open door. The
//! parts are data that the server serves; nothing of them is compiled into the app.

use super::language::Language;
use crate::domain::case::{Claim, Kind, Voice};
use crate::reasons::{ReasonGroup, group_word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All parts, by language tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// By language tag.
    pub languages: BTreeMap<String, Parts>,
}

/// The parts of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// Raised with every change of the texts.
    pub version: u32,
    /// With `{name}`.
    pub greeting: String,
    /// Without a name.
    pub greeting_plain: String,
    /// The buyer's reason in their words; `other` is the fallback.
    pub openers: BTreeMap<ReasonGroup, String>,
    /// The decision as a fact. Keys from most to least telling: `claim.kind.voice`, `claim.kind`, `claim.voice`,
    /// `claim`; with `.plain` at the end where no amount may be said. A key without a voice is in the passive.
    pub bodies: BTreeMap<String, String>,
    /// The buyer keeps the goods.
    pub keeps: String,
    /// One honest line for the cause; only where it is ours or the carrier's.
    pub causes: BTreeMap<ReasonGroup, String>,
    /// The open door inside TikTok chat.
    pub closing: String,
}

/// What a reply is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Why the buyer asked.
    pub group: ReasonGroup,
    /// What is told.
    pub claim: Claim,
    /// What was asked for.
    pub kind: Kind,
    /// Whose voice.
    pub voice: Voice,
    /// The buyer keeps the goods.
    pub keeps_item: bool,
    /// A name is known.
    pub has_name: bool,
    /// An amount may be said.
    pub has_amount: bool,
    /// In which language.
    pub language: Language,
}

/// A text with its variables, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// For example `damaged.refunded.en@1`.
    pub id: String,
    /// For people.
    pub title: String,
    /// With variables in braces.
    pub text: String,
}

/// The word of a claim in keys and ids.
const fn claim_word(claim: Claim) -> &'static str {
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

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Cancellation => "cancellation",
        Kind::RefundOnly => "refund_only",
        Kind::ReturnAndRefund => "return",
        Kind::Replacement => "replacement",
        Kind::Other => "other",
    }
}

const fn voice_word(voice: Voice) -> &'static str {
    match voice {
        Voice::We => "we",
        Voice::TikTok => "tiktok",
        Voice::Nobody => "nobody",
    }
}

impl Parts {
    fn body(&self, ask: &Ask) -> &str {
        let (claim, kind, voice) = (claim_word(ask.claim), kind_word(ask.kind), voice_word(ask.voice));
        let keys =
            [[claim, kind, voice].join("."), [claim, kind].join("."), [claim, voice].join("."), claim.to_owned()];
        let endings: &[&str] = if ask.has_amount { &[""] } else { &[".plain", ""] };
        let all = endings.iter().flat_map(|ending| keys.iter().map(move |key| [key.as_str(), *ending].concat()));
        all.filter_map(|key| self.bodies.get(&key)).next().map(String::as_str).unwrap_or_default()
    }
}

/// Whether a cause is worth a line: a rejection or an offer does not say sorry for what it denies.
const fn grants(claim: Claim) -> bool {
    matches!(
        claim,
        Claim::Approved
            | Claim::Refunded
            | Claim::ReturnAgreed
            | Claim::ReplacementAgreed
            | Claim::Cancelled
            | Claim::ParcelAccepted
    )
}

/// Whether "nothing needs to come back" is worth saying: the money goes and the goods are with the buyer.
const fn keeps_goods(ask: &Ask) -> bool {
    ask.keeps_item
        && matches!(ask.claim, Claim::Approved | Claim::Refunded | Claim::OfferMade)
        && !matches!(ask.kind, Kind::Cancellation)
        && !matches!(ask.group, ReasonGroup::NotReceived | ReasonGroup::DeliveryFailed | ReasonGroup::OutOfStock)
}

/// The reply that fits. A language without parts falls back to English.
pub fn compose(catalogue: &Catalogue, ask: &Ask) -> Composed {
    let tag = ask.language.tag();
    let parts = catalogue.languages.get(tag).map(|parts| (tag, parts));
    let Some((tag, parts)) = parts.or_else(|| catalogue.languages.get_key_value("en").map(|(_, parts)| ("en", parts)))
    else {
        return Composed { id: String::new(), title: String::new(), text: String::new() };
    };
    let opener = parts.openers.get(&ask.group).or_else(|| parts.openers.get(&ReasonGroup::Other));
    let greeting = if ask.has_name { &parts.greeting } else { &parts.greeting_plain };
    // Where TikTok decided against the shop or without it, a fault is not ours to own.
    let cause = parts.causes.get(&ask.group).filter(|_| grants(ask.claim) && ask.voice != Voice::TikTok);
    let join = |sentences: [Option<&str>; 2]| {
        sentences.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let paragraphs = [
        join([Some(greeting), opener.map(String::as_str)]),
        join([Some(parts.body(ask)), keeps_goods(ask).then_some(parts.keeps.as_str())]),
        join([cause.map(String::as_str), Some(parts.closing.as_str())]),
    ];
    let id = [group_word(ask.group), ".", claim_word(ask.claim), ".", tag, "@", &parts.version.to_string()].concat();
    let title = [crate::reasons::label(ask.group), ", ", &claim_word(ask.claim).replace('_', " ")].concat();
    let text = paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    Composed { id, title, text }
}
