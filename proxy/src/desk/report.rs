//! The reports: what was kept of each case, added up for who leads.

use super::book::reply_hours;
use super::error::DeskError;
use super::handbook;
use super::is_near;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::reports::{self, AnsweredRow, Cut, Refunded, Span, Which};
use crate::store::{StoreError, Tx, shops};
use shared::domain::report::{DRIFT_BEFORE, DRIFT_NOW, WEEK_MS, Weeks, drift, quantiles, strength};
use shared::id::{AgentId, ShopId};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::quality::Tally;
use shared::wire::report::{
    AgentWork, CareRequest, Counted, Drifting, MOST_WEEKS, OwedReplies, Reasons, RefundCost, Report, ReportCases,
    ReportCasesFilter, ReportFilter, Reports, ShopWork, USUAL_WEEKS, Work,
};
use shared::wire::session::Role;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Products with a column of their own on the page.
pub const COLUMNS: usize = 8;
/// Products that are offered to choose from.
const MOST_PRODUCTS: usize = 100;
/// What has changed most is named, not all that has.
const MOST_DRIFTS: usize = 6;
/// Cases of a figure that are listed.
const MOST_CASES: u32 = 100;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Some of the work, being gathered.
#[derive(Default)]
struct Gathered {
    answered: u64,
    in_time: Tally,
    took: Vec<i64>,
    told: Vec<i64>,
    again: Tally,
}

fn tally(tally: &mut Tally, holds: Option<bool>) {
    match holds {
        Some(true) => tally.passed += 1,
        Some(false) => tally.failed += 1,
        None => {}
    }
}

impl Gathered {
    fn take(&mut self, row: &AnsweredRow<'_>) {
        self.answered += 1;
        tally(&mut self.in_time, row.in_time);
        self.took.extend(row.took_ms);
        self.told.extend(row.told_ms);
        tally(&mut self.again, row.wrote_again.map(|again| !again));
    }

    fn join(&mut self, other: &Self) {
        self.answered += other.answered;
        self.in_time += other.in_time;
        self.took.extend(&other.took);
        self.told.extend(&other.told);
        self.again += other.again;
    }

    fn work(mut self) -> Work {
        Work {
            answered: self.answered,
            in_time: self.in_time,
            deciding: quantiles(&mut self.took),
            telling: quantiles(&mut self.told),
            again: self.again,
        }
    }
}

/// The work of one person or in one shop, and how it stands week by week.
#[derive(Default)]
struct Line {
    whole: Gathered,
    by_week: Vec<Tally>,
}

impl Line {
    fn take(&mut self, row: &AnsweredRow<'_>, week: Option<usize>) {
        self.whole.take(row);
        if let Some(week) = week.and_then(|week| self.by_week.get_mut(week)) {
            tally(week, row.in_time);
        }
    }
}

/// By whom or where; names are ids.
type By = BTreeMap<String, Line>;

/// Reads what is wanted.
struct Reader<'a, 'tx> {
    tx: &'a Tx<'tx>,
    shops: &'a [ShopId],
    /// Shops that the agent does not see.
    unseen: &'a [ShopId],
    weeks: Weeks,
    now: Timestamp,
    wanted: &'a [Report],
    /// Only what this person answered.
    agent: Option<&'a AgentId>,
    /// Only these requests.
    cut: Cut<'a>,
}

impl Reader<'_, '_> {
    fn wants(&self, any: &[Report]) -> bool {
        let is_told = |report: &Report| {
            (self.agent.is_none() || report.names_people()) && (self.cut == Cut::default() || report.is_of_requests())
        };
        any.iter().filter(|report| is_told(report)).any(|report| self.wanted.contains(report))
    }

