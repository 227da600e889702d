//! Every decided case against what TikTok shows, check by check, for who leads.

use super::loading::Loading;
use super::{Head, falls, frame, owing};
use crate::api::quality::Wanted;
use crate::api::{self, Answer, Failure};
use crate::components::{Art, Avatar, Choice, Empty, FailureBanner, Icon, Pick, RowSkeletons};
use crate::i18n::format::{self, percent};
use crate::pages::case::facts::step;
use crate::routes::{Figures, Quality as Tab, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::AgentId;
use shared::reasons::{group_of, label};
use shared::wire::case::CaseList;
use shared::wire::quality::{CheckRate, Common, Quality, QualityCase, QualityCases, ShopRate, Tally};
use std::collections::BTreeSet;

/// Weeks back, and how that is called.
const SPANS: [(&str, &str); 3] = [("1", "1 week"), ("4", "4 weeks"), ("10", "10 weeks")];
/// People with a column of their own.
const PEOPLE: usize = 5;
/// Checks that are named beside the table.
const TALKS: usize = 3;
/// A person who is so much below all, in tenths of a percent, is marked.
const BELOW: u64 = 50;
/// Fewer times than that are chance.
const ENOUGH: u64 = 5;
/// While cases are still being checked, what is shown is read again.
const AGAIN_MS: u32 = 2_000;

/// One of the spans; the usual one where the address names none.
pub(super) fn span_of(weeks: Option<&str>) -> &'static str {
    SPANS.iter().map(|(span, _)| *span).find(|span| Some(*span) == weeks).unwrap_or("4")
}

/// "4.1": between two rates.
fn points(per_mille: u64) -> String {
    [&(per_mille / 10).to_string(), ".", &(per_mille % 10).to_string()].concat()
}

fn has_rows(found: Option<&Answer<Quality>>) -> bool {
    matches!(found, Some(Ok(quality)) if !quality.checks.is_empty())
}

/// Goes to the check that the address names, as the handbook does.
fn go_to_check() {
    if let Some(check) = web::fragment().strip_prefix('#').filter(|check| check.starts_with("check-")) {
        let _ = web::focus(check);
    }
}

fn rate(tally: Tally) -> String {
    tally.per_mille().map_or_else(|| "–".to_owned(), percent)
}

/// Where a rate stands between `low` and 100 %, in percent of the way.
fn place(per_mille: u64, low: u64) -> u64 {
    per_mille.saturating_sub(low) * 100 / (1_000 - low).max(1)
}

/// The lower end of all bars: what is good is told apart between 80 and 100 %, as long as nothing lies below.
fn low_of(checks: &[CheckRate]) -> u64 {
    let lowest = checks.iter().filter_map(|check| check.whole.per_mille()).min();
    if lowest.is_some_and(|lowest| lowest < 800) { 0 } else { 800 }
}

/// The points of a line through the weeks of which something is known, `width` by `height`, and the last of them.
fn line(weeks: &[Tally], low: u64, width: u64, height: u64) -> (String, Option<(String, String)>) {
    let steps = u64::try_from(weeks.len().saturating_sub(1)).unwrap_or(1).max(1);
    let mut points = String::new();
    let mut last = None;
    for (week, tally) in (0_u64..).zip(weeks) {
        let Some(per_mille) = tally.per_mille() else { continue };
        let x = (width * week / steps).to_string();
        let y = (height - height * place(per_mille, low) / 100).to_string();
        points.push_str(&[" ", &x, ",", &y].concat());
        last = Some((x, y));
    }
    (points, last)
}

fn spark(weeks: &[Tally], low: u64) -> AnyView {
    let (points, last) = line(weeks, low, 96, 20);
    view! {
        <svg class="chart" width="96" height="24" viewBox="0 -2 96 24" aria-hidden="true">
            <polyline class="l" points=points></polyline>
            {last.map(|(x, y)| view! { <circle class="d" cx=x cy=y r="3.5"></circle> })}
        </svg>
    }
    .into_any()
}

