//! Who looks after what buyers ask for more often, and until when.

use crate::api;
use crate::components::{Choice, Pick};
use crate::pages::{look_choices, look_of};
use crate::state::Desk;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::report::{Care, CareRequest, Drifting};

/// When the next look can be asked for; who is only named looks by the first of them.
const LOOKS: [(i64, &str); 3] = [(7, "Look in a week"), (14, "Look in 2 weeks"), (28, "Look in 4 weeks")];

/// The choices beside a reason of a product; what is chosen is kept at once.
pub(super) fn draw(desk: Desk, one: &Drifting, about: String, again: Callback<()>) -> AnyView {
    let key = StoredValue::new((one.reason, one.product.clone()));
    let keep = Callback::new(move |care: Option<Care>| {
        let (reason, product) = key.get_value();
        spawn_local(async move {
            match api::reports::care(&CareRequest { reason, product, care }).await {
                Ok(()) => again.run(()),
                Err(failure) => desk.toasts.failed(&failure),
            }
        });
    });
    let stands = one.care.as_ref().map(|care| care.look_by);
    // Who looks after it does so until some day: that nobody does is said of the person.
    let days: Vec<_> = look_choices(desk, stands, &LOOKS).into_iter().skip(1).collect();
    let first = days.first().and_then(|day| look_of(&day.value));
    let people = untrack(|| desk.session.people());
    let people = people.into_iter().map(|person| Choice::new(person.id.to_string(), person.name));
    let people: Vec<_> = [Choice::new("", "Nobody looks after it")].into_iter().chain(people).collect();
    let owner = one.care.as_ref().map(|care| care.owner.to_string()).unwrap_or_default();
    let pick_owner = move |word: String| {
        keep.run(word.parse().ok().zip(stands.or(first)).map(|(owner, look_by)| Care { owner, look_by }));
    };
    let day = one.care.clone().map(|care| {
        let pick = move |word: String| {
            keep.run(look_of(&word).map(|look_by| Care { owner: care.owner.clone(), look_by }));
        };
        let value = care.look_by.millis().to_string();
        view! { <Pick label="Next look by" icon="clock" choices=Signal::stored(days) value=Signal::stored(value) on_pick=pick/> }
    });
    view! {
        <div class="line wrap" role="group" aria-label=about>
            <Pick label="Looked after by" icon="user" choices=Signal::stored(people) value=Signal::stored(owner) on_pick=pick_owner/>
            {day}
        </div>
    }
    .into_any()
}
