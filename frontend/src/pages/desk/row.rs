//! One case in the queue. Order of things: reason, item, amount, deadline, person.

use super::chips::state_chip;
use super::reason;
use crate::api;
use crate::components::{Avatar, DueMark, Icon};
use crate::i18n::{format, words};
use crate::pages::shell::row_id;
use crate::routes::Route;
use crate::state::due::{Due, deadline_in};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::wire::case::CaseRow;

fn picture(row: &CaseRow) -> impl IntoView + use<> {
    let image = match &row.picture {
        Some(id) => {
            view! { <img class="thumb" src=api::media_url(id) alt="" loading="lazy" decoding="async"/> }.into_any()
        }
        None => view! { <svg class="thumb" aria-hidden="true"></svg> }.into_any(),
    };
    let kind = words::kind(row.kind);
    view! {
        <span class="thumbwrap">
            {image}
            <span class="kindbadge" title=kind><Icon name=words::kind_icon(row.kind)/><span class="vh">{kind}"."</span></span>
        </span>
    }
}

/// The chip of what is under way, else the deadline's shape.
fn clock(desk: Desk, row: Signal<Option<CaseRow>>, stage: Stage) -> impl IntoView {
    move || {
        let row = row.get()?;
        if let Some(chip) = state_chip(desk, &row, stage) {
            return Some(chip);
        }
        let deadline = deadline_in(&row, stage)?;
        let due = Due::at(deadline, desk.clock.coarse());
        Some(
            view! { <DueMark due ran_out=web::when(deadline, desk.clock.coarse()) is_owed=stage == Stage::ToTell/> }
                .into_any(),
        )
    }
}

fn meta(desk: Desk, row: &CaseRow) -> impl IntoView + use<> {
    let talk = (row.new_messages > 0).then(|| {
        view! { <span class="talk"><Icon name="replies"/>{row.new_messages}<span class="vh">" new from the buyer"</span></span> }
    });
    let mark = |icon, words: &'static str| {
        view! { <span class="talk" title=words><Icon name=icon/><span class="vh">{words}</span></span> }
    };
    let asked = row.asked.map(|_| mark("send", "Asked"));
    // Beside the deadline: that runs on.
    let second = row.needs_second.then(|| mark("users", "Waits for a second person"));
    let lease = row.lease.clone();
    let watched = move || {
        let lease = lease
            .as_ref()
            .filter(|lease| desk.session.me().is_some_and(|me| lease.bars(&me.id, desk.clock.coarse())))?;
        let words = [desk.session.name_of(&lease.by).as_str(), " is deciding"].concat();
        let title = words.clone();
        Some(view! { <span class="talk" title=title><Icon name="eye"/><span class="vh">{words}</span></span> })
    };
    let person = row.assignee.as_ref().map(|id| (id.to_string(), desk.session.name_of(id)));
    view! { <span class="meta">{watched}{second}{asked}{talk}<Avatar person is_small=true/></span> }
}

fn item_words(row: &CaseRow) -> String {
    if row.item_count > 1 { format!("{} × {}", row.item, row.item_count) } else { row.item.clone() }
}

fn body(desk: Desk, row: &CaseRow) -> impl IntoView + use<> {
    let shop = desk.session.shop(&row.shop).map(|shop| shop.name);
    let mut who = match shop {
        Some(shop) if row.buyer.is_empty() => shop,
        Some(shop) => format!("{} · {shop}", row.buyer),
        None => row.buyer.clone(),
    };
    for tag in &row.tags {
        who.push_str(" · #");
        who.push_str(tag);
    }
    view! {
        {picture(row)}
        <span class="reason clip">{reason(&row.reason, &row.reason_text)}</span>
        <span class="item clip">{item_words(row)}</span>
        <span class="amount num">{row.amount.as_ref().map(format::money)}</span>
        <span class="who clip">{who}</span>
        <span class="say" lang=row.language.clone()>{row.say.clone()}</span>
        {meta(desk, row)}
    }
}

/// A row, which follows its case.
#[component]
pub fn Row(
    /// Which case.
    id: CaseId,
    /// In which view.
    stage: Signal<Stage>,
) -> impl IntoView {
    let desk = use_desk();
    let row = desk.cases.row(id.clone());
    let element = row_id(&id);
    let (for_link, for_mark) = (id.clone(), id);
    let href = move || {
        let route = desk.nav.route();
        let route = if route.stage().is_some() { route } else { Route::Desk { stage: stage.get(), case: None } };
        desk.nav.href(&route.with_case(Some(for_link.clone())))
    };
    let is_open = Memo::new(move |_| desk.nav.route().case() == Some(&for_mark));
    let is_unread = move || row.with(|row| row.as_ref().is_some_and(|row| row.is_unread)).then_some("");
    view! {
        <a class="row" id=element href=href aria-current=move || is_open.get().then_some("true") data-unread=is_unread>
            {move || row.with(|row| row.as_ref().map(|row| body(desk, row)))}
            <span style:grid-area="due" style:justify-self="end">{move || clock(desk, row.into(), stage.get())}</span>
        </a>
    }
}
