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
use shared::domain::practice::{Deed, Mark};
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
    let must = (!point.holds && point.mark.is_critical())
        .then(|| view! { " "<span class="chip chip--stop">"Must hold"</span> });
    // What is asked is worded as where it holds.
    let asked = (!point.holds).then(|| view! { <b class="strong">"It should be so: "</b> });
    let happened = (!point.holds && !facts.is_empty()).then(|| view! { <p class="strong">"What happened"</p> });
    view! {
        <li>
            <details open=!point.holds>
                <summary>
                    <span class=class><Icon name=icon/><span class="vh">{said}</span></span><span>{point.text.clone()}</span>{must}
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
    let nobody = is_undecided(case)
        .then(|| view! { <p>"Nobody decided it before the time ran out, so it is worth nothing."</p> });
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

/// What keeps a run from being passed, whatever it is worth: of each case, what must hold and does not.
fn kept_from_passing(cases: &[RunCase]) -> Vec<String> {
    let of_case = |(number, case): (u32, &RunCase)| {
        let name = ["Case ", &number.to_string(), ", ", label(case.reason), ": "].concat();
        let failed: Vec<&str> = if is_undecided(case) {
            vec!["nobody decided it"]
        } else {
            let all = case.points.iter().filter(|point| !point.holds && point.mark.is_critical());
            all.map(|point| point.text.as_str()).collect()
        };
        (!failed.is_empty()).then(|| [&name, failed.join(", ").as_str(), "."].concat())
    };
    (1..).zip(cases).filter_map(of_case).collect()
}

fn is_undecided(case: &RunCase) -> bool {
    case.points.iter().all(|point| point.mark != Mark::RightDecision)
}

/// The score of a judged run.
pub(super) fn draw(desk: Desk, view: &RunView) -> AnyView {
    let of = percent(view.run.percent.unwrap_or_default());
    let is_mine = untrack(|| desk.session.me()).is_some_and(|me| me.id == view.agent.id);
    let whose = (!is_mine).then(|| view! { <p class="muted">{["The run of ", &view.agent.name].concat()}</p> });
    let earlier = (!view.earlier.is_empty())
        .then(|| view! { <p class="small muted">{["Earlier: ", &in_turn(&view.earlier)].concat()}</p> });
    let wanted = [
        "Passed from ",
        &percent(view.pass_percent),
        ", if every case has the right decision, in time, and a buyer who was told the truth. Every case counts alike.",
    ]
    .concat();
    // A run of before was passed by its percentage alone, and stays so.
    let why: Vec<_> = if view.run.is_passed { Vec::new() } else { kept_from_passing(&view.cases) };
    let why: Vec<_> = why.into_iter().map(|words| view! { <li>{words}</li> }).collect();
    let why = (!why.is_empty()).then(|| {
        view! { <div><b class="strong">"This must hold, and did not:"</b><ul class="drill__why" aria-label="What must hold, and did not">{why}</ul></div> }
    });
    let cases: Vec<_> = view.cases.iter().enumerate().map(|(number, each)| case(view, number, each)).collect();
    view! {
        <div class="stack drill">
            <section class="card drill__score" aria-label="Score">
                <b class="drill__of">{of}</b>
                <div>{whose}<div class="line wrap">{result_chip(&view.run)}<span class="small muted">{wanted}</span></div>{why}{earlier}</div>
            </section>
            {cases}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::case::Kind;
    use shared::domain::quality::Check;
    use shared::reasons::ReasonGroup;

    #[test]
    fn what_kept_a_run_from_being_passed_is_said_case_by_case() {
        let point = |mark: Mark, holds| PointView {
            mark,
            text: mark.text().to_owned(),
            explanation: String::new(),
            step: String::new(),
            place: None,
            holds,
            facts: Vec::new(),
        };
        let case = |points| RunCase {
            case: None,
            kind: Kind::RefundOnly,
            reason: ReasonGroup::Damaged,
            is_done: true,
            stage: None,
            deadline: None,
            ran_out: false,
            to_come: 0,
            percent: None,
            points,
            deeds: Vec::new(),
            why: String::new(),
        };
        let right = |holds| point(Mark::RightDecision, holds);
        let of = |check, holds| point(Mark::Check(check), holds);
        let cases = [
            case(vec![right(true), of(Check::PhotosOpened, false)]),
            case(vec![right(false), of(Check::BuyerTold, false), of(Check::DecidedInTime, true)]),
            case(Vec::new()),
        ];
        let told = Mark::Check(Check::BuyerTold).text();
        let second = ["Case 2, Arrived damaged: The right decision, ", told, "."].concat();
        let third = "Case 3, Arrived damaged: nobody decided it.".to_owned();
        assert_eq!(kept_from_passing(&cases), [second, third]);
    }
}
