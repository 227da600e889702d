//! Buyers who live by themselves.

use super::{DAY, Stage};
use crate::Dials;
use crate::seed::{Answer, answers};
use crate::server::{Options, make};

#[test]
fn buyers_say_and_do_all_that_was_written_for_them() {
    let dials = Dials { activity: true, ..Dials::default() };
    let options = Options { cases: Some(200), start: Some(super::START), dials, ..Options::default() };
    let (_, shared, _) = make(&options, "http://platform.invalid".to_owned());
    shared.clock().freeze(true);
    for hour in 0..72 {
        shared.clock().set(super::START + hour * 3_600);
        drop(shared.world());
    }
    let world = shared.world();
    let said: Vec<&str> =
        world.conversations.iter().flat_map(|chat| &chat.messages).map(|one| one.content.as_str()).collect();
    for kind in [
        Answer::Question,
        Answer::PhotoAdded,
        Answer::Impatient,
        Answer::AcceptsOffer,
        Answer::DeclinesOffer,
        Answer::ShippedBack,
    ] {
        let lines = ["en", "es", "id"].into_iter().flat_map(|language| answers(language, kind));
        let is_said = |line: &str| {
            let quoted = serde_json::to_string(line).unwrap();
            said.iter().any(|content| content.contains(quoted.trim_matches('"')))
        };
        assert!(lines.copied().any(is_said), "nobody says {kind:?}");
    }
    assert!(world.orders.iter().any(|order| order.has_new_address));
}

#[test]
fn a_world_without_life_keeps_still() {
    let stage = Stage::filled("US", 40, Dials::default());
    let before = stage.quiet.effects().1;
    stage.advance(DAY);
    assert_eq!(stage.quiet.effects().1, before);
}
