//! One person works one exercise: its cases are opened, time passes for them, and it is finished or left.

use super::steps::Steps;
use super::{Held, brief, find, leads, scored};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::desk::view;
use crate::store::practice::{self as store, Run};
use crate::store::shops::{self, AppKind, ShopRow};
use crate::store::{StoreError, Tx, cases, people, upkeep};
use crate::sync::{self, Ask};
use crate::telemetry::Chain;
use crate::tiktok::ground::{Ground, Nearer};
use shared::domain::case::{By, Kind, Stage, WaitingOn};
use shared::domain::facts::Object;
use shared::domain::practice::{Judged, judge};
use shared::id::{ExerciseId, RunId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::practice::{PointView, RunCase, RunState, RunView, SPEEDS, SkipRequest, Skipped};
use shared::wire::session::{Person, Role};

const MOST_MINUTES: u32 = 7 * 24 * 60;
/// Of a longer time without a look no more than that counts: no desk was there, and nobody worked.
const RESTS_S: i64 = 60;
/// At the usual pace the platform is asked this often whether it still knows the cases of a run.
const ASKS_EVERY_S: i64 = 60;

/// The teacher's side of the practice platform, if there is one.
pub(super) fn ground(desk: &Desk) -> Result<Ground, DeskError> {
    desk.platforms.client(AppKind::Practice).and_then(Ground::of).ok_or(DeskError::NoPractice)
}

pub(super) fn no_answer(fault: &dyn std::error::Error) -> DeskError {
    tracing::warn!(error = %Chain(fault), "The practice platform could not be asked");
    DeskError::NoPractice
}

/// A run, if it is the agent's own.
fn own(tx: &Tx<'_>, agent: &Agent, run: &RunId) -> Result<Run, DeskError> {
    let found = store::find(tx, run)?.filter(|run| run.agent == agent.id);
    found.ok_or(DeskError::NotFound { what: "run" })
}

/// Begins to work an exercise: its cases are there when this returns. Who has begun it already goes on with it.
pub async fn begin(desk: &Desk, agent: &Agent, exercise: &ExerciseId) -> Result<RunView, DeskError> {
    ground(desk)?;
    let now = desk.clock.now();
    let id = RunId::try_from(desk.entropy.id("r_")?)?;
    let run = desk.store.write_or(|tx| {
        if let Some(live) = store::live_of(tx, &agent.id)? {
            if live.exercise == *exercise {
                return Ok(live);
            }
            return Err(DeskError::Invalid { field: "exercise", problem: "cannot begin: another one is under way" });
        }
        let new = Run {
            id,
            exercise: exercise.clone(),
            agent: agent.id.clone(),
            body: find(tx, exercise)?,
            state: RunState::Opening,
            shop: None,
            begun: now,
            touched: now,
            ended: None,
            percent: None,
            is_passed: false,
            speed: 1,
            hurried: now,
        };
        if !store::begin(tx, &new)? {
            return Err(DeskError::Invalid { field: "exercise", problem: "cannot begin: another one is under way" });
        }
        Ok(new)
    })?;
    if run.state == RunState::Opening
        && let Err(fault) = open(desk, &run).await
    {
        let left = desk.store.write(|tx| {
            store::advance(tx, &run.id, RunState::Opening, RunState::Left, desk.clock.now())?;
            store::find(tx, &run.id)
        })?;
        put_away(desk, &left.unwrap_or(run)).await;
        return Err(fault);
    }
    read(desk, agent, &run.id)
}

/// The shop of a run: the one that it has, or a new one.
async fn shop_of(desk: &Desk, ground: &Ground, run: &Run) -> Result<ShopRow, DeskError> {
    if let Some(shop) = &run.shop
        && let Some(row) = desk.store.read(|tx| shops::find(tx, shop))?
    {
        return Ok(row);
    }
    let opened = ground.open_shop(&run.body.region).await.map_err(|fault| no_answer(&fault))?;
    let mut bits = [0_u8; 16];
    desk.entropy.fill(&mut bits)?;
    let id = ShopId::of_trainee(&run.agent, u128::from_be_bytes(bits))?;
    let name = format!("Practice: {}", run.body.title);
    let connected = desk.connector.take_practice_code(&id, &name, opened.code).await;
    let id = connected.map_err(|fault| no_answer(&fault))?;
    desk.store.write_or(|tx| match store::bind(tx, &run.id, &id)? {
        true => shops::find(tx, &id)?.ok_or(DeskError::NoPractice),
        false => Err(DeskError::NoPractice),
    })
}

/// Opens what of a run is not open yet, and lets it begin. What is done already stays done.
pub(super) async fn open(desk: &Desk, run: &Run) -> Result<(), DeskError> {
    let Some(held) = Held::take(desk, &run.id)? else { return Ok(()) };
    open_held(&held, run).await
}

async fn open_held(held: &Held<'_>, run: &Run) -> Result<(), DeskError> {
    let desk = held.desk;
    // Somebody may have opened it meanwhile.
    let found = desk.store.read(|tx| store::find(tx, &run.id))?;
    let Some(run) = found.filter(|run| run.state == RunState::Opening) else { return Ok(()) };
    let ground = ground(desk)?;
    let shop = shop_of(desk, &ground, &run).await?;
    for case in desk.store.read(|tx| store::cases(tx, &run.id))? {
        if case.done.is_some() || case.case.is_some() {
            continue;
        }
        let place = usize::try_from(case.place).unwrap_or(usize::MAX);
        let Some(task) = run.body.tasks.get(place) else { continue };
        held.go_on()?;
        let (object, platform_id) = match case.platform_id {
            // It was opened, and could not be read.
            Some(known) if task.kind == Kind::Cancellation => (Object::Cancellation, known),
            Some(known) => (Object::Return, known),
            None => {
                let opened = ground
                    .open_case(&shop.platform_id, &run.body.region, task)
                    .await
                    .map_err(|fault| no_answer(&fault))?;
                desk.store.write(|tx| store::opened(tx, &run.id, case.place, &opened.platform_id))?;
                (opened.object, opened.platform_id)
            }
        };
        let read = sync::read::read_key(desk, &shop.id, object, &platform_id).await;
        read.map_err(|fault| no_answer(&fault))?;
        desk.store.write(|tx| {
            let found = cases::find_by_key(tx, &shop.id, object, &platform_id)?;
            found.map_or(Ok(()), |file| store::found(tx, &run.id, case.place, &file.id))
        })?;
    }
    let now = desk.clock.now();
    desk.store.write(|tx| store::advance(tx, &run.id, RunState::Opening, RunState::Running, now))?;
    desk.sync.ask(Ask::Shop { shop: shop.id });
    desk.publish();
    Ok(())
}

/// A run as its person sees it, and who leads.
pub fn read(desk: &Desk, agent: &Agent, run: &RunId) -> Result<RunView, DeskError> {
    desk.store.read(|tx| {
        let found = store::find(tx, run)?;
        let Some(run) = found else { return Ok(Err(DeskError::NotFound { what: "run" })) };
        let is_led = agent.role >= Role::Lead && leads(tx, agent, &run.agent)?;
        if run.agent != agent.id && !is_led {
            return Ok(Err(DeskError::NotFound { what: "run" }));
        }
        Ok(Ok(shown(tx, agent, &run)?))
    })?
}

fn shown(tx: &Tx<'_>, agent: &Agent, run: &Run) -> Result<RunView, StoreError> {
    let is_own = run.agent == agent.id;
    let is_scored = run.state == RunState::Scored;
    let handbook = if is_scored { Steps::read(tx)? } else { Steps::default() };
    let mut of_cases = Vec::new();
    for (case, task) in store::cases(tx, &run.id)?.into_iter().zip(&run.body.tasks) {
        let row = case.case.filter(|_| is_own).map(|id| cases::row(tx, &id)).transpose()?.flatten();
        let known = case.judged.unwrap_or_default();
        let comes_back =
            row.as_ref().is_some_and(|row| matches!(row.waiting_on, Some(WaitingOn::Buyer | WaitingOn::Carrier)));
        let to_come = if comes_back { task.right.to_come(&known.deeds) } else { 0 };
        let judged = if is_scored { known } else { Judged::default() };
        let per_mille = judged.per_mille();
        let mut points = PointView::of(&judged);
        points.iter_mut().for_each(|point| point.place = handbook.place_of(point.mark));
        let (row, is_done) = (row.as_ref(), case.done.is_some());
        // Read whole only where it may be so: a run is looked at again and again.
        let ran_out = match row.filter(|row| !is_done && row.stage != Stage::ToDecide) {
            Some(row) => view::read(tx, &row.id, None)?.is_some_and(|view| view.by == Some(By::TimeRanOut)),
            None => false,
        };
        of_cases.push(RunCase {
            case: row.map(|row| row.id.clone()),
            kind: task.kind,
            reason: task.reason,
            is_done,
            stage: row.map(|row| row.stage),
            deadline: row.and_then(|row| row.deadline),
            ran_out,
            to_come,
            percent: is_scored.then(|| u8::try_from(per_mille / 10).unwrap_or_default()),
            points,
            deeds: judged.deeds,
            why: if is_scored { task.right.why.clone() } else { String::new() },
        });
    }
    let runs = store::of_agent(tx, &run.agent)?;
    let earlier = scored(&runs, &run.exercise).into_iter().filter(|other| other.begun < run.begun);
    let person = match people::find(tx, &run.agent)? {
        Some(account) => account.person(),
        None => Person { id: run.agent.clone(), name: "Somebody".to_owned(), role: Role::Agent, has_left: true },
    };
    Ok(RunView {
        run: brief(tx, run)?,
        agent: person,
        about: run.body.about.clone(),
        pass_percent: run.body.pass_percent,
        speed: run.speed,
        cases: of_cases,
        earlier: earlier.filter_map(|other| other.percent).collect(),
    })
}

/// A running run of the agent's, with its shop.
fn running(tx: &Tx<'_>, agent: &Agent, run: &RunId) -> Result<(Run, ShopRow), DeskError> {
    let run = own(tx, agent, run)?;
    let not_running = DeskError::Invalid { field: "run", problem: "is not under way" };
    if run.state != RunState::Running {
        return Err(not_running);
    }
    let shop = run.shop.as_ref().map(|shop| shops::find(tx, shop)).transpose()?.flatten();
    Ok((run, shop.ok_or(DeskError::ShopDisconnected)?))
}

/// The platform has begun anew and knows nothing of a run that is under way: what is not done of it is opened again there.
async fn open_again(desk: &Desk, run: &Run, shop: &ShopRow) -> Result<(), DeskError> {
    let Some(held) = Held::take(desk, &run.id)? else { return Ok(()) };
    // Somebody may have finished it meanwhile, or opened it again.
    let is_still = |now: Run| now.state == RunState::Running && now.shop.as_ref() == Some(&shop.id);
    let is_forgotten = desk.store.write(|tx| {
        let is_still = store::find(tx, &run.id)?.is_some_and(is_still);
        if is_still {
            upkeep::forget_run_shop(tx, &shop.id)?;
        }
        Ok::<_, StoreError>(is_still)
    })?;
    if is_forgotten {
        tracing::warn!(run.id = %run.id, "The practice platform has begun anew: what is not done of a run is opened again");
        open_held(&held, run).await?;
    }
    Ok(())
}

/// Lets time pass for the cases of a run, and for no other.
async fn nearer(desk: &Desk, run: &Run, shop: &ShopRow, how: Nearer) -> Result<Skipped, DeskError> {
    let come = ground(desk)?.bring_nearer(&shop.platform_id, how).await.map_err(|fault| no_answer(&fault))?;
    if come.is_gone {
        open_again(desk, run, shop).await?;
    }
    if come.seconds > 0 {
        for case in desk.store.read(|tx| store::cases(tx, &run.id))?.into_iter().filter_map(|case| case.case) {
            desk.sync.ask(Ask::Opened { shop: shop.id.clone(), case });
        }
    }
    // In whole minutes, as it would be asked for.
    let minutes = |seconds: i64| u32::try_from((seconds + 59) / 60).map_or(MOST_MINUTES, |all| all.min(MOST_MINUTES));
    Ok(Skipped { seconds: come.seconds, past_deadline: come.past_deadline.map(minutes) })
}

/// Skips time for the cases of a run, or lets it run faster from now on.
pub async fn skip(desk: &Desk, agent: &Agent, run: &RunId, request: SkipRequest) -> Result<Skipped, DeskError> {
    let (how, times) = match request {
        SkipRequest::Next => (Some(Nearer::Next), None),
        SkipRequest::Minutes { minutes } if (1..=MOST_MINUTES).contains(&minutes) => {
            (Some(Nearer::Seconds(i64::from(minutes) * 60)), None)
        }
        SkipRequest::Minutes { .. } => {
            return Err(DeskError::Invalid { field: "minutes", problem: "must be 1 to 10,080" });
        }
        SkipRequest::Speed { times } if SPEEDS.contains(&times) => (None, Some(times)),
        SkipRequest::Speed { .. } => return Err(DeskError::Invalid { field: "times", problem: "must be 1, 10 or 60" }),
    };
    let now = desk.clock.now();
    let (run, shop) = desk.store.write_or(|tx| {
        let found = running(tx, agent, run)?;
        store::touch(tx, run, now)?;
        if let Some(times) = times {
            store::race(tx, run, times, now)?;
        }
        Ok::<_, DeskError>(found)
    })?;
    match how {
        Some(how) => nearer(desk, &run, &shop, how).await,
        None => Ok(Skipped { seconds: 0, past_deadline: None }),
    }
}

/// Whole seconds that the clock of a run is ahead by since that was last made good, and until when it is then.
fn ahead(run: &Run, now: Timestamp) -> Option<(i64, Timestamp)> {
    let passed = now.since(run.hurried).max(0) / 1000;
    let least = if run.speed > 1 { 1 } else { ASKS_EVERY_S };
    (passed >= least)
        .then(|| (passed.min(RESTS_S) * (i64::from(run.speed) - 1), run.hurried.plus_millis(passed * 1000)))
}

/// Lets pass for the cases of a run what its faster clock is ahead by; at the usual pace that is nothing, and now and then it
/// shows whether the platform still knows them. Of several desks one does, whoever takes it on first.
pub(super) async fn hurry(desk: &Desk, run: &Run) -> Result<(), DeskError> {
    let Some((seconds, until)) = ahead(run, desk.clock.now()) else { return Ok(()) };
    if !desk.store.write(|tx| store::hurried(tx, run, until))? {
        return Ok(());
    }
    match run.shop.as_ref().map(|shop| desk.store.read(|tx| shops::find(tx, shop))).transpose()?.flatten() {
        Some(shop) => nearer(desk, run, &shop, Nearer::Seconds(seconds)).await.map(drop),
        None => Ok(()),
    }
}

/// Ends a run: what is still to come happens, and then it is judged. Finishing twice is finishing once.
pub fn finish(desk: &Desk, agent: &Agent, run: &RunId) -> Result<RunView, DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let run = own(tx, agent, run)?;
        match run.state {
            RunState::Running => {
                store::advance(tx, &run.id, RunState::Running, RunState::Ending, now)?;
                Ok(())
            }
            RunState::Ending | RunState::Scored => Ok(()),
            RunState::Opening | RunState::Left | RunState::Expired => {
                Err(DeskError::Invalid { field: "run", problem: "is not under way" })
            }
        }
    })?;
    desk.practice.bell.notify_one();
    read(desk, agent, run)
}

