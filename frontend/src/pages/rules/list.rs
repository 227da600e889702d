//! All rules, how they stand, and what they did today.

use super::form::everything;
use super::{acts, follow, keep_focus, kept_id, reader, said, state_chip, stop_all};
use crate::api;
use crate::components::{Art, Empty, Icon};
use crate::i18n::format;
use crate::pages::quality::loading::Loading;
use crate::routes::Route;
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::rule::Cap;
use shared::id::RuleId;
use shared::money::Money;
use shared::wire::rule::{AwayRule, RuleView, Rules, Switched, Today};

/// After a rule is back its row is gone, and the next one stands under the same finger for so long before it can be
/// pressed.
const SETTLE_MS: u32 = 700;

/// A place for a rule that is not there yet.
fn fresh_path() -> Option<Route> {
    web::fresh_key().as_str().parse::<RuleId>().ok().map(Route::Rule)
}

/// Sums of several currencies, or that there is none.
pub(super) fn sums(money: &[Money]) -> String {
    if money.is_empty() { "none".to_owned() } else { format::sums(money) }
}

/// "3 of 10, US$ 71.28 of US$ 100.00": with what was undone, which uses the cap up all the same.
fn of_cap(today: &Today, cap: &Cap) -> String {
    let mut text = [&today.acts.to_string(), " of ", &cap.acts.to_string()].concat();
    if let Some(most) = &cap.money {
        let spent: Vec<Money> = today.capped.iter().filter(|sum| sum.currency() == most.currency()).cloned().collect();
        text.push_str(&[", ", &sums(&spent), " of ", &format::money(most)].concat());
    }
    text
}

/// "2, 1 undone by hand".
fn went_wrong(wrong: u64, by_hand: u64) -> String {
    match by_hand {
        0 => wrong.to_string(),
        by_hand => [&wrong.to_string(), ", ", &by_hand.to_string(), " undone by hand"].concat(),
    }
}

fn figure(name: &'static str, value: String) -> AnyView {
    view! { <div><dt class="k">{name}</dt><dd class="v">{value}</dd></div> }.into_any()
}

fn card(desk: Desk, rule: &RuleView, is_stopped: bool) -> AnyView {
    let path = Route::Rule(rule.id.clone()).path();
    let today = &rule.today;
    let undone = (today.undone > 0)
        .then(|| figure("Undone today", [&today.undone.to_string(), ", ", &sums(&today.undone_money)].concat()));
    let stopped = (rule.stopped > 0).then(|| figure("Undone by a stop", rule.stopped.to_string()));
    let last = rule.last.map_or_else(|| "never".to_owned(), |at| web::when_inside(at, web::device_now()));
    // What is on moves money, whatever was written since.
    let (version, approves_all) = rule.stands();
    let purse = version.rule.cap.money.as_ref();
    let warns = approves_all
        .then(|| view! { <span class="chip chip--stop">{["Approves ", &everything(purse)].concat()}</span> });
    let others = (!rule.may_change).then(|| view! { <span class="chip">"Other shops too"</span> });
    let newer = rule.acting.is_some().then(|| {
        view! { <span class="chip chip--soon">{format!("v{} is off", rule.newest.number)}</span> }
    });
    view! {
        <li class="card rule">
            <header class="line wrap">
                <h2><a id=kept_id(rule.id.as_str()) href=path>{rule.newest.rule.name.clone()}</a></h2>
                {warns}{newer}{others}
                <span class="push">{state_chip(rule, is_stopped)}</span>
            </header>
            <p>{said(desk, &version.rule)}</p>
            <dl class="rulefigs">
                {figure("Today, of the cap", of_cap(today, &version.rule.cap))}
                {figure("Money today", sums(&today.money))}
                {undone}
                {figure("Acted on", format::count(rule.acted, "request", "requests"))}
                {figure("Went wrong", went_wrong(rule.wrong, rule.by_hand))}
                {stopped}
                {figure("Last act", last)}
            </dl>
        </li>
    }
    .into_any()
}

