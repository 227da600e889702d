//! A modal sheet: the browser's own dialog, which keeps the focus inside and gives it back.

use super::icon::Icon;
use crate::web;
use leptos::html;
use leptos::prelude::*;

/// Opens a dialog once it is drawn, and closes it before it is taken away: the browser gives the focus back to where it
/// was on closing alone.
pub fn modal(dialog: NodeRef<html::Dialog>) {
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = web::show_modal(&dialog);
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
}

/// A sheet that is open for as long as it is mounted. Escape and the cross close it; Enter alone never confirms.
#[component]
pub fn Sheet(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// The line under it.
    #[prop(optional, into)]
    lede: Option<String>,
    /// Width, for example `"860px"`.
    #[prop(optional)]
    width: Option<&'static str>,
    /// Asked to close.
    #[prop(into)]
    on_close: Callback<()>,
    /// What stands under the hairline.
    #[prop(optional, into)]
    footer: ViewFn,
    /// The content.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    modal(dialog);
    let cancel = move |event: leptos::ev::Event| {
        event.prevent_default();
        on_close.run(());
    };
    view! {
        <dialog
            class="sheet" node_ref=dialog aria-labelledby="sheet-h" style=("--w", width.unwrap_or("720px"))
            on:cancel=cancel
        >
            <header>
                <div><h2 id="sheet-h">{title}</h2>{lede.map(|lede| view! { <p>{lede}</p> })}</div>
                <button class="btn btn--quiet btn--icon" type="button" aria-label="Close" on:click=move |_| on_close.run(())>
                    <Icon name="x"/>
                </button>
            </header>
            <div class="in">{children()}</div>
            {move || footer.run()}
        </dialog>
    }
}
