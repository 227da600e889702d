//! What a request can fail with, and the one place where that becomes an answer and a log line.

use crate::desk::connect::ConnectError;
use crate::desk::error::DeskError;
use crate::entropy::NoEntropy;
use crate::store::StoreError;
use crate::telemetry::Chain;
use crate::tiktok::error::TiktokError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::error::{ApiError, ErrorCode, ErrorDetails};
use shared::id::IdError;

/// A failed request. Only its code and typed details leave the desk.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    SignedOut,
    /// E-mail and password do not fit.
    #[error("e-mail and password do not fit")]
    WrongPassword,
    /// Too many tries.
    #[error("too many tries")]
    TooManyTries {
        /// When to try again.
        retry_after_s: u64,
    },
    /// The role does not allow it.
    #[error("not allowed for this role")]
    Forbidden,
    /// The request came from another site.
    #[error("a write from another site")]
    CrossSite,
    /// No such thing, or not this agent's to see.
    #[error("no such {what}")]
    NotFound {
        /// Which kind of thing.
        what: &'static str,
    },
    /// Not the protocol of uploads that is spoken here.
    #[error("not the protocol of uploads that is spoken here")]
    OtherProtocol,
    /// The address knows other methods.
    #[error("this address does not take this method")]
    WrongMethod,
    /// The body, a parameter or a header is wrong.
    #[error("{field} {problem}")]
    Invalid {
        /// Which.
        field: String,
        /// What is wrong, as a clause.
        problem: String,
    },
    /// Larger than allowed.
    #[error("larger than {limit_bytes} bytes")]
    TooLarge {
        /// The largest size.
        limit_bytes: u64,
    },
    /// The link was used before or has run out.
    #[error("the link was used or has run out")]
    LinkExpired,
    /// The last admin cannot be removed or demoted.
    #[error("the last admin stays")]
    LastAdmin,
    /// The e-mail address is taken.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// A picture could not be fetched.
    #[error("a picture could not be fetched")]
    Fetch(#[source] crate::media::FetchError),
    /// A shop could not be connected or disconnected.
    #[error("a shop could not be connected")]
    Connect(#[from] ConnectError),
    /// The desk does not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A made id is not an id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A value of ours has no JSON form.
    #[error("an answer could not be written")]
    Encode(#[source] serde_json::Error),
    /// A password could not be hashed or checked.
    #[error(transparent)]
    Password(#[from] crate::auth::PasswordError),
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
}

impl Error {
    /// A wrong field, parameter or header.
    pub fn invalid(field: &str, problem: &str) -> Self {
        Self::Invalid { field: field.to_owned(), problem: problem.to_owned() }
    }

    /// Exhaustive on purpose: a new variant has to choose what the browser sees.
    fn answer(&self) -> (StatusCode, ErrorCode) {
        match self {
            Self::SignedOut => (StatusCode::UNAUTHORIZED, ErrorCode::SignedOut),
            Self::WrongPassword => (StatusCode::UNAUTHORIZED, ErrorCode::WrongPassword),
            Self::TooManyTries { .. } => (StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyTries),
            Self::Forbidden => (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
            Self::CrossSite => (StatusCode::FORBIDDEN, ErrorCode::CrossSite),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            Self::OtherProtocol => (StatusCode::PRECONDITION_FAILED, ErrorCode::Invalid),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::NotFound),
            Self::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge),
            Self::LinkExpired => (StatusCode::GONE, ErrorCode::LinkExpired),
            Self::LastAdmin => (StatusCode::CONFLICT, ErrorCode::LastAdmin),
            Self::EmailTaken => (StatusCode::CONFLICT, ErrorCode::EmailTaken),
            Self::Fetch(_) => (StatusCode::BAD_GATEWAY, ErrorCode::PlatformUnavailable),
            Self::Connect(fault) => connect_answer(fault),
            Self::Desk(fault) => desk_answer(fault),
            Self::Store(fault) => store_answer(fault),
            Self::NoEntropy(_) | Self::Id(_) | Self::Encode(_) | Self::Password(_) | Self::Panicked => INTERNAL,
        }
    }

    fn details(&self) -> ErrorDetails {
        let none = ErrorDetails::default();
        match self {
            Self::TooManyTries { retry_after_s } => ErrorDetails { retry_after_s: Some(*retry_after_s), ..none },
            Self::Invalid { field, problem } => {
                ErrorDetails { field: Some(field.clone()), problem: Some(problem.clone()), ..none }
            }
            Self::TooLarge { limit_bytes } => ErrorDetails { limit_bytes: Some(*limit_bytes), ..none },
            Self::Desk(fault) => desk_details(fault),
            Self::Connect(ConnectError::Platform(TiktokError::Refused(refusal))) => {
                ErrorDetails { platform_code: Some(refusal.code), ..none }
            }
            Self::SignedOut
            | Self::WrongPassword
            | Self::Forbidden
            | Self::CrossSite
            | Self::NotFound { .. }
            | Self::OtherProtocol
            | Self::WrongMethod
            | Self::LinkExpired
            | Self::LastAdmin
            | Self::EmailTaken
            | Self::Fetch(_)
            | Self::Connect(_)
            | Self::Store(_)
            | Self::NoEntropy(_)
            | Self::Id(_)
            | Self::Encode(_)
            | Self::Password(_)
            | Self::Panicked => none,
        }
    }
}

const INTERNAL: (StatusCode, ErrorCode) = (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal);

fn store_answer(fault: &StoreError) -> (StatusCode, ErrorCode) {
    match fault {
        fault if fault.is_full() => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::StoreFull),
        fault if fault.is_passing() => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::StoreUnavailable),
        _ => INTERNAL,
    }
}

