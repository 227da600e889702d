//! The versions of a reply: who wrote and approved them, what became of them, and what is new in each.

use super::typing::{Page, said};
use crate::api::{self, Answer};
use crate::components::FailureBanner;
use crate::i18n::format::count;
use crate::routes::Route;
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

/// Puts words that are not in use into the text again, to be approved as any.
fn back(page: Page, name: &str, text: &str) -> AnyView {
    let (label, text) = (["Bring back ", name].concat(), text.to_owned());
    view! { <button class="btn btn--quiet btn--sm" type="button" aria-label=label on:click=move |_| page.bring_back(&said(&text, ""))>"Bring back"</button> }.into_any()
}

const IN_USE: &str = "In use";

fn row(page: Page, version: &TemplateVersion, before: u32) -> AnyView {
    let (desk, compared) = (page.desk, page.compared);
    let (chip, chip_words) = match version.state {
        VersionState::Writing => ("chip chip--soon", "In writing"),
        VersionState::Review => ("chip chip--soon", "Waits for approval"),
        VersionState::InUse => ("chip chip--good", IN_USE),
        VersionState::Replaced => ("chip", "Not used any more"),
    };
    let note = if version.note.is_empty() { "No word on what is new".to_owned() } else { version.note.clone() };
    let by = ["Written by ", &desk.session.name_of(&version.author)].concat();
    let approved = version.approver.as_ref().map(|who| [", approved by ", &desk.session.name_of(who)].concat());
    let became = version.approved.map(|_| [" · ", &became(version.usage)].concat());
    let at = web::when(version.approved.unwrap_or(version.written), desk.clock.now());
    let (number, place) = (version.number, page.place());
    let is_past = version.state == VersionState::Replaced && !page.is_locked();
    let back = is_past.then(|| back(page, &name(number), &version.text));
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
            <div class="line whole">
                <button
                    class="btn btn--quiet btn--sm" type="button" aria-expanded=move || is_compared().to_string()
                    on:click=move |_| compared.ask(place.clone(), before, number)
                >{["Compare with ", &name(before)].concat()}</button>
                {back}
            </div>
            <div class="whole">{difference}</div>
        </li>
    }
    .into_any()
}

/// What stands below a place's own words, and is used where there are none.
fn below(title: AnyView, is_used: bool, about: String, back: Option<AnyView>) -> AnyView {
    view! {
        <li>
            <span class="v">"–"</span>
            <span><b class="strong">{title}</b>" "{is_used.then(|| view! { <span class="chip chip--good">{IN_USE}</span> })}</span>
            <small>{about}</small>
            <div class="line whole">{back}</div>
        </li>
    }
    .into_any()
}

/// Draws them, newest first; below all stand the text of every shop, on the page of one, and the built-in text.
pub fn draw(page: Page, view: &TemplateView) -> AnyView {
    let rows: Vec<AnyView> = view
        .versions
        .iter()
        .map(|version| {
            // With the one before it that was in use.
            let older = view.versions.iter().filter(|one| one.number < version.number && one.approved.is_some());
            let before = older.map(|one| one.number).max().unwrap_or(0);
            row(page, version, before)
        })
        .collect();
    let own_is_used = view.in_use().is_some();
    let of_all = view.of_all.as_ref().map(|version| {
        let path = Route::Replies(Some(view.place.of_all_shops())).path();
        let title = view! { <a href=path>{["Every shop’s text, ", &name(version.number)].concat()}</a> }.into_any();
        below(title, !own_is_used, ["Here ", &became(version.usage)].concat(), None)
    });
    let built_in_is_used = !own_is_used && view.of_all.is_none();
    let back = (!built_in_is_used && !page.is_locked()).then(|| back(page, &name(0), &view.built_in));
    let about = ["Composed from parts · ", &became(view.built_in_usage)].concat();
    view! {
        <section class="card stack">
            <header><h2>"Versions"</h2><span class="push small muted">"cases keep the version they were told with"</span></header>
            <ol class="versions">
                {rows}
                {of_all}
                {below("As it ships".into_any(), built_in_is_used, about, back)}
            </ol>
        </section>
    }
    .into_any()
}
