//! From the platform's JSON to our facts. Unknown words are kept as they came; what has no id is a fault.

use super::chat::{ChatImage, ChatMessage, Conversation};
use super::error::TiktokError;
use super::wire::after_sales::{Cancellation, Common, LineItem, Record as WireRecord, Return};
use super::wire::chat::{Content, Conversation as WireConversation, Message};
use super::wire::order::Order as WireOrder;
use super::wire::{Int, List, Members, Text};
use shared::domain::facts::{Action, Line, Object, Order, PlatformCase, Record, Refund};
use shared::money::Money;
use shared::time::Timestamp;

fn required(text: Text, what: &'static str) -> Result<String, TiktokError> {
    text.id().ok_or(TiktokError::Missing { what })
}

fn at(stamp: Int) -> Option<Timestamp> {
    stamp.filled().map(Timestamp::from_platform)
}

fn money(amount: &str, currency: &str) -> Option<Money> {
    Money::parse(amount.trim(), currency.trim()).ok()
}

/// `refund_amount`: none without a readable total.
pub(super) fn refund(members: &Members) -> Option<Refund> {
    let currency = members.get("currency")?;
    let total = money(members.get("refund_total")?, currency)?;
    Some(Refund { total, parts: amounts(members, &["currency", "refund_total"]) })
}

fn amounts(members: &Members, but: &[&str]) -> Vec<(String, Money)> {
    let currency = members.get("currency").unwrap_or_default();
    let wanted = members.0.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    wanted.filter_map(|(name, value)| Some((name.clone(), money(value.as_str(), currency)?))).collect()
}

fn lines(items: List<LineItem>) -> Vec<Line> {
    let line = |item: LineItem| Line {
        order_line_id: item.order_line_item_id.into_string(),
        sku_id: item.sku_id.into_string(),
        product: item.product_name.into_string(),
        variant: item.sku_name.into_string(),
        seller_sku: item.seller_sku.into_string(),
        picture_url: item.product_image.and_then(|image| image.url.filled()),
        amount: refund(&item.refund_amount).map(|refund| refund.total),
    };
    items.into_iter().map(line).collect()
}

fn actions(common: &Common) -> Vec<Action> {
    let actions = common.seller_next_action_response.0.iter();
    actions
        .filter(|action| !action.action.as_str().is_empty())
        .map(|action| Action { name: action.action.as_str().to_owned(), deadline: at(action.deadline) })
        .collect()
}

pub(super) fn cancellation(read: Cancellation) -> Result<PlatformCase, TiktokError> {
    let created = at(read.common.create_time).ok_or(TiktokError::Missing { what: "create_time" })?;
    Ok(PlatformCase {
        object: Object::Cancellation,
        platform_id: required(read.cancel_id, "cancel_id")?,
        type_word: read.cancel_type.into_string(),
        status: read.cancel_status.into_string(),
        arbitration: None,
        reason: read.cancel_reason.into_string(),
        reason_text: read.cancel_reason_text.into_string(),
        created,
        updated: at(read.common.update_time).unwrap_or(created),
        actions: actions(&read.common),
        refund: refund(&read.common.refund_amount),
        order_id: required(read.common.order_id, "order_id")?,
        role: read.common.role.into_string(),
        partial: None,
        buyer_rejected_partial: false,
        lines: lines(read.cancel_line_items),
        is_quick_refund: false,
        can_buyer_keep_item: false,
        pre_id: None,
        next_id: None,
        group_id: None,
        rma_id: None,
        tracking_number: None,
        carrier: None,
        aside: Vec::new(),
    })
}

pub(super) fn return_order(read: Return) -> Result<PlatformCase, TiktokError> {
    let created = at(read.common.create_time).ok_or(TiktokError::Missing { what: "create_time" })?;
    let combined = read.combined_return_id.id().filter(|_| read.is_combined_return.is_set());
    let rma_id = read.rma_id.id();
    let aside = read.discount_amount.0.iter().chain(&read.shipping_fee_amount.0);
    Ok(PlatformCase {
        object: Object::Return,
        platform_id: required(read.return_id, "return_id")?,
        type_word: read.return_type.into_string(),
        status: read.return_status.into_string(),
        arbitration: read.arbitration_status.filled(),
        reason: read.return_reason.into_string(),
        reason_text: read.return_reason_text.into_string(),
        created,
        updated: at(read.common.update_time).unwrap_or(created),
        actions: actions(&read.common),
        refund: refund(&read.common.refund_amount),
        order_id: required(read.common.order_id, "order_id")?,
        role: read.common.role.into_string(),
        partial: read
            .partial_refund
            .and_then(|offer| money(offer.amount.as_str(), offer.currency.as_str()))
            .filter(Money::is_positive),
        buyer_rejected_partial: read.buyer_rejected_partial_refund.is_set(),
        lines: lines(read.return_line_items),
        is_quick_refund: read.is_quick_refund.is_set(),
        can_buyer_keep_item: read.can_buyer_keep_item.is_set(),
        pre_id: read.pre_return_id.id(),
        next_id: read.next_return_id.id(),
        aside: aside.flat_map(|members| amounts(members, &["currency"])).collect(),
        group_id: combined.or_else(|| read.aftersales_request_id.id()).or_else(|| rma_id.clone()),
        rma_id,
        tracking_number: read.return_tracking_number.filled(),
        carrier: read.return_provider_name.filled(),
    })
}

