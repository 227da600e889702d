//! Filling a world, and opening a case in it.

use super::cancellations::Cancellation;
use super::past;
use super::returns::{Record, Return, SHIP, SHIPPED, Verdict};
use super::{Buyer, Grant, Line, Manner, Order, OrderKind, Shop, Split, World, parse_amount};
use crate::pictures::evidence_for;
use crate::reasons::{self, Reason};
use crate::seed::{
    Answer, Product, SHOPS, STORIES, ShopSeed, Story, in_voice_of, people, reason_group, seller_lines, suits, words,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// `CANCEL`, `REFUND`, `RETURN_AND_REFUND`, `REPLACEMENT` or `EXCHANGE`.
    pub(crate) kind: Option<&'static str>,
    /// Who opens it: `BUYER` if not given, `SELLER`, `SYSTEM` or `OPERATOR`.
    pub(crate) role: Option<&'static str>,
    /// Our group of reasons, or the platform's name of one; with `reason_text`, any name.
    pub(crate) reason: Option<String>,
    pub(crate) reason_text: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) photos: Option<usize>,
    pub(crate) seller_sku: Option<String>,
    pub(crate) quantity: Option<u32>,
    /// How many other articles of the order the same request is about.
    pub(crate) also: usize,
    /// First and last name.
    pub(crate) buyer: Option<(String, String)>,
    pub(crate) order_status: Option<&'static str>,
    /// Seconds between the order and the request.
    pub(crate) order_age_s: Option<i64>,
    pub(crate) deadline_s: Option<i64>,
    pub(crate) is_cod: bool,
    pub(crate) is_quick: bool,
    pub(crate) is_buyer_arranged: bool,
    pub(crate) is_platform_shipped: bool,
    /// Seconds ago.
    pub(crate) age_s: i64,
    pub(crate) split: Option<Split>,
    /// Opened by a buyer who was never here before, and plays this part.
    pub(crate) manner: Option<Manner>,
}

/// What was opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) object: &'static str,
    pub(crate) order_id: String,
    pub(crate) buyer_user_id: String,
    pub(crate) shop_id: String,
    /// Returns of the same request.
    pub(crate) also: Vec<String>,
}

pub(super) fn fill(world: &mut World, cases: usize, now: i64) {
    for seed in SHOPS {
        add_shop(world, seed, false);
    }
    let all: Vec<usize> = (0..world.shops.len()).collect();
    for shop in all {
        let code = world.token("TTP_");
        world.codes.insert(code, (vec![shop], now + 10 * 365 * DAY));
        let grant = world.grant(vec![shop], now + world.dials.consent_s, now);
        world.grants.push(grant);
        for person in people(world.region(shop)) {
            let (user_id, im_id) = (world.number("7218"), world.number("7578"));
            world.buyers.push(Buyer { person, user_id, im_id, shop, orders: Vec::new() });
        }
    }
    // Webhooks are for what happens from now on.
    let drops = std::mem::replace(&mut world.dials.drops_webhooks, true);
    for (story, minutes) in STORIES.iter().zip(STORY_MINUTES) {
        tell(world, story, minutes * 60, now);
    }
    for place in ON_ITS_WAY..cases {
        history(world, place, 700 * DAY, now);
    }
    world.run(now);
    let past = past::part_of(cases);
    // What these wait for happens after the beginning, so that every stage is filled then.
    world.opening = Some(now);
    let mut plan = Plan::new(world);
    for place in STORIES.len()..cases.min(ON_ITS_WAY) - past {
        background(world, place, &mut plan, now);
    }
    world.opening = None;
    past::fill(world, past, now);
    world.run(now);
    world.dials.drops_webhooks = drops;
    if world.dials.activity {
        world.enliven(now);
    }
}

/// A shop with its numbers: its place.
pub(super) fn add_shop(world: &mut World, seed: &'static ShopSeed, is_quiet: bool) -> usize {
    let id = world.number("7495");
    let prefix = if seed.region == "US" { "TTP_" } else { "ROW_" };
    let cipher = world.token(prefix);
    let code = format!("{}LC{}", seed.region, id.chars().rev().take(6).collect::<String>());
    let (im_id, agent_im_id) = (world.number("7578"), world.number("7578"));
    let warehouses = [world.number("7360"), world.number("7360")];
    let webhooks = BTreeMap::new();
    let shop = Shop { seed, id, cipher, code, im_id, agent_im_id, warehouses, accepts_chat: true, is_quiet, webhooks };
    world.shops.push(shop);
    world.shops.len() - 1
}

