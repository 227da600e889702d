//! Asking a lead: a note, and the case is theirs. Nothing is decided by it.

use crate::api::{self, Failure};
use crate::components::{Choice, Pick};
use crate::pages::case::Doing;
use crate::pages::case::kit::{Dialog, icon};
use crate::state::Desk;
use crate::state::toasts::Tone;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::IdempotencyKey;
use shared::wire::session::Role;

/// Handle to the question.
#[derive(Clone, Copy)]
pub struct Asking {
    desk: Desk,
    doing: Doing,
    is_open: RwSignal<bool>,
    text: RwSignal<String>,
    lead: RwSignal<String>,
    is_sending: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// One for as long as the sheet is open: pressing again is the same question.
    key: StoredValue<IdempotencyKey>,
}

impl Asking {
    /// Nobody is asked yet.
    pub fn new(desk: Desk, doing: Doing) -> Self {
        Self {
            desk,
            doing,
            is_open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            lead: RwSignal::new(String::new()),
            is_sending: RwSignal::new(false),
            failure: RwSignal::new(None),
            key: StoredValue::new(web::fresh_key()),
        }
    }

    /// Opens the sheet.
    pub fn open(self) {
        self.key.set_value(web::fresh_key());
        self.failure.set(None);
        self.is_open.set(true);
    }

    fn ask(self) {
        let text = self.text.get_untracked();
        if text.trim().is_empty() || self.is_sending.get_untracked() {
            return;
        }
        let Some(case) = self.doing.view.with_untracked(|view| view.as_ref().map(|view| view.row.id.clone())) else {
            return;
        };
        let lead = self.lead.get_untracked().parse().ok();
        let key = self.key.get_value();
        self.is_sending.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::inspect::ask_lead(&case, lead, &text, &key).await;
            self.is_sending.try_set(false);
            match answer {
                Ok(asked) => {
                    let name = self.desk.session.peek(|state| {
                        let people = state.signed_in().map(|known| known.people.clone()).unwrap_or_default();
                        people.into_iter().find(|person| person.id == asked.lead).map(|person| person.name)
                    });
                    let title = [name.as_deref().unwrap_or("A lead"), " was asked"].concat();
                    self.desk.toasts.show(Tone::Good, title, "The case is theirs now. Its clock keeps running.", None);
                    self.text.try_set(String::new());
                    self.is_open.try_set(false);
                    self.doing.read();
                }
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }
}

/// The sheet that asks.
#[component]
pub fn AskLead(asking: Asking) -> impl IntoView {
    let desk = asking.desk;
    let choices = Memo::new(move |_| {
        let leads = desk.session.team().into_iter().filter(|person| person.role >= Role::Lead);
        let mut choices = vec![Choice::new("", "Any lead")];
        choices.extend(leads.map(|lead| Choice::new(lead.id, lead.name)));
        choices
    });
    let is_ready = move || asking.text.with(|text| !text.trim().is_empty()) && !asking.is_sending.get();
    view! {
        <Dialog
            open=Signal::from(asking.is_open)
            on_close=Callback::new(move |()| asking.is_open.set(false))
            label="Ask a lead"
            on_confirm=Callback::new(move |()| asking.ask())
            class="sheet"
        >
            <header><div><h2>"Ask a lead"</h2><p>"The case is handed over with your note. Nothing is decided, and the clock keeps running."</p></div></header>
            <div class="in stack">
                <Pick label="Which lead" icon="user" choices=choices value=asking.lead on_pick=move |lead| asking.lead.set(lead)/>
                <textarea
                    class="area" rows="4" maxlength="2000" aria-label="What should the lead look at?" placeholder="What should the lead look at?" autofocus
                    prop:value=move || asking.text.get()
                    on:input=move |event| asking.text.set(web::value_of(&event))
                ></textarea>
                {move || asking.failure.get().map(|failure| {
                    let told = failure.told();
                    view! { <div class="banner banner--stop banner--in" role="alert">{icon("stop")}<p><b class="strong">{told.fact}</b><br/>{told.advice}</p></div> }
                })}
            </div>
            <footer>
                <button class="btn" type="button" on:click=move |_| asking.is_open.set(false)>"Not yet " <kbd>"Esc"</kbd></button>
                <button class="btn btn--primary push" type="button" aria-disabled=move || (!is_ready()).to_string() on:click=move |_| asking.ask()>
                    {move || if asking.is_sending.get() { "Asking" } else { "Ask" }}" " <kbd>"Ctrl ↵"</kbd>
                </button>
            </footer>
        </Dialog>
    }
}
