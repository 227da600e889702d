//! The small works on a case: take it, note, draft, add proof, end a debt.

use super::decide::find_seen;
use super::error::DeskError;
use crate::app::Desk;
use crate::auth::Agent;
use crate::store::cases::{self, CaseFile};
use crate::store::{StoreError, Tx, extras, people, tags};
use bytes::Bytes;
use shared::domain::derive::derive;
use shared::domain::facts::ToldHow;
use shared::id::{AgentId, CaseId, EvidenceId};
use shared::time::Timestamp;
use shared::wire::case::{EvidenceView, Happened, Who};
use shared::wire::decision::{AssignRequest, Draft, NoteRequest, SettleDebtRequest};
use shared::wire::session::{Role, ShopScope};

/// TikTok takes pictures of at most 10 MB.
pub const EVIDENCE_BYTES: usize = 10 * 1024 * 1024;
pub(super) const NOTE_CHARS: usize = 2_000;
const NAME_CHARS: usize = 120;

/// Hands a case to somebody, or to nobody.
pub fn assign(desk: &Desk, agent: &Agent, case: &CaseId, request: &AssignRequest) -> Result<(), DeskError> {
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        if let Some(to) = &request.assignee
            && !people::sees(tx, to, &file.shop)?
        {
            return Err(DeskError::Invalid { field: "assignee", problem: "does not see this shop" });
        }
        if file.assignee == request.assignee {
            return Ok(());
        }
        hand(desk, tx, &file, request.assignee.as_ref(), &Who::Agent(agent.id.clone()), now)?;
        desk.book.refresh(tx, case, now)?;
        Ok(())
    })?;
    desk.publish();
    Ok(())
}

/// Hands a case to somebody or to nobody, and notes it. The caller refreshes the case.
pub(super) fn hand(
    desk: &Desk,
    tx: &Tx<'_>,
    file: &CaseFile,
    to: Option<&AgentId>,
    by: &Who,
    now: Timestamp,
) -> Result<(), StoreError> {
    cases::set_assignee(tx, &file.id, to)?;
    desk.book.note(tx, &file.shop, &file.id, now, by.clone(), Happened::Assigned { to: to.cloned() }, None)
}

/// Lets go of the cases that somebody holds and does not see any more, and of what they asked a second person there; none
/// of their shops is left where they have left. What they are is stored by now.
pub fn free_cases(desk: &Desk, tx: &Tx<'_>, by: &Agent, holder: &AgentId, sees: &ShopScope) -> Result<(), StoreError> {
    let now = desk.clock.now();
    for case in cases::of_holder(tx, holder)? {
        let Some(file) = cases::find(tx, &case)? else { continue };
        let is_seen = match sees {
            ShopScope::All => true,
            ShopScope::Only(shops) => shops.contains(&file.shop),
        };
        if is_seen {
            continue;
        }
        hand(desk, tx, &file, None, &Who::Agent(by.id.clone()), now)?;
        desk.book.refresh(tx, &case, now)?;
    }
    for case in tags::seconds_of(tx, holder)? {
        desk.book.refresh(tx, &case, now)?;
    }
    Ok(())
}

/// Adds a note for the team.
pub fn note(desk: &Desk, agent: &Agent, case: &CaseId, request: &NoteRequest) -> Result<(), DeskError> {
    let words = request.text.trim();
    if words.is_empty() || words.chars().count() > NOTE_CHARS {
        return Err(DeskError::Invalid { field: "text", problem: "must have 1 to 2,000 characters" });
    }
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        extras::add_note(tx, case, &agent.id, words, now)?;
        desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), Happened::Noted, None)?;
        desk.book.touch(tx, case, now)
    })?;
    desk.publish();
    Ok(())
}

/// Keeps this agent's unsent words.
pub fn save_draft(desk: &Desk, agent: &Agent, case: &CaseId, draft: Draft) -> Result<Draft, DeskError> {
    for (field, words) in [("text", &draft.text), ("comment", &draft.comment), ("note", &draft.note)] {
        if words.chars().count() > 4_000 {
            return Err(DeskError::Invalid { field, problem: "has more than 4,000 characters" });
        }
    }
    let draft = Draft { saved: desk.clock.now(), is_prepared: false, ..draft };
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        extras::save_draft(tx, &file.id, &agent.id, &draft)?;
        Ok::<_, DeskError>(())
    })?;
    Ok(draft)
}

