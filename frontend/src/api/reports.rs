//! `/api/reports`: figures of the work.

use super::Answer;
use super::transport::{address, get, json, tell};
use crate::web;
use gloo_net::http::Method;
use shared::domain::case::Kind;
use shared::id::{AgentId, ShopId};
use shared::reasons::{ReasonGroup, group_word};
use shared::wire::report::{CareRequest, Counted, FileKind, Report, ReportCases, Reports};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Weeks back.
    pub weeks: &'static str,
    /// Only what this person answered.
    pub agent: Option<AgentId>,
    /// Only requests of this kind.
    pub kind: Option<Kind>,
    /// Only requests for this.
    pub reason: Option<ReasonGroup>,
    /// Only requests of this product; an empty name is of those that name none.
    pub product: Option<String>,
}

impl Wanted {
    /// Not all requests, whatever they are about.
    pub const fn is_cut(&self) -> bool {
        self.kind.is_some() || self.reason.is_some() || self.product.is_some()
    }

    /// Something of what is known is left out, whatever the weeks.
    pub const fn is_narrowed(&self) -> bool {
        self.is_cut() || self.shop.is_some() || self.agent.is_some()
    }
}

fn query(wanted: &Wanted) -> String {
    let mut query = ["?weeks=", wanted.weeks].concat();
    let shop = wanted.shop.as_ref().map(|shop| ("&shop=", shop.as_str()));
    let agent = wanted.agent.as_ref().map(|agent| ("&agent=", agent.as_str()));
    let kind = wanted.kind.map(|kind| ("&kind=", kind.word()));
    let reason = wanted.reason.map(|reason| ("&reason=", group_word(reason)));
    let product = wanted.product.as_deref().map(|product| ("&product=", product));
    for (key, value) in [shop, agent, kind, reason, product].into_iter().flatten() {
        query.push_str(key);
        query.push_str(&web::escape(value));
    }
    query
}

/// All reports.
pub async fn read(wanted: &Wanted) -> Answer<Reports> {
    get(&["reports", &query(wanted)].concat()).await
}

/// The cases that a figure counts; of one reason and product where they are named.
pub async fn cases(
    wanted: &Wanted,
    what: Counted,
    reason: Option<ReasonGroup>,
    product: Option<&str>,
) -> Answer<ReportCases> {
    let what = match what {
        Counted::RanOut => "&what=ran_out",
        Counted::Asked => "&what=asked",
        Counted::Drifting => "&what=drifting",
    };
    let product = product.or(wanted.product.as_deref()).map(str::to_owned);
    let wanted = Wanted { reason: reason.or(wanted.reason), product, ..wanted.clone() };
    get(&["reports/cases", &query(&wanted), what].concat()).await
}

/// Says who looks after a reason of a product.
pub async fn care(request: &CareRequest) -> Answer<()> {
    tell(Method::PUT, "reports/drift/care", json(request)).await
}

/// Where one report lies as a file.
pub fn file_url(wanted: &Wanted, report: Report, kind: FileKind) -> String {
    address(&["reports/", report.word(), &query(wanted), "&format=", kind.word()].concat())
}
