//! The exercises that come with the desk.

use shared::domain::practice::Exercise;
use shared::id::ExerciseId;

/// In the order in which they are worked.
const FILES: [(&str, &str); 6] = [
    ("first-day", include_str!("../../../exercises/first-day.json")),
    ("damaged-and-not-received", include_str!("../../../exercises/damaged-and-not-received.json")),
    ("returns", include_str!("../../../exercises/returns.json")),
    ("rejections", include_str!("../../../exercises/rejections.json")),
    ("difficult-words", include_str!("../../../exercises/difficult-words.json")),
    ("en-espanol", include_str!("../../../exercises/en-espanol.json")),
];

/// All of them. What is not an exercise is left out; a test sees that all are.
pub(super) fn all() -> Vec<(ExerciseId, Exercise)> {
    let parsed = |(id, text): (&str, &str)| Some((id.parse().ok()?, serde_json::from_str(text).ok()?));
    FILES.into_iter().filter_map(parsed).collect()
}

/// It came with the desk.
pub(super) fn is_one(exercise: &ExerciseId) -> bool {
    FILES.iter().any(|(id, _)| *id == exercise.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::practice::exercise_problem;

    #[test]
    fn every_file_is_an_exercise_that_can_be_run() {
        for (id, text) in FILES {
            let exercise: Exercise = serde_json::from_str(text).unwrap();
            assert_eq!(exercise_problem(&exercise), None, "{id}");
            assert!(exercise.tasks.iter().all(|task| !task.right.why.is_empty()), "{id} says why");
            // What is shown is of the thing that is spoken of.
            assert!(
                exercise.tasks.iter().all(|task| task.photos == 0 || !task.article.is_empty()),
                "{id} says of what"
            );
        }
        assert_eq!(all().len(), FILES.len());
    }
}
