//! Files on their way into the handbook: what has arrived stays, goes on from there, and becomes a file once it is whole.
//!
//! A part counts when it lies on the shelf and its row is durable, so that nothing that was counted is ever missing,
//! whenever the desk dies. What a file is follows from its bytes; what the browser calls it is a name and no more.

use super::error::DeskError;
use crate::app::Desk;
use crate::auth::Agent;
use crate::shelf::{Reading, ShelfError, Writing};
use crate::store::uploads::{self as store, File, Upload};
use crate::store::{Tx, from_json, idempotency, to_json};
use crate::telemetry::Chain;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use ring::digest::{Context, SHA256};
use shared::domain::files::{
    FileId, FileKind, FileUse, MOST_BYTES, MOST_PIXELS, NAME_CHARS, TELLING_BYTES, check_captions,
};
use shared::id::{IdempotencyKey, UploadId};
use shared::wire::upload::{FileView, UploadRequest, UploadView, Uploads};
use std::ops::Range;

/// An upload of which nothing has come for so long is given up; so is a file that no text has taken up.
const LASTS_MS: i64 = 24 * 60 * 60 * 1000;
/// What somebody has on the way at once.
const MOST_OPEN: usize = 20;
/// So much of a long body is held in memory, then put on the shelf.
const PART_BYTES: usize = 4 * 1024 * 1024;
/// So much of a file is held to look at it: all of captions, and of a picture what tells its size.
const LOOK_BYTES: usize = 1_000_000;

/// What was coming broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// Where an upload's parts lie.
fn parts_of(id: &UploadId) -> String {
    format!("parts/{id}")
}

/// Where the whole of an upload is put: in another place each time, so that of two who finish it at once, or of one who
/// drops it meanwhile, nobody takes away what somebody else has kept.
fn object_of(desk: &Desk, id: &UploadId, kind: FileKind) -> Result<String, DeskError> {
    Ok(format!("files/{id}-{}.{}", desk.entropy.id("")?, kind.ending()))
}

fn view_of(file: File) -> FileView {
    FileView { id: file.id, kind: file.kind, name: file.name, size: file.size }
}

fn view(tx: &Tx<'_>, upload: Upload) -> Result<UploadView, crate::store::StoreError> {
    let file = upload.file.as_ref().map(|file| store::file(tx, file)).transpose()?.flatten();
    Ok(UploadView {
        until: upload.touched.plus_millis(LASTS_MS),
        id: upload.id,
        name: upload.name,
        size: upload.size,
        modified: upload.modified,
        received: upload.received,
        file: file.map(view_of),
    })
}

/// Begins an upload; asked for again under the same key, it is the same one.
pub fn begin(
    desk: &Desk,
    agent: &Agent,
    key: &IdempotencyKey,
    request: &UploadRequest,
) -> Result<UploadView, DeskError> {
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(DeskError::Invalid { field: "name", problem: "must have 1 to 200 characters" });
    }
    if request.size == 0 {
        return Err(DeskError::Invalid { field: "size", problem: "is nothing: the file is empty" });
    }
    if request.size > MOST_BYTES {
        return Err(DeskError::TooLarge { limit_bytes: MOST_BYTES });
    }
    let now = desk.clock.now();
    let hash = idempotency::body_hash("upload", request)?;
    desk.store.write_or(|tx| {
        match idempotency::recall(tx, &agent.id, key, &hash)? {
            idempotency::Recalled::Nothing => {}
            idempotency::Recalled::Same(answer) => return Ok(from_json("answer", &answer)?),
            idempotency::Recalled::OtherBody => return Err(DeskError::KeyReused),
        }
        if store::open(tx, &agent.id)?.len() >= MOST_OPEN {
            return Err(DeskError::Invalid {
                field: "uploads",
                problem: "are 20 already that are not finished: finish or drop one",
            });
        }
        let upload = Upload {
            id: desk.entropy.id_at("u_", now)?.parse()?,
            by: agent.id.clone(),
            name: name.to_owned(),
            size: request.size,
            modified: request.modified,
            sha256: request.sha256.clone(),
            kind: None,
            received: 0,
            file: None,
            touched: now,
        };
        store::begin(tx, &upload)?;
        let begun = view(tx, upload)?;
        idempotency::remember(tx, &agent.id, key, &hash, &to_json("answer", &begun)?, now)?;
        Ok(begun)
    })
}

