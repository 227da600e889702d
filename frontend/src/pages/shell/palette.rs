//! Search and commands: cases, pages of the handbook, replies, and what keys do. Money commands only open a sheet; none fires from here.

use super::keyboard;
use crate::api::{self, Failure};
use crate::components::sheet::modal;
use crate::components::{FailureBanner, Icon};
use crate::i18n::{format, words};
use crate::pages::desk::reason;
use crate::pages::settings::me::leave;
use crate::routes::{Face, Route, Tab};
use crate::state::keys::{CaseKey, Command, Screen};
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::CaseId;
use shared::reasons::ReasonGroup;
use shared::reply::{Language, Moment, Place, happens};
use shared::wire::case::CaseRow;
use shared::wire::handbook::PageRow;
use shared::wire::session::Role;

/// Typing pauses this long before the server is asked.
const PAUSE_MS: u32 = 220;
/// Of pages and of replies, so many at most stand there.
const MOST: usize = 6;

/// What a line of the palette does.
#[derive(Debug, Clone, PartialEq)]
enum Act {
    Run(Command),
    Open(CaseId, Stage),
    See(Route),
    SignOut,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    group: &'static str,
    icon: &'static str,
    label: String,
    hint: String,
    keys: &'static [&'static str],
    act: Act,
}

/// Commands: label, icon, keys, what they do.
const COMMANDS: [(&str, &str, &[&str], Act); 31] = [
    ("Approve…", "check", &["A"], Act::Run(Command::Case(CaseKey::Approve))),
    ("Reject…", "x", &["X"], Act::Run(Command::Case(CaseKey::Reject))),
    ("Offer partial refund…", "partial", &["P"], Act::Run(Command::Case(CaseKey::Partial))),
    ("Go to the reply", "replies", &["R"], Act::Run(Command::Case(CaseKey::Reply))),
    ("Take or release", "user", &["M"], Act::Run(Command::Case(CaseKey::Take))),
    ("Write a note", "note", &["N"], Act::Run(Command::Case(CaseKey::Note))),
    ("Open photos", "image", &["V"], Act::Run(Command::Case(CaseKey::Photos))),
    ("Choose a template", "replies", &["T"], Act::Run(Command::Case(CaseKey::Template))),
    ("Ask the buyer", "replies", &["Q"], Act::Run(Command::Case(CaseKey::Ask))),
    ("Change language", "globe", &["L"], Act::Run(Command::Case(CaseKey::Language))),
    ("Saved line", "replies", &["/"], Act::Run(Command::Case(CaseKey::SavedLine))),
    ("Hand to somebody", "users", &["Shift", "M"], Act::Run(Command::Case(CaseKey::Assign))),
    ("To decide", "desk", &["1"], Act::Run(Command::View(Stage::ToDecide))),
    ("To inspect", "inspect", &["2"], Act::Run(Command::View(Stage::ToInspect))),
    ("To tell", "replies", &["3"], Act::Run(Command::View(Stage::ToTell))),
    ("Waiting", "clock", &["4"], Act::Run(Command::View(Stage::Waiting))),
    ("Disputed", "scale", &["5"], Act::Run(Command::View(Stage::Disputed))),
    ("Done", "check-circle", &["6"], Act::Run(Command::View(Stage::Done))),
    ("Desk", "desk", &["G", "D"], Act::Run(Command::Go(Screen::Desk))),
    ("Inspect", "inspect", &["G", "I"], Act::Run(Command::Go(Screen::Inspect))),
    ("Replies", "replies", &["G", "T"], Act::Run(Command::Go(Screen::Replies))),
    ("Quality", "quality", &["G", "Q"], Act::Run(Command::Go(Screen::Quality))),
    ("Handbook", "handbook", &["G", "H"], Act::Run(Command::Go(Screen::Handbook))),
    ("Reports", "reports", &["G", "R"], Act::Run(Command::Go(Screen::Reports))),
    ("Settings", "settings", &["G", "S"], Act::Run(Command::Go(Screen::Settings))),
    ("Practice", "check-circle", &["G", "P"], Act::Run(Command::Go(Screen::Practice))),
    ("Rules", "settings", &[], Act::See(Route::Settings(Tab::Rules))),
    ("Stop all rules, on their page", "stop", &[], Act::See(Route::Settings(Tab::Rules))),
    ("Undo the hold", "undo", &["Z"], Act::Run(Command::Case(CaseKey::Undo))),
    ("Keys", "keyboard", &["?"], Act::Run(Command::KeySheet)),
    ("Sign out", "key", &[], Act::SignOut),
];

/// What there is to command.
#[derive(Debug, Clone, Copy)]
struct Scene {
    /// A case is open.
    has_case: bool,
    /// Its reply can be written.
    has_reply: bool,
    /// A lead asks.
    is_lead: bool,
}

impl Scene {
    fn now(desk: Desk) -> Self {
        Self {
            has_case: keyboard::is_case_open(&desk.nav.route_now()),
            has_reply: web::is_shown("reply"),
            is_lead: untrack(|| desk.session.is_at_least(Role::Lead)),
        }
    }

