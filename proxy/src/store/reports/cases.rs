//! The cases that a figure counts.

use super::{Scope, Span, count, unsought, within};
use crate::store::cases::id;
use crate::store::sql::{Param, Tx};
use crate::store::{StoreError, from_json};
use shared::id::AgentId;
use shared::time::Timestamp;
use shared::wire::report::ReportCase;

/// Which of the cases of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// Whose time ran out, all or this person's.
    RanOut(Option<&'a AgentId>),
    /// In which something was asked for.
    Asked,
}

impl<'a> Which<'a> {
    /// The instant that counts, and what is asked of a row.
    fn sql(self, scope: Scope<'_>) -> (&'static str, String) {
        let (at, first, own) = match self {
            Self::RanOut(agent) => ("answered_at", "in_time = 0 AND ", agent.map(|_| " AND agent_id = ?")),
            Self::Asked => ("asked_at", "", None),
        };
        (at, [first, &within(at, scope), own.unwrap_or_default()].concat())
    }

    fn value(self) -> Option<Param<'a>> {
        match self {
            Self::RanOut(agent) => agent.map(|agent| Param::Text(agent.as_str())),
            Self::Asked => None,
        }
    }
}

pub(super) fn count_sql(which: Which<'_>, scope: Scope<'_>) -> String {
    format!("SELECT COUNT(*) FROM case_fact WHERE {}", which.sql(scope).1)
}

pub(super) fn list_sql(which: Which<'_>, scope: Scope<'_>, most: u32) -> String {
    let (at, these) = which.sql(scope);
    let by = unsought(at, scope.1);
    format!(
        "SELECT (SELECT row_json FROM case_file WHERE case_file.id = case_fact.case_id), {at}, agent_id \
         FROM case_fact WHERE {these} ORDER BY {by} DESC, case_id LIMIT {most}"
    )
}

/// The cases of a span that a figure counts, newest first, and how many there are.
pub fn cases(tx: &Tx<'_>, span: &Span<'_>, which: Which<'_>, most: u32) -> Result<(Vec<ReportCase>, u64), StoreError> {
    let values: Vec<_> = span.values().into_iter().chain(which.value()).collect();
    let total = tx.only(&count_sql(which, span.into()), &values, |row| count(row, 0))?;
    let found = tx.all(&list_sql(which, span.into(), most), &values, |row| {
        let shown: String = row.get(0)?;
        if shown.is_empty() {
            return Ok(None);
        }
        Ok(Some(ReportCase {
            row: from_json("row", &shown)?,
            at: Timestamp::from_millis(row.get(1)?),
            agent: row.get::<Option<String>>(2)?.map(|text| id("agent id", text)).transpose()?,
        }))
    })?;
    Ok((found.into_iter().flatten().collect(), total))
}
