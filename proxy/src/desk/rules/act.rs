//! What rules do when a request comes in. Each request is judged once, as soon as all that rules may ask is read; what a
//! rule does is written in one transaction with the note that it did, so that no crash does it twice or half.

use super::facts::{self, When};
use crate::app::Desk;
use crate::desk::decide::{self, Opened};
use crate::desk::error::DeskError;
use crate::desk::{prepare, view, work};
use crate::store::intents::{self, Intent, Payload};
use crate::store::rules::{self, Came, Day, Doing, Done, OnRule};
use crate::store::{StoreError, Tx, cases, claims, extras, people, shops, tags, timeline};
use crate::sync::Ask;
use crate::telemetry::Chain;
use shared::domain::case::Stage;
use shared::domain::decide::is_near_deadline;
use shared::domain::rule::{Barred, CaseFacts, Rule, Would, approval_of, day_of, judge, would};
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::case::{Happened, Who};
use shared::wire::rule::{Act, Kept};
use std::collections::HashMap;

/// Requests that are looked at in one go.
const AT_ONCE: u32 = 50;
/// What was read longer ago is read again before a rule acts on it.
const FRESH_MS: i64 = 10 * 60 * 1000;
/// The same is asked of the sync again after this.
const ASK_AGAIN_MS: i64 = 60 * 1000;
/// A platform stamp has whole seconds, and its clock is known to about one.
const CLOCK_MS: i64 = 2_000;

/// What was asked of the sync for which requests, and when.
#[derive(Debug, Default)]
pub struct Waiting(HashMap<CaseId, Timestamp>);

impl Waiting {
    /// Whether it is time to ask.
    fn is_due(&mut self, case: &CaseId, now: Timestamp) -> bool {
        let is_due = self.0.get(case).is_none_or(|asked| now.since(*asked) >= ASK_AGAIN_MS);
        if is_due {
            self.0.insert(case.clone(), now);
        }
        is_due
    }

    fn is_none_left(&self) -> bool {
        self.0.is_empty()
    }
}

/// How far a request is.
enum Look {
    /// Something must be read first.
    Lacks { asks: Vec<Ask> },
    /// No rule means it.
    Nobodys { facts: CaseFacts },
    /// A rule may act.
    Somebodys,
    /// No rule is to look at it.
    Peoples,
    /// It cannot be read.
    Unreadable(StoreError),
    /// It is gone, or not to be decided any more.
    Gone,
}

/// A request's shop as rules ask for it: how its clock differs, and since when it is connected.
#[derive(Debug, Clone, Copy, Default)]
struct OfShop {
    offset_ms: i64,
    connected: Timestamp,
}

/// The rules that were on when the request was made, by the desk's clock. What waited before its shop was connected was in
/// nobody's dry run: it is left to people.
fn meant(on: &[OnRule], asked: Timestamp, shop: OfShop) -> impl Iterator<Item = &OnRule> {
    let asked = asked.plus_millis(CLOCK_MS - shop.offset_ms);
    on.iter().filter(move |on| on.since <= asked && shop.connected <= asked)
}

fn shop_of(tx: &Tx<'_>, opened: &Opened) -> Result<OfShop, StoreError> {
    let shop = shops::find(tx, &opened.file.shop)?;
    Ok(shop
        .map_or_else(OfShop::default, |shop| OfShop { offset_ms: shop.clock_offset_ms, connected: shop.connected_at }))
}

fn look(tx: &Tx<'_>, on: &[OnRule], case: &CaseId, now: Timestamp) -> Result<Look, StoreError> {
    let Some(opened) = decide::open_unseen(tx, case)? else { return Ok(Look::Gone) };
    // Who practises decides alone.
    if opened.file.shop.trainee().is_some() {
        return Ok(Look::Peoples);
    }
    if opened.derived.stage != Stage::ToDecide {
        return Ok(Look::Gone);
    }
    let file = &opened.file;
    let shop = shop_of(tx, &opened)?;
    let is_anybodys = meant(on, file.platform.created, shop).next().is_some();
    if !facts::is_read(file, &opened.facts) {
        let asks = vec![Ask::Case { case: case.clone() }];
        return Ok(Look::Lacks { asks: if is_anybodys { asks } else { Vec::new() } });
    }
    let facts = facts::of(tx, file, &opened.facts, &opened.derived, When::Now)?;
    let acts = |on: &&OnRule| on.rule.then.acts() && judge(&on.rule, &facts).matches();
    let acting: Vec<&OnRule> = meant(on, facts.asked, shop).filter(acts).collect();
    if acting.is_empty() {
        return Ok(Look::Nobodys { facts });
    }
    let mut asks = Vec::new();
    if now.since(file.read) > FRESH_MS {
        asks.push(Ask::Case { case: case.clone() });
    }
    let is_checked = file.options.is_some() || file.options_failed;
    if acting.iter().any(|on| on.rule.then.approve) && !is_checked {
        asks.push(Ask::Options { shop: file.shop.clone(), case: case.clone() });
    }
    Ok(if asks.is_empty() { Look::Somebodys } else { Look::Lacks { asks } })
}

