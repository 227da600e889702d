//! Refunds, returns, replacements and exchanges (api 4.3 to 4.5).

use super::show::refunded_lines;
use super::{Due, Object, OrderKind, Split, World, shown};
use crate::reasons;
use crate::seed::reason_group;
use serde_json::{Value, json};

/// One entry of a return's records.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) event: &'static str,
    pub(crate) role: &'static str,
    pub(crate) description: String,
    pub(crate) reason_text: Option<String>,
    pub(crate) note: Option<String>,
    /// Names of pictures.
    pub(crate) images: Vec<String>,
    pub(crate) at: i64,
}

/// A refund, return, replacement or exchange request for one article.
#[derive(Debug, Clone)]
pub(crate) struct Return {
    pub(crate) id: String,
    pub(crate) order: usize,
    /// Places of the order's lines.
    pub(crate) lines: Vec<usize>,
    /// `REFUND`, `RETURN_AND_REFUND`, `REPLACEMENT`, `EXCHANGE`.
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    /// When it came into its status.
    pub(crate) since: i64,
    pub(crate) arbitration: Option<&'static str>,
    pub(crate) role: &'static str,
    pub(crate) reason: String,
    pub(crate) reason_text: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// What the seller is asked, and until when.
    pub(crate) asked: Option<(&'static str, i64)>,
    pub(crate) split: Split,
    pub(crate) partial: Option<i64>,
    pub(crate) partial_declined: bool,
    /// Offers so far: an answer belongs to one of them.
    pub(crate) offers: u32,
    pub(crate) is_quick: bool,
    /// The buyer sends the goods by a carrier of their own.
    pub(crate) is_buyer_arranged: bool,
    /// The request that was edited into this one, and the one that this was edited into.
    pub(crate) pre: Option<String>,
    pub(crate) next: Option<String>,
    /// Place of the after-sales request.
    pub(crate) request: usize,
    /// Place of the parcel, once a return is agreed.
    pub(crate) parcel: Option<usize>,
    /// The order that was made in its place.
    pub(crate) new_order: Option<usize>,
    /// Carrier and number.
    pub(crate) tracking: Option<(String, String)>,
    /// A label that the seller gave: carrier's id and number.
    pub(crate) label: Option<(String, String)>,
    pub(crate) records: Vec<Record>,
}

pub(crate) const PENDING: &str = "RETURN_OR_REFUND_REQUEST_PENDING";
pub(crate) const SUCCESS: &str = "RETURN_OR_REFUND_REQUEST_SUCCESS";
pub(crate) const COMPLETE: &str = "RETURN_OR_REFUND_REQUEST_COMPLETE";
pub(crate) const CLOSED: &str = "RETURN_OR_REFUND_REQUEST_CANCEL";
pub(crate) const REJECTED: &str = "REFUND_OR_RETURN_REQUEST_REJECT";
pub(crate) const SHIP: &str = "AWAITING_BUYER_SHIP";
pub(crate) const SHIPPED: &str = "BUYER_SHIPPED_ITEM";
pub(crate) const REFUSED: &str = "REJECT_RECEIVE_PACKAGE";
pub(crate) const OFFERED: &str = "AWAITING_BUYER_RESPONSE";
pub(crate) const REPLACEMENT_REJECTED: &str = "REPLACEMENT_REQUEST_REJECT";

pub(crate) const ASK_REFUND: &str = "SELLER_RESPOND_REFUND";
pub(crate) const ASK_RETURN: &str = "SELLER_RESPOND_RETURN";
pub(crate) const ASK_PARCEL: &str = "SELLER_RESPOND_RECEIVE_PACKAGE";
pub(crate) const ASK_REPLACEMENT: &str = "SELLER_RESPOND_REPLACEMENT";

/// No documented word: the platform's four actions are for the other kinds. A dial says what is shown.
pub(crate) const ASK_EXCHANGE: &str = "EXCHANGE";

const DAY: i64 = 86_400;

/// Seconds to look at a parcel that has come (api 8).
const fn inspect_s(region: &str) -> i64 {
    match region.as_bytes() {
        b"ID" => 8 * DAY,
        b"TH" => 10 * DAY,
        _ => 2 * DAY,
    }
}

/// A refusal: the platform's code and text.
pub(crate) type Refused = (i64, &'static str);

/// What a decision carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) decision: String,
    pub(crate) keep: bool,
    pub(crate) amount: Option<i64>,
    pub(crate) reason_text: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) images: Vec<String>,
}

