//! The way between screens.

use crate::components::{Avatar, Icon, Mark};
use crate::routes::{Face, Quality, Route, Tab};
use crate::state::use_desk;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::wire::session::Role;

const DESK: Route = Route::Desk { stage: Stage::ToDecide, case: None };
const HANDBOOK: Route = Route::Handbook { page: None, face: Face::InForce };
const INSPECT: Route = Route::Inspect { case: None };

/// One screen of the rail, with what waits there.
#[component]
fn Item(
    to: Route,
    icon: &'static str,
    label: &'static str,
    #[prop(optional)] count_of: Option<Stage>,
    #[prop(optional)] count: Option<RwSignal<Option<u32>>>,
    #[prop(optional)] class: &'static str,
    /// What else stands at its corner.
    #[prop(optional, into)]
    more: ViewFn,
) -> impl IntoView {
    let desk = use_desk();
    let kind = std::mem::discriminant(&to);
    let is_here = move || std::mem::discriminant(&desk.nav.route()) == kind;
    let count = move || {
        let Some(stage) = count_of else {
            return count?.get().filter(|count| *count > 0).map(u64::from);
        };
        // What is read of a run's queue says nothing of the others.
        desk.cases
            .with(|book| book.queue.counts.get(&stage).copied().filter(|_| !book.queue.is_of_run()))
            .filter(|count| *count > 0)
    };
    view! {
        <li class=class>
            <a href=move || desk.nav.href(&to) aria-current=move || is_here().then_some("page")><Icon name=icon/>{label}</a>
            {move || count().map(|count| view! { <span class="count">{count}<span class="vh">" waiting"</span></span> })}
            {move || more.run()}
        </li>
    }
}

/// The rail; on a phone, the tabs below.
#[component]
pub fn Rail() -> impl IntoView {
    let desk = use_desk();
    let me = move || {
        let person = desk.session.me()?;
        let first = person.name.split_whitespace().next().unwrap_or_default().to_owned();
        Some(view! {
            <li>
                <a href=Route::Settings(Tab::Me).path()>
                    <Avatar person=Some((person.id.to_string(), person.name.clone()))/>
                    {first}<span class="vh">", your settings"</span>
                </a>
            </li>
        })
    };
    view! {
        <nav class="rail" aria-label="Main">
            <a class="mark" href=move || desk.nav.href(&DESK) aria-label="Amends, home"><Mark size="32" with_colour=true/></a>
            <ul>
                <Item to=DESK icon="desk" label="Desk" count_of=Stage::ToDecide/>
                <Item to=INSPECT icon="inspect" label="Inspect" count_of=Stage::ToInspect/>
                <Item to=Route::Replies(None) icon="replies" label="Replies" count=desk.replies_wait/>
                {move || {
                    let page = if desk.session.is_at_least(Role::Lead) { Quality::Every } else { Quality::Mine };
                    let count = move || desk.parts.quality_count.draw_here(|count| count());
                    view! { <Item to=Route::Quality(page) icon="quality" label="Quality" more=count/> }
                }}
                <Item to=HANDBOOK icon="handbook" label="Handbook" count=desk.book_waits/>
                {move || desk.session.is_at_least(Role::Lead).then(|| view! { <Item to=Route::Reports icon="reports" label="Reports"/> })}
                <Item to=Route::Settings(Tab::Me) icon="settings" label="Settings" class="phone-only"/>
            </ul>
            <ul class="foot">
                <Item to=Route::Settings(Tab::Shops) icon="settings" label="Settings"/>
                {me}
            </ul>
        </nav>
    }
}
