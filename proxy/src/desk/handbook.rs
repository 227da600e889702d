//! The handbook: read and signed by everybody, written by leads, approved by somebody else where there is somebody.

use super::error::DeskError;
use super::is_near;
use super::ticks;
use crate::app::Desk;
use crate::auth::Agent;
use crate::handbook::{built_in, difference as compare, html, loses, minutes, missing, plain, references};
use crate::store::handbook::{self as store, Draft, Earlier, Page, Reading, State, Version};
use crate::store::people::{self, Account};
use crate::store::{StoreError, Tx, cases, events, from_json, idempotency, shops, templates, to_json, uploads};
use shared::domain::case::{Derived, Stage};
use shared::domain::handbook::{
    Change, Changes, PURPOSE_CHARS, PageContent, PageKind, PageStep, Problem, StepTick, TITLE_CHARS, Video, changes,
};
use shared::domain::quality::Check;
use shared::domain::touch::{Around, touches};
use shared::id::{AgentId, CaseId, IdError, IdempotencyKey, PageId};
use shared::reply::{Language, Moment};
use shared::time::Timestamp;
use shared::wire::event::Event;
use shared::wire::handbook::{
    Beside, CheckName, Diff, DiffQuery, DraftChange, DraftNote, DraftQuery, DraftRevision, DraftState, DraftView,
    Handbook, KeepingRequest, NewPageRequest, News, OrderRequest, OwnVideo, PageMade, PageRow, PageView, Reader,
    ReturnRequest, Returned, ReviewRequest, Revision, SaveRequest, Saved, Shown, StepHint, StepView, ToldWith, Touches,
    WhatChanged,
};
use shared::wire::intent::{IntentView, IntentWhat};
use shared::wire::session::{Person, Role};
use std::collections::BTreeSet;

/// Who was not seen for so long has closed the editor.
const EDITS_MS: i64 = 15_000;
/// Characters of a step that are shown beside a case.
const HINT_CHARS: usize = 180;

/// Puts the pages that come with the desk into an empty handbook; what somebody has written is left alone.
pub fn begin(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let is_new = desk.store.write(|tx| {
        if !store::pages(tx)?.is_empty() {
            return Ok(false);
        }
        for page in built_in() {
            let corrupt = |fault: IdError| StoreError::Corrupt { what: "page id", source: Box::new(fault) };
            let id: PageId = page.id.parse().map_err(corrupt)?;
            store::insert(tx, &id, page.kind, now)?;
            let last = page.editions.len();
            for (number, edition) in (1..).zip(page.editions) {
                let revision = Revision {
                    number,
                    version: edition.version,
                    at: edition.at.unwrap_or(now),
                    description: edition.description.to_owned(),
                    author: None,
                    approved_by: edition.approved_by.to_owned(),
                    alone: false,
                };
                // Nobody is asked for what was in force before there was a desk.
                let asks = page.kind == PageKind::Procedure && usize::try_from(number) == Ok(last);
                store::publish(tx, &id, &Version { revision, content: edition.content, asks })?;
            }
        }
        Ok(true)
    })?;
    if is_new {
        tracing::info!("The handbook begins with the pages that come with the desk");
    }
    Ok(())
}

fn page_of(tx: &Tx<'_>, page: &PageId) -> Result<Page, DeskError> {
    store::find(tx, page)?.ok_or(DeskError::NotFound { what: "page" })
}

fn draft_of(tx: &Tx<'_>, page: &PageId) -> Result<Draft, DeskError> {
    store::draft(tx, page)?.ok_or(DeskError::NotFound { what: "draft" })
}

/// A person by id; one who was removed stays as a name.
pub(super) fn person(tx: &Tx<'_>, id: &AgentId) -> Result<Person, StoreError> {
    if let Some(account) = people::find(tx, id)? {
        return Ok(account.person());
    }
    let name = people::name_of(tx, id)?.unwrap_or_else(|| "Somebody".to_owned());
    Ok(Person { id: id.clone(), name, role: Role::Agent, has_left: true })
}

/// Everybody who can sign in.
pub(super) fn team(tx: &Tx<'_>) -> Result<Vec<Account>, StoreError> {
    let is_real = people::has_real_shop(tx)?;
    let comes = |account: &Account| account.password_hash.is_some() || (account.is_practice && !is_real);
    Ok(people::all(tx)?.into_iter().filter(comes).collect())
}

