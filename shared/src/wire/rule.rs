//! `/api/rules`: what the desk does by itself because a lead wrote it, ran it dry and switched it on.

use crate::domain::case::DecisionKind;
use crate::domain::rule::{Barred, Became, Rule};
use crate::id::{AgentId, EvidenceId, RuleId};
use crate::money::Money;
use crate::reasons::ReasonGroup;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::CaseRow;
use super::decision::{DecisionRequest, Draft, ReplyOrder};
use super::intent::{ByRule, IntentState};

/// `GET /api/rules`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rules {
    /// In the order in which they are asked.
    pub rules: Vec<RuleView>,
    /// Those that were put away, in the same order.
    #[serde(default)]
    pub away: Vec<AwayRule>,
    /// One switch has stopped all of them.
    pub stopped: Option<Switched>,
    /// The asker sees all that the rules that are on reach, and may let them act again.
    pub may_resume: bool,
}

/// A rule as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleView {
    /// Through all its versions.
    pub id: RuleId,
    /// Its newest version.
    pub newest: RuleVersion,
    /// The version that is on.
    pub on: Option<Switched>,
    /// What that version says, where it is not the newest.
    #[serde(default)]
    pub acting: Option<Acting>,
    /// It was put away: it is off, and is not switched on until it is brought back.
    #[serde(default)]
    pub away: Option<Away>,
    /// The asker sees all that it reaches; others read it, and may stop all rules. Its figures are those of the asker's shops.
    pub may_change: bool,
    /// What it has done today (UTC).
    pub today: Today,
    /// Requests that it ever acted on.
    pub acted: u64,
    /// Of those, what was undone by hand, refused, overtaken or needs a person.
    pub wrong: u64,
    /// Of those that went wrong, what was undone by hand.
    #[serde(default)]
    pub by_hand: u64,
    /// What was undone because the rule was stopped or switched off: it says nothing of the request, and is not wrong.
    #[serde(default)]
    pub stopped: u64,
    /// When it acted last.
    pub last: Option<Timestamp>,
    /// The newest version would approve every request.
    pub approves_all: bool,
    /// Somebody else than the asker must switch the newest version on.
    pub needs_another: bool,
    /// A lead wants it off, and it asks for second persons: until another lead wants that too it asks on, and does nothing
    /// else.
    pub off_asked: Option<Switched>,
    /// Another lead must want it off, too, before the asker can switch it off.
    pub off_needs_another: bool,
    /// The asker's dry run of the newest version, while it counts.
    pub dry: Option<DryRun>,
}

impl RuleView {
    /// What is on, else the newest version; and whether it would approve every request.
    pub fn stands(&self) -> (&RuleVersion, bool) {
        match &self.acting {
            Some(acting) => (&acting.version, acting.approves_all),
            None => (&self.newest, self.approves_all),
        }
    }
}

/// A version that is on while a newer one is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Acting {
    /// Which.
    pub version: RuleVersion,
    /// It would approve every request.
    pub approves_all: bool,
}

/// One version; never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleVersion {
    /// From 1.
    pub number: u32,
    /// What it says.
    pub rule: Rule,
    /// Who wrote it.
    pub author: AgentId,
    /// When.
    pub at: Timestamp,
}

/// Something was switched on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Switched {
    /// The version; of all rules: 0.
    pub version: u32,
    /// On.
    pub is_on: bool,
    /// Who; nobody: the desk, when a copy of its database was brought back.
    pub by: Option<AgentId>,
    /// When.
    pub at: Timestamp,
}

/// A rule was put away or brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Away {
    /// Put away.
    pub is_away: bool,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// A rule that was put away, as the list names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwayRule {
    /// Which.
    pub id: RuleId,
    /// Its name, of its newest version.
    pub name: String,
    /// The asker sees all that it reaches, and may bring it back.
    pub may_change: bool,
    /// By whom, and when.
    pub away: Away,
}

