//! What a sentence says: words and phrases with their neighbours.

use super::amounts::Amount;
use super::words::{self, Asked};

const fn is_thai(letter: char) -> bool {
    matches!(letter, '\u{0e00}'..='\u{0e7f}')
}

/// Part of a word that is written with spaces around it. Thai writes none, so it never joins.
fn joins(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_alphanumeric() && !is_thai(letter))
}

/// Where words begin, in order, each with its first letter.
fn starts(text: &str) -> impl Iterator<Item = (char, usize)> {
    let mut before = None;
    text.char_indices().filter_map(move |(at, letter)| {
        let in_number = letter.is_ascii_digit() && matches!(before, Some('.' | ','));
        let begins = !joins(before) && !in_number;
        before = Some(letter);
        begins.then_some((letter, at))
    })
}

/// Where a phrase that stands at a place ends: `stem` is all of it, or its beginning where `is_beginning`.
fn ends(text: &str, start: usize, stem: &str, is_beginning: bool) -> Option<usize> {
    let after = text.get(start..)?.strip_prefix(stem)?;
    (is_beginning || !joins(after.chars().next())).then(|| text.len() - after.len())
}

/// A phrase that ends in `-` is the beginning of a word.
fn stem(phrase: &str) -> (&str, bool) {
    phrase.strip_suffix('-').map_or((phrase, false), |stem| (stem, true))
}

/// Where words begin, by their first letter. Looking there alone is what makes a check at every key press cheap.
pub(super) struct Starts<'a> {
    text: &'a str,
    all: Vec<(char, usize)>,
}

impl<'a> Starts<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut all: Vec<_> = starts(text).collect();
        all.sort_unstable();
        Self { text, all }
    }

    /// Each place where a phrase of [`words`] stands as whole words: from where to where.
    fn places(&self, phrase: &str) -> impl Iterator<Item = (usize, usize)> {
        let (stem, is_beginning) = stem(phrase);
        let initial = stem.chars().next();
        let from = initial.map_or(self.all.len(), |initial| self.all.partition_point(|(letter, _)| *letter < initial));
        let same = self.all.iter().skip(from).take_while(move |(letter, _)| Some(*letter) == initial);
        same.filter_map(move |(_, start)| Some((*start, ends(self.text, *start, stem, is_beginning)?)))
    }
}

/// Each place where a phrase stands, with the number of the phrase.
fn scan<'a>(starts: &Starts<'_>, phrases: impl Iterator<Item = &'a str>, found: &mut dyn FnMut(usize, usize, usize)) {
    for (number, phrase) in phrases.enumerate() {
        starts.places(phrase).for_each(|(start, end)| found(number, start, end));
    }
}

/// Each place where one of these phrases stands.
pub(super) fn each(starts: &Starts<'_>, phrases: &[&str], mut found: impl FnMut(usize, usize)) {
    scan(starts, phrases.iter().copied(), &mut |_, start, end| found(start, end));
}