/// Somebody else than the sender can approve.
fn needs_another(tx: &Tx<'_>, sender: &AgentId) -> Result<bool, StoreError> {
    Ok(team(tx)?.iter().any(|account| account.id != *sender && account.role >= Role::Lead))
}

fn names(checks: &[Check]) -> Vec<CheckName> {
    let name = |check: &Check| CheckName { text: check.text().to_owned(), explanation: check.explanation().to_owned() };
    checks.iter().map(name).collect()
}

/// A page as it is shown: Markdown made safe, videos only of hosts that may be framed.
fn shown(content: &PageContent) -> Shown {
    let step = |step: &PageStep| StepView {
        title: step.title.clone(),
        html: html(&step.text),
        stage: step.stage,
        checks: names(&step.checks),
        ticks: step.ticks.iter().map(|tick| tick.text.clone()).collect(),
        video: step.video.as_deref().and_then(Video::of),
        own_video: step.own_video().map(|file| OwnVideo {
            file,
            poster: step.poster.clone(),
            captions: step.captions.clone(),
        }),
    };
    let texts = content.steps.iter().flat_map(|step| [step.title.as_str(), step.text.as_str()]);
    Shown {
        title: content.title.clone(),
        purpose: content.purpose.clone(),
        steps: content.steps.iter().map(step).collect(),
        minutes: minutes(texts.chain([content.purpose.as_str()])),
        missing: Vec::new(),
    }
}

/// All pages that somebody may open.
pub fn list(desk: &Desk, agent: &Agent) -> Result<Handbook, DeskError> {
    let leads = agent.role >= Role::Lead;
    Ok(desk.store.read(|tx| {
        let unsigned: BTreeSet<PageId> = store::unsigned(tx, &agent.id)?.into_iter().collect();
        let mut pages = Vec::new();
        for page in store::pages(tx)?.into_iter().filter(|page| leads || page.retired.is_none()) {
            let (version, draft) = (store::in_force(tx, &page.id)?, store::draft(tx, &page.id)?.filter(|_| leads));
            let said = version.as_ref().map(|version| &version.content);
            let Some(content) = said.or_else(|| draft.as_ref().map(|draft| &draft.content)) else { continue };
            pages.push(PageRow {
                asks: unsigned.contains(&page.id),
                kind: page.kind,
                title: content.title.clone(),
                version: version.as_ref().map(|version| version.revision.version),
                has_draft: draft.is_some(),
                in_review: draft.as_ref().is_some_and(|draft| matches!(draft.state, State::Review { .. })),
                is_retired: page.retired.is_some(),
                id: page.id,
            });
        }
        Ok(Handbook { pages })
    })?)
}

/// How much somebody has still to read, and how much waits for their approval.
pub fn news(desk: &Desk, agent: &Agent) -> Result<News, DeskError> {
    let counted = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
    Ok(desk.store.read(|tx| {
        // The one that has changed last comes last.
        let mut pages = store::unsigned(tx, &agent.id)?;
        let (unsigned, newest) = (counted(pages.len()), pages.pop());
        if agent.role < Role::Lead {
            return Ok::<_, StoreError>(News { unsigned, newest, reviews: 0, replies: 0 });
        }
        let mut reviews = 0;
        for state in store::draft_states(tx)? {
            let State::Review { by, .. } = state else { continue };
            reviews += usize::from(by != agent.id || !needs_another(tx, &by)?);
        }
        let replies = super::templates::to_approve(tx, agent)?;
        Ok(News { unsigned, newest, reviews: counted(reviews), replies: counted(replies) })
    })?)
}

/// What there is beside the handbook, as far as somebody sees it.
fn around(tx: &Tx<'_>, agent: &Agent) -> Result<Around, StoreError> {
    let shops = shops::all(tx)?.into_iter().filter(|shop| shop.id.trainee().is_none() && agent.sees(&shop.id));
    let mut own: Vec<_> = templates::standing(tx)?.into_iter().map(|(place, _)| place).collect();
    own.retain(|place| place.shop.as_ref().is_none_or(|shop| agent.sees(shop)));
    own.dedup();
    let of_shops = shops.map(|shop| Language::of_region(&shop.region));
    let mut languages: Vec<Language> = of_shops.chain(own.iter().map(|place| place.language)).collect();
    if languages.is_empty() {
        languages.push(Language::En);
    }
    languages.sort_unstable();
    languages.dedup();
    Ok(Around { own, languages, ticks: ticks::rules(tx)?.ticks })
}

