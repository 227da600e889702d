//! What leads off the platform: links, e-mail addresses, handles and phone numbers. Scanned by hand; scripts without
//! spaces touch what they stand beside.

use super::{Rule, words};

/// Ends of host names that are worth blocking.
const TOP_LEVEL: &[&str] = &[
    "com", "net", "org", "co", "io", "me", "shop", "store", "link", "ly", "app", "info", "biz", "site", "online",
    "xyz", "gl", "cc", "be", "id", "th", "vn", "es", "mx", "my", "sg", "ph", "uk", "de", "tv",
];

/// Links, e-mail addresses and handles. `lower` is `text` in lower case.
pub(super) fn find(lower: &str, text: &str) -> Vec<(Rule, usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in lower.char_indices().chain([(lower.len(), ' ')]) {
        let belongs = letter.is_ascii_alphanumeric() || "@._-/:+%?&=#~".contains(letter);
        match (belongs, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                let run = lower.get(from..at).unwrap_or_default();
                let inner = run.trim_start_matches([':', '.', '-', '/', '&', '#']);
                let from = from + run.len() - inner.len();
                let inner = inner.trim_end_matches(['.', ':', '-', '?', '&', '/', '+']);
                let end = from + inner.len();
                if let Some(rule) = rule_of(inner, text.get(from..end).unwrap_or_default()) {
                    found.push((rule, from, end));
                }
            }
            _ => {}
        }
    }
    found
}

fn rule_of(word: &str, as_written: &str) -> Option<Rule> {
    if word.contains("://") || word.starts_with("www.") {
        return Some(Rule::Link);
    }
    if let Some((before, after)) = word.split_once('@') {
        let is_name = after.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && after.len() >= 2;
        return match (before.is_empty(), after.contains('.')) {
            (true, _) if is_name => Some(Rule::Handle),
            (false, true) if is_name => Some(Rule::Email),
            _ => None,
        };
    }
    let (host, path) = word.split_once(['/', '?', ':']).map_or((word, None), |(host, path)| (host, Some(path)));
    let (name, top) = host.rsplit_once('.')?;
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter))
        && name.chars().any(|letter| letter.is_ascii_alphabetic())
        && (name.len() >= 2 || path.is_some());
    // "opened.It broke": a forgotten space, not a host.
    let written = as_written.get(name.len() + 1..host.len()).unwrap_or_default();
    let is_new_sentence = path.is_none()
        && written.starts_with(|first: char| first.is_ascii_uppercase())
        && written.chars().skip(1).all(|letter| letter.is_ascii_lowercase());
    (is_name && !is_new_sentence && TOP_LEVEL.contains(&top)).then_some(Rule::Link)
}

/// Digits in groups, as people write numbers to call.
#[derive(Default)]
struct Run {
    start: usize,
    end: usize,
    has_plus: bool,
    first: Option<char>,
    groups: Vec<usize>,
}

/// Phone numbers, told by how they are written: with a plus sign, with a leading zero, in groups, or after a word that
/// asks to call. Numbers of orders and parcels, dates and sizes are none of these.
pub(super) fn phones(lower: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(run) = next_run(lower, from) {
        from = run.end;
        if is_phone(lower, &run) {
            found.push((run.start, run.end));
        }
    }
    found
}

fn next_run(text: &str, from: usize) -> Option<Run> {
    let rest = text.get(from..)?;
    let start = from + rest.find(|letter: char| letter.is_ascii_digit())?;
    let mut run = Run { start, end: start, ..Run::default() };
    // An opening bracket and a plus sign belong to it.
    for mark in ['(', '+', '('] {
        if text.get(from..run.start).is_some_and(|before| before.ends_with(mark)) {
            run.start -= 1;
            run.has_plus |= mark == '+';
        }
    }
    let mut gap = 0;
    for (at, letter) in text.get(start..)?.char_indices() {
        if letter.is_ascii_digit() {
            run.first = run.first.or(Some(letter));
            if gap > 0 || run.groups.is_empty() {
                run.groups.push(0);
            }
            gap = 0;
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
            run.end = start + at + 1;
        } else if " -.()/".contains(letter) && gap < 2 {
            gap += 1;
        } else {
            break;
        }
    }
    Some(run)
}

/// How far before a number a word tells what it is, in characters.
const NEAR: usize = 24;

fn is_phone(text: &str, run: &Run) -> bool {
    let neighbour = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphabetic());
    let before = text.get(..run.start).unwrap_or_default();
    if neighbour(before.chars().next_back()) || neighbour(text.get(run.end..).and_then(|text| text.chars().next())) {
        return false;
    }
    let digits: usize = run.groups.iter().sum();
    if run.has_plus {
        return (8..=15).contains(&digits);
    }
    let from = before.char_indices().rev().nth(NEAR - 1).map_or(0, |(at, _)| at);
    let near = before.get(from..).unwrap_or_default();
    let starts = super::said::Starts::of(near);
    let says = |phrases: &[&str]| {
        let mut last = None;
        super::said::each(&starts, phrases, |start, _| last = last.max(Some(start)));
        last
    };
    let (call, look_up) = (says(words::CALL), says(words::LOOK_UP));
    if look_up > call {
        return false;
    }
    let is_date = matches!(run.groups.as_slice(), [4, 1 | 2, 1 | 2, ..] | [1 | 2, 1 | 2, 4, ..] | [1 | 2, 1 | 2, 2]);
    if is_date {
        return false;
    }
    if call.is_some() && (7..=15).contains(&digits) {
        return true;
    }
    let shape = run.groups.as_slice();
    match run.first {
        Some('0') => (9..=13).contains(&digits) && (shape.len() > 1 || digits <= 12),
        Some('6'..='9') if matches!(shape, [3, 3, 3] | [3, 2, 2, 2] | [2, 3, 2, 2]) => true,
        Some('8') if matches!(shape, [3, 4, 4] | [3, 4, 3] | [3, 3, 4]) => true,
        _ => matches!(shape, [3, 3, 4] | [1, 3, 3, 4]),
    }
}
