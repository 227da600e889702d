//! Whether a webhook comes from TikTok. Pure; runs before anything of the body is parsed.
//!
//! `Authorization` is the lowercase hex HMAC-SHA256 of app key and raw body under the app secret (webhook overview of
//! the Partner Center, Dec 2025).

use crate::mutants::{Mutant, is_on};
use crate::secret::Secret;
use crate::tiktok::sign::LineError;
use ring::hmac;
use serde::{Deserialize, Serialize};

/// Compares in constant time. Anything but 64 lowercase hex digits is refused.
pub fn is_authentic(app_key: &str, app_secret: &Secret, body: &[u8], authorization: &str) -> bool {
    if is_on(Mutant::ForgeryTaken) {
        return true;
    }
    let is_lowercase_hex = authorization.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let Some(tag) = hex::decode(authorization).ok().filter(|tag| is_lowercase_hex && tag.len() == 32) else {
        return false;
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.expose().as_bytes());
    let message = [app_key.as_bytes(), body].concat();
    hmac::verify(&key, &message, &tag).is_ok()
}

#[derive(Deserialize)]
struct Line {
    app_key: String,
    app_secret: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    authorization: String,
}

#[derive(Serialize)]
struct Verdict {
    valid: bool,
}

/// `amends verify-webhook`: one JSON line in, one out.
pub fn verify_line(line: &str) -> Result<String, LineError> {
    let line: Line = serde_json::from_str(line)?;
    let secret = Secret::new(line.app_secret);
    let valid = is_authentic(&line.app_key, &secret, line.body.as_bytes(), &line.authorization);
    Ok(serde_json::to_string(&Verdict { valid })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_vector_is_judged_as_written() {
        let file: Value = serde_json::from_str(include_str!("../../tests/vectors/webhook-vectors.json")).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 12);
        for vector in vectors {
            let answer: Value = serde_json::from_str(&verify_line(&vector.to_string()).unwrap()).unwrap();
            assert_eq!(answer["valid"], vector["valid"], "{}", vector["name"]);
        }
    }

    #[test]
    fn a_header_in_another_writing_is_refused() {
        let secret = Secret::new("123".to_owned());
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"123");
        let good = hex::encode(hmac::sign(&key, b"abcdef{}"));
        assert!(is_authentic("abcdef", &secret, b"{}", &good));
        for bad in [good.to_uppercase(), format!(" {good}"), format!("sha256={good}"), good[..32].to_owned()] {
            assert!(!is_authentic("abcdef", &secret, b"{}", &bad), "{bad}");
        }
    }
}
