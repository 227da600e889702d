//! Asks before something that cannot be taken back.

use super::sheet::Sheet;
use leptos::prelude::*;

/// Says what will happen; first focus is on "Not yet".
#[component]
pub fn Confirm(
    /// The question.
    #[prop(into)]
    title: String,
    /// What it means.
    #[prop(into)]
    text: String,
    /// The act, as on a button.
    act: &'static str,
    /// Do it.
    #[prop(into)]
    on_yes: Callback<()>,
    /// Do nothing.
    #[prop(into)]
    on_no: Callback<()>,
) -> impl IntoView {
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" autofocus on:click=move |_| on_no.run(())>"Not yet"</button>
                <button class="btn btn--stop-solid push" type="button" on:click=move |_| on_yes.run(())>{act}</button>
            </footer>
        }
    };
    view! { <Sheet title=title width="480px" on_close=on_no footer=footer><p>{text}</p></Sheet> }
}
