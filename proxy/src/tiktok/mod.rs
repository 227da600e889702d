//! The client of TikTok Shop: the only room that signs, holds tokens and knows the platform's JSON.
//!
//! A closed list of typed commands. Nothing from the browser reaches a path, header or host: ids are checked to be
//! digits. Reads retry; a call that changes something is made once and answers an [`outcome::Outcome`].

pub mod access;
pub mod authorization;
pub mod cancellations;
pub mod chat;
pub mod client;
mod convert;
mod decision;
mod endpoint;
pub mod error;
pub mod events;
pub mod ground;
pub mod images;
mod limit;
pub mod net;
pub mod orders;
pub mod outcome;
pub mod pause;
pub mod returns;
pub mod search;
pub mod sign;
#[cfg(test)]
mod tests;
pub mod token;
pub mod transport;
mod wire;
