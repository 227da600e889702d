//! Breaks the store in the middle of work, as a crash, a full disk or a lost connection would: for simulations.

use super::StoreError;
use rusqlite::ffi;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// What may break.
#[derive(Debug, Default)]
struct Wires {
    /// Commits until the process dies.
    left: AtomicI64,
    is_cut: AtomicBool,
    is_full: AtomicBool,
    loses_next: AtomicBool,
    fails_sync: AtomicBool,
    has_failed: AtomicBool,
}

/// Ends a store, or troubles it for a while.
#[derive(Debug, Clone, Default)]
pub struct Fuse(Option<Arc<Wires>>);

impl Fuse {
    /// A store that lives as long as its process.
    pub fn never() -> Self {
        Self::default()
    }

    /// Blows at the given commit, counted from 1. That commit is durable, but whoever made it never hears so.
    pub fn after(commits: i64) -> Self {
        Self(Some(Arc::new(Wires { left: AtomicI64::new(commits), ..Wires::default() })))
    }

    /// Sets anew at which commit from now it blows.
    pub fn arm(&self, commits: i64) {
        if let Some(wires) = &self.0 {
            wires.left.store(commits, Ordering::SeqCst);
        }
    }

    /// Nothing reaches the store until this is taken back.
    pub fn cut(&self, is_cut: bool) {
        if let Some(wires) = &self.0 {
            wires.is_cut.store(is_cut, Ordering::SeqCst);
        }
    }

    /// Nothing can be written until this is taken back; what is there can be read.
    pub fn fill(&self, is_full: bool) {
        if let Some(wires) = &self.0 {
            wires.is_full.store(is_full, Ordering::SeqCst);
        }
    }

    /// The next commit is durable, but its answer is lost; the store goes on.
    pub fn lose_next(&self) {
        if let Some(wires) = &self.0 {
            wires.loses_next.store(true, Ordering::SeqCst);
        }
    }

    /// The next commit fails because the disk does not keep it, and is not durable; the store goes on.
    pub fn fail_sync(&self, fails: bool) {
        if let Some(wires) = &self.0 {
            wires.fails_sync.store(fails, Ordering::SeqCst);
        }
    }

    /// Whether a commit has failed since this was asked last.
    pub fn has_failed(&self) -> bool {
        self.0.as_ref().is_some_and(|wires| wires.has_failed.swap(false, Ordering::SeqCst))
    }

    /// Commits until it blows: what has not changed was not written to.
    pub fn left(&self) -> i64 {
        self.0.as_ref().map_or(i64::MAX, |wires| wires.left.load(Ordering::SeqCst))
    }

    /// Whether it has blown.
    pub fn is_blown(&self) -> bool {
        self.left() <= 0
    }

    /// Whether the store cannot be used as it should be now.
    pub fn is_troubled(&self) -> bool {
        self.is_blown()
            || self.holds(|wires| &wires.is_cut)
            || self.holds(|wires| &wires.is_full)
            || self.holds(|wires| &wires.loses_next)
            || self.holds(|wires| &wires.fails_sync)
    }

    /// Asked before each use.
    pub(super) fn open(&self) -> Result<(), StoreError> {
        if self.is_blown() || self.holds(|wires| &wires.is_cut) { Err(StoreError::Gone) } else { Ok(()) }
    }

    /// Asked when all is written but not committed: a full disk and a failed sync show themselves here.
    pub(super) fn may_commit(&self) -> Result<(), StoreError> {
        let Some(wires) = &self.0 else { return Ok(()) };
        let code = if wires.is_full.load(Ordering::SeqCst) {
            ffi::SQLITE_FULL
        } else if wires.fails_sync.swap(false, Ordering::SeqCst) {
            ffi::SQLITE_IOERR_FSYNC
        } else {
            return Ok(());
        };
        wires.has_failed.store(true, Ordering::SeqCst);
        Err(StoreError::Sql(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)))
    }

    /// Counts a commit that has been made; an error if nobody hears of it.
    pub(super) fn burn(&self) -> Result<(), StoreError> {
        let Some(wires) = &self.0 else { return Ok(()) };
        let blows = wires.left.fetch_sub(1, Ordering::SeqCst) <= 1;
        let is_lost = wires.loses_next.swap(false, Ordering::SeqCst);
        if blows || is_lost { Err(StoreError::Gone) } else { Ok(()) }
    }

    fn holds(&self, which: impl FnOnce(&Wires) -> &AtomicBool) -> bool {
        self.0.as_ref().is_some_and(|wires| which(wires).load(Ordering::SeqCst))
    }
}
