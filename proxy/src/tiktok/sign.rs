//! The signature of a request. Pure ("Sign your API request", Partner Center, Dec 2025).
//!
//! Signed is exactly what is sent: the decoded query but for `sign` and `access_token`, sorted by bytes, and the body's
//! bytes unless it is multipart.

use crate::secret::Secret;
use ring::hmac;
use serde::{Deserialize, Deserializer, Serialize};

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Signable<'a> {
    /// Path alone, with the version.
    pub path: &'a str,
    /// Decoded keys and values, in any order.
    pub query: &'a [(String, String)],
    /// The header's value, if there is one.
    pub content_type: Option<&'a str>,
    /// The bytes as sent.
    pub body: &'a [u8],
}

fn is_multipart(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// What is fed to the HMAC. Holds the app secret: never print it outside `amends sign`.
pub fn base_string(secret: &Secret, signable: &Signable<'_>) -> Vec<u8> {
    let mut query: Vec<&(String, String)> =
        signable.query.iter().filter(|(key, _)| key != "sign" && key != "access_token").collect();
    // Stable: a repeated key keeps the order in which it is sent.
    query.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
    let secret = secret.expose().as_bytes();
    let mut base = [secret, signable.path.as_bytes()].concat();
    for (key, value) in query {
        base.extend_from_slice(key.as_bytes());
        base.extend_from_slice(value.as_bytes());
    }
    if !is_multipart(signable.content_type) {
        base.extend_from_slice(signable.body);
    }
    base.extend_from_slice(secret);
    base
}

/// Lowercase hex HMAC-SHA256, 64 characters.
pub fn sign(secret: &Secret, signable: &Signable<'_>) -> String {
    hex::encode(hmac_sha256(secret, &base_string(secret, signable)))
}

fn hmac_sha256(secret: &Secret, message: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()), message)
}

/// A line of `amends sign` or `amends verify-webhook` that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Not JSON of the shape of the vectors.
    #[error("the line is not a JSON entry of the expected shape")]
    Shape(#[from] serde_json::Error),
    /// The base string is not text.
    #[error("the signed bytes are not UTF-8")]
    NotText(#[from] std::string::FromUtf8Error),
}

#[derive(Deserialize)]
struct Line {
    app_secret: String,
    path: String,
    /// Some vectors give pairs instead, so that a key can be repeated.
    #[serde(default, alias = "query_pairs", deserialize_with = "pairs")]
    query: Vec<(String, String)>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Query {
    Map(std::collections::BTreeMap<String, String>),
    Pairs(Vec<(String, String)>),
}

fn pairs<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<(String, String)>, D::Error> {
    Ok(match Query::deserialize(input)? {
        Query::Map(map) => map.into_iter().collect(),
        Query::Pairs(pairs) => pairs,
    })
}

#[derive(Serialize)]
struct Signed {
    base_string: String,
    sign: String,
}

/// `amends sign`: one JSON line in, one out.
pub fn sign_line(line: &str) -> Result<String, LineError> {
    let line: Line = serde_json::from_str(line)?;
    let secret = Secret::new(line.app_secret);
    let base = base_string(
        &secret,
        &Signable {
            path: &line.path,
            query: &line.query,
            content_type: line.content_type.as_deref(),
            body: line.body.as_deref().unwrap_or_default().as_bytes(),
        },
    );
    let sign = hex::encode(hmac_sha256(&secret, &base));
    Ok(serde_json::to_string(&Signed { base_string: String::from_utf8(base)?, sign })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../tests/vectors/sign-vectors.json")).unwrap()
    }

    #[track_caller]
    fn check(vector: &Value, expected: &Value) {
        let answer: Value = serde_json::from_str(&sign_line(&vector.to_string()).unwrap()).unwrap();
        assert_eq!(answer["base_string"], expected["base_string"], "{}", vector["name"]);
        assert_eq!(answer["sign"], expected["sign"], "{}", vector["name"]);
    }

    #[test]
    fn every_vector_is_signed_as_the_platform_does() {
        let file = vectors();
        let undisputed = file["vectors"].as_array().unwrap();
        assert_eq!(undisputed.len(), 18);
        for vector in undisputed {
            check(vector, vector);
        }
    }

    #[test]
    fn disputed_cases_are_signed_as_sent() {
        let file = vectors();
        for vector in file["disputed"].as_array().unwrap() {
            // All pairs are what is sent; the desk itself never repeats a key.
            let expected = vector.get("candidates").map_or(vector, |candidates| &candidates[0]);
            check(vector, expected);
        }
    }

    #[test]
    fn the_request_target_is_written_as_the_vectors_write_it() {
        let file = vectors();
        for vector in file["vectors"].as_array().unwrap() {
            let Some((path, query)) = vector["request_target"].as_str().unwrap().split_once('?') else { continue };
            assert_eq!(path, vector["path"].as_str().unwrap());
            let pairs: Vec<(String, String)> =
                url::form_urlencoded::parse(query.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
            assert_eq!(crate::tiktok::transport::encode(&pairs), query, "{}", vector["name"]);
        }
    }
}
