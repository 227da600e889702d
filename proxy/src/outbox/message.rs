//! One step of a reply.

use super::schedule::retry_at;
use super::{Call, FRESH_MS, LEASE_MS, StepError, finish};
use crate::app::Desk;
use crate::desk::book::facts;
use crate::mutants::{Mutant, is_on};
use crate::store::Tx;
use crate::store::intents::{self, Attempt, Before, CallOutcome, Intent, Payload};
use crate::store::timeline::Trace;
use crate::store::{StoreError, cases, chat, shops};
use crate::tiktok::chat::{ChatMessage, SentMessage};
use crate::tiktok::client::Upstream;
use crate::tiktok::outcome::{Outcome, RefusalKind};
use shared::domain::case::{Claim, Sayable};
use shared::domain::derive::{derive, is_over, is_past, told};
use shared::domain::facts::ToldHow;
use shared::reply::{Language, LintInput, Rule, Severity, lint};
use shared::time::Timestamp;
use shared::wire::intent::{IntentState, NeedsPerson, Superseded};
use unicode_normalization::UnicodeNormalization;

/// How far before the call its message may be stamped: clocks differ (case model 6).
const STAMP_SLACK_MS: i64 = 300_000;
/// Pages of a conversation read to settle one message, newest first.
const PAGES: usize = 20;
/// While another message is in flight in the same conversation.
const TAKEN_MS: i64 = 1_000;
const CLEAN_READ_RETRY_MS: i64 = 30_000;
const DAY_MS: i64 = 86_400_000;

pub(super) async fn step(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    match &intent.state {
        IntentState::Held { until } if desk.clock.now() >= *until || is_on(Mutant::NoHold) => {
            let now = desk.clock.now();
            desk.store.write(|tx| {
                let waiting = IntentState::Waiting { claim: claim_of(intent) };
                intents::advance(tx, intent, &waiting, Some(now))?;
                desk.book.refresh(tx, &intent.case, now)
            })?;
            desk.publish();
            Ok(())
        }
        IntentState::Waiting { .. } => wait(desk, intent),
        IntentState::Sending => send(desk, intent).await,
        IntentState::Settling => settle(desk, intent).await,
        _ => Ok(()),
    }
}

fn claim_of(intent: &Intent) -> Option<Claim> {
    match &intent.payload {
        Payload::Reply { claim, .. } => *claim,
        Payload::Decision { .. } => None,
    }
}

fn text_of(intent: &Intent) -> &str {
    match &intent.payload {
        Payload::Reply { text, .. } => text,
        Payload::Decision { .. } => "",
    }
}

fn plain_trace(intent: &Intent) -> Trace {
    Trace { intent: intent.id.to_string(), ..Trace::default() }
}

/// Whether a reply may go now.
enum May {
    Go,
    Wait,
    End(Superseded),
}

