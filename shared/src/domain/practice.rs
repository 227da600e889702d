//! Exercises: made-up cases that are worked on the practice platform, and what a run of one is worth.
//!
//! A run is held to the checks that every decided case is held to ([`super::quality`]), and to what the exercise itself
//! expects: the decision, and a question where one should have been asked first.

use super::case::{DecisionKind, Kind};
use super::quality::{Check, CheckState, Checkpoint, Fact, Label, Value, after_deciding};
use crate::reasons::ReasonGroup;
use crate::time::Timestamp;
use crate::wire::case::CaseView;
use crate::wire::intent::{IntentState, IntentWhat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Regions whose shops can be practised in, with the language of their buyers.
pub const REGIONS: [(&str, &str); 5] =
    [("US", "United States"), ("GB", "United Kingdom"), ("ES", "Spain"), ("TH", "Thailand"), ("ID", "Indonesia")];
/// Cases of an exercise at most.
pub const MOST_TASKS: usize = 12;
/// Words of which a buyer wants to hear one, and decisions that follow each other, at most.
const MOST_WANTS: usize = 12;
const MOST_DECISIONS: usize = 4;
/// What a run is judged by has all happened by then: so long after its end it is as if a buyer had been content.
const ALL_IS_KNOWN_MS: i64 = 8 * 24 * 60 * 60 * 1000;
const TITLE_CHARS: usize = 80;
const WORDS_CHARS: usize = 500;
const ARTICLE_CHARS: usize = 40;
const LONGEST_DEADLINE_MINUTES: u32 = 10 * 24 * 60;
const LONGEST_MINUTES: u32 = 8 * 60;

/// How the buyer of a made-up case behaves. Empty words are not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// Said in the chat at the beginning.
    pub opens_with: String,
    /// Answers the first words of the shop while nobody has decided.
    pub to_question: String,
    /// With that answer comes a photo.
    pub shows_photo: bool,
    /// Says no to an offer.
    pub declines_offer: bool,
    /// Answers the first words of the shop after the decision.
    pub thanks: String,
    /// One of these must have been said by then; none: anything will do.
    pub wants: Vec<String>,
    /// Said instead, where it was not.
    pub writes_again: String,
}

impl Manner {
    /// The same, with an answer to a question in every case: nobody waits for a buyer who says nothing.
    pub fn answering(&self, region: &str) -> Self {
        let mut manner = self.clone();
        if manner.to_question.trim().is_empty() {
            plain_answer(region).clone_into(&mut manner.to_question);
        }
        manner
    }
}

/// What buyers of a region answer who have nothing to add.
fn plain_answer(region: &str) -> &'static str {
    match region {
        "ES" => "No tengo nada más que añadir. Lo que escribí en la solicitud es todo.",
        "TH" => "ไม่มีอะไรเพิ่มเติมแล้วค่ะ ที่เขียนไว้ในคำขอคือทั้งหมดค่ะ",
        "ID" => "Tidak ada yang perlu ditambahkan. Semua sudah saya tulis di permintaan.",
        _ => "I have nothing to add. What I wrote in the request is all there is.",
    }
}

/// What a right handling looks like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Right {
    /// One entry for each decision that is asked for in turn, of a return for example its parcel too: any of these.
    pub decisions: Vec<Vec<DecisionKind>>,
    /// The buyer is asked before anything is decided.
    pub asks_first: bool,
    /// Why, for who did it otherwise.
    pub why: String,
}

impl Right {
    /// Whether a decision is right as the next one after so many.
    fn has(&self, place: usize, kind: DecisionKind) -> bool {
        self.decisions.get(place).is_some_and(|any| any.contains(&kind))
    }

    /// How many decisions still follow those that were made, if each was right: what follows another is not known.
    pub fn to_come(&self, deeds: &[Deed]) -> u32 {
        let made = deeds.iter().filter_map(|deed| match deed {
            Deed::Decided { kind, .. } => Some(*kind),
            Deed::Said { .. } => None,
        });
        let is_right = made.clone().enumerate().all(|(place, kind)| self.has(place, kind));
        let rest = if is_right { self.decisions.len().saturating_sub(made.count()) } else { 0 };
        u32::try_from(rest).unwrap_or_default()
    }
}

