//! The rules that a reply must keep (design 7). The same check runs under the composer, behind the endpoint, and once
//! more in the moment of sending.

use super::language::{Language, detect};
use crate::domain::case::{Claim, Sayable};
use crate::money::Money;
use serde::{Deserialize, Serialize};

/// Whether a finding stops the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody overrules it.
    Block,
    /// A lead may overrule it.
    Warn,
}

/// A rule, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nothing is said.
    Empty,
    /// More than 2,000 characters.
    TooLong,
    /// A variable has no fact.
    Gap,
    /// "Refunded" before it is so.
    TooEarly,
    /// Another amount than the platform's, or one where none may be said.
    WrongAmount,
    /// A link.
    Link,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Another app's name.
    OtherApp,
    /// A social handle.
    Handle,
    /// Asks the buyer to withdraw.
    AsksToCancel,
    /// Asks for another review.
    AsksForReview,
    /// A greeting alone.
    GreetingAlone,
    /// Blames the buyer.
    Blame,
    /// Another language than the buyer's.
    OtherLanguage,
}

impl Rule {
    const fn severity(self) -> Severity {
        match self {
            Self::GreetingAlone | Self::Blame | Self::OtherLanguage => Severity::Warn,
            _ => Severity::Block,
        }
    }
}

/// A finding as a sentence: the fact, and what to do.
pub const fn rule_text(rule: Rule) -> &'static str {
    match rule {
        Rule::Empty => "The reply is empty. Write it, or send the decision without one.",
        Rule::TooLong => "TikTok takes at most 2,000 characters. Shorten it.",
        Rule::Gap => "A variable is empty. Fill it in, or take it out.",
        Rule::TooEarly => "“Refunded” is not true yet. Say “approved”, or send it when refunded.",
        Rule::WrongAmount => "This amount is not TikTok’s. Take it out, or use TikTok’s.",
        Rule::Link => "A link leads off TikTok. Take it out to send.",
        Rule::Phone => "A phone number leads off TikTok. Take it out to send.",
        Rule::Email => "An e-mail address leads off TikTok. Take it out to send.",
        Rule::OtherApp => "Another app’s name leads off TikTok. Take it out to send.",
        Rule::Handle => "A social handle leads off TikTok. Take it out to send.",
        Rule::AsksToCancel => "It asks the buyer to withdraw the request. TikTok forbids that.",
        Rule::AsksForReview => "It asks for another review. TikTok forbids that.",
        Rule::GreetingAlone => "A greeting alone does not count as an answer.",
        Rule::Blame => "It sounds like blame. Say what happened instead.",
        Rule::OtherLanguage => "The buyer writes another language.",
    }
}

/// What a rule found, as bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Whether it stops the reply.
    pub severity: Severity,
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
    /// What mends it, put in its place.
    pub fix: Option<String>,
}

/// What a text is checked against.
#[derive(Debug, Clone, Copy)]
pub struct LintInput<'a> {
    /// The text.
    pub text: &'a str,
    /// The language it is meant to be in.
    pub language: Language,
    /// What it tells; none: a chat line.
    pub claim: Option<Claim>,
    /// What is proved now.
    pub sayable: &'a [Sayable],
    /// The reply waits until its claim is proved.
    pub pending: bool,
    /// The amount that may be said; none: no amount.
    pub amount: Option<&'a Money>,
    /// The buyer's language, where it is to be compared.
    pub buyer_language: Option<Language>,
}

const LONGEST: usize = 2_000;
/// Shorter than this says nothing.
const GREETING_CHARS: usize = 24;

