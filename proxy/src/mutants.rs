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
    /// Undo takes back all that was pressed together, also what has left.
    UndoesWhatLeft,
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
    /// What is put off is looked at sooner than it would have been.
    BroughtForward,
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
    /// A token that TikTok does not take any more is not renewed.
    TokenNotRenewed,
    /// What TikTok refuses is sent again for ever.
    RefusedIsRetried,
    /// What TikTok refuses counts as done.
    RefusedIsDone,
    /// What was throttled counts as done.
    ThrottledIsDone,
    /// A reading that shows no effect yet counts as another's decision.
    UnchangedIsElsewhere,
    /// A decision is sent again although its key may be forgotten.
    KeyHeldForEver,
    /// An offer of a part goes out over the whole.
    WholeOffered,
    /// A reply loses its last word.
    WordsCut,
    /// An intent is moved whatever state it has reached meanwhile.
    MovedBlindly,
    /// The hold is shorter than the desk says.
    HoldTooShort,
    /// Undoing a decision leaves its reply.
    UndoneByHalf,
    /// Anybody may undo anybody's press.
    UndoneByAnybody,
    /// Who asks again with the same key presses again.
    PressTakenTwice,
    /// A used key is taken with another body.
    OtherBodyTaken,
    /// A reply may say what has been told already.
    ToldTwice,
    /// What rules block in a reply is let through.
    BlockIgnored,
    /// A case is shown to whoever asks.
    ShopNotAsked,
    /// A decision is taken that the case does not offer.
    AnythingOffered,
    /// The amount that the agent saw is not compared.
    ShownNotCompared,
    /// The buyer's own message is taken for ours.
    BuyerTakenForUs,
    /// Cancellations are not swept.
    CancellationsForgotten,
    /// What was sent to another shop is taken.
    ReplayTaken,
    /// A webhook is answered and not kept.
    WebhookNotKept,
    /// The timeline does not say who pressed.
    PresserForgotten,
    /// The timeline does not keep TikTok's request ids.
    RequestIdForgotten,
    /// What another desk works on is taken all the same, and that desk is not fenced off: the fence alone would do.
    LeaseIgnored,
    /// Taking an intent does not fence off who had it before.
    FenceNotRaised,
    /// Whoever lost an intent to another desk may still move it and begin its call.
    FenceIgnored,
    /// A desk works on an intent that it could not take.
    TakenNotAsked,
    /// What a desk has under way is taken over while that desk is there.
    TakenOverTooSoon,
    /// What a dead desk had under way is never taken over.
    NeverTakenOver,
    /// Two desks refresh one token at a time.
    RefreshNotShared,
    /// A desk that died over a refresh is waited for for ever.
    RefreshNeverGivenUp,
    /// A call whose step broke off is begun anew without a look.
    BrokenOffIsSent,
    /// The hold is counted by TikTok's clock.
    HoldByTheirClock,
    /// A webhook's status is believed.
    WebhookBelieved,
    /// Webhooks count as coming in order, each of them: sweeps begin after the newest.
    WebhookOrderTrusted,
    /// The desk's own pace is not kept.
    PaceIgnored,
    /// An alarm whose minute has passed does not fire any more.
    AlarmMissedIfLate,
    /// An alarm fires again.
    AlarmFiresAgain,
    /// A sweep goes on behind a page's token, though cases move over the page's edge.
    TokensTrusted,
    /// A search ends with its first page.
    FirstPageOnly,
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
