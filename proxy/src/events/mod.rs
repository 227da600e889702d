//! Live events to the browser: one append-only sequence, resumable by its last id.

mod hub;
mod stream;

pub use hub::Hub;
pub use stream::stream;
