//! What must hold, by the platform's own ledger and journal (design 3).

use crate::run::Run;
use anyhow::{Result, bail};
use proxy::store::intents::Intent;
use proxy::store::intents::Payload;
use proxy::store::{Param, Store};
use serde::Deserialize;
use serde_json::Value;
use shared::domain::case::{Claim, DecisionKind};
use shared::wire::intent::IntentState;
use std::collections::{BTreeMap, BTreeSet};

/// The platform's own book of what it paid and what was said.
#[derive(Deserialize)]
struct Ledger {
    money: Vec<Money>,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Money {
    object: String,
    id: String,
    by: String,
    paid_at: Option<i64>,
}

#[derive(Deserialize)]
struct Message {
    content: String,
    case_ids: Vec<String>,
}

struct Evidence {
    ledger: Ledger,
    decisions: Vec<(String, String)>,
    intents: Vec<Intent>,
}

impl Evidence {
    fn of(run: &Run) -> Result<Self> {
        Ok(Self {
            ledger: serde_json::from_value(run.platform.ledger())?,
            decisions: run.platform.decisions(),
            intents: run.intents()?,
        })
    }

    /// How often a reply is at the buyer's.
    fn arrivals(&self, text: &str) -> usize {
        self.ledger.messages.iter().filter(|message| message.content.contains(text)).count()
    }

