//! What a run came to: the score, and for each case which checks held, which did not, and why they are asked.

use super::list::in_turn;
use super::run::desk_path;
use super::{percent, result_chip};
use crate::components::Icon;
use crate::i18n::{format, words};
use crate::routes::{Face, Route};
use crate::state::Desk;
use crate::web;
use leptos::prelude::*;
use shared::domain::case::Stage;
use shared::domain::practice::Deed;
use shared::domain::quality::Value;
use shared::reasons::label;
use shared::wire::practice::{PointView, RunCase, RunView, StepPlace};

fn known(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Money(money) => format::money(money),
        Value::At(at) => web::when(*at, web::device_now()),
        Value::Decision(kind) => words::decision(*kind).trim_end_matches('…').to_owned(),
        Value::Kind(kind) => words::kind(*kind).to_owned(),
    }
}

fn point(point: &PointView) -> AnyView {
    let (class, icon, said) =
        if point.holds { ("auto", "check", "Held: ") } else { ("auto auto--fail", "x", "Failed: ") };
    let facts: Vec<_> =
        point.facts.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{known(value)}</dd> }).collect();
    let step = match &point.place {
        Some(StepPlace { page, number }) => {
            let page = Route::Handbook { page: Some(page.clone()), face: Face::InForce }.path();
            let to = [&page, "#step-", &number.to_string()].concat();
            view! { <a href=to>{point.step.clone()}</a> }.into_any()
        }
        None => point.step.clone().into_any(),
    };
    // What is asked is worded as where it holds.
    let asked = (!point.holds).then(|| view! { <b class="strong">"It should be so: "</b> });
    let happened = (!point.holds && !facts.is_empty()).then(|| view! { <p class="strong">"What happened"</p> });
    view! {
        <li>
            <details open=!point.holds>
                <summary>
                    <span class=class><Icon name=icon/><span class="vh">{said}</span></span><span>{point.text.clone()}</span>
                </summary>
                <p>{asked}{point.explanation.clone()}</p>
                {happened}
                <dl class="kv">{facts}<dt>"Handbook"</dt><dd>{step}</dd></dl>
            </details>
        </li>
    }
    .into_any()
}

/// What was decided, and the very words that the buyer got.
fn deed(deed: &Deed) -> AnyView {
    match deed {
        Deed::Said { text } => {
            view! { <li><span class="small muted">"Told the buyer"</span><p class="bubble bubble--us preline">{text.clone()}</p></li> }.into_any()
        }
        Deed::Decided { kind, reason, comment } => {
            let what = words::decision(*kind).trim_end_matches('…').to_owned();
            let more = [reason, comment].into_iter().flatten().cloned();
            let more: Vec<_> = more.map(|text| view! { <p class="small">{text}</p> }).collect();
            view! { <li><span class="small muted">"Decided: "</span><b class="strong">{what}</b>{more}</li> }
                .into_any()
        }
    }
}

fn case(view: &RunView, number: usize, case: &RunCase) -> AnyView {
    let failed: Vec<_> = case.points.iter().filter(|point| !point.holds).map(point).collect();
    let held: Vec<_> = case.points.iter().filter(|point| point.holds).map(point).collect();
    let id = ["case-", &number.to_string()].concat();
    let name = [label(case.reason), ", ", words::kind(case.kind)].concat();
    let name = match &case.case {
        Some(case) => {
            let to = desk_path(view, Stage::Done, Some(case));
            view! { <a href=to>{name}</a> }.into_any()
        }
        None => name.into_any(),
    };
    let of = case.percent.unwrap_or_default();
    let chip = if of == 100 { "chip chip--good push" } else { "chip chip--soon push" };
    let nobody = case.points.iter().all(|point| point.mark != shared::domain::practice::Mark::RightDecision);
    let nobody = nobody.then(|| view! { <p>"Nobody decided it before the time ran out, so it is worth nothing."</p> });
    let why = (!case.why.is_empty()).then(|| view! { <p class="bubble bubble--note">{case.why.clone()}</p> });
    let held = (!held.is_empty()).then(|| {
        let count = format::count(u64::try_from(held.len()).unwrap_or_default(), "check held", "checks held");
        view! { <details class="drill__held"><summary>{count}</summary><ul class="checks">{held}</ul></details> }
    });
    let deeds: Vec<_> = case.deeds.iter().map(deed).collect();
    let deeds = (!deeds.is_empty()).then(|| {
        view! { <details class="drill__held"><summary>"What was decided and said"</summary><ul class="stack">{deeds}</ul></details> }
    });
    let failed = (!failed.is_empty()).then(|| view! { <ul class="checks">{failed}</ul> });
    view! {
        <section class="card stack" aria-labelledby=id.clone()>
            <header><h2 id=id.clone()>{name}</h2><span class=chip>{percent(of)}</span></header>
            {nobody}{failed}{why}{deeds}{held}
        </section>
    }
    .into_any()
}

/// The score of a judged run.
pub(super) fn draw(desk: Desk, view: &RunView) -> AnyView {
    let of = percent(view.run.percent.unwrap_or_default());
    let is_mine = untrack(|| desk.session.me()).is_some_and(|me| me.id == view.agent.id);
    let whose = (!is_mine).then(|| view! { <p class="muted">{["The run of ", &view.agent.name].concat()}</p> });
    let earlier = (!view.earlier.is_empty())
        .then(|| view! { <p class="small muted">{["Earlier: ", &in_turn(&view.earlier)].concat()}</p> });
    let wanted = ["Passed from ", &percent(view.pass_percent), ". Every case counts alike."].concat();
    let cases: Vec<_> = view.cases.iter().enumerate().map(|(number, each)| case(view, number, each)).collect();
    view! {
        <div class="stack drill">
            <section class="card drill__score" aria-label="Score">
                <b class="drill__of">{of}</b>
                <div>{whose}<div class="line wrap">{result_chip(&view.run)}<span class="small muted">{wanted}</span></div>{earlier}</div>
            </section>
            {cases}
        </div>
    }
    .into_any()
}
