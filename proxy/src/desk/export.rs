//! A report as a file: CSV for a spreadsheet, JSON for a program.

use super::error::DeskError;
use super::report;
use crate::app::Desk;
use crate::auth::Agent;
use crate::clock::date;
use crate::store::{people, shops};
use serde_json::{Map, Value, json};
use shared::domain::report::{Cell, Column, Names, Table, table};
use shared::id::{AgentId, ShopId};
use shared::time::Timestamp;
use shared::wire::report::{FileKind, Report, ReportFilter};
use std::collections::BTreeMap;

/// Products that a file names; more are added up.
const COLUMNS: usize = 5_000;

/// A file to take away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// As it is called.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// "2026-09-21T14:07:00Z".
fn instant(at: Timestamp) -> String {
    let second = at.seconds().rem_euclid(24 * 60 * 60);
    format!("{}T{:02}:{:02}:{:02}Z", date(at), second / 3_600, second / 60 % 60, second % 60)
}

/// "99.4": a number in tenths.
fn tenths(number: u64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

/// A span in minutes: what is compared in a spreadsheet has one unit. To one place, and below one minute to two, so that
/// what took some seconds is not nothing.
fn minutes(millis: i64) -> String {
    let millis = u64::try_from(millis).unwrap_or_default();
    match (millis + 300) / 600 {
        100.. => tenths((millis + 3_000) / 6_000),
        hundredths => format!("0.{:02}", hundredths.max(u64::from(millis > 0))),
    }
}

/// Words that a spreadsheet would take for a formula are marked as words.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { ["'", text].concat() } else { text.to_owned() }
}

/// Only words can be a formula: an amount below zero stays a number.
fn csv_cell(cell: &Cell) -> String {
    match cell {
        Cell::None => String::new(),
        Cell::Text(text) => guarded(text),
        Cell::Week(at) => date(*at),
        Cell::At(at) => instant(*at),
        Cell::Count(count) => count.to_string(),
        Cell::Share(number) | Cell::Tenths(number) => tenths(*number),
        Cell::Span(millis) => minutes(*millis),
        Cell::Money(amount) => amount.amount().to_owned(),
    }
}

/// Numbers as numbers; amounts as the exact decimal text that they are everywhere else.
fn json_cell(cell: &Cell) -> Value {
    match cell {
        Cell::None => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Week(at) => json!(date(*at)),
        Cell::At(at) => json!(instant(*at)),
        Cell::Count(count) => json!(count),
        Cell::Share(number) | Cell::Tenths(number) => tenths(*number).parse().map_or(Value::Null, Value::Number),
        Cell::Span(millis) => minutes(*millis).parse().map_or(Value::Null, Value::Number),
        Cell::Money(amount) => json!({ "amount": amount.amount(), "currency": amount.currency() }),
    }
}

/// The name with its week and the unit of what stands below it.
fn head(column: &Column) -> String {
    let name = match column.week {
        Some(week) => format!("{} {}", column.name, date(week)),
        None => column.name.to_owned(),
    };
    match column.unit() {
        Some(unit) => format!("{name} ({unit})"),
        None => name,
    }
}

fn heads(table: &Table) -> Vec<String> {
    table.columns.iter().map(head).collect()
}

fn as_csv(table: &Table) -> Result<Vec<u8>, csv::Error> {
    // The mark by which spreadsheets know UTF-8.
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(heads(table))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(csv_cell))?;
    }
    writer.into_inner().map_err(|fault| csv::Error::from(fault.into_error()))
}

