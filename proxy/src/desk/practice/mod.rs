//! Practice: exercises on the practice platform, worked by one person at a time in a shop of their own, and scored by the
//! checks that every decided case is held to.
//!
//! Nothing of it reaches a real shop: a run is bound to a practice shop or to none (`store::practice::bind`), its cases are
//! seen by who works it alone (`ShopId::trainee`), and what comes of them is kept here and counted nowhere else.

mod built_in;
mod end;
mod run;
mod steps;

pub use end::{look_after, tick};
pub use run::{begin, finish, leave, note, read, skip};

use super::error::DeskError;
use super::handbook::team;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::people::Account;
use crate::store::practice::{self as store, Run};
use crate::store::shops::{self, AppKind};
use crate::store::{StoreError, Tx, leases};
use crate::telemetry::Chain;
use shared::domain::practice::{Exercise, exercise_problem};
use shared::id::{AgentId, ExerciseId, RunId};
use shared::wire::practice::{
    AssignExercise, Assigned, ExerciseFile, ExerciseView, Practice, RunBrief, RunState, Standing, TeamPractice, Trainee,
};
use std::collections::HashSet;
use std::sync::Mutex;
use tokio::sync::Notify;

/// A desk that has begun to open or end a run and is not heard of for so long has lost it to the others.
const HOLDS_MS: i64 = 60_000;

/// Runs that this desk is opening or ending just now, so that it does so once; and what wakes who looks after them.
#[derive(Debug, Default)]
pub struct Busy {
    runs: Mutex<HashSet<RunId>>,
    bell: Notify,
}

/// Held while a run is opened or ended, here and among all desks on the database.
struct Held<'a> {
    desk: &'a Desk,
    run: RunId,
}

impl<'a> Held<'a> {
    /// None: somebody holds it already.
    fn take(desk: &'a Desk, run: &RunId) -> Result<Option<Self>, StoreError> {
        let is_new = desk.practice.runs.lock().is_ok_and(|mut runs| runs.insert(run.clone()));
        if !is_new {
            return Ok(None);
        }
        let held = Self { desk, run: run.clone() };
        Ok(held.renew()?.then_some(held))
    }

    fn lease(&self) -> String {
        ["run ", self.run.as_str()].concat()
    }

    /// Says that it is still worked on; `false`: another desk does.
    fn renew(&self) -> Result<bool, StoreError> {
        let (store, now) = (&self.desk.store, self.desk.clock.now());
        store.write(|tx| leases::take(tx, &self.lease(), store.name(), now, now.plus_millis(HOLDS_MS)))
    }

    /// The same, before a step that two desks must not take.
    fn go_on(&self) -> Result<(), DeskError> {
        if self.renew()? { Ok(()) } else { Err(DeskError::NoPractice) }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Ok(mut runs) = self.desk.practice.runs.lock() {
            runs.remove(&self.run);
        }
        let store = &self.desk.store;
        if let Err(fault) = store.write(|tx| leases::let_go(tx, &self.lease(), store.name())) {
            tracing::warn!(run.id = %self.run, error = %Chain(&fault), "The other desks wait until the run is free");
        }
    }
}

/// All exercises: those that come with the desk, then the leads' own.
fn all(tx: &Tx<'_>) -> Result<Vec<(ExerciseId, Exercise)>, StoreError> {
    let mut all = built_in::all();
    all.extend(store::exercises(tx)?);
    Ok(all)
}

fn find(tx: &Tx<'_>, id: &ExerciseId) -> Result<Exercise, DeskError> {
    let found = all(tx)?.into_iter().find(|(known, _)| known == id);
    found.map(|(_, exercise)| exercise).ok_or(DeskError::NotFound { what: "exercise" })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn brief(tx: &Tx<'_>, run: &Run) -> Result<RunBrief, StoreError> {
    let done = store::cases(tx, &run.id)?.iter().filter(|case| case.done.is_some()).count();
    Ok(RunBrief {
        id: run.id.clone(),
        exercise: run.exercise.clone(),
        title: run.body.title.clone(),
        state: run.state,
        begun: run.begun,
        ended: run.ended,
        percent: run.percent,
        is_passed: run.is_passed,
        done: count(done),
        cases: count(run.body.tasks.len()),
        shop: run.shop.clone(),
    })
}

/// The judged runs of an exercise, oldest first.
fn scored<'a>(runs: &'a [Run], exercise: &ExerciseId) -> Vec<&'a Run> {
    runs.iter().filter(|run| run.state == RunState::Scored && run.exercise == *exercise).collect()
}

fn best<'a>(scored: &[&'a Run]) -> Option<&'a Run> {
    scored.iter().copied().max_by_key(|run| (run.is_passed, run.percent, run.begun))
}

fn view(
    tx: &Tx<'_>,
    (id, exercise): (ExerciseId, Exercise),
    runs: &[Run],
    assigned: Option<Assigned>,
) -> Result<ExerciseView, StoreError> {
    let scored = scored(runs, &id);
    Ok(ExerciseView {
        title: exercise.title,
        about: exercise.about,
        region: exercise.region,
        cases: count(exercise.tasks.len()),
        minutes: exercise.minutes,
        pass_percent: exercise.pass_percent,
        is_built_in: built_in::is_one(&id),
        assigned,
        best: best(&scored).map(|run| brief(tx, run)).transpose()?,
        percents: scored.iter().filter_map(|run| run.percent).collect(),
        id,
    })
}