fn multiple(name: String, shop: &ShopRate) -> AnyView {
    let (points, last) = line(&shop.weeks, 0, 98, 60);
    let now = shop.weeks.iter().rev().find_map(|week| week.per_mille()).unwrap_or_default();
    let then = shop.weeks.iter().find_map(|week| week.per_mille()).unwrap_or_default();
    let about = [&name, ": from ", &percent(then), " to ", &percent(now)].concat();
    view! {
        <div>
            <h3>{name}</h3>
            <svg class="chart" viewBox="0 -6 140 76" width="100%" role="img" aria-label=about>
                <line class="goal" x1="0" x2="98" y1="0" y2="0"></line>
                <polyline class="l" points=points></polyline>
                {last.map(|(x, y)| view! {
                    <circle class="d" cx=x cy=y.clone() r="4"></circle>
                    <text class="lab" x="106" y=y dominant-baseline="middle">{percent(now)}</text>
                })}
            </svg>
        </div>
    }
    .into_any()
}

fn person(check: &CheckRate, tally: Tally) -> AnyView {
    let per_mille = tally.per_mille();
    let is_low =
        tally.known() >= ENOUGH && per_mille.zip(check.whole.per_mille()).is_some_and(|(own, all)| own + BELOW <= all);
    let text = per_mille.map_or_else(|| "–".to_owned(), |per_mille| (per_mille / 10).to_string());
    let mark = is_low.then(|| view! { " ▾"<span class="vh">" below all"</span> });
    view! { <td class="n" class:low=is_low>{text}{mark}</td> }.into_any()
}

/// What stands over the list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    name: String,
    text: String,
    /// The id of what opened them: it has the focus again when they are closed.
    opener: String,
}

impl Reading {
    fn of(check: &CheckRate, opener: &str) -> Self {
        Self { name: check.name.clone(), text: check.text.clone(), opener: [opener, &check.name].concat() }
    }
}

/// What there is to draw, without what changes while cases are counted.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Reading,
    Failed(Failure),
    /// No check is known of any case; some may still be counted.
    Empty(bool),
    Whole,
}

/// What the cases in which a check failed have in common, and the way to it.
fn common(common: &Common) -> Vec<AnyView> {
    let are = |count: &u64| [&count.to_string(), " of them are “"].concat();
    let reason = common
        .reason
        .as_ref()
        .map(|(group, count)| view! { <p class="muted">{[&are(count), label(*group), "”."].concat()}</p> }.into_any());
    let reply = common.reply.as_ref().map(|(place, count)| {
        let path = Route::Replies(Some(place.clone())).path();
        let text = [&count.to_string(), " began from one reply. "].concat();
        view! { <p class="muted">{text}<a href=path>"Open the reply"</a></p> }.into_any()
    });
    reason.into_iter().chain(reply).collect()
}

#[derive(Debug, Clone, Copy)]
struct Page {
    desk: Desk,
    wanted: RwSignal<Wanted>,
    found: RwSignal<Option<Answer<Quality>>>,
    /// The check whose cases are read.
    reading: RwSignal<Option<Reading>>,
    cases: RwSignal<Option<Answer<QualityCases>>>,
    /// Replies that buyers wait for; none: only the asker's own work is shown.
    owing: Option<Loading<CaseList>>,
    /// Everybody has a column, not only who decided most.
    is_wide: RwSignal<bool>,
    /// Counts what was asked for: an answer to anything but the last is dropped.
    asked: StoredValue<u32>,
    /// Checks whose words stand open: also once they are drawn anew.
    unfolded: StoredValue<BTreeSet<String>>,
}

impl Page {
    /// `failed`: the check whose cases stand open as soon as it is known.
    fn new(wanted: Wanted, failed: Option<String>) -> Self {
        let is_mine = wanted.is_mine;
        let wanted = RwSignal::new(wanted);
        let shop = move || wanted.with_untracked(|wanted| wanted.shop.clone());
        let page = Self {
            desk: use_desk(),
            wanted,
            owing: (!is_mine).then(|| owing::read(shop)),
            found: RwSignal::new(None),
            reading: RwSignal::new(None),
            cases: RwSignal::new(None),
            is_wide: RwSignal::new(false),
            asked: StoredValue::new(0),
            unfolded: StoredValue::new(BTreeSet::new()),
        };
        page.read_first(failed);
        page
    }

