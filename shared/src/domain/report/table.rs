//! Each report as a table: the same beside its chart and in the file that is taken away.

use super::figures::Drift;
use crate::id::{AgentId, ShopId};
use crate::money::Money;
use crate::reasons::label;
use crate::time::Timestamp;
use crate::wire::quality::Tally;
use crate::wire::report::{Report, Reports, Times, Work};
use std::collections::BTreeSet;

/// A value with its meaning; screen and file each know how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    None,
    /// Words.
    Text(String),
    /// A week, by its Monday.
    Week(Timestamp),
    /// An instant.
    At(Timestamp),
    /// How many.
    Count(u64),
    /// Tenths of a percent.
    Share(u64),
    /// Tenths.
    Tenths(u64),
    /// Milliseconds.
    Span(i64),
    /// An amount; its currency stands in the column or in a cell of its own.
    Money(Money),
}

/// What stands over a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is.
    pub name: &'static str,
    /// Of which week, where a row has one column for each.
    pub week: Option<Timestamp>,
    /// The currency of its amounts, where they have one in common.
    pub currency: Option<String>,
}

/// Columns of shares in percent, and of times in minutes: named so whatever is known below them.
const SHARES: [&str; 6] = [
    "Share in time",
    "Share that did not write again",
    "Share that did not",
    "Share won",
    "Answered within 24 h",
    "Satisfied",
];
const TIMES: [&str; 5] =
    ["Half within", "9 of 10 within", "Half decided within", "Half told within", "First answer after"];

impl Column {
    /// In what its values are counted, if that is not plain.
    pub fn unit(&self) -> Option<&str> {
        if SHARES.contains(&self.name) || self.week.is_some() {
            return Some("%");
        }
        let minutes = TIMES.contains(&self.name).then_some("minutes");
        self.currency.as_deref().or(minutes)
    }
}

/// A report as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Which.
    pub report: Report,
    /// Its columns; the first names the row.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// How shops and people are called.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The name of a shop.
    pub shop: &'a dyn Fn(&ShopId) -> String,
    /// The name of a person.
    pub agent: &'a dyn Fn(&AgentId) -> String,
}

impl std::fmt::Debug for Names<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Names")
    }
}

fn share(tally: Tally) -> Cell {
    tally.per_mille().map_or(Cell::None, Cell::Share)
}

fn span(millis: Option<i64>) -> Cell {
    millis.map_or(Cell::None, Cell::Span)
}

/// Each currency has a column of its own: amounts of two are never added up, and never stand in one column.
fn currencies<'a>(all: impl Iterator<Item = &'a Vec<Money>>) -> Vec<String> {
    let found: BTreeSet<&str> = all.flatten().map(Money::currency).collect();
    found.into_iter().map(str::to_owned).collect()
}

fn in_currencies(amounts: &[Money], currencies: &[String]) -> Vec<Cell> {
    let cell = |currency: &String| {
        let amount = amounts.iter().find(|amount| amount.currency() == currency);
        amount.cloned().map_or(Cell::None, Cell::Money)
    };
    currencies.iter().map(cell).collect()
}

struct Maker<'a> {
    reports: &'a Reports,
    names: &'a Names<'a>,
}

