//! One case under review: the buyer's words, what was sent, the computed checks, and the scorecard.

use super::form::Form;
use super::loading::Loading;
use super::saved::{self, Side};
use super::{Head, calibration, case_name, every, frame, handler, name_of, rival, when};
use crate::api::quality::Wanted;
use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, Choice, FailureBanner, Icon, Pick};
use crate::i18n::{format, words};
use crate::pages::case::facts;
use crate::routes::{Figures, Quality, Route};
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::quality::CheckState;
use shared::domain::review::{Comment, Judgement, Scorecard, Standing, judgement_problem, score};
use shared::id::{AgentId, CaseId};
use shared::wire::case::{CaseView, MessageView, Speaker};
use shared::wire::intent::{IntentState, IntentView, IntentWhat};
use shared::wire::quality::QualityCase;
use shared::wire::review::ReviewPage;
use std::collections::BTreeMap;

/// Typing rests this long before a draft is saved.
const SAVE_AFTER_MS: u32 = 800;
/// Another save is on its way: looked at again after so long.
const LOOK_AGAIN_MS: u32 = 50;

/// The case and what a reviewer needs beside it, read together.
#[derive(Debug, Clone)]
struct Read {
    view: CaseView,
    page: ReviewPage,
}

async fn read(case: CaseId) -> api::Answer<Read> {
    let page = api::reviews::one(&case).await?;
    Ok(Read { view: api::cases::one(&case).await?, page })
}

/// How far what was typed is kept.
#[derive(Debug, Clone, PartialEq)]
enum Kept {
    Nothing,
    Typed,
    Saved,
    Failed(Failure),
}

/// The review that is being written.
#[derive(Clone, Copy)]
struct Writing {
    case: StoredValue<CaseId>,
    form: Form,
    card: RwSignal<Scorecard>,
    kept: RwSignal<Kept>,
    /// Counts changes: only the newest is saved.
    changes: StoredValue<u32>,
    is_sending: StoredValue<bool>,
    is_saving: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Others' reviews of the case that the reviewer knows of; in a calibration none.
    others: RwSignal<usize>,
    /// The asker has saved none yet: with the others' both would count.
    is_first: bool,
    /// Who has saved one while this was written.
    rival: RwSignal<Option<String>>,
}

impl Writing {
    fn new(case: CaseId, page: &ReviewPage, is_shut: bool) -> Option<Self> {
        let saved = page.own.as_ref();
        let begun = page.draft.clone().or_else(|| saved.map(|own| own.judgement.clone()));
        let known = |judgement: &Judgement| {
            let fits = |card: &&Scorecard| card.id == judgement.scorecard && card.version == judgement.version;
            page.cards.iter().chain(saved.map(|own| &own.card)).find(fits).cloned()
        };
        let card = begun.as_ref().and_then(known).or_else(|| page.cards.first().cloned())?;
        let judgement = begun.unwrap_or_else(|| blank(&card));
        // What somebody has just added stands there again after a reload.
        let own = judgement.items.values().flat_map(|judged| judged.causes.clone());
        let causes = Form::offered(own.chain(page.causes.clone()).collect());
        let kept = if page.draft.is_some() { Kept::Saved } else { Kept::Nothing };
        let changes = StoredValue::new(0_u32);
        let (kept, is_sending) = (RwSignal::new(kept), StoredValue::new(false));
        let case = StoredValue::new(case);
        let judgement = RwSignal::new(judgement);
        let on_change = Callback::new(move |()| {
            changes.update_value(|changes| *changes += 1);
            kept.set(Kept::Typed);
            save_soon(case, judgement, kept, changes, is_sending);
        });
        let form = Form { judgement, causes: RwSignal::new(causes), is_shut, on_change };
        // Who leaves the page within the pause loses nothing.
        on_cleanup(move || {
            if kept.try_get_untracked() == Some(Kept::Typed)
                && let (Some(case), Some(words)) = (case.try_get_value(), judgement.try_get_untracked())
            {
                spawn_local(async move { drop(api::reviews::save_draft(&case, &words).await) });
            }
        });
        let (is_saving, failure) = (RwSignal::new(false), RwSignal::new(None));
        Some(Self {
            case,
            form,
            card: RwSignal::new(card),
            kept,
            changes,
            is_sending,
            is_saving,
            failure,
            others: RwSignal::new(page.others.len()),
            is_first: saved.is_none(),
            rival: RwSignal::new(None),
        })
    }

