//! Choices that are kept at once, and words that are kept while they are typed.

use crate::api::Answer;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is kept as soon as it is chosen: one request after the other, the newest choice last. What is refused is put back.
#[derive(Debug)]
pub(super) struct Keeping<T: Send + Sync + 'static> {
    /// What is chosen now.
    pub(super) chosen: RwSignal<T>,
    kept: StoredValue<T>,
    /// A request is on its way.
    pub(super) is_busy: StoredValue<bool>,
}

impl<T: Send + Sync + 'static> Clone for Keeping<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Keeping<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Keeping<T> {
    /// What is known of it.
    pub(super) fn of(known: T) -> Self {
        Self { chosen: RwSignal::new(known.clone()), kept: StoredValue::new(known), is_busy: StoredValue::new(false) }
    }

    /// Keeps what was chosen; `end` hears how that ended.
    pub(super) fn keep<F: Future<Output = Answer<()>>>(
        self,
        wanted: T,
        send: impl Fn(T) -> F + 'static,
        end: impl Fn(Answer<()>) + 'static,
    ) {
        self.chosen.set(wanted);
        if self.is_busy.get_value() {
            return;
        }
        self.is_busy.set_value(true);
        spawn_local(async move {
            let ended = loop {
                let Some(wanted) = self.chosen.try_get_untracked() else { return };
                if let Err(fault) = send(wanted.clone()).await {
                    if let Some(kept) = self.kept.try_get_value() {
                        self.chosen.try_set(kept);
                    }
                    break Err(fault);
                }
                self.kept.try_set_value(wanted.clone());
                if self.chosen.try_get_untracked().is_none_or(|chosen| chosen == wanted) {
                    break Ok(());
                }
            };
            self.is_busy.try_set_value(false);
            end(ended);
        });
    }
}

/// Who types without a pause has all but this much on this device.
const MIRROR_MS: u32 = 500;

/// Keeps what is being typed on this device, also while nobody pauses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mirror {
    is_coming: StoredValue<bool>,
}

impl Mirror {
    /// Belongs to the component that is being built: what was to be kept when that goes is its to keep.
    pub(super) fn new() -> Self {
        Self { is_coming: StoredValue::new(false) }
    }

    /// Something was typed: `keep` runs soon, once for all that is typed until then.
    pub(super) fn touched(self, keep: impl FnOnce() + 'static) {
        if self.is_coming.get_value() {
            return;
        }
        self.is_coming.set_value(true);
        spawn_local(async move {
            web::pause(MIRROR_MS).await;
            if self.is_coming.try_set_value(false).is_none() {
                keep();
            }
        });
    }
}
