//! `/api/practice`: exercises, runs and what they came to.

use crate::domain::case::Stage;
use crate::domain::practice::{Deed, Exercise, Judged, Mark};
use crate::domain::quality::Value;
use crate::id::{AgentId, CaseId, ExerciseId, PageId, RunId, ShopId};
use crate::time::Timestamp;
use crate::wire::session::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Its cases are being opened.
    Opening,
    /// It is being worked on.
    Running,
    /// What is still to come happens; then it is judged.
    Ending,
    /// Judged.
    Scored,
    /// Given up.
    Left,
    /// Nobody went on for a day.
    Expired,
}

impl RunState {
    /// Something is still to happen.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Opening | Self::Running | Self::Ending)
    }
}

/// A run in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunBrief {
    /// Opaque id.
    pub id: RunId,
    /// Of which exercise.
    pub exercise: ExerciseId,
    /// Its name when the run began.
    pub title: String,
    /// How far it is.
    pub state: RunState,
    /// When it began.
    pub begun: Timestamp,
    /// When it was judged, left or given up.
    pub ended: Option<Timestamp>,
    /// Of a judged one.
    pub percent: Option<u8>,
    /// Of a judged one: worth at least what the exercise asks for, and nothing failed that matters most.
    pub is_passed: bool,
    /// Cases that are done, told and all.
    pub done: u32,
    /// Cases in all.
    pub cases: u32,
    /// The shop of its cases, while it lives.
    pub shop: Option<ShopId>,
}

/// Who should work an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assigned {
    /// By whom.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// Until when; none: whenever.
    pub due: Option<Timestamp>,
}

/// An exercise as somebody sees it who may work it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExerciseView {
    /// Which.
    pub id: ExerciseId,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub about: String,
    /// Two letters.
    pub region: String,
    /// How many cases.
    pub cases: u32,
    /// Roughly how long.
    pub minutes: u32,
    /// Passed from here on.
    pub pass_percent: u8,
    /// It came with the desk, and nobody changes it.
    pub is_built_in: bool,
    /// Somebody asked the reader to work it.
    pub assigned: Option<Assigned>,
    /// The reader's best judged run.
    pub best: Option<RunBrief>,
    /// The reader's judged runs, oldest first: the last of them is the last one.
    pub percents: Vec<u8>,
}

impl ExerciseView {
    /// Somebody asked for it, and it was not passed since.
    pub fn is_owed(&self) -> bool {
        let Some(assigned) = &self.assigned else { return false };
        !self.best.as_ref().is_some_and(|best| best.is_passed && best.begun >= assigned.at)
    }
}

/// `GET /api/practice`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Practice {
    /// There is a practice platform to work on.
    pub is_open: bool,
    /// What was asked of the reader first.
    pub exercises: Vec<ExerciseView>,
    /// The reader's run that is not over.
    pub live: Option<RunBrief>,
}

/// A step of a page of the handbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepPlace {
    /// Of which page.
    pub page: PageId,
    /// From 1.
    pub number: u32,
}

/// One respect in which a case was judged, for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointView {
    /// Which.
    pub mark: Mark,
    /// In a few words.
    pub text: String,
    /// What is asked and why.
    pub explanation: String,
    /// The step of the handbook.
    pub step: String,
    /// Where that stands, if a page of the handbook has it.
    #[serde(default)]
    pub place: Option<StepPlace>,
    /// Whether it holds.
    pub holds: bool,
    /// What it rests on.
    pub facts: Vec<(String, Value)>,
}

impl PointView {
    /// All of a case.
    pub fn of(judged: &Judged) -> Vec<Self> {
        let shown = |point: &crate::domain::practice::Point| Self {
            mark: point.mark,
            text: point.mark.text().to_owned(),
            explanation: point.mark.explanation().to_owned(),
            step: point.mark.step().to_owned(),
            place: None,
            holds: point.holds,
            facts: point.facts.iter().map(|fact| (fact.label.text().to_owned(), fact.value.clone())).collect(),
        };
        judged.points.iter().map(shown).collect()
    }
}

/// One case of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunCase {
    /// The case, as long as it is there to be looked at.
    pub case: Option<CaseId>,
    /// What is asked for.
    pub kind: crate::domain::case::Kind,
    /// Why.
    pub reason: crate::reasons::ReasonGroup,
    /// Done, told and all.
    pub is_done: bool,
    /// Who moves next, as long as the case is there.
    pub stage: Option<Stage>,
    /// Until when, where something is asked.
    pub deadline: Option<Timestamp>,
    /// Nobody decided it in time.
    pub ran_out: bool,
    /// While the buyer or a parcel is waited for: decisions that will be asked for after that.
    #[serde(default)]
    pub to_come: u32,
    /// Of a judged run.
    pub percent: Option<u8>,
    /// Of a judged run.
    pub points: Vec<PointView>,
    /// Of a judged run: what was decided and said, in order.
    #[serde(default)]
    pub deeds: Vec<Deed>,
    /// Of a judged run: why the right decision is right.
    pub why: String,
}

/// `GET /api/practice/runs/{run}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunView {
    /// In one line.
    pub run: RunBrief,
    /// Who works it.
    pub agent: Person,
    /// What it is for.
    pub about: String,
    /// Passed from here on.
    pub pass_percent: u8,
    /// How many times faster its clock runs.
    pub speed: u32,
    /// Its cases.
    pub cases: Vec<RunCase>,
    /// Earlier judged runs of the same exercise and person, oldest first.
    pub earlier: Vec<u8>,
}

/// `POST /api/practice/runs/{run}/skip`: lets time pass for the cases of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum SkipRequest {
    /// To what happens next: the money comes, a parcel arrives, a buyer answers. Not past a deadline.
    Next,
    /// By so many minutes.
    Minutes {
        /// 1 to 10,080.
        minutes: u32,
    },
    /// From now on so many times faster.
    Speed {
        /// One of [`SPEEDS`].
        times: u32,
    },
}

/// How many times faster the clock of a run can run.
pub const SPEEDS: [u32; 3] = [1, 10, 60];

/// What came of a skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Seconds that have passed for the cases.
    pub seconds: i64,
    /// What happens next is so many minutes away, and nothing was skipped: a case runs out of time before that.
    #[serde(default)]
    pub past_deadline: Option<u32>,
}

/// How one person stands with one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Which.
    pub exercise: ExerciseId,
    /// Somebody asked for it.
    pub assigned: Option<Assigned>,
    /// The best judged run.
    pub best: Option<RunBrief>,
    /// The last judged run.
    pub last: Option<RunBrief>,
    /// Judged runs, oldest first.
    pub percents: Vec<u8>,
    /// One is under way.
    pub is_live: bool,
}

/// One line of the lead's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trainee {
    /// Who.
    pub person: Person,
    /// What was begun or asked for.
    pub standings: Vec<Standing>,
}

/// `GET /api/practice/team`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamPractice {
    /// All exercises.
    pub exercises: Vec<ExerciseView>,
    /// Everybody.
    pub people: Vec<Trainee>,
}

/// `PUT /api/practice/assignments/{exercise}`: asks these people, and nobody else, to work it. Who was asked before stays
/// asked since then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignExercise {
    /// Who.
    pub people: Vec<AgentId>,
    /// Until when; none: whenever.
    #[serde(default)]
    pub due: Option<Timestamp>,
}

/// `GET` and `PUT /api/practice/exercises/{exercise}`. A write names the version that was read, 0 for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseFile {
    /// Rises with every change.
    pub version: u32,
    /// All of it.
    pub exercise: Exercise,
}
