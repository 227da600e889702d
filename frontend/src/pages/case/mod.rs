//! One case: the buyer's words, the chat, the reply, the decision, the facts.
//!
//! `act` talks to the desk; the files beside it only draw. What an agent types lives in signals of the pane, so that
//! a new reading of the case never costs a word.

pub mod act;
pub mod beside;
pub mod chat;
pub mod composer;
pub mod facts;
pub mod finder;
pub mod finding;
pub mod head;
pub mod in_list;
pub mod kit;
pub mod lease;
pub mod lines;
pub mod marks;
pub mod motion;
pub mod proof;
pub mod second;
pub mod sheet;
pub mod templates;
pub mod undo;
pub mod wording;
pub mod words;

pub use act::Doing;
pub use sheet::DecisionSheet;

use crate::pages::desk::case_skeleton;
use crate::state::cases::Load;
use crate::state::keys::CaseKey;
use crate::state::lease::Turn;
use crate::state::{Desk, use_desk};
use composer::Composer;
use kit::{Dialog, icon};
use lease::BeingDecided;
use leptos::prelude::*;
use shared::domain::case::DecisionKind;
use shared::domain::decide::is_near_deadline;
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::intent::IntentState;

/// What is open in the pane beside the case itself.
#[derive(Clone, Copy)]
struct Panes {
    facts: RwSignal<bool>,
    finding: RwSignal<u32>,
    lines: RwSignal<bool>,
    templates: RwSignal<bool>,
}

/// One case with everything that can be done to it.
#[component]
pub fn CasePane(
    /// Which case.
    id: CaseId,
) -> impl IntoView {
    let desk = use_desk();
    let opened = desk.cases.opened(id.clone());
    let doing = Doing::new(desk, id);
    doing.open();
    doing.follow(opened);
    let panes = Panes {
        facts: RwSignal::new(false),
        finding: RwSignal::new(0),
        lines: RwSignal::new(false),
        templates: RwSignal::new(false),
    };
    obey_keys(desk, doing, panes);
    Effect::new(move |_| {
        let title =
            doing.view.with(|view| view.as_ref().map(|view| wording::reason(&view.row.reason, &view.row.reason_text)));
        if let Some(title) = title {
            crate::web::set_title(&[&title, " · Amends"].concat());
        }
    });
    // Drawn anew only when the case appears or fails, not with every reading.
    let state = Memo::new(move |_| {
        let is_failed = opened.with(|opened| opened.view.is_none() && matches!(opened.load, Load::Failed(_)));
        (doing.view.with(Option::is_some), is_failed)
    });
    move || match state.get() {
        (true, _) => untrack(|| pane(desk, doing, panes)),
        (false, true) => failed(doing, opened.with_untracked(|opened| opened.load.clone())),
        (false, false) => case_skeleton(),
    }
}

/// A key that is pressed before the case is there is obeyed when it comes, unless that takes longer: then nobody means it
/// any more.
const MEANT_MS: i64 = 3_000;

fn obey_keys(desk: Desk, doing: Doing, panes: Panes) {
    let pressed_before = desk.keys.count();
    let waits = StoredValue::new(None::<(u64, Timestamp)>);
    Effect::new(move |_| {
        let Some((number, key)) = desk.keys.pressed() else { return };
        // With the texts that a reply begins with: a decision goes out with one.
        let has_texts = doing.catalogue.with(Option::is_some) || doing.no_parts.with(Option::is_some);
        let is_here = doing.view.with(Option::is_some) && has_texts;
        if number <= pressed_before || doing.last_key.get_value() >= number {
            return;
        }
        // A hold does not wait.
        if !is_here && key != CaseKey::Undo {
            waits.set_value(Some((number, crate::web::device_now())));
            return;
        }
        doing.last_key.set_value(number);
        match waits.get_value().filter(|(waits, _)| *waits == number) {
            None => untrack(|| obey(doing, panes, key)),
            Some((_, since)) if crate::web::device_now().since(since) > MEANT_MS => {}
            // Once it is drawn.
            Some(_) => request_animation_frame(move || untrack(|| obey(doing, panes, key))),
        }
    });
}

