//! A reply in English, for who does not read its language: this very text where the browser translates by itself, else the
//! English reply of the same place.

use super::typing::Page;
use crate::api;
use crate::web::{self, Translates, Translator};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::reply::{Language, Place};

/// Typing rests this long before it is translated.
const AFTER_MS: u32 = 600;

#[derive(Clone, Copy)]
struct English {
    page: Page,
    can: RwSignal<Translates>,
    translator: StoredValue<Option<Translator>, LocalStorage>,
    /// This very text.
    ours: RwSignal<Option<String>>,
    /// The English reply of the same place.
    other: RwSignal<Option<String>>,
    typed: StoredValue<u32>,
}

impl English {
    fn open(page: Page) -> Self {
        let english = Self {
            page,
            can: RwSignal::new(Translates::Never),
            translator: StoredValue::new_local(None),
            ours: RwSignal::new(None),
            other: RwSignal::new(None),
            typed: StoredValue::new(0),
        };
        let place = page.place();
        let tag = place.language.tag();
        spawn_local(async move {
            let can = web::translates(tag, Language::En.tag()).await;
            // Nobody may look any more.
            if english.can.try_set(can).is_none() && can == Translates::Now {
                english.begin().await;
            }
        });
        spawn_local(async move {
            if let Ok(view) = api::templates::read(&Place { language: Language::En, ..place }).await {
                english.other.try_set(Some(view.stands().to_owned()));
            }
        });
        Effect::new(move |_| {
            let filled = page.filled().map(|filled| filled.text);
            english.typed.update_value(|typed| *typed += 1);
            english.translate_after(AFTER_MS, filled);
        });
        english
    }

    /// From now on the text is translated as it is typed.
    async fn begin(self) {
        let made = web::translator(self.page.place().language.tag(), Language::En.tag()).await;
        if made.is_none() {
            self.can.try_set(Translates::Never);
        }
        // As above.
        if self.translator.try_set_value(made).is_none() {
            let filled = untrack(|| self.page.filled().map(|filled| filled.text));
            self.translate_after(0, filled);
        }
    }

    /// What is typed meanwhile is translated instead.
    fn translate_after(self, millis: u32, text: Option<String>) {
        let (Some(typed), Some(text)) = (self.typed.try_get_value(), text) else { return };
        spawn_local(async move {
            web::pause(millis).await;
            let is_last = || self.typed.try_get_value() == Some(typed);
            let Some(translator) = self.translator.try_get_value().flatten().filter(|_| is_last()) else { return };
            let ours = translator.translate(&text).await;
            if is_last() {
                self.ours.try_set(ours);
            }
        });
    }
}

/// The card of it; none for what is in English already.
pub(super) fn card(page: Page) -> Option<AnyView> {
    if page.place().language == Language::En {
        return None;
    }
    let english = English::open(page);
    let is_loading = RwSignal::new(false);
    let load = move |_| {
        is_loading.set(true);
        spawn_local(async move {
            english.begin().await;
            is_loading.try_set(false);
        });
    };
    let is_ours = move || english.ours.with(Option::is_some);
    let offer = move || {
        (!is_ours() && english.can.get() == Translates::AfterLoading).then(|| {
            view! {
                <div>
                    <button class="btn btn--sm" type="button" disabled=is_loading on:click=load>
                        {move || if is_loading.get() { "The language is being loaded" } else { "Translate this text here" }}
                    </button>
                    <p class="small muted">"Your browser loads the language once. The text stays on this device."</p>
                </div>
            }
        })
    };
    let other = move || Some(page.as_it_reads(&english.other.get()?, Language::En)?.text);
    let text = move || english.ours.get().or_else(other).unwrap_or_else(|| "Being read".to_owned());
    Some(
        view! {
            <section class="card stack">
                <header class="line">
                    <h2>{move || if is_ours() { "In English" } else { "The English reply" }}</h2>
                    <span class="push small muted">{move || if is_ours() { "by your browser, never sent" } else { "for you, never sent" }}</span>
                </header>
                <p class="small muted preline" lang="en">{text}</p>
                {offer}
            </section>
        }
        .into_any(),
    )
}
