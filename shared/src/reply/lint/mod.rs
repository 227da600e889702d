//! The rules that a reply must keep (design 7). The same check runs under the composer, behind the endpoint, and once
//! more in the moment of sending.

mod addresses;
mod amounts;
mod reasons;
mod said;
mod words;

pub use reasons::reasons_in;

use super::language::{Language, detect};
use super::money::format_money;
use crate::domain::case::{Claim, Sayable, Voice};
use crate::money::Money;
use said::Starts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a finding stops the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does not go out like this, whoever sends it.
    Block,
    /// Whoever writes judges; the checks of the decided case count it all the same.
    Warn,
}

/// A rule, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nothing is said.
    Empty,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// A variable has no fact.
    Gap,
    /// "Refunded" before it is so.
    TooEarly,
    /// Another amount than the platform's, or one where none may be said.
    WrongAmount,
    /// A link.
    Link,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Another app's name.
    OtherApp,
    /// A social handle.
    Handle,
    /// Asks the buyer to withdraw.
    AsksToCancel,
    /// Asks for another review.
    AsksForReview,
    /// A greeting, a name and thanks, and next to nothing beside them.
    GreetingAlone,
    /// Blames the buyer.
    Blame,
    /// Another language than the buyer's.
    OtherLanguage,
    /// "We" where the desk did not decide.
    NotOurs,
}

impl Rule {
    const fn severity(self) -> Severity {
        match self {
            Self::GreetingAlone | Self::Blame | Self::OtherLanguage | Self::NotOurs => Severity::Warn,
            _ => Severity::Block,
        }
    }
}

/// A finding as a sentence: the fact, and what to do.
pub const fn rule_text(rule: Rule) -> &'static str {
    match rule {
        Rule::Empty => "The reply is empty. Write it, or send the decision without one.",
        Rule::TooLong => "TikTok takes at most 2,000 characters. Shorten it.",
        Rule::Gap => "A variable is empty. Fill it in, or take it out.",
        Rule::TooEarly => "“Refunded” is not true yet. Say “approved”, or send it when refunded.",
        Rule::WrongAmount => "This amount is not TikTok’s. Take it out, or use TikTok’s.",
        Rule::Link => "A link leads off TikTok. Take it out to send.",
        Rule::Phone => "A phone number leads off TikTok. Take it out to send.",
        Rule::Email => "An e-mail address leads off TikTok. Take it out to send.",
        Rule::OtherApp => "Another app’s name leads off TikTok. Take it out to send.",
        Rule::Handle => "A social handle leads off TikTok. Take it out to send.",
        Rule::AsksToCancel => "It asks the buyer to cancel or withdraw. TikTok forbids that.",
        Rule::AsksForReview => "It asks for another review. TikTok forbids that.",
        Rule::GreetingAlone => "Greeting, name and thanks alone are no answer. Say what the buyer needs to know.",
        Rule::Blame => "It sounds like blame. Say what happened instead.",
        Rule::OtherLanguage => "The buyer writes another language.",
        Rule::NotOurs => "This desk did not decide that. Say it without “we”.",
    }
}

/// What a rule found, as bytes of the text, always whole characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Whether it stops the reply.
    pub severity: Severity,
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// What may be said instead.
    pub say: Option<Claim>,
    /// What mends it, put in its place.
    pub fix: Option<String>,
}

impl Finding {
    /// The text with what mends it in its place; none: only whoever writes knows what to say instead. What is only taken
    /// out takes a space beside it along.
    pub fn mended(&self, text: &str) -> Option<String> {
        let fix = self.fix.as_deref()?;
        let (before, after) = (text.get(..self.start)?, text.get(self.end..)?);
        if !fix.is_empty() {
            return Some([before, fix, after].concat());
        }
        let after = if before.is_empty() { after.trim_start_matches(' ') } else { after };
        let stands_alone = after.chars().next().is_none_or(|next| !next.is_alphanumeric());
        Some([if stands_alone { before.trim_end_matches(' ') } else { before }, after].concat())
    }
}

/// What a text is checked against.
#[derive(Debug, Clone, Copy)]
pub struct LintInput<'a> {
    /// The text.
    pub text: &'a str,
    /// The language it is meant to be in.
    pub language: Language,
    /// What it tells; none: a chat line.
    pub claim: Option<Claim>,
    /// What is proved now.
    pub sayable: &'a [Sayable],
    /// The reply waits until its claim is proved.
    pub pending: bool,
    /// The amount that may be said; none: no amount.
    pub amount: Option<&'a Money>,
    /// The buyer's language, where it is to be compared.
    pub buyer_language: Option<Language>,
    /// The buyer's name, where one is known.
    pub name: Option<&'a str>,
}

