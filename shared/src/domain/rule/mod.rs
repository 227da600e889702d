//! Rules that leads write: when a request is so, then that is done. What is here is pure, and is used by the dry run over
//! past requests and by the desk when a request comes in, so that the two can only agree.

mod cap;
mod past;
mod words;

pub use cap::{Used, day_of};
pub use past::{Became, Dry, DryCase, Past, Would, dry_run, would};
pub use words::sentence;

use crate::domain::case::{Claim, DecisionKind, Kind};
use crate::id::{AgentId, ShopId};
use crate::money::Money;
use crate::reasons::ReasonGroup;
use crate::reply::Moment;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Days that a dry run looks back.
pub const DRY_DAYS: i64 = 90;
/// Days that a buyer's history can reach back.
pub const HISTORY_DAYS: u32 = 365;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Most requests that a rule may be allowed in a day.
const MOST_ACTS: u32 = 500;
/// At most so many photos or earlier requests leaves no request out.
const NO_LIMIT: u32 = 20;
/// Seconds in which what a rule has approved can be undone, at least: nobody was there when it was pressed, and somebody
/// has to see it first. A desk whose own hold is longer holds as long.
pub const LEAST_HOLD_SECONDS: u32 = 30;
/// Longest name of a rule, in characters.
const NAME_CHARS: usize = 60;
/// Longest tag, in characters.
const TAG_CHARS: usize = 24;
/// Words of products that one rule may name.
const PRODUCTS: usize = 12;

/// One version of a rule, as a lead wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// As leads call it.
    pub name: String,
    /// Which requests are meant; all that is said must hold.
    pub when: When,
    /// What is done with them.
    pub then: Then,
    /// How much of it in a day.
    pub cap: Cap,
}

/// Which requests are meant. What is empty is not asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// One of these kinds.
    pub kinds: Vec<Kind>,
    /// One of these reasons.
    pub groups: Vec<ReasonGroup>,
    /// At least so much; another currency never fits.
    pub least: Option<Money>,
    /// At most so much; another currency never fits.
    pub most: Option<Money>,
    /// One of these words is in the name, variant or article number of one of its products.
    pub products: Vec<String>,
    /// Of one of these shops.
    pub shops: Vec<ShopId>,
    /// What the desk knows of the buyer.
    pub history: Option<History>,
    /// Photos that came with the request.
    pub photos: Option<Count>,
}

/// How a count is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// So many or more.
    AtLeast,
    /// So many or fewer.
    AtMost,
}

/// A count, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Which way.
    pub bound: Bound,
    /// How many.
    pub number: u32,
}

impl Count {
    const fn holds(self, found: u32) -> bool {
        match self.bound {
            Bound::AtLeast => found >= self.number,
            Bound::AtMost => found <= self.number,
        }
    }

    /// Every count fits that there is.
    const fn is_empty(self) -> bool {
        match self.bound {
            Bound::AtLeast => self.number == 0,
            Bound::AtMost => self.number >= NO_LIMIT,
        }
    }
}

/// Earlier requests of the same buyer that the desk knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// How far back from the request.
    pub days: u32,
    /// How many.
    pub count: Count,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Then {
    /// The obvious approval of the kind is recorded, with its hold.
    pub approve: bool,
    /// Handed to this person, unless somebody has it.
    pub assign: Option<AgentId>,
    /// This tag is put on it.
    pub tag: Option<String>,
    /// The reply is prepared as a draft, unless somebody has typed.
    pub reply: Option<Prepared>,
    /// Above this, an approval or an offer of a part needs a second person.
    pub second_above: Option<Money>,
}

impl Then {
    /// Something besides asking for a second person is done by itself.
    pub const fn acts(&self) -> bool {
        self.approve || self.does_more()
    }

    /// Something besides deciding is done by itself.
    pub const fn does_more(&self) -> bool {
        self.assign.is_some() || self.tag.is_some() || self.prepares().is_some()
    }

    /// The reply that is prepared. A rule of before that was refused may approve and ask for more: it does not ask what
    /// nobody waits for.
    pub const fn prepares(&self) -> Option<Prepared> {
        match self.reply {
            Some(Prepared::MoreInformation) if self.approve => None,
            reply => reply,
        }
    }
}

/// A reply that a rule can prepare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Prepared {
    /// Something must be known before anything is decided.
    MoreInformation,
    /// That it is approved.
    Approved,
    /// That the money is paid.
    Refunded,
    /// That it may be sent back.
    ReturnAgreed,
    /// That the order is cancelled.
    Cancelled,
}

