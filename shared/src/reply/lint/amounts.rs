//! Numbers that read as money.

use super::said::{self, Starts};
use super::words;
use crate::money::Money;
use crate::reply::language::Language;

/// A sum that a text names.
#[derive(Debug)]
pub(super) struct Amount {
    /// First byte, with the currency's sign.
    pub(super) start: usize,
    /// After the last byte.
    pub(super) end: usize,
    value: String,
    /// Codes that the sign may stand for; empty: none was written.
    currencies: &'static str,
}

impl Amount {
    /// Whether it says exactly this much, in this currency.
    pub(super) fn is(&self, money: &Money) -> bool {
        let same_currency = self.currencies.is_empty() || self.currencies.contains(money.currency());
        same_currency && Money::parse(&self.value, money.currency()).is_ok_and(|said| said.same_as(money))
    }
}

/// Signs, codes and words of money, longer ones first where one ends like another.
const SIGNS: &[(&str, &str)] = &[
    ("us$", "USD"),
    ("mx$", "MXN"),
    ("s$", "SGD"),
    ("r$", "BRL"),
    ("$", "USD MXN SGD CAD AUD"),
    ("£", "GBP"),
    ("€", "EUR"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("¥", "JPY"),
    ("usd", "USD"),
    ("gbp", "GBP"),
    ("eur", "EUR"),
    ("thb", "THB"),
    ("idr", "IDR"),
    ("vnd", "VND"),
    ("php", "PHP"),
    ("myr", "MYR"),
    ("sgd", "SGD"),
    ("jpy", "JPY"),
    ("mxn", "MXN"),
    ("brl", "BRL"),
    ("rp", "IDR"),
    ("rm", "MYR"),
    ("đ", "VND"),
];
/// Words that stand after a number only.
const NAMES: &[(&str, &str)] = &[
    ("dollars", "USD SGD CAD AUD"),
    ("dollar", "USD SGD CAD AUD"),
    ("euros", "EUR"),
    ("euro", "EUR"),
    ("baht", "THB"),
    ("บาท", "THB"),
    ("rupiah", "IDR"),
    ("đồng", "VND"),
    ("pesos", "MXN PHP"),
];
/// Short for thousands where money has no cents.
const THOUSANDS: &[&str] = &["k", "rb", "ribu", "nghìn", "ngàn"];

/// Before a bare number with cents: a date, a time or a measure.
const NO_MONEY_BEFORE: &[&str] = &[
    "on",
    "at",
    "by",
    "until",
    "before",
    "size",
    "version",
    "el",
    "las",
    "hasta",
    "talla",
    "pada",
    "tanggal",
    "jam",
    "pukul",
    "ukuran",
    "am",
    "um",
    "bis",
    "größe",
    "ngày",
    "lúc",
    "cỡ",
    "วันที่",
    "เวลา",
    "ขนาด",
];
/// After it.
const NO_MONEY_AFTER: &[&str] = &[
    "ml", "l", "g", "kg", "mg", "cm", "mm", "m", "oz", "in", "lb", "h", "x", "%", "am", "pm", "น", "inch", "stars",
    "sao",
];
/// Thai, which writes no spaces, speaks of money like this; the other languages by [`words::MONEY`].
const MONEY_TH: &[&str] = &["คืน", "ยอด"];

const SPACES: [char; 2] = [' ', '\u{a0}'];

/// Sums beside a sign, a code or a name of money, and bare numbers with cents where a refund is spoken of.
pub(super) fn find(lower: &str, language: Language) -> Vec<Amount> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = lower.get(rest..).and_then(|tail| tail.find(|letter: char| letter.is_ascii_digit())) {
        let start = rest + at;
        let tail = lower.get(start..).unwrap_or_default();
        let length =
            tail.find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',').unwrap_or(tail.len());
        let number = tail.get(..length).unwrap_or_default();
        rest = start + length;
        found.extend(amount(lower, start, number.trim_end_matches(['.', ',']), language));
    }
    found
}

