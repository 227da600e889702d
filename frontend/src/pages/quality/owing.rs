//! The replies that buyers wait for now, and whose they are.

use super::loading::Loading;
use super::{case_name, name_of};
use crate::api;
use crate::components::{Avatar, DueMark};
use crate::routes::{Narrow, Route};
use crate::state::Desk;
use crate::state::due::Due;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::ShopId;
use shared::wire::case::{CaseFilter, CaseList, CaseRow};

/// Cases that are named; the others are at the desk.
const MOST: u32 = 5;

/// Reads them, of the shop that is wanted at each time.
pub(super) fn read(shop: impl Fn() -> Option<ShopId> + Send + Sync + 'static) -> Loading<CaseList> {
    Loading::new(move || {
        let filter =
            CaseFilter { stage: Some(Stage::ToTell), shop: shop(), limit: Some(MOST), ..CaseFilter::default() };
        async move { api::cases::list(&filter).await }
    })
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
    view! {
        <section class="card" aria-labelledby="owing-h">
            <header><h2 id="owing-h">"Replies owed now"</h2>{count}</header>
            {move || list.draw(|list| drawn(desk, &list, shop()))}
        </section>
    }
    .into_any()
}
