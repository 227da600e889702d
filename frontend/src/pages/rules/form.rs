//! The editor of a rule: conditions from controls, and the sentence that says them back.

use super::{kind_words, said};
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::domain::case::Kind;
use shared::domain::rule::{Bound, Cap, Count, History, Prepared, Rule, Then, When, means_everything, rule_problem};
use shared::id::{AgentId, ShopId};
use shared::money::Money;
use shared::reasons::{ReasonGroup, label};

/// Kinds that are decided at the desk.
const KINDS: [Kind; 4] = [Kind::Cancellation, Kind::RefundOnly, Kind::ReturnAndRefund, Kind::Replacement];

/// A count as typed; a bound that is not chosen asks nothing.
#[derive(Clone, Copy)]
struct Counted {
    bound: RwSignal<String>,
    number: RwSignal<String>,
}

impl Counted {
    fn of(count: Option<Count>) -> Self {
        let bound = match count.map(|count| count.bound) {
            None => "",
            Some(Bound::AtLeast) => "least",
            Some(Bound::AtMost) => "most",
        };
        let number = count.map_or_else(|| "1".to_owned(), |count| count.number.to_string());
        Self { bound: RwSignal::new(bound.to_owned()), number: RwSignal::new(number) }
    }

    fn count(self, what: &str) -> Result<Option<Count>, String> {
        let bound = match self.bound.get().as_str() {
            "least" => Bound::AtLeast,
            "most" => Bound::AtMost,
            _ => return Ok(None),
        };
        let number = self.number.get().trim().parse().map_err(|_| [what, " is not a number."].concat())?;
        Ok(Some(Count { bound, number }))
    }
}

/// A rule as typed.
#[derive(Clone, Copy)]
pub(super) struct Form {
    desk: Desk,
    name: RwSignal<String>,
    kinds: RwSignal<Vec<Kind>>,
    groups: RwSignal<Vec<ReasonGroup>>,
    currency: RwSignal<String>,
    least: RwSignal<String>,
    most: RwSignal<String>,
    products: RwSignal<String>,
    shops: RwSignal<Vec<ShopId>>,
    photos: Counted,
    history: Counted,
    days: RwSignal<String>,
    approve: RwSignal<bool>,
    assign: RwSignal<String>,
    tag: RwSignal<String>,
    reply: RwSignal<String>,
    second: RwSignal<String>,
    acts: RwSignal<String>,
    purse: RwSignal<String>,
}

fn text(amount: Option<&Money>) -> RwSignal<String> {
    RwSignal::new(amount.map(|amount| amount.amount().to_owned()).unwrap_or_default())
}

/// As a choice is called in the form.
fn reply_label(reply: Prepared) -> &'static str {
    match reply {
        Prepared::MoreInformation => "Asks for more",
        Prepared::Approved => "Says it is approved",
        Prepared::Refunded => "Says it is refunded",
        Prepared::ReturnAgreed => "Says it may be sent back",
        Prepared::Cancelled => "Says it is cancelled",
    }
}

impl Form {
    /// Begins with a version, or with nothing.
    pub(super) fn of(desk: Desk, rule: Option<&Rule>, currencies: &[String]) -> Self {
        let (when, then) = rule.map(|rule| (rule.when.clone(), rule.then.clone())).unwrap_or_default();
        let purse = rule.and_then(|rule| rule.cap.money.as_ref());
        let named = [&when.least, &when.most, &then.second_above].into_iter().flatten().chain(purse).next();
        let currency = named.map(|amount| amount.currency().to_owned()).or_else(|| currencies.first().cloned());
        let acts = rule.map_or(10, |rule| rule.cap.acts);
        let reply = then.reply.and_then(|reply| Prepared::ALL.iter().position(|known| *known == reply));
        Self {
            desk,
            name: RwSignal::new(rule.map(|rule| rule.name.clone()).unwrap_or_default()),
            kinds: RwSignal::new(when.kinds),
            groups: RwSignal::new(when.groups),
            currency: RwSignal::new(currency.unwrap_or_else(|| "USD".to_owned())),
            least: text(when.least.as_ref()),
            most: text(when.most.as_ref()),
            products: RwSignal::new(when.products.join(", ")),
            shops: RwSignal::new(when.shops),
            photos: Counted::of(when.photos),
            history: Counted::of(when.history.map(|history| history.count)),
            days: RwSignal::new(when.history.map_or(90, |history| history.days).to_string()),
            approve: RwSignal::new(then.approve),
            assign: RwSignal::new(then.assign.map(|agent| agent.to_string()).unwrap_or_default()),
            tag: RwSignal::new(then.tag.unwrap_or_default()),
            reply: RwSignal::new(reply.map(|place| place.to_string()).unwrap_or_default()),
            second: text(then.second_above.as_ref()),
            acts: RwSignal::new(acts.to_string()),
            purse: text(purse),
        }
    }

