//! What can be read without a network: the open queue, opened cases and unsent words of one agent.
//!
//! Keyed by agent; wiped at sign-out, when the session is found ended, when another agent signs in, and 24 hours after
//! the last session that the server confirmed (P15).

use super::idb;
use crate::web;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::case::{CaseList, CaseView};
use shared::wire::decision::Draft;
use shared::wire::session::SignedIn;
use std::cell::Cell;

/// How long a snapshot outlives the last confirmed session.
const LIFE_MS: i64 = 24 * 3_600_000;

const SESSION: &str = "session";

/// Who the snapshot belongs to, and when the server last confirmed the session, by this device's clock.
#[derive(Serialize, Deserialize)]
struct Owner {
    confirmed: Timestamp,
    signed_in: SignedIn,
}

/// Whether a snapshot may still be read; a clock that was set back does not lengthen its life.
fn is_alive(confirmed: Timestamp, now: Timestamp) -> bool {
    (0..LIFE_MS).contains(&now.since(confirmed))
}

async fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&idb::read(key).await?).ok()
}

thread_local! {
    /// A session is open. An answer that comes after the wipe must not bring anything back.
    static IS_OPEN: Cell<bool> = const { Cell::new(false) };
}

async fn keep(key: &str, value: &impl Serialize) {
    let Ok(text) = serde_json::to_string(value) else { return };
    if !IS_OPEN.get() {
        return;
    }
    let _ = idb::keep(key, &text).await;
    if !IS_OPEN.get() {
        // The wipe came in between; whichever of the two was carried out last, nothing stays.
        let _ = idb::wipe().await;
    }
}

/// Remembers a session that the server has just confirmed. Another agent's snapshot is wiped first.
pub async fn confirm(signed_in: &SignedIn) {
    let before = read::<Owner>(SESSION).await;
    if before.is_none_or(|before| before.signed_in.me.id != signed_in.me.id) {
        wipe().await;
    }
    IS_OPEN.set(true);
    keep(SESSION, &Owner { confirmed: web::device_now(), signed_in: signed_in.clone() }).await;
}

/// The session to read with while the server cannot be asked. A snapshot that is too old is wiped.
pub async fn session() -> Option<SignedIn> {
    let owner = read::<Owner>(SESSION).await;
    let alive = owner.filter(|owner| is_alive(owner.confirmed, web::device_now()));
    if alive.is_none() {
        wipe().await;
    } else {
        IS_OPEN.set(true);
    }
    alive.map(|owner| owner.signed_in)
}

/// Wipes a snapshot whose time is over, although the app never closed.
pub async fn expire() -> bool {
    session().await.is_none()
}

/// Leaves nothing.
pub async fn wipe() {
    IS_OPEN.set(false);
    let _ = idb::wipe().await;
}

/// Keeps the first page of a view.
pub async fn keep_list(path: &str, list: &CaseList) {
    keep(&format!("list {path}"), list).await;
}

/// The first page of a view, as last seen.
pub async fn list(path: &str) -> Option<CaseList> {
    read(&format!("list {path}")).await
}

/// Keeps an opened case.
pub async fn keep_case(view: &CaseView) {
    keep(&format!("case {}", view.row.id), view).await;
}

/// A case, as last seen.
pub async fn case(id: &CaseId) -> Option<CaseView> {
    read(&format!("case {id}")).await
}

/// Keeps unsent words until the server has them.
pub async fn keep_draft(case: &CaseId, draft: &Draft) {
    keep(&format!("draft {case}"), draft).await;
}

/// Forgets words that the server has.
pub async fn forget_draft(case: &CaseId) {
    let _ = idb::forget(&format!("draft {case}")).await;
}

/// Words that only this device has.
pub async fn drafts() -> Vec<(CaseId, Draft)> {
    let mut found = Vec::new();
    for key in idb::keys().await {
        let Some(case) = key.strip_prefix("draft ").and_then(|id| id.parse::<CaseId>().ok()) else { continue };
        if let Some(draft) = read(&key).await {
            found.push((case, draft));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_lives_a_day_and_not_in_the_future() {
        let at = Timestamp::from_millis;
        for (confirmed, now, alive) in [(0, 0, true), (0, LIFE_MS - 1, true), (0, LIFE_MS, false), (1_000, 0, false)] {
            assert_eq!(is_alive(at(confirmed), at(now)), alive, "confirmed {confirmed}, now {now}");
        }
    }
}
