//! What the desk does, in its own words: no HTTP, no SQL, no platform JSON.

pub mod alarms;
pub mod book;
pub mod claim;
pub mod connect;
pub mod decide;
pub mod error;
pub mod export;
pub mod handbook;
pub mod inspect;
pub mod lines;
pub mod practice;
mod prepare;
pub mod quality;
pub mod report;
pub mod reviews;
pub mod rules;
pub mod tags;
pub mod templates;
pub mod ticks;
pub mod uploads;
pub mod view;
pub mod work;

use shared::time::Timestamp;

/// A day to look at something: not past, and not so far away that it is a slip.
fn is_near(day: Timestamp, now: Timestamp) -> bool {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    (-DAY_MS..5 * 366 * DAY_MS).contains(&day.since(now))
}
