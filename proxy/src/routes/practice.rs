//! `/api/practice`: exercises, runs and what they came to.

use crate::app::Desk;
use crate::auth::{Allowed, LeadDesk, ViewDesk, WorkCases};
use crate::desk::practice;
use crate::error::Error;
use crate::extract::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use shared::id::{ExerciseId, RunId};
use shared::wire::practice::{AssignExercise, ExerciseFile, Practice, RunView, SkipRequest, Skipped, TeamPractice};

/// `GET /api/practice`.
pub async fn list(State(desk): State<Desk>, allowed: Allowed<ViewDesk>) -> Result<Json<Practice>, Error> {
    Ok(Json(practice::list(&desk, allowed.agent())?))
}

/// `GET /api/practice/team`.
pub async fn team(State(desk): State<Desk>, allowed: Allowed<LeadDesk>) -> Result<Json<TeamPractice>, Error> {
    Ok(Json(practice::of_team(&desk, allowed.agent())?))
}

/// `PUT /api/practice/assignments/{exercise}`.
pub async fn assign(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(exercise): Path<ExerciseId>,
    Json(body): Json<AssignExercise>,
) -> Result<StatusCode, Error> {
    practice::assign(&desk, allowed.agent(), &exercise, &body)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/practice/exercises/{exercise}`.
pub async fn read_exercise(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path(exercise): Path<ExerciseId>,
) -> Result<Json<ExerciseFile>, Error> {
    Ok(Json(practice::read_exercise(&desk, &exercise)?))
}

/// `PUT /api/practice/exercises/{exercise}`.
pub async fn update_exercise(
    State(desk): State<Desk>,
    allowed: Allowed<LeadDesk>,
    Path(exercise): Path<ExerciseId>,
    Json(body): Json<ExerciseFile>,
) -> Result<Json<ExerciseFile>, Error> {
    Ok(Json(practice::save_exercise(&desk, allowed.agent(), &exercise, &body)?))
}

/// `DELETE /api/practice/exercises/{exercise}`.
pub async fn remove_exercise(
    State(desk): State<Desk>,
    _allowed: Allowed<LeadDesk>,
    Path(exercise): Path<ExerciseId>,
) -> Result<StatusCode, Error> {
    practice::remove_exercise(&desk, &exercise)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/practice/exercises/{exercise}/run`: begins it, or goes on with it.
pub async fn begin(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(exercise): Path<ExerciseId>,
) -> Result<Json<RunView>, Error> {
    Ok(Json(practice::begin(&desk, allowed.agent(), &exercise).await?))
}

/// `GET /api/practice/runs/{run}`.
pub async fn read(
    State(desk): State<Desk>,
    allowed: Allowed<ViewDesk>,
    Path(run): Path<RunId>,
) -> Result<Json<RunView>, Error> {
    Ok(Json(practice::read(&desk, allowed.agent(), &run)?))
}

/// `POST /api/practice/runs/{run}/skip`.
pub async fn skip(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(run): Path<RunId>,
    Json(body): Json<SkipRequest>,
) -> Result<Json<Skipped>, Error> {
    Ok(Json(practice::skip(&desk, allowed.agent(), &run, body).await?))
}

/// `POST /api/practice/runs/{run}/finish`.
pub async fn finish(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(run): Path<RunId>,
) -> Result<Json<RunView>, Error> {
    Ok(Json(practice::finish(&desk, allowed.agent(), &run)?))
}

/// `POST /api/practice/runs/{run}/leave`.
pub async fn leave(
    State(desk): State<Desk>,
    allowed: Allowed<WorkCases>,
    Path(run): Path<RunId>,
) -> Result<StatusCode, Error> {
    practice::leave(&desk, allowed.agent(), &run).await?;
    Ok(StatusCode::NO_CONTENT)
}
