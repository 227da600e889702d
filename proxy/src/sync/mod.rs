//! Keeping up with the platform: the first import, sweeps, webhooks as hints, and what is asked for.
//!
//! Everything is read again, nothing is believed: whatever was missed is found by the next sweep (P7). Nothing here
//! changes anything at the platform but the read mark of an opened conversation.

mod asks;
mod chat;
mod chat_weeks;
mod hints;
mod import;
mod options;
mod pages;
mod plan;
pub mod read;
mod sweep;
mod tell;

pub use asks::{Ask, Asks};
pub use hints::handle_hints;
pub use import::import_step;
pub use sweep::{read_old_ones, read_past_deadlines, sweep_once};

use crate::app::Desk;
use crate::store::{StoreError, cases, leases, shops};
use crate::telemetry::Chain;
use crate::tiktok::error::TiktokError;
use asks::Lanes;
use futures_util::FutureExt;
use plan::{Ended, Plan, Work};
use shared::domain::facts::Object;
use shared::id::{CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::shop::ImportView;
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::{Id, JoinSet};

/// Looked at this often even when nothing is due: a shop may have been connected, a wake lost.
const LONGEST_SLEEP_MS: i64 = 1_000;
/// Of several desks on a database one keeps the shops up to date; another takes over when it was not heard of for so long.
const LEAD_MS: i64 = 15_000;
const LEAD: &str = "sync";
const SHORTEST_SLEEP_MS: i64 = 20;

/// Whether the program is stopping: long walks end between two pages.
fn stops(desk: &Desk) -> bool {
    desk.stopping().now_or_never().is_some()
}

fn say_failed(shop: &ShopId, case: &CaseId, what: &'static str, fault: &dyn std::error::Error) {
    tracing::warn!(shop.id = %shop, case.id = %case, what, error = %Chain(fault), "Something about an opened case could not be read");
}

/// Everything about an opened case, in the order in which an agent needs it; each part fails alone.
async fn read_opened(desk: &Desk, shop: &ShopId, case: &CaseId) {
    if let Err(fault) = read::read_case(desk, case).await {
        say_failed(shop, case, "case", &fault);
    }
    if let Err(fault) = read::read_options(desk, case).await {
        say_failed(shop, case, "options", &fault);
    }
    if let Err(fault) = read::open_conversation(desk, case).await {
        say_failed(shop, case, "conversation", &fault);
    }
}

/// Reads what was asked for.
pub async fn answer(desk: &Desk, ask: Ask) -> Result<(), TiktokError> {
    match ask {
        Ask::Opened { shop, case } => {
            read_opened(desk, &shop, &case).await;
            Ok(())
        }
        Ask::Options { shop, case } => {
            // Somebody may have asked meanwhile.
            let is_read = desk.store.read(|tx| cases::find(tx, &case))?.is_none_or(|file| file.options.is_some());
            if !is_read && let Err(fault) = read::read_options(desk, &case).await {
                say_failed(&shop, &case, "options", &fault);
            }
            Ok(())
        }
        Ask::Case { case } => read::read_case(desk, &case).await,
        Ask::Key { shop, object, platform_id } => read::read_key(desk, &shop, object, &platform_id).await,
        Ask::Conversation { shop, conversation } => read::read_conversation(desk, &shop, &conversation).await,
        Ask::Order { shop, order_id } => read::read_orders(desk, &shop, &[order_id]).await,
        Ask::Webhooks => Ok(handle_hints(desk).await?),
        Ask::Shop { shop } => {
            import_step(desk, &shop).await?;
            sweep_once(desk, &shop).await
        }
    }
}

/// Computes cases anew whose stage was made by other rules.
pub fn recompute(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    loop {
        let done = desk.store.write(|tx| {
            let mut done = 0_usize;
            for case in cases::stale_ones(tx)? {
                done += usize::from(desk.book.refresh(tx, &case, now)?.is_some());
            }
            Ok(done)
        })?;
        if done == 0 {
            desk.publish();
            return Ok(());
        }
        tracing::info!(cases = done, "Cases were computed anew by the present rules");
    }
}

async fn import(desk: &Desk, shop: &ShopId, object: Object) -> Result<Ended, TiktokError> {
    let is_done = |row: shops::ShopRow| matches!(row.import, ImportView::Done { .. });
    let is_over = || Ok::<_, StoreError>(desk.store.read(|tx| shops::find(tx, shop))?.is_some_and(is_done));
    let was_over = is_over()?;
    if !import::take_further(desk, shop, object).await? {
        return Ok(Ended::More);
    }
    if !was_over && is_over()? {
        // Sweeps and chats that came before the cases found nothing to do.
        desk.sync.ask(Ask::Shop { shop: shop.clone() });
    }
    Ok(Ended::Done)
}

async fn carry_out(desk: &Desk, shop: &ShopId, work: Work) -> Result<Ended, TiktokError> {
    match work {
        Work::ImportCancellations => return import(desk, shop, Object::Cancellation).await,
        Work::ImportReturns => return import(desk, shop, Object::Return).await,
        Work::Sweep => sweep_once(desk, shop).await?,
        Work::Hints => hints::handle_hints_of(desk, shop).await?,
        Work::Deadlines => read_past_deadlines(desk, shop).await?,
        Work::Conversations => read::find_conversations(desk, shop).await?,
        Work::OldOnes => read_old_ones(desk, shop).await?,
        Work::ChatWeeks => {
            // Figures can wait for the next round, and a shop that may not read them is not asked over and over.
            if let Err(fault) = chat_weeks::read_chat_weeks(desk, shop).await {
                tracing::info!(shop.id = %shop, error = %Chain(&fault), "How TikTok counts the chats could not be read");
            }
        }
    }
    Ok(Ended::Done)
}

/// A task of the loop, and what is to be noted when it ends.
#[derive(Debug, Clone)]
enum Job {
    Work(ShopId, Work),
    Ask(ShopId),
}

/// The loop's own state: what is due, what was asked, what is under way.
struct Loop {
    desk: Desk,
    plan: Plan,
    lanes: Lanes,
    tasks: JoinSet<Ended>,
    jobs: HashMap<Id, Job>,
    /// Until when this desk keeps the shops up to date.
    leads_until: Timestamp,
}

impl Loop {
    /// The shop of an ask that goes into a lane.
    fn shop_of(&self, ask: &Ask) -> Result<Option<ShopId>, StoreError> {
        Ok(match ask {
            Ask::Opened { shop, .. }
            | Ask::Options { shop, .. }
            | Ask::Key { shop, .. }
            | Ask::Conversation { shop, .. }
            | Ask::Order { shop, .. } => Some(shop.clone()),
            Ask::Case { case } => self.desk.store.read(|tx| cases::row(tx, case))?.map(|row| row.shop),
            Ask::Webhooks | Ask::Shop { .. } => None,
        })
    }

    fn take_asks(&mut self, now: Timestamp) -> Result<(), StoreError> {
        for ask in self.desk.sync.take() {
            match &ask {
                Ask::Webhooks => self.plan.hurry(Work::Hints, now),
                Ask::Shop { shop } => self.plan.hurry_shop(shop),
                _ => {
                    if let Some(shop) = self.shop_of(&ask)? {
                        self.lanes.push(shop, ask);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether this desk keeps the shops up to date. What agents ask for is read by their own desk.
    fn leads(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let store = &self.desk.store;
        if !store.is_shared() || self.leads_until.since(now) > LEAD_MS / 2 {
            return Ok(true);
        }
        let until = now.plus_millis(LEAD_MS);
        let leads = store.write(|tx| leases::take(tx, LEAD, store.name(), now, until))?;
        self.leads_until = if leads { until } else { now };
        Ok(leads)
    }

    /// Begins all that is due. Returns how long there is nothing to do.
    fn begin(&mut self) -> Result<Duration, StoreError> {
        let now = self.desk.clock.now();
        tell::announce(&self.desk)?;
        let rows = self.desk.store.read(shops::all)?;
        let shops: Vec<ShopId> = rows.into_iter().filter(shops::ShopRow::may_act).map(|row| row.id).collect();
        self.take_asks(now)?;
        let shops = if self.leads(now)? { shops } else { Vec::new() };
        for (shop, work) in self.plan.start(&shops, now) {
            let (desk, of) = (self.desk.clone(), shop.clone());
            let task = self.tasks.spawn(async move {
                carry_out(&desk, &of, work).await.unwrap_or_else(|fault| {
                    tracing::warn!(shop.id = %of, work = work.name(), error = %Chain(&fault), "A shop could not be kept up with; it is tried again");
                    Ended::Failed
                })
            });
            self.jobs.insert(task.id(), Job::Work(shop, work));
        }
        for (shop, ask) in self.lanes.start() {
            let (desk, of) = (self.desk.clone(), shop.clone());
            let task = self.tasks.spawn(async move {
                if let Err(fault) = answer(&desk, ask).await {
                    tracing::warn!(shop.id = %of, error = %Chain(&fault), "What was asked for could not be read");
                }
                Ended::Done
            });
            self.jobs.insert(task.id(), Job::Ask(shop));
        }
        let left = self.plan.next_due().map_or(LONGEST_SLEEP_MS, |due| due.since(now));
        let left = left.clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS);
        Ok(Duration::from_millis(u64::try_from(left).unwrap_or_default()))
    }

    fn end(&mut self, task: Id, how: Ended) {
        match self.jobs.remove(&task) {
            Some(Job::Work(shop, work)) => self.plan.end(&(shop, work), how, self.desk.clock.now()),
            Some(Job::Ask(shop)) => self.lanes.done(&shop),
            None => {}
        }
    }
}

/// Keeps all shops up to date until the desk stops. A shop that does not answer holds up no other.
pub async fn run(desk: Desk) {
    if let Err(fault) = recompute(&desk) {
        tracing::error!(error = %Chain(&fault), "Cases could not be computed anew");
    }
    let mut state = Loop {
        desk: desk.clone(),
        plan: Plan::default(),
        lanes: Lanes::default(),
        tasks: JoinSet::new(),
        jobs: HashMap::new(),
        leads_until: desk.clock.now(),
    };
    loop {
        let sleep = state.begin().unwrap_or_else(|fault| {
            tracing::error!(error = %Chain(&fault), "The sync cannot read the store");
            Duration::from_secs(1)
        });
        tokio::select! {
            Some(ended) = state.tasks.join_next_with_id(), if !state.tasks.is_empty() => match ended {
                Ok((task, how)) => state.end(task, how),
                Err(fault) => {
                    // Cancelled: the program ends before the desk was stopped, and has said why.
                    if fault.is_panic() {
                        tracing::error!(error = %fault, "A task of the sync panicked");
                    }
                    state.end(fault.id(), Ended::Failed);
                }
            },
            () = desk.sync.woken() => {}
            () = tokio::time::sleep(sleep) => {}
            () = desk.stopping() => break,
        }
    }
    // What is under way ends between two pages; a token refresh that were cut off could lose the shop.
    while state.tasks.join_next().await.is_some() {}
}
