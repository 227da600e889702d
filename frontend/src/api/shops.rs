//! `/api/shops`.

use gloo_net::http::Method;
use shared::id::ShopId;
use shared::wire::shop::{ConnectView, ShopView};

use super::Answer;
use super::transport::{Carries, decode, get, send, tell};
use crate::web;

/// All shops that this person sees.
pub async fn list() -> Answer<Vec<ShopView>> {
    get("shops").await
}

/// Where to send the seller to give consent.
pub async fn connect() -> Answer<ConnectView> {
    decode(&send(Method::POST, "shops/connect", Carries::Nothing, Some(&web::fresh_key())).await?)
}

/// Forgets the shop's tokens; its cases stay readable.
pub async fn disconnect(shop: &ShopId) -> Answer<()> {
    tell(Method::POST, &format!("shops/{shop}/disconnect"), Carries::Nothing).await
}