/// One made-up case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What is asked for.
    pub kind: Kind,
    /// Why.
    pub reason: ReasonGroup,
    /// What the buyer wrote to it.
    #[serde(default)]
    pub words: String,
    /// Photos beside the words, at most 3.
    #[serde(default)]
    pub photos: u8,
    /// Which article the words are about, by the number that the practice shop has for it; empty: any that the reason
    /// suits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub article: String,
    /// What is asked back, in the shop's currency; empty: the price of the article.
    #[serde(default)]
    pub amount: String,
    /// Minutes until TikTok's deadline.
    pub deadline_minutes: u32,
    /// How the buyer behaves.
    #[serde(default)]
    pub manner: Manner,
    /// How it is handled rightly.
    pub right: Right,
}

/// A named list of made-up cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name.
    pub title: String,
    /// What it is for, in a sentence or two.
    pub about: String,
    /// Two letters: in which shop, and so in which language and currency.
    pub region: String,
    /// Passed from here on.
    pub pass_percent: u8,
    /// Roughly how long it takes.
    pub minutes: u32,
    /// In the order in which they are opened.
    pub tasks: Vec<Task>,
}

/// Decisions that can be made first on a kind of request, in the order in which they are offered for choice.
pub const fn first_decisions(kind: Kind) -> &'static [DecisionKind] {
    use DecisionKind as D;
    match kind {
        Kind::Cancellation => &[D::ApproveCancel, D::RejectCancel],
        Kind::RefundOnly => &[D::ApproveRefund, D::RejectRefund, D::OfferPartial],
        Kind::ReturnAndRefund => &[D::AgreeReturn, D::AgreeKeep, D::DirectRefund, D::RejectReturn, D::OfferPartial],
        Kind::Replacement => &[D::AgreeReplacement, D::RefundInstead, D::RejectReplacement],
        Kind::Other => &[],
    }
}

/// Reasons that a buyer of a region can give for a kind of request: TikTok's lists differ.
pub fn reasons_for(region: &str, kind: Kind) -> &'static [ReasonGroup] {
    use ReasonGroup as R;
    match (region, kind) {
        ("ID", Kind::Cancellation) => &[R::Mistake, R::Late, R::Address, R::Payment],
        (_, Kind::Cancellation) => &[R::Mistake, R::ChangedMind, R::Late, R::Address, R::Payment],
        // There a parcel that is late is on its way; once it is here, the goods go back, but for these.
        ("US", Kind::RefundOnly) => &[R::Damaged, R::Defective, R::NotReceived, R::Late],
        ("TH", Kind::RefundOnly) => &[
            R::Damaged,
            R::Defective,
            R::NotReceived,
            R::MissingParts,
            R::WrongItem,
            R::Late,
            R::NotAsDescribed,
            R::ChangedMind,
        ],
        ("ID", Kind::RefundOnly) => {
            &[R::Damaged, R::Defective, R::NotReceived, R::MissingParts, R::WrongItem, R::Late, R::NotAsDescribed]
        }
        (_, Kind::RefundOnly) => {
            &[R::Damaged, R::Defective, R::NotReceived, R::MissingParts, R::WrongItem, R::Late, R::ChangedMind, R::Fit]
        }
        ("US", _) => &[
            R::ChangedMind,
            R::Fit,
            R::WrongItem,
            R::NotAsDescribed,
            R::Damaged,
            R::Defective,
            R::MissingParts,
            R::Late,
        ],
        ("TH", _) => &[R::ChangedMind, R::WrongItem, R::NotAsDescribed, R::Damaged, R::Defective, R::Late],
        ("ID", _) => &[R::WrongItem, R::NotAsDescribed, R::Damaged, R::Defective, R::Late],
        _ => &[R::ChangedMind, R::Fit, R::WrongItem, R::Damaged, R::Defective, R::MissingParts],
    }
}

/// Decisions that can be made once the parcel of a return is here.
pub const PARCEL_DECISIONS: [DecisionKind; 3] =
    [DecisionKind::AcceptParcel, DecisionKind::RefuseParcel, DecisionKind::PartialAfterParcel];

fn is_long(text: &str, most: usize) -> bool {
    text.chars().count() > most
}

fn is_amount(text: &str) -> bool {
    let mut dots = 0;
    let digits = text.chars().all(|letter| {
        dots += usize::from(letter == '.');
        letter.is_ascii_digit() || letter == '.'
    });
    digits && dots <= 1 && text.len() <= 12 && text.chars().any(|letter| matches!(letter, '1'..='9'))
}

