//! Are we in time, do buyers hear from us, and which refunds need not have happened?

mod care;
mod cases;
mod chart;
mod figures;
mod heat;
mod narrow;
mod weekly;

use crate::api::reports::{Wanted, file_url};
use crate::api::{self, Answer};
use crate::components::{Art, Avatar, Empty, FailureBanner, Icon, RowSkeletons};
use crate::i18n::format;
use crate::routes::{Narrow, Quality, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use cases::Reading;
use chart::{Goal, Line, LineChart, bars, spark};
use figures::{UNKNOWN, cell, drifted, rate, span, trend_words, units};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::domain::report::{Drift, Names, table};
use shared::id::{AgentId, ShopId};
use shared::reasons::label;
use shared::time::Timestamp;
use shared::wire::quality::Tally;
use shared::wire::report::{
    ChatWeek, Counted, Drifting, FileKind, GOAL_PER_MILLE, RefundCost, Report, ReportCases, Reports, Times, Work,
};
use shared::wire::session::Role;

/// While cases are still being counted, what is shown is read again.
const AGAIN_MS: u32 = 2_000;
/// So many times as many as before, in tenths, is marked as bad and not only as worth a look.
const ALARMING: u64 = 20;

#[derive(Debug, Clone, Copy)]
struct Page {
    desk: Desk,
    wanted: RwSignal<Wanted>,
    found: RwSignal<Option<Answer<Reports>>>,
    /// Products that were asked for most, as last read: what can be chosen stays while it is read anew.
    products: RwSignal<Vec<String>>,
    /// Counts what was asked for: an answer to anything but the last is dropped.
    asked: StoredValue<u32>,
    /// The figure whose cases are read.
    reading: RwSignal<Option<Reading>>,
    cases: RwSignal<Option<Answer<ReportCases>>>,
    /// The week that is printed; none: the last whole one.
    week: RwSignal<Option<Timestamp>>,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn per_mille(value: i64) -> String {
    format::percent(u64::try_from(value).unwrap_or_default())
}

/// In tenths of a percent, week by week.
fn rates<'a>(weeks: impl Iterator<Item = &'a Tally>) -> Vec<Option<i64>> {
    weeks.map(|week| week.per_mille().map(signed)).collect()
}

/// A round height under the lowest of some rates.
fn floor<'a>(rates: impl Iterator<Item = &'a Option<i64>>) -> i64 {
    let lowest = rates.flatten().min().copied().unwrap_or(1_000);
    [900, 800, 500].into_iter().find(|low| *low <= lowest).unwrap_or(0)
}

/// The desk's queue of what buyers are to be told, of one shop or all.
fn owed_path(shop: Option<ShopId>) -> String {
    let queue = Route::Desk { stage: Stage::ToTell, case: None };
    [queue.path(), Narrow { shop, ..Narrow::default() }.query()].concat()
}

fn product(name: &str) -> String {
    if name.is_empty() { "No product named".to_owned() } else { name.to_owned() }
}

/// A share of something, as a bar of a table.
fn meter(part: u64, most: u64) -> AnyView {
    let width = [&(part * 100 / most.max(1)).to_string(), "%"].concat();
    view! { <span class="meter" style=("--p", width) aria-hidden="true"><i></i></span> }.into_any()
}

impl Page {
    fn ask(self) -> u32 {
        self.asked.update_value(|asked| *asked += 1);
        self.asked.get_value()
    }

