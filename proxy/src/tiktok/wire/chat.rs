//! Conversations and messages.

use super::{Flag, Int, List, Text};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Conversations {
    pub(crate) conversations: List<Conversation>,
    pub(crate) next_page_token: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Conversation {
    pub(crate) id: Text,
    pub(crate) can_send_message: Flag,
    pub(crate) unread_count: Int,
    pub(crate) participants: List<Participant>,
    pub(crate) latest_message: Option<Message>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Participant {
    pub(crate) user_id: Text,
    pub(crate) role: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Messages {
    pub(crate) messages: List<Message>,
    pub(crate) unsupported_msg_tips: Text,
    pub(crate) next_page_token: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) id: Text,
    #[serde(rename = "type")]
    pub(crate) type_word: Text,
    /// JSON inside a string.
    pub(crate) content: Text,
    pub(crate) create_time: Int,
    pub(crate) is_visible: Flag,
    pub(crate) sender: Option<Sender>,
    pub(crate) index: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sender {
    pub(crate) role: Text,
}

/// `content`, once parsed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Content {
    pub(crate) content: Text,
    pub(crate) url: Text,
    pub(crate) width: Int,
    pub(crate) height: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Opened {
    pub(crate) conversation_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) message_id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Performances {
    pub(crate) performance: Option<Performance>,
}

/// Numbers as text, with one decimal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Performance {
    pub(crate) support_session_count: Int,
    pub(crate) response_percentage: Text,
    pub(crate) satisfaction_percentage: Text,
    pub(crate) response_time_mins: Text,
}