fn task_problem(task: &Task) -> Option<(&'static str, &'static str)> {
    let manner = &task.manner;
    if manner.wants.len() > MOST_WANTS || task.right.decisions.len() > MOST_DECISIONS {
        return Some(("words", "are too many"));
    }
    let said = [&manner.opens_with, &manner.to_question, &manner.thanks, &manner.writes_again, &task.right.why];
    if is_long(&task.words, WORDS_CHARS) || said.into_iter().chain(&manner.wants).any(|text| is_long(text, WORDS_CHARS))
    {
        return Some(("words", "have more than 500 characters"));
    }
    if task.photos > 3 {
        return Some(("photos", "are 3 at most"));
    }
    if is_long(&task.article, ARTICLE_CHARS) {
        return Some(("article", "has more than 40 characters"));
    }
    if !task.amount.is_empty() && !is_amount(&task.amount) {
        return Some(("amount", "must be a number such as 12.50"));
    }
    if !(5..=LONGEST_DEADLINE_MINUTES).contains(&task.deadline_minutes) {
        return Some(("deadline", "must be 5 minutes to 10 days away"));
    }
    if !manner.wants.is_empty() && manner.writes_again.trim().is_empty() {
        return Some(("writes_again", "is missing: what does the buyer write whose wish is not met?"));
    }
    let is_photo_alone = manner.shows_photo && manner.to_question.trim().is_empty();
    if task.right.asks_first && manner.to_question.trim().is_empty() || is_photo_alone {
        return Some(("to_question", "is missing: what does the buyer answer?"));
    }
    let first = task.right.decisions.first();
    if first.is_none_or(|any| any.is_empty() || !any.iter().all(|kind| first_decisions(task.kind).contains(kind))) {
        return Some(("right", "must name a decision that can be made on such a request"));
    }
    let later = task.right.decisions.iter().skip(1).flatten();
    let fits = |kind: &DecisionKind| first_decisions(task.kind).contains(kind) || PARCEL_DECISIONS.contains(kind);
    if !later.clone().all(fits) || task.right.decisions.iter().any(Vec::is_empty) {
        return Some(("right", "must name a decision that can be made on such a request"));
    }
    None
}

/// What is wrong with an exercise, as a field and a clause; none: it can be run.
pub fn exercise_problem(exercise: &Exercise) -> Option<(&'static str, &'static str)> {
    if exercise.title.trim().is_empty() || is_long(&exercise.title, TITLE_CHARS) {
        return Some(("title", "must have 1 to 80 characters"));
    }
    if is_long(&exercise.about, WORDS_CHARS) {
        return Some(("about", "has more than 500 characters"));
    }
    if !REGIONS.iter().any(|(region, _)| *region == exercise.region) {
        return Some(("region", "must be that of a shop that can be practised in"));
    }
    if !(1..=100).contains(&exercise.pass_percent) {
        return Some(("pass_percent", "must be 1 to 100"));
    }
    if !(1..=LONGEST_MINUTES).contains(&exercise.minutes) {
        return Some(("minutes", "must be 1 to 480 minutes"));
    }
    if exercise.tasks.is_empty() || exercise.tasks.len() > MOST_TASKS {
        return Some(("tasks", "must be 1 to 12 cases"));
    }
    let is_known = |task: &Task| reasons_for(&exercise.region, task.kind).contains(&task.reason);
    if !exercise.tasks.iter().all(is_known) {
        return Some(("reason", "is not one that buyers of this country can give for such a request"));
    }
    exercise.tasks.iter().find_map(task_problem)
}

/// What a case of a run is held to. The names are stored: one is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A check that holds for every decided case.
    Check(Check),
    /// What was decided is what the exercise expects.
    RightDecision,
    /// The buyer was asked before anything was decided.
    AskedFirst,
}

impl Mark {
    /// What is asked, in a few words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Check(check) => check.text(),
            Self::RightDecision => "The right decision",
            Self::AskedFirst => "Asked before deciding",
        }
    }

    /// A run in which this fails is not passed, whatever it is worth: the decision that the exercise wants, in time, and a
    /// buyer who is told of it, and nothing before it is true.
    pub const fn is_critical(self) -> bool {
        matches!(
            self,
            Self::RightDecision
                | Self::Check(Check::DecidedInTime | Check::BuyerTold | Check::ToldAfter | Check::RefundedWhenPaid)
        )
    }

    /// What is asked and why.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Check(check) => check.explanation(),
            Self::RightDecision => "What was decided is what the handbook and the facts of this case call for.",
            Self::AskedFirst => {
                "The buyer was asked before anything was decided: what they had shown did not suffice to decide."
            }
        }
    }

    /// The step of the handbook in which it is done right.
    pub const fn step(self) -> &'static str {
        match self {
            Self::Check(check) => check.step().text(),
            Self::RightDecision => super::quality::Step::Decide.text(),
            Self::AskedFirst => super::quality::Step::Look.text(),
        }
    }
}

