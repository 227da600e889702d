//! Rules: what the desk does by itself, and the one switch that stops all of it.

mod acts;
mod dry;
mod form;
pub mod list;
pub mod one;

use crate::api;
use crate::i18n::{format, words};
use crate::pages::quality::loading::Loading;
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::rule::{Rule, sentence};
use shared::id::{AgentId, RuleId, ShopId};
use shared::wire::rule::RuleView;
use shared::wire::session::Role;

/// After something has changed the page is read again so soon, and not more often.
const SOON_MS: u32 = 3_000;
/// That all rules were stopped makes no event: while the page is seen, it is looked for so often.
const LOOK_MS: u32 = 60_000;
/// What a link that may move while it has the focus is called by, before an id.
const KEPT: &str = "kept-";

/// The list, or one rule. For who leads.
#[component]
pub fn RulesPage(
    /// The open rule; none: the list.
    id: Memo<Option<RuleId>>,
) -> impl IntoView {
    let desk = use_desk();
    // Shops come and go with runs: no page is drawn anew for that, and loses what stands open.
    let is_lead = Memo::new(move |_| desk.session.is_at_least(Role::Lead));
    move || match id.get() {
        _ if !is_lead.get() => view! { <p class="muted">"Only leads write rules. Ask one of them."</p> }.into_any(),
        Some(id) => view! { <one::OneRule id/> }.into_any(),
        None => view! { <list::List/> }.into_any(),
    }
}

/// The rule as a sentence.
fn said(desk: Desk, rule: &Rule) -> String {
    let shop = |id: &ShopId| {
        untrack(|| desk.session.shop(id)).map_or_else(|| "a shop that you do not see".to_owned(), |shop| shop.name)
    };
    let person = |id: &AgentId| untrack(|| desk.session.name_of(id));
    sentence(rule, shop, person)
}

/// Whether it acts, as a chip.
fn state_chip(rule: &RuleView, is_stopped: bool) -> AnyView {
    let (class, text) = match (&rule.on, is_stopped) {
        (Some(on), true) => ("chip chip--stop", format!("Stopped, v{}", on.version)),
        (Some(on), false) if rule.off_asked.is_some() => ("chip chip--soon", format!("Wanted off, v{}", on.version)),
        (Some(on), false) => ("chip chip--good", format!("On, v{}", on.version)),
        (None, _) => ("chip", "Off".to_owned()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

/// Stops all rules, or lets them act again.
fn stop_all(desk: Desk, is_stopped: bool, then: impl Fn() + 'static) {
    spawn_local(async move {
        match api::rules::stop(is_stopped).await {
            Ok(done) if is_stopped => {
                let held = match (done.undone, done.left) {
                    (0, 0) => "Nothing was held.".to_owned(),
                    (undone, 0) => {
                        [&format::count(undone.into(), "held decision is", "held decisions are"), " undone."].concat()
                    }
                    (undone, left) => [
                        &format::count(undone.into(), "held decision is", "held decisions are"),
                        " undone; ",
                        &format::count(left.into(), "had left already", "had left already"),
                        ".",
                    ]
                    .concat(),
                };
                desk.toasts.show(Tone::Good, "All rules are stopped.", &held, None);
                then();
            }
            Ok(_) => {
                desk.toasts.show(Tone::Good, "Rules act again.", "What came in meanwhile stays with people.", None);
                then();
            }
            Err(failure) => desk.toasts.failed(&failure),
        }
    });
}

/// Reads again what was shown.
fn reader<T: Clone + Send + Sync + 'static>(known: Loading<T>) -> Callback<()> {
    Callback::new(move |()| known.again())
}

/// Reads again soon after requests have changed, and each minute; while nobody sees the page, once when it is seen again.
fn follow(desk: Desk, again: Callback<()>) {
    let is_coming = StoredValue::new(false);
    let is_due = StoredValue::new(false);
    let read = move || {
        let is_hidden = web::document().is_none_or(|document| document.hidden());
        is_due.set_value(is_hidden);
        if !is_hidden {
            again.run(());
        }
    };
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if is_due.try_get_value() == Some(true) {
            read();
        }
    });
    on_cleanup(move || seen.remove());
    Effect::new(move |was: Option<()>| {
        desk.cases.with(|_| ());
        if was.is_none() || is_coming.get_value() {
            return;
        }
        is_coming.set_value(true);
        spawn_local(async move {
            web::pause(SOON_MS).await;
            // None: the page was left.
            if is_coming.try_get_value().is_some() {
                is_coming.set_value(false);
                read();
            }
        });
    });
    spawn_local(async move {
        loop {
            web::pause(LOOK_MS).await;
            if is_coming.try_get_value().is_none() {
                return;
            }
            read();
        }
    });
}

/// Of a link that keeps the focus although its place in a list is another's afterwards.
fn kept_id(id: &str) -> String {
    [KEPT, id].concat()
}

/// Something is about to be drawn anew: a link of these that has the focus has it afterwards.
fn keep_focus() {
    if let Some(id) = web::focused_id().filter(|id| id.starts_with(KEPT)) {
        web::after_drawing(move || {
            if web::focused_id().as_ref() != Some(&id) {
                web::focus(&id);
            }
        });
    }
}

fn kind_words(kind: shared::domain::case::Kind) -> &'static str {
    words::kind(kind)
}
