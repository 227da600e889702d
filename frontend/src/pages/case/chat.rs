//! The conversation with the buyer, and what was decided in its place between: the newest in full, older ones folded away.

use super::kit::{icon, photo, small_icon};
use crate::i18n::format::unbroken;
use crate::web;
use leptos::prelude::*;
use shared::time::Timestamp;
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

/// How many of the oldest are folded away. What the buyer said last never is: it is what is answered.
fn folded(messages: &[MessageView], open: usize) -> usize {
    let last_said = messages.iter().rposition(|message| message.speaker == Speaker::Buyer);
    messages.len().saturating_sub(open).min(last_said.unwrap_or(messages.len()))
}

/// Before which message stands what happened at an instant. TikTok counts messages in seconds: the reply that went out in
/// the same one comes after.
fn place(messages: &[MessageView], at: Timestamp) -> usize {
    let second = Timestamp::from_millis(at.millis().div_euclid(1_000) * 1_000);
    messages.iter().position(|message| message.at >= second).unwrap_or(messages.len())
}

/// Draws the chat. `unfolded` stays while the case is open; `decided` is the line of a decision that took effect.
pub fn draw(
    view: &CaseView,
    people: &[Person],
    unfolded: RwSignal<bool>,
    decided: Option<(Timestamp, AnyView)>,
) -> AnyView {
    let messages = &view.chat.messages;
    let older = folded(messages, open_at_first());
    let buyer = if view.row.buyer.is_empty() { "The buyer" } else { view.row.buyer.as_str() };
    let draw_one = |message: &MessageView| bubble(message, buyer, people, &view.row.language);
    let (old, new) = messages.split_at(older);
    let old_count = old.len();
    let is_unfolded = unfolded.get();
    let mut shown: Vec<AnyView> = old.iter().filter(|_| is_unfolded).chain(new).map(draw_one).collect();
    if let Some((at, line)) = decided {
        let hidden = messages.len() - shown.len();
        shown.insert(place(messages, at).saturating_sub(hidden), line);
    }
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
    view! { <ol class="talk-list" aria-label="Conversation">{fold}{shown}{nothing}{stale}</ol> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(speaker: Speaker, at: i64) -> MessageView {
        MessageView {
            id: at.to_string(),
            speaker,
            at: Timestamp::from_millis(at),
            text: Some("Hello".to_owned()),
            picture: None,
            card: None,
            by: None,
        }
    }

    #[test]
    fn what_the_buyer_said_last_is_not_folded_away() {
        use Speaker::{Buyer, Shop, System};
        let folded = |speakers: &[Speaker], open| {
            let messages: Vec<MessageView> = speakers.iter().zip(0..).map(|(one, at)| said(*one, at)).collect();
            folded(&messages, open)
        };
        assert_eq!(folded(&[Buyer, Shop, Buyer, Shop, Shop], 1), 2);
        assert_eq!(folded(&[Buyer, Shop, Buyer], 1), 2);
        assert_eq!(folded(&[Buyer, Shop, Buyer], 2), 1);
        assert_eq!(folded(&[Shop, System, Shop], 1), 2, "the buyer said nothing");
        assert_eq!((folded(&[Buyer], 2), folded(&[], 1)), (0, 0));
    }

    #[test]
    fn a_decision_stands_between_what_was_said_before_and_after_it() {
        let messages = [said(Speaker::Buyer, 2_000), said(Speaker::Shop, 4_000)];
        let places = [1_500, 3_000, 3_999, 4_700, 5_000].map(|at| place(&messages, Timestamp::from_millis(at)));
        assert_eq!(places, [0, 1, 1, 1, 2]);
    }
}
