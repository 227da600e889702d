//! Files that are being brought into a draft: piece by piece, on from where they stand after a cut, a pause or a reload.

use super::typing::Typing;
use crate::api::{Failure, uploads};
use crate::pwa::snapshot;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::files::{FileId, FileKind, FileUse};
use shared::error::ErrorCode;
use shared::id::{IdempotencyKey, UploadId};
use shared::wire::upload::{FileView, UploadRequest, UploadView};

/// One request carries so much of a file: what a cut can cost, and how many pieces the desk has to put together.
const PIECE_BYTES: u64 = 1024 * 1024;
/// After a cut the desk is asked so often whether it is there again.
const ASKS_AGAIN_MS: u32 = 2_000;

/// What a file is brought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// To be shown in the text.
    Picture,
    /// To be played beside the step.
    Video,
    /// To stand in front of the video.
    Poster,
    /// What is said in the video.
    Captions,
}

impl Aim {
    /// What a file must be good for.
    pub const fn wants(self) -> FileUse {
        match self {
            Self::Picture | Self::Poster => FileUse::Picture,
            Self::Video => FileUse::Video,
            Self::Captions => FileUse::Captions,
        }
    }
}

/// How a file stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// On its way.
    Going,
    /// Somebody has stopped it.
    Paused,
    /// The network is away: it goes on by itself.
    Cut,
    /// The desk does not take it; with a way to go on, if it may do so later.
    Refused(Failure, bool),
    /// It is another kind of file than was wanted.
    Other(FileKind),
    /// A picture that waits for its words.
    Here(FileId),
    /// The desk has it, and this browser cannot play it.
    Silent,
}

/// One file that is being brought.
#[derive(Debug, Clone, Copy)]
pub struct Parcel {
    /// Never used twice in an editor.
    pub key: u32,
    /// The step that it is for.
    pub step: u32,
    /// What it is for.
    pub aim: Aim,
    /// Its name on this device.
    pub name: StoredValue<String>,
    /// In bytes.
    pub size: u64,
    /// So much of it is there.
    pub received: RwSignal<u64>,
    /// How it stands.
    pub way: RwSignal<Way>,
    file: StoredValue<web_sys::File, LocalStorage>,
    id: StoredValue<Option<UploadId>>,
    /// Under which it is begun: the same on every try.
    begun: StoredValue<IdempotencyKey>,
    /// Rises with each start, so that what was started before stops.
    run: StoredValue<u32>,
    /// Poster and captions that stood at the step when this was begun.
    before: StoredValue<(Option<FileId>, Option<FileId>)>,
}

/// All files that are being brought into one draft.
#[derive(Debug, Clone, Copy)]
pub struct Bringing {
    /// The draft.
    pub typing: Typing,
    /// These.
    pub parcels: RwSignal<Vec<Parcel>>,
    /// What was begun before and not finished, with the page for which it was, as far as this device knows.
    open: RwSignal<Vec<(UploadView, String)>>,
    last_key: StoredValue<u32>,
}

impl Bringing {
    /// Of a draft; finds what was begun before.
    pub fn new(typing: Typing) -> Self {
        let bringing = Self {
            typing,
            parcels: RwSignal::new(Vec::new()),
            open: RwSignal::new(Vec::new()),
            last_key: StoredValue::new(0),
        };
        spawn_local(async move {
            let Ok(found) = uploads::list().await else { return };
            let mut open = Vec::new();
            for one in found.open {
                let page = snapshot::text(&name_here(&one.id)).await.unwrap_or_default();
                open.push((one, page));
            }
            bringing.open.try_set(open);
        });
        bringing
    }

    /// What was begun before and not finished, but for what is another page's; tracked.
    pub fn open_here(self) -> Vec<UploadView> {
        let is_here = |page: &str| page.is_empty() || self.typing.id.with_value(|id| id.as_str() == page);
        self.open.with(|open| open.iter().filter(|(_, page)| is_here(page)).map(|(one, _)| one.clone()).collect())
    }

    /// Takes files that were pasted or dropped on a step: a video as its video, captions as its captions, else as pictures.
    pub fn take_given(self, event: &web_sys::Event, step: u32) {
        for file in web::given_files(event) {
            let (kind, name) = (file.type_(), file.name().to_ascii_lowercase());
            let aim = if kind.starts_with("video/") {
                Aim::Video
            } else if name.ends_with(".vtt") {
                Aim::Captions
            } else {
                Aim::Picture
            };
            self.bring(file, step, aim);
        }
    }

