//! One parcel on the bench: what should be inside, what is found, the verdict.

use super::looking::Looking;
use super::{acts, see, waiting};
use crate::components::DueMark;
use crate::pages::case::kit::{icon, small_icon};
use crate::pages::case::second::Second;
use crate::pages::case::{Doing, Sheets, motion, wording};
use crate::routes::Route;
use crate::state::cases::Load;
use crate::state::due::Due;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use shared::domain::inspect::{NoMeans, no_means};
use shared::id::CaseId;
use shared::reasons::group_of;
use shared::wire::case::CaseView;
use shared::wire::inspect::Question;
use shared::wire::intent::{IntentState, IntentWhat};

/// The bench with one parcel.
#[component]
pub fn Bench(id: CaseId) -> impl IntoView {
    let desk = use_desk();
    let opened = desk.cases.opened(id.clone());
    let doing = Doing::new(desk, id.clone());
    doing.open();
    doing.follow(opened);
    let looking = Looking::new(desk, id.clone(), doing);
    Effect::new(move |_| {
        let item = doing.view.with(|view| view.as_ref().map(|view| view.row.item.clone()));
        if let Some(item) = item {
            web::set_title(&["Inspect ", &item, " · Amends"].concat());
        }
    });
    let state = Memo::new(move |_| {
        let is_failed = opened.with(|opened| opened.view.is_none() && matches!(opened.load, Load::Failed(_)));
        (doing.view.with(Option::is_some), is_failed)
    });
    // A parcel that opens takes the focus, so that a reader of the screen begins with it.
    Effect::new(move |_| {
        if state.get().0 {
            web::after_drawing(|| {
                let _ = web::focus("case-h");
            });
        }
    });
    move || {
        match state.get() {
        (true, _) => untrack(|| bench(desk, looking, &id)),
        (false, true) => failed(desk, doing, opened.with_untracked(|opened| opened.load.clone())),
        (false, false) => view! {
            <main class="bench" id="main" tabindex="-1" aria-busy="true">
                <div class="bench__bar">{back(desk)}<p class="vh" role="status">"Loading the parcel"</p><span class="skeleton skeleton--title"></span></div>
                <div class="bench__see stack"><span class="skeleton skeleton--words"></span><span class="skeleton skeleton--line"></span></div>
            </main>
        }
        .into_any(),
    }
    }
}

fn back(desk: Desk) -> AnyView {
    let href = move || desk.nav.href(&Route::Inspect { case: None });
    view! { <a class="btn btn--quiet btn--icon bench__back" href=href aria-label="Back to the list">{icon("left")}</a> }
        .into_any()
}

fn failed(desk: Desk, doing: Doing, load: Load) -> AnyView {
    let told = match load {
        Load::Failed(failure) => Some(failure.told()),
        Load::Loading | Load::Ready | Load::Stale(_) => None,
    };
    view! {
        <main class="bench" id="main" tabindex="-1">
            <div class="bench__bar">{back(desk)}<div><h1 id="case-h" tabindex="-1">"Parcel"</h1></div></div>
            {told.map(|told| view! {
                <div class="bench__see">
                    <div class="card empty" role="alert">
                        <h2>{told.fact}</h2>
                        <p>{told.advice}</p>
                        <button class="btn btn--primary btn--lg" type="button" on:click=move |_| doing.read()>"Try again"</button>
                    </div>
                </div>
            })}
        </main>
    }
    .into_any()
}

fn bench(desk: Desk, looking: Looking, id: &CaseId) -> AnyView {
    let doing = looking.doing;
    view! {
        <main class="bench" id="main" tabindex="-1">
            {bar(desk, looking, id)}
            {see::draw(desk, looking)}
            <section class="bench__do" aria-label="What is found" tabindex="0">
                {move || doing.stale.get().map(|told| view! {
                    <div class="banner banner--soon banner--in" role="status">{icon("warn")}<p><b class="strong">{told.fact}</b>" What you see may be old; answers are sent once the desk is back."</p></div>
                })}
                <Second doing/>
                <ul class="cond">{Question::ALL.map(|question| asked(desk, looking, question)).collect_view()}</ul>
                {unsaved(looking)}
                {notes(looking)}
            </section>
            {acts::draw(desk, looking)}
            <Sheets doing/>
        </main>
    }
    .into_any()
}

