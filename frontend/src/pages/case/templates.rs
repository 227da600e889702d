//! Templates over the reply: the one that fits first, then those for other reasons.

use super::composer::Writing;
use super::finder::Finder;
use leptos::prelude::*;
use shared::reasons::{ReasonGroup, group_of, label};
use shared::reply::Catalogue;
use shared::wire::case::CaseView;
use std::sync::Arc;

/// The list, open for as long as it is mounted.
#[component]
pub fn Templates(
    writing: Writing,
    view: Signal<Option<CaseView>>,
    catalogue: Signal<Option<Arc<Catalogue>>>,
    shop: Signal<String>,
    open: RwSignal<bool>,
    /// Takes the reason whose words were chosen.
    on_group: Callback<ReasonGroup>,
) -> impl IntoView {
    // The view as it was: what is written below does not change while one is chosen.
    let view = StoredValue::new(view.get_untracked());
    let all = Memo::new(move |_| -> Vec<(ReasonGroup, String, String)> {
        let (Some(view), Some(catalogue)) = (view.get_value(), catalogue.get()) else { return Vec::new() };
        let own = group_of(&view.row.reason);
        let groups = [own].into_iter().chain(ReasonGroup::ALL.into_iter().filter(|group| *group != own));
        let shop = shop.get_untracked();
        let one = |group: ReasonGroup| {
            let (_, text) = writing.made_for(group, &view, &catalogue, &shop);
            let name =
                if group == own { [label(group), ", the buyer’s reason"].concat() } else { label(group).to_owned() };
            (group, name, text)
        };
        groups.map(one).filter(|(_, _, text)| !text.trim().is_empty()).collect()
    });
    let typed = RwSignal::new(String::new());
    let fits = move || {
        let typed = typed.with(|typed| typed.trim().to_lowercase());
        all.with(|all| {
            let holds = |text: &str| text.to_lowercase().contains(&typed);
            all.iter().filter(|(_, name, text)| holds(name) || holds(text)).cloned().collect::<Vec<_>>()
        })
    };
    let found = Signal::derive(move || fits().into_iter().map(|(_, name, text)| (name, text)).collect::<Vec<_>>());
    let none = Signal::derive(move || {
        let is_here = catalogue.with(Option::is_some);
        let why = if is_here { "No template fits." } else { "The reply texts are not here yet." };
        found.with(Vec::is_empty).then(|| why.to_owned())
    });
    let take = move |place: usize| {
        if let Some((group, ..)) = untrack(fits).into_iter().nth(place) {
            on_group.run(group);
        }
    };
    view! { <Finder label="Find a template" list="Templates" open typed found none on_take=Callback::new(take)/> }
}
