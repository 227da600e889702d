//! Objects as the platform answers them (fields.md). `older` is the 202309 wording.

use super::{Cancellation, Conversation, Message, Order, OrderKind, Return, Session, Split, World, shown};
use serde_json::{Map, Value, json};

fn refund(split: &Split, currency: &str) -> Value {
    json!({
        "currency": currency,
        "refund_total": shown(split.total(), currency),
        "refund_subtotal": shown(split.goods, currency),
        "refund_shipping_fee": shown(split.shipping, currency),
        "refund_tax": shown(split.tax, currency),
    })
}

fn picture(world: &World, name: &str) -> Value {
    json!({ "url": world.picture_url(name), "width": 400, "height": 400 })
}

/// The id of a line of a case.
pub(super) fn line_id(case: &str, place: usize) -> String {
    format!("{case}{:02}", place + 1)
}

/// Lines of a case with their share of its money.
fn lines(world: &World, order: &Order, chosen: &[usize], split: &Split, id_name: &str, own: &str) -> Vec<Value> {
    let currency = world.currency(order.shop);
    let (goods, count) = (order.goods(chosen), i64::try_from(chosen.len()).unwrap_or(1).max(1));
    let mut left = split.goods;
    let known = chosen.iter().filter_map(|place| order.lines.get(*place)).enumerate();
    let rows = known.map(|(place, line)| {
        let is_last = place + 1 == chosen.len();
        let part = if goods > 0 { split.goods * line.price / goods } else { split.goods / count };
        let part = if is_last { left } else { part };
        left -= part;
        let each = Split { goods: part, shipping: 0, tax: 0 };
        let mut value = json!({
            "order_line_item_id": line.id, "sku_id": line.sku_id, "sku_name": line.product.sku_name,
            "product_name": line.product.name, "seller_sku": line.product.seller_sku,
            "product_image": picture(world, line.product.picture), "refund_amount": refund(&each, currency),
        });
        if let Some(map) = value.as_object_mut() {
            map.insert(id_name.to_owned(), json!(line_id(own, place)));
        }
        value
    });
    rows.collect()
}

/// A line of a return as groups and refunds name it.
fn line_json(order: &Order, known: &Return, place: usize) -> Option<Value> {
    let line = order.lines.get(*known.lines.get(place)?)?;
    Some(json!({
        "return_line_item_id": line_id(&known.id, place), "sku_id": line.sku_id, "main_order_id": order.id,
        "sku_return_request_id": known.id,
    }))
}

/// All lines of a return as groups and refunds name them.
pub(crate) fn refunded_lines(order: &Order, known: &Return) -> Vec<Value> {
    (0..known.lines.len()).filter_map(|place| line_json(order, known, place)).collect()
}

fn put(map: &mut Map<String, Value>, name: &str, value: Value) {
    map.insert(name.to_owned(), value);
}

/// One entry of Search Cancellations.
pub(crate) fn cancellation_json(world: &World, case: &Cancellation, older: bool) -> Value {
    let Some(order) = world.orders.get(case.order) else { return Value::Null };
    let word = if older && case.status == "CANCEL" { "CANCELLED" } else { case.status };
    let action = if older { "SELLER_RESPOND_CANCEL" } else { "SELLER_RESPOND_BUYER_CANCEL" };
    let mut map = Map::new();
    put(&mut map, "cancel_id", json!(case.id));
    put(&mut map, "order_id", json!(order.id));
    put(&mut map, "cancel_type", json!(case.kind));
    put(&mut map, "cancel_status", json!(world.status_of(&case.id, &format!("CANCELLATION_REQUEST_{word}"))));
    put(&mut map, "role", json!(case.role));
    put(&mut map, "cancel_reason", json!(case.reason));
    put(&mut map, "cancel_reason_text", json!(case.reason_text));
    put(&mut map, "create_time", json!(case.created));
    put(&mut map, "update_time", json!(case.updated));
    put(&mut map, "refund_amount", refund(&case.split, world.currency(order.shop)));
    put(
        &mut map,
        "cancel_line_items",
        json!(lines(world, order, &case.lines, &case.split, "cancel_line_item_id", &case.id)),
    );
    if let Some(deadline) = case.deadline {
        put(&mut map, "seller_next_action_response", json!([{ "action": action, "deadline": deadline }]));
    }
    if !older {
        put(&mut map, "should_replenish_stock", json!(false));
    }
    Value::Object(map)
}

