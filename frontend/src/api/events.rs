//! `/api/events`: the live stream. The browser resumes it by `Last-Event-ID` while the page lives; a stream that the
//! browser gives up is opened anew, and then everything is read again.

use shared::wire::event::Event;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, EventSourceInit, MessageEvent};

use super::decode;
use super::transport::{address, is_elsewhere};

/// News of the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamNews {
    /// It is open.
    Opened,
    /// It broke; the browser tries by itself.
    Broken,
    /// It broke and the browser has given up: open another one.
    Ended,
    /// Something changed.
    Event(Box<Event>),
    /// Something changed of the alarms; not read yet, for [`decode::alarm_event`].
    Alarm(String),
}

type Heard = Closure<dyn FnMut(MessageEvent)>;

/// An open stream; it closes when this is dropped.
pub struct Stream {
    source: EventSource,
    _on_message: Heard,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
}

/// Every name the server may give its events; the unnamed one is `message`.
const NAMES: [&str; 8] =
    ["message", "case_changed", "case_gone", "shop_changed", "alarm", "alarm_seen", "resync", "signed_out"];

impl Stream {
    /// Opens the stream; none where the browser refuses.
    pub fn open(on_news: impl Fn(StreamNews) + 'static) -> Option<Self> {
        let init = EventSourceInit::new();
        init.set_with_credentials(is_elsewhere());
        let source = EventSource::new_with_event_source_init_dict(&address("events"), &init).ok()?;
        let on_news = Rc::new(on_news);
        let tell = on_news.clone();
        let on_message = Heard::new(move |message: MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            tell(match decode::event(&text) {
                Some(event) => StreamNews::Event(Box::new(event)),
                None => StreamNews::Alarm(text),
            });
        });
        for name in NAMES {
            let _ = source.add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref());
        }
        let tell = on_news.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || tell(StreamNews::Opened));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        let watched = source.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || {
            let has_given_up = watched.ready_state() == EventSource::CLOSED;
            on_news(if has_given_up { StreamNews::Ended } else { StreamNews::Broken });
        });
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message, _on_open: on_open, _on_error: on_error })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
