//! Who has passed what, and asking people to work an exercise.

use super::list::{in_turn, run_path};
use super::{Drill, page, percent};
use crate::api::{self, Failure};
use crate::components::{Art, Avatar, Empty, FailureBanner, Icon, Sheet};
use crate::pages::quality::loading::Loading;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::{AgentId, ExerciseId};
use shared::time::Timestamp;
use shared::wire::practice::{AssignExercise, ExerciseView, Standing, TeamPractice, Trainee};

/// Days until an exercise is to be worked, as offered.
const DUES: [(&str, i64); 4] = [("Whenever", 0), ("3 days", 3), ("A week", 7), ("Two weeks", 14)];
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn cell(standing: Option<&Standing>) -> AnyView {
    let Some(standing) = standing else {
        return view! { <td class="muted"><span aria-hidden="true">"–"</span><span class="vh">"Not begun"</span></td> }
            .into_any();
    };
    let is_owed = standing.assigned.as_ref().is_some_and(|assigned| {
        !standing.best.as_ref().is_some_and(|best| best.is_passed && best.begun >= assigned.at)
    });
    let due = standing.assigned.as_ref().filter(|_| is_owed).map(|assigned| {
        let is_late = assigned.due.is_some_and(|due| due < web::device_now());
        let text = match assigned.due {
            Some(due) => ["until ", &web::short_day(due)].concat(),
            None => "asked for".to_owned(),
        };
        let class = if is_late { "chip chip--stop" } else { "chip chip--soon" };
        view! { <span class=class>{text}</span> }
    });
    let best = standing.best.as_ref().map(|best| {
        let class = if best.is_passed { "chip chip--good" } else { "chip chip--line" };
        let words = if best.is_passed { "Passed, " } else { "Not passed, " };
        let of = percent(best.percent.unwrap_or_default());
        view! { <a class=class href=run_path(&best.id)><span class="vh">{words}</span>{of}</a> }
    });
    let last = (standing.percents.len() > 1)
        .then(|| view! { <span class="small muted">{["tries ", &in_turn(&standing.percents)].concat()}</span> });
    let live = standing.is_live.then(|| view! { <span class="chip chip--accent">"Going on"</span> });
    view! { <td><span class="line wrap">{best}{live}{due}{last}</span></td> }.into_any()
}

