//! What the desk itself can check: before an agent decides, and once a case was decided. Pure, so that the same facts
//! always give the same answer. A check that cannot be known says so, and one that does not apply is left out: nothing
//! is guessed.

mod after;
mod before;
#[cfg(test)]
mod cases;
mod check;
mod decided;
mod fact;
mod told;

#[cfg(test)]
pub(in crate::domain) mod sample;

pub use after::{after_deciding, counting};
pub use before::before_deciding;
pub use check::{Check, QUALITY_VERSION, Step};
pub use fact::{Fact, Label, Value};

use fact::Facts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It holds.
    Passed,
    /// Not known yet, or not to be known.
    Unknown,
    /// It does not.
    Failed,
}

/// One computed check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoint {
    /// Which.
    pub check: Check,
    /// How it stands.
    pub state: CheckState,
    /// What the answer rests on, as far as it is known.
    pub facts: Vec<Fact>,
}

const fn state(holds: bool) -> CheckState {
    if holds { CheckState::Passed } else { CheckState::Failed }
}

fn point(check: Check, state: CheckState, facts: Facts) -> Checkpoint {
    Checkpoint { check, state, facts: facts.0 }
}
