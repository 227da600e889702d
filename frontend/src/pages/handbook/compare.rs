//! The difference between two versions, by lines and words.

use crate::api::{self, Answer};
use crate::components::{Choice, FailureBanner, Pick, RowSkeletons};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::PageId;
use shared::wire::handbook::{Diff, DiffLine, LineKind, Revision};

fn line(line: &DiffLine) -> AnyView {
    let (class, said) = match line.kind {
        LineKind::Same => ("same", ""),
        LineKind::Gone => ("gone", "Gone: "),
        LineKind::New => ("new", "New: "),
        LineKind::Gap => {
            return view! { <li class="gap">"…"<span class="vh">" lines that are the same"</span></li> }.into_any();
        }
    };
    let part = |(is_other, text): &(bool, String)| match (*is_other, line.kind) {
        (true, LineKind::Gone) => view! { <del>{text.clone()}</del> }.into_any(),
        (true, LineKind::New) => view! { <ins>{text.clone()}</ins> }.into_any(),
        _ => text.clone().into_any(),
    };
    let parts: Vec<AnyView> = line.parts.iter().map(part).collect();
    view! { <li class=class><span class="vh">{said}</span>{parts}</li> }.into_any()
}

/// Draws a difference.
pub fn draw(diff: &Diff) -> AnyView {
    if diff.lines.is_empty() {
        return view! { <p class="small muted">{diff.from.clone()}" and "{diff.to.clone()}" say the same."</p> }
            .into_any();
    }
    let lines: Vec<AnyView> = diff.lines.iter().map(line).collect();
    let name = ["From ", &diff.from, " to ", &diff.to].concat();
    view! { <ol class="diff" aria-label=name>{lines}</ol> }.into_any()
}

/// A difference that is being read.
#[derive(Debug, Clone, Copy)]
pub struct Comparing {
    found: RwSignal<Option<Answer<Diff>>>,
    asked: StoredValue<u32>,
}

impl Default for Comparing {
    fn default() -> Self {
        Self::new()
    }
}

impl Comparing {
    /// Nothing is being read yet.
    pub fn new() -> Self {
        Self { found: RwSignal::new(None), asked: StoredValue::new(0) }
    }

    /// Reads it; none: to the draft.
    pub fn read(self, page: PageId, from: u32, to: Option<u32>) {
        self.asked.update_value(|asked| *asked += 1);
        let asked = self.asked.get_value();
        self.found.set(None);
        spawn_local(async move {
            let answer = api::handbook::difference(&page, from, to).await;
            if self.asked.try_get_value() == Some(asked) {
                self.found.try_set(Some(answer));
            }
        });
    }

    /// Draws what was found; tracked.
    pub fn draw(self) -> AnyView {
        match self.found.get() {
            None => view! { <RowSkeletons count=2/> }.into_any(),
            Some(Ok(diff)) => draw(&diff),
            Some(Err(failure)) => view! { <FailureBanner failure/> }.into_any(),
        }
    }
}

/// Any two versions beside each other.
#[component]
pub fn Versions(
    /// Of which page.
    id: PageId,
    /// All, the newest first.
    history: Vec<Revision>,
) -> impl IntoView {
    let number = |place: usize| history.get(place).map(|revision| revision.number.to_string()).unwrap_or_default();
    let (from, to) = (RwSignal::new(number(1)), RwSignal::new(number(0)));
    let (comparing, is_open) = (Comparing::new(), RwSignal::new(false));
    let named = history.iter().map(|one| Choice::new(one.number.to_string(), one.version.to_string()));
    let choices = StoredValue::new(named.collect::<Vec<_>>());
    let choices = Signal::derive(move || choices.get_value());
    let read = Callback::new(move |()| {
        let parsed = |text: RwSignal<String>| text.with_untracked(|text| text.parse::<u32>().ok());
        if let (Some(from), Some(to)) = (parsed(from), parsed(to)) {
            is_open.set(true);
            comparing.read(id.clone(), from.min(to), Some(from.max(to)));
        }
    });
    let pick = move |which: RwSignal<String>| {
        move |value: String| {
            which.set(value);
            if is_open.get_untracked() {
                read.run(());
            }
        }
    };
    view! {
        <section class="versus" aria-label="Compare versions">
            <p class="line wrap">
                <button class="btn btn--sm" type="button" on:click=move |_| read.run(())>"Compare"</button>
                <Pick label="Older version" icon="history" choices=choices value=from on_pick=pick(from)/>
                <span class="small muted">"with"</span>
                <Pick label="Newer version" icon="history" choices=choices value=to on_pick=pick(to)/>
            </p>
            <div aria-live="polite">{move || is_open.get().then(|| comparing.draw())}</div>
        </section>
    }
}
