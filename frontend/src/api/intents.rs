//! `/api/intents`.

use gloo_net::http::Method;
use shared::id::IntentId;

use super::Answer;
use super::transport::{Carries, tell};

/// Undoes a motion while it is held (or a reply that still waits): no call is made.
/// `TooLate` if it has left the desk.
pub async fn undo(intent: &IntentId) -> Answer<()> {
    tell(Method::DELETE, &format!("intents/{intent}"), Carries::Nothing).await
}