const PAID: [&str; 33] = [
    "been refunded",
    "was refunded",
    "were refunded",
    "have refunded",
    "is refunded",
    "refund is complete",
    "refund is processed",
    "been processed",
    "been paid",
    "is processed",
    "paid out",
    "sudah dikembalikan",
    "telah dikembalikan",
    "telah diproses",
    "sudah diproses",
    "berhasil dikembalikan",
    "คืนเงินเรียบร้อย",
    "คืนเงินแล้ว",
    "ได้รับเงินคืนแล้ว",
    "คืนเงินให้เรียบร้อย",
    "คืนเงินให้คุณแล้ว",
    "đã được hoàn",
    "đã hoàn tiền",
    "hoàn tiền thành công",
    "đã được xử lý",
    "đã hoàn lại",
    "ha sido reembolsad",
    "hemos reembolsado",
    "se ha reembolsado",
    "reembolso realizado",
    "ha reembolsado",
    "sido procesad",
    "hemos devuelto",
];
const APPS: [&str; 16] = [
    "whatsapp",
    "telegram",
    "instagram",
    "facebook",
    "messenger",
    "zalo",
    "wechat",
    "viber",
    "shopee",
    "lazada",
    "paypal",
    "venmo",
    "gmail",
    "ไลน์",
    "line id",
    "line:",
];
const CANCEL: [&str; 14] = [
    "cancel your request",
    "cancel the request",
    "cancel your return",
    "cancel this request",
    "withdraw your request",
    "withdraw the request",
    "batalkan permintaan",
    "membatalkan permintaan",
    "ยกเลิกคำขอ",
    "hủy yêu cầu",
    "cancela tu solicitud",
    "cancelar tu solicitud",
    "retira tu solicitud",
    "cancele su solicitud",
];
const REVIEW: [&str; 22] = [
    "change your review",
    "edit your review",
    "delete your review",
    "remove your review",
    "5 stars",
    "five stars",
    "five-star",
    "5-star",
    "ubah ulasan",
    "hapus ulasan",
    "bintang 5",
    "bintang lima",
    "แก้ไขรีวิว",
    "ลบรีวิว",
    "5 ดาว",
    "sửa đánh giá",
    "xóa đánh giá",
    "5 sao",
    "cambia tu reseña",
    "borra tu reseña",
    "elimina tu reseña",
    "cinco estrellas",
];
const BLAME: [&str; 9] = [
    "your fault",
    "you should have",
    "you broke",
    "you failed to",
    "kesalahan anda",
    "kesalahan kamu",
    "ความผิดของคุณ",
    "lỗi của bạn",
    "culpa tuya",
];
const TOP_LEVEL: [&str; 16] =
    ["com", "net", "org", "co", "io", "me", "shop", "link", "ly", "app", "info", "biz", "id", "th", "vn", "es"];

/// What the rules find, blocks first, in the order of the text.
pub fn lint(input: &LintInput<'_>) -> Vec<Finding> {
    let text = input.text;
    // Offsets must fit the text: where lower-casing changes lengths, it is searched as it is.
    let folded = text.to_lowercase();
    let lower = if folded.len() == text.len() { folded.as_str() } else { text };
    let mut found = Vec::new();
    let mut add = |rule: Rule, start: usize, end: usize| {
        found.push(Finding { rule, severity: rule.severity(), start, end, fix: None });
    };
    let count = text.chars().count();
    if text.trim().is_empty() {
        add(Rule::Empty, 0, text.len());
    } else if count < GREETING_CHARS {
        add(Rule::GreetingAlone, 0, text.len());
    }
    if count > LONGEST {
        let from = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
        add(Rule::TooLong, from, text.len());
    }
    for (start, end) in gaps(text) {
        add(Rule::Gap, start, end);
    }
    let proved = input.sayable.iter().any(|sayable| sayable.claim == Claim::Refunded);
    let will_be = input.pending && input.claim == Some(Claim::Refunded);
    if !proved && !will_be {
        search(lower, &PAID, |start, end| add(Rule::TooEarly, start, end));
    }
    if input.claim.is_some() {
        for (start, end, value) in amounts(text) {
            let is_ours = input
                .amount
                .is_some_and(|amount| Money::parse(&value, amount.currency()).is_ok_and(|said| said.same_as(amount)));
            if !is_ours {
                add(Rule::WrongAmount, start, end);
            }
        }
    }
    for (start, end) in words(text) {
        if let Some(rule) = text.get(start..end).and_then(leads_away) {
            add(rule, start, end);
        }
    }
    for (start, end) in phones(text) {
        add(Rule::Phone, start, end);
    }
    search(lower, &APPS, |start, end| {
        if stands_alone(lower, start, end) {
            add(Rule::OtherApp, start, end);
        }
    });
    search(lower, &CANCEL, |start, end| add(Rule::AsksToCancel, start, end));
    search(lower, &REVIEW, |start, end| {
        if stands_alone(lower, start, end) {
            add(Rule::AsksForReview, start, end);
        }
    });
    search(lower, &BLAME, |start, end| add(Rule::Blame, start, end));
    if let (Some(buyers), Some(ours)) = (input.buyer_language, detect(text))
        && buyers != ours
    {
        add(Rule::OtherLanguage, 0, 0);
    }
    found.sort_by_key(|finding| (finding.severity, finding.start));
    found
}

