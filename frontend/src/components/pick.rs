//! A choice of one, as a quiet button over the browser's own list box: it knows every keyboard, thumb and screen reader.

use super::icon::Icon;
use crate::web;
use leptos::prelude::*;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Handed back when chosen.
    pub value: String,
    /// The words.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// Chooses one. The words of the chosen one stand on the button.
#[component]
pub fn Pick(
    /// Its accessible name.
    label: &'static str,
    /// Icon before the words.
    icon: &'static str,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the value that was chosen.
    #[prop(into)]
    on_pick: Callback<String>,
) -> impl IntoView {
    let shown = move || {
        let value = value.get();
        choices.with(|all| all.iter().find(|choice| choice.value == value).map(|choice| choice.label.clone()))
    };
    let options = move || {
        let value = value.get();
        let option = |choice: Choice| {
            let is_chosen = choice.value == value;
            view! { <option value=choice.value selected=is_chosen>{choice.label}</option> }
        };
        choices.get().into_iter().map(option).collect_view()
    };
    view! {
        <label class="btn btn--quiet btn--sm pick">
            <Icon name=icon class="icon--s"/>
            <span class="clip" aria-hidden="true">{shown}</span>
            <Icon name="down" class="icon--s"/>
            <select aria-label=label prop:value=value on:change=move |event| on_pick.run(web::value_of(&event))>{options}</select>
        </label>
    }
}
