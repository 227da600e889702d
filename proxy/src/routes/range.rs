//! Which part of a file a request asks for: RFC 9110, section 14.

use std::ops::Range;

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// These bytes; the end is not one of them.
    Bytes(Range<u64>),
    /// There is nothing where it was asked for.
    Nothing,
}

fn number(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| {
        // So many digits name a place behind any file.
        text.parse().unwrap_or(u64::MAX)
    })
}

/// Reads a `Range` for a file of `size` bytes. What is not understood, and more than one range, is answered with all of it,
/// as the standard allows.
pub fn part(header: &str, size: u64) -> Part {
    let Some((unit, range)) = header.split_once('=') else { return Part::Whole };
    let Some((first, last)) = range.trim().split_once('-') else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    match (number(first), number(last), first.is_empty(), last.is_empty()) {
        (Some(first), _, _, true) if first < size => Part::Bytes(first..size),
        (Some(first), Some(last), ..) if first <= last && first < size => {
            Part::Bytes(first..last.saturating_add(1).min(size))
        }
        (Some(first), Some(last), ..) if first > last => Part::Whole,
        (Some(_), Some(_), ..) | (Some(_), _, _, true) => Part::Nothing,
        // The last so many.
        (None, Some(0), true, _) => Part::Nothing,
        (None, Some(count), true, _) => Part::Bytes(size.saturating_sub(count)..size),
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_that_are_asked_for_are_answered() {
        for (header, expected) in [
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=0-9", Part::Bytes(0..10)),
            ("bytes=0-", Part::Bytes(0..100)),
            ("bytes=90-", Part::Bytes(90..100)),
            ("bytes=99-99", Part::Bytes(99..100)),
            ("bytes=90-1000", Part::Bytes(90..100)),
            ("bytes=0-99999999999999999999999", Part::Bytes(0..100)),
            ("Bytes = 1-2", Part::Bytes(1..3)),
            ("bytes=-1", Part::Bytes(99..100)),
            ("bytes=-100", Part::Bytes(0..100)),
            ("bytes=-1000", Part::Bytes(0..100)),
            ("bytes=-0", Part::Nothing),
            ("bytes=100-", Part::Nothing),
            ("bytes=100-200", Part::Nothing),
            ("bytes=99999999999999999999999-", Part::Nothing),
            ("bytes=9-0", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=0--1", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(header, 100), expected, "{header:?}");
        }
    }
}