/// Gives a run up: it is not judged, and its cases are put away.
pub async fn leave(desk: &Desk, agent: &Agent, run: &RunId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    let run = desk.store.write_or(|tx| {
        let run = own(tx, agent, run)?;
        for from in [RunState::Opening, RunState::Running] {
            store::advance(tx, &run.id, from, RunState::Left, now)?;
        }
        Ok::<_, DeskError>(run)
    })?;
    put_away(desk, &run).await;
    Ok(())
}

/// Lets go of the shop of a run that is over: what was done there can still be looked at, for a while.
pub(super) async fn put_away(desk: &Desk, run: &Run) {
    if let Some(shop) = &run.shop
        && let Err(fault) = desk.connector.disconnect(shop).await
    {
        tracing::warn!(shop.id = %shop, error = %Chain(&fault), "The shop of a run could not be put away");
    }
    desk.publish();
}

/// A case of a run has changed: notes what it has come to. Cases of no run stay as they are.
pub fn note(tx: &Tx<'_>, view: &CaseView, now: Timestamp) -> Result<(), StoreError> {
    let Some((run, place)) = store::place_of(tx, &view.row.shop, &view.platform_id)? else { return Ok(()) };
    let Some(run) = store::find(tx, &run)?.filter(|run| run.state == RunState::Running) else { return Ok(()) };
    store::found(tx, &run.id, place, &view.row.id)?;
    let judged = judged(&run, place, view, now);
    // What somebody else decided, time for example, is over too, but it was not done.
    let done = (view.row.stage == Stage::Done && judged.is_decided).then_some(now);
    store::judged(tx, &run.id, place, &judged, done)?;
    if judged.is_decided {
        store::touch(tx, &run.id, now)?;
    }
    Ok(())
}

