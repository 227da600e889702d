//! `POST /webhooks/tiktok/{secret}`: what TikTok sends. Kept before it is answered, and never believed (P10).

use crate::app::Desk;
use crate::extract::collect;
use crate::mutants::{Mutant, is_on};
use crate::store::webhooks::Arrived;
use crate::telemetry::Chain;
use crate::webhooks::inbox::NotKept;
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
    let arrived = match admit(&desk, &path, &headers, body).await {
        Ok(arrived) => arrived,
        Err(answer) => return answer,
    };
    if is_on(Mutant::WebhookNotKept) {
        return StatusCode::OK;
    }
    match desk.inbox.keep(&desk.store, arrived).await {
        Ok(is_new) => {
            if is_new {
                desk.wake_sync();
            }
            StatusCode::OK
        }
        // TikTok repeats what was not answered with 200.
        Err(NotKept::Full | NotKept::Failed) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What is to be kept of a request, or how it is answered without.
pub async fn admit(desk: &Desk, path: &str, headers: &HeaderMap, body: Body) -> Result<Arrived, StatusCode> {
    let Ok(raw) = collect(body, BODY_BYTES).await else { return Err(StatusCode::PAYLOAD_TOO_LARGE) };
    let signature = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shop = desk.inbox.shop_at(&desk.store, path).map_err(|fault| {
        tracing::error!(error = %Chain(&fault), "The shop of a webhook could not be looked up");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let genuine = shop.filter(|shop| {
        desk.webhook_secret(shop.app).is_some_and(|(key, secret)| is_authentic(key, secret, &raw, signature))
    });
    desk.metrics.webhook(genuine.is_some());
    let Some(shop) = genuine else { return Err(StatusCode::UNAUTHORIZED) };
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&raw) else {
        // Signed, but not what is documented: a repeat would not read better.
        tracing::warn!(shop.id = %shop.id, "A webhook has an unknown shape");
        return Err(StatusCode::OK);
    };
    if envelope.shop_id != shop.platform_id && !is_on(Mutant::ReplayTaken) {
        tracing::warn!(shop.id = %shop.id, webhook.kind = envelope.kind, "A webhook names another shop");
        return Err(StatusCode::OK);
    }
    Ok(Arrived {
        shop: shop.id,
        id: envelope.tts_notification_id.unwrap_or_else(|| signature.to_owned()),
        kind: envelope.kind,
        body: String::from_utf8(raw.into())
            .unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()),
        at: desk.clock.now(),
    })
}
