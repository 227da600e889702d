use std::collections::{BTreeSet, HashSet};

use crate::pictures;

use super::*;

const LANGUAGES: [&str; 4] = ["en", "id", "th", "es"];
const ANSWERS: [Answer; 7] = [
    Answer::Question,
    Answer::PhotoAdded,
    Answer::Thanks,
    Answer::Impatient,
    Answer::AcceptsOffer,
    Answer::DeclinesOffer,
    Answer::ShippedBack,
];

/// Every reason name that the platform documents, with the group it belongs to.
const REASONS: &str = include_str!("reason_groups.tsv");

fn script_fits(language: &str, line: &str) -> bool {
    let is_thai = line.chars().any(|letter| ('\u{e00}'..='\u{e7f}').contains(&letter));
    is_thai == (language == "th")
}

#[test]
fn every_documented_reason_has_its_group() {
    let mut seen = BTreeSet::new();
    for line in REASONS.lines() {
        let (name, expected) = line.split_once('\t').unwrap();
        assert!(GROUPS.contains(&expected), "{expected}");
        assert_eq!(reason_group(name), expected, "{name}");
        seen.insert(name);
    }
    assert_eq!(seen.len(), 258);
    assert_eq!(reason_group("a_name_of_tomorrow"), "other");
}

#[test]
fn each_group_has_at_least_five_different_openings_in_each_language() {
    for language in LANGUAGES {
        for group in GROUPS {
            let lines = words(language, group);
            assert!(lines.len() >= 5, "{language} {group}");
            let openings: HashSet<String> = lines.iter().map(|line| line.chars().take(8).collect()).collect();
            assert_eq!(openings.len(), lines.len(), "{language} {group}: {lines:?}");
        }
    }
}

#[test]
fn nothing_is_said_twice_in_a_language() {
    for language in LANGUAGES {
        let said = GROUPS.iter().flat_map(|group| words(language, group));
        let answered = ANSWERS.iter().flat_map(|kind| answers(language, *kind));
        let mut seen = HashSet::new();
        for line in said.chain(answered).chain(seller_lines(language)).chain(tracking_lines(language)) {
            assert!(seen.insert(line), "{language}: {line}");
            assert!(script_fits(language, line), "{language}: {line}");
            assert_eq!(line.trim(), *line);
        }
    }
}

#[test]
fn every_answer_and_line_is_there() {
    for language in LANGUAGES {
        for kind in ANSWERS {
            assert!(answers(language, kind).len() >= 5, "{language} {kind:?}");
        }
        assert!(seller_lines(language).len() >= 6, "{language}");
        assert!(tracking_lines(language).len() >= 6, "{language}");
    }
    assert_eq!(words("xx", "unheard_of"), words("en", "other"));
}

#[test]
fn products_are_complete_and_have_pictures() {
    let mut skus = HashSet::new();
    for shop in SHOPS {
        assert!((10..=14).contains(&shop.products.len()), "{}", shop.name);
        assert!(!return_carriers(shop.region).is_empty());
        for product in shop.products {
            assert!(pictures::NAMES.contains(&product.picture), "{}", product.picture);
            assert!(skus.insert(product.seller_sku), "{}", product.seller_sku);
            let decimals = product.price.split_once('.').map_or(0, |(_, cents)| cents.len());
            let expected = if shop.currency == "IDR" { 0 } else { 2 };
            assert_eq!(decimals, expected, "{}", product.seller_sku);
            assert!(product.price.parse::<f64>().unwrap() > 0.0);
        }
    }
}

#[test]
fn every_region_has_forty_different_people() {
    for shop in SHOPS {
        let people = people(shop.region);
        assert!(people.len() >= 40, "{}", shop.region);
        let names: HashSet<_> = people.iter().map(|person| (person.first, person.last)).collect();
        let nicknames: HashSet<_> = people.iter().map(|person| person.nickname).collect();
        assert_eq!((names.len(), nicknames.len()), (people.len(), people.len()), "{}", shop.region);
    }
}

#[test]
fn stories_name_shops_products_and_people_that_exist() {
    for story in STORIES {
        let shop = SHOPS.iter().find(|shop| shop.name == story.shop).unwrap();
        let product = shop.products.iter().find(|product| product.seller_sku == story.seller_sku);
        assert!(suits(product.unwrap().picture, story.reason_group), "{}", story.words);
        assert!(GROUPS.contains(&story.reason_group));
        let is_known = |person: &Person| (person.first, person.last) == (story.first, story.last);
        assert!(people(shop.region).iter().any(is_known), "{}", story.first);
    }
}

#[test]
fn thai_men_and_women_end_their_sentences_differently() {
    let woman = people("TH").iter().find(|person| !person.says_khrap).unwrap();
    let man = people("TH").iter().find(|person| person.says_khrap).unwrap();
    let said = GROUPS.iter().flat_map(|group| words("th", group));
    let answered = ANSWERS.iter().flat_map(|kind| answers("th", *kind));
    for line in said.chain(answered) {
        assert!(!in_voice_of(woman, line).contains("ครับ"), "{line}");
        let his = in_voice_of(man, line);
        assert!(!his.contains("ค่ะ") && !his.contains("คะ"), "{his}");
    }
    assert_eq!(in_voice_of(man, "ขอบคุณค่ะ ได้ไหมคะ"), "ขอบคุณครับ ได้ไหมครับ");
}
