//! Files of the handbook's own, and those that are on their way into it. Their bytes lie on the shelf, not here.

use super::cases::id;
use super::sql::{Row, Tx, params};
use super::{StoreError, from_json, to_json};
use shared::domain::files::{FileId, FileKind};
use shared::id::{AgentId, UploadId};
use shared::time::Timestamp;

/// A file of the handbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its content.
    pub id: FileId,
    /// Where on the shelf it lies.
    pub object: String,
    /// What it is, by its bytes.
    pub kind: FileKind,
    /// Its name where it first came from.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// Whose.
    pub by: AgentId,
    /// The file's name where it comes from.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// As the device says.
    pub modified: i64,
    /// What its content must be.
    pub sha256: Option<FileId>,
    /// What it is, once its first bytes are there.
    pub kind: Option<FileKind>,
    /// So many bytes are there.
    pub received: u64,
    /// What it has become.
    pub file: Option<FileId>,
    /// When something of it came last.
    pub touched: Timestamp,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    u64::try_from(row.get::<i64>(column)?).map_err(|_| StoreError::Column { column })
}

fn kind_word(kind: FileKind) -> Result<String, StoreError> {
    to_json("file kind", &kind)
}

fn kind_of(text: &str) -> Result<FileKind, StoreError> {
    from_json("file kind", text)
}

/// One file.
pub fn file(tx: &Tx<'_>, file: &FileId) -> Result<Option<File>, StoreError> {
    let sql = "SELECT id, object, kind, name, size FROM handbook_file WHERE id = ?1";
    tx.first(sql, params![file.as_str()], |row| {
        Ok(File {
            id: id("file id", row.get(0)?)?,
            object: row.get(1)?,
            kind: kind_of(&row.get::<String>(2)?)?,
            name: row.get(3)?,
            size: unsigned(row, 4)?,
        })
    })
}

/// Keeps a file, or notes that somebody has brought it again: then the one that is there stays. Which one is there, is
/// the answer.
pub fn keep(tx: &Tx<'_>, new: &File, now: Timestamp) -> Result<File, StoreError> {
    tx.execute(
        "INSERT INTO handbook_file (id, object, kind, name, size, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        params![new.id.as_str(), new.object, kind_word(new.kind)?, new.name, signed(new.size), now.millis()],
    )?;
    file(tx, &new.id)?.ok_or(StoreError::NoRow)
}

/// Forgets files that nothing says anything of any more: no version, no draft and nothing that a draft once was. Those
/// that somebody has brought since `before` may still be on their way into a text. Answers where they lie.
pub fn forget_unused(tx: &Tx<'_>, before: Timestamp) -> Result<Vec<String>, StoreError> {
    let names = |table: &str| format!("NOT EXISTS (SELECT 1 FROM {table} t WHERE t.content LIKE '%' || f.id || '%')");
    let tables = ["handbook_version", "handbook_draft", "handbook_revision"].map(names);
    let sql = format!("SELECT f.id, f.object FROM handbook_file f WHERE f.seen_at < ?1 AND {}", tables.join(" AND "));
    let unused: Vec<(String, String)> = tx.all(&sql, params![before.millis()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, _) in &unused {
        tx.execute("DELETE FROM handbook_file WHERE id = ?1", params![id])?;
    }
    Ok(unused.into_iter().map(|(_, object)| object).collect())
}

const UPLOAD: &str = "id, agent_id, name, size, modified, sha256, kind, received, file_id, touched_at";

fn upload(row: &Row<'_>) -> Result<Upload, StoreError> {
    let file = |column: usize| row.get::<Option<String>>(column)?.map(|text| id("file id", text)).transpose();
    Ok(Upload {
        id: id("upload id", row.get(0)?)?,
        by: id("agent id", row.get(1)?)?,
        name: row.get(2)?,
        size: unsigned(row, 3)?,
        modified: row.get(4)?,
        sha256: file(5)?,
        kind: row.get::<Option<String>>(6)?.map(|text| kind_of(&text)).transpose()?,
        received: unsigned(row, 7)?,
        file: file(8)?,
        touched: Timestamp::from_millis(row.get(9)?),
    })
}

/// Begins an upload.
pub fn begin(tx: &Tx<'_>, new: &Upload) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO handbook_upload (id, agent_id, name, size, modified, sha256, received, touched_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            new.id.as_str(),
            new.by.as_str(),
            new.name,
            signed(new.size),
            new.modified,
            new.sha256.as_ref().map(FileId::as_str),
            signed(new.received),
            new.touched.millis()
        ],
    )?;
    Ok(())
}

/// One upload of somebody.
pub fn find(tx: &Tx<'_>, by: &AgentId, id: &UploadId) -> Result<Option<Upload>, StoreError> {
    let sql = format!("SELECT {UPLOAD} FROM handbook_upload WHERE id = ?1 AND agent_id = ?2");
    tx.first(&sql, params![id.as_str(), by.as_str()], upload)
}

/// All that somebody has not finished, the newest first.
pub fn open(tx: &Tx<'_>, by: &AgentId) -> Result<Vec<Upload>, StoreError> {
    let sql = format!(
        "SELECT {UPLOAD} FROM handbook_upload WHERE agent_id = ?1 AND file_id IS NULL ORDER BY touched_at DESC, id"
    );
    tx.all(&sql, params![by.as_str()], upload)
}

/// A part has come: `false` if the upload had gone on, or ended, meanwhile.
pub fn add_part(
    tx: &Tx<'_>,
    before: &Upload,
    (object, length): (&str, u64),
    kind: Option<FileKind>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (id, start) = (before.id.as_str(), signed(before.received));
    let after = signed(before.received.saturating_add(length));
    let sql = "UPDATE handbook_upload SET received = ?3, kind = ?4, touched_at = ?5 \
               WHERE id = ?1 AND received = ?2 AND file_id IS NULL";
    if tx.execute(sql, params![id, start, after, kind.map(kind_word).transpose()?, now.millis()])? == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO handbook_upload_part (upload_id, start, object) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![id, start, object])?;
    Ok(true)
}

/// Where the parts of an upload lie, in their order.
pub fn parts(tx: &Tx<'_>, id: &UploadId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT object FROM handbook_upload_part WHERE upload_id = ?1 ORDER BY start";
    tx.all(sql, params![id.as_str()], |row| row.get(0))
}

/// The whole has become a file; its parts are not needed any more.
pub fn finish(tx: &Tx<'_>, id: &UploadId, file: &FileId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM handbook_upload_part WHERE upload_id = ?1", params![id.as_str()])?;
    let sql = "UPDATE handbook_upload SET file_id = ?2, touched_at = ?3 WHERE id = ?1";
    tx.execute(sql, params![id.as_str(), file.as_str(), now.millis()])?;
    Ok(())
}

/// Forgets an upload; what it has become stays.
pub fn remove(tx: &Tx<'_>, id: &UploadId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM handbook_upload_part WHERE upload_id = ?1", params![id.as_str()])?;
    tx.execute("DELETE FROM handbook_upload WHERE id = ?1", params![id.as_str()])?;
    Ok(())
}

/// Uploads of which nothing has come for long.
pub fn stale(tx: &Tx<'_>, before: Timestamp) -> Result<Vec<Upload>, StoreError> {
    let sql = format!("SELECT {UPLOAD} FROM handbook_upload WHERE touched_at < ?1 ORDER BY id");
    tx.all(&sql, params![before.millis()], upload)
}
