//! The two forms about a person.

use super::team::{Open, Page};
use crate::api::{self, Failure};
use crate::components::{FailureBanner, Sheet};
use crate::i18n::words;
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::id::ShopId;
use shared::wire::session::{Role, ShopScope};
use shared::wire::team::{ChangeMemberRequest, InviteRequest, Member};

const ROLES: [(Role, &str); 3] = [
    (Role::Agent, "Works cases."),
    (Role::Lead, "Also approves replies, waives debts, undoes others’ holds and sees the quality of the work."),
    (Role::Admin, "Also keeps shops and people."),
];

/// Role and shops, as both forms ask for them.
#[derive(Debug, Clone, Copy)]
struct Rights {
    role: RwSignal<Role>,
    /// None: all shops, later ones included.
    only: RwSignal<Option<Vec<ShopId>>>,
}

impl Rights {
    fn of(role: Role, shops: &ShopScope) -> Self {
        let only = match shops {
            ShopScope::All => None,
            ShopScope::Only(shops) => Some(shops.clone()),
        };
        Self { role: RwSignal::new(role), only: RwSignal::new(only) }
    }

    fn scope(self) -> ShopScope {
        self.only.get_untracked().map_or(ShopScope::All, ShopScope::Only)
    }

    fn switch(self, shop: &ShopId, is_on: bool) {
        self.only.update(|only| {
            let only = only.get_or_insert_with(Vec::new);
            only.retain(|other| other != shop);
            if is_on {
                only.push(shop.clone());
            }
        });
    }
}

fn role_choice(rights: Rights) -> impl IntoView {
    let choice = |(role, hint): (Role, &'static str)| {
        view! {
            <label class="tick tick--radio">
                <input type="radio" name="role" prop:checked=move || rights.role.get() == role on:change=move |_| rights.role.set(role)/>
                <span>{words::role(role)}<br/><span class="muted small">{hint}</span></span>
            </label>
        }
    };
    view! { <fieldset class="field"><legend class="strong">"Role"</legend><div class="stack">{ROLES.map(choice).collect_view()}</div></fieldset> }
}

fn shop_choice(page: Page, rights: Rights) -> impl IntoView {
    let shops = untrack(|| page.desk.session.shops());
    let each = move || {
        rights.only.with(Option::is_some).then(|| {
            let tick = |shop: &shared::wire::shop::ShopView| {
                let (for_read, for_write) = (shop.id.clone(), shop.id.clone());
                let is_on = move || rights.only.with(|only| only.as_ref().is_some_and(|only| only.contains(&for_read)));
                view! {
                    <label class="tick">
                        <input type="checkbox" prop:checked=is_on on:change=move |event| rights.switch(&for_write, web::is_checked(&event))/>
                        <span>{shop.name.clone()}</span>
                    </label>
                }
            };
            shops.iter().map(tick).collect_view()
        })
    };
    view! {
        <fieldset class="field">
            <legend class="strong">"Shops"</legend>
            <div class="stack">
            <label class="tick tick--radio">
                <input type="radio" name="scope" prop:checked=move || rights.only.with(Option::is_none) on:change=move |_| rights.only.set(None)/>
                <span>"All, later ones included"</span>
            </label>
            <label class="tick tick--radio">
                <input type="radio" name="scope" prop:checked=move || rights.only.with(Option::is_some) on:change=move |_| rights.only.set(Some(Vec::new()))/>
                <span>"Only these"</span>
            </label>
            {each}
            </div>
        </fieldset>
    }
}

/// What both forms end with.
fn ending(page: Page, act: &'static str, is_busy: RwSignal<bool>, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    view! {
        {move || failure.get().map(|failure| view! { <FailureBanner failure/> })}
        <div class="line">
            <button class="btn" type="button" on:click=move |_| page.open.set(Open::None)>"Not yet"</button>
            <button class="btn btn--primary push" type="submit" disabled=is_busy>{act}</button>
        </div>
    }
}

/// Invites a person; the link is shown next, once.
#[component]
pub fn InviteForm(
    /// The list under the form.
    page: Page,
) -> impl IntoView {
    let (name, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let rights = Rights::of(Role::Agent, &ShopScope::All);
    let (is_busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_busy.set(true);
        let request = InviteRequest {
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
            role: rights.role.get_untracked(),
            shops: rights.scope(),
        };
        spawn_local(async move {
            match api::team::invite(&request).await {
                Ok(made) => {
                    page.open.try_set(Open::Link(made));
                    page.read();
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <Sheet title="Invite" lede="You get a link to hand over; it is shown once." width="520px" on_close=move |()| page.open.set(Open::None)>
            <form class="stack" on:submit=submit>
                <div class="field"><label for="iv-name">"Name"</label><input class="input" id="iv-name" required autofocus autocomplete="off" prop:value=name on:input=move |event| name.set(web::value_of(&event))/></div>
                <div class="field"><label for="iv-mail">"E-mail"</label><input class="input" id="iv-mail" type="email" required autocomplete="off" prop:value=email on:input=move |event| email.set(web::value_of(&event))/></div>
                {role_choice(rights)}
                {shop_choice(page, rights)}
                {ending(page, "Make the link", is_busy, failure)}
            </form>
        </Sheet>
    }
}

/// Changes role and shops of a person.
#[component]
pub fn MemberForm(
    /// The list under the form.
    page: Page,
    /// Whose.
    member: Member,
) -> impl IntoView {
    let rights = Rights::of(member.role, &member.shops);
    let (is_busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let title = format!("Change {}", member.name);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_busy.set(true);
        let request = ChangeMemberRequest { role: rights.role.get_untracked(), shops: rights.scope() };
        let id = member.id.clone();
        spawn_local(async move {
            match api::team::change(&id, &request).await {
                Ok(()) => {
                    page.open.try_set(Open::None);
                    page.read();
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <Sheet title=title width="520px" on_close=move |()| page.open.set(Open::None)>
            <form class="stack" on:submit=submit>
                {role_choice(rights)}
                {shop_choice(page, rights)}
                {ending(page, "Save", is_busy, failure)}
            </form>
        </Sheet>
    }
}
