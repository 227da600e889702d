//! Charts by week that read without a legend: each line is named at its end. One stop of the keyboard each; the arrow keys,
//! a finger or the pointer go through the weeks, and what they point at is said.

use crate::web;
use leptos::prelude::*;
use shared::time::Timestamp;

const WIDTH: i64 = 264;
const HEIGHT: i64 = 96;
/// Two names at the ends of their lines stay apart by this.
const APART: i64 = 15;
/// A week of a bar chart.
const STEP: i64 = 14;
/// A letter of a value is about so wide, and a line of text so high over its foot.
const LETTER: i64 = 7;
const TALL: i64 = 10;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// As it is called at its end, before its value.
    pub(super) name: &'static str,
    /// By week, oldest first.
    pub(super) values: Vec<Option<i64>>,
    /// In grey: not the one that is looked at first.
    pub(super) is_beside: bool,
}

/// A height that is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    /// Where it lies.
    pub(super) value: i64,
    /// Its words.
    pub(super) text: &'static str,
}

/// What a chart by week shows.
pub(super) struct LineChart {
    /// What it is about.
    pub(super) title: &'static str,
    /// When each week begins; the last one still runs.
    pub(super) weeks: Vec<Timestamp>,
    /// The one that is looked at first, first.
    pub(super) lines: Vec<Line>,
    /// The height of the lower edge.
    pub(super) low: i64,
    /// What is aimed at.
    pub(super) goal: Option<Goal>,
    /// How a value is written.
    pub(super) words: fn(i64) -> String,
}

/// Where the values of a chart lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scale {
    low: i64,
    high: i64,
    count: i64,
}

impl Scale {
    fn x(self, place: i64) -> i64 {
        WIDTH * place / (self.count - 1).max(1)
    }

    fn y(self, value: i64) -> i64 {
        HEIGHT - HEIGHT * (value - self.low).max(0) / (self.high - self.low).max(1)
    }

    /// The points of which something is known.
    fn points(self, values: &[Option<i64>]) -> Vec<(i64, i64)> {
        let known = (0_i64..).zip(values).filter_map(|(place, value)| Some((place, (*value)?)));
        known.map(|(place, value)| (self.x(place), self.y(value))).collect()
    }
}

fn joined(points: &[(i64, i64)]) -> String {
    points.iter().map(|(x, y)| [&x.to_string(), ",", &y.to_string()].concat()).collect::<Vec<_>>().join(" ")
}

/// Heights of the names at the ends: in the order of the lines, and none over another.
fn name_heights(ends: &[i64]) -> Vec<i64> {
    let mut heights = ends.to_vec();
    if let [one, other] = heights.as_mut_slice()
        && (*one - *other).abs() < APART
    {
        let middle = (*one + *other) / 2;
        let (upper, lower) = if one > other { (other, one) } else { (one, other) };
        *upper = (middle - APART / 2).clamp(0, HEIGHT - APART);
        *lower = *upper + APART;
    }
    heights
}

/// Between which heights a line runs from one place to another; none where it does not.
fn heights_between(points: &[(i64, i64)], from: i64, to: i64) -> Option<(i64, i64)> {
    let ends = points.windows(2).filter_map(|pair| match pair {
        [(x, y), (next, end)] if *x <= to && *next >= from && x < next => {
            let at = |place: i64| y + (end - y) * (place.clamp(*x, *next) - x) / (next - x);
            Some((at(from), at(to)))
        }
        _ => None,
    });
    ends.flat_map(|(one, other)| [one, other]).fold(None, |known, height| {
        let (upper, lower) = known.unwrap_or((height, height));
        Some((upper.min(height), lower.max(height)))
    })
}

/// Where the first value of the first line is written, and from which side: over no line, over neither the axis nor the
/// dates under it, and within the upper edge. None: there is no room for it.
fn first_place(lines: &[Vec<(i64, i64)>], letters: i64) -> Option<(i64, i64, &'static str)> {
    let (x, y) = *lines.first()?.first()?;
    // Before it where there is room.
    if x >= (letters + 1) * LETTER {
        return Some((x - 8, (y + 4).clamp(0, HEIGHT - 4), "end"));
    }
    let met: Vec<_> = lines.iter().filter_map(|line| heights_between(line, x, x + letters * LETTER)).collect();
    let (upper, lower) = *met.first()?;
    let (over, under) = (upper - 6, lower + TALL + 6);
    // Else on the side from which the line leaves.
    let order = if upper < y { [under, over] } else { [over, under] };
    let is_free = |foot: &i64| {
        let is_within = (0..=HEIGHT - 4).contains(foot);
        is_within && met.iter().all(|(upper, lower)| *foot < *upper || foot - TALL > *lower)
    };
    order.into_iter().find(is_free).map(|foot| (x + 1, foot, "start"))
}