/// What each version touched, against the one before it; the first one against nothing.
fn touched(all: &[Version], around: &Around) -> Vec<Touches> {
    let nothing = PageContent::default();
    let before = all.iter().skip(1).map(|version| &version.content).chain([&nothing]);
    all.iter().zip(before).map(|(version, before)| touches(before, &version.content, around)).collect()
}

/// The version that somebody knows: the one that they signed last; else what was in force before anybody was asked.
fn known(all: &[Version], signed: Option<u32>) -> Option<&Version> {
    match signed {
        Some(number) => all.iter().find(|version| version.revision.number == number),
        None => all.iter().rposition(|version| version.asks).and_then(|first| all.get(first + 1)),
    }
}

/// All that is new to somebody since the version that they know; none: the page has no older version.
fn changed(all: &[Version], signed: Option<u32>, around: &Around) -> Option<WhatChanged> {
    let [newest, _, ..] = all else { return None };
    let Some(known) = known(all, signed) else { return Some(WhatChanged::default()) };
    let Changes { steps, new_checks, gone_checks } = changes(&known.content, &newest.content);
    let words = |checks: &[Check]| checks.iter().map(|check| check.text().to_owned()).collect();
    Some(WhatChanged {
        since: Some(known.revision.version),
        steps,
        new_checks: words(&new_checks),
        gone_checks: words(&gone_checks),
        touches: touches(&known.content, &newest.content, around),
    })
}

/// When somebody opened and signed a version that counts.
fn read_by(readings: &[Reading], by: &AgentId, asked: u32) -> (Option<Timestamp>, Option<Timestamp>) {
    let own = || readings.iter().filter(|reading| reading.by == *by && reading.number >= asked);
    (own().map(|reading| reading.shown).min(), own().filter_map(|reading| reading.signed).min())
}

/// One page, in force or as it once was. That the reader has opened what they are asked to sign is noted.
pub fn read(desk: &Desk, agent: &Agent, id: &PageId, number: Option<u32>) -> Result<PageView, DeskError> {
    let (now, leads) = (desk.clock.now(), agent.role >= Role::Lead);
    let (view, is_first_look) = desk
        .store
        .read(|tx| {
            let Some(page) = store::find(tx, id)? else { return Ok(None) };
            let all = store::versions(tx, id)?;
            let draft = store::draft(tx, id)?.filter(|_| leads);
            let wanted = all.iter().find(|version| number.is_none_or(|number| version.revision.number == number));
            if wanted.is_none() && (number.is_some() || draft.is_none()) {
                return Ok(None);
            }
            // What is not shown any more is asked of nobody.
            let asked = all.iter().find(|version| version.asks && page.retired.is_none());
            let asked = asked.map(|version| version.revision.number);
            let readings = store::readings(tx, id)?;
            let (opened, signed) = asked.map_or((None, None), |asked| read_by(&readings, &agent.id, asked));
            let own = readings.iter().filter(|reading| reading.by == agent.id && reading.signed.is_some());
            let last_signed = own.map(|reading| reading.number).max();
            let is_open = asked.is_some() && signed.is_none();
            // Of an older version nobody is asked for anything.
            let newest = all.first().map(|version| version.revision.number);
            let is_in_force = wanted.is_some_and(|version| Some(version.revision.number) == newest);
            let mut readers = Vec::new();
            if let (Some(asked), true) = (asked, leads && is_in_force) {
                for account in team(tx)? {
                    let (shown, signed) = read_by(&readings, &account.id, asked);
                    readers.push(Reader { person: account.person(), shown, signed });
                }
            }
            let around = around(tx, agent)?;
            let in_force = all.first().map(|version| &version.content);
            let view = PageView {
                id: page.id,
                kind: page.kind,
                cases: wanted.map_or(Ok(0), |version| store::cases(tx, id, version.revision.number))?,
                revision: wanted.map(|version| version.revision.clone()),
                shown: wanted.map(|version| shown(&version.content)),
                asked,
                signed,
                changed: if is_open && is_in_force { changed(&all, last_signed, &around) } else { None },
                readers,
                owner: page.owner.as_ref().map(|owner| person(tx, owner)).transpose()?,
                look_by: page.look_by,
                retired: page.retired,
                may_own: if leads { team(tx)?.iter().map(Account::person).collect() } else { Vec::new() },
                draft: draft.map(|draft| note(tx, &draft, in_force, &around)).transpose()?,
                touched: touched(&all, &around),
                history: all.into_iter().map(|version| version.revision).collect(),
            };
            Ok(Some((view, is_open && opened.is_none() && number.is_none())))
        })?
        .ok_or(DeskError::NotFound { what: "page" })?;
    match &view.revision {
        // Once more: who has it open has not "not yet" opened it.
        Some(revision) if is_first_look => {
            desk.store.write(|tx| store::show(tx, id, revision.number, &agent.id, now))?;
            read(desk, agent, id, number)
        }
        _ => Ok(view),
    }
}

