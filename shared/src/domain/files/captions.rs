//! Whether a text is WebVTT, and where it is not: <https://www.w3.org/TR/webvtt1/>.

/// What is wrong with captions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptionsFault {
    /// Not a text in UTF-8.
    #[error("is not a text in UTF-8: save it as UTF-8")]
    NotText,
    /// The first line is another.
    #[error("does not begin with a line WEBVTT")]
    NoHeader,
    /// A line that should say when.
    #[error("has a time that is not like 00:01.000 --> 00:04.000")]
    NotATime {
        /// Which line, from 1.
        line: usize,
    },
    /// It ends before it begins.
    #[error("has a caption that ends before it begins")]
    Backwards {
        /// Which line, from 1.
        line: usize,
    },
    /// There is nothing to read.
    #[error("has no caption")]
    Empty,
}

impl CaptionsFault {
    /// The line that is wrong, from 1, if it is one.
    pub const fn line(self) -> Option<usize> {
        match self {
            Self::NotATime { line } | Self::Backwards { line } => Some(line),
            Self::NotText | Self::NoHeader | Self::Empty => None,
        }
    }
}

/// Milliseconds of `mm:ss.mmm` or `hh:mm:ss.mmm`.
fn millis(text: &str) -> Option<u64> {
    let number = |text: &str, least: usize| {
        let is_number = text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (clock, thousandths) = text.split_once('.')?;
    let thousandths = number(thousandths, 3).filter(|_| thousandths.len() == 3)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => (0, *minutes, *seconds),
        [hours, minutes, seconds] => (number(hours, 2)?, *minutes, *seconds),
        _ => return None,
    };
    let sixtieth = |text: &str| number(text, 2).filter(|number| text.len() == 2 && *number < 60);
    let minutes = hours.checked_mul(60)?.checked_add(sixtieth(minutes)?)?;
    minutes.checked_mul(60)?.checked_add(sixtieth(seconds)?)?.checked_mul(1000)?.checked_add(thousandths)
}

/// Reads captions as a browser would, and says what it would leave out without a word.
pub fn check_captions(bytes: &[u8]) -> Result<(), CaptionsFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| CaptionsFault::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = (1..).zip(text.split('\n'));
    let is_header = lines.next().and_then(|(_, line)| line.strip_prefix("WEBVTT"));
    if !is_header.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return Err(CaptionsFault::NoHeader);
    }
    let mut count = 0_usize;
    // Blocks stand between empty lines; a cue may have a name before its time.
    let mut block: Vec<(usize, &str)> = Vec::new();
    let mut is_head = true;
    let end = [(0, "")];
    for (number, line) in lines.chain(end) {
        if !line.is_empty() {
            block.push((number, line));
            continue;
        }
        let is_aside = block.first().is_some_and(|(_, first)| {
            is_head || ["NOTE", "STYLE", "REGION"].iter().any(|word| first.split([' ', '\t']).next() == Some(word))
        });
        // Lines right below the header belong to it.
        is_head = false;
        if !is_aside && let Some((first, _)) = block.first() {
            check_cue(&block, *first)?;
            count += 1;
        }
        block.clear();
    }
    if count == 0 { Err(CaptionsFault::Empty) } else { Ok(()) }
}

fn check_cue(block: &[(usize, &str)], first: usize) -> Result<(), CaptionsFault> {
    let Some((line, times)) = block.iter().take(2).find(|(_, line)| line.contains("-->")) else {
        return Err(CaptionsFault::NotATime { line: first });
    };
    let fault = CaptionsFault::NotATime { line: *line };
    let (from, rest) = times.split_once("-->").ok_or(fault)?;
    // Behind the second time stand settings of the cue.
    let to = rest.trim_start().split([' ', '\t']).next().unwrap_or_default();
    let (from, to) = (millis(from.trim()).ok_or(fault)?, millis(to).ok_or(fault)?);
    if to > from { Ok(()) } else { Err(CaptionsFault::Backwards { line: *line }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_taken_or_the_line_is_named() {
        let time = |line| Err(CaptionsFault::NotATime { line });
        for (text, expected) in [
            ("WEBVTT\n\n00:00.000 --> 00:01.500\nRead the words.\n", Ok(())),
            ("\u{feff}WEBVTT Step 2\r\n\r\n1\r\n00:00:00.000 --> 01:00:01.500 align:start\r\n- Look.\r\n", Ok(())),
            ("WEBVTT\nKind: captions\nLanguage: en\n\n00:01.000 --> 00:02.000\nHi", Ok(())),
            ("WEBVTT\n\nNOTE made by hand\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000\nHi", Ok(())),
            ("WEBVTT", Err(CaptionsFault::Empty)),
            ("WEBVTT\n\nNOTE nothing\n", Err(CaptionsFault::Empty)),
            ("1\n00:00:01,000 --> 00:00:02,000\nSubRip", Err(CaptionsFault::NoHeader)),
            ("WEBVTT\n\n00:01,000 --> 00:02,000\nHi", time(3)),
            ("WEBVTT\n\n00:01.000 -> 00:02.000\nHi", time(3)),
            ("WEBVTT\n\n00:61.000 --> 00:62.000\nHi", time(3)),
            ("WEBVTT\n\n1\n2\n00:01.000 --> 00:02.000\nHi", time(3)),
            ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n\nlost words\n", time(6)),
            ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", Err(CaptionsFault::Backwards { line: 3 })),
        ] {
            assert_eq!(check_captions(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(check_captions(b"WEBVTT\n\n\xff"), Err(CaptionsFault::NotText));
    }
}
