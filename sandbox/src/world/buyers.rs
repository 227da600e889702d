//! What buyers do by themselves, in a lively world.

use super::build::{NewCase, open_case};
use super::returns::{OFFERED, PENDING, SHIP};
use super::{Due, Return, World};
use crate::seed::{Answer, answers, in_voice_of};
use serde_json::json;

/// Seconds between two things that happen.
const PAUSE_S: (i64, i64) = (90, 260);
/// Whoever has waited so long becomes impatient.
const PATIENCE_S: i64 = 86_400;

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
        match self.below(9) {
            0 => self.asks(at),
            1 => self.shows_more(at),
            2 => self.moves(at),
            3 => self.hears_of_offer(at),
            4 => self.goes_to_the_post(at),
            _ => {
                let lively = self.lively_shops();
                let place = self.below(lively.len());
                let Some(shop) = lively.get(place).copied() else { return };
                open_case(self, &NewCase { shop: Some(shop), ..NewCase::default() }, at);
            }
        }
    }

    /// One of the returns that fit.
    fn some_return(&mut self, fits: impl Fn(&Return) -> bool) -> Option<(String, usize)> {
        let is_lively = |case: &&Return| self.orders.get(case.order).is_some_and(|order| !self.is_quiet(order.shop));
        let all: Vec<(String, usize)> = self
            .returns
            .iter()
            .filter(|case| fits(case))
            .filter(is_lively)
            .map(|case| (case.id.clone(), case.order))
            .collect();
        let place = self.below(all.len());
        let (id, order) = all.get(place)?.clone();
        Some((id, self.orders.get(order)?.buyer))
    }

    /// A buyer with an open request asks how it goes; who has waited long says so.
    fn asks(&mut self, at: i64) {
        let Some((id, buyer)) = self.some_return(|case| case.asked.is_some()) else { return };
        let waits_long = self.find_return(&id).is_some_and(|case| at - case.created > PATIENCE_S);
        self.buyer_says(buyer, if waits_long { Answer::Impatient } else { Answer::Question }, at);
    }

    /// A buyer adds a photo to a request, and says so.
    fn shows_more(&mut self, at: i64) {
        let has_photo = |case: &Return| case.records.iter().any(|record| !record.images.is_empty());
        let Some((id, buyer)) = self.some_return(|case| case.status == PENDING && has_photo(case)) else { return };
        self.add_photo(&id, "", vec!["photo-box".to_owned()], at);
        self.buyer_says(buyer, Answer::PhotoAdded, at);
    }

    /// A buyer changes where an order goes.
    fn moves(&mut self, at: i64) {
        let is_open = |order: &super::Order| order.status == "AWAITING_SHIPMENT" && !self.is_quiet(order.shop);
        let open = self.orders.iter().enumerate().filter(|(_, order)| is_open(order));
        let open: Vec<usize> = open.map(|(place, _)| place).collect();
        let place = self.below(open.len());
        if let Some(order) = open.get(place) {
            self.change_address(*order, at);
        }
    }

    /// A buyer looks at an offer before its time.
    fn hears_of_offer(&mut self, at: i64) {
        if let Some((id, _)) = self.some_return(|case| case.status == OFFERED) {
            self.answer_offer(&id, at);
        }
    }

    /// A buyer sends goods back before their time.
    fn goes_to_the_post(&mut self, at: i64) {
        if let Some((id, _)) = self.some_return(|case| case.status == SHIP) {
            self.ship_back(&id, at);
        }
    }

    /// A buyer accepts an offer; in a lively world every fourth declines it, and all say what they think.
    pub(super) fn answer_offer(&mut self, id: &str, at: i64) {
        if self.find_return(id).is_none_or(|case| case.status != OFFERED) {
            return;
        }
        let accepts = match self.part_of(id) {
            Some(manner) => !manner.declines_offer,
            None => !self.dials.activity || self.below(4) > 0,
        };
        self.offer_answered(id, at, accepts);
        self.says_of(id, if accepts { Answer::AcceptsOffer } else { Answer::DeclinesOffer }, at);
    }

    /// A buyer sends the goods, and in a lively world says so.
    pub(super) fn ship_back(&mut self, id: &str, at: i64) {
        if self.find_return(id).is_some_and(|case| case.status == SHIP) {
            self.shipped_back(id, at);
            self.says_of(id, Answer::ShippedBack, at);
        }
    }

    /// The buyer of a return says something, if the world is lively.
    fn says_of(&mut self, id: &str, kind: Answer, at: i64) {
        if !self.dials.activity || self.part_of(id).is_some() {
            return;
        }
        let order = self.find_return(id).map(|case| case.order);
        let buyer = order.and_then(|order| self.orders.get(order)).map(|order| order.buyer);
        if let Some(buyer) = buyer {
            self.buyer_says(buyer, kind, at);
        }
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
