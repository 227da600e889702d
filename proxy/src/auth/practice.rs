//! One-click sign-in to the practice shop, while no real shop exists.

use super::session;
use crate::app::Desk;
use crate::error::Error;
use crate::store::Tx;
use crate::store::people::{self, Account};
use crate::store::{StoreError, shops};
use shared::id::{AgentId, IdError};
use shared::wire::session::{Role, ShopScope};

/// Practice people. None is an admin: whom a visitor could invite would stay when the desk becomes a real one.
const PEOPLE: [(&str, &str, Role); 3] = [
    ("practice_marek", "Marek Nowak", Role::Lead),
    ("practice_ines", "Ines Ferreira", Role::Agent),
    ("practice_aylin", "Aylin Demir", Role::Agent),
];

/// Whether a visitor may sign in with one click: there is a practice shop, and no real one.
pub fn can_practise(tx: &Tx<'_>) -> Result<bool, StoreError> {
    // The shop of a run says nothing of what else the desk is for.
    let all: Vec<_> = shops::all(tx)?.into_iter().filter(|shop| shop.id.trainee().is_none()).collect();
    Ok(!all.is_empty() && all.iter().all(shops::ShopRow::is_practice))
}

/// Signs a visitor in as the first practice person of a role: a token for the cookie.
pub fn practise(desk: &Desk, role: Role) -> Result<String, Error> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        if !can_practise(tx)? {
            return Err(Error::Forbidden);
        }
        let mut chosen = None;
        for (id, name, its_role) in PEOPLE {
            let id = id.parse().map_err(|fault: IdError| Error::Id(fault))?;
            let person = practice_person(id, name, its_role);
            if people::find(tx, &person.id)?.is_none() {
                people::insert(tx, &person, now)?;
            }
            if chosen.is_none() && its_role == role {
                chosen = Some(person.id);
            }
        }
        session::open(desk, tx, &chosen.ok_or(Error::Forbidden)?)
    })
}

fn practice_person(id: AgentId, name: &str, role: Role) -> Account {
    Account {
        email: format!("{id}@practice.invalid"),
        id,
        name: name.to_owned(),
        role,
        shops: ShopScope::All,
        password_hash: None,
        is_practice: true,
        seen: None,
    }
}
