//! Why the desk does not do what it was asked.

use crate::entropy::NoEntropy;
use crate::shelf::ShelfError;
use crate::store::StoreError;
use shared::domain::files::CaptionsFault;
use shared::id::IdError;
use shared::time::Timestamp;

/// A refusal that an agent can act on, or a fault of our own.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such thing, or not this agent's to see: the two are never told apart.
    #[error("no such {what}")]
    NotFound {
        /// Which kind of thing.
        what: &'static str,
    },
    /// The role does not allow it.
    #[error("not allowed for this role")]
    Forbidden,
    /// Something in the request is wrong.
    #[error("{field} {problem}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong, as a clause.
        problem: &'static str,
    },
    /// A text is no template.
    #[error("not a template: {problem}")]
    Template {
        /// Where and why, as a sentence.
        problem: String,
    },
    /// A file of replies has faults.
    #[error("not a file of replies: {}", .problems.join(" "))]
    File {
        /// Each with its place, as a sentence.
        problems: Vec<String>,
    },
    /// The key was used before with another body.
    #[error("the idempotency key was used with another body")]
    KeyReused,
    /// Somebody decided first.
    #[error("already decided")]
    AlreadyDecided {
        /// Who, if it was somebody at this desk.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
    /// A decision on this case is on its way.
    #[error("a decision is under way")]
    DecisionUnderWay,
    /// Somebody else is deciding it.
    #[error("somebody else is deciding")]
    BeingDecided {
        /// Who.
        by: Option<String>,
        /// Until when, unless they go on.
        until: Timestamp,
    },
    /// Not open for this case now.
    #[error("this decision is not open")]
    NotOffered,
    /// It has left the desk.
    #[error("too late to undo")]
    TooLate,
    /// Rules block the reply.
    #[error("the reply is blocked")]
    ReplyBlocked {
        /// Names of the rules.
        findings: Vec<String>,
    },
    /// A checkpoint that must be ticked before deciding is not.
    #[error("a checkpoint is not ticked")]
    NotTicked {
        /// The words of those that lack a tick.
        lacking: Vec<String>,
    },
    /// A rule asks for a second person.
    #[error("a second person is needed")]
    NeedsSecond {
        /// Which.
        rule: shared::wire::intent::ByRule,
    },
    /// What somebody else has decided waits for a second person.
    #[error("somebody else's decision waits for a second person")]
    SecondWaits {
        /// Who decided.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
    /// What is to be switched on was not run dry as it is.
    #[error("not run dry")]
    NotDryRun,
    /// The desk may not act for this shop now.
    #[error("the shop is not connected")]
    ShopDisconnected,
    /// Somebody else has changed it since it was read.
    #[error("changed meanwhile")]
    EditedMeanwhile {
        /// Who.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
    /// Somebody else has to approve it.
    #[error("somebody else has to approve it")]
    NeedsAnother,
    /// The file is too large.
    #[error("the file is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The largest size.
        limit_bytes: u64,
    },
    /// There is no practice platform, or it does not answer.
    #[error("the practice platform does not answer")]
    NoPractice,
    /// Not a kind of file that is taken here.
    #[error("not a kind of file that is taken")]
    WrongType,
    /// An upload stands elsewhere than where it was gone on with.
    #[error("the upload stands elsewhere")]
    WrongOffset,
    /// Captions are not WebVTT.
    #[error("captions are not WebVTT")]
    Captions {
        /// What is wrong.
        #[source]
        fault: CaptionsFault,
    },
    /// The place of the handbook's files failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table could not be written as a file.
    #[error("the file could not be written")]
    Table(#[from] csv::Error),
    /// No id could be made.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A made id is not an id.
    #[error(transparent)]
    Id(#[from] IdError),
}
