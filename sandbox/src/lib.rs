//! An imitation TikTok Shop over real HTTP, written from the platform's documents and sharing no code with the
//! desk: that independence is what makes a passing test mean something.
//!
//! It is strict: signature, timestamp, token, scope and cipher are checked, and unknown paths, parameters and
//! fields are refused and recorded. State lives in memory; a seed makes the same world again.

mod auth;
mod clock;
mod control;
mod faults;
mod form;
mod gateway;
mod handlers;
mod journal;
mod oauth;
pub mod pictures;
mod quiet;
mod reasons;
pub mod seed;
mod server;
mod shape;
#[cfg(test)]
mod tests;
mod webhooks;
mod world;

pub use quiet::{Quiet, Webhook};
pub use server::{Description, Options, Sandbox, ShopDescription, StartError};
pub use world::Dials;
