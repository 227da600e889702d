//! Languages in which the desk writes.

use serde::{Deserialize, Serialize};

/// A language with built-in replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// Indonesian.
    Id,
    /// Thai.
    Th,
    /// Vietnamese.
    Vi,
    /// Spanish.
    Es,
}

impl Language {
    /// All.
    pub const ALL: [Self; 5] = [Self::En, Self::Id, Self::Th, Self::Vi, Self::Es];

    /// The language tag, for `lang` and on the wire.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Id => "id",
            Self::Th => "th",
            Self::Vi => "vi",
            Self::Es => "es",
        }
    }

    /// By tag; an unknown one is English.
    pub fn of_tag(tag: &str) -> Self {
        let short = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag() == short).unwrap_or(Self::En)
    }

    /// The language of a shop's region.
    pub fn of_region(region: &str) -> Self {
        match region {
            "ID" => Self::Id,
            "TH" => Self::Th,
            "VN" => Self::Vi,
            "ES" | "MX" => Self::Es,
            _ => Self::En,
        }
    }
}

/// Words that are common in one language and rare in the others.
const COMMON: [(Language, &[&str]); 3] = [
    (Language::En, &["the", "and", "is", "was", "my", "it", "i", "for", "not", "this", "have", "with", "of", "to"]),
    (
        Language::Id,
        &["yang", "dan", "saya", "tidak", "ini", "sudah", "barang", "di", "paket", "belum", "untuk", "mau", "ada"],
    ),
    (Language::Es, &["el", "la", "de", "que", "no", "un", "una", "es", "me", "en", "con", "por", "ha", "los", "mi"]),
];

/// The language of some words, if it can be told.
pub fn detect(text: &str) -> Option<Language> {
    if text.chars().any(|letter| ('\u{0e00}'..='\u{0e7f}').contains(&letter)) {
        return Some(Language::Th);
    }
    let is_vietnamese = |letter: char| {
        ('\u{1ea0}'..='\u{1ef9}').contains(&letter) || matches!(letter, 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă')
    };
    if text.chars().filter(|letter| is_vietnamese(*letter)).count() >= 2 {
        return Some(Language::Vi);
    }
    let lower = text.to_lowercase();
    let score = |common: &[&str]| {
        lower.split(|letter: char| !letter.is_alphabetic()).filter(|word| common.contains(word)).count()
    };
    let best = COMMON.iter().map(|(language, common)| (score(common), *language)).max_by_key(|(score, _)| *score)?;
    (best.0 >= 2).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_from_a_sentence_or_not_at_all() {
        for (text, expected) in [
            ("The box was crushed and the glass is cracked.", Some(Language::En)),
            ("กดสั่งซ้ำสองครั้งค่ะ", Some(Language::Th)),
            ("Status sudah terkirim, tapi paketnya belum saya terima.", Some(Language::Id)),
            ("Pedí la M de siempre, pero me queda justa de hombros.", Some(Language::Es)),
            ("Sản phẩm bị vỡ khi giao đến", Some(Language::Vi)),
            ("ok", None),
            ("", None),
        ] {
            assert_eq!(detect(text), expected, "{text}");
        }
    }
}
