//! The thumb edge of the bench: refuse, ask a lead, accept; then the hold, and the next parcel.

use super::lead::{AskLead, Asking};
use super::looking::Looking;
use crate::components::Icon;
use crate::pages::case::kit::{icon, sum};
use crate::pages::case::sheet::NO_CONNECTION;
use crate::pages::case::{Doing, motion, wording};
use crate::state::Desk;
use leptos::prelude::*;
use shared::domain::case::{DecisionKind, Flag, Stage};
use shared::domain::inspect::to_go;
use shared::wire::case::{CaseView, Happened};
use shared::wire::inspect::{Inspection, Question, Slot};

/// Whether a verdict can be given, and what stands beside its button.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Gate {
    is_open: bool,
    words: String,
}

fn offers(view: &CaseView, kind: DecisionKind) -> bool {
    view.options.offered.iter().any(|option| option.kind == kind)
}

fn counted(number: usize, one: &str, many: &str) -> String {
    crate::i18n::format::count(u64::try_from(number).unwrap_or(0), one, many)
}

/// "1 answer and 1 photo to go".
fn left(known: &Inspection) -> String {
    let left = to_go(known);
    let answers = (left.answers > 0).then(|| counted(left.answers, "answer", "answers"));
    let shots = (left.shots > 0).then(|| counted(left.shots, "photo", "photos"));
    let parts: Vec<String> = [answers, shots].into_iter().flatten().collect();
    [&parts.join(" and "), " to go"].concat()
}

/// "answered no: unused, all parts there"; all yes needs no words.
fn noes(known: &Inspection, reason: &str) -> String {
    let no = Question::ALL.into_iter().filter(|question| known.answer(*question).is_some_and(|answer| !answer.is_yes));
    let names: Vec<String> = no.map(|question| wording::question(question, reason).0.to_lowercase()).collect();
    if names.is_empty() { "all answered yes".to_owned() } else { ["answered no: ", &names.join(", ")].concat() }
}

fn accept_gate(view: &CaseView, known: &Inspection, is_kept: bool, is_lost: bool) -> Gate {
    let shut = |words: &str| Gate { is_open: false, words: words.to_owned() };
    if is_lost {
        shut(NO_CONNECTION)
    } else if !to_go(known).is_done() {
        shut(&left(known))
    } else if !is_kept {
        shut("being kept")
    } else {
        Gate { is_open: true, words: noes(known, &view.row.reason) }
    }
}

fn refuse_gate(known: &Inspection, is_kept: bool, is_lost: bool) -> Gate {
    let missing = to_go(known).shots;
    let shut = |words: String| Gate { is_open: false, words };
    if is_lost {
        shut(NO_CONNECTION.to_owned())
    } else if missing > 0 {
        shut(["needs ", &counted(missing, "photo", "photos")].concat())
    } else if !is_kept {
        shut("being kept".to_owned())
    } else {
        Gate { is_open: true, words: "with the photos as proof".to_owned() }
    }
}

/// The first thing that is still to be answered or photographed gets the focus.
fn show_missing(known: &Inspection) {
    let question = Question::ALL.into_iter().position(|question| known.answer(question).is_none());
    let slot = Slot::ALL.into_iter().position(|slot| known.shot(slot).is_none());
    let selector = match (slot, question) {
        (Some(place), _) => [".shots > :nth-child(", &(place + 1).to_string(), ") input"].concat(),
        (None, Some(place)) => [".cond > :nth-child(", &(place + 1).to_string(), ") input"].concat(),
        (None, None) => return,
    };
    let _ = crate::web::focus_first(&selector);
}

/// Why there is no verdict to give.
fn no_verdict(view: &CaseView) -> &'static str {
    match view.row.stage {
        Stage::ToInspect if view.options.seller_center_only => {
            "TikTok takes this verdict in Seller Center only. Its deadline still counts."
        }
        Stage::ToInspect => "TikTok is being asked what may be decided.",
        Stage::Waiting => "TikTok does not ask for a verdict yet. What you find is kept until it does.",
        Stage::Disputed => "In dispute: answer in Seller Center.",
        Stage::ToDecide | Stage::ToTell | Stage::Done => {
            "This case waits for no verdict. Open the whole case to see how it stands."
        }
    }
}

