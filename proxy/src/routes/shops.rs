//! `/api/shops`: connected shops.

use crate::app::Desk;
use crate::auth::{Allowed, ManageShops, ViewDesk};
use crate::error::Error;
use crate::extract::{Json, Path};
use crate::store::shops::{self, ShopRow};
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::ShopId;
use shared::wire::shop::{ConnectView, ShopView};

/// `GET /api/shops`: those that the agent sees.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Vec<ShopView>>, Error> {
    let all = desk.store.read(shops::all)?;
    Ok(Json(
        all.iter().filter(|shop| shop.id.trainee().is_none() && allowed.sees(&shop.id)).map(ShopRow::view).collect(),
    ))
}

/// `POST /api/shops/connect`: where to send the seller.
pub async fn connect(State(desk): State<Desk>, allowed: Allowed<ManageShops>) -> Result<Json<ConnectView>, Error> {
    let url = desk.connector.consent_link(desk.app_kind(), allowed.agent().session())?;
    Ok(Json(ConnectView { url }))
}

/// `POST /api/shops/{id}/disconnect`.
pub async fn disconnect(
    State(desk): State<Desk>,
    allowed: Allowed<ManageShops>,
    Path(shop): Path<ShopId>,
) -> Result<StatusCode, Error> {
    if !allowed.sees(&shop) {
        return Err(Error::NotFound { what: "shop" });
    }
    desk.connector.disconnect(&shop).await?;
    desk.publish();
    desk.wake_outbox();
    Ok(StatusCode::NO_CONTENT)
}
