//! Forms that somebody has left without saving: what was typed is there again when the page is opened again.

use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

thread_local! {
    /// Rises when somebody signs out: what they left is nobody else's to see.
    static SESSION: Cell<u32> = const { Cell::new(0) };
}

/// What was left by whoever worked here is not shown any more.
pub fn forget() {
    SESSION.set(SESSION.get().wrapping_add(1));
}

/// A form, with the version that it changes.
struct Left<F> {
    version: u32,
    session: u32,
    form: F,
    is_over: bool,
    /// Its signals live as long as this.
    owner: Owner,
}

/// The forms of one kind of page, by what they are of; in a thread-local of that page.
pub(super) struct Kept<F>(RefCell<BTreeMap<String, Left<F>>>);

/// Signals made here outlive the page.
fn lasting() -> Owner {
    let mut owner = Owner::current().unwrap_or_default();
    while let Some(parent) = owner.parent() {
        owner = parent;
    }
    owner.child()
}

impl<F: Copy> Kept<F> {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self(RefCell::new(BTreeMap::new()))
    }

    /// The form that was left, if it changes the same version; else a new one.
    pub(super) fn open(&self, of: &str, version: u32, make: impl FnOnce() -> F) -> F {
        let mut all = self.0.borrow_mut();
        if let Some(left) =
            all.get(of).filter(|left| left.version == version && left.session == SESSION.get() && !left.is_over)
        {
            return left.form;
        }
        let owner = lasting();
        let form = owner.with(make);
        all.insert(of.to_owned(), Left { version, session: SESSION.get(), form, is_over: false, owner });
        form
    }

    /// Makes something that belongs to a form.
    pub(super) fn within<T>(&self, of: &str, make: impl FnOnce() -> T) -> T {
        match self.0.borrow().get(of) {
            Some(left) => left.owner.with(make),
            None => make(),
        }
    }

    /// It was saved or thrown away. Its signals stay until the next one: the page may still be drawn.
    pub(super) fn end(&self, of: &str) {
        if let Some(left) = self.0.borrow_mut().get_mut(of) {
            left.is_over = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_left_is_there_for_them_until_it_is_over_or_they_sign_out() {
        let kept = Kept::new();
        let open = |version, form: u32| kept.open("r_1", version, || form);
        assert_eq!([open(1, 10), open(1, 11)], [10, 10], "it was left");
        assert_eq!([open(2, 12), open(2, 13)], [12, 12], "of another version there is nothing to go on with");
        kept.end("r_1");
        assert_eq!([open(2, 14), open(2, 15)], [14, 14], "it was saved");
        forget();
        assert_eq!(open(2, 16), 16, "whoever signs in next begins anew");
    }
}
