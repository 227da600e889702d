//! One run: its cases and its clock while it goes on, its score once it is judged.

use super::score;
use super::{Drill, cases, go, page};
use crate::api::{self, Answer, Failure};
use crate::components::{Banner, BannerTone, Confirm, FailureBanner, Icon, RowSkeletons};
use crate::i18n::{format, words};
use crate::routes::{Narrow, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::{CaseId, RunId};
use shared::reasons::label;
use shared::wire::practice::{RunCase, RunState, RunView, SPEEDS, SkipRequest, Skipped};

/// What comes by itself is looked for this often.
const AGAIN_MS: u32 = 1_500;
const MINUTE_MS: i64 = 60_000;

#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    run: StoredValue<RunId>,
    found: RwSignal<Option<Answer<RunView>>>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// How much time has passed with the last skip.
    passed: RwSignal<Option<Skipped>>,
    /// Asked whether to finish or to leave.
    asks: RwSignal<Option<Asks>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Finish,
    Leave,
    /// So many minutes are skipped, in which time runs out for so many cases.
    Skip(u32, u64),
}

/// How the cases of a run stand: decided, open, and decided with a buyer to whom somebody has yet to write.
fn counts(view: &RunView) -> (u32, u32, u32) {
    let (mut decided, mut open, mut owed) = (0, 0, 0);
    for case in view.cases.iter().filter(|case| case.is_done || !case.ran_out) {
        match case.stage.filter(|_| !case.is_done) {
            None if !case.is_done => open += 1,
            // A return that was agreed to is asked about again when its parcel is here.
            Some(Stage::Waiting) if case.to_come > 0 => open += 1,
            Some(Stage::ToDecide | Stage::ToInspect) => open += 1,
            Some(Stage::ToTell) => (decided, owed) = (decided + 1, owed + 1),
            None | Some(Stage::Waiting | Stage::Disputed | Stage::Done) => decided += 1,
        }
    }
    (decided, open, owed)
}

/// "2 of 3 cases decided".
fn decided(view: &RunView) -> String {
    [&counts(view).0.to_string(), " of ", &cases(view.run.cases), " decided"].concat()
}

/// What it would cost to finish now; none: nothing.
fn costs(view: &RunView) -> Option<String> {
    let rest = match counts(view) {
        (_, 0, 0) => return None,
        (_, 0, owed) => {
            [". ", &format::count(owed.into(), "buyer is", "buyers are"), " not told yet, and never will be."].concat()
        }
        _ => ". What is on its way arrives. What nobody has decided runs out of time and is worth nothing.".to_owned(),
    };
    Some([decided(view), rest].concat())
}

/// A queue of a run, at one of its cases or none.
pub(super) fn desk_path(view: &RunView, stage: Stage, case: Option<&CaseId>) -> String {
    let narrow = Narrow { shop: view.run.shop.clone(), ..Narrow::default() };
    let route = Route::Desk { stage, case: case.cloned() };
    [route.path(), narrow.query()].concat()
}

impl Page {
    /// Reads again and again for as long as something comes by itself, and the page is there.
    fn watch(self) {
        spawn_local(async move {
            loop {
                let Some(run) = self.run.try_get_value() else { return };
                let answer = api::practice::run(&run).await;
                let is_live = answer.as_ref().map_or(true, |view| view.run.state.is_live());
                let Some(known) = self.found.try_get_untracked() else { return };
                let is_news = match (&known, &answer) {
                    (Some(Ok(known)), Ok(view)) => known != view,
                    // A look that fails leaves what is shown.
                    (Some(_), Err(_)) => false,
                    _ => true,
                };
                if is_news {
                    self.found.try_set(Some(answer));
                }
                if !is_live {
                    return;
                }
                web::pause(AGAIN_MS).await;
            }
        });
    }

