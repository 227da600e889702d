//! What is typed into a draft, and how it is kept: soon after each pause, under the revision that it changes. Typed words
//! are never dropped: what the desk does not take stays in the fields and on this device.

use super::page::changed_step;
use crate::api::{self, Answer, Failure, decode};
use crate::pages::Mirror;
use crate::pwa::words;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::domain::files::FileId;
use shared::domain::handbook::{PageContent, PageStep, StepTick, step_changes};
use shared::domain::merge::{Merged, Side, merged, merged_for};
use shared::domain::quality::Check;
use shared::error::ErrorCode;
use shared::id::{AgentId, PageId};
use shared::reasons::ReasonGroup;
use shared::reply::Moment;
use shared::time::Timestamp;
use shared::wire::handbook::{DraftState, DraftView, SaveRequest, Shown, Touches};
use shared::wire::session::Person;

/// Typing pauses this long before it is kept.
const KEEP_MS: u32 = 700;
/// Typing pauses this long before it is drawn.
const DRAW_MS: u32 = 200;
/// How often the desk hears that the draft is open here.
const ATTEND_MS: u32 = 4_000;

/// Where the typed words are.
#[derive(Debug, Clone, PartialEq)]
pub enum Keeping {
    /// The desk has them.
    Kept(Timestamp),
    /// Typed, or on the way.
    Keeping,
    /// On this device alone.
    Here,
    /// Somebody else has saved: a person decides.
    Both,
    /// The draft is no more: it was published or thrown away.
    Ended,
    /// On this device alone: the page is larger than a page can be, and why.
    TooLong(&'static str),
    /// The desk does not take them.
    Refused(Failure),
}

/// The fields of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    /// Never used twice in an editor.
    pub key: u32,
    /// What is done.
    pub title: RwSignal<String>,
    /// How, in Markdown.
    pub text: RwSignal<String>,
    /// A link, a reference to a file of the handbook's own, or nothing.
    pub video: RwSignal<String>,
    /// The picture in front of a video of the handbook's own.
    pub poster: RwSignal<Option<FileId>>,
    /// What is said in it.
    pub captions: RwSignal<Option<FileId>>,
    /// Beside which cases.
    pub stage: RwSignal<Option<Stage>>,
    /// What it is about.
    pub checks: RwSignal<Vec<Check>>,
    /// The checkpoints of the team's own that it is about.
    pub ticks: RwSignal<Vec<StepTick>>,
    /// The moments whose replies follow from it.
    pub replies: RwSignal<Vec<Moment>>,
    /// Only their replies for these reasons; none: for all.
    pub reasons: RwSignal<Vec<ReasonGroup>>,
}

/// What another person's saving has changed in what stands here, part by part.
fn came_in(before: &PageContent, after: &PageContent) -> Vec<String> {
    let part = |is_other: bool, words: &str| is_other.then(|| words.to_owned());
    let title = part(before.title != after.title, "The title has changed.");
    let purpose = part(before.purpose != after.purpose, "What the page is good for has changed.");
    let steps: Vec<String> = step_changes(before, after).iter().map(changed_step).collect();
    let order = part(steps.is_empty() && before.steps != after.steps, "The steps stand in another order.");
    title.into_iter().chain(purpose).chain(steps).chain(order).collect()
}

fn put<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    // A field that says the same keeps its caret.
    if signal.with_untracked(|known| known != value) {
        signal.set(value.clone());
    }
}

/// A title says the same with a space behind it: who types goes on.
fn put_title(signal: RwSignal<String>, value: &str) {
    if signal.with_untracked(|known| known.trim() != value.trim()) {
        signal.set(value.to_owned());
    }
}

impl Fields {
    fn new(key: u32) -> Self {
        Self {
            key,
            title: RwSignal::new(String::new()),
            text: RwSignal::new(String::new()),
            video: RwSignal::new(String::new()),
            poster: RwSignal::new(None),
            captions: RwSignal::new(None),
            stage: RwSignal::new(None),
            checks: RwSignal::new(Vec::new()),
            ticks: RwSignal::new(Vec::new()),
            replies: RwSignal::new(Vec::new()),
            reasons: RwSignal::new(Vec::new()),
        }
    }

    fn load(self, step: &PageStep) {
        put_title(self.title, &step.title);
        put(self.text, &step.text);
        put(self.video, &step.video.clone().unwrap_or_default());
        put(self.poster, &step.poster);
        put(self.captions, &step.captions);
        put(self.stage, &step.stage);
        put(self.checks, &step.checks);
        put(self.ticks, &step.ticks);
        put(self.replies, &step.replies);
        put(self.reasons, &step.reasons);
    }

