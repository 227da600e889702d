//! One-time links: set up the first admin, take up an invitation, set a new password.

use super::{Passwords, fresh_token, session};
use crate::app::Desk;
use crate::crypto::token_hash;
use crate::error::Error;
use crate::store::Tx;
use crate::store::people::{self, Account};
use crate::store::sessions::{self, Link};
use ring::hmac;
use shared::id::{AgentId, IdempotencyKey};
use shared::time::Timestamp;
use shared::wire::session::{LinkPurpose, LinkView, Role, ShopScope, TakeLinkRequest};

const HOUR_MS: i64 = 60 * 60 * 1000;

const fn life_ms(purpose: LinkPurpose) -> i64 {
    match purpose {
        LinkPurpose::Setup | LinkPurpose::Reset => 24 * HOUR_MS,
        LinkPurpose::Invite => 72 * HOUR_MS,
    }
}

/// A link that was made. Its token is in the fragment, which no server and no log sees.
#[derive(Clone)]
pub struct Made {
    /// To be handed over by a person.
    pub url: String,
    /// When it stops working.
    pub ends: Timestamp,
}

/// The address that carries a token.
pub(super) fn url_of(desk: &Desk, token: &str) -> String {
    format!("{}/welcome#{token}", desk.app_origin().as_str())
}

/// The token of a link that is made by a keyed write: a repeated key makes the same link, and no token is stored.
pub(super) fn token_of_key(desk: &Desk, agent: &AgentId, key: &IdempotencyKey) -> String {
    use base64::Engine;
    let tag = hmac::sign(&desk.link_key, format!("{agent}\n{key}").as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tag)
}

/// Makes a link for somebody on the team.
pub(super) fn make(
    desk: &Desk,
    tx: &Tx<'_>,
    purpose: LinkPurpose,
    person: Option<AgentId>,
    token: &str,
) -> Result<Made, Error> {
    let ends = desk.clock.now().plus_millis(life_ms(purpose));
    sessions::make_link(tx, &token_hash(token), &Link { purpose, person, ends })?;
    Ok(Made { url: url_of(desk, token), ends })
}

/// A link for the first admin; none when somebody is there already. An earlier one stops working.
pub fn make_setup_link(desk: &Desk) -> Result<Option<Made>, Error> {
    let token = fresh_token(&desk.entropy)?;
    desk.store.write_or(|tx| {
        if people::anybody(tx)? {
            return Ok(None);
        }
        make(desk, tx, LinkPurpose::Setup, None, &token).map(Some)
    })
}

/// Who a link is for. A set-up link ends when anybody has been set up.
fn open(desk: &Desk, tx: &Tx<'_>, token: &str) -> Result<Option<(Link, Option<Account>)>, crate::store::StoreError> {
    let Some(link) = sessions::find_link(tx, &token_hash(token), desk.clock.now())? else { return Ok(None) };
    let account = match &link.person {
        Some(id) => people::find(tx, id)?,
        None => None,
    };
    let holds = match link.purpose {
        LinkPurpose::Setup => !people::anybody(tx)?,
        LinkPurpose::Invite | LinkPurpose::Reset => account.is_some(),
    };
    Ok(holds.then_some((link, account)))
}

/// What a link is for.
pub fn read_link(desk: &Desk, token: &str) -> Result<LinkView, Error> {
    let (link, account) = desk.store.read(|tx| open(desk, tx, token))?.ok_or(Error::LinkExpired)?;
    Ok(LinkView {
        purpose: link.purpose,
        email: account.as_ref().map(|account| account.email.clone()),
        name: account.map(|account| account.name),
    })
}

/// Takes up a link and signs in: a token for the cookie.
pub async fn take_link(desk: &Desk, request: TakeLinkRequest) -> Result<String, Error> {
    let (link, _) = desk.store.read(|tx| open(desk, tx, &request.token))?.ok_or(Error::LinkExpired)?;
    Passwords::check_length(&request.password)?;
    let wanted = match link.purpose {
        LinkPurpose::Setup => Some((check_name(&request.name)?, check_email(&request.email)?)),
        LinkPurpose::Invite | LinkPurpose::Reset => None,
    };
    let hash = desk.passwords.hash(request.password, &desk.entropy).await?;
    let now = desk.clock.now();
    let token = desk.store.write_or(|tx| {
        // Looked at again: somebody may have been faster while the password was hashed.
        let (link, account) = open(desk, tx, &request.token)?.ok_or(Error::LinkExpired)?;
        let person = match (link.purpose, account, &wanted) {
            (LinkPurpose::Setup, _, Some((name, email))) => {
                let person = Account {
                    id: AgentId::try_from(desk.entropy.id("p_")?)?,
                    name: name.clone(),
                    email: email.clone(),
                    role: Role::Admin,
                    shops: ShopScope::All,
                    password_hash: Some(hash.clone()),
                    is_practice: false,
                    seen: None,
                };
                if !people::insert(tx, &person, now)? {
                    return Err(Error::EmailTaken);
                }
                sessions::drop_setup_links(tx)?;
                person
            }
            (LinkPurpose::Invite | LinkPurpose::Reset, Some(mut person), _) => {
                if link.purpose == LinkPurpose::Invite && !request.name.trim().is_empty() {
                    person.name = check_name(&request.name)?;
                }
                person.password_hash = Some(hash.clone());
                people::save(tx, &person)?;
                sessions::end_all_of(tx, &person.id)?;
                sessions::drop_links_of(tx, &person.id)?;
                person
            }
            (LinkPurpose::Setup | LinkPurpose::Invite | LinkPurpose::Reset, _, _) => return Err(Error::LinkExpired),
        };
        session::open(desk, tx, &person.id)
    })?;
    // Streams of sessions that have just ended.
    desk.publish();
    Ok(token)
}

/// A display name, trimmed.
pub(super) fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let fits = (1..=80).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Error::invalid("name", "must have 1 to 80 characters")) }
}

/// An e-mail address, in lower case. Nothing is ever sent to it: it is a name to sign in with.
pub(super) fn check_email(email: &str) -> Result<String, Error> {
    let email = email.trim().to_lowercase();
    let has_parts = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let is_plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if has_parts && is_plain && email.len() <= 254 {
        Ok(email)
    } else {
        Err(Error::invalid("email", "must be an e-mail address"))
    }
}