    fn money(self, field: RwSignal<String>, what: &str) -> Result<Option<Money>, String> {
        let typed = field.get();
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        Money::typed(typed, &self.currency.get())
            .map(Some)
            .map_err(|_| [what, " is not an amount, such as 20.00."].concat())
    }

    fn when(self) -> Result<When, String> {
        let words = self.products.get();
        let products = words.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
        let history = match self.history.count("The number of earlier requests")? {
            Some(count) => {
                let days =
                    self.days.get().trim().parse().map_err(|_| "The number of days is not a number.".to_owned())?;
                Some(History { days, count })
            }
            None => None,
        };
        Ok(When {
            kinds: self.kinds.get(),
            groups: self.groups.get(),
            least: self.money(self.least, "The least amount")?,
            most: self.money(self.most, "The most")?,
            products: products.collect(),
            shops: self.shops.get(),
            history,
            photos: self.photos.count("The number of photos")?,
        })
    }

    /// The rule as typed, or what is wrong with it; tracked.
    pub(super) fn rule(self) -> Result<Rule, String> {
        let tag = self.tag.get().trim().to_owned();
        let reply = self.reply.get().parse::<usize>().ok().and_then(|place| Prepared::ALL.get(place).copied());
        let then = Then {
            approve: self.approve.get(),
            assign: self.assign.get().parse::<AgentId>().ok(),
            tag: (!tag.is_empty()).then_some(tag),
            reply,
            second_above: self.money(self.second, "The amount above which two people decide")?,
        };
        let acts = self.acts.get().trim().parse().map_err(|_| "The cap is not a number.".to_owned())?;
        let cap = Cap { acts, money: self.money(self.purse, "The money of a day")? };
        Ok(Rule { name: self.name.get().trim().to_owned(), when: self.when()?, then, cap })
    }

    /// What stands in the way of saving; tracked.
    pub(super) fn problem(self) -> Option<String> {
        match self.rule() {
            Ok(rule) => rule_problem(&rule).map(|(field, problem)| match field {
                "then" => "Choose what is done.".to_owned(),
                "name" => "Give the rule a name.".to_owned(),
                field => ["The ", field, " ", problem, "."].concat(),
            }),
            Err(problem) => Some(problem),
        }
    }

    /// Warns of a rule that would approve every request, or every one up to a sum; tracked.
    fn takes_all(self) -> Option<AnyView> {
        let takes_all = self.approve.get() && self.when().is_ok_and(|when| means_everything(&when, &shops(self.desk)));
        let purse = self.money(self.purse, "").ok().flatten();
        takes_all.then(|| all_banner(!self.second.with(|second| second.trim().is_empty()), purse.as_ref()))
    }

    /// The fields, and the sentence.
    pub(super) fn fields(self, currencies: &[String]) -> AnyView {
        view! {
            <div class="stack ruleform">
                {line("ru-name", "Name", "What the timeline calls it when it acts.", self.name, "Small breakages")}
                <fieldset class="stack">
                    <legend>"When"</legend>
                    {self.whens(currencies)}
                </fieldset>
                <fieldset class="stack">
                    <legend>"Then"</legend>
                    {self.thens()}
                </fieldset>
                <fieldset class="stack">
                    <legend>"At most, in a day (UTC)"</legend>
                    <div class="numbers">
                        {line("ru-acts", "Requests", "By the day of the request, and of the act.", self.acts, "10")}
                        {line("ru-purse", "Money", "Empty: no limit but the number. With a limit, nothing in another currency is approved.", self.purse, "")}
                    </div>
                </fieldset>
            </div>
        }
        .into_any()
    }

