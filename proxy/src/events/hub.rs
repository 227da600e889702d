//! Wakes the live streams when something was written or a session ended.

use tokio::sync::watch;

/// A bell: it says that there may be news, never what. What is new is read from the store.
#[derive(Debug)]
pub struct Hub(watch::Sender<u64>);

impl Default for Hub {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Hub {
    /// Wakes every stream, after a write has been committed.
    pub fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Hears every ring from now on; rings that come close together are heard as one.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