/// One entry of Search Returns.
pub(crate) fn return_json(world: &World, case: &Return) -> Value {
    let Some(order) = world.orders.get(case.order) else { return Value::Null };
    let currency = world.currency(order.shop);
    let zero = shown(0, currency);
    let mut map = Map::new();
    put(&mut map, "return_id", json!(case.id));
    put(&mut map, "order_id", json!(order.id));
    put(&mut map, "return_type", json!(case.kind));
    put(&mut map, "return_status", json!(world.status_of(&case.id, case.status)));
    put(&mut map, "role", json!(case.role));
    put(&mut map, "return_reason", json!(case.reason));
    put(&mut map, "return_reason_text", json!(case.reason_text));
    put(&mut map, "create_time", json!(case.created));
    put(&mut map, "update_time", json!(case.updated));
    put(&mut map, "refund_amount", refund(&case.split, currency));
    put(
        &mut map,
        "return_line_items",
        json!(lines(world, order, &case.lines, &case.split, "return_line_item_id", &case.id)),
    );
    put(
        &mut map,
        "discount_amount",
        json!([{
            "currency": currency, "product_seller_discount": zero, "product_platform_discount": zero,
            "shipping_fee_seller_discount": zero, "shipping_fee_platform_discount": zero,
        }]),
    );
    put(
        &mut map,
        "shipping_fee_amount",
        json!([{
            "currency": currency, "seller_paid_return_shipping_fee": zero, "platform_paid_return_shipping_fee": zero,
            "buyer_paid_return_shipping_fee": zero,
        }]),
    );
    let is_combined = world.is_combined(case);
    let parcel = case.parcel.and_then(|parcel| world.parcels.get(parcel)).filter(|_| is_combined);
    put(&mut map, "is_combined_return", json!(is_combined));
    put(&mut map, "combined_return_id", json!(parcel.map_or("0", |parcel| parcel.id.as_str())));
    put(&mut map, "is_quick_refund", json!(case.is_quick));
    if matches!(case.kind, "RETURN_AND_REFUND") {
        let (shipment, method) =
            if case.is_buyer_arranged { ("BUYER_ARRANGE", "BUYER_SHIPPED") } else { ("PLATFORM", "PLATFORM_SHIPPED") };
        put(&mut map, "shipment_type", json!(shipment));
        put(&mut map, "handover_method", json!("DROP_OFF"));
        put(&mut map, "return_method", json!(method));
        put(&mut map, "return_shipping_document_type", json!("SHIPPING_LABEL"));
        put(&mut map, "return_warehouse_address", json!({ "full_address": "Returns, 1 Dock Road" }));
    }
    put(&mut map, "pre_return_id", json!(case.pre.clone().unwrap_or_else(|| "0".to_owned())));
    put(&mut map, "next_return_id", json!(case.next.clone().unwrap_or_else(|| "0".to_owned())));
    if let Some(word) = case.arbitration {
        put(&mut map, "arbitration_status", json!(word));
    }
    if let Some((action, deadline)) = case.asked {
        let word = if action == super::returns::ASK_EXCHANGE { world.dials.exchange_action.as_str() } else { action };
        put(&mut map, "seller_next_action_response", json!([{ "action": word, "deadline": deadline }]));
    }
    if let Some(offer) = case.partial {
        put(&mut map, "partial_refund", json!({ "currency": currency, "amount": shown(offer, currency) }));
        put(&mut map, "seller_proposed_return_type", json!("PARTIAL_REFUND"));
        put(&mut map, "buyer_rejected_partial_refund", json!(case.partial_declined));
    }
    if let Some((carrier, number)) = &case.tracking {
        put(&mut map, "return_tracking_number", json!(number));
        put(&mut map, "return_provider_name", json!(carrier));
    } else if let Some((carrier, number)) = &case.label {
        put(&mut map, "return_tracking_number", json!(number));
        put(&mut map, "return_provider_id", json!(carrier));
    }
    if case.kind == "REPLACEMENT" {
        put(&mut map, "can_buyer_keep_item", json!(true));
    }
    Value::Object(map)
}