fn is_decided(view: &CaseView) -> bool {
    let is_verdict = |intent: &shared::wire::intent::IntentView| {
        matches!(intent.what, IntentWhat::Decision { .. }) && !matches!(intent.state, IntentState::Undone { .. })
    };
    view.options.offered.is_empty() && view.intents.iter().any(is_verdict)
}

fn bar(desk: Desk, looking: Looking, id: &CaseId) -> AnyView {
    let doing = looking.doing;
    let id = id.clone();
    let title = {
        let id = id.clone();
        move || {
            let place = desk.cases.with(|book| book.queue.ids().iter().position(|other| *other == id));
            match (place, waiting(desk)) {
                (Some(place), Some(count)) => {
                    ["Parcel ", &(place + 1).to_string(), " of ", &count.to_string()].concat()
                }
                (_, _) => "Parcel".to_owned(),
            }
        }
    };
    let number = move || doing.view.with(|view| view.as_ref().map(|view| ["Return ", &view.platform_id].concat()));
    let scanned = move || match looking.inspection().scan {
        Some(scan) => {
            let by = scan.by.map(|by| [" by ", &desk.session.name_of(&by)].concat()).unwrap_or_default();
            [" · scanned ", &web::when_inside(scan.at, desk.clock.coarse()), &by].concat()
        }
        None => " · not scanned".to_owned(),
    };
    let is_scanned = move || looking.inspection().scan.is_some();
    let decides = Memo::new(move |_| {
        doing
            .view
            .with(|view| view.as_ref().is_some_and(|view| motion::is_under_way(&view.intents) || is_decided(view)))
    });
    let current = move |is_here: bool| is_here.then_some("step");
    let clock = move || {
        let deadline = doing.view.with(|view| view.as_ref().and_then(|view| view.row.deadline))?;
        let now = desk.clock.coarse();
        Some(view! { <DueMark due=Due::at(deadline, now) ran_out=web::when(deadline, now) is_large=true/> })
    };
    let whole = {
        let stage = move || doing.view.with(|view| view.as_ref().map(|view| view.row.stage));
        move || {
            let stage = stage().unwrap_or(shared::domain::case::Stage::ToInspect);
            desk.nav.href(&Route::Desk { stage, case: Some(id.clone()) })
        }
    };
    view! {
        <div class="bench__bar">
            {back(desk)}
            <div class="bench__what">
                <h1 id="case-h" tabindex="-1">{title}</h1>
                <p class="num">{number}<span class="bench__scan">{scanned}</span></p>
            </div>
            <ol class="steps-3" aria-label="Steps">
                <li class:was=is_scanned>{move || is_scanned().then(|| small_icon("check"))}"Scan"</li>
                <li class:was=move || decides.get() aria-current=move || current(!decides.get())>{move || decides.get().then(|| small_icon("check"))}"Look"</li>
                <li aria-current=move || current(decides.get())>"Decide"</li>
            </ol>
            <a class="btn btn--quiet bench__whole" href=whole>"Whole case"</a>
            {clock}
        </div>
    }
    .into_any()
}

