//! The draft of a page, beside what is in force: what it changes, and the word of who approves it.

use super::compare::Comparing;
use super::editor::go_to;
use super::page::changed_step;
use super::touches::{self, Ways};
use super::{Book, href};
use crate::api::{self, Failure};
use crate::components::{FailureBanner, Icon, Sheet};
use crate::routes::Face;
use crate::state::toasts::Tone;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::handbook::{DraftNote, DraftState, PageView, ReturnRequest};

/// Which steps a draft changes, and what that touches.
fn changes(note: &DraftNote) -> AnyView {
    let steps: Vec<AnyView> =
        note.steps.iter().map(|step| view! { <li>{changed_step(step)}</li> }.into_any()).collect();
    let to = Ways { leads: true, steps: &[] };
    view! { {(!steps.is_empty()).then(|| view! { <ul class="links">{steps}</ul> })}{touches::draw(&note.touches, to, true)} }
        .into_any()
}

/// How a draft stands, and what can be done with it.
#[component]
pub fn DraftCard(
    /// The handbook around it.
    book: Book,
    /// The page beside which it stands.
    page: PageView,
    /// How it stands.
    note: DraftNote,
) -> impl IntoView {
    let id = page.id.clone();
    let edit = href(&id, Face::Edit);
    match note.state.clone() {
        DraftState::Writing { returned } => {
            let words = returned.map_or_else(
                || "A new version is being written.".to_owned(),
                |returned| [&returned.by.name, " sent it back: ", &returned.note].concat(),
            );
            view! {
                <section class="card stack small">
                    <header><h2>"Draft"</h2></header>
                    <p>{words}</p>
                    <a class="btn" href=edit><Icon name="note"/>"Open the draft"</a>
                </section>
            }
            .into_any()
        }
        DraftState::Review { by, at, change, description } => {
            let last = page.history.first().map(|revision| revision.version);
            let version = change.after(last).to_string();
            let sent = [&by.name, ", ", &web::when(at, book.desk.clock.now())].concat();
            let is_mine = book.desk.session.me().is_some_and(|me| me.id == by.id);
            view! {
                <section class="card stack small" aria-labelledby="review-h">
                    <header><h2 id="review-h">"Version "{version.clone()}" waits for approval"</h2></header>
                    <p class="muted">{sent}</p>
                    <p>{description}</p>
                    {changes(&note)}
                    <Approving book page=page.clone() note=note.clone() is_mine version/>
                    <a href=edit>"Open the draft"</a>
                </section>
            }
            .into_any()
        }
    }
}

#[component]
fn Approving(book: Book, page: PageView, note: DraftNote, is_mine: bool, version: String) -> impl IntoView {
    let from = page.history.first().map(|revision| revision.number);
    let (is_comparing, is_returning) = (RwSignal::new(false), RwSignal::new(false));
    let (comparing, failure) = (Comparing::new(), RwSignal::new(None::<Failure>));
    let is_sending = RwSignal::new(false);
    // What was typed is there again when the sheet is: Escape is pressed too soon.
    let why = RwSignal::new(String::new());
    let key = StoredValue::new(web::fresh_key());
    let (id, revision) = (StoredValue::new(page.id.clone()), note.revision);
    let waits_for_another = is_mine && note.needs_another;
    let compare = from.map(|from| {
        move |_| {
            comparing.read(id.get_value(), from, None);
            is_comparing.set(true);
        }
    });
    let publish = move |_| {
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = api::handbook::publish(&id.get_value(), revision, &key.get_value()).await;
            is_sending.try_set(false);
            match answer {
                Ok(made) => {
                    let title = ["Version ", &made.version.to_string(), " is in force"].concat();
                    book.desk.toasts.show(Tone::Good, title, "Everybody who works by it is shown what changed.", None);
                    book.read_anew();
                    let _ = web::focus("main");
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    let word = if waits_for_another {
        view! { <p class="muted">"You sent it. Another lead or an admin approves it."</p> }.into_any()
    } else {
        view! {
            {is_mine.then(|| view! { <p class="muted">"Nobody else at this desk can approve. The history will say that you did it alone."</p> })}
            <button class="btn btn--primary" type="button" aria-disabled=move || is_sending.get().to_string() on:click=publish>
                {move || if is_sending.get() { "Publishing".to_owned() } else { ["Approve version ", &version].concat() }}
            </button>
            <button class="btn" type="button" on:click=move |_| is_returning.set(true)>"Send back…"</button>
        }
        .into_any()
    };
    view! {
        {compare.map(|compare| view! { <button class="btn" type="button" on:click=compare><Icon name="history"/>"What it changes…"</button> })}
        {word}
        {move || failure.get().map(|failure| {
            let again = Callback::new(move |()| book.read_anew());
            view! { <FailureBanner failure on_retry=again/> }
        })}
        <Show when=move || is_comparing.get()>
            <Sheet title="What the draft changes" width="860px" on_close=move |()| is_comparing.set(false)>{move || comparing.draw()}</Sheet>
        </Show>
        <Show when=move || is_returning.get()><SendBack book id revision text=why is_returning/></Show>
    }
}

#[component]
fn SendBack(
    book: Book,
    id: StoredValue<shared::id::PageId>,
    revision: u32,
    text: RwSignal<String>,
    is_returning: RwSignal<bool>,
) -> impl IntoView {
    let failure = RwSignal::new(None::<Failure>);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request = ReturnRequest { revision, note: text.get_untracked() };
        spawn_local(async move {
            match api::handbook::send_back(&id.get_value(), &request).await {
                Ok(()) => {
                    is_returning.try_set(false);
                    book.read_anew();
                    // The card that led here is drawn anew.
                    go_to("main".to_owned());
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" on:click=move |_| is_returning.set(false)>"Not yet"</button>
                <button class="btn btn--primary push" type="submit" form="send-back">"Send back"</button>
            </footer>
        }
    };
    view! {
        <Sheet title="Send the draft back" lede="Whoever wrote it goes on from here." width="520px" on_close=move |()| is_returning.set(false) footer=footer>
            <form class="stack" id="send-back" on:submit=send>
                <div class="field">
                    <label for="send-back-note">"What is to be done?"</label>
                    <textarea class="area" id="send-back-note" rows="4" maxlength="1000" required autofocus prop:value=text on:input=move |event| text.set(web::value_of(&event))></textarea>
                </div>
                {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            </form>
        </Sheet>
    }
}
