//! JSON, by the browser's own parser. Answers whose shape is flattened or tagged on the wire are read without a detour:
//! deriving them on the way in would compile every row twice into the app. The tests hold them to the shared types.

use super::{Answer, Failure};
use crate::parts::part;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::domain::case::Stage;
use shared::id::{AgentId, CaseId};
use shared::wire::Page;
use shared::wire::alarm::{AlarmView, SeenAlarm};
use shared::wire::case::{CaseList, CaseRow, CaseView, Headline};
use shared::wire::event::Event;
use shared::wire::session::SessionView;
use shared::wire::shop::ShopView;
use std::collections::BTreeMap;

/// Reads JSON.
#[cfg(target_arch = "wasm32")]
pub fn json<T: DeserializeOwned>(text: &str) -> Answer<T> {
    let value = js_sys::JSON::parse(text).map_err(|_| Failure::Unreadable)?;
    serde_wasm_bindgen::from_value(value).map_err(|_| Failure::Unreadable)
}

/// Reads JSON, where the tests run.
#[cfg(not(target_arch = "wasm32"))]
pub fn json<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|_| Failure::Unreadable)
}

/// Writes JSON; empty if the browser refuses.
#[cfg(target_arch = "wasm32")]
pub fn text(body: &impl Serialize) -> String {
    let value = body.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok();
    value.and_then(|value| js_sys::JSON::stringify(&value).ok()).map(String::from).unwrap_or_default()
}

/// Writes JSON, where the tests run.
#[cfg(not(target_arch = "wasm32"))]
pub fn text(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

#[derive(Deserialize)]
struct ListShape {
    rows: Vec<CaseRow>,
    #[serde(default)]
    next: Option<String>,
    counts: BTreeMap<Stage, u64>,
    headline: Headline,
}

/// Reads the answer of a list or a search.
pub fn case_list(text: &str) -> Answer<CaseList> {
    let ListShape { rows, next, counts, headline } = json(text)?;
    Ok(CaseList { page: Page { rows, next }, counts, headline })
}

part! {
    /// Reads one case: the largest of all shapes, so it comes with what draws it.
    pub fn case_view(text: String) -> Result<CaseView, Failure> in case {
        json(&text)
    }
}

#[derive(Deserialize)]
struct SessionShape {
    state: String,
    #[serde(default)]
    can_practice: bool,
}

/// Reads who is signed in.
pub fn session(text: &str) -> Answer<SessionView> {
    let SessionShape { state, can_practice } = json(text)?;
    match state.as_str() {
        "signed_in" => Ok(SessionView::SignedIn(Box::new(json(text)?))),
        "signed_out" => Ok(SessionView::SignedOut { can_practice }),
        _ => Err(Failure::Unreadable),
    }
}

#[derive(Deserialize)]
struct EventShape {
    event: String,
    #[serde(default)]
    row: Option<Box<CaseRow>>,
    #[serde(default)]
    case: Option<CaseId>,
    #[serde(default)]
    shop: Option<Box<ShopView>>,
}

/// Reads a live event; nothing if it is about alarms, for [`alarm_event`]. One of a newer server becomes
/// [`Event::Resync`]: reading everything again is always right.
pub fn event(text: &str) -> Option<Event> {
    let shape = json::<EventShape>(text).ok();
    if shape.as_ref().is_some_and(|shape| shape.event.starts_with("alarm")) {
        return None;
    }
    let known = shape.and_then(|shape| match shape.event.as_str() {
        "case_changed" => Some(Event::CaseChanged { row: shape.row? }),
        "case_gone" => Some(Event::CaseGone { case: shape.case? }),
        "shop_changed" => Some(Event::ShopChanged { shop: shape.shop? }),
        "handbook_changed" => Some(Event::HandbookChanged),
        "signed_out" => Some(Event::SignedOut),
        _ => None,
    });
    Some(known.unwrap_or(Event::Resync))
}

#[derive(Deserialize)]
struct AlarmShape {
    event: String,
    #[serde(default)]
    alarm: Option<Box<AlarmView>>,
    #[serde(default)]
    by: Option<AgentId>,
    #[serde(default)]
    seen: Option<SeenAlarm>,
}

/// Reads a live event that is about alarms; nothing if a newer server means something else by it.
pub fn alarm_event(text: &str) -> Option<Event> {
    let shape: AlarmShape = json(text).ok()?;
    match shape.event.as_str() {
        "alarm" => Some(Event::Alarm { alarm: shape.alarm? }),
        "alarm_seen" => Some(Event::AlarmSeen { by: shape.by?, seen: shape.seen? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cases::tests::{due, row};
    use crate::state::session::tests::{person, shop};
    use shared::time::Timestamp;
    use shared::wire::session::SignedIn;

    #[test]
    fn every_event_is_read_as_it_was_written() {
        for written in [
            Event::CaseChanged { row: Box::new(due("a", 3, 9)) },
            Event::CaseGone { case: "a".parse().unwrap() },
            Event::ShopChanged { shop: Box::new(shop("s", "Shop")) },
            Event::HandbookChanged,
            Event::Resync,
            Event::SignedOut,
        ] {
            assert_eq!(event(&text(&written)), Some(written));
        }
        assert_eq!(event("{\"event\":\"of_tomorrow\"}"), Some(Event::Resync));
    }

    #[test]
    fn every_event_of_alarms_is_read_as_it_was_written() {
        let alarm = AlarmView { row: due("a", 3, 9), minutes: 15, is_last: true, to: Some("p".parse().unwrap()) };
        let seen = SeenAlarm { case: "a".parse().unwrap(), deadline: Timestamp::from_millis(9), minutes: 15 };
        for written in [Event::Alarm { alarm: Box::new(alarm) }, Event::AlarmSeen { by: "p".parse().unwrap(), seen }] {
            assert_eq!(event(&text(&written)), None);
            assert_eq!(alarm_event(&text(&written)), Some(written));
        }
        assert_eq!(alarm_event("{\"event\":\"alarm_of_tomorrow\"}"), None);
    }

    #[test]
    fn every_session_is_read_as_it_was_written() {
        let signed_in = SignedIn {
            me: person("p"),
            shops: vec![shop("s", "Shop")],
            people: vec![person("q")],
            hold_seconds: 5,
            now: Timestamp::from_millis(1),
            ends: Timestamp::from_millis(2),
        };
        for written in [
            SessionView::SignedOut { can_practice: true },
            SessionView::SignedOut { can_practice: false },
            SessionView::SignedIn(Box::new(signed_in)),
        ] {
            assert_eq!(session(&text(&written)), Ok(written));
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        for next in [None, Some("9.a".to_owned())] {
            let page = Page { rows: vec![row("a", 1)], next };
            let written =
                CaseList { page, counts: BTreeMap::from([(Stage::ToTell, 2)]), headline: Headline::default() };
            assert_eq!(case_list(&text(&written)), Ok(written));
        }
    }
}
