//! The built-in replies, to be read: by reason, outcome and language.

use crate::api::{self, Answer};
use crate::components::{Choice, FailureBanner, Icon, Pick, RowSkeletons};
use crate::i18n::words;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::domain::case::{Claim, Kind, Voice};
use shared::reasons::{ReasonGroup, label};
use shared::reply::{Ask, Catalogue, Composed, Language, Parts, Variable, compose};

const KINDS: [Kind; 4] = [Kind::RefundOnly, Kind::Cancellation, Kind::ReturnAndRefund, Kind::Replacement];

/// What can come to be said for a kind of request (case model 3).
const fn claims_of(kind: Kind) -> &'static [Claim] {
    match kind {
        Kind::Cancellation => &[Claim::Refunded, Claim::Approved, Claim::Cancelled, Claim::Rejected],
        Kind::RefundOnly | Kind::Other => &[Claim::Refunded, Claim::Approved, Claim::Rejected, Claim::OfferMade],
        Kind::ReturnAndRefund => &[
            Claim::Refunded,
            Claim::ReturnAgreed,
            Claim::ParcelAccepted,
            Claim::ParcelRefused,
            Claim::Approved,
            Claim::Rejected,
            Claim::OfferMade,
        ],
        Kind::Replacement => {
            &[Claim::ReplacementAgreed, Claim::Refunded, Claim::Approved, Claim::Rejected, Claim::OfferMade]
        }
    }
}

/// What is being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chosen {
    group: ReasonGroup,
    kind: Kind,
    claim: Claim,
    language: Language,
}

impl Chosen {
    fn with_kind(self, kind: Kind) -> Self {
        let claims = claims_of(kind);
        let claim =
            if claims.contains(&self.claim) { self.claim } else { claims.first().copied().unwrap_or(self.claim) };
        Self { kind, claim, ..self }
    }

    fn composed(self, catalogue: &Catalogue) -> Composed {
        let ask = Ask {
            group: self.group,
            claim: Some(self.claim),
            kind: self.kind,
            voice: Voice::We,
            keeps_item: self.kind == Kind::RefundOnly,
            has_name: true,
            has_amount: true,
            language: self.language,
            shop: None,
        };
        compose(catalogue, &ask)
    }
}

/// The text with its variables marked.
fn marked(text: &str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let found = after.split_once('}').filter(|(word, _)| Variable::ALL.iter().any(|known| known.word() == *word));
        let Some((word, tail)) = found else { break };
        parts.push(before.to_owned().into_any());
        parts.push(view! { <span class="var">{word.to_owned()}</span> }.into_any());
        rest = tail;
    }
    parts.push(rest.to_owned().into_any());
    parts
}

fn preview(catalogue: &Catalogue, chosen: Chosen) -> impl IntoView + use<> {
    let Composed { id, title, text } = chosen.composed(catalogue);
    let paragraphs: Vec<_> = text.split("\n\n").map(|text| view! { <p>{marked(text)}</p> }).collect();
    view! {
        <div class="preview" aria-live="polite">
            <header><Icon name="replies" class="icon--s"/><b class="strong clip">{title}</b><span class="push num faint">{id}</span></header>
            <div class="bubble bubble--us" lang=chosen.language.tag()>{paragraphs}</div>
        </div>
    }
}

fn coverage(parts: &Parts, group: ReasonGroup) -> (&'static str, &'static str) {
    if parts.openers.contains_key(&group) { ("lang", " own words") } else { ("lang lang--draft", " general words") }
}

fn row(catalogue: &Catalogue, group: ReasonGroup, chosen: RwSignal<Chosen>) -> impl IntoView + use<> {
    let marks: Vec<_> = catalogue
        .languages
        .iter()
        .map(|(tag, parts)| {
            let (class, meaning) = coverage(parts, group);
            view! { <span class=class>{tag.to_uppercase()}<span class="vh">{meaning}" "</span></span>" " }
        })
        .collect();
    let pick = move |_| chosen.update(|chosen| chosen.group = group);
    view! {
        <tr>
            <th scope="row">
                <button
                    class="cellbtn" type="button" on:click=pick
                    aria-current=move || (chosen.with(|chosen| chosen.group) == group).then_some("true")
                >{label(group)}</button>
            </th>
            <td>{marks}</td>
        </tr>
    }
}

/// A choice among the few values of a closed list, by its place in the list.
fn place_of<T: PartialEq>(all: &[T], value: &T) -> String {
    all.iter().position(|other| other == value).unwrap_or(0).to_string()
}