/// Named lists of many phrases, by how these begin: of each word of a text a few are looked at.
pub(super) struct Lists<T> {
    names: Vec<T>,
    /// The first two letters, the stem, whether it is the beginning of a word, and the place of its list.
    phrases: Vec<([Option<char>; 2], &'static str, bool, usize)>,
}

fn two(text: &str) -> [Option<char>; 2] {
    let mut letters = text.chars();
    [letters.next(), letters.next()]
}

impl<T: Copy> Lists<T> {
    /// A list is one text, its phrases of at least two letters with `|` between them.
    pub(super) fn of(lists: &[(T, &'static str)]) -> Self {
        let mut all = Vec::new();
        for (list, (_, phrases)) in lists.iter().enumerate() {
            all.extend(phrases.split('|').map(|phrase| {
                let (stem, is_beginning) = stem(phrase);
                (two(stem), stem, is_beginning, list)
            }));
        }
        all.sort_unstable();
        Self { names: lists.iter().map(|(name, _)| *name).collect(), phrases: all }
    }

    /// The names of those that have a phrase that stands in the text, in their order.
    pub(super) fn found(&self, text: &str) -> Vec<T> {
        let mut found = vec![false; self.names.len()];
        for (_, start) in starts(text) {
            let key = two(text.get(start..).unwrap_or_default());
            let from = self.phrases.partition_point(|(begins, ..)| *begins < key);
            let same = self.phrases.iter().skip(from).take_while(|(begins, ..)| *begins == key);
            for (_, stem, is_beginning, list) in same {
                if let Some(found) = found.get_mut(*list).filter(|found| !**found) {
                    *found = ends(text, start, stem, *is_beginning).is_some();
                }
            }
        }
        self.names.iter().zip(found).filter(|(_, is_found)| *is_found).map(|(name, _)| *name).collect()
    }
}

fn first(text: &str, phrases: &[&str]) -> Option<(usize, usize)> {
    first_of(&Starts::of(text), phrases)
}

fn first_of(starts: &Starts<'_>, phrases: &[&str]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    each(starts, phrases, |start, end| {
        if best.is_none_or(|(known, _)| start < known) {
            best = Some((start, end));
        }
    });
    best
}

fn has(text: &str, phrases: &[&str]) -> bool {
    first(text, phrases).is_some()
}

/// Sentences with their offsets. Thai ends them with a particle.
fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut from = 0;
    for (at, letter) in text.char_indices() {
        let next = at + letter.len_utf8();
        let rest = text.get(next..).unwrap_or_default();
        let so_far = text.get(from..at).unwrap_or_default();
        let is_stop = matches!(letter, '.' | '!' | '?' | ';') && rest.starts_with(char::is_whitespace);
        let is_particle = letter == ' ' && ["ค่ะ", "คะ", "ครับ"].iter().any(|end| so_far.ends_with(end));
        if letter == '\n' || is_stop || is_particle {
            all.push((from, text.get(from..next).unwrap_or_default()));
            from = next;
        }
    }
    all.push((from, text.get(from..).unwrap_or_default()));
    all
}

/// The words of some text, last first.
fn backwards(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|letter: char| !letter.is_alphabetic() && letter != '\'' && letter != '’')
        .filter(|word| !word.is_empty())
}

/// Words before a verb that may deny it, and words before it that may put it off.
const DENIED_WITHIN: usize = 3;
const PUT_OFF_WITHIN: usize = 7;

fn is_not_yet(before: &str, verb: &str) -> bool {
    let clause = before.rsplit([',', ':']).next().unwrap_or_default();
    let denies = |word: &str| words::NOT_YET.contains(&word) || word.ends_with("n't") || word.ends_with("n’t");
    let is_perfect = |word: &str| words::PERFECT.contains(&word);
    let may_put_off = backwards(clause).next().is_some_and(is_perfect) || verb.split(' ').any(is_perfect);
    backwards(clause).take(DENIED_WITHIN).any(denies)
        || may_put_off && backwards(clause).take(PUT_OFF_WITHIN).any(|word| words::ONLY_ONCE.contains(&word))
}

/// The sentence around a place: where it begins, and its text.
fn around<'a>(sentences: &[(usize, &'a str)], at: usize) -> (usize, &'a str) {
    let next = sentences.partition_point(|(start, _)| *start <= at);
    sentences.get(next.saturating_sub(1)).copied().unwrap_or_default()
}

/// Where a text says that the money is paid, with what is true earlier.
pub(super) fn paid(starts: &Starts<'_>, amounts: &[Amount]) -> Vec<(usize, usize, Option<String>)> {
    let text = starts.text;
    let sentences = sentences(text);
    let mut found = Vec::new();
    let is_open = |start: usize, end: usize| {
        let (offset, _) = around(&sentences, start);
        is_not_yet(text.get(offset..start).unwrap_or_default(), text.get(start..end).unwrap_or_default())
    };
    let has_money = |from: usize, part: &str| {
        let span = from..from + part.len();
        amounts.iter().any(|amount| span.contains(&amount.start)) || has(part, words::MONEY)
    };
    let is_of_money = |at: usize| {
        let (offset, sentence) = around(&sentences, at);
        let (before, after) = sentence.split_at_checked(at - offset).unwrap_or_default();
        let from = before.rfind(", ").map_or(0, |comma| comma + 2);
        let until = after.find(", ").map_or(sentence.len(), |comma| before.len() + comma);
        let clause = sentence.get(from..until).unwrap_or_default();
        let goes_on = clause.split(' ').next().is_some_and(|word| words::GOES_ON.contains(&word));
        has_money(offset + from, clause) || goes_on && has_money(offset, sentence)
    };
    each(starts, words::REFUNDED, |start, end| {
        if !is_open(start, end) {
            found.push((start, end, None));
        }
    });
    scan(starts, words::DONE.iter().map(|(phrase, _)| *phrase), &mut |number, start, end| {
        if !is_open(start, end) && is_of_money(start) {
            let fix = words::DONE.get(number).map(|(_, fix)| (*fix).to_owned());
            found.push((start, end, fix.filter(|fix| !fix.is_empty())));
        }
    });
    for (offset, sentence) in sentences {
        let elsewhere = paid_in_thai(sentence).or_else(|| paid_in_german(sentence));
        found.extend(elsewhere.map(|(start, end)| (offset + start, offset + end, None)));
    }
    found.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    found
}

