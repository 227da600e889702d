//! `GET /api/events` as it is sent: read from the store behind a cursor, never from a buffer that could overflow.

use crate::app::Desk;
use crate::auth::Agent;
use crate::store::{StoreError, events};
use crate::telemetry::Chain;
use axum::response::sse;
use futures_util::Stream;
use shared::wire::event::Event;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

/// So that a proxy in between does not cut a quiet stream, and a session's end is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Read at once.
const BATCH: u32 = 200;
/// A browser that is further behind reads everything again.
const FAR_BEHIND: i64 = 2_000;

struct Reader {
    desk: Desk,
    session: String,
    after: i64,
    bell: watch::Receiver<u64>,
    ready: VecDeque<sse::Event>,
    is_first: bool,
    is_over: bool,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.desk.metrics.stream_closed();
    }
}

/// What is sent to one agent after a place in the sequence; without a place, from now on.
pub fn stream(
    desk: &Desk,
    agent: &Agent,
    after: Option<i64>,
) -> Result<impl Stream<Item = Result<sse::Event, Infallible>> + use<>, StoreError> {
    // Listening begins before the place is read: a write in between is not missed.
    let bell = desk.hub.listen();
    let now_at = desk.store.read(events::span)?.map_or(0, |(_, last)| last);
    let reader = Reader {
        desk: desk.clone(),
        session: agent.session().to_owned(),
        after: after.unwrap_or(now_at),
        bell,
        ready: VecDeque::new(),
        is_first: true,
        is_over: false,
    };
    desk.metrics.stream_opened();
    Ok(futures_util::stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    }))
}

fn placed(id: i64, event: &Event) -> Option<sse::Event> {
    sse::Event::default().id(id.to_string()).json_data(event).ok()
}

impl Reader {
    async fn next(&mut self) -> Option<sse::Event> {
        if std::mem::take(&mut self.is_first) {
            // The headers go out at once with the first bytes, and the browser knows that it is live.
            return Some(sse::Event::default().comment("live").retry(Duration::from_secs(2)));
        }
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            self.bell.mark_unchanged();
            if let Err(fault) = self.fill() {
                tracing::error!(error = %Chain(&fault), "A live stream cannot be read");
                self.is_over = true;
            }
            if !self.ready.is_empty() || self.is_over {
                continue;
            }
            tokio::select! {
                rung = self.bell.changed() => {
                    if rung.is_err() {
                        return None;
                    }
                }
                () = tokio::time::sleep(HEARTBEAT) => return Some(sse::Event::default().comment("")),
                () = self.desk.stopping() => return None,
            }
        }
    }

    /// Reads what is new. Who may see it is looked up each time: a role or a shop may have gone meanwhile.
    fn fill(&mut self) -> Result<(), StoreError> {
        let now = self.desk.clock.now();
        let Some(session) = crate::auth::holding(&self.desk, &self.session, now)? else {
            self.ready.extend(sse::Event::default().json_data(Event::SignedOut).ok());
            self.is_over = true;
            return Ok(());
        };
        loop {
            let after = self.after;
            let (span, news) = self.desk.store.read(|tx| Ok((events::span(tx)?, events::after(tx, after, BATCH)?)))?;
            let (first, last) = span.unwrap_or((after + 1, after));
            if after > last || after < first - 1 || last - after > FAR_BEHIND {
                self.after = last;
                self.ready.extend(placed(last, &Event::Resync));
                return Ok(());
            }
            let is_whole = news.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            for event in news {
                self.after = event.id;
                let account = &session.account;
                if account.sees(&event.shop) && event.event.is_for(&account.id, account.role) {
                    self.ready.extend(placed(event.id, &event.event));
                }
            }
            if is_whole || !self.ready.is_empty() {
                return Ok(());
            }
        }
    }
}
