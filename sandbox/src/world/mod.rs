//! The platform's own state: orders, requests, chats, money. Pure but for the random numbers of its seed; time comes
//! in as an argument.

mod build;
mod buyers;
mod cancellations;
mod chat;
mod groups;
mod lessons;
mod money;
mod orders;
mod past;
mod returns;
mod show;

#[cfg(test)]
pub(crate) use build::Opened;
pub(crate) use build::{NewCase, SellerReturn, number_of, open_case, share};
pub(crate) use cancellations::Cancellation;
pub(crate) use chat::{Conversation, Message, Session};
pub(crate) use groups::{AftersalesRequest, Parcel};
pub(crate) use lessons::Manner;
pub(crate) use money::{Split, parse_amount, shown};
pub(crate) use orders::{Cancelled, OrderKind, Taken};
pub(crate) use returns::{Return, Verdict};
pub(crate) use show::{
    Told, cancellation_json, conversation_json, message_json, order_json, refunded_lines, return_json, shipping_type,
    sku_return_json,
};

use crate::faults::Fault;
use crate::journal::Journal;
use crate::seed::{Person, Product, ShopSeed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A one-time code lives this long.
const CODE_S: i64 = 30 * 60;
const DAY: i64 = 86_400;
/// So long before its end a consent is warned of.
const WARNED_S: i64 = 30 * DAY;

/// What the documents leave open, and how lively the buyers are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dials {
    /// Seconds from approved to paid.
    pub refund_delay_s: i64,
    /// Seconds from an offer to the buyer's answer.
    pub offer_answer_s: i64,
    /// Seconds from an agreed return to its parcel.
    pub ship_back_s: i64,
    /// Seconds from the parcel's start to its arrival.
    pub parcel_s: i64,
    /// Seconds within which a buyer must send an agreed return.
    pub must_ship_s: i64,
    /// Seconds within which a buyer may take a rejection to the platform.
    pub dispute_s: i64,
    /// Seconds for which a consent lasts.
    pub consent_s: i64,
    /// What a consent grants.
    pub granted_scopes: Vec<String>,
    /// Agents of a shop: the only one cannot stop accepting chats.
    pub agents_of_shop: u32,
    /// The seller's action of an exchange: nothing is documented.
    pub exchange_action: String,
    /// Seconds for which an idempotency key is remembered; 0: never.
    pub key_memory_s: i64,
    /// Calls a second for each app, shop and endpoint.
    pub calls_per_second: u32,
    /// Customer service calls a day for each shop.
    pub chat_calls_per_day: u32,
    /// A wrong parameter is named, with the newer code, instead of the code of its area.
    pub names_parameters: bool,
    /// Rows of a page at most, whatever was asked for.
    pub most_per_page: usize,
    /// A throttled answer names when to come back.
    pub sends_retry_after: bool,
    /// Empty lists are left out of answers.
    pub omits_empty_lists: bool,
    /// Each webhook is sent twice.
    pub doubles_webhooks: bool,
    /// No webhook is sent.
    pub drops_webhooks: bool,
    /// Seconds by which a webhook is late at most: more or less, so that they overtake each other.
    pub webhook_delay_s: i64,
    /// The newest webhook is sent first.
    pub reverses_webhooks: bool,
    /// Buyers open requests, answer and thank by themselves.
    pub activity: bool,
    /// Words that the chat refuses, besides addresses.
    pub refused_words: Vec<String>,
}

impl Default for Dials {
    fn default() -> Self {
        Self {
            refund_delay_s: 45,
            offer_answer_s: 90,
            ship_back_s: 120,
            parcel_s: 180,
            must_ship_s: 5 * DAY,
            dispute_s: 2 * DAY,
            consent_s: 365 * DAY,
            granted_scopes: crate::gateway::SCOPES.map(str::to_owned).to_vec(),
            agents_of_shop: 1,
            exchange_action: "SELLER_RESPOND_EXCHANGE".to_owned(),
            key_memory_s: 86_400,
            calls_per_second: 50,
            chat_calls_per_day: 10_000,
            names_parameters: false,
            most_per_page: 100,
            sends_retry_after: true,
            omits_empty_lists: true,
            doubles_webhooks: false,
            drops_webhooks: false,
            webhook_delay_s: 0,
            reverses_webhooks: false,
            activity: false,
            refused_words: vec!["whatsapp".to_owned(), "telegram".to_owned(), "http".to_owned()],
        }
    }
}

