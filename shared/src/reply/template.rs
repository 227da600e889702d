//! The little language of a team's own replies: gaps that facts fill, and sentences that stand only in some cases.
//!
//! `{amount}` is filled in. `{name|there}` says "there" where no name is known. `{if keeps}Keep it.{end}` stands only
//! where the buyer keeps the goods, `{if not keeps}` only where they do not; `{if name and not amount}` asks for both.

use super::lint::{LONGEST, count};
use super::render::Variable;
use crate::domain::case::Kind;
use crate::reasons::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a sentence can hang on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The buyer keeps the goods.
    Keeps,
    /// The buyer sends them back.
    Returns,
    /// The shop is at fault.
    Ours,
    /// The carrier is at fault.
    Carrier,
    /// An order is called off before it is sent.
    Cancellation,
    /// A replacement was asked for.
    Replacement,
    /// A name is known.
    Name,
    /// An amount may be said.
    Amount,
}

impl Condition {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Keeps,
        Self::Returns,
        Self::Ours,
        Self::Carrier,
        Self::Cancellation,
        Self::Replacement,
        Self::Name,
        Self::Amount,
    ];

    /// The word after `if`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keeps => "keeps",
            Self::Returns => "returns",
            Self::Ours => "ours",
            Self::Carrier => "carrier",
            Self::Cancellation => "cancellation",
            Self::Replacement => "replacement",
            Self::Name => "name",
            Self::Amount => "amount",
        }
    }

    /// By its word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.word() == word)
    }
}

/// What holds in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The buyer keeps the goods.
    pub keeps: bool,
    /// The buyer sends them back.
    pub returns: bool,
    /// Who is at fault.
    pub fault: Fault,
    /// What was asked for.
    pub kind: Kind,
    /// A name is known.
    pub has_name: bool,
    /// An amount may be said.
    pub has_amount: bool,
}

impl Holding {
    const fn is(self, condition: Condition) -> bool {
        match condition {
            Condition::Keeps => self.keeps,
            Condition::Returns => self.returns,
            Condition::Ours => matches!(self.fault, Fault::Ours),
            Condition::Carrier => matches!(self.fault, Fault::Carrier),
            Condition::Cancellation => matches!(self.kind, Kind::Cancellation),
            Condition::Replacement => matches!(self.kind, Kind::Replacement),
            Condition::Name => self.has_name,
            Condition::Amount => self.has_amount,
        }
    }

    /// Whether all that stands after an `if` holds; what is not known does not.
    fn stands(self, words: &str) -> bool {
        asked(words).all(|one| one.is_ok_and(|(condition, is_wanted)| self.is(condition) == is_wanted))
    }
}

/// What stands after an `if`, one by one, each with whether it must hold or must not; or a word that is not known.
fn asked(words: &str) -> impl Iterator<Item = Result<(Condition, bool), &str>> {
    words.split(" and ").map(|one| {
        let (word, is_wanted) = one.strip_prefix("not ").map_or((one, true), |word| (word, false));
        Condition::of(word).map(|condition| (condition, is_wanted)).ok_or(word)
    })
}

/// What the sentences of a text hang on, each once.
pub fn conditions_in(text: &str) -> Vec<Condition> {
    let mut found = Vec::new();
    for brace in braces(text) {
        let Ok((_, _, Brace::If(words))) = brace else { continue };
        for (condition, _) in asked(words).flatten() {
            if !found.contains(&condition) {
                found.push(condition);
            }
        }
    }
    found
}

/// The gaps of a text that have other words for where nothing is known, each once.
pub(super) fn fallbacks_in(text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    for brace in braces(text) {
        let Ok((_, _, Brace::Variable(inner))) = brace else { continue };
        let variable = inner.split_once('|').and_then(|(word, _)| Variable::of(word));
        found.extend(variable.filter(|variable| !found.contains(variable)));
    }
    found
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fail {
    /// Nothing stands there.
    Empty,
    /// More than TikTok takes, before anything is filled in.
    TooLong,
    /// Nothing fills this.
    UnknownVariable(String),
    /// Nothing is known by this word after `if`.
    UnknownCondition(String),
    /// A brace without its other half.
    OpenBrace,
    /// An `if` without an `end`.
    NoEnd,
    /// An `end` without an `if`.
    NoIf,
    /// An `if` inside of another.
    Nested,
    /// No sentence stands in an `if`.
    EmptyIf,
}

/// Where a text is no template, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateProblem {
    /// First byte of what is wrong.
    pub start: usize,
    /// After its last byte.
    pub end: usize,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: Fail,
}

