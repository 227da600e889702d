//! The versions of a reply: who wrote and approved them, what became of them, and what is new in each.

use crate::api::{self, Answer};
use crate::components::FailureBanner;
use crate::i18n::format::count;
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::reply::Place;
use shared::wire::template::{Change, Piece, TemplateVersion, TemplateView, Usage, VersionState};

/// What became of a version, in one line.
fn became(usage: Usage) -> String {
    if usage.sent == 0 {
        return "not sent yet".to_owned();
    }
    let mut parts = vec![["sent ", &count(usage.sent, "time", "times")].concat()];
    for (number, words) in [
        (usage.edited, " changed before sending"),
        (usage.wrote_again, " wrote again"),
        (usage.failed, " failed a check of the words"),
    ] {
        if number > 0 {
            parts.push([&number.to_string(), words].concat());
        }
    }
    parts.join(", ")
}

/// Words of a difference, marked.
pub fn marked(pieces: Vec<Piece>) -> Vec<AnyView> {
    pieces
        .into_iter()
        .map(|piece| match piece.is {
            Change::Same => view! { <span>{piece.text}</span> }.into_any(),
            Change::New => view! { <ins>{piece.text}</ins> }.into_any(),
            Change::Gone => view! { <del>{piece.text}</del> }.into_any(),
        })
        .collect()
}

/// The difference between two versions, once it is asked for.
#[derive(Clone, Copy)]
pub struct Compared {
    between: RwSignal<Option<(u32, u32)>>,
    found: RwSignal<Option<Answer<Vec<Piece>>>>,
}

impl Default for Compared {
    fn default() -> Self {
        Self { between: RwSignal::new(None), found: RwSignal::new(None) }
    }
}

impl Compared {
    fn ask(self, place: Place, from: u32, to: u32) {
        if self.between.get_untracked() == Some((from, to)) {
            self.between.set(None);
            return;
        }
        self.between.set(Some((from, to)));
        self.found.set(None);
        spawn_local(async move {
            let answer = api::templates::difference(&place, from, to).await;
            if self.between.try_get_untracked().flatten() == Some((from, to)) {
                self.found.try_set(Some(answer));
            }
        });
    }
}

fn name(number: u32) -> String {
    if number == 0 { "the built-in text".to_owned() } else { ["v", &number.to_string()].concat() }
}

fn row(desk: Desk, place: &Place, version: &TemplateVersion, before: u32, compared: Compared) -> AnyView {
    let (chip, chip_words) = match version.state {
        VersionState::Writing => ("chip chip--soon", "In writing"),
        VersionState::Review => ("chip chip--soon", "Waits for approval"),
        VersionState::InUse => ("chip chip--good", "In use"),
        VersionState::Replaced => ("chip", "Not used any more"),
    };
    let note = if version.note.is_empty() { "No word on what is new".to_owned() } else { version.note.clone() };
    let by = ["Written by ", &desk.session.name_of(&version.author)].concat();
    let approved = version.approver.as_ref().map(|who| [", approved by ", &desk.session.name_of(who)].concat());
    let became = version.approved.map(|_| [" · ", &became(version.usage)].concat());
    let at = web::when(version.approved.unwrap_or(version.written), desk.clock.now());
    let (number, place) = (version.number, place.clone());
    let is_compared = move || compared.between.get() == Some((before, number));
    let difference = move || {
        is_compared().then(|| match compared.found.get() {
            None => view! { <p class="small muted" role="status">"Comparing"</p> }.into_any(),
            Some(Ok(pieces)) => view! { <p class="difference preline">{marked(pieces)}</p> }.into_any(),
            Some(Err(failure)) => view! { <FailureBanner failure/> }.into_any(),
        })
    };
    view! {
        <li>
            <span class="v">{name(number)}</span>
            <span><b class="strong">{note}</b>" "<span class=chip>{chip_words}</span></span>
            <span class="muted">{at}</span>
            <small>{by}{approved}{became}</small>
            <button
                class="btn btn--quiet btn--sm" type="button" aria-expanded=move || is_compared().to_string()
                on:click=move |_| compared.ask(place.clone(), before, number)
            >{["Compare with ", &name(before)].concat()}</button>
            <div class="whole">{difference}</div>
        </li>
    }
    .into_any()
}

/// Draws them, newest first; the built-in text stands below all.
pub fn draw(desk: Desk, view: &TemplateView, compared: Compared) -> AnyView {
    let rows: Vec<AnyView> = view
        .versions
        .iter()
        .map(|version| {
            // With the one before it that was in use.
            let older = view.versions.iter().filter(|one| one.number < version.number && one.approved.is_some());
            let before = older.map(|one| one.number).max().unwrap_or(0);
            row(desk, &view.place, version, before, compared)
        })
        .collect();
    let own_is_used = view.in_use().is_some();
    view! {
        <section class="card stack">
            <header><h2>"Versions"</h2><span class="push small muted">"cases keep the version they were told with"</span></header>
            <ol class="versions">
                {rows}
                <li>
                    <span class="v">"–"</span>
                    <span><b class="strong">"As it ships"</b>" "{(!own_is_used).then(|| view! { <span class="chip chip--good">"In use"</span> })}</span>
                    <small>"Composed from parts · "{became(view.built_in_usage)}</small>
                </li>
            </ol>
        </section>
    }
    .into_any()
}
