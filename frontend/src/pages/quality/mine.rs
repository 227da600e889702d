//! What was said of the asker's own work, and the way to answer.

use super::loading::Loading;
use super::saved::{self, Side};
use super::{Head, frame};
use crate::api;
use crate::components::{Art, Empty};
use crate::routes::Quality;
use crate::state::use_desk;
use leptos::prelude::*;
use shared::domain::review::ANSWER_DAYS;
use shared::wire::review::ReviewView;

/// The asker's own reviews.
#[component]
pub fn Mine() -> impl IntoView {
    let desk = use_desk();
    let mine = Loading::new(api::reviews::mine);
    let done = Callback::new(move |_: ReviewView| mine.again());
    let list = move || {
        mine.draw(|all| {
            if all.is_empty() {
                let text = "When somebody reviews a case that you decided, it stands here, and you can answer.";
                return view! { <Empty art=Art::Lens title="Nobody has reviewed your work yet" text=text/> }.into_any();
            }
            let cards: Vec<_> = all.iter().map(|review| saved::card(desk, review, Side::Agent, done)).collect();
            view! { <div class="stack reviews">{cards}</div> }.into_any()
        })
    };
    let lede = move || {
        let summary = mine.known().map(|all| saved::summary(&all)).unwrap_or_default();
        [&summary, " You can answer or appeal within ", &ANSWER_DAYS.to_string(), " days."].concat()
    };
    let head = Head { title: "Reviews of your work".into_any(), lede: lede.into_any(), acts: ().into_any() };
    frame(&Quality::Mine, head, list.into_any())
}
