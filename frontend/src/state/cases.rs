//! Every case the desk has seen, and the only code that may change one.

use crate::api::Failure;
use leptos::prelude::*;
use shared::id::CaseId;
use shared::wire::case::{CaseRow, CaseView};
use shared::wire::event::Event;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::queue::Queue;

/// How far the reading of something has got.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Load {
    /// Being read for the first time.
    #[default]
    Loading,
    /// As the server answered.
    Ready,
    /// Shown from the device or from before: the server could not be asked.
    Stale(Failure),
    /// Nothing to show.
    Failed(Failure),
}

/// An opened case, as last read.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// All of it.
    pub view: Option<Arc<CaseView>>,
    /// How far reading has got.
    pub load: Load,
}

/// The same reading, not merely an equal one: every reading is drawn.
impl PartialEq for Opened {
    fn eq(&self, other: &Self) -> bool {
        let same_view = match (&self.view, &other.view) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        same_view && self.load == other.load
    }
}

/// Rows by id, the list of the present view, and opened cases.
#[derive(Debug, Default)]
pub struct CaseBook {
    rows: BTreeMap<CaseId, CaseRow>,
    opened: BTreeMap<CaseId, Opened>,
    /// The list that is on screen.
    pub queue: Queue,
}

impl CaseBook {
    /// One row.
    pub fn row(&self, id: &CaseId) -> Option<&CaseRow> {
        self.rows.get(id)
    }

    /// One opened case.
    pub fn opened(&self, id: &CaseId) -> Option<&Opened> {
        self.opened.get(id)
    }

    /// Takes a row unless a newer one is known.
    pub fn put(&mut self, row: CaseRow) {
        let is_news = self.row(&row.id).is_none_or(|known| known.version < row.version);
        if is_news {
            self.queue.place(&row);
            self.rows.insert(row.id.clone(), row);
        }
    }

    /// Marks a row as read; the server hears of it when the case is opened.
    pub fn mark_read(&mut self, id: &CaseId) {
        if let Some(row) = self.rows.get_mut(id) {
            row.is_unread = false;
        }
    }

    /// Takes the answer of a list.
    pub fn take_rows(&mut self, rows: Vec<CaseRow>) {
        for row in rows {
            let is_news = self.row(&row.id).is_none_or(|known| known.version <= row.version);
            if is_news {
                self.rows.insert(row.id.clone(), row);
            }
        }
    }

    /// Takes a case as read; an older reading never replaces a newer one.
    pub fn take_view(&mut self, view: CaseView) {
        let id = view.row.id.clone();
        let shown = self.opened.get(&id).and_then(|opened| opened.view.as_ref());
        let is_old = shown.is_some_and(|shown| shown.row.version > view.row.version);
        self.put(view.row.clone());
        let entry = self.opened.entry(id).or_default();
        if !is_old {
            entry.view = Some(Arc::new(view));
        }
        entry.load = Load::Ready;
    }

    /// Says that a case could not be read; what is known of it stays.
    pub fn view_failed(&mut self, id: &CaseId, failure: Failure) {
        let entry = self.opened.entry(id.clone()).or_default();
        entry.load = if entry.view.is_some() { Load::Stale(failure) } else { Load::Failed(failure) };
    }

    /// Late and repeated events change nothing: the newest version wins.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::CaseChanged { row } => self.put(row.as_ref().clone()),
            Event::CaseGone { case } => {
                self.rows.remove(case);
                self.opened.remove(case);
                self.queue.drop_id(case);
            }
            Event::SignedOut => *self = Self::default(),
            Event::Alarm { .. }
            | Event::AlarmSeen { .. }
            | Event::ShopChanged { .. }
            | Event::HandbookChanged
            | Event::Resync => {}
        }
    }

    /// The next or previous row of the list, from `from` or from where it stood before it was decided; the first one
    /// without it.
    pub fn neighbour(&self, from: Option<&CaseId>, step: i8) -> Option<CaseId> {
        let ids = self.queue.ids();
        let Some((before, after)) = from.and_then(|from| self.queue.around(from)) else { return ids.first().cloned() };
        let at = if step > 0 { Some(after) } else { before };
        at.and_then(|at| ids.get(at)).cloned()
    }
}

/// Handle to the desk's cases. Created once in `App`, so it outlives every page.
#[derive(Debug, Clone, Copy)]
pub struct Cases(RwSignal<CaseBook>);

impl Cases {
    /// An empty book.
    pub fn new() -> Self {
        Self(RwSignal::new(CaseBook::default()))
    }

    /// Takes a live event.
    pub fn apply(self, event: &Event) {
        self.0.update(|book| book.apply(event));
    }

    /// Changes the book.
    pub fn update(self, change: impl FnOnce(&mut CaseBook)) {
        self.0.update(change);
    }

    /// Reads the book; tracked.
    pub fn with<T>(self, read: impl FnOnce(&CaseBook) -> T) -> T {
        self.0.with(read)
    }

