//! The one place where facts become a case: what is read from the platform is stored, and everything that
//! follows from it is computed anew.
//!
//! Nothing here calls the platform. Every function works inside a transaction of its caller, so that a fact, what
//! follows from it, its timeline entry and its live event are durable together or not at all.

use super::error::DeskError;
use crate::entropy::Entropy;
use crate::mutants::{Mutant, is_on};
use crate::store::Tx;
use crate::store::cases::CaseFile;
use crate::store::chat::ConversationRow;
use crate::store::intents::Intent;
use crate::store::shops::ShopRow;
use crate::store::timeline::{Chain, Trace};
use crate::store::{StoreError, cases, chat, claims, events, extras, intents, media, people, shops, tags};
use crate::tiktok::chat::ChatMessage;
use shared::domain::case::{Claim, DecisionKind, Derived, Stage};
use shared::domain::derive::{derive, is_over};
use shared::domain::facts::{
    Evidence, Facts, Line, Order, OurDecision, Ours, PlatformCase, Record, Seen, ShopFacts, Told, ToldHow,
};
use shared::domain::status::Status;
use shared::id::{CaseId, MediaId, ShopId};
use shared::reasons::is_listed;
use shared::reply::{Language, Moment};
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, Happened, Who};
use shared::wire::event::Event;
use shared::wire::intent::IntentState;

/// Characters of the buyer's words in a row of the queue.
const SAY_CHARS: usize = 180;

/// What the book needs beside a transaction.
#[derive(Clone)]
pub struct Book {
    /// Writes the timeline.
    pub chain: Chain,
    /// Makes ids.
    pub entropy: Entropy,
}

/// What a read did to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Which case.
    pub case: CaseId,
    /// It was never seen before.
    pub is_new: bool,
    /// The platform's status word differs from the one before.
    pub status_changed: bool,
    /// Anything differs.
    pub changed: bool,
}

fn no_entropy(source: crate::entropy::NoEntropy) -> StoreError {
    StoreError::Corrupt { what: "new id", source: Box::new(source) }
}

impl Book {
    /// Stores a case as read at `now`. An older stamp never moves a case (P7); an equal one does if something
    /// differs. What follows from a change is computed by [`Book::refresh`], which the caller calls once all is stored;
    /// of a new case it is stored with it.
    pub fn apply(&self, tx: &Tx<'_>, of: &ShopRow, read: &PlatformCase, now: Timestamp) -> Result<Applied, StoreError> {
        let shop = &of.id;
        let deadline = read.actions.iter().filter_map(|action| action.deadline).min();
        let seen = Seen { status: read.status.clone(), at: read.updated, deadline };
        let Some(mut file) = cases::find_by_key(tx, shop, read.object, &read.platform_id)? else {
            let case = self.first_seen(tx, of, read, seen, now)?;
            return Ok(Applied { case, is_new: true, status_changed: true, changed: true });
        };
        let same = file.platform == *read;
        let is_old = read.updated < file.platform.updated && !is_on(Mutant::OldReadingWins);
        if is_old || same {
            if same {
                cases::set_read(tx, &file.id, now)?;
            }
            return Ok(Applied { case: file.id, is_new: false, status_changed: false, changed: false });
        }
        let before = std::mem::replace(&mut file.platform, read.clone());
        let status_changed = before.status != read.status;
        tell_of_new_words(shop, read, status_changed, before.reason != read.reason);
        match file.seen.last_mut() {
            Some(last) if last.status == read.status => last.deadline = deadline.or(last.deadline),
            _ => file.seen.push(seen),
        }
        file.is_unread = true;
        file.read = now;
        cases::save(tx, &file)?;
        if status_changed {
            let what = Happened::Status { before: Some(before.status), now: read.status.clone() };
            self.chain.append(tx, shop, Some(&file.id), now, Who::Platform, what, None)?;
        }
        if let Some(next) = read.next_id.as_deref()
            && before.next_id.is_none()
            && let Some(successor) = cases::find_by_key(tx, shop, read.object, next)?
        {
            self.succeed(tx, &file, &successor.id)?;
        }
        Ok(Applied { case: file.id, is_new: false, status_changed, changed: true })
    }

