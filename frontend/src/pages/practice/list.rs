//! The exercises: what was asked for first, what goes on, and how each stands.

use super::{Drill, cases, go, page, percent, result_chip};
use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, FailureBanner, Icon};
use crate::pages::quality::loading::Loading;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::{ExerciseId, RunId};
use shared::wire::practice::{ExerciseView, Practice, RunBrief};
use shared::wire::session::Role;

/// The address of a run.
pub(super) fn run_path(run: &RunId) -> String {
    Drill::Run(run.clone()).path()
}

#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    /// Which is being opened.
    opening: RwSignal<Option<ExerciseId>>,
    failure: RwSignal<Option<Failure>>,
}

impl Page {
    fn begin(self, exercise: ExerciseId) {
        if self.opening.with_untracked(Option::is_some) {
            return;
        }
        self.opening.set(Some(exercise.clone()));
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::practice::begin(&exercise).await;
            self.opening.try_set(None);
            match answer {
                Ok(run) => go(self.desk, &Drill::Run(run.run.id)),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }
}

fn going_on(run: &RunBrief) -> AnyView {
    let text = [&cases(run.cases), ", ", &run.done.to_string(), " done"].concat();
    view! {
        <section class="card drill__live" aria-label="Going on">
            <span class="chip chip--accent">"Going on"</span>
            <div><h2>{run.title.clone()}</h2><p class="small muted">{text}</p></div>
            <a class="btn btn--primary push" href=run_path(&run.id)>"Go on"</a>
        </section>
    }
    .into_any()
}

fn asked(desk: Desk, exercise: &ExerciseView) -> Option<AnyView> {
    let assigned = exercise.assigned.as_ref().filter(|_| exercise.is_owed())?;
    let by = untrack(|| desk.session.name_of(&assigned.by));
    let until = assigned.due.map(|due| [", until ", &web::date(due)].concat()).unwrap_or_default();
    let is_late = assigned.due.is_some_and(|due| due < web::device_now());
    let class = if is_late { "chip chip--stop" } else { "chip chip--soon" };
    Some(view! { <span class=class>{["Asked for by ", &by, &until].concat()}</span> }.into_any())
}

/// "40 %, 92 %".
pub(super) fn in_turn(percents: &[u8]) -> String {
    percents.iter().map(|each| percent(*each)).collect::<Vec<_>>().join(", ")
}

fn row(at: Page, exercise: ExerciseView, live: Option<&RunBrief>, is_open: bool, is_lead: bool) -> AnyView {
    let is_live = live.is_some_and(|live| live.exercise == exercise.id);
    let about = [
        cases(exercise.cases),
        ["about ", &exercise.minutes.to_string(), " minutes"].concat(),
        exercise.region.clone(),
        ["passed from ", &percent(exercise.pass_percent)].concat(),
    ]
    .join(" · ");
    let state = match (is_live, exercise.best.as_ref().and_then(result_chip)) {
        (true, _) => view! { <span class="chip chip--accent">"Going on"</span> }.into_any(),
        (false, Some(result)) => result,
        (false, None) => view! { <span class="chip chip--dash">"Not begun"</span> }.into_any(),
    };
    let tries = (exercise.percents.len() > 1)
        .then(|| view! { <span class="small muted">{["Your tries: ", &in_turn(&exercise.percents)].concat()}</span> });
    let id = exercise.id.clone();
    let own = exercise.id.clone();
    let name = exercise.title.clone();
    let was_scored = exercise.best.is_some();
    let act = move || {
        if is_live {
            return None;
        }
        let is_opening = at.opening.with(|opening| opening.as_ref() == Some(&own));
        let label = match (is_opening, was_scored) {
            (true, _) => "Opening the cases…",
            (false, true) => "Begin again",
            (false, false) => "Begin",
        };
        let id = id.clone();
        let is_off = !is_open || at.opening.with(Option::is_some);
        Some(view! {
            <button class="btn" type="button" disabled=is_off on:click=move |_| at.begin(id.clone())>
                {label}<span class="vh">{[" ", &name].concat()}</span>
            </button>
        })
    };
    let act = live.is_none_or(|live| live.exercise == exercise.id).then_some(act);
    let edit = is_lead.then(|| {
        let to = Drill::Edit(exercise.id.clone()).path();
        let words = if exercise.is_built_in { "Copy" } else { "Edit" };
        view! { <a class="btn btn--quiet" href=to>{words}<span class="vh">{[" ", &exercise.title].concat()}</span></a> }
    });
    view! {
        <li class="drill__row">
            <div class="stack">
                <div class="line wrap"><h2>{exercise.title.clone()}</h2>{state}{asked(at.desk, &exercise)}</div>
                <p>{exercise.about.clone()}</p>
                <p class="small muted">{about}</p>
                {tries}
            </div>
            <div class="line">{edit}{act}</div>
        </li>
    }
    .into_any()
}

fn body(at: Page, known: Practice, is_lead: bool) -> AnyView {
    let closed = (!known.is_open).then(|| {
        let text = if is_lead {
            "Where several desks share one database, practice needs a platform of its own: run “amends sandbox --practice”, and \
             set AMENDS_PRACTICE_URL to its address for each desk. A single desk has one inside, unless it could not start."
        } else {
            "It has no practice platform. Ask a lead."
        };
        view! { <Banner tone=BannerTone::Soon fact="Nobody can practise on this desk." text=text/> }
    });
    let live = known.live.clone();
    let rows: Vec<_> = known
        .exercises
        .into_iter()
        .map(|exercise| row(at, exercise, known.live.as_ref(), known.is_open, is_lead))
        .collect();
    view! {
        <div class="stack drill">
            {closed}
            {move || at.failure.get().map(|failure| view! { <FailureBanner failure/> })}
            {live.as_ref().map(going_on)}
            <ul class="card card--flush">{rows}</ul>
        </div>
    }
    .into_any()
}

/// The way to the run that goes on; where none does, to all exercises.
#[component]
pub fn Live() -> impl IntoView {
    let desk = use_desk();
    let known = Loading::new(api::practice::list);
    Effect::new(move |_| {
        if let Some(known) = known.known() {
            let to = known.live.map_or(Drill::List, |live| Drill::Run(live.id));
            desk.nav.replace(&to.route());
            web::after_drawing(|| web::focus_if_lost("quality-h"));
        }
    });
    let body = move || known.draw(|_| ().into_any());
    page("Practice".into_any(), ().into_any(), ().into_any(), body.into_any())
}

/// What can be practised.
#[component]
pub fn List() -> impl IntoView {
    web::set_title("Practice · Amends");
    let desk = use_desk();
    let at = Page { desk, opening: RwSignal::new(None), failure: RwSignal::new(None) };
    let known = Loading::new(api::practice::list);
    let is_lead = untrack(|| desk.session.is_at_least(Role::Lead));
    let acts = is_lead.then(|| {
        let (team, new) = (Drill::Team, Drill::New);
        view! {
            <a class="btn" href=team.path()><Icon name="user" class="icon--s"/>"Who has passed"</a>
            <a class="btn" href=new.path()><Icon name="note" class="icon--s"/>"Write an exercise"</a>
        }
    });
    let lede =
        "Made-up cases in a shop of your own. Buyers answer, time can be skipped, and nothing reaches a real buyer.";
    page(
        "Practice".into_any(),
        lede.into_any(),
        acts.into_any(),
        (move || known.draw(|known| body(at, known, is_lead))).into_any(),
    )
}
