//! Loading, without jumping.

use leptos::prelude::*;

/// Rows of a list that is being read.
#[component]
pub fn RowSkeletons(
    /// How many.
    count: usize,
) -> impl IntoView {
    let row = |_| {
        view! {
            <div class="row" aria-hidden="true">
                <span class="thumbwrap"><span class="thumb skeleton"></span></span>
                <span class="reason skeleton"></span>
                <span class="item skeleton"></span>
            </div>
        }
    };
    view! { <div aria-busy="true"><span class="vh" role="status">"Loading"</span>{(0..count).map(row).collect_view()}</div> }
}
