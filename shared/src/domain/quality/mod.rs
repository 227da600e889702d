//! What the desk itself can check: before an agent decides, and once a case was decided. Pure, so that the same facts
//! always give the same answer.

mod after;
mod before;
#[cfg(test)]
mod sample;

pub use after::after_deciding;
pub use before::before_deciding;

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// Not known yet.
    Unknown,
}

/// One computed check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// What is checked, in plain words.
    pub text: &'static str,
    /// How it stands.
    pub state: CheckState,
}

const fn state(holds: bool) -> CheckState {
    if holds { CheckState::Passed } else { CheckState::Failed }
}
