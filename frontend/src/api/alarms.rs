//! `/api/alarms`.

use gloo_net::http::Method;
use shared::wire::alarm::{AlarmView, SeenAlarm, SeenRequest};

use super::Answer;
use super::transport::{get, json, tell};

/// What has fired for this person, is still true and was not pressed away.
pub async fn list() -> Answer<Vec<AlarmView>> {
    get("alarms").await
}

/// This person need not see these any more.
pub async fn seen(seen: Vec<SeenAlarm>) -> Answer<()> {
    tell(Method::POST, "alarms/seen", json(&SeenRequest { seen })).await
}
