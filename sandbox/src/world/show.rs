//! Objects as the platform answers them (fields.md). `older` is the 202309 wording.

use super::{Cancellation, Conversation, Message, Order, Return, Split, World, shown};
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

fn lines(world: &World, order: &Order, split: &Split, id_name: &str, own: &str) -> Vec<Value> {
    let currency = world.currency(order.shop);
    let units = i64::try_from(order.lines.len()).unwrap_or(1).max(1);
    let each = Split { goods: split.goods / units, shipping: 0, tax: 0 };
    order
        .lines
        .iter()
        .zip(1_u32..)
        .map(|(line, place)| {
            let mut value = json!({
                "order_line_item_id": line.id, "sku_id": line.sku_id, "sku_name": line.product.sku_name,
                "product_name": line.product.name, "seller_sku": line.product.seller_sku,
                "product_image": picture(world, line.product.picture), "refund_amount": refund(&each, currency),
            });
            if let Some(map) = value.as_object_mut() {
                map.insert(id_name.to_owned(), json!(format!("{own}{place:02}")));
            }
            value
        })
        .collect()
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
    put(&mut map, "cancel_line_items", json!(lines(world, order, &case.split, "cancel_line_item_id", &case.id)));
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
    put(&mut map, "return_line_items", json!(lines(world, order, &case.split, "return_line_item_id", &case.id)));
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
    put(&mut map, "is_combined_return", json!(false));
    put(&mut map, "combined_return_id", json!("0"));
    put(&mut map, "is_quick_refund", json!(case.is_quick));
    put(&mut map, "shipment_type", json!("PLATFORM"));
    put(&mut map, "handover_method", json!("DROP_OFF"));
    put(&mut map, "return_method", json!("PLATFORM_SHIPPED"));
    put(&mut map, "return_shipping_document_type", json!("SHIPPING_LABEL"));
    put(&mut map, "pre_return_id", json!(case.pre.clone().unwrap_or_else(|| "0".to_owned())));
    put(&mut map, "next_return_id", json!(case.next.clone().unwrap_or_else(|| "0".to_owned())));
    if let Some(word) = case.arbitration {
        put(&mut map, "arbitration_status", json!(word));
    }
    if let Some((action, deadline)) = case.asked {
        put(&mut map, "seller_next_action_response", json!([{ "action": action, "deadline": deadline }]));
    }
    if let Some(offer) = case.partial {
        put(&mut map, "partial_refund", json!({ "currency": currency, "amount": shown(offer, currency) }));
        put(&mut map, "seller_proposed_return_type", json!("PARTIAL_REFUND"));
        put(&mut map, "buyer_rejected_partial_refund", json!(case.partial_declined));
    }
    if let Some((carrier, number)) = &case.tracking {
        put(&mut map, "return_tracking_number", json!(number));
        put(&mut map, "return_provider_name", json!(carrier));
    }
    if case.kind == "REPLACEMENT" {
        put(&mut map, "can_buyer_keep_item", json!(true));
    }
    Value::Object(map)
}

/// One order.
pub(crate) fn order_json(world: &World, order: &Order) -> Value {
    let currency = world.currency(order.shop);
    let Some(buyer) = world.buyers.get(order.buyer) else { return Value::Null };
    let goods: i64 = order.lines.iter().map(|line| line.price).sum();
    let zero = shown(0, currency);
    let hidden = matches!(order.status, "UNPAID" | "ON_HOLD");
    let name = |text: &str| if hidden { "***".to_owned() } else { text.to_owned() };
    let items: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "id": line.id, "sku_id": line.sku_id, "product_id": line.product_id, "product_name": line.product.name,
                "sku_name": line.product.sku_name, "seller_sku": line.product.seller_sku,
                "sku_image": world.picture_url(line.product.picture), "sale_price": shown(line.price, currency),
                "original_price": shown(line.price, currency), "seller_discount": zero, "platform_discount": zero,
                "currency": currency, "display_status": order.status, "is_gift": false,
                "package_status": "FULFILLING", "tracking_number": order.tracking,
            })
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
    put(&mut map, "is_replacement_order", json!(false));
    put(&mut map, "fulfillment_type", json!("FULFILLMENT_BY_SELLER"));
    put(&mut map, "shipping_type", json!("SELLER"));
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

/// One message.
pub(crate) fn message_json(world: &World, conversation: &Conversation, message: &Message) -> Value {
    let buyer = world.buyers.get(conversation.buyer);
    let shop = world.shops.get(conversation.shop);
    let (im_id, name) = if message.role == "BUYER" {
        (buyer.map(|buyer| buyer.im_id.clone()), buyer.map(|buyer| buyer.person.nickname))
    } else {
        (shop.map(|shop| shop.id.clone()), shop.map(|shop| shop.seed.name))
    };
    json!({
        "id": message.id, "type": message.kind, "content": message.content, "create_time": message.at,
        "is_visible": message.is_visible, "index": message.index.to_string(),
        "sender": { "im_user_id": im_id, "role": message.role, "nickname": name, "avatar": world.picture_url("avatar-40") },
    })
}

/// One conversation.
pub(crate) fn conversation_json(world: &World, conversation: &Conversation, with_can_send: bool) -> Value {
    let Some(buyer) = world.buyers.get(conversation.buyer) else { return Value::Null };
    let shop = world.shops.get(conversation.shop);
    let mut value = json!({
        "id": conversation.id, "participant_count": 2, "unread_count": conversation.unread,
        "create_time": conversation.created,
        "participants": [
            { "im_user_id": buyer.im_id, "user_id": buyer.user_id, "role": "BUYER", "nickname": buyer.person.nickname,
              "avatar": world.picture_url("avatar-40") },
            { "im_user_id": shop.map(|shop| shop.id.clone()), "user_id": shop.map(|shop| shop.id.clone()), "role": "SHOP",
              "nickname": shop.map(|shop| shop.seed.name), "avatar": world.picture_url("avatar-200") },
        ],
    });
    if let Some(map) = value.as_object_mut() {
        if with_can_send {
            put(map, "can_send_message", json!(conversation.can_send));
        }
        if let Some(last) = conversation.messages.last() {
            put(map, "latest_message", message_json(world, conversation, last));
        }
    }
    value
}
