//! The handbook: what is in force, what it once said, and for leads what is being written.
//!
//! Text of a page is drawn as the desk made it: safe HTML from Markdown.

pub mod bringing;
pub mod compare;
pub mod draft;
pub mod editor;
pub mod keeping;
pub mod media;
pub mod page;
pub mod revisions;
pub mod side;
pub mod touches;
pub mod typing;

use crate::api::{self, Answer};
use crate::components::{Art, Choice, Empty, FailureBanner, Icon, Pick, RowSkeletons, Sheet};
use crate::routes::{Face, Route};
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::domain::handbook::PageKind;
use shared::id::PageId;
use shared::wire::handbook::{Handbook, NewPageRequest, PageRow, PageView};
use shared::wire::session::Role;

const KINDS: [(PageKind, &str, &str); 2] =
    [(PageKind::Procedure, "Procedures", "procedure"), (PageKind::Reference, "Reference", "reference")];

/// The open page in the list.
const HERE: &str = "book-here";

/// Goes to the step that the address names, once it is drawn.
fn reveal_step() {
    if let Some(step) = web::fragment().strip_prefix('#').filter(|step| step.starts_with("step-")) {
        let _ = web::reveal(step);
    }
}

/// The stage beside which a step is shown.
pub const fn stage_words(stage: Stage) -> &'static str {
    match stage {
        Stage::ToDecide => "Beside cases to decide",
        Stage::ToInspect => "Beside cases to inspect",
        Stage::ToTell => "Beside cases to tell",
        Stage::Waiting => "Beside waiting cases",
        Stage::Disputed => "Beside disputed cases",
        Stage::Done => "Beside cases that are done",
    }
}

/// The list, the open page, and what was asked for last.
#[derive(Debug, Clone, Copy)]
pub struct Book {
    desk: Desk,
    list: RwSignal<Option<Answer<Handbook>>>,
    page: RwSignal<Option<Answer<PageView>>>,
    /// Counts what was asked for: an answer to anything but the last is dropped.
    asked: StoredValue<u32>,
    /// The sheet for a new page is open.
    making: RwSignal<bool>,
    /// The reader may write. Moves only with the role: what is typed does not go with every news of the session.
    leads: Memo<bool>,
}

impl Book {
    fn read_list(self) {
        spawn_local(self.read_list_now());
    }

    async fn read_list_now(self) {
        let answer = api::handbook::list().await;
        if let (Ok(list), Route::Handbook { page: None, .. }) = (&answer, self.desk.nav.route_now()) {
            // The address names what is read: what is still to be signed first.
            let first = list.pages.iter().find(|page| page.asks).or(list.pages.iter().find(|page| !page.is_retired));
            if let Some(first) = first {
                self.desk.nav.replace(&Route::Handbook { page: Some(first.id.clone()), face: Face::InForce });
            }
        }
        self.list.try_set(Some(answer));
    }

    /// Something was published elsewhere. Who reads another page goes on: nothing closes under their eyes.
    fn hear(self) {
        spawn_local(async move {
            self.read_list_now().await;
            let is_other = |page: &PageView, row: Option<&PageRow>| {
                let newest = page.history.first().map(|newest| newest.version);
                row.is_none_or(|row| row.version != newest || row.is_retired != page.retired.is_some())
            };
            let is_changed = self.page.try_with_untracked(|page| {
                self.list.with_untracked(|list| match (page, list) {
                    (Some(Ok(page)), Some(Ok(list))) => is_other(page, list.pages.iter().find(|row| row.id == page.id)),
                    _ => true,
                })
            });
            if is_changed == Some(true) {
                self.read(false);
            }
        });
    }

    /// Reads a page; what is on screen stays until the answer is there, unless it is another page. Who turned to another
    /// version of the same one begins at its head.
    fn read_page(self, id: PageId, version: Option<u32>, is_turned: bool) {
        self.asked.update_value(|asked| *asked += 1);
        let asked = self.asked.get_value();
        let is_other = self.page.with_untracked(|page| !matches!(page, Some(Ok(page)) if page.id == id));
        if is_other {
            self.page.set(None);
        }
        spawn_local(async move {
            let answer = api::handbook::page(&id, version).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            if let Ok(page) = &answer
                && let Some(shown) = &page.shown
            {
                web::set_title(&[&shown.title, " · Amends"].concat());
            }
            self.page.try_set(Some(answer));
            web::after_drawing(move || {
                if is_turned {
                    let _ = web::focus("sop-h");
                    if let Some(main) = web::by_id("main") {
                        main.set_scroll_top(0);
                    }
                }
                reveal_step();
            });
        });
    }

