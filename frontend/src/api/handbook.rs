//! `/api/handbook`: read by everybody, written by leads.

use super::transport::{Carries, get, json, send, tell, write};
use super::{Answer, decode};
use gloo_net::http::Method;
use shared::domain::handbook::PageContent;
use shared::id::{CaseId, IdempotencyKey, PageId};
use shared::wire::handbook::{
    Beside, Diff, DraftRevision, DraftView, Handbook, KeepingRequest, NewPageRequest, News, OrderRequest, PageMade,
    PageView, PublishRequest, ReturnRequest, ReviewRequest, Revision, SaveRequest, Saved, Shown, SignRequest,
};

fn path(page: &PageId, rest: &str) -> String {
    ["handbook/pages/", page.as_str(), rest].concat()
}

/// All pages.
pub async fn list() -> Answer<Handbook> {
    get("handbook").await
}

/// How much is still to be read.
pub async fn news() -> Answer<News> {
    get("handbook/news").await
}

/// One page; none: what is in force of it.
pub async fn page(page: &PageId, version: Option<u32>) -> Answer<PageView> {
    let query = version.map(|number| ["?version=", &number.to_string()].concat()).unwrap_or_default();
    get(&path(page, &query)).await
}

/// "I have read it and can work by it."
pub async fn sign(page: &PageId, number: u32) -> Answer<()> {
    tell(Method::POST, &path(page, "/signature"), json(&SignRequest { number })).await
}

/// What differs between two versions, or between one and the draft.
pub async fn difference(page: &PageId, from: u32, to: Option<u32>) -> Answer<Diff> {
    let to = to.map(|to| ["&to=", &to.to_string()].concat()).unwrap_or_default();
    get(&path(page, &["/difference?from=", &from.to_string(), &to].concat())).await
}

/// What it says beside a case.
pub async fn beside(case: &CaseId) -> Answer<Beside> {
    get(&["cases/", case.as_str(), "/handbook"].concat()).await
}

/// Makes a page.
pub async fn create(request: &NewPageRequest, key: &IdempotencyKey) -> Answer<PageMade> {
    write(Method::POST, "handbook/pages", request, key).await
}

/// Says who looks after a page, and whether it is shown.
pub async fn keep(page: &PageId, request: &KeepingRequest) -> Answer<()> {
    tell(Method::PUT, &path(page, "/keeping"), json(request)).await
}

/// Puts all pages into another order.
pub async fn order(request: &OrderRequest) -> Answer<()> {
    tell(Method::PUT, "handbook/order", json(request)).await
}

/// Draws what is being written.
pub async fn preview(content: &PageContent) -> Answer<Shown> {
    decode::json(&send(Method::POST, "handbook/preview", json(content), None).await?)
}

/// Opens the draft.
pub async fn open_draft(page: &PageId) -> Answer<DraftView> {
    decode::json(&send(Method::POST, &path(page, "/draft"), Carries::Nothing, None).await?)
}

/// Lets the draft say what a version said. One that may be written over by that is named as it was seen.
pub async fn begin_from(page: &PageId, number: u32, seen: Option<u32>) -> Answer<()> {
    let seen = seen.map(|revision| ["&revision=", &revision.to_string()].concat()).unwrap_or_default();
    tell(Method::POST, &path(page, &["/draft?from=", &number.to_string(), &seen].concat()), Carries::Nothing).await
}

/// Says that the draft is still open here, and hears how it stands.
pub async fn attend_draft(page: &PageId) -> Answer<DraftView> {
    decode::json(&send(Method::POST, &path(page, "/draft/here"), Carries::Nothing, None).await?)
}

/// Keeps the draft, unless somebody else has changed it.
pub async fn save_draft(page: &PageId, request: &SaveRequest) -> Answer<Saved> {
    decode::json(&send(Method::PUT, &path(page, "/draft"), json(request), None).await?)
}

/// Throws the draft away.
pub async fn discard_draft(page: &PageId, revision: u32) -> Answer<()> {
    let rest = ["/draft?revision=", &revision.to_string()].concat();
    tell(Method::DELETE, &path(page, &rest), Carries::Nothing).await
}

/// What the draft was.
pub async fn revisions(page: &PageId) -> Answer<Vec<DraftRevision>> {
    get(&path(page, "/draft/revisions")).await
}

/// What it said then.
pub async fn revision(page: &PageId, number: u32) -> Answer<PageContent> {
    get(&path(page, &["/draft/revisions/", &number.to_string()].concat())).await
}

/// Sends the draft for review.
pub async fn review(page: &PageId, request: &ReviewRequest) -> Answer<()> {
    tell(Method::POST, &path(page, "/draft/review"), json(request)).await
}

/// Sends it back.
pub async fn send_back(page: &PageId, request: &ReturnRequest) -> Answer<()> {
    tell(Method::POST, &path(page, "/draft/return"), json(request)).await
}

/// Approves it and puts it into force, under a key that is the same on every try.
pub async fn publish(page: &PageId, revision: u32, key: &IdempotencyKey) -> Answer<Revision> {
    write(Method::POST, &path(page, "/draft/publish"), &PublishRequest { revision }, key).await
}
