//! Conversations (api 5).

use super::{Due, MessageRow, World};
use serde_json::json;

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// Larger is newer; not free of gaps.
    pub(crate) index: u64,
    pub(crate) kind: String,
    /// JSON inside a string.
    pub(crate) content: String,
    pub(crate) role: &'static str,
    pub(crate) at: i64,
    pub(crate) is_visible: bool,
}

/// The chat of a shop with a buyer.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) shop: usize,
    pub(crate) buyer: usize,
    pub(crate) created: i64,
    pub(crate) can_send: bool,
    pub(crate) unread: u32,
    pub(crate) messages: Vec<Message>,
}

impl World {
    /// The conversation with a buyer; an old one is reopened.
    pub(crate) fn conversation_with(&mut self, buyer: usize, at: i64) -> Option<usize> {
        if let Some(place) = self.conversations.iter().position(|known| known.buyer == buyer) {
            return Some(place);
        }
        let shop = self.buyers.get(buyer)?.shop;
        let id = self.number("7578");
        self.conversations.push(Conversation {
            id,
            shop,
            buyer,
            created: at,
            can_send: true,
            unread: 0,
            messages: Vec::new(),
        });
        Some(self.conversations.len() - 1)
    }

    /// Says something. Answers the message's id.
    pub(crate) fn say(
        &mut self,
        place: usize,
        role: &'static str,
        kind: &str,
        content: &str,
        at: i64,
    ) -> Option<String> {
        let id = self.number("7578");
        let gap = u64::try_from(self.between(1, 9)).unwrap_or(1);
        let conversation = self.conversations.get_mut(place)?;
        let index = conversation.messages.last().map_or(1_000, |last| last.index) + gap;
        let message = Message {
            id: id.clone(),
            index,
            kind: kind.to_owned(),
            content: content.to_owned(),
            role,
            at,
            is_visible: true,
        };
        conversation.messages.push(message);
        if role == "BUYER" {
            conversation.unread += 1;
        }
        let (shop, buyer, conversation_id) = (conversation.shop, conversation.buyer, conversation.id.clone());
        let im_id = self.buyers.get(buyer).map(|buyer| buyer.im_id.clone());
        let data = json!({
            "message_id": id, "index": index.to_string(), "conversation_id": conversation_id, "type": kind,
            "content": content, "create_time": at, "is_visible": true, "sender": { "im_user_id": im_id, "role": role },
        });
        self.announce(shop, 14, "NEW_MESSAGE", &data, at);
        Some(id)
    }

    /// A message of the shop's: kept in the ledger.
    pub(crate) fn shop_says(
        &mut self,
        place: usize,
        role: &'static str,
        kind: &str,
        content: &str,
        at: i64,
    ) -> Option<String> {
        let id = self.say(place, role, kind, content, at)?;
        let conversation = self.conversations.get(place)?;
        let (shop, buyer) = (conversation.shop, conversation.buyer);
        let orders: Vec<usize> =
            self.orders.iter().enumerate().filter(|(_, order)| order.buyer == buyer).map(|(place, _)| place).collect();
        let cancels = self.cancellations.iter().filter(|case| orders.contains(&case.order)).map(|case| case.id.clone());
        let returns = self.returns.iter().filter(|case| orders.contains(&case.order)).map(|case| case.id.clone());
        let row = MessageRow {
            shop_id: self.shops.get(shop)?.id.clone(),
            conversation_id: conversation.id.clone(),
            buyer_user_id: self.buyers.get(buyer)?.user_id.clone(),
            kind: kind.to_owned(),
            content: content.to_owned(),
            at,
            message_id: id.clone(),
            case_ids: cancels.chain(returns).collect(),
        };
        self.ledger.messages.push(row);
        if self.dials.activity {
            let conversation = conversation.id.clone();
            let later = at + self.between(40, 200);
            self.plan(later, Due::Thanks { conversation });
        }
        Some(id)
    }
}
