//! Who is deciding the open case: taking, renewing and giving back the lease, and what whoever comes second is asked.

use super::act::Doing;
use super::kit::Dialog;
use super::motion;
use crate::api::{self, Failure};
use crate::i18n::errors::being_decided;
use crate::state::Desk;
use crate::state::lease::{Turn, TurnNews};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::DecisionKind;
use shared::error::ErrorCode;
use shared::id::CaseId;
use shared::time::Timestamp;

/// The desk keeps a lease for two minutes: this is three times in it, so that one lost answer ends nothing.
const RENEW_MS: u32 = 40_000;

/// Handle to the lease of one case, as long as its pane is open.
#[derive(Clone, Copy)]
pub struct Leasing {
    desk: Desk,
    id: StoredValue<CaseId>,
    /// Whose the decision is, for an open sheet.
    pub turn: RwSignal<Turn>,
    /// Who else is deciding, and until when.
    pub other: Memo<Option<(String, Timestamp)>>,
    /// Until when we are deciding ourselves, here or elsewhere.
    pub ours: Memo<Option<Timestamp>>,
    /// The decision that waits for an answer to who decides.
    pub barred: RwSignal<Option<DecisionKind>>,
    /// Counts what was wanted, so that each renewing ends with its own sheet.
    wishes: StoredValue<u32>,
}

impl Leasing {
    /// For one case.
    pub fn new(desk: Desk, id: CaseId) -> Self {
        let row = desk.cases.row(id.clone());
        let lease = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.lease.clone())));
        let me = move || desk.session.me().map(|me| me.id);
        let other = Memo::new(move |_| {
            let (lease, me) = (lease.get()?, me()?);
            lease.bars(&me, desk.clock.coarse()).then(|| (desk.session.name_of(&lease.by), lease.until))
        });
        let ours = Memo::new(move |_| {
            let lease = lease.get().filter(|lease| desk.clock.coarse() < lease.until)?;
            (Some(lease.by) == me()).then_some(lease.until)
        });
        let turn = RwSignal::new(Turn::default());
        Effect::new(move |_| {
            if let Some((by, _)) = other.get() {
                turn.update(|turn| turn.apply(TurnNews::Shown(by)));
            }
        });
        let left = id.clone();
        on_cleanup(move || {
            if turn.try_get_untracked().is_some_and(|turn| turn.is_wanted()) {
                give_back(left);
            }
        });
        let (barred, wishes) = (RwSignal::new(None), StoredValue::new(0));
        Self { desk, id: StoredValue::new(id), turn, other, ours, barred, wishes }
    }

    /// A sheet opens, or takes over in turn: takes the lease, and renews it until the sheet closes.
    pub fn want(self, take_over: bool) {
        self.turn.update(|turn| turn.apply(TurnNews::Wanted { take_over }));
        self.wishes.update_value(|count| *count += 1);
        let (ours, id) = (self.wishes.get_value(), self.id.get_value());
        spawn_local(async move {
            while self.wishes.try_get_value() == Some(ours)
                && let Some(turn) = self.turn.try_get_untracked().filter(Turn::is_wanted)
            {
                self.ask(&id, turn.takes_over()).await;
                web::pause(RENEW_MS).await;
            }
        });
    }

    async fn ask(self, id: &CaseId, take_over: bool) {
        match api::cases::claim(id, take_over).await {
            Ok(row) => {
                self.desk.cases.update(|book| book.put(row));
                self.turn.try_update(|turn| turn.apply(TurnNews::Given));
                // The sheet may have closed before the answer.
                if self.turn.try_get_untracked().is_none_or(|turn| turn == Turn::Closed) {
                    give_back(id.clone());
                }
            }
            Err(failure) => drop(self.heard(&failure)),
        }
    }

    /// Takes the desk's word that somebody else is deciding; `false`: it says something else.
    pub fn heard(self, failure: &Failure) -> bool {
        let Failure::Refused(error) = failure else { return false };
        if error.code != ErrorCode::BeingDecided {
            return false;
        }
        let by = error.details.by.clone().unwrap_or_else(|| "Somebody else".to_owned());
        self.turn.try_update(|turn| turn.apply(TurnNews::Refused(by)));
        true
    }

    /// The sheet closed without a decision.
    pub fn close(self) {
        // Where the case was left meanwhile, it was given back then.
        if self.turn.try_get_untracked().is_some_and(|turn| turn.is_wanted()) {
            give_back(self.id.get_value());
        }
        self.turn.try_set(Turn::Closed);
    }
}

/// If this fails the lease ends by itself.
fn give_back(id: CaseId) {
    spawn_local(async move {
        let _ = api::cases::give_back(&id).await;
    });
}

/// Asks whoever comes second: wait, or decide anyway.
#[component]
pub fn BeingDecided(doing: Doing) -> impl IntoView {
    let leasing = doing.lease;
    let open = Signal::derive(move || leasing.barred.get().is_some());
    let is_open_to = move |kind: DecisionKind| {
        doing.view.with(|view| {
            view.as_ref().is_some_and(|view| {
                let is_offered = view.options.offered.iter().any(|option| option.kind == kind);
                is_offered && !motion::is_under_way(&view.intents)
            })
        })
    };
    // What stands in the way, what follows from it, and the way on.
    let state = Memo::new(move |_| {
        let is_open = leasing.barred.get().is_some_and(is_open_to);
        match (leasing.other.get(), is_open) {
            (Some((by, until)), true) => (
                being_decided(&by, Some(until)),
                ["If you decide anyway, ", &by, " is told at once and cannot confirm any more."].concat(),
                Some("Decide anyway"),
            ),
            (None, true) => {
                ("Nobody else is deciding any more.".to_owned(), "The case is free.".to_owned(), Some("Decide"))
            }
            (_, false) => ("The case has been decided.".to_owned(), "Nothing was sent from here.".to_owned(), None),
        }
    });
    let wait = Callback::new(move |()| leasing.barred.set(None));
    view! {
        <Dialog open=open on_close=wait label="Somebody is deciding" class="sheet">
            <header>
                <div role="status">
                    <h2>{move || state.with(|(fact, ..)| fact.clone())}</h2>
                    <p>{move || state.with(|(_, means, _)| means.clone())}</p>
                </div>
            </header>
            <footer>
                <button class="btn" type="button" autofocus on:click=move |_| wait.run(())>"Wait " <kbd>"Esc"</kbd></button>
                {move || state.with(|(.., act)| *act).map(|act| view! {
                    <button class="btn btn--primary push" type="button" on:click=move |_| doing.decide_anyway()>{act}</button>
                })}
            </footer>
        </Dialog>
    }
}
