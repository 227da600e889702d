//! Deciding and replying: the promise is recorded, nothing leaves the desk here.

use super::book::facts;
use super::claim;
use super::error::DeskError;
use super::{rules, templates, view};
use crate::app::Desk;
use crate::auth::Agent;
use crate::mutants::{Mutant, is_on};
use crate::store::cases::{self, CaseFile};
use crate::store::intents::{self, Intent, Payload};
use crate::store::{StoreError, Tx};
use crate::store::{chat, extras, idempotency, shops, timeline};
use shared::domain::case::{Claim, DecisionKind, Derived};
use shared::domain::check::decision_problem;
use shared::domain::decide::{claims_of, is_near_deadline};
use shared::domain::derive::{derive, told};
use shared::domain::facts::{Facts, ToldHow};
use shared::id::{AgentId, CaseId, IdempotencyKey, IntentId, MotionId, ShopId};
use shared::reply::{LintInput, Severity, lint};
use shared::time::Timestamp;
use shared::wire::case::{Happened, MayWrite, Who};
use shared::wire::decision::{DecisionRequest, Draft, MotionRecorded, ReplyOrder, ReplyRequest};
use shared::wire::intent::{ByRule, IntentState, IntentView, IntentWhat};
use shared::wire::rule::SecondAsk;
use shared::wire::session::Role;
use shared::wire::shop::ShopLink;

/// Longest reply, in characters (TikTok's limit for a text message).
const REPLY_CHARS: usize = 2_000;

/// A case with all that a decision or reply is checked against, from the transaction that records it.
pub(super) struct Opened {
    pub(super) file: CaseFile,
    pub(super) facts: Facts,
    pub(super) derived: Derived,
}

/// A case, if the agent sees its shop.
pub(super) fn open(tx: &Tx<'_>, agent: &Agent, case: &CaseId) -> Result<Opened, DeskError> {
    find_seen(tx, agent, case)?;
    open_unseen(tx, case)?.ok_or(DeskError::NotFound { what: "case" })
}

/// A case, whoever looks: for rules. None: it is gone, or its shop.
pub(super) fn open_unseen(tx: &Tx<'_>, case: &CaseId) -> Result<Option<Opened>, StoreError> {
    let Some(file) = cases::find(tx, case)? else { return Ok(None) };
    let Some(facts) = facts(tx, &file)? else { return Ok(None) };
    let derived = derive(&facts);
    Ok(Some(Opened { file, facts, derived }))
}

/// A case, if the agent sees its shop.
pub(super) fn find_seen(tx: &Tx<'_>, agent: &Agent, case: &CaseId) -> Result<CaseFile, DeskError> {
    let sees = |shop: &ShopId| agent.sees(shop) || is_on(Mutant::ShopNotAsked);
    cases::find(tx, case)?.filter(|file| sees(&file.shop)).ok_or(DeskError::NotFound { what: "case" })
}

fn connected(tx: &Tx<'_>, shop: &ShopId) -> Result<shops::ShopRow, DeskError> {
    let row = shops::find(tx, shop)?.ok_or(DeskError::ShopDisconnected)?;
    match row.link {
        ShopLink::Connected | ShopLink::Unreachable => Ok(row),
        ShopLink::Expired | ShopLink::Disconnected => Err(DeskError::ShopDisconnected),
    }
}

fn conversation_of(tx: &Tx<'_>, opened: &Opened) -> Result<Option<chat::ConversationRow>, DeskError> {
    match opened.facts.order.as_ref().and_then(|order| order.buyer_id.as_deref()) {
        Some(buyer) => Ok(chat::with_buyer(tx, &opened.file.shop, buyer)?),
        None => Ok(None),
    }
}