/// Asked when a reply waits and again in the transaction that begins its call: what it says must be true then.
fn may_go(tx: &Tx<'_>, intent: &Intent) -> Result<May, StoreError> {
    let motion = intents::of_motion(tx, &intent.motion)?;
    let decision = motion.iter().find(|part| matches!(part.payload, Payload::Decision { .. }));
    if decision.is_some_and(|decision| !decision.state.is_over()) {
        return Ok(May::Wait);
    }
    let Some(file) = cases::find(tx, &intent.case)? else { return Ok(May::Wait) };
    let Some(facts) = facts(tx, &file)? else { return Ok(May::Wait) };
    let derived = derive(&facts);
    let Payload::Reply { claim, text, language, .. } = &intent.payload else { return Ok(May::Wait) };
    let mut amount = file.platform.refund.as_ref().map(|refund| &refund.total);
    if let Some(claim) = claim {
        let told_by_another = told(&facts, &derived.sayable, *claim)
            .any(|told| matches!(&told.how, ToldHow::Delivered { intent: other } if *other != intent.id));
        if told_by_another {
            return Ok(May::End(Superseded::AlreadyTold));
        }
        let proof = |sayable: &&Sayable| {
            let is_early =
                is_on(Mutant::RefundedAtApproval) && *claim == Claim::Refunded && sayable.claim == Claim::Approved;
            sayable.claim == *claim || is_early
        };
        match derived.sayable.iter().find(proof) {
            None if is_on(Mutant::SaidTooSoon) => return Ok(May::Go),
            Some(_) if is_on(Mutant::RefundedAtApproval) => return Ok(May::Go),
            Some(sayable) => amount = sayable.amount.as_ref(),
            // The platform has ended it another way, or gone on: it will not become true.
            None if is_over(&file.platform) || is_past(&facts, *claim) => {
                return Ok(May::End(Superseded::NoLongerTrue));
            }
            None => return Ok(May::Wait),
        }
    }
    let findings = lint(&LintInput {
        text,
        language: Language::of_tag(language),
        claim: *claim,
        sayable: &derived.sayable,
        pending: false,
        amount,
        buyer_language: None,
        name: None,
    });
    let blocks = |rule: Rule| findings.iter().any(|found| found.severity == Severity::Block && found.rule == rule);
    Ok(if blocks(Rule::WrongAmount) {
        May::End(Superseded::AmountChanged)
    } else if findings.iter().any(|found| found.severity == Severity::Block) {
        May::End(Superseded::NoLongerTrue)
    } else {
        May::Go
    })
}

fn wait(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    let now = desk.clock.now();
    desk.store.write(|tx| {
        match may_go(tx, intent)? {
            May::Go => {
                intents::advance(tx, intent, &IntentState::Sending, Some(now))?;
                desk.book.refresh(tx, &intent.case, now)?;
            }
            // Woken by the next change of the case.
            May::Wait => {
                intents::advance(tx, intent, &intent.state, None)?;
            }
            May::End(why) => {
                let end = IntentState::Superseded { why, at: now };
                super::finish_in(tx, desk, intent, &end, plain_trace(intent), now)?;
            }
        }
        Ok(())
    })?;
    desk.publish();
    desk.wake_outbox();
    Ok(())
}

/// TikTok does not let the desk write to this buyer: the text is ready to copy, the debt cannot be paid from here. `call`:
/// the one whose answer says so.
fn cannot_message(desk: &Desk, intent: &Intent, call: Option<&Call<'_>>) -> Result<(), StepError> {
    let now = desk.clock.now();
    desk.store.write(|tx| {
        if let Some(call) = call {
            call.end_in(tx, now)?;
        }
        if let Some(claim) = claim_of(intent) {
            cases::settle_debt(tx, &intent.case, claim, &ToldHow::Impossible, now)?;
        }
        let end = IntentState::NeedsPerson { why: NeedsPerson::CannotMessage, at: now };
        super::finish_in(tx, desk, intent, &end, plain_trace(intent), now)
    })?;
    desk.publish();
    Ok(())
}