/// The lead who was asked last, while the case is theirs.
fn asked(view: &CaseView) -> Option<shared::id::AgentId> {
    let lead = view.timeline.iter().find_map(|entry| match &entry.what {
        Happened::LeadAsked { lead } => Some(lead.clone()),
        _ => None,
    })?;
    (view.row.assignee.as_ref() == Some(&lead)).then_some(lead)
}

fn refuse(looking: Looking) {
    let shots = untrack(|| looking.inspection()).shots;
    looking.doing.begin(DecisionKind::RefuseParcel);
    looking.doing.deciding.evidence.set(shots.into_iter().map(|shot| shot.evidence).collect());
}

fn next(desk: Desk, doing: Doing) -> motion::Next {
    // Nothing is left: back to the scan.
    let go = move |()| desk.nav.open(doing.next_case());
    motion::Next { label: "Next parcel".to_owned(), key: None, go: Callback::new(go) }
}

/// What is held, on its way or done.
fn progress(desk: Desk, doing: Doing) -> Option<Vec<AnyView>> {
    let now = if doing.is_counting.get() { desk.clock.second() } else { desk.clock.coarse() };
    let undoing = doing.undoing.get();
    let hold = desk.session.hold_seconds();
    let undo = Callback::new(move |intent| doing.undo(intent));
    doing.view.with(|view| Some(motion::panels(view.as_ref()?, now, hold, undoing, undo, next(desk, doing))))
}

/// The buttons of the verdict.
fn buttons(desk: Desk, looking: Looking, asking: Asking) -> AnyView {
    let doing = looking.doing;
    let is_lost = move || desk.connection.is_lost();
    let can = move |kind| doing.view.with(|view| view.as_ref().is_some_and(|view| offers(view, kind)));
    let accepts = Memo::new(move |_| {
        let known = looking.inspection();
        let (is_kept, is_lost) = (looking.is_kept(), is_lost());
        doing.view.with(|view| view.as_ref().map(|view| accept_gate(view, &known, is_kept, is_lost)))
    });
    let refuses = Memo::new(move |_| refuse_gate(&looking.inspection(), looking.is_kept(), is_lost()));
    let total = move || {
        let total = doing
            .view
            .with(|view| view.as_ref().and_then(|view| view.refund.as_ref().map(|refund| sum(&refund.total))));
        ["Accept and refund ", &total.unwrap_or_default()].concat()
    };
    let is_open = move || accepts.with(|gate| gate.as_ref().is_some_and(|gate| gate.is_open));
    let accept = move |_| {
        if is_open() {
            doing.begin(DecisionKind::AcceptParcel);
        } else {
            show_missing(&untrack(|| looking.inspection()));
        }
    };
    let refuse_it = move |_| {
        if refuses.with_untracked(|gate| gate.is_open) {
            refuse(looking);
        } else {
            show_missing(&untrack(|| looking.inspection()));
        }
    };
    let lead = move || doing.view.with(|view| view.as_ref().and_then(asked)).map(|lead| desk.session.name_of(&lead));
    let quick = move || {
        let is_quick =
            doing.view.with(|view| view.as_ref().is_some_and(|view| view.row.flags.contains(&Flag::QuickRefund)));
        is_quick.then(|| view! { <p class="bench__why">{icon("info")}<span>"TikTok has refunded this itself: it cannot be refused."</span></p> })
    };
    let refuse_button = move || {
        can(DecisionKind::RefuseParcel).then(|| view! {
            <button class="btn btn--stop" type="button" aria-disabled=move || (!refuses.with(|gate| gate.is_open)).to_string() on:click=refuse_it>
                <span>"Refuse…"<small>{move || refuses.get().words}</small></span>
            </button>
        })
    };
    let accept_button = move || {
        can(DecisionKind::AcceptParcel).then(|| view! {
            <button class="btn btn--primary" type="button" aria-disabled=move || (!is_open()).to_string() on:click=accept>
                <span>{total}<small role="status">{move || accepts.get().map(|gate| gate.words)}</small></span>
            </button>
        })
    };
    let nothing = move || {
        let words = doing.view.with(|view| {
            let view = view.as_ref()?;
            view.options.offered.is_empty().then(|| no_verdict(view))
        });
        words.map(|words| view! { <p class="bench__why">{icon("info")}<span>{words}</span></p> })
    };
    view! {
        {nothing}
        {quick}
        {refuse_button}
        <button class="btn" type="button" aria-disabled=move || is_lost().to_string() on:click=move |_| if !desk.connection.is_lost_now() { asking.open() }>
            <span>
                {move || lead().map_or_else(|| "Ask a lead".to_owned(), |name| [name.as_str(), " was asked"].concat())}
                <small>"the clock keeps running"</small>
            </span>
        </button>
        {accept_button}
    }
    .into_any()
}