impl Verdict {
    /// A decision that carries nothing.
    pub(crate) fn of(decision: &str) -> Self {
        Self { decision: decision.to_owned(), ..Self::default() }
    }
}

impl Return {
    /// A new one, of an order and some of its lines; the name and the text of a reason.
    pub(super) fn opened(
        id: &str,
        (order, lines): (usize, Vec<usize>),
        kind: &'static str,
        role: &'static str,
        (reason, reason_text): (String, String),
        split: Split,
        record: Record,
    ) -> Self {
        let at = record.at;
        let mut new = Self {
            id: id.to_owned(),
            order,
            lines,
            kind,
            status: "",
            since: at,
            arbitration: None,
            role,
            reason,
            reason_text,
            created: at,
            updated: at,
            asked: None,
            split,
            partial: None,
            partial_declined: false,
            offers: 0,
            is_quick: false,
            is_buyer_arranged: false,
            pre: None,
            next: None,
            request: 0,
            parcel: None,
            new_order: None,
            tracking: None,
            label: None,
            records: vec![record],
        };
        new.status = new.pending();
        new
    }

    /// What the seller is asked first.
    pub(crate) fn first_question(&self) -> &'static str {
        match self.kind {
            "REFUND" => ASK_REFUND,
            "REPLACEMENT" => ASK_REPLACEMENT,
            "EXCHANGE" => ASK_EXCHANGE,
            _ => ASK_RETURN,
        }
    }

    /// The status in which the seller or the platform looks at it.
    pub(crate) fn pending(&self) -> &'static str {
        match self.kind {
            "REPLACEMENT" => "REPLACEMENT_REQUEST_PENDING",
            "EXCHANGE" => "EXCHANGE_REQUEST_PENDING",
            _ => PENDING,
        }
    }

    /// The status of a request that was closed without effect.
    fn closed(&self) -> &'static str {
        match self.kind {
            "REPLACEMENT" => "REPLACEMENT_REQUEST_CANCEL",
            "EXCHANGE" => "EXCHANGE_REQUEST_CANCEL",
            _ => CLOSED,
        }
    }

    /// Whether nothing can come of it any more.
    pub(crate) fn is_over(&self) -> bool {
        self.status.ends_with("_CANCEL")
            || self.status.ends_with("_COMPLETE")
            || self.status.ends_with("REFUND_SUCCESS")
    }

    /// Whether its lines were refunded or replaced, or will be.
    pub(crate) fn is_granted(&self) -> bool {
        self.status.ends_with("_SUCCESS") || self.status.ends_with("_COMPLETE")
    }

    /// Whether a decision is open now; else why not.
    pub(crate) fn allows(&self, decision: &str) -> Result<(), Refused> {
        let asked = self.asked.map(|(action, _)| action);
        if self.arbitration == Some("IN_PROGRESS") {
            return Err((25_011_010, "request has been transferred to platform operator"));
        }
        if self.status.ends_with("_CANCEL") {
            return Err((25_020_009, "reverse already cancelled"));
        }
        let fits = match decision {
            "APPROVE_REFUND" | "REJECT_REFUND" => asked == Some(ASK_REFUND),
            "APPROVE_RETURN" | "REJECT_RETURN" => asked == Some(ASK_RETURN),
            "APPROVE_RECEIVED_PACKAGE" | "REJECT_RECEIVED_PACKAGE" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => {
                asked == Some(ASK_PARCEL)
            }
            "APPROVE_REPLACEMENT" | "REJECT_REPLACEMENT" | "ISSUE_REPLACEMENT_REFUND" => asked == Some(ASK_REPLACEMENT),
            "APPROVE_EXCHANGE" | "REJECT_EXCHANGE" | "ISSUE_EXCHANGE_REFUND" => asked == Some(ASK_EXCHANGE),
            "DIRECT_REFUND" => matches!(asked, Some(ASK_RETURN | ASK_REPLACEMENT)),
            "OFFER_PARTIAL_REFUND" => matches!(asked, Some(ASK_REFUND | ASK_RETURN | ASK_REPLACEMENT)),
            _ => return Err((25_020_004, "decision not match reverse type")),
        };
        if self.is_quick && matches!(decision, "REJECT_RECEIVED_PACKAGE" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG") {
            return Err((25_011_025, "quick refund forbid reject receive"));
        }
        if fits {
            return Ok(());
        }
        Err(match (decision, self.status) {
            (_, OFFERED) => (25_007_007, "ReverseOrderExistNegotiate"),
            ("REJECT_RECEIVED_PACKAGE", _) => (25_020_012, "status can't reject receive"),
            ("APPROVE_RECEIVED_PACKAGE", _) => (25_011_013, "reverse status cannot approve receive"),
            (name, SUCCESS | COMPLETE) if name.starts_with("REJECT") => {
                (25_020_010, "Aftersales has been approved and cannot be rejected.")
            }
            (name, _) if name.starts_with("REJECT") => (25_011_011, "reverse status cannot reject application"),
            _ => (25_011_012, "reverse status cannot approve application"),
        })
    }
}

