//! Intents and attempts: what was promised, and each call made for it.

use super::cases::id;
use super::sql::{Bind, ByCase, Param, Row, Tx, among, by_case, filled, params};
use super::{StoreError, from_json, to_json};
use crate::mutants::{Mutant, is_on};
use serde::{Deserialize, Serialize};
use shared::domain::case::{Claim, DecisionKind};
use shared::domain::facts::PlatformCase;
use shared::id::{AgentId, CaseId, EvidenceId, IntentId, MotionId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::intent::{ByRule, IntentState, IntentView, IntentWhat, Unanswered};
use std::collections::BTreeMap;

/// What an intent carries out, with all that its calls need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Payload {
    /// Decides the case.
    Decision {
        /// Which decision.
        kind: DecisionKind,
        /// The sum that the agent saw; for an offer, the sum offered.
        amount: Option<Money>,
        /// The platform's reason, by name.
        reason: Option<String>,
        /// The same in its words.
        reason_text: Option<String>,
        /// For TikTok.
        comment: Option<String>,
        /// Proof.
        evidence: Vec<EvidenceId>,
    },
    /// Tells the buyer.
    Reply {
        /// What it tells; none: a chat line.
        claim: Option<Claim>,
        /// The exact text.
        text: String,
        /// Language tag.
        language: String,
        /// Where the text came from.
        template: Option<String>,
    },
}

/// One intent as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Opaque; the idempotency key upstream.
    pub id: IntentId,
    /// The motion it is part of.
    pub motion: MotionId,
    /// Its place in the motion; the decision is 0.
    pub place: u32,
    /// Its case.
    pub case: CaseId,
    /// Its shop.
    pub shop: ShopId,
    /// What it does.
    pub payload: Payload,
    /// How far it has got.
    pub state: IntentState,
    /// Who pressed; of a rule its id.
    pub agent: AgentId,
    /// The rule that pressed in a person's place.
    pub rule: Option<ByRule>,
    /// Who agreed to it as the second person.
    pub second: Option<AgentId>,
    /// When.
    pub pressed: Timestamp,
    /// When its hold ends.
    pub held_until: Timestamp,
    /// Calls made so far.
    pub attempts: u32,
    /// Reads made to settle the last call.
    pub settle_reads: u32,
    /// The conversation it is sent in, once known.
    pub conversation: Option<String>,
    /// How often it was taken by a desk: who has read an older number can no longer move it.
    pub fence: i64,
}

impl Intent {
    /// As the browser sees it.
    pub fn view(&self) -> IntentView {
        let what = match &self.payload {
            Payload::Decision { kind, amount, reason, reason_text, comment, evidence } => IntentWhat::Decision {
                kind: *kind,
                amount: amount.clone(),
                reason_text: reason_text.clone(),
                reason: reason.clone(),
                comment: comment.clone(),
                evidence: Some(evidence.clone()),
            },
            Payload::Reply { claim, text, language, template } => IntentWhat::Reply {
                claim: *claim,
                text: text.clone(),
                language: language.clone(),
                template: template.clone(),
            },
        };
        IntentView {
            id: self.id.clone(),
            motion: self.motion.clone(),
            case: self.case.clone(),
            what,
            state: self.state.clone(),
            by: self.agent.clone(),
            at: self.pressed,
            rule: self.rule.clone(),
            second: self.second.clone(),
            attempts: self.attempts,
            unanswered: None,
        }
    }
}

/// The word under which a state is stored.
pub fn state_word(state: &IntentState) -> &'static str {
    match state {
        IntentState::Held { .. } => "held",
        IntentState::Waiting { .. } => "waiting",
        IntentState::Sending => "sending",
        IntentState::Settling => "settling",
        IntentState::Done { .. } => "done",
        IntentState::Undone { .. } => "undone",
        IntentState::Refused { .. } => "refused",
        IntentState::Superseded { .. } => "superseded",
        IntentState::Unsure { .. } => "unsure",
        IntentState::NeedsPerson { .. } => "needs_person",
    }
}

const COLUMNS: &str = "case_id, id, motion_id, place, shop_id, payload, state_json, agent_id, pressed_at, held_until, \
     attempts, settle_reads, conversation, fence, rule, second_id";

