//! From one finding in the reply to the next.

use leptos::prelude::*;
use shared::reply::Finding;

/// The finding that was gone to last, with the text as it was then: another text has other findings.
#[derive(Clone, Copy)]
pub struct GoneTo(RwSignal<Option<(Finding, String)>>);

impl Default for GoneTo {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl GoneTo {
    fn place(self, all: &[Finding], text: &str) -> Option<usize> {
        self.0.with(|gone| {
            let (finding, before) = gone.as_ref()?;
            all.iter().position(|one| one == finding).filter(|_| before == text)
        })
    }

    /// The finding to tell of: the one that was gone to, else the first, which is one that blocks if there is any.
    pub fn shown<'a>(self, all: &'a [Finding], text: &str) -> Option<&'a Finding> {
        self.place(all, text).and_then(|place| all.get(place)).or(all.first())
    }

    /// Goes on from what is marked; where that is to be marked, as the browser counts.
    pub fn go_on(self, all: &[Finding], text: &str, mark: (u32, u32)) -> Option<(u32, u32)> {
        let units = |bytes: usize| {
            let before = text.get(..bytes).map_or(0, |before| before.encode_utf16().count());
            u32::try_from(before).unwrap_or(u32::MAX)
        };
        let spans: Vec<_> = all.iter().map(|one| (units(one.start), units(one.end))).collect();
        let next = next(&spans, untrack(|| self.place(all, text)), mark)?;
        self.0.set(Some((all.get(next)?.clone(), text.to_owned())));
        spans.get(next).copied()
    }
}

/// Which of the findings comes next, by where each begins and ends: the one after what is shown, while that is what is
/// marked, else the first at the mark or behind it; and round again. Several can begin together.
fn next(spans: &[(u32, u32)], shown: Option<usize>, mark: (u32, u32)) -> Option<usize> {
    let mut all: Vec<_> = spans.iter().copied().zip(0..).collect();
    all.sort_unstable();
    let shown = shown.and_then(|shown| Some((*spans.get(shown)?, shown))).filter(|(span, _)| *span == mark);
    let is_next = |one: &((u32, u32), usize)| match shown {
        Some(shown) => shown < *one,
        None => mark.0 <= one.0.0,
    };
    let next = all.iter().copied().find(is_next).or(all.first().copied());
    next.map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::reply::{Rule, Severity};

    fn found(rule: Rule, start: usize, end: usize) -> Finding {
        Finding { rule, severity: Severity::Block, start, end, say: None, fix: None }
    }

    #[test]
    fn another_text_is_told_of_by_what_blocks_it_first() {
        Owner::new().with(|| {
            let gone_to = GoneTo::default();
            let all = [found(Rule::Gap, 0, 6), found(Rule::Link, 11, 15), found(Rule::OtherApp, 11, 13)];
            let text = "{name}, ü: w.me";
            let shown = |text| untrack(|| gone_to.shown(&all, text).map(|one| one.rule));
            assert_eq!(shown(text), Some(Rule::Gap));
            assert_eq!(gone_to.go_on(&all, text, (8, 8)), Some((10, 12)), "as the browser counts");
            assert_eq!(shown(text), Some(Rule::OtherApp));
            assert_eq!(gone_to.go_on(&all, text, (10, 12)), Some((10, 14)));
            assert_eq!(shown(text), Some(Rule::Link));
            assert_eq!(shown("{name}, u: w.me!"), Some(Rule::Gap), "whatever stands in its place now");
        });
    }

    #[test]
    fn every_finding_is_gone_to_and_then_the_first_again() {
        // What blocks stands first in the list, wherever it is in the text.
        let spans = [(0, 6), (20, 35), (20, 28), (0, 40), (20, 28)];
        let mut gone = vec![next(&spans, None, (40, 40)).unwrap()];
        for _ in 0..spans.len() {
            let last = gone[gone.len() - 1];
            gone.push(next(&spans, Some(last), spans[last]).unwrap());
        }
        assert_eq!(gone, [0, 3, 2, 4, 1, 0]);
    }

    #[test]
    fn it_goes_on_from_where_the_cursor_was_put() {
        let spans = [(0, 6), (20, 28), (30, 35)];
        assert_eq!([0, 1, 20, 21, 36].map(|at| next(&spans, Some(0), (at, at)).unwrap()), [0, 1, 1, 2, 0]);
        assert_eq!(next(&[], None, (0, 0)), None);
    }
}
