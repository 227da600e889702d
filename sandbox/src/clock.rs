//! One settable clock for `Date`, the timestamp window and every deadline.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: i64 = 86_400_000;

/// Real time moved by an offset, faster by a speed, or standing still.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    anchor_real_ms: i64,
    anchor_ms: i64,
    speed: f64,
    is_frozen: bool,
}

fn real_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Clock {
    /// Starts at an instant in unix seconds, or now.
    pub(crate) fn starting_at(start: Option<i64>) -> Self {
        let real = real_ms();
        let anchor_ms = start.map_or(real, |seconds| seconds.saturating_mul(1000));
        Self { anchor_real_ms: real, anchor_ms, speed: 1.0, is_frozen: false }
    }

    /// Unix milliseconds.
    pub(crate) fn now_ms(&self) -> i64 {
        if self.is_frozen {
            return self.anchor_ms;
        }
        let passed = real_ms().saturating_sub(self.anchor_real_ms);
        // Days and their rest each fit a double; a number of milliseconds alone does for 24 days.
        let part = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
        let whole = part(passed.div_euclid(DAY_MS)) * 86_400_000.0 + part(passed.rem_euclid(DAY_MS));
        let scaled = format!("{:.0}", self.speed * whole);
        self.anchor_ms.saturating_add(scaled.parse().unwrap_or(passed))
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    fn anchor_at(&mut self, now_ms: i64) {
        self.anchor_ms = now_ms;
        self.anchor_real_ms = real_ms();
    }

    /// Jumps to an instant in unix seconds.
    pub(crate) fn set(&mut self, seconds: i64) {
        self.anchor_at(seconds.saturating_mul(1000));
    }

    /// Moves on.
    pub(crate) fn advance(&mut self, seconds: i64) {
        let now = self.now_ms();
        self.anchor_at(now.saturating_add(seconds.saturating_mul(1000)));
    }

    /// Runs faster or slower from here on.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        let now = self.now_ms();
        self.anchor_at(now);
        self.speed = speed;
    }

    /// Stands still, or goes on.
    pub(crate) fn freeze(&mut self, is_frozen: bool) {
        let now = self.now_ms();
        self.anchor_at(now);
        self.is_frozen = is_frozen;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_nobody_touches_for_months_does_not_stand_still() {
        for (days, speed, expected) in [(1, 1.0, 1), (24, 1.0, 24), (25, 1.0, 25), (400, 1.0, 400), (60, 2.0, 120)] {
            let clock = Clock { anchor_real_ms: real_ms() - days * DAY_MS, anchor_ms: 0, speed, is_frozen: false };
            assert_eq!(clock.now_ms().div_euclid(DAY_MS), expected, "{days} days at speed {speed}");
        }
    }
}
