//! Waiting, as a handle, so that a test or a simulation waits in no time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// A stopwatch that can also wait.
#[derive(Debug, Clone)]
pub struct Pause(Time);

#[derive(Debug, Clone)]
enum Time {
    /// Since the handle was made.
    Real(Instant),
    /// Waits made so far; no other time passes.
    Skipped(Arc<Mutex<Vec<Duration>>>),
    Moved(Arc<Moved>),
}

/// Time that somebody moves, in microseconds.
#[derive(Debug, Default)]
struct Moved {
    now: AtomicU64,
    /// Until when somebody waits; zero: nobody has asked since time was last moved.
    next: AtomicU64,
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Moved {
    fn is_over(&self, until: u64) -> bool {
        let is_over = self.now.load(Ordering::SeqCst) >= until;
        if !is_over {
            let sooner = |next: u64| (next == 0 || next > until).then_some(until);
            // Whoever waits for later has nothing to say.
            let _ = self.next.fetch_update(Ordering::SeqCst, Ordering::SeqCst, sooner);
        }
        is_over
    }
}

impl Pause {
    /// Really waits.
    pub fn real() -> Self {
        Self(Time::Real(Instant::now()))
    }

    /// Only notes what would have been waited for; its own time stands still but for those waits.
    pub fn skipping() -> Self {
        Self(Time::Skipped(Arc::default()))
    }

    /// Waits until its time has been moved so far.
    pub fn moved() -> Self {
        Self(Time::Moved(Arc::default()))
    }

    /// Moves the time of a handle that waits for it; others keep their own.
    pub fn pass(&self, time: Duration) {
        if let Time::Moved(moved) = &self.0 {
            moved.now.fetch_add(micros(time), Ordering::SeqCst);
            moved.next.store(0, Ordering::SeqCst);
        }
    }

    /// How much time must pass until the first of those goes on who were found waiting since time was last moved.
    pub fn next(&self) -> Option<Duration> {
        let Time::Moved(moved) = &self.0 else { return None };
        let next = moved.next.load(Ordering::SeqCst);
        (next > 0).then(|| Duration::from_micros(next.saturating_sub(moved.now.load(Ordering::SeqCst))))
    }

    /// Time since the handle was made.
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Time::Real(start) => start.elapsed(),
            Time::Skipped(skipped) => skipped.lock().map(|waits| waits.iter().sum()).unwrap_or_default(),
            Time::Moved(moved) => Duration::from_micros(moved.now.load(Ordering::SeqCst)),
        }
    }

    /// Waits.
    pub async fn wait(&self, time: Duration) {
        match &self.0 {
            _ if time.is_zero() => {}
            Time::Real(_) => tokio::time::sleep(time).await,
            Time::Skipped(skipped) => {
                if let Ok(mut waits) = skipped.lock() {
                    waits.push(time);
                }
                tokio::task::yield_now().await;
            }
            Time::Moved(moved) => {
                let until = moved.now.load(Ordering::SeqCst).saturating_add(micros(time));
                std::future::poll_fn(|context| {
                    if moved.is_over(until) {
                        return Poll::Ready(());
                    }
                    context.waker().wake_by_ref();
                    Poll::Pending
                })
                .await;
            }
        }
    }

    /// What was waited for so far, by a handle that skips its waits.
    pub fn waits(&self) -> Vec<Duration> {
        let Time::Skipped(skipped) = &self.0 else { return Vec::new() };
        skipped.lock().map(|waits| waits.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn whoever_waits_for_time_that_is_moved_goes_on_when_it_has_been() {
        let pause = Pause::moved();
        let (short, long) = (Duration::from_millis(40), Duration::from_secs(9));
        let (mut short, mut long) = (Box::pin(pause.wait(short)), Box::pin(pause.wait(long)));
        assert_eq!(pause.next(), None, "nobody has asked yet");
        assert!(long.as_mut().now_or_never().is_none() && short.as_mut().now_or_never().is_none());
        let next = pause.next().unwrap();
        assert_eq!(next, Duration::from_millis(40));
        pause.pass(next);
        assert!(short.as_mut().now_or_never().is_some() && long.as_mut().now_or_never().is_none());
        assert_eq!((pause.next(), pause.elapsed()), (Some(Duration::from_millis(8_960)), next));
    }
}
