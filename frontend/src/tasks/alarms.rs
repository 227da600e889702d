//! What the desk says of deadline alarms, and pressing them away. It comes with what draws them, after the queue: until
//! then no alarm can be shown anyhow.

use crate::api::{self, decode};
use crate::parts::part;
use crate::pwa::notify;
use crate::state::Desk;
use crate::state::alarms::AlarmBook;
use crate::web;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use shared::id::CaseId;
use shared::wire::alarm::SeenAlarm;
use shared::wire::event::Event;
use std::cell::RefCell;

/// Alarms that fire within this time of each other are called out together.
const TOGETHER_MS: u32 = 400;

thread_local! {
    /// What has fired and was not called out.
    static FIRED: RefCell<Vec<SeenAlarm>> = const { RefCell::new(Vec::new()) };
}

/// Lets one of these run. A file that does not come is asked for again at the next reading, and where the alarms would
/// stand it is said.
pub fn and_go_on(work: impl Future<Output = Result<(), SplitLoaderError>> + 'static) {
    spawn_local(async move {
        let _ = work.await;
    });
}

part! {
    /// Takes a live event about alarms, as it came: one has fired, or was pressed away on another device.
    pub fn heard(desk: Desk, text: String) -> Result<(), SplitLoaderError> in more {
        match decode::alarm_event(&text) {
            Some(Event::Alarm { alarm }) => {
                desk.cases.update(|book| book.put(alarm.row.clone()));
                desk.alarms.update(|alarms| alarms.take(&alarm));
                if let Some(fired) = desk.alarms.peek(|book| book.of_case(&alarm.row.id).cloned()) {
                    call_out_soon(desk, fired);
                }
            }
            Some(Event::AlarmSeen { seen, .. }) => desk.alarms.update(|alarms| alarms.see(&seen)),
            // Of a newer server: reading them all is always right.
            Some(_) | None => and_go_on(read(desk)),
        }
        Ok(())
    }
}

/// Lets the system say it, where that is switched on; what fires together is said together.
fn call_out_soon(desk: Desk, alarm: SeenAlarm) {
    let is_first = FIRED.with_borrow_mut(|fired| {
        fired.push(alarm);
        fired.len() == 1
    });
    if is_first {
        spawn_local(async move {
            web::pause(TOGETHER_MS).await;
            let fired = FIRED.take();
            if notify::is_on() {
                notify::call_out(desk, &fired);
            }
        });
    }
}

part! {
    /// Reads the alarms that are still true.
    pub fn read(desk: Desk) -> Result<(), SplitLoaderError> in more {
        spawn_local(read_all(desk));
        Ok(())
    }
}

async fn read_all(desk: Desk) {
    loop {
        let before = desk.alarms.peek(AlarmBook::changes);
        // If this fails, the connection's own banner says so; they are read again with everything else.
        let Ok(all) = api::alarms::list().await else { return };
        // What fired or was pressed away meanwhile may not be in the answer.
        if desk.alarms.peek(AlarmBook::changes) == before {
            desk.cases.update(|book| book.take_rows(all.iter().map(|alarm| alarm.row.clone()).collect()));
            desk.alarms.update(|alarms| alarms.replace(&all));
            return;
        }
    }
}

part! {
    /// A case was opened: what its alarm calls for is done.
    pub fn opened(desk: Desk, case: CaseId) -> Result<(), SplitLoaderError> in more {
        if let Some(alarm) = desk.alarms.peek(|alarms| alarms.of_case(&case).cloned()) {
            see(desk, vec![alarm]);
        }
        Ok(())
    }
}

/// Presses alarms away: here at once, then at the server, for this person's other devices and for the next time.
pub fn see(desk: Desk, seen: Vec<SeenAlarm>) {
    desk.alarms.update(|alarms| seen.iter().for_each(|seen| alarms.see(seen)));
    spawn_local(async move {
        // If this fails they come back, and can be pressed away again.
        let _ = api::alarms::seen(seen).await;
    });
}