    /// Reads, and reads again while cases are still being counted.
    fn read(self) {
        let (wanted, asked) = (self.wanted.get_untracked(), self.ask());
        spawn_local(async move {
            loop {
                let answer = api::reports::read(&wanted).await;
                let is_waiting = answer.as_ref().is_ok_and(|reports| reports.waiting > 0);
                // Something else may be wanted by now, or the page is left.
                if self.asked.try_get_value() != Some(asked) {
                    return;
                }
                // What is looked at is not drawn anew for nothing.
                let is_news = |found: &Option<Answer<Reports>>| match (found, &answer) {
                    (Some(Ok(shown)), Ok(read)) => Reports { now: read.now, ..shown.clone() } != *read,
                    _ => true,
                };
                if let Ok(reports) = &answer
                    && self.products.try_with_untracked(|known| *known != reports.products) == Some(true)
                {
                    self.products.try_set(reports.products.clone());
                }
                if self.found.try_with_untracked(is_news) == Some(true) {
                    self.found.try_set(Some(answer));
                }
                if !is_waiting {
                    return;
                }
                web::pause(AGAIN_MS).await;
            }
        });
    }

    fn want(self, wanted: Wanted) {
        self.desk.nav.keep(&Route::Reports, &narrow::kept(&wanted));
        self.wanted.set(wanted);
        self.reading.set(None);
        self.found.set(None);
        self.read();
    }

    fn agent_name(self, agent: &AgentId) -> String {
        let people = self.desk.session.people();
        let person = people.iter().find(|person| person.id == *agent);
        person.map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
    }

    fn shop_name(self, shop: &ShopId) -> String {
        let shops = self.desk.session.shops();
        let known = shops.iter().find(|known| known.id == *shop);
        known.map_or_else(|| "A shop".to_owned(), |shop| shop.name.clone())
    }

