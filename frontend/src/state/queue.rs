//! The list of one view: its order, its counts and how far it has been read.

use crate::api::Failure;
use crate::routes::Narrow;
use shared::domain::case::{Flag, Stage};
use shared::id::CaseId;
use shared::wire::case::{CaseFilter, CaseList, CaseRow, Headline, NOBODY};
use std::collections::BTreeMap;

use super::cases::Load;

/// Rows that may come by events before the list is read again.
const MOST_LIVE: usize = 120;

/// Sorts cases without a clock last, like the server.
const NEVER: i64 = 9_000_000_000_000_000;
/// Sorts parcels that are not here after all that are, like the server.
const NOT_HERE: i64 = 10_000_000_000_000_000;

/// The place of a row in its list: the server's own order, so that pages and live events agree.
type Place = (i64, CaseId);

/// One view of the queue.
#[derive(Debug, Default)]
pub struct Queue {
    stage: Option<Stage>,
    narrow: Narrow,
    places: Vec<Place>,
    ids: Vec<CaseId>,
    /// Where those stood that have left since the view was opened: who works down the list goes on from there.
    left: Vec<Place>,
    /// Where the next page starts; none: everything is here.
    pub next: Option<String>,
    /// How far reading has got.
    pub load: Load,
    /// A further page is being read.
    pub is_growing: bool,
    /// Rows that came by events since the first page was read.
    live: usize,
    /// Cases per stage.
    pub counts: BTreeMap<Stage, u64>,
    /// The numbers over the desk.
    pub headline: Headline,
}

fn sort_key(row: &CaseRow, stage: Stage) -> i64 {
    let deadline = row.deadline.map_or(NEVER, |deadline| deadline.millis());
    match stage {
        Stage::ToTell => row.owed.as_ref().map_or(NEVER, |owed| owed.since.millis()),
        Stage::Waiting | Stage::Disputed | Stage::Done => row.updated.millis().saturating_neg(),
        Stage::ToDecide => deadline,
        Stage::ToInspect if row.flags.contains(&Flag::Arrived) => deadline,
        Stage::ToInspect => deadline.saturating_add(NOT_HERE),
    }
}

impl Queue {
    /// Turns to another view; true if it is another one, and so must be read.
    pub fn open(&mut self, stage: Stage, narrow: Narrow) -> bool {
        if self.stage == Some(stage) && self.narrow == narrow {
            return false;
        }
        self.stage = Some(stage);
        self.narrow = narrow;
        self.places.clear();
        self.ids.clear();
        self.left.clear();
        self.live = 0;
        self.next = None;
        self.load = Load::Loading;
        self.is_growing = false;
        true
    }

    /// The view's stage, once one was opened.
    pub const fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// What narrows it.
    pub const fn narrow(&self) -> &Narrow {
        &self.narrow
    }

    /// It is the queue of a run of practice.
    pub fn is_of_run(&self) -> bool {
        self.narrow.shop.as_ref().is_some_and(|shop| shop.trainee().is_some())
    }

    /// The filter to ask the server with.
    pub fn filter(&self) -> CaseFilter {
        CaseFilter {
            stage: self.stage,
            shop: self.narrow.shop.clone(),
            assignee: self.narrow.who.clone(),
            tag: self.narrow.tag.clone(),
            ..CaseFilter::default()
        }
    }

    /// The cases of the list, in order.
    pub fn ids(&self) -> &[CaseId] {
        &self.ids
    }

    /// Takes an answer for this view: the first page replaces the list, a later one (read from `cursor`) adds to it.
    pub fn take(&mut self, list: &CaseList, cursor: Option<&str>) {
        let Some(stage) = self.stage else { return };
        match cursor {
            None => {
                self.left.append(&mut self.places);
                self.live = 0;
            }
            // Answers to a cursor that is not ours any more: the list was read anew meanwhile.
            Some(_) if cursor != self.next.as_deref() => return,
            Some(_) => {}
        }
        self.places.extend(list.page.rows.iter().map(|row| (sort_key(row, stage), row.id.clone())));
        self.places.sort();
        self.places.dedup();
        self.left.retain(|(_, id)| self.places.iter().all(|(_, here)| here != id));
        self.next.clone_from(&list.page.next);
        self.load = Load::Ready;
        self.is_growing = false;
        self.take_numbers(list);
        self.settle();
    }

    /// Takes only counts and headline.
    pub fn take_numbers(&mut self, list: &CaseList) {
        self.counts.clone_from(&list.counts);
        self.headline.clone_from(&list.headline);
    }

    /// Says that the list could not be read; what is on screen stays.
    pub fn failed(&mut self, failure: Failure) {
        self.is_growing = false;
        self.load = if self.ids.is_empty() { Load::Failed(failure) } else { Load::Stale(failure) };
    }

    /// Positions before and after a case of the list, or after the place that it has left.
    pub fn around(&self, case: &CaseId) -> Option<(Option<usize>, usize)> {
        if let Some(at) = self.ids.iter().position(|id| id == case) {
            return Some((at.checked_sub(1), at + 1));
        }
        let place = self.left.iter().rfind(|(_, id)| id == case)?;
        let at = self.places.partition_point(|other| other < place);
        Some((at.checked_sub(1), at))
    }

    /// `false`: it was not in the list.
    fn take_out(&mut self, case: &CaseId) -> bool {
        let Some(at) = self.places.iter().position(|(_, id)| id == case) else { return false };
        let place = self.places.remove(at);
        self.left.retain(|(_, id)| id != case);
        self.left.push(place);
        true
    }

