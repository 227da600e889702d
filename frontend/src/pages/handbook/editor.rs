//! The editor of a draft: its fields beside the page as it will be read.

use super::bringing::Bringing;
use super::revisions::Revisions;
use super::touches::{self, Ways};
use super::typing::{Fields, Keeping, Typing};
use super::{Book, href, media, page, stage_words};
use crate::api::{self, Answer, Failure};
use crate::components::{Banner, BannerTone, Choice, Confirm, FailureBanner, Icon, Pick, RowSkeletons, Sheet};
use crate::routes::{Face, Route};
use crate::state::toasts::Tone;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::domain::files::FileId;
use shared::domain::handbook::{Change, PURPOSE_CHARS, PageContent, PageStep, Problem, StepTick};
use shared::domain::merge::Side;
use shared::domain::quality::Check;
use shared::id::PageId;
use shared::reasons::{ReasonGroup, label};
use shared::reply::Moment;
use shared::wire::handbook::{DraftState, DraftView, ReviewRequest, Touches};

const CHANGES: [(Change, &str, &str); 3] = [
    (Change::Wording, "Only other words", "The work stays as it is. Nobody is asked to read it again."),
    (Change::Work, "Something is done otherwise", "Everybody is shown what changed, and signs it."),
    (Change::Whole, "A new way of working", "Everybody is shown what changed, and signs it."),
];

/// The id of the page as it will be read.
const PREVIEW: &str = "edit-preview";

/// What stands over the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nothing.
    Nothing,
    /// What is asked before it is sent.
    Review,
    /// What the draft was.
    Revisions,
    /// Whether to throw it away.
    Discard,
}

pub(super) fn field_id(key: u32, name: &str) -> String {
    ["edit-", &key.to_string(), "-", name].concat()
}

/// Focuses a field once it is drawn.
pub(super) fn go_to(id: String) {
    web::after_drawing(move || {
        let _ = web::focus(&id);
    });
}

/// Goes back to where somebody typed, as what they pressed is gone; else to the head of the editor.
fn back_to_field(typing: Typing) {
    web::after_drawing(move || {
        if web::focus(&typing.at_field.try_get_value().unwrap_or_default()).is_none() {
            web::focus_if_lost("edit-h");
        }
    });
}

/// Goes to the head of the editor if what had the focus is gone.
pub(super) fn stay_at_head() {
    web::after_drawing(|| web::focus_if_lost("edit-h"));
}

/// Where a problem is, in words and as the field to go to.
fn place_of(typing: Typing, problem: &Problem) -> (String, String) {
    match problem.step {
        None => (String::new(), ["edit-", problem.field].concat()),
        Some(place) => {
            let key =
                typing.steps.with_untracked(|steps| steps.get(place).map(|fields| fields.key)).unwrap_or_default();
            (["Step ", &(place + 1).to_string(), ", "].concat(), field_id(key, problem.field))
        }
    }
}

fn stage_choices() -> Vec<Choice> {
    let mut all = vec![Choice::new("", "Beside no case")];
    all.extend(
        (0..).zip(Stage::ALL).map(|(place, stage): (usize, Stage)| Choice::new(place.to_string(), stage_words(stage))),
    );
    all
}

/// All that a step can be about.
#[derive(Debug, Clone)]
struct Abouts {
    checks: Vec<(Check, String)>,
    ticks: Vec<StepTick>,
    moments: Vec<(Moment, String)>,
}

impl Abouts {
    fn of(draft: &DraftView) -> Self {
        Self { checks: draft.checks.clone(), ticks: draft.ticks.clone(), moments: draft.moments.clone() }
    }

