//! What is another in one version than in an older one, by lines and within them by words.

use shared::domain::handbook::PageContent;
use shared::reasons::label;
use shared::wire::handbook::{DiffLine, LineKind};
use similar::{Algorithm, ChangeTag, TextDiff};
use std::borrow::Cow;
use std::time::Duration;

/// Lines that stand in both and are shown around what changed.
const AROUND: usize = 2;
/// Two texts without anything in common are told to be so, instead of being compared for ever.
const PATIENCE: Duration = Duration::from_millis(500);
/// With more characters gone than these, much is.
const LOST_CHARS: usize = 200;

/// A page as lines, with all that belongs to it.
fn lines(page: &PageContent) -> String {
    let mut all = vec![page.title.clone()];
    all.extend(page.purpose.lines().map(str::to_owned));
    for (number, step) in (1..).zip(&page.steps) {
        all.push(String::new());
        all.push(format!("{number}. {}", step.title));
        all.extend(step.text.lines().map(str::to_owned));
        if let Some(stage) = step.stage {
            all.push(format!("Beside cases: {}", stage_word(stage)));
        }
        all.extend(step.checks.iter().map(|check| format!("Check: {}", check.text())));
        all.extend(step.ticks.iter().map(|tick| format!("Checkpoint: {}", tick.text)));
        all.extend(step.replies.iter().map(|moment| format!("Replies: {}", moment.label())));
        all.extend(step.reasons.iter().map(|reason| format!("Only for: {}", label(*reason))));
        all.extend(step.video.iter().map(|link| format!("Video: {link}")));
        all.extend(step.poster.iter().map(|file| format!("Picture in front of it: {}", file.reference())));
        all.extend(step.captions.iter().map(|file| format!("Captions: {}", file.reference())));
    }
    all.push(String::new());
    all.join("\n")
}

const fn stage_word(stage: shared::domain::case::Stage) -> &'static str {
    use shared::domain::case::Stage;
    match stage {
        Stage::ToDecide => "to decide",
        Stage::ToInspect => "to inspect",
        Stage::ToTell => "to tell",
        Stage::Waiting => "waiting",
        Stage::Disputed => "disputed",
        Stage::Done => "done",
    }
}

/// Words that follow each other as one part; a gap between two that differ belongs to them.
fn joined<'a>(words: impl Iterator<Item = (bool, Cow<'a, str>)>) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    let mut gap = String::new();
    for (is_other, word) in words {
        let word = word.trim_end_matches('\n');
        match parts.last_mut() {
            _ if word.is_empty() => {}
            Some((true, _)) if !is_other && word.trim().is_empty() => gap.push_str(word),
            Some((was_other, text)) if *was_other == is_other => {
                text.push_str(&gap);
                gap.clear();
                text.push_str(word);
            }
            Some(_) | None => parts.push((is_other, [&std::mem::take(&mut gap), word].concat())),
        }
    }
    if !gap.is_empty() {
        parts.push((false, gap));
    }
    parts
}