/// What a case of a run is worth as it stands.
pub(super) fn judged(run: &Run, place: u32, view: &CaseView, now: Timestamp) -> Judged {
    let task = usize::try_from(place).ok().and_then(|place| run.body.tasks.get(place));
    task.map(|task| judge(&task.right, view, now)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_clock_is_ahead_by_what_has_passed_and_each_second_counts_once() {
        let at = |millis: i64| Timestamp::from_millis(millis);
        let body = serde_json::json!({
            "title": "Day", "about": "", "region": "US", "pass_percent": 50, "minutes": 1, "tasks": [],
        });
        let mut run = Run {
            id: "r_1".parse().unwrap(),
            exercise: "day".parse().unwrap(),
            agent: "p_nia".parse().unwrap(),
            body: serde_json::from_value(body).unwrap(),
            state: RunState::Running,
            shop: None,
            begun: at(0),
            touched: at(0),
            ended: None,
            percent: None,
            is_passed: false,
            speed: 60,
            hurried: at(10_000),
        };
        assert_eq!(ahead(&run, at(15_400)), Some((5 * 59, at(15_000))));
        run.hurried = at(15_000);
        assert_eq!((ahead(&run, at(15_900)), ahead(&run, at(16_000))), (None, Some((59, at(16_000)))));
        assert_eq!(ahead(&run, at(1_000)), None, "a clock that was set back");
        assert_eq!(ahead(&run, at(615_000)), Some((60 * 59, at(615_000))), "no desk was there");
        run.speed = 1;
        assert_eq!(ahead(&run, at(74_900)), None);
        assert_eq!(ahead(&run, at(75_400)), Some((0, at(75_000))), "nothing, at the usual pace");
    }
}
