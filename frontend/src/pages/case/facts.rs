//! The facts of a case: what TikTok pays, what was checked, the order, what happened.

use super::kit::{icon, photo, sum};
use super::wording;
use crate::i18n::format::figures;
use crate::routes::{Face, Route};
use crate::web;
use leptos::prelude::*;
use shared::domain::quality::{CheckState, Checkpoint, Value, before_deciding};
use shared::id::{AgentId, TickId};
use shared::time::Timestamp;
use shared::wire::case::{CaseRow, CaseView, Happened, LineView, TimelineEntry, Who};
use shared::wire::intent::{IntentState, IntentView, IntentWhat};
use shared::wire::quality::CheckView;
use shared::wire::rule::Kept;
use shared::wire::session::Person;
use shared::wire::tick::{TickView, Ticked};

/// The platform's name of a part, in the buyer's terms.
fn part_word(name: &str) -> String {
    let known = match name {
        "refund_subtotal" => "Goods",
        "refund_shipping_fee" => "Shipping the buyer paid",
        "refund_tax" => "Tax",
        "retail_delivery_fee" => "Retail delivery fee",
        "buyer_service_fee" => "Service fee",
        "product_seller_discount" => "Your discount",
        "product_platform_discount" => "TikTok discount",
        "shipping_fee_seller_discount" => "Your shipping discount",
        "shipping_fee_platform_discount" => "TikTok shipping discount",
        "seller_paid_return_shipping_fee" => "Return shipping, you pay",
        "platform_paid_return_shipping_fee" => "Return shipping, TikTok pays",
        "buyer_paid_return_shipping_fee" => "Return shipping, buyer pays",
        _ => "",
    };
    if known.is_empty() { name.replace('_', " ") } else { known.to_owned() }
}

/// The platform's split of the refund; the total is what is said.
pub fn split(view: &CaseView) -> AnyView {
    let Some(refund) = &view.refund else {
        return view! { <p class="small muted">"TikTok names no amount for this request."</p> }.into_any();
    };
    let parts = refund.parts.iter().filter(|(_, amount)| !amount.is_zero()).map(|(name, amount)| {
        view! { <tr><th scope="row">{part_word(name)}</th><td>{figures(amount)}</td></tr> }.into_any()
    });
    let parts: Vec<AnyView> = parts.collect();
    view! {
        <table class="split">
            <caption class="vh">"Refund split"</caption>
            <tbody>{parts}</tbody>
            <tfoot><tr><th scope="row">"Total"</th><td>{sum(&refund.total)}</td></tr></tfoot>
        </table>
    }
    .into_any()
}

fn line(line: &LineView) -> AnyView {
    let picture = line.picture.as_ref().map(|media| photo(media, ""));
    let count = [line.variant.as_str(), " × ", &line.count.to_string()].concat();
    view! {
        <div class="orderline">
            <span class="thumb">{picture}</span>
            <b class="strong">{line.product.clone()}</b>
            <b class="num">{line.amount.as_ref().map(sum)}</b>
            <span class="num">{count}</span>
            <span class="end">{line.seller_sku.clone()}</span>
        </div>
    }
    .into_any()
}

fn fact(name: &'static str, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <dt>{name}</dt><dd>{value}</dd> }.into_any())
}

fn mark(state: CheckState) -> AnyView {
    let (mark, name, words) = match state {
        CheckState::Passed => ("auto", "check", "Passed by the desk: "),
        CheckState::Failed => ("auto auto--fail", "x", "Failed: "),
        CheckState::Unknown => ("auto auto--open", "clock", "Not known yet: "),
    };
    view! { <span class=mark>{icon(name)}<span class="vh">{words}</span></span> }.into_any()
}

fn of(done: usize, all: usize) -> String {
    [done.to_string(), " of ".to_owned(), all.to_string()].concat()
}

fn has_photos(view: &CaseView) -> bool {
    view.words.iter().any(|words| !words.photos.is_empty())
}

/// How many of what stands under "Before you decide" holds, and of how many.
pub fn progress(view: &CaseView, now: Timestamp, photos_seen: bool) -> String {
    let found = before_deciding(view, now);
    let passed = found.iter().filter(|point| point.state == CheckState::Passed).count();
    let ticked = view.ticks.iter().filter(|tick| tick.ticked.is_some()).count();
    let photos = has_photos(view);
    of(passed + ticked + usize::from(photos && photos_seen), found.len() + view.ticks.len() + usize::from(photos))
}

