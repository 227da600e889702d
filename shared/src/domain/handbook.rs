//! The handbook: pages made of steps, their versions, and what changed between two of them.

use super::case::{Claim, DecisionKind, Kind, Stage};
use super::decide::claims_of;
use super::files::FileId;
use super::quality::Check;
use super::touch::Scope;
use crate::id::TickId;
use crate::reasons::ReasonGroup;
use crate::reply::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The largest page, in bytes of all its words: what a request can carry.
pub const PAGE_BYTES: usize = 40_000;
/// Steps of a page.
pub const MOST_STEPS: usize = 40;
/// Characters of a title.
pub const TITLE_CHARS: usize = 120;
/// Characters of a purpose, and of what a version says about itself.
pub const PURPOSE_CHARS: usize = 1_000;
/// Where videos are shown from: what the content policy lets into a frame, and nothing else.
pub const FRAME_ORIGINS: [&str; 2] = ["https://www.youtube-nocookie.com", "https://www.loom.com"];

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// How something is done: read and signed by everybody.
    Procedure,
    /// To be looked up.
    Reference,
}

/// A checkpoint of the team's own, as a step names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepTick {
    /// Which.
    pub id: TickId,
    /// As it was worded then: a version says for ever what it said.
    pub text: String,
}

/// One step of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PageStep {
    /// What is done, in a few words.
    pub title: String,
    /// How, in Markdown.
    #[serde(default)]
    pub text: String,
    /// The stage of a case beside which it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The computed checks that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The checkpoints of the team's own that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<StepTick>,
    /// The moments whose replies follow from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<Moment>,
    /// Only their replies for these reasons; none: for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonGroup>,
    /// A link to a video that shows it, or a reference to a file of the handbook's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
    /// The picture in front of a video of the handbook's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<FileId>,
    /// What is said in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<FileId>,
}

impl PageStep {
    /// The file that its video is, if it is one of the handbook's own.
    pub fn own_video(&self) -> Option<FileId> {
        FileId::referred(self.video.as_deref()?.trim())
    }

    /// Whether it is for this kind of request: where it governs replies, one of them can come to be said of such a request.
    pub fn is_for(&self, kind: Kind) -> bool {
        let can_be_said = |moment: &Moment| match (moment, kind) {
            (Moment::Told(Claim::Cancelled), _) => matches!(kind, Kind::Cancellation | Kind::Other),
            (Moment::Told(Claim::Approved | Claim::Refunded | Claim::Rejected), _) => true,
            // Nothing comes back, is offered or is sent anew where nothing was shipped.
            (Moment::Told(_), _) => kind != Kind::Cancellation,
            (Moment::PlatformDecided | Moment::MoreInformation, _) => true,
        };
        self.replies.is_empty() || self.replies.iter().any(can_be_said)
    }

    /// Whether a decision can have been made by it: where it governs replies, one of them can follow from that decision.
    pub fn can_lead_to(&self, decision: DecisionKind) -> bool {
        let can_follow = |moment: &Moment| match moment {
            Moment::Told(claim) => claims_of(decision).contains(claim),
            Moment::PlatformDecided | Moment::MoreInformation => true,
        };
        self.replies.is_empty() || self.replies.iter().any(can_follow)
    }

    /// Whether it tells a reader the same as another one. Space around words tells nothing.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let video =
            |step: &Self| step.video.as_deref().map(|link| link.trim().to_owned()).filter(|link| !link.is_empty());
        self.title.trim() == other.title.trim()
            && self.text.trim_end() == other.text.trim_end()
            && self.stage == other.stage
            && video(self) == video(other)
            && (&self.poster, &self.captions) == (&other.poster, &other.captions)
    }
}

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PageContent {
    /// Its title.
    pub title: String,
    /// What it is good for.
    #[serde(default)]
    pub purpose: String,
    /// In the order of the work.
    #[serde(default)]
    pub steps: Vec<PageStep>,
}

