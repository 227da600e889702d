//! Sessions and one-time links, by the hashes of their tokens.

use super::people::{self, Account};
use super::sql::{Tx, params};
use super::{StoreError, from_json, to_json};
use shared::id::AgentId;
use shared::time::Timestamp;
use shared::wire::session::LinkPurpose;

/// A token as [`crate::crypto::token_hash`] hashes it.
pub type TokenHash = str;

/// An open session.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub account: Account,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub used: Timestamp,
}

/// Opens a session.
pub fn open(tx: &Tx<'_>, token: &TokenHash, person: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO session (token_hash, person_id, created_at, used_at) \
         VALUES (?1, ?2, ?3, ?3)",
        params![token, person.as_str(), now.millis()],
    )?;
    tx.execute("UPDATE person SET seen_at = ?2 WHERE id = ?1", params![person.as_str(), now.millis()])?;
    Ok(())
}

/// A session, if it is there and its person has not been removed. Whether it has run out is the caller's to say.
pub fn find(tx: &Tx<'_>, token: &TokenHash) -> Result<Option<Session>, StoreError> {
    let found: Option<(String, i64, i64)> =
        tx.first("SELECT person_id, created_at, used_at FROM session WHERE token_hash = ?1", params![token], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let Some((person, created, used)) = found else { return Ok(None) };
    let id = AgentId::try_from(person)
        .map_err(|source| StoreError::Corrupt { what: "person id", source: Box::new(source) })?;
    Ok(people::find(tx, &id)?.map(|account| Session {
        account,
        created: Timestamp::from_millis(created),
        used: Timestamp::from_millis(used),
    }))
}

/// Notes that a session was used.
pub fn touch(tx: &Tx<'_>, token: &TokenHash, person: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE session SET used_at = ?2 WHERE token_hash = ?1", params![token, now.millis()])?;
    tx.execute("UPDATE person SET seen_at = ?2 WHERE id = ?1", params![person.as_str(), now.millis()])?;
    Ok(())
}

/// Whether a person has used the desk since an instant, in a session that is still open.
pub fn is_in_use(tx: &Tx<'_>, person: &AgentId, since: Timestamp) -> Result<bool, StoreError> {
    tx.only(
        "SELECT EXISTS (SELECT 1 FROM session WHERE person_id = ?1 AND used_at >= ?2)",
        params![person.as_str(), since.millis()],
        |row| row.get(0),
    )
}

/// Ends one session.
pub fn end(tx: &Tx<'_>, token: &TokenHash) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE token_hash = ?1", params![token])?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn end_all_of(tx: &Tx<'_>, person: &AgentId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE person_id = ?1", params![person.as_str()])?;
    Ok(())
}

/// A one-time link.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// What it does.
    pub purpose: LinkPurpose,
    /// For whom; none: the first admin, who is not known yet.
    pub person: Option<AgentId>,
    /// When it stops working.
    pub ends: Timestamp,
}

/// Makes a link. A person has one at a time, and so has the set-up: an older one stops working.
pub fn make_link(tx: &Tx<'_>, token: &TokenHash, link: &Link) -> Result<(), StoreError> {
    match &link.person {
        Some(person) => drop_links_of(tx, person)?,
        None => drop_setup_links(tx)?,
    }
    tx.execute(
        "INSERT INTO link (token_hash, purpose, person_id, ends_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            token,
            to_json("link purpose", &link.purpose)?,
            link.person.as_ref().map(AgentId::as_str),
            link.ends.millis()
        ],
    )?;
    Ok(())
}

/// A link that has neither been used nor replaced nor run out.
pub fn find_link(tx: &Tx<'_>, token: &TokenHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
    let found: Option<(String, Option<String>, i64)> =
        tx.first("SELECT purpose, person_id, ends_at FROM link WHERE token_hash = ?1", params![token], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let Some((purpose, person, ends)) = found.filter(|(_, _, ends)| now.millis() < *ends) else { return Ok(None) };
    let person = person
        .map(AgentId::try_from)
        .transpose()
        .map_err(|source| StoreError::Corrupt { what: "person id", source: Box::new(source) })?;
    Ok(Some(Link { purpose: from_json("link purpose", &purpose)?, person, ends: Timestamp::from_millis(ends) }))
}

/// Uses a link up.
pub fn drop_links_of(tx: &Tx<'_>, person: &AgentId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM link WHERE person_id = ?1", params![person.as_str()])?;
    Ok(())
}

/// Uses the set-up link up.
pub fn drop_setup_links(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM link WHERE person_id IS NULL", params![])?;
    Ok(())
}

/// Forgets sessions and links that have run out.
pub fn prune(tx: &Tx<'_>, unused_since: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE used_at < ?1", params![unused_since.millis()])?;
    tx.execute("DELETE FROM link WHERE ends_at < ?1", params![now.millis()])?;
    Ok(())
}