    fn is_mine(self) -> bool {
        self.wanted.with_untracked(|wanted| wanted.is_mine)
    }

    /// People with a column.
    fn columns(self, quality: &Quality) -> usize {
        match (self.is_mine(), self.is_wide.get()) {
            (true, _) => 0,
            (false, true) => quality.agents.len(),
            (false, false) => PEOPLE,
        }
    }

    fn ask(self) -> u32 {
        self.asked.update_value(|asked| *asked += 1);
        self.asked.get_value()
    }

    /// Something else may be wanted by now, or the page is left.
    fn is_still_asked(self, asked: u32) -> bool {
        self.asked.try_get_value() == Some(asked)
    }

    /// Reads, and reads again while cases are still being checked.
    fn read(self) {
        self.read_first(None);
    }

    /// As [`Self::read`]; once there are checks, the cases of one stand open.
    fn read_first(self, mut failed: Option<String>) {
        let (wanted, asked) = (self.wanted.get_untracked(), self.ask());
        spawn_local(async move {
            loop {
                let answer = api::quality::read(&wanted).await;
                if !self.is_still_asked(asked) {
                    return;
                }
                // Once: who reads on keeps their place while more is checked.
                let had_rows = self.found.with_untracked(|found| has_rows(found.as_ref()));
                let is_first = !had_rows && has_rows(Some(&answer));
                let open = answer.as_ref().ok().zip(failed.as_ref()).and_then(|(quality, failed)| {
                    let check = quality.checks.iter().find(|check| check.name == *failed)?;
                    Some(Reading::of(check, "read-"))
                });
                self.show(answer);
                if is_first {
                    failed = None;
                    match open {
                        Some(reading) => self.list(reading),
                        None => web::after_drawing(go_to_check),
                    }
                }
                // Of what is shown: one read that failed ends nothing.
                let is_waiting = |found: &Option<_>| matches!(found, Some(Ok(Quality { waiting: 1.., .. })));
                if !self.found.with_untracked(is_waiting) {
                    return;
                }
                web::pause(AGAIN_MS).await;
            }
        });
    }

    /// Shows what was read. Where that is something new, what had the focus, or what it stood in, has it again. Where
    /// the read failed, what is shown stays.
    fn show(self, answer: Answer<Quality>) {
        let is_no_better =
            |found: &Option<_>| found.as_ref() == Some(&answer) || answer.is_err() && matches!(found, Some(Ok(_)));
        if self.found.with_untracked(is_no_better) {
            return;
        }
        let held = web::focused().and_then(|at| at.closest("[id]").ok().flatten()).map(|at| at.id());
        self.found.set(Some(answer));
        if let Some(held) = held {
            web::after_drawing(move || web::focus_if_lost(&held));
        }
    }

    /// What is wanted, and the check whose cases are read.
    fn address(self) -> Figures {
        let Wanted { shop, weeks, is_mine } = self.wanted.get_untracked();
        let weeks = (!is_mine).then(|| weeks.to_owned());
        let failed = self.reading.with_untracked(|reading| reading.as_ref().map(|reading| reading.name.clone()));
        Figures { shop, weeks, failed, ..Figures::default() }
    }

    /// Keeps that in the address.
    fn keep(self) {
        let tab = if self.is_mine() { Tab::Mine } else { Tab::Every };
        self.desk.nav.keep(&Route::Quality(tab), &self.address());
    }

    fn want(self, wanted: Wanted) {
        self.wanted.set(wanted);
        self.found.set(None);
        self.reading.set(None);
        self.keep();
        self.read();
        if let Some(owing) = self.owing {
            owing.anew();
        }
    }

    /// The cases of a check, and the figures with them: the number that was pressed and its list are of one time.
    fn read_cases(self, reading: Reading) {
        self.list(reading);
        self.read();
    }

