//! Short news at the edge of the screen.

use crate::components::Icon;
use crate::state::toasts::{Toast, Tone, Way};
use crate::state::{Desk, use_desk};
use leptos::prelude::*;

fn one(desk: Desk, toast: Toast) -> impl IntoView {
    let (class, icon, role) = match toast.tone {
        Tone::Good => ("toast", "check-circle", "status"),
        Tone::Info => ("toast toast--info", "info", "status"),
        Tone::Stop => ("toast toast--stop", "stop", "alert"),
    };
    let id = toast.id;
    let button = match toast.way {
        Some(way) => {
            let press = move |_| {
                match &way {
                    Way::Case(case) => desk.nav.open(Some(case.clone())),
                    Way::Page(route) => desk.nav.go(route),
                }
                desk.toasts.close(id);
            };
            view! { <button class="btn btn--sm" type="button" on:click=press>"Open"</button> }.into_any()
        }
        None => view! {
            <button class="btn btn--sm" type="button" aria-label="Close this news" on:click=move |_| desk.toasts.close(id)><Icon name="x" class="icon--s"/></button>
        }
        .into_any(),
    };
    view! { <div class=class role=role><Icon name=icon/><div>{toast.title}<p>{toast.text}</p></div>{button}</div> }
}

/// Where news appears.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let desk = use_desk();
    view! {
        <section class="toasts" aria-label="News">
            <For each=move || desk.toasts.shown() key=|toast| toast.id children=move |toast| one(desk, toast)/>
        </section>
    }
}
