//! Practice: what to do next, the run that is going on, what it came to, and for leads who has passed what.

mod edit;
pub mod list;
pub mod run;
mod score;
mod task;
pub mod team;

use super::quality::{Head, frame};
use crate::i18n::format;
use crate::routes::{Drill, Quality};
use leptos::prelude::*;
use shared::wire::practice::RunBrief;

/// The page of practice that the address names; what only leads see, others do not.
pub(super) fn draw(page: Drill, is_lead: bool) -> AnyView {
    match page {
        Drill::Run(run) => view! { <run::RunPage run/> }.into_any(),
        Drill::Team if is_lead => view! { <team::Team/> }.into_any(),
        Drill::New if is_lead => edit::draw(None),
        Drill::Edit(exercise) if is_lead => edit::draw(Some(exercise)),
        Drill::List | Drill::Team | Drill::New | Drill::Edit(_) => view! { <list::List/> }.into_any(),
    }
}

fn page(title: AnyView, lede: AnyView, acts: AnyView, body: AnyView) -> AnyView {
    frame(&Quality::Practice(Drill::List), Head { title, lede, acts }, body)
}

/// "3 cases".
fn cases(count: u32) -> String {
    format::count(count.into(), "case", "cases")
}

fn percent(percent: u8) -> String {
    [&percent.to_string(), " %"].concat()
}

/// How a judged run ended.
fn result_chip(run: &RunBrief) -> Option<AnyView> {
    let of = run.percent?;
    let (class, word) =
        if run.is_passed { ("chip chip--good", "Passed, ") } else { ("chip chip--soon", "Not passed, ") };
    Some(view! { <span class=class>{[word, &percent(of)].concat()}</span> }.into_any())
}
