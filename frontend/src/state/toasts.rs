//! Short news at the edge of the screen.

use crate::routes::Route;
use leptos::prelude::*;
use shared::id::CaseId;

/// How long news stays, in milliseconds.
pub const SHOWN_MS: u32 = 8_000;
/// How long an error stays: long enough to be read when one comes back to the screen.
pub const SHOWN_ERROR_MS: u32 = 30_000;

/// What a toast is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It worked, or it can be undone.
    Good,
    /// News.
    Info,
    /// It failed.
    Stop,
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Its number; set by [`ToastList::push`].
    pub id: u64,
    /// What it is about.
    pub tone: Tone,
    /// The fact.
    pub title: String,
    /// What it means.
    pub text: String,
    /// Where it leads, also where the page that said it is gone.
    pub way: Option<Way>,
}

/// Where news leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To the case that it is about.
    Case(CaseId),
    /// To another page.
    Page(Route),
}

/// News on screen, oldest first.
#[derive(Debug, Default)]
pub struct ToastList {
    last_id: u64,
    shown: Vec<Toast>,
}

/// More than this cover the screen.
const MOST: usize = 4;

impl ToastList {
    /// Shows news; the same words again replace the older ones. Answers its number.
    pub fn push(&mut self, mut toast: Toast) -> u64 {
        self.last_id += 1;
        toast.id = self.last_id;
        self.shown.retain(|other| (&other.title, &other.text) != (&toast.title, &toast.text));
        self.shown.push(toast);
        while self.shown.len() > MOST {
            self.shown.remove(0);
        }
        self.last_id
    }

    /// Takes news away.
    pub fn close(&mut self, id: u64) {
        self.shown.retain(|toast| toast.id != id);
    }

    /// What is on screen.
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }
}

/// Handle to the toasts.
#[derive(Debug, Clone, Copy)]
pub struct Toasts(RwSignal<ToastList>);

impl Toasts {
    /// None yet.
    pub fn new() -> Self {
        Self(RwSignal::new(ToastList::default()))
    }

    /// Shows news; it goes by itself.
    pub fn show(self, tone: Tone, title: impl Into<String>, text: impl Into<String>, case: Option<CaseId>) {
        self.show_way(tone, title.into(), text.into(), case.map(Way::Case));
    }

    /// Shows news that leads somewhere.
    pub fn show_way(self, tone: Tone, title: String, text: String, way: Option<Way>) {
        let toast = Toast { id: 0, tone, title, text, way };
        let Some(id) = self.0.try_update(|list| list.push(toast)) else { return };
        let shown_ms = if tone == Tone::Stop { SHOWN_ERROR_MS } else { SHOWN_MS };
        leptos::task::spawn_local(async move {
            crate::web::pause(shown_ms).await;
            self.close(id);
        });
    }

    /// Shows what went wrong.
    pub fn failed(self, failure: &crate::api::Failure) {
        let told = failure.told();
        self.show(Tone::Stop, told.fact, told.advice, None);
    }

    /// Takes news away.
    pub fn close(self, id: u64) {
        self.0.try_update(|list| list.close(id));
    }

    /// Takes all news away: it is overtaken.
    pub fn clear(self) {
        self.0.try_update(|list| list.shown.clear());
    }

    /// What is on screen; tracked.
    pub fn shown(self) -> Vec<Toast> {
        self.0.with(|list| list.shown().to_vec())
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_news_is_shown_once_and_old_news_makes_room() {
        let mut list = ToastList::default();
        for title in ["a", "a", "b", "c", "d", "e"] {
            list.push(Toast { id: 0, tone: Tone::Info, title: title.to_owned(), text: String::new(), way: None });
        }
        let titles: Vec<_> = list.shown().iter().map(|toast| toast.title.as_str()).collect();
        assert_eq!(titles, ["b", "c", "d", "e"]);
        list.close(list.shown()[0].id);
        assert_eq!(list.shown().len(), 3);
    }
}
