//! What a dry run found.

use super::list::sums;
use crate::components::{Banner, BannerTone};
use crate::i18n::format;
use crate::routes::Route;
use crate::web;
use leptos::prelude::*;
use shared::domain::rule::{Rule, Then};
use shared::reasons::{group_of, label};
use shared::wire::case::CaseRow;
use shared::wire::rule::{Act, DryGroup, DryRow, DryRun};

/// Bars of the plot: the last of more reasons stands for all others.
const MOST_BARS: usize = 9;

fn figure(name: &'static str, value: String) -> AnyView {
    view! { <div><dt class="k">{name}</dt><dd class="v">{value}</dd></div> }.into_any()
}

/// "Arrived damaged, US$ 34.18".
pub(super) fn case_link(row: &CaseRow, id: Option<String>) -> AnyView {
    let name = label(group_of(&row.reason)).to_owned();
    let name = match &row.amount {
        Some(amount) => [&name, ", ", &format::money(amount)].concat(),
        None => name,
    };
    let path = Route::Desk { stage: row.stage, case: Some(row.id.clone()) }.path();
    view! { <a id=id href=path>{name}</a> }.into_any()
}

/// One reason, or some together: all requests, and those that would have been approved, rightly and wrongly.
struct Bar {
    name: &'static str,
    requests: u64,
    right: u64,
    wrong: u64,
}

/// The bars of the plot, which sum up to the figures above them.
fn bars_of(groups: &[DryGroup]) -> Vec<Bar> {
    let bar = |group: &DryGroup| Bar {
        name: label(group.group),
        requests: group.requests,
        right: group.right,
        wrong: group.wrong,
    };
    let all = groups.iter().map(bar);
    if groups.len() <= MOST_BARS {
        return all.collect();
    }
    let others = Bar { name: "All other reasons", requests: 0, right: 0, wrong: 0 };
    let others = groups.iter().skip(MOST_BARS - 1).fold(others, |sum, group| Bar {
        name: sum.name,
        requests: sum.requests + group.requests,
        right: sum.right + group.right,
        wrong: sum.wrong + group.wrong,
    });
    all.take(MOST_BARS - 1).chain([others]).collect()
}

fn bar(bar: &Bar, most: u64) -> AnyView {
    let share = |count: u64| (count.saturating_mul(1000) / most.max(1)).to_string();
    let (all, right, wrong) = (bar.requests, bar.right, bar.wrong);
    let words = [
        &format::count(right + wrong, "request", "requests"),
        " of ",
        &all.to_string(),
        " approved, ",
        &wrong.to_string(),
        " wrong",
    ]
    .concat();
    view! {
        <li>
            <span class="clip">{bar.name}</span>
            <span class="rulebar" aria-hidden="true" style=("--all", share(all)) style=("--right", share(right)) style=("--wrong", share(wrong))><i class="all"></i><i class="right"></i><i class="wrong"></i></span>
            <span class="num small">{words}</span>
        </li>
    }
    .into_any()
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::Approved => "Approved",
        Act::Assigned => "Handed on",
        Act::Tagged => "Tagged",
        Act::Prepared => "Reply prepared",
    }
}

fn table(label: &'static str, rows: &[DryRow], count: u64) -> AnyView {
    let row = |one: &DryRow| {
        let became = if one.is_approved { one.became.text() } else { "Not approved" };
        view! { <tr><th scope="row">{case_link(&one.row, None)}</th><td>{became}</td><td>{one.row.item.clone()}</td></tr> }
    };
    let more = count > u64::try_from(rows.len()).unwrap_or_default();
    let rows: Vec<_> = rows.iter().map(row).collect();
    view! {
        <div class="wide" tabindex="0" role="region" aria-label=label><table class="grid">
            <thead><tr><th scope="col">"Case"</th><th scope="col">"What became of it"</th><th scope="col">"Item"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {more.then(|| view! { <p class="small muted">"The newest 100 are shown."</p> })}
    }
    .into_any()
}

/// What it would have done, in figures: of each thing that the rule does.
fn figures(run: &DryRun, then: &Then) -> AnyView {
    let mut all = vec![figure("Meant", run.meant.to_string())];
    if then.approve {
        all.extend([
            figure("Would have approved", run.approved.to_string()),
            figure("Money", sums(&run.money)),
            figure("Went wrong", run.wrong_count.to_string()),
            figure("Money of those", sums(&run.wrong_money)),
        ]);
    }
    all.extend(run.acts.iter().map(|(act, count)| figure(act_name(*act), count.to_string())));
    if then.second_above.is_some() {
        all.push(figure("Second person asked for", run.seconds.to_string()));
    }
    view! { <dl class="rulefigs">{all}</dl> }.into_any()
}

