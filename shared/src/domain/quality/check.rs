//! The checks by name: what each asks, why, and which step of the handbook it belongs to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Raise with every change of a rule in this room, or of what a rule asks elsewhere (the lint, the reasons): a stored
/// result of an older version is kept, and a new one is made beside it.
pub const QUALITY_VERSION: u32 = 6;

/// A step of the procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Open the list and take the case with the least time left.
    Find,
    /// Read the buyer's reason and look at what they show.
    Look,
    /// Approve, offer a part, or reject.
    Decide,
    /// Tell the buyer, in words that fit their reason.
    Tell,
    /// See that the money arrives and that the buyer is content.
    FollowUp,
    /// See that the case ended as it was meant.
    Review,
}

impl Step {
    /// All, in the order of the work.
    pub const ALL: [Self; 6] = [Self::Find, Self::Look, Self::Decide, Self::Tell, Self::FollowUp, Self::Review];

    /// Its title in the handbook.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Find => "Open the list, least time first",
            Self::Look => "Read the reason, then look",
            Self::Decide => "Decide",
            Self::Tell => "Tell the buyer",
            Self::FollowUp => "Follow up",
            Self::Review => "Check what came of it",
        }
    }
}

/// A computed checkpoint. The names are stored: one is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Before deciding, and after: the kind of request can be made for the buyer's reason.
    KindFitsReason,
    /// Before deciding: the deadline is still ahead.
    StillInTime,
    /// Before deciding: the parts of the refund sum up.
    PartsAddUp,
    /// Before deciding: nobody here has decided yet.
    NotDecidedYet,
    /// Before deciding: TikTok says what may be decided.
    OptionsConfirmed,
    /// Decided before the deadline.
    DecidedInTime,
    /// The buyer's photos were opened before the decision.
    PhotosOpened,
    /// TikTok took the decision.
    DecisionAllowed,
    /// The reason of a rejection answers the buyer's.
    GroundAnswers,
    /// A rejection that needs proof has it.
    ProofGiven,
    /// One decision of a kind.
    OneDecision,
    /// The amount on the button is TikTok's.
    AmountShown,
    /// The refund is complete.
    MoneyCame,
    /// The buyer was told the outcome.
    BuyerTold,
    /// Told after the decision.
    ToldAfter,
    /// Amounts and currency in the reply are TikTok's.
    AmountSaid,
    /// "Refunded" only when it was.
    RefundedWhenPaid,
    /// The reply speaks of the buyer's reason.
    ReplyFits,
    /// Not a greeting alone.
    MoreThanGreeting,
    /// No variable left empty.
    NoGap,
    /// In the buyer's language.
    BuyersLanguage,
    /// Nothing that TikTok forbids.
    NothingForbidden,
    /// The buyer did not have to write again.
    NotAgain,
}

impl Check {
    /// All, in the order of the work.
    pub const ALL: [Self; 23] = [
        Self::KindFitsReason,
        Self::StillInTime,
        Self::PartsAddUp,
        Self::NotDecidedYet,
        Self::OptionsConfirmed,
        Self::DecidedInTime,
        Self::PhotosOpened,
        Self::DecisionAllowed,
        Self::GroundAnswers,
        Self::ProofGiven,
        Self::OneDecision,
        Self::AmountShown,
        Self::MoneyCame,
        Self::BuyerTold,
        Self::ToldAfter,
        Self::AmountSaid,
        Self::RefundedWhenPaid,
        Self::ReplyFits,
        Self::MoreThanGreeting,
        Self::NoGap,
        Self::BuyersLanguage,
        Self::NothingForbidden,
        Self::NotAgain,
    ];

