//! One file per resource: extract, call, convert. No rule, no SQL, no platform call.

pub mod alarms;
pub mod cases;
pub mod connect;
pub mod events;
pub mod handbook;
pub mod health;
pub mod inspect;
pub mod media;
pub mod openapi;
pub mod practice;
pub mod quality;
pub mod range;
pub mod reports;
pub mod reviews;
pub mod rules;
pub mod session;
pub mod shops;
pub mod static_files;
pub mod team;
pub mod templates;
pub mod ticks;
pub mod uploads;
pub mod webhooks;
