//! Every request that was received, so that a test can count calls.

use serde::Serialize;

/// One request. Secrets and buyers' words are not kept.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// Its place, from 1.
    pub(crate) number: u64,
    /// Unix milliseconds, by the sandbox's clock.
    pub(crate) at_ms: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Parameters but the signature and tokens.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) http: u16,
    /// The platform's code; none: no answer left.
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
    pub(crate) fault: Option<String>,
}

/// Requests in order.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
}

/// Older entries are forgotten.
const MOST: usize = 200_000;
const LONGEST_BODY: usize = 4_000;

impl Journal {
    pub(crate) fn write(&mut self, mut entry: Entry) {
        entry.number = self.entries.last().map_or(1, |last| last.number + 1);
        entry.query.retain(|(key, _)| {
            !matches!(key.as_str(), "sign" | "access_token" | "app_secret" | "auth_code" | "refresh_token")
        });
        entry.body = entry.body.chars().take(LONGEST_BODY).collect();
        self.entries.push(entry);
        if self.entries.len() > MOST {
            self.entries.drain(..MOST / 10);
        }
    }

    pub(crate) fn since(&self, number: u64, path: &str) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.number > number && entry.path.contains(path)).collect()
    }
}