fn stopped(desk: Desk, by: &Switched, may_resume: bool, again: Callback<()>) -> AnyView {
    let when = web::when_inside(by.at, web::device_now());
    let since = match &by.by {
        Some(who) => [&untrack(|| desk.session.name_of(who)), " stopped them ", &when, "."].concat(),
        None => [
            "The desk stopped them ",
            &when,
            ", when a copy of its database was brought back: one that was switched off since would act again.",
        ]
        .concat(),
    };
    let (tail, act) = match may_resume {
        true => (
            " Nothing is done by itself.",
            Some(
                view! { <button class="btn btn--sm" type="button" on:click=move |_| stop_all(desk, false, move || again.run(()))>"Let them act again"</button> },
            ),
        ),
        false => (" Nothing is done by itself. A lead who sees all their shops lets them act again.", None),
    };
    view! {
        <div class="banner banner--stop banner--in" role="status">
            <Icon name="stop"/>
            <p><b class="strong">"All rules are stopped."</b><br/>{since}{tail}</p>
            {act}
        </div>
    }
    .into_any()
}

fn empty(has_away: bool) -> AnyView {
    let title = if has_away { "No rule is in use" } else { "No rules yet" };
    view! {
        <div class="card"><Empty art=Art::Tray title=title text="Every request is decided by a person. A rule is off until somebody has seen what it would have done, and switched it on."/></div>
    }
    .into_any()
}

/// Brings one back, and no other meanwhile: `is_busy` is let go once the list is read again, or here if it failed.
fn bring_back(desk: Desk, id: RuleId, is_busy: RwSignal<bool>, again: Callback<()>) {
    if is_busy.get_untracked() {
        return;
    }
    is_busy.set(true);
    spawn_local(async move {
        match api::rules::put_away(&id, false).await {
            Ok(_) => {
                desk.toasts.show(
                    Tone::Good,
                    "The rule is back.",
                    "It is off, and does nothing until somebody switches it on.",
                    None,
                );
                again.run(());
            }
            Err(failure) => {
                is_busy.try_set(false);
                desk.toasts.failed(&failure);
            }
        }
    });
}

fn away_row(desk: Desk, rule: &AwayRule, is_busy: RwSignal<bool>, again: Callback<()>) -> AnyView {
    let path = Route::Rule(rule.id.clone()).path();
    let back = rule.may_change.then(|| {
        let (id, label) = (rule.id.clone(), ["Bring it back: ", &rule.name].concat());
        view! { <button class="btn btn--sm push" type="button" aria-label=label aria-disabled=move || is_busy.get().to_string() on:click=move |_| bring_back(desk, id.clone(), is_busy, again)>"Bring it back"</button> }
    });
    view! {
        <li class="line wrap"><a href=path>{rule.name.clone()}</a><span class="small muted">{acts::away_words(desk, &rule.away)}</span>{back}</li>
    }
    .into_any()
}

/// The rules that were put away: not in the way, and not lost. It stays open, and its rows stay, when the list is read
/// again.
fn away(desk: Desk, known: Loading<Rules>, again: Callback<()>) -> AnyView {
    let is_busy = RwSignal::new(false);
    let rules = Memo::new(move |_| known.known().map(|known| known.away).unwrap_or_default());
    Effect::new(move |before: Option<Option<Vec<RuleId>>>| {
        let ids = known.known().map(|known| known.away.into_iter().map(|rule| rule.id).collect::<Vec<_>>());
        // The row that had the focus is gone; with the last of them the summary is, too.
        if let (Some(before), Some(ids)) = (before.flatten(), &ids)
            && before != *ids
        {
            let next = if ids.is_empty() { "rules-h" } else { "rules-away" };
            web::after_drawing(move || web::focus_if_lost(next));
        }
        if is_busy.get_untracked() {
            spawn_local(async move {
                web::pause(SETTLE_MS).await;
                is_busy.try_set(false);
            });
        }
        ids
    });
    let count = move || ["Put away: ", &rules.with(Vec::len).to_string()].concat();
    let row = move |rule: AwayRule| away_row(desk, &rule, is_busy, again);
    view! {
        <Show when=move || rules.with(|rules| !rules.is_empty())>
            <details class="rulesaway"><summary id="rules-away">{count}</summary><ul class="stack"><For each=move || rules.get() key=|rule| rule.id.clone() children=row/></ul></details>
        </Show>
    }
    .into_any()
}

