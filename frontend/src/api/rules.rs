//! `/api/rules`: what the desk does by itself, and the tags and second persons of cases.

use super::transport::{get, json, send, tell, write};
use super::{Answer, decode};
use crate::web;
use gloo_net::http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::id::{CaseId, RuleId};
use shared::wire::decision::MotionRecorded;
use shared::wire::rule::{
    DryRun, PutAway, RulePage, Rules, RunDry, SaveRule, SecondAnswer, StopRules, Stopped, SwitchRule, TagRequest,
};

async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    write(Method::POST, path, body, &web::fresh_key()).await
}

/// Every rule.
pub async fn list() -> Answer<Rules> {
    get("rules").await
}

/// What the amounts of a new rule may be in.
pub async fn currencies() -> Answer<Vec<String>> {
    get("rules/currencies").await
}

/// One rule with its versions and acts.
pub async fn one(rule: &RuleId) -> Answer<RulePage> {
    get(&format!("rules/{rule}")).await
}

/// Adds the next version; the same words again change nothing.
pub async fn save(rule: &RuleId, request: &SaveRule) -> Answer<RulePage> {
    decode::json(&send(Method::PUT, &format!("rules/{rule}"), json(request), Some(&web::fresh_key())).await?)
}

/// Goes through the last 90 days.
pub async fn run_dry(rule: &RuleId, version: u32) -> Answer<DryRun> {
    post(&format!("rules/{rule}/dry-run"), &RunDry { version }).await
}

/// Switches a version on or off.
pub async fn switch(rule: &RuleId, request: &SwitchRule) -> Answer<RulePage> {
    post(&format!("rules/{rule}/switch"), request).await
}

/// Puts a rule away, or brings it back.
pub async fn put_away(rule: &RuleId, is_away: bool) -> Answer<RulePage> {
    post(&format!("rules/{rule}/away"), &PutAway { is_away }).await
}

/// Stops all rules, or lets them act again.
pub async fn stop(is_stopped: bool) -> Answer<Stopped> {
    post("rules/stop", &StopRules { is_stopped }).await
}

/// Puts a tag on a case, or takes it off.
pub async fn tag(case: &CaseId, request: &TagRequest) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/tags"), json(request)).await
}

/// Answers as the second person, or takes one's own decision back.
pub async fn answer_second(case: &CaseId, request: &SecondAnswer) -> Answer<MotionRecorded> {
    post(&format!("cases/{case}/second"), request).await
}
