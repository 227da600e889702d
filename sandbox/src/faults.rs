//! What goes wrong on purpose.

use serde::{Deserialize, Serialize};

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// An HTTP status (`status`) without effect.
    Status,
    /// An HTTP status (`status`) after the effect.
    StatusAfter,
    /// No answer, no effect.
    TimeoutBefore,
    /// No answer, but the effect.
    TimeoutAfter,
    /// The connection is cut, no effect.
    ResetBefore,
    /// The connection is cut after the effect.
    ResetAfter,
    /// Half of the answer, after the effect.
    Truncate,
    /// An answer that is no JSON, after the effect.
    NotJson,
    /// A platform code (`code`) without effect.
    Code,
    /// 429 with the throttling code; `retry_after` in seconds if given.
    RateLimit,
    /// The token has expired, without effect.
    TokenExpired,
    /// The answer comes late by `delay_ms`.
    Slow,
}

/// A fault that waits for its call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Part of the path.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) method: Option<String>,
    pub(crate) kind: FaultKind,
    /// How many calls it hits; 1 if not given.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// Calls that are let through first.
    #[serde(default)]
    pub(crate) after: u32,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) code: Option<i64>,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) retry_after: Option<u32>,
    #[serde(default)]
    pub(crate) delay_ms: Option<u64>,
}

const fn once() -> u32 {
    1
}

/// Takes the fault that hits this call, if any.
pub(crate) fn take(faults: &mut Vec<Fault>, method: &str, path: &str) -> Option<Fault> {
    let fits = |fault: &Fault| {
        path.contains(&fault.path) && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    };
    let fault = faults.iter_mut().find(|fault| fits(fault) && fault.times > 0)?;
    if fault.after > 0 {
        fault.after -= 1;
        return None;
    }
    fault.times -= 1;
    let taken = fault.clone();
    faults.retain(|fault| fault.times > 0);
    Some(taken)
}
