//! What a rule did, its versions, and who switched it.

use super::dry::case_link;
use super::{keep_focus, kept_id, said};
use crate::pages::desk::chips;
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::id::AgentId;
use shared::wire::intent::IntentState;
use shared::wire::rule::{Act, ActView, Away, RulePage, Switched, Undone};

fn act_words(act: Act) -> &'static str {
    match act {
        Act::Approved => "approved",
        Act::Assigned => "handed on",
        Act::Tagged => "tagged",
        Act::Prepared => "reply prepared",
    }
}

fn state_words(state: &IntentState) -> &'static str {
    match state {
        IntentState::Held { .. } => "Held",
        IntentState::Waiting { .. } => "Waits",
        IntentState::Sending => "Sending",
        IntentState::Settling => "No answer, checking",
        IntentState::Done { .. } => "Taken by TikTok",
        IntentState::Undone { .. } => "Undone",
        IntentState::Refused { .. } => "TikTok said no",
        IntentState::Superseded { .. } => "Overtaken",
        IntentState::Unsure { .. } => "Unsure",
        IntentState::NeedsPerson { .. } => "Needs a person",
    }
}

/// "Undone by Mara Kim", "Undone by a stop, Mara Kim".
fn undone_words(undone: &Undone, name_of: impl Fn(&AgentId) -> String) -> String {
    match (undone.is_stop, undone.by.as_ref().map(name_of)) {
        (true, Some(who)) => ["Undone by a stop, ", &who].concat(),
        (true, None) => "Undone by a stop".to_owned(),
        (false, Some(who)) => ["Undone by ", &who].concat(),
        (false, None) => "Undone".to_owned(),
    }
}

/// "approved, tagged", and where that was undone "approved; taken back: tagged".
fn what_words(act: &ActView) -> String {
    let words = |is_approval: bool| {
        let some = act.acts.iter().filter(move |one| (**one == Act::Approved) == is_approval);
        some.map(|one| act_words(*one).to_owned()).collect::<Vec<_>>()
    };
    let (mut what, beside) = (words(true), words(false));
    if act.undone.is_some() && !beside.is_empty() {
        return [&what.join(", "), "; taken back: ", &beside.join(", ")].concat();
    }
    what.extend(beside);
    what.extend(act.kept.as_ref().map(|kept| ["left to people: ", kept].concat()));
    what.join(", ")
}

fn row(desk: Desk, act: &ActView) -> AnyView {
    let name_of = |id: &AgentId| untrack(|| desk.session.name_of(id));
    let is_stop = act.undone.as_ref().is_some_and(|undone| undone.is_stop);
    // A stop says nothing of the request, as in the list.
    let went_wrong = act.state.as_ref().is_some_and(|state| {
        !is_stop
            && matches!(
                state,
                IntentState::Undone { .. }
                    | IntentState::Refused { .. }
                    | IntentState::Superseded { .. }
                    | IntentState::NeedsPerson { .. }
            )
    });
    let class = if went_wrong { "chip--stop" } else { "chip--line" };
    let icon = match (went_wrong, is_stop) {
        (true, _) => "warn",
        (false, true) => "stop",
        (false, false) => "clock",
    };
    let state = act.state.as_ref().map(|state| {
        let words = act.undone.as_ref().map(|undone| undone_words(undone, name_of));
        chips::draw((class, icon, words.unwrap_or_else(|| state_words(state).to_owned())))
    });
    view! {
        <tr>
            <th scope="row">{case_link(&act.row, Some(kept_id(act.row.id.as_str())))}</th>
            <td>{what_words(act)}</td>
            <td>{state}</td>
            <td class="n">"v"{act.version}</td>
            <td class="n">{web::when_inside(act.at, web::device_now())}</td>
        </tr>
    }
    .into_any()
}

/// What it did.
pub(super) fn acts(desk: Desk, page: &RulePage) -> AnyView {
    keep_focus();
    if page.acts.is_empty() {
        return view! { <p class="small muted">"Nothing yet."</p> }.into_any();
    }
    let rows: Vec<_> = page.acts.iter().map(|act| row(desk, act)).collect();
    let is_taken_back = page.acts.iter().any(|act| act.undone.is_some() && act.acts.len() > 1);
    view! {
        <div class="wide" tabindex="0" role="region" aria-label="What it did"><table class="grid">
            <thead><tr><th scope="col">"Case"</th><th scope="col">"What"</th><th scope="col">"How it stands"</th><th scope="col" class="n">"Version"</th><th scope="col" class="n">"When"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {is_taken_back.then(|| view! { <p class="small muted">"What was done beside an approval was taken back with it, but for what somebody had changed since."</p> })}
    }
    .into_any()
}

/// Who turned a switch.
pub(super) fn who_switched(desk: Desk, switch: &Switched) -> String {
    switch.by.as_ref().map_or_else(|| "The desk".to_owned(), |by| untrack(|| desk.session.name_of(by)))
}

fn switched(desk: Desk, switch: &Switched) -> AnyView {
    let who = who_switched(desk, switch);
    let what = if switch.is_on { " switched version " } else { " switched off version " };
    let tail = if switch.is_on { " on, " } else { ", " };
    let text =
        [&who, what, &switch.version.to_string(), tail, &web::when_inside(switch.at, web::device_now())].concat();
    view! { <li>{text}</li> }.into_any()
}

/// Who put a rule away or brought it back, and when.
pub(super) fn away_words(desk: Desk, away: &Away) -> String {
    let who = untrack(|| desk.session.name_of(&away.by));
    let what = if away.is_away { " put it away, " } else { " brought it back, " };
    [&who, what, &web::when_inside(away.at, web::device_now())].concat()
}

/// Versions, switches, and when it was put away.
pub(super) fn history(desk: Desk, page: &RulePage) -> AnyView {
    let version = |version: &shared::wire::rule::RuleVersion| {
        let who = untrack(|| desk.session.name_of(&version.author));
        let head = [
            "Version ",
            &version.number.to_string(),
            ", by ",
            &who,
            ", ",
            &web::when_inside(version.at, web::device_now()),
        ]
        .concat();
        view! { <li><p class="small muted">{head}</p><p>{said(desk, &version.rule)}</p></li> }
    };
    let versions: Vec<_> = page.versions.iter().map(version).collect();
    let switches: Vec<_> = page.switches.iter().map(|switch| switched(desk, switch)).collect();
    let aways: Vec<_> = page.aways.iter().map(|away| view! { <li>{away_words(desk, away)}</li> }).collect();
    view! {
        <ol class="stack">{versions}</ol>
        {(!switches.is_empty()).then(|| view! { <h3>"Switched"</h3><ol class="stack small">{switches}</ol> })}
        {(!aways.is_empty()).then(|| view! { <h3>"Put away"</h3><ol class="stack small">{aways}</ol> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_undone_says_by_whom_or_by_what() {
        let words = |by: Option<&str>, is_stop| {
            let by = by.map(|by| by.parse().unwrap());
            undone_words(&Undone { by, is_stop }, ToString::to_string)
        };
        assert_eq!(words(Some("mara"), false), "Undone by mara");
        assert_eq!(words(Some("mara"), true), "Undone by a stop, mara");
        assert_eq!((words(None, true), words(None, false)), ("Undone by a stop".to_owned(), "Undone".to_owned()));
    }
}
