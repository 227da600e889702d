//! What is under way: the hold with its fuse, the call, and how it ended.

use super::kit::{icon, sum};
use super::wording;
use crate::i18n::format::unbroken;
use crate::pages::desk::chips::{seconds_left, whole_hold};
use crate::web;
use leptos::prelude::*;
use shared::domain::case::{Claim, DecisionKind, Stage, WaitingOn};
use shared::id::AgentId;
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::intent::{IntentState, IntentView, IntentWhat};

/// After its hold, what has not arrived for so long is late.
const LONG_MS: i64 = 15_000;

/// Where to go once a motion has ended.
#[derive(Clone)]
pub struct Next {
    /// On the button.
    pub label: String,
    /// Its key; none where letters rest.
    pub key: Option<&'static str>,
    /// Goes there.
    pub go: Callback<()>,
}

/// What is told of a case: the last decision that stands, and with it its reply, or the later one that tells the buyer in
/// its place. Nothing where nobody has decided. A line of chat displaces neither.
pub fn decided(intents: &[IntentView]) -> Vec<IntentView> {
    let stands = |intent: &&IntentView| is_decision(intent) && !matches!(intent.state, IntentState::Undone { .. });
    let Some(lead) = intents.iter().filter(stands).max_by_key(|intent| intent.at) else { return Vec::new() };
    let own = intents.iter().find(|intent| intent.motion == lead.motion && !is_decision(intent));
    let tells = |intent: &IntentView| matches!(intent.state, IntentState::Done { .. } | IntentState::Waiting { .. });
    let tells_later = |intent: &&IntentView| tells(intent) && said(intent).is_some() && lead.at < intent.at;
    let reply = match own {
        Some(own) if tells(own) || !own.state.is_over() => Some(own),
        Some(_) | None => intents.iter().filter(tells_later).max_by_key(|intent| intent.at).or(own),
    };
    [Some(lead), reply].into_iter().flatten().cloned().collect()
}

/// What else is told of, each reply by itself, the oldest first: what is still here or on its way, and what was pressed
/// last, unless it only went out or was undone after a decision.
fn besides<'a>(intents: &'a [IntentView], decided: &[IntentView]) -> Vec<&'a IntentView> {
    let newest = intents.iter().max_by_key(|intent| intent.at).map(|intent| &intent.id);
    let lead = decided.first();
    let is_told_of = |intent: &&IntentView| {
        let is_plain = matches!(intent.state, IntentState::Done { .. } | IntentState::Undone { .. });
        !intent.state.is_over() || (Some(&intent.id) == newest && (lead.is_none() || !is_plain))
    };
    let mut replies: Vec<&IntentView> = intents
        .iter()
        .filter(|intent| !is_decision(intent) && lead.is_none_or(|lead| lead.motion != intent.motion))
        .filter(|intent| decided.iter().all(|told| told.id != intent.id))
        .filter(is_told_of)
        .collect();
    replies.sort_by_key(|intent| intent.at);
    replies
}

/// What the reply that was pressed last would have told, had it not been stopped: it can be told still. One that was undone
/// with its decision is chosen anew with the next.
pub fn stopped(intents: &[IntentView]) -> Option<Claim> {
    let last = intents.iter().filter(|intent| said(intent).is_some()).max_by_key(|intent| intent.at)?;
    let is_undone = |intent: &IntentView| matches!(intent.state, IntentState::Undone { .. });
    let mut decisions = intents.iter().filter(|intent| intent.motion == last.motion && is_decision(intent));
    said(last).filter(|_| is_undone(last) && !decisions.any(is_undone))
}

fn is_decision(intent: &IntentView) -> bool {
    matches!(intent.what, IntentWhat::Decision { .. })
}

/// Whether something still moves, so that no new decision is offered.
pub fn is_under_way(intents: &[IntentView]) -> bool {
    intents
        .iter()
        .any(|intent| matches!(intent.state, IntentState::Held { .. } | IntentState::Sending | IntentState::Settling))
}

