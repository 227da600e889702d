//! Ends the store in the middle of work, as a crash would: for simulations.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Blows after so many commits. The commit that blows it is durable, but whoever made it never hears so.
#[derive(Debug, Clone, Default)]
pub struct Fuse(Option<Arc<AtomicI64>>);

impl Fuse {
    /// A store that lives as long as its process.
    pub fn never() -> Self {
        Self::default()
    }

    /// Blows at the given commit, counted from 1.
    pub fn after(commits: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(commits))))
    }

    /// Sets anew at which commit from now it blows.
    pub fn arm(&self, commits: i64) {
        if let Some(left) = &self.0 {
            left.store(commits, Ordering::SeqCst);
        }
    }

    /// Commits until it blows: what has not changed was not written to.
    pub fn left(&self) -> i64 {
        self.0.as_ref().map_or(i64::MAX, |left| left.load(Ordering::SeqCst))
    }

    /// Whether it has blown.
    pub fn is_blown(&self) -> bool {
        self.left() <= 0
    }

    /// Counts a commit; `true` if it blows now.
    pub(super) fn burn(&self) -> bool {
        self.0.as_ref().is_some_and(|left| left.fetch_sub(1, Ordering::SeqCst) <= 1)
    }
}
