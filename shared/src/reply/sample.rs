//! A made-up case, so that a template can be tried before a buyer has asked.

use super::language::Language;
use super::lint::{Finding, LintInput, Rule, Severity, is_manners_alone, lint, lint_voice, rule_text};
use super::place::{Moment, Place};
use super::render::{ReplyFacts, Variable, render};
use super::template::{Condition, Holding, conditions_in, fallbacks_in, resolve};
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

/// A case as far as a text can tell it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    holding: Holding,
    /// The product has a name.
    has_item: bool,
}

/// What a text tells cases apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    By(Condition),
    /// By whether the product has a name.
    Item,
}

impl Apart {
    /// By which a text does: by what stands after an `if`, and by what it has other words for.
    fn all(text: &str) -> Vec<Self> {
        let of_gaps = fallbacks_in(text).into_iter().filter_map(|variable| match variable {
            Variable::Name => Some(Self::By(Condition::Name)),
            Variable::Amount | Variable::Offer => Some(Self::By(Condition::Amount)),
            Variable::Item | Variable::Covers => Some(Self::Item),
            // These are always known.
            Variable::Shop | Variable::Order | Variable::Reason => None,
        });
        let mut all: Vec<Self> = conditions_in(text).into_iter().map(Self::By).collect();
        for one in of_gaps {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all
    }

    /// The same case, but for this.
    fn turned(self, known: &Known) -> Known {
        let Known { holding, has_item } = *known;
        let kind = |kind| if holding.kind == kind { Kind::RefundOnly } else { kind };
        let holding = match self {
            Self::Item => return Known { holding, has_item: !has_item },
            Self::By(Condition::Keeps) => Holding { keeps: !holding.keeps, ..holding },
            Self::By(Condition::Returns) => Holding { returns: !holding.returns, ..holding },
            Self::By(Condition::Cancellation) => Holding { kind: kind(Kind::Cancellation), ..holding },
            Self::By(Condition::Replacement) => Holding { kind: kind(Kind::Replacement), ..holding },
            Self::By(Condition::Name) => Holding { has_name: !holding.has_name, ..holding },
            Self::By(Condition::Amount) => Holding { has_amount: !holding.has_amount, ..holding },
            // The reason tells it.
            Self::By(Condition::Ours | Condition::Carrier) => holding,
        };
        Known { holding, has_item }
    }

    /// How a case stands in this, in words.
    const fn words(self, known: &Known) -> &'static str {
        let Known { holding, has_item } = known;
        match (self, holding.kind) {
            (Self::By(Condition::Keeps), _) if holding.keeps => "the buyer keeps the item",
            (Self::By(Condition::Keeps), _) => "the buyer does not keep the item",
            (Self::By(Condition::Returns), _) if holding.returns => "the buyer sends it back",
            (Self::By(Condition::Returns), _) => "the buyer does not send it back",
            (Self::By(Condition::Cancellation), Kind::Cancellation) => "it is a cancellation",
            (Self::By(Condition::Cancellation), _) => "it is no cancellation",
            (Self::By(Condition::Replacement), Kind::Replacement) => "a replacement was asked for",
            (Self::By(Condition::Replacement), _) => "no replacement was asked for",
            (Self::By(Condition::Name), _) if holding.has_name => "the buyer’s name is known",
            (Self::By(Condition::Name), _) => "no name is known",
            (Self::By(Condition::Amount), _) if holding.has_amount => "the amount is known",
            (Self::By(Condition::Amount), _) => "no amount is known",
            (Self::By(Condition::Ours | Condition::Carrier), _) => "it is somebody’s fault",
            (Self::Item, _) if *has_item => "the item has a name",
            (Self::Item, _) => "the item has no name",
        }
    }
}

/// Every case that a text tells apart. What it does not ask for is as it mostly is.
fn cases(apart: &[Apart], place: &Place) -> Vec<Known> {
    let usual = Holding {
        keeps: false,
        returns: false,
        fault: fault_of(place.group),
        kind: Kind::RefundOnly,
        has_name: true,
        has_amount: true,
    };
    let mut all = vec![Known { holding: usual, has_item: true }];
    for one in apart {
        let others: Vec<Known> =
            all.iter().map(|known| one.turned(known)).filter(|other| !all.contains(other)).collect();
        all.extend(others);
    }
    // Nobody keeps what is sent back, or what was never sent.
    all.retain(|known| {
        let holding = known.holding;
        !(holding.keeps && (holding.returns || holding.kind == Kind::Cancellation))
    });
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
    /// Where the text says nothing: the first of those cases, such as "no name is known"; none: in all of them.
    pub case: Option<String>,
}

impl Breach {
    /// What is to be done, and in which case it says nothing.
    pub fn text(&self) -> String {
        match (&self.case, self.rule) {
            (Some(case), Rule::Empty) => ["Where ", case, ", the reply is empty. Write what it says then."].concat(),
            (Some(case), rule) => ["Where ", case, ": ", rule_text(rule)].concat(),
            (None, rule) => rule_text(rule).to_owned(),
        }
    }
}

/// A template as it reads in one case, with what the rules find in it.
struct Reading {
    known: Known,
    text: String,
    found: Vec<Finding>,
}

impl Reading {
    fn breaks(&self, rule: Rule) -> bool {
        self.found.iter().any(|finding| finding.rule == rule)
    }
}