/// Whether nobody knows yet that a decision took effect.
pub fn is_deciding(intents: &[IntentView]) -> bool {
    intents.iter().any(|intent| is_decision(intent) && is_under_way(std::slice::from_ref(intent)))
}

/// What is happening to the case just now, in a word or two; none where nothing is on its way, or nobody knows whether it
/// arrived.
pub fn moving(motion: &[IntentView], now: Timestamp) -> Option<String> {
    let intent = decision(motion)?;
    let IntentWhat::Decision { kind, .. } = intent.what else { return None };
    match intent.state {
        IntentState::Held { until } if now < until => Some([wording::under_way(kind), ", nothing sent yet"].concat()),
        IntentState::Held { .. } | IntentState::Sending => Some(wording::under_way(kind).to_owned()),
        _ => None,
    }
}

/// Who decided and how far that is, for the head of a case; none: nobody has, or it did not take effect.
pub fn head_line(motion: &[IntentView], name: impl Fn(&AgentId) -> String) -> Option<(String, bool)> {
    let intent = decision(motion)?;
    let IntentWhat::Decision { kind, .. } = intent.what else { return None };
    let name = match (&intent.rule, &intent.second) {
        (Some(rule), _) => rule.words(),
        (None, Some(second)) => [&name(&intent.by), " and ", &name(second)].concat(),
        (None, None) => name(&intent.by),
    };
    match intent.state {
        IntentState::Held { .. } | IntentState::Sending | IntentState::Settling => {
            Some(([wording::under_way(kind), ", by ", &name].concat(), true))
        }
        IntentState::Done { at, .. } => {
            Some((["Decided by ", &name, ", ", &web::when_inside(at, web::device_now())].concat(), false))
        }
        _ => None,
    }
}

/// The parcel of an agreed return is back: a verdict is asked for now, and what was agreed is history.
fn is_history(view: &CaseView, motion: &[IntentView]) -> bool {
    let was_agreed = decision(motion).is_some_and(|intent| {
        matches!(intent.what, IntentWhat::Decision { kind: DecisionKind::AgreeReturn, .. })
            && matches!(intent.state, IntentState::Done { .. })
    });
    let has_ended = |reply: &IntentView| {
        matches!(reply.state, IntentState::Done { .. } | IntentState::Undone { .. } | IntentState::Superseded { .. })
    };
    was_agreed && view.row.stage == Stage::ToInspect && reply(motion).is_none_or(has_ended)
}

fn decision(motion: &[IntentView]) -> Option<&IntentView> {
    motion.iter().find(|intent| is_decision(intent))
}

fn reply(motion: &[IntentView]) -> Option<&IntentView> {
    motion.iter().find(|intent| !is_decision(intent))
}

fn said(reply: &IntentView) -> Option<Claim> {
    match &reply.what {
        IntentWhat::Reply { claim, .. } => *claim,
        IntentWhat::Decision { .. } => None,
    }
}

/// The replies as they will go out, beside the chat, in the order in which they were pressed.
pub fn held_replies(intents: &[IntentView]) -> Vec<AnyView> {
    let mut all: Vec<&IntentView> = intents.iter().collect();
    all.sort_by_key(|intent| intent.at);
    all.into_iter().filter_map(held_reply).collect()
}

fn held_reply(intent: &IntentView) -> Option<AnyView> {
    let IntentWhat::Reply { text, claim, .. } = &intent.what else { return None };
    let foot = match &intent.state {
        IntentState::Held { .. } => "Held, not sent yet".to_owned(),
        IntentState::Waiting { .. } => ["Goes out when ", wording::moment(*claim), ". Not sent yet."].concat(),
        IntentState::Sending => "Being sent".to_owned(),
        IntentState::Settling => ["No answer from TikTok. ", &unanswered(intent, web::device_now()).1].concat(),
        _ => return None,
    };
    Some(view! { <li class="bubble bubble--us" data-held>{unbroken(text)}<footer>{foot}</footer></li> }.into_any())
}