impl TemplateProblem {
    /// The fact, and what to do.
    pub fn text(&self) -> String {
        let words: Vec<_> = Variable::ALL.iter().map(|variable| variable.word()).collect();
        let conditions: Vec<_> = Condition::ALL.iter().map(|condition| condition.word()).collect();
        let what = match &self.what {
            Fail::Empty => return "The reply is empty. Write it first.".to_owned(),
            Fail::TooLong => return "TikTok takes at most 2,000 characters. Shorten it.".to_owned(),
            Fail::UnknownVariable(word) => format!("“{{{word}}}” is not known. Known are {}.", words.join(", ")),
            Fail::UnknownCondition(word) => format!("“if {word}” is not known. Known are {}.", conditions.join(", ")),
            Fail::OpenBrace => "a brace stands alone. Close it, or take it out.".to_owned(),
            Fail::NoEnd => "an “if” has no “{end}”. Write it where the sentence ends.".to_owned(),
            Fail::NoIf => "an “{end}” has no “if” before it. Take it out.".to_owned(),
            Fail::Nested => "an “if” stands inside of another. End the first one before it.".to_owned(),
            Fail::EmptyIf => {
                "nothing stands between “if” and “{end}”. Write the sentence, or take both out.".to_owned()
            }
        };
        format!("Line {}: {what}", self.line)
    }
}

/// One brace of a text.
enum Brace<'a> {
    If(&'a str),
    End,
    Variable(&'a str),
}

impl<'a> Brace<'a> {
    fn of(inner: &'a str) -> Self {
        match inner.split_once(' ') {
            Some(("if", condition)) => Self::If(condition),
            _ if inner == "end" => Self::End,
            _ => Self::Variable(inner),
        }
    }
}

/// Goes through the braces of a text, with the bytes where each stands.
fn braces(text: &str) -> impl Iterator<Item = Result<(usize, usize, Brace<'_>), (usize, usize)>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + rest.find(['{', '}'])?;
        let after = text.get(start..)?;
        let inner = after.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(inner, _)| inner);
        match inner.filter(|inner| !inner.contains('{')) {
            Some(inner) => {
                let end = start + inner.len() + 2;
                from = end;
                Some(Ok((start, end, Brace::of(inner))))
            }
            None => {
                from = start + 1;
                Some(Err((start, start + 1)))
            }
        }
    })
}

/// Everything that keeps a text from being a template, in its order; nothing: it is one.
pub fn template_problems(text: &str) -> Vec<TemplateProblem> {
    let line = |start: usize| text.get(..start).map_or(0, |before| before.matches('\n').count()) + 1;
    let mut found = Vec::new();
    let mut add = |start: usize, end: usize, what| found.push(TemplateProblem { start, end, line: line(start), what });
    if text.trim().is_empty() {
        add(0, text.len(), Fail::Empty);
    }
    if LONGEST < count(text) {
        add(0, text.len(), Fail::TooLong);
    }
    let mut open: Option<(usize, usize)> = None;
    for brace in braces(text) {
        match brace {
            Err((start, end)) => add(start, end, Fail::OpenBrace),
            Ok((start, end, Brace::If(words))) => {
                if let Some(word) = asked(words).find_map(Result::err) {
                    add(start, end, Fail::UnknownCondition(word.to_owned()));
                }
                if open.is_some() {
                    add(start, end, Fail::Nested);
                } else {
                    open = Some((start, end));
                }
            }
            Ok((start, end, Brace::End)) => match open.take() {
                Some((first, after)) if text.get(after..start).is_none_or(|inside| inside.trim().is_empty()) => {
                    add(first, end, Fail::EmptyIf);
                }
                Some(_) => {}
                None => add(start, end, Fail::NoIf),
            },
            Ok((start, end, Brace::Variable(inner))) => {
                let word = inner.split_once('|').map_or(inner, |(word, _)| word);
                if Variable::of(word).is_none() {
                    add(start, end, Fail::UnknownVariable(inner.to_owned()));
                }
            }
        }
    }
    if let Some((start, end)) = open {
        add(start, end, Fail::NoEnd);
    }
    found
}