    /// Reads what the address names.
    fn read(self, is_turned: bool) {
        if let Route::Handbook { page: Some(id), face } = self.desk.nav.route_now() {
            match face {
                Face::InForce => self.read_page(id, None, is_turned),
                Face::Version(number) => self.read_page(id, Some(number), is_turned),
                Face::Edit if self.leads.get_untracked() => {}
                // A link from somebody who writes: the address names what is read.
                Face::Edit => self.desk.nav.replace(&Route::Handbook { page: Some(id), face: Face::InForce }),
            }
        }
    }

    /// After something was signed, published or thrown away.
    fn read_anew(self) {
        self.read_list();
        self.read(false);
        tasks::news::read(self.desk);
    }
}

/// Where a page is.
pub fn href(page: &PageId, face: Face) -> String {
    Route::Handbook { page: Some(page.clone()), face }.path()
}

/// One page in the list.
fn row(page: &PageRow, open: Option<&PageId>) -> impl IntoView + use<> {
    let is_here = open == Some(&page.id);
    let face = if page.version.is_none() { Face::Edit } else { Face::InForce };
    let of_draft = match (page.in_review, page.has_draft) {
        (true, _) => Some(("chip chip--info", "review")),
        (false, true) => Some(("chip chip--dash", "draft")),
        (false, false) => None,
    };
    // To sign it hides that something is written, but not that it waits for approval.
    let marks = match (page.is_retired, page.asks) {
        (true, _) => [Some(("chip chip--dash", "retired")), None],
        (false, true) => [Some(("chip chip--soon", "sign")), of_draft.filter(|_| page.in_review)],
        (false, false) => [of_draft, None],
    };
    let marks = marks.into_iter().flatten().enumerate().map(|(place, (class, words))| {
        view! { <span class=[class, if place == 0 { " push" } else { "" }].concat()>{words}</span> }
    });
    let icon = if page.kind == PageKind::Procedure { "handbook" } else { "search" };
    view! {
        <li>
            <a href=href(&page.id, face) id=is_here.then_some(HERE) aria-current=is_here.then_some("page")>
                <Icon name=icon class="icon--s"/><span>{page.title.clone()}</span>
                {marks.collect_view()}
            </a>
        </li>
    }
}

fn list(book: Book, handbook: &Handbook) -> AnyView {
    let open = match book.desk.nav.route() {
        Route::Handbook { page, .. } => page,
        _ => None,
    };
    let kinds = KINDS.map(|(kind, title, _)| {
        let rows: Vec<_> =
            handbook.pages.iter().filter(|page| page.kind == kind).map(|page| row(page, open.as_ref())).collect();
        (!rows.is_empty()).then(|| view! { <h3>{title}</h3><ul>{rows}</ul> })
    });
    let new = book.leads.get().then(|| {
        view! {
            <p class="book__new"><button class="btn btn--quiet btn--sm" type="button" on:click=move |_| book.making.set(true)>
                <Icon name="plus" class="icon--s"/>"New page…"
            </button></p>
        }
    });
    view! { {kinds.into_iter().flatten().collect_view()}{new} }.into_any()
}

/// Asks for the title of a new page.
#[component]
fn NewPage(book: Book) -> impl IntoView {
    let (kind, title) = (RwSignal::new("procedure".to_owned()), RwSignal::new(String::new()));
    let (failure, is_sending) = (RwSignal::new(None), RwSignal::new(false));
    // One key for as long as the sheet is open: pressing again is the same request.
    let key = StoredValue::new(web::fresh_key());
    let make = move || {
        let wanted =
            kind.with_untracked(|kind| KINDS.into_iter().find(|(_, _, word)| word == kind).map(|(kind, ..)| kind));
        let request = NewPageRequest { kind: wanted.unwrap_or(PageKind::Procedure), title: title.get_untracked() };
        if request.title.trim().is_empty() || is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        spawn_local(async move {
            let answer = api::handbook::create(&request, &key.get_value()).await;
            is_sending.try_set(false);
            match answer {
                Ok(made) => {
                    book.making.try_set(false);
                    book.read_list();
                    book.desk.nav.go(&Route::Handbook { page: Some(made.id), face: Face::Edit });
                }
                Err(fault) => {
                    // Corrected, it is another request.
                    key.try_set_value(web::fresh_key());
                    failure.try_set(Some(fault));
                }
            }
        });
    };
    let choices = Signal::derive(|| KINDS.map(|(_, label, word)| Choice::new(word, label)).to_vec());
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" on:click=move |_| book.making.set(false)>"Not yet"</button>
                <button class="btn btn--primary push" type="submit" form="new-page" aria-disabled=move || is_sending.get().to_string()>"Begin writing"</button>
            </footer>
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        make();
    };
    view! {
        <Sheet title="A new page" lede="Nobody but leads sees it until its first version is approved." width="520px" on_close=move |()| book.making.set(false) footer=footer>
            <form class="stack" id="new-page" on:submit=submit>
                <div class="field">
                    <label for="new-title">"Title"</label>
                    <input class="input" id="new-title" maxlength="120" required autofocus prop:value=title on:input=move |event| title.set(web::value_of(&event))/>
                </div>
                <div><Pick label="Kind of page" icon="handbook" choices=choices value=kind on_pick=move |word| kind.set(word)/></div>
                {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
            </form>
        </Sheet>
    }
}