/// When the decision took effect.
pub fn took_effect(motion: &[IntentView]) -> Option<Timestamp> {
    match decision(motion)?.state {
        IntentState::Done { at, .. } => Some(at),
        _ => None,
    }
}

/// The panels at the thumb edge while something is held or on its way, and after it has ended. A decision whose reply
/// can still be stopped keeps its own, whatever is sent beside it.
pub fn panels(
    view: &CaseView,
    now: Timestamp,
    hold_seconds: u32,
    undoing: bool,
    on_undo: Callback<IntentView>,
    next: Next,
) -> Vec<AnyView> {
    let decided = decided(&view.intents);
    let besides = besides(&view.intents, &decided);
    let is_shown = besides.is_empty() || decided.iter().any(|intent| !intent.state.is_over());
    let lead = Some(decided.as_slice()).filter(|_| is_shown);
    let all = lead.into_iter().chain(besides.into_iter().map(std::slice::from_ref));
    all.filter_map(|motion| panel(view, motion, now, hold_seconds, undoing, on_undo, next.clone())).collect()
}

fn panel(
    view: &CaseView,
    motion: &[IntentView],
    now: Timestamp,
    hold_seconds: u32,
    undoing: bool,
    on_undo: Callback<IntentView>,
    next: Next,
) -> Option<AnyView> {
    if is_history(view, motion) {
        return None;
    }
    let lead = decision(motion).or_else(|| reply(motion))?.clone();
    let hold_seconds = whole_hold(hold_seconds, lead.rule.is_some());
    let has_reply = decision(motion).is_some() && reply(motion).is_some();
    match &lead.state {
        IntentState::Held { until } => {
            let left = seconds_left(*until, now, hold_seconds);
            let share = left.saturating_mul(100) / i64::from(hold_seconds.max(1));
            // A reply that says an outcome waits for it, also after the hold.
            let waits = reply(motion).and_then(said).filter(|_| decision(motion).is_some());
            let what = match (decision(motion).is_some(), has_reply && waits.is_none()) {
                (true, true) => "Decision and reply go out in ",
                (true, false) => "The decision goes out in ",
                (false, _) => "The reply goes out in ",
            };
            let after = waits.map(|claim| ["The reply follows when ", wording::moment(Some(claim)), ". "].concat());
            let title = [what, &left.to_string(), " s"].concat();
            let by = lead.rule.as_ref().map(|rule| ["Pressed by ", &rule.words(), ". "].concat());
            let undo = match by {
                Some(_) => "Undo takes back all that the rule did, but for what somebody has changed.",
                None => "Undo puts the case and your words back as they were.",
            };
            let share = share.to_string();
            let pressed = lead.clone();
            Some(
                view! {
                    <section class="hold" role="status" aria-live="polite">
                        <span class="fuse">
                            <svg viewBox="0 0 52 52" aria-hidden="true">
                                <circle class="bg" cx="26" cy="26" r="23" stroke-width="4"></circle>
                                <circle class="fg" cx="26" cy="26" r="23" stroke-width="4" pathLength="100" style=("--left", share)></circle>
                            </svg>
                            {left}
                        </span>
                        <div><strong>{title}</strong><p>{by}"Nothing has left the desk. "{after}{undo}</p></div>
                        <button class="btn btn--lg" type="button" disabled=undoing on:click=move |_| on_undo.run(pressed.clone())>
                            {icon("undo")}"Undo " <kbd>"Z"</kbd>
                        </button>
                    </section>
                }
                .into_any(),
            )
        }
        IntentState::Sending if now.since(lead.at) > i64::from(hold_seconds) * 1000 + LONG_MS => Some(
            view! {
                <div class="banner banner--soon banner--in" role="status">
                    {icon("clock")}
                    <p><b class="strong">"TikTok takes longer than usual."</b><br/>"The desk keeps trying, and nothing is done twice. It cannot be undone any more."</p>
                </div>
            }
            .into_any(),
        ),
        IntentState::Sending => {
            let title = match lead.what {
                IntentWhat::Decision { .. } => "Sending to TikTok",
                IntentWhat::Reply { .. } => "Sending the reply",
            };
            Some(settled("clock", title, "It has left the desk and cannot be undone.", None))
        }
        IntentState::Settling => {
            let (fact, next) = unanswered(&lead, now);
            Some(
                view! {
                    <div class="banner banner--soon banner--in" role="alert">
                        {icon("warn")}
                        <p><b class="strong">{fact}</b><br/>{next}</p>
                    </div>
                }
                .into_any(),
            )
        }
        IntentState::Waiting { .. } => {
            let pressed = lead.clone();
            let stop = view! {
                <button class="btn" type="button" disabled=undoing on:click=move |_| on_undo.run(pressed.clone())>"Stop the reply"</button>
            }
            .into_any();
            Some(settled("clock", "The reply waits", "It goes out when TikTok shows that it is true.", Some(stop)))
        }
        IntentState::Done { by_reading, at } => {
            Some(done(view, motion, (*by_reading, *at), now, undoing, on_undo, next))
        },
        IntentState::Undone { .. } => None,
        IntentState::Refused { platform_code, text, .. } => {
            let code = platform_code.to_string();
            Some(
                view! {
                    <div class="banner banner--stop banner--in" role="alert">
                        {icon("stop")}
                        <p><b class="strong">"TikTok said no: "{text.clone()}</b><br/>"Nothing was done. "<span class="faint num">{code}</span></p>
                    </div>
                }
                .into_any(),
            )
        }
        IntentState::Superseded { why, .. } => Some(notice(wording::superseded(*why))),
        IntentState::Unsure { .. } => Some(notice(
            "It cannot be known whether the reply arrived. Look at the chat in Seller Center before you write again.",
        )),
        IntentState::NeedsPerson { why, .. } => Some(notice(wording::needs_person(*why))),
    }
}

