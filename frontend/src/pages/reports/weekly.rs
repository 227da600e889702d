//! The page that is printed: a whole week against the one before it.

use super::Page;
use super::figures::{UNKNOWN, rate, span, units};
use crate::components::{Choice, Pick};
use crate::i18n::format;
use crate::web;
use leptos::prelude::*;
use shared::domain::report::WEEK_MS;
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::quality::Tally;
use shared::wire::report::{RefundCost, Reports};

/// People that are named; more would not fit on the page.
const MOST_PEOPLE: usize = 8;

/// A figure in both weeks, and how it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    last: String,
    before: String,
    change: String,
}

/// "▴ 3", "▾ 1.2 points".
fn moved(difference: i64, words: impl Fn(u64) -> String) -> String {
    let by = words(difference.unsigned_abs());
    match difference {
        0 => "the same".to_owned(),
        1.. => ["▴ ", &by].concat(),
        _ => ["▾ ", &by].concat(),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(name: &str, last: u64, before: u64) -> Row {
    Row {
        name: name.to_owned(),
        last: format::thousands(last),
        before: format::thousands(before),
        change: moved(signed(last) - signed(before), format::thousands),
    }
}

fn share(name: &str, last: Tally, before: Tally) -> Row {
    let points = |tenths: u64| [&super::figures::tenths(tenths), " points"].concat();
    let change = last.per_mille().zip(before.per_mille());
    Row {
        name: name.to_owned(),
        last: rate(last),
        before: rate(before),
        change: change.map_or_else(String::new, |(last, before)| moved(signed(last) - signed(before), points)),
    }
}

fn time(name: &str, last: Option<i64>, before: Option<i64>) -> Row {
    let words = |millis: u64| format::span(signed(millis));
    Row {
        name: name.to_owned(),
        last: span(last),
        before: span(before),
        change: last.zip(before).map_or_else(String::new, |(last, before)| moved(last - before, words)),
    }
}

fn money(name: String, last: &Money, before: &Money) -> Row {
    let digits = [last, before].into_iter().filter_map(Money::in_ten_thousandths).map(|(_, digits)| digits).max();
    let words = |number: u64| {
        let amount = Money::of_ten_thousandths(signed(number), digits.unwrap_or_default(), last.currency());
        amount.map_or_else(|_| UNKNOWN.to_owned(), |amount| format::money(&amount))
    };
    Row {
        name,
        last: format::money(last),
        before: format::money(before),
        change: moved(units(last) - units(before), words),
    }
}

fn sums(amounts: &[Money]) -> String {
    if amounts.is_empty() { UNKNOWN.to_owned() } else { format::sums(amounts) }
}

/// Where the weeks of a span lie that can be printed: whole ones that have one before them.
fn whole_weeks(weeks: &[Timestamp]) -> &[Timestamp] {
    weeks.get(1..weeks.len().saturating_sub(1)).unwrap_or_default()
}

/// The place of the week that was chosen; of the last whole one where none was, or where it lies outside.
fn place_of(weeks: &[Timestamp], chosen: Option<Timestamp>) -> Option<usize> {
    let whole = whole_weeks(weeks);
    let place = whole.iter().position(|week| Some(*week) == chosen);
    Some(place.or(whole.len().checked_sub(1))? + 1)
}

/// "16 Nov to 22 Nov".
fn dates(week: Timestamp) -> String {
    [&web::universal_day(week), " to ", &web::universal_day(week.plus_millis(WEEK_MS - 1))].concat()
}

/// All rows; none where the span holds no such week and one before it. `names_nobody`: also of what names no person.
fn rows(
    reports: &Reports,
    last: usize,
    names_nobody: bool,
    shop_name: impl Fn(&RefundCost) -> String,
) -> Option<Vec<Row>> {
    let before = last.checked_sub(1)?;
    let (now, then) = (reports.by_week.get(last)?, reports.by_week.get(before)?);
    let mut rows = vec![
        count("Requests answered", now.answered, then.answered),
        share("Answered in time", now.in_time, then.in_time),
        count("Ran out of time", now.in_time.failed, then.in_time.failed),
    ];
    let (lost, lost_before) = (reports.ran_out.get(last)?, reports.ran_out.get(before)?);
    if !lost.is_empty() || !lost_before.is_empty() {
        rows.push(Row {
            name: "Paid because time ran out".to_owned(),
            last: sums(lost),
            before: sums(lost_before),
            change: String::new(),
        });
    }
    rows.extend([
        time("Request to decision, half within", now.deciding.half, then.deciding.half),
        time("Request to decision, 9 of 10 within", now.deciding.nine, then.deciding.nine),
        time("Decision to reply, half within", now.telling.half, then.telling.half),
        time("Decision to reply, 9 of 10 within", now.telling.nine, then.telling.nine),
        share("Buyers who did not have to write again", now.again, then.again),
    ]);
    let (ruled, ruled_before) = (reports.rulings.get(last)?, reports.rulings.get(before)?);
    if names_nobody {
        rows.push(count("Disputes won", ruled.passed, ruled_before.passed));
        rows.push(count("Disputes lost", ruled.failed, ruled_before.failed));
    }
    for cost in &reports.refunds {
        if let (Some(paid), Some(paid_before)) = (cost.weeks.get(last), cost.weeks.get(before)) {
            rows.push(money(["Refunded, ", &shop_name(cost)].concat(), paid, paid_before));
        }
    }
    Some(rows)
}

impl Page {
    /// Which week, and the way to the paper.
    pub(super) fn printing(self) -> AnyView {
        let of_weeks = move |take: fn(&[Timestamp], Option<Timestamp>) -> Vec<Timestamp>| {
            let chosen = self.week.get();
            self.found.with(|found| match found {
                Some(Ok(reports)) => take(&reports.weeks, chosen),
                _ => Vec::new(),
            })
        };
        let choices = Signal::derive(move || {
            let weeks = of_weeks(|weeks, _| whole_weeks(weeks).to_vec());
            let choice = |week: Timestamp| Choice::new(week.millis().to_string(), ["Print ", &dates(week)].concat());
            weeks.into_iter().rev().map(choice).collect::<Vec<_>>()
        });
        let value = Signal::derive(move || {
            let shown = of_weeks(|weeks, chosen| {
                place_of(weeks, chosen).and_then(|place| weeks.get(place).copied()).into_iter().collect()
            });
            shown.first().map(|week| week.millis().to_string()).unwrap_or_default()
        });
        let on_pick = move |value: String| self.week.set(value.parse().ok().map(Timestamp::from_millis));
        view! {
            <Pick label="Printed week" icon="clock" choices value on_pick/>
            <button class="btn btn--sm" type="button" on:click=move |_| { let _ = web::print(); }>"Print the week"</button>
        }
        .into_any()
    }

    /// The work by who did it, over the whole span: how long a decision took is known of no person week by week.
    fn printed_people(self, reports: &Reports, place: usize) -> Option<AnyView> {
        let rows: Vec<_> = reports
            .agents
            .iter()
            .take(MOST_PEOPLE)
            .map(|one| {
                let week = one.by_week.get(place).copied().unwrap_or_default();
                view! {
                    <tr>
                        <th scope="row">{self.agent_name(&one.agent)}</th>
                        <td class="n strong">{rate(week)}</td><td class="n">{format::thousands(one.work.answered)}</td>
                        <td class="n">{rate(one.work.in_time)}</td><td class="n">{span(one.work.deciding.half)}</td>
                        <td class="n">{span(one.work.telling.half)}</td><td class="n">{rate(one.work.again)}</td>
                    </tr>
                }
            })
            .collect();
        let left = u64::try_from(reports.agents.len().saturating_sub(MOST_PEOPLE)).unwrap_or_default();
        let more = (left > 0)
            .then(|| view! { <p class="small muted">"And "{format::count(left, "more person", "more people")}"."</p> });
        let weeks = ["Who decided, in these ", &reports.weeks.len().to_string(), " weeks"].concat();
        (!rows.is_empty()).then(|| {
            view! {
                <h2>{weeks}</h2>
                <table>
                    <thead><tr>
                        <th scope="col">"Person"</th><th scope="col" class="n">"In time, that week"</th><th scope="col" class="n">"Answered"</th>
                        <th scope="col" class="n">"In time"</th><th scope="col" class="n">"Half decided"</th>
                        <th scope="col" class="n">"Half told"</th><th scope="col" class="n">"Not written again"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {more}
            }
            .into_any()
        })
    }

    /// What is so now, whichever week is printed.
    fn printed_now(self, reports: &Reports) -> AnyView {
        let owed: u64 = reports.owed.iter().map(|owed| owed.count).sum();
        let late: u64 = reports.owed.iter().map(|owed| owed.late).sum();
        let drift = reports.drift.iter().flatten().take(3).map(|one| {
            let words =
                [&one.product, ": ", shared::reasons::label(one.reason), ", ", &super::figures::drifted(one.drift)];
            let care = one.care.as_ref();
            let care = care.map(|care| {
                let looks = if care.look_by < reports.now { " was to look by " } else { " looks by " };
                [". ", &self.agent_name(&care.owner), looks, &web::date(care.look_by), "."].concat()
            });
            view! { <li>{words.concat()}{care}</li> }
        });
        let drift: Vec<_> = drift.collect();
        let drifting = (!drift.is_empty())
            .then(|| view! { <h2>"Reasons that have changed against the 8 weeks before"</h2><ul>{drift}</ul> });
        view! { <p>{format::count(owed, "reply is", "replies are")}" owed now, "{late}" of them late."</p>{drifting} }
            .into_any()
    }

    fn printed(self, reports: &Reports) -> Option<AnyView> {
        let place = place_of(&reports.weeks, self.week.get())?;
        let (week, before) = (*reports.weeks.get(place)?, *reports.weeks.get(place.checked_sub(1)?)?);
        let names_nobody = self.wanted.with_untracked(|wanted| wanted.agent.is_none());
        let year = web::universal_time(week.plus_millis(WEEK_MS - 1)).get(..4).unwrap_or_default().to_owned();
        let rows: Vec<_> = rows(reports, place, names_nobody, |cost| self.shop_name(&cost.shop))?
            .into_iter()
            .map(|row| {
                view! {
                    <tr><th scope="row">{row.name}</th><td class="n strong">{row.last}</td><td class="n">{row.before}</td><td class="n">{row.change}</td></tr>
                }
            })
            .collect();
        let made =
            ["Weeks begin on Monday at midnight UTC. Made by Amends on ", &web::universal_time(reports.now), "."]
                .concat();
        Some(
            view! {
                <section class="weekly" aria-label="The week on one page">
                    <h1>"Week of "{dates(week)}" "{year}</h1>
                    <p class="muted">{self.of_what()}</p>
                    <table>
                        <thead><tr><th scope="col">"Figure"</th><th scope="col" class="n">{dates(week)}</th><th scope="col" class="n">{dates(before)}</th><th scope="col" class="n">"Change"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                    {names_nobody.then(|| view! { {self.printed_people(reports, place)}{self.printed_now(reports)} })}
                    <p class="small muted">{made}</p>
                </section>
            }
            .into_any(),
        )
    }

    /// The page; on the screen it is not seen.
    pub(super) fn weekly(self, reports: &Reports) -> AnyView {
        let reports = reports.clone();
        (move || self.printed(&reports)).into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_in_which_direction() {
        let tally = |passed, failed| Tally { passed, failed };
        assert_eq!(count("n", 3, 5).change, "▾ 2");
        assert_eq!(count("n", 1_500, 100).change, "▴ 1,400");
        assert_eq!(share("n", tally(9, 1), tally(8, 2)).change, "▴ 10.0 points");
        assert_eq!(share("n", tally(0, 0), tally(8, 2)).change, "", "nothing to compare");
        assert_eq!(time("n", Some(60_000), Some(60_000)).change, "the same");
        assert_eq!(time("n", Some(3_660_000), Some(60_000)).change, "▴ 1 h 00");
        let usd = |amount: &str| Money::parse(amount, "USD").unwrap();
        assert_eq!(money(String::new(), &usd("2.00"), &usd("3.5")).change, "▾ US$\u{a0}1.50");
    }

    #[test]
    fn a_week_can_be_printed_that_is_over_and_has_one_before_it() {
        let weeks: Vec<_> = (0..4).map(Timestamp::from_millis).collect();
        let at = |millis| Some(Timestamp::from_millis(millis));
        for (chosen, place) in [(None, 2), (at(1), 1), (at(2), 2), (at(0), 2), (at(3), 2), (at(9), 2)] {
            assert_eq!(place_of(&weeks, chosen), Some(place), "{chosen:?}");
        }
        for few in 0..3 {
            assert_eq!(place_of(&weeks[..few], None), None, "{few} weeks");
        }
    }
}
