//! A rule as one sentence in plain words, so that a lead reads what was built from controls.

use super::{Bound, Count, Prepared, Rule, When};
use crate::domain::case::Kind;
use crate::money::Money;
use crate::reasons::label;
use crate::reply::{Language, format_money};

const fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Cancellation => "cancellation",
        Kind::RefundOnly => "refund-only request",
        Kind::ReturnAndRefund => "return",
        Kind::Replacement => "replacement request",
        Kind::Other => "request of another kind",
    }
}

/// "a, b or c".
fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => [&most.join(", "), " or ", last].concat(),
    }
}

/// "a, b and c".
fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => [&most.join(", "), " and ", last].concat(),
    }
}

fn sum(amount: &Money) -> String {
    format_money(amount, Language::En)
}

fn counted(count: Count, one: &str, many: &str) -> String {
    let noun = if count.number == 1 { one } else { many };
    match (count.bound, count.number) {
        (Bound::AtMost, 0) => ["no ", many].concat(),
        (Bound::AtMost, number) => ["at most ", &number.to_string(), " ", noun].concat(),
        (Bound::AtLeast, number) => ["at least ", &number.to_string(), " ", noun].concat(),
    }
}

fn amount(when: &When) -> Option<String> {
    match (&when.least, &when.most) {
        (Some(least), Some(most)) => Some(["is between ", &sum(least), " and ", &sum(most)].concat()),
        (Some(least), None) => Some(["is at least ", &sum(least)].concat()),
        (None, Some(most)) => Some(["is at most ", &sum(most)].concat()),
        (None, None) => None,
    }
}

fn conditions(when: &When, shop: &impl Fn(&crate::id::ShopId) -> String) -> String {
    let kinds: Vec<String> = when.kinds.iter().map(|kind| kind_words(*kind).to_owned()).collect();
    let mut text = match kinds.is_empty() {
        true => "any request".to_owned(),
        false => ["a ", &either(&kinds)].concat(),
    };
    if !when.groups.is_empty() {
        let groups: Vec<String> = when.groups.iter().map(|group| ["“", label(*group), "”"].concat()).collect();
        text.push_str(&[" about ", &either(&groups)].concat());
    }
    if !when.products.is_empty() {
        let words: Vec<String> = when.products.iter().map(|word| ["“", word.trim(), "”"].concat()).collect();
        text.push_str(&[" for a product with ", &either(&words), " in its name"].concat());
    }
    if !when.shops.is_empty() {
        let shops: Vec<String> = when.shops.iter().map(shop).collect();
        text.push_str(&[" in ", &either(&shops)].concat());
    }
    let mut clauses: Vec<String> = amount(when).into_iter().collect();
    if let Some(count) = when.photos {
        clauses.push(["shows ", &counted(count, "photo", "photos")].concat());
    }
    if let Some(history) = when.history {
        let requests = counted(history.count, "earlier request", "earlier requests");
        clauses.push(["comes from a buyer with ", &requests, " in ", &history.days.to_string(), " days"].concat());
    }
    if clauses.is_empty() { [&text, " comes in"].concat() } else { [&text, " ", &and(&clauses)].concat() }
}

const fn reply_words(reply: Prepared) -> &'static str {
    match reply {
        Prepared::MoreInformation => "prepare the reply that asks for more",
        Prepared::Approved => "prepare the reply that says it is approved",
        Prepared::Refunded => "prepare the reply that says it is refunded",
        Prepared::ReturnAgreed => "prepare the reply that says it may be sent back",
        Prepared::Cancelled => "prepare the reply that says it is cancelled",
    }
}

/// "When a refund-only request about “Arrived damaged” is at most US$ 20.00, then approve it. At most 10 a day."
pub fn sentence(
    rule: &Rule,
    shop: impl Fn(&crate::id::ShopId) -> String,
    person: impl Fn(&crate::id::AgentId) -> String,
) -> String {
    let then = &rule.then;
    let mut acts: Vec<String> = Vec::new();
    if then.approve {
        acts.push("approve it".to_owned());
    }
    acts.extend(then.assign.as_ref().map(|agent| ["hand it to ", &person(agent)].concat()));
    acts.extend(then.tag.as_ref().map(|tag| ["tag it “", tag, "”"].concat()));
    acts.extend(then.prepares().map(|reply| reply_words(reply).to_owned()));
    acts.extend(
        then.second_above
            .as_ref()
            .map(|above| ["ask for a second person before an approval or an offer above ", &sum(above)].concat()),
    );
    let acts = if acts.is_empty() { "do nothing yet".to_owned() } else { and(&acts) };
    let mut text = ["When ", &conditions(&rule.when, &shop), ", then ", &acts, "."].concat();
    if then.acts() {
        let requests = if rule.cap.acts == 1 { " request" } else { " requests" };
        text.push_str(&[" At most ", &rule.cap.acts.to_string(), requests].concat());
        let purse = rule.cap.money.as_ref().filter(|_| then.approve);
        if let Some(money) = purse {
            text.push_str(&[" and ", &sum(money)].concat());
        }
        text.push_str(" a day (UTC)");
        // An amount of the conditions has said which currency is meant.
        if purse.is_some() && rule.when.least.is_none() && rule.when.most.is_none() {
            text.push_str(", and nothing in another currency");
        }
        text.push('.');
    }
    text
}
