//! The numbers that matter now. Sums stand per currency, never converted.

use crate::components::Icon;
use crate::i18n::format::{count, money, span, sums};
use crate::routes::Route;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::time::Timestamp;
use shared::wire::case::Headline;

const DAY_MS: i64 = 86_400_000;
/// The tallest bar of the strip, in its own unit.
const TALLEST: u64 = 12;

fn at_risk(numbers: &Headline) -> impl IntoView + use<> {
    let cases = count(numbers.at_risk_cases, "case", "cases");
    let (total, more) = match numbers.at_risk.as_slice() {
        [] => ("Nothing".to_owned(), cases),
        [one] => (money(one), cases),
        [first, second] => (format!("{} +", money(first)), format!("{}, {cases}", money(second))),
        [first, rest @ ..] => (format!("{} +", money(first)), format!("{} more currencies, {cases}", rest.len())),
    };
    view! {
        <span class="k">"Money at risk, 24 h"</span>
        <span class="v num" title=sums(&numbers.at_risk)>{total}" "<small class="wide">{more}</small></span>
    }
}

fn next(numbers: &Headline, now: Timestamp) -> impl IntoView + use<> {
    let (value, reason) = match &numbers.next {
        Some(next) => (span(next.at.since(now)), super::super::desk::reason(&next.reason, &next.reason_text)),
        None => ("None".to_owned(), "in 24 h".to_owned()),
    };
    view! { <span class="k">"Next deadline"</span><span class="v num">{value}" "<small class="wide">{reason}</small></span> }
}

fn owed(numbers: &Headline, now: Timestamp) -> impl IntoView + use<> {
    let oldest = numbers.owed_since.map(|since| format!("oldest {}", span(now.since(since))));
    view! { <span class="k">"Replies owed"</span><span class="v num">{numbers.owed}" "<small>{oldest}</small></span> }
}

fn weather(days: [u64; 7], now: Timestamp) -> impl IntoView {
    let most = days.iter().copied().max().unwrap_or(0).max(TALLEST);
    let mut start = now;
    let bars: Vec<_> = days
        .into_iter()
        .enumerate()
        .map(|(place, ends)| {
            let name = if place == 0 { "Today".to_owned() } else { web::weekday(start) };
            start = start.plus_millis(DAY_MS);
            let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
            let words = format!("{rest}: {} end", count(ends, "case", "cases"));
            let height = ends.saturating_mul(TALLEST) / most;
            view! {
                <li style=("--n", height.to_string()) title=format!("{first}{words}")>
                    <i></i>{first.to_owned()}<span class="vh">{words.clone()}</span>
                </li>
            }
        })
        .collect();
    view! { <div class="fact fact--weather"><span class="k">"Deadlines, 7 days"</span><ol class="weather">{bars}</ol></div> }
}

fn link_of(desk: Desk, stage: Stage) -> impl Fn() -> String {
    move || desk.nav.href(&Route::Desk { stage, case: None })
}

/// The bar over the desk.
#[component]
pub fn HeadlineBar() -> impl IntoView {
    let desk = use_desk();
    let numbers = Memo::new(move |_| desk.cases.with(|book| book.queue.headline.clone()));
    let is_known = Memo::new(move |_| desk.cases.with(|book| !book.queue.counts.is_empty()));
    let next_link = move || {
        let case = numbers.with(|numbers| numbers.next.as_ref().map(|next| next.case.clone()));
        desk.nav.href(&Route::Desk { stage: Stage::ToDecide, case })
    };
    view! {
        <header class="headline" aria-label="Now">
            // Unknown numbers are left out: a zero would be a claim.
            {move || is_known.get().then(|| view! {
                <a class="fact" href=link_of(desk, Stage::ToDecide)>{move || numbers.with(at_risk)}</a>
                <a class="fact" href=next_link>{move || numbers.with(|numbers| next(numbers, desk.clock.coarse()))}</a>
                <a class="fact fact--owed" href=link_of(desk, Stage::ToTell)>{move || numbers.with(|numbers| owed(numbers, desk.clock.coarse()))}</a>
                {move || weather(numbers.with(|numbers| numbers.days), desk.clock.now())}
            })}
            <div class="tools">
                <button class="search" type="button" aria-label="Search or command Ctrl K" aria-keyshortcuts="Control+K" on:click=move |_| desk.keys.palette().set(true)>
                    <Icon name="search"/><span>"Search or command"</span>" "<kbd>"Ctrl K"</kbd>
                </button>
            </div>
        </header>
    }
}
