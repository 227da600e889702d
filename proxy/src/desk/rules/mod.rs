//! Rules: written by leads, run dry, switched on by somebody who has seen that, and stopped by one switch.

pub mod act;
pub mod away;
pub mod dry;
mod facts;
pub mod second;

use super::error::DeskError;
use super::handbook;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::intents::{self, Intent};
use crate::store::rules::{self, Came, Day, OnRule};
use crate::store::{StoreError, Tx, cases, people, shops, tags};
use crate::telemetry::Chain;
use shared::domain::rule::{Rule, approves_everything, day_of, rule_problem};
use shared::id::{RuleId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::{Happened, Who};
use shared::wire::intent::IntentState;
use shared::wire::rule::{
    ActView, Acting, AwayRule, Kept, RulePage, RuleVersion, RuleView, Rules, SaveRule, Stopped, SwitchRule, Switched,
    Today,
};
use shared::wire::session::Role;
use std::cmp::Reverse;

/// A dry run counts for so long: what it looked at moves on.
const DRY_COUNTS_MS: i64 = 24 * 60 * 60 * 1000;
/// Acts that are shown.
const MOST_ACTS: u32 = 100;
/// Rules of a desk, without those that were put away.
const MOST_RULES: usize = 100;

/// Fills in what older rows lack, and ends what waits for a second person where nothing is left to decide. And undoes what
/// a database that was brought back holds although its rules are stopped: before the outbox begins.
pub fn begin(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    desk.store.write(|tx| {
        rules::fill_asked(tx)?;
        if rules::stopped(tx)?.is_some() {
            undo_held(desk, tx, &Who::Desk, None, now)?;
        }
        for case in tags::waiting_for_second(tx)? {
            match desk.book.refresh(tx, &case, now) {
                Err(fault) if fault.is_unreadable_row() => {
                    // One such case keeps no desk from starting.
                    tracing::error!(case.id = %case, error = %Chain(&fault), "A case that waits for a second person cannot be read");
                }
                refreshed => drop(refreshed?),
            }
        }
        Ok(())
    })
}

/// Forgets what counts for nothing any more.
pub fn prune(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    rules::forget_dry(tx, now.plus_millis(-DRY_COUNTS_MS))
}

/// The shops that a rule means and the agent sees.
fn shops_of(tx: &Tx<'_>, agent: &Agent, rule: Option<&Rule>) -> Result<Vec<ShopId>, StoreError> {
    let is_meant = |shop: &ShopId| rule.is_none_or(|rule| rule.when.shops.is_empty() || rule.when.shops.contains(shop));
    Ok(agent.shops(tx)?.into_iter().filter(is_meant).collect())
}

/// The shops that a rule may reach: nobody's exercise is one of them.
fn all_shops(tx: &Tx<'_>) -> Result<Vec<ShopId>, StoreError> {
    Ok(shops::all(tx)?.into_iter().map(|shop| shop.id).filter(|shop| shop.trainee().is_none()).collect())
}

/// The shops that a rule reaches.
fn reach(tx: &Tx<'_>, rule: &Rule) -> Result<Vec<ShopId>, StoreError> {
    if rule.when.shops.is_empty() { all_shops(tx) } else { Ok(rule.when.shops.clone()) }
}

/// Whether the agent sees every shop that a rule reaches: only then may they change or switch it.
fn sees_all(tx: &Tx<'_>, agent: &Agent, rule: &Rule) -> Result<bool, StoreError> {
    Ok(reach(tx, rule)?.iter().all(|shop| agent.sees(shop)))
}

/// A rule that reaches a shop of the agent's, or none at all.
struct Seen {
    newest: RuleVersion,
    /// The agent sees all that it reaches, by its newest version and by the one that is on.
    may_change: bool,
}

fn seen_of(
    tx: &Tx<'_>,
    agent: &Agent,
    newest: RuleVersion,
    is_on: Option<&OnRule>,
) -> Result<Option<Seen>, StoreError> {
    let mut reached = reach(tx, &newest.rule)?;
    if let Some(on) = is_on {
        reached.extend(reach(tx, &on.rule)?);
    }
    let may_change = reached.iter().all(|shop| agent.sees(shop));
    let is_seen = may_change || reached.iter().any(|shop| agent.sees(shop));
    Ok(is_seen.then_some(Seen { newest, may_change }))
}

/// A rule as the agent sees it; none: nothing that it reaches is theirs.
fn seen(tx: &Tx<'_>, agent: &Agent, rule: &RuleId) -> Result<Option<Seen>, StoreError> {
    let Some(newest) = rules::versions(tx, rule)?.into_iter().next() else { return Ok(None) };
    seen_of(tx, agent, newest, on_rule(tx, rule)?.as_ref())
}

/// Who sees a part of what a rule reaches reads it.
const NOT_ALL_SEEN: DeskError = DeskError::Invalid { field: "shops", problem: "reach a shop that you do not see" };

/// The newest version of a rule that the agent may change and switch; what stands in the way is the inner fault.
fn to_change(tx: &Tx<'_>, agent: &Agent, rule: &RuleId) -> Result<Result<RuleVersion, DeskError>, StoreError> {
    Ok(match theirs(tx, agent, rule)? {
        Ok(_) if away::of(tx, rule)?.is_some() => {
            Err(DeskError::Invalid { field: "rule", problem: "is put away: bring it back first" })
        }
        found => found,
    })
}

/// The same, also of a rule that was put away.
fn theirs(tx: &Tx<'_>, agent: &Agent, rule: &RuleId) -> Result<Result<RuleVersion, DeskError>, StoreError> {
    Ok(match seen(tx, agent, rule)? {
        Some(seen) if seen.may_change => Ok(seen.newest),
        Some(_) => Err(NOT_ALL_SEEN),
        None => Err(DeskError::NotFound { what: "rule" }),
    })
}

/// Somebody else, who can sign in and sees what the rule reaches, could switch on what this person wrote. Asked for rules
/// that move money, and for those that say when one person is not enough.
fn needs_another(tx: &Tx<'_>, agent: &Agent, id: &RuleId, version: &RuleVersion) -> Result<bool, StoreError> {
    let before = on_rule(tx, id)?;
    let asks = |rule: &Rule| rule.then.second_above.is_some();
    let was_asking = before.as_ref().is_some_and(|on| asks(&on.rule));
    let is_grave = version.rule.then.approve || asks(&version.rule) || was_asking;
    if version.author != agent.id || !is_grave {
        return Ok(false);
    }
    let mut reached = reach(tx, &version.rule)?;
    if let Some(on) = &before {
        reached.extend(reach(tx, &on.rule)?);
    }
    Ok(others(tx, agent, &reached)?.next().is_some())
}

/// The other leads who can sign in and see all of some shops.
fn others<'a>(
    tx: &Tx<'_>,
    agent: &'a Agent,
    reached: &'a [ShopId],
) -> Result<impl Iterator<Item = people::Account> + use<'a>, StoreError> {
    let is_one = |person: &people::Account| {
        person.id != agent.id && person.role >= Role::Lead && reached.iter().all(|shop| person.sees(shop))
    };
    Ok(handbook::team(tx)?.into_iter().filter(is_one))
}