    /// Decision calls that the platform took: by idempotency key, the path of the first.
    fn taken(&self) -> BTreeMap<&str, &str> {
        self.decisions.iter().rev().map(|(key, path)| (key.as_str(), path.as_str())).collect()
    }
}

fn both(run: &Run, evidence: &Evidence) -> Result<()> {
    // P1: one payment for each case.
    let mut paid = BTreeSet::new();
    for row in &evidence.ledger.money {
        if !paid.insert(&row.id) {
            bail!("P1: money was promised twice for {}", row.id);
        }
    }
    for intent in &evidence.intents {
        let Some((text, claim)) = text_of(intent) else { continue };
        // P5: at most once.
        let arrivals = evidence.arrivals(text);
        if arrivals > 1 {
            bail!("P5: reply {} arrived {arrivals} times", intent.id);
        }
        // P3: never before it is true. Asked after every effect, so what is not paid yet when the message comes is seen; the
        // platform's stamps would not say it, whose clock may have been set back between both.
        if claim == Some(Claim::Refunded)
            && let Some(message) = evidence.ledger.messages.iter().find(|message| message.content.contains(text))
        {
            let is_true =
                evidence.ledger.money.iter().any(|row| message.case_ids.contains(&row.id) && row.paid_at.is_some());
            if !is_true {
                bail!("P3: reply {} said \"refunded\" before the money was paid", intent.id);
            }
        }
    }
    // P6 and P4: what was undone or has not ended its hold has left nothing.
    for (key, path) in evidence.taken() {
        let Some(intent) = evidence.intents.iter().find(|intent| intent.id.as_str() == key) else {
            bail!("P1: {path} was called under the key {key:?}, which is no intent of the desk");
        };
        if matches!(intent.state, IntentState::Undone { .. } | IntentState::Held { .. }) {
            bail!("P6: {} was called for, and its state is {:?}", intent.id, intent.state);
        }
        if run.network.first_sent(key).is_some_and(|sent| sent < intent.held_until.millis()) {
            bail!("P6: {} left the desk before its hold had ended", intent.id);
        }
    }
    Ok(())
}

/// After every step: what needs no ledger.
pub(crate) fn live(run: &mut Run) -> Result<()> {
    let (twice, stamps) = run.store.read(|tx| {
        // P4: one decision of a case at a time.
        let twice: Vec<String> = tx.all(
            "SELECT case_id FROM intent WHERE what <> 'reply' AND state IN ('held', 'sending', 'settling') \
             GROUP BY case_id HAVING COUNT(*) > 1",
            &[],
            |row| row.get(0),
        )?;
        let stamps = "SELECT platform_id, platform_at FROM case_file ORDER BY platform_id";
        let stamps: Vec<(String, i64)> = tx.all(stamps, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((twice, stamps))
    })?;
    if let Some(case) = twice.first() {
        bail!("P4: two decisions on {case} are under way");
    }
    // P7: state never moves backwards.
    let stamps: Vec<(String, i64)> = stamps;
    for (number, stamp) in stamps {
        let newest = run.newest.entry(number).or_insert(stamp);
        if *newest > stamp {
            bail!("P7: a case moved backwards");
        }
        *newest = stamp;
    }
    Ok(())
}

/// When the desk of the simulation calls a deadline out at the latest, by its settings.
const LAST_MARK_MS: i64 = 15 * 60_000;

/// P14: right after the desk has called out what is near, the case that it forgot, whatever time has jumped over.
pub(crate) fn not_called_out(store: &Store, now_ms: i64) -> Result<Option<String>> {
    let sql = "SELECT c.platform_id FROM case_file c JOIN shop s ON s.id = c.shop_id WHERE s.link <> 'disconnected' \
         AND c.stage IN ('to_decide', 'to_inspect') AND c.deadline > ?1 AND c.deadline <= ?2 AND NOT EXISTS \
         (SELECT 1 FROM intent i WHERE i.case_id = c.id AND i.state IN ('held', 'sending', 'settling')) AND NOT EXISTS \
         (SELECT 1 FROM alarm a WHERE a.case_id = c.id AND a.deadline = c.deadline AND a.mark <= 15) ORDER BY 1";
    let near = [Param::Integer(now_ms), Param::Integer(now_ms + LAST_MARK_MS)];
    Ok(store.read(|tx| tx.first(sql, &near, |row| row.get::<String>(0)))?)
}

/// After every effect.
pub(crate) fn now(run: &Run) -> Result<()> {
    both(run, &Evidence::of(run)?)
}

/// When faults have stopped and time has passed.
pub(crate) fn at_the_end(run: &Run) -> Result<()> {
    let evidence = Evidence::of(run)?;
    both(run, &evidence)?;
    let entries = entries(run)?;
    let taken = evidence.taken();
    for told in &run.taken {
        if !evidence.intents.iter().any(|intent| intent.id == *told) {
            bail!("P2: {told} was taken, and is not kept");
        }
    }
    for intent in &evidence.intents {
        let waits = matches!(intent.state, IntentState::Waiting { .. }) && !run.is_over(&intent.case)?;
        // P2: nothing vanishes, nothing hangs.
        if !intent.state.is_over() && !waits {
            bail!("P2: {} is still {:?}", intent.id, intent.state);
        }
        if let Some((text, _)) = text_of(intent) {
            // Design 9: a decision that failed takes its replies with it.
            let failed = evidence.intents.iter().find(|other| {
                let has_failed = other.state.is_over() && !matches!(other.state, IntentState::Done { .. });
                other.motion == intent.motion && kind_of(other).is_some() && has_failed
            });
            if let Some(failed) = failed
                && matches!(intent.state, IntentState::Done { .. } | IntentState::Waiting { .. })
            {
                bail!("P6: {} is {:?}, although {} failed", intent.id, intent.state, failed.id);
            }
            let arrivals = evidence.arrivals(text);
            let fits = match &intent.state {
                IntentState::Done { .. } => arrivals == 1,
                IntentState::Unsure { .. } => true,
                _ => arrivals == 0,
            };
            if !fits {
                bail!("P5: {} is {:?}, and its reply arrived {arrivals} times", intent.id, intent.state);
            }
        }
        traced(&entries, intent)?;
        if run.undone.contains(&intent.id) && !matches!(intent.state, IntentState::Undone { .. }) {
            bail!("P6: {} was undone, and is {:?}", intent.id, intent.state);
        }
        if let Some(kind) = kind_of(intent) {
            let sent = run.network.body_sent(intent.id.as_str());
            if let (Some(amount), Some(sent)) = (run.offers.get(&intent.id), sent)
                && !sent.contains(amount)
            {
                bail!("P1: {} offers {amount}, and {sent} was sent", intent.id);
            }
            let was_taken = taken.contains_key(intent.id.as_str());
            if run.network.was_answered(intent.id.as_str())
                && matches!(intent.state, IntentState::Done { by_reading: true, .. })
            {
                bail!("P11: {kind:?} {} was answered, and is known by reading only", intent.id);
            }
            let is_denied = matches!(
                intent.state,
                IntentState::Refused { .. } | IntentState::Undone { .. } | IntentState::Superseded { .. }
            );
            if was_taken && is_denied {
                bail!("P2: {kind:?} {} took effect, and the desk shows {:?}", intent.id, intent.state);
            }
            // Known by reading, it may be another's: of two who did the same nobody can tell whose it was.
            if matches!(intent.state, IntentState::Done { by_reading: false, .. }) && !was_taken {
                bail!("P3: {kind:?} {} is shown as done, and the platform never took it", intent.id);
            }
            // Not ours, but what TikTok did when the time had run out: its records say so, of a return. Where a return was
            // agreed, what it pays later is for the parcel.
            let number = run.number_of(&intent.case)?;
            let by_time = evidence
                .ledger
                .money
                .iter()
                .any(|row| row.object == "return" && row.by == "SYSTEM" && Some(&row.id) == number.as_ref());
            let pays = kind != DecisionKind::AgreeReturn;
            if matches!(intent.state, IntentState::Done { .. }) && !was_taken && by_time && pays {
                bail!("P3: {kind:?} {} is shown as done, and the time had run out", intent.id);
            }
        }
    }
    // P7: what the desk knows is what the platform has.
    for number in run.opened() {
        let (theirs, ours) = (run.platform.status(number), run.stored_status(number)?);
        if theirs != ours {
            bail!("P7: {number} is {theirs:?} at the platform and {ours:?} at the desk");
        }
    }
    // P14: each mark of a deadline is called out once.
    let (called, marks) = run.store.read(|tx| {
        let called: i64 =
            tx.only("SELECT COUNT(*) FROM timeline WHERE payload LIKE '%\"alarmed\"%'", &[], |row| row.get(0))?;
        Ok((called, tx.only("SELECT COUNT(*) FROM alarm", &[], |row| row.get::<i64>(0))?))
    })?;
    if called != marks {
        bail!("P14: {called} alarms were called out for {marks} marks of deadlines");
    }
    // P11: the chain is whole.
    let Some(desk) = run.any_desk() else { return Ok(()) };
    let breaks = run.store.read(|tx| desk.book.chain.verify(tx, &[]))?;
    if let Some(first) = breaks.first() {
        bail!("P11: the timeline is broken at entry {}: {}", first.place, first.why);
    }
    Ok(())
}

/// All entries of the timeline, by the intent that they are about.
fn entries(run: &Run) -> Result<BTreeMap<String, Vec<Value>>> {
    let payloads: Vec<String> = run.store.read(|tx| tx.all("SELECT payload FROM timeline", &[], |row| row.get(0)))?;
    let mut entries: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for payload in payloads {
        let entry: Value = serde_json::from_str(&payload)?;
        let intent = entry.pointer("/trace/intent").and_then(Value::as_str).map(str::to_owned);
        if let Some(intent) = intent {
            entries.entry(intent).or_default().push(entry);
        }
    }
    Ok(entries)
}

/// P11: who pressed stands in the timeline, and under which number TikTok took it.
fn traced(entries: &BTreeMap<String, Vec<Value>>, intent: &Intent) -> Result<()> {
    let about = entries.get(intent.id.as_str()).map(Vec::as_slice).unwrap_or_default();
    let by_agent = |entry: &&Value| entry.pointer("/who/agent").and_then(Value::as_str) == Some(intent.agent.as_str());
    if !about.iter().any(|entry| by_agent(&entry)) {
        bail!("P11: nobody knows who pressed {}", intent.id);
    }
    let numbered = about.iter().any(|entry| entry.pointer("/trace/request_id").is_some_and(Value::is_string));
    if matches!(intent.state, IntentState::Done { by_reading: false, .. }) && !numbered {
        bail!("P11: {} is done, and its request id is not kept", intent.id);
    }
    Ok(())
}

/// The words of a reply.
pub(crate) fn text_of(intent: &Intent) -> Option<(&str, Option<Claim>)> {
    match &intent.payload {
        Payload::Reply { text, claim, .. } => Some((text, *claim)),
        Payload::Decision { .. } => None,
    }
}

/// The kind of a decision.
pub(crate) fn kind_of(intent: &Intent) -> Option<DecisionKind> {
    match &intent.payload {
        Payload::Decision { kind, .. } => Some(*kind),
        Payload::Reply { .. } => None,
    }
}