/// "I have read it and can work by it."
pub fn sign(desk: &Desk, agent: &Agent, id: &PageId, number: u32) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        page_of(tx, id)?;
        let newest = store::in_force(tx, id)?.map(|version| version.revision.number);
        let asked = store::asked(tx, id)?;
        let is_known = newest.is_some_and(|newest| number <= newest);
        match asked {
            Some(asked) if is_known && number >= asked => Ok(store::sign(tx, id, number, &agent.id, now)?),
            Some(_) | None => Err(DeskError::Invalid {
                field: "number",
                problem: "is not the version to be signed: read what changed",
            }),
        }
    })
}

/// The difference between two versions, or between a version and the draft.
pub fn difference(desk: &Desk, agent: &Agent, id: &PageId, query: DiffQuery) -> Result<Diff, DeskError> {
    let found = desk.store.read(|tx| {
        let all = store::versions(tx, id)?;
        let version = |number: u32| all.iter().find(|version| version.revision.number == number);
        let Some(from) = version(query.from) else { return Ok(None) };
        let draft = store::draft(tx, id)?.filter(|_| agent.role >= Role::Lead);
        let to = match query.to {
            Some(number) => version(number).map(|to| (to.revision.version.to_string(), to.content.clone())),
            None => draft.map(|draft| ("draft".to_owned(), draft.content)),
        };
        Ok(to.map(|to| (from.clone(), to)))
    })?;
    let (from, (name, content)) = found.ok_or(DeskError::NotFound { what: "version" })?;
    let lines = compare(&from.content, &content);
    Ok(Diff { from: from.revision.version.to_string(), to: name, lines })
}

