//! Practice: exercises of leads, who was asked to work them, runs and what they came to.

use super::cases::id;
use super::shops::AppKind;
use super::sql::{Param, Row, Tx, params};
use super::{StoreError, from_json, to_json};
use shared::domain::practice::{Exercise, Judged};
use shared::id::{AgentId, CaseId, ExerciseId, RunId, ShopId};
use shared::time::Timestamp;
use shared::wire::practice::{Assigned, ExerciseFile, RunState};

const LIVE: &str = "state IN ('opening', 'running', 'ending')";

/// A run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Opaque id.
    pub id: RunId,
    /// Of which exercise.
    pub exercise: ExerciseId,
    /// Who works it.
    pub agent: AgentId,
    /// The exercise as it was begun.
    pub body: Exercise,
    /// How far it is.
    pub state: RunState,
    /// The shop of its cases.
    pub shop: Option<ShopId>,
    /// When it began.
    pub begun: Timestamp,
    /// When somebody last did something about it.
    pub touched: Timestamp,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// Of a judged one.
    pub percent: Option<u8>,
    /// Of a judged one.
    pub is_passed: bool,
    /// How many times faster its clock runs.
    pub speed: u32,
    /// Until when that has been made good.
    pub hurried: Timestamp,
}

/// One case of a run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCase {
    /// Its place in the exercise.
    pub place: u32,
    /// The platform's number, in the run's present shop.
    pub platform_id: Option<String>,
    /// Our case, once it was read.
    pub case: Option<CaseId>,
    /// When it was done, told and all.
    pub done: Option<Timestamp>,
    /// What it came to, as far as it has come.
    pub judged: Option<Judged>,
}

fn state_word(state: RunState) -> &'static str {
    match state {
        RunState::Opening => "opening",
        RunState::Running => "running",
        RunState::Ending => "ending",
        RunState::Scored => "scored",
        RunState::Left => "left",
        RunState::Expired => "expired",
    }
}

/// The leads' own exercises that were not removed.
pub fn exercises(tx: &Tx<'_>) -> Result<Vec<(ExerciseId, Exercise)>, StoreError> {
    tx.all("SELECT id, body FROM exercise WHERE is_removed = 0 ORDER BY at, id", params![], |row| {
        Ok((id("exercise id", row.get(0)?)?, row.json("exercise", 1)?))
    })
}

/// One of them.
pub fn exercise(tx: &Tx<'_>, exercise: &ExerciseId) -> Result<Option<ExerciseFile>, StoreError> {
    let sql = "SELECT version, body FROM exercise WHERE id = ?1 AND is_removed = 0";
    tx.first(sql, params![exercise.as_str()], |row| {
        Ok(ExerciseFile { version: row.get(0)?, exercise: row.json("exercise", 1)? })
    })
}

/// Writes an exercise in place of the version that was read; `false`: somebody else has changed it since.
pub fn save_exercise(
    tx: &Tx<'_>,
    exercise: &ExerciseId,
    file: &ExerciseFile,
    agent: &AgentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let body = to_json("exercise", &file.exercise)?;
    let saved = match file.version {
        0 => tx.execute(
            "INSERT INTO exercise (id, version, body, agent_id, at) VALUES (?1, 1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            params![exercise.as_str(), body, agent.as_str(), now.millis()],
        )?,
        read => tx.execute(
            "UPDATE exercise SET version = version + 1, body = ?3, agent_id = ?4 WHERE id = ?1 AND version = ?2 \
             AND is_removed = 0",
            params![exercise.as_str(), read, body, agent.as_str()],
        )?,
    };
    Ok(saved > 0)
}

/// Takes an exercise off the list; its runs stay.
pub fn remove_exercise(tx: &Tx<'_>, exercise: &ExerciseId) -> Result<bool, StoreError> {
    tx.execute("DELETE FROM exercise_assigned WHERE exercise_id = ?1", params![exercise.as_str()])?;
    let removed =
        tx.execute("UPDATE exercise SET is_removed = 1 WHERE id = ?1 AND is_removed = 0", params![exercise.as_str()])?;
    Ok(removed > 0)
}

/// Who was asked to work what: exercise, person, and how.
pub fn assigned(tx: &Tx<'_>) -> Result<Vec<(ExerciseId, AgentId, Assigned)>, StoreError> {
    tx.all("SELECT exercise_id, agent_id, by_id, at, due_at FROM exercise_assigned", params![], |row| {
        let assigned = Assigned {
            by: id("agent id", row.get(2)?)?,
            at: Timestamp::from_millis(row.get(3)?),
            due: row.get::<Option<i64>>(4)?.map(Timestamp::from_millis),
        };
        Ok((id("exercise id", row.get(0)?)?, id("agent id", row.get(1)?)?, assigned))
    })
}

