//! `/api/team`: people and what they see. Admins only.

use crate::id::AgentId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::session::{Role, ShopScope};

/// One person or invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Opaque id.
    pub id: AgentId,
    /// Display name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Which shops they see.
    pub shops: ShopScope,
    /// Invited and not yet here.
    pub is_invited: bool,
    /// Last seen.
    pub seen: Option<Timestamp>,
}

/// `POST /api/team`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// Display name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Which shops they see.
    pub shops: ShopScope,
}

/// Answer to an invitation or a reset: the link is shown once, to be handed over by the admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkMade {
    /// For whom.
    pub member: Member,
    /// Works once; the token is in its fragment, which no server log sees.
    pub url: String,
    /// When it stops working.
    pub ends: Timestamp,
}

/// `PATCH /api/team/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMemberRequest {
    /// What they may do.
    pub role: Role,
    /// Which shops they see.
    pub shops: ShopScope,
}
