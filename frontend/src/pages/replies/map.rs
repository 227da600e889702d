//! The map: for each reason, moment and language, whose words stand there, and how often they did not do.

use super::lines::SavedLinesSheet;
use crate::api::{self, Answer, Failure};
use crate::components::{Banner, BannerTone, FailureBanner, Icon, RowSkeletons};
use crate::i18n::format::count;
use crate::i18n::words;
use crate::routes::Route;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Claim;
use shared::id::ShopId;
use shared::reasons::{ReasonGroup, label};
use shared::reply::{Language, Moment, Place, happens};
use shared::wire::session::Role;
use shared::wire::template::{Cell, Coverage, DAYS, Imported, Usage, VersionState};
use std::collections::BTreeMap;

/// Rows of "fill these first".
const FIRST: usize = 6;
/// Reasons that are named where nothing is to be filled yet.
const MOST_ASKED: usize = 3;

/// Behind the language: a shop has words of its own.
const OF_SHOPS: &str = "+";

/// Moments that stand side by side.
type Columns = (&'static str, &'static [Moment]);

const COLUMNS: [Columns; 2] = [
    (
        "Deciding",
        &[
            Moment::Told(Claim::Approved),
            Moment::Told(Claim::Refunded),
            Moment::Told(Claim::OfferMade),
            Moment::Told(Claim::Rejected),
            Moment::Told(Claim::ReturnAgreed),
        ],
    ),
    (
        "Before and after",
        &[
            Moment::MoreInformation,
            Moment::Told(Claim::ParcelAccepted),
            Moment::Told(Claim::ParcelRefused),
            Moment::Told(Claim::ReplacementAgreed),
            Moment::Told(Claim::Cancelled),
            Moment::PlatformDecided,
        ],
    ),
];

/// Whose words stand at a place: what asks for more stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    BuiltIn,
    Own,
    /// The built-in words, and agents had to write others more often than not.
    Missed,
    /// Its own words, and agents had to write others more often than not.
    OwnMissed,
    Writing,
    Review,
}

impl Standing {
    const fn of(is_own: bool, open: Option<VersionState>, lately: Usage) -> Self {
        let is_missed = lately.hurt() * 2 > lately.sent;
        match (open, is_missed, is_own) {
            (Some(VersionState::Review), ..) => Self::Review,
            (Some(_), ..) => Self::Writing,
            (None, true, true) => Self::OwnMissed,
            (None, true, false) => Self::Missed,
            (None, false, true) => Self::Own,
            (None, false, false) => Self::BuiltIn,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Own => "lang lang--own",
            Self::Writing | Self::Review => "lang lang--draft",
            Self::Missed | Self::OwnMissed => "lang lang--gap",
            Self::BuiltIn => "lang",
        }
    }

    /// Behind the language: a draft and what waits look alike but for this.
    const fn sign(self) -> &'static str {
        match self {
            Self::Writing => "…",
            _ => "",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Own => "yours",
            Self::OwnMissed => "yours, mostly rewritten",
            Self::Writing => "being written",
            Self::Review => "waits for approval",
            Self::Missed => "mostly rewritten",
            Self::BuiltIn => "built in",
        }
    }
}

/// Words that stand somewhere: everybody's, or one shop's own.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    place: Place,
    standing: Standing,
    lately: Usage,
}

/// What stands at a place of the map, everybody's words last.
fn parts(cell: &Cell) -> Vec<Part> {
    let part = |shop, is_own, open, lately| Part {
        place: Place { shop, ..cell.place.clone() },
        standing: Standing::of(is_own, open, lately),
        lately,
    };
    let own = cell.shops.iter().map(|own| part(Some(own.shop.clone()), own.is_own, own.open, own.lately));
    own.chain([part(None, cell.is_own, cell.open, cell.lately)]).collect()
}

/// What a mark shows and leads to: a shop's own words where they ask for more than everybody's.
fn shown(cell: &Cell) -> Option<Part> {
    let of_shop = |part: &Part| part.place.shop.is_none() || part.standing > Standing::Own;
    parts(cell).into_iter().filter(of_shop).max_by_key(|part| part.standing)
}

