//! The sheet of sampling and of alerts.

use super::leaving::{self, Base, Theirs, as_left, ways_out};
use super::loading::Loading;
use super::name_of;
use crate::api::{self, Failure};
use crate::components::{FailureBanner, Sheet};
use crate::i18n::format;
use crate::pages::kept::Kept;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::quality::Check;
use shared::domain::review::OfAgent;
use shared::error::ErrorCode;
use shared::id::AgentId;
use shared::money::Money;
use shared::wire::review::{ReviewRules, ReviewRulesView};

thread_local! {
    /// The rules that were changed and not saved.
    static LEFT: Kept<Form> = const { Kept::new() };
}

/// Under what the rules are kept: there is one.
const ALL: &str = "";

/// A number as typed; what is none is 0.
fn number_field(id: &'static str, label: &'static str, hint: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <div class="field number">
            <label for=id>{label}</label>
            <input class="input" id=id inputmode="numeric" autocomplete="off" prop:value=value on:input=move |event| value.set(web::value_of(&event))/>
            <span class="hint">{hint}</span>
        </div>
    }
    .into_any()
}

/// A field for each of some, as typed. `named`: the words beside it, and its label.
fn typed_rows(
    all: RwSignal<Vec<(String, String)>>,
    named: impl Fn(&str) -> (String, String),
    legend: &'static str,
    hint: &'static str,
) -> AnyView {
    let row = |(place, (key, _)): (usize, (String, String))| {
        let value = move || all.with(|all| all.get(place).map(|(_, text)| text.clone())).unwrap_or_default();
        let write = move |event: web_sys::Event| {
            let text = web::value_of(&event);
            all.update(|all| all.get_mut(place).into_iter().for_each(|(_, known)| known.clone_from(&text)));
        };
        let (name, label) = named(&key);
        view! { <label class="line"><span class="muted currency">{name}</span><input class="input push" aria-label=label inputmode="decimal" autocomplete="off" prop:value=value on:input=write/></label> }
    };
    let rows: Vec<_> = all.get_untracked().into_iter().enumerate().map(row).collect();
    view! { <fieldset class="field"><legend class="strong">{legend}</legend><div class="amounts">{rows}</div><span class="hint">{hint}</span></fieldset> }
        .into_any()
}

fn typed(number: u32) -> RwSignal<String> {
    RwSignal::new(number.to_string())
}

/// The form.
#[derive(Clone, Copy)]
struct Form {
    /// As it was typed in when the change began.
    from: StoredValue<Result<ReviewRules, String>>,
    base: Base,
    share: RwSignal<String>,
    per_agent: RwSignal<String>,
    first: RwSignal<String>,
    /// By currency, as typed; empty: none.
    above: RwSignal<Vec<(String, String)>>,
    failed: RwSignal<Vec<Check>>,
    /// By person, as typed; empty: as everybody.
    of: RwSignal<Vec<(String, String)>>,
    points: RwSignal<String>,
    cases: RwSignal<String>,
    reviews: RwSignal<String>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// What is not a number, by its label.
    wrong: RwSignal<Option<String>>,
}

/// The rules, line by line.
fn theirs(desk: Desk, known: &ReviewRulesView) -> Theirs {
    let ReviewRules { version, sampling, watch } = &known.rules;
    let number = |label: &str, number: u32| [label, ": ", &number.to_string()].concat();
    let list = |label: &str, all: Vec<String>| {
        [label, ": ", &if all.is_empty() { "none".to_owned() } else { all.join(", ") }].concat()
    };
    let share = |of: &OfAgent| [&name_of(desk, Some(&of.agent)), " ", &of.share.to_string(), " %"].concat();
    let failed = known.checks.iter().filter(|(check, _)| sampling.failed.contains(check));
    let lines = vec![
        number("Share of all cases, percent", sampling.share),
        number("Per agent and week", sampling.per_agent),
        number("First cases of a new agent", sampling.first),
        list("Amounts above", sampling.above.iter().map(format::money).collect()),
        list("More of one person", sampling.of.iter().map(share).collect()),
        list("Failed", failed.map(|(_, text)| text.clone()).collect()),
        number("A fall by more than, points", watch.points),
        number("With at least, cases", watch.cases),
        number("With at least, reviews", watch.reviews),
    ];
    Theirs { version: *version, lines }
}

