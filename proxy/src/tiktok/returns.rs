//! Refund, return and replacement requests: searched and read.

use super::client::Upstream;
use super::convert;
use super::endpoint::{Call, Endpoint};
use super::error::TiktokError;
use super::search::{self, Filter, FoundPage, LOCALE};
use super::wire::after_sales::{
    AftersalesPage, Calculated, Decisions, Group, Reason, Reasons, Records, ReturnPage, RmaPage,
};
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::case::DecisionKind;
use shared::domain::facts::{Object, PlatformCase, Record, Refund};
use shared::reasons::{Ground, ground_of};
use shared::wire::case::{DecisionOption, RejectReason};

pub use super::decision::{DecisionCommand, ProofImage};

const AREA: &str = "return_refund";
static SEARCH: Endpoint = Endpoint::new("search_returns", Method::POST, AREA, &["202602", "202309"], "returns/search");
static RECORDS: Endpoint = Endpoint::new("get_return_records", Method::GET, AREA, &["202309"], "returns/{id}/records");
static ELIGIBILITY: Endpoint =
    Endpoint::new("get_decision_eligibility", Method::GET, AREA, &["202601"], "decision_eligibility");
static REASONS: Endpoint = Endpoint::new("get_reject_reasons", Method::GET, AREA, &["202309"], "reject_reasons");
static CALCULATE: Endpoint =
    Endpoint::new("calculate_refund", Method::POST, AREA, &["202602", "202309"], "refunds/calculate");
static AFTERSALES: Endpoint = Endpoint::new("search_aftersales", Method::POST, AREA, &["202603"], "aftersales/search");
static RMA: Endpoint = Endpoint::new("search_rma", Method::POST, AREA, &["202604"], "rma/search");
/// Several returns of one request or in one parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnGroup {
    /// `aftersales_request_id` or `rma_id`.
    pub id: String,
    /// As written, for example `PENDING_PACKAGE_REVIEW`.
    pub status: String,
    /// The returns in it.
    pub return_ids: Vec<String>,
}

/// Our decisions by the platform's names.
fn kinds_of(name: &str) -> &'static [DecisionKind] {
    match name {
        "APPROVE_REQUEST_CANCEL" => &[DecisionKind::ApproveCancel],
        "REJECT_REQUEST_CANCEL" => &[DecisionKind::RejectCancel],
        "APPROVE_REFUND" => &[DecisionKind::ApproveRefund],
        "REJECT_REFUND" => &[DecisionKind::RejectRefund],
        "APPROVE_RETURN" => &[DecisionKind::AgreeReturn, DecisionKind::AgreeKeep],
        "REJECT_RETURN" => &[DecisionKind::RejectReturn],
        "APPROVE_RECEIVED_PACKAGE" => &[DecisionKind::AcceptParcel],
        "REJECT_RECEIVED_PACKAGE" => &[DecisionKind::RefuseParcel],
        "APPROVE_REPLACEMENT" => &[DecisionKind::AgreeReplacement],
        "REJECT_REPLACEMENT" => &[DecisionKind::RejectReplacement],
        "ISSUE_REPLACEMENT_REFUND" => &[DecisionKind::RefundInstead],
        "DIRECT_REFUND" => &[DecisionKind::DirectRefund],
        "OFFER_PARTIAL_REFUND" => &[DecisionKind::OfferPartial],
        "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => &[DecisionKind::PartialAfterParcel],
        _ => &[],
    }
}

/// What Decision Eligibility can be asked about (202601 does not know offers of a part).
const fn checked(object: Object) -> &'static str {
    match object {
        Object::Cancellation => "APPROVE_REQUEST_CANCEL,REJECT_REQUEST_CANCEL",
        Object::Return => {
            "APPROVE_REFUND,REJECT_REFUND,APPROVE_RETURN,REJECT_RETURN,APPROVE_RECEIVED_PACKAGE,\
             REJECT_RECEIVED_PACKAGE,APPROVE_REPLACEMENT,REJECT_REPLACEMENT,ISSUE_REPLACEMENT_REFUND,DIRECT_REFUND"
        }
    }
}

/// A language tag; anything else gives the default.
fn locale(tag: &str) -> &str {
    let fits = (2..=10).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { tag } else { LOCALE }
}

fn reasons(list: impl IntoIterator<Item = Reason>) -> Vec<RejectReason> {
    let reason = |reason: Reason| {
        let name = reason.name.filled()?;
        let wants_photo = ground_of(&name).is_some_and(Ground::wants_photo);
        Some(RejectReason { wants_photo, text: reason.text.filled().unwrap_or_else(|| name.clone()), name })
    };
    list.into_iter().filter_map(reason).collect()
}

