//! Who looks after what buyers ask for more often, and until when.

use crate::api;
use crate::components::{Choice, Pick};
use crate::pages::{Keeping, look_choices, look_of};
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::wire::report::{Care, CareRequest, Drifting};
use shared::wire::session::Role;

/// When the next look can be asked for; who is only named looks by the first of them.
const LOOKS: [(i64, &str); 3] = [(7, "Look in a week"), (14, "Look in 2 weeks"), (28, "Look in 4 weeks")];

/// The choices beside a reason of a product; what is chosen is kept at once, and `again` is called when somebody goes on.
pub(super) fn draw(desk: Desk, one: &Drifting, about: String, again: Callback<()>) -> AnyView {
    if !one.may_care {
        return ().into_any();
    }
    let key = StoredValue::new((one.reason, one.product.clone()));
    let (keeping, is_new) = (Keeping::of(one.care.clone()), StoredValue::new(false));
    let keep = move |care: Option<Care>| {
        let send = move |care| {
            let (reason, product) = key.get_value();
            async move { api::reports::care(&CareRequest { reason, product, care }).await }
        };
        let end = move |answer| match answer {
            Ok(()) => is_new.set_value(true),
            Err(failure) => desk.toasts.failed(&failure),
        };
        keeping.keep(care, send, end);
    };
    let stands = move || keeping.chosen.get().map(|care| care.look_by);
    // Who looks after it does so until some day: that nobody does is said of the person.
    let days = move || look_choices(desk, stands(), &LOOKS).into_iter().skip(1).collect::<Vec<_>>();
    let people = untrack(|| desk.session.team());
    // Who sees no reports would not learn of it.
    let leads = people.into_iter().filter(|person| person.role >= Role::Lead);
    let people = leads.map(|person| Choice::new(person.id.to_string(), person.name));
    let people: Vec<_> = [Choice::new("", "Nobody looks after it")].into_iter().chain(people).collect();
    let owner = move || keeping.chosen.get().map(|care| care.owner.to_string()).unwrap_or_default();
    let pick_owner = move |word: String| {
        let first = || look_choices(desk, None, &LOOKS).get(1).and_then(|day| look_of(&day.value));
        let look_by = untrack(stands).or_else(first);
        keep(word.parse().ok().zip(look_by).map(|(owner, look_by)| Care { owner, look_by }));
    };
    let pick_day = move |word: String| {
        let care = keeping.chosen.get_untracked();
        keep(care.zip(look_of(&word)).map(|(care, look_by)| Care { look_by, ..care }));
    };
    let day = move || stands().map(|at| at.millis().to_string()).unwrap_or_default();
    // Drawn anew while somebody chooses, the page would take the focus from them.
    let leave = move |event| {
        if !web::stays_within(&event) && is_new.get_value() && !keeping.is_busy.get_value() {
            is_new.set_value(false);
            again.run(());
        }
    };
    view! {
        <div class="line wrap" role="group" aria-label=about on:focusout=leave>
            <Pick label="Looked after by" icon="user" choices=Signal::stored(people) value=Signal::derive(owner) on_pick=pick_owner/>
            <Show when=move || keeping.chosen.with(Option::is_some)>
                <Pick label="Next look by" icon="clock" choices=Signal::derive(days) value=Signal::derive(day) on_pick=pick_day/>
                {move || stands().is_some_and(|at| at < desk.clock.now()).then(|| view! { <span class="chip chip--soon">"A look was due"</span> })}
            </Show>
        </div>
    }
    .into_any()
}
