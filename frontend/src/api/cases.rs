//! `/api/cases` and the evidence on them.

use crate::web;
use gloo_net::http::Method;
use shared::domain::case::Stage;
use shared::id::{AgentId, CaseId, EvidenceId, IdempotencyKey, MediaId};
use shared::wire::case::{CaseFilter, CaseList, CaseRow, CaseView, EvidenceView, SearchRequest};
use shared::wire::claim::ClaimRequest;
use shared::wire::decision::{
    AssignRequest, DecisionRequest, Draft, MotionRecorded, NoteRequest, ReplyRequest, SettleDebtRequest,
};

use super::transport::{Carries, address, get_text, json, send, tell, write};
use super::{Answer, decode};

const fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::ToDecide => "to_decide",
        Stage::ToInspect => "to_inspect",
        Stage::ToTell => "to_tell",
        Stage::Waiting => "waiting",
        Stage::Disputed => "disputed",
        Stage::Done => "done",
    }
}

/// Where [`list`] asks.
pub fn list_path(filter: &CaseFilter) -> String {
    let limit = filter.limit.map(|limit| limit.to_string());
    let wanted = [
        ("stage", filter.stage.map(stage_word)),
        ("shop", filter.shop.as_ref().map(|shop| shop.as_str())),
        ("assignee", filter.assignee.as_deref()),
        ("tag", filter.tag.as_deref()),
        ("cursor", filter.cursor.as_deref()),
        ("limit", limit.as_deref()),
    ];
    let mut path = String::from("cases");
    for (name, value) in wanted {
        let Some(value) = value else { continue };
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(name);
        path.push('=');
        path.push_str(&web::escape(value));
    }
    path
}

/// One page of the queue.
pub async fn list(filter: &CaseFilter) -> Answer<CaseList> {
    decode::case_list(&get_text(&list_path(filter)).await?)
}

/// Finds cases; the text travels in the body.
pub async fn search(text: &str) -> Answer<CaseList> {
    let filter = CaseFilter { limit: Some(20), ..CaseFilter::default() };
    let request = SearchRequest { text: text.to_owned(), filter };
    decode::case_list(&send(Method::POST, "cases/search", json(&request), None).await?)
}

/// Where [`one`] asks.
pub fn one_path(case: &CaseId) -> String {
    format!("cases/{case}")
}

/// One case.
pub async fn one(case: &CaseId) -> Answer<CaseView> {
    decode::case_view(get_text(&one_path(case)).await?).await
}

/// Marks a case as read and asks the server to read it from TikTok again; news comes by the live stream.
pub async fn opened(case: &CaseId) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/opened"), Carries::Nothing).await
}

/// Says that one of the buyer's photos was looked at.
pub async fn photo_opened(case: &CaseId, photo: &MediaId) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/photos/{photo}"), Carries::Nothing).await
}

/// Decides. One key for as long as the sheet is open: pressing again is the same request.
pub async fn decide(case: &CaseId, request: &DecisionRequest, key: &IdempotencyKey) -> Answer<MotionRecorded> {
    write(Method::POST, &format!("cases/{case}/decision"), request, key).await
}

/// Sends a reply, after its hold. One key for one press.
pub async fn reply(case: &CaseId, request: &ReplyRequest, key: &IdempotencyKey) -> Answer<MotionRecorded> {
    write(Method::POST, &format!("cases/{case}/reply"), request, key).await
}

/// Takes or renews the lease of a case's decision; the case's row as it is then.
pub async fn claim(case: &CaseId, take_over: bool) -> Answer<CaseRow> {
    let request = ClaimRequest { take_over };
    decode::json(&send(Method::POST, &format!("cases/{case}/claim"), json(&request), None).await?)
}

/// Gives the lease back.
pub async fn give_back(case: &CaseId) -> Answer<()> {
    tell(Method::DELETE, &format!("cases/{case}/claim"), Carries::Nothing).await
}

/// Keeps unsent words; empty text removes them.
pub async fn draft(case: &CaseId, draft: &Draft) -> Answer<()> {
    tell(Method::PUT, &format!("cases/{case}/draft"), json(draft)).await
}

/// Takes, gives or releases a case.
pub async fn assign(case: &CaseId, assignee: Option<AgentId>) -> Answer<()> {
    tell(Method::PUT, &format!("cases/{case}/assignee"), json(&AssignRequest { assignee })).await
}

/// Writes a note for the team.
pub async fn note(case: &CaseId, text: &str) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/notes"), json(&NoteRequest { text: text.to_owned() })).await
}

/// Ends a debt without a message of ours.
pub async fn told(case: &CaseId, request: &SettleDebtRequest) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/told"), json(request)).await
}

/// Adds a proof: the file as it is, a JPEG, PNG or WebP picture.
pub async fn add_evidence(case: &CaseId, file: &web_sys::File, key: &IdempotencyKey) -> Answer<EvidenceView> {
    let path = format!("cases/{case}/evidence?name={}", web::escape(&file.name()));
    decode::json(&send(Method::POST, &path, Carries::File(file), Some(key)).await?)
}

/// Where a proof's picture is.
pub fn evidence_url(id: &EvidenceId) -> String {
    address(&format!("evidence/{id}"))
}
