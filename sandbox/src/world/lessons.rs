//! Shops for exercises: quiet but for what is asked for, with buyers who play a part, and a future that can be brought
//! nearer.
//!
//! Nearer, instead of a clock that is moved on: all shops share the clock, and who works with one of them would find stamps
//! of tomorrow in the others. So the present stays where it is, and of one shop everything that is still to come, deadlines
//! included, comes sooner.

use super::build::add_shop;
use super::{Buyer, Due, Object, World};
use crate::seed::{Person, SHOPS, people};
use serde::Deserialize;
use serde_json::{Value, json};

const HALF_AN_HOUR: i64 = 30 * 60;
/// A buyer takes so long to answer, in seconds.
const THINKS_S: i64 = 2;
/// A shop has no more to come than this.
const MOST_STEPS: usize = 2_000;
/// Of people of a region one after the other, and not in the order of the list.
const STRIDE: usize = 7;

/// The part that a buyer plays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Manner {
    /// Said in the chat at the beginning.
    opens_with: String,
    /// Answers the shop's first words while nobody has decided.
    to_question: String,
    /// With that answer comes a photo.
    shows_photo: bool,
    /// Says no to an offer.
    pub(crate) declines_offer: bool,
    /// Answers the shop's first words after the decision.
    thanks: String,
    /// One of these must have been said by then; else the buyer writes again.
    wants: Vec<String>,
    writes_again: String,
}

/// A buyer in their part.
#[derive(Debug)]
pub(super) struct Part {
    /// The request that it is about.
    id: String,
    manner: Manner,
    /// What the shop has said, in lower case.
    heard: String,
    has_answered: bool,
    has_closed: bool,
}

/// What a buyer says next.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    id: String,
    text: String,
    shows_photo: bool,
}

impl World {
    /// A shop of a region for itself, with a consent that waits to be taken: the platform's number and a code.
    pub(crate) fn open_quiet_shop(&mut self, region: &str, now: i64) -> Option<(String, String)> {
        let seed = SHOPS.iter().find(|seed| seed.region == region)?;
        let place = add_shop(self, seed, true);
        let code = self.token("TTP_");
        self.codes.insert(code.clone(), (vec![place], now + HALF_AN_HOUR));
        Some((self.shops.get(place)?.id.clone(), code))
    }

    /// Whether nothing happens at a shop by itself.
    pub(super) fn is_quiet(&self, shop: usize) -> bool {
        self.shops.get(shop).is_some_and(|shop| shop.is_quiet)
    }

    /// The others.
    pub(super) fn lively_shops(&self) -> Vec<usize> {
        (0..self.shops.len()).filter(|shop| !self.is_quiet(*shop)).collect()
    }

    /// Somebody who has never bought here.
    pub(super) fn new_buyer(&mut self, shop: usize) -> usize {
        let all = people(self.region(shop));
        let before = self.buyers.iter().filter(|buyer| buyer.shop == shop).count();
        let person: &'static Person = all.get(before * STRIDE % all.len().max(1)).unwrap_or(&NOBODY);
        let (user_id, im_id) = (self.number("7218"), self.number("7578"));
        self.buyers.push(Buyer { person, user_id, im_id, shop, orders: Vec::new() });
        self.buyers.len() - 1
    }

    /// A buyer takes a part in a request.
    pub(super) fn begin_part(&mut self, buyer: usize, id: &str, manner: Manner, at: i64) {
        if !manner.opens_with.is_empty() {
            let line = Line { id: id.to_owned(), text: manner.opens_with.clone(), shows_photo: false };
            self.speak(buyer, &line, at);
        }
        let heard = String::new();
        let part = Part { id: id.to_owned(), manner, heard, has_answered: false, has_closed: false };
        self.parts.insert(buyer, part);
    }

    pub(super) fn has_part(&self, buyer: usize) -> bool {
        self.parts.contains_key(&buyer)
    }

    /// The part of the buyer of a return.
    pub(super) fn part_of(&self, id: &str) -> Option<&Manner> {
        self.parts.values().find(|part| part.id == id).map(|part| &part.manner)
    }