/// What is wrong with a page, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// In which step, counted from 0; none: in the page itself.
    pub step: Option<usize>,
    /// Which field.
    pub field: &'static str,
    /// What is wrong with it, as a clause.
    pub problem: &'static str,
}

impl PageContent {
    /// The bytes of all its words.
    fn bytes(&self) -> usize {
        let of_step = |step: &PageStep| {
            let named = step.ticks.iter().map(|tick| tick.text.len()).sum::<usize>();
            step.title.len() + step.text.len() + step.video.as_ref().map_or(0, String::len) + named
        };
        self.title.len() + self.purpose.len() + self.steps.iter().map(of_step).sum::<usize>()
    }

    /// Without space around its titles.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        for title in std::iter::once(&mut self.title).chain(self.steps.iter_mut().map(|step| &mut step.title)) {
            *title = title.trim().to_owned();
        }
        self
    }

    /// Why it cannot even be kept as a draft: it is too large.
    pub fn overflow(&self) -> Option<Problem> {
        let of_page = |field, problem| Some(Problem { step: None, field, problem });
        if self.bytes() > PAGE_BYTES {
            return of_page("page", "has more than 40,000 bytes: make two pages of it");
        }
        if self.steps.len() > MOST_STEPS {
            return of_page("steps", "are more than 40: make two pages of them");
        }
        None
    }

    /// Why it cannot be sent for review, from the top of the page down.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found: Vec<Problem> = self.overflow().into_iter().collect();
        let mut add = |step, field, problem| found.push(Problem { step, field, problem });
        if let Some(problem) = title_problem(&self.title) {
            add(None, "title", problem);
        }
        if self.purpose.chars().count() > PURPOSE_CHARS {
            add(None, "purpose", "has more than 1,000 characters");
        }
        if self.steps.is_empty() {
            add(None, "steps", "are missing: a page has at least one");
        }
        for (place, step) in self.steps.iter().enumerate() {
            if let Some(problem) = title_problem(&step.title) {
                add(Some(place), "title", problem);
            }
            if step.text.trim().is_empty() {
                add(Some(place), "text", "is empty");
            }
            let is_known = |link: &str| step.own_video().is_some() || Video::of(link).is_some();
            if step.video.as_deref().is_some_and(|link| !is_known(link)) {
                add(Some(place), "video", "is not a link to a video on YouTube or Loom");
            }
        }
        found
    }
}

fn title_problem(title: &str) -> Option<&'static str> {
    if title.trim().is_empty() {
        Some("is empty")
    } else if title.chars().count() > TITLE_CHARS {
        Some("has more than 120 characters")
    } else {
        None
    }
}

/// A version's name: `2.0.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct VersionName(pub u32, pub u32, pub u32);

impl fmt::Display for VersionName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl From<VersionName> for String {
    fn from(name: VersionName) -> Self {
        name.to_string()
    }
}

/// A text is not the name of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is three numbers with points between them")]
pub struct NotAVersion;

impl TryFrom<String> for VersionName {
    type Error = NotAVersion;

    fn try_from(text: String) -> Result<Self, NotAVersion> {
        let mut numbers = text.split('.').map(|part| part.parse::<u32>().map_err(|_| NotAVersion));
        let mut next = || numbers.next().unwrap_or(Err(NotAVersion));
        let name = Self(next()?, next()?, next()?);
        if numbers.next().is_some() { Err(NotAVersion) } else { Ok(name) }
    }
}

/// How much a new version changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Other words for the same work: nobody has to read it anew.
    Wording,
    /// Something is done otherwise.
    Work,
    /// The whole way of working is another one.
    Whole,
}

impl Change {
    /// All, the smallest first.
    pub const ALL: [Self; 3] = [Self::Wording, Self::Work, Self::Whole];

