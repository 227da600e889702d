//! Every built-in reply composes, fills without a gap, and keeps its own rules.

use shared::domain::case::{Claim, Kind, Sayable, Voice};
use shared::money::Money;
use shared::reasons::ReasonGroup;
use shared::reply::{
    Ask, Catalogue, Language, LintInput, Moment, Parts, Place, ReplyFacts, Rule, Variable, compose, detect, happens,
    lint, lint_template, lint_voice, never_stands, reasons_in, render, resolve, template_problems,
};
use shared::time::Timestamp;
use std::collections::{HashMap, HashSet};

const CLAIMS: [Claim; 9] = [
    Claim::Approved,
    Claim::ReturnAgreed,
    Claim::ParcelAccepted,
    Claim::ParcelRefused,
    Claim::Cancelled,
    Claim::Refunded,
    Claim::Rejected,
    Claim::OfferMade,
    Claim::ReplacementAgreed,
];
const KINDS: [Kind; 5] = [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement, Kind::Other];
const VOICES: [Voice; 3] = [Voice::We, Voice::TikTok, Voice::Nobody];

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for language in Language::ALL {
        let path = format!("{}/../proxy/replies/{}.json", env!("CARGO_MANIFEST_DIR"), language.tag());
        let text = std::fs::read_to_string(&path).unwrap();
        let parts: Parts = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        catalogue.languages.insert(language.tag().to_owned(), parts);
    }
    catalogue
}

fn money(language: Language) -> Money {
    let (amount, currency) = match language {
        Language::En => ("1234.18", "USD"),
        Language::Id => ("389000", "IDR"),
        Language::Th => ("1240.00", "THB"),
        Language::Vi => ("864000", "VND"),
        Language::Es => ("42.90", "EUR"),
        Language::De => ("1234.90", "EUR"),
    };
    Money::parse(amount, currency).unwrap()
}

fn facts(ask: &Ask<'_>) -> ReplyFacts {
    ReplyFacts {
        name: ask.has_name.then(|| "Dana".to_owned()),
        amount: ask.has_amount.then(|| money(ask.language)),
        offer: ask.has_amount.then(|| money(ask.language)),
        item: "Glass pour-over set 600 ml".to_owned(),
        item_count: 2,
        shop: "Harbor & Hearth".to_owned(),
        order_id: "576822041197000123".to_owned(),
        reason_text: "Damaged item".to_owned(),
    }
}

/// Every way to ask, in one language.
fn asks(language: Language) -> impl Iterator<Item = Ask<'static>> {
    let claims = || CLAIMS.into_iter().flat_map(|claim| KINDS.into_iter().map(move |kind| (claim, kind)));
    let voiced = move || claims().flat_map(|(claim, kind)| VOICES.into_iter().map(move |voice| (claim, kind, voice)));
    let known = [(true, true), (true, false), (false, true), (false, false)];
    // Without a name only the greeting differs, without an amount only the body: one reason stands for all.
    let known = move |group| {
        known.into_iter().filter(move |(has_name, has_amount)| *has_name && *has_amount || group == ReasonGroup::Other)
    };
    ReasonGroup::ALL.into_iter().flat_map(move |group| {
        voiced().flat_map(move |(claim, kind, voice)| {
            [true, false].into_iter().flat_map(move |keeps_item| {
                known(group).map(move |(has_name, has_amount)| Ask {
                    group,
                    claim: Some(claim),
                    kind,
                    voice,
                    keeps_item,
                    has_name,
                    has_amount,
                    language,
                    shop: None,
                })
            })
        })
    })
}

/// Ends of sentences; Thai ends them with a particle instead of a stop.
fn sentences(text: &str, language: Language) -> usize {
    let ends: &[&str] = if language == Language::Th { &["ค่ะ", "คะ"] } else { &[".", "?"] };
    let is_end = |word: &&str| ends.iter().any(|end| word.ends_with(end));
    text.split_whitespace().filter(is_end).count()
}

