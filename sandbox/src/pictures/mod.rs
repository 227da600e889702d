//! Product pictures, evidence photos and avatars, drawn from SVG when asked for.
//!
//! The drawings have no text: the renderer is built without fonts. Names come from URLs, so an
//! unknown one is an ordinary answer here and nothing panics.

mod assets;
mod avatar;
mod draw;
mod evidence;
mod snapshot;

#[cfg(test)]
mod tests;

pub use assets::NAMES;
pub use draw::png;
pub use evidence::{Kind, evidence_for, kind_of};
