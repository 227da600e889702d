//! The page that is printed: the last whole week against the one before it.

use super::figures::{UNKNOWN, rate, span, units};
use crate::i18n::format;
use crate::web;
use leptos::prelude::*;
use shared::domain::report::WEEK_MS;
use shared::id::AgentId;
use shared::money::Money;
use shared::wire::quality::Tally;
use shared::wire::report::{RefundCost, Reports};

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

/// All rows; none where the span holds no two whole weeks.
fn rows(reports: &Reports, shop_name: impl Fn(&RefundCost) -> String) -> Option<Vec<Row>> {
    let last = reports.weeks.len().checked_sub(2)?;
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
    rows.push(count("Disputes won", ruled.passed, ruled_before.passed));
    rows.push(count("Disputes lost", ruled.failed, ruled_before.failed));
    for cost in &reports.refunds {
        if let (Some(paid), Some(paid_before)) = (cost.weeks.get(last), cost.weeks.get(before)) {
            rows.push(money(["Refunded, ", &shop_name(cost)].concat(), paid, paid_before));
        }
    }
    Some(rows)
}

/// Draws it; on the screen it is not seen.
pub(super) fn page(
    reports: &Reports,
    whose: String,
    shop_name: impl Fn(&RefundCost) -> String,
    agent_name: impl Fn(&AgentId) -> String,
) -> Option<AnyView> {
    let last = reports.weeks.get(reports.weeks.len().checked_sub(2)?)?;
    let until = last.plus_millis(WEEK_MS - 1);
    let title = ["Week of ", &web::universal_day(*last), " to ", &web::universal_day(until)].concat();
    let year = web::universal_time(until).get(..4).unwrap_or_default().to_owned();
    let rows: Vec<_> = rows(reports, shop_name)?
        .into_iter()
        .map(|row| {
            view! {
                <tr><th scope="row">{row.name}</th><td class="n strong">{row.last}</td><td class="n">{row.before}</td><td class="n">{row.change}</td></tr>
            }
        })
        .collect();
    let owed: u64 = reports.owed.iter().map(|owed| owed.count).sum();
    let late: u64 = reports.owed.iter().map(|owed| owed.late).sum();
    let drift = reports.drift.iter().flatten().take(3).map(|one| {
        let words = [&one.product, ": ", shared::reasons::label(one.reason), ", ", &super::figures::drifted(one.drift)];
        let care = one.care.as_ref();
        let care = care.map(|care| {
            let looks = if care.look_by < reports.now { " was to look by " } else { " looks by " };
            [". ", &agent_name(&care.owner), looks, &web::date(care.look_by), "."].concat()
        });
        view! { <li>{words.concat()}{care}</li> }
    });
    let drift: Vec<_> = drift.collect();
    let drifting = (!drift.is_empty())
        .then(|| view! { <h2>"Reasons that have changed against the 8 weeks before"</h2><ul>{drift}</ul> });
    let made =
        ["Weeks begin on Monday at midnight UTC. Made by Amends on ", &web::universal_time(reports.now), "."].concat();
    Some(
        view! {
            <section class="weekly" aria-label="The week on one page">
                <h1>{title}" "{year}</h1>
                <p class="muted">{whose}</p>
                <table>
                    <thead><tr><th scope="col">"Figure"</th><th scope="col" class="n">"This week"</th><th scope="col" class="n">"Week before"</th><th scope="col" class="n">"Change"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p>{format::count(owed, "reply is", "replies are")}" owed now, "{late}" of them late."</p>
                {drifting}
                <p class="small muted">{made}</p>
            </section>
        }
        .into_any(),
    )
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
}
