//! What buyers write with a request.

use super::{words_en, words_es, words_id, words_th};

/// Sentences for a reason group, at least five and all different. They fit any product for which
/// `suits` holds.
pub fn words(language: &str, reason_group: &str) -> &'static [&'static str] {
    match language {
        "id" => words_id::words(reason_group),
        "th" => words_th::words(reason_group),
        "es" => words_es::words(reason_group),
        _ => words_en::words(reason_group),
    }
}
