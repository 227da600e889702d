//! People: invite, change, reset, remove. For admins.

use super::member::{InviteForm, MemberForm};
use crate::api::{self, Failure};
use crate::components::{Avatar, Confirm, FailureBanner, Icon, RowSkeletons, Sheet};
use crate::i18n::words;
use crate::state::toasts::Tone;
use crate::state::{Desk, use_desk};
use crate::web;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::wire::session::{Role, ShopScope};
use shared::wire::team::{LinkMade, Member};

/// What stands over the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// Nothing.
    None,
    /// The form for a new person.
    Invite,
    /// Role and shops of a person.
    Change(Member),
    /// The question before removing.
    Remove(Member),
    /// A link, shown once.
    Link(LinkMade),
}

/// The list, and what stands over it.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The handles.
    pub desk: Desk,
    /// What stands over the list.
    pub open: RwSignal<Open>,
    members: RwSignal<Option<Vec<Member>>>,
    /// Why what is shown may be old, or nothing is.
    failure: RwSignal<Option<Failure>>,
}

impl Page {
    /// Reads the people anew.
    pub fn read(self) {
        spawn_local(async move {
            match api::team::list().await {
                Ok(members) => {
                    self.members.try_set(Some(members));
                    self.failure.try_set(None);
                }
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }

    fn reset(self, member: Member) {
        spawn_local(async move {
            match api::team::reset(&member.id).await {
                Ok(made) => {
                    self.open.try_set(Open::Link(made));
                }
                Err(failure) => self.desk.toasts.failed(&failure),
            }
        });
    }

    fn remove(self, member: Member) {
        self.open.set(Open::None);
        spawn_local(async move {
            match api::team::remove(&member.id).await {
                Ok(()) => {
                    self.desk.toasts.show(
                        Tone::Good,
                        format!("{} is off the team.", member.name),
                        "Their sessions have ended.",
                        None,
                    );
                    self.read();
                }
                Err(failure) => self.desk.toasts.failed(&failure),
            }
        });
    }
}

fn scope_words(desk: Desk, scope: &ShopScope) -> String {
    match scope {
        ShopScope::All => "All shops".to_owned(),
        ShopScope::Only(shops) => {
            let name = |id| desk.session.shop(id).map_or_else(|| "another shop".to_owned(), |shop| shop.name);
            if shops.is_empty() { "No shop".to_owned() } else { shops.iter().map(name).collect::<Vec<_>>().join(", ") }
        }
    }
}

fn row(page: Page, member: Member) -> impl IntoView {
    let desk = page.desk;
    let seen = match (member.is_invited, member.seen) {
        (true, _) => "Invited, not here yet".to_owned(),
        (false, Some(seen)) => web::when(seen, desk.clock.now()),
        (false, None) => "Never".to_owned(),
    };
    let (for_change, for_reset, for_remove) = (member.clone(), member.clone(), member.clone());
    let is_me = desk.session.me().is_some_and(|me| me.id == member.id);
    view! {
        <tr>
            <th scope="row"><span class="line"><Avatar person=Some((member.id.to_string(), member.name.clone()))/><span>{member.name.clone()}<br/><span class="muted">{member.email.clone()}</span></span></span></th>
            <td>{words::role(member.role)}</td>
            <td>{scope_words(desk, &member.shops)}</td>
            <td>{seen}</td>
            <td><span class="line wrap">
                <button class="btn btn--sm" type="button" aria-label=format!("Change {}", member.name) on:click=move |_| page.open.set(Open::Change(for_change.clone()))>"Change…"</button>
                <button class="btn btn--sm" type="button" aria-label=format!("New link for {}", member.name) on:click=move |_| page.reset(for_reset.clone())>"New link"</button>
                {(!is_me).then(|| view! { <button class="btn btn--sm btn--stop" type="button" aria-label=format!("Remove {}", member.name) on:click=move |_| page.open.set(Open::Remove(for_remove.clone()))>"Remove…"</button> })}
            </span></td>
        </tr>
    }
}

/// The link, once. It is not stored anywhere; closing the sheet forgets it.
#[component]
fn LinkSheet(page: Page, made: LinkMade) -> impl IntoView {
    let is_copied = RwSignal::new(None::<bool>);
    let url = made.url.clone();
    let copy = move |_| {
        let url = url.clone();
        spawn_local(async move {
            let copied = web::copy(&url).await;
            is_copied.try_set(Some(copied));
        });
    };
    let ends = web::when(made.ends, page.desk.clock.now());
    view! {
        <Sheet title=format!("A link for {}", made.member.name) lede="It is shown once and works once. Hand it over yourself." width="560px" on_close=move |()| page.open.set(Open::None)>
            <div class="stack"><div class="field">
                <label for="link">"Link, until "{ends}</label>
                <input class="input" id="link" readonly value=made.url.clone()/>
            </div>
            <p class="line wrap">
                <button class="btn btn--primary" type="button" autofocus on:click=copy><Icon name="copy"/>"Copy"</button>
                <span role="status">{move || is_copied.get().map(|copied| if copied { "Copied." } else { "The browser refused; select and copy it." })}</span>
            </p></div>
        </Sheet>
    }
}

fn over(page: Page) -> impl IntoView {
    move || match page.open.get() {
        Open::None => ().into_any(),
        Open::Invite => view! { <InviteForm page/> }.into_any(),
        Open::Change(member) => view! { <MemberForm page member/> }.into_any(),
        Open::Link(made) => view! { <LinkSheet page made/> }.into_any(),
        Open::Remove(member) => {
            let name = member.name.clone();
            view! {
                <Confirm
                    title=format!("Remove {name}?")
                    text="Their sessions end now. Cases they hold become free; what they did stays in the timelines."
                    act="Remove" on_yes=move |()| page.remove(member.clone()) on_no=move |()| page.open.set(Open::None)
                />
            }
            .into_any()
        }
    }
}

fn table(page: Page, members: Vec<Member>) -> impl IntoView {
    let rows: Vec<_> = members.into_iter().map(|member| row(page, member)).collect();
    view! {
        <section class="card card--flush settings__table" aria-label="People">
            <table class="grid">
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Role"</th><th scope="col">"Shops"</th><th scope="col">"Last seen"</th><th scope="col"><span class="vh">"What to do"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// The team.
#[component]
pub fn Team() -> impl IntoView {
    let desk = use_desk();
    let page =
        Page { desk, open: RwSignal::new(Open::None), members: RwSignal::new(None), failure: RwSignal::new(None) };
    let is_admin = Memo::new(move |_| desk.session.is_at_least(Role::Admin));
    if is_admin.get_untracked() {
        page.read();
    }
    let retry = Callback::new(move |()| page.read());
    move || {
        if !is_admin.get() {
            return view! { <p class="muted">"Only admins keep the team. Ask one of them."</p> }.into_any();
        }
        view! {
            <div class="stack settings settings--wide">
            <p class="line"><button class="btn" type="button" on:click=move |_| page.open.set(Open::Invite)><Icon name="plus"/>"Invite…"</button></p>
            {move || page.failure.get().map(|failure| view! { <FailureBanner failure on_retry=retry/> })}
            {move || match page.members.get() {
                Some(members) => table(page, members).into_any(),
                None if page.failure.with(Option::is_some) => ().into_any(),
                None => view! { <RowSkeletons count=3/> }.into_any(),
            }}
            {over(page)}
            </div>
        }
        .into_any()
    }
}