fn at<T: Copy>(all: &[T], place: &str) -> Option<T> {
    place.parse::<usize>().ok().and_then(|place| all.get(place)).copied()
}

fn labelled<T: Copy>(all: &[T], name: impl Fn(T) -> String) -> Vec<Choice> {
    all.iter().enumerate().map(|(place, value)| Choice::new(place.to_string(), name(*value))).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[component]
fn Chooser(chosen: RwSignal<Chosen>) -> impl IntoView {
    let kinds = Signal::derive(|| labelled(&KINDS, |kind| words::kind(kind).to_owned()));
    let claims = Signal::derive(move || {
        labelled(claims_of(chosen.with(|chosen| chosen.kind)), |claim| capital(words::claim(claim)))
    });
    let languages = Signal::derive(|| labelled(&Language::ALL, |language| words::language(language.tag()).to_owned()));
    view! {
        <div class="line wrap">
            <Pick
                label="Kind of request" icon="kind-refund" choices=kinds
                value=Signal::derive(move || place_of(&KINDS, &chosen.with(|chosen| chosen.kind)))
                on_pick=move |place: String| if let Some(kind) = at(&KINDS, &place) { chosen.update(|chosen| *chosen = chosen.with_kind(kind)) }
            />
            <Pick
                label="What is told" icon="replies" choices=claims
                value=Signal::derive(move || chosen.with(|chosen| place_of(claims_of(chosen.kind), &chosen.claim)))
                on_pick=move |place: String| chosen.update(|chosen| if let Some(claim) = at(claims_of(chosen.kind), &place) { chosen.claim = claim })
            />
            <Pick
                label="Language" icon="globe" choices=languages
                value=Signal::derive(move || place_of(&Language::ALL, &chosen.with(|chosen| chosen.language)))
                on_pick=move |place: String| if let Some(language) = at(&Language::ALL, &place) { chosen.update(|chosen| chosen.language = language) }
            />
        </div>
    }
}

#[component]
fn Browser(catalogue: Catalogue) -> impl IntoView {
    let chosen = RwSignal::new(Chosen {
        group: ReasonGroup::Damaged,
        kind: Kind::RefundOnly,
        claim: Claim::Refunded,
        language: Language::En,
    });
    let rows: Vec<_> = ReasonGroup::ALL.into_iter().map(|group| row(&catalogue, group, chosen)).collect();
    view! {
        <div class="replies-read">
            <section class="card card--flush" aria-label="Reasons">
                <table class="grid"><thead><tr><th scope="col">"Buyer’s reason"</th><th scope="col">"Languages"</th></tr></thead><tbody>{rows}</tbody></table>
            </section>
            <section class="card stack" aria-label="The reply">
                <Chooser chosen/>
                {move || preview(&catalogue, chosen.get())}
                <p class="small muted">
                    "Marked words are filled with TikTok’s own facts. A reply that says “refunded” waits until TikTok shows the money paid. "
                    "Every reply can be changed before it is sent."
                </p>
            </section>
        </div>
    }
}

/// The built-in replies.
#[component]
pub fn RepliesPage() -> impl IntoView {
    web::set_title("Replies · Amends");
    let parts = RwSignal::new(None::<Answer<Catalogue>>);
    let read = move || {
        parts.set(None);
        spawn_local(async move {
            let answer = api::templates::list().await;
            parts.try_set(Some(answer));
        });
    };
    read();
    let retry = Callback::new(move |()| read());
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page__head">
                <div><h1>"Replies"</h1><p class="lede">"One reply for each reason, outcome and language, composed from parts."</p></div>
            </header>
            {move || match parts.get() {
                None => view! { <RowSkeletons count=5/> }.into_any(),
                Some(Ok(catalogue)) => view! { <Browser catalogue/> }.into_any(),
                Some(Err(failure)) => view! { <FailureBanner failure on_retry=retry/> }.into_any(),
            }}
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_never_keeps_a_claim_that_it_cannot_make() {
        let chosen = Chosen {
            group: ReasonGroup::Damaged,
            kind: Kind::ReturnAndRefund,
            claim: Claim::ParcelRefused,
            language: Language::En,
        };
        for kind in KINDS {
            let next = chosen.with_kind(kind);
            assert!(claims_of(kind).contains(&next.claim), "{kind:?}");
        }
    }
}
