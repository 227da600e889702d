//! `GET /connect/tiktok/callback`: the seller comes back from TikTok's consent page.

use crate::app::Desk;
use crate::auth;
use crate::desk::connect::ConnectError;
use crate::extract::Query;
use crate::secret::Secret;
use crate::telemetry::Chain;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Redirect;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::wire::session::Role;

/// What TikTok brings back; it may add more.
#[derive(Deserialize, JsonSchema)]
pub struct CallbackQuery {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// The words of the address that the app shows a sentence for.
fn problem(fault: &ConnectError) -> &'static str {
    match fault {
        ConnectError::StateInvalid => "state",
        ConnectError::CodeInvalid => "code",
        ConnectError::NoShops => "no_shops",
        ConnectError::Platform(_) => "platform",
        ConnectError::NoApp(_)
        | ConnectError::NoShop
        | ConnectError::Store(_)
        | ConnectError::NoEntropy(_)
        | ConnectError::Id(_) => "internal",
    }
}

/// Connects what was consented to, and shows the shops. Serves only the admin who began it.
pub async fn callback(State(desk): State<Desk>, headers: HeaderMap, Query(query): Query<CallbackQuery>) -> Redirect {
    // Without another origin the app is here, under whatever name the browser calls the desk.
    let app = desk.config.network.allowed_origin.as_ref().map_or("", crate::config::Origin::as_str);
    let failed = |word: &str| Redirect::to(&format!("{app}/settings/shops?failed={word}"));
    let agent = match auth::resolve(&desk, &headers) {
        Ok(Some(agent)) if agent.role >= Role::Admin => agent,
        Ok(_) => return failed("state"),
        Err(fault) => {
            tracing::error!(error = %Chain(&fault), "A session cannot be read");
            return failed("internal");
        }
    };
    if query.code.is_empty() {
        return failed("refused");
    }
    match desk.connector.take_callback(&query.state, agent.session(), Secret::new(query.code)).await {
        Ok(shops) => {
            desk.publish();
            desk.wake_sync();
            Redirect::to(&format!("{app}/settings/shops?connected={}", shops.len()))
        }
        Err(fault) => {
            tracing::warn!(error = %Chain(&fault), "A shop could not be connected");
            failed(problem(&fault))
        }
    }
}
