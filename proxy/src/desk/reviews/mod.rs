//! What people say of decided cases: which ones they look at, what they save, and what is said about that.

mod calibrate;
mod coach;
pub(super) mod sample;

pub use calibrate::{calibrate, calibrations, close};
pub use coach::{alerts, coaching, count, put_away};
pub use sample::{list, rules, save_rules};

use super::error::DeskError;
use super::{quality, view};
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::quality::Outcome;
use crate::store::reviews::{self, Review, Saved, Wanted};
use crate::store::{StoreError, Tx, cases, chat, people};
use shared::domain::review::{
    BUILT_IN, Judgement, NOTE_CHARS, Saying, Scorecard, Standing, answer_until, judgement_problem, score,
    scorecard_problem,
};
use shared::id::{AgentId, CaseId, ReviewId, ScorecardId, ShopId};
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::intent::{IntentState, IntentView, IntentWhat};
use shared::wire::review::{AnswerRequest, ReviewPage, ReviewView, ScorecardRequest, Verdict, VerdictRequest, Word};
use shared::wire::session::Role;

/// Reviews of an agent's own that are shown.
const MOST_MINE: u32 = 100;
/// Saved reviews of which the root causes are offered again.
const LOOKED_AT: u32 = 100;
/// Root causes that are offered.
const MOST_CAUSES: usize = 12;
/// How much of a message is kept beside a comment.
const QUOTE_CHARS: usize = 160;
const BARRED_OWN: &str = "You decided this case yourself: somebody else judges it.";
const BARRED_NOT_ASKED: &str = "This case is in a calibration, and you are not among its reviewers.";
const BARRED_SHOWN: &str = "This calibration is open for all to see: nothing changes any more.";

/// A decided case, with how it stands up.
struct Decided {
    view: CaseView,
    outcome: Outcome,
}

impl Decided {
    /// A case that was decided at this desk; none: it was not, or is not known.
    fn read(tx: &Tx<'_>, case: &CaseId, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let Some(view) = view::read(tx, case, None)? else { return Ok(None) };
        Ok(quality::outcome_of(tx, &view, now)?.map(|outcome| Self { view, outcome }))
    }

    /// Whether somebody answers for the case, or was one of those who decided it.
    fn is_by(&self, who: &AgentId) -> bool {
        let took_effect = |intent: &&IntentView| {
            matches!(intent.what, IntentWhat::Decision { .. }) && matches!(intent.state, IntentState::Done { .. })
        };
        self.outcome.agent.as_ref() == Some(who)
            || self.view.intents.iter().filter(took_effect).any(|one| one.by == *who)
    }
}

fn decided(tx: &Tx<'_>, agent: &Agent, case: &CaseId, now: Timestamp) -> Result<Decided, DeskError> {
    let found = view::read(tx, case, None)?.filter(|view| agent.sees(&view.row.shop));
    let view = found.ok_or(DeskError::NotFound { what: "case" })?;
    let outcome = quality::outcome_of(tx, &view, now)?;
    let outcome = outcome.ok_or(DeskError::Invalid { field: "case", problem: "was not decided at this desk yet" })?;
    Ok(Decided { view, outcome })
}

/// Every scorecard in its newest version, the built-in one first.
pub fn scorecards(tx: &Tx<'_>) -> Result<Vec<Scorecard>, StoreError> {
    let mut all = reviews::scorecards(tx)?;
    let changed = all.iter().position(|card| card.id.as_str() == BUILT_IN).map(|place| all.remove(place));
    all.splice(0..0, changed.or_else(Scorecard::built_in));
    Ok(all)
}

fn scorecard_at(tx: &Tx<'_>, card: &ScorecardId, version: u32) -> Result<Option<Scorecard>, StoreError> {
    let built_in = Scorecard::built_in().filter(|known| known.id == *card && known.version == version);
    if built_in.is_some() { Ok(built_in) } else { reviews::scorecard_at(tx, card, version) }
}