    fn first_seen(
        &self,
        tx: &Tx<'_>,
        of: &ShopRow,
        read: &PlatformCase,
        seen: Seen,
        now: Timestamp,
    ) -> Result<CaseId, StoreError> {
        let raw = self.entropy.id_at("c_", now).map_err(no_entropy)?;
        let id =
            CaseId::try_from(raw).map_err(|source| StoreError::Corrupt { what: "new id", source: Box::new(source) })?;
        let mut file = CaseFile {
            id,
            shop: of.id.clone(),
            version: 0,
            platform: read.clone(),
            records: Vec::new(),
            records_read: None,
            seen: vec![seen],
            payment_proved: None,
            scanned: None,
            scanned_by: None,
            options: None,
            options_read: None,
            options_failed: false,
            read: now,
            assignee: None,
            is_unread: true,
        };
        let Computed { mut row, facts, paid, .. } = compute(tx, of, &file, now)?;
        file.payment_proved = paid;
        row.version = 1;
        let (is_over, is_past) = (is_over(read), is_over(read) && read.updated < of.connected_at);
        cases::insert(tx, &file, &row, is_over, is_past, &search_text(&facts, &row.tags))?;
        // What is past and done is nobody's work. An import brings years of it, and tells of its progress.
        if !is_past || row.stage != Stage::Done {
            events::append(tx, &of.id, &Event::CaseChanged { row: Box::new(row) }, now)?;
        }
        tell_of_new_words(&of.id, read, true, true);
        let what = Happened::Status { before: None, now: read.status.clone() };
        self.chain.append(tx, &of.id, Some(&file.id), now, Who::Platform, what, None)?;
        if let Some(before) = read.pre_id.as_deref()
            && let Some(predecessor) = cases::find_by_key(tx, &of.id, read.object, before)?
        {
            self.succeed(tx, &predecessor, &file.id)?;
            self.refresh(tx, &file.id, now)?;
        }
        Ok(file.id)
    }

    /// An edited request: the open drafts, notes, proof, the scanned parcel and the assignee go on with its successor.
    fn succeed(&self, tx: &Tx<'_>, old: &CaseFile, new: &CaseId) -> Result<(), StoreError> {
        extras::move_to_successor(tx, &old.id, new)?;
        let Some(mut successor) = cases::find(tx, new)? else { return Ok(()) };
        successor.assignee = successor.assignee.or_else(|| old.assignee.clone());
        if successor.scanned.is_none() {
            (successor.scanned, successor.scanned_by) = (old.scanned, old.scanned_by.clone());
        }
        cases::save(tx, &successor)
    }

    /// Stores the records of a return as read at `now`.
    pub fn apply_records(
        &self,
        tx: &Tx<'_>,
        case: &CaseId,
        records: Vec<Record>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(mut file) = cases::find(tx, case)? else { return Ok(()) };
        for url in records.iter().flat_map(|record| &record.image_urls) {
            media::register(tx, &file.shop, url)?;
        }
        let is_first = file.records_read.is_none();
        for record in records.iter().filter(|record| !is_first && !file.records.contains(record)) {
            let what = Happened::Record { event: record.event.clone(), text: record.description.clone() };
            self.chain.append(tx, &file.shop, Some(case), now, Who::Platform, what, None)?;
        }
        file.is_unread |= !is_first && file.records != records;
        file.records = records;
        file.records_read = Some(now);
        cases::save(tx, &file)
    }

    /// Stores messages as read at `now`; the buyer's cases are computed anew when there is something new.
    pub fn apply_messages(
        &self,
        tx: &Tx<'_>,
        shop: &ShopId,
        conversation: &str,
        messages: &[ChatMessage],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for image in messages.iter().filter_map(|message| message.image.as_ref()) {
            media::register(tx, shop, &image.url)?;
        }
        let fresh = chat::save_messages(tx, shop, conversation, messages, now)?;
        let Some(row) = chat::find(tx, shop, conversation)?.filter(|_| fresh > 0) else { return Ok(()) };
        for case in cases::of_buyer(tx, shop, &row.buyer)? {
            self.refresh(tx, &case, now)?;
        }
        Ok(())
    }