/// How a case of a run stands in one respect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// In which.
    pub mark: Mark,
    /// Whether it holds.
    pub holds: bool,
    /// What the answer rests on.
    pub facts: Vec<Fact>,
}

/// What was done about a case of a run, and took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Deed {
    /// Somebody decided.
    Decided {
        /// What.
        kind: DecisionKind,
        /// The platform's reason, in its words.
        reason: Option<String>,
        /// What was written to TikTok with it.
        comment: Option<String>,
    },
    /// The buyer was told.
    Said {
        /// The exact text.
        text: String,
    },
}

/// What one case of a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// Somebody at the desk has decided it.
    pub is_decided: bool,
    /// What is known, in the order of the work; what is not known is left out and counts for nobody.
    pub points: Vec<Point>,
    /// What was done, in the order in which it took effect. It is kept with the judgement, as the case is not.
    #[serde(default)]
    pub deeds: Vec<Deed>,
}

impl Judged {
    /// Thousandths of what is known that hold. A case that nobody decided is worth nothing, whatever TikTok made of it.
    pub fn per_mille(&self) -> u32 {
        let holding = self.points.iter().filter(|point| point.holds).count();
        if !self.is_decided || self.points.is_empty() {
            return 0;
        }
        u32::try_from(holding * 1000 / self.points.len()).unwrap_or_default()
    }

    /// Nothing failed without which no run is passed.
    pub fn holds_where_it_matters(&self) -> bool {
        self.is_decided && self.points.iter().all(|point| point.holds || !point.mark.is_critical())
    }

    /// Nothing known is wrong.
    pub fn is_perfect(&self) -> bool {
        self.per_mille() == 1000
    }
}

/// Percent of a whole run: every case counts alike, and only a run without a fault is worth 100.
pub fn percent(cases: &[Judged]) -> u8 {
    let sum: u32 = cases.iter().map(Judged::per_mille).sum();
    let count = u32::try_from(cases.len()).unwrap_or(u32::MAX).max(1);
    u8::try_from(sum / count / 10).unwrap_or(100)
}

/// Whether a run is passed: it is worth what the exercise asks for, and nothing that matters most failed in any case.
pub fn is_passed(cases: &[Judged], pass_percent: u8) -> bool {
    percent(cases) >= pass_percent && cases.iter().all(Judged::holds_where_it_matters)
}

/// Decisions of this desk that took effect, oldest first, with when they were pressed.
fn decisions(view: &CaseView) -> Vec<(DecisionKind, Timestamp)> {
    let mut all: Vec<_> = view
        .intents
        .iter()
        .filter_map(|intent| match (&intent.what, &intent.state) {
            (IntentWhat::Decision { kind, .. }, IntentState::Done { at, .. }) => Some((*at, *kind, intent.at)),
            _ => None,
        })
        .collect();
    all.sort_by_key(|(at, ..)| *at);
    all.into_iter().map(|(_, kind, pressed)| (kind, pressed)).collect()
}

/// What this desk has done about a case.
fn deeds(view: &CaseView) -> Vec<Deed> {
    let mut all: Vec<(Timestamp, Deed)> = view
        .intents
        .iter()
        .filter_map(|intent| {
            let IntentState::Done { at, .. } = intent.state else { return None };
            let deed = match &intent.what {
                IntentWhat::Decision { kind, reason_text, comment, .. } => {
                    Deed::Decided { kind: *kind, reason: reason_text.clone(), comment: comment.clone() }
                }
                IntentWhat::Reply { text, .. } => Deed::Said { text: text.clone() },
            };
            Some((at, deed))
        })
        .collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, deed)| deed).collect()
}