/// The same, where one request that cannot be read does not stand before all others.
fn look_past(tx: &Tx<'_>, on: &[OnRule], case: &CaseId, now: Timestamp) -> Result<Look, StoreError> {
    match look(tx, on, case, now) {
        Err(fault) if fault.is_unreadable_row() => Ok(Look::Unreadable(fault)),
        looked => looked,
    }
}

/// Looks at every request that no rule has looked at. A rule that cannot be read stops all of them: what it asks of people
/// is not known. `true`: some wait for something to be read.
pub fn act_all(desk: &Desk, waiting: &mut Waiting) -> Result<bool, StoreError> {
    let now = desk.clock.now();
    let mut last: Option<(i64, CaseId)> = None;
    let (mut lacking, mut has_acted) = (HashMap::new(), false);
    loop {
        let (some, looks) = desk.store.read(|tx| {
            let on = rules::on(tx)?;
            let some = rules::unjudged(tx, last.as_ref(), AT_ONCE)?;
            let looks = some.iter().map(|(_, case)| look_past(tx, &on, case, now)).collect::<Result<Vec<_>, _>>()?;
            Ok((some, looks))
        })?;
        let Some(newest) = some.last() else { break };
        last = Some(newest.clone());
        let (mut nobodys, mut peoples) = (Vec::new(), Vec::new());
        for ((_, case), look) in some.iter().zip(looks) {
            match look {
                Look::Lacks { asks } => {
                    if !asks.is_empty() && waiting.is_due(case, now) {
                        asks.into_iter().for_each(|ask| desk.sync.ask(ask));
                    }
                    if let Some(asked) = waiting.0.get(case) {
                        lacking.insert(case.clone(), *asked);
                    }
                }
                Look::Nobodys { facts } => nobodys.push((case, facts)),
                Look::Somebodys => has_acted |= act(desk, case)?,
                Look::Peoples => peoples.push(case),
                Look::Unreadable(fault) => {
                    left_to_people(case, &fault);
                    peoples.push(case);
                }
                Look::Gone => {}
            }
        }
        if !nobodys.is_empty() || !peoples.is_empty() {
            desk.store.write(|tx| {
                nobodys.iter().try_for_each(|(case, facts)| rules::judged(tx, case, facts).map(drop))?;
                peoples.iter().try_for_each(|case| rules::passed_over(tx, case))
            })?;
        }
    }
    // What is not lacking any more is forgotten.
    waiting.0 = lacking;
    if has_acted {
        desk.publish();
        desk.wake_outbox();
    }
    Ok(!waiting.is_none_left())
}

/// Lets the rules act on one request. `false`: it was judged meanwhile, or is not to be decided any more.
fn act(desk: &Desk, case: &CaseId) -> Result<bool, StoreError> {
    let now = desk.clock.now();
    let acted = desk.store.write_or(|tx| {
        let Some(opened) = decide::open_unseen(tx, case)? else { return Ok(false) };
        if opened.derived.stage != Stage::ToDecide {
            return Ok(false);
        }
        let facts = facts::of(tx, &opened.file, &opened.facts, &opened.derived, When::Now)?;
        if !rules::judged(tx, case, &facts)? {
            return Ok(false);
        }
        let (on, asking) = (rules::on(tx)?, rules::switched_on(tx)?);
        let shop = shop_of(tx, &opened)?;
        for rule in meant(&on, facts.asked, shop) {
            Turn { desk, tx, opened: &opened, facts: &facts, asking: &asking, rule, now }.take()?;
        }
        desk.book.refresh(tx, case, now)?;
        Ok::<_, DeskError>(true)
    });
    match acted {
        Ok(acted) => Ok(acted),
        Err(DeskError::Store(fault)) if !fault.is_unreadable_row() => Err(fault),
        Err(fault) => {
            left_to_people(case, &fault);
            desk.store.write(|tx| {
                let stood = decide::open_unseen(tx, case).and_then(|opened| {
                    let stood = |opened: Opened| facts::of(tx, &opened.file, &opened.facts, &opened.derived, When::Now);
                    opened.map(stood).transpose()
                });
                match stood {
                    Ok(Some(facts)) => rules::judged(tx, case, &facts).map(drop),
                    Ok(None) => Ok(()),
                    Err(fault) if fault.is_unreadable_row() => rules::passed_over(tx, case),
                    Err(fault) => Err(fault),
                }
            })?;
            Ok(false)
        }
    }
}