impl Prepared {
    /// All, in the order of a case.
    pub const ALL: [Self; 5] =
        [Self::MoreInformation, Self::Approved, Self::Refunded, Self::ReturnAgreed, Self::Cancelled];

    /// The moment whose text it starts from.
    pub const fn moment(self) -> Moment {
        match self {
            Self::MoreInformation => Moment::MoreInformation,
            Self::Approved => Moment::Told(Claim::Approved),
            Self::Refunded => Moment::Told(Claim::Refunded),
            Self::ReturnAgreed => Moment::Told(Claim::ReturnAgreed),
            Self::Cancelled => Moment::Told(Claim::Cancelled),
        }
    }
}

/// How much a rule may do in one day (UTC), counted by the day of the request and by the day of the act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Requests.
    pub acts: u32,
    /// Money approved, in this currency; an approval in another does not happen.
    #[serde(default)]
    pub money: Option<Money>,
}

/// A request as it stood when a decision was first asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseFacts {
    /// What is asked for.
    pub kind: Kind,
    /// Why.
    pub group: ReasonGroup,
    /// How much; none where TikTok names no sum.
    pub amount: Option<Money>,
    /// Names, variants and article numbers of its products.
    pub products: Vec<String>,
    /// Whose.
    pub shop: ShopId,
    /// When the buyer asked.
    pub asked: Timestamp,
    /// When the same buyer asked before, as far as a history can reach; none: the buyer is not known.
    pub earlier: Option<Vec<Timestamp>>,
    /// Photos that came with it; none: not read.
    pub photos: Option<u32>,
    /// A dispute was open.
    pub is_disputed: bool,
    /// The platform used a word that is new to us, or parts that do not sum up.
    pub is_unclear: bool,
    /// Leads ask for a tick by a person before such a request is decided.
    pub needs_tick: bool,
}

impl CaseFacts {
    /// Earlier requests within so many days.
    pub fn earlier_within(&self, days: u32) -> Option<u32> {
        let since = self.asked.plus_millis(-i64::from(days).saturating_mul(DAY_MS));
        let count = self.earlier.as_ref()?.iter().filter(|at| **at >= since && **at < self.asked).count();
        u32::try_from(count).ok()
    }
}

/// A condition that does not hold, or cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Not {
    /// Another kind.
    Kind,
    /// Another reason.
    Reason,
    /// TikTok names no sum.
    AmountUnknown,
    /// The rule names another currency.
    OtherCurrency,
    /// Less than the least.
    TooLittle,
    /// More than the most.
    TooMuch,
    /// None of the products.
    Product,
    /// Another shop.
    Shop,
    /// The buyer is not known.
    BuyerUnknown,
    /// The buyer's history does not fit.
    History,
    /// What the buyer showed is not read.
    PhotosUnknown,
    /// Too few or too many photos.
    Photos,
}

impl Not {
    /// The condition cannot be asked: it may hold or not.
    const fn is_not_known(self) -> bool {
        matches!(self, Self::OtherCurrency) || self.is_unread()
    }

    /// The desk has not read what is asked: on another day the same request would have said.
    const fn is_unread(self) -> bool {
        matches!(self, Self::AmountUnknown | Self::BuyerUnknown | Self::PhotosUnknown)
    }

    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Kind => "another kind of request",
            Self::Reason => "another reason",
            Self::AmountUnknown => "TikTok names no sum",
            Self::OtherCurrency => "another currency",
            Self::TooLittle => "less than the least amount",
            Self::TooMuch => "more than the most",
            Self::Product => "none of the products",
            Self::Shop => "another shop",
            Self::BuyerUnknown => "the buyer is not known",
            Self::History => "the buyer’s history does not fit",
            Self::PhotosUnknown => "what the buyer showed is not read",
            Self::Photos => "the number of photos does not fit",
        }
    }
}

/// Why a matching request is left to people all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Barred {
    /// TikTok takes no decision of the desk for it.
    NotDecidable,
    /// In dispute.
    Disputed,
    /// Words or sums of the platform are not clear.
    Unclear,
    /// TikTok names no sum.
    SumUnknown,
    /// A person must tick something first.
    NeedsTick,
    /// So much needs two people.
    NeedsSecond,
    /// The rule has done enough on that day.
    CapReached,
}

impl Barred {
    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotDecidable => "TikTok takes no decision of the desk for it",
            Self::Disputed => "it is in dispute",
            Self::Unclear => "TikTok’s words or sums are not clear",
            Self::SumUnknown => "TikTok names no sum",
            Self::NeedsTick => "a person must tick something first",
            Self::NeedsSecond => "so much needs two people",
            Self::CapReached => "the rule has done enough on that day",
        }
    }
}

