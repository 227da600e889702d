//! `/api/session`: who is signed in, and signing in and out.

use crate::id::{AgentId, ShopId};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shop::ShopView;

/// What a person may do: each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works cases.
    Agent,
    /// Waives replies, undoes others' holds.
    Lead,
    /// Keeps shops and people.
    Admin,
}

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Opaque id.
    pub id: AgentId,
    /// Display name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// They were removed from the team: what they did keeps their name, and nothing new is given to them.
    #[serde(default)]
    pub has_left: bool,
}

/// `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// Nobody is signed in.
    SignedOut {
        /// One-click sign-in to the practice shop is on (no real shop is connected).
        can_practice: bool,
    },
    /// Somebody is.
    SignedIn(Box<SignedIn>),
}

/// Everything the app needs to start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// Who.
    pub me: Person,
    /// The shops that this person sees.
    pub shops: Vec<ShopView>,
    /// Everybody who may hold a case of these shops, or might have before they left.
    pub people: Vec<Person>,
    /// Seconds in which an intent can still be undone.
    pub hold_seconds: u32,
    /// The server's clock: the browser counts from it, not from its own.
    pub now: Timestamp,
    /// When the session ends unless used.
    pub ends: Timestamp,
}

/// `POST /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// E-mail address, without regard to case.
    pub email: String,
    /// 12 to 256 characters.
    pub password: String,
}

/// `POST /api/session/link`: takes up a set-up, invite or reset link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeLinkRequest {
    /// From the link's fragment; works once.
    pub token: String,
    /// Display name; ignored by a reset.
    pub name: String,
    /// E-mail address; ignored by an invite or reset, which know it.
    pub email: String,
    /// 12 to 256 characters.
    pub password: String,
}

/// `POST /api/session/link/read`: what a link is for, so that the page asks only what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkView {
    /// First admin, invite or reset.
    pub purpose: LinkPurpose,
    /// Known e-mail address.
    pub email: Option<String>,
    /// Known name.
    pub name: Option<String>,
}

/// `POST /api/session/link/read` body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadLinkRequest {
    /// From the link's fragment.
    pub token: String,
}

/// What a one-time link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Makes the first admin.
    Setup,
    /// Lets an invited person in.
    Invite,
    /// Sets a new password.
    Reset,
}

/// Which shops a person sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShopScope {
    /// All, later ones included.
    All,
    /// These.
    Only(Vec<ShopId>),
}
