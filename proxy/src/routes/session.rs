//! `/api/session`: who is signed in, and signing in and out.

use crate::app::Desk;
use crate::auth::{self, can_practise};
use crate::error::Error;
use crate::extract::{Answered, Json, Query};
use crate::middleware::Peer;
use crate::store::people::{self, Account};
use crate::store::shops::{self, ShopRow};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::wire::session::{
    LinkView, Person, ReadLinkRequest, Role, SessionView, SignInRequest, SignedIn, TakeLinkRequest,
};

/// `GET /api/session`.
pub async fn read(State(desk): State<Desk>, headers: HeaderMap) -> Result<Json<SessionView>, Error> {
    let Some(agent) = auth::resolve(&desk, &headers)? else {
        let can_practice = desk.store.read(can_practise)?;
        return Ok(Json(SessionView::SignedOut { can_practice }));
    };
    let now = desk.clock.now();
    let session = auth::holding(&desk, agent.session(), now)?.ok_or(Error::SignedOut)?;
    let (all, team, left, has_real) =
        desk.store.read(|tx| Ok((shops::all(tx)?, people::all(tx)?, people::left(tx)?, people::has_real_shop(tx)?)))?;
    let is_near = |person: &&Account| all.iter().any(|shop| agent.sees(&shop.id) && person.sees(&shop.id));
    let is_here = |person: &&Account| person.password_hash.is_some() || (person.is_practice && !has_real);
    let here = team.iter().filter(is_here).filter(is_near).map(Account::person);
    // What they did still bears their names.
    let left = left.iter().filter(is_near).map(|person| Person { has_left: true, ..person.person() });
    Ok(Json(SessionView::SignedIn(Box::new(SignedIn {
        me: agent.person(),
        shops: all.iter().filter(|shop| agent.sees(&shop.id)).map(ShopRow::view).collect(),
        people: here.chain(left).collect(),
        hold_seconds: desk.config.hold_seconds,
        now,
        ends: auth::ends(&session),
    }))))
}

fn signed_in(desk: &Desk, token: &str) -> Result<Answered<StatusCode>, Error> {
    Ok(Answered::new((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::set_cookie(desk, token)?)])))
}

/// `POST /api/session`.
pub async fn create(
    State(desk): State<Desk>,
    peer: Peer,
    Json(body): Json<SignInRequest>,
) -> Result<Answered<StatusCode>, Error> {
    let token = auth::sign_in(&desk, peer.address, body).await?;
    signed_in(&desk, &token)
}

/// `DELETE /api/session`: also for a browser whose session has ended. Nothing of a buyer stays there (P15).
pub async fn remove(State(desk): State<Desk>, headers: HeaderMap) -> Result<Answered<StatusCode>, Error> {
    auth::sign_out(&desk, &headers)?;
    // What a page keeps the app clears by itself, also with the desk gone. A browser that is told to clear that too holds this
    // answer back until it has, for seconds where it is busy.
    let clear = HeaderValue::from_static("\"cache\"");
    let cookie = auth::clear_cookie(&desk)?;
    Ok(Answered::new((StatusCode::NO_CONTENT, [("clear-site-data", clear), ("set-cookie", cookie)])))
}

/// `POST /api/session/practice`: as whom; a lead unless said otherwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeQuery {
    role: Option<Role>,
}

/// `POST /api/session/practice`.
pub async fn create_practice(
    State(desk): State<Desk>,
    Query(query): Query<PracticeQuery>,
) -> Result<Answered<StatusCode>, Error> {
    let token = auth::practise(&desk, query.role.unwrap_or(Role::Lead))?;
    signed_in(&desk, &token)
}

/// `POST /api/session/link/read`.
pub async fn read_link(State(desk): State<Desk>, Json(body): Json<ReadLinkRequest>) -> Result<Json<LinkView>, Error> {
    Ok(Json(auth::read_link(&desk, &body.token)?))
}

/// `POST /api/session/link`.
pub async fn create_by_link(
    State(desk): State<Desk>,
    Json(body): Json<TakeLinkRequest>,
) -> Result<Answered<StatusCode>, Error> {
    let token = auth::take_link(&desk, body).await?;
    signed_in(&desk, &token)
}