    /// Brings a file; one that was begun before goes on from where it stands.
    pub fn bring(self, file: web_sys::File, step: u32, aim: Aim) {
        self.last_key.update_value(|key| *key += 1);
        let (name, size, modified) = (file.name(), web::file_size(&file), web::file_modified(&file));
        let known = self.open.with_untracked(|open| {
            let is_it = |one: &&UploadView| one.name == name && one.size == size && one.modified == modified;
            open.iter().map(|(one, _)| one).find(is_it).map(|one| one.id.clone())
        });
        if let Some(known) = &known {
            self.open.update(|open| open.retain(|(one, _)| one.id != *known));
        }
        let before =
            self.typing.fields(step).map(|fields| (fields.poster.get_untracked(), fields.captions.get_untracked()));
        let parcel = self.typing.within(|| Parcel {
            key: self.last_key.get_value(),
            step,
            aim,
            name: StoredValue::new(name),
            size,
            received: RwSignal::new(0),
            way: RwSignal::new(Way::Going),
            file: StoredValue::new_local(file),
            id: StoredValue::new(known),
            begun: StoredValue::new(web::fresh_key()),
            run: StoredValue::new(0),
            before: StoredValue::new(before.unwrap_or_default()),
        });
        self.parcels.update(|parcels| {
            // Another try of the same thing takes the place of one that failed.
            let is_over = |one: &Parcel| one.way.with_untracked(|way| matches!(way, Way::Refused(..) | Way::Other(_)));
            parcels.retain(|one| !(one.step == step && one.aim == aim && is_over(one)));
            parcels.push(parcel);
        });
        self.go_on(parcel);
    }

    /// Goes on after a pause, a cut or a refusal.
    pub fn go_on(self, parcel: Parcel) {
        let Some(run) = parcel.run.try_update_value(|run| {
            *run += 1;
            *run
        }) else {
            return;
        };
        parcel.way.set(Way::Going);
        spawn_local(async move {
            let way = loop {
                match self.carry(parcel, run).await {
                    Ok(Some(file)) => break self.arrived(parcel, &file).await,
                    // Stopped by a person, or the editor is closed.
                    Ok(None) => return,
                    Err(failure) if failure.is_network() => {
                        if !parcel.is_running(run) || parcel.way.try_set(Way::Cut).is_some() {
                            return;
                        }
                        web::pause(ASKS_AGAIN_MS).await;
                    }
                    // Somebody has gone on with it elsewhere: it is asked anew where it stands.
                    Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                        web::pause(ASKS_AGAIN_MS).await;
                    }
                    Err(failure) => {
                        let is_later =
                            matches!(failure.code(), Some(ErrorCode::StoreUnavailable | ErrorCode::StoreFull));
                        if !is_later {
                            // Begun anew the next time.
                            parcel.id.try_update_value(|id| *id = None);
                            parcel.begun.try_update_value(|key| *key = web::fresh_key());
                        }
                        break Some(Way::Refused(failure, is_later));
                    }
                }
            };
            match way {
                Some(way) if parcel.is_running(run) => {
                    parcel.way.try_set(way);
                }
                Some(_) => {}
                None => self.forget(parcel),
            }
        });
    }

    /// Brings the rest of a file, from where the desk has it; none: it was stopped.
    async fn carry(self, parcel: Parcel, run: u32) -> Result<Option<FileView>, Failure> {
        let known = parcel.id.try_get_value().flatten();
        let stands = match &known {
            Some(id) => uploads::stands(id).await?,
            None => {
                let Some(modified) = parcel.file.try_with_value(web::file_modified) else { return Ok(None) };
                let Some(key) = parcel.begun.try_get_value() else { return Ok(None) };
                let name = parcel.name.try_get_value().unwrap_or_default();
                let request = UploadRequest { name, size: parcel.size, modified, sha256: None };
                uploads::begin(&request, &key).await?
            }
        };
        let id = stands.id.clone();
        parcel.id.try_update_value(|known| *known = Some(id.clone()));
        if let Some(file) = stands.file {
            return Ok(Some(file));
        }
        if let Some(page) = self.typing.id.try_get_value() {
            snapshot::keep(&name_here(&id), page.as_str()).await;
        }
        let mut at = stands.received;
        while at < parcel.size {
            if !parcel.is_running(run) || parcel.received.try_set(at).is_some() {
                return Ok(None);
            }
            if parcel.way.try_get_untracked() == Some(Way::Cut) {
                parcel.way.set(Way::Going);
            }
            let to = at.saturating_add(PIECE_BYTES).min(parcel.size);
            let piece = parcel.file.try_with_value(|file| web::file_piece(file, at, to)).flatten();
            uploads::piece(&id, at, &piece.ok_or(Failure::Unreadable)?).await?;
            at = to;
        }
        parcel.received.try_set(at);
        let file = uploads::finish(&id).await?;
        snapshot::forget(&name_here(&id)).await;
        Ok(Some(file))
    }

    /// Puts a file where it was brought for; none: nothing is left to be done with it.
    async fn arrived(self, parcel: Parcel, file: &FileView) -> Option<Way> {
        if file.kind.fits() != parcel.aim.wants() {
            return Some(Way::Other(file.kind));
        }
        let fields = self.typing.fields(parcel.step)?;
        match parcel.aim {
            Aim::Picture => return Some(Way::Here(file.id.clone())),
            Aim::Poster => fields.poster.set(Some(file.id.clone())),
            Aim::Captions => fields.captions.set(Some(file.id.clone())),
            Aim::Video => {
                fields.video.set(file.id.reference());
                // Those of the video before; what came beside this one stays.
                if fields.poster.get_untracked() == parcel.before.get_value().0 {
                    fields.poster.set(None);
                }
                if fields.captions.get_untracked() == parcel.before.get_value().1 {
                    fields.captions.set(None);
                }
                self.typing.touched();
                let name = [&file.name, ".jpg"].concat();
                let address = uploads::file_url(&file.id);
                let Some(picture) = web::first_picture(&address, uploads::with_session(), &name).await else {
                    return Some(Way::Silent);
                };
                // Somebody may have chosen another one meanwhile.
                let is_same = fields.video.try_get_untracked() == Some(file.id.reference());
                if is_same && fields.poster.try_get_untracked() == Some(None) {
                    self.bring(picture, parcel.step, Aim::Poster);
                }
                return None;
            }
        }
        self.typing.touched();
        None
    }

    /// Stops for now; what is there stays.
    pub fn pause(self, parcel: Parcel) {
        parcel.run.update_value(|run| *run += 1);
        parcel.way.set(Way::Paused);
    }

    /// Takes it out of the list.
    pub fn forget(self, parcel: Parcel) {
        parcel.run.try_update_value(|run| *run += 1);
        self.parcels.try_update(|parcels| parcels.retain(|one| one.key != parcel.key));
    }

    /// Drops what has come of it, here and at the desk.
    pub fn drop_it(self, parcel: Parcel) {
        self.forget(parcel);
        if let Some(id) = parcel.id.try_get_value().flatten() {
            drop_there(id);
        }
    }

    /// Drops one that was begun before.
    pub fn drop_open(self, id: UploadId) {
        self.open.update(|open| open.retain(|(one, _)| one.id != id));
        drop_there(id);
    }

    /// Puts a picture into the text of its step, with the words about it.
    pub fn put_into_text(self, parcel: Parcel, file: &FileId, words: &str) {
        if let Some(fields) = self.typing.fields(parcel.step) {
            let picture = ["![", &plain_words(words), "](", &file.reference(), ")"].concat();
            fields.text.update(|text| {
                let kept = text.trim_end();
                let gap = if kept.is_empty() { "" } else { "\n\n" };
                *text = [kept, gap, &picture, "\n"].concat();
            });
            self.typing.touched();
        }
        self.forget(parcel);
    }
}