fn right_decision(right: &Right, made: &[(DecisionKind, Timestamp)]) -> Point {
    let holds = made.iter().enumerate().all(|(place, (kind, _))| right.has(place, *kind));
    let fact = |label, kind: &DecisionKind| Fact { label, value: Value::Decision(*kind) };
    let facts = made.iter().map(|(kind, _)| fact(Label::Decision, kind));
    let expected = right.decisions.iter().filter_map(|any| any.first()).map(|kind| fact(Label::Expected, kind));
    Point { mark: Mark::RightDecision, holds, facts: facts.chain(expected).collect() }
}

fn asked_first(view: &CaseView, first: Timestamp) -> Point {
    let asked = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Reply { claim: None, .. }, IntentState::Done { at, .. }) => Some(*at),
        _ => None,
    });
    let holds = asked.clone().any(|at| at <= first);
    let at = |label, at| Fact { label, value: Value::At(at) };
    let facts = asked.min().map(|asked| at(Label::Told, asked)).into_iter().chain([at(Label::Pressed, first)]);
    Point { mark: Mark::AskedFirst, holds, facts: facts.collect() }
}

/// What a check rests on, as who practises needs it: with the words in which the buyer wrote again, which are invented, and
/// without a deadline that a skip has moved to before the request.
fn told(view: &CaseView, check: Check, mut facts: Vec<Fact>, now: Timestamp) -> Vec<Fact> {
    let at = |facts: &[Fact], label: Label| {
        facts.iter().find(|fact| fact.label == label).and_then(|fact| match fact.value {
            Value::At(at) => Some(at),
            _ => None,
        })
    };
    match check {
        Check::NotAgain => {
            let again = at(&facts, Label::WroteAgain);
            let message = view.chat.messages.iter().find(|message| Some(message.at) == again);
            let text = message.and_then(|message| message.text.clone());
            facts.extend(text.map(|text| Fact { label: Label::AgainWords, value: Value::Text(text) }));
        }
        Check::DecidedInTime
            if at(&facts, Label::Deadline).is_some_and(|end| Some(end) <= at(&facts, Label::Asked)) =>
        {
            facts.retain(|fact| !matches!(fact.label, Label::Deadline | Label::Asked));
        }
        _ => {}
    }
    // What is judged before its time has come does not say when that would have been.
    let is_to_come = |fact: &Fact| matches!(fact.value, Value::At(at) if fact.label == Label::LateAt && at > now);
    facts.retain(|fact| !is_to_come(fact));
    facts
}

/// Judges a case as it stands, as if nothing more came of it: what time would show is taken as shown.
pub fn judge(right: &Right, view: &CaseView, now: Timestamp) -> Judged {
    let made = decisions(view);
    let known = after_deciding(view, now.plus_millis(ALL_IS_KNOWN_MS));
    let point = |Checkpoint { check, state, facts }| match state {
        CheckState::Unknown => None,
        // What ended by itself was decided in time by nobody.
        CheckState::Passed if check == Check::DecidedInTime && made.is_empty() => None,
        CheckState::Passed | CheckState::Failed => {
            let facts = told(view, check, facts, now);
            Some(Point { mark: Mark::Check(check), holds: state == CheckState::Passed, facts })
        }
    };
    let mut points: Vec<Point> = known.into_iter().filter_map(point).collect();
    if let Some((_, first)) = made.first() {
        if right.asks_first {
            points.insert(0, asked_first(view, *first));
        }
        points.insert(0, right_decision(right, &made));
    }
    Judged { is_decided: !made.is_empty(), points, deeds: deeds(view) }
}

#[cfg(test)]
mod tests {
    use super::super::quality::sample::{NOW, done, view};
    use super::*;

    fn task() -> Task {
        Task {
            kind: Kind::RefundOnly,
            reason: ReasonGroup::Damaged,
            words: "It came broken.".to_owned(),
            photos: 2,
            article: String::new(),
            amount: String::new(),
            deadline_minutes: 120,
            manner: Manner::default(),
            right: Right { decisions: vec![vec![DecisionKind::ApproveRefund]], ..Right::default() },
        }
    }

    fn exercise() -> Exercise {
        Exercise {
            title: "First day".to_owned(),
            about: String::new(),
            region: "US".to_owned(),
            pass_percent: 80,
            minutes: 10,
            tasks: vec![task()],
        }
    }

    #[track_caller]
    fn wrong(field: &str, change: impl FnOnce(&mut Exercise)) {
        let mut exercise = exercise();
        change(&mut exercise);
        assert_eq!(exercise_problem(&exercise).map(|(field, _)| field), Some(field));
    }

