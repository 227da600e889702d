//! `/api/team`: for admins.

use gloo_net::http::Method;
use shared::id::AgentId;
use shared::wire::team::{ChangeMemberRequest, InviteRequest, LinkMade, Member};

use super::transport::{Carries, get, json, send, tell};
use super::{Answer, decode};
use crate::web;

/// Everybody.
pub async fn list() -> Answer<Vec<Member>> {
    get("team").await
}

/// Invites; the link is shown once.
pub async fn invite(request: &InviteRequest) -> Answer<LinkMade> {
    decode::json(&send(Method::POST, "team", json(request), Some(&web::fresh_key())).await?)
}

/// Changes role and shops.
pub async fn change(member: &AgentId, request: &ChangeMemberRequest) -> Answer<()> {
    tell(Method::PATCH, &format!("team/{member}"), json(request)).await
}

/// Ends a person's sessions and takes them off the team.
pub async fn remove(member: &AgentId) -> Answer<()> {
    tell(Method::DELETE, &format!("team/{member}"), Carries::Nothing).await
}

/// Makes a link for a new password; it is shown once.
pub async fn reset(member: &AgentId) -> Answer<LinkMade> {
    decode::json(&send(Method::POST, &format!("team/{member}/reset"), Carries::Nothing, Some(&web::fresh_key())).await?)
}
