//! After-sales requests and parcels (RMA): searched, and reviewed line by line.

use super::returns::check_amount;
use super::{answer, page, strings, wanted};
use crate::gateway::{self, Outcome, Refusal, Request, business};
use crate::reasons;
use crate::world::{AftersalesRequest, Parcel, Return, Verdict, World, refunded_lines, sku_return_json};
use serde_json::{Map, Value, json};

/// A span of `filters.time`: the first inclusive, the last exclusive.
fn in_span(request: &Request<'_>, name: &str, at: i64) -> bool {
    let span = request.body.get("filters").and_then(|filters| filters.pointer(&format!("/time/{name}")));
    let bound = |name: &str| span.and_then(|span| span.get(name)).and_then(Value::as_i64);
    bound("min_unix_time_inclusive").is_none_or(|from| at >= from)
        && bound("max_unix_time_exclusive").is_none_or(|until| at < until)
}

fn filter(request: &Request<'_>, name: &str) -> Vec<String> {
    strings(request.body.get("filters").and_then(|filters| filters.get(name)))
}

/// One entry of a search, with the times by which it is sorted.
struct Row<T> {
    created: i64,
    updated: i64,
    group: T,
}

/// The page that the body asks for.
fn answer_sorted<T>(
    world: &World,
    request: &Request<'_>,
    name: &str,
    rows: Vec<Row<T>>,
    show: impl Fn(&T) -> Value,
) -> Outcome {
    let inside = |part: &str, name: &str| request.body.get(part).and_then(|part| part.get(name));
    let mut rows: Vec<Row<T>> = rows
        .into_iter()
        .filter(|row| in_span(request, "create_time", row.created) && in_span(request, "update_time", row.updated))
        .collect();
    let by_update = inside("sort", "sort_field").and_then(Value::as_str) == Some("UPDATE_TIME");
    rows.sort_by_key(|row| if by_update { row.updated } else { row.created });
    if inside("sort", "sort_order").and_then(Value::as_str) == Some("DESC") {
        rows.reverse();
    }
    let size = inside("pagination", "page_size").and_then(Value::as_i64).unwrap_or(10);
    let size = usize::try_from(size).ok().filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| request.wrong("pagination.page_size", "1 to 100"))?;
    let token = inside("pagination", "page_token").and_then(Value::as_str);
    let total = rows.len();
    let found = page(request, rows, token, size.min(world.dials.most_per_page.max(1)))?;
    answer(world, name, total, found, |row| show(&row.group))
}

fn members<'a>(world: &'a World, places: &[usize]) -> Vec<&'a Return> {
    places.iter().filter_map(|place| world.returns.get(*place)).collect()
}

fn order_id<'a>(world: &'a World, case: &Return) -> &'a str {
    world.orders.get(case.order).map_or("", |order| order.id.as_str())
}

/// The members that a caller wants to see; all of them, if it names none.
fn put_members(world: &World, map: &mut Map<String, Value>, cases: &[&Return], whitelist: &[String]) {
    if wanted(whitelist, "LINE_ITEMS") {
        let lines = cases.iter().filter_map(|case| Some(refunded_lines(world.orders.get(case.order)?, case)));
        map.insert("line_items".to_owned(), lines.flatten().collect());
    }
    if wanted(whitelist, "SKU_RETURN_REQUESTS") {
        let returns = cases.iter().map(|case| sku_return_json(world, case));
        map.insert("sku_return_requests".to_owned(), returns.collect());
    }
}

fn parcel_json(world: &World, parcel: &Parcel, whitelist: &[String]) -> Value {
    let asking = world.requests.get(parcel.request);
    let value = json!({
        "id": parcel.id, "package_id": parcel.package, "aftersales_request_id": asking.map(|asking| &asking.id),
        "status": world.parcel_status(parcel),
    });
    let Value::Object(mut map) = value else { return value };
    put_members(world, &mut map, &members(world, &parcel.returns), whitelist);
    Value::Object(map)
}

