//! The words on our own wire: one file per resource. Instants are unix milliseconds.

pub mod alarm;
pub mod case;
pub mod claim;
pub mod decision;
pub mod event;
pub mod handbook;
pub mod inspect;
pub mod intent;
pub mod practice;
pub mod quality;
pub mod report;
pub mod review;
pub mod rule;
pub mod session;
pub mod shop;
pub mod team;
pub mod template;
pub mod tick;
pub mod upload;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts; none on the last.
    pub next: Option<String>,
}
