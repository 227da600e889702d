//! How TikTok itself counts a shop's chats. Read by week, because a shop is judged by it and nothing else says so.

use super::read::reach;
use crate::app::Desk;
use crate::store::{reports, shops};
use crate::tiktok::error::TiktokError;
use shared::domain::report::{WEEK_MS, Weeks};
use shared::id::ShopId;
use shared::wire::report::{ChatWeek, USUAL_WEEKS};

/// A session counts for the day on which it began, and its stars may come days later.
const STILL_MOVE: usize = 2;

/// Reads the weeks that are not known yet, and the newest ones again.
pub(super) async fn read_chat_weeks(desk: &Desk, shop: &ShopId) -> Result<(), TiktokError> {
    let now = desk.clock.now();
    let weeks = Weeks::until(now, USUAL_WEEKS).starts();
    let known = desk.store.read(|tx| {
        let may_chat = shops::find(tx, shop)?.is_some_and(|shop| shop.can_message());
        let known = reports::chat_weeks(tx, std::slice::from_ref(shop), weeks.first().copied().unwrap_or(now))?;
        Ok(may_chat.then_some(known))
    })?;
    let Some(known) = known else { return Ok(()) };
    let (_, upstream) = reach(desk, shop)?;
    let settled = weeks.len().saturating_sub(STILL_MOVE);
    for (place, week) in weeks.into_iter().enumerate() {
        if place < settled && known.iter().any(|known| known.week == week) {
            continue;
        }
        if super::stops(desk) {
            return Ok(());
        }
        let counted = upstream.chat_performance(week, week.plus_millis(WEEK_MS)).await?;
        let found = ChatWeek {
            shop: shop.clone(),
            week,
            sessions: counted.sessions,
            answered: counted.answered,
            satisfied: counted.satisfied,
            first_ms: counted.first_ms,
        };
        desk.store.write(|tx| reports::keep_chat_week(tx, &found, now))?;
    }
    Ok(())
}
