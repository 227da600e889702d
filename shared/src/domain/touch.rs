//! What a change of the handbook touches beside the page: the checks that its steps are about, and the replies that
//! follow from them. Both are named by the steps; nothing is guessed from their words.

use super::handbook::{PageContent, PageStep, StepTick, unlike};
use super::quality::Check;
use super::tick::Tick;
use crate::id::TickId;
use crate::reasons::ReasonGroup;
use crate::reply::{Language, Moment, Place, happens};
use crate::wire::handbook::{TouchedReplies, Touches};
use std::collections::BTreeSet;

/// What a step is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scope {
    checks: BTreeSet<Check>,
    ticks: BTreeSet<TickId>,
    replies: BTreeSet<(Moment, ReasonGroup)>,
}

impl Scope {
    pub(super) fn of(step: &PageStep) -> Self {
        let is_meant = |group: &ReasonGroup| step.reasons.is_empty() || step.reasons.contains(group);
        let of_moment = |moment: Moment| {
            let groups = ReasonGroup::ALL.into_iter().filter(is_meant);
            groups.filter(move |group| happens(*group, moment)).map(move |group| (moment, group))
        };
        Self {
            checks: step.checks.iter().copied().collect(),
            ticks: step.ticks.iter().map(|tick| tick.id.clone()).collect(),
            replies: step.replies.iter().copied().flat_map(of_moment).collect(),
        }
    }

    /// Whether the page shows the same of both: which replies follow is not printed on it.
    pub(super) fn shows_the_same(&self, other: &Self) -> bool {
        (&self.checks, &self.ticks) == (&other.checks, &other.ticks)
    }

    /// All of both.
    fn with(&self, other: &Self) -> Self {
        Self {
            checks: &self.checks | &other.checks,
            ticks: &self.ticks | &other.ticks,
            replies: &self.replies | &other.replies,
        }
    }

    /// What only one of them has.
    fn without_shared(&self, other: &Self) -> Self {
        Self {
            checks: &self.checks ^ &other.checks,
            ticks: &self.ticks ^ &other.ticks,
            replies: &self.replies ^ &other.replies,
        }
    }
}

/// What there is beside the handbook, as far as the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Around {
    /// The replies of the team's own that are in use or being written.
    pub own: Vec<Place>,
    /// The languages in which buyers are told.
    pub languages: Vec<Language>,
    /// The checkpoints that people tick.
    pub ticks: Vec<Tick>,
}