    fn span(&self) -> Span<'_> {
        Span { shops: self.shops, from: self.weeks.first(), until: self.now, cut: self.cut }
    }

    fn add(&self, all: &mut By, name: &str, row: &AnsweredRow<'_>, week: Option<usize>) {
        // A name is copied only once.
        if let Some(known) = all.get_mut(name) {
            known.take(row, week);
        } else {
            let by_week = vec![Tally::default(); self.weeks.count()];
            all.entry(name.to_owned()).or_insert(Line { by_week, ..Line::default() }).take(row, week);
        }
    }

    fn work(&self, reports: &mut Reports) -> Result<(), StoreError> {
        use Report as R;
        if !self.wants(&[R::InTime, R::Deciding, R::Telling, R::Again, R::Agents, R::Shops]) {
            return Ok(());
        }
        let mut weeks: Vec<Gathered> = (0..self.weeks.count()).map(|_| Gathered::default()).collect();
        let (mut agents, mut shops) = (By::new(), By::new());
        let (by_agent, by_shop) = (self.wants(&[R::Agents]), self.wants(&[R::Shops]));
        reports::answered(self.tx, &self.span(), |row| {
            if self.agent.is_some_and(|only| row.agent != Some(only.as_str())) {
                return;
            }
            let place = self.weeks.place(row.at);
            if let Some(week) = place.and_then(|place| weeks.get_mut(place)) {
                week.take(&row);
            }
            if let Some(agent) = row.agent.filter(|_| by_agent) {
                self.add(&mut agents, agent, &row, place);
            }
            if by_shop {
                self.add(&mut shops, row.shop, &row, place);
            }
        })?;
        let mut whole = Gathered::default();
        weeks.iter().for_each(|week| whole.join(week));
        reports.whole = whole.work();
        reports.by_week = weeks.into_iter().map(Gathered::work).collect();
        let named = agents.into_iter().filter_map(|(name, all)| Some((name.parse::<AgentId>().ok()?, all)));
        reports.agents =
            named.map(|(agent, all)| AgentWork { agent, work: all.whole.work(), by_week: all.by_week }).collect();
        reports.agents.sort_by_key(|one| Reverse(one.work.answered));
        let named = shops.into_iter().filter_map(|(name, all)| Some((name.parse::<ShopId>().ok()?, all)));
        reports.shops =
            named.map(|(shop, all)| ShopWork { shop, work: all.whole.work(), by_week: all.by_week }).collect();
        Ok(())
    }

    fn ran_out(&self, reports: &mut Reports) -> Result<(), StoreError> {
        // The sums name nobody.
        if self.agent.is_none() && self.wants(&[Report::InTime]) {
            for (week, sum) in reports::ran_out(self.tx, &self.span())? {
                reports.ran_out.get_mut(week).into_iter().for_each(|sums| sums.push(sum.clone()));
            }
        }
        Ok(())
    }

    fn refunds(&self, reports: &mut Reports) -> Result<(), StoreError> {
        if self.agent.is_some() || !self.wants(&[Report::Refunds, Report::Shops]) {
            return Ok(());
        }
        // In the order of shop, currency and week.
        for Refunded { shop, week, count, sum } in reports::refunded(self.tx, &self.span())? {
            let Some(sum) = sum else {
                reports.unpriced += count;
                continue;
            };
            let is_same = |cost: &&mut RefundCost| cost.shop == shop && cost.whole.currency() == sum.currency();
            let nothing = || Money::of_ten_thousandths(0, 0, sum.currency()).unwrap_or_else(|_| sum.clone());
            if reports.refunds.last_mut().filter(is_same).is_none() {
                let weeks = vec![nothing(); self.weeks.count()];
                let counts = vec![0; self.weeks.count()];
                reports.refunds.push(RefundCost { shop, whole: nothing(), weeks, counts });
            }
            if let Some(cost) = reports.refunds.last_mut() {
                cost.whole = cost.whole.plus(&sum).unwrap_or_else(|| cost.whole.clone());
                cost.weeks.get_mut(week).into_iter().for_each(|known| *known = sum.clone());
                cost.counts.get_mut(week).into_iter().for_each(|known| *known = count);
            }
        }
        Ok(())
    }

    fn drift(&self) -> Result<Option<Vec<Drifting>>, StoreError> {
        let [from, parts] = drifts(self.now);
        let shops = comparable(self.tx, self.shops, from)?;
        if shops.is_empty() {
            return Ok(None);
        }
        let span = Span { shops: &shops, from, until: self.now, cut: self.cut };
        let all = reports::changes(self.tx, &span, parts)?.into_iter();
        let mut found: Vec<_> = all.filter_map(|change| Some((drift(change.now, change.before)?, change))).collect();
        found.sort_by_key(|(_, change)| Reverse(strength(change.now, change.before)));
        let lately = Span { from: parts, ..span };
        let drifting = found.into_iter().take(MOST_DRIFTS).map(|(drift, change)| {
            let refunded = reports::paid_for(self.tx, &lately, change.reason, &change.product)?;
            let reports::Change { reason, product, now, before } = change;
            // It is one for the whole desk: whoever does not see all that it is about neither sees nor changes it.
            let may_care = !reports::was_asked(self.tx, self.unseen, reason, &product)?;
            let care = if may_care { reports::care(self.tx, reason, &product)? } else { None };
            Ok(Drifting { reason, product, now, before, drift, refunded, may_care, care })
        });
        drifting.collect::<Result<_, StoreError>>().map(Some)
    }

    fn owed(&self) -> Result<Vec<OwedReplies>, StoreError> {
        let mut all: Vec<OwedReplies> = Vec::new();
        let hours: BTreeMap<ShopId, u32> =
            shops::all(self.tx)?.into_iter().map(|shop| (shop.id, reply_hours(&shop.region))).collect();
        for (shop, since) in reports::owed(self.tx, self.shops, self.cut)? {
            let hours = i64::from(hours.get(&shop).copied().unwrap_or_default());
            let late = u64::from(since.plus_millis(hours * HOUR_MS) <= self.now);
            match all.iter_mut().find(|owed| owed.shop == shop) {
                Some(owed) => {
                    owed.count += 1;
                    owed.late += late;
                }
                None => all.push(OwedReplies { shop, count: 1, late, since }),
            }
        }
        all.sort_by_key(|owed| Reverse(owed.count));
        Ok(all)
    }

    fn disputes(&self, reports: &mut Reports) -> Result<(), StoreError> {
        if self.wants(&[Report::Disputes]) {
            for (week, won, count) in reports::rulings(self.tx, &self.span())? {
                if let Some(week) = reports.rulings.get_mut(week) {
                    *if won { &mut week.passed } else { &mut week.failed } += count;
                }
            }
            reports.disputed = reports::disputed(self.tx, self.shops, self.cut)?;
        }
        Ok(())
    }

    fn read(&self, columns: usize) -> Result<Reports, StoreError> {
        let weeks = self.weeks.count();
        let mut all = Reports {
            now: self.now,
            weeks: self.weeks.starts(),
            waiting: reports::waiting(self.tx, self.shops)?,
            whole: Work::default(),
            by_week: vec![Work::default(); weeks],
            ran_out: vec![Vec::new(); weeks],
            agents: Vec::new(),
            shops: Vec::new(),
            owed: if self.wants(&[Report::Owed]) { self.owed()? } else { Vec::new() },
            refunds: Vec::new(),
            unpriced: 0,
            products: Vec::new(),
            reasons: Reasons::default(),
            drift: if self.wants(&[Report::Drift]) { self.drift()? } else { None },
            rulings: vec![Tally::default(); weeks],
            disputed: 0,
            chat: Vec::new(),
        };
        self.work(&mut all)?;
        self.ran_out(&mut all)?;
        self.refunds(&mut all)?;
        self.disputes(&mut all)?;
        if self.wants(&[Report::Chat]) {
            all.chat = reports::chat_weeks(self.tx, self.shops, self.weeks.first())?;
        }
        self.reasons(&mut all, columns)?;
        Ok(all)
    }

    /// With what can be chosen instead of the product that is asked for, whoever is.
    fn reasons(&self, all: &mut Reports, columns: usize) -> Result<(), StoreError> {
        if self.wanted.contains(&Report::Reasons) {
            let any = Span { cut: Cut { product: None, ..self.cut }, ..self.span() };
            let mut counts = reports::reasons(self.tx, &any)?;
            all.products = shared::domain::report::reasons(&counts, MOST_PRODUCTS).products;
            if self.wants(&[Report::Reasons]) {
                counts.retain(|(_, product, _)| self.cut.product.is_none_or(|only| only == product));
                all.reasons = shared::domain::report::reasons(&counts, columns);
            }
        }
        Ok(())
    }
}

