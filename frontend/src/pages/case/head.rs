//! The head of a case and the bars at its thumb edge.

use super::act::Doing;
use super::kit::{self, icon, small_icon};
use super::sheet::NO_CONNECTION;
use super::{motion, wording};
use crate::components::{Choice, DueMark, Pick};
use crate::i18n::words;
use crate::state::Desk;
use crate::state::due::Due;
use leptos::prelude::*;
use shared::domain::case::{DecisionKind, End, Flag, Stage};
use shared::id::AgentId;
use shared::wire::case::{CaseView, DecisionOptions};
use shared::wire::decision::SettleDebtRequest;
use shared::wire::session::Role;
use shared::wire::tick::lacking;

/// What is asked, how long is left, who holds it.
pub fn draw(view: &CaseView, desk: Desk, doing: Doing) -> AnyView {
    let row = &view.row;
    let shop =
        desk.session.shop(&row.shop).map(|shop| [shop.name.as_str(), ", ", &shop.region].concat()).unwrap_or_default();
    let ended = match (row.stage, row.end) {
        (Stage::Done, Some(end)) => Some(words::end(end)),
        (Stage::Waiting, _) => row.waiting_on.map(words::waiting_on),
        (Stage::Disputed, _) => Some("In dispute: answer in Seller Center"),
        _ => None,
    };
    let ended_class = match (row.stage, row.end) {
        (Stage::Done, Some(End::Refunded | End::Cancelled | End::Replaced | End::RefundInstead)) => "chip chip--good",
        (Stage::Done, _) => "chip",
        _ => "chip chip--info",
    };
    let asked = row.asked;
    let asked = move || {
        asked.map(|at| {
            let words = ["Asked ", &crate::web::when_inside(at, desk.clock.coarse()), ", no answer yet"].concat();
            view! { <span class="chip chip--info">{small_icon("send")}{words}</span> }
        })
    };
    let decision = motion::decided(&view.intents);
    let on_its_way = decision.clone();
    let moving = move || {
        let now = if doing.is_counting.get() { desk.clock.second() } else { desk.clock.coarse() };
        motion::moving(&on_its_way, now)
    };
    // What is on its way has the hold's clock. Of what nobody knows whether it arrived, TikTok's counts on.
    let is_moving_out = untrack(&moving).is_some();
    let deadline = row.deadline.filter(|_| !matches!(row.stage, Stage::Done) && !is_moving_out);
    let clock = move || {
        let now = desk.clock.coarse();
        deadline.map(|deadline| {
            view! {
                <DueMark due=Due::at(deadline, now) ran_out=crate::web::when(deadline, now) is_large=true/>
                <small>{["ends ", &crate::web::when_inside(deadline, now)].concat()}</small>
            }
        })
    };
    let mine = desk.session.me().is_some_and(|me| Some(&me.id) == row.assignee.as_ref());
    let me = desk.session.me().map(|me| me.id);
    let named =
        |agent: &AgentId| if me.as_ref() == Some(agent) { "you".to_owned() } else { desk.session.name_of(agent) };
    let decided = motion::head_line(&decision, named);
    let is_moving = decided.as_ref().is_some_and(|(_, is_moving)| *is_moving);
    let holder = match row.assignee.as_ref().map(|agent| desk.session.name_of(agent)) {
        Some(_) if mine => "You hold this case".to_owned(),
        Some(name) => [name.as_str(), " holds this case"].concat(),
        None => "Nobody has taken it".to_owned(),
    };
    let holder = decided.map_or(holder, |(line, _)| line);
    let leasing = doing.lease;
    let deciding = move || {
        let who = leasing.other.get().map(|(by, until)| ([by.as_str(), " is deciding"].concat(), until));
        let who = who.or_else(|| leasing.ours.get().map(|until| ("You are deciding".to_owned(), until)));
        who.filter(|_| !is_moving).map(|(who, until)| {
            let words = [who.as_str(), ", until ", &crate::web::clock_time(until)].concat();
            view! { <span class="deciding">{small_icon("eye")}<span>{words}</span></span> }
        })
    };
    let people: Vec<Choice> = [Choice::new("", "Nobody")]
        .into_iter()
        .chain(desk.session.team().into_iter().map(|person| Choice::new(person.id, person.name)))
        .collect();
    let held_by = row.assignee.as_ref().map(ToString::to_string).unwrap_or_default();
    let take = if mine { "Release the case" } else { "Take the case" };
    view! {
        <header class="case__head">
            <div class="what">
                <button class="btn btn--quiet btn--icon back" type="button" aria-label="Back to the list" on:click=move |_| desk.nav.open(None)>{icon("left")}</button>
                <span class="kind">{icon(words::kind_icon(row.kind))}{words::kind(row.kind)}</span>
                <span class="sep">"·"</span>
                <span class="opt">{shop}</span>
                <span class="sep">"·"</span>
                <span class="num opt" title=view.platform_id.clone()>{["Case ", &ending(&view.platform_id)].concat()}</span>
            </div>
            <h1 id="case-h" tabindex="-1">{wording::reason(&row.reason, &row.reason_text)}</h1>
            <div class="clock">{clock}{move || moving().map(|text| view! { <span class="chip chip--info">{text}</span> })}{ended.map(|text| view! { <span class=ended_class>{text}</span> })}{asked}</div>
            <div class="lease">{small_icon("user")}<span>{holder}</span>{deciding}</div>
            <div class="acts">
                <Pick
                    label="Who holds this case" icon="user" choices=Signal::stored(people) value=Signal::stored(held_by)
                    on_pick=move |id: String| doing.hand_to(id.parse().ok())
                />
                <button class="btn btn--quiet btn--sm" type="button" title=take on:click=move |_| doing.take()>{take}</button>
            </div>
        </header>
    }
    .into_any()
}