fn as_json(table: &Table, weeks: &[Timestamp], now: Timestamp) -> Vec<u8> {
    let heads = heads(table);
    let row = |row: &Vec<Cell>| {
        let named = heads.iter().cloned().zip(row.iter().map(json_cell));
        Value::Object(named.collect::<Map<_, _>>())
    };
    let whole = json!({
        "report": table.report.word(),
        "title": table.report.title(),
        "asked_at": instant(now),
        "weeks_from": weeks.first().map(|week| date(*week)),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n").into_bytes()
}

/// One report as a file.
pub fn file(desk: &Desk, agent: &Agent, report: Report, filter: &ReportFilter) -> Result<File, DeskError> {
    let reports = report::read(desk, agent, filter, &[report], COLUMNS)?;
    let (shops, people) = desk.store.read(|tx| Ok((shops::all(tx)?, people::names(tx)?)))?;
    let shops: BTreeMap<_, _> = shops.into_iter().map(|shop| (shop.id, shop.name)).collect();
    let names = Names {
        shop: &|shop: &ShopId| shops.get(shop).cloned().unwrap_or_else(|| shop.to_string()),
        agent: &|agent: &AgentId| people.get(agent).cloned().unwrap_or_else(|| agent.to_string()),
    };
    let table = table(report, &reports, &names);
    let (kind, bytes) = match filter.format {
        FileKind::Csv => ("text/csv; charset=utf-8", as_csv(&table)?),
        FileKind::Json => ("application/json", as_json(&table, &reports.weeks, reports.now)),
    };
    let name = format!("amends-{}-{}.{}", report.word().replace('_', "-"), date(reports.now), filter.format.word());
    Ok(File { name, kind, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::money::Money;

    fn sheet(cells: Vec<Cell>) -> Table {
        let column = |_| Column { name: "Name", week: None, currency: None };
        Table { report: Report::Owed, columns: cells.iter().map(column).collect(), rows: vec![cells] }
    }

    fn written(cells: Vec<Cell>) -> String {
        let text = String::from_utf8(as_csv(&sheet(cells)).unwrap()).unwrap();
        text.lines().nth(1).unwrap().to_owned()
    }

    #[test]
    fn dates_are_written_as_everywhere() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_772_323_200, "2026-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(instant(Timestamp::from_millis(seconds * 1_000)), expected);
        }
    }

    #[test]
    fn words_never_become_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("=\"a\",1", "\"'=\"\"a\"\",1\""),
            ("Lamp = good", "Lamp = good"),
            ("", "\"\""),
            ("ผ้า, ไหม", "\"ผ้า, ไหม\""),
        ] {
            assert_eq!(written(vec![Cell::Text(text.to_owned())]), cell, "{text:?}");
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        let money = |text: &str| Cell::Money(Money::parse(text, "USD").unwrap());
        let cells = vec![
            money("-3.00"),
            money("1240.50"),
            Cell::Count(7),
            Cell::Share(994),
            Cell::Tenths(31),
            Cell::Span(90_000),
            Cell::None,
            Cell::Week(Timestamp::from_millis(1_789_948_800_000)),
            Cell::At(Timestamp::from_millis(1_789_999_620_000)),
        ];
        assert_eq!(written(cells), "-3.00,1240.50,7,99.4,3.1,1.5,,2026-09-21,2026-09-21T14:07:00Z");
    }

    #[test]
    fn what_took_some_seconds_is_not_nothing() {
        for (millis, text) in [
            (0, "0.00"),
            (1, "0.01"),
            (4_000, "0.07"),
            (59_699, "0.99"),
            (59_700, "1.0"),
            (60_000, "1.0"),
            (62_999, "1.0"),
            (63_000, "1.1"),
            (14_400_000, "240.0"),
            (-5, "0.00"),
        ] {
            assert_eq!(written(vec![Cell::Span(millis)]), text, "{millis} ms");
        }
    }

    #[test]
    fn a_column_names_the_unit_of_its_numbers_also_where_none_is_known() {
        let mut table = sheet(vec![Cell::None, Cell::None, Cell::Count(1), Cell::None, Cell::None]);
        table.columns[0].name = "Share in time";
        table.columns[1].name = "Half within";
        table.columns[3].currency = Some("THB".to_owned());
        table.columns[4].week = Some(Timestamp::from_millis(1_789_948_800_000));
        let expected = ["Share in time (%)", "Half within (minutes)", "Name", "Name (THB)", "Name 2026-09-21 (%)"];
        assert_eq!(heads(&table), expected);
    }
}
