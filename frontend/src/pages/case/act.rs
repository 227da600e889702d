//! What is done to the open case: every call to the desk that a case makes.

use super::composer::{Writing, is_blocked, last_offer};
use super::lease::Leasing;
use super::motion;
use super::sheet::Deciding;
use super::undo;
use super::wording;
use crate::api::{self, Failure};
use crate::i18n::errors::Told;
use crate::routes::{Quality, Route};
use crate::state::Desk;
use crate::state::cases::{Load, Opened};
use crate::state::drafts::Kept;
use crate::state::lease::Turn;
use crate::state::toasts::Tone;
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::{DecisionKind, Stage};
use shared::domain::check::amount_problem;
use shared::error::ErrorCode;
use shared::id::{AgentId, CaseId, IdempotencyKey, MediaId, TickId};
use shared::money::Money;
use shared::reply::Catalogue;
use shared::time::Timestamp;
use shared::wire::case::CaseView;
use shared::wire::decision::{DecisionRequest, Draft, ReplyRequest, SettleDebtRequest};
use shared::wire::intent::{IntentState, IntentView};
use shared::wire::rule::{SecondAnswer, TagRequest};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Why nothing else can be begun.
pub const ON_ITS_WAY: &str = "A decision or a reply is on its way. Wait until it has ended, or undo it.";
/// Typing rests this long before a draft is saved.
const SAVE_AFTER_MS: u32 = 1_000;

/// Handle to the open case: what is known, what is being written, and what can be done.
#[derive(Clone, Copy)]
pub struct Doing {
    desk: Desk,
    /// Which.
    pub(super) id: StoredValue<CaseId>,
    /// The case as last read.
    pub view: Signal<Option<CaseView>>,
    known: RwSignal<Option<CaseView>>,
    /// The same without what comes and goes with a lease: what is drawn from it stands still while somebody types.
    pub matter: Memo<Option<CaseView>>,
    /// Why what is shown may be old.
    pub stale: RwSignal<Option<Told>>,
    /// The reply.
    pub writing: Writing,
    /// The decision.
    pub deciding: Deciding,
    /// Who is deciding.
    pub lease: Leasing,
    /// One key for as long as the sheet is open: pressing again is the same request.
    key: StoredValue<IdempotencyKey>,
    /// The reply parts, once loaded.
    pub catalogue: Signal<Option<Arc<Catalogue>>>,
    parts: RwSignal<Option<Arc<Catalogue>>>,
    /// Why there are none.
    pub no_parts: RwSignal<Option<Failure>>,
    /// The note for the team that is being written; none: none is open.
    pub note: RwSignal<Option<String>>,
    /// Why the note was not kept.
    pub note_error: RwSignal<Option<Failure>>,
    /// Photos that were looked at.
    pub seen_photos: RwSignal<BTreeSet<MediaId>>,
    /// The photo that is shown large.
    pub shown_photo: RwSignal<Option<usize>>,
    /// What waits for a second person is being read by them.
    pub agreeing: RwSignal<bool>,
    /// Older messages are unfolded.
    pub unfolded: RwSignal<bool>,
    /// A proof is on its way.
    pub uploading: RwSignal<bool>,
    /// Why a proof was not taken.
    pub upload_error: RwSignal<Option<Failure>>,
    /// Undo is on its way.
    pub undoing: RwSignal<bool>,
    /// Something is held, so seconds are counted.
    pub is_counting: Memo<bool>,
    /// The number of the last key that was acted on.
    pub last_key: StoredValue<u64>,
    typed: StoredValue<u32>,
}