/// A return inside a group: some members have other names there (fields.md).
pub(crate) fn sku_return_json(world: &World, case: &Return) -> Value {
    let mut value = return_json(world, case);
    let Some(map) = value.as_object_mut() else { return value };
    let only = |map: &mut Map<String, Value>, name: &str| match map.remove(name) {
        Some(Value::Array(mut items)) if !items.is_empty() => items.swap_remove(0),
        _ => Value::Null,
    };
    let mut discount = only(map, "discount_amount");
    if let Some(discount) = discount.as_object_mut() {
        discount.remove("currency");
    }
    put(map, "discount", discount);
    let fees = only(map, "shipping_fee_amount");
    let fee = |name: &str| fees.get(name).cloned().unwrap_or_default();
    let fees = json!({
        "seller_paid_return_shipping_fee_amount": fee("seller_paid_return_shipping_fee"),
        "buyer_paid_return_shipping_fee_amount": fee("buyer_paid_return_shipping_fee"),
        "platform_paid_return_shipping_fee_amount": fee("platform_paid_return_shipping_fee"),
    });
    put(map, "shipping_fee", fees);
    if let Some(keeps) = map.remove("can_buyer_keep_item") {
        put(map, "buyer_keep_item", keeps);
    }
    if let Some(offer) = map.remove("partial_refund") {
        let part = json!({ "partial_refund_total": offer.get("amount"), "currency": offer.get("currency") });
        put(map, "partial_refund_amount", part);
    }
    if let Some(order) = case.new_order.and_then(|place| world.orders.get(place)) {
        put(map, "reshipment_order_id", json!(order.id));
    }
    value
}

/// A name as the platform hides it.
fn masked(text: &str) -> String {
    text.chars().next().map(|first| format!("{first}***")).unwrap_or_default()
}

/// One order.
pub(crate) fn order_json(world: &World, order: &Order) -> Value {
    let currency = world.currency(order.shop);
    let Some(buyer) = world.buyers.get(order.buyer) else { return Value::Null };
    let goods: i64 = order.lines.iter().map(|line| line.price).sum();
    let zero = shown(0, currency);
    let hidden = matches!(order.status, "UNPAID" | "ON_HOLD");
    let name = |text: &str| match (hidden, order.is_platform_shipped) {
        (true, _) => "***".to_owned(),
        (_, true) => masked(text),
        _ => text.to_owned(),
    };
    let items: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            let mut item = json!({
                "id": line.id, "sku_id": line.sku_id, "product_id": line.product_id, "product_name": line.product.name,
                "sku_name": line.product.sku_name, "seller_sku": line.product.seller_sku,
                "sku_image": world.picture_url(line.product.picture), "sale_price": shown(line.price, currency),
                "original_price": shown(line.price, currency), "seller_discount": zero, "platform_discount": zero,
                "currency": currency, "display_status": order.status, "is_gift": false,
                "package_status": package_status(order.status), "tracking_number": order.tracking,
            });
            if let (Some(how), Some(map)) = (&line.cancelled, item.as_object_mut()) {
                put(map, "display_status", json!("CANCELLED"));
                put(map, "package_status", json!("CANCELLED"));
                put(map, "cancel_user", json!(how.by));
                put(map, "cancel_reason", json!(how.reason));
            }
            item
        })
        .collect();
    let mut map = Map::new();
    put(&mut map, "id", json!(order.id));
    put(&mut map, "status", json!(order.status));
    put(&mut map, "user_id", json!(buyer.user_id));
    put(&mut map, "buyer_nickname", json!(buyer.person.nickname));
    put(&mut map, "buyer_email", json!(format!("{}@chat.example.com", buyer.user_id)));
    put(&mut map, "create_time", json!(order.created));
    put(&mut map, "update_time", json!(order.updated));
    put(&mut map, "is_cod", json!(order.is_cod));
    put(&mut map, "is_sample_order", json!(false));
    put(&mut map, "is_replacement_order", json!(matches!(order.kind, OrderKind::Replacement(_))));
    put(&mut map, "is_exchange_order", json!(matches!(order.kind, OrderKind::Exchange(_))));
    if let OrderKind::Replacement(source) | OrderKind::Exchange(source) = order.kind {
        let is_exchange = matches!(order.kind, OrderKind::Exchange(_));
        let name = if is_exchange { "exchange_source_order_id" } else { "replaced_order_id" };
        put(&mut map, name, json!(world.orders.get(source).map(|source| source.id.as_str())));
    }
    put(&mut map, "is_on_hold_order", json!(order.status == "ON_HOLD"));
    put(&mut map, "has_updated_recipient_address", json!(order.has_new_address));
    let wish = world.wish_to_cancel(order);
    put(&mut map, "is_buyer_request_cancel", json!(wish.is_some()));
    if let Some(wish) = wish {
        put(&mut map, "request_cancel_time", json!(wish.created));
    }
    if order.status == "CANCELLED"
        && let Some(how) = order.lines.iter().rev().find_map(|line| line.cancelled.as_ref())
    {
        put(&mut map, "cancellation_initiator", json!(how.by));
        put(&mut map, "cancel_reason", json!(how.reason));
        put(&mut map, "cancel_time", json!(order.updated));
    }
    put(&mut map, "warehouse_id", json!(world.warehouse(order)));
    put(&mut map, "fulfillment_type", json!("FULFILLMENT_BY_SELLER"));
    put(&mut map, "shipping_type", json!(shipping_type(order)));
    put(&mut map, "delivery_type", json!("HOME_DELIVERY"));
    put(&mut map, "tracking_number", json!(order.tracking));
    put(&mut map, "shipping_provider", json!("Parcel Post"));
    put(&mut map, "line_items", json!(items));
    put(
        &mut map,
        "payment",
        json!({
            "currency": currency, "sub_total": shown(goods, currency), "shipping_fee": shown(order.shipping, currency),
            "tax": shown(order.tax, currency), "total_amount": shown(goods + order.shipping + order.tax, currency),
            "original_total_product_price": shown(goods, currency), "seller_discount": zero, "platform_discount": zero,
        }),
    );
    put(
        &mut map,
        "recipient_address",
        json!({
            "name": name(&format!("{} {}", buyer.person.first, buyer.person.last)),
            "first_name": name(buyer.person.first), "last_name": name(buyer.person.last),
            "phone_number": "(+1)213-***-1234", "region_code": world.region(order.shop), "full_address": "***",
        }),
    );
    for (name, at) in [("paid_time", order.paid), ("rts_time", order.shipped), ("delivery_time", order.delivered)] {
        if let Some(at) = at {
            put(&mut map, name, json!(at));
        }
    }
    Value::Object(map)
}