impl Maker<'_> {
    /// A row for each week of the span, oldest first.
    fn by_week<T>(&self, values: &[T], cells: impl Fn(&T) -> Vec<Cell>) -> Vec<Vec<Cell>> {
        let weeks = self.reports.weeks.iter().zip(values);
        weeks.map(|(week, value)| [vec![Cell::Week(*week)], cells(value)].concat()).collect()
    }

    fn in_time(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let money = currencies(self.reports.ran_out.iter());
        let weeks: Vec<_> = self.reports.by_week.iter().zip(&self.reports.ran_out).collect();
        let rows = self.by_week(&weeks, |(work, ran_out)| {
            let Tally { passed, failed } = work.in_time;
            let known = vec![Cell::Count(passed), Cell::Count(failed), share(work.in_time)];
            [known, in_currencies(ran_out, &money)].concat()
        });
        (columns(&["Week", "In time", "Ran out", "Share in time"], "Paid because time ran out", money), rows)
    }

    fn times(&self, of: impl Fn(&Work) -> Times) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let rows = self.by_week(&self.reports.by_week, |work| {
            let times = of(work);
            vec![Cell::Count(times.known), span(times.half), span(times.nine)]
        });
        (columns(&["Week", "Requests", "Half within", "9 of 10 within"], "", Vec::new()), rows)
    }

    fn owed(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let row = |owed: &crate::wire::report::OwedReplies| {
            vec![
                Cell::Text((self.names.shop)(&owed.shop)),
                Cell::Count(owed.count),
                Cell::Count(owed.late),
                Cell::At(owed.since),
            ]
        };
        let rows = self.reports.owed.iter().map(row).collect();
        (columns(&["Shop", "Replies owed", "Late", "Oldest since"], "", Vec::new()), rows)
    }

    fn refunds(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let rows = self.reports.refunds.iter().flat_map(|cost| {
            let weeks: Vec<_> = cost.counts.iter().zip(&cost.weeks).collect();
            let rows = self.by_week(&weeks, |(count, amount)| {
                vec![
                    Cell::Text((self.names.shop)(&cost.shop)),
                    Cell::Text(amount.currency().to_owned()),
                    Cell::Count(**count),
                    Cell::Money((*amount).clone()),
                ]
            });
            rows.into_iter()
        });
        (columns(&["Week", "Shop", "Currency", "Refunds", "Cost"], "", Vec::new()), rows.collect())
    }

    fn reasons(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let reasons = &self.reports.reasons;
        let rows = reasons.rows.iter().flat_map(|row| {
            let own = reasons.products.iter().map(String::as_str).zip(row.cells.iter().copied());
            let others = row.all - row.cells.iter().sum::<u64>().min(row.all);
            let all = own.chain([("Other products", others)]).filter(|(_, count)| *count > 0);
            all.map(|(product, count)| {
                vec![Cell::Text(label(row.reason).to_owned()), product_cell(product), Cell::Count(count)]
            })
        });
        (columns(&["Reason", "Product", "Requests"], "", Vec::new()), rows.collect())
    }

    fn drift(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let all = self.reports.drift.as_deref().unwrap_or_default();
        let money = currencies(all.iter().map(|one| &one.refunded));
        let rows = all.iter().map(|one| {
            let (way, times) = match one.drift {
                Drift::More(times) => ("more", times),
                Drift::Less(times) => ("fewer", times),
            };
            let known = vec![
                product_cell(&one.product),
                Cell::Text(label(one.reason).to_owned()),
                Cell::Count(one.now),
                Cell::Count(one.before),
                Cell::Text(way.to_owned()),
                times.map_or(Cell::None, Cell::Tenths),
                one.care.as_ref().map_or(Cell::None, |care| Cell::Text((self.names.agent)(&care.owner))),
                one.care.as_ref().map_or(Cell::None, |care| Cell::At(care.look_by)),
            ];
            [known, in_currencies(&one.refunded, &money)].concat()
        });
        let rows = rows.collect();
        let names = [
            "Product",
            "Reason",
            "Requests in 2 weeks",
            "In the 8 weeks before",
            "Now there are",
            "By a factor of",
            "Looked after by",
            "Next look by",
        ];
        (columns(&names, "Refunded", money), rows)
    }

    /// A column for each week of the span, after those of the work.
    fn trend(&self) -> impl Iterator<Item = Column> {
        self.reports.weeks.iter().map(|week| Column { name: "In time", week: Some(*week), currency: None })
    }

    fn agents(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let rows = self.reports.agents.iter().map(|one| {
            let name = vec![Cell::Text((self.names.agent)(&one.agent))];
            [name, work(&one.work), shares(&one.by_week)].concat()
        });
        let rows = rows.collect();
        let columns = columns(&[&["Person"], WORK].concat(), "", Vec::new());
        (columns.into_iter().chain(self.trend()).collect(), rows)
    }

    fn shops(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let paid = |shop: &ShopId| {
            let own = self.reports.refunds.iter().filter(|cost| cost.shop == *shop);
            own.map(|cost| cost.whole.clone()).collect::<Vec<_>>()
        };
        let all: Vec<_> = self.reports.shops.iter().map(|one| (one, paid(&one.shop))).collect();
        let money = currencies(all.iter().map(|(_, paid)| paid));
        let rows = all.iter().map(|(one, paid)| {
            let name = vec![Cell::Text((self.names.shop)(&one.shop))];
            [name, work(&one.work), in_currencies(paid, &money), shares(&one.by_week)].concat()
        });
        let rows = rows.collect();
        let columns = columns(&[&["Shop"], WORK].concat(), "Refunded", money);
        (columns.into_iter().chain(self.trend()).collect(), rows)
    }

    fn chat(&self) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let rows = self.reports.chat.iter().map(|week| {
            vec![
                Cell::Week(week.week),
                Cell::Text((self.names.shop)(&week.shop)),
                Cell::Count(week.sessions),
                week.answered.map_or(Cell::None, Cell::Share),
                week.satisfied.map_or(Cell::None, Cell::Share),
                week.first_ms.map_or(Cell::None, Cell::Span),
            ]
        });
        let names = ["Week", "Shop", "Chats", "Answered within 24 h", "Satisfied", "First answer after"];
        (columns(&names, "", Vec::new()), rows.collect())
    }

    fn tallies(&self, tallies: &[Tally], names: [&'static str; 3]) -> (Vec<Column>, Vec<Vec<Cell>>) {
        let rows =
            self.by_week(tallies, |tally| vec![Cell::Count(tally.passed), Cell::Count(tally.failed), share(*tally)]);
        let [passed, failed, share] = names;
        (columns(&["Week", passed, failed, share], "", Vec::new()), rows)
    }
}

