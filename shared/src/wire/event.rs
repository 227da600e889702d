//! `GET /api/events`: the live stream. A closed list; an event's SSE id is its place in the append-only sequence.

use crate::id::{AgentId, CaseId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alarm::{AlarmView, SeenAlarm};
use super::case::CaseRow;
use super::session::Role;
use super::shop::ShopView;

/// Something changed that a browser may be showing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A case is new or changed; an open view of it is read again. None comes of a new one that was done before its shop
    /// was connected.
    CaseChanged {
        /// Its row as it is now.
        row: Box<CaseRow>,
    },
    /// A case is not to be seen any more.
    CaseGone {
        /// Which.
        case: CaseId,
    },
    /// A shop's link or import changed.
    ShopChanged {
        /// As it is now.
        shop: Box<ShopView>,
    },
    /// The deadline of a case is near.
    Alarm {
        /// What has fired.
        alarm: Box<AlarmView>,
    },
    /// Somebody has pressed an alarm away; their other devices drop it too.
    AlarmSeen {
        /// Who.
        by: AgentId,
        /// What.
        seen: SeenAlarm,
    },
    /// A page of the handbook has a new version, or other words of the handbook or of replies wait for approval than
    /// before.
    HandbookChanged,
    /// The stream cannot go on from the browser's place: read everything again.
    Resync,
    /// The session has ended: wipe and show the sign-in page.
    SignedOut,
}

impl Event {
    /// Whether a person who sees the shop hears of it.
    pub fn is_for(&self, me: &AgentId, role: Role) -> bool {
        match self {
            Self::Alarm { alarm } => alarm.is_for(me, role),
            Self::AlarmSeen { by, .. } => by == me,
            Self::CaseChanged { .. }
            | Self::CaseGone { .. }
            | Self::ShopChanged { .. }
            | Self::HandbookChanged
            | Self::Resync
            | Self::SignedOut => true,
        }
    }
}
