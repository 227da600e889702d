//! What is typed into a reply, and how it is kept: soon after each pause, under the revision that it changes. What the desk
//! does not take stays on the page and on this device.

use super::versions::Compared;
use crate::api::{self, Answer, Failure, decode};
use crate::pages::Mirror;
use crate::pwa::words;
use crate::state::Desk;
use crate::state::toasts::Tone;
use crate::web;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::{Claim, Kind, Voice};
use shared::error::ErrorCode;
use shared::reply::{Ask, Language, Place, Rendered, Variable, made_up, render, resolve, template_problems};
use shared::time::Timestamp;
use shared::wire::session::Person;
use shared::wire::template::{
    Example, StepTemplate, TemplateStep, TemplateVersion, TemplateView, VersionState, WriteTemplate,
};

/// Typing rests this long before it is saved.
const SAVE_AFTER_MS: u32 = 1_000;
/// What is on its way is looked after this often.
const SETTLE_MS: u32 = 50;
/// How often the desk hears that the reply is open here.
const ATTEND_MS: u32 = 4_000;

/// The element in which the text is typed.
pub(super) const TEXT_ID: &str = "reply-text";

/// How saving stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Saving {
    /// Nothing was typed.
    Rests,
    /// On the way.
    Coming,
    /// The desk has it, since when.
    Saved(Timestamp),
    /// Somebody else was faster: their version.
    Conflict(Box<TemplateVersion>),
    /// On this device alone.
    Failed(Failure),
}

/// What stands over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Nothing.
    Nothing,
    /// Whether to drop what is being written.
    Drop,
    /// Whether to use the built-in text again.
    Withdraw,
    /// Why it is sent back.
    SendBack,
}

/// A reply that is open here.
#[derive(Clone, Copy)]
pub struct Page {
    /// The desk.
    pub desk: Desk,
    place: StoredValue<Place>,
    /// As the desk has it.
    pub found: RwSignal<Option<Answer<TemplateView>>>,
    /// The template, as typed.
    pub text: RwSignal<String>,
    /// What is new in it, as typed.
    pub note: RwSignal<String>,
    /// Of the open version as this page knows it; 0: none.
    revision: StoredValue<u32>,
    /// Where all that is.
    pub saving: RwSignal<Saving>,
    is_sending: StoredValue<bool>,
    /// What was sent last, whether or not its answer came.
    sent: StoredValue<String>,
    typed: StoredValue<u32>,
    /// Where this person's words are on this device.
    here: StoredValue<String>,
    gone: StoredValue<String>,
    /// They were kept, or found, by this page.
    is_kept_here: StoredValue<bool>,
    mirror: Mirror,
    /// Who else has it open.
    pub editors: RwSignal<Vec<Person>>,
    /// What was typed here and given up for other words, the last ones last; of a field that says nothing, nothing was.
    pub given_up: RwSignal<Vec<WriteTemplate>>,
    /// What waits for a lead is changed all the same.
    pub is_unlocked: RwSignal<bool>,
    /// Which case it is tried on.
    pub example: RwSignal<usize>,
    /// What stands over the page.
    pub asks: RwSignal<Asking>,
    /// Why it is sent back, as typed.
    pub why: RwSignal<String>,
    /// Which versions are compared.
    pub compared: Compared,
    /// Where the text is typed.
    pub area: NodeRef<html::Textarea>,
}

impl Page {
    /// Opens a reply. Belongs to the component that is being built.
    pub fn open(desk: Desk, place: Place) -> Self {
        let me = desk.session.me().map(|me| me.id);
        let name = |kind: &str| StoredValue::new([words::place(me.as_ref(), kind), place.to_string()].concat());
        let (here, gone) = (name("reply "), name(words::GIVEN_UP));
        let page = Self {
            desk,
            place: StoredValue::new(place),
            here,
            gone,
            is_kept_here: StoredValue::new(false),
            mirror: Mirror::new(),
            found: RwSignal::new(None),
            text: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
            revision: StoredValue::new(0),
            saving: RwSignal::new(Saving::Rests),
            is_sending: StoredValue::new(false),
            sent: StoredValue::new(String::new()),
            typed: StoredValue::new(0),
            editors: RwSignal::new(Vec::new()),
            given_up: RwSignal::new(Vec::new()),
            is_unlocked: RwSignal::new(false),
            example: RwSignal::new(0),
            asks: RwSignal::new(Asking::Nothing),
            why: RwSignal::new(String::new()),
            compared: Compared::default(),
            area: NodeRef::new(),
        };
        page.read();
        page.attend();
        let hidden = window_event_listener_untyped("visibilitychange", move |_| page.keep_typed());
        on_cleanup(move || {
            hidden.remove();
            page.keep_and_leave();
        });
        page
    }

