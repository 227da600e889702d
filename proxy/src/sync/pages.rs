//! Following the page tokens of one search.

use crate::mutants::{Mutant, is_on};
use crate::tiktok::error::TiktokError;
use std::collections::HashSet;

/// What to do after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// Read the page behind this token.
    Next(String),
    /// That was all.
    Last,
}

/// The pages of one search so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    seen: HashSet<String>,
    total: Option<u64>,
    moved: bool,
}

impl Pages {
    /// Goes on after a page. A token that comes twice would never end: it is a fault.
    pub(super) fn turn(&mut self, next: Option<String>, total: Option<u64>) -> Result<Turn, TiktokError> {
        self.moved |= self.total.is_some() && total.is_some() && self.total != total;
        self.total = self.total.or(total);
        let Some(next) = next.filter(|_| !is_on(Mutant::FirstPageOnly)) else { return Ok(Turn::Last) };
        if !self.seen.insert(next.clone()) {
            return Err(TiktokError::Missing { what: "a new page token" });
        }
        Ok(Turn::Next(next))
    }

    /// The number of hits changed between two pages: a case that left the window may have drawn another one over a
    /// page's edge, so that it was on no page.
    pub(super) fn moved(&self) -> bool {
        self.moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    #[test]
    fn pages_end_at_an_empty_token() {
        let mut pages = Pages::default();
        assert_eq!(pages.turn(token("a"), Some(60)).unwrap(), Turn::Next("a".to_owned()));
        assert_eq!(pages.turn(None, Some(60)).unwrap(), Turn::Last);
        assert!(!pages.moved());
    }

    #[test]
    fn a_token_that_comes_back_is_a_fault_also_after_a_detour() {
        let mut pages = Pages::default();
        pages.turn(token("a"), None).unwrap();
        pages.turn(token("b"), None).unwrap();
        assert!(pages.turn(token("a"), None).is_err());
    }

    #[test]
    fn a_window_whose_hits_change_is_noticed_where_the_platform_counts_them() {
        for (totals, moved) in [
            ([Some(60), Some(60)], false),
            ([Some(60), Some(59)], true),
            ([None, Some(60)], false),
            ([Some(60), None], false),
        ] {
            let mut pages = Pages::default();
            let [first, last] = totals;
            pages.turn(token("a"), first).unwrap();
            pages.turn(None, last).unwrap();
            assert_eq!(pages.moved(), moved, "{totals:?}");
        }
    }
}
