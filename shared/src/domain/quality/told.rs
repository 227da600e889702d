//! Checks of what the buyer was told.

use super::decided::Decided;
use super::fact::Facts;
use super::{Check, CheckState, Checkpoint, Label, point, state};
use crate::domain::case::{Claim, DecisionKind, Sayable};
use crate::id::MotionId;
use crate::money::Money;
use crate::reasons::{ReasonGroup, group_named, group_of};
use crate::reply::{Finding, Language, LintInput, Rule, detect, lint, reasons_in, short};
use crate::time::Timestamp;
use crate::wire::case::{CaseView, Happened, MessageView, Speaker};
use crate::wire::intent::{IntentState, IntentWhat};
use std::collections::BTreeSet;

/// A buyer who writes again within this time was not helped by the reply.
pub(super) const AGAIN_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Between a stamp of TikTok's and one of ours: a reply that was let go by its proof is never early by this much.
const CLOCKS_DIFFER_MS: i64 = 300_000;

/// A reply of ours that is at the buyer's.
pub(super) struct Said<'a> {
    /// What it tells; none: a chat line.
    claim: Option<Claim>,
    text: &'a str,
    language: &'a str,
    template: Option<&'a str>,
    motion: &'a MotionId,
    at: Timestamp,
}

/// All of them, newest first, with what the rules find in each. What has been written elsewhere is not ours to check.
fn said<'a>(view: &'a CaseView, decided: &[Decided<'_>]) -> Vec<(Said<'a>, Vec<Finding>)> {
    let all = view.intents.iter().filter_map(|intent| match (&intent.what, &intent.state) {
        (IntentWhat::Reply { claim, text, language, template }, IntentState::Done { at, .. }) => {
            Some(Said { claim: *claim, text, language, template: template.as_deref(), motion: &intent.motion, at: *at })
        }
        _ => None,
    });
    all.map(|one| {
        let found = findings(view, &one, decided);
        (one, found)
    })
    .collect()
}

/// What could be said when a reply went out.
fn sayable_at(view: &CaseView, at: Timestamp) -> Vec<Sayable> {
    let by = at.plus_millis(CLOCKS_DIFFER_MS);
    view.sayable.iter().filter(|sayable| sayable.since <= by).cloned().collect()
}

/// The amount of what was told, as far as TikTok still shows it. Of several offers each names its own.
fn amount_of<'a>(view: &'a CaseView, said: &Said<'_>, decided: &[Decided<'a>]) -> Option<&'a Money> {
    let claim = said.claim?;
    let offered = decided.iter().find(|one| one.kind.needs_amount() && one.motion == said.motion);
    match view.sayable.iter().find(|sayable| sayable.claim == claim) {
        _ if claim == Claim::OfferMade && offered.is_some() => offered.and_then(|one| one.amount),
        Some(sayable) => sayable.amount.as_ref(),
        None if claim == Claim::OfferMade => view.partial.as_ref(),
        None => view.refund.as_ref().map(|refund| &refund.total),
    }
}

fn findings(view: &CaseView, said: &Said<'_>, decided: &[Decided<'_>]) -> Vec<Finding> {
    lint(&LintInput {
        text: said.text,
        language: Language::of_tag(said.language),
        claim: said.claim,
        sayable: &sayable_at(view, said.at),
        pending: false,
        amount: amount_of(view, said, decided),
        buyer_language: None,
        name: view.greeting_name.as_deref(),
    })
}

const fn leads_away(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Link
            | Rule::Phone
            | Rule::Email
            | Rule::OtherApp
            | Rule::Handle
            | Rule::AsksToCancel
            | Rule::AsksForReview
    )
}