/// What a rule has done on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Today {
    /// Requests; what was undone counts too, as for the cap.
    pub acts: u32,
    /// Money approved that stands, or may: not undone, refused or overtaken.
    pub money: Vec<Money>,
    /// Money that counts for the cap: with what does not stand.
    #[serde(default)]
    pub capped: Vec<Money>,
    /// Approvals that were undone.
    #[serde(default)]
    pub undone: u32,
    /// Money of those.
    #[serde(default)]
    pub undone_money: Vec<Money>,
}

/// `GET /api/rules/{rule}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RulePage {
    /// As it stands.
    pub rule: RuleView,
    /// Newest first.
    pub versions: Vec<RuleVersion>,
    /// When it was switched, newest first.
    pub switches: Vec<Switched>,
    /// When it was put away or brought back, newest first.
    #[serde(default)]
    pub aways: Vec<Away>,
    /// What it did, newest first; at most 100.
    pub acts: Vec<ActView>,
    /// One switch has stopped all rules.
    #[serde(default)]
    pub stopped: Option<Switched>,
}

/// `PUT /api/rules/{rule}`: the next version, which is off until it is run dry and switched on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveRule {
    /// The version that was read; 0 for a new rule.
    pub read: u32,
    /// What it is to say.
    pub rule: Rule,
}

/// `POST /api/rules/{rule}/dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunDry {
    /// Exactly this version.
    pub version: u32,
}

/// `POST /api/rules/{rule}/switch`. Off, of a rule that asks for second persons, needs two leads; on, of the version that is
/// on, leaves it on where one of them has asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchRule {
    /// Exactly this version is switched on; off goes whichever is on, but for one that asks for second persons.
    pub version: u32,
    /// On or off.
    pub is_on: bool,
    /// The asker has read that it would approve every request.
    #[serde(default)]
    pub knows_all: bool,
}

/// `POST /api/rules/{rule}/away`: puts a rule away, or brings it back. One that is on is switched off in the same act, but
/// for one that asks for second persons where that needs two leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PutAway {
    /// Away, or back.
    pub is_away: bool,
}

/// `POST /api/rules/stop`: stops all rules, or lets those that are on act again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopRules {
    /// Stop.
    pub is_stopped: bool,
}

/// What became of what was held when rules were stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Decisions of rules that were held, and are undone.
    pub undone: u32,
    /// Decisions of rules that had left the desk already.
    pub left: u32,
}

/// What a rule would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DryRun {
    /// Of this version.
    pub version: u32,
    /// When it was made.
    pub at: Timestamp,
    /// Requests that it looked at.
    pub requests: u64,
    /// Since when the first was made.
    pub since: Option<Timestamp>,
    /// Requests that are meant.
    pub meant: u64,
    /// Of those approved.
    pub approved: u64,
    /// How much money that is.
    pub money: Vec<Money>,
    /// What keeps a meant request from being approved, in words, and how often.
    pub barred: Vec<(String, u64)>,
    /// By reason.
    pub groups: Vec<DryGroup>,
    /// What became of those that it would have approved.
    pub became: Vec<(Became, u64)>,
    /// Which went wrong; at most 100, newest first.
    pub wrong: Vec<DryRow>,
    /// How many did.
    pub wrong_count: u64,
    /// How much money that is.
    pub wrong_money: Vec<Money>,
    /// The others that it would have done something about; at most 100, newest first.
    #[serde(default)]
    pub others: Vec<DryRow>,
    /// How many those are.
    #[serde(default)]
    pub others_count: u64,
    /// What it would have done besides approving, and how often.
    #[serde(default)]
    pub acts: Vec<(Act, u64)>,
    /// How often it would have asked for a second person.
    #[serde(default)]
    pub seconds: u64,
    /// It would have approved every request that can be decided.
    pub approves_all: bool,
    /// The import of a shop has not finished: the run has seen a part of its requests, and does not count.
    #[serde(default)]
    pub is_partial: bool,
}