    /// The heading that an act stands under; none: there is nothing for it to do.
    fn group(self, act: &Act) -> Option<&'static str> {
        match act {
            Act::Run(Command::Go(Screen::Reports)) | Act::See(_) if !self.is_lead => None,
            Act::Run(Command::View(_) | Command::Go(_)) => Some("Go to"),
            Act::Run(Command::Case(CaseKey::Undo)) if !self.has_case => Some("Anywhere"),
            Act::Run(Command::Case(
                CaseKey::Reply | CaseKey::Template | CaseKey::Ask | CaseKey::Language | CaseKey::SavedLine,
            )) => (self.has_case && self.has_reply).then_some("This case"),
            Act::Run(Command::Case(_)) => self.has_case.then_some("This case"),
            Act::Run(_) | Act::Open(..) | Act::See(_) | Act::SignOut => Some("Anywhere"),
        }
    }
}

/// Each word that was typed is in the label.
fn fits(label: &str, typed: &str) -> bool {
    let (label, typed) = (label.to_lowercase(), typed.to_lowercase());
    typed.split_whitespace().all(|word| label.contains(word))
}

fn commands(typed: &str, scene: Scene) -> Vec<Line> {
    let line = |(label, icon, keys, act): &(&'static str, &'static str, &'static [&'static str], Act)| {
        let group = scene.group(act).filter(|_| fits(label, typed))?;
        Some(Line { group, icon, label: (*label).to_owned(), hint: String::new(), keys, act: act.clone() })
    };
    COMMANDS.iter().filter_map(line).collect()
}

/// The handbook's pages that are in force.
fn page_lines(typed: &str, pages: &[PageRow]) -> Vec<Line> {
    let line = |page: &PageRow| Line {
        group: "Handbook",
        icon: "handbook",
        label: page.title.clone(),
        hint: String::new(),
        keys: &[],
        act: Act::See(Route::Handbook { page: Some(page.id.clone()), face: Face::InForce }),
    };
    pages.iter().filter(|page| page.version.is_some() && fits(&page.title, typed)).take(MOST).map(line).collect()
}

/// What buyers are told, by reason and outcome.
fn reply_lines(typed: &str) -> Vec<Line> {
    let places = ReasonGroup::ALL.into_iter().flat_map(|group| {
        let happen = Moment::ALL.into_iter().filter(move |moment| happens(group, *moment));
        happen.map(move |moment| Place { group, moment, language: Language::En, shop: None })
    });
    let line = |(title, place): (String, Place)| Line {
        group: "Replies",
        icon: "replies",
        label: title,
        hint: String::new(),
        keys: &[],
        act: Act::See(Route::Replies(Some(place))),
    };
    places.map(|place| (place.title(), place)).filter(|(title, _)| fits(title, typed)).take(MOST).map(line).collect()
}

fn case_line(row: CaseRow) -> Line {
    let mut hint = row.item.clone();
    if let Some(amount) = &row.amount {
        hint.push_str(" · ");
        hint.push_str(&format::money(amount));
    }
    hint.push_str(" · ");
    hint.push_str(&row.buyer);
    hint.push_str(" · ");
    hint.push_str(words::stage(row.stage));
    Line {
        group: "Cases",
        icon: words::kind_icon(row.kind),
        label: reason(&row.reason, &row.reason_text),
        hint,
        keys: &[],
        act: Act::Open(row.id, row.stage),
    }
}

fn carry_out(desk: Desk, act: Act) {
    desk.keys.palette().set(false);
    match act {
        Act::Run(command) => {
            keyboard::run(desk, command);
        }
        Act::Open(case, stage) => desk.nav.go(&crate::routes::Route::Desk { stage, case: Some(case) }),
        Act::See(route) => desk.nav.go(&route),
        Act::SignOut => leave(desk, move || {
            desk.toasts.show(
                Tone::Info,
                "Some words are on this device only.",
                "Sign out here: you are asked first.",
                None,
            );
            desk.nav.go(&Route::Settings(Tab::Me));
        }),
    }
}

/// What the server found.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    Nothing,
    Searching,
    Cases(Vec<CaseRow>),
    Failed(Failure),
}

/// Long enough to be looked for.
fn is_search(text: &str) -> bool {
    text.chars().count() > 1
}

/// Asks the server once typing has paused; an answer to older words is dropped.
fn search(typed: RwSignal<String>, found: RwSignal<Found>, text: String) {
    if !is_search(&text) {
        found.set(Found::Nothing);
        return;
    }
    found.set(Found::Searching);
    spawn_local(async move {
        web::pause(PAUSE_MS).await;
        let is_asked = || typed.try_get_untracked().is_some_and(|now| now.trim() == text);
        if !is_asked() {
            return;
        }
        let answer = api::cases::search(&text).await;
        if is_asked() {
            found.try_set(match answer {
                Ok(list) => Found::Cases(list.page.rows),
                Err(failure) => Found::Failed(failure),
            });
        }
    });
}

