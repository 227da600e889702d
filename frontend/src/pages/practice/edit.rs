//! Writing an exercise. One that came with the desk is copied, never changed.

use super::task::Form as TaskForm;
use super::{Drill, go, page};
use crate::api::{self, Failure};
use crate::components::{Confirm, FailureBanner};
use crate::pages::kept::Kept;
use crate::pages::quality::loading::Loading;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::practice::{Exercise, MOST_TASKS, REGIONS, exercise_problem};
use shared::id::ExerciseId;
use shared::wire::practice::ExerciseFile;

thread_local! {
    /// Exercises that were written on and not saved.
    static LEFT: Kept<Form> = const { Kept::new() };
}

#[derive(Clone, Copy)]
struct Form {
    desk: Desk,
    /// Under what it is kept: the exercise that it began with, or none.
    from: StoredValue<String>,
    /// Where it is kept: its own place, or a new one.
    id: StoredValue<ExerciseId>,
    version: RwSignal<u32>,
    title: RwSignal<String>,
    about: RwSignal<String>,
    region: RwSignal<String>,
    pass: RwSignal<String>,
    minutes: RwSignal<String>,
    tasks: RwSignal<Vec<TaskForm>>,
    next: StoredValue<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    wrong: RwSignal<Option<String>>,
    asks_removal: RwSignal<bool>,
}

/// A place for an exercise that is new.
fn fresh() -> Option<ExerciseId> {
    ["own-", web::fresh_key().as_str()].concat().parse().ok()
}

fn blank() -> Exercise {
    Exercise {
        title: String::new(),
        about: String::new(),
        region: "US".to_owned(),
        pass_percent: 80,
        minutes: 10,
        tasks: Vec::new(),
    }
}

impl Form {
    /// The form as it was left, or a new one.
    fn open(desk: Desk, from: Option<&ExerciseId>, id: ExerciseId, version: u32, exercise: Exercise) -> Self {
        let from = from.map(ToString::to_string).unwrap_or_default();
        let form = LEFT.with(|left| left.open(&from, version, || Self::of(desk, from.clone(), id, version, exercise)));
        form.failure.set(None);
        form.asks_removal.set(false);
        form
    }

    fn of(desk: Desk, from: String, id: ExerciseId, version: u32, exercise: Exercise) -> Self {
        let mut tasks: Vec<TaskForm> =
            (0..).zip(exercise.tasks).map(|(number, task)| TaskForm::of(number, task, &exercise.region)).collect();
        if tasks.is_empty() {
            tasks.push(TaskForm::new(0));
        }
        let next = u32::try_from(tasks.len()).unwrap_or_default();
        Self {
            desk,
            from: StoredValue::new(from),
            id: StoredValue::new(id),
            version: RwSignal::new(version),
            title: RwSignal::new(exercise.title),
            about: RwSignal::new(exercise.about),
            region: RwSignal::new(exercise.region),
            pass: RwSignal::new(exercise.pass_percent.to_string()),
            minutes: RwSignal::new(exercise.minutes.to_string()),
            tasks: RwSignal::new(tasks),
            next: StoredValue::new(next),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            wrong: RwSignal::new(None),
            asks_removal: RwSignal::new(false),
        }
    }

    fn exercise(self) -> Exercise {
        let text = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let region = self.region.get_untracked();
        Exercise {
            title: text(self.title),
            about: text(self.about),
            pass_percent: text(self.pass).parse().unwrap_or_default(),
            minutes: text(self.minutes).parse().unwrap_or_default(),
            tasks: self.tasks.with_untracked(|tasks| tasks.iter().map(|task| task.task(&region)).collect()),
            region,
        }
    }