/// What is known of an answer that did not come, and what the desk does next and when.
fn unanswered(intent: &IntentView, now: Timestamp) -> (String, String) {
    let known = intent.unanswered;
    let fact = match known.map(|known| known.waited_s) {
        Some(seconds) if seconds > 0 => ["No answer from TikTok after ", &seconds.to_string(), " s."].concat(),
        Some(_) | None => "The answer from TikTok was lost.".to_owned(),
    };
    let again = match intent.what {
        IntentWhat::Decision { .. } => " Do not decide again.",
        IntentWhat::Reply { .. } => " Do not write it again.",
    };
    let next = match known.and_then(|known| known.reads_at) {
        Some(at) if at > now => ["The desk reads what happened at ", &web::clock_seconds(at), "."].concat(),
        Some(_) | None => "The desk is reading what happened.".to_owned(),
    };
    ([&fact, " It may have worked.", again].concat(), next)
}

fn notice(text: &'static str) -> AnyView {
    view! { <div class="banner banner--soon banner--in" role="alert">{icon("warn")}<p><b class="strong">{text}</b></p></div> }
        .into_any()
}

fn settled(mark: &'static str, title: &str, text: &str, act: Option<AnyView>) -> AnyView {
    // Green is for what is sure.
    let class = if mark == "check" { "settled" } else { "settled settled--waits" };
    view! {
        <section class=class role="status">
            <span class="seal">{icon(mark)}</span>
            <div><strong>{title.to_owned()}</strong><p>{text.to_owned()}</p></div>
            {act}
        </section>
    }
    .into_any()
}

