//! How the first import stands: cases can be worked while it goes on.

use crate::i18n::format::count;
use crate::state::use_desk;
use leptos::prelude::*;
use shared::wire::shop::{ImportView, ShopLink, ShopView};

/// Whether the import of a shop goes on.
pub fn is_running(shop: &ShopView) -> bool {
    matches!(shop.link, ShopLink::Connected | ShopLink::Unreachable) && !matches!(shop.import, ImportView::Done { .. })
}

/// How far an import has got, in percent; unknown while TikTok has not counted.
pub fn percent(done: u64, total: Option<u64>) -> Option<u64> {
    total.filter(|total| *total > 0).map(|total| (done.min(total)).saturating_mul(100) / total)
}

/// One shop's import; nothing once it is done.
pub fn import_line(shop: &ShopView, with_name: bool) -> Option<AnyView> {
    let (words, done) = match shop.import {
        ImportView::Done { .. } => return None,
        ImportView::Waiting => ("Import begins soon".to_owned(), None),
        ImportView::Running { done, total: Some(total) } => {
            let words = match shop.link {
                ShopLink::Unreachable => "TikTok does not answer, trying on".to_owned(),
                _ => format!("{done} of {total} cases"),
            };
            (words, percent(done, Some(total)))
        }
        ImportView::Running { done, total: None } => (format!("{} so far", count(done, "case", "cases")), None),
    };
    let bar = done.map(|done| {
        view! {
            <span class="meter" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=done.to_string() aria-label=format!("Import of {}", shop.name)>
                <i style=("--p", format!("{done}%"))></i>
            </span>
        }
    });
    Some(view! { <li class="stack"><span class="line"><b class="strong clip">{if with_name { shop.name.clone() } else { "First import".to_owned() }}</b><span class="num push muted">{words}</span></span>{bar}</li> }.into_any())
}

/// The panel over the list while any shop's import goes on.
#[component]
pub fn ImportPanel() -> impl IntoView {
    let desk = use_desk();
    let lines = move || {
        let shops = desk.session.shops_as_read();
        shops.iter().filter(|shop| is_running(shop)).filter_map(|shop| import_line(shop, true)).collect::<Vec<_>>()
    };
    view! {
        <section class="card import" aria-label="First import">
            <h3>"Bringing in your cases"</h3>
            <p class="muted small">"Open cases come first, and you can decide them now. It goes on after a restart."</p>
            <ul class="stack small">{lines}</ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn progress_is_only_said_where_it_is_known() {
        for (done, total, shown) in
            [(5, None, None), (5, Some(0), None), (5, Some(10), Some(50)), (12, Some(10), Some(100))]
        {
            assert_eq!(percent(done, total), shown);
        }
    }
}
