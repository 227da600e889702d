//! The rules of a case, as plain functions over plain facts.

pub mod alarm;
pub mod case;
pub mod check;
pub mod decide;
pub mod derive;
pub mod facts;
pub mod files;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod handbook;
pub mod inspect;
pub mod merge;
pub mod practice;
pub mod quality;
pub mod report;
pub mod review;
#[cfg(test)]
mod rows;
pub mod rule;
pub mod status;
pub mod tick;
pub mod touch;
