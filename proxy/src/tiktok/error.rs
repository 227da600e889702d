//! Why TikTok could not be read or asked.

use super::net::NetError;
use super::outcome::{Refusal, RefusalKind};
use crate::crypto::CryptoError;
use crate::entropy::NoEntropy;
use crate::store::StoreError;

/// Faults of the platform's side and of the way to it. None holds a URL, a token or a body.
#[derive(Debug, thiserror::Error)]
pub enum TiktokError {
    /// The platform said no.
    #[error("TikTok refused with code {}: {}", .0.code, .0.message)]
    Refused(Refusal),
    /// Nothing left the machine: no address, no connection, no TLS.
    #[error("TikTok cannot be reached")]
    NotSent(#[source] NetError),
    /// The call left, the answer did not arrive whole and in time.
    #[error("the answer of TikTok was lost")]
    Lost(#[source] NetError),
    /// An answer that proves nothing.
    #[error("TikTok answered HTTP {status} with what cannot be trusted")]
    Unclear {
        /// The HTTP status.
        status: u16,
        /// The platform's code, if it gave one.
        code: Option<i64>,
    },
    /// More bytes than any answer has.
    #[error("the answer of TikTok is too large")]
    TooLarge,
    /// Code 0, but not the shape that is documented.
    #[error("the answer of TikTok to {endpoint} has an unknown shape")]
    Shape {
        /// Which call.
        endpoint: &'static str,
        /// What is missing.
        source: serde_json::Error,
    },
    /// Code 0, but a member that is always there is missing.
    #[error("the answer of TikTok lacks {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
    /// Still throttled after all tries.
    #[error("TikTok asks to slow down")]
    Throttled {
        /// What it asked to wait.
        retry_after_ms: Option<i64>,
    },
    /// The seller must connect the shop again.
    #[error("the shop's authorization is gone")]
    NotAuthorized,
    /// No client is configured for this shop, or a real shop would have gone to the sandbox.
    #[error("no client of TikTok may serve this shop")]
    NoClient,
    /// Not a number of the platform.
    #[error("not an identifier of TikTok")]
    BadId,
    /// A configured address cannot be used.
    #[error("the address of TikTok cannot be used")]
    BadAddress,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed token cannot be opened or made.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl TiktokError {
    /// What the refusal means, if it is one.
    pub fn refusal(&self) -> Option<RefusalKind> {
        match self {
            Self::Refused(refusal) => Some(refusal.kind),
            Self::NotAuthorized | Self::NoClient => Some(RefusalKind::ShopFault),
            Self::Throttled { .. } => Some(RefusalKind::Throttled),
            Self::NotSent(_)
            | Self::Lost(_)
            | Self::Unclear { .. }
            | Self::TooLarge
            | Self::Shape { .. }
            | Self::Missing { .. }
            | Self::BadId
            | Self::BadAddress
            | Self::Store(_)
            | Self::Crypto(_)
            | Self::NoEntropy(_) => None,
        }
    }

    /// Trying again later cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Refused(refusal) => !matches!(refusal.kind, RefusalKind::Retry | RefusalKind::Throttled),
            Self::TooLarge | Self::NotAuthorized | Self::NoClient | Self::BadId | Self::BadAddress => true,
            Self::NotSent(_)
            | Self::Lost(_)
            | Self::Unclear { .. }
            | Self::Shape { .. }
            | Self::Missing { .. }
            | Self::Throttled { .. }
            | Self::Store(_)
            | Self::Crypto(_)
            | Self::NoEntropy(_) => false,
        }
    }

    /// The platform did not answer: the shop is shown as unreachable.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::Lost(_) | Self::Unclear { .. } | Self::Throttled { .. })
    }

    /// The consent is gone: the shop is shown as expired.
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::NotAuthorized)
    }
}
