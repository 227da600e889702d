//! `/api/quality`: how the work on every case stands up to what TikTok shows.

use crate::domain::quality::{Check, CheckState, Value};
use crate::id::{AgentId, ShopId};
use crate::money::Money;
use crate::reasons::ReasonGroup;
use crate::reply::Place;
use crate::time::Timestamp;
use crate::wire::case::CaseRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weeks that are looked back, and points of a trend.
pub const WEEKS: usize = 10;

/// One check of a case with its words, as the screen shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckView {
    /// What is checked, in a few words.
    pub text: String,
    /// What is asked and why.
    pub explanation: String,
    /// The step of the procedure in which it is done right.
    pub step: String,
    /// Where the handbook that is in force speaks of it: a page and a step of it, as below `/handbook`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<String>,
    /// How it stands.
    pub state: CheckState,
    /// What the answer rests on, by name.
    pub facts: Vec<(String, Value)>,
}

/// Filters of `GET /api/quality` and `GET /api/quality/cases`, as their query string.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct QualityFilter {
    /// Only this shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopId>,
    /// Weeks back from now, 1 to [`WEEKS`]; 4 where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<u32>,
    /// Of the cases: only those in which this failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Check>,
    /// Only cases that this person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

/// How often something held, of those times that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// It held.
    pub passed: u64,
    /// It did not.
    pub failed: u64,
}

/// A share in tenths of a percent, rounded half up; but all of it only where nothing is missing, and nothing of it only
/// where there is none. None of nothing.
pub const fn per_mille(part: u64, whole: u64) -> Option<u64> {
    match (part * 1_000 + whole / 2).checked_div(whole) {
        Some(0) if part > 0 => Some(1),
        Some(1_000) if part < whole => Some(999),
        share => share,
    }
}

impl Tally {
    /// How often it is known.
    pub const fn known(self) -> u64 {
        self.passed + self.failed
    }

    /// In tenths of a percent, as [`per_mille`] rounds; none where nothing is known.
    pub const fn per_mille(self) -> Option<u64> {
        per_mille(self.passed, self.known())
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// One check over many cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRate {
    /// Its name, as [`QualityFilter::failed`] takes it.
    pub name: String,
    /// What is checked, in a few words.
    pub text: String,
    /// What is asked and why.
    pub explanation: String,
    /// The step of the procedure in which it is done right.
    pub step: String,
    /// Where the handbook that is in force speaks of it: a page and a step of it, as below `/handbook`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<String>,
    /// In the span.
    pub whole: Tally,
    /// By week, oldest first, [`WEEKS`] of them.
    pub weeks: Vec<Tally>,
    /// In the span, by who decided, in the order of [`Quality::agents`].
    pub agents: Vec<Tally>,
    /// What the cases in which it failed have in common.
    #[serde(default)]
    pub common: Common,
}

/// What several cases have in common: two or more, and at least half of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Common {
    /// The buyer's reason, and in how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<(ReasonGroup, u64)>,
    /// Of checks of words: the reply that was sent, and in how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<(Place, u64)>,
}

/// One shop over the weeks; a case counts as passed if no check failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShopRate {
    /// Which.
    pub shop: ShopId,
    /// By week, oldest first, [`WEEKS`] of them.
    pub weeks: Vec<Tally>,
}

/// Answer of `GET /api/quality`: cases that were decided in the span, of the shops that the asker sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Cases: without a failed check, and with one.
    pub cases: Tally,
    /// The same of as many weeks before; nothing where that is too long ago.
    pub before: Tally,
    /// Cases that are still to be checked.
    pub waiting: u64,
    /// One sum per currency of what TikTok approved because time ran out.
    pub ran_out: Vec<Money>,
    /// In the order of the work; only checks that are known of a case.
    pub checks: Vec<CheckRate>,
    /// Who decided most, first.
    pub agents: Vec<AgentId>,
    /// Each shop with a case.
    pub shops: Vec<ShopRate>,
}

/// A row of the answer of `GET /api/quality/cases`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityCase {
    /// The case.
    pub row: CaseRow,
    /// When it was decided.
    pub decided: Timestamp,
    /// Who decided it at this desk.
    pub agent: Option<AgentId>,
    /// The words of what failed.
    pub failed: Vec<String>,
}

/// Answer of `GET /api/quality/cases`: those with a failed check, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityCases {
    /// At most 200.
    pub cases: Vec<QualityCase>,
    /// How many there are.
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundred_percent_means_always_and_none_never() {
        for (passed, failed, expected) in
            [(0, 0, None), (10, 0, Some(1_000)), (9_999, 1, Some(999)), (0, 3, Some(0)), (1, 9_999, Some(1))]
        {
            assert_eq!(Tally { passed, failed }.per_mille(), expected);
        }
    }

    #[test]
    fn a_share_is_rounded_as_a_spreadsheet_rounds_it() {
        for (passed, failed, expected) in [(2, 1, 667), (2, 5, 286), (1, 2, 333), (1, 15, 63), (3, 5, 375), (1, 1, 500)]
        {
            assert_eq!(Tally { passed, failed }.per_mille(), Some(expected), "{passed} of {}", passed + failed);
        }
    }
}