/// What goes through the weeks: one stop of the keyboard.
fn stepper(
    label: String,
    count: usize,
    at: RwSignal<Option<usize>>,
    said: impl Fn(usize) -> String + Send + Sync + Clone + 'static,
    drawn: AnyView,
) -> AnyView {
    let last = count.saturating_sub(1);
    let place = move || at.get().unwrap_or(last);
    let step = move |event: web_sys::KeyboardEvent| {
        let here = at.get_untracked().unwrap_or(last);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => here.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => (here + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(to));
    };
    let text = said.clone();
    view! {
        <div
            class="stepper" role="slider" tabindex="0" aria-label=label aria-valuemin="1" aria-valuemax=count.to_string()
            aria-valuenow=move || (place() + 1).to_string() aria-valuetext=move || text(place())
            on:keydown=step on:focus=move |_| at.set(Some(at.get_untracked().unwrap_or(last)))
            on:blur=move |_| at.set(None) on:pointerleave=move |_| at.set(None)
        >
            {drawn}
            <p class="readout" aria-hidden="true">{move || at.get().map(said.clone())}</p>
        </div>
    }
    .into_any()
}

/// One area for each week, over everything: what a finger or the pointer meets.
fn areas(count: usize, at: RwSignal<Option<usize>>, x: impl Fn(i64) -> i64, width: i64, height: i64) -> AnyView {
    (0..count)
        .zip(0_i64..)
        .map(|(place, number)| {
            view! {
                <rect
                    class="meet" x=x(number).to_string() y="0" width=width.to_string() height=height.to_string()
                    on:pointerenter=move |_| at.set(Some(place)) on:pointerdown=move |_| at.set(Some(place))
                ></rect>
            }
        })
        .collect_view()
        .into_any()
}

/// "Week of 21 Sep", with what is still missing of the last one.
fn week(weeks: &[Timestamp], place: usize) -> String {
    let day = weeks.get(place).map(|week| web::universal_day(*week)).unwrap_or_default();
    let is_last = place + 1 == weeks.len();
    ["Week of ", &day, if is_last { " so far" } else { "" }].concat()
}

/// "21 Sep" and "23 Nov so far": under the first and the last week.
fn ends(weeks: &[Timestamp]) -> [String; 2] {
    let day = |week: Option<&Timestamp>| week.map(|week| web::universal_day(*week)).unwrap_or_default();
    [day(weeks.first()), [&day(weeks.last()), " so far"].concat()]
}

