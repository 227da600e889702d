//! Two people have changed one handbook page: what both want, wherever they did not change the same part of it.

use super::handbook::{PageContent, PageStep};

/// Whose words stand where both have changed the same part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Of who asks.
    Mine,
    /// Of the other one.
    Theirs,
}

/// A page with the changes of two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What it says.
    pub page: PageContent,
    /// Of each of its steps, which step of mine it is; none: it came in.
    pub from_mine: Vec<Option<usize>>,
}

/// The page with the changes of both, if no part of it (its title, its purpose, one step) was changed by both, and if it is
/// plain which step is which and in what order they stand.
pub fn merged(base: &PageContent, mine: &PageContent, theirs: &PageContent) -> Option<Merged> {
    both(base, mine, theirs, None)
}

/// The same, with the words of one side where both have changed a part; none: it is not plain which step is which.
pub fn merged_for(side: Side, base: &PageContent, mine: &PageContent, theirs: &PageContent) -> Option<Merged> {
    both(base, mine, theirs, Some(side))
}

fn both(base: &PageContent, mine: &PageContent, theirs: &PageContent, side: Option<Side>) -> Option<Merged> {
    let steps = steps(&base.steps, &mine.steps, &theirs.steps, side)?;
    let page = PageContent {
        title: part(&base.title, &mine.title, &theirs.title, side)?.clone(),
        purpose: part(&base.purpose, &mine.purpose, &theirs.purpose, side)?.clone(),
        steps: steps.iter().map(|(step, _)| (*step).clone()).collect(),
    };
    Some(Merged { page, from_mine: steps.into_iter().map(|(_, from)| from).collect() })
}

fn part<T: PartialEq>(base: T, mine: T, theirs: T, side: Option<Side>) -> Option<T> {
    if mine == theirs || theirs == base {
        Some(mine)
    } else if mine == base {
        Some(theirs)
    } else {
        side.map(|side| if side == Side::Mine { mine } else { theirs })
    }
}

/// Of each step, which one it was before; none at all: that is not plain. Two steps that were none pair
/// do no harm: they read as one step that says something else, so whatever the other side did to it needs a person.
fn traced(before: &[PageStep], after: &[PageStep]) -> Option<Vec<Option<usize>>> {
    let is_same: [fn(&PageStep, &PageStep) -> bool; 3] = [
        |old, new| old == new,
        |old, new| !new.title.trim().is_empty() && old.title.trim().eq_ignore_ascii_case(new.title.trim()),
        |old, new| !new.text.trim().is_empty() && old.text.trim() == new.text.trim(),
    ];
    let mut found = vec![None; after.len()];
    let mut left: Vec<(usize, &PageStep)> = before.iter().enumerate().collect();
    for is_same in is_same {
        for (was, step) in found.iter_mut().zip(after).filter(|(was, _)| was.is_none()) {
            let at = left.iter().position(|(_, old)| is_same(old, step));
            *was = at.map(|at| left.remove(at).0);
        }
    }
    let mut left: Vec<usize> = left.into_iter().map(|(place, _)| place).collect();
    let is_new = found.iter().filter(|was| was.is_none()).count();
    if left.is_empty() || is_new == 0 {
        return Some(found);
    }
    if is_moved(&found) {
        // Of the steps that have changed places, one has got another name.
        let [place] = left.as_slice() else { return None };
        let mut unknown = found.iter_mut().filter(|was| was.is_none());
        let renamed = unknown.next()?;
        if unknown.next().is_some() {
            return None;
        }
        *renamed = Some(*place);
        return Some(found);
    }
    // Between two steps that are known, as many as before are the same ones.
    let known: Vec<usize> = found.iter().flatten().copied().collect();
    let gap_of = |place: usize| known.iter().rev().find(|known| **known < place).map_or(0, |known| known + 1);
    let gaps = gaps(&found);
    for gap in gaps.iter().flatten() {
        let gone = left.iter().filter(|place| gap_of(**place) == *gap).count();
        if gone != 0 && gone != gaps.iter().filter(|other| **other == Some(*gap)).count() {
            return None;
        }
    }
    for (was, gap) in found.iter_mut().zip(gaps) {
        let at = gap.and_then(|gap| left.iter().position(|place| gap_of(*place) == gap));
        *was = was.or(at.map(|at| left.remove(at)));
    }
    Some(found)
}

/// Of each new step, after how many of the steps of before it stands; of the others nothing.
fn gaps(found: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut gap = 0;
    let gap_of = |was: &Option<usize>| match was {
        Some(place) => {
            gap = place + 1;
            None
        }
        None => Some(gap),
    };
    found.iter().map(gap_of).collect()
}

fn is_moved(found: &[Option<usize>]) -> bool {
    !found.iter().flatten().is_sorted()
}

/// A step, and which one of mine it is.
type Placed<'a> = (&'a PageStep, Option<usize>);

