//! What buyers do by themselves, in a lively world.

use super::build::{NewCase, open_case};
use super::{Due, World};
use crate::seed::{Answer, answers, in_voice_of};
use serde_json::json;

/// Seconds between two things that happen.
const PAUSE_S: (i64, i64) = (90, 260);

impl World {
    /// Starts the world's own life.
    pub(crate) fn enliven(&mut self, now: i64) {
        let later = now + self.between(PAUSE_S.0, PAUSE_S.1);
        self.plan(later, Due::Activity);
    }

    pub(super) fn activity(&mut self, at: i64) {
        if !self.dials.activity {
            return;
        }
        let later = at + self.between(PAUSE_S.0, PAUSE_S.1);
        self.plan(later, Due::Activity);
        if self.below(3) == 0 {
            self.impatient(at);
        } else {
            let shop = self.below(self.shops.len());
            open_case(self, &NewCase { shop: Some(shop), ..NewCase::default() }, at);
        }
    }

    /// A buyer with an open request asks how it goes.
    fn impatient(&mut self, at: i64) {
        let open: Vec<usize> = self
            .returns
            .iter()
            .filter(|case| case.asked.is_some())
            .filter_map(|case| self.orders.get(case.order).map(|order| order.buyer))
            .collect();
        let place = self.below(open.len());
        let Some(buyer) = open.get(place).copied() else { return };
        self.buyer_says(buyer, Answer::Question, at);
    }

    /// A buyer says a line of a sort.
    pub(crate) fn buyer_says(&mut self, buyer: usize, kind: Answer, at: i64) {
        let Some(known) = self.buyers.get(buyer) else { return };
        let (person, shop) = (known.person, known.shop);
        let language = self.shops.get(shop).map_or("en", |shop| shop.seed.language);
        let Some(line) = self.pick(answers(language, kind)) else { return };
        let content = json!({ "content": in_voice_of(person, line) }).to_string();
        if let Some(place) = self.conversation_with(buyer, at) {
            self.say(place, "BUYER", "TEXT", &content, at);
        }
    }

    pub(super) fn thanks(&mut self, conversation: &str, at: i64) {
        let found = self.conversations.iter().find(|known| known.id == conversation);
        let last_is_ours = found.is_some_and(|known| known.messages.last().is_some_and(|last| last.role != "BUYER"));
        if let (Some(buyer), true) = (found.map(|known| known.buyer), last_is_ours) {
            self.buyer_says(buyer, Answer::Thanks, at);
        }
    }
}
