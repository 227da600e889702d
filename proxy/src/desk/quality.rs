//! How the work on decided cases stands up to what TikTok shows: computed case by case, kept, and added up.

use super::decide::find_seen;
use super::error::DeskError;
use super::{book, practice, view};
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::quality::{self, Checks, FailedBy, Group, Outcome, Span};
use crate::store::templates::OF_WORDS;
use crate::store::{StoreError, Tx, cases, handbook, reports};
use crate::telemetry::Chain;
use shared::domain::derive::{self, SeenAnswer};
use shared::domain::quality::{Check, CheckState, Checkpoint, Label, Step, Value, after_deciding, counting};
use shared::domain::report::{self, CaseFact};
use shared::id::{AgentId, CaseId, MediaId, ShopId};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::reply::Place;
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::intent::{IntentState, IntentWhat};
use shared::wire::quality::{
    CheckRate, CheckView, Common, Quality, QualityCase, QualityCases, QualityFilter, ShopRate, Tally, WEEKS,
};
use shared::wire::review::Handled;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Weeks that are shown where nobody says how many.
const USUAL_WEEKS: u32 = 4;
/// Cases that are checked in one go; between two, others write.
const AT_ONCE: u32 = 200;
/// Rows of a list.
const MOST_ROWS: u32 = 200;

/// The checks of a case for the screen; none while nobody has decided.
pub fn views(desk: &Desk, view: &CaseView) -> Result<Vec<CheckView>, DeskError> {
    let points = after_deciding(view, desk.clock.now());
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let (guides, before) = desk.store.read(|tx| {
        Ok::<_, StoreError>((handbook::guides(tx)?, quality::before(tx, &view.row.id, view.row.version)?))
    })?;
    // Where older rules judged the same otherwise, what they said is one of the facts.
    let otherwise = |point: &Checkpoint| {
        let (passed, failed) = before?;
        let words = match point.state {
            CheckState::Passed if failed.has(point.check) => "Failed",
            CheckState::Failed if passed.has(point.check) => "Passed",
            _ => return None,
        };
        Some(("By the rules before".to_owned(), Value::Text(words.to_owned())))
    };
    let shown = |point: Checkpoint| CheckView {
        text: point.check.text().to_owned(),
        explanation: point.check.explanation().to_owned(),
        step: point.check.step().text().to_owned(),
        guide: guides.get(&point.check).cloned(),
        state: point.state,
        facts: {
            let otherwise = otherwise(&point);
            let facts = point.facts.into_iter().map(|fact| (fact.label.text().to_owned(), fact.value));
            facts.chain(otherwise).collect()
        },
    };
    Ok(points.into_iter().map(shown).collect())
}