pub(super) fn search(world: &mut World, request: &Request<'_>) -> Outcome {
    let [ids, statuses, kinds, orders, buyers] =
        ["aftersales_request_ids", "aftersales_request_statuses", "return_types", "main_order_ids", "buyer_ids"]
            .map(|name| filter(request, name));
    let whitelist = request.list("whitelisted_data_fields");
    let buyer = |case: &Return| {
        let order = world.orders.get(case.order);
        order.and_then(|order| world.buyers.get(order.buyer)).map_or("", |buyer| buyer.user_id.as_str())
    };
    let fits = |asking: &&AftersalesRequest| {
        asking.shop == request.shop
            && wanted(&ids, &asking.id)
            && wanted(&statuses, world.request_status(asking))
            && members(world, &asking.returns).into_iter().any(|case| {
                wanted(&kinds, case.kind) && wanted(&orders, order_id(world, case)) && wanted(&buyers, buyer(case))
            })
    };
    let rows = world.requests.iter().filter(fits).map(|asking| Row {
        created: asking.created,
        updated: world.group_updated(&asking.returns, asking.created),
        group: asking,
    });
    answer_sorted(world, request, "aftersales_requests", rows.collect(), |asking| {
        let value = json!({ "id": asking.id, "status": world.request_status(asking) });
        let Value::Object(mut map) = value else { return value };
        let cases = members(world, &asking.returns);
        put_members(world, &mut map, &cases, &whitelist);
        if wanted(&whitelist, "RETURN_MERCHANDISE_AUTHORIZATIONS") {
            let mut places: Vec<usize> = cases.iter().filter_map(|case| case.parcel).collect();
            places.dedup();
            let parcels = places.iter().filter_map(|place| world.parcels.get(*place));
            let lines = ["LINE_ITEMS".to_owned()];
            let parcels = parcels.map(|parcel| parcel_json(world, parcel, &lines));
            map.insert("return_merchandise_authorizations".to_owned(), parcels.collect());
        }
        Value::Object(map)
    })
}

pub(super) fn search_parcels(world: &mut World, request: &Request<'_>) -> Outcome {
    let [ids, packages, statuses, askings, orders] =
        ["rma_ids", "package_ids", "statuses", "aftersales_request_ids", "main_order_ids"]
            .map(|name| filter(request, name));
    let whitelist = request.list("whitelisted_data_fields");
    let fits = |parcel: &&Parcel| {
        world
            .requests
            .get(parcel.request)
            .is_some_and(|asking| asking.shop == request.shop && wanted(&askings, &asking.id))
            && wanted(&ids, &parcel.id)
            && wanted(&packages, &parcel.package)
            && wanted(&statuses, world.parcel_status(parcel))
            && members(world, &parcel.returns).into_iter().any(|case| wanted(&orders, order_id(world, case)))
    };
    let rows = world.parcels.iter().filter(fits).map(|parcel| Row {
        created: parcel.created,
        updated: world.group_updated(&parcel.returns, parcel.created),
        group: parcel,
    });
    answer_sorted(world, request, "return_merchandise_authorizations", rows.collect(), |parcel| {
        parcel_json(world, parcel, &whitelist)
    })
}

/// Decides each line; what failed is listed, and the rest stands (code 0).
pub(super) fn review(world: &mut World, request: &Request<'_>) -> Outcome {
    let decisions = request.body.get("aftersales_request_decisions").and_then(Value::as_array).cloned();
    let mut errors = Vec::new();
    for decision in decisions.unwrap_or_default() {
        let key = decision.get("idempotency_key").and_then(Value::as_str);
        let done = match key {
            None => review_one(world, request, &decision),
            Some(key) => {
                let mark = format!("{} {decision}", request.call.path);
                gateway::once(world, request, key, mark, |world| review_one(world, request, &decision))
            }
        };
        if let Err(refusal) = done {
            errors.push(json!({ "code": refusal.code.to_string(), "message": refusal.message }));
        }
    }
    Ok(json!({ "errors": errors }))
}

/// The returns that a decision may be about.
fn subject(world: &World, request: &Request<'_>, decision: &Value) -> Result<(Vec<usize>, bool), Refusal> {
    let id = decision.get("request_id").and_then(Value::as_str).unwrap_or_default();
    let is_parcel = decision.get("request_id_type").and_then(Value::as_str) == Some("RMA");
    let parcel = world.parcels.iter().find(|parcel| is_parcel && parcel.id == id);
    let asking = match parcel {
        Some(parcel) => world.requests.get(parcel.request),
        None => world.requests.iter().find(|asking| !is_parcel && asking.id == id),
    };
    match asking {
        Some(asking) if asking.shop == request.shop => {
            Ok((parcel.map_or(&asking.returns, |parcel| &parcel.returns).clone(), is_parcel))
        }
        Some(_) => Err(business((25_020_005, "No permission to process this order"))),
        None => Err(business((25_007_006, "Order not found."))),
    }
}