/// When the weeks begin that a drift compares with, and when those that it looks at.
fn drifts(now: Timestamp) -> [Timestamp; 2] {
    let parts = now.plus_millis(-DRIFT_NOW * WEEK_MS);
    [parts.plus_millis(-DRIFT_BEFORE * WEEK_MS), parts]
}

/// The shops whose requests reach back far enough: one that has just begun would seem to drift in everything.
fn comparable(tx: &Tx<'_>, shops: &[ShopId], from: Timestamp) -> Result<Vec<ShopId>, StoreError> {
    let mut all = Vec::new();
    for shop in shops {
        if reports::first_asked(tx, shop)?.is_some_and(|first| first <= from) {
            all.push(shop.clone());
        }
    }
    Ok(all)
}

fn unseen(tx: &Tx<'_>, agent: &Agent) -> Result<Vec<ShopId>, StoreError> {
    let seen = agent.shops(tx)?;
    let all = shops::all(tx)?.into_iter().map(|shop| shop.id);
    Ok(all.filter(|shop| shop.trainee().is_none() && !seen.contains(shop)).collect())
}

/// Says who looks after a reason of a product, and until when: who sees every shop that was asked for it.
pub fn care(desk: &Desk, agent: &Agent, request: &CareRequest) -> Result<(), DeskError> {
    let CareRequest { reason, product, care } = request;
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        if !reports::was_asked(tx, &agent.shops(tx)?, *reason, product)? {
            return Err(DeskError::NotFound { what: "reason of a product" });
        }
        if reports::was_asked(tx, &unseen(tx, agent)?, *reason, product)? {
            return Err(DeskError::Invalid {
                field: "product",
                problem: "is asked for in shops that you do not see too",
            });
        }
        if care.as_ref().is_some_and(|care| !is_near(care.look_by, now)) {
            return Err(DeskError::Invalid { field: "look_by", problem: "must be a day of the next five years" });
        }
        if let Some(care) = care
            && !handbook::team(tx)?.iter().any(|person| person.id == care.owner && person.role >= Role::Lead)
        {
            return Err(DeskError::Invalid { field: "owner", problem: "must be a lead: nobody else sees the reports" });
        }
        Ok(reports::set_care(tx, *reason, product, care.as_ref())?)
    })
}

