//! `/api/cases/{id}/claim`: who is deciding a case. A claim is a lease: it ends by itself, and shuts nobody out.

use crate::id::AgentId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody is deciding a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lease {
    /// Who.
    pub by: AgentId,
    /// When it ends unless it is renewed: who shows it compares.
    pub until: Timestamp,
}

impl Lease {
    /// Whether it stands in the way of somebody at an instant: it is another's and has not ended.
    pub fn bars(&self, agent: &AgentId, now: Timestamp) -> bool {
        self.by != *agent && now < self.until
    }
}

/// `POST /api/cases/{id}/claim`: takes or renews the lease. The answer is the case's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimRequest {
    /// Also from somebody who is deciding.
    #[serde(default)]
    pub take_over: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_bars_others_until_it_ends() {
        let at = Timestamp::from_millis;
        let (marek, ines): (AgentId, AgentId) = ("marek".parse().unwrap(), "ines".parse().unwrap());
        let lease = Lease { by: marek.clone(), until: at(100) };
        for (agent, now, bars) in [(&ines, 99, true), (&ines, 100, false), (&marek, 99, false)] {
            assert_eq!(lease.bars(agent, at(now)), bars, "{agent} at {now}");
        }
    }
}