#[track_caller]
fn check(ask: &Ask<'_>, text: &str) {
    let claim = ask.claim.unwrap();
    let filled = render(text, &facts(ask), ask.language);
    let say = format!("{ask:?}\n{}", filled.text);
    assert_eq!(filled.missing, [], "{say}");
    assert!((3..=7).contains(&sentences(&filled.text, ask.language)), "{say}");
    assert!(filled.text.chars().count() < 700 && !filled.text.contains('!'), "{say}");
    assert_eq!(filled.text.matches("Glass pour-over set").count(), 1, "the product is named once\n{say}");
    assert_eq!(detect(&filled.text), Some(ask.language), "{say}");
    let amount = money(ask.language);
    let said = filled.spans.iter().any(|span| matches!(span.variable, Variable::Amount | Variable::Offer));
    assert!(ask.has_amount || !said, "{say}");
    let mut input = LintInput {
        text: &filled.text,
        language: ask.language,
        claim: ask.claim,
        sayable: &[],
        pending: true,
        amount: ask.has_amount.then_some(&amount),
        buyer_language: Some(ask.language),
        name: None,
    };
    assert_eq!(lint(&input), [], "{say}");
    // The rest depends on the outcome alone: one reason stands for all.
    if ask.group != ReasonGroup::Other {
        return;
    }
    assert_eq!(lint_voice(&filled.text, ask.voice), [], "{say}");
    // What waits for nothing says "refunded" only when it tells that, and then the lint sees it.
    input.pending = false;
    let rules: Vec<_> = lint(&input).iter().map(|finding| finding.rule).collect();
    let expected: &[Rule] = if claim == Claim::Refunded { &[Rule::TooEarly] } else { &[] };
    assert_eq!(rules, expected, "{say}");
    let proved = [Sayable { claim, amount: None, since: Timestamp::default() }];
    input.sayable = &proved;
    assert_eq!(lint(&input), [], "{say}");
}

fn check_all(language: Language) {
    let catalogue = catalogue();
    let mut seen = HashSet::new();
    for ask in asks(language) {
        let composed = compose(&catalogue, &ask);
        assert!(!composed.id.is_empty() && !composed.title.is_empty(), "{ask:?}");
        if seen.insert((composed.text.clone(), ask.claim, ask.voice == Voice::We)) {
            check(&ask, &composed.text);
        }
    }
}

#[test]
fn every_english_reply_keeps_its_own_rules() {
    check_all(Language::En);
}

#[test]
fn every_indonesian_reply_keeps_its_own_rules() {
    check_all(Language::Id);
}

#[test]
fn every_thai_reply_keeps_its_own_rules() {
    check_all(Language::Th);
}

#[test]
fn every_vietnamese_reply_keeps_its_own_rules() {
    check_all(Language::Vi);
}

#[test]
fn every_spanish_reply_keeps_its_own_rules() {
    check_all(Language::Es);
}

#[test]
fn every_german_reply_keeps_its_own_rules() {
    check_all(Language::De);
}

#[test]
fn every_language_has_the_same_parts() {
    let catalogue = catalogue();
    let english = &catalogue.languages["en"];
    for (tag, parts) in &catalogue.languages {
        let missing: Vec<_> = ReasonGroup::ALL.iter().filter(|group| !parts.openers.contains_key(group)).collect();
        assert!(missing.is_empty(), "{tag}: {missing:?}");
        assert!(parts.bodies.keys().eq(english.bodies.keys()), "{tag}");
        assert!(parts.causes.keys().eq(english.causes.keys()), "{tag}");
        assert!(parts.asks.keys().eq(english.asks.keys()), "{tag}");
    }
}