fn search(text: &str, patterns: &[&str], mut found: impl FnMut(usize, usize)) {
    for pattern in patterns {
        for (start, part) in text.match_indices(pattern) {
            found(start, start + part.len());
        }
    }
}

/// Not part of a longer word; scripts without spaces always stand alone.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    // "3.5 stars" is not "5 stars".
    let in_number = before == Some('.') || before == Some(',');
    !joins(before) && !joins(after) && !in_number
}

fn gaps(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('{') {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find('}').map_or(1, |at| at + 1);
        found.push((start, start + length));
    }
    found
}

fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Whether a word is an address of some kind.
fn leads_away(word: &str) -> Option<Rule> {
    let word =
        word.trim_matches(|letter: char| ",;:!?()[]\"'“”‘’".contains(letter)).trim_end_matches('.').to_lowercase();
    if word.contains("://") || word.starts_with("www.") {
        return Some(Rule::Link);
    }
    if let Some((before, after)) = word.split_once('@') {
        let named = after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').count() >= 2;
        return match (before.is_empty(), after.contains('.')) {
            (false, true) => Some(Rule::Email),
            (true, _) if named => Some(Rule::Handle),
            _ => None,
        };
    }
    let host = word.split('/').next().unwrap_or_default();
    let (name, top) = host.rsplit_once('.')?;
    let is_name = name.len() >= 2 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter));
    let has_letter = name.chars().any(|letter| letter.is_ascii_alphabetic());
    (is_name && has_letter && TOP_LEVEL.contains(&top)).then_some(Rule::Link)
}

/// Runs of digits with the marks that people put between them, judged by how phone numbers are written: with a plus
/// sign, with a leading zero, or in groups of three, three and four. Order numbers are none of these.
fn phones(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut run: Option<(usize, usize, String)> = None;
    for (at, letter) in text.char_indices().chain([(text.len(), '\n')]) {
        let belongs = letter.is_ascii_digit() || "+()- .".contains(letter);
        match (&mut run, belongs) {
            (None, true) if letter != ' ' && letter != '.' && letter != '-' => {
                run = Some((at, at + 1, letter.to_string()))
            }
            (Some((_, end, known)), true) => {
                known.push(letter);
                if letter.is_ascii_digit() {
                    *end = at + 1;
                }
            }
            (Some((start, end, known)), false) => {
                if is_phone(known.trim_end_matches(|letter: char| !letter.is_ascii_digit())) {
                    found.push((*start, *end));
                }
                run = None;
            }
            _ => {}
        }
    }
    found
}