/// The text with only those sentences that stand in a case; its gaps are still open.
///
/// An empty line that is left over, and a space before one that went, go too.
pub fn resolve(text: &str, holding: Holding) -> String {
    let mut kept = String::new();
    let mut from = 0;
    let mut stands = true;
    for (start, end, brace) in braces(text).flatten() {
        let next = match brace {
            Brace::If(words) => holding.stands(words),
            Brace::End => true,
            Brace::Variable(_) => continue,
        };
        if stands {
            kept.push_str(text.get(from..start).unwrap_or_default());
        }
        from = end;
        stands = next;
    }
    if stands {
        kept.push_str(text.get(from..).unwrap_or_default());
    }
    let lines: Vec<String> = kept
        .lines()
        .map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .collect();
    let mut tidy: Vec<&str> = Vec::new();
    for line in &lines {
        if !(line.is_empty() && tidy.last().is_none_or(|last| last.is_empty())) {
            tidy.push(line);
        }
    }
    tidy.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Holding = Holding {
        keeps: false,
        returns: false,
        fault: Fault::Open,
        kind: Kind::RefundOnly,
        has_name: false,
        has_amount: false,
    };

    #[test]
    fn every_fault_of_a_text_is_named_with_its_place() {
        for (text, expected) in [
            ("Hi {name|there}, {amount}. {if keeps}Keep it.{end}", vec![]),
            (" \n", vec![(1, Fail::Empty)]),
            ("Hi {nmae}", vec![(1, Fail::UnknownVariable("nmae".to_owned()))]),
            ("Hi\n{if kept}x{end}", vec![(2, Fail::UnknownCondition("kept".to_owned()))]),
            ("{if not keeps and name}x{end}", vec![]),
            ("{if keeps and kept}x{end}", vec![(1, Fail::UnknownCondition("kept".to_owned()))]),
            ("{if not}x{end}", vec![(1, Fail::UnknownCondition("not".to_owned()))]),
            ("a {name", vec![(1, Fail::OpenBrace)]),
            ("a name}", vec![(1, Fail::OpenBrace)]),
            ("a {{name}}", vec![(1, Fail::OpenBrace), (1, Fail::OpenBrace)]),
            ("{if keeps}Keep", vec![(1, Fail::NoEnd)]),
            ("Keep{end}", vec![(1, Fail::NoIf)]),
            ("{if keeps}a{if ours}b{end}{end}", vec![(1, Fail::Nested), (1, Fail::NoIf)]),
            ("a {if keeps} {end}", vec![(1, Fail::EmptyIf)]),
        ] {
            let found: Vec<_> =
                template_problems(text).into_iter().map(|problem| (problem.line, problem.what)).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(template_problems(&"ก".repeat(2_001))[0].what, Fail::TooLong);
    }

    #[test]
    fn a_problem_is_marked_where_it_stands() {
        let text = "สวัสดี {nmae} {if keeps}x";
        let marked: Vec<_> =
            template_problems(text).into_iter().map(|problem| text[problem.start..problem.end].to_owned()).collect();
        assert_eq!(marked, ["{nmae}", "{if keeps}"]);
    }

    #[test]
    fn only_what_holds_is_said() {
        let text =
            "Hi {name},\n\nDone. {if keeps}Keep it.{end} {if returns}Send it.{end}\n\n{if ours}Our fault.{end}\n\nBye";
        for (holding, expected) in [
            (NOTHING, "Hi {name},\n\nDone.\n\nBye"),
            (Holding { keeps: true, ..NOTHING }, "Hi {name},\n\nDone. Keep it.\n\nBye"),
            (
                Holding { returns: true, fault: Fault::Ours, ..NOTHING },
                "Hi {name},\n\nDone. Send it.\n\nOur fault.\n\nBye",
            ),
            (Holding { fault: Fault::Carrier, ..NOTHING }, "Hi {name},\n\nDone.\n\nBye"),
        ] {
            assert_eq!(resolve(text, holding), expected);
        }
        let text = "{if name}Hi {name},{end}{if not name}Hello,{end} {if cancellation and not amount}Off.{end}{if not cancellation}On.{end}";
        let cancelled = Holding { kind: Kind::Cancellation, ..NOTHING };
        for (holding, expected) in [
            (NOTHING, "Hello, On."),
            (Holding { has_name: true, ..NOTHING }, "Hi {name}, On."),
            (cancelled, "Hello, Off."),
            (Holding { has_amount: true, ..cancelled }, "Hello,"),
        ] {
            assert_eq!(resolve(text, holding), expected);
        }
        assert_eq!(
            conditions_in(text),
            [Condition::Name, Condition::Cancellation, Condition::Amount],
            "each once, in the order of the text"
        );
    }
}