/// Carries a write out once, also when its answer was lost and it is asked for again.
fn once<B: serde::Serialize, A: serde::Serialize + serde::de::DeserializeOwned>(
    desk: &Desk,
    agent: &Agent,
    key: &IdempotencyKey,
    (scope, body): (&str, &B),
    work: impl FnOnce(&Tx<'_>, Timestamp) -> Result<A, DeskError>,
) -> Result<A, DeskError> {
    let now = desk.clock.now();
    let hash = idempotency::body_hash(scope, body)?;
    desk.store.write_or(|tx| {
        match idempotency::recall(tx, &agent.id, key, &hash)? {
            idempotency::Recalled::Nothing => {}
            idempotency::Recalled::Same(answer) => return Ok(from_json("answer", &answer)?),
            idempotency::Recalled::OtherBody => return Err(DeskError::KeyReused),
        }
        let answer = work(tx, now)?;
        idempotency::remember(tx, &agent.id, key, &hash, &to_json("answer", &answer)?, now)?;
        Ok(answer)
    })
}

/// Makes a page; it is there for all once its first version is published.
pub fn create(
    desk: &Desk,
    agent: &Agent,
    key: &IdempotencyKey,
    request: &NewPageRequest,
) -> Result<PageMade, DeskError> {
    let title = request.title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS {
        return Err(DeskError::Invalid { field: "title", problem: "must have 1 to 120 characters" });
    }
    once(desk, agent, key, ("handbook", request), |tx, now| {
        let id = PageId::try_from(desk.entropy.id("h_")?)?;
        store::insert(tx, &id, request.kind, now)?;
        let content =
            PageContent { title: title.to_owned(), steps: vec![PageStep::default()], ..PageContent::default() };
        let state = State::Writing { returned: None };
        let draft = Draft { revision: 1, content, state, by: agent.id.clone(), at: now };
        store::save_draft(tx, &id, &draft, false)?;
        Ok(PageMade { id })
    })
}

fn state_view(tx: &Tx<'_>, state: &State) -> Result<DraftState, StoreError> {
    Ok(match state {
        State::Writing { returned: None } => DraftState::Writing { returned: None },
        State::Writing { returned: Some((by, note)) } => {
            DraftState::Writing { returned: Some(Returned { by: person(tx, by)?, note: note.clone() }) }
        }
        State::Review { by, at, change, description } => {
            DraftState::Review { by: person(tx, by)?, at: *at, change: *change, description: description.clone() }
        }
    })
}

/// Somebody else than who sent it can approve it.
fn draft_needs_another(tx: &Tx<'_>, draft: &Draft) -> Result<bool, StoreError> {
    match &draft.state {
        State::Review { by, .. } => needs_another(tx, by),
        State::Writing { .. } => Ok(false),
    }
}

fn note(tx: &Tx<'_>, draft: &Draft, in_force: Option<&PageContent>, around: &Around) -> Result<DraftNote, StoreError> {
    Ok(DraftNote {
        steps: in_force.map(|before| changes(before, &draft.content).steps).unwrap_or_default(),
        touches: touches(in_force.unwrap_or(&PageContent::default()), &draft.content, around),
        revision: draft.revision,
        state: state_view(tx, &draft.state)?,
        needs_another: draft_needs_another(tx, draft)?,
    })
}

/// What a draft touches, against what is in force.
fn draft_touches(tx: &Tx<'_>, agent: &Agent, id: &PageId, content: &PageContent) -> Result<Touches, StoreError> {
    let before = store::in_force(tx, id)?.map(|version| version.content).unwrap_or_default();
    Ok(touches(&before, content, &around(tx, agent)?))
}

fn draft_view(tx: &Tx<'_>, agent: &Agent, id: &PageId, draft: Draft, now: Timestamp) -> Result<DraftView, StoreError> {
    let others = store::editors(tx, id, now.plus_millis(-EDITS_MS))?.into_iter().filter(|editor| *editor != agent.id);
    let ticks = ticks::rules(tx)?.ticks.into_iter().map(|tick| StepTick { id: tick.id, text: tick.text });
    Ok(DraftView {
        state: state_view(tx, &draft.state)?,
        by: person(tx, &draft.by)?,
        version: store::in_force(tx, id)?.map(|version| version.revision.version),
        needs_another: draft_needs_another(tx, &draft)?,
        checks: Check::ALL.map(|check| (check, check.text().to_owned())).to_vec(),
        ticks: ticks.collect(),
        moments: Moment::ALL.map(|moment| (moment, moment.label().to_owned())).to_vec(),
        touches: draft_touches(tx, agent, id, &draft.content)?,
        editors: others.map(|editor| person(tx, &editor)).collect::<Result<_, _>>()?,
        revision: draft.revision,
        content: draft.content,
        at: draft.at,
    })
}

/// What is not shown any more is not changed either.
fn is_shown(page: &Page) -> Result<(), DeskError> {
    match page.retired {
        None => Ok(()),
        Some(_) => Err(DeskError::Invalid { field: "page", problem: "is retired: bring it back first" }),
    }
}

pub(super) fn tell_all(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    for shop in shops::all(tx)? {
        events::append(tx, &shop.id, &Event::HandbookChanged, now)?;
    }
    Ok(())
}

/// Says who looks after a page, until when they look at it, and whether it is shown. Its versions stay either way.
pub fn keep_page(desk: &Desk, id: &PageId, request: &KeepingRequest) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let page = page_of(tx, id)?;
        let is_of_the_team = |owner: &AgentId| Ok::<_, DeskError>(team(tx)?.iter().any(|account| account.id == *owner));
        if let Some(owner) = request.owner.as_ref().filter(|owner| page.owner.as_ref() != Some(owner))
            && !is_of_the_team(owner)?
        {
            return Err(DeskError::Invalid { field: "owner", problem: "is nobody of the team" });
        }
        let look_by = request.look_by.unwrap_or(page.look_by);
        if look_by.is_some_and(|day| look_by != page.look_by && !is_near(day, now)) {
            return Err(DeskError::Invalid { field: "look_by", problem: "must be a day of the next five years" });
        }
        let retired = request.is_retired.then(|| page.retired.unwrap_or(now));
        store::set_keeping(tx, id, request.owner.as_ref(), look_by, retired)?;
        if retired != page.retired {
            tell_all(tx, now)?;
        }
        Ok(())
    })?;
    desk.publish();
    Ok(())
}

/// Puts the pages into another order; all of them are named, so that none that somebody has just made loses its place.
pub fn order(desk: &Desk, request: &OrderRequest) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let known: BTreeSet<PageId> = store::pages(tx)?.into_iter().map(|page| page.id).collect();
        let named: BTreeSet<PageId> = request.pages.iter().cloned().collect();
        if known != named || known.len() != request.pages.len() {
            return Err(DeskError::EditedMeanwhile { by: None, at: None });
        }
        for (place, page) in (1..).zip(&request.pages) {
            store::set_place(tx, page, place)?;
        }
        Ok(tell_all(tx, now)?)
    })?;
    desk.publish();
    Ok(())
}

