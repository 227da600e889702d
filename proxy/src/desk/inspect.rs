//! The packing table: a scan finds its parcel, answers and photos are kept as they are given, a lead is asked.

use super::decide::find_seen;
use super::error::DeskError;
use super::work::NOTE_CHARS;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::cases::{self, CaseFile};
use crate::store::people::{self, Account};
use crate::store::{Tx, extras, idempotency, inspection};
use shared::domain::case::{DecisionKind, Stage, WaitingOn};
use shared::domain::inspect::{is_named_by, plain_code};
use shared::id::{CaseId, IdempotencyKey};
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, Happened, Who};
use shared::wire::inspect::{
    AnswerRequest, Answered, AskLeadRequest, Inspection, LeadAsked, ScanAnswer, Shot, ShotRequest,
};
use shared::wire::session::Role;

/// Longer than any code: a paste by mistake.
const CODE_CHARS: usize = 100;

/// Whether a parcel of this case may come to the table: a verdict is asked for, or it is on its way.
fn is_expected(row: &CaseRow) -> bool {
    row.stage == Stage::ToInspect || row.waiting_on == Some(WaitingOn::Carrier)
}

/// Finds the returns that a code names. A single one that is expected is marked as scanned.
pub fn scan(desk: &Desk, agent: &Agent, code: &str) -> Result<ScanAnswer, DeskError> {
    let plain = plain_code(code);
    if plain.is_empty() || plain.chars().count() > CODE_CHARS {
        return Err(DeskError::Invalid { field: "code", problem: "must have 1 to 100 characters" });
    }
    let now = desk.clock.now();
    let answer = desk.store.write_or(|tx| {
        let mut shops = agent.shops(tx)?;
        shops.extend(agent.shops_of_runs(tx)?);
        let mut found = Vec::new();
        for file in inspection::candidates(tx, &shops, &plain)? {
            if is_named_by(&file.platform, &plain) {
                found.extend(cases::row(tx, &file.id)?);
            }
        }
        found.sort_by_key(|row| (row.stage != Stage::ToInspect, !is_expected(row)));
        let asked = found.iter().filter(|row| row.stage == Stage::ToInspect);
        let expected = found.iter().filter(|row| is_expected(row));
        let scanned = only(asked).or_else(|| only(expected)).map(|row| row.id.clone());
        if let Some(case) = &scanned {
            mark_scanned(desk, tx, agent, case, now)?;
        }
        Ok::<_, DeskError>(ScanAnswer { scanned, found })
    })?;
    desk.publish();
    Ok(answer)
}

fn only<'a>(mut rows: impl Iterator<Item = &'a CaseRow>) -> Option<&'a CaseRow> {
    rows.next().filter(|_| rows.next().is_none())
}

/// Marks one of several parcels as scanned, as the packer chose.
pub fn scanned(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let row = cases::row(tx, case)?.filter(|row| agent.sees(&row.shop));
        let row = row.ok_or(DeskError::NotFound { what: "case" })?;
        if !is_expected(&row) {
            return Err(DeskError::Invalid { field: "case", problem: "waits for no parcel" });
        }
        mark_scanned(desk, tx, agent, case, now)
    })?;
    desk.publish();
    Ok(())
}

/// The first scan counts: a parcel that is scanned again was there before.
fn mark_scanned(desk: &Desk, tx: &Tx<'_>, agent: &Agent, case: &CaseId, now: Timestamp) -> Result<(), DeskError> {
    let mut file = find_seen(tx, agent, case)?;
    if file.scanned.is_some() {
        return Ok(());
    }
    file.scanned = Some(now);
    file.scanned_by = Some(agent.id.clone());
    cases::save(tx, &file)?;
    desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), Happened::Scanned, None)?;
    // A parcel that nobody asks about yet is drawn as before, but its bench shows who scanned it.
    let before = cases::row(tx, case)?.map(|row| row.version);
    let after = desk.book.refresh(tx, case, now)?.map(|row| row.version);
    if before == after {
        desk.book.touch(tx, case, now)?;
    }
    Ok(())
}

/// Writes something about a parcel, and lets everybody who has it open see it.
fn change(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    work: impl FnOnce(&Tx<'_>, &CaseFile, Timestamp) -> Result<(), DeskError>,
) -> Result<Inspection, DeskError> {
    let now = desk.clock.now();
    let found = desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        work(tx, &file, now)?;
        desk.book.touch(tx, case, now)?;
        Ok::<_, DeskError>(inspection::read(tx, &file)?)
    })?;
    desk.publish();
    Ok(found)
}

