//! The handbook beside a case: what to do at its present stage, and under which versions it was decided.

use crate::api;
use crate::routes::{Face, Route};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::{CaseId, PageId};
use shared::wire::handbook::{Beside, Kept, StepHint, ToldWith};

/// What the handbook says, read anew with the stage and the decisions of the case. Without an answer nothing is shown:
/// the case does not depend on it.
pub fn follow(case: CaseId, stands: Memo<Option<(Stage, usize)>>) -> RwSignal<Option<Beside>> {
    let found = RwSignal::new(None);
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        if stands.with(Option::is_none) {
            return;
        }
        asked.update_value(|asked| *asked += 1);
        let (number, case) = (asked.get_value(), case.clone());
        spawn_local(async move {
            let answer = api::handbook::beside(&case).await;
            if asked.try_get_value() == Some(number)
                && let Ok(beside) = answer
            {
                found.try_set(Some(beside));
            }
        });
    });
    found
}

fn step_href(hint: &StepHint) -> String {
    let path = Route::Handbook { page: Some(hint.page.clone()), face: Face::InForce }.path();
    [&path, "#step-", &hint.number.to_string()].concat()
}

fn version_href(page: &PageId, number: u32) -> String {
    Route::Handbook { page: Some(page.clone()), face: Face::Version(number) }.path()
}

fn kept(kept: &Kept) -> AnyView {
    let words = [&kept.title, ", ", &kept.version.to_string()].concat();
    view! { <li><a href=version_href(&kept.page, kept.number)>{words}</a>" "<span class="muted num">{web::when(kept.at, web::device_now())}</span></li> }
        .into_any()
}

fn told(told: &ToldWith) -> AnyView {
    let version = told.version.map_or_else(|| "as it ships".to_owned(), |version| ["v", &version.to_string()].concat());
    let words = ["Reply: ", &told.place.title(), ", ", &version].concat();
    view! { <li><a href=Route::Replies(Some(told.place.clone())).path()>{words}</a>{told.is_edited.then(|| view! { " "<span class="muted">"changed"</span> })}</li> }
        .into_any()
}

/// Draws it; under what it was decided only once that has taken effect.
pub fn draw(beside: &Beside, is_deciding: bool) -> Option<AnyView> {
    let under = beside.kept.iter().map(kept).chain(beside.told.iter().map(told));
    let under: Vec<AnyView> = under.filter(|_| !is_deciding).collect();
    if beside.steps.is_empty() && under.is_empty() {
        return None;
    }
    let (first, more) = beside.steps.split_first().unzip();
    let more: Vec<AnyView> = more
        .unwrap_or_default()
        .iter()
        .map(|hint| view! { <li><a href=step_href(hint)>{hint.title.clone()}</a>{hint.has_video.then_some(", with a video")}</li> }.into_any())
        .collect();
    Some(
        view! {
            <section class="byhand">
                <h2>"Handbook"</h2>
                {first.map(|first| view! { <p class="small"><a class="strong" href=step_href(first)>{first.title.clone()}</a>{first.has_video.then_some(", with a video")}<br/><span class="muted">{first.lines.clone()}</span></p> })}
                {(!more.is_empty()).then(|| view! { <ul class="links small byhand__more">{more}</ul> })}
                {(!under.is_empty()).then(|| view! { <h3 class="small muted">"Decided under"</h3><ul class="links small">{under}</ul> })}
            </section>
        }
        .into_any(),
    )
}
