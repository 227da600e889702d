//! The sheet of keys.

use crate::components::Sheet;
use crate::state::use_desk;
use crate::web;
use leptos::prelude::*;
use shared::wire::session::Role;

/// A heading and its keys.
type Part = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const PARTS: [&[Part]; 3] = [
    &[(
        "Move",
        &[
            ("Next case", &["J"]),
            ("Previous case", &["K"]),
            ("Open the case", &["↵"]),
            ("Back to the list", &["Esc"]),
            ("Next pane", &["F6"]),
            ("Views 1 to 6", &["1", "…", "6"]),
            ("Go to Desk", &["G", "D"]),
            ("Go to Inspect", &["G", "I"]),
            ("Go to Replies", &["G", "T"]),
            ("Go to Quality", &["G", "Q"]),
            ("Go to Handbook", &["G", "H"]),
            ("Go to Reports", &["G", "R"]),
            ("Go to Settings", &["G", "S"]),
            ("Go to Practice", &["G", "P"]),
        ],
    )],
    &[(
        "Decide",
        &[
            ("Approve…", &["A"]),
            ("Reject…", &["X"]),
            ("Offer partial…", &["P"]),
            ("Confirm in a sheet", &["Ctrl", "↵"]),
            ("Undo the hold", &["Z"]),
            ("Take or release", &["M"]),
            ("Hand to somebody", &["Shift", "M"]),
            ("Open photos", &["V"]),
        ],
    )],
    &[
        (
            "Write",
            &[
                ("Go to the reply", &["R"]),
                ("Choose a template", &["T"]),
                ("Ask the buyer", &["Q"]),
                ("Saved line", &["/"]),
                ("Internal note", &["N"]),
                ("Change language", &["L"]),
                ("Next finding", &["F8"]),
                ("Send", &["Ctrl", "↵"]),
            ],
        ),
        (
            "Anywhere",
            &[
                ("Search or command", &["Ctrl", "K"]),
                ("This sheet", &["?"]),
                ("Stop all rules, on their page", &["Shift", "S"]),
            ],
        ),
    ],
];

/// What only leads can do.
const OF_LEADS: [&str; 2] = ["Go to Reports", "Stop all rules, on their page"];

fn part((title, keys): &Part, is_lead: bool) -> impl IntoView + use<> {
    let lines: Vec<_> = keys
        .iter()
        .filter(|(label, _)| is_lead || !OF_LEADS.contains(label))
        .map(|(label, keys)| {
            let caps: Vec<_> = keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect();
            view! { <dt>{*label}</dt><dd>{caps}</dd> }
        })
        .collect();
    view! { <h3>{*title}</h3><dl>{lines}</dl> }
}

/// Opened by `?`; open for as long as it is mounted.
#[component]
pub fn KeySheet() -> impl IntoView {
    let desk = use_desk();
    let is_open = desk.keys.sheet();
    let footer = move || {
        view! {
            <footer class="small muted">
                <label class="tick">
                    <input
                        type="checkbox" prop:checked=move || desk.keys.letters_on()
                        on:change=move |event| desk.keys.switch_letters(web::is_checked(&event))
                    />
                    <span>"Single-letter keys on"</span>
                </label>
                <span class="push">"Keys rest while you type and while a key is held down."</span>
            </footer>
        }
    };
    let is_lead = untrack(|| desk.session.is_at_least(Role::Lead));
    let column = |parts: &&[Part]| {
        view! { <section>{parts.iter().map(|one| part(one, is_lead)).collect_view()}</section> }
    };
    let columns: Vec<_> = PARTS.iter().map(column).collect();
    view! {
        <Sheet
            title="Keys" lede="Money always takes two steps: a key opens the sheet, Ctrl ↵ confirms it."
            width="860px" on_close=move |()| is_open.set(false) footer=footer
        >
            <div class="keys">{columns}</div>
        </Sheet>
    }
}