#[test]
fn only_tiktoks_voice_says_that_tiktok_refunded() {
    let catalogue = catalogue();
    for language in Language::ALL {
        let text = |voice| {
            let all = asks(language).filter(|ask| ask.claim == Some(Claim::Refunded) && ask.voice == voice);
            all.map(|ask| compose(&catalogue, &ask).text).collect::<Vec<_>>()
        };
        assert!(text(Voice::TikTok).iter().all(|text| text.contains("TikTok")), "{language:?}");
        for voice in [Voice::We, Voice::Nobody] {
            assert!(text(voice).iter().all(|text| !text.contains("TikTok")), "{language:?}");
        }
    }
}

#[test]
fn a_language_without_parts_is_answered_in_english() {
    let mut catalogue = catalogue();
    catalogue.languages.remove("vi");
    let ask = asks(Language::Vi).next().unwrap();
    assert!(compose(&catalogue, &ask).id.contains(".en@"));
    assert_eq!(compose(&Catalogue::default(), &ask).text, "");
}

fn damaged(claim: Claim, kind: Kind, voice: Voice) -> Ask<'static> {
    Ask {
        group: ReasonGroup::Damaged,
        claim: Some(claim),
        kind,
        voice,
        keeps_item: true,
        has_name: true,
        has_amount: true,
        language: Language::En,
        shop: None,
    }
}

#[test]
fn every_question_keeps_its_own_rules_and_asks() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for group in ReasonGroup::ALL {
            for has_name in [true, false] {
                let ask =
                    Ask { group, claim: None, language, has_name, ..damaged(Claim::Approved, Kind::Other, Voice::We) };
                let composed = compose(&catalogue, &ask);
                let text = render(&composed.text, &facts(&ask), language).text;
                let say = format!("{}\n{text}", composed.id);
                assert!(composed.id.contains(".more_information."), "{say}");
                assert!((2..=4).contains(&sentences(&text, language)) && text.chars().count() < 400, "{say}");
                assert_eq!(detect(&text), Some(language), "{say}");
                let input = LintInput {
                    text: &text,
                    language,
                    claim: None,
                    sayable: &[],
                    pending: false,
                    amount: None,
                    buyer_language: Some(language),
                    name: None,
                };
                assert_eq!(lint(&input), [], "{say}");
            }
        }
    }
}

#[test]
fn the_damaged_refund_reads_as_it_should() {
    let ask = damaged(Claim::Refunded, Kind::RefundOnly, Voice::We);
    let composed = compose(&catalogue(), &ask);
    assert_eq!((composed.id.as_str(), composed.title.as_str()), ("damaged.refunded.en@3", "Arrived damaged, refunded"));
    let text = render(&composed.text, &facts(&ask), Language::En).text;
    assert_eq!(
        text,
        "Hi Dana, thank you for telling us that your order arrived damaged.\n\n\
         Your refund of US$ 1,234.18 has been processed. It is for “Glass pour-over set 600 ml” × 2 and goes back the \
         way you paid, with nothing more for you to do. Nothing needs to come back.\n\n\
         It should have reached you whole, and we are sorry that it did not. If there is anything else, just answer \
         in this chat."
    );
}

#[test]
fn a_cause_is_owned_only_where_the_shop_grants() {
    let catalogue = catalogue();
    for (claim, voice, owned) in [
        (Claim::Refunded, Voice::We, true),
        (Claim::Approved, Voice::Nobody, true),
        (Claim::Refunded, Voice::TikTok, false),
        (Claim::Rejected, Voice::We, false),
        (Claim::ParcelRefused, Voice::We, false),
        (Claim::OfferMade, Voice::We, false),
    ] {
        let text = compose(&catalogue, &damaged(claim, Kind::RefundOnly, voice)).text;
        assert_eq!(text.contains("sorry"), owned, "{claim:?} {voice:?}\n{text}");
    }
}