/// Who presses.
#[derive(Clone, Copy)]
enum Presser<'a> {
    Person(&'a AgentId),
    Rule(&'a ByRule),
}

impl Presser<'_> {
    /// As it stands in an intent; a rule's own id is nobody's.
    fn agent(self) -> Result<AgentId, DeskError> {
        match self {
            Self::Person(id) => Ok(id.clone()),
            Self::Rule(by) => Ok(AgentId::try_from(by.id.to_string())?),
        }
    }

    fn who(self) -> Who {
        match self {
            Self::Person(id) => Who::Agent(id.clone()),
            Self::Rule(by) => Who::Rule(by.clone()),
        }
    }

    fn rule(self) -> Option<ByRule> {
        match self {
            Self::Person(_) => None,
            Self::Rule(by) => Some(by.clone()),
        }
    }
}

/// The intents of one press, being made.
struct Motion<'a> {
    desk: &'a Desk,
    presser: Presser<'a>,
    /// Who agreed to it.
    second: Option<AgentId>,
    file: &'a CaseFile,
    id: MotionId,
    now: Timestamp,
    held_until: Timestamp,
    /// Known at once where it can be, so that replies of several cases to one buyer keep their order.
    conversation: Option<String>,
    /// Who was deciding, and is overtaken by this.
    took_over_from: Option<AgentId>,
    views: Vec<IntentView>,
}

impl<'a> Motion<'a> {
    fn new(
        tx: &Tx<'_>,
        desk: &'a Desk,
        presser: Presser<'a>,
        opened: &'a Opened,
        now: Timestamp,
        without_hold: bool,
    ) -> Result<Self, DeskError> {
        let hold = match presser {
            _ if without_hold || is_on(Mutant::HoldTooShort) => 0,
            Presser::Person(_) => desk.hold_ms(),
            Presser::Rule(_) => desk.rule_hold_ms(),
        };
        let id = MotionId::try_from(desk.entropy.id("m_")?)?;
        let conversation = conversation_of(tx, opened)?.map(|conversation| conversation.id);
        let mut held_until = now.plus_millis(hold);
        if is_on(Mutant::HoldByTheirClock) {
            let shop = shops::find(tx, &opened.file.shop)?;
            held_until = held_until.plus_millis(shop.map_or(0, |shop| shop.clock_offset_ms));
        }
        let (file, second, took_over_from) = (&opened.file, None, None);
        Ok(Self { desk, presser, second, file, id, now, held_until, conversation, took_over_from, views: Vec::new() })
    }

    /// `false`: another decision on the case is under way.
    fn add(&mut self, tx: &Tx<'_>, payload: Payload) -> Result<bool, DeskError> {
        let happened = match &payload {
            Payload::Decision { kind, amount, .. } => Happened::DecisionPressed {
                kind: *kind,
                amount: amount.clone(),
                took_over_from: self.took_over_from.clone(),
            },
            Payload::Reply { .. } => Happened::ReplyPressed,
        };
        let is_reply = matches!(payload, Payload::Reply { .. });
        let intent = Intent {
            id: IntentId::try_from(self.desk.entropy.id("i_")?)?,
            motion: self.id.clone(),
            place: u32::try_from(self.views.len()).unwrap_or(u32::MAX),
            case: self.file.id.clone(),
            shop: self.file.shop.clone(),
            payload,
            state: IntentState::Held { until: self.held_until },
            agent: self.presser.agent()?,
            rule: self.presser.rule(),
            second: self.second.clone(),
            pressed: self.now,
            held_until: self.held_until,
            attempts: 0,
            settle_reads: 0,
            conversation: self.conversation.clone().filter(|_| is_reply),
            fence: 0,
        };
        let due = if is_on(Mutant::NoHold) { self.now } else { self.held_until };
        if !intents::insert(tx, &intent, Some(due))? {
            return Ok(false);
        }
        let who = if is_on(Mutant::PresserForgotten) { Who::Desk } else { self.presser.who() };
        let trace = crate::store::timeline::Trace {
            intent: intent.id.to_string(),
            before: Some(self.file.platform.status.clone()),
            ..Default::default()
        };
        self.desk.book.note(tx, &self.file.shop, &self.file.id, self.now, who, happened, Some(trace))?;
        self.views.push(intent.view());
        Ok(true)
    }
}