    fn save(self) {
        if self.is_busy.get_untracked() {
            return;
        }
        let exercise = self.exercise();
        if let Some((field, problem)) = exercise_problem(&exercise) {
            return self.wrong.set(Some(told(field, problem)));
        }
        self.wrong.set(None);
        self.failure.set(None);
        self.is_busy.set(true);
        let (id, file) = (self.id.get_value(), ExerciseFile { version: self.version.get_untracked(), exercise });
        spawn_local(async move {
            let answer = api::practice::save(&id, &file).await;
            self.is_busy.try_set(false);
            match answer {
                Ok(_) => self.end(),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    /// What was typed is saved, or thrown away.
    fn end(self) {
        LEFT.with(|left| self.from.with_value(|from| left.end(from)));
        go(self.desk, &Drill::List);
    }

    fn remove(self) {
        self.asks_removal.set(false);
        let id = self.id.get_value();
        spawn_local(async move {
            match api::practice::remove(&id).await {
                Ok(()) => self.end(),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn head(self) -> AnyView {
        let line = |id: &'static str, label: &'static str, value: RwSignal<String>| {
            view! {
                <div class="field">
                    <label for=id>{label}</label>
                    <input class="input" id=id autocomplete="off" prop:value=value on:input=move |event| value.set(web::value_of(&event))/>
                </div>
            }
        };
        let regions: Vec<_> = REGIONS
            .into_iter()
            .map(|(region, name)| {
                let is_chosen = move || self.region.with(|chosen| chosen == region);
                view! { <option value=region selected=is_chosen>{name}</option> }
            })
            .collect();
        view! {
            <section class="card stack" aria-label="The exercise">
                {line("ex-title", "Name", self.title)}
                <div class="field">
                    <label for="ex-about">"What it is for"</label>
                    <textarea class="area" id="ex-about" maxlength="500" prop:value=self.about on:input=move |event| self.about.set(web::value_of(&event))></textarea>
                </div>
                <div class="numbers">
                    <div class="field">
                        <label for="ex-region">"Shop in"</label>
                        <select class="input" id="ex-region" on:change=move |event| self.region.set(web::value_of(&event))>{regions}</select>
                    </div>
                    {line("ex-pass", "Passed from, percent", self.pass)}
                    {line("ex-minutes", "Takes about, minutes", self.minutes)}
                </div>
            </section>
        }
        .into_any()
    }

    fn draw(self) -> AnyView {
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            self.save();
        };
        let remove = Callback::new(move |number: u32| {
            self.tasks.update(|tasks| tasks.retain(|task| task.number != number));
        });
        let add = move |_| {
            let number = self.next.get_value();
            self.next.set_value(number + 1);
            let from = self.from.get_value();
            let task = LEFT.with(|left| left.within(&from, || TaskForm::new(number)));
            self.tasks.update(|tasks| tasks.push(task));
        };
        let region = Signal::derive(move || self.region.get());
        let place = move |number: u32| {
            self.tasks.with(|tasks| tasks.iter().position(|task| task.number == number)).unwrap_or_default()
        };
        let is_full = move || self.tasks.with(|tasks| tasks.len() >= MOST_TASKS);
        let removal = (self.version.get_untracked() > 0).then(|| {
            view! { <button class="btn btn--stop" type="button" on:click=move |_| self.asks_removal.set(true)>"Remove"</button> }
        });
        view! {
            <form class="stack drill" on:submit=submit novalidate>
                {self.head()}
                <For
                    each=move || self.tasks.get() key=|task| task.number
                    children=move |task| view! { {move || task.draw(place(task.number), region, remove)} }
                />
                <button class="btn" type="button" disabled=is_full on:click=add>"Add a case"</button>
                {move || self.wrong.get().map(|text| view! { <p class="error" role="alert">{text}</p> })}
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">{removal}<button class="btn btn--quiet" type="button" on:click=move |_| self.end()>"Throw away"</button><button class="btn btn--primary push" type="submit" disabled=self.is_busy>"Save"</button></div>
            </form>
            {move || self.asks_removal.get().then(|| view! {
                <Confirm
                    title="Remove this exercise?" text="Nobody can begin it any more. What came of it stays." act="Remove"
                    on_yes=move |()| self.remove() on_no=move |()| self.asks_removal.set(false)
                />
            })}
        }
        .into_any()
    }
}

/// "Photos are 3 at most."
fn told(field: &str, problem: &str) -> String {
    let name = match field {
        "title" => "The name",
        "about" => "What it is for",
        "region" => "The country",
        "pass_percent" => "The pass mark",
        "minutes" => "The time it takes",
        "tasks" => "An exercise’s cases",
        "reason" => "A reason",
        "words" => "The words",
        "photos" => "Photos",
        "amount" => "The amount",
        "deadline" => "The deadline",
        "to_question" => "The answer to a question",
        "writes_again" => "What is written again",
        _ => "The right decision",
    };
    [name, " ", problem, "."].concat()
}

fn around(title: &'static str, lede: &'static str, body: AnyView) -> AnyView {
    web::set_title(&[title, " · Practice · Amends"].concat());
    let all = Drill::List.path();
    let acts = view! { <a class="btn btn--quiet" href=all>"All exercises"</a> };
    page(title.into_any(), lede.into_any(), acts.into_any(), body)
}

/// The form of a new exercise, of one’s own, or of a copy.
pub(super) fn draw(exercise: Option<ExerciseId>) -> AnyView {
    let desk = use_desk();
    let Some(id) = exercise else {
        let lede = "Made-up cases, how their buyers behave, and what a right handling looks like.";
        let form = fresh().map(|id| Form::open(desk, None, id, 0, blank()).draw());
        web::after_drawing(|| web::focus_if_lost("ex-title"));
        return around("Write an exercise", lede, form.into_any());
    };
    let own = id.clone();
    let known = Loading::new(move || {
        let id = id.clone();
        async move { api::practice::exercise(&id).await }
    });
    let body = move || {
        known.draw(|file| {
            let mut exercise = file.exercise;
            // What came with the desk has no version of ours: it becomes a copy, told apart by its name.
            let place = match file.version {
                0 => {
                    exercise.title.push_str(", copy");
                    fresh()
                }
                _ => Some(own.clone()),
            };
            place.map(|id| Form::open(desk, Some(&own), id, file.version, exercise).draw()).into_any()
        })
    };
    around(
        "Edit an exercise",
        "Runs that have begun stay as they were. What came with the desk becomes a copy.",
        body.into_any(),
    )
}
