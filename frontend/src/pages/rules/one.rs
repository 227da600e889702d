//! One rule: what it says, what it would have done, its switch, and what it did.

use super::form::{Form, all_banner, everything, means_all_alone};
use super::{acts, dry, follow, said, state_chip};
use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, FailureBanner};
use crate::pages::kept::Kept;
use crate::pages::quality::loading::Loading;
use crate::routes::{Route, Tab};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::error::ErrorCode;
use shared::id::RuleId;
use shared::wire::rule::{DryRun, RulePage, RuleVersion, RuleView, SaveRule, SwitchRule, Today};

thread_local! {
    /// Rules that were written on and not saved.
    static LEFT: Kept<Form> = const { Kept::new() };
}

/// The page of one rule.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    id: StoredValue<RuleId>,
    /// None: it is not there yet.
    known: RwSignal<Option<RulePage>>,
    /// The same without what comes in meanwhile: only where this changes, more than the acts is drawn anew.
    still: Memo<Option<RulePage>>,
    currencies: StoredValue<Vec<String>>,
    is_stopped: Memo<bool>,
    is_editing: RwSignal<bool>,
    run: RwSignal<Option<DryRun>>,
    knows_all: RwSignal<bool>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Page {
    /// Under what its form is kept: a rule that is not there yet has another id each time.
    fn kept_as(self) -> String {
        let is_there = self.known.with_untracked(Option::is_some);
        if is_there { self.id.get_value().to_string() } else { String::new() }
    }

    fn take(self, page: RulePage) {
        self.run.set(page.rule.dry.clone());
        self.knows_all.set(false);
        self.known.set(Some(page));
    }

    /// Reads again behind what is shown. What is being written stays as it is, and what was pressed meanwhile goes first.
    fn look(self) {
        let (id, before) = (self.id.get_value(), self.known.get_untracked());
        if before.is_none() {
            return;
        }
        spawn_local(async move {
            let Ok(found) = api::rules::one(&id).await else { return };
            // None: the page was left.
            let is_same = self.known.try_with_untracked(|known| *known == before) == Some(true);
            if is_same && !self.is_busy.get_untracked() && Some(&found) != before.as_ref() {
                self.hear(found);
            }
        });
    }

    fn hear(self, found: RulePage) {
        let is_newer = |known: &RulePage| known.rule.newest.number != found.rule.newest.number;
        let is_newer = self.known.with_untracked(|known| known.as_ref().is_none_or(is_newer));
        if self.is_editing.get_untracked() {
            let comes_in = |known: &RulePage| known.acts != found.acts || known.stopped != found.stopped;
            if self.known.with_untracked(|known| known.as_ref().is_some_and(comes_in)) {
                self.known.update(|known| {
                    if let Some(known) = known {
                        (known.acts, known.stopped) = (found.acts, found.stopped);
                    }
                });
            }
            return;
        }
        if web::focused().is_some_and(|at| at.tag_name() != "BODY") {
            web::after_drawing(|| web::focus_if_lost("switch-h"));
        }
        if is_newer {
            self.take(found);
        } else {
            self.known.set(Some(found));
        }
    }

    /// Asks the desk; what comes back is drawn.
    fn ask<T: 'static>(self, answer: impl Future<Output = api::Answer<T>> + 'static, then: impl FnOnce(T) + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = answer.await;
            self.is_busy.try_set(false);
            match answer {
                Ok(answer) => then(answer),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    /// Whether a press would do nothing now. A button that were disabled meanwhile would lose the focus.
    fn rests(self) -> impl Fn() -> String + Copy + Send + 'static {
        move || self.is_busy.get().to_string()
    }

    fn save(self, form: Form) {
        let Ok(rule) = untrack(|| form.rule()) else { return };
        let read = self.known.with_untracked(|page| page.as_ref().map_or(0, |page| page.rule.newest.number));
        let (id, request) = (self.id.get_value(), SaveRule { read, rule });
        self.ask(async move { api::rules::save(&id, &request).await }, move |page| {
            LEFT.with(|left| left.end(&self.kept_as()));
            self.is_editing.set(false);
            self.take(page);
            request_animation_frame(|| {
                web::focus("run-dry");
            });
        });
    }

    fn run_dry(self, version: u32) {
        let id = self.id.get_value();
        self.ask(
            async move {
                let run = api::rules::run_dry(&id, version).await?;
                Ok((run, api::rules::one(&id).await?))
            },
            move |(run, page)| {
                self.take(page);
                self.run.set(Some(run));
                web::after_drawing(|| web::focus_if_lost("run-dry"));
            },
        );
    }

    fn put_away(self, is_away: bool) {
        let id = self.id.get_value();
        let next = if is_away { "bring-back" } else { "run-dry" };
        self.ask(async move { api::rules::put_away(&id, is_away).await }, move |page| {
            self.take(page);
            request_animation_frame(move || {
                web::focus(next);
            });
        });
    }

    fn switch(self, version: u32, is_on: bool) {
        let id = self.id.get_value();
        let request = SwitchRule { version, is_on, knows_all: self.knows_all.get_untracked() };
        self.ask(async move { api::rules::switch(&id, &request).await }, move |page| {
            self.take(page);
            // Not the opposite switch, which stands where this one was: a second Enter must not turn it back.
            web::after_drawing(|| web::focus_if_lost("switch-h"));
        });
    }
}