/// A change takes a draft back from review.
fn written_on(state: State) -> State {
    match state {
        State::Writing { returned } => State::Writing { returned },
        State::Review { .. } => State::Writing { returned: None },
    }
}

/// What a version said.
fn said_by(tx: &Tx<'_>, id: &PageId, number: u32) -> Result<PageContent, DeskError> {
    let version = store::versions(tx, id)?.into_iter().find(|version| version.revision.number == number);
    Ok(version.ok_or(DeskError::NotFound { what: "version" })?.content)
}

/// Something else becomes what the draft says; what that said before stays among its revisions.
fn begin_with(
    tx: &Tx<'_>,
    agent: &Agent,
    id: &PageId,
    (draft, content): (Draft, PageContent),
    now: Timestamp,
) -> Result<Draft, DeskError> {
    let (revision, state) = (draft.revision.saturating_add(1), written_on(draft.state));
    let draft = Draft { revision, content, state, by: agent.id.clone(), at: now };
    store::save_draft(tx, id, &draft, true)?;
    Ok(draft)
}

/// Opens the draft of a page: the one that there is, or a new one of what is in force; `from` a version, it says what that
/// one said, unless it would write over a draft that nobody has seen.
pub fn open_draft(desk: &Desk, agent: &Agent, id: &PageId, query: DraftQuery) -> Result<DraftView, DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let page = page_of(tx, id)?;
        is_shown(&page)?;
        let found = store::draft(tx, id)?;
        let is_seen = found.as_ref().is_none_or(|draft| query.revision == Some(draft.revision));
        let draft = match found {
            Some(draft) => draft,
            None => {
                let content = store::in_force(tx, id)?.map(|version| version.content).unwrap_or_default();
                let state = State::Writing { returned: None };
                let revision = page.revision.saturating_add(1);
                let draft = Draft { revision, content, state, by: agent.id.clone(), at: now };
                store::save_draft(tx, id, &draft, false)?;
                draft
            }
        };
        let from = query.from.map(|number| said_by(tx, id, number)).transpose()?;
        let draft = match from.filter(|content| *content != draft.content) {
            Some(_) if !is_seen => return Err(edited_meanwhile(tx, &draft)?),
            Some(content) => begin_with(tx, agent, id, (draft, content), now)?,
            None => draft,
        };
        store::edit(tx, id, &agent.id, now)?;
        Ok(draft_view(tx, agent, id, draft, now)?)
    })
}

/// Somebody has the draft open still: how it stands, and who else has.
pub fn attend_draft(desk: &Desk, agent: &Agent, id: &PageId) -> Result<DraftView, DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let draft = draft_of(tx, id)?;
        store::edit(tx, id, &agent.id, now)?;
        Ok(draft_view(tx, agent, id, draft, now)?)
    })
}

fn edited_meanwhile(tx: &Tx<'_>, draft: &Draft) -> Result<DeskError, StoreError> {
    Ok(DeskError::EditedMeanwhile { by: Some(person(tx, &draft.by)?.name), at: Some(draft.at) })
}

fn refused(problem: Problem) -> DeskError {
    DeskError::Invalid { field: problem.field, problem: problem.problem }
}

/// Keeps a draft, unless somebody else has saved since it was read. A draft under review is taken back by it.
pub fn save_draft(desk: &Desk, agent: &Agent, id: &PageId, request: &SaveRequest) -> Result<Saved, DeskError> {
    if let Some(problem) = request.content.overflow() {
        return Err(refused(problem));
    }
    let now = desk.clock.now();
    let content = request.content.clone().trimmed();
    let saved = desk.store.write_or(|tx| {
        let draft = draft_of(tx, id)?;
        if draft.content == content && (draft.revision == request.revision || draft.by == agent.id) {
            // Nothing is new, or the answer to the same save was lost.
            let touches = draft_touches(tx, agent, id, &draft.content)?;
            return Ok(Saved { revision: draft.revision, at: draft.at, touches });
        }
        if draft.revision != request.revision {
            return Err(edited_meanwhile(tx, &draft)?);
        }
        let apart = request.is_apart || loses(&draft.content, &content);
        let was_sent = matches!(draft.state, State::Review { .. });
        let state = written_on(draft.state);
        let revision = draft.revision.saturating_add(1);
        let touches = draft_touches(tx, agent, id, &content)?;
        store::save_draft(tx, id, &Draft { revision, content, state, by: agent.id.clone(), at: now }, apart)?;
        if was_sent {
            tell_all(tx, now)?;
        }
        Ok(Saved { revision, at: now, touches })
    })?;
    desk.publish();
    Ok(saved)
}