    /// Puts a changed row where it belongs now, or takes it out.
    pub fn place(&mut self, row: &CaseRow) {
        let Some(stage) = self.stage else { return };
        let was_here = self.take_out(&row.id);
        if self.fits(row, stage) {
            let place = (sort_key(row, stage), row.id.clone());
            // Beyond the last row of a list that has more pages it comes with its own page.
            let is_beyond = self.next.is_some() && self.places.last().is_none_or(|last| *last < place);
            if !is_beyond {
                let at = self.places.partition_point(|other| *other < place);
                self.places.insert(at, place);
                self.live += usize::from(!was_here);
            }
        }
        self.settle();
    }

    /// More rows came by events than anybody looks at, as in an import: the first page says better where to begin.
    pub const fn is_overgrown(&self) -> bool {
        self.live > MOST_LIVE
    }

    /// Takes a case out.
    pub fn drop_id(&mut self, case: &CaseId) {
        self.take_out(case);
        self.settle();
    }

    fn settle(&mut self) {
        self.ids = self.places.iter().map(|(_, id)| id.clone()).collect();
    }

    fn fits(&self, row: &CaseRow, stage: Stage) -> bool {
        let in_stage = if stage == Stage::ToTell { row.owed.is_some() } else { row.stage == stage };
        // Cases of a run are in its own queue alone.
        let in_shop = self.narrow.shop.as_ref().map_or(row.shop.trainee().is_none(), |shop| *shop == row.shop);
        let with_person = match (self.narrow.who.as_deref(), &row.assignee) {
            (None, _) | (Some(NOBODY), None) => true,
            (Some(_), None) => false,
            (Some(who), Some(assignee)) => assignee.as_str() == who,
        };
        let with_tag = self.narrow.tag.as_ref().is_none_or(|tag| row.tags.contains(tag));
        in_stage && in_shop && with_person && with_tag
    }
}

#[cfg(test)]
mod tests {
    use crate::routes::Narrow;
    use crate::state::cases::tests::{book, due, order, row};
    use shared::domain::case::{Flag, Stage};

    #[test]
    fn a_changed_deadline_moves_its_row() {
        let mut book = book(vec![due("a", 1, 10), due("b", 1, 20)], None);
        book.put(due("a", 2, 30));
        assert_eq!(order(&book), ["b", "a"]);
    }

    #[test]
    fn a_case_without_a_clock_stands_last() {
        let mut book = book(vec![due("b", 1, 20)], None);
        book.put(row("a", 1));
        book.put(due("c", 1, 5));
        assert_eq!(order(&book), ["c", "b", "a"]);
    }

    #[test]
    fn a_parcel_that_has_arrived_stands_before_all_that_have_not() {
        let mut book = book(vec![], None);
        book.queue.open(Stage::ToInspect, Narrow::default());
        for (id, deadline, is_here) in [("a", 10, false), ("b", 30, true), ("c", 20, true), ("d", 5, false)] {
            let mut parcel = due(id, 1, deadline);
            parcel.stage = Stage::ToInspect;
            parcel.flags.extend(is_here.then_some(Flag::Arrived));
            book.put(parcel);
        }
        assert_eq!(order(&book), ["c", "b", "d", "a"]);
    }

    #[test]
    fn a_decided_case_leaves_the_view() {
        let mut book = book(vec![due("a", 1, 10), due("b", 1, 20)], None);
        let mut decided = due("a", 2, 10);
        decided.stage = Stage::Waiting;
        book.put(decided);
        assert_eq!(order(&book), ["b"]);
    }

    #[test]
    fn rows_beyond_the_last_page_wait_for_their_page() {
        let mut book = book(vec![due("a", 1, 10), due("b", 1, 20)], Some("20.b"));
        book.put(due("z", 1, 900));
        book.put(due("m", 1, 15));
        assert_eq!(order(&book), ["a", "m", "b"]);
    }

    #[test]
    fn a_list_that_an_import_fills_is_read_again() {
        let mut book = book(vec![], None);
        for number in 0..=super::MOST_LIVE {
            assert!(!book.queue.is_overgrown());
            book.put(due(&format!("c{number}"), 1, 10));
            book.put(due(&format!("c{number}"), 2, 20));
        }
        assert!(book.queue.is_overgrown());
    }

    #[test]
    fn cases_of_a_run_come_into_its_own_queue_alone() {
        let mut book = book(vec![due("a", 1, 10)], None);
        let practised = || shared::wire::case::CaseRow { shop: "run-1-ines".parse().unwrap(), ..due("b", 1, 5) };
        book.put(practised());
        assert_eq!((order(&book), book.queue.is_of_run()), (vec!["a"], false));
        let mut book = super::super::cases::tests::book(vec![], None);
        book.queue.open(Stage::ToDecide, Narrow { shop: "run-1-ines".parse().ok(), ..Narrow::default() });
        book.put(due("a", 1, 10));
        book.put(practised());
        assert_eq!((order(&book), book.queue.is_of_run()), (vec!["b"], true));
    }

    #[test]
    fn only_rows_of_the_chosen_shop_and_person_come_in() {
        let mut book = book(vec![], None);
        for (who, fits) in [("nobody", true), ("p1", false)] {
            book.queue.open(Stage::ToDecide, Narrow { shop: "s1".parse().ok(), who: Some(who.to_owned()), tag: None });
            book.put(due(&format!("for-{who}"), 1, 1));
            assert_eq!(!book.queue.ids().is_empty(), fits, "filter {who}");
        }
        let another = Narrow { shop: "s2".parse().ok(), ..Narrow::default() };
        book.queue.open(Stage::ToDecide, another);
        book.put(due("x", 1, 1));
        assert!(book.queue.ids().is_empty());
    }
}
