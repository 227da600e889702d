//! One pane: views with counts, filters, and the list.

use super::import;
use super::list::QueueList;
use crate::components::{Choice, Pick};
use crate::i18n::words;
use crate::routes::{Narrow, Route};
use crate::state::{Desk, use_desk};
use crate::tasks;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::wire::case::NOBODY;

fn view_link(desk: Desk, stage: Stage, chosen: Signal<Stage>) -> impl IntoView {
    let is_away = matches!(stage, Stage::Waiting | Stage::Disputed | Stage::Done);
    let count = move || desk.cases.with(|book| book.queue.counts.get(&stage).map(ToString::to_string));
    view! {
        <a
            class:away=is_away href=move || desk.nav.href(&Route::Desk { stage, case: None })
            aria-current=move || (chosen.get() == stage).then_some("page")
        ><b>{move || count().unwrap_or_else(|| "–".to_owned())}</b>{words::stage(stage)}</a>
    }
}

fn people_choices(desk: Desk) -> Vec<Choice> {
    let me = desk.session.me();
    let mut choices = vec![Choice::new("", "Anyone"), Choice::new(NOBODY, "Nobody yet")];
    choices.extend(me.iter().map(|me| Choice::new(me.id.clone(), "Mine")));
    let others = desk.session.team().into_iter().filter(|person| me.as_ref().is_none_or(|me| me.id != person.id));
    choices.extend(others.map(|person| Choice::new(person.id, person.name)));
    choices
}

/// Shop and person.
#[component]
pub fn Filters() -> impl IntoView {
    let desk = use_desk();
    let shops = Memo::new(move |_| crate::pages::shop_choices(desk));
    let people = Memo::new(move |_| people_choices(desk));
    let shop = Signal::derive(move || desk.nav.narrow().shop.map(|shop| shop.to_string()).unwrap_or_default());
    let who = Signal::derive(move || desk.nav.narrow().who.unwrap_or_default());
    let pick_shop = move |value: String| {
        let before = untrack(|| desk.nav.narrow());
        desk.nav.narrow_to(&Narrow { shop: value.parse().ok(), ..before });
    };
    let pick_who = move |value: String| {
        let before = untrack(|| desk.nav.narrow());
        desk.nav.narrow_to(&Narrow { who: (!value.is_empty()).then_some(value), ..before });
    };
    view! {
        <div class="queue__tools">
            <Pick label="Shop" icon="home" choices=shops value=shop on_pick=pick_shop/>
            <Pick label="Whose cases" icon="user" choices=people value=who on_pick=pick_who/>
            {move || desk.nav.narrow().tag.map(|tag| {
                let all = move |_| desk.nav.narrow_to(&Narrow { tag: None, ..desk.nav.narrow() });
                view! { <button class="btn btn--soft btn--sm" type="button" on:click=all><span class="vh">"Show all, not only "</span>"#"{tag}" ×"</button> }
            })}
        </div>
    }
}

/// The queue of one stage.
#[component]
pub fn QueuePane(
    /// Which view.
    #[prop(into)]
    stage: Signal<Stage>,
) -> impl IntoView {
    let desk = use_desk();
    Effect::new(move |_| tasks::open_queue(desk, stage.get(), desk.nav.narrow()));
    let is_importing = Memo::new(move |_| desk.session.shops_as_read().iter().any(import::is_running));
    view! {
        <section class="queue" aria-labelledby="queue-h">
            <div>
                <h2 class="vh" id="queue-h">"Queue"</h2>
                <nav class="views" aria-label="Views">{Stage::ALL.map(|each| view_link(desk, each, stage)).collect_view()}</nav>
            </div>
            <Filters/>
            <div class="queue__list" tabindex="-1" on:scroll=move |event| if crate::web::is_near_end(&event) { tasks::read_more(desk) }>
                {move || is_importing.get().then(|| desk.parts.import.draw(|panel| panel(), || ().into_any()))}
                <QueueList stage/>
            </div>
        </section>
    }
}
