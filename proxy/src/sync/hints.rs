//! Stored webhooks: each says only what to read. Their content never becomes state (P10).

use super::read::{IDS_A_CALL, is_passing, reach, read_conversation, read_ids, read_orders};
use super::{stops, tell};
use crate::app::Desk;
use crate::mutants::{Mutant, is_on};
use crate::store::webhooks::{self, Notification};
use crate::store::{StoreError, Tx, cases, shops, sweeps};
use crate::telemetry::Chain;
use crate::tiktok::error::TiktokError;
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::domain::facts::Object;
use shared::id::ShopId;
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Hints that are gone through together: a flood becomes few reads.
const BATCH: u32 = 200;

/// Something to read because a webhook hinted at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Authorization,
    /// `aftersales_request_id`: which returns are in it, then those.
    Request(String),
    /// `rma_id`: which returns are in it, then those.
    Parcel(String),
    Cancellation(String),
    Return(String),
    Order(String),
    Conversation(String),
}

/// What a type of webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hint {
    /// Read these.
    Read(Vec<Need>),
    /// The seller's consent ends soon.
    ConsentEnds,
    /// Nothing that the desk knows or needs.
    Ignored,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    data: Map<String, Value>,
}

/// A number of the platform among the members; it comes as text or as a number. "0" is none.
fn id(data: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match data.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let fits = (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && text != "0";
    fits.then_some(text)
}

/// The table of the case model, section 9: by the type, never by what the body claims.
pub(super) fn hint(kind: i64, body: &str) -> Hint {
    let data = serde_json::from_str::<Envelope>(body).map(|envelope| envelope.data).unwrap_or_default();
    let need = |name, make: fn(String) -> Need| id(&data, name).map(make);
    let needs: Vec<Option<Need>> = match kind {
        1 => vec![need("order_id", Need::Order)],
        6 => vec![Some(Need::Authorization)],
        7 => return Hint::ConsentEnds,
        11 => vec![need("cancel_id", Need::Cancellation)],
        12 => vec![need("return_id", Need::Return)],
        13 | 14 => vec![need("conversation_id", Need::Conversation)],
        64 => vec![need("aftersales_request_id", Need::Request)],
        65 | 67 => vec![need("rma_id", Need::Parcel), need("aftersales_request_id", Need::Request)],
        _ => return Hint::Ignored,
    };
    let needs: Vec<Need> = needs.into_iter().flatten().collect();
    if needs.is_empty() { Hint::Ignored } else { Hint::Read(needs) }
}

/// The needs of a batch, by what answers them together. Members come out sorted and once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(BTreeSet<Need>);

impl Needs {
    fn ids(&self, pick: fn(&Need) -> Option<&String>) -> Vec<String> {
        self.0.iter().filter_map(pick).cloned().collect()
    }
}

/// What could not be read now.
#[derive(Default)]
struct Unread {
    needs: BTreeSet<Need>,
    fault: Option<TiktokError>,
}

impl Unread {
    /// Notes a failure. A refusal that stays counts as read: trying again cannot help, and the sweeps go on.
    fn note(&mut self, shop: &ShopId, needs: impl IntoIterator<Item = Need>, fault: TiktokError) {
        if is_passing(&fault) {
            self.needs.extend(needs);
            self.fault.get_or_insert(fault);
        } else {
            tracing::warn!(shop.id = %shop, error = %Chain(&fault), "What a webhook hinted at was refused");
        }
    }
}

/// Reads what is needed. What could not be read now comes back.
async fn read(desk: &Desk, shop: &ShopId, mut needs: Needs) -> Result<Unread, TiktokError> {
    let (_, upstream) = reach(desk, shop)?;
    let mut unread = Unread::default();
    if needs.0.contains(&Need::Authorization)
        && let Err(fault) = upstream.webhooks().await
    {
        unread.note(shop, [Need::Authorization], fault);
    }
    // Groups first: they only say which returns to read.
    let mut of_groups: BTreeMap<String, Vec<Need>> = BTreeMap::new();
    let requests = needs.ids(|need| if let Need::Request(id) = need { Some(id) } else { None });
    let parcels = needs.ids(|need| if let Need::Parcel(id) = need { Some(id) } else { None });
    let of_request: fn(String) -> Need = Need::Request;
    for (ids, make) in [(requests, of_request), (parcels, Need::Parcel)] {
        for some in ids.chunks(IDS_A_CALL) {
            let found = match make(String::new()) {
                Need::Parcel(_) => upstream.parcels(some).await,
                _ => upstream.aftersales_requests(some).await,
            };
            match found {
                Ok(groups) => {
                    for group in groups {
                        for return_id in group.return_ids {
                            of_groups.entry(return_id).or_default().push(make(group.id.clone()));
                        }
                    }
                }
                Err(fault) => unread.note(shop, some.iter().cloned().map(make), fault),
            }
        }
    }
    needs.0.extend(of_groups.keys().cloned().map(Need::Return));
    let cancellations = needs.ids(|need| if let Need::Cancellation(id) = need { Some(id) } else { None });
    let returns = needs.ids(|need| if let Need::Return(id) = need { Some(id) } else { None });
    for (object, ids) in [(Object::Cancellation, cancellations), (Object::Return, returns)] {
        for some in ids.chunks(IDS_A_CALL) {
            let fault = match read_ids(desk, shop, object, some).await {
                Ok(read) => read.records_fault,
                Err(fault) => Some(fault),
            };
            let Some(fault) = fault else { continue };
            let behind = some.iter().flat_map(|id| match object {
                Object::Cancellation => vec![Need::Cancellation(id.clone())],
                Object::Return => {
                    let groups = of_groups.get(id).into_iter().flatten().cloned();
                    groups.chain([Need::Return(id.clone())]).collect()
                }
            });
            unread.note(shop, behind, fault);
        }
    }
    let orders = needs.ids(|need| if let Need::Order(id) = need { Some(id) } else { None });
    for some in orders.chunks(IDS_A_CALL) {
        if let Err(fault) = read_orders(desk, shop, some).await {
            unread.note(shop, some.iter().cloned().map(Need::Order), fault);
        }
    }
    for conversation in needs.ids(|need| if let Need::Conversation(id) = need { Some(id) } else { None }) {
        if let Err(fault) = read_conversation(desk, shop, &conversation).await {
            unread.note(shop, [Need::Conversation(conversation)], fault);
        }
    }
    Ok(unread)
}

fn hint_of(shop: &ShopId, notification: &Notification) -> Vec<Need> {
    match hint(notification.kind, &notification.body) {
        Hint::Read(needs) => needs,
        Hint::ConsentEnds => {
            tracing::warn!(shop.id = %shop, "The seller's consent ends soon: connect the shop again");
            Vec::new()
        }
        Hint::Ignored => {
            tracing::debug!(shop.id = %shop, webhook.kind = notification.kind, "A webhook says nothing that the desk reads");
            Vec::new()
        }
    }
}

/// A planted bug: takes the status and the stamp of a return from a webhook, and reads nothing.
fn believe(tx: &Tx<'_>, desk: &Desk, one: &Notification) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let said: Value = serde_json::from_str(&one.body).unwrap_or_default();
    let word = |name: &str| said.pointer(&format!("/data/{name}")).and_then(Value::as_str);
    if let (Some(number), Some(status)) = (word("return_id"), word("return_status"))
        && let Some(mut file) = cases::find_by_key(tx, &one.shop, Object::Return, number)?
    {
        status.clone_into(&mut file.platform.status);
        if let Some(at) = said.pointer("/data/update_time").and_then(Value::as_i64) {
            file.platform.updated = Timestamp::from_millis(at * 1000);
        }
        cases::save(tx, &file)?;
        desk.book.refresh(tx, &file.id, now)?;
    }
    webhooks::handled(tx, one.id, now)
}

/// A planted bug: whatever changed before what a webhook tells of counts as told, so that sweeps begin after it.
fn trust_order(tx: &Tx<'_>, shop: &ShopId, all: &[Notification]) -> Result<(), StoreError> {
    let stamp = |one: &Notification| {
        let said: Value = serde_json::from_str(&one.body).unwrap_or_default();
        said.pointer("/data/update_time").and_then(Value::as_i64)
    };
    let Some(newest) = all.iter().filter_map(stamp).max() else { return Ok(()) };
    for object in [Object::Cancellation, Object::Return] {
        let word = cases::object_word(object);
        let known = sweeps::progress(tx, shop, word)?;
        let watermark = known.watermark.max(Some(Timestamp::from_millis(newest * 1000)));
        sweeps::save(tx, shop, word, &sweeps::Progress { watermark, ..known })?;
    }
    Ok(())
}

/// Goes through the stored webhooks of one shop. Each is marked as handled once what it hinted at has been read;
/// what could not be read stays for the next time.
pub(super) async fn handle_hints_of(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    loop {
        let open = desk.store.read(|tx| webhooks::open_of(tx, shop, BATCH))?;
        if open.is_empty() || stops(desk) {
            return Ok(());
        }
        if is_on(Mutant::WebhookBelieved) {
            desk.store.write(|tx| open.iter().try_for_each(|one| believe(tx, desk, one)))?;
            continue;
        }
        let hints: Vec<(i64, Vec<Need>)> = open.iter().map(|one| (one.id, hint_of(shop, one))).collect();
        let needs = Needs(hints.iter().flat_map(|(_, needs)| needs.iter().cloned()).collect());
        let unread = if needs.0.is_empty() { Unread::default() } else { read(desk, shop, needs).await? };
        let now = desk.clock.now();
        if is_on(Mutant::WebhookOrderTrusted) {
            desk.store.write(|tx| trust_order(tx, shop, &open))?;
        }
        desk.store.write(|tx| {
            let met = hints.iter().filter(|(_, needs)| !needs.iter().any(|need| unread.needs.contains(need)));
            met.map(|(id, _)| *id).try_for_each(|id| webhooks::handled(tx, id, now))
        })?;
        tell::announce(desk)?;
        if let Some(fault) = unread.fault {
            return Err(fault);
        }
    }
}

/// Goes through the stored webhooks of all shops for which the desk may act, side by side.
pub async fn handle_hints(desk: &Desk) -> Result<(), StoreError> {
    let all = desk.store.read(shops::all)?;
    let shops = all.into_iter().filter(shops::ShopRow::may_act).map(|row| row.id);
    let reads = shops.map(|shop| async move {
        if let Err(fault) = handle_hints_of(desk, &shop).await {
            tracing::warn!(shop.id = %shop, error = %Chain(&fault), "What webhooks hinted at could not be read");
        }
    });
    futures_util::future::join_all(reads).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(kind: i64, data: Value, expected: Vec<Need>) {
        let body = json!({ "type": kind, "shop_id": "1", "data": data }).to_string();
        let expected = if expected.is_empty() { Hint::Ignored } else { Hint::Read(expected) };
        assert_eq!(hint(kind, &body), expected, "type {kind}");
    }

    #[test]
    fn each_type_of_the_case_model_says_what_to_read() {
        let of = str::to_owned;
        check(1, json!({ "order_id": "5771", "order_status": "CANCEL" }), vec![Need::Order(of("5771"))]);
        check(6, json!({ "message": "gone" }), vec![Need::Authorization]);
        check(11, json!({ "order_id": "5771", "cancel_id": "40" }), vec![Need::Cancellation(of("40"))]);
        check(12, json!({ "order_id": "5771", "return_id": 41 }), vec![Need::Return(of("41"))]);
        check(13, json!({ "conversation_id": "7" }), vec![Need::Conversation(of("7"))]);
        check(14, json!({ "conversation_id": "7", "content": "{}" }), vec![Need::Conversation(of("7"))]);
        check(64, json!({ "aftersales_request_id": "8" }), vec![Need::Request(of("8"))]);
        let both = json!({ "aftersales_request_id": "8", "rma_id": "9" });
        check(65, both.clone(), vec![Need::Parcel(of("9")), Need::Request(of("8"))]);
        check(67, both, vec![Need::Parcel(of("9")), Need::Request(of("8"))]);
        check(67, json!({ "aftersales_request_id": "8", "rma_id": "0" }), vec![Need::Request(of("8"))]);
        assert_eq!(hint(7, r#"{"data":{"expiration_time":"1767337200"}}"#), Hint::ConsentEnds);
    }

    #[test]
    fn what_is_unknown_or_names_nothing_usable_is_ignored() {
        check(2, json!({ "order_id": "5771" }), vec![]);
        check(5, json!({}), vec![]);
        check(12, json!({ "return_id": "../41" }), vec![]);
        check(12, json!({ "return_id": "" }), vec![]);
        check(12, json!({ "return_id": null }), vec![]);
        assert_eq!(hint(12, "not json"), Hint::Ignored);
        assert_eq!(hint(12, r#"{"data":[]}"#), Hint::Ignored);
    }

    #[test]
    fn a_flood_of_hints_at_one_case_is_one_read() {
        let body = json!({ "data": { "return_id": "41" } }).to_string();
        let Hint::Read(needs) = hint(12, &body) else { panic!("a return is read") };
        let needs = Needs(std::iter::repeat_n(needs, 50).flatten().collect());
        let ids = needs.ids(|need| if let Need::Return(id) = need { Some(id) } else { None });
        assert_eq!(ids, ["41"]);
    }
}
