//! Languages in which the desk writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language with built-in replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
    /// German.
    De,
}

impl Language {
    /// All.
    pub const ALL: [Self; 6] = [Self::En, Self::Id, Self::Th, Self::Vi, Self::Es, Self::De];

    /// The language tag, for `lang` and on the wire.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Id => "id",
            Self::Th => "th",
            Self::Vi => "vi",
            Self::Es => "es",
            Self::De => "de",
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
            "DE" | "AT" => Self::De,
            _ => Self::En,
        }
    }
}

/// Words that are common in one language and rare in the others.
const COMMON: [(Language, &[&str]); 4] = [
    (
        Language::En,
        &[
            "the", "and", "is", "was", "were", "my", "it", "i", "for", "not", "this", "have", "has", "with", "of",
            "to", "you", "your", "we", "our", "can", "if", "been",
        ],
    ),
    (
        Language::Id,
        &[
            "yang", "dan", "saya", "tidak", "ini", "sudah", "barang", "di", "paket", "belum", "untuk", "mau", "ada",
            "kami", "anda", "dana", "akan", "lewat", "pada", "jadi",
        ],
    ),
    (
        Language::Es,
        &[
            "el", "la", "de", "que", "no", "un", "una", "es", "me", "en", "con", "por", "ha", "los", "mi", "se", "te",
            "lo", "y", "tu", "al", "su", "las", "del", "pedido", "para", "gracias",
        ],
    ),
    (
        Language::De,
        &[
            "der", "die", "das", "und", "ist", "nicht", "ich", "du", "wir", "dir", "dein", "deine", "deiner", "mein",
            "auf", "für", "mit", "den", "dem", "ein", "eine", "zu", "von", "hat", "geht", "sie", "bei", "wenn", "aber",
            "auch", "noch", "kann", "bitte", "wurde", "uns", "dass",
        ],
    ),
];

static BY_WORD: LazyLock<BTreeMap<&str, Language>> = LazyLock::new(|| {
    COMMON.into_iter().flat_map(|(language, common)| common.iter().map(move |word| (*word, language))).collect()
});

/// The language of some words, if it can be told.
pub fn detect(text: &str) -> Option<Language> {
    // The sign of the baht stands among the letters, and in replies of every language.
    if text.chars().any(|letter| ('\u{0e00}'..='\u{0e7f}').contains(&letter) && letter != '฿') {
        return Some(Language::Th);
    }
    let is_vietnamese = |letter: char| {
        ('\u{1ea0}'..='\u{1ef9}').contains(&letter) || matches!(letter, 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă')
    };
    if text.chars().filter(|letter| is_vietnamese(*letter)).count() >= 2 {
        return Some(Language::Vi);
    }
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let mut scores = COMMON.map(|(language, _)| (0_usize, language));
    for language in words.filter_map(|word| BY_WORD.get(word)) {
        for (score, known) in &mut scores {
            *score += usize::from(known == language);
        }
    }
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scores {
        [(best, language), (next, _), ..] if best >= 2 && best > next => Some(language),
        _ => None,
    }
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
            ("Barangnya belum sampai, mohon dana dikembalikan ya kak", Some(Language::Id)),
            ("No me llegó el paquete", Some(Language::Es)),
            ("My café order is late and the app says delivered", Some(Language::En)),
            ("Das Paket ist noch nicht angekommen.", Some(Language::De)),
            ("Die Farbe war auf dem Foto anders, ich möchte mein Geld zurück", Some(Language::De)),
            ("Your refund of ฿ 300.00 has been processed.", Some(Language::En)),
            ("ok", None),
            ("", None),
        ] {
            assert_eq!(detect(text), expected, "{text}");
        }
    }

    #[test]
    fn a_common_word_is_of_one_language() {
        let words: usize = COMMON.iter().map(|(_, common)| common.len()).sum();
        assert_eq!(BY_WORD.len(), words);
    }

    #[test]
    fn a_region_and_a_tag_name_a_language() {
        for (region, language) in [
            ("US", Language::En),
            ("GB", Language::En),
            ("ID", Language::Id),
            ("TH", Language::Th),
            ("VN", Language::Vi),
            ("ES", Language::Es),
            ("MX", Language::Es),
            ("DE", Language::De),
            ("", Language::En),
        ] {
            assert_eq!(Language::of_region(region), language, "{region}");
        }
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), language);
        }
        assert_eq!(Language::of_tag("es-MX"), Language::Es);
        assert_eq!(Language::of_tag("ja"), Language::En);
    }
}
