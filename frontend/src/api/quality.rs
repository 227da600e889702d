//! `/api/quality`: how the work stands up to what TikTok shows.

use super::Answer;
use super::transport::get;
use crate::web;
use shared::id::ShopId;
use shared::wire::quality::{Quality, QualityCases};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only this shop.
    pub shop: Option<ShopId>,
    /// Weeks back.
    pub weeks: &'static str,
    /// Only what the asker has decided.
    pub is_mine: bool,
}

fn path(part: &str, wanted: &Wanted) -> String {
    let whose = if wanted.is_mine { "quality/mine" } else { "quality" };
    let mut path = [whose, part, "?weeks=", wanted.weeks].concat();
    if let Some(shop) = &wanted.shop {
        path.push_str("&shop=");
        path.push_str(&web::escape(shop.as_str()));
    }
    path
}

/// All checks over many cases.
pub async fn read(wanted: &Wanted) -> Answer<Quality> {
    get(&path("", wanted)).await
}

/// The cases in which a check failed.
pub async fn cases(wanted: &Wanted, failed: &str) -> Answer<QualityCases> {
    get(&[&path("/cases", wanted), "&failed=", failed].concat()).await
}