    /// Reads the book in an event or a task; not tracked.
    pub fn peek<T>(self, read: impl FnOnce(&CaseBook) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// One row, following its changes.
    pub fn row(self, id: CaseId) -> Memo<Option<CaseRow>> {
        Memo::new(move |_| self.0.with(|book| book.row(&id).cloned()))
    }

    /// One opened case, following its changes.
    pub fn opened(self, id: CaseId) -> Memo<Opened> {
        Memo::new(move |_| self.0.with(|book| book.opened(&id).cloned().unwrap_or_default()))
    }
}

impl Default for Cases {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::routes::Narrow;
    use shared::domain::case::{Kind, Stage};
    use shared::time::Timestamp;
    use shared::wire::Page;
    use shared::wire::case::{CaseList, Headline};

    pub(crate) fn row(id: &str, version: u64) -> CaseRow {
        CaseRow {
            id: id.parse().unwrap(),
            shop: "s1".parse().unwrap(),
            version,
            kind: Kind::RefundOnly,
            stage: Stage::ToDecide,
            waiting_on: None,
            reason: "x".to_owned(),
            reason_text: "X".to_owned(),
            item: "Lamp".to_owned(),
            item_count: 1,
            picture: None,
            amount: None,
            deadline: None,
            buyer: "Dana".to_owned(),
            say: None,
            language: "en".to_owned(),
            is_unread: false,
            new_messages: 0,
            asked: None,
            assignee: None,
            lease: None,
            owed: None,
            end: None,
            flags: Vec::new(),
            intent: None,
            by_rule: None,
            tags: Vec::new(),
            needs_second: false,
            updated: Timestamp::from_millis(0),
        }
    }

    pub(crate) fn due(id: &str, version: u64, deadline: i64) -> CaseRow {
        CaseRow { deadline: Some(Timestamp::from_millis(deadline)), ..row(id, version) }
    }

    fn changed(row: CaseRow) -> Event {
        Event::CaseChanged { row: Box::new(row) }
    }

    pub(crate) fn book(rows: Vec<CaseRow>, next: Option<&str>) -> CaseBook {
        let mut book = CaseBook::default();
        book.queue.open(Stage::ToDecide, Narrow::default());
        book.take_rows(rows.clone());
        book.queue.take(&list(rows, next), None);
        book
    }

    fn list(rows: Vec<CaseRow>, next: Option<&str>) -> CaseList {
        let page = Page { rows, next: next.map(str::to_owned) };
        CaseList { page, counts: BTreeMap::new(), headline: Headline::default() }
    }

    pub(crate) fn order(book: &CaseBook) -> Vec<&str> {
        book.queue.ids().iter().map(CaseId::as_str).collect()
    }

    #[test]
    fn late_and_repeated_events_change_nothing() {
        let mut book = book(vec![due("a", 5, 10)], None);
        for version in [4, 5] {
            book.apply(&changed(due("a", version, 99)));
            assert_eq!(book.row(&"a".parse().unwrap()).unwrap().deadline, Some(Timestamp::from_millis(10)));
        }
        book.apply(&changed(due("a", 6, 99)));
        assert_eq!(book.row(&"a".parse().unwrap()).unwrap().version, 6);
    }

    #[test]
    fn a_case_that_is_gone_leaves_the_list() {
        let mut book = book(vec![due("a", 1, 10), due("b", 1, 20)], None);
        book.apply(&Event::CaseGone { case: "a".parse().unwrap() });
        assert_eq!(order(&book), ["b"]);
        assert!(book.row(&"a".parse().unwrap()).is_none());
    }

    #[test]
    fn signing_out_leaves_nothing() {
        let mut book = book(vec![due("a", 1, 10)], None);
        book.apply(&Event::SignedOut);
        assert!(book.queue.ids().is_empty() && book.row(&"a".parse().unwrap()).is_none());
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        let book = book(vec![due("a", 1, 10), due("b", 1, 20)], None);
        let id = |name: &str| name.parse::<CaseId>().unwrap();
        assert_eq!(book.neighbour(None, 1), Some(id("a")));
        assert_eq!(book.neighbour(Some(&id("a")), 1), Some(id("b")));
        assert_eq!(book.neighbour(Some(&id("b")), 1), None);
        assert_eq!(book.neighbour(Some(&id("a")), -1), None);
    }

    #[test]
    fn what_has_left_the_list_is_followed_by_what_stood_below_it() {
        let mut book = book(vec![due("a", 1, 10), due("b", 1, 20), due("c", 1, 30), due("d", 1, 40)], None);
        let id = |name: &str| name.parse::<CaseId>().unwrap();
        let told = |name: &str| CaseRow { stage: Stage::Waiting, ..due(name, 2, 20) };
        book.apply(&changed(told("b")));
        assert_eq!(book.neighbour(Some(&id("b")), 1), Some(id("c")));
        assert_eq!(book.neighbour(Some(&id("b")), -1), Some(id("a")));
        book.apply(&changed(told("c")));
        assert_eq!(book.neighbour(Some(&id("b")), 1), Some(id("d")));
        // A list that is read anew without it changes nothing.
        book.queue.take(&list(vec![due("a", 1, 10), due("d", 1, 40)], None), None);
        assert_eq!(book.neighbour(Some(&id("b")), 1), Some(id("d")));
        book.queue.take(&list(vec![due("a", 1, 10)], None), None);
        assert_eq!(book.neighbour(Some(&id("d")), 1), None);
        assert_eq!(book.neighbour(Some(&id("d")), -1), Some(id("a")));
    }
}
