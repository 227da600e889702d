//! A list over the reply: found by typing, chosen by the arrows or a press.

use crate::web;
use leptos::prelude::*;

/// Something to choose: what it is called, and how it reads.
pub type Choosable = (String, String);

fn row_id(place: usize) -> String {
    ["found-", &place.to_string()].concat()
}

/// The list, open for as long as it is mounted. Escape, and a press beside it, close it.
#[component]
pub fn Finder(
    /// What is found, as a label: "Find a saved line".
    label: &'static str,
    /// What stands in the list, as a label.
    list: &'static str,
    open: RwSignal<bool>,
    /// What was typed.
    typed: RwSignal<String>,
    /// What fits it.
    found: Signal<Vec<Choosable>>,
    /// Why there is nothing to choose.
    none: Signal<Option<String>>,
    /// Takes the place of what was chosen.
    on_take: Callback<usize>,
    /// Pressed once more before anything was typed, this key types itself.
    #[prop(optional)]
    on_slash: Option<Callback<()>>,
) -> impl IntoView {
    let at = RwSignal::new(0_usize);
    // It opens from anywhere in the case: who wants nothing goes on there.
    let before = StoredValue::new_local(web::focused());
    let close = move || {
        open.set(false);
        before.with_value(|before| before.as_ref().map(|before| before.focus()));
    };
    let take = move |place: usize| {
        if place < found.with_untracked(Vec::len) {
            on_take.run(place);
            open.set(false);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Escape" => close(),
            "/" if on_slash.is_some() && typed.with_untracked(String::is_empty) => {
                open.set(false);
                if let Some(on_slash) = on_slash {
                    on_slash.run(());
                }
            }
            "Enter" if !event.is_composing() => take(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        if let Some(at) = at.try_get_untracked() {
            let _ = web::reveal(&row_id(at));
        }
    };
    Effect::new(move |_| {
        request_animation_frame(|| {
            web::focus("finder");
        });
    });
    let option = move |(place, (name, text)): (usize, Choosable)| {
        view! {
            <li
                role="option" id=row_id(place) aria-selected=move || (at.get() == place).to_string()
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| take(place)
            >
                <b class="strong">{name}</b><span class="muted clip">{text}</span>
            </li>
        }
    };
    let options = move || found.get().into_iter().enumerate().map(option).collect_view();
    view! {
        <div class="finder" on:keydown=on_key>
            <input
                class="input" id="finder" role="combobox" aria-expanded="true" aria-controls="finder-list"
                aria-label=label aria-activedescendant=move || row_id(at.get()) autocomplete="off"
                placeholder=label prop:value=typed
                on:input=move |event| {
                    typed.set(web::value_of(&event));
                    at.set(0);
                }
                on:blur=move |_| open.set(false)
            />
            {move || none.get().map(|text| view! { <p class="small muted" role="status">{text}</p> })}
            <ul id="finder-list" role="listbox" aria-label=list>{options}</ul>
        </div>
    }
}
