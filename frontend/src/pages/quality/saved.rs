//! A saved review as both sides see it: the score, the words, and what was said about it.

use super::{case_name, name_of, rival, when};
use crate::api::{self, Failure};
use crate::components::{Banner, BannerTone, FailureBanner};
use crate::i18n::format;
use crate::routes::{Quality, Route};
use crate::state::Desk;
use crate::state::toasts::Tone;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::review::{Comment, Item, Judgement, Saying, Score, Standing};
use shared::id::ReviewId;
use shared::wire::review::{AnswerRequest, ReviewView, Verdict, VerdictRequest, Word};

/// Who looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Whose work it is.
    Agent,
    /// Who leads.
    Lead,
}

/// How a review stands, in a word.
fn standing(standing: Standing) -> Option<(&'static str, &'static str)> {
    match standing {
        Standing::Open => None,
        Standing::Appealed => Some(("chip chip--contest", "Appeal waits for a lead")),
        Standing::Explained => Some(("chip", "Appeal answered, it stays")),
        Standing::Redo => Some(("chip chip--soon", "Is being done again")),
        Standing::TakenBack => Some(("chip", "Taken back, does not count")),
    }
}

/// "92", or "Failed by Tone".
pub(super) fn score(score: &Score) -> AnyView {
    match &score.failed_by {
        Some(by) => {
            let text = ["Failed by “", by, "”"].concat();
            view! { <span class="chip chip--stop">{text}</span><b class="strong num">"0"</b> }.into_any()
        }
        None => view! { <b class="strong num">{score.percent}</b> }.into_any(),
    }
}

/// The score with how it stands; none where it does not count.
pub(super) fn standing_score(review: &ReviewView) -> AnyView {
    let chip = standing(review.standing).map(|(class, text)| view! { <span class=class>{text}</span> });
    let score = review.standing.counts().then(|| score(&review.score));
    view! { {chip}{score} }.into_any()
}

/// The words for a point: "Yes", "No", "3 of 4".
fn given(item: &Item, points: u8) -> String {
    match (item.points, points) {
        (2, 1) => "No".to_owned(),
        (2, _) => "Yes".to_owned(),
        (most, points) => [points.to_string(), " of ".to_owned(), most.to_string()].concat(),
    }
}

/// What each item was given.
pub(super) fn items(items: &[Item], judgement: &Judgement) -> AnyView {
    let row = |item: &Item| {
        let judged = judgement.items.get(&item.id)?;
        let is_short = judged.points < item.points;
        let causes = (!judged.causes.is_empty()).then(|| [" · ", &judged.causes.join(", ")].concat());
        Some(view! {
            <li class="line">
                <span class="clip">{item.title.clone()}<span class="muted">{causes}</span></span>
                <b class="push num" class:low=is_short>{given(item, judged.points)}</b>
            </li>
        })
    };
    let rows: Vec<_> = items.iter().filter_map(row).collect();
    view! { <ul class="stack small judged">{rows}</ul> }.into_any()
}

fn word(desk: Desk, word: &Word) -> AnyView {
    let saying = match word.saying {
        Saying::Answer if word.text.is_empty() => "read it",
        Saying::Answer => "answered",
        Saying::Appeal => "appealed",
        Saying::Explained => "left it as it is",
        Saying::Redo => "asked for it to be done again",
        Saying::TakenBack => "took it back",
        Saying::Redone => "did it again",
    };
    let head = [&name_of(desk, Some(&word.by)), " ", saying, ", ", &when(word.at)].concat();
    view! { <li><p class="small muted">{head}</p><p class="preline">{word.text.clone()}</p></li> }.into_any()
}

/// What was said on messages, each under its words.
pub(super) fn quotes(comments: &[Comment]) -> Option<AnyView> {
    let quote = |comment: &Comment| {
        view! { <li><q class="small muted">{comment.quote.clone()}</q><p class="preline">{comment.text.clone()}</p></li> }
    };
    let rows: Vec<_> = comments.iter().map(quote).collect();
    (!rows.is_empty()).then(|| view! { <ul class="stack said" aria-label="On messages">{rows}</ul> }.into_any())
}