    /// The report as a table, and as files.
    fn foot(self, report: Report, reports: &Reports) -> AnyView {
        let names = Names { shop: &|shop| self.shop_name(shop), agent: &|agent| self.agent_name(agent) };
        let table = table(report, reports, &names);
        let now = web::device_now();
        let is_number =
            |place: usize| table.rows.iter().filter_map(|row| row.get(place)).any(|value| cell(value, now).1);
        let heads: Vec<_> = table
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let week = column.week.map(|week| [" ", &web::universal_day(week)].concat());
                let currency = column.currency.as_ref().map(|currency| [" (", currency, ")"].concat());
                view! { <th scope="col" class:n=is_number(place)>{column.name}{week}{currency}</th> }
            })
            .collect();
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                let mut cells = row.iter().map(|value| cell(value, now));
                let first = cells.next().map(|(text, _)| text);
                let rest: Vec<_> = cells.map(|(text, is_number)| view! { <td class:n=is_number>{text}</td> }).collect();
                view! { <tr><th scope="row">{first}</th>{rest}</tr> }
            })
            .collect();
        let wanted = self.wanted.get_untracked();
        let file = |kind: FileKind, text: &'static str| {
            let about = [text, ": ", report.title()].concat();
            view! { <a href=file_url(&wanted, report, kind) download="" rel="external" aria-label=about>{text}</a> }
        };
        let caption = report.title();
        let body = if rows.is_empty() {
            let nothing = match (report, &reports.drift) {
                (Report::Drift, None) => "Nothing can be compared yet.",
                (Report::Drift, Some(_)) => "Nothing has changed, but for chance.",
                _ => "Nothing in these weeks.",
            };
            view! { <p class="small muted">{nothing}</p> }.into_any()
        } else {
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label=[caption, ", table"].concat()>
                    <table class="grid"><caption class="vh">{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            }
            .into_any()
        };
        view! {
            <div class="rfoot">
                <details><summary>"Table"<span class="vh">": "{caption}</span></summary>{body}</details>
                <span class="files">{file(FileKind::Csv, "CSV")}{file(FileKind::Json, "JSON")}</span>
            </div>
        }
        .into_any()
    }

    fn in_time(self, reports: &Reports) -> AnyView {
        let whole = reports.whole.in_time;
        let lost = shared::money::Money::sums(reports.ran_out.iter().flatten().cloned());
        let cost = if lost.is_empty() { String::new() } else { ["; TikTok refunded ", &format::sums(&lost)].concat() };
        let known = format::thousands(whole.known());
        let sub = match whole.failed {
            _ if whole.known() == 0 => "Nothing was answered in these weeks".into_any(),
            0 => ["None of ", &known, " ran out"].concat().into_any(),
            failed => {
                let text = [&format::thousands(failed), " of ", &known, " ran out"].concat();
                let about = [&text, ": read the cases"].concat();
                let reading =
                    Reading { what: Counted::RanOut, reason: None, product: None, title: "Ran out of time".to_owned() };
                view! { {self.opener(reading, text, about)}{cost} }.into_any()
            }
        };
        let weeks = rates(reports.by_week.iter().map(|week| &week.in_time));
        let low = floor(weeks.iter());
        let chart = LineChart {
            title: Report::InTime.title(),
            weeks: reports.weeks.clone(),
            lines: vec![Line { name: "", values: weeks, is_beside: false }],
            low,
            goal: Some(Goal { value: signed(GOAL_PER_MILLE), text: "goal 95 %" }),
            words: per_mille,
        };
        let chart = view! { {self.listed(Counted::RanOut)}{chart.draw()} };
        self.figure(Report::InTime, rate(whole), sub, chart.into_any(), reports)
    }

    fn times(self, report: Report, reports: &Reports, of: fn(&Work) -> Times) -> AnyView {
        let whole = of(&reports.whole);
        let first = reports.by_week.iter().find_map(|week| of(week).half);
        let sub = first.map_or_else(
            || "Nothing is known of these weeks".to_owned(),
            |half| {
                let (nine, half) = (span(whole.nine), format::span(half));
                ["Half are faster than this; 9 of 10: ", &nine, ". Half in the first week: ", &half].concat()
            },
        );
        let by = |value: fn(Times) -> Option<i64>| reports.by_week.iter().map(|week| value(of(week))).collect();
        let chart = LineChart {
            title: report.title(),
            weeks: reports.weeks.clone(),
            lines: vec![
                Line { name: "half", values: by(|times| times.half), is_beside: false },
                Line { name: "9 of 10", values: by(|times| times.nine), is_beside: true },
            ],
            low: 0,
            goal: None,
            words: format::span,
        };
        self.figure(report, span(whole.half), sub.into_any(), chart.draw(), reports)
    }

    fn again(self, reports: &Reports) -> AnyView {
        let whole = reports.whole.again;
        let sub = match whole.known() {
            0 => "Known a week after each reply, as far as the chat is read".to_owned(),
            known => {
                let (failed, known) = (format::thousands(whole.failed), format::thousands(known));
                [&failed, " of ", &known, " wrote again within 7 days"].concat()
            }
        };
        let values = rates(reports.by_week.iter().map(|week| &week.again));
        let lowest = values.iter().flatten().min().copied().unwrap_or(1_000);
        let chart = LineChart {
            title: Report::Again.title(),
            weeks: reports.weeks.clone(),
            lines: vec![Line { name: "", values, is_beside: false }],
            low: if lowest < 500 { 0 } else { 500 },
            goal: None,
            words: per_mille,
        };
        self.figure(Report::Again, rate(whole), sub.into_any(), chart.draw(), reports)
    }

    /// A card with one number over its chart.
    fn figure(self, report: Report, value: String, sub: AnyView, chart: AnyView, reports: &Reports) -> AnyView {
        view! {
            <section class="card fig">
                <h2>{report.title()}</h2>
                <p class="v">{value}</p>
                <div class="sub">{sub}</div>
                {chart}
                {self.foot(report, reports)}
            </section>
        }
        .into_any()
    }

    fn disputes(self, reports: &Reports) -> AnyView {
        let mut whole = Tally::default();
        reports.rulings.iter().for_each(|week| whole += *week);
        let sub = match whole.known() {
            0 => "TikTok has ruled on none in these weeks".to_owned(),
            known => ["Won, of ", &format::count(known, "ruling", "rulings")].concat(),
        };
        let part = |count: u64, class: &'static str, text: &'static str| {
            (count > 0).then(|| {
                view! { <li class=class style=("--n", count.to_string())><b>{count}</b>" "{text}</li> }
            })
        };
        let open = match reports.disputed {
            0 => "No dispute is open.".to_owned(),
            open => [&format::count(open, "dispute is", "disputes are"), " open."].concat(),
        };
        let chart = view! {
            <ul class="parts">{part(whole.passed, "won", "won")}{part(whole.failed, "lost", "lost")}</ul>
            <p class="small muted">{open}</p>
        };
        self.figure(Report::Disputes, rate(whole), sub.into_any(), chart.into_any(), reports)
    }

    /// The newest whole week of each shop: TikTok judges each by itself, so they are not added up.
    fn chat(self, reports: &Reports) -> AnyView {
        let whole = reports.weeks.iter().rev().nth(1);
        let is_last = |week: &&ChatWeek| Some(&week.week) == whole && week.answered.is_some();
        let mut last: Vec<&ChatWeek> = reports.chat.iter().filter(is_last).collect();
        last.sort_by_key(|week| week.answered);
        let (value, sub) = match last.first() {
            None if self.wanted.with_untracked(Wanted::is_cut) => (
                UNKNOWN.to_owned(),
                "TikTok counts chats whatever they are about, so not by kind, reason or product: choose all to see them"
                    .to_owned(),
            ),
            None => (UNKNOWN.to_owned(), "TikTok has counted no chat in the last whole week".to_owned()),
            Some(lowest) => (
                format::percent(lowest.answered.unwrap_or_default()),
                ["Lowest, ", &self.shop_name(&lowest.shop), ", in the last whole week"].concat(),
            ),
        };
        let shops: Vec<_> = last
            .iter()
            .map(|week| {
                let answered = week.answered.unwrap_or_default();
                let stars = week.satisfied.map(|share| [" · 4 or 5 stars ", &format::percent(share)].concat());
                let first = week.first_ms.map(|first| [" · first answer after ", &format::span(first)].concat());
                let chats = format::count(week.sessions, "chat", "chats");
                view! { <li><span class="clip">{self.shop_name(&week.shop)}</span>{meter(answered, 1_000)}<b class="num">{format::percent(answered)}</b><span class="more muted">{chats}{stars}{first}</span></li> }
            })
            .collect();
        let chart = view! { <ul class="levels small">{shops}</ul> };
        self.figure(Report::Chat, value, sub.into_any(), chart.into_any(), reports)
    }

    fn owed(self, reports: &Reports) -> AnyView {
        let count: u64 = reports.owed.iter().map(|owed| owed.count).sum();
        let late: u64 = reports.owed.iter().map(|owed| owed.late).sum();
        let oldest = reports.owed.iter().map(|owed| owed.since).min();
        let sub = oldest.map_or_else(
            || "Every buyer has been told".to_owned(),
            |since| {
                [&late.to_string(), " of them late; the oldest since ", &web::when(since, web::device_now())].concat()
            },
        );
        let most = reports.owed.iter().map(|owed| owed.count).max().unwrap_or_default();
        let shops: Vec<_> = reports
            .owed
            .iter()
            .map(|owed| {
                let href = owed_path(Some(owed.shop.clone()));
                view! { <li><a href=href>{self.shop_name(&owed.shop)}</a>{meter(owed.count, most)}<b class="num">{owed.count}</b></li> }
            })
            .collect();
        let wanted = self.wanted.get_untracked();
        let text = if wanted.is_cut() {
            "Open them at the desk, with those of all kinds, reasons and products"
        } else {
            "Open them at the desk"
        };
        let more = (count > 0).then(|| view! { <p class="small"><a href=owed_path(wanted.shop)>{text}</a></p> });
        let chart = view! { <ul class="levels small">{shops}</ul>{more} };
        self.figure(Report::Owed, format::thousands(count), sub.into_any(), chart.into_any(), reports)
    }

    fn drifting(self, one: &Drifting) -> AnyView {
        let (class, icon) = match one.drift {
            Drift::More(times) if times.is_none_or(|times| times >= ALARMING) => ("push chip chip--stop", "trend"),
            Drift::More(_) => ("push chip chip--soon", "trend"),
            Drift::Less(_) => ("push chip chip--good", "down"),
        };
        let money = match one.refunded.as_slice() {
            [] => String::new(),
            sums => [" Refunds so far ", &format::sums(sums), "."].concat(),
        };
        let name = [&product(&one.product), ": ", label(one.reason)].concat();
        let counts = [
            &format::count(one.now, "request", "requests"),
            " in 2 weeks, ",
            &one.before.to_string(),
            " in the 8 before.",
        ];
        let reading = Reading {
            what: Counted::Drifting,
            reason: Some(one.reason),
            product: Some(one.product.clone()),
            title: name.clone(),
        };
        let own = reading.clone();
        let these = match one.now {
            0 => None,
            1 => Some("the request".to_owned()),
            more => Some(["the ", &more.to_string(), " requests"].concat()),
        };
        let opener = these.map(|these| {
            let about = [&name, ": read ", &these].concat();
            self.opener(reading, ["Read ", &these].concat(), about)
        });
        let again = Callback::new(move |()| self.read());
        view! {
            <li>
                <b class="strong line"><span>{name.clone()}</span><span class=class><Icon name=icon class="icon--s"/>{drifted(one.drift)}</span></b>
                <p class="muted">{counts.concat()}{money}</p>
                {opener}
                {care::draw(self.desk, one, name, again)}
                {self.listed_if(move |reading| *reading == own)}
            </li>
        }
        .into_any()
    }

    fn drift(self, reports: &Reports) -> AnyView {
        let body = match reports.drift.as_deref() {
            None => view! { <p class="small muted">"Reasons can be compared once the requests of a shop reach back ten weeks."</p> }.into_any(),
            Some([]) => view! { <p class="small muted">"No reason of a product is more or less frequent than before, but for chance."</p> }.into_any(),
            Some(all) => {
                let items: Vec<_> = all.iter().map(|one| self.drifting(one)).collect();
                view! { <ul class="stack small talks">{items}</ul> }.into_any()
            }
        };
        view! {
            <section class="card">
                <header><h2>{Report::Drift.title()}</h2><span class="small muted push">"against 8 weeks before"</span></header>
                {body}
                {self.foot(Report::Drift, reports)}
            </section>
        }
        .into_any()
    }

    fn refund_cost(self, cost: &RefundCost, reports: &Reports) -> AnyView {
        let name = self.shop_name(&cost.shop);
        let values: Vec<i64> = cost.weeks.iter().map(units).collect();
        let (weeks, counts) = (cost.weeks.clone(), cost.counts.clone());
        let said = move |place: usize| {
            let amount = weeks.get(place).map(format::money).unwrap_or_default();
            [&amount, ", ", &format::count(counts.get(place).copied().unwrap_or_default(), "refund", "refunds")]
                .concat()
        };
        let last = cost.weeks.iter().rev().nth(1).map(format::money);
        let chart = bars([&name, ", refund cost by week"].concat(), &reports.weeks, &values, said);
        view! {
            <div>
                <h3 class="line wrap"><span>{name}</span><span class="push num" title="Last whole week">{last}</span></h3>
                {chart}
                <p>{trend_words(&cost.weeks)}</p>
            </div>
        }
        .into_any()
    }

    fn refunds(self, reports: &Reports) -> AnyView {
        let all: Vec<_> = reports.refunds.iter().map(|cost| self.refund_cost(cost, reports)).collect();
        let body = if all.is_empty() {
            view! { <p class="small muted">"Nothing was refunded in these weeks."</p> }.into_any()
        } else {
            view! { <div class="multiples">{all}</div> }.into_any()
        };
        let unpriced = (reports.unpriced > 0).then(|| {
            let count = format::count(reports.unpriced, "refund", "refunds");
            view! { <p class="small muted">"Without "{count}" of which TikTok does not say how much was paid."</p> }
        });
        view! {
            <section class="card whole">
                <header><h2>{Report::Refunds.title()}</h2><span class="small muted push">"last whole week in full colour; each shop on its own scale and in its own currency"</span></header>
                {body}
                {unpriced}
                {self.foot(Report::Refunds, reports)}
            </section>
        }
        .into_any()
    }

    fn people(self, reports: &Reports) -> AnyView {
        let rows = reports.agents.iter().map(|one| {
            let name = self.agent_name(&one.agent);
            let person = Some((one.agent.to_string(), name.clone()));
            let named = view! { <span class="line"><Avatar person=person/>{name}</span> }.into_any();
            (named, &one.work, rates(one.by_week.iter()))
        });
        let note = "What ran out counts for who had taken it.";
        self.work_card(Report::Agents, "Person", note, rows.collect(), reports)
    }

    fn shops(self, reports: &Reports) -> AnyView {
        let rows = reports.shops.iter();
        let rows = rows.map(|one| (self.shop_name(&one.shop).into_any(), &one.work, rates(one.by_week.iter())));
        self.work_card(Report::Shops, "Shop", "", rows.collect(), reports)
    }

    fn work_card(
        self,
        report: Report,
        who: &'static str,
        note: &'static str,
        rows: Vec<(AnyView, &Work, Vec<Option<i64>>)>,
        reports: &Reports,
    ) -> AnyView {
        let most = rows.iter().map(|(_, work, _)| work.answered).max().unwrap_or_default();
        // One scale for all, so that they can be compared.
        let low = floor(rows.iter().flat_map(|(.., weeks)| weeks));
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(name, work, weeks)| {
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td><span class="bar">{meter(work.answered, most)}<span class="num">{format::thousands(work.answered)}</span></span></td>
                        <td class="n">{rate(work.in_time)}</td>
                        <td>{spark(&reports.weeks, &weeks, low, per_mille)}</td>
                        <td class="n">{span(work.deciding.half)}</td>
                        <td class="n">{span(work.telling.half)}</td>
                        <td class="n">{rate(work.again)}</td>
                    </tr>
                }
            })
            .collect();
        let body = if rows.is_empty() {
            view! { <p class="small muted">"Nothing was answered in these weeks."</p> }.into_any()
        } else {
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label=report.title()>
                    <table class="grid">
                        <caption class="vh">{report.title()}</caption>
                        <thead><tr>
                            <th scope="col">{who}</th><th scope="col">"Answered"</th><th scope="col" class="n">"In time"</th><th scope="col">"By week, to the last"</th>
                            <th scope="col" class="n">"Half decided within"</th><th scope="col" class="n">"Half told within"</th>
                            <th scope="col" class="n">"Not written again"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        view! {
            <section class="card">
                <header><h2>{report.title()}</h2><span class="small muted push">{note}</span></header>
                {body}
                {self.foot(report, reports)}
            </section>
        }
        .into_any()
    }

    fn whole(self, reports: &Reports) -> AnyView {
        let waiting = (reports.waiting > 0).then(|| {
            view! { <p class="small muted" role="status">{format::count(reports.waiting, "case is", "cases are")}" still being counted."</p> }
        });
        if is_empty(reports) {
            let (title, text) = if reports.waiting > 0 {
                ("Cases are being counted", "This page shows them as they come.")
            } else if self.wanted.with_untracked(Wanted::is_narrowed) {
                (
                    "No such request in these weeks",
                    "Choose more weeks, or another shop, person, kind, reason or product.",
                )
            } else {
                ("Nothing to report yet", "As soon as buyers ask and somebody answers, the figures stand here.")
            };
            return view! { <h2 class="vh">"Figures"</h2><Empty art=Art::Lens title=title text=text/> }.into_any();
        }
        if self.wanted.with_untracked(|wanted| wanted.agent.is_some()) {
            // Of what was paid, asked for or disputed nobody is named.
            return view! {
                {waiting}
                <div class="rgrid rgrid--person">
                    {self.in_time(reports)}
                    {self.times(Report::Deciding, reports, |work| work.deciding)}
                    {self.times(Report::Telling, reports, |work| work.telling)}
                    {self.again(reports)}
                </div>
                <div class="rpair">{self.shops(reports)}</div>
                {self.weekly(reports)}
            }
            .into_any();
        }
        view! {
            {waiting}
            <div class="rgrid">
                {self.in_time(reports)}
                {self.times(Report::Deciding, reports, |work| work.deciding)}
                {self.times(Report::Telling, reports, |work| work.telling)}
                {self.reasons(reports)}
                {self.drift(reports)}
                {self.refunds(reports)}
                {self.again(reports)}
                <div class="stack">{self.disputes(reports)}{self.owed(reports)}</div>
                {self.chat(reports)}
            </div>
            <div class="rpair">{self.people(reports)}{self.shops(reports)}</div>
            {self.weekly(reports)}
        }
        .into_any()
    }
}

