//! What shops have lived through when their desk is first opened: requests that are long over, and two changes that a
//! report can tell. A lot of puzzles came without all their pieces, and glass has been packed better for two weeks.

use super::build::{NewCase, history, open_case};
use super::{Verdict, World};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A world of fewer cases has just begun.
const LEAST: usize = 350;
/// So many cases of another are of its past.
const PAST: usize = 110;
/// How far it reaches back.
const REACH_S: i64 = 26 * WEEK;

/// What buyers of a product ask for more often, or less, than they did.
struct Change {
    /// A region with one shop.
    region: &'static str,
    seller_sku: &'static str,
    /// A group of reasons with which buyers there ask for their money alone.
    reason: &'static str,
    /// In the eight weeks before the last two.
    before: usize,
    /// In the last two.
    lately: usize,
}

/// Beside the opening story about the same, each.
const CHANGES: [Change; 2] = [
    Change { region: "TH", seller_sku: "SG-PUZZ-1000", reason: "missing_parts", before: 18, lately: 13 },
    Change { region: "US", seller_sku: "HH-POUR-600", reason: "damaged", before: 32, lately: 0 },
];

/// How many of a world's cases are of its past.
pub(super) const fn part_of(cases: usize) -> usize {
    if cases < LEAST { 0 } else { PAST }
}

/// Fills it.
pub(super) fn fill(world: &mut World, cases: usize, now: i64) {
    let mut left = cases;
    for change in CHANGES {
        let ages = spread(15 * DAY, 68 * DAY, change.before).chain(spread(6 * HOUR, 12 * DAY, change.lately));
        for age_s in ages.take(left) {
            let age_s = age_s + world.between(0, 12 * HOUR);
            asked(world, &change, age_s, now);
            left -= 1;
        }
    }
    for place in 0..left {
        history(world, place, REACH_S, now);
    }
}

/// So many ages, evenly from one to below another.
fn spread(from: i64, to: i64, count: usize) -> impl Iterator<Item = i64> {
    let whole = i64::try_from(count).unwrap_or(i64::MAX);
    (0..whole).map(move |place| from + (to - from) * place / whole)
}

/// One of many that are alike. What is fresh still waits for the seller, in its own time.
fn asked(world: &mut World, change: &Change, age_s: i64, now: i64) {
    let case = NewCase {
        shop: world.shops.iter().position(|shop| shop.seed.region == change.region),
        kind: Some("REFUND"),
        reason: Some(change.reason.to_owned()),
        seller_sku: Some(change.seller_sku.to_owned()),
        age_s,
        deadline_s: Some((2 * DAY - age_s).max(HOUR)),
        ..NewCase::default()
    };
    let answered = now - age_s + world.between(2 * HOUR, 30 * HOUR);
    if let Some(opened) = open_case(world, &case, now)
        && age_s > 36 * HOUR
    {
        let _ = world.decide_return(&opened.id, &Verdict::of("APPROVE_REFUND"), "SELLER_CENTER", answered);
    }
}
