//! Keeps what TikTok sends, many with one commit: a sync of the disk costs more than all that is written with it.
//!
//! While one commit is under way the next ones gather. Each is answered only after the commit that holds its row (P10).

use crate::store::shops::{self, WebhookShop};
use crate::store::webhooks::{self, Arrived};
use crate::store::{Store, StoreError};
use crate::telemetry::Chain;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, RwLock};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Genuine webhooks that wait for their commit. TikTok sends again later what finds no room.
const MOST_WAITING: usize = 2_000;
/// Kept with one commit.
const AT_ONCE: usize = 500;

/// It may not be kept: TikTok has to send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// Too many wait already.
    #[error("too many webhooks wait to be stored")]
    Full,
    /// The store failed; it has been said why.
    #[error("the webhook could not be stored")]
    Failed,
}

/// Whether something new came with the same commit; a repeat is kept already.
type Kept = Result<bool, NotKept>;

struct Waiting {
    arrived: Arrived,
    answer: oneshot::Sender<Kept>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// Somebody writes for all, and looks again before it ends.
    is_written: bool,
}

/// Where webhooks wait for the commit that they share.
pub struct Inbox {
    at_once: usize,
    line: Mutex<Line>,
    /// Whom addresses are for, once asked: no more than there are shops.
    shops: RwLock<HashMap<String, WebhookShop>>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self::of(AT_ONCE)
    }
}

impl Inbox {
    /// With so many to a commit.
    pub fn of(at_once: usize) -> Self {
        Self { at_once, line: Mutex::default(), shops: RwLock::default() }
    }

    /// Whom the webhooks at an address are for; `None`: for nobody, so it is none of TikTok's.
    pub fn shop_at(&self, store: &Store, path: &str) -> Result<Option<WebhookShop>, StoreError> {
        if let Some(known) = self.shops.read().map_err(|_| StoreError::Poisoned)?.get(path) {
            return Ok(Some(known.clone()));
        }
        let found = store.read(|tx| shops::find_by_webhook(tx, path))?;
        if let Some(shop) = &found {
            self.shops.write().map_err(|_| StoreError::Poisoned)?.insert(path.to_owned(), shop.clone());
        }
        Ok(found)
    }

    /// Keeps a genuine webhook. On return it is durable: `true` if it is new, or came with one that is.
    pub async fn keep(self: &Arc<Self>, store: &Arc<Store>, arrived: Arrived) -> Kept {
        let (answer, kept) = oneshot::channel();
        if self.enter(Waiting { arrived, answer })? {
            let (turn, store) = (Turn { inbox: Arc::clone(self), has_ended: false }, Arc::clone(store));
            let write = move || turn.write(&store);
            match Handle::try_current() {
                // Not by the one who asks: who goes away in the middle must hold up nobody.
                Ok(runtime) => drop(runtime.spawn_blocking(write)),
                // A desk that is stepped by hand.
                Err(_) => write(),
            }
        }
        kept.await.unwrap_or(Err(NotKept::Failed))
    }

    /// `true`: nobody writes, so whoever entered has to see to it.
    fn enter(&self, one: Waiting) -> Result<bool, NotKept> {
        let mut line = self.line.lock().map_err(|_| NotKept::Failed)?;
        if line.waiting.len() >= MOST_WAITING {
            return Err(NotKept::Full);
        }
        line.waiting.push_back(one);
        Ok(!std::mem::replace(&mut line.is_written, true))
    }

    /// Those who have waited longest; none: nobody waits, and the next one who comes is written anew.
    fn next_group(&self) -> Vec<Waiting> {
        let Ok(mut line) = self.line.lock() else { return Vec::new() };
        let most = self.at_once.min(line.waiting.len());
        line.is_written = most > 0;
        line.waiting.drain(..most).collect()
    }
}

