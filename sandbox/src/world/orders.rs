//! Orders and their lines (api 6).

use super::{Line, Object, Order, World};
use serde_json::json;

/// Where an order comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderKind {
    /// A buyer placed it.
    Placed,
    /// In place of an order at this place.
    Replacement(usize),
    /// The other article of an exchange.
    Exchange(usize),
}

/// Who cancelled a line, and why.
#[derive(Debug, Clone)]
pub(crate) struct Cancelled {
    pub(crate) by: &'static str,
    pub(crate) reason: String,
}

/// Why a line is not free for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// A request about it is open.
    InProcess,
    /// It is cancelled, refunded or replaced.
    Done,
}

impl Order {
    /// Whether nothing of it is left: all its lines are cancelled.
    fn is_cancelled(&self) -> bool {
        self.lines.iter().all(|line| line.cancelled.is_some())
    }

    /// The price of some lines.
    pub(crate) fn goods(&self, lines: &[usize]) -> i64 {
        lines.iter().filter_map(|place| self.lines.get(*place)).map(|line| line.price).sum()
    }

    /// Places of all lines.
    pub(crate) fn all_lines(&self) -> Vec<usize> {
        (0..self.lines.len()).collect()
    }
}

impl World {
    /// Moves an order, and says so.
    pub(crate) fn set_order(&mut self, order: usize, status: &'static str, at: i64) {
        let Some(known) = self.orders.get_mut(order) else { return };
        if known.status == status {
            return;
        }
        known.status = status;
        known.updated = known.updated.max(at);
        let (shop, id) = (known.shop, known.id.clone());
        // The webhook writes CANCEL for CANCELLED.
        let word = if status == "CANCELLED" { "CANCEL" } else { status };
        let is_on_hold = status == "ON_HOLD";
        let data = json!({ "order_id": id, "order_status": word, "is_on_hold_order": is_on_hold, "update_time": at });
        self.announce(shop, 1, "ORDER_STATUS_CHANGE", &data, at);
    }

    /// Cancels some lines; with the last one the order is cancelled.
    pub(super) fn lines_cancelled(&mut self, order: usize, lines: &[usize], how: &Cancelled, at: i64) {
        let Some(known) = self.orders.get_mut(order) else { return };
        for place in lines {
            if let Some(line) = known.lines.get_mut(*place) {
                line.cancelled = Some(how.clone());
            }
        }
        known.updated = known.updated.max(at);
        if known.is_cancelled() {
            self.set_order(order, "CANCELLED", at);
        }
    }

    /// Notes that some lines are refunded; a full refund completes the order.
    pub(super) fn lines_refunded(&mut self, order: usize, lines: &[usize], at: i64) {
        let Some(known) = self.orders.get_mut(order) else { return };
        for place in lines {
            if let Some(line) = known.lines.get_mut(*place) {
                line.is_refunded = true;
            }
        }
        if known.lines.iter().all(|line| line.is_refunded || line.cancelled.is_some()) {
            self.set_order(order, "COMPLETED", at);
        }
    }

    /// Makes an order of the same articles that costs nothing. None: there is no such order.
    pub(super) fn order_again(&mut self, kind: OrderKind, lines: &[usize], at: i64) -> Option<usize> {
        let (OrderKind::Replacement(source) | OrderKind::Exchange(source)) = kind else { return None };
        let (id, tracking) = (self.number("5768"), self.number("1Z"));
        let numbers: Vec<String> = lines.iter().map(|_| self.number("5771")).collect();
        let old = self.orders.get(source)?;
        let again = lines.iter().filter_map(|place| old.lines.get(*place)).zip(numbers);
        let order = Order {
            id,
            kind,
            status: "AWAITING_SHIPMENT",
            lines: again
                .map(|(line, id)| Line { id, price: 0, cancelled: None, is_refunded: false, ..line.clone() })
                .collect(),
            shipping: 0,
            tax: 0,
            created: at,
            paid: Some(at),
            shipped: None,
            delivered: None,
            updated: at,
            tracking,
            returns: Vec::new(),
            cancellations: Vec::new(),
            ..old.clone()
        };
        Some(self.add_order(order))
    }

    /// Keeps an order where it is found again.
    pub(super) fn add_order(&mut self, order: Order) -> usize {
        let place = self.orders.len();
        self.order_by_id.insert(order.id.clone(), place);
        if let Some(buyer) = self.buyers.get_mut(order.buyer) {
            buyer.orders.push(place);
        }
        self.orders.push(order);
        place
    }