/// A shop and its authorization.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) seed: &'static ShopSeed,
    pub(crate) id: String,
    pub(crate) cipher: String,
    pub(crate) code: String,
    /// Of the shop and of its agent, in the chat.
    pub(crate) im_id: String,
    pub(crate) agent_im_id: String,
    pub(crate) warehouses: [String; 2],
    pub(crate) accepts_chat: bool,
    /// Nothing happens there but what somebody has asked for.
    pub(crate) is_quiet: bool,
    /// Webhook addresses by event type.
    pub(crate) webhooks: BTreeMap<String, (String, i64)>,
}

/// One consent: its tokens and the shops they open.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) access: String,
    pub(crate) access_until: i64,
    pub(crate) refresh: String,
    pub(crate) refresh_until: i64,
    pub(crate) shops: Vec<usize>,
    pub(crate) scopes: Vec<String>,
    pub(crate) is_withdrawn: bool,
}

/// A buyer of one shop.
#[derive(Debug)]
pub(crate) struct Buyer {
    pub(crate) person: &'static Person,
    pub(crate) user_id: String,
    pub(crate) im_id: String,
    pub(crate) shop: usize,
    /// Places of their orders.
    pub(crate) orders: Vec<usize>,
}

/// One unit of an order.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) sku_id: String,
    pub(crate) product_id: String,
    pub(crate) product: &'static Product,
    /// Smallest units of the currency.
    pub(crate) price: i64,
    pub(crate) cancelled: Option<Cancelled>,
    pub(crate) is_refunded: bool,
}

/// An order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) kind: OrderKind,
    pub(crate) shop: usize,
    pub(crate) buyer: usize,
    pub(crate) status: &'static str,
    pub(crate) lines: Vec<Line>,
    pub(crate) shipping: i64,
    pub(crate) tax: i64,
    pub(crate) is_cod: bool,
    pub(crate) created: i64,
    pub(crate) paid: Option<i64>,
    pub(crate) shipped: Option<i64>,
    pub(crate) delivered: Option<i64>,
    pub(crate) updated: i64,
    pub(crate) tracking: String,
    /// Which of the shop's warehouses sends it.
    pub(crate) warehouse: usize,
    /// The platform ships it, and hides who the buyer is.
    pub(crate) is_platform_shipped: bool,
    pub(crate) has_new_address: bool,
    /// Places of what was asked about it.
    pub(crate) returns: Vec<usize>,
    pub(crate) cancellations: Vec<usize>,
}

/// A picture that was uploaded.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) uri: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) mime: &'static str,
    pub(crate) size: (usize, usize),
}

/// Money that was promised, and whether it was paid.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MoneyRow {
    pub(crate) shop_id: String,
    pub(crate) object: &'static str,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) at: i64,
    /// `SELLER`, `SYSTEM` (time ran out), `PLATFORM` (ruling) or `SELLER_CENTER`.
    pub(crate) by: &'static str,
    pub(crate) paid_at: Option<i64>,
}

/// A message that a shop sent.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MessageRow {
    pub(crate) shop_id: String,
    pub(crate) conversation_id: String,
    pub(crate) buyer_user_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) content: String,
    pub(crate) at: i64,
    pub(crate) message_id: String,
    pub(crate) case_ids: Vec<String>,
}

/// The independent witness.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) money: Vec<MoneyRow>,
    pub(crate) messages: Vec<MessageRow>,
    /// Places of money rows that are not paid, by their case.
    unpaid: HashMap<String, Vec<usize>>,
}

