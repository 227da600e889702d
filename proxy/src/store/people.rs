//! People: who they are, what they may do, which shops they see.

use super::{StoreError, from_json, shops, to_json};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use shared::id::{AgentId, ShopId};
use shared::time::Timestamp;
use shared::wire::session::{Person, Role, ShopScope};
use shared::wire::team::Member;

/// A person of the team.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Opaque id.
    pub id: AgentId,
    /// Display name.
    pub name: String,
    /// In lower case; unique among those who have not been removed.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Which shops they see.
    pub shops: ShopScope,
    /// An argon2id hash; none: invited, or a practice person.
    pub password_hash: Option<String>,
    /// Signs in with one click while no real shop exists.
    pub is_practice: bool,
    /// When they were last here.
    pub seen: Option<Timestamp>,
}

impl Account {
    /// As others see them.
    pub fn person(&self) -> Person {
        Person { id: self.id.clone(), name: self.name.clone(), role: self.role }
    }

    /// As admins see them.
    pub fn member(&self) -> Member {
        Member {
            id: self.id.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            shops: self.shops.clone(),
            is_invited: self.password_hash.is_none(),
            seen: self.seen,
        }
    }

    /// Whether a shop is theirs to see.
    pub fn sees(&self, shop: &ShopId) -> bool {
        match &self.shops {
            ShopScope::All => true,
            ShopScope::Only(shops) => shops.contains(shop),
        }
    }
}

const COLUMNS: &str = "id, name, email, role, shops, password_hash, is_practice, seen_at";

type Raw = (String, String, String, String, String, Option<String>, bool, Option<i64>);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
}

fn account((id, name, email, role, shops, password_hash, is_practice, seen): Raw) -> Result<Account, StoreError> {
    Ok(Account {
        id: AgentId::try_from(id)
            .map_err(|source| StoreError::Corrupt { what: "person id", source: Box::new(source) })?,
        name,
        email,
        role: from_json("role", &role)?,
        shops: from_json("shop scope", &shops)?,
        password_hash,
        is_practice,
        seen: seen.map(Timestamp::from_millis),
    })
}

fn one(tx: &Transaction<'_>, condition: &str, value: &str) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE {condition} AND removed_at IS NULL");
    tx.prepare_cached(&sql)?.query_row([value], raw).optional()?.map(account).transpose()
}

/// Somebody who has not been removed.
pub fn find(tx: &Transaction<'_>, id: &AgentId) -> Result<Option<Account>, StoreError> {
    one(tx, "id = ?1", id.as_str())
}

/// By e-mail address, in lower case.
pub fn find_by_email(tx: &Transaction<'_>, email: &str) -> Result<Option<Account>, StoreError> {
    one(tx, "email = ?1", email)
}

/// Everybody who has not been removed, practice people included, by name.
pub fn all(tx: &Transaction<'_>) -> Result<Vec<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE removed_at IS NULL ORDER BY name, id");
    let mut query = tx.prepare_cached(&sql)?;
    let rows = query.query_map([], raw)?;
    rows.map(|row| account(row?)).collect()
}

/// Adds a person; `false` if the e-mail address is taken.
pub fn insert(tx: &Transaction<'_>, person: &Account, now: Timestamp) -> Result<bool, StoreError> {
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO person (id, name, email, role, shops, password_hash, is_practice, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            person.id.as_str(),
            person.name,
            person.email,
            to_json("role", &person.role)?,
            to_json("shop scope", &person.shops)?,
            person.password_hash,
            person.is_practice,
            now.millis()
        ])?;
    Ok(added > 0)
}

/// Changes name, role, shops and password.
pub fn save(tx: &Transaction<'_>, person: &Account) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE person SET name = ?2, role = ?3, shops = ?4, password_hash = ?5 WHERE id = ?1")?
        .execute(params![
            person.id.as_str(),
            person.name,
            to_json("role", &person.role)?,
            to_json("shop scope", &person.shops)?,
            person.password_hash
        ])?;
    Ok(())
}

/// Takes a person off the team; the name stays for the timeline. Their sessions and links end with it.
pub fn remove(tx: &Transaction<'_>, id: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    super::sessions::end_all_of(tx, id)?;
    super::sessions::drop_links_of(tx, id)?;
    tx.prepare_cached("UPDATE person SET removed_at = ?2, password_hash = NULL WHERE id = ?1")?
        .execute(params![id.as_str(), now.millis()])?;
    Ok(())
}

/// Whether anybody has been set up who can sign in with a password.
pub fn anybody(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE removed_at IS NULL AND NOT is_practice)")?
        .query_row([], |row| row.get(0))?)
}

/// Whether somebody other than `id` can sign in as an admin.
pub fn other_admin(tx: &Transaction<'_>, id: &AgentId) -> Result<bool, StoreError> {
    let others = all(tx)?;
    Ok(others.iter().any(|other| other.id != *id && other.role == Role::Admin && other.password_hash.is_some()))
}

/// The name of a person, also of one who was removed.
pub fn name_of(tx: &Transaction<'_>, id: &AgentId) -> Result<Option<String>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT name FROM person WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?)
}

/// Whether a person is on the team and sees a shop.
pub fn sees(tx: &Transaction<'_>, id: &AgentId, shop: &ShopId) -> Result<bool, StoreError> {
    Ok(find(tx, id)?.is_some_and(|person| person.sees(shop)))
}

/// Whether a real shop is known: then nobody practises.
pub fn has_real_shop(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    Ok(shops::all(tx)?.iter().any(|shop| !shop.is_practice()))
}