    fn act<T: 'static>(self, asked: impl Future<Output = Answer<T>> + 'static, done: impl FnOnce(T) + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = asked.await;
            self.is_busy.try_set(false);
            match answer {
                Ok(answer) => done(answer),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    /// How many cases run out of time within so many minutes.
    fn run_out(self, minutes: u32) -> u64 {
        let end = self.desk.clock.now().plus_millis(i64::from(minutes) * MINUTE_MS);
        let view = untrack(|| self.known());
        let cases = view.map(|view| view.cases).unwrap_or_default();
        let count = cases.iter().filter(|case| case.deadline.is_some_and(|deadline| deadline <= end)).count();
        u64::try_from(count).unwrap_or_default()
    }

    /// Skips so much, and asks first where that costs a decision.
    fn skip_minutes(self, minutes: u32) {
        match self.run_out(minutes) {
            0 => self.skip(SkipRequest::Minutes { minutes }),
            count => self.ask(Asks::Skip(minutes, count)),
        }
    }

    /// Asks first; not while something is being done, which `act` would drop the answer for.
    fn ask(self, asks: Asks) {
        if !self.is_busy.get_untracked() {
            self.asks.set(Some(asks));
        }
    }

    fn skip(self, request: SkipRequest) {
        if self.is_busy.get_untracked() {
            return;
        }
        let run = self.run.get_value();
        self.passed.set(None);
        self.act(async move { api::practice::skip(&run, request).await }, move |skipped| {
            // The desk knows of a deadline that this page may not have read yet.
            match skipped.past_deadline {
                Some(minutes) => drop(self.asks.try_set(Some(Asks::Skip(minutes, self.run_out(minutes).max(1))))),
                None => drop(self.passed.try_set(Some(skipped))),
            }
        });
    }

    /// From now on the clock runs so many times faster.
    fn run_faster(self, times: u32) {
        let run = self.run.get_value();
        self.act(async move { api::practice::skip(&run, SkipRequest::Speed { times }).await }, move |_| {
            self.found.try_update(|found| {
                if let Some(Ok(view)) = found {
                    view.speed = times;
                }
            });
        });
    }

    fn finish(self) {
        let run = self.run.get_value();
        self.act(async move { api::practice::finish(&run).await }, move |view| {
            self.found.try_set(Some(Ok(view)));
        });
    }

    fn leave(self) {
        let run = self.run.get_value();
        self.act(async move { api::practice::leave(&run).await }, move |()| {
            go(self.desk, &Drill::List);
        });
    }

    /// Whether a press would do nothing now. A button that were disabled meanwhile would lose the focus.
    fn rests(self) -> impl Fn() -> String + Copy + Send + 'static {
        move || self.is_busy.get().to_string()
    }