/// What stands between an agent and a rule that is on being off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OffBy {
    /// Nothing.
    One,
    /// It asks for second persons, and another lead must want it off, too.
    Two,
    /// The same, and another lead does.
    Agreed,
}

/// Whether an agent's wish is enough to switch off what is on. What asks for a second person is not switched off by one, as
/// it is not switched on by one: otherwise whoever is to be watched ends the watching.
fn off_by(tx: &Tx<'_>, agent: &Agent, on: &OnRule) -> Result<OffBy, StoreError> {
    if on.rule.then.second_above.is_none() {
        return Ok(OffBy::One);
    }
    let reached = reach(tx, &on.rule)?;
    let asker = rules::off_ask(tx, &on.by.id)?.and_then(|ask| ask.by);
    let mut by = OffBy::One;
    for other in others(tx, agent, &reached)? {
        match asker.as_ref() == Some(&other.id) {
            true => return Ok(OffBy::Agreed),
            false => by = OffBy::Two,
        }
    }
    Ok(by)
}

/// What a rule says that is on.
fn on_rule(tx: &Tx<'_>, rule: &RuleId) -> Result<Option<OnRule>, StoreError> {
    Ok(rules::switched_on(tx)?.into_iter().find(|on| on.by.id == *rule))
}

/// The switch of a rule, while it is on.
fn on(tx: &Tx<'_>, rule: &RuleId) -> Result<Option<Switched>, StoreError> {
    Ok(rules::switches(tx, rule)?.into_iter().next().filter(|switch| switch.is_on))
}

/// What a rule has done today: what counts for its cap, what of it stands, and what was undone.
fn today(tx: &Tx<'_>, id: &RuleId, shops: rules::Counted<'_>, now: Timestamp) -> Result<Today, StoreError> {
    let used = |came| rules::used(tx, id, Day::Acted(day_of(now)), came, shops);
    let (all, undone) = (used(Came::Any)?, used(Came::Undone)?);
    Ok(Today {
        acts: all.acts,
        money: used(Came::Stands)?.money,
        capped: all.money,
        undone: undone.acts,
        undone_money: undone.money,
    })
}