/// Records one decision, with the reply that goes out when what it says has become true. Where a rule asks for a second
/// person, nothing is recorded but that one is asked.
pub fn decide(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &DecisionRequest,
) -> Result<MotionRecorded, DeskError> {
    match decide_with(desk, agent, None, case, key, request) {
        Err(DeskError::NeedsSecond { rule }) => {
            rules::second::ask(desk, agent, case, request, &rule)?;
            Err(DeskError::NeedsSecond { rule })
        }
        done => done,
    }
}

/// The same, when a second person agrees to what an agent has decided.
pub(super) fn decide_agreed(
    desk: &Desk,
    agent: &Agent,
    second: &Agent,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &DecisionRequest,
) -> Result<MotionRecorded, DeskError> {
    decide_with(desk, agent, Some(second), case, key, request)
}

/// Records the approval of a rule, by the way of an agent's: offered, ticked, held. The caller has looked who is at it.
pub(super) fn decide_by_rule(
    desk: &Desk,
    tx: &Tx<'_>,
    opened: &Opened,
    by: &ByRule,
    kind: DecisionKind,
    now: Timestamp,
) -> Result<IntentId, DeskError> {
    let Opened { file, facts, derived } = opened;
    connected(tx, &file.shop)?;
    let options = view::options(file, facts, derived);
    if !kind.is_approval() || !options.offered.iter().any(|option| option.kind == kind) {
        return Err(DeskError::NotOffered);
    }
    super::ticks::check(tx, &file.id, kind)?;
    let total = file.platform.refund.as_ref().map(|refund| refund.total.clone());
    let payload =
        Payload::Decision { kind, amount: total, reason: None, reason_text: None, comment: None, evidence: Vec::new() };
    let mut motion = Motion::new(tx, desk, Presser::Rule(by), opened, now, false)?;
    if !motion.add(tx, payload)? {
        return Err(DeskError::DecisionUnderWay);
    }
    let decision = motion.views.pop().ok_or(DeskError::DecisionUnderWay)?;
    super::handbook::keep(tx, &decision, derived)?;
    Ok(decision.id)
}

