//! The dry run: what a version would have done with the requests of the last 90 days.

use super::facts;
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::desk::view;
use crate::store::{StoreError, Tx, cases, rules, shops};
use shared::domain::rule::{Became, DAY_MS, DRY_DAYS, Dry, DryCase, Past, Rule, Would, approves_everything, dry_run};
use shared::id::{CaseId, RuleId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::rule::{Act, DryGroup, DryRow, DryRun};
use shared::wire::shop::{ImportView, ShopLink};
use std::collections::BTreeMap;

/// Cases that are read in one go: between two, others read.
const AT_ONCE: usize = 200;
/// Rows that are shown of what went wrong, and of the others.
const MOST_ROWS: usize = 100;

/// A request as it stood; none: nobody was asked to decide it, so no rule would have looked at it.
fn past(tx: &Tx<'_>, case: &CaseId) -> Result<Option<Past>, StoreError> {
    let Some(file) = cases::find(tx, case)? else { return Ok(None) };
    let Some(facts) = facts::stood(tx, &file)? else { return Ok(None) };
    Ok(Some(Past { case: file.id, number: file.platform.platform_id, facts }))
}

/// Goes through every request of some shops, by the function that the desk uses when one comes in.
pub fn through(desk: &Desk, rule: &Rule, shops: &[ShopId], now: Timestamp) -> Result<Dry, StoreError> {
    let since = now.plus_millis(-DRY_DAYS * DAY_MS);
    let all = desk.store.read(|tx| rules::since(tx, shops, since))?;
    let mut found = Vec::with_capacity(all.len());
    for some in all.chunks(AT_ONCE) {
        desk.store.read(|tx| {
            for case in some {
                found.extend(past(tx, case)?);
            }
            Ok(())
        })?;
    }
    Ok(dry_run(rule, found))
}

/// What became of a case.
struct Came {
    row: CaseRow,
    became: Became,
    amount: Option<Money>,
    is_approved: bool,
}

impl Came {
    fn is_wrong(&self) -> bool {
        self.is_approved && self.became.is_wrong()
    }

    fn row(&self) -> DryRow {
        DryRow { row: self.row.clone(), became: self.became, is_approved: self.is_approved }
    }
}

/// All that would have been approved, and the newest of what else would have been acted on.
fn looked_at(dry: &Dry) -> Vec<&DryCase> {
    let (approved, others): (Vec<_>, Vec<_>) = dry.acted().partition(|case| case.would == Would::Approve);
    approved.into_iter().chain(others.into_iter().rev().take(MOST_ROWS)).collect()
}

fn came(desk: &Desk, dry: &Dry) -> Result<BTreeMap<CaseId, Came>, StoreError> {
    let mut all = BTreeMap::new();
    for some in looked_at(dry).chunks(AT_ONCE) {
        desk.store.read(|tx| {
            for DryCase { past, would } in some {
                if let Some(view) = view::read(tx, &past.case, None)? {
                    let (became, amount) = (Became::of(&view), past.facts.amount.clone());
                    let came = Came { row: view.row, became, amount, is_approved: *would == Would::Approve };
                    all.insert(past.case.clone(), came);
                }
            }
            Ok(())
        })?;
    }
    Ok(all)
}

/// The newest of some.
fn rows<'a>(all: impl Iterator<Item = &'a Came>) -> Vec<DryRow> {
    let mut rows: Vec<DryRow> = all.map(Came::row).collect();
    rows.sort_by(|one, other| other.row.updated.cmp(&one.row.updated).then_with(|| one.row.id.cmp(&other.row.id)));
    rows.truncate(MOST_ROWS);
    rows
}

/// What the rule would have done besides approving: on each request that it would have acted on.
fn acts(rule: &Rule, acted: u64) -> Vec<(Act, u64)> {
    let then = &rule.then;
    let done = [
        (Act::Assigned, then.assign.is_some()),
        (Act::Tagged, then.tag.is_some()),
        (Act::Prepared, then.prepares().is_some()),
    ];
    done.into_iter().filter(|(_, is_done)| *is_done).map(|(act, _)| (act, acted)).collect()
}