fn checked(title: &'static str, count: String, rows: Vec<AnyView>) -> AnyView {
    view! { <section><h2>{title}" " <small class="num">{count}</small></h2><ul class="checks">{rows}</ul></section> }
        .into_any()
}

/// Who has ticked, and when.
fn by(ticked: &Ticked, people: &[Person]) -> String {
    let person = people.iter().find(|person| person.id == ticked.by);
    let name = person.and_then(|person| person.name.split_whitespace().next()).unwrap_or("somebody");
    [name, " ", &web::clock_time(ticked.at)].concat()
}

/// A square that a person ticks.
fn tick(tick: &TickView, people: &[Person], is_shut: bool, on_tick: Callback<(TickId, bool)>) -> AnyView {
    let (id, field) = (tick.id.clone(), tick_field(&tick.id));
    let is_on = tick.ticked.is_some();
    let press = move |event: web_sys::Event| on_tick.run((id.clone(), web::is_checked(&event)));
    let needed = (tick.is_needed && !is_on).then_some(" (needed)");
    view! {
        <li class:todo=!is_on>
            <label class="tick">
                <input type="checkbox" id=field prop:checked=is_on disabled=is_shut on:change=press/>
                <span>{tick.text.clone()}<span class="muted">{needed}</span></span>
            </label>
            <span class="by">{tick.ticked.as_ref().map(|ticked| by(ticked, people))}</span>
        </li>
    }
    .into_any()
}

/// The id of the element that ticks.
fn tick_field(tick: &TickId) -> String {
    ["tick-", tick.as_str()].concat()
}

/// The square that has the focus: it is given back when the facts were drawn anew.
pub fn held_tick() -> Option<String> {
    web::focused_id().filter(|id| id.starts_with("tick-"))
}

/// What people had ticked, once nothing is to be decided any more.
fn ticked(view: &CaseView, people: &[Person]) -> Option<AnyView> {
    let row = |tick: &TickView| {
        let ticked = tick.ticked.as_ref()?;
        Some(
            view! { <li>{mark(CheckState::Passed)}<span>{tick.text.clone()}</span><span class="by">{by(ticked, people)}</span></li> }
                .into_any(),
        )
    };
    let rows: Vec<AnyView> = view.ticks.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| {
        view! { <section><h2>"Ticked before the decision"</h2><ul class="checks">{rows}</ul></section> }.into_any()
    })
}

fn checks(
    view: &CaseView,
    people: &[Person],
    now: Timestamp,
    photos_seen: bool,
    on_tick: Callback<(TickId, bool)>,
) -> AnyView {
    let found = before_deciding(view, now);
    let row = |point: Checkpoint| {
        view! { <li>{mark(point.state)}<span>{point.check.text()}</span><span class="by">"desk"</span></li> }.into_any()
    };
    let mut rows: Vec<AnyView> = found.into_iter().map(row).collect();
    if has_photos(view) {
        rows.push(
            view! {
                <li class:todo=!photos_seen>
                    <span class=if photos_seen { "auto" } else { "auto auto--open" }>
                        {icon(if photos_seen { "check" } else { "eye" })}
                    </span>
                    <span>"Photos opened and read"</span>
                    <span class="by">{photos_seen.then_some("you")}</span>
                </li>
            }
            .into_any(),
        );
    }
    let is_shut = super::motion::is_under_way(&view.intents);
    rows.extend(view.ticks.iter().map(|one| tick(one, people, is_shut, on_tick)));
    checked("Before you decide", progress(view, now, photos_seen), rows)
}

fn known(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Money(money) => sum(money),
        Value::At(at) => super::kit::at(*at),
        Value::Decision(kind) => wording::act(*kind).trim_end_matches('…').to_owned(),
        Value::Kind(kind) => crate::i18n::words::kind(*kind).to_owned(),
    }
}

/// A step of the procedure, as a link where the handbook in force has it.
pub fn step(name: &str, guide: Option<&String>) -> AnyView {
    let name = name.to_owned();
    match guide {
        Some(guide) => {
            let book = Route::Handbook { page: None, face: Face::InForce }.path();
            view! { <a href=[&book, "/", guide].concat()>{name}</a> }.into_any()
        }
        None => name.into_any(),
    }
}

/// A check: what it asks and what it rests on are one press away.
pub fn check(check: &CheckView) -> AnyView {
    let facts = check.facts.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{known(value)}</dd> });
    let facts: Vec<_> = facts.collect();
    view! {
        <li>
            <details>
                <summary>{mark(check.state)}<span>{check.text.clone()}</span></summary>
                <p>{check.explanation.clone()}</p>
                <dl class="kv">{facts}<dt>"Step"</dt><dd>{step(&check.step, check.guide.as_ref())}</dd></dl>
            </details>
        </li>
    }
    .into_any()
}