fn group(read: Group) -> Option<ReturnGroup> {
    let of_lines = read.line_items.into_iter().filter_map(|line| line.sku_return_request_id.id());
    let mut return_ids: Vec<String> =
        read.sku_return_requests.into_iter().filter_map(|request| request.return_id.id()).chain(of_lines).collect();
    return_ids.sort();
    return_ids.dedup();
    Some(ReturnGroup { id: read.id.id()?, status: read.status.into_string(), return_ids })
}

impl Upstream {
    /// One page of returns.
    pub async fn search_returns(
        &self,
        filter: &Filter,
        page: Option<&str>,
    ) -> Result<FoundPage<PlatformCase>, TiktokError> {
        let call = search::call(&SEARCH, ["return_ids", "return_status"], filter, page)?;
        let found: ReturnPage = self.read(call).await?;
        Ok(FoundPage {
            items: found.return_orders.into_iter().map(convert::return_order).collect::<Result<_, _>>()?,
            next: found.next_page_token.filled(),
            total: found.total_count.unsigned(),
        })
    }

    /// The history of a return. Cancellations have none.
    pub async fn records(&self, return_id: &str) -> Result<Vec<Record>, TiktokError> {
        let found: Records = self.read(Call::of(&RECORDS, return_id)?.with("locale", LOCALE)).await?;
        Ok(found.records.into_iter().map(convert::record).collect())
    }

    /// What the seller may decide now, with the reasons that come with it. Offers of a part cannot be asked about.
    pub async fn decision_options(
        &self,
        object: Object,
        platform_id: &str,
        language: &str,
    ) -> Result<Vec<DecisionOption>, TiktokError> {
        let id = super::endpoint::Number::parse(platform_id)?;
        let call = Call::new(&ELIGIBILITY)
            .with("return_or_cancel_id", id.as_str())
            .with("check_decisions", checked(object))
            .with("locale", locale(language));
        let found: Decisions = self.read(call).await?;
        let eligible = found.decisions.into_iter().filter(|decision| decision.eligible.is_set());
        Ok(eligible
            .flat_map(|decision| {
                let reasons = reasons(decision.available_reject_reasons);
                let kinds = kinds_of(decision.decision.as_str()).iter();
                kinds.map(move |kind| DecisionOption { kind: *kind, reasons: reasons.clone() })
            })
            .collect())
    }

    /// The reject reasons of one case, where [`Upstream::decision_options`] brought none.
    pub async fn reject_reasons(&self, platform_id: &str, language: &str) -> Result<Vec<RejectReason>, TiktokError> {
        let id = super::endpoint::Number::parse(platform_id)?;
        let call = Call::new(&REASONS).with("return_or_cancel_id", id.as_str()).with("locale", locale(language));
        let found: Reasons = self.read(call).await?;
        Ok(reasons(found.reasons))
    }

    /// What a refund of these lines would come to: for the agent, never for a reply. No lines: the whole order.
    pub async fn calculate_refund(
        &self,
        order_id: &str,
        request_type: &str,
        reason: &str,
        order_line_ids: &[String],
    ) -> Result<Option<Refund>, TiktokError> {
        // An empty list means the whole order, like an absent one.
        let body = json!({
            "order_id": order_id,
            "request_type": request_type,
            "reason_name": reason,
            "order_line_item_ids": order_line_ids,
        });
        let found: Calculated = self.read(Call::new(&CALCULATE).json(&body)?).await?;
        Ok(convert::refund(&found.order_refund_amount))
    }

    /// The returns of each of these after-sales requests (at most 100).
    pub async fn aftersales_requests(&self, ids: &[String]) -> Result<Vec<ReturnGroup>, TiktokError> {
        let body = group_search("aftersales_request_ids", ids);
        let found: AftersalesPage = self.read(Call::new(&AFTERSALES).json(&body)?).await?;
        Ok(found.aftersales_requests.into_iter().filter_map(group).collect())
    }

    /// The returns in each of these parcels (at most 100).
    pub async fn parcels(&self, rma_ids: &[String]) -> Result<Vec<ReturnGroup>, TiktokError> {
        let body = group_search("rma_ids", rma_ids);
        let found: RmaPage = self.read(Call::new(&RMA).json(&body)?).await?;
        Ok(found.return_merchandise_authorizations.into_iter().filter_map(group).collect())
    }
}

/// Paging and filters of these two are in the body.
fn group_search(name: &str, ids: &[String]) -> Value {
    let mut filters = serde_json::Map::new();
    filters.insert(name.to_owned(), ids.into());
    json!({
        "whitelisted_data_fields": ["LINE_ITEMS", "SKU_RETURN_REQUESTS"],
        "filters": filters,
        "pagination": { "page_size": 100 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_language_tags_are_passed_on() {
        for (tag, sent) in [("th-TH", "th-TH"), ("es", "es"), ("", LOCALE), ("a b", LOCALE), ("x&sign=1", LOCALE)] {
            assert_eq!(locale(tag), sent);
        }
    }
}