impl Doing {
    /// For one case, as long as its pane is open.
    pub fn new(desk: Desk, id: CaseId) -> Self {
        let known = RwSignal::new(None::<CaseView>);
        let parts = RwSignal::new(None);
        let is_counting = Memo::new(move |_| {
            known.with(|view| {
                view.as_ref().is_some_and(|view: &CaseView| {
                    view.intents.iter().any(|intent| matches!(intent.state, IntentState::Held { .. }))
                })
            })
        });
        let matter = Memo::new(move |_| {
            let mut view = known.get()?;
            (view.row.version, view.row.lease, view.read) = (0, None, Timestamp::default());
            Some(view)
        });
        Self {
            desk,
            lease: Leasing::new(desk, id.clone()),
            id: StoredValue::new(id),
            view: known.into(),
            known,
            matter,
            stale: RwSignal::new(None),
            writing: Writing::default(),
            deciding: Deciding::default(),
            key: StoredValue::new(web::fresh_key()),
            catalogue: parts.into(),
            parts,
            no_parts: RwSignal::new(None),
            note: RwSignal::new(None),
            note_error: RwSignal::new(None),
            seen_photos: RwSignal::new(BTreeSet::new()),
            shown_photo: RwSignal::new(None),
            agreeing: RwSignal::new(false),
            unfolded: RwSignal::new(false),
            uploading: RwSignal::new(false),
            upload_error: RwSignal::new(None),
            undoing: RwSignal::new(false),
            is_counting,
            last_key: StoredValue::new(0),
            typed: StoredValue::new(0),
        }
    }

    /// Reads the case, tells the desk that it was opened, and loads the reply parts.
    pub fn open(self) {
        self.ask_again();
        self.read_parts();
    }

    /// Asks TikTok anew what is open in the case.
    pub fn ask_again(self) {
        tasks::open_case(self.desk, self.id.get_value());
    }

    /// Reads what replies start from.
    pub fn read_parts(self) {
        let (parts, no_parts) = (self.parts, self.no_parts);
        no_parts.set(None);
        spawn_local(async move {
            match tasks::reply_texts().await {
                Ok(catalogue) => {
                    parts.try_set(Some(Arc::new(catalogue)));
                }
                Err(failure) => {
                    no_parts.try_set(Some(failure));
                }
            }
        });
    }

    /// Where what was typed is safe; tracked.
    pub fn kept(self) -> Option<Kept> {
        self.desk.drafts.with(|book| book.get(&self.id.get_value()).map(|(_, kept)| *kept))
    }

    /// Reads the case, unless it was left: answers come late.
    pub fn read(self) {
        if let Some(id) = self.id.try_get_value() {
            tasks::read_case(self.desk, id);
        }
    }

    /// Follows what the desk's state knows of the case, and reads again when its row is newer than the view.
    pub fn follow(self, opened: Memo<Opened>) {
        let row = self.desk.cases.row(self.id.get_value());
        Effect::new(move |_| {
            let Opened { view, load } = opened.get();
            self.stale.set(match load {
                Load::Stale(failure) => Some(failure.told()),
                Load::Loading | Load::Ready | Load::Failed(_) => None,
            });
            let Some(view) = view else { return };
            let is_first = self.known.with_untracked(Option::is_none);
            self.take_opened(&view);
            self.known.set(Some(view.as_ref().clone()));
            if is_first {
                self.start();
            }
        });
        Effect::new(move |_| {
            if self.parts.with(Option::is_some) && self.writing.text.with_untracked(String::is_empty) {
                self.start();
            }
        });
        Effect::new(move |_| {
            let newest = row.with(|row| row.as_ref().map(|row| row.version));
            let shown = self.known.with(|view| view.as_ref().map(|view| view.row.version));
            if let (Some(newest), Some(shown)) = (newest, shown)
                && newest > shown
            {
                self.read();
            }
        });
        // What had the focus may go with what it stood in.
        Effect::new(move |_| {
            if self.known.with(Option::is_some) {
                request_animation_frame(|| web::focus_if_lost("case-h"));
            }
        });
        // What was said last stays in sight.
        Effect::new(move |before: Option<usize>| {
            let said =
                self.known.with(|view| view.as_ref().map_or(0, |view| view.chat.messages.len() + view.intents.len()));
            // On a phone an opened case begins with the buyer's request.
            let is_seen = before > Some(0) || web::matches("(width >= 600px)");
            if is_seen && before.unwrap_or_default() < said {
                // Two frames: what makes room for it is drawn in the first.
                request_animation_frame(|| request_animation_frame(|| web::scroll_to_end("case-body")));
            }
            said
        });
        // A decided case is told something else: choose the reply anew unless somebody has typed.
        // So is one whose decision was undone, and one of which a rule's prepared words were taken back.
        Effect::new(move |before: Option<Option<(Stage, bool, bool, bool)>>| {
            let now = self.known.with(|view| {
                let view = view.as_ref()?;
                let is_prepared = view.draft.as_ref().is_some_and(|draft| draft.is_prepared);
                let is_under_way = motion::is_under_way(&view.intents);
                Some((view.row.stage, view.row.owed.is_some(), is_under_way, is_prepared))
            });
            if before.is_some_and(|before| before.is_some() && before != now) && !self.writing.is_typed.get_untracked()
            {
                self.start();
            }
            now
        });
    }

