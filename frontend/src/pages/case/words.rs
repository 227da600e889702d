//! The buyer's own words and photos: the largest text of a case, on the buyer's paper.

use super::kit::{icon, initial, photo, small_icon};
use crate::web;
use leptos::prelude::*;
use shared::id::MediaId;
use shared::wire::case::CaseView;
use std::collections::BTreeSet;

/// Photos of a case in the order in which they are looked through.
pub fn photos(view: &CaseView) -> Vec<MediaId> {
    view.words.iter().flat_map(|words| words.photos.iter().cloned()).collect()
}

/// Whether all of them were looked at.
pub fn are_seen(view: &CaseView, seen: &BTreeSet<MediaId>) -> bool {
    view.words.iter().flat_map(|words| &words.photos).all(|photo| seen.contains(photo))
}

/// Draws the words. `opened` holds the photos that were looked at; `on_open` shows one of them large.
pub fn draw(view: &CaseView, opened: RwSignal<BTreeSet<MediaId>>, on_open: Callback<usize>) -> AnyView {
    let name = if view.row.buyer.is_empty() { "The buyer".to_owned() } else { view.row.buyer.clone() };
    let all = photos(view);
    let count = all.len();
    let texts = view.words.iter().filter_map(|words| words.text.clone());
    let language = view.row.language.clone();
    let quotes: Vec<AnyView> =
        texts.map(|text| view! { <blockquote lang=language.clone()>{text}</blockquote> }.into_any()).collect();
    let quotes = if quotes.is_empty() {
        // The reason that they picked stands above, and it is TikTok's words, not theirs.
        view! { <p class="small">"No words of the buyer are known."</p> }.into_any()
    } else {
        view! { <div class="stack">{quotes}</div> }.into_any()
    };
    let videos: u32 = view.words.iter().map(|words| words.videos).sum();
    let picked = ["picked “", &view.row.reason_text, "” ", &web::when_inside(view.created, web::device_now())].concat();
    let shots = all.into_iter().enumerate().map(|(place, media)| {
        let label = ["Photo ", &(place + 1).to_string(), " of ", &count.to_string()].concat();
        let known = media.clone();
        view! {
            <button type="button" aria-label=label on:click=move |_| on_open.run(place)>
                {photo(&media, "")}
                <Show when={
                    let known = known.clone();
                    move || opened.with(|opened| opened.contains(&known))
                }>
                    <span class="seen">{icon("check")}<span class="vh">"opened"</span></span>
                </Show>
            </button>
        }
        .into_any()
    });
    let shots: Vec<AnyView> = shots.collect();
    view! {
        <section class="words" class:words--plain=move || count == 0 aria-label="The buyer’s reason">
            <header>
                <span class="avatar avatar--s" data-p="buyer">{initial(&name)}</span>
                <strong>{name.clone()}</strong>
                <span class="clip">{picked}</span>
            </header>
            {quotes}
            {(count > 0).then(|| view! { <div class="photos">{shots}</div> })}
            {(videos > 0).then(|| view! { <p class="small muted">"A video can be watched in Seller Center."</p> })}
        </section>
    }
    .into_any()
}

/// How far a large picture has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Picture {
    Loading,
    Shown,
    Missing,
}

/// One large picture. `on_shown` runs once it is to be seen, `again` asks for it anew.
fn large(media: &MediaId, alt: String, on_shown: Callback<()>, again: Callback<()>) -> AnyView {
    let source = crate::api::media_url(media);
    let state = RwSignal::new(Picture::Loading);
    let come = move |_| {
        if state.try_set(Picture::Shown).is_none() {
            on_shown.run(());
        }
    };
    view! {
        <Show when=move || state.get() == Picture::Loading>
            <p class="nophoto" role="status">"Loading the photo"</p>
        </Show>
        <Show
            when=move || state.get() != Picture::Missing
            fallback=move || view! {
                <div class="nophoto" role="alert">
                    {small_icon("warn")}<span>"Did not load"</span>
                    <button class="btn btn--sm" type="button" on:click=move |_| again.run(())>"Try again"</button>
                </div>
            }
        >
            <img
                src=source.clone() alt=alt.clone() hidden=move || state.get() != Picture::Shown
                on:load=come on:error=move |_| state.set(Picture::Missing)
            />
        </Show>
    }
    .into_any()
}

/// One photo large, with the keys to look through all of them.
#[component]
pub fn Lightbox(
    /// All photos of the case.
    photos: Signal<Vec<MediaId>>,
    /// Which is shown; none closes.
    shown: RwSignal<Option<usize>>,
    /// Takes each that has loaded while it was shown: what nobody could see was not looked at.
    on_seen: Callback<MediaId>,
) -> impl IntoView {
    let count = move || photos.with(Vec::len);
    let turn = move |by: usize| shown.update(|shown| *shown = shown.map(|place| (place + by) % count().max(1)));
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "ArrowRight" | "j" => turn(1),
        "ArrowLeft" | "k" => turn(count().saturating_sub(1)),
        _ => {}
    };
    let tries = Trigger::new();
    let again = Callback::new(move |()| {
        tries.notify();
        // This button goes; the keys go on.
        web::focus("photo-close");
    });
    let name = move || {
        let place = shown.get().unwrap_or_default();
        ["Photo ", &(place + 1).to_string(), " of ", &count().to_string()].concat()
    };
    let media = Memo::new(move |_| photos.with(|photos| photos.get(shown.get()?).cloned()));
    let picture = move || {
        let photo = media.get()?;
        tries.track();
        let this = photo.clone();
        let on_shown = Callback::new(move |()| {
            if media.get_untracked().as_ref() == Some(&this) {
                on_seen.run(this.clone());
            }
        });
        Some(large(&photo, untrack(name), on_shown, again))
    };
    view! {
        <super::kit::Dialog
            open=Signal::derive(move || shown.get().is_some())
            on_close=Callback::new(move |()| shown.set(None))
            label="Photos"
            class="sheet sheet--photo"
        >
            <header><h2>{name}</h2></header>
            <div class="in" on:keydown=key>{picture}</div>
            <footer on:keydown=key>
                <button class="btn" id="photo-close" type="button" autofocus on:click=move |_| shown.set(None)>"Close " <kbd>"Esc"</kbd></button>
                <Show when=move || { count() > 1 }>
                    <button class="btn push" type="button" on:click=move |_| turn(count().saturating_sub(1))>"Previous " <kbd>"←"</kbd></button>
                    <button class="btn" type="button" on:click=move |_| turn(1)>"Next " <kbd>"→"</kbd></button>
                </Show>
            </footer>
        </super::kit::Dialog>
    }
}
