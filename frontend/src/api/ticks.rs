//! `/api/checkpoints`: what people tick before deciding.

use super::transport::{Carries, get, json, send, tell};
use super::{Answer, decode};
use crate::web;
use gloo_net::http::Method;
use shared::id::{CaseId, TickId};
use shared::wire::tick::TickRules;

/// What leads ask for.
pub async fn rules() -> Answer<TickRules> {
    get("checkpoints").await
}

/// Lays that down.
pub async fn save_rules(rules: &TickRules) -> Answer<TickRules> {
    decode::json(&send(Method::PUT, "checkpoints", json(rules), Some(&web::fresh_key())).await?)
}

/// Ticks, or takes the tick away.
pub async fn tick(case: &CaseId, tick: &TickId, is_on: bool) -> Answer<()> {
    let method = if is_on { Method::PUT } else { Method::DELETE };
    tell(method, &format!("checkpoints/{tick}/{case}"), Carries::Nothing).await
}