/// As it stands on the wire.
fn name_of(check: Check) -> String {
    let name = serde_json::to_value(check).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// When time alone makes known what is not known yet.
fn due(points: &[Checkpoint], now: Timestamp) -> Option<Timestamp> {
    let open = points.iter().filter(|point| point.state == CheckState::Unknown);
    let instants = open.flat_map(|point| &point.facts).filter_map(|fact| match (fact.label, &fact.value) {
        (Label::LateAt | Label::Until, Value::At(at)) => Some(*at),
        _ => None,
    });
    // Right after: an instant itself still counts as in time.
    instants.map(|at| at.plus_millis(1)).filter(|at| *at > now).min()
}

/// Who decided a case, in one word.
pub(super) fn handled(view: &CaseView, outcome: &Outcome) -> Handled {
    if outcome.failed.iter().any(|check| check == Check::DecidedInTime) {
        return Handled::RanOut;
    }
    let decisions = view.intents.iter().filter(|intent| {
        matches!((&intent.what, &intent.state), (IntentWhat::Decision { .. }, IntentState::Done { .. }))
    });
    let (rules, people): (Vec<_>, Vec<_>) = decisions.partition(|intent| intent.rule.is_some());
    let people: BTreeSet<&AgentId> = people.into_iter().map(|intent| &intent.by).collect();
    match (rules.is_empty(), people.len()) {
        (true, 0) => Handled::Elsewhere,
        (true, 1) => Handled::Person,
        (true, _) => Handled::Several,
        (false, 0) => Handled::Rule,
        (false, _) => Handled::RuleAndPeople,
    }
}

/// Of several cases at once. Of what is gone nothing is said.
pub(super) fn handled_by(
    tx: &Tx<'_>,
    cases: &[CaseId],
    now: Timestamp,
) -> Result<BTreeMap<CaseId, Handled>, StoreError> {
    let mut all = BTreeMap::new();
    for one in view::for_checks(tx, cases)? {
        if let Some(outcome) = check(&one, now).outcome {
            all.insert(one.view.row.id.clone(), handled(&one.view, &outcome));
        }
    }
    Ok(all)
}

/// When this desk decided last, and who did, if one person made all decisions: what several did is in nobody's column.
fn decided(view: &CaseView) -> Option<(Option<AgentId>, Timestamp)> {
    let decisions = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        // What a rule decided is in nobody's column.
        (IntentWhat::Decision { .. }, IntentState::Done { at, .. }) => {
            Some((Some(&intent.by).filter(|_| intent.rule.is_none()), *at))
        }
        _ => None,
    });
    let all: Vec<_> = decisions.collect();
    let (last, at) = all.iter().max_by_key(|(_, at)| *at)?;
    Some((last.filter(|_| all.iter().all(|(by, _)| by == last)).cloned(), *at))
}

/// How a case stands; none while nobody has decided, and of what was answered before its shop was connected.
pub(super) fn outcome_of(tx: &Tx<'_>, view: &CaseView, now: Timestamp) -> Result<Option<Outcome>, StoreError> {
    let file = cases::find(tx, &view.row.id)?;
    let facts = file.map(|file| book::facts(tx, &file)).transpose()?.flatten();
    let answered = facts.as_ref().and_then(derive::answered);
    Ok(outcome(view, &points(view, answered, now), answered, now))
}

/// The checks of a case as they count.
fn points(view: &CaseView, answered: Option<SeenAnswer>, now: Timestamp) -> Vec<Checkpoint> {
    let mut points = counting(after_deciding(view, now), now);
    // What was answered before its shop was connected is nobody's work, but for what the desk has told of it since.
    if answered.is_none() && decided(view).is_none() {
        let is_told = has_told(view);
        points.retain(|point| is_told && is_of_telling(point.check));
    }
    points
}

/// Whether this desk has told the buyer an outcome.
fn has_told(view: &CaseView) -> bool {
    view.intents.iter().any(|intent| {
        matches!((&intent.what, &intent.state), (IntentWhat::Reply { claim: Some(_), .. }, IntentState::Done { .. }))
    })
}

/// Whether a check looks at what the buyer was told, and not at the decision or at the money.
fn is_of_telling(check: Check) -> bool {
    check.step() == Step::Tell || check == Check::NotAgain
}

/// How a case stands; none where nothing is checked.
fn outcome(view: &CaseView, points: &[Checkpoint], answered: Option<SeenAnswer>, now: Timestamp) -> Option<Outcome> {
    let row = &view.row;
    if points.is_empty() {
        return None;
    }
    let ours = decided(view);
    let failed = Checks::of(points, CheckState::Failed);
    let has_run_out = failed.iter().any(|check| check == Check::DecidedInTime);
    Some(Outcome {
        case: row.id.clone(),
        shop: row.shop.clone(),
        decided: ours.as_ref().map(|(_, at)| *at).or(answered.map(|answer| answer.at)).unwrap_or(row.updated),
        // Where time ran out first, it is not who decided later that has to answer for it.
        agent: ours.and_then(|(agent, _)| agent).filter(|_| !has_run_out),
        passed: Checks::of(points, CheckState::Passed),
        failed,
        unknown: Checks::of(points, CheckState::Unknown),
        ran_out: view.refund.as_ref().filter(|_| has_run_out).map(|refund| refund.total.clone()),
        due: due(points, now),
    })
}

