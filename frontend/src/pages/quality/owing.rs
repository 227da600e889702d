//! The replies that buyers wait for now, and whose they are.

use super::loading::Loading;
use super::{case_name, name_of};
use crate::api;
use crate::components::{Avatar, DueMark};
use crate::routes::{Narrow, Route};
use crate::state::due::Due;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::ShopId;
use shared::wire::case::{CaseFilter, CaseList, CaseRow};

/// Cases that are named; the others are at the desk.
const MOST: u32 = 5;
/// So often they are read again at most, where anything has changed.
const AGAIN_MS: u32 = 10_000;

/// Reads them, of the shop that is wanted at each time.
pub(super) fn read(shop: impl Fn() -> Option<ShopId> + Send + Sync + 'static) -> Loading<CaseList> {
    let list = Loading::new(move || {
        let filter =
            CaseFilter { stage: Some(Stage::ToTell), shop: shop(), limit: Some(MOST), ..CaseFilter::default() };
        async move { api::cases::list(&filter).await }
    });
    let (desk, has_news) = (use_desk(), StoredValue::new(false));
    Effect::new(move |was: Option<()>| {
        desk.cases.with(|_| ());
        has_news.set_value(was.is_some());
    });
    spawn_local(async move {
        loop {
            web::pause(AGAIN_MS).await;
            let Some(is_due) = has_news.try_get_value() else { return };
            // Drawn anew while somebody stands in it, it would take the focus from them.
            let is_held = || web::focused().is_some_and(|at| at.closest(".owing").is_ok_and(|within| within.is_some()));
            if is_due && !is_held() {
                has_news.set_value(false);
                list.again();
            }
        }
    });
    list
}

fn one(desk: Desk, row: &CaseRow) -> AnyView {
    let path = Route::Desk { stage: Stage::ToTell, case: Some(row.id.clone()) }.path();
    let who = row.assignee.as_ref().map(|person| (person.to_string(), name_of(desk, Some(person))));
    let name = who.as_ref().map_or_else(|| "Nobody has taken it".to_owned(), |(_, name)| name.clone());
    let due = row.owed.as_ref().map(|owed| {
        let due = Due::at(owed.late_at, untrack(|| desk.clock.coarse()));
        view! { <DueMark due ran_out="" is_owed=true/> }
    });
    // The name stands beside it already.
    view! {
        <li>
            <span aria-hidden="true"><Avatar person=who is_small=true/></span>
            <span class="owing__what"><a href=path>{case_name(row)}</a><span class="small muted">{name}</span></span>
            {due}
        </li>
    }
    .into_any()
}

fn drawn(desk: Desk, list: &CaseList, shop: Option<ShopId>) -> AnyView {
    let all = list.counts.get(&Stage::ToTell).copied().unwrap_or_default();
    let rows: Vec<_> = list.page.rows.iter().map(|row| one(desk, row)).collect();
    let left = all.saturating_sub(u64::try_from(rows.len()).unwrap_or_default());
    let more = (left > 0).then(|| {
        let route = Route::Desk { stage: Stage::ToTell, case: None };
        let path = [route.path(), Narrow { shop, ..Narrow::default() }.query()].concat();
        view! { <p class="small"><a href=path>{["And ", &left.to_string(), " more, at the desk"].concat()}</a></p> }
    });
    match rows.is_empty() {
        true => view! { <p class="small muted">"No buyer waits for a reply."</p> }.into_any(),
        false => view! { <ol class="owing">{rows}</ol>{more} }.into_any(),
    }
}

/// The card beside the checks.
pub(super) fn card(
    desk: Desk,
    list: Loading<CaseList>,
    shop: impl Fn() -> Option<ShopId> + Copy + Send + 'static,
) -> AnyView {
    let count = move || {
        let all = list.known().and_then(|list| list.counts.get(&Stage::ToTell).copied()).unwrap_or_default();
        (all > 0).then(|| view! { <span class="chip chip--soon push">{all}</span> })
    };
    // What is looked at is not drawn anew for nothing.
    let stands = Memo::new(move |_| (list.is_read(), list.known()));
    let body = move || {
        // A memo that nobody reads is never computed, and knows of no change.
        stands.with(|_| ());
        untrack(|| list.draw(|list| drawn(desk, &list, shop())))
    };
    view! {
        <section class="card" aria-labelledby="owing-h">
            <header><h2 id="owing-h">"Replies owed now"</h2>{count}</header>
            {body}
        </section>
    }
    .into_any()
}