/// The requests of one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DryGroup {
    /// Which.
    pub group: ReasonGroup,
    /// All requests.
    pub requests: u64,
    /// Would have been approved and came out the same, or are open.
    pub right: u64,
    /// Would have been approved and went wrong.
    pub wrong: u64,
}

/// A request that a rule would have done something about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DryRow {
    /// The case.
    pub row: CaseRow,
    /// What became of it.
    pub became: Became,
    /// It would have been approved.
    #[serde(default)]
    pub is_approved: bool,
}

/// What a rule did with one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActView {
    /// The case.
    pub row: CaseRow,
    /// Its version.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// What it did.
    pub acts: Vec<Act>,
    /// How far its decision has got.
    pub state: Option<IntentState>,
    /// How that was undone, where it was.
    #[serde(default)]
    pub undone: Option<Undone>,
    /// Why it left the decision to people, in words.
    pub kept: Option<String>,
}

/// How a decision of a rule was undone. What the rule did beside it was taken back, but for what somebody had changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Undone {
    /// Who; nobody: the desk, or it is not known any more.
    pub by: Option<AgentId>,
    /// Because the rule was stopped or switched off: it says nothing of the request.
    pub is_stop: bool,
}

/// Something that a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Approved.
    Approved,
    /// Handed to somebody.
    Assigned,
    /// Tagged.
    Tagged,
    /// Prepared the reply.
    Prepared,
}

/// Why a rule left a request that it means to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Somebody is deciding it.
    Claimed {
        /// Who.
        by: AgentId,
    },
    /// Somebody has decided it, or another rule has.
    Decided,
    /// A decision on it waits for a second person, or another rule asks for one.
    Second,
    /// The deadline is too near for a hold.
    NearDeadline,
    /// TikTok does not offer the approval.
    NotOffered,
    /// The shop is not connected.
    ShopDisconnected,
    /// By its own words.
    Barred(Barred),
}

impl Kept {
    /// For people, without a name.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "somebody was deciding it",
            Self::Decided => "it was decided already",
            Self::Second => "it needs a second person",
            Self::NearDeadline => "the deadline was too near for a hold",
            Self::NotOffered => "TikTok did not offer the approval",
            Self::ShopDisconnected => "the shop is not connected",
            Self::Barred(barred) => barred.text(),
        }
    }
}

/// A decision that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondAsk {
    /// Who decided.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: DecisionKind,
    /// How much.
    pub amount: Option<Money>,
    /// The reply that goes out with it, and the comment for TikTok.
    #[serde(default)]
    pub words: Draft,
    /// The reason for TikTok, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Proof.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// The rule that asks for it.
    pub rule: ByRule,
}

impl SecondAsk {
    /// What was pressed, with all that its second person agrees to.
    pub fn of(request: &DecisionRequest, by: AgentId, at: Timestamp, amount: Option<Money>, rule: ByRule) -> Self {
        let comment = request.comment.clone().unwrap_or_default();
        let words = match request.reply.clone() {
            Some(ReplyOrder { text, language, claim, template, .. }) => {
                Draft { text, language, claim, template, comment, saved: at, ..Draft::default() }
            }
            None => Draft { comment, saved: at, ..Draft::default() },
        };
        Self {
            by,
            at,
            kind: request.kind,
            amount,
            words,
            reason: request.reason.clone(),
            evidence: request.evidence.clone(),
            rule,
        }
    }
}

/// `POST /api/cases/{case}/second`: a second person agrees, or it is withdrawn or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondAnswer {
    /// Agreed.
    pub agrees: bool,
    /// When it was asked, as shown: an answer to an older question is refused.
    pub asked: Timestamp,
    /// Agreed although a third person is deciding.
    #[serde(default)]
    pub take_over: bool,
}

/// `POST /api/cases/{case}/tags`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagRequest {
    /// Which.
    pub tag: String,
    /// Put on, or taken off.
    pub is_on: bool,
}
