//! People: who they are, what they may do, which shops they see.

use super::sql::{Row, Tx, params};
use super::{StoreError, cases, shops, to_json};
use shared::id::{AgentId, ShopId};
use shared::time::Timestamp;
use shared::wire::session::{Person, Role, ShopScope};
use shared::wire::team::Member;
use std::collections::BTreeMap;

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
        Person { id: self.id.clone(), name: self.name.clone(), role: self.role, has_left: false }
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
        // Where somebody practises nobody else looks on, whatever they see.
        if let Some(trainee) = shop.trainee() {
            return trainee == self.id.as_str();
        }
        match &self.shops {
            ShopScope::All => true,
            ShopScope::Only(shops) => shops.contains(shop),
        }
    }
}

const COLUMNS: &str = "id, name, email, role, shops, password_hash, is_practice, seen_at";

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: cases::id("person id", row.get(0)?)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: row.json("role", 3)?,
        shops: row.json("shop scope", 4)?,
        password_hash: row.get(5)?,
        is_practice: row.get(6)?,
        seen: row.get::<Option<i64>>(7)?.map(Timestamp::from_millis),
    })
}

fn one(tx: &Tx<'_>, condition: &str, value: &str) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE {condition} AND removed_at IS NULL");
    tx.first(&sql, params![value], account)
}

/// Somebody who has not been removed.
pub fn find(tx: &Tx<'_>, id: &AgentId) -> Result<Option<Account>, StoreError> {
    one(tx, "id = ?1", id.as_str())
}

/// By e-mail address, in lower case.
pub fn find_by_email(tx: &Tx<'_>, email: &str) -> Result<Option<Account>, StoreError> {
    one(tx, "email = ?1", email)
}

/// Everybody who has not been removed, practice people included, by name.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE removed_at IS NULL ORDER BY name, id");
    tx.all(&sql, params![], account)
}

/// Everybody who was removed, by name, as they were then.
pub fn left(tx: &Tx<'_>) -> Result<Vec<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE removed_at IS NOT NULL ORDER BY name, id");
    tx.all(&sql, params![], account)
}

/// The names of everybody who was ever on the team.
pub fn names(tx: &Tx<'_>) -> Result<BTreeMap<AgentId, String>, StoreError> {
    let all = tx.all("SELECT id, name FROM person", params![], |row| {
        Ok((cases::id("person id", row.get(0)?)?, row.get::<String>(1)?))
    })?;
    Ok(all.into_iter().collect())
}

/// Adds a person; `false` if the e-mail address is taken.
pub fn insert(tx: &Tx<'_>, person: &Account, now: Timestamp) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO person (id, name, email, role, shops, password_hash, is_practice, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        params![
            person.id.as_str(),
            person.name,
            person.email,
            to_json("role", &person.role)?,
            to_json("shop scope", &person.shops)?,
            person.password_hash,
            person.is_practice,
            now.millis()
        ],
    )?;
    Ok(added > 0)
}

/// Changes name, role, shops and password.
pub fn save(tx: &Tx<'_>, person: &Account) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE person SET name = ?2, role = ?3, shops = ?4, password_hash = ?5 WHERE id = ?1",
        params![
            person.id.as_str(),
            person.name,
            to_json("role", &person.role)?,
            to_json("shop scope", &person.shops)?,
            person.password_hash
        ],
    )?;
    Ok(())
}

/// Takes a person off the team; the name stays for the timeline. Their sessions and links end with it.
pub fn remove(tx: &Tx<'_>, id: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    super::sessions::end_all_of(tx, id)?;
    super::sessions::drop_links_of(tx, id)?;
    tx.execute(
        "UPDATE person SET removed_at = ?2, password_hash = NULL WHERE id = ?1",
        params![id.as_str(), now.millis()],
    )?;
    Ok(())
}

/// Whether anybody has been set up who can sign in with a password.
pub fn anybody(tx: &Tx<'_>) -> Result<bool, StoreError> {
    tx.only("SELECT EXISTS (SELECT 1 FROM person WHERE removed_at IS NULL AND is_practice = 0)", params![], |row| {
        row.get(0)
    })
}

/// Whether somebody other than `id` can sign in as an admin.
pub fn other_admin(tx: &Tx<'_>, id: &AgentId) -> Result<bool, StoreError> {
    let others = all(tx)?;
    Ok(others.iter().any(|other| other.id != *id && other.role == Role::Admin && other.password_hash.is_some()))
}

/// The name of a person, also of one who was removed.
pub fn name_of(tx: &Tx<'_>, id: &AgentId) -> Result<Option<String>, StoreError> {
    tx.first("SELECT name FROM person WHERE id = ?1", params![id.as_str()], |row| row.get(0))
}

/// Whether a person is on the team and sees a shop.
pub fn sees(tx: &Tx<'_>, id: &AgentId, shop: &ShopId) -> Result<bool, StoreError> {
    Ok(find(tx, id)?.is_some_and(|person| person.sees(shop)))
}

/// Whether a real shop is known: then nobody practises.
pub fn has_real_shop(tx: &Tx<'_>) -> Result<bool, StoreError> {
    Ok(shops::all(tx)?.iter().any(|shop| !shop.is_practice()))
}