/// Asks a person, or changes until when; who was asked before stays asked since then.
pub fn assign(tx: &Tx<'_>, exercise: &ExerciseId, to: &AgentId, assigned: &Assigned) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO exercise_assigned (exercise_id, agent_id, by_id, at, due_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (exercise_id, agent_id) DO UPDATE SET due_at = excluded.due_at",
        params![
            exercise.as_str(),
            to.as_str(),
            assigned.by.as_str(),
            assigned.at.millis(),
            assigned.due.map(Timestamp::millis)
        ],
    )?;
    Ok(())
}

/// Takes that back.
pub fn unassign(tx: &Tx<'_>, exercise: &ExerciseId, from: &AgentId) -> Result<(), StoreError> {
    let sql = "DELETE FROM exercise_assigned WHERE exercise_id = ?1 AND agent_id = ?2";
    tx.execute(sql, params![exercise.as_str(), from.as_str()])?;
    Ok(())
}

const COLUMNS: &str = "id, exercise_id, agent_id, body, state, shop_id, begun_at, touched_at, ended_at, percent, is_passed, speed, hurried_at";

fn run(row: &Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: id("run id", row.get(0)?)?,
        exercise: id("exercise id", row.get(1)?)?,
        agent: id("agent id", row.get(2)?)?,
        body: row.json("exercise", 3)?,
        state: from_json("run state", &format!("\"{}\"", row.get::<String>(4)?))?,
        shop: row.get::<Option<String>>(5)?.map(|shop| id("shop id", shop)).transpose()?,
        begun: Timestamp::from_millis(row.get(6)?),
        touched: Timestamp::from_millis(row.get(7)?),
        ended: row.get::<Option<i64>>(8)?.map(Timestamp::from_millis),
        percent: row.get::<Option<i64>>(9)?.and_then(|percent| u8::try_from(percent).ok()),
        is_passed: row.get(10)?,
        speed: row.get(11)?,
        hurried: Timestamp::from_millis(row.get(12)?),
    })
}

fn select(tx: &Tx<'_>, condition: &str, values: &[Param<'_>]) -> Result<Vec<Run>, StoreError> {
    tx.all(&format!("SELECT {COLUMNS} FROM practice_run WHERE {condition} ORDER BY begun_at, id"), values, run)
}

/// A run.
pub fn find(tx: &Tx<'_>, run: &RunId) -> Result<Option<Run>, StoreError> {
    Ok(select(tx, "id = ?1", params![run.as_str()])?.pop())
}

/// The run of a person that is not over.
pub fn live_of(tx: &Tx<'_>, agent: &AgentId) -> Result<Option<Run>, StoreError> {
    Ok(select(tx, &format!("agent_id = ?1 AND {LIVE}"), params![agent.as_str()])?.pop())
}

/// All runs that are not over.
pub fn live(tx: &Tx<'_>) -> Result<Vec<Run>, StoreError> {
    select(tx, LIVE, params![])
}

/// All runs of a person, oldest first.
pub fn of_agent(tx: &Tx<'_>, agent: &AgentId) -> Result<Vec<Run>, StoreError> {
    select(tx, "agent_id = ?1", params![agent.as_str()])
}

/// Runs that are over and whose shop is still there, over since before an instant.
pub fn with_old_shop(tx: &Tx<'_>, before: Timestamp) -> Result<Vec<Run>, StoreError> {
    select(tx, "shop_id IS NOT NULL AND ended_at <= ?1", params![before.millis()])
}

/// Begins a run; `false`: the person has another that is not over.
pub fn begin(tx: &Tx<'_>, run: &Run) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO practice_run (id, exercise_id, agent_id, body, state, begun_at, touched_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT DO NOTHING",
        params![
            run.id.as_str(),
            run.exercise.as_str(),
            run.agent.as_str(),
            to_json("exercise", &run.body)?,
            state_word(run.state),
            run.begun.millis()
        ],
    )?;
    if added == 0 {
        return Ok(false);
    }
    for place in 0..run.body.tasks.len() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        tx.execute("INSERT INTO practice_case (run_id, place) VALUES (?1, ?2)", params![run.id.as_str(), place])?;
    }
    Ok(true)
}

/// Binds a run to the shop of its cases. Only to a practice shop, and only to the own one of who works it: `false`, and
/// nothing is bound, for any other.
pub fn bind(tx: &Tx<'_>, run: &RunId, shop: &ShopId) -> Result<bool, StoreError> {
    let Some(known) = find(tx, run)? else { return Ok(false) };
    if shop.trainee() != Some(known.agent.as_str()) {
        return Ok(false);
    }
    let bound = tx.execute(
        "UPDATE practice_run SET shop_id = ?2 WHERE id = ?1 AND shop_id IS NULL \
         AND EXISTS (SELECT 1 FROM shop WHERE shop.id = ?2 AND shop.app = ?3)",
        params![run.as_str(), shop.as_str(), AppKind::Practice.word()],
    )?;
    Ok(bound > 0)
}