impl World {
    pub(crate) fn find_return(&mut self, id: &str) -> Option<&mut Return> {
        let place = *self.return_by_id.get(id)?;
        self.returns.get_mut(place)
    }

    /// The shop of a return.
    pub(crate) fn shop_of_return(&self, id: &str) -> Option<usize> {
        let order = self.returns.get(*self.return_by_id.get(id)?)?.order;
        self.orders.get(order).map(|order| order.shop)
    }

    fn move_return(&mut self, id: &str, status: &'static str, record: Record) {
        let at = record.at;
        self.shown_status.remove(id);
        let Some(known) = self.find_return(id) else { return };
        known.status = status;
        known.since = at;
        known.asked = None;
        known.updated = known.updated.max(at);
        known.records.push(record);
        self.announce_return(id, at);
    }

    /// Tells whoever listens.
    pub(crate) fn announce_return(&mut self, id: &str, at: i64) {
        let Some(place) = self.return_by_id.get(id).copied() else { return };
        let Some(known) = self.returns.get(place) else { return };
        let Some(order) = self.orders.get(known.order) else { return };
        let shop = order.shop;
        let data = json!({
            "order_id": order.id, "return_role": known.role, "return_type": known.kind,
            "return_status": self.status_of(id, known.status), "return_id": id, "create_time": known.created,
            "update_time": known.updated,
        });
        self.announce(shop, 12, "RETURN_STATUS_CHANGE", &data, at);
        self.announce_groups(place, at);
    }

    /// Starts the clock of what the seller is asked.
    pub(crate) fn ask_about_return(&mut self, id: &str, action: &'static str, deadline: i64) {
        if let Some(known) = self.find_return(id) {
            known.asked = Some((action, deadline));
        }
        self.plan(deadline, Due::TimeOut { object: Object::Return, id: id.to_owned(), deadline });
    }

    /// Starts the clock of what the buyer has to do in the present status.
    fn expect_of_buyer(&mut self, id: &str, within_s: i64, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let (status, since) = (known.status, known.since);
        self.plan(at + within_s, Due::Expire { id: id.to_owned(), status, since });
    }

