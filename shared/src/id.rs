//! Identifiers. Each is opaque, ours, and cannot be built wrong, also not from JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to 64 letters, digits, `-` or `_`")]
pub struct IdError {
    kind: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// 32 hexadecimal digits, which always fit.
            pub fn of_bits(bits: u128) -> Self {
                Self(format!("{bits:032x}"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(raw: String) -> Result<Self, IdError> {
                let fits = (1..=64).contains(&raw.len())
                    && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
                if fits { Ok(Self(raw)) } else { Err(IdError { kind: $kind }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(raw: &str) -> Result<Self, IdError> {
                Self::try_from(raw.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One cancellation, refund or return request of one shop. Ours, not the platform's number.
    CaseId,
    "case id"
);
id!(
    /// A connected TikTok shop. Ours, not the platform's number.
    ShopId,
    "shop id"
);
id!(
    /// A person who signs in: agent, lead or admin.
    AgentId,
    "agent id"
);
id!(
    /// A decision or reply that the desk has promised to carry out. Sent upstream as its idempotency key.
    IntentId,
    "intent id"
);
id!(
    /// One decision with the replies that depend on it.
    MotionId,
    "motion id"
);
id!(
    /// A photo or document added by an agent as proof.
    EvidenceId,
    "evidence id"
);
id!(
    /// A platform picture, served through the proxy.
    MediaId,
    "media id"
);
id!(
    /// A page of the handbook.
    PageId,
    "page id"
);
id!(
    /// A file on its way into the handbook.
    UploadId,
    "upload id"
);
id!(
    /// What one reviewer says of one case.
    ReviewId,
    "review id"
);
id!(
    /// A scorecard, through all its versions.
    ScorecardId,
    "scorecard id"
);
id!(
    /// A question of a scorecard, through all its versions.
    ItemId,
    "item id"
);
id!(
    /// A checkpoint that a person ticks.
    TickId,
    "tick id"
);
id!(
    /// A saved line.
    LineId,
    "line id"
);
id!(
    /// An exercise, through all its versions.
    ExerciseId,
    "exercise id"
);
id!(
    /// One agent's work on one exercise.
    RunId,
    "run id"
);
id!(
    /// A rule that a lead wrote, through all its versions.
    RuleId,
    "rule id"
);
id!(
    /// Chosen by the browser for one write, the same on every try of it.
    IdempotencyKey,
    "idempotency key"
);

/// Begins the id of a shop that one person practises in.
const PRACTICE: &str = "run-";

impl ShopId {
    /// The shop of one run of one person. Whose it is stands in the id itself: every place that asks whether somebody sees a
    /// shop answers without another look, and none can forget to.
    pub fn of_trainee(trainee: &AgentId, bits: u128) -> Result<Self, IdError> {
        let mut own = format!("{bits:032x}");
        own.truncate(12);
        Self::try_from(format!("{PRACTICE}{own}-{trainee}"))
    }

    /// Who alone practises here; none: a shop for everybody.
    pub fn trainee(&self) -> Option<&str> {
        self.0.strip_prefix(PRACTICE)?.split_once('-').map(|(_, trainee)| trainee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_of_a_run_names_its_person() {
        let ines: AgentId = "practice-ines_2".parse().unwrap();
        let shop = ShopId::of_trainee(&ines, u128::MAX / 3).unwrap();
        assert_eq!(shop.trainee(), Some("practice-ines_2"));
        assert_eq!("s_1".parse::<ShopId>().unwrap().trainee(), None);
        assert!(ShopId::of_trainee(&"x".repeat(64).parse().unwrap(), 1).is_err());
    }

    #[test]
    fn only_plain_short_words_are_ids() {
        for (raw, fits) in [("c_01", true), ("A-9", true), ("", false), ("a b", false), ("../x", false), ("é", false)]
        {
            assert_eq!(raw.parse::<CaseId>().is_ok(), fits, "input {raw:?}");
        }
        assert!("x".repeat(65).parse::<CaseId>().is_err());
        assert!(serde_json::from_str::<CaseId>("\"a/b\"").is_err());
    }
}
