//! `POST /webhooks/tiktok/{secret}`: what TikTok sends. Kept before it is answered, and never believed (P10).

use crate::app::Desk;
use crate::extract::collect;
use crate::mutants::{Mutant, is_on};
use crate::store::{shops, webhooks};
use crate::telemetry::Chain;
use crate::webhooks::verify::is_authentic;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

/// TikTok's are far smaller.
const BODY_BYTES: usize = 256 * 1024;

/// The envelope; `data` stays in the stored body.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: i64,
    /// Missing in the documents' example of type 3.
    #[serde(default)]
    tts_notification_id: Option<String>,
    shop_id: String,
}

/// `POST /webhooks/tiktok/{secret}`: 200 once it is durable, 401 when it is not TikTok's; both with an empty body.
pub async fn receive(State(desk): State<Desk>, Path(path): Path<String>, headers: HeaderMap, body: Body) -> StatusCode {
    let Ok(raw) = collect(body, BODY_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let signature = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shop = match desk.store.read(|tx| shops::find_by_webhook(tx, &path)) {
        Ok(shop) => shop,
        Err(fault) => return unavailable(&fault),
    };
    let genuine = shop.filter(|shop| {
        desk.webhook_secret(shop).is_some_and(|(key, secret)| is_authentic(key, secret, &raw, signature))
    });
    desk.metrics.webhook(genuine.is_some());
    let Some(shop) = genuine else { return StatusCode::UNAUTHORIZED };
    let envelope: Envelope = match serde_json::from_slice(&raw) {
        Ok(envelope) => envelope,
        Err(_) => {
            // Signed, but not what is documented: a repeat would not read better.
            tracing::warn!(shop.id = %shop.id, "A webhook has an unknown shape");
            return StatusCode::OK;
        }
    };
    if envelope.shop_id != shop.platform_id && !is_on(Mutant::ReplayTaken) {
        tracing::warn!(shop.id = %shop.id, webhook.kind = envelope.kind, "A webhook names another shop");
        return StatusCode::OK;
    }
    let id = envelope.tts_notification_id.unwrap_or_else(|| signature.to_owned());
    let text = String::from_utf8_lossy(&raw);
    let now = desk.clock.now();
    if is_on(Mutant::WebhookNotKept) {
        return StatusCode::OK;
    }
    match desk.store.write(|tx| webhooks::receive(tx, &shop.id, &id, envelope.kind, &text, now)) {
        Ok(is_new) => {
            if is_new {
                desk.wake_sync();
            }
            StatusCode::OK
        }
        Err(fault) => unavailable(&fault),
    }
}

/// TikTok repeats what was not answered with 200.
fn unavailable(fault: &crate::store::StoreError) -> StatusCode {
    tracing::error!(error = %Chain(fault), "A webhook could not be stored");
    StatusCode::SERVICE_UNAVAILABLE
}
