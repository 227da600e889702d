//! Filling a world, and opening a case in it.

use super::cancellations::Cancellation;
use super::returns::{
    ASK_PARCEL, ASK_REFUND, ASK_REPLACEMENT, ASK_RETURN, PENDING, Record, Return, SHIP, SHIPPED, Verdict,
};
use super::{Buyer, Grant, Line, Order, Shop, Split, World, parse_amount};
use crate::pictures::evidence_for;
use crate::reasons;
use crate::seed::{
    Answer, Product, SHOPS, STORIES, Story, in_voice_of, people, reason_group, seller_lines, suits, words,
};
use serde_json::json;
use std::collections::BTreeMap;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// When the opening stories run out, in minutes from the start; the first is the mock-up's.
const STORY_MINUTES: [i64; 10] = [38, 52, 160, 245, 380, 1_560, 1_740, 1_980, 3_120, 4_080];

/// Of a world with more cases than these the others are over long since, as in a shop that has sold for years.
const ON_ITS_WAY: usize = 2_000;

/// A case that is to be opened; what is left out is chosen by chance.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewCase {
    pub(crate) shop: Option<usize>,
    /// `CANCEL`, `REFUND`, `RETURN_AND_REFUND` or `REPLACEMENT`.
    pub(crate) kind: Option<&'static str>,
    /// Our group of reasons, or the platform's name of one; with `reason_text`, any name.
    pub(crate) reason: Option<String>,
    pub(crate) reason_text: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) photos: Option<usize>,
    pub(crate) seller_sku: Option<String>,
    pub(crate) quantity: Option<u32>,
    /// First and last name.
    pub(crate) buyer: Option<(String, String)>,
    pub(crate) order_status: Option<&'static str>,
    pub(crate) deadline_s: Option<i64>,
    pub(crate) is_cod: bool,
    pub(crate) is_quick: bool,
    /// Seconds ago.
    pub(crate) age_s: i64,
    pub(crate) split: Option<Split>,
}

/// What was opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) object: &'static str,
    pub(crate) order_id: String,
    pub(crate) buyer_user_id: String,
    pub(crate) shop_id: String,
}

pub(super) fn fill(world: &mut World, cases: usize, now: i64) {
    for seed in SHOPS {
        let id = world.number("7495");
        let prefix = if seed.region == "US" { "TTP_" } else { "ROW_" };
        let cipher = world.token(prefix);
        let code = format!("{}LC{}", seed.region, id.chars().rev().take(6).collect::<String>());
        world.shops.push(Shop { seed, id, cipher, code, webhooks: BTreeMap::new() });
    }
    let all: Vec<usize> = (0..world.shops.len()).collect();
    for shop in all {
        let code = world.token("TTP_");
        world.codes.insert(code, (vec![shop], now + 10 * 365 * DAY));
        let grant = new_grant(world, vec![shop], now);
        world.grants.push(grant);
        for person in people(world.region(shop)) {
            let (user_id, im_id) = (world.number("7218"), world.number("7578"));
            world.buyers.push(Buyer { person, user_id, im_id, shop });
        }
    }
    // Webhooks are for what happens from now on.
    let drops = std::mem::replace(&mut world.dials.drops_webhooks, true);
    for (story, minutes) in STORIES.iter().zip(STORY_MINUTES) {
        tell(world, story, minutes * 60, now);
    }
    for place in STORIES.len()..cases {
        if place < ON_ITS_WAY { background(world, place, now) } else { history(world, place, now) }
    }
    world.dials.drops_webhooks = drops;
    if world.dials.activity {
        world.enliven(now);
    }
}

/// Tokens for a set of shops.
pub(crate) fn new_grant(world: &mut World, shops: Vec<usize>, now: i64) -> Grant {
    Grant {
        access: world.token("TTP_"),
        access_until: now + 7 * DAY,
        refresh: world.token("TTP_"),
        refresh_until: now + 365 * DAY,
        shops,
        is_withdrawn: false,
    }
}

