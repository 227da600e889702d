//! Several reviewers on one case: hidden from each other until all have saved, then side by side.

use super::leaving::{Base, Theirs};
use super::loading::{self, Loading};
use super::{Head, case_name, frame, name_of, saved, when};
use crate::api::{self, Failure, decode};
use crate::components::{Art, Choice, Empty, FailureBanner, Pick, Sheet};
use crate::i18n::format;
use crate::pwa::snapshot;
use crate::routes::{Quality, Route};
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::review::{Item, Scorecard, Spread, likely, spread};
use shared::error::ErrorCode;
use shared::id::{AgentId, CaseId, ItemId};
use shared::time::Timestamp;
use shared::wire::case::CaseRow;
use shared::wire::review::{Agreed, CalibrateRequest, Calibration, Calibrations, CloseRequest, JudgedBy, Leaning};
use shared::wire::session::Role;
use std::collections::BTreeMap;

/// The ends of the plot of leanings, in hundredths of a point.
const FAR: i64 = 150;

fn short(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_owned()
}

fn path(case: &CaseId) -> String {
    Route::Quality(Quality::Calibration(Some(case.clone()))).path()
}

fn point(judged: &JudgedBy, item: &ItemId) -> Option<u8> {
    judged.items.get(item).map(|judged| judged.points)
}

/// Words for a point of a yes-or-no item.
fn words(item: &Item, points: u8) -> String {
    match (item.points, points) {
        (2, 1) => "No".to_owned(),
        (2, _) => "Yes".to_owned(),
        (_, points) => points.to_string(),
    }
}

fn cell(item: &Item, points: Option<u8>, agreed: Option<u8>) -> AnyView {
    let Some(points) = points else { return view! { <td>"–"</td> }.into_any() };
    let agreed = agreed.unwrap_or(points);
    let class = match (agreed == points, item.is_near(points, agreed)) {
        (true, _) => "n",
        (false, true) => "n off1",
        (false, false) => "n off2",
    };
    let said = match agreed.abs_diff(points) {
        0 => None,
        1 => Some(" off by 1"),
        2 => Some(" off by 2"),
        _ => Some(" off by more than 2"),
    };
    view! { <td><span class=class>{words(item, points)}<span class="vh">{said}</span></span></td> }.into_any()
}

/// What everybody gave an item.
fn points(judged: &[JudgedBy], item: &ItemId) -> Vec<u8> {
    judged.iter().filter_map(|judged| point(judged, item)).collect()
}

/// Under what this device keeps what is being agreed on.
fn kept_as(case: &CaseId) -> String {
    ["agreeing ", case.as_str()].concat()
}

/// What was agreed, line by line.
fn theirs(items: &[Item], agreed: &Agreed) -> Theirs<Option<Timestamp>> {
    let line = |item: &Item| Some([&item.title, ": ", &words(item, *agreed.points.get(&item.id)?)].concat());
    let wording = Some(agreed.wording.clone()).filter(|wording| !wording.is_empty());
    Theirs { version: Some(agreed.at), lines: items.iter().filter_map(line).chain(wording).collect() }
}

