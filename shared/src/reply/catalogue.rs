//! The texts that replies start from: the team's own where there is one, else composed from parts (an opener by
//! reason, a body by outcome, a line for the cause, an open door). All of it is data that the server serves; nothing is
//! compiled into the app.

use super::language::Language;
use super::place::{Moment, Place, claim_word};
use super::seed::seed;
use super::template::{Holding, resolve};
use crate::domain::case::{Claim, Kind, Voice};
use crate::id::ShopId;
use crate::reasons::{ReasonGroup, fault_of, group_word, label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All parts, by language tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Catalogue {
    /// By language tag.
    pub languages: BTreeMap<String, Parts>,
    /// What the team has written and approved itself.
    #[serde(default)]
    pub own: Vec<Own>,
}

/// A reply of the team's own that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Own {
    /// Where it stands.
    pub place: Place,
    /// Its version.
    pub number: u32,
    /// A template.
    pub text: String,
}

impl Own {
    /// Names this version for good, for example `damaged.refunded.en@v4`.
    pub fn id(&self) -> String {
        version_id(&self.place, self.number)
    }
}

/// The name of a version of a team's own reply; built-in ones have no `v`.
pub fn version_id(place: &Place, number: u32) -> String {
    [&place.to_string(), "@v", &number.to_string()].concat()
}

fn built_in_id(at: &str, edition: u32) -> String {
    [at, "@", &edition.to_string()].concat()
}

/// What an id of a reply names: where it stands, and its version; a built-in one has none.
pub fn version_of(id: &str) -> (Option<Place>, Option<u32>) {
    match id.split_once("@v") {
        Some((place, number)) => (place.parse().ok(), number.parse().ok()),
        None => (None, None),
    }
}

/// The parts of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// What must be known before anything is decided; `other` is the fallback.
    pub asks: BTreeMap<ReasonGroup, String>,
}

/// What a reply is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Why the buyer asked.
    pub group: ReasonGroup,
    /// What is told; none: more must be known.
    pub claim: Option<Claim>,
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
    /// Of which shop.
    pub shop: Option<&'a ShopId>,
}

impl Ask<'_> {
    /// The moment, where a team's own words can stand for the built-in ones.
    fn moment(&self) -> Option<Moment> {
        self.claim.map_or(Some(Moment::MoreInformation), |claim| Moment::of(claim, self.voice))
    }

    /// What the sentences of a team's own words hang on there.
    pub fn holding(&self) -> Holding {
        Holding {
            keeps: keeps_goods(self),
            returns: self.kind == Kind::ReturnAndRefund && !self.keeps_item,
            fault: fault_of(self.group),
            kind: self.kind,
            has_name: self.has_name,
            has_amount: self.has_amount,
        }
    }
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
    pub(super) fn body(&self, ask: &Ask<'_>, claim: Claim) -> &str {
        let (claim, kind, voice) = (claim_word(claim), kind_word(ask.kind), voice_word(ask.voice));
        let keys =
            [[claim, kind, voice].join("."), [claim, kind].join("."), [claim, voice].join("."), claim.to_owned()];
        let endings: &[&str] = if ask.has_amount { &[""] } else { &[".plain", ""] };
        let all = endings.iter().flat_map(|ending| keys.iter().map(move |key| [key.as_str(), *ending].concat()));
        all.filter_map(|key| self.bodies.get(&key)).next().map(String::as_str).unwrap_or_default()
    }

    pub(super) fn of_group(all: &BTreeMap<ReasonGroup, String>, group: ReasonGroup) -> Option<&str> {
        all.get(&group).or_else(|| all.get(&ReasonGroup::Other)).map(String::as_str)
    }

    /// Only what must be known.
    fn question(&self, ask: &Ask<'_>) -> [String; 3] {
        let greeting = if ask.has_name { &self.greeting } else { &self.greeting_plain };
        let asked = Self::of_group(&self.asks, ask.group).unwrap_or_default().to_owned();
        [joined([Some(greeting), Self::of_group(&self.openers, ask.group)]), asked, String::new()]
    }

    fn news(&self, ask: &Ask<'_>, claim: Claim) -> [String; 3] {
        let greeting = if ask.has_name { &self.greeting } else { &self.greeting_plain };
        // Where TikTok decided against the shop or without it, a fault is not ours to own.
        let cause = self.causes.get(&ask.group).filter(|_| grants(claim) && ask.voice != Voice::TikTok);
        [
            joined([Some(greeting), Self::of_group(&self.openers, ask.group)]),
            joined([Some(self.body(ask, claim)), keeps_goods(ask).then_some(self.keeps.as_str())]),
            joined([cause.map(String::as_str), Some(self.closing.as_str())]),
        ]
    }
}

