//! Which decided cases people look at: rules that leads lay down, and the list that follows from them.

use super::{all_shown, calibrate};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::desk::quality as quality_desk;
use crate::store::quality::{self, Decided, Span};
use crate::store::reviews::{self, Wanted};
use crate::store::{StoreError, Tx, cases, shops, ticks};
use serde::{Deserialize, Serialize};
use shared::domain::quality::Check;
use shared::domain::review::{
    Candidate, Sampling, Standing, Watch, Why, looks_back_to, pick, sampling_problem, watch_problem,
};
use shared::id::{AgentId, CaseId};
use shared::time::Timestamp;
use shared::wire::review::{Handled, ReviewRules, ReviewRulesView, Reviews, Waiting, WhyView};
use std::collections::{BTreeMap, BTreeSet};

const SETTING: &str = "reviews";
/// Rows of the list.
const MOST_WAITING: usize = 100;
/// Saved reviews that are shown.
const MOST_RECENT: u32 = 50;

/// As it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stored {
    sampling: Sampling,
    watch: Watch,
}

/// The rules as they are.
pub(super) fn known(tx: &Tx<'_>) -> Result<ReviewRules, StoreError> {
    let found = ticks::setting::<Stored>(tx, SETTING)?;
    let rules = |(version, Stored { sampling, watch })| ReviewRules { version, sampling, watch };
    Ok(found.map_or_else(ReviewRules::default, rules))
}

/// The currency in which a shop of a region sells, where it is known.
pub(in crate::desk) fn currency_of(region: &str) -> Option<&'static str> {
    match region {
        "US" => Some("USD"),
        "GB" => Some("GBP"),
        "ES" | "DE" | "FR" | "IT" | "IE" => Some("EUR"),
        "TH" => Some("THB"),
        "ID" => Some("IDR"),
        "VN" => Some("VND"),
        "MY" => Some("MYR"),
        "PH" => Some("PHP"),
        "SG" => Some("SGD"),
        "MX" => Some("MXN"),
        "BR" => Some("BRL"),
        "JP" => Some("JPY"),
        _ => None,
    }
}

/// The rules with what can be chosen.
pub fn rules(desk: &Desk) -> Result<ReviewRulesView, DeskError> {
    Ok(desk.store.read(|tx| {
        let rules = known(tx)?;
        let mut currencies: BTreeSet<String> =
            rules.sampling.above.iter().map(|amount| amount.currency().to_owned()).collect();
        currencies.extend(shops::all(tx)?.iter().filter_map(|shop| currency_of(&shop.region)).map(str::to_owned));
        // These stand before a decision alone: of a decided case they are never known.
        let before = [Check::StillInTime, Check::PartsAddUp, Check::NotDecidedYet, Check::OptionsConfirmed];
        let checks = Check::ALL.into_iter().filter(|check| !before.contains(check));
        let checks = checks.map(|check| (check, check.text().to_owned())).collect();
        Ok(ReviewRulesView { rules, checks, currencies: currencies.into_iter().collect() })
    })?)
}

/// Lays down the rules that hold from now on.
pub fn save_rules(desk: &Desk, agent: &Agent, rules: &ReviewRules) -> Result<ReviewRules, DeskError> {
    if let Some((field, problem)) = sampling_problem(&rules.sampling).or_else(|| watch_problem(&rules.watch)) {
        return Err(DeskError::Invalid { field, problem });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let before = known(tx)?;
        if before.sampling == rules.sampling && before.watch == rules.watch {
            return Ok(before);
        }
        let stored = Stored { sampling: rules.sampling.clone(), watch: rules.watch };
        if !ticks::save_setting(tx, SETTING, rules.version, &stored, &agent.id, now)? {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        Ok(ReviewRules { version: rules.version + 1, ..rules.clone() })
    })
}