fn tell(world: &mut World, story: &Story, deadline_s: i64, now: i64) {
    let shop = world.shops.iter().position(|shop| shop.seed.name == story.shop);
    let kind = match story.reason_group {
        "mistake" | "late" => "CANCEL",
        "damaged" | "not_received" | "missing_parts" | "counterfeit" => "REFUND",
        _ => "RETURN_AND_REFUND",
    };
    let first = story.seller_sku == "HH-POUR-600";
    let case = NewCase {
        shop,
        kind: Some(kind),
        reason: Some(story.reason_group.to_owned()),
        words: Some(story.words.to_owned()),
        photos: Some(if first { 3 } else { 2 }),
        seller_sku: Some(story.seller_sku.to_owned()),
        quantity: Some(story.quantity),
        buyer: Some((story.first.to_owned(), story.last.to_owned())),
        deadline_s: Some(deadline_s),
        age_s: 20 * HOUR,
        split: first.then_some(Split { goods: 2_700, shipping: 450, tax: 268 }),
        ..NewCase::default()
    };
    if let (Some(opened), true) = (open_case(world, &case, now), first)
        && let Some(buyer) = world.buyers.iter().position(|buyer| buyer.user_id == opened.buyer_user_id)
        && let Some(chat) = world.conversation_with(buyer, now - 19 * HOUR)
    {
        let line = |text: &str| json!({ "content": text }).to_string();
        let ours = "Hi Dana, I’m sorry about the carafe. Could you add one photo of the outside of the box, so we can see what happened on the way?";
        world.say(chat, "CUSTOMER_SERVICE", "TEXT", &line(ours), now - 18 * HOUR);
        let theirs = "Sure, added. The corner was like that when I picked it up from the porch.";
        world.say(chat, "BUYER", "TEXT", &line(theirs), now - HOUR);
    }
}

/// A case somewhere on its way, so that every stage is filled.
fn background(world: &mut World, place: usize, now: i64) {
    let shop = place % world.shops.len().max(1);
    let age_s = world.between(2 * HOUR, 20 * DAY);
    let deadline_s = world.between(7 * HOUR, 4 * DAY);
    let kinds =
        ["CANCEL", "REFUND", "REFUND", "RETURN_AND_REFUND", "RETURN_AND_REFUND", "RETURN_AND_REFUND", "REPLACEMENT"];
    let kind = kinds.get(place / 5 % kinds.len()).copied();
    let case = NewCase { shop: Some(shop), kind, age_s, deadline_s: Some(deadline_s), ..NewCase::default() };
    let Some(opened) = open_case(world, &case, now) else { return };
    let began = now - age_s;
    // Three in ten wait for an answer; the others are further on.
    let fate = world.below(10);
    if fate < 3 {
        return;
    }
    let at = (began + world.between(HOUR, 40 * HOUR)).min(now - 60);
    let id = opened.id.as_str();
    if opened.object == "cancellation" {
        match fate {
            3 => world.withdraw_cancellation(id, at),
            4 => drop(world.reject_cancellation(id, at)),
            _ => {
                if world.approve_cancellation(id, "SELLER_CENTER", at).is_ok() && fate > 5 {
                    world.cancel_paid(id, (at + 2 * HOUR).min(now - 30));
                }
            }
        }
        return;
    }
    let verdict = |decision: &str| Verdict { decision: decision.to_owned(), ..Verdict::default() };
    let kind = world.find_return(id).map_or("REFUND", |known| known.kind);
    let later = (at + 30 * HOUR).min(now - 40);
    match (kind, fate) {
        (_, 3) => world.withdraw_return(id, at),
        ("REFUND", 4) => {
            let _ = world.decide_return(id, &verdict("REJECT_REFUND"), "SELLER_CENTER", at);
        }
        ("REFUND", 5) => {
            let total = world.find_return(id).map_or(0, |known| known.split.total());
            let offer = Verdict { amount: Some(total / 2), ..verdict("OFFER_PARTIAL_REFUND") };
            let _ = world.decide_return(id, &offer, "SELLER_CENTER", at);
        }
        ("REFUND", _) => {
            if world.decide_return(id, &verdict("APPROVE_REFUND"), "SELLER_CENTER", at).is_ok() && fate > 6 {
                world.return_paid(id, later);
            }
        }
        ("REPLACEMENT", _) => {
            let decision = if fate > 6 { "APPROVE_REPLACEMENT" } else { "REJECT_REPLACEMENT" };
            let _ = world.decide_return(id, &verdict(decision), "SELLER_CENTER", at);
        }
        (_, 4) => {
            let _ = world.decide_return(id, &verdict("REJECT_RETURN"), "SELLER_CENTER", at);
            world.dispute(id, later);
        }
        _ => {
            if world.decide_return(id, &verdict("APPROVE_RETURN"), "SELLER_CENTER", at).is_err() || fate == 5 {
                return;
            }
            debug_assert_eq!(world.find_return(id).map(|known| known.status), Some(SHIP));
            world.shipped_back(id, later);
            if fate == 6 {
                return;
            }
            debug_assert_eq!(world.find_return(id).map(|known| known.status), Some(SHIPPED));
            world.arrived(id, now - 30);
            if fate == 9 {
                let _ = world.decide_return(id, &verdict("APPROVE_RECEIVED_PACKAGE"), "SELLER_CENTER", now - 20);
                world.return_paid(id, now - 10);
            }
            debug_assert!(
                fate == 9
                    || world
                        .find_return(id)
                        .and_then(|known| known.asked)
                        .is_some_and(|(action, _)| action == ASK_PARCEL)
            );
        }
    }
}

