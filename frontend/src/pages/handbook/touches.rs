//! What a change of a page touches beside it: the checks and the replies that have to be looked at anew, each a way there.

use crate::api::decode;
use crate::i18n::{format, words};
use crate::routes::{Quality, Route};
use leptos::prelude::*;
use shared::domain::quality::Check;
use shared::reasons::{ReasonGroup, label};
use shared::reply::{Language, Place};
use shared::wire::handbook::{StepView, TouchedReplies, Touches};

fn count(all: usize, one: &str, many: &str) -> Option<String> {
    (all > 0).then(|| format::count(u64::try_from(all).unwrap_or_default(), one, many))
}

/// What is touched, in one sentence.
pub fn sentence(touches: &Touches) -> String {
    let parts: Vec<String> = [
        count(touches.replies.len(), "moment", "moments").map(|moments| ["replies at ", &moments].concat()),
        count(touches.checks.len(), "check", "checks"),
        count(touches.ticks.len(), "checkpoint", "checkpoints"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.as_slice() {
        [] => "Touches no reply and no check.".to_owned(),
        [one] => ["Touches ", one, "."].concat(),
        [first @ .., last] => ["Touches ", &first.join(", "), " and ", last, "."].concat(),
    }
}

/// Where a check leads: for leads to how it stands, for others to the step of the page in view that is about it.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    /// The reader leads.
    pub leads: bool,
    /// The page in view.
    pub steps: &'a [StepView],
}

impl Ways<'_> {
    fn step(&self, is_meant: impl Fn(&StepView) -> bool) -> Option<String> {
        let number = self.steps.iter().position(is_meant)? + 1;
        Some(["#step-", &number.to_string()].concat())
    }

    fn check(&self, check: Check, text: &str) -> Option<String> {
        if self.leads {
            let word = decode::text(&check);
            return Some([&Route::Quality(Quality::Every).path(), "#check-", word.trim_matches('"')].concat());
        }
        self.step(|step| step.checks.iter().any(|named| named.text == text))
    }

    fn tick(&self, text: &str) -> Option<String> {
        if self.leads {
            return Some([&Route::Quality(Quality::Reviews).path(), "#checkpoints"].concat());
        }
        self.step(|step| step.ticks.iter().any(|named| named == text))
    }
}

fn line((text, to): (String, Option<String>)) -> AnyView {
    match to {
        // A place on this page is the browser's own to go to.
        Some(to) if to.starts_with('#') => view! { <li><a href=to rel="external">{text}</a></li> }.into_any(),
        Some(to) => view! { <li><a href=to>{text}</a></li> }.into_any(),
        None => view! { <li>{text}</li> }.into_any(),
    }
}

fn list(title: &'static str, lines: Vec<(String, Option<String>)>) -> Option<AnyView> {
    (!lines.is_empty()).then(|| {
        let lines: Vec<AnyView> = lines.into_iter().map(line).collect();
        view! { <p class="strong">{title}</p><ul>{lines}</ul> }.into_any()
    })
}

fn mark(place: &Place, is_own: bool) -> AnyView {
    let tag = place.language.tag();
    // What is seen is part of what is said.
    let language = [words::language(tag), " ", &tag.to_uppercase()].concat();
    let whose = match (is_own, &place.shop) {
        (false, _) => "built in",
        (true, None) => "yours",
        (true, Some(_)) => "yours, for one shop",
    };
    let told = [&place.title(), language.as_str(), whose].join(", ");
    view! {
        <a class="lang" class:lang--own=is_own href=Route::Replies(Some(place.clone())).path() title=told.clone() aria-label=told>
            {tag.to_uppercase()}
        </a>
    }
    .into_any()
}

fn reason(replies: &TouchedReplies, group: ReasonGroup, languages: &[Language]) -> AnyView {
    let own = |place: &Place| replies.own.contains(place);
    let everywhere =
        languages.iter().map(|language| Place { group, moment: replies.moment, language: *language, shop: None });
    let of_one_shop = replies.own.iter().filter(|place| place.group == group && place.shop.is_some()).cloned();
    let marks: Vec<AnyView> = everywhere.chain(of_one_shop).map(|place| mark(&place, own(&place))).collect();
    view! { <li><span>{label(group)}</span><span class="marks push">{marks}</span></li> }.into_any()
}

/// The reasons of a moment, those with words of the team's own first: what is built in nobody has to write anew.
fn own_first(replies: &TouchedReplies) -> Vec<ReasonGroup> {
    let mut groups = replies.reasons.clone();
    groups.sort_by_key(|group| !replies.own.iter().any(|place| place.group == *group));
    groups
}

