//! The platform's JSON, read leniently: lists may be absent or null, booleans may be words, numbers may be strings.
//!
//! Never leaves `tiktok`: everything else uses what `convert` makes of it. Field names as in the Partner Center's
//! reference, Dec 2025 and autumn 2026.

pub(super) mod after_sales;
pub(super) mod chat;
mod lenient;
pub(super) mod order;

pub(super) use lenient::{Flag, Int, List, Members, Text};

use serde::Deserialize;

/// The outside of every answer; `data` is read apart, once the code is known.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) code: Int,
    #[serde(default)]
    pub(super) message: Text,
    #[serde(default)]
    pub(super) request_id: Text,
}

#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: Option<T>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Empty {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenPair {
    pub(super) access_token: Text,
    pub(super) access_token_expire_in: Int,
    pub(super) refresh_token: Text,
    pub(super) refresh_token_expire_in: Int,
    pub(super) open_id: Text,
    pub(super) seller_name: Text,
    pub(super) granted_scopes: List<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shops {
    pub(super) shops: List<Shop>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shop {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) region: Text,
    pub(super) cipher: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Uploaded {
    pub(super) uri: Text,
    pub(super) url: Text,
    pub(super) width: Int,
    pub(super) height: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Webhooks {
    pub(super) webhooks: List<Webhook>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Webhook {
    pub(super) event_type: Text,
    pub(super) address: Text,
}
