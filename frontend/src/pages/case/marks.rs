//! Tags of a case.

use super::act::Doing;
use super::kit::icon;
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
