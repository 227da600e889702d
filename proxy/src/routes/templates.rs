//! `GET /api/templates`: the parts from which replies are composed, as data.

use crate::app::Desk;
use crate::auth::{Allowed, ViewDesk};
use crate::extract::Json;
use axum::extract::State;
use shared::reply::Catalogue;
use std::sync::Arc;

/// `GET /api/templates`.
pub async fn list(State(desk): State<Desk>, _allowed: Allowed<ViewDesk>) -> Json<Arc<Catalogue>> {
    Json(desk.replies.clone())
}
