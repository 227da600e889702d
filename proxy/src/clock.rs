//! The only place that knows what time it is.

use shared::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time: the machine's, or one that a test sets.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is moved.
    pub fn settable(start: Timestamp) -> Self {
        Self { set: Some(Arc::new(AtomicI64::new(start.millis()))) }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.set {
            Some(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
            None => Timestamp::from_millis(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .ok()
                    .and_then(|since| i64::try_from(since.as_millis()).ok())
                    .unwrap_or_default(),
            ),
        }
    }

    /// Sets a settable clock to an instant, also to an earlier one.
    pub fn set(&self, now: Timestamp) {
        if let Some(millis) = &self.set {
            millis.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// Moves a settable clock; the machine's is not ours to move.
    pub fn pass(&self, by: Duration) {
        if let Some(millis) = &self.set {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// "2026-09-21", the day of an instant, UTC. The days are counted in eras of 400 years, each of which begins on 1 March, so that the day that is
/// sometimes there is the last of its year.
pub fn date(at: Timestamp) -> String {
    let days = at.seconds().div_euclid(24 * 60 * 60) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let is_next = i64::from(month >= 10);
    format!("{}-{:02}-{day:02}", era * 400 + year + is_next, if month < 10 { month + 3 } else { month - 9 })
}