/// What is picked of all shops' cases, newest first: who asks changes nothing of it.
fn picked(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<(Decided, Vec<WhyView>)>, StoreError> {
    let ReviewRules { sampling, .. } = known(tx)?;
    let all: Vec<_> = shops::all(tx)?.into_iter().map(|shop| shop.id).collect();
    let span = Span { shops: &all, after: looks_back_to(now).plus_millis(-1), until: now, agent: None };
    let found = quality::decided_here(tx, &span, !sampling.above.is_empty())?;
    let mut first: BTreeSet<CaseId> = BTreeSet::new();
    if sampling.first > 0 {
        let agents: BTreeSet<&AgentId> = found.iter().filter_map(|one| one.agent.as_ref()).collect();
        for agent in agents {
            first.extend(quality::first_of(tx, agent, sampling.first)?);
        }
    }
    let candidates: Vec<Candidate> = found
        .iter()
        .map(|one| Candidate {
            case: one.case.clone(),
            agent: one.agent.clone(),
            decided: one.decided,
            amount: one.amount.clone(),
            failed: one.failed.iter().collect(),
            is_first: first.contains(&one.case),
        })
        .collect();
    let mut why: BTreeMap<usize, Vec<Why>> = pick(&candidates, &sampling, now).into_iter().collect();
    let told = |whys: Vec<Why>| whys.into_iter().map(|why| WhyView { why, text: words(why, &sampling) }).collect();
    let rows = found.into_iter().enumerate().filter_map(|(place, one)| Some((one, told(why.remove(&place)?))));
    Ok(rows.collect())
}

const fn alone(one: &Decided) -> Handled {
    if one.agent.is_some() { Handled::Person } else { Handled::Several }
}

fn words(why: Why, sampling: &Sampling) -> String {
    match why {
        Why::Share => "picked at random".to_owned(),
        Why::PerAgent => format!("one of {} a week", sampling.per_agent),
        Why::OfAgent => "more of this agent’s cases".to_owned(),
        Why::First => "among the first of a new agent".to_owned(),
        Why::Above => "much money".to_owned(),
        Why::Failed(check) => format!("failed: {}", check.text()),
        Why::Asked => "you are asked to judge it in a calibration".to_owned(),
    }
}

/// Why one case was picked.
pub(super) fn why(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<Vec<WhyView>, StoreError> {
    let found = picked(tx, now)?.into_iter().find(|(one, _)| one.case == *case);
    Ok(found.map(|(_, why)| why).unwrap_or_default())
}

/// Cases that somebody is asked to judge without seeing the others.
fn asked(tx: &Tx<'_>, agent: &Agent, begun: &BTreeSet<CaseId>, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    let sampling = known(tx)?.sampling;
    let waiting = |super::Decided { view, outcome }| Waiting {
        decided: outcome.decided,
        handled: quality_desk::handled(&view, &outcome),
        agent: outcome.agent,
        why: vec![WhyView { why: Why::Asked, text: words(Why::Asked, &sampling) }],
        is_begun: begun.contains(&outcome.case),
        begun_by: Vec::new(),
        row: view.row,
    };
    Ok(calibrate::asked(tx, agent, &agent.shops(tx)?, now)?.into_iter().map(waiting).collect())
}

/// What waits to be looked at by somebody, what agents say against, and what was saved.
pub fn list(desk: &Desk, agent: &Agent) -> Result<Reviews, DeskError> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let done: BTreeSet<CaseId> = reviews::done_with(tx, looks_back_to(now).plus_millis(-1))?.into_iter().collect();
        let (own, others): (Vec<_>, Vec<_>) = reviews::begun(tx)?.into_iter().partition(|(_, who)| *who == agent.id);
        let begun: BTreeSet<CaseId> = own.into_iter().map(|(case, _)| case).collect();
        let is_theirs = |one: &Decided| agent.sees(&one.shop) && one.agent.as_ref() != Some(&agent.id);
        let open: Vec<_> =
            picked(tx, now)?.into_iter().filter(|(one, _)| is_theirs(one) && !done.contains(&one.case)).collect();
        let mut waiting = asked(tx, agent, &begun, now)?;
        let total = u64::try_from(open.len() + waiting.len()).unwrap_or(u64::MAX);
        let shown = || open.iter().take(MOST_WAITING).map(|(one, _)| one);
        let not_ones: Vec<CaseId> = shown().filter(|one| one.agent.is_none()).map(|one| one.case.clone()).collect();
        let by = quality_desk::handled_by(tx, &not_ones, now)?;
        for (one, why) in open.into_iter().take(MOST_WAITING) {
            if let Some(row) = cases::row(tx, &one.case)? {
                let is_begun = begun.contains(&one.case);
                let by_others = others.iter().filter(|(case, _)| *case == one.case);
                let begun_by = by_others.map(|(_, who)| who.clone()).collect();
                let handled = by.get(&one.case).copied().unwrap_or_else(|| alone(&one));
                waiting.push(Waiting { row, decided: one.decided, agent: one.agent, handled, why, is_begun, begun_by });
            }
        }
        let shops = agent.shops(tx)?;
        let open = Wanted { standings: &[Standing::Appealed, Standing::Redo], ..Wanted::default() };
        Ok(Reviews {
            waiting,
            total,
            appeals: all_shown(tx, reviews::list(tx, &shops, &open, MOST_RECENT)?)?,
            recent: all_shown(tx, reviews::list(tx, &shops, &Wanted::default(), MOST_RECENT)?)?,
        })
    })?)
}
