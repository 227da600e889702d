//! The packing table: parcels that came back.

use crate::pages::desk::Workspace;
use leptos::prelude::*;
use shared::domain::case::Stage;

/// Parcels and the open one.
#[component]
pub fn InspectPage() -> impl IntoView {
    view! { <Workspace stage=Stage::ToInspect/> }
}
