//! Tells the browsers when a shop's link, import or last sweep has changed, whoever changed it.

use crate::app::Desk;
use crate::store::{StoreError, events, shops};
use shared::id::ShopId;
use shared::time::Timestamp;
use shared::wire::event::Event;
use shared::wire::shop::{ImportView, ShopView};
use std::collections::HashMap;
use std::sync::Mutex;

/// An import's progress is told no more often.
const PROGRESS_MS: i64 = 1_000;

/// What the browsers know of each shop. Empty after a start, so that everything is told once.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<HashMap<ShopId, (ShopView, Timestamp)>>);

fn is_running(view: &ShopView) -> bool {
    matches!(view.import, ImportView::Running { .. })
}

/// Only the numbers of a running import differ, or nothing does.
fn is_mere_progress(before: &ShopView, now: &ShopView) -> bool {
    is_running(before) && is_running(now) && ShopView { import: before.import, ..now.clone() } == *before
}

impl Told {
    fn is_news(&self, view: &ShopView, now: Timestamp) -> bool {
        let Ok(told) = self.0.lock() else { return false };
        told.get(&view.id).is_none_or(|(before, at)| {
            let is_soon = (0..PROGRESS_MS).contains(&now.since(*at));
            before != view && !(is_soon && is_mere_progress(before, view))
        })
    }

    fn remember(&self, view: ShopView, now: Timestamp) {
        if let Ok(mut told) = self.0.lock() {
            told.insert(view.id.clone(), (view, now));
        }
    }
}

/// Appends a live event for each shop that looks different than when it was last told.
pub(super) fn announce(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let views: Vec<ShopView> = desk.store.read(shops::all)?.iter().map(shops::ShopRow::view).collect();
    let news: Vec<ShopView> = views.into_iter().filter(|view| desk.sync.told.is_news(view, now)).collect();
    if news.is_empty() {
        return Ok(());
    }
    desk.store.write(|tx| {
        news.iter().try_for_each(|view| {
            let event = Event::ShopChanged { shop: Box::new(view.clone()) };
            events::append(tx, &view.id, &event, now)
        })
    })?;
    for view in news {
        desk.sync.told.remember(view, now);
    }
    desk.publish();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wire::shop::ShopLink;

    fn view(done: u64, link: ShopLink) -> ShopView {
        ShopView {
            id: "s_1".parse().unwrap(),
            name: "Lantern Lane".to_owned(),
            region: "US".to_owned(),
            is_practice: true,
            link,
            import: ImportView::Running { done, total: Some(90) },
            swept: None,
            can_message: true,
            has_webhooks: true,
        }
    }

    #[test]
    fn progress_is_told_once_a_second_and_everything_else_at_once() {
        let told = Told::default();
        let at = Timestamp::from_millis;
        assert!(told.is_news(&view(0, ShopLink::Connected), at(0)));
        told.remember(view(0, ShopLink::Connected), at(0));
        let over = ShopView { import: ImportView::Done { cases: 90 }, ..view(0, ShopLink::Connected) };
        for (now, after_ms, expected) in [
            (view(0, ShopLink::Connected), 5_000, false),
            (view(50, ShopLink::Connected), 999, false),
            (view(50, ShopLink::Connected), 1_000, true),
            (view(50, ShopLink::Expired), 10, true),
            (over, 10, true),
        ] {
            assert_eq!(told.is_news(&now, at(after_ms)), expected, "{now:?} after {after_ms}");
        }
    }
}
