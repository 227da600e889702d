//! Tags of a case, and a decision that waits for a second person.

use super::act::Doing;
use super::kit::{icon, sum};
use super::wording;
use crate::routes::Narrow;
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::wire::case::CaseView;

/// The tags, each leading to its cases, and a field for one more.
pub fn tags(view: &CaseView, desk: Desk, doing: Doing) -> AnyView {
    let chip = |tag: &String| {
        let (shown, wanted, gone) = (tag.clone(), tag.clone(), tag.clone());
        let narrow = move |_| desk.nav.narrow_to(&Narrow { tag: Some(wanted.clone()), ..desk.nav.narrow() });
        let title = ["All cases tagged ", tag].concat();
        view! {
            <li class="tagged">
                <button class="toread" type="button" title=title on:click=narrow>"#"{shown.clone()}</button>
                <button class="btn btn--quiet btn--sm btn--icon" type="button" aria-label=["Take the tag ", &shown, " off"].concat() on:click=move |_| doing.tag(gone.clone(), false)>{icon("x")}</button>
            </li>
        }
    };
    let chips: Vec<_> = view.row.tags.iter().map(chip).collect();
    let typed = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let tag = typed.get_untracked().trim().to_owned();
        if !tag.is_empty() {
            doing.tag(tag, true);
        }
    };
    view! {
        <section>
            <h2>"Tags"</h2>
            {(!chips.is_empty()).then(|| view! { <ul class="line wrap">{chips}</ul> })}
            <form class="line" on:submit=add>
                <input class="input" aria-label="New tag" placeholder="A short word" maxlength="24" autocomplete="off" prop:value=typed on:input=move |event| typed.set(web::value_of(&event))/>
                <button class="btn btn--sm" type="submit">"Tag it"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Who has decided what, and waits for whom.
pub fn second(view: &CaseView, desk: Desk, doing: Doing) -> AnyView {
    // Nothing is to be decided any more: nobody is needed.
    let Some(ask) = view.second.clone().filter(|_| !view.options.offered.is_empty()) else { return ().into_any() };
    let is_mine = desk.session.me().is_some_and(|me| me.id == ask.by);
    let amount = ask.amount.as_ref().map(|amount| [" ", &sum(amount)].concat()).unwrap_or_default();
    let fact = [
        "Second person needed: asked by ",
        &desk.session.name_of(&ask.by),
        " ",
        &web::clock_time(ask.at),
        ", ",
        &wording::act(ask.kind).trim_end_matches('…').to_lowercase(),
        &amount,
        ".",
    ]
    .concat();
    let says = [" So says ", &ask.rule.words(), ". Nothing has left the desk."].concat();
    let asked = ask.at;
    // Who is deciding meanwhile is told so, not pushed aside.
    let asker = desk.session.name_of(&ask.by);
    let third = Memo::new(move |_| doing.lease.other.get().map(|(by, _)| by).filter(|by| *by != asker));
    let label = wording::agreement(ask.kind, ask.amount.as_ref().map(sum).as_deref());
    let agree = (!is_mine).then(|| {
        let text = move || third.get().map_or_else(|| label.clone(), |by| [&by, " is deciding. ", &label, " anyway"].concat());
        view! { <button class="btn btn--primary btn--sm" type="button" on:click=move |_| doing.answer_second(asked, true, third.get_untracked().is_some())>{text}</button> }
    });
    let no = if is_mine { "Take it back" } else { "Do not agree" };
    view! {
        <div class="banner banner--soon banner--in" role="status">
            {icon("user")}
            <p><b class="strong">{fact}</b><br/>{says}</p>
            <span class="line">{agree}<button class="btn btn--sm" type="button" on:click=move |_| doing.answer_second(asked, false, false)>{no}</button></span>
        </div>
    }
    .into_any()
}
