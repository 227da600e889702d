//! Small parts that several pieces of a case share.

use crate::web;
use leptos::html;
use leptos::prelude::*;
use shared::id::MediaId;
use shared::money::Money;
use shared::wire::case::NoteView;
use shared::wire::session::Person;

/// An icon of the sprite, for the eye only.
pub fn icon(name: &str) -> AnyView {
    let href = ["/icons.svg#i-", name].concat();
    view! { <svg class="icon" aria-hidden="true"><use_ href=href></use_></svg> }.into_any()
}

/// The same, small.
pub fn small_icon(name: &str) -> AnyView {
    let href = ["/icons.svg#i-", name].concat();
    view! { <svg class="icon icon--s" aria-hidden="true"><use_ href=href></use_></svg> }.into_any()
}

/// A platform picture, through the proxy.
pub fn photo(media: &MediaId, alt: &str) -> AnyView {
    let (source, alt) = (crate::api::media_url(media), alt.to_owned());
    let is_missing = RwSignal::new(false);
    view! {
        <Show
            when=move || !is_missing.get()
            fallback=|| view! { <span class="nophoto">{small_icon("warn")}<span>"Did not load"</span></span> }
        >
            <img src=source.clone() alt=alt.clone() loading="lazy" decoding="async" on:error=move |_| is_missing.set(true)/>
        </Show>
    }
    .into_any()
}

/// A note for the team, as an item of a list.
pub fn note(note: &NoteView, people: &[Person]) -> AnyView {
    let name = people.iter().find(|person| person.id == note.by).map(|person| person.name.clone());
    let foot = [name.as_deref().unwrap_or("Somebody"), " · ", &at(note.at)].concat();
    view! { <li class="bubble bubble--note">{note.text.clone()}<footer>{foot}</footer></li> }.into_any()
}

/// The first letter of a name, for its avatar.
pub fn initial(name: &str) -> String {
    name.chars().find(|letter| letter.is_alphanumeric()).map(String::from).unwrap_or_default()
}

/// An amount as TikTok wrote it, with its currency's sign.
pub fn sum(money: &Money) -> String {
    crate::i18n::format::money(money)
}

/// An instant as people say it: "Today 11:20", "Thu 11:20", "Mon 3 Nov".
pub fn at(instant: shared::time::Timestamp) -> String {
    web::when(instant, web::device_now())
}

/// A modal sheet: Esc closes it, focus goes to what has `autofocus`, and back when it closes.
#[component]
pub fn Dialog(
    /// Whether it stands open.
    open: Signal<bool>,
    /// Esc, or a press beside it.
    on_close: Callback<()>,
    /// Its name for screen readers.
    #[prop(into)]
    label: String,
    /// Classes.
    #[prop(into)]
    class: String,
    /// Control and Enter; Enter alone never confirms.
    #[prop(optional)]
    on_confirm: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            if open.get() {
                web::show_modal(&dialog);
            } else if dialog.open() {
                dialog.close();
                web::focus_if_lost("case-h");
            }
        }
    });
    view! {
        <dialog
            node_ref=node
            class=class
            aria-label=label
            on:keydown=move |event: web_sys::KeyboardEvent| {
                let is_confirm = event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat();
                if let Some(confirm) = on_confirm.filter(|_| is_confirm) {
                    event.prevent_default();
                    confirm.run(());
                }
            }
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