    /// Hands an order to the carrier. In the US that refuses a buyer's wish to cancel it; elsewhere it is not possible
    /// while that wish is open (api 4.2, 4.8).
    pub(crate) fn ship_order(&mut self, order: usize, at: i64) -> Result<(), (i64, &'static str)> {
        let known = self.orders.get(order).ok_or((25_007_006, "Order not found."))?;
        if !matches!(known.status, "AWAITING_SHIPMENT" | "AWAITING_COLLECTION") {
            return Err((25_001_003, "Invalid order status."));
        }
        let wishes = known.cancellations.iter().filter_map(|place| self.cancellations.get(*place));
        let open: Vec<String> = wishes.filter(|case| case.status == "PENDING").map(|case| case.id.clone()).collect();
        if !open.is_empty() && self.region(known.shop) != "US" {
            return Err((21_011_007, "Package item has after-sale request"));
        }
        for id in &open {
            self.withdraw_cancellation(id, at);
        }
        if let Some(known) = self.orders.get_mut(order) {
            known.shipped = Some(at);
        }
        self.set_order(order, "IN_TRANSIT", at);
        Ok(())
    }

    /// The buyer changes where an order goes.
    pub(crate) fn change_address(&mut self, order: usize, at: i64) -> bool {
        let Some(known) = self.orders.get_mut(order) else { return false };
        if !matches!(known.status, "ON_HOLD" | "AWAITING_SHIPMENT") {
            return false;
        }
        known.has_new_address = true;
        known.updated = known.updated.max(at);
        let (shop, id) = (known.shop, known.id.clone());
        self.announce(shop, 3, "RECIPIENT_ADDRESS_UPDATE", &json!({ "order_id": id, "update_time": at }), at);
        true
    }

    /// Whether a line is free for another request.
    pub(crate) fn line_taken(&self, order: &Order, line: usize) -> Option<Taken> {
        let known = order.lines.get(line)?;
        if known.cancelled.is_some() || known.is_refunded {
            return Some(Taken::Done);
        }
        let cancels = order.cancellations.iter().filter_map(|place| self.cancellations.get(*place));
        let cancels = cancels.filter(|case| case.lines.contains(&line)).map(|case| match case.status {
            "PENDING" => Some(Taken::InProcess),
            "CANCEL" => None,
            _ => Some(Taken::Done),
        });
        let returns = order.returns.iter().filter_map(|place| self.returns.get(*place));
        let returns = returns.filter(|case| case.lines.contains(&line)).map(|case| {
            if case.is_granted() { Some(Taken::Done) } else { (!case.is_over()).then_some(Taken::InProcess) }
        });
        cancels.chain(returns).flatten().max_by_key(|taken| *taken == Taken::Done)
    }

    /// The ids of everything that was asked about an order's buyer.
    pub(super) fn cases_of_buyer(&self, buyer: usize) -> Vec<String> {
        let places = self.buyers.get(buyer).map(|buyer| buyer.orders.as_slice()).unwrap_or_default();
        let orders = || places.iter().filter_map(|place| self.orders.get(*place));
        let cancels = orders().flat_map(|order| &order.cancellations);
        let cancels = cancels.filter_map(|place| self.cancellations.get(*place)).map(|case| case.id.clone());
        let returns = orders().flat_map(|order| &order.returns);
        let returns = returns.filter_map(|place| self.returns.get(*place)).map(|case| case.id.clone());
        cancels.chain(returns).collect()
    }

    /// A buyer's open wish to cancel an order.
    pub(crate) fn wish_to_cancel(&self, order: &Order) -> Option<&super::Cancellation> {
        let mut wishes = order.cancellations.iter().filter_map(|place| self.cancellations.get(*place));
        wishes.find(|case| case.status == "PENDING" && case.kind == "BUYER_CANCEL")
    }

    /// The warehouse that sends an order.
    pub(crate) fn warehouse(&self, order: &Order) -> &str {
        let shop = self.shops.get(order.shop);
        shop.and_then(|shop| shop.warehouses.get(order.warehouse)).map_or("", String::as_str)
    }

    /// Which order a case is about.
    pub(crate) fn order_of(&self, object: Object, id: &str) -> Option<usize> {
        match object {
            Object::Cancellation => self.cancellations.get(*self.cancel_by_id.get(id)?).map(|case| case.order),
            Object::Return => self.returns.get(*self.return_by_id.get(id)?).map(|case| case.order),
        }
    }
}
