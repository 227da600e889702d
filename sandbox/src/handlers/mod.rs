//! The endpoints, in one table: what each needs, and what it knows.

mod cancellations;
mod chat;
mod orders;
mod returns;
mod shops;
mod uploads;

use crate::gateway::{Outcome, Request};
use crate::world::World;
use serde_json::{Value, json};

/// Whether `shop_cipher` belongs to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cipher {
    Needed,
    Refused,
}

/// One endpoint in all its versions.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) area: &'static str,
    pub(crate) versions: &'static [&'static str],
    /// `{}` stands for an id.
    pub(crate) tail: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) cipher: Cipher,
    pub(crate) is_upload: bool,
    pub(crate) query: &'static [&'static str],
    pub(crate) body: &'static [&'static str],
    pub(crate) handler: fn(&mut World, &Request<'_>) -> Outcome,
}

#[expect(clippy::too_many_arguments, reason = "a row of the table has this many columns")]
const fn row(
    method: &'static str,
    area: &'static str,
    versions: &'static [&'static str],
    tail: &'static str,
    scope: &'static str,
    query: &'static [&'static str],
    body: &'static [&'static str],
    handler: fn(&mut World, &Request<'_>) -> Outcome,
) -> Endpoint {
    Endpoint { method, area, versions, tail, scope, cipher: Cipher::Needed, is_upload: false, query, body, handler }
}

const fn without_shop(mut endpoint: Endpoint) -> Endpoint {
    endpoint.cipher = Cipher::Refused;
    endpoint
}

const fn upload(mut endpoint: Endpoint) -> Endpoint {
    endpoint.is_upload = true;
    endpoint
}

const RETURN: &str = "seller.return_refund.basic";
const CHAT: &str = "seller.customer_service";
const ORDER: &str = "seller.order.info";
const AUTH: &str = "seller.authorization.info";
const PAGING: &[&str] = &["sort_field", "sort_order", "page_size", "page_token"];
const KEY: &[&str] = &["idempotency_key"];
const LINES: &[&str] = &["order_id", "cancel_reason", "skus", "order_line_item_ids", "order_line_list"];