fn intent(row: &Row<'_>) -> Result<Intent, StoreError> {
    Ok(Intent {
        case: id("case id", row.get(0)?)?,
        id: id("intent id", row.get(1)?)?,
        motion: id("motion id", row.get(2)?)?,
        place: row.get(3)?,
        shop: id("shop id", row.get(4)?)?,
        payload: row.json("intent", 5)?,
        state: row.json("intent state", 6)?,
        agent: id("agent id", row.get(7)?)?,
        pressed: Timestamp::from_millis(row.get(8)?),
        held_until: Timestamp::from_millis(row.get(9)?),
        attempts: row.get(10)?,
        settle_reads: row.get(11)?,
        conversation: row.get(12)?,
        fence: row.get(13)?,
        rule: row.json_or_none("rule", 14)?,
        second: row.get::<Option<String>>(15)?.map(|second| id("agent id", second)).transpose()?,
    })
}

fn many(tx: &Tx<'_>, rest: &str, values: &[Param<'_>]) -> Result<Vec<Intent>, StoreError> {
    tx.all(&format!("SELECT {COLUMNS} FROM intent {rest}"), values, intent)
}

/// Stores a new intent. `false`: another decision on the case is under way, nothing was stored.
pub fn insert(tx: &Tx<'_>, intent: &Intent, due: Option<Timestamp>) -> Result<bool, StoreError> {
    let what = match intent.payload {
        Payload::Decision { .. } if is_on(Mutant::TwoDecisions) => "verdict",
        Payload::Decision { .. } => "decision",
        Payload::Reply { .. } => "reply",
    };
    let stored = tx.execute(
        "INSERT INTO intent (id, motion_id, place, case_id, shop_id, what, payload, state, state_json, agent_id, \
         pressed_at, held_until, due_at, conversation, rule, second_id) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
         ON CONFLICT (case_id) WHERE what = 'decision' AND state IN ('held', 'sending', 'settling') DO NOTHING",
        params![
            intent.id.as_str(),
            intent.motion.as_str(),
            intent.place,
            intent.case.as_str(),
            intent.shop.as_str(),
            what,
            to_json("intent", &intent.payload)?,
            state_word(&intent.state),
            to_json("intent state", &intent.state)?,
            intent.agent.as_str(),
            intent.pressed.millis(),
            intent.held_until.millis(),
            due.map(Timestamp::millis),
            intent.conversation,
            intent.rule.as_ref().map(|rule| to_json("rule", rule)).transpose()?,
            intent.second.as_ref().map(AgentId::as_str),
        ],
    )?;
    Ok(stored == 1)
}

/// One intent.
pub fn find(tx: &Tx<'_>, intent: &IntentId) -> Result<Option<Intent>, StoreError> {
    Ok(many(tx, "WHERE id = ?1", params![intent.as_str()])?.pop())
}

/// The intents of a case, oldest first.
pub fn of_case(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<Intent>, StoreError> {
    many(tx, "WHERE case_id = ?1 ORDER BY pressed_at, motion_id, place", params![case.as_str()])
}

/// The intents of many cases, oldest first.
pub fn of_cases(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<Intent>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM intent WHERE case_id IN (?) ORDER BY case_id, pressed_at, motion_id, place");
    by_case(tx, cases, &sql, usize::MAX, intent)
}

/// All intents of a shop, oldest first.
pub fn of_shop(tx: &Tx<'_>, shop: &ShopId) -> Result<Vec<Intent>, StoreError> {
    many(tx, "WHERE shop_id = ?1 ORDER BY pressed_at, motion_id, place", params![shop.as_str()])
}

/// Decisions of rules that have not reached an end.
pub fn of_rules(tx: &Tx<'_>) -> Result<Vec<Intent>, StoreError> {
    let rest = "WHERE rule IS NOT NULL AND state IN ('held', 'waiting', 'sending', 'settling') ORDER BY pressed_at, id";
    many(tx, rest, params![])
}

/// The intents of a motion, decision first.
pub fn of_motion(tx: &Tx<'_>, motion: &MotionId) -> Result<Vec<Intent>, StoreError> {
    many(tx, "WHERE motion_id = ?1 ORDER BY place", params![motion.as_str()])
}

/// Whether no desk that is there carries out anything of the case at ?1.
fn free() -> &'static str {
    if is_on(Mutant::LeaseIgnored) { "?1 >= 0" } else { FREE }
}

