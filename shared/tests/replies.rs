//! Every built-in reply composes, fills without a gap, and keeps its own rules.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use shared::domain::case::{Claim, Kind, Sayable, Voice};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::reply::{Ask, Catalogue, Language, LintInput, Parts, ReplyFacts, compose, lint, render};
use shared::time::Timestamp;

const CLAIMS: [Claim; 9] = [
    Claim::Approved,
    Claim::ReturnAgreed,
    Claim::ParcelAccepted,
    Claim::ParcelRefused,
    Claim::Cancelled,
    Claim::Refunded,
    Claim::Rejected,
    Claim::OfferMade,
    Claim::ReplacementAgreed,
];
const KINDS: [Kind; 4] = [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement];

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for language in Language::ALL {
        let path = format!("{}/../proxy/replies/{}.json", env!("CARGO_MANIFEST_DIR"), language.tag());
        let text = std::fs::read_to_string(&path).unwrap();
        let parts: Parts = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        catalogue.languages.insert(language.tag().to_owned(), parts);
    }
    catalogue
}

fn facts(has_name: bool, has_amount: bool) -> ReplyFacts {
    let amount = Money::parse("34.18", "USD").unwrap();
    ReplyFacts {
        name: has_name.then(|| "Dana".to_owned()),
        amount: has_amount.then(|| amount.clone()),
        offer: Some(amount),
        item: "Glass pour-over set".to_owned(),
        item_count: 1,
        shop: "Harbor & Hearth".to_owned(),
        order_id: "576822041197000123".to_owned(),
        reason_text: "Damaged item".to_owned(),
    }
}

fn check(catalogue: &Catalogue, ask: &Ask) {
    let composed = compose(catalogue, ask);
    let filled = render(&composed.text, &facts(ask.has_name, ask.has_amount), ask.language);
    assert_eq!(filled.missing, [], "{ask:?}\n{}", composed.text);
    assert_eq!(filled.text.split("\n\n").count(), 3, "{ask:?}\n{}", filled.text);
    assert!(filled.text.chars().count() < 700, "{ask:?}\n{}", filled.text);
    let amount = Money::parse("34.18", "USD").unwrap();
    let proved = Sayable { claim: ask.claim, amount: Some(amount.clone()), since: Timestamp::default() };
    let input = LintInput {
        text: &filled.text,
        language: ask.language,
        claim: Some(ask.claim),
        sayable: &[proved],
        pending: false,
        amount: Some(&amount),
        buyer_language: Some(ask.language),
    };
    assert_eq!(lint(&input), [], "{ask:?}\n{}", filled.text);
}

#[test]
fn every_built_in_reply_keeps_its_own_rules() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for group in ReasonGroup::ALL {
            for claim in CLAIMS {
                for kind in KINDS {
                    for voice in [Voice::We, Voice::TikTok, Voice::Nobody] {
                        for (keeps_item, has_name, has_amount) in
                            [(true, true, true), (false, true, true), (false, false, true), (true, true, false)]
                        {
                            check(
                                &catalogue,
                                &Ask { group, claim, kind, voice, keeps_item, has_name, has_amount, language },
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_language_opens_every_reason() {
    for (tag, parts) in catalogue().languages {
        let missing: Vec<_> = ReasonGroup::ALL.iter().filter(|group| !parts.openers.contains_key(group)).collect();
        assert!(missing.is_empty(), "{tag}: {missing:?}");
    }
}

#[test]
fn the_damaged_refund_reads_as_it_should() {
    let ask = Ask {
        group: ReasonGroup::Damaged,
        claim: Claim::Refunded,
        kind: Kind::RefundOnly,
        voice: Voice::We,
        keeps_item: true,
        has_name: true,
        has_amount: true,
        language: Language::En,
    };
    let composed = compose(&catalogue(), &ask);
    assert_eq!((composed.id.as_str(), composed.title.as_str()), ("damaged.refunded.en@1", "Arrived damaged, refunded"));
    let text = render(&composed.text, &facts(true, true), Language::En).text;
    assert_eq!(
        text,
        "Hi Dana, thank you for showing us how Glass pour-over set arrived.\n\n\
         Your refund of US$ 34.18 has been processed and goes back the way you paid. Nothing needs to come back.\n\n\
         It should have been packed better, and that is on us. If anything else is on your mind, just answer here."
    );
}