/// What makes a text say nothing in the first case in which it does: all of a case that, were it otherwise, would let it.
fn case_of(rule: Rule, readings: &[Reading], apart: &[Apart]) -> Option<String> {
    let first = readings.iter().find(|reading| reading.breaks(rule))?;
    let says = |reading: &Reading| !reading.breaks(rule) && !reading.breaks(Rule::Empty);
    let matters = apart.iter().filter(|one| {
        let turned = one.turned(&first.known);
        readings.iter().any(|other| other.known == turned && says(other))
    });
    let words: Vec<&str> = matters.map(|one| one.words(&first.known)).collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

/// The rules that a template breaks, however it reads, each once: those that block a reply stand first.
///
/// A template that says nothing is none: what an agent may still judge of one reply stops it here.
pub fn lint_template(place: &Place, text: &str) -> Vec<Breach> {
    // A name must not tell the language.
    let facts = ReplyFacts { name: Some("Dana".to_owned()), ..made_up(place, "Harbor") };
    let apart = Apart::all(text);
    let mut readings: Vec<Reading> = Vec::new();
    for known in cases(&apart, place) {
        let holding = known.holding;
        let facts = ReplyFacts {
            name: facts.name.clone().filter(|_| holding.has_name),
            amount: facts.amount.clone().filter(|_| holding.has_amount),
            offer: facts.offer.clone().filter(|_| holding.has_amount),
            item: if known.has_item { facts.item.clone() } else { String::new() },
            ..facts.clone()
        };
        let filled = render(&resolve(text, holding), &facts, place.language).text;
        let same = readings.iter().find(|reading| reading.text == filled);
        let found = same.map_or_else(|| found_in(place, &filled, &facts), |same| same.found.clone());
        readings.push(Reading { known, text: filled, found });
    }
    let mut breaches: Vec<Breach> = Vec::new();
    for reading in &readings {
        for finding in &reading.found {
            take(&mut breaches, finding, &reading.text);
        }
    }
    for breach in &mut breaches {
        if matches!(breach.rule, Rule::Empty | Rule::GreetingAlone) {
            breach.case = case_of(breach.rule, &readings, &apart);
        }
    }
    breaches.sort_by_key(|breach| (breach.severity, breach.rule != Rule::Empty));
    breaches
}

/// What the rules find in one reading.
fn found_in(place: &Place, filled: &str, facts: &ReplyFacts) -> Vec<Finding> {
    let claim = place.moment.claim();
    let amount = if claim == Some(Claim::OfferMade) { &facts.offer } else { &facts.amount };
    let mut found = lint(&LintInput {
        text: filled,
        language: place.language,
        claim,
        sayable: &[],
        pending: true,
        amount: amount.as_ref(),
        buyer_language: Some(place.language),
        name: facts.name.as_deref(),
    });
    if place.moment == Moment::PlatformDecided {
        found.extend(lint_voice(filled, Voice::TikTok));
    }
    let says_nothing = |rule| matches!(rule, Rule::Empty | Rule::GreetingAlone);
    // A question is a line of chat to the rules, and yet a reply.
    if !found.iter().any(|finding| says_nothing(finding.rule)) && is_manners_alone(filled, facts.name.as_deref()) {
        let rule = Rule::GreetingAlone;
        found.push(Finding { rule, severity: Severity::Block, start: 0, end: filled.len(), say: None, fix: None });
    }
    for finding in found.iter_mut().filter(|finding| says_nothing(finding.rule)) {
        finding.severity = Severity::Block;
    }
    found
}

/// Adds what was found in one reading.
fn take(breaches: &mut Vec<Breach>, finding: &Finding, filled: &str) {
    let Finding { rule, severity, start, end, .. } = *finding;
    if !breaches.iter().any(|breach| breach.rule == rule) {
        breaches.push(Breach { rule, severity, words: Vec::new(), case: None });
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
    fn a_template_that_says_nothing_names_the_case_in_which_it_does() {
        const EMPTY: Rule = Rule::Empty;
        const MANNERS: Rule = Rule::GreetingAlone;
        for (place, text, expected) in [
            ("not_received.refunded.en", "{name|}", vec![(EMPTY, Some("no name is known")), (MANNERS, None)]),
            ("not_received.more_information.en", "{name|}", vec![(EMPTY, Some("no name is known")), (MANNERS, None)]),
            ("not_received.refunded.en", "Ok.", vec![(MANNERS, None)]),
            (
                "not_received.refunded.en",
                "Hi {name|there}, thank you for your message. Kind regards, {shop}",
                vec![(MANNERS, None)],
            ),
            (
                "not_received.refunded.en",
                "Hi {name|there}. {if amount}We refunded {amount}.{end}",
                vec![(MANNERS, Some("no amount is known"))],
            ),
            (
                "damaged.approved.en",
                "{if keeps and name}It is approved, {name}: keep it.{end}",
                vec![(EMPTY, Some("the buyer does not keep the item"))],
            ),
            ("damaged.approved.en", "{covers|}", vec![(EMPTY, Some("the item has no name"))]),
            ("damaged.approved.en", "{if carrier}The carrier broke it, it is approved.{end}", vec![(EMPTY, None)]),
            ("damaged.approved.en", "Hi {name|}, your refund is approved.", vec![]),
        ] {
            let found = lint_template(&place.parse().unwrap(), text);
            assert!(found.iter().all(|breach| breach.severity == Severity::Block));
            let found: Vec<_> = found.iter().map(|breach| (breach.rule, breach.case.as_deref())).collect();
            assert_eq!(found, expected, "{place}: {text}");
        }
        let found = lint_template(&"not_received.refunded.en".parse().unwrap(), "{name|}");
        assert_eq!(found[0].text(), "Where no name is known, the reply is empty. Write what it says then.");
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
