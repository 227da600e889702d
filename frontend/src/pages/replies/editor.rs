//! One reply being written: the text, what the rules say of it, and how a buyer will read it.

use super::typing::{Asking, Page, Saving, TEXT_ID, name_word, said};
use super::versions;
use super::{checks, english};
use crate::api::{self, Answer};
use crate::components::{Banner, BannerTone, Choice, Confirm, FailureBanner, Pick, RowSkeletons, Sheet};
use crate::i18n::words;
use crate::routes::Route;
use crate::state::use_desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::Stage;
use shared::id::ShopId;
use shared::reply::{
    Condition, Language, Place, Rendered, Severity, Variable, count, lint_template, template_problems,
};
use shared::wire::session::Role;
use shared::wire::shop::ShopView;
use shared::wire::template::{
    Example, Rewritten, TemplateStep, TemplateVersion, TemplateView, VersionState, WriteTemplate,
};

fn example_name(example: &Example) -> String {
    let who = example.facts.name.as_deref().unwrap_or("no name known");
    let what = words::kind(example.kind).to_lowercase();
    let amount = example.facts.amount.as_ref().map(crate::i18n::format::money);
    let parts = [Some(who.to_owned()), Some(what), amount].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if example.case.is_some() { parts } else { ["Made up: ", &parts].concat() }
}

/// The filled text with its facts marked.
fn marked(filled: &Rendered) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut from = 0;
    for span in &filled.spans {
        parts.push(filled.text.get(from..span.start).unwrap_or_default().to_owned().into_any());
        let fact = filled.text.get(span.start..span.end).unwrap_or_default().to_owned();
        parts.push(view! { <span class="var">{fact}</span> }.into_any());
        from = span.end;
    }
    parts.push(filled.text.get(from..).unwrap_or_default().to_owned().into_any());
    parts
}