    /// Where it stands.
    pub fn place(self) -> Place {
        self.place.get_value()
    }

    /// As the desk has it; tracked.
    pub fn known(self) -> Option<TemplateView> {
        self.found.with(|found| found.as_ref()?.as_ref().ok().cloned())
    }

    /// As the desk has it now.
    pub fn known_now(self) -> Option<TemplateView> {
        self.found.with_untracked(|found| found.as_ref()?.as_ref().ok().cloned())
    }

    /// What waits for a lead is read, and not typed in by accident.
    pub fn is_locked(self) -> bool {
        let waits = |view: &TemplateView| view.open().is_some_and(|version| version.state == VersionState::Review);
        !self.is_unlocked.get() && self.found.with(|found| matches!(found, Some(Ok(view)) if waits(view)))
    }

    /// Keeps what stands here on this device, with what was sent last: a lost answer is known again by it.
    async fn keep_here(self, request: &WriteTemplate) {
        let sent = self.sent.try_get_value().unwrap_or_default();
        self.is_kept_here.try_set_value(true);
        words::keep(&self.here.get_value(), &decode::text(&(request, sent))).await;
    }

    /// Asks how it stands.
    pub fn read(self) {
        let (place, name, gone) = (self.place(), self.here.get_value(), self.gone.get_value());
        spawn_local(async move {
            let answer = api::templates::read(&place).await;
            let here = words::text(&name).await;
            let here = here.and_then(|text| decode::json::<(WriteTemplate, String)>(&text).ok());
            let given_up = words::text(&gone).await.and_then(|text| decode::json(&text).ok()).unwrap_or_default();
            if self.typed.try_get_value().is_none() {
                return;
            }
            let is_known = answer.is_ok();
            if let Ok(view) = &answer {
                self.begin(view);
                if self.given_up.with_untracked(Vec::is_empty) {
                    self.given_up.set(given_up);
                }
                // Typed here, and never taken by the desk.
                self.is_kept_here.set_value(here.is_some());
                match here {
                    Some((here, sent)) if here.revision > 0 || !here.text.is_empty() => {
                        self.sent.set_value(sent);
                        self.revision.set_value(here.revision);
                        self.text.set(here.text);
                        self.note.set(here.note);
                    }
                    Some((here, _)) => self.keep_note(here.note, view.open()),
                    None => {}
                }
            }
            self.found.set(Some(answer));
            if is_known {
                self.save().await;
            }
        });
    }

    /// Starts from what is open, else from the words that replies start from now.
    fn begin(self, view: &TemplateView) {
        let open = view.open();
        self.revision.set_value(open.map_or(0, |version| version.revision));
        self.text.set(open.map_or(view.stands(), |version| &version.text).to_owned());
        self.note.set(open.map(|version| version.note.clone()).unwrap_or_default());
        self.is_unlocked.set(false);
    }

    /// A note that was typed before there was a version. It stands on where it writes over nothing; else it can be brought
    /// back.
    fn keep_note(self, note: String, open: Option<&TemplateVersion>) {
        let is_same = |version: &TemplateVersion| version.note == note.trim();
        if note.trim().is_empty() || open.is_some_and(is_same) {
            return;
        }
        match open {
            Some(version) if !version.note.is_empty() || version.state == VersionState::Review => {
                spawn_local(self.give_up(said("", &note), &said(&version.text, &version.note)));
            }
            Some(_) => {
                self.note.set(note);
                self.type_in();
            }
            None => self.note.set(note),
        }
    }