    fn shop_name(self, view: &CaseView) -> String {
        let shop = self.desk.session.peek(|state| {
            let shops = state.signed_in().map(|known| known.shops.clone()).unwrap_or_default();
            shops.into_iter().find(|shop| shop.id == view.row.shop)
        });
        shop.map(|shop| shop.name).unwrap_or_default()
    }

    fn with_parts(self, work: impl FnOnce(&CaseView, &Catalogue, &str)) {
        self.known.with_untracked(|view| {
            if let (Some(view), Some(parts)) = (view, self.parts.get_untracked()) {
                work(view, &parts, &self.shop_name(view));
            }
        });
    }

    fn start(self) {
        let kept = self.desk.drafts.peek(|book| book.get(&self.id.get_value()).map(|(draft, _)| draft.clone()));
        self.with_parts(|view, parts, shop| {
            let mut view = view.clone();
            view.draft = kept.or(view.draft);
            self.writing.start(&view, parts, shop);
            // A sheet that is open is what the reply goes with.
            if let Some(kind) = self.deciding.kind.get_untracked() {
                self.writing.choose(kind, &view, parts, shop);
            }
            if let Some(draft) = view.draft.filter(|_| self.deciding.comment.with_untracked(String::is_empty)) {
                self.deciding.comment.set(draft.comment);
            }
        });
    }

    /// Fills in the template that fits, in place of what is there.
    fn refill(self) {
        self.with_parts(|view, parts, shop| self.writing.fill(view, parts, shop));
    }

    /// Begins a question to the buyer, in place of what is there.
    pub fn ask_buyer(self) {
        self.writing.claim.set(None);
        self.refill();
        self.save_soon();
        let _ = web::focus("reply");
    }

    /// Says that a key has nothing to do here.
    pub fn nothing(self, what: &str, why: &str) {
        self.desk.toasts.show(Tone::Info, ["Nothing ", what, " here"].concat(), why, None);
    }

    /// Opens the sheet of the first offered decision of a sort; `what` it would be, for where there is none.
    pub fn ask(self, what: &str, wanted: impl Fn(DecisionKind) -> bool) {
        let (kind, moves) = self.known.with_untracked(|view| {
            let offered = view.iter().flat_map(|view| &view.options.offered).map(|option| option.kind);
            let moves = view.as_ref().is_some_and(|view| motion::is_under_way(&view.intents));
            (offered.into_iter().find(|kind| wanted(*kind)), moves)
        });
        match kind {
            Some(_) if moves => self.nothing(what, ON_ITS_WAY),
            Some(kind) => self.begin(kind),
            None => self.nothing(what, "TikTok offers no such answer to this case now."),
        }
    }

    /// Opens the sheet of a decision, or asks first when somebody else is deciding. Where an approval waits for a second
    /// person, theirs is to read that one.
    pub fn begin(self, kind: DecisionKind) {
        let waits = |view: &CaseView| view.second.as_ref().is_some_and(|ask| !self.is_by_me(&ask.by));
        if kind.is_approval() && self.known.with_untracked(|view| view.as_ref().is_some_and(waits)) {
            self.agreeing.set(true);
        } else if self.lease.other.with_untracked(Option::is_some) {
            self.lease.barred.set(Some(kind));
        } else {
            self.open_sheet(kind, false);
        }
    }