    /// The name of the version after `last`; the first one is 1.0.0.
    pub const fn after(self, last: Option<VersionName>) -> VersionName {
        match (last, self) {
            (None, _) => VersionName(1, 0, 0),
            (Some(VersionName(whole, work, wording)), Self::Wording) => {
                VersionName(whole, work, wording.saturating_add(1))
            }
            (Some(VersionName(whole, work, _)), Self::Work) => VersionName(whole, work.saturating_add(1), 0),
            (Some(VersionName(whole, ..)), Self::Whole) => VersionName(whole.saturating_add(1), 0, 0),
        }
    }

    /// Whether everybody is asked to read and sign a version with this change. Nobody signs what is only looked up.
    pub fn asks(self, kind: PageKind, is_first: bool) -> bool {
        kind == PageKind::Procedure && (is_first || self != Self::Wording)
    }
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It was not there before.
    New,
    /// It says something else.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A step that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepChange {
    /// Its number on the page, from 1; of a step that is gone, the one that it had.
    pub number: usize,
    /// Its title now, or when it went.
    pub title: String,
    /// What became of it.
    pub became: Became,
}

/// Pairs steps that are the same one by some measure, and takes them out of both lists.
fn paired<'a>(
    old: &mut Vec<Numbered<'a>>,
    new: &mut Vec<Numbered<'a>>,
    is_same: impl Fn(Numbered<'_>, Numbered<'_>) -> bool,
) -> Vec<(Numbered<'a>, Numbered<'a>)> {
    let mut pairs = Vec::new();
    new.retain(|step| match old.iter().position(|before| is_same(*before, *step)) {
        Some(place) => {
            pairs.push((old.remove(place), *step));
            false
        }
        None => true,
    });
    pairs
}

/// A step with its number, from 1.
type Numbered<'a> = (usize, &'a PageStep);

/// The steps that are not the same in both: what each was, and what it is. Another order is no other step.
pub(super) fn unlike<'a>(
    before: &'a PageContent,
    after: &'a PageContent,
) -> Vec<(Option<Numbered<'a>>, Option<Numbered<'a>>)> {
    let mut old: Vec<Numbered<'_>> = (1..).zip(&before.steps).collect();
    let mut new: Vec<Numbered<'_>> = (1..).zip(&after.steps).collect();
    drop(paired(&mut old, &mut new, |(_, old), (_, new)| old.says_the_same(new) && Scope::of(old) == Scope::of(new)));
    let mut pairs =
        paired(&mut old, &mut new, |(_, old), (_, new)| old.title.trim().eq_ignore_ascii_case(new.title.trim()));
    // Under a new title, at the same place in the work.
    pairs.extend(paired(&mut old, &mut new, |(was, old), (is, new)| was == is && old.stage == new.stage));
    let changed = pairs.into_iter().map(|(old, new)| (Some(old), Some(new)));
    let new = new.into_iter().map(|step| (None, Some(step)));
    let gone = old.into_iter().map(|step| (Some(step), None));
    changed.chain(new).chain(gone).collect()
}

/// What is another on a page than it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The steps that are others, by their numbers.
    pub steps: Vec<StepChange>,
    /// The checks that it is about now and was not, in the order of the work.
    pub new_checks: Vec<Check>,
    /// The checks that it is not about any more.
    pub gone_checks: Vec<Check>,
}

fn told(before: &PageContent, after: &PageContent, is_told: impl Fn(&PageStep, &PageStep) -> bool) -> Vec<StepChange> {
    let told = |(old, new): (Option<Numbered<'_>>, Option<Numbered<'_>>)| {
        let became = match (old, new) {
            (_, None) => Became::Gone,
            (None, Some(_)) => Became::New,
            (Some((_, old)), Some((_, new))) if is_told(old, new) => Became::Changed,
            (Some(_), Some(_)) => return None,
        };
        new.or(old).map(|(number, step)| StepChange { number, title: step.title.clone(), became })
    };
    let mut steps: Vec<StepChange> = unlike(before, after).into_iter().filter_map(told).collect();
    steps.sort_by_key(|step| step.number);
    steps
}

