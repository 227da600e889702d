//! Practice: what to do next, the run that is going on, what it came to, and for leads who has passed what.

mod edit;
pub mod list;
pub mod run;
mod score;
mod task;
pub mod team;

use super::quality::{Head, frame};
use crate::i18n::format;
use crate::routes::{Quality, Route};
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::id::{ExerciseId, RunId};
use shared::wire::practice::RunBrief;

/// A page of practice.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Drill {
    /// What can be practised.
    List,
    /// Who has passed what.
    Team,
    /// The run that goes on: known by this name where nobody knows which it is.
    Live,
    /// One run.
    Run(RunId),
    /// A new exercise.
    New,
    /// An exercise that is written on.
    Edit(ExerciseId),
}

impl Drill {
    fn parse(part: &str) -> Self {
        match part {
            "" => Self::List,
            "team" => Self::Team,
            "new" => Self::New,
            "live" => Self::Live,
            // Of runs alone the id begins so.
            run if run.starts_with("r_") => run.parse().map_or(Self::List, Self::Run),
            exercise => exercise.parse().map_or(Self::List, Self::Edit),
        }
    }

    fn route(&self) -> Route {
        let part = match self {
            Self::List => "",
            Self::Team => "team",
            Self::New => "new",
            Self::Live => "live",
            Self::Run(run) => run.as_str(),
            Self::Edit(exercise) => exercise.as_str(),
        };
        Route::Quality(Quality::Practice(part.to_owned()))
    }

    fn path(&self) -> String {
        self.route().path()
    }
}

/// Goes to a page; what was pressed goes with the page it stood on.
fn go(desk: Desk, to: &Drill) {
    desk.nav.go(&to.route());
    web::after_drawing(|| web::focus_if_lost("quality-h"));
}

/// The page of practice that the address names; what only leads see, others do not.
pub(super) fn draw(page: &str, is_lead: bool) -> AnyView {
    match Drill::parse(page) {
        Drill::Live => view! { <list::Live/> }.into_any(),
        Drill::Run(run) => view! { <run::RunPage run/> }.into_any(),
        Drill::Team if is_lead => view! { <team::Team/> }.into_any(),
        Drill::New if is_lead => untrack(|| edit::draw(None)),
        Drill::Edit(exercise) if is_lead => untrack(|| edit::draw(Some(exercise))),
        Drill::List | Drill::Team | Drill::New | Drill::Edit(_) => view! { <list::List/> }.into_any(),
    }
}

fn page(title: AnyView, lede: AnyView, acts: AnyView, body: AnyView) -> AnyView {
    frame(&Quality::Practice(String::new()), Head { title, lede, acts }, body)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_back_to_its_page() {
        let named = [Drill::Run("r_1".parse().unwrap()), Drill::Edit("first-day".parse().unwrap())];
        for page in [Drill::List, Drill::Team, Drill::New, Drill::Live].into_iter().chain(named) {
            let Route::Quality(Quality::Practice(part)) = Route::parse(&page.path()) else { panic!("{page:?}") };
            assert_eq!(Drill::parse(&part), page);
        }
        assert_eq!(Drill::parse("a b"), Drill::List);
    }
}
