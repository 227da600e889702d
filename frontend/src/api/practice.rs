//! `/api/practice`: exercises, runs and what they came to.

use super::transport::{Carries, get, json, send, tell, write};
use super::{Answer, decode};
use crate::web;
use gloo_net::http::Method;
use shared::id::{ExerciseId, RunId};
use shared::wire::practice::{AssignExercise, ExerciseFile, Practice, RunView, SkipRequest, Skipped, TeamPractice};

/// The exercises as the asker sees them.
pub async fn list() -> Answer<Practice> {
    get("practice").await
}

/// Who has begun and passed what.
pub async fn team() -> Answer<TeamPractice> {
    get("practice/team").await
}

/// Asks these people, and nobody else, to work an exercise.
pub async fn assign(exercise: &ExerciseId, request: &AssignExercise) -> Answer<()> {
    tell(Method::PUT, &format!("practice/assignments/{exercise}"), json(request)).await
}

/// One exercise, whole.
pub async fn exercise(id: &ExerciseId) -> Answer<ExerciseFile> {
    get(&format!("practice/exercises/{id}")).await
}

/// Writes it.
pub async fn save(id: &ExerciseId, file: &ExerciseFile) -> Answer<ExerciseFile> {
    decode::json(&send(Method::PUT, &format!("practice/exercises/{id}"), json(file), Some(&web::fresh_key())).await?)
}

/// Takes it off the list.
pub async fn remove(id: &ExerciseId) -> Answer<()> {
    tell(Method::DELETE, &format!("practice/exercises/{id}"), Carries::Nothing).await
}

/// Begins a run, or goes on with it.
pub async fn begin(exercise: &ExerciseId) -> Answer<RunView> {
    write(Method::POST, &format!("practice/exercises/{exercise}/run"), &(), &web::fresh_key()).await
}

/// One run.
pub async fn run(id: &RunId) -> Answer<RunView> {
    get(&format!("practice/runs/{id}")).await
}

/// Lets time pass for the cases of a run.
pub async fn skip(id: &RunId, request: SkipRequest) -> Answer<Skipped> {
    write(Method::POST, &format!("practice/runs/{id}/skip"), &request, &web::fresh_key()).await
}

/// Ends a run.
pub async fn finish(id: &RunId) -> Answer<RunView> {
    write(Method::POST, &format!("practice/runs/{id}/finish"), &(), &web::fresh_key()).await
}

/// Gives a run up.
pub async fn leave(id: &RunId) -> Answer<()> {
    tell(Method::POST, &format!("practice/runs/{id}/leave"), Carries::Nothing).await
}