/// What happens by itself at a time.
#[derive(Debug, Clone)]
pub(crate) enum Due {
    /// The seller did not answer; the stamp names which asking it was.
    TimeOut { object: Object, id: String, deadline: i64 },
    /// The money is paid.
    Pay { object: Object, id: String },
    /// The buyer answers an offer, unless they have, or another has been made since.
    OfferAnswer { id: String, offer: u32 },
    /// The buyer sends the goods.
    ShipBack { id: String },
    /// The parcel is here.
    Arrive { id: String },
    /// The buyer has not done what the status waits for.
    Expire { id: String, status: &'static str, since: i64 },
    /// A consent nears its end; the token tells which.
    ConsentEnds { refresh: String },
    /// Somebody does something, if the world is lively.
    Activity,
    /// A buyer says thanks.
    Thanks { conversation: String },
    /// A buyer who plays a part says their next line, never before an instant.
    Speaks { buyer: usize, line: lessons::Line, not_before: i64 },
}

/// Which kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    Cancellation,
    Return,
}

/// A webhook that waits to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) due: i64,
    pub(crate) tries: u32,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) app_key: String,
    pub(crate) app_secret: String,
    pub(crate) service_id: String,
    pub(crate) redirect_url: String,
    pub(crate) webhook_url: Option<String>,
    pub(crate) dials: Dials,
    pub(crate) shops: Vec<Shop>,
    pub(crate) grants: Vec<Grant>,
    /// One-time codes: shops, and until when.
    pub(crate) codes: HashMap<String, (Vec<usize>, i64)>,
    pub(crate) buyers: Vec<Buyer>,
    pub(crate) orders: Vec<Order>,
    pub(crate) order_by_id: HashMap<String, usize>,
    pub(crate) cancellations: Vec<Cancellation>,
    pub(crate) cancel_by_id: HashMap<String, usize>,
    pub(crate) returns: Vec<Return>,
    pub(crate) return_by_id: HashMap<String, usize>,
    pub(crate) requests: Vec<AftersalesRequest>,
    pub(crate) parcels: Vec<Parcel>,
    /// Cases that are shown in another status than the one they are in: words of tomorrow.
    pub(crate) shown_status: HashMap<String, String>,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) uploads: Vec<Upload>,
    /// Parts that buyers play, by the buyer's place.
    parts: HashMap<usize, lessons::Part>,
    pub(crate) ledger: Ledger,
    pub(crate) journal: Journal,
    pub(crate) faults: Vec<Fault>,
    pub(crate) deliveries: Vec<Delivery>,
    /// First answers by idempotency key: path and body, answer, and when.
    pub(crate) answers: HashMap<String, (String, Value, i64)>,
    /// Calls of the present second by (shop, endpoint).
    pub(crate) calls: HashMap<String, (i64, u32)>,
    /// Customer service calls of the present day by shop.
    pub(crate) chat_calls: HashMap<Option<usize>, (i64, u32)>,
    /// While the world is made: when it begins. What was to happen before then happens soon after.
    opening: Option<i64>,
    due: BTreeMap<(i64, u64), Due>,
    random: ChaCha8Rng,
    serial: u64,
    /// Its own address, for pictures.
    pub(crate) origin: String,
}

