//! `/api/reports`: figures of the work.

use super::Answer;
use super::transport::{address, get};
use crate::web;
use shared::id::{AgentId, ShopId};
use shared::wire::report::{FileKind, Report, Reports};

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

/// Where one report lies as a file.
pub fn file_url(wanted: &Wanted, report: Report, kind: FileKind) -> String {
    address(&["reports/", report.word(), &query(wanted), "&format=", kind.word()].concat())
}
