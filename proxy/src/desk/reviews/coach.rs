//! What falls short, by agent, and what has fallen.

use super::{calibrate, sample, standing_now};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::desk::quality::WEEK_MS;
use crate::store::quality::{self, Group, Span};
use crate::store::reviews::{self, About, Review, Since, Wanted};
use crate::store::{StoreError, Tx, cases};
use shared::domain::quality::Check;
use shared::domain::review::{ANSWER_DAYS, Span as Part, Standing, fall};
use shared::id::{AgentId, CaseId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::quality::Tally;
use shared::wire::review::{Alerts, AwayRequest, Coaching, Fall, ReviewCount, Short};
use shared::wire::session::Role;
use std::collections::BTreeMap;

const DAY_MS: i64 = WEEK_MS / 7;
/// Weeks of a span.
const WEEKS: usize = 4;
/// Reviews that are added up.
const MOST: u32 = 2_000;
/// What is named of an agent, of checks and of items, and of root causes.
const MOST_SHORT: usize = 3;
/// Cases that are named of each.
const MOST_CASES: u32 = 20;
/// How a review stands that counts, or that counts again where its reviewer has left.
const COUNTED: [Standing; 4] = [Standing::Open, Standing::Appealed, Standing::Explained, Standing::Redo];

fn weeks_before(now: Timestamp, weeks: usize) -> Timestamp {
    now.plus_millis(-i64::try_from(weeks).unwrap_or_default() * WEEK_MS)
}

fn counted(tx: &Tx<'_>, shops: &[ShopId], after: Timestamp) -> Result<Vec<Review>, StoreError> {
    let mut all = standing(tx, shops, Wanted { after: Some(after), standings: &COUNTED, agent: None })?;
    all.retain(|review| review.standing.counts());
    Ok(all)
}

/// Reviews as they stand by now.
fn standing(tx: &Tx<'_>, shops: &[ShopId], wanted: Wanted<'_>) -> Result<Vec<Review>, StoreError> {
    reviews::list(tx, shops, &wanted, MOST)?.into_iter().map(|review| standing_now(tx, review)).collect()
}

fn sum(groups: &[&Group], place: usize) -> Tally {
    groups.iter().fold(Tally::default(), |mut sum, group| {
        sum += group.checks.get(place).copied().unwrap_or_default();
        sum
    })
}

fn mean(reviews: &[&Review]) -> Option<u32> {
    let sum: u32 = reviews.iter().filter_map(|review| review.saved.as_ref()).map(|saved| saved.score.percent).sum();
    sum.checked_div(u32::try_from(reviews.len()).ok()?)
}

/// The checks that failed most often in an agent's cases, as often as they are known.
fn checks(tx: &Tx<'_>, span: &Span<'_>, groups: &[&Group], agent: &AgentId) -> Result<Vec<Short>, StoreError> {
    let span = Span { agent: Some(agent), ..*span };
    let all = Check::ALL.into_iter().enumerate().map(|(place, check)| (check, sum(groups, place)));
    let mut all: Vec<(Check, Tally)> = all.filter(|(_, held)| held.failed > 0).collect();
    all.sort_by_key(|(_, held)| (std::cmp::Reverse(held.failed), held.known()));
    all.truncate(MOST_SHORT);
    let short = |(check, held): (Check, Tally)| {
        let (found, _) = quality::failed(tx, &span, Some(check), MOST_CASES)?;
        let cases = found.into_iter().map(|found| found.row).collect();
        Ok(Short { text: check.text().to_owned(), held, mean: None, causes: Vec::new(), cases })
    };
    all.into_iter().map(short).collect()
}

/// One item of all cards, by its words.
#[derive(Default)]
struct ItemSum {
    held: Tally,
    /// Points above the lowest, in percent of the way up.
    percent: u32,
    /// How often each root cause was named.
    causes: BTreeMap<String, u64>,
    cases: Vec<CaseId>,
}

/// What was named most often, first.
fn most_named(causes: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = causes.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.truncate(MOST_SHORT);
    all
}

fn rows(tx: &Tx<'_>, ids: &[CaseId]) -> Result<Vec<CaseRow>, StoreError> {
    let rows: Vec<Option<CaseRow>> = ids.iter().map(|id| cases::row(tx, id)).collect::<Result<_, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// The items with the fewest points in an agent's reviews.
fn items(tx: &Tx<'_>, reviews: &[&Review]) -> Result<Vec<Short>, StoreError> {
    let mut sums: BTreeMap<&str, ItemSum> = BTreeMap::new();
    for review in reviews {
        let Some(saved) = &review.saved else { continue };
        for item in &saved.card.items {
            let Some(judged) = saved.judgement.items.get(&item.id) else { continue };
            let sum = sums.entry(&item.title).or_default();
            let steps = u32::from(item.points.saturating_sub(1)).max(1);
            sum.percent += u32::from(judged.points.saturating_sub(1)) * 100 / steps;
            if judged.points < item.points {
                for cause in &judged.causes {
                    *sum.causes.entry(cause.clone()).or_default() += 1;
                }
                sum.held.failed += 1;
                sum.cases.push(review.case.clone());
            } else {
                sum.held.passed += 1;
            }
        }
    }
    let mean = |sum: &ItemSum| sum.percent.checked_div(u32::try_from(sum.held.known()).unwrap_or(u32::MAX));
    let mut all: Vec<(&str, ItemSum)> = sums.into_iter().filter(|(_, sum)| sum.held.failed > 0).collect();
    all.sort_by_key(|(_, sum)| mean(sum));
    all.truncate(MOST_SHORT);
    let most = usize::try_from(MOST_CASES).unwrap_or(usize::MAX);
    let short = |(text, sum): (&str, ItemSum)| {
        let cases: Vec<CaseId> = sum.cases.iter().take(most).cloned().collect();
        let (text, mean) = (text.to_owned(), mean(&sum));
        Ok(Short { text, held: sum.held, mean, causes: most_named(sum.causes), cases: rows(tx, &cases)? })
    };
    all.into_iter().map(short).collect()
}

/// Per agent what falls short most in the last four weeks; who has the lowest score first, then who was not judged.
pub fn coaching(desk: &Desk, agent: &Agent) -> Result<Vec<Coaching>, DeskError> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let shops = agent.shops(tx)?;
        let after = weeks_before(now, WEEKS);
        let span = Span { shops: &shops, after, until: now, agent: None };
        let groups = quality::groups(tx, &span, WEEK_MS)?;
        let judged = counted(tx, &shops, after)?;
        let mut agents: Vec<&AgentId> = groups.iter().filter_map(|group| group.agent.as_ref()).collect();
        agents.extend(judged.iter().filter_map(|review| review.agent.as_ref()));
        agents.sort();
        agents.dedup();
        let mut all = Vec::new();
        for who in agents {
            let theirs: Vec<&Group> = groups.iter().filter(|group| group.agent.as_ref() == Some(who)).collect();
            let reviews: Vec<&Review> = judged.iter().filter(|review| review.agent.as_ref() == Some(who)).collect();
            all.push(Coaching {
                agent: who.clone(),
                score: mean(&reviews),
                reviews: u32::try_from(reviews.len()).unwrap_or(u32::MAX),
                checks: checks(tx, &span, &theirs, who)?,
                items: items(tx, &reviews)?,
            });
        }
        all.retain(|one| !one.checks.is_empty() || !one.items.is_empty());
        all.sort_by_key(|one| (one.score.is_none(), one.score));
        Ok(all)
    })?)
}

