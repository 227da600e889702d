//! Words and numbers on screen.

pub mod errors;
pub mod format;
pub mod words;