/// The exercises as somebody sees them who may work them: what was asked of them first.
pub fn list(desk: &Desk, agent: &Agent) -> Result<Practice, DeskError> {
    let is_open = desk.platforms.client(AppKind::Practice).is_some();
    Ok(desk.store.read(|tx| {
        let runs = store::of_agent(tx, &agent.id)?;
        let asked = store::assigned(tx)?;
        let mut exercises = Vec::new();
        for (id, exercise) in all(tx)? {
            let mine = asked.iter().find(|(of, to, _)| *of == id && *to == agent.id);
            let assigned = mine.map(|(_, _, assigned)| assigned.clone());
            exercises.push(view(tx, (id, exercise), &runs, assigned)?);
        }
        exercises.sort_by_key(|view| (!view.is_owed(), view.assigned.as_ref().and_then(|assigned| assigned.due)));
        let live = store::live_of(tx, &agent.id)?.map(|run| brief(tx, &run)).transpose()?;
        Ok(Practice { is_open, exercises, live })
    })?)
}

fn standing(
    tx: &Tx<'_>,
    id: &ExerciseId,
    runs: &[Run],
    assigned: Option<Assigned>,
) -> Result<Option<Standing>, StoreError> {
    let scored = scored(runs, id);
    let is_live = runs.iter().any(|run| run.exercise == *id && run.state.is_live());
    if scored.is_empty() && assigned.is_none() && !is_live {
        return Ok(None);
    }
    Ok(Some(Standing {
        exercise: id.clone(),
        assigned,
        best: best(&scored).map(|run| brief(tx, run)).transpose()?,
        last: scored.last().map(|run| brief(tx, run)).transpose()?,
        percents: scored.iter().filter_map(|run| run.percent).collect(),
        is_live,
    }))
}

/// Those of the team who see a shop that somebody sees too.
fn led_by(tx: &Tx<'_>, agent: &Agent) -> Result<Vec<Account>, StoreError> {
    let shops: Vec<_> = shops::all(tx)?.into_iter().filter(|shop| shop.id.trainee().is_none()).collect();
    let mut all = team(tx)?;
    // Before there is a shop, people are trained for all of them.
    all.retain(|person| shops.is_empty() || shops.iter().any(|shop| agent.sees(&shop.id) && person.sees(&shop.id)));
    Ok(all)
}

/// Whether a person works in a shop that somebody sees too.
fn leads(tx: &Tx<'_>, agent: &Agent, person: &AgentId) -> Result<bool, StoreError> {
    Ok(led_by(tx, agent)?.iter().any(|account| account.id == *person))
}

/// Who has begun and passed what, for who leads them.
pub fn of_team(desk: &Desk, agent: &Agent) -> Result<TeamPractice, DeskError> {
    Ok(desk.store.read(|tx| {
        let exercises = all(tx)?;
        let asked = store::assigned(tx)?;
        let mut people = Vec::new();
        for account in led_by(tx, agent)? {
            let runs = store::of_agent(tx, &account.id)?;
            let mut standings = Vec::new();
            for (id, _) in &exercises {
                let theirs = asked.iter().find(|(of, to, _)| of == id && *to == account.id);
                standings.extend(standing(tx, id, &runs, theirs.map(|(_, _, assigned)| assigned.clone()))?);
            }
            people.push(Trainee { person: account.person(), standings });
        }
        let exercises = exercises.into_iter().map(|one| view(tx, one, &[], None)).collect::<Result<_, _>>()?;
        Ok(TeamPractice { exercises, people })
    })?)
}

/// Asks these people, and nobody else, to work an exercise.
pub fn assign(desk: &Desk, agent: &Agent, id: &ExerciseId, request: &AssignExercise) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        find(tx, id)?;
        let team: Vec<AgentId> = led_by(tx, agent)?.into_iter().map(|account| account.id).collect();
        if !request.people.iter().all(|person| team.contains(person)) {
            return Err(DeskError::Invalid { field: "people", problem: "names somebody who is not on the team" });
        }
        for (of, person, _) in store::assigned(tx)? {
            if of == *id && team.contains(&person) && !request.people.contains(&person) {
                store::unassign(tx, id, &person)?;
            }
        }
        for person in &request.people {
            let assigned = Assigned { by: agent.id.clone(), at: now, due: request.due };
            store::assign(tx, id, person, &assigned)?;
        }
        Ok(())
    })
}

/// One exercise, whole: for who writes them. One that came with the desk has the version 0.
pub fn read_exercise(desk: &Desk, id: &ExerciseId) -> Result<ExerciseFile, DeskError> {
    desk.store.read(|tx| store::exercise(tx, id)).map_err(DeskError::from).and_then(|own| match own {
        Some(own) => Ok(own),
        None => Ok(ExerciseFile { version: 0, exercise: desk.store.read(|tx| Ok(find(tx, id)))?? }),
    })
}

/// Writes an exercise; runs that have begun stay as they were.
pub fn save_exercise(
    desk: &Desk,
    agent: &Agent,
    id: &ExerciseId,
    file: &ExerciseFile,
) -> Result<ExerciseFile, DeskError> {
    if let Some((field, problem)) = exercise_problem(&file.exercise) {
        return Err(DeskError::Invalid { field, problem });
    }
    if built_in::is_one(id) {
        return Err(DeskError::Invalid { field: "exercise", problem: "came with the desk: write it as your own" });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        if let Some(known) = store::exercise(tx, id)?
            && known.exercise == file.exercise
        {
            return Ok(known);
        }
        if !store::save_exercise(tx, id, file, &agent.id, now)? {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        Ok(ExerciseFile { version: file.version + 1, exercise: file.exercise.clone() })
    })
}

/// Takes an exercise off the list; what came of its runs stays.
pub fn remove_exercise(desk: &Desk, id: &ExerciseId) -> Result<(), DeskError> {
    match desk.store.write(|tx| store::remove_exercise(tx, id))? {
        true => Ok(()),
        false => Err(DeskError::NotFound { what: "exercise" }),
    }
}