/// How it was done, once nothing is to be decided any more.
fn how_it_went(view: &CaseView) -> Option<AnyView> {
    let done = view.checks.iter().filter(|check| check.state == CheckState::Passed).count();
    let rows: Vec<AnyView> = view.checks.iter().map(check).collect();
    (!rows.is_empty()).then(|| checked("Checked by the desk", of(done, rows.len()), rows))
}

/// What was answered: all that went to TikTok with it, so that nobody has to look elsewhere.
fn answered(view: &CaseView, people: &[Person]) -> Option<AnyView> {
    let row = |intent: &IntentView| {
        let IntentWhat::Decision { kind, amount, reason_text, comment, evidence, .. } = &intent.what else {
            return None;
        };
        let IntentState::Done { at, .. } = intent.state else { return None };
        let by = people.iter().find(|person| person.id == intent.by).map(|person| person.name.clone());
        let offered = amount.as_ref().filter(|_| kind.needs_amount()).map(sum);
        let proofs = evidence.iter().flatten().filter_map(|id| view.evidence.iter().find(|proof| proof.id == *id));
        let proofs: Vec<AnyView> = proofs
            .map(|proof| {
                let source = crate::api::cases::evidence_url(&proof.id);
                let shown = source.clone();
                view! { <a class="thumb" href=source target="_blank"><img src=shown alt=proof.name.clone() loading="lazy"/></a> }
                    .into_any()
            })
            .collect();
        Some(
            view! {
                <dl class="kv">
                    <dt>{wording::act(*kind).trim_end_matches('…')}</dt><dd>{super::kit::at(at)}</dd>
                    {fact("By", by)}
                    {fact("Offered", offered)}
                    {fact("Reason", reason_text.clone())}
                    {fact("Comment for TikTok", comment.clone())}
                </dl>
                {(!proofs.is_empty()).then(|| view! { <div class="line shots" role="group" aria-label="Proof">{proofs}</div> })}
            }
            .into_any(),
        )
    };
    let rows: Vec<AnyView> = view.intents.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| view! { <section><h2>"Answer"</h2>{rows}</section> }.into_any())
}

fn entry(entry: &TimelineEntry, people: &[Person], buyer: &str) -> AnyView {
    let name_of = |id: &AgentId| {
        let person = people.iter().find(|person| person.id == *id);
        person.map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
    };
    let who = match &entry.who {
        Who::Agent(id) => name_of(id),
        Who::Buyer => buyer.to_owned(),
        Who::Platform => "TikTok".to_owned(),
        Who::Desk => "The desk".to_owned(),
        Who::Rule(by) => ["Rule “", &by.name, "” v", &by.version.to_string()].concat(),
    };
    let text = wording::happened(&entry.what, &entry.who, &who);
    let text = match &entry.what {
        Happened::Inspected { answers, shots } => {
            let mut parts: Vec<String> = Vec::new();
            let mut named: Vec<&AgentId> = Vec::new();
            for by in answers.iter().map(|answer| &answer.by) {
                if !named.contains(&by) {
                    named.push(by);
                    let theirs = wording::answers(answers.iter().filter(|answer| answer.by == *by));
                    parts.push([&name_of(by), ": ", &theirs].concat());
                }
            }
            let photos = u64::try_from(shots.len()).unwrap_or(0);
            parts.push(crate::i18n::format::count(photos, "photo", "photos"));
            [&text, ". ", &parts.join("; ")].concat()
        }
        Happened::DecisionPressed { took_over_from: Some(from), .. } => {
            [&text, ", took over from ", &name_of(from)].concat()
        }
        Happened::Assigned { to: Some(to) } if matches!(entry.who, Who::Rule(_)) => {
            [&who, " handed the case to ", &name_of(to)].concat()
        }
        Happened::KeptAway { why: Kept::Claimed { by } } => {
            [&who, " left it to people: ", &name_of(by), " was deciding it"].concat()
        }
        Happened::SecondAgreed { asker } => [&who, " agreed to the decision of ", &name_of(asker)].concat(),
        Happened::SecondRefused { asker } => {
            [&who, " ended the wait for a second person on the decision of ", &name_of(asker)].concat()
        }
        Happened::SecondLapsed { asker } => {
            ["Nobody agreed to the decision of ", &name_of(asker), " while it could be decided so; nothing was sent"]
                .concat()
        }
        Happened::LeadAsked { lead } => [&text, ", ", &name_of(lead)].concat(),
        _ => text,
    };
    view! { <li><span>{text}</span><time>{super::kit::at(entry.at)}</time></li> }.into_any()
}