    fn moment(&self, moment: Moment) -> String {
        let known = self.moments.iter().find(|(other, _)| *other == moment);
        known.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    fn check(&self, check: Check) -> String {
        let known = self.checks.iter().find(|(other, _)| *other == check);
        known.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// Of a step, what it is about, in words.
    fn words(&self, step: &PageStep) -> String {
        let mut all: Vec<String> = vec![step.stage.map_or("Beside no case", stage_words).to_owned()];
        all.extend(step.checks.iter().map(|check| self.check(*check)));
        all.extend(step.ticks.iter().map(|tick| tick.text.clone()));
        all.extend(step.replies.iter().map(|moment| ["replies: ", &self.moment(*moment)].concat()));
        all.extend(step.reasons.iter().map(|reason| ["only for: ", label(*reason)].concat()));
        all.join("; ")
    }
}

/// Some of many, each a box to tick.
fn some_of<T: Clone + Send + Sync + 'static>(
    typing: Typing,
    chosen: RwSignal<Vec<T>>,
    all: Vec<(T, String)>,
    is_same: fn(&T, &T) -> bool,
) -> AnyView {
    let tick = |(one, text): (T, String)| {
        let known = one.clone();
        let switch = move |event| {
            let is_on = web::is_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|other| !is_same(other, &one));
                if is_on {
                    chosen.push(one.clone());
                }
            });
            typing.touched();
        };
        let is_on = move || chosen.with(|chosen| chosen.iter().any(|other| is_same(other, &known)));
        view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{text}</span></label> }
    };
    view! { <div class="edit__ticks">{all.into_iter().map(tick).collect_view()}</div> }.into_any()
}

fn counted(count: usize, none: &'static str, one: &str, many: &str) -> String {
    match count {
        0 => none.to_owned(),
        count => crate::i18n::format::count(u64::try_from(count).unwrap_or_default(), one, many),
    }
}

/// What a step is about: computed checks, checkpoints of the team's own, and the replies that follow from it.
fn abouts(typing: Typing, fields: Fields, all: StoredValue<Abouts>) -> AnyView {
    let Abouts { checks, ticks, moments } = all.get_value();
    // One that is not asked for any more can still be taken out of the step.
    let gone = fields.ticks.get_untracked().into_iter().filter(|tick| !ticks.iter().any(|other| other.id == tick.id));
    let ticks: Vec<(StepTick, String)> =
        ticks.iter().cloned().chain(gone).map(|tick| (tick.clone(), tick.text)).collect();
    let reasons = ReasonGroup::ALL.map(|group| (group, label(group).to_owned())).to_vec();
    let has_ticks = !ticks.is_empty();
    view! {
        <details class="edit__checks">
            <summary>{move || counted(fields.checks.with(Vec::len), "No checks", "check", "checks")}</summary>
            {some_of(typing, fields.checks, checks, |one, other| one == other)}
        </details>
        {has_ticks.then(|| view! {
            <details class="edit__checks">
                <summary>{move || counted(fields.ticks.with(Vec::len), "No checkpoints", "checkpoint", "checkpoints")}</summary>
                {some_of(typing, fields.ticks, ticks, |one, other| one.id == other.id)}
            </details>
        })}
        <details class="edit__checks">
            <summary>{move || counted(fields.replies.with(Vec::len), "No replies", "moment of replies", "moments of replies")}</summary>
            <fieldset class="field"><legend>"The replies of these moments follow from it"</legend>{some_of(typing, fields.replies, moments, |one, other| one == other)}</fieldset>
            <fieldset class="field"><legend>"Only for these reasons; none: for all"</legend>{some_of(typing, fields.reasons, reasons, |one, other| one == other)}</fieldset>
        </details>
    }
    .into_any()
}

/// What the draft touches, as it is written; what is open stays open while it changes.
fn touched(typing: Typing) -> AnyView {
    let touches = typing.touches;
    let is_none = Memo::new(move |_| touches.with(Touches::is_empty));
    let words = move || touches.with(touches::sentence);
    let body = move || touches.with(|found| touches::ways(found, Ways { leads: true, steps: &[] }));
    let drawn = move || {
        if is_none.get() {
            view! { <p class="small muted">{words}</p> }.into_any()
        } else {
            view! { <details class="touches small"><summary>{words}</summary>{body}</details> }.into_any()
        }
    };
    drawn.into_any()
}

