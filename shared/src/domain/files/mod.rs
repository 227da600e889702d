//! Files of the handbook's own: pictures, videos and captions. What each is follows from its bytes alone.

mod captions;

pub use captions::{CaptionsFault, check_captions};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a page refers to a file: `media:` and its id, as the target of a picture or as a video.
pub const SCHEME: &str = "media:";
/// So many bytes at the beginning tell what a file is.
pub const TELLING_BYTES: usize = 256;
/// Characters of a file's name.
pub const NAME_CHARS: usize = 200;
/// Pixels of a picture: more would fill the memory of a tablet.
pub const MOST_PIXELS: u64 = 50_000_000;

/// A file's content, by its SHA-256: 64 hexadecimal digits in lower case. The same content is the same file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct FileId(String);

/// A text is not the id of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file's id is 64 hexadecimal digits in lower case")]
pub struct NotAFileId;

impl FileId {
    /// The text as stored and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that a page refers to; none: it is no such reference.
    pub fn referred(text: &str) -> Option<Self> {
        text.strip_prefix(SCHEME)?.parse().ok()
    }

    /// As a page refers to it.
    pub fn reference(&self) -> String {
        [SCHEME, &self.0].concat()
    }
}

impl TryFrom<String> for FileId {
    type Error = NotAFileId;

    fn try_from(text: String) -> Result<Self, NotAFileId> {
        let fits = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Self(text)) } else { Err(NotAFileId) }
    }
}

impl std::str::FromStr for FileId {
    type Err = NotAFileId;

    fn from_str(text: &str) -> Result<Self, NotAFileId> {
        Self::try_from(text.to_owned())
    }
}

impl From<FileId> for String {
    fn from(id: FileId) -> Self {
        id.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a file is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// Shown in a text, or in front of a video.
    Picture,
    /// Played beside a step.
    Video,
    /// What is said in a video, to be read.
    Captions,
}

impl FileUse {
    /// The largest size, in bytes.
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::Picture => 10_000_000,
            Self::Video => 500_000_000,
            Self::Captions => 1_000_000,
        }
    }
}

/// The largest file of any kind, in bytes.
pub const MOST_BYTES: u64 = FileUse::Video.most_bytes();

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture.
    Webp,
    /// A GIF picture.
    Gif,
    /// An MP4 video.
    Mp4,
    /// A WebM video.
    Webm,
    /// Captions as WebVTT.
    Vtt,
}

impl FileKind {
    /// What it is good for.
    pub const fn fits(self) -> FileUse {
        match self {
            Self::Png | Self::Jpeg | Self::Webp | Self::Gif => FileUse::Picture,
            Self::Mp4 | Self::Webm => FileUse::Video,
            Self::Vtt => FileUse::Captions,
        }
    }

    /// As HTTP names it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Vtt => "text/vtt; charset=utf-8",
        }
    }

    /// As the name of such a file ends, without the point.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
            Self::Vtt => "vtt",
        }
    }

    /// What the first bytes of a file ([`TELLING_BYTES`], or all that there are) tell; none: nothing that is kept.
    pub fn told_by(head: &[u8]) -> Option<Self> {
        let at = |from: usize, wanted: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(wanted));
        if at(0, b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if at(0, b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
            Some(Self::Gif)
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Some(Self::Webp)
        } else if at(4, b"ftyp") {
            is_mp4(head).then_some(Self::Mp4)
        } else if at(0, b"\x1a\x45\xdf\xa3") {
            // Matroska names its kind near the beginning; only its part that browsers play is WebM.
            let near = head.get(..64.min(head.len())).unwrap_or_default();
            near.windows(7).any(|seven| matches!(seven, [0x42, 0x82, _, b'w', b'e', b'b', b'm'])).then_some(Self::Webm)
        } else {
            let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).strip_prefix(b"WEBVTT")?;
            text.first().is_none_or(|byte| b" \t\r\n".contains(byte)).then_some(Self::Vtt)
        }
    }
}

/// Whether a file that begins like MP4 is a video that browsers know, and not QuickTime or a picture.
fn is_mp4(head: &[u8]) -> bool {
    const OTHERS: [&[u8]; 9] = [b"qt  ", b"avif", b"avis", b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1"];
    let is_known = |brand: &[u8]| {
        brand.starts_with(b"iso") || brand.starts_with(b"mp4") || matches!(brand, b"avc1" | b"M4V " | b"dash" | b"MSNV")
    };
    let length = head.first_chunk::<4>().map_or(0, |length| u32::from_be_bytes(*length));
    let end = usize::try_from(length).unwrap_or(usize::MAX).min(head.len());
    let Some(major) = head.get(8..12) else { return false };
    let compatible = head.get(16..end).unwrap_or_default().chunks_exact(4);
    !OTHERS.contains(&major) && (is_known(major) || compatible.into_iter().any(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_the_bytes_alone() {
        for (head, kind) in [
            (b"\x89PNG\r\n\x1a\n0000".as_slice(), Some(FileKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg)),
            (b"GIF89a..", Some(FileKind::Gif)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
            (b"RIFF\x24\0\0\0WAVEfmt ", None),
            (b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2", Some(FileKind::Mp4)),
            (b"\0\0\0\x18ftypXAVC\x01\0\x1f\xffmp42iso2", Some(FileKind::Mp4)),
            (b"\0\0\0\x14ftypqt  \0\0\x02\0qt  ", None),
            (b"\0\0\0\x1cftypavis\0\0\0\0iso8msf1mif1", None),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None),
            // A brand behind the end of the box is none of it.
            (b"\0\0\0\x10ftypJUNK\0\0\0\0isomiso2", None),
            (b"\0\0\0\x10ftyp", None),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Some(FileKind::Webm)),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", None),
            (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi", Some(FileKind::Vtt)),
            (b"\xef\xbb\xbfWEBVTT - Captions\n", Some(FileKind::Vtt)),
            (b"WEBVTT", Some(FileKind::Vtt)),
            (b"WEBVTTX", None),
            (b"<svg onload=alert(1)>", None),
            (b"<!doctype html>", None),
            (b"MZ\x90\0", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::told_by(head), kind, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn only_a_whole_reference_is_one() {
        let id = "0123456789abcdef".repeat(4);
        let file: FileId = id.parse().unwrap();
        assert_eq!(FileId::referred(&file.reference()), Some(file));
        for text in [
            id.clone(),
            format!("media:{}", id.to_uppercase()),
            format!("media:{id}0"),
            format!("media:{id}/../x"),
            format!("Media:{id}"),
            format!("media://{id}"),
            "media:".to_owned(),
        ] {
            assert_eq!(FileId::referred(&text), None, "{text}");
        }
    }
}
