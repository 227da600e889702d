//! What waits to be looked at, what agents say against, what was saved, and what to talk about.

use super::loading::Loading;
use super::saved::{self, Side};
use super::{Head, case_name, falls, frame, handler, name_of, when};
use super::{cards, checkpoints, rules};
use crate::api;
use crate::components::{Art, Avatar, Empty, Icon};
use crate::i18n::format;
use crate::routes::{Quality, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::id::AgentId;
use shared::wire::case::CaseRow;
use shared::wire::review::{Coaching, Handled, ReviewView, Reviews, Short, Waiting};

/// Cases of what falls short that stand there at once.
const FIRST_CASES: usize = 3;

/// Which sheet stands open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Rules,
    Cards,
    Checkpoints,
}

fn person(desk: Desk, agent: Option<&AgentId>, otherwise: Handled) -> AnyView {
    let who = handler(desk, agent, if agent.is_some() { Handled::Person } else { otherwise });
    match agent {
        Some(agent) => view! { <Avatar person=Some((agent.to_string(), who)) is_small=true/> }.into_any(),
        None => view! { <span class="muted">{who}</span> }.into_any(),
    }
}

fn link(row: &CaseRow) -> AnyView {
    let href = Route::Quality(Quality::Review(row.id.clone())).path();
    view! { <a href=href>{case_name(row)}</a> }.into_any()
}

fn waiting_row(desk: Desk, one: &Waiting) -> AnyView {
    let why = one.why.iter().map(|why| why.text.as_str()).collect::<Vec<_>>().join(", ");
    let begun = one.is_begun.then(|| view! { " "<span class="chip chip--soon">"begun"</span> });
    let others: Vec<String> = one.begun_by.iter().map(|who| name_of(desk, Some(who))).collect();
    let others = (!others.is_empty()).then(|| {
        let text = ["begun by ", &others.join(", ")].concat();
        view! { " "<span class="chip">{text}</span> }
    });
    view! {
        <tr>
            <th scope="row">{link(&one.row)}{begun}{others}</th>
            <td>{[one.row.item.as_str(), " · ", &one.row.buyer].concat()}</td>
            <td>{when(one.decided)}</td>
            <td>{person(desk, one.agent.as_ref(), one.handled)}</td>
            <td class="small muted">{why}</td>
        </tr>
    }
    .into_any()
}

fn waiting(desk: Desk, found: &Reviews) -> AnyView {
    if found.waiting.is_empty() {
        let text = "Cases come here by the rules under “Sampling”, soon after they were decided.";
        return view! { <section class="card"><Empty art=Art::Tray title="No case waits to be reviewed" text=text/></section> }
            .into_any();
    }
    let rows: Vec<_> = found.waiting.iter().map(|one| waiting_row(desk, one)).collect();
    let shown = u64::try_from(found.waiting.len()).unwrap_or_default();
    let more = (shown < found.total).then(|| {
        let text = ["The newest ", &shown.to_string(), " of ", &found.total.to_string(), "."].concat();
        view! { <p class="small muted pad">{text}</p> }
    });
    view! {
        <section class="card card--flush" aria-label="Cases to review">
            <div class="wide" tabindex="0" role="group" aria-label="Cases to review">
                <table class="grid">
                    <caption class="vh">"Cases to review"</caption>
                    <thead><tr>
                        <th scope="col">"Case to review"</th><th scope="col">"Item and buyer"</th><th scope="col">"Decided"</th>
                        <th scope="col">"By"</th><th scope="col">"Why"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {more}
        </section>
    }
    .into_any()
}

fn recent(desk: Desk, all: &[ReviewView]) -> Option<AnyView> {
    let row = |review: &ReviewView| {
        view! {
            <tr>
                <th scope="row">{link(&review.row)}</th>
                <td>{person(desk, review.agent.as_ref(), Handled::Person)}</td>
                <td>{person(desk, Some(&review.reviewer), Handled::Person)}</td>
                <td>{when(review.saved)}</td>
                <td class="n"><span class="line scored">{saved::standing_score(review)}</span></td>
            </tr>
        }
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card card--flush" aria-label="Saved reviews">
                <div class="wide" tabindex="0" role="group" aria-label="Saved reviews">
                    <table class="grid">
                        <caption class="vh">"Saved reviews"</caption>
                        <thead><tr>
                            <th scope="col">"Reviewed"</th><th scope="col">"Work of"</th><th scope="col">"Judged by"</th>
                            <th scope="col">"Saved"</th><th scope="col" class="n">"Score"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    })
}

fn short(one: &Short) -> AnyView {
    let rate = match one.mean {
        Some(mean) => [&mean.to_string(), " % of the points"].concat(),
        None => ["failed ", &one.held.failed.to_string(), " of ", &one.held.known().to_string()].concat(),
    };
    let mut cases: Vec<_> = one.cases.iter().map(|row| view! { <li>{link(row)}</li> }).collect();
    let others = cases.split_off(cases.len().min(FIRST_CASES));
    let others = (!others.is_empty()).then(|| {
        let count = format::count(u64::try_from(others.len()).unwrap_or_default(), "more case", "more cases");
        view! { <details><summary>{count}<Icon name="down" class="icon--s"/></summary><ul class="links small">{others}</ul></details> }
    });
    let known = u64::try_from(one.cases.len()).unwrap_or_default();
    let rest = (known < one.held.failed).then(|| {
        let text = ["The newest ", &known.to_string(), " of ", &one.held.failed.to_string(), "."].concat();
        view! { <p class="small muted">{text}</p> }
    });
    let named = |(cause, count): &(String, u64)| match count {
        1 => cause.clone(),
        more => [cause, " ×\u{a0}", &more.to_string()].concat(),
    };
    let causes = one.causes.iter().map(named).collect::<Vec<_>>().join(", ");
    let causes = (!causes.is_empty()).then(|| view! { <p class="small muted">"Root cause: "{causes}</p> });
    view! {
        <li>
            <p class="line"><span>{one.text.clone()}</span><span class="push muted">{rate}</span></p>
            {causes}
            <ul class="links small">{cases}</ul>
            {others}{rest}
        </li>
    }
    .into_any()
}