/// Whose turn it is to write. Should it end as nothing ever should, nobody waits in vain.
struct Turn {
    inbox: Arc<Inbox>,
    has_ended: bool,
}

impl Turn {
    /// Writes group after group, each with one commit, and answers them, until nobody waits.
    fn write(mut self, store: &Store) {
        loop {
            let group = self.inbox.next_group();
            if group.is_empty() {
                self.has_ended = true;
                return;
            }
            let (arrived, answers): (Vec<_>, Vec<_>) = group.into_iter().map(|one| (one.arrived, one.answer)).unzip();
            for (answer, kept) in answers.into_iter().zip(keep_all(store, &arrived)) {
                // Who has gone meanwhile sends it again.
                let _ = answer.send(kept);
            }
            // Whoever sends the next ones is answered by now: they are in time for the next commit.
            std::thread::yield_now();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.has_ended
            && let Ok(mut line) = self.inbox.line.lock()
        {
            *line = Line::default();
        }
    }
}

/// Keeps all with one commit. One that cannot be stored must not keep its neighbours out: then halves are tried.
fn keep_all(store: &Store, arrived: &[Arrived]) -> Vec<Kept> {
    match store.write(|tx| webhooks::receive(tx, arrived)) {
        Ok(news) => vec![Ok(news > 0); arrived.len()],
        Err(fault) if arrived.len() > 1 && fault.is_of_a_row() => {
            arrived.chunks(arrived.len().div_ceil(2)).flat_map(|half| keep_all(store, half)).collect()
        }
        Err(fault) => {
            tracing::error!(webhooks = arrived.len(), error = %Chain(&fault), "Webhooks could not be stored");
            vec![Err(NotKept::Failed); arrived.len()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Fuse;
    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use shared::id::ShopId;
    use shared::time::Timestamp;
    use tempfile::TempDir;

    struct Room {
        store: Arc<Store>,
        fuse: Fuse,
        inbox: Arc<Inbox>,
        folder: TempDir,
    }

    fn shop() -> ShopId {
        "s_1".parse().unwrap()
    }

    fn arrived(id: &str) -> Arrived {
        let body = format!(r#"{{"tts_notification_id":"{id}"}}"#);
        Arrived { shop: shop(), id: id.to_owned(), kind: 12, body, at: Timestamp::from_millis(1) }
    }

    impl Room {
        /// A store that breaks after so many commits.
        fn new(commits: i64) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let fuse = Fuse::after(commits);
            let store = Store::open(&folder.path().join("amends.db")).unwrap();
            let store = store.beside(None, fuse.clone()).unwrap();
            Self { store: Arc::new(store), fuse, inbox: Arc::default(), folder }
        }

        /// All arrive while another commit is under way.
        async fn keep(&self, ids: &[&str]) -> Vec<Kept> {
            self.inbox.line.lock().unwrap().is_written = true;
            let all = join_all(ids.iter().map(|id| self.inbox.keep(&self.store, arrived(id))));
            let turn = Turn { inbox: self.inbox.clone(), has_ended: false };
            let next = async { turn.write(&self.store) };
            futures_util::future::join(all, next).await.0
        }

        fn is_kept(&self, id: &str) -> bool {
            let again = Store::open(&self.folder.path().join("amends.db")).unwrap();
            again.read(|tx| webhooks::is_known(tx, &shop(), id)).unwrap()
        }

        fn meddle(&self, sql: &str) {
            self.store.write(|tx| tx.batch(sql)).unwrap();
        }
    }

    #[tokio::test]
    async fn who_comes_while_another_is_written_shares_the_next_commit() {
        let room = Room::new(100);
        assert_eq!(room.keep(&["1", "2", "3", "2"]).await, [Ok(true); 4]);
        assert_eq!(room.fuse.left(), 99);
        let open = room.store.read(|tx| webhooks::open(tx, 9)).unwrap();
        assert_eq!(open.len(), 3, "a repeat is kept once");
        assert_eq!(room.keep(&["3"]).await, [Ok(false)]);
    }

    #[tokio::test]
    async fn a_group_has_its_limit_and_the_others_are_next() {
        let room = Room { inbox: Arc::new(Inbox::of(2)), ..Room::new(100) };
        assert_eq!(room.keep(&["1", "2", "3", "4", "5"]).await, [Ok(true); 5]);
        assert_eq!(room.fuse.left(), 97);
    }

    #[tokio::test]
    async fn nothing_is_promised_by_a_commit_that_was_not_heard_of() {
        let room = Room::new(2);
        assert_eq!(room.keep(&["1", "2"]).await, [Ok(true), Ok(true)]);
        assert_eq!(room.keep(&["3", "4"]).await, [Err(NotKept::Failed); 2]);
        assert_eq!(room.keep(&["5"]).await, [Err(NotKept::Failed)]);
        assert!(room.is_kept("1") && room.is_kept("2"));
        assert!(!room.is_kept("5"));
    }

    #[tokio::test]
    async fn one_that_cannot_be_stored_keeps_no_other_out() {
        let room = Room::new(100);
        room.meddle(
            "CREATE TRIGGER bad BEFORE INSERT ON webhook WHEN NEW.notification_id = 'bad' \
             BEGIN SELECT RAISE(ABORT, 'bad'); END",
        );
        let kept = room.keep(&["1", "2", "bad", "3", "4"]).await;
        assert_eq!(kept, [Ok(true), Ok(true), Err(NotKept::Failed), Ok(true), Ok(true)]);
        assert!(["1", "2", "3", "4"].iter().all(|id| room.is_kept(id)));
    }

    #[tokio::test]
    async fn a_full_store_refuses_all_and_takes_them_once_there_is_room() {
        let room = Room::new(1_000);
        room.meddle("PRAGMA max_page_count = 1");
        let ids: Vec<String> = (0..300).map(|number| number.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(room.keep(&ids).await, vec![Err(NotKept::Failed); 300]);
        assert!(!room.is_kept("0"));
        room.meddle("PRAGMA max_page_count = 1000000");
        assert_eq!(room.keep(&ids).await, vec![Ok(true); 300]);
    }

    #[tokio::test]
    async fn who_has_gone_holds_up_nobody() {
        let room = Room::new(100);
        let mut gone = Box::pin(room.inbox.keep(&room.store, arrived("1")));
        assert!((&mut gone).now_or_never().is_none(), "it waits");
        drop(gone);
        assert_eq!(room.inbox.keep(&room.store, arrived("2")).await, Ok(true));
        assert!(room.is_kept("1"));
    }

    #[tokio::test]
    async fn where_too_many_wait_the_next_is_sent_away() {
        let room = Room::new(100);
        let ids: Vec<String> = (0..=MOST_WAITING).map(|number| number.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let kept = room.keep(&ids).await;
        assert_eq!(kept.iter().filter(|kept| kept.is_ok()).count(), MOST_WAITING);
        assert_eq!(kept.last(), Some(&Err(NotKept::Full)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_crash_at_any_commit_loses_nothing_that_was_answered() {
        for commits in [1, 3, 9] {
            let room = Arc::new(Room { inbox: Arc::new(Inbox::of(4)), ..Room::new(commits) });
            let tasks = (0..60).map(|number| {
                let room = room.clone();
                tokio::spawn(async move {
                    let id = number.to_string();
                    let kept = room.inbox.keep(&room.store, arrived(&id)).await;
                    (id, kept)
                })
            });
            let answered = join_all(tasks).await.into_iter().map(Result::unwrap);
            let promised: Vec<String> = answered.filter(|(_, kept)| kept.is_ok()).map(|(id, _)| id).collect();
            assert!(promised.len() < 60, "the store broke");
            assert!(promised.iter().all(|id| room.is_kept(id)), "{promised:?}");
        }
    }
}