    /// The buyer has not done it.
    pub(super) fn expire(&mut self, id: &str, status: &'static str, since: i64, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        if known.status != status || known.since != since || known.arbitration == Some("IN_PROGRESS") {
            return;
        }
        let record = if status == SHIP {
            Self::system_record("BUYER_RETURN_SHIPPED_TIMEOUT", "The buyer did not send the goods in time", at)
        } else {
            Self::system_record("BUYER_APPLY_ARBITRATION_TIMEOUT", "The buyer did not appeal in time", at)
        };
        self.move_return(id, CLOSED, record);
    }

    /// The platform looks at a request first: the seller is not asked.
    pub(super) fn unask(&mut self, id: &str) {
        if let Some(known) = self.find_return(id) {
            known.asked = None;
        } else if let Some(known) = self.cancellation(id) {
            known.deadline = None;
        }
    }

    /// The buyer has not sent an agreed return.
    pub(super) fn not_sent(&mut self, id: &str, at: i64) {
        if let Some(since) = self.find_return(id).map(|known| known.since) {
            self.expire(id, SHIP, since, at);
        }
    }

    /// Waits for the goods.
    fn await_goods(&mut self, id: &str, record: Record) {
        let at = record.at;
        self.join_parcel(id, at);
        self.move_return(id, SHIP, record);
        let later = at + self.dials.ship_back_s;
        self.plan(later, Due::ShipBack { id: id.to_owned() });
        self.expect_of_buyer(id, self.dials.must_ship_s, at);
    }

    /// Sends the article anew: in a replacement or an exchange.
    fn send_anew(&mut self, id: &str, status: &'static str, record: Record) {
        let at = record.at;
        let Some(known) = self.find_return(id) else { return };
        let (order, lines) = (known.order, known.lines.clone());
        let kind = if known.kind == "EXCHANGE" { OrderKind::Exchange(order) } else { OrderKind::Replacement(order) };
        let new_order = self.order_again(kind, &lines, at);
        if let Some(known) = self.find_return(id) {
            known.new_order = new_order;
        }
        self.move_return(id, status, record);
    }

    /// The seller decides. `by` names who acts for the seller.
    pub(crate) fn decide_return(
        &mut self,
        id: &str,
        verdict: &Verdict,
        by: &'static str,
        at: i64,
    ) -> Result<(), Refused> {
        let shop = self.shop_of_return(id).ok_or((25_007_006, "Order not found."))?;
        let known = self.find_return(id).ok_or((25_007_006, "Order not found."))?;
        known.allows(&verdict.decision)?;
        let (kind, split, total) = (known.kind, known.split, known.split.total());
        let record = |event: &'static str, text: &str| Record {
            event,
            role: if by == "SYSTEM" { "SYSTEM" } else { "SELLER" },
            description: text.to_owned(),
            reason_text: verdict.reason_text.clone(),
            note: verdict.comment.clone(),
            images: verdict.images.clone(),
            at,
        };
        match verdict.decision.as_str() {
            "APPROVE_RETURN" if !verdict.keep => {
                self.await_goods(id, record("SELLER_AGGREE_RETURN", "Seller approved the return request"));
            }
            "ISSUE_REPLACEMENT_REFUND" => {
                self.move_return(
                    id,
                    "REPLACEMENT_REQUEST_REFUND_SUCCESS",
                    record("ORDER_RETURN", "Seller refunded instead"),
                );
                self.promise(Object::Return, id, shop, &split, by, at);
            }
            "ISSUE_EXCHANGE_REFUND" => {
                let record = record("ORDER_RETURN", "Seller refunded instead");
                self.move_return(id, "EXCHANGE_REQUEST_REFUND_SUCCESS", record);
                self.promise(Object::Return, id, shop, &split, by, at);
            }
            "APPROVE_REPLACEMENT" => {
                self.send_anew(
                    id,
                    "REPLACEMENT_REQUEST_COMPLETE",
                    record("ORDER_RETURN", "Seller sends a replacement"),
                );
            }
            "APPROVE_EXCHANGE" => {
                self.send_anew(
                    id,
                    "EXCHANGE_REQUEST_COMPLETE",
                    record("ORDER_RETURN", "Seller sends the other article"),
                );
            }
            "REJECT_EXCHANGE" => {
                self.move_return(id, "EXCHANGE_REQUEST_CANCEL", record("ORDER_RETURN", "Seller rejected the request"));
            }
            "OFFER_PARTIAL_REFUND" | "OFFER_PARTIAL_REFUND_AFTER_RECEIVING_PKG" => {
                let offer = verdict.amount.ok_or((25_001_001, "An invalid request parameter was passed. Please check that you have the correct parameter type(s) and format."))?;
                if offer <= 0 || offer >= total {
                    return Err((25_005_005, "Refund total amount is larger than the refundable amount."));
                }
                let mut number = 0;
                if let Some(known) = self.find_return(id) {
                    known.partial = Some(offer);
                    known.partial_declined = false;
                    known.offers += 1;
                    number = known.offers;
                }
                self.move_return(id, OFFERED, record("ORDER_RETURN", "Seller offered a partial refund"));
                let later = at + self.dials.offer_answer_s;
                self.plan(later, Due::OfferAnswer { id: id.to_owned(), offer: number });
            }
            "REJECT_RECEIVED_PACKAGE" => {
                self.move_return(id, REFUSED, record("SELLER_REJECT_RECEIVE", "Seller refused the parcel"));
                self.expect_of_buyer(id, self.dials.dispute_s, at);
            }
            "REJECT_REPLACEMENT" => {
                self.move_return(id, REPLACEMENT_REJECTED, record("ORDER_RETURN", "Seller rejected the request"));
            }
            name if name.starts_with("REJECT") => {
                self.move_return(id, REJECTED, record("SELLER_REJECT_APPLY", "Seller rejected the request"));
                self.expect_of_buyer(id, self.dials.dispute_s, at);
            }
            _ => {
                let event = if by == "SYSTEM" { "SELLER_RESPOND_TIMEOUT" } else { "ORDER_RETURN" };
                let text = if kind == "REFUND" { "The refund was approved" } else { "The request was approved" };
                self.move_return(id, SUCCESS, record(event, text));
                self.promise(Object::Return, id, shop, &split, by, at);
            }
        }
        Ok(())
    }

    pub(super) fn return_time_out(&mut self, id: &str, deadline: i64, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let Some((action, until)) = known.asked else { return };
        if until != deadline {
            return;
        }
        let decision = match action {
            ASK_REFUND => "APPROVE_REFUND",
            ASK_RETURN => "APPROVE_RETURN",
            ASK_PARCEL => "APPROVE_RECEIVED_PACKAGE",
            ASK_EXCHANGE => "APPROVE_EXCHANGE",
            _ => "APPROVE_REPLACEMENT",
        };
        let _ = self.decide_return(id, &Verdict::of(decision), "SYSTEM", at);
        if let Some(known) = self.find_return(id)
            && !known.records.iter().any(|record| record.at == at && record.event.contains("TIMEOUT"))
        {
            known.records.push(Record {
                event: "SELLER_RESPOND_TIMEOUT",
                role: "SYSTEM",
                description: "The seller did not answer in time".to_owned(),
                reason_text: None,
                note: None,
                images: Vec::new(),
                at,
            });
        }
    }

    fn system_record(event: &'static str, text: &str, at: i64) -> Record {
        Record {
            event,
            role: "SYSTEM",
            description: text.to_owned(),
            reason_text: None,
            note: None,
            images: Vec::new(),
            at,
        }
    }

    pub(super) fn return_paid(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let (order, lines, status) = (known.order, known.lines.clone(), known.status);
        let record = Self::system_record("REFUND_SUCCESS", "The refund was paid", at);
        if status == SUCCESS {
            self.move_return(id, COMPLETE, record);
            self.lines_refunded(order, &lines, at);
        } else {
            known.records.push(record);
            known.updated = known.updated.max(at);
            self.announce_return(id, at);
        }
        self.paid(id, at);
        self.announce_refund(id, at);
    }

    /// Tells that money has come, line by line.
    fn announce_refund(&mut self, id: &str, at: i64) {
        let place = self.return_by_id.get(id).copied();
        let Some(known) = place.and_then(|place| self.returns.get(place)) else { return };
        let Some(order) = self.orders.get(known.order) else { return };
        let (shop, currency) = (order.shop, self.currency(order.shop));
        let lines: Vec<Value> = refunded_lines(order, known);
        let mut data = json!({
            "aftersales_request_id": self.requests.get(known.request).map(|asking| &asking.id),
            "refund_status": "REFUND_SUCCESS", "refund_total": shown(known.split.total(), currency),
            "refund_currency": currency, "refund_timestamp": at, "line_items": lines,
        });
        let parcel = known.parcel.and_then(|parcel| self.parcels.get(parcel)).map(|parcel| parcel.id.clone());
        if let (Some(map), Some(parcel)) = (data.as_object_mut(), parcel) {
            map.insert("rma_id".to_owned(), json!(parcel));
        }
        self.announce(shop, 67, "REFUND_SUCCESS", &data, at);
    }

    /// The buyer answers an offer.
    pub(crate) fn offer_answered(&mut self, id: &str, at: i64, accepts: bool) {
        let Some(shop) = self.shop_of_return(id) else { return };
        let Some(known) = self.find_return(id) else { return };
        let (Some(offer), OFFERED) = (known.partial, known.status) else { return };
        if accepts {
            known.split = Split { goods: offer, shipping: 0, tax: 0 };
            let split = known.split;
            self.move_return(id, SUCCESS, Self::system_record("ORDER_RETURN", "The buyer accepted the offer", at));
            self.promise(Object::Return, id, shop, &split, "SELLER", at);
        } else {
            known.partial_declined = true;
            // An offer after the parcel goes back to the parcel.
            let has_come = known.tracking.is_some();
            let (status, action) =
                if has_come { (SHIPPED, ASK_PARCEL) } else { (known.pending(), known.first_question()) };
            self.move_return(id, status, Self::system_record("ORDER_RETURN", "The buyer declined the offer", at));
            self.ask_about_return(id, action, at + inspect_s(self.region(shop)));
            if let Some(place) = self.return_by_id.get(id).copied() {
                self.announce_groups(place, at);
            }
        }
    }

    /// The buyer hands the parcel over, with everything that goes in it.
    pub(crate) fn shipped_back(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id).filter(|known| known.status == SHIP) else { return };
        let label = known.label.clone();
        let region = self.shop_of_return(id).map_or("US", |shop| self.region(shop));
        let (carrier, number) = label.unwrap_or_else(|| {
            let number = self.number("RT");
            let carriers = crate::seed::return_carriers(region);
            (self.pick(carriers).unwrap_or("Carrier").to_owned(), number)
        });
        for id in self.together(id) {
            let Some(known) = self.find_return(&id).filter(|known| known.status == SHIP) else { continue };
            known.tracking = Some((carrier.clone(), number.clone()));
            self.move_return(
                &id,
                SHIPPED,
                Self::system_record("BUYER_SHIPPED", "The return package was picked up", at),
            );
        }
        let later = at + self.dials.parcel_s;
        self.plan(later, Due::Arrive { id: id.to_owned() });
    }

    /// The parcel is at the seller's door.
    pub(crate) fn arrived(&mut self, id: &str, at: i64) {
        let deadline = at + inspect_s(self.shop_of_return(id).map_or("US", |shop| self.region(shop)));
        for id in self.together(id) {
            let waits = |known: &&mut Return| known.status == SHIPPED && known.asked.is_none();
            let Some(known) = self.find_return(&id).filter(waits) else { continue };
            known.records.push(Self::system_record("RETURN_PACKAGE_DELIVERED", "The return package was delivered", at));
            known.updated = known.updated.max(at);
            self.ask_about_return(&id, ASK_PARCEL, deadline);
            self.announce_return(&id, at);
        }
    }

    /// The buyer takes the request back.
    pub(crate) fn withdraw_return(&mut self, id: &str, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        let closed = known.closed();
        if known.status == known.pending() || known.status == OFFERED {
            self.move_return(id, closed, Self::system_record("ORDER_RETURN", "The buyer closed the request", at));
        }
    }

    /// The buyer takes a rejection to the platform.
    pub(crate) fn dispute(&mut self, id: &str, at: i64) {
        let is_rejected = |known: &&mut Return| matches!(known.status, REJECTED | REFUSED | REPLACEMENT_REJECTED);
        let Some(known) = self.find_return(id).filter(is_rejected) else { return };
        known.arbitration = Some("IN_PROGRESS");
        known.updated = known.updated.max(at);
        self.announce_return(id, at);
    }

    /// The platform rules (api 4.4): for the buyer a rejected return is sent, a rejected replacement is made.
    pub(crate) fn rule(&mut self, id: &str, for_buyer: bool, at: i64) {
        let Some(shop) = self.shop_of_return(id) else { return };
        let Some(known) = self.find_return(id).filter(|known| known.arbitration == Some("IN_PROGRESS")) else { return };
        known.arbitration = Some(if for_buyer { "SUPPORT_BUYER" } else { "SUPPORT_SELLER" });
        let (split, status, kind, closed) = (known.split, known.status, known.kind, known.closed());
        if !for_buyer {
            self.move_return(id, closed, Self::system_record("ORDER_RETURN", "TikTok ruled for the seller", at));
            return;
        }
        let record = Self::system_record("ORDER_RETURN", "TikTok ruled for the buyer", at);
        match (status, kind) {
            (REPLACEMENT_REJECTED, _) => self.send_anew(id, "REPLACEMENT_REQUEST_COMPLETE", record),
            (REJECTED, "RETURN_AND_REFUND") => self.await_goods(id, record),
            _ => {
                self.move_return(id, SUCCESS, record);
                self.promise(Object::Return, id, shop, &split, "PLATFORM", at);
            }
        }
    }

    /// The buyer edits a request that nobody has decided: it ends, and another begins. Answers the new one's id.
    pub(crate) fn edit_return(&mut self, id: &str, kind: Option<&'static str>, at: i64) -> Option<String> {
        let place = self.return_by_id.get(id).copied()?;
        let old = self.returns.get(place).filter(|known| known.status == known.pending())?.clone();
        let left_s = old.asked.map_or(2 * DAY, |(_, deadline)| deadline - at);
        let new_id = self.number("4037");
        let mut new = Return { id: new_id.clone(), created: at, updated: at, since: at, asked: None, ..old };
        if let Some(kind) = kind.filter(|kind| *kind != new.kind) {
            // A reason of the same sort, from the list of the other kind.
            let order = self.orders.get(new.order)?;
            let rows = reasons::of_buyer(self.region(order.shop), kind, order.status);
            let alike = rows.iter().find(|row| reason_group(row.name) == reason_group(&new.reason)).or(rows.first());
            if let Some(row) = alike {
                (new.reason, new.reason_text) = (row.name.to_owned(), row.text.to_owned());
            }
            new.kind = kind;
        }
        new.status = new.pending();
        new.pre = Some(id.to_owned());
        let question = new.first_question();
        let known = self.returns.get_mut(place)?;
        known.next = Some(new_id.clone());
        let closed = known.closed();
        self.add_return(new);
        self.move_return(id, closed, Self::system_record("ORDER_RETURN", "The buyer edited the request", at));
        self.ask_about_return(&new_id, question, at + left_s);
        self.announce_return(&new_id, at);
        Some(new_id)
    }

    /// Keeps a new return where it is found again.
    pub(super) fn add_return(&mut self, new: Return) {
        let place = self.returns.len();
        self.return_by_id.insert(new.id.clone(), place);
        if let Some(request) = self.requests.get_mut(new.request) {
            request.returns.push(place);
        }
        if let Some(order) = self.orders.get_mut(new.order) {
            order.returns.push(place);
        }
        self.returns.push(new);
    }

    /// The buyer adds a photo and a line.
    pub(crate) fn add_photo(&mut self, id: &str, note: &str, images: Vec<String>, at: i64) {
        let Some(known) = self.find_return(id) else { return };
        known.records.push(Record {
            event: "ORDER_RETURN",
            role: "Buyer",
            description: "The buyer added to the request".to_owned(),
            reason_text: None,
            note: Some(note.to_owned()).filter(|note| !note.is_empty()),
            images,
            at,
        });
        known.updated = known.updated.max(at);
        self.announce_return(id, at);
    }
}