    /// Whoever came second does not wait.
    pub fn decide_anyway(self) {
        let Some(kind) = self.lease.barred.get_untracked() else { return };
        self.lease.barred.set(None);
        self.open_sheet(kind, self.lease.other.with_untracked(Option::is_some));
    }

    /// The reply switches to what the decision will tell.
    fn open_sheet(self, kind: DecisionKind, take_over: bool) {
        self.key.set_value(web::fresh_key());
        self.writing.put_aside();
        if kind.needs_amount() && self.deciding.amount.with_untracked(String::is_empty) {
            let undone = self.known.with_untracked(|view| view.as_ref().and_then(|view| last_offer(view).cloned()));
            self.deciding.amount.set(undone.map(|offer| offer.amount().to_owned()).unwrap_or_default());
        }
        if kind.needs_amount() {
            self.take_offer();
        }
        self.with_parts(|view, parts, shop| self.writing.choose(kind, view, parts, shop));
        self.deciding.open(kind);
        self.lease.want(take_over);
    }

    /// A sheet was closed: the reply goes with the first decision again.
    pub fn cancelled(self) {
        self.lease.close();
        if self.writing.take_back() {
            return;
        }
        let first = self.known.with_untracked(|view| {
            view.as_ref().and_then(|view| view.options.offered.first().map(|option| option.kind))
        });
        if let (Some(first), false) = (first, self.writing.is_typed.get_untracked()) {
            self.writing.offer.set(None);
            self.with_parts(|view, parts, shop| self.writing.choose(first, view, parts, shop));
        }
    }

    /// The amount of an offer was typed: the reply names it, unless somebody has typed the reply.
    pub fn offer_changed(self) {
        self.take_offer();
        if !self.writing.is_typed.get_untracked() {
            self.refill();
        }
    }

    fn take_offer(self) {
        let total = self.known.with_untracked(|view| Some(view.as_ref()?.refund.as_ref()?.total.clone()));
        let typed = self.deciding.amount.get_untracked();
        let offer = total.as_ref().and_then(|total| Money::typed(&typed, total.currency()).ok());
        // A sum that cannot be offered is told to nobody.
        self.writing.offer.set(offer.filter(|offer| amount_problem(offer, total.as_ref()).is_none()));
    }

    /// Records the decision. Never optimistic: the case changes when the answer arrives.
    pub fn decide(self) {
        let Some(kind) = self.deciding.kind.get_untracked() else { return };
        let Some(request) = self.known.with_untracked(|view| {
            view.as_ref().map(|view| untrack(|| self.deciding.request(kind, view, self.writing)))
        }) else {
            return;
        };
        let take_over = self.lease.turn.with_untracked(Turn::takes_over);
        let request = DecisionRequest { take_over, ..request };
        let (id, key) = (self.id.get_value(), self.key.get_value());
        self.deciding.is_sending.set(true);
        self.deciding.error.set(None);
        spawn_local(async move {
            let answer = api::cases::decide(&id, &request, &key).await;
            self.deciding.is_sending.try_set(false);
            match answer {
                Ok(recorded) => {
                    undo::pressed(&recorded);
                    self.sent(&id);
                    self.deciding.kind.try_set(None);
                    self.lease.turn.try_set(Turn::Closed);
                }
                Err(failure) if failure.code() == Some(ErrorCode::NeedsSecond) => {
                    // The decision is kept: the case shows that it waits for somebody else.
                    self.deciding.kind.try_set(None);
                    self.lease.close();
                    let told = failure.told();
                    self.desk.toasts.show(Tone::Good, &told.fact, &told.advice, None);
                    self.read();
                }
                Err(failure) => {
                    if !self.lease.heard(&failure)
                        && let Some(Some(failure)) = self.deciding.error.try_set(Some(failure))
                    {
                        // Its sheet is gone with the case: it is said all the same.
                        self.desk.toasts.failed(&failure);
                    }
                    self.read();
                }
            }
        });
    }