/// A case of the last two years that has come to its end.
fn history(world: &mut World, place: usize, now: i64) {
    let shop = place % world.shops.len().max(1);
    let kind = ["CANCEL", "REFUND", "RETURN_AND_REFUND"].get(place / 5 % 3).copied();
    let age_s = world.between(10 * DAY, 700 * DAY);
    let case = NewCase { shop: Some(shop), kind, age_s, ..NewCase::default() };
    let Some(opened) = open_case(world, &case, now) else { return };
    let (id, at) = (opened.id.as_str(), now - age_s + world.between(HOUR, 2 * DAY));
    let is_withdrawn = world.below(6) == 0;
    let verdict = |decision: &str| Verdict { decision: decision.to_owned(), ..Verdict::default() };
    // What is approved is paid a little later, by itself.
    match kind {
        Some("CANCEL") if is_withdrawn => world.withdraw_cancellation(id, at),
        Some("CANCEL") => drop(world.approve_cancellation(id, "SELLER_CENTER", at)),
        _ if is_withdrawn => world.withdraw_return(id, at),
        Some("REFUND") => drop(world.decide_return(id, &verdict("APPROVE_REFUND"), "SELLER_CENTER", at)),
        _ => {
            let _ = world.decide_return(id, &verdict("APPROVE_RETURN"), "SELLER_CENTER", at);
            world.shipped_back(id, at + DAY);
            world.arrived(id, at + 3 * DAY);
            let _ = world.decide_return(id, &verdict("APPROVE_RECEIVED_PACKAGE"), "SELLER_CENTER", at + 4 * DAY);
        }
    }
}

fn buyer_for(world: &mut World, case: &NewCase, shop: usize) -> usize {
    let named = case.buyer.as_ref().and_then(|(first, last)| {
        world.buyers.iter().position(|buyer| {
            buyer.shop == shop && buyer.person.first == first && (last.is_empty() || buyer.person.last == last)
        })
    });
    named.unwrap_or_else(|| {
        let of_shop: Vec<usize> =
            world.buyers.iter().enumerate().filter(|(_, buyer)| buyer.shop == shop).map(|(place, _)| place).collect();
        let place = world.below(of_shop.len());
        of_shop.get(place).copied().unwrap_or_default()
    })
}

