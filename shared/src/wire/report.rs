//! `/api/reports`: are we in time, do buyers hear from us, what do refunds cost, and why do buyers ask.

use crate::domain::case::Kind;
use crate::domain::report::Drift;
use crate::id::{AgentId, ShopId};
use crate::money::Money;
use crate::reasons::ReasonGroup;
use crate::time::Timestamp;
use crate::wire::case::CaseRow;
use crate::wire::quality::Tally;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most weeks that are looked back.
pub const MOST_WEEKS: u32 = 26;
/// Weeks that are looked back where nobody says how many.
pub const USUAL_WEEKS: u32 = 10;
/// What is aimed at, in tenths of a percent of all requests that were answered in time.
pub const GOAL_PER_MILLE: u64 = 950;

/// One question, with an answer that can be drawn and taken away as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// How many requests were answered before their deadline.
    InTime,
    /// From the request to the decision.
    Deciding,
    /// From the decision to the reply.
    Telling,
    /// Replies that buyers wait for now.
    Owed,
    /// What was paid back.
    Refunds,
    /// Reasons by product.
    Reasons,
    /// Reasons of a product that are much more or less frequent than they were.
    Drift,
    /// The work by who did it.
    Agents,
    /// The work by shop.
    Shops,
    /// Buyers who wrote again after they were told.
    Again,
    /// Rulings of TikTok.
    Disputes,
    /// Chats, as TikTok counts them.
    Chat,
}

impl Report {
    /// All, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::InTime,
        Self::Deciding,
        Self::Telling,
        Self::Reasons,
        Self::Drift,
        Self::Refunds,
        Self::Agents,
        Self::Shops,
        Self::Again,
        Self::Disputes,
        Self::Owed,
        Self::Chat,
    ];

    /// Whether it can be told of one person: of what was paid, asked for or disputed nobody is named.
    pub const fn names_people(self) -> bool {
        matches!(self, Self::InTime | Self::Deciding | Self::Telling | Self::Agents | Self::Shops | Self::Again)
    }

    /// Whether it is of requests, and can be told of one kind, reason or product of them: TikTok counts chats, whatever they
    /// are about.
    pub const fn is_of_requests(self) -> bool {
        !matches!(self, Self::Chat)
    }

    /// Its name in an address; the same as on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::Deciding => "deciding",
            Self::Telling => "telling",
            Self::Owed => "owed",
            Self::Refunds => "refunds",
            Self::Reasons => "reasons",
            Self::Drift => "drift",
            Self::Agents => "agents",
            Self::Shops => "shops",
            Self::Again => "again",
            Self::Disputes => "disputes",
            Self::Chat => "chat",
        }
    }

    /// Its title on the page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InTime => "Decided in time",
            Self::Deciding => "From request to decision",
            Self::Telling => "From decision to reply",
            Self::Owed => "Replies owed now",
            Self::Refunds => "Refund cost by week",
            Self::Reasons => "Why buyers ask, by product",
            Self::Drift => "Drifting",
            Self::Agents => "Who decided",
            Self::Shops => "Shops",
            Self::Again => "Buyers who did not have to write again",
            Self::Disputes => "Disputes",
            Self::Chat => "Chats answered, as TikTok counts",
        }
    }
}

/// As what a report is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Comma-separated values, for a spreadsheet.
    #[default]
    Csv,
    /// For a program.
    Json,
}

impl FileKind {
    /// The end of the file's name, and its word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Filters of `GET /api/reports` and `GET /api/reports/{report}`, as their query string.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReportFilter {
    /// Only this shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopId>,
    /// Weeks back, the one that runs included: 1 to [`MOST_WEEKS`]; [`USUAL_WEEKS`] where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<u32>,
    /// Only what this person answered. Reports that name no person are then empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// Only requests of this kind. What is not of requests is then empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Only requests for this group of reasons. What is not of requests is then empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonGroup>,
    /// Only requests of this product, by its name; an empty name is of requests that name none. What is not of requests is then
    /// empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Of one report: as what.
    pub format: FileKind,
}

/// A figure whose cases can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Those that ran out of time.
    RanOut,
    /// Those in which a buyer asked for something.
    Asked,
    /// Those of [`Drifting::now`], whatever the weeks of the page.
    Drifting,
}

/// Filters of `GET /api/reports/cases`, as their query string: those of the report, and which figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportCasesFilter {
    /// Of which figure.
    pub what: Counted,
    /// Only this shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopId>,
    /// Weeks back, as [`ReportFilter::weeks`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<u32>,
    /// Only what this person has to answer for. What was asked for names nobody, and is then empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// Only requests of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Only requests for this group of reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonGroup>,
    /// Only requests of this product, as [`ReportFilter::product`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// A row of the answer of `GET /api/reports/cases`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportCase {
    /// The case.
    pub row: CaseRow,
    /// When it ran out, or was asked for.
    pub at: Timestamp,
    /// Who has to answer for it, if anybody.
    pub agent: Option<AgentId>,
}

/// Answer of `GET /api/reports/cases`, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportCases {
    /// At most 100.
    pub cases: Vec<ReportCase>,
    /// How many there are.
    pub total: u64,
}

/// How long something took, of those times that are known, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// How often it is known.
    pub known: u64,
    /// Half of them took no longer.
    pub half: Option<i64>,
    /// 9 of 10 took no longer.
    pub nine: Option<i64>,
}