fn obey(doing: Doing, panes: Panes, key: CaseKey) {
    match key {
        CaseKey::Approve => doing.ask("to approve", DecisionKind::is_approval),
        CaseKey::Reject => doing.ask("to reject", |kind| kind.needs_reason() && !kind.needs_amount()),
        CaseKey::Partial => doing.ask("to offer a part of", DecisionKind::needs_amount),
        CaseKey::Undo => doing.undo_newest(),
        CaseKey::Take => doing.take(),
        CaseKey::Assign => drop(crate::web::focus_first(".case__head .acts select")),
        CaseKey::Photos => doing.show_photo(0),
        CaseKey::Reply | CaseKey::Language | CaseKey::Template | CaseKey::Ask | CaseKey::SavedLine
            if !crate::web::is_shown("reply") =>
        {
            doing.nothing("to write", act::ON_ITS_WAY);
        }
        CaseKey::Reply => drop(crate::web::focus("reply")),
        CaseKey::Language => drop(crate::web::focus_first(".composer .pick select")),
        CaseKey::Template => panes.templates.set(true),
        CaseKey::Ask => doing.ask_buyer(),
        CaseKey::SavedLine => panes.lines.set(true),
        CaseKey::Note => doing.open_note(),
        CaseKey::NextFinding => panes.finding.update(|count| *count += 1),
    }
}

fn failed(doing: Doing, load: Load) -> AnyView {
    let Load::Failed(failure) = load else { return case_skeleton() };
    let told = failure.told();
    view! {
        <article class="case">
            <div class="case__sheet">
                <div class="card empty" role="alert">
                    <h3>{told.fact}</h3>
                    <p>{told.advice}</p>
                    <button class="btn btn--primary" type="button" on:click=move |_| doing.read()>"Try again"</button>
                </div>
            </div>
        </article>
    }
    .into_any()
}

/// A part that is drawn from the newest reading, and not for a lease alone.
fn part(desk: Desk, doing: Doing, draw: fn(&CaseView, Desk, Doing) -> AnyView) -> impl Fn() -> Option<AnyView> + Copy {
    move || doing.matter.with(|view| view.as_ref().map(|view| draw(view, desk, doing)))
}

fn moves(view: &CaseView) -> bool {
    motion::is_under_way(&view.intents)
}

fn pane(desk: Desk, doing: Doing, panes: Panes) -> AnyView {
    let view = doing.view;
    let shop = Signal::derive(move || {
        view.with(|view| view.as_ref().and_then(|view| desk.session.shop(&view.row.shop)).map(|shop| shop.name))
            .unwrap_or_default()
    });
    let writes = Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|view| !moves(view))));
    let decides = Memo::new(move |_| {
        view.with(|view| view.as_ref().is_some_and(|view| !view.options.offered.is_empty() && !moves(view)))
    });
    view! {
        <article class="case" aria-labelledby="case-h" data-facts=move || if panes.facts.get() { "open" } else { "peek" }>
            <div class="case__sheet">
                {part(desk, doing, head::draw)}
                <div class="case__body" id="case-body">
                    {move || doing.stale.get().map(|told| view! {
                        <div class="banner banner--soon banner--in" role="status">{icon("warn")}<p><b class="strong">{told.fact}</b>" "{told.advice}</p></div>
                    })}
                    <second::Second doing/>
                    {part(desk, doing, |view, _, doing| words::draw(view, doing.seen_photos, Callback::new(move |place| doing.show_photo(place))))}
                    {part(desk, doing, |view, desk, _| newest_note(view, desk))}
                    {part(desk, doing, |view, desk, doing| chat::draw(view, &desk.session.people(), doing.unfolded, happened(view)))}
                    {part(desk, doing, |view, _, _| under_way(view))}
                </div>
                <Show when=move || writes.get()>
                    <Composer
                        writing=doing.writing
                        view=view
                        catalogue=doing.catalogue
                        shop=shop
                        on_typed=Callback::new(move |()| doing.save_soon())
                        on_send=Callback::new(move |()| doing.send_reply())
                        on_decide=Callback::new(move |wanted| doing.ask("to decide", |kind| kind == wanted))
                        on_note=Callback::new(move |()| doing.open_note())
                        on_copy=Callback::new(move |()| doing.copy())
                        next=Signal::from(panes.finding)
                        lines=panes.lines
                        templates=panes.templates
                        kept=Signal::derive(move || doing.kept())
                        no_texts=Signal::derive(move || doing.no_parts.get().map(|failure| failure.told()))
                        on_texts=Callback::new(move |()| doing.read_parts())
                    />
                </Show>
                {move || progress(desk, doing)}
                <Show when=move || decides.get()>{part(desk, doing, head::decide_bar)}</Show>
                {part(desk, doing, head::debt_bar)}
            </div>
            {facts_aside(desk, doing, panes)}
            <Sheets doing/>
            <Note doing/>
        </article>
    }
    .into_any()
}