    fn whens(self, currencies: &[String]) -> AnyView {
        let shops = untrack(|| self.desk.session.shops());
        let names: Vec<(ShopId, String)> = shops.into_iter().map(|shop| (shop.id, shop.name)).collect();
        let currencies = currencies.iter().map(|currency| (currency.clone(), currency.clone())).collect();
        view! {
            {some_of("Kinds", KINDS.iter().map(|kind| (*kind, kind_words(*kind).to_owned())).collect(), self.kinds, true)}
            {some_of("Reasons", ReasonGroup::ALL.iter().map(|group| (*group, label(*group).to_owned())).collect(), self.groups, false)}
            {some_of("Shops", names, self.shops, false)}
            <div class="numbers">
                {choice("ru-currency", "Currency", "Where an amount is given, cases in another currency are left alone.", currencies, self.currency)}
                {line("ru-least", "Amount, at least", "Empty: any.", self.least, "")}
                {line("ru-most", "Amount, at most", "Empty: any.", self.most, "20.00")}
            </div>
            {line("ru-products", "Products", "Words of a name, variant or article number, with commas between. Empty: all.", self.products, "mug, pot")}
            {counted("ru-photos", "Photos of the buyer", self.photos, None)}
            {counted("ru-history", "Earlier requests of the buyer", self.history, Some(self.days))}
        }
        .into_any()
    }

    fn thens(self) -> AnyView {
        let nobody = |word: &str| (String::new(), word.to_owned());
        let people = untrack(|| self.desk.session.team());
        let people = people.into_iter().map(|person| (person.id.to_string(), person.name));
        let people = [nobody("Nobody")].into_iter().chain(people).collect();
        let replies = Prepared::ALL.iter().enumerate();
        let replies = replies.map(|(place, reply)| (place.to_string(), reply_label(*reply).to_owned()));
        let replies = [nobody("None")].into_iter().chain(replies).collect();
        view! {
            <label class="tick"><input type="checkbox" prop:checked=self.approve on:change=move |event| self.approve.set(web::is_checked(&event))/><span>"Approve it"<br/><span class="small muted">"Through the hold, as an agent would. A disputed request, one without a sum and one near its deadline stay with people."</span></span></label>
            <div class="numbers">
                {choice("ru-assign", "Hand it to", "Unless somebody has it.", people, self.assign)}
                {line("ru-tag", "Tag it", "A short word.", self.tag, "")}
                {choice("ru-reply", "Prepare the reply", "A draft; a person sends it.", replies, self.reply)}
                {line("ru-second", "A second person above", "Also for agents. A sum in another currency asks too, unless a rule names one in it. Empty: never.", self.second, "")}
            </div>
        }
        .into_any()
    }

    /// The sentence, and what it takes in.
    pub(super) fn sentence(self) -> AnyView {
        let text = move || self.rule().map(|rule| said(self.desk, &rule)).unwrap_or_else(|problem| problem);
        view! {
            <div class="rulesays" role="status" aria-live="polite"><span class="small muted">"In plain words"</span><p>{text}</p></div>
            {move || self.takes_all()}
        }
        .into_any()
    }
}

/// All shops that a rule can name.
fn shops(desk: Desk) -> Vec<ShopId> {
    untrack(|| desk.session.shops()).into_iter().map(|shop| shop.id).collect()
}

/// A rule that means every request, and approves by itself what needs no second person.
pub(super) fn means_all_alone(desk: Desk, rule: &Rule) -> bool {
    rule.then.approve && rule.then.second_above.is_some() && means_everything(&rule.when, &shops(desk))
}

/// "everything", of a rule whose money of a day is in one currency "everything in EUR".
pub(super) fn everything(purse: Option<&Money>) -> String {
    ["everything", &purse.map(|purse| [" in ", purse.currency()].concat()).unwrap_or_default()].concat()
}