/// Throws away a draft that somebody has looked at; a page that was never published goes with it.
pub fn discard_draft(desk: &Desk, id: &PageId, revision: u32) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let was_sent = matches!(looked_at(tx, id, revision)?.state, State::Review { .. });
        store::end_draft(tx, id)?;
        if store::in_force(tx, id)?.is_none() {
            store::remove(tx, id)?;
        }
        if was_sent {
            tell_all(tx, now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    desk.publish();
    Ok(())
}

/// What the draft was before, the newest first, each with what it changed.
pub fn revisions(desk: &Desk, id: &PageId) -> Result<Vec<DraftRevision>, DeskError> {
    Ok(desk.store.read(|tx| {
        let all = store::revisions(tx, id)?;
        let view = |(at, one): (usize, &Earlier)| {
            let changed = all.get(at + 1).map(|before| DraftChange::of(&before.content, &one.content));
            Ok(DraftRevision { revision: one.revision, by: person(tx, &one.by)?.name, at: one.at, changed })
        };
        all.iter().enumerate().map(view).collect()
    })?)
}

/// What the draft said once.
pub fn revision(desk: &Desk, id: &PageId, number: u32) -> Result<PageContent, DeskError> {
    desk.store.read(|tx| store::revision(tx, id, number))?.ok_or(DeskError::NotFound { what: "revision" })
}

/// Draws a page that is being written.
pub fn preview(content: &PageContent) -> Result<Shown, DeskError> {
    match content.overflow() {
        None => Ok(Shown { missing: missing(content), ..shown(content) }),
        Some(problem) => Err(refused(problem)),
    }
}

/// The draft that somebody has looked at, or who has changed it since.
fn looked_at(tx: &Tx<'_>, id: &PageId, revision: u32) -> Result<Draft, DeskError> {
    let draft = draft_of(tx, id)?;
    if draft.revision == revision { Ok(draft) } else { Err(edited_meanwhile(tx, &draft)?) }
}

/// Every file that a page refers to is there, and is what it is used as.
fn has_its_files(tx: &Tx<'_>, content: &PageContent) -> Result<(), DeskError> {
    for reference in references(content) {
        let problem = match uploads::file(tx, &reference.file)? {
            Some(file) if file.kind.fits() == reference.wanted => continue,
            Some(_) => "names a file of another kind",
            None => "names a file that is not here any more: bring it again",
        };
        return Err(DeskError::Invalid { field: reference.field, problem });
    }
    Ok(())
}

/// Sends a draft for review.
pub fn send_for_review(desk: &Desk, agent: &Agent, id: &PageId, request: &ReviewRequest) -> Result<(), DeskError> {
    let now = desk.clock.now();
    let description = request.description.trim();
    if description.is_empty() || description.chars().count() > PURPOSE_CHARS {
        return Err(DeskError::Invalid { field: "description", problem: "must have 1 to 1,000 characters" });
    }
    desk.store.write_or(|tx| {
        let draft = looked_at(tx, id, request.revision)?;
        if let Some(problem) = draft.content.problems().first() {
            return Err(refused(*problem));
        }
        has_its_files(tx, &draft.content)?;
        if store::in_force(tx, id)?.is_some_and(|version| version.content == draft.content) {
            return Err(DeskError::Invalid { field: "page", problem: "is the same as what is in force" });
        }
        // What was sent stays what is approved: sent again otherwise, it is another thing.
        if let State::Review { by, change, description: sent, .. } = &draft.state {
            let is_same = *by == agent.id && *change == request.change && sent == description;
            return if is_same { Ok(()) } else { Err(edited_meanwhile(tx, &draft)?) };
        }
        let (by, change) = (agent.id.clone(), request.change);
        store::set_state(tx, id, &State::Review { by, at: now, change, description: description.to_owned() })?;
        Ok(tell_all(tx, now)?)
    })?;
    desk.publish();
    Ok(())
}

/// Who sent the draft, and as what; only one that was sent can be approved or sent back.
fn sent(draft: &Draft) -> Result<(&AgentId, Change, &str), DeskError> {
    match &draft.state {
        State::Review { by, change, description, .. } => Ok((by, *change, description)),
        State::Writing { .. } => Err(DeskError::Invalid { field: "draft", problem: "has not been sent for review" }),
    }
}

/// Sends a draft back to who wrote it.
pub fn send_back(desk: &Desk, agent: &Agent, id: &PageId, request: &ReturnRequest) -> Result<(), DeskError> {
    let note = request.note.trim();
    if note.is_empty() || note.chars().count() > PURPOSE_CHARS {
        return Err(DeskError::Invalid { field: "note", problem: "must have 1 to 1,000 characters" });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let draft = looked_at(tx, id, request.revision)?;
        sent(&draft)?;
        store::set_state(tx, id, &State::Writing { returned: Some((agent.id.clone(), note.to_owned())) })?;
        Ok::<_, DeskError>(tell_all(tx, now)?)
    })?;
    desk.publish();
    Ok(())
}

