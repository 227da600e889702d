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
        *upper = middle - APART / 2;
        *lower = *upper + APART;
    }
    heights
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

    fn names(&self, scale: Scale) -> AnyView {
        let ends: Vec<_> = self
            .lines
            .iter()
            .filter_map(|line| {
                let (x, y) = scale.points(&line.values).last().copied()?;
                let value = line.values.iter().rev().find_map(|value| *value)?;
                Some((line, x, y, value))
            })
            .collect();
        let heights = name_heights(&ends.iter().map(|(_, _, y, _)| *y).collect::<Vec<_>>());
        ends.into_iter()
            .zip(heights)
            .map(|((line, x, y, value), height)| {
                let value = (self.words)(value);
                let text = if line.name.is_empty() { value } else { [line.name, ": ", &value].concat() };
                let dot = (!line.is_beside)
                    .then(|| view! { <circle class="d" cx=x.to_string() cy=y.to_string() r="4.5"></circle> });
                view! {
                    {dot}
                    <text class:lab=!line.is_beside x=(x + 9).to_string() y=(height + 4).to_string()>{text}</text>
                }
            })
            .collect_view()
            .into_any()
    }

    /// The first value, over its point, where the line is long enough to compare.
    fn begin(&self, scale: Scale) -> Option<AnyView> {
        let line = self.lines.first()?;
        let points = scale.points(&line.values);
        let ((x, y), (end, _)) = (points.first().copied()?, points.last().copied()?);
        let value = line.values.iter().find_map(|value| *value)?;
        // Before it where there is room, else on the side from which the line leaves.
        let rises = points.get(1).is_some_and(|(_, next)| *next < y);
        let (place, height, anchor) = match (x, rises) {
            (50.., _) => (x - 8, y + 4, "end"),
            (_, true) => (x + 1, y + 18, "start"),
            (_, false) => (x + 1, y - 8, "start"),
        };
        (end - x > WIDTH / 4).then(|| {
            let text = (self.words)(value);
            view! { <text x=place.to_string() y=height.to_string() text-anchor=anchor>{text}</text> }.into_any()
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
            view! {
                <line class="goal" x1="0" x2=WIDTH.to_string() y1=y.to_string() y2=y.to_string()></line>
                <text class="faint" x="0" y=(y - 5).to_string()>{goal.text}</text>
            }
        });
        let days = [self.weeks.first(), self.weeks.last()].map(|week| week.map(|week| web::universal_day(*week)));
        let [first, last] = days.map(Option::unwrap_or_default);
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
                <text class="faint" x=WIDTH.to_string() y="114" text-anchor="end">{last}" so far"</text>
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
            (vec![5], vec![5]),
            (vec![], vec![]),
        ] {
            assert_eq!(name_heights(&ends), expected);
        }
    }
}
