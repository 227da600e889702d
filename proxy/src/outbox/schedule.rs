//! When to look again. Pure: every instant comes in.

use crate::mutants::{Mutant, is_on};
use shared::time::Timestamp;

/// The waits of the outbox, as dials so that a test or a simulation can turn them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dials {
    /// After an unknown decision, the reads that look for its effect: milliseconds after the call.
    pub decision_reads_ms: [i64; 3],
    /// After a refusal that followed an unknown call, when it is looked for the last time what that call did: later than it
    /// can arrive and be shown.
    pub refused_read_ms: i64,
    /// After an unknown message, how long the platform may take to show it.
    pub message_settle_ms: i64,
    /// How long the platform surely remembers an idempotency key (assumed: half of a day).
    pub key_memory_ms: i64,
    /// How near to a deadline nothing is retried any more.
    pub last_moment_ms: i64,
    /// Reads of a conversation that may fail before a message is *unsure*.
    pub message_reads: u32,
}

impl Default for Dials {
    fn default() -> Self {
        Self {
            decision_reads_ms: [2_000, 10_000, 60_000],
            refused_read_ms: 150_000,
            message_settle_ms: 120_000,
            key_memory_ms: 12 * 60 * 60 * 1000,
            last_moment_ms: 30_000,
            message_reads: 20,
        }
    }
}

/// The first wait after a call that certainly had no effect.
const FIRST_RETRY_MS: i64 = 1_000;
const LONGEST_RETRY_MS: i64 = 60_000;

impl Dials {
    /// When to read next after an unknown decision; none: all reads were made, resend.
    pub fn next_read(&self, called: Timestamp, reads_made: u32) -> Option<Timestamp> {
        let next = usize::try_from(reads_made).ok()?;
        self.decision_reads_ms.get(next).map(|wait| called.plus_millis(*wait))
    }

    /// Whether a person must be asked instead of another try.
    pub fn gives_up(&self, first_call: Timestamp, deadline: Option<Timestamp>, now: Timestamp) -> bool {
        let key_forgotten = now.since(first_call) >= self.key_memory_ms && !is_on(Mutant::KeyHeldForEver);
        let no_time_left = deadline.is_some_and(|deadline| {
            let left = deadline.since(now);
            left > 0 && left < self.last_moment_ms
        });
        key_forgotten || no_time_left
    }
}

/// When to try again after a call that certainly had no effect; doubling, at most a minute.
pub(super) fn retry_at(now: Timestamp, tries: u32, asked_ms: Option<i64>) -> Timestamp {
    let doubled = FIRST_RETRY_MS.saturating_mul(1_i64.checked_shl(tries.min(10)).unwrap_or(i64::MAX));
    now.plus_millis(asked_ms.unwrap_or(0).max(doubled.min(LONGEST_RETRY_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_decision_is_read_three_times_before_it_is_sent_again() {
        let dials = Dials::default();
        let called = Timestamp::from_millis(0);
        let waits: Vec<_> = (0..4).map(|reads| dials.next_read(called, reads).map(Timestamp::millis)).collect();
        assert_eq!(waits, [Some(2_000), Some(10_000), Some(60_000), None]);
    }

    #[test]
    fn a_person_is_asked_when_the_key_may_be_forgotten_or_time_is_nearly_up() {
        let dials = Dials::default();
        let at = Timestamp::from_millis;
        let hours = 60 * 60 * 1000;
        for (now, deadline, expected) in [
            (at(0), None, false),
            (at(12 * hours - 1), None, false),
            (at(12 * hours), None, true),
            (at(1_000), Some(at(60_000)), false),
            (at(40_000), Some(at(60_000)), true),
            // Past the deadline the read tells what TikTok did: nobody is asked for what is decided.
            (at(70_000), Some(at(60_000)), false),
        ] {
            assert_eq!(dials.gives_up(at(0), deadline, now), expected, "{now:?} {deadline:?}");
        }
    }

    #[test]
    fn retries_slow_down_and_honour_what_the_platform_asks() {
        let now = Timestamp::from_millis(0);
        let waits: Vec<_> = [0, 1, 5, 6, 40].iter().map(|tries| retry_at(now, *tries, None).millis()).collect();
        assert_eq!(waits, [1_000, 2_000, 32_000, 60_000, 60_000]);
        assert_eq!(retry_at(now, 0, Some(90_000)).millis(), 90_000);
    }
}