    /// What is saved would be another review beside those that there are; tracked.
    fn is_second(self) -> bool {
        self.is_first && self.others.get() > 0
    }

    fn choose(self, card: Scorecard) {
        let new = blank(&card);
        self.card.set(card);
        // Note and comments belong to the case; points to the card.
        self.form.change(|judgement| {
            judgement.scorecard = new.scorecard;
            judgement.version = new.version;
            judgement.items = BTreeMap::new();
        });
    }

    /// What stands in the way of saving, as a clause.
    fn problem(self) -> Option<&'static str> {
        self.card.with(|card| {
            self.form.judgement.with(|judgement| match judgement_problem(card, judgement, true) {
                Some(("items", _)) => Some("Judge every item to save."),
                Some(("comments", _)) => Some("A comment is empty or too long."),
                Some(_) => Some("Something is too long."),
                None => None,
            })
        })
    }

    fn save(self, done: Callback<()>) {
        if self.is_saving.get_untracked() {
            return;
        }
        self.is_saving.set(true);
        self.failure.set(None);
        let (case, judgement) = (self.case.get_value(), self.form.judgement.get_untracked());
        let others = self.others.get_untracked();
        self.changes.update_value(|changes| *changes += 1);
        self.kept.set(Kept::Nothing);
        spawn_local(async move {
            // A draft that is on its way would arrive after what is saved now.
            while self.is_sending.try_get_value() == Some(true) {
                web::pause(LOOK_AGAIN_MS).await;
            }
            let answer = api::reviews::save(&case, &judgement, others).await;
            self.is_saving.try_set(false);
            let Err(failure) = answer else {
                let _ = done.try_run(());
                return;
            };
            self.kept.try_set(Kept::Typed);
            match rival(&failure) {
                Some(who) => {
                    self.others.try_update(|others| *others += 1);
                    self.rival.try_set(Some(who));
                }
                None => drop(self.failure.try_set(Some(failure))),
            }
        });
    }
}

/// Saves a draft once typing rests; one at a time, the newest last.
fn save_soon(
    case: StoredValue<CaseId>,
    judgement: RwSignal<Judgement>,
    kept: RwSignal<Kept>,
    changes: StoredValue<u32>,
    is_sending: StoredValue<bool>,
) {
    let number = changes.get_value();
    spawn_local(async move {
        web::pause(SAVE_AFTER_MS).await;
        while is_sending.try_get_value() == Some(true) {
            web::pause(LOOK_AGAIN_MS).await;
        }
        if changes.try_get_value() != Some(number) {
            return;
        }
        let (Some(case), Some(words)) = (case.try_get_value(), judgement.try_get_untracked()) else { return };
        is_sending.try_set_value(true);
        let answer = api::reviews::save_draft(&case, &words).await;
        is_sending.try_set_value(false);
        if changes.try_get_value() == Some(number) {
            kept.try_set(answer.map_or_else(Kept::Failed, |()| Kept::Saved));
        }
    });
}

fn blank(card: &Scorecard) -> Judgement {
    Judgement {
        scorecard: card.id.clone(),
        version: card.version,
        items: BTreeMap::new(),
        note: String::new(),
        comments: Vec::new(),
    }
}

fn words(view: &CaseView) -> AnyView {
    let language = view.row.language.clone();
    let quotes: Vec<_> = view
        .words
        .iter()
        .filter_map(|words| words.text.clone())
        .map(|text| view! { <blockquote lang=language.clone()>{text}</blockquote> })
        .collect();
    let quotes = if quotes.is_empty() {
        view! { <p class="small">"No words of the buyer are known."</p> }.into_any()
    } else {
        view! { <div class="stack">{quotes}</div> }.into_any()
    };
    let photos: Vec<_> = view.words.iter().flat_map(|words| words.photos.iter()).collect();
    let count = photos.len();
    let photos: Vec<_> = photos
        .into_iter()
        .enumerate()
        .map(|(place, media)| {
            let alt = ["Photo ", &(place + 1).to_string(), " of the buyer"].concat();
            let source = api::media_url(media);
            view! { <a href=source.clone() target="_blank" rel="external noopener"><img src=source.clone() alt=alt loading="lazy" decoding="async"/></a> }
        })
        .collect();
    let name = if view.row.buyer.is_empty() { "The buyer".to_owned() } else { view.row.buyer.clone() };
    let picked = ["picked “", &view.row.reason_text, "” ", &when(view.created)].concat();
    view! {
        <section class="words" class:words--plain=move || count == 0 aria-label="The buyer’s reason">
            <header><strong>{name}</strong><span>{picked}</span></header>
            {quotes}
            {(count > 0).then(|| view! { <div class="photos">{photos}</div> })}
        </section>
    }
    .into_any()
}

