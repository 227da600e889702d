//! Sessions: opened by a password, a link or a practice click; kept in a cookie that scripts cannot read.

use super::{Agent, Passwords, fresh_token};
use crate::app::Desk;
use crate::crypto::token_hash;
use crate::entropy::NoEntropy;
use crate::error::Error;
use crate::store::Tx;
use crate::store::sessions::{self, Session};
use crate::store::{StoreError, people};
use crate::telemetry::Chain;
use axum::http::{HeaderMap, HeaderValue, header};
use shared::id::AgentId;
use shared::time::Timestamp;
use shared::wire::session::SignInRequest;
use std::net::IpAddr;

/// A session that is not used ends.
const IDLE_MS: i64 = 12 * 60 * 60 * 1000;
/// A session ends however much it is used.
const ABSOLUTE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How exactly the last use is known: not every read costs a write.
const TOUCH_MS: i64 = 60 * 1000;

/// The browser ties a `__Host-` cookie to this very host and to https.
fn cookie_name(desk: &Desk) -> &'static str {
    if desk.public_url().is_https() { "__Host-amends_session" } else { "amends_session" }
}

fn cookie(desk: &Desk, value: &str, seconds: i64) -> Result<HeaderValue, Error> {
    let secure = if desk.public_url().is_https() { "; Secure" } else { "" };
    let name = cookie_name(desk);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(|_| Error::invalid("cookie", "cannot be written"))
}

/// The cookie of a new session.
pub fn set_cookie(desk: &Desk, token: &str) -> Result<HeaderValue, Error> {
    cookie(desk, token, ABSOLUTE_MS / 1000)
}

/// Takes the cookie away.
pub fn clear_cookie(desk: &Desk) -> Result<HeaderValue, Error> {
    cookie(desk, "", 0)
}

fn token_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}

/// When a session ends unless it is used.
pub fn ends(session: &Session) -> Timestamp {
    session.used.plus_millis(IDLE_MS).min(session.created.plus_millis(ABSOLUTE_MS))
}

/// Who is signed in, if the session holds; notes that it was used.
pub fn resolve(desk: &Desk, headers: &HeaderMap) -> Result<Option<Agent>, StoreError> {
    let Some(token) = token_of(headers, cookie_name(desk)) else { return Ok(None) };
    let hash = token_hash(token);
    let now = desk.clock.now();
    let Some(session) = holding(desk, &hash, now)? else { return Ok(None) };
    if now.since(session.used) >= TOUCH_MS
        && let Err(fault) = desk.store.write(|tx| sessions::touch(tx, &hash, &session.account.id, now))
    {
        // A store that takes nothing can still be read: only this session may end too early.
        tracing::error!(error = %Chain(&fault), "That a session was used cannot be kept");
    }
    Ok(Some(Agent::new(session.account, hash)))
}

/// The session behind a hash, if it holds now.
pub(crate) fn holding(desk: &Desk, hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
    desk.store.read(|tx| {
        let session = sessions::find(tx, hash)?.filter(|session| now < ends(session));
        let Some(session) = session else { return Ok(None) };
        // Once a real shop is there, nobody sees it by one click.
        if session.account.is_practice && people::has_real_shop(tx)? {
            return Ok(None);
        }
        Ok(Some(session))
    })
}

/// Opens a session; the token goes into the cookie and nowhere else.
pub(super) fn open(desk: &Desk, tx: &Tx<'_>, person: &AgentId) -> Result<String, Error> {
    let token = fresh_token(&desk.entropy).map_err(|NoEntropy| Error::NoEntropy(NoEntropy))?;
    sessions::open(tx, &token_hash(&token), person, desk.clock.now())?;
    Ok(token)
}

/// Signs in with e-mail and password: a token for the cookie.
pub async fn sign_in(desk: &Desk, address: IpAddr, request: SignInRequest) -> Result<String, Error> {
    let email = request.email.trim().to_lowercase();
    let tried = desk.limiter.take(&email, address, desk.clock.now());
    tried.map_err(|retry_after_s| Error::TooManyTries { retry_after_s })?;
    // A longer text would only cost time.
    if Passwords::check_length(&request.password).is_err() {
        return Err(Error::WrongPassword);
    }
    let account = desk.store.read(|tx| people::find_by_email(tx, &email))?;
    let known = account.as_ref().and_then(|account| account.password_hash.clone());
    let fits = desk.passwords.fits(request.password, known).await?;
    let Some(account) = account.filter(|_| fits) else {
        tracing::info!("A sign-in was refused");
        return Err(Error::WrongPassword);
    };
    desk.limiter.succeeded(&email);
    desk.store.write_or(|tx| open(desk, tx, &account.id))
}

/// Ends the session of a request, if there is one, and its live streams.
pub fn sign_out(desk: &Desk, headers: &HeaderMap) -> Result<(), StoreError> {
    if let Some(token) = token_of(headers, cookie_name(desk)) {
        desk.store.write(|tx| sessions::end(tx, &token_hash(token)))?;
        desk.publish();
    }
    Ok(())
}

/// Forgets sessions and links that have run out.
pub fn prune(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    sessions::prune(tx, now.plus_millis(-IDLE_MS), now)
}
