//! Conversations and their messages, as last read.

use super::cases::id;
use super::sql::{ByCase, Row, Tx, by_case, params};
use super::{StoreError, to_json};
use crate::tiktok::chat::ChatMessage;
use shared::id::{AgentId, CaseId, IntentId, ShopId};
use shared::time::Timestamp;

/// A conversation with one buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// The platform's id.
    pub id: String,
    /// The buyer's `user_id`.
    pub buyer: String,
    /// `can_send_message`, where it was said.
    pub can_send: Option<bool>,
    /// When its messages were last read.
    pub read: Option<Timestamp>,
}

/// Stores what is known of a conversation; unknown members keep what was known before.
pub fn save(tx: &Tx<'_>, shop: &ShopId, id: &str, buyer: &str, can_send: Option<bool>) -> Result<(), StoreError> {
    // A buyer has one conversation per shop: a reopened one returns its old id.
    tx.execute(
        "DELETE FROM conversation WHERE shop_id = ?1 AND buyer_id = ?2 AND conversation_id <> ?3",
        params![shop.as_str(), buyer, id],
    )?;
    tx.execute(
        "INSERT INTO conversation (shop_id, conversation_id, buyer_id, can_send) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (shop_id, conversation_id) DO UPDATE SET buyer_id = excluded.buyer_id, \
         can_send = COALESCE(excluded.can_send, conversation.can_send)",
        params![shop.as_str(), id, buyer, can_send],
    )?;
    Ok(())
}

fn conversation(row: &Row<'_>, first: usize) -> Result<ConversationRow, StoreError> {
    Ok(ConversationRow {
        id: row.get(first)?,
        buyer: row.get(first + 1)?,
        can_send: row.get(first + 2)?,
        read: row.get::<Option<i64>>(first + 3)?.map(Timestamp::from_millis),
    })
}

fn one(tx: &Tx<'_>, column: &str, shop: &ShopId, value: &str) -> Result<Option<ConversationRow>, StoreError> {
    let sql = format!(
        "SELECT conversation_id, buyer_id, can_send, read_at FROM conversation WHERE shop_id = ?1 AND {column} = ?2"
    );
    tx.first(&sql, params![shop.as_str(), value], |row| conversation(row, 0))
}

/// The conversation with a buyer.
pub fn with_buyer(tx: &Tx<'_>, shop: &ShopId, buyer: &str) -> Result<Option<ConversationRow>, StoreError> {
    one(tx, "buyer_id", shop, buyer)
}

/// A conversation by the platform's id.
pub fn find(tx: &Tx<'_>, shop: &ShopId, id: &str) -> Result<Option<ConversationRow>, StoreError> {
    one(tx, "conversation_id", shop, id)
}

/// Stores messages as read. Returns how many were new or differ from what was known.
pub fn save_messages(
    tx: &Tx<'_>,
    shop: &ShopId,
    conversation: &str,
    messages: &[ChatMessage],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut fresh = 0;
    for message in messages {
        fresh += tx.execute(
            "INSERT INTO message (shop_id, conversation_id, message_id, place, at, role, platform) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (shop_id, conversation_id, message_id) DO UPDATE SET \
             place = excluded.place, at = excluded.at, role = excluded.role, platform = excluded.platform \
             WHERE message.platform <> excluded.platform",
            params![
                shop.as_str(),
                conversation,
                message.id,
                i64::try_from(message.index).unwrap_or(i64::MAX),
                message.at.millis(),
                message.role,
                to_json("message", message)?,
            ],
        )?;
    }
    tx.execute(
        "UPDATE conversation SET read_at = ?3 WHERE shop_id = ?1 AND conversation_id = ?2",
        params![shop.as_str(), conversation, now.millis()],
    )?;
    Ok(fresh)
}

/// Claims a message for the intent that sent it. `false`: another intent has claimed it.
pub fn claim(
    tx: &Tx<'_>,
    shop: &ShopId,
    conversation: &str,
    message_id: &str,
    intent: &IntentId,
) -> Result<bool, StoreError> {
    let claimed = tx.execute(
        "UPDATE message SET intent_id = ?4 WHERE shop_id = ?1 AND conversation_id = ?2 AND message_id = ?3 \
             AND (intent_id IS NULL OR intent_id = ?4)",
        params![shop.as_str(), conversation, message_id, intent.as_str()],
    )?;
    Ok(claimed == 1)
}

/// A stored message, with the intent that sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// As read.
    pub message: ChatMessage,
    /// The intent of ours that sent it.
    pub intent: Option<IntentId>,
}

