//! One process of the desk: what it has begun, and what troubles its store.

use super::HOUR_MS;
use crate::task::Task;
use anyhow::Result;
use proxy::app::{Desk, say_there};
use proxy::desk::alarms;
use proxy::outbox::{self, UnderWay};
use proxy::store::intents::{self, Intent};
use proxy::store::{Fuse, StoreError};
use proxy::sync::{self, Ask};
use shared::id::{IntentId, ShopId};
use shared::time::Timestamp;

/// How often a desk says that it is there.
const ATTENDS_EVERY_MS: i64 = 5_000;

/// A process that works on the database.
pub(super) struct Host {
    pub(super) desk: Desk,
    pub(super) fuse: Fuse,
    /// How far the machine's clock is ahead of the others'.
    pub(super) ahead_ms: i64,
    pub(super) tasks: Vec<Task<Option<IntentId>>>,
    under_way: UnderWay,
    /// When the outbox last looked for work: the time, and the writes until then.
    looked: (i64, i64),
    attended_ms: i64,
    /// When its store is whole again.
    troubled_until_ms: i64,
}

impl Host {
    pub(super) fn new(desk: Desk, fuse: Fuse, ahead_ms: i64) -> Self {
        Self {
            desk,
            fuse,
            ahead_ms,
            tasks: Vec::new(),
            under_way: UnderWay::default(),
            looked: (0, 0),
            attended_ms: -HOUR_MS,
            troubled_until_ms: i64::MAX,
        }
    }

    /// Its machine takes it to be so late.
    pub(super) fn set_clock(&self, ms: i64) {
        self.desk.clock.set(Timestamp::from_millis(ms + self.ahead_ms));
    }

    /// What the program does when it starts.
    pub(super) fn recover(&mut self, now_ms: i64) -> Result<()> {
        self.attend(now_ms);
        Ok(outbox::recover(&self.desk)?)
    }

    /// Says that it is there, if it is time and it has to, and has its troubled store back, if it is time for that.
    /// Whether others know now that it is there.
    pub(super) fn attend(&mut self, now_ms: i64) -> bool {
        if now_ms >= self.troubled_until_ms {
            self.heal();
        }
        let is_time = self.desk.store.is_shared() && now_ms - self.attended_ms >= ATTENDS_EVERY_MS;
        let is_said = is_time && say_there(&self.desk).is_ok();
        if is_said {
            self.attended_ms = now_ms;
        }
        is_said
    }

    /// Calls out whose time is running out; whether it could.
    pub(super) fn alarm(&self) -> bool {
        alarms::fire_due(&self.desk).is_ok()
    }

    /// Its store is in trouble until then.
    pub(super) fn is_troubled_until(&mut self, ms: i64) {
        self.troubled_until_ms = ms;
    }

    /// All trouble of its store is over.
    pub(super) fn heal(&mut self) {
        self.troubled_until_ms = i64::MAX;
        self.fuse.cut(false);
        self.fuse.fill(false);
        self.fuse.fail_sync(false);
        self.fuse.arm(i64::MAX);
    }

    pub(super) fn begin_ask(&mut self, name: String, work: impl Future<Output = ()> + 'static) {
        self.tasks.push(Task::new(name, async move {
            work.await;
            None
        }));
    }

    pub(super) fn sweep(desk: &Desk, shop: &ShopId) -> impl Future<Output = ()> + use<> {
        let (desk, shop) = (desk.clone(), shop.clone());
        async move { drop(sync::sweep_once(&desk, &shop).await) }
    }

    pub(super) fn deadlines(desk: &Desk, shop: &ShopId) -> impl Future<Output = ()> + use<> {
        let (desk, shop) = (desk.clone(), shop.clone());
        async move { drop(sync::read_past_deadlines(&desk, &shop).await) }
    }

    pub(super) fn old_ones(desk: &Desk, shop: &ShopId) -> impl Future<Output = ()> + use<> {
        let (desk, shop) = (desk.clone(), shop.clone());
        async move {
            drop(sync::read_old_ones(&desk, &shop).await);
            drop(sync::read_past_deadlines(&desk, &shop).await);
        }
    }

    pub(super) fn hints(desk: &Desk) -> impl Future<Output = ()> + use<> {
        let desk = desk.clone();
        async move { drop(sync::handle_hints(&desk).await) }
    }

    pub(super) fn answer(desk: &Desk, ask: Ask) -> impl Future<Output = ()> + use<> {
        let desk = desk.clone();
        async move { drop(sync::answer(&desk, ask).await) }
    }

    /// Begins what was asked for and what is due. `looked`: unless it looked then.
    pub(super) fn begin_due(&mut self, looked: (i64, i64)) -> Result<()> {
        for ask in self.desk.sync.take() {
            self.begin_ask(format!("{ask:?}"), Self::answer(&self.desk, ask));
        }
        // Nothing was written, no time passed and no step ended: nothing more is due.
        if self.looked == looked {
            return Ok(());
        }
        let due = match self.due() {
            Ok(due) => due,
            // Also where one answer of the store was lost.
            Err(StoreError::Gone) => return Ok(()),
            Err(_) if self.fuse.is_troubled() => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        self.looked = looked;
        for intent in self.under_way.begin(due) {
            let desk = self.desk.clone();
            let name = format!("step of {} ({})", intent.id, intents::state_word(&intent.state));
            self.tasks.push(Task::new(name, async move { Some(outbox::carry_on(desk, intent).await) }));
        }
        Ok(())
    }

    fn due(&self) -> Result<Vec<Intent>, StoreError> {
        if self.desk.store.is_shared() {
            outbox::take_over(&self.desk)?;
        }
        let now = self.desk.clock.now();
        self.desk.store.read(|tx| intents::due(tx, now, outbox::LOOKED_AT))
    }

    /// Lets one thing go on; its name, if it has ended.
    pub(super) fn poll(&mut self, place: usize) -> Option<String> {
        let done = self.tasks.get_mut(place)?.poll()?;
        let task = self.tasks.swap_remove(place);
        if let Some(intent) = done {
            self.under_way.end(&intent);
            self.looked = (0, 0);
        }
        Some(task.name)
    }
}
