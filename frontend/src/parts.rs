//! Parts of the app that come when they are first needed, so that the queue is there sooner.
//!
//! A release is cut into files along the functions that [`part!`] makes: what only one file's functions reach lies in
//! that file (`xtask/src/split.rs`). Any other build holds everything, and a part is there at once.

use crate::components::{Banner, BannerTone};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use shared::id::{CaseId, RuleId};
use std::pin::Pin;

/// Makes an async function whose body, with all that only it reaches, lies in a file of its own; functions that name the
/// same file share it. A file that cannot be loaded is asked for again the next time.
macro_rules! part {
    ($(#[$about:meta])* $vis:vis fn $name:ident($($input:ident: $kind:ty),*) -> Result<$out:ty, $fault:ty> in $file:ident $body:block) => {
        #[cfg(feature = "split")]
        #[::leptos::wasm_split::wasm_split($file, wasm_split_path = ::leptos::wasm_split, fallible)]
        $(#[$about])*
        $vis fn $name($($input: $kind),*) -> Result<$out, $fault> $body

        #[cfg(not(feature = "split"))]
        $(#[$about])*
        $vis async fn $name($($input: $kind),*) -> Result<$out, $fault> $body
    };
}
pub(crate) use part;

part! {
    fn case_pane() -> Result<fn(CaseId) -> AnyView, SplitLoaderError> in case {
        Ok(|id| view! { <crate::pages::case::CasePane id/> }.into_any())
    }
}
part! {
    fn inspect() -> Result<fn() -> AnyView, SplitLoaderError> in inspect {
        Ok(|| view! { <crate::pages::inspect::InspectPage/> }.into_any())
    }
}
part! {
    fn replies() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::replies::RepliesPage/> }.into_any())
    }
}
part! {
    fn quality() -> Result<fn() -> AnyView, SplitLoaderError> in lead {
        Ok(|| view! { <crate::pages::quality::QualityPage/> }.into_any())
    }
}
part! {
    fn handbook() -> Result<fn() -> AnyView, SplitLoaderError> in book {
        Ok(|| view! { <crate::pages::handbook::HandbookPage/> }.into_any())
    }
}
part! {
    fn quality_count() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::quality::Count/> }.into_any())
    }
}
part! {
    fn reports() -> Result<fn() -> AnyView, SplitLoaderError> in lead {
        Ok(|| view! { <crate::pages::reports::ReportsPage/> }.into_any())
    }
}
part! {
    fn rules() -> Result<RulesPage, SplitLoaderError> in lead {
        Ok(|id| view! { <crate::pages::rules::RulesPage id/> }.into_any())
    }
}
part! {
    fn settings() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::settings::SettingsPage/> }.into_any())
    }
}
part! {
    fn welcome() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::welcome::WelcomePage/> }.into_any())
    }
}
part! {
    fn palette() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::shell::palette::Palette/> }.into_any())
    }
}
part! {
    fn import() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::desk::import::ImportPanel/> }.into_any())
    }
}
part! {
    fn alarms() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::shell::alarms::AlarmBanners/> }.into_any())
    }
}
part! {
    fn key_sheet() -> Result<fn() -> AnyView, SplitLoaderError> in more {
        Ok(|| view! { <crate::pages::shell::keysheet::KeySheet/> }.into_any())
    }
}

/// How far a part has come.
#[derive(Debug, Clone, Copy)]
enum Coming<F> {
    NotAsked,
    Asked,
    Here(F),
    /// Its file could not be loaded.
    Missing,
}

type Fetching<F> = Pin<Box<dyn Future<Output = Result<F, SplitLoaderError>>>>;

/// One part; `F` is the function that draws it.
#[derive(Debug)]
pub struct Part<F: 'static> {
    /// As it is called where it is missing.
    name: &'static str,
    fetch: fn() -> Fetching<F>,
    state: RwSignal<Coming<F>>,
}

impl<F> Clone for Part<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Part<F> {}