/// What somebody has not finished.
pub fn list(desk: &Desk, agent: &Agent) -> Result<Uploads, DeskError> {
    Ok(desk.store.read(|tx| {
        let open = store::open(tx, &agent.id)?.into_iter().map(|upload| view(tx, upload));
        Ok(Uploads { open: open.collect::<Result<_, _>>()? })
    })?)
}

fn find(desk: &Desk, agent: &Agent, id: &UploadId) -> Result<Upload, DeskError> {
    desk.store.read(|tx| store::find(tx, &agent.id, id))?.ok_or(DeskError::NotFound { what: "upload" })
}

/// How far an upload has come.
pub fn read(desk: &Desk, agent: &Agent, id: &UploadId) -> Result<UploadView, DeskError> {
    let found = desk.store.read(|tx| {
        let upload = store::find(tx, &agent.id, id)?;
        upload.map(|upload| view(tx, upload)).transpose()
    })?;
    found.ok_or(DeskError::NotFound { what: "upload" })
}

/// Takes what comes from `offset` on, which must be where the upload stands, and answers where it stands then. When what
/// comes breaks off, what has come counts.
pub async fn append(
    desk: &Desk,
    agent: &Agent,
    id: &UploadId,
    offset: u64,
    mut pieces: impl Stream<Item = Result<Bytes, Broken>> + Unpin,
) -> Result<u64, DeskError> {
    let mut upload = find(desk, agent, id)?;
    if offset != upload.received || upload.file.is_some() {
        return Err(DeskError::WrongOffset);
    }
    let mut held = BytesMut::new();
    loop {
        let piece = pieces.next().await;
        let is_over = !matches!(piece, Some(Ok(_)));
        if let Some(Ok(piece)) = &piece {
            let room = upload.size.saturating_sub(upload.received);
            let held_bytes = u64::try_from(held.len() + piece.len()).unwrap_or(u64::MAX);
            if held_bytes > room {
                return Err(DeskError::Invalid { field: "body", problem: "is more than the file has" });
            }
            held.extend_from_slice(piece);
        }
        if held.len() >= PART_BYTES || (is_over && !held.is_empty()) {
            take(desk, &mut upload, held.split().freeze()).await?;
        }
        match piece {
            Some(Ok(_)) => {}
            Some(Err(_)) => return Err(DeskError::Invalid { field: "body", problem: "did not arrive whole" }),
            None => return Ok(upload.received),
        }
    }
}

/// Puts one part on the shelf and counts it.
async fn take(desk: &Desk, upload: &mut Upload, part: Bytes) -> Result<(), DeskError> {
    let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
    let kind = match upload.kind {
        Some(kind) => Some(kind),
        None => match told_by(desk, upload, &part).await {
            Ok(kind) => kind,
            Err(fault @ (DeskError::WrongType | DeskError::TooLarge { .. })) => {
                forget(desk, upload).await?;
                return Err(fault);
            }
            Err(fault) => return Err(fault),
        },
    };
    // A name of its own: of two who bring the same part at once, the one that is counted lies there untouched.
    let object = format!("{}/{}-{}", parts_of(&upload.id), upload.received, desk.entropy.id("")?);
    desk.shelf.put(&object, part).await?;
    let now = desk.clock.now();
    if !desk.store.write(|tx| store::add_part(tx, upload, (&object, length), kind, now))? {
        desk.shelf.remove(&object).await?;
        return Err(DeskError::WrongOffset);
    }
    upload.received = upload.received.saturating_add(length);
    upload.kind = kind;
    Ok(())
}

/// What a file is with this part, if it may come in; none: too little is there to tell.
async fn told_by(desk: &Desk, upload: &Upload, part: &Bytes) -> Result<Option<FileKind>, DeskError> {
    let mut head = Vec::new();
    for object in desk.store.read(|tx| store::parts(tx, &upload.id))? {
        let mut pieces = desk.shelf.read(&object, None).await?;
        while let Some(piece) = pieces.next().await.transpose()? {
            head.extend_from_slice(&piece);
        }
    }
    head.extend_from_slice(part.get(..part.len().min(TELLING_BYTES)).unwrap_or_default());
    let is_whole = upload.received.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX)) >= upload.size;
    if head.len() < TELLING_BYTES && !is_whole {
        return Ok(None);
    }
    let kind = FileKind::told_by(&head).ok_or(DeskError::WrongType)?;
    let limit_bytes = kind.fits().most_bytes();
    if upload.size > limit_bytes { Err(DeskError::TooLarge { limit_bytes }) } else { Ok(Some(kind)) }
}