/// "sent 9 times, 7 rewritten", or nothing.
fn used(usage: Usage) -> Option<String> {
    if usage.sent == 0 {
        return None;
    }
    let sent = ["sent ", &count(usage.sent, "time", "times")].concat();
    Some(if usage.hurt() == 0 { sent } else { [&sent, ", ", &usage.hurt().to_string(), " rewritten"].concat() })
}

/// A whole answer, by place.
#[derive(Clone)]
struct Known {
    cells: BTreeMap<Place, Cell>,
    languages: Vec<Language>,
    coverage: Coverage,
    shops: BTreeMap<ShopId, String>,
}

impl Known {
    /// The languages of the shops that are seen, and those that were needed or written besides.
    fn new(desk: Desk, coverage: Coverage) -> Self {
        let of_shops = desk.session.shops().into_iter().map(|shop| Language::of_region(&shop.region));
        let of_cells = coverage.cells.iter().map(|cell| cell.place.language);
        let mut languages: Vec<Language> = of_shops.chain(of_cells).collect();
        languages.sort_unstable();
        languages.dedup();
        let cells = coverage.cells.iter().map(|cell| (cell.place.clone(), cell.clone())).collect();
        let shops = desk.session.shops().into_iter().map(|shop| (shop.id, shop.name)).collect();
        Self { cells, languages, coverage, shops }
    }

    /// "Arrived damaged, refunded, only Amends US".
    fn title(&self, place: &Place) -> String {
        let shop = place.shop.as_ref().and_then(|shop| self.shops.get(shop));
        shop.map_or_else(|| place.title(), |shop| [&place.title(), ", only ", shop].concat())
    }

    /// Replies that were sent for a reason.
    fn sent(&self, group: ReasonGroup) -> u64 {
        self.cells.values().filter(|cell| cell.place.group == group).map(|cell| cell.usage.sent).sum()
    }

    /// Requests that came in for it, answered from here or not.
    fn asked(&self, group: ReasonGroup) -> u64 {
        self.coverage.asked.iter().filter(|asked| asked.reason == group).map(|asked| asked.count).sum()
    }

    /// "Arrived damaged 12, never arrived 5": what buyers ask for most.
    fn asked_most(&self) -> String {
        let mut all: Vec<_> = self.coverage.asked.iter().filter(|asked| asked.count > 0).collect();
        all.sort_by_key(|asked| std::cmp::Reverse(asked.count));
        let said =
            all.iter().take(MOST_ASKED).map(|asked| [label(asked.reason), " ", &asked.count.to_string()].concat());
        said.collect::<Vec<_>>().join(", ")
    }

    /// Where the words that stand there did not do, most often first, and of two where more buyers ask; what is under way
    /// comes after.
    fn first(&self) -> Vec<Part> {
        let mut all: Vec<Part> = self.cells.values().flat_map(parts).filter(|part| part.lately.hurt() > 0).collect();
        all.sort_by_key(|part| {
            let hurt = (part.lately.hurt(), self.asked(part.place.group));
            (part.standing >= Standing::Writing, std::cmp::Reverse(hurt))
        });
        all.truncate(FIRST);
        all
    }
}