/// Takes back what a rule did beside a decision that is undone, as far as nobody has changed it since: the case is to be as
/// if the rule had kept away. The caller refreshes the case.
pub(crate) fn take_back(
    desk: &Desk,
    tx: &Tx<'_>,
    who: &Who,
    undone: &Intent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(Doing { at, acts, then }) = rules::doing(tx, undone)? else { return Ok(()) };
    let (case, shop) = (&undone.case, &undone.shop);
    if acts.contains(&Act::Assigned)
        && timeline::handed_last(tx, case)? == Some(at)
        && let Some(file) = cases::find(tx, case)?.filter(|file| file.assignee == then.assign)
    {
        work::hand(desk, tx, &file, None, who, now)?;
    }
    if acts.contains(&Act::Tagged)
        && let Some(tag) = then.tag
        && tags::take_off(tx, case, &tag, at)?
    {
        desk.book.note(tx, shop, case, now, who.clone(), Happened::Tagged { tag, is_on: false }, None)?;
    }
    if acts.contains(&Act::Prepared) {
        extras::unprepare(tx, case, at)?;
    }
    Ok(())
}

/// One such request keeps no other from being looked at.
fn left_to_people(case: &CaseId, fault: &dyn std::error::Error) {
    tracing::error!(case.id = %case, error = %Chain(fault), "Rules could not act on a request; it is left to people");
}

/// One rule before one request.
struct Turn<'a, 't> {
    desk: &'a Desk,
    tx: &'a Tx<'t>,
    opened: &'a Opened,
    facts: &'a CaseFacts,
    /// All that are on, also while they are stopped: what they ask of people holds for rules too.
    asking: &'a [OnRule],
    rule: &'a OnRule,
    now: Timestamp,
}

impl Turn<'_, '_> {
    fn rule(&self) -> &Rule {
        &self.rule.rule
    }

    fn take(&self) -> Result<(), DeskError> {
        let (by, today) = (&self.rule.by, day_of(self.now));
        let asked_day = day_of(self.facts.asked);
        let used = rules::used(self.tx, &by.id, Day::Asked(asked_day), Came::Any, None)?;
        let decides = match would(self.rule(), self.facts, &used) {
            Would::Not(_) | Would::Nothing(None) => return Ok(()),
            Would::Nothing(Some(barred)) => Err(Kept::Barred(barred)),
            Would::Approve => Ok(None),
            Would::Rest(barred) => Ok(barred),
        };
        // What came in while the desk was away is not done in one go.
        let approves = if decides == Ok(None) && self.rule().then.approve { self.facts.amount.as_ref() } else { None };
        let used_today = rules::used(self.tx, &by.id, Day::Acted(today), Came::Any, None)?;
        let decides = match decides {
            Ok(_) if !used_today.leaves_room(&self.rule().cap, approves) => Err(Kept::Barred(Barred::CapReached)),
            decides => decides,
        };
        let decides = match (decides, self.somebodys()?) {
            (Ok(_), Some(kept)) => Err(kept),
            (decides, _) => decides,
        };
        let (mut acts, mut intent) = (Vec::new(), None);
        let kept = match decides {
            Err(kept) => Some(kept),
            Ok(barred) => {
                let mut kept = barred.map(Kept::Barred);
                if kept.is_none() && self.rule().then.approve {
                    match self.approve()? {
                        Ok(id) => {
                            intent = Some(id);
                            acts.push(Act::Approved);
                        }
                        Err(why) => kept = Some(why),
                    }
                }
                acts.extend(self.rest()?);
                kept
            }
        };
        if let Some(why) = &kept {
            self.note(Happened::KeptAway { why: why.clone() })?;
        }
        let amount = self.facts.amount.as_ref().filter(|_| intent.is_some());
        let done = Done {
            case: &self.opened.file.id,
            by,
            at: self.now,
            asked_day,
            acted_day: today,
            acts: &acts,
            kept: kept.as_ref(),
            intent: intent.as_ref(),
            amount,
        };
        // Nothing was written for this request and rule before: otherwise all of it is taken back.
        if rules::keep(self.tx, &done)? { Ok(()) } else { Err(DeskError::DecisionUnderWay) }
    }