/// What an answer that is no approval is called, once what it may be called is shown.
const fn answer(kind: DecisionKind) -> (Claim, &'static str) {
    match kind {
        DecisionKind::RefuseParcel => (Claim::ParcelRefused, "Parcel refused"),
        DecisionKind::OfferPartial | DecisionKind::PartialAfterParcel => (Claim::OfferMade, "Part offered"),
        _ => (Claim::Rejected, "Rejected"),
    }
}

/// After the decision took effect: approved, told and refunded are three facts at three times.
fn done(
    view: &CaseView,
    motion: &[IntentView],
    (by_reading, at): (bool, Timestamp),
    now: Timestamp,
    undoing: bool,
    on_undo: Callback<IntentView>,
    next: Next,
) -> AnyView {
    let shown = |claim: Claim| view.sayable.iter().any(|sayable| sayable.claim == claim);
    let kind = decision(motion).and_then(|intent| match &intent.what {
        IntentWhat::Decision { kind, .. } => Some(*kind),
        IntentWhat::Reply { .. } => None,
    });
    // Once the buyer has shipped, that it may be sent back is no longer said; it was agreed all the same.
    let is_coming_back = view.row.waiting_on == Some(WaitingOn::Carrier) || view.row.stage == Stage::ToInspect;
    let fact = if shown(Claim::Refunded) {
        "Refunded"
    } else if !kind.is_some_and(DecisionKind::is_approval) {
        match kind.map(answer) {
            Some((claim, fact)) if shown(claim) => fact,
            Some(_) => "Answered",
            None => "Sent",
        }
    } else if shown(Claim::ReturnAgreed) || (kind == Some(DecisionKind::AgreeReturn) && is_coming_back) {
        "Return agreed"
    } else if shown(Claim::ReplacementAgreed) {
        "Replacement agreed"
    } else if shown(Claim::Approved) {
        "Approved, refund not confirmed yet"
    } else {
        "TikTok took the decision, not shown yet"
    };
    let tail = if by_reading { " Seen by reading: the answer itself was lost." } else { "" };
    let time = web::clock_time(at);
    let mut mark = "check";
    let (title, text, act) = match reply(motion).filter(|_| decision(motion).is_some()) {
        None => (fact.to_owned(), ["At ", &time, ".", tail].concat(), None),
        Some(reply) => match &reply.state {
            // What was told may be older than what is true by now.
            IntentState::Done { at, .. } if said(reply) != Some(Claim::Refunded) && shown(Claim::Refunded) => (
                fact.to_owned(),
                ["The reply of ", &web::clock_time(*at), " said: ", wording::moment(said(reply)), ".", tail].concat(),
                None,
            ),
            IntentState::Done { at, .. } => {
                ([fact, ", told"].concat(), ["Reply sent ", &web::clock_time(*at), ".", tail].concat(), None)
            }
            IntentState::Waiting { claim } => {
                let pressed = reply.clone();
                let stop = view! {
                    <button class="btn" type="button" disabled=undoing on:click=move |_| on_undo.run(pressed.clone())>"Stop the reply"</button>
                }
                .into_any();
                (fact.to_owned(), ["The reply goes out when ", wording::moment(*claim), ".", tail].concat(), Some(stop))
            }
            IntentState::Undone { .. } => (fact.to_owned(), ["The reply was stopped.", tail].concat(), None),
            IntentState::Superseded { why, .. } => (fact.to_owned(), wording::superseded(*why).to_owned(), None),
            IntentState::NeedsPerson { why, .. } => (fact.to_owned(), wording::needs_person(*why).to_owned(), None),
            IntentState::Refused { text, .. } => {
                (fact.to_owned(), ["TikTok did not take the reply: ", text].concat(), None)
            }
            IntentState::Unsure { .. } => {
                mark = "warn";
                let text = "It cannot be known whether the reply arrived. Look at the chat in Seller Center.";
                (fact.to_owned(), text.to_owned(), None)
            }
            IntentState::Settling => {
                mark = "warn";
                let (doubt, next) = unanswered(reply, now);
                ([fact, ", the reply is in doubt"].concat(), [&doubt, " ", &next].concat(), None)
            }
            IntentState::Held { .. } | IntentState::Sending => {
                (fact.to_owned(), ["The reply is being sent.", tail].concat(), None)
            }
        },
    };
    // One filled button on the screen: where something is left to do here, that is it.
    let is_over = view.options.offered.is_empty() && view.row.owed.is_none();
    let next = view! {
        <button class="btn" class:btn--primary=is_over type="button" on:click=move |_| next.go.run(())><span class="clip">{next.label}</span>{next.key.map(|key| view! { <kbd>{key}</kbd> })}</button>
    };
    let acts = view! { <div class="line">{act}{next}</div> };
    settled(mark, &title, &text, Some(acts.into_any()))
}

