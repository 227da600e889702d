//! What a failed request means, by its code: the fact, what it means, one thing to do.

use crate::api::Failure;
use crate::i18n::format::span;
use crate::web;
use shared::error::{ApiError, ErrorCode};
use shared::time::Timestamp;

/// A failure in two sentences: the fact, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The fact.
    pub fact: String,
    /// What it means, and one thing to do.
    pub advice: String,
}

fn told(fact: &str, advice: &str) -> Told {
    Told { fact: fact.to_owned(), advice: advice.to_owned() }
}

impl Failure {
    /// The words for the screen.
    pub fn told(&self) -> Told {
        match self {
            Self::Unreachable => {
                told("The desk does not answer.", "Nothing was changed by this. Check the network, then try again.")
            }
            Self::TimedOut => {
                told("No answer after 20 s.", "It may have worked. Look at the case before you try again.")
            }
            Self::Unreadable => told(
                "The desk gave an answer that this page cannot read.",
                "The page may be older than the desk. Reload it.",
            ),
            Self::Refused(error) => refused(error),
        }
    }
}

/// Who is deciding a case, as a sentence.
pub fn being_decided(by: &str, until: Option<Timestamp>) -> String {
    match until {
        Some(until) => [by, " is deciding this case until ", &web::clock_time(until), "."].concat(),
        None => [by, " is deciding this case."].concat(),
    }
}

fn refused(error: &ApiError) -> Told {
    let details = &error.details;
    match error.code {
        ErrorCode::SignedOut => told("The session has ended.", "Sign in again; drafts were kept."),
        ErrorCode::WrongPassword => told("That password does not fit this e-mail.", "Check both and try again."),
        ErrorCode::TooManyTries => Told {
            fact: "Too many tries.".to_owned(),
            advice: match details.retry_after_s {
                Some(seconds) if seconds >= 60 => {
                    format!("Try again in {}.", span(i64::try_from(seconds).unwrap_or(0).saturating_mul(1000)))
                }
                Some(seconds) => format!("Try again in {seconds} s."),
                None => "Wait a while, then try again.".to_owned(),
            },
        },
        ErrorCode::Forbidden => {
            told("Your role does not allow this.", "Nothing was changed. Ask an admin of this desk.")
        }
        ErrorCode::CrossSite => {
            told("The request came from another site.", "Nothing was changed. Open the desk at its own address.")
        }
        ErrorCode::NotFound => {
            told("This is not here.", "It was removed, or it belongs to a shop that you do not see.")
        }
        ErrorCode::Invalid => Told {
            fact: match (&details.field, &details.problem) {
                (Some(field), Some(problem)) => format!("{field}: {problem}."),
                (Some(field), None) => format!("{field} is not right."),
                (None, Some(problem)) => format!("{problem}."),
                (None, None) => "The desk does not accept this.".to_owned(),
            },
            advice: "Nothing was changed. Put it right and try again.".to_owned(),
        },
        ErrorCode::TooLarge => Told {
            fact: "This file is too large.".to_owned(),
            advice: match details.limit_bytes {
                Some(bytes) => format!("At most {} MB are taken. Choose a smaller one.", bytes / 1_000_000),
                None => "Choose a smaller one.".to_owned(),
            },
        },
        ErrorCode::WrongType => told("TikTok does not take this kind of file.", "Choose a JPEG, PNG or WebP picture."),
        ErrorCode::KeyReused => {
            told("This was already asked for, in other words.", "Nothing was sent twice. Reload the case.")
        }
        ErrorCode::AlreadyDecided => Told {
            fact: match &details.by {
                Some(by) => format!("Already decided by {by}."),
                None => "Already decided.".to_owned(),
            },
            advice: "Nothing was sent twice. Look at the decision.".to_owned(),
        },
        ErrorCode::DecisionUnderWay => {
            told("A decision on this case is on its way.", "Wait until it has ended; do not decide again.")
        }
        ErrorCode::BeingDecided => Told {
            fact: being_decided(details.by.as_deref().unwrap_or("Somebody else"), details.until),
            advice: "Nothing was sent. Wait, or take the decision over.".to_owned(),
        },
        ErrorCode::NotOffered => {
            told("TikTok does not offer this decision now.", "Nothing was decided. Read the case again.")
        }
        ErrorCode::TooLate => {
            told("The hold has ended.", "It has left the desk and cannot be undone. Watch the case for its outcome.")
        }
        ErrorCode::ReplyBlocked => {
            told("A rule blocks this reply.", "Nothing was sent. Change the words that are marked.")
        }
        ErrorCode::NotTicked => Told {
            fact: format!("Not ticked yet: {}.", details.findings.join(", ")),
            advice: "Nothing was decided. Look, tick it under “Before you decide”, then decide.".to_owned(),
        },
        ErrorCode::NeedsSecond => {
            told("A second person is needed.", "Nothing was sent. Somebody else is asked to agree.")
        }
        ErrorCode::SecondWaits => Told {
            fact: [
                details.by.as_deref().unwrap_or("Somebody else"),
                " has decided this, and it waits for a second person.",
            ]
            .concat(),
            advice: "Nothing of yours was kept or lost. Agree above, or do not agree and decide then.".to_owned(),
        },
        ErrorCode::NotDryRun => told("This version was not run dry.", "Nothing was switched. Run it dry first."),
        ErrorCode::LinkExpired => {
            told("This link was used before or has run out.", "Ask the admin of this desk for a new one.")
        }
        ErrorCode::ShopDisconnected => {
            told("This shop is not connected.", "Nothing was sent. Connect it again in Settings.")
        }
        ErrorCode::PracticeUnavailable => {
            told("The practice shop does not answer.", "Nothing real was touched. Begin again in a minute.")
        }
        ErrorCode::PlatformUnavailable => {
            told("TikTok does not answer.", "Nothing was changed by this. The desk keeps trying; look again soon.")
        }
        ErrorCode::PlatformRefused => Told {
            fact: match details.platform_code {
                Some(code) => format!("TikTok said no ({code})."),
                None => "TikTok said no.".to_owned(),
            },
            advice: "Nothing was decided. Read the case again.".to_owned(),
        },
        ErrorCode::LastAdmin => {
            told("This is the last admin.", "Nothing was changed. Make somebody else an admin first.")
        }
        ErrorCode::EmailTaken => told("Somebody has this e-mail already.", "Nobody was invited. Use another address."),
        ErrorCode::EditedMeanwhile => Told {
            fact: format!("{} has changed it meanwhile.", details.by.as_deref().unwrap_or("Somebody else")),
            advice: "Nothing of yours was lost or kept. Look at both.".to_owned(),
        },
        ErrorCode::NeedsAnother => {
            told("Who sent it does not approve it.", "Nothing was published. Ask another lead or an admin.")
        }
        ErrorCode::StoreUnavailable => told(
            "The desk cannot reach its database.",
            "It may have worked all the same. Try again soon; nothing is done twice.",
        ),
        ErrorCode::StoreFull => {
            told("The desk's disk is full.", "Nothing was kept. Ask your admin to make room; then press again.")
        }
        ErrorCode::Internal | ErrorCode::Unknown => Told {
            fact: "The desk has a fault of its own.".to_owned(),
            advice: if error.request_id.is_empty() {
                "Try again; if it stays, tell the admin.".to_owned()
            } else {
                format!("Try again; if it stays, tell the admin the number {}.", error.request_id)
            },
        },
    }
}