    /// What was written is in an intent now.
    fn sent(self, id: &CaseId) {
        // What was typed last and waits to be saved is no draft any more.
        self.typed.try_update_value(|count| *count += 1);
        self.desk.drafts.update(|book| book.remove(id));
        self.deciding.comment.try_set(String::new());
        self.writing.is_typed.try_set(false);
        self.writing.saved.try_set(None);
        self.writing.replaced.try_set(Vec::new());
        self.writing.offer.try_set(None);
        self.desk.toasts.clear();
        self.read();
    }

    /// Sends the reply on its own, unless a rule blocks it.
    pub fn send_reply(self) {
        let is_blocked = self.known.with_untracked(|view| {
            view.as_ref().is_none_or(|view| is_blocked(&untrack(|| self.writing.findings(view))))
        });
        let order = self.known.with_untracked(|view| view.as_ref().and_then(|view| self.writing.order(view)));
        let Some(reply) = order.filter(|_| !is_blocked) else { return };
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        let mut key = web::fresh_key();
        self.desk.drafts.update(|book| key = book.key(&id, &reply, key.clone()));
        spawn_local(async move {
            match api::cases::reply(&id, &ReplyRequest { reply }, &key).await {
                Ok(recorded) => {
                    undo::pressed(&recorded);
                    // What has been said is not there to be said again.
                    self.writing.text.try_set(String::new());
                    self.sent(&id);
                }
                Err(failure) => {
                    toasts.failed(&failure);
                    self.read();
                }
            }
        });
    }

    /// Stops what can still be stopped; the words come back into the composer.
    pub fn undo(self, intent: IntentView) {
        let toasts = self.desk.toasts;
        self.undoing.set(true);
        spawn_local(async move {
            let answer = api::intents::undo(&intent.id).await;
            if answer.as_ref().map_or_else(|failure| failure.code() == Some(ErrorCode::TooLate), |()| true) {
                undo::forget(&intent.motion);
            }
            self.undoing.try_set(false);
            match answer {
                Ok(()) if matches!(intent.state, IntentState::Held { .. }) => {
                    toasts.show(Tone::Good, "Undone", "Nothing had left the desk.", None);
                }
                // What was decided before it has left.
                Ok(()) => {
                    let more = if self.take_words(&intent) { "" } else { " “Put my words back” brings its words." };
                    let text = ["The buyer has not been told.", more].concat();
                    toasts.show(Tone::Good, "The reply was stopped", text, None);
                }
                Err(failure) => toasts.failed(&failure),
            }
            self.read();
        });
    }

    /// Takes the words of a reply that was stopped into the composer, unless the case was left: the desk has them as a draft.
    /// `false`: something else is being written there.
    fn take_words(self, stopped: &IntentView) -> bool {
        if self.id.try_get_value().is_none() {
            return true;
        }
        let mut stands = true;
        self.with_parts(|view, parts, shop| stands = self.writing.stopped(&stopped.what, view, parts, shop));
        if stands {
            self.save_soon();
        }
        stands
    }

    /// The same, by key: what is held here, else what this person pressed last elsewhere.
    pub fn undo_newest(self) {
        let newest = self.known.with_untracked(|view| {
            let held = view.iter().flat_map(|view| &view.intents);
            let held = held.filter(|intent| matches!(intent.state, IntentState::Held { .. }));
            held.max_by_key(|intent| intent.at).cloned()
        });
        match newest {
            Some(intent) => self.undo(intent),
            None => undo::take_back(self.desk),
        }
    }

    /// The case that stands, or stood, below this one; the first of the list where none does any more.
    pub fn next_case(self) -> Option<CaseId> {
        let id = self.id.get_value();
        let next = self.desk.cases.peek(|book| book.neighbour(Some(&id), 1).or_else(|| book.neighbour(None, 1)));
        next.filter(|next| *next != id)
    }