fn review_one(world: &mut World, request: &Request<'_>, decision: &Value) -> Outcome {
    let (places, is_parcel) = subject(world, request, decision)?;
    let items = decision.get("line_item_decisions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // All are looked at before the first is decided.
    let mut verdicts = Vec::new();
    for item in items {
        verdicts.extend(verdicts_of(world, request, item, &places, is_parcel)?);
    }
    for (id, verdict) in &verdicts {
        let known = world.find_return(id).ok_or_else(|| business((25_007_006, "Order not found.")))?;
        known.allows(&verdict.decision).map_err(business)?;
    }
    for (id, verdict) in verdicts {
        world.decide_return(&id, &verdict, "SELLER", request.call.now).map_err(business)?;
    }
    Ok(json!({}))
}

/// The same decision in the words of the calls for one return.
fn decision_word(action: &str, kind: &str, is_parcel: bool) -> Option<&'static str> {
    let word = match (action, kind, is_parcel) {
        ("APPROVE_REQUEST", "REFUND", false) => "APPROVE_REFUND",
        ("APPROVE_REQUEST", "REPLACEMENT", false) => "APPROVE_REPLACEMENT",
        ("APPROVE_REQUEST", "EXCHANGE", false) => "APPROVE_EXCHANGE",
        ("APPROVE_REQUEST", _, false) => "APPROVE_RETURN",
        ("REJECT_REQUEST", "REFUND", false) => "REJECT_REFUND",
        ("REJECT_REQUEST", "REPLACEMENT", false) => "REJECT_REPLACEMENT",
        ("REJECT_REQUEST", "EXCHANGE", false) => "REJECT_EXCHANGE",
        ("REJECT_REQUEST", _, false) => "REJECT_RETURN",
        ("REFUND_INSTEAD", "REPLACEMENT", false) => "ISSUE_REPLACEMENT_REFUND",
        ("REFUND_INSTEAD", "EXCHANGE", false) => "ISSUE_EXCHANGE_REFUND",
        ("REFUND_INSTEAD", "RETURN_AND_REFUND", false) => "DIRECT_REFUND",
        ("OFFER_PARTIAL_REFUND", _, false) => "OFFER_PARTIAL_REFUND",
        ("APPROVE_RETURN_PACKAGE", _, true) => "APPROVE_RECEIVED_PACKAGE",
        ("REJECT_RETURN_PACKAGE", _, true) => "REJECT_RECEIVED_PACKAGE",
        ("OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG", _, true) => "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG",
        _ => return None,
    };
    Some(word)
}

/// What one entry decides: a verdict for each return that all its lines name.
fn verdicts_of(
    world: &World,
    request: &Request<'_>,
    item: &Value,
    places: &[usize],
    is_parcel: bool,
) -> Result<Vec<(String, Verdict)>, Refusal> {
    let action = item.get("action").and_then(Value::as_str).unwrap_or_default();
    let lines = item.get("line_items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let id = |line: &Value| line.get("return_line_item_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut named: Vec<String> = lines.iter().map(id).collect();
    let mut verdicts = Vec::new();
    for case in members(world, places) {
        let Some(order) = world.orders.get(case.order) else { continue };
        let own: Vec<String> = refunded_lines(order, case).iter().map(id).collect();
        let count = named.iter().filter(|id| own.contains(id)).count();
        if count == 0 {
            continue;
        }
        if count < own.len() {
            return Err(business((25_005_010, "Unable to cancel individual line items within this request.")));
        }
        named.retain(|id| !own.contains(id));
        let word = decision_word(action, case.kind, is_parcel);
        let word = word.ok_or_else(|| business((25_020_004, "decision not match reverse type")))?;
        verdicts.push((case.id.clone(), verdict(world, request, item, case, word)?));
    }
    if named.is_empty() && !verdicts.is_empty() {
        return Ok(verdicts);
    }
    Err(request.wrong("line_items[].return_line_item_id", "not a line of the request"))
}

fn verdict(world: &World, request: &Request<'_>, item: &Value, case: &Return, word: &str) -> Result<Verdict, Refusal> {
    let mut verdict = Verdict::of(word);
    let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str);
    if word.starts_with("OFFER") {
        let details = item.get("alternative_solution_details").and_then(Value::as_object);
        verdict.amount = Some(check_amount(world, request, details, "partial_refund_amount")?);
    }
    if word.starts_with("REJECT") || word.ends_with("RECEIVING_PKG") {
        let name = text("/reason/reason_id").unwrap_or_default();
        let row = reasons::rejecting(world.region(request.shop), case.kind, word, name).map_err(business)?;
        verdict.reason_text = Some(row.text.to_owned());
    }
    verdict.comment = text("/reason/text").map(str::to_owned);
    if let Some(uri) = text("/reason/media/uri") {
        if !world.uploads.iter().any(|upload| upload.uri == uri) {
            return Err(request.wrong("reason.media.uri", "not an uploaded picture"));
        }
        verdict.images = vec![uri.to_owned()];
    }
    Ok(verdict)
}
