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

/// One stretch of a conversation, from the first word to the last.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) begin: i64,
    pub(crate) end: Option<i64>,
    /// When an agent first answered.
    pub(crate) first_answer: Option<i64>,
    pub(crate) is_answered_by_robot: bool,
}

/// An answer within this time is not late.
const ANSWER_S: i64 = 24 * 3_600;
/// A buyer who is silent for so long has gone.
const BUYER_SILENT_S: i64 = 6 * 3_600;
/// A shop that is silent for so long has given up.
const SHOP_SILENT_S: i64 = 7 * 86_400;
/// A shop may write first within these days of a buyer's message, or of an order.
const AFTER_MESSAGE_S: i64 = 30 * 86_400;
const AFTER_ORDER_S: i64 = 60 * 86_400;

impl Session {
    /// Whether no agent answered in time.
    pub(crate) fn is_late(&self, now: i64) -> bool {
        self.first_answer.unwrap_or(now) - self.begin > ANSWER_S
    }

    /// The stars that the buyer gave, if any: most are content, not those who had to wait.
    pub(crate) fn score(&self, end: Option<i64>, now: i64) -> Option<u8> {
        let digit = self.id.bytes().last().unwrap_or(b'0') % 5;
        self.end.or(end)?;
        match (self.is_late(now), digit) {
            (_, 0) => None,
            (true, _) => Some(2),
            (false, 1) => Some(4),
            (false, _) => Some(5),
        }
    }
}

/// The chat of a shop with a buyer.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) shop: usize,
    pub(crate) buyer: usize,
    pub(crate) created: i64,
    /// The buyer wants no messages of this shop.
    pub(crate) is_blocked: bool,
    pub(crate) unread: u32,
    pub(crate) messages: Vec<Message>,
    pub(crate) sessions: Vec<Session>,
}

impl Conversation {
    /// When its last session ended; none: it goes on, or there is none.
    pub(crate) fn session_end(&self, now: i64) -> Option<i64> {
        let session = self.sessions.last()?;
        let last = self.messages.last()?;
        let patience = if last.role == "BUYER" { SHOP_SILENT_S } else { BUYER_SILENT_S };
        session.end.or_else(|| Some(last.at + patience).filter(|end| *end <= now))
    }
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
            is_blocked: false,
            unread: 0,
            messages: Vec::new(),
            sessions: Vec::new(),
        });
        Some(self.conversations.len() - 1)
    }

    /// Whether the shop may write to a buyer first.
    pub(crate) fn may_begin(&self, buyer: usize, now: i64) -> bool {
        let known = self.conversations.iter().find(|known| known.buyer == buyer);
        match known {
            Some(known) => self.can_send(known, now),
            None => self.ordered_lately(buyer, now),
        }
    }

    fn ordered_lately(&self, buyer: usize, now: i64) -> bool {
        let places = self.buyers.get(buyer).map(|buyer| buyer.orders.as_slice()).unwrap_or_default();
        let mut orders = places.iter().rev().filter_map(|place| self.orders.get(*place));
        orders.any(|order| now - order.created < AFTER_ORDER_S || !order.returns.is_empty())
    }

    /// Whether the shop may write (api 5): to who wrote lately, ordered lately, or ever sent something back.
    pub(crate) fn can_send(&self, conversation: &Conversation, now: i64) -> bool {
        let wrote = || {
            let mut theirs = conversation.messages.iter().rev().filter(|message| message.role == "BUYER");
            theirs.next().is_some_and(|last| now - last.at < AFTER_MESSAGE_S)
        };
        !conversation.is_blocked && (wrote() || self.ordered_lately(conversation.buyer, now))
    }

    /// Ends the last session of a conversation: the agent leaves.
    pub(crate) fn end_session(&mut self, place: usize, end: i64, at: i64) {
        let Some(conversation) = self.conversations.get_mut(place) else { return };
        let Some(session) = conversation.sessions.last_mut().filter(|session| session.end.is_none()) else { return };
        session.end = Some(end);
        if session.first_answer.is_some() {
            self.announce_conversation(place, at);
        }
    }

    /// Tells that an agent has joined or left.
    fn announce_conversation(&mut self, place: usize, at: i64) {
        let Some(conversation) = self.conversations.get(place) else { return };
        let data = json!({ "conversation_id": conversation.id, "create_time": conversation.created });
        self.announce(conversation.shop, 13, "NEW_CONVERSATION", &data, at);
    }

    /// Opens a session where none goes on, and notes who speaks in it.
    fn attend(&mut self, place: usize, role: &str, at: i64) {
        let Some(conversation) = self.conversations.get(place) else { return };
        let ended = conversation.session_end(at);
        if let Some(end) = ended {
            self.end_session(place, end, at);
        }
        let is_first = self.conversations.get(place).is_some_and(|known| known.sessions.is_empty());
        let new = if is_first || ended.is_some() { Some(self.number("7578")) } else { None };
        let Some(conversation) = self.conversations.get_mut(place) else { return };
        if let Some(id) = new {
            let session = Session { id, begin: at, end: None, first_answer: None, is_answered_by_robot: false };
            conversation.sessions.push(session);
        }
        let Some(session) = conversation.sessions.last_mut() else { return };
        session.is_answered_by_robot |= role == "ROBOT";
        if role == "CUSTOMER_SERVICE" && session.first_answer.is_none() {
            session.first_answer = Some(at);
            self.announce_conversation(place, at);
        }
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
        self.attend(place, role, at);
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
        let row = MessageRow {
            shop_id: self.shops.get(shop)?.id.clone(),
            conversation_id: conversation.id.clone(),
            buyer_user_id: self.buyers.get(buyer)?.user_id.clone(),
            kind: kind.to_owned(),
            content: content.to_owned(),
            at,
            message_id: id.clone(),
            case_ids: self.cases_of_buyer(buyer),
        };
        self.ledger.messages.push(row);
        if self.has_part(buyer) {
            self.hear(buyer, content, at);
        } else if self.dials.activity && !self.is_quiet(shop) {
            let conversation = conversation.id.clone();
            let later = at + self.between(40, 200);
            self.plan(later, Due::Thanks { conversation });
        }
        Some(id)
    }
}
