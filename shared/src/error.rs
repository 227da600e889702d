//! The one shape of a failed answer on our own wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What went wrong, as a closed list that the browser acts on. Unknown codes of a newer server survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// E-mail and password do not fit.
    WrongPassword,
    /// Too many tries; `details.retry_after_s`.
    TooManyTries,
    /// The role does not allow it.
    Forbidden,
    /// The request came from another site.
    CrossSite,
    /// There is no such thing, or it is not this agent's to see.
    NotFound,
    /// The body, a parameter or a header is wrong; `details.field`, `details.problem`.
    Invalid,
    /// Larger than allowed; `details.limit_bytes`.
    TooLarge,
    /// Not a kind of file that is taken here.
    WrongType,
    /// The key was used before with another body.
    KeyReused,
    /// Somebody decided first; `details.by`, `details.at`.
    AlreadyDecided,
    /// A decision on this case is on its way.
    DecisionUnderWay,
    /// Somebody else is deciding this case; `details.by`, `details.until`.
    BeingDecided,
    /// This decision is not open for this case now.
    NotOffered,
    /// The hold has ended: it can no longer be undone.
    TooLate,
    /// A rule blocks this reply; `details.findings`.
    ReplyBlocked,
    /// A checkpoint that must be ticked before deciding is not; `details.findings` holds its words.
    NotTicked,
    /// A rule asks for a second person, who is asked now; `details.findings` holds the rule's name.
    NeedsSecond,
    /// What somebody else has decided waits for a second person; `details.by`, `details.at`.
    SecondWaits,
    /// The dry run of this version is missing, or another version is newer.
    NotDryRun,
    /// The link was used before or has run out.
    LinkExpired,
    /// The shop is not connected.
    ShopDisconnected,
    /// TikTok does not answer.
    PlatformUnavailable,
    /// The practice platform does not answer.
    PracticeUnavailable,
    /// TikTok refused; `details.platform_code`.
    PlatformRefused,
    /// The last admin cannot be removed or demoted.
    LastAdmin,
    /// The e-mail address is taken.
    EmailTaken,
    /// Somebody else has changed it since it was read; `details.by`, `details.at`.
    EditedMeanwhile,
    /// Somebody else has to approve it.
    NeedsAnother,
    /// The desk cannot reach its database or the place of its files; a write may have worked, and can be asked for again
    /// under its key.
    StoreUnavailable,
    /// There is no room left where the desk keeps its database: nothing was kept.
    StoreFull,
    /// Our own fault; the request id finds it in the log.
    Internal,
    /// A code of a newer server.
    #[serde(other)]
    Unknown,
}

/// Typed details of an error; absent members do not apply.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ErrorDetails {
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong with it, as a short English clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Who was faster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<crate::time::Timestamp>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<crate::time::Timestamp>,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// The largest size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_bytes: Option<u64>,
    /// TikTok's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_code: Option<i64>,
    /// Names of the rules that block a reply; words of the checkpoints that lack a tick.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

/// The body of every failed answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// What the code's text needs.
    #[serde(default)]
    pub details: ErrorDetails,
    /// Finds the request in the log.
    #[serde(default)]
    pub request_id: String,
}
