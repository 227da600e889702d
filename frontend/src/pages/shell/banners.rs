//! What is true of the whole desk now: no network, a new version, a practice shop, a shop that is not connected.

use crate::components::Icon;
use crate::pwa::update::UpdatePrompt;
use crate::routes::{Quality, Route, Tab};
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::shop::ShopLink;

fn offline(desk: Desk) -> impl IntoView {
    move || {
        desk.connection.link().lost_since.map(|since| {
            view! {
                <div class="banner banner--offline" role="status">
                    <Icon name="offline"/>
                    <p>
                        {format!("No connection since {}. ", web::clock_time(since))}
                        <span>"You can read and write drafts. Decisions and replies wait for you, never for the network."</span>
                    </p>
                    <button class="btn btn--sm" type="button" on:click=move |_| spawn_local(tasks::reconnect(desk))>"Try again"</button>
                </div>
            }
        })
    }
}

fn expired(desk: Desk) -> impl IntoView {
    let names = Memo::new(move |_| {
        let shops = desk.session.shops();
        let names: Vec<_> =
            shops.into_iter().filter(|shop| shop.link == ShopLink::Expired).map(|shop| shop.name).collect();
        names.join(", ")
    });
    move || {
        let names = names.get();
        (!names.is_empty()).then(|| {
            view! {
                <div class="banner banner--stop" role="alert">
                    <Icon name="warn"/>
                    <p>{format!("{names}: TikTok ended the connection. Nothing can be decided or sent there.")}</p>
                    <a class="btn btn--sm" href=Route::Settings(Tab::Shops).path()>"Connect again"</a>
                </div>
            }
        })
    }
}

/// TikTok does not answer: what stands here may be older than it looks.
fn unreachable(desk: Desk) -> impl IntoView {
    let names = Memo::new(move |_| {
        let shops = desk.session.shops().into_iter().filter(|shop| shop.link == ShopLink::Unreachable);
        shops.map(|shop| shop.name).collect::<Vec<_>>().join(", ")
    });
    move || {
        let names = names.get();
        (!names.is_empty()).then(|| {
            view! {
                <div class="banner banner--soon" role="status">
                    <Icon name="warn"/>
                    <p>{format!("{names}: TikTok does not answer. ")}<span>"Cases may have moved on. The desk keeps asking; what you decide is kept and sent when TikTok answers."</span></p>
                </div>
            }
        })
    }
}

/// All banners, the gravest first.
#[component]
pub fn Banners(
    /// Deadline alarms too: once the queue has been read.
    with_alarms: Memo<bool>,
) -> impl IntoView {
    let desk = use_desk();
    // Of a run it leads back to the exercise.
    let is_run = Memo::new(move |_| {
        let route = desk.nav.route();
        let in_queue = route.stage().is_some() && desk.nav.narrow().shop.is_some_and(|shop| shop.trainee().is_some());
        let is_case = |id| desk.cases.with(|book| book.row(id).is_some_and(|row| row.shop.trainee().is_some()));
        in_queue || route.case().is_some_and(is_case)
    });
    let is_practice = Memo::new(move |_| is_run.get() || desk.session.is_practice());
    view! {
        {offline(desk)}
        {expired(desk)}
        {unreachable(desk)}
        {move || with_alarms.get().then(|| desk.parts.alarms.draw(|alarms| alarms(), || ().into_any()))}
        <UpdatePrompt/>
        {move || is_practice.get().then(|| view! {
            <aside class="banner banner--info banner--practice" aria-label="Practice shop">
                <Icon name="info"/>
                <p><b class="strong">"Practice shop."</b>" Buyers and money are invented."</p>
                {move || is_run.get().then(|| view! {
                    <a class="btn btn--sm" href=Route::Quality(Quality::Practice("live".to_owned())).path()>"Back to the exercise"</a>
                })}
            </aside>
        })}
    }
}