/// Where a step was removed, before another one or after all, a way to bring it back.
fn removed(typing: Typing, before: Option<u32>) -> AnyView {
    let bring = move |_| {
        if let Some(key) = typing.bring_back() {
            go_to(field_id(key, "title"));
        }
    };
    let drawn = move || {
        let (place, fields) = typing.removed.get()?;
        let is_here = typing.steps.with(|steps| steps.get(place).map(|next| next.key)) == before;
        let words = ["Step ", &(place + 1).to_string(), " “", &fields.title.get_untracked(), "” is removed."].concat();
        is_here.then(|| {
            view! {
                <div class="banner banner--info banner--in">
                    <Icon name="undo"/><p id="edit-removed">{words}</p>
                    <button class="btn btn--sm" id="edit-undo" type="button" aria-describedby="edit-removed" on:click=bring>"Bring it back"</button>
                </div>
            }
        })
    };
    drawn.into_any()
}

fn step(bringing: Bringing, fields: Fields, all: StoredValue<Abouts>) -> AnyView {
    let (key, typing) = (fields.key, bringing.typing);
    let place = move || typing.steps.with(|steps| steps.iter().position(|other| other.key == key)).unwrap_or_default();
    let number = move || (place() + 1).to_string();
    let (title, text) = (field_id(key, "title"), field_id(key, "text"));
    let stages = Signal::derive(stage_choices);
    let stage = Signal::derive(move || {
        let at = fields.stage.get().and_then(|stage| Stage::ALL.into_iter().position(|other| other == stage));
        at.map(|at| at.to_string()).unwrap_or_default()
    });
    let pick = move |value: String| {
        fields.stage.set(value.parse::<usize>().ok().and_then(|at| Stage::ALL.get(at)).copied());
        typing.touched();
    };
    let shift = move |is_up: bool| {
        let focused = web::focused_id();
        if typing.shift(key, is_up) {
            // Moved in the page, it has lost the focus.
            go_to(focused.filter(|id| !id.is_empty()).unwrap_or_else(|| field_id(key, "title")));
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let is_up = match event.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        if event.alt_key() && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            shift(is_up);
        }
    };
    let add = move |_| {
        let added = field_id(typing.add_after(place()), "title");
        go_to(added);
    };
    let remove = move |_| {
        typing.remove(key);
        go_to("edit-undo".to_owned());
    };
    view! {
        {removed(typing, Some(key))}
        <section class="card edit__step stack" aria-label=move || ["Step ", &number()].concat() on:keydown=on_key on:dragover=media::let_drop on:drop=move |event| bringing.take_given(&event, key)>
            <div class="line wrap">
                <b class="strong">"Step "{number}</b>
                <span class="push line">
                    <button class="btn btn--quiet btn--sm btn--icon" id=field_id(key, "up") type="button" aria-label=move || ["Move step ", &number(), " up"].concat() title="Alt ↑" on:click=move |_| shift(true)><Icon name="up" class="icon--s"/></button>
                    <button class="btn btn--quiet btn--sm btn--icon" id=field_id(key, "down") type="button" aria-label=move || ["Move step ", &number(), " down"].concat() title="Alt ↓" on:click=move |_| shift(false)><Icon name="down" class="icon--s"/></button>
                    <button class="btn btn--quiet btn--sm" type="button" aria-label=move || ["Add a step after step ", &number()].concat() on:click=add><Icon name="plus" class="icon--s"/>"Add"</button>
                    <button class="btn btn--quiet btn--sm" type="button" aria-label=move || ["Remove step ", &number()].concat() on:click=remove><Icon name="x" class="icon--s"/>"Remove"</button>
                </span>
            </div>
            <div class="field">
                <label for=title.clone()>"Title"</label>
                <input class="input" id=title maxlength="120" prop:value=fields.title on:input=move |event| { fields.title.set(web::value_of(&event)); typing.touched(); }/>
            </div>
            <div class="field">
                <label for=text.clone()>"Text, in Markdown"</label>
                <textarea class="area" id=text rows="7" prop:value=fields.text on:paste=move |event| bringing.take_given(&event, key) on:input=move |event| { fields.text.set(web::value_of(&event)); typing.touched(); }></textarea>
            </div>
            <div class="line wrap"><Pick label="Shown beside" icon="desk" choices=stages value=stage on_pick=pick/>{abouts(typing, fields, all)}</div>
            {media::step_video(bringing, fields)}
            {media::step_files(bringing, key)}
            <ul class="edit__missing small" role="status">{move || typing.missing(key).into_iter().map(|words| view! { <li><Icon name="warn" class="icon--s"/><span>{words}</span></li> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Where the typed words are, in words.
fn kept(typing: Typing) -> AnyView {
    let words = move || match typing.keeping.get() {
        Keeping::Kept(at) => ["Saved ", &web::clock_time(at)].concat(),
        Keeping::Keeping => "Saving".to_owned(),
        Keeping::Here => {
            "No connection. Your words are on this device; they are saved as soon as it is back.".to_owned()
        }
        Keeping::Both | Keeping::Ended | Keeping::TooLong(_) | Keeping::Refused(_) => "Not saved".to_owned(),
    };
    view! { <p class="small muted" role="status">{words}</p> }.into_any()
}

/// Who else writes here, and what of it has come in.
fn others(typing: Typing) -> AnyView {
    let words = move || {
        let names: Vec<String> =
            typing.editors.with(|editors| editors.iter().map(|editor| editor.name.clone()).collect());
        match names.as_slice() {
            [] => None,
            [one] => Some([one.as_str(), " has this draft open too."].concat()),
            many => Some([&many.join(", "), " have this draft open too."].concat()),
        }
    };
    let came = move || {
        let (by, parts) = typing.came_in.get()?;
        let fact = [&by, " has saved too. It stands here, with your own words."].concat();
        let seen = move |_| {
            typing.came_in.set(None);
            back_to_field(typing);
        };
        Some(view! {
            <div class="banner banner--info banner--in">
                <Icon name="users"/><p><b class="strong">{fact}</b><br/>{parts.join(" ")}</p>
                <button class="btn btn--sm" type="button" on:click=seen>"Seen"</button>
            </div>
        })
    };
    view! {
        <div role="status">
            {came}
            {move || words().map(|words| view! { <p class="banner banner--info banner--in"><Icon name="users"/><span>{words}</span></p> })}
        </div>
    }
    .into_any()
}

/// The parts of another text that differ from what stands in the fields, to be read and copied.
fn other_text(mine: &PageContent, theirs: &PageContent, all: &Abouts) -> AnyView {
    let mut parts: Vec<(String, String)> = Vec::new();
    let add = |parts: &mut Vec<(String, String)>, name: String, mine: &str, theirs: &str| {
        if mine != theirs {
            parts.push((name, if theirs.is_empty() { "Nothing".to_owned() } else { theirs.to_owned() }));
        }
    };
    add(&mut parts, "Title".to_owned(), &mine.title, &theirs.title);
    add(&mut parts, "Purpose".to_owned(), &mine.purpose, &theirs.purpose);
    let none = PageStep::default();
    for place in 0..mine.steps.len().max(theirs.steps.len()) {
        let (mine, theirs) = (mine.steps.get(place).unwrap_or(&none), theirs.steps.get(place).unwrap_or(&none));
        let name = |part: &str| ["Step ", &(place + 1).to_string(), ", ", part].concat();
        let video = |step: &PageStep| {
            let own = |name: &str, file: &Option<FileId>| file.as_ref().map(|file| [name, &file.reference()].concat());
            let link = step.video.clone();
            let all = [link, own("picture in front of it ", &step.poster), own("captions ", &step.captions)];
            all.into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        add(&mut parts, name("title"), &mine.title, &theirs.title);
        add(&mut parts, name("text"), &mine.text, &theirs.text);
        add(&mut parts, name("video"), &video(mine), &video(theirs));
        add(&mut parts, name("what it is about"), &all.words(mine), &all.words(theirs));
    }
    let parts: Vec<AnyView> = parts
        .into_iter()
        .map(|(name, said)| view! { <dt>{name}</dt><dd><pre tabindex="0">{said}</pre></dd> }.into_any())
        .collect();
    view! { <dl class="edit__theirs">{parts}</dl> }.into_any()
}

const NEITHER_LOST: &str = "Neither is lost: theirs stays among the revisions, yours on this device.";

/// The parts that both have changed, as they have them, and what becomes of the others; of pages that cannot be laid
/// together, whatever differs.
fn both_changed(typing: Typing, draft: &DraftView) -> (AnyView, String) {
    let pages = typing.chosen(Side::Mine, draft).zip(typing.chosen(Side::Theirs, draft));
    let all = Abouts::of(draft);
    match pages {
        Some((mine, theirs)) => {
            let stays = ["What only one of you has changed stays as it is. ", NEITHER_LOST].concat();
            (other_text(&mine.page, &theirs.page, &all), stays)
        }
        None => (other_text(&typing.content(), &draft.content, &all), NEITHER_LOST.to_owned()),
    }
}

fn both(typing: Typing) -> impl Fn() -> Option<AnyView> + Copy {
    let settle = move |settle: fn(Typing)| {
        settle(typing);
        back_to_field(typing);
    };
    move || {
        let draft = typing.theirs.get()?;
        let fact = [&draft.by.name, " saved at ", &web::clock_time(draft.at), ", while you were writing."].concat();
        // What stands in the fields goes on changing: compared as it is when somebody has saved.
        let (other, stays) = untrack(|| both_changed(typing, &draft));
        Some(
            view! {
                <section class="card stack edit__both" role="alert" aria-label="Two texts">
                    <p><b class="strong">{fact}</b><br/>"Your words stand in the fields, and are not saved. What the other text says where you differ stands here; take over from it what you need."</p>
                    {other}
                    <p class="line wrap">
                        <button class="btn" type="button" on:click=move |_| settle(Typing::keep_mine)>"Save mine"</button>
                        <button class="btn" type="button" on:click=move |_| settle(Typing::take_theirs)>"Take theirs"</button>
                        <span class="small muted">{stays}</span>
                    </p>
                </section>
            }
            .into_any(),
        )
    }
}

/// Words of before, the last ones first, with what they say where it differs from the fields.
fn found(typing: Typing, all: StoredValue<Abouts>) -> impl Fn() -> Option<AnyView> + Copy {
    move || {
        let (count, words) = typing.found_here.with(|found| Some((found.len(), found.last()?.clone())))?;
        let other = untrack(|| all.with_value(|all| other_text(&typing.content(), &words, all)));
        let of_many = (count > 1).then(|| [" Text 1 of ", &count.to_string(), ", the one typed last."].concat());
        let words = StoredValue::new(words);
        let settle = move |is_taken: bool| {
            typing.settle_found(&words.get_value(), is_taken);
            // The next text may stand under the same button: a second press is not for it.
            go_to("edit-h".to_owned());
        };
        Some(
            view! {
                <section class="card stack edit__both" role="alert" aria-label="Words of before">
                    <p><b class="strong">"Words of before were not saved."</b>{of_many}<br/>"They were typed on this device. The desk could not be reached, your session had ended, somebody else had saved, or the page was too long. What they say where the fields say something else stands here."</p>
                    {other}
                    <p class="line wrap">
                        <button class="btn" type="button" on:click=move |_| settle(true)>"Bring them back"</button>
                        <button class="btn" type="button" on:click=move |_| settle(false)>"Drop them"</button>
                    </p>
                </section>
            }
            .into_any(),
        )
    }
}

fn troubles(book: Book, typing: Typing, all: StoredValue<Abouts>) -> AnyView {
    let ended = move || {
        (typing.keeping.get() == Keeping::Ended).then(|| {
            let to = href(&typing.id.get_value(), Face::InForce);
            view! {
                <div class="banner banner--stop banner--in" role="alert">
                    <Icon name="stop"/>
                    <p><b class="strong">"This draft is no more."</b><br/>"It was published or thrown away. Your words still stand here: copy what you need before you leave."</p>
                    <a class="btn btn--sm" href=to on:click=move |_| book.read_list()>"Read the page"</a>
                </div>
            }
        })
    };
    let refused = move || match typing.keeping.get() {
        Keeping::Refused(failure) => {
            let again = Callback::new(move |()| typing.keep());
            Some(view! { <FailureBanner failure on_retry=again/> }.into_any())
        }
        Keeping::TooLong(problem) => {
            let words = ["It ", problem, "."].concat();
            Some(
                view! { <Banner tone=BannerTone::Stop fact="This page is too long to be saved." text=words/> }
                    .into_any(),
            )
        }
        _ => None,
    };
    let state = move || match typing.state.get() {
        DraftState::Writing { returned: None } => None,
        DraftState::Writing { returned: Some(returned) } => {
            let fact = [&returned.by.name, " sent it back."].concat();
            Some(view! { <div class="banner banner--soon banner--in" role="status"><Icon name="undo"/><p><b class="strong">{fact}</b><br/>{returned.note}</p></div> }.into_any())
        }
        DraftState::Review { by, .. } => {
            let fact = ["Sent for review by ", &by.name, "."].concat();
            Some(view! { <div class="banner banner--info banner--in" role="status"><Icon name="clock"/><p><b class="strong">{fact}</b><br/>"A change takes it back; then it is sent anew."</p></div> }.into_any())
        }
    };
    view! { {ended}{refused}{found(typing, all)}{state} }.into_any()
}

/// Asks how much changes, and sends. What was answered is there again when it is opened again.
#[component]
fn Review(
    book: Book,
    typing: Typing,
    over: RwSignal<Over>,
    change: RwSignal<Change>,
    text: RwSignal<String>,
) -> impl IntoView {
    let (failure, is_sending) = (RwSignal::new(None::<Failure>), RwSignal::new(false));
    let problems = typing.content().problems();
    let is_ready = problems.is_empty();
    let lines: Vec<AnyView> = problems
        .iter()
        .map(|problem| {
            let (place, id) = place_of(typing, problem);
            let words = [&place, problem.field, " ", problem.problem, "."].concat();
            let go = move |_| {
                over.set(Over::Nothing);
                go_to(id.clone());
            };
            view! { <li><button class="toread" type="button" on:click=go>{words}</button></li> }.into_any()
        })
        .collect();
    let lacks: Vec<String> = typing.steps.with_untracked(|steps| {
        (1_usize..)
            .zip(steps)
            .flat_map(|(number, fields)| {
                let place = ["Step ", &number.to_string(), ": "].concat();
                untrack(|| typing.missing(fields.key)).into_iter().map(move |words| [&place, words.as_str()].concat())
            })
            .collect()
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !is_ready || is_sending.get_untracked() || text.with_untracked(|text| text.trim().is_empty()) {
            return;
        }
        let request = ReviewRequest {
            revision: typing.revision(),
            change: change.get_untracked(),
            description: text.get_untracked(),
        };
        let id = typing.id.get_value();
        is_sending.set(true);
        spawn_local(async move {
            let answer = api::handbook::review(&id, &request).await;
            is_sending.try_set(false);
            match answer {
                Ok(()) => {
                    book.desk.toasts.show(
                        Tone::Good,
                        "Sent for review",
                        "It is in force once somebody has approved it.",
                        None,
                    );
                    book.read_list();
                    book.desk.nav.go(&Route::Handbook { page: Some(id), face: Face::InForce });
                    go_to("main".to_owned());
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    let choice = move |(kind, label, hint): (Change, &'static str, &'static str)| {
        view! {
            <label class="tick tick--radio">
                <input type="radio" name="change" prop:checked=move || change.get() == kind on:change=move |_| change.set(kind)/>
                <span>{label}<br/><span class="muted small">{hint}</span></span>
            </label>
        }
    };
    let form = move || {
        view! {
            <form class="stack" id="review" on:submit=send>
                <fieldset class="field"><legend class="strong">"What changes?"</legend><div class="stack">{CHANGES.map(choice).collect_view()}</div></fieldset>
                <div class="field">
                    <label for="review-words">"What changes for who works by it?"</label>
                    <textarea class="area" id="review-words" rows="3" maxlength=PURPOSE_CHARS.to_string() required prop:value=text on:input=move |event| text.set(web::value_of(&event))></textarea>
                    <p class="hint">"Stands in the revision history, and is what everybody reads first."</p>
                </div>
                {touches::draw(&typing.touches.get_untracked(), Ways { leads: true, steps: &[] }, false)}
                {(!lacks.is_empty()).then(|| view! {
                    <div class="banner banner--soon banner--in" role="note"><Icon name="warn"/><div><b class="strong">"Not everybody can follow this page. It can be sent all the same."</b><ul>{lacks.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view()}</ul></div></div>
                })}
                {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            </form>
        }
    };
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" on:click=move |_| over.set(Over::Nothing)>"Not yet"</button>
                {is_ready.then(|| view! { <button class="btn btn--primary push" type="submit" form="review" aria-disabled=move || is_sending.get().to_string()>"Send for review"</button> })}
            </footer>
        }
    };
    view! {
        <Sheet title="Send for review" width="560px" on_close=move |()| over.set(Over::Nothing) footer=footer>
            {if is_ready {
                form().into_any()
            } else {
                view! { <p>"Something is still missing:"</p><ul class="stack small talks">{lines}</ul> }.into_any()
            }}
        </Sheet>
    }
}

#[component]
fn Writing(book: Book, id: PageId, draft: DraftView) -> impl IntoView {
    let all = StoredValue::new(Abouts::of(&draft));
    let version = draft.version;
    let me = book.desk.session.me().map(|me| me.id);
    let typing = Typing::new(id, me.as_ref(), draft);
    let bringing = Bringing::new(typing);
    let over = RwSignal::new(Over::Nothing);
    let (change, text) = (RwSignal::new(Change::Work), RwSignal::new(String::new()));
    let discard = move |()| {
        over.set(Over::Nothing);
        let page = version.is_some().then(|| typing.id.get_value());
        spawn_local(async move {
            match typing.throw_away().await {
                Ok(is_here) => {
                    book.desk.toasts.show(Tone::Info, "The draft was thrown away", "What is in force stays.", None);
                    if is_here {
                        book.desk.nav.go(&Route::Handbook { page, face: Face::InForce });
                        go_to("main".to_owned());
                    }
                    book.read_list();
                }
                Err(failure) => book.desk.toasts.failed(&failure),
            }
        });
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("s") {
            event.prevent_default();
            typing.keep();
        }
    };
    let send = move |_| {
        if typing.is_kept() {
            over.set(Over::Review);
        }
    };
    let add = move |_| {
        let last = typing.steps.with_untracked(Vec::len).saturating_sub(1);
        let added = field_id(typing.add_after(last), "title");
        go_to(added);
    };
    // The page as it will be read shows the step that is being written.
    Effect::new(move |_| {
        typing.drawn.track();
        let Some(key) = typing.at_step.get() else { return };
        web::after_drawing(move || {
            let place = typing.steps.try_with_untracked(|steps| steps.iter().position(|fields| fields.key == key));
            if let Some(place) = place.flatten() {
                let _ = web::show_within(PREVIEW, &page::step_id(place + 1));
            }
        });
    });
    let name = version
        .map_or_else(|| "New page".to_owned(), |version| ["Draft after version ", &version.to_string()].concat());
    view! {
        <div class="edit" on:keydown=on_key>
            <div class="edit__form stack" on:focusin=move |_| typing.goes_to(web::focused_id())>
                <header class="stack">
                    <div class="line wrap">
                        <h1 class="edit__h" id="edit-h" tabindex="-1">{name}</h1>
                        <span class="push line wrap">
                            <button class="btn btn--sm" type="button" on:click=move |_| over.set(Over::Revisions)><Icon name="undo" class="icon--s"/>"Revisions…"</button>
                            <button class="btn btn--sm btn--stop" type="button" on:click=move |_| over.set(Over::Discard)>"Throw away…"</button>
                            <button class="btn btn--sm btn--primary" type="button" aria-disabled=move || (!typing.is_kept()).to_string() on:click=send>"Send for review…"</button>
                        </span>
                    </div>
                    {kept(typing)}
                    {touched(typing)}
                    {troubles(book, typing, all)}
                    {media::left_open(bringing)}
                </header>
                // In sight wherever somebody types.
                <div class="edit__now stack">{others(typing)}{both(typing)}</div>
                <section class="card stack" aria-label="The page">
                    <div class="field">
                        <label for="edit-title">"Title"</label>
                        <input class="input" id="edit-title" maxlength="120" prop:value=typing.title on:input=move |event| { typing.title.set(web::value_of(&event)); typing.touched(); }/>
                    </div>
                    <div class="field">
                        <label for="edit-purpose">"What it is good for"</label>
                        <textarea class="area" id="edit-purpose" rows="3" maxlength="1000" prop:value=typing.purpose on:input=move |event| { typing.purpose.set(web::value_of(&event)); typing.touched(); }></textarea>
                    </div>
                </section>
                <For each=move || typing.steps.get() key=|fields| fields.key let:fields>{step(bringing, fields, all)}</For>
                {removed(typing, None)}
                <p><button class="btn" id="edit-add" type="button" on:click=add><Icon name="plus"/>"Add a step"</button></p>
            </div>
            <article class="sop sop--preview" id=PREVIEW aria-label="Preview" tabindex="0">
                {move || match typing.drawn.get() {
                    None => view! { <RowSkeletons count=4/> }.into_any(),
                    Some(Ok(shown)) => page::shown(&shown, None),
                    Some(Err(failure)) => view! { <FailureBanner failure/> }.into_any(),
                }}
            </article>
            {move || match over.get() {
                Over::Nothing => ().into_any(),
                Over::Review => view! { <Review book typing over change text/> }.into_any(),
                Over::Revisions => view! { <Revisions typing over/> }.into_any(),
                Over::Discard => view! {
                    <Confirm
                        title="Throw this draft away?" text="What is in force stays as it is. The draft and all its revisions are gone for everybody."
                        act="Throw away" on_yes=discard on_no=move |()| over.set(Over::Nothing)
                    />
                }.into_any(),
            }}
        </div>
    }
}

/// Opens the draft of a page, or begins one.
#[component]
pub fn Editor(
    /// The handbook around it.
    book: Book,
    /// Whose draft.
    id: PageId,
) -> impl IntoView {
    web::set_title("Draft · Handbook · Amends");
    let draft = RwSignal::new(None::<Answer<DraftView>>);
    let id = StoredValue::new(id);
    let open = move || {
        draft.set(None);
        spawn_local(async move {
            let answer = api::handbook::open_draft(&id.get_value()).await;
            if draft.try_set(Some(answer)).is_none() {
                book.read_list();
            }
        });
    };
    open();
    let again = Callback::new(move |()| open());
    move || match draft.get() {
        None => view! { <article class="sop" aria-busy="true"><RowSkeletons count=6/></article> }.into_any(),
        Some(Ok(draft)) => view! { <Writing book id=id.get_value() draft/> }.into_any(),
        Some(Err(failure)) => {
            view! { <article class="sop"><FailureBanner failure on_retry=again/></article> }.into_any()
        }
    }
}