impl LintInput<'_> {
    /// Whether the claim is true, or will be when the text goes out.
    fn may_say(&self, claim: Claim) -> bool {
        self.sayable.iter().any(|sayable| sayable.claim == claim) || (self.pending && self.claim == Some(claim))
    }
}

/// Longest message that TikTok takes, in characters.
pub const LONGEST: usize = 2_000;

/// Length as TikTok counts it.
pub fn count(text: &str) -> usize {
    text.chars().count()
}

/// The text in lower case with every letter at its place: offsets fit the original.
fn fold(text: &str) -> String {
    let lower = |letter: char| {
        let mut all = letter.to_lowercase();
        match (all.next(), all.next()) {
            (Some(low), None) if low.len_utf8() == letter.len_utf8() => low,
            _ => letter,
        }
    };
    text.chars().map(lower).collect()
}

/// What the rules find, blocks first, in the order of the text.
pub fn lint(input: &LintInput<'_>) -> Vec<Finding> {
    let text = input.text;
    let lower = fold(text);
    let starts = Starts::of(&lower);
    let mut found = Vec::new();
    let mut add = |rule: Rule, start: usize, end: usize, fix: Option<String>| {
        found.push(Finding { rule, severity: rule.severity(), start, end, say: None, fix });
    };
    if text.trim().is_empty() {
        add(Rule::Empty, 0, text.len(), None);
    } else if said::is_greeting_alone(&lower)
        || input.claim.is_some() && said::is_manners_alone(&lower, input.name.map(fold).as_deref())
    {
        add(Rule::GreetingAlone, 0, text.len(), None);
    }
    if let Some((from, _)) = text.char_indices().nth(LONGEST) {
        add(Rule::TooLong, from, text.len(), None);
    }
    for (start, _) in text.match_indices('{') {
        let rest = text.get(start..).unwrap_or_default();
        add(Rule::Gap, start, start + rest.find('}').map_or(1, |at| at + 1), None);
    }
    let amounts = amounts::find(&lower, input.language);
    // A chat line may name any price; a reply that tells an outcome names the platform's amount or none.
    if input.claim.is_some() {
        for said in amounts.iter().filter(|said| !input.amount.is_some_and(|amount| said.is(amount))) {
            add(Rule::WrongAmount, said.start, said.end, input.amount.map(|ours| format_money(ours, input.language)));
        }
    }
    for (rule, start, end) in addresses::find(&lower, text) {
        add(rule, start, end, Some(String::new()));
    }
    for (start, end) in addresses::phones(&lower) {
        if !amounts.iter().any(|amount| amount.start < end && start < amount.end) {
            add(Rule::Phone, start, end, Some(String::new()));
        }
    }
    for (rule, phrases) in [
        (Rule::OtherApp, words::APPS),
        (Rule::AsksToCancel, words::CANCEL),
        (Rule::AsksForReview, words::REVIEW),
        (Rule::Blame, words::BLAME),
    ] {
        said::each(&starts, phrases, |start, end| add(rule, start, end, None));
    }
    for (rule, asked) in [(Rule::AsksToCancel, &words::TO_CANCEL), (Rule::AsksForReview, &words::TO_REVIEW)] {
        said::asks(&starts, asked, |start, end| add(rule, start, end, None));
    }
    if let Some(buyers) = input.buyer_language
        && detect(text).is_some_and(|ours| buyers != ours)
    {
        add(Rule::OtherLanguage, 0, text.len(), None);
    }
    if !input.may_say(Claim::Refunded) {
        let instead = Some(Claim::Approved).filter(|claim| input.may_say(*claim));
        for (start, end, fix) in said::paid(&starts, &amounts) {
            let fix = fix.filter(|_| instead.is_some());
            found.push(Finding { rule: Rule::TooEarly, severity: Severity::Block, start, end, say: instead, fix });
        }
    }
    found.sort_by_key(|finding| (finding.severity, finding.start, finding.end));
    found.dedup_by(|next, first| next.rule == first.rule && next.start < first.end);
    found
}

/// Whether a text is a greeting, a name and thanks, and next to nothing beside them. A line of chat may be.
pub(super) fn is_manners_alone(text: &str, name: Option<&str>) -> bool {
    said::is_manners_alone(&fold(text), name.map(fold).as_deref())
}

/// Warns of "we" where somebody else decided. Beside [`lint`], because only who composes knows whose voice it is.
pub fn lint_voice(text: &str, voice: Voice) -> Vec<Finding> {
    let mut found = Vec::new();
    if voice != Voice::We {
        let rule = Rule::NotOurs;
        said::each(&Starts::of(&fold(text)), words::WE_DECIDED, |start, end| {
            found.push(Finding { rule, severity: rule.severity(), start, end, say: None, fix: None });
        });
    }
    found
}