/// All endpoints.
pub(crate) const TABLE: &[Endpoint] = &[
    without_shop(row("GET", "authorization", &["202309"], "shops", AUTH, &[], &[], shops::authorized)),
    without_shop(row("GET", "seller", &["202309"], "shops", "seller.shop.info", &[], &[], shops::active)),
    row("GET", "event", &["202309"], "webhooks", AUTH, &[], &[], shops::webhooks),
    row("PUT", "event", &["202309"], "webhooks", AUTH, &[], &["address", "event_type"], shops::set_webhook),
    row("DELETE", "event", &["202309"], "webhooks", AUTH, &["event_type"], &["event_type"], shops::delete_webhook),
    row(
        "POST",
        "order",
        &["202309"],
        "orders/search",
        ORDER,
        PAGING,
        &[
            "order_status",
            "create_time_ge",
            "create_time_lt",
            "update_time_ge",
            "update_time_lt",
            "shipping_type",
            "buyer_user_id",
            "is_buyer_request_cancel",
            "warehouse_ids",
        ],
        orders::search,
    ),
    row("GET", "order", &["202507", "202309"], "orders", ORDER, &["ids"], &[], orders::detail),
    row("GET", "order", &["202407"], "orders/{}/price_detail", ORDER, &[], &[], orders::price),
    row("GET", "fulfillment", &["202309"], "orders/{}/tracking", "seller.logistics", &[], &[], orders::tracking),
    row(
        "POST",
        "return_refund",
        &["202602", "202309"],
        "cancellations/search",
        RETURN,
        PAGING,
        &[
            "cancel_ids",
            "order_ids",
            "buyer_user_ids",
            "cancel_types",
            "cancel_status",
            "create_time_ge",
            "create_time_lt",
            "update_time_ge",
            "update_time_lt",
            "locale",
        ],
        cancellations::search,
    ),
    row("POST", "return_refund", &["202309"], "cancellations/{}/approve", RETURN, KEY, &[], cancellations::approve),
    row(
        "POST",
        "return_refund",
        &["202309"],
        "cancellations/{}/reject",
        RETURN,
        KEY,
        &["reject_reason", "comment", "images"],
        cancellations::reject,
    ),
    row(
        "POST",
        "return_refund",
        &["202602", "202309"],
        "cancellations",
        RETURN,
        KEY,
        LINES,
        cancellations::cancel_order,
    ),
    row(
        "POST",
        "return_refund",
        &["202602", "202309"],
        "returns/search",
        RETURN,
        PAGING,
        &[
            "return_ids",
            "order_ids",
            "buyer_user_ids",
            "return_types",
            "return_status",
            "seller_proposed_return_type",
            "arbitration_status",
            "create_time_ge",
            "create_time_lt",
            "update_time_ge",
            "update_time_lt",
            "locale",
        ],
        returns::search,
    ),
    row(
        "POST",
        "return_refund",
        &["202309"],
        "returns/{}/approve",
        RETURN,
        KEY,
        &["decision", "buyer_keep_item", "partial_refund"],
        returns::approve,
    ),
    row(
        "POST",
        "return_refund",
        &["202606", "202309"],
        "returns/{}/reject",
        RETURN,
        KEY,
        &["decision", "reject_reason", "comment", "images", "partial_refund_amount"],
        returns::reject,
    ),
    row(
        "POST",
        "return_refund",
        &["202602", "202309"],
        "returns",
        RETURN,
        KEY,
        &[
            "order_id",
            "return_reason",
            "return_type",
            "skus",
            "order_line_item_ids",
            "order_line_list",
            "refund_total",
            "currency",
            "shipment_type",
            "handover_method",
        ],
        returns::create,
    ),
    row(
        "POST",
        "return_refund",
        &["202602", "202309"],
        "refunds/calculate",
        RETURN,
        &[],
        &[
            "order_id",
            "request_type",
            "reason_name",
            "skus",
            "order_line_item_ids",
            "order_line_list",
            "shipment_type",
            "handover_method",
        ],
        returns::calculate,
    ),
    row(
        "GET",
        "return_refund",
        &["202602", "202309"],
        "orders/{}/aftersale_eligibility",
        RETURN,
        &["initiate_aftersale_user", "request_types", "locale"],
        &[],
        returns::eligibility,
    ),
    row(
        "GET",
        "return_refund",
        &["202309"],
        "reject_reasons",
        RETURN,
        &["return_or_cancel_id", "locale"],
        &[],
        returns::reject_reasons,
    ),
    row("GET", "return_refund", &["202309"], "returns/{}/records", RETURN, &["locale"], &[], returns::records),
    row(
        "GET",
        "return_refund",
        &["202601"],
        "decision_eligibility",
        RETURN,
        &["return_or_cancel_id", "check_decisions", "locale"],
        &[],
        returns::decision_eligibility,
    ),
    row(
        "GET",
        "return_refund",
        &["202606"],
        "review_decision",
        RETURN,
        &["seller_id", "return_or_cancel_id", "locale", "check_decisions"],
        &[],
        returns::review_decision,
    ),
    row(
        "POST",
        "return_refund",
        &["202603"],
        "aftersales/search",
        RETURN,
        &[],
        &[
            "aftersales_request_ids",
            "order_ids",
            "sort",
            "pagination",
            "locale",
            "create_time_ge",
            "create_time_lt",
            "update_time_ge",
            "update_time_lt",
            "aftersales_request_status",
            "return_fields",
            "include_fields",
            "filters",
        ],
        returns::group_search,
    ),
    row(
        "POST",
        "return_refund",
        &["202604"],
        "rma/search",
        RETURN,
        &[],
        &[
            "rma_ids",
            "order_ids",
            "sort",
            "pagination",
            "locale",
            "rma_status",
            "return_fields",
            "include_fields",
            "filters",
            "aftersales_request_ids",
            "create_time_ge",
            "create_time_lt",
            "update_time_ge",
            "update_time_lt",
        ],
        returns::rma_search,
    ),
    row(
        "POST",
        "return_refund",
        &["202609", "202603"],
        "aftersales/review",
        RETURN,
        &[],
        &["request_id", "request_id_type", "decisions", "aftersales_request_id", "requests"],
        returns::review,
    ),
    upload(row(
        "POST",
        "return_refund",
        &["202405"],
        "returns/shipping_documents",
        RETURN,
        &["return_ids", "return_id_type"],
        &[],
        uploads::shipping_document,
    )),
    without_shop(upload(row(
        "POST",
        "product",
        &["202309"],
        "images/upload",
        "seller.product.basic",
        &[],
        &[],
        uploads::product_image,
    ))),
    upload(row("POST", "customer_service", &["202309"], "images/upload", CHAT, &[], &[], uploads::chat_image)),
    row(
        "GET",
        "customer_service",
        &["202309"],
        "conversations",
        CHAT,
        &["page_size", "page_token", "locale", "need_session_id", "need_session_info"],
        &[],
        chat::conversations,
    ),
    row(
        "GET",
        "customer_service",
        &["202601"],
        "conversations/{}",
        CHAT,
        &["need_session_id", "need_session_info"],
        &[],
        chat::conversation,
    ),
    row("POST", "customer_service", &["202309"], "conversations", CHAT, &[], &["buyer_user_id"], chat::create),
    row(
        "GET",
        "customer_service",
        &["202309"],
        "conversations/{}/messages",
        CHAT,
        &["page_size", "page_token", "sort_order", "sort_field", "locale", "need_data", "need_plaintext", "time_zone"],
        &[],
        chat::messages,
    ),
    row(
        "POST",
        "customer_service",
        &["202309", "202606"],
        "conversations/{}/messages",
        CHAT,
        &[],
        &["type", "content", "sender_role"],
        chat::send,
    ),
    row("POST", "customer_service", &["202309"], "conversations/{}/messages/read", CHAT, &[], &[], chat::read),
    row("GET", "customer_service", &["202309"], "agents/settings", CHAT, &[], &[], chat::settings),
    row("PUT", "customer_service", &["202309"], "agents/settings", CHAT, &[], &["can_accept_chat"], chat::set_settings),
    row(
        "GET",
        "customer_service",
        &["202407"],
        "performance",
        CHAT,
        &["support_date_ge", "support_date_lt"],
        &[],
        chat::performance,
    ),
    row(
        "POST",
        "customer_service",
        &["202602"],
        "sessions/search",
        CHAT,
        &["page_size", "page_token", "locale"],
        &["begin_time_ge", "begin_time_lt", "buyer_nickname"],
        chat::sessions,
    ),
    row("POST", "customer_service", &["202605"], "conversations/{}/sessions/{}/end", CHAT, &[], &[], chat::end_session),
];

