//! The scan: what a hand scanner types leads to its parcel, wherever the focus is.

use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, FailureBanner, Icon};
use crate::i18n::words;
use crate::pages::desk::chips;
use crate::routes::Route;
use crate::state::Desk;
use crate::state::use_desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::{Stage, WaitingOn};
use shared::id::CaseId;
use shared::time::Timestamp;
use shared::wire::case::CaseRow;

/// The element id of the field.
pub const FIELD: &str = "scan";
/// A scanner is faster than any fingers: its letters come within this of each other.
const BURST_MS: i64 = 60;
/// Fewer letters are a person.
const BURST_LETTERS: usize = 6;

/// How a scan stands.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// Nothing was scanned yet, or it led to its parcel.
    Rest,
    Asking,
    /// More than one return, or none that waits for a parcel.
    Several(Vec<CaseRow>),
    /// Nothing under this code.
    Nothing(String),
    Failed(Failure),
}

/// Handle to the scan; it outlives the screens of the packing table.
#[derive(Clone, Copy)]
pub struct Scanning {
    desk: Desk,
    text: RwSignal<String>,
    found: RwSignal<Found>,
}

fn is_expected(row: &CaseRow) -> bool {
    row.stage == Stage::ToInspect || row.waiting_on == Some(WaitingOn::Carrier)
}

impl Scanning {
    /// Nothing scanned yet.
    pub fn new(desk: Desk) -> Self {
        Self { desk, text: RwSignal::new(String::new()), found: RwSignal::new(Found::Rest) }
    }

    /// Looks for what is in the field. What was scanned stays until it has led somewhere.
    fn look(self) {
        let code = self.text.get_untracked().trim().to_owned();
        if code.is_empty() || matches!(self.found.get_untracked(), Found::Asking) {
            let _ = web::focus(FIELD);
            return;
        }
        self.found.set(Found::Asking);
        spawn_local(async move {
            let found = match api::inspect::scan(&code).await {
                Ok(answer) => {
                    self.desk.cases.update(|book| answer.found.iter().cloned().for_each(|row| book.put(row)));
                    match answer.scanned {
                        Some(case) => return self.arrive(case),
                        None if answer.found.is_empty() => Found::Nothing(code),
                        None => Found::Several(answer.found),
                    }
                }
                Err(failure) => Found::Failed(failure),
            };
            self.found.try_set(found);
            // The next scan takes the place of this one.
            if self.desk.nav.route_now().case().is_some() {
                self.desk.nav.open(None);
            } else {
                web::after_drawing(|| {
                    let _ = web::select_all(FIELD);
                });
            }
        });
    }

    fn arrive(self, case: CaseId) {
        self.text.try_set(String::new());
        self.found.try_set(Found::Rest);
        self.desk.nav.open(Some(case));
    }

    /// One of several was chosen.
    fn choose(self, case: CaseId) {
        self.found.set(Found::Asking);
        spawn_local(async move {
            match api::inspect::scanned(&case).await {
                Ok(()) => self.arrive(case),
                Err(failure) => {
                    self.found.try_set(Found::Failed(failure));
                }
            }
        });
    }

    fn clear(self) {
        self.text.set(String::new());
        self.found.set(Found::Rest);
        let _ = web::focus(FIELD);
    }
}

/// Takes what a scanner types while the focus is in no field: letters in a burst, then Enter.
pub fn listen(scanning: Scanning) {
    let burst = StoredValue::new((String::new(), None::<Timestamp>));
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || web::is_typing(&event) || web::is_dialog_open() {
            return;
        }
        let now = web::device_now();
        let (mut letters, last) = burst.get_value();
        if last.is_none_or(|last| now.since(last) > BURST_MS) {
            letters.clear();
        }
        let key = event.key();
        let mut all = key.chars();
        if let (Some(letter), None) = (all.next(), all.next()) {
            letters.push(letter);
        } else if key == "Enter" && letters.chars().count() >= BURST_LETTERS {
            // What has the focus must not be pressed by it.
            event.prevent_default();
            scanning.text.set(std::mem::take(&mut letters));
            scanning.look();
        }
        burst.set_value((letters, Some(now)));
    });
    on_cleanup(move || handle.remove());
}

