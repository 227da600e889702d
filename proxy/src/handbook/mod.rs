//! What the handbook is made of, without store and people: Markdown made safe, differences, the pages that are built in.
//!
//! Nothing here trusts what a lead has typed: markup in a text is shown as text.

mod built_in;
mod difference;
mod files;
mod markdown;

pub use built_in::{BuiltIn, Edition, pages as built_in};
pub use difference::{difference, loses};
pub use files::{Reference, missing, references};
pub use markdown::{html, minutes, plain};