fn table(known: &TeamPractice, ask: RwSignal<Option<ExerciseId>>) -> AnyView {
    let heads: Vec<_> = known
        .exercises
        .iter()
        .map(|exercise| {
            let id = exercise.id.clone();
            let about = ["Ask for ", &exercise.title].concat();
            view! {
                <th scope="col">
                    <span class="drill__head">{exercise.title.clone()}
                        <button class="btn btn--sm" type="button" aria-label=about on:click=move |_| ask.set(Some(id.clone()))>"Ask for"</button>
                    </span>
                </th>
            }
        })
        .collect();
    let row = |trainee: &Trainee| {
        let of =
            |exercise: &ExerciseView| cell(trainee.standings.iter().find(|standing| standing.exercise == exercise.id));
        let cells: Vec<_> = known.exercises.iter().map(of).collect();
        let person = Some((trainee.person.id.to_string(), trainee.person.name.clone()));
        view! {
            <tr><th scope="row"><span class="line"><Avatar person is_small=true/>{trainee.person.name.clone()}</span></th>{cells}</tr>
        }
    };
    let rows: Vec<_> = known.people.iter().map(row).collect();
    view! {
        <section class="card card--flush">
            <div class="wide" tabindex="0" role="region" aria-label="Who has passed what">
                <table class="grid drill__team">
                    <thead><tr><th scope="col">"Person"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The sheet in which people are asked.
#[component]
fn Ask(exercise: ExerciseView, people: Vec<Trainee>, on_close: Callback<bool>) -> impl IntoView {
    let standing = |trainee: &Trainee| {
        let theirs = trainee.standings.iter().find(|standing| standing.exercise == exercise.id);
        theirs.and_then(|standing| standing.assigned.clone())
    };
    let already: Vec<AgentId> =
        people.iter().filter(|trainee| standing(trainee).is_some()).map(|trainee| trainee.person.id.clone()).collect();
    let chosen = RwSignal::new(already);
    let days = RwSignal::new(7_i64);
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let id = StoredValue::new(exercise.id.clone());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        let due = days.get_untracked();
        let due: Option<Timestamp> = (due > 0).then(|| web::day_end(web::device_now().plus_millis(due * DAY_MS)));
        let request = AssignExercise { people: chosen.get_untracked(), due };
        spawn_local(async move {
            let answer = api::practice::assign(&id.get_value(), &request).await;
            is_busy.try_set(false);
            match answer {
                Ok(()) => on_close.run(true),
                Err(fault) => drop(failure.try_set(Some(fault))),
            }
        });
    };
    let tick = |(place, trainee): (usize, &Trainee)| {
        let id = trainee.person.id.clone();
        let own = id.clone();
        let is_on = move || chosen.with(|chosen| chosen.contains(&own));
        let switch = move |event: web_sys::Event| {
            let is_on = web::is_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != id);
                if is_on {
                    chosen.push(id.clone());
                }
            });
        };
        view! { <label class="tick"><input type="checkbox" autofocus=place == 0 prop:checked=is_on on:change=switch/><span>{trainee.person.name.clone()}</span></label> }
    };
    let ticks: Vec<_> = people.iter().enumerate().map(tick).collect();
    let due = |(label, value): (&'static str, i64)| {
        view! {
            <label><input type="radio" name="due" prop:checked=move || days.get() == value on:change=move |_| days.set(value)/>{label}</label>
        }
    };
    let dues: Vec<_> = DUES.into_iter().map(due).collect();
    let title = ["Ask for “", &exercise.title, "”"].concat();
    view! {
        <Sheet title lede="It comes first on their page of practice until they have passed it." width="560px" on_close=move |()| on_close.run(false)>
            <form class="stack" on:submit=save novalidate>
                <fieldset class="field"><legend class="strong">"Whom"</legend><div class="ticks">{ticks}</div></fieldset>
                <fieldset class="field"><legend class="strong">"Until"</legend><div class="seg">{dues}</div></fieldset>
                {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    <button class="btn" type="button" on:click=move |_| on_close.run(false)>"Not yet"</button>
                    <button class="btn btn--primary push" type="submit" disabled=is_busy>"Save"</button>
                </div>
            </form>
        </Sheet>
    }
}

/// The table of leads.
#[component]
pub fn Team() -> impl IntoView {
    web::set_title("Who has passed · Practice · Amends");
    let known = Loading::new(api::practice::team);
    let ask = RwSignal::new(None::<ExerciseId>);
    let body = move || {
        known.draw(|known| {
            if known.people.is_empty() {
                let text = "Invite people in the settings; then you can ask them to practise.";
                return view! { <Empty art=Art::Tray title="Nobody is on the team yet" text/> }.into_any();
            }
            table(&known, ask)
        })
    };
    let close = Callback::new(move |is_saved: bool| {
        ask.set(None);
        if is_saved {
            known.again();
        }
    });
    let sheet = move || {
        let wanted = ask.get()?;
        let all = known.known()?;
        let exercise = all.exercises.iter().find(|exercise| exercise.id == wanted)?.clone();
        Some(view! { <Ask exercise people=all.people on_close=close/> })
    };
    let (list, new) = (Drill::List, Drill::New);
    let acts = view! {
        <a class="btn" href=new.path()><Icon name="note" class="icon--s"/>"Write an exercise"</a>
        <a class="btn btn--quiet" href=list.path()>"All exercises"</a>
    };
    page(
        "Who has passed".into_any(),
        "The best run counts. Press a score to see what it was made of.".into_any(),
        acts.into_any(),
        view! { {body}{sheet} }.into_any(),
    )
}