/// Draws the edge.
pub fn draw(desk: Desk, looking: Looking) -> AnyView {
    let doing = looking.doing;
    let asking = Asking::new(desk, doing);
    let moves = Memo::new(move |_| {
        doing.view.with(|view| view.as_ref().is_some_and(|view| motion::is_under_way(&view.intents)))
    });
    // Once decided there is nothing left to give; a verdict that was undone or refused can be given again.
    let is_over = Memo::new(move |_| {
        doing
            .view
            .with(|view| view.as_ref().is_some_and(|view| view.options.offered.is_empty() && !view.intents.is_empty()))
    });
    let go = next(desk, doing);
    view! {
        <div class="bench__act" role="group" aria-label="Decision" class:bench__act--moving=move || moves.get() || is_over.get()>
            {move || progress(desk, doing)}
            {move || if moves.get() {
                view! { <button class="btn" type="button" on:click=move |_| go.go.run(())><Icon name="right"/>"Next parcel"</button> }.into_any()
            } else if is_over.get() {
                ().into_any()
            } else {
                untrack(|| buttons(desk, looking, asking))
            }}
            <AskLead asking/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Timestamp;
    use shared::wire::inspect::{Answered, Shot};

    fn known(noes: &[Question], answered: usize, shots: usize) -> Inspection {
        let at = Timestamp::from_millis(1);
        let answer = |question| Answered { question, is_yes: !noes.contains(&question), by: "a".parse().unwrap(), at };
        let shot = |slot| Shot { slot, evidence: "e".parse().unwrap(), by: "a".parse().unwrap(), at };
        Inspection {
            scan: None,
            answers: Question::ALL.into_iter().take(answered).map(answer).collect(),
            shots: Slot::ALL.into_iter().take(shots).map(shot).collect(),
        }
    }

    #[test]
    fn what_is_to_go_is_said_in_words() {
        for (answered, shots, words) in [
            (3, 2, "1 answer and 1 photo to go"),
            (0, 0, "4 answers and 3 photos to go"),
            (4, 1, "2 photos to go"),
            (2, 3, "2 answers to go"),
        ] {
            assert_eq!(left(&known(&[], answered, shots)), words);
        }
    }

    #[test]
    fn a_no_stays_in_sight_on_the_button_that_accepts() {
        assert_eq!(noes(&known(&[], 4, 3), ""), "all answered yes");
        assert_eq!(
            noes(&known(&[Question::Unused, Question::AllParts], 4, 3), ""),
            "answered no: unused, all parts there"
        );
    }

    #[test]
    fn a_refusal_needs_every_photo_and_nothing_else() {
        for (shots, is_kept, is_lost, is_open) in
            [(3, true, false, true), (2, true, false, false), (3, false, false, false), (3, true, true, false)]
        {
            assert_eq!(refuse_gate(&known(&[], 0, shots), is_kept, is_lost).is_open, is_open);
        }
        assert_eq!(refuse_gate(&known(&[], 0, 1), true, false).words, "needs 2 photos");
    }
}