fn comment(form: Form, message: &MessageView) -> AnyView {
    let id = StoredValue::new(message.id.clone());
    let at = move |judgement: &Judgement| {
        let id = id.get_value();
        judgement.comments.iter().position(|comment| comment.message == id)
    };
    let has = Memo::new(move |_| form.judgement.with(|judgement| at(judgement).is_some()));
    let text = move || {
        form.judgement.with(|judgement| {
            at(judgement).and_then(|place| judgement.comments.get(place)).map(|comment| comment.text.clone())
        })
    };
    let field = ["comment-", &message.id].concat();
    comment_field(has, form, id, text, at, field)
}

/// Focuses what a press has brought, once it is drawn.
fn focus_soon(id: StoredValue<String>) {
    web::after_drawing(move || {
        let _ = id.try_get_value().and_then(|id| web::focus(&id));
    });
}

fn comment_field(
    has: Memo<bool>,
    form: Form,
    id: StoredValue<String>,
    text: impl Fn() -> Option<String> + Copy + Send + Sync + 'static,
    at: impl Fn(&Judgement) -> Option<usize> + Copy + Send + Sync + 'static,
    field: String,
) -> AnyView {
    let opener = ["begin-", &field].concat();
    let (to_field, to_opener) = (StoredValue::new(field.clone()), StoredValue::new(opener.clone()));
    let begin = move |_| {
        form.change(|judgement| {
            judgement.comments.push(Comment { message: id.get_value(), text: String::new(), quote: String::new() });
        });
        focus_soon(to_field);
    };
    let drop_it = move |_| {
        form.change(|judgement| drop(at(judgement).map(|place| judgement.comments.remove(place))));
        focus_soon(to_opener);
    };
    let write = move |event: web_sys::Event| {
        let words = web::value_of(&event);
        form.change(|judgement| {
            if let Some(comment) = at(judgement).and_then(|place| judgement.comments.get_mut(place)) {
                comment.text = words;
            }
        });
    };
    (move || {
        if !has.get() {
            let open = (!form.is_shut)
                .then(|| view! { <button class="btn btn--quiet btn--sm" type="button" id=opener.clone() on:click=begin><Icon name="note" class="icon--s"/>"Comment"</button> });
            return view! { <div class="line">{open}</div> }.into_any();
        }
        view! {
            <div class="field">
                <label class="small" for=field.clone()>"Comment on this message"</label>
                <textarea class="area" id=field.clone() rows="2" maxlength="1000" disabled=form.is_shut prop:value=move || text().unwrap_or_default() on:input=write></textarea>
                {(!form.is_shut).then(|| view! { <button class="btn btn--quiet btn--sm" type="button" on:click=drop_it>"Drop the comment"</button> })}
            </div>
        }
        .into_any()
    })
    .into_any()
}

/// What was decided here, with its sum, its reason and its proof.
fn decisions(view: &CaseView) -> Vec<AnyView> {
    let line = |intent: &IntentView| {
        let IntentWhat::Decision { kind, amount, reason_text, evidence, .. } = &intent.what else { return None };
        if !matches!(intent.state, IntentState::Done { .. }) {
            return None;
        }
        let proofs = evidence.as_ref().map_or(0, Vec::len);
        let proof = (proofs > 0).then(|| format::count(u64::try_from(proofs).unwrap_or_default(), "proof", "proofs"));
        let parts = [amount.as_ref().map(format::money), reason_text.clone(), proof];
        let rest: String = parts.into_iter().flatten().map(|part| [" · ", &part].concat()).collect();
        Some(view! { <p><b class="strong">{words::decided(*kind)}</b>{rest}</p> }.into_any())
    };
    view.intents.iter().rev().filter_map(line).collect()
}

