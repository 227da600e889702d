//! The server of Amends: holds the TikTok credentials, signs requests and carries each action out exactly once.

pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod desk;
pub mod entropy;
pub mod error;
pub mod events;
pub mod extract;
pub mod handbook;
pub mod media;
pub mod middleware;
pub mod mutants;
pub mod outbox;
pub mod replies;
pub mod router;
pub mod routes;
pub mod secret;
pub mod shelf;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod tiktok;
pub mod webhooks;
