//! Proof for a rejection: the photos of the case, and new ones from the camera or a file.

use super::kit::{icon, small_icon};
use crate::api::Failure;
use leptos::html;
use leptos::prelude::*;
use shared::id::EvidenceId;
use shared::wire::case::EvidenceView;

/// TikTok takes at most six pictures.
const MOST: usize = 6;

/// Chooses among the proof that is there, and adds to it.
#[component]
pub fn Proof(
    known: Vec<EvidenceView>,
    chosen: RwSignal<Vec<EvidenceId>>,
    on_upload: Callback<web_sys::File>,
    uploading: Signal<bool>,
    error: Signal<Option<Failure>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let rows: Vec<AnyView> = known
        .into_iter()
        .map(|proof| {
            let id = proof.id.clone();
            let own = proof.id.clone();
            let source = crate::api::cases::evidence_url(&proof.id);
            let size = [proof.width.to_string(), " × ".to_owned(), proof.height.to_string()].concat();
            view! {
                <li>
                    <label class="tick">
                        <input
                            type="checkbox"
                            prop:checked={
                                let own = own.clone();
                                move || chosen.with(|chosen| chosen.contains(&own))
                            }
                            on:change=move |event| {
                                let is_on = event_target_checked(&event);
                                chosen.update(|chosen| {
                                    chosen.retain(|other| *other != id);
                                    if is_on && chosen.len() < MOST {
                                        chosen.push(id.clone());
                                    }
                                });
                            }
                        />
                        <span><b class="strong">{proof.name.clone()}</b><small>{size}</small></span>
                    </label>
                    <img class="thumb" src=source alt=proof.name/>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <ul class="proof">
            {rows}
            <li>
                {icon("upload")}
                <div><b class="strong">"Add a photo"</b><small>"JPEG, PNG or WebP, at most 10 MB, six in all"</small></div>
                <input
                    node_ref=input
                    class="vh"
                    id="proof-file"
                    type="file"
                    accept="image/jpeg,image/png,image/webp"
                    aria-label="Add a photo as proof"
                    on:change=move |_| {
                        let Some(input) = input.get_untracked() else { return };
                        if let Some(file) = input.files().and_then(|files| files.get(0)) {
                            on_upload.run(file);
                        }
                        input.set_value("");
                    }
                />
                <div class="row-acts">
                    <label class="btn btn--sm" for="proof-file">
                        {small_icon("camera")}
                        {move || if uploading.get() { "Adding…" } else { "Camera or file" }}
                    </label>
                </div>
            </li>
        </ul>
        {move || error.get().map(|error| {
            let told = error.told();
            view! { <div class="banner banner--stop banner--in" role="alert">{icon("stop")}<p><b class="strong">{told.fact}</b><br/>{told.advice}</p></div> }
        })}
    }
}