    fn list(self, reading: Reading) {
        let wanted = self.wanted.get_untracked();
        self.cases.set(None);
        self.reading.set(Some(reading.clone()));
        self.keep();
        spawn_local(async move {
            let answer = api::quality::cases(&wanted, &reading.name).await;
            let is_wanted = self.wanted.try_get_untracked().as_ref() == Some(&wanted);
            if is_wanted && self.reading.try_get_untracked().flatten().as_ref() == Some(&reading) {
                self.cases.try_set(Some(answer));
                web::focus("quality-cases");
            }
        });
    }

    fn name_of(self, agent: &AgentId) -> String {
        self.desk.session.name_of(agent)
    }

    fn check_row(self, check: &CheckRate, low: u64, columns: usize) -> AnyView {
        let left = [&place(check.whole.per_mille().unwrap_or_default(), low).to_string(), "%"].concat();
        let people: Vec<_> = check.agents.iter().take(columns).map(|tally| person(check, *tally)).collect();
        let failed = check.whole.failed;
        let reading = Reading::of(check, "read-");
        let opener = reading.opener.clone();
        let count = if failed == 0 {
            failed.into_any()
        } else {
            let about = [&check.text, ": read the ", &failed.to_string(), " in which it failed"].concat();
            view! { <button class="toread" id=opener type="button" aria-label=about on:click=move |_| self.read_cases(reading.clone())>{failed}</button> }.into_any()
        };
        let name = check.name.clone();
        let is_open = self.unfolded.with_value(|all| all.contains(&name));
        let fold = move |_| {
            self.unfolded.update_value(|all| {
                if !all.remove(&name) {
                    all.insert(name.clone());
                }
            });
        };
        view! {
            <tr class="qrow">
                // What opens in it is not its name.
                <th scope="row" id=["check-", &check.name].concat() tabindex="-1" aria-label=check.text.clone()>
                    <details open=is_open>
                        <summary id=["why-", &check.name].concat() on:click=fold>{check.text.clone()}<Icon name="down" class="icon--s"/></summary>
                        <p class="small muted">{check.explanation.clone()}</p>
                        <p class="small">"Handbook: "{step(&check.step, check.guide.as_ref())}</p>
                    </details>
                </th>
                <td class="n strong">{rate(check.whole)}</td>
                <td class="n">{count}</td>
                <td><span class="meter" style=("--p", left) aria-hidden="true"><i></i></span></td>
                <td>{spark(&check.weeks, low)}</td>
                {people}
            </tr>
        }
        .into_any()
    }