fn drawn(desk: Desk, known: &Rules, again: Callback<()>) -> AnyView {
    keep_focus();
    let is_stopped = known.stopped.is_some();
    let banner = known.stopped.as_ref().map(|by| stopped(desk, by, known.may_resume, again));
    if known.rules.is_empty() {
        return view! { {banner}{empty(!known.away.is_empty())} }.into_any();
    }
    let cards: Vec<_> = known.rules.iter().map(|rule| card(desk, rule, is_stopped)).collect();
    view! { {banner}<ol class="stack rules">{cards}</ol> }.into_any()
}

/// All rules.
#[component]
pub fn List() -> impl IntoView {
    let desk = use_desk();
    let known = Loading::new(api::rules::list);
    let again = reader(known);
    follow(desk, Callback::new(move |()| known.behind()));
    let can_stop = Memo::new(move |_| {
        known.known().is_some_and(|known| known.stopped.is_none() && known.rules.iter().any(|rule| rule.on.is_some()))
    });
    let is_stopped = Memo::new(move |_| known.known().map(|known| known.stopped.is_some()));
    // The button that was pressed is gone. Not the opposite one: a second Enter must not turn it back.
    Effect::new(move |before: Option<Option<bool>>| {
        let now = is_stopped.get();
        if before.flatten().is_some_and(|before| now != Some(before)) {
            web::after_drawing(|| web::focus_if_lost("rules-h"));
        }
        now
    });
    let stop = move || stop_all(desk, true, move || again.run(()));
    // One press, from anywhere on the page.
    let listening = window_event_listener(ev::keydown, move |event| {
        let is_meant =
            event.key() == "S" && event.shift_key() && !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        // As every single key, it rests while somebody types, and where somebody has switched keys off.
        let is_meant = is_meant && untrack(|| desk.keys.letters_on());
        if is_meant && can_stop.get_untracked() && !web::is_typing(&event) && !web::is_dialog_open() {
            event.prevent_default();
            stop();
        }
    });
    on_cleanup(move || listening.remove());
    let make = move |_| {
        if let Some(route) = fresh_path() {
            desk.nav.go(&route);
        }
    };
    view! {
        <div class="stack settings--wide rulepage">
            <h2 class="vh" id="rules-h" tabindex="-1">"Rules"</h2>
            <div class="line wrap">
                <p class="lede">"What the desk does by itself, and only that. Each act is in the timeline with its rule and version, and can be undone in its hold."</p>
                <span class="line push">
                    <Show when=move || can_stop.get()>
                        <button class="btn btn--stop" type="button" on:click=move |_| stop()><Icon name="stop"/>"Stop all rules " <kbd>"⇧ S"</kbd></button>
                    </Show>
                    <button class="btn btn--primary" type="button" on:click=make><Icon name="plus"/>"New rule"</button>
                </span>
            </div>
            {move || known.draw(|known| drawn(desk, &known, again))}
            {away(desk, known, again)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Money::parse(amount, "USD").unwrap()
    }

    #[test]
    fn the_cap_is_said_with_what_was_undone_and_in_its_own_currency() {
        let pounds = Money::parse("5.00", "GBP").unwrap();
        let today = Today { acts: 3, capped: vec![pounds, usd("71.28")], undone: 3, ..Today::default() };
        let said = |money| of_cap(&today, &Cap { acts: 10, money }).replace('\u{a0}', " ");
        assert_eq!(said(None), "3 of 10");
        assert_eq!(said(Some(usd("100.00"))), "3 of 10, US$ 71.28 of US$ 100.00");
        assert_eq!(said(Money::parse("9.00", "EUR").ok()), "3 of 10, none of € 9.00");
    }

    #[test]
    fn what_was_undone_by_hand_is_named_among_what_went_wrong() {
        assert_eq!((went_wrong(2, 0), went_wrong(2, 1)), ("2".to_owned(), "2, 1 undone by hand".to_owned()));
    }
}
