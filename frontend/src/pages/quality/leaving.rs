//! What the sheets of reviews have in common: what was typed stays when a sheet is closed, and when somebody else has saved
//! meanwhile both are shown and one is chosen.

use super::loading;
use crate::components::{Banner, BannerTone};
use crate::pages::kept::Kept;
use crate::web;
use leptos::prelude::*;
use std::thread::LocalKey;

/// What somebody else has saved, line by line.
#[derive(Debug, Clone)]
pub(super) struct Theirs<V = u32> {
    /// Its version.
    pub(super) version: V,
    /// What it says.
    pub(super) lines: Vec<String>,
}

/// The version that a form changes, and what somebody else has saved since.
#[derive(Clone, Copy)]
pub(super) struct Base<V: Send + Sync + 'static = u32> {
    version: RwSignal<V>,
    theirs: RwSignal<Option<Theirs<V>>>,
}

impl<V: Copy + Send + Sync + 'static> Base<V> {
    /// Nobody has saved since.
    pub(super) fn of(version: V) -> Self {
        Self { version: RwSignal::new(version), theirs: RwSignal::new(None) }
    }

    /// The version; tracked.
    pub(super) fn version(self) -> V {
        self.version.get()
    }

    /// Whether one of both is still to be chosen; tracked.
    pub(super) fn is_open(self) -> bool {
        self.theirs.with(Option::is_some)
    }

    /// Somebody else has saved.
    pub(super) fn meet(self, theirs: Theirs<V>) {
        self.theirs.try_set(Some(theirs));
    }

    /// Theirs, and the two ways on: `on_theirs` reads anew. Either way the focus goes to `next`.
    pub(super) fn draw(self, on_theirs: impl Fn() + Copy + Send + Sync + 'static, next: &'static str) -> AnyView {
        let both = move |Theirs { version, lines }: Theirs<V>| {
            let take = move |_| {
                loading::on_to(next);
                on_theirs();
            };
            let keep = move |_| {
                self.version.set(version);
                self.theirs.set(None);
                web::after_drawing(move || web::focus_if_lost(next));
            };
            let lines: Vec<_> = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect();
            view! {
                <Banner tone=BannerTone::Soon fact="Somebody else has saved meanwhile." text="What you typed is still here. Look at theirs, then choose.">
                    <span class="line wrap">
                        <button class="btn btn--sm" type="button" on:click=take>"Take theirs"</button>
                        <button class="btn btn--sm" type="button" on:click=keep>"Keep mine"</button>
                    </span>
                </Banner>
                <details class="tosee"><summary>"Show theirs"</summary><ul class="links small">{lines}</ul></details>
            }
        };
        (move || self.theirs.get().map(both)).into_any()
    }
}

/// A form of a sheet.
pub(super) trait Sheet: Copy + 'static {
    /// What it changes.
    fn base(self) -> Base;

    /// Whether it says something else than when it was begun; tracked.
    fn is_changed(self) -> bool;
}

/// The form as it was left, else a new one. What was changed stays, also where somebody else has saved since.
pub(super) fn open<F: Sheet>(left: &'static LocalKey<Kept<F>>, key: &str, theirs: Theirs, make: impl Fn() -> F) -> F {
    let form = left.with(|left| left.open(key, 0, &make));
    if untrack(|| form.base().version()) == theirs.version {
        return form;
    }
    if untrack(|| form.is_changed()) {
        form.base().meet(theirs);
        return form;
    }
    left.with(|left| {
        left.end(key);
        left.open(key, 0, make)
    })
}

/// Closes a sheet; what was typed stays, unless it is thrown away.
pub(super) fn ways_out(
    form: impl Sheet + Send + Sync,
    on_close: Callback<bool>,
    throw_away: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let is_changed = Memo::new(move |_| form.is_changed());
    let drop_it = move |_| {
        throw_away();
        on_close.run(false);
    };
    view! {
        <button class="btn" type="button" on:click=move |_| on_close.run(false)>"Not yet"</button>
        {move || is_changed.get().then(|| view! { <button class="btn btn--quiet" type="button" on:click=drop_it>"Throw away"</button> })}
    }
    .into_any()
}

/// Says that a form stands as it was left.
pub(super) fn as_left(form: impl Sheet) -> Option<AnyView> {
    untrack(|| form.is_changed())
        .then(|| view! { <p class="small muted">"As you left it. It is not saved yet."</p> }.into_any())
}

/// Takes a row away: the number of the one after it, else of the one before.
fn take<R: Send + Sync + 'static>(rows: RwSignal<Vec<R>>, number_of: impl Fn(&R) -> u32, number: u32) -> Option<u32> {
    let place = rows.with_untracked(|rows| rows.iter().position(|row| number_of(row) == number))?;
    rows.update(|rows| drop(rows.remove(place)));
    rows.with_untracked(|rows| rows.get(place).or(rows.last()).map(number_of))
}

/// Takes one of some rows away. The focus goes on to the field of the one after it, else of the one before, else to what
/// adds one.
pub(super) fn remove<R: Send + Sync + 'static>(
    rows: RwSignal<Vec<R>>,
    number_of: impl Fn(&R) -> u32,
    number: u32,
    field: &'static str,
    otherwise: &'static str,
) {
    let next = take(rows, number_of, number)
        .map_or_else(|| otherwise.to_owned(), |number| [field, &number.to_string()].concat());
    web::after_drawing(move || web::focus_if_lost(&next));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Form {
        base: Base,
        number: u32,
        is_changed: RwSignal<bool>,
    }

    impl Sheet for Form {
        fn base(self) -> Base {
            self.base
        }

        fn is_changed(self) -> bool {
            self.is_changed.get()
        }
    }

    thread_local! {
        static LEFT: Kept<Form> = const { Kept::new() };
    }

    #[test]
    fn what_was_changed_stays_when_somebody_else_saves_and_what_was_not_begins_anew() {
        Owner::new().with(|| {
            let opened = |version, number| {
                let theirs = Theirs { version, lines: Vec::new() };
                let make = || Form { base: Base::of(version), number, is_changed: RwSignal::new(false) };
                open(&LEFT, "standard", theirs, make)
            };
            assert_eq!([opened(1, 10), opened(1, 11)].map(|form| form.number), [10, 10], "it was left");
            let form = opened(2, 12);
            assert_eq!((form.number, untrack(|| form.base.is_open())), (12, false), "nothing of theirs was changed");
            form.is_changed.set(true);
            let form = opened(3, 13);
            assert_eq!((form.number, untrack(|| form.base.is_open())), (12, true), "both are there");
            assert_eq!(untrack(|| form.base.version()), 2, "until one is chosen");
        });
    }

    #[test]
    fn a_row_that_goes_is_gone() {
        Owner::new().with(|| {
            let rows = RwSignal::new(vec![1_u32, 2, 3]);
            let beside = |number| take(rows, |row| *row, number);
            assert_eq!([beside(2), beside(3), beside(1)], [Some(3), Some(1), None]);
            assert_eq!(rows.get_untracked(), Vec::<u32>::new());
        });
    }
}