fn paid_in_thai(sentence: &str) -> Option<(usize, usize)> {
    sentence.find(is_thai)?;
    let (start, refund) = first(sentence, words::REFUND_TH)?;
    let rest = sentence.get(refund..)?;
    let (past, length) = first(rest, words::PAST_TH)?;
    let between = rest.get(..past)?;
    let before = sentence.get(..start)?.rsplit(' ').next()?;
    let is_open = has(before, words::NOT_YET_TH) || has(between, words::NOT_YET_TH);
    (!is_open).then_some((start, refund + length))
}

/// Clause by clause: a word for "paid back" and, before or after it, one that makes it past.
fn paid_in_german(sentence: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    // "… hat es genehmigt und erstattet": what makes it past may stand before "und".
    let mut goes_on = false;
    loop {
        let rest = sentence.get(from..)?;
        let next = [", ", ": ", " und "].iter().filter_map(|mark| Some((outside_quotes(rest, mark)?, *mark))).min();
        let clause = next.map_or(Some(rest), |(at, _)| rest.get(..at))?;
        let is_open = has(clause, words::NOT_YET_DE);
        let is_past = !is_open && (goes_on || has(clause, words::PAST_DE));
        let done = || first(clause, words::DONE_DE).filter(|_| has(clause, words::MONEY));
        if is_past && let Some((start, end)) = first(clause, words::REFUNDED_DE).or_else(done) {
            return Some((from + start, from + end));
        }
        let (at, mark) = next?;
        goes_on = is_past && mark == " und ";
        from += at + mark.len();
    }
}

/// Where a mark stands that is no part of a name in quotation marks.
fn outside_quotes(text: &str, mark: &str) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        before.rfind('„').is_none_or(|open| before.rfind('“').is_some_and(|close| open < close))
    })
}

/// Words between a verb and what it is done to.
const NEAR: usize = 3;
/// The same in Thai, in characters.
const NEAR_TH: usize = 12;

/// Where a text asks the buyer for something.
pub(super) fn asks(starts: &Starts<'_>, asked: &Asked, mut found: impl FnMut(usize, usize)) {
    let text = starts.text;
    let sentences = sentences(text);
    each(starts, asked.verbs, |start, end| {
        let (offset, sentence) = around(&sentences, start);
        let after = text.get(end..offset + sentence.len()).unwrap_or_default();
        let Some((noun, length)) = first(after, asked.nouns) else { return };
        let between = after.get(..noun).unwrap_or_default();
        let in_thai = text.get(start..end).is_some_and(|verb| verb.starts_with(is_thai));
        let is_near = if in_thai { between.chars().count() <= NEAR_TH } else { backwards(between).count() <= NEAR };
        let before = text.get(offset..start).unwrap_or_default();
        if is_near && !is_somebody_elses(before, in_thai) {
            found(start, end + length);
        }
    });
}

/// The nearest telling word before a verb says whose it is; without one it is the buyer's.
fn is_somebody_elses(before: &str, in_thai: bool) -> bool {
    if in_thai {
        let clause = before.rsplit(' ').next().unwrap_or_default();
        return has(clause, words::NOT_ASKED_TH);
    }
    let telling = backwards(before).take(4).find(|word| words::ASKED.contains(word) || words::NOT_ASKED.contains(word));
    telling.is_some_and(|word| words::NOT_ASKED.contains(&word))
}

/// A greeting and a name, nothing more.
pub(super) fn is_greeting_alone(text: &str) -> bool {
    let text = text.trim();
    let begins = first(text, words::GREETINGS).is_some_and(|(start, _)| start == 0);
    let most = if text.starts_with(is_thai) { 22 } else { 32 };
    begins && text.split_whitespace().count() <= 3 && text.chars().count() <= most
}

