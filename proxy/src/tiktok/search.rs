//! What the searches for cancellations and returns have in common.

use super::endpoint::{Call, Endpoint};
use super::error::TiktokError;
use serde_json::{Map, Value};
use shared::time::Timestamp;

/// The platform's largest page.
const PAGE_SIZE: &str = "50";
/// Texts of the platform are asked for in English; agents' languages are for reject reasons.
pub(super) const LOCALE: &str = "en-US";

/// Which cases to find. Empty members do not filter; keep it the same for every page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// `cancel_id` or `return_id`.
    pub ids: Vec<String>,
    /// Of these orders.
    pub order_ids: Vec<String>,
    /// Updated at or after, in whole seconds.
    pub updated_from: Option<Timestamp>,
    /// Updated before, in whole seconds.
    pub updated_before: Option<Timestamp>,
    /// In these states, as the platform writes them.
    pub statuses: Vec<String>,
}

/// One page, oldest update first.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPage<T> {
    /// What was found.
    pub items: Vec<T>,
    /// Where the next page starts; none: this was the last.
    pub next: Option<String>,
    /// How many there are in all, if the platform says so.
    pub total: Option<u64>,
}

pub(super) fn call(
    endpoint: &'static Endpoint,
    [ids, statuses]: [&str; 2],
    filter: &Filter,
    page: Option<&str>,
) -> Result<Call, TiktokError> {
    let mut body = Map::new();
    for (name, values) in [(ids, &filter.ids), ("order_ids", &filter.order_ids), (statuses, &filter.statuses)] {
        if !values.is_empty() {
            body.insert(name.to_owned(), values.clone().into());
        }
    }
    for (name, at) in [("update_time_ge", filter.updated_from), ("update_time_lt", filter.updated_before)] {
        if let Some(at) = at {
            body.insert(name.to_owned(), at.seconds().into());
        }
    }
    body.insert("locale".to_owned(), LOCALE.into());
    Call::new(endpoint)
        .with("page_size", PAGE_SIZE)
        .with("sort_field", "update_time")
        .with("sort_order", "ASC")
        .with_opt("page_token", page)
        .json(&Value::Object(body))
}