const FREE: &str = "NOT EXISTS (SELECT 1 FROM intent other JOIN lease desk ON desk.name = 'desk ' || other.holder \
     WHERE other.case_id = intent.case_id AND other.lease_ends > ?1 AND desk.ends_at > ?1)";

/// Whether a call was begun of whose end nothing is known.
const CUT_OFF: &str = "(state = 'sending' AND EXISTS \
     (SELECT 1 FROM attempt a WHERE a.intent_id = intent.id AND a.outcome IS NULL))";

/// Intents whose time has come and whose case no other desk works on, in the order pressed; of each shop so many, so that
/// one whose calls hang does not stand before all others.
pub fn due(tx: &Tx<'_>, now: Timestamp, of_each_shop: u32) -> Result<Vec<Intent>, StoreError> {
    // The turns of a shop are counted here: for a window function SQLite makes a table anew with every look, and most looks
    // find nothing.
    let sql = format!(
        "SELECT id, shop_id FROM intent WHERE due_at <= ?1 AND {} ORDER BY pressed_at, motion_id, place",
        free()
    );
    let mut turns: BTreeMap<String, u32> = BTreeMap::new();
    let mut due: Vec<String> = Vec::new();
    tx.each(&sql, params![now.millis()], |row| {
        let turn = turns.entry(row.get(1)?).or_default();
        *turn += 1;
        if *turn <= of_each_shop {
            due.push(row.get(0)?);
        }
        Ok(true)
    })?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let values = filled(due.iter().map(Bind::bind));
    many(tx, &format!("WHERE {} ORDER BY pressed_at, motion_id, place", among("id", values.len())), &values)
}

/// When, after now, the next intent becomes due whose case no other desk works on.
pub fn next_due(tx: &Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let sql = format!("SELECT MIN(due_at) FROM intent WHERE due_at > ?1 AND {}", free());
    let due: Option<i64> = tx.only(&sql, params![now.millis()], |row| row.get(0))?;
    Ok(due.map(Timestamp::from_millis))
}

/// Takes an intent as it was read, until some time, for one desk. `None`: somebody was first.
pub fn take(
    tx: &Tx<'_>,
    intent: &Intent,
    desk: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Intent>, StoreError> {
    let step = i64::from(!is_on(Mutant::FenceNotRaised) && !is_on(Mutant::LeaseIgnored));
    let free = free();
    let sql = format!(
        "UPDATE intent SET holder = ?2, lease_ends = ?3, fence = fence + {step} WHERE id = ?4 AND fence = ?5 \
         AND state_json = ?6 AND {free} AND NOT {CUT_OFF}"
    );
    let state = to_json("intent state", &intent.state)?;
    let taken =
        tx.execute(&sql, params![now.millis(), desk, until.millis(), intent.id.as_str(), intent.fence, state])?;
    Ok((taken == 1).then(|| Intent { fence: intent.fence + step, ..intent.clone() }))
}

/// Lets an intent go that was taken.
pub fn let_go(tx: &Tx<'_>, intent: &Intent) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE intent SET holder = NULL, lease_ends = NULL WHERE id = ?1 AND fence = ?2",
        params![intent.id.as_str(), intent.fence],
    )?;
    Ok(())
}

/// Frees all that was taken: for a database that only one desk uses, at its start.
pub fn free_all(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE intent SET holder = NULL, lease_ends = NULL, fence = fence + 1 WHERE lease_ends IS NOT NULL",
        params![],
    )?;
    Ok(())
}

/// The fence under which an intent may be moved.
fn fence_of(tx: &Tx<'_>, intent: &Intent) -> Result<i64, StoreError> {
    let is_ignored = is_on(Mutant::FenceIgnored) || is_on(Mutant::MovedBlindly);
    let known = if is_ignored { find(tx, &intent.id)? } else { None };
    Ok(known.map_or(intent.fence, |known| known.fence))
}

/// The state that an intent has by now.
fn now_in(tx: &Tx<'_>, intent: &Intent) -> Result<IntentState, StoreError> {
    Ok(find(tx, &intent.id)?.map_or_else(|| intent.state.clone(), |known| known.state))
}

