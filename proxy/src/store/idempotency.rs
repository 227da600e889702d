//! Keys of writes: the same key with the same body gets the same answer, with another body it is refused.

use super::sql::{Tx, params};
use super::{StoreError, to_json};
use ring::digest;
use serde::Serialize;
use shared::id::{AgentId, IdempotencyKey};
use shared::time::Timestamp;

/// Longer than any browser repeats a write.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// It was never used.
    Nothing,
    /// It was used with the same body: the answer, as JSON.
    Same(String),
    /// It was used with another body.
    OtherBody,
}

/// What a key is bound to: the thing that is written to (`scope`), and the body.
pub fn body_hash<T: Serialize>(scope: &str, body: &T) -> Result<String, StoreError> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(scope.as_bytes());
    context.update(&[0]);
    context.update(to_json("body", body)?.as_bytes());
    Ok(hex::encode(context.finish()))
}

/// Looks a key up. Call it in the transaction that also writes and remembers: then two tries cannot both go on.
pub fn recall(tx: &Tx<'_>, agent: &AgentId, key: &IdempotencyKey, body_hash: &str) -> Result<Recalled, StoreError> {
    let known: Option<(String, String)> = tx.first(
        "SELECT body_hash, answer FROM idempotency WHERE agent_id = ?1 AND key = ?2",
        params![agent.as_str(), key.as_str()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(match known {
        None => Recalled::Nothing,
        Some((hash, answer)) if hash == body_hash => Recalled::Same(answer),
        Some(_) => Recalled::OtherBody,
    })
}

/// Keeps the answer to a key.
pub fn remember(
    tx: &Tx<'_>,
    agent: &AgentId,
    key: &IdempotencyKey,
    body_hash: &str,
    answer: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO idempotency (agent_id, key, body_hash, answer, at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![agent.as_str(), key.as_str(), body_hash, answer, now.millis()],
    )?;
    Ok(())
}

/// Forgets keys that nobody repeats any more.
pub fn prune(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM idempotency WHERE at < ?1", params![now.plus_millis(-KEPT_MS).millis()])?;
    Ok(())
}
