//! What makes the page an app: updates, installing, and reading without a network.
//!
//! Nothing of a buyer is ever kept outside the snapshot, and the snapshot is wiped with the session. What somebody writes for
//! the team outlives it, for them alone.

mod idb;
pub mod install;
pub mod notify;
pub mod snapshot;
pub mod storage;
pub mod update;
pub mod words;