/// The obvious approval of a kind; none: nothing that the desk can decide.
pub const fn approval_of(kind: Kind) -> Option<DecisionKind> {
    match kind {
        Kind::Cancellation => Some(DecisionKind::ApproveCancel),
        Kind::RefundOnly => Some(DecisionKind::ApproveRefund),
        Kind::ReturnAndRefund => Some(DecisionKind::AgreeReturn),
        Kind::Replacement => Some(DecisionKind::AgreeReplacement),
        Kind::Other => None,
    }
}

/// What a rule makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What does not hold; empty: it is meant.
    pub not: Vec<Not>,
    /// Why it is not approved although it is meant, where the rule approves.
    pub barred: Option<Barred>,
}

impl Verdict {
    /// The request is meant.
    pub fn matches(&self) -> bool {
        self.not.is_empty()
    }
}

fn amount_not(when: &When, amount: Option<&Money>) -> Option<Not> {
    if when.least.is_none() && when.most.is_none() {
        return None;
    }
    let Some(amount) = amount else { return Some(Not::AmountUnknown) };
    let compared = |bound: &Option<Money>| bound.as_ref().map(|bound| amount.compare(bound));
    match (compared(&when.least), compared(&when.most)) {
        (Some(None), _) | (_, Some(None)) => Some(Not::OtherCurrency),
        (Some(Some(Ordering::Less)), _) => Some(Not::TooLittle),
        (_, Some(Some(Ordering::Greater))) => Some(Not::TooMuch),
        _ => None,
    }
}

fn product_fits(words: &[String], products: &[String]) -> bool {
    let found = |word: &String| {
        let word = word.trim().to_lowercase();
        products.iter().any(|product| product.to_lowercase().contains(&word))
    };
    words.is_empty() || words.iter().any(found)
}

fn nots(when: &When, facts: &CaseFacts) -> Vec<Not> {
    let mut not = Vec::new();
    if !when.kinds.is_empty() && !when.kinds.contains(&facts.kind) {
        not.push(Not::Kind);
    }
    if !when.groups.is_empty() && !when.groups.contains(&facts.group) {
        not.push(Not::Reason);
    }
    not.extend(amount_not(when, facts.amount.as_ref()));
    if !product_fits(&when.products, &facts.products) {
        not.push(Not::Product);
    }
    if !when.shops.is_empty() && !when.shops.contains(&facts.shop) {
        not.push(Not::Shop);
    }
    match when.history.map(|history| (history.count, facts.earlier_within(history.days))) {
        Some((_, None)) => not.push(Not::BuyerUnknown),
        Some((count, Some(found))) if !count.holds(found) => not.push(Not::History),
        _ => {}
    }
    match when.photos.map(|count| (count, facts.photos)) {
        Some((_, None)) => not.push(Not::PhotosUnknown),
        Some((count, Some(found))) if !count.holds(found) => not.push(Not::Photos),
        _ => {}
    }
    not
}

fn barred(rule: &Rule, facts: &CaseFacts) -> Option<Barred> {
    let Some(approval) = approval_of(facts.kind) else { return Some(Barred::NotDecidable) };
    if facts.is_disputed {
        return Some(Barred::Disputed);
    }
    if facts.is_unclear {
        return Some(Barred::Unclear);
    }
    if facts.needs_tick && super::tick::is_asked_before(approval) {
        return Some(Barred::NeedsTick);
    }
    let Some(amount) = &facts.amount else { return Some(Barred::SumUnknown) };
    needs_second(rule, amount).then_some(Barred::NeedsSecond)
}

/// Whether so much needs two people. What cannot be compared does.
fn needs_second(rule: &Rule, amount: &Money) -> bool {
    let above = rule.then.second_above.as_ref();
    above.is_some_and(|above| !matches!(amount.compare(above), Some(Ordering::Less | Ordering::Equal)))
}

/// What a rule makes of a request. The cap of the day is asked apart ([`Used`]).
pub fn judge(rule: &Rule, facts: &CaseFacts) -> Verdict {
    let not = nots(&rule.when, facts);
    let barred = (rule.then.approve && not.is_empty()).then(|| barred(rule, facts)).flatten();
    Verdict { not, barred }
}