/// What an answer says beyond its manners, at least: words, and letters in them. Thai writes no spaces between words.
const LEAST_WORDS: usize = 2;
const LEAST_LETTERS: usize = 8;
const LEAST_LETTERS_TH: usize = 9;
/// Nobody is as polite as that: what is longer says something.
const MANNERS_CHARS: usize = 300;
/// Words after a greeting that are a name, and the most that thanks are for, or that belong to a farewell or a signature.
const NAMED: usize = 2;
const THANKED_FOR: usize = 5;
const SIGNED: usize = 3;
/// Letters of a Thai name with what stands before it, and of what thanks are for.
const NAMED_TH: usize = 12;
const THANKED_FOR_TH: usize = 30;

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

fn words_of(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// What follows one of these phrases at the beginning of a text.
fn after_any<'a>(text: &'a str, phrases: &[&str]) -> Option<&'a str> {
    let end = phrases.iter().filter_map(|phrase| ends(text, 0, phrase, false)).max()?;
    text.get(end..)
}

/// What is left of a text without its first words; of Thai nothing is, where it is short.
fn without_words(text: &str, most: usize, most_th: usize) -> &str {
    if text.contains(is_thai) {
        return if letters(text) <= most_th { "" } else { text };
    }
    let mut rest = text.trim_start();
    for _ in 0..most {
        rest = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// Parts of a text between its marks; a point in a number is none, and Thai leaves a space where others set a comma.
fn clauses(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut from = 0;
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let next = text.get(at + letter.len_utf8()..).and_then(|rest| rest.chars().next());
        let in_number =
            before.is_some_and(|one: char| one.is_ascii_digit()) && next.is_some_and(|one| one.is_ascii_digit());
        let is_mark = matches!(letter, ',' | '.' | '!' | '?' | ';' | ':' | '\n' | '–' | '—' | '(' | ')');
        let is_thai_space = letter == ' ' && before.is_some_and(is_thai);
        if is_mark && !in_number || is_thai_space {
            all.push(text.get(from..at).unwrap_or_default());
            from = at + letter.len_utf8();
        }
        before = Some(letter);
    }
    all.push(text.get(from..).unwrap_or_default());
    all
}

/// Whether what stands after a greeting is no more than a name.
fn is_name(text: &str, most: usize) -> bool {
    if text.contains(is_thai) {
        return text.trim_start().starts_with("คุณ") && letters(text) <= NAMED_TH;
    }
    (1..=most).contains(&words_of(text))
}

/// A greeting, the buyer's name, thanks and a farewell, and next to nothing beside them. The name is in lower case too.
pub(super) fn is_manners_alone(text: &str, name: Option<&str>) -> bool {
    if text.chars().count() > MANNERS_CHARS {
        return false;
    }
    let called = name.map(|name| [name.to_owned(), ["คุณ", name].concat()]);
    let called: Vec<&str> = called.iter().flatten().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let (mut words, mut said, mut is_signed, mut is_greeted) = (0, 0, false, false);
    for clause in clauses(text) {
        let is_named = is_greeted && is_name(clause, 1);
        is_greeted &= clause.trim().is_empty();
        if is_named || is_signed && words_of(clause) <= SIGNED {
            continue;
        }
        let mut rest = clause;
        let mut is_thanked = false;
        loop {
            rest = rest.trim_start_matches(|first: char| !first.is_alphanumeric());
            if let Some(after) = after_any(rest, words::FAREWELLS) {
                is_signed = true;
                rest = without_words(after, SIGNED, THANKED_FOR_TH);
            } else if let Some(after) = after_any(rest, words::THANKS) {
                is_thanked = true;
                rest = after;
            } else if let Some(after) = after_any(rest, &called).or_else(|| after_any(rest, words::FILLERS)) {
                rest = after;
            } else if let Some(after) = after_any(rest, words::GREETINGS) {
                is_greeted = true;
                rest = after;
            } else if is_greeted && is_name(rest, NAMED) {
                is_greeted = false;
                rest = "";
            } else if is_thanked && let Some(after) = after_any(rest, words::THANKED_FOR) {
                rest = without_words(after, THANKED_FOR, THANKED_FOR_TH);
            } else {
                break;
            }
        }
        let rest = words::PARTICLES_TH.iter().fold(rest, |rest, particle| rest.strip_suffix(particle).unwrap_or(rest));
        words += words_of(rest);
        said += letters(rest);
    }
    if text.contains(is_thai) { said < LEAST_LETTERS_TH } else { words < LEAST_WORDS || said < LEAST_LETTERS }
}