fn is_empty(reports: &Reports) -> bool {
    let nobody_asked = reports.reasons.rows.is_empty() && reports.whole.answered == 0;
    nobody_asked && reports.refunds.is_empty() && reports.owed.is_empty()
}

/// Figures of the work; who is no lead is told where their own are.
#[component]
pub fn ReportsPage() -> impl IntoView {
    web::set_title("Reports · Amends");
    let desk = use_desk();
    // Shops come and go with runs: no figures are read anew for that.
    let is_lead = Memo::new(move |_| desk.session.is_at_least(Role::Lead));
    move || {
        if is_lead.get() {
            return view! { <Figures/> }.into_any();
        }
        view! {
            <main class="page" id="main" tabindex="-1">
                <header class="page__head"><div><h1>"Reports"</h1></div></header>
                <h2 class="vh">"Figures"</h2>
                <Empty art=Art::Lens title="Reports are for leads" text="How your own cases were decided and told stands under Quality.">
                    <a class="btn btn--primary" href=Route::Quality(Quality::Mine).path()>"Your own cases"</a>
                </Empty>
            </main>
        }
        .into_any()
    }
}

#[component]
fn Figures() -> impl IntoView {
    let page = Page {
        desk: use_desk(),
        wanted: RwSignal::new(narrow::asked()),
        found: RwSignal::new(None),
        products: RwSignal::new(Vec::new()),
        asked: StoredValue::new(0),
        reading: RwSignal::new(None),
        cases: RwSignal::new(None),
        week: RwSignal::new(None),
    };
    page.read();
    let can_print = Memo::new(move |_| page.found.with(|found| matches!(found, Some(Ok(all)) if !is_empty(all))));
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page__head">
                <div><h1>"Reports"</h1><p class="lede">"Are we in time, do buyers hear from us, and which refunds need not have happened?"</p></div>
                <div class="acts acts--many">
                    {page.picks()}
                    {move || can_print.get().then(|| page.printing())}
                </div>
            </header>
            {move || match page.found.get() {
                None => view! { <RowSkeletons count=6/> }.into_any(),
                Some(Ok(reports)) => page.whole(&reports),
                Some(Err(failure)) => {
                    let again = Callback::new(move |()| { page.found.set(None); page.read(); });
                    view! { <FailureBanner failure on_retry=again/> }.into_any()
                }
            }}
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_owed_lead_to_the_queue_of_their_shop() {
        assert_eq!(owed_path(None), "/desk/to-tell");
        assert_eq!(owed_path("s_1".parse().ok()), "/desk/to-tell?shop=s_1");
    }
}
