//! The conversation with the buyer: the newest in full, older ones folded away.

use super::kit::{icon, photo, small_icon};
use crate::i18n::format::unbroken;
use crate::web;
use leptos::prelude::*;
use shared::wire::case::{CaseView, MayWrite, MessageView, Speaker};
use shared::wire::session::Person;

/// A chat that was read so long before the case is said to be old.
const LATE_MS: i64 = 10 * 60 * 1_000;

/// Messages that are shown without unfolding: the newest must be in sight beside the buyer's request.
fn open_at_first() -> usize {
    if web::matches("(height >= 1000px)") { 2 } else { 1 }
}

fn bubble(message: &MessageView, buyer: &str, people: &[Person], language: &str) -> AnyView {
    let when = super::kit::at(message.at);
    let speaker = match message.speaker {
        Speaker::Buyer => buyer.to_owned(),
        Speaker::Shop => {
            let person = people.iter().find(|person| Some(&person.id) == message.by.as_ref());
            person.map_or_else(|| "The shop".to_owned(), |person| person.name.clone())
        }
        Speaker::System => "TikTok".to_owned(),
    };
    let text = message
        .text
        .as_deref()
        .map(unbroken)
        .or_else(|| message.card.as_ref().map(|card| card.replace('_', " ").to_lowercase()));
    let picture = message.picture.as_ref().map(|media| photo(media, "Picture in the chat"));
    let foot = [speaker.as_str(), " · ", &when].concat();
    match message.speaker {
        Speaker::Buyer => view! {
            <li class="bubble bubble--buyer" lang=language.to_owned()>{text}{picture}<footer>{foot}</footer></li>
        }
        .into_any(),
        Speaker::Shop => view! { <li class="bubble bubble--us">{text}{picture}<footer>{foot}</footer></li> }.into_any(),
        Speaker::System => {
            view! { <li class="event">{small_icon("info")}<span class="clip">{text}</span></li> }.into_any()
        }
    }
}

/// Draws the chat. `unfolded` stays while the case is open.
pub fn draw(view: &CaseView, people: &[Person], unfolded: RwSignal<bool>) -> AnyView {
    let messages = &view.chat.messages;
    let older = messages.len().saturating_sub(open_at_first());
    let buyer = if view.row.buyer.is_empty() { "The buyer" } else { view.row.buyer.as_str() };
    let draw_one = |message: &MessageView| bubble(message, buyer, people, &view.row.language);
    let (old, new) = messages.split_at(older);
    let old_count = old.len();
    let old: Vec<AnyView> = if unfolded.get() { old.iter().map(draw_one).collect() } else { Vec::new() };
    let new: Vec<AnyView> = new.iter().map(draw_one).collect();
    let fold = (old_count > 0).then(|| {
        view! {
            <li class="event earlier">
                <button
                    class="btn btn--quiet btn--sm"
                    type="button"
                    aria-expanded=move || unfolded.get().to_string()
                    on:click=move |_| unfolded.update(|open| *open = !*open)
                >
                    {icon(if unfolded.get_untracked() { "up" } else { "down" })}
                    {[old_count.to_string(), " earlier".to_owned()].concat()}
                </button>
            </li>
        }
    });
    let nothing = messages.is_empty().then_some(match (view.chat.may_write, view.chat.read) {
        (MayWrite::NoScope | MayWrite::NoBuyer, _) => "The desk cannot read the chat with this buyer.",
        (_, None) => "No chat with this buyer is known. What comes in is shown here.",
        (_, Some(_)) => "Nothing was written in the chat yet.",
    });
    let nothing = nothing.map(|text| view! { <li class="event">{small_icon("info")}<span>{text}</span></li> });
    let stale = view.chat.read.filter(|read| view.read.since(*read) > LATE_MS).map(|read| {
        let text = ["The chat was read ", &super::kit::at(read), ": newer lines may be missing."].concat();
        view! { <li class="event">{small_icon("clock")}<span>{text}</span></li> }
    });
    view! { <ol class="talk-list" aria-label="Conversation">{fold}{old}{new}{nothing}{stale}</ol> }.into_any()
}
