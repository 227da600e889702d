//! Several reviewers judge one case without seeing each other; then they agree.

use super::{Decided, can_judge, decided, scorecards};
use crate::app::Desk;
use crate::auth::Agent;
use crate::desk::error::DeskError;
use crate::store::reviews::{self, Review, Session};
use crate::store::{StoreError, Tx, cases, people};
use shared::domain::review::{Item, NOTE_CHARS};
use shared::id::{AgentId, CaseId, ItemId, ShopId};
use shared::time::Timestamp;
use shared::wire::review::{Agreed, CalibrateRequest, Calibration, Calibrations, CloseRequest, JudgedBy, Leaning};
use std::collections::BTreeMap;

/// Sessions that are shown and counted.
const MOST: u32 = 50;
const MOST_REVIEWERS: usize = 10;

/// The saved reviews of a session's reviewers.
fn saved(tx: &Tx<'_>, session: &Session) -> Result<Vec<Review>, StoreError> {
    let mut all = reviews::of_case(tx, &session.case)?;
    all.retain(|review| review.saved.is_some() && session.reviewers.contains(&review.reviewer));
    Ok(all)
}

/// Who was asked, has not saved, and can no longer judge: they lead no more, do not see the shop, or have decided the case
/// since. Nobody waits for them.
fn gone(tx: &Tx<'_>, session: &Session, saved: &[Review], now: Timestamp) -> Result<Vec<AgentId>, StoreError> {
    let has_saved = |who: &AgentId| saved.iter().any(|review| review.reviewer == *who);
    let silent: Vec<&AgentId> = session.reviewers.iter().filter(|who| !has_saved(who)).collect();
    if silent.is_empty() || session.closed.is_some() {
        return Ok(Vec::new());
    }
    let decided = Decided::read(tx, &session.case, now)?;
    let mut gone = Vec::new();
    for who in silent {
        if !can_judge(tx, who, &session.shop)? || decided.as_ref().is_none_or(|decided| decided.is_by(who)) {
            gone.push(who.clone());
        }
    }
    Ok(gone)
}

/// Whether what each said can be seen: all who can have saved, or a lead has closed it.
pub(super) fn is_shown(tx: &Tx<'_>, session: &Session, now: Timestamp) -> Result<bool, StoreError> {
    let saved = saved(tx, session)?;
    let gone = gone(tx, session, &saved, now)?;
    Ok(are_in(session, &saved, &gone))
}

fn are_in(session: &Session, saved: &[Review], gone: &[AgentId]) -> bool {
    session.closed.is_some() || (!saved.is_empty() && saved.len() + gone.len() >= session.reviewers.len())
}

/// A session as somebody may see it now.
pub(super) fn shown(
    tx: &Tx<'_>,
    agent: &Agent,
    session: Session,
    now: Timestamp,
) -> Result<Option<Calibration>, StoreError> {
    let Some(row) = cases::row(tx, &session.case)? else { return Ok(None) };
    let saved = saved(tx, &session)?;
    let gone = gone(tx, &session, &saved, now)?;
    let is_shown = are_in(&session, &saved, &gone);
    let judged = |review: &Review| {
        let saved = review.saved.as_ref()?;
        Some(JudgedBy {
            who: review.reviewer.clone(),
            items: saved.judgement.items.clone(),
            note: saved.judgement.note.clone(),
            comments: saved.judgement.comments.clone(),
        })
    };
    // Always in the same order, whoever saved first.
    let by = |who: &AgentId| saved.iter().find(|review| review.reviewer == *who).and_then(judged);
    Ok(Some(Calibration {
        judged: is_shown.then(|| session.reviewers.iter().filter_map(by).collect()),
        saved: u32::try_from(saved.len()).unwrap_or(u32::MAX),
        gone,
        is_mine_saved: saved.iter().any(|review| review.reviewer == agent.id),
        row,
        card: session.card,
        by: session.by,
        opened: session.at,
        reviewers: session.reviewers,
        closed: session.closed,
    }))
}

/// Cases that somebody is asked to judge and can: not what nobody decided here, nor what they have decided a part of since.
pub(super) fn asked(tx: &Tx<'_>, agent: &Agent, shops: &[ShopId], now: Timestamp) -> Result<Vec<Decided>, StoreError> {
    let mut all = Vec::new();
    for session in reviews::asked(tx, shops, &agent.id)? {
        all.extend(Decided::read(tx, &session.case, now)?);
    }
    all.retain(|one| !one.is_by(&agent.id));
    Ok(all)
}

fn invalid(field: &'static str, problem: &'static str) -> DeskError {
    DeskError::Invalid { field, problem }
}