fn option(desk: Desk, place: usize, line: Line, at: RwSignal<usize>) -> impl IntoView {
    let act = line.act.clone();
    let caps: Vec<_> = line.keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect();
    view! {
        <li
            role="option" id=format!("pal-{place}") aria-selected=move || (at.get() == place).to_string()
            on:click=move |_| carry_out(desk, act.clone()) on:mousemove=move |_| if at.get_untracked() != place { at.set(place) }
        >
            <Icon name=line.icon/><span>{line.label}</span><span class="hint clip">{line.hint}</span><span class="push">{caps}</span>
        </li>
    }
}

/// The lines by group, in the order of the list.
fn groups(desk: Desk, lines: Vec<Line>, at: RwSignal<usize>) -> impl IntoView {
    let mut parts = Vec::new();
    let mut rest = lines.into_iter().enumerate().peekable();
    while let Some(group) = rest.peek().map(|(_, line)| line.group) {
        let mut options = Vec::new();
        while let Some((place, line)) = rest.next_if(|(_, line)| line.group == group) {
            options.push(option(desk, place, line, at));
        }
        parts.push(view! { <h3 aria-hidden="true">{group}</h3><ul role="group" aria-label=group>{options}</ul> });
    }
    parts
}

/// Opened by Ctrl K or `/`; open for as long as it is mounted.
#[component]
pub fn Palette() -> impl IntoView {
    let desk = use_desk();
    let dialog = NodeRef::<html::Dialog>::new();
    let (typed, found, at) = (RwSignal::new(String::new()), RwSignal::new(Found::Nothing), RwSignal::new(0_usize));
    let scene = Scene::now(desk);
    let pages = RwSignal::new(Vec::new());
    spawn_local(async move {
        // Without its pages the rest is found all the same.
        if let Ok(handbook) = api::handbook::list().await {
            pages.try_set(handbook.pages);
        }
    });
    let lines = Memo::new(move |_| {
        let text = typed.with(|typed| typed.trim().to_owned());
        let mut lines = Vec::new();
        let (of_case, go): (Vec<_>, Vec<_>) =
            commands(&text, scene).into_iter().partition(|line| line.group == "This case");
        lines.extend(of_case);
        if let Found::Cases(rows) = found.get() {
            lines.extend(rows.into_iter().map(case_line));
        }
        lines.extend(go);
        if is_search(&text) {
            lines.extend(pages.with(|pages| page_lines(&text, pages)));
            lines.extend(reply_lines(&text));
        }
        lines
    });
    modal(dialog);
    let on_input = move |event| {
        let text = web::value_of(&event);
        typed.set(text.clone());
        at.set(0);
        search(typed, found, text.trim().to_owned());
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = lines.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Enter" if !event.is_composing() => {
                if let Some(line) = lines.with_untracked(|lines| lines.get(at.get_untracked()).cloned()) {
                    carry_out(desk, line.act);
                }
            }
            _ => return,
        }
        event.prevent_default();
        let _ = web::reveal(&format!("pal-{}", at.try_get_untracked().unwrap_or(0)));
    };
    let close = move |event: leptos::ev::Event| {
        event.prevent_default();
        desk.keys.palette().set(false);
    };
    let state = move || {
        match found.get() {
        Found::Nothing => ().into_any(),
        Found::Searching => view! { <p class="vh" role="status">"Searching"</p> }.into_any(),
        Found::Cases(rows) if rows.is_empty() && lines.with(Vec::is_empty) => view! {
            <p class="muted small palette__none" role="status">{format!("Nothing for “{}”. Cases are found by names, order numbers and products, pages and replies by their titles.", typed.get().trim())}</p>
        }
        .into_any(),
        Found::Cases(rows) => view! { <p class="vh" role="status">{format::count(u64::try_from(rows.len()).unwrap_or(0), "case", "cases")}</p> }.into_any(),
        Found::Failed(failure) => view! { <FailureBanner failure/> }.into_any(),
    }
    };
    view! {
        <dialog class="sheet palette" node_ref=dialog aria-label="Search or command" on:cancel=close>
            <div class="ask">
                <Icon name="search"/>
                <input
                    role="combobox" aria-expanded="true" aria-controls="pal" aria-label="Search or command" autofocus
                    autocomplete="off" spellcheck="false" aria-activedescendant=move || format!("pal-{}", at.get())
                    prop:value=typed on:input=on_input on:keydown=on_key
                />
                <kbd>"Esc"</kbd>
            </div>
            <div class="in palette__in">
                {state}
                <div id="pal" role="listbox" aria-label="Results">{move || groups(desk, lines.get(), at)}</div>
            </div>
            <footer class="small muted">
                <span class="line"><kbd>"↑"</kbd><kbd>"↓"</kbd>" move"</span>
                <span class="line"><kbd>"↵"</kbd>" run"</span>
                <span class="push">"Money commands open a sheet; they never fire from here."</span>
            </footer>
        </dialog>
    }
}
