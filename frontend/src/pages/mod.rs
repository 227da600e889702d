//! A folder per screen: they load and arrange.

pub mod case;
pub mod desk;
pub mod door;
pub mod handbook;
pub mod inspect;
mod keeping;
pub mod kept;
pub mod practice;
pub mod quality;
pub mod replies;
pub mod reports;
pub mod rules;
pub mod settings;
pub mod shell;
pub mod welcome;

use crate::web;
use keeping::{Keeping, Mirror};
use shared::time::Timestamp;

/// What narrows figures, as the address says.
fn figures_asked() -> crate::routes::Figures {
    let search = leptos::prelude::GetUntracked::get_untracked(&leptos_router::hooks::use_location().search);
    crate::routes::Figures::read(|key| web::query_value(&search, key.key()))
}

/// All shops in view, or one of them; tracked.
fn shop_choices(desk: crate::state::Desk) -> Vec<crate::components::Choice> {
    use crate::components::Choice;
    // The queue of a run names its own shop.
    let of_run =
        desk.nav.narrow().shop.filter(|shop| shop.trainee().is_some()).and_then(|shop| desk.session.shop(&shop));
    let shops = desk.session.shops().into_iter().chain(of_run).map(|shop| Choice::new(shop.id, shop.name));
    [Choice::new("", "All shops")].into_iter().chain(shops).collect()
}

/// The days until when something can be looked at next, so many days from today, and the one that stands.
fn look_choices(
    desk: crate::state::Desk,
    stands: Option<Timestamp>,
    spans: &[(i64, &'static str)],
) -> Vec<crate::components::Choice> {
    use crate::components::Choice;
    let choice = |at: Timestamp, label: String| Choice::new(at.millis().to_string(), label);
    let named = stands.map(|at| choice(at, ["By ", &web::date(at)].concat()));
    let later = spans.iter().filter_map(|(days, called)| {
        let at = web::day_end(desk.clock.now().plus_millis(days * 86_400_000)).plus_millis(-1);
        (stands != Some(at)).then(|| choice(at, [called, ", ", &web::date(at)].concat()))
    });
    [Choice::new("", "No next look")].into_iter().chain(named).chain(later).collect()
}

/// The day that was chosen of those.
fn look_of(word: &str) -> Option<Timestamp> {
    word.parse().ok().map(Timestamp::from_millis)
}
