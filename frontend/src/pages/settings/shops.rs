//! Connected shops: their link, their import, and connecting another.

use crate::api::{self, Answer, Failure};
use crate::components::{Art, Banner, BannerTone, Confirm, Empty, FailureBanner, Icon};
use crate::i18n::format::count;
use crate::pages::desk::import::import_line;
use crate::routes::Query;
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use shared::id::ShopId;
use shared::wire::event::Event;
use shared::wire::session::Role;
use shared::wire::shop::{ImportView, ShopLink, ShopView};

/// Class, icon and words of a link's state.
const fn link_chip(link: ShopLink) -> (&'static str, &'static str, &'static str) {
    match link {
        ShopLink::Connected => ("chip chip--good", "check", "Connected"),
        ShopLink::Unreachable => ("chip chip--soon", "warn", "TikTok does not answer, trying on"),
        ShopLink::Expired => ("chip chip--stop", "stop", "Expired: connect again"),
        ShopLink::Disconnected => ("chip", "x", "Disconnected"),
    }
}

/// Sends the seller to TikTok's consent page.
fn connect(desk: Desk, is_busy: RwSignal<bool>) {
    if is_busy.get_untracked() {
        return;
    }
    is_busy.set(true);
    spawn_local(async move {
        match api::shops::connect().await {
            Ok(made) => {
                let _ = web::leave_for(&made.url);
            }
            Err(failure) if tasks::worth_showing(&failure) => desk.toasts.failed(&failure),
            Err(_) => {}
        }
        is_busy.try_set(false);
    });
}

fn take(desk: Desk, shops: Vec<ShopView>) {
    for shop in shops {
        desk.session.apply(&Event::ShopChanged { shop: Box::new(shop) });
    }
}

fn disconnect(desk: Desk, shop: ShopId) {
    spawn_local(async move {
        match api::shops::disconnect(&shop).await {
            Ok(()) => {
                if let Ok(shops) = api::shops::list().await {
                    take(desk, shops);
                }
                desk.toasts.show(Tone::Good, "Shop disconnected.", "Its cases stay readable.", None);
            }
            Err(failure) => desk.toasts.failed(&failure),
        }
    });
}

/// How far its import is, and when it was read: drawn anew with each look at it.
fn reading(desk: Desk, shop: &ShopView) -> impl IntoView + use<> {
    let imported = match shop.import {
        ImportView::Done { cases } => {
            Some(view! { <p class="muted small">{count(cases, "case", "cases")}" brought in"</p> })
        }
        ImportView::Waiting | ImportView::Running { .. } => None,
    };
    let swept = shop.swept.map(
        |swept| view! { <p class="muted small">"Last read without a fault "{web::when(swept, desk.clock.now())}</p> },
    );
    let progress = import_line(shop, false).map(|line| view! { <ul class="stack small">{line}</ul> });
    view! { {progress}{imported}{swept} }
}

fn one(desk: Desk, shop: ShopView, asked: RwSignal<Option<ShopView>>, is_busy: RwSignal<bool>) -> AnyView {
    let (class, icon, words) = link_chip(shop.link);
    let is_admin = desk.session.is_at_least(Role::Admin);
    let again = matches!(shop.link, ShopLink::Expired | ShopLink::Disconnected) && is_admin && !shop.is_practice;
    let may_disconnect = is_admin && shop.link != ShopLink::Disconnected && !shop.is_practice;
    let id = shop.id.clone();
    let is_it = move |shop: &ShopView| shop.id == id;
    let reading = move || desk.session.shops_as_read().iter().find(|shop| is_it(shop)).map(|shop| reading(desk, shop));
    let for_ask = shop.clone();
    view! {
        <li class="card">
            <header>
                <h2>{shop.name.clone()}</h2><span class="muted">{shop.region.clone()}</span>
                {shop.is_practice.then(|| view! { <span class="chip chip--info">"Practice"</span> })}
                <span class=class><Icon name=icon/>{words}</span>
            </header>
            {reading}
            {(!shop.has_webhooks && shop.link == ShopLink::Connected).then(|| view! {
                <p class="small">"TikTok does not call this desk when something happens, so the desk asks each minute. It calls public https addresses only: AMENDS_PUBLIC_URL names it."</p>
            })}
            {(!shop.can_message).then(|| view! {
                <p class="small">"TikTok gave this desk no customer service scope: replies are written here and copied to Seller Center."</p>
            })}
            <div class="line">
                {again.then(|| view! { <button class="btn btn--primary" type="button" disabled=is_busy on:click=move |_| connect(desk, is_busy)>"Connect again"</button> })}
                {may_disconnect.then(|| view! { <button class="btn btn--stop" type="button" on:click=move |_| asked.set(Some(for_ask.clone()))>"Disconnect…"</button> })}
            </div>
        </li>
    }
    .into_any()
}