fn moment(replies: &TouchedReplies, languages: &[Language]) -> AnyView {
    let reasons = count(replies.reasons.len(), "reason", "reasons");
    let own = count(replies.own.len(), "reply of your own", "replies of your own");
    let words = reasons.into_iter().chain(own).collect::<Vec<_>>().join(", ");
    let rows: Vec<AnyView> = own_first(replies).into_iter().map(|group| reason(replies, group, languages)).collect();
    view! {
        <details><summary>{replies.label.clone()}": "<span class="muted">{words}</span></summary><ul class="touches__replies">{rows}</ul></details>
    }
    .into_any()
}

/// All that is touched, as ways there.
pub fn ways(touches: &Touches, ways: Ways<'_>) -> AnyView {
    let moments: Vec<AnyView> = touches.replies.iter().map(|one| moment(one, &touches.languages)).collect();
    let checks = touches.checks.iter().map(|(check, text)| (text.clone(), ways.check(*check, text))).collect();
    let ticks = touches.ticks.iter().map(|tick| (tick.text.clone(), ways.tick(&tick.text))).collect();
    view! {
        {(!moments.is_empty()).then(|| view! { <p class="strong">"Replies"</p>{moments} })}
        {list("Checks", checks)}
        {list("Checkpoints that people tick", ticks)}
    }
    .into_any()
}

/// What is touched, in one sentence, behind which all of it stands.
pub fn draw(touches: &Touches, to: Ways<'_>, is_open: bool) -> AnyView {
    let words = sentence(touches);
    if touches.is_empty() {
        return view! { <p class="small muted">{words}</p> }.into_any();
    }
    view! { <details class="touches small" open=is_open><summary>{words}</summary>{ways(touches, to)}</details> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::handbook::StepTick;
    use shared::wire::handbook::CheckName;

    fn replies(reasons: &[ReasonGroup], own: &[&str]) -> TouchedReplies {
        TouchedReplies {
            moment: "refunded".parse().unwrap(),
            label: "Refunded".to_owned(),
            reasons: reasons.to_vec(),
            own: own.iter().map(|place| place.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn one_sentence_says_what_is_touched() {
        let check = (Check::NoGap, "No variable left empty".to_owned());
        let tick = StepTick { id: "t".parse().unwrap(), text: "Seen".to_owned() };
        let one = replies(&[ReasonGroup::Damaged], &[]);
        for (replies, checks, ticks, words) in [
            (0, 0, 0, "Touches no reply and no check."),
            (1, 0, 0, "Touches replies at 1 moment."),
            (0, 2, 0, "Touches 2 checks."),
            (0, 1, 1, "Touches 1 check and 1 checkpoint."),
            (2, 3, 2, "Touches replies at 2 moments, 3 checks and 2 checkpoints."),
        ] {
            let touches = Touches {
                checks: vec![check.clone(); checks],
                ticks: vec![tick.clone(); ticks],
                replies: vec![one.clone(); replies],
                languages: Vec::new(),
            };
            assert_eq!(sentence(&touches), words);
        }
    }

    #[test]
    fn a_check_leads_to_what_the_reader_may_open() {
        let named = CheckName { text: "No variable left empty".to_owned(), explanation: String::new() };
        let step = |checks: &[CheckName], ticks: &[&str]| StepView {
            title: String::new(),
            html: String::new(),
            stage: None,
            checks: checks.to_vec(),
            ticks: ticks.iter().map(|text| (*text).to_owned()).collect(),
            video: None,
            own_video: None,
        };
        let steps = [step(&[], &[]), step(&[named], &["Seen"])];
        let (lead, agent) = (Ways { leads: true, steps: &steps }, Ways { leads: false, steps: &steps });
        let check = |ways: Ways<'_>, check: Check| ways.check(check, check.text());
        assert_eq!(check(lead, Check::NoGap).as_deref(), Some("/quality#check-no_gap"));
        assert_eq!(check(agent, Check::NoGap).as_deref(), Some("#step-2"));
        assert_eq!(check(agent, Check::NotAgain), None, "no step of the page is about it any more");
        assert_eq!(lead.tick("Seen").as_deref(), Some("/quality/reviews#checkpoints"));
        assert_eq!(agent.tick("Seen").as_deref(), Some("#step-2"));
    }

    #[test]
    fn what_the_team_wrote_itself_stands_first() {
        use ReasonGroup as G;
        let replies = replies(&[G::Damaged, G::Defective, G::Late], &["late.refunded.en"]);
        assert_eq!(own_first(&replies), [G::Late, G::Damaged, G::Defective]);
    }
}
