//! The arithmetic of the reports: what a case contributes, weeks, quantiles, drift, trend, and each report as a table.
//! Pure, so that the same facts always give the same figures. What is not known is never counted.

mod fact;
mod figures;
mod reasons;
mod table;
mod weeks;

pub use fact::{Answered, CaseFact, FACT_VERSION, fact};
pub use figures::{DRIFT_BEFORE, DRIFT_NOW, Drift, drift, quantiles, strength, trend};
pub use reasons::reasons;
pub use table::{Cell, Column, Names, Table, table};
pub use weeks::{WEEK_MS, Weeks};
