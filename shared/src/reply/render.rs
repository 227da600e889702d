//! Filling variables. A gap is never silent: it stays in the text, where the lint blocks it.

use super::language::Language;
use super::money::format_money;
use crate::money::Money;

/// What may be filled in; all of it from the platform.
#[derive(Debug, Clone, PartialEq)]
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
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Amount, Self::Offer, Self::Item, Self::Shop, Self::Order, Self::Reason];

    /// As written between braces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Amount => "amount",
            Self::Offer => "offer",
            Self::Item => "item",
            Self::Shop => "shop",
            Self::Order => "order",
            Self::Reason => "reason",
        }
    }

    fn fill(self, facts: &ReplyFacts, language: Language) -> Option<String> {
        let filled = match self {
            Self::Name => facts.name.clone(),
            Self::Amount => facts.amount.as_ref().map(|amount| format_money(amount, language)),
            Self::Offer => facts.offer.as_ref().map(|offer| format_money(offer, language)),
            Self::Item => Some(facts.item.clone()),
            Self::Shop => Some(facts.shop.clone()),
            Self::Order => Some(facts.order_id.clone()),
            Self::Reason => Some(facts.reason_text.clone()),
        };
        filled.filter(|text| !text.trim().is_empty())
    }
}

/// A text with its gaps filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text; what could not be filled still stands in braces.
    pub text: String,
    /// What could not be filled.
    pub missing: Vec<Variable>,
}

/// Fills a text.
pub fn render(text: &str, facts: &ReplyFacts, language: Language) -> Rendered {
    let mut out = String::new();
    let mut missing = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(word, tail)| {
            Variable::ALL.into_iter().find(|variable| variable.word() == word).map(|variable| (variable, tail))
        });
        let Some((variable, tail)) = known else {
            out.push('{');
            rest = after;
            continue;
        };
        match variable.fill(facts, language) {
            Some(filled) => out.push_str(&filled),
            None => {
                out.push('{');
                out.push_str(variable.word());
                out.push('}');
                missing.push(variable);
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Rendered { text: out, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_stays_and_is_named() {
        let facts = ReplyFacts {
            name: None,
            amount: Money::parse("34.18", "USD").ok(),
            offer: None,
            item: "the set".to_owned(),
            item_count: 1,
            shop: "Harbor & Hearth".to_owned(),
            order_id: "5768".to_owned(),
            reason_text: "Damaged".to_owned(),
        };
        let filled = render("Hi {name}, {amount} for {item} {new}.", &facts, Language::En);
        assert_eq!(filled.text, "Hi {name}, US$ 34.18 for the set {new}.");
        assert_eq!(filled.missing, [Variable::Name]);
    }
}
