//! Words that an agent has not sent. Optimistic: typed is kept at once, saving follows.

use leptos::prelude::*;
use shared::id::{CaseId, IdempotencyKey};
use shared::wire::decision::{Draft, ReplyOrder};
use std::collections::BTreeMap;

/// Where a draft is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Typed, not yet answered by the server.
    Saving,
    /// The server has it.
    Saved,
    /// Only this device has it: the server could not be reached.
    OnDevice,
}

/// Drafts by case.
#[derive(Debug, Default)]
pub struct DraftBook {
    typed: BTreeMap<CaseId, (Draft, Kept)>,
    /// Replies that were sent and not answered, with their keys.
    sending: BTreeMap<CaseId, (ReplyOrder, IdempotencyKey)>,
}

impl DraftBook {
    /// The draft of a case.
    pub fn get(&self, case: &CaseId) -> Option<&(Draft, Kept)> {
        self.typed.get(case)
    }

    /// Takes what was typed.
    pub fn type_in(&mut self, case: CaseId, draft: Draft) {
        self.typed.insert(case, (draft, Kept::Saving));
    }

    /// Says where a draft is safe now, unless something else was typed meanwhile.
    pub fn kept(&mut self, case: &CaseId, draft: &Draft, place: Kept) {
        if let Some((known, kept)) = self.typed.get_mut(case)
            && known == draft
        {
            *kept = place;
        }
    }

    /// Forgets the draft of a case: it was sent or emptied.
    pub fn remove(&mut self, case: &CaseId) {
        self.typed.remove(case);
        self.sending.remove(case);
    }

    /// The key to send a reply under: the same words again, after an answer that did not come, are the same request,
    /// also when the case was left in between.
    pub fn key(&mut self, case: &CaseId, reply: &ReplyOrder, fresh: IdempotencyKey) -> IdempotencyKey {
        match self.sending.get(case) {
            Some((sent, key)) if sent == reply => key.clone(),
            Some(_) | None => {
                self.sending.insert(case.clone(), (reply.clone(), fresh.clone()));
                fresh
            }
        }
    }

    /// Drafts that the server is not known to have.
    pub fn unsaved(&self) -> Vec<(CaseId, Draft)> {
        let unsaved = self.typed.iter().filter(|(_, (_, kept))| *kept != Kept::Saved);
        unsaved.map(|(case, (draft, _))| (case.clone(), draft.clone())).collect()
    }

    /// Drafts that only this device has.
    pub fn on_device(&self) -> Vec<(CaseId, Draft)> {
        let kept_here = self.typed.iter().filter(|(_, (_, kept))| *kept == Kept::OnDevice);
        kept_here.map(|(case, (draft, _))| (case.clone(), draft.clone())).collect()
    }
}

/// Handle to the drafts.
#[derive(Debug, Clone, Copy)]
pub struct Drafts(RwSignal<DraftBook>);

impl Drafts {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(DraftBook::default()))
    }

    /// Changes the book.
    pub fn update(self, change: impl FnOnce(&mut DraftBook)) {
        self.0.update(change);
    }

    /// Reads the book; tracked.
    pub fn with<T>(self, read: impl FnOnce(&DraftBook) -> T) -> T {
        self.0.with(read)
    }

    /// Reads the book in an event or a task; not tracked.
    pub fn peek<T>(self, read: impl FnOnce(&DraftBook) -> T) -> T {
        self.0.with_untracked(read)
    }
}

impl Default for Drafts {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Timestamp;

    fn words(text: &str) -> Draft {
        Draft {
            text: text.to_owned(),
            language: "en".to_owned(),
            claim: None,
            template: None,
            saved: Timestamp::default(),
            ..Draft::default()
        }
    }

    #[test]
    fn an_answer_to_older_words_does_not_call_newer_words_saved() {
        let case: CaseId = "c".parse().unwrap();
        let mut book = DraftBook::default();
        book.type_in(case.clone(), words("a"));
        book.type_in(case.clone(), words("ab"));
        book.kept(&case, &words("a"), Kept::Saved);
        assert_eq!(book.get(&case).unwrap().1, Kept::Saving);
        book.kept(&case, &words("ab"), Kept::OnDevice);
        assert_eq!(book.on_device(), vec![(case, words("ab"))]);
    }

    #[test]
    fn the_same_words_go_under_the_same_key_until_they_are_known_to_be_kept() {
        let case: CaseId = "c".parse().unwrap();
        let key = |name: &str| name.parse::<IdempotencyKey>().unwrap();
        let reply = |text: &str| ReplyOrder {
            text: text.to_owned(),
            language: "en".to_owned(),
            claim: None,
            template: None,
            is_edited: false,
        };
        let mut book = DraftBook::default();
        assert_eq!(book.key(&case, &reply("a"), key("key-1")), key("key-1"));
        assert_eq!(book.key(&case, &reply("a"), key("key-2")), key("key-1"), "its answer was lost");
        assert_eq!(book.key(&case, &reply("ab"), key("key-3")), key("key-3"), "other words are another request");
        assert_eq!(book.key(&"d".parse().unwrap(), &reply("ab"), key("key-4")), key("key-4"), "another buyer");
        book.remove(&case);
        assert_eq!(book.key(&case, &reply("ab"), key("key-5")), key("key-5"), "said, and meant once more");
    }
}