/// Whether a rule asks for a second person before anybody gives so much to the buyer of this request. What is not known
/// asks: a condition of which nothing is read yet, a sum that TikTok does not name. A sum in another currency than the
/// rule's is left to a rule among those `on` that names its currency and is known to mean the request; without one it asks.
pub fn asks_second(rule: &Rule, on: &[&Rule], facts: &CaseFacts, amount: Option<&Money>) -> bool {
    let Some(above) = &rule.then.second_above else { return false };
    if !nots(&rule.when, facts).into_iter().all(Not::is_not_known) {
        return false;
    }
    let Some(amount) = amount else { return true };
    let judges = |other: &&Rule| {
        let names = other.then.second_above.as_ref().is_some_and(|above| amount.compare(above).is_some());
        names && nots(&other.when, facts).is_empty()
    };
    match amount.compare(above) {
        Some(order) => order == Ordering::Greater,
        None => !on.iter().any(judges),
    }
}

/// Nothing of what is asked narrows: the rule means every request of these shops, which are all that there are.
pub fn means_everything(when: &When, shops: &[ShopId]) -> bool {
    const DECIDABLE: [Kind; 4] = [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement];
    let all_kinds = when.kinds.is_empty() || DECIDABLE.iter().all(|kind| when.kinds.contains(kind));
    let all_groups = when.groups.is_empty() || ReasonGroup::ALL.iter().all(|group| when.groups.contains(group));
    let all_shops = when.shops.is_empty() || (!shops.is_empty() && shops.iter().all(|shop| when.shops.contains(shop)));
    all_kinds
        && all_groups
        && all_shops
        && when.least.as_ref().is_none_or(|least| !least.is_positive())
        && when.most.is_none()
        && when.products.is_empty()
        && when.history.is_none_or(|history| history.count.is_empty())
        && when.photos.is_none_or(Count::is_empty)
}

/// By its words alone a rule would approve every request of these shops. One that asks for a second person above a sum leaves
/// out what is above: its dry run says how much that is.
pub fn approves_everything(rule: &Rule, shops: &[ShopId]) -> bool {
    rule.then.approve && rule.then.second_above.is_none() && means_everything(&rule.when, shops)
}

fn is_tag(tag: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    let length = tag.chars().count();
    (1..=TAG_CHARS).contains(&length) && tag.trim() == tag && tag.chars().all(fits)
}

/// What is wrong with a tag, as a clause.
pub fn tag_problem(tag: &str) -> Option<&'static str> {
    (!is_tag(tag)).then_some("must have 1 to 24 letters, digits, spaces, `-` or `_`")
}

/// What is wrong with a rule, as (field, clause).
pub fn rule_problem(rule: &Rule) -> Option<(&'static str, &'static str)> {
    let When { least, most, products, history, .. } = &rule.when;
    let length = rule.name.trim().chars().count();
    if !(1..=NAME_CHARS).contains(&length) {
        return Some(("name", "must have 1 to 60 characters"));
    }
    if !rule.then.acts() && rule.then.second_above.is_none() {
        return Some(("then", "must say what is done"));
    }
    if let Some(problem) = rule.then.tag.as_deref().and_then(tag_problem) {
        return Some(("tag", problem));
    }
    if rule.then.reply != rule.then.prepares() {
        return Some((
            "reply",
            "asks for more before anything is decided, but the rule approves: prepare another one, or do not approve",
        ));
    }
    if let (Some(least), Some(most)) = (least, most) {
        match least.compare(most) {
            None => return Some(("amount", "names two currencies")),
            Some(Ordering::Greater) => return Some(("amount", "can never be: the least is more than the most")),
            Some(Ordering::Less | Ordering::Equal) => {}
        }
    }
    let amounts = [least, most, &rule.then.second_above, &rule.cap.money];
    if amounts.into_iter().flatten().any(|amount| !amount.is_positive() && !amount.is_zero()) {
        return Some(("amount", "must not be below 0"));
    }
    let currencies: Vec<&str> = amounts.into_iter().flatten().map(Money::currency).collect();
    if currencies.iter().any(|currency| Some(currency) != currencies.first()) {
        return Some(("amount", "names two currencies: write one rule for each"));
    }
    if products.len() > PRODUCTS || products.iter().any(|word| word.trim().chars().count() < 2) {
        return Some(("products", "must be at most 12, of 2 characters or more"));
    }
    if history.is_some_and(|history| !(1..=HISTORY_DAYS).contains(&history.days)) {
        return Some(("history", "must reach back 1 to 365 days"));
    }
    if !(1..=MOST_ACTS).contains(&rule.cap.acts) {
        return Some(("cap", "must be 1 to 500 requests a day"));
    }
    None
}

#[cfg(test)]
pub(super) mod tests;