/// Reads the shops anew; the session's own list is shown meanwhile.
fn read(desk: Desk, failure: RwSignal<Option<Failure>>) {
    spawn_local(async move {
        let answer: Answer<Vec<ShopView>> = api::shops::list().await;
        match answer {
            Ok(shops) => {
                take(desk, shops);
                failure.try_set(None);
            }
            Err(found) => {
                failure.try_set(Some(found));
            }
        }
    });
}

/// What became of the consent that the seller was asked for.
const fn connected(word: &str) -> (&'static str, &'static str) {
    match word.as_bytes() {
        b"refused" => ("The consent was refused.", "Nothing was connected. The seller can be asked again."),
        b"state" => {
            ("This consent does not belong to you, or is too old.", "Begin again here, in this browser, as an admin.")
        }
        b"code" => ("TikTok’s code was used or has run out.", "Begin again: it is good for some minutes only."),
        b"no_shops" => {
            ("TikTok names no shop for this consent.", "Sign in there as the owner of the shop, then try again.")
        }
        b"platform" => ("TikTok did not answer.", "Nothing was connected. Try again in a while."),
        _ => (
            "The shop could not be connected.",
            "Nothing was changed. Try again, or ask who keeps this desk for its log.",
        ),
    }
}

/// What TikTok's page came back with, until the page is left.
fn came_back() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let failed = query.get(Query::Failed.key());
    let done = query.get(Query::Connected.key()).and_then(|count| count.parse::<u64>().ok());
    let failed = failed.map(|word| {
        let (fact, advice) = connected(&word);
        view! { <Banner tone=BannerTone::Stop fact=fact text=advice/> }
    });
    let done = done.map(|shops| {
        let fact = [&count(shops, "shop", "shops"), " connected."].concat();
        view! { <Banner tone=BannerTone::Info fact=fact text="Cases are being brought in; open ones come first."/> }
    });
    view! { {failed}{done} }
}

/// The list of shops.
#[component]
pub fn Shops() -> impl IntoView {
    let desk = use_desk();
    let (asked, is_busy, failure) =
        (RwSignal::new(None::<ShopView>), RwSignal::new(false), RwSignal::new(None::<Failure>));
    read(desk, failure);
    let retry = Callback::new(move |()| read(desk, failure));
    let shops = Memo::new(move |_| desk.session.shops());
    let confirm = move || {
        asked.get().map(|shop| {
            let id = shop.id.clone();
            view! {
                <Confirm
                    title=format!("Disconnect {}?", shop.name)
                    text="The desk forgets its keys to the shop. Nothing more is read, decided or sent there; what is held or waits ends as “needs a person”. Its cases stay readable, and it can be connected again."
                    act="Disconnect"
                    on_yes=move |()| { asked.set(None); disconnect(desk, id.clone()); }
                    on_no=move |()| asked.set(None)
                />
            }
        })
    };
    let list = move || {
        shops.with(|shops| {
            if shops.is_empty() {
                return view! { <Empty art=Art::Tray title="No shop yet" text="Connect a TikTok shop: its seller agrees on TikTok’s own page and comes back here."/> }.into_any();
            }
            let rows: Vec<_> = shops.iter().map(|shop| one(desk, shop.clone(), asked, is_busy)).collect();
            view! { <ul class="stack">{rows}</ul> }.into_any()
        })
    };
    view! {
        <div class="stack settings">
        {came_back()}
        {move || failure.get().filter(tasks::worth_showing).map(|failure| view! { <FailureBanner failure on_retry=retry/> })}
        {list}
        {move || desk.session.is_at_least(Role::Admin).then(|| view! {
            <p class="line"><button class="btn" type="button" disabled=is_busy on:click=move |_| connect(desk, is_busy)><Icon name="plus"/>"Connect a shop…"</button></p>
        })}
        {confirm}
        </div>
    }
}
