//! How the work stands: the checks of every case, what people say of some, and what the asker is told of their own.

pub mod calibration;
pub mod cards;
pub mod checkpoints;
pub mod count;
pub mod every;
mod form;
mod leaving;
pub(in crate::pages) mod loading;
pub mod mine;
mod owing;
pub mod review;
pub mod reviews;
pub mod rules;
mod saved;

pub use count::Count;

use crate::api::{self, Failure, decode};
use crate::components::Icon;
use crate::i18n::format;
use crate::routes::{Quality, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use loading::Loading;
use shared::error::ErrorCode;
use shared::id::AgentId;
use shared::reasons::{group_of, label};
use shared::wire::case::CaseRow;
use shared::wire::review::{Alerts, AwayRequest, Fall, Handled};
use shared::wire::session::Role;

/// What stands over a page.
pub(super) struct Head {
    pub(super) title: AnyView,
    pub(super) lede: AnyView,
    pub(super) acts: AnyView,
}

/// A page of quality: its head, the way between the pages, and its body.
pub(super) fn frame(here: &Quality, head: Head, body: AnyView) -> AnyView {
    let desk = use_desk();
    let tabs = [
        (Quality::Every, "Every case"),
        (Quality::Reviews, "Reviews"),
        (Quality::Calibration(None), "Calibration"),
        (Quality::Mine, "Yours"),
        (Quality::Practice(String::new()), "Practice"),
    ];
    let here = std::mem::discriminant(match here {
        Quality::Review(_) => &Quality::Reviews,
        other => other,
    });
    let tab = |(page, name): (Quality, &'static str)| {
        let current = (std::mem::discriminant(&page) == here).then_some("page");
        view! { <a href=Route::Quality(page).path() aria-current=current>{name}</a> }
    };
    // Who works cases alone has the pages that are about their own work.
    let is_theirs = |page: &Quality| matches!(page, Quality::Mine | Quality::Practice(_));
    let is_lead = desk.session.is_at_least(Role::Lead);
    let tabs = tabs.into_iter().filter(|(page, _)| is_lead || is_theirs(page)).map(tab).collect_view();
    let tabs = view! { <nav class="subnav" aria-label="Quality">{tabs}</nav> };
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page__head">
                <div><h1 id="quality-h" tabindex="-1">{head.title}</h1><p class="lede">{head.lede}</p></div>
                <div class="acts">{head.acts}</div>
            </header>
            {tabs}
            {body}
        </main>
    }
    .into_any()
}

/// The page that the address names; who works cases alone sees what is said of their own work.
#[component]
pub fn QualityPage() -> impl IntoView {
    web::set_title("Quality · Amends");
    let desk = use_desk();
    // Who comes here by a link has not been at the desk, after which it would come by itself.
    desk.parts.quality_count.ask();
    // Shops come and go with runs: no page is drawn anew for that, and loses the focus.
    let is_lead = Memo::new(move |_| desk.session.is_at_least(Role::Lead));
    let page = Memo::new(move |_| match desk.nav.route() {
        Route::Quality(page @ Quality::Practice(_)) => page,
        Route::Quality(page) if desk.session.is_at_least(Role::Lead) => page,
        _ => Quality::Mine,
    });
    move || match page.get() {
        Quality::Every => view! { <every::Every/> }.into_any(),
        Quality::Reviews => view! { <reviews::List/> }.into_any(),
        Quality::Review(case) => view! { <review::Review case/> }.into_any(),
        Quality::Calibration(case) => view! { <calibration::Sessions case/> }.into_any(),
        Quality::Mine => view! { <mine::Mine/> }.into_any(),
        Quality::Practice(page) => super::practice::draw(&page, is_lead.get()),
    }
}

fn name_of(desk: Desk, agent: Option<&AgentId>) -> String {
    let name = agent.map(|agent| untrack(|| desk.session.name_of(agent)));
    name.unwrap_or_else(|| "nobody alone".to_owned())
}

/// Who was first, where somebody else has meanwhile done what was asked for.
fn rival(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Refused(error) if error.code == ErrorCode::EditedMeanwhile => {
            Some(error.details.by.clone().unwrap_or_else(|| "Somebody else".to_owned()))
        }
        _ => None,
    }
}

/// Who decided a case.
fn handler(desk: Desk, agent: Option<&AgentId>, handled: Handled) -> String {
    let told = match handled {
        Handled::Person => return name_of(desk, agent),
        Handled::Several => "several people",
        Handled::Rule => "a rule",
        Handled::RuleAndPeople => "a rule and people",
        Handled::RanOut => "nobody in time",
        Handled::Elsewhere => "somebody outside Amends",
    };
    told.to_owned()
}

/// "Arrived damaged, US$ 34.18".
fn case_name(row: &CaseRow) -> String {
    let reason = label(group_of(&row.reason)).to_owned();
    match &row.amount {
        Some(amount) => [&reason, ", ", &format::money(amount)].concat(),
        None => reason,
    }
}

fn when(at: shared::time::Timestamp) -> String {
    web::when_inside(at, web::device_now())
}