/// Those that went wrong, and the others folded.
fn cases(run: &DryRun, then: &Then) -> AnyView {
    let wrong = match (then.approve, run.wrong.is_empty()) {
        (false, _) => None,
        (true, true) => Some(view! { <p class="small">"None of them went wrong."</p> }.into_any()),
        (true, false) => Some(
            view! { <h3>"Which went wrong"</h3>{table("Which went wrong", &run.wrong, run.wrong_count)} }.into_any(),
        ),
    };
    let others = (!run.others.is_empty()).then(|| {
        let name = if then.approve { "All others" } else { "All of them" };
        let summary = [name, ", case by case: ", &run.others_count.to_string()].concat();
        view! { <details><summary>{summary}</summary>{table(name, &run.others, run.others_count)}</details> }
    });
    view! { {wrong}{others} }.into_any()
}

/// The result, of this rule.
pub(super) fn draw(run: &DryRun, Rule { when, then, .. }: &Rule) -> AnyView {
    let since = run
        .since
        .map_or_else(|| "no request is known".to_owned(), |at| ["the first known of ", &web::short_day(at)].concat());
    let of = if when.shops.is_empty() { ", " } else { " of the shops that it names, " };
    let looked = [&format::count(run.requests, "request", "requests"), of, &since].concat();
    let bars = if then.approve { bars_of(&run.groups) } else { Vec::new() };
    let most = bars.iter().map(|bar| bar.requests).max().unwrap_or(1);
    let bars: Vec<_> = bars.iter().map(|one| bar(one, most)).collect();
    let became = run.became.iter().map(|(became, count)| {
        view! { <li class="line"><span>{became.text()}</span><b class="push num">{count.to_string()}</b></li> }
    });
    let became: Vec<_> = became.collect();
    let barred = run.barred.iter().map(|(barred, count)| {
        view! { <li class="line"><span>"Left to people: "{barred.clone()}</span><b class="push num">{count.to_string()}</b></li> }
    });
    let barred: Vec<_> = barred.collect();
    view! {
        {run.is_partial.then(|| view! {
            <Banner tone=BannerTone::Soon fact="The import has not finished." text="This run has seen a part of the requests, and does not count. Run it again when all of them are here."/>
        })}
        <p class="small muted">{looked}". Run "{web::when_inside(run.at, web::device_now())}", version "{run.version}"."</p>
        {figures(run, then)}
        {(!bars.is_empty()).then(|| view! {
            <h3>"By reason"</h3>
            <ul class="rulebars">{bars}</ul>
            <p class="legend"><span><i class="lg-right"></i>"Approved"</span><span><i class="lg-wrong"></i>"Approved, and went wrong"</span><span><i class="lg-all"></i>"All requests"</span></p>
        })}
        {(!became.is_empty()).then(|| view! { <h3>"What became of those"</h3><ul class="stack small judged">{became}</ul> })}
        {(!barred.is_empty()).then(|| view! { <ul class="stack small judged" aria-label="What stays with people">{barred}</ul> })}
        {cases(run, then)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::reasons::ReasonGroup;

    #[test]
    fn the_bars_sum_up_to_all_requests_however_many_reasons_there_are() {
        let group = |group: &ReasonGroup| DryGroup { group: *group, requests: 3, right: 1, wrong: 1 };
        for count in [0, 1, MOST_BARS, MOST_BARS + 1, ReasonGroup::ALL.len()] {
            let groups: Vec<_> = ReasonGroup::ALL.iter().take(count).map(group).collect();
            let bars = bars_of(&groups);
            let sum = |of: fn(&Bar) -> u64| usize::try_from(bars.iter().map(of).sum::<u64>()).unwrap();
            assert_eq!(
                (sum(|bar| bar.requests), sum(|bar| bar.right), sum(|bar| bar.wrong)),
                (count * 3, count, count)
            );
            assert_eq!(bars.iter().any(|bar| bar.name == "All other reasons"), count > MOST_BARS, "{count}");
        }
    }
}
