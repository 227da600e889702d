//! The handbook: pages, versions, drafts, readings, and under which version a case was decided.

use super::cases::id;
use super::sql::{Row, Tx, params};
use super::{StoreError, from_json, to_json};
use serde::{Deserialize, Serialize};
use shared::domain::case::{DecisionKind, Kind, Stage};
use shared::domain::handbook::{Change, PageContent, PageKind, PageStep, VersionName};
use shared::domain::quality::Check;
use shared::id::{AgentId, CaseId, IntentId, PageId};
use shared::time::Timestamp;
use shared::wire::handbook::{Kept, Revision};
use std::collections::BTreeMap;

/// States of a draft that are kept to go back to.
const REVISIONS: u32 = 100;
/// What one person saves within this time is one of them.
const TOGETHER_MS: i64 = 60_000;

/// A word as it stands on the wire.
fn word<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    Ok(to_json(what, value)?.trim_matches('"').to_owned())
}

fn from_word<T: serde::de::DeserializeOwned>(what: &'static str, word: &str) -> Result<T, StoreError> {
    from_json(what, &format!("\"{word}\""))
}

/// A page, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Which.
    pub id: PageId,
    /// What it is for.
    pub kind: PageKind,
    /// The last number of a draft.
    pub revision: u32,
    /// Who looks after it.
    pub owner: Option<AgentId>,
    /// Until when somebody is to look whether it still holds.
    pub look_by: Option<Timestamp>,
    /// Since when it is not shown any more.
    pub retired: Option<Timestamp>,
}

const PAGE: &str = "id, kind, revision, owner_id, retired_at, look_by";

fn page(row: &Row<'_>) -> Result<Page, StoreError> {
    Ok(Page {
        id: id("page id", row.get(0)?)?,
        kind: from_word("page kind", &row.get::<String>(1)?)?,
        revision: row.get(2)?,
        owner: row.get::<Option<String>>(3)?.map(|owner| id("agent id", owner)).transpose()?,
        retired: row.get::<Option<i64>>(4)?.map(Timestamp::from_millis),
        look_by: row.get::<Option<i64>>(5)?.map(Timestamp::from_millis),
    })
}

/// All pages: procedures first, each kind in its order.
pub fn pages(tx: &Tx<'_>) -> Result<Vec<Page>, StoreError> {
    tx.all(&format!("SELECT {PAGE} FROM handbook_page ORDER BY kind, place, id"), params![], page)
}

/// One page.
pub fn find(tx: &Tx<'_>, id: &PageId) -> Result<Option<Page>, StoreError> {
    tx.first(&format!("SELECT {PAGE} FROM handbook_page WHERE id = ?1"), params![id.as_str()], page)
}

/// Adds a page after the others of its kind; `false`: it is there.
pub fn insert(tx: &Tx<'_>, id: &PageId, kind: PageKind, now: Timestamp) -> Result<bool, StoreError> {
    let kind = word("page kind", &kind)?;
    let last = "SELECT COALESCE(MAX(place), 0) FROM handbook_page WHERE kind = ?1";
    let last: i64 = tx.only(last, params![kind], |row| row.get(0))?;
    let sql = "INSERT INTO handbook_page (id, kind, place, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![id.as_str(), kind, last + 1, now.millis()])? > 0)
}

/// Says who looks after a page, until when they look at it, and since when it is not shown any more.
pub fn set_keeping(
    tx: &Tx<'_>,
    id: &PageId,
    owner: Option<&AgentId>,
    look_by: Option<Timestamp>,
    retired: Option<Timestamp>,
) -> Result<(), StoreError> {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::millis);
    let sql = "UPDATE handbook_page SET owner_id = ?2, look_by = ?3, retired_at = ?4 WHERE id = ?1";
    tx.execute(sql, params![id.as_str(), owner.map(AgentId::as_str), millis(look_by), millis(retired)])?;
    Ok(())
}

/// Gives a page its place among those of its kind.
pub fn set_place(tx: &Tx<'_>, id: &PageId, place: u32) -> Result<(), StoreError> {
    tx.execute("UPDATE handbook_page SET place = ?2 WHERE id = ?1", params![id.as_str(), place])?;
    Ok(())
}

