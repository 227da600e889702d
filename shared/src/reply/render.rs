//! Filling variables. A gap is never silent: it stays in the text, where the lint blocks it.

use super::language::Language;
use super::money::format_money;
use crate::money::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What may be filled in; all of it from the platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyFacts {
    /// Never masked.
    pub name: Option<String>,
    /// What is refunded.
    pub amount: Option<Money>,
    /// What is offered.
    pub offer: Option<Money>,
    /// First product.
    pub item: String,
    /// Units of it.
    pub item_count: u32,
    /// The shop's name.
    pub shop: String,
    /// The order's number.
    pub order_id: String,
    /// The reason in the platform's words.
    pub reason_text: String,
}

/// A gap that facts fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// `{name}`
    Name,
    /// `{amount}`
    Amount,
    /// `{covers}`: what the amount is for.
    Covers,
    /// `{offer}`
    Offer,
    /// `{item}`
    Item,
    /// `{shop}`
    Shop,
    /// `{order}`
    Order,
    /// `{reason}`
    Reason,
}

impl Variable {
    /// All.
    pub const ALL: [Self; 8] =
        [Self::Name, Self::Amount, Self::Covers, Self::Offer, Self::Item, Self::Shop, Self::Order, Self::Reason];

    /// The word between braces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Amount => "amount",
            Self::Covers => "covers",
            Self::Offer => "offer",
            Self::Item => "item",
            Self::Shop => "shop",
            Self::Order => "order",
            Self::Reason => "reason",
        }
    }

    /// By its word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.word() == word)
    }

    fn fill(self, facts: &ReplyFacts, language: Language) -> Option<String> {
        let filled = match self {
            Self::Name => facts.name.as_deref().map(one_line),
            Self::Amount => facts.amount.as_ref().map(|amount| format_money(amount, language)),
            Self::Covers => covers(&facts.item, facts.item_count, language),
            Self::Offer => facts.offer.as_ref().map(|offer| format_money(offer, language)),
            Self::Item => Some(short(&facts.item)),
            Self::Shop => Some(one_line(&facts.shop)),
            Self::Order => Some(one_line(&facts.order_id)),
            Self::Reason => Some(one_line(&facts.reason_text)),
        };
        filled.filter(|text| !text.is_empty())
    }
}

/// Foreign text on one line and without braces, so that it never reads as a variable.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('{', "(").replace('}', ")")
}

/// Product names run to hundreds of characters; a buyer knows the thing by the first ones.
const NAME_CHARS: usize = 60;

/// The name of a product as a reply gives it.
pub(crate) fn short(name: &str) -> String {
    let name = one_line(name);
    let Some((end, _)) = name.char_indices().nth(NAME_CHARS) else { return name };
    let cut = name.get(..end).unwrap_or_default();
    let cut = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
    [cut.trim_end_matches(|last: char| !last.is_alphanumeric()), "…"].concat()
}

/// `“Glow serum”` or `“Glow serum” × 2`: the name of a product takes no article, in quotation marks it needs none.
fn covers(item: &str, count: u32, language: Language) -> Option<String> {
    let name = short(item);
    let (open, close) = match language {
        Language::Es => ("«", "»"),
        Language::De => ("„", "“"),
        Language::En | Language::Id | Language::Th | Language::Vi => ("“", "”"),
    };
    let is_named = !name.is_empty();
    let name = [open, &name, close].concat();
    match count {
        _ if !is_named => None,
        0 | 1 => Some(name),
        _ => Some([name.as_str(), " × ", &count.to_string()].concat()),
    }
}

/// Where a fact stands in a filled text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// Which fact.
    pub variable: Variable,
}

/// A text with its gaps filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text; what could not be filled still stands in braces.
    pub text: String,
    /// What was filled in, in the order of the text.
    pub spans: Vec<Span>,
    /// What could not be filled.
    pub missing: Vec<Variable>,
}

/// Fills a text. `{name|there}` says "there" where no name is known.
pub fn render(text: &str, facts: &ReplyFacts, language: Language) -> Rendered {
    let mut filled = Rendered { text: String::new(), spans: Vec::new(), missing: Vec::new() };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.text.push_str(before);
        let known = after.split_once('}').and_then(|(inner, tail)| {
            let (word, instead) = inner.split_once('|').map_or((inner, None), |(word, instead)| (word, Some(instead)));
            Variable::of(word).map(|variable| (variable, instead, tail))
        });
        let Some((variable, instead, tail)) = known else {
            filled.text.push('{');
            rest = after;
            continue;
        };
        let start = filled.text.len();
        match variable.fill(facts, language) {
            Some(fact) => {
                filled.text.push_str(&fact);
                filled.spans.push(Span { start, end: filled.text.len(), variable });
            }
            None if instead.is_some() => filled.text.push_str(instead.unwrap_or_default()),
            None => {
                filled.text.push_str(&["{", variable.word(), "}"].concat());
                filled.missing.push(variable);
            }
        }
        rest = tail;
    }
    filled.text.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ReplyFacts {
        ReplyFacts {
            name: None,
            amount: Money::parse("34.18", "USD").ok(),
            offer: None,
            item: "the set".to_owned(),
            item_count: 1,
            shop: "Harbor & Hearth".to_owned(),
            order_id: "5768".to_owned(),
            reason_text: "Damaged".to_owned(),
        }
    }

    #[test]
    fn a_gap_stays_and_is_named() {
        let filled = render("Hi {name}, {amount} for {item} {new}.", &facts(), Language::En);
        assert_eq!(filled.text, "Hi {name}, US$ 34.18 for the set {new}.");
        assert_eq!(filled.missing, [Variable::Name]);
    }

    #[test]
    fn a_gap_may_say_what_stands_in_its_place() {
        let filled = render("Hi {name|there}, {amount|your money} for {item|}.", &facts(), Language::En);
        assert_eq!(filled.text, "Hi there, US$ 34.18 for the set.");
        assert_eq!(filled.missing, []);
    }

    #[test]
    fn every_fact_is_found_again_by_its_span() {
        let facts = ReplyFacts { name: Some("ณิชา".to_owned()), item_count: 2, ..facts() };
        let filled = render("คุณ{name}: {amount}, {covers}, {shop}, {order}, {reason}", &facts, Language::Th);
        let texts: Vec<_> = filled.spans.iter().map(|span| &filled.text[span.start..span.end]).collect();
        assert_eq!(texts, ["ณิชา", "US$ 34.18", "“the set” × 2", "Harbor & Hearth", "5768", "Damaged"]);
    }

    #[test]
    fn foreign_text_is_short_and_never_a_variable() {
        for (item, expected) in [
            ("  Glow\n serum ", "Glow serum"),
            ("Set {amount}", "Set (amount)"),
            ("", "{item}"),
            (
                "Glass pour-over coffee set, 600 ml, with reusable steel filter, gift box and two cups",
                "Glass pour-over coffee set, 600 ml, with reusable steel…",
            ),
        ] {
            let facts = ReplyFacts { item: item.to_owned(), ..facts() };
            assert_eq!(render("{item}", &facts, Language::En).text, expected);
        }
        let unbroken = ReplyFacts { item: "ก".repeat(200), ..facts() };
        assert_eq!(render("{item}", &unbroken, Language::Th).text.chars().count(), NAME_CHARS + 1);
    }
}