fn mark(known: &Known, place: &Place) -> AnyView {
    let cell = known.cells.get(place);
    let shown = cell.and_then(shown);
    let standing = shown.as_ref().map_or(Standing::BuiltIn, |part| part.standing);
    let own: Vec<&str> = cell
        .map(|cell| {
            cell.shops
                .iter()
                .filter(|own| own.is_own)
                .filter_map(|own| known.shops.get(&own.shop))
                .map(String::as_str)
                .collect()
        })
        .unwrap_or_default();
    let usage = cell.and_then(|cell| used(cell.usage));
    let tag = place.language.tag();
    // How often it hurt, beside the gap.
    let is_missed = matches!(standing, Standing::Missed | Standing::OwnMissed);
    let hurt = shown.as_ref().filter(|_| is_missed).map(|part| part.lately.hurt());
    let of_shops = if own.is_empty() { "" } else { OF_SHOPS };
    let seen = [Some([&tag.to_uppercase(), standing.sign(), of_shops].concat()), hurt.map(|hurt| hurt.to_string())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    // What is seen is part of what is said.
    let language = [words::language(tag), " ", &seen].concat();
    let to = shown.map_or_else(|| place.clone(), |part| part.place);
    let own = (!own.is_empty()).then(|| ["own words in ", &own.join(" and ")].concat());
    let told = [known.title(&to), language, standing.words().to_owned()];
    let title = told.into_iter().chain(own).chain(usage).collect::<Vec<_>>().join(", ");
    view! {
        <a class=standing.class() href=Route::Replies(Some(to)).path() title=title.clone() aria-label=title>
            {seen}
        </a>
    }
    .into_any()
}

fn cell(known: &Known, group: ReasonGroup, moment: Moment) -> AnyView {
    if !happens(group, moment) {
        return view! { <td class="cell"><span class="na" aria-label="never happens">"–"</span></td> }.into_any();
    }
    let marks: Vec<AnyView> = known
        .languages
        .iter()
        .map(|language| mark(known, &Place { group, moment, language: *language, shop: None }))
        .collect();
    view! { <td class="cell"><span class="marks">{marks}</span></td> }.into_any()
}

fn matrix(known: &Known, columns: usize) -> AnyView {
    let moments: &[Moment] = COLUMNS.get(columns).map(|(_, moments)| *moments).unwrap_or_default();
    let mut groups: Vec<(u64, u64, ReasonGroup)> =
        ReasonGroup::ALL.into_iter().map(|group| (known.asked(group), known.sent(group), group)).collect();
    groups.sort_by_key(|(asked, sent, _)| std::cmp::Reverse((*asked, *sent)));
    let or_nothing = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    let rows: Vec<AnyView> = groups
        .into_iter()
        .map(|(asked, sent, group)| {
            let cells: Vec<AnyView> = moments.iter().map(|moment| cell(known, group, *moment)).collect();
            let (asked, sent) = (or_nothing(asked), or_nothing(sent));
            view! { <tr><th scope="row">{label(group)}</th><td class="n">{asked}</td><td class="n">{sent}</td>{cells}</tr> }.into_any()
        })
        .collect();
    let heads: Vec<AnyView> =
        moments.iter().map(|moment| view! { <th scope="col">{moment.label()}</th> }.into_any()).collect();
    view! {
        <table class="grid matrix">
            <thead><tr><th scope="col">"Buyer’s reason"</th><th scope="col" class="n">"Asked"</th><th scope="col" class="n">"Sent"</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn figures(known: &Known) -> AnyView {
    let of_cell = |cell: &Cell| usize::from(cell.is_own) + cell.shops.iter().filter(|own| own.is_own).count();
    let own: usize = known.cells.values().map(of_cell).sum();
    let mut all = Usage::default();
    known.cells.values().for_each(|cell| all += cell.usage);
    let unchanged =
        match all.sent.checked_sub(all.hurt()).map(|as_is| as_is * 100).and_then(|as_is| as_is.checked_div(all.sent)) {
            Some(share) => [&share.to_string(), " %"].concat(),
            None => "–".to_owned(),
        };
    let waiting = known.coverage.waiting.len();
    view! {
        <div class="figs">
            <div><span class="k">"Replies of your own"</span><span class="v">{own}</span></div>
            <div><span class="k">{["Sent as they stood, ", &DAYS.to_string(), " days"].concat()}</span><span class="v">{unchanged}" "<small>{["of ", &all.sent.to_string()].concat()}</small></span></div>
            <div><span class="k">"Waiting for approval"</span><span class="v">{waiting}</span></div>
            <div><span class="k">"Rewritten by agents"</span><span class="v">{all.hurt()}</span></div>
        </div>
    }
    .into_any()
}

fn fill_first(known: &Known) -> AnyView {
    let rows: Vec<AnyView> = known
        .first()
        .into_iter()
        .map(|part| {
            let title = known.title(&part.place);
            let tag = part.place.language.tag();
            let under_way = (part.standing >= Standing::Writing).then(|| part.standing.words().to_owned());
            let act = if under_way.is_some() { "Open" } else { "Write" };
            let name = [act, " ", &title, ", ", words::language(tag)].concat();
            let about = used(part.lately).into_iter().chain(under_way).collect::<Vec<_>>().join(", ");
            view! {
                <li>
                    <span class=part.standing.class()>{tag.to_uppercase()}</span>
                    <div><b class="strong">{title}</b><small>{about}</small></div>
                    <a class="btn btn--sm" href=Route::Replies(Some(part.place)).path() aria-label=name>{act}</a>
                </li>
            }
            .into_any()
        })
        .collect();
    let rows = if rows.is_empty() {
        // What was rewritten may have new words since.
        let is_mended = known.cells.values().any(|cell| cell.usage.hurt() > 0);
        let fact = if is_mended {
            "What was rewritten in these days has new words now."
        } else {
            "No reply was rewritten in these days."
        };
        let asked = known.asked_most();
        let asked = (!asked.is_empty()).then(|| view! { <p class="small">"Asked for most: "{asked}"."</p> });
        view! { {asked}<p class="small muted">{fact}" What agents change before sending shows up here."</p> }.into_any()
    } else {
        view! { <ul class="gaps">{rows}</ul> }.into_any()
    };
    view! { <section class="card stack"><h2>"Fill these first"</h2>{rows}</section> }.into_any()
}

fn waiting(desk: Desk, known: &Known) -> AnyView {
    let now = desk.clock.now();
    let rows: Vec<AnyView> = known
        .coverage
        .waiting
        .iter()
        .map(|one| {
            let path = Route::Replies(Some(one.place.clone())).path();
            let title = [&known.title(&one.place), ", ", &one.place.language.tag().to_uppercase()].concat();
            let foot = [desk.session.name_of(&one.author), web::when_inside(one.since, now)].join(", ");
            let note = if one.note.is_empty() { foot } else { [&foot, ": “", &one.note, "”"].concat() };
            view! { <li><a class="strong" href=path>{title}</a><small>{note}</small></li> }.into_any()
        })
        .collect();
    let count = rows.len();
    view! {
        <section class="card stack">
            <header><h2>"Waiting for approval"</h2>{(count > 0).then(|| view! { <span class="chip chip--soon push">{count}</span> })}</header>
            {if count == 0 {
                view! { <p class="small muted">"Nothing waits."</p> }.into_any()
            } else {
                view! { <ul class="gaps gaps--plain">{rows}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn legend() -> impl IntoView {
    let all = [Standing::Own, Standing::BuiltIn, Standing::Writing, Standing::Review, Standing::Missed];
    let row = |one: Standing| view! { <span><span class=one.class()>"EN"{one.sign()}</span>" "{one.words()}</span> };
    let rows: Vec<_> = all.into_iter().map(row).collect();
    let days = [&DAYS.to_string(), " days"].concat();
    view! { <p class="legend wrap">{rows}<span><span class="lang">"EN"{OF_SHOPS}</span>" own words in a shop"</span><span><span class="na">"–"</span>" never happens"</span><span>{["Asked: requests of ", &days, "; sent: replies from this desk in them"].concat()}</span></p> }
}

/// Why a file was not taken: everything that is wrong with it.
fn refused(failure: Failure) -> AnyView {
    match failure {
        Failure::Refused(error) if !error.details.findings.is_empty() => {
            let rows: Vec<_> = error.details.findings.into_iter().map(|problem| view! { <li>{problem}</li> }).collect();
            view! {
                <Banner tone=BannerTone::Stop fact="The file was not taken." text="Nothing was changed. Put this right and import it again."/>
                <ul class="gaps gaps--plain small">{rows}</ul>
            }
            .into_any()
        }
        failure => view! { <FailureBanner failure/> }.into_any(),
    }
}

/// The file of all own replies, out and in.
#[component]
fn Files(on_news: Callback<()>) -> impl IntoView {
    let is_lead = use_desk().session.is_at_least(Role::Lead);
    let lines = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let ended = RwSignal::new(None::<Answer<Imported>>);
    let is_busy = RwSignal::new(false);
    let take = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            is_busy.set(true);
            ended.set(None);
            spawn_local(async move {
                let answer = api::templates::import(&file).await;
                is_busy.try_set(false);
                ended.try_set(Some(answer));
                on_news.run(());
            });
        }
        input.set_value("");
    };
    let told = move || {
        ended.get().map(|answer| match answer {
            Ok(done) => {
                let asked = u64::try_from(done.asked.len()).unwrap_or_default();
                let fact = match asked {
                    0 => "Nothing in this file is new.".to_owned(),
                    asked => [&count(asked, "reply waits", "replies wait"), " for approval."].concat(),
                };
                let text = [&count(done.same, "reply is", "replies are"), " in use already, word for word."].concat();
                view! { <Banner tone=BannerTone::Info fact=fact text=text/> }.into_any()
            }
            Err(failure) => refused(failure),
        })
    };
    view! {
        <div class="acts">
            {is_lead.then(|| view! { <button class="btn" type="button" on:click=move |_| lines.set(true)>"Saved lines…"</button> })}
            <a class="btn" href=api::templates::file_url() download="replies.toml"><Icon name="copy"/>"Export"</a>
            <input node_ref=input class="vh" id="replies-file" type="file" accept=".toml,application/toml,text/plain" aria-label="Import replies from a file" on:change=take/>
            <label class="btn" for="replies-file" aria-busy=move || is_busy.get().to_string()><Icon name="upload"/>{move || if is_busy.get() { "Importing…" } else { "Import" }}</label>
        </div>
        <div class="files-told">{told}</div>
        <Show when=move || lines.get()><SavedLinesSheet on_close=Callback::new(move |()| lines.set(false))/></Show>
    }
}

/// The map of all replies.
#[component]
pub fn Map() -> impl IntoView {
    web::set_title("Replies · Amends");
    let desk = use_desk();
    let found = RwSignal::new(None::<Answer<Coverage>>);
    let columns = RwSignal::new(0_usize);
    let read = move || {
        spawn_local(async move {
            let answer = api::templates::coverage().await;
            // What is shown stays when it cannot be read again.
            let keeps = |answer: &Answer<Coverage>| {
                answer.as_ref().err().is_some_and(Failure::is_network) && found.with_untracked(Option::is_some)
            };
            if !keeps(&answer) {
                found.try_set(Some(answer));
            }
        });
    };
    read();
    let again = Callback::new(move |()| read());
    let choice = move || {
        let all = COLUMNS.iter().enumerate().map(|(place, (name, _))| {
            view! {
                <label>
                    <input type="radio" name="columns" prop:checked=move || columns.get() == place on:change=move |_| columns.set(place)/>
                    {*name}
                </label>
            }
        });
        view! { <fieldset class="seg"><legend class="vh">"Moments"</legend>{all.collect_view()}</fieldset> }
    };
    view! {
        <header class="page__head">
            <div><h1>"Replies"</h1><p class="lede">"One reply for each reason, moment and language. What agents had to rewrite stands first."</p></div>
            <Files on_news=again/>
        </header>
        {move || match found.get() {
            None => view! { <RowSkeletons count=8/> }.into_any(),
            Some(Err(failure)) => view! { <FailureBanner failure on_retry=again/> }.into_any(),
            Some(Ok(coverage)) => {
                let known = Known::new(desk, coverage);
                let table = {
                    let known = known.clone();
                    move || matrix(&known, columns.get())
                };
                view! {
                    {figures(&known)}
                    <div class="cols replies-grid">
                        <section class="card card--flush" aria-label="All replies"><div class="matrix__head">{choice()}</div><div class="wide" tabindex="0">{table}</div></section>
                        <div class="stack">{fill_first(&known)}{waiting(desk, &known)}{legend()}</div>
                    </div>
                }
                .into_any()
            }
        }}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wire::template::{Asked, ShopCell};

    fn cell(is_own: bool, open: Option<VersionState>, sent: u64, edited: u64) -> Cell {
        let usage = Usage { sent, edited, ..Usage::default() };
        Cell { place: "damaged.refunded.en".parse().unwrap(), is_own, open, usage, lately: usage, shops: Vec::new() }
    }

    fn own(open: Option<VersionState>, sent: u64, edited: u64) -> ShopCell {
        let lately = Usage { sent, edited, ..Usage::default() };
        ShopCell { shop: "s1".parse().unwrap(), is_own: true, open, lately }
    }

    #[test]
    fn what_agents_mostly_rewrite_is_a_gap_and_what_is_being_written_is_no_gap() {
        let with = |own: ShopCell, cell: Cell| Cell { shops: vec![own], ..cell };
        for (one, expected) in [
            (cell(false, None, 4, 2), (Standing::BuiltIn, false)),
            (cell(false, None, 4, 3), (Standing::Missed, false)),
            (cell(true, None, 4, 2), (Standing::Own, false)),
            (cell(true, None, 4, 3), (Standing::OwnMissed, false)),
            (Cell { lately: Usage::default(), ..cell(true, None, 4, 3) }, (Standing::Own, false)),
            (cell(false, Some(VersionState::Review), 4, 4), (Standing::Review, false)),
            (cell(true, Some(VersionState::Writing), 0, 0), (Standing::Writing, false)),
            // A shop's own words that do change nothing of what everybody's are; such as do not lead to that shop.
            (with(own(None, 4, 0), cell(false, None, 4, 2)), (Standing::BuiltIn, false)),
            (with(own(None, 4, 3), cell(false, None, 4, 2)), (Standing::OwnMissed, true)),
            (with(own(None, 4, 0), cell(false, None, 4, 3)), (Standing::Missed, false)),
            (with(own(Some(VersionState::Review), 0, 0), cell(false, None, 4, 3)), (Standing::Review, true)),
        ] {
            let part = shown(&one).unwrap();
            assert_eq!((part.standing, part.place.shop.is_some()), expected, "{one:?}");
        }
    }

    #[test]
    fn what_is_rewritten_stays_among_the_first_while_it_is_mended() {
        let review = cell(false, Some(VersionState::Review), 3, 3);
        let missed =
            Cell { place: "fit.refunded.en".parse().unwrap(), shops: vec![own(None, 1, 1)], ..cell(true, None, 9, 0) };
        let known = known_of([review, missed], &[]);
        let first: Vec<String> = known.first().iter().map(|part| part.place.to_string()).collect();
        assert_eq!(first, ["fit.refunded.en.s1", "damaged.refunded.en"]);
    }

    fn known_of(cells: [Cell; 2], asked: &[(ReasonGroup, u64)]) -> Known {
        let asked = asked.iter().map(|(reason, count)| Asked { reason: *reason, count: *count }).collect();
        let coverage = Coverage { cells: Vec::new(), waiting: Vec::new(), asked };
        let cells = cells.map(|cell| (cell.place.clone(), cell)).into_iter().collect();
        Known { cells, languages: Vec::new(), coverage, shops: BTreeMap::new() }
    }

    #[test]
    fn of_two_that_are_rewritten_as_often_the_one_that_more_buyers_ask_for_stands_first() {
        let fit = Cell { place: "fit.refunded.en".parse().unwrap(), ..cell(false, None, 3, 3) };
        let asked = [(ReasonGroup::Damaged, 2), (ReasonGroup::Fit, 9), (ReasonGroup::Late, 0)];
        let known = known_of([cell(false, None, 3, 3), fit], &asked);
        let first: Vec<String> = known.first().iter().map(|part| part.place.to_string()).collect();
        assert_eq!(first, ["fit.refunded.en", "damaged.refunded.en"]);
        let expected = [label(ReasonGroup::Fit), " 9, ", label(ReasonGroup::Damaged), " 2"].concat();
        assert_eq!(known.asked_most(), expected, "nobody asks for the third");
    }

    #[test]
    fn every_moment_is_in_one_of_the_columns() {
        let shown: Vec<Moment> = COLUMNS.iter().flat_map(|(_, moments)| moments.iter().copied()).collect();
        assert!(Moment::ALL.iter().all(|moment| shown.iter().filter(|one| *one == moment).count() == 1));
    }
}