/// The end of a long number: what tells it from its neighbours.
fn ending(number: &str) -> String {
    let digits = number.chars().count();
    if digits <= ENDING {
        number.to_owned()
    } else {
        ["…".to_owned(), number.chars().skip(digits - ENDING).collect()].concat()
    }
}

const ENDING: usize = 8;
const PHOTOS_FIRST: &str = "Photos not opened";

/// Whether a decision can be made, by whom, and whether TikTok has confirmed what is offered.
/// `is_unseen`: there are photos that this person has not opened; `lacking`: needed ticks that nobody has made.
fn gate(
    options: &DecisionOptions,
    is_lost: bool,
    other: Option<String>,
    is_unseen: bool,
    lacking: u64,
) -> (&'static str, String) {
    let (mark, text) = if is_lost {
        ("warn", NO_CONNECTION)
    } else if let Some(other) = other {
        return ("eye", [&other, " is deciding"].concat());
    } else if options.check_failed {
        ("warn", "TikTok could not be asked: it judges at the call")
    } else if options.checked.is_none() {
        ("clock", "Asking TikTok what is open")
    } else if lacking > 0 {
        return ("info", crate::i18n::format::count(lacking, "check left", "checks left"));
    } else if is_unseen {
        // There is no room for both: what is still to be done is what is seen.
        ("eye", PHOTOS_FIRST)
    } else {
        ("check-circle", "Confirmed by TikTok")
    };
    (mark, text.to_owned())
}

/// The answers that are neither "yes" nor "no", one press away.
fn other_answers(
    kinds: &[DecisionKind],
    is_lost: impl Fn() -> bool + Copy + Send + Sync + 'static,
    doing: Doing,
) -> AnyView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let rows: Vec<AnyView> = kinds
        .iter()
        .copied()
        .map(|kind| {
            let choose = move |_| {
                close();
                doing.begin(kind);
            };
            view! { <button class="btn btn--quiet" type="button" disabled=is_lost on:click=choose>{wording::act(kind)}</button> }
                .into_any()
        })
        .collect();
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && menu.get_untracked().is_some_and(|menu| menu.open()) {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
    };
    view! {
        <details class="more opt" node_ref=menu on:keydown=on_key>
            <summary class="btn">"Other answers" {icon("up")}</summary>
            <div class="more__list">{rows}</div>
        </details>
    }
    .into_any()
}

