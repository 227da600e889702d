//! What the draft of a page was, to go back to.

use super::editor::Over;
use super::page::changed_step;
use super::typing::Typing;
use crate::api::{self, Answer, Failure};
use crate::components::{FailureBanner, RowSkeletons, Sheet};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::handbook::{DraftChange, DraftRevision};

/// What a state of the draft changed, so that two of one minute are told apart.
fn changed(change: Option<&DraftChange>) -> String {
    let Some(change) = change else { return "The oldest that is kept.".to_owned() };
    let head = [(change.title, "The title has changed."), (change.purpose, "The purpose has changed.")];
    let head = head.into_iter().filter(|(is_other, _)| *is_other).map(|(_, words)| words.to_owned());
    let all: Vec<String> = head.chain(change.steps.iter().map(changed_step)).collect();
    if all.is_empty() { "Nothing but order or space.".to_owned() } else { all.join(" ") }
}

/// What the draft was, to go back to.
#[component]
pub fn Revisions(
    /// The draft.
    typing: Typing,
    /// What stands over the editor.
    over: RwSignal<Over>,
) -> impl IntoView {
    let found = RwSignal::new(None::<Answer<Vec<DraftRevision>>>);
    let failure = RwSignal::new(None::<Failure>);
    let id = typing.id.get_value();
    spawn_local(async move {
        let answer = api::handbook::revisions(&id).await;
        found.try_set(Some(answer));
    });
    let back = move |number: u32| {
        let id = typing.id.get_value();
        spawn_local(async move {
            match api::handbook::revision(&id, number).await {
                Ok(content) => {
                    if over.try_set(Over::Nothing).is_none() {
                        typing.go_back(&content);
                    }
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    let row = move |one: DraftRevision| {
        let is_now = one.revision == typing.revision();
        let when = web::when(one.at, web::device_now());
        let words = changed(one.changed.as_ref());
        let label = ["Go back to ", &when, " by ", &one.by, ": ", &words].concat();
        let act = if is_now {
            view! { <span class="push muted">"now"</span> }.into_any()
        } else {
            view! { <button class="btn btn--sm push" type="button" aria-label=label on:click=move |_| back(one.revision)>"Go back"</button> }.into_any()
        };
        view! {
            <li class="line">
                <div><p><span class="num">{when}</span>" "{one.by}</p><p class="muted">{words}</p></div>
                {act}
            </li>
        }
        .into_any()
    };
    view! {
        <Sheet title="Revisions of this draft" lede="Going back is a new revision: nothing is lost by it." width="520px" on_close=move |()| over.set(Over::Nothing)>
            {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            {move || match found.get() {
                None => view! { <RowSkeletons count=3/> }.into_any(),
                Some(Err(failure)) => view! { <FailureBanner failure/> }.into_any(),
                Some(Ok(all)) => view! { <ul class="stack small">{all.into_iter().map(row).collect_view()}</ul> }.into_any(),
            }}
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::handbook::{Became, StepChange};

    #[test]
    fn a_state_of_a_draft_says_what_it_changed() {
        let step = StepChange { number: 2, title: "Look".to_owned(), became: Became::New };
        for (change, words) in [
            (None, "The oldest that is kept."),
            (Some(DraftChange::default()), "Nothing but order or space."),
            (
                Some(DraftChange { title: true, purpose: true, steps: vec![step] }),
                "The title has changed. The purpose has changed. Step 2 “Look” is new.",
            ),
        ] {
            assert_eq!(changed(change.as_ref()), words);
        }
    }
}