fn sent(desk: Desk, view: &CaseView, page: &ReviewPage, form: Option<Form>) -> AnyView {
    let message = |message: &MessageView| {
        let is_others = page.others_messages.contains(&message.id);
        let body = match (&message.text, &message.picture) {
            (Some(text), _) => text.clone().into_any(),
            (None, Some(media)) => {
                view! { <a href=api::media_url(media) target="_blank" rel="external noopener">"A picture"</a> }
                    .into_any()
            }
            (None, None) => return None,
        };
        let class = match message.speaker {
            Speaker::Shop => "bubble bubble--us preline",
            Speaker::Buyer => "bubble bubble--buyer preline",
            Speaker::System => return None,
        };
        let who = match (message.speaker, &message.by) {
            (Speaker::Buyer, _) => "The buyer".to_owned(),
            (_, Some(by)) => name_of(desk, Some(by)),
            (_, None) => "The shop".to_owned(),
        };
        let about = if is_others { " · for another case of this buyer" } else { "" };
        let foot = [&who, ", ", &when(message.at), about].concat();
        let comment = form.filter(|_| !is_others).map(|form| comment(form, message));
        Some(
            view! { <li class="stack said" class:others=is_others><div class=class>{body}<footer>{foot}</footer></div>{comment}</li> },
        )
    };
    let messages: Vec<_> = view.chat.messages.iter().filter_map(message).collect();
    let list = if messages.is_empty() {
        view! { <p class="small muted">"Nothing was written in the chat."</p> }.into_any()
    } else {
        view! { <ol class="stack">{messages}</ol> }.into_any()
    };
    let decided = ["decided ", &when(page.decided)].concat();
    let link = Route::Desk { stage: view.row.stage, case: Some(view.row.id.clone()) }.path();
    view! {
        <section class="card" aria-labelledby="sent-h">
            <header><h2 id="sent-h">"What was decided and sent"</h2><span class="small muted push">{decided}</span></header>
            {decisions(view)}
            <p class="small"><a href=link>"Open the case"</a></p>
            {list}
        </section>
    }
    .into_any()
}

fn checks(view: &CaseView) -> AnyView {
    let passed = view.checks.iter().filter(|check| check.state == CheckState::Passed).count();
    // What is not known is no pass: the worst of all gives the colour.
    let chip = match view.checks.iter().map(|check| check.state).max() {
        Some(CheckState::Failed) => "chip chip--stop push",
        Some(CheckState::Passed) => "chip chip--good push",
        Some(CheckState::Unknown) | None => "chip push",
    };
    let count = [&passed.to_string(), " of ", &view.checks.len().to_string()].concat();
    let rows: Vec<_> = view.checks.iter().map(facts::check).collect();
    view! {
        <section class="card" aria-labelledby="checks-h">
            <header><h2 id="checks-h">"Checked by the desk"</h2><span class=chip>{count}</span></header>
            <ul class="checks checks--two">{rows}</ul>
        </section>
    }
    .into_any()
}

fn kept_line(writing: Writing) -> AnyView {
    let text = move || match writing.kept.get() {
        Kept::Nothing => String::new(),
        Kept::Typed => "Keeping your draft".to_owned(),
        Kept::Saved => "Draft kept".to_owned(),
        Kept::Failed(failure) => {
            let told = failure.told();
            ["Draft not kept. ", &told.fact, " ", &told.advice].concat()
        }
    };
    view! { <span class="small muted" role="status">{text}</span> }.into_any()
}

