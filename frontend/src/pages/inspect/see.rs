//! The left half of the bench: what should be inside, what the buyer said, the photos.

use super::looking::{Looking, Taking};
use crate::api;
use crate::pages::case::kit::{icon, small_icon, sum};
use crate::pages::case::{Doing, wording, words};
use crate::state::Desk;
use leptos::html;
use leptos::prelude::*;
use shared::id::EvidenceId;
use shared::wire::case::{CaseView, LineView};
use shared::wire::inspect::Slot;

/// What is looked at, without what changes with every reading: pictures stay where they are.
fn steady<T: PartialEq + Clone + Send + Sync + 'static>(
    doing: Doing,
    pick: fn(&CaseView) -> T,
    draw: impl Fn(&CaseView) -> AnyView + Send + 'static,
) -> impl Fn() -> Option<AnyView> + Send + 'static {
    let picked = Memo::new(move |_| doing.view.with(|view| view.as_ref().map(pick)));
    move || {
        // A memo that nobody reads is never computed, and knows of no change.
        picked.with(|_| ());
        doing.view.with_untracked(|view| view.as_ref().map(|view| untrack(|| draw(view))))
    }
}

/// "1 of 2": of what was bought, so many should come back.
fn share(view: &CaseView, line: &LineView) -> String {
    let bought = view.order.as_ref().map_or(0, |order| {
        let same = |other: &&LineView| other.seller_sku == line.seller_sku && other.variant == line.variant;
        order.lines.iter().filter(same).map(|other| other.count).sum::<u32>()
    });
    [line.count.to_string(), " of ".to_owned(), bought.max(line.count).to_string()].concat()
}

fn expected(view: &CaseView, desk: Desk) -> AnyView {
    let shop = desk.session.shop(&view.row.shop).map(|shop| shop.name).unwrap_or_default();
    let refund = match &view.refund {
        Some(refund) => ["Refund ", &sum(&refund.total), " if accepted"].concat(),
        None => "TikTok names no amount".to_owned(),
    };
    let last = view.lines.len();
    let lines = view.lines.iter().enumerate().map(|(place, line)| {
        let name = if line.variant.is_empty() {
            line.product.clone()
        } else {
            [line.product.as_str(), ", ", &line.variant].concat()
        };
        let facts: Vec<String> = [line.seller_sku.clone(), share(view, line), shop.clone()]
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect();
        let picture = line.picture.as_ref().map(|id| view! { <img src=api::media_url(id) alt=name.clone()/> });
        let is_bare = line.picture.is_none();
        let refund = (place + 1 == last).then(|| view! { <p class="expect__sum">{refund.clone()}</p> });
        view! {
            <div class="expect" class:expect--bare=is_bare>
                {picture}
                <div><h2>{name.clone()}</h2><p class="num">{facts.join(" · ")}</p>{refund}</div>
            </div>
        }
        .into_any()
    });
    let lines: Vec<AnyView> = lines.collect();
    if lines.is_empty() {
        return view! { <div class="expect expect--bare"><div><h2>"The whole order"</h2><p class="expect__sum">{refund}</p></div></div> }
            .into_any();
    }
    view! { <div class="stack">{lines}</div> }.into_any()
}

/// One photo: to be taken, on its way, taken, or not kept.
fn slot(desk: Desk, looking: Looking, slot: Slot) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let name = move || {
        let reason = looking.doing.view.with(|view| view.as_ref().map(|view| view.row.reason.clone()));
        wording::slot(slot, &reason.unwrap_or_default())
    };
    let shown = Memo::new(move |_| looking.inspection().shot(slot).map(|shot| shot.evidence.clone()));
    let taking = Memo::new(move |_| looking.taking.with(|all| all.get(&slot).cloned()));
    let is_next = Memo::new(move |_| {
        let known = looking.inspection();
        Slot::ALL.into_iter().find(|slot| known.shot(*slot).is_none()) == Some(slot)
    });
    let is_lost = move || desk.connection.is_lost();
    let class = move || match (taking.get(), shown.with(Option::is_some), is_next.get()) {
        (Some(Taking::Failed(_)), _, _) => "shot shot--failed",
        (_, true, _) => "shot have",
        (_, false, true) => "shot next",
        (_, false, false) => "shot",
    };
    let label = move || {
        let state = match (taking.get(), shown.with(Option::is_some)) {
            (Some(Taking::Adding), _) => ", being added",
            (Some(Taking::Failed(_)), _) => ", not kept. Take it again",
            (None, true) => ", taken. Take it again",
            (None, false) => ", take the photo",
        };
        ["Photo: ", name(), state].concat()
    };
    let inside = move || match (taking.get(), shown.get()) {
        (Some(Taking::Adding), _) => view! { {icon("upload")}<span>"Adding…"</span> }.into_any(),
        (Some(Taking::Failed(_)), _) => view! { {icon("warn")}<span>{name()}", not kept"</span> }.into_any(),
        (None, Some(id)) => taken(&id, name()),
        (None, None) => view! { {icon("camera")}<span>{name()}</span> }.into_any(),
    };
    view! {
        <label class=class class:is-off=is_lost>
            <input
                node_ref=input class="vh" type="file" accept="image/jpeg,image/png,image/webp" capture="environment"
                aria-label=label disabled=move || is_lost() || taking.get() == Some(Taking::Adding)
                on:change=move |_| {
                    let Some(input) = input.get_untracked() else { return };
                    if let Some(photo) = input.files().and_then(|files| files.get(0)) {
                        looking.take(slot, photo);
                    }
                    input.set_value("");
                }
            />
            {inside}
        </label>
    }
    .into_any()
}

fn taken(id: &EvidenceId, name: &'static str) -> AnyView {
    view! { <img src=api::cases::evidence_url(id) alt=""/><span class="shot__name">{small_icon("check")}{name}</span> }
        .into_any()
}

/// Why photos are not kept, each with a way to send it again.
fn failures(looking: Looking) -> impl IntoView {
    move || {
        looking.taking.with(|all| {
            let failed = all.iter().filter_map(|(slot, taking)| match taking {
                Taking::Failed(told) => Some((*slot, told.clone())),
                Taking::Adding => None,
            });
            failed
                .map(|(slot, told)| {
                    let again = looking.can_keep(slot).then(|| {
                        view! { <button class="btn" type="button" on:click=move |_| looking.keep(slot)>"Try again"</button> }
                    });
                    view! {
                        <div class="banner banner--stop banner--in" role="alert">
                            {icon("stop")}<p><b class="strong">{told.fact}</b><br/>{told.advice}</p>{again}
                        </div>
                    }
                })
                .collect_view()
        })
    }
}

/// Draws the half.
pub fn draw(desk: Desk, looking: Looking) -> AnyView {
    let doing = looking.doing;
    let inside = steady(
        doing,
        |view| (view.lines.clone(), view.refund.clone(), view.order.as_ref().map(|order| order.lines.clone())),
        move |view| expected(view, desk),
    );
    let said = steady(
        doing,
        |view| (view.words.clone(), view.row.buyer.clone(), view.row.reason_text.clone()),
        move |view| words::draw(view, doing.seen_photos, Callback::new(move |place| doing.show_photo(place))),
    );
    view! {
        <section class="bench__see" aria-label="What should be inside" tabindex="0">
            {inside}
            {said}
            <section>
                <h2 class="small muted bench__label">"Photos, with order and time burned in"</h2>
                <div class="shots">{Slot::ALL.map(|each| slot(desk, looking, each)).collect_view()}</div>
                {failures(looking)}
            </section>
        </section>
    }
    .into_any()
}