/// The lines that differ, each with the words that do, and a few around them; none where nothing differs.
pub fn difference(before: &PageContent, after: &PageContent) -> Vec<DiffLine> {
    let (before, after) = (lines(before), lines(after));
    if before == after {
        return Vec::new();
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_lines(&before, &after);
    let mut found = Vec::new();
    let mut shown_until = 0;
    for group in diff.grouped_ops(AROUND) {
        let begins = group.first().map_or(0, |op| op.old_range().start);
        if begins > shown_until {
            found.push(DiffLine { kind: LineKind::Gap, parts: Vec::new() });
        }
        for op in &group {
            for change in diff.iter_inline_changes(op) {
                let kind = match change.tag() {
                    ChangeTag::Equal => LineKind::Same,
                    ChangeTag::Delete => LineKind::Gone,
                    ChangeTag::Insert => LineKind::New,
                };
                let parts = joined(change.iter_strings_lossy());
                found.push(DiffLine { kind, parts });
            }
            shown_until = op.old_range().end;
        }
    }
    if shown_until < before.lines().count() {
        found.push(DiffLine { kind: LineKind::Gap, parts: Vec::new() });
    }
    found
}

/// Whether so much of a page is gone that somebody may want it back: a step, all that a field said, or a few sentences.
pub fn loses(before: &PageContent, after: &PageContent) -> bool {
    let texts = |content: &PageContent| {
        let steps = content.steps.iter().flat_map(|step| [step.title.as_str(), step.text.as_str()]);
        let all = [content.title.as_str(), content.purpose.as_str()].into_iter().chain(steps);
        let filled = all.filter(|text| !text.trim().is_empty());
        filled.fold((0_usize, 0_usize), |(count, chars), text| (count + 1, chars + text.chars().count()))
    };
    let ((filled, chars), (filled_now, chars_now)) = (texts(before), texts(after));
    after.steps.len() < before.steps.len() || filled_now < filled || chars_now + LOST_CHARS < chars
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::case::Stage;
    use shared::domain::handbook::{PageStep, StepTick};
    use shared::domain::quality::Check;
    use shared::reasons::ReasonGroup;
    use shared::reply::Moment;

    fn page(texts: &[&str]) -> PageContent {
        let step = |text: &&str| PageStep { title: "Step".to_owned(), text: (*text).to_owned(), ..PageStep::default() };
        PageContent {
            title: "Page".to_owned(),
            purpose: "For all.".to_owned(),
            steps: texts.iter().map(step).collect(),
        }
    }

    fn of_kind(lines: &[DiffLine], kind: LineKind) -> Vec<String> {
        let text = |line: &DiffLine| line.parts.iter().map(|(_, text)| text.as_str()).collect();
        lines.iter().filter(|line| line.kind == kind).map(text).collect()
    }

    #[test]
    fn a_page_loses_what_a_field_said_a_step_or_a_few_sentences() {
        let long = "x".repeat(300);
        for (before, after, is_much) in [
            (&["One.", "Two."][..], &["One.", "Two"][..], false),
            (&["One.", "Two."], &["One.", " "], true),
            (&["One.", "Two."], &["One."], true),
            (&["One."], &["One.", ""], false),
            (&[&long], &[&long[..100]], false),
            (&[&long], &[&long[..99]], true),
        ] {
            assert_eq!(loses(&page(before), &page(after)), is_much, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let before = page(&["Take the case. Then decide.", "b", "c", "d", "e", "f"]);
        let mut after = before.clone();
        after.steps[0].text = "Take the case. Then look.".to_owned();
        let found = difference(&before, &after);
        assert_eq!(of_kind(&found, LineKind::Gone), ["Take the case. Then decide."]);
        assert_eq!(of_kind(&found, LineKind::New), ["Take the case. Then look."]);
        let new = found.iter().find(|line| line.kind == LineKind::New).unwrap();
        let marked: String =
            new.parts.iter().filter(|(is_other, _)| *is_other).map(|(_, text)| text.as_str()).collect();
        assert_eq!(marked, "look");
        assert_eq!(found.last().unwrap().kind, LineKind::Gap, "what follows is the same");
        assert_eq!(difference(&before, &before), []);
        after.steps[0].text = "Take the case. Ask a lead.".to_owned();
        let found = difference(&before, &after);
        let new = found.iter().find(|line| line.kind == LineKind::New).unwrap();
        assert_eq!(new.parts.iter().filter(|(is_other, _)| *is_other).count(), 1, "one part, not three words");
    }

    #[test]
    fn what_a_step_is_about_is_part_of_it() {
        let before = page(&["a"]);
        let mut after = before.clone();
        after.steps[0].stage = Some(Stage::ToTell);
        after.steps[0].checks = vec![Check::NoGap];
        let seen = StepTick { id: "t1".parse().unwrap(), text: "Seen".to_owned() };
        after.steps[0].ticks = vec![seen];
        after.steps[0].replies = vec![Moment::MoreInformation];
        after.steps[0].reasons = vec![ReasonGroup::Late];
        after.steps[0].video = Some("https://youtu.be/dQw4w9WgXcQ".to_owned());
        let new = of_kind(&difference(&before, &after), LineKind::New);
        assert_eq!(
            new,
            [
                "Beside cases: to tell",
                "Check: No variable left empty",
                "Checkpoint: Seen",
                "Replies: More asked",
                "Only for: Not shipped on time",
                "Video: https://youtu.be/dQw4w9WgXcQ",
            ]
        );
        assert_eq!(of_kind(&difference(&after, &before), LineKind::Gone).len(), new.len());
    }

    #[test]
    fn two_pages_with_nothing_in_common_are_told_in_time() {
        let text = |seed: usize| (0..2_000).map(|line| format!("{} {line}\n", line * seed % 997)).collect::<String>();
        let (before, after) = (page(&[&text(7)]), page(&[&text(11)]));
        assert!(!difference(&before, &after).is_empty());
    }
}
