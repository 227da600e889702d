//! How the asker's own cases stand, what was said of them, and the way to answer.

use super::loading::Loading;
use super::saved::{self, Side};
use super::{Head, every, frame};
use crate::api;
use crate::components::{Art, Empty};
use crate::routes::Quality;
use crate::state::use_desk;
use leptos::prelude::*;
use shared::domain::review::ANSWER_DAYS;

/// The asker's own reviews.
#[component]
pub fn Mine() -> impl IntoView {
    let desk = use_desk();
    let mine = Loading::new(api::reviews::mine);
    let done = Callback::new(move |()| {
        super::done();
        mine.again();
    });
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
    let own = "What you decided in the last 4 weeks, checked against what TikTok says really happened.";
    let head = Head { title: "Your work".into_any(), lede: own.into_any(), acts: ().into_any() };
    let body = view! {
        {every::own()}
        <section class="stack theirs" aria-labelledby="mine-h">
            <h2 id="mine-h">"Reviews of your work"</h2>
            <p class="muted">{lede}</p>
            {list}
        </section>
    };
    frame(&Quality::Mine, head, body.into_any())
}