/// The decisions: "no" at one end, "yes" at the other, never side by side.
pub fn decide_bar(view: &CaseView, desk: Desk, doing: Doing) -> AnyView {
    let is_lost = move || desk.connection.is_lost();
    let offered: Vec<DecisionKind> = view.options.offered.iter().map(|option| option.kind).collect();
    let yes = offered.iter().copied().find(|kind| kind.is_approval());
    let no = offered.iter().copied().find(|kind| kind.needs_reason() && !kind.needs_amount());
    let others: Vec<DecisionKind> =
        offered.iter().copied().filter(|kind| Some(*kind) != yes && Some(*kind) != no).collect();
    let more = match *others {
        [] => None,
        [kind] => Some(
            view! { <button class="btn opt" type="button" disabled=is_lost on:click=move |_| doing.begin(kind)>{wording::act(kind)}{kind.needs_amount().then(|| view! { " "<kbd>"P"</kbd> })}</button> }
                .into_any(),
        ),
        // More than two answers and a third do not fit beside each other.
        _ => Some(other_answers(&others, is_lost, doing)),
    };
    let options = view.options.clone();
    // Only the name: a lease that is renewed is no news.
    let other = Memo::new(move |_| doing.lease.other.with(|other| other.as_ref().map(|(by, _)| by.clone())));
    let photos = super::words::photos(view);
    let is_unseen = Memo::new(move |_| doing.seen_photos.with(|seen| photos.iter().any(|photo| !seen.contains(photo))));
    let lacking = lacking(&view.ticks).count().try_into().unwrap_or(u64::MAX);
    let gate = move || {
        let (mark, text) = gate(&options, is_lost(), other.get(), is_unseen.get(), lacking);
        let also = (text == PHOTOS_FIRST).then(|| view! { <span class="vh">"Confirmed by TikTok"</span> });
        view! { {small_icon(mark)}<span>{text}{also}</span> }
    };
    let total = view.refund.as_ref().map(|refund| kit::sum(&refund.total));
    // Waits for a second person: who asked has nothing to press first.
    let waits = view.second.as_ref().map(|ask| doing.is_by_me(&ask.by));
    let yes = yes.map(|kind| {
        let label = match total.filter(|_| wording::pays(kind)) {
            _ if waits == Some(false) => "Read and agree…".to_owned(),
            Some(total) => [wording::act(kind), " ", &total].concat(),
            None => wording::act(kind).to_owned(),
        };
        let class = if waits == Some(true) { "btn" } else { "btn btn--primary" };
        view! { <button class=class type="button" disabled=is_lost aria-describedby="gate" on:click=move |_| doing.begin(kind)>{label}" " <kbd>"A"</kbd></button> }
    });
    view! {
        <div class="decide" role="group" aria-label="Decision">
            {no.map(|kind| view! { <button class="btn btn--stop" type="button" disabled=is_lost aria-describedby="gate" on:click=move |_| doing.begin(kind)>{wording::act(kind)}" " <kbd>"X"</kbd></button> })}
            <span class="gate" id="gate" role="status">{gate}</span>
            {more}
            {yes}
        </div>
    }
    .into_any()
}

fn hint(fact: &'static str, advice: &'static str) -> AnyView {
    view! {
        <div class="banner banner--info banner--in" role="status">{icon("info")}<p><b class="strong">{fact}</b>{advice}</p></div>
    }
    .into_any()
}

/// What must happen elsewhere, and how a debt ends without a message.
pub fn debt_bar(view: &CaseView, desk: Desk, doing: Doing) -> AnyView {
    let is_moving = motion::is_under_way(&view.intents);
    let elsewhere = view
        .options
        .seller_center_only
        .then(|| hint("TikTok takes this answer in Seller Center only.", " Its deadline still counts."));
    let ships = view.row.flags.contains(&Flag::ShipInstead).then(|| {
        hint(
            "To refuse, ship it.",
            " Add tracking in Seller Center before the deadline: that refuses the cancellation.",
        )
    });
    let debt = view.row.owed.as_ref().filter(|_| view.options.offered.is_empty() && !is_moving).map(|owed| {
        let claim = owed.claim;
        let waive = desk.session.is_at_least(Role::Lead).then(|| {
            let reason = "A lead decided that no reply is owed".to_owned();
            view! {
                <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| doing.settle(SettleDebtRequest::Waive { claim, reason: reason.clone() })>
                    "No reply owed"
                </button>
            }
        });
        let text = ["Reply owed: ", wording::moment(Some(claim)), ", since ", &kit::at(owed.since)].concat();
        view! {
            <div class="decide decide--debt" role="group" aria-label="Reply owed">
                <span class="gate">{small_icon("replies")}<span>{text}</span></span>
                <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| doing.settle(SettleDebtRequest::Elsewhere { claim })>"Told elsewhere"</button>
                {waive}
            </div>
        }
    });
    view! { {elsewhere}{ships}{debt} }.into_any()
}