const WORK: &[&str] = &[
    "Answered",
    "In time",
    "Ran out",
    "Share in time",
    "Half decided within",
    "Half told within",
    "Wrote again",
    "Share that did not write again",
];

fn work(work: &Work) -> Vec<Cell> {
    vec![
        Cell::Count(work.answered),
        Cell::Count(work.in_time.passed),
        Cell::Count(work.in_time.failed),
        share(work.in_time),
        span(work.deciding.half),
        span(work.telling.half),
        Cell::Count(work.again.failed),
        share(work.again),
    ]
}

fn shares(weeks: &[Tally]) -> Vec<Cell> {
    weeks.iter().copied().map(share).collect()
}

fn product_cell(name: &str) -> Cell {
    Cell::Text(if name.is_empty() { "No product named" } else { name }.to_owned())
}

fn columns(names: &[&'static str], amounts: &'static str, currencies: Vec<String>) -> Vec<Column> {
    let plain = names.iter().map(|name| Column { name, week: None, currency: None });
    let money = currencies.into_iter().map(|currency| Column { name: amounts, week: None, currency: Some(currency) });
    plain.chain(money).collect()
}

/// A report as a table.
pub fn table(report: Report, reports: &Reports, names: &Names<'_>) -> Table {
    let maker = Maker { reports, names };
    let (columns, rows) = match report {
        Report::InTime => maker.in_time(),
        Report::Deciding => maker.times(|work| work.deciding),
        Report::Telling => maker.times(|work| work.telling),
        Report::Owed => maker.owed(),
        Report::Refunds => maker.refunds(),
        Report::Reasons => maker.reasons(),
        Report::Drift => maker.drift(),
        Report::Agents => maker.agents(),
        Report::Shops => maker.shops(),
        Report::Again => {
            let again: Vec<_> = reports.by_week.iter().map(|work| work.again).collect();
            maker.tallies(&again, ["Did not write again", "Wrote again", "Share that did not"])
        }
        Report::Disputes => maker.tallies(&reports.rulings, ["Won", "Lost", "Share won"]),
        Report::Chat => maker.chat(),
    };
    Table { report, columns, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::usd;
    use crate::wire::report::{AgentWork, ChatWeek, RefundCost, ShopWork};

    fn reports() -> Reports {
        let week = Work {
            answered: 4,
            in_time: Tally { passed: 3, failed: 1 },
            deciding: Times { known: 3, half: Some(60_000), nine: Some(120_000) },
            telling: Times { known: 3, half: Some(60_000), nine: Some(120_000) },
            again: Tally { passed: 3, failed: 1 },
        };
        let euro = Money::parse("7.50", "EUR").unwrap();
        let by_week = vec![week.in_time, Tally::default()];
        Reports {
            now: Timestamp::from_millis(9),
            weeks: vec![Timestamp::from_millis(1), Timestamp::from_millis(2)],
            waiting: 0,
            whole: Work::default(),
            by_week: vec![week.clone(), Work::default()],
            ran_out: vec![vec![euro, usd("2.00")], Vec::new()],
            agents: vec![AgentWork { agent: "a_1".parse().unwrap(), work: week.clone(), by_week: by_week.clone() }],
            shops: vec![ShopWork { shop: "s_1".parse().unwrap(), work: week, by_week }],
            owed: Vec::new(),
            refunds: vec![RefundCost {
                shop: "s_1".parse().unwrap(),
                whole: usd("3.00"),
                weeks: vec![usd("1.00"), usd("2.00")],
                counts: vec![1, 2],
            }],
            unpriced: 0,
            products: Vec::new(),
            reasons: crate::wire::report::Reasons::default(),
            drift: None,
            rulings: vec![Tally { passed: 1, failed: 1 }; 2],
            disputed: 0,
            chat: vec![ChatWeek {
                shop: "s_1".parse().unwrap(),
                week: Timestamp::from_millis(1),
                sessions: 4,
                answered: Some(900),
                satisfied: Some(800),
                first_ms: Some(60_000),
            }],
        }
    }

    fn table_of(report: Report) -> Table {
        let names = Names { shop: &|shop| format!("Shop {shop}"), agent: &|agent| agent.to_string() };
        table(report, &reports(), &names)
    }

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        for report in Report::ALL {
            let table = table_of(report);
            assert!(table.columns.len() > 1, "{report:?}");
            for row in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{report:?}");
                for (cell, column) in row.iter().zip(&table.columns) {
                    let unit = match cell {
                        Cell::Share(_) => Some("%"),
                        Cell::Span(_) => Some("minutes"),
                        Cell::Money(_) if column.currency.is_some() => column.currency.as_deref(),
                        Cell::None => continue,
                        _ => None,
                    };
                    assert_eq!(column.unit(), unit, "{report:?}: {}", column.name);
                }
            }
        }
    }

    #[test]
    fn each_currency_has_a_column_of_its_own() {
        let table = table_of(Report::InTime);
        let money: Vec<_> = table.columns.iter().filter_map(|column| column.currency.as_deref()).collect();
        assert_eq!(money, ["EUR", "USD"]);
        let euro = Money::parse("7.50", "EUR").unwrap();
        assert_eq!(
            table.rows[0][1..],
            [Cell::Count(3), Cell::Count(1), Cell::Share(750), Cell::Money(euro), Cell::Money(usd("2.00"))]
        );
        assert_eq!(table.rows[1][3..], [Cell::None, Cell::None, Cell::None]);
    }

    #[test]
    fn people_and_shops_have_a_column_for_each_week() {
        for report in [Report::Agents, Report::Shops] {
            let table = table_of(report);
            let weeks: Vec<_> = table.columns.iter().filter_map(|column| column.week).collect();
            assert_eq!(weeks, [Timestamp::from_millis(1), Timestamp::from_millis(2)], "{report:?}");
            assert!(table.rows[0].ends_with(&[Cell::Share(750), Cell::None]), "{report:?}");
        }
    }

    #[test]
    fn refunds_name_shop_week_and_currency() {
        let table = table_of(Report::Refunds);
        let text = |text: &str| Cell::Text(text.to_owned());
        let last = [
            Cell::Week(Timestamp::from_millis(2)),
            text("Shop s_1"),
            text("USD"),
            Cell::Count(2),
            Cell::Money(usd("2.00")),
        ];
        assert_eq!(table.rows[1], last);
    }
}
