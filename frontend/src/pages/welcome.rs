//! Takes up a set-up, invite or reset link. The token stands in the fragment, which no server log sees, and leaves the
//! address at once.

use super::door::{DoorArt, FieldError, enter};
use crate::api::{self, Failure};
use crate::components::{FailureBanner, Mark};
use crate::routes::Route;
use crate::state::use_desk;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::session::{LinkPurpose, LinkView, TakeLinkRequest};

/// What the page says for each kind of link.
const fn words(purpose: LinkPurpose) -> (&'static str, &'static str, &'static str) {
    match purpose {
        LinkPurpose::Setup => ("Set up this desk", "You become its first admin.", "Set up"),
        LinkPurpose::Invite => ("Welcome to Amends", "Choose a password, and you are in.", "Join"),
        LinkPurpose::Reset => ("Choose a new password", "Other sessions of yours are signed out.", "Save the password"),
    }
}

/// The welcome page.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let token = web::fragment().trim_start_matches('#').trim_start_matches("token=").to_owned();
    let _ = web::drop_fragment();
    web::set_title("Welcome · Amends");
    let link = RwSignal::new(None::<Result<LinkView, Failure>>);
    let kept = StoredValue::new(token);
    let read = move || {
        link.set(None);
        let token = kept.get_value();
        spawn_local(async move {
            let answer = api::session::read_link(&token).await;
            link.try_set(Some(answer));
        });
    };
    read();
    let retry = Callback::new(move |()| read());
    view! {
        <main class="door">
            <section class="door__in">
                {move || match link.get() {
                    None => view! { <p role="status" class="muted">"Reading the link"</p> }.into_any(),
                    Some(Ok(link)) => view! { <TakeLink link token=kept.get_value()/> }.into_any(),
                    Some(Err(failure)) if failure.is_network() => view! { <FailureBanner failure on_retry=retry/> }.into_any(),
                    Some(Err(failure)) => view! {
                        <div class="stack">
                            <FailureBanner failure/>
                            <a class="btn" href=Route::SignIn.path()>"Go to sign in"</a>
                        </div>
                    }.into_any(),
                }}
            </section>
            <DoorArt/>
        </main>
    }
}

/// A labelled field of the form.
fn field(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input" id=id type=kind autocomplete=autocomplete required prop:value=value
                on:input=move |event| value.set(web::value_of(&event))
            />
        </div>
    }
}

#[component]
fn TakeLink(link: LinkView, token: String) -> impl IntoView {
    let desk = use_desk();
    let (title, lede, act) = words(link.purpose);
    let name = RwSignal::new(link.name.clone().unwrap_or_default());
    let email = RwSignal::new(link.email.clone().unwrap_or_default());
    let password = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let is_busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        let request = TakeLinkRequest {
            token: token.clone(),
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        spawn_local(async move {
            let outcome = enter(desk, api::session::take_link(&request).await).await;
            is_busy.try_set(false);
            failure.try_set(outcome);
        });
    };
    let told = Signal::derive(move || failure.with(|failure| failure.as_ref().map(Failure::told)));
    view! {
        <form aria-labelledby="in-h" on:submit=submit>
            <span class="door__mark"><Mark size="44"/></span>
            <div><h1 id="in-h">{title}</h1><p class="muted">{lede}</p></div>
            {(link.purpose != LinkPurpose::Reset).then(|| field("nm", "Your name", "text", "name", name))}
            {match link.email {
                Some(known) => view! {
                    <p>"For "<b class="strong">{known.clone()}</b></p>
                    <input type="email" autocomplete="username" hidden value=known/>
                }.into_any(),
                None => field("em", "E-mail", "email", "username", email).into_any(),
            }}
            <div class="field">
                <label for="pw">"Password"</label>
                <input
                    class="input" id="pw" type="password" autocomplete="new-password" required minlength="12" maxlength="256"
                    aria-describedby="pw-hint pw-e" prop:value=password on:input=move |event| password.set(web::value_of(&event))
                />
                <p class="hint" id="pw-hint">"12 characters or more. A sentence is fine."</p>
                <FieldError id="pw-e" told/>
            </div>
            <button class="btn btn--primary btn--lg" type="submit" disabled=is_busy>{act}</button>
        </form>
    }
}