impl leaving::Sheet for Form {
    fn base(self) -> Base {
        self.base
    }

    fn is_changed(self) -> bool {
        let version = |rules: ReviewRules| ReviewRules { version: 0, ..rules };
        self.from.get_value().map(version) != self.rules().map(version)
    }
}

impl Form {
    /// The form as it was left, else a new one.
    fn open(desk: Desk, known: &ReviewRulesView) -> Self {
        let form = leaving::open(&LEFT, ALL, theirs(desk, known), || Self::of(desk, known));
        form.failure.set(None);
        form
    }

    /// What was typed is saved, or thrown away.
    fn end() {
        LEFT.with(|left| left.end(ALL));
    }

    fn of(desk: Desk, known: &ReviewRulesView) -> Self {
        let ReviewRules { version, sampling, watch } = &known.rules;
        let amount = |currency: &String| {
            let known = sampling.above.iter().find(|amount| amount.currency() == *currency);
            (currency.clone(), known.map(|amount| amount.amount().to_owned()).unwrap_or_default())
        };
        let own = |agent: &AgentId| {
            let known = sampling.of.iter().find(|of| of.agent == *agent);
            (agent.to_string(), known.map(|of| of.share.to_string()).unwrap_or_default())
        };
        let of = untrack(|| desk.session.team()).iter().map(|person| own(&person.id)).collect();
        let form = Self {
            from: StoredValue::new(Err(String::new())),
            base: Base::of(*version),
            share: typed(sampling.share),
            per_agent: typed(sampling.per_agent),
            first: typed(sampling.first),
            above: RwSignal::new(known.currencies.iter().map(amount).collect()),
            failed: RwSignal::new(sampling.failed.clone()),
            of: RwSignal::new(of),
            points: typed(watch.points),
            cases: typed(watch.cases),
            reviews: typed(watch.reviews),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            wrong: RwSignal::new(None),
        };
        form.from.set_value(untrack(|| form.rules()));
        form
    }

    /// The rules as typed, or what is not a number.
    fn rules(self) -> Result<ReviewRules, String> {
        let number = |field: RwSignal<String>, label: &str| {
            field.with(|text| text.trim().parse::<u32>().map_err(|_| label.to_owned()))
        };
        let mut above = Vec::new();
        for (currency, text) in self.above.get() {
            let text = text.trim();
            if !text.is_empty() {
                above.push(Money::typed(text, &currency).map_err(|_| ["The amount in ", &currency].concat())?);
            }
        }
        let mut of = Vec::new();
        for (agent, text) in self.of.get() {
            let Ok(agent) = agent.parse() else { continue };
            if !text.trim().is_empty() {
                of.push(OfAgent { agent, share: text.trim().parse().map_err(|_| "A person’s share".to_owned())? });
            }
        }
        Ok(ReviewRules {
            version: self.base.version(),
            sampling: shared::domain::review::Sampling {
                share: number(self.share, "The share")?,
                per_agent: number(self.per_agent, "The number per agent")?,
                first: number(self.first, "The number of first cases")?,
                above,
                failed: self.failed.get(),
                of,
            },
            watch: shared::domain::review::Watch {
                points: number(self.points, "The fall")?,
                cases: number(self.cases, "The least number of cases")?,
                reviews: number(self.reviews, "The least number of reviews")?,
            },
        })
    }

    fn amounts(self) -> AnyView {
        let named = |currency: &str| (currency.to_owned(), ["More than, in ", currency].concat());
        typed_rows(self.above, named, "Amounts above", "Every case of more than this. Empty: none.")
    }

