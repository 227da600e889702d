//! What is under way, as a chip. "Refunded" is said only where the case's end says it.

use crate::components::Icon;
use crate::i18n::words;
use crate::state::Desk;
use leptos::prelude::*;
use shared::domain::case::{End, Stage, WaitingOn};
use shared::domain::rule::LEAST_HOLD_SECONDS;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::intent::IntentState;

/// A chip's class, icon and words.
pub type Chip = (&'static str, &'static str, String);

/// Draws a chip.
pub fn draw((class, icon, text): Chip) -> AnyView {
    view! { <span class=format!("chip {class}")><Icon name=icon/>{text}</span> }.into_any()
}

/// How long what is pressed is held, by a person or by a rule.
pub fn whole_hold(hold_seconds: u32, is_by_rule: bool) -> u32 {
    if is_by_rule { hold_seconds.max(LEAST_HOLD_SECONDS) } else { hold_seconds }
}

/// Whole seconds until a hold ends, at least 1 while it lasts. The server's clock is known to a fraction of a second only:
/// never more than there is.
pub fn seconds_left(until: Timestamp, now: Timestamp, whole: u32) -> i64 {
    until.since(now).saturating_add(999).div_euclid(1000).clamp(0, whole.into())
}

/// How an intent stands; `left` is asked only while a hold counts.
fn of_intent(intent: &IntentState, left: impl Fn(Timestamp) -> i64) -> Option<Chip> {
    let chip = |class, icon, text: &str| Some((class, icon, text.to_owned()));
    match intent {
        IntentState::Held { until } => match left(*until) {
            0 => chip("chip--accent", "send", "Sending"),
            left => Some(("chip--accent", "clock", format!("Goes in {left} s"))),
        },
        IntentState::Sending => chip("chip--accent", "send", "Sending"),
        IntentState::Waiting { .. } => chip("chip--info", "clock", "Reply waits"),
        IntentState::Settling => chip("chip--soon", "warn", "No answer, checking"),
        IntentState::Refused { .. } => chip("chip--stop", "stop", "TikTok said no"),
        IntentState::Unsure { .. } => chip("chip--soon", "warn", "Unsure, look"),
        IntentState::NeedsPerson { .. } => chip("chip--stop", "stop", "Needs you"),
        IntentState::Superseded { .. } => chip("chip--line", "info", "Overtaken"),
        IntentState::Done { .. } | IntentState::Undone { .. } => None,
    }
}

fn of_stage(row: &CaseRow) -> Option<Chip> {
    let is_decided_here = matches!(row.intent, Some(IntentState::Done { .. }));
    match row.stage {
        Stage::Done => row.end.map(|end| {
            let class = match end {
                End::Refunded | End::Cancelled | End::Replaced | End::RefundInstead => "chip--good",
                End::Edited | End::RejectionStands | End::NotSentBack | End::CancelRefused | End::Closed => "",
            };
            (class, "check", words::end(end).to_owned())
        }),
        Stage::Disputed => Some(("chip--contest", "scale", "Disputed".to_owned())),
        Stage::Waiting => row.waiting_on.map(|whom| match whom {
            // The case says it in full; here the reason and the buyer need their room.
            WaitingOn::TikTok if is_decided_here => ("chip--info", "clock", "Not confirmed".to_owned()),
            WaitingOn::Carrier => ("chip--info", "truck", "Carrier".to_owned()),
            WaitingOn::Buyer => ("chip--info", "clock", "Buyer".to_owned()),
            WaitingOn::TikTok => ("chip--info", "clock", "TikTok".to_owned()),
            WaitingOn::Unknown => ("chip--info", "clock", words::waiting_on(whom).to_owned()),
        }),
        Stage::ToDecide | Stage::ToInspect | Stage::ToTell => None,
    }
}

/// The chip that stands in a row in place of its deadline, if any.
pub fn state_chip(desk: Desk, row: &CaseRow, stage: Stage) -> Option<AnyView> {
    let is_debt = stage == Stage::ToTell && row.owed.is_some();
    let whole = || whole_hold(desk.session.hold_seconds(), row.by_rule.is_some());
    let left = |until| seconds_left(until, desk.clock.second(), whole());
    let of_intent = row.intent.as_ref().and_then(|intent| of_intent(intent, left));
    // Under way by a rule: anybody may stop it.
    let of_intent = of_intent.map(|(class, icon, text)| match row.by_rule {
        Some(_) => (class, icon, ["Rule: ", &text].concat()),
        None => (class, icon, text),
    });
    let chip = of_intent.or_else(|| if is_debt { None } else { of_stage(row) })?;
    Some(draw(chip))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cases::tests::row;

    #[test]
    fn a_hold_counts_down_and_ends_in_sending() {
        let at = Timestamp::from_millis;
        let held = IntentState::Held { until: at(5_000) };
        for (now, words) in [(0, "Goes in 5 s"), (4_001, "Goes in 1 s"), (5_000, "Sending"), (9_000, "Sending")] {
            assert_eq!(of_intent(&held, |until| seconds_left(until, at(now), 5)).unwrap().2, words);
        }
        assert_eq!(seconds_left(at(5_200), at(0), 5), 5, "the clock of the desk is a little behind");
        assert_eq!(whole_hold(0, true), LEAST_HOLD_SECONDS);
    }

    #[test]
    fn an_approved_case_never_says_refunded_before_its_end() {
        let mut case = row("a", 1);
        case.stage = Stage::Waiting;
        case.waiting_on = Some(WaitingOn::TikTok);
        case.intent = Some(IntentState::Done { by_reading: false, at: Timestamp::from_millis(0) });
        assert_eq!(of_stage(&case).unwrap().2, "Not confirmed");
        case.stage = Stage::Done;
        case.end = Some(End::Refunded);
        assert_eq!(of_stage(&case).unwrap().2, "Refunded");
    }
}
