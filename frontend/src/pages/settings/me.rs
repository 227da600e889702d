//! This person, on this device.

use crate::components::{Avatar, Confirm};
use crate::i18n::words;
use crate::pwa::install::InstallHint;
use crate::pwa::notify::NotifySwitch;
use crate::pwa::storage::{Setting, choose_theme};
use crate::pwa::words as for_the_team;
use crate::state::{Desk, use_desk};
use crate::{tasks, web};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::session::Person;
use std::pin::pin;
use std::task::Poll;

/// A storage that does not answer within this keeps nobody here.
const STORAGE_MS: u32 = 1_000;

/// Value in the storage, words; the empty one follows the system.
const THEMES: [(&str, &str); 3] = [("", "As the system"), ("light", "Light"), ("dark", "Dark")];

#[component]
fn Theme() -> impl IntoView {
    let chosen = RwSignal::new(Setting::Theme.read().unwrap_or_default());
    let choice = |(value, label): (&'static str, &'static str)| {
        let pick = move |_| {
            choose_theme((!value.is_empty()).then_some(value));
            chosen.set(value.to_owned());
        };
        view! {
            <label>
                <input type="radio" name="theme" value=value prop:checked=move || chosen.get() == value on:change=pick/>
                {label}
            </label>
        }
    };
    view! { <fieldset class="seg"><legend class="vh">"Light or dark"</legend>{THEMES.map(choice).collect_view()}</fieldset> }
}

/// What comes of some work, unless the end comes first.
async fn before<T>(end: impl Future<Output = ()>, work: impl Future<Output = T>) -> Option<T> {
    let (mut end, mut work) = (pin!(end), pin!(work));
    std::future::poll_fn(|task| match work.as_mut().poll(task) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => end.as_mut().poll(task).map(|()| None),
    })
    .await
}

/// Signs out, and leaves nothing of them.
async fn go(desk: Desk, me: Option<Person>) {
    // Whatever comes in between, here or in another window: they have gone.
    Setting::SignOutOwed.write(Some("yes"));
    if let Some(me) = me {
        before(web::pause(STORAGE_MS), for_the_team::leave(&me.id)).await;
    }
    tasks::sign_out(desk);
}

/// Signs out, unless words would be lost by it: then somebody is asked first.
pub fn leave(desk: Desk, ask: impl FnOnce() + 'static) {
    let me = desk.session.me();
    spawn_local(async move {
        if let Some(me) = &me
            && before(web::pause(STORAGE_MS), for_the_team::are_here(&me.id)).await == Some(true)
        {
            return ask();
        }
        go(desk, me).await;
    });
}

/// Who, the look, the keys, and the way out.
#[component]
pub fn Me() -> impl IntoView {
    let desk = use_desk();
    let is_asking = RwSignal::new(false);
    let leave_all = move |()| {
        is_asking.set(false);
        spawn_local(go(desk, desk.session.me()));
    };
    let ask = move || {
        is_asking.try_set(true);
    };
    let who = move || {
        let me = desk.session.me()?;
        Some(view! {
            <div class="line">
                <Avatar person=Some((me.id.to_string(), me.name.clone()))/>
                <div><b class="strong">{me.name.clone()}</b><p class="muted small">{words::role(me.role)}</p></div>
                <button class="btn push" type="button" on:click=move |_| leave(desk, ask)>"Sign out"</button>
            </div>
        })
    };
    view! {
        <div class="stack settings">
            <section class="card">
                {who}
                <p class="muted small">"Signing out takes everything of a buyer off this device. Drafts that the desk has are kept there."</p>
            </section>
            <section class="card"><header><h2>"Look"</h2></header><Theme/></section>
            <section class="card">
                <header>
                    <h2>"Keys"</h2>
                    <button class="btn btn--quiet btn--sm push" type="button" on:click=move |_| desk.keys.sheet().set(true)>"Show all keys"</button>
                </header>
                <label class="tick">
                    <input
                        type="checkbox" prop:checked=move || desk.keys.letters_on()
                        on:change=move |event| desk.keys.switch_letters(web::is_checked(&event))
                    />
                    <span>"Single-letter keys"<br/><span class="muted small">"J, K, A, X and the like. They rest while you type."</span></span>
                </label>
            </section>
            <section class="card">
                <header><h2>"Alarms"</h2></header>
                <p class="muted small">"A case that nobody has decided is called out before its deadline, at the edge of the screen."</p>
                <NotifySwitch/>
            </section>
            <InstallHint/>
            <Show when=move || is_asking.get()>
                <Confirm
                    title="Some words are on this device only" text="The desk does not have what you wrote for the handbook or for replies. Signing out drops it."
                    act="Sign out all the same" on_yes=leave_all on_no=move |()| is_asking.set(false)
                />
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::task::{Context, Waker};

    #[test]
    fn work_that_never_ends_keeps_nobody() {
        let mut task = Context::from_waker(Waker::noop());
        assert_eq!(pin!(before(ready(()), pending::<bool>())).poll(&mut task), Poll::Ready(None));
        assert_eq!(pin!(before(ready(()), ready(true))).poll(&mut task), Poll::Ready(Some(true)));
        assert_eq!(pin!(before(pending(), pending::<bool>())).poll(&mut task), Poll::Pending);
    }
}
