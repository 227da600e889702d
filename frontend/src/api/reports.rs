//! `/api/reports`: figures of the work.

use super::Answer;
use super::transport::{address, get, json, tell};
use crate::web;
use gloo_net::http::Method;
use shared::id::{AgentId, ShopId};
use shared::wire::report::{CareRequest, FileKind, Report, Reports};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Weeks back.
    pub weeks: &'static str,
    /// Only what this person answered.
    pub agent: Option<AgentId>,
}

fn query(wanted: &Wanted) -> String {
    let mut query = ["?weeks=", wanted.weeks].concat();
    let shop = wanted.shop.as_ref().map(|shop| ("&shop=", shop.as_str()));
    let agent = wanted.agent.as_ref().map(|agent| ("&agent=", agent.as_str()));
    for (key, value) in shop.into_iter().chain(agent) {
        query.push_str(key);
        query.push_str(&web::escape(value));
    }
    query
}

/// All reports.
pub async fn read(wanted: &Wanted) -> Answer<Reports> {
    get(&["reports", &query(wanted)].concat()).await
}

/// Says who looks after a reason of a product.
pub async fn care(request: &CareRequest) -> Answer<()> {
    tell(Method::PUT, "reports/drift/care", json(request)).await
}

/// Where one report lies as a file.
pub fn file_url(wanted: &Wanted, report: Report, kind: FileKind) -> String {
    address(&["reports/", report.word(), &query(wanted), "&format=", kind.word()].concat())
}