    /// Nobody has answered the request yet.
    fn is_undecided(&self, id: &str) -> bool {
        let cancellation = self.cancel_by_id.get(id).and_then(|place| self.cancellations.get(*place));
        let known = self.return_by_id.get(id).and_then(|place| self.returns.get(*place));
        cancellation.is_some_and(|known| known.status == "PENDING")
            || known.is_some_and(|known| known.status == known.pending())
    }

    /// A buyer hears what the shop says, and answers in a moment.
    pub(super) fn hear(&mut self, buyer: usize, content: &str, at: i64) {
        let content: Value = serde_json::from_str(content).unwrap_or_default();
        let said = content.get("content").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let Some(id) = self.parts.get(&buyer).map(|part| part.id.clone()) else { return };
        let is_undecided = self.is_undecided(&id);
        let Some(part) = self.parts.get_mut(&buyer) else { return };
        part.heard.push_str(&said);
        let (text, shows_photo) = if is_undecided {
            if std::mem::replace(&mut part.has_answered, true) {
                return;
            }
            (part.manner.to_question.clone(), part.manner.shows_photo)
        } else {
            if std::mem::replace(&mut part.has_closed, true) {
                return;
            }
            let wants = &part.manner.wants;
            let is_content = wants.is_empty() || wants.iter().any(|word| part.heard.contains(&word.to_lowercase()));
            (if is_content { part.manner.thanks.clone() } else { part.manner.writes_again.clone() }, false)
        };
        if !text.is_empty() || shows_photo {
            let line = Line { id, text, shows_photo };
            self.plan(at + THINKS_S, Due::Speaks { buyer, line, not_before: at + THINKS_S });
        }
    }

    /// A buyer says a line, and shows what belongs to it.
    pub(super) fn speak(&mut self, buyer: usize, line: &Line, at: i64) {
        if line.shows_photo {
            self.add_photo(&line.id, "", vec!["photo-box".to_owned()], at);
        }
        if !line.text.is_empty()
            && let Some(place) = self.conversation_with(buyer, at)
        {
            let content = json!({ "content": line.text }).to_string();
            self.say(place, "BUYER", "TEXT", &content, at);
        }
    }

    fn shop_of(&self, due: &Due) -> Option<usize> {
        match due {
            Due::TimeOut { object: Object::Cancellation, id, .. } | Due::Pay { object: Object::Cancellation, id } => {
                self.shop_of_cancellation(id)
            }
            Due::TimeOut { id, .. }
            | Due::Pay { id, .. }
            | Due::OfferAnswer { id, .. }
            | Due::ShipBack { id }
            | Due::Arrive { id }
            | Due::Expire { id, .. } => self.shop_of_return(id),
            Due::Thanks { conversation } => {
                self.conversations.iter().find(|known| known.id == *conversation).map(|known| known.shop)
            }
            Due::Speaks { buyer, .. } => self.buyers.get(*buyer).map(|buyer| buyer.shop),
            Due::ConsentEnds { .. } | Due::Activity => None,
        }
    }

    /// It waits for the seller, who may let it pass.
    fn is_deadline(&self, due: &Due) -> bool {
        matches!(due, Due::TimeOut { .. } | Due::Expire { .. })
    }

    /// Whether it would still change something.
    fn is_live(&mut self, due: &Due) -> bool {
        match due {
            Due::TimeOut { object: Object::Cancellation, id, deadline } => {
                self.cancellation(id).is_some_and(|known| known.deadline == Some(*deadline))
            }
            Due::TimeOut { object: Object::Return, id, deadline } => {
                self.find_return(id).is_some_and(|known| known.asked.is_some_and(|(_, until)| until == *deadline))
            }
            Due::Expire { id, status, since } => {
                self.find_return(id).is_some_and(|known| known.status == *status && known.since == *since)
            }
            _ => true,
        }
    }

