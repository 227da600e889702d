//! Conversations with buyers.

use super::client::Upstream;
use super::convert;
use super::endpoint::{Body, Call, Endpoint};
use super::error::TiktokError;
use super::outcome::{Outcome, Receipt};
use super::wire::Empty;
use super::wire::Text;
use super::wire::chat::{Conversations, Messages, Opened, Performance, Performances, Sent};
use crate::clock::date;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::time::Timestamp;

const AREA: &str = "customer_service";
static CONVERSATIONS: Endpoint = Endpoint::new("get_conversations", Method::GET, AREA, &["202309"], "conversations");
static CREATE: Endpoint = Endpoint::new("create_conversation", Method::POST, AREA, &["202309"], "conversations");
static MESSAGES: Endpoint =
    Endpoint::new("get_messages", Method::GET, AREA, &["202309"], "conversations/{id}/messages");
static SEND: Endpoint =
    Endpoint::new("send_message", Method::POST, AREA, &["202606", "202309"], "conversations/{id}/messages");
static PERFORMANCE: Endpoint =
    Endpoint::new("get_customer_service_performance", Method::GET, AREA, &["202407"], "performance");
static READ: Endpoint =
    Endpoint::new("read_messages", Method::POST, AREA, &["202309"], "conversations/{id}/messages/read");

/// A message as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// The platform's number; that of the answer to a send.
    pub id: String,
    /// Orders the messages of a conversation; has gaps.
    pub index: u64,
    /// As written, for example `TEXT`.
    pub type_word: String,
    /// Who sent it, as written, for example `BUYER`.
    pub role: String,
    /// The words, where it has words.
    pub text: Option<String>,
    /// In a message of type IMAGE.
    pub image: Option<ChatImage>,
    /// When it was sent.
    pub at: Timestamp,
    /// Hidden ones are never shown.
    pub is_visible: bool,
    /// What to show for type OTHER.
    pub unsupported_tip: Option<String>,
}

/// A picture in the chat, on the platform's host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatImage {
    /// Where.
    pub url: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A conversation with one buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The platform's number.
    pub id: String,
    /// The buyer's `user_id`, as in orders.
    pub buyer_id: Option<String>,
    /// `can_send_message`, where it is said.
    pub can_send: Option<bool>,
    /// Messages of the buyer that nobody has marked as read.
    pub unread: u64,
    /// Its newest message.
    pub latest: Option<ChatMessage>,
}

/// One page of conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationPage {
    /// Newest first (assumed).
    pub conversations: Vec<Conversation>,
    /// Where the next page starts; none: this was the last.
    pub next: Option<String>,
}

/// One page of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePage {
    /// Newest first.
    pub messages: Vec<ChatMessage>,
    /// Where the next page starts; none: this was the last.
    pub next: Option<String>,
}

/// A message that the platform has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// Its number.
    pub message_id: String,
}

/// How the platform counts the chats of some days. Shares are tenths of a percent; none: it names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatPerformance {
    /// Chats that buyers began.
    pub sessions: u64,
    /// Answered within 24 hours.
    pub answered: Option<u64>,
    /// Four or five stars.
    pub satisfied: Option<u64>,
    /// Until the first answer, in the mean.
    pub first_ms: Option<i64>,
}

impl ChatPerformance {
    /// Where there were no chats the platform writes 0 for every share: that is no share.
    fn of(found: Performance) -> Self {
        let sessions = found.support_session_count.unsigned().unwrap_or_default();
        let known = |text| tenths(text).filter(|_| sessions > 0);
        Self {
            sessions,
            answered: known(found.response_percentage),
            satisfied: known(found.satisfaction_percentage),
            first_ms: known(found.response_time_mins).and_then(|tenths| i64::try_from(tenths * 6_000).ok()),
        }
    }
}

/// "93.4" as 934; none: nothing is said, or no number. What is beyond one decimal is cut.
fn tenths(text: Text) -> Option<u64> {
    let text = text.filled()?;
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let part = part.chars().next()?.to_digit(10)?;
    whole.parse::<u64>().ok()?.checked_mul(10)?.checked_add(part.into())
}

fn send_call(conversation: &str, type_word: &str, content: &Value) -> Result<Call, TiktokError> {
    let call = Call::of(&SEND, conversation)?;
    let content = content.to_string();
    let older = Body::json(call.endpoint, &json!({ "type": type_word, "content": content }))?;
    let newest = json!({ "type": type_word, "content": content, "sender_role": "CUSTOMER_SERVICE" });
    Ok(Call { older_body: Some(older), ..call.json(&newest)? })
}

impl Upstream {
    /// The chats that began from one day on, before another (UTC).
    pub async fn chat_performance(&self, from: Timestamp, until: Timestamp) -> Result<ChatPerformance, TiktokError> {
        let call = Call::new(&PERFORMANCE).with("support_date_ge", date(from)).with("support_date_lt", date(until));
        let found: Performances = self.read(call).await?;
        Ok(ChatPerformance::of(found.performance.unwrap_or_default()))
    }

