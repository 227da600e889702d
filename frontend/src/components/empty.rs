//! Nothing here, said kindly and truly. Never looks like a failure.

use leptos::prelude::*;

/// Which drawing stands over the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Art {
    /// A tray with a tick.
    Tray,
    /// A parcel.
    Parcel,
    /// A lens.
    Lens,
}

impl Art {
    const fn drawing(self) -> &'static str {
        match self {
            Self::Tray => {
                "<path d='M20 58 34 28a6 6 0 0 1 5-3h50a6 6 0 0 1 5 3l14 30v18a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6z' \
                 fill='var(--accent-soft)'/><path d='M20 58h26l6 10h24l6-10h26'/><path d='m52 42 9 9 17-19' stroke-width='3'/>"
            }
            Self::Parcel => {
                "<path d='M64 44 24 28v38l40 18 40-18V28z' fill='var(--accent-soft)'/><path d='M24 28 64 12l40 16-40 16zM64 \
                 44v40'/><path d='M44 20l40 16v14'/>"
            }
            Self::Lens => {
                "<circle cx='56' cy='42' r='26' fill='var(--accent-soft)'/><path d='m75 61 21 21M46 42h20M46 33h12'/>"
            }
        }
    }
}

/// An empty place.
#[component]
pub fn Empty(
    /// The drawing.
    art: Art,
    /// The fact.
    #[prop(into)]
    title: String,
    /// What it means.
    #[prop(into)]
    text: String,
    /// One thing to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <svg
                class="art" viewBox="0 0 128 96" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
                stroke-linejoin="round" aria-hidden="true" inner_html=art.drawing()
            ></svg>
            <h3>{title}</h3>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