/// The checks of the replies, in the order in which the work was done.
pub(super) fn checks(view: &CaseView, decided: &[Decided<'_>], now: Timestamp) -> Vec<Checkpoint> {
    let all = said(view, decided);
    // A chat line tells no outcome, but it is held to the same manners.
    let telling: Vec<_> = all.iter().filter(|(said, _)| said.claim.is_some()).collect();
    let mut checks: Vec<Checkpoint> =
        was_told(view, telling.iter().map(|(said, _)| said.at).max(), now).into_iter().collect();
    let any = |check, rules: fn(Rule) -> bool, facts: Facts| {
        let hits = all.iter().flat_map(|(said, found)| {
            let hits = found.iter().filter(move |finding| rules(finding.rule));
            hits.map(|finding| said.text.get(finding.start..finding.end).unwrap_or_default())
        });
        let hits: Vec<_> = hits.collect();
        let facts = hits.iter().fold(facts, |facts, hit| facts.text(Label::Found, hit));
        point(check, state(hits.is_empty()), facts)
    };
    let told = |facts: Facts| facts.at(Label::Told, all.iter().map(|(said, _)| said.at).max());
    let told = || told(Facts::default());
    if let Some(newest) = telling.iter().max_by_key(|(said, _)| said.at).map(|(said, _)| said) {
        checks.extend(told_after(view, &telling, decided));
        let amount = told().money(Label::Total, amount_of(view, newest, decided));
        checks.push(any(Check::AmountSaid, |rule| rule == Rule::WrongAmount, amount));
    }
    if !all.is_empty() {
        checks.push(refunded_when_paid(view, &all));
    }
    if !telling.is_empty() {
        checks.extend(fits(view, &telling));
        let alone = telling.iter().flat_map(|(_, found)| found);
        let alone = alone.filter(|finding| matches!(finding.rule, Rule::Empty | Rule::GreetingAlone)).count();
        checks.push(point(Check::MoreThanGreeting, state(alone == 0), told()));
    }
    if !all.is_empty() {
        checks.push(any(Check::NoGap, |rule| rule == Rule::Gap, told()));
    }
    if !telling.is_empty() {
        checks.push(buyers_language(view, &telling));
    }
    if !all.is_empty() {
        checks.push(any(Check::NothingForbidden, leads_away, told()));
    }
    if let Some(last) = telling.iter().map(|(said, _)| said.at).max() {
        checks.push(not_again(view, last, now));
    }
    checks
}

type Checked<'a> = (Said<'a>, Vec<Finding>);

/// `last`: when the buyer was last told an outcome.
fn was_told(view: &CaseView, last: Option<Timestamp>, now: Timestamp) -> Option<Checkpoint> {
    let settled = view.timeline.iter().find(|entry| entry.what == Happened::DebtSettled { reason: None });
    let waiting = view
        .intents
        .iter()
        .find(|intent| matches!(intent.what, IntentWhat::Reply { claim: Some(_), .. }) && !intent.state.is_over());
    let told = last.or_else(|| settled.map(|entry| entry.at));
    let stands = match &view.row.owed {
        Some(owed) if owed.late_at <= now => CheckState::Failed,
        Some(_) => CheckState::Unknown,
        None if told.is_some() => CheckState::Passed,
        None if waiting.is_some() => CheckState::Unknown,
        None => return None,
    };
    let facts = Facts::default().at(Label::Told, told);
    let facts = facts.at(Label::WaitsSince, waiting.filter(|_| told.is_none()).map(|intent| intent.at));
    let owed = view.row.owed.as_ref();
    let facts =
        facts.at(Label::OwedSince, owed.map(|owed| owed.since)).at(Label::LateAt, owed.map(|owed| owed.late_at));
    Some(point(Check::BuyerTold, stands, facts))
}