    /// One page of 20 conversations.
    pub async fn conversations(&self, page: Option<&str>) -> Result<ConversationPage, TiktokError> {
        let call = Call::new(&CONVERSATIONS).with("page_size", "20").with("locale", "en").with_opt("page_token", page);
        let found: Conversations = self.read(call).await?;
        Ok(ConversationPage {
            conversations: found.conversations.into_iter().map(convert::conversation).collect::<Result<_, _>>()?,
            next: found.next_page_token.filled(),
        })
    }

    /// The conversation with a buyer: an old one is reopened, so that repeating this is harmless.
    pub async fn create_conversation(&self, buyer_id: &str) -> Result<String, TiktokError> {
        let call = Call::new(&CREATE).json(&json!({ "buyer_user_id": buyer_id }))?;
        let opened: Opened = self.write_for(call).await?;
        opened.conversation_id.id().ok_or(TiktokError::Missing { what: "conversation_id" })
    }

    /// One page of 10 messages, newest first. A message that cannot be read fails the page.
    pub async fn messages(&self, conversation: &str, page: Option<&str>) -> Result<MessagePage, TiktokError> {
        let call = Call::of(&MESSAGES, conversation)?
            .with("page_size", "10")
            .with("sort_field", "create_time")
            .with("sort_order", "DESC")
            .with("locale", "en")
            .with_opt("page_token", page);
        let found: Messages = self.read(call).await?;
        let tip = found.unsupported_msg_tips;
        let messages = found.messages.into_iter().map(|message| convert::message(message, Some(tip.as_str())));
        Ok(MessagePage { messages: messages.collect::<Result<_, _>>()?, next: found.next_page_token.filled() })
    }

    async fn send(&self, call: Result<Call, TiktokError>) -> Outcome<SentMessage> {
        match self.write::<Sent>(call).await {
            Outcome::Confirmed(Receipt { request_id, data }) => match data.message_id.id() {
                Some(message_id) => Outcome::Confirmed(Receipt { request_id, data: SentMessage { message_id } }),
                // Taken, it seems, but not to be found again: the conversation is read.
                None => Outcome::Unknown(TiktokError::Missing { what: "message_id" }),
            },
            Outcome::Refused(refusal) => Outcome::Refused(refusal),
            Outcome::NoEffect { retry_after_ms } => Outcome::NoEffect { retry_after_ms },
            Outcome::Unknown(fault) => Outcome::Unknown(fault),
        }
    }

    /// Sends a text of at most 2,000 characters, once. The platform knows no idempotency key for it.
    pub async fn send_text(&self, conversation: &str, text: &str) -> Outcome<SentMessage> {
        self.send(send_call(conversation, "TEXT", &json!({ "content": text }))).await
    }

    /// Sends a picture that was uploaded before, once.
    pub async fn send_image(&self, conversation: &str, image: &ChatImage) -> Outcome<SentMessage> {
        let content = json!({ "url": image.url, "width": image.width, "height": image.height });
        self.send(send_call(conversation, "IMAGE", &content)).await
    }

    /// Marks the buyer's messages as read; repeating it is harmless.
    pub async fn mark_read(&self, conversation: &str) -> Result<(), TiktokError> {
        let _: Empty = self.read(Call::of(&READ, conversation)?.json(&json!({}))?).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_no_chats_no_share_is_known() {
        let of = |sessions: &str, share: &str| {
            let found = json!({
                "support_session_count": sessions, "response_percentage": share,
                "satisfaction_percentage": share, "response_time_mins": share,
            });
            ChatPerformance::of(serde_json::from_value(found).unwrap())
        };
        let none = ChatPerformance { sessions: 0, answered: None, satisfied: None, first_ms: None };
        assert_eq!(of("0", "0.0"), none);
        let some = ChatPerformance { sessions: 4, answered: Some(0), satisfied: Some(0), first_ms: Some(0) };
        assert_eq!(of("4", "0.0"), some, "none of four was answered");
    }

    #[test]
    fn a_text_is_json_inside_a_string_and_names_its_role_in_the_newest_version_only() {
        let call = send_call("42", "TEXT", &json!({ "content": "Hi! \"blue\" mug 📦" })).unwrap();
        let read = |version| serde_json::from_slice::<Value>(call.body_of(version).bytes()).unwrap();
        assert_eq!(read(0)["sender_role"], "CUSTOMER_SERVICE");
        assert_eq!(read(1).get("sender_role"), None);
        for version in [0, 1] {
            let content: Value = serde_json::from_str(read(version)["content"].as_str().unwrap()).unwrap();
            assert_eq!(content["content"], "Hi! \"blue\" mug 📦");
        }
    }
}
