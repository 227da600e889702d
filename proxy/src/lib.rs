//! The server of Amends: holds the TikTok credentials, signs requests and carries each action out exactly once.

pub mod clock;
pub mod entropy;
pub mod secret;
pub mod store;
