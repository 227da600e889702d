//! A made-up case, so that a template can be tried before a buyer has asked.

use super::language::Language;
use super::lint::{Finding, LintInput, Rule, Severity, lint, lint_voice};
use super::place::{Moment, Place};
use super::render::{ReplyFacts, render};
use super::template::{Condition, Holding, conditions_in, resolve};
use crate::domain::case::{Claim, Kind, Voice};
use crate::money::Money;
use crate::reasons::{Fault, fault_of, label};

/// What could be known of a case in that language, with nothing missing.
pub fn made_up(place: &Place, shop: &str) -> ReplyFacts {
    let (name, amount, part, currency) = match place.language {
        Language::En => ("Dana", "34.18", "10.00", "USD"),
        Language::Id => ("Bagus", "389000", "120000", "IDR"),
        Language::Th => ("ณิชา", "590.00", "150.00", "THB"),
        Language::Vi => ("Linh", "864000", "200000", "VND"),
        Language::Es => ("Lucía", "42.90", "12.00", "EUR"),
        Language::De => ("Jonas", "42.90", "12.00", "EUR"),
    };
    ReplyFacts {
        name: Some(name.to_owned()),
        amount: Money::parse(amount, currency).ok(),
        offer: Money::parse(part, currency).ok(),
        item: "Pour-over set".to_owned(),
        item_count: 1,
        shop: shop.to_owned(),
        order_id: "576822041197000123".to_owned(),
        reason_text: label(place.group).to_owned(),
    }
}

/// Every case that a text tells apart. What it does not ask for is as it mostly is.
fn cases(text: &str, place: &Place) -> Vec<Holding> {
    let usual = Holding {
        keeps: false,
        returns: false,
        fault: fault_of(place.group),
        kind: Kind::RefundOnly,
        has_name: true,
        has_amount: true,
    };
    let mut all = vec![usual];
    for condition in conditions_in(text) {
        let other = |holding: &Holding| match condition {
            Condition::Keeps => Holding { keeps: true, ..*holding },
            Condition::Returns => Holding { returns: true, ..*holding },
            Condition::Cancellation => Holding { kind: Kind::Cancellation, ..*holding },
            Condition::Replacement => Holding { kind: Kind::Replacement, ..*holding },
            Condition::Name => Holding { has_name: false, ..*holding },
            Condition::Amount => Holding { has_amount: false, ..*holding },
            // The reason tells it.
            Condition::Ours | Condition::Carrier => *holding,
        };
        let others: Vec<Holding> = all.iter().map(other).collect();
        all.extend(others);
    }
    // Nobody keeps what is sent back, or what was never sent.
    all.retain(|holding| !(holding.keeps && (holding.returns || holding.kind == Kind::Cancellation)));
    all
}

/// Whether a sentence hangs on a fault that this reason never tells.
pub fn never_stands(place: &Place, text: &str) -> Option<Condition> {
    let fault = fault_of(place.group);
    conditions_in(text).into_iter().find(|condition| match condition {
        Condition::Ours => fault != Fault::Ours,
        Condition::Carrier => fault != Fault::Carrier,
        _ => false,
    })
}

/// A rule that a template breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which rule.
    pub rule: Rule,
    /// Whether it stops the reply.
    pub severity: Severity,
    /// The words that it means, each once, as a buyer would read them; none: the text as a whole.
    pub words: Vec<String>,
}

/// The rules that a template breaks, however it reads, each once: those that block a reply stand first.
pub fn lint_template(place: &Place, text: &str) -> Vec<Breach> {
    // A name must not tell the language.
    let facts = ReplyFacts { name: Some("Dana".to_owned()), ..made_up(place, "Harbor") };
    let claim = place.moment.claim();
    let mut read: Vec<String> = Vec::new();
    let mut breaches: Vec<Breach> = Vec::new();
    for holding in cases(text, place) {
        let facts = ReplyFacts {
            name: facts.name.clone().filter(|_| holding.has_name),
            amount: facts.amount.clone().filter(|_| holding.has_amount),
            offer: facts.offer.clone().filter(|_| holding.has_amount),
            ..facts.clone()
        };
        let filled = render(&resolve(text, holding), &facts, place.language).text;
        if read.contains(&filled) {
            continue;
        }
        let amount = if claim == Some(Claim::OfferMade) { &facts.offer } else { &facts.amount };
        let mut found = lint(&LintInput {
            text: &filled,
            language: place.language,
            claim,
            sayable: &[],
            pending: true,
            amount: amount.as_ref(),
            buyer_language: Some(place.language),
        });
        if place.moment == Moment::PlatformDecided {
            found.extend(lint_voice(&filled, Voice::TikTok));
        }
        for finding in found {
            take(&mut breaches, &finding, &filled);
        }
        read.push(filled);
    }
    breaches.sort_by_key(|breach| breach.severity);
    breaches
}