fn decide_with(
    desk: &Desk,
    agent: &Agent,
    second: Option<&Agent>,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &DecisionRequest,
) -> Result<MotionRecorded, DeskError> {
    // The same press says that it takes over or no longer does, as its lease comes and goes, and so it is with what it expects:
    // the key stands for the rest.
    let pressed = DecisionRequest { take_over: false, expects_second: false, ..request.clone() };
    let words = if second.is_some() { Words::Earlier } else { Words::Present };
    record(desk, agent, case, key, &pressed, words, |tx, opened, now| {
        let Opened { file, facts, derived } = opened;
        let options = view::options(file, facts, derived);
        let is_offered = options.offered.iter().any(|option| option.kind == request.kind);
        if !is_offered && !is_on(Mutant::AnythingOffered) {
            return Err(not_offered(tx, &file.id)?);
        }
        super::ticks::check(tx, &file.id, request.kind)?;
        let total = file.platform.refund.as_ref().map(|refund| &refund.total);
        if let Some((field, problem)) = decision_problem(request, &options.offered, total) {
            return Err(DeskError::Invalid { field, problem });
        }
        if let (Some(shown), Some(total)) = (&request.shown, total)
            && !shown.same_as(total)
            && !is_on(Mutant::ShownNotCompared)
        {
            return Err(DeskError::Invalid { field: "shown", problem: "is not TikTok's amount any more: look again" });
        }
        let known = extras::evidence_of(tx, &file.id)?;
        if !request.evidence.iter().all(|wanted| known.iter().any(|proof| proof.id == *wanted)) {
            return Err(DeskError::Invalid { field: "evidence", problem: "names a proof of another case" });
        }
        let hold_seconds = desk.hold_ms() / 1000;
        if request.without_hold && !is_near_deadline(derived.deadline, now, hold_seconds) {
            return Err(DeskError::Invalid { field: "without_hold", problem: "is only for the last moments" });
        }
        if second.is_none() {
            match rules::second::wanted(tx, agent, opened, request)? {
                Some(rule) => return Err(DeskError::NeedsSecond { rule }),
                // It would go out, and whoever pressed was told that it does not.
                None if request.expects_second => {
                    let problem = "needs no second person any more: look again";
                    return Err(DeskError::Invalid { field: "decision", problem });
                }
                None => {}
            }
        }
        let mut motion = Motion::new(tx, desk, Presser::Person(&agent.id), opened, now, request.without_hold)?;
        motion.second = second.map(|second| second.id.clone());
        motion.took_over_from = claim::end_with_decision(tx, agent, second, case, request.take_over, now)?;
        let reasons =
            options.offered.iter().filter(|option| option.kind == request.kind).flat_map(|option| &option.reasons);
        let chosen = reasons.clone().find(|reason| Some(&reason.name) == request.reason.as_ref());
        let payload = Payload::Decision {
            kind: request.kind,
            amount: request.amount.clone().or_else(|| total.cloned()),
            reason: request.reason.clone(),
            reason_text: chosen.map(|reason| reason.text.clone()),
            comment: request.comment.clone().filter(|comment| !comment.trim().is_empty()),
            evidence: request.evidence.clone(),
        };
        if !motion.add(tx, payload)? {
            return Err(DeskError::DecisionUnderWay);
        }
        // What was practised is no use of the handbook that anybody counts.
        if let Some(decision) = motion.views.last().filter(|_| file.shop.trainee().is_none()) {
            super::handbook::keep(tx, decision, derived)?;
        }
        match second {
            Some(second) => {
                // Taken back, or asked anew, since the second person looked: nothing of it is agreed to.
                let asked = crate::store::tags::second(tx, &file.id)?;
                let is_same = |(ask, kept): (SecondAsk, DecisionRequest)| {
                    let DecisionRequest { take_over, expects_second, .. } = *request;
                    let kept = DecisionRequest { take_over, expects_second, without_hold: false, ..kept };
                    ask.by == agent.id && kept == *request
                };
                // Only the sum that was named to both is agreed to.
                let goes_out = request.amount.as_ref().or(total);
                let is_named = asked.as_ref().is_some_and(|(ask, _)| match (&ask.amount, goes_out) {
                    (Some(named), Some(goes_out)) => named.same_as(goes_out),
                    (None, None) => true,
                    _ => false,
                });
                if !asked.is_some_and(is_same) {
                    return Err(DeskError::NotFound { what: "question" });
                }
                if !is_named {
                    return Err(DeskError::Invalid {
                        field: "shown",
                        problem: "is not TikTok's amount any more: look again",
                    });
                }
                crate::store::tags::end_second(tx, &file.id)?;
                let (who, asker) = (Who::Agent(second.id.clone()), agent.id.clone());
                desk.book.note(tx, &file.shop, &file.id, now, who, Happened::SecondAgreed { asker }, None)?;
            }
            None => rules::second::end(desk, tx, agent, opened, now)?,
        }
        super::inspect::note_verdict(desk, tx, agent, file, request.kind, now)?;
        if let Some(reply) = &request.reply {
            if reply.claim.is_some_and(|claim| !claims_of(request.kind).contains(&claim)) {
                return Err(DeskError::Invalid {
                    field: "reply",
                    problem: "tells something else than what is decided",
                });
            }
            let amount = request.amount.as_ref().or(total);
            check_reply(tx, opened, reply, amount)?;
            motion.add(tx, reply_payload(reply))?;
            templates::note_use(tx, opened, reply, motion.views.last(), now)?;
        }
        // Whoever decides has the case, and the reply that it owes.
        if file.assignee.is_none() {
            super::work::hand(desk, tx, file, Some(&agent.id), &Who::Agent(agent.id.clone()), now)?;
        }
        Ok(motion.views)
    })
}