/// Tokens for a set of shops, until the consent ends.
pub(crate) fn new_grant(world: &mut World, shops: Vec<usize>, until: i64, now: i64) -> Grant {
    Grant {
        access: world.token("TTP_"),
        access_until: now + 7 * DAY,
        refresh: world.token("TTP_"),
        refresh_until: until,
        shops,
        scopes: world.dials.granted_scopes.clone(),
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

/// Where a case of the beginning stands.
#[derive(Debug, Clone, Copy)]
enum Stand {
    Asked,
    /// The platform looks at it first.
    Unasked,
    Withdrawn,
    Edited,
    Rejected,
    RejectionStands,
    Disputed,
    Offered,
    Declined,
    /// Approved, and not paid.
    Approved,
    Paid,
    /// Another article was sent, or will be.
    Replaced,
    RefundInstead,
    Agreed,
    NotSent,
    Sent,
    Arrived,
    Refused,
}

use Stand::{
    Agreed, Approved, Arrived, Asked, Declined, Disputed, Edited, NotSent, Offered, Paid, RefundInstead, Refused,
    Rejected, RejectionStands, Replaced, Sent, Unasked, Withdrawn,
};

/// Three in ten wait for the seller; the others are further on. Every stage of a kind comes by in its turn.
const fn stands(kind: &str) -> &'static [Stand] {
    match kind.as_bytes() {
        b"CANCEL" => &[Asked, Approved, Paid, Asked, Rejected, Paid, Asked, Withdrawn, Paid, Unasked],
        b"REFUND" => &[
            Asked,
            Offered,
            Paid,
            Asked,
            Rejected,
            Approved,
            Asked,
            Paid,
            Disputed,
            Asked,
            Declined,
            Paid,
            Withdrawn,
            RejectionStands,
            Unasked,
        ],
        b"REPLACEMENT" => &[Asked, Replaced, Rejected, Asked, RefundInstead, Withdrawn],
        b"EXCHANGE" => &[Asked, Replaced, RefundInstead, Rejected],
        _ => &[
            Asked, Agreed, Arrived, Asked, Sent, Paid, Asked, Refused, Arrived, Rejected, Asked, Offered, Approved,
            Disputed, Asked, NotSent, Paid, Edited, Withdrawn, Arrived, Agreed,
        ],
    }
}

/// Which reasons are still to be shown, and whose turn it is.
struct Plan {
    /// By shop: those that buyers give, and those of seller, system and platform.
    rows: Vec<[Vec<&'static Reason>; 2]>,
    shown: BTreeSet<&'static str>,
    turns: HashMap<&'static str, usize>,
    returns: usize,
}

impl Plan {
    fn new(world: &World) -> Self {
        let of_shop = |shop: &Shop| {
            let mut rows: Vec<&Reason> = reasons::all()
                .iter()
                .filter(|row| row.market == reasons::market(shop.seed.region) && row.usage != "SELLER_REJECTS")
                .collect();
            rows.reverse();
            let (theirs, others) = rows.into_iter().partition(|row| row.usage == "BUYER_INITIATES");
            [theirs, others]
        };
        let rows = world.shops.iter().map(of_shop).collect();
        Self { rows, shown: BTreeSet::new(), turns: HashMap::new(), returns: 0 }
    }

    /// A shop that still has reasons to show: this one, or the one that has most.
    fn in_need(&mut self, shop: usize) -> usize {
        for side in self.rows.iter_mut().flatten() {
            side.retain(|row| !self.shown.contains(row.name));
        }
        let left = |sides: &[Vec<&Reason>; 2]| sides.iter().map(Vec::len).sum::<usize>();
        let most = self.rows.iter().map(left).enumerate().max_by_key(|(_, left)| *left);
        match (self.rows.get(shop).map(left), most) {
            (Some(0), Some((other, left))) if left > 0 => other,
            _ => shop,
        }
    }

    /// What a buyer may return may also be replaced; in the US and the UK also exchanged.
    fn kind_of_return(&mut self, region: &str) -> &'static str {
        self.returns += 1;
        match self.returns % 8 {
            1 => "REPLACEMENT",
            3 | 7 if matches!(region, "US" | "GB") => "EXCHANGE",
            _ => "RETURN_AND_REFUND",
        }
    }

    /// A reason of a shop that no case has shown yet; every other one is not a buyer's.
    fn next(&mut self, shop: usize, place: usize) -> Option<&'static Reason> {
        let [theirs, others] = self.rows.get_mut(shop)?;
        let sides = if place / 5 % 2 == 1 { [others, theirs] } else { [theirs, others] };
        for side in sides {
            while let Some(row) = side.pop() {
                if self.shown.insert(row.name) {
                    return Some(row);
                }
            }
        }
        None
    }

    fn turn(&mut self, kind: &'static str) -> Stand {
        let turn = self.turns.entry(kind).or_default();
        *turn += 1;
        let stands = stands(kind);
        stands.get((*turn - 1) % stands.len()).copied().unwrap_or(Asked)
    }
}