/// A buyer opens a request. None if the shop has no such thing.
pub(crate) fn open_case(world: &mut World, case: &NewCase, now: i64) -> Option<Opened> {
    let shop_place = match case.shop {
        Some(shop) => shop,
        None => world.below(world.shops.len()),
    };
    let shop = world.shops.get(shop_place)?.seed;
    let began = now - case.age_s;
    let kinds = ["CANCEL", "REFUND", "RETURN_AND_REFUND"];
    let chance = world.below(kinds.len());
    let kind = case.kind.or_else(|| kinds.get(chance).copied())?;
    let status = case.order_status.unwrap_or(if kind == "CANCEL" { "AWAITING_SHIPMENT" } else { "DELIVERED" });
    let request = if kind == "REPLACEMENT" { "RETURN_AND_REFUND" } else { kind };
    let allowed = reasons::of_buyer(shop.region, request, status);
    let wanted = case.reason.as_deref();
    let fits = |name: &str| wanted.is_none_or(|wanted| name == wanted || reason_group(name) == wanted);
    let mut choices: Vec<_> = allowed.iter().copied().filter(|row| fits(row.name)).collect();
    if choices.is_empty() {
        choices = allowed;
    }
    let chance = world.below(choices.len());
    let reason = choices.get(chance).copied();
    // A text makes it a reason of tomorrow, in nobody's list.
    let reason = reason.filter(|_| case.reason_text.is_none());
    let name = reason.map_or_else(|| wanted.unwrap_or("other").to_owned(), |row| row.name.to_owned());
    let group = match wanted {
        Some(wanted) if crate::seed::GROUPS.contains(&wanted) => {
            crate::seed::GROUPS.iter().copied().find(|group| *group == wanted)?
        }
        _ => reason_group(&name),
    };
    let product = product_for(world, shop.products, case, group)?;
    let buyer = buyer_for(world, case, shop_place);
    let quantity = case.quantity.unwrap_or(1);
    let order = new_order(world, shop_place, buyer, product, quantity, status, case, began);
    let known = world.orders.get(order)?;
    let goods: i64 = known.lines.iter().map(|line| line.price).sum();
    let split = case.split.unwrap_or(Split { goods, shipping: known.shipping, tax: known.tax });
    let order_id = known.order_id();
    let person = world.buyers.get(buyer)?.person;
    let said = match &case.words {
        Some(words) => words.clone(),
        None => world.pick(words(shop.language, group)).map(|line| in_voice_of(person, line)).unwrap_or_default(),
    };
    let deadline = now + case.deadline_s.unwrap_or(2 * DAY);
    let new_text = case.reason_text.clone().unwrap_or_else(|| name.clone());
    let reason_text = reason.map_or(new_text, |row| row.text.to_owned());
    let buyer_user_id = world.buyers.get(buyer)?.user_id.clone();
    let shop_id = world.shops.get(shop_place)?.id.clone();
    let id = world.number("4037");
    if world.below(3) == 0 && case.age_s > 0 {
        chat_before(world, buyer, began);
    }
    if kind == "CANCEL" {
        let place = world.cancellations.len();
        world.cancellations.push(Cancellation {
            id: id.clone(),
            order,
            kind: "BUYER_CANCEL",
            status: "PENDING",
            role: "BUYER",
            reason: name,
            reason_text,
            created: began,
            updated: began,
            deadline: None,
            split,
        });
        world.cancel_by_id.insert(id.clone(), place);
        world.ask_about_cancellation(&id, deadline);
        world.announce_cancellation(&id, now);
        return Some(Opened { id, object: "cancellation", order_id, buyer_user_id, shop_id });
    }
    let pictures = evidence_for(product.picture, group);
    let photos = case.photos.unwrap_or(if pictures.is_empty() { 0 } else { 2 }).min(pictures.len());
    let images: Vec<String> = pictures.iter().take(photos).map(|picture| (*picture).to_owned()).collect();
    let record = Record {
        event: "ORDER_RETURN",
        role: "Buyer",
        description: "Customer submitted a return request".to_owned(),
        reason_text: Some(reason_text.clone()),
        note: Some(said).filter(|said| !said.is_empty()),
        images,
        at: began,
    };
    let place = world.returns.len();
    let (kind, action, status) = match kind {
        "REFUND" => ("REFUND", ASK_REFUND, PENDING),
        "REPLACEMENT" => ("REPLACEMENT", ASK_REPLACEMENT, "REPLACEMENT_REQUEST_PENDING"),
        _ => ("RETURN_AND_REFUND", ASK_RETURN, PENDING),
    };
    world.returns.push(Return {
        id: id.clone(),
        order,
        kind,
        status,
        arbitration: None,
        role: "BUYER",
        reason: name,
        reason_text,
        created: began,
        updated: began,
        asked: None,
        split,
        partial: None,
        partial_declined: false,
        offers: 0,
        is_quick: case.is_quick,
        pre: None,
        next: None,
        group: None,
        tracking: None,
        records: vec![record],
    });
    world.return_by_id.insert(id.clone(), place);
    world.ask_about_return(&id, action, deadline);
    world.announce_return(&id, now);
    Some(Opened { id, object: "return", order_id, buyer_user_id, shop_id })
}