fn is_phone(run: &str) -> bool {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    let groups: Vec<usize> =
        run.split(|letter: char| !letter.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
    (run.starts_with('+') && (8..=15).contains(&digits))
        || (run.trim_start_matches('(').starts_with('0') && (9..=13).contains(&digits))
        || groups == [3, 3, 4]
        || groups == [1, 3, 3, 4]
}

const SIGNS: [&str; 17] =
    ["us$", "usd", "$", "£", "gbp", "€", "eur", "฿", "thb", "บาท", "rp", "idr", "₫", "vnd", "đ", "rm", "s$"];

/// Numbers beside a currency sign or code, with their value in plain digits.
fn amounts(text: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = text.get(rest..).and_then(|tail| tail.find(|letter: char| letter.is_ascii_digit())) {
        let start = rest + at;
        let tail = text.get(start..).unwrap_or_default();
        let length =
            tail.find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',').unwrap_or(tail.len());
        let number = tail.get(..length).unwrap_or_default().trim_end_matches(['.', ',']);
        let end = start + number.len();
        let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\u{a0}']).to_lowercase();
        let after = text.get(end..).unwrap_or_default().trim_start_matches([' ', '\u{a0}']).to_lowercase();
        let is_code = |sign: &str, letter: Option<char>| {
            !sign.ends_with(|last: char| last.is_ascii_alphabetic()) || !letter.is_some_and(char::is_alphabetic)
        };
        let marked = SIGNS.iter().any(|sign| {
            let stem = before.strip_suffix(sign);
            let front = stem.is_some_and(|stem| is_code(sign, stem.chars().next_back()));
            let back = after.strip_prefix(sign).is_some_and(|tail| is_code(sign, tail.chars().next()));
            front || back
        });
        if marked {
            found.push((start, end, plain(number)));
        }
        rest = start + length.max(1);
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const PAD: &str = " This sentence only makes it long enough.";

    fn found(text: &str, claim: Option<Claim>, sayable: &[Sayable], pending: bool) -> Vec<Rule> {
        let amount = Money::parse("34.18", "USD").unwrap();
        let input = LintInput {
            text,
            language: Language::En,
            claim,
            sayable,
            pending,
            amount: Some(&amount),
            buyer_language: None,
        };
        lint(&input).iter().map(|finding| finding.rule).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[Rule]) {
        assert_eq!(found(&[text, PAD].concat(), Some(Claim::Approved), &[], true), expected, "{text}");
    }

    #[test]
    fn what_leads_off_the_platform_is_blocked() {
        check("Write to help@harbor.example.com please.", &[Rule::Email]);
        check("See https://harbor.example for more.", &[Rule::Link]);
        check("See www.harbor.test now.", &[Rule::Link]);
        check("See harbor-hearth.com now.", &[Rule::Link]);
        check("See bit.ly/3abc now.", &[Rule::Link]);
        check("Follow @harbor_hearth there.", &[Rule::Handle]);
        check("Call +1 213 555 0100 today.", &[Rule::Phone]);
        check("Call 213-555-0100 today.", &[Rule::Phone]);
        check("Call (213) 555-0100 today.", &[Rule::Phone]);
        check("Hubungi 0812-3456-7890 ya.", &[Rule::Phone]);
        check("Find us on WhatsApp.", &[Rule::OtherApp]);
        check("แอดไลน์มาได้เลย", &[Rule::OtherApp]);
        check("Message us on Instagram!", &[Rule::OtherApp]);
    }

    #[test]
    fn plain_sentences_are_left_alone() {
        check("The 600 ml carafe, order 5768 2204 1197, was packed too lightly.", &[]);
        check("Order 576822041197000123 is meant.", &[]);
        check("It arrived on 12.11. and was opened.Then we looked.", &[]);
        check("We answer within 24 h, 7 days a week.", &[]);
        check("Your refund of US$ 34.18 is approved.", &[]);
        check("Two at 8:30 and 3.5 stars of 10 items.", &[]);
        check("Lineup and faceless are words.", &[]);
    }

    #[test]
    fn amounts_are_the_platforms_or_none() {
        check("Your refund of US$ 34.18 is approved.", &[]);
        check("Your refund of $34.18 is approved.", &[]);
        check("Your refund of 34,18 USD is approved.", &[]);
        check("Your refund of US$ 34.81 is approved.", &[Rule::WrongAmount]);
        check("Your refund of $3,418 is approved.", &[Rule::WrongAmount]);
        check("Rp 389.000 will come back.", &[Rule::WrongAmount]);
        check("You get 10 € more.", &[Rule::WrongAmount]);
        let text = ["It costs $5 in the shop.", PAD].concat();
        assert_eq!(found(&text, None, &[], false), [], "a chat line may name prices");
    }

    #[test]
    fn refunded_is_said_only_when_it_is_so() {
        let text = "Your refund of US$ 34.18 has been processed.";
        check(text, &[Rule::TooEarly]);
        let long = [text, PAD].concat();
        assert_eq!(found(&long, Some(Claim::Refunded), &[], true), [], "it waits until it is true");
        assert_eq!(found(&long, Some(Claim::Refunded), &[], false), [Rule::TooEarly]);
        let proved = [Sayable { claim: Claim::Refunded, amount: None, since: Timestamp::default() }];
        assert_eq!(found(&long, Some(Claim::Refunded), &proved, false), []);
        check("Reembolso: ya hemos devuelto el dinero.", &[Rule::TooEarly]);
        check("คืนเงินเรียบร้อยแล้วค่ะ", &[Rule::TooEarly]);
        check("You will be refunded by TikTok.", &[]);
    }

    #[test]
    fn gaps_pressure_and_blame_are_found() {
        check("Hi {name}, thank you.", &[Rule::Gap]);
        check("Please cancel your request first.", &[Rule::AsksToCancel]);
        check("Would you change your review?", &[Rule::AsksForReview]);
        check("That was your fault.", &[Rule::Blame]);
        assert_eq!(found("", Some(Claim::Approved), &[], true), [Rule::Empty]);
        assert_eq!(found("Hi Dana", Some(Claim::Approved), &[], true), [Rule::GreetingAlone]);
        assert_eq!(found(&"long ".repeat(401), Some(Claim::Approved), &[], true), [Rule::TooLong]);
    }
}