fn choice(desk: Desk, scanning: Scanning, row: CaseRow) -> AnyView {
    let id = row.id.clone();
    let what = if row.item_count > 1 { format!("{} × {}", row.item, row.item_count) } else { row.item.clone() };
    let who =
        if row.buyer.is_empty() { row.reason_text.clone() } else { format!("{} · {}", row.buyer, row.reason_text) };
    let inside = move |act: AnyView| {
        let picture = row.picture.as_ref().map(|id| view! { <img class="thumb" src=api::media_url(id) alt=""/> });
        view! { {picture}<span class="clip"><b class="strong">{what}</b><small class="muted">{who}</small></span>{act} }
    };
    let at = desk.cases.peek(|book| book.row(&id).cloned());
    if at.as_ref().is_some_and(is_expected) {
        let act = view! { <span class="btn btn--soft" aria-hidden="true">"Inspect"</span> }.into_any();
        return view! { <li><button type="button" class="scan__one" on:click=move |_| scanning.choose(id.clone())>{inside(act)}</button></li> }
            .into_any();
    }
    let stage = at.as_ref().map_or(Stage::Done, |row| row.stage);
    let state = at.as_ref().and_then(|row| chips::state_chip(desk, row, row.stage));
    let state = state.unwrap_or_else(|| view! { <span class="chip">{words::stage(stage)}</span> }.into_any());
    let href = Route::Desk { stage, case: Some(id) }.path();
    view! { <li><a class="scan__one" href=href>{inside(state)}</a></li> }.into_any()
}

/// What a scan led to, if not to one parcel.
fn outcome(desk: Desk, scanning: Scanning) -> AnyView {
    match scanning.found.get() {
        Found::Rest | Found::Asking => ().into_any(),
        Found::Several(rows) => {
            let is_open = rows.iter().any(is_expected);
            let (title, text) = if is_open {
                ("More than one return stands under this code.", "Choose the one that you have in your hands.")
            } else {
                ("Nobody waits for this parcel.", "Its return is not at the packing table now. Open it to see how it stands.")
            };
            let all: Vec<AnyView> = untrack(|| rows.into_iter().map(|row| choice(desk, scanning, row)).collect());
            view! {
                <div class="scan__found" role="status"><p><b class="strong">{title}</b>" "{text}</p><ul>{all}</ul></div>
            }
            .into_any()
        }
        Found::Nothing(code) => view! {
            <Banner
                tone=BannerTone::Soon fact=format!("No return has the code {code}.")
                text="Scan the other label, or type the return or order number from the slip. A return of today can take a minute to be known."
            >
                <button class="btn" type="button" on:click=move |_| scanning.clear()>"Clear"</button>
            </Banner>
        }
        .into_any(),
        Found::Failed(failure) => {
            view! { <FailureBanner failure on_retry=Callback::new(move |()| { scanning.found.set(Found::Rest); scanning.look(); })/> }.into_any()
        }
    }
}

/// The field that a scanner types into.
#[component]
pub fn ScanField(scanning: Scanning) -> impl IntoView {
    let desk = use_desk();
    let is_asking = move || matches!(scanning.found.get(), Found::Asking);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        scanning.look();
    };
    view! {
        <form class="scan" role="search" on:submit=submit>
            <label class="strong" for=FIELD>"Scan a parcel"</label>
            <div class="scan__line">
                <span class="scan__field">
                    <Icon name="inspect"/>
                    <input
                        class="input" id=FIELD name="code" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go"
                        maxlength="100" aria-describedby="scan-hint" prop:value=move || scanning.text.get()
                        on:input=move |event| scanning.text.set(web::value_of(&event))
                    />
                </span>
                <button class="btn btn--primary btn--lg" type="submit" aria-busy=move || is_asking().to_string()>
                    {move || if is_asking() { "Looking" } else { "Find" }}
                </button>
            </div>
            <p class="small muted" id="scan-hint">"Tracking number of the return, RMA, return or order number."</p>
            {move || outcome(desk, scanning)}
        </form>
    }
}