/// Records one reply of its own.
pub fn reply(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &ReplyRequest,
) -> Result<MotionRecorded, DeskError> {
    record(desk, agent, case, key, request, Words::Present, |tx, opened, now| {
        let said = opened.derived.sayable.iter().find(|sayable| Some(sayable.claim) == request.reply.claim);
        let amount = match said {
            Some(sayable) => sayable.amount.as_ref(),
            None => opened.file.platform.refund.as_ref().map(|refund| &refund.total),
        };
        check_reply(tx, opened, &request.reply, amount)?;
        if already_told(opened, request.reply.claim) && !is_on(Mutant::ToldTwice) {
            return Err(DeskError::Invalid { field: "claim", problem: "has been told already, or is on its way" });
        }
        let mut motion = Motion::new(tx, desk, Presser::Person(&agent.id), opened, now, false)?;
        motion.add(tx, reply_payload(&request.reply))?;
        templates::note_use(tx, opened, &request.reply, motion.views.last(), now)?;
        Ok(motion.views)
    })
}

/// P5: one reply carries a claim; a second press is refused unless the first has ended without telling.
fn already_told(opened: &Opened, claim: Option<Claim>) -> bool {
    let Some(claim) = claim else { return false };
    told(&opened.facts, &opened.derived.sayable, claim)
        .any(|told| matches!(told.how, ToldHow::Delivered { .. } | ToldHow::Queued { .. }))
}

/// Which words of the presser's are in what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Those of the draft as it lies there.
    Present,
    /// Those of the time when a second person was asked: what was typed since is the presser's still.
    Earlier,
}

impl Words {
    /// What stays of a draft. A note for the team always does.
    fn left(self, draft: Draft, recorded: &[IntentView]) -> Draft {
        if self == Self::Present {
            return Draft { note: draft.note, ..Draft::default() };
        }
        let mut left = draft;
        for intent in recorded {
            match &intent.what {
                IntentWhat::Reply { text, .. } if left.text.trim() == text => {
                    left = Draft { comment: left.comment, note: left.note, ..Draft::default() };
                }
                IntentWhat::Decision { comment: Some(comment), .. } if left.comment == *comment => left.comment.clear(),
                IntentWhat::Reply { .. } | IntentWhat::Decision { .. } => {}
            }
        }
        left
    }
}

