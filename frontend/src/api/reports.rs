//! `/api/reports`: figures of the work.

use super::Answer;
use super::transport::{address, get};
use crate::web;
use shared::id::ShopId;
use shared::wire::report::{FileKind, Report, Reports};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Weeks back.
    pub weeks: &'static str,
}

fn query(wanted: &Wanted) -> String {
    let mut query = ["?weeks=", wanted.weeks].concat();
    if let Some(shop) = &wanted.shop {
        query.push_str("&shop=");
        query.push_str(&web::escape(shop.as_str()));
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