/// The steps that are others to who writes them: which replies follow from one counts too.
pub fn step_changes(before: &PageContent, after: &PageContent) -> Vec<StepChange> {
    told(before, after, |_, _| true)
}

/// What a reader finds another in `after` than it was in `before`, and nothing else: a check that both are about is no
/// news.
pub fn changes(before: &PageContent, after: &PageContent) -> Changes {
    let is_seen =
        |old: &PageStep, new: &PageStep| !old.says_the_same(new) || !Scope::of(old).shows_the_same(&Scope::of(new));
    let steps = told(before, after, is_seen);
    let checks = |page: &PageContent| -> BTreeSet<Check> {
        page.steps.iter().flat_map(|step| step.checks.iter().copied()).collect()
    };
    let (was, is) = (checks(before), checks(after));
    Changes {
        steps,
        new_checks: is.difference(&was).copied().collect(),
        gone_checks: was.difference(&is).copied().collect(),
    }
}

/// A video that can be shown in a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Video {
    /// Who keeps it, as people call them.
    pub host: String,
    /// The frame's address, on one of [`FRAME_ORIGINS`].
    pub frame: String,
}

impl Video {
    /// The video behind a link as people copy it; none: not a video of a host that the desk shows.
    pub fn of(link: &str) -> Option<Self> {
        let rest = link.trim().strip_prefix("https://")?;
        let (host, rest) = rest.split_once('/')?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.split('#').next()?.trim_end_matches('/');
        let query = query.split('#').next()?;
        let [youtube, loom] = FRAME_ORIGINS;
        match host.to_ascii_lowercase().as_str() {
            "youtu.be" => Self::framed("YouTube", youtube, path, 11..=11),
            "youtube.com" | "www.youtube.com" | "m.youtube.com" | "www.youtube-nocookie.com" => {
                let id = match path.split_once('/') {
                    None if path == "watch" => query.split('&').find_map(|pair| pair.strip_prefix("v="))?,
                    Some(("shorts" | "embed" | "live", id)) => id,
                    _ => return None,
                };
                Self::framed("YouTube", youtube, id, 11..=11)
            }
            "loom.com" | "www.loom.com" => match path.split_once('/') {
                Some(("share" | "embed", id)) => Self::framed("Loom", loom, id, 16..=64),
                _ => None,
            },
            _ => None,
        }
    }

