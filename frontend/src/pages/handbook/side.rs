//! Beside a page: the signature, who has read it, where it is used, and for leads its draft.

use super::{Book, draft, keeping};
use crate::api::{self, Failure};
use crate::components::{Avatar, FailureBanner};
use crate::i18n::format;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::PageId;
use shared::wire::handbook::{PageView, Reader};

/// "I have read it and can work by it."
#[component]
fn Signing(book: Book, id: PageId, number: u32, version: String, minutes: u32) -> impl IntoView {
    let (has_read, is_sending) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<Failure>);
    let me = book.desk.session.me().map(|me| me.name).unwrap_or_default();
    let first = me.split_whitespace().next().unwrap_or("me").to_owned();
    let sign = move |_| {
        if !has_read.get_untracked() || is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        failure.set(None);
        let id = id.clone();
        spawn_local(async move {
            let answer = api::handbook::sign(&id, number).await;
            is_sending.try_set(false);
            match answer {
                Ok(()) => {
                    book.read_anew();
                    let _ = web::focus("main");
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    view! {
        <section class="card stack">
            <header><h2>"Have you read version "{version}"?"</h2></header>
            <p class="small muted">{format::count(u64::from(minutes), "minute", "minutes")}". Your name and the time are kept with this version."</p>
            <label class="tick"><input type="checkbox" prop:checked=has_read on:change=move |event| has_read.set(web::is_checked(&event))/><span>"I have read it and can work by it"</span></label>
            {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            <button class="btn btn--primary" type="button" aria-disabled=move || (!has_read.get() || is_sending.get()).to_string() on:click=sign>
                {move || if is_sending.get() { "Signing".to_owned() } else { ["Sign as ", &first].concat() }}
            </button>
        </section>
    }
}

fn reader(reader: &Reader) -> AnyView {
    let person = &reader.person;
    let state = match (reader.signed, reader.shown) {
        (Some(at), _) => {
            view! { <span class="push num">{web::short_day(at)}" "{web::clock_time(at)}</span> }.into_any()
        }
        (None, Some(_)) => {
            view! { <span class="push"><span class="chip chip--soon">"opened, not signed"</span></span> }.into_any()
        }
        (None, None) => view! { <span class="push">"not yet"</span> }.into_any(),
    };
    view! {
        <li><Avatar person=Some((person.id.to_string(), person.name.clone())) is_small=true/><span aria-hidden="true">{person.name.clone()}</span>{state}</li>
    }
    .into_any()
}

fn readers(page: &PageView) -> Option<AnyView> {
    if page.readers.is_empty() {
        return None;
    }
    let signed = page.readers.iter().filter(|reader| reader.signed.is_some()).count();
    let of = [&signed.to_string(), " of ", &page.readers.len().to_string()].concat();
    let rows: Vec<AnyView> = page.readers.iter().map(reader).collect();
    Some(
        view! {
            <section class="card"><header><h2>"Signed by"</h2><span class="push small muted num">{of}</span></header><ul class="readers">{rows}</ul></section>
        }
        .into_any(),
    )
}

fn signature(book: Book, page: &PageView) -> Option<AnyView> {
    let revision = page.revision.as_ref()?;
    // Of what was before nobody is asked, and it is not what was signed.
    page.asked.filter(|asked| revision.number >= *asked)?;
    if let Some(at) = page.signed {
        let words = ["You signed it on ", &web::date(at), ", ", &web::clock_time(at), "."].concat();
        return Some(view! { <section class="card small"><p class="muted">{words}</p></section> }.into_any());
    }
    let minutes = page.shown.as_ref().map_or(1, |shown| shown.minutes);
    Some(
        view! { <Signing book id=page.id.clone() number=revision.number version=revision.version.to_string() minutes/> }
            .into_any(),
    )
}

fn used(page: &PageView) -> Option<AnyView> {
    let revision = page.revision.as_ref().filter(|_| page.asked.is_some())?;
    let words = match page.cases {
        0 => "No case was decided under this version yet.".to_owned(),
        cases => [
            &format::count(cases, "case was", "cases were"),
            " decided under version ",
            &revision.version.to_string(),
            ". Each keeps it.",
        ]
        .concat(),
    };
    Some(
        view! { <section class="card small"><header><h2>"Used in"</h2></header><p class="muted">{words}</p></section> }
            .into_any(),
    )
}

/// Draws it.
pub fn draw(book: Book, page: &PageView) -> AnyView {
    view! {
        <aside class="side" aria-label="Reading">
            {page.draft.clone().map(|note| view! { <draft::DraftCard book page=page.clone() note/> })}
            {signature(book, page)}
            {readers(page)}
            {used(page)}
            {book.leads.get_untracked().then(|| view! { <keeping::KeepingCard book page=page.clone()/> })}
        </aside>
    }
    .into_any()
}