/// The part that decisions and replies share: the key, the shop, the checks, the draft, the event.
fn record<R: serde::Serialize>(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &R,
    words: Words,
    work: impl FnOnce(&Tx<'_>, &Opened, Timestamp) -> Result<Vec<IntentView>, DeskError>,
) -> Result<MotionRecorded, DeskError> {
    let now = desk.clock.now();
    let body_hash = idempotency::body_hash(case.as_str(), request)?;
    let recorded = desk.store.write_or(|tx| {
        match idempotency::recall(tx, &agent.id, key, &body_hash)? {
            idempotency::Recalled::Nothing => {}
            idempotency::Recalled::Same(_) if is_on(Mutant::PressTakenTwice) => {}
            idempotency::Recalled::OtherBody if is_on(Mutant::OtherBodyTaken) => {}
            idempotency::Recalled::Same(answer) => return Ok(crate::store::from_json("answer", &answer)?),
            idempotency::Recalled::OtherBody => return Err(DeskError::KeyReused),
        }
        let opened = open(tx, agent, case)?;
        connected(tx, &opened.file.shop)?;
        let intents = work(tx, &opened, now)?;
        // The words are in the intent now; undo puts them back.
        let left = words.left(extras::draft(tx, case, &agent.id)?.unwrap_or_default(), &intents);
        extras::save_draft(tx, case, &agent.id, &Draft { saved: now, ..left })?;
        desk.book.refresh(tx, case, now)?;
        let recorded = MotionRecorded { intents };
        idempotency::remember(tx, &agent.id, key, &body_hash, &crate::store::to_json("answer", &recorded)?, now)?;
        Ok(recorded)
    })?;
    desk.publish();
    desk.wake_outbox();
    Ok(recorded)
}

/// Says who was faster, if somebody was.
pub(super) fn not_offered(tx: &Tx<'_>, case: &CaseId) -> Result<DeskError, DeskError> {
    for intent in intents::of_case(tx, case)?.iter().rev() {
        match (&intent.payload, &intent.state) {
            (Payload::Decision { .. }, IntentState::Done { at, .. }) => {
                let by = match &intent.rule {
                    Some(rule) => Some(rule.words()),
                    None => crate::store::people::name_of(tx, &intent.agent)?,
                };
                return Ok(DeskError::AlreadyDecided { by, at: Some(*at) });
            }
            (Payload::Decision { .. }, state) if !state.is_over() => return Ok(DeskError::DecisionUnderWay),
            _ => {}
        }
    }
    Ok(DeskError::NotOffered)
}

fn reply_payload(reply: &ReplyOrder) -> Payload {
    Payload::Reply {
        claim: reply.claim,
        text: reply.text.trim().to_owned(),
        language: reply.language.clone(),
        template: reply.template.clone(),
    }
}

/// The same lint that runs under the composer: a block stops the reply, whoever sends it; a warning is the writer's to judge.
fn check_reply(
    tx: &Tx<'_>,
    opened: &Opened,
    reply: &ReplyOrder,
    amount: Option<&shared::money::Money>,
) -> Result<(), DeskError> {
    if reply.text.chars().count() > REPLY_CHARS {
        return Err(DeskError::Invalid { field: "text", problem: "has more than 2,000 characters" });
    }
    let order = opened.facts.order.as_ref();
    let conversation = conversation_of(tx, opened)?;
    let shop = connected(tx, &opened.file.shop)?;
    match view::may_write(shop.can_message(), order, conversation.as_ref()) {
        MayWrite::Yes | MayWrite::Unknown => {}
        MayWrite::No | MayWrite::NoScope | MayWrite::NoBuyer => {
            return Err(DeskError::Invalid {
                field: "reply",
                problem: "cannot be sent: TikTok does not let the desk write to this buyer",
            });
        }
    }
    let findings = lint(&LintInput {
        text: &reply.text,
        language: shared::reply::Language::of_tag(&reply.language),
        claim: reply.claim,
        sayable: &opened.derived.sayable,
        pending: true,
        amount,
        buyer_language: None,
        name: None,
    });
    let blocking: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Block)
        .map(|finding| format!("{:?}", finding.rule))
        .collect();
    if !blocking.is_empty() && !is_on(Mutant::BlockIgnored) {
        return Err(DeskError::ReplyBlocked { findings: blocking });
    }
    Ok(())
}

/// What was stopped becomes a draft again, unless something else was typed since. Of what a template made of the case the
/// choice alone: it is made anew, for whatever is decided then.
pub(crate) fn put_back(tx: &Tx<'_>, part: &Intent, now: Timestamp) -> Result<(), StoreError> {
    into_draft(tx, part, !crate::store::templates::is_as_made(tx, &part.id)?, now)
}

