//! The dry run: what a version would have done with the requests of the last 90 days.

use super::facts;
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::desk::view;
use crate::store::{StoreError, Tx, cases, rules};
use shared::domain::rule::{Became, DAY_MS, DRY_DAYS, Dry, Past, Rule, Would, dry_run, means_everything};
use shared::id::{CaseId, RuleId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::rule::{DryGroup, DryRun, DryWrong};
use std::collections::BTreeMap;

/// Cases that are read in one go: between two, others read.
const AT_ONCE: usize = 200;
/// Rows that are shown of what went wrong.
const MOST_WRONG: usize = 100;

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
}

fn came(desk: &Desk, dry: &Dry) -> Result<BTreeMap<CaseId, Came>, StoreError> {
    let approved: Vec<&Past> = dry.approved().collect();
    let mut all = BTreeMap::new();
    for some in approved.chunks(AT_ONCE) {
        desk.store.read(|tx| {
            for past in some {
                if let Some(view) = view::read(tx, &past.case, None)? {
                    let became = Became::of(&view);
                    all.insert(past.case.clone(), Came { row: view.row, became, amount: past.facts.amount.clone() });
                }
            }
            Ok(())
        })?;
    }
    Ok(all)
}

fn by_reason(dry: &Dry, came: &BTreeMap<CaseId, Came>) -> Vec<DryGroup> {
    let mut groups: BTreeMap<ReasonGroup, DryGroup> = BTreeMap::new();
    for case in &dry.cases {
        let group = case.past.facts.group;
        let sum = groups.entry(group).or_insert(DryGroup { group, requests: 0, right: 0, wrong: 0 });
        sum.requests += 1;
        if let Some(came) = came.get(&case.past.case) {
            let of = if came.became.is_wrong() { &mut sum.wrong } else { &mut sum.right };
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

fn length<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

fn told(desk: &Desk, version: u32, rule: &Rule, dry: &Dry, now: Timestamp) -> Result<DryRun, StoreError> {
    let came = came(desk, dry)?;
    let barred = dry.cases.iter().filter_map(|case| match &case.would {
        Would::Rest(barred) | Would::Nothing(barred) => *barred,
        Would::Approve | Would::Not(_) => None,
    });
    let wrong: Vec<&Came> = came.values().filter(|came| came.became.is_wrong()).collect();
    let mut rows: Vec<DryWrong> =
        wrong.iter().map(|came| DryWrong { row: came.row.clone(), became: came.became }).collect();
    rows.sort_by(|one, other| other.row.updated.cmp(&one.row.updated).then_with(|| one.row.id.cmp(&other.row.id)));
    rows.truncate(MOST_WRONG);
    Ok(DryRun {
        version,
        at: now,
        requests: length(&dry.cases),
        since: dry.since(),
        meant: length(&dry.cases.iter().filter(|case| !matches!(case.would, Would::Not(_))).collect::<Vec<_>>()),
        approved: u64::try_from(dry.approved().count()).unwrap_or(u64::MAX),
        money: dry.money(),
        barred: counted(barred).into_iter().map(|(barred, count)| (barred.text().to_owned(), count)).collect(),
        groups: by_reason(dry, &came),
        became: counted(came.values().map(|came| came.became)),
        wrong_count: length(&wrong),
        wrong_money: Money::sums(wrong.iter().filter_map(|came| came.amount.clone())),
        wrong: rows,
        approves_all: rule.then.approve && (means_everything(&rule.when) || dry.takes_all()),
    })
}

/// Makes a dry run of the newest version, and keeps that this person has made it.
pub fn run(desk: &Desk, agent: &Agent, rule: &RuleId, version: u32) -> Result<DryRun, DeskError> {
    let now = desk.clock.now();
    let (newest, shops) = desk.store.read(|tx| {
        let newest = super::to_change(tx, agent, rule)?;
        let shops = super::shops_of(tx, agent, newest.as_ref().ok().map(|newest| &newest.rule))?;
        Ok((newest, shops))
    })?;
    let newest = newest?;
    if newest.number != version {
        return Err(DeskError::NotDryRun);
    }
    let dry = through(desk, &newest.rule, &shops, now)?;
    let run = told(desk, version, &newest.rule, &dry, now)?;
    desk.store.write(|tx| rules::save_dry(tx, rule, &agent.id, &run))?;
    Ok(run)
}