fn product_for(
    world: &mut World,
    products: &'static [Product],
    case: &NewCase,
    group: &str,
) -> Option<&'static Product> {
    if let Some(sku) = &case.seller_sku {
        return products.iter().find(|product| product.seller_sku == sku).or(products.first());
    }
    let credible: Vec<&Product> = products.iter().filter(|product| suits(product.picture, group)).collect();
    let from: Vec<&Product> = if credible.is_empty() { products.iter().collect() } else { credible };
    let place = world.below(from.len());
    from.get(place).copied()
}

fn chat_before(world: &mut World, buyer: usize, at: i64) {
    let Some(chat) = world.conversation_with(buyer, at) else { return };
    // A chat that has begun is not written anew with older words.
    if world.conversations.get(chat).is_none_or(|known| !known.messages.is_empty()) {
        return;
    }
    let shop = world.buyers.get(buyer).map_or(0, |buyer| buyer.shop);
    let language = world.shops.get(shop).map_or("en", |shop| shop.seed.language);
    world.buyer_says(buyer, Answer::Question, at + 600);
    if let Some(line) = world.pick(seller_lines(language)) {
        let content = json!({ "content": line }).to_string();
        world.say(chat, "CUSTOMER_SERVICE", "TEXT", &content, at + 3_000);
    }
}

#[expect(clippy::too_many_arguments, reason = "an order is all of this")]
fn new_order(
    world: &mut World,
    shop: usize,
    buyer: usize,
    product: &'static Product,
    quantity: u32,
    status: &'static str,
    case: &NewCase,
    began: i64,
) -> usize {
    let currency = world.currency(shop);
    let price = parse_amount(product.price, currency).unwrap_or(1_000);
    let lines: Vec<Line> = (0..quantity.max(1))
        .map(|_| Line {
            id: world.number("5771"),
            sku_id: sku_id(product.seller_sku),
            product_id: sku_id(product.name),
            product,
            price,
        })
        .collect();
    let goods = price * i64::from(quantity.max(1));
    let (shipping, tax) = match world.region(shop) {
        "US" => (450, goods * 7 / 100),
        "GB" => (299, 0),
        "ES" => (390, 0),
        "ID" => (12_000, 0),
        _ => (4_000, 0),
    };
    let delivered = matches!(status, "DELIVERED" | "COMPLETED").then_some(began - 20 * HOUR);
    let shipped = (!matches!(status, "UNPAID" | "ON_HOLD" | "AWAITING_SHIPMENT")).then_some(began - 4 * DAY);
    let created = began - 5 * DAY;
    let order = Order {
        id: world.number("5768"),
        shop,
        buyer,
        status,
        lines,
        shipping,
        tax,
        is_cod: case.is_cod,
        created,
        paid: (status != "UNPAID" && !(case.is_cod && delivered.is_none())).then_some(created + 90),
        shipped,
        delivered,
        updated: delivered.or(shipped).unwrap_or(created),
        tracking: world.number("1Z"),
    };
    let place = world.orders.len();
    world.order_by_id.insert(order.id.clone(), place);
    world.orders.push(order);
    place
}

/// The same article always has the same number.
fn sku_id(name: &str) -> String {
    let sum = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
    format!("1731{:015}", sum % 1_000_000_000_000_000)
}

impl Order {
    fn order_id(&self) -> String {
        self.id.clone()
    }
}