/// "One decision, one key" in the conversation, while and after it is carried out.
pub fn event_line(motion: &[IntentView]) -> Option<AnyView> {
    let intent = decision(motion)?;
    let IntentWhat::Decision { kind, amount, .. } = &intent.what else { return None };
    let amount = amount.as_ref().filter(|_| wording::pays(*kind)).map(|amount| [" ", &sum(amount)].concat());
    let (mark, state) = match &intent.state {
        IntentState::Held { .. } | IntentState::Sending | IntentState::Settling => {
            let then = match reply(motion).map(said) {
                Some(Some(claim)) => [", then the reply when ", wording::moment(Some(claim)), ". Each"].concat(),
                Some(None) => ", then the reply. Each".to_owned(),
                None => ". It".to_owned(),
            };
            ("clock", [&then, " goes out once, whatever happens."].concat())
        }
        IntentState::Done { at, .. } => ("check", [": TikTok took it at ", &web::clock_time(*at), "."].concat()),
        _ => return None,
    };
    Some(
        view! {
            <li class="event">
                {super::kit::small_icon(mark)}
                <span><b class="strong">{wording::act(*kind).trim_end_matches('…').to_owned()}{amount}</b>{state}</span>
            </li>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wire::intent::Superseded;

    fn intent(id: &str, motion: &str, at: i64, what: IntentWhat, state: IntentState) -> IntentView {
        IntentView {
            id: id.parse().unwrap(),
            motion: motion.parse().unwrap(),
            case: "c1".parse().unwrap(),
            what,
            state,
            by: "ines".parse().unwrap(),
            at: Timestamp::from_millis(at),
            rule: None,
            second: None,
            attempts: 0,
            unanswered: None,
        }
    }

    fn approve(motion: &str, at: i64, state: IntentState) -> IntentView {
        let what = IntentWhat::Decision {
            kind: DecisionKind::ApproveRefund,
            amount: None,
            reason_text: None,
            reason: None,
            comment: None,
            evidence: None,
        };
        intent(&[motion, "-decision"].concat(), motion, at, what, state)
    }

    fn tell(motion: &str, at: i64, claim: Option<Claim>, state: IntentState) -> IntentView {
        let what = IntentWhat::Reply { claim, text: "Hello".to_owned(), language: "en".to_owned(), template: None };
        intent(&[motion, "-reply"].concat(), motion, at, what, state)
    }

    const NOW: Timestamp = Timestamp::from_millis(90);

    fn done() -> IntentState {
        IntentState::Done { by_reading: false, at: NOW }
    }

    fn waits() -> IntentState {
        IntentState::Waiting { claim: Some(Claim::Refunded) }
    }

    /// The intents of the decision that is told of, and what is told of besides.
    #[track_caller]
    fn check(intents: &[IntentView], expected: (&[&str], &[&str])) {
        let decided = decided(intents);
        let names = |all: Vec<&IntentView>| all.iter().map(|one| one.id.to_string()).collect::<Vec<_>>();
        let told = (names(decided.iter().collect()), names(besides(intents, &decided)));
        assert_eq!(
            told,
            (
                expected.0.iter().map(ToString::to_string).collect(),
                expected.1.iter().map(ToString::to_string).collect()
            )
        );
    }

    #[test]
    fn a_line_of_chat_displaces_neither_a_decision_nor_the_reply_that_waits() {
        let refunded = Some(Claim::Refunded);
        let first = [tell("a", 1, refunded, waits()), approve("a", 1, done())];
        let both: &[&str] = &["a-decision", "a-reply"];
        let after = |more: &[IntentView]| -> Vec<IntentView> { more.iter().chain(&first).cloned().collect() };
        check(&first, (both, &[]));
        check(&after(&[tell("b", 2, None, IntentState::Held { until: NOW })]), (both, &["b-reply"]));
        check(&after(&[tell("b", 2, None, IntentState::Sending)]), (both, &["b-reply"]));
        check(&after(&[tell("b", 2, None, done())]), (both, &[]));
        check(&after(&[tell("b", 2, None, IntentState::Undone { at: NOW })]), (both, &[]));
        // What did not arrive is said until something else is pressed.
        let lost = IntentState::Unsure { at: NOW };
        check(&after(&[tell("b", 2, None, lost.clone())]), (both, &["b-reply"]));
        check(&after(&[tell("c", 3, None, done()), tell("b", 2, None, lost)]), (both, &[]));
        // A decision that was undone leaves the one before it, and one that was made the replies that still wait.
        check(&after(&[approve("b", 2, IntentState::Undone { at: NOW })]), (both, &[]));
        check(&after(&[approve("b", 2, done())]), (&["b-decision"], &["a-reply"]));
    }

    #[test]
    fn a_reply_of_its_own_is_told_of_where_nothing_was_decided() {
        check(&[tell("a", 1, None, done())], (&[], &["a-reply"]));
        check(
            &[tell("b", 2, None, done()), tell("a", 1, Some(Claim::Refunded), waits())],
            (&[], &["a-reply", "b-reply"]),
        );
        check(&[], (&[], &[]));
    }

    #[test]
    fn what_was_stopped_can_be_told_still() {
        let refunded = Some(Claim::Refunded);
        let undone = || IntentState::Undone { at: NOW };
        let told = |own, decision| stopped(&[tell("a", 1, refunded, own), approve("a", 1, decision)]);
        assert_eq!(told(undone(), done()), refunded);
        assert_eq!(told(waits(), done()), None);
        assert_eq!(told(undone(), undone()), None, "the next decision has its own");
        let again = |state| stopped(&[tell("b", 2, refunded, state), tell("a", 1, refunded, undone())]);
        assert_eq!((again(waits()), again(undone())), (None, refunded));
        assert_eq!(stopped(&[tell("b", 2, None, done()), tell("a", 1, refunded, undone())]), refunded);
    }

    #[test]
    fn what_tells_the_buyer_later_is_the_reply_of_the_decision() {
        let refunded = Some(Claim::Refunded);
        let failed = IntentState::Superseded { why: Superseded::NoLongerTrue, at: NOW };
        for own in [failed, IntentState::Undone { at: NOW }] {
            let first = [tell("a", 1, refunded, own), approve("a", 1, done())];
            check(&first, (&["a-decision", "a-reply"], &[]));
            let chat = [tell("b", 2, None, done())].into_iter().chain(first.clone()).collect::<Vec<_>>();
            check(&chat, (&["a-decision", "a-reply"], &[]));
            for state in [done(), waits()] {
                let told = [tell("b", 2, refunded, state)].into_iter().chain(first.clone()).collect::<Vec<_>>();
                check(&told, (&["a-decision", "b-reply"], &[]));
            }
            let held = IntentState::Held { until: NOW };
            let held = [tell("b", 2, refunded, held)].into_iter().chain(first).collect::<Vec<_>>();
            check(&held, (&["a-decision", "a-reply"], &["b-reply"]));
        }
    }
}
