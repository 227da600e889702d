//! `/api/shops`.

use gloo_net::http::Method;
use shared::id::ShopId;
use shared::wire::shop::{ConnectView, ShopView};

use super::transport::{Carries, get, send, tell};
use super::{Answer, decode};
use crate::web;

/// All shops that this person sees.
pub async fn list() -> Answer<Vec<ShopView>> {
    get("shops").await
}

/// Where to send the seller to give consent.
pub async fn connect() -> Answer<ConnectView> {
    decode::json(&send(Method::POST, "shops/connect", Carries::Nothing, Some(&web::fresh_key())).await?)
}

/// Forgets the shop's tokens; its cases stay readable.
pub async fn disconnect(shop: &ShopId) -> Answer<()> {
    tell(Method::POST, &format!("shops/{shop}/disconnect"), Carries::Nothing).await
}
