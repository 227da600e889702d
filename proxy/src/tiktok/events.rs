//! Which webhooks TikTok sends, per shop. Setting and deleting may be repeated without harm.

use super::client::Upstream;
use super::endpoint::{Call, Endpoint};
use super::error::TiktokError;
use super::wire::{Empty, Webhooks};
use reqwest::Method;
use serde_json::json;

const AREA: &str = "event";
static LIST: Endpoint = Endpoint::new("get_webhooks", Method::GET, AREA, &["202309"], "webhooks");
static SET: Endpoint = Endpoint::new("update_webhook", Method::PUT, AREA, &["202309"], "webhooks");
static DELETE: Endpoint = Endpoint::new("delete_webhook", Method::DELETE, AREA, &["202309"], "webhooks");

/// What the desk wants to hear of. The last three names are from the overview only (api.md 10): the platform may not
/// know them.
pub const EVENTS: [&str; 10] = [
    "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE",
    "ORDER_STATUS_CHANGE",
    "NEW_MESSAGE",
    "NEW_CONVERSATION",
    "SELLER_DEAUTHORIZATION",
    "UPCOMING_AUTHORIZATION_EXPIRATION",
    "AFTERSALES_REQUEST_STATUS_UPDATE",
    "RMA_STATUS_UPDATE",
    "REFUND_SUCCESS",
];

impl Upstream {
    /// What is set: event and address.
    pub async fn webhooks(&self) -> Result<Vec<(String, String)>, TiktokError> {
        let found: Webhooks = self.read(Call::new(&LIST)).await?;
        let pair = |set: super::wire::Webhook| (set.event_type.into_string(), set.address.into_string());
        Ok(found.webhooks.into_iter().map(pair).collect())
    }

    /// Sends one kind of event to an address.
    pub async fn set_webhook(&self, event: &str, address: &str) -> Result<(), TiktokError> {
        let _: Empty = self.read(Call::new(&SET).json(&json!({ "event_type": event, "address": address }))?).await?;
        Ok(())
    }

    /// Sends one kind of event no more.
    pub async fn delete_webhook(&self, event: &str) -> Result<(), TiktokError> {
        let _: Empty = self.read(Call::new(&DELETE).json(&json!({ "event_type": event }))?).await?;
        Ok(())
    }
}