/// What the team said last, where nobody can miss it; all notes stand with the facts.
fn newest_note(view: &CaseView, desk: Desk) -> AnyView {
    let newest = view.notes.iter().max_by_key(|note| note.at).map(|note| kit::note(note, &desk.session.people()));
    view! { {newest.map(|note| view! { <ol class="talk-list" aria-label="Newest note">{note}</ol> })} }.into_any()
}

/// The decision that took effect, in its place in the chat.
fn happened(view: &CaseView) -> Option<(Timestamp, AnyView)> {
    let motion = motion::decided(&view.intents);
    Some((motion::took_effect(&motion)?, motion::event_line(&motion)?))
}

/// The decision and the replies as they stand between pressing and arriving.
fn under_way(view: &CaseView) -> AnyView {
    let motion = motion::decided(&view.intents);
    let event = if motion::took_effect(&motion).is_some() { None } else { motion::event_line(&motion) };
    let lines: Vec<AnyView> = event.into_iter().chain(motion::held_replies(&view.intents)).collect();
    if lines.is_empty() {
        return ().into_any();
    }
    view! { <ol class="talk-list" aria-label="Under way">{lines}</ol> }.into_any()
}

fn progress(desk: Desk, doing: Doing) -> Option<Vec<AnyView>> {
    let now = if doing.is_counting.get() { desk.clock.second() } else { desk.clock.coarse() };
    let undoing = doing.undoing.get();
    let hold = desk.session.hold_seconds();
    let undo = Callback::new(move |intent| doing.undo(intent));
    let next = doing.way_on();
    doing.view.with(|view| Some(motion::panels(view.as_ref()?, now, hold, undoing, undo, next)))
}

/// How many intents stand: one that was undone takes with it what was said of it.
fn standing(view: &CaseView) -> usize {
    view.intents.iter().filter(|intent| !matches!(intent.state, IntentState::Undone { .. })).count()
}

fn facts_aside(desk: Desk, doing: Doing, panes: Panes) -> AnyView {
    let total = move || {
        let total = doing
            .view
            .with(|view| view.as_ref().and_then(|view| view.refund.as_ref().map(|refund| kit::sum(&refund.total))));
        total.unwrap_or_else(|| "none named".to_owned())
    };
    let checked = move || {
        doing.view.with(|view| {
            let view = view.as_ref().filter(|view| !view.options.offered.is_empty())?;
            Some(facts::progress(view, desk.clock.coarse(), doing.seen_photos.with(|seen| words::are_seen(view, seen))))
        })
    };
    // Drawn anew with the tags alone: a word that is being typed stays.
    let tagged = Memo::new(move |_| doing.matter.with(|view| view.as_ref().map(|view| view.row.tags.clone())));
    let stands = Memo::new(move |_| doing.view.with(|view| view.as_ref().map(|view| (view.row.stage, standing(view)))));
    let beside = beside::follow(doing.id.get_value(), stands);
    let facts = move || {
        let now = desk.clock.coarse();
        let people = desk.session.people();
        if let Some(held) = facts::held_tick() {
            request_animation_frame(move || {
                crate::web::focus(&held);
            });
        }
        doing.view.with(|view| {
            let view = view.as_ref()?;
            let seen = doing.seen_photos.with(|seen| words::are_seen(view, seen));
            let is_deciding = motion::is_deciding(&view.intents);
            let beside = beside.with(|beside| beside::draw(beside.as_ref()?, is_deciding));
            let on_tick = Callback::new(move |(tick, is_on)| doing.tick(tick, is_on));
            Some(facts::draw(view, &people, now, seen, on_tick, beside))
        })
    };
    view! {
        <aside class="facts" aria-label="Facts of the case" tabindex="0">
            <button
                class="peek"
                type="button"
                aria-expanded=move || panes.facts.get().to_string()
                aria-controls="facts-in"
                on:click=move |_| panes.facts.update(|open| *open = !*open)
            >
                <span><span class="k">"Refund"</span><span class="v num">{total}</span></span>
                {move || checked().map(|words| view! { <span><span class="k">"Checks"</span><span class="v num">{words}</span></span> })}
                {icon("up")}
            </button>
            <div class="facts__in" id="facts-in">{facts}{move || tagged.get().map(|_| doing.matter.with_untracked(|view| view.as_ref().map(|view| marks::tags(view, desk, doing))))}</div>
        </aside>
    }
    .into_any()
}

