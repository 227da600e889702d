//! `/api/shops`: connected shops and how their import stands.

use crate::id::ShopId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A connected shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopView {
    /// Opaque id.
    pub id: ShopId,
    /// As named on TikTok.
    pub name: String,
    /// Two letters, for example `US`.
    pub region: String,
    /// Served by the practice sandbox.
    pub is_practice: bool,
    /// Whether the desk may act for it.
    pub link: ShopLink,
    /// How the first import stands.
    pub import: ImportView,
    /// When everything was last read without a fault.
    pub swept: Option<Timestamp>,
    /// The desk has the customer service scope.
    pub can_message: bool,
    /// TikTok calls this desk when something happens; else the desk asks each minute.
    #[serde(default)]
    pub has_webhooks: bool,
}

/// Whether the desk may act for a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShopLink {
    /// All is well.
    Connected,
    /// TikTok did not answer the last calls; the desk keeps trying.
    Unreachable,
    /// The seller withdrew consent, or it ran out: connect again.
    Expired,
    /// Disconnected by an admin.
    Disconnected,
}

/// How the first import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportView {
    /// Not begun.
    Waiting,
    /// Under way; it goes on after a restart where it stopped.
    Running {
        /// Cases stored so far.
        done: u64,
        /// Cases that TikTok counts in all, once known.
        total: Option<u64>,
    },
    /// Everything is here.
    Done {
        /// Cases stored by the import.
        cases: u64,
    },
}

/// `POST /api/shops/connect` answers where to send the seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectView {
    /// TikTok's consent page, with our one-time state.
    pub url: String,
}