/// Makes the next version of a scorecard, or a new one. The same again changes nothing.
pub fn save_scorecard(
    desk: &Desk,
    agent: &Agent,
    card: &ScorecardId,
    request: &ScorecardRequest,
) -> Result<Scorecard, DeskError> {
    if let Some((field, problem)) = scorecard_problem(&request.name, &request.items) {
        return Err(DeskError::Invalid { field, problem });
    }
    let now = desk.clock.now();
    let (name, items) = (request.name.trim().to_owned(), request.items.clone());
    let new = Scorecard { id: card.clone(), version: request.version + 1, name, items };
    desk.store.write_or(|tx| {
        let all = scorecards(tx)?;
        let newest = all.iter().find(|known| known.id == *card);
        if let Some(newest) = newest.filter(|newest| newest.name == new.name && newest.items == new.items) {
            return Ok(newest.clone());
        }
        if all.iter().any(|known| known.id != *card && known.name == new.name) {
            return Err(DeskError::Invalid { field: "name", problem: "is another scorecard’s already" });
        }
        let is_newest = newest.map_or(0, |newest| newest.version) == request.version;
        if !is_newest || !reviews::add_scorecard(tx, &new, &agent.id, now)? {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        Ok(new.clone())
    })
}

/// Whether somebody judges cases of a shop: they are on the team, lead, and see it.
fn can_judge(tx: &Tx<'_>, who: &AgentId, shop: &ShopId) -> Result<bool, StoreError> {
    let person = people::find(tx, who)?.filter(|person| person.role >= Role::Lead);
    Ok(person.is_some_and(|person| person.sees(shop)))
}

/// A review as it stands by now. What is to be done again by somebody who cannot judge any more waits for a lead, as the
/// appeal did before: nobody else would ever end it.
fn standing_now(tx: &Tx<'_>, mut review: Review) -> Result<Review, StoreError> {
    if review.standing == Standing::Redo && !can_judge(tx, &review.reviewer, &review.shop)? {
        review.standing = Standing::Appealed;
    }
    Ok(review)
}

/// A saved review for the screen; none of what was never saved.
fn shown(tx: &Tx<'_>, review: Review) -> Result<Option<ReviewView>, StoreError> {
    let review = standing_now(tx, review)?;
    let can_redo = can_judge(tx, &review.reviewer, &review.shop)?;
    let (Some(saved), Some(row)) = (review.saved, cases::row(tx, &review.case)?) else { return Ok(None) };
    let words = reviews::words(tx, &review.id)?;
    Ok(Some(ReviewView {
        id: review.id,
        row,
        reviewer: review.reviewer,
        agent: review.agent,
        card: saved.card,
        judgement: saved.judgement,
        score: saved.score,
        saved: saved.at,
        standing: review.standing,
        words,
        answer_until: answer_until(saved.at),
        is_orphaned: !can_redo,
    }))
}

fn all_shown(tx: &Tx<'_>, all: Vec<Review>) -> Result<Vec<ReviewView>, StoreError> {
    let shown: Vec<Option<ReviewView>> = all.into_iter().map(|one| shown(tx, one)).collect::<Result<_, _>>()?;
    Ok(shown.into_iter().flatten().collect())
}

/// Root causes that others have named, the newest first.
fn causes(tx: &Tx<'_>, agent: &Agent) -> Result<Vec<String>, StoreError> {
    let mut causes: Vec<String> = Vec::new();
    for review in reviews::list(tx, &agent.shops(tx)?, &Wanted::default(), LOOKED_AT)? {
        let judged = review.saved.into_iter().flat_map(|saved| saved.judgement.items.into_values());
        for cause in judged.flat_map(|judged| judged.causes) {
            if causes.len() < MOST_CAUSES && !causes.contains(&cause) {
                causes.push(cause);
            }
        }
    }
    Ok(causes)
}

/// Why somebody cannot judge a case.
fn barred(tx: &Tx<'_>, agent: &Agent, decided: &Decided, now: Timestamp) -> Result<Option<&'static str>, StoreError> {
    let outcome = &decided.outcome;
    if decided.is_by(&agent.id) {
        return Ok(Some(BARRED_OWN));
    }
    let Some(session) = reviews::calibration(tx, &outcome.case)? else { return Ok(None) };
    if calibrate::is_shown(tx, &session, now)? {
        return Ok(Some(BARRED_SHOWN));
    }
    Ok((!session.reviewers.contains(&agent.id)).then_some(BARRED_NOT_ASKED))
}

/// A decided case with all that a reviewer needs.
pub fn page(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<ReviewPage, DeskError> {
    let now = desk.clock.now();
    let mut fault = None;
    let page = desk.store.read(|tx| match read_page(tx, agent, case, now) {
        Ok(page) => Ok(Some(page)),
        Err(DeskError::Store(broken)) => Err(broken),
        Err(refused) => {
            fault = Some(refused);
            Ok(None)
        }
    })?;
    page.ok_or_else(|| fault.unwrap_or(DeskError::NotFound { what: "case" }))
}

fn read_page(tx: &Tx<'_>, agent: &Agent, case: &CaseId, now: Timestamp) -> Result<ReviewPage, DeskError> {
    let found = decided(tx, agent, case, now)?;
    let barred = barred(tx, agent, &found, now)?.map(str::to_owned);
    let Decided { outcome, view } = found;
    let session = reviews::calibration(tx, case)?;
    let (own, others): (Vec<Review>, Vec<Review>) =
        reviews::of_case(tx, case)?.into_iter().partition(|review| review.reviewer == agent.id);
    let own = own.into_iter().next();
    let mut cards = match &session {
        Some(session) => vec![session.card.clone()],
        None => scorecards(tx)?,
    };
    // What was begun under an older version goes on under it.
    let draft = own.as_ref().and_then(|own| own.draft.clone());
    if let Some(draft) = &draft
        && !cards.iter().any(|card| card.id == draft.scorecard && card.version == draft.version)
    {
        cards.extend(scorecard_at(tx, &draft.scorecard, draft.version)?);
    }
    let is_hidden = session.is_some();
    Ok(ReviewPage {
        why: sample::why(tx, case, now)?,
        decided: outcome.decided,
        handled: quality::handled(&view, &outcome),
        others_messages: chat::of_other_cases(tx, case)?,
        agent: outcome.agent,
        causes: causes(tx, agent)?,
        barred,
        calibration: session.map(|session| calibrate::shown(tx, agent, session, now)).transpose()?.flatten(),
        own: own.map(|own| shown(tx, own)).transpose()?.flatten(),
        // The spread of a calibration shows what others say, once it may.
        others: if is_hidden { Vec::new() } else { all_shown(tx, others)? },
        cards,
        draft,
    })
}

/// The judgement with the beginning of each message that is commented on; one that is not of this case is refused.
fn quoted(view: &CaseView, judgement: &Judgement) -> Result<Judgement, DeskError> {
    let mut judgement = judgement.clone();
    judgement.note = judgement.note.trim().to_owned();
    for comment in &mut judgement.comments {
        let message = view.chat.messages.iter().find(|message| message.id == comment.message);
        let message =
            message.ok_or(DeskError::Invalid { field: "comments", problem: "name a message of another case" })?;
        comment.quote = message.text.as_deref().unwrap_or("A picture").chars().take(QUOTE_CHARS).collect();
    }
    Ok(judgement)
}

/// What is about to be written, checked: the review as it is or a new one, and its scorecard.
struct Writing {
    review: Review,
    card: Scorecard,
    judgement: Judgement,
    words: Vec<Word>,
}

fn write(
    tx: &Tx<'_>,
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    judgement: &Judgement,
    is_whole: bool,
) -> Result<Writing, DeskError> {
    let now = desk.clock.now();
    let found = decided(tx, agent, case, now)?;
    let barred = barred(tx, agent, &found, now)?;
    let Decided { view, outcome } = found;
    let session = reviews::calibration(tx, case)?;
    let card = match session {
        Some(session) => {
            Some(session.card).filter(|card| card.id == judgement.scorecard && card.version == judgement.version)
        }
        None => scorecard_at(tx, &judgement.scorecard, judgement.version)?,
    };
    let card = card.ok_or(DeskError::Invalid { field: "scorecard", problem: "is not the one to judge by" })?;
    if let Some((field, problem)) = judgement_problem(&card, judgement, is_whole) {
        return Err(DeskError::Invalid { field, problem });
    }
    let judgement = quoted(&view, judgement)?;
    let own = reviews::of_case(tx, case)?.into_iter().find(|review| review.reviewer == agent.id);
    let is_same = own.as_ref().and_then(|own| own.saved.as_ref()).is_some_and(|saved| saved.judgement == judgement);
    if let Some(why) = barred.filter(|_| !is_same) {
        return Err(DeskError::Invalid { field: "case", problem: barred_clause(why) });
    }
    let review = match own {
        Some(own) => own,
        None => Review {
            id: ReviewId::try_from(desk.entropy.id("r_")?)?,
            case: case.clone(),
            shop: view.row.shop.clone(),
            reviewer: agent.id.clone(),
            agent: None,
            draft: None,
            saved: None,
            standing: Standing::Open,
        },
    };
    let words = reviews::words(tx, &review.id)?;
    Ok(Writing { review: Review { agent: outcome.agent, ..review }, card, judgement, words })
}

/// As a clause after the name of a field.
fn barred_clause(why: &'static str) -> &'static str {
    match why {
        BARRED_OWN => "was decided by you: somebody else judges it",
        BARRED_NOT_ASKED => "is in a calibration of other reviewers",
        _ => "is in a calibration that is open for all to see",
    }
}

/// Whether the reviewer can still change what was saved: until the agent has answered, and when it is to be done again.
fn is_open(writing: &Writing) -> Result<(), DeskError> {
    if writing.review.saved.is_some() && writing.review.standing != Standing::Redo && !writing.words.is_empty() {
        return Err(DeskError::Invalid { field: "review", problem: "was answered: it changes only after an appeal" });
    }
    Ok(())
}

/// Keeps what a reviewer has not saved yet.
pub fn save_draft(desk: &Desk, agent: &Agent, case: &CaseId, judgement: &Judgement) -> Result<(), DeskError> {
    desk.store.write_or(|tx| {
        let writing = write(tx, desk, agent, case, judgement, false)?;
        is_open(&writing)?;
        let is_saved = writing.review.saved.as_ref().is_some_and(|saved| saved.judgement == writing.judgement);
        // What the desk fills in is no word of the reviewer.
        let draft = Some(writing.judgement).filter(|_| !is_saved || writing.review.standing == Standing::Redo);
        Ok(reviews::save(tx, &Review { draft, ..writing.review })?)
    })
}

/// Who else has saved a review of a case last, where more have than the reviewer knows of. In a calibration nobody is
/// to know.
fn another(tx: &Tx<'_>, writing: &Writing, known: usize) -> Result<Option<DeskError>, StoreError> {
    let case = &writing.review.case;
    if writing.review.saved.is_some() || reviews::calibration(tx, case)?.is_some() {
        return Ok(None);
    }
    let all = reviews::of_case(tx, case)?;
    let others: Vec<_> = all.iter().filter_map(|review| Some((&review.reviewer, review.saved.as_ref()?.at))).collect();
    match others.last().filter(|_| others.len() > known) {
        Some((by, at)) => Ok(Some(DeskError::EditedMeanwhile { by: people::name_of(tx, by)?, at: Some(*at) })),
        None => Ok(None),
    }
}

/// Saves a review. The same again changes nothing, also not the time in which the agent can answer.
///
/// Of a reviewer who knows of so many others' reviews of the case the first is refused where there are more: two would
/// count, and they may not want that. Who says nothing of it wants it.
pub fn save(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    judgement: &Judgement,
    known: Option<usize>,
) -> Result<ReviewView, DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let writing = write(tx, desk, agent, case, judgement, true)?;
        if let Some(refusal) = known.map(|known| another(tx, &writing, known)).transpose()?.flatten() {
            return Err(refusal);
        }
        let is_saved = writing.review.saved.as_ref().is_some_and(|saved| saved.judgement == writing.judgement);
        let review = if is_saved && writing.review.standing.counts() {
            Review { draft: None, ..writing.review }
        } else {
            is_open(&writing)?;
            let score = score(&writing.card.items, &writing.judgement.items)
                .ok_or(DeskError::Invalid { field: "items", problem: "must all be judged" })?;
            if writing.review.standing == Standing::Redo {
                reviews::say(tx, &writing.review.id, &agent.id, Saying::Redone, "", now)?;
            }
            let saved = Saved { card: writing.card, judgement: writing.judgement, score, at: now };
            Review { draft: None, saved: Some(saved), standing: Standing::Open, ..writing.review }
        };
        reviews::save(tx, &review)?;
        shown(tx, review)?.ok_or(DeskError::NotFound { what: "case" })
    })
}

/// Takes a case off the list of those to review.
pub fn skip(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        decided(tx, agent, case, now)?;
        Ok(reviews::skip(tx, case, &agent.id, now)?)
    })
}