fn preview(page: Page) -> AnyView {
    let choices = Signal::derive(move || {
        let all = page.examples();
        all.iter().enumerate().map(|(place, one)| Choice::new(place.to_string(), example_name(one))).collect::<Vec<_>>()
    });
    let language = page.place().language;
    let shop = move || page.chosen().map(|example| example.facts.shop).unwrap_or_default();
    view! {
        <section class="stack" aria-label="As the buyer sees it">
            <header class="line">
                <h2 class="small strong">"As the buyer sees it"</h2>
                <span class="push"></span>
                <Pick
                    label="Case to try it on" icon="user" choices=choices
                    value=Signal::derive(move || page.example.get().to_string())
                    on_pick=move |place: String| page.example.set(place.parse().unwrap_or_default())
                />
            </header>
            <div class="phone-prev">
                <div class="bar"><b class="strong">{shop}</b><span class="push muted">"TikTok chat"</span></div>
                <div class="bubble bubble--us preline" lang=language.tag() aria-live="polite">
                    {move || page.filled().map(|filled| marked(&filled))}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn insert_bar(page: Page) -> AnyView {
    const NAMES: [(Variable, &str); 8] = [
        (Variable::Name, "Buyer’s name"),
        (Variable::Amount, "Refund amount"),
        (Variable::Covers, "What it covers"),
        (Variable::Offer, "Amount offered"),
        (Variable::Item, "Item"),
        (Variable::Shop, "Shop"),
        (Variable::Order, "Order number"),
        (Variable::Reason, "Reason in TikTok’s words"),
    ];
    const CASES: [(Condition, &str); 5] = [
        (Condition::Keeps, "Only if they keep it"),
        (Condition::Returns, "Only if they send it back"),
        (Condition::Ours, "Only if it is our fault"),
        (Condition::Carrier, "Only if it is the carrier’s"),
        (Condition::Cancellation, "Only if it is a cancellation"),
    ];
    let language = page.place().language;
    let variables = NAMES.map(|(variable, name)| {
        let word = if variable == Variable::Name { name_word(language) } else { ["{", variable.word(), "}"].concat() };
        view! { <button class="btn btn--sm" type="button" on:click=move |_| page.insert(&word)>{name}</button> }
    });
    let conditions = CASES.map(|(condition, name)| {
        let words = ["{if ", condition.word(), "}…{end}"].concat();
        view! { <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| page.insert(&words)>{name}</button> }
    });
    view! { <div class="card varbar" role="group" aria-label="Insert"><span class="muted">"Insert"</span>{variables.into_iter().collect_view()}{conditions.into_iter().collect_view()}<span class="muted">"{if not keeps} turns it round"</span></div> }
        .into_any()
}

fn saved_line(page: Page) -> AnyView {
    let line = move || {
        let is_template = page.text.with(|text| template_problems(text).is_empty());
        match page.saving.get() {
            _ if !is_template => "Not saved: mend what is marked below".to_owned(),
            Saving::Rests => String::new(),
            Saving::Coming => "Saving".to_owned(),
            Saving::Saved(at) => ["Saved ", &web::clock_time(at)].concat(),
            Saving::Conflict(_) | Saving::Failed(_) => "Not saved".to_owned(),
        }
    };
    view! { <span class="small muted" role="status">{line}</span> }.into_any()
}

fn trouble(page: Page) -> impl IntoView {
    move || match page.saving.get() {
        Saving::Conflict(theirs) => {
            let who = page.desk.session.name_of(&theirs.author);
            let fact =
                [&who, " saved this page ", &web::when_inside(theirs.written, page.desk.clock.now()), "."].concat();
            let (take, keep) = (theirs.clone(), theirs.clone());
            Some(
                view! {
                    <Banner tone=BannerTone::Soon fact=fact text="Below is what they wrote. Whichever you take, the other stays under Earlier words.">
                        <button class="btn btn--sm" type="button" on:click=move |_| page.take_theirs(&take)>"Take theirs"</button>
                        <button class="btn btn--sm" type="button" on:click=move |_| page.keep_mine(&keep)>"Save mine"</button>
                    </Banner>
                    <blockquote class="card preline small">{theirs.text.clone()}</blockquote>
                }
                .into_any(),
            )
        }
        Saving::Failed(failure) => {
            let again = Callback::new(move |()| {
                spawn_local(async move {
                    page.save().await;
                })
            });
            Some(view! { <FailureBanner failure on_retry=again/> }.into_any())
        }
        Saving::Rests | Saving::Coming | Saving::Saved(_) => None,
    }
}

/// Who else has it open.
fn others(page: Page) -> impl IntoView {
    move || {
        let names = page.editors.with(|all| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(", "));
        let fact =
            [names.as_str(), if page.editors.with(Vec::len) > 1 { " have" } else { " has" }, " this reply open too."]
                .concat();
        (!names.is_empty()).then(|| view! { <Banner tone=BannerTone::Info fact=fact text="What either of you saves is seen by the other."/> })
    }
}

/// Words that were written over, or given up, each with a way back.
fn earlier(page: Page) -> impl IntoView {
    move || {
        let given_up = page.given_up.get().into_iter().rev().map(|words| ("What you had typed".to_owned(), words));
        let kept = page.known().map(|view| view.earlier).unwrap_or_default().into_iter().map(|one| {
            let at = web::when(one.written, page.desk.clock.now());
            ([&page.desk.session.name_of(&one.author), ", ", &at].concat(), said(&one.text, ""))
        });
        let rows: Vec<AnyView> = given_up
            .chain(kept)
            .map(|(whose, words)| {
                let WriteTemplate { text, note, .. } = words.clone();
                view! {
                    <li>
                        <div class="line"><b class="small strong">{whose}</b><button class="btn btn--sm push" type="button" on:click=move |_| page.bring_back(&words)>"Bring back"</button></div>
                        {(!text.is_empty()).then(|| view! { <p class="small muted preline">{text}</p> })}
                        {(!note.is_empty()).then(|| view! { <p class="small muted">"What is new, and why: "{note}</p> })}
                    </li>
                }
                .into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| view! { <section class="card stack"><h2>"Earlier words"</h2><ul class="gaps gaps--plain">{rows}</ul></section> })
    }
}

/// What agents told here in words of their own; for leads, who write by it.
fn rewritten(page: Page) -> impl IntoView {
    let found = RwSignal::new(None::<Answer<Vec<Rewritten>>>);
    if page.desk.session.is_at_least(Role::Lead) {
        let place = page.place();
        spawn_local(async move {
            let answer = api::templates::rewritten(&place).await;
            found.try_set(Some(answer));
        });
    }
    let row = move |one: &Rewritten| {
        let told = [&one.by.name, ", ", &web::when(one.at, page.desk.clock.now())].concat();
        let path = Route::Desk { stage: Stage::Done, case: Some(one.case.clone()) }.path();
        let name = ["The case of ", &told].concat();
        view! {
            <li>
                <div class="line"><b class="small strong">{told}</b><a class="btn btn--sm push" href=path aria-label=name>"Case"</a></div>
                <p class="small muted preline">{one.text.clone()}</p>
            </li>
        }
        .into_any()
    };
    move || match found.get()? {
        Ok(all) if all.is_empty() => None,
        Ok(all) => {
            let rows: Vec<AnyView> = all.iter().map(row).collect();
            Some(view! { <section class="card stack"><h2>"What agents sent instead"</h2><ul class="gaps gaps--plain">{rows}</ul></section> }.into_any())
        }
        Err(failure) => Some(view! { <FailureBanner failure/> }.into_any()),
    }
}

/// What is used where this place has no words of its own.
const fn below(view: &TemplateView) -> &'static str {
    if view.of_all.is_some() { "every shop’s text" } else { "the built-in text" }
}

/// The steps that this person may take now.
fn steps(page: Page, view: &TemplateView) -> AnyView {
    let me = page.desk.session.me().map(|me| me.id);
    let is_lead = page.desk.session.is_at_least(Role::Lead);
    let open = view.open().cloned();
    let in_use = view.in_use().cloned();
    let leads_alone = view.leads_alone;
    let ask = open.clone().filter(|version| version.state == VersionState::Writing).map(|version| {
        let place = page.place();
        let is_blocked = move || {
            page.text.with(|text| {
                !template_problems(text).is_empty()
                    || lint_template(&place, text).iter().any(|breach| breach.severity == Severity::Block)
            })
        };
        view! { <button class="btn btn--primary" type="button" disabled=is_blocked on:click=move |_| page.step(&version, TemplateStep::AskApproval, "A lead is asked to approve it.")>"Ask for approval"</button> }
    });
    let review = open.clone().filter(|version| version.state == VersionState::Review).map(|version| {
        let is_own = Some(&version.author) == me.as_ref();
        if !is_lead {
            return view! { <span class="small muted">"Waits for a lead"</span> }.into_any();
        }
        if is_own && !leads_alone {
            return view! { <span class="small muted">"Waits for another lead: nobody approves their own words"</span> }.into_any();
        }
        view! {
            <button class="btn" type="button" on:click=move |_| page.asks.set(Asking::SendBack)>"Send back…"</button>
            <button class="btn btn--primary" type="button" on:click=move |_| page.step(&version, TemplateStep::Approve, "Replies start from it now.")>
                {if is_own { "Approve my own" } else { "Approve" }}
            </button>
        }
        .into_any()
    });
    let change = open.clone().filter(|version| version.state == VersionState::Review).map(|_| {
        let change = move |_| {
            page.is_unlocked.set(true);
            if let Some(area) = page.area.get_untracked() {
                let _ = area.focus();
            }
        };
        move || {
            page.is_locked()
                .then(|| view! { <button class="btn btn--quiet" type="button" on:click=change>"Change it"</button> })
        }
    });
    let drop = open.map(|_| view! { <button class="btn btn--quiet" type="button" on:click=move |_| page.asks.set(Asking::Drop)>"Drop…"</button> });
    let withdraw = in_use.filter(|_| is_lead && drop.is_none()).map(|_| {
        let words = ["Use ", below(view), "…"].concat();
        view! { <button class="btn btn--quiet" type="button" on:click=move |_| page.asks.set(Asking::Withdraw)>{words}</button> }
    });
    view! { {drop}{withdraw}{change}{review}{ask} }.into_any()
}

#[component]
fn SendBack(page: Page, version: TemplateVersion) -> impl IntoView {
    let why = page.why;
    let send = {
        let version = version.clone();
        move |_| {
            let words = why.get_untracked();
            if !words.trim().is_empty() {
                page.step(&version, TemplateStep::SendBack(words), "It is being written again.");
            }
        }
    };
    let footer = move || {
        view! {
            <footer>
                <button class="btn" type="button" on:click=move |_| page.asks.set(Asking::Nothing)>"Not yet"</button>
                <button class="btn btn--primary push" type="button" disabled=move || why.with(|words| words.trim().is_empty()) on:click=send.clone()>"Send back"</button>
            </footer>
        }
    };
    view! {
        <Sheet title="Send it back" lede="Say what is missing; the words of the reply stay." width="480px" on_close=move |()| page.asks.set(Asking::Nothing) footer=footer>
            <textarea class="area" rows="3" maxlength="300" aria-label="What is missing" autofocus prop:value=move || why.get() on:input=move |event| why.set(web::value_of(&event))></textarea>
        </Sheet>
    }
}

fn over(page: Page) -> impl IntoView {
    move || {
        let view = page.known()?;
        let close = move |()| page.asks.set(Asking::Nothing);
        match (page.asks.get(), view.open().cloned(), view.in_use().cloned()) {
            (Asking::Drop, Some(version), _) => Some(
                view! {
                    <Confirm
                        title="Drop what is being written?" text="The words of this version are gone. What is in use stays in use." act="Drop it" on_no=close
                        on_yes=move |()| page.step(&version, TemplateStep::Drop, "Dropped.")
                    />
                }
                .into_any(),
            ),
            (Asking::Withdraw, _, Some(version)) => {
                let (title, act, told) = match view.of_all {
                    Some(_) => ("Use every shop’s text again?", "Use every shop’s text", "Every shop’s text is used here again."),
                    None => ("Use the built-in text again?", "Use the built-in text", "The built-in text is used again."),
                };
                Some(
                    view! {
                        <Confirm
                            title text="New replies start from it. This version stays readable, and cases keep its name." act on_no=close
                            on_yes=move |()| page.step(&version, TemplateStep::Withdraw, told)
                        />
                    }
                    .into_any(),
                )
            }
            (Asking::SendBack, Some(version), _) => Some(view! { <SendBack page version/> }.into_any()),
            _ => None,
        }
    }
}

fn places(page: Page, refocus: StoredValue<&'static str>) -> AnyView {
    let place = page.place();
    let tabs: Vec<AnyView> = Language::ALL
        .into_iter()
        .map(|language| {
            let other = Place { language, ..place.clone() };
            let is_here = language == place.language;
            let path = Route::Replies(Some(other)).path();
            let chosen = move |event: leptos::ev::MouseEvent| {
                // Elsewhere, in a window of its own, nothing is drawn anew here.
                let is_elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
                if !is_here && !is_elsewhere {
                    refocus.set_value(".editor .bar [aria-current]");
                }
            };
            view! { <a href=path aria-current=is_here.then_some("page") on:click=chosen>{words::language(language.tag()).to_owned()}</a> }.into_any()
        })
        .collect();
    let shops = page.desk.session.shops();
    let choices = Signal::derive(move || {
        let own = page.known().map(|view| view.shops).unwrap_or_default();
        let only = |shop: &ShopView| {
            let own = if own.contains(&shop.id) { ", own words" } else { "" };
            Choice::new(shop.id.clone(), ["Only ", &shop.name, own].concat())
        };
        [Choice::new("", "Every shop")].into_iter().chain(shops.iter().map(only)).collect::<Vec<_>>()
    });
    let here = place.shop.as_ref().map(ToString::to_string).unwrap_or_default();
    let desk = page.desk;
    view! {
        <nav class="seg langs" aria-label="Language">{tabs}</nav>
        <span class="push"></span>
        <Pick
            label="For which shop" icon="home" choices=choices value=Signal::stored(here)
            on_pick=move |shop: String| {
                refocus.set_value(".editor .bar select");
                let shop: Option<ShopId> = shop.parse().ok();
                desk.nav.go(&Route::Replies(Some(Place { shop, ..place.clone() })));
            }
        />
    }
    .into_any()
}

/// Why a lead did not take it, for as long as it is written again.
fn sent_back(page: Page) -> impl IntoView {
    let why = Memo::new(move |_| {
        let view = page.known()?;
        view.open().filter(|version| version.state == VersionState::Writing)?.sent_back.clone()
    });
    move || why.get().map(|why| view! { <Banner tone=BannerTone::Soon fact="A lead sent it back." text=why/> })
}

fn body(page: Page, refocus: StoredValue<&'static str>) -> AnyView {
    let place = page.place();
    // What a language or a shop was chosen with is drawn anew here.
    let chosen = refocus.get_value();
    refocus.set_value("");
    if !chosen.is_empty() {
        web::after_drawing(move || {
            web::focus_first(chosen);
        });
    }
    let length = move || page.text.with(|text| count(text));
    view! {
        <div class="editor">
            <div class="stack">
                {sent_back(page)}
                {others(page)}
                {trouble(page)}
                <section class="card card--flush" aria-label="The text">
                    <header class="line bar">{places(page, refocus)}</header>
                    <textarea
                        node_ref=page.area id=TEXT_ID class="writing area--bare" aria-label="Text of the reply" lang=place.language.tag() spellcheck="true"
                        rows="9" prop:value=move || page.text.get() readonly=move || page.is_locked()
                        on:input=move |event| {
                            page.text.set(web::value_of(&event));
                            page.type_in();
                        }
                    ></textarea>
                    <div class="line foot"><span class="count" class:over=move || { length() > shared::reply::LONGEST }>{length}" / 2,000"</span><span class="push"></span>{saved_line(page)}</div>
                </section>
            </div>
            <div class="stack editor__side">{preview(page)}{english::card(page)}</div>
            <div class="stack">
                {insert_bar(page)}
                <div class="field">
                    <label for="tnote">"What is new, and why"</label>
                    <input
                        class="input" id="tnote" maxlength="300" prop:value=move || page.note.get() readonly=move || page.is_locked()
                        on:input=move |event| {
                            page.note.set(web::value_of(&event));
                            page.type_in();
                        }
                    />
                </div>
                {checks::card(page)}
                {rewritten(page)}
                {earlier(page)}
                {move || page.known().map(|view| versions::draw(page, &view))}
            </div>
        </div>
    }
    .into_any()
}

/// One reply.
#[component]
pub fn Editor(
    /// Which.
    place: Place,
    /// What has the focus once it is drawn: a selector, or nothing.
    refocus: StoredValue<&'static str>,
) -> impl IntoView {
    let desk = use_desk();
    web::set_title(&[&place.title(), " · Amends"].concat());
    let title = place.title();
    let page = Page::open(desk, place);
    let again = Callback::new(move |()| page.read());
    // Drawn once; what changes in it are its own parts.
    let state = Memo::new(move |_| page.found.with(|found| found.as_ref().map(Result::is_ok)));
    view! {
        <header class="page__head">
            <div>
                <p class="crumbs"><a href=Route::Replies(None).path()>"Replies"</a></p>
                <h1>{title}</h1>
            </div>
            <div class="acts">{move || page.known().map(|view| steps(page, &view))}</div>
        </header>
        {move || match state.get() {
            None => view! { <RowSkeletons count=5/> }.into_any(),
            Some(true) => untrack(|| body(page, refocus)),
            Some(false) => match page.found.get_untracked() {
                Some(Err(failure)) => view! { <FailureBanner failure on_retry=again/> }.into_any(),
                _ => ().into_any(),
            },
        }}
        {over(page)}
    }
}
