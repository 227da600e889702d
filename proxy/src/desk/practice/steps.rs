//! Where the handbook says how something is done right, for who is told that it was not.

use crate::store::{StoreError, Tx, handbook as store};
use shared::domain::case::Stage;
use shared::domain::handbook::{PageContent, PageStep};
use shared::domain::practice::Mark;
use shared::id::PageId;
use shared::wire::practice::StepPlace;

/// The steps of the procedures that are in force, to find those that a judgement rests on.
#[derive(Default)]
pub(super) struct Steps(Vec<(PageId, PageContent)>);

impl Steps {
    pub(super) fn read(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let mut all: Vec<(PageId, PageContent)> = Vec::new();
        for stage in Stage::ALL {
            for (page, content) in store::beside(tx, stage)? {
                if !all.iter().any(|(known, _)| *known == page) {
                    all.push((page, content));
                }
            }
        }
        Ok(Self(all))
    }

    /// The step that is about this; of several the first.
    pub(super) fn place_of(&self, mark: Mark) -> Option<StepPlace> {
        let is_of = |step: &PageStep| match mark {
            Mark::Check(check) => step.checks.contains(&check),
            Mark::RightDecision | Mark::AskedFirst => step.title == mark.step(),
        };
        self.0.iter().find_map(|(page, content)| {
            let number = (1..).zip(&content.steps).find(|(_, step)| is_of(step)).map(|(number, _)| number)?;
            Some(StepPlace { page: page.clone(), number })
        })
    }
}