/// A field for words, and what they can be used for.
#[derive(Clone, Copy)]
struct Answering {
    desk: Desk,
    text: RwSignal<String>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Who was first, where words stand in the field that were not sent.
    rival: RwSignal<Option<String>>,
    done: Callback<()>,
}

impl Answering {
    fn send(self, answer: impl Future<Output = api::Answer<ReviewView>> + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        self.rival.set(None);
        spawn_local(async move {
            match answer.await {
                Ok(_) => {
                    self.text.try_set(String::new());
                    self.is_busy.try_set(false);
                    let _ = self.done.try_run(());
                }
                Err(failure) => {
                    self.is_busy.try_set(false);
                    let Some(who) = rival(&failure) else {
                        self.failure.try_set(Some(failure));
                        return;
                    };
                    // Nobody's words go away unasked: how it stands is drawn in their place.
                    if self.text.try_with_untracked(String::is_empty) == Some(false) {
                        self.rival.try_set(Some(who));
                        return;
                    }
                    let fact = [&who, " has ended this appeal already."].concat();
                    self.desk.toasts.show(Tone::Info, fact, "Nothing of yours was sent.", None);
                    let _ = self.done.try_run(());
                }
            }
        });
    }
}

/// Somebody else has ended the appeal while words were written.
fn beaten(saying: Answering) -> Option<AnyView> {
    let fact = [&saying.rival.get()?, " has ended this appeal already."].concat();
    let text = "Nothing of yours was sent. Your words stand here until you have read on.";
    let read_on = move |_| saying.done.run(());
    Some(
        view! {
            <Banner tone=BannerTone::Soon fact=fact text=text>
                <button class="btn btn--sm" type="button" on:click=read_on>"Read how it stands"</button>
            </Banner>
        }
        .into_any(),
    )
}

fn field(id: &ReviewId, label: String, hint: String, saying: Answering) -> AnyView {
    let id = ["say-", id.as_str()].concat();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                class="area" id=id maxlength="2000" prop:value=saying.text
                on:input=move |event| saying.text.set(web::value_of(&event))
            ></textarea>
            <span class="hint">{hint}</span>
        </div>
    }
    .into_any()
}

fn button(
    class: &'static str,
    label: &'static str,
    saying: Answering,
    press: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let is_off = move || saying.is_busy.get();
    view! { <button class=class type="button" disabled=is_off on:click=move |_| press()>{label}</button> }.into_any()
}

fn answering(review: &ReviewView, saying: Answering) -> AnyView {
    let id = StoredValue::new(review.id.clone());
    let send = move |is_appeal| {
        let request = AnswerRequest { is_appeal, text: saying.text.get_untracked() };
        saying.send(async move { api::reviews::answer(&id.get_value(), &request).await });
    };
    let hint = ["Until ", &when(review.answer_until), ". An appeal asks a lead to look at it again."].concat();
    let appeal = (review.standing == Standing::Open).then(|| button("btn", "Appeal", saying, move || send(true)));
    view! {
        {field(&review.id, "Your answer".to_owned(), hint, saying)}
        <div class="line">{appeal}{button("btn push", "Answer", saying, move || send(false))}</div>
    }
    .into_any()
}

/// A lead has had the last word: that it was read can be said without words.
fn reading(review: &ReviewView, saying: Answering) -> Option<AnyView> {
    review.words.last().filter(|last| last.saying.is_last_word())?;
    let id = StoredValue::new(review.id.clone());
    let send = move || {
        let request = AnswerRequest { is_appeal: false, text: String::new() };
        saying.send(async move { api::reviews::answer(&id.get_value(), &request).await });
    };
    Some(view! { <div class="line">{button("btn", "I have read it", saying, send)}</div> }.into_any())
}