fn by_reason(dry: &Dry, came: &BTreeMap<CaseId, Came>) -> Vec<DryGroup> {
    let mut groups: BTreeMap<ReasonGroup, DryGroup> = BTreeMap::new();
    for case in &dry.cases {
        let group = case.past.facts.group;
        let sum = groups.entry(group).or_insert(DryGroup { group, requests: 0, right: 0, wrong: 0 });
        sum.requests += 1;
        if let Some(came) = came.get(&case.past.case).filter(|came| came.is_approved) {
            let of = if came.is_wrong() { &mut sum.wrong } else { &mut sum.right };
            *of += 1;
        }
    }
    let mut groups: Vec<DryGroup> = groups.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.right + group.wrong), std::cmp::Reverse(group.requests)));
    groups
}

fn counted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<(T, u64)> {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().collect()
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn told(desk: &Desk, version: u32, rule: &Rule, dry: &Dry, now: Timestamp) -> Result<DryRun, StoreError> {
    let came = came(desk, dry)?;
    let barred = dry.cases.iter().filter_map(|case| match &case.would {
        Would::Rest(barred) | Would::Nothing(barred) => *barred,
        Would::Approve | Would::Not(_) => None,
    });
    let wrong: Vec<&Came> = came.values().filter(|came| came.is_wrong()).collect();
    let acted = dry.acted().count();
    Ok(DryRun {
        version,
        at: now,
        requests: length(dry.cases.len()),
        since: dry.since(),
        meant: length(dry.cases.iter().filter(|case| !matches!(case.would, Would::Not(_))).count()),
        approved: length(dry.approved().count()),
        money: dry.money(),
        barred: counted(barred).into_iter().map(|(barred, count)| (barred.text().to_owned(), count)).collect(),
        groups: by_reason(dry, &came),
        became: counted(came.values().filter(|came| came.is_approved).map(|came| came.became)),
        wrong_count: length(wrong.len()),
        wrong_money: Money::sums(wrong.iter().filter_map(|came| came.amount.clone())),
        others: rows(came.values().filter(|came| !came.is_wrong())),
        others_count: length(acted.saturating_sub(wrong.len())),
        wrong: rows(wrong.into_iter()),
        acts: acts(rule, length(acted)),
        seconds: length(dry.seconds(rule)),
        approves_all: false,
        is_partial: false,
    })
}

/// The import of one of these shops goes on.
fn is_partial(tx: &Tx<'_>, all: &[ShopId]) -> Result<bool, StoreError> {
    let imports = |shop: &shops::ShopRow| {
        all.contains(&shop.id)
            && matches!(shop.link, ShopLink::Connected | ShopLink::Unreachable)
            && !matches!(shop.import, ImportView::Done { .. })
    };
    Ok(shops::all(tx)?.iter().any(imports))
}

/// Makes a dry run of the newest version, and keeps that this person has made it: not of one that has seen a part of the
/// requests.
pub fn run(desk: &Desk, agent: &Agent, rule: &RuleId, version: u32) -> Result<DryRun, DeskError> {
    let now = desk.clock.now();
    let (newest, shops, all_shops, is_partial) = desk.store.read(|tx| {
        let newest = super::to_change(tx, agent, rule)?;
        let shops = super::shops_of(tx, agent, newest.as_ref().ok().map(|newest| &newest.rule))?;
        let is_partial = is_partial(tx, &shops)?;
        Ok((newest, shops, super::all_shops(tx)?, is_partial))
    })?;
    let newest = newest?;
    if newest.number != version {
        return Err(DeskError::NotDryRun);
    }
    let dry = through(desk, &newest.rule, &shops, now)?;
    let approves_all = approves_everything(&newest.rule, &all_shops) || (newest.rule.then.approve && dry.takes_all());
    let run = DryRun { is_partial, approves_all, ..told(desk, version, &newest.rule, &dry, now)? };
    if !is_partial {
        desk.store.write(|tx| rules::save_dry(tx, rule, &agent.id, &run))?;
    }
    Ok(run)
}
