//! The sheets that ask once more: the money and the reply that will go out, on one screen.

use super::composer::{Writing, cannot_write, language_name};
use super::kit::{Dialog, icon, small_icon, sum};
use super::proof::Proof;
use super::{facts, motion, wording};
use crate::api::Failure;
use crate::components::DueMark;
use crate::i18n::format::{count, unbroken};
use crate::routes::Route;
use crate::state::due::Due;
use crate::state::{Desk, use_desk};
use leptos::prelude::*;
use shared::domain::case::{DecisionKind, Stage};
use shared::domain::check::decision_problem;
use shared::domain::inspect::to_go;
use shared::domain::tick::is_asked_before;
use shared::id::EvidenceId;
use shared::money::{Money, has_cents};
use shared::reply::{Finding, Severity, rule_text};
use shared::wire::case::{CaseView, DecisionOption, RejectReason};
use shared::wire::decision::DecisionRequest;
use shared::wire::tick::lacking;

/// What stands in the way of every decision while the desk cannot be reached.
pub const NO_CONNECTION: &str = "Decide when the connection is back";
/// Characters of a comment for TikTok.
const COMMENT: usize = 500;

/// What is being decided, kept until the sheet closes.
#[derive(Clone, Copy)]
pub struct Deciding {
    /// Which decision; none: no sheet is open.
    pub kind: RwSignal<Option<DecisionKind>>,
    /// The chosen reason's name.
    pub reason: RwSignal<Option<String>>,
    /// For TikTok.
    pub comment: RwSignal<String>,
    /// Chosen proof.
    pub evidence: RwSignal<Vec<EvidenceId>>,
    /// A part's amount as typed.
    pub amount: RwSignal<String>,
    /// The press is on its way to the desk.
    pub is_sending: RwSignal<bool>,
    /// Why the desk did not record it.
    pub error: RwSignal<Option<Failure>>,
    /// No hold: there is no time for one.
    pub without_hold: RwSignal<bool>,
}

impl Default for Deciding {
    fn default() -> Self {
        Self {
            kind: RwSignal::new(None),
            reason: RwSignal::new(None),
            comment: RwSignal::new(String::new()),
            evidence: RwSignal::new(Vec::new()),
            amount: RwSignal::new(String::new()),
            is_sending: RwSignal::new(false),
            error: RwSignal::new(None),
            without_hold: RwSignal::new(false),
        }
    }
}

impl Deciding {
    /// Opens the sheet of a decision; words typed for the same decision are kept.
    pub fn open(self, kind: DecisionKind) {
        self.error.set(None);
        self.without_hold.set(false);
        self.is_sending.set(false);
        self.kind.set(Some(kind));
    }

    /// The part that is offered, once what was typed is an amount.
    fn part(self, view: &CaseView) -> Option<Money> {
        let currency = view.refund.as_ref().map(|refund| refund.total.currency().to_owned()).unwrap_or_default();
        self.amount.with(|typed| Money::typed(typed, &currency).ok())
    }

    /// The request as it stands.
    pub fn request(self, kind: DecisionKind, view: &CaseView, writing: Writing) -> DecisionRequest {
        let comment = self.comment.get();
        DecisionRequest {
            kind,
            shown: view.refund.as_ref().map(|refund| refund.total.clone()),
            reason: self.reason.get().filter(|_| kind.needs_reason()),
            comment: Some(comment).filter(|comment| kind.needs_reason() && !comment.trim().is_empty()),
            evidence: if kind.needs_reason() { self.evidence.get() } else { Vec::new() },
            amount: kind.needs_amount().then(|| self.part(view)).flatten(),
            reply: writing.order(view),
            without_hold: self.without_hold.get(),
            take_over: false,
            expects_second: asks_second(kind, view),
        }
    }
}

/// A second person is asked before it goes out.
const fn asks_second(kind: DecisionKind, view: &CaseView) -> bool {
    kind.is_approval() && view.needs_second
}

fn head(kind: DecisionKind, view: &CaseView, desk: Desk) -> AnyView {
    let shop = desk.session.shop(&view.row.shop).map(|shop| shop.name).unwrap_or_default();
    let reason = wording::reason(&view.row.reason, &view.row.reason_text);
    let line = [reason, view.row.buyer.clone(), shop].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let deadline = view.row.deadline;
    let due = move || {
        let now = desk.clock.coarse();
        deadline.map(|deadline| view! { <DueMark due=Due::at(deadline, now) ran_out=crate::web::when(deadline, now)/> })
    };
    view! { <header><div><h2>{wording::ask_once_more(kind)}</h2><p>{line.join(" · ")}</p></div>{due}</header> }
        .into_any()
}