    /// Seconds until something happens at a shop by itself, deadlines aside.
    pub(crate) fn next_in(&self, shop: usize, now: i64) -> Option<i64> {
        let mine = self.due.iter().filter(|(_, due)| self.shop_of(due) == Some(shop) && !self.is_deadline(due));
        mine.map(|((at, _), _)| at - now).min()
    }

    /// Whether time runs out for a request within so many seconds while the seller is asked.
    pub(crate) fn runs_out(&mut self, shop: usize, seconds: i64, now: i64) -> bool {
        let is_theirs = |due: &Due| matches!(due, Due::TimeOut { .. }) && self.shop_of(due) == Some(shop);
        let within = self.due.iter().filter(|((at, _), due)| at - now <= seconds && is_theirs(due));
        let limits: Vec<Due> = within.map(|(_, due)| due.clone()).collect();
        limits.iter().any(|due| self.is_live(due))
    }

    /// Brings everything that is still to come at a shop nearer, step by step from one thing to the next, so that what
    /// follows from it comes nearer too. Answers how much is still to come.
    pub(crate) fn bring_nearer(&mut self, shop: usize, seconds: i64, with_deadlines: bool, now: i64) -> usize {
        let mut left = seconds;
        for _ in 0..MOST_STEPS {
            let moved = |world: &Self, due: &Due| with_deadlines || !world.is_deadline(due);
            let mine = self.due.iter().filter(|(_, due)| self.shop_of(due) == Some(shop) && moved(self, due));
            // Who thinks of an answer is not hurried, and so is waited for by nobody.
            let next = mine.filter(|(_, due)| !matches!(due, Due::Speaks { .. })).map(|((at, _), _)| at - now).min();
            let step = next.unwrap_or(left).clamp(0, left);
            self.move_nearer(shop, step, with_deadlines, now);
            self.run(now);
            left -= step;
            if left == 0 || next.is_none() {
                break;
            }
        }
        let mine: Vec<Due> = self.due.values().filter(|due| self.shop_of(due) == Some(shop)).cloned().collect();
        mine.iter().filter(|due| (with_deadlines || !self.is_deadline(due)) && self.is_live(due)).count()
    }

    fn move_nearer(&mut self, shop: usize, seconds: i64, with_deadlines: bool, now: i64) {
        let is_moved =
            |world: &Self, due: &Due| world.shop_of(due) == Some(shop) && (with_deadlines || !world.is_deadline(due));
        let places: Vec<(i64, u64)> =
            self.due.iter().filter(|(_, due)| is_moved(self, due)).map(|(place, _)| *place).collect();
        for place in places {
            let Some(due) = self.due.remove(&place) else { continue };
            let at = now.max(place.0 - seconds);
            let (at, due) = match due {
                Due::Speaks { buyer, line, not_before } => {
                    (at.max(not_before), Due::Speaks { buyer, line, not_before })
                }
                Due::TimeOut { object, id, deadline } => {
                    let nearer = now.max(deadline - seconds);
                    self.move_deadline(object, &id, deadline, nearer, now);
                    (at, Due::TimeOut { object, id, deadline: nearer })
                }
                other => (at, other),
            };
            // In the order in which they were to happen.
            self.serial += 1;
            self.due.insert((at, self.serial), due);
        }
    }

    fn move_deadline(&mut self, object: Object, id: &str, from: i64, to: i64, now: i64) {
        match object {
            Object::Cancellation => {
                let Some(known) = self.cancellation(id).filter(|known| known.deadline == Some(from)) else { return };
                known.deadline = Some(to);
                known.updated = known.updated.max(now);
                self.announce_cancellation(id, now);
            }
            Object::Return => {
                let Some(known) = self.find_return(id) else { return };
                let Some((action, until)) = known.asked.filter(|(_, until)| *until == from) else { return };
                debug_assert_eq!(until, from);
                known.asked = Some((action, to));
                known.updated = known.updated.max(now);
                self.announce_return(id, now);
            }
        }
    }
}

const NOBODY: Person = Person { first: "Alex", last: "Moore", nickname: "alex.m", says_khrap: false };