/// What is being agreed on.
#[derive(Clone, Copy)]
struct Agreeing {
    case: StoredValue<CaseId>,
    items: StoredValue<Vec<Item>>,
    /// What is changed was closed at this time, or is open.
    base: Base<Option<Timestamp>>,
    points: RwSignal<BTreeMap<ItemId, u8>>,
    wording: RwSignal<String>,
    /// This device has what stands here.
    is_kept: RwSignal<bool>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Agreeing {
    /// As it was left on this device, else as it was agreed, else what lies in the middle of those who are not apart.
    fn of(session: &Calibration) -> Self {
        let judged = session.judged.as_deref().unwrap_or_default();
        let likely = |item: &Item| Some((item.id.clone(), likely(item, &points(judged, &item.id))?));
        let known = session.closed.as_ref().map(|closed| closed.points.clone()).filter(|points| !points.is_empty());
        let points = known.unwrap_or_else(|| session.card.items.iter().filter_map(likely).collect());
        let agreeing = Self {
            case: StoredValue::new(session.row.id.clone()),
            items: StoredValue::new(session.card.items.clone()),
            base: Base::of(session.closed.as_ref().map(|closed| closed.at)),
            points: RwSignal::new(points),
            wording: RwSignal::new(session.closed.as_ref().map(|closed| closed.wording.clone()).unwrap_or_default()),
            is_kept: RwSignal::new(false),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        if session.judged.is_some() {
            agreeing.take_up(session.closed.clone());
        }
        agreeing
    }

    /// Shows what was typed here before and not saved, beside what somebody else has closed it with since.
    fn take_up(self, closed: Option<Agreed>) {
        let name = kept_as(&self.case.get_value());
        spawn_local(async move {
            let kept = snapshot::text(&name).await;
            let Some(kept) = kept.and_then(|text| decode::json::<CloseRequest>(&text).ok()) else { return };
            let is_same = |closed: &Agreed| closed.points == kept.points && closed.wording == kept.wording;
            if self.case.try_get_value().is_none() || closed.as_ref().is_some_and(is_same) {
                return;
            }
            self.points.set(kept.points);
            self.wording.set(kept.wording);
            self.is_kept.set(true);
            if let Some(closed) = closed.filter(|closed| kept.closed != Some(closed.at)) {
                self.meet(&closed);
            }
        });
    }

    /// Somebody else has closed it with something else.
    fn meet(self, closed: &Agreed) {
        if let Some(theirs) = self.items.try_with_value(|items| theirs(items, closed)) {
            self.base.meet(theirs);
        }
    }

    fn request(self) -> CloseRequest {
        CloseRequest {
            closed: untrack(|| self.base.version()),
            points: self.points.get_untracked(),
            wording: self.wording.get_untracked(),
        }
    }

    /// Forgets what was typed, and shows what stands.
    fn throw_away(self, all: Loading<Calibrations>) {
        let name = kept_as(&self.case.get_value());
        spawn_local(async move {
            snapshot::keep(&name, "").await;
            loading::on_to("wording");
            all.again();
        });
    }

    /// Keeps what was typed on this device: it goes when somebody signs out.
    fn keep(self) {
        let (name, request) = (kept_as(&self.case.get_value()), self.request());
        self.is_kept.set(false);
        spawn_local(async move {
            snapshot::keep(&name, &decode::text(&request)).await;
            if self.case.try_get_value().is_some() && self.request() == request {
                self.is_kept.set(true);
            }
        });
    }

    fn close(self, request: CloseRequest, all: Loading<Calibrations>) {
        let case = self.case.get_value();
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::reviews::close(&case, &request).await;
            let theirs = match &answer {
                Err(failure) if failure.code() == Some(ErrorCode::EditedMeanwhile) => agreed_by_now(&case).await,
                _ => None,
            };
            self.is_busy.try_set(false);
            match (answer, theirs) {
                (Err(_), Some(closed)) if !request.points.is_empty() => self.meet(&closed),
                // Also where the scores were only to be shown, and somebody else has done so.
                (Ok(_), _) | (Err(_), Some(_)) => {
                    snapshot::keep(&kept_as(&case), "").await;
                    super::done();
                    all.again();
                }
                (Err(failure), None) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }
}

/// What a session was closed with, as the desk has it now.
async fn agreed_by_now(case: &CaseId) -> Option<Agreed> {
    let found = api::reviews::calibrations().await.ok()?;
    found.sessions.into_iter().find(|session| session.row.id == *case)?.closed
}

fn agreed_cell(item: &Item, agreeing: Agreeing) -> AnyView {
    let id = StoredValue::new(item.id.clone());
    let label = ["Agreed on “", &item.title, "”"].concat();
    let value =
        move || agreeing.points.with(|points| points.get(&id.get_value()).map(u8::to_string)).unwrap_or_default();
    let options: Vec<_> = (1..=item.points)
        .map(|points| {
            let is_chosen = move || agreeing.points.with(|known| known.get(&id.get_value()) == Some(&points));
            view! { <option value=points.to_string() selected=is_chosen>{words(item, points)}</option> }
        })
        .collect();
    view! {
        <td>
            <select
                class="agreed" aria-label=label prop:value=value
                on:change=move |event| {
                    let chosen = web::value_of(&event).parse().ok();
                    agreeing.points.update(|all| {
                        match chosen {
                            Some(points) => all.insert(id.get_value(), points),
                            None => all.remove(&id.get_value()),
                        };
                    });
                    agreeing.keep();
                }
            ><option value="">"–"</option>{options}</select>
        </td>
    }
    .into_any()
}

fn table(desk: Desk, session: &Calibration, judged: &[JudgedBy], agreeing: Agreeing) -> AnyView {
    let heads: Vec<_> =
        judged.iter().map(|judged| view! { <th scope="col">{short(&name_of(desk, Some(&judged.who)))}</th> }).collect();
    let judged = StoredValue::new(judged.to_vec());
    let row = |item: &Item| {
        let far = match judged.with_value(|all| spread(item, &points(all, &item.id))) {
            Spread::Together => "Together",
            Spread::Close => "Close",
            Spread::Apart => "Apart: talk about this one",
        };
        let kept = StoredValue::new(item.clone());
        let cells = move || {
            let item = kept.get_value();
            let agreed = agreeing.points.with(|points| points.get(&item.id).copied());
            judged.with_value(|all| all.iter().map(|one| cell(&item, point(one, &item.id), agreed)).collect_view())
        };
        view! {
            <tr>
                <th scope="row">{item.title.clone()}</th>
                {agreed_cell(item, agreeing)}
                {cells}
                <td class="small muted spread">{far}</td>
            </tr>
        }
    };
    let rows: Vec<_> = session.card.items.iter().map(row).collect();
    view! {
        <div class="wide" tabindex="0" role="group" aria-label="Scores by reviewer">
            <table class="grid cal">
                <caption class="vh">"Scores by reviewer"</caption>
                <thead><tr><th scope="col">{case_name(&session.row)}</th><th scope="col">"Agreed"</th>{heads}<th scope="col" class="spread">"Spread"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The root causes that somebody named, by item.
fn causes(items: &[Item], judged: &JudgedBy) -> Option<String> {
    let named = |item: &Item| {
        let causes = &judged.items.get(&item.id)?.causes;
        (!causes.is_empty()).then(|| [&item.title, " (", &causes.join(", "), ")"].concat())
    };
    let all: Vec<String> = items.iter().filter_map(named).collect();
    (!all.is_empty()).then(|| ["Root causes: ", &all.join(", ")].concat())
}

/// What each said beside the points: the note, the root causes, the comments on messages.
fn notes(desk: Desk, items: &[Item], judged: &[JudgedBy]) -> Option<AnyView> {
    let said = |judged: &JudgedBy| {
        let (causes, quotes) = (causes(items, judged), saved::quotes(&judged.comments));
        (!judged.note.is_empty() || causes.is_some() || quotes.is_some()).then(|| {
            view! {
                <li>
                    <p class="small muted">{name_of(desk, Some(&judged.who))}</p>
                    <p class="preline">{judged.note.clone()}</p>
                    {causes.map(|causes| view! { <p class="small">{causes}</p> })}
                    {quotes}
                </li>
            }
        })
    };
    let rows: Vec<_> = judged.iter().filter_map(said).collect();
    (!rows.is_empty()).then(|| view! { <ul class="stack said" aria-label="What each said">{rows}</ul> }.into_any())
}

/// What the buyer wrote, and the way to the rest.
fn words_of(row: &CaseRow) -> AnyView {
    let name = if row.buyer.is_empty() { "The buyer".to_owned() } else { row.buyer.clone() };
    let picked = ["picked “", &row.reason_text, "”"].concat();
    let href = Route::Quality(Quality::Review(row.id.clone())).path();
    let say = row.say.clone().map(|say| view! { <blockquote lang=row.language.clone()>{say}</blockquote> });
    view! {
        <section class="words words--plain" aria-label="The buyer’s reason">
            <header><strong>{name}</strong><span>{picked}</span></header>
            <div class="stack">{say}<p class="small"><a href=href>"Read what was sent, and the whole case"</a></p></div>
        </section>
    }
    .into_any()
}

/// A session whose judgements are open for all.
fn open_for_all(
    desk: Desk,
    session: &Calibration,
    judged: &[JudgedBy],
    agreeing: Agreeing,
    all: Loading<Calibrations>,
) -> AnyView {
    let closed = session.closed.as_ref().map(|closed| {
        let by = [&name_of(desk, Some(&closed.by)), ", ", &when(closed.at), "."].concat();
        let text = match closed.points.is_empty() {
            true => ["Scores open, not agreed. Opened by ", &by].concat(),
            false => ["Closed by ", &by].concat(),
        };
        view! { <p class="small muted">{text}</p> }
    });
    let write = move |event: web_sys::Event| {
        agreeing.wording.set(web::value_of(&event));
        agreeing.keep();
    };
    let drop_it = move || {
        let is_mine = agreeing.is_kept.get() && !agreeing.base.is_open();
        is_mine.then(|| view! { <button class="btn btn--quiet btn--sm push" type="button" on:click=move |_| agreeing.throw_away(all)>"Throw away"</button> })
    };
    view! {
        {agreeing.base.draw(move || agreeing.throw_away(all), "wording")}
        <section class="card card--flush">
            {table(desk, session, judged, agreeing)}
            <div class="stack settle">
                {notes(desk, &session.card.items, judged)}
                <div class="field">
                    <label for="wording">"Agreed wording"</label>
                    <textarea class="area" id="wording" maxlength="2000" prop:value=agreeing.wording on:input=write></textarea>
                    <span class="hint">"What each point stands for from now on. Put it into the scorecard if it should hold for all."</span>
                </div>
                <div class="line">
                    <p class="small muted" role="status">{move || agreeing.is_kept.get().then_some("Kept on this device until you save.")}</p>
                    {drop_it}
                </div>
                {closed}
            </div>
        </section>
    }
    .into_any()
}

/// "1 of 2": of those who can.
fn so_far(session: &Calibration) -> String {
    [&session.saved.to_string(), " of ", &(session.reviewers.len() - session.gone.len()).to_string()].concat()
}

/// A session that still hides what each said.
fn hidden(desk: Desk, session: &Calibration) -> AnyView {
    let names: Vec<String> = session.reviewers.iter().map(|who| name_of(desk, Some(who))).collect();
    let count = [&so_far(session), " have saved"].concat();
    let gone: Vec<String> = session.gone.iter().map(|who| name_of(desk, Some(who))).collect();
    let gone = (!gone.is_empty()).then(|| {
        let words = [&gone.join(", "), " can no longer judge it, and nobody waits for that."].concat();
        view! { <p class="muted">{words}</p> }
    });
    let me = untrack(|| desk.session.me()).map(|me| me.id);
    let is_asked = me.is_some_and(|me| session.reviewers.contains(&me) && !session.gone.contains(&me));
    let act = (is_asked && !session.is_mine_saved).then(|| {
        let href = Route::Quality(Quality::Review(session.row.id.clone())).path();
        view! { <p><a class="btn btn--primary" href=href>"Judge this case"</a></p> }
    });
    view! {
        <section class="card stack">
            <header><h2>{case_name(&session.row)}</h2><span class="chip push">{count}</span></header>
            <p>{names.join(", ")}" judge it without seeing each other. When all have saved, or a lead closes it, the scores stand side by side here."</p>
            {gone}{act}
        </section>
    }
    .into_any()
}

/// "+0.7".
fn signed(hundredths: i64) -> String {
    let tenths = (hundredths.abs() + 5) / 10;
    let sign = match (tenths, hundredths < 0) {
        (0, _) => "",
        (_, true) => "−",
        (_, false) => "+",
    };
    [sign, &(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat()
}

fn leanings(desk: Desk, all: &[Leaning]) -> Option<AnyView> {
    let first = all.first()?;
    let told: Vec<String> =
        all.iter().map(|one| [&name_of(desk, Some(&one.who)), " ", &signed(one.hundredths)].concat()).collect();
    let about = ["Mean distance from the agreed points: ", &told.join(", ")].concat();
    let rows: Vec<_> = all
        .iter()
        .zip((0_i64..).map(|place| 20 + 58 * place))
        .map(|(one, y)| {
            let x = (210 + one.hundredths.clamp(-FAR, FAR) * 120 / FAR).to_string();
            let place = ["translate(0 ", &y.to_string(), ")"].concat();
            view! {
                <g transform=place>
                    <text class="lab" x="0" y="5">{short(&name_of(desk, Some(&one.who)))}</text>
                    <line class="axis" x1="90" x2="330" y1="0" y2="0"></line>
                    <line class="goal" x1="210" x2="210" y1="-9" y2="9"></line>
                    <circle class="d" cx=x.clone() cy="0" r="7"></circle>
                    <text x=x y="-13" text-anchor="middle">{signed(one.hundredths)}</text>
                </g>
            }
        })
        .collect();
    let height = 58 * all.len() + 12;
    let base = height.to_string();
    let shared = [
        "Over ",
        &format::count(
            all.iter().map(|one| one.cases).max().unwrap_or(first.cases).into(),
            "shared case.",
            "shared cases.",
        ),
    ]
    .concat();
    Some(
        view! {
            <section class="card" aria-labelledby="lean-h">
                <header><h2 id="lean-h">"Who scores high or low"</h2></header>
                <svg class="chart" viewBox=["0 0 340 ", &(height + 6).to_string()].concat() width="100%" role="img" aria-label=about>
                    {rows}
                    <text class="faint" x="90" y=base.clone()>"stricter"</text>
                    <text class="faint" x="330" y=base.clone() text-anchor="end">"kinder"</text>
                    <text class="faint" x="210" y=base text-anchor="middle">"agreed"</text>
                </svg>
                <p class="small muted">{shared}</p>
            </section>
        }
        .into_any(),
    )
}

/// How many scores came near what was agreed, from session to session.
fn near(all: &[u32]) -> Option<AnyView> {
    let (first, last) = (all.first().copied()?, all.last().copied()?);
    let steps = u32::try_from(all.len().saturating_sub(1)).unwrap_or(1).max(1);
    let place = |number: u32, percent: u32| {
        ((280 * number / steps).to_string(), (76 - 76 * percent.min(100) / 100).to_string())
    };
    let points: String = (0_u32..)
        .zip(all)
        .map(|(number, percent)| {
            let (x, y) = place(number, *percent);
            [" ", &x, ",", &y].concat()
        })
        .collect();
    let (x, y) = place(u32::try_from(all.len().saturating_sub(1)).unwrap_or_default(), last);
    let about = ["From ", &first.to_string(), " to ", &last.to_string(), " percent"].concat();
    let line = (all.len() > 1).then(|| {
        view! {
            <svg class="chart" viewBox="-4 -8 330 92" width="100%" role="img" aria-label=about>
                <polyline class="l" points=points></polyline>
                <circle class="d" cx=x cy=y.clone() r="4.5"></circle>
                <text class="lab" x="291" y=y dominant-baseline="middle">{last}</text>
                <line class="axis" x1="0" x2="280" y1="76" y2="76"></line>
            </svg>
        }
    });
    let before = (all.len() > 1).then(|| view! { <p class="small muted">{first}" % in the first session"</p> });
    Some(
        view! {
            <section class="card fig" aria-labelledby="near-h">
                <h2 id="near-h">"Scores near what was agreed"</h2><p class="v">{last}" %"</p>{before}{line}
            </section>
        }
        .into_any(),
    )
}

fn sessions(all: &[Calibration], current: &CaseId) -> AnyView {
    let row = |one: &Calibration| {
        let is_here = (one.row.id == *current).then_some("page");
        let state = match &one.closed {
            Some(closed) if closed.points.is_empty() => "scores open, not agreed".to_owned(),
            Some(closed) => ["closed ", &web::short_day(closed.at)].concat(),
            None => [&so_far(one), " saved"].concat(),
        };
        view! { <li class="line"><a class="clip" href=path(&one.row.id) aria-current=is_here>{case_name(&one.row)}</a><span class="push muted">{state}</span></li> }
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    view! { <section class="card" aria-labelledby="sess-h"><header><h2 id="sess-h">"Sessions"</h2></header><ul class="stack small">{rows}</ul></section> }
        .into_any()
}

fn acts(session: &Calibration, agreeing: Agreeing, all: Loading<Calibrations>) -> AnyView {
    let is_off = move || agreeing.is_busy.get() || agreeing.base.is_open();
    if session.judged.is_some() {
        let items = session.card.items.len();
        let is_lacking = move || agreeing.points.with(|points| points.len() < items);
        let close = move |_| agreeing.close(agreeing.request(), all);
        let is_agreed = session.closed.as_ref().is_some_and(|closed| !closed.points.is_empty());
        let label = if is_agreed { "Save what was agreed" } else { "Close with agreed scores" };
        return view! {
            <span class="small muted" id="close-why">{move || is_lacking().then_some("Agree on every item to save.")}</span>
            <button class="btn btn--primary" type="button" aria-describedby="close-why" disabled=move || is_off() || is_lacking() on:click=close>{label}</button>
        }
        .into_any();
    }
    let reveal = move |_| {
        let request = CloseRequest { closed: None, points: BTreeMap::new(), wording: String::new() };
        agreeing.close(request, all);
    };
    (session.saved > 0)
        .then(|| view! { <button class="btn" type="button" disabled=is_off on:click=reveal>"Close now and show the scores"</button> })
        .into_any()
}

/// The session of the address, or the first, beside all others.
#[component]
pub fn Sessions(case: Option<CaseId>) -> impl IntoView {
    let desk = use_desk();
    let all = Loading::new(api::reviews::calibrations);
    let wanted = StoredValue::new(case);
    move || {
        let plain = |body: AnyView| {
            let lede = "Several reviewers judge the same case without seeing each other, then agree on the words.";
            let head = Head { title: "Calibration".into_any(), lede: lede.into_any(), acts: ().into_any() };
            frame(&Quality::Calibration(None), head, body)
        };
        let Some(found) = all.known() else { return plain(all.draw(|_| ().into_any())) };
        let wanted = wanted.get_value();
        let session = match &wanted {
            Some(case) => found.sessions.iter().find(|session| session.row.id == *case),
            None => found.sessions.first(),
        };
        let Some(session) = session else {
            let text = "Open a case under Reviews that nobody has judged yet, and press “Calibrate…”.";
            return plain(view! { <Empty art=Art::Lens title="No calibration yet" text=text/> }.into_any());
        };
        untrack(|| {
            let agreeing = Agreeing::of(session);
            let left = match &session.judged {
                Some(judged) => open_for_all(desk, session, judged, agreeing, all),
                None => hidden(desk, session),
            };
            let body = view! {
                {move || agreeing.failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="qgrid">
                    // What is pressed last stands last.
                    <div class="stack">{words_of(&session.row)}{left}<div class="line wrap">{acts(session, agreeing, all)}</div></div>
                    <div class="stack">{leanings(desk, &found.leanings)}{near(&found.near)}{sessions(&found.sessions, &session.row.id)}</div>
                </div>
            };
            let is_agreed = session.closed.as_ref().map(|closed| !closed.points.is_empty());
            let lede = match &session.judged {
                Some(judged) => {
                    let count = format::count(judged.len().try_into().unwrap_or_default(), "reviewer", "reviewers");
                    let open = if is_agreed == Some(false) { "Scores open, not agreed. " } else { "" };
                    let scored =
                        " scored the same case without seeing each other. Agree on the words before the numbers.";
                    [open, &count, scored].concat()
                }
                None => "Nobody sees what the others say until all have saved.".to_owned(),
            };
            let head = Head { title: "Calibration".into_any(), lede: lede.into_any(), acts: ().into_any() };
            frame(&Quality::Calibration(None), head, body.into_any())
        })
    }
}

/// The sheet that asks several reviewers to judge a case.
pub(super) fn ask(desk: Desk, row: &CaseRow, is_open: RwSignal<bool>) -> AnyView {
    let case = StoredValue::new(row.id.clone());
    let people = untrack(|| desk.session.team());
    let leads: Vec<_> = people.into_iter().filter(|person| person.role >= Role::Lead).collect();
    let me = untrack(|| desk.session.me()).map(|me| me.id);
    let chosen = RwSignal::new(me.into_iter().collect::<Vec<AgentId>>());
    let cards = Loading::new(api::reviews::scorecards);
    let card = RwSignal::new(None::<String>);
    let (is_busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let ticks: Vec<_> = leads
        .iter()
        .map(|person| {
            let id = StoredValue::new(person.id.clone());
            let is_on = move || chosen.with(|chosen| chosen.contains(&id.get_value()));
            let switch = move |event: web_sys::Event| {
                let is_on = web::is_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|other| *other != id.get_value());
                    if is_on {
                        chosen.push(id.get_value());
                    }
                });
            };
            view! { <label class="tick"><input type="checkbox" prop:checked=is_on on:change=switch/><span>{person.name.clone()}</span></label> }
        })
        .collect();
    let pick = move || {
        let known = cards.known()?;
        let choices: Vec<Choice> =
            known.iter().map(|card| Choice::new(card.id.to_string(), card.name.clone())).collect();
        let first = known.first().map(|card: &Scorecard| card.id.to_string()).unwrap_or_default();
        let value = Signal::derive(move || card.get().unwrap_or_else(|| first.clone()));
        (known.len() > 1).then(|| view! { <Pick label="Scorecard" icon="scale" choices=choices value=value on_pick=move |value| card.set(Some(value))/> })
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let first = untrack(|| cards.known()).and_then(|cards| cards.first().map(|card| card.id.clone()));
        let wanted = card.get_untracked().and_then(|card| card.parse().ok()).or(first);
        let Some(scorecard) = wanted.filter(|_| !is_busy.get_untracked()) else { return };
        is_busy.set(true);
        failure.set(None);
        let request = CalibrateRequest { scorecard, reviewers: chosen.get_untracked() };
        spawn_local(async move {
            let answer = api::reviews::calibrate(&case.get_value(), &request).await;
            is_busy.try_set(false);
            match answer {
                Ok(session) => {
                    super::done();
                    desk.nav.go(&Route::Quality(Quality::Calibration(Some(session.row.id))));
                }
                Err(found) => drop(failure.try_set(Some(found))),
            }
        });
    };
    let is_off = move || is_busy.get() || chosen.with(|chosen| chosen.len() < 2) || cards.known().is_none();
    view! {
        <Sheet title="Calibrate on this case" lede="Two or more reviewers judge it without seeing each other. It counts for nobody." width="520px" on_close=move |()| is_open.set(false)>
            <form class="stack" on:submit=send>
                <fieldset class="field"><legend class="strong">"Reviewers"</legend><div class="stack">{ticks}</div></fieldset>
                {pick}
                {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
                <div class="line">
                    <button class="btn" type="button" on:click=move |_| is_open.set(false)>"Not yet"</button>
                    <button class="btn btn--primary push" type="submit" disabled=is_off>"Ask them"</button>
                </div>
            </form>
        </Sheet>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_said_with_its_sign() {
        for (hundredths, text) in [(0, "0.0"), (4, "0.0"), (5, "+0.1"), (67, "+0.7"), (-44, "−0.4"), (-200, "−2.0")]
        {
            assert_eq!(signed(hundredths), text);
        }
    }
}