/// Removes a page that was never published.
pub fn remove(tx: &Tx<'_>, id: &PageId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM handbook_page WHERE id = ?1", params![id.as_str()])?;
    Ok(())
}

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// As the history prints it.
    pub revision: Revision,
    /// What it says.
    pub content: PageContent,
    /// Everybody is asked to sign it.
    pub asks: bool,
}

const VERSION: &str = "number, name, published_at, description, author, approved_by, alone, asks, content";

fn version(row: &Row<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        revision: Revision {
            number: row.get(0)?,
            version: version_name(row.get(1)?)?,
            at: Timestamp::from_millis(row.get(2)?),
            description: row.get(3)?,
            author: row.get(4)?,
            approved_by: row.get(5)?,
            alone: row.get(6)?,
        },
        asks: row.get(7)?,
        content: row.json("page", 8)?,
    })
}

fn version_name(text: String) -> Result<VersionName, StoreError> {
    VersionName::try_from(text).map_err(|source| StoreError::Corrupt { what: "version", source: Box::new(source) })
}

/// All versions of a page, the newest first.
pub fn versions(tx: &Tx<'_>, page: &PageId) -> Result<Vec<Version>, StoreError> {
    let sql = format!("SELECT {VERSION} FROM handbook_version WHERE page_id = ?1 ORDER BY number DESC");
    tx.all(&sql, params![page.as_str()], version)
}

/// The version in force; none: it was never published.
pub fn in_force(tx: &Tx<'_>, page: &PageId) -> Result<Option<Version>, StoreError> {
    let sql = format!("SELECT {VERSION} FROM handbook_version WHERE page_id = ?1 ORDER BY number DESC LIMIT 1");
    tx.first(&sql, params![page.as_str()], version)
}

/// Puts a version into force for good.
pub fn publish(tx: &Tx<'_>, page: &PageId, version: &Version) -> Result<(), StoreError> {
    let mut stages = String::from(" ");
    for stage in Stage::ALL {
        if version.content.steps.iter().any(|step| step.stage == Some(stage)) {
            stages.push_str(&word("stage", &stage)?);
            stages.push(' ');
        }
    }
    let Revision { number, version: name, at, description, author, approved_by, alone } = &version.revision;
    tx.execute(
        "INSERT INTO handbook_version (page_id, number, name, content, stages, description, author, approved_by, alone, \
         asks, published_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
        params![
            page.as_str(),
            *number,
            name.to_string(),
            to_json("page", &version.content)?,
            stages,
            description,
            author,
            approved_by,
            *alone,
            version.asks,
            at.millis()
        ],
    )?;
    Ok(())
}

/// How far a draft has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Writing {
        /// Who sent it back, and why.
        returned: Option<(AgentId, String)>,
    },
    /// It waits for approval.
    Review {
        /// Who sent it.
        by: AgentId,
        /// When.
        at: Timestamp,
        /// How much it changes.
        change: Change,
        /// What changes.
        description: String,
    },
}

/// An open draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Rises with every save.
    pub revision: u32,
    /// What it says.
    pub content: PageContent,
    /// How far it has got.
    pub state: State,
    /// Who saved last.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// The open draft of a page.
pub fn draft(tx: &Tx<'_>, page: &PageId) -> Result<Option<Draft>, StoreError> {
    let sql = "SELECT revision, content, state, agent_id, saved_at FROM handbook_draft WHERE page_id = ?1";
    tx.first(sql, params![page.as_str()], |row| {
        Ok(Draft {
            revision: row.get(0)?,
            content: row.json("page", 1)?,
            state: row.json("draft state", 2)?,
            by: id("agent id", row.get(3)?)?,
            at: Timestamp::from_millis(row.get(4)?),
        })
    })
}

/// How far the drafts of pages that are shown have got.
pub fn draft_states(tx: &Tx<'_>) -> Result<Vec<State>, StoreError> {
    let sql = "SELECT d.state FROM handbook_draft d JOIN handbook_page p ON p.id = d.page_id AND p.retired_at IS NULL";
    tx.all(sql, &[], |row| row.json("draft state", 0))
}

