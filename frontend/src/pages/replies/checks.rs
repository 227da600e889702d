//! What the rules say of a reply that is being written, check by check: of the template as it reads in every case, and of
//! the case that is shown.

use super::typing::Page;
use crate::components::Icon;
use leptos::prelude::*;
use shared::domain::case::Claim;
use shared::reply::{
    LintInput, Place, Rule, Severity, lint, lint_template, never_stands, rule_text, template_problems,
};

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Passed,
    /// Nobody asks for approval before it is mended.
    ToMend,
    /// Whoever writes judges.
    ToRead,
    /// Good to know.
    Hint,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    mark: Mark,
    words: String,
}

impl Row {
    fn new(mark: Mark, words: &str) -> Self {
        Self { mark, words: words.to_owned() }
    }
}

/// What holds where none of these rules finds anything.
const CHECKS: [(&str, &[Rule]); 7] = [
    (
        "No link, phone, e-mail, handle or other app",
        &[Rule::Link, Rule::Phone, Rule::Email, Rule::Handle, Rule::OtherApp],
    ),
    ("Every variable has a fact", &[Rule::Gap]),
    ("Says only what is true when it goes out", &[Rule::TooEarly, Rule::NotOurs]),
    ("Names no amount but TikTok’s", &[Rule::WrongAmount]),
    ("Asks for no withdrawal and no review", &[Rule::AsksToCancel, Rule::AsksForReview]),
    ("An answer of fitting length, without blame", &[Rule::Empty, Rule::TooLong, Rule::GreetingAlone, Rule::Blame]),
    ("In the language of its page", &[Rule::OtherLanguage]),
];

/// Each check: what was found, or that it holds.
fn by_check(found: &[(Rule, Severity)], gap: Option<String>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (holds, rules) in CHECKS {
        let before = rows.len();
        rows.extend(found.iter().filter(|(rule, _)| rules.contains(rule)).map(|(rule, severity)| {
            let mark = if *severity == Severity::Block { Mark::ToMend } else { Mark::ToRead };
            Row::new(mark, rule_text(*rule))
        }));
        if rules.contains(&Rule::Gap) {
            rows.extend(gap.as_ref().map(|words| Row::new(Mark::ToMend, words)));
        }
        if rows.len() == before {
            rows.push(Row::new(Mark::Passed, holds));
        }
    }
    rows
}

/// What is not known in the case that is shown.
fn gap(page: Page, place: &Place) -> Option<String> {
    let (filled, example) = (page.filled()?, page.chosen()?);
    let claim = place.moment.claim();
    let amount = if claim == Some(Claim::OfferMade) { &example.facts.offer } else { &example.facts.amount };
    let input = LintInput {
        text: &filled.text,
        language: place.language,
        claim,
        sayable: &[],
        pending: true,
        amount: amount.as_ref(),
        buyer_language: None,
    };
    lint(&input).into_iter().any(|finding| finding.rule == Rule::Gap).then(|| {
        let missing: Vec<&str> = filled.missing.iter().map(|variable| variable.word()).collect();
        let first = missing.first().copied().unwrap_or("name");
        [
            "In the case that is shown {",
            &missing.join("}, {"),
            "} is not known. Write {",
            first,
            "|other words} for such cases.",
        ]
        .concat()
    })
}

fn rows(page: Page) -> Vec<Row> {
    let (place, text) = (page.place(), page.text.get());
    let problems = template_problems(&text);
    if !problems.is_empty() {
        return problems.iter().map(|problem| Row::new(Mark::ToMend, &problem.text())).collect();
    }
    let mut rows = by_check(&lint_template(&place, &text), gap(page, &place));
    if let Some(condition) = never_stands(&place, &text) {
        let words =
            ["“if ", condition.word(), "” never tells anything here: this reason does not say whose fault it is so."];
        rows.push(Row::new(Mark::Hint, &words.concat()));
    }
    let has_fallback = text.contains("{name|") || text.contains("{if name") || !text.contains("{name}");
    if !has_fallback {
        rows.push(Row::new(Mark::Hint, "TikTok masks some names: {name|there} says “there” to those buyers."));
    }
    rows
}

/// "6 pass, 1 to mend".
fn counted(rows: &[Row]) -> String {
    let part = |mark: Mark, words: &str| {
        let count = rows.iter().filter(|row| row.mark == mark).count();
        (count > 0).then(|| [&count.to_string(), words].concat())
    };
    let parts = [part(Mark::Passed, " pass"), part(Mark::ToMend, " to mend"), part(Mark::ToRead, " to read")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What is said to who hears the page: the counts, and what is to be done.
fn heard(rows: &[Row]) -> String {
    let open = rows.iter().filter(|row| row.mark != Mark::Passed).map(|row| row.words.as_str());
    open.collect::<Vec<_>>().join(" ")
}

fn drawn(row: Row) -> AnyView {
    let (class, icon) = match row.mark {
        Mark::Passed => ("auto", "check"),
        Mark::ToMend => ("auto auto--fail", "x"),
        Mark::ToRead => ("auto auto--open", "warn"),
        Mark::Hint => ("auto auto--open", "info"),
    };
    view! { <li><span class=class><Icon name=icon/></span><span>{row.words}</span></li> }.into_any()
}

/// The card of them.
pub(super) fn card(page: Page) -> AnyView {
    let rows = Memo::new(move |_| rows(page));
    let counted = Memo::new(move |_| rows.with(|rows| counted(rows)));
    let heard = Memo::new(move |_| rows.with(|rows| heard(rows)));
    view! {
        <section class="card stack">
            <header class="line"><h2>"Checks"</h2>
                <span class="small muted push" role="status">{counted}<span class="vh">". "{heard}</span></span>
            </header>
            <ul class="checks">{move || rows.get().into_iter().map(drawn).collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_has_a_row_and_says_what_was_found() {
        let passed = by_check(&[], None);
        assert_eq!((passed.len(), counted(&passed)), (CHECKS.len(), "7 pass".to_owned()));
        let found = [(Rule::Link, Severity::Block), (Rule::Phone, Severity::Block), (Rule::Blame, Severity::Warn)];
        let rows = by_check(&found, Some("No name.".to_owned()));
        assert_eq!(counted(&rows), "4 pass, 3 to mend, 1 to read");
        assert_eq!(rows.first().map(|row| row.words.as_str()), Some(rule_text(Rule::Link)));
        assert!(heard(&rows).contains("No name."));
    }

    #[test]
    fn no_rule_is_in_two_checks_and_what_a_template_can_break_is_in_one() {
        let all: Vec<Rule> = CHECKS.iter().flat_map(|(_, rules)| rules.iter().copied()).collect();
        for (place, rule) in all.iter().enumerate() {
            assert!(!all.iter().skip(place + 1).any(|other| other == rule), "{rule:?}");
        }
        for text in ["", "Hi", "Hi {name}, see www.a.com, call +1 415 555 0100, write to a@b.com or @shop on WhatsApp."]
        {
            let found = lint_template(&"damaged.approved.en".parse().unwrap(), text);
            assert!(!found.is_empty() && found.iter().all(|(rule, _)| all.contains(rule)), "{text}: {found:?}");
        }
    }
}