    /// Where to go when this case is done with: to the next one; where nothing is left here, to what is to be decided, or
    /// back to the exercise whose cases these are.
    fn onward(self) -> (String, Option<&'static str>, Route) {
        let desk = self.desk;
        let row = self.next_case().and_then(|next| desk.cases.peek(|book| book.row(&next).cloned()));
        match row {
            Some(row) => {
                let label = wording::next(&row, desk.clock.coarse());
                (label, Some("J"), desk.nav.route_now().with_case(Some(row.id)))
            }
            None if desk.cases.peek(|book| book.queue.is_of_run()) => {
                ("Back to the exercise".to_owned(), None, Route::Quality(Quality::Practice("live".to_owned())))
            }
            None => ("To decide".to_owned(), Some("1"), Route::Desk { stage: Stage::ToDecide, case: None }),
        }
    }

    /// The button there. What follows may be another case by the time it is pressed.
    pub fn way_on(self) -> motion::Next {
        let (label, key, _) = self.onward();
        motion::Next { label, key, go: Callback::new(move |()| self.desk.nav.go(&untrack(|| self.onward()).2)) }
    }

    /// Saves the draft once typing rests; nothing where the case was left meanwhile.
    pub fn save_soon(self) {
        let Some(id) = self.id.try_get_value() else { return };
        self.typed.update_value(|count| *count += 1);
        let ours = self.typed.get_value();
        let drafts = self.desk.drafts;
        let draft = Draft {
            comment: self.deciding.comment.get_untracked(),
            note: self.note.get_untracked().unwrap_or_default(),
            ..self.writing.draft()
        };
        drafts.update(|book| book.type_in(id.clone(), draft.clone()));
        spawn_local(async move {
            web::pause(SAVE_AFTER_MS).await;
            if self.typed.try_get_value().is_some_and(|newest| newest != ours) {
                return;
            }
            let place = match api::cases::draft(&id, &draft).await {
                Ok(()) => {
                    self.writing.saved.try_set(Some(web::device_now()));
                    Kept::Saved
                }
                Err(_) => Kept::OnDevice,
            };
            drafts.update(|book| book.kept(&id, &draft, place));
        });
    }

    /// Ticks a checkpoint, or takes the tick away. It stands as the desk has it, so it is read either way.
    pub fn tick(self, tick: TickId, is_on: bool) {
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        spawn_local(async move {
            if let Err(failure) = api::ticks::tick(&id, &tick, is_on).await {
                toasts.failed(&failure);
            }
            self.read();
        });
    }

    /// Whether the one who looks is meant.
    pub fn is_by_me(self, who: &AgentId) -> bool {
        self.desk.session.peek(|state| state.signed_in().is_some_and(|known| known.me.id == *who))
    }

    /// Takes the case, or releases it.
    pub fn take(self) {
        let me = self.desk.session.peek(|state| state.signed_in().map(|known| known.me.id.clone()));
        let holder = self.known.with_untracked(|view| view.as_ref().and_then(|view| view.row.assignee.clone()));
        self.hand_to(if holder == me { None } else { me });
    }

    /// Hands the case to somebody, or to nobody.
    pub fn hand_to(self, to: Option<AgentId>) {
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        spawn_local(async move {
            match api::cases::assign(&id, to).await {
                Ok(()) => self.read(),
                Err(failure) => toasts.failed(&failure),
            }
        });
    }

    /// Opens the note, with what was typed before.
    pub fn open_note(self) {
        let id = self.id.get_value();
        let typed = self.desk.drafts.peek(|book| book.get(&id).map(|(draft, _)| draft.note.clone()));
        let saved = || self.known.with_untracked(|view| view.as_ref()?.draft.as_ref().map(|draft| draft.note.clone()));
        self.note_error.set(None);
        self.note.set(Some(typed.or_else(saved).unwrap_or_default()));
    }