    /// Words go from the fields, and others come: the former can be brought back.
    fn give_up(self, gone: WriteTemplate, come: &WriteTemplate) -> impl Future<Output = ()> + use<> {
        self.given_up.update(|all| {
            all.retain(|one| one != come && *one != gone);
            if gone != said("", "") {
                all.push(gone);
            }
        });
        let (name, kept) = (self.gone.get_value(), self.given_up.with_untracked(decode::text));
        async move { words::keep(&name, &kept).await }
    }

    /// Whether the page says something else than what is kept.
    fn is_changed(self) -> bool {
        let Some(view) = self.known_now() else { return false };
        let (text, note) = (self.text.get_untracked(), self.note.get_untracked());
        match view.open() {
            Some(open) => open.text != text || open.note != note.trim(),
            None => view.stands() != text,
        }
    }

    /// A note before a word of the text is no version yet: it waits on this device. Empty: there is none.
    fn note_alone(self) -> String {
        let note = self.note.get_untracked();
        let waits = self.known_now().is_some_and(|view| view.open().is_none()) && !note.trim().is_empty();
        if waits { decode::text(&(said("", &note), "")) } else { String::new() }
    }

    fn request(self) -> WriteTemplate {
        let (text, note) = (self.text.get_untracked(), self.note.get_untracked());
        WriteTemplate { text, note, revision: self.revision.get_value() }
    }

    /// Something was typed.
    pub fn type_in(self) {
        self.typed.update_value(|count| *count += 1);
        self.mirror.touched(move || self.keep_typed());
        let ours = self.typed.get_value();
        spawn_local(async move {
            web::pause(SAVE_AFTER_MS).await;
            if self.typed.try_get_value() == Some(ours) {
                self.save().await;
            }
        });
    }

    /// What this device is to have of it now; empty: nothing any more. None: it stays as it is.
    fn to_keep(self) -> Option<String> {
        self.known_now()?;
        let is_changed = self.is_changed();
        let here = if is_changed { decode::text(&(self.request(), self.sent.get_value())) } else { self.note_alone() };
        // What was typed in another window is not forgotten by this one.
        (!here.is_empty() || self.is_kept_here.get_value()).then_some(here)
    }

    fn keep_typed(self) {
        if let Some(here) = self.to_keep() {
            let name = self.here.get_value();
            self.is_kept_here.set_value(true);
            spawn_local(async move { words::keep(&name, &here).await });
        }
    }