/// The conversation with the buyer, made if need be: repeating that is harmless, it returns the same one.
/// `None`: the platform gives no way to the buyer.
async fn conversation(desk: &Desk, intent: &Intent, upstream: &Upstream) -> Result<Option<String>, StepError> {
    let known = desk.store.read(|tx| {
        let Some(file) = cases::find(tx, &intent.case)? else { return Ok(None) };
        let order = cases::order(tx, &file.shop, &file.platform.order_id)?;
        let Some(buyer) = order.and_then(|order| order.buyer_id) else { return Ok(None) };
        let found = chat::with_buyer(tx, &file.shop, &buyer)?;
        Ok(Some((buyer, found)))
    })?;
    let Some((buyer, found)) = known else { return Ok(None) };
    if let Some(found) = found {
        return Ok((found.can_send != Some(false)).then_some(found.id));
    }
    match upstream.create_conversation(&buyer).await {
        Ok(id) => {
            desk.store.write(|tx| chat::save(tx, &intent.shop, &id, &buyer, None))?;
            Ok(Some(id))
        }
        Err(fault) if fault.refusal() == Some(RefusalKind::CannotMessage) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

fn begin(tx: &Tx<'_>, desk: &Desk, intent: &Intent, before: &Before) -> Result<Option<u32>, StoreError> {
    let now = desk.clock.now();
    intents::begin_attempt(tx, intent, before, now, now.plus_millis(LEASE_MS))
}

async fn send(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    let now = desk.clock.now();
    let shop = desk.store.read(|tx| shops::find(tx, &intent.shop))?;
    let Some(shop) = shop.filter(shops::ShopRow::may_act) else {
        let end = IntentState::NeedsPerson { why: NeedsPerson::ShopDisconnected, at: now };
        return Ok(finish(desk, intent, &end, plain_trace(intent))?);
    };
    if !shop.can_message() {
        return cannot_message(desk, intent, None);
    }
    let upstream = desk.upstream(&shop)?;
    let Some(conversation) = conversation(desk, intent, &upstream).await? else {
        return cannot_message(desk, intent, None);
    };
    desk.store.write(|tx| intents::set_conversation(tx, &intent.id, &conversation))?;
    let newest = upstream.messages(&conversation, None).await?;
    let last_place = newest.messages.iter().map(|message| message.index).max().unwrap_or_default();
    let begun = desk.store.write(|tx| {
        // One message in flight in a conversation, in the order pressed: asked in the transaction that begins the call.
        if intents::conversation_is_taken(tx, intent, &conversation)? && !is_on(Mutant::TwoInFlight) {
            intents::postpone(tx, intent, now.plus_millis(TAKEN_MS))?;
            return Ok(None);
        }
        Ok(match may_go(tx, intent)? {
            May::Go => {
                let before = Before::Conversation { last_place };
                match is_on(Mutant::MessageNotedLate) {
                    true => Some(0),
                    // Not ours any more: nothing is sent.
                    false => begin(tx, desk, intent, &before)?,
                }
            }
            May::Wait => {
                intents::advance(tx, intent, &IntentState::Waiting { claim: claim_of(intent) }, None)?;
                None
            }
            May::End(why) => {
                let end = IntentState::Superseded { why, at: now };
                super::finish_in(tx, desk, intent, &end, plain_trace(intent), now)?;
                None
            }
        })
    })?;
    desk.publish();
    let Some(number) = begun else { return Ok(()) };
    let text = text_of(intent);
    let said = text.rsplit_once(' ').filter(|_| is_on(Mutant::WordsCut)).map_or(text, |(most, _)| most);
    let upstream = upstream.before(desk.clock.now().plus_millis(FRESH_MS));
    let outcome = upstream.send_text(&conversation, said).await;
    let number = match is_on(Mutant::MessageNotedLate) {
        true => {
            let before = Before::Conversation { last_place };
            desk.store.write(|tx| begin(tx, desk, intent, &before))?.ok_or(StepError::Lost)?
        }
        false => number,
    };
    close(desk, intent, number, &conversation, last_place, outcome).await
}

/// Stores how the call ended, and what follows.
async fn close(
    desk: &Desk,
    intent: &Intent,
    number: u32,
    conversation: &str,
    last_place: u64,
    outcome: Outcome<SentMessage>,
) -> Result<(), StepError> {
    let now = desk.clock.now();
    match outcome {
        Outcome::Confirmed(receipt) => {
            // Stored at once, so that no other intent can take this message for its own; read properly next.
            let message = ChatMessage {
                id: receipt.data.message_id.clone(),
                index: last_place.saturating_add(1),
                type_word: "TEXT".to_owned(),
                role: "CUSTOMER_SERVICE".to_owned(),
                text: Some(text_of(intent).to_owned()),
                image: None,
                at: now,
                is_visible: true,
                unsupported_tip: None,
            };
            let trace = Trace { request_id: Some(receipt.request_id.clone()), ..plain_trace(intent) };
            desk.store.write(|tx| {
                intents::end_attempt(
                    tx,
                    &intent.id,
                    number,
                    &CallOutcome::Confirmed,
                    Some(&receipt.request_id),
                    Some(now),
                )?;
                desk.book.apply_messages(tx, &intent.shop, conversation, std::slice::from_ref(&message), now)?;
                chat::claim(tx, &intent.shop, conversation, &message.id, &intent.id)?;
                super::finish_in(tx, desk, intent, &IntentState::Done { by_reading: false, at: now }, trace, now)
            })?;
            desk.publish();
            desk.sync.ask(crate::sync::Ask::Conversation {
                shop: intent.shop.clone(),
                conversation: conversation.to_owned(),
            });
        }
        Outcome::Refused(refusal) => {
            let request_id = Some(refusal.request_id.as_str());
            let call = Call { intent, number, outcome: CallOutcome::Refused, request_id };
            match refusal.kind {
                RefusalKind::CannotMessage => return cannot_message(desk, intent, Some(&call)),
                RefusalKind::MessageQuota => call.put_off(desk, next_day(now))?,
                RefusalKind::Retry => call.put_off(desk, retry_at(now, number, None))?,
                RefusalKind::ShopFault => {
                    let end = IntentState::NeedsPerson { why: NeedsPerson::ShopDisconnected, at: now };
                    call.finish(desk, &end, plain_trace(intent))?;
                }
                _ => {
                    let trace = Trace { request_id: Some(refusal.request_id.clone()), ..plain_trace(intent) };
                    let text = refusal.message.clone();
                    call.finish(desk, &IntentState::Refused { platform_code: refusal.code, text, at: now }, trace)?;
                }
            }
        }
        Outcome::NoEffect { retry_after_ms } => {
            let call = Call { intent, number, outcome: CallOutcome::NoEffect, request_id: None };
            call.put_off(desk, retry_at(now, number, retry_after_ms))?;
        }
        Outcome::Unknown(fault) => {
            tracing::warn!(intent.id = %intent.id, case.id = %intent.case, error = %crate::telemetry::Chain(&fault), "No trustworthy answer to a message: reading whether it arrived");
            desk.store.write(|tx| {
                intents::end_attempt(tx, &intent.id, number, &CallOutcome::Unknown, None, Some(now))?;
                let wait = if is_on(Mutant::MessageLookedForTooSoon) { 0 } else { desk.dials.message_settle_ms };
                let next = match () {
                    () if is_on(Mutant::MessageNotLookedFor) => IntentState::Sending,
                    () if is_on(Mutant::LostMessageIsSent) => IntentState::Done { by_reading: true, at: now },
                    () => IntentState::Settling,
                };
                let due = Some(now.plus_millis(wait)).filter(|_| !next.is_over());
                intents::advance(tx, intent, &next, due)?;
                desk.book.refresh(tx, &intent.case, now)
            })?;
            desk.publish();
        }
    }
    Ok(())
}

/// The daily quota is counted in days; the platform does not say whose midnight.
fn next_day(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis().div_euclid(DAY_MS).saturating_add(1).saturating_mul(DAY_MS)).plus_millis(60_000)
}

/// Exactly the text that was sent, whatever form its letters were composed in.
fn is_ours(message: &ChatMessage, text: &str, last_place: u64) -> bool {
    (!matches!(message.role.as_str(), "BUYER" | "SYSTEM") || is_on(Mutant::BuyerTakenForUs))
        && message.type_word == "TEXT"
        && message.is_visible
        && message.index > last_place
        && message.text.as_deref().is_some_and(|sent| sent.nfc().eq(text.nfc()))
}

/// Reads the conversation back to the first call. `None`: the read was not clean.
async fn read_back(
    upstream: &Upstream,
    conversation: &str,
    since: Timestamp,
) -> Result<Option<Vec<ChatMessage>>, StepError> {
    let mut all: Vec<ChatMessage> = Vec::new();
    let mut token = None;
    for _ in 0..PAGES {
        let page = upstream.messages(conversation, token.as_deref()).await?;
        let reached = page.messages.iter().any(|message| message.at < since);
        all.extend(page.messages);
        match page.next {
            Some(next) if !reached && token.as_ref() != Some(&next) => token = Some(next),
            Some(_) if !reached => return Ok(None),
            _ => return Ok(Some(all)),
        }
    }
    Ok(None)
}

/// Looks whether a message with a lost answer arrived (P5).
async fn settle(desk: &Desk, intent: &Intent) -> Result<(), StepError> {
    let now = desk.clock.now();
    let (shop, attempts) =
        desk.store.read(|tx| Ok((shops::find(tx, &intent.shop)?, intents::attempts(tx, &intent.id)?)))?;
    let unknown = |attempt: &&Attempt| matches!(attempt.outcome, None | Some(CallOutcome::Unknown));
    let (Some(shop), Some(conversation)) = (shop, &intent.conversation) else { return Ok(()) };
    let Some(first) = attempts.iter().find(unknown) else { return Ok(()) };
    let Before::Conversation { last_place } = first.before else { return Ok(()) };
    let upstream = desk.upstream(&shop)?;
    let since = first.started.plus_millis(-STAMP_SLACK_MS);
    let read = match read_back(&upstream, conversation, since).await {
        Ok(Some(read)) => read,
        Ok(None) | Err(_) if intent.settle_reads < desk.dials.message_reads => {
            let again = now.plus_millis(CLEAN_READ_RETRY_MS);
            desk.store.write(|tx| intents::count_settle_read(tx, intent, again))?;
            return Ok(());
        }
        Ok(None) | Err(_) => {
            return Ok(finish(desk, intent, &IntentState::Unsure { at: now }, plain_trace(intent))?);
        }
    };
    let mut ours: Vec<&ChatMessage> =
        read.iter().filter(|message| is_ours(message, text_of(intent), last_place)).collect();
    ours.sort_by_key(|message| message.index);
    let sent_twice = attempts.iter().filter(unknown).count() > 1 && !is_on(Mutant::MessageSentForEver);
    desk.store.write(|tx| {
        desk.book.apply_messages(tx, &intent.shop, conversation, &read, now)?;
        for message in ours {
            if chat::claim(tx, &intent.shop, conversation, &message.id, &intent.id)? {
                let done = IntentState::Done { by_reading: true, at: now };
                return super::finish_in(tx, desk, intent, &done, plain_trace(intent), now);
            }
        }
        if sent_twice {
            return super::finish_in(tx, desk, intent, &IntentState::Unsure { at: now }, plain_trace(intent), now);
        }
        intents::advance(tx, intent, &IntentState::Sending, Some(now))?;
        desk.book.refresh(tx, &intent.case, now).map(|_| ())
    })?;
    desk.publish();
    desk.wake_outbox();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(index: u64, role: &str, text: &str) -> ChatMessage {
        ChatMessage {
            id: index.to_string(),
            index,
            type_word: "TEXT".to_owned(),
            role: role.to_owned(),
            text: Some(text.to_owned()),
            image: None,
            at: Timestamp::from_millis(0),
            is_visible: true,
            unsupported_tip: None,
        }
    }

    #[test]
    fn only_a_later_visible_message_of_ours_with_the_exact_text_counts() {
        let hidden = ChatMessage { is_visible: false, ..message(9, "SHOP", "Hola") };
        for (found, expected) in [
            (message(9, "CUSTOMER_SERVICE", "Hola"), true),
            (message(9, "SHOP", "Hola"), true),
            (message(9, "ROBOT", "Hola"), true),
            (message(9, "BUYER", "Hola"), false),
            (message(9, "SYSTEM", "Hola"), false),
            (message(5, "SHOP", "Hola"), false),
            (message(9, "SHOP", "Hola "), false),
            (hidden, false),
        ] {
            assert_eq!(is_ours(&found, "Hola", 5), expected, "{found:?}");
        }
        // é composed and decomposed are one text.
        assert!(is_ours(&message(9, "SHOP", "caf\u{e9}"), "cafe\u{301}", 5));
    }
}