    /// Keeps the note; its words stay until the desk has them.
    pub fn keep_note(self) {
        let Some(text) = self.note.get_untracked().filter(|text| !text.trim().is_empty()) else { return };
        let id = self.id.get_value();
        spawn_local(async move {
            match api::cases::note(&id, &text).await {
                Ok(()) => {
                    self.note.try_set(None);
                    self.save_soon();
                    self.read();
                }
                Err(failure) => {
                    self.note_error.try_set(Some(failure));
                }
            }
        });
    }

    /// Ends a debt without a message.
    pub fn settle(self, request: SettleDebtRequest) {
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        spawn_local(async move {
            match api::cases::told(&id, &request).await {
                Ok(()) => self.read(),
                Err(failure) => toasts.failed(&failure),
            }
        });
    }

    /// Copies the reply.
    pub fn copy(self) {
        let (text, toasts) = (self.writing.text.get_untracked(), self.desk.toasts);
        spawn_local(async move {
            if web::copy(&text).await {
                toasts.show(Tone::Good, "Copied", "The reply is on the clipboard.", None);
            } else {
                toasts.show(
                    Tone::Stop,
                    "Not copied",
                    "The browser refused. Select the text and copy it by hand.",
                    None,
                );
            }
        });
    }

    /// Shows a photo large.
    pub fn show_photo(self, place: usize) {
        let photos = self.known.with_untracked(|view| view.as_ref().map_or(0, |view| super::words::photos(view).len()));
        if place < photos {
            self.shown_photo.set(Some(place));
        } else {
            self.nothing("to look at", "The buyer sent no photos.");
        }
    }

    /// Photos that this person has opened before, perhaps on another device.
    fn take_opened(self, view: &CaseView) {
        let Some(me) = untrack(|| self.desk.session.me()) else { return };
        let mine = view.opened.iter().filter(|opened| opened.by == me.id).map(|opened| opened.photo.clone());
        let fresh: Vec<MediaId> =
            self.seen_photos.with_untracked(|seen| mine.filter(|photo| !seen.contains(photo)).collect());
        if !fresh.is_empty() {
            self.seen_photos.update(|seen| seen.extend(fresh));
        }
    }

    /// Remembers that a photo was looked at, here and at the desk: a check asks for it.
    pub fn photo_seen(self, photo: MediaId) {
        if self.seen_photos.try_update(|seen| seen.insert(photo.clone())) != Some(true) {
            return;
        }
        let id = self.id.get_value();
        spawn_local(async move {
            // What the desk does not know does not count: it is to be opened again.
            if api::cases::photo_opened(&id, &photo).await.is_err() {
                self.seen_photos.try_update(|seen| seen.remove(&photo));
            }
        });
    }

    /// Adds a proof, and chooses it.
    pub fn upload(self, file: web_sys::File) {
        let id = self.id.get_value();
        self.uploading.set(true);
        self.upload_error.set(None);
        spawn_local(async move {
            match api::cases::add_evidence(&id, &file, &web::fresh_key()).await {
                Ok(proof) => {
                    self.deciding.evidence.try_update(|chosen| chosen.push(proof.id.clone()));
                    self.read();
                }
                Err(failure) => {
                    self.upload_error.try_set(Some(failure));
                }
            }
            self.uploading.try_set(false);
        });
    }

    /// Puts a tag on, or takes it off.
    pub fn tag(self, tag: String, is_on: bool) {
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        spawn_local(async move {
            match api::rules::tag(&id, &TagRequest { tag, is_on }).await {
                Ok(()) => self.read(),
                Err(failure) => toasts.failed(&failure),
            }
        });
    }

    /// Answers as the second person, or takes one's own decision back.
    pub fn answer_second(self, asked: Timestamp, agrees: bool, take_over: bool) {
        let (id, toasts) = (self.id.get_value(), self.desk.toasts);
        spawn_local(async move {
            match api::rules::answer_second(&id, &SecondAnswer { agrees, asked, take_over }).await {
                Ok(recorded) => undo::pressed(&recorded),
                Err(failure) => toasts.failed(&failure),
            }
            self.read();
        });
    }
}
