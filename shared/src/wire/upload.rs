//! `/api/handbook/uploads`: files on their way into the handbook. Their bytes go by the core protocol of tus 1.0
//! (<https://tus.io/protocols/resumable-upload>): what has arrived stays, and an upload goes on from there.

use crate::domain::files::{FileId, FileKind};
use crate::id::UploadId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Body of `POST /api/handbook/uploads`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UploadRequest {
    /// The file's name where it comes from.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed last, as the device says: so that it is known again.
    #[serde(default)]
    pub modified: i64,
    /// Its SHA-256, where it is known: another content is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<FileId>,
}

/// A file on its way, and the answer to most calls about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UploadView {
    /// Which.
    pub id: UploadId,
    /// The file's name where it comes from.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed last, as the device says.
    pub modified: i64,
    /// So many bytes have arrived: it goes on from here.
    pub received: u64,
    /// Until when it can go on.
    pub until: Timestamp,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileView>,
}

/// Answer of `GET /api/handbook/uploads`: the asker's own that are not finished, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Uploads {
    /// These.
    pub open: Vec<UploadView>,
}

/// A file of the handbook: answer of `POST /api/handbook/uploads/{upload}/file`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileView {
    /// Which.
    pub id: FileId,
    /// What it is.
    pub kind: FileKind,
    /// Its name where it first came from.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}
