//! Whether the program lives, whether it can work, and its counters.

use crate::app::Desk;
use crate::error::Error;
use crate::middleware::Peer;
use crate::store::{upkeep, webhooks};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// `GET /healthz`: the program answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the store can be read and written.
pub async fn readyz(State(desk): State<Desk>) -> Response {
    match desk.store.probe() {
        Ok(()) => "ready\n".into_response(),
        Err(fault) => {
            tracing::error!(error = %crate::telemetry::Chain(&fault), "The store cannot be written");
            (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written\n").into_response()
        }
    }
}

/// `GET /metrics` on the desk's own port: for this machine only, and not when it has a port of its own.
pub async fn metrics(State(desk): State<Desk>, peer: Peer) -> Result<Response, Error> {
    if desk.config.network.metrics_listen.is_some() || !peer.is_local {
        return Err(Error::NotFound { what: "page" });
    }
    own_metrics(State(desk)).await
}

/// `GET /metrics` on its own port.
pub async fn own_metrics(State(desk): State<Desk>) -> Result<Response, Error> {
    let (open, hints) = desk.store.read(|tx| Ok((upkeep::open_intents(tx)?, webhooks::count_open(tx)?)))?;
    let text = desk.metrics.render(&[
        ("amends_intents_open", "Intents that are not over.", open),
        ("amends_webhooks_open", "Webhooks that have not been handled.", hints),
    ]);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
