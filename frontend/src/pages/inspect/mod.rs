//! The packing table: scan a parcel, look at it, give the verdict.
//!
//! Letters and digits come from hand scanners here, so single-letter keys rest on both of its screens.

pub mod acts;
pub mod bench;
pub mod lead;
pub mod looking;
pub mod scan;
pub mod see;

use crate::pages::desk::list::QueueList;
use crate::pages::desk::queue::Filters;
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use bench::Bench;
use leptos::prelude::*;
use scan::{ScanField, Scanning};
use shared::domain::case::Stage;

/// The list of parcels, or the bench with one of them.
#[component]
pub fn InspectPage() -> impl IntoView {
    let desk = use_desk();
    let case = desk.nav.case();
    let scanning = Scanning::new(desk);
    scan::listen(scanning);
    Effect::new(move |_| tasks::open_queue(desk, Stage::ToInspect, desk.nav.narrow()));
    Effect::new(move |_| match case.get() {
        Some(open) => desk.cases.update(|book| book.mark_read(&open)),
        None => {
            web::set_title("Inspect · Amends");
            web::after_drawing(|| {
                let _ = web::select_all(scan::FIELD);
            });
        }
    });
    move || match case.get() {
        Some(id) => view! { <Bench id/> }.into_any(),
        None => table(desk, scanning),
    }
}

/// How many parcels wait for a verdict; none while that is not known.
fn waiting(desk: Desk) -> Option<u64> {
    desk.cases.with(|book| book.queue.counts.get(&Stage::ToInspect).copied())
}

fn table(desk: Desk, scanning: Scanning) -> AnyView {
    let stage = Signal::derive(|| Stage::ToInspect);
    let count = move || waiting(desk).map(|count| crate::i18n::format::count(count, "parcel waits", "parcels wait"));
    view! {
        <main class="table" id="main" tabindex="-1">
            <header class="table__head">
                <h1>"Inspect"</h1>
                <p class="muted">{count}</p>
            </header>
            <ScanField scanning/>
            <div class="table__list queue__list" tabindex="-1" on:scroll=move |event| if web::is_near_end(&event) { tasks::read_more(desk) }>
                <h2 class="vh">"Parcels"</h2>
                <Filters/>
                <QueueList stage/>
            </div>
        </main>
    }
    .into_any()
}