/// What came of looking at a case.
enum Looked {
    Checked(Box<Findings>),
    /// It belongs to a run of practice: its result is kept there, and counted nowhere else.
    Practised(Box<CaseView>),
    /// It is gone, or cannot be read.
    Gone,
}

/// What was found of a case.
struct Findings {
    version: u64,
    outcome: Option<Outcome>,
    fact: CaseFact,
}

fn check(one: &view::ForChecks, now: Timestamp) -> Findings {
    let view::ForChecks { view, answered } = one;
    let points = points(view, *answered, now);
    Findings {
        version: view.row.version,
        outcome: outcome(view, &points, *answered, now),
        fact: report::fact(view, &points, *answered),
    }
}

/// Looks at many cases at once; where one of them cannot be read, at each by itself, so that it keeps no other from being
/// checked.
fn look(tx: &Tx<'_>, cases: &[CaseId], now: Timestamp) -> Result<Vec<(CaseId, Looked)>, StoreError> {
    let views = match view::for_checks(tx, cases) {
        Ok(views) => views,
        Err(fault @ (StoreError::Corrupt { .. } | StoreError::Column { .. })) => match cases {
            [case] => {
                tracing::error!(case.id = %case, error = %Chain(&fault), "A case cannot be read, and is not checked");
                Vec::new()
            }
            _ => {
                let mut all = Vec::new();
                for case in cases {
                    all.extend(look(tx, std::slice::from_ref(case), now)?);
                }
                return Ok(all);
            }
        },
        Err(fault) => return Err(fault),
    };
    let mut all: BTreeMap<CaseId, Looked> = cases.iter().map(|case| (case.clone(), Looked::Gone)).collect();
    for one in views {
        let case = one.view.row.id.clone();
        let is_practised = one.view.row.shop.trainee().is_some();
        let checked = |one| Looked::Checked(Box::new(check(&one, now)));
        let found = if is_practised { Looked::Practised(Box::new(one.view)) } else { checked(one) };
        all.insert(case, found);
    }
    Ok(all.into_iter().collect())
}

/// Checks some of the cases that have changed, or whose time has come, and notes what they contribute to the reports.
/// `false`: there is nothing to check.
pub fn check_some(desk: &Desk) -> Result<bool, StoreError> {
    let now = desk.clock.now();
    let cases = desk.store.read(|tx| {
        let mut cases = quality::unchecked(tx, AT_ONCE)?;
        let left = AT_ONCE.saturating_sub(u32::try_from(cases.len()).unwrap_or(AT_ONCE));
        cases.extend(quality::due(tx, now, left)?);
        if cases.is_empty() {
            cases = quality::uncounted(tx, AT_ONCE)?;
        }
        Ok::<_, StoreError>(cases)
    })?;
    check_these(desk, &cases)?;
    Ok(!cases.is_empty())
}

/// Checks these cases, and notes what they contribute to the reports.
pub fn check_these(desk: &Desk, cases: &[CaseId]) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let found = desk.store.read(|tx| look(tx, cases, now))?;
    if found.is_empty() {
        return Ok(());
    }
    let version_of = |one: &Looked| match one {
        Looked::Checked(checked) => Some(checked.version),
        Looked::Practised(view) => Some(view.row.version),
        Looked::Gone => None,
    };
    let versions: Vec<_> = found.iter().filter_map(|(case, one)| Some((case, version_of(one)?))).collect();
    desk.store.write(|tx| {
        // A case that has changed meanwhile is still to be checked, or another desk has done it since.
        let still_so = quality::still_so(tx, &versions)?;
        let found = || found.iter().filter(|(case, one)| matches!(one, Looked::Gone) || still_so.contains(case));
        let checked = found().filter_map(|(case, one)| match one {
            Looked::Checked(checked) => Some((case, checked)),
            Looked::Practised(_) | Looked::Gone => None,
        });
        let (looked, facts): (Vec<_>, Vec<_>) = checked
            .map(|(case, checked)| {
                let Findings { version, outcome, fact } = checked.as_ref();
                (quality::CheckedVersion { case, version: *version, outcome: outcome.as_ref() }, fact)
            })
            .unzip();
        quality::save(tx, &looked, now)?;
        reports::save(tx, &facts)?;
        found().try_for_each(|(case, one)| match one {
            Looked::Checked(_) => Ok(()),
            Looked::Practised(view) => {
                quality::leave_out(tx, case, version_of(one))?;
                practice::note(tx, view, now)
            }
            Looked::Gone => quality::leave_out(tx, case, None),
        })
    })
}