/// What is touched by changing a page from `before` to `after`. A step that says something else touches all that it is
/// about and was about; one that says the same touches only what it newly is, or no longer is, about.
pub fn touches(before: &PageContent, after: &PageContent, around: &Around) -> Touches {
    let mut all = Scope::default();
    for (old, new) in unlike(before, after) {
        let scope = |step: Option<(usize, &PageStep)>| step.map(|(_, step)| Scope::of(step)).unwrap_or_default();
        let (was, is) = (scope(old), scope(new));
        let is_said_anew = old.zip(new).is_some_and(|((_, old), (_, new))| !old.says_the_same(new));
        all = all.with(&if is_said_anew { was.with(&is) } else { was.without_shared(&is) });
    }
    let named = |tick: &Tick| StepTick { id: tick.id.clone(), text: tick.text.clone() };
    let replies = Moment::ALL.into_iter().map(|moment| {
        let reasons = ReasonGroup::ALL.into_iter().filter(|group| all.replies.contains(&(moment, *group))).collect();
        let is_touched = |place: &&Place| place.moment == moment && all.replies.contains(&(moment, place.group));
        let own = around.own.iter().filter(is_touched).cloned().collect();
        TouchedReplies { moment, label: moment.label().to_owned(), reasons, own }
    });
    Touches {
        checks: all.checks.iter().map(|check| (*check, check.text().to_owned())).collect(),
        ticks: around.ticks.iter().filter(|tick| all.ticks.contains(&tick.id)).map(named).collect(),
        replies: replies.filter(|replies| !replies.reasons.is_empty()).collect(),
        languages: around.languages.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Claim;

    const REFUNDED: Moment = Moment::Told(Claim::Refunded);
    const REJECTED: Moment = Moment::Told(Claim::Rejected);

    fn tick(id: &str, text: &str) -> StepTick {
        StepTick { id: id.parse().unwrap(), text: text.to_owned() }
    }

    fn decide() -> PageStep {
        PageStep {
            title: "Decide".to_owned(),
            text: "Look, then decide.".to_owned(),
            checks: vec![Check::ProofGiven],
            ticks: vec![tick("seen", "Damage is seen"), tick("old", "Not asked any more")],
            replies: vec![REJECTED],
            reasons: vec![ReasonGroup::Damaged, ReasonGroup::Unpaid],
            ..PageStep::default()
        }
    }

    fn tell() -> PageStep {
        PageStep {
            title: "Tell".to_owned(),
            text: "Tell them.".to_owned(),
            replies: vec![REFUNDED],
            ..PageStep::default()
        }
    }

    fn around() -> Around {
        let asked = |id: &str, text: &str| Tick {
            id: id.parse().unwrap(),
            text: text.to_owned(),
            kinds: Vec::new(),
            groups: Vec::new(),
            is_needed: true,
        };
        let own = ["damaged.rejected.en", "damaged.refunded.en", "damaged.rejected.th.s1", "late.rejected.en"];
        Around {
            own: own.into_iter().map(|place| place.parse().unwrap()).collect(),
            languages: vec![Language::En],
            ticks: vec![asked("other", "Something else"), asked("seen", "The damage is seen")],
        }
    }

    /// As one line: checks, checkpoints, moments with how many reasons, and replies of the team's own.
    fn told(before: Vec<PageStep>, after: Vec<PageStep>) -> String {
        let page = |steps| PageContent { title: "Page".to_owned(), purpose: String::new(), steps };
        let Touches { checks, ticks, replies, .. } = touches(&page(before), &page(after), &around());
        let mut parts: Vec<String> = checks.into_iter().map(|(_, text)| text).collect();
        parts.extend(ticks.into_iter().map(|tick| tick.text));
        for one in replies {
            parts.push(format!("{} {}", one.label, one.reasons.len()));
            parts.extend(one.own.iter().map(ToString::to_string));
        }
        parts.join("; ")
    }

    #[test]
    fn a_step_that_says_something_else_touches_all_that_it_is_about_and_was() {
        let whole = "Proof given with the rejection; The damage is seen; Rejected 1; damaged.rejected.en; damaged.rejected.th.s1";
        let otherwise = PageStep { text: "Decide at once.".to_owned(), ..decide() };
        assert_eq!(told(vec![decide(), tell()], vec![otherwise.clone(), tell()]), whole);
        assert_eq!(told(vec![decide(), tell()], vec![tell()]), whole, "gone");
        assert_eq!(told(vec![tell()], vec![tell(), decide()]), whole, "new");
        let of_nothing = PageStep { checks: Vec::new(), ticks: Vec::new(), replies: Vec::new(), ..otherwise };
        assert_eq!(told(vec![decide()], vec![of_nothing]), whole, "what it was about is touched by leaving it out");
    }

    #[test]
    fn a_step_that_says_the_same_touches_what_it_newly_is_or_no_longer_is_about() {
        let more = PageStep { checks: vec![Check::PhotosOpened, Check::ProofGiven], ..decide() };
        assert_eq!(told(vec![decide()], vec![more]), "Photos opened before deciding");
        let less = PageStep { ticks: Vec::new(), ..decide() };
        assert_eq!(told(vec![decide()], vec![less]), "The damage is seen");
        let late = PageStep { reasons: vec![ReasonGroup::Damaged, ReasonGroup::Late], ..decide() };
        assert_eq!(told(vec![decide()], vec![late]), "Rejected 1; late.rejected.en");
        let everywhere = PageStep { reasons: vec![ReasonGroup::Damaged], ..tell() };
        assert_eq!(told(vec![everywhere], vec![tell()]), "Refunded 22", "all but damaged");
    }

    #[test]
    fn what_is_the_same_touches_nothing() {
        let moved_about = PageStep {
            text: "Look, then decide.\n".to_owned(),
            checks: vec![Check::ProofGiven, Check::ProofGiven],
            ticks: vec![tick("old", "Other words"), tick("seen", "Other words")],
            ..decide()
        };
        assert_eq!(told(vec![decide(), tell()], vec![tell(), moved_about]), "");
        let silent =
            |text: &str| vec![PageStep { title: "Wait".to_owned(), text: text.to_owned(), ..PageStep::default() }];
        assert_eq!(told(silent("Wait."), silent("Wait on.")), "", "it names nothing");
    }
}
