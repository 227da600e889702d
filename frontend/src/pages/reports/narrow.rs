//! What narrows the figures: the choices over them, kept in the address.

use super::{Page, product};
use crate::api::reports::Wanted;
use crate::components::{Choice, Pick};
use crate::i18n::words;
use crate::routes::Figures;
use crate::web;
use leptos::prelude::*;
use shared::domain::case::Kind;
use shared::reasons::{ReasonGroup, group_named, group_word, label};
use shared::wire::report::USUAL_WEEKS;

/// Letters of a product's name in the list; what tells two of a kind apart stands at its end.
const MOST_LETTERS: usize = 72;
const LAST_LETTERS: usize = 20;

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
    let Figures { shop, weeks, by, kind, reason, product, .. } = crate::pages::figures_asked();
    Wanted { shop, weeks: span_of(weeks.as_deref()), agent: by, kind, reason, product }
}

/// The same as it stands in the address.
pub(super) fn kept(wanted: &Wanted) -> Figures {
    let Wanted { shop, weeks, agent, kind, reason, product } = wanted.clone();
    Figures { shop, weeks: Some(weeks.to_owned()), by: agent, kind, reason, product, failed: None }
}

/// One that leaves nothing out, before the others.
fn or_all(all: &'static str, others: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    [("", all)].into_iter().chain(others).map(|(value, label)| Choice::new(value, label)).collect()
}

/// A name as it stands in the list.
fn short(name: &str) -> String {
    let letters: Vec<char> = product(name).chars().collect();
    let left_out = letters.len().saturating_sub(MOST_LETTERS);
    if left_out == 0 {
        return letters.into_iter().collect();
    }
    let (begin, end) = letters.split_at(letters.len() - LAST_LETTERS);
    let begin: String = begin.iter().take(MOST_LETTERS - LAST_LETTERS - 3).collect();
    [begin.trim_end(), " … ", end.iter().collect::<String>().trim_start()].concat()
}

/// A product as the value of a choice: one without a name is another than none.
fn value_of(product: &str) -> String {
    ["=", product].concat()
}

/// Those that are offered, and the one that is chosen, which a link may have brought from other weeks.
fn product_choices(offered: &[String], chosen: Option<&str>) -> Vec<Choice> {
    let brought = chosen.filter(|chosen| offered.iter().all(|name| name != chosen));
    let names = brought.into_iter().chain(offered.iter().map(String::as_str));
    let choices = names.map(|name| Choice::new(value_of(name), short(name)));
    [Choice::new("", "All products")].into_iter().chain(choices).collect()
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
        let products = Signal::derive(move || {
            let chosen = self.wanted.with(|wanted| wanted.product.clone());
            self.products.with(|offered| product_choices(offered, chosen.as_deref()))
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
            self.pick(
                "Product",
                "parcel",
                products,
                |wanted| wanted.product.as_deref().map(value_of).unwrap_or_default(),
                |wanted, value| wanted.product = value.strip_prefix('=').map(str::to_owned),
            ),
        ]
        .into_iter()
        .collect_view()
        .into_any()
    }

    /// Only requests of one product from now on. What was pressed goes with the figures: the choice has the focus then.
    pub(super) fn want_product(self, name: &str) {
        self.want(Wanted { product: Some(name.to_owned()), ..self.wanted.get_untracked() });
        let _ = web::focus_first("select[aria-label=Product]");
    }

    /// Of which person, shops and requests the figures are, in words.
    pub(super) fn of_what(self) -> String {
        let wanted = self.wanted.get_untracked();
        let person = wanted.agent.map(|person| self.agent_name(&person));
        let shop = wanted.shop.map_or_else(|| "All shops".to_owned(), |shop| self.shop_name(&shop));
        let kind = wanted.kind.map(|kind| words::kind(kind).to_owned());
        let reason = wanted.reason.map(|reason| label(reason).to_owned());
        let product = wanted.product.map(|name| product(&name));
        [person, Some(shop), kind, reason, product].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_names_is_always_among_the_choices() {
        let offered = ["Lamp".to_owned(), String::new()];
        let labels = |chosen| {
            let all = product_choices(&offered, chosen);
            all.into_iter().map(|choice| (choice.value, choice.label)).collect::<Vec<_>>()
        };
        let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let known = [pair("", "All products"), pair("=Lamp", "Lamp"), pair("=", "No product named")];
        for chosen in [None, Some("Lamp"), Some("")] {
            assert_eq!(labels(chosen), known, "{chosen:?}");
        }
        let [all, lamp, unnamed] = known;
        assert_eq!(labels(Some("=")), [all, pair("==", "="), lamp, unnamed]);
    }

    #[test]
    fn of_a_long_name_the_begin_and_the_end_are_shown() {
        let name = |middle: &str| ["Lamp of brass ", middle, ", 40 cm, warm white"].concat();
        assert_eq!(short(&name("and glass")), name("and glass"));
        let long = short(&name(&"灯".repeat(300)));
        assert_eq!(long, ["Lamp of brass ", &"灯".repeat(35), " … 灯, 40 cm, warm white"].concat());
        assert!(long.chars().count() <= MOST_LETTERS);
    }
}