fn judged(writing: Writing, page: &ReviewPage, note_for: String, saved: Callback<()>) -> AnyView {
    let is_off = move || writing.problem().is_some() || writing.is_saving.get();
    let number = move || {
        writing.card.with(|card| {
            writing
                .form
                .judgement
                .with(|judgement| score(&card.items, &judgement.items).map(|score| saved::score(&score)))
        })
    };
    let cards = page.cards.clone();
    let pick = (cards.len() > 1 && !writing.form.is_shut && page.calibration.is_none()).then(|| {
        let key = |card: &Scorecard| [card.id.as_str(), "@", &card.version.to_string()].concat();
        let choices: Vec<Choice> = cards
            .iter()
            .map(|card| Choice::new(key(card), [&card.name, ", version ", &card.version.to_string()].concat()))
            .collect();
        let value = Signal::derive(move || writing.card.with(key));
        let chosen = Callback::new(move |value: String| {
            if let Some(card) = cards.iter().find(|card| key(card) == value) {
                writing.choose(card.clone());
            }
        });
        view! { <Pick label="Scorecard" icon="scale" choices=choices value=value on_pick=chosen/> }
    });
    let hint = match &page.agent {
        Some(_) if page.calibration.is_none() => [&note_for, " can answer within 5 days."].concat(),
        _ => "No agent sees it.".to_owned(),
    };
    let form = move || {
        let (note_for, hint) = (note_for.clone(), hint.clone());
        let card = writing.card.get();
        untrack(|| writing.form.draw(&card, &note_for, hint))
    };
    let save = move || if writing.is_second() { "Save a second review" } else { "Save review" };
    let rival = move || {
        let fact = [&writing.rival.get()?, " has saved a review of this case meanwhile."].concat();
        let text = "Nothing of yours was lost or saved. A second review counts beside it.";
        Some(view! { <Banner tone=BannerTone::Soon fact=fact text=text/> })
    };
    view! {
        <section class="card judge" aria-labelledby="judge-h">
            <header><h2 id="judge-h">"Judged by you"</h2>{pick}<span class="push line num judge__score" role="status">{number}</span></header>
            {form}
            <div class="line wrap judge__save">
                {kept_line(writing)}
                <span class="small muted push" id="save-why">{move || writing.problem()}</span>
                <button class="btn btn--primary" type="button" aria-describedby="save-why" disabled=is_off on:click=move |_| writing.save(saved)>{save}</button>
            </div>
            {rival}
            {move || writing.failure.get().map(|failure| view! { <FailureBanner failure/> })}
        </section>
    }
    .into_any()
}

/// The way to the case after this one: of those in which a check failed, where the reviewer came from their list, else of
/// those that wait. What the reviewer decided, and what is reviewed, is passed over.
async fn after(case: CaseId, from: Figures, me: Option<AgentId>) -> Option<String> {
    let known = api::reviews::list().await.ok()?;
    let next = match &from.failed {
        Some(check) => {
            let weeks = every::span_of(from.weeks.as_deref());
            let wanted = Wanted { shop: from.shop.clone(), weeks, is_mine: false };
            let list = api::quality::cases(&wanted, check).await.ok()?.cases;
            let is_open = |one: &QualityCase| {
                (me.is_none() || one.agent != me) && known.recent.iter().all(|review| review.row.id != one.row.id)
            };
            list.into_iter().skip_while(|one| one.row.id != case).skip(1).find(is_open).map(|one| one.row.id)
        }
        None => known.waiting.into_iter().map(|one| one.row.id).find(|id| *id != case),
    };
    Some([Route::Quality(Quality::Review(next?)).path(), from.query()].concat())
}

fn lede(desk: Desk, page: &ReviewPage) -> String {
    let why = page.why.iter().map(|why| why.text.as_str()).collect::<Vec<_>>().join(", ");
    let why = if why.is_empty() { "opened by hand".to_owned() } else { why };
    ["Handled by ", &handler(desk, page.agent.as_ref(), page.handled), ", ", &when(page.decided), " · ", &why].concat()
}

/// One case under review.
#[component]
pub fn Review(case: CaseId) -> impl IntoView {
    let desk = use_desk();
    let id = StoredValue::new(case);
    let found = Loading::new(move || read(id.get_value()));
    let from = StoredValue::new(crate::pages::figures_asked());
    let next = RwSignal::new(None::<String>);
    let find_next = Callback::new(move |()| {
        let me = desk.session.peek(|state| state.signed_in().map(|known| known.me.id.clone()));
        let way = after(id.get_value(), from.get_value(), me);
        spawn_local(async move {
            let way = way.await;
            next.try_set(way);
        });
    });
    move || {
        let body = found.draw(|read| whole(desk, id, found, (next, find_next), &read));
        // Head and body are one: who judged, what can be done and what is shown come with the same answer.
        match found.known() {
            Some(_) => body,
            None => {
                let head = Head { title: "Review".into_any(), lede: "".into_any(), acts: ().into_any() };
                frame(&Quality::Reviews, head, body)
            }
        }
    }
}