impl Parcel {
    fn is_running(self, run: u32) -> bool {
        self.run.try_get_value() == Some(run)
    }
}

/// Where this device keeps for which page an upload is: the desk knows whose it is, and no more.
fn name_here(id: &UploadId) -> String {
    ["upload ", id.as_str()].concat()
}

fn drop_there(id: UploadId) {
    spawn_local(async move {
        snapshot::forget(&name_here(&id)).await;
        drop(uploads::drop_it(&id).await);
    });
}

/// Words as they stand between the brackets of a picture.
fn plain_words(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(words.len());
    for letter in words.chars() {
        if matches!(letter, '[' | ']' | '\\' | '`' | '*' | '_' | '<' | '&' | '!') {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// "1.5": millions of bytes, with one digit behind the point.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    [(tenths / 10).to_string(), ".".to_owned(), (tenths % 10).to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_picture_stay_between_its_brackets() {
        for (words, kept) in [
            ("The  label\n of the parcel", "The label of the parcel"),
            ("](https://evil.example/)", "\\](https://evil.example/)"),
            ("a\\", "a\\\\"),
            ("*a* `b` <c> &amp;", "\\*a\\* \\`b\\` \\<c> \\&amp;"),
            ("", ""),
        ] {
            assert_eq!(plain_words(words), kept);
        }
    }

    #[test]
    fn sizes_are_said_in_megabytes() {
        for (bytes, words) in [(0, "0.0"), (49_999, "0.0"), (50_000, "0.1"), (1_499_999, "1.5"), (500_000_000, "500.0")]
        {
            assert_eq!(megabytes(bytes), words);
        }
    }
}