    fn table(self, quality: &Quality) -> AnyView {
        let (low, columns) = (low_of(&quality.checks), self.columns(quality));
        let heads: Vec<_> = quality
            .agents
            .iter()
            .take(columns)
            .map(|agent| {
                let name = self.name_of(agent);
                let first = name.split_whitespace().next().unwrap_or_default().to_owned();
                view! { <th scope="col" class="n" title=name>{first}</th> }
            })
            .collect();
        let rows: Vec<_> = quality.checks.iter().map(|check| self.check_row(check, low, columns)).collect();
        view! {
            <table class="grid">
                <caption class="vh">"How often each check held"</caption>
                <thead><tr>
                    <th scope="col">"Check"</th><th scope="col" class="n">"Held"</th><th scope="col" class="n">"Failed"</th>
                    <th scope="col">{if low == 0 { "0 to 100 %" } else { "80 to 100 %" }}</th><th scope="col">"10 weeks"</th>
                    {heads}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    }

    fn by_shop(self, quality: &Quality) -> AnyView {
        let names = self.desk.session.shops();
        let shops: Vec<_> = quality
            .shops
            .iter()
            .map(|rate| {
                let shop = names.iter().find(|shop| shop.id == rate.shop);
                multiple(shop.map_or_else(|| "A shop".to_owned(), |shop| shop.name.clone()), rate)
            })
            .collect();
        view! { <div class="byshop"><h2 class="strong">"Cases without a failed check, by shop, 10 weeks"</h2><div class="multiples">{shops}</div></div> }
            .into_any()
    }

    /// What failed most.
    fn talks(self, quality: &Quality) -> AnyView {
        let title = if self.is_mine() { "What failed most" } else { "Worth a talk" };
        let mut failing: Vec<&CheckRate> = quality.checks.iter().filter(|check| check.whole.failed > 0).collect();
        failing.sort_by_key(|check| std::cmp::Reverse(check.whole.failed));
        let items: Vec<_> = failing
            .into_iter()
            .take(TALKS)
            .map(|check| {
                let reading = Reading::of(check, "talk-");
                let opener = reading.opener.clone();
                let of = [&check.whole.failed.to_string(), " of ", &format::count(check.whole.known(), "case", "cases"), ". "].concat();
                let read = match check.whole.failed {
                    1 => "Read the case".to_owned(),
                    more => ["Read the ", &more.to_string(), " cases"].concat(),
                };
                view! {
                    <li>
                        <b class="strong">{check.text.clone()}</b>
                        <p class="muted">{of}{check.explanation.clone()}</p>
                        {common(&check.common)}
                        <button class="toread" id=opener type="button" on:click=move |_| self.read_cases(reading.clone())>{read}</button>
                    </li>
                }
            })
            .collect();
        if items.is_empty() {
            return view! { <section class="card"><header><h2>{title}</h2></header><p class="small muted">"No check failed."</p></section> }
                .into_any();
        }
        view! { <section class="card"><header><h2>{title}</h2></header><ul class="stack small talks">{items}</ul></section> }.into_any()
    }

    fn case_row(self, case: &QualityCase, from: &str) -> AnyView {
        let row = &case.row;
        let href = Route::Desk { stage: row.stage, case: Some(row.id.clone()) }.path();
        let reason = label(group_of(&row.reason));
        let who = case.agent.as_ref().map(|agent| (agent.to_string(), self.name_of(agent)));
        let item = [row.item.as_str(), " · ", &row.buyer].concat();
        let review = (!self.is_mine()).then(|| {
            let href = [&Route::Quality(Tab::Review(row.id.clone())).path(), from].concat();
            let about = ["Review: ", reason, ", ", &item].concat();
            view! { <td><a href=href aria-label=about>"Review"</a></td> }
        });
        view! {
            <tr>
                <th scope="row"><a href=href>{reason}</a></th>
                <td>{item}</td>
                <td class="n">{row.amount.as_ref().map(format::money)}</td>
                <td>{web::when(case.decided, web::device_now())}</td>
                <td><Avatar person=who is_small=true/></td>
                <td class="small muted">{case.failed.join(", ")}</td>
                {review}
            </tr>
        }
        .into_any()
    }

    fn cases_card(self) -> Option<AnyView> {
        let Reading { name, text, opener } = self.reading.get()?;
        let close = move |_| {
            self.reading.set(None);
            self.keep();
            // Where nothing failed any more, what opened them is gone, and the check's row is the next best.
            let (opener, check) = (opener.clone(), ["check-", &name].concat());
            web::after_drawing(move || {
                let _ = web::focus(&opener).or_else(|| web::focus(&check));
            });
        };
        let list = move || match self.cases.get() {
            None => view! { <RowSkeletons count=3/> }.into_any(),
            Some(Err(failure)) => {
                let again = Callback::new(move |()| {
                    if let Some(reading) = self.reading.get_untracked() {
                        self.read_cases(reading);
                    }
                });
                view! { <FailureBanner failure on_retry=again/> }.into_any()
            }
            Some(Ok(found)) => {
                let from = self.address().query();
                let rows: Vec<_> = untrack(|| found.cases.iter().map(|case| self.case_row(case, &from)).collect());
                let review = (!self.is_mine()).then(|| view! { <th scope="col"><span class="vh">"Review"</span></th> });
                let shown = u64::try_from(found.cases.len()).unwrap_or_default();
                let more = (shown < found.total).then(|| {
                    let text = ["The newest ", &shown.to_string(), " of ", &found.total.to_string(), "."].concat();
                    view! { <p class="small muted">{text}</p> }
                });
                view! {
                    <div class="wide">
                        <table class="grid">
                            <thead><tr>
                                <th scope="col">"Reason"</th><th scope="col">"Item and buyer"</th><th scope="col" class="n">"Amount"</th>
                                <th scope="col">"Decided"</th><th scope="col">"By"</th><th scope="col">"Failed"</th>{review}
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    {more}
                }
                .into_any()
            }
        };
        Some(
            view! {
                <section class="card stack" aria-labelledby="quality-cases">
                    <header>
                        <h2 id="quality-cases" tabindex="-1">{text}": the cases in which it failed"</h2>
                        <button class="btn btn--quiet btn--sm push" type="button" on:click=close><Icon name="x" class="icon--s"/>"Close"</button>
                    </header>
                    {list}
                </section>
            }
            .into_any(),
        )
    }

    fn figures(self, quality: &Quality) -> AnyView {
        let all = quality.cases;
        let change = all.per_mille().zip(quality.before.per_mille()).map(|(now, before)| {
            let (mark, by) = if now >= before { ("▴ ", now - before) } else { ("▾ ", before - now) };
            view! { <small>{mark}{points(by)}<span class="vh">" points against the weeks before"</span></small> }
        });
        // What ran out is in nobody's own figures.
        let in_time = quality.checks.iter().find(|check| check.name == "decided_in_time" && !self.is_mine());
        let in_time = in_time.map(|check| check.whole);
        let waiting = (quality.waiting > 0)
            .then(|| view! { <small class="muted" role="status">{quality.waiting}" still being checked"</small> });
        let cost = (!quality.ran_out.is_empty())
            .then(|| view! { <small class="muted">{format::sums(&quality.ran_out)}</small> });
        view! {
            <div class="figs">
                <div><span class="k">"Cases checked"</span><span class="v">{all.known()}" "{waiting}</span></div>
                <div><span class="k">"Without a failed check"</span><span class="v">{rate(all)}" "{change}</span></div>
                {in_time.map(|tally| view! {
                    <div><span class="k">"Decided in time"</span><span class="v">{rate(tally)}</span></div>
                    <div><span class="k">"Ran out of time"</span><span class="v">{tally.failed}" "{cost}</span></div>
                })}
            </div>
        }
        .into_any()
    }

    fn body(self) -> AnyView {
        let shape = Memo::new(move |_| {
            self.found.with(|found| match found {
                None => Shape::Reading,
                Some(Err(failure)) => Shape::Failed(failure.clone()),
                Some(Ok(quality)) if quality.checks.is_empty() => Shape::Empty(quality.waiting > 0),
                Some(Ok(_)) => Shape::Whole,
            })
        });
        view! {
            {move || match shape.get() {
                Shape::Reading => view! { <RowSkeletons count=6/> }.into_any(),
                Shape::Empty(is_counting) => self.empty(is_counting),
                Shape::Whole => untrack(|| self.whole()),
                Shape::Failed(failure) => {
                    let again = Callback::new(move |()| { self.found.set(None); self.read(); });
                    view! { <FailureBanner failure on_retry=again/> }.into_any()
                }
            }}
            {move || self.cases_card()}
        }
        .into_any()
    }

    fn empty(self, is_counting: bool) -> AnyView {
        if self.is_mine() {
            let text = "As soon as a case that you decided alone is checked, it is counted here.";
            return view! { <p class="small muted">{text}</p> }.into_any();
        }
        let text = if is_counting {
            "This page shows them as they come."
        } else {
            "As soon as a case is decided it is checked against what TikTok shows, and counted here."
        };
        let title = if is_counting { "Cases are being checked" } else { "No case was decided yet" };
        view! { <h2 class="vh">"Checks"</h2><Empty art=Art::Lens title=title text=text/> }.into_any()
    }

    /// A part that is drawn anew with the figures, and alone: what stands around it stays. A name that changes
    /// meanwhile takes nobody's focus away.
    fn part(self, draw: fn(Self, &Quality) -> AnyView) -> impl Fn() -> Option<AnyView> + Send + 'static {
        move || self.found.with(|found| found.as_ref()?.as_ref().ok().map(|quality| untrack(|| draw(self, quality))))
    }

