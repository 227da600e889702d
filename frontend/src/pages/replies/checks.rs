//! What the rules say of a reply that is being written, check by check: of the template as it reads in every case, and of
//! the case that is shown.

use super::typing::Page;
use crate::components::Icon;
use leptos::prelude::*;
use shared::domain::case::Claim;
use shared::reply::{
    Breach, Condition, Fail, LintInput, Place, Rule, Severity, TemplateProblem, lint, lint_template, never_stands,
    template_problems,
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
    /// What of the text it is about, as it is quoted; empty: all of it.
    meant: String,
    words: String,
}

impl Row {
    fn new(mark: Mark, words: &str) -> Self {
        Self { mark, meant: String::new(), words: words.to_owned() }
    }

    fn of(breach: &Breach) -> Self {
        let mark = if breach.severity == Severity::Block { Mark::ToMend } else { Mark::ToRead };
        let quoted: Vec<String> = breach.words.iter().map(|words| ["“", words, "”"].concat()).collect();
        Self { meant: quoted.join(", "), ..Self::new(mark, &of_page(breach)) }
    }
}

/// What is to be done about a rule, where no buyer has written yet.
fn of_page(breach: &Breach) -> String {
    match breach.rule {
        Rule::OtherLanguage => "It is not in the language of this page.".to_owned(),
        _ => breach.text(),
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
    (
        "Answers in every case, at fitting length, without blame",
        &[Rule::Empty, Rule::TooLong, Rule::GreetingAlone, Rule::Blame],
    ),
    ("In the language of its page", &[Rule::OtherLanguage]),
];

/// Each check: what was found, or that it holds. A slip says more of its rule than the rule itself.
fn by_check(found: &[Breach], slips: &[(Rule, String)]) -> Vec<Row> {
    let mut rows = Vec::new();
    let is_said = |rule: Rule| slips.iter().any(|(slip, _)| *slip == rule);
    for (holds, rules) in CHECKS {
        let before = rows.len();
        let slips = slips.iter().filter(|(rule, _)| rules.contains(rule));
        rows.extend(slips.map(|(_, words)| Row::new(Mark::ToMend, words)));
        let found = found.iter().filter(|breach| rules.contains(&breach.rule) && !is_said(breach.rule));
        rows.extend(found.map(Row::of));
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
        name: None,
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

/// That this reason never makes it somebody's fault.
fn never(condition: Condition) -> String {
    let whose = if condition == Condition::Carrier { "the carrier’s" } else { "the shop’s" };
    ["“if ", condition.word(), "” never holds here: this reason does not make it ", whose, " fault."].concat()
}

/// What keeps the text from being a template, each with the rule whose place it takes.
fn slip(problem: &TemplateProblem) -> (Rule, String) {
    let rule = match problem.what {
        Fail::Empty => Rule::Empty,
        Fail::TooLong => Rule::TooLong,
        _ => Rule::Gap,
    };
    (rule, problem.text())
}

fn rows(page: Page) -> Vec<Row> {
    let (place, text) = (page.place(), page.text.get());
    let mut slips: Vec<_> = template_problems(&text).iter().map(slip).collect();
    if let [(Rule::Empty, words)] = slips.as_slice() {
        return vec![Row::new(Mark::ToMend, words)];
    }
    if slips.is_empty() {
        slips.extend(gap(page, &place).map(|words| (Rule::Gap, words)));
    }
    let mut rows = by_check(&lint_template(&place, &text), &slips);
    if let Some(condition) = never_stands(&place, &text) {
        rows.push(Row::new(Mark::Hint, &never(condition)));
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
    let open = rows.iter().filter(|row| row.mark != Mark::Passed);
    open.flat_map(|row| [row.meant.as_str(), row.words.as_str()])
        .filter(|said| !said.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn drawn(row: Row) -> AnyView {
    let (class, icon) = match row.mark {
        Mark::Passed => ("auto", "check"),
        Mark::ToMend => ("auto auto--fail", "x"),
        Mark::ToRead => ("auto auto--open", "warn"),
        Mark::Hint => ("auto auto--open", "info"),
    };
    let meant = (!row.meant.is_empty()).then(|| view! { <b>{row.meant}</b>" " });
    view! { <li class:todo=row.mark == Mark::ToRead><span class=class><Icon name=icon/></span><span>{meant}{row.words}</span></li> }.into_any()
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
    use shared::reply::rule_text;

    #[test]
    fn each_check_has_a_row_and_says_what_was_found() {
        let passed = by_check(&[], &[]);
        assert_eq!((passed.len(), counted(&passed)), (CHECKS.len(), "7 pass".to_owned()));
        let found = [
            Breach {
                rule: Rule::Link,
                severity: Severity::Block,
                words: vec!["a.com".to_owned(), "b.com".to_owned()],
                case: None,
            },
            Breach { rule: Rule::Phone, severity: Severity::Block, words: Vec::new(), case: None },
            Breach { rule: Rule::Gap, severity: Severity::Block, words: Vec::new(), case: None },
            Breach { rule: Rule::Blame, severity: Severity::Warn, words: Vec::new(), case: None },
        ];
        let rows = by_check(&found, &[(Rule::Gap, "No name.".to_owned())]);
        assert_eq!(counted(&rows), "4 pass, 3 to mend, 1 to read");
        let first = rows.first().unwrap();
        assert_eq!((first.meant.as_str(), first.words.as_str()), ("“a.com”, “b.com”", rule_text(Rule::Link)));
        assert!(heard(&rows).contains("No name.") && !heard(&rows).contains(rule_text(Rule::Gap)));
    }

    #[test]
    fn a_slip_of_a_brace_hides_no_other_check() {
        let text = "Hi {name, see www.a.com";
        let slips: Vec<_> = template_problems(text).iter().map(slip).collect();
        let rows = by_check(&lint_template(&"damaged.approved.en".parse().unwrap(), text), &slips);
        let open: Vec<_> = rows.iter().filter(|row| row.mark != Mark::Passed).map(|row| row.words.as_str()).collect();
        assert_eq!(open, [rule_text(Rule::Link), "Line 1: a brace stands alone. Close it, or take it out."]);
        let slips: Vec<_> = template_problems(&"a".repeat(2_001)).iter().map(slip).collect();
        assert!(matches!(slips.as_slice(), [(Rule::TooLong, _)]));
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
            assert!(!found.is_empty() && found.iter().all(|breach| all.contains(&breach.rule)), "{text}: {found:?}");
        }
    }
}
