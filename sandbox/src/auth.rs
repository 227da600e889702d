//! The platform's signatures, from its documents (api 2 and 7.1), written apart from the desk.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

fn hmac_hex(key: &[u8], message: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

/// Whether a content type is a multipart form: such bodies are not signed.
pub(crate) fn is_multipart(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("multipart/form-data")
}

/// The signature of a request: decoded query pairs but `sign` and `access_token`, sorted by key, between path and body.
pub(crate) fn sign(
    secret: &str,
    path: &str,
    query: &[(String, String)],
    content_type: Option<&str>,
    body: &[u8],
) -> String {
    let mut pairs: Vec<&(String, String)> =
        query.iter().filter(|(key, _)| key != "sign" && key != "access_token").collect();
    pairs.sort_by(|left, right| left.0.as_bytes().cmp(right.0.as_bytes()));
    let mut message = Vec::from(secret.as_bytes());
    message.extend(path.as_bytes());
    for (key, value) in pairs {
        message.extend(key.as_bytes());
        message.extend(value.as_bytes());
    }
    if !is_multipart(content_type) {
        message.extend(body);
    }
    message.extend(secret.as_bytes());
    hmac_hex(secret.as_bytes(), &message)
}

/// The `Authorization` header of a webhook.
pub(crate) fn webhook_signature(app_key: &str, app_secret: &str, body: &[u8]) -> String {
    let message = [app_key.as_bytes(), body].concat();
    hmac_hex(app_secret.as_bytes(), &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(entry: &'a serde_json::Value, field: &str) -> &'a str {
        entry.get(field).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    #[test]
    fn every_published_request_vector_is_signed_alike() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../data/sign-vectors.json")).unwrap();
        let vectors = all["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 18);
        for vector in vectors {
            let query: Vec<(String, String)> = vector["query"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            let kind = vector["content_type"].as_str();
            let made =
                sign(text(vector, "app_secret"), text(vector, "path"), &query, kind, text(vector, "body").as_bytes());
            assert_eq!(made, text(vector, "sign"), "{}", text(vector, "name"));
        }
    }

    #[test]
    fn every_published_webhook_vector_is_judged_alike() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../data/webhook-vectors.json")).unwrap();
        for vector in all["vectors"].as_array().unwrap() {
            let made =
                webhook_signature(text(vector, "app_key"), text(vector, "app_secret"), text(vector, "body").as_bytes());
            let is_valid = vector["valid"].as_bool().unwrap();
            assert_eq!(made == text(vector, "authorization"), is_valid, "{}", text(vector, "name"));
        }
    }
}