    fn whole(self) -> AnyView {
        let more = self.part(|page, quality| {
            let people = quality.agents.len();
            if people <= PEOPLE || page.is_mine() {
                return ().into_any();
            }
            let all = ["Show all ", &people.to_string(), " people"].concat();
            let text = move || if page.is_wide.get() { "Show fewer people".to_owned() } else { all.clone() };
            view! { <button class="toread small" id="quality-people" type="button" on:click=move |_| page.is_wide.update(|is_wide| *is_wide = !*is_wide)>{text}</button> }
                .into_any()
        });
        let by_shop = (!self.is_mine()).then(|| self.part(Self::by_shop));
        let table = self.part(Self::table);
        let table = move || {
            self.is_wide.track();
            table()
        };
        view! {
            {self.part(Self::figures)}
            // What asks for something comes first, also where there is one column.
            <div class="qgrid qgrid--talks">
                <div class="stack">{self.part(Self::talks)}{self.owing.map(|owing| owing::card(self.desk, owing, move || self.wanted.get_untracked().shop))}</div>
                <div class="stack">
                    <section class="card card--flush">
                        <div class="wide" id="quality-checks" tabindex="0" role="group" aria-label="How often each check held">{table}</div>
                        {by_shop}
                    </section>
                    {more}
                </div>
            </div>
        }
        .into_any()
    }
}

