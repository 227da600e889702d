//! Ways to get it wrong, so that the simulation can show that it finds them.
//!
//! They exist with the feature `mutants` alone, which only the simulation asks for; without it each question is answered
//! *no* when the program is compiled.

#[cfg(feature = "mutants")]
use std::sync::atomic::{AtomicUsize, Ordering};

macro_rules! mutants {
    ($($(#[doc = $what:literal])+ $name:ident,)+) => {
        /// One way to get it wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutant { $($(#[doc = $what])+ $name,)+ }

        impl Mutant {
            /// All, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// What is wrong, in words.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$name => concat!($($what),+),)+ }
            }
        }
    };
}

mutants! {
    /// A new idempotency key for every try.
    KeyPerTry,
    /// No idempotency key.
    NoKey,
    /// A decision is noted as attempted only after its call.
    DecisionNotedLate,
    /// A message is noted as attempted only after its call.
    MessageNotedLate,
    /// A decision with a lost answer counts as done.
    LostIsDone,
    /// A decision with a lost answer counts as refused.
    LostIsRefused,
    /// A message with a lost answer counts as sent.
    LostMessageIsSent,
    /// A message with a lost answer is sent again without a look.
    MessageNotLookedFor,
    /// The conversation is read back at once, though the platform may show a message late.
    MessageLookedForTooSoon,
    /// A message is sent a third time.
    MessageSentForEver,
    /// After a crash, what was cut off is sent again without a look.
    CutOffIsSent,
    /// After a crash, nothing is looked after.
    NoRecovery,
    /// The hold is not waited for.
    NoHold,
    /// What has left the hold can still be undone.
    UndoTooLate,
    /// A reply goes out although what it says is not true yet.
    SaidTooSoon,
    /// "Refunded" counts as true once the case is approved.
    RefundedAtApproval,
    /// Replies of a decision that failed are kept waiting.
    RepliesOfFailureKept,
    /// A waiting reply is never woken.
    WaitingForgotten,
    /// What is put off is forgotten.
    PutOffForgotten,
    /// Two decisions on one case are under way.
    TwoDecisions,
    /// Two messages are in flight in one conversation.
    TwoInFlight,
    /// An older reading replaces a newer one.
    OldReadingWins,
    /// A sweep's place moves before its pages have been read.
    SweepForgets,
    /// Any signature of a webhook is taken.
    ForgeryTaken,
    /// The timeline's chain starts anew with each entry.
    ChainBroken,
    /// Several refreshes of one token are on the way.
    RefreshRace,
    /// The tokens of a refresh are not kept.
    RefreshForgotten,
}

#[cfg(feature = "mutants")]
static CHOSEN: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Switches one on, or all off.
#[cfg(feature = "mutants")]
pub fn choose(mutant: Option<Mutant>) {
    let place = mutant.and_then(|wanted| Mutant::ALL.iter().position(|one| *one == wanted));
    CHOSEN.store(place.unwrap_or(usize::MAX), Ordering::SeqCst);
}

/// Whether it is switched on.
#[cfg(feature = "mutants")]
pub fn is_on(mutant: Mutant) -> bool {
    Mutant::ALL.get(CHOSEN.load(Ordering::SeqCst)) == Some(&mutant)
}

/// Never: this program was built without them.
#[cfg(not(feature = "mutants"))]
pub const fn is_on(_: Mutant) -> bool {
    false
}