/// Approves a draft and puts it into force. The sender may do that only where nobody else can, and the history says so.
pub fn publish(
    desk: &Desk,
    agent: &Agent,
    id: &PageId,
    key: &IdempotencyKey,
    looked: u32,
) -> Result<Revision, DeskError> {
    let published = once(desk, agent, key, (id.as_str(), &looked), |tx, now| {
        let page = page_of(tx, id)?;
        is_shown(&page)?;
        let draft = looked_at(tx, id, looked)?;
        let (by, change, description) = sent(&draft)?;
        let alone = *by == agent.id;
        if alone && needs_another(tx, by)? {
            return Err(DeskError::NeedsAnother);
        }
        has_its_files(tx, &draft.content)?;
        let last = store::in_force(tx, id)?.map(|version| version.revision);
        let revision = Revision {
            number: last.as_ref().map_or(1, |last| last.number.saturating_add(1)),
            version: change.after(last.as_ref().map(|last| last.version)),
            at: now,
            description: description.to_owned(),
            author: Some(person(tx, by)?.name),
            approved_by: person(tx, &agent.id)?.name,
            alone,
        };
        let asks = change.asks(page.kind, last.is_none());
        store::publish(tx, id, &Version { revision: revision.clone(), content: draft.content.clone(), asks })?;
        store::end_draft(tx, id)?;
        tell_all(tx, now)?;
        Ok(revision)
    })?;
    desk.publish();
    Ok(published)
}

/// Keeps under which versions a decision was made: procedures with a step for the stage in which it was pressed, for such a
/// request and for such a decision.
pub(super) fn keep(tx: &Tx<'_>, decision: &IntentView, derived: &Derived) -> Result<(), StoreError> {
    let IntentWhat::Decision { kind, .. } = &decision.what else { return Ok(()) };
    store::keep(tx, &decision.case, (derived.kind, *kind), &decision.id, derived.stage, decision.at)
}

/// What the handbook says for the present stage of a case, and under which versions the case was decided.
pub fn beside(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<Beside, DeskError> {
    let found = desk.store.read(|tx| {
        let Some(row) = cases::row(tx, case)?.filter(|row| agent.sees(&row.shop)) else { return Ok(None) };
        let mut steps = Vec::new();
        let is_meant = |step: &PageStep| step.stage == Some(row.stage) && step.is_for(row.kind);
        for (page, content) in store::beside(tx, row.stage)? {
            for (number, step) in (1..).zip(&content.steps).filter(|(_, step)| is_meant(step)) {
                let hint = StepHint {
                    page: page.clone(),
                    of: content.title.clone(),
                    number,
                    title: step.title.clone(),
                    lines: plain(&step.text, HINT_CHARS),
                    has_video: step.video.is_some(),
                };
                steps.push((step.checks.contains(&Check::DecisionAllowed), hint));
            }
        }
        // Who has a case open that asks for a decision has found it: how to decide comes first.
        steps.sort_by_key(|(decides, _)| row.stage == Stage::ToDecide && !decides);
        let steps = steps.into_iter().map(|(_, hint)| hint).collect();
        let told = templates::told_with(tx, case)?.into_iter().map(|(place, template, is_edited)| {
            let (at, version) = shared::reply::version_of(&template);
            ToldWith { place: at.unwrap_or(place), version, is_edited }
        });
        Ok(Some(Beside { steps, kept: store::kept(tx, case)?, told: told.collect() }))
    })?;
    found.ok_or(DeskError::NotFound { what: "case" })
}