/// Drops an upload, with all that has come of it. A file that it has become stays.
pub async fn drop_it(desk: &Desk, agent: &Agent, id: &UploadId) -> Result<(), DeskError> {
    let upload = find(desk, agent, id)?;
    forget(desk, &upload).await
}

/// Rows first: no desk goes on with what is being removed.
async fn forget(desk: &Desk, upload: &Upload) -> Result<(), DeskError> {
    desk.store.write(|tx| store::remove(tx, &upload.id))?;
    clear_parts(desk, &parts_of(&upload.id)).await?;
    Ok(())
}

async fn clear_parts(desk: &Desk, folder: &str) -> Result<(), ShelfError> {
    for name in desk.shelf.names(folder).await? {
        desk.shelf.remove(&name).await?;
    }
    Ok(())
}

/// Makes the file of an upload that has arrived whole. Asked for again, it is the same file.
pub async fn finish(desk: &Desk, agent: &Agent, id: &UploadId) -> Result<FileView, DeskError> {
    let (upload, parts) = desk
        .store
        .read(|tx| {
            let upload = store::find(tx, &agent.id, id)?;
            upload.map(|upload| Ok((upload, store::parts(tx, id)?))).transpose()
        })?
        .ok_or(DeskError::NotFound { what: "upload" })?;
    match whole(desk, &upload, &parts).await {
        // Somebody has finished or dropped it meanwhile.
        Err(DeskError::Shelf(ShelfError::Missing)) => {
            let now = read(desk, agent, id)?;
            now.file.ok_or(DeskError::Shelf(ShelfError::Missing))
        }
        Err(
            fault @ (DeskError::WrongType | DeskError::Captions { .. } | DeskError::Invalid { field: "sha256", .. }),
        ) => {
            forget(desk, &upload).await?;
            Err(fault)
        }
        other => other,
    }
}

async fn whole(desk: &Desk, upload: &Upload, parts: &[String]) -> Result<FileView, DeskError> {
    if let Some(file) = &upload.file {
        let found = desk.store.read(|tx| store::file(tx, file))?;
        return found.map(view_of).ok_or(DeskError::NotFound { what: "file" });
    }
    let (Some(kind), true) = (upload.kind, upload.received == upload.size) else {
        return Err(DeskError::Invalid { field: "upload", problem: "has not arrived whole" });
    };
    let object = object_of(desk, &upload.id, kind)?;
    let mut writing = desk.shelf.begin(&object).await?;
    let looked = match together(desk, parts, &mut writing).await {
        Ok((file, head)) => looked_at(upload, kind, &file, &head).map(|()| file),
        Err(fault) => Err(fault.into()),
    };
    let file = match looked {
        Ok(file) => file,
        Err(fault) => {
            writing.drop_it().await;
            return Err(fault);
        }
    };
    // A row whose bytes are gone (a disk that was lost) is no file.
    let known = desk.store.read(|tx| store::file(tx, &file))?;
    let is_there = match &known {
        Some(known) => desk.shelf.size(&known.object).await? == Some(known.size),
        None => false,
    };
    let gone = known.filter(|_| !is_there).map(|known| known.object);
    if is_there {
        writing.drop_it().await;
    } else {
        writing.finish().await?;
    }
    let new = File { id: file, object, kind, name: upload.name.clone(), size: upload.size };
    let now = desk.clock.now();
    let kept = desk.store.write(|tx| {
        // It was there when it was looked for, and has been forgotten since: then it is brought again.
        let other = store::file(tx, &new.id)?.filter(|other| gone.as_ref() != Some(&other.object));
        if (is_there && other.is_none()) || !store::finish(tx, &upload.id, &new.id, now)? {
            return Ok(None);
        }
        store::keep(tx, &new, other.is_some(), now).map(Some)
    })?;
    if !is_there && kept.as_ref().is_none_or(|kept| kept.object != new.object) {
        // Somebody else was faster, or has dropped it.
        desk.shelf.remove(&new.object).await?;
    }
    let kept = kept.ok_or(DeskError::Shelf(ShelfError::Missing))?;
    if let Err(fault) = clear_parts(desk, &parts_of(&upload.id)).await {
        tracing::warn!(error = %Chain(&fault), "Parts of a finished upload are left; they are removed within a day");
    }
    Ok(view_of(kept))
}