fn open_page(book: Book) -> AnyView {
    match book.page.get() {
        None => view! { <article class="sop" aria-busy="true"><RowSkeletons count=6/></article> }.into_any(),
        Some(Err(failure)) => {
            let again = Callback::new(move |()| book.read(false));
            view! { <article class="sop"><FailureBanner failure on_retry=again/></article> }.into_any()
        }
        // Drawn anew with the page alone: a tick, a video stay as they are.
        Some(Ok(page)) => untrack(|| view! { {page::draw(book, &page)}{side::draw(book, &page)} }.into_any()),
    }
}

/// The handbook.
#[component]
pub fn HandbookPage() -> impl IntoView {
    web::set_title("Handbook · Amends");
    let desk = use_desk();
    let book = Book {
        desk,
        list: RwSignal::new(None),
        page: RwSignal::new(None),
        asked: StoredValue::new(0),
        making: RwSignal::new(false),
        leads: Memo::new(move |_| desk.session.is_at_least(Role::Lead)),
    };
    book.read_list();
    tasks::news::read(desk);
    let open = Memo::new(move |_| match book.desk.nav.route() {
        Route::Handbook { page, face } => (page, face),
        _ => (None, Face::InForce),
    });
    Effect::new(move |before: Option<(Option<PageId>, Face)>| {
        let now = open.get();
        book.leads.track();
        let is_turned = before.is_some_and(|(page, face)| page == now.0 && face != now.1 && face != Face::Edit);
        untrack(|| book.read(is_turned));
        now
    });
    // Where the list is a strip, the open page may lie beyond its end.
    let is_listed = Memo::new(move |_| book.list.with(Option::is_some));
    Effect::new(move |_| {
        open.track();
        if is_listed.get() {
            web::after_drawing(|| {
                let _ = web::reveal(HERE);
                // The page may have been there before the list.
                reveal_step();
            });
        }
    });
    // A version that was published elsewhere, or a draft that was sent or sent back.
    Effect::new(move |before: Option<(Option<u32>, Option<u32>)>| {
        let (unsigned, waits) = (book.desk.unsigned.get(), book.desk.book_waits.get());
        if let Some((Some(signed), Some(waited))) = before {
            if unsigned > Some(signed) {
                book.hear();
            } else if waits != Some(waited) {
                book.read_list();
            }
        }
        (unsigned, waits)
    });
    let body = move || {
        match open.get() {
        (Some(id), Face::Edit) if book.leads.get() => view! { <editor::Editor book id/> }.into_any(),
        (Some(_), _) => view! { {move || open_page(book)} }.into_any(),
        (None, _) => match book.list.get() {
            Some(Ok(list)) if list.pages.is_empty() => view! {
                <article class="sop"><Empty art=Art::Lens title="The handbook is empty" text="A lead writes the first page."/></article>
            }
            .into_any(),
            Some(_) | None => view! { <article class="sop" aria-busy="true"><RowSkeletons count=6/></article> }.into_any(),
        },
    }
    };
    view! {
        <main class="page" id="main" tabindex="-1">
            <div class="book" class:book--edit=move || open.with(|(_, face)| *face == Face::Edit)>
                <nav aria-label="Handbook">
                    <h2 class="vh">"Pages"</h2>
                    {move || match book.list.get() {
                        None => view! { <RowSkeletons count=4/> }.into_any(),
                        Some(Ok(handbook)) => list(book, &handbook),
                        Some(Err(failure)) => {
                            let again = Callback::new(move |()| book.read_list());
                            view! { <FailureBanner failure on_retry=again/> }.into_any()
                        }
                    }}
                </nav>
                {body}
            </div>
            <Show when=move || book.making.get()><NewPage book/></Show>
        </main>
    }
}