/// A version that is on while a newer one is not.
fn acting(
    tx: &Tx<'_>,
    agent: &Agent,
    id: &RuleId,
    number: u32,
    shops: &[ShopId],
) -> Result<Option<Acting>, StoreError> {
    let found = rules::versions(tx, id)?.into_iter().find(|version| version.number == number);
    let Some(version) = found else { return Ok(None) };
    let runs_all = rules::dry(tx, id, number, &agent.id)?.is_some_and(|dry| dry.approves_all);
    let approves_all = approves_everything(&version.rule, shops) || runs_all;
    Ok(Some(Acting { version, approves_all }))
}

fn view(tx: &Tx<'_>, agent: &Agent, id: &RuleId, seen: Seen, now: Timestamp) -> Result<RuleView, StoreError> {
    let Seen { newest, may_change } = seen;
    // What is counted of shops that somebody does not see is not theirs to know.
    let theirs = if may_change { None } else { Some(agent.shops(tx)?) };
    let today = today(tx, id, theirs.as_deref(), now)?;
    let tally = rules::tally(tx, id, theirs.as_deref())?;
    let dry = rules::dry(tx, id, newest.number, &agent.id)?;
    let mut dry = dry.filter(|dry| now.since(dry.at) < DRY_COUNTS_MS);
    // A shop that was theirs then is perhaps not any more.
    dry.iter_mut().for_each(|dry| {
        dry.wrong.retain(|wrong| agent.sees(&wrong.row.shop));
        dry.others.retain(|other| agent.sees(&other.row.shop));
    });
    let runs_all = dry.as_ref().is_some_and(|dry| dry.approves_all);
    let off = on_rule(tx, id)?.map(|on| off_by(tx, agent, &on)).transpose()?;
    let (on, shops) = (on(tx, id)?, all_shops(tx)?);
    let acting = match on.as_ref().filter(|on| on.version != newest.number) {
        Some(on) => acting(tx, agent, id, on.version, &shops)?,
        None => None,
    };
    Ok(RuleView {
        id: id.clone(),
        on,
        acting,
        away: away::of(tx, id)?,
        may_change,
        today,
        acted: tally.acted,
        wrong: tally.by_hand + tally.failed,
        by_hand: tally.by_hand,
        stopped: tally.stopped,
        last: tally.last,
        approves_all: approves_everything(&newest.rule, &shops) || runs_all,
        needs_another: needs_another(tx, agent, id, &newest)?,
        off_asked: rules::off_ask(tx, id)?,
        off_needs_another: off == Some(OffBy::Two),
        dry,
        newest,
    })
}

/// The currencies of an agent's shops: that of the shop with the most cases first, which a new rule begins with.
pub fn currencies(desk: &Desk, agent: &Agent) -> Result<Vec<String>, DeskError> {
    Ok(desk.store.read(|tx| currencies_in(tx, agent))?)
}

fn currencies_in(tx: &Tx<'_>, agent: &Agent) -> Result<Vec<String>, StoreError> {
    let mut theirs = agent.shops(tx)?;
    let cases = cases::count_by_shop(tx, &theirs)?;
    theirs.sort_by_key(|shop| Reverse(cases.get(shop).copied()));
    let mut all: Vec<String> = Vec::new();
    for shop in theirs {
        let region = shops::find(tx, &shop)?.map(|shop| shop.region).unwrap_or_default();
        let currency = crate::desk::reviews::sample::currency_of(&region).map(str::to_owned);
        all.extend(currency.filter(|currency| !all.contains(currency)));
    }
    Ok(all)
}

/// Whether the agent sees all that the rules that are on reach.
fn may_resume(tx: &Tx<'_>, agent: &Agent) -> Result<bool, StoreError> {
    for on in rules::switched_on(tx)? {
        if !sees_all(tx, agent, &on.rule)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Every rule that reaches a shop of the agent's; those that were put away, by name alone.
pub fn list(desk: &Desk, agent: &Agent) -> Result<Rules, DeskError> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let (mut found, mut put_away) = (Vec::new(), Vec::new());
        let (on, mut away) = (rules::switched_on(tx)?, rules::away(tx)?);
        for (id, newest) in rules::newest(tx)? {
            let on = on.iter().find(|on| on.by.id == id);
            let Some(seen) = seen_of(tx, agent, newest, on)? else { continue };
            match away.remove(&id) {
                Some(away) => {
                    put_away.push(AwayRule { id, name: seen.newest.rule.name, may_change: seen.may_change, away });
                }
                None => found.push(view(tx, agent, &id, seen, now)?),
            }
        }
        let (stopped, may_resume) = (rules::stopped(tx)?, may_resume(tx, agent)?);
        Ok(Rules { rules: found, away: put_away, stopped, may_resume })
    })?)
}