    /// Saves what can be saved, one at a time; what cannot stays on the page and on this device. Whether the desk has all.
    pub async fn save(self) -> bool {
        let name = self.here.get_value();
        while self.is_sending.try_get_value() == Some(false) && self.known_now().is_some() {
            if !self.is_changed() {
                words::keep(&name, &self.note_alone()).await;
                return true;
            }
            let request = self.request();
            self.keep_here(&request).await;
            if self.typed.try_get_value().is_none() || !template_problems(&request.text).is_empty() {
                return false;
            }
            self.saving.set(Saving::Coming);
            self.is_sending.set_value(true);
            self.sent.set_value(request.text.clone());
            self.keep_here(&request).await;
            let Some(place) = self.place.try_get_value() else { return false };
            let answer = api::templates::write(&place, &request).await;
            if self.typed.try_get_value().is_none() {
                return false;
            }
            self.is_sending.set_value(false);
            match answer {
                Ok(view) => {
                    self.revision.set_value(view.open().map_or(0, |version| version.revision));
                    self.found.set(Some(Ok(view)));
                    self.saving.set(Saving::Saved(web::device_now()));
                }
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                    let theirs = api::templates::read(&place).await;
                    let theirs = theirs.ok().and_then(|view| view.open().cloned());
                    if self.typed.try_get_value().is_none() {
                        return false;
                    }
                    match theirs {
                        // The answer to this page's own save was lost.
                        Some(version) if self.is_own(&version) => self.revision.set_value(version.revision),
                        Some(version) => {
                            self.saving.set(Saving::Conflict(Box::new(version)));
                            return false;
                        }
                        None => {
                            self.saving.set(Saving::Failed(failure));
                            return false;
                        }
                    }
                }
                Err(failure) => {
                    self.saving.set(Saving::Failed(failure));
                    return false;
                }
            }
        }
        false
    }

    /// Saves, after what is on its way has ended.
    async fn save_all(self) -> bool {
        while self.is_sending.try_get_value() == Some(true) {
            web::pause(SETTLE_MS).await;
        }
        self.save().await
    }

    fn is_by_me(self, version: &TemplateVersion) -> bool {
        self.desk.session.me().is_some_and(|me| me.id == version.author)
    }

    fn is_own(self, version: &TemplateVersion) -> bool {
        self.is_by_me(version) && self.sent.with_value(|sent| *sent == version.text)
    }

    /// The page is left: what was typed last is sent along, and what was taken back is forgotten.
    fn keep_and_leave(self) {
        let Some(here) = self.to_keep() else { return };
        let (place, name, request) = (self.place(), self.here.get_value(), self.request());
        let is_changed = self.is_changed();
        // What waits for a person, or for an answer that nobody hears any more, goes on when the page is opened again.
        let waits = self.is_sending.get_value() || matches!(self.saving.get_untracked(), Saving::Conflict(_));
        spawn_local(async move {
            words::keep(&name, &here).await;
            let may_go = is_changed && !waits && template_problems(&request.text).is_empty();
            if may_go && api::templates::write(&place, &request).await.is_ok() {
                words::keep(&name, "").await;
            }
        });
    }

    /// Says for as long as it is open that it is. What others saved meanwhile is taken where nothing was typed here.
    fn attend(self) {
        spawn_local(async move {
            while let (Some(place), Some(revision)) = (self.place.try_get_value(), self.revision.try_get_value()) {
                let answer = api::templates::attend(&place).await;
                let Some(now) = self.revision.try_get_value() else { return };
                // An answer from before this page's own save says what was.
                if let (Ok(view), true) = (answer, now == revision) {
                    self.hear(view, revision).await;
                }
                web::pause(ATTEND_MS).await;
            }
        });
    }

    async fn hear(self, view: TemplateView, revision: u32) {
        if self.editors.with_untracked(|known| *known != view.editors) {
            self.editors.set(view.editors.clone());
        }
        if self.known_now().is_none() || self.is_sending.get_value() {
            return;
        }
        if matches!(self.saving.get_untracked(), Saving::Failed(failure) if failure.is_network()) {
            self.save().await;
            return;
        }
        let open = view.open().cloned();
        if open.as_ref().map_or(0, |version| version.revision) == revision {
            return;
        }
        if !self.is_changed() {
            let is_note_alone = self.known_now().is_some_and(|known| known.open().is_none());
            let note = if is_note_alone { self.note.get_untracked() } else { String::new() };
            self.begin(&view);
            self.found.set(Some(Ok(view)));
            self.keep_note(note, open.as_ref());
        } else if let Some(version) = open.filter(|version| !self.is_own(version)) {
            let known = Saving::Conflict(Box::new(version));
            // The same again is not drawn again: somebody may be reading it.
            if self.saving.with_untracked(|saving| *saving != known) {
                self.saving.set(known);
            }
        }
    }

    /// Of two texts, the other one. What was typed here can be brought back.
    pub fn take_theirs(self, theirs: &TemplateVersion) {
        let come = said(&theirs.text, &theirs.note);
        let given_up = self.give_up(unlike(self.request(), &come), &come);
        self.revision.set_value(theirs.revision);
        self.text.set(theirs.text.clone());
        self.note.set(theirs.note.clone());
        self.saving.set(Saving::Rests);
        catch_focus();
        let name = self.here.get_value();
        spawn_local(async move {
            given_up.await;
            words::keep(&name, "").await;
            if self.typed.try_get_value().is_some() {
                self.read();
            }
        });
    }

    /// Of two texts, the one that stands here. The other one stays among the earlier words.
    pub fn keep_mine(self, theirs: &TemplateVersion) {
        self.revision.set_value(theirs.revision);
        self.saving.set(Saving::Rests);
        catch_focus();
        // One's own of another window: the desk keeps what others wrote.
        let given_up = self.is_by_me(theirs).then(|| {
            let mine = self.request();
            self.give_up(unlike(said(&theirs.text, &theirs.note), &mine), &said(&mine.text, &mine.note))
        });
        spawn_local(async move {
            if let Some(given_up) = given_up {
                given_up.await;
            }
            if self.typed.try_get_value().is_some() {
                self.save().await;
            }
        });
    }

    /// Puts earlier words into the text. What stood there can be brought back in turn.
    pub fn bring_back(self, words: &WriteTemplate) {
        let mine = self.request();
        let or = |new: &str, mine: &str| if new.is_empty() { mine.to_owned() } else { new.to_owned() };
        let come = said(&or(&words.text, &mine.text), &or(&words.note, &mine.note));
        let mut gone = unlike(mine, &come);
        let is_kept = |view: TemplateView| {
            let open = view.open().map(|version| version.number);
            // What is open and somebody else's is kept by the desk when it is written over.
            let stays = |version: &&TemplateVersion| Some(version.number) != open || !self.is_by_me(version);
            let of_versions = view.versions.iter().filter(stays).map(|version| &version.text);
            let mut kept = of_versions.chain(view.earlier.iter().map(|one| &one.text));
            view.stands() == gone.text || view.built_in == gone.text || kept.any(|words| *words == gone.text)
        };
        if self.known_now().is_some_and(is_kept) {
            gone.text.clear();
        }
        spawn_local(self.give_up(gone, words));
        self.text.set(come.text);
        self.note.set(come.note);
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
        }
        self.type_in();
    }

    /// Takes a version a step further; `told` says so when it is done.
    pub fn step(self, version: &TemplateVersion, step: TemplateStep, told: &'static str) {
        let request = StepTemplate { number: version.number, revision: version.revision, step };
        let (place, name) = (self.place(), self.here.get_value());
        self.asks.set(Asking::Nothing);
        spawn_local(async move {
            // What was typed last goes with it; where it cannot, the page says why. What is dropped is not saved first.
            let is_dropped = matches!(request.step, TemplateStep::Drop | TemplateStep::Withdraw);
            if !is_dropped && !self.save_all().await {
                return;
            }
            let revision = self.revision.try_get_value().unwrap_or(request.revision);
            let is_open = !matches!(request.step, TemplateStep::Withdraw);
            let request = StepTemplate { revision: if is_open { revision } else { request.revision }, ..request };
            match api::templates::step(&place, &request).await {
                Ok(view) => {
                    words::keep(&name, "").await;
                    if self.typed.try_get_value().is_some() {
                        self.why.set(String::new());
                        self.begin(&view);
                        self.found.set(Some(Ok(view)));
                        self.saving.set(Saving::Rests);
                        catch_focus();
                    }
                    self.desk.toasts.show(Tone::Good, told, "", None);
                }
                Err(failure) => self.desk.toasts.failed(&failure),
            }
        });
    }

    /// Writes into the text where the cursor is, and leaves the cursor after it.
    pub fn insert(self, words: &str) {
        let area = self.area.get_untracked().filter(|_| !untrack(|| self.is_locked()));
        let Some(area) = area else { return };
        let _ = web::type_in(&area, words);
    }

    /// The cases to try it on: made up first.
    pub fn examples(self) -> Vec<Example> {
        let place = self.place();
        let shop = self.desk.session.shops();
        let of_shop = place.shop.as_ref().and_then(|id| shop.iter().find(|one| one.id == *id)).or(shop.first());
        let shop = of_shop.map_or_else(|| "Your shop".to_owned(), |shop| shop.name.clone());
        let facts = made_up(&place, &shop);
        let made = |kind, keeps_item, name: bool| Example {
            case: None,
            kind,
            voice: Voice::We,
            keeps_item,
            facts: shared::reply::ReplyFacts { name: facts.name.clone().filter(|_| name), ..facts.clone() },
        };
        let mut all = vec![
            made(Kind::RefundOnly, true, true),
            made(Kind::ReturnAndRefund, false, true),
            made(Kind::Cancellation, false, true),
            made(Kind::RefundOnly, true, false),
        ];
        all.extend(self.known().map(|view| view.examples).unwrap_or_default());
        all
    }

    /// The case that it is tried on.
    pub fn chosen(self) -> Option<Example> {
        self.examples().into_iter().nth(self.example.get())
    }

    /// The text as it reads in that case.
    pub fn filled(self) -> Option<Rendered> {
        self.text.with(|text| self.as_it_reads(text, self.place().language))
    }

    /// Some text, in some language, as it reads in that case.
    pub fn as_it_reads(self, text: &str, language: Language) -> Option<Rendered> {
        Some(as_it_reads(text, &Place { language, ..self.place() }, &self.chosen()?))
    }
}