/// Keeps an answer; the last one to a question counts.
pub fn answer(desk: &Desk, agent: &Agent, case: &CaseId, request: &AnswerRequest) -> Result<Inspection, DeskError> {
    change(desk, agent, case, |tx, file, now| {
        let AnswerRequest { question, is_yes } = *request;
        let answer = Answered { question, is_yes, by: agent.id.clone(), at: now };
        Ok(inspection::save_answer(tx, &file.id, &answer)?)
    })
}

/// Makes a proof of the case the photo of a slot; the last one counts.
pub fn shoot(desk: &Desk, agent: &Agent, case: &CaseId, request: &ShotRequest) -> Result<Inspection, DeskError> {
    change(desk, agent, case, |tx, file, now| {
        let known = extras::evidence_of(tx, &file.id)?;
        if !known.iter().any(|proof| proof.id == request.evidence) {
            return Err(DeskError::Invalid { field: "evidence", problem: "names a proof of another case" });
        }
        let ShotRequest { slot, evidence } = request.clone();
        Ok(inspection::save_shot(tx, &file.id, &Shot { slot, evidence, by: agent.id.clone(), at: now })?)
    })
}

/// What the table had found goes into the timeline with the verdict, where no later answer changes it.
pub(super) fn note_verdict(
    desk: &Desk,
    tx: &Tx<'_>,
    agent: &Agent,
    file: &CaseFile,
    kind: DecisionKind,
    now: Timestamp,
) -> Result<(), DeskError> {
    let is_verdict =
        matches!(kind, DecisionKind::AcceptParcel | DecisionKind::RefuseParcel | DecisionKind::PartialAfterParcel);
    let Inspection { answers, shots, .. } = inspection::read(tx, file)?;
    if is_verdict && !(answers.is_empty() && shots.is_empty()) {
        let what = Happened::Inspected { answers, shots };
        desk.book.note(tx, &file.shop, &file.id, now, Who::Agent(agent.id.clone()), what, None)?;
    }
    Ok(())
}

/// Hands the case to a lead with a note. Nothing is decided, and the platform's clock keeps running.
pub fn ask_lead(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    key: &IdempotencyKey,
    request: &AskLeadRequest,
) -> Result<LeadAsked, DeskError> {
    let words = request.text.trim();
    if words.is_empty() || words.chars().count() > NOTE_CHARS {
        return Err(DeskError::Invalid { field: "text", problem: "must have 1 to 2,000 characters" });
    }
    let now = desk.clock.now();
    let body_hash = idempotency::body_hash(case.as_str(), request)?;
    let asked = desk.store.write_or(|tx| {
        match idempotency::recall(tx, &agent.id, key, &body_hash)? {
            idempotency::Recalled::Nothing => {}
            idempotency::Recalled::Same(answer) => return Ok(crate::store::from_json("answer", &answer)?),
            idempotency::Recalled::OtherBody => return Err(DeskError::KeyReused),
        }
        let mut file = find_seen(tx, agent, case)?;
        let lead = choose_lead(tx, &file, request)?;
        extras::add_note(tx, case, &agent.id, words, now)?;
        file.assignee = Some(lead.id.clone());
        // Whoever is asked finds it as news.
        file.is_unread = true;
        cases::save(tx, &file)?;
        let what = Happened::LeadAsked { lead: lead.id.clone() };
        desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), what, None)?;
        let before = cases::row(tx, case)?.map(|row| row.version);
        let after = desk.book.refresh(tx, case, now)?.map(|row| row.version);
        if before == after {
            desk.book.touch(tx, case, now)?;
        }
        let asked = LeadAsked { lead: lead.id };
        idempotency::remember(tx, &agent.id, key, &body_hash, &crate::store::to_json("answer", &asked)?, now)?;
        Ok(asked)
    })?;
    desk.publish();
    Ok(asked)
}

fn choose_lead(tx: &Tx<'_>, file: &CaseFile, request: &AskLeadRequest) -> Result<Account, DeskError> {
    let mut leads = people::all(tx)?;
    leads.retain(|person| person.role >= Role::Lead && person.sees(&file.shop));
    match &request.lead {
        Some(wanted) => leads
            .into_iter()
            .find(|lead| lead.id == *wanted)
            .ok_or(DeskError::Invalid { field: "lead", problem: "is no lead of this shop" }),
        // A lead before an admin, then whoever was here last.
        None => leads
            .into_iter()
            .max_by_key(|lead| (lead.role == Role::Lead, lead.seen))
            .ok_or(DeskError::Invalid { field: "lead", problem: "is nobody yet: no lead sees this shop" }),
    }
}