/// Where it can be looked into: how the check stands week by week, or who is to be talked with.
fn way(fall: &Fall) -> String {
    match fall.check {
        Some(check) => {
            let word = decode::text(&check);
            [&Route::Quality(Quality::Every).path(), "#check-", word.trim_matches('"')].concat()
        }
        None => [&Route::Quality(Quality::Reviews).path(), "#coach-h"].concat(),
    }
}

/// Puts it away, or brings it back; the line that was pressed goes away.
fn put_away(desk: Desk, fall: &Fall, alerts: Loading<Alerts>) {
    let request = AwayRequest { check: fall.check, agent: fall.agent.clone(), is_away: !fall.is_away };
    spawn_local(async move {
        match api::reviews::put_away(&request).await {
            Ok(_) => {
                loading::to_the_heading();
                alerts.again();
                count::look_again();
            }
            Err(failure) => desk.toasts.failed(&failure),
        }
    });
}

fn fall_line(desk: Desk, fall: Fall, alerts: Loading<Alerts>) -> AnyView {
    let what = match (fall.check, &fall.agent) {
        (Some(check), _) => ["“", check.text(), "”"].concat(),
        (None, agent) => ["The reviews of ", &name_of(desk, agent.as_ref())].concat(),
    };
    let text =
        [" fell from ", &format::percent(fall.from), " to ", &format::percent(fall.to), " in four weeks."].concat();
    let act = if fall.is_away { "Bring it back" } else { "Put away" };
    let label = [act, ": ", &what].concat();
    let title = (!fall.is_away).then_some("For you, for four weeks, unless it falls on");
    let what = view! { <b class="strong">{what}</b> };
    let to = way(&fall);
    // A place on this page is the browser's own to go to.
    let here = desk.nav.route_now().path();
    let what = match to.strip_prefix(&here).filter(|place| place.starts_with('#')).map(str::to_owned) {
        Some(place) => view! { <a href=place rel="external">{what}</a> }.into_any(),
        None => view! { <a href=to>{what}</a> }.into_any(),
    };
    view! {
        <li class="line wrap">
            <span>{what}{text}</span>
            <button class="btn btn--sm btn--quiet" type="button" aria-label=label title=title on:click=move |_| put_away(desk, &fall, alerts)>{act}</button>
        </li>
    }
    .into_any()
}

/// Something was said or saved: what was pressed goes away with what is read next.
fn done() {
    loading::to_the_heading();
    count::look_again();
}

/// What waits for the asker, each with the way to it.
fn waiting(alerts: &Alerts) -> Vec<AnyView> {
    let all = [
        (alerts.appeals, ["appeal waits", "appeals wait"], " for a lead.", Quality::Reviews),
        (alerts.asked, ["case waits", "cases wait"], " to be judged by you in a calibration.", Quality::Reviews),
        (alerts.again, ["review waits", "reviews wait"], " to be done again by you.", Quality::Reviews),
        (alerts.own, ["review of your work waits", "reviews of your work wait"], " to be read.", Quality::Mine),
    ];
    let line = |(count, [one, many], rest, page): (u32, [&'static str; 2], &'static str, Quality)| {
        let text = format::count(count.into(), one, many);
        let path = Route::Quality(page).path();
        view! { <li><a href=path><b class="strong">{text}</b></a>{rest}</li> }.into_any()
    };
    all.into_iter().filter(|(count, ..)| *count > 0).map(line).collect()
}

/// What has fallen and what waits for the asker, on top of a page; nothing where nothing has.
fn falls(alerts: Loading<Alerts>) -> AnyView {
    let desk = use_desk();
    let shown = move |known: Alerts| {
        let waiting = waiting(&known);
        let line = |fall: Fall| fall_line(desk, fall, alerts);
        let (away, fallen): (Vec<Fall>, Vec<Fall>) = known.falls.into_iter().partition(|fall| fall.is_away);
        let banner = (!fallen.is_empty() || !waiting.is_empty()).then(|| {
            let (icon, class) = if fallen.is_empty() { ("info", "") } else { ("trend", "falling") };
            let lines: Vec<_> = fallen.into_iter().map(line).collect();
            view! {
                <section class="banner banner--soon banner--in falls" aria-label="Worth a look">
                    <Icon name=icon class=class/><ul class="stack">{waiting}{lines}</ul>
                </section>
            }
        });
        let away = (!away.is_empty()).then(|| {
            let count = ["Fallen and put away: ", &away.len().to_string()].concat();
            let lines: Vec<_> = away.into_iter().map(line).collect();
            view! { <details class="falls small muted"><summary>{count}</summary><ul class="stack">{lines}</ul></details> }
        });
        view! { {banner}{away} }.into_any()
    };
    // A line that cannot be read leaves the page as it is: the next visit reads it again.
    (move || alerts.known().map(|known| untrack(|| shown(known)))).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::quality::Check;

    #[test]
    fn what_has_fallen_leads_to_where_it_can_be_looked_into() {
        let fall = |check| Fall { check, agent: None, from: 1_000, to: 697, is_away: false };
        assert_eq!(way(&fall(Some(Check::ReplyFits))), "/quality#check-reply_fits");
        assert_eq!(way(&fall(None)), "/quality/reviews#coach-h");
    }
}