/// One question with its two answers. The element stays while answers come and go, and so does the focus.
fn asked(desk: Desk, looking: Looking, question: Question) -> AnyView {
    let words = move || {
        let reason = looking.doing.view.with(|view| view.as_ref().map(|view| view.row.reason.clone()));
        wording::question(question, &reason.unwrap_or_default())
    };
    let hint = move || {
        let sku = looking.doing.view.with(|view| {
            let line = view.as_ref()?.lines.first()?;
            Some(line.seller_sku.clone()).filter(|sku| !sku.is_empty())
        });
        match sku.filter(|_| question == Question::RightItem) {
            Some(sku) => ["SKU ", &sku].concat(),
            None => words().1.to_owned(),
        }
    };
    let known = Memo::new(move |_| looking.inspection().answer(question).cloned());
    let me = move || desk.session.me().map(|me| me.id);
    // Whose answer counts is said where it is not one's own.
    let by = move || {
        let answer = known.get()?;
        (Some(&answer.by) != me().as_ref()).then(|| [" · ", &desk.session.name_of(&answer.by)].concat())
    };
    let name = match question {
        Question::RightItem => "right_item",
        Question::Unused => "unused",
        Question::CleanAndWhole => "clean_and_whole",
        Question::AllParts => "all_parts",
    };
    let radio = move |is_yes: bool| {
        let is_on = move || known.with(|answer| answer.as_ref().is_some_and(|answer| answer.is_yes == is_yes));
        let (mark, text) = if is_yes { ("check", "Yes") } else { ("x", "No") };
        view! {
            <label class:no=!is_yes>
                <input type="radio" name=name prop:checked=is_on on:change=move |_| looking.answer(question, is_yes)/>
                {small_icon(mark)}{text}
            </label>
        }
    };
    view! {
        <li>
            <div><b class="strong">{move || words().0}</b><small>{hint}{by}</small></div>
            <fieldset class="yn"><legend class="vh">{move || words().0}</legend>{radio(true)}{radio(false)}</fieldset>
        </li>
    }
    .into_any()
}

/// Answers that the desk does not have.
fn unsaved(looking: Looking) -> impl IntoView {
    move || {
        let failure = looking.failure.get()?;
        let told = failure.told();
        let advice = if failure.is_network() {
            "Your answers stay here and are sent once it does.".to_owned()
        } else {
            told.advice
        };
        Some(view! {
            <div class="banner banner--soon banner--in" role="alert">
                {icon("offline")}<p><b class="strong">{told.fact}</b><br/>{advice}</p>
                <button class="btn" type="button" on:click=move |_| looking.save_all()>"Try again"</button>
            </div>
        })
    }
}

/// What each "no" means for the verdict.
fn notes(looking: Looking) -> impl IntoView {
    let said = Memo::new(move |_| {
        let reason =
            looking.doing.view.with(|view| view.as_ref().map(|view| view.row.reason.clone())).unwrap_or_default();
        let known = looking.inspection();
        let no =
            Question::ALL.into_iter().filter(|question| known.answer(*question).is_some_and(|answer| !answer.is_yes));
        no.map(|question| (wording::question(question, &reason).0, no_means(question, group_of(&reason))))
            .collect::<Vec<_>>()
    });
    let note = |(name, means): (&'static str, NoMeans)| {
        let (class, mark, fact, advice) = match means {
            NoMeans::AsTheBuyerSaid => (
                "banner banner--info banner--in",
                "info",
                [name, ": no. That is what the buyer said."].concat(),
                "It is no reason to refuse.",
            ),
            NoMeans::NoteIt => (
                "banner banner--info banner--in",
                "info",
                "A missing small part is no reason to refuse by itself.".to_owned(),
                "Your answer is kept with the case. Accept, and let the shop order spares.",
            ),
            NoMeans::MayRefuse => (
                "banner banner--soon banner--in",
                "warn",
                [name, ": no. It may be a reason to refuse."].concat(),
                "Show it in the close-up. Then refuse with the photos, or ask a lead if you are not sure.",
            ),
        };
        view! { <div class=class>{icon(mark)}<p><b class="strong">{fact}</b>" "{advice}</p></div> }
    };
    view! { <div class="stack" role="status">{move || said.get().into_iter().map(note).collect_view()}</div> }
}