fn desk_details(fault: &DeskError) -> ErrorDetails {
    let none = ErrorDetails::default();
    match fault {
        DeskError::Invalid { field, problem } => {
            ErrorDetails { field: Some((*field).to_owned()), problem: Some((*problem).to_owned()), ..none }
        }
        DeskError::Template { problem } => {
            // A clause, as of every field: whoever shows it ends it.
            let problem = problem.strip_suffix('.').unwrap_or(problem);
            ErrorDetails { field: Some("text".to_owned()), problem: Some(problem.to_owned()), ..none }
        }
        DeskError::File { problems } => ErrorDetails { findings: problems.clone(), ..none },
        DeskError::AlreadyDecided { by, at }
        | DeskError::EditedMeanwhile { by, at }
        | DeskError::SecondWaits { by, at } => ErrorDetails { by: by.clone(), at: *at, ..none },
        DeskError::BeingDecided { by, until } => ErrorDetails { by: by.clone(), until: Some(*until), ..none },
        DeskError::ReplyBlocked { findings } => ErrorDetails { findings: findings.clone(), ..none },
        DeskError::NotTicked { lacking } => ErrorDetails { findings: lacking.clone(), ..none },
        DeskError::NeedsSecond { rule } => ErrorDetails { findings: vec![rule.words()], ..none },
        DeskError::TooLarge { limit_bytes } => ErrorDetails { limit_bytes: Some(*limit_bytes), ..none },
        DeskError::Captions { fault } => {
            let line = fault.line().map(|line| format!("line {line} ")).unwrap_or_default();
            ErrorDetails { field: Some("captions".to_owned()), problem: Some(format!("{line}{fault}")), ..none }
        }
        DeskError::NotFound { .. }
        | DeskError::Forbidden
        | DeskError::WrongOffset
        | DeskError::Shelf(_)
        | DeskError::KeyReused
        | DeskError::DecisionUnderWay
        | DeskError::NotOffered
        | DeskError::TooLate
        | DeskError::NeedsAnother
        | DeskError::NotDryRun
        | DeskError::ShopDisconnected
        | DeskError::WrongType
        | DeskError::NoPractice
        | DeskError::Store(_)
        | DeskError::Table(_)
        | DeskError::NoEntropy(_)
        | DeskError::Id(_) => none,
    }
}