    fn step(self) -> PageStep {
        let video = self.video.get_untracked().trim().to_owned();
        PageStep {
            title: self.title.get_untracked(),
            text: self.text.get_untracked(),
            stage: self.stage.get_untracked(),
            checks: self.checks.get_untracked(),
            ticks: self.ticks.get_untracked(),
            replies: self.replies.get_untracked(),
            reasons: self.reasons.get_untracked(),
            video: (!video.is_empty()).then_some(video),
            poster: self.poster.get_untracked(),
            captions: self.captions.get_untracked(),
        }
    }
}

/// A draft that is open here.
#[derive(Debug, Clone, Copy)]
pub struct Typing {
    /// Of which page.
    pub id: StoredValue<PageId>,
    /// Its title.
    pub title: RwSignal<String>,
    /// What it is good for.
    pub purpose: RwSignal<String>,
    /// In the order of the work.
    pub steps: RwSignal<Vec<Fields>>,
    /// Where all that is.
    pub keeping: RwSignal<Keeping>,
    /// How far the draft has got.
    pub state: RwSignal<DraftState>,
    /// Who else has it open.
    pub editors: RwSignal<Vec<Person>>,
    /// What somebody else has saved meanwhile.
    pub theirs: RwSignal<Option<DraftView>>,
    /// Who has saved meanwhile, and what of it stands in the fields now, until that is seen.
    pub came_in: RwSignal<Option<(String, Vec<String>)>>,
    /// The step that is being written.
    pub at_step: RwSignal<Option<u32>>,
    /// The field that was typed in last.
    pub at_field: StoredValue<String>,
    /// Words that the desk has never had and that stand in no field, the last ones last.
    pub found_here: RwSignal<Vec<PageContent>>,
    /// The step that was removed last, and where it was.
    pub removed: RwSignal<Option<(usize, Fields)>>,
    /// The page as it will be read.
    pub drawn: RwSignal<Option<Answer<Shown>>>,
    /// What the draft touches, as the desk has it.
    pub touches: RwSignal<Touches>,
    /// What the desk has.
    known: StoredValue<PageContent>,
    revision: StoredValue<u32>,
    last_key: StoredValue<u32>,
    /// Where this person's words are on this device.
    here: StoredValue<String>,
    found: StoredValue<String>,
    /// They were kept by this editor.
    is_kept_here: StoredValue<bool>,
    mirror: Mirror,
    /// A person has chosen what stands in the fields: what the desk has stays a revision of its own.
    is_apart: StoredValue<bool>,
    /// Counts what was typed.
    typed: StoredValue<u32>,
    is_sending: StoredValue<bool>,
    /// The desk is asked to throw the draft away.
    is_going: StoredValue<bool>,
    owner: StoredValue<Option<Owner>>,
}

impl Typing {
    /// Of a draft as the desk has it, for who writes. Belongs to the component that is being built.
    pub fn new(id: PageId, me: Option<&AgentId>, draft: DraftView) -> Self {
        let name = |kind: &str| StoredValue::new([&words::place(me, kind), id.as_str()].concat());
        let (here, found) = (name("handbook "), name("found handbook "));
        let typing = Self {
            id: StoredValue::new(id),
            title: RwSignal::new(String::new()),
            purpose: RwSignal::new(String::new()),
            steps: RwSignal::new(Vec::new()),
            keeping: RwSignal::new(Keeping::Kept(draft.at)),
            state: RwSignal::new(draft.state),
            editors: RwSignal::new(draft.editors),
            theirs: RwSignal::new(None),
            came_in: RwSignal::new(None),
            at_step: RwSignal::new(None),
            at_field: StoredValue::new(String::new()),
            found_here: RwSignal::new(Vec::new()),
            removed: RwSignal::new(None),
            drawn: RwSignal::new(None),
            touches: RwSignal::new(draft.touches),
            known: StoredValue::new(draft.content.clone().trimmed()),
            revision: StoredValue::new(draft.revision),
            last_key: StoredValue::new(0),
            here,
            found,
            is_kept_here: StoredValue::new(false),
            mirror: Mirror::new(),
            is_apart: StoredValue::new(false),
            typed: StoredValue::new(0),
            is_sending: StoredValue::new(false),
            is_going: StoredValue::new(false),
            owner: StoredValue::new(Owner::current()),
        };
        typing.load(&draft.content);
        typing.draw_soon();
        typing.attend();
        typing.find_here();
        let hidden = window_event_listener_untyped("visibilitychange", move |_| typing.keep_typed());
        on_cleanup(move || {
            hidden.remove();
            typing.keep_and_leave();
        });
        typing
    }

