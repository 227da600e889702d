//! Hints from TikTok that something changed. A webhook never changes state by its content (P10).

pub mod inbox;
pub mod verify;