fn told_after(view: &CaseView, telling: &[&Checked<'_>], decided: &[Decided<'_>]) -> Option<Checkpoint> {
    let first_decision = decided.iter().map(|one| one.at).min()?;
    let first_reply = telling.iter().map(|(said, _)| said.at).min()?;
    let agreed = decided.iter().any(|one| one.kind == DecisionKind::AgreeReturn);
    // What somebody else decided may be told before we decide anything: it was true.
    let is_early = telling.iter().any(|(said, _)| {
        let is_proved =
            view.sayable.iter().any(|sayable| Some(sayable.claim) == said.claim && sayable.since <= said.at);
        let is_anothers = said.claim == Some(Claim::ReturnAgreed) && !agreed;
        said.at < first_decision && !is_proved && !is_anothers
    });
    let facts = Facts::default().at(Label::TookEffect, Some(first_decision)).at(Label::Told, Some(first_reply));
    Some(point(Check::ToldAfter, state(!is_early), facts))
}

fn refunded_when_paid(view: &CaseView, all: &[Checked<'_>]) -> Checkpoint {
    let paid = view.sayable.iter().find(|sayable| sayable.claim == Claim::Refunded).map(|sayable| sayable.since);
    let early = all.iter().find(|(said, found)| {
        let is_proved = || sayable_at(view, said.at).iter().any(|sayable| sayable.claim == Claim::Refunded);
        found.iter().any(|finding| finding.rule == Rule::TooEarly)
            // Words that the rules do not know as "paid" may tell it all the same.
            || said.claim == Some(Claim::Refunded) && !is_proved()
    });
    let at = early.or(all.first()).map(|(said, _)| said.at);
    let facts = Facts::default().at(Label::Told, at).at(Label::Paid, paid);
    point(Check::RefundedWhenPaid, state(early.is_none()), facts)
}

/// Reasons that people mix up: a reply to one may well be meant for the other.
const fn is_near(one: ReasonGroup, other: ReasonGroup) -> bool {
    use ReasonGroup as G;
    const fn family(group: ReasonGroup) -> u8 {
        match group {
            G::NotReceived | G::Late | G::DeliveryFailed | G::Address => 1,
            G::Damaged | G::Defective | G::Quality | G::NotAsDescribed | G::Counterfeit => 2,
            G::WrongItem | G::MissingParts => 3,
            G::ChangedMind | G::Mistake | G::BetterPrice | G::DeliveryCost | G::Payment | G::Fit => 4,
            G::Unpaid | G::OutOfStock | G::WrongPrice | G::Platform => 5,
            G::Agreed | G::Other => 0,
        }
    }
    family(one) == family(other)
}

/// A "no" and an offer may well speak of what the shop found instead of what the buyer said.
const fn grants(claim: Option<Claim>) -> bool {
    !matches!(claim, None | Some(Claim::Rejected | Claim::ParcelRefused | Claim::OfferMade))
}

/// Without the name of the product, which may hold any word in any language.
fn plain(view: &CaseView, text: &str) -> String {
    let item = view.row.item.trim();
    if item.is_empty() { text.to_owned() } else { text.replace(&short(item), " ").replace(item, " ") }
}

/// One reply that fits is enough; a second one need not say it all again.
fn fits(view: &CaseView, telling: &[&Checked<'_>]) -> Option<Checkpoint> {
    let reason = group_of(&view.row.reason);
    let words = view.words.iter().filter_map(|words| words.text.as_deref());
    let mut wanted: Vec<ReasonGroup> = words.flat_map(reasons_in).collect();
    if reason != ReasonGroup::Other {
        wanted.push(reason);
    }
    if wanted.is_empty() {
        return None;
    }
    let of_one = |said: &Said<'_>| {
        let heard = reasons_in(&plain(view, said.text));
        let template = said.template.and_then(|id| id.split('.').next()).unwrap_or_default();
        let of_template = group_named(template);
        let is_other = |group: &ReasonGroup| {
            *group != ReasonGroup::Other && !wanted.iter().any(|wanted| wanted == group || is_near(*wanted, *group))
        };
        if heard.iter().any(|group| wanted.contains(group)) {
            CheckState::Passed
        } else if reason != ReasonGroup::Other
            && (of_template.as_ref().is_some_and(is_other)
                || grants(said.claim) && !heard.is_empty() && heard.iter().all(is_other))
        {
            CheckState::Failed
        } else {
            CheckState::Unknown
        }
    };
    let states: Vec<CheckState> = telling.iter().map(|(said, _)| of_one(said)).collect();
    let stands = match (states.contains(&CheckState::Failed), states.contains(&CheckState::Passed)) {
        (true, _) => CheckState::Failed,
        (false, true) => CheckState::Passed,
        (false, false) => CheckState::Unknown,
    };
    let facts = Facts::default().text(Label::Reason, &view.row.reason_text);
    let templates = telling.iter().filter_map(|(said, _)| said.template);
    Some(point(Check::ReplyFits, stands, templates.fold(facts, |facts, id| facts.text(Label::Template, id))))
}

/// The buyer may have changed to another language in the chat, and an agent follows.
fn buyers_language(view: &CaseView, telling: &[&Checked<'_>]) -> Checkpoint {
    let written =
        |said: &Said<'_>| detect(&plain(view, said.text)).map_or(said.language, |known| known.tag()).to_owned();
    let written: Vec<_> = telling.iter().map(|(said, _)| (said.at, written(said))).collect();
    let known = |text: &str| detect(text).map(|known| -> &str { known.tag() });
    let words = view.words.iter().filter_map(|words| known(words.text.as_deref()?));
    let always: BTreeSet<_> = words.chain([view.row.language.as_str()]).collect();
    let lines = view.chat.messages.iter().filter(|line| line.speaker == Speaker::Buyer);
    let lines: Vec<_> = lines.filter_map(|line| Some((line.at, known(line.text.as_deref()?)?))).collect();
    let theirs = |until: Timestamp| {
        let used = lines.iter().filter(|(at, _)| *at <= until).map(|(_, tag)| *tag);
        used.chain(always.iter().copied()).collect::<BTreeSet<_>>()
    };
    let other = written.iter().find(|(at, tag)| !theirs(*at).contains(tag.as_str()));
    let shown = other.or(written.first());
    let facts = Facts::default().text(Label::ReplyLanguage, shown.map_or("", |(_, tag)| tag));
    let used = shown.map(|(at, _)| theirs(*at)).unwrap_or_default();
    let facts = used.iter().fold(facts, |facts, tag| facts.text(Label::BuyerLanguage, tag));
    point(Check::BuyersLanguage, state(other.is_none()), facts)
}

/// Whose last word is a thank-you asks for nothing.
const THANKS: [&str; 11] = [
    "thank",
    "thx",
    "cheers",
    "appreciate",
    "terima kasih",
    "makasih",
    "ขอบคุณ",
    "cảm ơn",
    "cám ơn",
    "gracias",
    "danke",
];
/// Longer than this it says more.
const THANKS_CHARS: usize = 80;

fn is_thanks(message: &MessageView) -> bool {
    message.text.as_ref().is_some_and(|text| {
        let lower = text.to_lowercase();
        text.chars().count() <= THANKS_CHARS && !text.contains('?') && THANKS.iter().any(|word| lower.contains(word))
    })
}

fn not_again(view: &CaseView, last: Timestamp, now: Timestamp) -> Checkpoint {
    let until = last.plus_millis(AGAIN_MS);
    let again = view.chat.messages.iter().find(|message| {
        message.speaker == Speaker::Buyer && message.at > last && message.at <= until && !is_thanks(message)
    });
    let was_read = view.chat.read.is_some() || !view.chat.messages.is_empty();
    let stands = match (again, now > until && was_read) {
        (Some(_), _) => CheckState::Failed,
        (None, true) => CheckState::Passed,
        (None, false) => CheckState::Unknown,
    };
    let facts = Facts::default().at(Label::Told, Some(last)).at(Label::WroteAgain, again.map(|message| message.at));
    point(Check::NotAgain, stands, facts.at(Label::Until, Some(until)))
}
