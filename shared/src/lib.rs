//! What both sides of Amends agree on: the rules of a case and the words on our own wire.
//!
//! Pure by promise: no I/O, no clock, no randomness, so that the browser and the server reach the same
//! answer from the same facts. Platform JSON never comes here; `proxy::tiktok` turns it into
//! [`domain::facts`].

pub mod domain;
pub mod error;
pub mod id;
pub mod money;
pub mod reasons;
pub mod reply;
pub mod time;
pub mod wire;
