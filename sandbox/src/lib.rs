//! sandbox
pub mod pictures;
pub mod seed;
