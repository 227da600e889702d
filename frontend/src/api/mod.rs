//! The desk's own HTTP interface: one file per resource. Every call answers; none retries a write.

pub mod alarms;
pub mod cases;
pub mod decode;
pub mod events;
pub mod handbook;
pub mod inspect;
pub mod intents;
pub mod practice;
pub mod quality;
pub mod reports;
pub mod reviews;
pub mod rules;
pub mod session;
pub mod shops;
pub mod team;
pub mod templates;
pub mod ticks;
mod transport;
pub mod uploads;

pub use transport::{Failure, load_config, media_url, watch, watch_reads};

/// What a call comes back with.
pub type Answer<T> = Result<T, Failure>;
