//! Something that is read from the desk, with its three states.

use crate::api::Answer;
use crate::components::{FailureBanner, RowSkeletons};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;

thread_local! {
    /// What had the focus goes away with what is asked for next: this has it then.
    static NEXT: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Something was pressed that goes away with what is asked for next: once that is drawn, the heading has the focus.
pub(in crate::pages) fn to_the_heading() {
    on_to("quality-h");
}

/// As [`to_the_heading`], on to something else.
pub(super) fn on_to(id: &'static str) {
    NEXT.set(Some(id));
}

/// What was read, and the way to read it again.
#[derive(Debug)]
pub(in crate::pages) struct Loading<T: Send + Sync + 'static> {
    found: RwSignal<Option<Answer<T>>>,
    /// Reads; `true`: behind what is shown.
    read: Callback<bool>,
}

impl<T: Send + Sync + 'static> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loading<T> {}

impl<T: Clone + Send + Sync + 'static> Loading<T> {
    /// Reads at once.
    pub(in crate::pages) fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer<T>> + 'static,
    {
        let found = RwSignal::new(None);
        let asked = StoredValue::new(0_u32);
        let next = StoredValue::new(None);
        let read = Callback::new(move |is_behind: bool| {
            let number = asked.get_value() + 1;
            asked.set_value(number);
            if let Some(id) = NEXT.take() {
                next.set_value(Some(id));
            }
            let answer = ask();
            spawn_local(async move {
                let answer = answer.await;
                let is_worse = is_behind && answer.is_err() && found.try_with_untracked(Option::is_some) == Some(true);
                // An answer to anything but the last question is dropped.
                if asked.try_get_value() == Some(number) && !is_worse {
                    found.try_set(Some(answer));
                    if let Some(id) = next.try_update_value(Option::take).flatten() {
                        web::after_drawing(move || web::focus_if_lost(id));
                    }
                }
            });
        });
        read.run(false);
        Self { found, read }
    }

    /// Reads again; what is shown stays until the answer is there.
    pub(in crate::pages) fn again(self) {
        // Who asked may have left the page meanwhile.
        let _ = self.read.try_run(false);
    }

    /// Reads again although nobody has asked for it: where that fails, what is shown stays.
    pub(in crate::pages) fn behind(self) {
        let _ = self.read.try_run(true);
    }

    /// Reads something else: what is shown is not it.
    pub(in crate::pages) fn anew(self) {
        self.found.set(None);
        self.again();
    }

    /// What is known; tracked.
    pub(in crate::pages) fn known(self) -> Option<T> {
        self.found.get().and_then(Result::ok)
    }

    /// There is an answer, good or bad; tracked.
    pub(in crate::pages) fn is_read(self) -> bool {
        self.found.with(Option::is_some)
    }

    /// Draws it, or that it is still being read, or why it is not there.
    pub(in crate::pages) fn draw(self, drawn: impl FnOnce(T) -> AnyView) -> AnyView {
        match self.found.get() {
            None => view! { <RowSkeletons count=4/> }.into_any(),
            Some(Ok(known)) => untrack(|| drawn(known)),
            Some(Err(failure)) => {
                let retry = Callback::new(move |()| self.anew());
                view! { <FailureBanner failure on_retry=retry/> }.into_any()
            }
        }
    }
}