impl LineChart {
    fn said(&self) -> impl Fn(usize) -> String + Send + Sync + Clone + use<> {
        let (weeks, lines, words) = (self.weeks.clone(), self.lines.clone(), self.words);
        move |place| {
            let values = lines.iter().filter_map(|line| {
                let value = words(line.values.get(place).copied().flatten()?);
                Some(if line.name.is_empty() { value } else { [line.name, ": ", &value].concat() })
            });
            let known = values.collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "nothing is known" } else { known.as_str() };
            [week(&weeks, place).as_str(), ": ", known].concat()
        }
    }

    /// What stands at the ends of the lines, and at the end of the goal.
    fn names(&self, scale: Scale) -> AnyView {
        let lines = self.lines.iter().filter_map(|line| {
            let (x, y) = scale.points(&line.values).last().copied()?;
            let value = (self.words)(line.values.iter().rev().find_map(|value| *value)?);
            let text = if line.name.is_empty() { value } else { [line.name, ": ", &value].concat() };
            Some((x, y, text, if line.is_beside { "" } else { "lab" }))
        });
        let goal = self.goal.as_ref().map(|goal| (WIDTH, scale.y(goal.value), goal.text.to_owned(), "faint"));
        let ends: Vec<_> = lines.chain(goal).collect();
        let heights = name_heights(&ends.iter().map(|(_, y, ..)| *y).collect::<Vec<_>>());
        ends.into_iter()
            .zip(heights)
            .map(|((x, y, text, class), height)| {
                let dot = (class == "lab")
                    .then(|| view! { <circle class="d" cx=x.to_string() cy=y.to_string() r="4.5"></circle> });
                view! {
                    {dot}
                    <text class=class x=(x + 9).to_string() y=(height + 4).to_string()>{text}</text>
                }
            })
            .collect_view()
            .into_any()
    }

    /// The first value, where the line is long enough to compare.
    fn begin(&self, scale: Scale) -> Option<AnyView> {
        let lines: Vec<_> = self.lines.iter().map(|line| scale.points(&line.values)).collect();
        let points = lines.first()?;
        let ((from, _), (end, _)) = (points.first()?, points.last()?);
        let text = (self.words)(self.lines.first()?.values.iter().find_map(|value| *value)?);
        let letters = i64::try_from(text.chars().count()).ok()?;
        let (x, y, anchor) = first_place(&lines, letters).filter(|_| end - from > WIDTH / 4)?;
        Some(view! { <text x=x.to_string() y=y.to_string() text-anchor=anchor>{text}</text> }.into_any())
    }

    /// Where the scale begins, if that is not at nothing.
    fn bottom(&self) -> Option<AnyView> {
        (self.low > 0).then(|| {
            let text = ["scale from ", &(self.words)(self.low)].concat();
            view! { <text class="faint" x=(WIDTH * 2 / 5).to_string() y="114" text-anchor="middle">{text}</text> }
                .into_any()
        })
    }

    /// Under a line that is alone.
    fn area(&self, scale: Scale) -> Option<AnyView> {
        let [line] = self.lines.as_slice() else { return None };
        let points = scale.points(&line.values);
        let ((from, _), (to, _)) = (points.first().copied()?, points.last().copied()?);
        let closed = [vec![(from, HEIGHT)], points, vec![(to, HEIGHT)]].concat();
        Some(view! { <polygon class="area" points=joined(&closed)></polygon> }.into_any())
    }

    /// Draws it.
    pub(super) fn draw(self) -> AnyView {
        let at = RwSignal::new(None);
        let count = self.weeks.len();
        let known = self.lines.iter().flat_map(|line| &line.values).filter_map(|value| *value);
        let high = known.chain(self.goal.as_ref().map(|goal| goal.value)).max().unwrap_or(self.low + 1);
        let scale = Scale { low: self.low, high, count: i64::try_from(count).unwrap_or(1) };
        let lines: Vec<_> = self
            .lines
            .iter()
            .rev()
            .map(|line| {
                let points = joined(&scale.points(&line.values));
                view! { <polyline class=if line.is_beside { "l lr" } else { "l" } points=points></polyline> }
            })
            .collect();
        let goal = self.goal.as_ref().map(|goal| {
            let y = scale.y(goal.value);
            view! { <line class="goal" x1="0" x2=WIDTH.to_string() y1=y.to_string() y2=y.to_string()></line> }
        });
        let [first, last] = ends(&self.weeks);
        let guide = move || {
            let x = scale.x(i64::try_from(at.get()?).ok()?).to_string();
            Some(view! { <line class="guide" x1=x.clone() x2=x y1="0" y2=HEIGHT.to_string()></line> })
        };
        let step = WIDTH / (scale.count - 1).max(1);
        let (label, said) = ([self.title, ", by week"].concat(), self.said());
        let drawn = view! {
            <svg class="chart" viewBox="-4 -14 404 138" width="100%" aria-hidden="true">
                {goal}
                {guide}
                {self.area(scale)}
                {lines}
                {self.begin(scale)}
                {self.names(scale)}
                <line class="axis" x1="0" x2=WIDTH.to_string() y1=HEIGHT.to_string() y2=HEIGHT.to_string()></line>
                <text class="faint" x="0" y="114">{first}</text>
                {self.bottom()}
                <text class="faint" x=WIDTH.to_string() y="114" text-anchor="end">{last}</text>
                {areas(count, at, |place| scale.x(place) - step / 2, step, HEIGHT)}
            </svg>
        };
        stepper(label, count, at, said, drawn.into_any())
    }
}

/// Bars by week on a scale of their own; `said` is what stands at a bar.
pub(super) fn bars(
    label: String,
    weeks: &[Timestamp],
    values: &[i64],
    said: impl Fn(usize) -> String + Send + Sync + Clone + 'static,
) -> AnyView {
    let at = RwSignal::new(None);
    let count = values.len();
    let high = values.iter().copied().max().unwrap_or_default().max(1);
    let last_whole = count.checked_sub(2);
    let bars: Vec<_> = (0_i64..)
        .zip(0_usize..)
        .zip(values)
        .map(|((number, place), value)| {
            // In halves, so that a small amount is seen; as wide numbers, since amounts are large.
            let height = i64::try_from(i128::from((*value).max(0)) * 104 / i128::from(high)).unwrap_or(0);
            let height = if *value > 0 { height.max(2) } else { 0 };
            let class = move || match at.get() {
                Some(here) if here == place => "b",
                None if Some(place) == last_whole => "b",
                _ if place + 1 == count => "b3 running",
                _ => "b3",
            };
            let y = 112 - height;
            view! {
                <rect
                    class=class x=(number * STEP * 2).to_string() y=y.to_string() width=(STEP * 2 - 6).to_string()
                    height=height.to_string() rx="3"
                ></rect>
            }
        })
        .collect();
    let width = i64::try_from(count).unwrap_or(1) * STEP * 2;
    let drawn = view! {
        <svg class="chart bars" viewBox=["0 0 ", &width.to_string(), " 116"].concat() width="100%" preserveAspectRatio="none" aria-hidden="true">
            {bars}
            <line class="axis" x1="0" x2=width.to_string() y1="113" y2="113"></line>
            {areas(count, at, |place| place * STEP * 2, STEP * 2, 116)}
        </svg>
    };
    let [first, last] = ends(weeks);
    let drawn = view! { {drawn}<p class="dates" aria-hidden="true"><span>{first}</span><span>{last}</span></p> };
    let weeks = weeks.to_vec();
    let said = move |place: usize| [&week(&weeks, place), ": ", &said(place)].concat();
    stepper(label, count, at, said, drawn.into_any())
}

