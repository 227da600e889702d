//! A decision that waits for a second person: what they agree to, word for word, before they agree.

use super::act::Doing;
use super::kit::{Dialog, icon, small_icon, sum};
use super::wording;
use crate::api;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::id::EvidenceId;
use shared::wire::case::CaseView;
use shared::wire::rule::SecondAsk;

/// Who asks, and for what.
fn fact(desk: Desk, ask: &SecondAsk) -> String {
    let amount = ask.amount.as_ref().map(|amount| [" ", &sum(amount)].concat()).unwrap_or_default();
    [
        "Second person needed: asked by ",
        &desk.session.name_of(&ask.by),
        " ",
        &web::clock_time(ask.at),
        ", ",
        &wording::act(ask.kind).trim_end_matches('…').to_lowercase(),
        &amount,
        ".",
    ]
    .concat()
}

/// What the buyer will read, or that nobody tells them.
fn reply(ask: &SecondAsk) -> AnyView {
    let text = ask.words.text.clone();
    if text.trim().is_empty() {
        return view! { <p class="small muted line">{small_icon("warn")}<span>"No reply goes out with it."</span></p> }
            .into_any();
    }
    view! {
        <div class="preview">
            <header>{small_icon("send")}<span>"Goes out when "<b class="strong">{wording::moment(ask.words.claim)}</b></span></header>
            <div class="bubble bubble--us preline">{text}</div>
        </div>
    }
    .into_any()
}

/// What goes to TikTok with it.
fn for_tiktok(view: &CaseView, ask: &SecondAsk) -> Option<AnyView> {
    let reason = ask.reason.as_ref().map(|name| {
        let mut offered = view.options.offered.iter().flat_map(|option| &option.reasons);
        offered.find(|reason| reason.name == *name).map_or_else(|| name.clone(), |reason| reason.text.clone())
    });
    let comment = Some(ask.words.comment.clone()).filter(|comment| !comment.trim().is_empty());
    let line = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd class="preline">{value}</dd> })
    };
    let proof = |id: &EvidenceId| {
        let name = view.evidence.iter().find(|proof| proof.id == *id).map(|proof| proof.name.clone());
        let source = api::cases::evidence_url(id);
        let shown = source.clone();
        view! { <a class="thumb" href=source target="_blank"><img src=shown alt=name.unwrap_or_default()/></a> }
    };
    let proofs: Vec<_> = ask.evidence.iter().map(proof).collect();
    if reason.is_none() && comment.is_none() && proofs.is_empty() {
        return None;
    }
    let proofs = (!proofs.is_empty()).then(|| view! { <div class="line wrap">{proofs}</div> });
    Some(
        view! { <dl class="kv">{line("Reason for TikTok", reason)}{line("Comment for TikTok", comment)}</dl>{proofs} }
            .into_any(),
    )
}

fn body(desk: Desk, view: &CaseView, ask: &SecondAsk) -> AnyView {
    let big = ask.amount.as_ref().map_or_else(|| wording::act(ask.kind).to_owned(), sum);
    let who = ["Decided by ", &desk.session.name_of(&ask.by), " ", &web::clock_time(ask.at), ": "].concat();
    view! {
        <header><div>
            <h2>"Agree to this decision?"</h2>
            <p>{who}{wording::act(ask.kind).trim_end_matches('…')}</p>
        </div></header>
        <div class="in stack" tabindex="0">
            <p class="bigsum">{big}</p>
            {reply(ask)}
            {for_tiktok(view, ask)}
            <p class="small muted line">{small_icon("lock")}<span>"It goes out under both names, after the seconds to undo."</span></p>
        </div>
    }
    .into_any()
}

/// Who has decided what, who waits for whom, and the sheet in which the second person reads it.
#[component]
pub fn Second(doing: Doing) -> impl IntoView {
    let desk = use_desk();
    let ask = Memo::new(move |_| {
        doing.matter.with(|view| {
            // Where nothing is to be decided any more nobody is needed.
            view.as_ref().filter(|view| !view.options.offered.is_empty())?.second.clone()
        })
    });
    Effect::new(move |before: Option<Option<SecondAsk>>| {
        let now = ask.get();
        // The sheet reads out what was taken back, or asked anew.
        if before.is_some_and(|before| before != now) {
            doing.agreeing.set(false);
        }
        now
    });
    // Who is deciding meanwhile is told so, not pushed aside.
    let third = Memo::new(move |_| {
        let asker = ask.with(|ask| ask.as_ref().map(|ask| desk.session.name_of(&ask.by)));
        doing.lease.other.get().map(|(by, _)| by).filter(|by| Some(by) != asker.as_ref())
    });
    let answer = move |agrees: bool| {
        if let Some(ask) = ask.get_untracked() {
            doing.agreeing.set(false);
            doing.answer_second(ask.at, agrees, agrees && third.get_untracked().is_some());
        }
    };
    let agree = Callback::new(move |()| answer(true));
    let label = move || {
        let label = ask
            .with(|ask| ask.as_ref().map(|ask| wording::agreement(ask.kind, ask.amount.as_ref().map(sum).as_deref())));
        let label = label.unwrap_or_default();
        third.get().map_or_else(|| label.clone(), |by| [&by, " is deciding. ", &label, " anyway"].concat())
    };
    let close = move || doing.agreeing.set(false);
    view! {
        {move || ask.get().map(|ask| {
            let no = if doing.is_by_me(&ask.by) { "Take it back" } else { "Do not agree" };
            let says = [" So says ", &ask.rule.words(), ". Nothing has left the desk."].concat();
            view! {
                <div class="banner banner--soon banner--in" role="status">
                    {icon("user")}
                    <p><b class="strong">{fact(desk, &ask)}</b>{says}</p>
                    <button class="btn btn--sm" type="button" on:click=move |_| answer(false)>{no}</button>
                </div>
            }
        })}
        <Dialog open=Signal::from(doing.agreeing) on_close=Callback::new(move |()| close()) label="Second person" on_confirm=agree class="sheet sheet--decide">
            {move || doing.matter.with_untracked(|view| ask.with(|ask| Some(body(desk, view.as_ref()?, ask.as_ref()?))))}
            <footer>
                <button class="btn" type="button" autofocus on:click=move |_| close()>"Not yet " <kbd>"Esc"</kbd></button>
                <span class="push"></span>
                <button class="btn" type="button" on:click=move |_| answer(false)>"Do not agree"</button>
                <button class="btn btn--primary" type="button" on:click=move |_| agree.run(())>{label}" " <kbd>"Ctrl ↵"</kbd></button>
            </footer>
        </Dialog>
    }
}