/// Other cases, each with how it stands.
fn others(title: &'static str, rows: &[CaseRow]) -> Option<AnyView> {
    let links: Vec<AnyView> = rows
        .iter()
        .map(|row| {
            let href = crate::routes::Route::Desk { stage: row.stage, case: Some(row.id.clone()) }.path();
            let stands = row.end.map_or_else(|| crate::i18n::words::stage(row.stage), crate::i18n::words::end);
            let amount = row.amount.as_ref().map(sum);
            let words = [Some(super::wording::reason(&row.reason, &row.reason_text)), amount, Some(stands.to_owned())];
            view! { <li><a href=href>{words.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</a></li> }.into_any()
        })
        .collect();
    (!links.is_empty()).then(|| view! { <section><h2>{title}</h2><ul class="links">{links}</ul></section> }.into_any())
}

/// Draws all facts. `now` is the server's clock; `beside` what the handbook says.
pub fn draw(
    view: &CaseView,
    people: &[Person],
    now: Timestamp,
    photos_seen: bool,
    on_tick: Callback<(TickId, bool)>,
    beside: Option<AnyView>,
) -> AnyView {
    let order = view.order.as_ref();
    let when = |at: Option<Timestamp>| at.map(super::kit::at);
    let order_rows: Vec<AnyView> = [
        fact("Ordered", order.map(|order| super::kit::at(order.created))),
        fact(
            "Paid",
            order.and_then(|order| {
                if order.is_cod && order.paid.is_none() {
                    Some("On delivery, not shown as paid".to_owned())
                } else {
                    when(order.paid)
                }
            }),
        ),
        fact("Shipped", order.and_then(|order| when(order.shipped))),
        fact("Delivered", order.and_then(|order| when(order.delivered))),
        fact("Parcel", order.and_then(|order| order.tracking.as_ref()).map(|parcel| parcel.number.clone())),
        fact("Return parcel", view.tracking.as_ref().map(|parcel| parcel.number.clone())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let lines: Vec<AnyView> = view.lines.iter().map(line).collect();
    let aside: Vec<AnyView> = view
        .aside
        .iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(name, amount)| view! { <dt>{part_word(name)}</dt><dd>{sum(amount)}</dd> }.into_any())
        .collect();
    let buyer = if view.row.buyer.is_empty() { "The buyer" } else { view.row.buyer.as_str() };
    let mut timeline: Vec<AnyView> = Vec::new();
    if let Some(deadline) = view.row.deadline {
        timeline.push(
            view! {
                <li class="ahead"><span><b>"Ends, then TikTok decides by itself"</b></span><time>{super::kit::at(deadline)}</time></li>
            }
            .into_any(),
        );
    }
    timeline.extend(view.timeline.iter().map(|item| entry(item, people, buyer)));
    let notes: Vec<AnyView> = view.notes.iter().map(|note| super::kit::note(note, people)).collect();
    let read = ["read from TikTok ", &web::clock_time(view.read)].concat();
    view! {
        <section><h2>"Refund " <small>{read}</small></h2>{split(view)}{(!aside.is_empty()).then(|| view! { <dl class="kv">{aside}</dl> })}</section>
        {if view.options.offered.is_empty() {
            view! { {how_it_went(view)}{ticked(view, people)} }.into_any()
        } else {
            checks(view, people, now, photos_seen, on_tick)
        }}
        {answered(view, people)}
        {(!notes.is_empty()).then(|| view! { <section><h2>"Notes"</h2><ol class="talk-list">{notes}</ol></section> })}
        {beside}
        <section>
            <h2>"Order " <small class="num">{view.order_id.clone()}</small></h2>
            {lines}
            {order.is_none().then(|| view! { <p class="small muted">"TikTok has not shown the order yet. It is read by itself."</p> })}
            <dl class="kv">{order_rows}<dt>"Case"</dt><dd class="num">{view.platform_id.clone()}</dd></dl>
        </section>
        {others("Also on this order", &view.related)}
        {others("Also of this buyer", &view.of_buyer)}
        <section><h2>"Timeline"</h2><ol class="timeline">{timeline}</ol></section>
    }
    .into_any()
}