/// Moves an intent from the state it was read in. `false`: somebody moved or took it first, nothing changed.
pub fn advance(tx: &Tx<'_>, intent: &Intent, to: &IntentState, due: Option<Timestamp>) -> Result<bool, StoreError> {
    let moved = tx.execute(
        "UPDATE intent SET state = ?3, state_json = ?4, due_at = ?5 WHERE id = ?1 AND state_json = ?2 AND fence = ?6",
        params![
            intent.id.as_str(),
            to_json(
                "intent state",
                &if is_on(Mutant::MovedBlindly) { now_in(tx, intent)? } else { intent.state.clone() }
            )?,
            state_word(to),
            to_json("intent state", to)?,
            due.map(Timestamp::millis),
            fence_of(tx, intent)?,
        ],
    )?;
    Ok(moved == 1)
}

/// Sets when the outbox looks at an intent next, if it is still in the state it was read in. Never sooner than it would
/// anyhow: a step may have been kept although it was not heard of, and what it waits for counts on its delay.
pub fn postpone(tx: &Tx<'_>, intent: &Intent, due: Timestamp) -> Result<(), StoreError> {
    let later = if is_on(Mutant::BroughtForward) { "?3" } else { "CASE WHEN due_at > ?3 THEN due_at ELSE ?3 END" };
    tx.execute(
        &format!("UPDATE intent SET due_at = {later} WHERE id = ?1 AND state_json = ?2 AND fence = ?4"),
        params![
            intent.id.as_str(),
            to_json("intent state", &intent.state)?,
            (!is_on(Mutant::PutOffForgotten)).then(|| due.millis()),
            intent.fence,
        ],
    )?;
    Ok(())
}

/// Lets the outbox look at the waiting replies of a case at once.
pub fn wake_waiting(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<bool, StoreError> {
    if is_on(Mutant::WaitingForgotten) {
        return Ok(false);
    }
    let woken = tx.execute(
        "UPDATE intent SET due_at = ?2 WHERE case_id = ?1 AND state = 'waiting' \
         AND (due_at IS NULL OR due_at > ?2)",
        params![case.as_str(), now.millis()],
    )?;
    Ok(woken > 0)
}

/// Counts one more read made to settle an intent, and sets when the next is due.
pub fn count_settle_read(tx: &Tx<'_>, intent: &Intent, due: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE intent SET settle_reads = settle_reads + 1, due_at = ?2 WHERE id = ?1 AND fence = ?3",
        params![intent.id.as_str(), due.millis(), intent.fence],
    )?;
    Ok(())
}

/// Remembers the conversation in which a reply is sent.
pub fn set_conversation(tx: &Tx<'_>, intent: &IntentId, conversation: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE intent SET conversation = ?2 WHERE id = ?1", params![intent.as_str(), conversation])?;
    Ok(())
}

/// Whether another message is in flight in a conversation, or an earlier one is still to be sent first.
pub fn conversation_is_taken(tx: &Tx<'_>, intent: &Intent, conversation: &str) -> Result<bool, StoreError> {
    let taken: i64 = tx.only(
        "SELECT COUNT(*) FROM intent WHERE shop_id = ?1 AND conversation = ?2 AND id <> ?3 AND what = 'reply' \
         AND (state = 'settling' OR (state = 'sending' AND ((pressed_at, motion_id, place) < (?4, ?5, ?6) OR EXISTS \
         (SELECT 1 FROM attempt a WHERE a.intent_id = intent.id AND a.outcome IS NULL))))",
        params![
            intent.shop.as_str(),
            conversation,
            intent.id.as_str(),
            intent.pressed.millis(),
            intent.motion.as_str(),
            intent.place
        ],
        |row| row.get(0),
    )?;
    Ok(taken > 0)
}

/// What a call looked like before it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Before {
    /// The case as read before a decision.
    Case(Box<PlatformCase>),
    /// The last place seen in the conversation before a message.
    Conversation {
        /// Message index; 0 for an empty conversation.
        last_place: u64,
    },
}

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// When it was begun.
    pub started: Timestamp,
    /// What was read before it.
    pub before: Before,
    /// How it ended; none: not known.
    pub outcome: Option<CallOutcome>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Code 0.
    Confirmed,
    /// TikTok said no; nothing changed.
    Refused,
    /// TikTok said no for good to this call, but what became of an earlier one is not known yet.
    RefusedAfterUnknown {
        /// TikTok's code.
        platform_code: i64,
        /// TikTok's words.
        text: String,
        /// Names the call.
        request_id: String,
    },
    /// It certainly had no effect: it never left, or was throttled.
    NoEffect,
    /// No trustworthy answer.
    Unknown,
}