/// Ends a debt without a message of ours.
pub fn settle_debt(desk: &Desk, agent: &Agent, case: &CaseId, request: &SettleDebtRequest) -> Result<(), DeskError> {
    let (claim, how, reason) = match request {
        SettleDebtRequest::Elsewhere { claim } => (*claim, ToldHow::Elsewhere, None),
        SettleDebtRequest::Waive { .. } if agent.role < Role::Lead => return Err(DeskError::Forbidden),
        SettleDebtRequest::Waive { reason, .. } if reason.trim().is_empty() => {
            return Err(DeskError::Invalid { field: "reason", problem: "must say why no reply is owed" });
        }
        SettleDebtRequest::Waive { claim, reason } => {
            (*claim, ToldHow::Waived { reason: reason.trim().to_owned() }, Some(reason.trim().to_owned()))
        }
    };
    let now = desk.clock.now();
    desk.store.write_or(|tx| {
        let file = find_seen(tx, agent, case)?;
        let facts = super::book::facts(tx, &file)?.ok_or(DeskError::NotFound { what: "case" })?;
        if derive(&facts).owed.is_none_or(|owed| owed.claim != claim) {
            return Err(DeskError::Invalid { field: "claim", problem: "is not owed" });
        }
        cases::settle_debt(tx, case, claim, &how, now)?;
        let what = Happened::DebtSettled { reason };
        desk.book.note(tx, &file.shop, case, now, Who::Agent(agent.id.clone()), what, None)?;
        desk.book.refresh(tx, case, now)?;
        Ok(())
    })?;
    desk.publish();
    Ok(())
}

/// The kind of picture by its bytes; what the browser says of it is not trusted.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match imagesize::image_type(bytes).ok()? {
        imagesize::ImageType::Jpeg => Some("image/jpeg"),
        imagesize::ImageType::Png => Some("image/png"),
        imagesize::ImageType::Webp => Some("image/webp"),
        _ => None,
    }
}

/// Adds a proof to a case. It goes to TikTok only with a decision that names it.
pub fn add_evidence(
    desk: &Desk,
    agent: &Agent,
    case: &CaseId,
    name: &str,
    bytes: &Bytes,
) -> Result<EvidenceView, DeskError> {
    if bytes.len() > EVIDENCE_BYTES {
        return Err(DeskError::TooLarge { limit_bytes: u64::try_from(EVIDENCE_BYTES).unwrap_or(u64::MAX) });
    }
    let mime = sniff(bytes).ok_or(DeskError::WrongType)?;
    let size = imagesize::blob_size(bytes).map_err(|_| DeskError::WrongType)?;
    let pixels = |side: usize| u32::try_from(side).map_err(|_| DeskError::WrongType);
    let now = desk.clock.now();
    let view = EvidenceView {
        id: EvidenceId::try_from(desk.entropy.id("e_")?)?,
        name: name.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS).collect(),
        width: pixels(size.width)?,
        height: pixels(size.height)?,
        by: agent.id.clone(),
        at: now,
    };
    let file = extras::EvidenceFile {
        view: view.clone(),
        case: case.clone(),
        mime: mime.to_owned(),
        bytes: bytes.to_vec(),
        uri: None,
    };
    desk.store.write_or(|tx| {
        let found = find_seen(tx, agent, case)?;
        extras::add_evidence(tx, &file)?;
        let what = Happened::EvidenceAdded;
        desk.book.note(tx, &found.shop, case, now, Who::Agent(agent.id.clone()), what, None)?;
        desk.book.touch(tx, case, now)
    })?;
    desk.publish();
    Ok(view)
}

/// An agent has opened the case: it is read now, and everything about it is asked from TikTok again.
pub fn opened(desk: &Desk, agent: &Agent, case: &CaseId) -> Result<(), DeskError> {
    let now = desk.clock.now();
    let file = desk.store.write_or(|tx| {
        let mut file = find_seen(tx, agent, case)?;
        if file.is_unread {
            file.is_unread = false;
            cases::save(tx, &file)?;
            desk.book.refresh(tx, case, now)?;
        }
        Ok::<_, DeskError>(file)
    })?;
    desk.publish();
    desk.sync.ask(crate::sync::Ask::Opened { shop: file.shop, case: file.id });
    Ok(())
}
