//! A fact, what it means, and one thing to do.

use super::icon::Icon;
use crate::api::Failure;
use leptos::prelude::*;

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerTone {
    /// News.
    Info,
    /// Needs a look.
    Soon,
    /// Failed.
    Stop,
}

/// A banner inside a card or a form.
#[component]
pub fn Banner(
    /// What it is about.
    tone: BannerTone,
    /// The fact.
    #[prop(into)]
    fact: String,
    /// What it means.
    #[prop(into)]
    text: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        BannerTone::Info => ("banner banner--info banner--in", "info", "status"),
        BannerTone::Soon => ("banner banner--soon banner--in", "warn", "alert"),
        BannerTone::Stop => ("banner banner--stop banner--in", "stop", "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <p><b class="strong">{fact}</b><br/>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// What failed, and a way to try again.
#[component]
pub fn FailureBanner(
    /// Why.
    failure: Failure,
    /// Tries again; left out where trying again is not the thing to do.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let told = failure.told();
    view! {
        <Banner tone=BannerTone::Stop fact=told.fact text=told.advice>
            {on_retry.map(|retry| view! { <button class="btn btn--sm" type="button" on:click=move |_| retry.run(())>"Try again"</button> })}
        </Banner>
    }
}
