//! `/api/alarms`: cases whose deadline is near and that nobody has decided.

use crate::id::{AgentId, CaseId};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::CaseRow;
use super::session::Role;

/// An alarm that has fired; what it says of the case, its deadline included, is in the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmView {
    /// The case.
    pub row: CaseRow,
    /// At how many minutes before the deadline it fired.
    pub minutes: u32,
    /// No other follows before the deadline: leads are told as well.
    pub is_last: bool,
    /// Who is told; none: everybody who sees the shop.
    pub to: Option<AgentId>,
}

impl AlarmView {
    /// Whether a person who sees the shop is told.
    pub fn is_for(&self, me: &AgentId, role: Role) -> bool {
        self.to.as_ref().is_none_or(|to| to == me) || (self.is_last && role >= Role::Lead)
    }
}

/// One alarm that somebody has pressed away; it stands for the earlier ones of the same deadline too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenAlarm {
    /// Its case.
    pub case: CaseId,
    /// Its deadline.
    pub deadline: Timestamp,
    /// At how many minutes before the deadline it fired.
    pub minutes: u32,
}

/// `POST /api/alarms/seen`: this person need not see these any more, on any device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenRequest {
    /// Which.
    pub seen: Vec<SeenAlarm>,
}