const KINDS: [&str; 7] =
    ["CANCEL", "REFUND", "REFUND", "RETURN_AND_REFUND", "RETURN_AND_REFUND", "RETURN_AND_REFUND", "REPLACEMENT"];

/// A case somewhere on its way.
fn background(world: &mut World, place: usize, plan: &mut Plan, now: i64) {
    let shop = plan.in_need(place % world.shops.len().max(1));
    let age_s = world.between(2 * HOUR, 20 * DAY);
    let deadline_s = world.between(7 * HOUR, 4 * DAY);
    let usual = KINDS.get(place / 5 % KINDS.len()).copied();
    let row = plan.next(shop, place);
    let kind = match row.map(|row| (row.request, row.usage)) {
        Some(("CANCEL", _)) => Some("CANCEL"),
        Some(("REFUND", _)) => Some("REFUND"),
        Some((_, "BUYER_INITIATES")) => Some(plan.kind_of_return(world.region(shop))),
        Some(_) => Some("RETURN_AND_REFUND"),
        None => usual,
    };
    let order_status = row.map(|row| row.order_status());
    let role = row.and_then(|row| match row.usage {
        "SELLER_INITIATES" => Some("SELLER"),
        "SYSTEM_CANCELS" => Some("SYSTEM"),
        "OPERATOR_CANCELS" => Some("OPERATOR"),
        _ => None,
    });
    let is_return = kind == Some("RETURN_AND_REFUND");
    let case = NewCase {
        shop: Some(shop),
        kind,
        role,
        reason: row.map(|row| row.name.to_owned()),
        order_status,
        also: usize::from(is_return && role.is_none() && place % 8 == 3),
        is_buyer_arranged: is_return && place % 5 == 1,
        is_platform_shipped: place % 4 == 1,
        age_s,
        deadline_s: Some(deadline_s),
        ..NewCase::default()
    };
    let Some(opened) = open_case(world, &case, now) else { return };
    let Some(kind) = kind.filter(|_| role.is_none()) else { return };
    if opened.object == "cancellation" {
        let is_asked = world.cancellations.last().is_some_and(|case| case.deadline.is_some());
        if is_asked {
            bring_cancellation(world, &opened.id, plan.turn(kind), now - age_s, now);
        }
        return;
    }
    let stand = plan.turn(kind);
    bring(world, &opened.id, stand, now - age_s, now);
    // What was asked for together is agreed together.
    if matches!(stand, Agreed | Sent | Arrived) {
        for id in &opened.also {
            bring(world, id, Agreed, now - age_s, now);
        }
    }
}

/// Brings a cancellation to where it stands.
fn bring_cancellation(world: &mut World, id: &str, stand: Stand, began: i64, now: i64) {
    let at = (began + world.between(HOUR, 40 * HOUR)).min(now - 60);
    match stand {
        Withdrawn => world.withdraw_cancellation(id, at),
        Rejected => drop(world.reject_cancellation(id, at)),
        Unasked => world.unask(id),
        Approved | Paid => {
            let _ = world.approve_cancellation(id, "SELLER_CENTER", at);
            if matches!(stand, Paid) {
                world.cancel_paid(id, (at + 2 * HOUR).min(now - 30));
            }
        }
        _ => {}
    }
}

