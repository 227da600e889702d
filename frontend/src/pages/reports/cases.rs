//! From a figure to its cases: what opens them, and their list under it.

use super::Page;
use crate::api;
use crate::components::{FailureBanner, RowSkeletons};
use crate::i18n::format;
use crate::routes::Route;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::reasons::{ReasonGroup, group_of, label};
use shared::wire::report::{Counted, ReportCase, ReportCases};

/// What stands over the list, and which cases are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// Of which figure.
    pub(super) what: Counted,
    /// Only for this.
    pub(super) reason: Option<ReasonGroup>,
    /// Only for this product.
    pub(super) product: Option<String>,
    /// In words.
    pub(super) title: String,
}

impl Page {
    fn read_cases(self, reading: Reading) {
        let wanted = self.wanted.get_untracked();
        self.cases.set(None);
        self.reading.set(Some(reading.clone()));
        spawn_local(async move {
            let Reading { what, reason, product, .. } = &reading;
            let answer = api::reports::cases(&wanted, *what, *reason, product.as_deref()).await;
            let is_wanted = self.wanted.try_get_untracked().as_ref() == Some(&wanted);
            if is_wanted && self.reading.try_get_untracked().flatten().as_ref() == Some(&reading) {
                self.cases.try_set(Some(answer));
            }
        });
    }

    /// A figure that opens the list of its cases, and closes it.
    pub(super) fn opener(self, reading: Reading, text: String, about: String) -> AnyView {
        let own = reading.clone();
        let is_open = Memo::new(move |_| self.reading.with(|reading| reading.as_ref() == Some(&own)));
        let press = move |_| {
            if is_open.get_untracked() {
                self.reading.set(None);
            } else {
                self.read_cases(reading.clone());
            }
        };
        view! {
            <button class="toread" type="button" aria-label=about aria-expanded=move || is_open.get().to_string() on:click=press>{text}</button>
        }
        .into_any()
    }

    fn case_line(self, case: &ReportCase) -> AnyView {
        let row = &case.row;
        let href = Route::Desk { stage: row.stage, case: Some(row.id.clone()) }.path();
        let amount = row.amount.as_ref().map(|amount| [", ", &format::money(amount)].concat());
        let name = [label(group_of(&row.reason)), &amount.unwrap_or_default()].concat();
        let who = case.agent.as_ref().map(|agent| self.agent_name(agent));
        let at = web::when(case.at, web::device_now());
        let parts = [Some(row.item.clone()), Some(row.buyer.clone()), Some(at), who];
        let about = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        view! { <li><p><a href=href>{name}</a></p><p class="muted">{about}</p></li> }.into_any()
    }

    fn lines(self, found: &ReportCases) -> AnyView {
        let lines: Vec<_> = found.cases.iter().map(|case| self.case_line(case)).collect();
        let shown = u64::try_from(found.cases.len()).unwrap_or_default();
        let more = (shown < found.total).then(|| {
            let text = ["The newest ", &shown.to_string(), " of ", &format::thousands(found.total), "."].concat();
            view! { <p class="small muted">{text}</p> }
        });
        view! { <ul class="stack small talks">{lines}</ul>{more} }.into_any()
    }

    /// The cases of a figure, while they are read.
    pub(super) fn listed(self, what: Counted) -> AnyView {
        self.listed_if(move |reading| reading.what == what)
    }

    /// The same, where there is a list for each of several.
    pub(super) fn listed_if(self, is_meant: impl Fn(&Reading) -> bool + Send + 'static) -> AnyView {
        let shown = move || {
            let reading = self.reading.get().filter(|reading| is_meant(reading))?;
            let list = move || match self.cases.get() {
                None => view! { <RowSkeletons count=2/> }.into_any(),
                Some(Ok(found)) => self.lines(&found),
                Some(Err(failure)) => {
                    let again = Callback::new(move |()| {
                        if let Some(reading) = self.reading.get_untracked() {
                            self.read_cases(reading);
                        }
                    });
                    view! { <FailureBanner failure on_retry=again/> }.into_any()
                }
            };
            let title = [&reading.title, ": the cases"].concat();
            let label = title.clone();
            Some(view! { <section class="counted" aria-label=label><h3>{title}</h3>{list}</section> })
        };
        shown.into_any()
    }
}