/// The work on the requests that were answered in some time, by somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Work {
    /// Requests that were answered, by whomever, or whose time ran out.
    pub answered: u64,
    /// In time, and not.
    pub in_time: Tally,
    /// From the request to the first decision.
    pub deciding: Times,
    /// From there until the buyer was told.
    pub telling: Times,
    /// The buyer did not have to write again, and had to.
    pub again: Tally,
}

/// The work of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentWork {
    /// Who.
    pub agent: AgentId,
    /// What they decided, and what ran out while it was theirs.
    pub work: Work,
    /// In time, and not, by week.
    pub by_week: Vec<Tally>,
}

/// The work of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopWork {
    /// Which.
    pub shop: ShopId,
    /// What was answered.
    pub work: Work,
    /// In time, and not, by week.
    pub by_week: Vec<Tally>,
}

/// Replies that the buyers of a shop wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwedReplies {
    /// Which shop.
    pub shop: ShopId,
    /// How many.
    pub count: u64,
    /// How many of them are late.
    pub late: u64,
    /// Since when the oldest is owed.
    pub since: Timestamp,
}

/// What a shop paid back, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundCost {
    /// Which shop.
    pub shop: ShopId,
    /// In the span.
    pub whole: Money,
    /// By week, oldest first.
    pub weeks: Vec<Money>,
    /// How many refunds those are.
    pub counts: Vec<u64>,
}

/// One reason over the products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonRow {
    /// Which.
    pub reason: ReasonGroup,
    /// Requests for each of [`Reasons::products`].
    pub cells: Vec<u64>,
    /// Requests for all products, those without a column included.
    pub all: u64,
}

/// Requests that were made in the span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Reasons {
    /// Products with a column of their own, most requests first.
    pub products: Vec<String>,
    /// How many more products there are.
    pub more: u64,
    /// Most requests first.
    pub rows: Vec<ReasonRow>,
}

/// A reason of a product that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drifting {
    /// Which reason.
    pub reason: ReasonGroup,
    /// Of which product.
    pub product: String,
    /// Requests of the last two weeks.
    pub now: u64,
    /// Requests of the eight weeks before.
    pub before: u64,
    /// How many times that is.
    pub drift: Drift,
    /// What was paid back for those of the last two weeks, one sum per currency.
    pub refunded: Vec<Money>,
    /// Who looks after it; none: nobody yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub care: Option<Care>,
    /// Whoever asks may say who does: they see every shop that was asked for it.
    pub may_care: bool,
}

/// Who looks after a reason of a product, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Care {
    /// Who.
    pub owner: AgentId,
    /// Until when they look at it next.
    pub look_by: Timestamp,
}

/// `PUT /api/reports/drift/care`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CareRequest {
    /// Which reason.
    pub reason: ReasonGroup,
    /// Of which product.
    pub product: String,
    /// Who looks after it from now on; none: nobody.
    #[serde(default)]
    pub care: Option<Care>,
}

/// How TikTok counts a shop's chats of one week: a chat is answered if the first answer, an automatic one too, came within
/// 24 hours (api 6.3). Shares are tenths of a percent; none: TikTok names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatWeek {
    /// Whose.
    pub shop: ShopId,
    /// When the week begins.
    pub week: Timestamp,
    /// Chats that buyers began.
    pub sessions: u64,
    /// Answered within 24 hours.
    pub answered: Option<u64>,
    /// Four or five stars, of those with stars.
    pub satisfied: Option<u64>,
    /// Until the first answer, in the mean.
    pub first_ms: Option<i64>,
}

/// Answer of `GET /api/reports`, of the shops that the asker sees. Weeks begin on Monday at midnight UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reports {
    /// When it was asked.
    pub now: Timestamp,
    /// When each week of the span begins, oldest first; the last one still runs.
    pub weeks: Vec<Timestamp>,
    /// Cases that are still to be counted, whatever they are about: that is known once they are counted.
    pub waiting: u64,
    /// Answered in the span.
    pub whole: Work,
    /// By week.
    pub by_week: Vec<Work>,
    /// What TikTok approved because time ran out, by week: one sum per currency.
    pub ran_out: Vec<Vec<Money>>,
    /// Who decided most, first.
    pub agents: Vec<AgentWork>,
    /// Each shop with an answer.
    pub shops: Vec<ShopWork>,
    /// Each shop that owes a reply.
    pub owed: Vec<OwedReplies>,
    /// By shop and currency.
    pub refunds: Vec<RefundCost>,
    /// Refunds of which TikTok does not say how much was paid.
    pub unpriced: u64,
    /// Products that can be chosen instead of the one that is asked for: what buyers asked about in these weeks, of these shops,
    /// kinds and reasons, most requests first, at most 100. Told with the reasons.
    pub products: Vec<String>,
    /// Why buyers asked.
    pub reasons: Reasons,
    /// What has changed most, first; none where the requests do not reach back far enough.
    pub drift: Option<Vec<Drifting>>,
    /// Rulings for the shop, and for the buyer, by week in which they were seen.
    pub rulings: Vec<Tally>,
    /// Disputes that TikTok has not ruled on.
    pub disputed: u64,
    /// Chats as TikTok counts them: by shop, oldest week first. Read a few times a day.
    pub chat: Vec<ChatWeek>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_one_word() {
        for report in Report::ALL {
            assert_eq!(serde_json::to_value(report).unwrap(), report.word());
        }
        for kind in [FileKind::Csv, FileKind::Json] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            assert_eq!(Kind::named(kind.word()), Some(kind));
        }
    }
}