/// Stores that a call is about to be made, before it is made. Returns its number; `None`: another desk has taken the
/// intent or somebody has ended it, so nothing may be sent. What was taken stays so until `until`.
pub fn begin_attempt(
    tx: &Tx<'_>,
    intent: &Intent,
    before: &Before,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let number = tx.first(
        "UPDATE intent SET attempts = attempts + 1, settle_reads = 0, \
         lease_ends = CASE WHEN lease_ends IS NULL THEN lease_ends ELSE ?4 END \
         WHERE id = ?1 AND fence = ?2 AND state = ?3 RETURNING attempts",
        params![intent.id.as_str(), fence_of(tx, intent)?, state_word(&intent.state), until.millis()],
        |row| row.get::<u32>(0),
    )?;
    let Some(number) = number else { return Ok(None) };
    tx.execute(
        "INSERT INTO attempt (intent_id, number, started_at, before) VALUES (?1, ?2, ?3, ?4)",
        params![intent.id.as_str(), number, now.millis(), to_json("attempt", before)?],
    )?;
    Ok(Some(number))
}

/// Stores how a call ended, and when, if that is known. What was once noted stays: a desk that was given up on does not
/// change what followed.
pub fn end_attempt(
    tx: &Tx<'_>,
    intent: &IntentId,
    number: u32,
    outcome: &CallOutcome,
    request_id: Option<&str>,
    ended: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE attempt SET outcome = ?3, request_id = ?4, ended_at = ?5 \
         WHERE intent_id = ?1 AND number = ?2 AND outcome IS NULL",
        params![intent.as_str(), number, to_json("outcome", outcome)?, request_id, ended.map(Timestamp::millis)],
    )?;
    Ok(())
}

/// The calls made for an intent, first to last.
pub fn attempts(tx: &Tx<'_>, intent: &IntentId) -> Result<Vec<Attempt>, StoreError> {
    tx.all(
        "SELECT number, started_at, before, outcome FROM attempt WHERE intent_id = ?1 ORDER BY number",
        params![intent.as_str()],
        |row| {
            let outcome: Option<String> = row.get(3)?;
            Ok(Attempt {
                number: row.get(0)?,
                started: Timestamp::from_millis(row.get(1)?),
                before: row.json("attempt", 2)?,
                outcome: outcome.map(|text| from_json("outcome", &text)).transpose()?,
            })
        },
    )
}

/// Whether a call was begun for an intent of whose end nothing is known.
pub fn is_cut_off(tx: &Tx<'_>, intent: &IntentId) -> Result<bool, StoreError> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM intent WHERE id = ?1 AND {CUT_OFF})");
    tx.only(&sql, params![intent.as_str()], |row| row.get(0))
}

/// What is known of the last call of an intent that is settling.
pub fn unanswered(tx: &Tx<'_>, intent: &IntentId) -> Result<Option<Unanswered>, StoreError> {
    let sql = "SELECT i.due_at, a.started_at, a.ended_at FROM intent i JOIN attempt a ON a.intent_id = i.id \
         WHERE i.id = ?1 AND i.state = 'settling' ORDER BY a.number DESC LIMIT 1";
    tx.first(sql, params![intent.as_str()], |row| {
        let reads_at = row.get::<Option<i64>>(0)?.map(Timestamp::from_millis);
        let began: i64 = row.get(1)?;
        // A desk that ended in its call waited for nothing that we know of.
        let waited_ms = row.get::<Option<i64>>(2)?.map_or(0, |ended| ended.saturating_sub(began));
        Ok(Unanswered { waited_s: u32::try_from(waited_ms / 1000).unwrap_or_default(), reads_at })
    })
}

/// Intents in whose last call a desk ended: `sending` with a call that has no outcome, and held by no desk at `now`.
pub fn cut_off(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<Intent>, StoreError> {
    if is_on(Mutant::TakenOverTooSoon) {
        return many(tx, &format!("WHERE {CUT_OFF}"), params![]);
    }
    let rest = format!(
        "WHERE {CUT_OFF} AND NOT (lease_ends IS NOT NULL AND lease_ends > ?1 AND EXISTS \
         (SELECT 1 FROM lease desk WHERE desk.name = 'desk ' || intent.holder AND desk.ends_at > ?1))"
    );
    many(tx, &rest, params![now.millis()])
}