fn weeks(now: Timestamp, asked: Option<u32>) -> Weeks {
    Weeks::until(now, asked.unwrap_or(USUAL_WEEKS).min(MOST_WEEKS))
}

fn shops_of(tx: &Tx<'_>, agent: &Agent, only: Option<&ShopId>) -> Result<Vec<ShopId>, StoreError> {
    let seen = agent.shops(tx)?.into_iter();
    Ok(seen.filter(|shop| only.is_none_or(|only| only == shop)).collect())
}

/// The cases that a figure counts, newest first, of the shops that somebody sees.
pub fn cases(desk: &Desk, agent: &Agent, filter: &ReportCasesFilter) -> Result<ReportCases, DeskError> {
    let now = desk.clock.now();
    let which = match filter.what {
        Counted::RanOut => Which::RanOut(filter.agent.as_ref()),
        // As in the report: of what was asked for nobody is named.
        Counted::Asked | Counted::Drifting if filter.agent.is_some() => {
            return Ok(ReportCases { cases: Vec::new(), total: 0 });
        }
        Counted::Asked | Counted::Drifting => Which::Asked,
    };
    let (cases, total) = desk.store.read(|tx| {
        let shops = shops_of(tx, agent, filter.shop.as_ref())?;
        let (shops, from) = match filter.what {
            Counted::Drifting => {
                let [before, parts] = drifts(now);
                (comparable(tx, &shops, before)?, parts)
            }
            Counted::RanOut | Counted::Asked => (shops, weeks(now, filter.weeks).first()),
        };
        let cut = Cut { kind: filter.kind, reason: filter.reason, product: filter.product.as_deref() };
        let span = Span { shops: &shops, from, until: now, cut };
        reports::cases(tx, &span, which, MOST_CASES)
    })?;
    Ok(ReportCases { cases, total })
}

/// The wanted reports over the shops that somebody sees; what is not wanted stays empty. `columns`: products that are named.
pub fn read(
    desk: &Desk,
    agent: &Agent,
    filter: &ReportFilter,
    wanted: &[Report],
    columns: usize,
) -> Result<Reports, DeskError> {
    let now = desk.clock.now();
    let weeks = weeks(now, filter.weeks);
    Ok(desk.store.read(|tx| {
        let unseen = unseen(tx, agent)?;
        let shops = shops_of(tx, agent, filter.shop.as_ref())?;
        let cut = Cut { kind: filter.kind, reason: filter.reason, product: filter.product.as_deref() };
        Reader { tx, shops: &shops, unseen: &unseen, weeks, now, wanted, agent: filter.agent.as_ref(), cut }
            .read(columns)
    })?)
}