    /// What the fields say.
    pub fn content(self) -> PageContent {
        PageContent {
            title: self.title.get_untracked(),
            purpose: self.purpose.get_untracked(),
            steps: self.steps.with_untracked(|steps| steps.iter().map(|fields| fields.step()).collect()),
        }
        .trimmed()
    }

    /// What the next save changes.
    pub fn revision(self) -> u32 {
        self.revision.get_value()
    }

    /// The desk has all that was typed.
    pub fn is_kept(self) -> bool {
        matches!(self.keeping.get(), Keeping::Kept(_))
    }

    fn is_dirty(self) -> bool {
        let content = self.content();
        self.known.with_value(|known| *known != content)
    }

    /// Runs something whose signals live as long as the editor.
    pub fn within<T>(self, make: impl FnOnce() -> T) -> T {
        match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// The fields of a step, while it is there.
    pub fn fields(self, key: u32) -> Option<Fields> {
        self.steps.try_with_untracked(|steps| steps.iter().find(|fields| fields.key == key).copied())?
    }

    /// Something of the form has got the focus.
    pub fn goes_to(self, id: Option<String>) {
        let Some(id) = id.filter(|id| !id.is_empty()) else { return };
        let key = id.strip_prefix("edit-").and_then(|rest| rest.split('-').next()).and_then(|key| key.parse().ok());
        if key.is_some() {
            put(self.at_step, &key);
        }
        self.at_field.set_value(id);
    }

    /// What is missing in a step for somebody who cannot see or hear; tracked.
    pub fn missing(self, key: u32) -> Vec<String> {
        let place = self.steps.with(|steps| steps.iter().position(|fields| fields.key == key));
        self.drawn.with(|drawn| match drawn {
            Some(Ok(shown)) => {
                let own = shown.missing.iter().filter(|one| Some(one.step) == place);
                own.map(|one| one.words.clone()).collect()
            }
            Some(Err(_)) | None => Vec::new(),
        })
    }

    fn fresh(self) -> Fields {
        self.last_key.update_value(|key| *key += 1);
        let key = self.last_key.get_value();
        // Whoever asked for them.
        self.within(|| Fields::new(key))
    }

    /// Puts both people's words into the fields: who types goes on where they are.
    fn load_merged(self, found: &Merged) {
        put_title(self.title, &found.page.title);
        put(self.purpose, &found.page.purpose);
        let known = self.steps.get_untracked();
        let field = |from: &Option<usize>| from.and_then(|at| known.get(at).copied()).unwrap_or_else(|| self.fresh());
        let fields: Vec<Fields> = found.from_mine.iter().map(field).collect();
        for (fields, step) in fields.iter().zip(&found.page.steps) {
            fields.load(step);
        }
        put(self.steps, &fields);
    }

    fn load(self, content: &PageContent) {
        put_title(self.title, &content.title);
        put(self.purpose, &content.purpose);
        let mut fields = self.steps.get_untracked();
        let before = fields.len();
        fields.truncate(content.steps.len());
        while fields.len() < content.steps.len() {
            fields.push(self.fresh());
        }
        for (fields, step) in fields.iter().zip(&content.steps) {
            fields.load(step);
        }
        if fields.len() != before {
            self.steps.set(fields);
        }
        self.removed.set(None);
    }

    /// Adds a step after a place, and answers its key.
    pub fn add_after(self, place: usize) -> u32 {
        let fields = self.fresh();
        self.steps.update(|steps| steps.insert((place + 1).min(steps.len()), fields));
        self.touched();
        fields.key
    }

    /// Removes a step, until it is brought back or another one goes.
    pub fn remove(self, key: u32) {
        let removed = self.steps.try_update(|steps| {
            let place = steps.iter().position(|fields| fields.key == key)?;
            Some((place, steps.remove(place)))
        });
        self.removed.set(removed.flatten());
        self.touched();
    }

    /// Puts the step that was removed last where it was, and answers its key.
    pub fn bring_back(self) -> Option<u32> {
        let (place, fields) = self.removed.get_untracked()?;
        self.removed.set(None);
        self.steps.update(|steps| steps.insert(place.min(steps.len()), fields));
        self.touched();
        Some(fields.key)
    }

    /// Moves a step by one place; `false`: it is at the end.
    pub fn shift(self, key: u32, is_up: bool) -> bool {
        let is_moved = self.steps.try_update(|steps| {
            let Some(at) = steps.iter().position(|fields| fields.key == key) else { return false };
            let Some(to) = (if is_up { at.checked_sub(1) } else { Some(at + 1) }) else { return false };
            if to >= steps.len() {
                return false;
            }
            steps.swap(at, to);
            true
        });
        if is_moved == Some(true) {
            self.touched();
        }
        is_moved == Some(true)
    }

    /// Something was typed: it is drawn and kept as soon as typing pauses.
    pub fn touched(self) {
        self.typed.update_value(|typed| *typed = typed.wrapping_add(1));
        if !matches!(self.keeping.get_untracked(), Keeping::Both | Keeping::Ended) {
            self.keeping.set(Keeping::Keeping);
        }
        self.draw_soon();
        self.mirror.touched(move || self.keep_typed());
        let typed = self.typed.get_value();
        spawn_local(async move {
            web::pause(KEEP_MS).await;
            if self.typed.try_get_value() == Some(typed) {
                self.keep();
            }
        });
    }

    /// Keeps what was typed on this device, and forgets what was taken back. What was found here, or typed in another
    /// window, is not forgotten so.
    fn keep_typed(self) {
        if self.is_dirty() || self.is_kept_here.get_value() {
            self.keep_here();
        }
    }

    fn draw_soon(self) {
        let typed = self.typed.get_value();
        spawn_local(async move {
            web::pause(DRAW_MS).await;
            if self.typed.try_get_value() != Some(typed) {
                return;
            }
            let answer = api::handbook::preview(&self.content()).await;
            if self.typed.try_get_value() == Some(typed) {
                self.drawn.try_set(Some(answer));
            }
        });
    }

    /// Keeps what was typed now: on this device, and at the desk unless somebody has to decide first.
    pub fn keep(self) {
        let (name, content) = (self.here.get_value(), self.content());
        let here = if self.is_dirty() { decode::text(&content) } else { String::new() };
        self.is_kept_here.set_value(!here.is_empty());
        let may_go = self.may_go(&content);
        if may_go {
            self.keeping.set(Keeping::Keeping);
            self.is_sending.set_value(true);
        }
        let (id, request) = (self.id.get_value(), self.request(content));
        spawn_local(async move {
            words::keep(&name, &here).await;
            if may_go {
                self.send(&id, request).await;
            }
        });
    }

    fn request(self, content: PageContent) -> SaveRequest {
        SaveRequest { revision: self.revision.get_value(), content, is_apart: self.is_apart.get_value() }
    }

    /// Whether the desk is asked to take it; where it is not, the page says why.
    fn may_go(self, content: &PageContent) -> bool {
        let is_open = !matches!(self.keeping.get_untracked(), Keeping::Both | Keeping::Ended);
        if !is_open || self.is_sending.get_value() {
            return false;
        }
        if self.known.with_value(|known| known == content) {
            if !matches!(self.keeping.get_untracked(), Keeping::Kept(_)) {
                self.keeping.set(Keeping::Kept(web::device_now()));
            }
            return false;
        }
        if let Some(problem) = content.overflow() {
            self.keeping.set(Keeping::TooLong(problem.problem));
            return false;
        }
        true
    }

    async fn send(self, id: &PageId, request: SaveRequest) {
        let answer = api::handbook::save_draft(id, &request).await;
        if self.typed.try_get_value().is_none() {
            return;
        }
        self.is_sending.set_value(false);
        match answer {
            Ok(saved) => {
                self.revision.set_value(saved.revision);
                self.known.set_value(request.content);
                if request.is_apart {
                    self.is_apart.set_value(false);
                }
                put(self.touches, &saved.touches);
                if matches!(self.state.get_untracked(), DraftState::Review { .. }) {
                    self.state.set(DraftState::Writing { returned: None });
                }
                if !self.is_dirty() {
                    self.keeping.set(Keeping::Kept(saved.at));
                }
                self.keep();
            }
            Err(failure) => {
                self.not_kept(failure);
                // What was typed since it was sent.
                self.keep_here();
            }
        }
    }

    fn not_kept(self, failure: Failure) {
        match failure.code() {
            Some(ErrorCode::EditedMeanwhile) => {
                self.keeping.set(Keeping::Both);
                self.ask();
            }
            Some(ErrorCode::NotFound) => self.keeping.set(Keeping::Ended),
            _ if failure.is_network() => self.keeping.set(Keeping::Here),
            _ => self.keeping.set(Keeping::Refused(failure)),
        }
    }

    /// The page is left: what was typed last is sent along, unless somebody has to decide first.
    fn keep_and_leave(self) {
        if !self.is_dirty() {
            return self.keep_typed();
        }
        let (id, name) = (self.id.get_value(), self.here.get_value());
        let request = self.request(self.content());
        let is_open = !matches!(self.keeping.get_untracked(), Keeping::Both | Keeping::Ended);
        // A save would overtake the wish to throw the draft away.
        let may_go = is_open && !self.is_going.get_value() && request.content.overflow().is_none();
        spawn_local(async move {
            words::keep(&name, &decode::text(&request.content)).await;
            if may_go && api::handbook::save_draft(&id, &request).await.is_ok() {
                words::keep(&name, "").await;
            }
        });
    }

    /// Throws the draft away, and with it what the desk did not have. Whether it is still open here.
    pub async fn throw_away(self) -> Answer<bool> {
        let (id, revision) = (self.id.get_value(), self.revision());
        let names = [self.here.get_value(), self.found.get_value()];
        self.is_going.set_value(true);
        let answer = api::handbook::discard_draft(&id, revision).await;
        // Who has left meanwhile has taken all signals along.
        let is_here = self.is_going.try_set_value(false).is_none();
        answer?;
        if is_here {
            self.known.set_value(self.content());
            self.found_here.set(Vec::new());
        }
        spawn_local(async move {
            for name in names {
                words::keep(&name, "").await;
            }
        });
        Ok(is_here)
    }

    fn keep_here(self) {
        let here = if self.is_dirty() { decode::text(&self.content()) } else { String::new() };
        let name = self.here.get_value();
        self.is_kept_here.set_value(!here.is_empty());
        spawn_local(async move { words::keep(&name, &here).await });
    }

    /// Words that were typed on this device and that the desk did not get.
    fn find_here(self) {
        let (name, name_found) = (self.here.get_value(), self.found.get_value());
        spawn_local(async move {
            let found = words::text(&name_found).await;
            let mut found = found.and_then(|text| decode::json::<Vec<PageContent>>(&text).ok()).unwrap_or_default();
            let last = words::text(&name).await.and_then(|text| decode::json::<PageContent>(&text).ok());
            found.extend(last.filter(|last| self.known.try_with_value(|known| known != last) == Some(true)));
            if self.typed.try_get_value().is_none() {
                return;
            }
            if !found.is_empty() {
                self.found_here.set(found);
                self.keep_found();
            }
            // From here on its place is for what is typed now.
            self.keep_here();
        });
    }

    fn keep_found(self) {
        let found =
            self.found_here.with_untracked(|found| if found.is_empty() { String::new() } else { decode::text(found) });
        let name = self.found.get_value();
        spawn_local(async move { words::keep(&name, &found).await });
    }

    /// Takes some of these words into the fields, or forgets them.
    pub fn settle_found(self, words: &PageContent, is_taken: bool) {
        self.found_here.update(|found| found.retain(|one| one != words));
        if is_taken {
            self.give_up();
            self.is_apart.set_value(true);
            self.load(words);
            self.touched();
            // Before the place where they were is emptied.
            self.keep();
        }
        self.keep_found();
    }

    /// Others are about to stand in the fields: what the desk does not have can be brought back.
    fn give_up(self) {
        if self.is_dirty() {
            self.found_here.update(|found| found.push(self.content()));
            self.keep_found();
        }
    }

    /// Asks how the draft stands, for as long as it is open here.
    fn attend(self) {
        spawn_local(async move {
            loop {
                web::pause(ATTEND_MS).await;
                match self.keeping.try_get_untracked() {
                    None | Some(Keeping::Ended) => return,
                    Some(Keeping::Here) => self.keep(),
                    Some(_) => {}
                }
                self.ask_now().await;
            }
        });
    }

    fn ask(self) {
        spawn_local(self.ask_now());
    }

    async fn ask_now(self) {
        let answer = api::handbook::attend_draft(&self.id.get_value()).await;
        if self.typed.try_get_value().is_none() {
            return;
        }
        let draft = match answer {
            Ok(draft) => draft,
            Err(failure) if failure.code() == Some(ErrorCode::NotFound) => return self.keeping.set(Keeping::Ended),
            // What cannot be kept says so itself.
            Err(_) => return,
        };
        put(self.editors, &draft.editors);
        if self.is_sending.get_value() {
            return;
        }
        if draft.revision <= self.revision.get_value() {
            put(self.state, &draft.state);
            return;
        }
        let mine = self.content();
        if let Some(found) = self.known.with_value(|known| merged(known, &mine, &draft.content)) {
            let words = came_in(&mine, &found.page);
            if !words.is_empty() {
                self.came_in.set(Some((draft.by.name.clone(), words)));
            }
            self.take_in(&draft, &found);
        } else if self.is_dirty() {
            put(self.keeping, &Keeping::Both);
            // The same again is not drawn again: somebody may be reading it.
            if self.theirs.with_untracked(|known| known.as_ref().map(|known| known.revision)) != Some(draft.revision) {
                self.theirs.set(Some(draft));
            }
        } else {
            let words = came_in(&mine, &draft.content);
            self.came_in.set(Some((draft.by.name.clone(), words)));
            self.take(&draft);
        }
    }

    /// What the desk has and what is typed here, in one page; what the desk does not have of it is saved.
    fn take_in(self, draft: &DraftView, found: &Merged) {
        self.known.set_value(draft.content.clone().trimmed());
        self.revision.set_value(draft.revision);
        put(self.state, &draft.state);
        put(self.touches, &draft.touches);
        self.load_merged(found);
        self.theirs.set(None);
        self.keeping.set(Keeping::Keeping);
        self.draw_soon();
        self.keep();
    }

    fn take(self, draft: &DraftView) {
        self.known.set_value(draft.content.clone().trimmed());
        self.is_apart.set_value(false);
        self.revision.set_value(draft.revision);
        put(self.state, &draft.state);
        put(self.touches, &draft.touches);
        self.load(&draft.content);
        self.theirs.set(None);
        self.keeping.set(Keeping::Kept(draft.at));
        self.draw_soon();
    }

    /// The page as a person's choice between two texts makes it: where only one of them has changed a part, that stays.
    pub fn chosen(self, side: Side, draft: &DraftView) -> Option<Merged> {
        self.known.with_value(|known| merged_for(side, known, &self.content(), &draft.content))
    }

    /// Of two texts, the other one. What was typed here can be brought back.
    pub fn take_theirs(self) {
        let Some(draft) = self.theirs.get_untracked() else { return };
        self.give_up();
        self.is_apart.set_value(false);
        match self.chosen(Side::Theirs, &draft) {
            Some(found) => self.take_in(&draft, &found),
            None => self.take(&draft),
        }
        self.keep_here();
    }

    /// Of two texts, what stands in the fields. The other one stays among the revisions.
    pub fn keep_mine(self) {
        let Some(draft) = self.theirs.get_untracked() else { return };
        self.is_apart.set_value(true);
        if let Some(found) = self.chosen(Side::Mine, &draft) {
            return self.take_in(&draft, &found);
        }
        self.revision.set_value(draft.revision);
        self.known.set_value(draft.content.trimmed());
        self.theirs.set(None);
        self.keeping.set(Keeping::Keeping);
        self.keep();
    }

    /// Goes back to what the draft once said; what it says now stays among the revisions.
    pub fn go_back(self, content: &PageContent) {
        self.give_up();
        self.is_apart.set_value(true);
        self.load(content);
        self.touched();
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_is_said_part_by_part() {
        let step = |title: &str| PageStep { title: title.to_owned(), text: title.to_owned(), ..PageStep::default() };
        let page = |title: &str, steps: &[&str]| PageContent {
            title: title.to_owned(),
            purpose: String::new(),
            steps: steps.iter().map(|title| step(title)).collect(),
        };
        let before = page("Page", &["Look", "Tell"]);
        for (after, words) in [
            (before.clone(), vec![]),
            (page("Other", &["Look", "Tell"]), vec!["The title has changed."]),
            (page("Page", &["Look", "Say"]), vec!["Step 2 “Say” has changed."]),
            (page("Page", &["Look"]), vec!["“Tell” is gone."]),
            (page("Page", &["Tell", "Look"]), vec!["The steps stand in another order."]),
        ] {
            assert_eq!(came_in(&before, &after), words);
        }
    }
}
