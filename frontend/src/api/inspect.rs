//! The packing table.

use gloo_net::http::Method;
use shared::id::{AgentId, CaseId, EvidenceId, IdempotencyKey};
use shared::wire::inspect::{
    AnswerRequest, AskLeadRequest, Inspection, LeadAsked, Question, ScanAnswer, ScanRequest, ShotRequest, Slot,
};

use super::Answer;
use super::transport::{Carries, tell, write};
use crate::web;

/// Finds a parcel by a code on it; a single one is marked as scanned.
pub async fn scan(code: &str) -> Answer<ScanAnswer> {
    write(Method::POST, "inspect/scan", &ScanRequest { code: code.to_owned() }, &web::fresh_key()).await
}

/// Marks one of several parcels as scanned.
pub async fn scanned(case: &CaseId) -> Answer<()> {
    tell(Method::POST, &format!("cases/{case}/scanned"), Carries::Nothing).await
}

/// Keeps an answer; what the desk knows then comes back.
pub async fn answer(case: &CaseId, question: Question, is_yes: bool) -> Answer<Inspection> {
    let request = AnswerRequest { question, is_yes };
    write(Method::PUT, &format!("cases/{case}/answer"), &request, &web::fresh_key()).await
}

/// Makes a proof the photo of a slot; what the desk knows then comes back.
pub async fn shoot(case: &CaseId, slot: Slot, evidence: EvidenceId) -> Answer<Inspection> {
    let request = ShotRequest { slot, evidence };
    write(Method::PUT, &format!("cases/{case}/shot"), &request, &web::fresh_key()).await
}

/// Hands the case to a lead. One key for as long as the sheet is open.
pub async fn ask_lead(case: &CaseId, lead: Option<AgentId>, text: &str, key: &IdempotencyKey) -> Answer<LeadAsked> {
    let request = AskLeadRequest { lead, text: text.to_owned() };
    write(Method::POST, &format!("cases/{case}/lead"), &request, key).await
}