fn page_in(tx: &Tx<'_>, agent: &Agent, id: &RuleId, now: Timestamp) -> Result<Option<RulePage>, StoreError> {
    let Some(seen) = seen(tx, agent, id)? else { return Ok(None) };
    let names = people::names(tx)?;
    let acts = rules::acts(tx, id, &agent.shops(tx)?, MOST_ACTS)?.into_iter();
    let shown = |act: rules::ActRow| ActView {
        row: act.row,
        version: act.version,
        at: act.at,
        acts: act.acts,
        state: act.state,
        undone: act.undone,
        kept: act.kept.map(|kept| match kept {
            Kept::Claimed { by } => format!("{} was deciding it", names.get(&by).map_or("somebody", String::as_str)),
            kept => kept.text().to_owned(),
        }),
    };
    Ok(Some(RulePage {
        rule: view(tx, agent, id, seen, now)?,
        versions: rules::versions(tx, id)?,
        switches: rules::switches(tx, id)?,
        aways: rules::aways(tx, id)?,
        acts: acts.map(shown).collect(),
        stopped: rules::stopped(tx)?,
    }))
}

/// One rule with its versions, switches and acts.
pub fn page(desk: &Desk, agent: &Agent, id: &RuleId) -> Result<RulePage, DeskError> {
    let now = desk.clock.now();
    let found = desk.store.read(|tx| page_in(tx, agent, id, now))?;
    found.ok_or(DeskError::NotFound { what: "rule" })
}

fn trimmed(rule: &Rule) -> Rule {
    let mut rule = rule.clone();
    rule.name = rule.name.trim().to_owned();
    rule.when.products = rule.when.products.iter().map(|word| word.trim().to_owned()).collect();
    rule
}

/// Adds the next version. It is off until it is run dry and switched on; the version that is on goes on until then. The
/// same words again change nothing.
pub fn save(desk: &Desk, agent: &Agent, id: &RuleId, request: &SaveRule) -> Result<RulePage, DeskError> {
    if let Some((field, problem)) = rule_problem(&request.rule) {
        return Err(DeskError::Invalid { field, problem });
    }
    let rule = trimmed(&request.rule);
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        if !sees_all(tx, agent, &rule)? {
            return Err(NOT_ALL_SEEN);
        }
        if let Some(to) = &rule.then.assign
            && !handbook::team(tx)?.iter().any(|person| person.id == *to)
        {
            return Err(DeskError::Invalid { field: "assign", problem: "names nobody who can sign in" });
        }
        let versions = rules::versions(tx, id)?;
        if !versions.is_empty() {
            to_change(tx, agent, id)??;
        }
        match versions.first() {
            None if request.read != 0 => return Err(DeskError::NotFound { what: "rule" }),
            None => {
                away::room(tx)??;
                rules::insert(tx, id)?;
            }
            Some(known) if known.rule == rule => {}
            Some(known) if known.number != request.read => {
                let by = crate::store::people::name_of(tx, &known.author)?;
                return Err(DeskError::EditedMeanwhile { by, at: Some(known.at) });
            }
            Some(_) => {}
        }
        if versions.first().is_none_or(|known| known.rule != rule) {
            let version = RuleVersion { number: request.read + 1, rule, author: agent.id.clone(), at: now };
            if !rules::insert_version(tx, id, &version)? {
                return Err(DeskError::EditedMeanwhile { by: None, at: None });
            }
        }
        page_in(tx, agent, id, now)?.ok_or(DeskError::NotFound { what: "rule" })
    })
}

/// Undoes what rules hold. Answers how many that were, and how many had left the desk already.
fn undo_held(
    desk: &Desk,
    tx: &Tx<'_>,
    who: &Who,
    rule: Option<&RuleId>,
    now: Timestamp,
) -> Result<Stopped, StoreError> {
    let mut done = Stopped::default();
    for intent in rules::live_intents(tx, rule)? {
        // The race with the outbox has one winner, as an undo by hand.
        let is_held = matches!(intent.state, IntentState::Held { .. });
        if is_held && intents::advance(tx, &intent, &IntentState::Undone { at: now }, None)? {
            undone(desk, tx, who, &intent, now)?;
            done.undone += 1;
        } else {
            done.left += 1;
        }
    }
    Ok(done)
}

