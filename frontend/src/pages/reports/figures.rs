//! How figures are put into words.

use crate::i18n::format;
use crate::web;
use shared::domain::report::{Cell, Drift, trend};
use shared::money::Money;
use shared::time::Timestamp;
use shared::wire::quality::Tally;

/// What is not known.
pub(super) const UNKNOWN: &str = "–";

/// A rate, or nothing known.
pub(super) fn rate(tally: Tally) -> String {
    tally.per_mille().map_or_else(|| UNKNOWN.to_owned(), format::percent)
}

/// A span, or nothing known.
pub(super) fn span(millis: Option<i64>) -> String {
    millis.map_or_else(|| UNKNOWN.to_owned(), format::span)
}

/// "3.1": a number in tenths.
pub(super) fn tenths(number: u64) -> String {
    [&(number / 10).to_string(), ".", &(number % 10).to_string()].concat()
}

/// "× 3.1", "÷ 1.9", "new", "gone".
pub(super) fn drifted(drift: Drift) -> String {
    match drift {
        Drift::More(Some(times)) => ["× ", &tenths(times)].concat(),
        Drift::Less(Some(times)) => ["÷ ", &tenths(times)].concat(),
        Drift::More(None) => "new".to_owned(),
        Drift::Less(None) => "gone".to_owned(),
    }
}

/// An amount as a number that can be compared; zero where it is too long for that.
pub(super) fn units(amount: &Money) -> i64 {
    amount.in_ten_thousandths().map_or(0, |(units, _)| units)
}

/// How the last whole week stands against those before it.
pub(super) fn trend_words(weeks: &[Money]) -> String {
    let whole = weeks.split_last().map_or(weeks, |(_, before)| before);
    // What lies before the first refund is not a time without refunds, but before the shop.
    let values: Vec<i64> = whole.iter().map(units).skip_while(|value| *value == 0).collect();
    let last_is_none = values.last().is_none_or(|last| *last == 0);
    let none_before = values.split_last().is_none_or(|(_, before)| before.iter().all(|value| *value == 0));
    match trend(&values) {
        _ if none_before && last_is_none => "No whole week with refunds yet".to_owned(),
        _ if none_before => "The first whole week with refunds".to_owned(),
        None => "Last week as usual".to_owned(),
        Some(change) if change >= 100 => {
            let times = u64::try_from(change / 10 + 10).unwrap_or_default();
            ["Last week ", &tenths(times), " times the weeks before"].concat()
        }
        Some(change) if change > 0 => ["Last week ", &change.to_string(), " % above the weeks before"].concat(),
        Some(change) => ["Last week ", &change.abs().to_string(), " % below the weeks before"].concat(),
    }
}

/// A cell of a table, and whether it is a number.
pub(super) fn cell(cell: &Cell, now: Timestamp) -> (String, bool) {
    match cell {
        Cell::None => (UNKNOWN.to_owned(), true),
        Cell::Text(text) => (text.clone(), false),
        Cell::Week(week) => (web::universal_day(*week), false),
        Cell::At(at) => (web::when(*at, now), false),
        Cell::Count(count) => (format::thousands(*count), true),
        Cell::Share(share) => (format::percent(*share), true),
        Cell::Tenths(number) => (tenths(*number), true),
        Cell::Span(millis) => (format::span(*millis), true),
        Cell::Money(amount) => (format::money(amount), true),
    }
}

/// How dark a cell of the heat map is, 0 to 4, beside the largest.
pub(super) const fn heat(count: u64, most: u64) -> u64 {
    match count * 100 / if most == 0 { 1 } else { most } {
        70.. => 4,
        40..70 => 3,
        20..40 => 2,
        7..20 => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, "USD").unwrap()
    }

    #[test]
    fn a_trend_is_told_of_whole_weeks_only() {
        for (weeks, words) in [
            (vec!["10", "10", "10", "1"], "Last week as usual"),
            (vec!["10", "10", "20", "0"], "Last week 2.0 times the weeks before"),
            (vec!["0", "0", "10", "13", "0"], "Last week 30 % above the weeks before"),
            (vec!["20", "20", "10", "90"], "Last week 50 % below the weeks before"),
            (vec!["0", "0", "5", "9"], "The first whole week with refunds"),
            (vec!["0", "0", "0", "9"], "No whole week with refunds yet"),
            (vec![], "No whole week with refunds yet"),
        ] {
            let weeks: Vec<_> = weeks.into_iter().map(usd).collect();
            assert_eq!(trend_words(&weeks), words);
        }
    }

    #[test]
    fn a_cell_is_as_dark_as_it_is_frequent() {
        for (count, darkness) in [(0, 0), (2, 0), (3, 1), (9, 2), (16, 3), (29, 4), (38, 4)] {
            assert_eq!(heat(count, 38), darkness, "{count}");
        }
        assert_eq!(heat(0, 0), 0);
    }

    #[test]
    fn a_drift_is_a_factor_or_has_no_number() {
        for (drift, words) in [
            (Drift::More(Some(31)), "× 3.1"),
            (Drift::Less(Some(19)), "÷ 1.9"),
            (Drift::More(None), "new"),
            (Drift::Less(None), "gone"),
        ] {
            assert_eq!(drifted(drift), words);
        }
    }
}