fn preview(writing: Writing, view: &CaseView) -> AnyView {
    let text = move || writing.text.with(|text| unbroken(text));
    if let Some(why) = cannot_write(view) {
        return view! {
            <div class="preview">
                <header>{small_icon("warn")}<span>"No reply goes out from here"</span></header>
                <p class="small">{why}" Decide here, then copy the text from the composer and tell them in Seller Center."</p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="preview">
            <header>
                {small_icon("send")}
                {move || if text().trim().is_empty() {
                    view! { <span>"No reply goes out with this decision"</span> }.into_any()
                } else {
                    view! { <span>"Goes out when "<b class="strong">{move || wording::moment(writing.claim.get())}</b></span> }.into_any()
                }}
                <span class="push">{move || language_name(writing.language.get())}</span>
            </header>
            <Show when=move || !text().trim().is_empty()>
                <div class="bubble bubble--us preline">{text}</div>
            </Show>
        </div>
    }
    .into_any()
}

fn next_steps(hold_seconds: u32, without_hold: bool, needs_second: bool) -> AnyView {
    let first = if needs_second {
        view! { <li><b class="strong">"A second person agrees"</b><span>"Nothing leaves the desk before."</span></li> }
            .into_any()
    } else if without_hold {
        view! { <li><b class="strong">"No time to undo"</b><span>"It leaves the desk at once."</span></li> }.into_any()
    } else {
        let seconds = count(hold_seconds.into(), "second to undo", "seconds to undo");
        view! { <li><b class="strong">{seconds}</b><span>"Nothing has left the desk."</span></li> }.into_any()
    };
    view! {
        <h3 class="vh">"What happens next"</h3>
        <ol class="next nextrow">
            {first}
            <li><b class="strong">"The decision goes out"</b><span>"From here it stands."</span></li>
            <li><b class="strong">"The reply follows"</b><span>"When TikTok shows that it is true."</span></li>
        </ol>
    }
    .into_any()
}

fn approve_body(kind: DecisionKind, view: &CaseView, writing: Writing) -> AnyView {
    let total = view.refund.as_ref().map(|refund| sum(&refund.total)).unwrap_or_default();
    let who = if view.row.buyer.is_empty() { "The buyer".to_owned() } else { view.row.buyer.clone() };
    let lead = if wording::pays(kind) { [who.as_str(), " gets back"].concat() } else { "What happens".to_owned() };
    let big = if wording::pays(kind) { total } else { wording::act(kind).to_owned() };
    view! {
        <div class="cols cols--approve">
            <div class="stack">
                <div>
                    <p class="small muted">{lead}</p>
                    <p class="bigsum">{big}</p>
                    <p class="small muted">{wording::goods(kind)}</p>
                </div>
                {facts::split(view)}
            </div>
            <div class="stack">
                {preview(writing, view)}
                <p class="small muted line">{small_icon("lock")}<span>"The desk asks TikTok again before it sends: a case that somebody else has decided is left alone."</span></p>
            </div>
        </div>
    }
    .into_any()
}

/// What the packing table has not done yet of a parcel, with the way there.
fn inspection(view: &CaseView, kind: DecisionKind) -> Option<AnyView> {
    let left = to_go(&view.inspection);
    if view.row.stage != Stage::ToInspect
        || left.is_done()
        || !matches!(kind, DecisionKind::AcceptParcel | DecisionKind::RefuseParcel)
    {
        return None;
    }
    let answers = (left.answers > 0).then(|| count(left.answers.try_into().unwrap_or(u64::MAX), "answer", "answers"));
    let shots = (left.shots > 0).then(|| count(left.shots.try_into().unwrap_or(u64::MAX), "photo", "photos"));
    let lacking = answers.into_iter().chain(shots).collect::<Vec<_>>().join(" and ");
    let there = Route::Inspect { case: Some(view.row.id.clone()) }.path();
    Some(
        view! {
            <div class="banner banner--soon banner--in" role="status">
                {icon("warn")}
                <p><b class="strong">"The parcel is not inspected."</b>" "{lacking}" missing."</p>
                <a class="btn btn--sm" href=there>"Inspect it"</a>
            </div>
        }
        .into_any(),
    )
}

/// `is_first`: nothing else is to be filled in before them.
fn reasons(
    deciding: Deciding,
    reasons: Vec<RejectReason>,
    is_first: bool,
    check_failed: bool,
    on_ask: Callback<()>,
) -> AnyView {
    if reasons.is_empty() && check_failed {
        return view! {
            <div class="banner banner--soon banner--in" role="alert">
                {icon("warn")}
                <p><b class="strong">"TikTok could not be asked which reasons it allows here."</b><br/>"Without one it takes no rejection."</p>
                <button class="btn btn--sm" type="button" on:click=move |_| on_ask.run(())>"Ask again"</button>
            </div>
        }
        .into_any();
    }
    if reasons.is_empty() {
        return view! {
            <p class="small muted" role="status">"TikTok is being asked which reasons it allows here. They appear by themselves."</p>
        }
        .into_any();
    }
    let unfolded = RwSignal::new(false);
    let rows: Vec<AnyView> = reasons
        .into_iter()
        .enumerate()
        .map(|(place, reason)| {
            let name = reason.name.clone();
            let own = reason.name;
            view! {
                <li>
                    <label class="tick tick--radio">
                        <input
                            type="radio"
                            name="reason"
                            autofocus=is_first && place == 0
                            prop:checked={
                                let own = own.clone();
                                move || deciding.reason.with(|chosen| chosen.as_ref() == Some(&own))
                            }
                            on:change=move |_| {
                                deciding.reason.set(Some(name.clone()));
                                unfolded.set(false);
                            }
                        />
                        <span><b>{reason.text}</b>{reason.wants_photo.then(|| view! { <small>"Needs a photo as proof"</small> })}</span>
                    </label>
                </li>
            }
            .into_any()
        })
        .collect();
    // On a phone the other reasons fold once one is chosen: what comes next is in sight.
    let is_folded = move || !unfolded.get() && deciding.reason.with(Option::is_some);
    view! {
        <ul class="picker" class:picker--folded=is_folded>{rows}</ul>
        <button class="btn btn--quiet btn--sm picker__all" type="button" on:click=move |_| unfolded.set(true)>"Other reasons"</button>
    }
    .into_any()
}

fn comment_field(deciding: Deciding, on_typed: Callback<()>) -> AnyView {
    let count = move || deciding.comment.with(|comment| comment.chars().count());
    view! {
        <div class="field">
            <label for="comment">"Comment for TikTok"</label>
            <textarea
                class="area"
                id="comment"
                rows="2"
                prop:value=move || deciding.comment.get()
                on:input=move |event| {
                    deciding.comment.set(event_target_value(&event));
                    on_typed.run(());
                }
            ></textarea>
            <span class="hint" class:over=move || { count() > COMMENT }>
                {move || [count().to_string(), " of 500 characters. Short and factual wins.".to_owned()].concat()}
            </span>
        </div>
    }
    .into_any()
}

fn amount_field(deciding: Deciding, view: &CaseView, on_amount: Callback<()>) -> AnyView {
    let total = view.refund.as_ref().map(|refund| refund.total.clone());
    let currency = total.as_ref().map(|total| total.currency().to_owned()).unwrap_or_default();
    let most = total.as_ref().map(sum).unwrap_or_default();
    view! {
        <div class="field">
            <label for="part">"Amount to offer"</label>
            <div class="line">
                <span class="muted">{currency}</span>
                <input
                    class="input"
                    id="part"
                    autofocus
                    inputmode="decimal"
                    autocomplete="off"
                    prop:value=move || deciding.amount.get()
                    on:input=move |event| {
                        deciding.amount.set(event_target_value(&event));
                        on_amount.run(());
                    }
                />
            </div>
            <span class="hint">{["More than 0 and less than ", &most, "."].concat()}</span>
        </div>
    }
    .into_any()
}

/// The sheet of whatever decision is being made.
#[component]
pub fn DecisionSheet(
    deciding: Deciding,
    writing: Writing,
    view: Signal<Option<CaseView>>,
    /// Who is deciding instead, as a sentence.
    taken: Signal<Option<String>>,
    /// Decides all the same.
    on_take_over: Callback<()>,
    findings: Signal<Vec<Finding>>,
    hold_seconds: u32,
    /// Hold plus half a minute does not fit before the deadline.
    is_near: Signal<bool>,
    on_confirm: Callback<()>,
    /// Closed without a press.
    on_cancel: Callback<()>,
    /// The desk cannot be reached.
    is_lost: Signal<bool>,
    /// The amount of an offer was typed.
    on_amount: Callback<()>,
    /// Photos of the buyer that this person has not opened.
    unseen: Signal<u64>,
    /// Opens them over the sheet.
    on_photos: Callback<()>,
    /// A comment was typed.
    on_typed: Callback<()>,
    /// TikTok is asked again what it allows.
    on_ask: Callback<()>,
    on_upload: Callback<web_sys::File>,
    /// A proof is on its way to the desk.
    uploading: Signal<bool>,
    /// Why the last proof was not taken.
    upload_error: Signal<Option<Failure>>,
) -> impl IntoView {
    let desk = use_desk();
    let close = move || {
        if !deciding.is_sending.get_untracked() {
            deciding.kind.set(None);
            on_cancel.run(());
        }
    };
    let option = move |kind: DecisionKind| -> Option<DecisionOption> {
        view.with(|view| view.as_ref()?.options.offered.iter().find(|option| option.kind == kind).cloned())
    };
    // What stands in the way, in words beside the button.
    let problem = move || -> Option<String> {
        let kind = deciding.kind.get()?;
        if is_lost.get() {
            return Some(NO_CONNECTION.to_owned());
        }
        if let Some(taken) = taken.get() {
            return Some(taken);
        }
        let is_said = writing.text.with(|text| !text.trim().is_empty());
        view.with(|view| {
            let view = view.as_ref()?;
            if motion::is_under_way(&view.intents) {
                return Some("A decision is on its way".to_owned());
            }
            if option(kind).is_none() {
                return Some("Decided elsewhere meanwhile; nothing was sent from here".to_owned());
            }
            let unticked: Vec<&str> = lacking(&view.ticks).filter(|_| is_asked_before(kind)).collect();
            if !unticked.is_empty() {
                return Some(["Not ticked yet: ", &unticked.join(", ")].concat());
            }
            if kind.needs_amount() && deciding.part(view).is_none() {
                let has_cents = view.refund.as_ref().is_none_or(|refund| has_cents(refund.total.currency()));
                let problem = if has_cents { "Type the amount, like 1234.50" } else { "Type the amount, like 45000" };
                return Some(problem.to_owned());
            }
            let wrong_amount = kind.needs_amount().then(|| {
                let request = deciding.request(kind, view, writing);
                let total = view.refund.as_ref().map(|refund| &refund.total);
                decision_problem(&request, &view.options.offered, total).filter(|(field, _)| *field == "amount")
            });
            if let Some((field, problem)) = wrong_amount.flatten() {
                return Some([wording::field(field), " ", problem].concat());
            }
            let blocking =
                |all: &Vec<Finding>| all.iter().find(|one| one.severity == Severity::Block).map(|one| one.rule);
            if let Some(rule) = findings.with(blocking).filter(|_| is_said && cannot_write(view).is_none()) {
                return Some(["Mend the reply first: ", rule_text(rule)].concat());
            }
            let request = deciding.request(kind, view, writing);
            let total = view.refund.as_ref().map(|refund| &refund.total);
            let wrong = decision_problem(&request, &view.options.offered, total);
            wrong.map(|(field, problem)| [wording::field(field), " ", problem].concat())
        })
    };
    let can_confirm = move || problem().is_none() && !deciding.is_sending.get();
    let confirm = move || {
        if can_confirm() {
            on_confirm.run(());
        }
    };
    let label = move || {
        let Some(kind) = deciding.kind.get() else { return String::new() };
        let amount =
            view.with(|view| view.as_ref().and_then(|view| view.refund.as_ref().map(|refund| sum(&refund.total))));
        match (deciding.is_sending.get(), kind) {
            (true, _) => "Recording".to_owned(),
            (false, kind) if kind.needs_amount() => match view.with(|view| deciding.part(view.as_ref()?)) {
                Some(part) => ["Offer ", &sum(&part)].concat(),
                None => "Offer a part".to_owned(),
            },
            (false, DecisionKind::RefuseParcel) => "Refuse the parcel".to_owned(),
            (false, kind) if kind.needs_reason() => "Reject the request".to_owned(),
            (false, kind) if view.with(|view| view.as_ref().is_some_and(|view| asks_second(kind, view))) => {
                "Ask a second person".to_owned()
            }
            (false, kind) if wording::pays(kind) => [wording::act(kind), " ", &amount.unwrap_or_default()].concat(),
            (false, kind) => wording::act(kind).to_owned(),
        }
    };
    let body = move || {
        let kind = deciding.kind.get()?;
        view.with(|view| {
            let view = view.as_ref()?;
            let inner = if kind.needs_reason() {
                let offered = option(kind).map(|option| option.reasons).unwrap_or_default();
                view! {
                    <div class="cols cols--reject">
                        <div class="stack">
                            <h3>"Reason TikTok allows here"</h3>
                            {reasons(deciding, offered, !kind.needs_amount(), view.options.check_failed, on_ask)}
                            {kind.needs_amount().then(|| amount_field(deciding, view, on_amount))}
                        </div>
                        <div class="stack">
                            {comment_field(deciding, on_typed)}
                            <h3>"Proof"</h3>
                            <Proof known=view.evidence.clone() chosen=deciding.evidence on_upload uploading error=upload_error/>
                            {preview(writing, view)}
                        </div>
                    </div>
                }
                .into_any()
            } else if kind.needs_amount() {
                view! {
                    <div class="cols cols--approve">
                        <div class="stack">{amount_field(deciding, view, on_amount)}{facts::split(view)}</div>
                        <div class="stack">{preview(writing, view)}</div>
                    </div>
                }
                .into_any()
            } else {
                approve_body(kind, view, writing)
            };
            let needs_second = asks_second(kind, view);
            Some(view! {
                {head(kind, view, desk)}
                <div class="in" tabindex="0">
                    {move || taken.get().map(|taken| view! {
                        <div class="banner banner--soon banner--in" role="alert">
                            {icon("users")}
                            <p><b class="strong">{taken}"."</b><br/>"Nothing was sent from here. Your words are kept."</p>
                            <button class="btn btn--sm push" type="button" on:click=move |_| on_take_over.run(())>"Decide anyway"</button>
                        </div>
                    })}
                    {move || Some(unseen.get()).filter(|count| *count > 0).map(|unseen| view! {
                        <p class="small line unseen" role="status">
                            {small_icon("eye")}
                            <span>{[&count(unseen, "photo", "photos"), " not opened. The check fails if you decide now."].concat()}</span>
                            <button class="btn btn--sm" type="button" on:click=move |_| on_photos.run(())>{if unseen == 1 { "Open it" } else { "Open them" }}</button>
                        </p>
                    })}
                    {inspection(view, kind)}
                    {inner}
                    {move || is_near.get().then(|| view! {
                        <div class="banner banner--soon banner--in" role="alert">
                            {icon("alarm")}
                            <label class="tick">
                                <input
                                    type="checkbox"
                                    prop:checked=move || deciding.without_hold.get()
                                    on:change=move |event| deciding.without_hold.set(event_target_checked(&event))
                                />
                                <span><b class="strong">"Time is nearly up."</b>" Send now, without the seconds to undo."</span>
                            </label>
                        </div>
                    })}
                    {move || next_steps(hold_seconds, deciding.without_hold.get(), needs_second)}
                </div>
                // Beside what scrolls: it is seen wherever that stands.
                {move || deciding.error.get().map(|error| {
                    let told = error.told();
                    view! {
                        <div class="banner banner--stop banner--in" role="alert">{icon("stop")}<p><b class="strong">{told.fact}</b><br/>{told.advice}</p></div>
                    }
                })}
            }
            .into_any())
        })
    };
    view! {
        <Dialog open=Signal::derive(move || deciding.kind.get().is_some()) on_close=Callback::new(move |()| close()) label="Decision" on_confirm=Callback::new(move |()| confirm()) class="sheet sheet--decide">
                {body}
                <footer>
                    <button
                        class="btn"
                        type="button"
                        autofocus=move || deciding.kind.with(|kind| kind.is_none_or(|kind| !kind.needs_amount() && !kind.needs_reason()))
                        on:click=move |_| close()
                    >"Not yet " <kbd>"Esc"</kbd></button>
                    <span class="why push" id="sheet-why" role="status">{problem}</span>
                    <button
                        class=move || {
                            let rejects = deciding.kind.get().is_some_and(|kind| kind.needs_reason() && !kind.needs_amount());
                            if rejects { "btn btn--stop-solid" } else { "btn btn--primary" }
                        }
                        type="button"
                        aria-disabled=move || (!can_confirm()).to_string()
                        aria-describedby="sheet-why"
                        aria-busy=move || deciding.is_sending.get().to_string()
                        on:click=move |_| confirm()
                    >{label}" " <kbd>"Ctrl ↵"</kbd></button>
                </footer>
        </Dialog>
    }
}
