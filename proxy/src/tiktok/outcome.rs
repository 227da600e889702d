//! What is known after asking TikTok to change something, and what its error codes mean to the desk.

use super::error::TiktokError;

/// The platform's yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt<T> {
    /// Finds the call in the platform's log.
    pub request_id: String,
    /// What it answered.
    pub data: T,
}

/// The platform's no: nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The platform's code.
    pub code: i64,
    /// Its English text; may name fields, holds no buyer data.
    pub message: String,
    /// Finds the call in the platform's log.
    pub request_id: String,
    /// What it means to the desk.
    pub kind: RefusalKind,
}

/// How a call that changes something ended.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The platform said yes.
    Confirmed(Receipt<T>),
    /// The platform said no, and nothing changed.
    Refused(Refusal),
    /// The call certainly had no effect and may be made again: it never left the machine, or was throttled.
    NoEffect {
        /// What the platform asked to wait.
        retry_after_ms: Option<i64>,
    },
    /// No trustworthy answer: it may have happened. Read before any retry.
    Unknown(TiktokError),
}

/// What a refusal means (case model 5 and 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The case has moved on: read it.
    StateMoved,
    /// Something in the request is wrong: ask again.
    Input,
    /// Already shipped.
    Shipped,
    /// TikTok pays; the parcel cannot be refused.
    QuickRefund,
    /// With TikTok's staff.
    AtTikTok,
    /// TikTok handles this kind of order by itself.
    PlatformHandles,
    /// An offer is still open.
    OfferOpen,
    /// Two writers met or a part of the platform stumbled: try again.
    Retry,
    /// Authorization, scope or shop: nothing works until the shop is connected again.
    ShopFault,
    /// Too many calls.
    Throttled,
    /// TikTok does not let the shop write to this buyer.
    CannotMessage,
    /// The day's messages are used up.
    MessageQuota,
    /// The text holds words that TikTok does not let pass.
    MessageContent,
    /// The path or version does not exist.
    NoSuchEndpoint,
    /// Anything else.
    Other,
}

impl RefusalKind {
    /// By the platform's code; the texts change, the codes have not.
    pub const fn of(code: i64) -> Self {
        match code {
            25_001_010 | 25_001_011 | 25_011_011..=25_011_014 | 25_011_035 | 25_020_003 | 25_020_009..=25_020_012 => {
                Self::StateMoved
            }
            25_001_014..=25_001_016
            | 25_001_020
            | 25_001_021
            | 25_001_057
            | 25_005_005
            | 98_001_004
            | 25_001_001
            | 11_050_001 => Self::Input,
            25_001_045 => Self::Shipped,
            25_011_025 => Self::QuickRefund,
            25_011_010 => Self::AtTikTok,
            25_011_023 | 25_011_026 => Self::PlatformHandles,
            25_007_007 => Self::OfferOpen,
            25_001_028 | 25_001_058 | 25_007_002 => Self::Retry,
            25_020_005
            | 101_000
            | 105_000..=105_999
            | 106_001
            | 106_013
            | 36_004_001
            | 36_004_004
            | 36_004_005
            | 36_009_004
            | 36_009_033 => Self::ShopFault,
            36_009_002 => Self::Throttled,
            45_109_001 | 45_109_003 | 45_102_007 => Self::CannotMessage,
            45_101_004 => Self::MessageQuota,
            45_101_006 => Self::MessageContent,
            36_009_009 | 36_009_014 => Self::NoSuchEndpoint,
            _ => Self::Other,
        }
    }
}

/// Codes that leave it open whether a change was made (case model 5).
pub(super) const fn leaves_open(code: i64) -> bool {
    matches!(code, 36_009_003 | 36_009_007)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_case_model_has_its_meaning() {
        for (codes, kind) in [
            (
                &[25_011_011, 25_011_014, 25_011_035, 25_020_003, 25_020_009, 25_020_012, 25_001_010, 25_001_011][..],
                RefusalKind::StateMoved,
            ),
            (
                &[25_001_014, 25_001_015, 25_001_016, 25_001_020, 25_001_021, 25_001_057, 25_005_005, 98_001_004],
                RefusalKind::Input,
            ),
            (&[25_001_045], RefusalKind::Shipped),
            (&[25_011_025], RefusalKind::QuickRefund),
            (&[25_011_010], RefusalKind::AtTikTok),
            (&[25_011_023, 25_011_026], RefusalKind::PlatformHandles),
            (&[25_007_007], RefusalKind::OfferOpen),
            (&[25_001_028, 25_001_058, 25_007_002], RefusalKind::Retry),
            (&[25_020_005, 105_001, 105_002, 105_005], RefusalKind::ShopFault),
            (&[45_109_001, 45_109_003, 45_102_007], RefusalKind::CannotMessage),
            (&[45_101_004], RefusalKind::MessageQuota),
            (&[45_101_006], RefusalKind::MessageContent),
            (&[25_001_046, 1], RefusalKind::Other),
        ] {
            for code in codes {
                assert_eq!(RefusalKind::of(*code), kind, "code {code}");
            }
        }
    }
}
