//! What narrows the figures: the choices over them, kept in the address.

use super::Page;
use crate::api::reports::Wanted;
use crate::components::{Choice, Pick};
use crate::i18n::words;
use crate::routes::Figures;
use leptos::prelude::*;
use shared::domain::case::Kind;
use shared::reasons::{ReasonGroup, group_named, group_word, label};
use shared::wire::report::USUAL_WEEKS;

/// Weeks back, and how that is called.
const SPANS: [(&str, &str); 3] = [("4", "4 weeks"), ("10", "10 weeks"), ("26", "26 weeks")];

/// One of the spans; the usual one where the address names none.
fn span_of(weeks: Option<&str>) -> &'static str {
    let usual = USUAL_WEEKS.to_string();
    let find = |weeks: &str| SPANS.iter().map(|(span, _)| *span).find(|span| *span == weeks);
    weeks.and_then(find).or_else(|| find(&usual)).unwrap_or("10")
}

/// What the address asks for.
pub(super) fn asked() -> Wanted {
    let Figures { shop, weeks, by, kind, reason, .. } = crate::pages::figures_asked();
    Wanted { shop, weeks: span_of(weeks.as_deref()), agent: by, kind, reason }
}

/// The same as it stands in the address.
pub(super) fn kept(wanted: &Wanted) -> Figures {
    let Wanted { shop, weeks, agent, kind, reason } = wanted.clone();
    Figures { shop, weeks: Some(weeks.to_owned()), by: agent, kind, reason, failed: None }
}

/// One that leaves nothing out, before the others.
fn or_all(all: &'static str, others: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    [("", all)].into_iter().chain(others).map(|(value, label)| Choice::new(value, label)).collect()
}

impl Page {
    /// One choice: what of the wanted stands on it, and what choosing changes.
    fn pick(
        self,
        label: &'static str,
        icon: &'static str,
        choices: Signal<Vec<Choice>>,
        value: fn(&Wanted) -> String,
        change: fn(&mut Wanted, &str),
    ) -> AnyView {
        let on_pick = move |value: String| {
            let mut wanted = self.wanted.get_untracked();
            change(&mut wanted, &value);
            self.want(wanted);
        };
        let value = Signal::derive(move || self.wanted.with(value));
        view! { <Pick label icon choices value on_pick/> }.into_any()
    }

    /// All of them.
    pub(super) fn picks(self) -> AnyView {
        let spans = SPANS.iter().map(|(value, label)| Choice::new(*value, *label)).collect::<Vec<_>>();
        let kinds = or_all("All kinds", Kind::ALL.into_iter().map(|kind| (kind.word(), words::kind(kind))));
        let reasons =
            or_all("All reasons", ReasonGroup::ALL.into_iter().map(|group| (group_word(group), label(group))));
        let shops = Signal::derive(move || crate::pages::shop_choices(self.desk));
        let people = Signal::derive(move || {
            let people = self.desk.session.people().into_iter().map(|person| Choice::new(person.id, person.name));
            [Choice::new("", "Everybody")].into_iter().chain(people).collect::<Vec<_>>()
        });
        [
            self.pick(
                "Weeks",
                "clock",
                spans.into(),
                |wanted| wanted.weeks.to_owned(),
                |wanted, value| {
                    wanted.weeks = span_of(Some(value));
                },
            ),
            self.pick(
                "Shop",
                "home",
                shops,
                |wanted| wanted.shop.as_ref().map(ToString::to_string).unwrap_or_default(),
                |wanted, value| wanted.shop = value.parse().ok(),
            ),
            self.pick(
                "Person",
                "user",
                people,
                |wanted| wanted.agent.as_ref().map(ToString::to_string).unwrap_or_default(),
                |wanted, value| wanted.agent = value.parse().ok(),
            ),
            self.pick(
                "Kind",
                "kind-return",
                kinds.into(),
                |wanted| wanted.kind.map_or("", Kind::word).to_owned(),
                |wanted, value| wanted.kind = Kind::named(value),
            ),
            self.pick(
                "Reason",
                "filter",
                reasons.into(),
                |wanted| wanted.reason.map_or("", group_word).to_owned(),
                |wanted, value| wanted.reason = group_named(value),
            ),
        ]
        .into_iter()
        .collect_view()
        .into_any()
    }

    /// Of which person, shops and requests the figures are, in words.
    pub(super) fn of_what(self) -> String {
        let wanted = self.wanted.get_untracked();
        let person = wanted.agent.map(|person| self.agent_name(&person));
        let shop = wanted.shop.map_or_else(|| "All shops".to_owned(), |shop| self.shop_name(&shop));
        let kind = wanted.kind.map(|kind| words::kind(kind).to_owned());
        let reason = wanted.reason.map(|reason| label(reason).to_owned());
        [person, Some(shop), kind, reason].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