/// Moves a run from one state to another; `false`: it is not in that state any more.
pub fn advance(tx: &Tx<'_>, run: &RunId, from: RunState, to: RunState, now: Timestamp) -> Result<bool, StoreError> {
    let ended = (!to.is_live()).then(|| now.millis());
    let moved = tx.execute(
        "UPDATE practice_run SET state = ?3, touched_at = ?4, hurried_at = ?4, ended_at = ?5 WHERE id = ?1 AND state = ?2",
        params![run.as_str(), state_word(from), state_word(to), now.millis(), ended],
    )?;
    Ok(moved > 0)
}

/// Somebody goes on with it.
pub fn touch(tx: &Tx<'_>, run: &RunId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE practice_run SET touched_at = ?2 WHERE id = ?1", params![run.as_str(), now.millis()])?;
    Ok(())
}

/// From now on the clock of a run runs so many times faster.
pub fn race(tx: &Tx<'_>, run: &RunId, times: u32, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE practice_run SET speed = ?2, hurried_at = ?3 WHERE id = ?1",
        params![run.as_str(), times, now.millis()],
    )?;
    Ok(())
}

/// Takes on to make good what the clock of a running run was ahead by; `false`: another desk has, or its speed was changed.
pub fn hurried(tx: &Tx<'_>, run: &Run, until: Timestamp) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "UPDATE practice_run SET hurried_at = ?3 WHERE id = ?1 AND hurried_at = ?2 AND state = 'running'",
        params![run.id.as_str(), run.hurried.millis(), until.millis()],
    )?;
    Ok(taken > 0)
}

/// Keeps what a run is worth.
pub fn score(tx: &Tx<'_>, run: &RunId, percent: u8, is_passed: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE practice_run SET percent = ?2, is_passed = ?3 WHERE id = ?1",
        params![run.as_str(), i64::from(percent), is_passed],
    )?;
    Ok(())
}

/// The shops of runs are gone, and their cases with them. Cases that were not done are opened anew.
pub fn forget_shops(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute(&format!("UPDATE practice_run SET {SHOP_GONE}"), params![])?;
    tx.execute("UPDATE practice_case SET case_id = NULL, platform_id = NULL", params![])?;
    Ok(())
}

const SHOP_GONE: &str = "shop_id = NULL, state = CASE state WHEN 'running' THEN 'opening' ELSE state END";

/// The shop of a run is gone. Of one that is under way, the cases that were not done are opened anew.
pub fn forget_shop(tx: &Tx<'_>, shop: &ShopId) -> Result<(), StoreError> {
    let of_run = "run_id IN (SELECT id FROM practice_run WHERE shop_id = ?1)";
    let sql = format!("UPDATE practice_case SET case_id = NULL, platform_id = NULL WHERE {of_run}");
    tx.execute(&sql, params![shop.as_str()])?;
    tx.execute(&format!("UPDATE practice_run SET {SHOP_GONE} WHERE shop_id = ?1"), params![shop.as_str()])?;
    Ok(())
}

/// The cases of a run, in the order of the exercise.
pub fn cases(tx: &Tx<'_>, run: &RunId) -> Result<Vec<RunCase>, StoreError> {
    let sql = "SELECT place, platform_id, case_id, done_at, judged FROM practice_case WHERE run_id = ?1 ORDER BY place";
    tx.all(sql, params![run.as_str()], |row| {
        Ok(RunCase {
            place: row.get(0)?,
            platform_id: row.get(1)?,
            case: row.get::<Option<String>>(2)?.map(|case| id("case id", case)).transpose()?,
            done: row.get::<Option<i64>>(3)?.map(Timestamp::from_millis),
            judged: row.json_or_none("judged", 4)?,
        })
    })
}

/// A case was opened for a place of a run.
pub fn opened(tx: &Tx<'_>, run: &RunId, place: u32, platform_id: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE practice_case SET platform_id = ?3, case_id = NULL WHERE run_id = ?1 AND place = ?2",
        params![run.as_str(), place, platform_id],
    )?;
    Ok(())
}

/// A case of a run was read: ours by the platform's number.
pub fn found(tx: &Tx<'_>, run: &RunId, place: u32, case: &CaseId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE practice_case SET case_id = ?3 WHERE run_id = ?1 AND place = ?2",
        params![run.as_str(), place, case.as_str()],
    )?;
    Ok(())
}

/// Keeps what a case has come to.
pub fn judged(
    tx: &Tx<'_>,
    run: &RunId,
    place: u32,
    judged: &Judged,
    done: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE practice_case SET judged = ?3, done_at = ?4 WHERE run_id = ?1 AND place = ?2",
        params![run.as_str(), place, to_json("judged", judged)?, done.map(Timestamp::millis)],
    )?;
    Ok(())
}

/// Which case of which run a platform's number is, in a shop.
pub fn place_of(tx: &Tx<'_>, shop: &ShopId, platform_id: &str) -> Result<Option<(RunId, u32)>, StoreError> {
    let sql = "SELECT r.id, c.place FROM practice_case c JOIN practice_run r ON r.id = c.run_id \
               WHERE r.shop_id = ?1 AND c.platform_id = ?2";
    tx.first(sql, params![shop.as_str(), platform_id], |row| Ok((id("run id", row.get(0)?)?, row.get(1)?)))
}
