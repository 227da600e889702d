//! Instants. Computing "how long is left" is the caller's: nothing here reads a clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An instant in unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From unix milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From the platform's unix seconds; a value above 10^12 is already milliseconds (assumed, case model 7).
    pub const fn from_platform(seconds: i64) -> Self {
        if seconds > 1_000_000_000_000 { Self(seconds) } else { Self(seconds.saturating_mul(1000)) }
    }

    /// Unix milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole unix seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `millis` (negative: earlier), kept inside the representable range.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative if `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
