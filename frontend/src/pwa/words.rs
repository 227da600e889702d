//! Words for the team, of the handbook and of replies, that the desk does not have: kept on this device for who typed them,
//! past the end of a session that ends by itself. Nothing of a buyer is among them, and nobody else is shown them.

use super::idb;
use crate::web;
use shared::id::AgentId;

/// What somebody gave up for other words: they have chosen, and are not asked about it.
pub const GIVEN_UP: &str = "given up ";

fn all_of(agent: &AgentId) -> String {
    [idb::APART, agent.as_str(), " "].concat()
}

/// Where it is noted that whoever a name is of has left nothing here: what comes late, in another window too, must not
/// bring anything back.
fn left(name: &str) -> String {
    ["amends.left", name.split(' ').next().unwrap_or_default()].concat()
}

/// Somebody has signed in anew, and works here again.
pub fn begin(agent: &AgentId) {
    let _ = web::store(&left(&all_of(agent)), None);
}

/// Where somebody's words of a kind are, in front of what they are of.
pub fn place(agent: Option<&AgentId>, kind: &str) -> String {
    // Only who is signed in writes.
    [agent.map(all_of).unwrap_or_default().as_str(), kind].concat()
}

/// Keeps words under a name; none: the desk has them.
pub async fn keep(name: &str, text: &str) {
    let has_left = || web::stored(&left(name)).is_some();
    if !text.is_empty() && !has_left() {
        let _ = idb::keep(name, text).await;
    }
    // Whoever leaves may have come in between.
    if text.is_empty() || has_left() {
        let _ = idb::forget(name).await;
    }
}

/// The words under a name. Names once named nobody, as only one person's were here: what is found so is moved.
pub async fn text(name: &str) -> Option<String> {
    if let Some(text) = idb::read(name).await {
        return Some(text);
    }
    let (_, once) = name.split_once(' ')?;
    let text = idb::read(once).await?;
    keep(name, &text).await;
    let _ = idb::forget(once).await;
    Some(text)
}

/// What somebody has on this device.
async fn names(agent: &AgentId) -> Vec<String> {
    let mine = all_of(agent);
    idb::keys().await.into_iter().filter(|name| name.starts_with(&mine)).collect()
}

/// Whether words of somebody would be lost with this device.
pub async fn are_here(agent: &AgentId) -> bool {
    let given_up = [&all_of(agent), GIVEN_UP].concat();
    names(agent).await.iter().any(|name| !name.starts_with(&given_up))
}

/// Leaves nothing of somebody who goes.
pub async fn leave(agent: &AgentId) {
    let _ = web::store(&left(&all_of(agent)), Some("yes"));
    for name in names(agent).await {
        let _ = idb::forget(&name).await;
    }
}