/// Brings a return to where it stands.
fn bring(world: &mut World, id: &str, stand: Stand, began: i64, now: i64) {
    let at = (began + world.between(HOUR, 40 * HOUR)).min(now - 60);
    let later = (at + 30 * HOUR).min(now - 40);
    let Some(known) = world.find_return(id) else { return };
    let (kind, total) = (known.kind, known.split.total());
    let is_parcel = kind == "RETURN_AND_REFUND";
    let decide = |world: &mut World, decision: &str, at: i64| {
        let offer = decision.starts_with("OFFER").then_some(total / 2);
        let _ = world.decide_return(id, &Verdict { amount: offer, ..Verdict::of(decision) }, "SELLER_CENTER", at);
    };
    let reject = format!("REJECT_{}", if is_parcel { "RETURN" } else { kind });
    match stand {
        Asked => {}
        Unasked => world.unask(id),
        Withdrawn => world.withdraw_return(id, at),
        Edited => drop(world.edit_return(id, Some("REFUND"), at)),
        Rejected => decide(world, &reject, at),
        RejectionStands => {
            decide(world, &reject, at);
            world.dispute(id, later);
            world.rule(id, false, now - 30);
        }
        Disputed => {
            decide(world, &reject, at);
            world.dispute(id, later);
        }
        Offered => decide(world, "OFFER_PARTIAL_REFUND", at),
        Declined => {
            decide(world, "OFFER_PARTIAL_REFUND", at);
            world.offer_answered(id, now - 2 * HOUR, false);
        }
        Replaced => decide(world, &format!("APPROVE_{kind}"), at),
        RefundInstead => decide(world, &format!("ISSUE_{kind}_REFUND"), at),
        Approved | Paid if !is_parcel => decide(world, &format!("APPROVE_{kind}"), at),
        Approved | Paid | Agreed | NotSent | Sent | Arrived | Refused => {
            decide(world, "APPROVE_RETURN", at);
            debug_assert_eq!(world.find_return(id).map(|known| known.status), Some(SHIP));
            if matches!(stand, NotSent) {
                world.not_sent(id, later);
            }
            if matches!(stand, Agreed | NotSent) {
                return;
            }
            world.shipped_back(id, later);
            debug_assert_eq!(world.find_return(id).map(|known| known.status), Some(SHIPPED));
            if matches!(stand, Sent) {
                return;
            }
            world.arrived(id, now - 30);
            match stand {
                Refused => decide(world, "REJECT_RECEIVED_PACKAGE", now - 20),
                Approved | Paid => decide(world, "APPROVE_RECEIVED_PACKAGE", now - 20),
                _ => {}
            }
        }
    }
    if matches!(stand, Paid) {
        world.return_paid(id, if is_parcel { now - 10 } else { later });
    }
}