    fn clock(self) -> AnyView {
        let skip = |label: &'static str, minutes: u32| {
            let press = move |_| match minutes {
                0 => self.skip(SkipRequest::Next),
                minutes => self.skip_minutes(minutes),
            };
            view! { <button class="btn" type="button" aria-disabled=self.rests() on:click=press>{label}</button> }
        };
        let speed = move |times: u32| {
            let is_on = move || self.known().is_some_and(|view| view.speed == times);
            let label = [&times.to_string(), " ×"].concat();
            let press = move |_| self.run_faster(times);
            // What is not taken is not chosen either.
            let hold = move |event: leptos::ev::MouseEvent| {
                if self.is_busy.get_untracked() {
                    event.prevent_default();
                }
            };
            view! { <label><input type="radio" name="speed" prop:checked=is_on aria-disabled=self.rests() on:click=hold on:change=press/>{label}</label> }
        };
        let speeds: Vec<_> = SPEEDS.into_iter().map(speed).collect();
        let said = move || {
            let skipped = self.passed.get()?;
            let text = match skipped.seconds {
                ..=0 => "Nothing is on its way. It is your turn, or a deadline’s.".to_owned(),
                seconds => {
                    ["It is ", &format::span((seconds * 1000).max(MINUTE_MS)), " later for your cases."].concat()
                }
            };
            Some(view! { <p class="small" role="status">{text}</p> })
        };
        view! {
            <section class="card stack" aria-labelledby="clock-h">
                <header><h2 id="clock-h">"Time"</h2></header>
                <p class="small muted">"Refunds, parcels and answers take their time, and deadlines run. Skip what you need not wait for."</p>
                <div class="line wrap">
                    {skip("Until something happens", 0)}
                    {skip("An hour", 60)}
                    {skip("A day", 24 * 60)}
                </div>
                {said}
                <div class="line wrap"><span class="small muted" aria-hidden="true">"The clock runs"</span><fieldset class="seg"><legend class="vh">"How fast the clock runs"</legend>{speeds}</fieldset></div>
            </section>
        }
        .into_any()
    }

    fn confirm(self) -> AnyView {
        (move || {
            let asks = self.asks.get()?;
            let (title, text, act) = match asks {
                Asks::Finish => {
                    let view = untrack(|| self.known());
                    ("Finish this run?", view.as_ref().and_then(costs).unwrap_or_default(), "Finish")
                }
                Asks::Leave => (
                    "Leave this run?",
                    "It is not judged, and its cases are put away. You can begin again.".to_owned(),
                    "Leave",
                ),
                Asks::Skip(_, count) => (
                    "Skip past a deadline?",
                    [
                        &format::count(count, "case runs", "cases run"),
                        " out of time before that. What nobody has decided is worth nothing.",
                    ]
                    .concat(),
                    "Skip",
                ),
            };
            let yes = move |()| {
                self.asks.set(None);
                match asks {
                    Asks::Leave => self.leave(),
                    Asks::Finish => self.finish(),
                    Asks::Skip(minutes, _) => self.skip(SkipRequest::Minutes { minutes }),
                }
            };
            Some(view! { <Confirm title text act on_yes=yes on_no=move |()| self.asks.set(None)/> })
        })
        .into_any()
    }

    /// The run as it was last read.
    fn known(self) -> Option<RunView> {
        self.found.with(|found| found.as_ref().and_then(|answer| answer.as_ref().ok().cloned()))
    }

    fn running(self, view: &RunView) -> AnyView {
        let finish = move |_| {
            if untrack(|| self.known()).as_ref().and_then(costs).is_some() {
                self.ask(Asks::Finish);
            } else {
                self.finish();
            }
        };
        // Each row is drawn anew only when it changes, so that who is at one of them stays there.
        let rows = move || {
            let cases = self.known().map(|view| view.cases).unwrap_or_default();
            cases.into_iter().enumerate().collect::<Vec<_>>()
        };
        let key = |(place, case): &(usize, RunCase)| {
            (*place, case.is_done, case.case.clone(), case.stage, case.deadline, case.ran_out)
        };
        let about = StoredValue::new(view.clone());
        let row = move |(_, case): (usize, RunCase)| about.with_value(|view| line(self.desk, view, &case));
        view! {
            <div class="drill__grid">
                <section class="card card--flush" aria-labelledby="cases-h">
                    <header class="pad"><h2 id="cases-h">"Your cases"</h2>
                        <a class="btn btn--primary push" href=desk_path(view, Stage::ToDecide, None)>"Work in the queue"</a>
                    </header>
                    <ul class="drill__cases"><For each=rows key children=row/></ul>
                </section>
                <div class="stack">
                    {self.clock()}
                    <section class="card stack" aria-labelledby="end-h">
                        <header><h2 id="end-h">"When you are through"</h2></header>
                        <p class="small muted">"Finish when every buyer is decided and told. The score shows each check, and why."</p>
                        <div class="line wrap">
                            <button class="btn" type="button" aria-disabled=self.rests() on:click=finish>"Finish and see the score"</button>
                            <button class="btn btn--quiet" type="button" aria-disabled=self.rests() on:click=move |_| self.ask(Asks::Leave)>"Leave"</button>
                        </div>
                    </section>
                </div>
            </div>
        }
        .into_any()
    }

    fn body(self, view: &RunView) -> AnyView {
        match view.run.state {
            RunState::Opening => {
                waits("Your cases are being opened.", "Buyers write, and a shop of your own takes them in.")
            }
            RunState::Ending => waits(
                "What is on its way arrives now.",
                "Refunds, parcels and answers come in, then every case is judged.",
            ),
            RunState::Running => self.running(view),
            RunState::Scored => {
                view! { <h2 class="vh" id="score-h" tabindex="-1">"Score"</h2>{score::draw(self.desk, view)} }
                    .into_any()
            }
            RunState::Left | RunState::Expired => {
                let fact = if view.run.state == RunState::Left {
                    "This run was left before its end."
                } else {
                    "Nobody went on with this run for a day."
                };
                let text = "It was not judged. The exercise can be begun again.";
                view! { <Banner tone=BannerTone::Info fact text/> }.into_any()
            }
        }
    }
}