/// The last four weeks, and the four before.
fn halves<T>(all: impl Iterator<Item = (bool, T)>, add: impl Fn(&mut Part, T)) -> (Part, Part) {
    let (mut before, mut now) = (Part::default(), Part::default());
    for (is_now, one) in all {
        add(if is_now { &mut now } else { &mut before }, one);
    }
    (before, now)
}

fn falls(tx: &Tx<'_>, who: &AgentId, shops: &[ShopId], now: Timestamp) -> Result<Vec<Fall>, StoreError> {
    let watch = sample::known(tx)?.watch;
    let after = weeks_before(now, 2 * WEEKS);
    let groups = quality::groups(tx, &Span { shops, after, until: now, agent: None }, WEEK_MS)?;
    let mut all = Vec::new();
    for (place, check) in Check::ALL.into_iter().enumerate() {
        let tallies =
            groups.iter().map(|group| (group.weeks_ago < WEEKS, group.checks.get(place).copied().unwrap_or_default()));
        let (before, now) = halves(tallies, |part, tally| {
            part.got += tally.passed;
            part.whole += tally.known();
            part.count += tally.known();
        });
        if let Some((from, to)) = fall(before, now, watch.points, watch.cases) {
            all.push(Fall { check: Some(check), agent: None, from, to, is_away: false });
        }
    }
    let judged = counted(tx, shops, after)?;
    let mut agents: Vec<&AgentId> = judged.iter().filter_map(|review| review.agent.as_ref()).collect();
    agents.sort();
    agents.dedup();
    let half = weeks_before(now, WEEKS);
    for agent in agents {
        let theirs = judged.iter().filter(|review| review.agent.as_ref() == Some(agent));
        let scores =
            theirs.filter_map(|review| review.saved.as_ref()).map(|saved| (saved.at > half, saved.score.percent));
        let (before, now) = halves(scores, |part, percent| {
            part.got += u64::from(percent);
            part.whole += 100;
            part.count += 1;
        });
        if let Some((from, to)) = fall(before, now, watch.points, watch.reviews) {
            all.push(Fall { check: None, agent: Some(agent.clone()), from, to, is_away: false });
        }
    }
    // What was put away is told again once it has fallen on by as much as makes a fall.
    let put_away = reviews::falls_away(tx, who, half)?;
    for fall in &mut all {
        let rate = put_away.iter().find(|(about, _)| *about == about_of(fall)).map(|(_, rate)| *rate);
        fall.is_away = rate.is_some_and(|rate| fall.to + u64::from(watch.points) * 10 >= rate);
    }
    all.sort_by_key(|fall| std::cmp::Reverse(fall.from.saturating_sub(fall.to)));
    Ok(all)
}