    fn of_people(self, desk: Desk) -> AnyView {
        let named = |agent: &str| {
            let name = agent.parse().ok().map(|agent| name_of(desk, Some(&agent))).unwrap_or_default();
            let label = ["Share of ", &name, "’s cases, percent"].concat();
            (name, label)
        };
        typed_rows(self.of, named, "More of one person, percent", "Of their own cases. Empty: as everybody.")
    }

    fn checks(self, all: &[(Check, String)]) -> AnyView {
        let tick = |(check, text): &(Check, String)| {
            let check = *check;
            let is_on = move || self.failed.with(|failed| failed.contains(&check));
            let switch = move |event: web_sys::Event| {
                let is_on = web::is_checked(&event);
                self.failed.update(|failed| {
                    failed.retain(|known| *known != check);
                    if is_on {
                        failed.push(check);
                    }
                });
            };
            view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{text.clone()}</span></label> }
        };
        let ticks: Vec<_> = all.iter().map(tick).collect();
        view! { <fieldset class="field"><legend class="strong">"Cases in which one of these failed"</legend><div class="ticks">{ticks}</div></fieldset> }
            .into_any()
    }

    fn save(self, desk: Desk, on_close: Callback<bool>) {
        let rules = match untrack(|| self.rules()) {
            Ok(rules) => rules,
            Err(label) => return self.wrong.set(Some([&label, " is not a number that fits."].concat())),
        };
        self.wrong.set(None);
        self.failure.set(None);
        self.is_busy.set(true);
        spawn_local(async move {
            let answer = match api::reviews::save_rules(&rules).await {
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                    api::reviews::rules().await.map(Some)
                }
                answer => answer.map(|_| None),
            };
            self.is_busy.try_set(false);
            match answer {
                Ok(None) => {
                    Self::end();
                    let _ = on_close.try_run(true);
                }
                Ok(Some(known)) => self.base.meet(theirs(desk, &known)),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn draw(self, desk: Desk, known: &ReviewRulesView, on_close: Callback<bool>, again: Callback<()>) -> AnyView {
        let take = move || {
            Self::end();
            again.run(());
        };
        let is_off = move || self.is_busy.get() || self.base.is_open();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !untrack(is_off) {
                self.save(desk, on_close);
            }
        };
        view! {
            <form class="stack" on:submit=submit novalidate>
                {as_left(self)}
                {self.base.draw(take, "rl-share")}
                <div class="numbers">
                    {number_field("rl-share", "Share of all cases, percent", "Drawn by lot from the case’s number: the same for everybody, always.", self.share)}
                    {number_field("rl-agent", "Per agent and week", "At least so many, filled up by lot when the week is over.", self.per_agent)}
                    {number_field("rl-first", "First cases of a new agent", "All of them.", self.first)}
                </div>
                {self.amounts()}
                {self.of_people(desk)}
                {self.checks(&known.checks)}
                <h3>"Tell leads when something falls"</h3>
                <div class="numbers">
                    {number_field("rl-points", "By more than, points", "Four weeks against the four before.", self.points)}
                    {number_field("rl-cases", "With at least, cases", "Of a check, in both spans.", self.cases)}
                    {number_field("rl-reviews", "With at least, reviews", "Of an agent’s score, in both spans.", self.reviews)}
                </div>
                {move || self.wrong.get().map(|text| view! { <p class="error" role="alert">{text}</p> })}
                {move || self.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    {ways_out(self, on_close, Self::end)}
                    <button class="btn btn--primary push" type="submit" disabled=is_off>"Save"</button>
                </div>
            </form>
        }
        .into_any()
    }
}

/// Which cases are looked at.
#[component]
pub fn Sampling(on_close: Callback<bool>) -> impl IntoView {
    let (desk, known) = (use_desk(), Loading::new(api::reviews::rules));
    let again = Callback::new(move |()| known.anew());
    let body = move || known.draw(|known| Form::open(desk, &known).draw(desk, &known, on_close, again));
    view! {
        <Sheet title="Sampling" lede="Which decided cases people look at. A case waits for 4 weeks." width="760px" on_close=move |()| on_close.run(false)>
            {body}
        </Sheet>
    }
}