/// How the asker's own cases stand.
pub(super) fn own() -> AnyView {
    Page::new(Wanted { shop: None, weeks: "4", is_mine: true }, crate::pages::figures_asked().failed).body()
}

/// Every case.
#[component]
pub fn Every() -> impl IntoView {
    web::set_title("Quality · Amends");
    let Figures { shop, weeks, failed, .. } = crate::pages::figures_asked();
    let page = Page::new(Wanted { shop, weeks: span_of(weeks.as_deref()), is_mine: false }, failed);
    let spans = Signal::derive(|| SPANS.iter().map(|(value, label)| Choice::new(*value, *label)).collect::<Vec<_>>());
    let shops = Signal::derive(move || crate::pages::shop_choices(page.desk));
    let pick_span = move |value: String| {
        page.want(Wanted { weeks: span_of(Some(&value)), ..page.wanted.get_untracked() });
    };
    let pick_shop = move |value: String| page.want(Wanted { shop: value.parse().ok(), ..page.wanted.get_untracked() });
    let acts = view! {
        <Pick label="Weeks" icon="clock" choices=spans value=Signal::derive(move || page.wanted.with(|wanted| wanted.weeks.to_owned())) on_pick=pick_span/>
        <Pick
            label="Shop" icon="home" choices=shops on_pick=pick_shop
            value=Signal::derive(move || page.wanted.with(|wanted| wanted.shop.as_ref().map(ToString::to_string).unwrap_or_default()))
        />
    };
    let body = view! { {falls(Loading::new(api::reviews::alerts))}{page.body()} };
    let head = Head {
        title: "Quality".into_any(),
        lede:
            "Every decided case is checked against what TikTok says really happened. People judge only tone and sense."
                .into_any(),
        acts: acts.into_any(),
    };
    frame(&Tab::Every, head, body.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn a_rate_never_says_more_than_it_is() {
        for (tally, text) in [
            (week(0, 0), "–"),
            (week(3, 0), "100 %"),
            (week(999, 1), "99.9 %"),
            (week(9_999, 1), "99.9 %"),
            (week(0, 2), "0 %"),
        ] {
            assert_eq!(rate(tally), text);
        }
    }

    #[test]
    fn a_line_leaves_out_weeks_of_which_nothing_is_known() {
        let weeks = [week(0, 0), week(1, 1), week(0, 0), week(4, 0)];
        assert_eq!(line(&weeks, 0, 90, 20), (" 30,10 90,0".to_owned(), Some(("90".to_owned(), "0".to_owned()))));
        assert_eq!(line(&[week(0, 0)], 0, 90, 20), (String::new(), None));
        assert_eq!(place(900, 800), 50);
        assert_eq!(place(500, 800), 0);
    }
}
