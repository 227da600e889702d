//! The seller's consent, and which shops came with it.

use super::client::Client;
use super::endpoint::{Call, Endpoint};
use super::error::TiktokError;
use super::transport::{Answer, Credentials, encode};
use super::wire::{Shop, Shops};
use crate::secret::Secret;
use reqwest::Method;

static SHOPS: Endpoint =
    Endpoint::new("get_authorized_shops", Method::GET, "authorization", &["202309"], "shops").without_shop();

/// A shop of a consent.
#[derive(Debug, Clone)]
pub struct AuthorizedShop {
    /// `shop_id` of webhooks.
    pub platform_id: String,
    /// As named on TikTok.
    pub name: String,
    /// Two letters.
    pub region: String,
    /// `shop_cipher`.
    pub cipher: Secret,
}

fn shop(read: Shop) -> Result<AuthorizedShop, TiktokError> {
    let missing = |what| TiktokError::Missing { what };
    Ok(AuthorizedShop {
        platform_id: read.id.id().ok_or(missing("shop id"))?,
        name: read.name.into_string(),
        region: read.region.into_string(),
        cipher: Secret::new(read.cipher.filled().ok_or(missing("cipher"))?),
    })
}

impl Client {
    /// Where the seller consents; `state` comes back with the code.
    pub fn consent_link(&self, state: &str) -> String {
        let app = self.app();
        let query = [("service_id".to_owned(), app.service_id.clone()), ("state".to_owned(), state.to_owned())];
        format!("{}?{}", app.consent_url, encode(&query))
    }

    /// The shops that a fresh consent covers.
    pub async fn authorized_shops(&self, access_token: &Secret) -> Result<Vec<AuthorizedShop>, TiktokError> {
        let credentials = Credentials { access_token, cipher: None, whose: "", known_offset_ms: 0, not_after: None };
        match self.on_known_path(&Call::new(&SHOPS), credentials).await {
            Answer::Yes { body, .. } => {
                let found: Shops = Answer::decode(SHOPS.name, &body)?;
                found.shops.into_iter().map(shop).collect()
            }
            Answer::No(refusal) => Err(TiktokError::Refused(refusal)),
            Answer::Throttled { retry_after_ms } => Err(TiktokError::Throttled { retry_after_ms }),
            Answer::Nothing(fault) => Err(fault),
        }
    }
}