fn whole(
    desk: Desk,
    id: StoredValue<CaseId>,
    found: Loading<Read>,
    (next, find_next): (RwSignal<Option<String>>, Callback<()>),
    read: &Read,
) -> AnyView {
    let Read { view, page } = read;
    let title = ["Review: ", &case_name(&view.row)].concat();
    web::set_title(&[&title, " · Amends"].concat());
    let again = Callback::new(move |()| {
        super::done();
        found.again();
    });
    let is_done = page.own.as_ref().is_some_and(|own| own.standing != Standing::Redo && !own.words.is_empty());
    let is_shut = page.barred.is_some() || is_done;
    let writing = Writing::new(id.get_value(), page, is_shut).filter(|_| page.barred.is_none() && !is_done);
    // Nothing can be judged here: the way on is all that is left.
    if is_shut && next.with_untracked(Option::is_none) {
        find_next.run(());
    }
    let is_calibrating = RwSignal::new(false);
    let toast = move |text: &str| desk.toasts.show(Tone::Good, text, "", None);
    let saved = Callback::new(move |()| {
        toast("The review is saved");
        find_next.run(());
        super::done();
        found.again();
    });
    let skip_failure = RwSignal::new(None::<Failure>);
    let skip = move |_| {
        spawn_local(async move {
            match api::reviews::skip(&id.get_value()).await {
                Ok(()) => desk.nav.go(&Route::Quality(Quality::Reviews)),
                Err(failure) => drop(skip_failure.try_set(Some(failure))),
            }
        });
    };
    let can_skip = page.own.is_none() && page.calibration.is_none() && page.others.is_empty();
    let can_calibrate = page.own.is_none() && page.others.is_empty() && page.calibration.is_none();
    let acts = view! {
        {move || next.get().map(|href| view! { <a class="btn" href=href>"Next case"</a> })}
        {can_calibrate.then(|| view! { <button class="btn" type="button" on:click=move |_| is_calibrating.set(true)>"Calibrate…"</button> })}
        {can_skip.then(|| view! { <button class="btn" type="button" on:click=skip>"Skip"</button> })}
    };
    let note_for = page.agent.as_ref().map_or_else(|| "the team".to_owned(), |agent| name_of(desk, Some(agent)));
    let others: Vec<_> = page.others.iter().map(|review| saved::card(desk, review, Side::Lead, again)).collect();
    // In a calibration it stands in the form, as long as that can be changed.
    let own = page.own.as_ref().filter(|_| page.calibration.is_none() || page.barred.is_some());
    let own = own.map(|own| saved::card(desk, own, Side::Lead, again));
    let barred = page.barred.clone().map(|why| view! { <section class="card"><p>{why}</p></section> });
    let session = page.calibration.as_ref().map(|session| {
        let href = Route::Quality(Quality::Calibration(Some(session.row.id.clone()))).path();
        let text = format::count(session.reviewers.len().try_into().unwrap_or_default(), "reviewer", "reviewers");
        view! { <section class="card"><p>"This case is in a calibration with "{text}". What you say is hidden until all have saved. "<a href=href>"See how it stands"</a></p></section> }
    });
    let card = view.row.clone();
    let body = view! {
        {move || skip_failure.get().map(|failure| view! { <FailureBanner failure/> })}
        <div class="qgrid qgrid--review">
            <div class="stack">
                {words(view)}
                {sent(desk, view, page, writing.map(|writing| writing.form))}
            </div>
            <div class="stack">
                {session}{barred}
                {writing.map(|writing| judged(writing, page, note_for, saved))}
                {own}{others}
            </div>
            {checks(view)}
        </div>
        {move || is_calibrating.get().then(|| calibration::ask(desk, &card, is_calibrating))}
    };
    let head = Head { title: title.into_any(), lede: lede(desk, page).into_any(), acts: acts.into_any() };
    frame(&Quality::Reviews, head, body.into_any())
}