    #[test]
    fn every_buyer_answers_a_question() {
        for (region, _) in REGIONS {
            let silent = Manner::default().answering(region);
            assert!(!silent.to_question.is_empty() && !silent.shows_photo, "{region}");
        }
        let own = Manner { to_question: "Here it is.".to_owned(), ..Manner::default() };
        assert_eq!(own.answering("US"), own);
    }

    #[test]
    fn what_cannot_be_run_is_named() {
        assert_eq!(exercise_problem(&exercise()), None);
        wrong("title", |exercise| exercise.title = " ".to_owned());
        wrong("region", |exercise| exercise.region = "FR".to_owned());
        wrong("pass_percent", |exercise| exercise.pass_percent = 0);
        wrong("minutes", |exercise| exercise.minutes = 0);
        wrong("minutes", |exercise| exercise.minutes = LONGEST_MINUTES + 1);
        wrong("tasks", |exercise| exercise.tasks.clear());
        wrong("tasks", |exercise| exercise.tasks = vec![task(); MOST_TASKS + 1]);
        wrong("reason", |exercise| exercise.tasks[0].reason = ReasonGroup::Fit);
        wrong("photos", |exercise| exercise.tasks[0].photos = 4);
        wrong("article", |exercise| exercise.tasks[0].article = "x".repeat(ARTICLE_CHARS + 1));
        wrong("amount", |exercise| exercise.tasks[0].amount = "1.2.3".to_owned());
        wrong("amount", |exercise| exercise.tasks[0].amount = "0.00".to_owned());
        wrong("deadline", |exercise| exercise.tasks[0].deadline_minutes = 4);
        wrong("right", |exercise| exercise.tasks[0].right.decisions.clear());
        wrong("right", |exercise| exercise.tasks[0].right.decisions = vec![vec![DecisionKind::AgreeReturn]]);
        wrong("to_question", |exercise| exercise.tasks[0].right.asks_first = true);
        wrong("writes_again", |exercise| exercise.tasks[0].manner.wants = vec!["postage".to_owned()]);
        wrong("words", |exercise| exercise.tasks[0].words = "x".repeat(WORDS_CHARS + 1));
    }

    #[test]
    fn every_decision_is_held_to_its_place() {
        use DecisionKind::{AcceptParcel, AgreeReturn, RejectReturn};
        let right = Right { decisions: vec![vec![AgreeReturn], vec![AcceptParcel]], ..Right::default() };
        for (made, holds) in [
            (vec![AgreeReturn], true),
            (vec![AgreeReturn, AcceptParcel], true),
            (vec![RejectReturn], false),
            (vec![AcceptParcel], false),
            (vec![AgreeReturn, AcceptParcel, AcceptParcel], false),
        ] {
            let made: Vec<_> = made.into_iter().map(|kind| (kind, NOW)).collect();
            assert_eq!(right_decision(&right, &made).holds, holds, "{made:?}");
        }
    }

    #[test]
    fn a_case_that_nobody_decided_is_worth_nothing() {
        let nobody = judge(&task().right, &view(), NOW);
        assert_eq!((nobody.is_decided, nobody.per_mille(), percent(std::slice::from_ref(&nobody))), (false, 0, 0));
        // What TikTok ended when the time had run out is in time for nobody, whatever became of the deadline.
        let mut elsewhere = view();
        elsewhere.by = Some(super::super::case::By::Outside);
        let in_time =
            |judged: Judged| judged.points.iter().any(|point| point.mark == Mark::Check(Check::DecidedInTime));
        assert!(!in_time(judge(&task().right, &elsewhere, NOW)));
        let mut decided = view();
        decided.by = Some(super::super::case::By::Desk);
        decided.intents.push(done(DecisionKind::ApproveRefund));
        let judged = judge(&task().right, &decided, NOW);
        let deed = Deed::Decided { kind: DecisionKind::ApproveRefund, reason: None, comment: None };
        assert_eq!((nobody.deeds, judged.deeds.as_slice()), (Vec::new(), [deed].as_slice()));
        assert!(judged.is_decided && judged.points[0].mark == Mark::RightDecision && judged.points[0].holds);
        let perfect = Judged { is_decided: true, points: vec![judged.points[0].clone()], deeds: Vec::new() };
        assert_eq!(percent(std::slice::from_ref(&perfect)), 100);
        assert_eq!(percent(&[perfect, Judged::default()]), 50);
    }