/// The state of a parcel by that of its order.
fn package_status(order: &str) -> &'static str {
    match order {
        "UNPAID" | "ON_HOLD" | "AWAITING_SHIPMENT" => "TO_FULFILL",
        "AWAITING_COLLECTION" => "PROCESSING",
        "DELIVERED" | "COMPLETED" => "COMPLETED",
        "CANCELLED" => "CANCELLED",
        _ => "FULFILLING",
    }
}

/// Who ships an order.
pub(crate) const fn shipping_type(order: &Order) -> &'static str {
    if order.is_platform_shipped { "TIKTOK" } else { "SELLER" }
}

/// What a call asked to be told besides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    pub(crate) data: bool,
    pub(crate) plaintext: bool,
    pub(crate) session_id: bool,
    pub(crate) session_info: bool,
    /// As an entry of a list.
    pub(crate) is_listed: bool,
    pub(crate) now: i64,
}

/// What a card is about, and the same in a sentence.
fn card(world: &World, message: &Message) -> Option<(Value, String)> {
    let content: Value = serde_json::from_str(&message.content).ok()?;
    let text = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or_default();
    match message.kind.as_str() {
        "TEXT" => Some((content.clone(), text("content").to_owned())),
        "IMAGE" => Some((content.clone(), "Image shared".to_owned())),
        "ORDER_CARD" | "RETURN_REFUND_CARD" | "LOGISTICS_CARD" | "BUYER_ENTER_FROM_ORDER" => {
            let order = world.order_by_id.get(text("order_id")).and_then(|place| world.orders.get(*place))?;
            let (first, currency) = (order.lines.first()?, world.currency(order.shop));
            let paid = shown(order.goods(&order.all_lines()) + order.shipping + order.tax, currency);
            let data = json!({
                "order_id": order.id, "order_status": order.status, "product_id": first.product_id,
                "product_name": first.product.name, "product_image": world.picture_url(first.product.picture),
                "paid_price": format!("{currency} {paid}"), "quantity": order.lines.len(),
                "order_link": format!("{}/order/detail?order_no={}", world.origin, order.id),
            });
            Some((data, format!("Order card shared: - Order ID: {}; - Status: {}", order.id, order.status)))
        }
        "PRODUCT_CARD" | "BUYER_ENTER_FROM_PRODUCT" => {
            let wanted = text("product_id");
            let mut all = world.shops.iter().flat_map(|shop| shop.seed.products);
            let product = all.find(|product| super::build::number_of(product.name) == wanted)?;
            let data = json!({
                "product_id": wanted, "product_name": product.name, "product_image": world.picture_url(product.picture),
                "product_highest_price": product.price, "product_lowest_price": product.price, "sold_quantity": 0,
                "product_link": format!("{}/product/{wanted}", world.origin),
            });
            Some((data, format!("Product card shared: {}", product.name)))
        }
        _ => None,
    }
}

