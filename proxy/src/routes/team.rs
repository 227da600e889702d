//! `/api/team`: people and what they see.

use crate::app::Desk;
use crate::auth::{self, Allowed, ManageTeam};
use crate::error::Error;
use crate::extract::{Json, Key, Path};
use crate::store::people;
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::AgentId;
use shared::wire::team::{ChangeMemberRequest, InviteRequest, LinkMade, Member};

/// `GET /api/team`: everybody but the practice people.
pub async fn list(State(desk): State<Desk>, _allowed: Allowed<ManageTeam>) -> Result<Json<Vec<Member>>, Error> {
    let all = desk.store.read(people::all)?;
    Ok(Json(all.iter().filter(|person| !person.is_practice).map(people::Account::member).collect()))
}

/// `POST /api/team`.
pub async fn create(
    State(desk): State<Desk>,
    allowed: Allowed<ManageTeam>,
    Key(key): Key,
    Json(body): Json<InviteRequest>,
) -> Result<Json<LinkMade>, Error> {
    Ok(Json(auth::invite(&desk, allowed.agent(), &key, &body)?))
}

/// `PATCH /api/team/{id}`.
pub async fn update(
    State(desk): State<Desk>,
    allowed: Allowed<ManageTeam>,
    Path(person): Path<AgentId>,
    Json(body): Json<ChangeMemberRequest>,
) -> Result<Json<Member>, Error> {
    Ok(Json(auth::change(&desk, allowed.agent(), &person, &body)?.member()))
}

/// `DELETE /api/team/{id}`.
pub async fn remove(
    State(desk): State<Desk>,
    allowed: Allowed<ManageTeam>,
    Path(person): Path<AgentId>,
) -> Result<StatusCode, Error> {
    auth::remove(&desk, allowed.agent(), &person)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/team/{id}/reset`.
pub async fn create_reset(
    State(desk): State<Desk>,
    allowed: Allowed<ManageTeam>,
    Path(person): Path<AgentId>,
    Key(key): Key,
) -> Result<Json<LinkMade>, Error> {
    Ok(Json(auth::reset(&desk, allowed.agent(), &key, &person)?))
}