/// A template as it reads in a case.
fn as_it_reads(text: &str, place: &Place, example: &Example) -> Rendered {
    let claim = place.moment.claim();
    let amount = if claim == Some(Claim::OfferMade) { &example.facts.offer } else { &example.facts.amount };
    let ask = Ask {
        group: place.group,
        claim,
        kind: example.kind,
        voice: example.voice,
        keeps_item: example.keeps_item,
        has_name: example.facts.name.is_some(),
        has_amount: amount.is_some(),
        language: place.language,
        shop: None,
    };
    render(&resolve(text, ask.holding()), &example.facts, place.language)
}

/// Words of the two fields.
pub(super) fn said(text: &str, note: &str) -> WriteTemplate {
    WriteTemplate { text: text.to_owned(), note: note.to_owned(), revision: 0 }
}

/// Of some words, those of the fields in which others say something else.
fn unlike(words: WriteTemplate, others: &WriteTemplate) -> WriteTemplate {
    let unless = |mine: String, other: &str| if mine == other { String::new() } else { mine };
    WriteTemplate { text: unless(words.text, &others.text), note: unless(words.note, &others.note), revision: 0 }
}

/// What had the focus may be gone: the text has it then.
fn catch_focus() {
    web::after_drawing(|| web::focus_if_lost(TEXT_ID));
}