/// The sheets that belong to a case, wherever it is drawn.
#[component]
pub fn Sheets(doing: Doing) -> impl IntoView {
    let desk = use_desk();
    let view = doing.view;
    let is_near = Signal::derive(move || {
        let deadline = view.with(|view| view.as_ref().and_then(|view| view.row.deadline));
        is_near_deadline(deadline, desk.clock.coarse(), i64::from(desk.session.hold_seconds()))
    });
    let findings = Signal::derive(move || {
        view.with(|view| view.as_ref().map(|view| doing.writing.findings(view)).unwrap_or_default())
    });
    let photos = Memo::new(move |_| view.with(|view| view.as_ref().map(words::photos).unwrap_or_default()));
    view! {
        <DecisionSheet
            deciding=doing.deciding
            writing=doing.writing
            view=doing.matter.into()
            taken=Signal::derive(move || doing.lease.turn.with(Turn::taken))
            on_take_over=Callback::new(move |()| doing.lease.want(true))
            findings=findings
            hold_seconds=desk.session.hold_seconds()
            is_near=is_near
            on_confirm=Callback::new(move |()| doing.decide())
            on_cancel=Callback::new(move |()| doing.cancelled())
            is_lost=Signal::derive(move || desk.connection.is_lost())
            on_amount=Callback::new(move |()| doing.offer_changed())
            unseen=Signal::derive(move || {
                let unseen = photos.with(|all| doing.seen_photos.with(|seen| all.iter().filter(|photo| !seen.contains(photo)).count()));
                u64::try_from(unseen).unwrap_or_default()
            })
            on_photos=Callback::new(move |()| {
                let first = photos.with_untracked(|all| {
                    doing.seen_photos.with_untracked(|seen| all.iter().position(|photo| !seen.contains(photo)))
                });
                doing.show_photo(first.unwrap_or_default());
            })
            on_typed=Callback::new(move |()| doing.save_soon())
            on_ask=Callback::new(move |()| doing.ask_again())
            on_upload=Callback::new(move |file| doing.upload(file))
            uploading=Signal::from(doing.uploading)
            upload_error=Signal::from(doing.upload_error)
        />
        <BeingDecided doing/>
        <words::Lightbox
            photos=Signal::from(photos)
            shown=doing.shown_photo
            on_seen=Callback::new(move |photo| doing.photo_seen(photo))
        />
    }
}

/// A note for the team. What is typed is a draft until the desk has it.
#[component]
fn Note(doing: Doing) -> impl IntoView {
    let text = move || doing.note.get().unwrap_or_default();
    let close = move || {
        doing.save_soon();
        doing.note.set(None);
    };
    view! {
        <Dialog
            open=Signal::derive(move || doing.note.with(Option::is_some))
            on_close=Callback::new(move |()| close())
            label="Note for the team"
            on_confirm=Callback::new(move |()| doing.keep_note())
            class="sheet"
        >
            <header><div><h2>"Note for the team"</h2><p>"The buyer never sees it."</p></div></header>
            <div class="in">
                <textarea
                    class="area"
                    rows="4"
                    maxlength="2000"
                    aria-label="Note"
                    autofocus
                    prop:value=text
                    on:input=move |event| {
                        doing.note.set(Some(crate::web::value_of(&event)));
                        doing.save_soon();
                    }
                ></textarea>
                {move || doing.note_error.get().map(|error| {
                    let told = error.told();
                    view! {
                        <div class="banner banner--stop banner--in" role="alert">{icon("stop")}<p><b class="strong">{told.fact}</b><br/>{told.advice}" Your words are still here."</p></div>
                    }
                })}
            </div>
            <footer>
                <button class="btn" type="button" on:click=move |_| close()>"Not yet " <kbd>"Esc"</kbd></button>
                <button class="btn btn--primary push" type="button" on:click=move |_| doing.keep_note()>"Keep the note " <kbd>"Ctrl ↵"</kbd></button>
            </footer>
        </Dialog>
    }
}