    fn note(&self, what: Happened) -> Result<(), StoreError> {
        let file = &self.opened.file;
        let who = Who::Rule(self.rule.by.clone());
        self.desk.book.note(self.tx, &file.shop, &file.id, self.now, who, what, None)
    }

    /// A person is at it, or was: the rule keeps away from all of it.
    fn somebodys(&self) -> Result<Option<Kept>, StoreError> {
        let case = &self.opened.file.id;
        if let Some(claim) = claims::live(self.tx, case, self.now)? {
            return Ok(Some(Kept::Claimed { by: claim.lease.by }));
        }
        let is_persons = |intent: &Intent| matches!(intent.payload, Payload::Decision { .. }) && intent.rule.is_none();
        if intents::of_case(self.tx, case)?.iter().any(is_persons) {
            return Ok(Some(Kept::Decided));
        }
        Ok(tags::second(self.tx, case)?.map(|_| Kept::Second))
    }

    /// Records the approval as an agent's would be; what stands in its way is said.
    fn approve(&self) -> Result<Result<shared::id::IntentId, Kept>, DeskError> {
        let Opened { file, facts, derived } = self.opened;
        let Some(kind) = approval_of(self.facts.kind) else { return Ok(Err(Kept::Barred(Barred::NotDecidable))) };
        if super::second::asks(self.asking, self.facts, self.facts.amount.as_ref()).is_some() {
            return Ok(Err(Kept::Second));
        }
        let decided = intents::of_case(self.tx, &file.id)?;
        if decided.iter().any(|intent| matches!(intent.payload, Payload::Decision { .. })) {
            return Ok(Err(Kept::Decided));
        }
        if is_near_deadline(derived.deadline, self.now, self.desk.rule_hold_ms() / 1000) {
            return Ok(Err(Kept::NearDeadline));
        }
        let is_offered = view::options(file, facts, derived).offered.iter().any(|option| option.kind == kind);
        if !is_offered {
            return Ok(Err(Kept::NotOffered));
        }
        match decide::decide_by_rule(self.desk, self.tx, self.opened, &self.rule.by, kind, self.now) {
            Ok(intent) => Ok(Ok(intent)),
            Err(DeskError::ShopDisconnected) => Ok(Err(Kept::ShopDisconnected)),
            Err(DeskError::NotTicked { .. }) => Ok(Err(Kept::Barred(Barred::NeedsTick))),
            Err(DeskError::DecisionUnderWay) => Ok(Err(Kept::Decided)),
            Err(DeskError::NotOffered) => Ok(Err(Kept::NotOffered)),
            Err(fault) => Err(fault),
        }
    }

    /// What else the rule does; what is so already stays as it is.
    fn rest(&self) -> Result<Vec<Act>, DeskError> {
        let (tx, case, then) = (self.tx, &self.opened.file.id, &self.rule().then);
        let mut acts = Vec::new();
        if let Some(to) = &then.assign
            && let Some(file) = cases::find(tx, case)?.filter(|file| file.assignee.is_none())
            && people::sees(tx, to, &file.shop)?
        {
            cases::set_assignee(tx, case, Some(to))?;
            self.note(Happened::Assigned { to: Some(to.clone()) })?;
            acts.push(Act::Assigned);
        }
        if let Some(tag) = &then.tag
            && tags::set(tx, case, tag, true, self.now)?
        {
            self.note(Happened::Tagged { tag: tag.clone(), is_on: true })?;
            acts.push(Act::Tagged);
        }
        if let Some(reply) = then.prepares()
            && prepare::reply(self.desk, tx, self.opened, reply, self.now)?
        {
            self.note(Happened::ReplyPrepared)?;
            acts.push(Act::Prepared);
        }
        Ok(acts)
    }
}