/// What takes the focus when a run has come to this state.
const fn heading_id(state: RunState) -> &'static str {
    match state {
        RunState::Opening | RunState::Ending => "run-waits",
        RunState::Scored => "score-h",
        RunState::Running | RunState::Left | RunState::Expired => "quality-h",
    }
}

fn waits(fact: &'static str, text: &'static str) -> AnyView {
    view! {
        <div class="stack" id="run-waits" role="group" aria-label=fact tabindex="-1" aria-busy="true"><Banner tone=BannerTone::Info fact text/><RowSkeletons count=3/></div>
    }
    .into_any()
}

/// How a case stands: done, out of time, or whose turn it is and how long.
fn stands(desk: Desk, case: &RunCase) -> AnyView {
    let (class, text) = match (case.is_done, case.ran_out, case.stage, case.deadline) {
        (true, ..) => ("chip chip--good push", "Done"),
        (false, true, ..) => ("chip chip--stop push", "Ran out"),
        (false, false, _, Some(deadline)) => {
            let left = move || {
                let left = deadline.since(desk.clock.coarse());
                if left > 0 { [&format::span(left.max(MINUTE_MS)), " left"].concat() } else { "Time is up".to_owned() }
            };
            return view! { <span class="chip chip--dash push">{left}</span> }.into_any();
        }
        (false, false, Some(stage), None) => ("chip chip--dash push", words::stage(stage)),
        (false, false, None, None) => ("chip chip--dash push", "Open"),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn line(desk: Desk, view: &RunView, case: &RunCase) -> AnyView {
    let name = label(case.reason);
    let name = match (&case.case, case.stage) {
        (Some(id), Some(stage)) => view! { <a href=desk_path(view, stage, Some(id))>{name}</a> }.into_any(),
        _ => name.into_any(),
    };
    let (icon, kind) = (words::kind_icon(case.kind), words::kind(case.kind));
    view! { <li class="line"><Icon name=icon/><div><b class="strong">{name}</b><p class="small muted">{kind}</p></div>{stands(desk, case)}</li> }
        .into_any()
}

fn lede(view: &RunView) -> String {
    match view.run.state {
        RunState::Running => {
            let done = view.run.done.to_string();
            let stands = if view.run.done == view.run.cases {
                [&done, " of ", &cases(view.run.cases), " done."].concat()
            } else {
                [&decided(view), ", ", &done, " done."].concat()
            };
            [&view.about, " ", &stands].concat()
        }
        _ => view.about.clone(),
    }
}

/// The run that the address names.
#[component]
pub fn RunPage(run: RunId) -> impl IntoView {
    let desk = use_desk();
    let at = Page {
        desk,
        run: StoredValue::new(run),
        found: RwSignal::new(None),
        is_busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        passed: RwSignal::new(None),
        asks: RwSignal::new(None),
    };
    at.watch();
    let title = move || {
        let title = at.known().map_or_else(|| "Practice".to_owned(), |view| view.run.title);
        web::set_title(&[&title, " · Practice · Amends"].concat());
        title
    };
    // What watches goes on, and looks again within moments.
    let retry = Callback::new(move |()| at.found.set(None));
    let shape = Memo::new(move |_| {
        at.found.with(|found| {
            found.as_ref().map(|answer| match answer {
                Ok(view) => Ok(view.run.state),
                Err(failure) => Err(failure.clone()),
            })
        })
    });
    // What had the focus goes with the state it stood in; the page's first drawing moves nothing.
    Effect::new(move |before: Option<Option<RunState>>| {
        let state = shape.get().and_then(Result::ok);
        if let (Some(before), Some(state)) = (before.flatten(), state)
            && before != state
        {
            web::after_drawing(move || web::focus_if_lost(heading_id(state)));
        }
        state
    });
    let body = move || match shape.get() {
        None => view! { <RowSkeletons count=4/> }.into_any(),
        Some(Ok(_)) => untrack(|| at.known()).map_or_else(|| ().into_any(), |view| untrack(|| at.body(&view))),
        Some(Err(failure)) => view! { <FailureBanner failure on_retry=retry/> }.into_any(),
    };
    let all = Drill::List.path();
    page(
        title.into_any(),
        (move || at.known().map(|view| lede(&view))).into_any(),
        view! { <a class="btn btn--quiet" href=all>"All exercises"</a> }.into_any(),
        view! {
            {move || at.failure.get().map(|failure| view! { <FailureBanner failure/> })}
            {body}
            {at.confirm()}
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::case::Kind;
    use shared::reasons::ReasonGroup;
    use shared::time::Timestamp;
    use shared::wire::practice::RunBrief;
    use shared::wire::session::{Person, Role};

    fn run(cases: &[(bool, Option<Stage>)]) -> RunView {
        let case = |(is_done, stage): &(bool, Option<Stage>)| RunCase {
            case: None,
            kind: Kind::RefundOnly,
            reason: ReasonGroup::Damaged,
            is_done: *is_done,
            stage: *stage,
            deadline: None,
            ran_out: false,
            to_come: 0,
            percent: None,
            points: Vec::new(),
            deeds: Vec::new(),
            why: String::new(),
        };
        let cases: Vec<RunCase> = cases.iter().map(case).collect();
        let count = |done: bool| cases.iter().filter(|case| case.is_done || !done).count().try_into().unwrap();
        RunView {
            run: RunBrief {
                id: "r_1".parse().unwrap(),
                exercise: "first-day".parse().unwrap(),
                title: "First day".to_owned(),
                state: RunState::Running,
                begun: Timestamp::from_millis(0),
                ended: None,
                percent: None,
                is_passed: false,
                done: count(true),
                cases: count(false),
                shop: None,
            },
            agent: Person { has_left: false, id: "ines".parse().unwrap(), name: "Ines".to_owned(), role: Role::Agent },
            about: "Look.".to_owned(),
            pass_percent: 80,
            speed: 1,
            cases,
            earlier: Vec::new(),
        }
    }

    #[test]
    fn who_has_decided_all_is_not_asked_whether_to_finish() {
        let waiting = (false, Some(Stage::Waiting));
        let all = run(&[waiting, waiting, (true, None)]);
        assert_eq!((lede(&all).as_str(), costs(&all)), ("Look. 3 of 3 cases decided, 1 done.", None));
        let one = run(&[waiting, (false, Some(Stage::ToDecide)), (false, None)]);
        assert!(costs(&one).unwrap().starts_with("1 of 3 cases decided. What is on its way arrives."));
        let untold = run(&[(false, Some(Stage::ToTell)), (true, None)]);
        assert_eq!(costs(&untold).unwrap(), "2 of 2 cases decided. 1 buyer is not told yet, and never will be.");
        assert_eq!(lede(&run(&[(true, None)])), "Look. 1 of 1 case done.");
        let mut back = run(&[waiting, waiting]);
        back.cases[1].to_come = 1;
        assert!(costs(&back).unwrap().starts_with("1 of 2 cases decided. What is on its way arrives."), "its parcel");
    }
}