fn amount(lower: &str, start: usize, number: &str, language: Language) -> Option<Amount> {
    let end = start + number.len();
    let front = lower.get(..start)?;
    let back = lower.get(end..)?;
    let before = front.trim_end_matches(SPACES);
    let after = back.trim_start_matches(SPACES);
    let ahead = SIGNS.iter().find_map(|(sign, currencies)| {
        let stem = before.strip_suffix(sign)?;
        let runs_on = sign.starts_with(is_latin) && stem.ends_with(is_latin);
        (!runs_on).then_some((stem.len(), *currencies))
    });
    let thousands = matches!(language, Language::Id | Language::Vi)
        .then(|| THOUSANDS.iter().find_map(|short| follows(after, short)))
        .flatten();
    let tail = thousands.map_or(after, |tail| tail.trim_start_matches(SPACES));
    let behind = SIGNS.iter().chain(NAMES).find_map(|(sign, currencies)| {
        // "Đồng hồ" is a watch.
        follows(tail, sign).filter(|rest| !rest.starts_with(" hồ")).map(|rest| (lower.len() - rest.len(), *currencies))
    });
    let mut value = plain(number);
    if thousands.is_some() {
        value.push_str("000");
    }
    let told = thousands.map_or(end, |tail| lower.len() - tail.len());
    match (ahead, behind) {
        (Some((start, currencies)), _) => Some(Amount { start, end: told, value, currencies }),
        (None, Some((end, currencies))) => Some(Amount { start, end, value, currencies }),
        (None, None) if thousands.is_some() => Some(Amount { start, end: told, value, currencies: "IDR VND" }),
        (None, None) => is_bare_sum(front, number, back).then_some(Amount { start, end, value, currencies: "" }),
    }
}

/// A letter that joins others into words; Thai writes no spaces and joins nothing.
fn is_latin(letter: char) -> bool {
    letter.is_alphabetic() && !matches!(letter, '\u{0e00}'..='\u{0e7f}')
}

/// What follows after a word, if the text begins with it.
fn follows<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let runs_on = word.ends_with(is_latin) && rest.starts_with(is_latin);
    (!runs_on).then_some(rest)
}

/// `34.81` without a currency, where the sentence speaks of a refund and nothing makes it a date or a measure.
fn is_bare_sum(front: &str, number: &str, back: &str) -> bool {
    let has_cents = number.rsplit_once(['.', ',']).is_some_and(|(_, cents)| cents.len() == 2);
    let marks = number.matches(['.', ',']).count();
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || "/-:".contains(letter));
    if !has_cents || marks > 1 && plain(number).len() < 7 || joins(front.chars().next_back()) {
        return false;
    }
    let sentence_front = front.rsplit(['\n', '!', '?']).next().unwrap_or_default();
    let sentence_front = sentence_front.rsplit(". ").next().unwrap_or_default();
    let sentence_back = back.split(['\n', '!', '?']).next().unwrap_or_default();
    let sentence_back = sentence_back.split(". ").next().unwrap_or_default();
    let mut speaks = false;
    for part in [sentence_front, sentence_back] {
        let starts = Starts::of(part);
        said::each(&starts, words::MONEY, |_, _| speaks = true);
        said::each(&starts, MONEY_TH, |_, _| speaks = true);
    }
    let is_measure = NO_MONEY_AFTER.iter().any(|unit| follows(back.trim_start_matches(SPACES), unit).is_some());
    let word = sentence_front.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_date =
        NO_MONEY_BEFORE.iter().any(|before| *before == word || (!before.is_ascii() && word.ends_with(before)));
    speaks && !is_measure && !is_date && !words::LOOK_UP.contains(&word)
}

/// `1.234,50`, `1,234.50` and `389.000` in plain digits: the last mark with one or two digits after it is the point.
fn plain(number: &str) -> String {
    let point = number.rfind(['.', ',']).filter(|at| (1..=2).contains(&(number.len() - at - 1)));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match point {
        Some(at) => {
            let (whole, fraction) = number.split_at(at);
            [digits(whole), ".".to_owned(), digits(fraction)].concat()
        }
        None => digits(number),
    }
}
