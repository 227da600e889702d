//! The loop that takes up what is due, and what is done after a crash.

use super::{LEASE_MS, StepError, decision, message};
use crate::app::Desk;
use crate::mutants::{Mutant, is_on};
use crate::store::intents::{self, CallOutcome, Intent, Payload};
use crate::store::{StoreError, Tx};
use shared::id::{CaseId, IntentId, ShopId};
use shared::time::Timestamp;
use shared::wire::intent::IntentState;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::task::JoinSet;

/// Intents of one shop that are carried out side by side: a shop whose calls hang holds up no other.
const AT_ONCE: usize = 8;
/// Of all shops together.
const AT_ONCE_IN_ALL: usize = 64;
/// Looked at in one go of each shop: more than are carried out, because several may be about one case.
pub const LOOKED_AT: u32 = 25;
/// Looked at this often even when nothing is due: a wake that was lost costs no more.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// And this often while something waits for what cannot be heard, such as another desk.
const BEHIND_SLEEP: Duration = Duration::from_secs(1);
/// After a step that failed for our own reasons.
const FAULT_RETRY_MS: i64 = 5_000;

/// What is done at the start, after whatever ended the program before.
pub fn recover(desk: &Desk) -> Result<(), StoreError> {
    if !desk.store.is_shared() {
        // Whoever held them was this desk, and it has ended.
        desk.store.write(intents::free_all)?;
    }
    take_over(desk)
}

/// Intents whose call was cut off with the desk that made it are unknown: they are settled by reading, never sent at once.
pub fn take_over(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let is_forgotten = is_on(Mutant::NoRecovery) || (is_on(Mutant::NeverTakenOver) && desk.store.is_shared());
    if is_forgotten || desk.store.read(|tx| intents::cut_off(tx, now))?.is_empty() {
        return Ok(());
    }
    desk.store.write(|tx| intents::cut_off(tx, now)?.iter().try_for_each(|intent| give_up_call(tx, desk, intent, now)))
}

/// What became of a call that was cut off is not known: its intent is settled by reading.
fn give_up_call(tx: &Tx<'_>, desk: &Desk, intent: &Intent, now: Timestamp) -> Result<(), StoreError> {
    let open = intents::attempts(tx, &intent.id)?.into_iter().filter(|attempt| attempt.outcome.is_none());
    let mut begun = now;
    for attempt in open {
        begun = attempt.started;
        // Nobody waited while the desk was away: when the call ended is not known either.
        intents::end_attempt(tx, &intent.id, attempt.number, &CallOutcome::Unknown, None, None)?;
    }
    let wait = match intent.payload {
        Payload::Decision { .. } => 0,
        Payload::Reply { .. } => desk.dials.message_settle_ms,
    };
    let due = begun.plus_millis(wait).max(now);
    let next = if is_on(Mutant::CutOffIsSent) { IntentState::Sending } else { IntentState::Settling };
    intents::advance(tx, intent, &next, Some(due))?;
    desk.book.refresh(tx, &intent.case, now)?;
    Ok(())
}

/// Takes one step of one intent. What it leaves is durable.
async fn step(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    // The step before broke off after its call had begun: the store failed when its end was to be kept.
    if desk.store.read(|tx| intents::is_cut_off(tx, &intent.id))? && !is_on(Mutant::BrokenOffIsSent) {
        return Ok(desk.store.write(|tx| give_up_call(tx, desk, intent, desk.clock.now()))?);
    }
    match intent.payload {
        Payload::Decision { .. } => decision::step(desk, intent).await,
        Payload::Reply { .. } => message::step(desk, intent).await,
    }
}