/// Reviews of an agent's own work, newest first.
pub fn mine(desk: &Desk, agent: &Agent) -> Result<Vec<ReviewView>, DeskError> {
    Ok(desk.store.read(|tx| {
        let wanted = Wanted { agent: Some(&agent.id), ..Wanted::default() };
        all_shown(tx, reviews::list(tx, &agent.shops(tx)?, &wanted, MOST_MINE)?)
    })?)
}

/// A review that counts or has counted, for somebody who sees its shop.
fn find(tx: &Tx<'_>, agent: &Agent, review: &ReviewId) -> Result<(Review, Saved), DeskError> {
    let none = DeskError::NotFound { what: "review" };
    let found = reviews::find(tx, review)?.filter(|review| agent.sees(&review.shop)).ok_or(none)?;
    let found = standing_now(tx, found)?;
    let is_hidden = reviews::calibration(tx, &found.case)?.is_some();
    match found.saved.clone().filter(|_| !is_hidden) {
        Some(saved) => Ok((found, saved)),
        None => Err(DeskError::NotFound { what: "review" }),
    }
}

const NO_TEXT: DeskError = DeskError::Invalid { field: "text", problem: "must have 1 to 2,000 characters" };

fn said(text: &str, is_needed: bool) -> Result<&str, DeskError> {
    let text = text.trim();
    if text.chars().count() > NOTE_CHARS || (is_needed && text.is_empty()) {
        return Err(NO_TEXT);
    }
    Ok(text)
}