/// One page: `rows` from where the token says, at most `size`. Tokens are opaque, with characters that must be escaped.
pub(crate) fn page<T>(rows: Vec<T>, token: Option<&str>, size: usize) -> (Vec<T>, String) {
    let start: usize =
        token.and_then(|token| token.strip_prefix("p+/=")).and_then(|place| place.parse().ok()).unwrap_or(0);
    let total = rows.len();
    let some: Vec<T> = rows.into_iter().skip(start).take(size).collect();
    let end = start + some.len();
    let next = if end < total && !some.is_empty() { format!("p+/={end}") } else { String::new() };
    (some, next)
}

/// A page as the after-sales searches answer it; an empty list is left out if the dial says so.
pub(crate) fn answer_page<T>(
    world: &World,
    name: &str,
    rows: Vec<T>,
    request: &Request<'_>,
    show: impl Fn(T) -> Value,
) -> Outcome {
    let total = rows.len();
    let size = request.query("page_size").and_then(|size| size.parse::<usize>().ok()).unwrap_or(10);
    if !(1..=100).contains(&size) {
        return Err(crate::gateway::bad_parameter("page_size", "out of range"));
    }
    let size = size.min(world.dials.most_per_page.max(1));
    let (some, next) = page(rows, request.query("page_token"), size);
    let mut data = json!({ "next_page_token": next, "total_count": total });
    if let Some(map) = data.as_object_mut()
        && !(some.is_empty() && world.dials.omits_empty_lists)
    {
        map.insert(name.to_owned(), some.into_iter().map(show).collect());
    }
    Ok(data)
}

/// The window of time that a search asks for; `_ge` inclusive, `_lt` exclusive.
pub(crate) struct Window {
    from: i64,
    until: Option<i64>,
}

impl Window {
    pub(crate) fn of(request: &Request<'_>, name: &str) -> Self {
        Self {
            from: request.number(&format!("{name}_ge")).unwrap_or(i64::MIN),
            until: request.number(&format!("{name}_lt")),
        }
    }

    pub(crate) fn holds(&self, at: i64) -> bool {
        at >= self.from && self.until.is_none_or(|until| at < until)
    }
}

/// Whether a filter is not given or holds a value.
pub(crate) fn wanted(filter: &[String], value: &str) -> bool {
    filter.is_empty() || filter.iter().any(|one| one == value)
}
