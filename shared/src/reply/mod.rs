//! What a buyer is told: the text a reply starts from, its variables, and the rules it must keep.

mod catalogue;
mod language;
mod lint;
mod money;
mod render;

pub use catalogue::{Ask, Catalogue, Composed, Parts, compose};
pub use language::{Language, detect};
pub use lint::{Finding, LONGEST, LintInput, Rule, Severity, count, lint, lint_voice, reasons_in, rule_text};
pub use money::format_money;
pub(crate) use render::short;
pub use render::{Rendered, ReplyFacts, Span, Variable, render};
