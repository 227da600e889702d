//! For leads, beside a page: who looks after it, until when, where it stands, and whether it is shown.

use super::Book;
use crate::api::{self, Answer, Failure};
use crate::components::{Choice, Confirm, FailureBanner, Icon, Pick};
use crate::pages::{Keeping, look_choices, look_of};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::PageId;
use shared::wire::handbook::{Handbook, KeepingRequest, OrderRequest, PageView};

/// All pages with one moved by a place among those of its kind; none: it is at the end.
fn moved(handbook: &Handbook, page: &PageId, is_up: bool) -> Option<Vec<PageId>> {
    let mut pages: Vec<_> = handbook.pages.iter().map(|row| (row.kind, row.id.clone())).collect();
    let at = pages.iter().position(|(_, id)| id == page)?;
    let to = if is_up { at.checked_sub(1) } else { Some(at + 1) }?;
    let is_alike = pages.get(at).map(|(kind, _)| kind) == pages.get(to).map(|(kind, _)| kind);
    is_alike.then(|| {
        pages.swap(at, to);
        pages.into_iter().map(|(_, id)| id).collect()
    })
}

/// When the next look can be asked for: so many days from today, and how that is called.
const LOOKS: [(i64, &str); 4] =
    [(30, "Look in a month"), (91, "Look in 3 months"), (182, "Look in 6 months"), (365, "Look in a year")];
/// The card.
#[component]
pub fn KeepingCard(
    /// The handbook around it.
    book: Book,
    /// The page beside which it stands.
    page: PageView,
) -> impl IntoView {
    let (failure, is_asking) = (RwSignal::new(None::<Failure>), RwSignal::new(false));
    let owner = page.owner.as_ref().map(|owner| owner.id.clone());
    let is_retired = page.retired.is_some();
    let id = StoredValue::new(page.id.clone());
    let end = move |answer: Answer<()>| match answer {
        Ok(()) => book.read_anew(),
        Err(fault) => {
            failure.try_set(Some(fault));
        }
    };
    let look_by = page.look_by;
    let keeping = Keeping::of(KeepingRequest { owner, look_by: Some(look_by), is_retired });
    let keep = move |request: KeepingRequest| {
        let send = move |request: KeepingRequest| async move { api::handbook::keep(&id.get_value(), &request).await };
        keeping.keep(request, send, end);
    };
    let shift = move |is_up: bool| {
        let wanted = book.list.with_untracked(|list| match list {
            Some(Ok(list)) => moved(list, &id.get_value(), is_up),
            Some(Err(_)) | None => None,
        });
        if let Some(pages) = wanted {
            spawn_local(async move { end(api::handbook::order(&OrderRequest { pages }).await) });
        }
    };
    let ends = move |is_up: bool| {
        book.list
            .with(|list| !matches!(list, Some(Ok(list)) if moved(list, &id.get_value(), is_up).is_some()))
            .to_string()
    };
    let people = StoredValue::new(page.may_own.clone());
    let choices = Signal::derive(move || {
        let nobody = Choice::new("", "Nobody");
        let named = people.get_value().into_iter().map(|person| Choice::new(person.id.to_string(), person.name));
        std::iter::once(nobody).chain(named).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || {
        keeping.chosen.with(|chosen| chosen.owner.as_ref().map(ToString::to_string).unwrap_or_default())
    });
    let pick = move |word: String| keep(KeepingRequest { owner: word.parse().ok(), ..keeping.chosen.get_untracked() });
    let looks = move || keeping.chosen.with(|chosen| chosen.look_by.flatten());
    let days = Signal::derive(move || look_choices(book.desk, looks(), &LOOKS));
    let day = Signal::derive(move || looks().map(|at| at.millis().to_string()).unwrap_or_default());
    let pick_day =
        move |word: String| keep(KeepingRequest { look_by: Some(look_of(&word)), ..keeping.chosen.get_untracked() });
    let turn = move |()| {
        is_asking.set(false);
        keep(KeepingRequest { is_retired: !is_retired, ..keeping.chosen.get_untracked() });
    };
    let act = if is_retired {
        view! { <button class="btn" type="button" on:click=move |_| turn(())><Icon name="undo"/>"Bring the page back"</button> }.into_any()
    } else {
        view! { <button class="btn" type="button" on:click=move |_| is_asking.set(true)><Icon name="x"/>"Retire the page…"</button> }.into_any()
    };
    view! {
        <section class="card stack small" aria-labelledby="keeping-h">
            <header><h2 id="keeping-h">"This page"</h2></header>
            <div><Pick label="Looked after by" icon="user" choices=choices value=value on_pick=pick/></div>
            <div><Pick label="Next look by" icon="clock" choices=days value=day on_pick=pick_day/></div>
            <p class="line">
                <button class="btn btn--sm" type="button" aria-disabled=move || ends(true) on:click=move |_| shift(true)><Icon name="up" class="icon--s"/>"Up in the list"</button>
                <button class="btn btn--sm" type="button" aria-disabled=move || ends(false) on:click=move |_| shift(false)><Icon name="down" class="icon--s"/>"Down"</button>
            </p>
            {act}
            {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            <Show when=move || is_asking.get()>
                <Confirm
                    title="Retire this page?" text="It leaves the list and stands beside no case any more, and nobody is asked to sign it. Its versions stay, and what was decided under them still leads here. You can bring it back."
                    act="Retire it" on_yes=turn on_no=move |()| is_asking.set(false)
                />
            </Show>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::handbook::PageKind;
    use shared::wire::handbook::PageRow;

    #[test]
    fn a_page_moves_among_those_of_its_kind() {
        let row = |id: &str, kind| PageRow {
            id: id.parse().unwrap(),
            kind,
            title: String::new(),
            version: None,
            asks: false,
            has_draft: false,
            in_review: false,
            is_retired: false,
        };
        let (procedure, reference) = (PageKind::Procedure, PageKind::Reference);
        let handbook = Handbook { pages: vec![row("a", procedure), row("b", procedure), row("c", reference)] };
        for (page, is_up, expected) in [
            ("b", true, Some(["b", "a", "c"])),
            ("a", false, Some(["b", "a", "c"])),
            ("a", true, None),
            ("b", false, None),
            ("c", true, None),
            ("c", false, None),
            ("x", false, None),
        ] {
            let made = moved(&handbook, &page.parse().unwrap(), is_up);
            let made = made.map(|pages| pages.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(made, expected.map(|pages| pages.map(str::to_owned).to_vec()), "{page} {is_up}");
        }
    }
}
