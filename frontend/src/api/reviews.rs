//! `/api/reviews`: what people say of decided cases.

use super::transport::{Carries, get, json, send, tell, write};
use super::{Answer, decode};
use crate::web;
use gloo_net::http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::domain::review::{Judgement, Scorecard};
use shared::id::{CaseId, ReviewId, ScorecardId};
use shared::wire::review::{
    Alerts, AnswerRequest, AwayRequest, CalibrateRequest, Calibration, Calibrations, CloseRequest, Coaching,
    ReviewCount, ReviewPage, ReviewRules, ReviewRulesView, ReviewView, Reviews, ScorecardRequest, VerdictRequest,
};

async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    decode::json(&send(Method::PUT, path, json(body), Some(&web::fresh_key())).await?)
}

async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    write(Method::POST, path, body, &web::fresh_key()).await
}

/// What waits, what agents say against, and what was saved.
pub async fn list() -> Answer<Reviews> {
    get("reviews").await
}

/// Of the asker's own work.
pub async fn mine() -> Answer<Vec<ReviewView>> {
    get("reviews/mine").await
}

/// What waits for the asker.
pub async fn count() -> Answer<ReviewCount> {
    get("reviews/count").await
}

/// What has fallen.
pub async fn alerts() -> Answer<Alerts> {
    get("reviews/alerts").await
}

/// Puts away what has fallen, or brings it back.
pub async fn put_away(request: &AwayRequest) -> Answer<Alerts> {
    put("reviews/alerts/away", request).await
}

/// What falls short, by agent.
pub async fn coaching() -> Answer<Vec<Coaching>> {
    get("reviews/coaching").await
}

/// Which cases are looked at.
pub async fn rules() -> Answer<ReviewRulesView> {
    get("reviews/rules").await
}

/// Lays that down.
pub async fn save_rules(rules: &ReviewRules) -> Answer<ReviewRules> {
    put("reviews/rules", rules).await
}

/// Every scorecard, in its newest version.
pub async fn scorecards() -> Answer<Vec<Scorecard>> {
    get("reviews/scorecards").await
}

/// Makes the next version.
pub async fn save_scorecard(id: &ScorecardId, request: &ScorecardRequest) -> Answer<Scorecard> {
    put(&format!("reviews/scorecards/{id}"), request).await
}

/// What a reviewer needs beside the case.
pub async fn one(case: &CaseId) -> Answer<ReviewPage> {
    get(&format!("reviews/cases/{case}")).await
}

/// Saves a review; the same again changes nothing. The first is refused where others have saved more than are known of.
pub async fn save(case: &CaseId, judgement: &Judgement, others: usize) -> Answer<ReviewView> {
    put(&format!("reviews/cases/{case}?others={others}"), judgement).await
}

/// Keeps what is not saved yet.
pub async fn save_draft(case: &CaseId, judgement: &Judgement) -> Answer<()> {
    tell(Method::PUT, &format!("reviews/cases/{case}/draft"), json(judgement)).await
}

/// Takes a case off the list.
pub async fn skip(case: &CaseId) -> Answer<()> {
    tell(Method::POST, &format!("reviews/cases/{case}/skip"), Carries::Nothing).await
}

/// Answers or appeals.
pub async fn answer(review: &ReviewId, request: &AnswerRequest) -> Answer<ReviewView> {
    post(&format!("reviews/items/{review}/answer"), request).await
}

/// Ends an appeal.
pub async fn judge_appeal(review: &ReviewId, request: &VerdictRequest) -> Answer<ReviewView> {
    post(&format!("reviews/items/{review}/verdict"), request).await
}

/// All sessions.
pub async fn calibrations() -> Answer<Calibrations> {
    get("reviews/calibrations").await
}

/// Asks several reviewers.
pub async fn calibrate(case: &CaseId, request: &CalibrateRequest) -> Answer<Calibration> {
    put(&format!("reviews/calibrations/{case}"), request).await
}

/// Ends the judging.
pub async fn close(case: &CaseId, request: &CloseRequest) -> Answer<Calibration> {
    post(&format!("reviews/calibrations/{case}/close"), request).await
}