fn connect_answer(fault: &ConnectError) -> (StatusCode, ErrorCode) {
    match fault {
        ConnectError::NoShop => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
        ConnectError::StateInvalid | ConnectError::CodeInvalid => (StatusCode::GONE, ErrorCode::LinkExpired),
        ConnectError::NoShops => (StatusCode::CONFLICT, ErrorCode::PlatformRefused),
        ConnectError::Platform(fault) if fault.refusal().is_some() => {
            (StatusCode::BAD_GATEWAY, ErrorCode::PlatformRefused)
        }
        ConnectError::Platform(_) => (StatusCode::BAD_GATEWAY, ErrorCode::PlatformUnavailable),
        ConnectError::Store(fault) => store_answer(fault),
        ConnectError::NoApp(_) | ConnectError::NoEntropy(_) | ConnectError::Id(_) => INTERNAL,
    }
}

fn desk_answer(fault: &DeskError) -> (StatusCode, ErrorCode) {
    match fault {
        DeskError::NotFound { .. } => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
        DeskError::Forbidden => (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
        DeskError::Invalid { .. }
        | DeskError::Template { .. }
        | DeskError::File { .. }
        | DeskError::Captions { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid),
        DeskError::KeyReused => (StatusCode::CONFLICT, ErrorCode::KeyReused),
        DeskError::AlreadyDecided { .. } => (StatusCode::CONFLICT, ErrorCode::AlreadyDecided),
        DeskError::DecisionUnderWay => (StatusCode::CONFLICT, ErrorCode::DecisionUnderWay),
        DeskError::BeingDecided { .. } => (StatusCode::CONFLICT, ErrorCode::BeingDecided),
        DeskError::NotOffered => (StatusCode::CONFLICT, ErrorCode::NotOffered),
        DeskError::TooLate => (StatusCode::CONFLICT, ErrorCode::TooLate),
        DeskError::ReplyBlocked { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ReplyBlocked),
        DeskError::NotTicked { .. } => (StatusCode::CONFLICT, ErrorCode::NotTicked),
        DeskError::NeedsSecond { .. } => (StatusCode::CONFLICT, ErrorCode::NeedsSecond),
        DeskError::SecondWaits { .. } => (StatusCode::CONFLICT, ErrorCode::SecondWaits),
        DeskError::NotDryRun => (StatusCode::CONFLICT, ErrorCode::NotDryRun),
        DeskError::ShopDisconnected => (StatusCode::CONFLICT, ErrorCode::ShopDisconnected),
        DeskError::EditedMeanwhile { .. } => (StatusCode::CONFLICT, ErrorCode::EditedMeanwhile),
        DeskError::NeedsAnother => (StatusCode::CONFLICT, ErrorCode::NeedsAnother),
        DeskError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge),
        DeskError::WrongOffset => (StatusCode::CONFLICT, ErrorCode::EditedMeanwhile),
        DeskError::Shelf(_) => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::StoreUnavailable),
        DeskError::NoPractice => (StatusCode::BAD_GATEWAY, ErrorCode::PracticeUnavailable),
        DeskError::WrongType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::WrongType),
        DeskError::Store(fault) => store_answer(fault),
        DeskError::Table(_) | DeskError::NoEntropy(_) | DeskError::Id(_) => INTERNAL,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code) = self.answer();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %Chain(&self), error.code = ?code, "A request failed");
        } else if status.is_server_error() {
            tracing::warn!(error = %Chain(&self), error.code = ?code, "A request could not be served");
        }
        let details = self.details();
        let retry_after = details.retry_after_s;
        let request_id = crate::middleware::request_id();
        let mut answer = (status, Json(ApiError { code, details, request_id })).into_response();
        if matches!(self, Self::OtherProtocol) {
            answer.headers_mut().insert("tus-version", HeaderValue::from_static("1.0.0"));
        }
        if let Some(seconds) = retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_away_may_be_asked_again_and_a_broken_one_is_our_fault() {
        let away = (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::StoreUnavailable);
        assert_eq!(Error::Desk(DeskError::Store(StoreError::Silent)).answer(), away);
        assert_eq!(Error::Connect(ConnectError::Store(StoreError::Silent)).answer(), away);
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(13), None);
        assert_eq!(Error::Store(full.into()).answer(), (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::StoreFull));
        let broken = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC), None);
        assert_eq!(Error::Store(broken.into()).answer(), away);
        assert_eq!(Error::Store(StoreError::NoRow).answer(), INTERNAL);
    }
}
