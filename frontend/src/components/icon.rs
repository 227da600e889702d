//! Drawn marks.

use leptos::prelude::*;

/// One icon of the sprite; always beside words or inside something that has a name.
#[component]
pub fn Icon(
    /// Its name in `icons.svg`, without `i-`.
    name: &'static str,
    /// `"icon--s"` for the small one.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let href = format!("/icons.svg#i-{name}");
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class aria-hidden="true"><use_ href=href></use_></svg> }
}

/// The mark: an A whose bar is the arrow that comes back.
#[component]
pub fn Mark(
    /// Pixels.
    size: &'static str,
    /// The arrow in its own colour, for the rail.
    #[prop(optional)]
    with_colour: bool,
) -> impl IntoView {
    let arrow = if with_colour { "#ffd9a0" } else { "currentColor" };
    view! {
        <svg
            viewBox="0 0 24 24" width=size height=size fill="none" stroke-width="2.2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true"
        >
            <path d="M3.8 20.4 12 3.8l8.2 16.6" stroke="currentColor"></path>
            <path d="M17 14.6h-6.2M12.9 12.3l-2.3 2.3 2.3 2.3" stroke=arrow></path>
        </svg>
    }
}