#[test]
fn goods_are_kept_only_where_they_are_with_the_buyer() {
    let catalogue = catalogue();
    for (group, kind, claim, said) in [
        (ReasonGroup::Damaged, Kind::RefundOnly, Claim::Refunded, true),
        (ReasonGroup::Damaged, Kind::ReturnAndRefund, Claim::OfferMade, true),
        (ReasonGroup::NotReceived, Kind::RefundOnly, Claim::Refunded, false),
        (ReasonGroup::Damaged, Kind::Cancellation, Claim::Refunded, false),
        (ReasonGroup::Damaged, Kind::ReturnAndRefund, Claim::ParcelAccepted, false),
    ] {
        let ask = Ask { group, ..damaged(claim, kind, Voice::We) };
        assert_eq!(compose(&catalogue, &ask).text.contains("Nothing needs to come back"), said, "{ask:?}");
        let sent_back = Ask { keeps_item: false, ..ask };
        assert!(!compose(&catalogue, &sent_back).text.contains("Nothing needs to come back"), "{sent_back:?}");
    }
}

#[test]
fn every_opener_and_cause_is_heard_as_its_reason_and_no_other_part_as_any() {
    for (tag, parts) in &catalogue().languages {
        for (group, opener) in &parts.openers {
            let heard = reasons_in(opener);
            let is_general = *group == ReasonGroup::Other;
            assert!(heard.contains(group) || is_general && heard.is_empty(), "{tag} {group:?}: {heard:?} in {opener}");
        }
        for (group, cause) in &parts.causes {
            let heard = reasons_in(cause);
            assert!(heard.contains(group), "{tag} {group:?}: {heard:?} in {cause}");
        }
        let others = [&parts.greeting, &parts.greeting_plain, &parts.keeps, &parts.closing];
        for part in parts.bodies.values().chain(others) {
            assert_eq!(reasons_in(part), [], "{tag}: {part}");
        }
    }
}

/// The place whose words are used for this, where a team can have its own.
fn place_of(ask: &Ask<'_>) -> Option<Place> {
    let moment = Moment::of(ask.claim?, ask.voice)?;
    Some(Place { group: ask.group, moment, language: ask.language, shop: None })
}

#[test]
fn the_built_in_words_as_a_template_say_in_every_case_what_they_say_there() {
    let catalogue = catalogue();
    let mut templates = HashMap::new();
    let mut said = 0;
    for ask in Language::ALL.into_iter().flat_map(asks).filter(|ask| ask.voice == Voice::We) {
        let Some(place) = place_of(&ask).filter(|place| happens(place.group, place.moment)) else { continue };
        // As the lists of reasons have it, only some are ever given before an order is sent, and some only then.
        let is_cancellation = ask.kind == Kind::Cancellation;
        let (before, after) =
            (happens(ask.group, Moment::Told(Claim::Cancelled)), happens(ask.group, Moment::Told(Claim::OfferMade)));
        let comes_up = if is_cancellation { before } else { after };
        let is_of_parcel =
            matches!(ask.claim, Some(Claim::ReturnAgreed | Claim::ParcelAccepted | Claim::ParcelRefused));
        let is_of_offer = matches!(ask.claim, Some(Claim::OfferMade | Claim::ReplacementAgreed));
        if !comes_up
            || is_cancellation && (is_of_parcel || is_of_offer)
            || ask.claim == Some(Claim::Cancelled) && !is_cancellation
        {
            continue;
        }
        let template = templates.entry(place).or_insert_with_key(|place| catalogue.template(place));
        assert_eq!(template_problems(template), []);
        assert_eq!(resolve(template, ask.holding()), compose(&catalogue, &ask).text, "{ask:?}\n{template}");
        said += 1;
    }
    assert!(said > 5_000, "{said}");
}

#[test]
fn the_built_in_words_as_a_template_keep_every_rule_at_every_place() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for (group, moment) in ReasonGroup::ALL.into_iter().flat_map(|group| Moment::ALL.map(|moment| (group, moment)))
        {
            let place = Place { group, moment, language, shop: None };
            if happens(group, moment) {
                let template = catalogue.template(&place);
                assert_eq!(lint_template(&place, &template), [], "{place}\n{template}");
                assert_eq!(never_stands(&place, &template), None, "{place}\n{template}");
            }
        }
    }
}