/// Keeps a draft as it is now, and what it was before: `apart` however soon this follows, else unless the same person has
/// written it within a minute.
pub fn save_draft(tx: &Tx<'_>, page: &PageId, draft: &Draft, apart: bool) -> Result<(), StoreError> {
    let content = to_json("page", &draft.content)?;
    tx.execute(
        "INSERT INTO handbook_draft (page_id, revision, content, state, agent_id, saved_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (page_id) DO UPDATE SET revision = excluded.revision, \
         content = excluded.content, state = excluded.state, agent_id = excluded.agent_id, saved_at = excluded.saved_at",
        params![
            page.as_str(),
            draft.revision,
            content,
            to_json("draft state", &draft.state)?,
            draft.by.as_str(),
            draft.at.millis()
        ],
    )?;
    let set = "UPDATE handbook_page SET revision = ?2 WHERE id = ?1";
    tx.execute(set, params![page.as_str(), draft.revision])?;
    let newest = "SELECT revision, agent_id, begun_at FROM handbook_revision WHERE page_id = ?1 \
                  ORDER BY revision DESC LIMIT 1";
    let newest: Option<(u32, String, i64)> =
        tx.first(newest, params![page.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut begun = draft.at.millis();
    if let Some((revision, by, at)) = newest {
        // The first one of a draft is what it began with, and stays; so does what somebody went back from.
        let count =
            "SELECT COUNT(*), COUNT(CASE WHEN content = ?2 THEN 1 END) FROM handbook_revision WHERE page_id = ?1";
        let count =
            tx.only(count, params![page.as_str(), content], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
        let goes_on = !apart && matches!(count, (2.., 0));
        if goes_on && by == draft.by.as_str() && draft.at.millis() - at < TOGETHER_MS {
            let drop = "DELETE FROM handbook_revision WHERE page_id = ?1 AND revision = ?2";
            tx.execute(drop, params![page.as_str(), revision])?;
            begun = at;
        }
    }
    tx.execute(
        "INSERT INTO handbook_revision (page_id, revision, content, agent_id, begun_at, saved_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![page.as_str(), draft.revision, content, draft.by.as_str(), begun, draft.at.millis()],
    )?;
    let oldest = "SELECT revision FROM handbook_revision WHERE page_id = ?1 ORDER BY revision DESC LIMIT 1 OFFSET ?2";
    if let Some(oldest) = tx.first(oldest, params![page.as_str(), REVISIONS], |row| row.get::<u32>(0))? {
        let prune = "DELETE FROM handbook_revision WHERE page_id = ?1 AND revision <= ?2";
        tx.execute(prune, params![page.as_str(), oldest])?;
    }
    Ok(())
}

/// Changes how far a draft has got, and nothing else.
pub fn set_state(tx: &Tx<'_>, page: &PageId, state: &State) -> Result<(), StoreError> {
    let sql = "UPDATE handbook_draft SET state = ?2 WHERE page_id = ?1";
    tx.execute(sql, params![page.as_str(), to_json("draft state", state)?])?;
    Ok(())
}

/// Ends a draft, with all that it was.
pub fn end_draft(tx: &Tx<'_>, page: &PageId) -> Result<(), StoreError> {
    for table in ["handbook_draft", "handbook_revision", "handbook_editor"] {
        tx.execute(&format!("DELETE FROM {table} WHERE page_id = ?1"), params![page.as_str()])?;
    }
    Ok(())
}

/// A state that an open draft was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub revision: u32,
    /// Who saved it.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub content: PageContent,
}

/// What the open draft was, the newest first.
pub fn revisions(tx: &Tx<'_>, page: &PageId) -> Result<Vec<Earlier>, StoreError> {
    let sql = "SELECT revision, agent_id, saved_at, content FROM handbook_revision WHERE page_id = ?1 \
               ORDER BY revision DESC";
    tx.all(sql, params![page.as_str()], |row| {
        Ok(Earlier {
            revision: row.get(0)?,
            by: id("agent id", row.get(1)?)?,
            at: Timestamp::from_millis(row.get(2)?),
            content: row.json("page", 3)?,
        })
    })
}

/// What the open draft said under a number.
pub fn revision(tx: &Tx<'_>, page: &PageId, number: u32) -> Result<Option<PageContent>, StoreError> {
    let sql = "SELECT content FROM handbook_revision WHERE page_id = ?1 AND revision = ?2";
    tx.first(sql, params![page.as_str(), number], |row| row.json("page", 0))
}

/// Somebody has a draft open.
pub fn edit(tx: &Tx<'_>, page: &PageId, agent: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO handbook_editor (page_id, agent_id, seen_at) VALUES (?1, ?2, ?3) \
               ON CONFLICT (page_id, agent_id) DO UPDATE SET seen_at = excluded.seen_at";
    tx.execute(sql, params![page.as_str(), agent.as_str(), now.millis()])?;
    Ok(())
}

/// Who has had a draft open since.
pub fn editors(tx: &Tx<'_>, page: &PageId, since: Timestamp) -> Result<Vec<AgentId>, StoreError> {
    let sql = "SELECT agent_id FROM handbook_editor WHERE page_id = ?1 AND seen_at >= ?2 ORDER BY agent_id";
    tx.all(sql, params![page.as_str(), since.millis()], |row| id("agent id", row.get(0)?))
}

/// The version that everybody is asked to sign: the newest that asks.
pub fn asked(tx: &Tx<'_>, page: &PageId) -> Result<Option<u32>, StoreError> {
    let sql = "SELECT MAX(number) FROM handbook_version WHERE page_id = ?1 AND asks = 1";
    tx.only(sql, params![page.as_str()], |row| row.get(0))
}

/// What somebody has read of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub by: AgentId,
    /// Which version.
    pub number: u32,
    /// When they opened it first.
    pub shown: Timestamp,
    /// When they signed it.
    pub signed: Option<Timestamp>,
}

/// All that was read of a page, by version.
pub fn readings(tx: &Tx<'_>, page: &PageId) -> Result<Vec<Reading>, StoreError> {
    let sql = "SELECT agent_id, number, shown_at, signed_at FROM handbook_reading WHERE page_id = ?1 ORDER BY number";
    tx.all(sql, params![page.as_str()], |row| {
        Ok(Reading {
            by: id("agent id", row.get(0)?)?,
            number: row.get(1)?,
            shown: Timestamp::from_millis(row.get(2)?),
            signed: row.get::<Option<i64>>(3)?.map(Timestamp::from_millis),
        })
    })
}

/// Somebody has opened a version; only the first time counts.
pub fn show(tx: &Tx<'_>, page: &PageId, number: u32, agent: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO handbook_reading (page_id, number, agent_id, shown_at) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT DO NOTHING";
    tx.execute(sql, params![page.as_str(), number, agent.as_str(), now.millis()])?;
    Ok(())
}

/// Somebody has read a version and can work by it; only the first time counts.
pub fn sign(tx: &Tx<'_>, page: &PageId, number: u32, agent: &AgentId, now: Timestamp) -> Result<(), StoreError> {
    show(tx, page, number, agent, now)?;
    let sql = "UPDATE handbook_reading SET signed_at = ?4 WHERE page_id = ?1 AND number = ?2 AND agent_id = ?3 \
               AND signed_at IS NULL";
    tx.execute(sql, params![page.as_str(), number, agent.as_str(), now.millis()])?;
    Ok(())
}

/// The pages that somebody has still to read and sign, that which was published last at the end.
pub fn unsigned(tx: &Tx<'_>, agent: &AgentId) -> Result<Vec<PageId>, StoreError> {
    let sql = "SELECT asked.page_id FROM (SELECT page_id, MAX(number) AS number FROM handbook_version WHERE asks = 1 \
               GROUP BY page_id) asked JOIN handbook_page p ON p.id = asked.page_id AND p.retired_at IS NULL \
               JOIN handbook_version v ON v.page_id = asked.page_id AND v.number = asked.number \
               WHERE NOT EXISTS (SELECT 1 FROM handbook_reading r \
               WHERE r.page_id = asked.page_id AND r.agent_id = ?1 AND r.number >= asked.number \
               AND r.signed_at IS NOT NULL) ORDER BY v.published_at, p.place DESC, p.id DESC";
    tx.all(sql, params![agent.as_str()], |row| id("page id", row.get(0)?))
}

/// Procedures in force that have a step for a stage, with their versions, in the order of the handbook.
fn for_stage(tx: &Tx<'_>, stage: Stage) -> Result<Vec<(PageId, u32)>, StoreError> {
    let wanted = format!("% {} %", word("stage", &stage)?);
    let kind = word("page kind", &PageKind::Procedure)?;
    let sql = "SELECT v.page_id, v.number FROM handbook_version v JOIN handbook_page p ON p.id = v.page_id \
               WHERE p.kind = ?1 AND p.retired_at IS NULL AND v.stages LIKE ?2 AND v.number = (SELECT MAX(n.number) FROM handbook_version n \
               WHERE n.page_id = v.page_id) ORDER BY p.place, p.id";
    tx.all(sql, params![kind, wanted], |row| Ok((id("page id", row.get(0)?)?, row.get(1)?)))
}

/// What the procedures in force say for a stage.
pub fn beside(tx: &Tx<'_>, stage: Stage) -> Result<Vec<(PageId, PageContent)>, StoreError> {
    let found = for_stage(tx, stage)?.into_iter();
    let said = found.map(|(page, _)| Ok(in_force(tx, &page)?.map(|version| (page, version.content))));
    Ok(said.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
}

/// Where the pages in force speak of each check: the first step that names it, as `page#step-2`. Procedures come first.
pub fn guides(tx: &Tx<'_>) -> Result<BTreeMap<Check, String>, StoreError> {
    let mut all = BTreeMap::new();
    for page in pages(tx)?.into_iter().filter(|page| page.retired.is_none()) {
        let Some(version) = in_force(tx, &page.id)? else { continue };
        for (number, step) in (1_u32..).zip(&version.content.steps) {
            for check in &step.checks {
                all.entry(*check).or_insert_with(|| format!("{}#step-{number}", page.id));
            }
        }
    }
    Ok(all)
}

/// Keeps under which versions a decision is made on a request of a kind.
pub fn keep(
    tx: &Tx<'_>,
    case: &CaseId,
    (kind, decision): (Kind, DecisionKind),
    intent: &IntentId,
    stage: Stage,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (page, number) in for_stage(tx, stage)? {
        let is_meant = |step: &PageStep| step.stage == Some(stage) && step.is_for(kind) && step.can_lead_to(decision);
        if !in_force(tx, &page)?.is_some_and(|version| version.content.steps.iter().any(is_meant)) {
            continue;
        }
        tx.execute(
            "INSERT INTO handbook_use (case_id, intent_id, page_id, number, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![case.as_str(), intent.as_str(), page.as_str(), number, now.millis()],
        )?;
    }
    Ok(())
}

/// Under which versions a case was decided, the newest first.
pub fn kept(tx: &Tx<'_>, case: &CaseId) -> Result<Vec<Kept>, StoreError> {
    let sql = "SELECT u.at, u.page_id, v.content, u.number, v.name FROM handbook_use u \
               JOIN intent i ON i.id = u.intent_id AND i.state NOT IN ('undone', 'refused', 'superseded') \
               JOIN handbook_version v ON v.page_id = u.page_id AND v.number = u.number \
               JOIN handbook_page p ON p.id = u.page_id WHERE u.case_id = ?1 ORDER BY u.at DESC, p.place, p.id";
    tx.all(sql, params![case.as_str()], |row| {
        Ok(Kept {
            at: Timestamp::from_millis(row.get(0)?),
            page: id("page id", row.get(1)?)?,
            title: row.json::<PageContent>("page", 2)?.title,
            number: row.get(3)?,
            version: version_name(row.get(4)?)?,
        })
    })
}

/// How many cases were decided under a version.
pub fn cases(tx: &Tx<'_>, page: &PageId, number: u32) -> Result<u64, StoreError> {
    let sql = "SELECT COUNT(DISTINCT u.case_id) FROM handbook_use u JOIN intent i ON i.id = u.intent_id \
               AND i.state NOT IN ('undone', 'refused', 'superseded') WHERE u.page_id = ?1 AND u.number = ?2";
    let count: i64 = tx.only(sql, params![page.as_str(), number], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}
