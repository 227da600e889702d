//! What can be read without a network: the open queue, opened cases and unsent words of one agent.
//!
//! Keyed by agent; wiped at sign-out, when the session is found ended, when another agent signs in, and 24 hours after
//! the last session that the server confirmed (P15). What was written for the team is kept in `words`.

use super::{idb, words};
use crate::api::{decode, session};
use crate::web;
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::decision::Draft;
use shared::wire::session::{SessionView, SignedIn};
use std::cell::Cell;

/// How long a snapshot outlives the last confirmed session.
const LIFE_MS: i64 = 24 * 3_600_000;

/// When the server last confirmed the session, by this device's clock.
const CONFIRMED: &str = "confirmed";

/// Whether a snapshot may still be read; a clock that was set back does not lengthen its life.
fn is_alive(confirmed: Timestamp, now: Timestamp) -> bool {
    (0..LIFE_MS).contains(&now.since(confirmed))
}

thread_local! {
    /// A session is open. An answer that comes after the wipe must not bring anything back.
    static IS_OPEN: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the text of an answer, by the path it came from.
pub async fn keep(path: &str, text: &str) {
    if !IS_OPEN.get() {
        return;
    }
    let _ = idb::keep(path, text).await;
    if !IS_OPEN.get() {
        // The wipe came in between; whichever of the two was carried out last, nothing stays.
        let _ = idb::wipe().await;
    }
}

/// The agent of the snapshot, whatever its age.
async fn owner() -> Option<SignedIn> {
    match decode::session(&idb::read(session::PATH).await?) {
        Ok(SessionView::SignedIn(signed_in)) => Some(*signed_in),
        Ok(SessionView::SignedOut { .. }) | Err(_) => None,
    }
}

/// Opens the snapshot for a session that the server has just confirmed. Another agent's is wiped first. Whoever has signed
/// in anew finds none: the sign-out before has wiped it.
pub async fn confirm(signed_in: &SignedIn, text: &str) {
    if owner().await.is_none_or(|before| before.me.id != signed_in.me.id) {
        wipe().await;
        words::begin(&signed_in.me.id);
    }
    IS_OPEN.set(true);
    keep(session::PATH, text).await;
    keep(CONFIRMED, &web::device_now().millis().to_string()).await;
}

/// The session to read with while the server cannot be asked. A snapshot that is too old is wiped.
pub async fn session() -> Option<SignedIn> {
    let confirmed = idb::read(CONFIRMED).await.and_then(|text| text.parse().ok()).map(Timestamp::from_millis);
    let is_alive = confirmed.is_some_and(|confirmed| is_alive(confirmed, web::device_now()));
    let owner = if is_alive { owner().await } else { None };
    if owner.is_none() {
        wipe().await;
    } else {
        IS_OPEN.set(true);
    }
    owner
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

/// The text of an answer, as last read from this path.
pub async fn text(path: &str) -> Option<String> {
    idb::read(path).await
}

/// Forgets a text with its name.
pub async fn forget(name: &str) {
    let _ = idb::forget(name).await;
}

/// Keeps unsent words until the server has them.
pub async fn keep_draft(case: &CaseId, draft: &Draft) {
    keep(&format!("draft {case}"), &decode::text(draft)).await;
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
        if let Some(draft) = idb::read(&key).await.and_then(|text| decode::json(&text).ok()) {
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
