//! What a buyer is told: the text a reply starts from, its variables, and the rules it must keep.

mod catalogue;
mod language;
mod lines;
mod lint;
mod money;
mod place;
mod render;
mod sample;
mod seed;
mod template;

pub use catalogue::{Ask, Catalogue, Composed, Own, Parts, compose, version_id, version_of};
pub use language::{Language, detect};
pub use lines::{LINES, SavedLine, lines_problem};
pub use lint::{Finding, LONGEST, LintInput, Rule, Severity, count, lint, lint_voice, reasons_in, rule_text};
pub use money::format_money;
pub use place::{Moment, NoMoment, NoPlace, Place, happens};
pub(crate) use render::short;
pub use render::{Rendered, ReplyFacts, Span, Variable, render};
pub use sample::{Breach, lint_template, made_up, never_stands};
pub use template::{Condition, Fail, Holding, TemplateProblem, conditions_in, resolve, template_problems};
