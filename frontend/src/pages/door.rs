//! Sign in.

use crate::api::{self, Answer, Failure};
use crate::components::{Icon, Mark};
use crate::i18n::errors::Told;
use crate::routes::Route;
use crate::state::session::SessionState;
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::error::ErrorCode;
use shared::wire::session::SignInRequest;

/// The quiet half of the sign-in and welcome pages.
#[component]
pub fn DoorArt() -> impl IntoView {
    view! {
        <aside class="door__art">
            <svg
                class="bigmark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6"
                stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
            >
                <path d="M3.8 20.4 12 3.8l8.2 16.6M17 14.6h-6.2M12.9 12.3l-2.3 2.3 2.3 2.3"></path>
            </svg>
            <blockquote>"Read their reason."<br/>"Decide in time."<br/>"Tell them in their words."</blockquote>
            <p>"Your data stays on this server. When you sign out, nothing of a buyer stays on this device."</p>
        </aside>
    }
}

/// What went wrong, under a field.
#[component]
pub fn FieldError(
    /// The field's id with `-e`, for `aria-describedby`.
    id: &'static str,
    /// The words; none: nothing is wrong.
    #[prop(into)]
    told: Signal<Option<Told>>,
) -> impl IntoView {
    view! {
        <div id=id role="alert">
            {move || told.get().map(|told| view! {
                <p class="error"><Icon name="stop" class="icon--s"/><span>{told.fact}" "{told.advice}</span></p>
            })}
        </div>
    }
}

/// After a sign-in that worked: the desk, at the address that was asked for.
pub(super) async fn enter(desk: Desk, answer: Answer<()>) -> Option<Failure> {
    match answer {
        Ok(()) => {
            if matches!(desk.nav.route_now(), Route::SignIn | Route::Welcome) {
                desk.nav.replace(&Route::Desk { stage: shared::domain::case::Stage::ToDecide, case: None });
            }
            tasks::reconnect(desk).await;
            None
        }
        Err(failure) => Some(failure),
    }
}

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let desk = use_desk();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let failure = RwSignal::new(None::<Failure>);
    let is_busy = RwSignal::new(false);
    web::set_title("Sign in · Amends");
    let can_practice =
        move || desk.session.with(|state| matches!(state, SessionState::SignedOut { can_practice: true }));
    // Signals of this page may be gone when the answer comes: `try_set` then does nothing.
    let run = move |work: std::pin::Pin<Box<dyn Future<Output = Answer<()>>>>| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let outcome = enter(desk, work.await).await;
            is_busy.try_set(false);
            failure.try_set(outcome);
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request =
            SignInRequest { email: email.get_untracked().trim().to_owned(), password: password.get_untracked() };
        run(Box::pin(async move { api::session::sign_in(&request).await }));
    };
    let is_wrong =
        move || failure.with(|failure| failure.as_ref().and_then(Failure::code) == Some(ErrorCode::WrongPassword));
    view! {
        <main class="door">
            <section class="door__in">
                <form aria-labelledby="in-h" on:submit=submit>
                    <span class="door__mark"><Mark size="44"/></span>
                    <div><h1 id="in-h">"Sign in to Amends"</h1><p class="muted">{web::host()}</p></div>
                    {move || can_practice().then(|| view! {
                        <button
                            class="btn btn--primary btn--lg" type="button" disabled=is_busy
                            on:click=move |_| run(Box::pin(api::session::practice()))
                        >"Try the practice shop"</button>
                        <p class="or">"or with a password"</p>
                    })}
                    <div class="field">
                        <label for="em">"E-mail"</label>
                        <input
                            class="input" id="em" type="email" autocomplete="username" required
                            prop:value=email on:input=move |event| email.set(web::value_of(&event))
                        />
                    </div>
                    <div class="field">
                        <label for="pw">"Password"</label>
                        <input
                            class="input" id="pw" type="password" autocomplete="current-password" required
                            aria-invalid=move || is_wrong().then_some("true") aria-describedby="pw-e"
                            prop:value=password on:input=move |event| password.set(web::value_of(&event))
                        />
                        <FieldError id="pw-e" told=Signal::derive(move || failure.with(|failure| failure.as_ref().map(Failure::told)))/>
                    </div>
                    <button
                        class="btn" class:btn--primary=move || !can_practice() type="submit" disabled=is_busy
                        aria-busy=move || is_busy.get().to_string()
                    >"Sign in"</button>
                    <p class="small muted">"Lost your password? Ask the admin who keeps this desk for a new link."</p>
                </form>
            </section>
            <DoorArt/>
        </main>
    }
}
