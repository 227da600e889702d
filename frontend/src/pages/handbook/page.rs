//! A page as it is read: its steps, what is new in it, and its history.

use super::touches::{self, Ways};
use super::{Book, compare, href, stage_words};
use crate::api::{self, uploads};
use crate::components::{Banner, BannerTone, Confirm, Icon};
use crate::routes::{Face, Route};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::handbook::{Became, StepChange, VersionName, Video};
use shared::error::ErrorCode;
use shared::wire::handbook::{CheckName, OwnVideo, PageView, Revision, Shown, StepView, Touches, WhatChanged};

/// So many checks are named; of more it is said how many.
const NAMED: usize = 5;

/// A video, once somebody has asked for it: until then nothing is loaded from its host.
fn video(title: &str, video: &Video) -> AnyView {
    let is_open = RwSignal::new(false);
    let (frame, host, title) = (video.frame.clone(), video.host.clone(), title.to_owned());
    let label = ["Play on ", &host, ": ", &title].concat();
    // On paper there is nothing to press.
    let on_paper = ["Video: ", &video.frame].concat();
    let open = move || {
        let name = ["Video: ", &title].concat();
        // Without a referrer the hosts refuse; they learn the desk's origin, and nothing of the page.
        view! {
            <iframe
                class="video__frame" src=frame.clone() title=name allow="fullscreen; picture-in-picture; encrypted-media"
                sandbox="allow-scripts allow-same-origin allow-presentation allow-popups"
                referrerpolicy="strict-origin-when-cross-origin"
            ></iframe>
        }
    };
    view! {
        <div class="video-place">
            <p class="video__paper small">{on_paper}</p>
            {move || is_open.get().then(&open)}
            <Show when=move || !is_open.get()>
                <button class="video" type="button" aria-label=label.clone() on:click=move |_| is_open.set(true)>
                    <span class="play"><Icon name="play"/></span>
                    <span class="cap"><span>"Video"</span><span>{host.clone()}</span></span>
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// A video of the handbook's own, with the browser's own controls. On paper its picture stands in for it.
fn own_video(title: &str, video: &OwnVideo) -> AnyView {
    let is_broken = RwSignal::new(false);
    let player = ["video-", video.file.as_str()].concat();
    let poster = video.poster.as_ref().map(uploads::file_url);
    let captions = video.captions.as_ref().map(uploads::file_url);
    let on_paper = poster.clone().map(|source| {
        let words = ["The first picture of the video: ", title].concat();
        view! { <img class="video__paper" crossorigin=uploads::with_session() src=source alt=words loading="lazy"/> }
    });
    let id = player.clone();
    let again = Callback::new(move |()| {
        is_broken.set(false);
        let _ = web::load_anew(&id);
    });
    // What is in front of it is enough until somebody presses play.
    let preload = if poster.is_some() { "none" } else { "metadata" };
    view! {
        <div class="video-place">
            <video
                id=player class="video__own" controls playsinline preload=preload poster=poster crossorigin=uploads::with_session()
                src=uploads::file_url(&video.file) aria-label=["Video: ", title].concat() on:error=move |_| is_broken.set(true)
            >
                {captions.map(|source| view! { <track kind="captions" label="Captions" default src=source/> })}
            </video>
            {on_paper}
            <Show when=move || is_broken.get()>
                <Banner tone=BannerTone::Stop fact="The video did not load." text="Check the network. If it goes on, this browser may not play its kind: tell whoever keeps the handbook.">
                    <button class="btn btn--sm" type="button" on:click=move |_| again.run(())>"Try again"</button>
                </Banner>
            </Show>
        </div>
    }
    .into_any()
}

fn check(check: &CheckName) -> AnyView {
    view! {
        <li><details>
            <summary><span class="auto"><Icon name="quality"/><span class="vh">"Checked by the desk: "</span></span><span>{check.text.clone()}</span></summary>
            <p>{check.explanation.clone()}</p>
        </details></li>
    }
    .into_any()
}

fn tick(text: &str) -> AnyView {
    view! { <li><span class="step__box" aria-hidden="true"></span><span>{text.to_owned()}</span><span class="by">"you tick it"</span></li> }
        .into_any()
}

/// The id of a step on the page, by its number from 1.
pub(super) fn step_id(number: usize) -> String {
    ["step-", &number.to_string()].concat()
}

fn step(number: usize, step: &StepView) -> AnyView {
    let checks: Vec<AnyView> = step.checks.iter().map(check).chain(step.ticks.iter().map(|text| tick(text))).collect();
    let id = step_id(number);
    let heading = [&id, "-h"].concat();
    let labelled = heading.clone();
    view! {
        <section class="step" class:step--bare=step.video.is_none() && step.own_video.is_none() id=id aria-labelledby=labelled>
            <span class="no" aria-hidden="true">{number}</span>
            <div>
                <h3 id=heading><span class="vh">"Step "{number}": "</span>{step.title.clone()}</h3>
                <div class="prose" inner_html=uploads::placed(&step.html)></div>
                {step.stage.map(|stage| view! { <p class="small beside"><Icon name="desk" class="icon--s"/>{stage_words(stage)}</p> })}
                {(!checks.is_empty()).then(|| view! { <ul class="checks" aria-label="Checks of this step">{checks}</ul> })}
            </div>
            {step.video.as_ref().map(|found| video(&step.title, found))}
            {step.own_video.as_ref().map(|found| own_video(&step.title, found))}
        </section>
    }
    .into_any()
}

/// What a page says, with what is new in it; also the preview of the editor.
pub fn shown(shown: &Shown, changed: Option<AnyView>) -> AnyView {
    let steps: Vec<AnyView> = (1..).zip(&shown.steps).map(|(number, found)| step(number, found)).collect();
    view! {
        <h1 id="sop-h" tabindex="-1">{shown.title.clone()}</h1>
        {(!shown.purpose.trim().is_empty()).then(|| view! { <p class="muted">{shown.purpose.clone()}</p> })}
        {changed}
        <h2>"Steps"</h2>
        {steps}
    }
    .into_any()
}

/// One line about a step that is another now.
pub fn changed_step(change: &StepChange) -> String {
    let number = change.number.to_string();
    let became = match change.became {
        Became::New => " is new",
        Became::Changed => " has changed",
        Became::Gone => return ["“", &change.title, "” is gone."].concat(),
    };
    ["Step ", &number, " “", &change.title, "”", became, "."].concat()
}

/// "in version 2.1.0"; of more than one version, from which to which.
fn span(missed: &[Revision], since: VersionName) -> String {
    match missed {
        [newest, _, ..] => ["from version ", &since.to_string(), " to ", &newest.version.to_string()].concat(),
        missed => ["in version ", &missed.first().map(|only| only.version.to_string()).unwrap_or_default()].concat(),
    }
}

/// The checks by name, or how many they are; nothing where there are none.
fn some_checks(title: &str, checks: &[String]) -> Option<String> {
    match checks {
        [] => None,
        few if few.len() <= NAMED => Some([title, &few.join(", "), "."].concat()),
        many => Some([title, &many.len().to_string(), "."].concat()),
    }
}

fn what_changed(page: &PageView, changed: &WhatChanged, leads: bool) -> AnyView {
    let Some(since) = changed.since else {
        return view! {
            <div class="changed" role="note" aria-labelledby="changed-h">
                <Icon name="history"/><b class="strong" id="changed-h">"All of this is new to you"</b><p>"You have signed no version of this page yet."</p>
            </div>
        }
        .into_any();
    };
    let missed = page.history.iter().position(|revision| revision.version == since);
    let missed = missed.and_then(|known| page.history.get(..known)).unwrap_or_default();
    let is_one = missed.len() == 1;
    let words = missed.iter().map(|revision| {
        let version = (!is_one).then(|| [&revision.version.to_string(), ": "].concat());
        view! { <li>{version}{revision.description.clone()}</li> }.into_any()
    });
    let steps = changed.steps.iter().map(|change| {
        let words = changed_step(change);
        match change.became {
            Became::Gone => view! { <li>{words}</li> }.into_any(),
            Became::New | Became::Changed => {
                let target = ["#step-", &change.number.to_string()].concat();
                view! { <li><a href=target rel="external">{words}</a></li> }.into_any()
            }
        }
    });
    let checks =
        [("New among its checks: ", &changed.new_checks), ("No longer among its checks: ", &changed.gone_checks)];
    let checks = checks.into_iter().filter_map(|(title, checks)| some_checks(title, checks));
    let checks = checks.map(|words| view! { <li>{words}</li> }.into_any());
    let lines: Vec<AnyView> = words.chain(steps).chain(checks).collect();
    let steps = page.shown.as_ref().map(|shown| shown.steps.as_slice()).unwrap_or_default();
    view! {
        <div class="changed" role="note" aria-labelledby="changed-h">
            <Icon name="history"/><b class="strong" id="changed-h">"What changed for you "{span(missed, since)}</b><ul>{lines}</ul>
            {touches::draw(&changed.touches, Ways { leads, steps }, false)}
        </div>
    }
    .into_any()
}

/// Who approved a version, and that nobody else could have.
pub fn approval(revision: &Revision) -> String {
    match (&revision.author, revision.alone) {
        (_, true) => [&revision.approved_by, ", alone at this desk"].concat(),
        (Some(author), false) => [&revision.approved_by, ", written by ", author].concat(),
        (None, false) => revision.approved_by.clone(),
    }
}

fn history(page: &PageView, leads: bool) -> AnyView {
    let steps = page.shown.as_ref().map(|shown| shown.steps.as_slice()).unwrap_or_default();
    let here = page.revision.as_ref().map(|revision| revision.number);
    let newest = page.history.first().map(|revision| revision.number);
    let row = |(revision, touched): (&Revision, &Touches)| {
        let is_here = here == Some(revision.number);
        let face = if newest == Some(revision.number) { Face::InForce } else { Face::Version(revision.number) };
        view! {
            <tr aria-current=is_here.then_some("true")>
                <td class="num">{web::date(revision.at)}</td>
                <td class="num"><a href=href(&page.id, face)>{revision.version.to_string()}</a></td>
                <th scope="row">{revision.description.clone()}{touches::draw(touched, Ways { leads, steps }, false)}</th>
                <td>{approval(revision)}</td>
            </tr>
        }
        .into_any()
    };
    let rows: Vec<AnyView> = page.history.iter().zip(&page.touched).map(row).collect();
    view! {
        <h2>"Revision history"</h2>
        <div class="wide" tabindex="0"><table class="grid">
            <thead><tr><th scope="col">"Date"</th><th scope="col">"Version"</th><th scope="col">"Description"</th><th scope="col">"Approved by"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

/// Lets the draft of a page say what an older version said. What an open one says stays among its revisions.
#[component]
fn BeginFrom(book: Book, page: PageView, from: Revision) -> impl IntoView {
    let revision = |page: &PageView| page.draft.as_ref().map(|draft| draft.revision);
    let (is_asking, seen) = (RwSignal::new(false), RwSignal::new(revision(&page)));
    let begin = move || {
        is_asking.set(false);
        let (id, seen_now) = (page.id.clone(), seen.get_untracked());
        spawn_local(async move {
            match api::handbook::begin_from(&id, from.number, seen_now).await {
                Ok(()) => {
                    // Who has gone on meanwhile is left where they are.
                    if matches!(book.desk.nav.route_now(), Route::Handbook { page: Some(here), .. } if here == id) {
                        book.desk.nav.go(&Route::Handbook { page: Some(id), face: Face::Edit });
                    }
                }
                // Somebody has written meanwhile: it is asked about that one.
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => {
                    match api::handbook::page(&id, None).await {
                        Ok(page) => {
                            seen.try_set(revision(&page));
                            is_asking.try_set(true);
                        }
                        Err(failure) => book.desk.toasts.failed(&failure),
                    }
                }
                Err(failure) => book.desk.toasts.failed(&failure),
            }
        });
    };
    let press = {
        let begin = begin.clone();
        move |_| if seen.with_untracked(Option::is_some) { is_asking.set(true) } else { begin() }
    };
    let yes = Callback::new(move |()| begin());
    view! {
        <button class="btn btn--quiet btn--sm" type="button" on:click=press><Icon name="note" class="icon--s"/>"Start a draft from this version"</button>
        <Show when=move || is_asking.get()>
            <Confirm
                title="There is a draft already" text="It will say what this version said. What it says now stays among its revisions. If it waits for approval, it is taken back."
                act="Start from this version" on_yes=yes on_no=move |()| is_asking.set(false)
            />
        </Show>
    }
}

fn meta(book: Book, page: &PageView) -> AnyView {
    let newest = page.history.first();
    let is_in_force = page.revision.as_ref().map(|one| one.number) == newest.map(|one| one.number);
    let chip = match (&page.revision, is_in_force) {
        _ if page.retired.is_some() => {
            view! { <span class="chip chip--soon"><Icon name="history"/>"Retired"</span> }.into_any()
        }
        (None, _) => view! { <span class="chip chip--dash">"Never published"</span> }.into_any(),
        (Some(_), true) => view! { <span class="chip chip--good"><Icon name="check"/>"In force"</span> }.into_any(),
        (Some(_), false) => {
            view! { <span class="chip chip--soon"><Icon name="history"/>"Not in force"</span> }.into_any()
        }
    };
    let words = page.revision.as_ref().map(|revision| {
        view! { <span>"Version "{revision.version.to_string()}</span><span>"since "{web::date(revision.at)}</span><span>"Approved by "{approval(revision)}</span> }
    });
    let back = (!is_in_force).then(|| view! { <a href=href(&page.id, Face::InForce)>"Read what is in force"</a> });
    let owner = page.owner.as_ref().map(|owner| view! { <span>"Looked after by "{owner.name.clone()}</span> });
    // Nobody looks any more whether a retired page holds.
    let look = page.look_by.filter(|_| page.retired.is_none()).map(|at| {
        let is_late = book.desk.clock.now() > at;
        let words = if is_late { "A look was due by " } else { "Next look by " };
        view! { <span class:chip=is_late class:chip--soon=is_late>{words}{web::date(at)}</span> }
    });
    let edit = (book.leads.get() && is_in_force && page.retired.is_none()).then(|| {
        let words = if page.draft.is_some() { "Open the draft" } else { "Change it" };
        view! { <a class="btn btn--quiet btn--sm" href=href(&page.id, Face::Edit)><Icon name="note" class="icon--s"/>{words}</a> }
    });
    let older = page.revision.as_ref().filter(|_| book.leads.get() && !is_in_force && page.retired.is_none());
    let begin = older.map(|older| view! { <BeginFrom book page=page.clone() from=older.clone()/> });
    view! {
        <div class="meta">
            {chip}{words}{owner}{look}{back}
            <span class="push acts">
                {edit}{begin}
                <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| { let _ = web::print(); }><Icon name="copy" class="icon--s"/>"Print"</button>
            </span>
        </div>
    }
    .into_any()
}

/// Draws a page.
pub fn draw(book: Book, page: &PageView) -> AnyView {
    let leads = book.leads.get();
    let body = page.shown.as_ref().map_or_else(
        || view! { <h1 id="sop-h">"A page that was never published"</h1><p class="muted">"Open its draft to go on writing."</p> }.into_any(),
        |said| shown(said, page.changed.as_ref().map(|changed| what_changed(page, changed, leads))),
    );
    view! {
        <article class="sop" aria-labelledby="sop-h">
            {meta(book, page)}
            {page.retired.map(|at| {
                let fact = ["Retired on ", &web::date(at), "."].concat();
                view! { <Banner tone=BannerTone::Info fact=fact text="Nobody works by it any more. It is kept for what was done by it."/> }
            })}
            {body}
            {(!page.history.is_empty()).then(|| history(page, leads))}
            {(page.history.len() > 1).then(|| view! { <compare::Versions id=page.id.clone() history=page.history.clone()/> })}
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Timestamp;

    fn revision(version: VersionName, author: Option<&str>, alone: bool) -> Revision {
        Revision {
            number: 1,
            version,
            at: Timestamp::from_millis(0),
            description: String::new(),
            author: author.map(str::to_owned),
            approved_by: "P.R.".to_owned(),
            alone,
        }
    }

    #[test]
    fn the_history_says_who_wrote_and_who_approved() {
        for (author, alone, words) in [
            (None, false, "P.R."),
            (Some("Ada"), false, "P.R., written by Ada"),
            (Some("P.R."), true, "P.R., alone at this desk"),
        ] {
            assert_eq!(approval(&revision(VersionName(1, 0, 0), author, alone)), words);
        }
    }

    #[test]
    fn what_changed_names_all_versions_that_were_missed() {
        let missed = [VersionName(2, 2, 0), VersionName(2, 1, 0)].map(|version| revision(version, None, false));
        assert_eq!(span(&missed, VersionName(2, 0, 0)), "from version 2.0.0 to 2.2.0");
        assert_eq!(span(&missed[..1], VersionName(2, 1, 0)), "in version 2.2.0");
    }

    #[test]
    fn a_few_checks_are_named_and_many_are_counted() {
        let checks: Vec<String> = ["In time", "Decided in time"].map(str::to_owned).to_vec();
        assert_eq!(some_checks("New: ", &[]), None);
        assert_eq!(some_checks("New: ", &checks).as_deref(), Some("New: In time, Decided in time."));
        assert_eq!(some_checks("New: ", &vec!["In time".to_owned(); 6]).as_deref(), Some("New: 6."));
    }

    #[test]
    fn a_change_names_the_step() {
        for (became, words) in [
            (Became::New, "Step 2 “Look” is new."),
            (Became::Changed, "Step 2 “Look” has changed."),
            (Became::Gone, "“Look” is gone."),
        ] {
            assert_eq!(changed_step(&StepChange { number: 2, title: "Look".to_owned(), became }), words);
        }
    }
}
