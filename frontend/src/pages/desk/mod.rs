//! The desk: the queue, and the case beside it.

pub mod chips;
pub mod import;
pub mod list;
pub mod queue;
pub mod row;

use crate::components::{Art, Empty};
use crate::i18n::words;
use crate::pages::shell::row_id;
use crate::state::cases::Load;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use queue::QueuePane;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::reasons::{ReasonGroup, group_of, label};

/// The reason in our words, or the platform's where it is new to us.
pub fn reason(name: &str, text: &str) -> String {
    match group_of(name) {
        ReasonGroup::Other if !text.is_empty() => text.to_owned(),
        group => label(group).to_owned(),
    }
}

/// List and case side by side; where there is room for one only, the address says which.
#[component]
pub fn DeskPage() -> impl IntoView {
    let desk = use_desk();
    let stage = Memo::new(move |_| desk.nav.route().stage().unwrap_or(Stage::ToDecide));
    let case = desk.nav.case();
    keep_focus(desk, case);
    Effect::new(move |_| {
        if case.with(Option::is_none) {
            web::set_title(&format!("{} · Amends", words::stage(stage.get())));
        }
    });
    let view = move || if case.with(Option::is_some) { "case" } else { "list" };
    view! {
        <main class="desk" id="main" tabindex="-1" data-view=view>
            // An open case brings its own.
            {move || case.with(Option::is_none).then(|| view! { <h1 class="vh">"Desk"</h1> })}
            <QueuePane stage/>
            <div class="desk__case">
                {move || match case.get() {
                    Some(id) => desk.parts.case.draw(|pane| pane(id), case_skeleton),
                    None => view! {
                        <Empty art=Art::Tray title="No case is open" text="Choose one from the list, or press J and Enter for the first."/>
                    }.into_any(),
                }}
            </div>
        </main>
    }
}

/// The shape of a case, until the case is there.
pub fn case_skeleton() -> AnyView {
    view! {
        <article class="case" aria-busy="true">
            <div class="case__sheet">
                <header class="case__head"><span class="vh">"Loading the case"</span><span class="skeleton skeleton--title"></span></header>
                <div class="case__body stack">
                    <span class="skeleton skeleton--words"></span>
                    <span class="skeleton skeleton--line"></span>
                </div>
            </div>
        </article>
    }
    .into_any()
}

/// Marks the opened case as read, and moves the focus where the eye goes: into the case when it takes the list's place,
/// back to its row when it closes.
fn keep_focus(desk: Desk, case: Memo<Option<CaseId>>) {
    Effect::new(move |before: Option<Option<CaseId>>| {
        let now = case.get();
        if let Some(open) = &now {
            desk.cases.update(|book| book.mark_read(open));
        } else if let Some(closed) = before.flatten() {
            web::after_drawing(move || {
                let _ = web::focus(&row_id(&closed));
            });
        }
        now
    });
    // Once the list is there too: an address may open a case that stands far down. A list that is read anew moves nothing.
    let drawn = Memo::new(move |drawn: Option<&Option<CaseId>>| {
        let id = case.get()?;
        let is_drawn = drawn.is_some_and(|drawn| drawn.as_ref() == Some(&id))
            || desk.cases.with(|book| {
                !matches!(book.queue.load, Load::Loading)
                    && book.opened(&id).is_some_and(|opened| opened.view.is_some())
            });
        is_drawn.then_some(id)
    });
    Effect::new(move |_| {
        let Some(id) = drawn.get() else { return };
        web::after_drawing(move || {
            let row = row_id(&id);
            let _ = if web::is_shown(&row) { web::reveal(&row) } else { web::focus("case-h") };
        });
    });
}