/// Writes the parts one behind the other, and answers what they are together and how they begin.
async fn together(desk: &Desk, parts: &[String], writing: &mut Writing) -> Result<(FileId, Vec<u8>), ShelfError> {
    let (mut sum, mut head) = (Context::new(&SHA256), Vec::new());
    for part in parts {
        let mut pieces = desk.shelf.read(part, None).await?;
        while let Some(piece) = pieces.next().await.transpose()? {
            sum.update(&piece);
            let more = LOOK_BYTES.saturating_sub(head.len()).min(piece.len());
            head.extend_from_slice(piece.get(..more).unwrap_or_default());
            writing.add(piece).await?;
        }
    }
    // 32 bytes are 64 digits, always.
    let file = hex::encode(sum.finish()).parse().map_err(|_| ShelfError::Missing)?;
    Ok((file, head))
}

/// What only the whole tells.
fn looked_at(upload: &Upload, kind: FileKind, file: &FileId, head: &[u8]) -> Result<(), DeskError> {
    if upload.sha256.as_ref().is_some_and(|wanted| wanted != file) {
        return Err(DeskError::Invalid { field: "sha256", problem: "is another than that of what has arrived" });
    }
    match kind.fits() {
        FileUse::Picture => {
            let size = imagesize::blob_size(head).map_err(|_| DeskError::WrongType)?;
            let pixels = u64::try_from(size.width).ok().zip(u64::try_from(size.height).ok());
            let fits =
                pixels.and_then(|(width, height)| width.checked_mul(height)).is_some_and(|all| all <= MOST_PIXELS);
            if fits { Ok(()) } else { Err(DeskError::WrongType) }
        }
        FileUse::Captions => check_captions(head).map_err(|fault| DeskError::Captions { fault }),
        FileUse::Video => Ok(()),
    }
}

/// One file, and where it lies.
pub fn file(desk: &Desk, id: &FileId) -> Result<File, DeskError> {
    desk.store.read(|tx| store::file(tx, id))?.ok_or(DeskError::NotFound { what: "file" })
}

/// The bytes of a file, or a part of them.
pub async fn bytes(desk: &Desk, file: &File, range: Option<Range<u64>>) -> Result<Reading, DeskError> {
    Ok(desk.shelf.read(&file.object, range).await?)
}

/// Removes uploads that nobody goes on with, files that no page says anything of, and parts of uploads that nobody knows
/// any more, because a desk died over them. What cannot be removed now is tried again the next time.
pub async fn sweep(desk: &Desk) -> Result<(), DeskError> {
    let before = desk.clock.now().plus_millis(-LASTS_MS);
    let stale = desk.store.write(|tx| {
        let stale = store::stale(tx, before)?;
        for upload in &stale {
            store::remove(tx, &upload.id)?;
        }
        Ok(stale)
    })?;
    let mut left: Vec<String> = Vec::new();
    for name in desk.shelf.names("parts").await? {
        let upload = name.split('/').nth(1).unwrap_or_default();
        if !desk.store.read(|tx| store::is_known(tx, upload))? {
            left.push(name);
        }
    }
    let mut unused = 0_usize;
    for file in desk.store.read(|tx| store::unused(tx, before))? {
        if let Some(object) = desk.store.write(|tx| store::forget_unused(tx, &file, before))? {
            unused += 1;
            left.push(object);
        }
    }
    for name in &left {
        if let Err(fault) = desk.shelf.remove(name).await {
            tracing::warn!(error = %Chain(&fault), "A file that nobody needs could not be removed");
        }
    }
    if !(stale.is_empty() && left.is_empty()) {
        tracing::info!(uploads = stale.len(), files = unused, "Uploads and files that nobody needs were removed");
    }
    Ok(())
}
