//! Reading conversations. Only of buyers who have a case: nobody needs the others.

use super::pages::{Pages, Turn};
use super::read::reach;
use crate::app::Desk;
use crate::store::{cases, chat};
use crate::tiktok::client::Upstream;
use crate::tiktok::error::TiktokError;
use shared::id::{CaseId, ShopId};

/// Pages of 20 conversations that are gone through at most. Beyond them a conversation is found when it is opened.
const MOST_PAGES: usize = 50;
/// Pages of 10 messages of a conversation that was never read.
const FIRST_PAGES: usize = 3;
/// Pages of 10 messages back to the last that is known; what lies further back is of no use to a reply.
const MOST_MESSAGE_PAGES: usize = 20;

/// Goes through the conversations, newest first, until nothing is news. Returns those with unread messages of buyers
/// who have a case.
async fn learn(desk: &Desk, shop: &ShopId, upstream: &Upstream) -> Result<Vec<String>, TiktokError> {
    let mut behind = Vec::new();
    let mut pages = Pages::default();
    let mut token: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = upstream.conversations(token.as_deref()).await?;
        let is_news = desk.store.write(|tx| {
            let mut is_news = false;
            for found in &page.conversations {
                let Some(buyer) = &found.buyer_id else { continue };
                let known = chat::find(tx, shop, &found.id)?;
                chat::save(tx, shop, &found.id, buyer, found.can_send)?;
                is_news |= known.is_none();
                let last = chat::messages(tx, shop, &found.id, 1)?.pop();
                let is_behind = found
                    .latest
                    .as_ref()
                    .is_some_and(|latest| last.is_none_or(|last| last.message.index < latest.index));
                if is_behind && !cases::of_buyer(tx, shop, buyer)?.is_empty() {
                    is_news = true;
                    behind.push(found.id.clone());
                }
            }
            Ok(is_news)
        })?;
        match pages.turn(page.next, None)? {
            Turn::Next(next) if is_news => token = Some(next),
            Turn::Next(_) | Turn::Last => break,
        }
    }
    Ok(behind)
}

/// Learns which conversation belongs to which buyer and whether the desk may write there, and reads those with
/// something new. One that fails does not keep the others from being read.
pub async fn find_conversations(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    let (row, upstream) = reach(desk, shop)?;
    if !row.can_message() {
        return Ok(());
    }
    let mut failed = None;
    for conversation in learn(desk, shop, &upstream).await? {
        if let Err(fault) = read_messages(desk, shop, &upstream, &conversation).await {
            failed.get_or_insert(fault);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Reads the newest messages, back to the last that is known, and stores them together: a gap would stay for ever.
async fn read_messages(desk: &Desk, shop: &ShopId, upstream: &Upstream, conversation: &str) -> Result<(), TiktokError> {
    let last = desk.store.read(|tx| chat::messages(tx, shop, conversation, 1))?.pop();
    let last = last.map(|entry| entry.message.index);
    let most = if last.is_some() { MOST_MESSAGE_PAGES } else { FIRST_PAGES };
    let mut messages = Vec::new();
    let mut pages = Pages::default();
    let mut token: Option<String> = None;
    for _ in 0..most {
        let page = upstream.messages(conversation, token.as_deref()).await?;
        let reached = page.messages.iter().any(|message| last.is_some_and(|last| message.index <= last));
        messages.extend(page.messages);
        match pages.turn(page.next, None)? {
            Turn::Next(next) if !reached => token = Some(next),
            Turn::Next(_) | Turn::Last => break,
        }
    }
    let now = desk.clock.now();
    desk.store.write(|tx| desk.book.apply_messages(tx, shop, conversation, &messages, now))?;
    desk.publish();
    Ok(())
}

/// Reads the newest messages of a conversation. One whose buyer has no case is left alone.
pub async fn read_conversation(desk: &Desk, shop: &ShopId, conversation: &str) -> Result<(), TiktokError> {
    let (row, upstream) = reach(desk, shop)?;
    if !row.can_message() {
        return Ok(());
    }
    let is_wanted = || {
        desk.store.read(|tx| {
            let Some(known) = chat::find(tx, shop, conversation)? else { return Ok(None) };
            Ok(Some(!cases::of_buyer(tx, shop, &known.buyer)?.is_empty()))
        })
    };
    let wanted = match is_wanted()? {
        Some(wanted) => wanted,
        None => {
            learn(desk, shop, &upstream).await?;
            is_wanted()?.unwrap_or_default()
        }
    };
    if wanted { read_messages(desk, shop, &upstream, conversation).await } else { Ok(()) }
}

/// An agent has opened a case: the conversation with its buyer is read, and marked as read at TikTok if the buyer
/// wrote last. Nothing happens where no conversation is known.
pub async fn open_conversation(desk: &Desk, case: &CaseId) -> Result<(), TiktokError> {
    let known = desk.store.read(|tx| {
        let Some(file) = cases::find(tx, case)? else { return Ok(None) };
        let order = cases::order(tx, &file.shop, &file.platform.order_id)?;
        let Some(buyer) = order.and_then(|order| order.buyer_id) else { return Ok(None) };
        Ok(chat::with_buyer(tx, &file.shop, &buyer)?.map(|conversation| (file.shop, conversation.id)))
    })?;
    let Some((shop, conversation)) = known else { return Ok(()) };
    read_conversation(desk, &shop, &conversation).await?;
    if desk.store.read(|tx| chat::unanswered(tx, &shop, &conversation))? > 0 {
        let (_, upstream) = reach(desk, &shop)?;
        upstream.mark_read(&conversation).await?;
    }
    Ok(())
}