impl<F: Copy + Send + Sync + 'static> Part<F> {
    fn new(name: &'static str, fetch: fn() -> Fetching<F>) -> Self {
        Self { name, fetch, state: RwSignal::new(Coming::NotAsked) }
    }

    /// Asks for it unless it is here or coming.
    pub fn ask(self) {
        if matches!(self.state.get_untracked(), Coming::Asked | Coming::Here(_)) {
            return;
        }
        self.state.set(Coming::Asked);
        spawn_local(async move {
            self.state.set((self.fetch)().await.map_or(Coming::Missing, Coming::Here));
        });
    }

    /// What it draws once it has come, and nothing before; tracked.
    pub fn draw_here(self, drawn: impl FnOnce(F) -> AnyView) -> Option<AnyView> {
        match self.state.get() {
            Coming::Here(part) => Some(untrack(|| drawn(part))),
            Coming::NotAsked | Coming::Asked | Coming::Missing => None,
        }
    }

    /// What it draws, or what stands there until it has come; tracked.
    pub fn draw(self, drawn: impl FnOnce(F) -> AnyView, meanwhile: impl FnOnce() -> AnyView) -> AnyView {
        match self.state.get() {
            Coming::Here(part) => untrack(|| drawn(part)),
            Coming::NotAsked | Coming::Asked => {
                untrack(|| self.ask());
                meanwhile()
            }
            Coming::Missing => view! {
                <Banner
                    tone=BannerTone::Stop fact=[self.name, " did not load."].concat()
                    text="Check the network. If it goes on, load the page again: there may be a new version."
                >
                    <button class="btn btn--sm" type="button" on:click=move |_| self.ask()>"Try again"</button>
                </Banner>
            }
            .into_any(),
        }
    }
}

/// Draws all rules, or the one that the address names.
pub type RulesPage = fn(Memo<Option<RuleId>>) -> AnyView;

/// All parts. Made once in `App`: a part that has come is there for every later page at once.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// The open case.
    pub case: Part<fn(CaseId) -> AnyView>,
    /// The packing table.
    pub inspect: Part<fn() -> AnyView>,
    /// The reply texts.
    pub replies: Part<fn() -> AnyView>,
    /// How the work stands.
    pub quality: Part<fn() -> AnyView>,
    /// The handbook.
    pub handbook: Part<fn() -> AnyView>,
    /// How much waits in quality.
    pub quality_count: Part<fn() -> AnyView>,
    /// Figures of the work.
    pub reports: Part<fn() -> AnyView>,
    /// The rules.
    pub rules: Part<RulesPage>,
    /// The settings.
    pub settings: Part<fn() -> AnyView>,
    /// The page behind a set-up, invite or reset link.
    pub welcome: Part<fn() -> AnyView>,
    /// Search and commands.
    pub palette: Part<fn() -> AnyView>,
    /// How the first import stands.
    pub import: Part<fn() -> AnyView>,
    /// Deadlines that are near.
    pub alarms: Part<fn() -> AnyView>,
    /// The sheet of keys.
    pub key_sheet: Part<fn() -> AnyView>,
}

impl Parts {
    /// None has come.
    pub fn new() -> Self {
        Self {
            case: Part::new("The case", || Box::pin(case_pane())),
            inspect: Part::new("The packing table", || Box::pin(inspect())),
            replies: Part::new("The page of replies", || Box::pin(replies())),
            quality: Part::new("The page of quality", || Box::pin(quality())),
            handbook: Part::new("The handbook", || Box::pin(handbook())),
            quality_count: Part::new("The count of quality", || Box::pin(quality_count())),
            reports: Part::new("The page of reports", || Box::pin(reports())),
            rules: Part::new("The page of rules", || Box::pin(rules())),
            settings: Part::new("The page of settings", || Box::pin(settings())),
            welcome: Part::new("This page", || Box::pin(welcome())),
            palette: Part::new("The search", || Box::pin(palette())),
            import: Part::new("The progress of the import", || Box::pin(import())),
            alarms: Part::new("The deadline alarms", || Box::pin(alarms())),
            key_sheet: Part::new("The list of keys", || Box::pin(key_sheet())),
        }
    }

    /// Asks for all that a signed-in agent may open next, so that nothing waits when it is opened.
    pub fn ask_ahead(self) {
        self.case.ask();
        for part in
            [self.alarms, self.palette, self.key_sheet, self.inspect, self.replies, self.settings, self.quality_count]
        {
            part.ask();
        }
    }
}

impl Default for Parts {
    fn default() -> Self {
        Self::new()
    }
}
