//! Time as a shape.

use super::icon::Icon;
use crate::state::due::{Due, Shape};
use leptos::prelude::*;

/// One of the four shapes of a deadline.
#[component]
pub fn DueMark(
    /// How it stands.
    due: Due,
    /// For the past: the clock time at which it ran out.
    #[prop(into)]
    ran_out: String,
    /// The large one, which says "left".
    #[prop(optional)]
    is_large: bool,
    /// The desk's own time for a reply, not TikTok's for a decision.
    #[prop(optional)]
    is_owed: bool,
) -> impl IntoView {
    let mut class = String::from(match due.shape {
        Shape::Calm => "due",
        Shape::Soon => "due due--soon",
        Shape::Now => "due due--now",
        Shape::Past => "due due--past",
    });
    if is_large {
        class.push_str(" due--lg");
    }
    let text = match due.shape {
        Shape::Past if is_owed => format!("{} late", due.text),
        Shape::Past => format!("Ran out {ran_out}"),
        Shape::Calm | Shape::Soon | Shape::Now if is_large => format!("{} left", due.text),
        Shape::Calm | Shape::Soon | Shape::Now => due.text,
    };
    let mark = match due.shape {
        Shape::Now => view! { <Icon name="alarm"/> }.into_any(),
        Shape::Past => view! { <Icon name="stop"/> }.into_any(),
        Shape::Calm | Shape::Soon => view! {
            <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
                <circle class="bg" cx="10" cy="10" r="7.5"></circle>
                <circle class="fg" cx="10" cy="10" r="7.5" pathLength="100" style=("--left", due.left.to_string())></circle>
            </svg>
        }
        .into_any(),
    };
    view! { <span class=class>{mark}{text}</span> }
}

/// A deadline that moves with the clock.
#[component]
pub fn Deadline(
    /// How it stands now.
    #[prop(into)]
    due: Signal<Due>,
    /// For the past: the clock time at which it ran out.
    #[prop(into)]
    ran_out: String,
    /// The large one.
    #[prop(optional)]
    is_large: bool,
) -> impl IntoView {
    move || view! { <DueMark due=due.get() ran_out=ran_out.clone() is_large/> }
}
