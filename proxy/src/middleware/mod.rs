//! What happens to every request before and after its handler.

mod answer_headers;
mod cross_site;
mod peer;
mod trace;

pub(crate) use answer_headers::answer_headers;
pub(crate) use cross_site::{admit_other_origin, refuse_cross_site};
pub use peer::Peer;
pub use trace::request_id;
pub(crate) use trace::trace;

/// Whether a path belongs to the interface that the app uses.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