fn about_of(fall: &Fall) -> About {
    About { check: fall.check, agent: fall.agent.clone() }
}

/// Puts away what has fallen, for who asks, or brings it back. What has not fallen by now needs neither.
pub fn put_away(desk: &Desk, agent: &Agent, request: &AwayRequest) -> Result<Alerts, DeskError> {
    let now = desk.clock.now();
    let about = About { check: request.check, agent: request.agent.clone() };
    // What has fallen is added up before the one writer is asked for: nobody waits for that.
    let mut alerts = alerts(desk, agent)?;
    let fallen = alerts.falls.iter_mut().find(|fall| about_of(fall) == about);
    let away = fallen.as_ref().filter(|_| request.is_away).map(|fall| fall.to);
    desk.store.write(|tx| match away {
        Some(rate) => reviews::put_fall_away(tx, &agent.id, &about, rate, now),
        None => reviews::bring_fall_back(tx, &agent.id, &about),
    })?;
    if let Some(fall) = fallen {
        fall.is_away = request.is_away;
    }
    Ok(alerts)
}

/// What a lead should look at.
pub fn alerts(desk: &Desk, agent: &Agent) -> Result<Alerts, DeskError> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let shops = agent.shops(tx)?;
        let open = Wanted { standings: &[Standing::Appealed, Standing::Redo], ..Wanted::default() };
        let (appeals, again): (Vec<Review>, Vec<Review>) =
            standing(tx, &shops, open)?.into_iter().partition(|review| review.standing == Standing::Appealed);
        let theirs = appeals.iter().filter(|review| review.agent.as_ref() != Some(&agent.id)).count();
        let again = again.iter().filter(|review| review.reviewer == agent.id).count();
        Ok(Alerts {
            falls: falls(tx, &agent.id, &shops, now)?,
            appeals: number(theirs),
            asked: number(calibrate::asked(tx, agent, &shops, now)?.len()),
            again: number(again),
            own: own(tx, agent, &shops, now)?,
        })
    })?)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Reviews of somebody's own work that are new to them: fresh ones of which they have not said anything, and those on
/// which a lead has had the last word, as long as they have not said that they read it.
fn own(tx: &Tx<'_>, agent: &Agent, shops: &[ShopId], now: Timestamp) -> Result<u32, StoreError> {
    let since = Since { saved: now.plus_millis(-ANSWER_DAYS * DAY_MS), said: weeks_before(now, WEEKS) };
    reviews::new_to(tx, shops, &agent.id, since)
}

/// What waits for somebody in Quality.
pub fn count(desk: &Desk, agent: &Agent) -> Result<ReviewCount, DeskError> {
    if agent.role >= Role::Lead {
        let Alerts { falls, appeals, asked, again, own } = alerts(desk, agent)?;
        let fallen = falls.iter().filter(|fall| !fall.is_away).count();
        let all = [number(fallen), appeals, asked, again, own];
        return Ok(ReviewCount { count: all.into_iter().fold(0, u32::saturating_add) });
    }
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| Ok(ReviewCount { count: own(tx, agent, &agent.shops(tx)?, now)? }))?)
}