/// A small line of shares beside a name, in tenths of a percent, with its last value at its end.
pub(super) fn spark(weeks: &[Timestamp], values: &[Option<i64>], low: i64, words: fn(i64) -> String) -> AnyView {
    let scale = Scale { low, high: 1_000, count: i64::try_from(values.len()).unwrap_or(1) };
    let points = scale.points(values);
    let last = points.last().copied().zip(values.iter().rev().find_map(|value| *value));
    let Some(((x, y), last)) = last else { return super::UNKNOWN.into_any() };
    let known = weeks
        .iter()
        .zip(values)
        .filter_map(|(week, value)| value.map(|value| [&web::universal_day(*week), " ", &words(value)].concat()));
    let label = ["In time, by week: ", &known.collect::<Vec<_>>().join(", ")].concat();
    view! {
        <span class="spark">
            <svg class="chart" viewBox="-12 -12 288 120" role="img" aria-label=label>
                <polyline class="l" points=joined(&points)></polyline>
                <circle class="d" cx=x.to_string() cy=y.to_string() r="11"></circle>
            </svg>
            <span class="num">{words(last)}</span>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_out_weeks_of_which_nothing_is_known() {
        let scale = Scale { low: 0, high: 10, count: 3 };
        assert_eq!(scale.points(&[Some(10), None, Some(5)]), [(0, 0), (WIDTH, HEIGHT / 2)]);
        assert_eq!(scale.points(&[]), []);
        let alone = Scale { low: 5, high: 5, count: 1 };
        assert_eq!(alone.points(&[Some(5)]), [(0, HEIGHT)]);
        assert_eq!(scale.y(-7), HEIGHT, "below the lower edge");
    }

    #[test]
    fn names_at_the_ends_stay_apart() {
        for (ends, expected) in [
            (vec![10, 80], vec![10, 80]),
            (vec![50, 50], vec![43, 58]),
            (vec![52, 48], vec![58, 43]),
            (vec![0, 3], vec![0, 15]),
            (vec![HEIGHT, 90], vec![HEIGHT, HEIGHT - APART]),
            (vec![5], vec![5]),
            (vec![], vec![]),
        ] {
            assert_eq!(name_heights(&ends), expected);
        }
    }

    #[test]
    fn a_line_is_met_where_it_runs() {
        let points = [(0, 90), (100, 40), (200, 60)];
        for (from, to, met) in
            [(0, 50, Some((65, 90))), (50, 150, Some((40, 65))), (200, 260, Some((60, 60))), (201, 260, None)]
        {
            assert_eq!(heights_between(&points, from, to), met, "{from} to {to}");
        }
        assert_eq!(heights_between(&[(0, 5)], 0, 9), None);
    }

    #[test]
    fn the_first_value_is_struck_by_nothing() {
        let at_the_foot = vec![(0, 90), (WIDTH, 80)];
        let at_the_top = vec![(0, 0), (WIDTH, 10)];
        let climbing = vec![(0, HEIGHT / 2), (WIDTH, 0)];
        for (lines, place) in [
            // "10 min" stood on the first date, and "3 h 00" on the axis.
            (vec![at_the_foot.clone()], Some((1, 83, "start"))),
            // "100 %" stood in the ring of the focus.
            (vec![at_the_top.clone()], Some((1, 17, "start"))),
            (vec![climbing.clone()], Some((1, 64, "start"))),
            (vec![vec![(100, HEIGHT), (WIDTH, 0)]], Some((92, HEIGHT - 4, "end"))),
            // Another line runs where it would stand.
            (vec![at_the_foot.clone(), vec![(0, 78), (WIDTH, 70)]], None),
            (vec![climbing, vec![(0, 56), (WIDTH, 56)]], Some((1, 35, "start"))),
            (vec![vec![(0, 0), (10, HEIGHT), (WIDTH, 0)]], None),
            (vec![vec![]], None),
            (vec![], None),
        ] {
            assert_eq!(first_place(&lines, 6), place, "{lines:?}");
        }
    }
}