/// A case that has come to its end; it is no older than it may be.
pub(super) fn history(world: &mut World, place: usize, most_age_s: i64, now: i64) {
    let shop = place % world.shops.len().max(1);
    let kind = ["CANCEL", "REFUND", "RETURN_AND_REFUND"].get(place / 5 % 3).copied();
    let age_s = world.between(10 * DAY, most_age_s);
    let case = NewCase { shop: Some(shop), kind, age_s, ..NewCase::default() };
    let Some(opened) = open_case(world, &case, now) else { return };
    let (id, at) = (opened.id.as_str(), now - age_s + world.between(HOUR, 2 * DAY));
    let is_withdrawn = world.below(6) == 0;
    // What is approved is paid a little later, by itself.
    match kind {
        Some("CANCEL") if is_withdrawn => world.withdraw_cancellation(id, at),
        Some("CANCEL") => drop(world.approve_cancellation(id, "SELLER_CENTER", at)),
        _ if is_withdrawn => world.withdraw_return(id, at),
        Some("REFUND") => drop(world.decide_return(id, &Verdict::of("APPROVE_REFUND"), "SELLER_CENTER", at)),
        _ => {
            let _ = world.decide_return(id, &Verdict::of("APPROVE_RETURN"), "SELLER_CENTER", at);
            world.shipped_back(id, at + DAY);
            world.arrived(id, at + 3 * DAY);
            let _ = world.decide_return(id, &Verdict::of("APPROVE_RECEIVED_PACKAGE"), "SELLER_CENTER", at + 4 * DAY);
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

/// The reason of a new case, its name and its text.
fn reason_of(
    world: &mut World,
    case: &NewCase,
    region: &str,
    kind: &str,
    status: &str,
) -> (Option<&'static Reason>, String, String) {
    let wanted = case.reason.as_deref();
    let request = if matches!(kind, "REPLACEMENT" | "EXCHANGE") { "RETURN_AND_REFUND" } else { kind };
    let allowed = match case.role {
        Some("SELLER") => reasons::of_use(region, request, "SELLER_INITIATES", status),
        Some("SYSTEM") => reasons::of_use(region, request, "SYSTEM_CANCELS", status),
        Some("OPERATOR") => reasons::of_use(region, request, "OPERATOR_CANCELS", status),
        _ => reasons::of_buyer(region, kind, status),
    };
    let fits = |name: &str| wanted.is_none_or(|wanted| name == wanted || reason_group(name) == wanted);
    let mut choices: Vec<_> = allowed.iter().copied().filter(|row| fits(row.name)).collect();
    if choices.is_empty() {
        choices = allowed;
    }
    let chance = world.below(choices.len());
    // A text makes it a reason of tomorrow, in nobody's list.
    let reason = choices.get(chance).copied().filter(|_| case.reason_text.is_none());
    let name = reason.map_or_else(|| wanted.unwrap_or("other").to_owned(), |row| row.name.to_owned());
    let new_text = case.reason_text.clone().unwrap_or_else(|| name.clone());
    (reason, name, reason.map_or(new_text, |row| row.text.to_owned()))
}

/// Seconds that the seller has, by the policies (api 8).
const fn deadline_s(region: &str, kind: &str) -> i64 {
    match (region.as_bytes(), kind.as_bytes()) {
        (_, b"REPLACEMENT") | (b"US", b"CANCEL") => DAY,
        _ => 2 * DAY,
    }
}

/// The state of the order about which a request is opened: one in which the wanted reason can be given.
fn usual_status(case: &NewCase, region: &str, kind: &str) -> &'static str {
    if kind == "CANCEL" {
        return "AWAITING_SHIPMENT";
    }
    if case.role.is_some_and(|role| role != "BUYER") {
        return "DELIVERED";
    }
    let is_wanted = |row: &&Reason| {
        case.reason.as_deref() == Some(row.name) || case.reason.as_deref() == Some(reason_group(row.name))
    };
    let rows: Vec<_> = reasons::ever_of_buyer(region, kind).filter(is_wanted).collect();
    let is_here = rows.iter().any(|row| row.fits("DELIVERED"));
    rows.first().filter(|_| !is_here).map_or("DELIVERED", |row| row.order_status())
}

/// Somebody opens a request, a buyer mostly. None if the shop has no such thing.
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
    let status = case.order_status.unwrap_or_else(|| usual_status(case, shop.region, kind));
    let (_, reason, reason_text) = reason_of(world, case, shop.region, kind, status);
    let group = match case.reason.as_deref() {
        Some(wanted) if crate::seed::GROUPS.contains(&wanted) => {
            crate::seed::GROUPS.iter().copied().find(|group| *group == wanted)?
        }
        _ => reason_group(&reason),
    };
    let product = product_for(world, shop.products, case, group)?;
    let buyer = match &case.manner {
        Some(_) => world.new_buyer(shop_place),
        None => buyer_for(world, case, shop_place),
    };
    let quantity = usize::try_from(case.quantity.unwrap_or(1).max(1)).unwrap_or(1);
    let others = shop.products.iter().filter(|other| other.seller_sku != product.seller_sku).take(case.also);
    let articles: Vec<&Product> = std::iter::repeat_n(product, quantity).chain(others).collect();
    let order = new_order(world, shop_place, buyer, &articles, status, case, began);
    let person = world.buyers.get(buyer)?.person;
    let role = case.role.unwrap_or("BUYER");
    let said = match &case.words {
        Some(words) => words.clone(),
        None if role != "BUYER" => String::new(),
        None => world.pick(words(shop.language, group)).map(|line| in_voice_of(person, line)).unwrap_or_default(),
    };
    let deadline = now + case.deadline_s.unwrap_or(deadline_s(shop.region, kind));
    let mut opened = Opened {
        id: world.number("4037"),
        object: if kind == "CANCEL" { "cancellation" } else { "return" },
        order_id: world.orders.get(order)?.id.clone(),
        buyer_user_id: world.buyers.get(buyer)?.user_id.clone(),
        shop_id: world.shops.get(shop_place)?.id.clone(),
        also: Vec::new(),
    };
    if role == "BUYER" && world.below(3) == 0 && case.age_s > 0 {
        chat_before(world, buyer, began);
    }
    let reason = (reason, reason_text);
    if kind == "CANCEL" {
        open_cancellation(world, case, &opened.id, order, reason, deadline, now);
        if let Some(manner) = &case.manner {
            world.begin_part(buyer, &opened.id, manner.clone(), now);
        }
        return Some(opened);
    }
    let pictures = evidence_for(product.picture, group);
    let shows_all = if pictures.is_empty() || role != "BUYER" { 0 } else { 2 };
    let photos = case.photos.unwrap_or(shows_all).min(pictures.len());
    let record = Record {
        event: "ORDER_RETURN",
        role: if role == "BUYER" { "Buyer" } else { role },
        description: "Customer submitted a return request".to_owned(),
        reason_text: Some(reason.1.clone()),
        note: Some(said).filter(|said| !said.is_empty()),
        images: pictures.iter().take(photos).map(|picture| (*picture).to_owned()).collect(),
        at: began,
    };
    let request = world.new_request(shop_place, began);
    let draft = Draft { order, kind, role, request, reason, record, deadline };
    draft.open(world, case, &opened.id, (0..quantity).collect(), now);
    for line in quantity..articles.len() {
        let id = world.number("4037");
        draft.open(world, case, &id, vec![line], now);
        opened.also.push(id);
    }
    if let Some(manner) = &case.manner {
        world.begin_part(buyer, &opened.id, manner.clone(), now);
    }
    Some(opened)
}

/// What the returns of one request have in common.
struct Draft {
    order: usize,
    kind: &'static str,
    role: &'static str,
    request: usize,
    reason: (String, String),
    record: Record,
    deadline: i64,
}

impl Draft {
    /// Opens the return of some lines, and asks the seller, or acts for them.
    fn open(&self, world: &mut World, case: &NewCase, id: &str, lines: Vec<usize>, now: i64) {
        let Some(order) = world.orders.get(self.order) else { return };
        let split = case.split.unwrap_or_else(|| share(order, &lines));
        let began = self.record.at;
        let new = Return {
            is_quick: case.is_quick,
            is_buyer_arranged: case.is_buyer_arranged,
            request: self.request,
            ..Return::opened(
                id,
                (self.order, lines),
                self.kind,
                self.role,
                self.reason.clone(),
                split,
                self.record.clone(),
            )
        };
        let question = new.first_question();
        world.add_return(new);
        world.ask_about_return(id, question, self.deadline);
        if self.role == "BUYER" {
            world.announce_return(id, now);
        } else {
            let decision = if self.kind == "REFUND" { "APPROVE_REFUND" } else { "APPROVE_RETURN" };
            // It was just asked for: it is open.
            let _ = world.decide_return(id, &Verdict::of(decision), "SELLER_CENTER", began);
        }
    }
}

/// A return that a seller begins: for them it is approved already.
pub(crate) struct SellerReturn {
    pub(crate) order: usize,
    pub(crate) lines: Vec<usize>,
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static Reason,
    pub(crate) split: Split,
    pub(crate) is_buyer_arranged: bool,
}

impl World {
    /// Opens it, and answers its id.
    pub(crate) fn seller_returns(&mut self, new: SellerReturn, at: i64) -> Result<String, (i64, &'static str)> {
        let shop = self.orders.get(new.order).map_or(0, |order| order.shop);
        let (id, request) = (self.number("4037"), self.new_request(shop, at));
        let reason = (new.reason.name.to_owned(), new.reason.text.to_owned());
        let record = Record {
            event: "ORDER_RETURN",
            role: "SELLER",
            description: "Seller submitted a return request".to_owned(),
            reason_text: Some(reason.1.clone()),
            note: None,
            images: Vec::new(),
            at,
        };
        let lines = (new.order, new.lines);
        let opened = Return::opened(&id, lines, new.kind, "SELLER", reason, new.split, record);
        let question = opened.first_question();
        self.add_return(Return { request, is_buyer_arranged: new.is_buyer_arranged, ..opened });
        self.ask_about_return(&id, question, at + DAY);
        let decision = if new.kind == "REFUND" { "APPROVE_REFUND" } else { "APPROVE_RETURN" };
        self.decide_return(&id, &Verdict::of(decision), "SELLER", at)?;
        Ok(id)
    }
}

/// What some lines of an order come to: freight comes back with the last of them only.
pub(crate) fn share(order: &Order, lines: &[usize]) -> Split {
    let (goods, all) = (order.goods(lines), order.goods(&order.all_lines()));
    if lines.len() == order.lines.len() {
        return Split { goods, shipping: order.shipping, tax: order.tax };
    }
    Split { goods, shipping: 0, tax: if all > 0 { order.tax * goods / all } else { 0 } }
}

/// When an American order had to be handed over: two business days after it was paid (api 8). Days are those of UTC.
fn ship_by(paid: i64) -> i64 {
    let is_weekend = |day: i64| matches!((day + 4).rem_euclid(7), 0 | 6);
    let mut day = paid.div_euclid(DAY);
    for _ in 0..2 {
        day += 1;
        while is_weekend(day) {
            day += 1;
        }
    }
    day * DAY + paid.rem_euclid(DAY)
}

/// A wish to cancel waits for the seller once the order is to be shipped; before, from anybody else, and where the seller
/// should have shipped long ago (US), it is granted at once (api 4.2, 4.4, 8).
fn open_cancellation(
    world: &mut World,
    case: &NewCase,
    id: &str,
    order: usize,
    (reason, reason_text): (String, String),
    deadline: i64,
    now: i64,
) {
    let Some(known) = world.orders.get(order) else { return };
    let (began, role) = (now - case.age_s, case.role.unwrap_or("BUYER"));
    let is_asked = role == "BUYER" && !matches!(known.status, "UNPAID" | "ON_HOLD");
    let is_late = world.region(known.shop) == "US"
        && known.status == "AWAITING_SHIPMENT"
        && known.paid.is_some_and(|paid| ship_by(paid) < began);
    let waits = is_asked && !is_late;
    let lines = known.all_lines();
    let split =
        if known.status == "UNPAID" { Split::default() } else { case.split.unwrap_or_else(|| share(known, &lines)) };
    world.add_cancellation(Cancellation {
        id: id.to_owned(),
        order,
        lines,
        kind: if is_asked { "BUYER_CANCEL" } else { "CANCEL" },
        status: "PENDING",
        role,
        reason,
        reason_text,
        created: began,
        updated: began,
        deadline: None,
        split,
    });
    if waits {
        world.ask_about_cancellation(id, deadline);
        world.announce_cancellation(id, now);
    } else {
        world.grant_cancellation(id, if role == "SELLER" { "SELLER_CENTER" } else { "PLATFORM" }, began);
    }
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

fn new_order(
    world: &mut World,
    shop: usize,
    buyer: usize,
    articles: &[&'static Product],
    status: &'static str,
    case: &NewCase,
    began: i64,
) -> usize {
    let currency = world.currency(shop);
    let mut lines = Vec::new();
    for product in articles {
        lines.push(Line {
            id: world.number("5771"),
            sku_id: number_of(product.seller_sku),
            product_id: number_of(product.name),
            product,
            price: parse_amount(product.price, currency).unwrap_or(1_000),
            cancelled: None,
            is_refunded: false,
        });
    }
    let goods: i64 = lines.iter().map(|line| line.price).sum();
    let (shipping, tax) = match world.region(shop) {
        "US" => (450, goods * 7 / 100),
        "GB" => (299, 0),
        "ES" => (390, 0),
        "ID" => (12_000, 0),
        _ => (4_000, 0),
    };
    let delivered = matches!(status, "DELIVERED" | "COMPLETED").then_some(began - 20 * HOUR);
    let shipped = (!matches!(status, "UNPAID" | "ON_HOLD" | "AWAITING_SHIPMENT")).then_some(began - 4 * DAY);
    let usual = if shipped.is_none() && world.region(shop) == "US" { 20 * HOUR } else { 5 * DAY };
    let created = began - case.order_age_s.unwrap_or(usual);
    let order = Order {
        id: world.number("5768"),
        kind: OrderKind::Placed,
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
        warehouse: world.orders.len() % 2,
        is_platform_shipped: case.is_platform_shipped,
        has_new_address: false,
        returns: Vec::new(),
        cancellations: Vec::new(),
    };
    world.add_order(order)
}

/// The same article always has the same number.
pub(crate) fn number_of(name: &str) -> String {
    let sum = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
    format!("1731{:015}", sum % 1_000_000_000_000_000)
}