    /// What is checked, in a few words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::KindFitsReason => "Request type fits the reason",
            Self::StillInTime => "In time",
            Self::PartsAddUp => "Amounts add up to TikTok’s total",
            Self::NotDecidedYet => "No earlier decision from here",
            Self::OptionsConfirmed => "TikTok confirms what is open",
            Self::DecidedInTime => "Decided in time",
            Self::PhotosOpened => "Photos opened before deciding",
            Self::DecisionAllowed => "TikTok allowed the decision",
            Self::GroundAnswers => "Reject reason answers the buyer’s",
            Self::ProofGiven => "Proof given with the rejection",
            Self::OneDecision => "One decision only",
            Self::AmountShown => "Refund is what the agent saw",
            Self::MoneyCame => "Money reached the buyer",
            Self::BuyerTold => "Buyer was told",
            Self::ToldAfter => "Told after it was decided",
            Self::AmountSaid => "Amounts in the reply are TikTok’s",
            Self::RefundedWhenPaid => "“Refunded” only when it was",
            Self::ReplyFits => "Reply fits the reason",
            Self::MoreThanGreeting => "More than a greeting",
            Self::NoGap => "No variable left empty",
            Self::BuyersLanguage => "In the buyer’s language",
            Self::NothingForbidden => "Nothing that TikTok forbids",
            Self::NotAgain => "Buyer did not write again within 7 days",
        }
    }

    /// What is asked and why, for who does the work.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::KindFitsReason => {
                "Goods that never came cannot be sent back, and nobody knows what is wrong with goods before they are \
                 shipped. Such a request is not granted as it stands."
            }
            Self::StillInTime => "TikTok’s deadline is still ahead. When it passes, TikTok decides for us.",
            Self::PartsAddUp => {
                "The parts of the refund sum up to TikTok’s total. Where they do not, only the total is said."
            }
            Self::NotDecidedYet => {
                "This desk has not answered this request before; an offer of a part does not count. A case is decided once."
            }
            Self::OptionsConfirmed => "TikTok was asked what may be decided now, and named at least one decision.",
            Self::DecidedInTime => {
                "Somebody decided before TikTok’s deadline. When it passes, TikTok approves, and we pay without a look."
            }
            Self::PhotosOpened => {
                "The person who made the first decision had opened every photo of the buyer by then. A photo says more \
                 than a reason from a list."
            }
            Self::DecisionAllowed => {
                "TikTok took what was decided. A refused decision costs time that the deadline does not give back."
            }
            Self::GroundAnswers => {
                "The reason chosen for a rejection speaks of what the buyer complains of. One that does not is \
                 overturned in a dispute."
            }
            Self::ProofGiven => {
                "A rejection that says something about the goods carries a photo that shows it. Without one TikTok \
                 sides with the buyer."
            }
            Self::OneDecision => {
                "Each decision was made once, and money moved at most once. Offers may be made again after a no."
            }
            Self::AmountShown => {
                "The amount on the button is what TikTok names now. Where it differs, somebody decided about another \
                 sum."
            }
            Self::MoneyCame => {
                "TikTok shows the refund as complete. An approval alone does not mean that the buyer has the money."
            }
            Self::BuyerTold => {
                "The buyer was told what came of it. A reply that is owed and not late yet leaves this open."
            }
            Self::ToldAfter => "No outcome was told before it was decided. A promise can still turn out otherwise.",
            Self::AmountSaid => {
                "Every amount in a reply is TikTok’s, in its currency. A buyer holds us to what we write."
            }
            Self::RefundedWhenPaid => {
                "“Refunded” was said only once TikTok showed the money as paid. Until then it is “approved”."
            }
            Self::ReplyFits => {
                "The reply speaks of what the buyer complained of, and of nothing else. A text for another reason reads \
                 as if nobody had looked."
            }
            Self::MoreThanGreeting => {
                "The reply says more than hello, a name and thanks. TikTok does not count a greeting alone as an answer."
            }
            Self::NoGap => "No reply went out with a variable in braces instead of a name or an amount.",
            Self::BuyersLanguage => {
                "The reply is in a language that the buyer has used, else in that of the shop’s country."
            }
            Self::NothingForbidden => {
                "No link, phone number, e-mail address, handle or other app, and no plea to cancel or to change a \
                 review. TikTok punishes the shop for these."
            }
            Self::NotAgain => {
                "The buyer was content with the reply: but for a thank-you nothing came within 7 days of it. Rates count it \
                 when these are over."
            }
        }
    }

    /// The step of the handbook in which it is done right.
    pub const fn step(self) -> Step {
        match self {
            Self::StillInTime | Self::NotDecidedYet | Self::DecidedInTime => Step::Find,
            Self::KindFitsReason | Self::PartsAddUp | Self::PhotosOpened => Step::Look,
            Self::OptionsConfirmed | Self::DecisionAllowed | Self::GroundAnswers | Self::ProofGiven => Step::Decide,
            Self::BuyerTold
            | Self::ToldAfter
            | Self::AmountSaid
            | Self::RefundedWhenPaid
            | Self::ReplyFits
            | Self::MoreThanGreeting
            | Self::NoGap
            | Self::BuyersLanguage
            | Self::NothingForbidden => Step::Tell,
            Self::MoneyCame | Self::NotAgain => Step::FollowUp,
            Self::OneDecision | Self::AmountShown => Step::Review,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_check_is_told_apart_and_explained_in_one_or_two_sentences() {
        let words: BTreeSet<_> = Check::ALL.iter().map(|check| check.text()).collect();
        assert_eq!(words.len(), Check::ALL.len());
        let names: BTreeSet<_> = Check::ALL.iter().map(|check| serde_json::to_string(check).unwrap()).collect();
        assert_eq!(names.len(), Check::ALL.len());
        for check in Check::ALL {
            let said = check.explanation();
            assert!((1..=2).contains(&said.matches(['.', '?']).count()), "{said}");
            assert!(said.ends_with('.') && said.len() <= 200 && !said.contains("please"), "{said}");
        }
    }

    #[test]
    fn name_and_place_of_a_check_are_stored_and_so_never_change() {
        let names = Check::ALL.map(|check| serde_json::to_value(check).unwrap().as_str().unwrap().to_owned());
        let stored = "kind_fits_reason still_in_time parts_add_up not_decided_yet options_confirmed decided_in_time \
             photos_opened decision_allowed ground_answers proof_given one_decision amount_shown money_came \
             buyer_told told_after amount_said refunded_when_paid reply_fits more_than_greeting no_gap \
             buyers_language nothing_forbidden not_again";
        assert_eq!(names.join(" "), stored, "new ones come last");
    }

    #[test]
    fn every_step_has_its_checks() {
        for step in Step::ALL {
            assert!(Check::ALL.iter().any(|check| check.step() == step), "{step:?}");
            assert!(!step.text().is_empty());
        }
    }
}