fn into_draft(tx: &Tx<'_>, part: &Intent, with_words: bool, now: Timestamp) -> Result<(), StoreError> {
    let mut draft = extras::draft(tx, &part.case, &part.agent)?.unwrap_or_default();
    match &part.payload {
        Payload::Reply { claim, text, language, template } if draft.text.is_empty() => {
            if with_words {
                draft.text.clone_from(text);
            }
            draft.language.clone_from(language);
            draft.claim = *claim;
            draft.template.clone_from(template);
        }
        Payload::Decision { comment: Some(comment), .. } if draft.comment.is_empty() => {
            draft.comment.clone_from(comment);
        }
        Payload::Reply { .. } | Payload::Decision { .. } => return Ok(()),
    }
    extras::save_draft(tx, &part.case, &part.agent, &Draft { saved: now, ..draft })?;
    Ok(())
}

/// Nothing of it has left the desk.
fn is_here(part: &Intent) -> bool {
    let is_taken = is_on(Mutant::UndoesWhatLeft) && !part.state.is_over();
    is_taken || matches!(part.state, IntentState::Held { .. } | IntentState::Waiting { .. })
}

/// Stops an intent before anything has left: within the hold the whole motion, later a reply that still waits.
/// The race with the outbox has one winner: both move the state by compare-and-set on the store's clock.
pub fn undo(desk: &Desk, agent: &Agent, intent: &IntentId) -> Result<MotionRecorded, DeskError> {
    let now = desk.clock.now();
    let undone = desk.store.write_or(|tx| {
        let wanted = intents::find(tx, intent)?.filter(|intent| agent.sees(&intent.shop));
        let wanted = wanted.ok_or(DeskError::NotFound { what: "intent" })?;
        // What a rule pressed is everybody's to stop, and what two have decided either's.
        let is_theirs = wanted.agent == agent.id || wanted.second.as_ref() == Some(&agent.id) || wanted.rule.is_some();
        if !is_theirs && agent.role < Role::Lead && !is_on(Mutant::UndoneByAnybody) {
            return Err(DeskError::Forbidden);
        }
        let motion = intents::of_motion(tx, &wanted.motion)?;
        let in_hold = matches!(wanted.state, IntentState::Held { until } if now < until);
        let stopped: Vec<&Intent> = match wanted.state {
            IntentState::Held { .. } if in_hold && is_on(Mutant::UndoneByHalf) => vec![&wanted],
            // Of what was pressed together only what is still here: by a clock that was set back, or another machine's, the hold of
            // a reply may go on while its decision has left.
            IntentState::Held { .. } if in_hold => motion.iter().filter(|part| is_here(part)).collect(),
            IntentState::Sending | IntentState::Settling if is_on(Mutant::UndoTooLate) => vec![&wanted],
            IntentState::Waiting { .. } => vec![&wanted],
            IntentState::Undone { .. } => Vec::new(),
            _ => return Err(DeskError::TooLate),
        };
        let is_alone = matches!(wanted.state, IntentState::Waiting { .. });
        for part in stopped {
            if !intents::advance(tx, part, &IntentState::Undone { at: now }, None)? {
                return Err(DeskError::TooLate);
            }
            if is_alone && part.rule.is_none() {
                // What was decided stands: nothing makes these words anew.
                into_draft(tx, part, true, now)?;
            } else {
                put_back(tx, part, now)?;
            }
            let who = Who::Agent(agent.id.clone());
            desk.book.note(tx, &part.shop, &part.case, now, who.clone(), Happened::Undone, None)?;
            if part.rule.is_some() {
                rules::act::take_back(desk, tx, &who, part, now)?;
            }
            // Nobody had it before.
            if matches!(part.payload, Payload::Decision { .. })
                && timeline::handed_last(tx, &part.case)? == Some(part.pressed)
                && let Some(file) =
                    cases::find(tx, &part.case)?.filter(|file| file.assignee.as_ref() == Some(&part.agent))
            {
                super::work::hand(desk, tx, &file, None, &who, now)?;
            }
        }
        desk.book.refresh(tx, &wanted.case, now)?;
        let views = intents::of_motion(tx, &wanted.motion)?.iter().map(Intent::view).collect();
        Ok(MotionRecorded { intents: views })
    })?;
    desk.publish();
    Ok(undone)
}