/// Takes one step of an intent, or puts it off when that fails. Answers which intent it was. Where several desks share a
/// database, the intent is taken first, and another desk's is left alone.
pub async fn carry_on(desk: Desk, intent: Intent) -> IntentId {
    if !desk.store.is_shared() {
        return try_on(&desk, intent).await;
    }
    let now = desk.clock.now();
    let until = now.plus_millis(LEASE_MS);
    let taken = match is_on(Mutant::TakenNotAsked) {
        true => Ok(Some(intent.clone())),
        false => desk.store.write(|tx| intents::take(tx, &intent, desk.store.name(), now, until)),
    };
    match taken {
        Ok(Some(taken)) => {
            try_on(&desk, taken.clone()).await;
            if let Err(fault) = desk.store.write(|tx| intents::let_go(tx, &taken)) {
                tracing::warn!(intent.id = %intent.id, error = %crate::telemetry::Chain(&fault), "An intent could not be let go; other desks wait for it");
            }
        }
        Ok(None) => {}
        Err(fault) => {
            tracing::warn!(intent.id = %intent.id, error = %crate::telemetry::Chain(&fault), "An intent could not be taken");
        }
    }
    intent.id
}

async fn try_on(desk: &Desk, intent: Intent) -> IntentId {
    if let Err(fault) = step(desk, &intent).await {
        tracing::warn!(intent.id = %intent.id, case.id = %intent.case, error = %crate::telemetry::Chain(&fault), "An intent could not be carried on and is tried again");
        let later = desk.clock.now().plus_millis(FAULT_RETRY_MS);
        // The step may have moved it before it failed.
        let postponed = desk.store.write(|tx| match intents::find(tx, &intent.id)? {
            Some(now) if now.fence == intent.fence && !now.state.is_over() => intents::postpone(tx, &now, later),
            _ => Ok(()),
        });
        if let Err(fault) = postponed {
            tracing::error!(intent.id = %intent.id, error = %crate::telemetry::Chain(&fault), "An intent could not be postponed");
        }
    }
    intent.id
}

/// What is due and can be carried out here. That of runs is left to the desks that serve them: others only put it off.
fn due(desk: &Desk, now: Timestamp) -> Result<Vec<Intent>, StoreError> {
    let mut due = desk.store.read(|tx| intents::due(tx, now, LOOKED_AT))?;
    if !desk.serves_runs() {
        due.retain(|intent| intent.shop.trainee().is_none());
    }
    Ok(due)
}

/// Takes up everything that is due until nothing is. For tests and for a last pass before stopping.
pub async fn settle_due(desk: &Desk) -> Result<(), StoreError> {
    loop {
        if desk.store.is_shared() {
            take_over(desk)?;
        }
        let now = desk.clock.now();
        let due = due(desk, now)?;
        if due.is_empty() {
            return Ok(());
        }
        for intent in due {
            carry_on(desk.clone(), intent).await;
        }
    }
}

/// The steps that are being taken: one of a case at a time, in the order pressed, and not too many at once.
#[derive(Debug, Default)]
pub struct UnderWay(HashMap<IntentId, (ShopId, CaseId)>);

impl UnderWay {
    /// Which of the due intents may be carried on now; each must be followed by [`UnderWay::end`].
    pub fn begin(&mut self, due: Vec<Intent>) -> Vec<Intent> {
        let mut cases: HashSet<CaseId> = self.0.values().map(|(_, case)| case.clone()).collect();
        let mut begun = Vec::new();
        for intent in due {
            if self.is_full() {
                break;
            }
            let of_shop = self.0.values().filter(|(shop, _)| *shop == intent.shop).count();
            // A step that is under way is still due: it holds its case.
            if of_shop < AT_ONCE && cases.insert(intent.case.clone()) {
                self.0.insert(intent.id.clone(), (intent.shop.clone(), intent.case.clone()));
                begun.push(intent);
            }
        }
        begun
    }

    /// A step has ended.
    pub fn end(&mut self, intent: &IntentId) {
        self.0.remove(intent);
    }

    fn is_full(&self) -> bool {
        self.0.len() >= AT_ONCE_IN_ALL
    }
}

/// How long there is nothing to begin. A hold that has ended is not kept waiting.
fn until(next: Option<Timestamp>, now: Timestamp, longest: Duration) -> Duration {
    let left = next.map(|next| u64::try_from(next.since(now)).unwrap_or_default().max(1));
    left.map_or(longest, |left| Duration::from_millis(left).min(longest))
}