    fn framed(host: &str, origin: &str, id: &str, length: std::ops::RangeInclusive<usize>) -> Option<Self> {
        let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (is_id && length.contains(&id.len()))
            .then(|| Self { host: host.to_owned(), frame: format!("{origin}/embed/{id}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(title: &str, text: &str, checks: &[Check]) -> PageStep {
        PageStep { title: title.to_owned(), text: text.to_owned(), checks: checks.to_vec(), ..PageStep::default() }
    }

    fn page(steps: Vec<PageStep>) -> PageContent {
        PageContent { title: "Page".to_owned(), purpose: String::new(), steps }
    }

    #[test]
    fn a_step_is_for_requests_of_which_its_replies_can_be_said() {
        let offer = Moment::Told(Claim::OfferMade);
        for (replies, cancellation, refund, other) in [
            (vec![], true, true, true),
            (Moment::ALL.to_vec(), true, true, true),
            (vec![offer], false, true, true),
            (vec![offer, Moment::Told(Claim::Rejected)], true, true, true),
            (vec![Moment::Told(Claim::ParcelRefused)], false, true, true),
            (vec![Moment::Told(Claim::Cancelled)], true, false, true),
            (vec![Moment::PlatformDecided], true, true, true),
        ] {
            let step = PageStep { replies, ..step("Look", "", &[]) };
            let is_for = [Kind::Cancellation, Kind::RefundOnly, Kind::Other].map(|kind| step.is_for(kind));
            assert_eq!(is_for, [cancellation, refund, other], "{:?}", step.replies);
        }
    }

    #[test]
    fn a_decision_is_made_by_steps_whose_replies_can_follow_from_it() {
        use DecisionKind::{ApproveRefund, OfferPartial, RejectReturn};
        let (offer, rejected) = (Moment::Told(Claim::OfferMade), Moment::Told(Claim::Rejected));
        for (replies, expected) in [
            (vec![], [true, true, true]),
            (vec![offer], [false, true, false]),
            (vec![offer, rejected], [false, true, true]),
            (vec![Moment::Told(Claim::Refunded)], [true, false, false]),
            (vec![Moment::MoreInformation], [true, true, true]),
        ] {
            let step = PageStep { replies, ..step("Decide", "", &[]) };
            let can = [ApproveRefund, OfferPartial, RejectReturn].map(|decision| step.can_lead_to(decision));
            assert_eq!(can, expected, "{:?}", step.replies);
        }
    }

    #[test]
    fn versions_rise_by_what_changes() {
        let last = Some(VersionName(2, 3, 4));
        for (change, last, next) in [
            (Change::Wording, None, VersionName(1, 0, 0)),
            (Change::Whole, None, VersionName(1, 0, 0)),
            (Change::Wording, last, VersionName(2, 3, 5)),
            (Change::Work, last, VersionName(2, 4, 0)),
            (Change::Whole, last, VersionName(3, 0, 0)),
        ] {
            assert_eq!(change.after(last), next);
        }
        assert_eq!("2.0.10".to_owned().try_into(), Ok(VersionName(2, 0, 10)));
        for text in ["", "1.0", "1.0.0.0", "a.b.c", "1..0", "-1.0.0"] {
            assert_eq!(VersionName::try_from(text.to_owned()), Err(NotAVersion), "{text:?}");
        }
    }

    #[test]
    fn only_procedures_that_change_the_work_are_signed() {
        for (change, kind, is_first, asks) in [
            (Change::Wording, PageKind::Procedure, false, false),
            (Change::Wording, PageKind::Procedure, true, true),
            (Change::Work, PageKind::Procedure, false, true),
            (Change::Whole, PageKind::Reference, true, false),
        ] {
            assert_eq!(change.asks(kind, is_first), asks);
        }
    }

    #[test]
    fn a_page_says_where_it_is_not_finished() {
        let mut draft = page(vec![step("One", "Do it.", &[]), step(" ", "", &[])]);
        draft.steps[0].video = Some("https://example.com/v".to_owned());
        let found: Vec<_> = draft.problems().iter().map(|problem| (problem.step, problem.field)).collect();
        assert_eq!(found, [(Some(0), "video"), (Some(1), "title"), (Some(1), "text")]);
        assert_eq!(draft.overflow(), None, "a draft may be unfinished");
        assert_eq!(page(Vec::new()).problems().len(), 1);
        draft.steps[0].text = "x".repeat(PAGE_BYTES);
        assert_eq!(draft.overflow().map(|problem| problem.field), Some("page"));
        let many = page(vec![step("One", "Do it.", &[]); MOST_STEPS + 1]);
        assert_eq!(many.overflow().map(|problem| problem.field), Some("steps"));
    }

    #[test]
    fn titles_are_kept_without_space_around_them() {
        let mut page = page(vec![step(" Look ", " text ", &[])]);
        page.title = "  Page\t".to_owned();
        let trimmed = page.clone().trimmed();
        assert_eq!((trimmed.title.as_str(), trimmed.steps[0].title.as_str()), ("Page", "Look"));
        assert_eq!(trimmed.steps[0].text, page.steps[0].text, "a text is kept as it is typed");
    }

    #[test]
    fn what_changed_is_told_by_step() {
        let (look, decide, tell) =
            (step("Look", "Look.", &[]), step("Decide", "Decide.", &[]), step("Tell", "Tell.", &[]));
        let before = page(vec![look.clone(), decide.clone(), tell.clone()]);
        let moved = page(vec![decide.clone(), look.clone(), tell.clone()]);
        assert_eq!(changes(&before, &moved), Changes::default(), "another order is no other step");
        let other = step("decide ", "Decide in time.", &[]);
        let after = page(vec![look.clone(), step("Ask", "Ask.", &[]), other]);
        let steps = changes(&before, &after).steps;
        let told: Vec<_> = steps.iter().map(|step| (step.number, step.title.as_str(), step.became)).collect();
        assert_eq!(told, [(2, "Ask", Became::New), (3, "decide ", Became::Changed), (3, "Tell", Became::Gone)]);
        let renamed = page(vec![step("See", "Look.", &[]), decide, tell]);
        let steps = changes(&before, &renamed).steps;
        assert_eq!((steps[0].became, steps.len()), (Became::Changed, 1), "another title at the same place");
    }

    #[test]
    fn only_what_differs_is_news() {
        let (photos, time, gap) = (Check::PhotosOpened, Check::DecidedInTime, Check::NoGap);
        let before = page(vec![step("Look", "Look.", &[photos, time]), step("Tell", "Tell.", &[gap])]);
        let news = |after: Vec<PageStep>| {
            let Changes { steps, new_checks, gone_checks } = changes(&before, &page(after));
            (steps.len(), new_checks, gone_checks)
        };
        let tell = || step("Tell", "Tell.", &[gap]);
        for (after, expected, why) in [
            (
                vec![step("Look", "Look.\n", &[time, photos, time]), tell()],
                (0, vec![], vec![]),
                "read and asked the same",
            ),
            (vec![step("Look", "Look twice.", &[photos, time]), tell()], (1, vec![], vec![]), "the same checks"),
            (vec![step("Look", "Look.", &[photos]), tell()], (1, vec![], vec![time]), "one check less"),
            (vec![step("Look", "Look.", &[photos]), step("Tell", "Tell.", &[gap, time])], (2, vec![], vec![]), "moved"),
            (
                vec![step("Look", "Look.", &[photos, time, Check::ProofGiven]), tell()],
                (1, vec![Check::ProofGiven], vec![]),
                "one more",
            ),
        ] {
            assert_eq!(news(after), expected, "{why}");
        }
        let told = PageStep { replies: vec![Moment::MoreInformation], ..step("Look", "Look.", &[photos, time]) };
        let written = step_changes(&before, &page(vec![told.clone(), tell()]));
        assert_eq!((written.len(), written[0].became), (1, Became::Changed), "but is written in the draft");
        assert_eq!(news(vec![told, tell()]), (0, vec![], vec![]), "which replies follow is not read on the page");
        let seen = StepTick { id: "t1".parse().unwrap(), text: "Seen".to_owned() };
        let ticked = PageStep { ticks: vec![seen], ..step("Look", "Look.", &[photos, time]) };
        assert_eq!(news(vec![ticked, tell()]), (1, vec![], vec![]), "what is ticked is");
    }

    #[test]
    fn only_videos_of_the_named_hosts_come_into_a_frame() {
        let youtube = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ";
        let loom = "https://www.loom.com/embed/0123456789abcdef0123456789abcdef";
        for (link, frame) in [
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", Some(youtube)),
            ("https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=3s#x", Some(youtube)),
            (" https://youtu.be/dQw4w9WgXcQ?si=abc ", Some(youtube)),
            ("https://YouTube.com/shorts/dQw4w9WgXcQ/", Some(youtube)),
            ("https://www.loom.com/share/0123456789abcdef0123456789abcdef?sid=1", Some(loom)),
            ("http://www.youtube.com/watch?v=dQw4w9WgXcQ", None),
            ("https://www.youtube.com/watch?v=short", None),
            ("https://www.youtube.com/watch?v=dQw4w9Wg/cQ", None),
            ("https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ", None),
            ("https://evil.example/https://youtu.be/dQw4w9WgXcQ", None),
            ("https://user@www.youtube.com/watch?v=dQw4w9WgXcQ", None),
            ("https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ", None),
            ("https://www.loom.com/share/\"onload=alert(1)", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(Video::of(link).map(|video| video.frame).as_deref(), frame, "{link}");
        }
    }
}
