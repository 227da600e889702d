//! What every answer says to the browser about itself.

use super::is_api;
use crate::app::Desk;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// No inline script or style, nothing from elsewhere but the videos of the handbook in their frames; Trusted Types as `index.html` sets them up.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    frame-src https://www.youtube-nocookie.com https://www.loom.com; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types default";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "geolocation=(), microphone=()"),
];

/// Half a year: long enough to protect, short enough to turn back.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// Adds the security headers, and keeps answers of the interface out of every cache unless they say otherwise.
pub(crate) async fn answer_headers(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let is_api = is_api(request.uri().path());
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // An app on another origin of the same site shows pictures from here.
    let resource = if desk.config.network.allowed_origin.is_some() { "same-site" } else { "same-origin" };
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(resource));
    if desk.public_url().is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    if is_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::handbook::FRAME_ORIGINS;

    #[test]
    fn frames_are_of_the_hosts_of_videos_and_of_nobody_else() {
        let named = CONTENT_SECURITY_POLICY.split(';').find_map(|part| part.trim().strip_prefix("frame-src "));
        assert_eq!(named, Some(FRAME_ORIGINS.join(" ").as_str()));
    }
}
