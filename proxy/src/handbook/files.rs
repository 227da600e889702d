//! The files of its own that a page refers to, and what is missing for somebody who cannot see or hear them.

use super::markdown::pictures;
use shared::domain::files::{FileId, FileUse};
use shared::domain::handbook::PageContent;
use shared::wire::handbook::Missing;

/// A file in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// In which field of a step.
    pub field: &'static str,
    /// Which file.
    pub file: FileId,
    /// What it is used as.
    pub wanted: FileUse,
}

/// All files of its own that a page refers to.
pub fn references(content: &PageContent) -> Vec<Reference> {
    let mut found = Vec::new();
    for step in &content.steps {
        let mut add = |field, file, wanted| found.push(Reference { field, file, wanted });
        for (file, _) in pictures(&step.text) {
            add("text", file, FileUse::Picture);
        }
        if let Some(file) = step.own_video() {
            add("video", file, FileUse::Video);
        }
        if let Some(file) = step.poster.clone() {
            add("poster", file, FileUse::Picture);
        }
        if let Some(file) = step.captions.clone() {
            add("captions", file, FileUse::Captions);
        }
    }
    found
}

/// What somebody who cannot see or hear would miss.
pub fn missing(content: &PageContent) -> Vec<Missing> {
    let mut found = Vec::new();
    for (place, step) in content.steps.iter().enumerate() {
        let mut add = |field: &str, words: &str| {
            found.push(Missing { step: place, field: field.to_owned(), words: words.to_owned() });
        };
        if pictures(&step.text).iter().any(|(_, words)| words.is_empty()) {
            add("text", "A picture has no words: say between [ and ] what it shows.");
        }
        if step.own_video().is_some() && step.captions.is_none() {
            add("video", "The video has no captions: who cannot hear it learns nothing.");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::handbook::PageStep;

    #[test]
    fn a_page_names_its_files_and_what_is_missing() {
        let id = |digit: &str| digit.repeat(64).parse::<FileId>().unwrap();
        let text = format!("![]({}) ![Words]({})", id("a").reference(), id("b").reference());
        let step = PageStep { text, video: Some(id("c").reference()), poster: Some(id("d")), ..PageStep::default() };
        let mut page = PageContent { steps: vec![PageStep::default(), step], ..PageContent::default() };
        let named: Vec<_> = references(&page).into_iter().map(|one| (one.field, one.file, one.wanted)).collect();
        let picture = |field, digit| (field, id(digit), FileUse::Picture);
        let video = ("video", id("c"), FileUse::Video);
        assert_eq!(named, [picture("text", "a"), picture("text", "b"), video, picture("poster", "d")]);
        let told = |page: &PageContent| missing(page).into_iter().map(|one| (one.step, one.field)).collect::<Vec<_>>();
        assert_eq!(told(&page), [(1, "text".to_owned()), (1, "video".to_owned())]);
        page.steps[1].captions = Some(id("e"));
        page.steps[1].text = String::new();
        assert_eq!(told(&page), []);
    }
}