/// Carries intents out until the desk stops.
pub async fn run(desk: Desk) {
    let mut under_way = UnderWay::default();
    let mut steps: JoinSet<IntentId> = JoinSet::new();
    loop {
        let now = desk.clock.now();
        if desk.store.is_shared()
            && let Err(fault) = take_over(&desk)
        {
            tracing::error!(error = %crate::telemetry::Chain(&fault), "What other desks left cannot be read");
        }
        let due = due(&desk, now).unwrap_or_else(|fault| {
            tracing::error!(error = %crate::telemetry::Chain(&fault), "The outbox cannot be read");
            Vec::new()
        });
        let longest = if due.is_empty() { LONGEST_SLEEP } else { BEHIND_SLEEP };
        for intent in under_way.begin(due) {
            steps.spawn(carry_on(desk.clone(), intent));
        }
        // What is due and was not begun waits for a step, whose end is heard, or for another desk.
        let next =
            if under_way.is_full() { None } else { desk.store.read(|tx| intents::next_due(tx, now)).ok().flatten() };
        let sleep = until(next, desk.clock.now(), longest);
        tokio::select! {
            Some(done) = steps.join_next(), if !steps.is_empty() => {
                match done {
                    Ok(id) => under_way.end(&id),
                    Err(fault) => {
                        tracing::error!(error = %fault, "A step of the outbox panicked");
                        under_way = UnderWay::default();
                    }
                }
            }
            () = desk.outbox_woken() => {}
            () = tokio::time::sleep(sleep) => {}
            () = desk.stopping() => break,
        }
    }
    // What is under way may finish; what does not is settled by reading at the next start.
    while steps.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use shared::domain::case::DecisionKind;

    fn intent(id: &str, case: &str) -> Intent {
        let at = Timestamp::from_millis(1);
        Intent {
            id: id.parse().unwrap(),
            motion: "m_1".parse().unwrap(),
            place: 0,
            case: case.parse().unwrap(),
            shop: "s_1".parse().unwrap(),
            payload: Payload::Decision {
                kind: DecisionKind::ApproveRefund,
                amount: None,
                reason: None,
                reason_text: None,
                comment: None,
                evidence: Vec::new(),
            },
            state: IntentState::Sending,
            agent: "a_1".parse().unwrap(),
            rule: None,
            second: None,
            pressed: at,
            held_until: at,
            attempts: 0,
            settle_reads: 0,
            conversation: None,
            fence: 0,
        }
    }

    #[test]
    fn a_case_takes_one_step_at_a_time() {
        let mut under_way = UnderWay::default();
        let due = || vec![intent("i_1", "c_1"), intent("i_2", "c_1"), intent("i_3", "c_2")];
        let begun = |under_way: &mut UnderWay| {
            under_way.begin(due()).into_iter().map(|intent| intent.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(begun(&mut under_way), ["i_1", "i_3"]);
        assert!(begun(&mut under_way).is_empty(), "a step that is under way holds its case");
        under_way.end(&"i_1".parse().unwrap());
        assert_eq!(begun(&mut under_way), ["i_1"], "in the order pressed");
    }

    #[test]
    fn a_shop_whose_calls_hang_holds_up_no_other() {
        let mut under_way = UnderWay::default();
        let of = |shop: &str, count: u32| {
            let intent = move |number| Intent {
                shop: shop.parse().unwrap(),
                ..intent(&format!("i_{shop}_{number}"), &format!("c_{shop}_{number}"))
            };
            (0..count).map(intent).collect::<Vec<_>>()
        };
        assert_eq!(under_way.begin(of("s_1", 20)).len(), AT_ONCE);
        assert_eq!(under_way.begin(of("s_1", 20)), []);
        assert_eq!(under_way.begin([of("s_1", 20), of("s_2", 3)].concat()), of("s_2", 3));
        under_way.end(&"i_s_1_0".parse().unwrap());
        assert_eq!(under_way.begin(of("s_1", 20)), of("s_1", 1), "in the order pressed");
    }

    /// A store that holds these intents, each of a case of its own and due when it was pressed.
    fn store(all: &[Intent]) -> Store {
        let store = Store::in_memory().unwrap();
        store
            .write(|tx| {
                tx.batch(
                    "INSERT INTO grant_ (id, app, open_id, seller_name, access_expires, refresh_expires, scopes, version, state) \
                     VALUES ('g', 'a', 'o', 's', 0, 0, '', 1, 'ok')",
                )?;
                for shop in ["s_1", "s_2"] {
                    tx.batch(&format!(
                        "INSERT INTO shop (id, app, platform_id, name, region, cipher, grant_id, connected_at, link, \
                         webhook_path, import) VALUES ('{shop}', 'a', '{shop}', 'n', 'US', x'00', 'g', 1, 'connected', '{shop}', '')"
                    ))?;
                }
                for intent in all {
                    let (case, shop) = (&intent.case, &intent.shop);
                    tx.batch(&format!(
                        "INSERT INTO case_file (id, shop_id, object, platform_id, order_id, version, platform, platform_at, \
                         seen, read_at) VALUES ('{case}', '{shop}', 'return', '{case}', '1', 1, '{{}}', 1, '[]', 1)"
                    ))?;
                    intents::insert(tx, intent, Some(intent.pressed))?;
                }
                Ok(())
            })
            .unwrap();
        store
    }

    fn due(store: &Store, now: i64, of_each_shop: u32) -> Vec<String> {
        let due = store.read(|tx| intents::due(tx, Timestamp::from_millis(now), of_each_shop)).unwrap();
        due.into_iter().map(|intent| intent.id.to_string()).collect()
    }

    #[test]
    fn of_each_shop_some_are_looked_at_in_the_order_pressed() {
        let name = |number: i64| format!("i_{number:02}");
        // The first shop has pressed the first ten.
        let pressed = |number: i64| Intent {
            shop: if number < 10 { "s_1" } else { "s_2" }.parse().unwrap(),
            pressed: Timestamp::from_millis(100 + number),
            ..intent(&name(number), &format!("c_{number}"))
        };
        let store = store(&(0..12).map(pressed).collect::<Vec<_>>());
        assert_eq!(due(&store, 1_000, 3), [0, 1, 2, 10, 11].map(name));
        assert_eq!(due(&store, 110, 3), [0, 1, 2, 10].map(name), "the last is not due");
    }

    #[test]
    fn what_waits_is_put_off_and_never_brought_forward() {
        let sent = intent("i_1", "c_1");
        let store = store(std::slice::from_ref(&sent));
        let at = Timestamp::from_millis;
        let settling = Intent { state: IntentState::Settling, ..sent.clone() };
        // The step that settles in two minutes was kept; whoever took it heard of a failure, and tries again in five seconds.
        store.write(|tx| intents::advance(tx, &sent, &settling.state, Some(at(120_000)))).unwrap();
        store.write(|tx| intents::postpone(tx, &settling, at(5_000))).unwrap();
        assert_eq!(due(&store, 119_999, 9), Vec::<String>::new());
        assert_eq!(due(&store, 120_000, 9), ["i_1"]);
        store.write(|tx| intents::postpone(tx, &settling, at(125_000))).unwrap();
        assert_eq!(due(&store, 124_999, 9), Vec::<String>::new());
    }

    #[test]
    fn the_end_of_a_hold_is_slept_until_and_not_beyond() {
        let at = Timestamp::from_millis;
        for (next, ms) in
            [(Some(at(1_007)), 7), (Some(at(1_000)), 1), (Some(at(10)), 1), (Some(at(9_000)), 5_000), (None, 5_000)]
        {
            assert_eq!(until(next, at(1_000), LONGEST_SLEEP), Duration::from_millis(ms), "{next:?}");
        }
    }
}