fn undone(desk: &Desk, tx: &Tx<'_>, who: &Who, intent: &Intent, now: Timestamp) -> Result<(), StoreError> {
    desk.book.note(tx, &intent.shop, &intent.case, now, who.clone(), Happened::Undone, None)?;
    act::take_back(desk, tx, who, intent, now)?;
    desk.book.refresh(tx, &intent.case, now).map(drop)
}

/// Switches a version on: only the newest, run dry by the asker, and with open eyes where it takes everything.
fn switch_on(
    tx: &Tx<'_>,
    agent: &Agent,
    id: &RuleId,
    newest: RuleVersion,
    request: &SwitchRule,
    now: Timestamp,
) -> Result<(), DeskError> {
    let is_on = on(tx, id)?.is_some_and(|known| known.version == request.version);
    if is_on && rules::off_ask(tx, id)?.is_some() {
        return Ok(rules::end_off_ask(tx, id)?);
    }
    let stands = view(tx, agent, id, Seen { newest, may_change: true }, now)?;
    if stands.newest.number != request.version || stands.dry.is_none() {
        return Err(DeskError::NotDryRun);
    }
    if stands.needs_another {
        return Err(DeskError::NeedsAnother);
    }
    if stands.approves_all && !request.knows_all {
        return Err(DeskError::Invalid { field: "rule", problem: "would approve everything" });
    }
    if !is_on {
        let to = Switched { version: request.version, is_on: true, by: Some(agent.id.clone()), at: now };
        rules::switch(tx, Some(id), &to)?;
    }
    Ok(())
}

/// Switches off whatever version is on: whoever has read an older one wants the rule off all the same. What it holds is
/// undone, and nothing more is done by it, also while what it asks of people stands until another lead wants it off, too.
fn switch_off(
    desk: &Desk,
    tx: &Tx<'_>,
    agent: &Agent,
    id: &RuleId,
    request: &SwitchRule,
    now: Timestamp,
) -> Result<(), DeskError> {
    let (Some(known), Some(on)) = (on(tx, id)?, on_rule(tx, id)?) else { return Ok(()) };
    let by = off_by(tx, agent, &on)?;
    if by != OffBy::One && known.version != request.version {
        // Two leads want the same thing off, not one this and one that.
        let by = known.by.as_ref().map(|by| people::name_of(tx, by)).transpose()?.flatten();
        return Err(DeskError::EditedMeanwhile { by, at: Some(known.at) });
    }
    undo_held(desk, tx, &Who::Agent(agent.id.clone()), Some(id), now)?;
    let to = Switched { version: known.version, is_on: false, by: Some(agent.id.clone()), at: now };
    match by {
        OffBy::One | OffBy::Agreed => rules::switch(tx, Some(id), &to)?,
        OffBy::Two if rules::off_ask(tx, id)?.is_some_and(|ask| ask.by == to.by) => {}
        OffBy::Two => rules::ask_off(tx, id, &to)?,
    }
    Ok(())
}

/// Switches a version on or off.
pub fn switch(desk: &Desk, agent: &Agent, id: &RuleId, request: &SwitchRule) -> Result<RulePage, DeskError> {
    let now = desk.clock.now();
    let page = desk.store.write_or(|tx| {
        let newest = to_change(tx, agent, id)??;
        match request.is_on {
            true => switch_on(tx, agent, id, newest, request, now)?,
            false => switch_off(desk, tx, agent, id, request, now)?,
        }
        page_in(tx, agent, id, now)?.ok_or(DeskError::NotFound { what: "rule" })
    })?;
    desk.publish();
    Ok(page)
}

/// Stops every rule at once, and undoes what they hold; or lets those that are on act again. Any lead stops: nothing is lost
/// by it, and whoever sees something go wrong must not have to look for somebody. Only who sees all that the rules reach lets
/// them go.
pub fn stop(desk: &Desk, agent: &Agent, is_stopped: bool) -> Result<Stopped, DeskError> {
    let now = desk.clock.now();
    let done = desk.store.write_or(|tx| {
        if !is_stopped && !may_resume(tx, agent)? {
            return Err(NOT_ALL_SEEN);
        }
        let is_now = rules::stopped(tx)?.is_some();
        if is_now != is_stopped {
            let to = Switched { version: 0, is_on: !is_stopped, by: Some(agent.id.clone()), at: now };
            rules::switch(tx, None, &to)?;
        }
        let who = Who::Agent(agent.id.clone());
        let done = if is_stopped { undo_held(desk, tx, &who, None, now)? } else { Stopped::default() };
        Ok::<_, DeskError>(done)
    })?;
    desk.publish();
    Ok(done)
}
