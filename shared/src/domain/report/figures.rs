//! Quantiles, drift and trend.

use crate::wire::report::Times;

/// Weeks that are looked at for a drift.
pub const DRIFT_NOW: i64 = 2;
/// Weeks before them that they are compared with.
pub const DRIFT_BEFORE: i64 = 8;

/// Fewer requests than that are chance.
const ENOUGH: u64 = 5;
/// A change of so many percent is none.
const STEADY_PERCENT: i64 = 15;

/// The value that so many of a hundred do not exceed: one that really occurred, never one between two. Finds it without
/// putting all values in order.
fn quantile(values: &mut [i64], percent: usize) -> Option<i64> {
    let place = (values.len() * percent).div_ceil(100).checked_sub(1)?;
    Some(*values.select_nth_unstable(place).1)
}

/// The median and what 9 of 10 stay within; moves the values about.
pub fn quantiles(values: &mut [i64]) -> Times {
    Times {
        known: u64::try_from(values.len()).unwrap_or(u64::MAX),
        half: quantile(values, 50),
        nine: quantile(values, 90),
    }
}

/// How many times as many per week there are now as before, in tenths; none where the change may be chance or where there
/// were none before. `now` in [`DRIFT_NOW`] weeks, `before` in [`DRIFT_BEFORE`].
///
/// Requests come by chance: of a number that is expected, the root is how far it usually strays. What strays more than
/// twice as far, and is not a handful, is a drift.
pub fn drift(now: u64, before: u64) -> Option<Drift> {
    let per_span = u64::try_from(DRIFT_BEFORE / DRIFT_NOW).unwrap_or(1);
    let is_handful = now < ENOUGH && before < ENOUGH * per_span;
    if is_handful || strength(now, before) <= 4_000 {
        return None;
    }
    let (found, expected) = (u128::from(now) * u128::from(per_span), u128::from(before));
    let times = |more: u128, less: u128| (more * 10).checked_div(less).and_then(|tenths| u64::try_from(tenths).ok());
    Some(if found > expected { Drift::More(times(found, expected)) } else { Drift::Less(times(expected, found)) })
}

/// How surely a change is none of chance, to put the surest first: the square of how many times further it strays than such
/// numbers do, in thousandths.
pub fn strength(now: u64, before: u64) -> u128 {
    let per_span = u128::from(u64::try_from(DRIFT_BEFORE / DRIFT_NOW).unwrap_or(1));
    // All of them times `per_span`, so that nothing is rounded.
    let (found, expected) = (u128::from(now) * per_span, u128::from(before));
    let strays = found.abs_diff(expected);
    strays * strays * 1_000 / (per_span * expected.max(per_span))
}

/// A change that is not chance. How many times, in tenths; none: of none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// So many times as many as before.
    More(Option<u64>),
    /// So many times fewer than before.
    Less(Option<u64>),
}

/// How the last value stands against the mean of those before it, in percent; none where it is about the same or where there
/// is nothing to compare with.
pub fn trend(values: &[i64]) -> Option<i64> {
    let (last, before) = values.split_last()?;
    let sum: i128 = before.iter().map(|value| i128::from(*value)).sum();
    let count = i128::try_from(before.len()).ok()?;
    let change = (i128::from(*last) * count - sum).checked_mul(100)?.checked_div(sum)?;
    i64::try_from(change).ok().filter(|change| change.abs() >= STEADY_PERCENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        for (mut values, half, nine) in [
            (vec![], None, None),
            (vec![7], Some(7), Some(7)),
            (vec![9, 1], Some(1), Some(9)),
            (vec![3, 1, 2], Some(2), Some(3)),
            ((1..=10).rev().collect(), Some(5), Some(9)),
            ((1..=100).collect(), Some(50), Some(90)),
        ] {
            let known = u64::try_from(values.len()).unwrap();
            assert_eq!(quantiles(&mut values), Times { known, half, nine });
        }
    }

    #[test]
    fn a_drift_is_more_than_chance() {
        for (now, before, expected) in [
            // As many as ever, and a little more.
            (10, 40, None),
            (15, 40, None),
            // 29 where 9.4 were expected.
            (29, 38, Some(Drift::More(Some(30)))),
            (17, 40, Some(Drift::More(Some(17)))),
            (3, 40, Some(Drift::Less(Some(33)))),
            (0, 40, Some(Drift::Less(None))),
            (6, 0, Some(Drift::More(None))),
            // A handful says nothing.
            (4, 0, None),
            (0, 8, None),
            (0, 0, None),
        ] {
            assert_eq!(drift(now, before), expected, "{now} after {before}");
        }
    }

    #[test]
    fn a_trend_stands_against_the_mean_of_the_weeks_before() {
        for (values, expected) in [
            (vec![], None),
            (vec![5], None),
            (vec![0, 0, 7], None),
            (vec![10, 10, 11], None),
            (vec![10, 20, 30], Some(100)),
            (vec![20, 20, 10], Some(-50)),
            (vec![20, 0], Some(-100)),
        ] {
            assert_eq!(trend(&values), expected, "{values:?}");
        }
    }
}