/// Whether exactly this was said last: the second press of one button.
fn is_last(words: &[Word], agent: &Agent, saying: Saying, text: &str) -> bool {
    words.last().is_some_and(|last| last.by == agent.id && last.saying == saying && last.text == text)
}

fn add(
    tx: &Tx<'_>,
    mut review: Review,
    agent: &Agent,
    saying: Saying,
    text: &str,
    now: Timestamp,
) -> Result<ReviewView, DeskError> {
    reviews::say(tx, &review.id, &agent.id, saying, text, now)?;
    let words = reviews::words(tx, &review.id)?;
    review.standing = Standing::after(words.iter().map(|word| word.saying));
    reviews::save(tx, &review)?;
    shown(tx, review)?.ok_or(DeskError::NotFound { what: "review" })
}

/// The agent answers, or appeals, within the days that there are for it, or says that they read a lead's last word.
pub fn answer(desk: &Desk, agent: &Agent, review: &ReviewId, request: &AnswerRequest) -> Result<ReviewView, DeskError> {
    let text = said(&request.text, false)?;
    let saying = if request.is_appeal { Saying::Appeal } else { Saying::Answer };
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let (review, saved) = find(tx, agent, review)?;
        if review.agent.as_ref() != Some(&agent.id) {
            return Err(DeskError::NotFound { what: "review" });
        }
        let words = reviews::words(tx, &review.id)?;
        if is_last(&words, agent, saying, text) {
            return shown(tx, review)?.ok_or(DeskError::NotFound { what: "review" });
        }
        // That a lead's last word was read can be said without words, and at any time.
        if text.is_empty() {
            let is_read = !request.is_appeal && words.last().is_some_and(|last| last.saying.is_last_word());
            return if is_read { add(tx, review, agent, saying, text, now) } else { Err(NO_TEXT) };
        }
        if now > answer_until(saved.at) {
            return Err(DeskError::Invalid { field: "review", problem: "could be answered for 5 days" });
        }
        if request.is_appeal && review.standing != Standing::Open {
            return Err(DeskError::Invalid { field: "review", problem: "was appealed against already" });
        }
        add(tx, review, agent, saying, text, now)
    })
}