/// Asks for every case anew that was checked by older rules.
pub fn begin(desk: &Desk) -> Result<(), StoreError> {
    let asked = desk.store.write(quality::ask_anew)?;
    if asked > 0 {
        tracing::info!(cases = asked, "Decided cases are checked anew by the present rules");
    }
    Ok(())
}

/// An agent has opened one of the buyer's photos.
pub fn open_photo(desk: &Desk, agent: &Agent, case: &CaseId, photo: &MediaId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        if !view::words(&file).iter().any(|words| words.photos.contains(photo)) {
            return Err(DeskError::NotFound { what: "photo" });
        }
        Ok(quality::open_photo(tx, case, photo, &agent.id, now)?)
    })
}

fn weeks_of(filter: &QualityFilter) -> i64 {
    let most = u32::try_from(WEEKS).unwrap_or(USUAL_WEEKS);
    i64::from(filter.weeks.unwrap_or(USUAL_WEEKS).clamp(1, most))
}

fn shops_of(tx: &Tx<'_>, agent: &Agent, filter: &QualityFilter) -> Result<Vec<ShopId>, StoreError> {
    let seen = agent.shops(tx)?.into_iter();
    Ok(seen.filter(|shop| filter.shop.as_ref().is_none_or(|only| only == shop)).collect())
}

/// Puts groups together as the screen shows them.
struct Sum<'a> {
    groups: &'a [Group],
    weeks: usize,
    guides: &'a BTreeMap<Check, String>,
    reasons: &'a FailedBy<ReasonGroup>,
    replies: &'a FailedBy<Place>,
}

/// What most of the cases in which a check failed have in common. One case has nothing in common.
fn most<T: Clone>(failed: &FailedBy<T>, place: usize, all: u64) -> Option<(T, u64)> {
    let counts = failed.iter().filter_map(|(common, counts)| Some((common, *counts.get(place)?)));
    let (common, count) = counts.max_by_key(|(_, count)| *count)?;
    (count >= 2 && 2 * count >= all).then(|| (common.clone(), count))
}

impl Sum<'_> {
    fn in_span(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.weeks_ago < self.weeks)
    }

    /// Oldest first.
    fn by_week<'b>(groups: impl Iterator<Item = &'b Group>, tally: impl Fn(&Group) -> Tally) -> Vec<Tally> {
        let mut weeks = vec![Tally::default(); WEEKS];
        for group in groups {
            if let Some(week) = weeks.iter_mut().rev().nth(group.weeks_ago) {
                *week += tally(group);
            }
        }
        weeks
    }

    fn whole<'b>(groups: impl Iterator<Item = &'b Group>, tally: impl Fn(&Group) -> Tally) -> Tally {
        groups.fold(Tally::default(), |mut sum, group| {
            sum += tally(group);
            sum
        })
    }

    /// Who decided most, first.
    fn agents(&self) -> Vec<AgentId> {
        let mut cases: BTreeMap<&AgentId, u64> = BTreeMap::new();
        for (agent, group) in self.in_span().filter_map(|group| Some((group.agent.as_ref()?, group))) {
            *cases.entry(agent).or_default() += group.cases.known();
        }
        let mut agents: Vec<_> = cases.into_iter().collect();
        agents.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
        agents.into_iter().map(|(agent, _)| agent.clone()).collect()
    }

    fn check(&self, place: usize, check: Check, agents: &[AgentId]) -> CheckRate {
        let tally = |group: &Group| group.checks.get(place).copied().unwrap_or_default();
        let of_agent = |agent| Self::whole(self.in_span().filter(|group| group.agent.as_ref() == Some(agent)), tally);
        let whole = Self::whole(self.in_span(), tally);
        let of_words = OF_WORDS.contains(&check);
        CheckRate {
            name: name_of(check),
            text: check.text().to_owned(),
            explanation: check.explanation().to_owned(),
            step: check.step().text().to_owned(),
            guide: self.guides.get(&check).cloned(),
            whole,
            weeks: Self::by_week(self.groups.iter(), tally),
            agents: agents.iter().map(of_agent).collect(),
            common: Common {
                reason: most(self.reasons, place, whole.failed),
                reply: most(self.replies, place, whole.failed).filter(|_| of_words),
            },
        }
    }

    fn shops(&self) -> Vec<ShopRate> {
        let mut shops: Vec<&ShopId> = self.groups.iter().map(|group| &group.shop).collect();
        shops.sort_unstable();
        shops.dedup();
        let rate = |shop: &ShopId| ShopRate {
            shop: shop.clone(),
            weeks: Self::by_week(self.groups.iter().filter(|group| group.shop == *shop), |group| group.cases),
        };
        shops.into_iter().map(rate).collect()
    }
}