pub(super) fn record(read: WireRecord) -> Record {
    Record {
        event: read.event.into_string(),
        role: read.role.into_string(),
        description: read.description.into_string(),
        reason_text: read.reason_text.filled(),
        note: read.note.filled(),
        image_urls: read.images.into_iter().filter_map(|image| image.url.filled()).collect(),
        video_urls: read.videos.into_iter().filter_map(|video| video.url.filled()).collect(),
        at: at(read.create_time).unwrap_or_default(),
    }
}

pub(super) fn order(read: WireOrder) -> Result<Order, TiktokError> {
    let created = at(read.create_time).unwrap_or_default();
    let first = read.line_items.0.first();
    let of_line = |pick: fn(&super::wire::order::LineItem) -> &Text| first.and_then(|line| pick(line).clone().filled());
    let tracking_number = read.tracking_number.filled().or_else(|| of_line(|line| &line.tracking_number));
    let carrier = read.shipping_provider.filled().or_else(|| of_line(|line| &line.shipping_provider_name));
    let (first_name, last_name) = read
        .recipient_address
        .map(|recipient| (recipient.first_name.filled(), recipient.last_name.filled()))
        .unwrap_or_default();
    let line = |item: super::wire::order::LineItem| Line {
        amount: money(item.sale_price.as_str(), item.currency.as_str()),
        order_line_id: item.id.into_string(),
        sku_id: item.sku_id.into_string(),
        product: item.product_name.into_string(),
        variant: item.sku_name.into_string(),
        seller_sku: item.seller_sku.into_string(),
        picture_url: item.sku_image.filled(),
    };
    Ok(Order {
        order_id: required(read.id, "order id")?,
        status: read.status.into_string(),
        buyer_id: read.user_id.id(),
        buyer_nickname: read.buyer_nickname.filled(),
        first_name,
        last_name,
        created,
        paid: at(read.paid_time),
        // Handed to the carrier; before that at least marked as shipped by the seller.
        shipped: at(read.collection_time).or_else(|| at(read.rts_time)),
        delivered: at(read.delivery_time),
        is_cod: read.is_cod.is_set(),
        lines: read.line_items.into_iter().map(line).collect(),
        total: read.payment.and_then(|paid| money(paid.total_amount.as_str(), paid.currency.as_str())),
        tracking_number,
        carrier,
        updated: at(read.update_time).unwrap_or(created),
    })
}

/// A message; its content is JSON inside a string, and a text that is not JSON is the words themselves.
pub(super) fn message(read: Message, tip: Option<&str>) -> Result<ChatMessage, TiktokError> {
    let index = read.index.as_str().trim().parse().map_err(|_| TiktokError::Missing { what: "message index" })?;
    let content = match serde_json::from_str::<Content>(read.content.as_str()) {
        Ok(content) => content,
        Err(_) => Content { content: read.content, ..Content::default() },
    };
    let type_word = read.type_word.into_string();
    let pixels = |side: Int| side.known().and_then(|side| u32::try_from(side).ok()).unwrap_or_default();
    let image = (type_word == "IMAGE").then(|| content.url.filled()).flatten().map(|url| ChatImage {
        url,
        width: pixels(content.width),
        height: pixels(content.height),
    });
    Ok(ChatMessage {
        id: required(read.id, "message id")?,
        index,
        unsupported_tip: tip.filter(|tip| type_word == "OTHER" && !tip.is_empty()).map(str::to_owned),
        type_word,
        role: read.sender.unwrap_or_default().role.into_string(),
        text: content.content.filled(),
        image,
        at: at(read.create_time).unwrap_or_default(),
        is_visible: read.is_visible.known() != Some(false),
    })
}

pub(super) fn conversation(read: WireConversation) -> Result<Conversation, TiktokError> {
    let buyer = read.participants.into_iter().find(|person| person.role.as_str() == "BUYER");
    Ok(Conversation {
        id: required(read.id, "conversation id")?,
        buyer_id: buyer.and_then(|buyer| buyer.user_id.id()),
        can_send: read.can_send_message.known(),
        unread: read.unread_count.unsigned().unwrap_or_default(),
        // A conversation without a readable newest message is simply read.
        latest: read.latest_message.and_then(|latest| message(latest, None).ok()),
    })
}
