//! A dry run: what a rule would have done with past requests, and which of those went wrong.

use super::{Barred, CaseFacts, Not, Rule, Used, approval_of, asks_second, day_of, judge};
use crate::domain::case::{By, DecisionKind, End};
use crate::id::CaseId;
use crate::money::Money;
use crate::time::Timestamp;
use crate::wire::case::CaseView;
use crate::wire::intent::{IntentState, IntentWhat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request that has been.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Which.
    pub case: CaseId,
    /// The platform's number: orders requests of one instant, the same on every desk.
    pub number: String,
    /// As it stood.
    pub facts: CaseFacts,
}

/// What a rule would have done with one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Would {
    /// It approves, and does the rest.
    Approve,
    /// It does what else it says, without an approval; why, where it is one that approves.
    Rest(Option<Barred>),
    /// It is meant, and nothing is done.
    Nothing(Option<Barred>),
    /// It is not meant.
    Not(Vec<Not>),
}

/// One request of a dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct DryCase {
    /// Which.
    pub past: Past,
    /// What would have been done.
    pub would: Would,
}

/// What a rule would have done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dry {
    /// Every request, oldest first.
    pub cases: Vec<DryCase>,
}

/// Goes through past requests in the order in which they came, with the cap of each day.
pub fn dry_run(rule: &Rule, mut past: Vec<Past>) -> Dry {
    past.sort_by(|one, other| (one.facts.asked, &one.number).cmp(&(other.facts.asked, &other.number)));
    let mut used: BTreeMap<i64, Used> = BTreeMap::new();
    let judged = past.into_iter().map(|past| {
        let of_day = used.entry(day_of(past.facts.asked)).or_default();
        let would = would(rule, &past.facts, of_day);
        match would {
            Would::Approve => of_day.add(past.facts.amount.as_ref()),
            Would::Rest(_) => of_day.add(None),
            Would::Nothing(_) | Would::Not(_) => {}
        }
        DryCase { past, would }
    });
    Dry { cases: judged.collect() }
}

/// What a rule does with one request, given what it has done on that day. The desk and the dry run both ask here.
pub fn would(rule: &Rule, facts: &CaseFacts, used: &Used) -> Would {
    let verdict = judge(rule, facts);
    if !verdict.matches() {
        return Would::Not(verdict.not);
    }
    let does_more = rule.then.does_more();
    if !rule.then.approve && !does_more {
        return Would::Nothing(None);
    }
    let approves = (rule.then.approve && verdict.barred.is_none()).then_some(facts.amount.as_ref()).flatten();
    if !used.leaves_room(&rule.cap, approves) {
        return Would::Nothing(Some(Barred::CapReached));
    }
    match (approves.is_some(), does_more) {
        (true, _) => Would::Approve,
        (false, true) => Would::Rest(verdict.barred),
        (false, false) => Would::Nothing(verdict.barred),
    }
}

/// What a request that a rule would have approved came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is still open.
    Open,
    /// A person approved it too, or it was granted elsewhere.
    Same,
    /// Time ran out, and TikTok granted it.
    RanOut,
    /// It was over before anybody could be asked.
    NotAsked,
    /// A person answered with less or with no.
    Otherwise,
    /// The buyer gave up, or it ended without money.
    GivenUp,
    /// TikTok ruled for the shop.
    RuledForShop,
}

impl Became {
    /// An approval would have paid what was not paid in the end.
    pub const fn is_wrong(self) -> bool {
        matches!(self, Self::Otherwise | Self::GivenUp | Self::RuledForShop)
    }

    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Open => "Still open",
            Self::Same => "Granted, as the rule would have",
            Self::RanOut => "Time ran out, and TikTok granted it",
            Self::NotAsked => "Nobody was asked",
            Self::Otherwise => "A person said no, or offered less",
            Self::GivenUp => "The buyer gave it up; nothing was paid",
            Self::RuledForShop => "TikTok ruled for the shop",
        }
    }

    /// What a case came to.
    pub fn of(view: &CaseView) -> Self {
        if view.arbitration.as_deref() == Some("SUPPORT_SELLER") {
            return Self::RuledForShop;
        }
        let took_effect =
            |kind: &DecisionKind, state: &IntentState| matches!(state, IntentState::Done { .. }).then_some(*kind);
        let mut ours = view.intents.iter().filter_map(|intent| match &intent.what {
            IntentWhat::Decision { kind, .. } => took_effect(kind, &intent.state),
            IntentWhat::Reply { .. } => None,
        });
        // Newest first: the first of them answered the request.
        if let Some(first) = ours.next_back() {
            return if first.is_approval() { Self::Same } else { Self::Otherwise };
        }
        match (view.row.end, view.by) {
            (_, Some(By::TimeRanOut)) => Self::RanOut,
            (_, Some(By::Direct)) => Self::NotAsked,
            (Some(End::RejectionStands | End::CancelRefused), _) => Self::Otherwise,
            (Some(End::Closed), _) => Self::GivenUp,
            (None, None) => Self::Open,
            (Some(End::Edited), _) => Self::GivenUp,
            (Some(_), _) | (None, Some(_)) => Self::Same,
        }
    }
}

impl Dry {
    /// Those that would have been approved.
    pub fn approved(&self) -> impl Iterator<Item = &Past> {
        self.cases.iter().filter(|case| case.would == Would::Approve).map(|case| &case.past)
    }

    /// How much money that is, one sum for each currency.
    pub fn money(&self) -> Vec<Money> {
        Money::sums(self.approved().filter_map(|past| past.facts.amount.clone()))
    }

    /// Requests that it would have done something about.
    pub fn acted(&self) -> impl Iterator<Item = &DryCase> {
        self.cases.iter().filter(|case| matches!(case.would, Would::Approve | Would::Rest(_)))
    }

    /// How often it would have asked for a second person before anybody gives what was asked for.
    pub fn seconds(&self, rule: &Rule) -> usize {
        let asks = |case: &&DryCase| asks_second(rule, &[rule], &case.past.facts, case.past.facts.amount.as_ref());
        self.cases.iter().filter(asks).count()
    }

    /// Some would have been approved, and none was left out by a condition that it is known not to meet, or by its sum: what
    /// could not be known or decided, and what the cap kept, says nothing of how wide a rule is.
    pub fn takes_all(&self) -> bool {
        let mut some = false;
        for case in self.cases.iter().filter(|case| approval_of(case.past.facts.kind).is_some()) {
            match &case.would {
                Would::Approve => some = true,
                Would::Not(not) if not.iter().all(|not| not.is_unread()) => {}
                Would::Rest(Some(barred)) | Would::Nothing(Some(barred)) if *barred != Barred::NeedsSecond => {}
                Would::Rest(_) | Would::Nothing(_) | Would::Not(_) => return false,
            }
        }
        some
    }

    /// When the first of its requests was made.
    pub fn since(&self) -> Option<Timestamp> {
        self.cases.first().map(|case| case.past.facts.asked)
    }
}