fn coached(desk: Desk, one: &Coaching) -> AnyView {
    let name = name_of(desk, Some(&one.agent));
    let score = one.score.map(|score| {
        let text = ["mean of ", &one.reviews.to_string()].concat();
        view! { <span class="push"><b class="strong num">{score}</b>" "<span class="small muted">{text}</span></span> }
    });
    let mut named = one.items.iter().chain(&one.checks);
    let first = named.next().map(|short| short.text.clone()).unwrap_or_default();
    let more = named.count();
    let what = if more == 0 { first } else { [&first, ", and ", &more.to_string(), " more"].concat() };
    let all: Vec<_> = one.items.iter().chain(&one.checks).map(short).collect();
    view! {
        <li>
            <details class="coach">
                <summary>
                    <Avatar person=Some((one.agent.to_string(), name.clone())) is_small=true/>
                    <span class="coach__what"><b class="strong">{name}</b><span class="small muted">{what}</span></span>
                    {score}<Icon name="down" class="icon--s"/>
                </summary>
                <ul class="stack small">{all}</ul>
            </details>
        </li>
    }
    .into_any()
}

fn coaching(desk: Desk, talks: Loading<Vec<Coaching>>) -> AnyView {
    let list = move || {
        talks.draw(|all| {
            if all.is_empty() {
                return view! { <p class="small muted">"Nothing fell short in the last four weeks."</p> }.into_any();
            }
            let rows: Vec<_> = all.iter().map(|one| coached(desk, one)).collect();
            view! { <ul class="stack">{rows}</ul> }.into_any()
        })
    };
    view! { <section class="card" aria-labelledby="coach-h"><header><h2 id="coach-h" tabindex="-1">"Coaching, four weeks"</h2></header>{list}</section> }
        .into_any()
}

/// The page of reviews.
#[component]
pub fn List() -> impl IntoView {
    let desk = use_desk();
    let found = Loading::new(api::reviews::list);
    let alerts = Loading::new(api::reviews::alerts);
    let talks = Loading::new(api::reviews::coaching);
    let open = RwSignal::new(None::<Open>);
    // Who comes from the handbook comes for these; the address stands once the page is drawn.
    web::after_drawing(move || {
        if web::fragment() == "#checkpoints" {
            open.try_set(Some(Open::Checkpoints));
        }
    });
    // Who comes from a fall comes for what to talk about; where there is one column, the list pushes it down.
    Effect::new(move |was_there: Option<bool>| {
        let is_there = found.is_read() && talks.is_read();
        if is_there && was_there != Some(true) {
            web::after_drawing(|| {
                if web::fragment() == "#coach-h" {
                    let _ = web::focus("coach-h");
                }
            });
        }
        is_there || was_there == Some(true)
    });
    let done = Callback::new(move |()| {
        super::done();
        found.again();
        alerts.again();
    });
    let close = Callback::new(move |is_changed: bool| {
        open.set(None);
        if is_changed {
            found.again();
            alerts.again();
        }
    });
    let list = move || {
        found.draw(|found| {
            let appeals: Vec<_> =
                found.appeals.iter().map(|review| saved::card(desk, review, Side::Lead, done)).collect();
            view! { {appeals}{waiting(desk, &found)}{recent(desk, &found.recent)} }.into_any()
        })
    };
    let lede = move || match found.known() {
        Some(found) if found.total > 0 => {
            [&format::count(found.total, "case waits", "cases wait"), " to be looked at, picked by rule."].concat()
        }
        _ => "People judge what cannot be computed: sense, tone, and whether the fault was owned.".to_owned(),
    };
    let button = |what: Open, label: &'static str| {
        view! { <button class="btn" type="button" on:click=move |_| open.set(Some(what))>{label}</button> }
    };
    let acts = [(Open::Rules, "Sampling…"), (Open::Cards, "Scorecards…"), (Open::Checkpoints, "Checkpoints…")]
        .map(|(what, label)| button(what, label))
        .collect_view();
    let body = view! {
        {falls(alerts)}
        <div class="qgrid"><div class="stack">{list}</div><div class="stack">{coaching(desk, talks)}</div></div>
        {move || open.get().map(|open| untrack(|| match open {
            Open::Rules => view! { <rules::Sampling on_close=close/> }.into_any(),
            Open::Cards => view! { <cards::Scorecards on_close=close/> }.into_any(),
            Open::Checkpoints => view! { <checkpoints::Checkpoints on_close=close/> }.into_any(),
        }))}
    };
    let head = Head { title: "Reviews".into_any(), lede: lede.into_any(), acts: acts.into_any() };
    frame(&Quality::Reviews, head, body.into_any())
}
