//! Why buyers ask: requests by reason and product, as dark as they are many.

use super::cases::Reading;
use super::figures::{drifted, heat};
use super::{Page, product};
use crate::i18n::format;
use leptos::prelude::*;
use shared::domain::report::Drift;
use shared::reasons::{ReasonGroup, label};
use shared::wire::report::{Counted, Drifting, Report, Reports};

/// Reasons with a row of the heat map.
const MOST_REASONS: usize = 10;

impl Page {
    fn cell(self, reason: ReasonGroup, name: &str, count: u64) -> AnyView {
        let title = [label(reason), ", ", &product(name)].concat();
        let about = [&title, ": read the ", &format::count(count, "request", "requests")].concat();
        let reading = Reading { what: Counted::Asked, reason: Some(reason), product: Some(name.to_owned()), title };
        self.opener(reading, count.to_string(), about)
    }

    /// The name over a column; pressed, it leaves only requests of that product.
    fn head(self, name: &str) -> AnyView {
        let shown = product(name);
        let text = view! { <span>{shown.clone()}</span> };
        if self.wanted.with_untracked(|wanted| wanted.product.is_some()) {
            return view! { <th scope="col" title=shown>{text}</th> }.into_any();
        }
        let about = [&shown, ": only its requests"].concat();
        let name = name.to_owned();
        let press = move |_| self.want_product(&name);
        view! { <th scope="col"><button class="toread" type="button" title=about on:click=press>{text}</button></th> }
            .into_any()
    }

    /// Requests by reason and product; each count leads to its cases.
    pub(super) fn reasons(self, reports: &Reports) -> AnyView {
        let reasons = &reports.reasons;
        let most = reasons.rows.iter().flat_map(|row| &row.cells).max().copied().unwrap_or_default();
        let worst = reports.drift.iter().flatten().find(|one| matches!(one.drift, Drift::More(_)));
        let heads: Vec<_> = reasons.products.iter().map(|name| self.head(name)).collect();
        let rows: Vec<_> = reasons
            .rows
            .iter()
            .take(MOST_REASONS)
            .map(|row| {
                let cells: Vec<_> = row
                    .cells
                    .iter()
                    .zip(&reasons.products)
                    .map(|(count, name)| {
                        let is_hot = worst.is_some_and(|worst| worst.reason == row.reason && worst.product == *name);
                        let text = if *count == 0 {
                            view! { <span class="vh">"0"</span> }.into_any()
                        } else {
                            self.cell(row.reason, name, *count)
                        };
                        view! { <td data-h=heat(*count, most).to_string() class:hot=is_hot>{text}</td> }
                    })
                    .collect();
                view! { <tr><th scope="row">{label(row.reason)}</th>{cells}<td class="all">{format::thousands(row.all)}</td></tr> }
            })
            .collect();
        let rare = u64::try_from(reasons.rows.len().saturating_sub(MOST_REASONS)).unwrap_or_default();
        let more = (reasons.more > 0 || rare > 0).then(|| {
            let (products, reasons) = (reasons.more, rare);
            let products = (products > 0).then(|| format::count(products, "more product", "more products"));
            let reasons = (reasons > 0).then(|| format::count(reasons, "rarer reason", "rarer reasons"));
            let more: Vec<String> = products.into_iter().chain(reasons).collect();
            view! { <p class="small muted">"All counts "{more.join(" and ")}" too; the files have them."</p> }
        });
        let body = if reasons.rows.is_empty() {
            view! { <p class="small muted">"Nobody asked for anything in these weeks."</p> }.into_any()
        } else {
            view! {
                <div class="scroll" tabindex="0" role="region" aria-label="Requests by reason and product">
                    <table class="heat">
                        <caption class="vh">"Requests by reason and product"</caption>
                        <thead><tr><td></td>{heads}<th scope="col">"All"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {self.listed(Counted::Asked)}
                {more}
            }
            .into_any()
        };
        // What is outlined says why.
        let is_shown = |worst: &&Drifting| {
            let has_row = reasons.rows.iter().take(MOST_REASONS).any(|row| row.reason == worst.reason);
            has_row && reasons.products.contains(&worst.product)
        };
        let outlined = worst.filter(is_shown).map(|worst| {
            let name = [&product(&worst.product), ": ", label(worst.reason)].concat();
            let change = match worst.drift {
                Drift::More(None) => "new in the last 2 weeks.".to_owned(),
                drift => [&drifted(drift), " against the 8 weeks before."].concat(),
            };
            let text = ["Outlined: ", &name, ", ", &change].concat();
            view! { <p class="small muted">{text}</p> }
        });
        let weeks = reports.weeks.len();
        view! {
            <section class="card broad">
                <header><h2>{Report::Reasons.title()}</h2><span class="small muted push">"requests in "{weeks}" weeks"</span></header>
                {outlined}
                {body}
                {self.foot(Report::Reasons, reports)}
            </section>
        }
        .into_any()
    }
}