/// How a name is put into a text, with what stands there where none is known.
pub(super) fn name_word(language: Language) -> String {
    let name = Variable::Name.word();
    match language {
        Language::En => ["{", name, "|there}"].concat(),
        Language::Id => ["{", name, "|Kak}"].concat(),
        Language::Th => ["{", name, "|ลูกค้า}"].concat(),
        Language::Vi => ["{", name, "|bạn}"].concat(),
        // Nothing fits in the place of a name there.
        Language::Es | Language::De => ["{if ", name, "} {", name, "}{end}"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_in_another_language_reads_as_in_the_case_that_is_chosen() {
        let place: Place = "damaged.refunded.th".parse().unwrap();
        let facts = made_up(&place, "Harbor");
        let example = Example { case: None, kind: Kind::RefundOnly, voice: Voice::We, keeps_item: false, facts };
        let english = Place { language: Language::En, ..place };
        let text = "{if name}Hi {name},{end} {amount} is paid. {if keeps}Keep it.{end}";
        let read = |example: &Example| as_it_reads(text, &english, example).text;
        assert_eq!(read(&example), "Hi ณิชา, ฿ 590.00 is paid.");
        assert_eq!(read(&Example { keeps_item: true, ..example }), "Hi ณิชา, ฿ 590.00 is paid. Keep it.");
    }

    #[test]
    fn of_two_fields_only_the_one_that_says_something_else_is_given_up() {
        for ((text, note), gone) in [
            (("mine", "why"), said("mine", "why")),
            (("theirs", "why"), said("", "why")),
            (("mine", "shorter"), said("mine", "")),
            (("theirs", "shorter"), said("", "")),
        ] {
            let mine = WriteTemplate { revision: 3, ..said(text, note) };
            assert_eq!(unlike(mine, &said("theirs", "shorter")), gone);
        }
    }
}
