//! The team: invite, change, reset, remove. The last admin stays.

use super::links::{self, check_email, check_name};
use super::{Agent, fresh_token};
use crate::app::Desk;
use crate::desk::error::DeskError;
use crate::desk::work;
use crate::error::Error;
use crate::store::Tx;
use crate::store::people::{self, Account};
use crate::store::{from_json, idempotency, sessions, shops, to_json};
use shared::id::{AgentId, IdempotencyKey};
use shared::wire::session::{LinkPurpose, Role, ShopScope};
use shared::wire::team::{ChangeMemberRequest, InviteRequest, LinkMade};

fn check_scope(tx: &Tx<'_>, scope: &ShopScope) -> Result<(), Error> {
    let ShopScope::Only(wanted) = scope else { return Ok(()) };
    for shop in wanted {
        if shops::find(tx, shop)?.is_none() {
            return Err(Error::invalid("shops", "names a shop that is not there"));
        }
    }
    Ok(())
}

fn member(tx: &Tx<'_>, id: &AgentId) -> Result<Account, Error> {
    people::find(tx, id)?.filter(|person| !person.is_practice).ok_or(Error::NotFound { what: "person" })
}

fn insert(desk: &Desk, tx: &Tx<'_>, request: &InviteRequest) -> Result<Account, Error> {
    check_scope(tx, &request.shops)?;
    let person = Account {
        id: AgentId::try_from(desk.entropy.id("p_")?)?,
        name: check_name(&request.name)?,
        email: check_email(&request.email)?,
        role: request.role,
        shops: request.shops.clone(),
        password_hash: None,
        is_practice: false,
        seen: None,
    };
    if people::insert(tx, &person, desk.clock.now())? { Ok(person) } else { Err(Error::EmailTaken) }
}

/// Runs a keyed write that makes a link. Its token follows from the key, so that the stored answer has none.
fn keyed(
    desk: &Desk,
    by: &Agent,
    key: &IdempotencyKey,
    body_hash: &str,
    work: impl FnOnce(&Tx<'_>, &str) -> Result<LinkMade, Error>,
) -> Result<LinkMade, Error> {
    let token = links::token_of_key(desk, &by.id, key);
    desk.store.write_or(|tx| {
        match idempotency::recall(tx, &by.id, key, body_hash)? {
            idempotency::Recalled::Nothing => {}
            idempotency::Recalled::Same(answer) => {
                let made: LinkMade = from_json("answer", &answer)?;
                return Ok(LinkMade { url: links::url_of(desk, &token), ..made });
            }
            idempotency::Recalled::OtherBody => return Err(Error::Desk(DeskError::KeyReused)),
        }
        let made = work(tx, &token)?;
        let without_token = LinkMade { url: String::new(), ..made.clone() };
        let answer = to_json("answer", &without_token)?;
        idempotency::remember(tx, &by.id, key, body_hash, &answer, desk.clock.now())?;
        Ok(made)
    })
}

/// Invites somebody; the link is for the admin to hand over.
pub fn invite(desk: &Desk, by: &Agent, key: &IdempotencyKey, request: &InviteRequest) -> Result<LinkMade, Error> {
    let body_hash = idempotency::body_hash("invite", request)?;
    keyed(desk, by, key, &body_hash, |tx, token| {
        let person = insert(desk, tx, request)?;
        let made = links::make(desk, tx, LinkPurpose::Invite, Some(person.id.clone()), token)?;
        Ok(LinkMade { member: person.member(), url: made.url, ends: made.ends })
    })
}

/// The same from the command line, where nobody is signed in.
pub fn add(desk: &Desk, request: &InviteRequest) -> Result<LinkMade, Error> {
    let token = fresh_token(&desk.entropy)?;
    desk.store.write_or(|tx| {
        let person = insert(desk, tx, request)?;
        let made = links::make(desk, tx, LinkPurpose::Invite, Some(person.id.clone()), &token)?;
        Ok(LinkMade { member: person.member(), url: made.url, ends: made.ends })
    })
}

/// Makes a link for a new password, or a new invitation for somebody who never came. The old password works until
/// the link is taken up; then all sessions end.
pub fn reset(desk: &Desk, by: &Agent, key: &IdempotencyKey, id: &AgentId) -> Result<LinkMade, Error> {
    let body_hash = idempotency::body_hash("reset", id)?;
    keyed(desk, by, key, &body_hash, |tx, token| {
        let person = member(tx, id)?;
        let purpose = if person.password_hash.is_some() { LinkPurpose::Reset } else { LinkPurpose::Invite };
        let made = links::make(desk, tx, purpose, Some(person.id.clone()), token)?;
        Ok(LinkMade { member: person.member(), url: made.url, ends: made.ends })
    })
}

/// Changes role and shops. What somebody had open under the old ones ends; cases that they no longer see become free.
pub fn change(desk: &Desk, by: &Agent, id: &AgentId, request: &ChangeMemberRequest) -> Result<Account, Error> {
    let changed = desk.store.write_or(|tx| {
        check_scope(tx, &request.shops)?;
        let mut person = member(tx, id)?;
        if person.role == request.role && person.shops == request.shops {
            return Ok(person);
        }
        if person.role == Role::Admin && request.role != Role::Admin && !people::other_admin(tx, id)? {
            return Err(Error::LastAdmin);
        }
        person.role = request.role;
        person.shops = request.shops.clone();
        people::save(tx, &person)?;
        work::free_cases(desk, tx, by, id, &person.shops)?;
        sessions::end_all_of(tx, id)?;
        Ok(person)
    })?;
    desk.publish();
    Ok(changed)
}

/// Takes somebody off the team; sessions, streams and links end, and nobody holds their cases.
pub fn remove(desk: &Desk, by: &Agent, id: &AgentId) -> Result<(), Error> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let person = member(tx, id)?;
        if person.role == Role::Admin && person.password_hash.is_some() && !people::other_admin(tx, id)? {
            return Err(Error::LastAdmin);
        }
        people::remove(tx, id, now)?;
        work::free_cases(desk, tx, by, id, &ShopScope::Only(Vec::new()))?;
        Ok::<_, Error>(())
    })?;
    desk.publish();
    Ok(())
}
