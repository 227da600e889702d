//! The parts of which replies are composed, as they ship. Data that the desk serves: nothing of them is compiled into
//! the app.

use shared::reply::Catalogue;

/// One file a language.
const FILES: [(&str, &str); 6] = [
    ("en", include_str!("../replies/en.json")),
    ("id", include_str!("../replies/id.json")),
    ("th", include_str!("../replies/th.json")),
    ("vi", include_str!("../replies/vi.json")),
    ("es", include_str!("../replies/es.json")),
    ("de", include_str!("../replies/de.json")),
];

/// All built-in parts.
pub fn built_in() -> Result<Catalogue, serde_json::Error> {
    let mut catalogue = Catalogue::default();
    for (tag, text) in FILES {
        catalogue.languages.insert(tag.to_owned(), serde_json::from_str(text)?);
    }
    Ok(catalogue)
}