impl World {
    /// The world of a seed, at an instant in unix seconds.
    pub(crate) fn new(seed: u64, cases: usize, now: i64, origin: String, dials: Dials) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut letters = |length: usize| -> String {
            (0..length).map(|_| char::from_digit(random.random_range(0..16), 16).unwrap_or('0')).collect()
        };
        let (app_key, app_secret, service_id) =
            (format!("6h{}", letters(10)), letters(40), format!("74{}", seed % 1_000_000_000 + 10_000));
        let mut world = Self {
            app_key,
            app_secret,
            service_id,
            redirect_url: String::new(),
            webhook_url: None,
            dials,
            shops: Vec::new(),
            grants: Vec::new(),
            codes: HashMap::new(),
            buyers: Vec::new(),
            orders: Vec::new(),
            order_by_id: HashMap::new(),
            cancellations: Vec::new(),
            cancel_by_id: HashMap::new(),
            returns: Vec::new(),
            return_by_id: HashMap::new(),
            requests: Vec::new(),
            parcels: Vec::new(),
            shown_status: HashMap::new(),
            conversations: Vec::new(),
            uploads: Vec::new(),
            parts: HashMap::new(),
            ledger: Ledger::default(),
            journal: Journal::default(),
            faults: Vec::new(),
            deliveries: Vec::new(),
            answers: HashMap::new(),
            calls: HashMap::new(),
            chat_calls: HashMap::new(),
            opening: None,
            due: BTreeMap::new(),
            random,
            serial: 0,
            origin,
        };
        build::fill(&mut world, cases, now);
        world
    }

    /// From now on numbers rise from another one, if it is higher.
    pub(crate) fn count_from(&mut self, number: u64) {
        self.serial = self.serial.max(number);
    }

    /// A number of the platform's length: digits, unique, rising.
    pub(crate) fn number(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}{:0>width$}", self.serial, width = 19_usize.saturating_sub(prefix.len()))
    }

    /// A random number below `most`.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        if most == 0 { 0 } else { self.random.random_range(0..most) }
    }

    /// A random number of a range.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        if least >= most { least } else { self.random.random_range(least..most) }
    }

    /// One of several.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> Option<&'a T> {
        let place = self.below(all.len());
        all.get(place).copied()
    }

    /// A seller consents for some shops: a code that serves once, for half an hour.
    pub(crate) fn consent(&mut self, shops: Vec<usize>, now: i64) -> String {
        let code = self.token("TTP_");
        self.codes.insert(code.clone(), (shops, now + CODE_S));
        code
    }

    /// Tokens for a set of shops, until the consent ends.
    pub(crate) fn grant(&mut self, shops: Vec<usize>, until: i64, now: i64) -> Grant {
        let grant = build::new_grant(self, shops, until, now);
        let first = (until - WARNED_S).div_euclid(DAY) * DAY;
        self.plan(first.max(now + 1), Due::ConsentEnds { refresh: grant.refresh.clone() });
        grant
    }

    /// Warns of a consent that nears its end, daily at midnight, unless it was renewed.
    fn consent_ends(&mut self, refresh: &str, at: i64) {
        let of_token = |grant: &&Grant| grant.refresh == refresh && !grant.is_withdrawn && grant.refresh_until > at;
        let Some((shops, until)) =
            self.grants.iter().find(of_token).map(|grant| (grant.shops.clone(), grant.refresh_until))
        else {
            return;
        };
        let left = (until - at).div_euclid(DAY);
        for shop in shops {
            let id = self.shops.get(shop).map(|shop| shop.id.clone()).unwrap_or_default();
            let message = format!(
                "Authorization of shop_id {{{id}}} is expiring in {{{left}}} days. Please direct the merchant to re-authorize."
            );
            let data = json!({ "message": message, "expiration_time": until.to_string() });
            self.announce(shop, 7, "UPCOMING_AUTHORIZATION_EXPIRATION", &data, at);
        }
        let tomorrow = (at.div_euclid(DAY) + 1) * DAY;
        self.plan(tomorrow, Due::ConsentEnds { refresh: refresh.to_owned() });
    }

    /// Random letters of a token.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        let letters: String =
            (0..40).map(|_| char::from_digit(self.random.random_range(0..36), 36).unwrap_or('0')).collect();
        format!("{prefix}{letters}")
    }

    /// Plans something.
    pub(crate) fn plan(&mut self, at: i64, due: Due) {
        let at = match self.opening {
            Some(now) if at <= now => now + self.between(10 * 60, 2 * DAY),
            _ => at,
        };
        self.serial += 1;
        self.due.insert((at, self.serial), due);
    }

    /// Lets everything happen whose time has come, in order.
    pub(crate) fn run(&mut self, now: i64) {
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > now {
                return;
            }
            let ((at, _), due) = entry.remove_entry();
            match due {
                Due::TimeOut { object: Object::Cancellation, id, deadline } => self.cancel_time_out(&id, deadline, at),
                Due::TimeOut { object: Object::Return, id, deadline } => self.return_time_out(&id, deadline, at),
                Due::Pay { object: Object::Cancellation, id } => self.cancel_paid(&id, at),
                // What was paid before its time is not paid again.
                Due::Pay { object: Object::Return, id } => {
                    if self.ledger.unpaid.contains_key(&id) {
                        self.return_paid(&id, at);
                    }
                }
                Due::OfferAnswer { id, offer } => {
                    if self.find_return(&id).is_some_and(|case| case.offers == offer) {
                        self.answer_offer(&id, at);
                    }
                }
                Due::ShipBack { id } => self.ship_back(&id, at),
                Due::Arrive { id } => self.arrived(&id, at),
                Due::Expire { id, status, since } => self.expire(&id, status, since, at),
                Due::ConsentEnds { refresh } => self.consent_ends(&refresh, at),
                Due::Activity => self.activity(at),
                Due::Thanks { conversation } => self.thanks(&conversation, at),
                Due::Speaks { buyer, line, .. } => self.speak(buyer, &line, at),
            }
        }
    }

    /// Promises money, once for each decision.
    pub(crate) fn promise(&mut self, object: Object, id: &str, shop: usize, split: &Split, by: &'static str, at: i64) {
        let currency = self.currency(shop);
        let row = MoneyRow {
            shop_id: self.shops.get(shop).map(|shop| shop.id.clone()).unwrap_or_default(),
            object: if object == Object::Cancellation { "cancellation" } else { "return" },
            id: id.to_owned(),
            kind: "REFUND".to_owned(),
            amount: shown(split.total(), currency),
            currency: currency.to_owned(),
            at,
            by,
            paid_at: None,
        };
        self.ledger.unpaid.entry(id.to_owned()).or_default().push(self.ledger.money.len());
        self.ledger.money.push(row);
        let later = at + self.dials.refund_delay_s;
        self.plan(later, Due::Pay { object, id: id.to_owned() });
    }

    /// Marks promised money as paid.
    pub(crate) fn paid(&mut self, id: &str, at: i64) {
        for place in self.ledger.unpaid.remove(id).into_iter().flatten() {
            if let Some(row) = self.ledger.money.get_mut(place) {
                row.paid_at = Some(at);
            }
        }
    }

    /// Pays what was promised, at once.
    pub(crate) fn complete(&mut self, id: &str, at: i64) {
        self.cancel_paid(id, at);
        self.return_paid(id, at);
    }

    /// The currency of a shop.
    pub(crate) fn currency(&self, shop: usize) -> &'static str {
        self.shops.get(shop).map_or("USD", |shop| shop.seed.currency)
    }

    /// The region of a shop.
    pub(crate) fn region(&self, shop: usize) -> &'static str {
        self.shops.get(shop).map_or("US", |shop| shop.seed.region)
    }

    /// Where a picture is served.
    pub(crate) fn picture_url(&self, name: &str) -> String {
        format!("{}/_sandbox/media/{name}.png", self.origin)
    }

    /// Where something uploaded is served.
    pub(crate) fn upload_url(&self, uri: &str) -> String {
        format!("{}/_sandbox/upload/{uri}", self.origin)
    }

    /// Queues a webhook to wherever the shop or the app wants it.
    pub(crate) fn announce(&mut self, shop: usize, kind: i64, event: &str, data: &Value, at: i64) {
        let notification = self.number("73");
        let Some(known) = self.shops.get(shop) else { return };
        let url = known.webhooks.get(event).map(|(url, _)| url.clone()).or_else(|| self.webhook_url.clone());
        let Some(url) = url.filter(|_| !self.dials.drops_webhooks) else { return };
        let body = json!({
            "type": kind, "tts_notification_id": notification, "shop_id": known.id, "timestamp": at, "data": data,
        })
        .to_string();
        let copies = if self.dials.doubles_webhooks { 2 } else { 1 };
        for _ in 0..copies {
            let late_s =
                if self.dials.webhook_delay_s > 0 { self.between(0, self.dials.webhook_delay_s + 1) } else { 0 };
            self.deliveries.push(Delivery { url: url.clone(), body: body.clone(), due: at + late_s, tries: 0 });
        }
    }
}
