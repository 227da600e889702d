//! The rows by group, and the other states of a list: being read, empty, failed, stale.

use super::row::Row;
use crate::api::Failure;
use crate::components::{Art, Banner, BannerTone, Empty, FailureBanner, RowSkeletons};
use crate::i18n::format::{count, sums};
use crate::routes::{Narrow, Route};
use crate::state::cases::Load;
use crate::state::due::{Days, Group, group_of};
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::money::Money;
use shared::time::Timestamp;

/// Rows under one heading.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    group: Group,
    ids: Vec<CaseId>,
    total: Vec<Money>,
}

fn days(now: Timestamp) -> Days {
    let tomorrow = web::day_end(now);
    Days { now, today: web::day_start(now), tomorrow, after: web::day_end(tomorrow) }
}

fn add(total: &mut Vec<Money>, amount: &Money) {
    for sum in &mut *total {
        if let Some(larger) = sum.plus(amount) {
            *sum = larger;
            return;
        }
    }
    total.push(amount.clone());
}

fn parts(desk: Desk, stage: Stage) -> Vec<Part> {
    let days = days(desk.clock.coarse());
    desk.cases.with(|book| {
        let mut parts: Vec<Part> = Vec::new();
        for row in book.queue.ids().iter().filter_map(|id| book.row(id)) {
            let group = group_of(row, stage, days);
            let known = parts.iter().position(|part| part.group == group);
            let part = match known.and_then(|at| parts.get_mut(at)) {
                Some(part) => part,
                None => parts.push_mut(Part { group, ids: Vec::new(), total: Vec::new() }),
            };
            part.ids.push(row.id.clone());
            if let Some(amount) = &row.amount {
                add(&mut part.total, amount);
            }
        }
        parts.sort_by_key(|part| part.group);
        parts
    })
}

/// "5 cases · US$ 34.18"; a sum only where one currency makes it whole.
fn summary(part: &Part) -> String {
    let mut text = count(u64::try_from(part.ids.len()).unwrap_or(0), "case", "cases");
    if part.group == Group::Shift && part.total.len() == 1 {
        text.push_str(" · ");
        text.push_str(&sums(&part.total));
    }
    text
}

fn empty(desk: Desk, stage: Stage) -> AnyView {
    let mut narrow = desk.nav.narrow();
    // The queue of a run is whole, and is not left by showing all of it.
    let run = Narrow { shop: narrow.shop.take_if(|shop| shop.trainee().is_some()), ..Narrow::default() };
    let is_run = run.shop.is_some();
    if narrow != Narrow::default() {
        let clear = move |_| desk.nav.narrow_to(&run);
        return view! {
            <Empty art=Art::Lens title="Nothing under this filter" text="Other shops or people may have cases here.">
                <button class="btn" type="button" on:click=clear>"Show all"</button>
            </Empty>
        }
        .into_any();
    }
    let (art, title, text) = match stage {
        Stage::ToDecide => (Art::Tray, "Every buyer is decided", "New requests appear here by themselves."),
        Stage::ToInspect => {
            (Art::Parcel, "No parcels to inspect", "Returns appear here once TikTok asks for a verdict.")
        }
        Stage::ToTell => (Art::Tray, "Every buyer is told", "A case comes here when something must be said."),
        Stage::Waiting => {
            (Art::Tray, "Nothing is waiting", "Cases that wait for a buyer, a carrier or TikTok stand here.")
        }
        Stage::Disputed => {
            (Art::Tray, "No dispute is open", "Disputes are answered in Seller Center; they stand here meanwhile.")
        }
        Stage::Done => (Art::Tray, "Nothing is done yet", "Settled and told cases are kept here."),
    };
    let text = if is_run { "Back to the exercise to see what is left." } else { text };
    let owed = desk.cases.with(|book| book.queue.headline.owed);
    let more = (stage == Stage::ToDecide && owed > 0).then(|| {
        let href = desk.nav.href(&Route::Desk { stage: Stage::ToTell, case: None });
        view! { <p>{count(owed, "reply is", "replies are")}" still owed."</p><a class="btn" href=href>"Go to To tell"</a> }
    });
    view! { <Empty art title text>{more}</Empty> }.into_any()
}

/// Shown over rows that may be old.
fn stale(desk: Desk, failure: &Failure) -> AnyView {
    let told = failure.told();
    view! {
        <Banner tone=BannerTone::Soon fact="This list may be old." text=told.fact>
            <button class="btn btn--sm" type="button" on:click=move |_| tasks::read_list(desk)>"Try again"</button>
        </Banner>
    }
    .into_any()
}

#[component]
fn GroupOf(group: Group, stage: Signal<Stage>, parts: Memo<Vec<Part>>) -> impl IntoView {
    let ids = Memo::new(move |_| {
        parts.with(|parts| {
            parts.iter().find(|part| part.group == group).map(|part| part.ids.clone()).unwrap_or_default()
        })
    });
    let words = move || parts.with(|parts| parts.iter().find(|part| part.group == group).map(summary));
    view! {
        <section class="queue__group">
            <h3>{move || group.title(stage.get())}<span class="num">{words}</span></h3>
            <ol><For each=move || ids.get() key=Clone::clone children=move |id| view! { <li><Row id stage/></li> }/></ol>
        </section>
    }
}

/// The list of the view.
#[component]
pub fn QueueList(
    /// Which view.
    stage: Signal<Stage>,
) -> impl IntoView {
    let desk = use_desk();
    let parts = Memo::new(move |_| parts(desk, stage.get()));
    let load = Memo::new(move |_| desk.cases.with(|book| book.queue.load.clone()));
    let is_empty = Memo::new(move |_| parts.with(Vec::is_empty));
    let retry = Callback::new(move |()| tasks::read_list(desk));
    let more = move || {
        let (has_more, is_growing) = desk.cases.with(|book| (book.queue.next.is_some(), book.queue.is_growing));
        has_more.then(|| {
            let label = if is_growing { "Loading" } else { "Show more" };
            view! { <button class="btn btn--quiet" type="button" disabled=is_growing on:click=move |_| tasks::read_more(desk)>{label}</button> }
        })
    };
    view! {
        {move || match (load.get(), is_empty.get()) {
            (Load::Loading, true) => view! { <RowSkeletons count=6/> }.into_any(),
            (Load::Failed(failure), _) => view! { <FailureBanner failure on_retry=retry/> }.into_any(),
            (Load::Stale(failure), _) => stale(desk, &failure),
            (Load::Ready, true) => empty(desk, stage.get()),
            (Load::Loading | Load::Ready, _) => ().into_any(),
        }}
        <For
            each=move || parts.with(|parts| parts.iter().map(|part| part.group).collect::<Vec<_>>())
            key=|group| *group
            children=move |group| view! { <GroupOf group stage parts/> }
        />
        {more}
    }
}