/// How all cases of the shops that somebody sees stand, or those that one person decided.
pub fn read(desk: &Desk, agent: &Agent, filter: &QualityFilter) -> Result<Quality, DeskError> {
    let (now, weeks) = (desk.clock.now(), weeks_of(filter));
    Ok(desk.store.read(|tx| {
        let shops = shops_of(tx, agent, filter)?;
        let (shops, only) = (shops.as_slice(), filter.agent.as_ref());
        let all_weeks = i64::try_from(WEEKS).unwrap_or_default();
        let back = |weeks: i64| Span { shops, after: now.plus_millis(-weeks * WEEK_MS), until: now, agent: only };
        let groups = quality::groups(tx, &back(all_weeks), WEEK_MS)?;
        let span = usize::try_from(weeks).unwrap_or_default();
        let guides = handbook::guides(tx)?;
        let within = back(weeks);
        let (reasons, replies) = (quality::failed_by_reason(tx, &within)?, quality::failed_by_reply(tx, &within)?);
        let sum = Sum { groups: &groups, weeks: span, guides: &guides, reasons: &reasons, replies: &replies };
        let agents = sum.agents();
        let checks = Check::ALL.into_iter().enumerate().map(|(place, check)| sum.check(place, check, &agents));
        let is_before = |group: &&Group| (span..2 * span).contains(&group.weeks_ago);
        let before = if 2 * span <= WEEKS {
            Sum::whole(groups.iter().filter(is_before), |group| group.cases)
        } else {
            Tally::default()
        };
        Ok(Quality {
            cases: Sum::whole(sum.in_span(), |group| group.cases),
            before,
            // Whose they will be is not known of those.
            waiting: if filter.agent.is_some() { 0 } else { quality::waiting(tx, shops)? },
            ran_out: Money::sums(quality::ran_out(tx, &within)?),
            checks: checks.filter(|rate| rate.weeks.iter().any(|week| week.known() > 0)).collect(),
            shops: sum.shops(),
            agents,
        })
    })?)
}

/// The cases with a failed check, newest first.
pub fn cases(desk: &Desk, agent: &Agent, filter: &QualityFilter) -> Result<QualityCases, DeskError> {
    let now = desk.clock.now();
    let after = now.plus_millis(-weeks_of(filter) * WEEK_MS);
    let (found, total) = desk.store.read(|tx| {
        let shops = shops_of(tx, agent, filter)?;
        let span = Span { shops: &shops, after, until: now, agent: filter.agent.as_ref() };
        quality::failed(tx, &span, filter.failed, MOST_ROWS)
    })?;
    let shown = |one: quality::Found| QualityCase {
        failed: one.failed.iter().map(|check| check.text().to_owned()).collect(),
        row: one.row,
        decided: one.decided,
        agent: one.agent,
    };
    Ok(QualityCases { cases: found.into_iter().map(shown).collect(), total })
}
