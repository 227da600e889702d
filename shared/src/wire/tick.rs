//! `/api/checkpoints`: what a person ticks before deciding.

use crate::domain::tick::Tick;
use crate::id::{AgentId, TickId};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET` and `PUT /api/checkpoints`. A write names the version that was read: of two leads who write at once the second is
/// told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TickRules {
    /// Rises with every change.
    pub version: u32,
    /// In the order of the case.
    pub ticks: Vec<Tick>,
}

/// One tick of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TickView {
    /// Which.
    pub id: TickId,
    /// What must be seen, as a claim; of a ticked one: as it was worded then.
    pub text: String,
    /// Nobody decides without it.
    pub is_needed: bool,
    /// By whom, and when.
    pub ticked: Option<Ticked>,
}

/// Somebody has ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ticked {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// What nobody has ticked yet, and nobody decides without.
pub fn lacking(ticks: &[TickView]) -> impl Iterator<Item = &str> {
    ticks.iter().filter(|tick| tick.is_needed && tick.ticked.is_none()).map(|tick| tick.text.as_str())
}
