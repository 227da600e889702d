//! Saved lines: short texts that are put into a reply at the cursor.

use super::language::Language;
use super::template::template_problems;
use crate::id::LineId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lines that a team can keep: all of them fit into one request, in any script.
pub const LINES: usize = 60;
/// Characters of a name.
const NAME: std::ops::RangeInclusive<usize> = 1..=40;
/// Characters of a text.
const TEXT: std::ops::RangeInclusive<usize> = 1..=300;

/// A sentence or two that agents write again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedLine {
    /// The same when its words change.
    pub id: LineId,
    /// What it is found by.
    pub name: String,
    /// The text, with the variables of a template.
    pub text: String,
    /// Offered only where a reply is written in it; none: everywhere.
    #[serde(default)]
    pub language: Option<Language>,
}

impl SavedLine {
    /// Whether it is offered for what was typed, in a reply of this language.
    pub fn fits(&self, typed: &str, language: Language) -> bool {
        let typed = typed.trim().to_lowercase();
        let is_found = |text: &str| text.to_lowercase().contains(&typed);
        self.language.is_none_or(|own| own == language) && (is_found(&self.name) || is_found(&self.text))
    }
}

/// What is wrong with a list of lines, as (field, clause).
pub fn lines_problem(lines: &[SavedLine]) -> Option<(&'static str, &'static str)> {
    if lines.len() > LINES {
        return Some(("lines", "must be at most 60"));
    }
    for (place, line) in lines.iter().enumerate() {
        if !NAME.contains(&line.name.trim().chars().count()) {
            return Some(("name", "of every line must have 1 to 40 characters"));
        }
        if !TEXT.contains(&line.text.trim().chars().count()) {
            return Some(("text", "of every line must have 1 to 300 characters"));
        }
        // A sentence that stands only under a condition belongs into a template, which knows the case.
        if line.text.contains("{if") || !template_problems(&line.text).is_empty() {
            return Some((
                "text",
                "of every line may hold only variables that the desk knows, such as {name} or {amount}",
            ));
        }
        let is_same = |other: &SavedLine| {
            other.id == line.id || (other.name.trim() == line.name.trim() && other.language == line.language)
        };
        if lines.iter().skip(place + 1).any(is_same) {
            return Some(("lines", "of one language must each have a name of its own"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, name: &str, text: &str) -> SavedLine {
        SavedLine { id: id.parse().unwrap(), name: name.to_owned(), text: text.to_owned(), language: None }
    }

    #[test]
    fn what_does_not_fit_a_list_of_lines_is_named() {
        let field = |lines: &[SavedLine]| lines_problem(lines).map(|(field, _)| field);
        assert_eq!(field(&[line("a", "Wait", "One moment, {name|there}."), line("b", "Sorry", "We are sorry.")]), None);
        assert_eq!(field(&[line("a", " ", "One moment.")]), Some("name"));
        assert_eq!(field(&[line("a", "Wait", " ")]), Some("text"));
        assert_eq!(field(&[line("a", "Wait", "{nobody}")]), Some("text"));
        assert_eq!(field(&[line("a", "Wait", "{if keeps}Keep it.{end}")]), Some("text"));
        assert_eq!(field(&[line("a", "Wait", "One."), line("b", "Wait ", "Two.")]), Some("lines"));
        let german = SavedLine { language: Some(Language::De), ..line("b", "Wait", "Einen Moment.") };
        assert_eq!(field(&[line("a", "Wait", "One."), german]), None);
        let many: Vec<_> = (0..=LINES).map(|place| line(&format!("l{place}"), &format!("Line {place}"), "x")).collect();
        assert_eq!(field(&many), Some("lines"));
    }

    #[test]
    fn a_line_is_found_by_name_or_text_and_in_its_language_alone() {
        let wait = SavedLine { language: Some(Language::En), ..line("a", "Please wait", "One moment.") };
        assert!(wait.fits("", Language::En) && wait.fits("WAIT", Language::En) && wait.fits("moment", Language::En));
        assert!(!wait.fits("sorry", Language::En) && !wait.fits("wait", Language::De));
    }
}