const REVIEWER_GONE: DeskError = DeskError::Invalid {
    field: "review",
    problem: "cannot be done again: its reviewer judges no more here. Leave it and say why, or take it back",
};

/// No appeal waits: another lead has ended it, or there never was one.
fn no_appeal(tx: &Tx<'_>, words: &[Word]) -> Result<DeskError, StoreError> {
    let ruling =
        words.iter().rev().find(|word| matches!(word.saying, Saying::Explained | Saying::Redo | Saying::TakenBack));
    Ok(match ruling {
        Some(word) => DeskError::EditedMeanwhile { by: people::name_of(tx, &word.by)?, at: Some(word.at) },
        None => DeskError::Invalid { field: "review", problem: "has no appeal that waits" },
    })
}

/// A lead ends an appeal. Nobody does so for their own work.
pub fn judge_appeal(
    desk: &Desk,
    agent: &Agent,
    review: &ReviewId,
    request: &VerdictRequest,
) -> Result<ReviewView, DeskError> {
    let text = said(&request.text, request.verdict == Verdict::Explain)?;
    let saying = match request.verdict {
        Verdict::Explain => Saying::Explained,
        Verdict::Redo => Saying::Redo,
        Verdict::TakeBack => Saying::TakenBack,
    };
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let (mut review, saved) = find(tx, agent, review)?;
        if review.agent.as_ref() == Some(&agent.id) {
            return Err(DeskError::Forbidden);
        }
        if saying == Saying::Redo && !can_judge(tx, &review.reviewer, &review.shop)? {
            return Err(REVIEWER_GONE);
        }
        let words = reviews::words(tx, &review.id)?;
        if is_last(&words, agent, saying, text) {
            return shown(tx, review)?.ok_or(DeskError::NotFound { what: "review" });
        }
        if review.standing != Standing::Appealed {
            return Err(no_appeal(tx, &words)?);
        }
        if saying == Saying::Redo {
            review.draft = Some(saved.judgement);
        }
        add(tx, review, agent, saying, text, now)
    })
}