    #[test]
    fn a_return_that_was_agreed_to_expects_its_parcel_and_one_that_was_handled_otherwise_nothing() {
        use DecisionKind::{AcceptParcel, AgreeReturn, RejectReturn};
        let right = Right { decisions: vec![vec![AgreeReturn], vec![AcceptParcel]], ..Right::default() };
        let to_come = |made: &[DecisionKind]| {
            let decided = |kind: &DecisionKind| Deed::Decided { kind: *kind, reason: None, comment: None };
            let said = Deed::Said { text: "You can send it back.".to_owned() };
            right.to_come(&made.iter().map(decided).chain([said]).collect::<Vec<_>>())
        };
        assert_eq!([to_come(&[]), to_come(&[AgreeReturn]), to_come(&[AgreeReturn, AcceptParcel])], [2, 1, 0]);
        assert_eq!(to_come(&[RejectReturn]), 0);
    }

    #[test]
    fn what_a_check_rests_on_says_what_was_written_again_and_no_deadline_before_the_request() {
        let mut view = view();
        view.chat.messages = vec![crate::wire::case::MessageView {
            id: "7".to_owned(),
            speaker: crate::wire::case::Speaker::Buyer,
            at: NOW,
            text: Some("Where is my money?".to_owned()),
            picture: None,
            card: None,
            by: None,
        }];
        let fact = |label, at: Timestamp| Fact { label, value: Value::At(at) };
        let again = told(&view, Check::NotAgain, vec![fact(Label::WroteAgain, NOW)], NOW);
        let words = Fact { label: Label::AgainWords, value: Value::Text("Where is my money?".to_owned()) };
        assert_eq!(again[1], words);
        assert_ne!(again[0].label.text(), again[1].label.text(), "when, and what");
        let times = |deadline: i64| {
            let facts = vec![fact(Label::Asked, NOW), fact(Label::Deadline, NOW.plus_millis(deadline))];
            told(&view, Check::DecidedInTime, facts, NOW).len()
        };
        assert_eq!((times(1), times(-1)), (2, 0));
        let late = |ms| told(&view, Check::BuyerTold, vec![fact(Label::LateAt, NOW.plus_millis(ms))], NOW).len();
        assert_eq!((late(1), late(0)), (0, 1), "when a judged reply would have been late");
    }

    #[test]
    fn a_run_with_a_wrong_decision_is_not_passed_whatever_it_is_worth() {
        let point = |mark, holds| Point { mark, holds, facts: Vec::new() };
        let case = |failed: &[Mark]| {
            let checks = Check::ALL.into_iter().map(Mark::Check);
            let marks = [Mark::RightDecision, Mark::AskedFirst].into_iter().chain(checks);
            let points = marks.map(|mark| point(mark, !failed.contains(&mark))).collect();
            Judged { is_decided: true, points, deeds: Vec::new() }
        };
        let (good, wrong) = (case(&[]), case(&[Mark::RightDecision]));
        let run = [wrong.clone(), wrong, good.clone()];
        assert!(percent(&run) > 90 && !is_passed(&run, 80));
        for (failed, passed) in [
            (Mark::RightDecision, false),
            (Mark::AskedFirst, true),
            (Mark::Check(Check::DecidedInTime), false),
            (Mark::Check(Check::BuyerTold), false),
            (Mark::Check(Check::ToldAfter), false),
            (Mark::Check(Check::RefundedWhenPaid), false),
            (Mark::Check(Check::PhotosOpened), true),
            (Mark::Check(Check::BuyersLanguage), true),
            (Mark::Check(Check::NotAgain), true),
        ] {
            assert_eq!(is_passed(&[case(&[failed]), good.clone()], 80), passed, "{failed:?}");
        }
        assert!(!is_passed(&[case(&[Mark::Check(Check::PhotosOpened)])], 100), "the mark is not reached");
        assert!(!is_passed(&[Judged::default(), good], 50), "nobody decided a case");
    }

    #[test]
    fn one_fault_in_many_cases_is_never_rounded_away() {
        let point = |holds| Point { mark: Mark::RightDecision, holds, facts: Vec::new() };
        let good = Judged { is_decided: true, points: vec![point(true); 16], deeds: Vec::new() };
        let mut cases = vec![good; MOST_TASKS];
        assert_eq!(percent(&cases), 100);
        cases[0].points[3] = point(false);
        assert_eq!(percent(&cases), 99);
    }
}
