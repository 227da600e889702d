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
