//! Waiting, as a handle, so that a test or a simulation waits in no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// A stopwatch that can also wait.
#[derive(Debug, Clone)]
pub struct Pause {
    start: Instant,
    /// Waits made so far, when nothing is really waited for.
    skipped: Option<Arc<Mutex<Vec<Duration>>>>,
}

impl Pause {
    /// Really waits.
    pub fn real() -> Self {
        Self { start: Instant::now(), skipped: None }
    }

    /// Only notes what would have been waited for; its own time stands still but for those waits.
    pub fn skipping() -> Self {
        Self { start: Instant::now(), skipped: Some(Arc::default()) }
    }

    /// Time since the handle was made.
    pub fn elapsed(&self) -> Duration {
        match &self.skipped {
            None => self.start.elapsed(),
            Some(skipped) => skipped.lock().map(|waits| waits.iter().sum()).unwrap_or_default(),
        }
    }

    /// Waits.
    pub async fn wait(&self, time: Duration) {
        match &self.skipped {
            _ if time.is_zero() => {}
            None => tokio::time::sleep(time).await,
            Some(skipped) => {
                if let Ok(mut waits) = skipped.lock() {
                    waits.push(time);
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// What was waited for so far; empty for a handle that really waits.
    pub fn waits(&self) -> Vec<Duration> {
        self.skipped.as_ref().and_then(|skipped| skipped.lock().ok().map(|waits| waits.clone())).unwrap_or_default()
    }
}