fn steps<'a>(
    base: &'a [PageStep],
    mine: &'a [PageStep],
    theirs: &'a [PageStep],
    side: Option<Side>,
) -> Option<Vec<Placed<'a>>> {
    let (of_mine, of_theirs) = (traced(base, mine)?, traced(base, theirs)?);
    let place_in = |found: &[Option<usize>], place: usize| found.iter().position(|was| *was == Some(place));
    // Of each step of before, what it is now; inside nothing: it is gone.
    let mut now: Vec<Option<Placed<'a>>> = Vec::with_capacity(base.len());
    for (place, step) in base.iter().enumerate() {
        let at_mine = place_in(&of_mine, place);
        let my_step = at_mine.and_then(|at| mine.get(at));
        let their_step = place_in(&of_theirs, place).and_then(|at| theirs.get(at));
        now.push(part(Some(step), my_step, their_step, side)?.map(|step| (step, at_mine)));
    }
    let my_new = |at: usize| mine.get(at).map(|step| (step, Some(at)));
    let their_new = |at: usize| theirs.get(at).map(|step| (step, None));
    let mut made = Vec::new();
    if is_moved(&of_mine) || is_moved(&of_theirs) {
        // The order is of who has moved something, and the other one has added nothing to it.
        let is_mine = !is_moved(&of_theirs);
        let (order, other) = if is_mine { (&of_mine, &of_theirs) } else { (&of_theirs, &of_mine) };
        let is_unsure = is_moved(other) && order != other || other.iter().any(Option::is_none);
        if is_unsure {
            return None;
        }
        for (at, was) in order.iter().enumerate() {
            match was.and_then(|place| now.get_mut(place)) {
                Some(step) => made.extend(step.take()),
                None => made.extend(if is_mine { my_new(at) } else { their_new(at) }),
            }
        }
        // What has no place in that order, and yet is to stay.
        return now.iter().all(Option::is_none).then_some(made);
    }
    let (my_gaps, their_gaps) = (gaps(&of_mine), gaps(&of_theirs));
    let new_in = |gaps: &[Option<usize>], gap: usize| -> Vec<usize> {
        gaps.iter().enumerate().filter(|(_, other)| **other == Some(gap)).map(|(at, _)| at).collect()
    };
    for gap in 0..=base.len() {
        let my_steps: Vec<Placed<'_>> = new_in(&my_gaps, gap).into_iter().filter_map(my_new).collect();
        let mut their_steps: Vec<Placed<'_>> = new_in(&their_gaps, gap).into_iter().filter_map(their_new).collect();
        // Which of them comes first nobody has said, unless they are the same.
        their_steps.retain(|(step, _)| !my_steps.iter().any(|(mine, _)| mine == step));
        if side.is_none() && !my_steps.is_empty() && !their_steps.is_empty() {
            return None;
        }
        made.extend(my_steps);
        made.extend(their_steps);
        made.extend(now.get_mut(gap).and_then(Option::take));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of steps, each "title: text".
    fn page(steps: &[&str]) -> PageContent {
        let step = |words: &&str| {
            let (title, text) = words.split_once(':').unwrap_or((*words, ""));
            PageStep { title: title.to_owned(), text: text.to_owned(), ..PageStep::default() }
        };
        PageContent { title: "Page".to_owned(), purpose: String::new(), steps: steps.iter().map(step).collect() }
    }

    fn said(page: &PageContent) -> Vec<String> {
        page.steps.iter().map(|step| format!("{}:{}", step.title, step.text)).collect()
    }

    const BASE: [&str; 4] = ["Look:a", "Decide:b", "Tell:c", "Wait:d"];

    #[track_caller]
    fn check(mine: &[&str], theirs: &[&str], expected: Option<(&[&str], &[Option<usize>])>) {
        let (base, mine, theirs) = (page(&BASE), page(mine), page(theirs));
        let found = merged(&base, &mine, &theirs);
        let found = found.as_ref().map(|found| (said(&found.page), found.from_mine.clone()));
        let expected = expected.map(|(steps, from)| (said(&page(steps)), from.to_vec()));
        assert_eq!(found, expected);
    }

    #[test]
    fn what_one_of_two_has_changed_stays_changed() {
        let all = [Some(0), Some(1), Some(2), Some(3)];
        let mine = ["Look:a", "Decide:b", "Tell:c", "Wait:dd"];
        let whole = ["Look:a", "Choose:b", "Tell:c", "Wait:dd"];
        check(&mine, &["Look:a", "Choose:b", "Tell:c", "Wait:d"], Some((&whole, &all)));
        check(&mine, &BASE, Some((&mine, &all)));
        check(&BASE, &mine, Some((&mine, &all)));
        check(&mine, &mine, Some((&mine, &all)));
        // Both in one step.
        check(&mine, &["Look:a", "Decide:b", "Tell:c", "Rest:d"], None);
        // A step under another name and with other words is the one that stood there.
        let other = ["Look:a", "New:n", "Tell:c", "Wait:d"];
        check(&mine, &other, Some((&["Look:a", "New:n", "Tell:c", "Wait:dd"], &all)));
        check(&["Look:a", "Decide:bb", "Tell:c", "Wait:d"], &other, None);
    }

    #[test]
    fn steps_that_came_went_or_moved_keep_the_others_where_they_were_typed() {
        let mine = ["Look:a", "Decide:b", "Tell:c", "Wait:dd"];
        let added = ["Look:a", "Ask:n", "Decide:b", "Tell:c", "Wait:d"];
        let all = ["Look:a", "Ask:n", "Decide:b", "Tell:c", "Wait:dd"];
        check(&mine, &added, Some((&all, &[Some(0), None, Some(1), Some(2), Some(3)])));
        check(&added, &mine, Some((&all, &[Some(0), Some(1), Some(2), Some(3), Some(4)])));
        check(
            &mine,
            &["Look:a", "Tell:c", "Wait:d"],
            Some((&["Look:a", "Tell:c", "Wait:dd"], &[Some(0), Some(2), Some(3)])),
        );
        // Gone on one side, written on the other.
        check(&mine, &["Look:a", "Decide:b", "Tell:c"], None);
        let moved = ["Wait:d", "Look:a", "Decide:b", "Tell:c"];
        let whole = ["Wait:dd", "Look:a", "Decide:b", "Tell:c"];
        check(&mine, &moved, Some((&whole, &[Some(3), Some(0), Some(1), Some(2)])));
        check(&moved, &mine, Some((&whole, &[Some(0), Some(1), Some(2), Some(3)])));
        check(&moved, &moved, Some((&moved, &[Some(0), Some(1), Some(2), Some(3)])));
        // Two orders; an order, and something new in another one; two steps at one place.
        check(&moved, &["Decide:b", "Look:a", "Tell:c", "Wait:d"], None);
        check(&moved, &added, None);
        check(&added, &["Look:a", "Other:o", "Decide:b", "Tell:c", "Wait:d"], None);
        // The same step twice: an answer was lost, and it was sent again.
        check(&added, &added, Some((&added, &[Some(0), Some(1), Some(2), Some(3), Some(4)])));
        // Which of two is gone, and which has got another name?
        check(&["Look:a", "X:x", "Wait:d"], &mine, None);
    }

    #[test]
    fn blank_steps_and_empty_pages_are_steps_and_pages() {
        let blank = ["Look:a", "Decide:b", "Tell:c", "Wait:d", ":"];
        let all = [Some(0), Some(1), Some(2), Some(3), Some(4)];
        check(&blank, &BASE, Some((&blank, &all)));
        check(&BASE, &[], Some((&[], &[])));
        check(&["Look:aa", "Decide:b", "Tell:c", "Wait:d"], &[], None);
    }

    #[test]
    fn titles_and_purposes_are_parts_of_their_own() {
        let base = page(&BASE);
        let mine = PageContent { title: "Mine".to_owned(), ..base.clone() };
        let theirs = PageContent { purpose: "For all".to_owned(), ..base.clone() };
        let found = merged(&base, &mine, &theirs).map(|found| (found.page.title, found.page.purpose));
        assert_eq!(found, Some(("Mine".to_owned(), "For all".to_owned())));
        let theirs = PageContent { title: "Theirs".to_owned(), ..base.clone() };
        assert_eq!(merged(&base, &mine, &theirs), None);
    }

    #[test]
    fn who_decides_between_two_undoes_nothing_else() {
        let base = page(&BASE);
        let (mine, theirs) = (
            page(&["Look:a", "Decide:b", "Tell:mine", "Wait:d"]),
            page(&["Look:aa", "Decide:b", "Tell:theirs", "Wait:d", "More:m"]),
        );
        assert_eq!(merged(&base, &mine, &theirs), None);
        let whole = |side| merged_for(side, &base, &mine, &theirs).map(|found| said(&found.page));
        let with = |text: &str| said(&page(&["Look:aa", "Decide:b", text, "Wait:d", "More:m"]));
        assert_eq!(whole(Side::Mine), Some(with("Tell:mine")));
        assert_eq!(whole(Side::Theirs), Some(with("Tell:theirs")));
        // A step that one has written and the other has moved away or thrown out is kept by who decides so.
        let gone = page(&["Look:a", "Decide:b", "Wait:d"]);
        let kept = |side| merged_for(side, &base, &mine, &gone).map(|found| said(&found.page));
        assert_eq!((kept(Side::Mine), kept(Side::Theirs)), (Some(said(&mine)), Some(said(&gone))));
        let moved = page(&["Wait:d", "Look:a", "Decide:b"]);
        assert_eq!(merged_for(Side::Mine, &base, &mine, &moved), None, "it has no place in that order");
    }
}