fn ruling(desk: Desk, review: &ReviewView, saying: Answering) -> AnyView {
    let id = StoredValue::new(review.id.clone());
    let send = move |verdict| {
        let request = VerdictRequest { verdict, text: saying.text.get_untracked() };
        saying.send(async move { api::reviews::judge_appeal(&id.get_value(), &request).await });
    };
    let label = ["Your words for ", &name_of(desk, review.agent.as_ref())].concat();
    let (hint, again) = if review.is_orphaned {
        let who = name_of(desk, Some(&review.reviewer));
        (["To leave it as it is, say why. ", &who, " judges no more here: nobody can do it again."].concat(), None)
    } else {
        let again = button("btn", "Have it done again", saying, move || send(Verdict::Redo));
        ("To leave it as it is, say why.".to_owned(), Some(again))
    };
    view! {
        {field(&review.id, label, hint, saying)}
        <div class="line wrap">
            {button("btn", "Take it back", saying, move || send(Verdict::TakeBack))}
            {again}
            {button("btn push", "Leave it, and say why", saying, move || send(Verdict::Explain))}
        </div>
    }
    .into_any()
}

/// One saved review. `done` hears of what was said.
pub(super) fn card(desk: Desk, review: &ReviewView, side: Side, done: Callback<()>) -> AnyView {
    let saying = Answering {
        desk,
        text: RwSignal::new(String::new()),
        is_busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        rival: RwSignal::new(None),
        done,
    };
    let name = case_name(&review.row);
    let case = match side {
        Side::Lead => Route::Quality(Quality::Review(review.row.id.clone())),
        Side::Agent => Route::Desk { stage: review.row.stage, case: Some(review.row.id.clone()) },
    };
    let about = match side {
        Side::Agent => ["By ", &name_of(desk, Some(&review.reviewer)), ", ", &when(review.saved)].concat(),
        Side::Lead => {
            let (of, by) = (name_of(desk, review.agent.as_ref()), name_of(desk, Some(&review.reviewer)));
            ["Work of ", &of, ", judged by ", &by, ", ", &when(review.saved)].concat()
        }
    };
    let chip = standing(review.standing).map(|(class, text)| view! { <span class=class>{text}</span> });
    let note = (!review.judgement.note.is_empty())
        .then(|| view! { <p class="bubble bubble--note preline">{review.judgement.note.clone()}</p> });
    let words: Vec<_> = review.words.iter().map(|said| word(desk, said)).collect();
    let words = (!words.is_empty()).then(|| view! { <ol class="stack said" aria-label="What was said">{words}</ol> });
    let is_in_time = untrack(|| desk.clock.coarse()) <= review.answer_until;
    let act = match (side, review.standing) {
        (Side::Agent, Standing::TakenBack | Standing::Redo) => None,
        (Side::Agent, _) if is_in_time => Some(answering(review, saying)),
        (Side::Lead, Standing::Appealed) if review.agent != untrack(|| desk.session.me()).map(|me| me.id) => {
            Some(ruling(desk, review, saying))
        }
        _ => None,
    };
    let read = (side == Side::Agent).then(|| reading(review, saying)).flatten();
    let id = ["review-", review.id.as_str()].concat();
    view! {
        <section class="card stack review" aria-labelledby=id.clone()>
            <header>
                <div><h2 id=id.clone()><a href=case.path()>{name}</a></h2><p class="small muted">{about}</p></div>
                {chip}
                <span class="push line">{score(&review.score)}</span>
            </header>
            {items(&review.card.items, &review.judgement)}
            {note}
            {quotes(&review.judgement.comments)}
            {words}
            {act}{read}
            {move || beaten(saying)}
            {move || saying.failure.get().map(|failure| view! { <FailureBanner failure/> })}
        </section>
    }
    .into_any()
}

/// "3 reviews, 84 on average".
pub(super) fn summary(reviews: &[ReviewView]) -> String {
    let counted: Vec<u32> =
        reviews.iter().filter(|review| review.standing.counts()).map(|review| review.score.percent).collect();
    let count = u64::try_from(counted.len()).unwrap_or_default();
    let mean = u64::from(counted.iter().sum::<u32>()).checked_div(count);
    let all = format::count(count, "review counts", "reviews count");
    mean.map_or_else(|| "No review counts yet.".to_owned(), |mean| format!("{all}, {mean} on average."))
}