/// What amounts may be in, and the rule where it is there.
async fn read(id: RuleId) -> api::Answer<(Vec<String>, Option<RulePage>)> {
    let currencies = api::rules::currencies().await?;
    match api::rules::one(&id).await {
        Ok(page) => Ok((currencies, Some(page))),
        Err(failure) if failure.code() == Some(ErrorCode::NotFound) => Ok((currencies, None)),
        Err(failure) => Err(failure),
    }
}

/// A page without its figures, its acts, the rows of its dry run, and whether all rules are stopped.
fn still(known: RulePage) -> RulePage {
    let RulePage { rule, .. } = known;
    let dry = rule.dry.map(|dry| DryRun { wrong: Vec::new(), others: Vec::new(), ..dry });
    let rule =
        RuleView { today: Today::default(), acted: 0, wrong: 0, by_hand: 0, stopped: 0, last: None, dry, ..rule };
    RulePage { rule, acts: Vec::new(), stopped: None, ..known }
}

fn editor(page: Page) -> AnyView {
    let newest = page.known.with_untracked(|known| known.as_ref().map(|known| known.rule.newest.clone()));
    let currencies = page.currencies.get_value();
    let version = newest.as_ref().map_or(0, |newest| newest.number);
    let form = LEFT.with(|left| {
        left.open(&page.kept_as(), version, || {
            Form::of(page.desk, newest.as_ref().map(|newest| &newest.rule), &currencies)
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if untrack(|| form.problem()).is_none() {
            page.save(form);
        }
    };
    let close = move || {
        if page.known.with_untracked(Option::is_some) {
            page.is_editing.set(false);
            web::after_drawing(|| web::focus_if_lost("rule-h"));
            // While it was written on, little of what came in was shown.
            page.look();
        } else {
            page.desk.nav.go(&Route::Settings(Tab::Rules));
            web::after_drawing(|| web::focus_if_lost("rules-h"));
        }
    };
    let drop = move |_| {
        LEFT.with(|left| left.end(&page.kept_as()));
        close();
    };
    let is_off = move || page.is_busy.get() || form.problem().is_some();
    let label = match &newest {
        Some(newest) => ["Save as version ", &(newest.number + 1).to_string()].concat(),
        None => "Save".to_owned(),
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            {form.fields(&currencies)}
            {form.sentence()}
            <div class="line">
                <button class="btn" type="button" on:click=move |_| close()>"Not yet"</button>
                <button class="btn btn--quiet" type="button" on:click=drop>"Throw away"</button>
                <span class="small muted push" id="rule-why" role="status">{move || form.problem()}</span>
                <button class="btn btn--primary" type="submit" aria-describedby="rule-why" disabled=is_off>{label}</button>
            </div>
        </form>
    }
    .into_any()
}

/// One version in words, with what it takes in.
fn version_says(page: Page, version: &RuleVersion, approves_all: bool, tail: &str) -> AnyView {
    let rule = &version.rule;
    let (text, purse) = (said(page.desk, rule), rule.cap.money.as_ref());
    view! {
        <p class="small muted">{["Version ", &version.number.to_string(), tail].concat()}</p>
        <p class="rulesaid">{text}</p>
        {approves_all.then(|| all_banner(false, purse))}
        {(!approves_all && means_all_alone(page.desk, rule)).then(|| all_banner(true, purse))}
    }
    .into_any()
}

fn says(page: Page, known: &RulePage) -> AnyView {
    let change = move |_| {
        page.is_editing.set(true);
        web::after_drawing(|| web::focus_if_lost("ru-name"));
    };
    // What is on moves money: it is said before what is not.
    let acting = known.rule.acting.as_ref();
    let on = acting.map(|acting| version_says(page, &acting.version, acting.approves_all, ", which is on"));
    let tail = if acting.is_some() { ", which is off" } else { "" };
    view! {
        {on}
        {version_says(page, &known.rule.newest, known.rule.approves_all, tail)}
        {match known.rule.may_change {
            true if known.rule.away.is_some() => ().into_any(),
            true => view! { <div><button class="btn" type="button" on:click=change>"Change"</button></div> }.into_any(),
            false => view! { <p class="small muted">"It also reaches shops that you do not see: a lead who sees all of them changes and switches it. You can stop all rules."</p> }.into_any(),
        }}
    }
    .into_any()
}

fn dry_section(page: Page, newest: &RuleVersion) -> AnyView {
    let version = newest.number;
    let rule = StoredValue::new(newest.rule.clone());
    let label = move || if page.run.with(Option::is_some) { "Run it again" } else { "Run it dry on the last 90 days" };
    view! {
        <section class="card stack" aria-labelledby="dry-h">
            <header class="line wrap"><h2 id="dry-h">"What it would have done"</h2>
                <button class="btn push" id="run-dry" type="button" aria-disabled=page.rests() on:click=move |_| page.run_dry(version)>{label}</button>
            </header>
            {move || match page.run.get() {
                Some(run) => rule.with_value(|rule| dry::draw(&run, rule)),
                None if page.is_busy.get() => view! { <p role="status">"Looking through the requests."</p> }.into_any(),
                None => view! { <p class="small muted">"Nothing is done by a dry run. It goes through each request as it stood when the buyer asked."</p> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// Why the newest version cannot be switched on yet.
fn hurdle(known: &RulePage, knows_all: bool) -> Option<&'static str> {
    let rule = &known.rule;
    if rule.dry.is_none() {
        Some("Run this version dry first, and look at what it would have done.")
    } else if rule.needs_another {
        Some("You wrote it: another lead or an admin switches it on.")
    } else if rule.approves_all && !knows_all {
        Some("It would approve everything: say that you know.")
    } else {
        None
    }
}

/// In the place of its switch, while it is away.
fn away_section(page: Page, known: &RulePage) -> Option<AnyView> {
    let away = known.rule.away.as_ref()?;
    let text =
        [&acts::away_words(page.desk, away), ". It does nothing, and is not switched on until it is brought back."];
    let back = known.rule.may_change.then(|| {
        view! { <div><button class="btn" id="bring-back" type="button" aria-disabled=page.rests() on:click=move |_| page.put_away(false)>"Bring it back"</button></div> }
    });
    Some(
        view! { <section class="card stack" aria-labelledby="away-h"><h2 id="away-h">"Put away"</h2><p role="status">{text.concat()}</p>{back}</section> }
            .into_any(),
    )
}

/// Puts the rule away; what two leads must want off is switched off first.
fn put_away(page: Page, known: &RulePage) -> Option<AnyView> {
    let on = known.rule.on.as_ref().map(|on| on.version);
    let says = |number: u32| known.versions.iter().find(|version| version.number == number);
    let asks = on.and_then(says).is_some_and(|version| version.rule.then.second_above.is_some());
    let label = if on.is_some() { "Switch off and put away" } else { "Put away" };
    (known.rule.may_change && !asks).then(|| {
        view! { <button class="btn btn--quiet" type="button" aria-disabled=page.rests() on:click=move |_| page.put_away(true)>{label}</button> }.into_any()
    })
}

fn switch_section(page: Page, known: &RulePage) -> AnyView {
    let newest = known.rule.newest.number;
    let on = known.rule.on.as_ref().map(|on| on.version);
    let is_newest_on = on == Some(newest);
    let may_change = known.rule.may_change;
    let why = StoredValue::new(known.clone());
    let hurdle = Memo::new(move |_| why.with_value(|known| hurdle(known, page.knows_all.get())));
    let all = everything(known.rule.newest.rule.cap.money.as_ref());
    let asks_all = known.rule.approves_all && known.rule.dry.is_some() && !known.rule.needs_another && !is_newest_on;
    let asked = known.rule.off_asked.as_ref();
    let is_mine = asked.is_some_and(|ask| page.desk.session.me().is_some_and(|me| ask.by == Some(me.id)));
    let rule = known.rule.clone();
    let chip = move || state_chip(&rule, page.is_stopped.get());
    let label = if known.rule.off_needs_another { "Ask to switch version" } else { "Switch version" };
    let off = on.filter(|_| may_change && !is_mine).map(|version| {
        view! { <button class="btn btn--stop" type="button" aria-disabled=page.rests() on:click=move |_| page.switch(version, false)>{format!("{label} {version} off")}</button> }
    });
    let stay = on.filter(|_| may_change && asked.is_some()).map(|version| {
        view! { <button class="btn" type="button" aria-disabled=page.rests() on:click=move |_| page.switch(version, true)>"Leave it on"</button> }
    });
    let asked = asked.map(|ask| {
        let who = if is_mine { "You want".to_owned() } else { [&acts::who_switched(page.desk, ask), " wants"].concat() };
        let text = [
            &who,
            " it off, ",
            &web::when_inside(ask.at, web::device_now()),
            ". It asks for second persons, so another lead must want that, too. Until then it asks on, and does nothing else.",
        ]
        .concat();
        view! { <p role="status">{text}</p> }
    });
    let since = known.rule.on.as_ref().map(|on| {
        let who = acts::who_switched(page.desk, on);
        let text = [
            "Version ",
            &on.version.to_string(),
            " is on: ",
            &who,
            ", ",
            &web::when_inside(on.at, web::device_now()),
            ". It acts on what came in since.",
        ]
        .concat();
        view! { <p>{text}</p> }
    });
    view! {
        <section class="card stack" aria-labelledby="switch-h">
            <header class="line wrap"><h2 id="switch-h" tabindex="-1">"Switch"</h2><span class="push">{chip}</span></header>
            {since}
            {asked}
            {asks_all.then(|| view! {
                <label class="tick"><input type="checkbox" prop:checked=page.knows_all on:change=move |event| page.knows_all.set(web::is_checked(&event))/><span>{["I know that it would approve ", &all].concat()}</span></label>
            })}
            <div class="line wrap">
                {(may_change && !is_newest_on).then(|| view! {
                    <button class="btn btn--primary" type="button" aria-describedby="switch-why" disabled=move || hurdle.get().is_some() aria-disabled=move || (page.is_busy.get() || hurdle.get().is_some()).to_string() on:click=move |_| page.switch(newest, true)>{format!("Switch version {newest} on")}</button>
                    <span class="small muted" id="switch-why" role="status">{move || hurdle.get()}</span>
                })}
                <span class="line push">{put_away(page, known)}{stay}{off}</span>
            </div>
        </section>
    }
    .into_any()
}

fn sections(page: Page) -> AnyView {
    if page.is_editing.get_untracked() {
        web::after_drawing(|| web::focus_if_lost("ru-name"));
    }
    follow(page.desk, Callback::new(move |()| page.look()));
    let to_run = Memo::new(move |_| {
        let known = page.still.get()?;
        (known.rule.may_change && known.rule.away.is_none()).then_some(known.rule.newest)
    });
    let dry = move || to_run.with(|newest| newest.as_ref().map(|newest| dry_section(page, newest)));
    let of_still = move |drawn: fn(Page, &RulePage) -> AnyView| {
        move || page.still.with(|known| known.as_ref().map(|known| drawn(page, known)))
    };
    let switch = of_still(|page, known| away_section(page, known).unwrap_or_else(|| switch_section(page, known)));
    let done = move || {
        page.known.with(|known| {
            known.as_ref().map(|known| {
                view! { <div class="card stack"><h2 id="acts-h">"What it did"</h2>{acts::acts(page.desk, known)}</div> }
            })
        })
    };
    let history = of_still(|page, known| {
        view! { <section class="card stack" aria-labelledby="history-h"><h2 id="history-h">"Versions"</h2>{acts::history(page.desk, known)}</section> }.into_any()
    });
    let name = move || {
        let name = page.known.with(|known| known.as_ref().map(|known| known.rule.newest.rule.name.clone()));
        name.unwrap_or_else(|| "New rule".to_owned())
    };
    // What is being written is not drawn anew, whatever comes in.
    let written = move || {
        let known = if page.is_editing.get() { None } else { page.still.get() };
        known.map_or_else(|| untrack(|| editor(page)), |known| says(page, &known))
    };
    view! {
        <div class="stack settings--wide rulepage">
            <p><a href=Route::Settings(Tab::Rules).path()>"All rules"</a></p>
            {move || page.is_stopped.get().then(|| view! { <Banner tone=BannerTone::Stop fact="All rules are stopped." text="This one acts only once they are let go again."/> })}
            <section class="card stack" aria-labelledby="rule-h"><h2 id="rule-h" tabindex="-1">{name}</h2>{written}</section>
            {move || page.failure.get().map(|failure| view! { <FailureBanner failure/> })}
            {dry}{switch}{done}{history}
        </div>
    }
    .into_any()
}

/// One rule, or the place of a new one.
#[component]
pub fn OneRule(id: RuleId) -> impl IntoView {
    let desk = use_desk();
    let asked = id.clone();
    let known = Loading::new(move || read(asked.clone()));
    let id = StoredValue::new(id);
    move || {
        known.draw(|(currencies, found)| {
            let is_editing = RwSignal::new(found.is_none());
            let run = RwSignal::new(found.as_ref().and_then(|page| page.rule.dry.clone()));
            let known = RwSignal::new(found);
            let page = Page {
                desk,
                id,
                known,
                still: Memo::new(move |_| known.get().map(still)),
                currencies: StoredValue::new(currencies),
                is_stopped: Memo::new(move |_| {
                    known.with(|known| known.as_ref().is_some_and(|known| known.stopped.is_some()))
                }),
                is_editing,
                run,
                knows_all: RwSignal::new(false),
                is_busy: RwSignal::new(false),
                failure: RwSignal::new(None),
            };
            sections(page)
        })
    }
}