    /// Appends to the timeline of a case.
    #[expect(clippy::too_many_arguments, reason = "an entry is all of this")]
    pub fn note(
        &self,
        tx: &Tx<'_>,
        shop: &ShopId,
        case: &CaseId,
        now: Timestamp,
        who: Who,
        what: Happened,
        trace: Option<Trace>,
    ) -> Result<(), StoreError> {
        self.chain.append(tx, shop, Some(case), now, who, what, trace)
    }

    /// Raises the version of a case whose row stays the same, so that an open view of it is read again.
    pub fn touch(&self, tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<(), DeskError> {
        let (Some(file), Some(mut row)) = (cases::find(tx, case)?, cases::row(tx, case)?) else { return Ok(()) };
        row.version += 1;
        let facts = facts(tx, &file)?;
        let search = facts.as_ref().map(|facts| search_text(facts, &row.tags)).unwrap_or_default();
        cases::save_row(tx, &row, is_over(&file.platform), &search)?;
        events::append(tx, &file.shop, &Event::CaseChanged { row: Box::new(row) }, now)?;
        Ok(())
    }

    /// Computes all that follows from the stored facts of a case. When something a browser shows has changed,
    /// the version rises and a live event is appended. Waiting replies are looked at again at once.
    pub fn refresh(&self, tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<Option<CaseRow>, StoreError> {
        let Some(mut file) = cases::find(tx, case)? else { return Ok(None) };
        let Some(shop) = shops::find(tx, &file.shop)? else { return Ok(None) };
        let Computed { mut row, facts, paid, decisions } = compute(tx, &shop, &file, now)?;
        if row.needs_second {
            row.needs_second = !self.lapse(tx, &file, &decisions, now)?;
        }
        if paid.is_some() && file.payment_proved.is_none() {
            file.payment_proved = paid;
            cases::save(tx, &file)?;
        }
        let known = cases::row(tx, case)?;
        row.version = known.as_ref().map_or(0, |row| row.version);
        let changed = known.as_ref() != Some(&row);
        if changed {
            row.version += 1;
        }
        cases::save_row(tx, &row, is_over(&file.platform), &search_text(&facts, &row.tags))?;
        if changed {
            events::append(tx, &file.shop, &Event::CaseChanged { row: Box::new(row.clone()) }, now)?;
        }
        // A proof can arrive without a change that the queue shows.
        intents::wake_waiting(tx, case, now)?;
        Ok(Some(row))
    }
}

impl Book {
    /// Ends the wait for a second person where what was decided is not to be decided any more, or whoever decided it may
    /// not; `false`: it stands.
    fn lapse(
        &self,
        tx: &Tx<'_>,
        file: &CaseFile,
        decisions: &[DecisionKind],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some((ask, _)) = tags::second(tx, &file.id)? else { return Ok(true) };
        if decisions.contains(&ask.kind) && people::sees(tx, &ask.by, &file.shop)? {
            return Ok(false);
        }
        tags::end_second(tx, &file.id)?;
        let what = Happened::SecondLapsed { asker: ask.by };
        self.note(tx, &file.shop, &file.id, now, Who::Desk, what, None)?;
        Ok(true)
    }
}

/// What follows from the stored facts of a case.
struct Computed {
    /// Without its version.
    row: CaseRow,
    facts: Facts,
    /// Since when the payment is proved, if it is.
    paid: Option<Timestamp>,
    /// What is to be decided.
    decisions: Vec<DecisionKind>,
}

fn compute(tx: &Tx<'_>, shop: &ShopRow, file: &CaseFile, now: Timestamp) -> Result<Computed, StoreError> {
    let intents = intents::of_case(tx, &file.id)?;
    let facts = facts_of(tx, shop, file, &intents)?;
    let derived = derive(&facts);
    let row = build_row(tx, file, &facts, &derived, &intents, now)?;
    let paid = derived.sayable.iter().find(|sayable| sayable.claim == Claim::Refunded).map(|paid| paid.since);
    Ok(Computed { row, facts, paid, decisions: derived.decisions })
}

/// All that `derive` looks at; none when the shop is gone.
pub fn facts(tx: &Tx<'_>, file: &CaseFile) -> Result<Option<Facts>, StoreError> {
    let Some(shop) = shops::find(tx, &file.shop)? else { return Ok(None) };
    Ok(Some(facts_of(tx, &shop, file, &intents::of_case(tx, &file.id)?)?))
}

fn facts_of(tx: &Tx<'_>, shop: &ShopRow, file: &CaseFile, intents: &[Intent]) -> Result<Facts, StoreError> {
    let order = cases::order(tx, &file.shop, &file.platform.order_id)?;
    Ok(facts_with(shop, file, order, cases::settled_debts(tx, &file.id)?, intents))
}

/// The same of what was read before.
pub(super) fn facts_with(
    shop: &ShopRow,
    file: &CaseFile,
    order: Option<Order>,
    settled: Vec<Told>,
    intents: &[Intent],
) -> Facts {
    Facts {
        case: file.platform.clone(),
        records: file.records.clone(),
        order,
        seen: file.seen.clone(),
        ours: ours(file, settled, intents),
        shop: ShopFacts {
            region: shop.region.clone(),
            connected: shop.connected_at,
            reply_hours: reply_hours(&shop.region),
        },
    }
}

/// 12 hours in South-East Asia, 24 elsewhere (case model 4).
pub(super) fn reply_hours(region: &str) -> u32 {
    if matches!(region, "ID" | "TH" | "VN" | "MY" | "PH" | "SG") { 12 } else { 24 }
}

/// What the intents of a case say about it, beside debts that were settled without one.
fn ours(file: &CaseFile, settled: Vec<Told>, intents: &[Intent]) -> Ours {
    let mut ours =
        Ours { told: settled, payment_proved: file.payment_proved, scanned: file.scanned, ..Ours::default() };
    for intent in intents {
        match (&intent.payload, &intent.state) {
            (intents::Payload::Decision { kind, .. }, IntentState::Done { by_reading, at }) => {
                let evidence = if *by_reading { Evidence::Read } else { Evidence::Answered };
                ours.decisions.push(OurDecision { kind: *kind, evidence, at: *at });
            }
            (intents::Payload::Reply { claim: Some(claim), .. }, IntentState::Done { at, .. }) => {
                let how = ToldHow::Delivered { intent: intent.id.clone() };
                ours.told.push(Told { claim: *claim, how, at: *at });
            }
            (intents::Payload::Reply { claim: Some(claim), .. }, state) if !state.is_over() => {
                let how = ToldHow::Queued { intent: intent.id.clone() };
                ours.told.push(Told { claim: *claim, how, at: intent.pressed });
            }
            _ => {}
        }
    }
    ours
}

/// The motion that is under way, or what the last one left behind.
fn intent_on_top(intents: &[Intent]) -> Option<IntentState> {
    let live = |intent: &&Intent| !intent.state.is_over();
    let decision = |intent: &&Intent| matches!(intent.payload, intents::Payload::Decision { .. });
    let in_trouble = |intent: &&Intent| {
        matches!(
            intent.state,
            IntentState::Unsure { .. }
                | IntentState::NeedsPerson { .. }
                | IntentState::Refused { .. }
                | IntentState::Superseded { .. }
        )
    };
    let last_motion = intents.last().map(|intent| &intent.motion);
    let of_last = |intent: &&Intent| Some(&intent.motion) == last_motion;
    intents
        .iter()
        .rev()
        .find(|intent| live(intent) && decision(intent))
        .or_else(|| intents.iter().rev().filter(of_last).find(in_trouble))
        .or_else(|| intents.iter().rev().find(live))
        .or_else(|| intents.iter().rev().filter(of_last).find(decision))
        .or_else(|| intents.last())
        .map(|intent| intent.state.clone())
}

/// The rule whose decision is under way or took effect, while it is the last.
fn rule_on_top(intents: &[Intent]) -> Option<String> {
    let decision = |intent: &&Intent| matches!(intent.payload, intents::Payload::Decision { .. });
    let last = intents.iter().rev().find(decision)?;
    let by = last.rule.as_ref().filter(|_| !matches!(last.state, IntentState::Undone { .. }))?;
    Some(by.words())
}

/// When the newest question of ours arrived: a line of chat that a template for questions began, or with a question mark.
fn asked(intents: &[Intent]) -> Option<Timestamp> {
    let asks = |text: &str, template: Option<&str>| {
        text.contains('?') || template.is_some_and(|id| id.split('.').nth(1) == Some(Moment::MoreInformation.word()))
    };
    intents.iter().rev().find_map(|intent| match (&intent.payload, &intent.state) {
        (intents::Payload::Reply { claim: None, text, template, .. }, IntentState::Done { at, .. }) => {
            asks(text, template.as_deref()).then_some(*at)
        }
        _ => None,
    })
}

/// When the buyer spoke last, in the chat or in the request itself.
fn spoke(
    tx: &Tx<'_>,
    file: &CaseFile,
    conversation: Option<&ConversationRow>,
) -> Result<Option<Timestamp>, StoreError> {
    let wrote = conversation.map(|conversation| chat::last_of_buyer(tx, &file.shop, &conversation.id)).transpose()?;
    let records = file.records.iter().filter(|record| record.role.eq_ignore_ascii_case("buyer"));
    Ok(records.map(|record| record.at).max().max(wrote.flatten()))
}

fn build_row(
    tx: &Tx<'_>,
    file: &CaseFile,
    facts: &Facts,
    derived: &Derived,
    intents: &[Intent],
    now: Timestamp,
) -> Result<CaseRow, StoreError> {
    let case = &file.platform;
    let first = case.lines.first();
    let units = case.lines.iter().filter(|line| first.is_some_and(|first| first.sku_id == line.sku_id)).count();
    let conversation = match facts.order.as_ref().and_then(|order| order.buyer_id.as_deref()) {
        Some(buyer) => chat::with_buyer(tx, &file.shop, buyer)?,
        None => None,
    };
    let new_messages = match &conversation {
        Some(conversation) => chat::unanswered(tx, &file.shop, &conversation.id)?,
        None => 0,
    };
    let asked = asked(intents).filter(|_| matches!(derived.stage, Stage::ToDecide | Stage::ToInspect));
    let answered = if asked.is_some() { spoke(tx, file, conversation.as_ref())? } else { None };
    let say = buyers_words(&file.records);
    Ok(CaseRow {
        id: file.id.clone(),
        shop: file.shop.clone(),
        version: file.version,
        kind: derived.kind,
        stage: derived.stage,
        waiting_on: derived.waiting_on,
        reason: case.reason.clone(),
        reason_text: case.reason_text.clone(),
        item: first.map(|line| line.product.clone()).unwrap_or_default(),
        item_count: u32::try_from(units).unwrap_or(u32::MAX),
        picture: first.and_then(|line| picture(&file.shop, line)),
        amount: case.refund.as_ref().map(|refund| refund.total.clone()),
        deadline: derived.deadline,
        buyer: facts.order.as_ref().map(display_name).unwrap_or_default(),
        language: language(&facts.shop.region, say).tag().to_owned(),
        say: say.map(|words| words.chars().take(SAY_CHARS).collect()),
        is_unread: file.is_unread,
        new_messages,
        asked: asked.filter(|asked| answered.is_none_or(|answered| answered < *asked)),
        assignee: file.assignee.clone(),
        lease: claims::live(tx, &file.id, now)?.map(|claim| claim.lease),
        owed: derived.owed.clone(),
        end: derived.end,
        flags: derived.flags.clone(),
        intent: intent_on_top(intents),
        by_rule: rule_on_top(intents),
        tags: tags::of_case(tx, &file.id)?,
        needs_second: tags::second(tx, &file.id)?.is_some(),
        updated: case.updated,
    })
}

/// The picture of a line, as the browser asks the proxy for it.
pub(super) fn picture(shop: &ShopId, line: &Line) -> Option<MediaId> {
    line.picture_url.as_deref().map(|url| media::id_of(shop, url))
}

/// Words of the platform that are new to the desk: the case is kept and shown with them, and the log says so once.
fn tell_of_new_words(shop: &ShopId, read: &PlatformCase, is_new_status: bool, is_new_reason: bool) {
    let id = &read.platform_id;
    if is_new_status && read.status_read() == Status::Unknown {
        tracing::warn!(shop.id = %shop, case.platform_id = %id, status = ?read.status, "TikTok shows a status that the desk does not know");
    }
    if is_new_reason && !read.reason.is_empty() && !is_listed(&read.reason) {
        tracing::warn!(shop.id = %shop, case.platform_id = %id, reason = ?read.reason, "TikTok names a reason that the desk does not know");
    }
}

/// The buyer's own words: the first note that a buyer's record carries.
pub(super) fn buyers_words(records: &[Record]) -> Option<&str> {
    records
        .iter()
        .filter(|record| record.role.eq_ignore_ascii_case("buyer"))
        .filter_map(|record| record.note.as_deref())
        .find(|note| !note.trim().is_empty())
}

/// The buyer's language: their own words, else the shop's region.
pub(super) fn language(region: &str, words: Option<&str>) -> Language {
    words.and_then(shared::reply::detect).unwrap_or_else(|| Language::of_region(region))
}

fn is_plain(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains('*')
}

/// As sent: the nickname, else the recipient's name; may be masked.
fn display_name(order: &Order) -> String {
    let full = [order.first_name.as_deref(), order.last_name.as_deref()];
    let full: Vec<&str> = full.into_iter().flatten().filter(|name| !name.trim().is_empty()).collect();
    match &order.buyer_nickname {
        Some(nickname) if !nickname.trim().is_empty() => nickname.clone(),
        _ => full.join(" "),
    }
}

/// An unmasked first name, else the nickname, else none (design 9).
pub(super) fn greeting_name(order: &Order) -> Option<String> {
    [order.first_name.as_deref(), order.buyer_nickname.as_deref()]
        .into_iter()
        .flatten()
        .find(|name| is_plain(name))
        .map(|name| name.trim().to_owned())
}

/// As a tag lies among the searched words, on a line of its own.
pub fn tag_line(tag: &str) -> String {
    ["#", tag].concat().to_lowercase()
}

fn search_text(facts: &Facts, tags: &[String]) -> String {
    let case = &facts.case;
    let mut words = vec![case.platform_id.as_str(), &case.order_id, &case.reason_text];
    words.extend(case.tracking_number.as_deref());
    // As a scanner reads them.
    let codes: Vec<String> = shared::domain::inspect::codes(case).map(shared::domain::inspect::plain_code).collect();
    words.extend(codes.iter().map(String::as_str));
    for line in &case.lines {
        words.extend([line.product.as_str(), &line.variant, &line.seller_sku]);
    }
    if let Some(order) = &facts.order {
        let names = [&order.buyer_nickname, &order.first_name, &order.last_name, &order.tracking_number];
        words.extend(names.into_iter().filter_map(Option::as_deref));
    }
    words.extend(facts.records.iter().filter_map(|record| record.note.as_deref()));
    let tags: Vec<String> = tags.iter().map(|tag| tag_line(tag)).collect();
    words.extend(tags.iter().map(String::as_str));
    // Each on a line of its own, the first and the last too: a whole code is found by what stands around it.
    format!("\n{}\n", words.join("\n")).to_lowercase()
}
