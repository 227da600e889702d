//! A made-up case, so that a template can be tried before a buyer has asked.

use super::language::Language;
use super::lint::{LintInput, Rule, Severity, lint};
use super::place::Place;
use super::render::{ReplyFacts, render};
use super::template::{Holding, resolve};
use crate::money::Money;
use crate::reasons::{fault_of, label};

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

/// The rules that a template breaks, however it reads: those that block a reply stand first.
pub fn lint_template(place: &Place, text: &str) -> Vec<(Rule, Severity)> {
    // A name must not tell the language.
    let facts = ReplyFacts { name: Some("Dana".to_owned()), ..made_up(place, "Harbor") };
    let claim = place.moment.claim();
    let amount = if claim == Some(crate::domain::case::Claim::OfferMade) { &facts.offer } else { &facts.amount };
    let mut found = Vec::new();
    for (keeps, returns) in [(false, false), (true, false), (false, true)] {
        let text = resolve(text, Holding { keeps, returns, fault: fault_of(place.group) });
        let filled = render(&text, &facts, place.language).text;
        let input = LintInput {
            text: &filled,
            language: place.language,
            claim,
            sayable: &[],
            pending: true,
            amount: amount.as_ref(),
            buyer_language: Some(place.language),
        };
        found.extend(lint(&input).into_iter().map(|finding| (finding.rule, finding.severity)));
    }
    found.sort_by_key(|(_, severity)| *severity);
    let mut rules: Vec<(Rule, Severity)> = Vec::new();
    for one in found {
        if !rules.contains(&one) {
            rules.push(one);
        }
    }
    rules
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
            ("damaged.approved.en", "Hi {name}, we approved {amount}. {if keeps}See www.a.com{end}", vec![Rule::Link]),
            ("damaged.more_information.en", "Hi {name}, could you send us a photo of the box?", vec![]),
            ("damaged.offer_made.en", "Hi {name}, we can offer you {offer} and you keep the item.", vec![]),
            ("damaged.approved.th", "Hi {name}, we have approved your request.", vec![Rule::OtherLanguage]),
        ] {
            let found: Vec<_> =
                lint_template(&place.parse().unwrap(), text).into_iter().map(|(rule, _)| rule).collect();
            assert_eq!(found, expected, "{place}: {text}");
        }
    }
}
