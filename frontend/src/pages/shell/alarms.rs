//! Deadlines that are near. An alarm stays until it is pressed away, or until it is no longer true; so it takes room of
//! its own over the page, and never lies over what somebody works on.

use crate::components::{Deadline, Icon};
use crate::i18n::format::{count, money};
use crate::pages::desk::reason;
use crate::routes::Route;
use crate::state::due::Due;
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::alarm::SeenAlarm;
use shared::wire::case::CaseRow;

/// From here on the list stands beside a case.
const LIST_BESIDE_CASE: &str = "(width >= 900px)";

/// "within 15 min": all of them.
pub(crate) fn fold_words(alarms: &[SeenAlarm]) -> String {
    let minutes = alarms.iter().map(|alarm| alarm.minutes).max().unwrap_or_default();
    let cases = count(u64::try_from(alarms.len()).unwrap_or(u64::MAX), "case runs out", "cases run out");
    format!("{cases} within {minutes} min")
}

/// Where the case waits.
fn stage_of(desk: Desk, case: &CaseId) -> Stage {
    desk.cases.peek(|book| book.row(case).map_or(Stage::ToDecide, |row| row.stage))
}

fn mark(desk: Desk, deadline: Timestamp) -> impl IntoView {
    let due = Signal::derive(move || Due::at(deadline, desk.clock.coarse()));
    // It moves with the clock; read aloud is what stood there when it came.
    view! { <span aria-live="off"><Deadline due ran_out="" is_large=true/></span> }
}

fn close(desk: Desk, alarms: Vec<SeenAlarm>) -> impl IntoView {
    let press = move |_| tasks::alarms::see(desk, alarms.clone());
    view! { <button class="btn btn--sm" type="button" aria-label="Close this alarm" on:click=press><Icon name="x" class="icon--s"/></button> }
}

fn about(row: &CaseRow) -> String {
    let who = if row.buyer.is_empty() { &row.item } else { &row.buyer };
    let mut words = vec![who.clone(), reason(&row.reason, &row.reason_text)];
    words.extend(row.amount.as_ref().map(money));
    words.join(", ")
}

fn one(desk: Desk, alarm: SeenAlarm) -> AnyView {
    let row = desk.cases.row(alarm.case.clone());
    let to_inspect = stage_of(desk, &alarm.case) == Stage::ToInspect;
    let for_press = alarm.clone();
    let press = move |_| {
        let stage = stage_of(desk, &for_press.case);
        tasks::alarms::see(desk, vec![for_press.clone()]);
        desk.nav.go(&Route::Desk { stage, case: Some(for_press.case.clone()) });
    };
    view! {
        <div class="banner banner--soon banner--alarm" role="alert">
            {mark(desk, alarm.deadline)}
            <p class="clip">{move || row.with(|row| row.as_ref().map(about))}</p>
            <button class="btn btn--sm" type="button" on:click=press>{if to_inspect { "Inspect" } else { "Decide" }}</button>
            {close(desk, vec![alarm])}
        </div>
    }
    .into_any()
}

fn together(desk: Desk, alarms: Vec<SeenAlarm>) -> AnyView {
    let words = fold_words(&alarms);
    let first = alarms.first().map(|first| mark(desk, first.deadline));
    let for_press = alarms.clone();
    let press = move |_| {
        let all_parcels = for_press.iter().all(|alarm| stage_of(desk, &alarm.case) == Stage::ToInspect);
        let stage = if all_parcels { Stage::ToInspect } else { Stage::ToDecide };
        tasks::alarms::see(desk, for_press.clone());
        // Where the list has room beside it, the case that is being worked on stays open.
        let case = desk.nav.route_now().case().filter(|_| web::matches(LIST_BESIDE_CASE)).cloned();
        desk.nav.go(&Route::Desk { stage, case });
    };
    view! {
        <div class="banner banner--soon banner--alarm" role="alert">
            {first}
            <p class="clip">{words}</p>
            <button class="btn btn--sm" type="button" on:click=press>"Show"</button>
            {close(desk, alarms)}
        </div>
    }
    .into_any()
}

/// All that ring, in one line: the one case, or how many there are.
#[component]
pub fn AlarmBanners() -> impl IntoView {
    let desk = use_desk();
    let shown = move || {
        let mut ringing = desk.alarms.ringing(desk.cases, desk.clock);
        // Who practises has the deadlines of the exercise before them, and those of real shops: theirs are real.
        let own = desk.nav.narrow().shop.filter(|shop| shop.trainee().is_some() && desk.session.is_practice());
        if let Some(own) = own {
            ringing.retain(|alarm| desk.cases.with(|book| book.row(&alarm.case).is_some_and(|row| row.shop == own)));
        }
        Some(ringing).filter(|ringing| !ringing.is_empty())
    };
    let draw = move |mut alarms: Vec<SeenAlarm>| match (alarms.pop(), alarms.is_empty()) {
        (Some(only), true) => one(desk, only),
        (Some(last), false) => {
            alarms.push(last);
            together(desk, alarms)
        }
        (None, _) => ().into_any(),
    };
    // What stands there already is not drawn, and not read aloud, again.
    let key = |alarms: &Vec<SeenAlarm>| {
        alarms
            .iter()
            .map(|alarm| format!("{} {} {}", alarm.case, alarm.deadline.millis(), alarm.minutes))
            .collect::<String>()
    };
    view! { <section aria-label="Deadlines"><For each=shown key=key children=draw/></section> }
}
