//! The built-in words of a place as one template, from which a team writes its own: what hangs on the case stands in an
//! `if`, so that the words stay true in every case that they may be used for.

use super::catalogue::{Ask, Parts, grants, joined, keeps_goods};
use super::place::{Moment, Place, comes_up};
use super::template::Condition;
use crate::domain::case::{Claim, Kind, Voice};

/// Words under what they hang on, with whether that must hold or must not.
struct Alternative {
    hangs_on: Vec<(Condition, bool)>,
    words: String,
}

impl Alternative {
    fn text(&self) -> String {
        if self.hangs_on.is_empty() {
            return self.words.clone();
        }
        let asked = self.hangs_on.iter().map(|(condition, is_wanted)| {
            if *is_wanted { condition.word().to_owned() } else { ["not ", condition.word()].concat() }
        });
        ["{if ", &asked.collect::<Vec<_>>().join(" and "), "}", &self.words, "{end}"].concat()
    }
}

fn either(condition: Condition, yes: &str, no: &str) -> String {
    let alternative =
        |is_wanted, words: &str| Alternative { hangs_on: vec![(condition, is_wanted)], words: words.to_owned() };
    [alternative(true, yes).text(), alternative(false, no).text()].concat()
}

/// The kinds of case that a place is written for, each with what tells it apart; the last is what all others are.
fn kinds(place: &Place) -> Vec<(Option<Condition>, Kind)> {
    let (before, after) = comes_up(place.group);
    let claim = place.moment.claim();
    let after_shipping = matches!(claim, Some(Claim::ReturnAgreed | Claim::ParcelAccepted | Claim::ParcelRefused));
    if after_shipping {
        return vec![(None, Kind::ReturnAndRefund)];
    }
    if !after || claim == Some(Claim::Cancelled) {
        return vec![(None, Kind::Cancellation)];
    }
    let may_cancel = before && !matches!(claim, Some(Claim::OfferMade | Claim::ReplacementAgreed));
    let special = [
        may_cancel.then_some((Some(Condition::Cancellation), Kind::Cancellation)),
        Some((Some(Condition::Replacement), Kind::Replacement)),
    ];
    special.into_iter().flatten().chain([(None, Kind::RefundOnly)]).collect()
}

/// The decision as a fact, in every way that the cases of a place ask for.
fn body(parts: &Parts, ask: &Ask<'_>, claim: Claim, place: &Place) -> String {
    let words = |kind, has_amount| parts.body(&Ask { kind, has_amount, ..*ask }, claim);
    let both = |kind| (words(kind, true), words(kind, false));
    let mut kinds = kinds(place);
    let Some((_, rest)) = kinds.pop() else { return String::new() };
    // What says the same as the rest needs no words of its own.
    kinds.retain(|(_, kind)| both(*kind) != both(rest));
    let others = kinds.iter().filter_map(|(condition, _)| Some(((*condition)?, false))).collect::<Vec<_>>();
    let special = kinds.iter().map(|(condition, kind)| (condition.iter().map(|one| (*one, true)).collect(), *kind));
    let mut all = Vec::new();
    for (hangs_on, kind) in special.chain([(others, rest)]) {
        let (with, without) = both(kind);
        if with == without {
            all.push(Alternative { hangs_on, words: with.to_owned() });
        } else {
            for (is_known, words) in [(true, with), (false, without)] {
                let hangs_on = hangs_on.iter().copied().chain([(Condition::Amount, is_known)]).collect();
                all.push(Alternative { hangs_on, words: words.to_owned() });
            }
        }
    }
    all.iter().map(Alternative::text).collect()
}

/// The built-in words of a place as one template.
pub(super) fn seed(parts: &Parts, place: &Place) -> String {
    let claim = place.moment.claim();
    let is_platforms = place.moment == Moment::PlatformDecided;
    let ask = Ask {
        group: place.group,
        claim,
        kind: Kind::RefundOnly,
        // TikTok, or time: what is said in the passive is true of both.
        voice: if is_platforms { Voice::Nobody } else { Voice::We },
        keeps_item: true,
        has_name: true,
        has_amount: true,
        language: place.language,
        shop: None,
    };
    let greeting = either(Condition::Name, &parts.greeting, &parts.greeting_plain);
    let opening = joined([Some(&greeting), Parts::of_group(&parts.openers, place.group)]);
    let paragraphs = match claim {
        None => vec![opening, Parts::of_group(&parts.asks, place.group).unwrap_or_default().to_owned()],
        Some(claim) => {
            let kept = Alternative { hangs_on: vec![(Condition::Keeps, true)], words: parts.keeps.clone() }.text();
            // Where TikTok decided, a fault is not ours to own.
            let cause = parts.causes.get(&place.group).filter(|_| grants(claim) && !is_platforms);
            let body = body(parts, &ask, claim, place);
            let may_keep = comes_up(place.group).1 && keeps_goods(&ask);
            vec![
                opening,
                joined([Some(&body), may_keep.then_some(kept.as_str())]),
                joined([cause.map(String::as_str), Some(parts.closing.as_str())]),
            ]
        }
    };
    paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