/// Adds what was found in one reading.
fn take(breaches: &mut Vec<Breach>, finding: &Finding, filled: &str) {
    let Finding { rule, severity, start, end, .. } = *finding;
    if !breaches.iter().any(|breach| breach.rule == rule) {
        breaches.push(Breach { rule, severity, words: Vec::new() });
    }
    let is_whole = rule == Rule::TooLong || (start == 0 && end == filled.len());
    let words = filled.get(start..end).unwrap_or_default().trim();
    if let Some(breach) = breaches.iter_mut().find(|breach| breach.rule == rule)
        && !is_whole
        && !breach.words.iter().any(|known| known == words)
    {
        breach.words.push(words.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_held_to_the_rules_of_the_reply_however_it_reads() {
        for (place, text, expected) in [
            ("damaged.refunded.en", "Hi {name}, your refund of {amount} has been processed.", vec![]),
            ("damaged.approved.en", "Hi {name}, your refund of {amount} has been processed.", vec![Rule::TooEarly]),
            ("damaged.platform_decided.en", "Hi {name}, TikTok has refunded {amount}.", vec![Rule::TooEarly]),
            ("damaged.platform_decided.en", "Hi {name}, we have approved your request.", vec![Rule::NotOurs]),
            (
                "damaged.approved.en",
                "{if not keeps and not name}See www.a.com{end} Hi, we approved it.",
                vec![Rule::Link],
            ),
            ("damaged.approved.en", "Hi {if not name}{name}{end}, we approved it.", vec![Rule::Gap]),
            ("damaged.approved.en", "Hi {name}, we approved {amount}. {if keeps}See www.a.com{end}", vec![Rule::Link]),
            ("damaged.more_information.en", "Hi {name}, could you send us a photo of the box?", vec![]),
            ("damaged.offer_made.en", "Hi {name}, we can offer you {offer} and you keep the item.", vec![]),
            ("damaged.approved.th", "Hi {name}, we have approved your request.", vec![Rule::OtherLanguage]),
        ] {
            let found: Vec<_> =
                lint_template(&place.parse().unwrap(), text).into_iter().map(|breach| breach.rule).collect();
            assert_eq!(found, expected, "{place}: {text}");
        }
    }

    #[test]
    fn a_breach_names_the_words_that_it_means() {
        let text = "Hi {name}, see www.a.com{if keeps} or www.b.com{end}. Hi {name}, write to www.a.com.";
        let place = "damaged.approved.th".parse().unwrap();
        let found: Vec<_> = lint_template(&place, text).into_iter().map(|breach| (breach.rule, breach.words)).collect();
        let links = vec!["www.a.com".to_owned(), "www.b.com".to_owned()];
        assert_eq!(found, [(Rule::Link, links), (Rule::OtherLanguage, Vec::new())]);
        let long = "a".repeat(2_001);
        assert!(
            lint_template(&place, &long).iter().all(|breach| breach.words.is_empty()),
            "nobody reads 2,000 words twice"
        );
    }

    #[test]
    fn a_sentence_that_its_reason_never_lets_stand_is_found() {
        let text = "Hi. {if carrier}The carrier lost it.{end}{if not ours}Not us.{end}";
        for (place, expected) in [
            ("fit.approved.en", Some(Condition::Carrier)),
            ("damaged.approved.en", Some(Condition::Carrier)),
            ("not_received.approved.en", Some(Condition::Ours)),
        ] {
            assert_eq!(never_stands(&place.parse().unwrap(), text), expected, "{place}");
        }
        assert_eq!(never_stands(&"fit.approved.en".parse().unwrap(), "{if keeps}Keep it.{end}"), None);
    }
}