/// Names a rule that takes everything, or everything up to the sum above which it asks for a second person.
pub(super) fn all_banner(up_to_a_sum: bool, purse: Option<&Money>) -> AnyView {
    let all = everything(purse);
    let (class, fact) = match up_to_a_sum {
        true => (
            "banner banner--soon banner--in",
            ["This rule means every request, and approves ", &all, " that needs no second person."],
        ),
        false => ("banner banner--stop banner--in", ["This rule would approve ", &all, "."]),
    };
    let fact = fact.concat();
    view! {
        <div class=class role="alert">
            {view! { <crate::components::Icon name="warn"/> }}
            <p><b class="strong">{fact}</b><br/>"No condition leaves any request out. Name a reason, an amount or a product, unless that is what you want."</p>
        </div>
    }
    .into_any()
}

fn line(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: RwSignal<String>,
    like: &'static str,
) -> AnyView {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input" id=id autocomplete="off" maxlength="200" placeholder=like aria-describedby=hint_id.clone() prop:value=value on:input=move |event| value.set(web::value_of(&event))/>
            <span class="hint" id=hint_id>{hint}</span>
        </div>
    }
    .into_any()
}

/// The options of a list box, with the chosen one marked: its value is set before they are there.
fn options(choices: Vec<(String, String)>, value: RwSignal<String>) -> Vec<AnyView> {
    let chosen = value.get_untracked();
    let option = |(value, label): (String, String)| {
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{label}</option> }.into_any()
    };
    choices.into_iter().map(option).collect()
}

fn choice(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    choices: Vec<(String, String)>,
    value: RwSignal<String>,
) -> AnyView {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select class="input" id=id aria-describedby=hint_id.clone() on:change=move |event| value.set(web::value_of(&event))>{options(choices, value)}</select>
            <span class="hint" id=hint_id>{hint}</span>
        </div>
    }
    .into_any()
}

fn counted(id: &'static str, label: &'static str, value: Counted, days: Option<RwSignal<String>>) -> AnyView {
    let is_off = move || value.bound.with(String::is_empty);
    let bounds = [("", "Not asked"), ("least", "At least"), ("most", "At most")];
    let bounds = bounds.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    let number_label = [label, ", number"].concat();
    let days_label = [label, ", days"].concat();
    view! {
        <div class="field"><label for=id>{label}</label>
            <span class="line wrap">
                <select class="input counted" id=id on:change=move |event| value.bound.set(web::value_of(&event))>{options(bounds, value.bound)}</select>
                <input class="input counted" aria-label=number_label inputmode="numeric" autocomplete="off" prop:disabled=is_off prop:value=value.number on:input=move |event| value.number.set(web::value_of(&event))/>
                {days.map(|days| view! { <span class="muted">"in"</span><input class="input counted" aria-label=days_label inputmode="numeric" autocomplete="off" prop:disabled=is_off prop:value=days on:input=move |event| days.set(web::value_of(&event))/><span class="muted">"days"</span> })}
            </span>
        </div>
    }
    .into_any()
}

/// A choice of some of many; none chosen: all.
fn some_of<T: Clone + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    all: Vec<(T, String)>,
    chosen: RwSignal<Vec<T>>,
    is_open: bool,
) -> AnyView {
    let tick = |(one, text): (T, String)| {
        let known = one.clone();
        let is_on = move || chosen.with(|chosen| chosen.contains(&known));
        let switch = move |event: web_sys::Event| {
            let is_on = web::is_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != one);
                if is_on {
                    chosen.push(one.clone());
                }
            });
        };
        view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{text}</span></label> }
    };
    let ticks: Vec<_> = all.into_iter().map(tick).collect();
    let summary = move || match chosen.with(Vec::len) {
        0 => [name, ": all"].concat(),
        count => [name, ": ", &count.to_string(), " chosen"].concat(),
    };
    view! { <details open=is_open><summary>{summary}</summary><div class="ticks">{ticks}</div></details> }.into_any()
}