/// One message.
pub(crate) fn message_json(world: &World, conversation: &Conversation, message: &Message, told: Told) -> Value {
    let buyer = world.buyers.get(conversation.buyer);
    let shop = world.shops.get(conversation.shop);
    let (im_id, name) = match message.role {
        "BUYER" => (buyer.map(|buyer| buyer.im_id.as_str()), buyer.map(|buyer| buyer.person.nickname)),
        "CUSTOMER_SERVICE" => (shop.map(|shop| shop.agent_im_id.as_str()), shop.map(|shop| shop.seed.name)),
        _ => (shop.map(|shop| shop.im_id.as_str()), shop.map(|shop| shop.seed.name)),
    };
    let mut value = json!({
        "id": message.id, "type": message.kind, "content": message.content, "create_time": message.at,
        "is_visible": message.is_visible, "index": message.index.to_string(),
        "sender": { "im_user_id": im_id, "role": message.role, "nickname": name, "avatar": world.picture_url("avatar-40") },
    });
    if (told.data || told.plaintext)
        && let (Some(map), Some((data, plaintext))) = (value.as_object_mut(), card(world, message))
    {
        if told.data {
            put(map, "data", json!(data.to_string()));
        }
        if told.plaintext {
            put(map, "plaintext", json!(plaintext));
        }
    }
    value
}

/// One conversation.
pub(crate) fn conversation_json(world: &World, conversation: &Conversation, told: Told) -> Value {
    let Some(buyer) = world.buyers.get(conversation.buyer) else { return Value::Null };
    let Some(shop) = world.shops.get(conversation.shop) else { return Value::Null };
    let session = conversation.sessions.last().filter(|_| conversation.session_end(told.now).is_none());
    let is_attended = session.is_some_and(|session| session.first_answer.is_some());
    let mut customer = json!({
        "im_user_id": buyer.im_id, "user_id": buyer.user_id, "role": "BUYER", "nickname": buyer.person.nickname,
        "avatar": world.picture_url("avatar-40"),
    });
    if let (Some(map), "ID") = (customer.as_object_mut(), shop.seed.region) {
        let is_here = buyer.user_id.bytes().last().is_some_and(|digit| digit % 3 > 0);
        let name = if told.is_listed { "buyer_platform" } else { "platform" };
        put(map, name, json!(if is_here { "TIKTOK_SHOP" } else { "TOKOPEDIA" }));
    }
    let of_shop = |im_id: &str, role: &str| {
        json!({
            "im_user_id": im_id, "user_id": shop.id, "role": role, "nickname": shop.seed.name,
            "avatar": world.picture_url("avatar-200"),
        })
    };
    let mut participants = vec![customer, of_shop(&shop.im_id, "SHOP")];
    if is_attended {
        participants.push(of_shop(&shop.agent_im_id, "CUSTOMER_SERVICE"));
    }
    let mut value = json!({
        "id": conversation.id, "participant_count": participants.len(), "unread_count": conversation.unread,
        "create_time": conversation.created, "participants": participants,
    });
    let Some(map) = value.as_object_mut() else { return value };
    if told.is_listed {
        put(map, "can_send_message", json!(world.can_send(conversation, told.now)));
        if let Some(last) = conversation.messages.last() {
            put(map, "latest_message", message_json(world, conversation, last, Told::default()));
        }
    }
    if let Some(session) = session.filter(|_| told.session_id || told.session_info) {
        put(map, "cur_session_id", json!(session.id));
        if told.session_info {
            put(map, "cur_session", json!({ "id": session.id, "phase": phase(session) }));
        }
    }
    value
}

/// How far a session is.
fn phase(session: &Session) -> &'static str {
    match (session.first_answer, session.is_answered_by_robot) {
        (Some(_), _) => "ASSIGNED",
        (None, true) => "AUTO_REPLY",
        (None, false) => "QUEUED",
    }
}