pub(super) fn joined(sentences: [Option<&str>; 2]) -> String {
    sentences.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a cause is worth a line: a rejection or an offer does not say sorry for what it denies.
pub(super) const fn grants(claim: Claim) -> bool {
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
pub(super) const fn keeps_goods(ask: &Ask<'_>) -> bool {
    ask.keeps_item
        && matches!(ask.claim, Some(Claim::Approved | Claim::Refunded | Claim::OfferMade))
        && !matches!(ask.kind, Kind::Cancellation)
        && !matches!(ask.group, ReasonGroup::NotReceived | ReasonGroup::DeliveryFailed | ReasonGroup::OutOfStock)
}

impl Catalogue {
    /// The team's own reply for a place: the shop's before everybody's.
    fn own(&self, ask: &Ask<'_>) -> Option<&Own> {
        let moment = ask.moment()?;
        let stands = |own: &&Own| {
            let Place { group, moment: at, language, .. } = own.place;
            (group, at, language) == (ask.group, moment, ask.language)
        };
        let of = |shop: Option<&ShopId>| self.own.iter().filter(stands).find(|own| own.place.shop.as_ref() == shop);
        ask.shop.and_then(|shop| of(Some(shop))).or_else(|| of(None))
    }

    /// The parts of a language, else of English, with the tag.
    fn parts(&self, language: Language) -> Option<(&str, &Parts)> {
        let of = |tag: &str| self.languages.get_key_value(tag).map(|(tag, parts)| (tag.as_str(), parts));
        of(language.tag()).or_else(|| of("en"))
    }

    /// The built-in words of a place as one template: filled in, it says in every case what the built-in words say there.
    pub fn template(&self, place: &Place) -> String {
        self.parts(place.language).map(|(_, parts)| seed(parts, place)).unwrap_or_default()
    }

    /// The ids of the built-in words of a place, in every edition that there was. The first ones of a language without
    /// parts were English.
    pub fn built_in_ids(&self, place: &Place) -> Vec<String> {
        let words: Vec<&str> = match place.moment {
            Moment::PlatformDecided => {
                [Claim::Approved, Claim::Refunded, Claim::Cancelled].into_iter().map(claim_word).collect()
            }
            moment => vec![moment.word()],
        };
        let tag = place.language.tag();
        let of = |(tag, parts): (&String, &Parts)| {
            let words = words.iter().map(|word| [group_word(place.group), ".", word, ".", tag].concat());
            let editions = |at: String| (1..=parts.version).map(move |edition| built_in_id(&at, edition));
            words.flat_map(editions).collect::<Vec<_>>()
        };
        self.languages.iter().filter(|(known, _)| *known == tag || *known == "en").flat_map(of).collect()
    }
}

/// The reply that fits: the team's own, else the built-in one. A language without parts falls back to English.
pub fn compose(catalogue: &Catalogue, ask: &Ask<'_>) -> Composed {
    if let Some(own) = catalogue.own(ask) {
        return Composed { id: own.id(), title: own.place.title(), text: resolve(&own.text, ask.holding()) };
    }
    let Some((tag, parts)) = catalogue.parts(ask.language) else {
        return Composed { id: String::new(), title: String::new(), text: String::new() };
    };
    let (paragraphs, word) = match ask.claim {
        Some(claim) => (parts.news(ask, claim), claim_word(claim)),
        None => (parts.question(ask), Moment::MoreInformation.word()),
    };
    let id = built_in_id(&[group_word(ask.group), ".", word, ".", tag].concat(), parts.version);
    let title = [label(ask.group), ", ", &word.replace('_', " ")].concat();
    let text = paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    Composed { id, title, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAMAGED: Ask<'_> = Ask {
        group: ReasonGroup::Damaged,
        claim: Some(Claim::Refunded),
        kind: Kind::RefundOnly,
        voice: Voice::We,
        keeps_item: true,
        has_name: true,
        has_amount: true,
        language: Language::En,
        shop: None,
    };

    fn own(place: &str, number: u32) -> Own {
        let text = ["{name}: ", place, ". {if keeps}Keep it.{end} {if ours}Ours.{end}"].concat();
        Own { place: place.parse().unwrap(), number, text }
    }

    #[test]
    fn a_shops_own_words_come_first_then_everybodys_then_the_built_in_ones() {
        let shop: ShopId = "s1".parse().unwrap();
        let other: ShopId = "s2".parse().unwrap();
        let catalogue = Catalogue {
            own: vec![
                own("damaged.refunded.en", 2),
                own("damaged.refunded.en.s1", 1),
                own("damaged.platform_decided.en", 1),
            ],
            ..Catalogue::default()
        };
        for (ask, id) in [
            (DAMAGED, "damaged.refunded.en@v2"),
            (Ask { shop: Some(&shop), ..DAMAGED }, "damaged.refunded.en.s1@v1"),
            (Ask { shop: Some(&other), ..DAMAGED }, "damaged.refunded.en@v2"),
            (Ask { voice: Voice::TikTok, ..DAMAGED }, "damaged.platform_decided.en@v1"),
            (Ask { language: Language::Th, ..DAMAGED }, ""),
            (Ask { claim: Some(Claim::Approved), ..DAMAGED }, ""),
            (Ask { claim: None, ..DAMAGED }, ""),
        ] {
            assert_eq!(compose(&catalogue, &ask).id, id, "{ask:?}");
        }
        let text = compose(&catalogue, &DAMAGED).text;
        assert_eq!(text, "{name}: damaged.refunded.en. Keep it. Ours.");
    }

    #[test]
    fn built_in_words_are_known_by_every_name_that_they_had() {
        let parts = |version| Parts {
            version,
            greeting: String::new(),
            greeting_plain: String::new(),
            openers: BTreeMap::new(),
            bodies: BTreeMap::new(),
            keeps: String::new(),
            causes: BTreeMap::new(),
            closing: String::new(),
            asks: BTreeMap::new(),
        };
        let languages = [("en", 2), ("th", 1)].map(|(tag, version)| (tag.to_owned(), parts(version)));
        let catalogue = Catalogue { languages: languages.into(), own: Vec::new() };
        let ids = |at: &str| catalogue.built_in_ids(&at.parse().unwrap());
        assert_eq!(ids("damaged.refunded.en.s1"), ["damaged.refunded.en@1", "damaged.refunded.en@2"]);
        let asks = ["en@1", "en@2", "th@1"].map(|end| ["late.more_information.", end].concat());
        assert_eq!(ids("late.more_information.th"), asks);
        assert_eq!(ids("late.platform_decided.en").len(), 6, "three things can have been decided");
        for ask in [
            DAMAGED,
            Ask { claim: None, ..DAMAGED },
            Ask { voice: Voice::TikTok, ..DAMAGED },
            Ask { language: Language::Th, ..DAMAGED },
            Ask { language: Language::De, ..DAMAGED },
        ] {
            let Some(moment) = ask.moment() else { panic!("{ask:?}") };
            let place = Place { group: ask.group, moment, language: ask.language, shop: None };
            let id = compose(&catalogue, &ask).id;
            assert!(catalogue.built_in_ids(&place).contains(&id), "{id}");
        }
    }
}