/// Asks several reviewers to judge a case. As long as nobody has saved, others can be asked instead.
pub fn calibrate(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    request: &CalibrateRequest,
) -> Result<Calibration, DeskError> {
    let now = desk.clock.now();
    let mut reviewers = request.reviewers.clone();
    reviewers.sort();
    reviewers.dedup();
    if !(2..=MOST_REVIEWERS).contains(&reviewers.len()) {
        return Err(invalid("reviewers", "must be 2 to 10"));
    }
    desk.store.write_or(|tx| {
        let found = decided(tx, agent, case, now)?;
        for reviewer in &reviewers {
            if !can_judge(tx, reviewer, &found.view.row.shop)? {
                return Err(invalid("reviewers", "must be leads who see this shop"));
            }
            if found.is_by(reviewer) {
                return Err(invalid("reviewers", "must not name who decided the case"));
            }
        }
        let card = scorecards(tx)?.into_iter().find(|card| card.id == request.scorecard);
        let card = card.ok_or(invalid("scorecard", "is not known"))?;
        let before = reviews::calibration(tx, case)?;
        let is_same = before.as_ref().is_some_and(|before| before.reviewers == reviewers && before.card == card);
        if !is_same && reviews::of_case(tx, case)?.iter().any(|review| review.saved.is_some()) {
            return Err(invalid("case", "was reviewed already: choose one that nobody has judged"));
        }
        if !is_same && before.as_ref().is_some_and(|before| before.closed.is_some()) {
            return Err(invalid("case", "is in a calibration that is closed"));
        }
        let session = Session {
            case: case.clone(),
            shop: found.view.row.shop.clone(),
            card,
            reviewers: reviewers.clone(),
            by: before.as_ref().map_or_else(|| agent.id.clone(), |before| before.by.clone()),
            at: before.as_ref().map_or(now, |before| before.at),
            closed: before.and_then(|before| before.closed),
        };
        reviews::save_calibration(tx, &session)?;
        shown(tx, agent, session, now)?.ok_or(DeskError::NotFound { what: "case" })
    })
}

/// Ends the judging, and keeps what was agreed; the latter can be put right later.
pub fn close(desk: &Desk, agent: &Agent, case: &CaseId, request: &CloseRequest) -> Result<Calibration, DeskError> {
    let now = desk.clock.now();
    if request.wording.chars().count() > NOTE_CHARS {
        return Err(invalid("wording", "has more than 2,000 characters"));
    }
    desk.store.write_or(|tx| {
        let session = reviews::calibration(tx, case)?.filter(|session| agent.sees(&session.shop));
        let session = session.ok_or(DeskError::NotFound { what: "calibration" })?;
        let fits = |(id, points): (&ItemId, &u8)| {
            session.card.items.iter().any(|item| item.id == *id && (1..=item.points).contains(points))
        };
        if !request.points.iter().all(fits) {
            return Err(invalid("points", "are not on the items’ scales"));
        }
        if saved(tx, &session)?.is_empty() {
            return Err(invalid("case", "was judged by nobody yet"));
        }
        let wording = request.wording.trim().to_owned();
        let is_same =
            session.closed.as_ref().is_some_and(|closed| closed.points == request.points && closed.wording == wording);
        if let Some(before) = session.closed.as_ref().filter(|before| !is_same && request.closed != Some(before.at)) {
            return Err(DeskError::EditedMeanwhile { by: people::name_of(tx, &before.by)?, at: Some(before.at) });
        }
        // The time names what is changed: no two are of the same.
        let at = session.closed.as_ref().map_or(now, |before| now.max(before.at.plus_millis(1)));
        let closed = Agreed { by: agent.id.clone(), at, points: request.points.clone(), wording };
        let closed = session.closed.clone().filter(|_| is_same).or(Some(closed));
        let session = Session { closed, ..session };
        reviews::save_calibration(tx, &session)?;
        shown(tx, agent, session, now)?.ok_or(DeskError::NotFound { what: "case" })
    })
}

/// How far each reviewer is from what was agreed, and how near all came to it from session to session.
fn compared(sessions: &[Calibration]) -> (Vec<Leaning>, Vec<u32>) {
    let mut leans: BTreeMap<&AgentId, (i64, i64, u32)> = BTreeMap::new();
    let mut nearness = Vec::new();
    let mut closed: Vec<_> =
        sessions.iter().filter_map(|one| Some((one.closed.as_ref()?, one.judged.as_ref()?, &one.card))).collect();
    closed.sort_by_key(|(agreed, ..)| agreed.at);
    for (agreed, judged, card) in closed {
        let (mut near, mut all) = (0_u32, 0_u32);
        for JudgedBy { who, items, .. } in judged {
            let compare = |item: &Item| {
                let (own, agreed) = (items.get(&item.id)?.points, *agreed.points.get(&item.id)?);
                Some((i64::from(own) - i64::from(agreed), item.is_near(own, agreed)))
            };
            let differences: Vec<(i64, bool)> = card.items.iter().filter_map(compare).collect();
            if differences.is_empty() {
                continue;
            }
            let lean = leans.entry(who).or_default();
            lean.2 += 1;
            for (difference, is_near) in differences {
                all += 1;
                near += u32::from(is_near);
                lean.0 += difference;
                lean.1 += 1;
            }
        }
        nearness.extend((near * 100).checked_div(all));
    }
    let leaning = |(who, (sum, count, cases)): (&AgentId, (i64, i64, u32))| {
        Some(Leaning { who: who.clone(), hundredths: (sum * 100).checked_div(count)?, cases })
    };
    let mut leanings: Vec<Leaning> = leans.into_iter().filter_map(leaning).collect();
    leanings.sort_by_key(|leaning| std::cmp::Reverse(leaning.hundredths.abs()));
    (leanings, nearness)
}

/// All sessions of the shops that somebody sees.
pub fn calibrations(desk: &Desk, agent: &Agent) -> Result<Calibrations, DeskError> {
    let now = desk.clock.now();
    Ok(desk.store.read(|tx| {
        let found = reviews::calibrations(tx, &agent.shops(tx)?, MOST)?;
        let shown: Vec<_> =
            found.into_iter().map(|one| shown(tx, agent, one, now)).collect::<Result<_, StoreError>>()?;
        let sessions: Vec<Calibration> = shown.into_iter().flatten().collect();
        let (leanings, near) = compared(&sessions);
        Ok(Calibrations { sessions, leanings, near })
    })?)
}