/// The newest messages of a conversation, oldest first.
pub fn messages(tx: &Tx<'_>, shop: &ShopId, conversation: &str, most: u32) -> Result<Vec<MessageRow>, StoreError> {
    tx.all(
        "SELECT platform, intent_id FROM (SELECT platform, intent_id, place FROM message \
         WHERE shop_id = ?1 AND conversation_id = ?2 ORDER BY place DESC LIMIT ?3) newest ORDER BY place",
        params![shop.as_str(), conversation, most],
        |row| {
            let intent: Option<String> = row.get(1)?;
            Ok(MessageRow {
                message: row.json("message", 0)?,
                intent: intent.map(|raw| id("intent id", raw)).transpose()?,
            })
        },
    )
}

/// From a case to the conversation with its buyer.
const OF_CASE: &str = "FROM case_file c JOIN order_file o ON o.shop_id = c.shop_id AND o.order_id = c.order_id \
     JOIN conversation v ON v.shop_id = o.shop_id AND v.buyer_id = o.buyer_id";

/// The conversation with the buyer of each of many cases.
pub fn of_cases(tx: &Tx<'_>, cases: &[CaseId]) -> Result<ByCase<ConversationRow>, StoreError> {
    let sql = format!("SELECT c.id, v.conversation_id, v.buyer_id, v.can_send, v.read_at {OF_CASE} WHERE c.id IN (?)");
    by_case(tx, cases, &sql, 1, |row| conversation(row, 1))
}

fn newest_sql() -> String {
    format!(
        "SELECT c.id, m.platform, i.agent_id {OF_CASE} \
         JOIN message m ON m.shop_id = v.shop_id AND m.conversation_id = v.conversation_id \
         LEFT JOIN intent i ON i.id = m.intent_id WHERE c.id IN (?) ORDER BY c.id, m.place DESC"
    )
}

/// The newest messages of the conversation of each of many cases, newest first, each with whose words it carries, if an
/// intent of ours sent it.
pub fn messages_of(
    tx: &Tx<'_>,
    cases: &[CaseId],
    most: usize,
) -> Result<ByCase<(ChatMessage, Option<AgentId>)>, StoreError> {
    by_case(tx, cases, &newest_sql(), most, |row| {
        let by: Option<String> = row.get(2)?;
        Ok((row.json("message", 1)?, by.map(|raw| id("agent id", raw)).transpose()?))
    })
}

/// Messages of the conversation with the buyer of a case that carry words of another case, by their ids.
pub fn of_other_cases(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "SELECT m.message_id {OF_CASE} \
         JOIN message m ON m.shop_id = v.shop_id AND m.conversation_id = v.conversation_id \
         JOIN intent i ON i.id = m.intent_id WHERE c.id = ?1 AND i.case_id <> c.id ORDER BY m.place"
    );
    tx.all(&sql, params![case.as_str()], |row| row.get(0))
}

/// The buyer's messages after our last one.
pub fn unanswered(tx: &Tx<'_>, shop: &ShopId, conversation: &str) -> Result<u32, StoreError> {
    tx.only(
        "SELECT COUNT(*) FROM message WHERE shop_id = ?1 AND conversation_id = ?2 AND role = 'BUYER' AND place > \
             (SELECT COALESCE(MAX(place), 0) FROM message WHERE shop_id = ?1 AND conversation_id = ?2 \
             AND role IN ('SHOP', 'CUSTOMER_SERVICE'))",
        params![shop.as_str(), conversation],
        |row| row.get(0),
    )
}

/// When the buyer wrote last.
pub fn last_of_buyer(tx: &Tx<'_>, shop: &ShopId, conversation: &str) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MAX(at) FROM message WHERE shop_id = ?1 AND conversation_id = ?2 AND role = 'BUYER'";
    let last: Option<i64> = tx.only(sql, params![shop.as_str(), conversation], |row| row.get(0))?;
    Ok(last.map(Timestamp::from_millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn the_end_of_a_chat_is_read_without_sorting_all_of_it() {
        let store = Store::in_memory().unwrap();
        let sql = ["EXPLAIN QUERY PLAN ", &newest_sql(), " LIMIT 60"].concat();
        let plan = store.read(|tx| tx.all(&sql, params!["c_1"], |row| row.get::<String>(3))).unwrap();
        assert!(plan.iter().any(|step| step.contains("message_place")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("ORDER BY")), "{plan:?}");
    }
}
